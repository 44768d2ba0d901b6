//! Flow 流程: which way matters and visits go, where they wait, what is done twice, how old the open ones are; and the
//! records behind each of those numbers. The page computes nothing; [`yixian_app::flow::report`] does, from the ledger.

use super::connection_case::step_name;
use super::figures::{Asked, VisitLine, asked, digits, period_words, visit_lines};
use super::flow_body::{Body, Measure, Telling, WAYS, lasted_card, paths};
use super::rows::{self, Row, unit_name};
use super::sign_in::person;
use super::{Faults, Page, show, show_as};
use crate::Web;
use crate::form::{Form, query};
use crate::frame::Frame;
use crate::say::Say;
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use uuid::Uuid;
use yixian_app::flow::report::{AGES, FlowReport, Part};
use yixian_app::flow::{Chosen, Of, STEP_STARTED};
use yixian_app::read::Directory;
use yixian_app::store::org::name_of;
use yixian_app::{AppError, FieldError};
use yixian_domain::access::{Ask, may};
use yixian_domain::ids::UnitId;
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
            (Of::Matters, Some(kind)) => name_of(kind),
        }
    }

    fn name(self, say: &Say) -> String {
        match (self.of, self.kind) {
            (Of::Visits, _) => say.t("nav-visits"),
            (Of::Matters, None) => say.t("flow-all-matters"),
            (Of::Matters, Some(kind)) => say.of("kind", &name_of(kind)),
        }
    }

    fn all() -> impl Iterator<Item = Sort> {
        let kinds = MatterKind::ALL.into_iter().map(|k| Sort { of: Of::Matters, kind: Some(k) });
        [Sort::MATTERS].into_iter().chain(kinds).chain([Sort::VISITS])
    }

    /// Every one that can be chosen, with its name.
    pub(super) fn options(say: &Say) -> Vec<(String, String)> {
        Sort::all().map(|s| (s.word(), s.name(say))).collect()
    }
}

