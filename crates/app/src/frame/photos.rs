//! Photos: decoded, turned upright, made no larger than needed, and kept as JPEG without EXIF, place, thumbnail or a second file
//! hidden in the first: those that are upright and small enough as they were compressed (`jpeg` beside it proves that nothing
//! else is in them), all others written anew. What is kept is named
//! by the SHA-256 of the bytes kept, and hashed again whenever it is read. Limits hold before anything is decoded.
//! It does not know which records use a photo, nor which files no row knows: whoever clears up says that.

use crate::frame::error::{AppError, FieldError, PhotoFault};
use crate::frame::jpeg;
use crate::frame::mint::Mint;
use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, path::Path as Address};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Semaphore;
use yixian_domain::access::Actor;
use yixian_domain::ids::{FileRef, PersonId};
use yixian_domain::time::Instant;
use yixian_store::file::{self, FileRow};
use yixian_store::writer::meta;
use yixian_store::{Conn, Store, StoreError};

/// Largest upload, bytes.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Largest picture before decoding, pixels.
pub const MAX_PIXELS: u64 = 50_000_000;
/// The same for people without an account, whose pictures a hostile one among them may have made to cost the most.
pub const MAX_PIXELS_OF_STRANGERS: u64 = 25_000_000;
/// Longest edge of what is kept, pixels.
pub const KEPT_EDGE: u32 = 2_048;

/// Where photos lie.
#[derive(Clone, Debug)]
pub struct Photos {
    files: Arc<dyn ObjectStore>,
    folder: PathBuf,
}

/// A photo ready to be kept.
#[derive(Clone, Debug)]
pub struct Photo {
    /// Content address.
    pub file: FileRef,
    /// What is noted of it.
    pub row: FileRow,
    bytes: Bytes,
}

impl Photo {
    /// The same picture with a number in a comment, which makes it another file; nothing when it cannot have one.
    pub(crate) fn numbered(&self, number: &str) -> Option<Photo> {
        // SOI, then the first segment, whose length counts itself; the comment comes behind it.
        let size = usize::from(u16::from_be_bytes([*self.bytes.get(4)?, *self.bytes.get(5)?]));
        let (first, rest) = self.bytes.split_at_checked(4 + size)?;
        let length = u16::try_from(number.len() + 2).ok()?.to_be_bytes();
        let bytes = [first, &[0xFF, 0xFE], &length, number.as_bytes(), rest].concat();
        let file = yixian_store::ledger::sha256(&bytes).parse().ok()?;
        let row = FileRow { bytes: bytes.len() as i64, ..self.row.clone() };
        Some(Photo { file, row, bytes: bytes.into() })
    }
}

fn bad(code: &'static str, detail: impl ToString) -> AppError {
    AppError::Invalid(vec![FieldError::with("photo", code, detail)])
}

/// Reads an upload and makes of it what is kept. Runs on a blocking thread: decoding costs CPU.
pub fn take(upload: &[u8], max_pixels: u64) -> Result<Photo, AppError> {
    if upload.is_empty() {
        return Err(bad("photo_empty", ""));
    }
    if upload.len() > MAX_BYTES {
        return Err(bad("photo_too_large", MAX_BYTES / 1024 / 1024));
    }
    if is_heic(upload) {
        return Err(bad("photo_heic", ""));
    }
    let format = image::guess_format(upload).map_err(|_| bad("photo_not_a_picture", ""))?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP) {
        return Err(bad("photo_not_a_picture", ""));
    }
    // A decoder paints the missing half grey.
    if format == ImageFormat::Jpeg && !ends(upload) {
        return Err(bad("photo_half", ""));
    }
    let broken = |e| match e {
        ImageError::Limits(_) => bad("photo_too_many_pixels", max_pixels / 1_000_000),
        _ => bad("photo_broken", ""),
    };
    let mut reader = ImageReader::with_format(Cursor::new(upload), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(512 * 1024 * 1024);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (w, h) = decoder.dimensions();
    if u64::from(w) * u64::from(h) > max_pixels {
        return Err(bad("photo_too_many_pixels", max_pixels / 1_000_000));
    }
    let turn = decoder.orientation().map_err(broken)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(turn);
    let is_large = picture.width().max(picture.height()) > KEPT_EDGE;
    // Evidence keeps the quality it came in, and compressing it again would cost most of the time and twice the room.
    let is_plain = format == ImageFormat::Jpeg && turn == Orientation::NoTransforms && !is_large;
    let bytes = match is_plain.then(|| jpeg::alone(upload)).flatten() {
        Some(alone) => alone,
        None => {
            if is_large {
                picture = picture.resize(KEPT_EDGE, KEPT_EDGE, image::imageops::FilterType::Triangle);
            }
            let mut bytes = Vec::new();
            JpegEncoder::new_with_quality(&mut bytes, 82).encode_image(&picture.to_rgb8()).map_err(broken)?;
            bytes
        }
    };
    let file = yixian_store::ledger::sha256(&bytes).parse().map_err(|_| bad("photo_broken", ""))?;
    let row = FileRow {
        mime: "image/jpeg".into(),
        bytes: bytes.len() as i64,
        width: i64::from(picture.width()),
        height: i64::from(picture.height()),
        erased_at: None,
    };
    Ok(Photo { file, row, bytes: bytes.into() })
}

