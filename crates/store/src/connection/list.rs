//! Lists of connections, and of matters by a filter that may ask for connections: a connection's own small row answers what
//! it can, the matter's is read for what is shown. What both share is the matters'. It does not know what a case means.

use crate::engine::db::{Conn, Engine};
use crate::engine::error::StoreError;
use crate::engine::value::Record;
use crate::matter::list::{self as matters, Among, COLUMNS, ListRow, Order, Path, Query, number_of, rows_of};
use sqlx::AssertSqlSafe;
use std::borrow::Cow;
use uuid::Uuid;
use yixian_domain::access::Scope;
use yixian_domain::connection::Class;
use yixian_domain::ids::*;
use yixian_domain::matter::{MatterKind, Origin, StageName};
use yixian_domain::org::UnitPath;
use yixian_domain::time::Instant;

/// A filter of matters that may ask for connections.
pub type Filter = matters::Filter<Connections>;

/// A filter that only connections pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connections {
    /// Class.
    pub class: Option<Class>,
    /// District.
    pub district: Option<String>,
    /// Step in hand.
    pub step: Option<String>,
    /// Only those with a special need.
    pub special: bool,
    /// Only those whose customer may still be called: neither reached nor refusing to talk.
    pub to_call: bool,
}

/// One row of a list of connections.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the columns
pub struct ConnectionRow {
    pub matter: ListRow,
    pub class: String,
    pub district: String,
    /// Watts.
    pub capacity: i64,
    pub step: Option<String>,
    /// Codes of the flags, separated by blanks.
    pub flags: String,
    pub rank: i64,
    pub eligible: bool,
    pub overridden: bool,
    pub accepted_at: Option<i64>,
    pub energized_at: Option<i64>,
    pub archived_at: Option<i64>,
    pub withdrawn_at: Option<i64>,
    /// Elapsed calendar days D1.
    pub d1: Option<i64>,
    pub satisfaction: Option<String>,
    pub call_outcome: Option<String>,
}
columns!(ConnectionRow { class, district, capacity, step, flags, rank, eligible, overridden, accepted_at, energized_at, archived_at,
    withdrawn_at, d1, satisfaction, call_outcome } with matter);

const CONNECTION_COLUMNS: &str = ", c.class, c.district, c.capacity, c.step, c.flags, c.rank, c.eligible, c.overridden, c.accepted_at, c.energized_at, c.archived_at, c.withdrawn_at, c.d1, c.satisfaction, c.call_outcome";

/// The columns that a connection's own row has as well.
fn is_small(name: &str) -> bool {
    matches!(name, "unit_id" | "raiser" | "recorder" | "handler" | "doer")
}

/// The part from FROM to WHERE.
fn conditions(engine: Engine, scope: &Scope, f: &Filter, c: &Connections, path: Path) -> Query {
    let mut q = Query::default();
    let col = |name: &str| path.column(if is_small(name) { "c" } else { "m" }, name);
    // Nothing narrower than what the actor may see: his units and his own matters are looked up, each in its index.
    let by_scope = path == Path::Index && f.order == Order::Newest && !f.asks_matters() && *c == Connections::default();
    let from = if f.asks_matters() {
        format!("{} JOIN connection c ON c.n = m.n", q.matters_source(engine, &f.text, &f.also))
    } else {
        " FROM connection c".to_owned()
    };
    q.scope(scope, col, |column, person| {
        if by_scope {
            format!("c.n IN (SELECT n FROM matter WHERE {column} = ${person})")
        } else {
            format!("{} = ${person}", col(column))
        }
    });
    // The hall's queue is walked in its own order, in which the stage lies.
    q.stages(if f.order == Order::Queue { "COALESCE(c.stage, c.stage)" } else { "c.stage" }, &f.stages);
    q.narrow(f, col, "c.handler");
    for (column, value) in
        [("class", c.class.map(|c| c.as_str().to_owned())), ("district", c.district.clone()), ("step", c.step.clone())]
    {
        if let Some(value) = value {
            let i = q.bind(value);
            q.wheres.push(format!("c.{column} = ${i}"));
        }
    }
    if c.special {
        q.wheres.push("c.flags <> ''".into());
    }
    if c.to_call {
        q.wheres.push("(c.call_outcome IS NULL OR c.call_outcome = 'not_reached')".into());
    }
    if c.step.is_some() || c.to_call || f.order == Order::Queue {
        q.wheres.push("c.is_open".into());
    }
    q.requested(f);
    if f.open || f.order == Order::Due {
        q.wheres.push(if f.order == Order::Due { "m.is_open" } else { "c.is_open" }.into());
    }
    // Only the closed are not open, and a connection's stage lies in an index of the open ones.
    if path == Path::Index && !f.stages.is_empty() && !f.stages.contains(&StageName::Closed) {
        q.wheres.push("c.is_open".into());
    }
    q.raised(f);
    q.wheres_from(&from)
}

