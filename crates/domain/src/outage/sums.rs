//! What outages add up to, in whole numbers, so that sums of days are those of their month to the last second, whoever adds them
//! up; and what sums say where so many are served: the indices of IEEE 1366.

use super::{NetworkLevel, OutageFacts, OutageKind};
use crate::base::ids::UnitId;
use crate::indicator::is_sustained;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

/// What outages add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sums {
    /// Outages.
    pub events: i64,
    /// Those that last.
    pub open: i64,
    /// Those that were longer than five minutes.
    pub sustained: i64,
    /// Customers those interrupted: one customer twice is two.
    pub interruptions: i64,
    /// Seconds those took from customers.
    pub customer_seconds: i64,
}

impl Sums {
    /// What one outage adds. While it lasts it is an outage and nothing else.
    pub fn of(facts: &OutageFacts) -> Sums {
        let counted = Sums { events: 1, ..Sums::default() };
        let Some(ms) = facts.lasted_ms() else { return Sums { open: 1, ..counted } };
        if !is_sustained(ms) {
            return counted;
        }
        let customers = i64::from(facts.customers);
        Sums { sustained: 1, interruptions: customers, customer_seconds: customers * (ms / 1_000), ..counted }
    }

    /// Whether there is nothing.
    pub fn is_zero(&self) -> bool {
        *self == Sums::default()
    }

    /// Minutes taken from customers.
    pub fn customer_minutes(&self) -> f64 {
        self.customer_seconds as f64 / 60.0
    }
}

impl Add for Sums {
    type Output = Sums;
    fn add(self, o: Sums) -> Sums {
        Sums {
            events: self.events + o.events,
            open: self.open + o.open,
            sustained: self.sustained + o.sustained,
            interruptions: self.interruptions + o.interruptions,
            customer_seconds: self.customer_seconds + o.customer_seconds,
        }
    }
}

impl AddAssign for Sums {
    fn add_assign(&mut self, o: Sums) {
        *self = *self + o;
    }
}

impl Neg for Sums {
    type Output = Sums;
    fn neg(self) -> Sums {
        Sums {
            events: -self.events,
            open: -self.open,
            sustained: -self.sustained,
            interruptions: -self.interruptions,
            customer_seconds: -self.customer_seconds,
        }
    }
}

impl Sub for Sums {
    type Output = Sums;
    fn sub(self, o: Sums) -> Sums {
        self + -o
    }
}

impl Sum for Sums {
    fn sum<I: Iterator<Item = Sums>>(all: I) -> Sums {
        all.fold(Sums::default(), Add::add)
    }
}

/// Whose sums they are, within a day or a month.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cell {
    /// District.
    pub district: String,
    /// Unit.
    pub unit: UnitId,
    /// Where in the network.
    pub level: NetworkLevel,
    /// Whether they were meant.
    pub kind: OutageKind,
}

impl Cell {
    /// Where an outage is counted.
    pub fn of(facts: &OutageFacts) -> Cell {
        Cell { district: facts.district.clone(), unit: facts.unit, level: facts.level, kind: facts.kind }
    }
}

/// Sums beside those who are served and the time over which they are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measured {
    /// What the outages add up to.
    pub sums: Sums,
    /// Customers served, the mean of the days.
    pub served: f64,
    /// How long, seconds; of a time that is not over, so far.
    pub seconds: f64,
}

impl Measured {
    fn per_customer(&self, x: f64) -> Option<f64> {
        (self.served > 0.0).then(|| x / self.served)
    }

    /// SAIDI: minutes without power per customer served 户均停电时间; none where nobody is served.
    pub fn saidi_min(&self) -> Option<f64> {
        self.per_customer(self.sums.customer_minutes())
    }

    /// SAIFI: interruptions per customer served.
    pub fn saifi(&self) -> Option<f64> {
        self.per_customer(self.sums.interruptions as f64)
    }

    /// CAIDI: minutes per interruption; none without any.
    pub fn caidi_min(&self) -> Option<f64> {
        (self.sums.interruptions > 0).then(|| self.sums.customer_minutes() / self.sums.interruptions as f64)
    }

    /// ASAI: the share of the time in which a customer had power, in a hundred 供电可靠率 (RS-1).
    pub fn asai(&self) -> Option<f64> {
        let minutes = self.saidi_min()?;
        (self.seconds > 0.0).then(|| 100.0 * (1.0 - minutes * 60.0 / self.seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::Instant;
    use uuid::Uuid;

    fn outage(seconds: Option<i64>, customers: u32) -> OutageFacts {
        OutageFacts {
            start: Instant(0),
            end: seconds.map(|s| Instant(s * 1_000)),
            district: "密云区".into(),
            unit: UnitId(Uuid::nil()),
            level: NetworkLevel::Low,
            kind: OutageKind::Planned,
            customers,
            cause: None,
        }
    }

    #[test]
    fn five_minutes_are_momentary_and_one_second_more_is_not() {
        let of = |s| Sums::of(&outage(s, 10));
        assert_eq!(of(Some(300)), Sums { events: 1, ..Sums::default() });
        assert_eq!(
            of(Some(301)),
            Sums { events: 1, open: 0, sustained: 1, interruptions: 10, customer_seconds: 3_010 }
        );
        assert_eq!(of(None), Sums { events: 1, open: 1, ..Sums::default() });
        assert!((of(Some(301)) - of(Some(301))).is_zero());
    }

    #[test]
    fn the_indices_are_those_of_the_standard() {
        let sums: Sums = [outage(Some(3_600), 100), outage(Some(1_800), 100), outage(Some(60), 900), outage(None, 5)]
            .iter()
            .map(Sums::of)
            .sum();
        let m = Measured { sums, served: 1_000.0, seconds: 86_400.0 };
        assert_eq!((sums.events, sums.sustained, sums.open), (4, 2, 1));
        assert_eq!((m.saifi(), m.saidi_min(), m.caidi_min()), (Some(0.2), Some(9.0), Some(45.0)));
        assert_eq!(m.asai(), Some(100.0 * (1.0 - 9.0 / 1_440.0)));
        let nobody = Measured { served: 0.0, ..m };
        assert_eq!((nobody.saifi(), nobody.saidi_min(), nobody.asai()), (None, None, None));
        let quiet = Measured { sums: Sums::default(), ..m };
        assert_eq!((quiet.saidi_min(), quiet.caidi_min(), quiet.asai()), (Some(0.0), None, Some(100.0)));
    }
}
