//! Lists of visits: the filter, and the text it becomes. It does not know what a visit is about beyond its columns.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::named::named;
use crate::engine::value::Value;
use sqlx::AssertSqlSafe;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::access::Scope;
use yixian_domain::ids::*;
use yixian_domain::org::UnitPath;
use yixian_domain::time::{Date, Instant};
use yixian_domain::visit::VisitType;

/// What a list of visits shows. Empty means no filter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// First and last day.
    pub days: Option<(Date, Date)>,
    /// Led by or accompanied by.
    pub person: Option<PersonId>,
    /// Hosted in this subtree.
    pub host: Option<UnitPath>,
    /// Type.
    pub kind: Option<VisitType>,
    /// State, as stored.
    pub state: Option<&'static str>,
    /// Place.
    pub place: Option<PlaceId>,
    /// Partner.
    pub partner: Option<PartnerId>,
    /// Newest first instead of by day.
    pub newest: bool,
    /// Continue after (day, n).
    pub after: Option<(String, i64)>,
}

/// One row of a list.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the columns
pub struct ListRow {
    pub id: Uuid,
    pub n: i64,
    pub state: String,
    pub kind: String,
    pub place_id: Uuid,
    pub host_id: Uuid,
    pub leader_id: Uuid,
    pub day: String,
    pub announced: bool,
    pub partner_id: Option<Uuid>,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
}
columns!(ListRow {
    id,
    n,
    state,
    kind,
    place_id,
    host_id,
    leader_id,
    day,
    announced,
    partner_id,
    started_at,
    finished_at
});

impl ListRow {
    /// The type.
    pub fn visit_type(&self) -> Result<VisitType, StoreError> {
        named("visit type", &self.kind)
    }
}

/// What somebody sees of visits, as a condition; none where that is all of them.
fn sees(scope: &Scope, binds: &mut Vec<Value<'static>>) -> Option<String> {
    let mut bind = |b: Value<'static>| {
        binds.push(b);
        binds.len()
    };
    match scope {
        Scope::All => None,
        Scope::Nothing => Some("1 = 0".to_owned()),
        Scope::Of { units, person, coordinates } => {
            let p = bind(Value::from(person.0));
            let mut hosted = |units: &[UnitPath]| {
                let within = units.iter().map(|u| {
                    if u.depth() == 1 {
                        return "1 = 1".to_owned();
                    }
                    let (i, j) = (
                        bind(Value::from(u.as_str().to_owned())),
                        bind(Value::from(format!("{}\u{10ffff}", u.as_str()))),
                    );
                    format!("v.host_id IN (SELECT id FROM unit WHERE path >= ${i} AND path < ${j})")
                });
                within.collect::<Vec<_>>().join(" OR ")
            };
            let (seen, coordinated) = (hosted(units), hosted(coordinates));
            // What is restricted is seen by those who coordinate for its host.
            let readers =
                if coordinated.is_empty() { String::new() } else { format!(" OR v.restricted AND ({coordinated})") };
            let open = if seen.is_empty() {
                String::new()
            } else {
                format!(
                    " OR NOT (v.state = 'planned' AND NOT v.announced) AND (NOT v.restricted AND ({seen}){readers})"
                )
            };
            Some(format!(
                "(v.leader_id = ${p} OR v.planned_by = ${p} OR v.id IN (SELECT visit_id FROM visit_party WHERE person_id = ${p}){open})"
            ))
        }
    }
}

