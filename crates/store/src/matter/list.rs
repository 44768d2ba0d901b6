//! Lists of matters: the filter, and the texts it becomes. What a list of one part of them shares with this stands here as
//! pieces of a text; which part that is, and what its own row holds, is not known here.

use crate::engine::db::{Conn, Engine};
use crate::engine::error::StoreError;
use crate::engine::named::name_of;
use crate::engine::value::{Record, Value};
use crate::journal::search;
use sqlx::AssertSqlSafe;
use uuid::Uuid;
use yixian_domain::access::Scope;
use yixian_domain::ids::*;
use yixian_domain::matter::{MatterKind, Origin, StageName};
use yixian_domain::org::UnitPath;
use yixian_domain::time::Instant;

/// How many rows a list counts exactly; beyond it says "1,000+".
pub const COUNT_LIMIT: i64 = 1_000;

/// How a list is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Newest first.
    #[default]
    Newest,
    /// By due date, open ones only.
    Due,
    /// Connections as the hall takes them: special needs first, then by due date; open ones only.
    Queue,
}

/// What a list shows. Empty means no filter.
#[derive(Clone, Debug)]
pub struct Filter<P = ()> {
    /// Stages.
    pub stages: Vec<StageName>,
    /// Kind.
    pub kind: Option<MatterKind>,
    /// All kinds but this.
    pub but: Option<MatterKind>,
    /// Categories; any when empty.
    pub categories: Vec<String>,
    /// Origin.
    pub origin: Option<Origin>,
    /// A unit and everything below it.
    pub unit: Option<UnitPath>,
    /// Place.
    pub place: Option<PlaceId>,
    /// Found on this visit.
    pub visit: Option<VisitId>,
    /// Handler.
    pub handler: Option<PersonId>,
    /// Raised or recorded by this person.
    pub mine: Option<PersonId>,
    /// Due before.
    pub due_before: Option<Instant>,
    /// Overdue at this instant: due, and the clock still runs.
    pub overdue_at: Option<Instant>,
    /// A request waits for a decision.
    pub requested: bool,
    /// Only open ones.
    pub open: bool,
    /// Raised in `[from, to)`.
    pub raised: Option<(Instant, Instant)>,
    /// Only matters with a part, and which. Whoever lists them says what `P` asks; the name is that of the only part there is.
    pub connections: Option<P>,
    /// Words.
    pub text: String,
    /// Running numbers of matters that the text names otherwise than by their words; they are found besides. The texts of a list
    /// read these alone, where there are any: whoever lists asks twice, since an index of words that is read along cannot be
    /// mixed with anything.
    pub also: Vec<i64>,
    /// Order.
    pub order: Order,
    /// Continue after this key: (sort value, n).
    pub after: Option<(i64, i64)>,
}

impl<P> Default for Filter<P> {
    #[allow(clippy::default_trait_access)] // nothing is asked of any column
    fn default() -> Self {
        Filter {
            stages: Default::default(),
            kind: Default::default(),
            but: Default::default(),
            categories: Default::default(),
            origin: Default::default(),
            unit: Default::default(),
            place: Default::default(),
            visit: Default::default(),
            handler: Default::default(),
            mine: Default::default(),
            due_before: Default::default(),
            overdue_at: Default::default(),
            requested: Default::default(),
            open: Default::default(),
            raised: Default::default(),
            connections: None,
            text: Default::default(),
            also: Vec::new(),
            order: Default::default(),
            after: Default::default(),
        }
    }
}

impl<P> Filter<P> {
    /// Whether it asks what only the matter's own row knows, which a part's small row does not.
    pub(crate) fn asks_matters(&self) -> bool {
        self.kind.is_some()
            || self.but.is_some()
            || !self.categories.is_empty()
            || self.origin.is_some()
            || self.place.is_some()
            || self.visit.is_some()
            || self.due_before.is_some()
            || self.overdue_at.is_some()
            || self.requested
            || self.raised.is_some()
            || search::query(&self.text).is_some()
            || self.order == Order::Due
    }
}

/// One row of a list.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the columns
pub struct ListRow {
    pub id: Uuid,
    pub n: i64,
    pub kind: String,
    pub category: String,
    pub origin: String,
    pub stage: String,
    pub unit_id: Uuid,
    pub place_id: Option<Uuid>,
    pub subject: String,
    pub raised_at: i64,
    pub due_at: Option<i64>,
    pub due_sort: i64,
    pub provisional: bool,
    pub solved_at: Option<i64>,
    pub closed_at: Option<i64>,
    pub on_the_spot: bool,
    pub paused: bool,
    pub request: Option<String>,
    pub escalated: i64,
    pub reopened: i64,
}
columns!(ListRow {
    id,
    n,
    kind,
    category,
    origin,
    stage,
    unit_id,
    place_id,
    subject,
    raised_at,
    due_at,
    due_sort,
    provisional,
    solved_at,
    closed_at,
    on_the_spot,
    paused,
    request,
    escalated,
    reopened
});

