//! What can be asked of matters, as plain data, and what access asks of each. What a matter may do at which stage, the domain
//! knows.

use super::link::RaiserTold;
use crate::frame::input::ContactIn;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::connection::PauseGround;
use yixian_domain::ids::MatterId;
use yixian_domain::matter::{
    DisclosurePurpose, ErasureGround, LinkGiven, MatterAction, MatterKind, Origin, PersonalData, Verdict,
};
use yixian_domain::time::Date;

/// What can be asked of matters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // fields carry the names of the domain's own
#[schemars(inline)] // `Envelope` has fields beside it, which a reference would forbid
pub enum MatterCommand {
    /// Raises a matter that was not found on a visit.
    RaiseMatter {
        matter: Uuid,
        #[schemars(with = "String")]
        kind: MatterKind,
        #[schemars(with = "String")]
        origin: Origin,
        category: String,
        words: String,
        #[serde(default)]
        place: Option<Uuid>,
        /// Where it waits to be assigned; when missing the place's unit, else that of whoever registers it, else the root.
        #[serde(default)]
        unit: Option<Uuid>,
        #[serde(default)]
        photos: Vec<String>,
        /// A raiser outside the company; oneself when missing.
        #[serde(default)]
        raiser: Option<ContactIn>,
        /// What it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<AboutIn>,
    },
    /// Says what it is about, with the reason; nothing takes it away from what it was about.
    Relate {
        matter: Uuid,
        #[serde(default)]
        about: Option<AboutIn>,
        reason: String,
    },
    /// Gives it to a unit with a deadline.
    Assign {
        matter: Uuid,
        unit: Uuid,
        #[serde(default)]
        handler: Option<Uuid>,
        #[serde(default)]
        due: DueIn,
        #[serde(default)]
        note: String,
    },
    /// Moves it to another unit.
    Transfer {
        matter: Uuid,
        unit: Uuid,
        #[serde(default)]
        handler: Option<Uuid>,
        reason: String,
    },
    /// Lets it go with another matter.
    Merge {
        matter: Uuid,
        into: Uuid,
        #[serde(default)]
        reason: String,
    },
    /// Takes a merging back while the master is not answered.
    Separate { matter: Uuid, reason: String },
    /// Does not take it on.
    Refuse { matter: Uuid, reason: String },
    /// Signs for it.
    Accept { matter: Uuid },
    /// Asks for more time.
    AskExtension {
        matter: Uuid,
        #[schemars(with = "String")]
        until: Date,
        reason: String,
        #[serde(default)]
        photos: Vec<String>,
    },
    /// Asks to stop the clock.
    AskPause {
        matter: Uuid,
        reason: String,
        #[serde(default)]
        photos: Vec<String>,
        /// Ground; a connection needs one.
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        ground: Option<PauseGround>,
    },
    /// Decides the waiting request.
    Decide {
        matter: Uuid,
        approve: bool,
        #[serde(default)]
        note: String,
    },
    /// Starts the clock again.
    Resume {
        matter: Uuid,
        #[serde(default)]
        note: String,
    },
    /// Ends the step in hand, begins the next.
    Advance {
        matter: Uuid,
        step: String,
        /// What was done in the step that ends; some steps want a note or a photo.
        #[serde(default)]
        note: String,
        #[serde(default)]
        photos: Vec<String>,
    },
    /// Put right.
    Submit {
        matter: Uuid,
        how: String,
        #[serde(default)]
        photos: Vec<String>,
    },
    /// Accepts the solution.
    Verify {
        matter: Uuid,
        #[serde(default)]
        note: String,
    },
    /// Sends the solution back.
    Return { matter: Uuid, reason: String },
    /// Answers whoever raised it.
    Answer { matter: Uuid, words: String },
    /// Records a try to reach the raiser.
    RecordAttempt { matter: Uuid, note: String },
    /// The raiser's verdict.
    Rate {
        matter: Uuid,
        #[schemars(with = "String")]
        verdict: Verdict,
        #[serde(default)]
        words: String,
    },
    /// The raiser's link leaves the house: `sent` to his phone, or `shown` to whoever sends this, once.
    GiveLink {
        matter: Uuid,
        #[schemars(with = "String")]
        how: LinkGiven,
    },
    /// A remark; `corrects` names the event it corrects.
    Comment {
        matter: Uuid,
        words: String,
        #[serde(default)]
        photos: Vec<String>,
        #[serde(default)]
        corrects: Option<u32>,
    },
    /// Has personal data shown, for a purpose; who looked at what, and why, is put on record.
    Disclose {
        matter: Uuid,
        /// `name`, `phone`, `address`, `papers`.
        #[schemars(with = "Vec<String>")]
        data: Vec<PersonalData>,
        #[schemars(with = "String")]
        purpose: DisclosurePurpose,
    },
    /// Erases words, contact and photos of a matter, for a reason that is put on record; the ledger stays valid.
    EraseWords {
        matter: Uuid,
        /// `request`, `retention`, `mistake`, `order`. Must be there; commands of before had none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Option<String>")]
        ground: Option<ErasureGround>,
        /// In words; they go with the next erasure.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
}

/// A record by kind and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AboutIn {
    /// `partner`, `section`, `topic`, `agreement` …
    #[schemars(with = "String")]
    pub kind: AboutKind,
    /// Which.
    pub id: Uuid,
}

