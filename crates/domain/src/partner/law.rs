//! What may happen to a partner. Whether a district is one and a credit code is another's, whoever asks finds out from the
//! registers.

use super::{Partner, PartnerDetails, PartnerEvent, PartnerName, PartnerRole};
use crate::base::codes::codes;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::time::{Date, Instant};

codes! {
    /// Why not.
    PartnerRule {
        /// A role ends before it begins.
        RoleEndsBefore = "role_ends_before",
        /// One role twice over the same days.
        RoleTwice = "role_twice",
        /// It has no such role on that day.
        NoSuchRole = "no_such_role",
        /// Nothing counts as itself.
        MergedWithItself = "merged_with_itself",
        /// It counts as another already.
        MergedAlready = "merged_already",
        /// A name stands for that day already.
        SameName = "same_name",
        /// There is no link to end.
        NoLink = "no_partner_link",
    }
}

/// A partner after a transition, with what happened.
pub type PartnerMoved = (Partner, Happened<PartnerEvent>);

/// Whether roles stand as they may: each ends after it begins, none twice over the same days.
pub fn roles_stand(details: &PartnerDetails) -> Result<(), Refusal> {
    let roles = &details.roles;
    if let Some(r) = roles.iter().find(|r| r.to.is_some_and(|to| to < r.from)) {
        return Err(Refusal::rule(PartnerRule::RoleEndsBefore, r.from.to_string()));
    }
    for (i, a) in roles.iter().enumerate() {
        if roles[..i].iter().any(|b| b.role == a.role && (b.covers(a.from) || a.covers(b.from))) {
            return Err(Refusal::rule(PartnerRule::RoleTwice, a.from.to_string()));
        }
    }
    Ok(())
}

impl Partner {
    /// Registers one.
    pub fn register(
        id: PartnerId,
        at: Instant,
        by: &By,
        code: String,
        name: PartnerName,
        details: PartnerDetails,
    ) -> Result<PartnerMoved, Refusal> {
        roles_stand(&details)?;
        let h = Happened { at, by: by.clone(), event: PartnerEvent::Registered { code, name, details } };
        let partner = Partner::begin(id.0, &h).ok_or(Refusal::SameAsBefore)?;
        Ok((partner, h))
    }

    fn then(mut self, at: Instant, by: &By, event: PartnerEvent) -> PartnerMoved {
        let h = Happened { at, by: by.clone(), event };
        self.apply(&h);
        (self, h)
    }

    fn stands(&self) -> Result<(), Refusal> {
        if self.merged.is_some() { Err(Refusal::rule(PartnerRule::MergedAlready, "")) } else { Ok(()) }
    }

    /// Changes what it is besides its name.
    pub fn change(self, at: Instant, by: &By, details: PartnerDetails) -> Result<PartnerMoved, Refusal> {
        self.stands()?;
        roles_stand(&details)?;
        if self.details == details {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, by, PartnerEvent::Changed { details }))
    }

    /// Gives it another name from a day on; its identity stays.
    pub fn rename(self, at: Instant, by: &By, name: PartnerName) -> Result<PartnerMoved, Refusal> {
        self.stands()?;
        let before = self.name_on(name.from);
        if before.name == name.name && before.name_en == name.name_en {
            return Err(Refusal::rule(PartnerRule::SameName, name.from.to_string()));
        }
        Ok(self.then(at, by, PartnerEvent::Renamed { name }))
    }

    /// Ends a role.
    pub fn end_role(self, at: Instant, by: &By, role: PartnerRole, to: Date) -> Result<PartnerMoved, Refusal> {
        self.stands()?;
        match self.details.roles.iter().find(|r| r.role == role && r.to.is_none()) {
            None => Err(Refusal::rule(PartnerRule::NoSuchRole, to.to_string())),
            Some(r) if to < r.from => Err(Refusal::rule(PartnerRule::RoleEndsBefore, r.from.to_string())),
            Some(_) => Ok(self.then(at, by, PartnerEvent::RoleEnded { role, to })),
        }
    }

    /// Lets it count as another from a day on. Both ids stay readable.
    pub fn merge(self, at: Instant, by: &By, into: &Partner, from: Date) -> Result<PartnerMoved, Refusal> {
        if self.id == into.id {
            return Err(Refusal::rule(PartnerRule::MergedWithItself, ""));
        }
        self.stands()?;
        into.stands()?;
        let into = into.id;
        Ok(self.then(at, by, PartnerEvent::Merged { into, from }))
    }

    /// Gives it a link; the one before is good no more.
    pub fn give_link(self, at: Instant, by: &By) -> Result<PartnerMoved, Refusal> {
        self.stands()?;
        Ok(self.then(at, by, PartnerEvent::LinkGiven))
    }

    /// Ends its link.
    pub fn end_link(self, at: Instant, by: &By) -> Result<PartnerMoved, Refusal> {
        if !self.link_open {
            return Err(Refusal::rule(PartnerRule::NoLink, ""));
        }
        Ok(self.then(at, by, PartnerEvent::LinkEnded))
    }

    /// Erases who there may be spoken with.
    pub fn erase_contacts(self, at: Instant, by: &By) -> Result<PartnerMoved, Refusal> {
        Ok(self.then(at, by, PartnerEvent::ContactsErased))
    }
}