pub(crate) const COLUMNS: &str = "m.id, m.n, m.kind, m.category, m.origin, m.stage, m.unit_id, m.place_id, m.subject, m.raised_at, m.due_at, m.due_sort, m.provisional, m.solved_at, m.closed_at, m.on_the_spot, m.paused, m.request, m.escalated, m.reopened";

/// How a list finds its rows: through the index of its narrowest filter (few rows, then sorted),
/// or along the order, dropping what does not match (many rows; the first fifty come soon).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Path {
    Index,
    Walk,
}

impl Path {
    /// A way for so many rows.
    pub(crate) fn of(total: i64) -> Path {
        if total > COUNT_LIMIT { Path::Walk } else { Path::Index }
    }

    /// A column as a condition names it. COALESCE hides it from the planner's indexes, so that it walks the order instead.
    pub(crate) fn column(self, table: &str, name: &str) -> String {
        match self {
            Path::Index => format!("{table}.{name}"),
            Path::Walk => format!("COALESCE({table}.{name}, {table}.{name})"),
        }
    }
}

/// Hits of words up to which each is looked at in its matter's row.
const FEW_HITS: i64 = 2_000;
/// Matters up to which each is looked for among the hits.
const FEW_MATTERS: i64 = 1_000;
/// Matters up to which their numbers are put together, to be held against each hit.
const MANY_MATTERS: i64 = 50_000;

/// Where a word has many hits and few of them can be wanted: the numbers that can, which indexes tell without a row. It holds
/// no number back that the other conditions let through, so that they alone say what is shown.
#[derive(Clone, Debug)]
pub(crate) struct Among {
    kind: Option<MatterKind>,
    units: Vec<UnitPath>,
    own: Option<PersonId>,
    /// Each number is looked for in the index of words; otherwise each hit among the numbers.
    each: bool,
}

impl Among {
    /// What of a filter narrows hits at all.
    fn of<P>(scope: &Scope, f: &Filter<P>, by_kind: bool) -> Option<Among> {
        let kind = f.kind.filter(|_| by_kind);
        let (units, own) = match (scope, &f.unit) {
            (_, Some(unit)) if unit.depth() > 1 => (vec![unit.clone()], None),
            (Scope::Of { units, person, .. }, _) if !units.iter().any(|u| u.depth() == 1) => {
                (units.clone(), Some(*person))
            }
            _ if kind.is_some() => (Vec::new(), None),
            _ => return None,
        };
        Some(Among { kind, units, own, each: false })
    }

    /// How the hits of a filter's words are best narrowed; not at all where there are few, or where many are wanted.
    /// PostgreSQL sees to that itself.
    pub(crate) async fn best<P>(conn: &mut Conn, scope: &Scope, f: &Filter<P>) -> Result<Option<Among>, StoreError> {
        let Some(terms) = search::query(&f.text).filter(|_| conn.engine() == Engine::Sqlite && f.also.is_empty())
        else {
            return Ok(None);
        };
        if Among::of(scope, f, true).is_none() || up_to(conn, FEW_HITS, Query::hits(&terms)).await? <= FEW_HITS {
            return Ok(None);
        }
        let few_kind = match f.kind {
            Some(kind) => up_to(conn, MANY_MATTERS, Query::of_kind(kind)).await? <= MANY_MATTERS,
            None => false,
        };
        let Some(mut among) = Among::of(scope, f, few_kind) else { return Ok(None) };
        let mut numbers = Query::default();
        numbers.text = numbers.numbers(&among);
        let n = up_to(conn, MANY_MATTERS, numbers).await?;
        among.each = n <= FEW_MATTERS;
        Ok((n <= MANY_MATTERS).then_some(among))
    }
}

/// How many rows a text gives, up to a number and one more.
async fn up_to(conn: &mut Conn, most: i64, mut q: Query) -> Result<i64, StoreError> {
    q.text = format!("SELECT COUNT(*) FROM (SELECT 1 FROM ({}) AS found LIMIT {})", q.text, most + 1);
    number_of(conn, q).await
}

