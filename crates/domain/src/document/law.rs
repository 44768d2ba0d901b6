//! What may happen to a document. Who cites its clauses is told to it as a list of those that hold it; it finds nobody out.

use super::{Clause, ClauseEnd, Document, DocumentDetails, DocumentEvent, Version};
use crate::base::codes::codes;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::time::{Date, Instant};

codes! {
    /// Why not.
    DocumentRule {
        /// A version ends before it begins.
        VersionEndsBefore = "document_version_ends_before",
        /// Two versions hold on one day.
        VersionsOverlap = "document_versions_overlap",
        /// One number twice in a version.
        ClauseTwice = "document_clause_twice",
        /// It was ended already.
        Ended = "document_ended_already",
        /// It ends before it holds, or before a version that is to come.
        EndsBefore = "document_ends_before",
        /// Those named are still open and cite it.
        Held = "document_held",
        /// The clause does not hold on that day.
        ClauseNotInForce = "clause_not_in_force",
        /// The clause ends on the day on which its version begins, or before.
        ClauseEndsBefore = "clause_ends_before",
        /// Those named are still open and cite it.
        ClauseHeld = "clause_held",
        /// It is cited there already.
        CitedAlready = "clause_cited_already",
        /// The citation ends before it begins.
        CitationEndsBefore = "citation_ends_before",
        /// The citation was ended already.
        CitationEnded = "citation_ended_already",
    }
}

/// A document after a transition, with what happened.
pub type DocumentMoved = (Document, Happened<DocumentEvent>);

/// Whether the earlier of two versions says of itself that it goes on when the later has begun. One without a last day ends with
/// the day before the next.
fn overlap(a: &Version, b: &Version) -> bool {
    let (first, then) = if a.from <= b.from { (a, b) } else { (b, a) };
    first.from == then.from || first.to.is_some_and(|to| then.from <= to)
}

fn twice(clauses: &[Clause]) -> Option<&Clause> {
    let again = |(i, c): &(usize, &Clause)| clauses[..*i].iter().any(|b| b.no == c.no);
    clauses.iter().enumerate().find(again).map(|(_, c)| c)
}

/// Those that hold it, as a refusal says them.
fn held(rule: DocumentRule, by: &[String]) -> Result<(), Refusal> {
    if by.is_empty() { Ok(()) } else { Err(Refusal::rule(rule, by.join(", "))) }
}

impl Document {
    /// Registers one; it holds from its first version on.
    pub fn register(
        id: DocumentId,
        at: Instant,
        by: &By,
        code: String,
        details: DocumentDetails,
    ) -> Result<DocumentMoved, Refusal> {
        let h = Happened { at, by: by.clone(), event: DocumentEvent::Registered { code, details } };
        let document = Document::begin(id.0, &h).ok_or(Refusal::SameAsBefore)?;
        Ok((document, h))
    }

    fn then(mut self, at: Instant, by: &By, event: DocumentEvent) -> DocumentMoved {
        let h = Happened { at, by: by.clone(), event };
        self.apply(&h);
        (self, h)
    }

    fn open(&self) -> Result<(), Refusal> {
        if self.ended.is_some() { Err(Refusal::rule(DocumentRule::Ended, "")) } else { Ok(()) }
    }

    /// Changes what it is.
    pub fn change(self, at: Instant, by: &By, details: DocumentDetails) -> Result<DocumentMoved, Refusal> {
        self.open()?;
        if self.details == details {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, by, DocumentEvent::Changed { details }))
    }

    /// All that keeps a version from being put in force: each with the day, the number or the version it is about.
    pub fn faults_of(&self, version: &Version) -> Vec<(DocumentRule, String)> {
        let backwards = version.to.filter(|to| *to < version.from).map(|to| to.to_string());
        let twice = twice(&version.clauses).map(|c| c.no.clone());
        let others = self.versions.iter().filter(|v| v.label != version.label && overlap(v, version));
        let others: Vec<&str> = others.map(|v| v.label.as_str()).collect();
        [
            (DocumentRule::VersionEndsBefore, backwards),
            (DocumentRule::ClauseTwice, twice),
            (DocumentRule::VersionsOverlap, (!others.is_empty()).then(|| others.join(", "))),
        ]
        .into_iter()
        .filter_map(|(rule, about)| Some((rule, about?)))
        .collect()
    }

    /// Puts a version in force, or says one of that label anew. The one before it ends on the day before; what cites a clause of a
    /// number it has goes on citing it.
    pub fn put_version(self, at: Instant, by: &By, version: Version) -> Result<DocumentMoved, Refusal> {
        self.open()?;
        if self.versions.contains(&version) {
            return Err(Refusal::SameAsBefore);
        }
        if let Some((rule, about)) = self.faults_of(&version).into_iter().next() {
            return Err(Refusal::rule(rule, about));
        }
        Ok(self.then(at, by, DocumentEvent::VersionPut { version }))
    }

    /// Ends a clause within its version; refused while something open that cites it holds it.
    pub fn end_clause(
        self,
        at: Instant,
        by: &By,
        end: ClauseEnd,
        held_by: &[String],
    ) -> Result<DocumentMoved, Refusal> {
        self.open()?;
        let Some((version, clause)) = self.clause_on(end.clause, end.on) else {
            let no = self.clause(end.clause).map_or("", |(_, c)| c.no.as_str());
            return Err(Refusal::rule(DocumentRule::ClauseNotInForce, format!("{}/{no} · {}", self.code, end.on)));
        };
        if end.on <= version.from {
            return Err(Refusal::rule(DocumentRule::ClauseEndsBefore, format!("{} · {}", clause.no, version.from)));
        }
        held(DocumentRule::ClauseHeld, held_by)?;
        Ok(self.then(at, by, DocumentEvent::ClauseEnded { end }))
    }

    /// Ends it, with all its clauses; refused while something open that cites one of them holds it.
    pub fn end(
        self,
        at: Instant,
        by: &By,
        on: Date,
        reason: Words,
        held_by: &[String],
    ) -> Result<DocumentMoved, Refusal> {
        self.open()?;
        let to_come = self.versions.iter().map(|v| v.from).find(|from| on <= *from);
        let holds = on.yesterday().is_ok_and(|day| self.in_force(day));
        if to_come.is_some() || !holds {
            let day = to_come.map_or_else(|| on.to_string(), |from| from.to_string());
            return Err(Refusal::rule(DocumentRule::EndsBefore, day));
        }
        held(DocumentRule::Held, held_by)?;
        Ok(self.then(at, by, DocumentEvent::Ended { on, reason }))
    }
}

#[cfg(test)]
mod tests;