/// Whether it is a picture as new phones keep them: a box `ftyp` with a brand of HEIF (ISO/IEC 23008-12).
fn is_heic(bytes: &[u8]) -> bool {
    const BRANDS: [&[u8]; 8] = [b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"];
    bytes.get(4..8) == Some(b"ftyp") && bytes.get(8..12).is_some_and(|brand| BRANDS.contains(&brand))
}

/// Whether a JPEG has its end: the mark EOI behind the first scan (ITU-T T.81, B.1.1.3). What stands before the scan, a thumbnail
/// among it, has ends of its own.
fn ends(jpeg: &[u8]) -> bool {
    let mut at = 2;
    while let [0xff, mark, rest @ ..] = &jpeg[at.min(jpeg.len())..] {
        match mark {
            0xff => at += 1,
            0xda => return rest.windows(2).any(|pair| pair == [0xff, 0xd9]),
            0x01 | 0xd0..=0xd8 => at += 2,
            _ => {
                let Some(length) = rest.first_chunk::<2>() else { return false };
                at += 2 + usize::from(u16::from_be_bytes(*length)).max(2);
            }
        }
    }
    false
}

/// What a kept photo is by its bytes: its type, width and height; nothing and zeros where it is no picture.
pub(crate) fn seen(bytes: &[u8]) -> (&'static str, i64, i64) {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok();
    let mime = reader.as_ref().and_then(ImageReader::format).map_or("", |f| f.to_mime_type());
    let (width, height) = reader.and_then(|r| r.into_dimensions().ok()).unwrap_or_default();
    (mime, i64::from(width), i64::from(height))
}

fn address(sha: &str) -> Address {
    Address::from(format!("{}/{sha}", sha.get(..2).unwrap_or("00")))
}

fn files<E: std::error::Error + 'static>(e: E) -> AppError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&e);
    while let Some(c) = cause {
        let io = c.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| matches!(io.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded))
        {
            return AppError::Store(StoreError::DiskFull);
        }
        cause = c.source();
    }
    AppError::Store(StoreError::Io(std::io::Error::other(e.to_string())))
}

