//! `cargo xtask test`: everything that must be right before a merge, in the order that tells
//! soonest. Ends with a line that says what ran and, as loudly, what did not.

use crate::tools::{answers, chromium, ensure, run as sh};
use crate::{root, tidy};
use std::path::{Path, PathBuf};
use std::time::Instant;

fn target() -> PathBuf { std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from) }

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if from.is_dir() {
        std::fs::create_dir_all(to)?;
        for entry in std::fs::read_dir(from)? {
            let entry = entry?;
            if entry.file_name() != "node_modules" {
                copy(&entry.path(), &to.join(entry.file_name()))?;
            }
        }
        return Ok(());
    }
    std::fs::copy(from, to).map(drop)
}

/// `npm ci` in a copy under the target folder: the source tree stays as it is.
fn npm(from: &str, script: &[&str], env: &[(&str, &str)]) -> Result<(), String> {
    let work = target().join("xtask").join(from.replace('/', "-"));
    let stale = |e: std::io::Error| format!("{}: {e}", work.display());
    for entry in std::fs::read_dir(&work).into_iter().flatten().flatten().filter(|e| e.file_name() != "node_modules") {
        let gone = if entry.path().is_dir() { std::fs::remove_dir_all(entry.path()) } else { std::fs::remove_file(entry.path()) };
        gone.map_err(stale)?;
    }
    copy(&root().join(from), &work).map_err(stale)?;
    let lock = |p: &Path| std::fs::read(p).unwrap_or_default();
    let (wanted, had) = (lock(&work.join("package-lock.json")), lock(&work.join("node_modules/.xtask-lock")));
    if wanted != had {
        sh(&work, "npm", &["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"], &[])?;
        std::fs::write(work.join("node_modules/.xtask-lock"), wanted).map_err(stale)?;
    }
    sh(&work, "npm", &[&["run", "--silent"], script].concat(), env)
}

/// The browser tests' surroundings: the binary that was just built and the browser that was found.
fn browser(part: &str, extra: &[(&str, &str)]) -> Result<(), String> {
    let root = root();
    sh(&root, "cargo", &["build", "--quiet", "--release", "--package", "yixian"], &[])?;
    let binary = target().join("release").join("yixian");
    let chromium = chromium().ok_or("no browser")?;
    let text = |p: &Path| p.to_string_lossy().into_owned();
    let (binary, chromium) = (text(&binary), text(&chromium));
    let env: Vec<(&str, &str)> = [("YIXIAN_BIN", binary.as_str()), ("YIXIAN_CHROMIUM", chromium.as_str())].into_iter().chain(extra.iter().copied()).collect();
    npm("e2e", &["test", "--", part], &env)
}

/// Licences and bans, by cargo-deny: the one on the path, else one built once under the target folder.
fn deny() -> Result<(), String> {
    let root = root();
    let check = ["check", "licenses", "bans"];
    if answers("cargo", &["deny", "--version"]) {
        return sh(&root, "cargo", &[&["deny", "--log-level", "error"][..], &check].concat(), &[]);
    }
    let tools = target().join("tools");
    let own = tools.join("bin/cargo-deny").to_string_lossy().into_owned();
    if !answers(&own, &["--version"]) {
        sh(&root, "cargo", &["install", "--quiet", "--locked", "cargo-deny", "--version", "0.20.2", "--root", &tools.to_string_lossy()], &[])?;
    }
    sh(&root, &own, &[&["--log-level", "error"][..], &check].concat(), &[])
}

/// Names what ran; what did not goes to `skipped`.
fn everything(skipped: &mut Vec<String>) -> Result<Vec<&'static str>, String> {
    let root = root();
    let mut ran = Vec::new();
    ensure()?;
    if std::env::var_os("YIXIAN_TEST_DATA").is_none() {
        if std::env::var_os("CI").is_some() {
            return Err("YIXIAN_TEST_DATA must name the folder of real data where CI is set".into());
        }
        skipped.push("checks on real data (YIXIAN_TEST_DATA is not set)".into());
    }
    tidy::run()?;
    ran.push("tidy");
    sh(&root, "cargo", &["test", "--workspace"], &[])?;
    ran.push("cargo test");
    sh(&root, "cargo", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"], &[])?;
    ran.push("clippy");
    npm("crates/web/ui", &["check"], &[])?;
    ran.push("types of the browser files");
    if root.join("e2e/package.json").exists() {
        browser("", &[])?;
        ran.push("browser tests");
    } else {
        skipped.push("browser tests (there is no e2e/)".into());
    }
    deny()?;
    ran.push("licences and bans");
    Ok(ran)
}

/// `cargo xtask test`
pub fn run() -> Result<(), String> {
    let began = Instant::now();
    let mut skipped = Vec::new();
    let ran = everything(&mut skipped)?;
    let seconds = began.elapsed().as_secs();
    println!();
    for s in &skipped {
        println!("NOT RUN: {s}");
    }
    println!("PASSED in {} min {:02} s: {}; {} not run", seconds / 60, seconds % 60, ran.join(", "), skipped.len());
    Ok(())
}

/// `cargo xtask screenshots`: the README's picture, by the browser test of that name.
pub fn screenshots() -> Result<(), String> {
    ensure()?;
    let images = root().join("docs/images");
    std::fs::create_dir_all(&images).map_err(|e| format!("{}: {e}", images.display()))?;
    let folder = images.to_string_lossy().into_owned();
    browser("readme", &[("YIXIAN_E2E_SHOTS", &folder)])?;
    println!("{}", images.join("today.png").display());
    Ok(())
}
