//! Readers: the literature's files whole, texts we write ourselves, spoilt bytes that must be refused and never panic; travel.

use proptest::prelude::*;
use std::path::Path;
use yixian_planner::check::{check, timed};
use yixian_planner::model::*;
use yixian_planner::read::toptw::Rounding;
use yixian_planner::read::{caps, month, plan, top, toptw};
use yixian_planner::travel::guess::{Area, Guess, Pattern, Spot};
use yixian_planner::travel::table::{Assembly, Block};
use yixian_planner::travel::{Model, Source};
use yixian_planner::validate::faults;

const TOPTW: &str = "4 2 3 1\n0 200\n  0 0.00 0.00 0.00 0.00 0 0 0 100\n  1 3.00 4.00 1.50 10.00 1 1 1 0 20\n  2 1.00 0.33 1.00 7 1 2 1 2 5 9.5\n  3 1 1 0 4 0 0 3 30\n";
const TOP: &str = "n 4\nm 2\ntmax 10.0\n0 0 0\n1 1 5\n3.5 0 7\n4 0 0\n";
const SITES: &str = "site,kind,district,lat,lon\n0,construction,East,40.1,116.1\n1,community,West,39.9,116.4\n";
const DEPOTS: &str = "loc,lat,lon\n2,39.93,116.42\n";
const TASKS: &str =
    "task,loc,prize,svc,open,close,day0,day1,skill,rank\n0,0,13,120,510,990,0,1,0,0\n1,1,6,60,1320,1440,1,1,2,0\n";
const LEADERS: &str = "leader,rank,skillmask,quota,dep\n0,1,62,1,2\n";
const SHIFTS: &str = "shift,leader,day,week,start,end,dep,maxvisits\n0,0,0,0,510,1035,2,6\n1,0,1,0,1290,1590,2,3\n";
const MATRIX: [u16; 9] = [0, 20, 30, 21, 0, 15, 30, 16, 0];
const OSRM: &str = r#"{"code":"Ok","durations":[[0,61.2,null],[60,0,119.9]],"sources":[]}"#;
const VALHALLA: &str = r#"{"sources_to_targets":[[{"time":0,"distance":0},{"time":61},{"time":null}],[{"time":60},{"time":0},{"time":120}]],"units":"kilometers"}"#;

fn matrix() -> Vec<u8> {
    MATRIX.iter().flat_map(|t| t.to_le_bytes()).collect()
}

fn small_month(parts: &[Vec<u8>; 6]) -> Result<month::Month, Vec<yixian_planner::fault::Fault>> {
    month::read(&month::Files {
        sites: &parts[0],
        depots: &parts[1],
        tasks: &parts[2],
        leaders: &parts[3],
        shifts: &parts[4],
        matrix: &parts[5],
    })
}

fn parts() -> [Vec<u8>; 6] {
    [SITES.into(), DEPOTS.into(), TASKS.into(), LEADERS.into(), SHIFTS.into(), matrix()]
}

#[test]
fn a_file_of_the_literature_is_read_by_its_rule() {
    let r = toptw::read(TOPTW.as_bytes(), 2, Rounding::Tenths).expect("a sound file");
    assert_eq!((r.tasks.len(), r.leaders.len(), r.shifts.len()), (3, 2, 2));
    assert_eq!(r.tasks.iter().map(Task::worth).collect::<Vec<_>>(), [10, 7, 4]);
    assert_eq!((r.tasks[0].service, r.tasks[1].windows[0].opens, r.tasks[1].windows[0].closes), (15, 50, 95));
    // √(1 + 0.33²) = 1.0530…, rounded down.
    assert_eq!((r.travel.ticks(0, 1), r.travel.ticks(0, 2)), (50, 10));
    let fine = toptw::read(TOPTW.as_bytes(), 1, Rounding::Hundredths).expect("a sound file");
    assert_eq!((fine.travel.ticks(0, 1), fine.travel.ticks(0, 2), fine.shifts[0].ends), (500, 105, 10_000));
    let bad = "4 2 3 1\n0 200\n0 0 0 0 0 0 0 0 100\n1 x 4 1.5 10 1 1 1 30 20\n1 1 1 -1 7.5 1 2 1 2 5\n";
    let said: Vec<String> =
        toptw::read(bad.as_bytes(), 1, Rounding::Tenths).expect_err("faults").iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "toptw: 3 rows where 4 are announced",
            "toptw, row 4: x \"x\" is not a number that can stand here",
            "toptw, row 5: d -1 is not between 0 and 6710886",
            "toptw, row 5: C is missing",
            "toptw, row 5: S \"7.5\" is not a number that can stand here",
            "toptw, row 5: Task \"1\" stands twice",
        ]
    );
    let team = top::read(TOP.as_bytes()).expect("a sound file");
    assert_eq!(
        (team.tasks.len(), team.shifts.len(), team.shifts[0].to, team.travel.ticks(0, 1)),
        (2, 2, 3, 1415),
        "√2 in thousandths, rounded up"
    );
}

