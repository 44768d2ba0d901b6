//! Who may know whom: crates by their manifests, files by their `use` lines, so that a new edge is a decision and not an
//! accident. It reads text, not types.

use std::collections::{BTreeMap, BTreeSet};
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
        "yixian-store" | "yixian-report" | "yixian-mining" => &["yixian-domain"],
        // Makes companies and databases for tests; nothing that ships may know it.
        "yixian-testkit" => &["yixian-domain", "yixian-store"],
        _ => &[],
    }
}

#[test]
fn crates_know_only_whom_they_may() {
    let all = manifests();
    assert_eq!(all.len(), 9, "a new crate needs its row here and in ARCHITECTURE.md: {:?}", all.keys());
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
    assert_eq!(of, ["jiff", "serde", "thiserror", "unicode-normalization", "uuid"]);
}

/// The rooms of a crate, bottom first: a file knows those in its own room and below, never one above. What is not listed
/// stands on top of them; the names that a crate's root hands out are everybody's.
const ROOMS: [(&str, &[&str]); 4] = [
    (
        "domain",
        &[
            "base",
            "law",
            "indicator",
            "organisation",
            "partner",
            "case",
            "part",
            "matter",
            "connection",
            "visit",
            "agreement",
            "programme",
            "measure",
            "conference",
            "document",
            "community",
            "team",
            "household",
            "outage",
            "duty",
            "plan",
            "figure",
            "praise",
            "briefing",
            "access",
        ],
    ),
    (
        "store",
        &[
            "engine",
            "journal",
            "organisation",
            "partner",
            "matter",
            "connection",
            "visit",
            "agreement",
            "programme",
            "conference",
            "indicator",
            "document",
            "community",
            "team",
            "household",
            "outage",
            "praise",
            "planning",
            "flow",
            "parts",
            "slices",
        ],
    ),
    (
        "app",
        &[
            "frame",
            "organisation",
            "partners",
            "matters",
            "visits",
            "connections",
            "agreements",
            "programmes",
            "measures",
            "conferences",
            "indicators",
            "documents",
            "community",
            "teams",
            "households",
            "outages",
            "praise",
            "planning",
        ],
    ),
    (
        "web",
        &[
            "door",
            "form",
            "organisation",
            "matters",
            "partners",
            "visits",
            "connections",
            "agreements",
            "programmes",
            "measures",
            "conferences",
            "indicators",
            "documents",
            "community",
            "teams",
            "households",
            "outages",
            "praise",
            "figures",
            "briefing",
            "planning",
            "levels",
            "flow",
            "search",
            "account",
            "public",
        ],
    ),
];

/// Code without comments and without the modules of tests.
fn code_of(text: &str) -> String {
    let lines = text.lines().map(|l| l.split_once("//").map_or(l, |(code, _)| code)).collect::<Vec<_>>().join("\n");
    match lines.find("#[cfg(test)]\nmod ") {
        Some(at) if lines[at..].lines().nth(1).is_some_and(|l| l.ends_with('{')) => lines[..at].to_owned(),
        _ => lines,
    }
}

/// The paths that a tree of `use` names: `a::{b, c::d}` are `a::b` and `a::c::d`.
fn expanded(tree: &str, before: &str, out: &mut Vec<String>) {
    let tree = tree.trim();
    let Some((head, rest)) = tree.split_once('{') else {
        let name = tree.split(" as ").next().unwrap_or_default().trim();
        if !name.is_empty() {
            out.push(format!("{before}{name}"));
        }
        return;
    };
    let (mut depth, mut from) = (0, 0);
    let inner = rest.rsplit_once('}').map_or(rest, |(inner, _)| inner);
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                expanded(&inner[from..at], &format!("{before}{head}"), out);
                from = at + 1;
            }
            _ => {}
        }
    }
    expanded(&inner[from..], &format!("{before}{head}"), out);
}

