//! Duties: weeks, exemptions, campaign floors.

use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::base::time::Zone;
use crate::law::settings::{Settings, SettingsBook, SettingsKnown, SettingsVersion};
use crate::organisation::org::Specialty;

const ANNA: PersonId = PersonId(Uuid::from_u128(1));
const BO: PersonId = PersonId(Uuid::from_u128(2));

fn zone() -> Zone {
    Zone::parse("Asia/Shanghai").expect("a zone")
}

fn at(text: &str) -> Instant {
    Instant::parse(text).expect("an instant that the test names")
}

/// The arrangement of autumn 2018: 24 September and 1 to 5 October off, 29 and 30 September worked.
fn working(day: Date) -> bool {
    let off = day == date(2018, 9, 24) || (date(2018, 10, 1)..=date(2018, 10, 5)).contains(&day);
    let make_up = [date(2018, 9, 29), date(2018, 9, 30)].contains(&day);
    make_up || !off && day.weekday().to_monday_zero_offset() < 5
}

fn post(person: PersonId, level: Level) -> Post {
    Post { person, unit: UnitId(Uuid::nil()), level, duty: true, from: None, to: None }
}

fn visit(id: u128, day: Date, bearers: &[PersonId]) -> FinishedVisit {
    let finished = zone().end_of_day(day).plus_minutes(-60);
    FinishedVisit {
        id: VisitId(Uuid::from_u128(id)),
        day,
        finished,
        minutes: 120,
        evident: true,
        bearers: bearers.to_vec(),
    }
}

fn away(from: Date, to: Date, reason: Reason) -> Exemption {
    Exemption { person: ANNA, from, to, reason }
}

fn ids(ids: &[u128]) -> Vec<VisitId> {
    ids.iter().map(|id| VisitId(Uuid::from_u128(*id))).collect()
}

fn week(text: &str) -> IsoWeek {
    text.parse().expect("a week that the test names")
}

const LATER: &str = "2018-12-31T00:00:00+08:00";

/// How Anna stands with one week; none = no row.
fn standing(inputs: &Inputs<'_>, of: &str, as_of: &str) -> Option<Standing> {
    let rows = weekly(inputs, working, &SettingsKnown::always(&Settings::default()), &[week(of)], at(as_of), &zone());
    rows.into_iter().find(|row| row.person == ANNA).map(|row| row.standing)
}

#[test]
fn one_finished_visit_in_the_week_as_leader_or_bearer_is_enough() {
    let posts = [post(ANNA, Level::UnitHead), post(BO, Level::Staff)];
    // W18 runs from Monday 30 April to Sunday 6 May; two leaders are both served by one visit.
    let visits = [visit(7, date(2018, 5, 6), &[BO, ANNA])];
    let inputs = Inputs { posts: &posts, exemptions: &[], visits: &visits };
    assert_eq!(standing(&inputs, "2018-W18", LATER), Some(Standing::Done(ids(&[7]))));
    assert_eq!(standing(&inputs, "2018-W19", LATER), Some(Standing::Missed));
    let both =
        weekly(&inputs, working, &SettingsKnown::always(&Settings::default()), &[week("2018-W18")], at(LATER), &zone());
    assert_eq!(both.iter().map(|row| row.person).collect::<Vec<_>>(), [ANNA, BO]);
    assert!(both.iter().all(|row| row.standing == Standing::Done(ids(&[7]))));
}

#[test]
fn a_week_is_open_until_its_sunday_ends_in_the_zone() {
    let posts = [post(ANNA, Level::UnitHead)];
    let inputs = Inputs { posts: &posts, exemptions: &[], visits: &[] };
    assert_eq!(standing(&inputs, "2018-W18", "2018-05-06T23:59:59+08:00"), Some(Standing::Open));
    assert_eq!(standing(&inputs, "2018-W18", "2018-05-07T00:00:00+08:00"), Some(Standing::Missed));
}

