//! Works of a size that no company has yet: ten thousand sections with a hundred and ten thousand milestones, in ten programmes
//! and in one. What people open is timed over HTTP on one connection; each takes its turn, and the median counts.
//!
//! `cargo bench --bench works` (`YIXIAN_WORKS_SECTIONS=1000` for a short run); ends with 1 when a page misses its goal.

mod common;

use common::{Any, PAGE_GOAL as PAGE, Running, Timed, WHOLE_GOAL as WHOLE, id, run, time_doors, write_between};
use serde_json::{Value, json};
use std::fmt::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;
use uuid::Uuid;
use yixian_app::App;
use yixian_app::clock::Clock;
use yixian_app::demo::NOW;
use yixian_app::domain::access::Actor;
use yixian_app::domain::ids::PersonId;

/// What reads everything that happened up to a day, milliseconds.
const THEN: f64 = 1_000.0;

/// Where the table stands in the page of measurements.
const MARKS: (&str, &str) = ("<!-- works: made by cargo bench --bench works -->", "<!-- works end -->");

/// The milestones of undergrounding, in their order.
const MILESTONES: [&str; 11] = [
    "survey",
    "permit",
    "start",
    "duct",
    "cable",
    "substation",
    "energize",
    "cutover",
    "wire_removal",
    "pole_removal",
    "handover",
];
const DISTRICTS: [&str; 4] = ["东城区", "西城区", "朝阳区", "海淀区"];

/// People and partners of the company that is measured.
struct Cast {
    manager: Uuid,
    head: Uuid,
    unit: Uuid,
    firm: Uuid,
}

async fn company(app: &App) -> Any<Cast> {
    let cast = Cast { manager: id(11), head: id(12), unit: id(2), firm: id(20) };
    let system = Actor::System;
    run(app, &system, json!({ "do": "put_unit", "unit": id(1), "code": "DP", "name": "示范公司", "kind": "company" }))
        .await?;
    run(app, &system, json!({ "do": "put_unit", "unit": cast.unit, "code": "CQ", "name": "城区公司", "kind": "district_company", "parent": id(1) })).await?;
    for (person, role) in [(cast.manager, "leader"), (cast.head, "coordinator")] {
        run(app, &system, json!({ "do": "put_person", "person": person, "code": role, "name": role, "unit": cast.unit, "level": "staff",
            "specialty": "construction", "roles": [{ "role": role, "unit": cast.unit }] })).await?;
    }
    run(
        app,
        &system,
        json!({ "do": "put_partner", "partner": cast.firm, "code": "G1", "name": "施工单位",
        "roles": [{ "role": "construction_unit", "from": "2018-01-02" }] }),
    )
    .await?;
    Ok(cast)
}

/// A section with everything up to some milestone reported and confirmed.
async fn section(app: &App, cast: &Cast, programme: Uuid, n: u32) -> Any<()> {
    let manager = app.actor(PersonId(cast.manager)).await?;
    let head = app.actor(PersonId(cast.head)).await?;
    let own = id(1_000_000 + u128::from(n));
    let day = |i: usize| format!("2018-{:02}-{:02}", 2 + i, 1 + n % 28);
    let baselines: Vec<Value> =
        MILESTONES.iter().enumerate().map(|(i, m)| json!({ "milestone": m, "day": day(i) })).collect();
    run(app, &manager, json!({ "do": "put_section", "section": own, "programme": programme, "code": format!("S{n:05}"), "name": format!("示范路{n}"),
        "district": DISTRICTS[n as usize % 4], "batch": 1 + n % 3, "metres": 400 + n % 2_000, "baselines": baselines,
        "contractor": n.is_multiple_of(100).then_some(cast.firm) })).await?;
    run(app, &head, json!({ "do": "approve_section", "section": own })).await?;
    for (i, milestone) in MILESTONES.iter().enumerate().take(n as usize % 8) {
        run(
            app,
            &manager,
            json!({ "do": "report_milestone", "section": own, "milestone": milestone, "day": day(i),
            "point": { "lat": 39.9, "lon": 116.3 }, "without_permit": "示范" }),
        )
        .await?;
        run(app, &head, json!({ "do": "confirm_milestone", "section": own, "milestone": milestone })).await?;
    }
    Ok(())
}

