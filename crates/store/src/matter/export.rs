//! What a table of matters tells beyond the row of a list: answer, verdict, place, the raiser's own
//! words. Read matter by matter beside the pages of [`crate::matter::list()`], so that an export shows
//! exactly what the list of the same filter shows. It does not know the form of a table.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use uuid::Uuid;
use yixian_domain::ids::MatterId;
use yixian_domain::matter::Matter;

statements! {
    DETAIL = "SELECT m.body, p.code, p.name, p.district FROM matter m LEFT JOIN place p ON p.id = m.place_id WHERE m.id = $1";
    WORDS = "SELECT body FROM words WHERE id = $1";
}

/// A matter with what a table tells of it.
#[derive(Clone, Debug)]
pub struct Detail {
    /// The matter.
    pub matter: Matter,
    /// Code, name and district of its place.
    pub place: Option<(String, String, String)>,
    /// The raiser's words; none when erased.
    pub words: Option<String>,
}

/// The detail of one matter.
pub async fn detail(conn: &mut Conn, id: MatterId) -> Result<Option<Detail>, StoreError> {
    let found = row!(&mut *conn, (String, Option<String>, Option<String>, Option<String>), DETAIL, id.0)?;
    let Some((body, code, name, district)) = found else { return Ok(None) };
    let matter: Matter = serde_json::from_str(&body).map_err(|e| StoreError::corrupt("matter", e))?;
    let words: Uuid = matter.raised.words.id.0;
    let words = row!(conn, (Option<String>,), WORDS, words)?.and_then(|r| r.0);
    Ok(Some(Detail { matter, place: code.zip(name).zip(district).map(|((c, n), d)| (c, n, d)), words }))
}
