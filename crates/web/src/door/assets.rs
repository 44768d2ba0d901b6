//! Browser files, embedded with a hash in their name so that they may be cached for ever.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};

/// An embedded file.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    /// Logical name, `app.css`.
    pub name: &'static str,
    /// Name with hash, `app-3f2a….css`.
    pub path: &'static str,
    /// Media type.
    pub mime: &'static str,
    /// Bytes.
    pub body: &'static [u8],
    /// Brotli.
    pub br: Option<&'static [u8]>,
    /// gzip.
    pub gz: Option<&'static [u8]>,
}

mod built {
    use super::Asset;
    include!(concat!(env!("OUT_DIR"), "/assets.rs"));
}
pub use built::ASSETS;

/// The URL of a file by its logical name.
pub fn url(name: &str) -> String {
    ASSETS.iter().find(|a| a.name == name).map_or_else(|| format!("/assets/{name}"), |a| format!("/assets/{}", a.path))
}

/// `GET /assets/{path}`
pub async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response<Body> {
    let Some(a) = ASSETS.iter().find(|a| a.path == path) else {
        let mut missing = Response::new(Body::empty());
        *missing.status_mut() = StatusCode::NOT_FOUND;
        return missing;
    };
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let has = |name: &str| accepts.split(',').any(|e| e.trim().split(';').next() == Some(name));
    let (body, encoding) = match (a.br, a.gz) {
        (Some(br), _) if has("br") => (br, Some("br")),
        (_, Some(gz)) if has("gzip") => (gz, Some("gzip")),
        _ => (a.body, None),
    };
    let mut response = Response::new(Body::from(body));
    let h = response.headers_mut();
    h.insert(header::CONTENT_TYPE, HeaderValue::from_static(a.mime));
    h.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    h.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(e) = encoding {
        h.insert(header::CONTENT_ENCODING, HeaderValue::from_static(e));
    }
    response
}
