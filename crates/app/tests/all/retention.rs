//! What goes because it was kept long enough, on both engines: off by default, rules refused and put in force, a preview that
//! writes nothing, carried out as it was shown, what is open or was changed left alone, sent again without doing it twice.

use super::backup::picture;
use serde_json::{Value, json};
use uuid::Uuid;
use yixian_app::accounts::FirstPerson;
use yixian_app::clock::Clock;
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::retention::{BATCH, Called, LeftBecause, OfKind, Preview, Seen};
use yixian_app::{App, AppError, Opening};
use yixian_domain::access::{Actor, Voice};
use yixian_domain::ids::{By, CommandId, MatterId, PersonId};
use yixian_domain::matter::MatterEvent;
use yixian_domain::retention::{Hold, Judgement, KeptKind};
use yixian_domain::time::Instant;
use yixian_store::ledger::head;
use yixian_testkit::{Engine, Fresh};

async fn open(fresh: &Fresh, at: &str) -> App {
    let clock = Clock::At(Instant::parse(at).expect("an instant"));
    let policies = PolicySource::Embedded;
    let opening = Opening { db: fresh.db().await, folder: fresh.folder(), clock, mint: Mint::random(), policies };
    App::open(opening).await.expect("it opens")
}

fn new_id(app: &App) -> Uuid {
    app.mint().uuid(app.clock().now())
}

async fn does(app: &App, actor: &Actor, command: Value) -> Result<(), AppError> {
    let said = command.to_string();
    let envelope = serde_json::from_value(command).unwrap_or_else(|e| panic!("{said}: {e}"));
    app.execute(actor, CommandId(new_id(app)), envelope, None).await.map(drop)
}

async fn ok(app: &App, actor: &Actor, command: Value) {
    let said = command.to_string();
    does(app, actor, command).await.unwrap_or_else(|e| panic!("{said}: {e}"));
}

/// The company as it was in 2017.
struct Then {
    admin: Actor,
    /// Administers the second unit alone.
    other: Actor,
    plain: Uuid,
    touched: Uuid,
    follower: Uuid,
    elsewhere: Uuid,
    connection: Uuid,
    gone: Uuid,
    photo: String,
}

async fn raiser(app: &App, matter: Uuid) -> Actor {
    let page = app.matter_page(&Actor::System, MatterId(matter)).await.expect("a matter");
    match page.matter.raised.by {
        By::Raiser(contact) => Actor::Raiser { contact, matter: MatterId(matter), voice: Voice::SentLink },
        by => panic!("{by:?}"),
    }
}

