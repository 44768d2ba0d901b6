//! Figures of service days: who came, which communities and districts were reached, what was done, what became of opinions. A
//! member counts once however many communities he served. A session that was called off counts for nothing, a guest never.

use super::definition::{Basis, Definition, Distinct, Exclusion, Family, Unit};
use super::{Figure, FigureCode, Frame, each_once};
use crate::base::ids::{MatterId, UnitId};
use crate::base::time::{HOUR_MS, Instant};
use crate::community::{ActKind, Session, SignIn};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

const fn of(code: FigureCode, distinct: Distinct, unit: Unit, numerator: &'static str) -> Definition {
    Definition::count(code, Family::Community, distinct, Basis::SessionDay, unit, numerator)
}

const OF_SIGN_INS: &[Exclusion] = &[Exclusion::SessionsCancelled, Exclusion::Guests, Exclusion::Mistaken];
const OF_ACTS: &[Exclusion] = &[Exclusion::SessionsCancelled, Exclusion::Mistaken];

/// Definitions of the figures of service days.
pub const FIGURES: &[Definition] = &[
    of(
        FigureCode::MembersPresent,
        Distinct::Member,
        Unit::Members,
        "members of the roster who signed in at a session in the period; one who came to two is one",
    )
    .without(OF_SIGN_INS),
    of(
        FigureCode::CommunitiesReached,
        Distinct::Partner,
        Unit::Communities,
        "communities with a session in the period at which a member was present or an act was done",
    )
    .without(OF_SIGN_INS),
    of(
        FigureCode::DistrictsReached,
        Distinct::District,
        Unit::Districts,
        "districts of the communities reached, each by the register; shown by the first community of each",
    )
    .without(OF_SIGN_INS),
    of(
        FigureCode::FiveActs,
        Distinct::Session,
        Unit::Times,
        "those of the denominator at which all five kinds of acts were done",
    )
    .out_of("sessions held in the period")
    .without(OF_ACTS),
    of(FigureCode::CommunityActs, Distinct::Act, Unit::Acts, "acts done at sessions in the period").without(OF_ACTS),
    of(
        FigureCode::OpinionsAnswered,
        Distinct::Matter,
        Unit::Matters,
        "those of the denominator that are answered or closed as of",
    )
    .out_of("matters that came of asking for opinions at sessions in the period")
    .without(OF_ACTS),
    of(
        FigureCode::ServiceHours,
        Distinct::SignIn,
        Unit::Times,
        "sign-ins of members in the period; hours from each to the sign-out, else to the end of the session",
    )
    .measured_in(Unit::Hours)
    .without(OF_SIGN_INS),
    of(
        FigureCode::SignInsLate,
        Distinct::SignIn,
        Unit::Times,
        "sign-ins of members in the period that were entered more than 24 hours later",
    )
    .without(OF_SIGN_INS),
];

/// An act that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActFact {
    /// Which.
    pub id: Uuid,
    /// Of which kind.
    pub kind: ActKind,
    /// When.
    pub at: Instant,
}

/// An opinion, which is a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpinionFact {
    /// The matter.
    pub matter: MatterId,
    /// It is answered or closed.
    pub answered: bool,
}

/// A session that was not called off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionFact {
    /// Which.
    pub id: Uuid,
    /// The community, as it counts on the day.
    pub community: Uuid,
    /// Its district, by the register.
    pub district: Arc<str>,
    /// The unit that hosts it.
    pub host: UnitId,
    /// From.
    pub starts: Instant,
    /// Acts that stand.
    pub acts: Vec<ActFact>,
    /// Opinions that stand.
    pub opinions: Vec<OpinionFact>,
}

/// A member at a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PresenceFact {
    /// The sign-in.
    pub id: Uuid,
    /// At which session.
    pub session: Uuid,
    /// Who.
    pub member: Uuid,
    /// From.
    pub came: Instant,
    /// Until.
    pub left: Instant,
    /// Entered so late that it is shown apart.
    pub late: bool,
}

/// What figures read of service days, as it was known at an instant.
#[derive(Clone, Debug, Default)]
pub struct CommunityFacts {
    /// Sessions.
    pub sessions: Vec<SessionFact>,
    /// Who was there.
    pub present: Vec<PresenceFact>,
}

