//! A matter's page: the raiser's words, what can be done now and why the rest cannot, what happened,
//! the deadline explained day by day.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::matters::erase::{erased_words, may_erase};
use crate::matters::rows::{Clock, Pill, about_at, number, pill, stage_class};
use crate::matters::show::{disclosed_words, may_show};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::matters::LinkOffer;
use yixian_app::read::{Directory, MatterPage, Missing, TimelineRow};
use yixian_domain::access::{Ask, may};
use yixian_domain::calendar::Name;
use yixian_domain::connection::eligible::Override;
use yixian_domain::connection::{CallOutcome, CaseEvent};
use yixian_domain::deadline::{Deadline, Promise, RuleRef, SkipReason};
use yixian_domain::ids::*;
use yixian_domain::limit::{Limit, LimitUnit};
use yixian_domain::matter::*;
use yixian_domain::part::{Part, Task};
use yixian_domain::procedure::Step;
use yixian_domain::refusal::Refusal;

/// An action to offer.
pub(crate) struct Doing {
    pub name: &'static str,
    pub label: String,
    /// Nothing to fill in: one tap does it.
    pub direct: bool,
    pub primary: bool,
}

/// One row of the timeline.
pub(crate) struct Entry {
    pub rev: i64,
    pub when: String,
    pub iso: String,
    pub who: String,
    pub what: String,
    pub words: Option<String>,
    pub photos: Vec<String>,
    pub late: Option<String>,
    pub class: &'static str,
}

/// One day of the explanation.
pub(crate) struct ExDay {
    pub class: &'static str,
    pub day: String,
    pub count: String,
    pub why: String,
}

/// The deadline explained.
#[derive(Default)]
pub(crate) struct Explained {
    pub caption: Vec<String>,
    pub days: Vec<ExDay>,
    pub notes: Vec<String>,
}

#[derive(Template)]
#[template(path = "matters/matter.html")]
struct Shown {
    f: Frame,
    id: Uuid,
    number: String,
    subject: String,
    stage: String,
    stage_class: &'static str,
    paused: bool,
    escalated: bool,
    pill: Option<Pill>,
    words: String,
    words_of: String,
    words_by: String,
    words_at: String,
    photos: Vec<String>,
    after: Vec<String>,
    how: Option<String>,
    answer: Option<(String, String)>,
    doings: Vec<Doing>,
    missing: Vec<(String, String)>,
    timeline: Vec<Entry>,
    merged: Vec<Merged>,
    facts: Vec<(String, String, Option<String>)>,
    explained: Explained,
    link: Option<LinkOffer>,
    /// It was registered just now; with what became of the message to the raiser.
    registered: bool,
    /// What became of the message to the raiser.
    message: Option<String>,
    /// Where masked data are shown for a purpose.
    show: Option<String>,
    /// Where an administrator erases.
    erase: Option<String>,
    /// Where thanks for it become praise, for whoever keeps the unit's.
    praise: Option<String>,
    command_id: Uuid,
}

/// A matter that was merged into this one.
struct Merged {
    id: Uuid,
    number: String,
    words: Vec<String>,
    photos: Vec<String>,
}

/// A person, raiser or rule by name.
pub(crate) fn who(say: &Say, d: &Directory, by: &By) -> String {
    match by {
        By::Person(p) => d.person(*p).map_or_else(|| say.t("erased"), |p| p.name.clone()),
        By::Raiser(_) => say.t("by-raiser"),
        By::Partner(_) => say.t("by-partner"),
        By::Rule => say.t("by-rule"),
        By::Import => say.t("by-import"),
    }
}

fn holiday(say: &Say, n: &Name) -> String {
    match say.lang() {
        crate::door::say::Lang::Zh => n.zh.clone(),
        crate::door::say::Lang::En => n.en.clone(),
    }
}

/// A limit in words.
pub(crate) fn limit_words(say: &Say, l: Limit) -> String {
    let key = match l.unit() {
        LimitUnit::WorkingDays => "limit-working-days",
        LimitUnit::CalendarDays => "limit-calendar-days",
        LimitUnit::Hours => "limit-hours",
    };
    say.t1(key, "n", l.n())
}

