//! Conformance by rules: which cases broke which rule, and with which event.
//!
//! Rules are written in TOML and carry their own words, so that whoever is shown an offence reads the rule as it was
//! written. A rule says one thing: allowed steps, required steps, an order, absence, at most so often, so many steps, a
//! hop within so many days, or four eyes. Names of steps are those of the log. It judges what was recorded; why it
//! happened, it does not know.

mod check;
mod file;

pub use check::{Offence, Verdict, check, check_some};
pub use file::{RuleFault, parse};

use std::collections::BTreeMap;
use yixian_domain::calendar::WorkingCalendar;
use yixian_domain::time::Zone;

/// Rules in one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Name of this version, as the file says it.
    pub version: String,
    /// The rules, in the file's order.
    pub rules: Vec<Rule>,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable name.
    pub id: String,
    /// The rule in words.
    pub text: String,
    /// The same in English, where the file has it.
    pub text_en: Option<String>,
    /// Only cases with these attribute values are judged; all when empty.
    pub only: BTreeMap<String, String>,
    /// Cases with one of these steps are not judged.
    pub unless: Vec<String>,
    /// What is demanded.
    pub demand: Demand,
}

/// What a rule demands of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Demand {
    /// No other steps than these.
    Allowed(Vec<String>),
    /// Each of these steps, before the case ends. Open cases are not judged.
    Required(Vec<String>),
    /// No step before the one that stands in front of it here has happened.
    Order(Vec<String>),
    /// None of these steps.
    Absent(Vec<String>),
    /// These steps together at most so often.
    AtMost {
        /// Which steps.
        of: Vec<String>,
        /// How often.
        times: u32,
    },
    /// So many events in all. Too few is judged when the case has ended.
    Steps {
        /// At least.
        at_least: u32,
        /// At most.
        at_most: Option<u32>,
    },
    /// From each first step to the next second one within a limit.
    Within {
        /// Where the clock starts.
        from: String,
        /// Where it stops.
        to: String,
        /// How long.
        limit: Limit,
    },
    /// The second step not by who did the first.
    FourEyes {
        /// Who did this …
        first: String,
        /// … may not do this.
        second: String,
    },
}

/// How long a hop may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Until the end of the n-th working day after the day of the start.
    WorkingDays(u32),
    /// Until the end of the n-th day after the day of the start.
    CalendarDays(u32),
    /// So many hours on the clock.
    Hours(u32),
}

/// What days are: the caller's calendar and zone.
#[derive(Clone, Copy, Debug)]
pub struct Days<'a> {
    /// Which days are worked.
    pub calendar: &'a WorkingCalendar,
    /// Where a day begins and ends.
    pub zone: &'a Zone,
}
