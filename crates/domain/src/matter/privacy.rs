//! Personal data of a matter: who reads it, who may have it shown for a purpose that is put on record, who never. The rule
//! stands here once; pages, the API and photos ask it. It does not know where the data lie.

use super::access::{MatterFacts, see};
use super::event::MatterEvent;
use super::pause::Request;
use super::personal::PersonalData;
use super::record::Matter;
use super::stage::{Raised, Solution};
use crate::base::actor::{Actor, Denial, Role, needs};
use crate::base::ids::{By, FileRef};
use crate::case::{Case, CaseEvent, PaperKind};

/// How somebody sees personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// Masked, whatever he says.
    Never,
    /// Masked until he says what for; that is put on record.
    OnPurpose,
    /// As it is.
    Clear,
}

/// What a role over the matter's unit sees.
fn of_role(role: Role, data: PersonalData, open: bool) -> Sight {
    match role {
        // They handle it: who has to call, to go there and to read the papers, sees them for as long as it is open.
        Role::Coordinator | Role::Handler if open => Sight::Clear,
        Role::Coordinator | Role::Handler | Role::Verifier | Role::Administrator => Sight::OnPurpose,
        Role::Leader if data == PersonalData::Papers => Sight::Never,
        Role::Leader => Sight::OnPurpose,
        Role::Viewer => Sight::Never,
    }
}

/// How he sees these data of a matter that he may see.
pub fn sight(actor: &Actor, m: &MatterFacts, data: PersonalData) -> Sight {
    match actor {
        Actor::System => Sight::Clear,
        Actor::Raiser { contact, matter, .. } if *matter == m.id && m.raiser == By::Raiser(*contact) => Sight::Clear,
        Actor::Raiser { .. } | Actor::Partner { .. } | Actor::Anonymous => Sight::Never,
        Actor::Person { id, grants } => {
            // The handler, and whoever took it down at the counter, handle it whatever their roles.
            let concerned = m.handler == Some(*id) || m.recorded_by == By::Person(*id);
            let by_role = grants.iter().filter(|g| g.over.contains(&m.unit)).map(|g| of_role(g.role, data, m.open));
            let own = concerned.then_some(if m.open { Sight::Clear } else { Sight::OnPurpose });
            by_role.chain(own).max().unwrap_or(Sight::Never)
        }
    }
}

/// How somebody sees each of the personal data of a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sights([Sight; 4]);

impl Sights {
    /// Of a matter that he may see.
    pub fn of(actor: &Actor, m: &MatterFacts) -> Sights {
        Sights(PersonalData::ALL.map(|data| sight(actor, m, data)))
    }
    /// How he sees these.
    pub fn see(&self, data: PersonalData) -> Sight {
        self.0[data as usize]
    }
    /// Whether he sees these as they are.
    pub fn clear(&self, data: PersonalData) -> bool {
        self.see(data) == Sight::Clear
    }
}

/// Whether he may have these data shown: he sees the matter, and each of them is open to him for a purpose.
pub(crate) fn disclose(actor: &Actor, m: &MatterFacts, data: &[PersonalData]) -> Result<(), Denial> {
    see(actor, m)?;
    // A raiser reads his own page; it needs no purpose.
    if matches!(actor, Actor::Raiser { .. }) {
        return Err(Denial::SignIn);
    }
    if data.iter().all(|d| sight(actor, m, *d) >= Sight::OnPurpose) {
        Ok(())
    } else {
        Err(needs(actor, Role::Coordinator))
    }
}

impl PaperKind {
    /// Its photos say who somebody is.
    pub fn is_personal(self) -> bool {
        matches!(self, PaperKind::Identity | PaperKind::Premises)
    }
}

impl Case {
    /// The photos of its personal papers.
    pub fn personal_photos(&self) -> impl Iterator<Item = &FileRef> {
        self.papers.iter().filter(|p| p.kind.is_personal()).flat_map(|p| &p.photos)
    }
    fn forget_photos(&mut self, gone: &impl Fn(&FileRef) -> bool) {
        for paper in &mut self.papers {
            paper.photos.retain(|p| !gone(p));
        }
    }
    /// Forgets the photos of its personal papers, for whoever may not see them.
    pub fn hide_papers(&mut self) {
        for paper in self.papers.iter_mut().filter(|p| p.kind.is_personal()) {
            paper.photos.clear();
        }
    }
}

impl Matter {
    /// Forgets photos: their bytes are gone.
    pub fn forget_photos(&mut self, gone: &impl Fn(&FileRef) -> bool) {
        self.raised.photos.retain(|p| !gone(p));
        if let Some(request) = &mut self.request {
            request.evidence.retain(|p| !gone(p));
        }
        if let Some(case) = self.case.as_deref_mut() {
            case.forget_photos(gone);
        }
    }
}

impl MatterEvent {
    /// Forgets the photos of personal papers, for whoever may not see them.
    pub fn hide_papers(&mut self) {
        if let MatterEvent::Case { event: CaseEvent::Applied { case } } = self {
            case.hide_papers();
        }
        if let MatterEvent::Case { event: CaseEvent::PaperAdded { kind, photos } } = self
            && kind.is_personal()
        {
            photos.clear();
        }
    }
    /// Forgets photos: their bytes are gone.
    pub fn forget_photos(&mut self, gone: &impl Fn(&FileRef) -> bool) {
        if let MatterEvent::Case { event: CaseEvent::Applied { case } } = self {
            case.forget_photos(gone);
        }
        if let MatterEvent::Raised { raised: Raised { photos, .. }, .. }
        | MatterEvent::SolvedOnTheSpot { solution: Solution { photos, .. } }
        | MatterEvent::Submitted { solution: Solution { photos, .. } }
        | MatterEvent::StepStarted { photos, .. }
        | MatterEvent::Requested { request: Request { evidence: photos, .. } }
        | MatterEvent::Commented { photos, .. }
        | MatterEvent::Case { event: CaseEvent::Surveyed { photos, .. } | CaseEvent::PaperAdded { photos, .. } } =
            self
        {
            photos.retain(|p| !gone(p));
        }
    }
}

