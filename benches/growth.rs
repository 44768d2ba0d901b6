//! How the doors of a company grow: p50 of everything that people open, over HTTP, at each size that is given. `cargo bench
//! --bench growth -- FOLDER…` with folders of `cargo xtask size`; `YIXIAN_DATABASE=postgres://…` measures that database instead.
//! `only=WORDS` measures some doors alone, `ask=PATH` one more, as a coordinator.
//! Writes its table into `docs/performance.md`, beside the goals, and ends with 1 where the largest size misses one.

mod common;

use Who::{Chairman, Coordinator, Handler, Leader};
use common::{Any, Client, Running, median, memory, write_between};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use yixian_app::accounts::Whence;
use yixian_app::clock::Clock;
use yixian_app::domain::access::Actor;
use yixian_app::domain::ids::PersonId;
use yixian_app::domain::org::Role;
use yixian_app::store::matter::Filter;

/// Who opens a door: the role he has somewhere.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Chairman,
    Coordinator,
    Leader,
    Handler,
}

/// What is opened, by whom, and within how many milliseconds.
struct Door {
    name: &'static str,
    who: Who,
    path: String,
    goal: f64,
}

/// Asks of one door at least and at most, and how long it is asked.
const ASKS: (usize, usize) = (3, 200);
const TURN: Duration = Duration::from_secs(2);

fn doors(unit: &str, one: &str) -> Vec<Door> {
    let d = |name, who, path: &str, goal| Door { name, who, path: path.to_owned(), goal };
    vec![
        d("Today of the chairman", Chairman, "/", 10.0),
        d("Today of a coordinator", Coordinator, "/", 10.0),
        d("Today of a leader", Leader, "/", 10.0),
        d("Today of a handler", Handler, "/", 10.0),
        d("figures of a month, API", Chairman, "/api/v1/figures?period=2018-09", 20.0),
        d("figures of a month, page", Chairman, "/figures?period=2018-09", 20.0),
        d("figures of a year, API", Chairman, "/api/v1/figures?period=2018", 20.0),
        d("figures of a unit, API", Chairman, &format!("/api/v1/figures?period=2018-09&unit={unit}"), 20.0),
        d("records behind a figure", Chairman, "/figures/raised?period=2018-09", 20.0),
        d("one matter, API", Chairman, &format!("/api/v1/matters/{one}"), 1.0),
        d("one matter, page", Chairman, &format!("/matters/{one}"), 2.0),
        d("list: newest", Chairman, "/api/v1/matters?limit=50", 5.0),
        d("list: open, by due date", Chairman, "/api/v1/matters?open=1&order=due&limit=50", 5.0),
        d("list: stage, by due date", Chairman, "/api/v1/matters?stage=assigned&order=due&limit=50", 5.0),
        d(
            "list: unit, open, by due date",
            Chairman,
            &format!("/api/v1/matters?unit={unit}&open=1&order=due&limit=50"),
            5.0,
        ),
        d("list: unit, overdue", Chairman, &format!("/api/v1/matters?unit={unit}&overdue=1&limit=50"), 5.0),
        d("list: unit and kind", Chairman, &format!("/api/v1/matters?unit={unit}&kind=problem&limit=50"), 5.0),
        d("list of matters, page", Coordinator, "/matters", 5.0),
        d("inbox, page", Coordinator, "/inbox", 10.0),
        d("tasks, page", Handler, "/tasks", 10.0),
        d("search in every row", Chairman, "/api/v1/matters?text=%E4%BE%9B%E7%94%B5&limit=50", 5.0),
        d("search in none", Chairman, "/api/v1/matters?text=%E7%8B%AE%E5%AD%90&limit=50", 5.0),
        d("search page", Coordinator, "/search?text=%E7%94%B5", 20.0),
        d("what places are worth", Coordinator, "/planning/priorities", 100.0),
        d("flow", Chairman, "/flow", 50.0),
        d("flow: warnings", Chairman, "/flow/warning", 100.0),
    ]
}

/// Somebody who has the role: the first by code.
async fn somebody(running: &Running, who: Who) -> Any<PersonId> {
    let directory = running.app.directory().await?;
    let mut people: Vec<_> = directory.people().collect();
    people.sort_by(|a, b| a.code.cmp(&b.code));
    for p in people {
        let actor: Actor = match running.app.actor(p.id).await {
            Ok(a) => a,
            Err(_) => continue,
        };
        let top = directory.unit(p.unit).is_some_and(|u| u.parent.is_none());
        let fits = match who {
            Who::Chairman => top && actor.is_somewhere(Role::Leader),
            Who::Coordinator => !top && actor.is_somewhere(Role::Coordinator),
            Who::Leader => !top && actor.is_somewhere(Role::Leader),
            Who::Handler => actor.is_somewhere(Role::Handler),
        };
        if fits {
            return Ok(p.id);
        }
    }
    Err("nobody has that role".into())
}

