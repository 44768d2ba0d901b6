//! An indicator: its score, how far its tasks are by component, department and aspect, what moved the score, its versions.

use super::chart;
use super::shown::{State, Tally, doer, name, person, points, reading, share, unit};
use super::tree::{Shown, component};
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::record::{Block, Body, Cell, Line, RecordPage, Table, Way};
use axum::extract::{Path, State as Shared};
use axum::http::Uri;
use std::collections::BTreeMap;
use yixian_app::AppError;
use yixian_app::indicators::{IndicatorPage, TaskLine};
use yixian_domain::ids::UnitId;
use yixian_domain::indicator::ReadingKind;
use yixian_domain::indicator::reading::decimal;
use yixian_domain::time::{Date, Instant};

/// The end of the day of knowledge that a reader asks for; none for now.
pub(super) fn as_of(say: &Say, q: &Form) -> Result<Option<Instant>, AppError> {
    let text = q.get("as_of");
    if text.is_empty() {
        return Ok(None);
    }
    let day: Date = text.parse().map_err(|_| AppError::NotFound("page"))?;
    Ok(Some(say.zone().end_of_day(day)))
}

fn tally_row(head: Cell, t: &Tally) -> Vec<Cell> {
    let overdue = Cell::number(t.overdue.to_string());
    vec![
        head,
        Cell::number(format!("{} / {}", t.done, t.all)),
        Cell::number(share(t.weight_done, t.weight)),
        if t.overdue > 0 { overdue.marked("due-over") } else { overdue },
        Cell::number(format!("{:.1} %", t.weight)),
    ]
}

fn heads(say: &Say, first: &str) -> Vec<String> {
    [first, "indicator-tasks-done", "indicator-by-weight", "task-overdue", "indicator-weight"]
        .map(|k| say.t(k))
        .to_vec()
}

/// Groups of tasks as a table, each with the way to its tasks.
fn by<K: Ord + Clone>(
    say: &Say,
    p: &IndicatorPage,
    first: &str,
    key: impl Fn(&TaskLine) -> K,
    head: impl Fn(&K) -> Cell,
) -> Table {
    let mut groups: BTreeMap<K, Tally> = BTreeMap::new();
    for t in &p.tasks {
        groups.entry(key(t)).or_default().add(t, p.at);
    }
    let mut rows: Vec<(K, Tally)> = groups.into_iter().collect();
    rows.sort_by_key(|(_, t)| std::cmp::Reverse(t.all));
    Table { heads: heads(say, first), rows: rows.iter().map(|(k, t)| tally_row(head(k), t)).collect() }
}

/// What was read, as a table under the chart.
fn readings(say: &Say, p: &IndicatorPage) -> Table {
    let i = &p.indicator;
    let mut heads = vec![say.t("reading")];
    heads.extend(i.method().components.iter().map(|c| say.named(&c.name, Some(&c.name_en))));
    heads.push(say.t("indicator-score"));
    let mut all: Vec<_> = i.readings.iter().collect();
    all.sort_by_key(|r| (r.day, r.kind as usize));
    let rows = all.iter().map(|r| {
        let mut row = vec![Cell::of(reading(say, r)).under(format!(
            "{} {}",
            say.day(r.day),
            if r.source.is_empty() { String::new() } else { format!("· {}", r.source) }
        ))];
        let method = i.method_of(r);
        for at in 0..i.method().components.len() {
            let told: Vec<String> = r.cities.iter().filter_map(|c| c.values.get(at)).map(|v| decimal(*v)).collect();
            row.push(Cell::number(told.join(" / ")));
        }
        let cell = Cell::number(points(method.score(&r.cities).total));
        row.push(if r.kind == ReadingKind::Claimed { cell.under(say.t("reading-is-a-claim")) } else { cell });
        row
    });
    Table { heads, rows: rows.collect() }
}