impl From<AboutIn> for About {
    fn from(a: AboutIn) -> About {
        About { kind: a.kind, id: a.id }
    }
}

/// What access asks before a command is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// To raise a matter.
    Raise,
    /// To act on the matter.
    Act(MatterAction),
    /// To see the matter, and the data for a purpose.
    Disclose,
    /// To see the matter and to administer its unit.
    Erase,
    /// To have recorded the matter, or to answer it.
    GiveLink,
}

impl MatterCommand {
    /// The matter that whoever raised it calls solved by it.
    pub(crate) fn solved(&self) -> Option<MatterId> {
        if let MatterCommand::Rate { matter, verdict: Verdict::Solved, .. } = self {
            return Some(MatterId(*matter));
        }
        None
    }
    /// What it makes known to whoever raised a matter from outside.
    pub(crate) fn tells_raiser(&self) -> Option<(MatterId, RaiserTold)> {
        if let MatterCommand::RaiseMatter { matter, raiser: Some(_), .. } = self {
            return Some((MatterId(*matter), RaiserTold::Registered));
        }
        if let MatterCommand::Answer { matter, .. } = self {
            return Some((MatterId(*matter), RaiserTold::Answered));
        }
        None
    }
    /// The matter whose raiser is sent his link by it.
    pub(crate) fn sends_link(&self) -> Option<MatterId> {
        let MatterCommand::GiveLink { matter, how: LinkGiven::Sent } = self else { return None };
        Some(MatterId(*matter))
    }
    /// What it says a matter is about: whether that is there and may be seen, the slice answers whose it is.
    pub(crate) fn about(&self) -> Option<About> {
        use MatterCommand::*;
        if let RaiseMatter { about, .. } | Relate { about, .. } = self { about.map(About::from) } else { None }
    }
    /// The record it acts on.
    pub fn record(&self) -> Uuid {
        use MatterCommand::*;
        match self {
            RaiseMatter { matter, .. }
            | Relate { matter, .. }
            | Assign { matter, .. }
            | Transfer { matter, .. }
            | Merge { matter, .. }
            | Separate { matter, .. }
            | Refuse { matter, .. }
            | Accept { matter, .. }
            | AskExtension { matter, .. }
            | AskPause { matter, .. }
            | Decide { matter, .. }
            | Resume { matter, .. }
            | Advance { matter, .. }
            | Submit { matter, .. }
            | Verify { matter, .. }
            | Return { matter, .. }
            | Answer { matter, .. }
            | RecordAttempt { matter, .. }
            | Rate { matter, .. }
            | GiveLink { matter, .. }
            | Comment { matter, .. }
            | Disclose { matter, .. }
            | EraseWords { matter, .. } => *matter,
        }
    }

    /// What access asks. A new command does not compile until it stands here.
    pub(crate) fn needs(&self) -> Needs {
        use MatterAction as A;
        use MatterCommand::*;
        Needs::Act(match self {
            RaiseMatter { .. } => return Needs::Raise,
            Disclose { .. } => return Needs::Disclose,
            EraseWords { .. } => return Needs::Erase,
            GiveLink { .. } => return Needs::GiveLink,
            Relate { .. } => A::Relate,
            Assign { .. } => A::Assign,
            Transfer { .. } => A::Transfer,
            Merge { .. } => A::Merge,
            Separate { .. } => A::Separate,
            Refuse { .. } => A::Refuse,
            Accept { .. } => A::Accept,
            AskExtension { .. } => A::AskExtension,
            AskPause { .. } => A::AskPause,
            Decide { .. } => A::Decide,
            Resume { .. } => A::Resume,
            Advance { .. } => A::Advance,
            Submit { .. } => A::Submit,
            Verify { .. } => A::Verify,
            Return { .. } => A::Return,
            Answer { .. } => A::Answer,
            RecordAttempt { .. } => A::RecordAttempt,
            Rate { .. } => A::Rate,
            Comment { .. } => A::Comment,
        })
    }
}

/// By when something is to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DueIn {
    /// By the limit rule in force; refused where there is none.
    #[default]
    Rule,
    /// By the rule, or without a deadline where there is none.
    RuleIfAny,
    /// A limit: `5wd`, `7cd`, `24h`.
    Limit(String),
    /// A day.
    Day(#[schemars(with = "String")] Date),
}
