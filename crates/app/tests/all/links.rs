//! Links that let somebody in, and the company's secret: over restarts, on two nodes, several at once. Both engines.

use std::path::Path;
use yixian_app::accounts::{FirstPerson, Whence};
use yixian_app::backup::restore;
use yixian_app::clock::Clock;
use yixian_app::command::{ContactIn, Envelope, MatterCommand};
use yixian_app::links::Entry;
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::{App, AppError, Opening};
use yixian_domain::access::Actor;
use yixian_domain::ids::By;
use yixian_domain::ids::{CommandId, PersonId};
use yixian_domain::matter::{MatterKind, Origin};
use yixian_domain::time::Instant;
use yixian_testkit::{Engine, Fresh};

const OLD: &str = "correct horse battery";
const NEW: &str = "another horse battery";

async fn open(fresh: &Fresh, folder: &Path) -> Result<App, AppError> {
    let clock = Clock::At(Instant::parse("2018-09-28T09:00:00+08:00").unwrap());
    App::open(Opening { db: fresh.db().await, folder, clock, mint: Mint::random(), policies: PolicySource::Embedded })
        .await
}

fn first(code: &str) -> FirstPerson {
    FirstPerson {
        company: "市公司".into(),
        company_code: "BJ".into(),
        name: "管理员".into(),
        code: code.into(),
        password: OLD.into(),
    }
}

async fn company(fresh: &Fresh) -> (App, PersonId) {
    let app = open(fresh, fresh.folder()).await.unwrap();
    let admin = app.set_up(first("admin")).await.unwrap();
    (app, admin)
}

async fn raise(app: &App) {
    let now = app.clock().now();
    let command = MatterCommand::RaiseMatter {
        matter: app.mint().uuid(now),
        kind: MatterKind::Problem,
        origin: Origin::Counter,
        category: "service".into(),
        words: "漏油".into(),
        place: None,
        unit: None,
        photos: vec![],
        raiser: Some(ContactIn { name: "张三".into(), phone: "13800001234".into(), ..ContactIn::default() }),
        about: None,
    };
    app.execute(
        &Actor::System,
        CommandId(app.mint().uuid(now)),
        Envelope { happened_at: None, command: command.into() },
        None,
    )
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_outlives_a_restart_and_works_on_every_node() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let (one, admin) = company(&fresh).await;
        let link = one.make_link(Entry::Password(admin), 7, By::Rule).await.unwrap();
        one.close().await;
        let (two, three) = (open(&fresh, fresh.folder()).await.unwrap(), open(&fresh, fresh.folder()).await.unwrap());
        for node in [&two, &three] {
            assert_eq!(
                node.link(&link).await.unwrap(),
                Some(Entry::Password(admin)),
                "{engine:?}: looking spends nothing"
            );
        }
        // A password that may not be set spends nothing either.
        assert!(matches!(
            three.set_password_by_link(&link, "short".into(), &Whence::default()).await,
            Err(AppError::Invalid(_))
        ));
        assert_eq!(three.set_password_by_link(&link, NEW.into(), &Whence::default()).await.unwrap(), admin);
        assert_eq!(two.link(&link).await.unwrap(), None);
        assert!(matches!(
            two.set_password_by_link(&link, OLD.into(), &Whence::default()).await,
            Err(AppError::NotFound(_))
        ));
        two.sign_in("admin", NEW.into(), &Whence::default()).await.unwrap();
        two.close().await;
        three.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_five_at_once_one_sets_the_password() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let (one, admin) = company(&fresh).await;
        let two = open(&fresh, fresh.folder()).await.unwrap();
        let link = one.make_link(Entry::Password(admin), 7, By::Rule).await.unwrap();
        let tries = (0..5).map(|n| {
            let (node, link) = (if n % 2 == 0 { one.clone() } else { two.clone() }, link.clone());
            tokio::spawn(async move {
                node.set_password_by_link(&link, format!("password of try {n}"), &Whence::default()).await
            })
        });
        let mut done = Vec::new();
        for (n, tried) in tries.collect::<Vec<_>>().into_iter().enumerate() {
            match tried.await.unwrap() {
                Ok(_) => done.push(n),
                Err(e) => assert!(matches!(e, AppError::NotFound("link")), "{engine:?}: {e}"),
            }
        }
        assert_eq!(done.len(), 1, "{engine:?}: {done:?}");
        one.sign_in("admin", format!("password of try {}", done[0]), &Whence::default()).await.unwrap();
        one.close().await;
        two.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_link_another_password_and_time_end_a_link() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let (app, admin) = company(&fresh).await;
        let older = app.make_link(Entry::Password(admin), 7, By::Rule).await.unwrap();
        let enter = app.make_link(Entry::Person(admin), 7, By::Rule).await.unwrap();
        let newer = app.make_link(Entry::Password(admin), 7, By::Rule).await.unwrap();
        assert_eq!(app.link(&older).await.unwrap(), None);
        assert_eq!(app.link(&newer).await.unwrap(), Some(Entry::Password(admin)));
        app.set_password(admin, NEW.into(), &Whence::default()).await.unwrap();
        assert_eq!(app.link(&newer).await.unwrap(), None);
        assert!(matches!(
            app.set_password_by_link(&newer, OLD.into(), &Whence::default()).await,
            Err(AppError::NotFound(_))
        ));
        let late = app.make_link(Entry::Password(admin), 0, By::Rule).await.unwrap();
        assert_eq!(app.link(&late).await.unwrap(), None);
        assert!(matches!(
            app.set_password_by_link(&late, OLD.into(), &Whence::default()).await,
            Err(AppError::NotFound(_))
        ));
        // A link that signs in is none that sets a password, and ends with its process.
        assert!(matches!(
            app.set_password_by_link(&enter, OLD.into(), &Whence::default()).await,
            Err(AppError::NotFound(_))
        ));
        assert_eq!(app.link(&enter).await.unwrap(), Some(Entry::Person(admin)));
        app.end_enter_links().await.unwrap();
        assert_eq!(app.link(&enter).await.unwrap(), None);
        app.sign_in("admin", NEW.into(), &Whence::default()).await.unwrap();
        app.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_set_up_at_once_one_does() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let (one, two) = (open(&fresh, fresh.folder()).await.unwrap(), open(&fresh, fresh.folder()).await.unwrap());
        let links = [
            one.make_link(Entry::Setup, 7, By::Rule).await.unwrap(),
            two.make_link(Entry::Setup, 7, By::Rule).await.unwrap(),
        ];
        for link in &links {
            assert_eq!(
                one.link(link).await.unwrap(),
                Some(Entry::Setup),
                "{engine:?}: a second start leaves the first link good"
            );
        }
        // What is wrong leaves nothing behind, the unit neither.
        assert!(matches!(one.set_up(first("not a code!")).await, Err(AppError::Invalid(_))));
        assert_eq!(one.directory().await.unwrap().units().count(), 0);
        let tries = (0..6).map(|n| {
            let node = if n % 2 == 0 { one.clone() } else { two.clone() };
            tokio::spawn(async move { node.set_up(first(&format!("admin{n}"))).await })
        });
        let mut done = 0;
        for tried in tries.collect::<Vec<_>>() {
            match tried.await.unwrap() {
                Ok(_) => done += 1,
                Err(e) => assert!(matches!(e, AppError::SignInRefused), "{engine:?}: {e}"),
            }
        }
        assert_eq!(done, 1, "{engine:?}");
        assert!(one.verify().await.unwrap().ok);
        one.close().await;
        two.close().await;
        let app = open(&fresh, fresh.folder()).await.unwrap();
        assert_eq!(app.directory().await.unwrap().people().count(), 1, "{engine:?}: one administrator");
        for link in &links {
            assert_eq!(app.link(link).await.unwrap(), None);
        }
        app.close().await;
    }
}

