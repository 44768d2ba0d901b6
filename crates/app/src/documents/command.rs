//! What can be asked of documents, citations and recognitions, as plain data, and what access asks of each.

use crate::matters::command::AboutIn;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::document::{CitingKind, DocumentKind};
use yixian_domain::time::Date;

/// What can be asked of documents, of who cites them, and of recognitions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // fields carry the names of the domain's own
#[schemars(inline)] // `Envelope` has fields beside it, which a reference would forbid
pub enum DocumentCommand {
    /// Registers a document, or changes what it is. It holds from its first version on.
    PutDocument {
        document: Uuid,
        code: String,
        title: String,
        #[serde(default)]
        title_en: Option<String>,
        /// Its number 文号; empty while it is to be checked. One issuer gives a number once.
        #[serde(default)]
        number: Option<String>,
        issuer: String,
        #[schemars(with = "String")]
        kind: DocumentKind,
        /// The unit of ours that keeps it.
        unit: Uuid,
        /// Made up to show the product.
        #[serde(default)]
        demo: bool,
    },
    /// Puts a version in force, or says the one of that label anew. The version before it ends on the day before; a clause of a number
    /// that was there is the same clause, and who cites it goes on citing it.
    PutVersion {
        document: Uuid,
        label: String,
        #[schemars(with = "String")]
        from: Date,
        /// Its own last day.
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        to: Option<Date>,
        /// SHA-256 of its file, 64 hex digits; as it is when missing.
        #[serde(default)]
        file: Option<String>,
        /// Its pages, content addresses; those there are stay.
        #[serde(default)]
        photos: Vec<String>,
        clauses: Vec<ClauseIn>,
    },
    /// Ends a clause before its version ends. Refused while an open rule, step or task cites it.
    EndClause {
        document: Uuid,
        /// Its number.
        clause: String,
        /// The first day on which it holds no more.
        #[schemars(with = "String")]
        on: Date,
        reason: String,
    },
    /// Ends a document. Refused while an open rule, step or task cites a clause of it.
    EndDocument {
        document: Uuid,
        /// The first day on which nothing of it holds.
        #[schemars(with = "String")]
        on: Date,
        reason: String,
    },
    /// Says that a rule, a step, a task, a violation or a figure rests on a clause.
    Cite {
        citation: Uuid,
        document: Uuid,
        /// The clause's number.
        clause: String,
        citing: CitingIn,
        /// Since when; today when missing. A matter cites since the day on which it was raised.
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        since: Option<Date>,
    },
    /// Says that it rests there no more.
    EndCitation {
        citation: Uuid,
        /// The first day on which it does not.
        #[schemars(with = "String")]
        on: Date,
    },
    /// Records what somebody above wrote of our practice, or changes the record.
    PutRecognition {
        recognition: Uuid,
        code: String,
        title: String,
        #[serde(default)]
        title_en: Option<String>,
        issuer: String,
        /// Its number; empty while it is to be checked.
        #[serde(default)]
        number: Option<String>,
        #[schemars(with = "String")]
        day: Date,
        /// The clause or item that speaks of us.
        #[serde(default)]
        clause: Option<String>,
        /// The practice; as it is when missing.
        #[serde(default)]
        practice: Option<String>,
        /// The unit of ours whose practice it is.
        unit: Uuid,
        /// Records that show it.
        #[serde(default)]
        about: Vec<AboutIn>,
        /// Figures it rests on.
        #[serde(default)]
        figures: Vec<QuotedIn>,
    },
}

/// A clause as it is printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClauseIn {
    /// Its number.
    pub no: String,
    /// What it says.
    pub text: String,
}

/// What cites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CitingIn {
    /// `rule`, `step`, `task`, `violation` or `figure`.
    #[schemars(with = "String")]
    pub kind: CitingKind,
    /// Row of the rule, `procedure/step`, id of the matter, code of the figure.
    pub key: String,
}

/// A figure as it was quoted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuotedIn {
    /// Code of the figure.
    pub figure: String,
    /// Period, `2018-05`, `2018` or `2018-05-01..2018-05-31`.
    pub period: String,
    /// As of: RFC 3339, or a day, whose end is meant.
    pub as_of: String,
    /// As it was printed: a number, `≥ 96`, `20+`, or a day.
    #[serde(default)]
    pub value: Option<String>,
    /// What of it: `value`, `numerator` or `denominator`; the number itself when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// Code of a unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Code of a works programme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programme: Option<String>,
    /// A dimension of the figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Which value of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// What access asks before a command is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// To coordinate for the unit that keeps it.
    Keep,
    /// The same; of a matter, to say what it is about.
    Cite,
}

impl DocumentCommand {
    /// The record it acts on.
    pub fn record(&self) -> Uuid {
        use DocumentCommand::*;
        match self {
            PutDocument { document, .. }
            | PutVersion { document, .. }
            | EndClause { document, .. }
            | EndDocument { document, .. } => *document,
            Cite { citation, .. } | EndCitation { citation, .. } => *citation,
            PutRecognition { recognition, .. } => *recognition,
        }
    }

    /// What access asks. A new command does not compile until it stands here.
    pub(crate) fn needs(&self) -> Needs {
        use DocumentCommand::*;
        match self {
            PutDocument { .. } | PutVersion { .. } | EndClause { .. } | EndDocument { .. } | PutRecognition { .. } => {
                Needs::Keep
            }
            Cite { .. } | EndCitation { .. } => Needs::Cite,
        }
    }

    /// Records it says something is about.
    pub(crate) fn abouts(&self) -> &[AboutIn] {
        use DocumentCommand::*;
        match self {
            PutRecognition { about, .. } => about,
            PutDocument { .. }
            | PutVersion { .. }
            | EndClause { .. }
            | EndDocument { .. }
            | Cite { .. }
            | EndCitation { .. } => &[],
        }
    }
}
