//! One fold of what people type: keyboards in full-width mode, the invisible characters that chats put between words, the dashes
//! of other fonts. Whatever compares, looks up or reads what somebody typed asks here, so that all do it alike. It changes
//! nothing that is kept: words stay as they were written.

use unicode_normalization::UnicodeNormalization;

/// Whether nobody sees it: zero-width blanks and joiners, marks of direction, a byte-order mark, a soft hyphen.
pub fn invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}')
}

/// A text in plain characters: compatible forms as the usual ones (NFKC, UAX #15), dashes as `-`, nothing invisible, no
/// blanks around it.
pub fn plain(text: &str) -> String {
    let dash = |c| if matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}') { '-' } else { c };
    let plain: String = text.nfkc().filter(|c| !invisible(*c)).map(dash).collect();
    plain.trim().to_owned()
}

/// A text as it is compared: [`plain`], in lower case.
pub fn folded(text: &str) -> String {
    plain(text).to_lowercase()
}

/// A phone as it is dialled: [`plain`], without the blanks, hyphens and brackets that people group it by.
pub fn dialled(text: &str) -> String {
    plain(text).chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '(' | ')')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_looks_alike_is_alike() {
        for (typed, want) in [
            ("１０ｋＶ线路", "10kv线路"),
            (" Ａ－12 ", "a-12"),
            ("010—6234–5678", "010-6234-5678"),
            ("coA\u{200b}", "coa"),
            ("\u{feff}K1", "k1"),
            ("man\u{0303}ana", "ma\u{00f1}ana"),
            ("（北京）", "(北京)"),
            ("\u{200b}\u{200b}", ""),
        ] {
            assert_eq!(folded(typed), want, "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_folded_is_folded(text in "\\PC{0,40}") {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once.clone());
            prop_assert!(!once.chars().any(invisible));
        }
    }
}
