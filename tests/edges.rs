//! The edges between our crates: who may know whom, read from the manifests, so that a new
//! dependency is a decision and not an accident.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn table(path: &Path) -> Table {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.parse().unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn names(manifest: &Table, section: &str) -> Vec<String> {
    let plain = manifest
        .get(section)
        .and_then(Value::as_table)
        .map(|t| t.keys().cloned().collect::<Vec<_>>())
        .unwrap_or_default();
    let of_targets = manifest
        .get("target")
        .and_then(Value::as_table)
        .into_iter()
        .flat_map(Table::values)
        .filter_map(|t| t.get(section)?.as_table())
        .flat_map(|t| t.keys().cloned());
    plain.into_iter().chain(of_targets).collect()
}

fn manifests() -> BTreeMap<String, Table> {
    let mut all = vec![root().join("Cargo.toml")];
    for entry in std::fs::read_dir(root().join("crates")).expect("crates") {
        let manifest = entry.expect("a folder").path().join("Cargo.toml");
        if manifest.exists() {
            all.push(manifest);
        }
    }
    all.iter()
        .map(|p| {
            let t = table(p);
            (t["package"]["name"].as_str().expect("a name").to_owned(), t)
        })
        .collect()
}

/// Whom each crate may know, besides what comes from outside.
fn allowed(of: &str) -> &'static [&'static str] {
    match of {
        "yixian" => &["yixian-web", "yixian-app"],
        "yixian-web" => &["yixian-app", "yixian-domain"],
        "yixian-app" => &["yixian-domain", "yixian-store", "yixian-report", "yixian-planner", "yixian-mining"],
        "yixian-store" | "yixian-report" | "yixian-planner" | "yixian-mining" => &["yixian-domain"],
        // Makes companies and databases for tests; nothing that ships may know it.
        "yixian-testkit" => &["yixian-domain", "yixian-store"],
        _ => &[],
    }
}

#[test]
fn crates_know_only_whom_they_may() {
    let all = manifests();
    assert!(all.len() >= 7, "{:?}", all.keys());
    for (name, manifest) in &all {
        for section in ["dependencies", "build-dependencies"] {
            for dependency in names(manifest, section).iter().filter(|d| d.starts_with("yixian")) {
                assert!(allowed(name).contains(&dependency.as_str()), "{name} may not depend on {dependency}");
            }
        }
    }
}

#[test]
fn the_domain_is_pure() {
    let mut of = names(&manifests()["yixian-domain"], "dependencies");
    of.sort();
    assert_eq!(of, ["jiff", "serde", "thiserror", "uuid"]);
}

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs" || e == "html") {
            out.push(path);
        }
    }
}

#[test]
fn doors_and_command_line_name_no_sql() {
    let mut files = Vec::new();
    sources(&root().join("crates/web/src"), &mut files);
    sources(&root().join("src"), &mut files);
    sources(&root().join("crates/domain/src"), &mut files);
    for file in files {
        let text = std::fs::read_to_string(&file).expect("text");
        for word in ["sqlx", "SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM"] {
            assert!(!text.contains(word), "{} names `{word}`", file.display());
        }
    }
}
