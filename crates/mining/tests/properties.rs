//! What must hold for every log: the order of coming does not matter, halves make the whole, every number is the size
//! of its list.

use proptest::prelude::*;
use yixian_domain::time::Zone;
use yixian_mining::answer::compare::compare;
use yixian_mining::answer::daily::daily;
use yixian_mining::answer::effort::{Ends, Turn, effort};
use yixian_mining::answer::flow::{Hop, bottlenecks, flow};
use yixian_mining::answer::handover::handovers;
use yixian_mining::answer::rework::rework;
use yixian_mining::answer::summary::summary;
use yixian_mining::answer::variants::variants;
use yixian_mining::answer::wip::{ageing, work_in_progress};
use yixian_mining::log::{Event, Log, Phase};
use yixian_mining::show;
use yixian_mining::traces::Traces;

#[derive(Clone, Debug)]
struct Happened {
    case: u8,
    activity: u8,
    at: i64,
    unit: Option<u8>,
    phase: Phase,
}

fn events() -> impl Strategy<Value = Vec<Happened>> {
    let phase = prop_oneof![Just(Phase::Unknown), Just(Phase::Start), Just(Phase::Complete)];
    let one = (0_u8..6, 0_u8..5, 0_i64..12, prop::option::of(0_u8..3), phase)
        .prop_map(|(case, activity, at, unit, phase)| Happened { case, activity, at: at * 1_000_000, unit, phase });
    prop::collection::vec(one, 0..60)
}

fn log(events: &[Happened]) -> Log {
    let mut log = Log::new();
    for e in events {
        let (case, activity, unit) =
            (format!("c{}", e.case), format!("a{}", e.activity), e.unit.map(|u| format!("u{u}")));
        log.push(&Event {
            case: &case,
            activity: &activity,
            at: e.at,
            actor: None,
            unit: unit.as_deref(),
            phase: e.phase,
        });
    }
    log
}

/// The cases of odd and of even names.
fn halves(log: &Log) -> (Traces, Traces) {
    let odd = |c: u32| log.cases.get(c).ends_with(['1', '3', '5']);
    (Traces::chosen(log, odd), Traces::chosen(log, |c| !odd(c)))
}

/// What activities turn, by their names.
fn turns(log: &Log) -> Vec<Turn> {
    log.activities
        .iter()
        .map(|a| match a {
            "a0" => Turn::Begins,
            "a1" => Turn::AsksToStop,
            "a2" => Turn::Stops,
            "a3" => Turn::GoesOn,
            _ => Turn::Ends,
        })
        .collect()
}

/// All answers in names, so that numbers given in another order do not show.
fn told(log: &Log) -> String {
    let traces = Traces::of(log);
    let hops = flow(log, &traces);
    let worst: Vec<(f64, &str, &str)> = {
        let mut all: Vec<_> = bottlenecks(&hops)
            .into_iter()
            .map(|h| (h.total, log.activities.get(h.from), log.activities.get(h.to)))
            .collect();
        all.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
        all
    };
    let mut ways = variants(log, &traces);
    for way in &mut ways {
        way.cases.sort_by_key(|c| log.cases.get(*c).to_owned());
    }
    let open: Vec<(&str, i64, &str)> = work_in_progress(log, &traces, 6_000_000)
        .iter()
        .map(|o| (log.cases.get(o.case), o.age, log.activities.get(o.at_step)))
        .collect();
    let between: Vec<(&str, &str, usize, f64)> = handovers(log, &traces)
        .iter()
        .map(|h| (log.units.get(h.from), log.units.get(h.to), h.rows.len(), h.total))
        .collect();
    let turns = turns(log);
    let efforts = [Ends::Phases, Ends::Turns(&turns)].map(|ends| {
        let mut e = effort(log, &traces, ends);
        e.steps.sort_by_key(|s| log.activities.get(s.activity).to_owned());
        serde_json::to_string(&show::effort(log, &e)).expect("JSON")
    });
    let zone = Zone::parse("Asia/Shanghai").expect("a zone");
    let names = |cases: &[u32]| {
        let mut all: Vec<&str> = cases.iter().map(|c| log.cases.get(*c)).collect();
        all.sort_unstable();
        all.join(" ")
    };
    let days: Vec<(String, String, String)> = daily(log, &traces, &zone)
        .iter()
        .map(|(day, d)| (day.to_string(), names(&d.arrived), names(&d.completed)))
        .collect();
    let (odd, even) = halves(log);
    [
        serde_json::to_string(&show::compared(log, &compare(log, &odd, &even), (&odd, &even))),
        serde_json::to_string(&(efforts, days)),
        serde_json::to_string(&show::summary(log, &summary(log), 100)),
        serde_json::to_string(&show::flow(log, &hops)),
        serde_json::to_string(&show::variants(log, &ways, 100)),
        serde_json::to_string(&show::rework(log, &rework(log, &traces))),
        serde_json::to_string(&(worst, open, between)),
    ]
    .map(|json| json.expect("JSON"))
    .join("\n")
}

