//! What figures are computed from: rows of the store cut down to what counting needs. The caller reads them
//! as they were known at the frame's instant; [`super::Frame`] leaves out what had not happened by then.
//!
//! A fact has no unit path and no reader: the caller selects which facts count.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use crate::base::actor::Voice;
use crate::base::ids::{MatterId, PartnerId, PersonId, PlaceId, UnitId, VisitId};
use crate::base::time::{Date, Instant, MINUTE_MS, Zone};
use crate::duty::FinishedVisit;
use crate::matter::{MatterKind, Origin, StageName, Verdict};
use crate::organisation::org::{Level, Specialty};
use crate::organisation::place::{Area, PlaceKind};
use crate::organisation::tier::Tier;
use crate::visit::VisitType;

/// A visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitFact {
    /// Identity.
    pub id: VisitId,
    /// Primary type.
    pub kind: VisitType,
    /// Secondary type, where the visit served two purposes; no figure counts it twice.
    pub secondary: Option<VisitType>,
    /// Where to. A renamed site keeps its id.
    pub place: PlaceId,
    /// What kind of place it is.
    pub place_kind: PlaceKind,
    /// Where the place lies.
    pub area: Area,
    /// District 区.
    pub district: Arc<str>,
    /// Hosting unit.
    pub host: UnitId,
    /// Who led it.
    pub leader: PersonId,
    /// His level on that day.
    pub leader_level: Level,
    /// The leader's unit on the day.
    pub led: UnitId,
    /// The leader's tier on the day.
    pub tier: Tier,
    /// The leader's specialty on the day.
    pub specialty: Specialty,
    /// The unit that kept the place then: the lowest that is visited.
    pub keeper: Option<UnitId>,
    /// The leader and the companions with a duty role.
    pub bearers: Vec<PersonId>,
    /// The day it was planned for.
    pub planned_day: Date,
    /// Check-in; none = it has not taken place.
    pub started: Option<Instant>,
    /// End.
    pub finished: Option<Instant>,
    /// Called off.
    pub cancelled: bool,
    /// Counted with another visit.
    pub merged: bool,
    /// Announced, or without notice 四不两直.
    pub announced: bool,
    /// The check-in has a point or a photo.
    pub evident: bool,
    /// The partner that is visited.
    pub partner: Option<PartnerId>,
}

impl VisitFact {
    /// The visit as duty sees it; none unless it took place and was finished.
    pub fn finished_visit(&self, zone: &Zone) -> Option<FinishedVisit> {
        let (started, finished) = (self.started?, self.finished?);
        if self.cancelled || self.merged {
            return None;
        }
        Some(FinishedVisit {
            id: self.id,
            day: zone.date_of(started),
            finished,
            minutes: u32::try_from(finished.since(started) / MINUTE_MS).unwrap_or(0),
            evident: self.evident,
            bearers: self.bearers.clone(),
        })
    }
}

/// What a place was from an instant on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceVersion {
    /// Since when.
    pub valid_from: Instant,
    /// Kind.
    pub kind: PlaceKind,
    /// District 区.
    pub district: Arc<str>,
    /// Where it lies.
    pub area: Area,
    /// The unit that keeps it.
    pub unit: Option<UnitId>,
}

/// What is known of places: of each its versions, in the order in which they held.
#[derive(Clone, Debug, Default)]
pub struct Places(HashMap<PlaceId, Vec<PlaceVersion>>);

impl Places {
    /// One more version of a place; those that held earlier come first.
    pub fn add(&mut self, place: PlaceId, version: PlaceVersion) {
        self.0.entry(place).or_default().push(version);
    }
    /// The version of a place that held at an instant: the last that had begun by then; the first, where the place was
    /// registered after something had happened there.
    pub fn held(&self, place: PlaceId, at: Instant) -> Option<&PlaceVersion> {
        let all = self.0.get(&place)?;
        all.iter().rfind(|v| v.valid_from <= at).or(all.first())
    }
    /// The register at an instant, of those places that some units keep. A place that was registered later was not there yet.
    pub fn register(&self, at: Instant, keeps: impl Fn(Option<UnitId>) -> bool) -> Vec<PlaceFact> {
        let held = self.0.iter().filter_map(|(id, all)| Some((*id, all.iter().rfind(|v| v.valid_from <= at)?)));
        held.filter(|(_, v)| keeps(v.unit))
            .map(|(id, v)| PlaceFact { id, kind: v.kind, district: v.district.clone(), unit: v.unit })
            .collect()
    }
}

/// A place of the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceFact {
    /// Identity.
    pub id: PlaceId,
    /// Kind.
    pub kind: PlaceKind,
    /// District 区.
    pub district: Arc<str>,
    /// The unit that keeps it.
    pub unit: Option<UnitId>,
}

/// A matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatterFact {
    /// Identity.
    pub id: MatterId,
    /// What was raised.
    pub kind: MatterKind,
    /// Category code, shared between facts.
    pub category: Arc<str>,
    /// How it came.
    pub origin: Origin,
    /// The visit it was found on.
    pub visit: Option<VisitId>,
    /// The unit that holds it.
    pub unit: UnitId,
    /// Where it lies.
    pub place: Option<PlaceId>,
    /// Who is owed the answer, of whatever kind he is.
    pub raiser: Option<Uuid>,
    /// The body outside that is to put it right.
    pub owner: Option<PartnerId>,
    /// When it was raised.
    pub raised_at: Instant,
    /// When it is or was due, extensions included; none where nothing is promised or while it is paused.
    pub due_at: Option<Instant>,
    /// When it was put right, by the solution that stands.
    pub solved_at: Option<Instant>,
    /// When it was answered; the first answer, where the caller knows it.
    pub answered_at: Option<Instant>,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// The solution that stands was on the spot.
    pub on_the_spot: bool,
    /// How often it was reopened.
    pub reopened: u16,
    /// The raiser's last verdict.
    pub verdict: Option<Verdict>,
    /// How it is known that the verdict is his own.
    pub voice: Option<Voice>,
    /// Taken over from another system.
    pub imported: bool,
    /// Where it is now.
    pub stage: StageName,
}

/// When a matter was put right; another system tells only when it was closed.
pub fn put_right(imported: bool, solved_at: Option<Instant>, closed_at: Option<Instant>) -> Option<Instant> {
    solved_at.or(if imported { closed_at } else { None })
}

/// Whether a matter was refused, or counted with another one: nobody puts it right, so no target of its own can be kept
/// or missed. An answer without a solution is possible on these two paths only.
pub fn withdrawn(imported: bool, solved_at: Option<Instant>, stage: StageName) -> bool {
    use StageName::{Answered, Closed, Merged, Refused};
    !imported && solved_at.is_none() && matches!(stage, Merged | Refused | Answered | Closed)
}

impl MatterFact {
    /// When it was put right: [`put_right`].
    pub fn put_right(&self) -> Option<Instant> {
        put_right(self.imported, self.solved_at, self.closed_at)
    }

    /// Refused, or counted with another matter: [`withdrawn`].
    pub fn withdrawn(&self) -> bool {
        withdrawn(self.imported, self.solved_at, self.stage)
    }
}