fn text(scope: &Scope, f: &Filter, limit: i64) -> (String, Vec<Value<'static>>) {
    let mut binds = Vec::new();
    let mut wheres: Vec<String> = sees(scope, &mut binds).into_iter().collect();
    let mut bind = |b: Value<'static>| {
        binds.push(b);
        binds.len()
    };
    if let Some((a, b)) = &f.days {
        let (i, j) = (bind(Value::from(a.to_string())), bind(Value::from(b.to_string())));
        wheres.push(format!("v.day >= ${i} AND v.day <= ${j}"));
    }
    if let Some(p) = f.person {
        let i = bind(Value::from(p.0));
        wheres
            .push(format!("(v.leader_id = ${i} OR v.id IN (SELECT visit_id FROM visit_party WHERE person_id = ${i}))"));
    }
    if let Some(u) = &f.host {
        let (i, j) = (bind(Value::from(u.as_str().to_owned())), bind(Value::from(format!("{}\u{10ffff}", u.as_str()))));
        wheres.push(format!("v.host_id IN (SELECT id FROM unit WHERE path >= ${i} AND path < ${j})"));
    }
    if let Some(k) = f.kind {
        let i = bind(Value::from(k.as_str().to_owned()));
        wheres.push(format!("v.kind = ${i}"));
    }
    if let Some(s) = f.state {
        let i = bind(Value::from(s.to_owned()));
        wheres.push(format!("v.state = ${i}"));
    }
    if let Some(p) = f.place {
        let i = bind(Value::from(p.0));
        wheres.push(format!("v.place_id = ${i}"));
    }
    if let Some(p) = f.partner {
        let i = bind(Value::from(p.0));
        wheres.push(format!("v.partner_id = ${i}"));
    }
    let (op, dir) = if f.newest { ("<", " DESC") } else { (">", "") };
    if let Some((d, n)) = &f.after {
        let (i, j) = (bind(Value::from(d.clone())), bind(Value::from(*n)));
        wheres.push(format!("(v.day {op} ${i} OR v.day = ${i} AND v.n {op} ${j})"));
    }
    let wheres = if wheres.is_empty() { String::new() } else { format!(" WHERE {}", wheres.join(" AND ")) };
    (
        format!(
            "SELECT v.id, v.n, v.state, v.kind, v.place_id, v.host_id, v.leader_id, v.day, v.announced, v.partner_id, v.started_at, v.finished_at FROM visit v{wheres} ORDER BY v.day{dir}, v.n{dir} LIMIT {limit}"
        ),
        binds,
    )
}

/// Visits by day; one row more than `limit` says there is more.
pub async fn list(conn: &mut Conn, scope: &Scope, f: &Filter, limit: i64) -> Result<Vec<ListRow>, StoreError> {
    let (text, binds) = text(scope, f, limit + 1);
    conn.fetch_all(AssertSqlSafe(text), &binds).await
}

fn last_seen_text(scope: &Scope, partners: &[PartnerId]) -> (String, Vec<Value<'static>>) {
    let mut binds: Vec<Value<'static>> = partners.iter().map(|p| Value::from(p.0)).collect();
    let named = (1..=partners.len()).map(|i| format!("${i}")).collect::<Vec<_>>().join(", ");
    let seen = sees(scope, &mut binds).map(|s| format!(" AND (NOT v.restricted OR {s})")).unwrap_or_default();
    let text = format!(
        "SELECT v.partner_id, MAX(v.started_at) FROM visit v WHERE v.partner_id IN ({named}) AND v.started_at IS NOT NULL AND v.state NOT IN ('cancelled', 'merged'){seen} GROUP BY v.partner_id"
    );
    (text, binds)
}

/// When some partners were visited last: that a visit took place is everybody's to know, of a restricted one only who sees it.
pub async fn last_seen(
    conn: &mut Conn,
    scope: &Scope,
    partners: &[PartnerId],
) -> Result<HashMap<PartnerId, Instant>, StoreError> {
    if partners.is_empty() {
        return Ok(HashMap::new());
    }
    let (text, binds) = last_seen_text(scope, partners);
    let rows: Vec<(Uuid, i64)> = conn.fetch_all(AssertSqlSafe(text), &binds).await?;
    Ok(rows.into_iter().map(|(p, at)| (PartnerId(p), Instant(at))).collect())
}

/// Texts of every combination of filters, for the prepare-everything test.
pub fn list_texts() -> Vec<String> {
    let id = Uuid::nil();
    let path = UnitPath::root("A").child("B");
    let day = Date::constant(2018, 5, 1);
    let of = Scope::Of {
        units: vec![path.clone(), UnitPath::root("X")],
        person: PersonId(id),
        coordinates: vec![path.clone()],
    };
    let last = [Scope::All, of.clone()].map(|scope| last_seen_text(&scope, &[PartnerId(id), PartnerId(id)]).0);
    (0u32..512)
        .map(|bits| {
            let on = |i: u32| bits & (1 << i) != 0;
            let f = Filter {
                days: on(0).then_some((day, day)),
                person: on(1).then_some(PersonId(id)),
                host: on(2).then(|| path.clone()),
                kind: on(3).then_some(VisitType::Site),
                state: on(4).then_some("planned"),
                place: on(5).then_some(PlaceId(id)),
                newest: on(6),
                partner: on(8).then_some(PartnerId(id)),
                after: on(7).then(|| (day.to_string(), 0)),
            };
            text(if on(3) { &Scope::All } else { &of }, &f, 50).0
        })
        .chain(last)
        .collect()
}