fn count_text(engine: Engine, scope: &Scope, f: &Filter, among: Option<&Among>) -> Query {
    match &f.connections {
        None => matters::count_text(engine, scope, f, among),
        Some(c) => conditions(engine, scope, f, c, Path::Index).counted(),
    }
}

fn list_text(engine: Engine, scope: &Scope, f: &Filter, path: Path, among: Option<&Among>, limit: i64) -> Query {
    let Some(c) = &f.connections else { return matters::list_text(engine, scope, f, path, among, limit) };
    let mut q = conditions(engine, scope, f, c, path);
    if !f.asks_matters() {
        // SQLite keeps the order of a CROSS JOIN: first the connection in the order of its index, then its matter.
        let join = match engine {
            Engine::Sqlite => " FROM connection c CROSS JOIN matter m ON m.n = c.n",
            Engine::Postgres => " FROM connection c JOIN matter m ON m.n = c.n",
        };
        q.text = q.text.replacen(" FROM connection c", join, 1);
    }
    let columns = format!("{COLUMNS}{CONNECTION_COLUMNS}");
    match f.order {
        Order::Newest => {
            let n = matters::number(engine, &q, "c.n");
            q.listed(&columns, n, None, f.after, limit)
        }
        Order::Due => q.listed(&columns, "m.n", Some("m.due_sort"), f.after, limit),
        Order::Queue => q.listed(&columns, "c.n", Some("c.rank"), f.after, limit),
    }
}

/// A filter as its texts ask: by words alone, and then what its text names otherwise.
fn halves(f: &Filter) -> Vec<Cow<'_, Filter>> {
    if f.also.is_empty() {
        return vec![Cow::Borrowed(f)];
    }
    vec![Cow::Owned(Filter { also: Vec::new(), ..f.clone() }), Cow::Borrowed(f)]
}

/// How the hits of a filter's words are narrowed, where matters are listed.
async fn among(conn: &mut Conn, scope: &Scope, f: &Filter) -> Result<Option<Among>, StoreError> {
    if f.connections.is_some() { Ok(None) } else { Among::best(conn, scope, f).await }
}

/// How many matters a filter finds, exact up to [`COUNT_LIMIT`](matters::COUNT_LIMIT), above it `COUNT_LIMIT + 1`.
pub async fn count(conn: &mut Conn, scope: &Scope, f: &Filter) -> Result<i64, StoreError> {
    let mut total = 0;
    for f in halves(f) {
        let among = among(conn, scope, &f).await?;
        total += number_of(conn, count_text(conn.engine(), scope, &f, among.as_ref())).await?;
    }
    Ok(total.min(matters::COUNT_LIMIT + 1))
}

/// A row of a list and where it stands in its order.
trait Ordered {
    fn place(&self, order: Order) -> (i64, i64);
}

impl Ordered for ListRow {
    fn place(&self, order: Order) -> (i64, i64) {
        match order {
            Order::Newest => (-self.n, 0),
            Order::Due | Order::Queue => (self.due_sort, self.n),
        }
    }
}

impl Ordered for ConnectionRow {
    fn place(&self, order: Order) -> (i64, i64) {
        match order {
            Order::Queue => (self.rank, self.matter.n),
            Order::Newest | Order::Due => self.matter.place(order),
        }
    }
}

async fn counted<R: Record + Ordered>(
    conn: &mut Conn,
    scope: &Scope,
    f: &Filter,
    limit: i64,
) -> Result<(Vec<R>, i64), StoreError> {
    let (mut rows, mut total) = (Vec::new(), 0);
    for f in halves(f) {
        let among = among(conn, scope, &f).await?;
        let found = number_of(conn, count_text(conn.engine(), scope, &f, among.as_ref())).await?;
        if found > 0 {
            let q = list_text(conn.engine(), scope, &f, Path::of(found), among.as_ref(), limit + 1);
            rows.extend(rows_of::<R>(conn, q).await?);
            total += found;
        }
    }
    if !f.also.is_empty() {
        rows.sort_by_key(|r| r.place(f.order));
        rows.truncate(usize::try_from(limit + 1).unwrap_or(usize::MAX));
    }
    Ok((rows, total.min(matters::COUNT_LIMIT + 1)))
}

