//! What the tests need beside Rust, and how it is got: found, else installed where that is allowed.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs a command in a folder and shows what it prints.
pub fn run(folder: &Path, program: &str, args: &[&str], env: &[(&str, &str)]) -> Result<(), String> {
    println!("\n> {program} {}", args.join(" "));
    let mut command = Command::new(program);
    command.args(args).current_dir(folder);
    for (name, value) in env {
        command.env(name, value);
    }
    match command.status() {
        Ok(s) if s.success() => Ok(()),
        Ok(s) => Err(format!("{program} {} ended with {s}", args.join(" "))),
        Err(e) => Err(format!("{program}: {e}")),
    }
}

/// Whether a program answers.
pub fn answers(program: &str, args: &[&str]) -> bool {
    Command::new(program).args(args).output().is_ok_and(|o| o.status.success())
}

fn on_path(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|d| d.join(program)).find(|p| p.exists())
}

/// PostgreSQL's server, where the tests look for it: the newest of Debian's, else on the path.
fn postgres() -> bool {
    if std::env::var_os("YIXIAN_TEST_POSTGRES").is_some() {
        return true;
    }
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|e| e.path().join("bin"));
    let path: Vec<PathBuf> = std::env::var_os("PATH").map(|p| std::env::split_paths(&p).collect()).unwrap_or_default();
    debian.chain(path).any(|d| d.join("initdb").exists() && d.join("pg_ctl").exists())
}

/// The browser.
pub fn chromium() -> Option<PathBuf> {
    std::env::var_os("YIXIAN_CHROMIUM")
        .map(PathBuf::from)
        .filter(|p| p.exists())
        .or_else(|| ["chromium", "chromium-browser", "google-chrome"].iter().find_map(|p| on_path(p)))
}

/// A font with Chinese, without which pictures show boxes and widths are wrong.
fn chinese_font() -> bool {
    Command::new("fc-list").arg(":lang=zh").output().is_ok_and(|o| o.status.success() && !o.stdout.is_empty())
}

fn missing() -> Vec<&'static str> {
    let mut all = Vec::new();
    if !postgres() {
        all.push("postgresql");
    }
    if chromium().is_none() {
        all.push("chromium");
    }
    if chromium().is_none() || !chinese_font() {
        all.extend(["fonts-noto-cjk", "fontconfig"]);
    }
    if !answers("python3", &["--version"]) {
        all.push("python3");
    }
    all
}

/// Sees to it that everything is there.
pub fn ensure() -> Result<(), String> {
    for (program, what) in [("node", "Node.js 20 or newer"), ("npm", "npm")] {
        if !answers(program, &["--version"]) {
            return Err(format!("{what} is missing: install it (Debian: apt-get install nodejs npm)"));
        }
    }
    let want = missing();
    if want.is_empty() {
        return Ok(());
    }
    let root = Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout.trim_ascii() == b"0");
    if root && on_path("apt-get").is_some() {
        let quiet = [("DEBIAN_FRONTEND", "noninteractive")];
        let here = Path::new("/");
        // An old package list is no reason to stop: the install tells.
        run(here, "apt-get", &["update", "-q"], &quiet).ok();
        let args: Vec<&str> = ["install", "-y", "-q", "--no-install-recommends"].into_iter().chain(want).collect();
        run(here, "apt-get", &args, &quiet)?;
    }
    let still = missing();
    if still.is_empty() { Ok(()) } else { Err(format!("missing: {0}. Debian: apt-get install {0}", still.join(" "))) }
}

/// Megabytes that a first build and its tests take, and those that another one takes.
const ROOM: (u64, u64) = (12_000, 3_000);

/// Sees to it that there is room on the disk: a test that cannot write tells nothing of the product.
pub fn room(target: &Path) -> Result<(), String> {
    let there = target.ancestors().find(|p| p.exists()).unwrap_or(Path::new("/"));
    let out = Command::new("df").arg("-Pm").arg(there).output().map_err(|e| format!("df: {e}"))?;
    let Some(free) = free(&String::from_utf8_lossy(&out.stdout)) else { return Ok(()) };
    let needed = if target.join("debug/deps").exists() { ROOM.1 } else { ROOM.0 };
    if free >= needed {
        return Ok(());
    }
    Err(format!(
        "{free} MB are free at {} and about {needed} MB are needed: make room, or set CARGO_TARGET_DIR to a folder elsewhere",
        there.display()
    ))
}

/// What is free, of what `df -Pm` says of one file system.
fn free(df: &str) -> Option<u64> {
    df.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::free;

    #[test]
    fn what_is_free_is_the_fourth_of_the_second_line() {
        let told = "Filesystem 1048576-blocks  Used Available Capacity Mounted on\n/dev/vda 257000 30000 59000 34% /\n";
        assert_eq!((free(told), free("df: no such file")), (Some(59_000), None));
    }
}
