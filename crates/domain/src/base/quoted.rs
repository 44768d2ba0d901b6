//! A figure as somebody quoted it: the question it answers, as of when, and what was printed. It does not know what figures there are:
//! it keeps what was said, and who reads it again finds out.

use super::time::Instant;
use serde::{Deserialize, Serialize};

/// A figure that was quoted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quoted {
    /// Code of the figure.
    pub figure: String,
    /// Over which period, as periods are written.
    pub period: String,
    /// As of when.
    pub as_of: Instant,
    /// As it was printed, where it was.
    pub value: Option<String>,
    /// What of it: its numerator or its denominator, where it is not the number itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// Code of the unit it is narrowed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Code of the works programme it is narrowed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programme: Option<String>,
    /// The dimension by which it is taken apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Which value of that dimension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// SHA-256 of what it was counted from as of then: number, records and definition, as the house knew them when the quotation was
    /// recorded. Not what was printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
}

impl Quoted {
    /// A figure of the whole company.
    pub fn whole(figure: &str, period: &str, as_of: Instant, value: Option<String>) -> Quoted {
        Quoted {
            figure: figure.to_owned(),
            period: period.to_owned(),
            as_of,
            value,
            part: None,
            unit: None,
            programme: None,
            by: None,
            key: None,
            hash: None,
        }
    }
}
