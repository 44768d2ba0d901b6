//! What can be asked of teams, as plain data, and what access asks of each.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::team::{TeamKind, TeamPost};
use yixian_domain::time::Date;

/// What can be asked of teams.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // fields carry the names of the domain's own
#[schemars(inline)] // `Envelope` has fields beside it, which a reference would forbid
pub enum TeamCommand {
    /// Sets a team up, or changes what it is.
    PutTeam {
        team: Uuid,
        /// The temporary unit that it is; it stays.
        unit: Uuid,
        #[schemars(with = "String")]
        kind: TeamKind,
        /// The programme of works it is for; a team without one is refused.
        #[serde(default)]
        programme: Option<Uuid>,
        /// The one section it is for.
        #[serde(default)]
        section: Option<Uuid>,
        /// The general branch it is part of.
        #[serde(default)]
        within: Option<Uuid>,
        /// The units that send people.
        parents: Vec<Uuid>,
        /// The document that sets it up, as it is cited.
        #[serde(default)]
        document: Option<String>,
        #[schemars(with = "String")]
        from: Date,
        #[schemars(with = "String")]
        to: Date,
    },
    /// Somebody joins.
    JoinTeam {
        team: Uuid,
        person: Uuid,
        #[schemars(with = "String")]
        post: TeamPost,
        #[schemars(with = "String")]
        from: Date,
        /// Last day; the team's own when missing.
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        to: Option<Date>,
    },
    /// The membership that began on a day has this last day.
    LeaveTeam {
        team: Uuid,
        person: Uuid,
        #[schemars(with = "String")]
        from: Date,
        #[schemars(with = "String")]
        to: Date,
    },
    /// Dissolves a team, once nothing lies with it any more. Its unit ends with it.
    DissolveTeam {
        team: Uuid,
        /// Its last day.
        #[schemars(with = "String")]
        on: Date,
        reason: String,
    },
}

/// What access asks before a command is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// To coordinate for the unit that the team is.
    Keep,
}

impl TeamCommand {
    /// The record it acts on.
    pub fn record(&self) -> Uuid {
        use TeamCommand::*;
        match self {
            PutTeam { team, .. } | JoinTeam { team, .. } | LeaveTeam { team, .. } | DissolveTeam { team, .. } => *team,
        }
    }

    /// What access asks. A new command does not compile until it stands here.
    pub(crate) fn needs(&self) -> Needs {
        use TeamCommand::*;
        match self {
            PutTeam { .. } | JoinTeam { .. } | LeaveTeam { .. } | DissolveTeam { .. } => Needs::Keep,
        }
    }
}
