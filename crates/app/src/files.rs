//! All photos at once: which files are missing or damaged, with the records that use them, and the clearing away of files
//! that nobody needs. It does not know how a photo is made, and mends nothing: sending the same photo again does.

use crate::App;
use crate::frame::clock::real_now;
use crate::frame::error::{AppError, PhotoFault};
use crate::frame::photos::{self, Photos};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::ids::{MatterId, VisitId};
use yixian_domain::time::Instant;
use yixian_store::file::{self, FileRow};
use yixian_store::ledger::Fault;
use yixian_store::{Conn, matter, visit};

/// A photo whose file is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostPhoto {
    /// Content address.
    pub file: String,
    /// What is wrong with it.
    pub fault: PhotoFault,
    /// The records that use it.
    pub used_by: Vec<PhotoUse>,
}

/// A record that uses a photo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoUse {
    /// `matter`, `visit`; `record` where it is neither.
    pub kind: String,
    /// The record.
    pub id: Uuid,
    /// Its running number, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
}

impl std::fmt::Display for LostPhoto {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "photo {} is {}", self.file, self.fault.as_str())?;
        for (i, by) in self.used_by.iter().enumerate() {
            let number = by.number.map(|n| format!(" {n}")).unwrap_or_default();
            write!(f, "{} {}{number} ({})", if i == 0 { "; used by" } else { "," }, by.kind, by.id)?;
        }
        Ok(())
    }
}

/// What is said of a photo that cannot be read.
pub(crate) async fn lost(conn: &mut Conn, file: &str, fault: PhotoFault) -> Result<LostPhoto, AppError> {
    let mut used_by = Vec::new();
    for id in file::users(conn, file).await? {
        // A row that cannot be read is another's to tell.
        let (kind, number) = match matter::matter(conn, MatterId(id)).await.ok().flatten() {
            Some(m) => ("matter", Some(m.n)),
            None => match visit::visit(conn, VisitId(id)).await.ok().flatten() {
                Some(v) => ("visit", Some(v.n)),
                None => ("record", None),
            },
        };
        used_by.push(PhotoUse { kind: kind.into(), id, number });
    }
    used_by.sort_by_key(|u| (u.number, u.id));
    Ok(LostPhoto { file: file.to_owned(), fault, used_by })
}

/// What is found when every photo is read.
#[derive(Default)]
pub(crate) struct Checked {
    /// Photos that cannot be shown.
    lost: Vec<LostPhoto>,
    /// Photos whose row says something else than the file: the address, and the columns.
    told_otherwise: Vec<(String, Vec<&'static str>)>,
}

/// Photos that a row says were erased: each has to have an event that says so. Gives those without one.
async fn erased_unsaid(conn: &mut Conn) -> Result<Vec<String>, AppError> {
    let (mut unsaid, mut after) = (Vec::new(), String::new());
    loop {
        let some = file::erased(conn, &after).await?;
        let Some(last) = some.last() else { return Ok(unsaid) };
        after.clone_from(last);
        for sha in some {
            let mut said = false;
            for record in file::users(conn, &sha).await? {
                said = said || file::erasing(conn, record, &sha).await?.is_some();
            }
            if !said {
                unsaid.push(sha);
            }
        }
    }
}

/// Reads and hashes every photo that a row knows.
async fn check(conn: &mut Conn, photos: &Photos) -> Result<Checked, AppError> {
    let (mut found, mut after) = (Checked::default(), String::new());
    loop {
        let some = file::addresses(conn, &after).await?;
        let Some(last) = some.last() else { return Ok(found) };
        after.clone_from(last);
        for sha in &some {
            match photos.read(sha).await? {
                Err(fault) => found.lost.push(lost(conn, sha, fault).await?),
                Ok(bytes) => {
                    let Some(row) = file::file(conn, sha).await? else { continue };
                    let differs = differs(&row, &bytes);
                    if !differs.is_empty() {
                        found.told_otherwise.push((sha.clone(), differs));
                    }
                }
            }
        }
    }
}

/// The columns of a photo's row that say something else than its file.
fn differs(row: &FileRow, bytes: &[u8]) -> Vec<&'static str> {
    let (mime, width, height) = photos::seen(bytes);
    let columns = [
        ("bytes", row.bytes == bytes.len() as i64),
        ("mime", row.mime == mime),
        ("width", row.width == width),
        ("height", row.height == height),
    ];
    columns.into_iter().filter(|(_, same)| !same).map(|(name, _)| name).collect()
}

