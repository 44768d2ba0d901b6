//! `yixian rules`: what rules a company goes by, whether a folder of them is whole, and another version put in force.

use crate::{Company, company};
use clap::Subcommand;
use std::path::PathBuf;
use std::process::ExitCode;
use yixian_app::clock::Clock;
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;

#[derive(Subcommand)]
pub(crate) enum Rules {
    /// Reads a folder of rule files beside those built in and says what is wrong with them.
    Check {
        /// Folder laid out as the repository's: rules/…, procedures/…, calendars/….
        folder: PathBuf,
    },
    /// The versions in force, one a line: kind, version, file (JSON lines).
    List {
        #[command(flatten)]
        company: Company,
    },
    /// Puts another version of a kind in force, after checking it together with all others.
    Put {
        /// Kind, as `rules list` names it: `eligibility`, `conformance`, `settings`, ….
        kind: String,
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        company: Company,
    },
}

pub(crate) async fn run(r: Rules) -> anyhow::Result<ExitCode> {
    match r {
        Rules::Check { folder } => {
            anyhow::ensure!(folder.is_dir(), "no folder {}", folder.display());
            let read = PolicySource::Folder(folder).read()?;
            println!("{}", serde_json::json!({ "ok": true, "files": read.files() }));
        }
        Rules::List { company: of } => {
            let app = company::open(&of, Clock::Real, Mint::random()).await?;
            for p in app.policies_in_force().await? {
                println!("{}", serde_json::json!({ "kind": p.kind, "version": p.version, "file": p.label }));
            }
            app.close().await;
        }
        Rules::Put { kind, file, company: of } => {
            let body = std::fs::read_to_string(&file).map_err(|e| anyhow::anyhow!("{}: {e}", file.display()))?;
            let app = company::open(&of, Clock::Real, Mint::random()).await?;
            let version = app.put_policy(&kind, &file.display().to_string(), body).await;
            app.close().await;
            println!("{}", serde_json::json!({ "kind": kind, "version": version? }));
        }
    }
    Ok(ExitCode::SUCCESS)
}