#[test]
fn a_visit_finished_after_as_of_is_not_finished() {
    let posts = [post(ANNA, Level::UnitHead)];
    let visits = [visit(7, date(2018, 5, 3), &[ANNA])];
    let inputs = Inputs { posts: &posts, exemptions: &[], visits: &visits };
    assert_eq!(standing(&inputs, "2018-W18", "2018-05-03T22:59:59+08:00"), Some(Standing::Open));
    assert_eq!(standing(&inputs, "2018-W18", "2018-05-03T23:00:00+08:00"), Some(Standing::Done(ids(&[7]))));
}

#[test]
fn a_week_without_a_working_day_exempts_everybody_who_did_not_go() {
    let posts = [post(ANNA, Level::UnitHead)];
    let none = Inputs { posts: &posts, exemptions: &[], visits: &[] };
    // 1 to 7 October 2018 is W40; it is exempt before it is over too.
    assert_eq!(standing(&none, "2018-W40", LATER), Some(Standing::Exempt(Exempt::NoWorkingDay)));
    assert_eq!(standing(&none, "2018-W40", "2018-10-02T09:00:00+08:00"), Some(Standing::Exempt(Exempt::NoWorkingDay)));
    let visits = [visit(7, date(2018, 10, 3), &[ANNA])];
    let went = Inputs { visits: &visits, ..none };
    assert_eq!(standing(&went, "2018-W40", LATER), Some(Standing::Done(ids(&[7]))));
}

#[test]
fn an_exemption_must_cover_every_working_day_also_a_make_up_one() {
    let posts = [post(ANNA, Level::UnitHead)];
    let table = [
        // W18: every working day, without the weekend.
        (vec![away(date(2018, 4, 30), date(2018, 5, 4), Reason::Leave)], "2018-W18", Standing::Exempt(Exempt::Leave)),
        (vec![away(date(2018, 4, 30), date(2018, 5, 3), Reason::Leave)], "2018-W18", Standing::Missed),
        // Two together; the week bears the reason of its first working day.
        (
            vec![
                away(date(2018, 5, 2), date(2018, 5, 9), Reason::Leave),
                away(date(2018, 4, 28), date(2018, 5, 1), Reason::BusinessTrip),
            ],
            "2018-W18",
            Standing::Exempt(Exempt::BusinessTrip),
        ),
        // W39: Monday off, Saturday and Sunday worked.
        (vec![away(date(2018, 9, 25), date(2018, 9, 28), Reason::Other)], "2018-W39", Standing::Missed),
        (vec![away(date(2018, 9, 25), date(2018, 9, 30), Reason::Other)], "2018-W39", Standing::Exempt(Exempt::Other)),
    ];
    for (exemptions, of, expected) in table {
        let inputs = Inputs { posts: &posts, exemptions: &exemptions, visits: &[] };
        assert_eq!(standing(&inputs, of, LATER), Some(expected), "{of} {exemptions:?}");
    }
    let visits = [visit(7, date(2018, 5, 2), &[ANNA])];
    let exemptions = [away(date(2018, 4, 30), date(2018, 5, 6), Reason::Leave)];
    let went = Inputs { posts: &posts, exemptions: &exemptions, visits: &visits };
    assert_eq!(standing(&went, "2018-W18", LATER), Some(Standing::Done(ids(&[7]))));
}

#[test]
fn who_enters_or_leaves_mid_week_owes_it_for_one_working_day_in_post() {
    let from = |from| [Post { from: Some(from), ..post(ANNA, Level::UnitHead) }];
    let to = |to| [Post { to: Some(to), ..post(ANNA, Level::UnitHead) }];
    let of = |posts: &[Post], exemptions: &[Exemption], visits: &[FinishedVisit]| {
        standing(&Inputs { posts, exemptions, visits }, "2018-W18", LATER)
    };
    assert_eq!(of(&from(date(2018, 5, 4)), &[], &[]), Some(Standing::Missed));
    assert_eq!(of(&from(date(2018, 5, 5)), &[], &[]), Some(Standing::Exempt(Exempt::NoWorkingDay)));
    assert_eq!(of(&from(date(2018, 5, 7)), &[], &[]), None);
    assert_eq!(of(&to(date(2018, 4, 30)), &[], &[]), Some(Standing::Missed));
    assert_eq!(of(&to(date(2018, 4, 29)), &[], &[]), None);
    // Away on the one day in post.
    let friday = [away(date(2018, 5, 4), date(2018, 5, 4), Reason::BusinessTrip)];
    assert_eq!(of(&from(date(2018, 5, 4)), &friday, &[]), Some(Standing::Exempt(Exempt::BusinessTrip)));
    // A visit before the post is not a visit in the post.
    let before = [visit(7, date(2018, 5, 3), &[ANNA])];
    assert_eq!(of(&from(date(2018, 5, 4)), &[], &before), Some(Standing::Missed));
    assert_eq!(of(&from(date(2018, 5, 3)), &[], &before), Some(Standing::Done(ids(&[7]))));
}

