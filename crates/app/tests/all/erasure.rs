//! Erasing: an event with its reason, words, contact and the photos that nothing else uses; what is erased is told from what
//! is missing by `verify`, by a backup, by both verifiers. And the name of somebody who has left.

use super::backup::{app, company, picture, raise};
use serde_json::{Value, json};
use yixian_app::backup::restore;
use yixian_app::{App, AppError};
use yixian_domain::access::{Actor, Scope};
use yixian_domain::ids::{CommandId, MatterId, PersonId};
use yixian_domain::matter::MatterEvent;
use yixian_store::StoreError;
use yixian_store::matter::{Filter, list};
use yixian_testkit::{Engine, Fresh};

async fn does(app: &App, actor: &Actor, command: Value) -> Result<(), AppError> {
    let envelope = serde_json::from_value(command).expect("a command");
    app.execute(actor, CommandId(app.mint().uuid(app.clock().now())), envelope, None).await.map(drop)
}

async fn take(app: &App, n: u8) -> String {
    app.take_photo(picture(n).into()).await.expect("a photo").as_str().to_owned()
}

fn on_disk(fresh: &Fresh, sha: &str) -> bool {
    fresh.folder().join("files").join(&sha[..2]).join(sha).exists()
}

async fn served(app: &App, actor: &Actor, sha: &str) -> bool {
    app.photo(actor, sha, None).await.is_ok()
}