/// A text in the making. `$` numbers are ours, all values are bound: nothing a person typed ever enters the text.
#[derive(Default)]
pub(crate) struct Query {
    pub(crate) text: String,
    pub(crate) binds: Vec<Value<'static>>,
    pub(crate) wheres: Vec<String>,
}

impl Query {
    pub(crate) fn bind(&mut self, value: impl Into<Value<'static>>) -> usize {
        self.binds.push(value.into());
        self.binds.len()
    }

    fn subtree(&mut self, p: &UnitPath) -> String {
        let i = self.bind(p.as_str().to_owned());
        let j = self.bind(format!("{}\u{10ffff}", p.as_str()));
        format!("SELECT id FROM unit WHERE path >= ${i} AND path < ${j}")
    }

    /// FROM matters, through the index of words where there are any.
    pub(crate) fn matters_source(&mut self, engine: Engine, words: &str, also: &[i64]) -> String {
        let Some(terms) = search::query(words) else {
            // Signs alone name nothing.
            if !words.trim().is_empty() {
                self.wheres.push("1 = 0".into());
            }
            return " FROM matter m".to_owned();
        };
        let i = self.bind(match engine {
            Engine::Sqlite => terms.fts5,
            Engine::Postgres => terms.tsquery,
        });
        if !also.is_empty() {
            // What words find as well is found by them, in a text of its own.
            let also: Vec<String> = also.iter().map(|n| format!("${}", self.bind(*n))).collect();
            let also = also.join(", ");
            let found = match engine {
                Engine::Sqlite => {
                    format!("SELECT rowid FROM matter_search WHERE matter_search MATCH ${i} AND rowid IN ({also})")
                }
                Engine::Postgres => {
                    format!("SELECT n FROM matter_search WHERE tokens @@ CAST(${i} AS tsquery) AND n IN ({also})")
                }
            };
            self.wheres.push(format!("m.n IN ({also}) AND m.n NOT IN ({found})"));
            return " FROM matter m".to_owned();
        }
        self.wheres.push(match engine {
            Engine::Sqlite => format!("matter_search MATCH ${i}"),
            Engine::Postgres => format!("s.tokens @@ CAST(${i} AS tsquery)"),
        });
        match engine {
            Engine::Sqlite => " FROM matter_search s CROSS JOIN matter m ON m.n = s.rowid".to_owned(),
            Engine::Postgres => " FROM matter m JOIN matter_search s ON s.n = m.n".to_owned(),
        }
    }

    /// The hits of words.
    fn hits(terms: &search::Terms) -> Query {
        let mut q = Query::default();
        let i = q.bind(terms.fts5.clone());
        q.text = format!("SELECT rowid FROM matter_search WHERE matter_search MATCH ${i}");
        q
    }

    /// The matters of a kind.
    fn of_kind(kind: MatterKind) -> Query {
        let mut q = Query::default();
        let i = q.bind(name_of(kind));
        q.text = format!("SELECT n FROM matter WHERE kind = ${i}");
        q
    }

    /// The numbers that hits are narrowed to, each read from an index.
    fn numbers(&mut self, among: &Among) -> String {
        let mut own = Vec::new();
        if let Some(person) = among.own {
            let p = self.bind(person.0);
            own = ["raiser", "recorder", "handler", "doer"]
                .map(|c| format!("SELECT n FROM matter WHERE {c} = ${p}"))
                .to_vec();
        }
        let Some(kind) = among.kind else {
            let units =
                among.units.iter().map(|u| format!("SELECT n FROM matter WHERE unit_id IN ({})", self.subtree(u)));
            return units.chain(own).collect::<Vec<_>>().join(" UNION ALL ");
        };
        let kind = self.bind(name_of(kind));
        let units = among.units.iter().map(|u| format!("COALESCE(unit_id, unit_id) IN ({})", self.subtree(u)));
        let mut any: Vec<String> = units.collect();
        if !own.is_empty() {
            any.push(format!("n IN ({})", own.join(" UNION ALL ")));
        }
        let seen = if any.is_empty() { String::new() } else { format!(" AND ({})", any.join(" OR ")) };
        format!("SELECT n FROM matter WHERE kind = ${kind}{seen}")
    }

    /// Narrows the hits of words.
    fn among(&mut self, among: Option<&Among>) {
        if let Some(among) = among {
            let numbers = self.numbers(among);
            // A plus keeps SQLite from looking for each number by itself.
            let plus = if among.each { "" } else { "+" };
            self.wheres.push(format!("{plus}s.rowid IN ({numbers})"));
        }
    }

