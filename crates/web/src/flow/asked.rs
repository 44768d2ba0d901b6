//! What the flow is asked of (which records, which period, which unit) and the addresses that carry the question from
//! page to page. It knows no answer.

use crate::connections::case::step_name;
use crate::door::say::Say;
use crate::door::telling::{period_words, unit_name};
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use crate::figures::asked::Asked;
use crate::form::fields::Form;
use yixian_app::flow::report::Part;
use yixian_app::flow::{Chosen, Of, STEP_STARTED};
use yixian_app::read::Directory;
use yixian_app::{AppError, FieldError, code_of};
use yixian_domain::access::{Ask, may};
use yixian_domain::matter::MatterKind;
use yixian_domain::org::UnitPath;

/// Records on a page.
pub(super) const PAGE: usize = 50;

/// What events are called: what happened, and of a step that began its name in the procedures in force.
pub(super) struct Steps<'a> {
    say: &'a Say,
    policies: std::sync::Arc<yixian_app::policy::Policies>,
}

impl<'a> Steps<'a> {
    pub(super) fn of(web: &Web, say: &'a Say) -> Steps<'a> {
        Steps { say, policies: web.app().policies() }
    }

    pub(super) fn name(&self, code: &str) -> String {
        let Some(step) = code.strip_prefix(STEP_STARTED) else { return self.say.of_or("step", code) };
        let known = self.policies.procedures.all().iter().flat_map(|p| &p.steps).find(|s| s.code == step);
        self.say.t1("step-step-started-of", "step", known.map_or_else(|| step.to_owned(), |s| step_name(self.say, s)))
    }
}

/// Which records: matters of any kind or of one, or visits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Sort {
    pub of: Of,
    pub kind: Option<MatterKind>,
}

impl Sort {
    pub(super) const MATTERS: Sort = Sort { of: Of::Matters, kind: None };
    pub(super) const VISITS: Sort = Sort { of: Of::Visits, kind: None };

    /// As addresses name it.
    pub(super) fn word(self) -> String {
        match (self.of, self.kind) {
            (Of::Visits, _) => "visits".into(),
            (Of::Matters, None) => "matters".into(),
            (Of::Matters, Some(kind)) => code_of(kind),
        }
    }

    pub(super) fn name(self, say: &Say) -> String {
        match (self.of, self.kind) {
            (Of::Visits, _) => say.t("nav-visits"),
            (Of::Matters, None) => say.t("flow-all-matters"),
            (Of::Matters, Some(kind)) => say.of("kind", &code_of(kind)),
        }
    }

    pub(super) fn all() -> impl Iterator<Item = Sort> {
        let kinds = MatterKind::ALL.into_iter().map(|k| Sort { of: Of::Matters, kind: Some(k) });
        [Sort::MATTERS].into_iter().chain(kinds).chain([Sort::VISITS])
    }

    /// Every one that can be chosen, with its name.
    pub(super) fn options(say: &Say) -> Vec<(String, String)> {
        Sort::all().map(|s| (s.word(), s.name(say))).collect()
    }
}

/// The query with this year where no period was named: a month seldom holds whole cases.
pub(super) fn with_period(v: &Visitor, mut q: Form) -> Form {
    if ["period", "from", "to"].iter().all(|f| q.get(f).is_empty()) {
        q.set("period", format!("{:04}", v.say.today().year()));
    }
    q
}

pub(super) fn records_of(q: &Form) -> Result<Sort, AppError> {
    match q.get("of") {
        "" => Ok(Sort::MATTERS),
        word => Sort::all()
            .find(|s| s.word() == word)
            .ok_or_else(|| AppError::Invalid(vec![FieldError::with("of", "filter", word)])),
    }
}

pub(super) fn chosen(v: &Visitor, asked: &Asked, sort: Sort) -> Chosen {
    let zone = v.say.zone();
    let from = zone.at(asked.period.first(), yixian_domain::time::Time::midnight());
    Chosen {
        unit: asked.unit,
        begun: Some((from.0, zone.end_of_day(asked.period.last()).0)),
        kind: sort.kind.map(code_of),
        ..Chosen::all(sort.of)
    }
}

pub(super) fn base(asked: &Asked, sort: Sort) -> String {
    format!(
        "{}{}",
        asked.query(false),
        if sort == Sort::MATTERS { String::new() } else { format!("&of={}", sort.word()) }
    )
}

pub(super) fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Where a part's records are listed; [`part`] reads it.
pub(super) fn href(asked: &Asked, of: Sort, part: &Part) -> String {
    let two = |word: &str, a: &str, b: &str| format!("{word}&a={}&b={}", encoded(a), encoded(b));
    let part = match part {
        Part::All => "all".to_owned(),
        Part::Finished => "finished".to_owned(),
        Part::Open => "open".to_owned(),
        Part::Way(path) => format!("way&path={}", encoded(&path.join(">"))),
        Part::Hop(a, b) => two("hop", a, b),
        Part::Age(class) => format!("age&class={class}"),
        Part::Again(step) => format!("again&a={}", encoded(step)),
        Part::Worked(step) => format!("worked&a={}", encoded(step)),
        Part::Month(month) => format!("month&month={month}"),
        Part::Handover(a, b) => two("handover", a, b),
        Part::Arrived(day) => format!("arrived&day={day}"),
        Part::Completed(day) => format!("completed&day={day}"),
    };
    format!("/flow/cases?{}&part={part}", base(asked, of))
}

pub(super) fn unit_of(say: &Say, asked: &Asked, directory: &Directory) -> String {
    asked
        .unit
        .and_then(|u| directory.unit(u))
        .or_else(|| directory.root())
        .map(|u| unit_name(say, u))
        .unwrap_or_default()
}

pub(super) fn sub(say: &Say, asked: &Asked, sort: Sort, directory: &Directory) -> Vec<String> {
    vec![
        sort.name(say),
        say.t1("flow-begun", "period", period_words(say, asked.period)),
        unit_of(say, asked, directory),
    ]
}

/// Name of the whole company, for those who may see figures of it.
pub(super) fn whole(v: &Visitor, directory: &Directory) -> Option<String> {
    let root = directory.root().map_or_else(|| UnitPath::from_stored("/"), |u| u.path.clone());
    directory.root().filter(|_| may(&v.actor, &Ask::SeeFigures(&root)).is_ok()).map(|u| unit_name(&v.say, u))
}

/// The list of a unit; of the whole company when its code is empty.
pub(super) fn list_of(code: &str) -> String {
    with_unit("/flow/warning", code)
}

pub(super) fn with_unit(path: &str, code: &str) -> String {
    if code.is_empty() { path.to_owned() } else { format!("{path}?unit={}", encoded(code)) }
}

/// A choice beside the one of a year before it.
pub(super) fn compare_href(asked: &Asked, of: Sort) -> String {
    format!("/flow/compare?{}", base(asked, of))
}

/// Where it is.
pub(super) const PATH: &str = "/flow/foreign";
