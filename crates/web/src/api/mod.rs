//! JSON API v1: commands in, records out, problems as RFC 9457.

pub mod commands;
pub mod connections;
pub mod figures;
pub mod files;
pub mod matters;
pub mod openapi;
pub mod organisation;
pub mod page;
pub mod visits;
