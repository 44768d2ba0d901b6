//! `cargo xtask fuzz SECONDS`: every fuzz target of every crate for so long.
//! It needs a nightly compiler and cargo-fuzz, and is part of `cargo xtask nightly`, not of `cargo xtask test`.

use crate::tools::{answers, run};
use std::path::Path;

/// Seconds for each target when nothing is said.
const SECONDS: &str = "60";

/// The fuzz targets of a crate, by name.
fn targets(crate_folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(crate_folder.join("fuzz/fuzz_targets")).into_iter().flatten().flatten();
    let mut all: Vec<_> = files.filter_map(|f| Some(f.path().file_stem()?.to_str()?.to_owned())).collect();
    all.sort();
    all
}

/// Whether the tools are there.
pub fn possible() -> bool {
    answers("cargo", &["+nightly", "fuzz", "--version"])
}

/// Runs them one after the other; the first finding ends it.
pub fn run_all(seconds: Option<&str>) -> Result<(), String> {
    if !possible() {
        return Err("fuzzing needs a nightly compiler and cargo-fuzz: `rustup toolchain install nightly` and `cargo install cargo-fuzz`".into());
    }
    let root = crate::root();
    let time = format!("-max_total_time={}", seconds.unwrap_or(SECONDS));
    let build = root.join("target/fuzz");
    let build = build.to_str().ok_or("the repository's path is not UTF-8")?;
    for name in ["mining", "planner"] {
        let folder = root.join("crates").join(name);
        for target in targets(&folder) {
            run(
                &folder,
                "cargo",
                &["+nightly", "fuzz", "run", "--target-dir", build, &target, "--", &time, "-rss_limit_mb=2048"],
                &[],
            )?;
        }
    }
    Ok(())
}
