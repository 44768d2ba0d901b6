//! A resolution 议定事项 of a joint conference: who of its members owns it, who helps, and by what it is judged. The meeting and
//! the topic are records of the conference; here they are only named.

use crate::base::ids::{PartnerId, UnitId, Words};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A member of a conference as the owner of something: a body outside, or a unit of the company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "id")]
pub enum Member {
    /// A body outside.
    Partner(PartnerId),
    /// A unit of the company.
    Unit(UnitId),
}

/// What a resolution carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// The meeting that resolved it.
    pub meeting: Uuid,
    /// The topic it is about.
    pub topic: Uuid,
    /// The member that owns it.
    pub owner: Member,
    /// The person there who answers for it, as words: he may be erased.
    pub person: Option<Words>,
    /// Members that help.
    pub helpers: Vec<Member>,
    /// By what it is judged.
    pub test: Option<Words>,
}
