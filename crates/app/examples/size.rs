//! A seeded company of so many matters in a folder of its own, for benches and growth tests: `cargo xtask size N [FOLDER [SEED]]`. Prints how
//! fast it was written, where the ledger ends, and what holding it against its own ledger says (JSON).
//!
//! What is verified: everything, as `yixian verify` does it. `YIXIAN_SIZE_VERIFY=0` leaves it out.

use std::path::PathBuf;
use std::time::Instant;
use yixian_app::clock::Clock;
use yixian_app::demo::{Many, NOW};
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::store::{Db, ledger};
use yixian_app::{App, Opening};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let matters: usize = words.next().and_then(|n| n.replace('_', "").parse().ok()).ok_or("how many matters?")?;
    let folder: PathBuf = words.next().unwrap_or_else(|| format!("data/size-{matters}")).into();
    let seed: u64 = words.next().map_or(Ok(1), |s| s.parse())?;
    if folder.exists() {
        return Err(format!("{} is there already", folder.display()).into());
    }
    std::fs::create_dir_all(&folder)?;
    let db = match std::env::var("YIXIAN_DATABASE") {
        Ok(url) => Db::open_postgres(&url).await?,
        Err(_) => Db::open_folder(&folder).await?,
    };
    let opening = Opening {
        db,
        folder: &folder,
        clock: Clock::At(NOW),
        mint: Mint::seeded(seed),
        policies: PolicySource::Embedded,
    };
    let app = App::open(opening).await?;
    let begun = Instant::now();
    let mut told = Instant::now();
    let mut says = |m: Many| {
        if told.elapsed().as_secs() >= 5 {
            told = Instant::now();
            eprintln!(
                "{} of {matters} matters, {:.0} a second",
                m.matters,
                m.matters as f64 / begun.elapsed().as_secs_f64()
            );
        }
    };
    let made = app.make_many(matters, seed, &mut says).await?;
    let seconds = begun.elapsed().as_secs_f64();
    let head = ledger::head(&mut app.store().read().await?).await?;
    let verifying = Instant::now();
    let verified = match std::env::var("YIXIAN_SIZE_VERIFY").as_deref() {
        Ok("0") => None,
        _ => Some(app.verify().await?),
    };
    app.close().await;
    // `serve` and the others show the company's own time.
    if let Clock::Shifted { by_ms } = Clock::starting_at(NOW) {
        std::fs::write(folder.join("demo-clock"), by_ms.to_string())?;
    }
    println!(
        "{}",
        serde_json::json!({
            "folder": folder, "seed": seed, "matters": made.matters, "connections": made.connections, "visits": made.visits, "events": head.events,
            "seconds": (seconds * 10.0).round() / 10.0, "matters_a_second": (made.matters as f64 / seconds).round(),
            "seals": head.seal, "head": head.hash, "verified": verified.as_ref().map(|v| v.ok), "verified_in": verified.as_ref().map(|_| verifying.elapsed().as_secs()),
        })
    );
    match verified {
        Some(v) if !v.ok => Err(format!("{:?}", v.faults.iter().take(5).collect::<Vec<_>>()).into()),
        _ => Ok(()),
    }
}
