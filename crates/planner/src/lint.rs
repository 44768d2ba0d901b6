//! Soft faults of a plan: nothing that forbids it, all that a planner would frown at.
