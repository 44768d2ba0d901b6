//! What figures read of indicators: the versions in force on a day with their tasks, and the scores that the company counted itself.
//! It counts nothing.

use super::kept::Known;
use std::collections::HashMap;
use std::sync::Arc;
use yixian_domain::figure::conferences::Called;
use yixian_domain::figure::tasks::{IndicatorFacts, TaskFact};
use yixian_domain::ids::{AspectId, UnitId};
use yixian_domain::indicator::breakdown::in_force;
use yixian_domain::indicator::{Breakdown, Indicator};
use yixian_domain::time::Date;

/// The tasks of a version, with what is known of the matters that they are.
pub(crate) fn task_facts(known: &Known, indicator: &Indicator, version: &Breakdown) -> Vec<TaskFact> {
    let weights = version.tree.weights();
    let method = indicator.method();
    let component = |code: &str| {
        let of = method.component(code);
        Called {
            code: code.into(),
            name: of.map_or(code, |c| c.name.as_str()).into(),
            name_en: of.map(|c| c.name_en.as_str().into()),
        }
    };
    let aspects: HashMap<AspectId, (Called, Called)> = version
        .tree
        .aspects
        .iter()
        .map(|a| {
            let called = Called {
                code: a.code.as_str().into(),
                name: a.name.as_str().into(),
                name_en: a.name_en.as_deref().map(Into::into),
            };
            (a.id, (called, component(&a.component)))
        })
        .collect();
    version
        .tree
        .tasks
        .iter()
        .map(|leaf| {
            let (aspect_called, component) = aspects.get(&leaf.aspect).cloned().unwrap_or_default();
            let matter = known.tasks.get(&leaf.task);
            TaskFact {
                task: leaf.task,
                aspect: leaf.aspect,
                aspect_called,
                component,
                owner: leaf.owner,
                weight: weights.get(&leaf.task).copied().unwrap_or_default(),
                due: matter.and_then(|m| m.due_at),
                put_right: matter.and_then(yixian_domain::figure::MatterFact::put_right),
                closed: matter.and_then(|m| m.closed_at),
            }
        })
        .collect()
}

/// What counts on a day: the tasks of units that are wanted, and the scores of indicators that such a unit keeps.
pub(crate) fn indicator_facts(known: &Known, day: Date, wanted: impl Fn(UnitId) -> bool) -> IndicatorFacts {
    let mut tasks = Vec::new();
    let mut scores = Vec::new();
    for i in known.indicators.iter() {
        if let Some(version) = in_force(&known.breakdowns, i.id, day) {
            tasks.extend(task_facts(known, i, version).into_iter().filter(|t| wanted(t.owner)));
        }
        if let Some(reading) = i.counted_on(day).filter(|_| wanted(i.details.owner)) {
            scores.push((i.id, i.score(reading).total));
        }
    }
    IndicatorFacts { tasks: Arc::new(tasks), scores }
}
