//! A connection's page for the hall, in the frame of every matter: what can be done now and why the rest
//! cannot, the steps, eligibility with its reasons, papers, what happened; beside it the three clocks,
//! the deadline day by day, pauses, cost and saving, call-backs, audit leads.

use crate::connections::act::CaseAction;
use crate::connections::words::{Span, by, eligible_reasons, kilowatts, lead, shares, stage, strip};
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::{Lang, Say};
use crate::door::telling::unit_name;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::matters::erase::may_erase;
use crate::matters::matter::{Entry, Explained, clock_of, explain, timeline, who};
use crate::matters::matter::{rule_words, when};
use crate::matters::rows::{Pill, number, pill, stage_class};
use crate::matters::show::may_show;
use askama::Template;
use axum::extract::{Path, State};
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::connections::{ConnectionPage, StepState};
use yixian_app::matters::LinkOffer;
use yixian_app::read::{Directory, Missing};
use yixian_domain::connection::clock::{Clocks, Tile};
use yixian_domain::connection::{CallOutcome, Case, Plan};
use yixian_domain::ids::{MatterId, Said};
use yixian_domain::limit::LimitUnit;
use yixian_domain::matter::{Matter, MatterAction};
use yixian_domain::procedure::{Needs, Step};
use yixian_domain::refusal::Refusal;

struct Doing {
    href: String,
    label: String,
    primary: bool,
}

struct StepRow {
    class: &'static str,
    name: String,
    at: Option<String>,
    note: Option<String>,
    visible: bool,
}

struct Reasoned {
    label: String,
    class: &'static str,
    mark: String,
}

struct SplitRow {
    href: String,
    number: String,
    text: String,
}

struct PaperRow {
    label: String,
    given: bool,
    photos: Vec<String>,
}

struct ClockRow {
    label: String,
    value: String,
}

struct NodeRow {
    name: String,
    limit: String,
    used: String,
    on_time: bool,
}

#[derive(Template)]
#[template(path = "connections/case.html")]
struct CasePage {
    f: Frame,
    number: String,
    title: String,
    stage: String,
    stage_class: &'static str,
    paused: bool,
    escalated: bool,
    flags: Vec<String>,
    class: String,
    pill: Option<Pill>,
    doings: Vec<Doing>,
    missing: Vec<(String, String)>,
    steps: Vec<StepRow>,
    eligible: String,
    eligible_class: &'static str,
    eligible_row: Option<String>,
    reasons: Vec<Reasoned>,
    overridden: Option<String>,
    splits: Vec<SplitRow>,
    papers: Vec<PaperRow>,
    timeline: Vec<Entry>,
    clocks: Vec<ClockRow>,
    spans: Vec<Span>,
    spans_alt: String,
    intervals: Vec<(String, String)>,
    nodes: Vec<NodeRow>,
    facts: Vec<(String, String)>,
    link: Option<LinkOffer>,
    id: Uuid,
    command_id: Uuid,
    /// Where masked data are shown for a purpose.
    show: Option<String>,
    /// Where an administrator erases.
    erase: Option<String>,
    explained: Explained,
    pauses: Vec<(String, String)>,
    costs: Vec<(String, String)>,
    saving: Option<String>,
    claim: bool,
    lines: Vec<(String, String, String)>,
    callbacks: Vec<(String, String)>,
    leads: Vec<String>,
}

pub(crate) fn step_name(say: &Say, s: &Step) -> String {
    if say.lang() == Lang::Zh { s.name.clone() } else { s.name_en.clone() }
}

/// What the step in hand says against an action that the matter would allow.
fn against(a: CaseAction, p: &ConnectionPage, case: &Case) -> Option<Refusal> {
    let step = case.step().map(|r| r.code.as_str());
    let wants =
        |needs| step.and_then(|c| p.page.steps.iter().find(|s| s.code == c)).is_some_and(|s| s.needs == Some(needs));
    let not_now = || Refusal::NotThisStep { step: step.unwrap_or_default().to_owned() };
    match a {
        CaseAction::Survey if !wants(Needs::Survey) => Some(not_now()),
        CaseAction::Scheme if !wants(Needs::Scheme) => Some(not_now()),
        CaseAction::Advance if p.next.is_none() => Some(not_now()),
        CaseAction::Energize if p.next.is_some() => {
            Some(Refusal::StepsLeft { step: step.unwrap_or_default().to_owned() })
        }
        _ => None,
    }
}

