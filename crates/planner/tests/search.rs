//! What must hold for every request: plans pass the checker, more iterations are never worse,
//! pinned visits stay, the scale of weights and the names mean nothing.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use yixian_planner::check::check;
use yixian_planner::model::*;
use yixian_planner::search::{Budget, Settings, solve};
use yixian_planner::travel::{Matrix, Travel};

const DAYS: u16 = 4;

/// A random request: places on a plain, leaders with a few shifts, tasks with one or two windows.
fn requests() -> impl Strategy<Value = Request> {
    let places = prop::collection::vec((0i32..80, 0i32..80), 3..9);
    let leaders = prop::collection::vec((0u8..3, 0u64..16, 0u8..3, 0u16..5), 1..4);
    let shifts = prop::collection::vec(
        (any::<u32>(), 0..DAYS, 0i32..200, 60i32..600, any::<u32>(), any::<u32>(), 1u16..6),
        1..7,
    );
    let window = (0..DAYS, 0..DAYS, 0i32..600, 0i32..300);
    let tasks = prop::collection::vec(
        (
            any::<u32>(),
            0i32..60,
            5i32..90,
            prop::collection::vec(window, 1..3),
            prop::option::of(0u8..4),
            0u8..3,
            prop::option::of(0u32..3),
        ),
        1..28,
    );
    let weights = (0u8..4, 0u8..50, 0u8..50, 0u8..6, 0u8..20, 0u8..20, 0u8..3);
    (places, leaders, shifts, tasks, weights).prop_map(|(places, leaders, shifts, tasks, w)| {
        let n = places.len();
        let ticks =
            places.iter().flat_map(|a| places.iter().map(|b| ((a.0 - b.0).abs() + (a.1 - b.1).abs()) as u16)).collect();
        let mut out = Request {
            leaders: leaders
                .iter()
                .enumerate()
                .map(|(i, &(rank, skills, level, quota))| Leader {
                    name: format!("leader {i}"),
                    rank,
                    skills,
                    level,
                    specialty: level,
                    quota,
                })
                .collect(),
            travel: Travel::Matrix(Matrix::new(n, ticks).expect("square")),
            weights: Weights {
                priority: 1.0 + f64::from(w.0),
                duty: f64::from(w.1),
                surplus: 0.0,
                weekly: f64::from(w.2),
                fairness: f64::from(w.3) * 0.25,
                spread: f64::from(w.4),
                spare: f64::from(w.5),
                travel: f64::from(w.6) * 0.125,
                stability: 0.0,
            },
            same_hour: 30,
            ..Request::default()
        };
        out.shifts = shifts
            .iter()
            .enumerate()
            .map(|(i, &(leader, day, starts, long, from, to, most))| Shift {
                name: format!("shift {i}"),
                leader: leader % leaders.len() as u32,
                day,
                week: day / 2,
                starts,
                ends: starts + long,
                from: from % n as u32,
                to: to % n as u32,
                most,
            })
            .collect();
        out.tasks = tasks
            .into_iter()
            .enumerate()
            .map(|(i, (place, points, service, windows, skill, rank, unit))| Task {
                name: format!("task {i}"),
                place: place % n as u32,
                priority: vec![Part { name: "points".into(), points }],
                service,
                windows: windows
                    .into_iter()
                    .map(|(a, b, opens, long)| Window { first: a.min(b), last: a.max(b), opens, closes: opens + long })
                    .collect(),
                skill,
                rank,
                unit,
                district: None,
            })
            .collect();
        out
    })
}

/// Caps for a request: some leaders' days and weeks, units, places, breaks, and rest after what begins late.
fn caps() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(any::<u32>(), 24)
}

/// A request with caps drawn from numbers. A break may begin anywhere, within the time a shift begins or ends too.
fn capped(request: Request, numbers: &[u32]) -> Request {
    let mut next = numbers.iter().cycle().copied().scan(0u32, |salt, n| {
        *salt = salt.wrapping_mul(31).wrapping_add(n ^ 0x9e37);
        Some(*salt >> 8)
    });
    let mut draw = |n: u32| next.next().map_or(0, |x| x % n);
    let mut caps = Caps { night: 250 + draw(300) as i32, ..Caps::default() };
    for (i, s) in (0u32..).zip(&request.shifts) {
        if draw(3) > 0 {
            caps.leader_day.insert((s.leader, s.day), 1 + draw(3) as u16);
        }
        if draw(3) > 0 {
            caps.leader_week.insert((s.leader, s.week), 1 + draw(5) as u16);
        }
        if draw(3) > 0 {
            let from = draw(500) as i32;
            caps.breaks.insert(i, Break { from, to: from + draw(120) as i32 });
        }
        if draw(3) > 0 {
            caps.rest.insert((s.leader, s.day + 1), draw(600) as i32);
        }
    }
    for week in 0..DAYS / 2 {
        for unit in 0..3 {
            if draw(2) > 0 {
                caps.unit_week.insert((unit, week), 1 + draw(4) as u16);
            }
        }
        for place in 0..request.travel.places() as u32 {
            if draw(2) > 0 {
                caps.place_week.insert((place, week), 1 + draw(3) as u16);
            }
        }
    }
    let weights = Weights { surplus: f64::from(draw(30)), ..request.weights };
    Request { caps, weights, ..request }
}