fn unit_of(say: &Say, d: &Directory, id: UnitId) -> String {
    d.unit(id).map(|u| unit_name(say, u)).unwrap_or_default()
}

/// What a timeline is told from.
pub(crate) struct Story<'a> {
    pub rows: &'a [TimelineRow<MatterEvent>],
    pub words: &'a HashMap<WordsId, String>,
    pub steps: &'a [Step],
    /// Of a connection.
    pub of_case: bool,
    /// As the raiser sees it.
    pub only_visible: bool,
}

/// The timeline in words.
pub(crate) fn timeline(say: &Say, d: &Directory, page: &MatterPage, only_visible: bool) -> Vec<Entry> {
    story(
        say,
        d,
        &Story {
            rows: &page.timeline,
            words: &page.words,
            steps: &page.steps,
            of_case: page.matter.case.is_some(),
            only_visible,
        },
    )
}

/// A timeline in words.
pub(crate) fn story(say: &Say, d: &Directory, page: &Story<'_>) -> Vec<Entry> {
    let (of_case, only_visible) = (page.of_case, page.only_visible);
    let text = |w: &Words| page.words.get(&w.id).cloned().unwrap_or_else(|| say.t("erased"));
    let maybe = |w: &Option<Words>| w.as_ref().map(text);
    page.rows
        .iter()
        .filter(|t| (!only_visible || raiser_sees(&t.event)) && !(of_case && told_by_another(&t.event)))
        .map(|t: &TimelineRow<MatterEvent>| {
            let e = &t.event;
            let plain = say.of("event", e.code());
            let (what, words, photos): (String, Option<String>, Vec<String>) = match e {
                MatterEvent::Raised { .. } if of_case => (say.t("event-applied"), None, vec![]),
                MatterEvent::Raised { raised, .. } => (plain, None, hex(&raised.photos)),
                MatterEvent::Submitted { solution } if of_case => {
                    (say.t("event-energized"), Some(text(&solution.how)), hex(&solution.photos))
                }
                MatterEvent::SolvedOnTheSpot { solution } | MatterEvent::Submitted { solution } => {
                    (plain, Some(text(&solution.how)), hex(&solution.photos))
                }
                MatterEvent::Verified { note } if of_case => (say.t("event-archived"), maybe(note), vec![]),
                MatterEvent::Assigned { unit, note, .. } => {
                    (say.t1("event-assigned", "unit", unit_of(say, d, *unit)), maybe(note), vec![])
                }
                MatterEvent::Transferred { unit, reason, .. } => {
                    (say.t1("event-transferred", "unit", unit_of(say, d, *unit)), Some(text(reason)), vec![])
                }
                MatterEvent::Merged { reason, .. } => (plain, maybe(reason), vec![]),
                MatterEvent::Separated { reason } => (plain, Some(text(reason)), vec![]),
                MatterEvent::Refused { reason } | MatterEvent::Returned { reason } => {
                    (plain, Some(text(reason)), vec![])
                }
                MatterEvent::StepStarted { step, note, photos, .. } => {
                    (say.t1("event-step-started", "step", step_name(say, page, step)), maybe(note), hex(photos))
                }
                MatterEvent::Requested { request } => {
                    let what = match request.wanted {
                        Wanted::Extension { until } => say.t1("event-extension-requested", "day", say.day(until)),
                        Wanted::Pause => plain,
                    };
                    (what, Some(text(&request.reason)), hex(&request.evidence))
                }
                MatterEvent::ExtensionApproved { until, note, .. } => {
                    (say.t1("event-extension-approved", "day", say.day(*until)), maybe(note), vec![])
                }
                MatterEvent::RequestRejected { note }
                | MatterEvent::PauseApproved { note, .. }
                | MatterEvent::Resumed { note, .. }
                | MatterEvent::Verified { note } => (plain, maybe(note), vec![]),
                MatterEvent::Answered { words, .. } => (plain, Some(text(words)), vec![]),
                MatterEvent::Attempted { note } => (plain, Some(text(note)), vec![]),
                MatterEvent::Rated { verdict, words, voice } => {
                    let verdict = say.t1("event-rated", "verdict", verdict_words(say, *verdict));
                    let known_by = voice.map(|v| say.of("voice", v.as_str()));
                    (known_by.map_or(verdict.clone(), |by| format!("{verdict} · {by}")), maybe(words), vec![])
                }
                MatterEvent::LinkGiven { .. } => (plain, None, vec![]),
                MatterEvent::Closed { closing } => {
                    (say.t1("event-closed", "ground", closing_words(say, closing)), None, vec![])
                }
                MatterEvent::Reminded { share: 100 } => (say.t("event-overdue"), None, vec![]),
                MatterEvent::Reminded { share } => (say.t1("event-reminded", "n", *share), None, vec![]),
                MatterEvent::Escalated { rung } => (say.t1("event-escalated", "n", *rung), None, vec![]),
                MatterEvent::Commented { words, photos, corrects } => {
                    let what = corrects.map_or(plain, |n| say.t1("event-corrects", "n", n));
                    (what, Some(text(words)), hex(photos))
                }
                MatterEvent::Erased { ground, note, photos } => {
                    (erased_words(say, *ground, photos.len()), maybe(note), vec![])
                }
                MatterEvent::Disclosed { data, purpose } => (disclosed_words(say, data, *purpose), None, vec![]),
                MatterEvent::Part { .. } => (plain, None, vec![]),
                MatterEvent::Related { reason, .. } => (plain, Some(text(reason)), vec![]),
                MatterEvent::Case { event } => case_entry(say, page, event, plain),
                MatterEvent::Accepted | MatterEvent::Reopened { .. } => (plain, None, vec![]),
            };
            let class = match e {
                MatterEvent::Reminded { share: 100 }
                | MatterEvent::Escalated { .. }
                | MatterEvent::Returned { .. }
                | MatterEvent::Reopened { .. }
                | MatterEvent::Refused { .. } => "tl-bad",
                _ => "tl-done",
            };
            let at = t.happened;
            Entry {
                rev: t.rev,
                when: say.moment(at),
                iso: say.iso(at),
                who: who(say, d, &t.by),
                what,
                words,
                photos,
                class,
                late: t.late.then(|| say.t1("event-late", "at", say.moment(t.recorded))),
            }
        })
        .collect()
}

