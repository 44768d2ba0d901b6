//! Canonical JSON: keys sorted, no white space (RFC 8785 for what we use: ASCII keys, whole
//! numbers). One value has one text, so that its hash says the same to every reader. A value is
//! written as `serde_json` writes it and the members of its objects are put in order in that text;
//! a tree of values is never built, which would cost several times as much. So raw JSON inside a
//! value has to be compact already, and fractions are written as their own type writes them.

use crate::engine::error::StoreError;
use serde::Serialize;
use std::borrow::Cow;
use std::ops::Range;

/// Canonical JSON of a value. Refuses an object that names a member twice.
pub fn canonical(value: &impl Serialize) -> Result<String, StoreError> {
    let text = serde_json::to_string(value).map_err(|e| StoreError::corrupt("event", e))?;
    let mut sorted = Sorted { out: String::with_capacity(text.len()), text: &text, at: 0 };
    sorted.value().map(|()| sorted.out)
}

/// Copies compact JSON value by value.
struct Sorted<'t> {
    text: &'t str,
    at: usize,
    out: String,
}

impl<'t> Sorted<'t> {
    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// Copies up to an end, and gives what was copied.
    fn copy(&mut self, end: usize) -> &'t str {
        let part = &self.text[self.at..end];
        self.out.push_str(part);
        self.at = end;
        part
    }

    fn value(&mut self) -> Result<(), StoreError> {
        match self.byte() {
            b'{' => self.object(),
            b'[' => self.array(),
            b'"' => self.string().map(drop),
            _ => {
                let rest = &self.text.as_bytes()[self.at..];
                let end = rest.iter().position(|b| matches!(b, b',' | b'}' | b']')).unwrap_or(rest.len());
                self.copy(self.at + end);
                Ok(())
            }
        }
    }

    /// With its quotes.
    fn string(&mut self) -> Result<&'t str, StoreError> {
        let mut end = self.at + 1;
        loop {
            match self.text.as_bytes().get(end) {
                Some(b'"') if self.byte() == b'"' => return Ok(self.copy(end + 1)),
                Some(b'\\') => end += 2,
                Some(_) => end += 1,
                None => return Err(StoreError::corrupt("event", "raw JSON that is not compact")),
            }
        }
    }

    fn array(&mut self) -> Result<(), StoreError> {
        self.copy(self.at + 1);
        while self.byte() != b']' {
            self.value()?;
            if self.byte() == b',' {
                self.copy(self.at + 1);
            }
        }
        self.copy(self.at + 1);
        Ok(())
    }

    fn object(&mut self) -> Result<(), StoreError> {
        self.copy(self.at + 1);
        let start = self.out.len();
        let mut members: Vec<(Cow<'t, str>, Range<usize>)> = Vec::with_capacity(16);
        while self.byte() != b'}' {
            let from = self.out.len() - start;
            let key = name(self.string()?)?;
            self.copy(self.at + 1);
            self.value()?;
            members.push((key, from..self.out.len() - start));
            if self.byte() == b',' {
                self.at += 1;
                self.out.push(',');
            }
        }
        if !members.is_sorted_by(|a, b| a.0 < b.0) {
            members.sort_unstable_by(|a, b| a.0.cmp(&b.0));
            if members.windows(2).any(|two| two[0].0 == two[1].0) {
                return Err(StoreError::corrupt("event", "a member is named twice"));
            }
            let unsorted = self.out.split_off(start);
            for (i, (_, member)) in members.into_iter().enumerate() {
                if i > 0 {
                    self.out.push(',');
                }
                self.out.push_str(&unsorted[member]);
            }
        }
        self.copy(self.at + 1);
        Ok(())
    }
}

/// A quoted key as it is compared.
fn name(quoted: &str) -> Result<Cow<'_, str>, StoreError> {
    if quoted.contains('\\') {
        return serde_json::from_str(quoted).map(Cow::Owned).map_err(|e| StoreError::corrupt("event", e));
    }
    Ok(Cow::Borrowed(&quoted[1..quoted.len() - 1]))
}

#[cfg(test)]
mod tests {
    use super::canonical;
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};
    use std::fmt::Write;

    /// The same, member by member from a tree.
    fn by_the_tree(value: &Value) -> String {
        match value {
            Value::Object(members) => {
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by_key(|m| m.0);
                let members: Vec<String> = members
                    .into_iter()
                    .map(|(k, v)| format!("{}:{}", Value::from(k.as_str()), by_the_tree(v)))
                    .collect();
                format!("{{{}}}", members.join(","))
            }
            Value::Array(all) => format!("[{}]", all.iter().map(by_the_tree).collect::<Vec<_>>().join(",")),
            plain => plain.to_string(),
        }
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let text = "[a-c\"\\\\{}\\[\\],:电\n]{0,5}";
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            text.prop_map(Value::from)
        ];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec((text, inner), 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
            ]
        })
    }

    /// Writes its members in the order given.
    struct InOrder(Vec<(String, Value)>);
    impl serde::Serialize for InOrder {
        fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
            s.collect_map(self.0.iter().map(|m| (&m.0, &m.1)))
        }
    }

    proptest! {
        #[test]
        fn is_what_the_tree_says(value in any_value()) {
            prop_assert_eq!(canonical(&value).unwrap(), by_the_tree(&value));
        }

        #[test]
        fn whatever_the_order(members in prop::collection::vec(("[a-z\"\\\\电]{0,3}", any_value()), 0..8)) {
            let tree: Map<String, Value> = members.iter().cloned().collect();
            let twice = tree.len() < members.len();
            match canonical(&InOrder(members)) {
                Ok(text) => prop_assert!(!twice && text == by_the_tree(&Value::Object(tree))),
                Err(_) => prop_assert!(twice),
            }
        }
    }

    #[test]
    fn deep_and_empty() {
        let mut text = String::new();
        for value in [json!({}), json!([]), json!(""), json!({ "b": [{}, { "z": 1, "a": "}" }], "a": { } })] {
            write!(text, "{} ", canonical(&value).unwrap()).unwrap();
        }
        assert_eq!(text, r#"{} [] "" {"a":{},"b":[{},{"a":"}","z":1}]} "#);
    }
}