#[test]
fn a_post_without_duty_owes_nothing_and_the_later_post_holds() {
    let idle = Post { duty: false, ..post(ANNA, Level::UnitHead) };
    assert_eq!(standing(&Inputs { posts: &[idle], exemptions: &[], visits: &[] }, "2018-W18", LATER), None);
    let later = Post { from: Some(date(2018, 4, 1)), ..post(ANNA, Level::UnitHead) };
    for posts in [[idle, later], [later, idle]] {
        let inputs = Inputs { posts: &posts, exemptions: &[], visits: &[] };
        assert_eq!(standing(&inputs, "2018-W18", LATER), Some(Standing::Missed));
    }
}

#[test]
fn presence_of_a_day_is_what_its_evident_visits_last_together() {
    let posts = [post(ANNA, Level::UnitHead)];
    let on = |id, day: i8, minutes| FinishedVisit { minutes, ..visit(id, date(2018, 5, day), &[ANNA]) };
    let unseen = |id, day, minutes| FinishedVisit { evident: false, ..on(id, day, minutes) };
    let done = |of: &[u128]| Standing::Done(ids(of));
    for (what, visits, wanted) in [
        ("two minutes", vec![on(1, 2, 2)], Standing::Missed),
        ("as long as asked", vec![on(1, 2, 120)], done(&[1])),
        ("a minute less", vec![on(1, 2, 119)], Standing::Missed),
        ("two of one day", vec![on(1, 2, 60), on(2, 2, 60)], done(&[1, 2])),
        ("two of two days", vec![on(1, 2, 60), on(2, 3, 60)], Standing::Missed),
        ("neither point nor photo", vec![unseen(1, 2, 300)], Standing::Missed),
        ("one of two without", vec![on(1, 2, 60), unseen(2, 2, 90)], Standing::Missed),
        ("told twice", vec![on(1, 2, 60), on(1, 2, 60)], Standing::Missed),
        ("what is short on another day is an activity", vec![on(1, 2, 150), on(2, 3, 2)], done(&[1])),
    ] {
        let inputs = Inputs { posts: &posts, exemptions: &[], visits: &visits };
        assert_eq!(standing(&inputs, "2018-W18", LATER), Some(wanted), "{what}");
    }
}

#[test]
fn where_no_presence_is_asked_any_finished_visit_counts() {
    let settings = Settings { duty_min_minutes: 0, ..Settings::default() };
    let unseen = FinishedVisit { minutes: 0, evident: false, ..visit(7, date(2018, 5, 3), &[ANNA]) };
    let (posts, visits) = ([post(ANNA, Level::UnitHead)], [unseen]);
    let inputs = Inputs { posts: &posts, exemptions: &[], visits: &visits };
    let rows = weekly(&inputs, working, &SettingsKnown::always(&settings), &[week("2018-W18")], at(LATER), &zone());
    assert_eq!(rows[0].standing, Standing::Done(ids(&[7])));
}

#[test]
fn a_visit_shorter_than_configured_does_not_count() {
    let settings = Settings { duty_min_minutes: 121, ..Settings::default() };
    let (posts, visits) = ([post(ANNA, Level::UnitHead)], [visit(7, date(2018, 5, 3), &[ANNA])]);
    let inputs = Inputs { posts: &posts, exemptions: &[], visits: &visits };
    let rows = weekly(&inputs, working, &SettingsKnown::always(&settings), &[week("2018-W18")], at(LATER), &zone());
    assert_eq!(rows[0].standing, Standing::Missed);
}