/// Of a connection some happenings are two events: the one with the words is told.
fn told_by_another(e: &MatterEvent) -> bool {
    matches!(
        e,
        MatterEvent::Rated { .. }
            | MatterEvent::Assigned { note: None, .. }
            | MatterEvent::Case {
                event: CaseEvent::Applied { .. } | CaseEvent::Energized { .. } | CaseEvent::ProblemOpened { .. }
            }
    )
}

/// What happened to a connection, in words.
fn case_entry(say: &Say, page: &Story<'_>, event: &CaseEvent, plain: String) -> (String, Option<String>, Vec<String>) {
    let text = |w: &Words| page.words.get(&w.id).cloned().unwrap_or_else(|| say.t("erased"));
    let maybe = |w: &Option<Words>| w.as_ref().map(text);
    match event {
        CaseEvent::Surveyed { words, photos, .. } => (plain, maybe(words), hex(photos)),
        CaseEvent::SchemeReplied { scheme } => (plain, maybe(&scheme.words), vec![]),
        CaseEvent::Overridden { decision: Override { reason, .. }, .. } | CaseEvent::Corrected { reason, .. } => {
            (plain, Some(text(reason)), vec![])
        }
        CaseEvent::PaperAdded { kind, photos } => {
            (say.t1("event-paper-added", "paper", say.of("paper", kind.as_str())), None, hex(photos))
        }
        CaseEvent::Withdrawn { reason } => (plain, Some(text(reason)), vec![]),
        CaseEvent::Called { call, words, .. } => {
            let outcome = match call {
                CallOutcome::Reached { .. } => "reached",
                CallOutcome::NotReached => "not_reached",
                CallOutcome::Refused => "refused",
            };
            (say.t1("event-called", "outcome", say.of("outcome", outcome)), maybe(words), vec![])
        }
        CaseEvent::Satisfied { rating, words } => {
            let why: Vec<String> = rating.reasons.iter().map(|r| say.of("complaint", r.as_str())).collect();
            let said = [vec![say.of("satisfaction", rating.satisfaction.as_str())], why]
                .concat()
                .join(&say.t("list-separator"));
            (say.t1("event-service-rated", "what", said), maybe(words), vec![])
        }
        CaseEvent::Applied { .. }
        | CaseEvent::Costed { .. }
        | CaseEvent::Flagged { .. }
        | CaseEvent::Energized { .. }
        | CaseEvent::ProblemOpened { .. } => (plain, None, vec![]),
    }
}

