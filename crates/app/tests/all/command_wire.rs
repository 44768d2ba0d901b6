//! The bytes of commands: receipts hash them, so a command that was carried out once must always be written the same.
//! `wire/commands.jsonl` beside it holds one of each, every field given; a new command needs a line, an old line never changes.

use serde_json::Value;
use std::collections::BTreeSet;
use yixian_app::command::{Command, Envelope};

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
    assert_eq!(known, Command::names().iter().map(|n| (*n).to_owned()).collect::<BTreeSet<_>>());
    assert_eq!(known.len(), Command::names().len(), "a name stands in two slices");
}

#[test]
fn what_cannot_be_read_is_told_in_the_words_of_its_slice() {
    let id = "0190a000-0000-7000-8000-000000000006";
    for (body, said) in [
        (r#"{"do":"fly"}"#.to_owned(), "unknown variant `fly`, expected one of `plan_visit`, "),
        ("{}".into(), "missing field `do`"),
        // Not the seventh command, whichever that is.
        (r#"{"do":7}"#.into(), "invalid type: integer `7`, expected the name of a command"),
        (r#"{"do":null}"#.into(), "invalid type: null, expected the name of a command"),
        (r#"{"do":"accept"}"#.into(), "missing field `matter`"),
        (r#"{"do":"accept","matter":7}"#.into(), "invalid type: integer `7`, expected a formatted UUID string"),
        (format!(r#"{{"do":"accept","matter":"{id}","colour":"red"}}"#), "unknown field `colour`, expected `matter`"),
        (
            format!(r#"{{"do":"rate","matter":"{id}","verdict":"maybe"}}"#),
            "unknown variant `maybe`, expected one of `solved`, `partly`, `not`",
        ),
        (
            format!(r#"{{"do":"make_plan","plan":"{id}","unit":"{id}","month":"2018-05","x":1}}"#),
            "unknown field `x`, expected one of `plan`, `unit`, ",
        ),
        (format!(r#"{{"do":"put_unit","unit":"{id}","code":"A","kind":"company"}}"#), "missing field `name`"),
        ("[]".into(), "invalid type: sequence, expected struct Envelope"),
    ] {
        let value: Value = serde_json::from_str(&body).expect("JSON");
        let error = serde_json::from_value::<Envelope>(value).expect_err(&body).to_string();
        assert!(error.starts_with(said), "{body}: {error}");
    }
}
