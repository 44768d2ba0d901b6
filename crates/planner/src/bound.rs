//! How much better any plan could still be: an upper bound of the objective.
