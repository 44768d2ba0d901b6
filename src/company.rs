//! Opening a company from the command line.

use crate::Company;
use anyhow::Context as _;
use std::path::PathBuf;
use std::process::ExitCode;
use yixian_app::clock::Clock;
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::{App, Db, Opening};

/// The clock a company lives by: the demo's shows the demo's time wherever it is opened.
const DEMO_CLOCK: &str = "demo-clock";

/// The company's database, not yet migrated.
pub(crate) async fn database(c: &Company) -> anyhow::Result<Db> {
    std::fs::create_dir_all(&c.data).with_context(|| format!("cannot make {}", c.data.display()))?;
    match &c.database {
        Some(url) => Db::open_postgres(url).await.context("cannot reach PostgreSQL"),
        None => Db::open_folder(&c.data).await.with_context(|| format!("cannot open {}", c.data.display())),
    }
}

/// Holds a folder for whoever serves it. The file stays; what counts is its lock, which ends with the process.
pub(crate) struct Serving(#[allow(dead_code)] std::fs::File);

/// Takes a folder to serve it: a second `serve` on the same SQLite file would write beside this one, sweep beside it and
/// let go of its links.
pub(crate) fn take(c: &Company) -> anyhow::Result<Serving> {
    std::fs::create_dir_all(&c.data).with_context(|| format!("cannot make {}", c.data.display()))?;
    let path = c.data.join("serving.lock");
    let file = std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.with_context(|| format!("cannot open {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Serving(file)),
        Err(std::fs::TryLockError::WouldBlock) => {
            anyhow::bail!("{}: {}", c.data.display(), crate::console::said("served_already"))
        }
        // A shared folder that knows no locks: several nodes on PostgreSQL may have one.
        Err(std::fs::TryLockError::Error(e)) => {
            tracing::warn!(error = %e, "the folder cannot be locked; take care that only one node serves it from SQLite");
            Ok(Serving(file))
        }
    }
}

/// Opens a company, making it where there is none.
pub(crate) async fn open(c: &Company, clock: Clock, mint: Mint) -> anyhow::Result<App> {
    let db = database(c).await?;
    let policies = c.rules.clone().map_or(PolicySource::Embedded, PolicySource::Folder);
    let marker = c.data.join(DEMO_CLOCK);
    let clock = match std::fs::read_to_string(&marker) {
        Ok(ms) if clock == Clock::Real => Clock::Shifted { by_ms: ms.trim().parse().context("demo-clock")? },
        _ => clock,
    };
    Ok(App::open(Opening { db, folder: &c.data, clock, mint, policies }).await?)
}

/// The demo's clock: it starts at `at` when the demo is made, and ticks on from there however often
/// the demo is stopped and started.
pub(crate) fn demo_clock(c: &Company, at: yixian_app::domain::time::Instant) -> anyhow::Result<Clock> {
    std::fs::create_dir_all(&c.data)?;
    let marker = c.data.join(DEMO_CLOCK);
    if let Ok(ms) = std::fs::read_to_string(&marker) {
        return Ok(Clock::Shifted { by_ms: ms.trim().parse().context("demo-clock")? });
    }
    let clock = Clock::starting_at(at);
    if let Clock::Shifted { by_ms } = clock {
        std::fs::write(marker, by_ms.to_string())?;
    }
    Ok(clock)
}

/// `yixian verify`
pub(crate) async fn verify(c: Company, seals: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let app = open(&c, Clock::Real, Mint::random()).await?;
    let found = match &seals {
        None => app.verify().await?,
        Some(file) => {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("cannot read the seals in {}", file.display()))?;
            app.verify_with(&text).await?
        }
    };
    app.close().await;
    println!("{}", serde_json::to_string(&found)?);
    Ok(if found.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
