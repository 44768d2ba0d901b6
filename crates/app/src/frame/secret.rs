//! The company's secret, from which links of raisers and customers and the keys of what is said of
//! phones and parties are derived. It lies in a file of the data folder, never in the database. The
//! database holds a check value (`meta`), so that a folder whose secret is another's is found before
//! it hands out links that nobody can open: opening such a company is refused. It does not know
//! what is derived from it.

use crate::App;
use crate::frame::error::AppError;
use crate::frame::mint::{Mint, derived, hash_secret, hmac};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use yixian_domain::ids::{ContactId, MatterId, PartnerId, SessionId};
use yixian_store::writer::meta;
use yixian_store::{Conn, Db, Store, StoreError, words};

/// The file.
pub(crate) const FILE: &str = "secret.key";
/// Note of the database that holds the check value.
const CHECK: &str = "secret_check";

fn check_value(secret: &[u8; 32]) -> String {
    hmac(secret, b"yixian secret check")
}

/// The secret part of a raiser's link.
pub(crate) fn raiser(secret: &[u8; 32], matter: MatterId, contact: ContactId) -> String {
    derived(secret, &format!("raiser {contact}"), matter.0)
}

/// The secret part of the raiser's link that goes to his phone and nowhere else: who comes by it has the phone.
pub(crate) fn sent(secret: &[u8; 32], matter: MatterId, contact: ContactId) -> String {
    derived(secret, &format!("sent to {contact}"), matter.0)
}

/// The secret part of a partner's link; the n-th that it was given.
pub(crate) fn partner(secret: &[u8; 32], id: PartnerId, n: u32) -> String {
    derived(secret, &format!("partner {n}"), id.0)
}

/// The secret part of a session's link; the n-th that it was given.
pub(crate) fn session(secret: &[u8; 32], id: SessionId, n: u32) -> String {
    derived(secret, &format!("session {n}"), id.0)
}

/// Whether two secrets are the same, told by their hashes, so that the time it takes tells nothing.
pub(crate) fn same_text(a: &str, b: &str) -> bool {
    hash_secret(a) == hash_secret(b)
}

impl App {
    /// A keyed hash of a text, which only this company can make.
    pub(crate) fn keyed(&self, purpose: &str, text: &str) -> String {
        hmac(&self.inner.secret, format!("{purpose}\n{text}").as_bytes())
    }
}

fn refused(path: &Path, missing: bool) -> AppError {
    AppError::ForeignSecret { path: path.display().to_string(), missing }
}

/// What the file holds; none when there is no file.
fn read(path: &Path) -> Result<Option<[u8; 32]>, AppError> {
    match std::fs::read(path) {
        Ok(bytes) => {
            bytes.try_into().map(Some).map_err(|_| AppError::Store(StoreError::corrupt(FILE, "32 bytes are wanted")))
        }
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(StoreError::from(e).into()),
    }
}

/// Makes the file, readable by its owner only.
fn write(path: &Path, secret: &[u8; 32]) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    std::io::Write::write_all(&mut file, secret)?;
    Ok(file.sync_all()?)
}

/// The secret in the file, when it is the one the check value was made with.
fn same(path: &Path, check: &str) -> Result<[u8; 32], AppError> {
    let secret = read(path)?.ok_or_else(|| refused(path, true))?;
    if check_value(&secret) == check { Ok(secret) } else { Err(refused(path, false)) }
}

/// Whether a company from before there was a check value has used another secret: its newest link says so.
async fn is_foreign(conn: &mut Conn, secret: Option<&[u8; 32]>) -> Result<bool, StoreError> {
    let newest = words::newest_link(conn).await?;
    Ok(newest.is_some_and(|(hash, matter, contact)| {
        let ours = |s| [raiser(s, matter, contact), sent(s, matter, contact)].iter().any(|t| hash_secret(t) == hash);
        !secret.is_some_and(ours)
    }))
}

/// The secret of a company: read from its file and compared with what the database knows. A company
/// that has none yet gets one, under the writer's lock, so that nodes that start together agree.
pub(crate) async fn of_company(store: &Store, folder: &Path, mint: &Mint, accept: bool) -> Result<[u8; 32], AppError> {
    let path: PathBuf = folder.join(FILE);
    if let (Some(check), false) = (meta(&mut store.read().await?, CHECK).await?, accept) {
        return same(&path, &check);
    }
    // Chance is asked only where it is needed: seeded, everything else stays as it was.
    let fresh = if path.exists() { None } else { Some(mint.bytes::<32>()) };
    store
        .write(async move |tx| {
            if let (Some(check), false) = (meta(tx.conn(), CHECK).await?, accept) {
                return same(&path, &check);
            }
            let found = read(&path)?;
            if !accept && is_foreign(tx.conn(), found.as_ref()).await? {
                return Err(refused(&path, found.is_none()));
            }
            let secret = match (found, fresh) {
                (Some(secret), _) => secret,
                (None, Some(fresh)) => {
                    write(&path, &fresh)?;
                    fresh
                }
                (None, None) => return Err(refused(&path, true)),
            };
            tx.set_meta(CHECK, &check_value(&secret)).await?;
            Ok(secret)
        })
        .await
}

impl App {
    /// Makes the folder of photos the company's. Nobody else may have the company open; the database is closed after.
    pub async fn accept_photos(db: Db, folder: &Path, mint: &Mint) -> Result<(), AppError> {
        let files = folder.join("files");
        std::fs::create_dir_all(&files).map_err(StoreError::from)?;
        let store = Store::open(db, 0).await?;
        let done = crate::frame::photos::of_company(&store, &files, mint, true).await;
        store.close().await;
        done
    }

    /// Makes the folder's secret the company's, a new one where the folder has none: for a company
    /// whose secret is lost. Nobody else may have the company open; the database is closed after.
    pub async fn accept_secret(db: Db, folder: &Path, mint: &Mint) -> Result<(), AppError> {
        std::fs::create_dir_all(folder).map_err(StoreError::from)?;
        let store = Store::open(db, 0).await?;
        let done = of_company(&store, folder, mint, true).await;
        store.close().await;
        done.map(drop)
    }
}
