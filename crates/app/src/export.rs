//! Matters as a table: what a list of the same filter and actor shows, all of it, newest first.
//! Read by pieces of a thousand by the running number and written while the next piece is read, so a hundred thousand rows need
//! no more memory than two thousand. Headers and the words for stages and kinds are the caller's.

use crate::App;
use crate::frame::error::AppError;
use crate::matters::{MatterFilter, MatterOrder};
use crate::organisation::Directory;
use bytes::Bytes;
use futures::stream::{self, BoxStream, Stream, StreamExt, TryStreamExt};
use std::collections::{HashMap, VecDeque};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use yixian_domain::access::{Actor, Scope, scope};
use yixian_domain::time::{Instant, Zone};
pub use yixian_report::csv::CsvTable;
pub use yixian_report::xlsx::XlsxTable;
pub use yixian_report::{Cell, TableError};
use yixian_store::StoreError;
use yixian_store::export::{self, Exported, PIECE, Way};
use yixian_store::matter::{Filter, Order};

/// What a table is called where an export is put on record.
const MATTERS: &str = "matters";

/// The columns, by stable name; headers are given in this order.
pub const COLUMNS: [&str; 22] = [
    "number",
    "kind",
    "category",
    "origin",
    "stage",
    "unit",
    "unit_code",
    "place",
    "place_code",
    "district",
    "words",
    "raised",
    "due",
    "provisional",
    "solved",
    "answered",
    "closed",
    "on_time",
    "on_the_spot",
    "verdict",
    "reopened",
    "id",
];

