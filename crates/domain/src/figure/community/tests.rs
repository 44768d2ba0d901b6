//! A service day of three sessions, made by the law, and what is counted of it.

use super::*;
use crate::base::ids::*;
use crate::base::service::ServiceItem;
use crate::base::time::Zone;
use crate::community::sign_in::Shown;
use crate::community::{DayDetails, Did, Member, MemberDetails, Quantity, ServiceDay, SessionDetails, SignedHow};
use crate::figure::Period;
use jiff::civil::date;

fn zone() -> Zone {
    Zone::parse("Asia/Shanghai").expect("a zone")
}

fn at(text: &str) -> Instant {
    Instant::parse(&format!("2018-05-{text}:00+08:00")).expect("an instant")
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn words() -> Words {
    Words { id: WordsId(id(9)), hash: String::new() }
}

const BY: By = By::Rule;

fn session(n: u128, from: &str, until: &str) -> Session {
    let details =
        DayDetails { name: "服务日".into(), name_en: None, day: date(2018, 5, 26), organiser: UnitId(id(1)) };
    let day = ServiceDay::call(ServiceDayId(id(70)), at("18T09:00"), &BY, "D".into(), details).expect("called").0;
    let details = SessionDetails {
        community: PartnerId(id(100 + n)),
        host: UnitId(id(200 + n % 2)),
        lead: None,
        starts: at(&format!("26T{from}")),
        ends: at(&format!("26T{until}")),
        visit: None,
    };
    let code = format!("S-{n}");
    Session::plan(SessionId(id(n)), at("25T09:00"), &BY, code, &day, details, &zone()).expect("planned").0
}

fn member(n: u128) -> Member {
    let details =
        MemberDetails {
            branch: "一支部".into(), unit: UnitId(id(1)), person: None, community: None, personal: None
        };
    Member::list(MemberId(id(1_000 + n)), at("01T09:00"), &BY, format!("M-{n}"), details).expect("listed").0
}

fn signed(n: u128, s: &Session, who: Option<u128>, came: &str, entered: &str) -> SignIn {
    let shown = Shown { how: SignedHow::Link, point: None, sheet: None };
    let member = who.map(member);
    let when = (at(&format!("26T{came}")), at(entered));
    SignIn::enter(id(5_000 + n), when, &BY, s, member.as_ref(), shown, &[], &zone()).expect("signed in").0
}

fn did(kind: ActKind) -> Did {
    match kind {
        ActKind::Works => Did::Works { section: id(3), note: None },
        ActKind::Household => Did::Household { place: None, household: words() },
        ActKind::Publicity => Did::Publicity { reached: 30, note: None },
        ActKind::Repairs => Did::Repairs { items: vec![Quantity { item: ServiceItem::Lamp, n: 2 }], note: None },
        ActKind::Opinions => Did::Opinions { matters: vec![MatterId(id(801)), MatterId(id(802))] },
    }
}

fn done(mut s: Session, kinds: &[ActKind]) -> Session {
    for (i, kind) in kinds.iter().enumerate() {
        let act = s.id.0.as_u128() * 100 + i as u128;
        s = s.act(at("26T10:00"), &BY, id(act), did(*kind)).expect("done").0;
    }
    s
}

/// As of the end of June: two sessions in one district with all acts in one of them, one in another that was called off.
fn facts(sessions: &[Session], sign_ins: &[SignIn]) -> CommunityFacts {
    let answered: HashSet<MatterId> = [MatterId(id(801))].into();
    CommunityFacts::of(sessions, sign_ins, &answered, |s| {
        (s.details.community.0, if s.id.0 == id(3) { "延庆区" } else { "昌平区" }.into())
    })
}

fn number(facts: &CommunityFacts, code: FigureCode, as_of: &str) -> (usize, Option<usize>) {
    let zone = zone();
    let frame = Frame::new("2018-05-26".parse::<Period>().expect("a day"), at(as_of), &zone);
    let all = figures(facts, &frame);
    let f = all.iter().find(|f| f.code == code).expect("the figure");
    (f.ids().len(), f.denominator_ids().map(super::super::Keys::len))
}

#[test]
fn a_member_counts_once_a_guest_never_and_a_session_that_was_called_off_not_at_all() {
    use FigureCode as F;
    let morning = done(session(1, "09:00", "11:30"), &ActKind::ALL);
    let afternoon = session(2, "14:00", "16:00");
    let off = session(3, "09:00", "11:00").cancel(at("26T08:00"), &BY, words()).expect("called off").0;
    let all = [morning.clone(), afternoon.clone(), off];
    let ins = [
        signed(1, &morning, Some(1), "09:05", "26T09:05"),
        signed(2, &morning, Some(2), "09:10", "26T09:10"),
        signed(3, &morning, None, "09:10", "26T09:10"),
        signed(4, &afternoon, Some(1), "14:05", "28T10:00"),
    ];
    let f = facts(&all, &ins);
    for (code, wanted) in [
        (F::MembersPresent, (2, None)),
        (F::CommunitiesReached, (2, None)),
        (F::DistrictsReached, (1, None)),
        (F::FiveActs, (1, Some(2))),
        (F::CommunityActs, (5, None)),
        (F::OpinionsAnswered, (1, Some(2))),
        (F::ServiceHours, (3, None)),
        (F::SignInsLate, (1, None)),
    ] {
        assert_eq!(number(&f, code, "30T00:00"), wanted, "{code:?}");
    }
    // Voided, an act and a sign-in count no more.
    let voided = all[0].clone().void(at("27T09:00"), &BY, id(101), words()).expect("voided").0;
    let out = ins[1].clone().void(at("27T09:00"), &BY, words()).expect("voided").0;
    let f = facts(&[voided, all[1].clone()], &[ins[0].clone(), out, ins[3].clone()]);
    assert_eq!(number(&f, F::FiveActs, "30T00:00"), (0, Some(2)));
    assert_eq!((number(&f, F::CommunityActs, "30T00:00").0, number(&f, F::MembersPresent, "30T00:00").0), (4, 1));
}

#[test]
fn what_had_not_happened_by_then_does_not_count() {
    use FigureCode as F;
    let morning = done(session(1, "09:00", "11:30"), &ActKind::ALL);
    let afternoon = session(2, "14:00", "16:00");
    let ins = [signed(1, &morning, Some(1), "09:05", "26T09:05"), signed(2, &afternoon, Some(2), "14:05", "26T14:05")];
    let f = facts(&[morning, afternoon], &ins);
    let then = |code| number(&f, code, "26T09:30");
    assert_eq!(
        (then(F::MembersPresent), then(F::CommunityActs), then(F::FiveActs)),
        ((1, None), (0, None), (0, Some(1)))
    );
    let zone = zone();
    let frame = Frame::new("2018-05-26".parse().expect("a day"), at("26T09:35"), &zone);
    assert!((hours(&f, &frame)[&id(5_001)] - 0.5).abs() < 1e-9, "half an hour so far");
}

#[test]
fn acts_add_up_by_their_kinds_and_members_do_not_by_districts() {
    let d = FigureCode::CommunityActs.definition();
    assert!(d.is_additive() && d.dimensions().contains(&super::super::Dimension::Act));
    assert!(!FigureCode::MembersPresent.definition().is_additive());
}