fn may(level: Level, visits: u32, as_of: &str) -> Campaign {
    let posts = [post(ANNA, level)];
    let visits: Vec<_> =
        (0..visits).map(|n| visit(u128::from(n), date(2018, 5, 1 + (n % 31) as i8), &[ANNA])).collect();
    let inputs = Inputs { posts: &posts, exemptions: &[], visits: &visits };
    let month = Month::of(date(2018, 5, 1));
    campaigns(&inputs, &SettingsKnown::always(&Settings::default()), &[month], at(as_of), &zone()).remove(0)
}

#[test]
fn a_quota_is_asked_of_whoever_held_the_role_long_enough() {
    let month = Month::of(date(2018, 5, 1));
    let known = Settings::default();
    let settings = SettingsKnown::always(&known);
    let working = |day: Date| day.weekday().to_monday_zero_offset() < 5;
    let since = |level, day| Post { from: Some(date(2018, 5, day)), ..post(ANNA, level) };
    let until = |level, day| Post { to: Some(date(2018, 5, day)), ..post(ANNA, level) };
    // May 2018 has 23 working days here; the 14th is the tenth of them, the 11th the ninth.
    for (what, posts, wanted) in [
        ("all month", vec![post(ANNA, Level::UnitHead)], Some((Level::UnitHead, 23, 20))),
        ("promoted on the 14th: 14 days", vec![until(Level::StationHead, 13), since(Level::UnitHead, 14)], None),
        ("since the 11th: 15 days", vec![since(Level::UnitHead, 11)], Some((Level::UnitHead, 15, 20))),
        ("since the 12th, a Saturday", vec![since(Level::UnitHead, 12)], None),
        ("no floor", vec![post(ANNA, Level::StationHead)], None),
        ("top", vec![until(Level::LeadershipTeam, 30)], Some((Level::LeadershipTeam, 22, 11))),
    ] {
        let inputs = Inputs { posts: &posts, exemptions: &[], visits: &[] };
        let rows = campaigns(&inputs, &settings, &[month], at(LATER), &zone());
        let asked = quotas(&posts, &rows, &settings, working);
        let told: Vec<_> = asked.iter().map(|q| (q.level, q.days, q.floor)).collect();
        assert_eq!(told, wanted.into_iter().collect::<Vec<_>>(), "{what}");
    }
}

#[test]
fn a_role_is_spread_from_its_fewest_to_its_most() {
    let quota = |n: u128, level, visits: u128| Quota {
        person: PersonId(Uuid::from_u128(n)),
        month: Month::of(date(2018, 5, 1)),
        level,
        unit: UnitId(Uuid::nil()),
        days: 22,
        floor: 20,
        visits: (0..visits).map(|n| VisitId(Uuid::from_u128(n))).collect(),
    };
    let all = [
        quota(1, Level::UnitHead, 25),
        quota(2, Level::DepartmentHead, 20),
        quota(3, Level::UnitHead, 19),
        quota(4, Level::UnitHead, 20),
        quota(5, Level::DepartmentHead, 23),
    ];
    let told: Vec<_> = spread(&all).iter().map(|s| (s.level, s.persons, s.met, s.min, s.median, s.max)).collect();
    assert_eq!(told, [(Level::DepartmentHead, 2, 2, 20, 21.5, 23), (Level::UnitHead, 3, 2, 19, 20.0, 25)]);
    assert_eq!(spread(&[]), []);
}

#[test]
fn campaign_floors_by_level() {
    let table = [
        (Level::LeadershipTeam, 11, Some(11), CampaignStanding::Met),
        (Level::LeadershipTeam, 10, Some(11), CampaignStanding::Short { by: 1 }),
        (Level::UnitHead, 25, Some(20), CampaignStanding::Met),
        (Level::DepartmentHead, 0, Some(20), CampaignStanding::Short { by: 20 }),
        (Level::StationHead, 3, None, CampaignStanding::NoFloor),
        (Level::Staff, 0, None, CampaignStanding::NoFloor),
    ];
    for (level, count, floor, standing) in table {
        let row = may(level, count, LATER);
        assert_eq!((row.count(), row.floor, row.standing), (count, floor, standing), "{level:?}");
    }
    assert_eq!(may(Level::UnitHead, 0, "2018-05-31T23:59:59+08:00").standing, CampaignStanding::Open { short_by: 20 });
    assert_eq!(may(Level::UnitHead, 0, "2018-06-01T00:00:00+08:00").standing, CampaignStanding::Short { by: 20 });
    assert_eq!(may(Level::UnitHead, 20, "2018-05-31T23:59:59+08:00").standing, CampaignStanding::Met);
}