async fn then(app: &App) -> Then {
    let first = FirstPerson {
        company: "市公司".into(),
        company_code: "BJ".into(),
        name: "管理员".into(),
        code: "admin".into(),
        password: "correct horse battery".into(),
    };
    let admin = app.actor(app.set_up(first).await.expect("set up")).await.expect("an actor");
    let (system, root) = (Actor::System, app.directory().await.expect("units").root().expect("a root").id.0);
    let unit = new_id(app);
    ok(app, &system, json!({ "do": "put_unit", "unit": unit, "code": "CP", "name": "昌平公司", "kind": "district_company", "parent": root })).await;
    let person = async |code: &str, unit: Uuid, roles: Value, to: Option<&str>| {
        let id = new_id(app);
        ok(
            app,
            &system,
            json!({ "do": "put_person", "person": id, "code": code, "name": format!("人{code}"), "unit": unit,
            "level": "staff", "specialty": "operations", "from": "2010-01-01", "to": to, "roles": roles }),
        )
        .await;
        id
    };
    let other = person("other", unit, json!([{ "role": "administrator", "unit": unit }]), None).await;
    let judge = person("judge", root, json!([{ "role": "verifier", "unit": root }]), None).await;
    let judge = app.actor(PersonId(judge)).await.expect("an actor");
    let gone = person("gone", root, json!([]), Some("2016-12-31")).await;
    // He left as well, and what he raised is not closed.
    let owed = person("owed", root, json!([]), None).await;
    let his = new_id(app);
    let raise = |matter: Uuid, unit: Uuid, photos: Value| {
        json!({ "do": "raise_matter", "matter": matter, "kind": "problem", "origin": "counter", "category": "service",
            "words": "电表箱门坏", "unit": unit, "photos": photos, "raiser": { "name": "张三", "phone": "13800001234" } })
    };
    ok(
        app,
        &app.actor(PersonId(owed)).await.expect("an actor"),
        json!({ "do": "raise_matter", "matter": his, "kind": "problem",
        "origin": "staff", "category": "service", "words": "会议室灯坏", "unit": root }),
    )
    .await;
    ok(
        app,
        &system,
        json!({ "do": "put_person", "person": owed, "code": "owed", "name": "人owed", "unit": root,
        "level": "staff", "specialty": "operations", "from": "2010-01-01", "to": "2017-01-31" }),
    )
    .await;

    let photo = app.take_photo(picture(10).into()).await.expect("a photo").as_str().to_owned();
    let (plain, touched, master, follower, elsewhere) =
        (new_id(app), new_id(app), new_id(app), new_id(app), new_id(app));
    for (id, unit, photos) in [
        (plain, root, json!([photo])),
        (touched, root, json!([])),
        (master, root, json!([])),
        (follower, root, json!([])),
        (elsewhere, unit, json!([])),
    ] {
        ok(app, &system, raise(id, unit, photos)).await;
    }
    ok(app, &system, json!({ "do": "merge", "matter": follower, "into": master })).await;
    let settled = async |id: Uuid, at: Uuid| {
        ok(app, &system, json!({ "do": "assign", "matter": id, "unit": at, "due": { "limit": "5wd" } })).await;
        ok(app, &system, json!({ "do": "accept", "matter": id })).await;
        ok(app, &system, json!({ "do": "submit", "matter": id, "how": "已修" })).await;
        ok(app, &judge, json!({ "do": "verify", "matter": id })).await;
        ok(app, &system, json!({ "do": "answer", "matter": id, "words": "已修好" })).await;
    };
    for (id, at) in [(plain, root), (touched, root), (master, root), (elsewhere, unit)] {
        settled(id, at).await;
    }
    for id in [plain, touched, elsewhere, follower] {
        ok(app, &raiser(app, id).await, json!({ "do": "rate", "matter": id, "verdict": "solved" })).await;
    }
    // What the follower goes with is open again.
    ok(app, &raiser(app, master).await, json!({ "do": "rate", "matter": master, "verdict": "not" })).await;

    // A customer who was not satisfied: his application is closed, and goes on as a problem.
    let connection = new_id(app);
    for command in [
        json!({ "do": "apply_connection", "connection": connection, "application": { "origin": "counter", "applicant": "person",
            "name": "李四", "phone": "13911112222", "district": "昌平区", "address": "某街 1 号", "use": "shop", "capacity": "15",
            "unit": root, "papers": [{ "kind": "identity" }, { "kind": "premises" }] } }),
        json!({ "do": "accept", "matter": connection }),
        json!({ "do": "advance", "matter": connection, "step": "apply" }),
        json!({ "do": "survey_connection", "connection": connection, "works": false }),
        json!({ "do": "advance", "matter": connection, "step": "survey" }),
        json!({ "do": "energize", "connection": connection, "how": "装表接电" }),
    ] {
        ok(app, &system, command).await;
    }
    ok(app, &judge, json!({ "do": "verify", "matter": connection })).await;
    ok(app, &system, json!({ "do": "answer", "matter": connection, "words": "已送电" })).await;
    ok(
        app,
        &raiser(app, connection).await,
        json!({ "do": "rate_connection", "connection": connection, "satisfaction": "not",
        "reasons": ["slow"], "problem": new_id(app) }),
    )
    .await;
    let other = app.actor(PersonId(other)).await.expect("an actor");
    Then { admin, other, plain, touched, follower, elsewhere, connection, gone, photo }
}

fn of(preview: &Preview, kind: KeptKind) -> &OfKind {
    &preview.kinds.iter().find(|k| k.0 == kind).expect("the kind").1
}

fn ids(preview: &Preview) -> Vec<Uuid> {
    preview.due.iter().map(|d| d.seen.id).collect()
}

async fn told(app: &App) -> i64 {
    head(&mut app.store().read().await.expect("a connection")).await.expect("a head").events
}

