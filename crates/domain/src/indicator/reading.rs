//! An indicator of the company, and what was read of it: by whom it was computed, claimed or wished for. A claim has its source; a
//! target is neither. A reading is scored by the definition of its time, so that a new one changes no old score.

use super::method::{City, Component, Method, Scored, WHOLE};
use crate::base::codes::codes;
use crate::base::fold::blank;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::time::{Date, Instant};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// Where the values of a reading come from.
    ReadingKind {
        /// Counted by the company 自测
        Counted = "counted",
        /// Published by somebody else 自述
        Claimed = "claimed",
        /// Wished for 目标
        Target = "target",
    }
}

codes! {
    /// What is wrong with a reading.
    ReadingFault {
        /// It has no city.
        NoCity = "reading_no_city",
        /// The shares of its cities do not make a whole.
        Shares = "reading_shares",
        /// A city has not one value for each component.
        Values = "reading_values",
        /// There can be no such value.
        OutOfRange = "reading_out_of_range",
        /// Numbers need their source.
        NoSource = "reading_no_source",
        /// It has no name.
        NoLabel = "reading_no_label",
        /// A city twice.
        CityTwice = "reading_city_twice",
        /// It is of a day to come, and no target.
        InFuture = "reading_in_future",
    }
}

/// What an indicator is, besides its method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndicatorDetails {
    /// In the company's language.
    pub name: String,
    /// English, where there is one.
    pub name_en: Option<String>,
    /// The unit that keeps it 牵头部门.
    pub owner: UnitId,
    /// Who leads what is done for it, and is answered 总指挥.
    pub commander: PersonId,
}

/// Values as of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Where they come from.
    pub kind: ReadingKind,
    /// The day of which they speak.
    pub day: Date,
    /// How it is called, as *DB2018*.
    pub label: String,
    /// Who says so, or how it was counted.
    pub source: String,
    /// What was measured in each city.
    pub cities: Vec<City>,
    /// By which definition it is scored: its place among those of the indicator.
    pub definition: usize,
}

impl Reading {
    /// All that is wrong with it under a method, each with what it is about; a day after `today` is only a target's.
    pub fn faults(&self, method: &Method, today: Date) -> Vec<(ReadingFault, String)> {
        use ReadingFault as F;
        let mut found = Vec::new();
        let mut fault = |wrong: bool, what: ReadingFault, about: String| {
            if wrong {
                found.push((what, about));
            }
        };
        fault(blank(&self.label), F::NoLabel, String::new());
        fault(self.kind != ReadingKind::Target && blank(&self.source), F::NoSource, String::new());
        fault(self.kind != ReadingKind::Target && self.day > today, F::InFuture, self.day.to_string());
        fault(self.cities.is_empty(), F::NoCity, String::new());
        let shares: u64 = self.cities.iter().map(|c| u64::from(c.share)).sum();
        fault(!self.cities.is_empty() && shares != u64::from(WHOLE), F::Shares, percent(shares));
        for (at, city) in self.cities.iter().enumerate() {
            fault(self.cities[..at].iter().any(|c| c.name == city.name), F::CityTwice, city.name.clone());
            fault(city.values.len() != method.components.len(), F::Values, city.name.clone());
            for (value, component) in city.values.iter().zip(&method.components) {
                let about = || format!("{} {}", component.name, decimal(*value));
                fault(!component.can_be(*value), F::OutOfRange, about());
            }
        }
        found
    }
}

/// Hundredths of a per cent as people write them.
pub fn percent(hundredths: u64) -> String {
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:02}").trim_end_matches('0').to_owned() }
}

/// Thousandths as people write them.
pub fn decimal(thousandths: i64) -> String {
    let sign = if thousandths < 0 { "-" } else { "" };
    let (whole, rest) = (thousandths.unsigned_abs() / 1_000, thousandths.unsigned_abs() % 1_000);
    if rest == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{rest:03}").trim_end_matches('0').to_owned()
    }
}

/// An indicator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    /// Identity.
    pub id: IndicatorId,
    /// Short stable code.
    pub code: String,
    /// The rest.
    #[serde(flatten)]
    pub details: IndicatorDetails,
    /// Its definitions, the one in use last.
    pub definitions: Vec<Method>,
    /// What was read of it, in the order in which it was recorded.
    pub readings: Vec<Reading>,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What happens to an indicator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the indicator's own
