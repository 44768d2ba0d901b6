//! Search that finds two-character Chinese words and English ones, alike on both engines. Neither
//! SQLite's tokenizers nor PostgreSQL's parsers find a two-character word, so tokens are made here:
//! bigrams of runs of Han, kana and hangul, words of everything else, lower case. The last character
//! of a run stands alone too, so that every character begins a token and one-character queries can
//! match by prefix. Results come newest first; no ranking.

use crate::db::{Conn, Engine};
use crate::error::StoreError;
use crate::words;
use uuid::Uuid;
use yixian_domain::matter::Matter;

statements! {
    PAGE = "SELECT m.n, m.id, m.body, p.name FROM matter m LEFT JOIN place p ON p.id = m.place_id WHERE m.n > $1 ORDER BY m.n LIMIT 500";
}

/// A query for either engine, or nothing to search.
pub struct Terms {
    /// FTS5 text: quoted phrases.
    pub fts5: String,
    /// `tsquery` text: quoted lexemes.
    pub tsquery: String,
}

fn is_cjk(c: char) -> bool {
    matches!(c as u32, 0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff | 0x20000..=0x323af)
}

/// Runs of text: Han-like, or a word of letters and digits.
fn runs(text: &str) -> Vec<(bool, String)> {
    let mut out: Vec<(bool, String)> = Vec::new();
    let mut open = false;
    for c in text.chars().flat_map(char::to_lowercase) {
        let cjk = is_cjk(c);
        if !cjk && !c.is_alphanumeric() {
            open = false;
            continue;
        }
        match out.last_mut() {
            Some((kind, run)) if open && *kind == cjk => run.push(c),
            _ => out.push((cjk, c.to_string())),
        }
        open = true;
    }
    out
}

fn bigrams(run: &str) -> Vec<String> {
    let chars: Vec<char> = run.chars().collect();
    chars.windows(2).map(|w| w.iter().collect()).collect()
}

/// The tokens of a text, in order, with a blank between them.
pub fn tokens(text: &str) -> String {
    let mut out = String::with_capacity(3 * text.len());
    for (cjk, run) in runs(text) {
        if cjk {
            let mut rest = run.chars();
            while let Some(c) = rest.next() {
                out.push(c);
                out.extend(rest.clone().next());
                out.push(' ');
            }
        } else {
            // Longer "words" are codes or noise; a prefix of them still finds the record.
            out.extend(run.chars().take(64));
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The query of what a person typed; `None` when it holds nothing to search.
pub fn query(text: &str) -> Option<Terms> {
    let (mut fts5, mut ts) = (Vec::new(), Vec::new());
    for (cjk, run) in runs(text).into_iter().take(16) {
        if cjk && run.chars().count() > 1 {
            let grams = bigrams(&run);
            fts5.push(format!("\"{}\"", grams.join(" ")));
            ts.push(grams.iter().map(|g| format!("'{g}'")).collect::<Vec<_>>().join(" <-> "));
        } else if cjk {
            fts5.push(format!("\"{run}\" *"));
            ts.push(format!("'{run}':*"));
        } else {
            let word: String = run.chars().take(64).collect();
            fts5.push(format!("\"{word}\""));
            ts.push(format!("'{word}'"));
        }
    }
    (!fts5.is_empty()).then(|| Terms { fts5: fts5.join(" "), tsquery: ts.join(" & ") })
}

const SQLITE_NEW: &str = "INSERT INTO matter_search (rowid, tokens) VALUES ($1, $2)";
const SQLITE_PUT: &str = "INSERT OR REPLACE INTO matter_search (rowid, tokens) VALUES ($1, $2)";
const POSTGRES_PUT: &str = "INSERT INTO matter_search (n, tokens) VALUES ($1, CAST($2 AS tsvector)) ON CONFLICT (n) DO UPDATE SET tokens = excluded.tokens";

impl crate::Tx {
    /// Makes matter `n` findable by a text, replacing what it was findable by. Written when the batch commits: a
    /// job that refuses then has nothing to undo, and SQLite does not write its index down at a savepoint, in pieces.
    pub(crate) fn find_by(&mut self, n: i64, text: &str, new: bool) {
        self.found_by.push(FoundBy { n, tokens: tokens(text), new });
    }

    pub(crate) async fn flush_search(&mut self) -> Result<(), StoreError> {
        for f in std::mem::take(&mut self.found_by) {
            put(&mut self.conn, &f).await?;
        }
        Ok(())
    }
}

/// What a matter shall be found by.
pub(crate) struct FoundBy {
    n: i64,
    tokens: String,
    /// Nothing is to be replaced.
    new: bool,
}

async fn put(conn: &mut Conn, f: &FoundBy) -> Result<(), StoreError> {
    match conn.engine() {
        Engine::Sqlite => exec!(conn, if f.new { SQLITE_NEW } else { SQLITE_PUT }, f.n, &f.tokens)?,
        Engine::Postgres => {
            let vector: Vec<String> =
                f.tokens.split_whitespace().take(16_000).enumerate().map(|(i, t)| format!("'{t}':{}", i + 1)).collect();
            exec!(conn, POSTGRES_PUT, f.n, vector.join(" "))?
        }
    };
    Ok(())
}

/// What a matter is found by: its raiser's words and the name of its place, on a line of its own
/// because the first line is the subject of lists.
pub fn text(words: &str, place: Option<&str>) -> String {
    format!("{}\n{}", words.trim(), place.unwrap_or_default())
}

/// Makes the whole index from the matters; erased ones are found by nothing.
pub(crate) async fn rebuild(conn: &mut Conn) -> Result<(), StoreError> {
    let mut after = 0;
    loop {
        let page = rows!(&mut *conn, (i64, Uuid, String, Option<String>), PAGE, after)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.0;
        for (n, id, body, place) in page {
            let matter: Matter = serde_json::from_str(&body).map_err(|e| StoreError::corrupt("matter", e))?;
            let kept = words::of_record(conn, id).await?;
            let found_by = kept.get(&matter.raised.words.id).map_or_else(String::new, |w| text(w, place.as_deref()));
            put(conn, &FoundBy { n, tokens: tokens(&found_by), new: true }).await?;
        }
    }
}

/// The texts of this file on an engine, for the prepare-everything test.
pub fn texts(conn: &Conn) -> Vec<String> {
    match conn.engine() {
        Engine::Sqlite => vec![SQLITE_NEW.to_owned(), SQLITE_PUT.to_owned()],
        Engine::Postgres => vec![POSTGRES_PUT.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_characters_are_a_word() {
        assert_eq!(tokens("电表漏油, Oil leak 10kV"), "电表 表漏 漏油 油 oil leak 10kv");
        assert_eq!(query("漏油").map(|q| q.tsquery).as_deref(), Some("'漏油'"));
        assert_eq!(
            query("电表漏").map(|q| (q.fts5, q.tsquery)),
            Some(("\"电表 表漏\"".into(), "'电表' <-> '表漏'".into()))
        );
        assert_eq!(query("油").map(|q| q.fts5).as_deref(), Some("\"油\" *"));
        assert!(query(" ,.'\"*) ").is_none());
    }
}
