//! What every page of one visit says and reads: where, who, when it really happened. It knows no page.

use crate::door::problem::Failure;
use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::reading::Faults;
use crate::visits::list::{names, number, state_class};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::command::PointIn;
use yixian_app::matters::MatterRow;
use yixian_app::policy::Policies;
use yixian_app::read::{Directory, VisitPage};
use yixian_app::{AppError, FieldError};
use yixian_domain::access::Denial;
use yixian_domain::base::fold;
use yixian_domain::deadline::Promise;
use yixian_domain::ids::VisitId;
use yixian_domain::limit::{Limit, LimitUnit};
use yixian_domain::matter::{MatterKind, TargetChoice};
use yixian_domain::refusal::Refusal;
use yixian_domain::time::{Date, Instant};
use yixian_domain::visit::VisitState;

/// What every page of a visit says of it.
pub(super) struct About {
    pub(super) id: Uuid,
    pub(super) number: String,
    pub(super) place: String,
    pub(super) place_id: Uuid,
    pub(super) kind: String,
    pub(super) state: String,
    pub(super) class: &'static str,
    pub(super) facts: Vec<(String, String)>,
    pub(super) along: String,
    pub(super) purpose: Option<String>,
    pub(super) times: Option<String>,
}

pub(super) fn local(say: &Say, at: Instant) -> String {
    let t = say.zone().local(at);
    format!("{}T{:02}:{:02}", t.date(), t.hour(), t.minute())
}

/// `2018-09-30T09:05` as the form gives it, in the company's zone.
pub(super) fn happened_at(say: &Say, form: &Form) -> Result<Option<String>, FieldError> {
    let Some(text) = Some(form.get("happened_at")).filter(|t| !t.is_empty()) else { return Ok(None) };
    let bad = || FieldError::with("happened_at", "instant", text);
    let (day, time) = text.split_once('T').or(text.trim().rsplit_once(' ')).ok_or_else(bad)?;
    let (day, time) = (fold::day(day).ok_or_else(bad)?, fold::time(time).ok_or_else(bad)?);
    Ok(Some(say.zone().at(day, time).to_string()))
}

/// A check-in is never refused for want of a position: what cannot be read is no position.
pub(super) fn point(form: &Form) -> Option<PointIn> {
    let degrees = |name: &str| form.get(name).parse::<f64>().ok().filter(|d| d.is_finite());
    let (lat, lon) = (degrees("lat")?, degrees("lon")?);
    ((-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon)).then(|| PointIn {
        lat,
        lon,
        accuracy_m: degrees("accuracy"),
    })
}

/// What is wrong, with what the clock refused pointing at the field where the time was given.
pub(super) fn faults_of(say: &Say, e: AppError) -> Result<(StatusCode, Faults), Failure> {
    let time = matches!(
        e,
        AppError::Refused(Refusal::InTheFuture { .. } | Refusal::TooLongAgo { .. } | Refusal::BeforeItsCause { .. })
    );
    let day =
        matches!(e, AppError::Refused(Refusal::NoRule | Refusal::DueBeforeStart { .. } | Refusal::NoDeadline { .. }));
    let (status, mut faults) = Faults::from_error(say, e)?;
    if let Some(first) = faults.list.first_mut() {
        if time {
            "happened_at".clone_into(&mut first.0);
        } else if day {
            "due".clone_into(&mut first.0);
        }
    }
    Ok((status, faults))
}

pub(super) fn minted(web: &Web, say: &Say, form: &Form, name: &str) -> String {
    match form.get(name) {
        "" => web.app().mint().uuid(say.now()).to_string(),
        known => known.to_owned(),
    }
}

fn length(say: &Say, ms: i64) -> String {
    let minutes = (ms / 60_000).max(1);
    if minutes < 60 {
        say.t1("visit-minutes", "n", minutes)
    } else {
        say.t2("visit-hours", ("h", minutes / 60), ("m", minutes % 60))
    }
}

