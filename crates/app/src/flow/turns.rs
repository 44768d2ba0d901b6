//! What the events of our own ledger do to the step in hand, so that working can be told from waiting.
//!
//! A matter is worked on while a step of the utility's is in hand and no approved pause stops it; before it is accepted,
//! while the customer has it, and after it was submitted it waits. A visit is worked on while somebody is there.

use super::STEP_STARTED;
use yixian_domain::connection::clock::Holder;
use yixian_domain::procedure::Procedures;
use yixian_mining::answer::effort::Turn;
use yixian_mining::log::Log;

/// What each activity of the ledger turns, by its number.
pub fn turns(log: &Log, procedures: &Procedures) -> Vec<Turn> {
    log.activities.iter().map(|a| turn(a, procedures)).collect()
}

fn turn(activity: &str, procedures: &Procedures) -> Turn {
    if let Some(step) = activity.strip_prefix(STEP_STARTED) {
        let customers =
            procedures.all().iter().flat_map(|p| &p.steps).any(|s| s.code == step && s.holder == Holder::Customer);
        return if customers { Turn::Ends } else { Turn::Begins };
    }
    match activity {
        // What was sent back is done again, without a new start of the step.
        "visit_started" | "returned" => Turn::Begins,
        "pause_requested" => Turn::AsksToStop,
        "pause_approved" => Turn::Stops,
        "resumed" => Turn::GoesOn,
        "assigned" | "transferred" | "submitted" | "merged" | "refused" | "withdrawn" | "closed" | "visit_finished"
        | "visit_cancelled" | "visit_merged" => Turn::Ends,
        _ => Turn::Nothing,
    }
}
