//! Backup and restore: over to the other engine and back, under writers, and with damaged archives.

use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;
use yixian_app::accounts::{FirstPerson, Whence};
use yixian_app::backup::{BackupError, Manifest, check, restore};
use yixian_app::clock::Clock;
use yixian_app::command::{ContactIn, Envelope, MatterCommand};
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::{App, Opening};
use yixian_domain::access::{Actor, Scope};
use yixian_domain::ids::CommandId;
use yixian_domain::matter::ErasureGround;
use yixian_domain::matter::{MatterKind, Origin};
use yixian_domain::time::Instant;
use yixian_store::matter::{Filter, list};
use yixian_testkit::{Engine, Fresh};

pub(super) async fn app(fresh: &Fresh) -> App {
    let clock = Clock::At(Instant::parse("2018-09-28T09:00:00+08:00").unwrap());
    App::open(Opening {
        db: fresh.db().await,
        folder: fresh.folder(),
        clock,
        mint: Mint::random(),
        policies: PolicySource::Embedded,
    })
    .await
    .unwrap()
}

/// A picture as a phone would send it: a PNG of one colour that depends on `n`.
pub(super) fn picture(n: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let image = image::RgbImage::from_pixel(40, 30, image::Rgb([n, 255 - n, 7]));
    image.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    bytes
}

pub(super) async fn company(app: &App) -> Actor {
    let first = FirstPerson {
        company: "市公司".into(),
        company_code: "BJ".into(),
        name: "管理员".into(),
        code: "admin".into(),
        password: "correct horse battery".into(),
    };
    let person = app.set_up(first).await.unwrap();
    app.actor(person).await.unwrap()
}

pub(super) async fn raise(app: &App, actor: &Actor, words: &str, photos: Vec<String>) -> Uuid {
    let now = app.clock().now();
    let matter = app.mint().uuid(now);
    let raiser = Some(ContactIn { name: "张三".into(), phone: "13800001234".into(), ..ContactIn::default() });
    let command = MatterCommand::RaiseMatter {
        matter,
        kind: MatterKind::Problem,
        origin: Origin::Counter,
        category: "service".into(),
        words: words.into(),
        place: None,
        unit: None,
        photos,
        raiser,
        about: None,
    };
    app.execute(actor, CommandId(app.mint().uuid(now)), Envelope { happened_at: None, command: command.into() }, None)
        .await
        .unwrap();
    matter
}

/// A company with matters, photos, an erased matter, a session and a token.
async fn lively(fresh: &Fresh) -> App {
    let app = app(fresh).await;
    let actor = company(&app).await;
    for n in 0..120u8 {
        let photos = if n % 10 == 0 {
            vec![app.take_photo(picture(n).into()).await.unwrap().as_str().to_owned()]
        } else {
            vec![]
        };
        raise(&app, &actor, &format!("电表漏油 {n} \"引号\" \u{1f4a1}\nzweite Zeile"), photos).await;
    }
    let gone = raise(&app, &actor, "要删掉的话", vec![]).await;
    let erase = Envelope {
        happened_at: None,
        command: MatterCommand::EraseWords { matter: gone, ground: Some(ErasureGround::Request), note: String::new() }
            .into(),
    };
    app.execute(&actor, CommandId(app.mint().uuid(app.clock().now())), erase, None).await.unwrap();
    let person = actor.person().unwrap();
    app.begin_session(person, &Whence::default()).await.unwrap();
    app.make_token(person, "令牌".into(), 365).await.unwrap();
    app
}

async fn found(app: &App, text: &str) -> i64 {
    list(&mut app.store().read().await.unwrap(), &Scope::All, &Filter { text: text.into(), ..Filter::default() }, 5)
        .await
        .unwrap()
        .1
}

fn content(m: &Manifest) -> impl PartialEq + std::fmt::Debug + use<> {
    (m.tables.clone(), m.files.clone(), m.head.clone(), m.secret_sha256.clone(), m.business_instant)
}

