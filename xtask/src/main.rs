//! Tasks around the product: `cargo xtask test` is the one command that checks everything,
//! `cargo xtask screenshots` makes the README's picture, `cargo xtask tidy` checks the sources'
//! form, `cargo xtask fuzz` hands random bytes to the readers. It uses nothing but the standard library and the tools it
//! names when they are missing.

mod fuzz;
mod test;
mod tidy;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

/// The repository.
fn root() -> PathBuf { PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(|| ".".into(), Into::into) }

fn main() -> ExitCode {
    let task = std::env::args().nth(1).unwrap_or_default();
    let done = match task.as_str() {
        "test" => test::run(),
        "screenshots" => test::screenshots(),
        "tidy" => tidy::run(),
        "fuzz" => fuzz::run_all(std::env::args().nth(2).as_deref()),
        _ => {
            eprintln!("cargo xtask test         everything that must be right before a merge\ncargo xtask screenshots  the README's picture\ncargo xtask tidy         the form of the sources\ncargo xtask fuzz SECONDS readers of foreign files against random bytes, each for so long");
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
