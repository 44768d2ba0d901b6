//! Backup and restore. A backup is one zip file that no engine is in: a manifest, one file of JSON
//! lines per table, every photo under its content address, and the installation's secret, so that
//! raisers' links go on working. It holds everything there is to know, passwords' hashes and
//! people's words included: **it is confidential**, and written readable by its owner only.
//!
//! A backup is taken in one consistent view while people go on writing, and is read back and checked
//! before it gets its name. Photos that are missing or damaged by then are left out and named in the manifest: a backup is
//! made in any case. A restore checks the archive before it writes anything, fills an empty
//! database in one transaction, and checks again before that is made to last. A backup of an earlier
//! schema is loaded as that schema had it and migrated in the same transaction.

mod archive;
mod fault;

pub use archive::{Head, Manifest, TableSum, check};
pub use fault::BackupError;

use crate::App;
use crate::files;
use crate::frame::photos::{MARK, MARK_NOTE, Photos};
use archive::{FILES, SECRET, Writing};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use yixian_store::backup::{CHUNK, Loading, Snapshot, Table, former_tables, schema, tables};
use yixian_store::{Db, file, ledger};

/// Runs what reads and hashes whole files where it does not hold up others.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, BackupError> {
    tokio::task::spawn_blocking(work).await.map_err(|e| std::io::Error::other(e.to_string()))?
}

impl App {
    /// Writes a backup to a file that must not exist, and verifies it.
    pub async fn backup(&self, dest: &Path) -> Result<Manifest, BackupError> {
        let secret = self.inner.folder.join(SECRET);
        Box::pin(backup(self.store().db(), self.photos(), &secret, self.clock().now().0, dest)).await
    }
}

/// The steps of [`App::backup`].
async fn backup(
    db: &Db,
    photos: &Photos,
    secret: &Path,
    business_now: i64,
    dest: &Path,
) -> Result<Manifest, BackupError> {
    if dest.exists() {
        return Err(BackupError::Exists(dest.to_owned()));
    }
    let mut name = dest.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = dest.with_file_name(name);
    std::fs::remove_file(&part).ok();
    let made = async {
        Box::pin(write(db, photos, secret, business_now, &part)).await?;
        let path = part.clone();
        apart(move || check(&path)).await
    }
    .await;
    if made.is_err() {
        std::fs::remove_file(&part).ok();
        return made;
    }
    std::fs::rename(&part, dest)?;
    if let Some(folder) = dest.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::File::open(folder)?.sync_all()?;
    }
    made
}

async fn write(db: &Db, photos: &Photos, secret: &Path, business_now: i64, part: &Path) -> Result<(), BackupError> {
    let mut view = Snapshot::begin(db).await?;
    let (verified, last) = ledger::verify_to_head(view.conn()).await?;
    let mut out = Writing::begin(part, db.engine(), business_now, Head::of(&verified, last))?;
    for table in tables() {
        out.begin_table(table.name)?;
        let rows = view.dump(table, &mut |bytes| out.bytes(bytes)).await?;
        out.end_table(table.name, rows);
    }
    let mut after = String::new();
    loop {
        let shas = file::addresses(view.conn(), &after).await?;
        let Some(last) = shas.last() else { break };
        after.clone_from(last);
        for sha in &shas {
            match photos.read(sha).await? {
                Ok(bytes) => out.file(sha, &bytes)?,
                // One photo is no reason to have no backup.
                Err(fault) => out.lost(files::lost(view.conn(), sha, fault).await?),
            }
        }
    }
    out.secret(&std::fs::read(secret)?)?;
    view.end().await?;
    apart(move || out.finish()).await
}

