//! Figures of indicators taken apart: aspects, tasks, the departments that own them, what is done and what is overdue, by number
//! and by weight; and the score that the company counted itself. What counts is the version in force on the last day known
//! of the period; a task is done when its matter is closed, and overdue when its due instant is past and it is not put
//! right: exactly at the due instant is on time.

use super::conferences::Called;
use super::definition::{Basis, Definition, Distinct, Family, Unit};
use super::{Figure, FigureCode, Frame};
use crate::base::ids::{AspectId, IndicatorId, MatterId, UnitId};
use crate::base::time::Instant;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

const fn of(code: FigureCode, distinct: Distinct, unit: Unit, numerator: &'static str) -> Definition {
    Definition::count(code, Family::Indicators, distinct, Basis::LastDay, unit, numerator)
}

/// Definitions of the figures of indicators.
pub const FIGURES: &[Definition] = &[
    of(
        FigureCode::Aspects,
        Distinct::Aspect,
        Unit::Aspects,
        "aspects that carry tasks in the version in force on the last day known of the period",
    ),
    of(FigureCode::Tasks, Distinct::Matter, Unit::Tasks, "tasks of the version in force"),
    of(
        FigureCode::TaskDepartments,
        Distinct::Department,
        Unit::Departments,
        "departments that own a task of the version in force; those that help do not count",
    ),
    of(FigureCode::TasksDone, Distinct::Matter, Unit::Tasks, "those of the denominator that are closed as of")
        .out_of("tasks of the version in force"),
    of(
        FigureCode::TasksDoneWeight,
        Distinct::Matter,
        Unit::Tasks,
        "tasks of the version in force that are closed as of; their weight of the weight of all",
    )
    .measured_in(Unit::PercentOfWeight),
    of(
        FigureCode::TasksOverdue,
        Distinct::Matter,
        Unit::Tasks,
        "tasks of the version in force whose due instant is past and that are not put right as of",
    ),
    of(
        FigureCode::IndicatorScore,
        Distinct::Indicator,
        Unit::Points,
        "the indicator with the last values that the company counted itself up to the last day; none where there are several",
    )
    .measured_in(Unit::Points),
];

/// A task of the version in force.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskFact {
    /// Which.
    pub task: MatterId,
    /// Under which aspect.
    pub aspect: AspectId,
    /// How that is called.
    pub aspect_called: Called,
    /// The component that it moves, by its code and name.
    pub component: Called,
    /// The department that owns it.
    pub owner: UnitId,
    /// What it weighs of its indicator, 0–100.
    pub weight: f64,
    /// When it is due.
    pub due: Option<Instant>,
    /// When it was put right.
    pub put_right: Option<Instant>,
    /// When it was closed.
    pub closed: Option<Instant>,
}

impl TaskFact {
    /// Whether it was done at an instant.
    pub fn is_done(&self, at: Instant) -> bool {
        self.closed.is_some_and(|closed| closed <= at)
    }

    /// Whether it was overdue at an instant.
    pub fn is_overdue(&self, at: Instant) -> bool {
        let right = self.put_right.or(self.closed);
        self.due.is_some_and(|due| due < at) && right.is_none_or(|right| right > at)
    }
}

/// What is known of indicators.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IndicatorFacts {
    /// Tasks of the versions in force.
    pub tasks: Arc<Vec<TaskFact>>,
    /// Indicators with the score that the company counted last.
    pub scores: Vec<(IndicatorId, f64)>,
}

impl IndicatorFacts {
    /// Whether there is anything to be counted.
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty() && self.scores.is_empty()
    }
}

/// The last instant that is known of a frame.
pub fn last_instant(frame: &Frame<'_>) -> Instant {
    frame.as_of.min(frame.until())
}

