//! Tasks around the product: `cargo xtask test` is the one command that checks everything, `cargo xtask test PART` a part
//! of it, `cargo xtask nightly` what takes longer, `cargo xtask screenshots` makes the README's picture, `cargo xtask tidy`
//! checks the sources' form, `cargo xtask fuzz` hands random bytes to the readers, `cargo xtask size` makes a large company. It uses nothing but the standard library
//! and the tools it names when they are missing.

mod fuzz;
mod size;
mod test;
mod tidy;
mod tools;
mod unused;

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask test         everything that must be right before a merge
cargo xtask test PART    a floor (domain, store, web, …, yixian, xtask), a slice (connections, planning, flow, …) or `browser`
cargo xtask nightly      what takes longer: many random cases, random bytes, the release build, load
cargo xtask screenshots  the README's picture
cargo xtask tidy         the form of the sources, unused dependencies
cargo xtask fuzz SECONDS readers of foreign files against random bytes, each for so long
cargo xtask size N [FOLDER [SEED]]
                         a seeded company of N matters in a folder (data/size-N), for benches and growth tests; verified at the end
";

/// The repository.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(|| ".".into(), Into::into)
}

fn main() -> ExitCode {
    let task = std::env::args().nth(1).unwrap_or_default();
    let word = std::env::args().nth(2);
    let done = match task.as_str() {
        "test" => test::run(word.as_deref()),
        "nightly" => test::nightly(),
        "screenshots" => test::screenshots(),
        "tidy" => tidy::run().and_then(|()| unused::run()),
        "fuzz" => fuzz::run_all(word.as_deref()),
        "size" => size::run(std::env::args().skip(2)),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}
