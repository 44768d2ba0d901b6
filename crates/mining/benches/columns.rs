//! A million events: building columns, and the everyday answers over them.

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use yixian_mining::answer::flow::flow;
use yixian_mining::answer::throughput::{RoundTheClock, throughput};
use yixian_mining::answer::variants::variants;
use yixian_mining::log::{Log, Phase};
use yixian_mining::traces::Traces;

/// About a million events of 168,000 cases, with repeats and steps left out; the same every time.
fn log() -> Log {
    let mut log = Log::new();
    let steps: Vec<u32> = (0..12).map(|i| log.activities.intern(&format!("step {i}"))).collect();
    let mut state = 20_260_101_u64;
    let mut chance = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    for number in 0..168_000_u32 {
        let case = log.cases.intern(&format!("case {number}"));
        let mut at = (chance() % 100_000_000) as i64 * 1_000_000;
        for step in &steps[..6] {
            at += (chance() % 1_000_000) as i64 * 100_000;
            let step = if chance() % 20 == 0 { steps[(chance() % 12) as usize] } else { *step };
            log.push_known(case, step, at, None, None, Phase::Unknown);
        }
    }
    log
}

fn columns(c: &mut Criterion) {
    let log = log();
    let mut group = c.benchmark_group("million");
    group.sample_size(10);
    group.bench_function("build", |b| b.iter(|| black_box(self::log().len())));
    group.bench_function("group", |b| b.iter(|| black_box(Traces::of(&log).events())));
    let traces = Traces::of(&log);
    group.bench_function("variants", |b| b.iter(|| black_box(variants(&log, &traces).len())));
    group.bench_function("flow", |b| b.iter(|| black_box(flow(&log, &traces).len())));
    group.bench_function("throughput", |b| b.iter(|| black_box(throughput(&traces, &RoundTheClock).spread)));
    group.bench_function("group, variants, flow, throughput", |b| {
        b.iter(|| {
            let traces = Traces::of(&log);
            black_box((
                variants(&log, &traces).len(),
                flow(&log, &traces).len(),
                throughput(&traces, &RoundTheClock).spread,
            ))
        })
    });
    group.finish();
}

criterion_group!(benches, columns);
criterion_main!(benches);
