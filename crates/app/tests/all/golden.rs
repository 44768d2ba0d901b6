//! Golden data: backups as earlier schemas wrote them, under `tests/golden/schema-NNNN/`, each with a text beside it that says
//! what is in it. Restored, migrated, replayed and verified on both engines, now and after every later change. Nothing there
//! is ever made again: a later schema adds a folder of its own by
//! `cargo test -p yixian-app --test all -- --ignored write_golden`.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use uuid::Uuid;
use yixian_app::backup::{BackupError, Manifest, check, restore};
use yixian_app::clock::Clock;
use yixian_app::command::Envelope;
use yixian_app::demo::{NOW, Size};
use yixian_app::domain::access::{Actor, Voice};
use yixian_app::domain::figure::FigureCode;
use yixian_app::domain::ids::*;
use yixian_app::domain::matter::StageName;
use yixian_app::domain::time::Instant;
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::store::backup::{Snapshot, schema};
use yixian_app::store::{ledger, row};
use yixian_app::{App, Opening};
use yixian_testkit::{Engine, Fresh, id};

/// The seed of the small demo, here and in its ledger head.
const SEED: u64 = 1;

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden")
}

pub(super) async fn open(fresh: &Fresh, now: Instant, seed: u64) -> App {
    let opening = Opening {
        db: fresh.db().await,
        folder: fresh.folder(),
        clock: Clock::At(now),
        mint: Mint::seeded(seed),
        policies: PolicySource::Embedded,
    };
    App::open(opening).await.expect("it opens")
}

/// What the text beside a backup says: a word and its value a line.
fn said(zip: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(zip.with_extension("txt")).expect("a text beside the backup");
    text.lines()
        .filter(|l| !l.starts_with('#'))
        .filter_map(|l| l.split_once(' '))
        .map(|(k, v)| (k.to_owned(), v.trim().to_owned()))
        .collect()
}

/// The figures of a month that the text gives.
const FIGURES: [(&str, FigureCode); 3] =
    [("activities", FigureCode::Activities), ("raised", FigureCode::Raised), ("reopen-rate", FigureCode::ReopenRate)];

async fn figures(app: &App, month: &str, as_of: Instant) -> Vec<(&'static str, usize)> {
    let report = app.report(&Actor::System, month.parse().expect("a month"), None, as_of).await.expect("figures");
    FIGURES.iter().map(|(name, code)| (*name, report.get(*code).expect("a figure").ids().len())).collect()
}

/// Every backup of every schema, oldest first.
fn backups() -> Vec<PathBuf> {
    let below = |folder: &Path| -> Vec<PathBuf> {
        let mut all: Vec<PathBuf> =
            std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
        all.sort();
        all
    };
    let zips: Vec<PathBuf> = below(&golden())
        .iter()
        .filter(|f| f.is_dir())
        .flat_map(|f| below(f))
        .filter(|f| f.extension().is_some_and(|e| e == "zip"))
        .collect();
    assert!(zips.len() >= 2, "{zips:?}");
    zips
}

#[tokio::test(flavor = "multi_thread")]
async fn every_golden_backup_is_restored_migrated_and_verified() {
    for zip in backups() {
        let said = said(&zip);
        for engine in Engine::ALL {
            let what = format!("{} on {engine:?}", zip.display());
            let fresh = Fresh::new(engine).await;
            let db = fresh.db().await;
            let manifest = restore(&zip, &db, fresh.folder()).await.unwrap_or_else(|e| panic!("{what}: {e}"));
            assert_eq!(
                (manifest.schema.to_string(), manifest.head.events.to_string(), &manifest.head.hash),
                (said["schema"].clone(), said["events"].clone(), &said["head"]),
                "{what}"
            );
            let mut view = Snapshot::begin(&db).await.expect("a view");
            let at = row!(view.conn(), (i64,), "SELECT MAX(n) FROM schema_step").expect("steps");
            assert_eq!(at, Some((schema(),)), "{what}: restored is migrated");
            view.end().await.expect("ended");
            db.close().await;

            // The sweep of time has not been there: the clock shows what it showed when the backup was taken.
            let now = Instant(manifest.business_instant);
            let app = open(&fresh, now, 99).await;
            let verified = app.verify().await.expect("verified");
            assert!(verified.ok, "{what}: {:?}", verified.faults);
            // Not a byte of it changed; rules that are new since were put in force after it, and nothing else.
            let mut conn = app.store().read().await.expect("a connection");
            let head = ledger::head(&mut conn).await.expect("a head");
            let sealed = ledger::seals(&mut conn, manifest.head.seal - 1, 1).await.expect("seals");
            let since = ledger::page(&mut conn, manifest.head.events, 5_000).await.expect("events");
            drop(conn);
            assert_eq!((sealed[0].last_seq, &sealed[0].hash), (manifest.head.events, &manifest.head.hash), "{what}");
            assert!(since.iter().all(|e| e.kind == "policy"), "{what}: {since:?}");
            for (name, n) in figures(&app, &said["month"], now).await {
                assert_eq!(n.to_string(), said[name], "{what}: {name}");
            }
            // Life goes on: a backup of today's schema is whole, and so is what comes of it on the other engine.
            let again = fresh.folder().join("again.zip");
            assert_eq!(app.backup(&again).await.expect("a backup").schema, schema());
            app.close().await;
            let other = Fresh::new(if engine == Engine::Sqlite { Engine::Postgres } else { Engine::Sqlite }).await;
            let back = restore(&again, &other.db().await, other.folder())
                .await
                .unwrap_or_else(|e| panic!("{what}, backed up again: {e}"));
            assert_eq!((back.head.events, &back.head.hash), (head.events, &head.hash), "{what}");
        }
    }
}

