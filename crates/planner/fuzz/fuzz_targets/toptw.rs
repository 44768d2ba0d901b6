//! Any bytes as a TOPTW or TOP file: refused or read, and what is read has no faults and can be bounded and checked.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yixian_planner::read::toptw::Rounding;
use yixian_planner::{Plan, check, read, validate};

fuzz_target!(|bytes: &[u8]| {
    for request in [read::toptw::read(bytes, 2, Rounding::Tenths), read::toptw::read(bytes, 1, Rounding::Hundredths), read::top::read(bytes)].into_iter().flatten() {
        assert!(validate::faults(&request).is_empty());
        let _ = check::check(&request, &Plan::default());
        let _ = read::plan::read(bytes, &request);
    }
});