/// What the raiser sees of the timeline: how it goes, not who asked whom for what.
fn raiser_sees(e: &MatterEvent) -> bool {
    !matches!(e, MatterEvent::Reminded { .. } | MatterEvent::Escalated { .. } | MatterEvent::Requested { .. } | MatterEvent::RequestRejected { .. } | MatterEvent::Attempted { .. } | MatterEvent::LinkGiven { .. })
        && !matches!(e, MatterEvent::Commented { corrects: Some(_), .. } | MatterEvent::Disclosed { .. })
        // What the hall notes for itself.
        && !matches!(e, MatterEvent::Case { event: CaseEvent::Flagged { .. } | CaseEvent::Costed { .. } | CaseEvent::Called { .. } })
}

fn hex(photos: &[FileRef]) -> Vec<String> {
    photos.iter().map(|p| p.as_str().to_owned()).collect()
}

fn step_name(say: &Say, page: &Story<'_>, code: &str) -> String {
    page.steps.iter().find(|s| s.code == code).map_or_else(
        || code.to_owned(),
        |s| match say.lang() {
            crate::door::say::Lang::Zh => s.name.clone(),
            crate::door::say::Lang::En => s.name_en.clone(),
        },
    )
}

pub(crate) fn verdict_words(say: &Say, v: Verdict) -> String {
    say.of("verdict", &yixian_app::code_of(v))
}

fn closing_words(say: &Say, c: &Closing) -> String {
    match c {
        Closing::Confirmed { .. } => say.t("closing-confirmed"),
        Closing::Silence { days } => say.t1("closing-silence", "n", *days),
        Closing::NotReached { attempts } => say.t1("closing-not-reached", "n", *attempts),
        Closing::RecordedElsewhere => say.t("closing-recorded-elsewhere"),
        Closing::CarriedOn { .. } => say.t("closing-carried-on"),
    }
}

/// A rule by the document it stands in; by its set where that is not said.
pub(crate) fn rule_words(rule: &RuleRef) -> String {
    if rule.source.is_empty() { rule.rule_set.clone() } else { rule.source.clone() }
}

/// Days shown of a long explanation before it is cut.
const MOST_DAYS: usize = 60;

