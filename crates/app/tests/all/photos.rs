//! Photos whose files are gone or are not what they were: never shown, named with the matter that uses them, no obstacle to a
//! backup, healed by sending them again. And files that nobody needs, which go.

use super::backup::{app, company, picture, raise};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use yixian_app::backup::{check, restore};
use yixian_app::read::Photo;
use yixian_app::{App, AppError, PhotoFault};
use yixian_domain::access::Actor;
use yixian_testkit::{Engine, Fresh};

fn path_of(fresh: &Fresh, sha: &str) -> PathBuf {
    fresh.folder().join("files").join(&sha[..2]).join(sha)
}

fn flip(path: &PathBuf) {
    let mut bytes = std::fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

async fn shown(app: &App, actor: &Actor, sha: &str) -> Option<PhotoFault> {
    match app.photo(actor, sha, None).await {
        Ok(Photo { mime, bytes, .. }) => {
            assert_eq!((mime.as_str(), yixian_store::ledger::sha256(&bytes).as_str()), ("image/jpeg", sha));
            None
        }
        Err(AppError::Photo { file, fault }) => {
            assert_eq!(file, sha);
            Some(fault)
        }
        Err(e) => panic!("{e}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_and_a_missing_photo_are_named_backed_up_around_and_healed() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let app = app(&fresh).await;
        let actor = company(&app).await;
        let mut photos = Vec::new();
        let mut matters = Vec::new();
        for n in [10, 20, 30] {
            let sha = app.take_photo(picture(n).into()).await.unwrap().as_str().to_owned();
            matters.push(raise(&app, &actor, "漏油", vec![sha.clone()]).await);
            photos.push(sha);
        }
        let [damaged, missing, whole] = &photos[..] else { panic!() };
        assert!(app.verify().await.unwrap().ok && app.lost_photos().await.unwrap().is_empty());
        flip(&path_of(&fresh, damaged));
        std::fs::remove_file(path_of(&fresh, missing)).unwrap();

        // Not one byte of it is shown.
        assert_eq!(shown(&app, &actor, damaged).await, Some(PhotoFault::Damaged));
        assert_eq!(shown(&app, &actor, missing).await, Some(PhotoFault::Missing));
        assert_eq!(shown(&app, &actor, whole).await, None);

        // Named with the matter that uses it, and the event that first said so.
        let lost = app.lost_photos().await.unwrap();
        let found = app.verify().await.unwrap();
        assert!(!found.ok);
        for (sha, fault, matter, n) in
            [(damaged, PhotoFault::Damaged, matters[0], 1), (missing, PhotoFault::Missing, matters[1], 2)]
        {
            let told = lost.iter().find(|l| l.file == *sha).unwrap();
            assert_eq!((told.fault, told.used_by.len()), (fault, 1));
            let by = &told.used_by[0];
            assert_eq!((by.kind.as_str(), by.id, by.number), ("matter", matter, Some(n)));
            let events = yixian_store::ledger::timeline(&mut app.store().read().await.unwrap(), matter).await.unwrap();
            let want = format!("photo {sha} is {}; used by matter {n} ({matter})", fault.as_str());
            assert!(found.faults.iter().any(|f| f.event == events[0].seq && f.what == want), "{:?}", found.faults);
        }
        assert_eq!((lost.len(), found.faults.len()), (2, 2));

        // A backup is made in any case, says what is not in it, and can be restored.
        let archive = fresh.folder().join("backup.zip");
        let made = app.backup(&archive).await.unwrap();
        assert_eq!((made.files.len(), &made.files[0]), (1, whole));
        assert_eq!(made.lost, lost);
        assert_eq!(check(&archive).unwrap(), made);
        let second = Fresh::new(engine).await;
        let db = second.db().await;
        assert_eq!(restore(&archive, &db, second.folder()).await.unwrap().lost, lost);
        db.close().await;
        let other = super::backup::app(&second).await;
        let left = other.lost_photos().await.unwrap();
        assert_eq!(left.len(), 2);
        assert!(left.iter().all(|l| l.fault == PhotoFault::Missing), "{left:?}");

        // The same picture again puts it back, here and there.
        for (n, sha) in [(10, damaged), (20, missing)] {
            for app in [&app, &other] {
                assert_eq!(app.take_photo(picture(n).into()).await.unwrap().as_str(), sha);
            }
            assert_eq!(shown(&app, &actor, sha).await, None);
        }
        assert!(app.verify().await.unwrap().ok && other.verify().await.unwrap().ok);
        let again = app.backup(&fresh.folder().join("again.zip")).await.unwrap();
        assert_eq!((again.files.len(), again.lost), (3, vec![]));
        app.close().await;
        other.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_nobody_needs_go_after_a_day() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let app = app(&fresh).await;
        let actor = company(&app).await;
        let kept = app.take_photo(picture(1).into()).await.unwrap().as_str().to_owned();
        raise(&app, &actor, "漏油", vec![kept.clone()]).await;
        let old = SystemTime::UNIX_EPOCH + Duration::from_hours(400_000);
        let put = |name: &str, aged: bool| {
            let path = path_of(&fresh, name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, "x").unwrap();
            if aged {
                std::fs::File::options().write(true).open(&path).unwrap().set_modified(old).unwrap();
            }
            path
        };
        let sha = |c: &str| c.repeat(64);
        let gone = [
            put(&format!("{kept}#1"), true),
            put(&format!("{}#23", sha("a")), true),
            put(&sha("b"), true),
            put(&sha("0"), true),
        ];
        let stay = [
            put(&format!("{kept}#2"), false),
            put(&sha("c"), false),
            put("notes.txt", true),
            put(&format!("{}.bak", sha("d")), true),
            path_of(&fresh, &kept),
        ];
        std::fs::File::options().write(true).open(&stay[4]).unwrap().set_modified(old).unwrap();
        assert_eq!(app.clear_photos().await.unwrap(), gone.len());
        assert!(gone.iter().all(|p| !p.exists()), "{gone:?}");
        assert!(stay.iter().all(|p| p.exists()), "{stay:?}");
        // What somebody sends again just now is young, however old the file that was there.
        let orphan = put(&sha("e"), true);
        let again = app.take_photo(picture(9).into()).await.unwrap();
        let file = path_of(&fresh, again.as_str());
        std::fs::File::options().write(true).open(&file).unwrap().set_modified(old).unwrap();
        app.take_photo(picture(9).into()).await.unwrap();
        assert!(std::fs::metadata(&file).unwrap().modified().unwrap() > old);
        assert_eq!(app.clear_photos().await.unwrap(), 1);
        assert!(!orphan.exists() && file.exists());
        app.close().await;
    }
}
