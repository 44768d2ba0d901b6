//! Seals that left the database. Whoever can write to it can write the whole ledger anew, or cut its end off with the seals
//! over it; a seal that lies elsewhere shows it. By a timetable the newest seal goes to each sink of the settings: to a file,
//! one line each, and through the message port. More sinks (mail, printed reports) are more variants of the list. It does not
//! know how a ledger is sealed, and sends nothing else.

use crate::App;
use crate::frame::error::AppError;
use crate::frame::phrases::{filled, phrases};
use crate::frame::policy::SealSink;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use yixian_domain::time::Instant;
use yixian_store::ledger::{self, Fault, Head};
use yixian_store::writer::meta;
use yixian_store::{Conn, StoreError};

/// The folder and the file in it.
const FOLDER: &str = "seals";
const FILE: &str = "seals.txt";
/// Note of the database: when each sink was served last.
const NOTE: &str = "seals_exported";

/// An exported seal: a line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedSeal {
    /// When it was exported, as written.
    pub at: String,
    /// Its number.
    pub seal: i64,
    /// The last event under it.
    pub events: i64,
    /// Its hash.
    pub hash: String,
}

impl std::fmt::Display for ExportedSeal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} seal {} events {} {}", self.at, self.seal, self.events, self.hash)
    }
}

impl std::str::FromStr for ExportedSeal {
    type Err = ();
    fn from_str(line: &str) -> Result<ExportedSeal, ()> {
        let [at, "seal", seal, "events", events, hash] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            return Err(());
        };
        let hash_like = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        let (Ok(seal), Ok(events), true) = (seal.parse(), events.parse(), hash_like) else { return Err(()) };
        Ok(ExportedSeal { at: at.to_owned(), seal, events, hash: hash.to_owned() })
    }
}

/// The file of exported seals of a data folder.
pub fn file_in(folder: &Path) -> PathBuf {
    folder.join(FOLDER).join(FILE)
}

/// Adds a line to the file, which only its owner may read, and makes it durable.
fn append(folder: &Path, line: &ExportedSeal) -> std::io::Result<()> {
    let path = file_in(folder);
    std::fs::create_dir_all(folder.join(FOLDER))?;
    let mut options = std::fs::File::options();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(format!("{line}\n").as_bytes())?;
    file.sync_all()
}

/// Holds a ledger against exported seals, one a line; blank lines and those that begin with `#` say nothing. A seal that the
/// ledger lacks, or has otherwise, is a fault.
pub(crate) async fn compare(conn: &mut Conn, text: &str) -> Result<Vec<Fault>, StoreError> {
    let head = ledger::head(conn).await?;
    let mut faults = Vec::new();
    for (n, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty() && !l.starts_with('#')) {
        let Ok(exported) = line.parse::<ExportedSeal>() else {
            faults.push(Fault { event: 0, what: format!("exported seals: line {} cannot be read", n + 1) });
            continue;
        };
        let ExportedSeal { at, seal, hash, .. } = &exported;
        match ledger::seals(conn, seal - 1, 1).await?.into_iter().next().filter(|s| s.n == *seal) {
            None => faults.push(Fault {
                event: head.events + 1,
                what: format!("dropped: seal {seal} was exported on {at} and is not in the ledger"),
            }),
            Some(s) if s.hash != *hash || s.last_seq != exported.events => faults.push(Fault {
                event: s.first_seq,
                what: format!("seal {seal} is not the one that was exported on {at}: the ledger was written anew"),
            }),
            Some(_) => {}
        }
    }
    Ok(faults)
}

/// When each sink was served last.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Served(BTreeMap<String, i64>);

impl SealSink {
    /// What a sink is noted by. No phone stands in a note.
    fn name(&self, n: usize) -> String {
        match self {
            SealSink::File => "file".into(),
            SealSink::Message { .. } => format!("message-{n}"),
        }
    }
}

impl App {
    /// The seals that were exported into this company's folder; none where there is no file.
    pub fn exported_seals(&self) -> Result<Option<String>, AppError> {
        match std::fs::read_to_string(file_in(&self.inner.folder)) {
            Ok(text) => Ok(Some(text)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(StoreError::from(e).into()),
        }
    }

    /// Sends the newest seal to every sink whose time has come; gives to how many. Of several nodes one does it. A sink that
    /// fails is tried again the next time, and keeps no other from being served.
    pub async fn export_seals(&self) -> Result<usize, AppError> {
        let (timetable, now) = (self.policies().seals.clone(), self.clock().now());
        let every = i64::from(timetable.every_hours) * 3_600_000;
        let head = ledger::head(&mut self.store().read().await?).await?;
        let Some(_) = head.sealed_at else { return Ok(0) };
        let (mut served, mut failed) = (0, None);
        for (n, sink) in timetable.sinks.iter().enumerate() {
            let name = sink.name(n);
            let (asked, mine) = (name.clone(), now.0);
            // Taken before it is sent, so that two nodes do not both send it.
            let before = self.store().write(async move |tx| {
                let mut served = read(meta(tx.conn(), NOTE).await?);
                let before = served.0.get(&asked).copied();
                if before.is_some_and(|at| mine - at < every) {
                    return Ok(None);
                }
                served.0.insert(asked.clone(), mine);
                tx.set_meta(NOTE, &written(&served)?).await?;
                Ok::<_, StoreError>(Some(before))
            });
            let Some(before) = before.await? else { continue };
            match self.export_to(sink, &head, now).await {
                Ok(()) => served += 1,
                Err(e) => {
                    tracing::error!(sink = name, error = %e, "the seal of the ledger was not exported");
                    let undo = self.store().write(async move |tx| {
                        let mut served = read(meta(tx.conn(), NOTE).await?);
                        match before {
                            Some(at) => served.0.insert(name.clone(), at),
                            None => served.0.remove(&name),
                        };
                        tx.set_meta(NOTE, &written(&served)?).await
                    });
                    undo.await?;
                    failed = Some(e);
                }
            }
        }
        failed.map_or(Ok(served), Err)
    }

    async fn export_to(&self, sink: &SealSink, head: &Head, now: Instant) -> Result<(), AppError> {
        let line =
            ExportedSeal { at: now.to_string(), seal: head.seal, events: head.sealed_to, hash: head.hash.clone() };
        match sink {
            SealSink::File => {
                let folder = self.inner.folder.clone();
                tokio::task::spawn_blocking(move || append(&folder, &line))
                    .await
                    .map_err(|e| AppError::broken("seals", e))?
                    .map_err(StoreError::from)?;
                Ok(())
            }
            SealSink::Message { phone } => {
                let (n, events) = (line.seal.to_string(), line.events.to_string());
                let text = filled(&phrases().seal, &[("n", &n), ("events", &events), ("hash", &line.hash)]);
                self.messages().send(phone, &text, now.0).await
            }
        }
    }
}

fn read(note: Option<String>) -> Served {
    note.and_then(|n| serde_json::from_str(&n).ok()).unwrap_or_default()
}

fn written(served: &Served) -> Result<String, StoreError> {
    serde_json::to_string(served).map_err(|e| StoreError::corrupt("note", e))
}
