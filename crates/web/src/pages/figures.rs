//! Figures of a period 数字: every number with its definition and a way to the records that make it.
//! The page computes nothing itself; [`yixian_app::figures::Report`] does, from what was recorded.

use super::rows::{self, Row, unit_name};
use super::sign_in::person;
use super::{Faults, Page, show, show_as};
use crate::Web;
use crate::form::{Form, query};
use crate::frame::Frame;
use crate::say::{Lang, Say};
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use uuid::Uuid;
use yixian_app::figures::Report;
use yixian_app::read::Directory;
use yixian_app::store::org::name_of;
use yixian_app::store::visit::ListRow as VisitRow;
use yixian_app::{AppError, FieldError};
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::duty::{Campaign, CampaignStanding, IsoWeek, Month, PersonWeek, Standing};
use yixian_domain::figure::visits::{empty_legs, leg};
use yixian_domain::figure::{Basis, Definition, Distinct, Family, Figure, FigureCode, Key, Keys, Period, Value};
use yixian_domain::ids::{PersonId, UnitId};
use yixian_domain::org::{Unit, UnitPath};
use yixian_domain::time::{Date, Instant};
use yixian_domain::visit::VisitType;

/// Records on a page.
const PAGE: usize = 50;
/// Longest period, years: beyond it nobody reads weeks, and counting them costs.
const MOST_YEARS: i16 = 20;

/// What figures are asked of.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Period.
    pub period: Period,
    /// Unit; the whole company when none.
    pub unit: Option<UnitId>,
    /// Its code, empty for the whole company.
    pub code: String,
    /// As of.
    pub as_of: Instant,
    /// The reader chose the instant; else it is now.
    pub chosen: bool,
}

impl Asked {
    /// As a query string. With `at`, the instant is named, so that a list of records is the one the
    /// number was counted from.
    pub fn query(&self, at: bool) -> String {
        let mut q = form_urlencoded::Serializer::new(String::new());
        q.append_pair("period", &self.period.to_string());
        if !self.code.is_empty() {
            q.append_pair("unit", &self.code);
        }
        if at || self.chosen {
            q.append_pair("as_of", &self.as_of.to_string());
        }
        q.finish()
    }
}

fn whole_sight(actor: &Actor, root: Option<&Unit>) -> bool {
    let path = root.map_or_else(|| UnitPath::from_stored("/"), |u| u.path.clone());
    may(actor, &Ask::SeeFigures(&path)).is_ok()
}

/// An instant as people and programs write it: RFC 3339, a local date and time, or a day, whose end
/// is meant.
fn instant(say: &Say, text: &str) -> Option<Instant> {
    let zone = say.zone();
    Instant::parse(text)
        .ok()
        .or_else(|| text.parse::<Date>().ok().filter(|_| text.len() == 10).map(|d| zone.end_of_day(d)))
        .or_else(|| text.parse::<jiff::civil::DateTime>().ok().map(|t| zone.at(t.date(), t.time())))
}

/// Reads what is asked. Without a period it is this month; without a unit the whole company, or for
/// somebody who does not see it his own unit.
pub async fn asked(web: &Web, v: &Visitor, q: &Form) -> Result<Asked, AppError> {
    let directory = web.app().directory().await?;
    let today = v.say.today();
    let day = |name: &'static str| q.optional::<Date>(name, "day").map_err(|e| AppError::Invalid(vec![e]));
    let wrong = || AppError::Invalid(vec![FieldError::with("period", "period", q.get("period"))]);
    let period = match (q.get("period"), day("from")?, day("to")?) {
        ("", None, None) => Period::month(Month::of(today)),
        ("", from, to) => {
            let from = from.unwrap_or_else(|| to.unwrap_or(today).first_of_month());
            let to = to.unwrap_or_else(|| from.last_of_month());
            Period::new(from, to).map_err(|_| AppError::field("to", "ends_before_it_begins"))?
        }
        (text, _, _) => text.parse().map_err(|_| wrong())?,
    };
    if period.last().year() - period.first().year() > MOST_YEARS || period.first().year() < 1900 {
        return Err(AppError::Invalid(vec![FieldError::with("period", "period_long", MOST_YEARS)]));
    }
    let unit = match q.get("unit") {
        "" if whole_sight(&v.actor, directory.root()) => None,
        "" => {
            let own = v.person.and_then(|p| directory.person(p)).map(|p| p.unit);
            let seen = |u: &&Unit| may(&v.actor, &Ask::SeeFigures(&u.path)).is_ok();
            let found = own.and_then(|u| directory.unit(u)).filter(seen).or_else(|| directory.units().find(seen));
            Some(found.ok_or(AppError::NotFound("unit"))?)
        }
        code => Some(directory.units().find(|u| u.code == code).ok_or_else(|| AppError::field("unit", "unit"))?)
            .filter(|u| u.parent.is_some()),
    };
    let (as_of, chosen) = match q.get("as_of") {
        "" => (v.say.now(), false),
        text => (instant(&v.say, text).ok_or_else(|| AppError::field("as_of", "instant"))?, true),
    };
    let as_of = as_of.min(v.say.now());
    Ok(Asked {
        period,
        unit: unit.map(|u| u.id),
        code: unit.map_or_else(String::new, |u| u.code.clone()),
        as_of,
        chosen,
    })
}

