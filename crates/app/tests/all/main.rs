//! Tests of the use cases, one program: each program would translate what the use cases share anew, which takes longer than
//! the tests. A file's name is the word that `cargo xtask test` and `cargo test` find its tests by.

mod agreements;
mod as_of;
mod backup;
mod command_wire;
mod community;
mod conferences;
mod connections;
mod credentials;
mod demo;
mod demo_rules;
mod documents;
mod erasure;
mod exchange;
mod export;
mod flow;
mod golden;
mod house;
mod households;
mod import_organisation;
mod import_registers;
mod import_requests;
mod indicators;
mod levels;
mod links;
mod measures;
mod outages;
mod photos;
mod planning;
mod praise;
mod retention;
mod seals;
mod tables;
mod teams;
mod verify;
mod works;
