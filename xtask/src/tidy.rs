//! `cargo xtask tidy`, also a test: the form of the sources that no compiler checks. It knows
//! nothing of what they say.

use crate::root;
use std::path::{Path, PathBuf};

const SKIP: [&str; 5] = ["target", ".git", "node_modules", "data", "images"];
const TEXT: [&str; 14] =
    ["rs", "toml", "md", "html", "css", "ts", "mjs", "ftl", "sql", "py", "json", "yml", "svg", "sh"];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() {
            if !SKIP.contains(&name.as_str()) {
                files(&path, found);
            }
        } else if path.extension().and_then(|e| e.to_str()).is_some_and(|e| TEXT.contains(&e)) {
            found.push(path);
        }
    }
}

/// Longest line of a template: one element a line where there are several.
const LONGEST: usize = 160;

/// What is wrong with one file, `line: what` each.
fn faults(name: &str, text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let rust = Path::new(name).extension().is_some_and(|e| e == "rs");
    let template = Path::new(name).extension().is_some_and(|e| e == "html") && !name.contains("/gallery/");
    let snapshot = name.contains("/snapshots/");
    for (i, line) in text.lines().enumerate() {
        let n = i + 1;
        if line.contains('\t') {
            all.push(format!("{n}: a tab"));
        }
        if !snapshot && line.ends_with(' ') {
            all.push(format!("{n}: a space at the end"));
        }
        if template && line.chars().count() > LONGEST {
            all.push(format!("{n}: longer than {LONGEST} characters"));
        }
        if line.ends_with('\r') {
            all.push(format!("{n}: a carriage return"));
        }
        if rust {
            // Put together, so that this file does not find itself.
            for word in ["dbg", "todo", "unimplemented"] {
                if line.contains(&format!("{word}!(")) {
                    all.push(format!("{n}: {word}!"));
                }
            }
        }
    }
    if !text.is_empty() && !text.ends_with('\n') {
        all.push("the last line does not end".into());
    }
    if rust && !text.lines().any(|l| l.starts_with("//!")) {
        all.push("no //! that says what it is".into());
    }
    all
}

/// Every fault of every source file.
fn all_faults(root: &Path) -> Vec<String> {
    let mut paths = Vec::new();
    files(root, &mut paths);
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        match std::fs::read_to_string(&path) {
            Ok(text) => all.extend(faults(&name, &text).into_iter().map(|f| format!("{name}:{f}"))),
            Err(e) => all.push(format!("{name}: {e}")),
        }
    }
    all
}

/// Whether a file of sources or a function in one is called something with that word: what a part's tests are found by.
pub fn is_named_by_a_test(root: &Path, word: &str) -> bool {
    let mut paths = Vec::new();
    for folder in ["crates", "src", "tests", "xtask"] {
        files(&root.join(folder), &mut paths);
    }
    paths.iter().filter(|p| p.extension().is_some_and(|e| e == "rs")).any(|p| {
        let text = std::fs::read_to_string(p).unwrap_or_default();
        let named = |line: &str| {
            line.split_once("fn ").is_some_and(|(_, n)| n.split('(').next().is_some_and(|n| n.contains(word)))
        };
        (text.contains("#[test]") || text.contains("::test"))
            && (p.to_string_lossy().contains(word) || text.lines().any(named))
    })
}

/// `cargo xtask tidy`
pub fn run() -> Result<(), String> {
    let all = all_faults(&root());
    if all.is_empty() { Ok(()) } else { Err(format!("not tidy:\n{}", all.join("\n"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sources_are_tidy() {
        let all = all_faults(&root());
        assert!(all.is_empty(), "{}", all.join("\n"));
    }

    #[test]
    fn a_misspelt_part_is_told() {
        assert!(is_named_by_a_test(&root(), "connection") && is_named_by_a_test(&root(), "a_misspelt_part"));
        assert!(!is_named_by_a_test(&root(), &["conec", "tion"].concat()));
    }

    #[test]
    fn each_fault_is_seen() {
        let long = format!("{}\n", "x".repeat(LONGEST + 1));
        assert_eq!(faults("a.html", &long), ["1: longer than 160 characters"]);
        assert_eq!(faults("a.txt", &long), Vec::<String>::new());
        assert_eq!(faults("a.rs", "//! It.\nfn a() {}\n"), Vec::<String>::new());
        for (text, fault) in [
            ("//! It.\n\tx\n", "2: a tab"),
            ("//! It. \n", "1: a space at the end"),
            ("//! It.", "the last line does not end"),
            ("fn a() {}\n", "no //! that says what it is"),
            ("//! It.\nfn a() { todo\u{21}() }\n", "2: todo!"),
        ] {
            assert_eq!(faults("a.rs", text), [fault]);
        }
    }

    #[test]
    fn every_proof_a_paper_names_is_a_test() {
        let mut sources = Vec::new();
        for folder in ["crates", "src", "tests", "xtask"] {
            files(&root().join(folder), &mut sources);
        }
        let code: String = sources
            .iter()
            .filter(|p| p.extension().is_some_and(|e| e == "rs"))
            .filter_map(|p| std::fs::read_to_string(p).ok())
            .collect();
        let mut papers = Vec::new();
        files(&root().join("docs"), &mut papers);
        for paper in papers.iter().filter(|p| p.extension().is_some_and(|e| e == "md")) {
            let text = std::fs::read_to_string(paper).expect("readable");
            for word in text.split('`').skip(1).step_by(2).filter_map(|w| w.rsplit("::").next()) {
                let sentence = word.matches('_').count() >= 3
                    && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
                    && !["yixian_", "pg_"].iter().any(|p| word.starts_with(p));
                assert!(
                    !sentence || code.contains(&format!("fn {word}(")),
                    "{}: there is no test {word}",
                    paper.display()
                );
            }
        }
    }
}