fn doings(say: &Say, p: &ConnectionPage, case: &Case) -> (Vec<Doing>, Vec<(String, String)>) {
    let id = p.page.matter.id;
    let (mut can, mut cannot) = (Vec::new(), Vec::new());
    let refused = |action: Option<MatterAction>, r: &Refusal| match r {
        Refusal::NotThisStep { step } | Refusal::StepsLeft { step } => {
            let name =
                p.page.steps.iter().find(|s| s.code == *step).map_or_else(|| step.clone(), |s| step_name(say, s));
            say.t1(&format!("refusal-{}", r.code().replace('_', "-")), "step", name)
        }
        _ => match action {
            Some(action) => when(say, action, r),
            None => say.refusal(r),
        },
    };
    let of_matter =
        |action: MatterAction| p.page.offers.iter().find(|o| o.action == action).and_then(|o| o.missing.clone());
    let mut offer = |label: String,
                     href: String,
                     missing: Option<Missing>,
                     primary: bool,
                     against: Option<Refusal>,
                     action: Option<MatterAction>| match (&missing, against) {
        (None, None) => can.push(Doing { href, label, primary }),
        (Some(Missing::Denied(why)), _) => cannot.push((label, say.denial(why))),
        (Some(Missing::Refused(why)), _) => cannot.push((label, refused(action, why))),
        (None, Some(why)) => cannot.push((label, refused(action, &why))),
    };
    // What every matter knows, where a connection has no form of its own for it.
    for action in MatterAction::ALL {
        let skip = matches!(
            action,
            MatterAction::AskPause
                | MatterAction::Advance
                | MatterAction::Submit
                | MatterAction::RecordAttempt
                | MatterAction::Rate
                | MatterAction::Merge
                | MatterAction::Separate
        );
        if !skip {
            let label = match action {
                MatterAction::Verify => say.t("case-action-verify"),
                MatterAction::Return => say.t("case-action-return"),
                a => say.of("action", a.as_str()),
            };
            let primary = matches!(
                action,
                MatterAction::Accept | MatterAction::Verify | MatterAction::Answer | MatterAction::Decide
            );
            offer(label, format!("/matters/{id}/{}", action.as_str()), of_matter(action), primary, None, Some(action));
        }
    }
    for action in CaseAction::ALL {
        let primary = matches!(
            action,
            CaseAction::Survey | CaseAction::Scheme | CaseAction::Advance | CaseAction::Energize | CaseAction::CallBack
        );
        let as_matter = match action.of_case() {
            Some(_) => None,
            None if action == CaseAction::Pause => Some(MatterAction::AskPause),
            None => Some(MatterAction::Advance),
        };
        let missing = match (action.of_case(), as_matter) {
            (Some(x), _) => p.offers.iter().find(|o| o.action == x).and_then(|o| o.missing.clone()),
            (None, Some(of)) => of_matter(of),
            (None, None) => None,
        };
        offer(
            say.of("case-action", action.as_str()),
            format!("/connections/{id}/{}", action.as_str()),
            missing,
            primary,
            against(action, p, case),
            as_matter,
        );
    }
    can.sort_by_key(|d: &Doing| !d.primary);
    (can, cannot)
}

fn steps(say: &Say, p: &ConnectionPage, case: &Case) -> Vec<StepRow> {
    p.stations
        .iter()
        .filter(|s| s.state != StepState::Skipped)
        .map(|s| {
            let class = match s.state {
                StepState::Current => "tl-now",
                StepState::Done => "tl-done",
                StepState::Ahead | StepState::Skipped => "tl-next",
            };
            let at = s.from.map(|from| match s.to {
                Some(to) => format!("{} – {}", say.moment(from), say.moment(to)),
                None => say.moment(from),
            });
            let limit = case.limit(s.step.limit_key()).map(|l| crate::matters::matter::limit_words(say, l.limit));
            let role = match (say.lang(), &s.step.role_en) {
                (Lang::En, Some(en)) => Some(en.clone()),
                _ => s.step.role.clone(),
            };
            let note = [role, limit].into_iter().flatten().collect::<Vec<_>>().join(" · ");
            StepRow {
                class,
                name: step_name(say, &s.step),
                at,
                note: Some(note).filter(|n| !n.is_empty()),
                visible: s.step.visible,
            }
        })
        .collect()
}

