//! What a door reads does not grow with the company: each is opened in one of a thousand matters and in one of ten times as
//! many, and what SQLite did for it is counted. Times differ from machine to machine; steps do not.

use crate::support::*;
use std::collections::BTreeMap;
use yixian_app::accounts::Whence;
use yixian_app::clock::Clock;
use yixian_app::demo::NOW;
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::{App, Opening};
use yixian_domain::ids::PersonId;
use yixian_domain::org::Role;
use yixian_web::{Options, Web};

const SMALL: usize = 1_000;
const LARGE: usize = 10_000;

/// Lists count up to a thousand and one, so that a small company gives them less to count: what one more counted row takes at
/// most, twice over for the pages that count two lists. A walk through the ten thousand would take many times that.
const COUNTED: u64 = 2 * 1_001 * 12;

/// The search page looks through the names of places, and figures read where each place lay when. Places are as many as the area
/// has, not as matters: the larger company has up to so many more, each of so many steps.
const PLACES: u64 = 2_500 * 50;

/// Who opens a door, and its address.
const DOORS: [(&str, &str); 18] = [
    ("chairman", "/"),
    ("coordinator", "/"),
    ("leader", "/"),
    ("handler", "/"),
    ("chairman", "/matters"),
    ("coordinator", "/matters"),
    ("chairman", "/matters?open=1&order=due"),
    ("chairman", "/matters?overdue=1&order=due"),
    ("chairman", "/api/v1/matters?stage=assigned&order=due&limit=50"),
    ("coordinator", "/matters?mine=1"),
    ("coordinator", "/matters?text=%E4%BE%9B%E7%94%B5"),
    ("coordinator", "/inbox"),
    ("handler", "/tasks"),
    ("coordinator", "/search?text=%E7%94%B5"),
    ("chairman", "/search?text=%E7%94%B5"),
    ("coordinator", "/search?text=%E7%8B%AE%E5%AD%90"),
    // A month of both companies in which nothing was raised yet: what came later costs it nothing. A fuller month costs more.
    ("chairman", "/figures?period=2017-03"),
    ("chairman", "/figures/raised?period=2017-03"),
];

/// The first by code who has a role, at the top or below.
async fn somebody(app: &App, who: &str) -> PersonId {
    let directory = app.directory().await.expect("a directory");
    let mut people: Vec<_> = directory.people().collect();
    people.sort_by(|a, b| a.code.cmp(&b.code));
    for p in people {
        let Ok(actor) = app.actor(p.id).await else { continue };
        let top = directory.unit(p.unit).is_some_and(|u| u.parent.is_none());
        let fits = match who {
            "chairman" => top && actor.is_somewhere(Role::Leader),
            "coordinator" => !top && actor.is_somewhere(Role::Coordinator),
            "leader" => !top && actor.is_somewhere(Role::Leader),
            _ => actor.is_somewhere(Role::Handler),
        };
        if fits {
            return p.id;
        }
    }
    panic!("nobody is {who}")
}

/// What each door takes when it is opened for the second time, in steps.
async fn steps(matters: usize) -> BTreeMap<(&'static str, &'static str), u64> {
    let folder = tempfile::tempdir().expect("a folder");
    let app = App::open(Opening {
        db: yixian_app::store::Db::open_folder(folder.path()).await.expect("a database"),
        folder: folder.path(),
        clock: Clock::At(NOW),
        mint: Mint::seeded(1),
        policies: PolicySource::Embedded,
    })
    .await
    .expect("an app");
    app.make_many(matters, 1, &mut |_| {}).await.expect("a company");
    let web = Web::new(app.clone(), Options::default());
    let mut all = BTreeMap::new();
    for (who, path) in DOORS {
        let person = somebody(&app, who).await;
        let cookie = format!("yx_s={}", app.begin_session(person, &Whence::default()).await.expect("a session"));
        let mut taken = 0;
        for _ in 0..2 {
            let before = app.store().db().steps().expect("counted with debug assertions");
            let a = Knock::get(path).cookie(&cookie).at(&web).await;
            assert!(a.status.is_success(), "{who} {path}: {}", a.status);
            taken = app.store().db().steps().expect("counted") - before;
        }
        all.insert((who, path), taken);
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn no_door_reads_more_in_a_larger_company() {
    let (small, large) = (steps(SMALL).await, steps(LARGE).await);
    let mut told = Vec::new();
    let mut grown = Vec::new();
    for (door, large) in &large {
        let small = small[door];
        told.push(format!("{:>8} {large:>8}  {} {}", small, door.0, door.1));
        assert!(*large > 0, "{door:?} reads nothing, so that nothing is counted");
        let reads_places = ["/search", "/figures"].iter().any(|p| door.1.starts_with(p));
        let places = if reads_places { PLACES } else { 0 };
        if *large > 2 * small + COUNTED + places {
            grown.push(format!("{} {}: {small} steps in {SMALL}, {large} in {LARGE}", door.0, door.1));
        }
    }
    assert!(grown.is_empty(), "{grown:#?}\n{}", told.join("\n"));
    println!("{}", told.join("\n"));
}
