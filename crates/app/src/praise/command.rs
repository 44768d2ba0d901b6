//! What can be asked of praise and publications, as plain data, and what access asks of each.

use crate::documents::command::QuotedIn;
use crate::matters::command::AboutIn;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::praise::Channel;
use yixian_domain::time::Date;

/// What can be asked of praise and of publications.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // fields carry the names of the domain's own
#[schemars(inline)] // `Envelope` has fields beside it, which a reference would forbid
pub enum PraiseCommand {
    /// Records that somebody thanked us, or changes the record.
    PutPraise {
        praise: Uuid,
        code: String,
        /// The body of the register that thanked us.
        #[serde(default)]
        partner: Option<Uuid>,
        /// The person who thanked us, where it was no body; as he is when both are missing.
        #[serde(default)]
        name: Option<String>,
        /// `banner`, `letter`, `hotline`, `online`, `media` or `in_person`.
        #[schemars(with = "String")]
        channel: Channel,
        #[schemars(with = "String")]
        day: Date,
        /// What was said or written; as it is when missing.
        #[serde(default)]
        words: Option<String>,
        /// SHA-256 of its file, 64 hex digits; as it is when missing.
        #[serde(default)]
        file: Option<String>,
        /// The banner, the letter, content addresses; those there are stay.
        #[serde(default)]
        photos: Vec<String>,
        /// A person can be recognised on a photo or in the file.
        #[serde(default)]
        shows_person: bool,
        /// Whoever thanked us, and whoever is shown, agreed to its being published.
        #[serde(default)]
        consent: bool,
        /// The unit of ours that is thanked.
        unit: Uuid,
        /// What for: at least one record.
        about: Vec<AboutIn>,
    },
    /// Erases who thanked us, what was said and the photos. That we were thanked, and for what, stays.
    ErasePraise { praise: Uuid },
    /// Records what was printed about us, or changes the record.
    PutPublication {
        publication: Uuid,
        code: String,
        /// Who printed it.
        outlet: String,
        title: String,
        #[serde(default)]
        title_en: Option<String>,
        #[schemars(with = "String")]
        day: Date,
        /// Where it can be read; it or the file is needed.
        #[serde(default)]
        url: Option<String>,
        /// SHA-256 of its file, 64 hex digits; as it is when missing.
        #[serde(default)]
        file: Option<String>,
        /// The unit of ours that keeps it.
        unit: Uuid,
        /// Records it speaks of.
        #[serde(default)]
        about: Vec<AboutIn>,
        /// Figures it quotes, each as it was printed.
        #[serde(default)]
        figures: Vec<QuotedIn>,
    },
}

/// What access asks before a command is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// To coordinate for the unit.
    Keep,
    /// To administer it.
    Erase,
}

impl PraiseCommand {
    /// The record it acts on.
    pub fn record(&self) -> Uuid {
        use PraiseCommand::*;
        match self {
            PutPraise { praise, .. } | ErasePraise { praise } => *praise,
            PutPublication { publication, .. } => *publication,
        }
    }

    /// What access asks. A new command does not compile until it stands here.
    pub(crate) fn needs(&self) -> Needs {
        use PraiseCommand::*;
        match self {
            PutPraise { .. } | PutPublication { .. } => Needs::Keep,
            ErasePraise { .. } => Needs::Erase,
        }
    }

    /// Records it says something is about.
    pub(crate) fn abouts(&self) -> &[AboutIn] {
        use PraiseCommand::*;
        match self {
            PutPraise { about, .. } | PutPublication { about, .. } => about,
            ErasePraise { .. } => &[],
        }
    }
}