#[test]
fn the_given_files_are_read_whole() {
    let Some(data) = std::env::var_os("YIXIAN_TEST_DATA") else {
        assert!(std::env::var_os("CI").is_none(), "CI needs YIXIAN_TEST_DATA");
        return eprintln!("DID NOT RUN: YIXIAN_TEST_DATA is not set");
    };
    let folder = Path::new(&data).join("planner");
    let each = |sub: &str, f: &dyn Fn(&str, &[u8])| {
        let mut n = 0;
        for entry in std::fs::read_dir(folder.join(sub)).expect("a folder").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().extension().is_some_and(|e| e == "txt") && name != "FORMAT.txt" {
                f(&name, &std::fs::read(entry.path()).expect("a file"));
                n += 1;
            }
        }
        assert!(n > 0, "{sub} is empty");
    };
    each("toptw", &|name, bytes| {
        let announced: usize =
            std::str::from_utf8(bytes).expect("text").split_whitespace().nth(2).expect("N").parse().expect("a number");
        for m in 1..=4 {
            let r = toptw::read(bytes, m, Rounding::of(name)).unwrap_or_else(|f| panic!("{name}: {}", f[0]));
            assert_eq!(
                (r.tasks.len(), r.shifts.len(), r.travel.places()),
                (announced, usize::from(m), announced + 1),
                "{name}"
            );
        }
    });
    each("top_chao", &|name, bytes| {
        assert_eq!(top::read(bytes).unwrap_or_else(|f| panic!("{name}: {}", f[0])).tasks.len(), 98, "{name}")
    });
}

#[test]
fn a_month_keeps_its_sense_under_other_names_and_columns() {
    let plain = small_month(&parts()).expect("a sound month");
    let mut other = parts();
    other[1] = b"lon,loc,lat\n116.42,H,39.93\n".to_vec();
    other[3] = "\u{feff}leader,rank,skillmask,quota,dep\n王,1,62,1,H\n".into();
    other[4] = "shift,leader,day,week,start,end,dep,maxvisits\na,王,0,0,510,1035,H,6\nb,王,1,0,1290,1590,H,3\n".into();
    let renamed = small_month(&other).expect("a sound month");
    assert_eq!(plain.request.tasks, renamed.request.tasks);
    assert_eq!(plain.districts, ["East", "West"]);
    let text = "b 1\na 0\n";
    let routes = plan::read(text.as_bytes(), &renamed.request).expect("a plan");
    let made = timed(&renamed.request, &routes);
    assert_eq!(check(&renamed.request, &made).faults, []);
    assert_eq!(plan::write(&made, &renamed.request), "a 0\nb 1\n");
    let bad: Vec<String> =
        plan::read(b"a 7\nc 0\na 1\n", &renamed.request).expect_err("faults").iter().map(ToString::to_string).collect();
    assert_eq!(
        bad,
        [
            "plan, row 1: there is no Task 7",
            "plan, row 2: there is no Shift c",
            "plan, row 3: Shift \"a\" stands twice"
        ]
    );
}

