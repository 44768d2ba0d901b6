//! What can be asked of indicators, of how they are taken apart and of campaigns, as plain data, and what access asks of each.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::indicator::ReadingKind;
use yixian_domain::time::Date;

/// What can be asked of indicators and campaigns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // fields carry the names of the domain's own
#[schemars(inline)] // `Envelope` has fields beside it, which a reference would forbid
pub enum IndicatorCommand {
    /// Takes an indicator into the register, or changes who keeps it or by which method it is scored from now on.
    PutIndicator {
        indicator: Uuid,
        code: String,
        name: String,
        #[serde(default)]
        name_en: Option<String>,
        /// The unit that keeps it.
        owner: Uuid,
        /// Who leads what is done for it, and is answered.
        commander: Uuid,
        /// Code of a method that is shipped.
        #[serde(default = "getting_electricity")]
        method: String,
    },
    /// Records values as of a day: counted by the company, claimed by somebody else, or wished for. The same name again corrects.
    RecordReading {
        indicator: Uuid,
        #[schemars(with = "String")]
        kind: ReadingKind,
        #[schemars(with = "String")]
        day: Date,
        label: String,
        /// Who says so, or how it was counted.
        #[serde(default)]
        source: String,
        cities: Vec<CityIn>,
    },
    /// Begins the next version of how an indicator is taken apart, as a copy of the newest.
    BeginBreakdown {
        breakdown: Uuid,
        indicator: Uuid,
        /// Why there is another one.
        #[serde(default)]
        reason: String,
    },
    /// Writes a draft anew, all of it. Tasks of the version before that it has no more are dropped.
    WriteBreakdown {
        breakdown: Uuid,
        aspects: Vec<AspectIn>,
        tasks: Vec<TaskIn>,
        #[serde(default)]
        reason: String,
    },
    /// Puts an aspect, new or not, where it belongs in a draft.
    PutAspect { breakdown: Uuid, aspect: AspectIn },
    /// Takes an aspect with nothing below it out of a draft.
    RemoveAspect { breakdown: Uuid, aspect: Uuid },
    /// Puts a task, new or not, under an aspect of a draft.
    PutTask { breakdown: Uuid, task: TaskIn },
    /// Splits a task of a draft into several that weigh as much together.
    SplitTask { breakdown: Uuid, task: Uuid, into: Vec<TaskIn>, reason: String },
    /// Merges tasks of one aspect of a draft into one of them.
    MergeTasks { breakdown: Uuid, tasks: Vec<Uuid>, into: Uuid, reason: String },
    /// Takes a task out of a draft.
    DropTask { breakdown: Uuid, task: Uuid, reason: String },
    /// Puts a draft in force from a day on: its new tasks are given to their departments, what it has no more is ended.
    ApproveBreakdown {
        breakdown: Uuid,
        #[schemars(with = "String")]
        effective: Date,
    },
    /// Calls a campaign, or changes what it is.
    PutCampaign {
        campaign: Uuid,
        code: String,
        name: String,
        #[serde(default)]
        name_en: Option<String>,
        theme: String,
        #[serde(default)]
        principles: Vec<String>,
        #[schemars(with = "String")]
        from: Date,
        #[schemars(with = "String")]
        to: Date,
        commander: Uuid,
        /// The unit that keeps its books.
        owner: Uuid,
        #[serde(default)]
        people: Vec<Uuid>,
        #[serde(default)]
        units: Vec<Uuid>,
        /// The indicator that it works for.
        #[serde(default)]
        indicator: Option<Uuid>,
    },
}

/// What was measured in a city, as people write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CityIn {
    /// Which.
    pub name: String,
    /// Its share, per cent.
    #[serde(default = "whole")]
    pub share: String,
    /// A number for each component of the method, in their order, with at most three decimals.
    pub values: Vec<String>,
}

/// An aspect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AspectIn {
    /// Its id, the same in every version.
    pub aspect: Uuid,
    /// Short code.
    pub code: String,
    /// The aspect above it.
    #[serde(default)]
    pub parent: Option<Uuid>,
    /// In the company's language.
    pub name: String,
    /// English, where there is one.
    #[serde(default)]
    pub name_en: Option<String>,
    /// Its share among its siblings, per cent, with at most two decimals.
    pub weight: String,
    /// Code of the component that it moves.
    pub component: String,
}

/// A task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskIn {
    /// The id of the matter that it is or will be.
    pub task: Uuid,
    /// Short code.
    pub code: String,
    /// Under which aspect.
    pub aspect: Uuid,
    /// What is to be done.
    pub title: String,
    /// Its share among the tasks of its aspect, per cent, with at most two decimals.
    pub weight: String,
    /// The department that answers for it: exactly one.
    pub owners: Vec<Uuid>,
    /// Departments that help.
    #[serde(default)]
    pub helpers: Vec<Uuid>,
    /// Its last day.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub due: Option<Date>,
    /// What is handed over.
    #[serde(default)]
    pub deliverable: String,
    /// It is only done with a photo that shows it.
    #[serde(default)]
    pub evidence: bool,
}

/// What access asks before a command is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// To keep the indicator: its commander, or a coordinator over the unit that keeps it.
    Keep,
    /// To approve how it is taken apart.
    Approve,
}

impl IndicatorCommand {
    /// The record it acts on.
    pub fn record(&self) -> Uuid {
        use IndicatorCommand::*;
        match self {
            PutIndicator { indicator, .. } | RecordReading { indicator, .. } => *indicator,
            BeginBreakdown { breakdown, .. }
            | WriteBreakdown { breakdown, .. }
            | PutAspect { breakdown, .. }
            | RemoveAspect { breakdown, .. }
            | PutTask { breakdown, .. }
            | SplitTask { breakdown, .. }
            | MergeTasks { breakdown, .. }
            | DropTask { breakdown, .. }
            | ApproveBreakdown { breakdown, .. } => *breakdown,
            PutCampaign { campaign, .. } => *campaign,
        }
    }

    /// What access asks. A new command does not compile until it stands here.
    pub(crate) fn needs(&self) -> Needs {
        use IndicatorCommand::*;
        match self {
            PutIndicator { .. }
            | RecordReading { .. }
            | BeginBreakdown { .. }
            | WriteBreakdown { .. }
            | PutAspect { .. }
            | RemoveAspect { .. }
            | PutTask { .. }
            | SplitTask { .. }
            | MergeTasks { .. }
            | DropTask { .. }
            | PutCampaign { .. } => Needs::Keep,
            ApproveBreakdown { .. } => Needs::Approve,
        }
    }
}

fn getting_electricity() -> String {
    "getting-electricity".into()
}
fn whole() -> String {
    "100".into()
}