pub enum IndicatorEvent {
    Put { code: String, details: IndicatorDetails, method: Method },
    Changed { details: IndicatorDetails },
    Redefined { method: Method },
    Read { reading: Reading },
}

impl IndicatorEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            IndicatorEvent::Put { .. } => "indicator_put",
            IndicatorEvent::Changed { .. } => "indicator_changed",
            IndicatorEvent::Redefined { .. } => "indicator_redefined",
            IndicatorEvent::Read { .. } => "indicator_read",
        }
    }
}

impl Recorded for Indicator {
    type Event = IndicatorEvent;

    fn begin(id: Uuid, first: &Happened<IndicatorEvent>) -> Option<Indicator> {
        let IndicatorEvent::Put { code, details, method } = &first.event else { return None };
        Some(Indicator {
            id: IndicatorId(id),
            code: code.clone(),
            details: details.clone(),
            definitions: vec![method.clone()],
            readings: Vec::new(),
            last_at: first.at,
            rev: 1,
        })
    }

    fn apply(&mut self, h: &Happened<IndicatorEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            IndicatorEvent::Put { .. } => {}
            IndicatorEvent::Changed { details } => self.details = details.clone(),
            IndicatorEvent::Redefined { method } => self.definitions.push(method.clone()),
            IndicatorEvent::Read { reading } => {
                // The same reading said again is corrected by what is said last.
                self.readings.retain(|r| (r.kind, &r.label) != (reading.kind, &reading.label));
                self.readings.push(reading.clone());
            }
        }
    }
}

/// What a component did to the score between two readings.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// Which.
    pub component: String,
    /// Its value before and after, over all cities.
    pub values: (f64, f64),
    /// Its score before and after, 0–100.
    pub scores: (f64, f64),
    /// By how many points the whole moved.
    pub points: f64,
}

/// An indicator after a transition, with what happened.
pub type IndicatorMoved = (Indicator, Happened<IndicatorEvent>);

impl Indicator {
    /// Takes one into the register.
    pub fn put(
        id: IndicatorId,
        at: Instant,
        by: &By,
        code: String,
        details: IndicatorDetails,
        method: Method,
    ) -> Result<IndicatorMoved, Refusal> {
        let h = Happened { at, by: by.clone(), event: IndicatorEvent::Put { code, details, method } };
        let indicator = Indicator::begin(id.0, &h).ok_or(Refusal::SameAsBefore)?;
        Ok((indicator, h))
    }

    fn then(mut self, at: Instant, by: &By, event: IndicatorEvent) -> IndicatorMoved {
        let h = Happened { at, by: by.clone(), event };
        self.apply(&h);
        (self, h)
    }

    /// Changes who keeps it and how it is called.
    pub fn change(self, at: Instant, by: &By, details: IndicatorDetails) -> Result<IndicatorMoved, Refusal> {
        if self.details == details {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, by, IndicatorEvent::Changed { details }))
    }

    /// Scores it by another definition from now on; what was read keeps its own.
    pub fn redefine(self, at: Instant, by: &By, method: Method) -> Result<IndicatorMoved, Refusal> {
        if *self.method() == method {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, by, IndicatorEvent::Redefined { method }))
    }

    /// Records what was read of it, or corrects it under the same name. What is wrong with it was asked before.
    pub fn read(self, at: Instant, by: &By, reading: Reading) -> Result<IndicatorMoved, Refusal> {
        if self.readings.contains(&reading) {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, by, IndicatorEvent::Read { reading }))
    }

    /// The definition in use.
    pub fn method(&self) -> &Method {
        // There is one from the first event on.
        &self.definitions[self.definitions.len() - 1]
    }

    /// The definition that scores a reading.
    pub fn method_of(&self, reading: &Reading) -> &Method {
        self.definitions.get(reading.definition).unwrap_or_else(|| self.method())
    }

    /// The score of a reading.
    pub fn score(&self, reading: &Reading) -> Scored {
        self.method_of(reading).score(&reading.cities)
    }

    /// What each component did to the score from one reading to another, by the definition of the later one.
    pub fn moved(&self, from: &Reading, to: &Reading) -> Vec<Moved> {
        let method = self.method_of(to);
        let (before, after) = (method.score(&from.cities), method.score(&to.cities));
        let mean = |r: &Reading, at: usize| {
            let of = |c: &City| c.values.get(at).map_or(0.0, |v| *v as f64 * f64::from(c.share));
            r.cities.iter().map(of).sum::<f64>() / f64::from(WHOLE) / 1_000.0
        };
        let one = |(at, c): (usize, &Component)| Moved {
            component: c.code.clone(),
            values: (mean(from, at), mean(to, at)),
            scores: (before.components[at], after.components[at]),
            points: (after.components[at] - before.components[at]) * f64::from(c.weight) / f64::from(WHOLE),
        };
        method.components.iter().enumerate().map(one).collect()
    }

    /// What the company counted itself, by day.
    pub fn counted(&self) -> Vec<&Reading> {
        let mut own: Vec<&Reading> = self.readings.iter().filter(|r| r.kind == ReadingKind::Counted).collect();
        own.sort_by_key(|r| r.day);
        own
    }

    /// The last of what the company counted itself up to a day.
    pub fn counted_on(&self, day: Date) -> Option<&Reading> {
        self.counted().into_iter().rfind(|r| r.day <= day)
    }
}