async fn fill(app: &App, sections: u32, programmes: u32) -> Any<Cast> {
    let cast = Arc::new(company(app).await?);
    for p in 0..programmes {
        run(app, &Actor::System, json!({ "do": "put_programme", "programme": id(100 + u128::from(p)), "code": format!("UG-{p}"), "name": format!("入地 {p}"),
            "year": 2018, "kind": "undergrounding", "owner": cast.unit, "manager": cast.manager, "from": "2018-01-02" })).await?;
    }
    let next = Arc::new(AtomicU32::new(0));
    let mut all = Vec::new();
    for _ in 0..256 {
        let (app, cast, next) = (app.clone(), cast.clone(), next.clone());
        all.push(tokio::spawn(async move {
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= sections {
                    return Any::Ok(());
                }
                section(&app, &cast, id(100 + u128::from(n % programmes)), n).await?;
            }
        }));
    }
    for one in all {
        one.await??;
    }
    Ok(Arc::into_inner(cast).ok_or("still held")?)
}

/// One size: what each page takes, with its goal.
async fn measure(sections: u32, programmes: u32) -> Any<Vec<Timed>> {
    let folder = tempfile::tempdir()?;
    let running = Running::open(folder.path(), Clock::At(NOW), None).await?;
    let began = Instant::now();
    let cast = fill(&running.app, sections, programmes).await?;
    eprintln!("{sections} sections in {programmes}, filled in {:.0} s", began.elapsed().as_secs_f64());
    let one = id(1_000_007);
    let doors = [
        ("list of programmes", "/programmes".to_owned(), PAGE),
        ("a programme", "/programmes/UG-0".to_owned(), PAGE),
        ("a programme, one batch", "/programmes/UG-0?batch=2".to_owned(), PAGE),
        ("a section", format!("/sections/{one}"), PAGE),
        ("form of a section", format!("/sections/{one}/edit"), PAGE),
        ("Today of the manager's unit", "/".to_owned(), PAGE),
        ("a partner", format!("/partners/{}", cast.firm), PAGE),
        ("search", "/search?text=S00007".to_owned(), PAGE),
        ("figures of a year", "/figures?period=2018".to_owned(), WHOLE),
        ("records behind a figure", "/figures/works_started?period=2018".to_owned(), WHOLE),
        ("calendar of a programme", "/programmes/UG-0/calendar".to_owned(), WHOLE),
        ("sections, API", "/api/v1/programmes/UG-0/sections".to_owned(), WHOLE),
        (
            "sections as of a day in the past, API",
            "/api/v1/programmes/UG-0/sections?reached=start&as_of=2018-05-10".to_owned(),
            THEN,
        ),
    ];
    let doors = doors.each_ref().map(|(name, path, goal)| (*name, path.as_str(), *goal));
    let rows = time_doors(&running, cast.head, &doors).await?;
    running.close().await?;
    Ok(rows)
}

#[tokio::main]
async fn main() -> Any<ExitCode> {
    let given = std::env::var("YIXIAN_WORKS_SECTIONS").ok().and_then(|n| n.parse().ok());
    let sections = given.unwrap_or(10_000);
    let (many, one) = (measure(sections, 10).await?, measure(sections, 1).await?);
    let mut table = format!(
        "\nSQLite, {sections} sections with {} milestones, in ten programmes and in one; milliseconds over HTTP, one client.\n\n",
        sections * 11
    );
    table.push_str("| door | first of ten | p50 of ten | first of one | p50 of one | KiB of one | goal |\n|---|---:|---:|---:|---:|---:|---:|\n");
    for (m, o) in many.iter().zip(&one) {
        let missed = if m.met() { o.missed() } else { m.missed() };
        writeln!(
            table,
            "| {} | {:.1} | {:.1} | {:.1} | {:.1} | {} | {:.0}{missed} |",
            m.name, m.first, m.middle, o.first, o.middle, o.kib, m.goal
        )?;
    }
    // A short run is for whoever looks for something, not for the page.
    if given.is_none() {
        write_between(MARKS, &table)?;
    }
    let met = many.iter().chain(&one).all(Timed::met);
    Ok(if met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
