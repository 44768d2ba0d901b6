//! Today: what is mine now. A leader sees where he goes and what was promised there; whoever
//! coordinates, puts right or verifies sees what waits for him. Every number is the length of the
//! list it links to.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::{Lang, Say};
use crate::door::telling::count;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::matters::rows::{self, Clock, Row, pill, urgency};
use crate::visits::list as visits;
use crate::visits::list::{Line, names};
use askama::Template;
use axum::extract::State;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::figures::DutyNow;
use yixian_app::matters::{MatterFilter, MatterOrder};
use yixian_app::visits::{VisitFilter, VisitStage};
use yixian_domain::access::Actor;
use yixian_domain::calendar::DayKind;
use yixian_domain::duty::{CampaignStanding, Standing};
use yixian_domain::ids::{PersonId, VisitId};
use yixian_domain::matter::StageName;
use yixian_domain::org::{Role, UnitPath};
use yixian_domain::time::Date;

/// Rows of a short list.
const FEW: i64 = 5;

/// Visits one can be on at once, as far as this page goes.
const ON_SITE: i64 = 3;

/// How many days back a plan that nobody started is still reminded of.
const FORGOTTEN_DAYS: i64 = 35;

/// Stages in which somebody is still putting it right.
const RUNNING: [StageName; 6] = [
    StageName::Raised,
    StageName::Assigned,
    StageName::Accepted,
    StageName::InHand,
    StageName::Returned,
    StageName::Reopened,
];

struct Tile {
    class: &'static str,
    mark: &'static str,
    n: String,
    label: String,
    href: String,
}

struct Short {
    title: String,
    href: String,
    rows: Vec<Row>,
    n: String,
}

struct Card {
    id: Uuid,
    time: String,
    place: String,
    sub: Vec<String>,
    purpose: Option<String>,
    open: Vec<(Uuid, String)>,
    more_open: Option<String>,
    command_id: Uuid,
}

struct Duty {
    class: &'static str,
    text: String,
    href: String,
    progress: Option<(u32, u16, String)>,
}

#[derive(Template)]
#[template(path = "account/today.html")]
struct Today {
    f: Frame,
    greeting: String,
    iso: String,
    date: String,
    sort: String,
    leads: bool,
    tiles: Vec<Tile>,
    on_site: Vec<(Line, String)>,
    plans: Vec<Card>,
    done: Vec<Line>,
    forgotten: Vec<Line>,
    duty: Option<Duty>,
    lists: Vec<Short>,
    notices: Option<String>,
}

/// A choice of matters that is both a filter and a link to the list it gives.
#[derive(Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // ticks of a query, each on its own
struct Choice {
    stages: &'static [StageName],
    mine: bool,
    handler: bool,
    unit: Option<(String, UnitPath)>,
    overdue: bool,
    requested: bool,
    open: bool,
    until: Option<Date>,
}

impl Choice {
    fn filter(&self, me: PersonId, say: &Say) -> MatterFilter {
        MatterFilter {
            stages: self.stages.to_vec(),
            mine: self.mine.then_some(me),
            handler: self.handler.then_some(me),
            unit: self.unit.as_ref().map(|u| u.1.clone()),
            overdue_at: self.overdue.then(|| say.now()),
            requested: self.requested,
            open: self.open,
            due_before: self.until.map(|d| say.zone().end_of_day(d)),
            order: MatterOrder::Due,
            ..MatterFilter::default()
        }
    }

    fn href(&self) -> String {
        let mut q = form_urlencoded::Serializer::new(String::new());
        for s in self.stages {
            q.append_pair("stage", s.as_str());
        }
        for (on, name) in
            [(self.mine, "mine"), (self.overdue, "overdue"), (self.requested, "requested"), (self.open, "open")]
        {
            if on {
                q.append_pair(name, "1");
            }
        }
        if self.handler {
            q.append_pair("handler", "me");
        }
        if let Some((code, _)) = &self.unit {
            q.append_pair("unit", code);
        }
        if let Some(day) = self.until {
            q.append_pair("due_before", &day.to_string());
        }
        q.append_pair("order", "due");
        format!("/matters?{}", q.finish())
    }
}

