//! Warning before breach: transparent historical rates, and how well they would have done.
