//! Done-sheets of a few homes, made by the law, and what is counted of them.

use super::super::{Keys, Period, Value};
use super::*;
use crate::base::ids::{By, UnitId};
use crate::base::service::Quantity;
use crate::base::time::Zone;
use crate::household::SheetDetails;

fn zone() -> Zone {
    Zone::parse("Asia/Shanghai").expect("a zone")
}

fn day(text: &str) -> Date {
    format!("2018-{text}").parse().expect("a day")
}

fn at(text: &str) -> Instant {
    zone().at(day(text), crate::base::time::Time::midnight())
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// The sheet of order `n`, of a household, done by a unit.
fn sheet(n: u128, household: u128, unit: u128, on: &str, items: &[(ServiceItem, u32)]) -> DoneSheet {
    let photo = || vec![format!("{n:064x}").parse().expect("an address")];
    let details = SheetDetails {
        day: day(on),
        items: items.iter().map(|(item, n)| Quantity { item: *item, n: *n }).collect(),
        materials: Vec::new(),
        before: photo(),
        after: photo(),
        next_visit: None,
    };
    let of = (MatterId(id(n)), id(household), UnitId(id(unit)));
    DoneSheet::fill_in(id(1_000 + n), at(on), &By::Rule, of, details).expect("filled in").0
}

fn facts() -> HouseholdFacts {
    use ServiceItem::{Advice, Lamp, Wire};
    let sheets = [
        sheet(1, 51, 7, "05-10", &[(Lamp, 3), (Advice, 1)]),
        // The same again on the ninetieth day, and something else the day after that.
        sheet(2, 51, 7, "08-12", &[(Lamp, 1)]),
        sheet(3, 52, 8, "05-11", &[(Lamp, 2)]),
        sheet(4, 52, 8, "08-12", &[(Lamp, 1)]),
        sheet(5, 53, 8, "05-12", &[(Lamp, 1)]),
        sheet(6, 53, 8, "06-12", &[(Wire, 1)]),
        // Ordered on the very day is the same call.
        sheet(7, 54, 7, "05-12", &[(Wire, 1)]),
        sheet(8, 54, 7, "05-13", &[(Wire, 1)]),
    ];
    let ordered = |m: MatterId| {
        Some(day(match m.0.as_u128() {
            2 => "08-08",
            4 => "08-10",
            6 => "06-01",
            8 => "05-12",
            _ => "05-01",
        }))
    };
    let order = |n: u128, unit: u128, on: &str, answered| OrderFact {
        matter: MatterId(id(n)),
        unit: UnitId(id(unit)),
        raised: at(on),
        answered,
    };
    let orders = vec![order(1, 7, "05-01", true), order(2, 7, "08-08", true), order(9, 8, "05-31", false)];
    HouseholdFacts::of(&sheets, orders, ordered)
}

fn counted(facts: &HouseholdFacts, period: &str) -> Vec<(FigureCode, usize, Option<usize>, Option<f64>)> {
    let zone = zone();
    let frame = Frame::new(period.parse::<Period>().expect("a period"), at("12-01"), &zone);
    let all = figures(facts, &frame);
    let worth = |f: &Figure| match f.value {
        Value::Measure { value } => value,
        _ => None,
    };
    all.iter().map(|f| (f.code, f.ids().len(), f.denominator_ids().map(Keys::len), worth(f))).collect()
}

#[test]
fn a_home_counts_once_and_the_same_within_ninety_days_is_a_repetition() {
    use FigureCode as C;
    let may = [
        (C::HouseholdsServed, 4, None, None),
        (C::ServiceItems, 5, None, Some(9.0)),
        (C::LampsReplaced, 3, None, Some(6.0)),
        (C::RepeatWithin90, 1, Some(4), None),
        (C::WishesAnswered, 1, Some(2), None),
    ];
    assert_eq!(counted(&facts(), "2018-05"), may);
    let year = [
        (C::HouseholdsServed, 4, None, None),
        (C::ServiceItems, 8, None, Some(12.0)),
        (C::LampsReplaced, 5, None, Some(8.0)),
        (C::RepeatWithin90, 1, Some(4), None),
        (C::WishesAnswered, 2, Some(3), None),
    ];
    assert_eq!(counted(&facts(), "2018"), year);
    assert!(counted(&facts(), "2018-02").iter().all(|(_, n, d, v)| *n == 0 && d.is_none_or(|d| d == 0) && v.is_none()));
}

#[test]
fn what_is_told_apart_by_item_and_by_unit_adds_up() {
    let all = facts();
    let lamps = all.of_item(ServiceItem::Lamp);
    let of =
        |f: &HouseholdFacts| counted(f, "2018").into_iter().find(|c| c.0 == FigureCode::ServiceItems).and_then(|c| c.3);
    assert_eq!(of(&lamps), Some(8.0));
    let items: f64 = ServiceItem::ALL.iter().filter_map(|i| of(&all.of_item(*i))).sum();
    let units: f64 = all.units().into_iter().filter_map(|u| of(&all.of_unit(u))).sum();
    assert_eq!((Some(items), Some(units)), (of(&all), of(&all)));
    assert!(lamps.orders.is_empty(), "an order names no item");
    let d = FigureCode::WishesAnswered.definition();
    assert!(!d.dimensions().contains(&crate::figure::Dimension::Item));
}
