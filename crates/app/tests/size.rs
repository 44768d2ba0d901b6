//! A company of a given size: its number of matters is exact, its ledger the same for the same seed, and everything in it is what its events say.

use yixian_app::clock::Clock;
use yixian_app::demo::{Many, NOW};
use yixian_app::domain::access::Actor;
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::store::{Db, ledger, matter};
use yixian_app::{App, Opening};

async fn made(matters: usize, seed: u64) -> (App, tempfile::TempDir, Many, ledger::Head) {
    let folder = tempfile::tempdir().expect("a folder");
    let db = Db::open_folder(folder.path()).await.expect("a database");
    let mint = Mint::seeded(seed);
    let opening = Opening { db, folder: folder.path(), clock: Clock::At(NOW), mint, policies: PolicySource::Embedded };
    let app = App::open(opening).await.expect("an app");
    let many = app.make_many(matters, seed, &mut |_| {}).await.expect("a company");
    let head = ledger::head(&mut app.store().read().await.expect("a connection")).await.expect("a head");
    (app, folder, many, head)
}

#[tokio::test(flavor = "multi_thread")]
async fn so_many_matters_are_made_the_same_each_time_and_hold_against_the_ledger() {
    let (app, _folder, many, head) = made(300, 7).await;
    assert_eq!(many.matters, 300);
    assert!(many.connections >= 3 && many.visits >= 5, "{many:?}");
    let found = app.verify().await.expect("verified");
    assert!(found.ok, "{:?}", found.faults);
    assert_eq!((found.events, found.sealed_to), (head.events, head.events));
    // The lists see what was written: all of them, in many stages, most of them closed, found by their words.
    let actor = Actor::System;
    let (rows, _) = app.matters(&actor, &matter::Filter::default(), 1_000).await.expect("a list");
    assert_eq!(rows.len(), 300);
    let stages: std::collections::BTreeSet<&str> = rows.iter().map(|r| r.stage.as_str()).collect();
    assert!(stages.len() >= 4 && rows.iter().filter(|r| r.due_at.is_some()).count() > 150, "{stages:?}");
    assert_eq!(app.sweep().await.expect("a sweep").matters, 0, "nothing is left to the sweep");
    let refused = app.make_many(10, 7, &mut |_| {}).await;
    assert!(refused.is_err(), "there is a company");

    let (_, _again, _, same) = made(300, 7).await;
    assert_eq!(same, head);
    let (_, _other, _, other) = made(300, 8).await;
    assert_ne!(other.hash, head.hash);
}
