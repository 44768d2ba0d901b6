//! The goal, one feature a file. A feature says what one more visit adds; the search sums it up.
