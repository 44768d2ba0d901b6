//! Who lives in a household, as it is kept with the words: a line each for name, address, phone, and what makes it vulnerable.

use super::command::ResidentIn;
use crate::frame::error::FieldError;
use yixian_domain::base::fold::{blank, dialled, plain};
use yixian_domain::base::values::Phone;
use yixian_domain::household::Vulnerability;

/// Who lives in a household.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resident {
    /// Name.
    pub name: String,
    /// Address.
    pub address: String,
    /// Phone; empty where nobody knows.
    pub phone: String,
    /// What makes it vulnerable.
    pub vulnerable: Vec<Vulnerability>,
}

impl Resident {
    /// What is said, with what is wrong with it.
    pub(crate) fn said(r: &ResidentIn) -> (Resident, Vec<FieldError>) {
        let line = |t: &str| plain(t).split_whitespace().collect::<Vec<_>>().join(" ");
        let mut vulnerable = r.vulnerable.clone();
        vulnerable.sort_unstable();
        vulnerable.dedup();
        let said = Resident { name: line(&r.name), address: line(&r.address), phone: dialled(&r.phone), vulnerable };
        let mut faults = Vec::new();
        let mut fault = |wrong: bool, field: &'static str, code: &'static str| {
            if wrong {
                faults.push(FieldError::new(field, code));
            }
        };
        fault(blank(&said.name), "name", "name_needed");
        fault(blank(&said.address), "address", "household_address");
        fault(!said.phone.is_empty() && Phone::parse(&said.phone).is_err(), "phone", "phone");
        (said, faults)
    }

    /// As it is kept.
    pub(crate) fn text(&self) -> String {
        let flags: Vec<&str> = self.vulnerable.iter().map(|v| v.as_str()).collect();
        [&*self.name, &*self.address, &*self.phone, &*flags.join(" ")].join("\n")
    }

    /// From what is kept.
    pub(crate) fn of(text: &str) -> Resident {
        let mut lines = text.split('\n').map(str::to_owned);
        let mut next = || lines.next().unwrap_or_default();
        let (name, address, phone, flags) = (next(), next(), next(), next());
        Resident { name, address, phone, vulnerable: flags.split(' ').filter_map(Vulnerability::parse).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_what_was_said_and_every_fault_is_told_at_once() {
        let told = |r: &ResidentIn| Resident::said(r).1.into_iter().map(|f| f.code).collect::<Vec<_>>();
        let good = ResidentIn {
            name: "周 奶奶".into(),
            address: "槐荫胡同\n12 号".into(),
            phone: "138 0013 8000".into(),
            vulnerable: vec![Vulnerability::OldWiring, Vulnerability::Elderly, Vulnerability::Elderly],
        };
        let (said, faults) = Resident::said(&good);
        assert!(faults.is_empty());
        assert_eq!((&*said.address, said.vulnerable.len()), ("槐荫胡同 12 号", 2));
        assert_eq!(Resident::of(&said.text()), said);
        let alone = ResidentIn { phone: String::new(), vulnerable: Vec::new(), ..good.clone() };
        let (said, faults) = Resident::said(&alone);
        assert!(faults.is_empty());
        assert_eq!(Resident::of(&said.text()), said);
        let bad = ResidentIn { phone: "12".into(), ..ResidentIn::default() };
        assert_eq!(told(&bad), ["name_needed", "household_address", "phone"]);
    }
}
