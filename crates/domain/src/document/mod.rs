//! Supporting documents 配套文件: what rules, steps, tasks and figures rest on. A document has versions, a version has clauses, and a
//! clause stays the same clause in every version that has its number: whoever cites it goes on citing it. Of a version
//! only what it says itself is kept: it holds until its own last day or until the next one begins, whichever comes first.
//!
//! [`citation`] says who cites a clause, [`recognition`] what others wrote of our practice; neither is known to a document.

pub mod access;
pub mod citation;
pub mod law;
pub mod recognition;

pub use citation::{Citation, CitationEvent, Citing, CitingKind};
pub use law::{DocumentMoved, DocumentRule};
pub use recognition::{Recognition, RecognitionDetails, RecognitionEvent};

use crate::base::codes::codes;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::time::{Date, Instant};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

codes! {
    /// What sort of document it is.
    DocumentKind {
        /// 办法
        Method = "method",
        /// 手册
        Manual = "manual",
        /// 标准
        Standard = "standard",
        /// 通知
        Notice = "notice",
    }
}

/// What a document is, whatever its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentDetails {
    /// Title in the company's language.
    pub title: String,
    /// English title, where there is one.
    pub title_en: Option<String>,
    /// Its number 文号; none while it is to be checked 待核.
    pub number: Option<String>,
    /// Who issued it.
    pub issuer: String,
    /// What sort.
    pub kind: DocumentKind,
    /// The unit of ours that keeps it.
    pub unit: UnitId,
    /// Made up to show the product 示范; nobody issued it.
    pub demo: bool,
}

/// A clause as a version has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clause {
    /// The same in every version that has its number.
    pub id: ClauseId,
    /// Its number, as it is printed: `3.2`, `第七条`.
    pub no: String,
    /// What it says.
    pub text: Words,
}

/// A version, as it says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// What it is called: `v2`, `2018版`.
    pub label: String,
    /// First day on which it holds.
    pub from: Date,
    /// Its own last day; none where it holds until another takes its place.
    pub to: Option<Date>,
    /// Hash of its file, wherever that lies.
    pub file: Option<FileRef>,
    /// Its pages, photographed.
    pub photos: Vec<FileRef>,
    /// Its clauses, in its order.
    pub clauses: Vec<Clause>,
}

impl Version {
    /// The clause it has under an identity.
    pub fn clause(&self, id: ClauseId) -> Option<&Clause> {
        self.clauses.iter().find(|c| c.id == id)
    }
}

/// A clause that ended before its version did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClauseEnd {
    /// Which.
    pub clause: ClauseId,
    /// First day on which it holds no more; a later version may bring it again.
    pub on: Date,
    /// Why.
    pub reason: Words,
}

/// A document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Identity.
    pub id: DocumentId,
    /// Short stable code.
    pub code: String,
    /// What it is.
    #[serde(flatten)]
    pub details: DocumentDetails,
    /// Its versions by their first day.
    pub versions: Vec<Version>,
    /// Clauses that ended before their versions.
    pub clause_ends: Vec<ClauseEnd>,
    /// Repealed 废止: the first day on which nothing of it holds, and why.
    pub ended: Option<(Date, Words)>,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What happens to a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the document's own
pub enum DocumentEvent {
    Registered {
        code: String,
        details: DocumentDetails,
    },
    Changed {
        details: DocumentDetails,
    },
    /// A version, new or said anew.
    VersionPut {
        version: Version,
    },
    ClauseEnded {
        end: ClauseEnd,
    },
    Ended {
        on: Date,
        reason: Words,
    },
}

impl DocumentEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            DocumentEvent::Registered { .. } => "document_registered",
            DocumentEvent::Changed { .. } => "document_changed",
            DocumentEvent::VersionPut { .. } => "document_version_put",
            DocumentEvent::ClauseEnded { .. } => "clause_ended",
            DocumentEvent::Ended { .. } => "document_ended",
        }
    }
}

impl Recorded for Document {
    type Event = DocumentEvent;

    fn begin(id: uuid::Uuid, first: &Happened<DocumentEvent>) -> Option<Document> {
        let DocumentEvent::Registered { code, details } = &first.event else { return None };
        Some(Document {
            id: DocumentId(id),
            code: code.clone(),
            details: details.clone(),
            versions: Vec::new(),
            clause_ends: Vec::new(),
            ended: None,
            last_at: first.at,
            rev: 1,
        })
    }

    fn apply(&mut self, h: &Happened<DocumentEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            DocumentEvent::Registered { .. } => {}
            DocumentEvent::Changed { details } => self.details = details.clone(),
            DocumentEvent::VersionPut { version } => {
                self.versions.retain(|v| v.label != version.label);
                self.versions.push(version.clone());
                self.versions.sort_by_key(|v| v.from);
            }
            DocumentEvent::ClauseEnded { end } => self.clause_ends.push(end.clone()),
            DocumentEvent::Ended { on, reason } => self.ended = Some((*on, reason.clone())),
        }
    }
}

impl Document {
    /// The version that holds on a day: the latest that has begun, unless its own last day is over or the document has ended.
    pub fn version_on(&self, day: Date) -> Option<&Version> {
        if self.ended.as_ref().is_some_and(|(on, _)| *on <= day) {
            return None;
        }
        let begun = self.versions.iter().rev().find(|v| v.from <= day)?;
        begun.to.is_none_or(|to| day <= to).then_some(begun)
    }

    /// Whether a version holds on a day.
    pub fn in_force(&self, day: Date) -> bool {
        self.version_on(day).is_some()
    }

    /// The last day of a version: its own, the day before the next one or before the document's end, whichever comes first.
    pub fn last_day(&self, version: &Version) -> Option<Date> {
        let next = self.versions.iter().map(|v| v.from).find(|from| *from > version.from);
        let ended = self.ended.as_ref().map(|(on, _)| *on);
        let before = next.into_iter().chain(ended).filter_map(|day| day.yesterday().ok());
        before.chain(version.to).min()
    }

    /// A clause as it holds on a day, with its version.
    pub fn clause_on(&self, id: ClauseId, day: Date) -> Option<(&Version, &Clause)> {
        let version = self.version_on(day)?;
        let clause = version.clause(id)?;
        let ended = self.clause_ends.iter().any(|e| e.clause == id && version.from <= e.on && e.on <= day);
        (!ended).then_some((version, clause))
    }

    /// A clause as its latest version has it, whether it holds or not.
    pub fn clause(&self, id: ClauseId) -> Option<(&Version, &Clause)> {
        self.versions.iter().rev().find_map(|v| Some((v, v.clause(id)?)))
    }

    /// Every clause it ever had, by number: a version that has a number again has the clause again.
    pub fn clauses_by_number(&self) -> HashMap<&str, ClauseId> {
        self.versions.iter().flat_map(|v| &v.clauses).map(|c| (c.no.as_str(), c.id)).collect()
    }

    /// A clause as others refer to it: `document/clause@version`.
    pub fn reference(&self, version: &Version, clause: &Clause) -> String {
        format!("{}/{}@{}", self.code, clause.no, version.label)
    }

    /// What is cited on a day and holds then no more: a later version left it out, or it ended. What looks back is not asked to cite
    /// another clause.
    pub fn left_behind<'c>(&self, citations: impl IntoIterator<Item = &'c Citation>, day: Date) -> Vec<&'c Citation> {
        let own = citations.into_iter().filter(|c| c.document == self.id && c.cites(day));
        let rests = own.filter(|c| !c.citing.kind().looks_back());
        rests.filter(|c| self.clause_on(c.clause, day).is_none()).collect()
    }
}
