//! What no caps are asked of is planned as it always was: the routes of a few requests by iterations and seed, as digests that were taken
//! before there were caps. Whoever changes the search on purpose renews them and says so.

use std::path::Path;
use yixian_planner::model::*;
use yixian_planner::read::toptw::Rounding;
use yixian_planner::read::{month, toptw};
use yixian_planner::search::{Budget, Settings, solve};
use yixian_planner::travel::{Matrix, Travel};

/// Routes, times and worth as one number (FNV-1a).
fn digest(plan: &Plan) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut take = |n: i64| {
        for byte in n.to_le_bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for r in &plan.routes {
        [i64::from(r.shift), r.leaves.into(), r.returns.into(), r.travel.into()].into_iter().for_each(&mut take);
        for s in &r.stops {
            [i64::from(s.task), s.arrives.into(), s.begins.into(), s.leaves.into()].into_iter().for_each(&mut take);
        }
    }
    take((plan.value.total() * 1024.0).round() as i64);
    hash
}

fn planned(request: &Request, iterations: u64) -> Plan {
    solve(request, Settings { seed: 5, threads: 1, budget: Budget::Iterations(iterations) }).plan
}

/// Forty visits by three leaders in four days, by plain arithmetic: places on a grid, windows of a day or two, some by night.
fn small() -> Request {
    let places: Vec<(i32, i32)> = (0..12).map(|i| (i * 37 % 61, i * 23 % 53)).collect();
    let ticks =
        places.iter().flat_map(|a| places.iter().map(|b| ((a.0 - b.0).abs() + (a.1 - b.1).abs()) as u16)).collect();
    Request {
        tasks: (0..40_i32)
            .map(|i| Task {
                name: format!("task {i}"),
                place: i as u32 % 12,
                priority: vec![Part { name: "points".into(), points: 5 + i * 7 % 29 }],
                service: 30 + i % 4 * 10,
                windows: vec![Window {
                    first: (i % 3) as u16,
                    last: (i % 3 + 1) as u16,
                    opens: if i % 5 == 0 { 1260 } else { 510 },
                    closes: if i % 5 == 0 { 1440 } else { 990 },
                }],
                skill: (i % 6 == 0).then_some(1),
                rank: u8::from(i % 7 == 0),
                unit: Some(i as u32 % 4),
                district: None,
            })
            .collect(),
        leaders: (0..3_u8)
            .map(|l| Leader {
                name: format!("leader {l}"),
                rank: l.min(1),
                skills: u64::from(l),
                level: l,
                specialty: l % 2,
                quota: 6,
            })
            .collect(),
        shifts: (0..15_u32)
            .map(|i| Shift {
                name: format!("shift {i}"),
                leader: i % 3,
                day: (i / 3 % 4) as u16,
                week: (i / 3 % 4 / 2) as u16,
                starts: if i >= 12 { 1260 } else { 510 },
                ends: if i >= 12 { 1560 } else { 1050 },
                from: i % 3,
                to: i % 3,
                most: 5,
            })
            .collect(),
        travel: Travel::Matrix(Matrix::new(12, ticks).expect("square")),
        weights: Weights { fairness: 0.25, spread: 4.0, spare: 2.0, ..Weights::default() },
        same_hour: 30,
        ..Request::default()
    }
}

#[test]
fn a_request_without_caps_is_planned_as_before() {
    assert_eq!(digest(&planned(&small(), 3_000)), 10_559_194_723_462_244_156);
}

#[test]
fn the_given_files_are_planned_as_before() {
    let Some(data) = std::env::var_os("YIXIAN_TEST_DATA") else {
        assert!(std::env::var_os("CI").is_none(), "CI needs YIXIAN_TEST_DATA");
        return eprintln!("DID NOT RUN: YIXIAN_TEST_DATA is not set");
    };
    let folder = Path::new(&data).join("planner");
    let mut found = Vec::new();
    for (name, tours) in [("c101.txt", 2), ("r207.txt", 3), ("pr07.txt", 4)] {
        let bytes = std::fs::read(folder.join("toptw").join(name)).expect(name);
        let request = toptw::read(&bytes, tours, Rounding::of(name)).unwrap_or_else(|f| panic!("{name}: {}", f[0]));
        found.push((name, digest(&planned(&request, 2_000))));
    }
    let file = |name: &str| std::fs::read(folder.join("month").join(name)).expect(name);
    let (sites, depots, tasks) = (file("sites.csv"), file("depots.csv"), file("tasks.csv"));
    let (leaders, shifts, matrix) = (file("leaders.csv"), file("shifts.csv"), file("matrix.u16"));
    let files = month::Files {
        sites: &sites,
        depots: &depots,
        tasks: &tasks,
        leaders: &leaders,
        shifts: &shifts,
        matrix: &matrix,
    };
    let request = month::read(&files).unwrap_or_else(|f| panic!("{}", f[0])).request;
    found.push(("month", digest(&planned(&request, 3_000))));
    assert_eq!(
        found,
        [
            ("c101.txt", 6_767_664_047_809_215_344),
            ("r207.txt", 5_708_849_745_461_481_822),
            ("pr07.txt", 16_402_288_204_861_571_029),
            ("month", 2_864_119_039_625_218_858),
        ]
    );
}