pub(super) fn about(say: &Say, directory: &Directory, p: &VisitPage) -> About {
    let plan = &p.visit.plan;
    let along = names(say, directory, plan.companions.iter().map(|c| c.person));
    let duty = names(say, directory, plan.companions.iter().filter(|c| c.duty).map(|c| c.person));
    let day = match plan.from {
        Some(t) => format!("{} {:02}:{:02}", say.day(plan.day), t.hour(), t.minute()),
        None => say.day(plan.day),
    };
    let announced = p.visit.check_in().map_or(plan.announced, |c| c.announced);
    let mut facts = vec![(say.t("visit-day"), day), (say.t("visit-leader"), names(say, directory, [plan.leader]))];
    if !along.is_empty() {
        facts.push((
            say.t("visit-companions"),
            if duty.is_empty() {
                along.clone()
            } else {
                say.t2("visit-companions-duty", ("names", along.clone()), ("duty", duty))
            },
        ));
    }
    facts.push((say.t("visit-host"), directory.unit(plan.host).map(|u| unit_name(say, u)).unwrap_or_default()));
    facts.push((say.t("visit-notice"), say.t(if announced { "visit-announced" } else { "visit-unannounced" })));
    let times = p.visit.check_in().map(|c| match &p.visit.state {
        VisitState::Finished { at, .. } => {
            say.t2("visit-from-to", ("from", say.moment(c.at)), ("length", length(say, at.since(c.at))))
        }
        _ => format!("{} · {}", say.t1("visit-began", "at", say.moment(c.at)), crate::door::telling::since(say, c.at)),
    });
    if let Some(c) = p.visit.check_in()
        && let Some(at) = c.point
    {
        let (lat, lon) = at.degrees();
        let mut text = format!("{lat:.5}, {lon:.5}");
        if let Some(place) = p.place.point {
            let metres = at.metres_to(place);
            let (key, far) = if metres < 1000.0 {
                ("visit-point-metres", format!("{metres:.0}"))
            } else {
                ("visit-point-km", format!("{:.1}", metres / 1000.0))
            };
            text = say.t2(key, ("point", text), ("far", far));
        }
        facts.push((say.t("visit-point"), text));
    }
    About {
        id: p.visit.id.0,
        number: number(plan.day, p.n),
        place: p.place.name.clone(),
        place_id: p.place.id.0,
        kind: say.of("visit-type", plan.kind.as_str()),
        state: say.of("visit-state", p.visit.state.as_str()),
        class: state_class((&p.visit.state).into()),
        facts,
        along,
        purpose: plan.purpose.as_ref().and_then(|w| p.words.get(&w.id).cloned()),
        times,
    }
}

/// The day on which something found now would be due, with the limit in words.
pub(super) fn due(
    say: &Say,
    policies: &Policies,
    kind: MatterKind,
    category: &str,
    choice: &TargetChoice,
) -> Option<(Date, Option<Limit>)> {
    let law = policies.law();
    let target = law.target(kind, category, say.now(), choice).ok()??;
    let limit = match target.promise {
        Promise::Limit(l) => Some(l),
        _ => None,
    };
    Some((law.deadline(&target, &[], &[]).ok()?.due_date?, limit))
}

pub(super) fn limit_words(say: &Say, limit: Limit) -> String {
    let key = match limit.unit() {
        LimitUnit::WorkingDays => "visit-limit-working-days",
        LimitUnit::CalendarDays => "visit-limit-calendar-days",
        LimitUnit::Hours => "visit-limit-hours",
    };
    say.t1(key, "n", i64::from(limit.n()))
}

pub(super) fn counts(say: &Say, findings: &[MatterRow]) -> String {
    let spot = findings.iter().filter(|m| m.on_the_spot).count();
    say.t2("visit-counts", ("spot", spot as i64), ("later", (findings.len() - spot) as i64))
}

/// Refuses whoever does not go on the visit, before his photos are taken.
pub(super) async fn goes(web: &Web, v: &Visitor, id: Uuid) -> Result<(), AppError> {
    if web.app().visit_page(&v.actor, VisitId(id)).await?.mine {
        Ok(())
    } else {
        Err(AppError::Denied(Denial::OnlyParty))
    }
}

/// The summary that the records tell by themselves.
pub(super) fn summary(say: &Say, directory: &Directory, p: &VisitPage) -> String {
    let plan = &p.visit.plan;
    let began = p.visit.check_in().map_or(say.now(), |c| c.at);
    let mut args = fluent_bundle::FluentArgs::new();
    args.set("day", say.day(say.zone().date_of(began)));
    args.set("place", p.place.name.clone());
    args.set("type", say.of("visit-type", plan.kind.as_str()));
    args.set("length", length(say, say.now().since(began)));
    let mut text = say.with("visit-summary-went", &args);
    let findings: Vec<&MatterRow> = p.findings.iter().rev().collect();
    if findings.is_empty() {
        text += &say.t("visit-summary-nothing");
        return text;
    }
    let spot = findings.iter().filter(|m| m.on_the_spot).count();
    text += &say.t1("visit-summary-found", "n", findings.len() as i64);
    if spot > 0 {
        text += &say.t1("visit-summary-spot", "n", spot as i64);
    }
    if findings.len() > spot {
        text += &say.t1("visit-summary-later", "n", (findings.len() - spot) as i64);
    }
    text += &say.t("visit-summary-stop");
    for (i, m) in findings.iter().enumerate() {
        let how = if m.on_the_spot {
            say.t("visit-summary-line-spot")
        } else {
            let unit = directory.unit(m.unit).map(|u| unit_name(say, u)).unwrap_or_default();
            // Due at 24:00 of the day, which is the next day's first instant.
            match m.due {
                Some(at) => say.t2(
                    "visit-summary-line-due",
                    ("unit", unit),
                    ("day", say.day(say.zone().date_of(Instant(at.0 - 1)))),
                ),
                None => say.t1("visit-summary-line-unit", "unit", unit),
            }
        };
        text.extend(["\n", &(i + 1).to_string(), ". ", &m.subject, &how]);
    }
    text
}
