//! What can be asked of agreements and of what is promised, as plain data, and what access asks of each.

use crate::matters::command::AboutIn;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::part::Direction;
use yixian_domain::time::Date;

/// What can be asked of agreements and of what is promised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // fields carry the names of the domain's own
#[schemars(inline)] // `Envelope` has fields beside it, which a reference would forbid
pub enum AgreementCommand {
    /// Registers an agreement, or changes what it is.
    PutAgreement {
        agreement: Uuid,
        code: String,
        title: String,
        #[serde(default)]
        title_en: Option<String>,
        /// The partners that signed it.
        parties: Vec<Uuid>,
        /// The company signed it too, which counts as one party.
        #[serde(default = "yes")]
        ours: bool,
        /// The unit of ours that keeps it.
        unit: Uuid,
        /// What it is about; as it is when missing.
        #[serde(default)]
        scope: Option<String>,
        #[schemars(with = "String")]
        signed: Date,
        /// Last day.
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        valid_to: Option<Date>,
        /// The signed paper, content addresses; those there are stay.
        #[serde(default)]
        photos: Vec<String>,
    },
    /// Ends an agreement before its last day.
    EndAgreement {
        agreement: Uuid,
        /// The first day on which it holds no more.
        #[schemars(with = "String")]
        on: Date,
        reason: String,
    },
    /// Records what one side promised the other on a visit or in an agreement. Ours: the partner is answered and confirms; theirs: a
    /// coordinator of ours confirms, and the partner reports through its link.
    MakeCommitment {
        matter: Uuid,
        /// A visit or an agreement.
        about: AboutIn,
        /// To whom, or who; the visit's own, or the agreement's only one, when missing.
        #[serde(default)]
        partner: Option<Uuid>,
        #[schemars(with = "String")]
        direction: Direction,
        #[serde(default = "coordination")]
        category: String,
        words: String,
        /// Who of ours sees to it; the visit's host or the agreement's unit when missing.
        #[serde(default)]
        unit: Option<Uuid>,
        /// By when. A commitment without a day is refused.
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        due: Option<Date>,
    },
}

/// What access asks before a command is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// To coordinate for the unit that keeps it.
    Keep,
    /// To go on the visit, or to keep the agreement.
    Promise,
}

impl AgreementCommand {
    /// The record it acts on.
    pub fn record(&self) -> Uuid {
        use AgreementCommand::*;
        match self {
            PutAgreement { agreement, .. } | EndAgreement { agreement, .. } => *agreement,
            MakeCommitment { matter, .. } => *matter,
        }
    }

    /// What access asks. A new command does not compile until it stands here.
    pub(crate) fn needs(&self) -> Needs {
        use AgreementCommand::*;
        match self {
            PutAgreement { .. } | EndAgreement { .. } => Needs::Keep,
            MakeCommitment { .. } => Needs::Promise,
        }
    }
}

fn yes() -> bool {
    true
}
fn coordination() -> String {
    "coordination".into()
}
