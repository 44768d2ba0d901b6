//! Tasks of a size that no company has yet: ten thousand, of ninety-six indicators with twenty-five aspects each and of one with a
//! hundred, a third of them done. What people open is timed over HTTP on one connection, the median counts.
//!
//! `cargo bench --bench indicators` (`YIXIAN_TASKS=1040` for a short run); ends with 1 when a page misses its goal.

mod common;

use common::{Any, Door, PAGE_GOAL as PAGE, Running, Timed, WHOLE_GOAL as WHOLE, id, run, time_doors, write_between};
use serde_json::{Value, json};
use std::fmt::Write;
use std::process::ExitCode;
use std::time::Instant;
use uuid::Uuid;
use yixian_app::App;
use yixian_app::clock::Clock;
use yixian_app::demo::NOW;
use yixian_app::domain::access::Actor;
use yixian_app::domain::ids::PersonId;

/// Where the table stands in the page of measurements.
const MARKS: (&str, &str) = ("<!-- indicators: made by cargo bench --bench indicators -->", "<!-- indicators end -->");

const DEPARTMENTS: u128 = 18;
const COMPONENTS: [&str; 4] = ["procedures", "time", "cost", "reliability"];
/// Who carries out the tasks of the first department, who keeps the trees, who leads.
const HANDLER: u128 = 200;
const KEEPER: Uuid = id(10);
const CHIEF: Uuid = id(11);

/// How the tasks are spread.
#[derive(Clone, Copy)]
struct Shape {
    indicators: u128,
    aspects: u128,
    tasks: u128,
}

impl Shape {
    fn task(self, indicator: u128, n: u128) -> Uuid {
        id(1_000_000 + indicator * self.tasks + n)
    }
}

async fn company(app: &App) -> Any<()> {
    let system = Actor::System;
    run(app, &system, json!({ "do": "put_unit", "unit": id(1), "code": "DP", "name": "示范公司", "kind": "company" }))
        .await?;
    let people = |n: u128, role: &str, unit: u128| {
        json!({ "do": "put_person", "person": id(n), "code": format!("p{n}"), "name": format!("示范{n}"), "unit": id(unit), "level": "staff",
            "specialty": "operations", "roles": [{ "role": role, "unit": id(unit) }] })
    };
    for d in 0..DEPARTMENTS {
        run(app, &system, json!({ "do": "put_unit", "unit": id(100 + d), "code": format!("D{d:02}"), "name": format!("第{}部", d + 1), "kind": "department", "parent": id(1) })).await?;
        run(app, &system, people(HANDLER + d, "handler", 100 + d)).await?;
    }
    run(app, &system, people(10, "coordinator", 1)).await?;
    run(app, &system, people(11, "leader", 1)).await
}

/// Shares of a hundred, as even as hundredths allow.
fn shares(n: u128) -> impl Fn(u128) -> String {
    move |i| {
        let own = 10_000 / n + u128::from(i < 10_000 % n);
        format!("{}.{:02}", own / 100, own % 100)
    }
}

/// An indicator, taken apart, approved, with every third task done.
async fn indicator(app: &App, shape: Shape, n: u128) -> Any<()> {
    let (keeper, chief) = (app.actor(PersonId(KEEPER)).await?, app.actor(PersonId(CHIEF)).await?);
    let (own, draft) = (id(10_000 + n), id(20_000 + n));
    run(app, &keeper, json!({ "do": "put_indicator", "indicator": own, "code": format!("I{n:02}"), "name": format!("示范指标{n}"), "owner": id(1), "commander": CHIEF })).await?;
    run(
        app,
        &keeper,
        json!({ "do": "record_reading", "indicator": own, "kind": "counted", "day": "2018-06-30", "label": "2018-06", "source": "自测",
            "cities": [{ "name": "北京", "values": ["3", "34", "0", "6"] }] }),
    )
    .await?;
    run(app, &keeper, json!({ "do": "begin_breakdown", "breakdown": draft, "indicator": own })).await?;
    let of_aspect = shares(shape.aspects);
    let aspects: Vec<Value> = (0..shape.aspects)
        .map(|a| {
            json!({ "aspect": id(100_000 + n * shape.aspects + a), "code": format!("A{a:02}"), "name": format!("第{}方面", a + 1),
                "weight": of_aspect(a), "component": COMPONENTS[a as usize % 4] })
        })
        .collect();
    let under = |a: u128| shape.tasks / shape.aspects + u128::from(a < shape.tasks % shape.aspects);
    let tasks: Vec<Value> = (0..shape.tasks)
        .map(|t| {
            let (aspect, place) = (t % shape.aspects, t / shape.aspects);
            json!({ "task": shape.task(n, t), "code": format!("I{n:02}-{t:05}"), "aspect": id(100_000 + n * shape.aspects + aspect),
                "title": format!("制定实施细则并印发，第{}项", t + 1), "weight": shares(under(aspect))(place), "owners": [id(100 + t % DEPARTMENTS)],
                "due": format!("2018-{:02}-{:02}", 10 + t % 3, 8 + t % 20), "deliverable": "实施细则" })
        })
        .collect();
    run(app, &keeper, json!({ "do": "write_breakdown", "breakdown": draft, "aspects": aspects, "tasks": tasks }))
        .await?;
    let today = app.policies().zone.date_of(app.clock().now());
    run(app, &chief, json!({ "do": "approve_breakdown", "breakdown": draft, "effective": today })).await?;
    let mut all = tokio::task::JoinSet::new();
    for t in (0..shape.tasks).step_by(3) {
        let (app, keeper, chief) = (app.clone(), keeper.clone(), chief.clone());
        all.spawn(async move {
            let handler = app.actor(PersonId(id(HANDLER + t % DEPARTMENTS))).await?;
            let task = shape.task(n, t);
            run(&app, &handler, json!({ "do": "accept", "matter": task })).await?;
            run(&app, &handler, json!({ "do": "submit", "matter": task, "how": "已印发" })).await?;
            run(&app, &chief, json!({ "do": "verify", "matter": task })).await?;
            run(&app, &keeper, json!({ "do": "answer", "matter": task, "words": "已完成" })).await?;
            run(&app, &chief, json!({ "do": "rate", "matter": task, "verdict": "solved" })).await
        });
    }
    while let Some(one) = all.join_next().await {
        one??;
    }
    Ok(())
}