fn faults(e: AppError) -> Vec<(&'static str, &'static str)> {
    match e {
        AppError::Invalid(all) => all.into_iter().map(|f| (f.field, f.code)).collect(),
        e => panic!("{e}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_long_enough_goes_as_it_was_shown_and_nothing_else() {
    let problem = KeptKind::parse("problem").expect("a kind");
    let connection = KeptKind::parse("connection").expect("a kind");
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let was = open(&fresh, "2017-02-10T09:00:00+08:00").await;
        let t = then(&was).await;
        was.close().await;
        let app = open(&fresh, "2018-09-28T09:00:00+08:00").await;

        // Nobody made a rule: nothing is due, however old.
        let before = told(&app).await;
        let off = app.retention_preview(&t.admin).await.expect("a preview");
        assert_eq!((off.kinds.len(), off.due.len(), off.version), (0, 0, 0), "{engine:?}");

        // Bad rules are refused, all faults at once; so is whoever administers a part of the company.
        let bad = json!([{ "of": "problem", "days": 0 }, { "of": "visit", "days": 365 }, { "of": "person", "days": 29 },
            { "of": "wish", "days": 40_000 }, { "of": "task", "days": 90 }, { "of": "task", "days": 91 }]);
        let refused = does(&app, &t.admin, json!({ "do": "put_retention", "keep": bad })).await.expect_err("bad rules");
        assert_eq!(
            faults(refused),
            [
                ("keep_problem", "retention_short"),
                ("keep", "retention_kind"),
                ("keep_person", "retention_short"),
                ("keep_wish", "retention_long"),
                ("keep_task", "retention_twice"),
            ]
        );
        let rules = json!({ "do": "put_retention", "keep": [{ "of": "problem", "days": 365 },
            { "of": "connection", "days": 365 }, { "of": "person", "days": 365 }] });
        assert!(matches!(does(&app, &t.other, rules.clone()).await, Err(AppError::Denied(_))));
        assert_eq!(told(&app).await, before, "nothing of it left a trace");
        let stale = app
            .execute(&t.admin, CommandId(new_id(&app)), serde_json::from_value(rules.clone()).expect("rules"), Some(7))
            .await;
        assert!(matches!(stale, Err(AppError::Stale { current: 0 })), "{stale:?}");
        ok(&app, &t.admin, rules).await;
        let newest = told(&app).await;
        let mut conn = app.store().read().await.expect("a connection");
        let last = yixian_store::ledger::page(&mut conn, newest - 1, 1).await.expect("events").remove(0);
        drop(conn);
        assert_eq!(
            (last.code.as_str(), last.actor),
            ("put_in_force", format!("person:{}", t.admin.person().expect("he")))
        );
        assert!(last.body.contains("\"policy\":\"retention\"") && last.body.contains("\"version\":1"), "{}", last.body);

        // The preview: what is due and what is kept because something is open. It writes nothing.
        let before = told(&app).await;
        let shown = app.retention_preview(&t.admin).await.expect("a preview");
        assert_eq!(ids(&shown), [t.plain, t.touched, t.elsewhere, t.gone], "{engine:?}: {shown:?}");
        let day = |s: &str| s.parse::<yixian_domain::time::Date>().expect("a day");
        let problems = of(&shown, problem);
        assert_eq!((problems.due, problems.ended), (3, Some((day("2017-02-10"), day("2017-02-10")))));
        assert_eq!(problems.held.iter().map(|(h, n)| (*h, *n)).collect::<Vec<_>>(), [(Hold::Merged, 1)]);
        assert_eq!(of(&shown, connection).held.keys().copied().collect::<Vec<_>>(), [Hold::Problem]);
        let people = of(&shown, KeptKind::Person);
        assert_eq!((people.due, people.held.get(&Hold::Concerned)), (1, Some(&1)));
        assert_eq!(shown.due[3].called, Called::Person("gone".into()));
        assert_eq!((shown.due[3].ended, shown.due[3].last), (day("2016-12-31"), day("2017-12-31")));
        assert_eq!(shown.sha256(), app.retention_preview(&t.admin).await.expect("a preview").sha256());
        assert_eq!(told(&app).await, before);
        // Whoever administers a part sees that part.
        let part = app.retention_preview(&t.other).await.expect("a preview");
        assert_eq!(ids(&part), [t.elsewhere]);
        assert_eq!(ids(&app.retention_preview(&Actor::System).await.expect("a preview")), ids(&shown));
        let nobody = app.retention_preview(&app.actor(PersonId(t.gone)).await.expect("an actor")).await;
        assert!(matches!(nobody, Err(AppError::Denied(_))));

        // Carried out as it was shown; what was changed since, or is not his, is left.
        ok(&app, &t.admin, json!({ "do": "comment", "matter": t.touched, "words": "又来电询问" })).await;
        let seen: Vec<Seen> = shown.due.iter().map(|d| d.seen).collect();
        let carry = async |actor: &Actor, batch: CommandId, seen: &[Seen]| {
            app.carry_out_retention(actor, batch, 1, seen).await.expect("carried out")
        };
        let foreign = carry(&t.other, CommandId(new_id(&app)), &seen[..1]).await;
        assert_eq!((foreign.erased, foreign.left), (0, vec![(seen[0], None, LeftBecause::Missing)]));
        let held = Seen { of: problem, id: t.follower, rev: 1 };
        let held = carry(&t.admin, CommandId(new_id(&app)), &[held]).await;
        assert_eq!(held.left[0].2, LeftBecause::NotDue(Judgement::Held(Hold::Merged)));
        let none = app.carry_out_retention(&t.admin, CommandId(new_id(&app)), 1, &[]).await.expect_err("nothing");
        assert_eq!(faults(none), [("seen", "retention_nothing")]);
        let many = vec![seen[0]; BATCH + 1];
        let many = app.carry_out_retention(&t.admin, CommandId(new_id(&app)), 1, &many).await.expect_err("too many");
        assert_eq!(faults(many), [("seen", "retention_batch")]);
        let older = app.carry_out_retention(&t.admin, CommandId(new_id(&app)), 0, &seen).await;
        assert!(
            matches!(older, Err(AppError::Stale { current: 1 })),
            "rules of another version erase nothing: {older:?}"
        );

        // Cut off after the first, sent again as a whole, sent once more: each record is erased once.
        let batch = CommandId(new_id(&app));
        let before = told(&app).await;
        assert_eq!(carry(&t.admin, batch, &seen[..1]).await.erased, 1);
        assert_eq!(told(&app).await, before + 1, "an event of its own");
        let whole = carry(&t.admin, batch, &seen).await;
        let name = whole.left[0].1.clone().expect("it is his");
        assert_eq!((whole.erased, whole.left), (3, vec![(seen[1], Some(name), LeftBecause::Changed)]), "{engine:?}");
        assert_eq!(told(&app).await, before + 3);
        assert_eq!(carry(&t.admin, batch, &seen).await.erased, 3);
        assert_eq!(told(&app).await, before + 3, "sent again, nothing is written");
        let again = carry(&t.admin, CommandId(new_id(&app)), &seen[..1]).await;
        assert_eq!(again.left[0].2, LeftBecause::Erased);

        // It is gone as by hand, and the ledger says why.
        let page = app.matter_page(&t.admin, MatterId(t.plain)).await.expect("a page");
        let MatterEvent::Erased { ground, photos, note } = &page.timeline.last().expect("an event").event else {
            panic!("{:?}", page.timeline.last())
        };
        assert_eq!((ground.as_str(), photos.len(), note.is_none()), ("retention", 1, true));
        assert!(page.words.is_empty() && page.contact == Some((None, None)));
        assert!(app.photo(&t.admin, &t.photo, None).await.is_err());
        let kept = app.directory().await.expect("a directory").person(PersonId(t.gone)).cloned().expect("his row");
        assert_eq!(kept.name, "—");
        let page = app.matter_page(&t.admin, MatterId(t.touched)).await.expect("a page");
        assert_eq!(page.contact.and_then(|c| c.1).as_deref(), Some("138****1234"), "left as it is");

        // The next preview has what was left; then nothing.
        let rest = app.retention_preview(&t.admin).await.expect("a preview");
        assert_eq!(ids(&rest), [t.touched]);
        assert_eq!(carry(&t.admin, CommandId(new_id(&app)), &[rest.due[0].seen]).await.erased, 1);
        assert!(app.retention_preview(&t.admin).await.expect("a preview").due.is_empty());

        // By hand neither, while something is open; for another reason it is another matter.
        for (id, ground, done) in
            [(t.connection, "retention", false), (t.follower, "retention", false), (t.follower, "request", true)]
        {
            let erase = does(&app, &t.admin, json!({ "do": "erase_words", "matter": id, "ground": ground })).await;
            assert_eq!(erase.as_ref().map_err(AppError::code), if done { Ok(&()) } else { Err("still_needed") });
        }
        let verified = app.verify().await.expect("a verdict");
        assert!(verified.ok, "{engine:?}: {:?}", verified.faults);

        // Off again.
        ok(&app, &t.admin, json!({ "do": "put_retention", "keep": [] })).await;
        let off = app.retention_preview(&t.admin).await.expect("a preview");
        assert_eq!((off.kinds.len(), off.version), (0, 2));
        app.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_rules_is_read_and_its_faults_are_told_at_once() {
    let fresh = Fresh::new(Engine::Sqlite).await;
    let app = open(&fresh, "2018-09-28T09:00:00+08:00").await;
    let bad = "[[keep]]\nof = \"problem\"\ndays = -1\n[[keep]]\nof = \"visits\"\ndays = 400\n";
    match app.put_policy("retention", "r.toml", bad.into()).await {
        Err(AppError::BadPolicy { why, .. }) => assert_eq!(why.len(), 2, "{why:?}"),
        other => panic!("{other:?}"),
    }
    let good = "[[keep]]\nof = \"enquiry\"\ndays = 1095\n";
    assert_eq!(app.put_policy("retention", "r.toml", good.into()).await.expect("good rules"), 1);
    let (version, rules) = app.retention(&Actor::System).await.expect("rules");
    assert_eq!((version, rules.rows().map(|r| (r.0.as_str(), r.1)).collect::<Vec<_>>()), (1, vec![("enquiry", 1095)]));
    app.close().await;
}
