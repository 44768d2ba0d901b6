//! Any bytes as a table of promises: promises or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yixian_mining::deadlines::{self, PromiseMap};

fuzz_target!(|bytes: &[u8]| {
    let map = PromiseMap::parse("dates = ['%d.%m.%Y']\n[columns]\nkey = 'id'\ntarget = 'due'\nclosed = 'done'\nunit = 'unit'\n").expect("a map");
    if let Ok(reading) = deadlines::read([b"id,due,done,unit\n", bytes].concat().as_slice(), &map) {
        let judged = deadlines::deadlines(&reading.of, Some(0));
        assert!(judged.all.count(&deadlines::Outcome::ALL) <= reading.of.len());
    }
});