/// What moved the score between two counts: task → input → component → score.
fn moved(say: &Say, p: &IndicatorPage) -> Vec<Block> {
    let method = p.indicator.method();
    let one = |b: &yixian_app::indicators::Between| {
        let heads =
            ["indicator-component", "moved-tasks", "moved-input", "moved-component", "moved-score"].map(|k| say.t(k));
        let rows = b.moved.iter().map(|m| {
            let closed = b.closed.get(&m.component).map_or(0, Vec::len);
            let arrow = |(from, to): (f64, f64), digits: usize| format!("{from:.digits$} → {to:.digits$}");
            let change = Cell::number(format!("{:+.3}", m.points));
            vec![
                Cell::of(component(say, method, &m.component)),
                Cell::number(closed.to_string()).to(format!("?component={}&state=done#tree", m.component)),
                Cell::number(arrow(m.values, 2)),
                Cell::number(arrow(m.scores, 1)),
                if m.points > 0.0005 {
                    change.marked("due-done")
                } else if m.points < -0.0005 {
                    change.marked("due-over")
                } else {
                    change
                },
            ]
        });
        let title = say.t2("moved-between", ("from", say.day(b.from)), ("to", say.day(b.to)));
        Block::new("moved", title, Body::Table(Table { heads: heads.to_vec(), rows: rows.collect() }))
    };
    p.between.iter().take(1).map(one).collect()
}

fn versions(say: &Say, p: &IndicatorPage) -> Block {
    let lines = p.versions.iter().map(|v| {
        let at = match v.effective {
            Some(_) => format!("/indicators/{}/versions/{}", p.indicator.code, v.no),
            None => format!("/indicators/{}/draft", p.indicator.code),
        };
        let from =
            v.effective.map_or_else(|| say.t("breakdown-draft"), |d| say.t1("breakdown-since", "day", say.day(d)));
        let by = v.approved_by.as_ref().map(|by| doer(say, &p.directory, by)).unwrap_or_default();
        let counts = say.t2("breakdown-counts", ("aspects", v.aspects as i64), ("tasks", v.tasks as i64));
        let muted: Vec<String> = [from, counts, by, v.reason.clone()].into_iter().filter(|t| !t.is_empty()).collect();
        let line = Line::to(at, say.t1("breakdown-n", "n", i64::from(v.no))).muted(muted.join(" · "));
        let here = p.version.as_ref().is_some_and(|now| now.no == v.no);
        if here { line.mark("due-done", say.t("breakdown-in-force")) } else { line }
    });
    Block::new("versions", say.t("breakdown-versions"), Body::Lines(lines.collect())).none(say.t("breakdown-none"))
}

