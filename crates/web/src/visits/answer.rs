//! A visit as the API answers it, field by field.

use crate::door::answer::{Author, Choice, Clock, Coded, Day, File, Millis, WordsRef, answers, choices};
use crate::organisation::answer::Microdegrees;
use uuid::Uuid;
use yixian_app::visits::VisitStage;
use yixian_domain::visit as kept;
use yixian_domain::visit::{Sensitivity, VisitType};

choices!("VisitType" VisitType, "Sensitivity" Sensitivity);

/// Where a visit is, by name; in the order of its life.
pub const STAGES: [VisitStage; 5] =
    [VisitStage::Planned, VisitStage::OnSite, VisitStage::Finished, VisitStage::Cancelled, VisitStage::Merged];

impl Choice for VisitStage {
    const NAME: &'static str = "VisitStage";
    fn codes() -> Vec<&'static str> {
        STAGES.iter().map(|s| s.as_str()).collect()
    }
}

answers! {
    /// Somebody who goes along.
    struct Companion of kept::Companion {
        /// Who.
        person: Uuid,
        /// Whether the visit counts towards his own duty.
        duty: bool,
    }

    /// What was planned.
    struct VisitPlanned of kept::Plan {
        /// Primary type.
        kind: Coded<VisitType>,
        /// Where to.
        place: Uuid,
        /// The unit that hosts it.
        host: Uuid,
        /// Who leads.
        leader: Uuid,
        /// Who goes along.
        companions: Vec<Companion>,
        /// On which day.
        day: Day,
        /// From when, local time.
        from: Option<Clock>,
        /// What for.
        purpose: Option<WordsRef>,
        /// Announced, or without notice.
        announced: bool,
        /// The partner that is visited.
        partner: Option<Uuid>,
        /// Who may read of it; none is internal.
        sensitivity: Option<Coded<Sensitivity>>,
    }

    /// What was spoken of with a partner.
    struct Meeting of kept::Meeting {
        /// Whom they met.
        met: Option<WordsRef>,
        /// What was spoken of.
        topics: Option<WordsRef>,
        /// Load that the partner expects, kW.
        load_kw: Option<u32>,
    }

    /// The start of a visit on site.
    struct CheckIn of kept::CheckIn {
        /// When, as the person says.
        at: Millis,
        /// Where the phone says it is.
        point: Option<Microdegrees>,
        /// Radius of the point in metres.
        accuracy_m: Option<u32>,
        /// Announced or not, as it turned out.
        announced: bool,
    }

    /// Where the visit is.
    #[serde(rename_all = "snake_case", tag = "state")]
    enum VisitState of kept::VisitState {
        /// Planned.
        Planned,
        /// On site.
        OnSite {
            /// Start.
            check_in: CheckIn,
        },
        /// Finished.
        Finished {
            /// Start.
            check_in: CheckIn,
            /// End.
            at: Millis,
            /// Summary.
            summary: Option<WordsRef>,
        },
        /// Called off.
        Cancelled {
            /// Who.
            by: Author,
            /// When.
            at: Millis,
            /// Why.
            reason: WordsRef,
        },
        /// Counted with another visit.
        Merged {
            /// The visit that counts.
            into: Uuid,
            /// When.
            at: Millis,
        },
    }

    /// A visit.
    struct Visit of kept::Visit {
        /// Identity.
        id: Uuid,
        /// What was planned.
        plan: VisitPlanned,
        /// Who planned it.
        planned_by: Author,
        /// Where it is.
        state: VisitState,
        /// Photos taken at check-in.
        photos: Vec<File>,
        /// What was spoken of with the partner.
        meeting: Option<Meeting>,
        /// When the last thing happened to it.
        last_at: Millis,
        /// Number of events so far.
        rev: u32,
    }
}
