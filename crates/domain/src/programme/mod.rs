//! Works programmes 项目群 and their sections 项目、路段: what is to be built where, by whom and by when; what was reached, who said
//! so and who confirmed it. Everything a section is, its events give. It does not know where permits are filed or what a
//! figure is.

pub mod access;
pub mod event;
pub mod law;
pub mod milestone;
pub mod standing;

pub use event::{ProgrammeEvent, SectionEvent};
pub use milestone::{Actual, Baseline, Forecast, Milestone, MilestoneKind, MilestoneSet, MilestoneSets};
pub use standing::Standing;

use crate::base::codes::codes;
use crate::base::ids::*;
use crate::base::time::{Date, Instant};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// What kind of works.
    ProgrammeKind {
        /// 架空线入地
        Undergrounding = "undergrounding",
        /// 煤改电
        CoalToElectricity = "coal_to_electricity",
        /// 配套电网工程
        SupportingGrid = "supporting_grid",
    }
}

codes! {
    /// What a length is a length of: road kilometres are not cable kilometres (domain facts §5).
    LengthKind {
        /// 道路长度
        Route = "route",
        /// 电缆长度
        Cable = "cable",
        /// 导线长度
        Wire = "wire",
    }
}

codes! {
    /// Terrain, by which sections are compared.
    Terrain {
        /// 平原
        Plain = "plain",
        /// 山区
        Mountain = "mountain",
    }
}

codes! {
    /// Which permit.
    PermitKind {
        /// 占掘路
        RoadWorks = "road_works",
        /// 交通管理
        Traffic = "traffic",
        /// 文物保护
        Heritage = "heritage",
        /// 园林绿化
        Greening = "greening",
    }
}

codes! {
    /// Parts that are counted.
    ItemKind {
        /// 铁塔（基）
        Tower = "tower",
        /// 工作井（口）
        Well = "well",
        /// 箱变（台）
        BoxSubstation = "box_substation",
        /// 电杆（根）
        Pole = "pole",
    }
}

/// What a programme is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgrammeDetails {
    /// Name.
    pub name: String,
    /// English name, where there is one.
    pub name_en: Option<String>,
    /// Year it is planned for.
    pub year: i16,
    /// Kind.
    pub kind: ProgrammeKind,
    /// Unit that owns it.
    pub owner: UnitId,
    /// Who manages it, and raises what slips.
    pub manager: PersonId,
    /// A national key project 国家重点.
    pub key_project: bool,
    /// The programme it is compared with: last year's.
    pub compare_with: Option<Uuid>,
    /// First day.
    pub from: Date,
    /// Taken over 接收: it was carried out before the register began.
    pub taken_over: bool,
}

/// A programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Programme {
    /// Identity.
    pub id: Uuid,
    /// Short stable code, unique.
    pub code: String,
    /// The rest.
    #[serde(flatten)]
    pub details: ProgrammeDetails,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// A length, valid from a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Length {
    /// Metres.
    pub metres: u32,
    /// Of what.
    pub kind: LengthKind,
    /// First day.
    pub from: Date,
    /// Who measured it.
    pub surveyed_by: String,
}

/// The civil project a section serves 适度超前, with the day its power is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Serves {
    /// Its name.
    pub name: String,
    /// The day of its own milestone.
    pub day: Date,
}

/// What a section is, besides what happens to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionDetails {
    /// Name of the road, village or project.
    pub name: String,
    /// English name, where there is one.
    pub name_en: Option<String>,
    /// The place.
    pub place: Option<PlaceId>,
    /// District 区.
    pub district: String,
    /// Batch 批次; 1 where there are none.
    pub batch: u8,
    /// Terrain.
    pub terrain: Terrain,
    /// Contractor 施工单位.
    pub contractor: Option<PartnerId>,
    /// Supervisor 监理单位.
    pub supervisor: Option<PartnerId>,
    /// Households it connects.
    pub households: Option<u32>,
    /// Capacity, kW.
    pub capacity_kw: Option<u32>,
    /// The civil project it serves.
    pub serves: Option<Serves>,
}

/// Parts that are counted, each done on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Which.
    pub kind: ItemKind,
    /// How many there are to be.
    pub planned: u32,
    /// How many were done on which day.
    pub done: Vec<(Date, u32)>,
}

impl Item {
    /// How many are done.
    pub fn done(&self) -> u32 {
        self.done.iter().map(|d| d.1).sum()
    }
}

