//! The planner's surroundings on tiny random requests, against counting everything: the checker, the bound, reasons, what if, comparison, travel.

use proptest::prelude::*;
use yixian_planner::bound::{Effort, bound};
use yixian_planner::check::{Breach, check, timed};
use yixian_planner::compare::{Fate, compare};
use yixian_planner::explain::{Reason, left_out, next_to_enter, planned};
use yixian_planner::fault::Wrong;
use yixian_planner::lint::{Limits, Rule, lint};
use yixian_planner::model::*;
use yixian_planner::search::{Budget, Settings, solve};
use yixian_planner::travel::{Matrix, Travel};
use yixian_planner::validate::faults;
use yixian_planner::what_if::{Change, what_if};

fn settings() -> Settings<'static> {
    Settings { seed: 7, threads: 1, budget: Budget::Iterations(300) }
}

/// A request of up to 5 tasks, 2 leaders and 3 shifts over 2 days; times need not obey the triangle inequality.
fn request() -> impl Strategy<Value = Request> {
    // Half of them with caps of every kind.
    (
        uncapped(),
        prop::option::of((prop::collection::vec(1u16..4, 6), 0i32..120, 0i32..60, 0i32..200, 0i32..200, 0u8..3)),
    )
        .prop_map(|(r, caps)| match caps {
            None => r,
            Some((most, from, length, night, until, surplus)) => {
                let each = |n: u32, i: usize| {
                    (0..n).flat_map(|who| (0..2).map(move |d| (who, d))).map(|k| (k, most[i])).collect()
                };
                let caps = Caps {
                    leader_day: each(2, 0),
                    leader_week: each(2, 1),
                    unit_week: each(2, 2),
                    place_week: each(5, 3),
                    breaks: (0..r.shifts.len() as u32)
                        .step_by(usize::from(most[4]))
                        .map(|s| (s, Break { from, to: from + length }))
                        .collect(),
                    night,
                    rest: [((0, 1), until), ((1, 1), until / 2)].into(),
                };
                let weights = Weights { surplus: f64::from(surplus) * 5.0, ..r.weights };
                Request { caps, weights, ..r }
            }
        })
}

fn uncapped() -> impl Strategy<Value = Request> {
    let task = (
        0u32..5,
        0i32..30,
        1i32..40,
        0i32..100,
        0i32..80,
        0u16..2,
        prop::option::of(0u8..2),
        0u8..2,
        prop::option::of(0u32..2),
    );
    let shift = (0u32..2, 0u16..2, 0i32..60, 40i32..200, 0u32..5, 1u16..4);
    let weights = (0u8..3, 0u8..3, 0u8..3, 0u8..3, 0u8..3);
    (
        prop::collection::vec(task, 1..6),
        prop::collection::vec(shift, 1..4),
        prop::collection::vec(1u16..60, 25),
        [0u16..4, 0u16..4],
        weights,
    )
        .prop_map(|(tasks, shifts, mut matrix, quotas, (duty, weekly, fairness, spread, travel))| {
            (0..5).for_each(|i| matrix[i * 6] = 0);
            let tasks = (0..).zip(tasks).map(
                |(i, (place, points, service, opens, width, day, skill, rank, unit)): (u32, _)| Task {
                    name: i.to_string(),
                    place,
                    priority: vec![Part { name: "risk".into(), points }, Part { name: "promise".into(), points: 1 }],
                    service,
                    windows: vec![Window { first: 0, last: day, opens, closes: opens + width }],
                    skill,
                    rank,
                    unit,
                    district: Some(place % 2),
                },
            );
            let shifts: Vec<Shift> = (0..)
                .zip(shifts)
                .map(|(i, (leader, day, starts, length, home, most)): (u32, _)| Shift {
                    name: i.to_string(),
                    leader,
                    day,
                    week: day,
                    starts,
                    ends: starts + length,
                    from: home,
                    to: home,
                    most,
                })
                .collect();
            let leader = |l: u32| Leader {
                name: l.to_string(),
                rank: 1 - l as u8,
                skills: u64::from(1 + l),
                level: l as u8,
                specialty: 0,
                quota: quotas[l as usize].min(shifts.iter().filter(|s| s.leader == l).map(|s| s.most).sum()),
            };
            let w = |x: u8| f64::from(x) * 4.0;
            Request {
                tasks: tasks.collect(),
                leaders: vec![leader(0), leader(1)],
                shifts: shifts.clone(),
                travel: Travel::Matrix(Matrix::new(5, matrix).expect("square")),
                weights: Weights {
                    priority: 1.0,
                    duty: w(duty),
                    surplus: 0.0,
                    weekly: w(weekly),
                    fairness: f64::from(fairness),
                    spread: w(spread),
                    spare: 1.0,
                    travel: f64::from(travel) / 8.0,
                    stability: 0.0,
                },
                ..Request::default()
            }
        })
}