/// Whether a name is a content address.
fn is_address(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// Whether a name is that of a photo that was being written: its address, `#` and a number.
fn is_unfinished(name: &str) -> bool {
    name.split_once('#')
        .is_some_and(|(sha, n)| is_address(sha) && !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// What says in the folder of photos whose it is.
pub(crate) const MARK: &str = "company.id";
/// The same in the database.
pub(crate) const MARK_NOTE: &str = "photo_store";

/// Whether a folder of photos is the company's: each node must see the photos of the others. The first that opens a
/// company marks its folder; one that has another folder is refused, unless `accept` makes it the company's.
pub(crate) async fn of_company(store: &Store, folder: &Path, mint: &Mint, accept: bool) -> Result<(), AppError> {
    let path = folder.join(MARK);
    let there = match std::fs::read_to_string(&path) {
        Ok(text) => Some(text.trim().to_owned()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
        Err(e) => return Err(StoreError::from(e).into()),
    };
    let known = meta(&mut store.read().await?, MARK_NOTE).await?;
    match known {
        Some(mark) if there.as_ref() == Some(&mark) => return Ok(()),
        Some(mark) if accept => return Ok(std::fs::write(&path, mark).map_err(StoreError::from)?),
        Some(_) => return Err(AppError::ForeignPhotos { path: path.display().to_string() }),
        None => {}
    }
    // Chance is asked only where it is needed: seeded, everything else stays as it was.
    let fresh = there.unwrap_or_else(|| mint.secret());
    store
        .write(async move |tx| {
            if let Some(mark) = meta(tx.conn(), MARK_NOTE).await? {
                // Another node was quicker; it has this folder, or this one is not the company's.
                return match std::fs::read_to_string(&path) {
                    Ok(text) if text.trim() == mark => Ok(()),
                    _ => Err(AppError::ForeignPhotos { path: path.display().to_string() }),
                };
            }
            std::fs::write(&path, &fresh).map_err(StoreError::from)?;
            tx.set_meta(MARK_NOTE, &fresh).await?;
            Ok(())
        })
        .await
}

impl Photos {
    /// In a local folder.
    pub fn in_folder(folder: &Path) -> Result<Photos, AppError> {
        std::fs::create_dir_all(folder).map_err(StoreError::from)?;
        let files_at = LocalFileSystem::new_with_prefix(folder).map_err(files)?.with_fsync(true);
        Ok(Photos { files: Arc::new(files_at), folder: folder.to_owned() })
    }
    /// Keeps the bytes; the same photo again is the same file.
    pub async fn keep(&self, photo: &Photo) -> Result<(), AppError> {
        self.put_back(photo.file.as_str(), photo.bytes.clone()).await
    }
    /// Keeps bytes that are known to be what their address says. A file that is there already is written anew: it may be
    /// damaged, and one that no row knows yet has to be young, else it is cleared away.
    pub(crate) async fn put_back(&self, sha: &str, bytes: Bytes) -> Result<(), AppError> {
        let put = async |mode| {
            let options = PutOptions { mode, ..PutOptions::default() };
            self.files.put_opts(&address(sha), bytes.clone().into(), options).await
        };
        match put(PutMode::Create).await {
            Ok(_) => Ok(()),
            Err(object_store::Error::AlreadyExists { .. }) => {
                let before = self.read(sha).await?;
                put(PutMode::Overwrite).await.map_err(files)?;
                if before.is_err() {
                    tracing::warn!(photo = sha, "a damaged photo was sent again and put back");
                }
                Ok(())
            }
            Err(e) => Err(files(e)),
        }
    }
    /// Removes a photo; whether it was there.
    pub(crate) async fn remove(&self, sha: &str) -> Result<bool, AppError> {
        match self.files.head(&address(sha)).await {
            Err(object_store::Error::NotFound { .. }) => return Ok(false),
            Err(e) => return Err(files(e)),
            Ok(_) => {}
        }
        self.files.delete(&address(sha)).await.map(|()| true).map_err(files)
    }
    /// The bytes of a photo, when they are what its address says.
    pub async fn bytes(&self, file: &str) -> Result<Bytes, AppError> {
        self.read(file).await?.map_err(|fault| AppError::Photo { file: file.to_owned(), fault })
    }
    /// The same, where whoever asks goes on without it.
    pub(crate) async fn read(&self, file: &str) -> Result<Result<Bytes, PhotoFault>, AppError> {
        let found = match self.files.get(&address(file)).await {
            Ok(found) => found.bytes().await,
            Err(e) => Err(e),
        };
        let bytes = match found {
            Ok(bytes) => bytes,
            Err(object_store::Error::NotFound { .. }) => return Ok(Err(PhotoFault::Missing)),
            // A bad sector, another owner: whatever keeps one file from being read keeps no backup from being made.
            Err(e) => {
                tracing::warn!(photo = file, error = %e, "a photo cannot be read");
                return Ok(Err(PhotoFault::Damaged));
            }
        };
        let hashed = bytes.clone();
        let sha = tokio::task::spawn_blocking(move || yixian_store::ledger::sha256(&hashed)).await.map_err(files)?;
        Ok(if sha == file { Ok(bytes) } else { Err(PhotoFault::Damaged) })
    }

    /// Removes files that have not changed since an instant of real time and that nobody needs: those left by a write that
    /// was broken off, and those that are named as a photo is and that no row knows. Whatever else lies in the folder is not
    /// ours. Gives how many.
    pub(crate) async fn clear(&self, conn: &mut Conn, before: Instant) -> Result<usize, AppError> {
        let mut cleared = 0;
        for n in 0..=u8::MAX {
            let prefix = format!("{n:02x}");
            let folder = self.folder.join(&prefix);
            let old = tokio::task::spawn_blocking(move || old_files(&folder, before)).await.map_err(files)?;
            let mut old = old.map_err(StoreError::from)?;
            if old.is_empty() {
                continue;
            }
            let mut after = prefix.clone();
            while after.starts_with(&prefix) {
                let known = file::addresses(conn, &after).await?;
                old.retain(|(name, _)| known.binary_search(name).is_err());
                match known.into_iter().next_back() {
                    Some(last) => after = last,
                    None => break,
                }
            }
            for (_, path) in old {
                // Somebody may have sent the same photo meanwhile.
                if unchanged_since(&path, before) && std::fs::remove_file(&path).is_ok() {
                    cleared += 1;
                }
            }
        }
        Ok(cleared)
    }
}

/// The files of a folder that are named as photos are, finished or not, and have not changed since an instant of real time.
fn old_files(folder: &Path, before: Instant) -> std::io::Result<Vec<(String, PathBuf)>> {
    let entries = match std::fs::read_dir(folder) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    Ok(entries
        .filter_map(Result::ok)
        .filter_map(|e| Some((e.file_name().into_string().ok()?, e.path())))
        .filter(|(name, path)| (is_address(name) || is_unfinished(name)) && unchanged_since(path, before))
        .collect())
}

/// Whether a file was last written before an instant of real time.
fn unchanged_since(path: &Path, before: Instant) -> bool {
    let written = std::fs::metadata(path).and_then(|m| m.modified());
    written
        .ok()
        .and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok())
        .is_some_and(|t| (t.as_millis() as i64) < before.0)
}

/// Who sends a photo without an account.
const STRANGER: &str = "stranger";

/// As what somebody sends photos.
pub(crate) fn sender_of(actor: &Actor) -> String {
    match actor {
        Actor::Person { id, .. } => id.to_string(),
        Actor::System | Actor::Raiser { .. } | Actor::Partner { .. } | Actor::Anonymous => STRANGER.into(),
    }
}

impl crate::App {
    /// Takes an upload of the program's own: checks, re-encodes, keeps and notes it. The same picture again is harmless.
    pub async fn take_photo(&self, upload: Bytes) -> Result<FileRef, AppError> {
        self.take_in(&self.inner.decoding, upload, MAX_PIXELS, None).await
    }

    /// The same of a person's, who may name it in his records from then on.
    pub async fn take_photo_of(&self, person: PersonId, upload: Bytes) -> Result<FileRef, AppError> {
        self.take_in(&self.inner.decoding, upload, MAX_PIXELS, Some(person.to_string())).await
    }

    /// Takes an upload of somebody without an account: in a lane of its own, so that whatever strangers send, the
    /// people of the company wait for one another only.
    pub async fn take_strangers_photo(&self, upload: Bytes) -> Result<FileRef, AppError> {
        self.take_in(&self.inner.strangers_decoding, upload, MAX_PIXELS_OF_STRANGERS, Some(STRANGER.into())).await
    }

    async fn take_in(
        &self,
        lane: &Semaphore,
        upload: Bytes,
        max_pixels: u64,
        sender: Option<String>,
    ) -> Result<FileRef, AppError> {
        // A decoded picture is large: few at a time, so that many phones do not eat the memory.
        let permit = lane.acquire().await.map_err(files)?;
        let photo = tokio::task::spawn_blocking(move || take(&upload, max_pixels)).await.map_err(files)??;
        drop(permit);
        self.photos().keep(&photo).await?;
        let now = self.clock().now();
        let (file, row) = (photo.file.clone(), photo.row.clone());
        self.store()
            .write(async move |tx| {
                tx.under(yixian_domain::ids::CommandId(uuid::Uuid::nil()), now);
                tx.put_file(&file, &row).await?;
                match &sender {
                    Some(sender) => tx.note_sender(&file, sender).await,
                    None => Ok(()),
                }
            })
            .await?;
        Ok(photo.file)
    }
}