/// What a file names of its own crate: paths of `use`, and paths that begin with `crate::` or `super::` anywhere else. `pub use` of what
/// lies below it only tells where to find it, as `pub mod` does.
fn named(code: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find("use ") {
        let before = &rest[..at];
        let starts = before.chars().next_back().is_none_or(|c| c.is_whitespace() || c == ')');
        rest = &rest[at + 4..];
        if let Some((tree, after)) = rest.split_once(';').filter(|_| starts) {
            let told = before.trim_end().ends_with("pub") || before.trim_end().ends_with(')');
            if !told || tree.starts_with("crate::") || tree.starts_with("super::") {
                expanded(tree, "", &mut all);
            }
            rest = after;
        }
    }
    let path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    for begin in ["crate::", "super::"] {
        let at = code.match_indices(begin).map(|(at, _)| at).filter(|at| !code[..*at].ends_with(path));
        let paths = at.map(|at| code[at..].split(|c| !path(c)).next().unwrap_or_default().to_owned());
        // What goes on in braces is a `use`.
        all.extend(paths.filter(|p| !p.ends_with("::")));
    }
    all
}

/// What modules hand on by `pub use`: the module, the name, and the path behind it.
type Handed = BTreeMap<(Vec<String>, String), String>;

fn handed_on(files: &BTreeMap<Vec<String>, PathBuf>) -> Handed {
    let mut all = Handed::new();
    for (at, file) in files {
        let code = code_of(&std::fs::read_to_string(file).expect("text"));
        for (from, _) in code.match_indices("pub use ").chain(code.match_indices("pub(crate) use ")) {
            let tree = code[from..].split_once("use ").map_or("", |(_, rest)| rest);
            let mut paths = Vec::new();
            expanded(tree.split_once(';').map_or("", |(tree, _)| tree), "", &mut paths);
            for path in paths {
                if let Some(name) = path.rsplit("::").next() {
                    all.insert((at.clone(), name.to_owned()), path.clone());
                }
            }
        }
    }
    all
}

/// The module a path leads to, seen from one, also where others hand it on.
fn followed(
    path: &str,
    at: &[String],
    files: &BTreeMap<Vec<String>, PathBuf>,
    handed: &Handed,
) -> Option<(Vec<String>, bool)> {
    let (mut module, mut whole) = resolved(path, at, files)?;
    let name = path.rsplit("::").next().unwrap_or_default().to_owned();
    // A name may be handed on a few times.
    for _ in 0..4 {
        let Some(behind) = handed.get(&(module.clone(), name.clone())).filter(|_| !whole) else { break };
        match resolved(behind, &module, files) {
            Some(next) if next.0 != module => (module, whole) = next,
            _ => break,
        }
    }
    Some((module, whole))
}

/// The module a path leads to, seen from one; whether the path ends there or names something in it.
fn resolved(path: &str, at: &[String], files: &BTreeMap<Vec<String>, PathBuf>) -> Option<(Vec<String>, bool)> {
    // A room may be a folder alone, which the crate's root declares.
    let is_module = |of: &[String]| files.contains_key(of) || files.keys().any(|file| file.starts_with(of));
    let mut base = at.to_owned();
    let mut parts = path.split("::").filter(|p| !p.is_empty()).peekable();
    match *parts.peek()? {
        "crate" => {
            parts.next();
            base.clear();
        }
        "self" => {
            parts.next();
        }
        "super" => {
            while parts.next_if_eq(&"super").is_some() {
                base.pop();
            }
        }
        // A module of its own; else a name of another crate.
        first if is_module(&[at, &[first.to_owned()]].concat()) => {}
        _ => return None,
    }
    for part in parts {
        base.push(part.to_owned());
        if !is_module(&base) {
            base.pop();
            return Some((base, part == "self"));
        }
    }
    Some((base, true))
}

/// What follows `name::` wherever it stands in the code as the beginning of a path.
fn paths_from<'a>(code: &'a str, name: &str) -> Vec<&'a str> {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let begins = |at: usize| !code[..at].chars().next_back().is_some_and(word);
    let found = code.match_indices(name).filter(|(at, _)| begins(*at));
    found.filter_map(|(at, _)| code[at + name.len()..].strip_prefix("::")?.split(|c| !word(c)).next()).collect()
}

