//! Citations: who rests on a clause, from when to when. They stand beside what cites, so that a rule, a step, a matter or a figure
//! need not know that there are documents. Whether what cites is there, whoever asks finds out.

use super::Document;
use super::law::DocumentRule;
use crate::base::codes::codes;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::time::{Date, Instant};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// What cites.
    CitingKind {
        /// A limit rule.
        Rule = "rule",
        /// A step of a procedure.
        Step = "step",
        /// A task of an indicator.
        Task = "task",
        /// A violation.
        Violation = "violation",
        /// A figure.
        Figure = "figure",
    }
}

impl CitingKind {
    /// Whether a clause cannot end while it is open: what has still to be done is done by the clause. A violation is judged by what held
    /// when it was found, and a figure counts whatever holds.
    pub fn holds(self) -> bool {
        match self {
            CitingKind::Rule | CitingKind::Step | CitingKind::Task => true,
            CitingKind::Violation | CitingKind::Figure => false,
        }
    }
}

impl CitingKind {
    /// Whether it rests on what held on the day since when it cites, whatever became of the clause: a violation is not judged anew.
    pub fn looks_back(self) -> bool {
        match self {
            CitingKind::Violation => true,
            CitingKind::Rule | CitingKind::Step | CitingKind::Task | CitingKind::Figure => false,
        }
    }
}

/// What cites, and which.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[allow(missing_docs)] // the kinds say what each is
pub enum Citing {
    Rule { row: String },
    Step { procedure: String, step: String },
    Task { matter: MatterId },
    Violation { matter: MatterId },
    Figure { code: String },
}

impl Citing {
    /// From a kind and a key: the row of a rule, `procedure/step`, the id of a matter, the code of a figure.
    pub fn parse(kind: CitingKind, key: &str) -> Option<Citing> {
        let key = key.trim();
        let matter = || key.parse().ok();
        Some(match kind {
            CitingKind::Task => Citing::Task { matter: matter()? },
            CitingKind::Violation => Citing::Violation { matter: matter()? },
            _ if key.is_empty() => return None,
            CitingKind::Rule => Citing::Rule { row: key.to_owned() },
            CitingKind::Figure => Citing::Figure { code: key.to_owned() },
            CitingKind::Step => {
                let (procedure, step) = key.split_once('/')?;
                Citing::Step { procedure: procedure.to_owned(), step: step.to_owned() }
            }
        })
    }

    /// What sort it is.
    pub fn kind(&self) -> CitingKind {
        match self {
            Citing::Rule { .. } => CitingKind::Rule,
            Citing::Step { .. } => CitingKind::Step,
            Citing::Task { .. } => CitingKind::Task,
            Citing::Violation { .. } => CitingKind::Violation,
            Citing::Figure { .. } => CitingKind::Figure,
        }
    }

    /// Which of its kind, as [`Citing::parse`] reads it.
    pub fn key(&self) -> String {
        match self {
            Citing::Rule { row } => row.clone(),
            Citing::Step { procedure, step } => format!("{procedure}/{step}"),
            Citing::Task { matter } | Citing::Violation { matter } => matter.to_string(),
            Citing::Figure { code } => code.clone(),
        }
    }

    /// The matter, where it is one.
    pub fn matter(&self) -> Option<MatterId> {
        match self {
            Citing::Task { matter } | Citing::Violation { matter } => Some(*matter),
            Citing::Rule { .. } | Citing::Step { .. } | Citing::Figure { .. } => None,
        }
    }
}

/// A citation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// Identity.
    pub id: Uuid,
    /// The document.
    pub document: DocumentId,
    /// The clause of it, in whichever version holds.
    pub clause: ClauseId,
    /// The version that held when it was cited first.
    pub version: String,
    /// What cites.
    pub citing: Citing,
    /// Since when; of a matter the day on which it was raised.
    pub since: Date,
    /// First day on which it cites no more.
    pub ended: Option<Date>,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What happens to a citation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the citation's own
pub enum CitationEvent {
    Cited { document: DocumentId, clause: ClauseId, version: String, citing: Citing, since: Date },
    CitationEnded { on: Date },
}

impl CitationEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            CitationEvent::Cited { .. } => "clause_cited",
            CitationEvent::CitationEnded { .. } => "citation_ended",
        }
    }
}

impl Recorded for Citation {
    type Event = CitationEvent;

    fn begin(id: Uuid, first: &Happened<CitationEvent>) -> Option<Citation> {
        let CitationEvent::Cited { document, clause, version, citing, since } = &first.event else { return None };
        Some(Citation {
            id,
            document: *document,
            clause: *clause,
            version: version.clone(),
            citing: citing.clone(),
            since: *since,
            ended: None,
            last_at: first.at,
            rev: 1,
        })
    }

    fn apply(&mut self, h: &Happened<CitationEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            CitationEvent::Cited { .. } => {}
            CitationEvent::CitationEnded { on } => self.ended = Some(*on),
        }
    }
}

/// A citation after a transition, with what happened.
pub type CitationMoved = (Citation, Happened<CitationEvent>);

impl Citation {
    /// Whether it cites on a day.
    pub fn cites(&self, day: Date) -> bool {
        self.since <= day && self.ended.is_none_or(|on| day < on)
    }

    /// Cites a clause that holds on the day since when it is cited.
    pub fn make(
        id: Uuid,
        at: Instant,
        by: &By,
        document: &Document,
        clause: ClauseId,
        citing: Citing,
        since: Date,
    ) -> Result<CitationMoved, Refusal> {
        let Some((version, _)) = document.clause_on(clause, since) else {
            let no = document.clause(clause).map_or("", |(_, c)| c.no.as_str());
            return Err(Refusal::rule(DocumentRule::ClauseNotInForce, format!("{}/{no} · {since}", document.code)));
        };
        let event =
            CitationEvent::Cited { document: document.id, clause, version: version.label.clone(), citing, since };
        let h = Happened { at, by: by.clone(), event };
        let citation = Citation::begin(id, &h).ok_or(Refusal::SameAsBefore)?;
        Ok((citation, h))
    }

    /// Cites no more from a day on.
    pub fn end(mut self, at: Instant, by: &By, on: Date) -> Result<CitationMoved, Refusal> {
        if self.ended.is_some() {
            return Err(Refusal::rule(DocumentRule::CitationEnded, ""));
        }
        if on < self.since {
            return Err(Refusal::rule(DocumentRule::CitationEndsBefore, self.since.to_string()));
        }
        let h = Happened { at, by: by.clone(), event: CitationEvent::CitationEnded { on } };
        self.apply(&h);
        Ok((self, h))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cites_is_read_back_from_its_kind_and_key() {
        let matter = "0190a000-0000-7000-8000-000000000006";
        for (kind, key) in [
            (CitingKind::Rule, "sgcc-whole"),
            (CitingKind::Step, "connect-three-zero/survey"),
            (CitingKind::Task, matter),
            (CitingKind::Violation, matter),
            (CitingKind::Figure, "connected_on_time"),
        ] {
            let citing = Citing::parse(kind, key).expect(key);
            assert_eq!((citing.kind(), citing.key()), (kind, key.to_owned()));
        }
        for (kind, key) in
            [(CitingKind::Rule, " "), (CitingKind::Step, "survey"), (CitingKind::Task, "7"), (CitingKind::Figure, "")]
        {
            assert_eq!(Citing::parse(kind, key), None, "{kind:?} {key}");
        }
    }
}
