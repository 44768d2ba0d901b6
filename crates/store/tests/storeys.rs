//! Who may know whom inside the store, read from the `use` lines and paths of its files: the engine and the journal name no
//! slice, a slice knows those before it in one declared order, and nobody knows the list on top.

use std::path::{Path, PathBuf};

/// Each knows itself and those before it.
const ORDER: &[&str] =
    &["engine", "journal", "organisation", "matter", "connection", "visit", "planning", "flow", "parts", "slices"];

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// The rooms that a text names: what follows `crate::`, without comments.
fn named(text: &str) -> Vec<String> {
    let code = text.lines().filter(|l| !l.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1).map(str::to_owned).collect::<Vec<_>>())
        .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .collect()
}

#[test]
fn a_room_knows_only_those_below() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let (mut seen, mut bad) = (0, Vec::new());
    for file in files.iter().filter(|f| !f.ends_with("lib.rs")) {
        let inside = file.strip_prefix(&root).expect("a source").with_extension("");
        let room = inside.iter().next().expect("a room").to_string_lossy().into_owned();
        let at = ORDER.iter().position(|r| *r == room).unwrap_or_else(|| panic!("{room} has no place in the order"));
        for name in named(&std::fs::read_to_string(file).expect("text")) {
            seen += 1;
            if !ORDER[..=at].contains(&name.as_str()) {
                bad.push(format!("{} names {name}", inside.display()));
            }
        }
    }
    assert!(seen > 100, "only {seen}");
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}
