//! Dependencies that nothing names, found by reading: each name in a manifest must stand as `name::` or `use name` in the
//! sources that may use it. It knows neither features nor macros' insides; what is there for another reason stands in
//! `KEPT` with that reason.

use crate::root;
use std::path::{Path, PathBuf};

/// Package, dependency, why it stays although nothing names it.
const KEPT: [(&str, &str, &str); 0] = [];

/// The names in the tables of a manifest, `dependencies` or `dev-dependencies` or any other.
fn named(manifest: &str, table: &str) -> Vec<String> {
    let mut inside = false;
    let mut all = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line == format!("[{table}]");
        } else if inside && !line.starts_with('#') && line.contains('=') {
            all.push(line.split(['=', '.', ' ']).next().unwrap_or_default().to_owned());
        }
    }
    all
}

/// Whether Rust code names a crate. Comments do not count.
fn names(code: &str, dependency: &str) -> bool {
    let name = dependency.replace('-', "_");
    let letter = |c: char| c.is_alphanumeric() || c == '_';
    code.lines().filter(|l| !l.trim_start().starts_with("//")).any(|line| {
        line.match_indices(&name).any(|(at, _)| {
            let (before, after) = (&line[..at], &line[at + name.len()..]);
            // `a::name::b` is somebody's module; `::name::b` is the crate.
            let path = before.strip_suffix("::").map(|b| b.chars().next_back());
            let free = path.map_or_else(
                || !before.chars().next_back().is_some_and(letter),
                |last| !last.is_some_and(|c| letter(c) || c == '>'),
            );
            let used = ["use ", "extern crate "].iter().any(|w| before.ends_with(w))
                && !after.chars().next().is_some_and(letter);
            free && (after.starts_with("::") || used)
        })
    })
}

fn code(folders: &[PathBuf]) -> String {
    fn read(folder: &Path, into: &mut String) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                read(&path, into);
            } else if path.extension().is_some_and(|e| e == "rs") {
                into.push_str(&std::fs::read_to_string(&path).unwrap_or_default());
                into.push('\n');
            }
        }
    }
    let mut all = String::new();
    for folder in folders {
        read(folder, &mut all);
    }
    all
}

/// What one package asks for and does not name. What ships names its dependencies in `src`; what only tests need is for
/// tests alone.
fn of_package(folder: &Path, manifest: &str) -> Vec<(String, &'static str)> {
    let at = |names: &[&str]| code(&names.iter().map(|n| folder.join(n)).collect::<Vec<_>>());
    let build = std::fs::read_to_string(folder.join("build.rs")).unwrap_or_default();
    let tables = [
        ("dependencies", at(&["src", "fuzz_targets"])),
        ("build-dependencies", build),
        ("dev-dependencies", at(&["src", "tests", "benches", "examples"])),
    ];
    tables
        .into_iter()
        .flat_map(|(table, code)| {
            let unused = named(manifest, table).into_iter().filter(move |d| !names(&code, d));
            unused.map(move |d| (d, table)).collect::<Vec<_>>()
        })
        .collect()
}

/// Every fault of every manifest.
fn faults(root: &Path) -> Vec<String> {
    let crates = std::fs::read_dir(root.join("crates")).into_iter().flatten().flatten().map(|e| e.path());
    let mut folders: Vec<PathBuf> =
        [root.to_owned(), root.join("xtask")].into_iter().chain(crates.flat_map(|c| [c.join("fuzz"), c])).collect();
    folders.sort();
    let mut asked: Vec<String> = Vec::new();
    let (mut all, mut workspace) = (Vec::new(), Vec::new());
    for folder in &folders {
        let Ok(manifest) = std::fs::read_to_string(folder.join("Cargo.toml")) else { continue };
        let name = folder.strip_prefix(root).unwrap_or(folder).join("Cargo.toml").display().to_string();
        for (dependency, table) in of_package(folder, &manifest) {
            if !KEPT.iter().any(|(p, d, _)| name.contains(p) && *d == dependency) {
                all.push(format!("{name}: nothing names {dependency} of [{table}]"));
            }
        }
        workspace.extend(named(&manifest, "workspace.dependencies"));
        asked.extend(
            ["dependencies", "dev-dependencies", "build-dependencies"].iter().flat_map(|t| named(&manifest, t)),
        );
    }
    let nobody = workspace.iter().filter(|d| !asked.contains(d));
    all.extend(nobody.map(|d| format!("Cargo.toml: no package asks for {d}")));
    all
}

/// Part of `cargo xtask tidy`.
pub fn run() -> Result<(), String> {
    let all = faults(&root());
    if all.is_empty() { Ok(()) } else { Err(format!("unused dependencies:\n{}", all.join("\n"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_is_named_by_code_and_not_by_words_about_it() {
        for code in [
            "use quick_xml::Reader;",
            "use quick_xml;",
            "let a = quick_xml::de(b);",
            "#[derive(quick_xml::De)]",
            "::quick_xml::de(b)",
            "use quick_xml as q;",
        ] {
            assert!(names(code, "quick-xml"), "{code}");
        }
        for code in [
            "// quick_xml::Reader",
            "my_quick_xml::de()",
            "crate::quick_xml::de()",
            "let quick_xml = 1;",
            "use quick_xml_more;",
            "use quick_xmls::a;",
        ] {
            assert!(!names(code, "quick-xml"), "{code}");
        }
    }

    #[test]
    fn a_manifest_names_its_dependencies() {
        let text = "[package]\nname = \"a\"\n[dependencies]\n# b = 1\nc-d.workspace = true\ne = { path = \"x\" }\n\n[dev-dependencies]\nf = \"1\"\n";
        assert_eq!(named(text, "dependencies"), ["c-d", "e"]);
        assert_eq!(named(text, "dev-dependencies"), ["f"]);
    }

    #[test]
    fn every_dependency_is_used() {
        assert_eq!(faults(&root()), Vec::<String>::new());
    }
}