#[test]
fn only_campaign_months_have_floors() {
    let posts = [post(ANNA, Level::UnitHead)];
    let inputs = Inputs { posts: &posts, exemptions: &[], visits: &[] };
    let months: Vec<Month> = (1..=12).map(|m| Month::of(date(2018, m, 1))).collect();
    let rows = campaigns(&inputs, &SettingsKnown::always(&Settings::default()), &months, at(LATER), &zone());
    assert_eq!(rows.iter().map(|row| row.month.number()).collect::<Vec<_>>(), [5, 10]);
}

#[test]
fn a_role_changed_mid_month_counts_visits_by_the_role_of_their_day() {
    let until = |level, to| Post { to: Some(to), ..post(ANNA, level) };
    let since = |level, from| Post { from: Some(from), ..post(ANNA, level) };
    let visits = [
        visit(1, date(2018, 5, 3), &[ANNA]),
        visit(2, date(2018, 5, 15), &[ANNA]),
        visit(3, date(2018, 5, 16), &[ANNA]),
    ];
    let row = |posts: &[Post]| {
        let inputs = Inputs { posts, exemptions: &[], visits: &visits };
        campaigns(
            &inputs,
            &SettingsKnown::always(&Settings::default()),
            &[Month::of(date(2018, 5, 1))],
            at(LATER),
            &zone(),
        )
        .pop()
    };
    // Head until the 14th, then leadership team: every visit was made in a post with a floor; the last floor holds.
    let up = row(&[until(Level::UnitHead, date(2018, 5, 14)), since(Level::LeadershipTeam, date(2018, 5, 15))])
        .expect("a row");
    assert_eq!((up.level, up.floor, up.visits), (Level::LeadershipTeam, Some(11), ids(&[1, 2, 3])));
    // Station head until the 14th, then unit head: the first visit was not a head's.
    let new =
        row(&[since(Level::UnitHead, date(2018, 5, 15)), until(Level::StationHead, date(2018, 5, 14))]).expect("a row");
    assert_eq!((new.floor, new.visits, new.not_counted), (Some(20), ids(&[2, 3]), ids(&[1])));
    // Leaves on the 15th: what he did until then stands, the floor too.
    let gone = row(&[until(Level::UnitHead, date(2018, 5, 15))]).expect("a row");
    assert_eq!((gone.floor, gone.visits, gone.standing), (Some(20), ids(&[1, 2]), CampaignStanding::Short { by: 18 }));
    assert_eq!(row(&[until(Level::UnitHead, date(2018, 4, 30))]), None);
}

#[test]
fn weeks_and_months_read_and_print() {
    for text in ["2018-W01", "2018-W40", "2020-W53"] {
        assert_eq!(week(text).to_string(), text);
    }
    assert_eq!(IsoWeek::of(date(2018, 12, 31)).to_string(), "2019-W01");
    assert_eq!((week("2018-W40").monday(), week("2018-W40").sunday()), (date(2018, 10, 1), date(2018, 10, 7)));
    for text in ["2018-W54", "2018-W1", "2018W01", "+018-W01", "2018-W00"] {
        assert_eq!(text.parse::<IsoWeek>(), Err(SpanError::NotAWeek(text.to_owned())));
    }
    for text in ["2018-5", "2018-13", "2018-00", "+018-05", "2018-+5"] {
        assert_eq!(text.parse::<Month>(), Err(SpanError::NotAMonth(text.to_owned())));
    }
    assert_eq!("2018-05".parse::<Month>().map(|m| m.next().to_string()), Ok("2018-06".to_owned()));
}