/// A whole number with its thousands told apart.
pub fn digits(n: u64) -> String {
    let plain = n.to_string();
    let mut out = String::new();
    for (i, c) in plain.chars().enumerate() {
        if i > 0 && (plain.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// The same for a number that may lie below nothing.
pub fn digits_signed(n: i64) -> String {
    if n < 0 { format!("−{}", digits(n.unsigned_abs())) } else { digits(n.unsigned_abs()) }
}

/// A period in words.
pub fn period_words(say: &Say, period: Period) -> String {
    let text = period.to_string();
    match text.len() {
        4 => say.t1("period-year", "y", text),
        7 => {
            let month = say.t(&format!("month-{}", period.first().month()));
            say.t2("period-month", ("y", period.first().year().to_string()), ("m", month))
        }
        10 => say.day(period.first()),
        _ => say.t2("period-days", ("from", say.day(period.first())), ("to", say.day(period.last()))),
    }
}

/// A definition in words.
struct Words {
    numerator: String,
    denominator: Option<String>,
    distinct: String,
    basis: String,
    exclusions: Vec<String>,
    version: String,
}

fn words(say: &Say, d: &Definition) -> Words {
    Words {
        numerator: say.t(&d.numerator_key()),
        denominator: d.denominator_key().map(|k| say.t(&k)),
        distinct: say.of("distinct", &name_of::<Distinct>(d.distinct)),
        basis: say.of("basis", &name_of::<Basis>(d.basis)),
        exclusions: d.exclusions.iter().map(|e| say.of("exclusion", &name_of(e))).collect(),
        version: say.t2("definition-version", ("name", d.name), ("n", i64::from(d.version))),
    }
}

/// A figure as shown.
struct Card {
    label: String,
    /// None over nothing.
    value: Option<String>,
    sign: String,
    /// Numerator and denominator of a rate.
    parts: Option<(String, String)>,
    href: String,
    href_all: String,
    bad: bool,
    words: Words,
}

/// The number as people write it.
fn value_text(f: &Figure) -> Option<String> {
    match f.value {
        Value::Count { n } => Some(digits(n)),
        _ => f.number().map(|n| format!("{n:.1}")),
    }
}

fn href(code: FigureCode, asked: &Asked, part: &str) -> String {
    format!("/figures/{}?{}&part={part}", code.as_str(), asked.query(true))
}

fn card(say: &Say, asked: &Asked, f: &Figure) -> Card {
    let d = f.definition();
    let parts = f.denominator_ids().map(|all| (digits(f.ids().len() as u64), digits(all.len() as u64)));
    Card {
        label: say.t(&d.label_key()),
        value: value_text(f),
        sign: say.of("count-unit", d.unit.as_str()),
        parts,
        href: href(f.code, asked, "numerator"),
        href_all: href(f.code, asked, "denominator"),
        bad: f.code == FigureCode::ClosedLate && !f.ids().is_empty(),
        words: words(say, d),
    }
}

struct Section {
    title: String,
    cards: Vec<Card>,
}

/// A bar of a chart with what it stands for.
struct Bar {
    label: String,
    n: String,
    href: String,
    width: u64,
    y: u64,
}

/// A week of the duty chart: bars from below.
struct WeekBar {
    label: String,
    done: u64,
    missed: u64,
    done_n: usize,
    missed_n: usize,
    x: u64,
    w: u64,
}

struct PersonRow {
    name: String,
    unit: String,
    level: String,
    due: usize,
    done: usize,
    exempt: usize,
    missed: usize,
    open: usize,
    href: String,
    campaigns: Vec<(String, String, &'static str)>,
}

struct CategoryRow {
    name: String,
    n: String,
    n_href: String,
    on_time: String,
    on_href: String,
    rate: String,
    hours: String,
}

#[derive(Template)]
#[template(path = "figures.html")]
struct FiguresPage {
    f: Frame,
    faults: Faults,
    form: Form,
    from: String,
    to: String,
    as_of_field: String,
    unit_code: String,
    whole: Option<String>,
    units: Vec<(String, String)>,
    tabs: Vec<(String, String, bool)>,
    sub: Vec<String>,
    sections: Vec<Section>,
    empty_legs: Option<String>,
    legs: Vec<Bar>,
    weeks: Vec<WeekBar>,
    people: Vec<PersonRow>,
    has_campaigns: bool,
    categories: Vec<CategoryRow>,
    active: bool,
}

impl FiguresPage {
    fn legs_alt(&self) -> String {
        let list = self.legs.iter().map(|b| format!("{} {}", b.label, b.n)).collect::<Vec<_>>().join(", ");
        self.f.say.t1("figures-legs-alt", "list", list)
    }
    fn weeks_alt(&self) -> String {
        let list = self
            .weeks
            .iter()
            .map(|w| format!("{} {}/{}", w.label, w.done_n, w.done_n + w.missed_n))
            .collect::<Vec<_>>()
            .join(", ");
        self.f.say.t1("figures-weeks-alt", "list", list)
    }
}

fn tabs(say: &Say, asked: Option<&Asked>, code: &str) -> Vec<(String, String, bool)> {
    let today = say.today();
    let month = Period::month(Month::of(today));
    let before = today.first_of_month().yesterday().map_or(month, |d| Period::month(Month::of(d)));
    let year = |y: i16| format!("{y:04}").parse::<Period>().unwrap_or(month);
    let mut list = vec![("tab-this-month".to_owned(), month), ("tab-last-month".to_owned(), before)];
    // The campaign months that lie behind, newest first.
    let mut at = before;
    let mut campaigns = 0;
    for _ in 0..12 {
        if campaigns < 2 && matches!(at.first().month(), 5 | 10) && at != before {
            list.push(("tab-campaign".to_owned(), at));
            campaigns += 1;
        }
        match at.first().yesterday() {
            Ok(d) => at = Period::month(Month::of(d)),
            Err(_) => break,
        }
    }
    list.extend([
        ("tab-this-year".to_owned(), year(today.year())),
        ("tab-last-year".to_owned(), year(today.year() - 1)),
    ]);
    let unit = if code.is_empty() { String::new() } else { format!("&unit={code}") };
    list.into_iter()
        .map(|(key, p)| {
            let on = asked.is_some_and(|a| a.period == p);
            let label = if key == "tab-campaign" { period_words(say, p) } else { say.t(&key) };
            (label, format!("/figures?period={p}{unit}"), on)
        })
        .collect()
}

fn leg_bars(say: &Say, asked: &Asked, report: &Report) -> Vec<Bar> {
    let counted: Vec<(VisitType, u64)> =
        VisitType::ALL.into_iter().map(|t| (t, report.get(leg(t)).map_or(0, |f| f.ids().len() as u64))).collect();
    let most = counted.iter().map(|c| c.1).max().unwrap_or(0).max(1);
    counted
        .into_iter()
        .enumerate()
        .map(|(i, (t, n))| Bar {
            label: say.of("leg", t.as_str()),
            n: digits(n),
            href: href(leg(t), asked, "numerator"),
            width: n * 190 / most,
            y: 4 + i as u64 * 24,
        })
        .collect()
}

/// Height of the duty chart's bars, units of the picture.
const TALL: u64 = 84;

fn week_bars(report: &Report) -> Vec<WeekBar> {
    let mut by: BTreeMap<IsoWeek, (usize, usize)> = BTreeMap::new();
    for w in &report.weeks {
        let at = by.entry(w.week).or_default();
        match w.standing {
            Standing::Done(_) => at.0 += 1,
            Standing::Missed => at.1 += 1,
            Standing::Exempt(_) | Standing::Open => {}
        }
    }
    let most = by.values().map(|(a, b)| a + b).max().unwrap_or(0).max(1) as u64;
    let step = (320 / by.len().max(1) as u64).max(1);
    by.into_iter()
        .enumerate()
        .map(|(i, (week, (done, missed)))| WeekBar {
            label: week.to_string(),
            done: done as u64 * TALL / most,
            missed: missed as u64 * TALL / most,
            done_n: done,
            missed_n: missed,
            x: i as u64 * step + step / 8,
            w: (step * 3 / 4).clamp(1, 48),
        })
        .collect()
}

fn campaign_words(say: &Say, asked: &Asked, c: &Campaign) -> (String, String, &'static str) {
    let made = i64::from(c.count());
    let text = match (c.floor, c.standing) {
        (None, _) | (_, CampaignStanding::NoFloor) => say.t1("campaign-no-floor", "made", made),
        (Some(floor), CampaignStanding::Met) => say.t2("campaign-met", ("made", made), ("floor", i64::from(floor))),
        (Some(floor), CampaignStanding::Open { .. }) => {
            say.t2("campaign-open", ("made", made), ("floor", i64::from(floor)))
        }
        (Some(floor), CampaignStanding::Short { .. }) => {
            say.t2("campaign-short", ("made", made), ("floor", i64::from(floor)))
        }
    };
    let class = match c.standing {
        CampaignStanding::Met => "due-done",
        CampaignStanding::Short { .. } => "due-over",
        CampaignStanding::Open { .. } => "due-soon",
        CampaignStanding::NoFloor => "due-ok",
    };
    let month = say.t(&format!("month-{}", c.month.number()));
    (
        format!("{month} {text}"),
        format!("/figures/duty_met?{}&person={}&month={}", asked.query(true), c.person, c.month),
        class,
    )
}

fn people(say: &Say, asked: &Asked, directory: &Directory, report: &Report) -> Vec<PersonRow> {
    let mut weeks: HashMap<PersonId, Vec<&PersonWeek>> = HashMap::new();
    for w in &report.weeks {
        weeks.entry(w.person).or_default().push(w);
    }
    let mut campaigns: HashMap<PersonId, Vec<&Campaign>> = HashMap::new();
    for c in &report.campaigns {
        campaigns.entry(c.person).or_default().push(c);
    }
    let mut ids: Vec<PersonId> = weeks.keys().chain(campaigns.keys()).copied().collect();
    // In the order of the organisation, not of merit: this is no ranking.
    ids.sort_by_cached_key(|id| {
        directory.person(*id).map(|p| (directory.unit(p.unit).map(|u| u.path.clone()), p.level, p.code.clone()))
    });
    ids.dedup();
    ids.into_iter()
        .filter_map(|id| {
            let p = directory.person(id)?;
            let own = weeks.get(&id).map_or(&[][..], Vec::as_slice);
            let n = |of: fn(&Standing) -> bool| own.iter().filter(|w| of(&w.standing)).count();
            let (done, missed) = (n(|s| matches!(s, Standing::Done(_))), n(|s| matches!(s, Standing::Missed)));
            Some(PersonRow {
                name: p.name.clone(),
                unit: directory.unit(p.unit).map(|u| unit_name(say, u)).unwrap_or_default(),
                level: say.of("level", &name_of(p.level)),
                due: done + missed,
                done,
                missed,
                exempt: n(|s| matches!(s, Standing::Exempt(_))),
                open: n(|s| matches!(s, Standing::Open)),
                href: format!("/figures/duty_met?{}&person={id}", asked.query(true)),
                campaigns: campaigns
                    .get(&id)
                    .map_or(&[][..], Vec::as_slice)
                    .iter()
                    .map(|c| campaign_words(say, asked, c))
                    .collect(),
            })
        })
        .collect()
}

fn categories(say: &Say, asked: &Asked, report: &Report) -> Vec<CategoryRow> {
    report
        .categories
        .iter()
        .map(|c| {
            let key: String = form_urlencoded::byte_serialize(c.category.as_bytes()).collect();
            let (n, on) = (c.closed_with_target.len(), c.on_time.len());
            let link = |part| format!("{}&category={key}", href(FigureCode::OnTimeClosed, asked, part));
            CategoryRow {
                name: say.of_or("category", &c.category),
                n: digits(n as u64),
                n_href: link("denominator"),
                on_time: digits(on as u64),
                on_href: link("numerator"),
                rate: if n == 0 { "—".into() } else { format!("{:.1} %", on as f64 * 100.0 / n as f64) },
                hours: c.hours.map_or_else(|| "—".into(), |h| format!("{:.1}", h.median)),
            }
        })
        .collect()
}

/// Units the reader may choose, indented; the root is not among them.
pub fn unit_options(v: &Visitor, directory: &Directory) -> Vec<(String, String)> {
    directory
        .units()
        .filter(|u| u.parent.is_some() && may(&v.actor, &Ask::SeeFigures(&u.path)).is_ok())
        .map(|u| (u.code.clone(), format!("{}{}", "　".repeat(u.path.depth().saturating_sub(2)), unit_name(&v.say, u))))
        .collect()
}

fn sub(say: &Say, asked: &Asked, directory: &Directory) -> Vec<String> {
    let unit = asked
        .unit
        .and_then(|u| directory.unit(u))
        .or_else(|| directory.root())
        .map(|u| unit_name(say, u))
        .unwrap_or_default();
    vec![period_words(say, asked.period), unit, say.t1("figures-as-of", "at", say.moment(asked.as_of))]
}

/// `GET /figures`
pub async fn page(State(web): State<Web>, v: Visitor, uri: Uri) -> Page {
    person(&v)?;
    let form = query(uri.query());
    let directory = web.app().directory().await?;
    let say = &v.say;
    let mut page = FiguresPage {
        f: Frame::of(&web, &v, "figures").await?,
        faults: Faults::none(),
        from: form.get("from").to_owned(),
        to: form.get("to").to_owned(),
        as_of_field: form.get("as_of").to_owned(),
        unit_code: form.get("unit").to_owned(),
        whole: directory.root().filter(|r| whole_sight(&v.actor, Some(r))).map(|u| unit_name(say, u)),
        units: unit_options(&v, &directory),
        tabs: tabs(say, None, ""),
        active: form
            .fields()
            .iter()
            .any(|(k, t)| matches!(k.as_str(), "from" | "to" | "as_of" | "unit") && !t.is_empty()),
        form,
        sub: Vec::new(),
        sections: Vec::new(),
        empty_legs: None,
        legs: Vec::new(),
        weeks: Vec::new(),
        people: Vec::new(),
        has_campaigns: false,
        categories: Vec::new(),
    };
    let asked = match asked(&web, &v, &page.form).await {
        Ok(a) => a,
        Err(e) => {
            let (status, faults) = Faults::from_error(say, e)?;
            page.faults = faults;
            return show_as(status, &page);
        }
    };
    let report = web.app().report(&v.actor, asked.period, asked.unit, asked.as_of).await?;
    page.from = asked.period.first().to_string();
    page.to = asked.period.last().to_string();
    if asked.chosen {
        let local = say.zone().local(asked.as_of);
        page.as_of_field = format!("{}T{:02}:{:02}", local.date(), local.hour(), local.minute());
    }
    page.unit_code.clone_from(&asked.code);
    page.tabs = tabs(say, Some(&asked), &asked.code);
    page.sub = sub(say, &asked, &directory);
    page.sections = [
        (Family::Visits, "family-visits"),
        (Family::Duty, "family-duty"),
        (Family::Matters, "family-matters"),
        (Family::Connections, "family-connections"),
    ]
    .into_iter()
    .map(|(family, key)| Section {
        title: say.t(key),
        cards: report
            .figures
            .iter()
            .filter(|f| f.definition().family == family)
            .map(|f| card(say, &asked, f))
            .collect(),
    })
    .collect();
    let legs = empty_legs(&report.figures);
    page.empty_legs = (!legs.is_empty()).then(|| {
        let list = legs.iter().map(|t| say.of("leg", t.as_str())).collect::<Vec<_>>().join(&say.t("list-separator"));
        say.t1("figures-empty-legs", "list", list)
    });
    page.legs = leg_bars(say, &asked, &report);
    page.weeks = week_bars(&report);
    page.people = people(say, &asked, &directory, &report);
    page.has_campaigns = !report.campaigns.is_empty();
    page.categories = categories(say, &asked, &report);
    show(&page)
}

/// A visit in a list.
pub struct VisitLine {
    /// Id.
    pub id: Uuid,
    /// Where to.
    pub place: String,
    /// Type in words.
    pub leg: String,
    /// Who leads.
    pub leader: String,
    /// Host.
    pub host: String,
    /// When, check-in or planned day.
    pub when: String,
    /// State in words.
    pub state: String,
}

/// Visits ready to be shown as lines.
pub async fn visit_lines(web: &Web, say: &Say, list: &[VisitRow]) -> Result<Vec<VisitLine>, AppError> {
    let directory = web.app().directory().await?;
    let mut ids: Vec<Uuid> = list.iter().map(|r| r.place_id).collect();
    ids.sort();
    ids.dedup();
    let places = web.app().place_names(&ids).await?;
    Ok(list
        .iter()
        .map(|r| VisitLine {
            id: r.id,
            place: places.get(&r.place_id).cloned().unwrap_or_default(),
            leg: say.of("leg", &r.kind),
            leader: directory.person(PersonId(r.leader_id)).map(|p| p.name.clone()).unwrap_or_default(),
            host: directory.unit(UnitId(r.host_id)).map(|u| unit_name(say, u)).unwrap_or_default(),
            when: r
                .started_at
                .map_or_else(|| r.day.parse().map_or_else(|_| r.day.clone(), |d| say.day(d)), |t| say.moment_ms(t)),
            state: say.of("visit-is", &r.state),
        })
        .collect())
}

struct PlaceLine {
    id: Uuid,
    name: String,
    code: String,
    what: String,
}

struct WeekLine {
    person: String,
    unit: String,
    week: String,
    standing: String,
    class: &'static str,
    visits: Vec<Uuid>,
}

#[derive(Template)]
#[template(path = "figure_records.html")]
struct RecordsPage {
    f: Frame,
    label: String,
    sub: Vec<String>,
    back: String,
    value: Option<String>,
    sign: String,
    parts: Vec<(String, String, bool)>,
    words: Words,
    narrowed: Option<String>,
    matters: Vec<Row>,
    visits: Vec<VisitLine>,
    places: Vec<PlaceLine>,
    weeks: Vec<WeekLine>,
    total: u64,
    shown: String,
    before: Option<String>,
    next: Option<String>,
}

/// The keys a reader asked for: all of a part, or those of one category, person or campaign month.
fn chosen(q: &Form, report: &Report, figure: &Figure, denominator: bool) -> Result<(Keys, Distinct), AppError> {
    let whole = if denominator { figure.denominator_ids().unwrap_or_else(|| figure.ids()) } else { figure.ids() };
    let distinct = figure.definition().distinct;
    if !q.get("category").is_empty() && figure.code == FigureCode::OnTimeClosed {
        let row = report.categories.iter().find(|c| &*c.category == q.get("category"));
        let ids =
            row.map(|c| if denominator { c.closed_with_target.clone() } else { c.on_time.clone() }).unwrap_or_default();
        return Ok((Keys::Records(ids), distinct));
    }
    let who = q.optional::<PersonId>("person", "person").map_err(|e| AppError::Invalid(vec![e]))?;
    if let (Some(who), FigureCode::DutyMet) = (who, figure.code) {
        if let Some(month) = q.optional::<Month>("month", "period").map_err(|e| AppError::Invalid(vec![e]))? {
            let made = report.campaigns.iter().find(|c| c.person == who && c.month == month);
            let mut ids: Vec<Uuid> = made.map(|c| c.visits.iter().map(|v| v.0).collect()).unwrap_or_default();
            ids.sort_unstable();
            return Ok((Keys::Records(ids), Distinct::Visit));
        }
        let of = |s: &Standing| match q.get("standing") {
            "done" => matches!(s, Standing::Done(_)),
            "missed" => matches!(s, Standing::Missed),
            "due" => matches!(s, Standing::Done(_) | Standing::Missed),
            "exempt" => matches!(s, Standing::Exempt(_)),
            "open" => matches!(s, Standing::Open),
            _ => true,
        };
        let weeks =
            report.weeks.iter().filter(|w| w.person == who && of(&w.standing)).map(|w| (w.person, w.week)).collect();
        return Ok((Keys::PersonWeeks(weeks), distinct));
    }
    Ok((whole.clone(), distinct))
}

fn standing_words(say: &Say, s: &Standing) -> (String, &'static str) {
    match s {
        Standing::Done(v) => (say.t1("standing-done", "n", v.len()), "due-done"),
        Standing::Exempt(why) => (say.t1("standing-exempt", "why", say.of("exempt", &name_of(why))), "due-wait"),
        Standing::Missed => (say.t("standing-missed"), "due-over"),
        Standing::Open => (say.t("standing-open"), "due-ok"),
    }
}

fn week_words(say: &Say, week: IsoWeek) -> String {
    let day = |d: Date| say.t2("day-short", ("m", say.t(&format!("month-{}", d.month()))), ("d", i64::from(d.day())));
    let span = say.t2("period-days", ("from", day(week.monday())), ("to", day(week.sunday())));
    match say.lang() {
        Lang::Zh => format!("{week}（{span}）"),
        Lang::En => format!("{week} ({span})"),
    }
}

/// `GET /figures/{code}`
pub async fn records(State(web): State<Web>, v: Visitor, Path(code): Path<String>, uri: Uri) -> Page {
    person(&v)?;
    let code = FigureCode::parse(&code).ok_or(AppError::NotFound("figure"))?;
    let q = query(uri.query());
    let say = &v.say;
    let asked = asked(&web, &v, &q).await?;
    let report = web.app().report(&v.actor, asked.period, asked.unit, asked.as_of).await?;
    let figure = report.get(code).ok_or(AppError::NotFound("figure"))?;
    let directory = web.app().directory().await?;
    let denominator = q.get("part") == "denominator" && figure.denominator_ids().is_some();
    let (keys, distinct) = chosen(&q, &report, figure, denominator)?;

    let total = keys.len();
    let pages = total.div_ceil(PAGE).max(1);
    let at = q.get("page").parse::<usize>().unwrap_or(1).clamp(1, pages);
    let here: Vec<Key> = keys.iter().skip((at - 1) * PAGE).take(PAGE).collect();
    let ids: Vec<Uuid> = here
        .iter()
        .filter_map(|k| match k {
            Key::Record(id) => Some(*id),
            Key::PersonWeek(..) => None,
        })
        .collect();
    let (mut matters, mut visits, mut places, mut weeks) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    match distinct {
        Distinct::Matter => matters = rows::rows(&web, say, &web.app().matters_by_id(&v.actor, &ids).await?).await?,
        Distinct::Visit => visits = visit_lines(&web, say, &web.app().visits_by_id(&v.actor, &ids).await?).await?,
        Distinct::Place => {
            places = web
                .app()
                .places_by_id(&v.actor, &ids)
                .await?
                .into_iter()
                .map(|p| PlaceLine {
                    id: p.id.0,
                    what: format!(
                        "{} · {} · {}",
                        say.of("place-kind", &name_of(p.kind)),
                        p.district,
                        say.of("area", &name_of(p.area))
                    ),
                    name: p.name,
                    code: p.code,
                })
                .collect()
        }
        Distinct::PersonWeek => {
            let by: HashMap<(PersonId, IsoWeek), &Standing> =
                report.weeks.iter().map(|w| ((w.person, w.week), &w.standing)).collect();
            for key in &here {
                let Key::PersonWeek(p, week) = key else { continue };
                let standing = by.get(&(*p, *week)).copied();
                let (words, class) = standing.map_or((String::new(), "due-ok"), |s| standing_words(say, s));
                let of = directory.person(*p);
                weeks.push(WeekLine {
                    person: of.map(|p| p.name.clone()).unwrap_or_default(),
                    unit: of.and_then(|p| directory.unit(p.unit)).map(|u| unit_name(say, u)).unwrap_or_default(),
                    week: week_words(say, *week),
                    standing: words,
                    class,
                    visits: match standing {
                        Some(Standing::Done(v)) => v.iter().map(|v| v.0).collect(),
                        _ => Vec::new(),
                    },
                });
            }
        }
    }
    let narrowed = match (q.get("category"), q.get("person").parse::<PersonId>()) {
        ("", Ok(p)) => directory.person(p).map(|p| {
            let mut text = p.name.clone();
            if let Ok(m) = q.get("month").parse::<Month>() {
                let _ = write!(text, " · {}", period_words(say, Period::month(m)));
            } else if !q.get("standing").is_empty() {
                let _ = write!(text, " · {}", say.of_or("duty", q.get("standing")));
            }
            text
        }),
        ("", Err(_)) => None,
        (c, _) => Some(say.of_or("category", c)),
    };
    let link = |page: usize| format!("/figures/{}?{}&page={page}", code.as_str(), q.query_without("page"));
    let parts = figure
        .denominator_ids()
        .filter(|_| q.get("person").is_empty())
        .map(|all| {
            let rest = q.query_with(&[("page", ""), ("part", "")]);
            let tab = |part: &str, key: &str, n: usize, on: bool| {
                (
                    format!("{} {}", say.t(key), digits(n as u64)),
                    format!("/figures/{}?{rest}&part={part}", code.as_str()),
                    on,
                )
            };
            let (few, many) = match report
                .categories
                .iter()
                .find(|c| !q.get("category").is_empty() && &*c.category == q.get("category"))
            {
                Some(c) => (c.on_time.len(), c.closed_with_target.len()),
                None => (figure.ids().len(), all.len()),
            };
            vec![
                tab("numerator", "part-numerator", few, !denominator),
                tab("denominator", "part-denominator", many, denominator),
            ]
        })
        .unwrap_or_default();
    let d = figure.definition();
    let page = RecordsPage {
        label: say.t(&d.label_key()),
        sub: sub(say, &asked, &directory),
        back: format!("/figures?{}", asked.query(false)),
        value: value_text(figure).filter(|_| narrowed.is_none()),
        sign: say.of("count-unit", d.unit.as_str()),
        parts,
        words: words(say, d),
        narrowed,
        matters,
        visits,
        places,
        weeks,
        total: total as u64,
        shown: say.t2("records-shown", ("page", at as i64), ("n", digits(total as u64))),
        before: (at > 1).then(|| link(at - 1)),
        next: (at < pages).then(|| link(at + 1)),
        f: Frame::of(&web, &v, "figures").await?,
    };
    show_as(StatusCode::OK, &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voices() -> Vec<Say> {
        let zone = yixian_domain::time::Zone::parse("Asia/Shanghai").expect("a zone");
        let says = crate::say::Catalogues::built_in();
        Lang::ALL.into_iter().map(|l| says.say(l, zone.clone(), Instant(1_538_269_200_000))).collect()
    }

    #[test]
    fn every_figure_has_its_words_in_every_language() {
        for say in voices() {
            for code in FigureCode::ALL {
                let d = code.definition();
                assert!(say.has(&d.label_key()), "{}", d.label_key());
                let w = words(&say, d);
                let all = [w.numerator, w.distinct, w.basis, w.version, say.of("count-unit", d.unit.as_str())];
                let told = all.iter().chain(&w.denominator).chain(&w.exclusions);
                assert!(told.into_iter().all(|t| !t.contains('⟨')), "{}: {all:?}", d.name);
            }
            for t in VisitType::ALL {
                assert!(say.has(&format!("leg-{}", t.as_str())));
            }
        }
    }

    #[test]
    fn instants_are_read_as_people_and_programs_write_them() {
        let say = voices().remove(0);
        let at = |text: &str| instant(&say, text).map(|i| i.to_string());
        assert_eq!(at("2018-05-31T18:00:00+08:00").as_deref(), Some("2018-05-31T10:00:00.000Z"));
        assert_eq!(at("2018-05-31T18:00").as_deref(), Some("2018-05-31T10:00:00.000Z"));
        assert_eq!(at("2018-05-31").as_deref(), Some("2018-05-31T16:00:00.000Z"));
        assert_eq!((at(""), at("May")), (None, None));
    }

    #[test]
    fn thousands_are_told_apart() {
        for (n, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (58_251, "58,251"), (1_234_567, "1,234,567")] {
            assert_eq!(digits(n), text);
        }
    }
}