/// The deadline explained in words.
pub(crate) fn explain(say: &Say, d: Option<&Deadline>) -> Explained {
    let Some(d) = d else { return Explained { notes: vec![say.t("ex-none")], ..Explained::default() } };
    let x = &d.explanation;
    let mut out = Explained::default();
    out.caption.push(match (&x.rule.rule_set[..], &x.promised) {
        (CHOSEN, Promise::Instant(_)) => say.t("ex-elsewhere"),
        (CHOSEN, _) => say.t("ex-chosen"),
        _ => say.t1("ex-rule", "rule", rule_words(&x.rule)),
    });
    if let Promise::Limit(l) = x.promised {
        out.caption.push(say.t1("ex-promised", "limit", limit_words(say, l)));
        if l.unit() == LimitUnit::Hours {
            out.notes.push(say.t2("ex-hours", ("from", say.moment(x.start.at)), ("limit", limit_words(say, l))));
        }
    }
    if !x.rule.source.is_empty() {
        out.caption.push(say.t1("ex-source", "source", x.rule.source.clone()));
    }
    out.days.push(ExDay { class: "ex-start", day: say.day(x.start_date), count: "—".into(), why: say.t("ex-start") });
    let limit_unit = match x.holds {
        Promise::Limit(l) => Some(l.unit()),
        _ => None,
    };
    if let (Some(days), Some(unit)) = (&x.days, limit_unit) {
        let (mut n, mut day) = (0u32, x.start_date);
        while day < days.due_date && out.days.len() < MOST_DAYS {
            let Ok(next) = day.tomorrow() else { break };
            day = next;
            let skipped = days.skipped.iter().find(|s| s.date == day);
            let make_up = days.make_up.iter().find(|m| m.date == day);
            let (class, count, why) = match (skipped, make_up) {
                (Some(_), _) if days.moved_from.is_some_and(|m| m <= day) => {
                    ("ex-skip", "—".to_owned(), say.t("ex-moved"))
                }
                (Some(s), _) => (
                    "ex-skip",
                    "—".to_owned(),
                    match &s.why {
                        SkipReason::Weekend => say.t("ex-weekend"),
                        SkipReason::Holiday(n) => say.t1("ex-holiday", "name", holiday(say, n)),
                        SkipReason::LocalRest(n) => say.t1("ex-local", "name", holiday(say, n)),
                        SkipReason::Paused => say.t("ex-paused"),
                    },
                ),
                (None, Some(m)) => {
                    n += 1;
                    ("", n.to_string(), say.t1("ex-make-up", "name", holiday(say, &m.name)))
                }
                (None, None) => {
                    n += 1;
                    (
                        "",
                        n.to_string(),
                        say.t(if unit == LimitUnit::CalendarDays { "ex-calendar" } else { "ex-working" }),
                    )
                }
            };
            out.days.push(ExDay { class, day: say.day(day), count, why });
        }
        if day < days.due_date {
            let left = i64::from(days.due_date.since(day).map_or(0, |s| s.get_days()));
            out.days.push(ExDay {
                class: "ex-skip",
                day: "…".into(),
                count: "…".into(),
                why: say.t1("ex-more", "n", left),
            });
        }
    }
    if let Some(due) = d.due {
        let last = d.due_date.map_or_else(|| say.moment(due), |day| say.day(day));
        out.days.push(ExDay {
            class: "ex-due",
            day: last,
            count: String::new(),
            why: match x.holds {
                Promise::Instant(_) => say.moment(due),
                Promise::Limit(l) if l.unit() == LimitUnit::Hours => say.moment(due),
                _ => say.t("ex-due"),
            },
        });
    }
    for p in &x.pauses {
        out.notes.push(match p.to {
            Some(to) => say.t2("ex-pause", ("from", say.moment(p.from)), ("to", say.moment(to))),
            None => say.t1("ex-pause-open", "from", say.moment(p.from)),
        });
    }
    for e in &x.extensions {
        if let Promise::Day(day) = e.extension.promise {
            out.notes.push(say.t2("ex-extension", ("day", say.day(day)), ("at", say.moment(e.extension.approved_at))));
        }
    }
    if d.suspended.is_some() {
        out.notes.push(say.t("ex-suspended"));
    }
    if d.provisional {
        out.notes.push(say.t("ex-provisional"));
    }
    out.notes.push(say.t1("ex-calendar-version", "calendar", x.calendar.to_string()));
    out
}

/// What a pill of a whole matter is told from.
pub(crate) fn clock_of(m: &Matter) -> Clock {
    Clock {
        raised: m.target.as_ref().map_or(m.raised.at, |t| t.start),
        due: m.due.as_ref().map(|d| d.at),
        solved: m.solved_at,
        closed: !m.is_open(),
        paused: m.paused().is_some(),
        withdrawn: matches!(m.stage, Stage::Refused { .. } | Stage::Merged { .. }),
    }
}

/// The answer that stands, with when.
pub(crate) fn answer_of(say: &Say, page: &MatterPage) -> Option<(String, String)> {
    let (Stage::Answered { answer: a } | Stage::Closed { answer: Some(a), .. }) = &page.matter.stage else {
        return None;
    };
    Some((page.words.get(&a.words.id).cloned().unwrap_or_else(|| say.t("erased")), say.moment(a.at)))
}

/// The last solution's words and photos.
pub(crate) fn solution_of(say: &Say, page: &MatterPage) -> Option<(String, Vec<String>)> {
    page.timeline.iter().rev().find_map(|t| match &t.event {
        MatterEvent::Submitted { solution } | MatterEvent::SolvedOnTheSpot { solution } => {
            Some((page.words.get(&solution.how.id).cloned().unwrap_or_else(|| say.t("erased")), hex(&solution.photos)))
        }
        _ => None,
    })
}