#[test]
fn posts_follow_from_what_was_recorded() {
    let (near, far) = (UnitId(Uuid::from_u128(1)), UnitId(Uuid::from_u128(2)));
    let day = |d: i8| date(2018, 5, d);
    let specialty = Specialty::General;
    let first =
        Recorded { on: day(1), unit: near, level: Level::StationHead, specialty, duty: true, from: None, to: None };
    let moved = Recorded { on: day(15), unit: far, ..first };
    let raised = Recorded { on: day(20), level: Level::UnitHead, ..moved };
    let told = |records: &[Recorded]| -> Vec<(UnitId, Level, Option<Date>, Option<Date>)> {
        posts(ANNA, records).into_iter().map(|p| (p.unit, p.level, p.from, p.to)).collect()
    };
    let (station, unit) = (Level::StationHead, Level::UnitHead);
    for (what, records, wanted) in [
        ("nothing recorded", vec![], vec![]),
        ("one post", vec![first], vec![(near, station, None, None)]),
        (
            "recorded again, with a first day",
            vec![first, Recorded { on: day(3), from: Some(day(2)), ..first }],
            vec![(near, station, Some(day(2)), None)],
        ),
        (
            "moved, then raised",
            vec![first, moved, raised],
            vec![
                (near, station, None, Some(day(14))),
                (far, station, Some(day(15)), Some(day(19))),
                (far, unit, Some(day(20)), None),
            ],
        ),
        (
            "told ahead",
            vec![first, Recorded { from: Some(day(25)), ..moved }],
            vec![(near, station, None, Some(day(24))), (far, station, Some(day(25)), None)],
        ),
        (
            "entered long ago",
            vec![first, Recorded { from: Some(day(2)), ..moved }],
            vec![(near, station, None, Some(day(14))), (far, station, Some(day(15)), None)],
        ),
        ("corrected on the same day", vec![first, Recorded { unit: far, ..first }], vec![(far, station, None, None)]),
        (
            "told ahead on the day of entry",
            vec![first, Recorded { on: day(1), from: Some(day(25)), ..moved }],
            vec![(near, station, None, Some(day(24))), (far, station, Some(day(25)), None)],
        ),
        (
            "a move corrected on the same day",
            vec![first, moved, Recorded { on: day(15), ..raised }],
            vec![(near, station, None, Some(day(14))), (far, unit, Some(day(15)), None)],
        ),
        (
            "a move taken back before it began",
            vec![first, Recorded { from: Some(day(25)), ..moved }, Recorded { on: day(18), ..first }],
            vec![(near, station, None, None)],
        ),
        (
            "left",
            vec![first, moved, Recorded { on: day(28), to: Some(day(27)), ..moved }],
            vec![(near, station, None, Some(day(14))), (far, station, Some(day(15)), Some(day(27)))],
        ),
    ] {
        assert_eq!(told(&records), wanted, "{what}");
    }
}

proptest! {
    /// Whatever was recorded in whatever order of days, no two posts hold on one day, and the last record holds in the end.
    #[test]
    fn one_post_a_day(records in prop::collection::vec((1i8..28, 0u128..3, 0usize..3, prop::option::of(1i8..28)), 1..8)) {
        let mut records: Vec<Recorded> = records.into_iter().map(|(on, unit, level, from)| Recorded {
            specialty: Specialty::General,
            on: date(2018, 5, on), unit: UnitId(Uuid::from_u128(unit)), level: [Level::Staff, Level::UnitHead, Level::StationHead][level], duty: true,
            from: from.map(|d| date(2018, 5, d)), to: None,
        }).collect();
        records.sort_by_key(|r| r.on);
        let all = posts(ANNA, &records);
        for d in 1..=31 {
            prop_assert!(all.iter().filter(|p| p.covers(date(2018, 5, d))).count() <= 1, "{d}: {all:?}");
        }
        let (end, last) = (all.last().map(|p| (p.unit, p.level)), records.last().map(|r| (r.unit, r.level)));
        prop_assert_eq!(end, last);
    }
}