/// The median of each door in milliseconds.
async fn measure(folder: &Path, only: Option<&str>, ask: Vec<Door>) -> Any<Vec<(String, f64, f64)>> {
    let clock = match std::fs::read_to_string(folder.join("demo-clock")) {
        Ok(by) => Clock::Shifted { by_ms: by.trim().parse()? },
        Err(_) => Clock::Real,
    };
    let postgres = std::env::var("YIXIAN_DATABASE").ok();
    let began = Instant::now();
    let running = Running::open(folder, clock, postgres.as_deref()).await?;
    let opened = began.elapsed().as_secs_f64() * 1e3;
    let (rows, _) = running.app.matters(&Actor::System, &Filter::default(), 1).await?;
    let one = rows.first().ok_or("no matter")?;
    // Numbers run from one without a gap.
    let rows_of_all = one.n;
    let directory = running.app.directory().await?;
    let unit =
        directory.units().find(|u| u.code == "CP").or_else(|| directory.units().next()).ok_or("no unit")?.code.clone();
    let mut out =
        vec![("opened".to_owned(), opened, 300.0), ("memory once opened, MiB".to_owned(), memory("VmRSS"), 100.0)];
    let mut clients = Vec::new();
    for who in [Who::Chairman, Who::Coordinator, Who::Leader, Who::Handler] {
        let person = somebody(&running, who).await?;
        let session = running.app.begin_session(person, &Whence::default()).await?;
        let token = running.app.make_token(person, "growth".into(), 1).await?;
        clients.push((who, session, token));
    }
    for door in doors(&unit, &one.id.to_string()).into_iter().chain(ask) {
        if only.is_some_and(|o| !door.name.contains(o)) {
            continue;
        }
        let (_, session, token) = clients.iter().find(|c| c.0 == door.who).ok_or("nobody")?;
        let mut client = if door.path.starts_with("/api/") {
            Client::bearer(running.at, token).await?
        } else {
            Client::session(running.at, session).await?
        };
        let (mut all, from) = (Vec::new(), Instant::now());
        while all.len() < ASKS.0 || all.len() < ASKS.1 && from.elapsed() < TURN {
            let began = Instant::now();
            let (status, _) = client.ask("GET", &door.path, "").await?;
            if status != 200 {
                return Err(format!("{}: {status}", door.path).into());
            }
            all.push(began.elapsed().as_secs_f64() * 1e3);
        }
        let (first, middle) = (all[0], median(all));
        eprintln!(
            "  {:<34} first {first:>9.1}   p50 {middle:>9.2}   goal {:>5.0}{}",
            door.name,
            door.goal,
            if middle > door.goal { "  MISSED" } else { "" }
        );
        out.push((door.name.to_owned(), middle, door.goal));
    }
    // A table of everything, from the first byte to the last: what a thousand rows take.
    let name = "export, a thousand rows of all";
    if only.is_none_or(|o| name.contains(o)) {
        let (_, _, token) = clients.iter().find(|c| c.0 == Chairman).ok_or("nobody")?;
        let mut client = Client::bearer(running.at, token).await?;
        let mut all = Vec::new();
        for _ in 0..ASKS.0 {
            let began = Instant::now();
            let (status, length) = client.ask("POST", "/api/v1/matters/csv", "").await?;
            if status != 200 || length == 0 {
                return Err(format!("export: {status}").into());
            }
            all.push(began.elapsed().as_secs_f64() * 1e6 / rows_of_all as f64);
        }
        let middle = median(all);
        eprintln!("  {name:<34} p50 {middle:>9.2}   goal    10");
        out.push((name.to_owned(), middle, 10.0));
    }
    if only.is_none() {
        out.push(("memory after all of these, MiB".to_owned(), memory("VmRSS"), 300.0));
        if postgres.is_none() {
            let file = folder.join("yixian.db");
            let kib = std::fs::metadata(&file).map_err(|e| format!("{}: {e}", file.display()))?.len() as f64 / 1024.0;
            out.push(("disk, KiB a matter".to_owned(), kib / rows_of_all as f64, 2.5));
        }
    }
    for (name, connections, goal) in [("a create, one connection", 1, 1.0), ("a create, eight connections", 8, 0.667)] {
        if only.is_none_or(|o| name.contains(o)) {
            let (_, _, token) = clients.iter().find(|c| c.0 == Coordinator).ok_or("nobody")?;
            let middle = create(&running, token, connections).await?;
            eprintln!("  {name:<34} p50 {middle:>9.2}   goal {goal:>5.1}");
            out.push((name.to_owned(), middle, goal));
        }
    }
    running.close().await?;
    Ok(out)
}

