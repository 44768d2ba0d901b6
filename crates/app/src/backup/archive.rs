//! The file itself. Every entry has its own sum in the manifest, and the last 64 bytes (the zip's
//! comment) are the SHA-256 of everything before them, so that no bit anywhere can change unseen.
//! When something has changed, the entry that suffered is named.

use super::fault::BackupError;
use crate::files::LostPhoto;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use yixian_store::backup::{former_tables, schema, tables};
use yixian_store::ledger::{EventRow, SealRow, Verification, Verifier};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The format this program writes.
const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
/// The secret's entry, and its file.
pub(super) const SECRET: &str = "secret.key";
/// The folder of photos, in the archive and on disk.
pub(super) const FILES: &str = "files";
const SUM_CHARS: usize = 64;

/// An archive open for reading.
pub(super) type Archive = ZipArchive<BufReader<File>>;

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Format of the archive.
    pub format: u32,
    /// Schema step of the tables.
    pub schema: i64,
    /// The engine it came from.
    pub engine: String,
    /// The business clock when it was taken, milliseconds.
    pub business_instant: i64,
    /// Tables by name.
    pub tables: BTreeMap<String, TableSum>,
    /// Where the ledger ended.
    pub head: Head,
    /// Content addresses of all files, in order.
    pub files: Vec<String>,
    /// Photos that rows name and that the archive does not hold: they were missing or damaged when it was made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<LostPhoto>,
    /// SHA-256 of the secret.
    pub secret_sha256: String,
}

/// A table's size and content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSum {
    /// Rows.
    pub rows: u64,
    /// SHA-256 of its JSON lines.
    pub sha256: String,
}

/// Where the ledger ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Events.
    pub events: i64,
    /// The last event under a seal.
    pub sealed_to: i64,
    /// Number of the last seal.
    pub seal: i64,
    /// Hash of the last seal.
    pub hash: String,
    /// Whether the ledger was whole. A broken one is backed up too: it is evidence.
    pub ok: bool,
}

impl Head {
    /// From what a verifier found and the last seal it read to its end.
    pub(super) fn of(v: &Verification, (seal, hash): (i64, String)) -> Head {
        Head { events: v.events, sealed_to: v.sealed_to, seal, hash, ok: v.ok }
    }
}

/// SHA-256 of what goes by.
#[derive(Debug, Default)]
pub(super) struct Sum(Sha256);

impl Sum {
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
    pub fn hex(self) -> String {
        format!("{:x}", self.0.finalize())
    }
}

/// The entry of a table.
pub(super) fn entry_of(table: &str) -> String {
    format!("tables/{table}.jsonl")
}

fn zip_error(e: zip::result::ZipError) -> BackupError {
    std::io::Error::other(e).into()
}

/// Writes a new file that only its owner may read.
pub(super) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    let mut file = private(path)?;
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}

fn private(path: &Path) -> Result<File, BackupError> {
    let mut options = File::options();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(options.open(path)?)
}

/// An archive being written.
pub(super) struct Writing {
    zip: ZipWriter<BufWriter<File>>,
    sum: Sum,
    manifest: Manifest,
}

impl Writing {
    pub fn begin(path: &Path, engine: &str, business_instant: i64, head: Head) -> Result<Writing, BackupError> {
        let zip = ZipWriter::new(BufWriter::with_capacity(1 << 18, private(path)?));
        let manifest = Manifest {
            format: FORMAT,
            schema: schema(),
            engine: engine.to_owned(),
            business_instant,
            tables: BTreeMap::new(),
            head,
            files: Vec::new(),
            lost: Vec::new(),
            secret_sha256: String::new(),
        };
        Ok(Writing { zip, sum: Sum::default(), manifest })
    }

    fn entry(&mut self, name: &str, method: CompressionMethod) -> Result<(), BackupError> {
        let options = SimpleFileOptions::default().compression_method(method).large_file(true).unix_permissions(0o600);
        self.zip.start_file(name, options).map_err(zip_error)
    }

    pub fn begin_table(&mut self, table: &str) -> Result<(), BackupError> {
        self.sum = Sum::default();
        self.entry(&entry_of(table), CompressionMethod::Deflated)
    }

    pub fn bytes(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.sum.add(bytes);
        self.zip.write_all(bytes)
    }

    pub fn end_table(&mut self, table: &str, rows: u64) {
        let sha256 = std::mem::take(&mut self.sum).hex();
        self.manifest.tables.insert(table.to_owned(), TableSum { rows, sha256 });
    }

