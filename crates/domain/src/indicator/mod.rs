//! Indicators of others, by their published rules: [`score`](score()) is the World Bank's *Getting Electricity* (Doing Business
//! 2016–2020), [`reliability`] IEEE 1366's indices and the index made of them. Plain numbers in, plain numbers out; it does not
//! know where they come from.
//!
//! ```
//! use yixian_domain::indicator::{Connection, score};
//! let beijing = Connection { procedures: 2.0, time_days: 10.0, cost_pct_ipc: 0.0, reliability: 7.0 };
//! assert_eq!(score(&beijing).procedures, 100.0); // fewer than the best three do not score above it
//! ```

pub mod reliability;
mod score;

pub use reliability::{
    IndexParts, Indices, MajorEvents, Outage, Threshold, indices, is_sustained, major_events, reliability_index,
};
pub use score::{Connection, Score, score};
