//! How an indicator is scored: its components, each between a worst and a best value, and the mean of them by weight. Where it
//! is measured in several cities each is scored first and the scores are weighed: a value better than the best is cut off in
//! its own city. Values are kept in thousandths, weights in hundredths of a per cent. It does not know who measured what.
//!
//! The methods that are shipped (*Getting electricity*, Doing Business 2016–2020, and another one) are data: `indicators/*.toml`.

use crate::base::values::thousandths;
use serde::{Deserialize, Serialize};

/// All of it, in hundredths of a per cent.
pub const WHOLE: u32 = 10_000;

/// A share as people write it, `4.17` or `4.17 %`, in hundredths of a per cent; none of what is none, or is more than all.
pub fn hundredths(text: &str) -> Option<u32> {
    let number = text.trim().trim_end_matches(['%', '％']);
    let thousandths = thousandths(number).filter(|t| *t >= 0 && t % 10 == 0)?;
    u32::try_from(thousandths / 10).ok().filter(|h| *h <= WHOLE)
}

/// One thing that is measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// Short stable code.
    pub code: String,
    /// In the company's language.
    pub name: String,
    /// English.
    pub name_en: String,
    /// In what it is counted.
    pub unit: String,
    /// The same in English.
    pub unit_en: String,
    /// Scores 0, in thousandths.
    pub worst: i64,
    /// Scores 100, in thousandths.
    pub best: i64,
    /// The least that can be, in thousandths.
    pub least: i64,
    /// The most that can be, in thousandths; none where there is no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<i64>,
    /// Its share of the score, in hundredths of a per cent.
    pub weight: u32,
}

impl Component {
    /// The score of a value, 0–100.
    pub fn score(&self, thousandths: i64) -> f64 {
        let (worst, best) = (self.worst as f64, self.best as f64);
        // Adding zero turns −0 into 0, which is what is printed.
        (100.0 * (worst - thousandths as f64) / (worst - best)).clamp(0.0, 100.0) + 0.0
    }

    /// Whether there can be such a value.
    pub fn can_be(&self, thousandths: i64) -> bool {
        self.least <= thousandths && self.most.is_none_or(|most| thousandths <= most)
    }
}

/// A method of scoring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Method {
    /// Short stable code.
    pub code: String,
    /// In the company's language.
    pub name: String,
    /// English.
    pub name_en: String,
    /// Its components; their weights make a whole.
    pub components: Vec<Component>,
}

/// What was measured in a city.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct City {
    /// Which.
    pub name: String,
    /// Its share of the whole, in hundredths of a per cent.
    pub share: u32,
    /// A value for each component, in their order, in thousandths.
    pub values: Vec<i64>,
}

/// A score with what it is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// Of each component, 0–100, over all cities.
    pub components: Vec<f64>,
    /// Of the whole, 0–100.
    pub total: f64,
}

impl Method {
    /// The score of what was measured: each city first, then the cities by their shares.
    pub fn score(&self, cities: &[City]) -> Scored {
        let whole = f64::from(WHOLE);
        let of = |at: usize, component: &Component| -> f64 {
            let city = |c: &City| c.values.get(at).map_or(0.0, |v| component.score(*v)) * f64::from(c.share) / whole;
            cities.iter().map(city).sum()
        };
        let components: Vec<f64> = self.components.iter().enumerate().map(|(at, c)| of(at, c)).collect();
        let total = components.iter().zip(&self.components).map(|(s, c)| s * f64::from(c.weight) / whole).sum();
        Scored { components, total }
    }

    /// Whether its weights make a whole, and no component's worst is its best.
    pub fn is_sound(&self) -> bool {
        self.components.iter().map(|c| c.weight).sum::<u32>() == WHOLE
            && self.components.iter().all(|c| c.worst != c.best)
    }

    /// The component of a code.
    pub fn component(&self, code: &str) -> Option<&Component> {
        self.components.iter().find(|c| c.code == code)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn electricity() -> Method {
        let of = |code: &str, worst: i64, best: i64, most: Option<i64>| Component {
            code: code.into(),
            name: code.into(),
            name_en: code.into(),
            unit: String::new(),
            unit_en: String::new(),
            worst: worst * 1_000,
            best: best * 1_000,
            least: 0,
            most,
            weight: 2_500,
        };
        let components = vec![
            of("procedures", 9, 3, None),
            of("time", 248, 18, None),
            of("cost", 8_100, 0, None),
            of("reliability", 0, 8, Some(8_000)),
        ];
        Method {
            code: "getting-electricity".into(),
            name: "获得电力".into(),
            name_en: "Getting electricity".into(),
            components,
        }
    }

    fn city(share: u32, values: [i64; 4]) -> City {
        City { name: "北京".into(), share, values: values.to_vec() }
    }

    /// Published by the World Bank; *domain.md* §3.3.
    #[test]
    fn published_scores_come_out() {
        let method = electricity();
        for (values, expected) in [
            ([6_000, 141_000, 356_200, 5_000], 63.656),
            ([3_000, 34_000, 0, 6_000], 92.011),
            ([2_000, 32_000, 0, 7_000], 95.353),
            // Hong Kong 2020, Korea 2020.
            ([3_000, 24_000, 1_288, 8_000], 99.344),
            ([2_000, 13_000, 34_300, 8_000], 99.894),
        ] {
            let total = method.score(&[city(WHOLE, values)]).total;
            assert!((total - expected).abs() < 0.001, "{values:?}: {total}");
        }
    }

    #[test]
    fn shares_are_read_as_people_write_them() {
        for (text, expected) in [
            ("4.17", Some(417)),
            (" 25 % ", Some(2_500)),
            ("100", Some(WHOLE)),
            ("100.01", None),
            ("4.175", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(hundredths(text), expected, "{text}");
        }
    }

    #[test]
    fn cities_are_scored_before_they_are_mixed() {
        let method = electricity();
        let china = [city(4_500, [6_000, 141_000, 356_200, 5_000]), city(5_500, [5_000, 145_000, 355_800, 5_000])];
        assert!((method.score(&china).total - 65.709).abs() < 0.001);
        // Where one is better than the best, the mean of the values would hide it.
        let cut = [city(5_000, [1_000, 18_000, 0, 8_000]), city(5_000, [5_000, 18_000, 0, 8_000])];
        let mixed = method.score(&cut);
        assert!((mixed.components[0] - f64::midpoint(100.0, 66.667)).abs() < 0.001, "{mixed:?}");
    }

    #[test]
    fn it_is_the_score_of_the_command_line() {
        let method = electricity();
        for values in [[4_000_i64, 95_500, 660_700, 3_000], [9_000, 300_000, 9_000_000, 0], [1_000, 7_000, 0, 8_000]] {
            let x = |at: usize| values[at] as f64 / 1_000.0;
            let known = super::super::score(&super::super::Connection {
                procedures: x(0),
                time_days: x(1),
                cost_pct_ipc: x(2),
                reliability: x(3),
            });
            let ours = method.score(&[city(WHOLE, values)]);
            assert!((ours.total - known.total).abs() < 1e-9);
        }
    }
}