/// Rows of a list and the count of the whole list. One row more than `limit` says there is more.
pub async fn list(conn: &mut Conn, scope: &Scope, f: &Filter, limit: i64) -> Result<(Vec<ListRow>, i64), StoreError> {
    counted(conn, scope, f, limit).await
}

/// Rows of a list of connections; the filter's `connections` is set where it is not.
pub async fn connections(
    conn: &mut Conn,
    scope: &Scope,
    f: &Filter,
    limit: i64,
) -> Result<(Vec<ConnectionRow>, i64), StoreError> {
    let f = Filter { connections: Some(f.connections.clone().unwrap_or_default()), ..f.clone() };
    counted(conn, scope, &f, limit).await
}

/// How SQLite goes about a list and its count, for whoever measures it.
pub async fn plans(conn: &mut Conn, scope: &Scope, f: &Filter) -> Result<Vec<String>, StoreError> {
    let (engine, mut out) = (conn.engine(), Vec::new());
    if engine == Engine::Postgres {
        return Ok(out);
    }
    let total = count(conn, scope, f).await?;
    let mut texts: Vec<Query> = Vec::new();
    for f in halves(f) {
        let among = among(conn, scope, &f).await?;
        texts.push(count_text(engine, scope, &f, among.as_ref()));
        texts.push(list_text(engine, scope, &f, Path::of(total), among.as_ref(), 51));
    }
    for q in texts {
        let text = format!("EXPLAIN QUERY PLAN {}", q.text);
        let lines: Vec<(i64, i64, i64, String)> = conn.fetch_all(AssertSqlSafe(text), &q.binds).await?;
        out.push(q.text);
        out.extend(lines.into_iter().map(|l| format!("    {}", l.3)));
    }
    Ok(out)
}

/// Texts of every combination of filters, for the prepare-everything test.
pub fn list_texts(conn: &Conn) -> Vec<String> {
    let engine = conn.engine();
    let id = Uuid::nil();
    let path = UnitPath::root("A").child("B");
    let scopes = [
        Scope::All,
        Scope::Nothing,
        Scope::Of {
            units: vec![path.clone(), UnitPath::root("A").child("C")],
            person: PersonId(id),
            coordinates: Vec::new(),
        },
    ];
    let mut texts = Vec::new();
    for bits in 0u32..1 << 9 {
        let on = |i: u32| bits & (1 << i) != 0;
        let f = Filter {
            stages: if on(0) {
                vec![StageName::Raised, StageName::Assigned]
            } else if on(8) {
                vec![StageName::InHand]
            } else {
                vec![]
            },
            kind: on(1).then_some(MatterKind::Problem),
            but: (on(6) && on(2)).then_some(MatterKind::Connection),
            categories: if on(5) { vec![String::new(), String::new()] } else { vec![] },
            origin: on(1).then_some(Origin::Visit),
            unit: on(2).then(|| path.clone()),
            place: on(3).then_some(PlaceId(id)),
            visit: on(3).then_some(VisitId(id)),
            handler: on(3).then_some(PersonId(id)),
            mine: on(4).then_some(PersonId(id)),
            due_before: on(4).then_some(Instant(0)),
            overdue_at: on(5).then_some(Instant(0)),
            requested: on(5),
            open: on(5),
            raised: on(4).then_some((Instant(0), Instant(1))),
            connections: on(7).then(|| Connections {
                class: on(1).then_some(Class::ThreeZero),
                district: on(2).then(String::new),
                step: on(3).then(String::new),
                special: on(4),
                to_call: on(5),
            }),
            text: if on(6) { "漏油 oil".into() } else { String::new() },
            also: if on(6) && on(1) { vec![1, 2] } else { Vec::new() },
            order: Order::Newest,
            after: on(8).then_some((0, 0)),
        };
        // The hall's order is for connections only.
        for order in [Order::Newest, Order::Due, Order::Queue].into_iter().take(if on(7) { 3 } else { 2 }) {
            let f = Filter { order, ..f.clone() };
            for scope in &scopes {
                texts.push(count_text(engine, scope, &f, None).text);
                for p in [Path::Index, Path::Walk] {
                    texts.push(list_text(engine, scope, &f, p, None, 50).text);
                }
            }
        }
    }
    if engine == Engine::Sqlite {
        let f = Filter { text: "漏油 oil".into(), ..Filter::default() };
        for among in matters::some_among(&path) {
            texts.push(count_text(engine, &scopes[2], &f, Some(&among)).text);
            texts.push(list_text(engine, &scopes[2], &f, Path::Walk, Some(&among), 50).text);
        }
    }
    texts
}
