//! Numbers the company configures. Each default is a contract or a source; none is a constant
//! in the rules. A change is a new version with a first day, and what lies before keeps what was in force then.

use crate::base::time::{Date, Instant, Time};
use serde::{Deserialize, Serialize};

/// Configured numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// First day of this version; without it the day on which it was put in force, and of the first version every day.
    pub since: Option<Date>,
    /// First day of the register: figures of visits, matters and connections of earlier periods have no value.
    pub register_since: Option<Date>,
    /// First day on which the weekly duty is owed; the week that holds it counts where it begins on it.
    pub duty_since: Option<Date>,
    /// First day on which floors of campaign months hold; the month that holds it counts where it begins on it.
    pub campaign_since: Option<Date>,
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
    /// Presence on one day that meets a duty, minutes: the visits of the day together, each with a point or a photo.
    pub duty_min_minutes: u16,
    /// Campaign months in which floors hold.
    pub campaign_months: Vec<i8>,
    /// Visits a leadership-team member owes in a campaign month.
    pub campaign_floor_leadership: u16,
    /// Visits a unit or department head owes in a campaign month.
    pub campaign_floor_heads: u16,
    /// Working days of a campaign month in a role from which its floor is asked of somebody.
    pub quota_min_days: u16,
    /// First day on which visits are counted against what a unit and a place bear; none from the beginning.
    pub burden_since: Option<Date>,
    /// Visits that a station or a team bears in a week.
    pub burden_unit_week: u16,
    /// Visits that a place bears in a week.
    pub burden_place_week: u16,
    /// The phone that customers call.
    pub hotline: String,
    /// Working days after the due day at which a matter climbs each rung.
    pub escalation_working_days: Vec<u32>,
    /// First day on which a visit to a government or a customer names its partner; none while it need not.
    pub partner_since: Option<Date>,
    /// Days without a visit after which a partner counts as unseen.
    pub partner_unseen_days: u16,
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
            since: None,
            register_since: None,
            duty_since: None,
            campaign_since: None,
            jurisdiction: "CN-BJ".into(),
            silent_days: 7,
            attempts_to_close: 3,
            late_entry_days: 35,
            late_flag_hours: 24,
            night_from: Time::constant(22, 0, 0, 0),
            night_to: Time::constant(6, 0, 0, 0),
            duty_min_minutes: 120,
            campaign_months: vec![5, 10],
            campaign_floor_leadership: 11,
            campaign_floor_heads: 20,
            quota_min_days: 15,
            burden_since: None,
            burden_unit_week: 8,
            burden_place_week: 3,
            hotline: "95598".into(),
            escalation_working_days: vec![1, 3, 5],
            partner_since: None,
            partner_unseen_days: 90,
            second_factor: SecondFactor::Off,
        }
    }
}

/// A version of the settings, and when it became known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsVersion {
    /// When it was put in force.
    pub known_from: Instant,
    /// The local day of it.
    pub known_on: Date,
    /// What it says.
    pub settings: Settings,
}

/// All versions of the settings, in the order in which they were put in force; never none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingsBook {
    first: Settings,
    later: Vec<SettingsVersion>,
}

impl SettingsBook {
    /// The first version holds for every day before another does, and for whatever is asked about before it was known.
    pub fn new(first: Settings, later: Vec<SettingsVersion>) -> Self {
        SettingsBook { first, later }
    }

    /// As they were known at an instant.
    pub fn known(&self, at: Instant) -> SettingsKnown<'_> {
        let known = self.later.iter().take_while(|v| v.known_from <= at);
        let later = known.map(|v| (v.settings.since.unwrap_or(v.known_on), &v.settings)).collect();
        SettingsKnown { first: &self.first, later }
    }
}

/// Settings as they were known at an instant, by day.
#[derive(Clone, Debug)]
pub struct SettingsKnown<'a> {
    first: &'a Settings,
    later: Vec<(Date, &'a Settings)>,
}

impl<'a> SettingsKnown<'a> {
    /// The same on every day.
    pub fn always(settings: &'a Settings) -> Self {
        SettingsKnown { first: settings, later: Vec::new() }
    }

    /// What holds on a day: of the versions that have begun by then the one that was put in force last.
    pub fn on(&self, day: Date) -> &'a Settings {
        self.later.iter().rfind(|(since, _)| *since <= day).map_or(self.first, |(_, settings)| settings)
    }

    /// The newest version: first days are facts that are told once for all days.
    pub fn newest(&self) -> &'a Settings {
        self.later.last().map_or(self.first, |(_, settings)| settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    fn version(known: i64, on: &str, since: Option<&str>, minutes: u16) -> SettingsVersion {
        let settings = Settings { since: since.map(day), duty_min_minutes: minutes, ..Settings::default() };
        SettingsVersion { known_from: Instant(known), known_on: day(on), settings }
    }

    #[test]
    fn earlier_days_keep_what_held_and_earlier_knowledge_what_was_known() {
        let book = SettingsBook::new(
            Settings::default(),
            vec![
                version(10, "2018-05-01", None, 60),
                version(20, "2018-06-01", Some("2018-07-01"), 120),
                version(30, "2018-06-02", Some("2018-05-10"), 90),
            ],
        );
        for (known, on, minutes) in [
            (0, "2018-08-01", 120),
            (10, "2018-04-30", 120),
            (10, "2018-05-01", 60),
            (20, "2018-06-30", 60),
            (20, "2018-07-01", 120),
            // What is put in force last holds from its first day on, whatever was planned before.
            (30, "2018-05-09", 60),
            (30, "2018-05-10", 90),
            (30, "2018-07-01", 90),
        ] {
            assert_eq!(book.known(Instant(known)).on(day(on)).duty_min_minutes, minutes, "{known} {on}");
        }
        assert_eq!(book.known(Instant(25)).newest().duty_min_minutes, 120);
    }
}