/// The archive with another manifest, sealed again as if it had been made so.
fn with_manifest(zip: &Path, to: &Path, change: impl FnOnce(&mut Manifest)) {
    let mut from = zip::ZipArchive::new(std::fs::File::open(zip).expect("a file")).expect("an archive");
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let mut change = Some(change);
    for i in 0..from.len() {
        let mut entry = from.by_index(i).expect("an entry");
        let name = entry.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("bytes");
        if name == "manifest.json" {
            let mut manifest: Manifest = serde_json::from_slice(&bytes).expect("a manifest");
            change.take().expect("one manifest")(&mut manifest);
            bytes = serde_json::to_vec(&manifest).expect("JSON");
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).expect("an entry");
        out.write_all(&bytes).expect("written");
    }
    out.set_comment("0".repeat(64)).expect("a comment");
    let mut bytes = out.finish().expect("finished").into_inner();
    let length = bytes.len() - 64;
    let sum = ledger::sha256(&bytes[..length]);
    bytes[length..].copy_from_slice(sum.as_bytes());
    std::fs::write(to, bytes).expect("written");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_backup_says_so_and_a_table_cannot_go_missing() {
    let zip = backups().remove(0);
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let (db, changed) = (fresh.db().await, fresh.folder().join("changed.zip"));
        with_manifest(&zip, &changed, |m| m.schema = schema() + 1);
        let newer = restore(&changed, &db, fresh.folder()).await.expect_err("a newer one");
        assert!(
            matches!(newer, BackupError::TooNew { .. }) && newer.to_string().contains("use a newer version"),
            "{newer}"
        );
        // A table of another program, and one of today's schema that is not there.
        with_manifest(&zip, &changed, |m| drop(m.tables.insert("stranger".into(), m.tables["unit"].clone())));
        assert!(matches!(check(&changed), Err(BackupError::Damaged { entry, .. }) if entry == "tables/stranger.jsonl"));
        with_manifest(&zip, &changed, |m| {
            m.schema = schema();
            // Tables of earlier schemas are strangers to today's.
            m.tables.retain(|name, _| !["unit", "session", "api_token", "calendar_link"].contains(&name.as_str()));
        });
        assert!(matches!(check(&changed), Err(BackupError::Damaged { entry, .. }) if entry == "tables/unit.jsonl"));
        // What was refused half-way left nothing: the whole one still finds an empty database.
        with_manifest(&zip, &changed, |m| m.schema = 1);
        restore(&changed, &db, fresh.folder()).await.expect_err("tables that schema 1 did not have");
        restore(&zip, &db, fresh.folder()).await.expect("restored");
        assert!(matches!(restore(&zip, &db, fresh.folder()).await, Err(BackupError::NotEmpty(_))));
        db.close().await;
    }
}

/// The head of the small demo's ledger, which stands in a file: who changes an event's bytes sees it here.
#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_head_of_a_seed() {
    let fresh = Fresh::new(Engine::Sqlite).await;
    let app = open(&fresh, NOW, SEED).await;
    let begun = std::time::Instant::now();
    app.make_demo_of(SEED, Size::MONTH).await.expect("a company");
    println!("made in {:?}", begun.elapsed());
    let head = ledger::head(&mut app.store().read().await.expect("a connection")).await.expect("a head");
    let file = golden().join("small-demo.head");
    let want = std::fs::read_to_string(&file).unwrap_or_default();
    let got = format!("seed {SEED}\nevents {}\nseal {}\nhead {}\n", head.events, head.seal, head.hash);
    assert_eq!(
        got,
        want,
        "the ledger of the small demo is another one: the bytes of an event, or which events there are, have changed.\n\
         If rules, words, pictures or the demo's own story were changed, that was meant: write what stands on the left into {}.\n\
         If an event of an existing kind is written differently, it is not: ledgers that are out there hold the old bytes. Give the new shape\n\
         a version (docs/ledger.md), so that both can be read, and only then take the new head over.",
        file.display(),
    );
}

