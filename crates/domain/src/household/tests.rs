//! Homes and done-sheets: what is refused, what stays when who lives there is erased, what a confirmation ends.

use super::*;
use crate::base::service::{Quantity, ServiceItem};
use crate::base::time::Date;
use crate::base::values::Money;
use proptest::prelude::*;

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}
fn words(n: u128) -> Words {
    Words { id: WordsId(Uuid::from_u128(n)), hash: String::new() }
}
fn photo(n: u8) -> FileRef {
    format!("{n:064x}").parse().expect("an address")
}
fn quantity(item: ServiceItem, n: u32) -> Quantity {
    Quantity { item, n }
}
fn lamps(n: u32) -> SheetDetails {
    SheetDetails {
        day: day("2018-06-01"),
        items: vec![quantity(ServiceItem::Lamp, n)],
        materials: vec![Material { item: "LED 灯".into(), n, charge: Money::default(), reason: None }],
        before: vec![photo(1)],
        after: vec![photo(2)],
        next_visit: None,
    }
}
fn filled(details: SheetDetails) -> Result<DoneSheet, Refusal> {
    let of = (MatterId(Uuid::from_u128(2)), Uuid::from_u128(3), UnitId(Uuid::from_u128(4)));
    DoneSheet::fill_in(Uuid::from_u128(1), Instant(1), &By::Rule, of, details).map(|m| m.0)
}
fn household(consent: bool) -> Household {
    let details =
        HouseholdDetails { unit: UnitId(Uuid::from_u128(4)), community: None, consent, personal: Some(words(9)) };
    Household::register(Uuid::from_u128(3), Instant(1), &By::Rule, "JT-1".into(), details).expect("registered").0
}
fn rules(details: &SheetDetails) -> Vec<&'static str> {
    details.faults().into_iter().map(|(rule, _)| rule.as_str()).collect()
}
fn rule<T: std::fmt::Debug>(done: Result<T, Refusal>) -> &'static str {
    match done {
        Err(Refusal::Rule { rule, .. }) => rule.as_str(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_wrong_with_a_sheet_is_told_all_at_once() {
    let good = lamps(3);
    assert!(rules(&good).is_empty());
    let of = |change: &dyn Fn(&mut SheetDetails)| {
        let mut d = good.clone();
        change(&mut d);
        rules(&d)
    };
    assert_eq!(of(&|d| d.items.clear()), ["sheet_no_items"]);
    assert_eq!(of(&|d| d.items[0].n = 0), ["sheet_quantity"]);
    assert_eq!(of(&|d| d.items[0].n = 501), ["sheet_quantity"]);
    assert!(of(&|d| d.items[0].n = 500).is_empty());
    assert_eq!(of(&|d| d.materials[0].n = 0), ["sheet_quantity"]);
    assert_eq!(of(&|d| d.items.push(quantity(ServiceItem::Lamp, 1))), ["sheet_item_twice"]);
    assert_eq!(of(&|d| d.materials[0].item = " ".into()), ["sheet_material_unnamed"]);
    assert_eq!(of(&|d| d.materials[0].charge = Money::yuan(12)), ["sheet_charge_without_reason"]);
    let charged = |d: &mut SheetDetails| {
        d.materials[0].charge = Money::yuan(12);
        d.materials[0].reason = Some(words(8));
    };
    assert!(of(&charged).is_empty());
    assert_eq!(of(&|d| d.before.clear()), ["sheet_photo_missing"]);
    assert_eq!(of(&|d| d.after.clear()), ["sheet_photo_missing"]);
    assert_eq!(of(&|d| d.next_visit = Some(d.day)), ["sheet_next_visit_before"]);
    let worst = |d: &mut SheetDetails| {
        d.items = vec![quantity(ServiceItem::Wire, 0), quantity(ServiceItem::Wire, 501)];
        d.before.clear();
        d.next_visit = Some(day("2018-05-31"));
    };
    let all =
        ["sheet_quantity", "sheet_quantity", "sheet_item_twice", "sheet_photo_missing", "sheet_next_visit_before"];
    assert_eq!(of(&worst), all);
}

#[test]
fn only_what_changes_the_home_is_shown_by_photos() {
    for item in ServiceItem::ALL.iter().copied() {
        let mut d = lamps(1);
        d.items = vec![quantity(item, 1)];
        d.before.clear();
        d.after.clear();
        assert_eq!(filled(d).is_err(), item.is_physical(), "{item:?}");
    }
}

#[test]
fn a_sheet_is_confirmed_once_and_stays_then() {
    let sheet = filled(lamps(3)).expect("filled in");
    let confirm = |s: DoneSheet, how, signature| s.confirm(Instant(2), &By::Rule, how, signature).map(|m| m.0);
    assert_eq!(rule(confirm(sheet.clone(), ConfirmedHow::Signature, None)), "sheet_signature_missing");
    for (how, signature) in
        [(ConfirmedHow::Link, None), (ConfirmedHow::Phone, None), (ConfirmedHow::Signature, Some(photo(5)))]
    {
        let done = confirm(sheet.clone(), how, signature.clone()).expect("confirmed");
        assert_eq!(done.confirmed.as_ref().map(|c| (c.how, c.signature.clone())), Some((how, signature)));
        assert_eq!(rule(confirm(done.clone(), ConfirmedHow::Phone, None)), "sheet_confirmed_already");
        assert_eq!(rule(done.change(Instant(3), &By::Rule, lamps(4))), "sheet_confirmed_already");
    }
    // Sent back, it is filled in again.
    let again = sheet.change(Instant(3), &By::Rule, lamps(4)).expect("changed").0;
    assert_eq!((again.done(ServiceItem::Lamp), again.done(ServiceItem::Wire)), (4, 0));
}

#[test]
fn what_was_done_outlives_whoever_lived_there() {
    let h = household(true);
    assert!(h.may_leave() && !household(false).may_leave());
    let (gone, _) = h.erase(Instant(2), &By::Rule).expect("erased");
    assert!(gone.is_erased() && !gone.may_leave());
    let again = HouseholdDetails { personal: Some(words(7)), ..gone.details.clone() };
    assert_eq!(rule(gone.clone().change(Instant(3), &By::Rule, again)), "household_erased_already");
    assert_eq!(rule(gone.erase(Instant(3), &By::Rule)), "household_erased_already");
    let (sheet, _) = filled(lamps(3)).expect("filled in").erase(Instant(2), &By::Rule, vec![photo(1)]).expect("erased");
    assert_eq!((sheet.done(ServiceItem::Lamp), sheet.erased), (3, true));
    assert_eq!(sheet.erase(Instant(3), &By::Rule, Vec::new()), Err(Refusal::SameAsBefore));
}

proptest! {
    /// What the events give is what the transitions gave.
    #[test]
    fn a_sheet_follows_from_its_events(n in 1u32..=500, again in 1u32..=500, phone in any::<bool>()) {
        let of = (MatterId(Uuid::from_u128(2)), Uuid::from_u128(3), UnitId(Uuid::from_u128(4)));
        let (s, first) = DoneSheet::fill_in(Uuid::from_u128(1), Instant(1), &By::Rule, of, lamps(n)).expect("filled in");
        let (s, second) = s.change(Instant(2), &By::Rule, lamps(again)).expect("changed");
        let how = if phone { ConfirmedHow::Phone } else { ConfirmedHow::Link };
        let (s, third) = s.confirm(Instant(3), &By::Rule, how, None).expect("confirmed");
        let mut replayed = DoneSheet::begin(s.id, &first).expect("begun");
        replayed.apply(&second);
        replayed.apply(&third);
        prop_assert_eq!(replayed, s);
    }
}