    /// What the actor may see. `col` names a column; `own` says that a column is the person bound to a number.
    pub(crate) fn scope(&mut self, scope: &Scope, col: impl Fn(&str) -> String, own: impl Fn(&str, usize) -> String) {
        match scope {
            Scope::All => {}
            Scope::Nothing => self.wheres.push("1 = 0".into()),
            Scope::Of { units, person, .. } if !units.iter().any(|u| u.depth() == 1) => {
                let mut any: Vec<String> = units
                    .iter()
                    .map(|u| {
                        let s = self.subtree(u);
                        format!("{} IN ({s})", col("unit_id"))
                    })
                    .collect();
                let p = self.bind(person.0);
                any.extend(["raiser", "recorder", "handler", "doer"].iter().map(|c| own(c, p)));
                self.wheres.push(format!("({})", any.join(" OR ")));
            }
            // A role over a root sees every unit there is, so the scope filters nothing.
            Scope::Of { .. } => {}
        }
    }

    /// Stages, in a column.
    pub(crate) fn stages(&mut self, column: &str, stages: &[StageName]) {
        let names: Vec<String> = stages.iter().map(|s| format!("'{}'", s.as_str())).collect();
        match names.len() {
            0 => {}
            1 => self.wheres.push(format!("{column} = {}", names[0])),
            _ => self.wheres.push(format!("{column} IN ({})", names.join(", "))),
        }
    }

    /// From the kind to what is overdue. `handler`: the handler's column as it is.
    pub(crate) fn narrow<P>(&mut self, f: &Filter<P>, col: impl Fn(&str) -> String, handler: &str) {
        if let Some(k) = f.kind {
            let i = self.bind(name_of(k));
            self.wheres.push(format!("{} = ${i}", col("kind")));
        }
        if let Some(k) = f.but {
            let i = self.bind(name_of(k));
            self.wheres.push(format!("{} <> ${i}", col("kind")));
        }
        if !f.categories.is_empty() {
            let any: Vec<String> = f.categories.iter().map(|c| format!("${}", self.bind(c.clone()))).collect();
            self.wheres.push(format!("m.category IN ({})", any.join(", ")));
        }
        if let Some(o) = f.origin {
            let i = self.bind(name_of(o));
            self.wheres.push(format!("m.origin = ${i}"));
        }
        // Below a root lies every unit there is.
        if let Some(u) = f.unit.as_ref().filter(|u| u.depth() > 1) {
            let s = self.subtree(u);
            self.wheres.push(format!("{} IN ({s})", col("unit_id")));
        }
        for (column, id) in [
            ("m.place_id", f.place.map(|p| p.0)),
            ("m.visit_id", f.visit.map(|v| v.0)),
            (handler, f.handler.map(|h| h.0)),
        ] {
            if let Some(id) = id {
                let i = self.bind(id);
                self.wheres.push(format!("{column} = ${i}"));
            }
        }
        if let Some(p) = f.mine {
            let i = self.bind(p.0);
            self.wheres.push(format!("({} = ${i} OR {} = ${i})", col("raiser"), col("recorder")));
        }
        if let Some(t) = f.due_before {
            let i = self.bind(t.0);
            self.wheres.push(format!("m.due_at < ${i}"));
        }
        if let Some(t) = f.overdue_at {
            let i = self.bind(t.0);
            self.wheres.push(format!(
                "m.is_open AND m.solved_at IS NULL AND m.due_sort < ${i} AND m.stage NOT IN ('refused', 'merged')"
            ));
        }
    }

    /// Whether a request waits.
    pub(crate) fn requested<P>(&mut self, f: &Filter<P>) {
        if f.requested {
            self.wheres.push("m.request IS NOT NULL".into());
        }
    }

    /// When it was raised.
    pub(crate) fn raised<P>(&mut self, f: &Filter<P>) {
        if let Some((a, b)) = f.raised {
            let (i, j) = (self.bind(a.0), self.bind(b.0));
            self.wheres.push(format!("m.raised_at >= ${i} AND m.raised_at < ${j}"));
        }
    }

    /// Writes FROM and WHERE, the same for counting and listing.
    pub(crate) fn wheres_from(mut self, from: &str) -> Query {
        from.clone_into(&mut self.text);
        if !self.wheres.is_empty() {
            self.text += &format!(" WHERE {}", self.wheres.join(" AND "));
        }
        self
    }

    /// The text that counts, up to [`COUNT_LIMIT`] and one more.
    pub(crate) fn counted(mut self) -> Query {
        self.text = format!("SELECT COUNT(*) FROM (SELECT 1{} LIMIT {}) AS few", self.text, COUNT_LIMIT + 1);
        self
    }

