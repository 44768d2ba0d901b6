//! Any bytes as a router's answer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yixian_planner::travel::table::{Assembly, Block};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(block) = Block::read(bytes, 2, 3) {
        let mut all = Assembly::new(3, 60.0);
        all.put(1, 0, &block);
        let _ = all.finish(None);
    }
});
