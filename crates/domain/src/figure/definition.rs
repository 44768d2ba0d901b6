//! The table of definitions 口径: what each number means, once, for pages, command line and API.
//!
//! A definition says in English what is counted; the words shown to a reader come from the catalogues by its keys. A
//! change of meaning is a new [`Definition::version`], never a silent one.

use crate::base::codes::codes;
use serde::Serialize;

codes! {
    /// What a figure is called by machines.
    #[allow(missing_docs)] // the table below says what each means
    FigureCode[35] {
        Activities = "activities",
        ConstructionSites = "construction_sites",
        VisitsSite = "visits_site",
        VisitsGovernment = "visits_government",
        VisitsCustomer = "visits_customer",
        VisitsCommunity = "visits_community",
        PlaceCoverage = "place_coverage",
        ConstructionSiteCoverage = "construction_site_coverage",
        NightChecks = "night_checks",
        RemoteShare = "remote_share",
        DutyMet = "duty_met",
        Raised = "raised",
        Closed = "closed",
        Open = "open",
        OnTimeClosed = "on_time_closed",
        ClosedLate = "closed_late",
        OnTimeDue = "on_time_due",
        OnTheSpotRate = "on_the_spot_rate",
        AnswerRate = "answer_rate",
        ReopenRate = "reopen_rate",
        SatisfiedRate = "satisfied_rate",
        OpenAgeMedian = "open_age_median",
        OpenAgeP90 = "open_age_p90",
        HoursToCloseMedian = "hours_to_close_median",
        Connected = "connected",
        ThreeZeroConnected = "three_zero_connected",
        ThreeZeroDaysMean = "three_zero_days_mean",
        ThreeZeroDaysMedian = "three_zero_days_median",
        ThreeZeroDaysP90 = "three_zero_days_p90",
        ThreeZeroHandledMean = "three_zero_handled_mean",
        ThreeZeroSatisfied = "three_zero_satisfied",
        ThreeZeroResponse = "three_zero_response",
        ConnectedOnTime = "connected_on_time",
        ConnectedStepsMean = "connected_steps_mean",
        ConnectionSaving = "connection_saving",
    }
}

codes! {
    /// From what it is computed.
    Family {
        /// Visits and the registry of places.
        Visits = "visits",
        /// Duty standings.
        Duty = "duty",
        /// Matters.
        Matters = "matters",
        /// Connections.
        Connections = "connections",
    }
}

codes! {
    /// What sort of number it is.
    Shape {
        /// A count.
        Count = "count",
        /// A numerator among a denominator.
        Rate = "rate",
        /// A median or percentile over the numerator's records.
        Measure = "measure",
    }
}

codes! {
    /// By what records are told apart: the same key counts once.
    Distinct {
        /// Visit.
        Visit = "visit",
        /// Place.
        Place = "place",
        /// Matter.
        Matter = "matter",
        /// Person and ISO week.
        PersonWeek = "person_week",
    }
}

codes! {
    /// Which date puts a record into the period.
    Basis {
        /// Local day of the check-in.
        CheckIn = "check_in",
        /// Thursday of the ISO week.
        WeekThursday = "week_thursday",
        /// Instant at which it was raised.
        RaisedAt = "raised_at",
        /// Instant at which it was due; 24:00 belongs to the day that ends.
        DueAt = "due_at",
        /// Instant at which the power was on.
        EnergizedAt = "energized_at",
        /// Instant at which the file was closed 归档.
        ArchivedAt = "archived_at",
    }
}

