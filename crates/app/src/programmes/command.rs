//! What can be asked of works, as plain data, and what access asks of each.

use crate::frame::input::PointIn;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::programme::{ItemKind, LengthKind, PermitKind, ProgrammeKind, Terrain};
use yixian_domain::time::Date;

/// What can be asked of works.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // fields carry the names of the domain's own
#[schemars(inline)] // `Envelope` has fields beside it, which a reference would forbid
pub enum ProgrammeCommand {
    /// Registers or changes a programme.
    PutProgramme {
        programme: Uuid,
        code: String,
        name: String,
        #[serde(default)]
        name_en: Option<String>,
        year: i16,
        #[schemars(with = "String")]
        kind: ProgrammeKind,
        owner: Uuid,
        manager: Uuid,
        #[serde(default)]
        key_project: bool,
        #[serde(default)]
        compare_with: Option<Uuid>,
        #[schemars(with = "String")]
        from: Date,
        #[serde(default)]
        taken_over: bool,
    },
    /// Drafts a section, or changes what it is; baselines only while it is a draft.
    PutSection {
        section: Uuid,
        programme: Uuid,
        code: String,
        name: String,
        #[serde(default)]
        name_en: Option<String>,
        #[serde(default)]
        place: Option<Uuid>,
        district: String,
        #[serde(default = "one")]
        batch: u8,
        #[serde(default = "plain")]
        #[schemars(with = "String")]
        terrain: Terrain,
        #[serde(default)]
        contractor: Option<Uuid>,
        #[serde(default)]
        supervisor: Option<Uuid>,
        #[serde(default)]
        households: Option<u32>,
        #[serde(default)]
        capacity_kw: Option<u32>,
        #[serde(default)]
        serves: Option<ServesIn>,
        /// Route, metres; of a new section.
        #[serde(default)]
        metres: Option<u32>,
        #[serde(default)]
        items: Vec<ItemIn>,
        /// Baselines of its milestones.
        #[serde(default)]
        baselines: Vec<BaselineIn>,
    },
    /// Approves a section and freezes its baselines.
    ApproveSection { section: Uuid },
    /// Wants another baseline.
    WantBaseline {
        section: Uuid,
        milestone: String,
        #[schemars(with = "String")]
        day: Date,
        reason: String,
    },
    /// Decides another baseline that somebody wants.
    DecideBaseline {
        section: Uuid,
        milestone: String,
        approve: bool,
        #[serde(default)]
        reason: String,
    },
    /// Says when a milestone will be reached.
    ForecastMilestone {
        section: Uuid,
        milestone: String,
        #[schemars(with = "String")]
        day: Date,
    },
    /// Approves a forecast.
    ApproveForecast { section: Uuid, milestone: String },
    /// Reports that a milestone was reached.
    ReportMilestone {
        section: Uuid,
        milestone: String,
        #[schemars(with = "String")]
        day: Date,
        #[serde(default)]
        photos: Vec<String>,
        #[serde(default)]
        point: Option<PointIn>,
        #[serde(default)]
        visit: Option<Uuid>,
        /// Why it was started without a granted permit.
        #[serde(default)]
        without_permit: String,
    },
    /// Confirms what another reported.
    ConfirmMilestone { section: Uuid, milestone: String },
    /// Does not confirm it.
    RefuseReport { section: Uuid, milestone: String, reason: String },
    /// Measures a section anew.
    SurveySection {
        section: Uuid,
        metres: u32,
        #[schemars(with = "String")]
        kind: LengthKind,
        #[schemars(with = "String")]
        from: Date,
        #[serde(default)]
        surveyed_by: String,
    },
    /// A permit was applied for or granted, or ends on another day.
    PutPermit {
        section: Uuid,
        #[schemars(with = "String")]
        kind: PermitKind,
        #[serde(default)]
        authority: Option<Uuid>,
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        applied: Option<Date>,
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        granted: Option<Date>,
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        valid_to: Option<Date>,
    },
    /// Counts parts that were done on a day.
    CountItems {
        section: Uuid,
        #[schemars(with = "String")]
        kind: ItemKind,
        #[schemars(with = "String")]
        day: Date,
        n: u32,
    },
    /// Lets the works rest.
    SuspendSection { section: Uuid, reason: String },
    /// Goes on.
    ResumeSection { section: Uuid },
    /// Calls a section off.
    CancelSection { section: Uuid, reason: String },
    /// Takes a section apart; routes of its parts add up.
    SplitSection { section: Uuid, parts: Vec<SectionPartIn> },
    /// Puts a section together with another.
    MergeSection { section: Uuid, into: Uuid },
    /// Looks whether a baseline passed by five working days; the first time it raises a problem in its manager's name.
    ReconcileSection { section: Uuid, matter: Uuid },
}

/// A civil project that a section serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ServesIn {
    /// Its name.
    pub name: String,
    /// The day its power is needed.
    #[schemars(with = "String")]
    pub day: Date,
}

/// Parts that are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ItemIn {
    /// Which.
    #[schemars(with = "String")]
    pub kind: ItemKind,
    /// How many there are to be.
    pub planned: u32,
}

/// The baseline of a milestone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BaselineIn {
    /// Which.
    pub milestone: String,
    /// The day.
    #[schemars(with = "String")]
    pub day: Date,
}

/// A part of a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SectionPartIn {
    /// Identity.
    pub section: Uuid,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Its route, metres.
    pub metres: u32,
}

fn one() -> u8 {
    1
}
fn plain() -> Terrain {
    Terrain::Plain
}

/// What access asks before a command is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// To keep the works of the owner.
    Keep,
    /// To report what was reached.
    Report,
    /// To confirm it.
    Confirm,
}

impl ProgrammeCommand {
    /// The record it acts on.
    pub fn record(&self) -> Uuid {
        use ProgrammeCommand::*;
        match self {
            PutProgramme { programme, .. } => *programme,
            PutSection { section, .. }
            | ApproveSection { section }
            | WantBaseline { section, .. }
            | DecideBaseline { section, .. }
            | ForecastMilestone { section, .. }
            | ApproveForecast { section, .. }
            | ReportMilestone { section, .. }
            | ConfirmMilestone { section, .. }
            | RefuseReport { section, .. }
            | SurveySection { section, .. }
            | PutPermit { section, .. }
            | CountItems { section, .. }
            | SuspendSection { section, .. }
            | ResumeSection { section }
            | CancelSection { section, .. }
            | SplitSection { section, .. }
            | MergeSection { section, .. }
            | ReconcileSection { section, .. } => *section,
        }
    }

    /// What access asks. A new command does not compile until it stands here.
    pub(crate) fn needs(&self) -> Needs {
        use ProgrammeCommand::*;
        match self {
            PutProgramme { .. }
            | PutSection { .. }
            | ApproveSection { .. }
            | WantBaseline { .. }
            | DecideBaseline { .. }
            | ApproveForecast { .. }
            | SurveySection { .. }
            | PutPermit { .. }
            | SuspendSection { .. }
            | ResumeSection { .. }
            | CancelSection { .. }
            | SplitSection { .. }
            | MergeSection { .. }
            | ReconcileSection { .. } => Needs::Keep,
            ForecastMilestone { .. } | ReportMilestone { .. } | CountItems { .. } => Needs::Report,
            ConfirmMilestone { .. } | RefuseReport { .. } => Needs::Confirm,
        }
    }
}