/// What became of the message to whoever raised it from outside; nothing where there is none to be sent.
fn message_to_raiser(say: &Say, p: &MatterPage) -> Option<String> {
    let link = p.link?;
    Some(match p.timeline.iter().any(|row| row.code == "link_sent") {
        true => say.t("registered-sent"),
        false if link.to_phone => say.t("registered-sending"),
        false => say.t("registered-no-phone"),
    })
}

/// What a task hands over, who helps and what shows that it is done, where it is told.
fn task_facts(say: &Say, directory: &Directory, task: &Task) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    if !task.deliverable.is_empty() {
        facts.push((say.t("task-deliverable"), task.deliverable.clone()));
    }
    if !task.helpers.is_empty() {
        let helpers: Vec<String> = task.helpers.iter().map(|u| unit_of(say, directory, *u)).collect();
        facts.push((say.t("task-helpers"), helpers.join(&say.t("list-separator"))));
    }
    if task.evidence {
        facts.push((say.t("task-needs-evidence"), say.t("task-needs-evidence-hint")));
    }
    facts
}

/// Its kind and its category, once where they are called the same.
fn kind_of(say: &Say, m: &Matter) -> String {
    let (kind, category) = (say.of("kind", &yixian_app::code_of(m.kind)), say.of_or("category", &m.raised.category));
    if kind == category { kind } else { format!("{kind} · {category}") }
}

/// Why an action is not offered now: at which point of a matter's life it is, where that is all there is to say.
pub(crate) fn when(say: &Say, action: MatterAction, why: &Refusal) -> String {
    match why {
        Refusal::NotAtThisStage { .. } | Refusal::NotPaused | Refusal::NoRequest => say.of("when", action.as_str()),
        other => say.refusal(other),
    }
}

