//! What is promised and when it is due, with everything it was counted from, so that a program can count again.

use crate::door::answer::{Day, Millis, Text, answers};
use yixian_domain::law::calendar as days;
use yixian_domain::law::deadline as kept;
use yixian_domain::law::{procedure, target};

answers! {
    /// The rule row a limit came from.
    struct RuleRef of kept::RuleRef {
        /// Rule set, e.g. `R3`.
        rule_set: String,
        /// Row within it.
        row: String,
        /// Document and clause.
        source: String,
    }

    /// What is promised.
    #[serde(rename_all = "snake_case")]
    enum Promise of kept::Promise {
        /// A limit counted from the start: `5wd` working days, `7cd` calendar days, `24h` hours.
        Limit(limit: Text),
        /// Until the end of a day.
        Day(day: Day),
        /// Until an instant, e.g. one that another system promised.
        Instant(at: Millis),
    }

    /// A procedure and its version, as the matter was begun under it.
    struct ProcedureRef of procedure::ProcedureRef {
        /// Procedure.
        id: String,
        /// Version.
        version: u32,
    }

    /// What the matter promises: where its clock starts, how far it runs, and which row said so.
    struct Target of target::Target {
        /// Start of the clock.
        start: Millis,
        /// The row that gave the promise; rule set `chosen` where a coordinator chose it.
        rule: RuleRef,
        /// A limit, a day, or an instant that another system promised.
        promise: Promise,
    }

    /// A computed due date.
    struct Due of target::Due {
        /// Overdue from here on.
        at: Millis,
        /// The due day in the unit's zone.
        day: Day,
        /// Some day that was counted has no published calendar yet.
        provisional: bool,
        /// Calendar and version it was computed with.
        calendar: String,
    }

    /// The deadline that a step of a procedure brings with it.
    struct StepDeadline of target::StepDeadline {
        /// What it promises; none where no rule is in force.
        target: Option<Target>,
        /// When it is due; none while the customer has it.
        due: Option<Due>,
    }

    /// A holiday's name.
    struct HolidayName of days::Name {
        /// As the notice has it.
        zh: String,
        /// In English; the Chinese name again where no translation is given.
        en: String,
    }

    /// What sort of day a date is.
    #[serde(tag = "kind", rename_all = "snake_case")]
    enum DayKind of days::DayKind {
        /// A plain Monday to Friday.
        Working,
        /// A weekend day worked in exchange for a day off.
        MakeUp(name: HolidayName),
        /// A plain Saturday or Sunday.
        WeekendOff,
        /// A day off by a notice; also the weekend days within the holiday.
        Holiday(name: HolidayName),
        /// Worked by a local measure.
        LocalWork(name: HolidayName),
        /// Off by a local measure.
        LocalRest(name: HolidayName),
    }

    /// Which calendar a due date was computed with.
    struct CalendarRef of days::CalendarRef {
        /// The calendar, e.g. `CN`.
        id: String,
        /// The version of its data, e.g. `2026.1`.
        version: String,
        /// Set when only notices published by this date were taken into account.
        #[serde(skip_serializing_if = "Option::is_none")]
        known_on: Option<Day>,
        /// Names of the local overlays, in the order they were laid.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        local: Vec<String>,
    }

    /// Why a day was not counted.
    #[serde(tag = "reason", rename_all = "snake_case")]
    enum SkipReason of kept::SkipReason {
        /// A plain Saturday or Sunday.
        Weekend,
        /// A holiday by a notice.
        Holiday(name: HolidayName),
        /// A rest day by a local measure.
        LocalRest(name: HolidayName),
        /// The clock stood for all or part of the day.
        Paused,
    }

    /// A day that was not counted.
    struct SkippedDay of kept::SkippedDay {
        /// The day.
        date: Day,
        /// Why.
        #[serde(flatten)]
        why: SkipReason,
    }

    /// A weekend day that was counted, because it is worked in exchange for a holiday.
    struct MakeUpDay of kept::MakeUpDay {
        /// The day.
        date: Day,
        /// For which holiday.
        name: HolidayName,
    }

    /// A count of days and how it came about.
    struct DayCount of kept::DayCount {
        /// The last day.
        due_date: Day,
        /// Some day counted has no final calendar yet.
        provisional: bool,
        /// Days after the start that were not counted, ascending.
        skipped: Vec<SkippedDay>,
        /// How many more were skipped than are listed.
        unlisted: u32,
        /// Days counted although they are a weekend's.
        make_up: Vec<MakeUpDay>,
        /// The rest day on which the limit would have ended, where it moved.
        moved_from: Option<Day>,
    }

    /// What starts the clock.
    struct StartEvent of kept::StartEvent {
        /// Code of the event, e.g. `accepted`.
        code: String,
        /// When it happened.
        at: Millis,
    }

    /// A pause as the count saw it: the clock stands from `from` up to, not including, `to`.
    struct CountedPause of kept::Pause {
        /// Since when.
        from: Millis,
        /// Until when; none while it lasts.
        to: Option<Millis>,
        /// Code of the reason.
        reason: String,
        /// Reference to whoever approved it.
        approver: String,
    }

    /// An extension as the count saw it.
    struct CountedExtension of kept::Extension {
        /// What is promised from now on.
        promise: Promise,
        /// Reference to whoever approved it.
        approver: String,
        /// When.
        approved_at: Millis,
    }

    /// An extension and what it led to.
    struct AppliedExtension of kept::AppliedExtension {
        /// As approved.
        #[serde(flatten)]
        extension: CountedExtension,
        /// The due instant from then on, by the pauses that have ended.
        due: Millis,
    }

    /// What is left of a suspended limit.
    #[serde(rename_all = "snake_case")]
    enum Left of kept::Left {
        /// Days of the limit's unit, the day the pause began included.
        Days(n: u32),
        /// Milliseconds of the clock.
        Millis(n: i64),
    }

    /// How a deadline stands while its clock does.
    struct Suspension of kept::Suspension {
        /// Beginning of the open pause.
        since: Millis,
        /// What is left.
        left: Left,
    }

    /// Why something is due when it is due.
    struct Explanation of kept::Explanation {
        /// What started the clock.
        start: StartEvent,
        /// Its date in the zone; excluded from the count.
        start_date: Day,
        /// What sort of day it was.
        start_day: DayKind,
        /// Where the promise comes from.
        rule: RuleRef,
        /// What was promised first.
        promised: Promise,
        /// What holds after the extensions.
        holds: Promise,
        /// The days; none where the clock alone decides.
        days: Option<DayCount>,
        /// Approved pauses by their beginning, the open one included.
        pauses: Vec<CountedPause>,
        /// Approved extensions, oldest first.
        extensions: Vec<AppliedExtension>,
        /// The calendar used.
        calendar: CalendarRef,
        /// The last day whose kind is final in it.
        provisional_after: Day,
        /// Where days begin and end: an IANA name or `fixed:+08:00`.
        zone: Text,
    }

    /// A computed deadline.
    struct Deadline of kept::Deadline {
        /// Overdue begins here; for days, 24:00 of the due day. None while suspended.
        due: Option<Millis>,
        /// The due day in the zone. None while suspended.
        due_date: Option<Day>,
        /// Set while an open pause holds the clock.
        suspended: Option<Suspension>,
        /// Some day counted has no final calendar yet.
        provisional: bool,
        /// Why.
        explanation: Explanation,
    }
}
