//! Warning before breach on real cases: figures that were measured by other code, and ours beside them.

use std::collections::HashSet;
use std::io::Read;
use std::path::PathBuf;
use yixian_mining::traces::Traces;
use yixian_mining::warning::{BackTest, Ended, Known, Rates, Remaining, Shrinkage, Window, back_test, looks};
use yixian_mining::xes::{self, Keep};

fn shared(test: &str) -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("YIXIAN_TEST_DATA") {
        return Some(PathBuf::from(folder));
    }
    assert!(std::env::var_os("CI").is_none(), "{test}: CI must set YIXIAN_TEST_DATA");
    eprintln!("{test}: not run: YIXIAN_TEST_DATA is not set");
    None
}

/// Boston's requests of 2011 that have a target and the city's own verdict.
struct Request {
    opened: String,
    target: String,
    late: bool,
    kind: String,
    department: String,
    queue: String,
}

fn boston(folder: &std::path::Path) -> Vec<Request> {
    let file = std::fs::File::open(folder.join("requests311/boston311_2011.zip")).expect("the archive");
    let mut archive = zip::ZipArchive::new(file).expect("a ZIP");
    let name = archive
        .file_names()
        .filter_map(Result::ok)
        .find(|n| n.ends_with(".csv") && !n.contains("MACOSX"))
        .expect("a CSV")
        .into_owned();
    let mut text = Vec::new();
    archive.by_name(&name).expect("it is there").read_to_end(&mut text).expect("unpacks");
    let mut rows = csv::Reader::from_reader(&text[..]);
    let heading = rows.headers().expect("a heading").clone();
    let column = |name: &str| heading.iter().position(|h| h == name).expect(name);
    let [opened, target, verdict, kind, department, queue] =
        ["open_dt", "target_dt", "ontime", "type", "department", "queue"].map(column);
    rows.records()
        .map(|r| r.expect("a row"))
        .filter(|r| !r[target].is_empty() && !r[verdict].is_empty())
        .map(|r| Request {
            opened: r[opened].to_owned(),
            target: r[target].to_owned(),
            late: &r[verdict] == "OVERDUE",
            kind: r[kind].to_owned(),
            department: r[department].to_owned(),
            queue: r[queue].to_owned(),
        })
        .collect()
}

fn by_type(r: &Request) -> (&str, &str) {
    (&r.kind, &r.department)
}

fn by_queue(r: &Request) -> (&str, &str) {
    (&r.queue, &r.department)
}

#[test]
fn boston_is_warned_as_well_as_others_measured() {
    let Some(folder) = shared("boston_is_warned_as_well_as_others_measured") else { return };
    let requests = boston(&folder);
    // The published clock's texts sort as its instants do.
    let (history, test): (Vec<&Request>, Vec<&Request>) = (
        requests.iter().filter(|r| r.target.as_str() < "2011-11-01").collect(),
        requests.iter().filter(|r| r.opened.as_str() >= "2011-11-01").collect(),
    );
    let run = |shrinkage: Shrinkage, key: fn(&Request) -> (&str, &str), by_unit: bool| -> BackTest {
        let known = history.iter().map(|r| Known { kind: key(r).0, unit: key(r).1, late: r.late });
        let rates = Rates::learn(known, Window::default(), shrinkage).expect("a history");
        let rated: Vec<(f64, bool)> = test
            .iter()
            .map(|r| {
                let (kind, unit) = key(r);
                (if by_unit { rates.estimate(kind, unit) } else { rates.of_kind(kind) }.of.rate, r.late)
            })
            .collect();
        back_test(&rated, rates.whole.rate).expect("cases")
    };
    // Measured elsewhere, per type, each rate drawn by twenty cases to the whole's: AUC 0.818, Brier 0.145 against 0.205
    // for one rate, 47.9 % of the late ones in the worst fifth.
    let theirs = run(Shrinkage::Fixed(20.0), by_type, false);
    assert_eq!(theirs.n, 11_472);
    let near = |value: f64, measured: f64, by: f64| assert!((value - measured).abs() < by, "{value} is not {measured}");
    near(theirs.late as f64 / theirs.n as f64, 0.279, 5e-4);
    near(theirs.brier_of_constant, 0.205, 5e-4);
    near(theirs.auc.expect("both"), 0.818, 5e-4);
    near(theirs.brier, 0.145, 5e-4);
    near(theirs.late_in_worst_fifth.expect("late"), 0.479, 5e-3);
    near(run(Shrinkage::Fixed(20.0), by_queue, false).auc.expect("both"), 0.872, 5e-4);
    let plain = run(Shrinkage::None, by_type, false);
    let ours = run(Shrinkage::Learned, by_type, true);
    let ours_by_type = run(Shrinkage::Learned, by_type, false);
    eprintln!(
        "20 cases by type: {theirs:?}\nunshrunk by type: {plain:?}\nlearned by type: {ours_by_type:?}\nlearned by type and department: {ours:?}"
    );
    // A weight learned from the history does better than either end on what it is made for, and never worse than one rate.
    assert!(ours_by_type.brier <= theirs.brier && ours.brier <= theirs.brier && ours.brier < ours.brier_of_constant);
    assert!(ours.auc > theirs.auc);
}

#[test]
fn the_last_step_tells_more_about_what_is_left_than_the_mean() {
    let Some(folder) = shared("the_last_step_tells_more_about_what_is_left_than_the_mean") else { return };
    let file = std::fs::File::open(folder.join("eventlogs/bpic2020_DomesticDeclarations.xes.gz")).expect("the log");
    let log = xes::read(file, Keep::Columns).expect("reads").of;
    let traces = Traces::of(&log);
    let mut order: Vec<usize> = (0..traces.len()).collect();
    order.sort_by_key(|i| traces.get(*i).first());
    let history: HashSet<u32> = order[..order.len() * 7 / 10].iter().map(|i| traces.get(*i).case).collect();
    let known =
        Remaining::learn(looks(&traces, |t| history.contains(&t.case).then(|| Ended { group: 0, at: t.last() })));
    let (whole, _) = known.whole.expect("a history");
    let (mut by_step, mut by_whole, mut n) = (0.0, 0.0, 0.0);
    for trace in order.iter().map(|i| traces.get(*i)).filter(|t| !history.contains(&t.case)) {
        for (activity, at) in trace.activities.iter().zip(trace.at) {
            let left = (trace.last() - at) as f64;
            let (median, seen) = known.after(0, *activity).unwrap_or((whole, 0));
            assert!(seen > 0 || known.after(0, *activity).is_none());
            by_step += (left - median as f64).abs();
            by_whole += (left - whole as f64).abs();
            n += 1.0;
        }
    }
    let days = |sum: f64| sum / n / 86_400e6;
    eprintln!(
        "mean error of what is left, days: one median {:.2}, median by last step {:.2}",
        days(by_whole),
        days(by_step)
    );
    assert!(by_step < by_whole * 0.95);
}
