//! `yixian import`, `export`, `backup`, `restore`.

use crate::Company;
use crate::company::{database, open};
use crate::console::said;
use clap::{Subcommand, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use yixian_app::backup::Manifest;
use yixian_app::clock::Clock;
use yixian_app::domain::access::Actor;
use yixian_app::export::{Format, Plain};
use yixian_app::import::decode::Source;
use yixian_app::import::map::RequestMap;
use yixian_app::import::table::{CsvKind, Taking};
use yixian_app::matters::MatterFilter;
use yixian_app::mint::Mint;

#[derive(Subcommand)]
pub(crate) enum Import {
    /// Turns a CSV (or a ZIP with one) of citizen or work requests into matters with their history.
    Requests {
        /// The file.
        file: PathBuf,
        /// What its columns mean: `boston311`, `nyc311`, or a TOML file.
        #[arg(long)]
        map: String,
        #[command(flatten)]
        company: Company,
    },
    /// Measured minutes on the road, CSV `from,to,minutes` with codes of places; replaces those before.
    Travel {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        company: Company,
    },
    /// Units from a CSV or a workbook; `--preview` only shows the difference.
    Units(Table),
    /// People from a CSV or a workbook; `--preview` only shows the difference.
    People(Table),
    /// Places from a CSV or a workbook; `--preview` only shows the difference.
    Places(Table),
    /// Partners from a CSV or a workbook, all rows or none; `--preview` only shows the difference.
    Partners(Table),
    /// Sections of works from a CSV or a workbook, all rows or none; `--preview` only shows the difference.
    Sections(Table),
    /// Baselines, forecasts and reached days of milestones, all rows or none; `--preview` only shows the difference.
    Milestones(Table),
    /// Resolutions of joint conferences, all rows or none; `--preview` only shows the difference.
    Resolutions(Table),
    /// Tasks of an indicator, into the draft of its next version, all rows or none; `--preview` only shows the difference.
    Tasks(Table),
    /// Members of the roster of service days, all rows or none; `--preview` only shows the difference.
    Members(Table),
    /// Households that a service team looks after, all rows or none; `--preview` only shows the difference.
    Households(Table),
    /// Outages from a CSV of any size, all rows or none; `--check` only judges them.
    Outages(Table),
}

#[derive(clap::Args)]
pub(crate) struct Table {
    /// The file.
    file: PathBuf,
    /// Shows what would change and changes nothing.
    #[arg(long, alias = "check")]
    preview: bool,
    #[command(flatten)]
    company: Company,
}

#[derive(Subcommand)]
pub(crate) enum Export {
    /// All matters.
    Matters {
        /// Format.
        #[arg(long, value_enum, default_value_t = As::Csv)]
        format: As,
        /// File to write.
        #[arg(short, long)]
        output: PathBuf,
        #[command(flatten)]
        company: Company,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum As {
    Csv,
    Xlsx,
}

pub(crate) async fn import(i: Import) -> anyhow::Result<ExitCode> {
    let (kind, table) = match i {
        Import::Requests { file, map, company } => {
            let map = RequestMap::find(&map)?;
            let app = open(&company, Clock::Real, Mint::random()).await?;
            let done = app.import_requests(&Actor::System, Source::Path(file), map).await?;
            println!("{}", serde_json::to_string(&done)?);
            app.close().await;
            return Ok(ExitCode::SUCCESS);
        }
        Import::Travel { file, company } => {
            let app = open(&company, Clock::Real, Mint::random()).await?;
            let pairs = app.import_travel(std::fs::read(file)?).await?;
            println!("{}", serde_json::json!({ "pairs": pairs }));
            app.close().await;
            return Ok(ExitCode::SUCCESS);
        }
        Import::Units(t) => (CsvKind::Units, t),
        Import::People(t) => (CsvKind::People, t),
        Import::Places(t) => (CsvKind::Places, t),
        Import::Partners(t) => (CsvKind::Partners, t),
        Import::Sections(t) => (CsvKind::Sections, t),
        Import::Milestones(t) => (CsvKind::Milestones, t),
        Import::Resolutions(t) => (CsvKind::Resolutions, t),
        Import::Tasks(t) => (CsvKind::Tasks, t),
        Import::Members(t) => (CsvKind::Members, t),
        Import::Households(t) => (CsvKind::Households, t),
        Import::Outages(t) => return outages(t).await,
    };
    let app = open(&table.company, Clock::Real, Mint::random()).await?;
    let bytes = std::fs::read(&table.file)?;
    let faulty = if table.preview {
        let would = app.preview_csv(&Actor::System, kind, bytes).await?;
        println!("{}", serde_json::to_string(&would)?);
        !would.refused.is_empty()
    } else {
        let done = app.apply_csv(&Actor::System, kind, bytes).await?;
        println!("{}", serde_json::to_string(&done)?);
        !done.refused.is_empty()
    };
    app.close().await;
    Ok(match kind.taking() {
        // Good lines are taken beside those that are not.
        Taking::GoodLines => ExitCode::SUCCESS,
        Taking::Whole if faulty => {
            eprintln!("yixian: {}", said("table_refused"));
            ExitCode::FAILURE
        }
        Taking::Whole => ExitCode::SUCCESS,
    })
}

/// Outages are streamed: a file of them may be larger than memory.
async fn outages(t: Table) -> anyhow::Result<ExitCode> {
    let app = open(&t.company, Clock::Real, Mint::random()).await?;
    let name = t.file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let source = Source::Path(t.file);
    let done = if t.preview {
        app.check_outages(&Actor::System, &source).await?
    } else {
        app.import_outages(&Actor::System, &source, &name).await?
    };
    println!("{}", serde_json::to_string(&done)?);
    app.close().await;
    if done.faults == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("yixian: {}", said("table_refused"));
    Ok(ExitCode::FAILURE)
}

pub(crate) async fn export(e: Export) -> anyhow::Result<ExitCode> {
    let Export::Matters { format, output, company } = e;
    let app = open(&company, Clock::Real, Mint::random()).await?;
    let format = match format {
        // With a byte-order mark: Excel in China takes Chinese text for another encoding without one.
        As::Csv => Format::Csv { bom: true },
        As::Xlsx => Format::Xlsx,
    };
    let rows = app.export_matters(&Actor::System, &MatterFilter::default(), format, Arc::new(Plain), &output).await?;
    println!("{}", serde_json::json!({ "rows": rows, "file": output }));
    app.close().await;
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn backup(company: Company, output: PathBuf) -> anyhow::Result<ExitCode> {
    let app = open(&company, Clock::Real, Mint::random()).await?;
    let made = Box::pin(app.backup(&output)).await?;
    println!("{}", serde_json::to_string(&made)?);
    app.close().await;
    Ok(with_photos(&made, "photos_left_out"))
}

/// The code for something that was done without photos that had been lost before.
const WITHOUT_PHOTOS: u8 = 3;

/// Says on stderr which photos are not in the backup.
fn with_photos(made: &Manifest, head: &str) -> ExitCode {
    if made.lost.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("yixian: {}", said(head));
    for photo in &made.lost {
        let users: Vec<String> = photo
            .used_by
            .iter()
            .map(|u| {
                let number = u.number.map(|n| format!(" {n}")).unwrap_or_default();
                format!("{}{number} ({})", said(&format!("used_by_{}", u.kind)), u.id)
            })
            .collect();
        let fault = said(&format!("photo_{}", photo.fault.as_str()));
        eprintln!("  {} {fault}{}{}", photo.file, if users.is_empty() { "" } else { " · " }, users.join(", "));
    }
    ExitCode::from(WITHOUT_PHOTOS)
}

pub(crate) async fn restore(from: PathBuf, company: Company) -> anyhow::Result<ExitCode> {
    let db = database(&company).await?;
    let done = yixian_app::backup::restore(&from, &db, &company.data).await?;
    println!("{}", serde_json::to_string(&done)?);
    db.close().await;
    Ok(with_photos(&done, "photos_not_restored"))
}
