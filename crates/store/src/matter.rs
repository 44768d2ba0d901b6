//! Matters: the whole matter as JSON beside the columns that lists, sweeps and figures read. The
//! columns are derived here and nowhere else, so they cannot disagree with the matter.

use crate::db::{Conn, Engine};
use crate::error::StoreError;
use crate::ledger::{NewEvent, RecordKind, canonical};
use crate::org::name_of;
use crate::search;
use crate::value::{Record, Value};
use sqlx::AssertSqlSafe;
use uuid::Uuid;
use yixian_domain::access::Scope;
use yixian_domain::ids::*;
use yixian_domain::matter::{Happened, Matter, MatterEvent, MatterKind, Origin, Stage, StageName};
use yixian_domain::org::UnitPath;
use yixian_domain::time::Instant;

statements! {
    INSERT = "INSERT INTO matter (id, n, kind, category, origin, stage, is_open, unit_id, place_id, visit_id, raiser, recorder, handler, doer, merged_into, subject, raised_at, due_at, due_sort, provisional, solved_at, answered_at, closed_at, on_the_spot, paused, request, escalated, reopened, verdict, next_at, rev, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)";
    UPDATE = "UPDATE matter SET stage = $2, is_open = $3, unit_id = $4, handler = $5, doer = $6, merged_into = $7, due_at = $8, due_sort = $9, provisional = $10, solved_at = $11, answered_at = $12, closed_at = $13, on_the_spot = $14, paused = $15, request = $16, escalated = $17, reopened = $18, verdict = $19, next_at = $20, rev = $21, body = $22 WHERE id = $1";
    GET = "SELECT m.n, m.subject, m.body, u.path FROM matter m JOIN unit u ON u.id = m.unit_id WHERE m.id = $1";
    ID_OF_N = "SELECT id FROM matter WHERE n = $1";
    FOLLOWERS = "SELECT id FROM matter WHERE merged_into = $1 AND stage = 'merged' ORDER BY n";
    ON_VISIT = "SELECT id FROM matter WHERE visit_id = $1 ORDER BY n";
    DUE_FOR_SWEEP = "SELECT id FROM matter WHERE next_at <= $1 ORDER BY next_at, n LIMIT $2";
    ERASE_SUBJECT = "UPDATE matter SET subject = '' WHERE id = $1";
}

/// Sorts matters that are due at no time behind all others.
const NEVER: i64 = i64::MAX;

/// How many rows a list counts exactly; beyond it says "1,000+".
pub const COUNT_LIMIT: i64 = 1_000;

/// A matter with what the store adds to it.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The matter.
    pub matter: Matter,
    /// Its running number, for people.
    pub n: i64,
    /// First words of what was raised; empty when erased.
    pub subject: String,
    /// The path of the unit that holds it.
    pub unit_path: UnitPath,
}

impl Stored {
    /// As a list shows it.
    pub fn into_row(self) -> ListRow {
        let m = self.matter;
        let due = m.due.as_ref().map(|d| d.at.0);
        ListRow {
            id: m.id.0,
            n: self.n,
            kind: name_of(m.kind),
            category: m.raised.category.clone(),
            origin: name_of(m.origin),
            stage: m.stage.name().as_str().to_owned(),
            unit_id: m.unit.0,
            place_id: m.raised.place.map(|p| p.0),
            subject: self.subject,
            raised_at: m.raised.at.0,
            due_at: due,
            due_sort: due.unwrap_or(NEVER),
            provisional: m.due.as_ref().is_some_and(|d| d.provisional),
            solved_at: m.solved_at.map(|t| t.0),
            closed_at: m.closed_at.map(|t| t.0),
            on_the_spot: m.on_the_spot,
            paused: m.paused().is_some(),
            request: request_name(&m).map(str::to_owned),
            escalated: i64::from(m.escalated),
            reopened: i64::from(m.reopened),
        }
    }
}

pub(crate) fn uuid_of(by: &By) -> Option<Uuid> {
    match by {
        By::Person(p) => Some(p.0),
        By::Raiser(c) => Some(c.0),
        By::Rule | By::Import => None,
    }
}

fn merged_into(m: &Matter) -> Option<Uuid> {
    match &m.stage {
        Stage::Merged { into, .. } => Some(into.0),
        Stage::Answered { answer } => answer.through.map(|t| t.0),
        Stage::Closed { answer: Some(a), .. } => a.through.map(|t| t.0),
        _ => None,
    }
}

