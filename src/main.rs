//! The `yixian` binary: opens the doors and hands the command line to the use cases. The only
//! place that reads the environment, prints, and knows both the store's address and the doors'.
//!
//! Exit codes: 0 done, 1 refused with a reason on stderr, 2 wrong usage, 3 done without photos that had been lost before
//! (`backup`, `restore`).

mod briefing;
mod calendar;
mod company;
mod connection;
mod console;
mod data;
mod doctor;
mod figures;
mod indicator;
mod log;
mod mine;
mod plan;
mod plan_month;
mod retention;
mod rules;
mod serve;

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use yixian_app::AppError;
use yixian_app::clock::real_now;
use yixian_app::domain::time::Zone;
use yixian_web::say::{Catalogues, Lang};

/// 一线 Yixian: runs a utility's front-line work. Plan, go, solve, answer, prove.
#[derive(Parser)]
#[command(version, about, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    what: What,
}

/// Where the company's data lies.
#[derive(Args, Clone, Debug)]
pub(crate) struct Company {
    /// Folder of the company: database file, photos, secret.
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// PostgreSQL instead of the folder's SQLite file, `postgres://…`.
    #[arg(long, env = "YIXIAN_DATABASE")]
    database: Option<String>,
    /// Folder whose files replace the built-in rules when a company is made.
    #[arg(long)]
    rules: Option<PathBuf>,
}

#[derive(Subcommand)]
enum What {
    /// Serves a company's pages and API.
    Serve {
        #[command(flatten)]
        company: Company,
        #[command(flatten)]
        doors: serve::Doors,
    },
    /// Makes the demo company, serves it on this machine and prints sign-in links.
    Demo {
        /// Folder for the demo, `data/demo` when missing; delete it to start anew.
        #[arg(long)]
        data: Option<PathBuf>,
        /// Seed of everything invented.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// One district in one month instead of the whole company: made within a second or two.
        #[arg(long)]
        small: bool,
        #[command(flatten)]
        doors: serve::Doors,
    },
    /// Working days and due dates.
    #[command(subcommand)]
    Calendar(calendar::Calendar),
    /// Figures of a period, computed from what was recorded (JSON).
    Figures(figures::Ask),
    /// The article as a table of figures, each line with the arguments of `yixian figures`.
    Briefing(briefing::Ask),
    /// Ids of the records behind a figure, one a line.
    Ids {
        /// Code of the figure.
        figure: String,
        #[command(flatten)]
        ask: figures::Ask,
        #[command(flatten)]
        which: figures::Which,
    },
    /// Who should go where.
    #[command(subcommand)]
    Plan(plan_month::Plan),
    /// Connections.
    #[command(subcommand)]
    Connection(connection::Connection),
    /// Rules in force: limits, eligibility, procedures, calendar, settings.
    #[command(subcommand)]
    Rules(rules::Rules),
    /// What was kept as long as the rules say: a preview, and erasing it.
    Retention(retention::Ask),
    /// Published scores of a file's numbers (CSV).
    #[command(subcommand)]
    Score(indicator::Score),
    /// Reliability indices of outages (JSON).
    Reliability(indicator::Reliability),
    /// Where a process waits, how it varies, what is late (JSON).
    #[command(subcommand)]
    Mine(mine::Mine),
    /// Takes over records of other systems.
    #[command(subcommand)]
    Import(data::Import),
    /// Writes records as a table.
    #[command(subcommand)]
    Export(data::Export),
    /// Writes a backup and verifies it.
    Backup {
        #[command(flatten)]
        company: Company,
        /// File to write; must not exist.
        #[arg(short, long)]
        output: PathBuf,
    },
    /// Restores a backup into an empty company and verifies it.
    Restore {
        /// Backup file.
        backup: PathBuf,
        #[command(flatten)]
        company: Company,
    },
    /// Looks at a company's health: schema, ledger, disk, rules, calendar, clock (JSON).
    Doctor {
        #[command(flatten)]
        company: Company,
        /// Makes the folder's secret.key the company's, a new one where there is none. Only when the old one is lost for
        /// good and no node runs: links of raisers and customers are made with it.
        #[arg(long)]
        accept_secret_key: bool,
        /// Makes the folder's files/ the company's folder of photos. Only when they have been copied there and no node
        /// runs.
        #[arg(long)]
        accept_photos: bool,
    },
    /// Recomputes the ledger, holds every row and photo against it, and names what was altered, dropped or reordered (JSON).
    Verify {
        #[command(flatten)]
        company: Company,
        /// File of exported seals that the ledger must have, beside seals/seals.txt in the data folder: a copy that lay
        /// elsewhere.
        #[arg(long)]
        seals: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(r) => r,
        Err(e) => {
            eprintln!("yixian: {e}");
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(async move {
        match cli.what {
            What::Serve { company, doors } => serve::serve(company, doors).await,
            What::Demo { data, seed, small, doors } => serve::demo(data, seed, small, doors).await,
            What::Calendar(c) => calendar::run(c),
            What::Figures(ask) => figures::print(ask).await,
            What::Briefing(ask) => briefing::print(ask).await,
            What::Ids { figure, ask, which } => figures::ids(&figure, ask, which).await,
            What::Plan(p) => plan_month::run(p).await,
            What::Connection(c) => connection::run(c).await,
            What::Rules(r) => rules::run(r).await,
            What::Retention(r) => retention::run(r).await,
            What::Score(s) => indicator::print_score(s),
            What::Reliability(r) => indicator::print_reliability(r),
            What::Mine(m) => mine::run(m).await,
            What::Import(i) => data::import(i).await,
            What::Export(e) => data::export(e).await,
            What::Backup { company, output } => Box::pin(data::backup(company, output)).await,
            What::Restore { backup, company } => data::restore(backup, company).await,
            What::Doctor { company, accept_secret_key, accept_photos } => {
                doctor::run(company, accept_secret_key, accept_photos).await
            }
            What::Verify { company, seals } => company::verify(company, seals).await,
        }
    });
    match done {
        Ok(code) => code,
        Err(e) => {
            tell(&e);
            ExitCode::FAILURE
        }
    }
}

/// An error as it is; what the product itself refuses in both languages.
fn tell(e: &anyhow::Error) {
    match e.downcast_ref::<AppError>() {
        Some(AppError::Store(_)) | None => eprintln!("yixian: {e:#}"),
        Some(own) => {
            let Ok(zone) = Zone::parse("Asia/Shanghai") else { return eprintln!("yixian: {e:#}") };
            for lang in Lang::ALL {
                eprintln!("yixian: {}", Catalogues::built_in().say(lang, zone.clone(), real_now()).error(own));
            }
        }
    }
}
