//! Dates as numbers, so that days can be counted without walking over them.
//!
//! Knows the plain week (Monday to Friday) and nothing of holidays.

use jiff::SignedDuration;

use crate::base::time::Date;

const EPOCH: Date = Date::constant(1970, 1, 1);

/// 28 December: the last day of a year that its own notice settles. New Year's bridge days stand in
/// the next one.
pub(super) fn new_year_cut(year: i16) -> Date {
    Date::new(year, 12, 28).unwrap_or(Date::MAX)
}

/// 31 December.
pub(super) fn last_of(year: i16) -> Date {
    Date::new(year, 12, 31).unwrap_or(Date::MAX)
}

/// Days since 1970-01-01, a Thursday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DayNumber(i64);

impl DayNumber {
    pub(super) fn of(date: Date) -> Self {
        Self(date.duration_since(EPOCH).as_secs() / 86_400)
    }

    /// The date, unless jiff has none that far out.
    pub(super) fn date(self) -> Option<Date> {
        EPOCH.checked_add(SignedDuration::from_secs(self.0.checked_mul(86_400)?)).ok()
    }

    pub(super) fn plus(self, days: i64) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Days since a Monday, so that whole weeks divide evenly.
    fn since_monday(self) -> i64 {
        self.0 + 3
    }

    pub(super) fn is_weekend(self) -> bool {
        self.since_monday().rem_euclid(7) >= 5
    }

    /// Mondays to Fridays up to and including this day, counted from Monday 1969-12-29; negative
    /// before it.
    pub(super) fn weekdays_until(self) -> i64 {
        let monday = self.since_monday();
        5 * monday.div_euclid(7) + (monday.rem_euclid(7) + 1).min(5)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::Weekday;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_and_dates_correspond(day in -4_371_587i64..=2_932_896) {
            let date = DayNumber(day).date().expect("within the calendar");
            prop_assert_eq!(DayNumber::of(date), DayNumber(day));
            let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
            prop_assert_eq!(DayNumber(day).is_weekend(), weekend);
            let step = DayNumber(day).weekdays_until() - DayNumber(day - 1).weekdays_until();
            prop_assert_eq!(step, i64::from(!weekend));
        }
    }

    #[test]
    fn the_ends_of_the_calendar_have_numbers() {
        assert_eq!(DayNumber::of(Date::MIN).date(), Some(Date::MIN));
        assert_eq!(DayNumber::of(Date::MAX).date(), Some(Date::MAX));
        assert_eq!(DayNumber::of(Date::MAX).plus(1).date(), None);
        assert_eq!(DayNumber(i64::MAX).date(), None);
    }
}