fn request_name(m: &Matter) -> Option<&'static str> {
    use yixian_domain::matter::Wanted;
    m.request.as_ref().map(|r| match r.wanted {
        Wanted::Extension { .. } => "extension",
        Wanted::Pause => "pause",
    })
}

/// An event of a matter, ready for the ledger.
fn ledger_event(id: MatterId, h: &Happened<MatterEvent>) -> Result<NewEvent, StoreError> {
    Ok(NewEvent {
        kind: RecordKind::Matter,
        record: id.0,
        code: h.event.code(),
        happened_at: h.at,
        by: h.by.clone(),
        body: canonical(&h.event)?,
        version: None,
    })
}

impl crate::Tx {
    /// Writes a new matter with its first events; gives its number. `next_at`: when the sweep has
    /// to look at it next. `text`: what search finds it by.
    pub async fn insert_matter(
        &mut self,
        m: &Matter,
        events: &[Happened<MatterEvent>],
        subject: &str,
        text: &str,
        next_at: Option<Instant>,
    ) -> Result<i64, StoreError> {
        self.matter_n += 1;
        let n = self.matter_n;
        let due = m.due.as_ref().map(|d| d.at.0);
        exec!(
            &mut self.conn,
            INSERT,
            m.id.0,
            n,
            name_of(m.kind),
            &m.raised.category,
            name_of(m.origin),
            m.stage.name().as_str(),
            m.is_open(),
            m.unit.0,
            m.raised.place.map(|p| p.0),
            m.raised.visit.map(|v| v.0),
            uuid_of(&m.raised.by),
            uuid_of(&m.raised.recorded_by),
            m.handler.map(|h| h.0),
            m.doer.as_ref().and_then(uuid_of),
            merged_into(m),
            subject,
            m.raised.at.0,
            due,
            due.unwrap_or(NEVER),
            m.due.as_ref().is_some_and(|d| d.provisional),
            m.solved_at.map(|t| t.0),
            m.answered_at.map(|t| t.0),
            m.closed_at.map(|t| t.0),
            m.on_the_spot,
            m.paused().is_some(),
            request_name(m),
            i64::from(m.escalated),
            i64::from(m.reopened),
            m.verdict.map(name_of),
            next_at.map(|t| t.0),
            i64::from(m.rev),
            body(m)?
        )?;
        self.put_case(m, Some(n)).await?;
        self.is_new(m.id.0);
        self.append_matter(m.id, events).await?;
        self.find_by(n, text, true);
        Ok(n)
    }

    /// Writes a changed matter with the events that changed it.
    pub async fn update_matter(
        &mut self,
        m: &Matter,
        events: &[Happened<MatterEvent>],
        next_at: Option<Instant>,
    ) -> Result<(), StoreError> {
        let due = m.due.as_ref().map(|d| d.at.0);
        exec!(
            &mut self.conn,
            UPDATE,
            m.id.0,
            m.stage.name().as_str(),
            m.is_open(),
            m.unit.0,
            m.handler.map(|h| h.0),
            m.doer.as_ref().and_then(uuid_of),
            merged_into(m),
            due,
            due.unwrap_or(NEVER),
            m.due.as_ref().is_some_and(|d| d.provisional),
            m.solved_at.map(|t| t.0),
            m.answered_at.map(|t| t.0),
            m.closed_at.map(|t| t.0),
            m.on_the_spot,
            m.paused().is_some(),
            request_name(m),
            i64::from(m.escalated),
            i64::from(m.reopened),
            m.verdict.map(name_of),
            next_at.map(|t| t.0),
            i64::from(m.rev),
            body(m)?
        )?;
        self.put_case(m, None).await?;
        self.append_matter(m.id, events).await
    }

    /// How long after it happened the latest of these events is recorded; 0 within the time allowed.
    fn lateness(&self, events: &[Happened<MatterEvent>]) -> i64 {
        let worst = events.iter().map(|h| self.recorded_at.0 - h.at.0).max().unwrap_or(0);
        if worst > self.late_after_ms { worst } else { 0 }
    }

    /// Appends events of a matter whose row says already what they bring about.
    pub async fn append_matter(&mut self, id: MatterId, events: &[Happened<MatterEvent>]) -> Result<(), StoreError> {
        for h in events {
            self.append(ledger_event(id, h)?).await?;
        }
        match self.lateness(events) {
            0 => Ok(()),
            late => self.case_was_late(id, late).await,
        }
    }

