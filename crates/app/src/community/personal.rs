//! Who a member is, as it is kept among the words: his name, the last four digits of his phone, his staff number, a line each. What
//! somebody types is compared in whatever width and case; a member is found by one who gives his name and one of the two others.

use super::command::PersonalIn;
use crate::frame::error::FieldError;
use yixian_domain::base::fold::{blank, folded, plain};

/// Who a member is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Personal {
    /// Name.
    pub name: String,
    /// Last four digits of his phone; empty where nobody knows.
    pub last_four: String,
    /// Staff number; empty where he has none.
    pub staff_number: String,
}

/// Without blanks between.
fn one_word(text: &str) -> String {
    folded(text).chars().filter(|c| !c.is_whitespace()).collect()
}

impl Personal {
    /// What is said of him, with what is wrong with it.
    pub(crate) fn said(p: &PersonalIn) -> (Personal, Vec<FieldError>) {
        let line = |t: &str| plain(t).lines().collect::<Vec<_>>().join(" ").trim().to_owned();
        let said = Personal {
            name: line(&p.name),
            last_four: line(&p.last_four),
            staff_number: line(&p.staff_number).replace(char::is_whitespace, ""),
        };
        let mut faults = Vec::new();
        if blank(&said.name) {
            faults.push(FieldError::new("name", "name_needed"));
        }
        let digits = said.last_four.len() == 4 && said.last_four.bytes().all(|b| b.is_ascii_digit());
        if !said.last_four.is_empty() && !digits {
            faults.push(FieldError::new("last_four", "last_four"));
        }
        if said.last_four.is_empty() && said.staff_number.is_empty() {
            faults.push(FieldError::new("last_four", "member_key_needed"));
        }
        (said, faults)
    }

    /// As it is kept.
    pub(crate) fn text(&self) -> String {
        [&*self.name, &*self.last_four, &*self.staff_number].join("\n")
    }

    /// From what is kept.
    pub(crate) fn of(text: &str) -> Personal {
        let mut lines = text.split('\n').map(str::to_owned);
        let mut next = || lines.next().unwrap_or_default();
        Personal { name: next(), last_four: next(), staff_number: next() }
    }

    /// Whether he is meant by a name with the last digits of a phone or a staff number.
    pub(crate) fn is_meant(&self, name: &str, key: &str) -> bool {
        let key = one_word(key);
        let own = |own: &str| !own.is_empty() && one_word(own) == key;
        one_word(&self.name) == one_word(name) && (own(&self.last_four) || own(&self.staff_number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &str, last_four: &str, staff_number: &str) -> (Personal, Vec<&'static str>) {
        let p = PersonalIn { name: name.into(), last_four: last_four.into(), staff_number: staff_number.into() };
        let (said, faults) = Personal::said(&p);
        (said, faults.into_iter().map(|f| f.code).collect())
    }

    #[test]
    fn a_member_is_found_by_his_name_and_one_of_two_keys() {
        let (p, faults) = said("王 小明", "0427", "P-1006");
        assert!(faults.is_empty());
        for (name, key, meant) in [
            ("王小明", "0427", true),
            ("王小明", "０４２７", true),
            ("王 小明", "p-1006", true),
            ("王小明", "427", false),
            ("王小明", "", false),
            ("王晓明", "0427", false),
            ("", "0427", false),
        ] {
            assert_eq!(p.is_meant(name, key), meant, "{name} {key}");
        }
        assert_eq!(Personal::of(&p.text()), p);
    }

    #[test]
    fn nobody_is_meant_by_a_key_that_he_does_not_have() {
        let (p, _) = said("李四", "", "P-2");
        assert!(!p.is_meant("李四", "") && p.is_meant("李四", "P-2"));
    }

    #[test]
    fn every_fault_is_told_at_once() {
        assert_eq!(said(" ", "12a4", "").1, ["name_needed", "last_four"]);
        assert_eq!(said("李四", "", " ").1, ["member_key_needed"]);
    }
}