/// The company whose commands tell the whole loop.
pub(super) struct Loop {
    pub(super) fresh: Fresh,
    pub(super) app: App,
    pub(super) now: Instant,
    opened: u64,
}

const ROOT: u64 = 400;
pub(super) const DISTRICT: u64 = 401;
const STATION: u64 = 402;
const ELSEWHERE: u64 = 403;
/// Coordinator, leader, handler, verifier, handler of the station, second leader.
const PEOPLE: [(u64, &str, &str, u64, bool); 6] = [
    (500, "coordinator", "staff", DISTRICT, false),
    (501, "leader", "unit_head", DISTRICT, true),
    (502, "handler", "staff", DISTRICT, false),
    (503, "verifier", "staff", DISTRICT, false),
    (504, "handler", "staff", STATION, false),
    (505, "leader", "unit_head", DISTRICT, true),
];

impl Loop {
    async fn begin(now: Instant) -> Loop {
        let fresh = Fresh::new(Engine::Sqlite).await;
        let app = open(&fresh, now, 1).await;
        Loop { fresh, app, now, opened: 1 }
    }
    /// Opens the company again, later.
    async fn later(&mut self, hours: i64) {
        self.app.close().await;
        self.opened += 1;
        self.now = self.now.plus_minutes(hours * 60);
        self.app = open(&self.fresh, self.now, self.opened).await;
        self.app.sweep().await.expect("swept");
    }
    async fn person(&self, n: u64) -> Actor {
        self.app.actor(PersonId(id(n))).await.expect("an actor")
    }
    pub(super) async fn does(&self, actor: &Actor, command: Value) {
        let envelope: Envelope = serde_json::from_value(command.clone()).unwrap_or_else(|e| panic!("{command}: {e}"));
        let done = self.app.execute(actor, CommandId(self.app.mint().uuid(self.now)), envelope, None).await;
        done.unwrap_or_else(|e| panic!("{command}: {e}"));
    }
    pub(super) async fn by(&self, person: u64, command: Value) {
        self.does(&self.person(person).await, command).await;
    }
    async fn stage(&self, matter: Uuid) -> StageName {
        self.app.matter_page(&Actor::System, MatterId(matter)).await.expect("a page").matter.stage.name()
    }
    /// The raiser from outside, by his link.
    async fn raiser(&self, matter: Uuid) -> Actor {
        let By::Raiser(contact) =
            self.app.matter_page(&Actor::System, MatterId(matter)).await.expect("a page").matter.raised.by
        else {
            panic!("nobody from outside")
        };
        Actor::Raiser { contact, matter: MatterId(matter), voice: Voice::SentLink }
    }
}

/// Units, people, places.
async fn register(c: &Loop) {
    let all = Actor::System;
    for (n, code, kind, parent) in [
        (ROOT, "BJ", "company", None),
        (DISTRICT, "CY", "district_company", Some(ROOT)),
        (STATION, "CY-01", "station", Some(DISTRICT)),
        (ELSEWHERE, "HD", "district_company", Some(ROOT)),
    ] {
        c.does(&all, json!({ "do": "put_unit", "unit": id(n), "code": code, "name": format!("{code}供电公司"), "kind": kind, "parent": parent.map(id) })).await;
    }
    for (n, role, level, unit, duty) in PEOPLE {
        c.does(&all, json!({
            "do": "put_person", "person": id(n), "code": format!("P{n}"), "name": format!("人{n}"), "unit": id(unit), "level": level, "specialty": "marketing", "duty": duty,
            "roles": [{ "role": role, "unit": id(unit) }],
        })).await;
    }
    for n in 0..12_u64 {
        let kind = ["construction_site", "village", "customer", "government"][n as usize % 4];
        c.does(&all, json!({
            "do": "put_place", "place": id(600 + n), "code": format!("P{n:02}"), "name": format!("地点{n} Site"), "kind": kind, "district": "朝阳区", "area": "urban",
            "point": { "lat": 39.93 + n as f64 / 200.0, "lon": 116.45 + n as f64 / 150.0 }, "unit": id(if n % 2 == 0 { DISTRICT } else { STATION }),
        })).await;
    }
}