codes! {
    /// What is left out.
    Exclusion {
        /// Visits that were called off.
        Cancelled = "cancelled",
        /// Visits counted with another.
        MergedVisits = "merged_visits",
        /// Visits on which nobody has checked in.
        NotStarted = "not_started",
        /// Person-weeks exempted, also those without a working day.
        Exempt = "exempt",
        /// Person-weeks that are not over and not done.
        OpenWeeks = "open_weeks",
        /// Matters taken over from another system.
        Imported = "imported",
        /// Matters refused or merged: nobody puts them right.
        Withdrawn = "withdrawn",
        /// Matters without a due instant.
        NoTarget = "no_target",
        /// Matters that are neither put right nor overdue.
        NotYetDue = "not_yet_due",
        /// Matters closed before they were raised, by their clocks.
        NegativeTime = "negative_time",
        /// Connections: they have figures of their own.
        Connections = "connections",
        /// Connections without a limit in force.
        NoRule = "no_rule",
        /// Customers who gave no answer.
        NoAnswer = "no_answer",
        /// Savings whose baseline has no source: claims.
        Claims = "claims",
    }
}

codes! {
    /// In what it is counted.
    Unit {
        /// Times 次.
        Times = "times",
        /// Places 个.
        Places = "places",
        /// Matters 件.
        Matters = "matters",
        /// Per cent %.
        Percent = "percent",
        /// Elapsed days of 24 hours 天.
        Days = "days",
        /// Hours 小时.
        Hours = "hours",
        /// Customers connected 户.
        Customers = "customers",
        /// Working days 工作日.
        WorkingDays = "working_days",
        /// Steps the customer sees 环节.
        Steps = "steps",
        /// Yuan 元.
        Yuan = "yuan",
    }
}

impl Unit {
    /// The sign put behind a number in Chinese text.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Times => "次",
            Self::Places => "个",
            Self::Matters => "件",
            Self::Percent => "%",
            Self::Days => "天",
            Self::Hours => "小时",
            Self::Customers => "户",
            Self::WorkingDays => "个工作日",
            Self::Steps => "个环节",
            Self::Yuan => "元",
        }
    }
}

/// What a number means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// Which.
    pub code: FigureCode,
    /// Stable name in URLs, files and catalogues.
    pub name: &'static str,
    /// From what.
    pub family: Family,
    /// What sort of number.
    pub shape: Shape,
    /// What the numerator counts.
    pub numerator: &'static str,
    /// What the denominator counts; only for rates.
    pub denominator: Option<&'static str>,
    /// By what records are told apart.
    pub distinct: Distinct,
    /// Which date puts a record into the period.
    pub basis: Basis,
    /// What is left out.
    pub exclusions: &'static [Exclusion],
    /// In what it is counted.
    pub unit: Unit,
    /// Version of this definition, raised whenever its meaning changes.
    pub version: u16,
}

impl Definition {
    /// Catalogue key of the label, e.g. `figure-on-time-closed`.
    pub fn label_key(&self) -> String {
        format!("figure-{}", self.name.replace('_', "-"))
    }

    /// Catalogue key of the words for the numerator.
    pub fn numerator_key(&self) -> String {
        self.label_key() + "-numerator"
    }

    /// Catalogue key of the words for the denominator, for rates.
    pub fn denominator_key(&self) -> Option<String> {
        self.denominator.map(|_| self.label_key() + "-denominator")
    }
}

impl FigureCode {
    /// What it means.
    pub fn definition(self) -> &'static Definition {
        // The table is in the order of the enum; a test holds it so.
        &TABLE[self as usize]
    }
}

const NO_ACTIVITY: &[Exclusion] = &[Exclusion::Cancelled, Exclusion::MergedVisits, Exclusion::NotStarted];

const fn visits(code: FigureCode, numerator: &'static str) -> Definition {
    Definition {
        code,
        name: code.as_str(),
        family: Family::Visits,
        shape: Shape::Count,
        numerator,
        denominator: None,
        distinct: Distinct::Visit,
        basis: Basis::CheckIn,
        exclusions: NO_ACTIVITY,
        unit: Unit::Times,
        version: 1,
    }
}