fn planned(request: &Request, seed: u64, iterations: u64, threads: usize) -> Plan {
    solve(request, Settings { seed, threads, budget: Budget::Iterations(iterations) }).plan
}

/// The routes without their times.
fn order(plan: &Plan) -> Vec<(u32, Vec<u32>)> {
    plan.routes.iter().map(|r| (r.shift, r.stops.iter().map(|s| s.task).collect())).collect()
}

fn sound(request: &Request, plan: &Plan) -> Result<(), TestCaseError> {
    let report = check(request, plan);
    prop_assert!(report.faults.is_empty(), "{:?}\n{:?}", report.faults, plan);
    prop_assert!((report.value.total() - plan.value.total()).abs() < 1e-6, "{:?} {:?}", report.value, plan.value);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn every_plan_passes_the_checker(request in requests(), seed: u64) {
        sound(&request, &planned(&request, seed, 500, 1))?;
    }

    #[test]
    fn no_plan_exceeds_a_cap(request in requests(), numbers in caps(), seed: u64) {
        let request = capped(request, &numbers);
        sound(&request, &planned(&request, seed, 700, 1))?;
    }

    /// Without the checker: counts, hours and roads of the plan itself.
    #[test]
    fn what_caps_say_holds_of_the_plan(request in requests(), numbers in caps(), seed: u64) {
        let request = capped(request, &numbers);
        let plan = planned(&request, seed, 500, 1);
        let all: Vec<(&Shift, &Task, &Stop)> = plan.stops().map(|(s, stop)| (&request.shifts[s as usize], &request.tasks[stop.task as usize], stop)).collect();
        let c = &request.caps;
        let count = |f: &dyn Fn(&Shift, &Task) -> bool| all.iter().filter(|(s, t, _)| f(s, t)).count();
        for ((leader, day), most) in &c.leader_day {
            prop_assert!(count(&|s, _| (s.leader, s.day) == (*leader, *day)) <= usize::from(*most));
        }
        for ((leader, week), most) in &c.leader_week {
            prop_assert!(count(&|s, _| (s.leader, s.week) == (*leader, *week)) <= usize::from(*most));
        }
        for ((unit, week), most) in &c.unit_week {
            prop_assert!(count(&|s, t| (t.unit, s.week) == (Some(*unit), *week)) <= usize::from(*most));
        }
        for ((place, week), most) in &c.place_week {
            prop_assert!(count(&|s, t| (t.place, s.week) == (*place, *week)) <= usize::from(*most));
        }
        for ((leader, day), until) in &c.rest {
            let night = all.iter().any(|(s, _, stop)| s.leader == *leader && s.day + 1 == *day && stop.begins >= c.night);
            prop_assert!(!night || all.iter().all(|(s, _, stop)| (s.leader, s.day) != (*leader, *day) || stop.begins >= *until));
        }
        for r in &plan.routes {
            let s = &request.shifts[r.shift as usize];
            let Some(b) = c.breaks.get(&r.shift).filter(|b| b.from < b.to && s.starts < b.to && b.from < s.ends) else { continue };
            // Nobody visits in the break, and what lies between two visits is long enough for road and break.
            let (mut now, mut here) = (r.leaves, s.from);
            let ends = r.stops.iter().map(|stop| (stop.begins, stop.leaves, request.tasks[stop.task as usize].place)).chain([(r.returns, r.returns, s.to)]);
            for (begins, leaves, place) in ends {
                prop_assert!(leaves <= b.from || begins >= b.to || begins == leaves, "{begins}–{leaves} in {b:?}");
                let free = (begins - now) - (begins.min(b.to) - now.max(b.from)).max(0);
                prop_assert!(free >= request.travel.ticks(here, place), "{now}–{begins} around {b:?}");
                (now, here) = (leaves, place);
            }
        }
    }

    #[test]
    fn what_goes_beyond_the_duty_has_to_be_worth_it(request in requests(), seed: u64) {
        // Beyond any worth: nobody has more than he owes.
        let mut request = request;
        request.weights.surplus = 1.0e6;
        let plan = planned(&request, seed, 400, 1);
        sound(&request, &plan)?;
        for (l, leader) in (0u32..).zip(&request.leaders) {
            let visits = plan.stops().filter(|(s, _)| request.shifts[*s as usize].leader == l).count();
            prop_assert!(visits <= usize::from(leader.quota));
        }
    }

    #[test]
    fn more_iterations_are_never_worse(request in requests(), numbers in prop::option::of(caps()), seed: u64, threads in 1usize..3) {
        let request = match numbers {
            Some(numbers) => capped(request, &numbers),
            None => request,
        };
        let mut last = f64::NEG_INFINITY;
        for iterations in [0, 1, 7, 40, 300, 4096, 5000] {
            let value = planned(&request, seed, iterations, threads).value.total();
            prop_assert!(value >= last, "{iterations} iterations are worth {value}, fewer {last}");
            last = value;
        }
    }

    #[test]
    fn the_same_seed_and_threads_give_the_same_plan(request in requests(), seed: u64, threads in 1usize..3) {
        prop_assert_eq!(planned(&request, seed, 400, threads), planned(&request, seed, 400, threads));
    }

    #[test]
    fn a_pinned_visit_never_moves(request in requests(), seed: u64, which: prop::sample::Index, half in 0u8..3) {
        let base = planned(&request, seed, 60, 1);
        let stops: Vec<(u32, u32)> = base.stops().map(|(shift, stop)| (shift, stop.task)).collect();
        prop_assume!(!stops.is_empty());
        let (shift, task) = stops[which.index(stops.len())];
        let at = &request.shifts[shift as usize];
        let pin = Pin { task, leader: (half != 1).then_some(at.leader), day: (half != 0).then_some(at.day) };
        let request = Request { pins: vec![pin], base: Some(base), ..request };
        let plan = planned(&request, seed ^ 1, 400, 1);
        sound(&request, &plan)?;
        prop_assert!(plan.stops().any(|(s, stop)| s == shift && stop.task == task));
    }

    #[test]
    fn a_forbidden_visit_is_not_planned(request in requests(), seed: u64, which: prop::sample::Index) {
        let task = which.index(request.tasks.len()) as u32;
        let request = Request { forbids: vec![Forbid { task, leader: None, day: None }], ..request };
        let plan = planned(&request, seed, 300, 1);
        sound(&request, &plan)?;
        prop_assert!(plan.stops().all(|(_, stop)| stop.task != task));
    }

    #[test]
    fn a_base_plan_that_holds_is_kept_when_change_costs_most(request in requests(), seed: u64) {
        let base = planned(&request, seed, 60, 1);
        let before = order(&base);
        let mut request = Request { base: Some(base), ..request };
        request.weights.stability = 1.0e6;
        let plan = planned(&request, seed ^ 1, 400, 1);
        sound(&request, &plan)?;
        for (shift, tasks) in before {
            for task in tasks { prop_assert!(plan.stops().any(|(s, stop)| s == shift && stop.task == task)); }
        }
    }

    #[test]
    fn weights_times_a_power_of_two_change_nothing(request in requests(), seed: u64, power in -8i32..9) {
        let k = 2f64.powi(power);
        let mut scaled = request.clone();
        let w = &mut scaled.weights;
        for x in [&mut w.priority, &mut w.duty, &mut w.surplus, &mut w.weekly, &mut w.fairness, &mut w.spread, &mut w.spare, &mut w.travel, &mut w.stability] { *x *= k; }
        prop_assert_eq!(planned(&request, seed, 400, 1).routes, planned(&scaled, seed, 400, 1).routes);
    }

    #[test]
    fn other_names_change_nothing(request in requests(), seed: u64) {
        let mut renamed = request.clone();
        for (i, t) in renamed.tasks.iter_mut().enumerate() { t.name = format!("{}", 1000 - i); }
        for (i, l) in renamed.leaders.iter_mut().enumerate() { l.name = format!("{}", 1000 - i); }
        for (i, s) in renamed.shifts.iter_mut().enumerate() { s.name = format!("{}", 1000 - i); }
        prop_assert_eq!(planned(&request, seed, 300, 1), planned(&renamed, seed, 300, 1));
    }
}

#[test]
fn few_visits_are_planned_as_well_as_any_plan_can_be() {
    // All orders of all subsets of seven tasks on one shift, tried one by one.
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..40 {
        let mut request = requests().new_tree(&mut runner).expect("a request").current();
        request.tasks.truncate(7);
        request.shifts.truncate(1);
        let mut best = 0.0f64;
        let mut stack: Vec<Vec<u32>> = vec![vec![]];
        while let Some(tasks) = stack.pop() {
            if !tasks.is_empty() {
                let plan = yixian_planner::check::timed(&request, &[(0, tasks.clone())]);
                let report = check(&request, &plan);
                if report.faults.is_empty() {
                    best = best.max(report.value.total());
                }
            }
            for t in 0..request.tasks.len() as u32 {
                if !tasks.contains(&t) && tasks.len() < usize::from(request.shifts[0].most) {
                    stack.push(tasks.iter().copied().chain([t]).collect());
                }
            }
        }
        let found = planned(&request, 1, 3000, 1).value.total();
        assert!((found - best).abs() < 1e-6, "found {found}, best {best}\n{request:?}");
    }
}
