//! Flat logs out and in again: counts, order and values are the same.

use proptest::prelude::*;
use yixian_mining::log::{Event, Log, Phase, Value};
use yixian_mining::reading::Remark;
use yixian_mining::table::{self, EventColumns, EventMap};
use yixian_mining::traces::Traces;
use yixian_mining::xes::{self, Keep};
use yixian_mining::{table_write, xes_write};

/// A log as its answers see it: case by case, in order, with all that is recorded.
fn told(log: &Log) -> Vec<String> {
    Traces::of(log)
        .iter()
        .flat_map(|t| {
            t.rows
                .iter()
                .map(|row| {
                    let values: Vec<String> = log
                        .of_events
                        .iter()
                        .filter_map(|(n, c)| Some(format!("{n}={}", show(log, c.get(*row)?))))
                        .collect();
                    let of_case: Vec<String> = log
                        .of_cases
                        .iter()
                        .filter_map(|(n, c)| Some(format!("{n}={}", show(log, c.get(t.case)?))))
                        .collect();
                    format!("{:?} {values:?} {of_case:?}", log.event(*row))
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

fn show(log: &Log, value: Value) -> String {
    match value {
        Value::Text(id) => log.texts.get(id).to_owned(),
        other => format!("{other:?}"),
    }
}

/// Names without white space at their ends, which readers of tables take away.
fn text() -> impl Strategy<Value = String> + Clone {
    prop_oneof!["[a-c]", "[a-c][ -~]{0,5}[a-c]", "[受理][受理<&>\"'\n\t\r,;]{0,3}[受理]"]
}

prop_compose! {
    fn any_log()(events in prop::collection::vec((0..6_usize, text(), -99_999_999_i64..4_000_000_000_000_000, prop::option::of(text()), prop::option::of(text()), 0..3_u8, prop::option::of(any::<i32>()), any::<bool>()), 1..40), names in prop::collection::vec(text(), 6)) -> Log {
        let mut log = Log::new();
        for (case, activity, at, actor, unit, phase, number, flag) in &events {
            let name = format!("{case}{}", names[*case]);
            let phase = [Phase::Unknown, Phase::Start, Phase::Complete][usize::from(*phase)];
            let row = log.push(&Event { case: &name, activity, at: *at, actor: actor.as_deref(), unit: unit.as_deref(), phase });
            if let Some(n) = number {
                log.note(row, "n", Value::Int(i64::from(*n)));
                log.note(row, "x", Value::Real(f64::from(*n) / 3.0));
                log.note(row, "flag", Value::Bool(*flag));
                log.note(row, "when", Value::Time(*at));
                let case = log.case()[row as usize];
                let value = log.text(activity);
                log.describe(case, "of the case", value);
            }
        }
        log
    }
}

proptest! {
    #[test]
    fn xes_out_and_in_is_the_same(log in any_log()) {
        let mut plain = Vec::new();
        let written = xes_write::write(&log, &mut plain).expect("writes");
        prop_assert_eq!((written.counts.events, written.counts.objects), (log.len() as u64, log.cases.len() as u64));
        let again = xes::read(&plain[..], Keep::Attributes).expect("reads");
        prop_assert!(again.remarks.is_empty(), "{:?}", again.remarks);
        prop_assert_eq!(told(&again.of), told(&log));
        let mut packer = xes_write::packed(Vec::new());
        xes_write::write(&log, &mut packer).expect("writes");
        prop_assert_eq!(told(&xes::read(&packer.finish().expect("in memory")[..], Keep::Attributes).expect("reads").of), told(&log));
    }

    #[test]
    fn a_table_out_and_in_is_the_same_course(log in any_log()) {
        let mut out = Vec::new();
        table_write::write(&log, &mut out).expect("writes");
        let columns = EventColumns { actor: Some("org:resource".into()), unit: Some("org:group".into()), phase: Some("lifecycle:transition".into()), ..EventColumns::default() };
        let again = table::read(&out[..], &EventMap { columns, ..EventMap::default() }, Keep::Columns).expect("reads").of;
        let course = |log: &Log| Traces::of(log).iter().map(|t| (
            log.cases.get(t.case).to_owned(), t.at.to_vec(),
            t.activities.iter().map(|a| log.activities.get(*a).to_owned()).collect::<Vec<_>>(),
        )).collect::<Vec<_>>();
        prop_assert_eq!(course(&again), course(&log));
    }
}

#[test]
fn what_xes_cannot_hold_is_told() {
    let mut log = Log::new();
    log.push(&Event { case: "a\u{1}", activity: "b", ..Event::default() });
    log.cases.intern("without events");
    let written = xes_write::write(&log, Vec::new()).expect("writes");
    assert_eq!((written.remarks.count(Remark::ControlCharacter), written.remarks.count(Remark::Idle)), (1, 1));
}