const fn matters(code: FigureCode, numerator: &'static str) -> Definition {
    Definition {
        family: Family::Matters,
        distinct: Distinct::Matter,
        basis: Basis::RaisedAt,
        exclusions: &[Exclusion::Connections],
        unit: Unit::Matters,
        version: 2,
        ..visits(code, numerator)
    }
}

const fn connections(code: FigureCode, numerator: &'static str) -> Definition {
    Definition {
        family: Family::Connections,
        basis: Basis::EnergizedAt,
        unit: Unit::Customers,
        exclusions: &[],
        ..matters(code, numerator)
    }
}

impl Definition {
    const fn out_of(self, denominator: &'static str) -> Self {
        Self { shape: Shape::Rate, denominator: Some(denominator), unit: Unit::Percent, ..self }
    }

    const fn places(self) -> Self {
        Self { distinct: Distinct::Place, ..self }
    }

    const fn measured_in(self, unit: Unit) -> Self {
        Self { shape: Shape::Measure, unit, ..self }
    }

    const fn without(self, exclusions: &'static [Exclusion]) -> Self {
        Self { exclusions, ..self }
    }
}

use FigureCode as C;

static TABLE: [Definition; 35] = [
    visits(C::Activities, "visits of any type that took place, whoever led; two leaders make one"),
    Definition {
        unit: Unit::Places,
        ..visits(C::ConstructionSites, "construction sites reached by these activities").places()
    },
    visits(C::VisitsSite, "activities whose primary type is the grassroots site"),
    visits(C::VisitsGovernment, "activities whose primary type is the government"),
    visits(C::VisitsCustomer, "activities whose primary type is the customer"),
    visits(C::VisitsCommunity, "activities whose primary type is community service"),
    visits(C::PlaceCoverage, "places of the registry reached by an activity in the period")
        .places()
        .out_of("places of the registry"),
    visits(C::ConstructionSiteCoverage, "construction sites of the registry reached by an activity in the period")
        .places()
        .out_of("construction sites of the registry"),
    visits(C::NightChecks, "activities whose check-in falls in the configured hours of the night"),
    visits(C::RemoteShare, "activities at a place in a remote area").out_of("activities"),
    Definition {
        family: Family::Duty,
        distinct: Distinct::PersonWeek,
        basis: Basis::WeekThursday,
        ..visits(C::DutyMet, "weeks of persons with a duty in which they made a visit")
            .out_of("weeks of persons with a duty, done or missed")
            .without(&[Exclusion::Exempt, Exclusion::OpenWeeks])
    },
    matters(C::Raised, "matters raised in the period"),
    matters(C::Closed, "matters raised in the period and closed as of"),
    matters(C::Open, "matters raised in the period and not closed as of"),
    matters(C::OnTimeClosed, "those of the denominator that were put right by their due instant")
        .out_of("matters raised in the period and closed with a target")
        .without(&[Exclusion::Connections, Exclusion::NoTarget, Exclusion::Withdrawn]),
    matters(C::ClosedLate, "matters raised in the period, closed, put right after their due instant").without(&[
        Exclusion::Connections,
        Exclusion::NoTarget,
        Exclusion::Withdrawn,
    ]),
    Definition {
        basis: Basis::DueAt,
        ..matters(C::OnTimeDue, "those of the denominator that were put right by their due instant")
            .out_of("matters due in the period that are put right or overdue; overdue ones still open count as late")
            .without(&[Exclusion::Connections, Exclusion::NoTarget, Exclusion::Withdrawn, Exclusion::NotYetDue])
    },
    matters(C::OnTheSpotRate, "those of the denominator that were solved on the spot")
        .out_of("matters found on visits and raised in the period"),
    matters(C::AnswerRate, "those of the denominator that were answered")
        .out_of("matters raised in the period")
        .without(&[Exclusion::Connections, Exclusion::Imported]),
    matters(C::ReopenRate, "those of the denominator that were reopened at least once")
        .out_of("matters raised in the period and answered")
        .without(&[Exclusion::Connections, Exclusion::Imported]),
    matters(C::SatisfiedRate, "those of the denominator whose raiser's last verdict is: solved")
        .out_of("matters raised in the period, answered, on which the raiser gave a verdict")
        .without(&[Exclusion::Connections, Exclusion::Imported]),
    matters(C::OpenAgeMedian, "matters raised in the period and not closed as of; median of age")
        .measured_in(Unit::Days),
    matters(C::OpenAgeP90, "matters raised in the period and not closed as of; ninth decile of age")
        .measured_in(Unit::Days),
    matters(C::HoursToCloseMedian, "matters raised in the period and closed as of; median from raising to closing")
        .measured_in(Unit::Hours)
        .without(&[Exclusion::Connections, Exclusion::NegativeTime]),
    connections(C::Connected, "connections of any class whose power was switched on in the period"),
    connections(C::ThreeZeroConnected, "three-zero connections whose power was switched on in the period"),
    connections(C::ThreeZeroDaysMean, "three-zero connections; mean of elapsed calendar days (D1)")
        .measured_in(Unit::Days),
    connections(C::ThreeZeroDaysMedian, "three-zero connections; median of elapsed calendar days (D1)")
        .measured_in(Unit::Days),
    connections(C::ThreeZeroDaysP90, "three-zero connections; ninth decile of elapsed calendar days (D1)")
        .measured_in(Unit::Days),
    connections(C::ThreeZeroHandledMean, "three-zero connections; mean of working days in the utility's hands (D5)")
        .measured_in(Unit::WorkingDays),
    connections(C::ThreeZeroSatisfied, "those of the denominator who said: satisfied")
        .out_of("three-zero connections whose customers answered")
        .without(&[Exclusion::NoAnswer]),
    connections(C::ThreeZeroResponse, "those of the denominator whose customers answered")
        .out_of("three-zero connections"),
    Definition {
        basis: Basis::ArchivedAt,
        ..connections(C::ConnectedOnTime, "those of the denominator of which every node was within its limit")
            .out_of("connections archived in the period for which a limit was in force")
            .without(&[Exclusion::NoRule])
    },
    connections(C::ConnectedStepsMean, "connections; mean of the steps the customer saw").measured_in(Unit::Steps),
    connections(C::ConnectionSaving, "connections; sum of counterfactual less paid, where the baseline has a source")
        .measured_in(Unit::Yuan)
        .without(&[Exclusion::Claims]),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_codes_and_its_names_are_theirs() {
        for (at, code) in FigureCode::ALL.into_iter().enumerate() {
            let definition = code.definition();
            assert_eq!((definition.code, code as usize), (code, at));
            assert_eq!(FigureCode::parse(definition.name), Some(code));
            assert_eq!(serde_json::to_string(&code).ok(), Some(format!("\"{}\"", definition.name)));
        }
        assert_eq!(FigureCode::parse("made_up"), None);
    }

    #[test]
    fn rates_have_denominators_and_nothing_else_has() {
        for definition in &TABLE {
            let rate = definition.shape == Shape::Rate;
            assert_eq!(definition.denominator.is_some(), rate, "{}", definition.name);
            assert_eq!(definition.unit == Unit::Percent, rate, "{}", definition.name);
            assert_eq!(definition.denominator_key().is_some(), rate, "{}", definition.name);
        }
    }

    #[test]
    fn catalogue_keys_are_unique() {
        let keys: HashSet<String> = TABLE
            .iter()
            .flat_map(|d| [Some(d.label_key()), Some(d.numerator_key()), d.denominator_key()])
            .flatten()
            .collect();
        let rates = TABLE.iter().filter(|d| d.shape == Shape::Rate).count();
        assert_eq!(keys.len(), TABLE.len() * 2 + rates);
        assert!(keys.contains("figure-on-time-closed-denominator"));
    }
}