/// `GET /indicators/{id}`
pub async fn page(
    Shared(web): Shared<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    uri: Uri,
) -> Page {
    let (say, q) = (&v.say, query(uri.query()));
    let p = web.app().indicator(&v.actor, &at, as_of(say, &q)?).await?;
    let i = &p.indicator;
    let directory = &p.directory;
    let code_of = |id: UnitId| directory.unit(id).map(|u| u.code.clone()).unwrap_or_default();
    let state = q.get("state").to_owned();
    let wanted = |t: &TaskLine| {
        (q.get("department").is_empty() || code_of(t.leaf.owner) == q.get("department"))
            && (q.get("component").is_empty() || &*t.fact.component.code == q.get("component"))
            && match state.as_str() {
                "done" => State::of(&t.fact, p.at) == State::Done,
                "open" => State::of(&t.fact, p.at) != State::Done,
                "overdue" => State::of(&t.fact, p.at) == State::Overdue,
                _ => true,
            }
    };
    let shown = Shown { say, page: &p, open: q.get("open"), wanted: &wanted, query: kept(&q, &[]) };
    let tree = shown.html();
    let sum = Tally::of(&p.tasks, p.at);
    let base = format!("/indicators/{}", i.code);
    let method = i.method();
    let day = say.zone().date_of(p.at.plus_millis(-1));
    let mut facts = vec![
        (say.t("indicator-commander"), person(say, directory, i.details.commander), None),
        (say.t("indicator-owner"), unit(say, directory, i.details.owner), None),
        (say.t("indicator-method"), say.named(&method.name, Some(&method.name_en)), None),
    ];
    if let Some(version) = &p.version {
        let carrying = version.tree.carrying().count();
        let departments: std::collections::BTreeSet<UnitId> = p.tasks.iter().map(|t| t.leaf.owner).collect();
        facts.push((say.t("indicator-aspects"), carrying.to_string(), None));
        facts.push((say.t("indicator-tasks"), sum.all.to_string(), None));
        facts.push((say.t("indicator-departments"), departments.len().to_string(), None));
        facts.push((
            say.t("indicator-tasks-done"),
            format!("{} / {}", sum.done, sum.all),
            Some("?state=done#tree".into()),
        ));
        facts.push((say.t("indicator-by-weight"), share(sum.weight_done, sum.weight), None));
        facts.push((say.t("task-overdue"), sum.overdue.to_string(), Some("?state=overdue#tree".into())));
    }
    if let Some(r) = i.counted_on(day) {
        facts.push((say.t("indicator-score"), points(i.score(r).total), None));
    }
    let year = day.year();
    facts.push((say.t("indicator-figures"), say.t("indicator-figures-see"), Some(format!("/figures?period={year}"))));
    let mut ways = vec![
        Way::to(say.t("matrix-title"), format!("{base}/matrix")),
        Way::to(say.t("bulletin-title"), format!("{base}/bulletin")),
    ];
    let me = v.actor.person().and_then(|me| directory.person(me)).map(|me| me.unit);
    if let Some(own) = me.filter(|own| p.tasks.iter().any(|t| t.leaf.owner == *own)) {
        ways.insert(
            0,
            Way::first(say.t("indicator-my-department"), format!("{base}?department={}#tree", code_of(own))),
        );
    }
    if p.keeps {
        ways.push(Way::to(say.t("reading-new"), format!("{base}/reading")));
        ways.push(Way::to(say.t("index-title"), "/indicators/reliability-index"));
        ways.push(Way::to(say.t("edit"), format!("{base}/edit")));
        if p.draft.is_none() {
            ways.push(Way::to(say.t("breakdown-begin"), format!("{base}/begin")));
        }
    }
    let mut notes = Vec::new();
    if let Some(draft) = &p.draft {
        notes.push(("banner-info", say.t1("breakdown-draft-open", "n", i64::from(draft.no))));
        ways.push(Way::to(say.t("breakdown-draft-see"), format!("{base}/draft")));
    }
    if !q.get("as_of").is_empty() {
        notes.push(("banner-warn", say.t1("indicator-as-of", "day", say.day(day))));
    }
    let filters: Vec<String> = [
        directory
            .units()
            .find(|u| !q.get("department").is_empty() && u.code == q.get("department"))
            .map(|u| unit(say, directory, u.id)),
        (!q.get("component").is_empty()).then(|| component(say, method, q.get("component"))),
        matches!(state.as_str(), "done" | "open" | "overdue").then(|| say.t(&format!("task-{state}"))),
    ]
    .into_iter()
    .flatten()
    .collect();
    let to_tree = |field: &str, value: &str| format!("?{}{field}={value}#tree", kept(&q, &[field, "open"]));
    let mut tree_block = Block::new("tree", say.t("indicator-tree"), Body::Html(tree)).none(if p.version.is_some() {
        say.t("indicator-tree-none")
    } else {
        say.t("breakdown-none")
    });
    if !filters.is_empty() {
        tree_block.title = format!("{} · {}", tree_block.title, filters.join(" · "));
        tree_block = tree_block.way(Way::to(say.t("indicator-tree-all"), format!("{base}#tree")));
    }
    let mut blocks = vec![
        Block::new("score", say.t("indicator-run"), Body::Html(chart::drawn(say, i))),
        Block::new("readings", say.t("indicator-readings"), Body::Table(readings(say, &p)))
            .none(say.t("indicator-no-reading")),
    ];
    blocks.extend(moved(say, &p));
    blocks.push(tree_block);
    let components = by(
        say,
        &p,
        "indicator-component",
        |t| t.fact.component.code.to_string(),
        |code| Cell::of(component(say, method, code)).to(to_tree("component", code)),
    );
    let departments = by(
        say,
        &p,
        "indicator-department",
        |t| t.leaf.owner,
        |id| Cell::of(unit(say, directory, *id)).to(to_tree("department", &code_of(*id))),
    );
    blocks.push(Block::new("components", say.t("indicator-by-component"), Body::Table(components)));
    blocks.push(Block::new("departments", say.t("indicator-by-department"), Body::Table(departments)));
    show(&RecordPage {
        crumbs: vec![(say.t("indicators-title"), "/indicators".into())],
        sub: vec![i.code.clone()],
        ways,
        notes,
        blocks,
        facts_title: say.t("indicator-facts"),
        facts,
        aside: vec![versions(say, &p)],
        ..RecordPage::new(Frame::of(&web, &v, "indicators").await?, name(say, i))
    })
}

/// The filters of an address but some, each with its `&`.
fn kept(q: &Form, but: &[&str]) -> String {
    let encoded = |t: &str| form_urlencoded::byte_serialize(t.as_bytes()).collect::<String>();
    ["department", "component", "state", "as_of"]
        .into_iter()
        .filter(|f| !but.contains(f) && !q.get(f).is_empty())
        .map(|f| format!("{f}={}&", encoded(q.get(f))))
        .collect()
}