/// Every figure of indicators, in the order of [`FigureCode::ALL`].
pub fn figures(known: &IndicatorFacts, frame: &Frame<'_>) -> Vec<Figure> {
    use FigureCode as C;
    let at = last_instant(frame);
    let mut tasks: Vec<&TaskFact> = known.tasks.iter().collect();
    tasks.sort_by_key(|t| t.task);
    tasks.dedup_by_key(|t| t.task);
    let ids = |wanted: &dyn Fn(&TaskFact) -> bool| -> Vec<Uuid> {
        tasks.iter().filter(|t| wanted(t)).map(|t| t.task.0).collect()
    };
    let aspects: BTreeSet<Uuid> = tasks.iter().map(|t| t.aspect.0).collect();
    let departments: BTreeSet<Uuid> = tasks.iter().map(|t| t.owner.0).collect();
    // Adding zero turns the −0 of nothing into 0.
    let weight =
        |wanted: &dyn Fn(&TaskFact) -> bool| tasks.iter().filter(|t| wanted(t)).map(|t| t.weight).sum::<f64>() + 0.0;
    let done = ids(&|t| t.is_done(at));
    let all = weight(&|_| true);
    let done_weight = (all > 0.0).then(|| weight(&|t| t.is_done(at)) * 100.0 / all);
    let (score, of) = match known.scores.as_slice() {
        [(indicator, score)] => (Some(*score), vec![indicator.0]),
        _ => (None, Vec::new()),
    };
    vec![
        Figure::count(C::Aspects, frame, aspects.into_iter().collect()),
        Figure::count(C::Tasks, frame, ids(&|_| true)),
        Figure::count(C::TaskDepartments, frame, departments.into_iter().collect()),
        Figure::rate(C::TasksDone, frame, done.clone(), ids(&|_| true)),
        Figure::measure(C::TasksDoneWeight, frame, done, done_weight),
        Figure::count(C::TasksOverdue, frame, ids(&|t| t.is_overdue(at))),
        Figure::measure(C::IndicatorScore, frame, of, score),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::dimension::split_tasks;
    use super::super::group::Dimension;
    use super::*;
    use crate::base::time::Zone;
    use crate::figure::{Value, find};
    use jiff::civil::date;

    fn zone() -> Zone {
        Zone::parse("Asia/Shanghai").expect("a zone")
    }
    fn end(month: i8, day: i8) -> Instant {
        zone().end_of_day(date(2018, month, day))
    }
    fn task(n: u128, aspect: u128, owner: u128, weight: f64, due: Instant, closed: Option<Instant>) -> TaskFact {
        let called = |code: String| Called { code: code.as_str().into(), name: code.as_str().into(), name_en: None };
        TaskFact {
            task: MatterId(Uuid::from_u128(n)),
            aspect: AspectId(Uuid::from_u128(aspect)),
            aspect_called: called(format!("A{aspect}")),
            component: called(format!("C{}", aspect % 2)),
            owner: UnitId(Uuid::from_u128(owner)),
            weight,
            due: Some(due),
            put_right: closed,
            closed,
        }
    }

    #[test]
    fn leaves_are_counted_as_of() {
        let due = end(3, 31);
        let known = IndicatorFacts {
            tasks: Arc::new(vec![
                task(1, 1, 50, 40.0, due, Some(end(3, 30))),
                task(2, 1, 51, 20.0, due, Some(end(4, 2))),
                task(3, 2, 50, 30.0, end(3, 15), None),
                task(4, 2, 52, 10.0, end(6, 30), None),
            ]),
            scores: vec![(IndicatorId(Uuid::from_u128(9)), 92.011)],
        };
        let zone = zone();
        let told = |as_of: Instant| {
            let frame = Frame::new("2018".parse().expect("a year"), as_of, &zone);
            let all = figures(&known, &frame);
            let of = |code| find(&all, code).expect("a figure").clone();
            (
                of(FigureCode::TasksDone).value,
                of(FigureCode::TasksDoneWeight).number(),
                of(FigureCode::TasksOverdue).number(),
                [FigureCode::Aspects, FigureCode::Tasks, FigureCode::TaskDepartments].map(|c| of(c).number()),
            )
        };
        let counts = [Some(2.0), Some(4.0), Some(3.0)];
        let share = |numerator| Value::Share { numerator, denominator: 4 };
        // At 24:00 of its due day what is due then is not yet overdue.
        assert_eq!(told(due), (share(1), Some(40.0), Some(1.0), counts));
        assert_eq!(told(due.plus_millis(1)), (share(1), Some(40.0), Some(2.0), counts));
        assert_eq!(told(end(4, 3)), (share(2), Some(60.0), Some(1.0), counts));
        // The groups of each dimension make the whole.
        let frame = Frame::new("2018".parse().expect("a year"), due, &zone);
        for dimension in [Dimension::Aspect, Dimension::Component, Dimension::Department] {
            let groups = split_tasks(&known, dimension);
            let sum: f64 = groups.values().filter_map(|g| find(&figures(g, &frame), FigureCode::Tasks)?.number()).sum();
            assert!((sum - 4.0).abs() < 1e-9, "{dimension:?}");
        }
        assert!(split_tasks(&known, Dimension::Host).is_empty());
        let all = figures(&known, &frame);
        assert_eq!(find(&all, FigureCode::IndicatorScore).and_then(Figure::number), Some(92.011));
        let two = IndicatorFacts { scores: vec![known.scores[0], known.scores[0]], ..IndicatorFacts::default() };
        assert_eq!(find(&figures(&two, &frame), FigureCode::IndicatorScore).and_then(Figure::number), None);
        assert_eq!(
            find(&figures(&IndicatorFacts::default(), &frame), FigureCode::TasksDoneWeight).and_then(Figure::number),
            None
        );
    }
}
