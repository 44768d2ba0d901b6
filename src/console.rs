//! What the doors print when they open, in both languages at once: whoever starts the program has not said which is his.
//! The words stand in `console.txt`, one a line. Does not know when they are printed.

/// The words of a code.
pub(crate) fn said(code: &str) -> &'static str {
    let lines = include_str!("console.txt").lines().filter_map(|line| line.split_once(" = "));
    lines.into_iter().find(|(name, _)| *name == code).map_or("", |line| line.1)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_code_that_is_printed_has_words() {
        let codes = include_str!("serve.rs").split("said(\"").skip(1).filter_map(|s| s.split('"').next());
        let of_photos = [
            "photos_left_out",
            "photos_not_restored",
            "photo_missing",
            "photo_damaged",
            "used_by_matter",
            "used_by_visit",
            "used_by_record",
            "retention_changed",
            "table_refused",
        ];
        let codes: Vec<_> = codes.chain(of_photos).collect();
        assert!(codes.len() > 11);
        for code in codes {
            assert!(!super::said(code).is_empty(), "{code}");
        }
    }
}
