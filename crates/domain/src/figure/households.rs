//! Figures of household service: whom teams served, what was done in the homes, who ordered the same again, whose wishes were answered.
//! They read done-sheets and orders, never who lives there: an erased household stays counted.

use super::definition::{Basis, Definition, Distinct, Exclusion, Family, Unit};
use super::facts::MatterFact;
use super::{Figure, FigureCode, Frame, each_once};
use crate::base::ids::{MatterId, UnitId};
use crate::base::service::ServiceItem;
use crate::base::time::{Date, Instant};
use crate::household::DoneSheet;
use crate::matter::StageName;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Days within which another order for the same item is a repetition.
pub const REPEAT_DAYS: i64 = 90;

const fn of(code: FigureCode, distinct: Distinct, unit: Unit, numerator: &'static str) -> Definition {
    Definition::count(code, Family::Households, distinct, Basis::SheetDay, unit, numerator)
}

/// Definitions of the figures of household service.
pub const FIGURES: &[Definition] = &[
    of(
        FigureCode::HouseholdsServed,
        Distinct::Household,
        Unit::Households,
        "households with a done-sheet in the period; one that was served twice is one",
    ),
    of(
        FigureCode::ServiceItems,
        Distinct::DoneSheet,
        Unit::Items,
        "done-sheets of the period; the quantities of their items added up",
    )
    .measured_in(Unit::Items),
    of(
        FigureCode::LampsReplaced,
        Distinct::DoneSheet,
        Unit::Lamps,
        "done-sheets of the period on which lamps were replaced; their lamps added up",
    )
    .measured_in(Unit::Lamps),
    of(
        FigureCode::RepeatWithin90,
        Distinct::Household,
        Unit::Households,
        "those of the denominator that ordered again within 90 days of a done-sheet and had the same item done",
    )
    .out_of("households with a done-sheet in the period"),
    Definition {
        basis: Basis::RaisedAt,
        ..of(
            FigureCode::WishesAnswered,
            Distinct::Matter,
            Unit::Matters,
            "those of the denominator that are answered or closed as of",
        )
        .out_of("orders of households raised in the period")
        .without(&[Exclusion::Withdrawn])
    },
];

/// The last day on which another order is a repetition of what was done on a day.
pub fn last_of(day: Date) -> Date {
    day.saturating_add(jiff::Span::new().days(REPEAT_DAYS))
}

/// What was done of an item on a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemFact {
    /// Which.
    pub item: ServiceItem,
    /// How many.
    pub n: u32,
    /// The household ordered again within the days, and had the same done.
    pub again: bool,
}

/// A done-sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetFact {
    /// Which.
    pub id: Uuid,
    /// Whose home.
    pub household: Uuid,
    /// The unit that did it.
    pub unit: UnitId,
    /// When.
    pub day: Date,
    /// What.
    pub items: Vec<ItemFact>,
}

/// An order of a household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderFact {
    /// The matter.
    pub matter: MatterId,
    /// The unit that holds it.
    pub unit: UnitId,
    /// When it was raised.
    pub raised: Instant,
    /// It is answered or closed.
    pub answered: bool,
}

impl OrderFact {
    /// A matter that is an order; none where it was refused or is counted with another one.
    pub fn of(m: &MatterFact) -> Option<OrderFact> {
        let answered = matches!(m.stage, StageName::Answered | StageName::Closed);
        let of = OrderFact { matter: m.id, unit: m.unit, raised: m.raised_at, answered };
        (!m.withdrawn()).then_some(of)
    }
}

/// What figures read of household service, as it was known at an instant.
#[derive(Clone, Debug, Default)]
pub struct HouseholdFacts {
    /// Done-sheets.
    pub sheets: Vec<SheetFact>,
    /// Orders.
    pub orders: Vec<OrderFact>,
}

