//! Every figure, family by family: the only list of families. It does not know what any of them means.

use super::definition::{Definition, FigureCode};
use super::{
    commitments, community, conferences, connections, documents, duty, households, levels, matters, measures, supply,
    tasks, teams, visits, works,
};

const FAMILIES: &[&[Definition]] = &[
    visits::FIGURES,
    duty::FIGURES,
    matters::FIGURES,
    connections::FIGURES,
    works::FIGURES,
    measures::FIGURES,
    conferences::FIGURES,
    commitments::FIGURES,
    tasks::FIGURES,
    documents::FIGURES,
    teams::FIGURES,
    supply::FIGURES,
    levels::FIGURES,
    community::FIGURES,
    households::FIGURES,
];

/// The families one after the other, in the order of the codes; a test holds it so.
static TABLE: [&Definition; FigureCode::ALL.len()] = {
    let mut table = [&FAMILIES[0][0]; FigureCode::ALL.len()];
    let (mut family, mut at) = (0, 0);
    while family < FAMILIES.len() {
        let mut n = 0;
        while n < FAMILIES[family].len() {
            table[at] = &FAMILIES[family][n];
            at += 1;
            n += 1;
        }
        family += 1;
    }
    assert!(at == FigureCode::ALL.len(), "a code without a definition");
    table
};

impl FigureCode {
    /// What it means.
    pub fn definition(self) -> &'static Definition {
        TABLE[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::definition::{Shape, Unit};
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_codes_and_its_names_are_theirs() {
        for (at, code) in FigureCode::ALL.into_iter().enumerate() {
            let definition = code.definition();
            assert_eq!((definition.code, code as usize), (code, at));
            assert_eq!(FigureCode::parse(definition.name), Some(code));
            assert_eq!(serde_json::to_string(&code).ok(), Some(format!("\"{}\"", definition.name)));
        }
        assert_eq!(FigureCode::parse("made_up"), None);
    }

    #[test]
    fn rates_have_denominators_and_nothing_else_has() {
        for definition in TABLE {
            let rate = definition.shape == Shape::Rate;
            assert_eq!(definition.denominator.is_some(), rate, "{}", definition.name);
            assert_eq!(definition.unit == Unit::Percent, rate, "{}", definition.name);
            assert_eq!(definition.denominator_key().is_some(), rate, "{}", definition.name);
        }
    }

    #[test]
    fn catalogue_keys_are_unique() {
        let keys: HashSet<String> = TABLE
            .iter()
            .flat_map(|d| [Some(d.label_key()), Some(d.numerator_key()), d.denominator_key()])
            .flatten()
            .collect();
        let rates = TABLE.iter().filter(|d| d.shape == Shape::Rate).count();
        assert_eq!(keys.len(), TABLE.len() * 2 + rates);
        assert!(keys.contains("figure-on-time-closed-denominator"));
    }
}
