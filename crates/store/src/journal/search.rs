//! Search that finds two-character Chinese words and English ones, alike on both engines. Neither
//! SQLite's tokenizers nor PostgreSQL's parsers find a two-character word, so tokens are made here:
//! bigrams of runs of Han, kana and hangul, words of everything else, folded as all that people type. A word that is looked for is
//! the beginning of one. The last character
//! of a run stands alone too, so that every character begins a token and one-character queries can
//! match by prefix. Results come newest first; no ranking. It does not know what is searched: a slice has an index of its own.

use crate::engine::db::{Conn, Engine};
use crate::engine::error::StoreError;
use yixian_domain::base::fold::folded;

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
    for c in folded(text).chars() {
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
            fts5.push(format!("\"{word}\" *"));
            ts.push(format!("'{word}':*"));
        }
    }
    (!fts5.is_empty()).then(|| Terms { fts5: fts5.join(" "), tsquery: ts.join(" & ") })
}

/// The texts that write a slice's index: number and tokens.
#[derive(Debug)]
pub(crate) struct Index {
    /// Where nothing is to be replaced.
    pub(crate) sqlite_new: &'static str,
    pub(crate) sqlite_put: &'static str,
    pub(crate) postgres_put: &'static str,
}

/// What a record shall be found by.
pub(crate) struct FoundBy {
    index: &'static Index,
    n: i64,
    tokens: String,
    /// Nothing is to be replaced.
    new: bool,
}

impl FoundBy {
    pub(crate) fn new(index: &'static Index, n: i64, text: &str, new: bool) -> FoundBy {
        FoundBy { index, n, tokens: tokens(text), new }
    }
}

pub(crate) async fn put(conn: &mut Conn, f: &FoundBy) -> Result<(), StoreError> {
    if f.new && f.tokens.is_empty() {
        return Ok(());
    }
    match conn.engine() {
        Engine::Sqlite => exec!(conn, if f.new { f.index.sqlite_new } else { f.index.sqlite_put }, f.n, &f.tokens)?,
        Engine::Postgres => {
            let vector: Vec<String> =
                f.tokens.split_whitespace().take(16_000).enumerate().map(|(i, t)| format!("'{t}':{}", i + 1)).collect();
            exec!(conn, f.index.postgres_put, f.n, vector.join(" "))?
        }
    };
    Ok(())
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
