//! The month of the shared data: read whole, planned by a plain hand, and scored to the digit as the reference checker does.

use std::path::{Path, PathBuf};
use std::process::Command;
use yixian_planner::check::{check, timed};
use yixian_planner::model::*;
use yixian_planner::read::{month, plan};
use yixian_planner::search::{Budget, Settings, solve};

/// The folder of the month; none, said aloud, where there is no test data.
fn folder() -> Option<PathBuf> {
    match std::env::var_os("YIXIAN_TEST_DATA") {
        Some(data) => Some(Path::new(&data).join("planner/month")),
        None => {
            assert!(std::env::var_os("CI").is_none(), "CI needs YIXIAN_TEST_DATA");
            eprintln!("DID NOT RUN: YIXIAN_TEST_DATA is not set");
            None
        }
    }
}

fn read(folder: &Path) -> month::Month {
    let file = |name: &str| std::fs::read(folder.join(name)).expect(name);
    let (sites, depots, tasks) = (file("sites.csv"), file("depots.csv"), file("tasks.csv"));
    let (leaders, shifts, matrix) = (file("leaders.csv"), file("shifts.csv"), file("matrix.u16"));
    month::read(&month::Files {
        sites: &sites,
        depots: &depots,
        tasks: &tasks,
        leaders: &leaders,
        shifts: &shifts,
        matrix: &matrix,
    })
    .unwrap_or_else(|faults| panic!("{} faults, the first: {}", faults.len(), faults[0]))
}

/// Whether a route may be driven, by the text of the layout.
fn drives(r: &Request, s: &Shift, tasks: &[usize]) -> bool {
    let (mut now, mut here) = (s.starts, s.from);
    for t in tasks {
        let task = &r.tasks[*t];
        now = (now + r.travel.ticks(here, task.place)).max(task.windows[0].opens);
        if now > task.windows[0].closes {
            return false;
        }
        (now, here) = (now + task.service, task.place);
    }
    now + r.travel.ticks(here, s.to) <= s.ends && tasks.len() <= usize::from(s.most)
}

/// A plan by a plain hand: shift after shift, every `step`-th task that fits goes to the end of the route.
fn by_hand(r: &Request, step: usize) -> Plan {
    let mut taken = vec![false; r.tasks.len()];
    let mut routes = Vec::new();
    for (i, s) in r.shifts.iter().enumerate() {
        let (leader, mut route) = (&r.leaders[s.leader as usize], Vec::new());
        for (t, task) in r.tasks.iter().enumerate().skip(i % step).step_by(step) {
            let may = !taken[t]
                && task.windows[0].first <= s.day
                && s.day <= task.windows[0].last
                && leader.rank >= task.rank
                && task.skill.is_none_or(|k| leader.skills >> k & 1 == 1);
            route.push(t);
            if may && drives(r, s, &route) {
                taken[t] = true
            } else {
                route.pop();
            }
        }
        routes.push((i as u32, route.into_iter().map(|t| t as u32).collect()));
    }
    timed(r, &routes)
}

/// The reference's words: a Python dictionary of plain numbers, which is JSON but for its quotes.
fn reference(folder: &Path, plan: &Path, base: Option<&Path>) -> Option<serde_json::Value> {
    let python = |args: &[&std::ffi::OsStr], own: bool| {
        let mut command = Command::new("python3");
        command.args(args).env("PYTHONDONTWRITEBYTECODE", "1");
        if own {
            command.env("PYTHONPATH", Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle"));
        }
        command.output()
    };
    let numpy = match python(&["-c".as_ref(), "import numpy".as_ref()], false) {
        Ok(out) => out.status.success(),
        Err(e) => {
            assert!(std::env::var_os("CI").is_none(), "CI needs python3");
            eprintln!("DID NOT RUN: no python3: {e}");
            return None;
        }
    };
    let checker = folder.join("check.py");
    let mut args = vec![checker.as_os_str(), folder.as_os_str(), plan.as_os_str()];
    args.extend(base.map(Path::as_os_str));
    let out = python(&args, !numpy).expect("python3");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout)
        .expect("text")
        .replace('\'', "\"")
        .replace("np.int64(", "")
        .replace("np.float64(", "")
        .replace(')', "");
    Some(serde_json::from_str(&text).expect("a dictionary"))
}

#[test]
fn the_score_is_that_of_the_reference_to_the_digit() {
    let Some(folder) = folder() else { return };
    let mut request = read(&folder).request;
    let scratch = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let mut base: Option<(Plan, PathBuf)> = None;
    for step in [1, 3, 7] {
        let made = by_hand(&request, step);
        let file = scratch.join(format!("month-{step}.plan"));
        std::fs::write(&file, plan::write(&made, &request)).expect("a file");
        let read_back = plan::read(&std::fs::read(&file).expect("a file"), &request).expect("our own text");
        assert_eq!(timed(&request, &read_back), made);
        request.base = base.as_ref().map(|(b, _)| b.clone());
        let report = check(&request, &made);
        assert_eq!(report.faults, []);
        assert!(report.score.visits > 100);
        let Some(theirs) = reference(&folder, &file, base.as_ref().map(|(_, f)| f.as_path())) else { return };
        let ours = serde_json::to_value(report.score).expect("JSON");
        for (field, value) in theirs.as_object().expect("a dictionary") {
            assert_eq!(ours[field].as_f64(), value.as_f64(), "{field}, step {step}");
        }
        assert_eq!(ours.as_object().map(serde_json::Map::len), theirs.as_object().map(serde_json::Map::len));
        base = Some((made, file));
        request.base = None;
    }
}

