//! Warning 预警: open matters with a deadline, the worst first, each with what history says of its like; and how well that
//! history would have warned in months it was not learned from. The page computes nothing;
//! [`yixian_app::flow::warning`] does. No rate is shown without the number it rests on, and nobody is ranked.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::telling::digits;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::figures::asked::{Asked, asked};
use crate::flow::asked::{PAGE, Steps, list_of, unit_of, whole, with_unit};
use crate::form::fields::{Form, query};
use crate::matters::rows::{self, Row};
use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_app::code_of;
use yixian_app::flow::warning::{BackTests, LEAST, Watch};
use yixian_app::flow::{Chosen, Of};
use yixian_app::mining::warning::{BackTest, Estimate, Rate, Window};
use yixian_domain::time::Instant;

struct Line {
    row: Row,
    due: String,
    step: String,
    since: String,
    rate: String,
    rests_on: String,
    remaining: Option<(String, String)>,
    /// By the usual time from its last step it would be late.
    short: bool,
}

#[derive(Template)]
#[template(path = "flow/warning.html")]
struct WarningPage {
    f: Frame,
    sub: Vec<String>,
    tabs: [(String, String, bool); 2],
    whole: Option<String>,
    units: Vec<(String, String)>,
    unit_code: String,
    action: &'static str,
    lines: Vec<Line>,
    all: usize,
    shown: String,
    before: Option<String>,
    next: Option<String>,
    /// Month by month; nothing on the list's tab.
    tests: Option<Tests>,
}

struct Tests {
    rows: Vec<TestRow>,
    verdict: String,
    remaining: Vec<OffRow>,
}

struct OffRow {
    month: String,
    learned: String,
    tested: String,
    off: String,
    constant: String,
}

struct TestRow {
    month: String,
    learned: String,
    window: String,
    tested: String,
    undecided: String,
    scores: Option<Scores>,
}

struct Scores {
    late: String,
    auc: String,
    brier: String,
    worst: String,
}

fn window(say: &Say, w: Window) -> String {
    let day = |micros: i64| say.day(say.zone().date_of(Instant(micros.div_euclid(1_000))));
    // The first instant out is the next day's first.
    let last = day(w.before - 1);
    w.from.map_or_else(|| last.clone(), |from| say.t2("period-days", ("from", day(from)), ("to", last.clone())))
}

fn percent(rate: f64) -> String {
    format!("{:.0} %", rate * 100.0)
}

fn rests_on(say: &Say, e: Estimate) -> String {
    let mut args = fluent_bundle::FluentArgs::new();
    args.set("basis", say.of("warning-basis", &code_of(e.basis)));
    args.set("late", digits(e.of.late.into()));
    args.set("n", digits(e.of.n.into()));
    say.with("warning-rests-on", &args)
}

fn history(say: &Say, known: Option<(Rate, Window)>) -> String {
    let Some((rate, when)) = known else { return say.t("warning-no-history") };
    let mut args = fluent_bundle::FluentArgs::new();
    args.set("n", digits(rate.n.into()));
    args.set("late", digits(rate.late.into()));
    args.set("rate", percent(rate.rate));
    args.set("window", window(say, when));
    say.with("warning-history", &args)
}

/// A due instant; the end of a day is that day, as everywhere.
fn due(say: &Say, at: Instant) -> String {
    let day = say.zone().date_of(Instant(at.0 - 1));
    if say.zone().end_of_day(day) == at { say.day(day) } else { say.moment(at) }
}

fn line(say: &Say, steps: &Steps<'_>, w: &Watch, row: Row) -> Line {
    Line {
        due: due(say, w.due),
        step: steps.name(&w.step),
        since: say.moment(w.step_at),
        rate: w.estimate.map_or_else(|| "—".into(), |e| percent(e.of.rate)),
        rests_on: w.estimate.map(|e| rests_on(say, e)).unwrap_or_default(),
        remaining: w.remaining.map(|(ms, n)| (say.span(ms), say.t1("warning-n", "n", digits(n.into())))),
        short: w.left >= 0 && w.remaining.is_some_and(|(ms, _)| w.step_at.0 + ms > w.due.0),
        row,
    }
}

async fn blank(web: &Web, v: &Visitor, asked: &Asked, test: bool) -> Result<WarningPage, yixian_app::AppError> {
    let say = &v.say;
    let directory = web.app().directory().await?;
    let tests = with_unit("/flow/warning/test", &asked.code);
    Ok(WarningPage {
        sub: vec![unit_of(say, asked, &directory)],
        tabs: [(say.t("warning-list"), list_of(&asked.code), !test), (say.t("warning-test"), tests, test)],
        whole: whole(v, &directory),
        units: crate::figures::asked::unit_options(v, &directory),
        unit_code: asked.code.clone(),
        action: if test { "/flow/warning/test" } else { "/flow/warning" },
        lines: Vec::new(),
        all: 0,
        shown: String::new(),
        before: None,
        next: None,
        tests: None,
        f: Frame::of(web, v, "flow").await?,
    })
}