fn fields(e: AppError) -> Vec<&'static str> {
    match e {
        AppError::Invalid(all) => all.into_iter().map(|f| f.field).collect(),
        e => panic!("{e}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_is_an_event_and_reaches_photos_that_nothing_else_uses() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let app = app(&fresh).await;
        let actor = company(&app).await;
        let (own, shared) = (take(&app, 10).await, take(&app, 20).await);
        let gone = raise(&app, &actor, "要删掉的话", vec![own.clone(), shared.clone()]).await;
        let other = raise(&app, &actor, "留着的话", vec![shared.clone()]).await;

        // A reason is asked.
        let bare = does(&app, &actor, json!({ "do": "erase_words", "matter": gone })).await;
        assert_eq!(fields(bare.expect_err("a reason is missing")), ["ground"]);
        assert!(served(&app, &actor, &own).await && on_disk(&fresh, &own));
        let would = app.would_erase(&actor, MatterId(gone)).await.expect("a preview");
        assert_eq!((would.words, would.contact, would.photos, would.photos_kept), (1, true, 1, 1));

        let erase = json!({ "do": "erase_words", "matter": gone, "ground": "request", "note": "来信" });
        does(&app, &actor, erase).await.expect("erased");
        let page = app.matter_page(&actor, MatterId(gone)).await.expect("a page");
        let last = page.timeline.last().expect("an event");
        let MatterEvent::Erased { ground, note, photos } = &last.event else { panic!("{:?}", last.event) };
        assert_eq!((ground.as_str(), last.by.person()), ("request", actor.person()));
        assert_eq!(photos.iter().map(yixian_domain::ids::FileRef::as_str).collect::<Vec<_>>(), [own.as_str()]);
        // The reason stays; what was erased does not, and the page names no photo that is gone.
        assert_eq!(page.words.len(), 1);
        assert!(note.as_ref().is_some_and(|n| page.words[&n.id] == "来信"));
        assert_eq!(page.contact, Some((None, None)));
        assert_eq!(
            page.matter.raised.photos.iter().map(yixian_domain::ids::FileRef::as_str).collect::<Vec<_>>(),
            [shared.as_str()]
        );
        assert!(!served(&app, &actor, &own).await && !on_disk(&fresh, &own));
        assert!(served(&app, &actor, &shared).await, "another matter uses it");
        let found = Filter { text: "删掉".into(), ..Filter::default() };
        let mut conn = app.store().read().await.expect("a connection");
        assert_eq!(list(&mut conn, &Scope::All, &found, 5).await.expect("a list").1, 0);
        drop(conn);

        // Erased is not missing.
        let verified = app.verify().await.expect("a verdict");
        assert!(verified.ok, "{engine:?}: {:?}", verified.faults);
        assert!(app.lost_photos().await.expect("photos").is_empty());
        let archive = fresh.folder().join("backup.zip");
        let made = app.backup(&archive).await.expect("a backup");
        assert!(made.lost.is_empty() && made.files == [shared.clone()], "{:?}", made.files);
        let python = std::process::Command::new("python3")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tools/verify_ledger.py"))
            .arg(&archive)
            .output()
            .expect("python3");
        assert!(python.status.success(), "{}", String::from_utf8_lossy(&python.stdout));
        let second = Fresh::new(engine).await;
        restore(&archive, &second.db().await, second.folder()).await.expect("restored");

        // An edit that only says "erased" is found.
        let sql: &'static str = format!("UPDATE file SET erased_at = 1 WHERE sha = '{shared}'").leak();
        app.store().write(async move |tx| tx.conn().run(sql).await).await.unwrap_or_else(|e: StoreError| panic!("{e}"));
        let verified = app.verify().await.expect("a verdict");
        assert!(verified.faults.iter().any(|f| f.what.contains(&shared) && f.what.contains("no event")));

        // The same picture may be sent again, for something else.
        assert_eq!(take(&app, 10).await, own);
        let third = raise(&app, &actor, "又一件", vec![own.clone()]).await;
        assert!(served(&app, &actor, &own).await && on_disk(&fresh, &own));
        for id in [other, third] {
            assert!(app.matter_page(&actor, MatterId(id)).await.is_ok());
        }
        app.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leavers_name_goes_and_his_posts_stay() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let app = app(&fresh).await;
        let actor = company(&app).await;
        let unit = app.directory().await.expect("a directory").units().next().expect("a unit").id;
        let person = app.mint().uuid(app.clock().now());
        let put = |to: Option<&str>| {
            json!({ "do": "put_person", "person": person, "code": "gone", "name": "离职者", "unit": unit, "level": "staff",
                "specialty": "operations", "from": "2017-01-01", "to": to })
        };
        does(&app, &actor, put(None)).await.expect("a person");
        does(
            &app,
            &actor,
            json!({ "do": "exempt", "person": person, "from": "2018-01-01", "to": "2018-02-01", "reason": "住院" }),
        )
        .await
        .expect("exempt");
        let erase = json!({ "do": "erase_person", "person": person, "ground": "retention", "note": "离职三年" });
        let early = does(&app, &actor, erase.clone()).await;
        assert_eq!(fields(early.expect_err("he is still here")), ["person"]);
        does(&app, &actor, put(Some("2018-06-30"))).await.expect("he left");
        does(&app, &actor, erase).await.expect("erased");
        let kept = app.directory().await.expect("a directory").person(PersonId(person)).cloned().expect("his row");
        assert_eq!((kept.name.as_str(), kept.code.as_str()), ("—", "gone"));
        let mut conn = app.store().read().await.expect("a connection");
        let said = yixian_store::words::of_record(&mut conn, person).await.expect("words");
        let mut said: Vec<&str> = said.values().map(String::as_str).collect();
        said.sort_unstable();
        assert_eq!(said, ["—", "离职三年"]);
        drop(conn);
        let exempt = app
            .exemptions(&actor, "2018-01-01".parse().expect("a day"), "2018-12-31".parse().expect("a day"))
            .await
            .expect("exemptions");
        assert!(exempt.iter().all(|e| e.3.is_empty()) && exempt.len() == 1, "{exempt:?}");
        let verified = app.verify().await.expect("a verdict");
        assert!(verified.ok, "{engine:?}: {:?}", verified.faults);
        let (looks, _) = app.privacy_events(&actor, None, 10).await.expect("a list");
        assert_eq!(looks.len(), 1);
        app.close().await;
    }
}