    /// The text that lists. `n`: the number's column, newest first; or `key` and `n` of an order that goes up.
    pub(crate) fn listed(
        mut self,
        columns: &str,
        n: &str,
        key: Option<&str>,
        after: Option<(i64, i64)>,
        limit: i64,
    ) -> Query {
        let join = if self.wheres.is_empty() { " WHERE " } else { " AND " };
        if let Some((from, last)) = after {
            let j = self.bind(last);
            let more = match key {
                None => format!("{join}{n} < ${j}"),
                Some(key) => {
                    let i = self.bind(from);
                    format!("{join}({key} > ${i} OR {key} = ${i} AND {n} > ${j})")
                }
            };
            self.text += &more;
        }
        let order = match key {
            None => format!("{n} DESC"),
            Some(key) => format!("{key}, {n}"),
        };
        self.text = format!("SELECT {columns}{} ORDER BY {order} LIMIT {limit}", self.text);
        self
    }
}

/// The part from FROM to WHERE; `join`: what is read beside the matter.
fn conditions<P>(engine: Engine, scope: &Scope, f: &Filter<P>, path: Path, among: Option<&Among>, join: &str) -> Query {
    let mut q = Query::default();
    let col = |name: &str| path.column("m", name);
    let from = q.matters_source(engine, &f.text, &f.also) + join;
    q.among(among);
    q.scope(scope, col, |c, person| format!("{} = ${person}", col(c)));
    q.stages("m.stage", &f.stages);
    q.narrow(f, col, "m.handler");
    q.requested(f);
    if f.open || f.order == Order::Due {
        q.wheres.push("m.is_open".into());
    }
    q.raised(f);
    q.wheres_from(&from)
}

/// The text that counts matters.
pub(crate) fn count_text<P>(engine: Engine, scope: &Scope, f: &Filter<P>, among: Option<&Among>) -> Query {
    let mut q = conditions(engine, scope, f, Path::Index, among, "");
    // Every matter is in the index once; words alone are counted there.
    if engine == Engine::Sqlite && q.binds.len() == 1 && q.text.ends_with("MATCH $1") {
        " FROM matter_search s WHERE matter_search MATCH $1".clone_into(&mut q.text);
    }
    q.counted()
}

/// The column of a matter's number where words were looked for, or not.
pub(crate) fn number<'c>(engine: Engine, q: &Query, n: &'c str) -> &'c str {
    if engine == Engine::Sqlite && q.text.contains("FROM matter_search s ") { "s.rowid" } else { n }
}

/// The text that lists matters.
pub(crate) fn list_text<P>(
    engine: Engine,
    scope: &Scope,
    f: &Filter<P>,
    path: Path,
    among: Option<&Among>,
    limit: i64,
) -> Query {
    let q = conditions(engine, scope, f, path, among, "");
    match f.order {
        Order::Newest => {
            let n = number(engine, &q, "m.n");
            q.listed(COLUMNS, n, None, f.after, limit)
        }
        // Matters without the part have no place in the hall's queue.
        Order::Due | Order::Queue => q.listed(COLUMNS, "m.n", Some("m.due_sort"), f.after, limit),
    }
}

/// The text that lists matters newest first, with columns of one's own and what is joined for them.
pub(crate) fn newest_text<P>(
    engine: Engine,
    scope: &Scope,
    f: &Filter<P>,
    path: Path,
    (columns, join): (&str, &str),
    limit: i64,
) -> Query {
    let q = conditions(engine, scope, f, path, None, join);
    let n = number(engine, &q, "m.n");
    q.listed(columns, n, None, f.after, limit)
}

/// One narrowing of each form, for the prepare-everything test.
pub(crate) fn some_among(path: &UnitPath) -> [Among; 3] {
    let (own, units) = (PersonId(Uuid::nil()), vec![path.clone(), path.clone()]);
    let kind = Some(MatterKind::Connection);
    [
        Among { kind: None, units: units.clone(), own: Some(own), each: true },
        Among { kind, units, own: Some(own), each: false },
        Among { kind, units: Vec::new(), own: None, each: false },
    ]
}

/// What a text counts.
pub(crate) async fn number_of(conn: &mut Conn, q: Query) -> Result<i64, StoreError> {
    Ok(conn.fetch_optional::<(i64,)>(AssertSqlSafe(q.text), &q.binds).await?.map_or(0, |r| r.0))
}

/// What a text lists.
pub(crate) async fn rows_of<R: Record>(conn: &mut Conn, q: Query) -> Result<Vec<R>, StoreError> {
    conn.fetch_all(AssertSqlSafe(q.text), &q.binds).await
}
