//! What may happen to an agreement. Whether its parties are in the register, whoever asks finds out.

use super::{Agreement, AgreementDetails, AgreementEvent};
use crate::base::codes::codes;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::time::{Date, Instant};
use uuid::Uuid;

codes! {
    /// Why not.
    AgreementRule {
        /// Fewer than two signed it.
        OneParty = "agreement_one_party",
        /// One body twice.
        PartyTwice = "agreement_party_twice",
        /// It is signed after its last day.
        SignedAfterEnd = "agreement_signed_after_end",
        /// It was ended already.
        Ended = "agreement_ended_already",
        /// It ends before it was signed, or after its last day.
        EndsOutside = "agreement_ends_outside",
    }
}

/// An agreement after a transition, with what happened.
pub type AgreementMoved = (Agreement, Happened<AgreementEvent>);

fn stands(d: &AgreementDetails) -> Result<(), Refusal> {
    let twice = d.parties.iter().enumerate().any(|(i, p)| d.parties[..i].contains(p));
    if twice {
        return Err(Refusal::rule(AgreementRule::PartyTwice, ""));
    }
    if d.signatories() < 2 {
        return Err(Refusal::rule(AgreementRule::OneParty, ""));
    }
    match d.valid_to.filter(|to| *to < d.signed) {
        Some(to) => Err(Refusal::rule(AgreementRule::SignedAfterEnd, to.to_string())),
        None => Ok(()),
    }
}

impl Agreement {
    /// Registers one.
    pub fn register(
        id: Uuid,
        at: Instant,
        by: &By,
        code: String,
        details: AgreementDetails,
    ) -> Result<AgreementMoved, Refusal> {
        stands(&details)?;
        let h = Happened { at, by: by.clone(), event: AgreementEvent::Registered { code, details } };
        let agreement = Agreement::begin(id, &h).ok_or(Refusal::SameAsBefore)?;
        Ok((agreement, h))
    }

    fn then(mut self, at: Instant, by: &By, event: AgreementEvent) -> AgreementMoved {
        let h = Happened { at, by: by.clone(), event };
        self.apply(&h);
        (self, h)
    }

    fn open(&self) -> Result<(), Refusal> {
        if self.ended.is_some() { Err(Refusal::rule(AgreementRule::Ended, "")) } else { Ok(()) }
    }

    /// Changes what it is.
    pub fn change(self, at: Instant, by: &By, details: AgreementDetails) -> Result<AgreementMoved, Refusal> {
        self.open()?;
        stands(&details)?;
        if self.details == details {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, by, AgreementEvent::Changed { details }))
    }

    /// Ends it before its last day.
    pub fn end(self, at: Instant, by: &By, on: Date, reason: Words) -> Result<AgreementMoved, Refusal> {
        self.open()?;
        if on < self.details.signed || self.details.valid_to.is_some_and(|to| to < on) {
            return Err(Refusal::rule(AgreementRule::EndsOutside, on.to_string()));
        }
        Ok(self.then(at, by, AgreementEvent::Ended { on, reason }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    fn details(parties: &[u128], ours: bool, signed: &str, to: Option<&str>) -> AgreementDetails {
        AgreementDetails {
            title: "战略合作协议".into(),
            title_en: None,
            parties: parties.iter().map(|n| PartnerId(Uuid::from_u128(*n))).collect(),
            ours,
            unit: UnitId(Uuid::from_u128(9)),
            scope: None,
            signed: day(signed),
            valid_to: to.map(day),
            photos: Vec::new(),
        }
    }

    fn made(d: AgreementDetails) -> Result<Agreement, Refusal> {
        Agreement::register(Uuid::from_u128(1), Instant(1), &By::Rule, "XY-01".into(), d).map(|m| m.0)
    }

    #[test]
    fn two_sign_it_each_once_and_not_after_its_end() {
        let refused = |d, rule: AgreementRule| match made(d) {
            Err(Refusal::Rule { rule: told, .. }) => assert_eq!(told.as_str(), rule.as_str()),
            other => panic!("{other:?}"),
        };
        refused(details(&[1], false, "2018-05-01", None), AgreementRule::OneParty);
        refused(details(&[], true, "2018-05-01", None), AgreementRule::OneParty);
        refused(details(&[1, 1], true, "2018-05-01", None), AgreementRule::PartyTwice);
        refused(details(&[1], true, "2018-05-02", Some("2018-05-01")), AgreementRule::SignedAfterEnd);
        assert!(made(details(&[1], true, "2018-05-01", Some("2018-05-01"))).is_ok());
        assert!(made(details(&[1, 2], false, "2018-05-01", None)).is_ok());
    }

    #[test]
    fn it_holds_from_its_signing_to_its_last_day_or_until_it_is_ended() {
        let Ok(a) = made(details(&[1], true, "2018-05-01", Some("2018-12-31"))) else { panic!("not made") };
        let holds = |a: &Agreement, d: &str| a.in_force(day(d));
        assert_eq!(
            ["2018-04-30", "2018-05-01", "2018-12-31", "2019-01-01"].map(|d| holds(&a, d)),
            [false, true, true, false]
        );
        assert_eq!(a.days_left(day("2018-11-01")), Some(60));
        let words = Words { id: WordsId(Uuid::from_u128(3)), hash: String::new() };
        assert!(a.clone().end(Instant(2), &By::Rule, day("2018-04-01"), words.clone()).is_err());
        let Ok((a, _)) = a.end(Instant(2), &By::Rule, day("2018-07-01"), words.clone()) else { panic!("not ended") };
        assert_eq!(["2018-06-30", "2018-07-01"].map(|d| holds(&a, d)), [true, false]);
        assert_eq!(a.days_left(day("2018-07-02")), None);
        assert!(a.end(Instant(3), &By::Rule, day("2018-08-01"), words).is_err());
    }
}
