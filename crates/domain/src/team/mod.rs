//! Temporary party branches, joint branches and commando teams 临时党支部、联合党支部、突击队: a temporary unit set up for works, with
//! its days, the units that sent people, and who belonged to it when. Matters given to it are given to its unit; it knows neither
//! them nor the works, of which it holds the ids.

pub mod access;
pub mod law;

use crate::base::codes::codes;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::time::{Date, Instant};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// What a team is.
    TeamKind {
        /// 临时党支部
        TemporaryBranch = "temporary_branch",
        /// 联合党支部: branches of several units together.
        JointBranch = "joint_branch",
        /// 临时党总支: has branches below it.
        GeneralBranch = "general_branch",
        /// 党员突击队
        Commando = "commando",
    }
}

codes! {
    /// As what somebody belongs to a team.
    TeamPost {
        /// 书记
        Secretary = "secretary",
        /// 委员
        Committee = "committee",
        /// 队长
        Captain = "captain",
        /// 队员
        Member = "member",
    }
}

impl TeamPost {
    /// Whether he speaks for the team: its secretary, its captain.
    pub fn leads(self) -> bool {
        matches!(self, TeamPost::Secretary | TeamPost::Captain)
    }
}

/// What a team is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamDetails {
    /// Type.
    pub kind: TeamKind,
    /// The programme of works for which it was set up.
    pub programme: Option<Uuid>,
    /// The one section for which it was set up, where it is only that.
    pub section: Option<Uuid>,
    /// The team it is part of.
    pub within: Option<Uuid>,
    /// The units that set it up and send people.
    pub parents: Vec<UnitId>,
    /// The document that sets it up 设立文件, as it is cited.
    pub document: Option<String>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// Somebody's time in a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// Who.
    pub person: PersonId,
    /// As what.
    pub post: TeamPost,
    /// First day.
    pub from: Date,
    /// Last day; the team's own where it is not said.
    pub to: Option<Date>,
}

/// A team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Identity.
    pub id: Uuid,
    /// The temporary unit that it is.
    pub unit: UnitId,
    /// The rest.
    #[serde(flatten)]
    pub details: TeamDetails,
    /// Who belonged to it, in the order in which they came.
    pub members: Vec<Membership>,
    /// Its works are handed over: since this day it is proposed to dissolve it.
    pub proposed: Option<Date>,
    /// Dissolved: its last day, and why.
    pub dissolved: Option<(Date, Words)>,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What happens to a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the team's own
pub enum TeamEvent {
    SetUp {
        unit: UnitId,
        details: TeamDetails,
    },
    Changed {
        details: TeamDetails,
    },
    Joined {
        member: Membership,
    },
    /// Whose membership since a day has this last day.
    Left {
        person: PersonId,
        from: Date,
        to: Date,
    },
    /// Its works are handed over: somebody should dissolve it.
    DissolutionProposed {
        on: Date,
    },
    Dissolved {
        on: Date,
        reason: Words,
    },
}

impl TeamEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            TeamEvent::SetUp { .. } => "team_set_up",
            TeamEvent::Changed { .. } => "team_changed",
            TeamEvent::Joined { .. } => "team_joined",
            TeamEvent::Left { .. } => "team_left",
            TeamEvent::DissolutionProposed { .. } => "team_dissolution_proposed",
            TeamEvent::Dissolved { .. } => "team_dissolved",
        }
    }
}

impl Recorded for Team {
    type Event = TeamEvent;

    fn begin(id: Uuid, first: &Happened<TeamEvent>) -> Option<Team> {
        let TeamEvent::SetUp { unit, details } = &first.event else { return None };
        Some(Team {
            id,
            unit: *unit,
            details: details.clone(),
            members: Vec::new(),
            proposed: None,
            dissolved: None,
            last_at: first.at,
            rev: 1,
        })
    }

    fn apply(&mut self, h: &Happened<TeamEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            TeamEvent::SetUp { .. } => {}
            TeamEvent::Changed { details } => self.details = details.clone(),
            TeamEvent::Joined { member } => self.members.push(*member),
            TeamEvent::Left { person, from, to } => {
                if let Some(m) = self.members.iter_mut().find(|m| (m.person, m.from) == (*person, *from)) {
                    m.to = Some(*to);
                }
            }
            TeamEvent::DissolutionProposed { on } => self.proposed = Some(*on),
            TeamEvent::Dissolved { on, reason } => self.dissolved = Some((*on, reason.clone())),
        }
    }
}

impl Team {
    /// Its last day: the one on which it was dissolved, else the one that was set.
    pub fn last_day(&self) -> Date {
        self.dissolved.as_ref().map_or(self.details.to, |(on, _)| *on)
    }

    /// Whether it is there on a day.
    pub fn is_active(&self, day: Date) -> bool {
        self.details.from <= day && day <= self.last_day()
    }

    /// The days of a membership that are days of the team.
    pub fn days_of(&self, m: &Membership) -> (Date, Date) {
        (m.from.max(self.details.from), m.to.unwrap_or(Date::MAX).min(self.last_day()))
    }

    /// Who belongs to it on a day.
    pub fn members_on(&self, day: Date) -> impl Iterator<Item = &Membership> {
        self.members.iter().filter(move |m| {
            let (from, to) = self.days_of(m);
            from <= day && day <= to
        })
    }
}
