//! `yixian plan bench|solve|check`: the planner on files. Opens them, counts the seconds and prints; the planning itself is
//! `yixian_app::planner`. No plan leaves before the independent checker has passed it.

use clap::Subcommand;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use yixian_app::planner::bound::{Effort as Rounds, bound as limit};
use yixian_app::planner::check::{check, timed};
use yixian_app::planner::fault::Wrong;
use yixian_app::planner::model::{Plan, Request, Weights};
use yixian_app::planner::read::month::Duties;
use yixian_app::planner::read::{caps, month, plan, toptw};
use yixian_app::planner::search::{Budget, Outcome, Progress, Settings, solve};

#[derive(Subcommand)]
pub(crate) enum Planning {
    /// Plans tours on a file of the team orienteering problem with time windows (JSON).
    Bench {
        /// The file; named `pr…` its distances have two decimals, else one.
        file: PathBuf,
        /// How many tours.
        #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
        vehicles: u16,
        #[command(flatten)]
        effort: Effort,
    },
    /// Plans a month and writes the plan, a line `shift task task …` per route; prints its score (JSON).
    Solve {
        /// Folder with sites, depots, tasks, leaders, shifts and the matrix; and caps.csv, where no plan may exceed something.
        dir: PathBuf,
        #[command(flatten)]
        effort: Effort,
        /// A plan that people already know; the search starts from what still holds of it.
        #[arg(long)]
        base: Option<PathBuf>,
        /// What a visit is worth that stays as it was in the base plan.
        #[arg(long, default_value_t = 0.0, value_parser = weight, requires = "base")]
        stability: f64,
        /// What a leader's visit beyond what he owes costs: only a place that is worth more is visited all the same.
        #[arg(long, default_value_t = 0.0, value_parser = weight)]
        surplus: f64,
        /// Plan although some leaders owe more visits than their shifts allow; with a base plan that goes without saying.
        #[arg(long)]
        excuse_duties: bool,
        /// File to write.
        #[arg(short, long)]
        output: PathBuf,
    },
    /// Checks a plan and scores it (JSON).
    Check {
        /// Folder of the month.
        dir: PathBuf,
        /// The plan.
        plan: PathBuf,
        /// A plan to compare with.
        base: Option<PathBuf>,
        /// Says also how far any plan could still be better, surely and likely: after so many rounds of prices with whole tours, the more the
        /// tighter; a round of a month takes about a second.
        #[arg(long, value_name = "ROUNDS")]
        bound: Option<u32>,
    },
}

/// How long to search, and with what.
#[derive(clap::Args)]
pub(crate) struct Effort {
    /// Seconds of CPU for the whole run with one thread, of the clock with more.
    #[arg(long, value_parser = weight, default_value_t = 10.0)]
    seconds: f64,
    /// Where chance comes from: the same seed, threads and iterations give the same plan.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Chains that search side by side.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: u16,
    /// Stops after so many iterations per thread instead.
    #[arg(long, conflicts_with = "seconds")]
    iterations: Option<u64>,
}

/// A finite number that is not negative.
fn weight(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|x: &f64| x.is_finite() && *x >= 0.0).ok_or_else(|| "a number from 0 on is wanted".into())
}

/// CPU seconds of this process.
fn cpu() -> f64 {
    let t = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9
}