#[cfg(test)]
mod tests {
    use super::super::method::tests::electricity;
    use super::*;
    use jiff::civil::date;

    fn reading(kind: ReadingKind, values: [i64; 4]) -> Reading {
        Reading {
            kind,
            day: date(2018, 5, 31),
            label: "2018-05".into(),
            source: "客户系统".into(),
            cities: vec![City { name: "北京".into(), share: WHOLE, values: values.to_vec() }],
            definition: 0,
        }
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let method = electricity();
        let good = reading(ReadingKind::Counted, [3_000, 34_000, 0, 6_000]);
        let today = date(2018, 6, 1);
        assert_eq!(good.faults(&method, today), []);
        let mut bad = reading(ReadingKind::Claimed, [3_000, 34_000, -1_000, 9_000]);
        bad.source = " ".into();
        bad.cities[0].share = 4_500;
        bad.day = date(2019, 1, 1);
        let told: Vec<String> =
            bad.faults(&method, today).into_iter().map(|(f, about)| format!("{} {about}", f.as_str())).collect();
        assert_eq!(
            told,
            [
                "reading_no_source ",
                "reading_in_future 2019-01-01",
                "reading_shares 45",
                "reading_out_of_range cost -1",
                "reading_out_of_range reliability 9"
            ]
        );
        let mut target = bad.clone();
        target.kind = ReadingKind::Target;
        assert_eq!(target.faults(&method, today).len(), 3, "a target lies ahead and needs no source");
    }

    #[test]
    fn a_new_definition_changes_no_old_score() {
        let details = IndicatorDetails {
            name: "获得电力".into(),
            name_en: None,
            owner: UnitId(Uuid::nil()),
            commander: PersonId(Uuid::nil()),
        };
        let (at, by) = (Instant(0), By::Rule);
        let first =
            Indicator::put(IndicatorId(Uuid::nil()), at, &by, "GE".into(), details, electricity()).expect("new");
        let own = reading(ReadingKind::Counted, [3_000, 34_000, 0, 6_000]);
        let (indicator, _) = first.0.read(at, &by, own.clone()).expect("a reading");
        let before = indicator.score(&own).total;
        let mut other = electricity();
        other.components[0].best = 1_000;
        let (indicator, _) = indicator.redefine(at, &by, other).expect("another definition");
        assert_eq!(indicator.score(&own).total.to_bits(), before.to_bits());
        assert!(indicator.method().score(&own.cities).total < before);
        let mut slower = own.clone();
        slower.cities[0].values[1] = 141_000;
        let moved = indicator.moved(&slower, &own);
        let sum: f64 = moved.iter().map(|m| m.points).sum();
        let method = indicator.method_of(&own);
        let whole = method.score(&own.cities).total - method.score(&slower.cities).total;
        assert!((sum - whole).abs() < 1e-9 && moved[0].points == 0.0 && moved[1].values == (141.0, 34.0), "{moved:?}");
        assert_eq!(indicator.counted_on(date(2018, 5, 30)), None);
        assert_eq!(indicator.counted_on(date(2018, 5, 31)), Some(&own));
    }
}