#[tokio::test(flavor = "multi_thread")]
async fn over_to_the_other_engine_and_back() {
    for (here, there) in [(Engine::Sqlite, Engine::Postgres), (Engine::Postgres, Engine::Sqlite)] {
        let first = Fresh::new(here).await;
        let one = lively(&first).await;
        let verified = one.verify().await.unwrap();
        assert!(verified.ok, "{:?}", verified.faults);
        let archive = first.folder().join("backup.zip");
        let made = one.backup(&archive).await.unwrap();
        assert_eq!((made.tables["matter"].rows, made.files.len()), (121, 12));
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&archive).unwrap()) & 0o777, 0o600);
        assert!(matches!(one.backup(&archive).await, Err(BackupError::Exists(_))));
        one.close().await;

        let second = Fresh::new(there).await;
        let db = second.db().await;
        let restored = restore(&archive, &db, second.folder()).await.unwrap();
        assert_eq!(restored, made);
        // It is not empty any more.
        assert!(matches!(restore(&archive, &db, second.folder()).await, Err(BackupError::NotEmpty(_))));
        let elsewhere = tempfile::tempdir().unwrap();
        assert!(matches!(restore(&archive, &db, elsewhere.path()).await, Err(BackupError::NotEmpty(_))));
        db.close().await;

        let two = app(&second).await;
        assert!(two.verify().await.unwrap().ok);
        assert_eq!((found(&two, "漏油").await, found(&two, "zweite").await, found(&two, "删掉").await), (120, 120, 0));
        let again = two.backup(&second.folder().join("backup.zip")).await.unwrap();
        assert_eq!(content(&again), content(&made));
        // Life goes on: numbers, chains and links continue where they were.
        let actor = two
            .actor(two.sign_in("admin", "correct horse battery".into(), &Whence::default()).await.unwrap().0)
            .await
            .unwrap();
        raise(&two, &actor, "新的事", vec![]).await;
        assert!(two.verify().await.unwrap().ok);
        two.close().await;

        let third = Fresh::new(here).await;
        let db = third.db().await;
        restore(&second.folder().join("backup.zip"), &db, third.folder()).await.unwrap();
        db.close().await;
        let three = app(&third).await;
        let back = three.backup(&third.folder().join("backup.zip")).await.unwrap();
        assert_eq!(content(&back), content(&made));
        three.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_view_while_people_write() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let app = Arc::new(lively(&fresh).await);
        let actor = app
            .actor(app.sign_in("admin", "correct horse battery".into(), &Whence::default()).await.unwrap().0)
            .await
            .unwrap();
        let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let writers: Vec<_> = (0..4)
            .map(|_| {
                let (app, actor, stop) = (app.clone(), actor.clone(), stop.clone());
                tokio::spawn(async move {
                    let mut n = 0;
                    while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                        raise(&app, &actor, "同时写", vec![]).await;
                        n += 1;
                    }
                    n
                })
            })
            .collect();
        // The archive is checked when made: counts, hashes and ledger fit only in one view.
        let mut rows = Vec::new();
        for n in 0..3 {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            rows.push(app.backup(&fresh.folder().join(format!("{n}.zip"))).await.unwrap().tables["matter"].rows);
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        for w in writers {
            assert!(w.await.unwrap() > 0);
        }
        assert!(rows[0] > 121 && rows[1] > rows[0] && rows[2] > rows[1], "{engine:?}: {rows:?}");
        app.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_archive_is_refused_by_name() {
    let fresh = Fresh::new(Engine::Sqlite).await;
    let app = lively(&fresh).await;
    let path = fresh.folder().join("backup.zip");
    let manifest = app.backup(&path).await.unwrap();
    app.close().await;
    let good = std::fs::read(&path).unwrap();
    assert_eq!(check(&path).unwrap(), manifest);
    let broken = fresh.folder().join("broken.zip");
    let refused = |bytes: &[u8]| -> String {
        std::fs::write(&broken, bytes).unwrap();
        match check(&broken) {
            Err(BackupError::Damaged { entry, .. }) => entry,
            other => panic!("{other:?}"),
        }
    };
    // Where the data of some entries lies.
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&path).unwrap()).unwrap();
    let mut places = Vec::new();
    for i in 0..archive.len() {
        let e = archive.by_index_raw(i).unwrap();
        if e.compressed_size() > 20 {
            places.push((
                e.name().unwrap().into_owned(),
                e.data_start().unwrap() as usize,
                e.compressed_size() as usize,
            ));
        }
    }
    assert!(places.len() > 15);
    for (name, start, size) in &places {
        for at in [*start, start + size / 2, start + size * 3 / 4] {
            let mut bytes = good.clone();
            bytes[at] ^= 0x10;
            assert_eq!(&refused(&bytes), name, "flipped at {at}");
        }
        let named = refused(&good[..start + size / 2]);
        assert_eq!(&named, name, "cut off within {name}");
    }
    // No bit anywhere changes unseen, and no length is whole but the whole.
    let mut at = 13;
    while at < good.len() {
        let mut bytes = good.clone();
        bytes[at] ^= 1 << (at % 8);
        refused(&bytes);
        at += good.len() / 150;
    }
    for keep in [0, 1, 63, 64, 65, 1_000, good.len() - 65, good.len() - 64, good.len() - 1] {
        refused(&good[..keep]);
    }
    refused(&[&good[..], b"x"].concat());
    let other = Fresh::new(Engine::Sqlite).await;
    let refusal = restore(&broken, &other.db().await, other.folder()).await;
    assert!(matches!(refusal, Err(BackupError::Damaged { .. })));
    assert!(!Path::new(&other.folder().join("secret.key")).exists());
}

/// The verifier in Python reads a backup of either engine.
#[tokio::test(flavor = "multi_thread")]
async fn python_reads_a_backup() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let app = lively(&fresh).await;
        let path = fresh.folder().join("backup.zip");
        app.backup(&path).await.unwrap();
        let rust = app.verify().await.unwrap();
        app.close().await;
        let out = std::process::Command::new("python3")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tools/verify_ledger.py"))
            .arg(&path)
            .output()
            .expect("the second verifier needs python3: install it (Debian: apt-get install python3)");
        let said: serde_json::Value = serde_json::from_slice(&out.stdout)
            .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&out.stderr)));
        assert_eq!((said, out.status.code()), (serde_json::to_value(&rust).unwrap(), Some(0)));
    }
}
