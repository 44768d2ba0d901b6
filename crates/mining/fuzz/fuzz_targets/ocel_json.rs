//! Any bytes as OCEL 2.0 JSON: a log or an error. What was read is written and read again: equal counts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yixian_mining::ocel::json;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(reading) = json::read(bytes) {
        let mut out = Vec::new();
        if json::write(&reading.of, &mut out).is_ok() {
            assert_eq!(json::read(&out[..]).expect("what is written is read").of.counts(), reading.of.counts());
        }
    }
});
