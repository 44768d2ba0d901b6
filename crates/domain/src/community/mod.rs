//! Service day 双报到: party organisations register with those of the communities, members with the community they live in; on a
//! day of service each community has its session, those who come sign in, and five acts are done there. A register each:
//! the pairings, the roster, the days, the sessions with their acts, the sign-ins. It does not know how somebody without an
//! account is found on the roster, nor what becomes of an opinion: that is a matter like any other.

pub mod access;
pub mod day;
pub mod roster;
pub mod session;
pub mod sign_in;

use crate::base::codes::codes;

pub use crate::base::service::Quantity;
pub use day::{DayDetails, DayEvent, ServiceDay};
pub use roster::{Member, MemberDetails, MemberEvent, Pairing, PairingEvent};
pub use session::{Act, ActKind, Did, Session, SessionDetails, SessionEvent};
pub use sign_in::{SignIn, SignInEvent, SignedHow, Stay};

codes! {
    /// Why not.
    CommunityRule {
        /// A session lies on the day of its service day, from its first to its last minute.
        OutsideDay = "session_outside_day",
        /// It ends before it begins.
        EndsBefore = "session_ends_before",
        /// It was called off.
        Cancelled = "session_cancelled",
        /// The day of a service day stays: its sessions lie on it.
        DayStays = "service_day_stays",
        /// What is done at a session is not done before it begins.
        ActBefore = "act_before_session",
        /// Nobody was reached.
        NobodyReached = "act_nobody_reached",
        /// No item was done.
        NoItems = "act_no_items",
        /// Nobody was asked.
        NoOpinions = "act_no_opinions",
        /// The session has no such act.
        NoSuchAct = "act_unknown",
        /// It was voided already.
        ActVoided = "act_voided_already",
        /// Somebody signs in at a session on its day, and before its end.
        SignInElsewhen = "sign_in_elsewhen",
        /// He is at another session at that time; both are named.
        TwoPlaces = "sign_in_two_places",
        /// He does not leave before he came.
        LeftBefore = "sign_in_left_before",
        /// He left already.
        LeftAlready = "sign_in_left_already",
        /// It was voided already.
        SignInVoided = "sign_in_voided_already",
        /// An organisation does not register with itself.
        PairedWithItself = "paired_with_itself",
        /// It ends before it begins.
        PairingEndsBefore = "pairing_ends_before",
        /// It was ended already.
        PairingEnded = "pairing_ended_already",
        /// He was taken off the roster already.
        LeftRoster = "member_left_already",
    }
}