    /// Forgets the first words of a matter whose words are being erased.
    pub async fn erase_subject(&mut self, id: MatterId, n: i64) -> Result<(), StoreError> {
        exec!(&mut self.conn, ERASE_SUBJECT, id.0)?;
        self.find_by(n, "", false);
        Ok(())
    }
}

/// What the columns of a matter's row hold, as far as they follow from its events.
pub(crate) fn columns(m: &Matter) -> serde_json::Map<String, serde_json::Value> {
    let id = |u: Option<Uuid>| u.map(|u| u.to_string());
    let due = m.due.as_ref().map(|d| d.at.0);
    let fields = serde_json::json!({
        "kind": m.kind, "category": m.raised.category, "origin": m.origin, "stage": m.stage.name(), "is_open": m.is_open(),
        "unit_id": m.unit, "place_id": m.raised.place, "visit_id": m.raised.visit, "raiser": id(uuid_of(&m.raised.by)),
        "recorder": id(uuid_of(&m.raised.recorded_by)), "handler": m.handler, "doer": id(m.doer.as_ref().and_then(uuid_of)),
        "merged_into": id(merged_into(m)), "raised_at": m.raised.at, "due_at": due, "due_sort": due.unwrap_or(NEVER),
        "provisional": m.due.as_ref().is_some_and(|d| d.provisional), "solved_at": m.solved_at, "answered_at": m.answered_at,
        "closed_at": m.closed_at, "on_the_spot": m.on_the_spot, "paused": m.paused().is_some(), "request": request_name(m),
        "escalated": m.escalated, "reopened": m.reopened, "verdict": m.verdict, "rev": m.rev, "body": body(m).unwrap_or_default(),
    });
    match fields {
        serde_json::Value::Object(fields) => fields,
        _ => serde_json::Map::new(),
    }
}

fn body(m: &Matter) -> Result<String, StoreError> {
    serde_json::to_string(m).map_err(|e| StoreError::corrupt("matter", e))
}

/// One matter.
pub async fn matter(conn: &mut Conn, id: MatterId) -> Result<Option<Stored>, StoreError> {
    let Some((n, subject, body, path)) = row!(conn, (i64, String, String, String), GET, id.0)? else { return Ok(None) };
    let matter = serde_json::from_str(&body).map_err(|e| StoreError::corrupt("matter", e))?;
    Ok(Some(Stored { matter, n, subject, unit_path: UnitPath::from_stored(path) }))
}

/// The matter with a running number.
pub async fn id_of_number(conn: &mut Conn, n: i64) -> Result<Option<MatterId>, StoreError> {
    Ok(row!(conn, (Uuid,), ID_OF_N, n)?.map(|r| MatterId(r.0)))
}

/// Matters merged into this one that still wait for its answer.
pub async fn followers(conn: &mut Conn, id: MatterId) -> Result<Vec<MatterId>, StoreError> {
    Ok(rows!(conn, (Uuid,), FOLLOWERS, id.0)?.into_iter().map(|r| MatterId(r.0)).collect())
}

/// Matters found on a visit.
pub async fn on_visit(conn: &mut Conn, id: VisitId) -> Result<Vec<MatterId>, StoreError> {
    Ok(rows!(conn, (Uuid,), ON_VISIT, id.0)?.into_iter().map(|r| MatterId(r.0)).collect())
}

/// Matters the sweep has to look at.
pub async fn due_for_sweep(conn: &mut Conn, now: Instant, limit: i64) -> Result<Vec<MatterId>, StoreError> {
    Ok(rows!(conn, (Uuid,), DUE_FOR_SWEEP, now.0, limit)?.into_iter().map(|r| MatterId(r.0)).collect())
}

/// A filter that only connections pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connections {
    /// Class.
    pub class: Option<yixian_domain::connection::Class>,
    /// District.
    pub district: Option<String>,
    /// Step in hand.
    pub step: Option<String>,
    /// Only those with a special need.
    pub special: bool,
    /// Only those whose customer may still be called: neither reached nor refusing to talk.
    pub to_call: bool,
}

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
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Stages.
    pub stages: Vec<StageName>,
    /// Kind.
    pub kind: Option<MatterKind>,
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
    /// Only connections, and which.
    pub connections: Option<Connections>,
    /// Words.
    pub text: String,
    /// Order.
    pub order: Order,
    /// Continue after this key: (sort value, n).
    pub after: Option<(i64, i64)>,
}