prop_compose! {
    fn any_post()(person in 1u128..4, level in 0usize..5, duty in prop::bool::weighted(0.8), from in prop::option::of(0i32..90), length in prop::option::of(0i32..60)) -> Post {
        let levels = [Level::LeadershipTeam, Level::DepartmentHead, Level::UnitHead, Level::StationHead, Level::Staff];
        let day = |n| date(2018, 8, 15).saturating_add(jiff::Span::new().days(n));
        Post {
            person: PersonId(Uuid::from_u128(person)), unit: UnitId(Uuid::nil()), level: levels[level], duty,
            from: from.map(day), to: length.map(|length| day(from.unwrap_or(0) + length)),
        }
    }
}

prop_compose! {
    fn any_visit()(id in 1u128..60, bearers in prop::collection::vec(1u128..4, 0..3)) -> FinishedVisit {
        let bearers: Vec<PersonId> = bearers.into_iter().map(|n| PersonId(Uuid::from_u128(n))).collect();
        // The day follows from the id: the same id twice is the same visit.
        visit(id, date(2018, 9, 1).saturating_add(jiff::Span::new().days(id as i32)), &bearers)
    }
}

proptest! {
    #[test]
    fn the_order_of_the_inputs_does_not_matter(
        posts in prop::collection::vec(any_post(), 0..8),
        visits in prop::collection::vec(any_visit(), 0..30),
    ) {
        let weeks: Vec<IsoWeek> = std::iter::successors(Some(week("2018-W34")), |w| Some(w.next())).take(12).collect();
        let months: Vec<Month> = (8..=11).map(|m| Month::of(date(2018, m, 1))).collect();
        let of = |posts: &[Post], visits: &[FinishedVisit]| {
            let inputs = Inputs { posts, exemptions: &[], visits };
            let settings = Settings::default();
            let settings = SettingsKnown::always(&settings);
            let as_of = at("2018-10-20T00:00:00Z");
            (weekly(&inputs, working, &settings, &weeks, as_of, &zone()), campaigns(&inputs, &settings, &months, as_of, &zone()))
        };
        let (reversed_posts, reversed_visits): (Vec<_>, Vec<_>) =
            (posts.iter().rev().copied().collect(), visits.iter().rev().cloned().collect());
        let rows = of(&posts, &visits);
        prop_assert_eq!(&rows, &of(&reversed_posts, &reversed_visits));
        // Nobody stands twice with the same week.
        prop_assert!(rows.0.windows(2).all(|pair| (pair[0].person, pair[0].week) < (pair[1].person, pair[1].week)));
    }
}

#[test]
fn weeks_and_months_before_the_first_day_are_nobodys_and_a_new_presence_leaves_earlier_weeks_alone() {
    let since =
        Settings { duty_since: Some(date(2018, 5, 1)), campaign_since: Some(date(2018, 5, 2)), ..Settings::default() };
    let longer = SettingsVersion {
        known_from: at("2018-05-20T09:00:00+08:00"),
        known_on: date(2018, 5, 20),
        settings: Settings { since: Some(date(2018, 5, 14)), duty_min_minutes: 150, ..since.clone() },
    };
    let book = SettingsBook::new(since, vec![longer]);
    let posts = [post(ANNA, Level::UnitHead)];
    let visits = [visit(1, date(2018, 5, 9), &[ANNA]), visit(2, date(2018, 5, 16), &[ANNA])];
    let inputs = Inputs { posts: &posts, exemptions: &[], visits: &visits };
    let weeks = ["2018-W18", "2018-W19", "2018-W20"].map(week);
    let told = |known: &str| {
        let settings = book.known(at(known));
        let rows = weekly(&inputs, |_| true, &settings, &weeks, at(LATER), &zone());
        rows.into_iter().map(|r| (r.week, matches!(r.standing, Standing::Done(_)))).collect::<Vec<_>>()
    };
    // The week of 1 May began on 30 April, a day too early.
    assert_eq!(told("2018-05-19T09:00:00+08:00"), [(weeks[1], true), (weeks[2], true)]);
    assert_eq!(told(LATER), [(weeks[1], true), (weeks[2], false)]);
    let months = [Month::of(date(2018, 5, 1)), Month::of(date(2018, 10, 1))];
    let owed = campaigns(&inputs, &book.known(at(LATER)), &months, at(LATER), &zone());
    assert_eq!(owed.iter().map(|c| c.month).collect::<Vec<_>>(), [months[1]]);
}
