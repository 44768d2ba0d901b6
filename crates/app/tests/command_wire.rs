//! The bytes of commands: receipts hash them, so a command that was carried out once must always be written the same.
//! `tests/wire/commands.jsonl` holds one of each, every field given; a new command needs a line, an old line never changes.

use serde_json::Value;
use std::collections::BTreeSet;
use yixian_app::command::Envelope;

const WIRE: &str = include_str!("wire/commands.jsonl");

#[test]
fn commands_are_written_as_they_always_were() {
    let mut known = BTreeSet::new();
    for line in WIRE.lines() {
        let envelope: Envelope = serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}"));
        assert_eq!(serde_json::to_string(&envelope).expect("JSON"), line);
        // From a tree of values, as the API reads it.
        let value: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(serde_json::from_value::<Envelope>(value.clone()).expect(line), envelope);
        known.insert(value["do"].as_str().expect("a name").to_owned());
    }
    assert_eq!(known.len(), 44);
}
