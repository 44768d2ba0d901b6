//! Any bytes as the six files of a month, cut at zero bytes, and as a plan: refused with reasons or read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yixian_planner::{check, read, validate};

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(7, |b| *b == 0);
    let mut part = || parts.next().unwrap_or_default();
    let files = read::month::Files { sites: part(), depots: part(), tasks: part(), leaders: part(), shifts: part(), matrix: part() };
    match read::month::read(&files) {
        Ok(month) => {
            assert!(validate::faults(&month.request).is_empty());
            if let Ok(routes) = read::plan::read(part(), &month.request) {
                let plan = check::timed(&month.request, &routes);
                let _ = check::check(&month.request, &plan);
            }
        }
        Err(faults) => assert!(!faults.is_empty()),
    }
});
