//! Any bytes as OCEL 2.0 XML: a log or an error. What was read is written and read again: equal counts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yixian_mining::ocel::xml;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(reading) = xml::read(bytes) {
        let mut out = Vec::new();
        if xml::write(&reading.of, &mut out).is_ok() {
            assert_eq!(xml::read(&out[..]).expect("what is written is read").of.counts(), reading.of.counts());
        }
    }
});
