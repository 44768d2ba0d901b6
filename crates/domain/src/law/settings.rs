//! Numbers the company configures. Each default is a contract or a source; none is a constant
//! in the rules.

use crate::base::time::Time;
use serde::{Deserialize, Serialize};

/// Configured numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Jurisdiction whose limit rules hold.
    pub jurisdiction: String,
    /// Silent days after the answer that close a matter.
    pub silent_days: u16,
    /// Recorded attempts to reach the raiser that close a matter.
    pub attempts_to_close: u16,
    /// How many days back something may be entered late.
    pub late_entry_days: u16,
    /// Hours between happened and recorded from which an entry is flagged late.
    pub late_flag_hours: u16,
    /// Night checks begin.
    pub night_from: Time,
    /// Night checks end.
    pub night_to: Time,
    /// Minimum length of a visit that meets a duty, minutes.
    pub duty_min_minutes: u16,
    /// Campaign months in which floors hold.
    pub campaign_months: Vec<i8>,
    /// Visits a leadership-team member owes in a campaign month.
    pub campaign_floor_leadership: u16,
    /// Visits a unit or department head owes in a campaign month.
    pub campaign_floor_heads: u16,
    /// The phone that customers call.
    pub hotline: String,
    /// Working days after the due day at which a matter climbs each rung.
    pub escalation_working_days: Vec<u32>,
    /// Who has to have a second factor.
    pub second_factor: SecondFactor,
}

/// Who has to have a second factor besides his password. Anybody may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    /// Nobody.
    #[default]
    Off,
    /// Whoever administers a unit.
    Administrators,
    /// Everybody.
    Everybody,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            jurisdiction: "CN-BJ".into(),
            silent_days: 7,
            attempts_to_close: 3,
            late_entry_days: 35,
            late_flag_hours: 24,
            night_from: Time::constant(22, 0, 0, 0),
            night_to: Time::constant(6, 0, 0, 0),
            duty_min_minutes: 0,
            campaign_months: vec![5, 10],
            campaign_floor_leadership: 11,
            campaign_floor_heads: 20,
            hotline: "95598".into(),
            escalation_working_days: vec![1, 3, 5],
            second_factor: SecondFactor::Off,
        }
    }
}
