//! The demo company for tests that need a large one: made once by a built binary, kept beside it under a name that holds
//! the binary's size and time of building, so that another binary never meets it, and copied for whoever asks. It does not
//! know what the company holds.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

/// By how much the demo's clock is behind ours; the binary writes and reads it.
const CLOCK: &str = "demo-clock";
/// When the company was left alone.
const RESTED: &str = "rested-at";

fn since_epoch(t: SystemTime) -> u128 { t.duration_since(UNIX_EPOCH).expect("after 1970").as_nanos() }

fn now_ms() -> i64 {
    #[allow(clippy::disallowed_methods)] // the demo's clock is held against the machine's
    let now = SystemTime::now();
    i64::try_from(since_epoch(now) / 1_000_000).expect("before the year 292277026")
}

/// Starts the binary on a new folder, waits until it shows its sign-in links, and stops it.
fn make(binary: &Path, folder: &Path) {
    let mut child = Command::new(binary).args(["demo", "--listen", "127.0.0.1:0", "--data"]).arg(folder).env_remove("YIXIAN_DATABASE")
        .stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap_or_else(|e| panic!("{}: {e}", binary.display()));
    let mut said = BufReader::new(child.stdout.take().expect("piped"));
    let mut line = String::new();
    while !line.contains("/enter/") {
        line.clear();
        assert!(said.read_line(&mut line).expect("readable") > 0, "the demo ended before it was ready: {:?}", child.wait());
    }
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().is_ok_and(|s| s.success()));
    said.read_to_string(&mut line).ok();
    assert!(child.wait().is_ok_and(|s| s.success()), "the demo stops when it is asked to");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("readable") {
        let entry = entry.expect("readable");
        let (old, new) = (entry.path(), to.join(entry.file_name()));
        if old.is_dir() { copy(&old, &new) } else { fs::copy(&old, &new).map_or_else(|e| panic!("{}: {e}", old.display()), drop) }
    }
}

/// Where the binary's company lies; made when it is not there yet, by one process while the others wait for the lock.
fn kept(binary: &Path) -> (PathBuf, File) {
    let about = fs::metadata(binary).unwrap_or_else(|e| panic!("{}: {e}", binary.display()));
    let room = binary.parent().expect("a folder").join("demo-companies");
    fs::create_dir_all(&room).expect("a folder");
    let lock = File::create(room.join("lock")).expect("a lock");
    lock.lock().expect("locked");
    let folder = room.join(format!("{}-{}", since_epoch(about.modified().expect("a time")), about.len()));
    if !folder.join(RESTED).exists() {
        // What an earlier binary left, and what was never finished.
        for old in fs::read_dir(&room).expect("readable").flatten().filter(|e| e.path().is_dir()) {
            fs::remove_dir_all(old.path()).ok();
        }
        make(binary, &folder);
        fs::write(folder.join(RESTED), now_ms().to_string()).expect("written");
    }
    (folder, lock)
}

/// Copies the demo company of a binary into a folder. Its clock goes on from where it stood when the company was made,
/// however long that is ago.
pub fn demo_into(binary: &Path, to: &Path) {
    let (from, _lock) = kept(binary);
    copy(&from, to);
    let number = |name: &str| fs::read_to_string(from.join(name)).ok().and_then(|t| t.trim().parse::<i64>().ok()).expect(name);
    fs::write(to.join(CLOCK), (number(CLOCK) - (now_ms() - number(RESTED))).to_string()).expect("written");
    fs::remove_file(to.join(RESTED)).expect("it was copied");
}

/// The demo company of a binary, for one test to do with as it likes.
pub fn demo(binary: &Path) -> TempDir {
    let folder = TempDir::with_prefix("yixian-demo-").expect("a temporary folder");
    demo_into(binary, folder.path());
    folder
}
