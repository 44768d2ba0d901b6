//! `yixian plan solve|check` as scripts meet it, on a month small enough to be reckoned by hand.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

/// Three sites ten minutes apart from each other and from the one depot; one leader, two days of two visits, two visits owed.
fn month(folder: &Path) {
    let matrix: Vec<u8> = (0..16u16).flat_map(|i| if i % 5 == 0 { 0u16 } else { 10 }.to_le_bytes()).collect();
    let files: [(&str, &[u8]); 6] = [
        ("sites.csv", b"site,kind,district,lat,lon\n0,station,A,39.9,116.4\n1,station,A,39.9,116.5\n2,station,A,39.9,116.6\n"),
        ("depots.csv", b"loc,lat,lon\n3,39.9,116.4\n"),
        ("tasks.csv", b"task,loc,prize,svc,open,close,day0,day1,skill,rank\n0,0,30,30,480,1080,0,1,0,0\n1,1,20,30,480,1080,0,1,0,0\n2,2,10,30,480,1080,0,1,0,9\n"),
        ("leaders.csv", b"leader,rank,skillmask,quota,dep\n0,1,0,2,3\n"),
        ("shifts.csv", b"shift,leader,day,week,start,end,dep,maxvisits\n0,0,0,0,480,720,3,2\n1,0,1,0,480,720,3,2\n"),
        ("matrix.u16", &matrix),
    ];
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes).expect("written");
    }
}

fn plan(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_yixian")).arg("plan").args(args).output().expect("the binary runs")
}

fn json(args: &[&str]) -> Value {
    let o = plan(args);
    assert_eq!(o.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&o.stderr));
    serde_json::from_slice(&o.stdout).expect("JSON")
}

#[test]
fn a_month_is_planned_checked_and_bounded() {
    let folder = tempfile::tempdir().expect("a folder");
    month(folder.path());
    let dir = folder.path().to_str().expect("UTF-8");
    let file = folder.path().join("a.plan");
    let file = file.to_str().expect("UTF-8");
    let solved = json(&["solve", dir, "--iterations", "2000", "-o", file]);
    // Two visits of 50 points on one day: 30 minutes of road, two visits owed, one week.
    assert_eq!(solved["obj"], 50.0 - 0.05 * 30.0 + 40.0 * 2.0 + 40.0);
    let plain = json(&["check", dir, file]);
    assert_eq!((&plain["obj"], plain.get("bound")), (&solved["obj"], None));
    let told = json(&["check", dir, file, "--bound", "40"]);
    let (upper, worth) =
        (told["bound"]["upper"].as_f64().expect("a number"), solved["obj"].as_f64().expect("a number"));
    assert!(worth <= upper && upper <= worth * 1.02, "{told}");
    assert_eq!(told["bound"]["unreachable"], serde_json::json!([2]), "nobody has the rank");
    std::fs::write(file, "0 0 0\n").expect("written");
    let twice = plan(&["check", dir, file, "--bound", "1"]);
    assert!(twice.status.code() == Some(1) && twice.stdout.is_empty());
    assert!(!String::from_utf8_lossy(&twice.stderr).contains("panicked"));
}
