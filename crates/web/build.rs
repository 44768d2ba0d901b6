//! Builds the browser files of `ui/` and embeds them.
//!
//! Out: `$OUT_DIR/assets.rs` with `pub static ASSETS: &[Asset]`. The includer defines
//! `Asset { name, path, mime, body, br, gz }`: logical name, hashed name, media type, bytes and the two
//! precompressed forms.
//!
//! - `YIXIAN_WEB_DIST` names a prebuilt folder (with `manifest.json`); then no node is needed.
//! - Else `npm ci` runs once for a given `package-lock.json`, in `target/web-cache/<hash>/`, shared by all profiles,
//!   and `node build.mjs` on a copy of the sources beside it. The source tree is never written to.
//!
//! It deliberately does not know what the files contain: `manifest.json` is the whole contract. Types are checked
//! by `npm run check`, not here.

use std::env;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the bundle is made of; the gallery and the notes are not.
const SOURCES: [&str; 8] =
    ["build.mjs", "css", "favicon.svg", "icons", "package-lock.json", "package.json", "src", ".npmrc"];

fn main() {
    let ui = var("CARGO_MANIFEST_DIR").join("ui");
    let out = var("OUT_DIR");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=YIXIAN_WEB_DIST");

    let dist = if let Some(given) = env::var_os("YIXIAN_WEB_DIST").filter(|value| !value.is_empty()) {
        let dist = PathBuf::from(given);
        assert!(dist.is_absolute(), "YIXIAN_WEB_DIST must be an absolute path, not {}", dist.display());
        println!("cargo::rerun-if-changed={}", dist.display());
        dist
    } else {
        for source in SOURCES {
            println!("cargo::rerun-if-changed={}", ui.join(source).display());
        }
        build(&ui, &out)
    };
    fs::write(out.join("assets.rs"), table(&dist)).expect("OUT_DIR can be written");
}

fn var(name: &str) -> PathBuf {
    PathBuf::from(env::var_os(name).unwrap_or_else(|| panic!("cargo sets {name}")))
}

/// Installs the tools where needed, bundles, and returns the folder with the result.
fn build(ui: &Path, out: &Path) -> PathBuf {
    let lock = fs::read(ui.join("package-lock.json")).expect("ui/package-lock.json is committed");
    let cache = target(out).join("web-cache").join(fnv(&lock));
    // One working copy per OUT_DIR: two profiles may build at once. Node finds `../node_modules` by itself.
    let work = cache.join(format!("work-{}", fnv(out.as_os_str().as_encoded_bytes())));
    let _ = fs::remove_dir_all(&work);
    for source in SOURCES {
        copy(&ui.join(source), &work.join(source));
    }
    install(&cache, &work);

    let dist = out.join("web-dist");
    run(Command::new("node").arg("build.mjs").arg(&dist).current_dir(&work))
        .unwrap_or_else(|why| panic!("the browser files could not be built: {why}"));
    dist
}

/// `npm ci`, once per lock file. The file lock makes a second profile wait instead of installing twice.
fn install(cache: &Path, work: &Path) {
    let stamp = cache.join("installed");
    if stamp.exists() {
        return;
    }
    let guard = File::create(cache.join("lock")).expect("target/ can be written");
    guard.lock().expect("a file in target/ can be locked");
    if stamp.exists() {
        return;
    }
    for name in ["package.json", "package-lock.json", ".npmrc"] {
        copy(&work.join(name), &cache.join(name));
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let install = || {
        let mut command = Command::new(npm);
        command.args(["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"]);
        run(command.current_dir(cache))
    };
    // Once more for a network that stumbled.
    install()
        .or_else(|_| install())
        .unwrap_or_else(|why| panic!("the tools for the browser files could not be installed: {why}"));
    fs::write(stamp, "").expect("target/ can be written");
}

fn run(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!(
            "{name} ended with {}\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => panic!(
            "{name} was not found: install Node.js 18 or newer (with npm), or set YIXIAN_WEB_DIST to a folder of prebuilt browser files"
        ),
        Err(error) => Err(format!("{name}: {error}")),
    }
}

/// The target folder: cargo marks it with `CACHEDIR.TAG`; else the usual depth below it.
fn target(out: &Path) -> &Path {
    out.ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").exists())
        .or_else(|| out.ancestors().nth(4))
        .unwrap_or(out)
}

fn copy(from: &Path, to: &Path) {
    let fail = |error| panic!("{} cannot be copied: {error}", from.display());
    if from.is_dir() {
        fs::create_dir_all(to).unwrap_or_else(fail);
        for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
            let entry = entry.expect("a readable folder");
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).unwrap_or_else(fail);
        }
        let bytes = fs::read(from).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
        fs::write(to, bytes).unwrap_or_else(fail);
    }
}

/// The Rust table for the manifest of `dist`.
fn table(dist: &Path) -> String {
    let manifest = fs::read_to_string(dist.join("manifest.json"))
        .unwrap_or_else(|error| panic!("{} has no manifest.json: {error}", dist.display()));
    let mut rust = String::from("/// Every browser file, by logical name.\npub static ASSETS: &[Asset] = &[\n");
    // `{"name":"path",…}` without escapes: every second quoted piece is a name, the others are paths.
    let mut quoted = manifest.split('"').skip(1).step_by(2);
    while let (Some(name), Some(path)) = (quoted.next(), quoted.next()) {
        let file = dist.join(path);
        assert!(file.is_file(), "{} is in the manifest but not in the folder", file.display());
        let packed = |suffix: &str| {
            let file = dist.join(format!("{path}.{suffix}"));
            if file.is_file() { format!("Some({})", include(&file)) } else { "None".to_owned() }
        };
        let (mime, body, br, gz) = (mime(path), include(&file), packed("br"), packed("gz"));
        writeln!(
            rust,
            "    Asset {{ name: {name:?}, path: {path:?}, mime: {mime:?}, body: {body}, br: {br}, gz: {gz} }},"
        )
        .expect("a String takes text");
    }
    rust.push_str("];\n");
    rust
}

/// The expression that embeds a file, whatever its path looks like (backslashes, spaces).
fn include(file: &Path) -> String {
    let path = file.to_str().unwrap_or_else(|| panic!("{} is not UTF-8", file.display()));
    format!("include_bytes!({path:?})")
}

fn mime(path: &str) -> &'static str {
    match Path::new(path).extension().and_then(|ending| ending.to_str()) {
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

/// FNV-1a, 64 bits, in hex: names a folder, nothing more.
fn fnv(bytes: &[u8]) -> String {
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}
