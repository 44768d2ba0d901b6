//! Readers of the texts requests and plans come in. They take bytes, open nothing, and return all
//! faults at once with row and reason.
