//! Figures of partners: visits to them, those nobody has visited for long, what they asked for and whether they were answered,
//! what we promised them and kept, what they promised, agreements. A commitment counts on the day on which it is due: put right
//! by then it is kept, still open afterwards it is late. What they promised counts in no rate of ours.

use super::definition::{Basis, Definition, Distinct, Exclusion, Family, Unit};
use super::facts::{MatterFact, VisitFact};
use super::{Figure, FigureCode, Frame, sorted_by_id};
use crate::agreement::Agreement;
use crate::base::ids::PartnerId;
use crate::base::time::{Date, Instant};
use crate::law::settings::SettingsKnown;
use crate::matter::MatterKind;
use crate::partner::{Partner, PartnerRole};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Definitions of the figures of partners.
pub const FIGURES: &[Definition] = &[
    Definition::count(
        FigureCode::PartnerVisits,
        Family::Partners,
        Distinct::Visit,
        Basis::CheckIn,
        Unit::Times,
        "visits to a partner of the register",
    )
    .without(&[Exclusion::Cancelled, Exclusion::MergedVisits, Exclusion::NotStarted]),
    Definition::count(
        FigureCode::PartnersUnseen,
        Family::Partners,
        Distinct::Partner,
        Basis::LastDay,
        Unit::Times,
        "active partners that nobody has visited for so many days as the settings say",
    )
    .out_of("partners with a role on the last day that count as themselves"),
    matters(FigureCode::DemandsAnswered, Basis::RaisedAt, "those of the denominator that were answered")
        .out_of("matters of the loop that a partner raised in the period")
        .without(&[Exclusion::Imported]),
    matters(FigureCode::CommitmentsOnTime, Basis::DueAt, "our commitments that were put right by their due instant")
        .out_of(
            "our commitments due in the period that are put right or overdue; overdue ones still open count as late",
        )
        .without(&[Exclusion::NoTarget, Exclusion::Withdrawn, Exclusion::NotYetDue]),
    matters(FigureCode::CommitmentsTheirs, Basis::DueAt, "commitments of partners due in the period")
        .without(&[Exclusion::NoTarget, Exclusion::Withdrawn]),
    Definition::count(
        FigureCode::AgreementsInForce,
        Family::Partners,
        Distinct::Agreement,
        Basis::LastDay,
        Unit::Agreements,
        "agreements that hold on the last day",
    ),
];

const fn matters(code: FigureCode, basis: Basis, numerator: &'static str) -> Definition {
    Definition::count(code, Family::Partners, Distinct::Matter, basis, Unit::Matters, numerator)
}

/// A partner as it was known, with the days on which somebody was there.
#[derive(Clone, Debug)]
pub struct PartnerFact {
    /// As it was known.
    pub partner: Arc<Partner>,
    /// Days of visits; those to what counts as it are among them.
    pub visited: Vec<Date>,
}

/// What figures read of partners and agreements, as they were known at an instant.
#[derive(Clone, Debug, Default)]
pub struct PartnerFacts {
    /// Every partner that is known: whose visits and whose matters are told by it.
    pub known: Arc<HashMap<Uuid, Arc<Partner>>>,
    /// Those that somebody of the unit is to visit.
    pub counted: Vec<PartnerFact>,
    /// Agreements the unit keeps.
    pub agreements: Vec<Arc<Agreement>>,
}

impl PartnerFacts {
    /// As what a partner is worked with on a day; before its first role, as what it was worked with first.
    pub fn role(&self, partner: PartnerId, day: Date) -> Option<PartnerRole> {
        let p = self.known.get(&partner.0)?;
        role_of(p, day)
    }

    /// The partner that asked for a matter or owes it.
    pub fn of(&self, m: &MatterFact) -> Option<PartnerId> {
        m.owner.or_else(|| m.raiser.filter(|id| self.known.contains_key(id)).map(PartnerId))
    }

    fn asked_by_partner(&self, m: &MatterFact) -> bool {
        m.raiser.is_some_and(|id| self.known.contains_key(&id))
    }

    /// Whether there is nothing of its own to count.
    pub fn is_empty(&self) -> bool {
        self.counted.is_empty() && self.agreements.is_empty()
    }
}

/// As what a partner is worked with on a day.
pub(super) fn role_of(p: &Partner, day: Date) -> Option<PartnerRole> {
    p.roles_on(day).next().or_else(|| p.details.roles.first().map(|r| r.role))
}

/// Every figure of partners, in the order of [`FigureCode::ALL`].
pub fn figures(
    visits: &[VisitFact],
    matters: &[MatterFact],
    facts: &PartnerFacts,
    settings: &SettingsKnown<'_>,
    frame: &Frame<'_>,
) -> Vec<Figure> {
    use FigureCode as C;
    let by = frame.period.last().min(frame.zone.date_of(Instant(frame.as_of.0 - 1)));
    let went =
        |v: &VisitFact| v.partner.is_some() && !v.cancelled && !v.merged && v.started.is_some_and(|at| frame.saw(at));
    let visited = sorted_by_id(visits, went, |v| v.id.0).iter().map(|v| v.id.0).collect();

    let days = i64::from(settings.on(by).partner_unseen_days);
    let since = by.saturating_sub(jiff::Span::new().days(days));
    let mut active: Vec<&PartnerFact> = facts.counted.iter().filter(|f| f.partner.is_active(by)).collect();
    active.sort_by_key(|f| f.partner.id);
    let seen = |f: &PartnerFact| f.visited.iter().any(|d| since < *d && *d <= by);
    let unseen = active.iter().filter(|f| !seen(f)).map(|f| f.partner.id.0).collect();
    let active = active.iter().map(|f| f.partner.id.0).collect();

    let asked = |m: &MatterFact| m.kind.in_loop() && !m.imported && frame.saw(m.raised_at) && facts.asked_by_partner(m);
    let asked = sorted_by_id(matters, asked, |m| m.id.0);
    let answered = asked.iter().filter(|m| frame.knows(m.answered_at).is_some()).map(|m| m.id.0).collect();

    let promised = |m: &MatterFact| {
        m.kind == MatterKind::Commitment
            && m.raised_at <= frame.as_of
            && !m.withdrawn()
            && m.due_at.is_some_and(|due| frame.expects(due))
    };
    let (mut kept, mut judged, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for m in sorted_by_id(matters, promised, |m| m.id.0) {
        let Some(due) = m.due_at else { continue };
        // What a body outside is to put right is its own promise.
        if m.owner.is_some() {
            theirs.push(m.id.0);
            continue;
        }
        match frame.knows(m.put_right()) {
            Some(right) => {
                judged.push(m.id.0);
                if right <= due {
                    kept.push(m.id.0);
                }
            }
            None if due < frame.as_of => judged.push(m.id.0),
            None => {}
        }
    }
    let mut agreements: Vec<Uuid> = facts.agreements.iter().filter(|a| a.in_force(by)).map(|a| a.id).collect();
    agreements.sort_unstable();
    vec![
        Figure::count(C::PartnerVisits, frame, visited),
        Figure::rate(C::PartnersUnseen, frame, unseen, active),
        Figure::rate(C::DemandsAnswered, frame, answered, asked.iter().map(|m| m.id.0).collect()),
        Figure::rate(C::CommitmentsOnTime, frame, kept, judged),
        Figure::count(C::CommitmentsTheirs, frame, theirs),
        Figure::count(C::AgreementsInForce, frame, agreements),
    ]
}
