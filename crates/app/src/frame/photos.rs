//! Photos: decoded, turned upright, made no larger than needed and written again as JPEG, so that
//! no EXIF, place, thumbnail or second file hidden in the first survives. What is kept is named
//! by the SHA-256 of the bytes kept. Limits hold before anything is decoded.

use crate::frame::error::{AppError, FieldError};
use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, path::Path as Address};
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Semaphore;
use yixian_domain::ids::FileRef;
use yixian_store::StoreError;
use yixian_store::file::FileRow;

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
    let format = image::guess_format(upload).map_err(|_| bad("photo_not_a_picture", ""))?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP) {
        return Err(bad("photo_not_a_picture", ""));
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
    if picture.width().max(picture.height()) > KEPT_EDGE {
        picture = picture.resize(KEPT_EDGE, KEPT_EDGE, image::imageops::FilterType::Triangle);
    }
    let picture = picture.into_rgb8();
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 82).encode_image(&picture).map_err(broken)?;
    let file = yixian_store::ledger::sha256(&bytes).parse().map_err(|_| bad("photo_broken", ""))?;
    let row = FileRow {
        mime: "image/jpeg".into(),
        bytes: bytes.len() as i64,
        width: i64::from(picture.width()),
        height: i64::from(picture.height()),
    };
    Ok(Photo { file, row, bytes: bytes.into() })
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

impl Photos {
    /// In a local folder.
    pub fn in_folder(folder: &Path) -> Result<Photos, AppError> {
        std::fs::create_dir_all(folder).map_err(StoreError::from)?;
        let files_at = LocalFileSystem::new_with_prefix(folder).map_err(files)?.with_fsync(true);
        Ok(Photos { files: Arc::new(files_at) })
    }
    /// Keeps the bytes; the same photo again is the same file.
    pub async fn keep(&self, photo: &Photo) -> Result<(), AppError> {
        self.put_back(photo.file.as_str(), photo.bytes.clone()).await
    }
    /// Keeps bytes that are known to be what their address says.
    pub(crate) async fn put_back(&self, sha: &str, bytes: Bytes) -> Result<(), AppError> {
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.files.put_opts(&address(sha), bytes.into(), options).await {
            Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => Ok(()),
            Err(e) => Err(files(e)),
        }
    }
    /// The bytes of a photo.
    pub async fn bytes(&self, file: &str) -> Result<Bytes, AppError> {
        match self.files.get(&address(file)).await {
            Ok(found) => found.bytes().await.map_err(files),
            Err(object_store::Error::NotFound { .. }) => Err(AppError::NotFound("file")),
            Err(e) => Err(files(e)),
        }
    }
}

impl crate::App {
    /// Takes an upload: checks, re-encodes, keeps and notes it. The same picture again is harmless.
    pub async fn take_photo(&self, upload: Bytes) -> Result<FileRef, AppError> {
        self.take_in(&self.inner.decoding, upload, MAX_PIXELS).await
    }

    /// Takes an upload of somebody without an account: in a lane of its own, so that whatever strangers send, the
    /// people of the company wait for one another only.
    pub async fn take_strangers_photo(&self, upload: Bytes) -> Result<FileRef, AppError> {
        self.take_in(&self.inner.strangers_decoding, upload, MAX_PIXELS_OF_STRANGERS).await
    }

    async fn take_in(&self, lane: &Semaphore, upload: Bytes, max_pixels: u64) -> Result<FileRef, AppError> {
        // A decoded picture is large: few at a time, so that many phones do not eat the memory.
        let permit = lane.acquire().await.map_err(files)?;
        let photo = tokio::task::spawn_blocking(move || take(&upload, max_pixels)).await.map_err(files)??;
        drop(permit);
        self.photos().keep(&photo).await?;
        let file = photo.file.clone();
        let now = self.clock().now();
        self.store()
            .write(async move |tx| {
                tx.under(yixian_domain::ids::CommandId(uuid::Uuid::nil()), now);
                tx.put_file(&photo.file, &photo.row).await
            })
            .await?;
        Ok(file)
    }
}