#[test]
fn a_plan_can_be_read_again_whatever_its_names_are() {
    let plain = small_month(&parts()).expect("a sound month");
    let names = [("早 班", "任务 一"), ("a\"b", "\"x\""), ("two\nlines", "tab\there"), (" ", "任务　二"), ("a", "b")];
    for (shift, task) in names {
        let mut request = plain.request.clone();
        request.shifts[0].name = shift.into();
        request.tasks[0].name = task.into();
        let made = timed(&request, &[(0, vec![0]), (1, vec![1])]);
        let text = plan::write(&made, &request);
        assert_eq!(plan::read(text.as_bytes(), &request).expect(&text), [(0, vec![0]), (1, vec![1])], "{text}");
    }
}

#[test]
fn routers_answers_become_one_matrix() {
    for text in [OSRM, VALHALLA] {
        let block = Block::read(text.as_bytes(), 2, 3).expect("an answer");
        let mut all = Assembly::new(3, 60.0);
        all.put(0, 0, &block);
        let faults = all.clone().finish(None).expect_err("gaps");
        assert_eq!(faults.len(), 2, "one row of the block, and the row that was not asked for");
        let spots = [(39.9, 116.4), (39.9, 116.5), (40.4, 116.6)].map(|(lat, lon)| Spot { lat, lon, area: Area::City });
        let guess = Guess::new(&spots, &Pattern::default()).expect("spots");
        let (matrix, guessed) = all.finish(Some(&guess)).expect("no gaps");
        assert_eq!((guessed, &matrix.ticks()[..2], matrix.ticks()[5]), (3, &[0, 2][..], 2));
        assert_eq!(i32::from(matrix.ticks()[2]), guess.ticks(0, 2));
        let mut whole = Assembly::new(3, 60.0);
        whole.put(
            0,
            0,
            &Block::read(br#"{"code":"Ok","durations":[[0,1,2],[3,0,4],[5,6,0]]}"#, 3, 3).expect("an answer"),
        );
        let (routed, none) = whole.finish(None).expect("no gaps");
        assert_eq!((none, yixian_planner::travel::Travel::Matrix(routed).source()), (0, Source::Routed));
    }
    for bad in [
        "",
        "{}",
        r#"{"code":"NoTable","message":"too far"}"#,
        r#"{"durations":[[0,-1,2],[1,1,1]]}"#,
        r#"{"durations":[[0,1],[1,1,1]]}"#,
        r#"{"error":"no path"}"#,
    ] {
        assert!(Block::read(bad.as_bytes(), 2, 3).is_err(), "{bad}");
    }
}

#[test]
fn a_guess_is_distance_times_detour_at_a_speed_plus_parking() {
    // A thousandth of a degree of latitude is 111.19 m on a sphere of 6,371,008.8 m.
    let spot = |lat: f64, area| Spot { lat, lon: 116.0, area };
    let spots = [spot(40.0, Area::City), spot(40.1, Area::City), spot(40.1, Area::Plain), spot(40.0, Area::Mountain)];
    let guess = Guess::new(&spots, &Pattern::default()).expect("spots");
    let km = 6371.0088 * 0.1_f64.to_radians();
    assert_eq!(guess.ticks(0, 1), (km * 1.35 / 22.0 * 60.0 + 6.0).ceil() as i32);
    assert_eq!(guess.ticks(2, 3), (km * (1.35 / 36.0 + 1.55 / 42.0) / 2.0 * 60.0 + 6.0).ceil() as i32);
    assert_eq!((guess.ticks(0, 3), guess.ticks(1, 1)), (0, 0), "the same point");
    assert_eq!(guess.source(), Source::Guess);
    assert!(
        Guess::new(
            &[spot(f64::NAN, Area::City), spot(91.0, Area::City)],
            &Pattern { parking: -1.0, ..Pattern::default() }
        )
        .is_err_and(|f| f.len() == 3)
    );
}

/// Bytes with a few of them changed, taken out or put in.
fn spoilt(bytes: &[u8], edits: &[(u16, u8, u8)]) -> Vec<u8> {
    let mut all = bytes.to_vec();
    // What tears tables and numbers more often than chance would.
    let tricky = b"-,.\n0 9eENaNinf\"\xff\0:;x";
    for (at, what, kind) in edits {
        let i = usize::from(*at) % all.len().max(1);
        let byte = if kind & 8 == 0 { tricky[usize::from(*what) % tricky.len()] } else { *what };
        match kind % 4 {
            0 if !all.is_empty() => all[i] = byte,
            1 if !all.is_empty() => _ = all.remove(i),
            2 => all.insert(i, byte),
            _ => all.truncate(all.len().max(1) - usize::from(*what) % all.len().max(1)),
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spoilt_bytes_are_refused_or_read_and_never_panic(edits in prop::collection::vec((any::<u16>(), any::<u8>(), 0u8..16), 0..6), which in 0usize..6) {
        let mut files = parts();
        files[which] = spoilt(&files[which], &edits);
        match small_month(&files) {
            Ok(month) => {
                prop_assert_eq!(faults(&month.request), vec![]);
                if let Ok(routes) = plan::read(&spoilt(b"0 0\n1 1\n", &edits), &month.request) {
                    let made = timed(&month.request, &routes);
                    let _ = check(&month.request, &made);
                }
            }
            Err(said) => prop_assert!(!said.is_empty()),
        }
        for (text, read) in [(TOPTW, &(|b: &[u8]| toptw::read(b, 2, Rounding::Tenths)) as &dyn Fn(&[u8]) -> Result<Request, Vec<_>>), (TOP, &|b: &[u8]| top::read(b))] {
            match read(&spoilt(text.as_bytes(), &edits)) {
                Ok(request) => prop_assert_eq!(faults(&request), vec![]),
                Err(said) => prop_assert!(!said.is_empty()),
            }
        }
        for text in [OSRM, VALHALLA] {
            if let Ok(block) = Block::read(&spoilt(text.as_bytes(), &edits), 2, 3) {
                let mut all = Assembly::new(2, 60.0);
                all.put(0, 1, &block);
                let _ = all.finish(None);
            }
        }
    }

    #[test]
    fn any_plan_of_any_numbers_is_checked_without_panic(stops in prop::collection::vec((0u32..4, 0u32..4, any::<i32>(), any::<i32>()), 0..6), value in any::<f64>()) {
        let request = small_month(&parts()).expect("a sound month").request;
        let route = |(shift, task, a, b): &(u32, u32, i32, i32)| Route {
            shift: *shift, stops: vec![Stop { task: *task, arrives: *a, begins: *b, leaves: *a }], leaves: *b, returns: *a, travel: *b,
        };
        let bad = Plan { routes: stops.iter().map(route).collect(), value: Value { travel: value, ..Value::default() } };
        prop_assert!(!check(&request, &bad).faults.is_empty() || stops.is_empty());
        let asked = Request { base: Some(bad.clone()), ..request };
        let _ = (check(&asked, &bad), faults(&asked));
    }
}

#[test]
fn caps_of_a_month_are_read_by_name_and_the_later_row_holds() {
    let mut m = small_month(&parts()).expect("a sound month");
    let text = "cap,who,when,value\nleader_day,*,*,3\nleader_day,0,1,2\nleader_week,0,0,4\nplace_week,1,0,1\nbreak,*,720,780\nnight,,,1320\nrest,*,1,720\n";
    caps::read(text.as_bytes(), &mut m).expect("sound caps");
    let c = &m.request.caps;
    assert_eq!(c.leader_day, [((0, 0), 3), ((0, 1), 2)].into());
    assert_eq!((c.leader_week.clone(), c.place_week.clone()), ([((0, 0), 4)].into(), [((1, 0), 1)].into()));
    assert_eq!((c.breaks.len(), c.night, c.rest.clone()), (2, 1320, [((0, 1), 720)].into()));
    assert_eq!(faults(&m.request), []);
    let bad =
        "cap,who,when,value\nnaps,0,0,1\nleader_day,7,0,1\nleader_week,0,x,1\nbreak,0,780,720\nplace_week,0,0,-1\n";
    let said: Vec<String> =
        caps::read(bad.as_bytes(), &mut m).expect_err("faults").iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "caps.csv, row 2: there is no Cap naps",
            "caps.csv, row 3: there is no Leader 7",
            "caps.csv, row 4: when \"x\" is not a number that can stand here",
            "caps.csv, row 5: the shift ends (720) before it begins (780)",
            "caps.csv, row 6: value -1 is not between 0 and 65535",
        ]
    );
    assert_eq!(m.request.caps.night, 1320, "what is refused changes nothing");
}
