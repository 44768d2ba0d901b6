//! Rules from TOML. A file with faults is refused as a whole, with all its faults, each with its line.

use super::{Demand, Limit, Rule, Rules};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use toml::{Spanned, Table};

/// A fault of a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFault {
    /// Line, from 1; of a rule's fault the line where the rule begins.
    pub line: usize,
    /// What is wrong.
    pub why: String,
}

impl fmt::Display for RuleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    #[serde(default)]
    rule: Vec<Spanned<Table>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    id: String,
    text: String,
    text_en: Option<String>,
    #[serde(default)]
    only: BTreeMap<String, String>,
    #[serde(default)]
    unless: Vec<String>,
    allowed: Option<Vec<String>>,
    required: Option<Vec<String>>,
    order: Option<Vec<String>>,
    absent: Option<Vec<String>>,
    at_most: Option<RawAtMost>,
    steps: Option<RawSteps>,
    within: Option<RawWithin>,
    four_eyes: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAtMost {
    of: Vec<String>,
    times: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSteps {
    #[serde(default)]
    at_least: u32,
    at_most: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWithin {
    from: String,
    to: String,
    working_days: Option<u32>,
    calendar_days: Option<u32>,
    hours: Option<u32>,
}

const KINDS: &str = "allowed, required, order, absent, at_most, steps, within, four_eyes";

fn line(text: &str, offset: usize) -> usize {
    memchr::memchr_iter(b'\n', &text.as_bytes()[..offset.min(text.len())]).count() + 1
}

/// Reads rules, or tells every fault.
pub fn parse(text: &str) -> Result<Rules, Vec<RuleFault>> {
    let file: File = toml::from_str(text).map_err(|e| {
        vec![RuleFault { line: line(text, e.span().map_or(0, |s| s.start)), why: e.message().to_owned() }]
    })?;
    let (mut faults, mut rules, mut ids) = (Vec::new(), Vec::new(), BTreeSet::new());
    if file.rule.is_empty() {
        faults.push(RuleFault { line: 1, why: "no rule; a rule begins with [[rule]]".into() });
    }
    for table in file.rule {
        let line = line(text, table.span().start);
        match Raw::deserialize(table.into_inner()) {
            Err(e) => faults.push(RuleFault { line, why: e.message().to_owned() }),
            Ok(raw) => {
                if !ids.insert(raw.id.clone()) {
                    faults.push(RuleFault { line, why: format!("the id `{}` comes twice", raw.id) });
                }
                match raw.demand() {
                    Ok(demand) => rules.push(Rule {
                        id: raw.id,
                        text: raw.text,
                        text_en: raw.text_en,
                        only: raw.only,
                        unless: raw.unless,
                        demand,
                    }),
                    Err(why) => faults.extend(
                        why.into_iter().map(|why| RuleFault { line, why: format!("rule `{}`: {why}", raw.id) }),
                    ),
                }
            }
        }
    }
    if faults.is_empty() { Ok(Rules { version: file.version, rules }) } else { Err(faults) }
}

impl Raw {
    /// What is demanded, or everything that is wrong with saying so.
    fn demand(&self) -> Result<Demand, Vec<String>> {
        let (mut found, mut faults) = (Vec::new(), Vec::new());
        for (name, value) in [("id", &self.id), ("text", &self.text)] {
            if value.trim().is_empty() {
                faults.push(format!("`{name}` is empty"));
            }
        }
        let mut list =
            |name: &str, all: &Option<Vec<String>>, least: usize, most: usize, demand: fn(&[String]) -> Demand| {
                let Some(all) = all else { return };
                if all.len() < least || all.len() > most {
                    let wanted = if least == most { format!("{least}") } else { format!("{least} or more") };
                    faults.push(format!("`{name}` names {} steps; it needs {wanted}", all.len()));
                } else if all.iter().collect::<BTreeSet<_>>().len() < all.len() && most != 2 {
                    faults.push(format!("`{name}` names a step twice"));
                }
                found.push((name.to_owned(), (all.len() >= least && all.len() <= most).then(|| demand(all))));
            };
        list("allowed", &self.allowed, 1, usize::MAX, |s| Demand::Allowed(s.to_vec()));
        list("required", &self.required, 1, usize::MAX, |s| Demand::Required(s.to_vec()));
        list("order", &self.order, 2, usize::MAX, |s| Demand::Order(s.to_vec()));
        list("absent", &self.absent, 1, usize::MAX, |s| Demand::Absent(s.to_vec()));
        list("four_eyes", &self.four_eyes, 2, 2, |s| Demand::FourEyes { first: s[0].clone(), second: s[1].clone() });
        list("at_most.of", &self.at_most.as_ref().map(|a| a.of.clone()), 1, usize::MAX, |s| Demand::AtMost {
            of: s.to_vec(),
            times: 0,
        });
        if let (Some(a), Some((_, Some(Demand::AtMost { times, .. })))) = (&self.at_most, found.last_mut()) {
            *times = a.times;
        }
        if let Some(RawSteps { at_least, at_most }) = self.steps {
            if at_most.is_some_and(|most| most < at_least) || (at_least == 0 && at_most.is_none()) {
                faults.push("`steps` holds for every case or for none".into());
            }
            found.push(("steps".into(), Some(Demand::Steps { at_least, at_most })));
        }
        if let Some(w) = &self.within {
            let limits = [
                w.working_days.map(Limit::WorkingDays),
                w.calendar_days.map(Limit::CalendarDays),
                w.hours.map(Limit::Hours),
            ];
            let mut limits = limits.into_iter().flatten();
            let limit = limits.next().filter(|_| limits.next().is_none());
            if limit.is_none() {
                faults.push("`within` needs one of working_days, calendar_days, hours".into());
            }
            if w.from == w.to {
                faults.push("`within` starts and stops at the same step".into());
            }
            found.push((
                "within".into(),
                limit.map(|limit| Demand::Within { from: w.from.clone(), to: w.to.clone(), limit }),
            ));
        }
        match found.len() {
            0 => faults.push(format!("it demands nothing; say one of {KINDS}")),
            1 => {}
            _ => faults.push(format!(
                "it demands several things: {}",
                found.iter().map(|f| f.0.as_str()).collect::<Vec<_>>().join(", ")
            )),
        }
        match found.pop() {
            Some((_, Some(demand))) if faults.is_empty() => Ok(demand),
            _ => Err(faults),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_all_its_faults_each_with_its_line() {
        let text = "version = \"1\"\n\n[[rule]]\nid = \"a\"\ntext = \"\"\nallowed = []\n\n[[rule]]\nid = \"a\"\ntext = \"x\"\nwithin = { from = \"s\", to = \"s\" }\n\n\
            [[rule]]\nid = \"b\"\ntext = \"x\"\nabsnet = [\"s\"]\n\n[[rule]]\nid = \"c\"\ntext = \"x\"\norder = [\"s\", \"t\"]\nabsent = [\"u\"]\n\n[[rule]]\nid = \"d\"\ntext = \"x\"\n";
        let faults: Vec<String> = parse(text).expect_err("faults").iter().map(ToString::to_string).collect();
        let starts = [
            "line 3: rule `a`: `text` is empty",
            "line 3: rule `a`: `allowed` names 0 steps",
            "line 8: the id `a` comes twice",
            "line 8: rule `a`: `within` needs one of",
            "line 8: rule `a`: `within` starts and stops",
            "line 13: unknown field `absnet`",
            "line 18: rule `c`: it demands several things: order, absent",
            "line 24: rule `d`: it demands nothing",
        ];
        assert_eq!(faults.len(), starts.len(), "{faults:#?}");
        for (fault, start) in faults.iter().zip(starts) {
            assert!(fault.starts_with(start), "{fault}");
        }
    }

    #[test]
    fn broken_toml_has_a_line_and_nothing_is_no_rules() {
        assert_eq!(parse("version = \"1\"\n[[rule]\n").expect_err("a fault")[0].line, 2);
        assert_eq!(parse("version = \"1\"\n").expect_err("a fault")[0].why, "no rule; a rule begins with [[rule]]");
        assert!(parse("").expect_err("a fault")[0].why.contains("version"));
    }
}