/// What a role shows: tiles and short lists.
struct Desk {
    tiles: Vec<(&'static str, &'static str, &'static str, Choice)>,
    lists: Vec<(&'static str, Option<&'static str>, Choice)>,
}

/// The widest unit over which a role is held.
async fn over(web: &Web, actor: &Actor, role: Role) -> Result<Option<(String, UnitPath)>, AppError> {
    let Actor::Person { grants, .. } = actor else { return Ok(None) };
    let Some(path) = grants.iter().filter(|g| g.role == role).map(|g| g.over.clone()).min_by_key(UnitPath::depth)
    else {
        return Ok(None);
    };
    let directory = web.app().directory().await?;
    Ok(directory.units().find(|u| u.path == path).map(|u| (u.code.clone(), path)))
}

async fn desk(web: &Web, v: &Visitor, leads: bool) -> Result<Desk, AppError> {
    const VERIFY: &[StageName] = &[StageName::Submitted, StageName::SolvedOnTheSpot];
    const SUBMITTED: &[StageName] = &[StageName::Submitted];
    const NEW: &[StageName] = &[StageName::Raised, StageName::Reopened];
    const ASSIGNED: &[StageName] = &[StageName::Assigned];
    const ANSWER: &[StageName] = &[StageName::Verified, StageName::Refused];
    let until = visits::later(&v.say, v.say.today(), 1);
    let mut d = Desk { tiles: Vec::new(), lists: Vec::new() };
    if let Some(unit) = over(web, &v.actor, Role::Coordinator).await? {
        let of = |c: Choice| Choice { unit: Some(unit.clone()), ..c };
        d.tiles.push(("", "", "today-to-assign", of(Choice { stages: NEW, ..Choice::default() })));
        d.tiles.push(("", "", "today-to-decide", of(Choice { requested: true, ..Choice::default() })));
        d.tiles.push(("", "", "today-to-answer", of(Choice { stages: ANSWER, ..Choice::default() })));
        d.tiles.push(("tile-over", "■", "today-unit-overdue", of(Choice { overdue: true, ..Choice::default() })));
        d.lists.push(("today-to-assign", Some("/inbox"), of(Choice { stages: NEW, ..Choice::default() })));
    }
    if let Some(unit) = over(web, &v.actor, Role::Handler).await? {
        let of = |c: Choice| Choice { unit: Some(unit.clone()), ..c };
        d.tiles.push(("", "", "today-to-accept", of(Choice { stages: ASSIGNED, ..Choice::default() })));
        d.tiles.push((
            "tile-soon",
            "▲",
            "today-tasks-due",
            of(Choice { stages: &RUNNING, until: Some(until), ..Choice::default() }),
        ));
        d.tiles.push(("tile-over", "■", "today-tasks-overdue", of(Choice { overdue: true, ..Choice::default() })));
        d.lists.push(("today-tasks", Some("/tasks"), of(Choice { stages: &RUNNING, ..Choice::default() })));
    }
    if leads {
        let of = |c: Choice| Choice { mine: true, ..c };
        d.tiles.push(("tile-over", "■", "today-overdue", of(Choice { overdue: true, ..Choice::default() })));
        d.tiles.push((
            "tile-soon",
            "▲",
            "today-due-soon",
            of(Choice { stages: &RUNNING, until: Some(until), ..Choice::default() }),
        ));
        d.tiles.push(("", "", "today-to-verify", of(Choice { stages: SUBMITTED, ..Choice::default() })));
        d.tiles.push(("", "", "today-promises", of(Choice { open: true, ..Choice::default() })));
        d.lists.push(("today-to-verify", None, of(Choice { stages: SUBMITTED, ..Choice::default() })));
        d.lists.push(("today-promises", None, of(Choice { stages: &RUNNING, ..Choice::default() })));
    }
    if let Some(unit) = over(web, &v.actor, Role::Verifier).await? {
        let c = Choice { stages: VERIFY, unit: Some(unit.clone()), ..Choice::default() };
        d.tiles.push(("", "", "today-unit-to-verify", c.clone()));
        d.tiles.push((
            "tile-over",
            "■",
            "today-unit-overdue",
            Choice { overdue: true, unit: Some(unit), ..Choice::default() },
        ));
        d.lists.push(("today-unit-to-verify", None, c));
    }
    if d.tiles.is_empty() {
        let mine = Choice { mine: true, ..Choice::default() };
        d.tiles.push(("", "", "today-raised", Choice { open: true, ..mine.clone() }));
        d.tiles.push(("tile-over", "■", "today-overdue", Choice { overdue: true, ..mine.clone() }));
        d.lists.push(("today-raised", None, Choice { open: true, ..mine }));
    }
    // The same number twice helps nobody: who holds several roles sees each tile once.
    let mut seen = Vec::new();
    d.tiles.retain(|t| {
        let fresh = !seen.contains(&t.2);
        seen.push(t.2);
        fresh
    });
    Ok(d)
}

fn greeting(say: &Say, name: &str) -> String {
    let key = match say.zone().local(say.now()).hour() {
        4..=11 => "today-morning",
        12..=17 => "today-afternoon",
        _ => "today-evening",
    };
    say.t1(key, "name", name.to_owned())
}

/// What sort of day it is, with the reason.
fn day_sort(say: &Say, kind: &DayKind) -> String {
    let word = |n: &yixian_domain::calendar::Name| match say.lang() {
        Lang::Zh => n.zh.clone(),
        Lang::En => n.en.clone(),
    };
    match kind {
        DayKind::Working | DayKind::LocalWork(_) => say.t("today-working-day"),
        DayKind::MakeUp(n) => say.t1("today-make-up-day", "name", word(n)),
        DayKind::WeekendOff => say.t("today-weekend"),
        DayKind::Holiday(n) | DayKind::LocalRest(n) => say.t1("today-holiday", "name", word(n)),
    }
}

fn duty(say: &Say, now: &DutyNow) -> Option<Duty> {
    let week = now.week.as_ref()?;
    let (class, text) = match &week.standing {
        Standing::Done(visits) => ("strip-ok", say.t1("today-duty-done", "n", visits.len() as i64)),
        Standing::Exempt(_) => ("", say.t("today-duty-exempt")),
        Standing::Missed => ("strip-bad", say.t("today-duty-missed")),
        Standing::Open => ("strip-wait", say.t1("today-duty-open", "day", say.day(week.week.sunday()))),
    };
    let progress = now.campaign.as_ref().and_then(|c| {
        let floor = c.floor?;
        let text = match c.standing {
            CampaignStanding::Open { short_by } => {
                say.t2("today-campaign-open", ("n", i64::from(c.count())), ("short", i64::from(short_by)))
            }
            _ => say.t1("today-campaign-met", "n", i64::from(c.count())),
        };
        Some((c.count(), floor, text))
    });
    let href = format!("/visits?mine=1&from={}&to={}", week.week.monday(), week.week.sunday());
    Some(Duty { class, text, href, progress })
}

async fn card(web: &Web, v: &Visitor, id: Uuid) -> Result<Card, AppError> {
    let say = &v.say;
    let mut p = web.app().visit_page(&v.actor, VisitId(id)).await?;
    p.open_here.sort_by_key(urgency);
    let directory = web.app().directory().await?;
    let plan = &p.visit.plan;
    let mut sub = vec![say.of("visit-type", plan.kind.as_str())];
    if !plan.announced {
        sub.push(say.t("visit-unannounced"));
    }
    if plan.leader != v.person.unwrap_or(plan.leader) {
        sub.push(say.t1("visit-led-by", "name", names(say, &directory, [plan.leader])));
    }
    let along = names(say, &directory, plan.companions.iter().map(|c| c.person));
    if !along.is_empty() {
        sub.push(say.t1("visit-with", "names", along));
    }
    if !p.open_here.is_empty() {
        sub.push(say.t1("visit-open-here-n", "n", p.open_here.len() as i64));
    }
    let open = p
        .open_here
        .iter()
        .take(3)
        .map(|m| {
            let mark = pill(say, Clock { withdrawn: false, ..Clock::of(m) });
            (
                m.id.0,
                match mark {
                    Some(mark) => format!("{}　{}", mark.text, m.subject),
                    None => format!("○　{}", m.subject),
                },
            )
        })
        .collect();
    let more = p.open_here.len().saturating_sub(3);
    Ok(Card {
        id,
        time: plan.from.map(|t| format!("{:02}:{:02}", t.hour(), t.minute())).unwrap_or_default(),
        place: p.place.name.clone(),
        purpose: plan.purpose.as_ref().and_then(|w| p.words.get(&w.id).cloned()),
        open,
        more_open: (more > 0).then(|| say.t1("visit-open-here-more", "n", more as i64)),
        sub,
        command_id: web.app().mint().uuid(say.now()),
    })
}

/// `GET /`
pub async fn page(State(web): State<Web>, SignedIn { person: me, visitor: v }: SignedIn) -> Page {
    let (say, app) = (&v.say, web.app());
    let today = say.today();
    let directory = app.directory().await?;
    let own = VisitFilter { person: Some(me), ..VisitFilter::default() };
    let todays = app.visit_list(&v.actor, &VisitFilter { days: Some((today, today)), ..own.clone() }, 40).await?;
    let mut on_site = app
        .visit_list(&v.actor, &VisitFilter { stage: Some(VisitStage::OnSite), newest: true, ..own.clone() }, ON_SITE)
        .await?;
    on_site.truncate(ON_SITE as usize);
    let before = (visits::later(say, today, -FORGOTTEN_DAYS), visits::later(say, today, -1));
    let forgotten = app
        .visit_list(&v.actor, &VisitFilter { days: Some(before), stage: Some(VisitStage::Planned), ..own.clone() }, FEW)
        .await?;
    let leads = v.actor.is_somewhere(Role::Leader) || !todays.is_empty() || !on_site.is_empty();

    let mut plans = Vec::new();
    for r in todays.iter().filter(|r| r.stage == VisitStage::Planned) {
        plans.push(card(&web, &v, r.id.0).await?);
    }
    // Without a time of day one goes when one can: after those that have one.
    plans.sort_by_key(|c| (c.time.is_empty(), c.time.clone()));
    let done: Vec<_> = todays.iter().filter(|r| r.stage == VisitStage::Finished).cloned().collect();
    let since: Vec<String> = on_site
        .iter()
        .map(|r| say.t1("visit-elapsed", "span", say.span(say.now().since(r.started.unwrap_or(say.now())))))
        .collect();

    let desk = desk(&web, &v, leads).await?;
    let mut tiles = Vec::new();
    for (class, mark, key, choice) in &desk.tiles {
        let n = app.matter_count(&v.actor, &choice.filter(me, say)).await?;
        let none = n == 0;
        tiles.push(Tile {
            class: if none { "" } else { class },
            mark: if none { "" } else { mark },
            n: count(say, n),
            label: say.t(key),
            href: choice.href(),
        });
    }
    let mut lists = Vec::new();
    for (key, href, choice) in &desk.lists {
        let (mut list, n) = app.matter_list(&v.actor, &choice.filter(me, say), FEW).await?;
        list.truncate(FEW as usize);
        if !list.is_empty() {
            lists.push(Short {
                title: say.t(key),
                href: href.map_or_else(|| choice.href(), str::to_owned),
                rows: rows::rows(&web, say, &list).await?,
                n: say.t1("today-all", "n", count(say, n)),
            });
        }
    }
    let f = Frame::of(&web, &v, "today").await?;
    let page = Today {
        greeting: greeting(say, directory.person(me).map_or("", |p| p.name.as_str())),
        iso: today.to_string(),
        date: say.day(today),
        sort: day_sort(say, &app.policies().calendar.kind(today)),
        leads,
        tiles,
        on_site: visits::lines(&web, say, &on_site).await?.into_iter().zip(since).collect(),
        plans,
        done: visits::lines(&web, say, &done).await?,
        forgotten: visits::lines(&web, say, &forgotten[..forgotten.len().min(FEW as usize)]).await?,
        duty: duty(say, &app.duty_now(me).await?),
        lists,
        notices: (f.unread > 0).then(|| say.t1("today-notices", "n", f.unread)),
        f,
    };
    show(&page)
}
