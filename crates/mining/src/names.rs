//! Names as small numbers: each text is kept once, in one arena, and is known by the order in which it first came.
//!
//! A million events name a few activities; comparing and counting them must not touch text. Knows nothing of events.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;

/// A set of texts numbered from 0 in the order of first sight.
#[derive(Clone, Debug, Default)]
pub struct Names {
    arena: String,
    /// Where each text ends in the arena.
    ends: Vec<usize>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

fn text<'a>(arena: &'a str, ends: &[usize], id: u32) -> &'a str {
    let i = id as usize;
    let from = if i == 0 { 0 } else { ends[i - 1] };
    &arena[from..ends[i]]
}

impl Names {
    /// The number of a text; a new one when it was never seen.
    pub fn intern(&mut self, name: &str) -> u32 {
        let hash = self.hasher.hash_one(name);
        let Self { arena, ends, table, hasher } = self;
        if let Some(&id) = table.find(hash, |&id| text(arena, ends, id) == name) {
            return id;
        }
        let id = ends.len() as u32;
        arena.push_str(name);
        ends.push(arena.len());
        table.insert_unique(hash, id, |&id| hasher.hash_one(text(arena, ends, id)));
        id
    }

    /// The number of a text already seen.
    pub fn find(&self, name: &str) -> Option<u32> {
        self.table.find(self.hasher.hash_one(name), |&id| text(&self.arena, &self.ends, id) == name).copied()
    }

    /// The text of a number this set has given.
    ///
    /// # Panics
    /// When the number is of another set.
    pub fn get(&self, id: u32) -> &str {
        text(&self.arena, &self.ends, id)
    }

    /// How many texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All texts, by number.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len() as u32).map(|id| self.get(id))
    }

    /// Rank of each number when the texts are put in order: comparing ranks is comparing texts.
    pub fn ranks(&self) -> Vec<u32> {
        let mut sorted: Vec<u32> = (0..self.len() as u32).collect();
        sorted.sort_unstable_by(|a, b| self.get(*a).cmp(self.get(*b)));
        let mut ranks = vec![0; sorted.len()];
        for (rank, id) in sorted.into_iter().enumerate() {
            ranks[id as usize] = rank as u32;
        }
        ranks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_number() {
        let mut names = Names::default();
        let ids: Vec<u32> = ["b", "", "a", "b", "", "受理"].into_iter().map(|n| names.intern(n)).collect();
        assert_eq!(ids, [0, 1, 2, 0, 1, 3]);
        assert_eq!(names.iter().collect::<Vec<_>>(), ["b", "", "a", "受理"]);
        assert_eq!((names.find("a"), names.find("c")), (Some(2), None));
        assert_eq!(names.ranks(), [2, 0, 1, 3]);
    }
}
