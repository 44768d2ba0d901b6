//! Any bytes as XES: a log or an error. What was read is written and read again: equal counts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yixian_mining::xes::{self, Keep};
use yixian_mining::xes_write;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(reading) = xes::read(bytes, Keep::Attributes) {
        let mut out = Vec::new();
        if xes_write::write(&reading.of, &mut out).is_ok() {
            let again = xes::read(&out[..], Keep::Attributes).expect("what is written is read");
            assert_eq!((again.of.len(), again.of.cases.len()), (reading.of.len(), reading.of.cases.len()));
        }
    }
});
