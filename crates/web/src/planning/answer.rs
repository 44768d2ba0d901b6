//! A plan of visits as the API answers it. Times are minutes of the day on which a shift begins; past midnight above 1440.

use crate::door::answer::{Choice, Coded, Day, Millis, Text, answers, choices};
use crate::organisation::answer::Microdegrees;
use uuid::Uuid;
use yixian_app::command as asked;
use yixian_app::planning::compare::Fate;
use yixian_app::planning::{compare, document as kept, travel};
use yixian_domain::org::{Level, Specialty};
use yixian_domain::planning as points;
use yixian_domain::planning::PartKind;

choices!("PartKind" PartKind);

impl Choice for Fate {
    const NAME: &'static str = "Fate";
    fn codes() -> Vec<&'static str> {
        [Fate::Dropped, Fate::Leader, Fate::Day, Fate::Hour, Fate::Added].iter().map(|f| f.as_str()).collect()
    }
}

answers! {
    /// Something that a person settled before the plan was made.
    #[serde(tag = "change", rename_all = "snake_case")]
    enum Settled of asked::ChangeIn {
        /// This place, with this leader or on this day or both.
        Pin {
            place: Uuid,
            #[serde(skip_serializing_if = "Option::is_none")]
            leader: Option<Uuid>,
            #[serde(skip_serializing_if = "Option::is_none")]
            day: Option<Day>,
        },
        /// This place not with this leader, not on this day, or (neither) not at all.
        Forbid {
            place: Uuid,
            #[serde(skip_serializing_if = "Option::is_none")]
            leader: Option<Uuid>,
            #[serde(skip_serializing_if = "Option::is_none")]
            day: Option<Day>,
        },
        /// The place is closed on these days.
        Closed { place: Uuid, from: Day, to: Day },
        /// The leader cannot go on these days.
        Away { leader: Uuid, from: Day, to: Day },
        /// Somebody has to go there: so many points on top.
        Urgent { place: Uuid, points: u32 },
        /// One shift more.
        Shift { leader: Uuid, day: Day },
    }

    /// How much each part of the goal counts, per cent of the rule's number.
    struct Weights of asked::WeightsIn {
        priority: u16,
        duty: u16,
        travel: u16,
        spread: u16,
        fairness: u16,
        keep: u16,
    }

    /// What a plan was asked for.
    struct PlanAsked of asked::PlanIn {
        /// The plan.
        plan: Uuid,
        /// Whose visits: places and leaders of this unit and everything below it.
        unit: Uuid,
        /// The month, `2018-10`.
        month: Text,
        /// First day that may change, where it was said.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<Day>,
        /// The plan it began from.
        #[serde(skip_serializing_if = "Option::is_none")]
        base: Option<Uuid>,
        /// What was settled, together with what the base had settled.
        changes: Vec<Settled>,
        /// How much each part of the goal counts.
        weights: Weights,
        /// Fewer visits were wished.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        fewer: bool,
        /// Seconds the search might take, where they were said.
        #[serde(skip_serializing_if = "Option::is_none")]
        seconds: Option<u16>,
        /// Iterations instead of seconds.
        #[serde(skip_serializing_if = "Option::is_none")]
        iterations: Option<u64>,
        /// Where the search took its chance from.
        seed: u64,
    }

    /// One outing of one leader: he leaves not before, is back by, and sees at most so many places.
    struct Shift of points::Shift {
        /// Who.
        person: Uuid,
        /// The day on which it begins.
        day: Day,
        /// Code of its rule.
        rule: String,
        /// Leaves not before, minute of the day.
        from: u16,
        /// Back by, minute of the day; past midnight above 1440.
        to: u16,
        /// Most visits.
        visits: u16,
    }

    /// Somebody who goes.
    struct PlanLeader of kept::Leader {
        /// Who.
        person: Uuid,
        /// Level then.
        level: Coded<Level>,
        /// Specialty then.
        specialty: Coded<Specialty>,
        /// Visits owed in the plan's days.
        owed: u32,
        /// Visits made in the month before.
        made: u32,
        /// When he could go.
        shifts: Vec<Shift>,
    }

    /// What a part of a place's worth stands on.
    #[serde(rename_all = "snake_case")]
    enum Evidence of points::Evidence {
        /// These matters.
        Matters(matters: Vec<Uuid>),
        /// The last visit, and so many days ago.
        LastVisit(visit: Uuid, days: u32),
        /// Nobody was ever there.
        Never,
        /// A special campaign, by its code.
        Special(code: String),
        /// The rule itself.
        Rule,
    }

    /// One part of what a place is worth.
    struct Part of points::Part {
        /// What for.
        kind: Coded<PartKind>,
        /// Points, more than none.
        points: u32,
        /// What it stands on.
        of: Evidence,
    }

    /// What one visit gives the plan, in points of the goal.
    struct Gain of kept::Gain {
        /// For what it is worth.
        priority: f64,
        /// For what the leader owes in all.
        duty: f64,
        /// For his week.
        weekly: f64,
        /// For another level or specialty at the unit.
        spread: f64,
        /// For what people know already.
        stability: f64,
        /// Less the minutes on the road, and an uneven load.
        travel: f64,
    }

    /// One visit of a plan.
    struct Stop of kept::Stop {
        /// Where.
        place: Uuid,
        /// The visit that stood in the calendar already, and its revision when the plan was made.
        visit: Option<(Uuid, u32)>,
        /// Somebody settled it.
        pinned: bool,
        /// Announced.
        announced: bool,
        /// Minutes on the road from the stop before.
        drive: i32,
        /// Arrival, minute of the day.
        arrives: i32,
        /// Begin, minute of the day.
        begins: i32,
        /// End, minute of the day.
        ends: i32,
        /// What the place is worth.
        points: u32,
        /// Why.
        parts: Vec<Part>,
        /// What the plan would lose without it; none = not computed.
        gain: Option<Gain>,
    }

    /// One shift's visits.
    struct ShiftRoute of kept::Route {
        /// Who.
        person: Uuid,
        /// The day on which the shift begins.
        day: Day,
        /// Code of the shift's rule.
        rule: String,
        /// Leaves his office, minute of the day.
        leaves: i32,
        /// Is back, minute of the day.
        returns: i32,
        /// Minutes on the road.
        travel: i32,
        /// Where he starts.
        office: Option<Microdegrees>,
        /// In their order.
        stops: Vec<Stop>,
    }

    /// Why a place is left out.
    #[serde(tag = "because", rename_all = "snake_case")]
    enum WhyNot of kept::WhyNot {
        /// Nobody knows where it is.
        NoPoint,
        /// Somebody ruled it out.
        RuledOut,
        /// On the days on which it can be seen nobody has a shift.
        NoShift,
        /// Nobody of those who go may go there: level or specialty.
        NobodyFit,
        /// It cannot be reached, seen and left within any shift.
        TooFar,
        /// Somebody settled a leader or a day for it that cannot be.
        Pinned,
        /// None of the shifts in which it could be seen has room.
        Full {
            /// How many they are.
            shifts: u32,
        },
        /// It would have to take the place of another one.
        Instead {
            /// With whom.
            person: Uuid,
            /// When.
            day: Day,
            /// The other one.
            of: Uuid,
            /// Minutes it takes, the visit and the road.
            minutes: i32,
            /// What that would give in all.
            net: f64,
        },
        /// It would fit there, and cost more than it gives.
        Costs {
            /// With whom.
            person: Uuid,
            /// When.
            day: Day,
            /// Minutes more on the road.
            minutes: i32,
            /// What it would give in all, below nothing.
            net: f64,
        },
        /// It would fit there; the leader has all he owes, and beyond that only more urgent places count.
        Enough {
            /// With whom.
            person: Uuid,
            /// When.
            day: Day,
            /// Points that it would take.
            lacks: f64,
        },
        /// It would fit there, but the leader has as many visits on that day as he may.
        LeaderDay {
            /// With whom.
            person: Uuid,
            /// When.
            day: Day,
        },
        /// It would fit there, but the leader has as many visits in that week as he may.
        LeaderWeek {
            /// With whom.
            person: Uuid,
            /// When.
            day: Day,
        },
        /// It would fit there, but its unit receives as many visits in that week as it may.
        UnitWeek {
            /// With whom.
            person: Uuid,
            /// When.
            day: Day,
        },
        /// It would fit there, but it receives as many visits in that week as it may.
        PlaceWeek {
            /// With whom.
            person: Uuid,
            /// When.
            day: Day,
        },
        /// It could be made only in somebody's lunch break.
        Lunch {
            /// With whom.
            person: Uuid,
            /// When.
            day: Day,
        },
        /// It could be made only by somebody who rests after a night.
        Rest {
            /// With whom.
            person: Uuid,
            /// When.
            day: Day,
        },
        /// It would fit there and give something; the search ended before it found it.
        Next {
            /// With whom.
            person: Uuid,
            /// When.
            day: Day,
            /// Minutes more on the road.
            minutes: i32,
            /// What it would give in all.
            net: f64,
        },
        /// Nobody looked.
        Unknown,
    }

    /// A place that is not in the plan.
    struct LeftOut of kept::Left {
        /// Which.
        place: Uuid,
        /// A visit that would be called off, with its revision when the plan was made.
        visit: Option<(Uuid, u32)>,
        /// What it is worth.
        points: u32,
        /// Why it would be worth it.
        parts: Vec<Part>,
        /// Why it is left out all the same.
        why: WhyNot,
    }

    /// What a plan is worth, part by part, in points of the goal.
    struct Worth of kept::Worth {
        priority: f64,
        duty: f64,
        weekly: f64,
        fairness: f64,
        spread: f64,
        travel: f64,
        stability: f64,
    }

    /// Where a plan's minutes on the road come from.
    #[serde(tag = "from", rename_all = "snake_case")]
    enum TravelSource of travel::TravelSource {
        /// Straight line × detour ÷ speed: a guess.
        Guess,
        /// A file of measured minutes knew so many of so many pairs; the rest is a guess.
        Measured {
            /// Pairs it knew.
            known: u64,
            /// Pairs there are.
            pairs: u64,
        },
        /// A table service measured all of them.
        Table {
            /// Its host.
            host: String,
        },
        /// A table service was asked and did not answer; a guess was used.
        GuessInstead {
            /// Its host.
            host: String,
            /// What went wrong.
            why: String,
        },
    }

    /// How a plan was found.
    struct Search of kept::Search {
        /// Iterations.
        iterations: u64,
        /// Milliseconds; 0 where a number of iterations was asked for.
        ms: u64,
        /// Somebody stopped it early.
        stopped: bool,
    }

    /// A soft fault of a plan.
    struct Remark of kept::Remark {
        /// Which.
        code: String,
        /// Whom it is about.
        person: Option<Uuid>,
        /// Which unit.
        unit: Option<Uuid>,
        /// When.
        day: Option<Day>,
        /// How many.
        n: i64,
    }

    /// A plan with everything its adoption needs.
    struct PlanDocument of kept::PlanDoc {
        /// What was asked, with all that had been settled before.
        asked: PlanAsked,
        /// The month, `2018-10`.
        month: Text,
        /// First day that could change.
        first: Day,
        /// Last day.
        last: Day,
        /// What was known then.
        as_of: Millis,
        /// Everybody who could go, with his shifts.
        leaders: Vec<PlanLeader>,
        /// Who goes where.
        routes: Vec<ShiftRoute>,
        /// Places that are left out, the most urgent first.
        left: Vec<LeftOut>,
        /// What it is worth.
        worth: Worth,
        /// No plan can be worth more than this.
        bound: Option<f64>,
        /// Nor likely more than this.
        #[serde(skip_serializing_if = "Option::is_none")]
        likely: Option<f64>,
        /// Where the minutes on the road come from.
        travel: TravelSource,
        /// How it was found.
        search: Search,
        /// Soft faults.
        remarks: Vec<Remark>,
    }

    /// What lists show of a plan.
    struct PlanSummary of kept::Summary {
        /// Visits in it.
        visits: usize,
        /// Leaders who could go.
        leaders: usize,
        /// Leaders who have all they owe.
        duties_met: usize,
        /// What it is worth, points of the goal.
        worth: f64,
        /// Points of the places in it.
        covered: u64,
        /// Points of all places.
        all: u64,
        /// Minutes on the road.
        travel: i64,
    }

    /// One thing that is no longer as the plan took it to be.
    #[serde(tag = "what", rename_all = "snake_case")]
    enum PlanChange of points::Change {
        /// A visit that the plan keeps or moves was begun, called off, merged or moved.
        Visit {
            /// Which.
            visit: Uuid,
        },
        /// A leader is exempt or no longer in post on a day on which he was to go.
        Leader {
            /// Who.
            person: Uuid,
            /// When.
            day: Day,
        },
        /// Somebody else plans to go, or went, to a place of the plan.
        Place {
            /// Where.
            place: Uuid,
        },
        /// A day of the plan is over.
        Past {
            /// Which.
            day: Day,
        },
    }

    /// Where a visit stands in a plan.
    struct Standing of compare::At {
        /// With whom.
        person: Uuid,
        /// When.
        day: Day,
        /// Minute of the day.
        begins: i32,
    }

    /// A visit that is not the same in both plans.
    struct Difference of compare::Difference {
        /// Where to.
        place: Uuid,
        /// What became of it.
        fate: Coded<Fate>,
        /// In the first plan.
        before: Option<Standing>,
        /// In the second.
        after: Option<Standing>,
        /// What the place is worth.
        points: u32,
    }

    /// Two plans compared.
    struct PlanComparison of compare::Comparison {
        /// Visits of the first plan whose day had not begun when the second was made.
        comparable: usize,
        /// Of them with the same leader on the same day, whatever the hour.
        kept: usize,
        /// What differs, by fate and day.
        differences: Vec<Difference>,
        /// Worth, part by part: name, first, second.
        worth: Vec<(String, f64, f64)>,
        /// The first.
        before: PlanSummary,
        /// The second.
        after: PlanSummary,
    }
}