proptest! {
    #[test]
    fn the_order_of_coming_does_not_matter(events in events(), keys in prop::collection::vec(any::<u32>(), 60)) {
        // Shuffled, but equal instants of one case keep their order: they are dealt into the places that they had.
        let mut order: Vec<usize> = (0..events.len()).collect();
        order.sort_by_key(|i| keys[*i]);
        let mut shuffled: Vec<Happened> = order.iter().map(|i| events[*i].clone()).collect();
        for case in 0..6 {
            for at in (0..12).map(|s| s * 1_000_000) {
                let here = |e: &Happened| e.case == case && e.at == at;
                let mut kept = events.iter().filter(|e| here(e)).cloned();
                for e in shuffled.iter_mut().filter(|e| here(e)) {
                    *e = kept.next().expect("as many");
                }
            }
        }
        prop_assert_eq!(told(&log(&shuffled)), told(&log(&events)));
    }

    #[test]
    fn two_halves_make_the_whole(events in events(), cut in 0_usize..60) {
        let (first, second) = events.split_at(cut.min(events.len()));
        let mut merged = log(first);
        merged.merge(&log(second));
        prop_assert_eq!(told(&merged), told(&log(&events)));
    }

    #[test]
    fn every_number_is_the_size_of_its_list(events in events()) {
        let log = log(&events);
        let traces = Traces::of(&log);
        let s = summary(&log);
        prop_assert_eq!(s.events, events.len());
        prop_assert_eq!(s.variants.iter().map(|v| v.cases.len()).sum::<usize>(), s.cases.len());
        prop_assert_eq!(s.starts.iter().chain(&s.ends).map(|e| e.cases.len()).sum::<usize>(), 2 * s.cases.len());
        prop_assert_eq!(s.throughput.cases.len() as u64, s.throughput.spread.map_or(0, |d| d.n));
        for v in &s.variants {
            for case in &v.cases {
                let i = s.cases.iter().position(|c| c == case).expect("a case");
                prop_assert_eq!(traces.get(i).activities, v.path.as_slice());
            }
        }
        // Every hop is told by exactly one event: the later of the two.
        let mut rows: Vec<u32> = flow(&log, &traces).into_iter().flat_map(|h| {
            assert!(h.rows.iter().all(|r| log.activity()[*r as usize] == h.to));
            assert!(h.median <= h.p90 && h.p90 <= h.max && h.mean <= h.max);
            h.rows
        }).collect();
        rows.sort_unstable();
        rows.dedup();
        prop_assert_eq!(rows.len(), events.len() - s.cases.len());
        // Counted again the plain way: the same step before it in the same case.
        let mut again = rework(&log, &traces);
        let plain = |row: u32| {
            let of = log.event(row);
            (0..events.len() as u32).filter(|r| *r != row).any(|r| {
                let other = log.event(r);
                (other.case, other.activity) == (of.case, of.activity) && (other.at, r) < (of.at, row)
            })
        };
        let mut told: Vec<u32> = again.repeated.iter_mut().flat_map(|r| std::mem::take(&mut r.again)).collect();
        told.sort_unstable();
        prop_assert_eq!(told, (0..events.len() as u32).filter(|r| plain(*r)).collect::<Vec<_>>());
        for ends in [Ends::Phases, Ends::Turns(&turns(&log))] {
            let e = effort(&log, &traces, ends);
            for spread in [e.working, e.waiting].into_iter().flatten() {
                prop_assert!(spread.n == e.cases.len() as u64 && spread.min >= 0.0, "{spread:?}");
            }
            prop_assert!(e.steps.iter().all(|s| s.working.n == s.rows.len() as u64 && s.working.min >= 0.0));
            let mut with: Vec<u32> = e.steps.iter().flat_map(|s| log.cases_of(&s.rows)).collect();
            with.sort_unstable();
            with.dedup();
            let mut cases = e.cases.clone();
            cases.sort_unstable();
            prop_assert_eq!(with, cases);
        }
        // By phases every start and every end is in one pair or stands alone.
        let e = effort(&log, &traces, Ends::Phases);
        let ends = events.iter().filter(|e| e.phase != Phase::Unknown).count();
        prop_assert_eq!(2 * e.steps.iter().map(|s| s.rows.len()).sum::<usize>() + e.unpaired.len(), ends);
        let days = daily(&log, &traces, &Zone::parse("Asia/Shanghai").expect("a zone"));
        prop_assert_eq!(days.values().map(|d| d.arrived.len()).sum::<usize>(), s.cases.len());
        prop_assert_eq!(days.values().map(|d| d.completed.len()).sum::<usize>(), s.cases.len());
        // Both sides of a comparison together have every hop of the whole.
        let (odd, even) = halves(&log);
        let both = compare(&log, &odd, &even);
        let count = |h: &Option<Hop>| h.as_ref().map_or(0, Hop::count);
        prop_assert_eq!(both.hops.values().map(|h| count(&h.left) + count(&h.right)).sum::<usize>(), events.len() - s.cases.len());
        prop_assert_eq!(both.throughput.0.cases.len() + both.throughput.1.cases.len(), s.cases.len());
        let open = work_in_progress(&log, &traces, 6_000_000);
        prop_assert_eq!(ageing(&open, &[1_000_000, 3_000_000]).iter().map(Vec::len).sum::<usize>(), open.len());
    }
}
