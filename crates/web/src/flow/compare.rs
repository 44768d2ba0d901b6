//! Two choices of records side by side 对比: two periods, two units. Each number leads to the records of its own side. The
//! page computes nothing; [`yixian_app::flow::compare`] does.

use crate::door::frame::Frame;
use crate::door::page::{Page, show, show_as};
use crate::door::say::Say;
use crate::door::telling::{digits, period_words};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::figures::asked::{Asked, asked};
use crate::flow::asked::{Sort, Steps, base, chosen, href as records, records_of, unit_of, whole, with_period};
use crate::flow::body::{days, lasted, span};
use crate::form::fields::{Form, query};
use crate::form::reading::Faults;
use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use yixian_app::flow::compare::{Compared, HopPair, HopSide, Side};
use yixian_app::flow::report::Part;
use yixian_domain::figure::Period;

/// Hops told.
const HOPS: usize = 40;

/// Fields of a side, and what they are called on the second.
const FIELDS: [(&str, &str); 3] = [("from", "from2"), ("to", "to2"), ("unit", "unit2")];

/// A side of the form.
struct Chosen {
    title: String,
    from: String,
    to: String,
    unit: String,
    names: [&'static str; 3],
    words: String,
}

struct Number {
    label: String,
    left: String,
    left_href: Option<String>,
    right: String,
    right_href: Option<String>,
}

struct Cell {
    cases: String,
    href: String,
    times: Option<String>,
    median: String,
    days: String,
}

struct HopRow {
    from: String,
    to: String,
    left: Option<Cell>,
    right: Option<Cell>,
    slower: String,
    class: &'static str,
}

#[derive(Template)]
#[template(path = "flow/compare.html")]
struct ComparePage {
    f: Frame,
    faults: Faults,
    of: String,
    sorts: Vec<(String, String)>,
    back: String,
    whole: Option<String>,
    units: Vec<(String, String)>,
    sides: [Chosen; 2],
    numbers: Vec<Number>,
    hops: Vec<HopRow>,
}

/// The second side's query as a first side's.
fn second(q: &Form) -> Form {
    Form::of(FIELDS.map(|(name, other)| (name, q.get(other))))
}

/// The same days a year earlier; 29 February becomes the 28th.
fn year_before(period: Period) -> Option<Period> {
    let back = |day: yixian_domain::time::Date| day.checked_sub(jiff::Span::new().years(1)).ok();
    Period::new(back(period.first())?, back(period.last())?).ok()
}

fn side_of(say: &Say, q: &Form, title: &str, names: [&'static str; 3]) -> Chosen {
    Chosen {
        title: say.t(title),
        from: q.get("from").to_owned(),
        to: q.get("to").to_owned(),
        unit: q.get("unit").to_owned(),
        names,
        words: String::new(),
    }
}

fn cell(say: &Say, asked: &Asked, of: Sort, hop: &HopPair, side: Option<HopSide>) -> Option<Cell> {
    let s = side?;
    Some(Cell {
        cases: digits(s.cases as u64),
        times: (s.count > s.cases).then(|| say.t1("sides-times", "n", digits(s.count as u64))),
        href: records(asked, of, &Part::Hop(hop.from.clone(), hop.to.clone())),
        median: span(say, s.median),
        days: days(s.total),
    })
}

fn slower(say: &Say, by: Option<f64>) -> (String, &'static str) {
    match by {
        None => ("—".into(), "muted"),
        Some(by) if by.abs() < 30.0 => (say.t("sides-same"), "muted"),
        Some(by) if by > 0.0 => (say.t1("sides-slower", "span", span(say, by)), ""),
        Some(by) => (say.t1("sides-faster", "span", span(say, -by)), ""),
    }
}

fn fill(page: &mut ComparePage, say: &Say, steps: &Steps<'_>, of: Sort, sides: (&Asked, &Asked), found: &Compared) {
    let link = |asked: &Asked, part: &Part| Some(records(asked, of, part));
    let number = |key: &str, n: fn(&Side) -> usize, part: &Part| Number {
        label: say.t(key),
        left: digits(n(&found.left) as u64),
        left_href: link(sides.0, part),
        right: digits(n(&found.right) as u64),
        right_href: link(sides.1, part),
    };
    page.numbers = vec![
        number("flow-cases", |s| s.cases, &Part::All),
        number("flow-finished", |s| s.finished, &Part::Finished),
        Number {
            label: say.t("flow-lasted"),
            left: lasted(say, found.left.lasted),
            left_href: None,
            right: lasted(say, found.right.lasted),
            right_href: None,
        },
    ];
    page.hops = found
        .hops
        .iter()
        .take(HOPS)
        .map(|h| {
            let (slower, class) = slower(say, h.slower_by);
            HopRow {
                from: steps.name(&h.from),
                to: steps.name(&h.to),
                left: cell(say, sides.0, of, h, h.left),
                right: cell(say, sides.1, of, h, h.right),
                slower,
                class,
            }
        })
        .collect();
}

/// `GET /flow/compare`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let q = with_period(&v, query(uri.query()));
    let (say, of) = (&v.say, records_of(&q)?);
    let directory = web.app().directory().await?;
    let mut page = ComparePage {
        of: of.word(),
        sorts: Sort::options(say),
        back: String::from("/flow"),
        whole: whole(&v, &directory),
        units: crate::figures::asked::unit_options(&v, &directory),
        sides: [
            side_of(say, &q, "sides-left", FIELDS.map(|f| f.0)),
            side_of(say, &second(&q), "sides-right", FIELDS.map(|f| f.1)),
        ],
        numbers: Vec::new(),
        hops: Vec::new(),
        faults: Faults::none(),
        f: Frame::of(&web, &v, "flow").await?,
    };
    let sides = async {
        let left = asked(&web, &v, &q).await?;
        let mut other = second(&q);
        if other.get("from").is_empty() && other.get("to").is_empty() {
            let before = year_before(left.period).unwrap_or(left.period);
            other.set("from", before.first().to_string());
            other.set("to", before.last().to_string());
            // Before the form was sent, the second side is the first one's unit; sent empty, it is the whole.
            if !q.fields().iter().any(|f| f.0 == "unit2") {
                other.set("unit", left.code.clone());
            }
        }
        Ok((left, asked(&web, &v, &other).await?))
    };
    let (left, right) = match sides.await {
        Ok(sides) => sides,
        Err(e) => {
            let (status, faults) = Faults::from_error(say, e)?;
            page.faults = faults;
            return show_as(status, &page);
        }
    };
    page.back = format!("/flow?{}", base(&left, of));
    for (shown, side) in page.sides.iter_mut().zip([&left, &right]) {
        shown.from = side.period.first().to_string();
        shown.to = side.period.last().to_string();
        shown.unit.clone_from(&side.code);
        shown.words = format!("{} · {}", period_words(say, side.period), unit_of(say, side, &directory));
    }
    let found = web.app().flow_compare(&v.actor, &chosen(&v, &left, of), &chosen(&v, &right, of)).await?;
    fill(&mut page, say, &Steps::of(&web, say), of, (&left, &right), &found);
    show(&page)
}
