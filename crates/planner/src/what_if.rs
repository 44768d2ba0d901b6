//! One more shift, one site more, another weight: what would change.
