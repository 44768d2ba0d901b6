//! What the product itself writes into records, from `maps/records.toml`: words by code. Pages speak through catalogues; these
//! are kept with the record like a person's words. Does not know when they are written.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the file says it
pub(crate) struct Phrases {
    pub applied: String,
    pub not_reached: String,
    pub unsatisfied: String,
    pub unsatisfied_unsaid: String,
    pub between_reasons: String,
    pub replanned: String,
    pub slipped: String,
    pub seal: String,
    pub registered: String,
    pub link: String,
    pub overdue: String,
    pub answered: String,
    pub company: String,
    pub district_ends: String,
    pub complaint: BTreeMap<String, String>,
}

// It comes with the program and a test reads it.
static PHRASES: LazyLock<Phrases> =
    LazyLock::new(|| toml::from_str(include_str!("../../../../maps/records.toml")).unwrap_or_default());

/// The words.
pub(crate) fn phrases() -> &'static Phrases {
    &PHRASES
}

/// A phrase with its places filled in. What is filled in is not read again.
pub(crate) fn filled(phrase: &str, with: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = phrase;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, behind)) = after.split_once('}') else { break };
        out.extend(with.iter().filter(|(n, _)| *n == name).map(|(_, value)| *value));
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use yixian_domain::connection::Complaint;

    #[test]
    fn every_phrase_is_there() {
        let words: Phrases = toml::from_str(include_str!("../../../../maps/records.toml")).expect("readable");
        for c in Complaint::ALL {
            assert!(words.complaint.contains_key(c.as_str()), "{}", c.as_str());
        }
        assert_eq!(
            filled(&words.applied, &[("capacity", "7.5"), ("district", "{capacity}区")]),
            "用电申请 7.5 千瓦 {capacity}区"
        );
    }
}