#[cfg(test)]
mod tests {
    use super::super::PartnerRoleHeld;
    use super::*;
    use crate::base::time::Date;
    use jiff::civil::date;
    use uuid::Uuid;

    fn firm(id: u128) -> Partner {
        let name = PartnerName { name: "京北电力建设".into(), name_en: None, from: date(2017, 1, 1) };
        let roles = vec![PartnerRoleHeld { role: PartnerRole::ConstructionUnit, from: date(2018, 1, 1), to: None }];
        let details =
            PartnerDetails { roles, district: None, credit_code: None, liaison: None, contacts: None, unit: None };
        Partner::register(PartnerId(Uuid::from_u128(id)), Instant(0), &By::Rule, "JB".into(), name, details)
            .expect("stands")
            .0
    }

    fn rule(r: Result<PartnerMoved, Refusal>) -> &'static str {
        r.err().map_or("", |r| r.code())
    }

    #[test]
    fn a_name_holds_from_its_day_and_the_identity_stays() {
        let new = PartnerName { name: "京北建设集团".into(), name_en: None, from: date(2018, 5, 1) };
        let (p, _) = firm(1).rename(Instant(1), &By::Rule, new.clone()).expect("renamed");
        let on = |d: Date| p.name_on(d).name.as_str();
        assert_eq!((on(date(2018, 4, 30)), on(date(2018, 5, 1)), p.id), ("京北电力建设", "京北建设集团", firm(1).id));
        assert_eq!(rule(p.rename(Instant(2), &By::Rule, new)), "same_name");
    }

    #[test]
    fn roles_end_after_they_begin() {
        let ends = |d| rule(firm(1).end_role(Instant(1), &By::Rule, PartnerRole::ConstructionUnit, d));
        assert_eq!((ends(date(2017, 12, 31)), ends(date(2018, 4, 30))), ("role_ends_before", ""));
        assert_eq!(
            rule(firm(1).end_role(Instant(1), &By::Rule, PartnerRole::Media, date(2018, 4, 30))),
            "no_such_role"
        );
        let (p, _) =
            firm(1).end_role(Instant(1), &By::Rule, PartnerRole::ConstructionUnit, date(2018, 4, 30)).expect("ended");
        assert!(p.is_active(date(2018, 4, 30)) && !p.is_active(date(2018, 5, 1)));
    }

    #[test]
    fn one_counts_as_another_from_a_day_and_never_as_itself() {
        assert_eq!(rule(firm(1).merge(Instant(1), &By::Rule, &firm(1), date(2018, 5, 1))), "merged_with_itself");
        let (p, _) = firm(1).merge(Instant(1), &By::Rule, &firm(2), date(2018, 5, 1)).expect("merged");
        assert_eq!((p.counts_as(date(2018, 4, 30)), p.counts_as(date(2018, 5, 1))), (firm(1).id, firm(2).id));
        assert_eq!(rule(p.merge(Instant(2), &By::Rule, &firm(3), date(2018, 6, 1))), "merged_already");
    }
}