impl Filter {
    /// Whether it asks what only the matter's own row knows, which a connection's small row does not.
    fn asks_matters(&self) -> bool {
        self.kind.is_some()
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

const COLUMNS: &str = "m.id, m.n, m.kind, m.category, m.origin, m.stage, m.unit_id, m.place_id, m.subject, m.raised_at, m.due_at, m.due_sort, m.provisional, m.solved_at, m.closed_at, m.on_the_spot, m.paused, m.request, m.escalated, m.reopened";

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

/// How a list finds its rows: through the index of its narrowest filter (few rows, then sorted),
/// or along the order, dropping what does not match (many rows; the first fifty come soon).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Path {
    Index,
    Walk,
}

struct Query {
    text: String,
    binds: Vec<Value<'static>>,
}

impl Query {
    fn bind(&mut self, value: impl Into<Value<'static>>) -> usize {
        self.binds.push(value.into());
        self.binds.len()
    }

    /// The part from FROM to WHERE, the same for counting and listing. `$` numbers are ours, all
    /// values are bound: nothing a person typed ever enters the text.
    fn conditions(engine: Engine, scope: &Scope, f: &Filter, path: Path) -> Query {
        let mut q = Query { text: String::new(), binds: Vec::new() };
        let mut wheres: Vec<String> = Vec::new();
        // COALESCE hides a column from the planner's indexes, so that it walks the order instead.
        // Of a connection, its own small row answers; the matter's is read for what is shown.
        let small = f.connections.is_some();
        let col = |name: &str| {
            let t =
                if small && matches!(name, "unit_id" | "raiser" | "recorder" | "handler" | "doer") { "c" } else { "m" };
            match path {
                Path::Index => format!("{t}.{name}"),
                Path::Walk => format!("COALESCE({t}.{name}, {t}.{name})"),
            }
        };
        // Nothing narrower than what the actor may see: his units and his own matters are looked up, each in its index.
        let by_scope = path == Path::Index
            && f.order == Order::Newest
            && !f.asks_matters()
            && f.connections.as_ref().is_some_and(|c| *c == Connections::default());
        let from = match search::query(&f.text) {
            None => " FROM matter m".to_owned(),
            Some(terms) => {
                let i = q.bind(match engine {
                    Engine::Sqlite => terms.fts5,
                    Engine::Postgres => terms.tsquery,
                });
                wheres.push(match engine {
                    Engine::Sqlite => format!("matter_search MATCH ${i}"),
                    Engine::Postgres => format!("s.tokens @@ CAST(${i} AS tsquery)"),
                });
                match engine {
                    Engine::Sqlite => " FROM matter_search s CROSS JOIN matter m ON m.n = s.rowid".to_owned(),
                    Engine::Postgres => " FROM matter m JOIN matter_search s ON s.n = m.n".to_owned(),
                }
            }
        };
        let from = match (small, f.asks_matters()) {
            (false, _) => from,
            (true, true) => format!("{from} JOIN connection c ON c.n = m.n"),
            (true, false) => " FROM connection c".to_owned(),
        };
        let subtree = |q: &mut Query, p: &UnitPath| {
            let i = q.bind(p.as_str().to_owned());
            let j = q.bind(format!("{}\u{10ffff}", p.as_str()));
            format!("SELECT id FROM unit WHERE path >= ${i} AND path < ${j}")
        };
        match scope {
            Scope::All => {}
            Scope::Nothing => wheres.push("1 = 0".into()),
            Scope::Of { units, person } if !units.iter().any(|u| u.depth() == 1) => {
                let mut any: Vec<String> = units
                    .iter()
                    .map(|u| {
                        let s = subtree(&mut q, u);
                        format!("{} IN ({s})", col("unit_id"))
                    })
                    .collect();
                let p = q.bind(person.0);
                any.extend(["raiser", "recorder", "handler", "doer"].iter().map(|c| {
                    if by_scope {
                        format!("c.n IN (SELECT n FROM matter WHERE {c} = ${p})")
                    } else {
                        format!("{} = ${p}", col(c))
                    }
                }));
                wheres.push(format!("({})", any.join(" OR ")));
            }
            // A role over a root sees every unit there is, so the scope filters nothing.
            Scope::Of { .. } => {}
        }
        if !f.stages.is_empty() {
            let names: Vec<String> = f.stages.iter().map(|s| format!("'{}'", s.as_str())).collect();
            // The hall's queue is walked in its own order, in which the stage lies.
            let stage = match (small, f.order) {
                (true, Order::Queue) => "COALESCE(c.stage, c.stage)",
                (true, _) => "c.stage",
                (false, _) => "m.stage",
            };
            wheres.push(if names.len() == 1 {
                format!("{stage} = {}", names[0])
            } else {
                format!("{stage} IN ({})", names.join(", "))
            });
        }
        if let Some(k) = f.kind {
            let i = q.bind(name_of(k));
            wheres.push(format!("{} = ${i}", col("kind")));
        }
        if !f.categories.is_empty() {
            let any: Vec<String> = f.categories.iter().map(|c| format!("${}", q.bind(c.clone()))).collect();
            wheres.push(format!("m.category IN ({})", any.join(", ")));
        }
        if let Some(o) = f.origin {
            let i = q.bind(name_of(o));
            wheres.push(format!("m.origin = ${i}"));
        }
        // Below a root lies every unit there is.
        if let Some(u) = f.unit.as_ref().filter(|u| u.depth() > 1) {
            let s = subtree(&mut q, u);
            wheres.push(format!("{} IN ({s})", col("unit_id")));
        }
        for (c, id) in [
            ("place_id", f.place.map(|p| p.0)),
            ("visit_id", f.visit.map(|v| v.0)),
            ("handler", f.handler.map(|h| h.0)),
        ] {
            if let Some(id) = id {
                let i = q.bind(id);
                wheres.push(format!("{}.{c} = ${i}", if small && c == "handler" { "c" } else { "m" }));
            }
        }
        if let Some(p) = f.mine {
            let i = q.bind(p.0);
            wheres.push(format!("({} = ${i} OR {} = ${i})", col("raiser"), col("recorder")));
        }
        if let Some(t) = f.due_before {
            let i = q.bind(t.0);
            wheres.push(format!("m.due_at < ${i}"));
        }
        if let Some(t) = f.overdue_at {
            let i = q.bind(t.0);
            wheres.push(format!(
                "m.is_open AND m.solved_at IS NULL AND m.due_sort < ${i} AND m.stage NOT IN ('refused', 'merged')"
            ));
        }
        if let Some(c) = &f.connections {
            for (column, value) in [
                ("class", c.class.map(|c| c.as_str().to_owned())),
                ("district", c.district.clone()),
                ("step", c.step.clone()),
            ] {
                if let Some(value) = value {
                    let i = q.bind(value);
                    wheres.push(format!("c.{column} = ${i}"));
                }
            }
            if c.special {
                wheres.push("c.flags <> ''".into());
            }
            if c.to_call {
                wheres.push("(c.call_outcome IS NULL OR c.call_outcome = 'not_reached')".into());
            }
            if c.step.is_some() || c.to_call || f.order == Order::Queue {
                wheres.push("c.is_open".into());
            }
        }
        if f.requested {
            wheres.push("m.request IS NOT NULL".into());
        }
        if f.open || f.order == Order::Due {
            wheres.push(if small && f.order != Order::Due { "c.is_open" } else { "m.is_open" }.into());
        }
        // Only the closed are not open, and a connection's stage lies in an index of the open ones.
        if small && path == Path::Index && !f.stages.is_empty() && !f.stages.contains(&StageName::Closed) {
            wheres.push("c.is_open".into());
        }
        if let Some((a, b)) = f.raised {
            let (i, j) = (q.bind(a.0), q.bind(b.0));
            wheres.push(format!("m.raised_at >= ${i} AND m.raised_at < ${j}"));
        }
        q.text = if wheres.is_empty() { from } else { format!("{from} WHERE {}", wheres.join(" AND ")) };
        q
    }

