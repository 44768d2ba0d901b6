//! The order of this crate, read from its source: the frame names no slice, and a slice none above it. What stands beside
//! the folders is above them all.

use std::path::{Path, PathBuf};

/// Each floor with what it may name beside itself.
const FLOORS: [(&str, &[&str]); 6] = [
    ("frame", &[]),
    ("organisation", &["frame"]),
    ("matters", &["frame", "organisation"]),
    ("visits", &["frame", "organisation", "matters"]),
    ("connections", &["frame", "organisation", "matters"]),
    ("planning", &["frame", "organisation", "matters", "visits"]),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let all = std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("readable").path());
    all.flat_map(|p| if p.is_dir() { sources(&p) } else { vec![p] }).collect()
}

#[test]
fn a_slice_names_none_above_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for (floor, below) in FLOORS {
        let files = sources(&src.join(floor));
        assert!(files.len() > 1, "{floor}");
        for file in files {
            let text = std::fs::read_to_string(&file).expect("readable");
            for named in text.split("crate::").skip(1) {
                let name: String = named.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                // `App` is what every use case hangs on; a list in braces has to be written out.
                if name != "App" && name != floor && !below.contains(&name.as_str()) {
                    wrong.push(format!("{}: {name:?}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