/// A company through [`App::execute`]: the loop with a pause, an extension, a reopening; a merged pair; a visit with findings; a
/// connection to its call-back; a plan, adopted.
pub(super) async fn tell_the_loop() -> Loop {
    // 2018-05-02 09:00 in Beijing.
    let mut c = Loop::begin(Instant(1_525_222_800_000)).await;
    register(&c).await;
    let (m, twin, spot, later, case) = (id(700), id(701), id(702), id(703), id(704));
    let raised = |matter: Uuid, words: &str, name: &str| {
        json!({
            "do": "raise_matter", "matter": matter, "kind": "problem", "origin": "counter", "category": "service", "words": words, "place": id(600), "unit": id(DISTRICT),
            "raiser": { "name": name, "phone": "10012345678" },
        })
    };
    c.by(500, raised(m, "营业厅排队太久 \"too long\"", "赵师傅")).await;
    c.by(500, raised(twin, "还是排队", "钱师傅")).await;
    c.by(500, json!({ "do": "assign", "matter": m, "unit": id(DISTRICT), "handler": id(502), "due": "rule_if_any", "note": "请尽快" })).await;
    c.by(500, json!({ "do": "merge", "matter": twin, "into": m, "reason": "同一件事" })).await;
    c.by(502, json!({ "do": "accept", "matter": m })).await;
    c.by(502, json!({ "do": "ask_extension", "matter": m, "until": "2018-05-25", "reason": "等新叫号机" })).await;
    c.by(500, json!({ "do": "decide", "matter": m, "approve": true })).await;
    c.by(502, json!({ "do": "ask_pause", "matter": m, "reason": "厂家停工" })).await;
    c.by(500, json!({ "do": "decide", "matter": m, "approve": true, "note": "同意" })).await;

    // A visit: one finding solved on the spot, one to be put right.
    let visit = id(710);
    c.by(500, json!({ "do": "plan_visit", "visit": visit, "kind": "site", "place": id(600), "leader": id(501), "day": "2018-05-03", "companions": [{ "person": id(505), "duty": true }], "purpose": "看现场" })).await;
    c.later(24).await;
    c.by(501, json!({ "do": "start_visit", "visit": visit, "point": { "lat": 39.9301, "lon": 116.4502, "accuracy_m": 12.0 } })).await;
    c.by(501, json!({ "do": "record_finding", "visit": visit, "matter": spot, "category": "service", "words": "护栏松动", "finding": { "on_the_spot": { "how": "已紧固" } } })).await;
    c.by(501, json!({ "do": "record_finding", "visit": visit, "matter": later, "category": "service", "words": "标识牌缺失", "finding": { "put_right": { "unit": id(STATION), "due": { "day": "2018-05-08" } } } })).await;
    c.by(501, json!({ "do": "finish_visit", "visit": visit, "summary": "查了一处，两个问题" })).await;
    c.by(503, json!({ "do": "verify", "matter": spot })).await;
    c.by(502, json!({ "do": "resume", "matter": m, "note": "已复工" })).await;
    c.does(
        &Actor::System,
        json!({ "do": "exempt", "person": id(505), "from": "2018-05-14", "to": "2018-05-16", "reason": "leave" }),
    )
    .await;

    // Submitted, returned, submitted again, verified, answered; not solved, so another one does it.
    c.by(502, json!({ "do": "submit", "matter": m, "how": "加开窗口" })).await;
    c.by(503, json!({ "do": "return", "matter": m, "reason": "高峰仍排队" })).await;
    c.later(24).await;
    c.by(502, json!({ "do": "submit", "matter": m, "how": "叫号机已装" })).await;
    c.by(503, json!({ "do": "verify", "matter": m })).await;
    c.by(500, json!({ "do": "answer", "matter": m, "words": "赵师傅您好，已改" })).await;
    c.does(&c.raiser(m).await, json!({ "do": "rate", "matter": m, "verdict": "not", "words": "还是久" })).await;
    assert_eq!(c.stage(m).await, StageName::Reopened);
    c.by(500, json!({ "do": "assign", "matter": m, "unit": id(STATION), "due": { "limit": "5wd" } })).await;
    c.by(504, json!({ "do": "accept", "matter": m })).await;
    c.by(504, json!({ "do": "comment", "matter": m, "words": "现场看过" })).await;
    c.by(504, json!({ "do": "submit", "matter": m, "how": "增派人手" })).await;
    c.by(503, json!({ "do": "verify", "matter": m })).await;
    c.by(500, json!({ "do": "answer", "matter": m, "words": "已增派" })).await;
    c.does(&c.raiser(m).await, json!({ "do": "rate", "matter": m, "verdict": "solved" })).await;
    assert_eq!(
        (c.stage(m).await, c.stage(twin).await),
        (StageName::Closed, StageName::Answered),
        "the answer goes to both"
    );

    // A connection: applied at the counter, surveyed, powered, verified, answered, called.
    c.by(500, json!({ "do": "apply_connection", "connection": case, "application": {
        "origin": "counter", "applicant": "firm", "name": "临水咖啡店", "phone": "13800138000", "credit_code": "91350100M000100Y43", "size": "small", "district": "朝阳区",
        "street": "三里屯", "address": "工体北路 8 号", "use": "shop", "capacity": "60", "flags": ["elderly"], "papers": [{ "kind": "premises" }], "unit": id(DISTRICT),
    } })).await;
    c.later(24).await;
    c.by(502, json!({ "do": "accept", "matter": case })).await;
    c.by(502, json!({ "do": "advance", "matter": case, "step": "apply" })).await;
    c.by(502, json!({ "do": "survey_connection", "connection": case, "works": false, "words": "可直接接入" })).await;
    c.by(502, json!({ "do": "ask_pause", "matter": case, "reason": "客户装修", "ground": "customer_request" })).await;
    c.by(500, json!({ "do": "decide", "matter": case, "approve": true })).await;
    c.later(72).await;
    c.by(502, json!({ "do": "resume", "matter": case })).await;
    c.by(502, json!({ "do": "advance", "matter": case, "step": "survey" })).await;
    c.by(502, json!({ "do": "set_connection_cost", "connection": case, "counterfactual": { "voltage": "10kV", "capacity": "200", "lines": [["箱变", "512000"]] }, "chosen": { "voltage": "0.4kV", "capacity": "60", "source": "三零" }, "paid": "0" })).await;
    c.by(502, json!({ "do": "energize", "connection": case, "how": "装表送电" })).await;
    c.by(503, json!({ "do": "verify", "matter": case })).await;
    c.by(500, json!({ "do": "answer", "matter": case, "words": "已接通" })).await;
    c.by(500, json!({ "do": "call_back", "connection": case, "call": { "outcome": "reached", "steps": 2, "satisfaction": "satisfied" }, "words": "很快" })).await;

    // A plan of the rest of the month, adopted. The finding of the visit is overdue by now, and was told so.
    let plan = id(720);
    c.by(500, json!({ "do": "make_plan", "plan": plan, "unit": id(DISTRICT), "month": "2018-05", "changes": [{ "change": "urgent", "place": id(601), "points": 300 }], "iterations": 300, "seed": 3 })).await;
    c.by(500, json!({ "do": "adopt_plan", "plan": plan })).await;
    c.later(24).await;
    // Words of one matter are erased; its ledger stays whole.
    c.does(&Actor::System, json!({ "do": "erase_words", "matter": twin, "ground": "mistake" })).await;
    c
}