/// The same as faults of the ledger: each by the event that first names the photo, 0 where none does.
pub(crate) async fn faults(conn: &mut Conn, photos: &Photos) -> Result<Vec<Fault>, AppError> {
    let Checked { lost, told_otherwise } = check(conn, photos).await?;
    let mut faults = Vec::new();
    for photo in lost {
        let mut event = None;
        for by in &photo.used_by {
            event = event.or(file::first_named(conn, by.id, &photo.file).await?);
        }
        faults.push(Fault { event: event.unwrap_or(0), what: photo.to_string() });
    }
    for sha in erased_unsaid(conn).await? {
        faults.push(Fault { event: 0, what: format!("photo {sha} is marked as erased, and no event says so") });
    }
    for (sha, columns) in told_otherwise {
        let what = format!("the row of photo {sha} is not what its file says: {}", columns.join(", "));
        faults.push(Fault { event: 0, what });
    }
    Ok(faults)
}

/// How long a file that nobody needs is left, milliseconds: whoever writes one may take a while to write its row.
const LEFT_FOR_MS: i64 = 24 * 3_600_000;
/// How far back uploads that came to nothing are looked for, milliseconds: a node that was down for a month still finds its.
const LOOKED_BACK_MS: i64 = 60 * LEFT_FOR_MS;

impl App {
    /// Reads and hashes every photo; gives those that are not what they should be.
    pub async fn lost_photos(&self) -> Result<Vec<LostPhoto>, AppError> {
        Ok(check(&mut self.store().read().await?, self.photos()).await?.lost)
    }

    /// Leaves nothing of what was erased in files: removes the bytes of erased photos, has the index forget, and SQLite empty
    /// its log. Done again it does no harm; what fails on the way is done at the next erasure or at the next start.
    pub(crate) async fn scrub(&self) -> Result<(), AppError> {
        self.clear_erased().await?;
        self.store().write(async |tx| tx.tidy_index().await).await?;
        if let Err(e) = self.store().db().empty_log() {
            tracing::warn!(error = %e, "the log of the database could not be emptied after an erasure");
        }
        Ok(())
    }

    /// Removes the bytes of photos that were erased and are still there; gives how many.
    pub async fn clear_erased(&self) -> Result<usize, AppError> {
        let (mut cleared, mut after) = (0, String::new());
        loop {
            let some = file::erased(&mut self.store().read().await?, &after).await?;
            let Some(last) = some.last() else { return Ok(cleared) };
            after.clone_from(last);
            for sha in &some {
                cleared += usize::from(self.photos().remove(sha).await?);
            }
        }
    }

    /// Removes what broken-off uploads left in the folder of photos, and photos that no row knows, when they are older than
    /// a day; gives how many. Photos that no record has come to use within a day are known no longer.
    pub async fn clear_photos(&self) -> Result<usize, AppError> {
        // Uploads that came to nothing: a form that was never sent, an application that was not finished.
        let until = self.clock().now().0 - LEFT_FOR_MS;
        let (from, before) = (Instant(until - LOOKED_BACK_MS), Instant(until));
        let drop = async move |tx: &mut yixian_store::Tx| {
            tx.drop_senders(from).await?;
            tx.drop_unused_files(from, before).await
        };
        self.store().write::<_, yixian_store::StoreError, _>(drop).await?;
        let before = Instant(real_now().0 - LEFT_FOR_MS);
        let erased = self.clear_erased().await?;
        Ok(erased + self.photos().clear(&mut self.store().read().await?, before).await?)
    }
}
