//! Tests of the doors, one program: thirty programs took seven gigabytes and minutes to link. A file's name is the word that
//! `cargo xtask test` and `cargo test` find its tests by.

mod answers;
mod api;
mod authorisation;
mod catalogues;
mod command_access;
mod community_pages;
mod conference_pages;
mod connection_pages;
mod connections;
mod document_pages;
mod flow;
mod forms;
mod given_work;
mod growth;
mod headers;
mod heard;
mod hostile;
mod import_pages;
mod indicator_pages;
mod level_pages;
mod outage_pages;
mod planning;
mod praise_pages;
mod privacy;
mod readers;
mod same_origin;
mod search;
mod second_factor;
mod sign_in;
mod story;
mod support;
mod team_pages;
mod tls;
mod voice;
mod works_pages;