/// The files of a crate by the path of their module, and for each which others it names.
fn graph(of: &str) -> (BTreeMap<Vec<String>, PathBuf>, BTreeMap<Vec<String>, BTreeSet<Vec<String>>>) {
    let src = root().join("crates").join(of).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let module = |file: &Path| -> Vec<String> {
        let path = file.strip_prefix(&src).expect("below").with_extension("");
        let mut parts: Vec<String> = path.iter().map(|p| p.to_string_lossy().into_owned()).collect();
        if parts.last().is_some_and(|l| l == "mod" || l == "lib") {
            parts.pop();
        }
        parts
    };
    let files: BTreeMap<_, _> = files
        .into_iter()
        .filter(|f| {
            f.extension().is_some_and(|e| e == "rs") && !f.ends_with("tests.rs") && !f.iter().any(|p| p == "bin")
        })
        .map(|f| (module(&f), f))
        .collect();
    let handed = handed_on(&files);
    let named: BTreeMap<_, _> = files
        .iter()
        .map(|(at, file)| {
            let code = code_of(&std::fs::read_to_string(file).expect("text"));
            let mut all = BTreeSet::new();
            let mut modules = Vec::new();
            for path in named(&code) {
                let Some((module, whole)) = followed(&path, at, &files, &handed) else { continue };
                if whole && let Some(name) = module.last() {
                    modules.push((name.clone(), module.clone()));
                }
                all.insert(module);
            }
            // `use a::b;` and then `b::c::d()`: c is what it knows.
            for (name, module) in modules {
                for path in paths_from(&code, &name) {
                    let further = format!("crate::{}::{path}", module.join("::"));
                    all.extend(followed(&further, at, &files, &handed).map(|(module, _)| module));
                }
            }
            all.remove(at);
            (at.clone(), all)
        })
        .collect();
    (files, named)
}

/// Files that know each other, however many steps apart. The root puts everything together and hands out names: it is not
/// a step on the way.
fn circles(named: &BTreeMap<Vec<String>, BTreeSet<Vec<String>>>) -> BTreeSet<BTreeSet<String>> {
    let reach = |from: &Vec<String>| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from.clone()]);
        while let Some(at) = next.pop() {
            for to in named.get(&at).into_iter().flatten().filter(|to| !to.is_empty()) {
                if seen.insert(to.clone()) {
                    next.push(to.clone());
                }
            }
        }
        seen
    };
    let all: BTreeMap<_, _> = named.keys().map(|m| (m, reach(m))).collect();
    let with = |m: &Vec<String>| {
        let both = all[m].iter().filter(|o| all.get(o).is_some_and(|back| back.contains(m)));
        both.map(|o| o.join("::")).collect::<BTreeSet<_>>()
    };
    named.keys().map(with).filter(|c| !c.is_empty()).collect()
}

#[test]
fn no_files_know_each_other() {
    let mut bad = Vec::new();
    for of in ["domain", "store", "app", "web", "planner", "mining", "report", "testkit"] {
        let (files, named) = graph(of);
        assert!(files.len() > 2, "{of}: {files:?}");
        bad.extend(circles(&named).into_iter().map(|c| format!("{of}: {c:?}")));
    }
    assert!(bad.is_empty(), "{} circles:\n{}", bad.len(), bad.join("\n"));
}

#[test]
fn rooms_know_only_those_below() {
    let mut bad = Vec::new();
    for (of, rooms) in ROOMS {
        let height = |m: &Vec<String>| m.first().and_then(|first| rooms.iter().position(|r| r == first));
        let (files, named) = graph(of);
        assert!(
            rooms.iter().all(|r| files.keys().any(|m| m.first().is_some_and(|first| first == r))),
            "{of}: {rooms:?}"
        );
        for (at, others) in named {
            for to in others {
                if let (Some(mine), theirs) = (height(&at), height(&to))
                    && !to.is_empty()
                    && theirs.is_none_or(|theirs| theirs > mine)
                {
                    bad.push(format!("{of}: {} knows {}", at.join("::"), to.join("::")));
                }
            }
        }
    }
    assert!(bad.is_empty(), "{} edges lead up:\n{}", bad.len(), bad.join("\n"));
}

/// The arms of every `match` of a text, patterns only.
fn matches(code: &str) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for (at, _) in code.match_indices("match ") {
        let Some(open) = code[at..].find('{').map(|o| at + o) else { continue };
        let (mut depth, mut arms, mut from, mut in_arm) = (0_usize, Vec::new(), open + 1, false);
        for (i, c) in code[open..].char_indices() {
            let i = open + i;
            match c {
                '{' | '(' | '[' => depth += 1,
                '}' | ')' | ']' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                    // An arm that ends in a block needs no comma.
                    if depth == 1 && c == '}' && in_arm {
                        (in_arm, from) = (false, i + 1);
                    }
                }
                '=' if depth == 1 && !in_arm && code[i..].starts_with("=>") => {
                    arms.push(code[from..i].trim().trim_start_matches(',').trim().to_owned());
                    in_arm = true;
                }
                ',' if depth == 1 && in_arm => (in_arm, from) = (false, i + 1),
                _ => {}
            }
        }
        all.push(arms);
    }
    all
}

