//! Any text as a rule file: rules, or faults with lines.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yixian_mining::conformance::parse;

fuzz_target!(|text: &str| {
    if let Err(faults) = parse(text) {
        assert!(!faults.is_empty() && faults.iter().all(|f| f.line >= 1));
    }
});