fn tile_words(say: &Say, p: &ConnectionPage, tile: &Tile) -> String {
    let names = |codes: &[String]| {
        codes
            .iter()
            .map(|c| {
                if c == "intake" {
                    say.t("holder-intake")
                } else {
                    p.page.steps.iter().find(|s| s.code == *c).map_or_else(|| c.clone(), |s| step_name(say, s))
                }
            })
            .collect::<Vec<_>>()
            .join(&say.t("list-separator"))
    };
    let whose = say.of("holder", by(tile));
    match tile {
        Tile::Utility { steps } | Tile::Customer { steps } => format!("{whose} · {}", names(steps)),
        Tile::Paused { ground } => format!("{whose} · {}", say.of_or("ground", ground)),
        Tile::Nobody => whose,
    }
}

/// The three clocks, each with its own convention; and the conventions that other people count by.
fn clocks(say: &Say, c: &Clocks) -> Vec<ClockRow> {
    let row = |label: &str, value: String| ClockRow { label: say.t(label), value };
    vec![
        row("clock-handled", say.t1("clock-working-days", "n", c.days.d5_handled)),
        row("clock-whole", say.t1("clock-working-days", "n", c.days.d3_working)),
        row("clock-elapsed", say.t1("clock-days", "n", c.days.d1_elapsed)),
        row("d2-inclusive", say.t1("clock-days", "n", c.days.d2_inclusive)),
        row("d4-net-working", say.t1("clock-working-days", "n", c.days.d4_net_working)),
        row("d6-world-bank", say.t1("clock-days", "n", c.days.d6_world_bank)),
    ]
}

fn plan_words(say: &Say, p: &Plan) -> String {
    let days = p.days.map(|n| say.t1("case-plan-days", "n", n));
    [
        Some(p.voltage.as_str().replace("kV", " kV")),
        Some(kilowatts(say, &p.capacity.to_string())),
        Some(say.t1("yuan", "n", p.total().to_string())),
        days,
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" · ")
}

fn calls(say: &Say, d: &Directory, case: &Case) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> =
        case.calls.attempts.iter().map(|t| (say.of("outcome", "not_reached"), say.moment(*t))).collect();
    if let Some((at, outcome)) = &case.calls.ended {
        let (word, said) = match outcome {
            CallOutcome::Reached { satisfaction, .. } => {
                ("reached", satisfaction.map(|s| say.of("satisfaction", s.as_str())))
            }
            CallOutcome::NotReached => ("not_reached", None),
            CallOutcome::Refused => ("refused", None),
        };
        out.push((
            say.of("outcome", word),
            [Some(say.moment(*at)), said].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        ));
    }
    if let Some(r) = case.rating.as_ref().filter(|r| !r.by_call) {
        out.push((
            say.of("satisfaction", r.satisfaction.as_str()),
            format!("{} · {}", who(say, d, &yixian_domain::ids::By::Rule), say.moment(r.at)),
        ));
    }
    out
}

/// What a limit is of: the whole, the utility's own time, or a step.
fn limit_name(say: &Say, p: &ConnectionPage, step: &str) -> String {
    match step {
        "whole" => say.t("limit-whole"),
        "handled" => say.t("limit-handled"),
        s => p.page.steps.iter().find(|x| x.limit_key() == s).map_or_else(|| s.to_owned(), |x| step_name(say, x)),
    }
}

fn used_key(unit: LimitUnit) -> &'static str {
    match unit {
        LimitUnit::WorkingDays => "clock-working-days",
        LimitUnit::CalendarDays => "clock-days",
        LimitUnit::Hours => "clock-hours",
    }
}

/// A free text of the case.
fn said(say: &Say, p: &ConnectionPage, text: &Said) -> String {
    match text {
        Said::Plain(text) => text.clone(),
        Said::Kept(w) => p.page.words.get(&w.id).cloned().unwrap_or_else(|| say.t("erased")),
    }
}

