//! `cargo xtask test`: everything that must be right before a merge, in the order that tells soonest; `cargo xtask test
//! PART` runs one floor (a crate), one slice (what has that name) or the browser tests; `cargo xtask nightly` runs what
//! takes longer. Each ends with the seconds of its parts and says what ran and, as loudly, what did not.

use crate::tools::{answers, chromium, ensure, room, run as sh};
use crate::{fuzz, root, tidy, unused};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

type Done = Result<(), String>;

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
fn text(p: &Path) -> String {
    p.to_string_lossy().into_owned()
}

/// What ran, for how long, and what did not.
#[derive(Default)]
struct Report {
    ran: Vec<(String, f64)>,
    skipped: Vec<String>,
}

impl Report {
    fn part(&mut self, name: &str, work: impl FnOnce() -> Done) -> Done {
        let began = Instant::now();
        let done = work();
        self.ran.push((name.to_owned(), began.elapsed().as_secs_f64()));
        done.map_err(|why| format!("{name}: {why}"))
    }

    /// The table, whether or not everything went well: whoever waited sees where the time went.
    fn end(&self, done: Done) -> Done {
        println!("\n  seconds  part");
        for (name, seconds) in &self.ran {
            println!("{seconds:9.1}  {name}");
        }
        for s in &self.skipped {
            println!("NOT RUN: {s}");
        }
        let seconds = self.ran.iter().map(|r| r.1).sum::<f64>() as u64;
        let how = if done.is_ok() { "PASSED" } else { "FAILED" };
        println!(
            "{how} after {} min {:02} s: {} parts ran, {} not run",
            seconds / 60,
            seconds % 60,
            self.ran.len(),
            self.skipped.len()
        );
        done
    }
}

/// A PostgreSQL server for all tests of the run; without one, each test process would start its own.
struct Postgres(Child);

impl Postgres {
    fn start() -> Result<(Postgres, String), String> {
        if let Ok(given) = std::env::var("YIXIAN_TEST_POSTGRES") {
            // Nothing to hold: `true` ends at once.
            return Ok((Postgres(Command::new("true").spawn().map_err(|e| e.to_string())?), given));
        }
        let mut child = Command::new(ground())
            .arg("postgres")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("ground: {e}"))?;
        let mut url = String::new();
        let out = child.stdout.take().ok_or("no output")?;
        BufReader::new(out).read_line(&mut url).map_err(|e| e.to_string())?;
        let server = Postgres(child);
        if url.trim().is_empty() { Err("PostgreSQL did not start".into()) } else { Ok((server, url.trim().to_owned())) }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        self.0.wait().ok();
    }
}

