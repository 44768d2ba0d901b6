//! The one list of slices, in the order in which they may name each other: a slice knows the bottom (`door`, `form`) and
//! the slices above it in this list. It knows what each adds to the whole: its routes and its words.

use crate::door::route::Route;
use crate::door::say::{Catalogues, Words};
use crate::{account, connections, door, figures, flow, matters, organisation, planning, public, visits};

/// The slices, lowest first.
pub const ORDER: [&str; 9] =
    ["organisation", "matters", "visits", "connections", "figures", "planning", "flow", "account", "public"];

/// Every route of the slices and of the door.
pub fn routes() -> Vec<Route> {
    [
        door::routes::routes(),
        organisation::routes::routes(),
        matters::routes::routes(),
        visits::routes::routes(),
        connections::routes::routes(),
        figures::routes::routes(),
        planning::routes::routes(),
        flow::routes::routes(),
        account::routes::routes(),
        public::routes::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Every catalogue.
pub fn words() -> impl Iterator<Item = Words> {
    door::WORDS.into_iter().chain([
        organisation::WORDS,
        matters::WORDS,
        visits::WORDS,
        connections::WORDS,
        figures::WORDS,
        planning::WORDS,
        flow::WORDS,
    ])
}

impl Catalogues {
    /// The catalogues of the repository.
    pub fn built_in() -> Catalogues {
        Catalogues::of(words())
    }
}

#[cfg(test)]
mod tests {
    use super::ORDER;
    use std::path::Path;

    /// What the files of a folder name: every `crate::` word outside comments.
    fn named(folder: &str) -> Vec<(String, String)> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder);
        let mut out = Vec::new();
        for entry in std::fs::read_dir(&here).expect("a folder") {
            let path = entry.expect("a file").path();
            if path.extension().is_none_or(|e| e != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("text");
            for line in text.lines().filter(|l| !l.trim_start().starts_with("//")) {
                for word in line.split("crate::").skip(1) {
                    let name: String = word.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                    out.push((path.display().to_string(), name));
                }
            }
        }
        assert!(!out.is_empty(), "{folder} is read");
        out
    }

    #[test]
    fn a_slice_names_the_bottom_and_what_lies_below_it() {
        let mut wrong = Vec::new();
        let mut check = |folder: &str, may: &[&str]| {
            for (file, name) in named(folder) {
                if name != folder && !may.contains(&name.as_str()) {
                    wrong.push(format!("{file} names {name}"));
                }
            }
        };
        check("door", &[]);
        check("form", &["door"]);
        for (i, slice) in ORDER.iter().enumerate() {
            let may: Vec<&str> = ["door", "form"].into_iter().chain(ORDER[..i].iter().copied()).collect();
            check(slice, &may);
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
