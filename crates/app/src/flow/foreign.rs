//! A foreign log, analysed and forgotten: it is read from memory, answered, and dropped. Nothing of it is stored, logged
//! or kept for a second look.
//!
//! Few are analysed at once, away from the threads that serve pages, and none may unpack to more than fits.

use super::report::{FlowReport, Setting, report};
use crate::App;
use crate::exchange::{ExchangeError, Form, course, read_table_bytes};
use crate::foreign::{Format, read_log};
use crate::frame::error::AppError;
use bytes::Bytes;
use std::io::Cursor;
use std::path::Path;
use yixian_mining::answer::effort::Ends;
use yixian_mining::bounded;
use yixian_mining::log::Log;
use yixian_mining::ocel::{json, xml};
use yixian_mining::reading::{Fault, ReadError, Reading, Remarks};
use yixian_mining::table::EventMap;
use yixian_mining::traces::Traces;
use yixian_mining::xes::Keep;
use yixian_store::StoreError;

/// Largest file taken, bytes as it comes.
pub const MAX_FILE: usize = 32 << 20;
/// Largest flat XES file once it is unpacked; XES is wordy.
const MAX_XES: u64 = 256 << 20;
/// Largest table or object-centric log once it is unpacked.
const MAX_PLAIN: u64 = 64 << 20;
/// Analyses at once.
pub const AT_ONCE: usize = 2;

/// What is to be analysed.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Name of the file; its end says what it is.
    pub name: String,
    /// What is in it.
    pub bytes: Bytes,
    /// What a table's columns mean.
    pub map: EventMap,
    /// Of an object-centric log: the type of object whose course is wanted.
    pub object: Option<String>,
    /// Percent of the hops on the map.
    pub paths: u8,
    /// Ways named.
    pub ways: usize,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Analysed {
    /// As a page shows it.
    pub report: FlowReport,
    /// What the reader left out or took on trust.
    pub remarks: Remarks,
    /// First and last instant, microseconds.
    pub span: Option<(i64, i64)>,
}

/// Why a log was not analysed.
#[derive(Debug)]
pub enum Refusal {
    /// Its name does not say what it is.
    UnknownForm,
    /// An object-centric log needs one type of object; these are there.
    WhichObject(Vec<String>),
    /// It cannot be read.
    Unread(ReadError),
    /// It has no event that can be used; this is what was left out.
    Empty(Remarks),
    /// Others are being analysed.
    Busy,
}

impl From<ReadError> for Refusal {
    fn from(e: ReadError) -> Refusal {
        Refusal::Unread(e)
    }
}

fn read(upload: &Upload) -> Result<Reading<Log>, Refusal> {
    let source = |most| bounded(&upload.bytes[..], most).map_err(|e| ReadError::from(Fault::Source(e)));
    if let Some(format) = Format::of(&upload.name) {
        let most = if format == Format::Xes { MAX_XES } else { MAX_PLAIN };
        return Ok(read_log(Cursor::new(&upload.bytes[..]), format, most, &upload.map, Keep::Columns)?);
    }
    let Reading { of, mut remarks } = match Form::of(Path::new(&upload.name)) {
        Some(Form::Json) => json::read(source(MAX_PLAIN)?)?,
        Some(Form::Xml) => xml::read(source(MAX_PLAIN)?)?,
        Some(Form::Sqlite) => read_table_bytes(&upload.bytes, MAX_PLAIN).map_err(|e| match e {
            ExchangeError::Read(e) => e,
            ExchangeError::Store(StoreError::TooMuch) => Fault::TooBig(MAX_PLAIN).into(),
            other => Fault::Malformed { format: "SQLite", what: other.to_string() }.into(),
        })?,
        _ => return Err(Refusal::UnknownForm),
    };
    let flat = course(&of, upload.object.as_deref())
        .map_err(|_| Refusal::WhichObject(of.object_types.iter().map(|t| t.name.clone()).collect()))?;
    remarks.join(&flat.remarks());
    Ok(Reading { of: flat.log, remarks })
}

impl App {
    /// Analyses a foreign log, days in the company's zone. All its cases count as finished unless it says otherwise.
    pub async fn analyse(&self, upload: Upload) -> Result<Result<Analysed, Refusal>, AppError> {
        let Ok(one) = self.inner.analysing.clone().try_acquire_owned() else { return Ok(Err(Refusal::Busy)) };
        let (now, zone) = (self.clock().now(), self.policies().zone.clone());
        let work = move || {
            // Held by the work itself: who asked may go away, the work does not.
            let _one = one;
            let Reading { of: log, remarks } = read(&upload)?;
            if log.is_empty() {
                return Err(Refusal::Empty(remarks));
            }
            let (all, finished) = (Traces::of(&log), Traces::finished(&log));
            let span = log.at().iter().min().copied().zip(log.at().iter().max().copied());
            let at =
                Setting { zone: &zone, office: None, ends: Ends::Phases, now, paths: upload.paths, ways: upload.ways };
            Ok(Analysed { report: report(&log, &all, &finished, &at), remarks, span })
        };
        tokio::task::spawn_blocking(work).await.map_err(|e| AppError::Store(StoreError::from(std::io::Error::other(e))))
    }
}