/// Restores a backup into an empty database and an empty folder for files and secret. No
/// [`yixian_store::Store`] may be open on the database.
pub async fn restore(from: &Path, db: &Db, folder: &Path) -> Result<Manifest, BackupError> {
    let path = from.to_owned();
    let manifest = apart(move || check(&path)).await?;
    let secret = folder.join(SECRET);
    if secret.exists() {
        return Err(BackupError::NotEmpty(secret.display().to_string()));
    }
    // Those the schema of the backup had; `check` has seen that none of them is missing.
    let held: Vec<&Table> = tables().chain(former_tables()).filter(|t| manifest.tables.contains_key(t.name)).collect();
    let mut loading = Loading::begin(db, manifest.schema, &held).await?.map_err(BackupError::NotEmpty)?;
    let mut archive = archive::open(from)?;
    let mut loaded = Vec::with_capacity(held.len());
    for table in held {
        loaded.push((table, load(&mut loading, &mut archive, table, manifest.schema < schema()).await?));
    }
    for (table, shape) in &loaded {
        let mut sum = archive::Sum::default();
        let rows = match shape {
            Some(shape) => {
                loading
                    .dump(shape, &mut |bytes| {
                        sum.add(bytes);
                        Ok(())
                    })
                    .await?
            }
            None => 0,
        };
        if manifest.tables.get(table.name) != Some(&TableSum { rows, sha256: sum.hex() }) {
            return Err(BackupError::Differs(format!("table {}", table.name)));
        }
    }
    loading.migrate().await?;
    loading.index().await?;
    let (verified, last) = loading.verify().await?;
    if Head::of(&verified, last) != manifest.head {
        return Err(BackupError::Differs("ledger".into()));
    }
    // Files first: a row must never name a file that is not there, but those that were lost before.
    let photos = Photos::in_folder(&folder.join(FILES))?;
    // The folder that is filled here is the company's.
    if let Some(mark) = loading.note(MARK_NOTE).await? {
        std::fs::write(folder.join(FILES).join(MARK), mark)?;
    }
    for sha in &manifest.files {
        photos.put_back(sha, archive::bytes(&mut archive, &format!("{FILES}/{sha}"))?.into()).await?;
    }
    archive::write_private(&secret, &archive::bytes(&mut archive, SECRET)?)?;
    if let Err(e) = loading.commit().await {
        std::fs::remove_file(&secret).ok();
        return Err(e.into());
    }
    for sha in &manifest.files {
        if photos.read(sha).await?.is_err() {
            return Err(BackupError::Damaged {
                entry: format!("{FILES}/{sha}"),
                why: "the file on disk is not what was written".into(),
            });
        }
    }
    Ok(manifest)
}

/// Loads a table; gives it with the columns that its rows in the archive have, when there are rows.
async fn load(
    loading: &mut Loading,
    archive: &mut archive::Archive,
    table: &Table,
    older: bool,
) -> Result<Option<Table>, BackupError> {
    let name = archive::entry_of(table.name);
    let bad = |e: &dyn std::fmt::Display| BackupError::Damaged { entry: name.clone(), why: e.to_string() };
    // Units refer to one another: parents, whose paths are shorter, first.
    let whole = table.name == "unit";
    let mut rows: Vec<serde_json::Map<_, _>> = Vec::new();
    let mut shape = None;
    let mut lines = BufReader::with_capacity(1 << 16, archive.by_name(&name).map_err(|e| bad(&e))?).lines();
    loop {
        let line = lines.next().transpose()?;
        let end = line.is_none();
        if let Some(line) = line {
            rows.push(serde_json::from_str(&line).map_err(|e| bad(&e))?);
            if shape.is_none()
                && let Some(first) = rows.first()
            {
                let found = table.as_in(first)?;
                if !older && !found.has_all_of(table) {
                    return Err(bad(&"it lacks a column"));
                }
                shape = Some(found);
            }
        }
        if end && whole {
            rows.sort_by_key(|r| r.get("path").and_then(|p| p.as_str()).map(str::len));
        }
        if end || !whole && rows.len() == CHUNK {
            for chunk in rows.chunks(CHUNK) {
                loading.rows(shape.as_ref().unwrap_or(table), chunk).await?;
            }
            rows.clear();
        }
        if end {
            return Ok(shape);
        }
    }
}
