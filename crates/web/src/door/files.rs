//! Photos, served inert: never sniffed, never framed, never run.

use crate::door::page::Page;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;

/// `GET /files/{sha}`
pub async fn file(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(sha): Path<String>) -> Page {
    serve(&web, &v.actor, &sha).await
}

pub(crate) async fn serve(web: &Web, actor: &yixian_domain::access::Actor, sha: &str) -> Page {
    let (mime, bytes) = web.app().photo(actor, sha).await?;
    // A photo's address is the hash of its bytes: it can never change, only rights can, so the
    // browser may keep it for the person who was allowed to see it.
    Ok((
        [
            (header::CONTENT_TYPE, mime),
            (header::CONTENT_DISPOSITION, format!("inline; filename=\"{}.jpg\"", &sha[..12.min(sha.len())])),
            (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
            (header::CACHE_CONTROL, "private, max-age=86400, immutable".to_owned()),
        ],
        bytes,
    )
        .into_response())
}
