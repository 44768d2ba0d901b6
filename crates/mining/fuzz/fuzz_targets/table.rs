//! Any bytes as a table of events: a log or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yixian_mining::table::{self, EventMap};
use yixian_mining::xes::Keep;

fuzz_target!(|bytes: &[u8]| {
    let _ = table::read(bytes, &EventMap::default(), Keep::Attributes);
});