/// `GET /matters/{id}`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<String>,
    uri: Uri,
) -> Page {
    let id = match id.parse::<Uuid>() {
        Ok(id) => MatterId(id),
        Err(_) => return Err(AppError::NotFound("matter").into()),
    };
    let p = web.app().matter_page(&v.actor, id).await?;
    if p.matter.case.is_some() {
        return crate::door::page::to(&format!("/connections/{id}"));
    }
    let d = web.app().directory().await?;
    let say = &v.say;
    let m = &p.matter;
    let mut doings = Vec::new();
    let mut missing = Vec::new();
    for o in &p.offers {
        let label = say.of("action", o.action.as_str());
        match &o.missing {
            None => doings.push(Doing {
                name: o.action.as_str(),
                label,
                direct: matches!(o.action, MatterAction::Accept),
                primary: matches!(
                    o.action,
                    MatterAction::Assign
                        | MatterAction::Accept
                        | MatterAction::Submit
                        | MatterAction::Verify
                        | MatterAction::Answer
                        | MatterAction::Decide
                        | MatterAction::Rate
                ),
            }),
            Some(Missing::Denied(why)) => missing.push((label, say.denial(why))),
            Some(Missing::Refused(why)) => missing.push((label, when(say, o.action, why))),
        }
    }
    // What is a step needs a next step: the law knows, the offer does not ask it.
    doings.retain(|d| d.name != "advance" || p.next_step.is_some());
    let number_text = number(say, m.raised.at, p.n);
    let mut facts: Vec<(String, String, Option<String>)> = vec![
        (say.t("fact-number"), number_text.clone(), None),
        (say.t("fact-kind"), kind_of(say, m), None),
        (
            say.t("fact-origin"),
            say.of("origin", &yixian_app::code_of(m.origin)),
            m.raised.visit.map(|v| format!("/visits/{v}")),
        ),
        (say.t("fact-unit"), unit_of(say, &d, m.unit), None),
    ];
    if let Some(h) = m.handler.and_then(|h| d.person(h)) {
        facts.push((say.t("fact-handler"), h.name.clone(), None));
    }
    if let Some(place) = &p.place {
        facts.push((
            say.t("fact-place"),
            format!("{} · {}", place.district, place.name),
            Some(format!("/places/{}", place.id)),
        ));
    }
    let raiser = match &p.contact {
        Some((name, phone)) => [name.clone(), phone.clone()].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        None => who(say, &d, &m.raised.by),
    };
    let raised_by = match m.raised.by {
        // Whoever may see the matter may know which body raised it, where he sees the register.
        By::Partner(id) => web.app().partner(&v.actor, id).await.ok(),
        _ => None,
    };
    let (raised_by, href) = match &raised_by {
        Some(p) => (say.named(&p.name().name, p.name().name_en.as_deref()), Some(format!("/partners/{}", p.id))),
        None => (if raiser.is_empty() { say.t("erased") } else { raiser.clone() }, None),
    };
    facts.push((say.t("fact-raised-by"), raised_by, href));
    if let Some(about) = m.about
        && let Some(named) = web.app().about_named(&v.actor, about, say.is_english()).await?
    {
        let name = if named.name.is_empty() { say.t("erased") } else { named.name };
        let value = format!("{} · {name}", say.of("about-kind", about.kind.as_str()));
        facts.push((say.t("fact-about"), value, Some(about_at(about.kind, named.shown_by))));
    }
    if let Some(Part::Task(task)) = m.part.as_deref() {
        facts.extend(task_facts(say, &d, task).into_iter().map(|(name, value)| (name, value, None)));
    }
    for c in web.app().clauses_of_matter(&v.actor, id).await? {
        let at = format!("/documents/{}/clauses/{}", c.document.id, c.citation.clause);
        facts.push((say.t("fact-clause"), c.reference, Some(at)));
    }
    facts.push((say.t("fact-raised-at"), say.moment(m.raised.at), None));
    if let Some(due) = &m.due {
        let note = if due.provisional { format!("（{}）", say.t("due-provisional")) } else { String::new() };
        facts.push((say.t("fact-due"), format!("{}{note}", say.day(due.day)), None));
    }
    if let Stage::Merged { into, .. } = &m.stage {
        facts.push((say.t("fact-merged-into"), say.t("show"), Some(format!("/matters/{into}"))));
    }
    if let Some(verdict) = m.verdict {
        facts.push((say.t("fact-verdict"), verdict_words(say, verdict), None));
    }
    facts.push((
        say.t("fact-procedure"),
        say.t2("fact-version", ("id", say.of_or("procedure", &m.procedure.id)), ("n", m.procedure.version)),
        None,
    ));
    let solution = solution_of(say, &p);
    let page = Shown {
        id: id.0,
        subject: if p.subject.is_empty() { say.t("words-erased") } else { p.subject.clone() },
        stage: say.of("stage", m.stage.name().as_str()),
        stage_class: stage_class(m.stage.name()),
        paused: m.paused().is_some(),
        escalated: m.escalated > 0 && m.is_open(),
        pill: pill(say, clock_of(m)),
        words: p.words.get(&m.raised.words.id).cloned().unwrap_or_else(|| say.t("erased")),
        words_of: say.t(if m.kind == MatterKind::Task { "matter-words-task" } else { "matter-words" }),
        words_by: raiser,
        words_at: say.moment(m.raised.at),
        photos: hex(&m.raised.photos),
        after: solution.as_ref().map(|s| s.1.clone()).unwrap_or_default(),
        how: solution.map(|s| s.0),
        answer: answer_of(say, &p),
        timeline: timeline(say, &d, &p, false),
        merged: p
            .merged
            .iter()
            .map(|m| Merged {
                id: m.id.0,
                number: number(say, m.raised_at, m.n),
                words: m.words.clone(),
                photos: hex(&m.photos),
            })
            .collect(),
        explained: explain(say, p.deadline.as_ref()),
        registered: query(uri.query()).ticked("registered"),
        message: message_to_raiser(say, &p),
        link: p.link.filter(|l| l.to_phone || l.to_show),
        erase: may_erase(&v, &d, m).then(|| format!("/matters/{id}/erase")),
        praise: d
            .unit(m.unit)
            .filter(|u| may(&v.actor, &Ask::KeepPraise(&u.path)).is_ok())
            .map(|u| format!("/praise/new?about=matter:{id}&unit={}", u.id)),
        show: may_show(&p).then(|| format!("/matters/{id}/show")),
        command_id: web.app().mint().uuid(say.now()),
        number: number_text,
        f: Frame::of(&web, &v, "matters").await?,
        doings,
        missing,
        facts,
    };
    show(&page)
}