fn facts(say: &Say, d: &Directory, p: &ConnectionPage, m: &Matter, case: &Case) -> Vec<(String, String)> {
    let mut out = vec![(say.t("fact-number"), number(say, m.raised.at, p.page.n))];
    let contact = p.page.contact.clone().unwrap_or_default();
    out.push((say.t("fact-applicant"), contact.0.unwrap_or_else(|| say.t("erased"))));
    if let Some(code) = &p.credit_code {
        out.push((say.t("fact-credit-code"), code.clone()));
    }
    if let Some(phone) = contact.1 {
        out.push((say.t("fact-phone"), phone));
    }
    let address =
        case.asked.address.as_ref().map(|w| p.page.words.get(&w.id).cloned().unwrap_or_else(|| say.t("erased")));
    out.push((
        say.t("fact-address"),
        [
            Some(case.asked.district.clone()),
            Some(said(say, p, &case.asked.street))
                .filter(|s| !s.is_empty() && !address.as_ref().is_some_and(|a| a.starts_with(s.as_str()))),
            address.clone(),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" "),
    ));
    out.push((say.t("fact-use"), say.of("use", case.asked.purpose.as_str())));
    out.push((say.t("fact-capacity"), kilowatts(say, &case.asked.capacity.to_string())));
    out.push((say.t("fact-channel"), say.of("origin", &yixian_app::code_of(m.origin))));
    if let Some(r) = &case.asked.reference {
        out.push((say.t("fact-reference"), said(say, p, r)));
    }
    out.push((say.t("fact-unit"), d.unit(m.unit).map(|u| unit_name(say, u)).unwrap_or_default()));
    if let Some(h) = m.handler.and_then(|h| d.person(h)) {
        out.push((say.t("fact-handler"), h.name.clone()));
    }
    out.push((
        say.t("fact-procedure"),
        say.t2("fact-version", ("id", say.of_or("procedure", &m.procedure.id)), ("n", m.procedure.version)),
    ));
    for l in &case.limits {
        let step = limit_name(say, p, &l.step);
        out.push((
            say.t("case-rule-set"),
            format!("{} · {} {}", rule_words(&l.rule), step, crate::matters::matter::limit_words(say, l.limit)),
        ));
    }
    out
}

