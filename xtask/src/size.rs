//! A seeded company of so many matters: `crates/app/examples/size.rs`, built for speed. Folders that do not begin at the root lie in the repository.

use crate::{root, tools};

/// Number of matters, folder, seed: as they are given.
pub fn run(words: impl Iterator<Item = String>) -> Result<(), String> {
    let words: Vec<String> = words.collect();
    if words.is_empty() {
        return Err("how many matters? cargo xtask size N [FOLDER [SEED]]".into());
    }
    let fixed = ["run", "--release", "--quiet", "-p", "yixian-app", "--example", "size", "--"];
    let args: Vec<&str> = fixed.into_iter().chain(words.iter().map(String::as_str)).collect();
    tools::run(&root(), "cargo", &args, &[])
}