#[test]
fn a_spoilt_month_is_refused_with_every_fault_in_its_row() {
    let Some(folder) = folder() else { return };
    let file = |name: &str| String::from_utf8(std::fs::read(folder.join(name)).expect(name)).expect("text");
    // Rows: the heading is 1, so the first task stands in row 2.
    let mut tasks: Vec<String> = file("tasks.csv").lines().map(str::to_owned).collect();
    tasks[1] = "0,0,13,120,990,510,0,9,0,0".into();
    tasks[2] = "0,0,6,120,510,990,11,20,0,0".into();
    tasks[3] = "2,99999,16,NaN,510,990,0,9,0,0".into();
    tasks[4] = "3,1,-4,120,510,990,9,0,0,0".into();
    let mut leaders: Vec<String> = file("leaders.csv").lines().map(str::to_owned).collect();
    leaders[1] = "0,1,62,10,".into();
    leaders[2] = "1,1,62,60000,2517".into();
    let mut matrix = std::fs::read(folder.join("matrix.u16")).expect("a matrix");
    matrix[10] = 255;
    matrix[11] = 255;
    let of_leader_1: Vec<u32> = file("shifts.csv")
        .lines()
        .map(|l| l.split(',').collect::<Vec<_>>())
        .filter(|c| c[1] == "1")
        .map(|c| c[7].parse().expect("visits"))
        .collect();
    let duty = format!(
        "leaders.csv, row 3: 60000 visits are owed, but the {} shifts allow {}",
        of_leader_1.len(),
        of_leader_1.iter().sum::<u32>()
    );
    let (tasks, leaders, sites, depots, shifts) =
        (tasks.join("\n"), leaders.join("\n"), file("sites.csv"), file("depots.csv"), file("shifts.csv"));
    let files = |matrix| month::Files {
        sites: sites.as_bytes(),
        depots: depots.as_bytes(),
        tasks: tasks.as_bytes(),
        leaders: leaders.as_bytes(),
        shifts: shifts.as_bytes(),
        matrix,
    };
    let mut said: Vec<String> =
        month::read(&files(&matrix)).expect_err("faults").iter().map(ToString::to_string).collect();
    said.sort();
    assert_eq!(
        said,
        [
            "leaders.csv, row 2: the leader has no home",
            duty.as_str(),
            "matrix.u16, row 0: no travel time to 1 places, the first is 5",
            "tasks.csv, row 2: the window closes (510) before it opens (990)",
            "tasks.csv, row 3: Task \"0\" stands twice",
            "tasks.csv, row 4: svc \"NaN\" is not a number that can stand here",
            "tasks.csv, row 4: there is no Place 99999",
            "tasks.csv, row 5: prize -4 is not between 0 and 67108864",
        ]
        .map(str::to_owned)
    );
    // A month that loses shifts keeps its duties and says which cannot be met; all other faults stay faults.
    let lost: String = shifts.lines().filter(|l| l.split(',').nth(1) != Some("1")).map(|l| format!("{l}\n")).collect();
    let (leaders, tasks, whole) =
        (file("leaders.csv"), file("tasks.csv"), std::fs::read(folder.join("matrix.u16")).expect("a matrix"));
    let short =
        month::Files { leaders: leaders.as_bytes(), tasks: tasks.as_bytes(), shifts: lost.as_bytes(), ..files(&whole) };
    let excused = month::read_with(&short, whole.as_slice(), month::Duties::Excused)
        .unwrap_or_else(|f| panic!("{}", f[0]))
        .excused;
    assert_eq!(
        excused.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["leaders.csv, row 3: 10 visits are owed, but the 0 shifts allow 0"]
    );
    assert_eq!(month::read(&short).expect_err("a fault"), excused);
    let cut = month::read(&files(&matrix[..matrix.len() - 3])).expect_err("faults");
    let of_matrix = cut.iter().filter(|f| f.to_string().starts_with("matrix.u16: ")).count();
    assert_eq!(of_matrix, 2, "a cut entry and a matrix that is not square");
    assert!(!cut.iter().any(|f| f.to_string().contains("Place 0")), "no place is blamed for the matrix");
}

#[test]
fn a_short_search_meets_nearly_every_duty_and_every_week() {
    let Some(folder) = folder() else { return };
    let request = read(&folder).request;
    let made = solve(&request, Settings { seed: 1, threads: 1, budget: Budget::Iterations(120_000) }).plan;
    let report = check(&request, &made);
    assert_eq!(report.faults, []);
    // Without refilling shifts it is 150 of 160 after the same iterations.
    assert!(report.score.quota_met >= 154, "{} duties met", report.score.quota_met);
    assert_eq!(report.score.weeks, report.score.weeks_possible);
}
