//! Outages of a size that a large utility has after many years: a million, taken over from one file. How long the file takes, how
//! much memory, and what people and programs open afterwards, over HTTP on one connection; the median counts.
//!
//! `cargo bench --bench outages` (`YIXIAN_OUTAGES=20000` for a short run); ends with 1 when a page misses its goal.

mod common;

use common::{
    Any, Door, PAGE_GOAL as PAGE, Running, Timed, WHOLE_GOAL as WHOLE, id, memory, run, time_doors, write_between,
};
use serde_json::json;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use uuid::Uuid;
use yixian_app::App;
use yixian_app::clock::Clock;
use yixian_app::demo::NOW;
use yixian_app::domain::access::Actor;
use yixian_app::domain::time::{Instant as Moment, Zone};
use yixian_app::import::decode::Source;

/// What reads all that was known once, milliseconds.
const THEN: f64 = 3_000.0;

/// Where the table stands in the page of measurements.
const MARKS: (&str, &str) = ("<!-- outages: made by cargo bench --bench outages -->", "<!-- outages end -->");

const DISTRICTS: [&str; 16] = [
    "东城区",
    "西城区",
    "朝阳区",
    "海淀区",
    "丰台区",
    "石景山区",
    "门头沟区",
    "房山区",
    "通州区",
    "顺义区",
    "昌平区",
    "大兴区",
    "怀柔区",
    "平谷区",
    "密云区",
    "延庆区",
];
const LEVELS: [&str; 3] = ["low", "medium", "high"];
const KINDS: [&str; 3] = ["planned", "unplanned", "load_shedding"];

/// A company with a unit and customers in each district; gives who coordinates for all of it.
async fn company(app: &App) -> Any<Uuid> {
    run(
        app,
        &Actor::System,
        json!({ "do": "put_unit", "unit": id(1), "code": "DP", "name": "示范公司", "kind": "company" }),
    )
    .await?;
    for (i, district) in DISTRICTS.iter().enumerate() {
        let unit = id(100 + i as u128);
        run(app, &Actor::System, json!({ "do": "put_unit", "unit": unit, "code": format!("U{i:02}"), "name": format!("{district}供电公司"), "kind": "district_company", "parent": id(1) })).await?;
        run(app, &Actor::System, json!({ "do": "put_served", "served": id(200 + i as u128), "unit": unit, "district": district, "from": "2000-01-01", "customers": 300_000 + 20_000 * i })).await?;
    }
    let person = id(10);
    run(
        app,
        &Actor::System,
        json!({ "do": "put_person", "person": person, "code": "head", "name": "协调员", "unit": id(1), "level": "staff",
        "specialty": "operations", "roles": [{ "role": "coordinator", "unit": id(1) }] }),
    )
    .await?;
    Ok(person)
}

/// A file of so many outages over six years, in the order of time.
fn file(path: &Path, n: u64) -> Any<()> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    writeln!(out, "code,start,end,district,unit,level,kind,customers,cause")?;
    let mut chance = 88_172_645_463_325_252_u64;
    let mut below = |n: u64| {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        chance % n
    };
    let zone = Zone::parse("Asia/Shanghai")?;
    // From 2013 to the end of September 2018.
    let (from, span) = (1_356_969_600_u64, 181_180_000_u64);
    for i in 0..n {
        let start = from + span * i / n;
        let end = start + 60 + below(14_400);
        let d = below(16) as usize;
        let time = |s: u64| zone.local(Moment(s as i64 * 1_000)).strftime("%Y-%m-%d %H:%M:%S").to_string();
        let (level, kind) = (LEVELS[below(3) as usize], KINDS[below(20).min(2) as usize]);
        writeln!(out, "T{i:07},{},{},{},U{d:02},{level},{kind},{},", time(start), time(end), DISTRICTS[d], below(400))?;
    }
    Ok(out.flush()?)
}

/// What people and programs open.
const DOORS: [Door<'static>; 12] = [
    ("a year of supply", "/reliability?year=2018", PAGE),
    ("the year before", "/reliability?year=2017", PAGE),
    ("a year of supply, API, by district", "/api/v1/reliability?year=2018&by=district", PAGE),
    ("list of outages", "/outages", PAGE),
    ("list, one district and level", "/outages?district=%E5%AF%86%E4%BA%91%E5%8C%BA&level=high", PAGE),
    ("list, a month of years ago", "/outages?period=2014-03", PAGE),
    ("outages, API", "/api/v1/outages?limit=50", PAGE),
    ("an outage", "/outages/T0000007", PAGE),
    ("customers served", "/outages/served", PAGE),
    ("figures of a year", "/figures?period=2018", WHOLE),
    ("SAIDI of a year by district", "/figures/saidi?period=2018&by=district", WHOLE),
    ("a year as of an instant before the file", "/api/v1/reliability?year=2018&as_of=2018-09-29T00:00:00Z", THEN),
];

#[tokio::main]
async fn main() -> Any<ExitCode> {
    let given = std::env::var("YIXIAN_OUTAGES").ok().and_then(|n| n.parse().ok());
    let n = given.unwrap_or(1_000_000);
    let folder = tempfile::tempdir()?;
    let running = Running::open(folder.path(), Clock::At(NOW), None).await?;
    let person = company(&running.app).await?;
    let path = folder.path().join("outages.csv");
    file(&path, n)?;
    let mib = std::fs::metadata(&path)?.len() >> 20;
    let before = memory("VmHWM");
    let source = Source::Path(path);
    let began = Instant::now();
    let looked = running.app.check_outages(&Actor::System, &source).await?;
    let (check, after_check) = (began.elapsed().as_secs_f64(), memory("VmHWM"));
    let began = Instant::now();
    let taken = running.app.import_outages(&Actor::System, &source, "outages.csv").await?;
    let (import, after) = (began.elapsed().as_secs_f64(), memory("VmHWM"));
    if (looked.new, taken.new, taken.faults) != (n, n, 0) {
        return Err(format!("{looked:?} {taken:?}").into());
    }
    let began = Instant::now();
    let again = running.app.import_outages(&Actor::System, &source, "outages.csv").await?;
    let repeat = began.elapsed().as_secs_f64();
    if again.unchanged != n {
        return Err(format!("{again:?}").into());
    }
    eprintln!(
        "{n} outages, {mib} MiB: check {check:.0} s, import {import:.0} s, again {repeat:.0} s; peak {before:.0}, {after_check:.0}, {after:.0} MiB"
    );
    let rows = time_doors(&running, person, &DOORS).await?;
    let began = Instant::now();
    let whole = running.app.verify().await?;
    let verify = began.elapsed().as_secs_f64();
    if !whole.ok {
        return Err(format!("{:?}", whole.faults.first()).into());
    }
    running.close().await?;
    let mut table = format!(
        "\nSQLite, {n} outages of six years from one file of {mib} MiB: judged in {check:.0} s, taken over in {import:.0} s (judged and written), sent again in {repeat:.0} s; \
         the program's memory at its most {before:.0} MiB before, {after_check:.0} MiB after judging, {after:.0} MiB after writing. Verified in {verify:.0} s. Milliseconds over HTTP, one client.\n\n"
    );
    table.push_str("| door | first | p50 | KiB | goal |\n|---|---:|---:|---:|---:|\n");
    for r in &rows {
        writeln!(table, "| {} | {:.1} | {:.1} | {} | {:.0}{} |", r.name, r.first, r.middle, r.kib, r.goal, r.missed())?;
    }
    // A short run is for whoever looks for something, not for the page.
    if given.is_none() {
        write_between(MARKS, &table)?;
    }
    Ok(if rows.iter().all(Timed::met) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