/// Praise is evidence and never a number of ours: neither what counts nor what reads facts for it knows praise or publications.
#[test]
fn no_figure_reads_praise() {
    let mut read = 0;
    for of in ["domain", "store", "app"] {
        let (_, named) = graph(of);
        let counts = |at: &[String]| match of {
            "domain" => at.first().is_some_and(|room| room == "figure"),
            _ => at.last().is_some_and(|file| matches!(file.as_str(), "figures" | "facts" | "sums" | "kept")),
        };
        for (at, others) in named.iter().filter(|(at, _)| counts(at)) {
            let knows = others.iter().find(|to| to.first().is_some_and(|room| room == "praise"));
            assert!(knows.is_none(), "{of}: {} knows {knows:?}", at.join("::"));
            read += 1;
        }
    }
    assert!(read > 30, "{read} files that count were read");
}

/// Kinds of which every one is named wherever they are told apart: one that is new has to be thought of everywhere.
const NAMED_ALL: [&str; 11] = [
    "VisitCommand::",
    "PlanCommand::",
    "MatterCommand::",
    "ConnectionCommand::",
    "OrganisationCommand::",
    "MatterAction::",
    "CaseAction::",
    "MatterEvent::",
    "VisitEvent::",
    "CaseEvent::",
    "Command::",
];

#[test]
fn commands_actions_and_events_have_no_catch_all() {
    let mut bad = Vec::new();
    for of in ["domain", "app"] {
        let (files, _) = graph(of);
        for file in files.values() {
            let code = code_of(&std::fs::read_to_string(file).expect("text"));
            for arms in matches(&code) {
                let kind = NAMED_ALL.iter().find(|k| arms.iter().any(|a| a.starts_with(*k)));
                if let Some(kind) = kind
                    && arms.iter().any(|a| a == "_")
                {
                    bad.push(format!("{}: `_ =>` beside {kind} {arms:?}", file.display()));
                }
            }
        }
    }
    assert!(bad.is_empty(), "{} catch-alls:\n{}", bad.len(), bad.join("\n"));
}

#[test]
fn the_readers_of_this_test_see() {
    let paths = named("pub use told::t;\nuse a::{b, c::{self, d as e}, f::*};\nfn x() { crate::g::h(1) }");
    assert_eq!(paths, ["a::b", "a::c::self", "a::c::d", "a::f::*", "crate::g::h"]);
    let files: BTreeMap<Vec<String>, PathBuf> =
        [vec![], vec!["room".to_owned(), "file".to_owned()]].map(|m| (m, PathBuf::new())).into();
    let file = Some((vec!["room".to_owned(), "file".to_owned()], false));
    assert_eq!(resolved("crate::room::file::NAME", &[], &files), file, "in a room that is a folder alone");
    let arms =
        matches("match x { A::B { c } => { d(|e| match e { Some(_) => 1, None => 2 }) } A::C => f(g, h), _ => i }");
    assert_eq!(arms[0], ["A::B { c }", "A::C", "_"]);
    let edge = |a: &str, b: &str| (vec![a.to_owned()], BTreeSet::from([vec![b.to_owned()]]));
    let named = BTreeMap::from([edge("a", "b"), edge("b", "c"), edge("c", "b")]);
    assert_eq!(circles(&named), BTreeSet::from([BTreeSet::from(["b".to_owned(), "c".to_owned()])]));
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
fn doors_and_command_line_name_no_store() {
    let mut files = Vec::new();
    sources(&root().join("crates/web/src"), &mut files);
    sources(&root().join("src"), &mut files);
    sources(&root().join("crates/domain/src"), &mut files);
    for file in files {
        let text = std::fs::read_to_string(&file).expect("text");
        for word in
            ["sqlx", "rusqlite", "yixian_store", "app::store", "SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM"]
        {
            assert!(!text.contains(word), "{} names `{word}`", file.display());
        }
    }
}
