//! What stations, teams and places bear: the share of each company's stations above their cap, the weeks above it, and what is planned
//! already for one place or one station in one week, with one tap that makes two visits one.

use super::board::{levels, sub, told, ways};
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::telling::{unit_name, week_words};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::figures::asked::Asked;
use crate::form::fields::query;
use crate::form::record::{Block, Body, Cell, Line, RecordPage, Table, Tap, Way};
use crate::visits::lines;
use crate::visits::list::{later, names};
use axum::extract::State;
use axum::http::Uri;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;
use yixian_app::figures::levels::Levels;
use yixian_app::read::Directory;
use yixian_app::visits::{VisitFilter, VisitRow, VisitStage};
use yixian_domain::duty::IsoWeek;
use yixian_domain::figure::levels::{Bears, Burden};
use yixian_domain::ids::{PlaceId, UnitId};
use yixian_domain::org::{Role, UnitKind};

/// Days ahead in which what is planned is looked at.
const AHEAD: i64 = 60;
/// Planned visits that are looked at, at most.
const PLANNED: i64 = 1_000;

/// What bears, as it is named in addresses.
fn at(bears: Bears) -> Uuid {
    match bears {
        Bears::Unit(unit) => unit.0,
        Bears::Place(place) => place.0,
    }
}

fn companies(say: &Say, asked: &Asked, directory: &Directory, levels: &Levels) -> Table {
    let heads = ["company", "stations", "over", "share"].map(|k| say.t(&format!("levels-burden-{k}"))).to_vec();
    let mut all: Vec<_> = levels.companies.iter().filter_map(|c| Some((c, directory.unit(c.company)?))).collect();
    all.sort_by_cached_key(|(_, u)| u.path.clone());
    let rows = all.into_iter().map(|(c, u)| {
        let mut own = asked.clone();
        own.code.clone_from(&u.code);
        let link = format!("/two-levels/burden?{}", own.query(false));
        let share = Cell::number(format!("{:.1} %", c.over as f64 * 100.0 / c.stations.max(1) as f64));
        vec![
            Cell::of(unit_name(say, u)).to(link),
            Cell::number(c.stations.to_string()),
            Cell::number(c.over.to_string()),
            if c.over > 0 { share.marked("due-over") } else { share },
        ]
    });
    Table { heads, rows: rows.collect() }
}

fn week_lines<'b>(
    say: &Say,
    asked: &Asked,
    directory: &Directory,
    places: &HashMap<Uuid, String>,
    burdens: impl Iterator<Item = &'b Burden>,
) -> Vec<Line> {
    let line = |b: &Burden| {
        let keeper = b.keeper.and_then(|u| directory.unit(u)).map(|u| unit_name(say, u)).unwrap_or_default();
        let (name, muted) = match b.bears {
            Bears::Unit(_) => (keeper, String::new()),
            Bears::Place(place) => (places.get(&place.0).cloned().unwrap_or_default(), keeper),
        };
        let link = format!("/two-levels/burden?{}&week={}&at={}#visits", asked.query(false), b.week, at(b.bears));
        Line::to(link, name)
            .muted(muted)
            .mark("due-over", say.t2("levels-of-most", ("n", b.visits.len()), ("most", i64::from(b.most))))
            .end(week_words(say, b.week))
    };
    burdens.map(line).collect()
}

/// Whether a visitor may make a visit that is not restricted one with another.
fn may_merge(v: &Visitor, directory: &Directory, row: &VisitRow) -> bool {
    let coordinates = || directory.unit(row.host).is_some_and(|u| v.actor.holds(Role::Coordinator, &u.path));
    v.person == Some(row.leader) || coordinates()
}

/// What is planned of one place or one station in one week, each with what it might be one with.
struct Twice<'r> {
    first: &'r VisitRow,
    second: &'r VisitRow,
    /// At the same place; else at the same station, in a week above its cap.
    one_place: bool,
}

/// Pairs that might be one: at one place in one week; at one station in one week in which more is planned than it bears.
fn twice<'r>(planned: &'r [VisitRow], directory: &Directory, most: u16) -> Vec<Twice<'r>> {
    let mut by_place: BTreeMap<(IsoWeek, PlaceId), Vec<&VisitRow>> = BTreeMap::new();
    let mut by_unit: BTreeMap<(IsoWeek, UnitId), Vec<&VisitRow>> = BTreeMap::new();
    let station = |id: UnitId| directory.unit(id).is_some_and(|u| matches!(u.kind, UnitKind::Station | UnitKind::Team));
    for row in planned {
        let week = IsoWeek::of(row.day);
        by_place.entry((week, row.place)).or_default().push(row);
        if station(row.host) {
            by_unit.entry((week, row.host)).or_default().push(row);
        }
    }
    let mut offered: BTreeSet<(Uuid, Uuid)> = BTreeSet::new();
    let mut all = Vec::new();
    let pairs = by_place.values().map(|rows| (rows, true));
    let over = by_unit.values().filter(|rows| rows.len() > usize::from(most)).map(|rows| (rows, false));
    for (rows, one_place) in pairs.chain(over) {
        for pair in rows.windows(2) {
            let [first, second] = pair else { continue };
            if offered.insert((first.id.0, second.id.0)) {
                all.push(Twice { first, second, one_place });
            }
        }
    }
    all
}