/// Built with the tests: see `crates/testkit/src/bin/ground.rs`.
fn ground() -> PathBuf {
    target().join("debug").join("ground")
}

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
fn npm(from: &str, script: &[&str], env: &[(&str, &str)]) -> Done {
    let work = target().join("xtask").join(from.replace('/', "-"));
    let stale = |e: std::io::Error| format!("{}: {e}", work.display());
    for entry in std::fs::read_dir(&work).into_iter().flatten().flatten().filter(|e| e.file_name() != "node_modules") {
        let gone = if entry.path().is_dir() {
            std::fs::remove_dir_all(entry.path())
        } else {
            std::fs::remove_file(entry.path())
        };
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

/// Builds tests and the programs they start, once: all with the features that all of them ask for, or those of some packages.
fn build(packages: &[&str]) -> Done {
    sh(&root(), "cargo", &[&["build", "--quiet", "--bins", "--tests"], &of(packages)[..]].concat(), &[])
}

/// How cargo is told about packages; none means all.
fn of<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    if packages.is_empty() { vec!["--workspace"] } else { packages.iter().flat_map(|p| ["--package", p]).collect() }
}

/// The browser tests, against a binary and a copy of its demo company.
fn browser(binary: &Path, part: &str, extra: &[(&str, &str)]) -> Done {
    let chromium = chromium().ok_or("no browser")?;
    let data = target().join("xtask").join("e2e-data");
    if data.exists() {
        std::fs::remove_dir_all(&data).map_err(|e| format!("{}: {e}", data.display()))?;
    }
    let (binary, chromium, data) = (text(binary), text(&chromium), text(&data));
    sh(&root(), &text(&ground()), &["demo", &binary, &data], &[])?;
    let given =
        [("YIXIAN_BIN", binary.as_str()), ("YIXIAN_CHROMIUM", chromium.as_str()), ("YIXIAN_E2E_DATA", data.as_str())];
    npm("e2e", &["test", "--", part], &given.into_iter().chain(extra.iter().copied()).collect::<Vec<_>>())
}

/// What tests that need a database stand on.
const TESTKIT: &str = "yixian-testkit";

fn debug() -> PathBuf {
    target().join("debug").join("yixian")
}

/// The tests of some packages (none means all), documentation's excepted; with a word only those whose file, module or name
/// holds it. cargo-nextest runs processes side by side where it is installed; `cargo test` runs the same tests one program
/// after the other.
fn tests(packages: &[&str], word: Option<&str>, env: &[(&str, &str)]) -> Done {
    let root = root();
    let server = if packages.is_empty() || packages.contains(&TESTKIT) { Some(Postgres::start()?) } else { None };
    let url = server.as_ref().map(|(_, url)| ("YIXIAN_TEST_POSTGRES", url.as_str()));
    let env: Vec<_> = env.iter().copied().chain(url).collect();
    if answers("cargo", &["nextest", "--version"]) {
        let filter = word.map_or_else(|| "all()".to_owned(), |word| format!("binary(~{word}) + test({word})"));
        let how = [
            "nextest",
            "run",
            "--cargo-quiet",
            "--no-fail-fast",
            "--status-level",
            "slow",
            "--final-status-level",
            "slow",
            "-E",
            &filter,
        ];
        return sh(&root, "cargo", &[&how, &of(packages)[..]].concat(), &env);
    }
    println!("cargo-nextest is not installed: `cargo test` runs the same tests, one program after the other");
    let cargo = |more: &[&str]| {
        sh(&root, "cargo", &[&["test", "--quiet", "--no-fail-fast"], &of(packages)[..], more].concat(), &env)
    };
    let Some(word) = word else { return cargo(&["--tests"]) };
    if test_files(&root).iter().any(|name| name.contains(word)) {
        cargo(&["--test", &format!("*{word}*")])?;
    }
    cargo(&["--tests", "--", word])
}

/// The names of the integration tests.
fn test_files(root: &Path) -> Vec<String> {
    let crates = std::fs::read_dir(root.join("crates")).into_iter().flatten().flatten().map(|e| e.path().join("tests"));
    let files = crates.chain([root.join("tests")]).flat_map(|d| std::fs::read_dir(d).into_iter().flatten().flatten());
    files.filter_map(|f| Some(f.path().file_stem()?.to_str()?.to_owned())).collect()
}

fn clippy(of: &[&str]) -> Done {
    sh(&root(), "cargo", &[&["clippy", "--quiet"], of, &["--all-targets", "--", "-D", "warnings"]].concat(), &[])
}

/// Licences and bans, by cargo-deny: the one on the path, else one built once under the target folder.
fn deny() -> Done {
    let root = root();
    let check = ["check", "licenses", "bans"];
    if answers("cargo", &["deny", "--version"]) {
        return sh(&root, "cargo", &[&["deny", "--log-level", "error"][..], &check].concat(), &[]);
    }
    let tools = target().join("tools");
    let own = text(&tools.join("bin/cargo-deny"));
    if !answers(&own, &["--version"]) {
        sh(
            &root,
            "cargo",
            &[
                "install",
                "--quiet",
                "--locked",
                "cargo-deny",
                "--version",
                "0.20.2",
                "--root",
                &tools.to_string_lossy(),
            ],
            &[],
        )?;
    }
    sh(&root, &own, &[&["--log-level", "error"][..], &check].concat(), &[])
}

fn prepare(report: &mut Report) -> Done {
    room(&target())?;
    ensure()?;
    if std::env::var_os("YIXIAN_TEST_DATA").is_none() {
        if std::env::var_os("CI").is_some() {
            return Err("YIXIAN_TEST_DATA must name the folder of real data where CI is set".into());
        }
        report.skipped.push("checks on real data (YIXIAN_TEST_DATA is not set)".into());
    }
    Ok(())
}

fn everything(r: &mut Report) -> Done {
    let root = root();
    prepare(r)?;
    if root.join("rustfmt.toml").exists() {
        r.part("form (cargo fmt)", || sh(&root, "cargo", &["fmt", "--all", "--check"], &[]))?;
    }
    r.part("tidy, unused dependencies", || tidy::run().and_then(|()| unused::run()))?;
    r.part("clippy", || clippy(&["--workspace"]))?;
    r.part("building the tests", || build(&[]))?;
    r.part("tests", || tests(&[], None, &[]))?;
    r.part("examples in the documentation", || sh(&root, "cargo", &["test", "--quiet", "--workspace", "--doc"], &[]))?;
    r.part("documentation", || {
        sh(&root, "cargo", &["doc", "--quiet", "--workspace", "--no-deps"], &[("RUSTDOCFLAGS", "-D warnings")])
    })?;
    r.part("types of the browser files", || npm("crates/web/ui", &["check"], &[]))?;
    r.part("browser tests", || browser(&debug(), "", &[]))?;
    r.part("licences and bans", deny)
}

/// The package of a floor, and its manifest.
fn package(part: &str) -> Option<(String, PathBuf)> {
    let root = root();
    match part {
        "yixian" => Some((part.to_owned(), root.join("Cargo.toml"))),
        "xtask" => Some((part.to_owned(), root.join("xtask/Cargo.toml"))),
        _ => {
            let manifest = root.join("crates").join(part).join("Cargo.toml");
            manifest.exists().then(|| (format!("yixian-{part}"), manifest))
        }
    }
}

fn part(r: &mut Report, name: &str) -> Done {
    prepare(r)?;
    if let Some((package, manifest)) = package(name) {
        let needs_ground = std::fs::read_to_string(manifest).unwrap_or_default().contains(TESTKIT);
        let packages = if needs_ground { vec![package.as_str(), TESTKIT] } else { vec![package.as_str()] };
        r.part("tidy, unused dependencies", || tidy::run().and_then(|()| unused::run()))?;
        r.part("clippy", || clippy(&["--package", &package]))?;
        r.part("building the tests", || build(&packages))?;
        r.part("tests", || tests(&packages, None, &[]))?;
        return if name == "web" {
            r.part("types of the browser files", || npm("crates/web/ui", &["check"], &[]))
        } else {
            Ok(())
        };
    }
    // `connections` also means what is called `connection`.
    let word = name.strip_suffix('s').unwrap_or(name);
    let pages = std::fs::read_dir(root().join("e2e/tests")).into_iter().flatten().flatten();
    let pages = pages.filter(|f| f.file_name().to_string_lossy().contains(word)).count();
    let browser_alone = name == "browser";
    if !browser_alone && pages == 0 && !tidy::is_named_by_a_test(&root(), word) {
        return Err(format!("no test, file of tests or browser test is called {word}"));
    }
    r.part("building the tests", || build(&[]))?;
    if !browser_alone {
        r.part("tests", || tests(&[], Some(word), &[]))?;
    }
    if browser_alone || pages > 0 {
        r.part("browser tests", || browser(&debug(), if browser_alone { "" } else { word }, &[]))?;
    } else {
        r.skipped.push(format!("browser tests (none is called {word})"));
    }
    Ok(())
}

/// Cases of each property in a night; by day it is 256.
const CASES: &str = "8192";

/// Longer and larger than every day, nothing else than every day: a finding here is a case that daily tests did not draw.
fn long(r: &mut Report) -> Done {
    prepare(r)?;
    let readers = ["yixian-domain", "yixian-mining", "yixian-planner"];
    r.part("properties, many cases", || {
        build(&readers).and_then(|()| tests(&readers, None, &[("PROPTEST_CASES", CASES)]))
    })?;
    r.part("building the tests", || build(&[]))?;
    let release = ["build", "--quiet", "--release", "--package", "yixian"];
    r.part("release build", || sh(&root(), "cargo", &release, &[]))?;
    r.part("browser tests on the release build", || browser(&target().join("release/yixian"), "", &[]))?;
    for bench in ["load", "connections"] {
        r.part(&format!("load: {bench}"), || {
            sh(&root(), "cargo", &["bench", "--quiet", "--package", "yixian", "--bench", bench], &[])
        })?;
    }
    if fuzz::possible() {
        r.part("random bytes", || fuzz::run_all(None))
    } else {
        r.skipped.push("fuzz targets (no nightly compiler or no cargo-fuzz)".into());
        Ok(())
    }
}

/// `cargo xtask test [PART]`
pub fn run(name: Option<&str>) -> Done {
    let mut r = Report::default();
    let done = match name {
        None => everything(&mut r),
        Some(name) => part(&mut r, name),
    };
    r.end(done)
}

/// `cargo xtask nightly`
pub fn nightly() -> Done {
    let mut r = Report::default();
    let done = long(&mut r);
    r.end(done)
}

/// `cargo xtask screenshots`: the README's picture, by the browser test of that name.
pub fn screenshots() -> Done {
    ensure()?;
    let images = root().join("docs/images");
    std::fs::create_dir_all(&images).map_err(|e| format!("{}: {e}", images.display()))?;
    let folder = text(&images);
    build(&[])?;
    browser(&debug(), "readme", &[("YIXIAN_E2E_SHOTS", &folder)])?;
    println!("{}", images.join("today.png").display());
    Ok(())
}