/// Writes the folder of today's schema. Never over one that is there.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "writes the golden data of a new schema"]
async fn write_golden() {
    let folder = golden().join(format!("schema-{:04}", schema()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let c = tell_the_loop().await;
    keep(
        &c.app,
        &folder.join("loop.zip"),
        "2018-05",
        c.now,
        "A company through commands: the loop, a connection, a plan.",
    )
    .await;
    c.app.close().await;
    let fresh = Fresh::new(Engine::Sqlite).await;
    let app = open(&fresh, NOW, SEED).await;
    app.make_demo_of(SEED, Size::MONTH).await.expect("a company");
    keep(&app, &folder.join("small-demo.zip"), "2018-09", NOW, "One district in September 2018, by `demo --small`.")
        .await;
    app.close().await;
}

async fn keep(app: &App, zip: &Path, month: &str, now: Instant, what: &str) {
    let verified = app.verify().await.expect("verified");
    assert!(verified.ok, "{:?}", verified.faults);
    let m = app.backup(zip).await.expect("a backup");
    let numbers: String = figures(app, month, now).await.into_iter().map(|(name, n)| format!("{name} {n}\n")).collect();
    let text = format!(
        "# {what}\nschema {}\nevents {}\nseal {}\nhead {}\nmonth {month}\n{numbers}",
        m.schema, m.head.events, m.head.seal, m.head.hash
    );
    std::fs::write(zip.with_extension("txt"), text).expect("written");
    println!("{}: {} bytes", zip.display(), std::fs::metadata(zip).expect("a file").len());
}
