//! Matters as a table: what a list of the same filter and actor shows, all of it, newest first.
//! Read page by page by the running number and written row by row, so a hundred thousand rows need
//! no more memory than a hundred. Headers and the words for stages and kinds are the caller's.

use crate::App;
use crate::frame::error::AppError;
use crate::organisation::Directory;
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt};
use std::path::Path;
use std::sync::Arc;
use yixian_domain::access::{Actor, Scope, scope};
use yixian_domain::matter::{Closing, Stage};
use yixian_domain::time::{Instant, Zone};
pub use yixian_report::csv::CsvTable;
pub use yixian_report::xlsx::XlsxTable;
pub use yixian_report::{Cell, TableError};
use yixian_store::StoreError;
use yixian_store::export::{Detail, detail};
use yixian_store::matter::{self, Filter, ListRow, Order};
use yixian_store::org::name_of;

/// Rows of one page.
const PAGE: i64 = 500;

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

/// An export under way.
struct Pages {
    app: App,
    scope: Scope,
    filter: Filter,
    wording: Arc<dyn Wording>,
    directory: Arc<Directory>,
    zone: Zone,
    done: bool,
}

impl Pages {
    async fn begin(app: &App, actor: &Actor, filter: &Filter, wording: Arc<dyn Wording>) -> Result<Pages, AppError> {
        Ok(Pages {
            app: app.clone(),
            scope: scope(actor),
            wording,
            directory: app.directory().await?,
            zone: app.policies().zone.clone(),
            done: false,
            // By number, so that a page can be told by where the one before it ended.
            filter: Filter {
                order: Order::Newest,
                open: filter.open || filter.order == Order::Due,
                after: None,
                ..filter.clone()
            },
        })
    }

    fn headers(&self) -> Vec<String> {
        COLUMNS.iter().map(|c| self.wording.header(c)).collect()
    }

    /// The next rows; none when all were given.
    async fn next(&mut self) -> Result<Option<Vec<Vec<Cell>>>, AppError> {
        if self.done {
            return Ok(None);
        }
        let mut conn = self.app.store().read().await?;
        let (mut rows, _) = matter::list(&mut conn, &self.scope, &self.filter, PAGE).await?;
        self.done = rows.len() as i64 <= PAGE;
        rows.truncate(PAGE as usize);
        let Some(last) = rows.last() else { return Ok(None) };
        self.filter.after = Some((last.n, last.n));
        let mut out = Vec::with_capacity(rows.len());
        for row in &rows {
            if let Some(d) = detail(&mut conn, row.id.into()).await? {
                out.push(self.cells(row, &d));
            }
        }
        Ok(Some(out))
    }

    fn cells(&self, row: &ListRow, d: &Detail) -> Vec<Cell> {
        let m = &d.matter;
        let say = |column, value: &str| Cell::text(self.wording.value(column, value));
        let yes = |column, is: bool| say(column, if is { "yes" } else { "no" });
        let moment = |at: Option<Instant>| {
            at.map_or(Cell::Empty, |at| {
                let local = self.zone.local(at);
                Cell::Moment(local.date(), local.time())
            })
        };
        let unit = self.directory.unit(m.unit);
        let (code, place, district) = d.place.as_ref().map_or(("", "", ""), |(c, n, d)| (c, n, d));
        let elsewhere = matches!(&m.stage, Stage::Closed { closing: Closing::RecordedElsewhere, .. });
        let right = m.solved_at.or(if elsewhere { m.closed_at } else { None });
        let on_time = m.due.as_ref().zip(right).map(|(due, right)| right <= due.at);
        vec![
            Cell::Int(row.n),
            say("kind", &name_of(m.kind)),
            say("category", &m.raised.category),
            say("origin", &name_of(m.origin)),
            say("stage", m.stage.name().as_str()),
            Cell::text(unit.map_or("", |u| &u.name)),
            Cell::text(unit.map_or("", |u| &u.code)),
            Cell::text(place),
            Cell::text(code),
            Cell::text(district),
            Cell::text(d.words.clone().unwrap_or_default()),
            moment(Some(m.raised.at)),
            // A due day runs to its last instant, which is the midnight after it.
            m.due.as_ref().map_or(Cell::Empty, |d| {
                if self.zone.end_of_day(d.day) == d.at { Cell::Day(d.day) } else { moment(Some(d.at)) }
            }),
            m.due.as_ref().map_or(Cell::Empty, |d| yes("provisional", d.provisional)),
            moment(m.solved_at),
            moment(m.answered_at),
            moment(m.closed_at),
            on_time.map_or(Cell::Empty, |on_time| yes("on_time", on_time)),
            yes("on_the_spot", m.on_the_spot),
            m.verdict.map_or(Cell::Empty, |v| say("verdict", &name_of(v))),
            Cell::Int(m.reopened.into()),
            Cell::Text(m.id.to_string()),
        ]
    }
}

impl App {
    /// Writes the matters of a filter that the actor may see to a file, which appears under its name
    /// when it is whole. Gives the number of rows.
    pub async fn export_matters(
        &self,
        actor: &Actor,
        filter: &Filter,
        format: Format,
        wording: Arc<dyn Wording>,
        to: &Path,
    ) -> Result<u64, AppError> {
        let mut pages = Pages::begin(self, actor, filter, wording).await?;
        let headers = pages.headers();
        let mut count = 0;
        match format {
            Format::Csv { bom } => {
                let folder = to.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
                let file = tempfile::NamedTempFile::new_in(folder).map_err(StoreError::from)?;
                let mut table = CsvTable::new(std::io::BufWriter::new(file), &headers, bom)?;
                while let Some(rows) = pages.next().await? {
                    count += rows.len() as u64;
                    rows.iter().try_for_each(|r| table.row(r))?;
                }
                let file = table.finish()?.into_inner().map_err(|e| StoreError::Io(e.into_error()))?;
                file.as_file().sync_all().map_err(StoreError::from)?;
                file.persist(to).map_err(|e| StoreError::Io(e.error))?;
            }
            Format::Xlsx => {
                let mut table = XlsxTable::new("Matters", headers)?;
                while let Some(rows) = pages.next().await? {
                    count += rows.len() as u64;
                    rows.iter().try_for_each(|r| table.row(r))?;
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

    /// The same table as CSV in pieces, for a body that streams.
    pub async fn stream_matters(
        &self,
        actor: &Actor,
        filter: &Filter,
        bom: bool,
        wording: Arc<dyn Wording>,
    ) -> Result<BoxStream<'static, Result<Bytes, AppError>>, AppError> {
        let pages = Pages::begin(self, actor, filter, wording).await?;
        let head = CsvTable::new(Vec::new(), &pages.headers(), bom)?.finish()?;
        let rest = stream::try_unfold(pages, |mut pages| async move {
            let Some(rows) = pages.next().await? else { return Ok(None) };
            let mut table = CsvTable::go_on(Vec::new());
            rows.iter().try_for_each(|r| table.row(r))?;
            Ok(Some((Bytes::from(table.finish()?), pages)))
        });
        Ok(stream::once(async move { Ok(Bytes::from(head)) }).chain(rest).boxed())
    }
}