    pub fn file(&mut self, sha: &str, bytes: &[u8]) -> Result<(), BackupError> {
        // Photos are compressed already.
        self.entry(&format!("{FILES}/{sha}"), CompressionMethod::Stored)?;
        self.zip.write_all(bytes)?;
        self.manifest.files.push(sha.to_owned());
        Ok(())
    }

    pub fn lost(&mut self, photo: LostPhoto) {
        self.manifest.lost.push(photo);
    }

    pub fn secret(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        self.entry(SECRET, CompressionMethod::Stored)?;
        self.zip.write_all(bytes)?;
        self.manifest.secret_sha256 = yixian_store::ledger::sha256(bytes);
        Ok(())
    }

    /// Writes the manifest and the sum over everything, and makes it durable.
    pub fn finish(mut self) -> Result<(), BackupError> {
        self.entry(MANIFEST, CompressionMethod::Stored)?;
        let text = serde_json::to_string_pretty(&self.manifest).map_err(std::io::Error::other)?;
        self.zip.write_all(text.as_bytes())?;
        self.zip.set_comment("0".repeat(SUM_CHARS)).map_err(zip_error)?;
        let mut file =
            self.zip.finish().map_err(zip_error)?.into_inner().map_err(|e| std::io::Error::other(e.to_string()))?;
        let (sum, length) = frame_sum(&mut file)?;
        file.seek(SeekFrom::Start(length))?;
        file.write_all(sum.as_bytes())?;
        Ok(file.sync_all()?)
    }
}

/// The SHA-256 of all but the last 64 bytes, and how many bytes those are.
fn frame_sum(file: &mut File) -> Result<(String, u64), BackupError> {
    let length = file.metadata()?.len().saturating_sub(SUM_CHARS as u64);
    file.seek(SeekFrom::Start(0))?;
    let mut sum = Sum::default();
    copy(&mut BufReader::new(file.take(length)), &mut sum)?;
    Ok((sum.hex(), length))
}

fn copy(from: &mut impl Read, sum: &mut Sum) -> std::io::Result<u64> {
    let mut buffer = vec![0; 1 << 16];
    let mut lines = 0;
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(lines),
            n => {
                lines += buffer[..n].split(|b| *b == b'\n').count() as u64 - 1;
                sum.add(&buffer[..n]);
            }
        }
    }
}

/// Opens an archive that was checked.
pub(super) fn open(path: &Path) -> Result<Archive, BackupError> {
    ZipArchive::new(BufReader::new(File::open(path)?))
        .map_err(|e| BackupError::Damaged { entry: "the table of contents".into(), why: e.to_string() })
}

/// The bytes of an entry.
pub(super) fn bytes(archive: &mut Archive, name: &str) -> Result<Vec<u8>, BackupError> {
    let bad = |e: &dyn std::fmt::Display| BackupError::Damaged { entry: name.to_owned(), why: e.to_string() };
    let mut bytes = Vec::new();
    archive.by_name(name).map_err(|e| bad(&e))?.read_to_end(&mut bytes).map_err(|e| bad(&e))?;
    Ok(bytes)
}

/// Checks everything about an archive: that no bit has changed, that entries, counts and hashes
/// are those of the manifest, and that the ledger ends where the manifest says.
pub fn check(path: &Path) -> Result<Manifest, BackupError> {
    let mut file = File::open(path)?;
    let (sum, length) = frame_sum(&mut file)?;
    let mut written = String::new();
    file.seek(SeekFrom::Start(length))?;
    let whole = file.take(SUM_CHARS as u64).read_to_string(&mut written).is_ok() && written == sum;
    if !whole {
        return Err(culprit(path));
    }
    entries(path)
}

