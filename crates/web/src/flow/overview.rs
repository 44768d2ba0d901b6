//! Flow 流程: which way matters and visits go, where they wait, what is done twice, how old the open ones are; and the
//! records behind each of those numbers. The page computes nothing; [`yixian_app::flow::report`] does, from the ledger.

use crate::door::frame::Frame;
use crate::door::page::{Page, show, show_as};
use crate::door::say::Say;
use crate::door::telling::{digits, unit_name};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::figures::asked::{Asked, asked};
use crate::flow::asked::{PAGE, Sort, Steps, base, chosen, href, records_of, sub, whole, with_period};
use crate::flow::body::{Body, Measure, Telling, WAYS, lasted_card, paths};
use crate::form::fields::{Form, query};
use crate::form::reading::Faults;
use crate::matters::rows::{self, Row};
use crate::visits::lines::{self, VisitLine};
use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use uuid::Uuid;
use yixian_app::flow::Of;
use yixian_app::flow::report::{AGES, FlowReport, Part};
use yixian_app::read::Directory;
use yixian_app::{AppError, FieldError};
use yixian_domain::ids::UnitId;
use yixian_domain::matter::MatterKind;

#[derive(Template)]
#[template(path = "flow/overview.html")]
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

/// A unit that the log names by its id.
fn unit_words(say: &Say, directory: &Directory, id: &str) -> String {
    id.parse().ok().and_then(|id| directory.unit(UnitId(id))).map_or_else(|| id.to_owned(), |u| unit_name(say, u))
}

/// `GET /flow`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
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
        units: crate::figures::asked::unit_options(&v, &directory),
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
        (say.t("warning-title"), crate::flow::asked::list_of(&asked.code)),
        (say.t("flow-rules"), format!("/flow/rules?{}", base(&asked, of))),
        (say.t("sides-title"), crate::flow::asked::compare_href(&asked, of)),
        (say.t("foreign-title"), crate::flow::asked::PATH.to_owned()),
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

fn cards(say: &Say, asked: &Asked, of: Sort, report: &FlowReport) -> Vec<crate::flow::body::Card> {
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
#[template(path = "flow/cases.html")]
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
pub async fn cases(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
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
        Of::Matters => matters = rows::of_ids(&web, &v, &here).await?,
        Of::Visits => visits = lines::of_ids(&web, &v, &here).await?,
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
