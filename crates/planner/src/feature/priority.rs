//! Priority: points of the tasks that are visited.

use crate::model::Task;

/// What a visit of the task adds.
pub fn points(task: &Task) -> i64 {
    task.worth()
}
