//! What may happen to a praise, as a table, and that a record is what happened to it.

use super::*;
use crate::base::about::AboutKind;
use jiff::civil::date;

fn words(n: u128) -> Words {
    Words { id: WordsId(Uuid::from_u128(n)), hash: String::new() }
}

fn thanked() -> PraiseDetails {
    PraiseDetails {
        from: PraisedBy::Contact { name: words(1) },
        channel: Channel::Banner,
        day: date(2018, 5, 29),
        words: words(2),
        file: None,
        photos: Vec::new(),
        shows_person: false,
        consent: false,
        unit: UnitId(Uuid::from_u128(9)),
        about: vec![About { kind: AboutKind::Matter, id: Uuid::from_u128(7) }],
    }
}

fn file() -> FileRef {
    "ab".repeat(32).parse().expect("a hash")
}

fn record(details: PraiseDetails) -> Result<PraiseMoved, Refusal> {
    Praise::record(Uuid::from_u128(1), Instant(1), &By::Rule, "DZ-1".into(), details)
}

#[test]
fn it_is_about_something_and_shows_nobody_who_did_not_agree() {
    use PraiseRule as R;
    let without = PraiseDetails { about: Vec::new(), ..thanked() };
    let shown = |consent| PraiseDetails { shows_person: true, consent, photos: vec![file()], ..thanked() };
    for (details, faults) in [
        (thanked(), vec![]),
        (without.clone(), vec![R::NoRecord]),
        (shown(false), vec![R::PersonWithoutConsent]),
        (PraiseDetails { about: Vec::new(), ..shown(false) }, vec![R::NoRecord, R::PersonWithoutConsent]),
        (PraiseDetails { photos: Vec::new(), file: Some(file()), ..shown(false) }, vec![R::PersonWithoutConsent]),
        (shown(true), vec![]),
        // A banner shows nobody; and where nothing is shown there is nothing to agree to.
        (PraiseDetails { photos: vec![file()], ..thanked() }, vec![]),
        (PraiseDetails { shows_person: true, ..thanked() }, vec![]),
    ] {
        assert_eq!(details.faults(), faults, "{details:?}");
        assert_eq!(record(details.clone()).is_ok(), faults.is_empty());
        let changed = PraiseDetails { day: date(2018, 5, 30), ..details };
        let change = record(thanked()).expect("recorded").0.change(Instant(2), &By::Rule, changed);
        assert_eq!(change.is_ok(), faults.is_empty(), "a change is judged as the whole is");
    }
}

#[test]
fn what_was_erased_is_not_written_anew_and_a_record_is_its_events() {
    let (praise, first) = record(thanked()).expect("recorded");
    assert!(praise.clone().change(Instant(2), &By::Rule, thanked()).is_err(), "nothing changed");
    let consents = PraiseDetails { consent: true, photos: vec![file()], ..thanked() };
    let (praise, second) = praise.change(Instant(2), &By::Rule, consents.clone()).expect("changed");
    let (praise, third) = praise.erase(Instant(3), &By::Rule, vec![file()]).expect("erased");
    let stays = PraiseDetails { photos: Vec::new(), ..consents };
    assert!(praise.erased && praise.rev == 3 && praise.details == stays, "that we were thanked stays");
    assert!(praise.clone().change(Instant(4), &By::Rule, thanked()).is_err());
    assert!(praise.clone().erase(Instant(4), &By::Rule, Vec::new()).is_err());
    assert_eq!(Praise::replay(praise.id, &[first, second, third]), Some(praise));
}

#[test]
fn who_thanked_is_told_to_all_where_he_agreed() {
    let told = |consent| record(PraiseDetails { consent, ..thanked() }).expect("recorded").0;
    assert_eq!(
        [told(true).names_to(false), told(false).names_to(false), told(false).names_to(true)],
        [true, false, true]
    );
}

#[test]
fn a_publication_can_be_looked_up() {
    let details = PublicationDetails {
        outlet: "日报".into(),
        title: "一线工作日".into(),
        title_en: None,
        day: date(2018, 9, 28),
        url: None,
        file: None,
        unit: UnitId(Uuid::from_u128(9)),
        about: Vec::new(),
        figures: Vec::new(),
    };
    let register =
        |d: PublicationDetails| Publication::register(Uuid::from_u128(1), Instant(1), &By::Rule, "BD-1".into(), d);
    assert!(register(details.clone()).is_err());
    let printed = PublicationDetails { file: Some(file()), ..details.clone() };
    let (p, first) = register(printed.clone()).expect("registered");
    assert!(p.clone().change(Instant(2), &By::Rule, printed.clone()).is_err(), "nothing changed");
    assert!(p.clone().change(Instant(2), &By::Rule, details).is_err(), "it stays where it can be looked up");
    let moved = PublicationDetails { url: Some("https://example.org/1".into()), ..printed };
    let (p, second) = p.change(Instant(2), &By::Rule, moved).expect("changed");
    assert_eq!(Publication::replay(p.id, &[first, second]), Some(p));
}