#[derive(Template)]
#[template(path = "flow.html")]
struct FlowPage {
    f: Frame,
    faults: Faults,
    of: String,
    sorts: Vec<(String, String)>,
    from: String,
    to: String,
    unit_code: String,
    whole: Option<String>,
    units: Vec<(String, String)>,
    measures: Vec<(&'static str, String, bool)>,
    paths: u8,
    sub: Vec<String>,
    tabs: Vec<(String, String, bool)>,
    /// The other flow pages, with the same choice.
    more: Vec<(String, String)>,
    body: Option<Body>,
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
        kind: sort.kind.map(name_of),
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

/// A unit that the log names by its id.
fn unit_words(say: &Say, directory: &Directory, id: &str) -> String {
    id.parse().ok().and_then(|id| directory.unit(UnitId(id))).map_or_else(|| id.to_owned(), |u| unit_name(say, u))
}

/// `GET /flow`
pub async fn page(State(web): State<Web>, v: Visitor, uri: Uri) -> Page {
    person(&v)?;
    let q = with_period(&v, query(uri.query()));
    let say = &v.say;
    let of = records_of(&q)?;
    let directory = web.app().directory().await?;
    let measure = Measure::parse(q.get("show"));
    let share = paths(q.get("paths"));
    let mut page = FlowPage {
        of: of.word(),
        sorts: Sort::options(say),
        from: q.get("from").to_owned(),
        to: q.get("to").to_owned(),
        unit_code: q.get("unit").to_owned(),
        whole: whole(&v, &directory),
        units: super::figures::unit_options(&v, &directory),
        measures: measure.offered(say),
        paths: share,
        sub: Vec::new(),
        tabs: Vec::new(),
        more: Vec::new(),
        body: None,
        faults: Faults::none(),
        f: Frame::of(&web, &v, "flow").await?,
    };
    let asked = match asked(&web, &v, &q).await {
        Ok(a) => a,
        Err(e) => {
            let (status, faults) = Faults::from_error(say, e)?;
            page.faults = faults;
            return show_as(status, &page);
        }
    };
    page.from = asked.period.first().to_string();
    page.to = asked.period.last().to_string();
    page.unit_code.clone_from(&asked.code);
    page.sub = sub(say, &asked, of, &directory);
    let rest = asked.query(false);
    page.tabs = vec![
        (say.t("flow-all-matters"), format!("/flow?{rest}"), of == Sort::MATTERS),
        (say.t("nav-connections"), format!("/flow?{rest}&of=connection"), of.kind == Some(MatterKind::Connection)),
        (say.t("nav-visits"), format!("/flow?{rest}&of=visits"), of == Sort::VISITS),
    ];
    page.more = vec![
        (say.t("warning-title"), super::flow_warning::list_of(&asked.code)),
        (say.t("flow-rules"), format!("/flow/rules?{}", base(&asked, of))),
        (say.t("sides-title"), super::flow_compare::href(&asked, of)),
        (say.t("foreign-title"), super::flow_foreign::PATH.to_owned()),
    ];
    let report = web.app().flow_report(&v.actor, &chosen(&v, &asked, of), share, WAYS).await?;
    let steps = Steps::of(&web, say);
    let telling = Telling {
        say,
        step: &|code| steps.name(code),
        unit: &|id| unit_words(say, &directory, id),
        link: &|part| Some(href(&asked, of, part)),
        map_hint: "flow-map-hint",
    };
    page.body = Some(Body::of(&telling, &report, measure, cards(say, &asked, of, &report)));
    show(&page)
}

fn cards(say: &Say, asked: &Asked, of: Sort, report: &FlowReport) -> Vec<super::flow_body::Card> {
    let count =
        |key: &str, n: usize, part: &Part| (say.t(key), digits(n as u64), String::new(), Some(href(asked, of, part)));
    vec![
        count("flow-cases", report.cases, &Part::All),
        count("flow-finished", report.finished, &Part::Finished),
        count("flow-open", report.open, &Part::Open),
        lasted_card(say, "flow-lasted", report.lasted, None),
        lasted_card(say, "flow-worked", report.worked, Some("flow-worked-hint")),
    ]
}

/// The part that a link names, and its words.
fn part(say: &Say, steps: &Steps<'_>, directory: &Directory, q: &Form) -> Result<(Part, String), AppError> {
    let (a, b) = (q.get("a"), q.get("b"));
    let day = || q.day("day").map_err(|e| AppError::Invalid(vec![e]));
    Ok(match q.get("part") {
        "" | "all" => (Part::All, say.t("flow-cases")),
        "finished" => (Part::Finished, say.t("flow-finished")),
        "open" => (Part::Open, say.t("flow-open")),
        "hop" => (Part::Hop(a.to_owned(), b.to_owned()), format!("{} → {}", steps.name(a), steps.name(b))),
        "handover" => (
            Part::Handover(a.to_owned(), b.to_owned()),
            format!("{} → {}", unit_words(say, directory, a), unit_words(say, directory, b)),
        ),
        "arrived" => (Part::Arrived(day()?), say.t1("flow-arrived-on", "day", say.day(day()?))),
        "completed" => (Part::Completed(day()?), say.t1("flow-completed-on", "day", say.day(day()?))),
        "again" => (Part::Again(a.to_owned()), say.t1("flow-again-of", "step", steps.name(a))),
        "worked" => (Part::Worked(a.to_owned()), say.t1("flow-worked-of", "step", steps.name(a))),
        "month" => (Part::Month(q.get("month").to_owned()), say.t1("flow-begun", "period", q.get("month"))),
        "age" => {
            let class = q.needed::<usize>("class", "filter").map_err(|e| AppError::Invalid(vec![e]))?;
            if class > AGES.len() {
                return Err(AppError::Invalid(vec![FieldError::with("class", "filter", class)]));
            }
            (Part::Age(class), say.t("flow-ages"))
        }
        "way" => {
            let path: Vec<String> = q.get("path").split('>').map(str::to_owned).collect();
            let words = path.iter().map(|s| steps.name(s)).collect::<Vec<_>>().join(" → ");
            (Part::Way(path), words)
        }
        other => return Err(AppError::Invalid(vec![FieldError::with("part", "filter", other)])),
    })
}

#[derive(Template)]
#[template(path = "flow_cases.html")]
struct CasesPage {
    f: Frame,
    label: String,
    back: String,
    sub: Vec<String>,
    matters: Vec<Row>,
    visits: Vec<VisitLine>,
    total: usize,
    shown: String,
    before: Option<String>,
    next: Option<String>,
}

/// `GET /flow/cases`
pub async fn cases(State(web): State<Web>, v: Visitor, uri: Uri) -> Page {
    person(&v)?;
    let q = with_period(&v, query(uri.query()));
    let say = &v.say;
    let of = records_of(&q)?;
    let asked = asked(&web, &v, &q).await?;
    let directory = web.app().directory().await?;
    let (part, label) = part(say, &Steps::of(&web, say), &directory, &q)?;
    let ids: Vec<Uuid> = web.app().flow_records(&v.actor, &chosen(&v, &asked, of), &part).await?;
    let pages = ids.len().div_ceil(PAGE).max(1);
    let at = q.get("page").parse::<usize>().unwrap_or(1).clamp(1, pages);
    let here: Vec<Uuid> = ids.iter().skip((at - 1) * PAGE).take(PAGE).copied().collect();
    let (mut matters, mut visits) = (Vec::new(), Vec::new());
    match of.of {
        Of::Matters => matters = rows::rows(&web, say, &web.app().matters_by_id(&v.actor, &here).await?).await?,
        Of::Visits => visits = visit_lines(&web, say, &web.app().visits_by_id(&v.actor, &here).await?).await?,
    }
    let link = |page: usize| format!("/flow/cases?{}&page={page}", q.query_without("page"));
    show(&CasesPage {
        label,
        back: format!("/flow?{}", base(&asked, of)),
        sub: sub(say, &asked, of, &directory),
        matters,
        visits,
        total: ids.len(),
        shown: say.t2("records-shown", ("page", at as i64), ("n", digits(ids.len() as u64))),
        before: (at > 1).then(|| link(at - 1)),
        next: (at < pages).then(|| link(at + 1)),
        f: Frame::of(&web, &v, "flow").await?,
    })
}
