//! What a table of matters tells: the columns of the list of the same filter, its place and the raiser's own words, a piece of
//! a thousand by two statements, newest first. It does not know the form of a table, nor what is asked of a part.

use crate::engine::db::{Conn, Engine};
use crate::engine::error::StoreError;
use crate::engine::value::{Record, Row, Value};
use crate::matter::list::{Filter, Path, count_text, newest_text, number_of};
use sqlx::AssertSqlSafe;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::access::Scope;
use yixian_domain::ids::{UnitId, WordsId};
use yixian_domain::matter::Closing;
use yixian_domain::time::{Date, Instant};

/// Rows of one piece. A piece is one short read, so that no slow reader of a table keeps the log from being written back.
pub const PIECE: usize = 1_000;

/// A row of a table; codes as they are stored.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the columns
pub struct Exported {
    pub n: i64,
    pub id: Uuid,
    pub kind: String,
    pub category: String,
    pub origin: String,
    pub stage: String,
    pub unit: UnitId,
    pub raised_at: Instant,
    pub due: Option<DueOn>,
    pub provisional: bool,
    pub solved_at: Option<Instant>,
    pub answered_at: Option<Instant>,
    pub closed_at: Option<Instant>,
    pub on_the_spot: bool,
    pub verdict: Option<String>,
    pub reopened: i64,
    /// Another system closed it.
    pub closed_elsewhere: bool,
    /// Code, name and district of its place.
    pub place: Option<(String, String, String)>,
    /// The raiser's words; none when erased.
    pub words: Option<String>,
    words_id: WordsId,
}

/// When a matter is due.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
pub struct DueOn {
    /// The day.
    pub day: Date,
    /// The last instant.
    pub at: Instant,
}

/// What only the matter's own text knows. The rest of it is passed over.
#[derive(serde::Deserialize)]
struct Told {
    raised: ToldRaised,
    due: Option<DueOn>,
    stage: ToldStage,
}

#[derive(serde::Deserialize)]
struct ToldRaised {
    words: ToldWords,
}

#[derive(serde::Deserialize)]
struct ToldWords {
    id: WordsId,
}

#[derive(serde::Deserialize)]
struct ToldStage {
    #[serde(default)]
    closing: Option<Closing>,
}

const COLUMNS: &str = "m.n, m.id, m.kind, m.category, m.origin, m.stage, m.unit_id, m.raised_at, m.provisional, m.solved_at, m.answered_at, m.closed_at, m.on_the_spot, m.verdict, m.reopened, m.body, p.code, p.name, p.district";
const JOIN: &str = " LEFT JOIN place p ON p.id = m.place_id";
const WORDS: &str = "SELECT id, body FROM words WHERE id IN ({ids}) AND body IS NOT NULL";

impl Record for Exported {
    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        let told: Told = serde_json::from_str(&row.get::<String>(15)?).map_err(|e| StoreError::corrupt("matter", e))?;
        let at = |column: usize| Ok::<_, StoreError>(row.get::<Option<i64>>(column)?.map(Instant));
        let (code, name, district) = (row.get::<Option<_>>(16)?, row.get::<Option<_>>(17)?, row.get::<Option<_>>(18)?);
        Ok(Exported {
            n: row.get(0)?,
            id: row.get(1)?,
            kind: row.get(2)?,
            category: row.get(3)?,
            origin: row.get(4)?,
            stage: row.get(5)?,
            unit: UnitId(row.get(6)?),
            raised_at: Instant(row.get(7)?),
            due: told.due,
            provisional: row.get(8)?,
            solved_at: at(9)?,
            answered_at: at(10)?,
            closed_at: at(11)?,
            on_the_spot: row.get(12)?,
            verdict: row.get(13)?,
            reopened: row.get(14)?,
            closed_elsewhere: matches!(told.stage.closing, Some(Closing::RecordedElsewhere)),
            place: code.zip(name).zip(district).map(|((c, n), d)| (c, n, d)),
            words: None,
            words_id: told.raised.words.id,
        })
    }
}

/// How a table's rows are found, for as long as it is read.
#[derive(Clone, Copy, Debug)]
pub struct Way(Path);

/// The way to the rows of a filter.
pub async fn way<P>(conn: &mut Conn, scope: &Scope, f: &Filter<P>) -> Result<Way, StoreError> {
    Ok(Way(Path::of(number_of(conn, count_text(conn.engine(), scope, f, None)).await?)))
}

/// Texts of ids in a statement.
fn among(text: &str, ids: usize) -> String {
    let holes: Vec<String> = (1..=ids).map(|i| format!("${i}")).collect();
    text.replace("{ids}", &holes.join(", "))
}

/// The next rows of a table, newest first after the filter's key; fewer than [`PIECE`] are the last.
pub async fn piece<P>(conn: &mut Conn, scope: &Scope, f: &Filter<P>, way: Way) -> Result<Vec<Exported>, StoreError> {
    let q = newest_text(conn.engine(), scope, f, way.0, (COLUMNS, JOIN), PIECE as i64);
    let mut rows: Vec<Exported> = Vec::with_capacity(PIECE);
    // Never on the asker's thread: a piece takes longer than that may be used.
    conn.each(AssertSqlSafe(q.text), &q.binds, Exported::read, |row| {
        rows.push(row);
        Ok(())
    })
    .await?;
    let at: HashMap<WordsId, usize> = rows.iter().enumerate().map(|(i, r)| (r.words_id, i)).collect();
    let ids: Vec<Value<'_>> = rows.iter().map(|r| Value::Id(Some(r.words_id.0))).collect();
    if !ids.is_empty() {
        let text = AssertSqlSafe(among(WORDS, ids.len()));
        let found = <(Uuid, String)>::read;
        let mut words = Vec::with_capacity(PIECE);
        conn.each(text, &ids, found, |(id, body)| {
            words.push((WordsId(id), body));
            Ok(())
        })
        .await?;
        for (id, body) in words {
            if let Some(row) = at.get(&id).and_then(|i| rows.get_mut(*i)) {
                row.words = Some(body);
            }
        }
    }
    Ok(rows)
}

/// Texts of this file, for the prepare-everything test.
pub fn texts(engine: Engine) -> Vec<String> {
    let f: Filter = Filter { text: "漏油 oil".into(), after: Some((0, 0)), ..Filter::default() };
    let mut texts = vec![among(WORDS, PIECE)];
    for f in [Filter::<()>::default(), Filter { also: vec![1, 2], ..f.clone() }, f] {
        texts.extend(
            [Path::Index, Path::Walk].map(|p| newest_text(engine, &Scope::All, &f, p, (COLUMNS, JOIN), 9).text),
        );
    }
    texts
}