fn of_unit(asked: &Asked) -> Chosen {
    Chosen { unit: asked.unit, ..Chosen::all(Of::Matters) }
}

/// Only the unit is chosen here: a deadline does not ask when its matter began.
fn unit_only(q: &Form) -> Form {
    Form::of([("unit", q.get("unit"))])
}

/// `GET /flow/warning`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let (q, say) = (query(uri.query()), &v.say);
    let asked = asked(&web, &v, &unit_only(&q)).await?;
    let mut page = blank(&web, &v, &asked, false).await?;
    let at = q.get("page").parse::<usize>().unwrap_or(1).max(1);
    let list = web.app().flow_watch(&v.actor, &of_unit(&asked), (at - 1).saturating_mul(PAGE), PAGE).await?;
    let ids: Vec<Uuid> = list.here.iter().map(|w| w.id).collect();
    let mut rows: HashMap<Uuid, Row> = rows::of_ids(&web, &v, &ids).await?.into_iter().map(|r| (r.id, r)).collect();
    let steps = Steps::of(&web, say);
    page.lines = list.here.iter().filter_map(|w| Some(line(say, &steps, w, rows.remove(&w.id)?))).collect();
    page.sub.push(say.t2("warning-counts", ("n", digits(list.all as u64)), ("over", digits(list.over as u64))));
    page.sub.push(history(say, list.history));
    page.sub.push(say.t1("warning-looks", "n", digits(list.looks.into())));
    page.all = list.all;
    page.shown = say.t2("records-shown", ("page", at as i64), ("n", digits(list.all as u64)));
    let link =
        |page: usize| format!("{}{}page={page}", list_of(&asked.code), if asked.code.is_empty() { '?' } else { '&' });
    (page.before, page.next) = ((at > 1).then(|| link(at - 1)), (at * PAGE < list.all).then(|| link(at + 1)));
    show(&page)
}

fn scores(t: &BackTest) -> Scores {
    let known = |x: Option<f64>, shown: fn(f64) -> String| x.map_or_else(|| "—".into(), shown);
    Scores {
        late: digits(t.late as u64),
        auc: known(t.auc, |x| format!("{x:.3}")),
        brier: format!("{:.3} / {:.3}", t.brier, t.brier_of_constant),
        worst: known(t.late_in_worst_fifth, percent),
    }
}

fn tests(say: &Say, found: &BackTests) -> Tests {
    let mut rows: Vec<TestRow> = found
        .months
        .iter()
        .map(|(first, h)| TestRow {
            month: format!("{:04}-{:02}", first.year(), first.month()),
            learned: digits(h.learned_from.into()),
            window: window(say, h.learned),
            tested: digits(h.decided as u64),
            undecided: digits(h.undecided as u64),
            scores: h.test.as_ref().map(scores),
        })
        .collect();
    if let Some(t) = &found.whole {
        let undecided: usize = found.months.iter().filter(|m| m.1.test.is_some()).map(|m| m.1.undecided).sum();
        rows.push(TestRow {
            month: say.t("warning-all-months"),
            learned: "—".into(),
            window: String::new(),
            tested: digits(t.n as u64),
            undecided: digits(undecided as u64),
            scores: Some(scores(t)),
        });
    }
    let verdict = match found.whole {
        None => {
            let mut args = fluent_bundle::FluentArgs::new();
            args.set("learned", LEAST.learned);
            args.set("tested", LEAST.tested);
            say.with("warning-test-too-little", &args)
        }
        // Better by less than the table's last digit is not better.
        Some(t) if t.brier + 0.000_5 < t.brier_of_constant => say.t1("warning-test-better", "n", digits(t.n as u64)),
        Some(t) => say.t1("warning-test-worse", "n", digits(t.n as u64)),
    };
    let remaining = found
        .remaining
        .iter()
        .map(|(first, learned, off)| OffRow {
            month: format!("{:04}-{:02}", first.year(), first.month()),
            learned: digits((*learned).into()),
            tested: digits(off.n.into()),
            off: say.span(off.off / 1_000),
            constant: say.span(off.off_of_constant / 1_000),
        })
        .collect();
    Tests { rows, verdict, remaining }
}

/// `GET /flow/warning/test`
pub async fn test(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let asked = asked(&web, &v, &unit_only(&query(uri.query()))).await?;
    let mut page = blank(&web, &v, &asked, true).await?;
    let found = web.app().flow_back_test(&v.actor, &of_unit(&asked)).await?;
    page.tests = Some(tests(&v.say, &found));
    show(&page)
}
