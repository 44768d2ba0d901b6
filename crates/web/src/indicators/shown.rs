//! Names, numbers and marks that pages of indicators share.

use crate::door::say::Say;
use crate::door::telling::unit_name;
use yixian_app::indicators::TaskLine;
use yixian_app::read::Directory;
use yixian_domain::figure::tasks::TaskFact;
use yixian_domain::ids::{By, PersonId, UnitId};
use yixian_domain::indicator::{Campaign, Indicator, Reading};
use yixian_domain::time::Instant;

/// How an indicator is called.
pub(super) fn name(say: &Say, i: &Indicator) -> String {
    say.named(&i.details.name, i.details.name_en.as_deref())
}

/// How a campaign is called.
pub(super) fn campaign_name(say: &Say, c: &Campaign) -> String {
    say.named(&c.details.name, c.details.name_en.as_deref())
}

/// How a unit is called.
pub(super) fn unit(say: &Say, directory: &Directory, id: UnitId) -> String {
    directory.unit(id).map(|u| unit_name(say, u)).unwrap_or_default()
}

/// How a person is called.
pub(super) fn person(say: &Say, directory: &Directory, id: PersonId) -> String {
    directory.person(id).map_or_else(|| say.t("erased"), |p| p.name.clone())
}

/// Who did it.
pub(super) fn doer(say: &Say, directory: &Directory, by: &By) -> String {
    by.person().map(|p| person(say, directory, p)).unwrap_or_default()
}

/// Points, three decimals as the published ones have.
pub(super) fn points(score: f64) -> String {
    format!("{score:.3}")
}

/// A share with one decimal.
pub(super) fn share(part: f64, of: f64) -> String {
    if of > 0.0 { format!("{:.1} %", part * 100.0 / of) } else { "–".to_owned() }
}

/// How a reading is called: where it comes from, and its name.
pub(super) fn reading(say: &Say, r: &Reading) -> String {
    format!("{} · {}", say.of("reading", r.kind.as_str()), r.label)
}

/// How a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    Done,
    Open,
    Overdue,
}

impl State {
    pub(super) fn of(t: &TaskFact, at: Instant) -> State {
        match (t.is_done(at), t.is_overdue(at)) {
            (true, _) => State::Done,
            (false, true) => State::Overdue,
            (false, false) => State::Open,
        }
    }
    /// The class of its pill, and the word with its shape: colour alone never tells.
    pub(super) fn mark(self, say: &Say) -> (&'static str, String) {
        match self {
            State::Done => ("due-done", format!("✓ {}", say.t("task-done"))),
            State::Open => ("due-ok", format!("● {}", say.t("task-open"))),
            State::Overdue => ("due-over", format!("■ {}", say.t("task-overdue"))),
        }
    }
}

/// How many of some tasks are done, overdue, and what they weigh.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tally {
    pub all: usize,
    pub done: usize,
    pub overdue: usize,
    pub weight: f64,
    pub weight_done: f64,
}

impl Tally {
    pub(super) fn of<'a>(tasks: impl IntoIterator<Item = &'a TaskLine>, at: Instant) -> Tally {
        let mut sum = Tally::default();
        for t in tasks {
            sum.add(t, at);
        }
        sum
    }
    pub(super) fn add(&mut self, t: &TaskLine, at: Instant) {
        self.all += 1;
        self.weight += t.fact.weight;
        match State::of(&t.fact, at) {
            State::Done => {
                self.done += 1;
                self.weight_done += t.fact.weight;
            }
            State::Overdue => self.overdue += 1,
            State::Open => {}
        }
    }
    /// The class of its pill: red where something is overdue, green where all is done.
    pub(super) fn class(&self) -> &'static str {
        match (self.overdue, self.done == self.all) {
            (0, true) => "due-done",
            (0, false) => "due-ok",
            _ => "due-over",
        }
    }
    /// So many of so many, with the shape of the worst.
    pub(super) fn told(&self) -> String {
        let shape = match (self.overdue, self.done == self.all) {
            (0, true) => "✓",
            (0, false) => "●",
            _ => "■",
        };
        format!("{shape} {}/{}", self.done, self.all)
    }
}
