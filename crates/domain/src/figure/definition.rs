//! What a definition of a figure 口径 is, and which figures there are. What each means stands with its family; the
//! families are put together in [`super::registry`].
//!
//! A definition says in English what is counted; the words shown to a reader come from the catalogues by its keys. A
//! change of meaning is a new [`Definition::version`], never a silent one.

use crate::base::codes::codes;
use serde::Serialize;

codes! {
    /// What a figure is called by machines.
    #[allow(missing_docs)] // its definition says what each means
    FigureCode[107] {
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
        VerdictsByPhone = "verdicts_by_phone",
        VerdictsByLink = "verdicts_by_link",
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
        ThreeZeroByPhone = "three_zero_by_phone",
        ThreeZeroByLink = "three_zero_by_link",
        ThreeZeroByCall = "three_zero_by_call",
        ThreeZeroResponse = "three_zero_response",
        ConnectedOnTime = "connected_on_time",
        ConnectedStepsMean = "connected_steps_mean",
        ConnectionSaving = "connection_saving",
        WorksStarted = "works_started",
        WorksStartedRate = "works_started_rate",
        WorksStartedKmRate = "works_started_km_rate",
        WorksLength = "works_length",
        WorksAllStartedOn = "works_all_started_on",
        WorksLeadYear = "works_lead_year",
        WorksDaysAhead = "works_days_ahead",
        WorksWorkingDaysAhead = "works_working_days_ahead",
        WorksOnPlan = "works_on_plan",
        WorksLeadCivil = "works_lead_civil",
        MeasuresAdopted = "measures_adopted",
        MeasuresEffect = "measures_effect",
        ProgrammeVisits = "programme_visits",
        ConferenceMembers = "conference_members",
        Attendance = "attendance",
        ResolutionsOnTime = "resolutions_on_time",
        ResolutionsOpen = "resolutions_open",
        RepeatTopics = "repeat_topics",
        DaysToIssue = "days_to_issue",
        PartnerVisits = "partner_visits",
        PartnersUnseen = "partners_unseen",
        DemandsAnswered = "demands_answered",
        CommitmentsOnTime = "commitments_on_time",
        CommitmentsTheirs = "commitments_theirs",
        AgreementsInForce = "agreements_in_force",
        Aspects = "aspects",
        Tasks = "tasks",
        TaskDepartments = "task_departments",
        TasksDone = "tasks_done",
        TasksDoneWeight = "tasks_done_weight",
        TasksOverdue = "tasks_overdue",
        IndicatorScore = "indicator_score",
        DocumentsInForce = "documents_in_force",
        ClausesCited = "clauses_cited",
        Recognitions = "recognitions",
        TeamsActive = "teams_active",
        TeamMembers = "team_members",
        MemberDays = "member_days",
        TeamMattersOnTime = "team_matters_on_time",
        BodiesVisited = "bodies_visited",
        Saidi = "saidi",
        Saifi = "saifi",
        Caidi = "caidi",
        Asai = "asai",
        PersonsOwing = "persons_owing",
        PersonVisitsMedian = "person_visits_median",
        FindingsPerVisit = "findings_per_visit",
        VisitsPutRight = "visits_put_right",
        QuotaMet = "quota_met",
        QuotaFewest = "quota_fewest",
        QuotaMost = "quota_most",
        CellsMissing = "cells_missing",
        UnitsUnseen = "units_unseen",
        StationsOverburdened = "stations_overburdened",
        MembersPresent = "members_present",
        CommunitiesReached = "communities_reached",
        DistrictsReached = "districts_reached",
        FiveActs = "five_acts",
        CommunityActs = "community_acts",
        OpinionsAnswered = "opinions_answered",
        ServiceHours = "service_hours",
        SignInsLate = "sign_ins_late",
        HouseholdsServed = "households_served",
        ServiceItems = "service_items",
        LampsReplaced = "lamps_replaced",
        RepeatWithin90 = "repeat_within_90",
        WishesAnswered = "wishes_answered",
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
        /// Works programmes.
        Works = "works",
        /// Improvement measures.
        Measures = "measures",
        /// Joint conferences.
        Conferences = "conferences",
        /// Partners: visits to them, what was asked and promised, agreements.
        Partners = "partners",
        /// Indicators taken apart.
        Indicators = "indicators",
        /// Temporary branches and commando teams.
        Teams = "teams",
        /// Supporting documents and recognition.
        Documents = "documents",
        /// Outages and customers served.
        Supply = "power_supply",
        /// Who leads in which tier, whom it reaches, what those who receive bear.
        Levels = "levels",
        /// Service days.
        Community = "community",
        /// Household service.
        Households = "households",
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
        /// A day.
        Day = "day",
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
        /// Road, village or project, whatever it was split into.
        Road = "road",
        /// Section.
        Section = "section",
        /// Milestone of a section.
        Milestone = "milestone",
        /// Organisation, whatever it is called.
        Organisation = "organisation",
        /// Member and meeting.
        MemberMeeting = "member_meeting",
        /// Topic, however often it comes up.
        Topic = "topic",
        /// Team.
        Team = "team",
        /// Person.
        Person = "person",
        /// Meeting.
        Meeting = "meeting",
        /// Partner.
        Partner = "partner",
        /// Agreement.
        Agreement = "agreement",
        /// Aspect of an indicator.
        Aspect = "aspect",
        /// Department that owns tasks.
        Department = "department",
        /// Indicator.
        Indicator = "indicator",
        /// Document, whichever of its versions holds.
        Document = "document",
        /// Clause, in whichever version.
        Clause = "clause",
        /// Recognition.
        Recognition = "recognition",
        /// Outage.
        Outage = "outage",
        /// Person and month.
        PersonMonth = "person_month",
        /// Unit that receives, with who might come: specialty, tier and month.
        Cell = "cell",
        /// Unit that receives.
        ReceivingUnit = "receiving_unit",
        /// Member of the roster.
        Member = "member",
        /// District 区, by a community in it.
        District = "district",
        /// Session of a service day.
        Session = "session",
        /// Act at a session.
        Act = "act",
        /// Sign-in.
        SignIn = "sign_in",
        /// Household.
        Household = "household",
        /// Done-sheet of an order.
        DoneSheet = "done_sheet",
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
        /// Day on which a milestone was reached, as confirmed.
        ActualDay = "actual_day",
        /// Day of a decision.
        DecidedOn = "decided_on",
        /// The last day of the period that is known.
        LastDay = "last_day",
        /// The last day of the period, be it still to come.
        EndDay = "end_day",
        /// Days on which somebody belonged to a team.
        MemberDay = "member_day",
        /// Instant at which the meeting began.
        MeetingDay = "meeting_day",
        /// The date that a paper bears.
        IssuedOn = "issued_on",
        /// Day on which the outage began, whenever it ended.
        BeginsOn = "begins_on",
        /// Month of the check-ins.
        CheckInMonth = "check_in_month",
        /// Day of the session.
        SessionDay = "session_day",
        /// Day on which the done-sheet was filled in.
        SheetDay = "sheet_day",
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
        /// Resolutions, tasks, measures and commitments: they have figures of their own.
        Undertakings = "undertakings",
        /// Connections without a limit in force.
        NoRule = "no_rule",
        /// Customers who gave no answer.
        NoAnswer = "no_answer",
        /// Meetings at which nobody recorded who came.
        NotRecorded = "not_recorded",
        /// Savings whose baseline has no source: claims.
        Claims = "claims",
        /// What was reported and not confirmed.
        Unconfirmed = "unconfirmed",
        /// What was decided against.
        Rejected = "rejected",
        /// Fewer than five on a side.
        SmallSample = "small_sample",
        /// Outages of five minutes or less.
        Momentary = "momentary",
        /// Outages that last: what they cost is known when they end.
        StillOut = "still_out",
        /// Outages recorded by mistake.
        Voided = "voided",
        /// Those who held the role on too few working days of the month.
        ShortInRole = "short_in_role",
        /// Sessions that were called off.
        SessionsCancelled = "sessions_cancelled",
        /// Guests: they are on no roster.
        Guests = "guests",
        /// Acts and sign-ins recorded by mistake.
        Mistaken = "mistaken",
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
        /// Roads 条.
        Roads = "roads",
        /// Kilometres 公里.
        Kilometres = "kilometres",
        /// Months 个月.
        Months = "months",
        /// Per cent of a length %.
        PercentOfLength = "percent_of_length",
        /// A day of the calendar.
        Date = "date",
        /// Measures 项.
        Measures = "measures",
        /// Organisations 家.
        Organisations = "organisations",
        /// Teams 个.
        Teams = "teams",
        /// People 人.
        People = "people",
        /// Days of people 人天.
        PersonDays = "person_days",
        /// Topics 个.
        Topics = "topics",
        /// Agreements 份.
        Agreements = "agreements",
        /// Aspects 个方面.
        Aspects = "aspects",
        /// Tasks 项.
        Tasks = "tasks",
        /// Departments 个部门.
        Departments = "departments",
        /// Per cent of a weight %.
        PercentOfWeight = "percent_of_weight",
        /// Points 分.
        Points = "points",
        /// Documents 项.
        Documents = "documents",
        /// Clauses 条.
        Clauses = "clauses",
        /// Recognitions 项.
        Recognitions = "recognitions",
        /// Minutes per customer 分钟/户.
        MinutesPerCustomer = "minutes_per_customer",
        /// Times per customer 次/户.
        TimesPerCustomer = "times_per_customer",
        /// Minutes per interruption 分钟/次.
        MinutesPerTime = "minutes_per_time",
        /// Per cent of the time %.
        PercentOfTime = "percent_of_time",
        /// Persons 人.
        Persons = "persons",
        /// Times per person 次/人.
        TimesPerPerson = "times_per_person",
        /// Matters per visit 件/次.
        MattersPerVisit = "matters_per_visit",
        /// Members 名.
        Members = "members",
        /// Communities 个.
        Communities = "communities",
        /// Districts 个区.
        Districts = "districts",
        /// Acts 次.
        Acts = "acts",
        /// Households 户.
        Households = "households",
        /// Items of service 项.
        Items = "items",
        /// Lamps 盏.
        Lamps = "lamps",
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
            Self::Roads => "条",
            Self::Kilometres => "公里",
            Self::Months => "个月",
            Self::PercentOfLength => "%",
            Self::Date => "",
            Self::Measures => "项",
            Self::Organisations => "家",
            Self::Teams => "个",
            Self::People => "人",
            Self::PersonDays => "人天",
            Self::Topics => "个",
            Self::Agreements => "份",
            Self::Aspects => "个方面",
            Self::Tasks => "项",
            Self::Departments => "个部门",
            Self::PercentOfWeight => "%",
            Self::Points => "分",
            Self::Documents | Self::Recognitions => "项",
            Self::Clauses => "条",
            Self::MinutesPerCustomer => "分钟/户",
            Self::TimesPerCustomer => "次/户",
            Self::MinutesPerTime => "分钟/次",
            Self::PercentOfTime => "%",
            Self::Persons => "人",
            Self::TimesPerPerson => "次/人",
            Self::MattersPerVisit => "件/次",
            Self::Members => "名",
            Self::Communities => "个",
            Self::Districts => "个区",
            Self::Acts => "次",
            Self::Households => "户",
            Self::Items => "项",
            Self::Lamps => "盏",
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

impl Definition {
    /// A count of records of a family: the plainest definition, from which the others are told apart.
    pub(super) const fn count(
        code: FigureCode,
        family: Family,
        distinct: Distinct,
        basis: Basis,
        unit: Unit,
        numerator: &'static str,
    ) -> Self {
        Self {
            code,
            name: code.as_str(),
            family,
            shape: Shape::Count,
            numerator,
            denominator: None,
            distinct,
            basis,
            exclusions: &[],
            unit,
            version: 1,
        }
    }

    pub(super) const fn out_of(self, denominator: &'static str) -> Self {
        Self { shape: Shape::Rate, denominator: Some(denominator), unit: Unit::Percent, ..self }
    }

    pub(super) const fn places(self) -> Self {
        Self { distinct: Distinct::Place, ..self }
    }

    pub(super) const fn measured_in(self, unit: Unit) -> Self {
        Self { shape: Shape::Measure, unit, ..self }
    }

    pub(super) const fn on_a_day(self) -> Self {
        Self { shape: Shape::Day, unit: Unit::Date, ..self }
    }

    pub(super) const fn without(self, exclusions: &'static [Exclusion]) -> Self {
        Self { exclusions, ..self }
    }

    pub(super) const fn version(self, version: u16) -> Self {
        Self { version, ..self }
    }
}