impl HouseholdFacts {
    /// What the registers tell. `ordered`: the local day on which the order of a sheet was raised. Of the sheets some may lie behind
    /// the period: they tell who ordered again.
    pub fn of(sheets: &[DoneSheet], orders: Vec<OrderFact>, ordered: impl Fn(MatterId) -> Option<Date>) -> Self {
        let mut homes: HashMap<Uuid, Vec<&DoneSheet>> = HashMap::new();
        for s in sheets {
            homes.entry(s.household).or_default().push(s);
        }
        let again = |s: &DoneSheet, item: ServiceItem| {
            homes.get(&s.household).into_iter().flatten().any(|later| {
                later.id != s.id
                    && later.done(item) > 0
                    && ordered(later.matter).is_some_and(|on| s.details.day < on && on <= last_of(s.details.day))
            })
        };
        let item = |s: &DoneSheet| {
            let fact = |q: &crate::base::service::Quantity| ItemFact { item: q.item, n: q.n, again: again(s, q.item) };
            s.details.items.iter().map(fact).collect()
        };
        let sheet = |s: &DoneSheet| SheetFact {
            id: s.id,
            household: s.household,
            unit: s.unit,
            day: s.details.day,
            items: item(s),
        };
        HouseholdFacts { sheets: sheets.iter().map(sheet).collect(), orders }
    }

    /// Whether there is nothing to count.
    pub fn is_empty(&self) -> bool {
        self.sheets.is_empty() && self.orders.is_empty()
    }

    /// Those of one unit.
    #[must_use]
    pub fn of_unit(&self, unit: UnitId) -> HouseholdFacts {
        HouseholdFacts {
            sheets: self.sheets.iter().filter(|s| s.unit == unit).cloned().collect(),
            orders: self.orders.iter().filter(|o| o.unit == unit).copied().collect(),
        }
    }

    /// What was done of one item; orders name none.
    #[must_use]
    pub fn of_item(&self, item: ServiceItem) -> HouseholdFacts {
        let own = |s: &SheetFact| SheetFact {
            items: s.items.iter().filter(|i| i.item == item).copied().collect(),
            ..s.clone()
        };
        let sheets = self.sheets.iter().map(own).filter(|s| !s.items.is_empty()).collect();
        HouseholdFacts { sheets, orders: Vec::new() }
    }

    /// Units that served or hold an order.
    pub fn units(&self) -> BTreeSet<UnitId> {
        self.sheets.iter().map(|s| s.unit).chain(self.orders.iter().map(|o| o.unit)).collect()
    }

    fn served(&self, frame: &Frame<'_>) -> Vec<&SheetFact> {
        self.sheets.iter().filter(|s| frame.period.contains(s.day)).collect()
    }
}

/// How many of what counts were done on each sheet.
pub(super) fn quantities(facts: &HouseholdFacts, code: FigureCode, frame: &Frame<'_>) -> HashMap<Uuid, f64> {
    let counts = |i: &&ItemFact| code != FigureCode::LampsReplaced || i.item == ServiceItem::Lamp;
    let worth = |s: &SheetFact| s.items.iter().filter(counts).map(|i| f64::from(i.n)).sum::<f64>();
    facts.served(frame).into_iter().map(|s| (s.id, worth(s))).filter(|(_, n)| *n > 0.0).collect()
}

/// Every figure of household service, in the order of [`FigureCode::ALL`].
pub fn figures(facts: &HouseholdFacts, frame: &Frame<'_>) -> Vec<Figure> {
    use FigureCode as C;
    let served = facts.served(frame);
    let homes = || each_once(served.iter().map(|s| s.household));
    let sum = |code: FigureCode| {
        let each = quantities(facts, code, frame);
        // An empty sum of floats is minus nought.
        let total = each.values().fold(0.0, |sum, n| sum + n);
        Figure::measure(code, frame, each_once(each.keys().copied()), (!served.is_empty()).then_some(total))
    };
    let again = served.iter().filter(|s| s.items.iter().any(|i| i.again)).map(|s| s.household);
    let raised: Vec<&OrderFact> = facts.orders.iter().filter(|o| frame.saw(o.raised)).collect();
    vec![
        Figure::count(C::HouseholdsServed, frame, homes()),
        sum(C::ServiceItems),
        sum(C::LampsReplaced),
        Figure::rate(C::RepeatWithin90, frame, each_once(again), homes()),
        Figure::rate(
            C::WishesAnswered,
            frame,
            each_once(raised.iter().filter(|o| o.answered).map(|o| o.matter.0)),
            each_once(raised.iter().map(|o| o.matter.0)),
        ),
    ]
}

#[cfg(test)]
mod tests;
