//! Indicators. By the published rules of others: [`score`] has the World Bank's *Getting Electricity*, [`reliability`] IEEE 1366
//! with major event days and the index of reliability 0–8: plain numbers in, plain numbers out. And an indicator of the company:
//! what is read of it ([`reading`]) by which [`method`], how it is taken apart version by version ([`breakdown`], whose rules are
//! its [`law`]), and the campaigns that work for it. Whether a task is done is the matter's to know.
//!
//! ```
//! use yixian_domain::indicator::{Connection, score};
//! let beijing = Connection { procedures: 2.0, time_days: 10.0, cost_pct_ipc: 0.0, reliability: 7.0 };
//! assert_eq!(score(&beijing).procedures, 100.0); // fewer than the best three do not score above it
//! ```

pub mod access;
pub mod breakdown;
pub mod campaign;
pub mod law;
pub mod method;
pub mod reading;
pub mod reliability;
mod score;

pub use breakdown::{Aspect, Breakdown, BreakdownEvent, BreakdownState, Leaf, Retired, Tree};
pub use campaign::{Campaign, CampaignDetails, CampaignEvent, Members};
pub use law::{BreakdownRule, TreeFault};
pub use method::{City, Component, Method, Scored};
pub use reading::{Indicator, IndicatorDetails, IndicatorEvent, Reading, ReadingFault, ReadingKind};
pub use reliability::{
    IndexParts, Indices, MajorEvents, Outage, Threshold, indices, is_sustained, major_events, reliability_index,
};
pub use score::{Connection, Score, score};
