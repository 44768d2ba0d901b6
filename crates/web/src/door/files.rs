//! Photos, served inert: never sniffed, never framed, never run.

use crate::door::page::Page;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use axum::extract::{Path, State};
use axum::http::{Uri, header};
use axum::response::IntoResponse;
use yixian_app::read::Photo;
use yixian_domain::access::Actor;

/// `GET /files/{sha}`
pub async fn file(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(sha): Path<String>,
    uri: Uri,
) -> Page {
    // Digits, a point and hexadecimal digits: nothing of it is ever escaped.
    let pass = uri.query().and_then(|q| q.strip_prefix("pass="));
    served(&web, &v.actor, &sha, pass).await
}

pub(crate) async fn serve(web: &Web, actor: &Actor, sha: &str) -> Page {
    served(web, actor, sha, None).await
}

async fn served(web: &Web, actor: &Actor, sha: &str, pass: Option<&str>) -> Page {
    let Photo { mime, bytes, personal } = web.app().photo(actor, sha, pass).await?;
    // A photo's address is the hash of its bytes: it can never change, only rights can, so the
    // browser may keep it for the person who was allowed to see it; but nobody's identity card.
    let kept = if personal { "no-store" } else { "private, max-age=86400, immutable" };
    Ok((
        [
            (header::CONTENT_TYPE, mime),
            (header::CONTENT_DISPOSITION, format!("inline; filename=\"{}.jpg\"", &sha[..12.min(sha.len())])),
            (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
            (header::CACHE_CONTROL, kept.to_owned()),
        ],
        bytes,
    )
        .into_response())
}
