//! Figures of supply 供电可靠性: SAIDI 户均停电时间, SAIFI, CAIDI and ASAI 供电可靠率 of IEEE 1366. They are read from sums that are
//! kept as outages are recorded; the outages themselves stand behind them where they are few enough to be listed. An outage
//! belongs to the day on which it begins.

use super::definition::{Basis, Definition, Distinct, Exclusion, Family, Unit};
use super::{Figure, FigureCode, Frame};
use crate::base::time::{Date, Instant};
use crate::outage::served::{ServedBase, mean};
use crate::outage::sums::{Cell, Measured, Sums};
use crate::outage::year::Counted;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// So many outages at most stand behind a figure; of more there are only their sums.
pub const MOST_LISTED: i64 = 2_000;

const fn supply(code: FigureCode, unit: Unit, numerator: &'static str) -> Definition {
    Definition::count(code, Family::Supply, Distinct::Outage, Basis::BeginsOn, Unit::Times, numerator)
        .measured_in(unit)
        .without(&[Exclusion::Momentary, Exclusion::StillOut, Exclusion::Voided])
}

/// Definitions of the figures of supply.
pub const FIGURES: &[Definition] = &[
    supply(FigureCode::Saidi, Unit::MinutesPerCustomer, "minutes without power, per customer served"),
    supply(FigureCode::Saifi, Unit::TimesPerCustomer, "interruptions, per customer served"),
    supply(FigureCode::Caidi, Unit::MinutesPerTime, "minutes without power, per interruption of a customer"),
    supply(FigureCode::Asai, Unit::PercentOfTime, "share of the time in which a customer had power, in a hundred"),
];

/// An outage that is listed behind a figure.
#[derive(Clone, Debug)]
pub struct OutageFact {
    /// Identity.
    pub id: Uuid,
    /// The day on which it begins.
    pub day: Date,
    /// Where it is counted.
    pub cell: Cell,
    /// What it adds.
    pub sums: Sums,
}

/// What figures read of supply, as it was known at an instant.
#[derive(Clone, Debug, Default)]
pub struct SupplyFacts {
    /// Sums of the months and days of the period.
    pub sums: Vec<Counted>,
    /// Who is served.
    pub bases: Vec<Arc<ServedBase>>,
    /// The outages that count, where they are few.
    pub outages: Vec<OutageFact>,
}

impl SupplyFacts {
    /// Whether there is nothing to count.
    pub fn is_empty(&self) -> bool {
        self.sums.is_empty() && self.bases.is_empty()
    }

    /// What the sums say over a period, so far as it is over.
    pub fn measured(&self, frame: &Frame<'_>) -> Measured {
        let (first, last) = (frame.period.first(), frame.period.last());
        let known = last.min(frame.zone.date_of(Instant(frame.as_of.0 - 1)));
        let inside = |c: &&Counted| first <= c.first && c.last <= last;
        Measured {
            sums: self.sums.iter().filter(inside).map(|c| c.sums).sum(),
            served: if known < first { 0.0 } else { mean(self.bases.iter().map(AsRef::as_ref), first, known) },
            seconds: frame.until().min(frame.as_of).since(frame.from()).max(0) as f64 / 1_000.0,
        }
    }

    /// Those of some cells, and of some bases.
    pub(super) fn only(&self, cell: impl Fn(&Cell) -> bool, base: impl Fn(&ServedBase) -> bool) -> SupplyFacts {
        SupplyFacts {
            sums: self.sums.iter().filter(|c| cell(&c.cell)).cloned().collect(),
            bases: self.bases.iter().filter(|b| base(b)).cloned().collect(),
            outages: self.outages.iter().filter(|o| cell(&o.cell)).cloned().collect(),
        }
    }
}

/// Every figure of supply, in the order of [`FigureCode::ALL`].
pub fn figures(facts: &SupplyFacts, frame: &Frame<'_>) -> Vec<Figure> {
    use FigureCode as C;
    let m = facts.measured(frame);
    let mut ids: Vec<Uuid> = facts.outages.iter().filter(|o| frame.period.contains(o.day)).map(|o| o.id).collect();
    ids.sort_unstable();
    [(C::Saidi, m.saidi_min()), (C::Saifi, m.saifi()), (C::Caidi, m.caidi_min()), (C::Asai, m.asai())]
        .map(|(code, value)| Figure::measure(code, frame, ids.clone(), value))
        .into()
}

/// What each outage adds: minutes or interruptions per customer served, minutes per interruption of the whole.
pub fn values(facts: &SupplyFacts, code: FigureCode, frame: &Frame<'_>) -> HashMap<Uuid, f64> {
    let m = facts.measured(frame);
    let share = |of: &dyn Fn(&Sums) -> f64, by: f64| -> HashMap<Uuid, f64> {
        let inside = facts.outages.iter().filter(|o| frame.period.contains(o.day) && by > 0.0);
        inside.map(|o| (o.id, of(&o.sums) / by)).collect()
    };
    match code {
        FigureCode::Saidi => share(&Sums::customer_minutes, m.served),
        FigureCode::Saifi => share(&|s| s.interruptions as f64, m.served),
        FigureCode::Caidi => share(&Sums::customer_minutes, m.sums.interruptions as f64),
        _ => HashMap::new(),
    }
}