fn is_missing(opened: Result<App, AppError>) -> bool {
    match opened {
        Err(AppError::ForeignSecret { missing, .. }) => missing,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_with_another_secret_is_refused() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let (app, _) = company(&fresh).await;
        let elsewhere = tempfile::tempdir().unwrap();
        let own = elsewhere.path().join("secret.key");
        assert!(is_missing(open(&fresh, elsewhere.path()).await), "{engine:?}");
        assert!(!own.exists(), "no key is made where the company has one");
        std::fs::write(&own, [7; 32]).unwrap();
        assert!(!is_missing(open(&fresh, elsewhere.path()).await));
        std::fs::copy(fresh.folder().join("secret.key"), &own).unwrap();
        // The key alone is not enough: photos of the other nodes would not be seen here.
        let refused = open(&fresh, elsewhere.path()).await;
        assert!(matches!(refused, Err(AppError::ForeignPhotos { .. })), "{engine:?}: {refused:?}");
        App::accept_photos(fresh.db().await, elsewhere.path(), &Mint::random()).await.unwrap();
        open(&fresh, elsewhere.path()).await.unwrap().close().await;
        // A lost key is given up on purpose: the folder's, or a new one, is the company's from then on.
        app.close().await;
        std::fs::remove_file(&own).unwrap();
        App::accept_secret(fresh.db().await, elsewhere.path(), &Mint::random()).await.unwrap();
        open(&fresh, elsewhere.path()).await.unwrap().close().await;
        assert!(!is_missing(open(&fresh, fresh.folder()).await));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_without_a_check_value_is_known_by_its_newest_link() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let (app, _) = company(&fresh).await;
        raise(&app).await;
        // As before there was one.
        app.store()
            .write(async |tx| yixian_store::exec!(tx.conn(), "DELETE FROM meta WHERE key = 'secret_check'").map(drop))
            .await
            .unwrap();
        app.close().await;
        let elsewhere = tempfile::tempdir().unwrap();
        assert!(is_missing(open(&fresh, elsewhere.path()).await), "{engine:?}");
        std::fs::write(elsewhere.path().join("secret.key"), [7; 32]).unwrap();
        assert!(!is_missing(open(&fresh, elsewhere.path()).await));
        open(&fresh, fresh.folder()).await.unwrap().close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn links_stay_out_of_a_backup_and_the_secret_comes_along() {
    let fresh = Fresh::new(Engine::Sqlite).await;
    let (app, admin) = company(&fresh).await;
    let link = app.make_link(Entry::Password(admin), 7, By::Rule).await.unwrap();
    let archive = fresh.folder().join("backup.zip");
    app.backup(&archive).await.unwrap();
    app.close().await;
    let other = Fresh::new(Engine::Postgres).await;
    let db = other.db().await;
    restore(&archive, &db, other.folder()).await.unwrap();
    db.close().await;
    let restored = open(&other, other.folder()).await.unwrap();
    assert_eq!(restored.link(&link).await.unwrap(), None);
    restored.sign_in("admin", OLD.into(), &Whence::default()).await.unwrap();
    restored.close().await;
}