/// A permit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permit {
    /// Which.
    pub kind: PermitKind,
    /// Whose it is to give.
    pub authority: Option<PartnerId>,
    /// Day of the application.
    pub applied: Option<Date>,
    /// Day it was granted.
    pub granted: Option<Date>,
    /// Last day.
    pub valid_to: Option<Date>,
}

/// Where a section is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum SectionState {
    /// Being planned; baselines may change.
    Draft,
    /// Approved; its baselines are frozen.
    Approved,
    /// Called off.
    Cancelled {
        /// Why.
        reason: Words,
    },
    /// Taken apart; its parts count.
    Split {
        /// The parts.
        into: Vec<Uuid>,
    },
    /// Put together with another, which counts.
    Merged {
        /// The other.
        into: Uuid,
    },
}

/// A section: a road, a village, a project of a programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Identity.
    pub id: Uuid,
    /// Short stable code, unique.
    pub code: String,
    /// Its programme.
    pub programme: Uuid,
    /// The road it counts as: itself, or the one it was split from.
    pub road: Uuid,
    /// What it is.
    #[serde(flatten)]
    pub details: SectionDetails,
    /// Lengths, oldest first.
    pub lengths: Vec<Length>,
    /// Counted parts.
    pub items: Vec<Item>,
    /// Permits.
    pub permits: Vec<Permit>,
    /// Milestones, in order.
    pub milestones: Vec<Milestone>,
    /// Where it is.
    #[serde(flatten)]
    pub state: SectionState,
    /// Work rests, with the reason.
    pub suspended: Option<Words>,
    /// Who drafted it and set its baselines.
    pub drafted_by: By,
    /// Milestones whose slip was told, each with the problem.
    pub slipped: Vec<(String, MatterId)>,
    /// Permits whose end was warned of.
    pub warned: Vec<PermitKind>,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What a section is called at the stage it is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Being planned.
    Draft,
    /// Approved, not started.
    Approved,
    /// Started 已开工.
    Started,
    /// Energized 已投产.
    Energized,
    /// Handed over 已移交.
    HandedOver,
    /// Called off.
    Cancelled,
    /// Taken apart.
    Split,
    /// Put together with another.
    Merged,
}

impl Progress {
    /// As keyed in the catalogues.
    pub fn as_str(self) -> &'static str {
        match self {
            Progress::Draft => "draft",
            Progress::Approved => "approved",
            Progress::Started => "started",
            Progress::Energized => "energized",
            Progress::HandedOver => "handed_over",
            Progress::Cancelled => "cancelled",
            Progress::Split => "split",
            Progress::Merged => "merged",
        }
    }
}

impl Section {
    /// A milestone by its code.
    pub fn milestone(&self, code: &str) -> Option<&Milestone> {
        self.milestones.iter().find(|m| m.code == code)
    }

    /// Where it is, with what was confirmed.
    pub fn progress(&self) -> Progress {
        let reached = |code| self.milestone(code).is_some_and(|m| m.reached().is_some());
        match self.state {
            SectionState::Draft => Progress::Draft,
            SectionState::Cancelled { .. } => Progress::Cancelled,
            SectionState::Split { .. } => Progress::Split,
            SectionState::Merged { .. } => Progress::Merged,
            SectionState::Approved if reached(milestone::HANDOVER) => Progress::HandedOver,
            SectionState::Approved if reached(milestone::ENERGIZE) => Progress::Energized,
            SectionState::Approved if reached(milestone::START) => Progress::Started,
            SectionState::Approved => Progress::Approved,
        }
    }

    /// Whether it counts: not called off, taken apart or put together with another.
    pub fn counts(&self) -> bool {
        matches!(self.state, SectionState::Draft | SectionState::Approved)
    }

    /// Its length on a day: of the newest survey that had begun. None where nothing was measured, or only another kind of length.
    pub fn metres(&self, kind: LengthKind, day: Date) -> Option<u32> {
        self.lengths.iter().rev().find(|l| l.kind == kind && l.from <= day).map(|l| l.metres)
    }

    /// Days by which the confirmed milestone lay before its frozen baseline; negative when after it.
    pub fn days_ahead(&self, code: &str) -> Option<i32> {
        let m = self.milestone(code)?;
        m.baseline().zip(m.reached()).map(|(planned, reached)| (planned - reached).get_days())
    }
}