/// Every plan there is, valued by the checker: the best of those it passes.
fn best_of_all(r: &Request) -> Plan {
    fn grow(r: &Request, task: usize, routes: &mut Vec<(u32, Vec<u32>)>, best: &mut Plan) {
        if task == r.tasks.len() {
            let plan = timed(r, routes);
            if plan.value.total() > best.value.total() && check(r, &plan).faults.is_empty() {
                *best = plan;
            }
            return;
        }
        grow(r, task + 1, routes, best);
        for s in 0..routes.len() {
            if routes[s].1.len() < usize::from(r.shifts[s].most) {
                for at in 0..=routes[s].1.len() {
                    routes[s].1.insert(at, task as u32);
                    grow(r, task + 1, routes, best);
                    routes[s].1.remove(at);
                }
            }
        }
    }
    let mut best = timed(r, &[]);
    grow(r, 0, &mut (0..r.shifts.len() as u32).map(|s| (s, Vec::new())).collect(), &mut best);
    best
}

fn routes(plan: &Plan) -> Vec<(u32, Vec<u32>)> {
    plan.routes.iter().map(|r| (r.shift, r.stops.iter().map(|s| s.task).collect())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_plan_exceeds_the_bound(r in request()) {
        prop_assert_eq!(faults(&r), vec![]);
        let best = best_of_all(&r);
        for (crude, tours) in [(0, 0), (12, 0), (0, 12), (6, 6)] {
            let effort = Effort { crude, tours, threads: 1 };
            for known in [None, Some(&best)] {
                let b = bound(&r, known, effort);
                prop_assert!(b.upper >= best.value.total(), "{} < {} with {:?}", b.upper, best.value.total(), effort);
                prop_assert!(b.upper <= b.loose + 1e-6);
                // So few visits are all looked at, so what is likely is certain.
                prop_assert_eq!(b.likely.is_some(), effort.tours > 0);
                prop_assert!(b.likely.is_none_or(|l| l >= best.value.total() && l <= b.upper + 1e-6), "{:?} {:?} {}", effort, b.likely, b.upper);
                for i in &b.impossible {
                    let done = best.stops().filter(|(s, _)| r.shifts[*s as usize].leader == i.leader).count() as u32;
                    prop_assert!(done <= i.most && i.most < u32::from(i.owed));
                }
                for t in &b.unreachable {
                    prop_assert!(best.stops().all(|(_, s)| s.task != *t));
                }
            }
        }
    }

    #[test]
    fn a_duty_called_impossible_is_met_by_no_plan(r in request()) {
        // Only duty counts, so that the best plan has as many owed visits as can be.
        let mut only = r.clone();
        for l in 0..2 {
            only.weights = Weights { priority: 0.0, duty: 1.0, surplus: 0.0, weekly: 0.0, fairness: 0.0, spread: 0.0, spare: 0.0, travel: 0.0, stability: 0.0 };
            only.leaders = r.leaders.clone();
            only.leaders[1 - l].quota = 0;
            let most = best_of_all(&only).value.total();
            for i in bound(&only, None, Effort { crude: 0, tours: 0, threads: 1 }).impossible {
                prop_assert!(most <= f64::from(i.most));
            }
        }
    }

    #[test]
    fn a_marginal_value_is_what_the_plan_loses(r in request()) {
        let plan = best_of_all(&r);
        for p in planned(&r, &plan) {
            let mut without = routes(&plan);
            for (_, tasks) in &mut without {
                tasks.retain(|t| *t != p.task);
            }
            let lost = plan.value.total() - timed(&r, &without).value.total();
            prop_assert!((p.marginal.total() - lost).abs() < 1e-9, "{:?} but {lost}", p);
            prop_assert_eq!(p.parts.iter().map(|p| i64::from(p.points)).sum::<i64>(), r.tasks[p.task as usize].worth());
        }
    }

    #[test]
    fn the_best_plan_overlooks_nothing_and_what_would_be_gained_is_true(r in request()) {
        let best = best_of_all(&r);
        let empty = timed(&r, &[]);
        for (plan, is_best) in [(&best, true), (&empty, false)] {
            for l in left_out(&r, plan) {
                let mut with = routes(plan);
                let (shift, gain) = match l.reason {
                    Reason::Overlooked { shift, position, gain, .. }
                    | Reason::NotWorthIt { shift, position, gain, .. }
                    | Reason::Enough { shift, position, gain, .. } => {
                        match with.iter_mut().find(|(s, _)| *s == shift) {
                            Some((_, tasks)) => tasks.insert(position as usize, l.task),
                            None => with.push((shift, vec![l.task])),
                        }
                        (shift, gain)
                    }
                    Reason::Displaces { shift, other, gain, .. } => {
                        prop_assert!(!is_best || gain.total() <= 1e-9);
                        let (_, tasks) = with.iter_mut().find(|(s, _)| *s == shift).expect("a route");
                        tasks.retain(|t| *t != other);
                        let found = (0..=tasks.len()).any(|at| {
                            let mut tour = tasks.clone();
                            tour.insert(at, l.task);
                            let mut all: Vec<_> = routes(plan).into_iter().filter(|(s, _)| *s != shift).collect();
                            all.push((shift, tour));
                            let new = timed(&r, &all);
                            check(&r, &new).faults.is_empty() && (new.value.total() - plan.value.total() - gain.total()).abs() < 1e-9
                        });
                        prop_assert!(found, "{:?}", l);
                        continue;
                    }
                    Reason::OutOfReach { late, .. } => { prop_assert!(late > 0); continue }
                    Reason::Full { .. } => { prop_assert!(is_best); continue }
                    Reason::Capped { cap, .. } => {
                        prop_assert!(!r.caps.leader_day.is_empty(), "{:?} without caps", cap);
                        continue;
                    }
                    Reason::NobodyMay { .. } | Reason::NobodyFree { .. } | Reason::RuledOut { .. } => continue,
                };
                prop_assert!(!is_best || gain.total() <= 1e-9);
                let new = timed(&r, &with);
                prop_assert_eq!(check(&r, &new).faults, vec![], "shift {}", shift);
                prop_assert!((new.value.total() - plan.value.total() - gain.total()).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn one_more_shift_takes_who_was_said_to_enter(r in request(), leader in 0u32..2, home in 0u32..5) {
        let plan = best_of_all(&r);
        let shift = Shift { name: "new".into(), leader, day: 1, week: 1, starts: 0, ends: 300, from: home, to: home, most: 3 };
        let entries = next_to_enter(&r, &plan, &shift, None);
        let mut copy = r.clone();
        copy.shifts.push(shift);
        // The order of taking is not the order of driving; the gains add up all the same.
        let sum: f64 = entries.iter().map(|e| e.gain.total()).sum();
        prop_assert!(entries.iter().all(|e| e.gain.total() > 0.0) && entries.len() <= 3);
        prop_assert!(plan.value.total() + sum <= best_of_all(&copy).value.total() + 1e-9);
    }

    #[test]
    fn what_if_never_loses_what_is_left(r in request()) {
        let plan = solve(&r, settings()).plan;
        prop_assert_eq!(check(&r, &plan).faults, vec![]);
        for changes in [vec![], vec![Change::Cancel(0)], vec![Change::Close(0)], vec![Change::Shift(r.shifts[0].clone())], vec![Change::Weights(Weights { travel: 0.5, ..r.weights })]] {
            let answer = what_if(&r, &plan, &changes, settings()).expect("a sound request");
            prop_assert_eq!(check(&answer.request, &answer.plan).faults, vec![]);
            prop_assert!(answer.difference.total.1 >= answer.difference.total.0 - 1e-9, "{:?}", changes);
        }
    }

    #[test]
    fn two_plans_compared_account_for_every_visit(r in request()) {
        let (a, b) = (best_of_all(&r), solve(&r, settings()).plan);
        let c = compare(&r, &a, &b);
        prop_assert_eq!(c.kept + c.moved + c.dropped, a.stops().count() as u32);
        prop_assert_eq!(c.kept + c.moved + c.added, b.stops().count() as u32);
        let same = compare(&r, &a, &a);
        let stay = same.visits.values().filter(|f| matches!(f, Fate::Kept { .. })).count();
        prop_assert_eq!(stay, same.visits.len());
        let back = compare(&r, &b, &a);
        prop_assert_eq!((back.kept, back.moved, back.added, back.dropped), (c.kept, c.moved, c.dropped, c.added));
    }

    #[test]
    fn the_checker_names_every_kind_of_breach(r in request(), which in 0usize..14) {
        let mut r = r;
        let plan = best_of_all(&r);
        prop_assume!(!plan.routes.is_empty());
        let mut bad = plan.clone();
        let (route, task) = (&mut bad.routes[0], plan.routes[0].stops[0].task);
        let shift = route.shift;
        let expected: Box<dyn Fn(&Breach) -> bool> = match which {
            0 => { route.stops[0].task = 99; Box::new(|b| *b == Breach::UnknownTask) }
            1 => { route.shift = 99; Box::new(|b| *b == Breach::UnknownShift) }
            2 => { let again = route.clone(); bad.routes.insert(0, again); Box::new(move |b| *b == Breach::ShiftTwice || *b == Breach::TaskTwice { also: shift }) }
            3 => { route.stops[0].begins += 1000; Box::new(|b| matches!(b, Breach::OutsideWindow { .. })) }
            4 => { route.leaves = r.shifts[shift as usize].starts - 1; Box::new(|b| matches!(b, Breach::LeavesEarly { .. })) }
            5 => { route.stops.clear(); Box::new(|b| *b == Breach::EmptyRoute) }
            6 => { bad.value.duty = f64::NAN; Box::new(|b| matches!(b, Breach::Worth { .. })) }
            7 => { r.forbids.push(Forbid { task, leader: None, day: None }); Box::new(|b| *b == Breach::Forbidden { forbid: 0 }) }
            9..13 => {
                let (s, t) = (&r.shifts[shift as usize], &r.tasks[task as usize]);
                prop_assume!(which != 11 || t.unit.is_some());
                let cap = match which {
                    9 => { r.caps.leader_day.insert((s.leader, s.day), 0); Cap::LeaderDay }
                    10 => { r.caps.leader_week.insert((s.leader, s.week), 0); Cap::LeaderWeek }
                    11 => { r.caps.unit_week.insert((t.unit.unwrap_or(0), s.week), 0); Cap::UnitWeek }
                    _ => { r.caps.place_week.insert((t.place, s.week), 0); Cap::PlaceWeek }
                };
                Box::new(move |b| *b == Breach::Capped { cap, most: 0 })
            }
            13 => {
                let begins = route.stops[0].begins;
                r.tasks[task as usize].service += 1;
                r.caps.breaks.insert(shift, Break { from: begins, to: begins + 1 });
                Box::new(|b| matches!(b, Breach::InBreak { .. }))
            }
            _ => {
                r.pins.push(Pin { task, leader: Some(1 - r.shifts[shift as usize].leader), day: None });
                Box::new(|b| *b == Breach::Pinned { pin: 0 })
            }
        };
        let report = check(&r, &bad);
        prop_assert!(report.faults.iter().any(|f| expected(&f.what)), "{which}: {:?}", report.faults);
        if let Some(f) = report.faults.iter().find(|f| f.task == Some(task) && f.shift == Some(shift)) {
            prop_assert_eq!((f.leader, f.day), (Some(r.shifts[shift as usize].leader), Some(r.shifts[shift as usize].day)));
        }
    }

    #[test]
    fn lint_follows_its_limits(r in uncapped()) {
        let plan = best_of_all(&r);
        let off = Limits {
            crowded_unit: None, one_unit_only: None, long_wait: None, far_for_little: None, few_levels: None, few_specialties: None, duty_unmet: None,
            idle_week: None, short_rest: None, overlap: None, uneven_load: None, unseen_unit: None, day: 1440,
        };
        prop_assert_eq!(lint(&r, &plan, &off), vec![]);
        let all = lint(&r, &plan, &Limits::default());
        let short: u32 = all.iter().filter(|f| f.rule == Rule::DutyUnmet).map(|f| f.found as u32).sum();
        prop_assert_eq!(short, check(&r, &plan).score.quota_short);
        let idle = all.iter().filter(|f| f.rule == Rule::IdleWeek).count() as u32;
        let score = check(&r, &plan).score;
        prop_assert_eq!(idle, score.weeks_possible - score.weeks);
        let waits = lint(&r, &plan, &Limits { long_wait: Some(0), ..off });
        prop_assert_eq!(waits.len(), plan.stops().filter(|(_, s)| s.begins > s.arrives).count());
    }
}

#[test]
fn rounds_tighten_the_bound() {
    // Two leaders' short days for five far visits: by no means all of them fit.
    let task = |i: u32| Task {
        name: i.to_string(),
        place: i,
        priority: vec![Part { name: "risk".into(), points: 10 + i as i32 }],
        service: 30,
        windows: vec![Window { first: 0, last: 0, opens: 0, closes: 200 }],
        skill: None,
        rank: 0,
        unit: None,
        district: None,
    };
    let shift =
        |leader| Shift { name: "s".into(), leader, day: 0, week: 0, starts: 0, ends: 130, from: 0, to: 0, most: 5 };
    let leader = Leader { name: "l".into(), rank: 0, skills: 0, level: 0, specialty: 0, quota: 0 };
    let matrix = (0..36).map(|i| if i % 7 == 0 { 0 } else { 25 }).collect();
    let weights = Weights { duty: 0.0, weekly: 0.0, travel: 0.0, ..Weights::default() };
    let r = Request {
        tasks: (1..6).map(task).collect(),
        leaders: vec![leader.clone(), leader],
        shifts: vec![shift(0), shift(1)],
        travel: Travel::Matrix(Matrix::new(6, matrix).expect("square")),
        weights,
        ..Request::default()
    };
    // Out 25, visit 30, back 25 leaves 50: no second visit fits, so the two dearest are all there is.
    let best = best_of_all(&r);
    let dearest: i64 = r.tasks[3..].iter().map(Task::worth).sum();
    assert_eq!(check(&r, &best).score.prize, dearest);
    let [none, crude, tours] = [(0, 0), (60, 0), (30, 60)]
        .map(|(crude, tours)| bound(&r, Some(&best), Effort { crude, tours, threads: 1 }).upper);
    assert!(none > crude && crude >= tours, "{none} {crude} {tours}");
    assert!(tours < best.value.total() * 1.02, "{tours} for {}", best.value.total());
}

#[test]
fn every_fault_of_a_request_is_said_at_once() {
    let window = Window { first: 3, last: 1, opens: 9, closes: 8 };
    let task = |place, windows| Task {
        name: "a".into(),
        place,
        priority: vec![],
        service: -1,
        windows,
        skill: Some(64),
        rank: 0,
        unit: None,
        district: None,
    };
    let r = Request {
        tasks: vec![task(7, vec![window]), task(0, vec![])],
        leaders: vec![Leader { name: "b".into(), rank: 0, skills: 0, level: 64, specialty: 0, quota: 5 }],
        shifts: vec![Shift {
            name: "c".into(),
            leader: 3,
            day: 0,
            week: 0,
            starts: 5,
            ends: 4,
            from: 9,
            to: 0,
            most: 9,
        }],
        travel: Travel::Matrix(Matrix::new(2, vec![0, 1, u16::MAX, 0]).expect("square")),
        weights: Weights { duty: f64::NAN, travel: -1.0, ..Weights::default() },
        pins: vec![Pin { task: 0, leader: Some(0), day: None }, Pin { task: 9, leader: None, day: Some(1) }],
        forbids: vec![Forbid { task: 0, leader: None, day: None }, Forbid { task: 5, leader: Some(4), day: None }],
        ..Request::default()
    };
    let all = faults(&r);
    let count = |f: &dyn Fn(&Wrong) -> bool| all.iter().filter(|x| f(&x.what)).count();
    assert_eq!(
        count(&|w| matches!(w, Wrong::Unknown { .. })),
        6,
        "place, leader, place, and wishes of tasks and a leader: {all:?}"
    );
    assert_eq!(count(&|w| matches!(w, Wrong::OutOfRange { .. })), 5);
    assert_eq!(count(&|w| matches!(w, Wrong::Weight { .. })), 2);
    for one in [
        "ClosesBeforeItOpens",
        "LastBeforeFirst",
        "NoWindow",
        "EndsBeforeItStarts",
        "DutyAboveShifts",
        "NoWay",
        "PinFitsNoShift",
        "Contradiction",
    ] {
        assert_eq!(all.iter().filter(|f| format!("{:?}", f.what).starts_with(one)).count(), 1, "{one}: {all:?}");
    }
}

/// A leader who visits one place by night and another on the next morning, and a break in a day.
fn night_and_morning() -> Request {
    let task = |place: u32, day, opens, closes| Task {
        name: place.to_string(),
        place,
        priority: vec![Part { name: "risk".into(), points: 30 }],
        service: 60,
        windows: vec![Window { first: day, last: day, opens, closes }],
        skill: None,
        rank: 0,
        unit: None,
        district: None,
    };
    let shift =
        |day, starts, ends| Shift { name: "s".into(), leader: 0, day, week: 0, starts, ends, from: 0, to: 0, most: 3 };
    Request {
        tasks: vec![task(1, 0, 1320, 1440), task(2, 1, 510, 990), task(3, 1, 510, 690)],
        leaders: vec![Leader { name: "l".into(), rank: 0, skills: 0, level: 0, specialty: 0, quota: 3 }],
        shifts: vec![shift(0, 1260, 1560), shift(1, 510, 1050)],
        travel: Travel::Matrix(
            Matrix::new(4, (0..16).map(|i| if i % 5 == 0 { 0 } else { 40 }).collect()).expect("square"),
        ),
        caps: Caps {
            night: 1320,
            rest: [((0, 1), 720)].into(),
            breaks: [(1, Break { from: 720, to: 780 })].into(),
            ..Caps::default()
        },
        ..Request::default()
    }
}

#[test]
fn who_went_by_night_begins_at_noon_and_has_his_break() {
    let mut r = night_and_morning();
    r.tasks[0].priority[0].points = 90;
    let plan = solve(&r, settings()).plan;
    assert_eq!(check(&r, &plan).faults, []);
    // The night costs the morning, and the afternoon begins after the break.
    assert_eq!(plan.stops().map(|(_, s)| (s.task, s.begins)).collect::<Vec<_>>(), [(0, 1320), (1, 780)]);
    let both = timed(&r, &[(0, vec![0]), (1, vec![1])]);
    assert_eq!(both.stops().map(|(_, s)| s.begins).collect::<Vec<_>>(), [1320, 780]);
    // He sets out so that the break lies on the way or after it, never within a visit.
    assert_eq!((both.routes[1].leaves, both.routes[1].stops[0].arrives, both.routes[1].returns), (680, 720, 880));
    let why = left_out(&r, &both);
    assert!(
        matches!(why[..], [ref l] if l.task == 2 && matches!(l.reason, Reason::Capped { cap: Cap::Rest, .. })),
        "{why:?}"
    );
    // A plan made by somebody who knows of no rest is refused.
    let tireless = Request { caps: Caps::default(), ..r.clone() };
    let worn = timed(&tireless, &[(0, vec![0]), (1, vec![2])]);
    let said: Vec<Breach> = check(&r, &worn).faults.into_iter().map(|f| f.what).collect();
    assert_eq!(said, [Breach::Rest { begins: 550, until: 720 }]);
    // Two visits around noon fit only through the break.
    let short = Request {
        tasks: vec![Task { service: 240, ..r.tasks[1].clone() }],
        caps: Caps { rest: [].into(), ..r.caps.clone() },
        shifts: vec![r.shifts[0].clone(), Shift { starts: 600, ends: 960, ..r.shifts[1].clone() }],
        ..r
    };
    let none = timed(&short, &[]);
    let why = left_out(&short, &none);
    assert!(matches!(why[0].reason, Reason::Capped { cap: Cap::Break, .. }), "{why:?}");
}
