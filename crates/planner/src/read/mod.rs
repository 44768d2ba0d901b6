//! Readers of the texts requests and plans come in. They take bytes, open nothing, and return all
//! faults at once with row and reason.

pub mod caps;
pub mod month;
pub mod plan;
mod table;
pub mod top;
pub mod toptw;

use crate::fault::{At, Fault, Wrong, short};
use crate::model::Ticks;
use crate::validate::LIMIT;

/// The words of each line that has any, with the line's number from 1.
fn lines<'a>(file: &'static str, bytes: &'a [u8], faults: &mut Vec<Fault>) -> Vec<(u64, Vec<&'a str>)> {
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            (1u64..)
                .zip(text.lines())
                .map(|(n, l)| (n, l.split_whitespace().collect::<Vec<_>>()))
                .filter(|(_, words)| !words.is_empty())
                .collect()
        }
        Err(e) => {
            faults.push(Fault { at: At::File { file }, what: Wrong::Unreadable { why: e.to_string() } });
            Vec::new()
        }
    }
}

/// One row's words, read field by field. A field that cannot be read is a fault and counts as 0.
struct Row<'a, 'f> {
    at: At,
    words: &'a [&'a str],
    faults: &'f mut Vec<Fault>,
}

impl Row<'_, '_> {
    fn say(&mut self, what: Wrong) {
        self.faults.push(Fault { at: self.at, what });
    }

    /// A finite number at a position.
    fn number(&mut self, at: usize, field: &'static str) -> f64 {
        match self.words.get(at) {
            None => self.say(Wrong::Missing { field }),
            Some(word) => match word.parse::<f64>() {
                Ok(x) if x.is_finite() => return x,
                _ => self.say(Wrong::NotANumber { field, text: short(word) }),
            },
        }
        0.0
    }

    /// A whole number at a position, within bounds; `10.00` is whole.
    fn whole(&mut self, at: usize, field: &'static str, least: i64, most: i64) -> i64 {
        let before = self.faults.len();
        let x = self.number(at, field);
        if self.faults.len() > before {
            return least;
        }
        if x.fract() != 0.0 {
            self.say(Wrong::NotANumber { field, text: short(self.words[at]) });
            return least;
        }
        if x < least as f64 || x > most as f64 {
            self.say(Wrong::OutOfRange { field, value: x as i64, least, most });
            return least;
        }
        x as i64
    }

    /// A span or point in time at a position, in ticks of which `scale` make a unit.
    fn ticks(&mut self, at: usize, field: &'static str, scale: f64, round: fn(f64) -> f64) -> Ticks {
        let value = self.number(at, field);
        // Six decimals keep 28.3 × 10 from being more or less than 283.
        let scaled = round((value * scale * 1e6).round() / 1e6);
        let most = f64::from(LIMIT);
        if (0.0..=most).contains(&scaled) {
            return scaled as Ticks;
        }
        self.say(Wrong::OutOfRange { field, value: value as i64, least: 0, most: (most / scale) as i64 });
        0
    }
}