/// Creates on so many connections.
const CREATES: usize = 800;

/// Milliseconds from one create to the next, of so many connections together.
async fn create(running: &Running, token: &str, connections: usize) -> Any<f64> {
    let began = Instant::now();
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..connections {
        let (app, at, token) = (running.app.clone(), running.at, token.to_owned());
        all.spawn(async move {
            let mut client = Client::bearer(at, &token).await?;
            for _ in 0..CREATES / connections {
                let (id, matter) = (app.mint().uuid(app.clock().now()), app.mint().uuid(app.clock().now()));
                let body = serde_json::json!({ "do": "raise_matter", "matter": matter, "kind": "enquiry", "origin": "counter",
                    "category": "meter", "words": "电表抄表疑问，请派人查看" });
                let (status, _) = client.ask("PUT", &format!("/api/v1/commands/{id}"), &body.to_string()).await?;
                if status != 200 {
                    return Err(format!("a create: {status}").into());
                }
            }
            Any::Ok(())
        });
    }
    while let Some(one) = all.join_next().await {
        one??;
    }
    Ok(began.elapsed().as_secs_f64() * 1e3 / CREATES as f64)
}

/// Where the table stands in the page.
const MARKS: (&str, &str) = ("<!-- growth: made by cargo bench --bench growth -->", "<!-- growth ends -->");

/// A number, as exact as its size asks for.
fn told(x: f64) -> String {
    if x < 1.0 { format!("{x:.2}") } else { format!("{x:.1}") }
}

fn write(engine: &str, sizes: &[(String, Vec<(String, f64, f64)>)]) -> Any<()> {
    let mut table = format!("\n{engine}, p50 in milliseconds over HTTP, one client, where no unit stands.\n\n| door |");
    for (size, _) in sizes {
        write!(table, " {size} |")?;
    }
    table.push_str(" goal |\n|---|");
    table.push_str(&"---:|".repeat(sizes.len() + 1));
    table.push('\n');
    let Some((_, last)) = sizes.last() else { return Ok(()) };
    for (name, middle, goal) in last {
        write!(table, "| {name} |")?;
        for (_, rows) in sizes {
            let of = rows.iter().find(|r| r.0 == *name).map_or(f64::NAN, |r| r.1);
            write!(table, " {} |", told(of))?;
        }
        writeln!(table, " {}{} |", told(*goal), if middle > goal { " missed" } else { "" })?;
    }
    write_between(MARKS, &table)
}

#[tokio::main]
async fn main() -> Any<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let only = words.iter().find_map(|w| w.strip_prefix("only=").map(str::to_owned));
    let asked: Vec<&str> = words.iter().filter_map(|w| w.strip_prefix("ask=")).collect();
    let folders: Vec<PathBuf> = words.iter().filter(|w| !w.contains('=')).map(PathBuf::from).collect();
    if folders.is_empty() {
        eprintln!(
            "which companies? cargo xtask size 10000 data/size-10000, then cargo bench --bench growth -- data/size-10000"
        );
        return Ok(ExitCode::SUCCESS);
    }
    let mut sizes = Vec::new();
    for folder in &folders {
        let began = Instant::now();
        eprintln!("{}", folder.display());
        let ask = asked.iter().map(|path| Door {
            name: "asked",
            who: Who::Coordinator,
            path: (*path).to_owned(),
            goal: 10.0,
        });
        let rows = measure(folder, only.as_deref(), ask.collect()).await?;
        let name = folder.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        eprintln!("  {:.0} s", began.elapsed().as_secs_f64());
        sizes.push((name, rows));
    }
    if only.is_none() && asked.is_empty() {
        let engine = if std::env::var_os("YIXIAN_DATABASE").is_some() { "PostgreSQL" } else { "SQLite" };
        write(engine, &sizes)?;
    }
    let missed = sizes.last().is_some_and(|(_, rows)| rows.iter().any(|(_, middle, goal)| middle > goal));
    Ok(if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
