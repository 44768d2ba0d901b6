//! Signing in, what is mine today, my settings, help. It names matters and visits; nothing but what is public
//! stands above it.

pub mod entered;
pub mod help;
pub mod me;
pub mod routes;
pub mod second;
pub mod setup;
pub mod sign_in;
pub mod today;
