//! Any bytes as the rows of OCEL 2.0 tables, fields cut at zero bytes: a log or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yixian_mining::ocel::Counts;
use yixian_mining::ocel::table::{Field, Table, Tables};

fuzz_target!(|bytes: &[u8]| {
    let tables = [
        ("event_map_type", "ocel_type ocel_type_map"), ("object_map_type", "ocel_type ocel_type_map"), ("event", "ocel_id ocel_type"), ("object", "ocel_id ocel_type"),
        ("event_object", "ocel_event_id ocel_object_id ocel_qualifier"), ("object_object", "ocel_source_id ocel_target_id ocel_qualifier"),
        ("event_a", "ocel_id ocel_time x"), ("object_a", "ocel_id ocel_time ocel_changed_field x"),
    ].map(|(name, columns)| Table { name: name.into(), columns: columns.split(' ').map(|c| (c.to_owned(), "TEXT".to_owned())).collect() });
    let Ok(mut tables) = Tables::new(tables.to_vec()) else { return };
    let mut fields = bytes.split(|b| *b == 0).map(String::from_utf8_lossy);
    while let Some(wanted) = tables.wanted() {
        for _ in 0..4 {
            let row: Vec<Field<'_>> = wanted.columns.iter().map(|_| fields.next().map_or(Field::Null, Field::Text)).collect();
            if tables.row(&row).is_err() {
                return;
            }
        }
    }
    let _ = tables.finish(Counts::default());
});