async fn measure(shape: Shape) -> Any<Vec<Timed>> {
    let folder = tempfile::tempdir()?;
    let running = Running::open(folder.path(), Clock::At(NOW), None).await?;
    let began = Instant::now();
    company(&running.app).await?;
    for n in 0..shape.indicators {
        indicator(&running.app, shape, n).await?;
    }
    eprintln!(
        "{} indicators of {} tasks, filled in {:.0} s",
        shape.indicators,
        shape.tasks,
        began.elapsed().as_secs_f64()
    );
    let task = format!("/matters/{}", shape.task(0, 1));
    // What shows every leaf of one tree is a page where it has a hundred and four.
    let leaves = if shape.indicators > 1 { PAGE } else { WHOLE };
    let doors: [Door<'_>; 13] = [
        ("indicators and campaigns", "/indicators", PAGE),
        ("an indicator with its tree", "/indicators/I00", leaves),
        ("aspects × departments", "/indicators/I00/matrix", leaves),
        ("bulletin of a month", "/indicators/I00/bulletin", leaves),
        ("version in force", "/indicators/I00/versions/1", leaves),
        ("indicator, API", "/api/v1/indicators/I00", leaves),
        ("its tasks, API", "/api/v1/indicators/I00/tasks", leaves),
        ("a task", &task, PAGE),
        ("Today of the keeper", "/", PAGE),
        ("list of tasks", "/matters?kind=task", PAGE),
        ("figures of a year", "/figures?period=2018", WHOLE),
        ("tasks done by department", "/figures/tasks_done?period=2018&by=department", WHOLE),
        ("indicator as of a day, API", "/api/v1/indicators/I00?as_of=2018-09-30", WHOLE),
    ];
    let rows = time_doors(&running, KEEPER, &doors).await?;
    running.close().await?;
    Ok(rows)
}

#[tokio::main]
async fn main() -> Any<ExitCode> {
    let given = std::env::var("YIXIAN_TASKS").ok().and_then(|n| n.parse().ok());
    let tasks: u128 = given.unwrap_or(9_984);
    let spread = Shape { indicators: tasks / 104, aspects: 25, tasks: 104 };
    let (many, one) = (measure(spread).await?, measure(Shape { indicators: 1, aspects: 100, tasks }).await?);
    let mut table = format!(
        "\nSQLite, {tasks} tasks, a third of them done, of {} indicators and of one; milliseconds over HTTP, one client.\n\n",
        spread.indicators
    );
    table.push_str("| door | first of many | p50 of many | goal | first of one | p50 of one | KiB of one | goal |\n|---|---:|---:|---:|---:|---:|---:|---:|\n");
    for (m, o) in many.iter().zip(&one) {
        writeln!(
            table,
            "| {} | {:.1} | {:.1} | {:.0}{} | {:.1} | {:.1} | {} | {:.0}{} |",
            m.name,
            m.first,
            m.middle,
            m.goal,
            m.missed(),
            o.first,
            o.middle,
            o.kib,
            o.goal,
            o.missed()
        )?;
    }
    // A short run is for whoever looks for something, not for the page.
    if given.is_none() {
        write_between(MARKS, &table)?;
    }
    Ok(if many.iter().chain(&one).all(Timed::met) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