/// A phone as others may read it: `138****1234`.
pub fn masked_phone(phone: &str) -> String {
    let all: Vec<char> = phone.chars().collect();
    if all.len() < 8 {
        return "****".into();
    }
    format!("{}****{}", all[..3].iter().collect::<String>(), all[all.len() - 4..].iter().collect::<String>())
}

/// A name as others may read it: `王*`.
pub fn masked_name(name: &str) -> String {
    name.trim().chars().next().map(|c| format!("{c}*")).unwrap_or_default()
}

/// An address as others may read it; its district stands elsewhere.
pub fn masked_address(address: &str) -> String {
    if address.trim().is_empty() { String::new() } else { "****".into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::actor::{Grant, UnitPath};
    use crate::base::ids::{ContactId, MatterId, PersonId};
    use uuid::Uuid;

    fn facts(open: bool) -> MatterFacts {
        MatterFacts {
            id: MatterId(Uuid::from_u128(1)),
            unit: UnitPath::from_stored("/BJ/CP/"),
            raiser: By::Raiser(ContactId(Uuid::from_u128(2))),
            recorded_by: By::Person(PersonId(Uuid::from_u128(3))),
            handler: Some(PersonId(Uuid::from_u128(4))),
            doer: None,
            asked_by: None,
            on_the_spot: false,
            imported: false,
            open,
            owner: None,
            judge: None,
        }
    }

    fn person(id: u128, role: Option<Role>, over: &str) -> Actor {
        let grants = role.map(|role| Grant { role, over: UnitPath::from_stored(over) }).into_iter().collect();
        Actor::Person { id: PersonId(Uuid::from_u128(id)), grants }
    }

    /// Role × data × stage, written out by hand: `c` clear, `p` for a purpose, `-` never; name, phone, address, papers while
    /// it is open, then the same when it is closed.
    #[test]
    fn who_sees_what_when() {
        use Role::*;
        for (role, open, closed) in [
            (Administrator, "pppp", "pppp"),
            (Coordinator, "cccc", "pppp"),
            (Handler, "cccc", "pppp"),
            (Verifier, "pppp", "pppp"),
            (Leader, "ppp-", "ppp-"),
            (Viewer, "----", "----"),
        ] {
            for (is_open, expected) in [(true, open), (false, closed)] {
                for over in ["/BJ/CP/", "/BJ/"] {
                    let told = letters(&person(9, Some(role), over), is_open);
                    assert_eq!(told, expected, "{role:?} over {over}, open: {is_open}");
                }
                // A role over another unit, or over a part below, opens nothing.
                for over in ["/BJ/HD/", "/BJ/CP/CP-01/"] {
                    assert_eq!(letters(&person(9, Some(role), over), is_open), "----", "{role:?} over {over}");
                }
            }
        }
        for (who, open, closed) in [
            (Actor::System, "cccc", "cccc"),
            (Actor::Anonymous, "----", "----"),
            // His own link; another's.
            (
                Actor::Raiser {
                    contact: ContactId(Uuid::from_u128(2)),
                    matter: MatterId(Uuid::from_u128(1)),
                    voice: crate::access::Voice::SentLink,
                },
                "cccc",
                "cccc",
            ),
            (
                Actor::Raiser {
                    contact: ContactId(Uuid::from_u128(2)),
                    matter: MatterId(Uuid::from_u128(7)),
                    voice: crate::access::Voice::SentLink,
                },
                "----",
                "----",
            ),
            // The counter that took it down, its handler, anybody.
            (person(3, None, "/"), "cccc", "pppp"),
            (person(4, None, "/"), "cccc", "pppp"),
            (person(9, None, "/"), "----", "----"),
        ] {
            assert_eq!((letters(&who, true).as_str(), letters(&who, false).as_str()), (open, closed), "{who:?}");
        }
    }

    fn letters(actor: &Actor, open: bool) -> String {
        let sights = Sights::of(actor, &facts(open));
        PersonalData::ALL
            .iter()
            .map(|d| match sights.see(*d) {
                Sight::Clear => 'c',
                Sight::OnPurpose => 'p',
                Sight::Never => '-',
            })
            .collect()
    }

    #[test]
    fn showing_needs_sight_and_a_purpose_that_is_open_to_him() {
        let all = PersonalData::ALL;
        let m = facts(false);
        assert_eq!(disclose(&person(9, Some(Role::Verifier), "/BJ/"), &m, &all), Ok(()));
        assert!(disclose(&person(9, Some(Role::Leader), "/BJ/"), &m, &all).is_err());
        assert_eq!(disclose(&person(9, Some(Role::Leader), "/BJ/"), &m, &all[..3]), Ok(()));
        assert!(disclose(&person(9, Some(Role::Viewer), "/BJ/"), &m, &all[..1]).is_err());
        assert_eq!(disclose(&person(9, Some(Role::Verifier), "/BJ/HD/"), &m, &all), Err(Denial::OutOfSight));
    }

    #[test]
    fn what_is_masked_gives_nothing_away() {
        assert_eq!(masked_phone("13912342222"), "139****2222");
        assert_eq!(masked_phone("6950123"), "****");
        assert_eq!(masked_name("王小明"), "王*");
        assert_eq!(masked_name(""), "");
        assert_eq!(masked_address("建国路 8 号"), "****");
    }
}