/// How a table is worded: a header by its column's stable name, a value by column and stable value
/// (`stage`, `in_hand`).
pub trait Wording: Send + Sync {
    /// The header of a column.
    fn header(&self, column: &'static str) -> String;
    /// A word for a value: an enum's stable name, or `yes` and `no`.
    fn value(&self, column: &'static str, value: &str) -> String;
}

/// Stable names throughout, for programs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

impl Wording for Plain {
    fn header(&self, column: &'static str) -> String {
        column.to_owned()
    }
    fn value(&self, _: &'static str, value: &str) -> String {
        value.to_owned()
    }
}

/// The format of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// CSV; with a byte-order mark for Excel or without.
    Csv {
        /// With a mark.
        bom: bool,
    },
    /// XLSX.
    Xlsx,
}

impl From<TableError> for AppError {
    fn from(e: TableError) -> Self {
        match e {
            TableError::Io(e) => StoreError::Io(e).into(),
            TableError::Xlsx(e) => StoreError::Io(std::io::Error::other(e.to_string())).into(),
        }
    }
}

/// What rows become cells by.
struct Words {
    wording: Arc<dyn Wording>,
    directory: Arc<Directory>,
    zone: Zone,
}

/// Words that a piece of a table says again and again.
#[derive(Default)]
struct Said(HashMap<(&'static str, String), Cell>);

impl Words {
    fn headers(&self) -> Vec<String> {
        COLUMNS.iter().map(|c| self.wording.header(c)).collect()
    }

    fn cells(&self, row: Exported, said: &mut Said) -> Vec<Cell> {
        let mut say = |column: &'static str, value: String| {
            let word = |(column, value): &(&'static str, String)| Cell::text(self.wording.value(column, value));
            let key = (column, value);
            if let Some(cell) = said.0.get(&key) {
                return cell.clone();
            }
            let cell = word(&key);
            said.0.insert(key, cell.clone());
            cell
        };
        let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
        let moment = |at: Option<Instant>| {
            at.map_or(Cell::Empty, |at| {
                let local = self.zone.local(at);
                Cell::Moment(local.date(), local.time())
            })
        };
        let unit = self.directory.unit(row.unit);
        let (code, place, district) = row.place.unwrap_or_default();
        let right = row.solved_at.or(if row.closed_elsewhere { row.closed_at } else { None });
        let on_time = row.due.zip(right).map(|(due, right)| right <= due.at);
        vec![
            Cell::Int(row.n),
            say("kind", row.kind),
            say("category", row.category),
            say("origin", row.origin),
            say("stage", row.stage),
            Cell::text(unit.map_or("", |u| &u.name)),
            Cell::text(unit.map_or("", |u| &u.code)),
            Cell::text(place),
            Cell::text(code),
            Cell::text(district),
            Cell::text(row.words.unwrap_or_default()),
            moment(Some(row.raised_at)),
            // A due day runs to its last instant, which is the midnight after it.
            row.due.map_or(Cell::Empty, |d| {
                if self.zone.end_of_day(d.day) == d.at { Cell::Day(d.day) } else { moment(Some(d.at)) }
            }),
            row.due.map_or(Cell::Empty, |_| say("provisional", yes(row.provisional))),
            moment(row.solved_at),
            moment(row.answered_at),
            moment(row.closed_at),
            on_time.map_or(Cell::Empty, |on_time| say("on_time", yes(on_time))),
            say("on_the_spot", yes(row.on_the_spot)),
            row.verdict.map_or(Cell::Empty, |v| say("verdict", v)),
            Cell::Int(row.reopened),
            Cell::Text(row.id.to_string()),
        ]
    }
}

/// An export under way.
struct Pieces {
    app: App,
    scope: Scope,
    filter: Filter,
    way: Way,
    /// What the filter's text names otherwise than by words, newest first.
    also: VecDeque<Exported>,
    done: bool,
}

impl Pieces {
    async fn begin(app: &App, actor: &Actor, filter: &MatterFilter) -> Result<Pieces, AppError> {
        let also = app.found_otherwise(actor, &filter.text).await?;
        // By number, so that a piece can be told by where the one before it ended.
        let filter = Filter {
            order: Order::Newest,
            open: filter.open || filter.order == MatterOrder::Due,
            after: None,
            ..filter.into()
        };
        let scope = scope(actor);
        let mut conn = app.store().read().await?;
        let way = export::way(&mut conn, &scope, &filter).await?;
        let also = match also.len() {
            0 => Vec::new(),
            _ => export::piece(&mut conn, &scope, &Filter { also, ..filter.clone() }, way).await?,
        };
        Ok(Pieces { app: app.clone(), scope, filter, way, also: also.into(), done: false })
    }

    /// The next rows; none when all were given. No connection is kept from one piece to the next: whoever takes them may be slow.
    async fn next(&mut self) -> Result<Option<Vec<Exported>>, AppError> {
        if self.done {
            return Ok(None);
        }
        let mut conn = self.app.store().read().await?;
        let mut rows = export::piece(&mut conn, &self.scope, &self.filter, self.way).await?;
        self.done = rows.len() < PIECE;
        let last = rows.last().filter(|_| !self.done).map_or(i64::MIN, |r| r.n);
        self.filter.after = Some((last, last));
        let own = rows.len();
        while let Some(row) = self.also.pop_front_if(|r| r.n > last) {
            rows.push(row);
        }
        if rows.len() > own {
            rows.sort_by_key(|r| -r.n);
        }
        Ok(Some(rows))
    }

    fn all(self) -> impl Stream<Item = Result<Vec<Exported>, AppError>> + Send {
        stream::try_unfold(self, |mut pieces| async move { Ok(pieces.next().await?.map(|rows| (rows, pieces))) })
    }
}

impl App {
    async fn words_of_table(&self, wording: Arc<dyn Wording>) -> Result<Arc<Words>, AppError> {
        Ok(Arc::new(Words { wording, directory: self.directory().await?, zone: self.policies().zone.clone() }))
    }

    /// A table as CSV in pieces, with the number of rows of each. A piece is written while the next one is read.
    async fn csv(
        &self,
        actor: &Actor,
        filter: &MatterFilter,
        bom: bool,
        wording: Arc<dyn Wording>,
    ) -> Result<impl Stream<Item = Result<(Bytes, usize), AppError>> + Send + 'static, AppError> {
        let words = self.words_of_table(wording).await?;
        let pieces = Pieces::begin(self, actor, filter).await?;
        let head = CsvTable::new(Vec::new(), &words.headers(), bom)?.finish()?;
        let written = pieces.all().map(move |rows| {
            let words = words.clone();
            async move {
                let rows = rows?;
                let write = move || {
                    let (count, mut said) = (rows.len(), Said::default());
                    let mut table = CsvTable::go_on(Vec::with_capacity(512 * count));
                    rows.into_iter().try_for_each(|r| table.row(&words.cells(r, &mut said)))?;
                    Ok::<_, TableError>((Bytes::from(table.finish()?), count))
                };
                let done = tokio::task::spawn_blocking(write).await;
                Ok(done.map_err(|e| StoreError::Panicked(e.to_string()))??)
            }
        });
        Ok(stream::once(async move { Ok((Bytes::from(head), 0)) }).chain(written.buffered(2)))
    }

    /// Writes the matters of a filter that the actor may see to a file, which appears under its name
    /// when it is whole. Gives the number of rows. That it was done is put on record.
    pub async fn export_matters(
        &self,
        actor: &Actor,
        filter: &MatterFilter,
        format: Format,
        wording: Arc<dyn Wording>,
        to: &Path,
    ) -> Result<u64, AppError> {
        self.tell_export(actor, MATTERS).await?;
        let mut count = 0;
        match format {
            Format::Csv { bom } => {
                let folder = to.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
                let mut file = tempfile::NamedTempFile::new_in(folder).map_err(StoreError::from)?;
                let mut pieces = Box::pin(self.csv(actor, filter, bom, wording).await?);
                while let Some((bytes, rows)) = pieces.try_next().await? {
                    count += rows as u64;
                    file.write_all(&bytes).map_err(StoreError::from)?;
                }
                file.as_file().sync_all().map_err(StoreError::from)?;
                file.persist(to).map_err(|e| StoreError::Io(e.error))?;
            }
            Format::Xlsx => {
                let words = self.words_of_table(wording).await?;
                let mut table = XlsxTable::new("Matters", words.headers())?;
                let mut pieces = Box::pin(Pieces::begin(self, actor, filter).await?.all());
                let mut said = Said::default();
                while let Some(rows) = pieces.try_next().await? {
                    count += rows.len() as u64;
                    rows.into_iter().try_for_each(|r| table.row(&words.cells(r, &mut said)))?;
                }
                let to = to.to_owned();
                // Zipping takes seconds for a large table; others want the thread meanwhile.
                tokio::task::spawn_blocking(move || table.save(&to))
                    .await
                    .map_err(|e| StoreError::Halted(e.to_string()))??;
            }
        }
        Ok(count)
    }

    /// The same table as CSV in pieces, for a body that streams. It is put on record before the first of them: who takes half
    /// of a table has taken it.
    pub async fn stream_matters(
        &self,
        actor: &Actor,
        filter: &MatterFilter,
        bom: bool,
        wording: Arc<dyn Wording>,
    ) -> Result<BoxStream<'static, Result<Bytes, AppError>>, AppError> {
        self.tell_export(actor, MATTERS).await?;
        Ok(self.csv(actor, filter, bom, wording).await?.map_ok(|(bytes, _)| bytes).boxed())
    }
}
