//! What is written of service days and of household service of the demo company.

use yixian_domain::community::{
    DayEvent, Member, MemberEvent, Pairing, PairingEvent, ServiceDay, Session, SessionEvent, SignIn, SignInEvent,
};
use yixian_domain::household::{DoneSheet, Household, HouseholdEvent, SheetEvent};
use yixian_domain::matter::Happened;
use yixian_store::{StoreError, Tx};

/// Something of it to be written.
pub(super) enum Kept {
    Day(ServiceDay, Happened<DayEvent>),
    Member(Member, Happened<MemberEvent>),
    Pairing(Pairing, Happened<PairingEvent>),
    Session { session: Session, events: Vec<Happened<SessionEvent>>, new: bool },
    SignIn(SignIn, Happened<SignInEvent>),
    Household(Household, Happened<HouseholdEvent>),
    Sheet { sheet: Box<DoneSheet>, events: Vec<Happened<SheetEvent>>, new: bool },
}

impl Kept {
    /// Writes it.
    pub async fn put(&self, tx: &mut Tx) -> Result<(), StoreError> {
        match self {
            Kept::Day(it, h) => tx.put_record(it, std::slice::from_ref(h), true).await,
            Kept::Member(it, h) => tx.put_record(it, std::slice::from_ref(h), true).await,
            Kept::Pairing(it, h) => tx.put_record(it, std::slice::from_ref(h), true).await,
            Kept::Session { session, events, new } => tx.put_record(session, events, *new).await,
            Kept::Household(it, h) => tx.put_record(it, std::slice::from_ref(h), true).await,
            Kept::Sheet { sheet, events, new } => tx.put_record(&**sheet, events, *new).await,
            Kept::SignIn(it, h) => tx.put_record(it, std::slice::from_ref(h), true).await,
        }
    }
}