/// `GET /connections/{id}`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<String>) -> Page {
    let id = id.parse::<Uuid>().map(MatterId).map_err(|_| AppError::NotFound("connection"))?;
    let p = web.app().connection_page(&v.actor, id).await?;
    let d = web.app().directory().await?;
    let say = &v.say;
    let m = &p.page.matter;
    let policies = web.app().policies();
    let case = m.case.as_deref().ok_or(AppError::NotFound("connection"))?;
    let (doings, missing) = doings(say, &p, case);
    let stands = case.eligibility.stands();
    let whole = &p;
    let page = CasePage {
        number: number(say, m.raised.at, p.page.n),
        title: format!(
            "{} · {} · {}",
            case.asked.district,
            say.of("use", case.asked.purpose.as_str()),
            kilowatts(say, &case.asked.capacity.to_string())
        ),
        stage: stage(say, m.stage.name()),
        stage_class: stage_class(m.stage.name()),
        paused: m.paused().is_some(),
        escalated: m.escalated > 0 && m.is_open(),
        flags: case.flags.iter().map(|x| say.of("flag", x.as_str())).collect(),
        class: say.of("class", case.class.as_str()),
        pill: pill(say, clock_of(m)),
        steps: steps(say, &p, case),
        eligible: say.t(if stands { "case-eligible" } else { "case-not-eligible" }),
        eligible_class: if stands { "due-done" } else { "due-soon" },
        eligible_row: case
            .eligibility
            .row
            .as_deref()
            .and_then(|id| policies.eligibility.all().iter().find(|r| r.id == id))
            .map(|r| say.t1("case-eligible-row", "source", r.source.clone())),
        reasons: eligible_reasons(say, &case.eligibility.reasons)
            .into_iter()
            .map(|label| Reasoned { label, class: "due-soon", mark: "▲".into() })
            .collect(),
        overridden: case.eligibility.overridden.as_ref().map(|o| {
            let why = p.page.words.get(&o.reason.id).cloned().unwrap_or_else(|| say.t("erased"));
            say.t2("case-overridden", ("who", who(say, &d, &o.by)), ("why", why))
        }),
        splits: p
            .splits
            .iter()
            .map(|s| SplitRow {
                href: format!("/connections/{}", s.case),
                number: number(say, s.applied, s.n),
                text: say.t2("case-split-line", ("day", say.moment(s.applied)), ("kw", s.capacity.to_string())),
            })
            .collect(),
        papers: case
            .papers
            .iter()
            .map(|x| PaperRow {
                label: say.of("paper", x.kind.as_str()),
                given: x.at.is_some(),
                photos: x.photos.iter().map(|f| f.as_str().to_owned()).collect(),
            })
            .collect(),
        timeline: timeline(say, &d, &p.page, false),
        clocks: clocks(say, &p.clocks),
        spans: strip(&p.clocks),
        spans_alt: shares(say, &p.clocks)
            .into_iter()
            .map(|(_, words, value)| format!("{words} {value}"))
            .collect::<Vec<_>>()
            .join(", "),
        intervals: p
            .clocks
            .intervals
            .iter()
            .map(|i| (tile_words(say, &p, &i.tile), format!("{} – {}", say.moment(i.from), say.moment(i.to))))
            .collect(),
        nodes: p
            .nodes
            .iter()
            .map(|n| NodeRow {
                name: limit_name(say, &p, &n.step),
                limit: crate::matters::matter::limit_words(say, n.limit),
                used: say.t1(used_key(n.limit.unit()), "n", n.used),
                on_time: n.on_time,
            })
            .collect(),
        facts: facts(say, &d, &p, m, case),
        link: p.page.link.filter(|l| l.to_phone || l.to_show),
        id: p.page.matter.id.0,
        command_id: web.app().mint().uuid(say.now()),
        erase: may_erase(&v, &d, m).then(|| format!("/matters/{id}/erase")),
        show: may_show(&p.page).then(|| format!("/matters/{id}/show")),
        explained: explain(say, p.page.deadline.as_ref()),
        pauses: m
            .pauses
            .iter()
            .map(|x| {
                let ground = x.ground.map_or_else(|| say.t("ground-unspecified"), |g| say.of("ground", g.as_str()));
                let span = match x.to {
                    Some(to) => format!("{} – {}", say.moment(x.from), say.moment(to)),
                    None => say.t1("ex-pause-open", "from", say.moment(x.from)),
                };
                let approved = say.t2(
                    "case-pause-by",
                    ("asked", who(say, &d, &x.asked_by)),
                    ("approved", who(say, &d, &x.approved_by)),
                );
                (
                    ground,
                    format!("{span} · {approved} · {}", say.t1("case-pause-evidence", "n", x.evidence.len() as i64)),
                )
            })
            .collect(),
        costs: case
            .cost
            .as_ref()
            .map(|c| {
                vec![
                    (say.t("case-counterfactual"), plan_words(say, &c.counterfactual)),
                    (say.t("case-chosen"), plan_words(say, &c.chosen)),
                    (say.t("case-paid"), say.t1("yuan", "n", c.paid.to_string())),
                ]
            })
            .unwrap_or_default(),
        saving: case.cost.as_ref().map(|c| say.t1("case-saving", "n", c.saving().to_string())),
        claim: case.cost.as_ref().is_some_and(|c| c.counterfactual.is_claim()),
        lines: case
            .cost
            .as_ref()
            .map(|c| {
                [(&c.counterfactual, "case-counterfactual"), (&c.chosen, "case-chosen")]
                    .into_iter()
                    .flat_map(|(plan, key)| {
                        plan.lines.iter().map(move |l| {
                            let (name, source) = (said(say, whole, &l.name), said(say, whole, &plan.source));
                            (format!("{} · {name}", say.t(key)), l.amount.to_string(), source)
                        })
                    })
                    .collect()
            })
            .unwrap_or_default(),
        callbacks: calls(say, &d, case),
        leads: p.leads.iter().map(|l| lead(say, l)).collect(),
        f: Frame::of(&web, &v, "connections").await?,
        doings,
        missing,
    };
    show(&page)
}