fn merges(
    mint: &dyn Fn() -> Uuid,
    v: &Visitor,
    directory: &Directory,
    names_of: &HashMap<Uuid, String>,
    all: &[Twice<'_>],
) -> Vec<Line> {
    let say = &v.say;
    let told = |row: &VisitRow| format!("{} {}", say.day(row.day), names(say, directory, [row.leader]));
    let line = |t: &Twice<'_>| {
        let (first, second) = (t.first, t.second);
        let host = directory.unit(second.host).map(|u| unit_name(say, u)).unwrap_or_default();
        let place = |row: &VisitRow| names_of.get(&row.place.0).cloned().unwrap_or_default();
        let name = if t.one_place { place(second) } else { format!("{} ＋ {}", place(first), place(second)) };
        let line = Line::to(format!("/visits/{}", second.id.0), name)
            .muted(format!("{host} · {} ＋ {}", told(first), told(second)))
            .end(week_words(say, IsoWeek::of(second.day)));
        if may_merge(v, directory, second) {
            let action = format!("/visits/{}/merge", second.id.0);
            line.tap(Tap::new(say.t("levels-merge"), action, mint()).with("into", first.id.0))
        } else {
            line
        }
    };
    all.iter().map(line).collect()
}

/// `GET /two-levels/burden`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let q = query(uri.query());
    let say = &v.say;
    let (asked, levels) = levels(&web, &v, &q).await?;
    let directory = web.app().directory().await?;
    let host = asked.unit.and_then(|u| directory.unit(u)).map(|u| u.path.clone());
    let today = say.today();
    let filter = VisitFilter {
        days: Some((today, later(say, today, AHEAD))),
        stage: Some(VisitStage::Planned),
        host,
        ..VisitFilter::default()
    };
    let planned = web.app().visit_list(&v.actor, &filter, PLANNED).await?;
    let twice = twice(&planned, &directory, levels.most.0);
    let (units, at_places): (Vec<&Burden>, Vec<&Burden>) =
        levels.burdens.iter().partition(|b| matches!(b.bears, Bears::Unit(_)));
    let mut ids: Vec<Uuid> = at_places.iter().map(|b| at(b.bears)).collect();
    ids.extend(twice.iter().flat_map(|t| [t.first.place.0, t.second.place.0]));
    ids.sort_unstable();
    ids.dedup();
    let places = web.app().place_names(&ids).await?;

    let mint = || web.app().mint().uuid(say.now());
    let mut blocks = Vec::new();
    let chosen = |b: &&&Burden| b.week.to_string() == q.get("week") && at(b.bears).to_string() == q.get("at");
    if let Some(b) = units.iter().chain(&at_places).find(chosen) {
        let ids: Vec<Uuid> = b.visits.iter().map(|id| id.0).collect();
        let visits = lines::of_ids(&web, &v, &ids).await?.into_iter();
        let visits = visits.map(|l| Line::to(format!("/visits/{}", l.id), l.place).muted(l.leader).end(l.when));
        blocks.push(Block::new("visits", week_words(say, b.week), Body::Lines(visits.collect())));
    }
    blocks.extend([
        Block::new("merge", say.t("levels-merges"), Body::Lines(merges(&mint, &v, &directory, &places, &twice)))
            .none(say.t("levels-merges-none")),
        Block::new("companies", say.t("levels-companies"), Body::Table(companies(say, &asked, &directory, &levels)))
            .none(say.t("levels-companies-none")),
        Block::new(
            "units",
            say.t1("levels-units-over", "n", i64::from(levels.most.0)),
            Body::Lines(week_lines(say, &asked, &directory, &places, units.into_iter())),
        )
        .none(say.t("levels-over-none")),
        Block::new(
            "places",
            say.t1("levels-places-over", "n", i64::from(levels.most.1)),
            Body::Lines(week_lines(say, &asked, &directory, &places, at_places.into_iter())),
        )
        .none(say.t("levels-over-none")),
    ]);
    let own = asked.query(false);
    let mut ways = ways(say, &asked, "/two-levels/burden");
    ways.insert(0, Way::to(say.t("levels-matrix"), format!("/two-levels/matrix?{own}")));
    let fact = |f: &yixian_domain::figure::Figure| {
        let link = format!("/figures/{}?{}", f.code.as_str(), asked.query(true));
        (say.t(&f.definition().label_key()), told(say, f), Some(link))
    };
    show(&RecordPage {
        crumbs: vec![(say.t("levels-title"), format!("/two-levels?{own}"))],
        sub: sub(say, &asked, &directory),
        ways,
        blocks,
        facts_title: say.t("levels-burden"),
        facts: levels.overburdened.iter().map(fact).collect(),
        ..RecordPage::new(Frame::of(&web, &v, "levels").await?, say.t("levels-burden"))
    })
}