pub(crate) fn run(what: Planning) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    match what {
        Planning::Bench { file, vehicles, effort } => bench(&file, vehicles, &effort, begun),
        Planning::Solve { dir, effort, base, stability, surplus, excuse_duties, output } => {
            let duties = if base.is_some() || excuse_duties { Duties::Excused } else { Duties::Refused };
            let mut request = read_month(&dir, duties)?;
            if let Some(file) = base {
                request.base = Some(read_base(&file, &request)?);
            }
            request.weights = Weights { stability, surplus, ..request.weights };
            let outcome = search(&request, &effort, begun);
            let score = score(&request, &outcome.plan)?;
            write(&output, &plan::write(&outcome.plan, &request))?;
            println!("{}", with(score, &outcome));
            Ok(ExitCode::SUCCESS)
        }
        Planning::Check { dir, plan, base, bound } => {
            let mut request = read_month(&dir, Duties::Excused)?;
            let routes = plan::read(&bytes(&plan)?, &request).map_err(|f| refusal(&plan, &f))?;
            if let Some(file) = base {
                request.base = Some(read_base(&file, &request)?);
            }
            let known = timed(&request, &routes);
            let mut score = score(&request, &known)?;
            if let Some(tours) = bound {
                score["bound"] = serde_json::to_value(limit(
                    &request,
                    Some(&known),
                    Rounds {
                        tours,
                        threads: std::thread::available_parallelism().map_or(1, usize::from),
                        ..Rounds::default()
                    },
                ))?;
            }
            println!("{score}");
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn bench(file: &Path, vehicles: u16, effort: &Effort, begun: Instant) -> anyhow::Result<ExitCode> {
    let name = file.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    let request = toptw::read(&bytes(file)?, vehicles, toptw::Rounding::of(name)).map_err(|f| refusal(file, &f))?;
    let outcome = search(&request, effort, begun);
    score(&request, &outcome.plan)?;
    let tours: Vec<Vec<u32>> = request
        .shifts
        .iter()
        .enumerate()
        .map(|(s, _)| {
            let route = outcome.plan.routes.iter().find(|r| r.shift as usize == s);
            route.into_iter().flat_map(|r| &r.stops).map(|stop| request.tasks[stop.task as usize].place).collect()
        })
        .collect();
    let profit: i64 = outcome.plan.stops().map(|(_, stop)| request.tasks[stop.task as usize].worth()).sum();
    println!("{}", with(json!({ "profit": profit, "tours": tours }), &outcome));
    Ok(ExitCode::SUCCESS)
}

/// Searches as long as asked. What the process has used before counts, and a little is kept for what follows.
fn search(request: &Request, effort: &Effort, begun: Instant) -> Outcome {
    let one = effort.threads == 1;
    let used =
        |_: &Progress| (if one { cpu() } else { begun.elapsed().as_secs_f64() }) / (effort.seconds - AFTER).max(1e-3);
    let budget = match effort.iterations {
        Some(n) => Budget::Iterations(n),
        None => Budget::Share(&used),
    };
    solve(request, Settings { seed: effort.seed, threads: usize::from(effort.threads), budget })
}

/// Seconds for checking and writing a plan.
const AFTER: f64 = 0.005;

/// The checker's score, or its faults as a refusal.
fn score(request: &Request, plan: &Plan) -> anyhow::Result<Value> {
    let report = check(request, plan);
    let name = |shift: Option<u32>| {
        shift.and_then(|s| request.shifts.get(s as usize)).map_or(String::new(), |s| format!("shift {}: ", s.name))
    };
    let task = |task: Option<u32>| {
        task.and_then(|t| request.tasks.get(t as usize)).map_or(String::new(), |t| format!("task {}: ", t.name))
    };
    if report.faults.is_empty() {
        return Ok(serde_json::to_value(report.score)?);
    }
    let faults: Vec<String> = report
        .faults
        .iter()
        .map(|f| format!("{}{}{}", name(f.shift), task(f.task), serde_json::to_string(&f.what).unwrap_or_default()))
        .collect();
    anyhow::bail!("the plan may not be lived:\n{}", faults.join("\n"))
}

fn with(mut score: Value, outcome: &Outcome) -> Value {
    score["seconds_cpu"] = json!((cpu() * 1e3).round() / 1e3);
    score["iterations"] = json!(outcome.iterations);
    score
}

fn read_month(dir: &Path, duties: Duties) -> anyhow::Result<Request> {
    let file = |name: &str| bytes(&dir.join(name));
    let (sites, depots, tasks, leaders) =
        (file("sites.csv")?, file("depots.csv")?, file("tasks.csv")?, file("leaders.csv")?);
    let shifts = file("shifts.csv")?;
    let files =
        month::Files { sites: &sites, depots: &depots, tasks: &tasks, leaders: &leaders, shifts: &shifts, matrix: &[] };
    let matrix = dir.join("matrix.u16");
    let minutes = std::fs::File::open(&matrix).map_err(|e| anyhow::anyhow!("{}: {e}", matrix.display()))?;
    let mut month = month::read_with(&files, minutes, duties).map_err(|faults| {
        let duty = faults.iter().all(|f| matches!(f.what, Wrong::DutyAboveShifts { .. }));
        let refusal = refusal(dir, &faults);
        if duty { anyhow::anyhow!("{refusal}\n--excuse-duties plans all the same") } else { refusal }
    })?;
    let capped = dir.join("caps.csv");
    if capped.exists() {
        caps::read(&bytes(&capped)?, &mut month).map_err(|faults| refusal(&capped, &faults))?;
    }
    for fault in &month.excused {
        eprintln!("yixian: {fault}");
    }
    Ok(month.request)
}

/// A base plan, without what the month no longer has.
fn read_base(file: &Path, request: &Request) -> anyhow::Result<Plan> {
    let text = String::from_utf8(bytes(file)?)?;
    let shifts: HashSet<&str> = request.shifts.iter().map(|s| s.name.as_str()).collect();
    let tasks: HashSet<&str> = request.tasks.iter().map(|t| t.name.as_str()).collect();
    let mut kept = String::new();
    let mut gone = 0;
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let Some(shift) = words.next() else { continue };
        let known: Vec<&str> = words.clone().filter(|w| tasks.contains(w)).collect();
        if shifts.contains(shift) {
            gone += words.count() - known.len();
            kept.push_str(&format!("{shift} {}\n", known.join(" ")));
        } else {
            gone += words.count();
        }
    }
    if gone > 0 {
        eprintln!(
            "yixian: {}: {gone} visits are of shifts or tasks that this month does not have; they are left out",
            file.display()
        );
    }
    Ok(timed(request, &plan::read(kept.as_bytes(), request).map_err(|f| refusal(file, &f))?))
}

fn bytes(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).map_err(|e| anyhow::anyhow!("{}: {e}", file.display()))
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(file, text).map_err(|e| anyhow::anyhow!("{}: {e}", file.display()))
}

/// All faults of a text, one a line.
fn refusal<F: Display>(file: &Path, faults: &[F]) -> anyhow::Error {
    anyhow::anyhow!(
        "{} is refused:\n{}",
        file.display(),
        faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    )
}
