//! What can be asked of the organisation, as plain data. Each needs the right to administer every unit it touches; which
//! these are is known when the records are read.

use crate::frame::error::FieldError;
use crate::frame::input::PointIn;
use crate::frame::policy;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::matter::{ErasureGround, MatterKind};
use yixian_domain::org::{Level, Role, Specialty, UnitKind};
use yixian_domain::place::{Area, PlaceKind};
use yixian_domain::retention::{KeepRow, KeptKind, Retention, RetentionFault};
use yixian_domain::time::Date;

/// What can be asked of units, people and places.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // fields carry the names of the domain's own
#[schemars(inline)] // `Envelope` has fields beside it, which a reference would forbid
pub enum OrganisationCommand {
    /// Makes or changes a unit.
    PutUnit {
        unit: Uuid,
        code: String,
        name: String,
        #[serde(default)]
        name_en: Option<String>,
        #[schemars(with = "String")]
        kind: UnitKind,
        #[serde(default)]
        parent: Option<Uuid>,
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        from: Option<Date>,
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        to: Option<Date>,
    },
    /// Makes or changes a person with his roles.
    PutPerson {
        person: Uuid,
        code: String,
        name: String,
        unit: Uuid,
        #[schemars(with = "String")]
        level: Level,
        #[schemars(with = "String")]
        specialty: Specialty,
        #[serde(default)]
        duty: bool,
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        from: Option<Date>,
        #[serde(default)]
        #[schemars(with = "Option<String>")]
        to: Option<Date>,
        /// Roles; unchanged when missing.
        #[serde(default)]
        roles: Option<Vec<RoleIn>>,
    },
    /// Makes or changes a place.
    PutPlace {
        place: Uuid,
        code: String,
        name: String,
        #[schemars(with = "String")]
        kind: PlaceKind,
        district: String,
        #[schemars(with = "String")]
        area: Area,
        #[serde(default)]
        point: Option<PointIn>,
        #[serde(default)]
        unit: Option<Uuid>,
    },
    /// Exempts a person from visit duty.
    Exempt {
        person: Uuid,
        #[schemars(with = "String")]
        from: Date,
        #[schemars(with = "String")]
        to: Date,
        reason: String,
    },
    /// Erases what says who somebody is who has left: his name and the reasons of his exemptions.
    ErasePerson {
        person: Uuid,
        /// `request`, `retention`, `mistake`, `order`.
        #[schemars(with = "String")]
        ground: ErasureGround,
        /// In words.
        #[serde(default)]
        note: String,
    },
    /// Puts in force how long personal data are kept after a record came to its end. All rows at once: a kind without one is
    /// kept, and no row at all erases nothing. Needs the right to administer the whole company.
    PutRetention { keep: Vec<KeepIn> },
}

/// What access asks before a command is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// To administer every unit it touches.
    Administer,
}

impl OrganisationCommand {
    /// What access asks. A new command does not compile until it stands here.
    pub(crate) fn needs(&self) -> Needs {
        use OrganisationCommand::*;
        match self {
            PutUnit { .. }
            | PutPerson { .. }
            | PutPlace { .. }
            | Exempt { .. }
            | ErasePerson { .. }
            | PutRetention { .. } => Needs::Administer,
        }
    }

    /// The record it acts on.
    pub fn record(&self) -> Uuid {
        match self {
            OrganisationCommand::PutUnit { unit, .. } => *unit,
            OrganisationCommand::PutPerson { person, .. }
            | OrganisationCommand::Exempt { person, .. }
            | OrganisationCommand::ErasePerson { person, .. } => *person,
            OrganisationCommand::PutPlace { place, .. } => *place,
            OrganisationCommand::PutRetention { .. } => policy::record(policy::RETENTION),
        }
    }
}

/// How long a kind of record is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeepIn {
    /// A kind of matter, or `person`.
    pub of: String,
    /// Days after the day on which the record ended.
    pub days: i64,
}

/// The field of a form that says how long a kind of record is kept.
pub fn keep_field(of: KeptKind) -> &'static str {
    match of {
        KeptKind::Matter(MatterKind::Problem) => "keep_problem",
        KeptKind::Matter(MatterKind::Hazard) => "keep_hazard",
        KeptKind::Matter(MatterKind::Violation) => "keep_violation",
        KeptKind::Matter(MatterKind::Connection) => "keep_connection",
        KeptKind::Matter(MatterKind::Resolution) => "keep_resolution",
        KeptKind::Matter(MatterKind::Task) => "keep_task",
        KeptKind::Matter(MatterKind::Measure) => "keep_measure",
        KeptKind::Matter(MatterKind::Wish) => "keep_wish",
        KeptKind::Matter(MatterKind::Enquiry) => "keep_enquiry",
        KeptKind::Matter(MatterKind::Commitment) => "keep_commitment",
        KeptKind::Person => "keep_person",
    }
}

/// Rules of retention, or all that is wrong with them, by field.
pub fn keep_rules(keep: &[KeepIn]) -> Result<Retention, Vec<FieldError>> {
    let rows: Vec<KeepRow> = keep.iter().map(|k| KeepRow { of: k.of.clone(), days: k.days }).collect();
    Retention::new(&rows).map_err(|faults| {
        let told = |fault| match fault {
            RetentionFault::UnknownKind { of } => FieldError::with("keep", "retention_kind", of),
            RetentionFault::Twice { of } => FieldError::new(keep_field(of), "retention_twice"),
            RetentionFault::NotPositive { of, days } | RetentionFault::TooShort { of, days } => {
                FieldError::with(keep_field(of), "retention_short", days)
            }
            RetentionFault::TooLong { of, days } => FieldError::with(keep_field(of), "retention_long", days),
        };
        faults.into_iter().map(told).collect()
    })
}

/// A role over a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoleIn {
    /// Which.
    #[schemars(with = "String")]
    pub role: Role,
    /// Over which subtree.
    pub unit: Uuid,
}
