//! All photos at once: which files are missing or damaged, with the records that use them, and the clearing away of files
//! that nobody needs. It does not know how a photo is made, and mends nothing: sending the same photo again does.

use crate::App;
use crate::frame::clock::real_now;
use crate::frame::error::{AppError, PhotoFault};
use crate::frame::photos::Photos;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::ids::{MatterId, VisitId};
use yixian_domain::time::Instant;
use yixian_store::ledger::Fault;
use yixian_store::{Conn, file, matter, visit};

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

/// Reads and hashes every photo that a row knows; gives those that are not what they should be.
pub(crate) async fn check(conn: &mut Conn, photos: &Photos) -> Result<Vec<LostPhoto>, AppError> {
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let some = file::addresses(conn, &after).await?;
        let Some(last) = some.last() else { return Ok(found) };
        after.clone_from(last);
        for sha in &some {
            if let Err(fault) = photos.read(sha).await? {
                found.push(lost(conn, sha, fault).await?);
            }
        }
    }
}

/// The same as faults of the ledger: each by the event that first names the photo, 0 where none does.
pub(crate) async fn faults(conn: &mut Conn, photos: &Photos) -> Result<Vec<Fault>, AppError> {
    let mut faults = Vec::new();
    for photo in check(conn, photos).await? {
        let mut event = None;
        for by in &photo.used_by {
            event = event.or(file::first_named(conn, by.id, &photo.file).await?);
        }
        faults.push(Fault { event: event.unwrap_or(0), what: photo.to_string() });
    }
    Ok(faults)
}

/// How long a file that nobody needs is left, milliseconds: whoever writes one may take a while to write its row.
const LEFT_FOR_MS: i64 = 24 * 3_600_000;

impl App {
    /// Reads and hashes every photo; gives those that are not what they should be.
    pub async fn lost_photos(&self) -> Result<Vec<LostPhoto>, AppError> {
        check(&mut self.store().read().await?, self.photos()).await
    }

    /// Removes what broken-off uploads left in the folder of photos, and photos that no row knows, when they are older than
    /// a day; gives how many.
    pub async fn clear_photos(&self) -> Result<usize, AppError> {
        let before = Instant(real_now().0 - LEFT_FOR_MS);
        self.photos().clear(&mut self.store().read().await?, before).await
    }
}