impl CommunityFacts {
    /// What the registers tell. `community`: as which community one counts on a session's day, and its district; `answered`: the
    /// matters that are answered or closed.
    pub fn of(
        sessions: &[Session],
        sign_ins: &[SignIn],
        answered: &HashSet<MatterId>,
        community: impl Fn(&Session) -> (Uuid, Arc<str>),
    ) -> CommunityFacts {
        let held: HashMap<Uuid, &Session> =
            sessions.iter().filter(|s| s.cancelled.is_none()).map(|s| (s.id.0, s)).collect();
        let mut all = CommunityFacts::default();
        for s in sessions.iter().filter(|s| held.contains_key(&s.id.0)) {
            let (id, district) = community(s);
            let opinion = |m: MatterId| OpinionFact { matter: m, answered: answered.contains(&m) };
            all.sessions.push(SessionFact {
                id: s.id.0,
                community: id,
                district,
                host: s.details.host,
                starts: s.details.starts,
                acts: s.standing().map(|a| ActFact { id: a.id, kind: a.did.kind(), at: a.at }).collect(),
                opinions: s.opinions().map(opinion).collect(),
            });
        }
        for i in sign_ins {
            let (Some(session), Some(member)) = (held.get(&i.session.0), i.counts()) else { continue };
            let stay = i.stay(session);
            all.present.push(PresenceFact {
                id: i.id,
                session: i.session.0,
                member: member.0,
                came: stay.from,
                left: stay.until,
                late: i.is_late(),
            });
        }
        all
    }

    /// Whether there is nothing to count.
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// Those of some sessions.
    #[must_use]
    pub fn only(&self, wanted: impl Fn(&SessionFact) -> bool) -> CommunityFacts {
        let sessions: Vec<SessionFact> = self.sessions.iter().filter(|s| wanted(s)).cloned().collect();
        let ids: HashSet<Uuid> = sessions.iter().map(|s| s.id).collect();
        let present = self.present.iter().filter(|p| ids.contains(&p.session)).copied().collect();
        CommunityFacts { sessions, present }
    }

    /// Sessions of a frame.
    fn held(&self, frame: &Frame<'_>) -> Vec<&SessionFact> {
        self.sessions.iter().filter(|s| frame.saw(s.starts)).collect()
    }

    /// Who was there in a frame.
    fn there<'a>(&'a self, held: &[&SessionFact], frame: &Frame<'_>) -> Vec<&'a PresenceFact> {
        let ids: HashSet<Uuid> = held.iter().map(|s| s.id).collect();
        self.present.iter().filter(|p| ids.contains(&p.session) && p.came <= frame.as_of).collect()
    }
}

fn hours_of(p: &PresenceFact, frame: &Frame<'_>) -> f64 {
    p.left.min(frame.as_of).since(p.came).max(0) as f64 / HOUR_MS as f64
}

/// Hours of each sign-in.
pub(super) fn hours(facts: &CommunityFacts, frame: &Frame<'_>) -> HashMap<Uuid, f64> {
    let held = facts.held(frame);
    facts.there(&held, frame).into_iter().map(|p| (p.id, hours_of(p, frame))).collect()
}

/// Every figure of service days, in the order of [`FigureCode::ALL`].
pub fn figures(facts: &CommunityFacts, frame: &Frame<'_>) -> Vec<Figure> {
    use FigureCode as C;
    let held = facts.held(frame);
    let there = facts.there(&held, frame);
    let done = |s: &SessionFact| -> Vec<ActFact> { s.acts.iter().filter(|a| a.at <= frame.as_of).copied().collect() };
    let come: HashSet<Uuid> = there.iter().map(|p| p.session).collect();
    let reached: Vec<&&SessionFact> = held.iter().filter(|s| come.contains(&s.id) || !done(s).is_empty()).collect();
    let mut districts: BTreeMap<&Arc<str>, Uuid> = BTreeMap::new();
    for s in &reached {
        districts.entry(&s.district).and_modify(|first| *first = s.community.min(*first)).or_insert(s.community);
    }
    let five = |s: &&&SessionFact| {
        let acts = done(s);
        ActKind::ALL.into_iter().all(|k| acts.iter().any(|a| a.kind == k))
    };
    let opinions = || held.iter().flat_map(|s| &s.opinions);
    let worth = each_once(there.iter().map(|p| p.id));
    let hours = there.iter().map(|p| hours_of(p, frame)).sum::<f64>();
    vec![
        Figure::count(C::MembersPresent, frame, each_once(there.iter().map(|p| p.member))),
        Figure::count(C::CommunitiesReached, frame, each_once(reached.iter().map(|s| s.community))),
        Figure::count(C::DistrictsReached, frame, each_once(districts.into_values())),
        Figure::rate(
            C::FiveActs,
            frame,
            each_once(held.iter().filter(five).map(|s| s.id)),
            each_once(held.iter().map(|s| s.id)),
        ),
        Figure::count(C::CommunityActs, frame, each_once(held.iter().flat_map(|s| done(s)).map(|a| a.id))),
        Figure::rate(
            C::OpinionsAnswered,
            frame,
            each_once(opinions().filter(|o| o.answered).map(|o| o.matter.0)),
            each_once(opinions().map(|o| o.matter.0)),
        ),
        Figure::measure(C::ServiceHours, frame, worth, (!there.is_empty()).then_some(hours)),
        Figure::count(C::SignInsLate, frame, each_once(there.iter().filter(|p| p.late).map(|p| p.id))),
    ]
}

#[cfg(test)]
mod tests;