fn entries(path: &Path) -> Result<Manifest, BackupError> {
    let damaged = |entry: &str, why: &str| BackupError::Damaged { entry: entry.to_owned(), why: why.to_owned() };
    let mut archive = open(path)?;
    let text = bytes(&mut archive, MANIFEST)?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|e| damaged(MANIFEST, &e.to_string()))?;
    if manifest.format > FORMAT || manifest.schema > schema() {
        return Err(BackupError::TooNew { format: manifest.format, schema: manifest.schema });
    }
    let mut expected: BTreeSet<String> = [MANIFEST.to_owned(), SECRET.to_owned()].into();
    let former = former_tables().filter(|t| manifest.schema < schema() && manifest.tables.contains_key(t.name));
    let known = tables().chain(former);
    if let Some(stranger) = manifest.tables.keys().find(|name| !known.clone().any(|t| t.name == name.as_str())) {
        return Err(damaged(&entry_of(stranger), "this program knows no such table"));
    }
    for table in known {
        let name = entry_of(table.name);
        let want = match manifest.tables.get(table.name) {
            Some(want) => want,
            // A later schema made it.
            None if manifest.schema < schema() => continue,
            None => return Err(damaged(&name, "the manifest does not name it")),
        };
        let mut sum = Sum::default();
        let rows = {
            let mut entry = archive.by_name(&name).map_err(|e| damaged(&name, &e.to_string()))?;
            copy(&mut entry, &mut sum).map_err(|e| damaged(&name, &e.to_string()))?
        };
        if rows != want.rows {
            return Err(damaged(&name, &format!("{rows} rows instead of {}", want.rows)));
        }
        if sum.hex() != want.sha256 {
            return Err(damaged(&name, "the hash is not the manifest's"));
        }
        expected.insert(name);
    }
    for sha in &manifest.files {
        let name = format!("{FILES}/{sha}");
        if yixian_store::ledger::sha256(&bytes(&mut archive, &name)?) != *sha {
            return Err(damaged(&name, "it is not what its address says"));
        }
        expected.insert(name);
    }
    if yixian_store::ledger::sha256(&bytes(&mut archive, SECRET)?) != manifest.secret_sha256 {
        return Err(damaged(SECRET, "the hash is not the manifest's"));
    }
    let found: BTreeSet<String> = archive.file_names().map(|n| n.map_or_else(|e| e.to_string(), Into::into)).collect();
    if let Some(name) = found.symmetric_difference(&expected).next() {
        return Err(damaged(name, "the archive and its manifest do not name the same entries"));
    }
    let mut second = open(path)?;
    let events = archive.by_name(&entry_of("event")).map_err(|e| damaged("event", &e.to_string()))?;
    let seals = second.by_name(&entry_of("seal")).map_err(|e| damaged("seal", &e.to_string()))?;
    let (verified, head) = ledger_of(BufReader::new(events), BufReader::new(seals))?;
    if head != manifest.head {
        let first = verified.faults.into_iter().next();
        return Err(first.map_or_else(
            || damaged(&entry_of("seal"), "the ledger does not end where the manifest says"),
            |f| BackupError::Ledger { event: f.event, what: f.what },
        ));
    }
    Ok(manifest)
}

/// Which entry a damaged archive's damage is in.
fn culprit(path: &Path) -> BackupError {
    match entries(path) {
        // Headers, padding: nothing that is read, and yet not what was written.
        Ok(_) => {
            return BackupError::Damaged { entry: "the frame around the entries".into(), why: "it was altered".into() };
        }
        Err(e @ BackupError::Damaged { .. }) if !matches!(&e, BackupError::Damaged { entry, .. } if entry == "the table of contents") =>
        {
            return e;
        }
        Err(_) => {}
    }
    // Without a table of contents, walk from the front to where it breaks.
    let mut last = "the archive".to_owned();
    let broken = |entry: String, why: String| BackupError::Damaged { entry, why };
    let Ok(file) = File::open(path) else { return broken(last, "it cannot be opened".into()) };
    let mut file = BufReader::new(file);
    loop {
        match zip::read::read_zipfile_from_stream(&mut file) {
            Ok(Some(mut entry)) => {
                last = entry.name().map_or_else(|e| e.to_string(), Into::into);
                if let Err(e) = std::io::copy(&mut entry, &mut std::io::sink()) {
                    return broken(last, e.to_string());
                }
            }
            Ok(None) => {
                return broken("the table of contents".into(), format!("it is cut off or altered behind {last}"));
            }
            Err(e) => return broken(format!("the entry behind {last}"), e.to_string()),
        }
    }
}

/// Verifies the ledger from its two entries.
fn ledger_of(events: impl Read, seals: impl Read) -> Result<(Verification, Head), BackupError> {
    fn rows<T: serde::de::DeserializeOwned>(
        from: impl Read,
        entry: &'static str,
    ) -> impl Iterator<Item = Result<T, BackupError>> {
        BufReader::new(from).lines().map(move |line| {
            let bad = |why: String| BackupError::Damaged { entry: entry_of(entry), why };
            serde_json::from_str(&line.map_err(|e| bad(e.to_string()))?).map_err(|e| bad(e.to_string()))
        })
    }
    let mut seals = rows::<SealRow>(seals, "seal");
    let mut verifier = Verifier::default();
    let mut last_seal = false;
    for e in rows::<EventRow>(events, "event") {
        let e = e?;
        while verifier.event(&e, last_seal) {
            match seals.next().transpose()? {
                Some(s) => verifier.seal(s),
                None => last_seal = true,
            }
        }
    }
    let more = seals.next().transpose()?;
    let last = verifier.head();
    let verified = verifier.finish(more);
    let head = Head::of(&verified, last);
    Ok((verified, head))
}
