//! One fold of what people type: keyboards in full-width mode, the invisible characters that chats put between words, the dashes
//! of other fonts. Whatever compares, looks up or reads what somebody typed asks here, so that all do it alike. It changes
//! nothing that is kept: words stay as they were written.

use crate::base::time::{Date, Time};
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

/// Whether nobody sees anything of it.
pub fn blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || invisible(c))
}

/// A text as it is compared: [`plain`], in lower case.
pub fn folded(text: &str) -> String {
    plain(text).to_lowercase()
}

/// A phone as it is dialled: [`plain`], without the blanks, hyphens and brackets that people group it by.
pub fn dialled(text: &str) -> String {
    plain(text).chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '(' | ')')).collect()
}

/// A day as people write it: `2026-12-5`, `2026/12/05`, `2026.12.5`, `2026年12月5日`, in any width. The year comes first and has
/// four digits: what could be read in two ways is not read.
pub fn day(text: &str) -> Option<Date> {
    let text = plain(text);
    let text = text.strip_suffix('日').or(text.strip_suffix('号')).unwrap_or(&text);
    let parts: Vec<&str> = text.split(['-', '/', '.', '年', '月']).map(str::trim).collect();
    let [year, month, day] = parts[..] else { return None };
    let digits = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// A time of day as people write it: `9:00`, `09:00:30`, `9点30分`, `9时`, in any width.
pub fn time(text: &str) -> Option<Time> {
    let text = plain(text).replace(['点', '时'], ":").replace('分', "");
    let mut parts = text.trim_end_matches(':').split(':').map(str::trim);
    let (hour, minute, second) = (parts.next()?, parts.next().unwrap_or("0"), parts.next().unwrap_or("0"));
    if parts.next().is_some() || [hour, minute, second].iter().any(|p| p.len() > 2) || !text.contains(':') {
        return None;
    }
    Time::new(hour.parse().ok()?, minute.parse().ok()?, second.parse().ok()?, 0).ok()
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

    #[test]
    fn days_and_times_are_read_as_people_write_them() {
        for typed in [
            "2026-12-05",
            "2026-12-5",
            "2026/12/05",
            "2026/12/5",
            "2026.12.5",
            "2026年12月5日",
            "2026年12月5号",
            "２０２６－１２－５",
            " 2026 年 12 月 5 日 ",
        ] {
            assert_eq!(day(typed), Some(Date::constant(2026, 12, 5)), "{typed}");
        }
        for typed in
            ["", "12-5-2026", "5/12", "26-12-5", "2026-13-01", "2026-02-30", "2026-12-5 9:00", "明天", "2026-12-05-1"]
        {
            assert_eq!(day(typed), None, "{typed}");
        }
        for (typed, hour, minute) in
            [("9:00", 9, 0), ("09:05", 9, 5), ("9：30", 9, 30), ("9点30分", 9, 30), ("9点", 9, 0), ("23:59:00", 23, 59)]
        {
            assert_eq!(time(typed), Some(Time::constant(hour, minute, 0, 0)), "{typed}");
        }
        for typed in ["", "9", "24:00", "9:60", "nine", "9:0:0:0"] {
            assert_eq!(time(typed), None, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn every_day_is_read_back(days in -200_000i32..200_000) {
            let of = Date::constant(2000, 1, 1).checked_add(jiff::Span::new().days(days)).expect("a day");
            prop_assume!((1000..=9999).contains(&of.year()));
            prop_assert_eq!(day(&of.to_string()), Some(of));
        }

        #[test]
        fn what_is_folded_is_folded(text in "\\PC{0,40}") {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once.clone());
            prop_assert!(!once.chars().any(invisible));
            prop_assert_eq!(blank(&text), plain(&text).is_empty());
        }
    }
}