    fn count(engine: Engine, scope: &Scope, f: &Filter) -> Query {
        let mut q = Query::conditions(engine, scope, f, Path::Index);
        // Every matter is in the index once; words alone are counted there.
        if engine == Engine::Sqlite && q.binds.len() == 1 && q.text.ends_with("MATCH $1") {
            " FROM matter_search s WHERE matter_search MATCH $1".clone_into(&mut q.text);
        }
        Query {
            text: format!("SELECT COUNT(*) FROM (SELECT 1{} LIMIT {}) AS few", q.text, COUNT_LIMIT + 1),
            binds: q.binds,
        }
    }

    fn list(engine: Engine, scope: &Scope, f: &Filter, path: Path, limit: i64) -> Query {
        let mut q = Query::conditions(engine, scope, f, path);
        let small = f.connections.is_some();
        if small && !f.asks_matters() {
            // SQLite keeps the order of a CROSS JOIN: first the connection in the order of its index, then its matter.
            let join = match engine {
                Engine::Sqlite => " FROM connection c CROSS JOIN matter m ON m.n = c.n",
                Engine::Postgres => " FROM connection c JOIN matter m ON m.n = c.n",
            };
            q.text = q.text.replacen(" FROM connection c", join, 1);
        }
        let join = if q.text.contains(" WHERE ") { " AND " } else { " WHERE " };
        let searching = q.text.contains("matter_search");
        let n = if searching && engine == Engine::Sqlite {
            "s.rowid"
        } else if small {
            "c.n"
        } else {
            "m.n"
        };
        let mut text = std::mem::take(&mut q.text);
        if let Some((key, last)) = f.after {
            let j = q.bind(last);
            text += &match f.order {
                Order::Newest => format!("{join}{n} < ${j}"),
                Order::Due | Order::Queue => {
                    let i = q.bind(key);
                    let (key, n) = if f.order == Order::Due { ("m.due_sort", "m.n") } else { ("c.rank", "c.n") };
                    format!("{join}({key} > ${i} OR {key} = ${i} AND {n} > ${j})")
                }
            };
        }
        text += &match f.order {
            Order::Newest => format!(" ORDER BY {n} DESC"),
            Order::Due => " ORDER BY m.due_sort, m.n".to_owned(),
            Order::Queue => " ORDER BY c.rank, c.n".to_owned(),
        };
        let more = if small { CONNECTION_COLUMNS } else { "" };
        Query { text: format!("SELECT {COLUMNS}{more}{text} LIMIT {limit}"), binds: q.binds }
    }
}

/// How many matters a filter finds, exact up to [`COUNT_LIMIT`], above it `COUNT_LIMIT + 1`.
pub async fn count(conn: &mut Conn, scope: &Scope, f: &Filter) -> Result<i64, StoreError> {
    let q = Query::count(conn.engine(), scope, f);
    Ok(conn.fetch_optional::<(i64,)>(AssertSqlSafe(q.text), &q.binds).await?.map_or(0, |r| r.0))
}

/// A way for so many rows.
fn path(total: i64) -> Path {
    if total > COUNT_LIMIT { Path::Walk } else { Path::Index }
}

async fn counted<R: Record>(
    conn: &mut Conn,
    scope: &Scope,
    f: &Filter,
    limit: i64,
) -> Result<(Vec<R>, i64), StoreError> {
    let total = count(conn, scope, f).await?;
    if total == 0 {
        return Ok((Vec::new(), 0));
    }
    let q = Query::list(conn.engine(), scope, f, path(total), limit + 1);
    Ok((conn.fetch_all(AssertSqlSafe(q.text), &q.binds).await?, total))
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
    for q in [Query::count(engine, scope, f), Query::list(engine, scope, f, path(total), 51)] {
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
        Scope::Of { units: vec![path.clone(), UnitPath::root("A").child("C")], person: PersonId(id) },
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
                class: on(1).then_some(yixian_domain::connection::Class::ThreeZero),
                district: on(2).then(String::new),
                step: on(3).then(String::new),
                special: on(4),
                to_call: on(5),
            }),
            text: if on(6) { "漏油 oil".into() } else { String::new() },
            order: Order::Newest,
            after: on(8).then_some((0, 0)),
        };
        // The hall's order is for connections only.
        for order in [Order::Newest, Order::Due, Order::Queue].into_iter().take(if on(7) { 3 } else { 2 }) {
            let f = Filter { order, ..f.clone() };
            for scope in &scopes {
                texts.push(Query::count(engine, scope, &f).text);
                for p in [Path::Index, Path::Walk] {
                    texts.push(Query::list(engine, scope, &f, p, 50).text);
                }
            }
        }
    }
    texts
}
