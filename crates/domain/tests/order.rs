//! The slices of the domain know the bottom and the slices below them, in one declared order.

use std::path::{Path, PathBuf};

/// From the bottom up. A slice names those before it and itself. `indicator` names the bottom alone.
const ORDER: [&str; 12] = [
    "base",
    "law",
    "indicator",
    "organisation",
    "case",
    "matter",
    "connection",
    "visit",
    "duty",
    "plan",
    "figure",
    "access",
];

fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// The slice of a name after `crate::`, or of a path's first part.
fn slice(text: &str) -> Option<&'static str> {
    let name: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    ORDER.into_iter().find(|s| *s == name)
}

#[test]
fn a_slice_knows_only_those_below_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let rank = |s: &str| ORDER.iter().position(|o| *o == s);
    let mut wrong = Vec::new();
    let mut seen = 0;
    for file in files.iter().filter(|f| f.file_name().is_some_and(|n| n != "lib.rs" && n != "tests.rs")) {
        let inside = file.strip_prefix(&root).expect("below src").to_string_lossy().into_owned();
        let own = slice(&inside).unwrap_or_else(|| panic!("{inside} belongs to no slice"));
        let text = std::fs::read_to_string(file).expect("text");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code.lines().filter(|l| !l.trim_start().starts_with("//")) {
            for name in line.split("crate::").skip(1).flat_map(|rest| match rest.strip_prefix('{') {
                Some(several) => several.split(',').map(|n| n.trim().to_owned()).collect(),
                None => vec![rest.to_owned()],
            }) {
                match slice(&name) {
                    Some(other) if rank(other) <= rank(own) => seen += 1,
                    Some(_) => wrong.push(format!("{inside}: {}", line.trim())),
                    None => wrong.push(format!("{inside} names no slice by its own path: {}", line.trim())),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen > 100, "the use lines were read");
}
