//! What a measure brought: the median days from 开工 to 投产 of sections with it, against sections of the same programme and
//! terrain without it, both with their numbers. With fewer than five on a side there is no number 样本不足.

use crate::base::stats::Distribution;
use crate::programme::milestone::{ENERGIZE, START};
use crate::programme::{Section, Terrain};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Sections that a side needs.
pub const LEAST: usize = 5;

/// One side of the comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Its sections, ascending, each with its days.
    pub sections: Vec<(Uuid, i32)>,
    /// Median days; none of none.
    pub median: Option<f64>,
}

/// What a measure brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Sections with it.
    pub with: Sample,
    /// Sections of the same programme and terrain without it.
    pub without: Sample,
}

impl Effect {
    /// Days saved; none where a side is too small.
    pub fn days(&self) -> Option<f64> {
        if self.with.sections.len() < LEAST || self.without.sections.len() < LEAST {
            return None;
        }
        self.without.median.zip(self.with.median).map(|(without, with)| without - with)
    }
}

/// Days from the start to energizing, both confirmed.
fn took(s: &Section) -> Option<i32> {
    let reached = |code| s.milestone(code)?.reached();
    reached(START).zip(reached(ENERGIZE)).map(|(start, end)| (end - start).get_days())
}

fn sample(mut sections: Vec<(Uuid, i32)>) -> Sample {
    sections.sort_unstable();
    let mut days: Vec<i64> = sections.iter().map(|s| s.1.into()).collect();
    let median = Distribution::of(&mut days, 1).map(|d| d.median);
    Sample { sections, median }
}

/// The effect of a measure that is applied to some sections, of all sections there are.
pub fn effect<'a>(applied: &BTreeSet<Uuid>, all: impl IntoIterator<Item = &'a Section>) -> Effect {
    let all: Vec<&Section> = all.into_iter().filter(|s| s.counts()).collect();
    let alike: BTreeSet<(Uuid, &'static str)> =
        all.iter().filter(|s| applied.contains(&s.id)).map(|s| kind(s)).collect();
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for s in all.into_iter().filter(|s| alike.contains(&kind(s))) {
        let Some(days) = took(s) else { continue };
        if applied.contains(&s.id) { with.push((s.id, days)) } else { without.push((s.id, days)) }
    }
    Effect { with: sample(with), without: sample(without) }
}

fn kind(s: &Section) -> (Uuid, &'static str) {
    (s.programme, Terrain::as_str(s.details.terrain))
}
