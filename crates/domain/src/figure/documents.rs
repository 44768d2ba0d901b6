//! Figures of documents: how many are in force on the last day, how many of their clauses something rests on, and what others
//! wrote of our practice in the period. A document counts once, whichever of its versions holds.

use super::definition::{Basis, Definition, Distinct, Family, Unit};
use super::{Figure, FigureCode, Frame, each_once};
use crate::base::ids::UnitId;
use crate::base::time::Instant;
use crate::document::{Citation, Document, DocumentKind, Recognition};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Definitions of the figures of documents.
pub const FIGURES: &[Definition] = &[
    Definition::count(
        FigureCode::DocumentsInForce,
        Family::Documents,
        Distinct::Document,
        Basis::LastDay,
        Unit::Documents,
        "documents of which a version covers the last day",
    ),
    Definition::count(
        FigureCode::ClausesCited,
        Family::Documents,
        Distinct::Clause,
        Basis::LastDay,
        Unit::Clauses,
        "clauses in force on the last day that a rule, a step, a task, a violation or a figure cites then",
    ),
    Definition::count(
        FigureCode::Recognitions,
        Family::Documents,
        Distinct::Recognition,
        Basis::IssuedOn,
        Unit::Recognitions,
        "recognitions dated in the period",
    ),
];

/// A document as it was known at an instant, with who cites it.
#[derive(Clone, Debug)]
pub struct DocumentFact {
    /// As it was known.
    pub document: Arc<Document>,
    /// Its citations.
    pub citations: Vec<Arc<Citation>>,
}

/// What figures read of documents and recognitions, as they were known at an instant.
#[derive(Clone, Debug, Default)]
pub struct DocumentFacts {
    /// Documents the unit keeps.
    pub documents: Vec<DocumentFact>,
    /// What was written of the unit's practice.
    pub recognitions: Vec<Arc<Recognition>>,
}

impl DocumentFacts {
    /// The same by the unit that keeps each.
    pub(super) fn by_unit(&self) -> BTreeMap<UnitId, DocumentFacts> {
        let mut groups: BTreeMap<UnitId, DocumentFacts> = BTreeMap::new();
        for fact in &self.documents {
            groups.entry(fact.document.details.unit).or_default().documents.push(fact.clone());
        }
        for recognition in &self.recognitions {
            groups.entry(recognition.details.unit).or_default().recognitions.push(recognition.clone());
        }
        groups
    }

    /// Documents by their kind; a recognition has none.
    pub(super) fn by_kind(&self) -> BTreeMap<DocumentKind, DocumentFacts> {
        let mut groups: BTreeMap<DocumentKind, DocumentFacts> = BTreeMap::new();
        for fact in &self.documents {
            groups.entry(fact.document.details.kind).or_default().documents.push(fact.clone());
        }
        groups
    }

    /// Whether there is nothing to count.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.recognitions.is_empty()
    }
}

/// Every figure of documents, in the order of [`FigureCode::ALL`].
pub fn figures(facts: &DocumentFacts, frame: &Frame<'_>) -> Vec<Figure> {
    use FigureCode as C;
    let day = frame.period.last().min(frame.zone.date_of(Instant(frame.as_of.0 - 1)));
    let in_force = facts.documents.iter().filter(|f| f.document.in_force(day)).map(|f| f.document.id.0);
    let cited = facts.documents.iter().flat_map(|f| {
        let rests = |c: &&Arc<Citation>| c.cites(day) && f.document.clause_on(c.clause, day).is_some();
        f.citations.iter().filter(rests).map(|c| c.clause.0)
    });
    let dated = |r: &&Arc<Recognition>| frame.period.contains(r.details.day) && r.details.day <= day;
    let written = facts.recognitions.iter().filter(dated).map(|r| r.id);
    vec![
        Figure::count(C::DocumentsInForce, frame, each_once(in_force)),
        Figure::count(C::ClausesCited, frame, each_once(cited)),
        Figure::count(C::Recognitions, frame, each_once(written)),
    ]
}
