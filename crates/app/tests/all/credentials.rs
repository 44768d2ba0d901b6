//! What somebody gets in with, on both engines: what ends it, that nothing is spent twice, that the company keeps an administrator,
//! and that the ledger knows all of it.

use serde_json::json;
use std::collections::BTreeMap;
use yixian_app::accounts::{Credential, FirstPerson, Whence};
use yixian_app::clock::Clock;
use yixian_app::command::Envelope;
use yixian_app::links::Entry;
use yixian_app::message::Messages;
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::store::row;
use yixian_app::{App, AppError, Opening};
use yixian_domain::access::Actor;
use yixian_domain::ids::{By, CommandId, PersonId};
use yixian_domain::refusal::Refusal;
use yixian_domain::time::{Date, Instant};
use yixian_testkit::{Engine, Fresh, id};

const OLD: &str = "correct horse battery";
const NEW: &str = "another horse battery";

struct Company {
    app: App,
    boss: PersonId,
    root: uuid::Uuid,
    _fresh: Fresh,
}

impl Company {
    async fn new(engine: Engine) -> Company {
        let fresh = Fresh::new(engine).await;
        let clock = Clock::At(Instant::parse("2018-09-28T09:00:00+08:00").unwrap());
        let opening = Opening {
            db: fresh.db().await,
            folder: fresh.folder(),
            clock,
            mint: Mint::random(),
            policies: PolicySource::Embedded,
        };
        let app = App::open(opening).await.unwrap();
        app.send_messages_to(Messages::memory());
        let first = FirstPerson {
            company: "市公司".into(),
            company_code: "BJ".into(),
            name: "管理员".into(),
            code: "boss".into(),
            password: OLD.into(),
        };
        let boss = app.set_up(first).await.unwrap();
        let root = app.directory().await.unwrap().units().next().unwrap().id.0;
        let c = Company { app, boss, root, _fresh: fresh };
        c.run(&Actor::System, json!({ "do": "put_unit", "unit": id(401), "code": "CY", "name": "朝阳", "kind": "district_company", "parent": root }))
            .await
            .unwrap();
        c
    }

    async fn run(&self, actor: &Actor, body: serde_json::Value) -> Result<(), AppError> {
        let envelope: Envelope = serde_json::from_value(body).expect("a command");
        let command = CommandId(self.app.mint().uuid(self.app.clock().now()));
        self.app.execute(actor, command, envelope, None).await.map(drop)
    }

    /// A person in a unit with a role over another.
    async fn person(&self, n: u64, of: uuid::Uuid, role: &str, over: uuid::Uuid) -> PersonId {
        self.run(&Actor::System, person(n, of, json!([{ "role": role, "unit": over }]), None)).await.unwrap();
        PersonId(id(500 + n))
    }

    /// What of these works now.
    async fn works(&self, session: &str, token: &str, feed: &str, link: &str) -> [bool; 4] {
        [
            self.app.known(Credential::Session(session)).await.unwrap().is_some(),
            self.app.known(Credential::Token(token)).await.unwrap().is_some(),
            self.app.calendar_of_link(feed).await.is_ok(),
            self.app.link(link).await.unwrap().is_some(),
        ]
    }

    /// One of each.
    async fn some_of_each(&self, person: PersonId) -> [String; 4] {
        [
            self.app.begin_session(person, &Whence::default()).await.unwrap(),
            self.app.make_token(person, "月报".into(), 365).await.unwrap(),
            self.app.make_calendar_link(person).await.unwrap(),
            self.app.make_link(Entry::Password(person), 7, By::Person(self.boss)).await.unwrap(),
        ]
    }

    async fn faults(&self) -> Vec<String> {
        self.app.verify_database().await.unwrap().faults.into_iter().map(|f| f.what).collect()
    }

    /// How many events of each code the log of security has.
    async fn log(&self, person: Option<PersonId>) -> BTreeMap<String, usize> {
        let day: Date = "2018-09-28".parse().unwrap();
        let mut told = BTreeMap::new();
        for line in self.app.security_log(&Actor::System, person, day, day).await.unwrap() {
            *told.entry(line.code).or_default() += 1;
        }
        told
    }
}

fn person(n: u64, of: uuid::Uuid, roles: serde_json::Value, to: Option<&str>) -> serde_json::Value {
    let mut body = json!({
        "do": "put_person", "person": id(500 + n), "code": format!("P{n}"), "name": format!("人{n}"), "unit": of,
        "level": "staff", "specialty": "operations",
    });
    if !roles.is_null() {
        body["roles"] = roles;
    }
    if let Some(to) = to {
        body["to"] = json!(to);
    }
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn another_password_ends_all_there_was() {
    for engine in Engine::ALL {
        let c = Company::new(engine).await;
        let p = c.person(1, id(401), "viewer", id(401)).await;
        let [s, t, f, l] = c.some_of_each(p).await;
        assert_eq!(c.works(&s, &t, &f, &l).await, [true; 4], "{engine:?}");
        let others = c.some_of_each(c.boss).await;
        // By his own hand.
        c.app.set_password(p, OLD.into(), &Whence::default()).await.unwrap();
        assert_eq!(c.works(&s, &t, &f, &l).await, [false; 4], "{engine:?}");
        // By a link that an administrator made.
        let [s, t, f, l] = c.some_of_each(p).await;
        c.app.set_password_by_link(&l, NEW.into(), &Whence::default()).await.unwrap();
        assert_eq!(c.works(&s, &t, &f, &l).await, [false; 4], "{engine:?}");
        // Whoever signs in again in the same browser has one session there.
        let (_, one) = c.app.sign_in("P1", NEW.into(), &Whence::default()).await.unwrap();
        let whence = Whence { before: Some(one.clone()), ..Whence::default() };
        let (_, two) = c.app.sign_in("P1", NEW.into(), &whence).await.unwrap();
        assert!(c.app.known(Credential::Session(&one)).await.unwrap().is_none());
        assert!(c.app.known(Credential::Session(&two)).await.unwrap().is_some());
        let [s, t, f, l] = &others;
        assert_eq!(c.works(s, t, f, l).await, [true; 4], "{engine:?}: other people's go on");
        assert_eq!(c.faults().await, Vec::<String>::new(), "{engine:?}");
        let told = c.log(Some(p)).await;
        for (code, n) in
            [("password_changed", 1), ("password_set", 1), ("link_made", 2), ("credential_made", 4), ("signed_in", 4)]
        {
            assert_eq!(told.get(code), Some(&n), "{engine:?} {code}: {told:?}");
        }
        c.app.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaver_has_nothing_that_works_nor_when_he_comes_back() {
    for engine in Engine::ALL {
        let c = Company::new(engine).await;
        let p = c.person(1, id(401), "viewer", id(401)).await;
        c.app.set_password(p, OLD.into(), &Whence::default()).await.unwrap();
        let [s, t, f, l] = c.some_of_each(p).await;
        c.run(&Actor::System, person(1, id(401), json!(null), Some("2018-09-27"))).await.unwrap();
        assert_eq!(c.works(&s, &t, &f, &l).await, [false; 4], "{engine:?}");
        assert!(matches!(c.app.sign_in("P1", OLD.into(), &Whence::default()).await, Err(AppError::SignInRefused)));
        assert!(matches!(c.app.begin_session(p, &Whence::default()).await, Err(AppError::SignInRefused)));
        assert!(c.app.set_password_by_link(&l, NEW.into(), &Whence::default()).await.is_err());
        c.run(&Actor::System, person(1, id(401), json!(null), None)).await.unwrap();
        assert_eq!(c.works(&s, &t, &f, &l).await, [false; 4], "{engine:?}: what ended stays ended");
        c.app.sign_in("P1", OLD.into(), &Whence::default()).await.unwrap();
        assert_eq!(c.faults().await, Vec::<String>::new(), "{engine:?}");
        c.app.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifteen_at_once_get_one_code_and_wrong_tries_are_counted_exactly() {
    for engine in Engine::ALL {
        let c = Company::new(engine).await;
        let messages = Messages::memory();
        c.app.send_messages_to(messages.clone());
        let many: Vec<_> = (0..15)
            .map(|_| {
                let app = c.app.clone();
                tokio::spawn(async move { app.start_phone_code("13700001111", str::to_owned).await })
            })
            .collect();
        let mut sent = 0;
        for one in many {
            match one.await.unwrap() {
                Ok(()) => sent += 1,
                Err(e) => assert!(matches!(e, AppError::TooMany { seconds: 1..=61 }), "{e}"),
            }
        }
        assert_eq!((sent, messages.sent().len()), (1, 1), "{engine:?}");
        let code = messages.sent()[0].1.clone();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let tries: Vec<_> = (0..12)
            .map(|_| {
                let app = c.app.clone();
                tokio::spawn(async move { app.check_phone_code("13700001111", wrong).await })
            })
            .collect();
        let mut told = BTreeMap::<&str, usize>::new();
        for one in tries {
            match one.await.unwrap() {
                Err(AppError::Invalid(f)) => *told.entry(f[0].code).or_default() += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(told, BTreeMap::from([("code_wrong", 5), ("code_expired", 7)]), "{engine:?}");
        let row =
            row!(&mut c.app.store().read().await.unwrap(), (i64, i64), "SELECT tries, sent_today FROM phone_code")
                .unwrap();
        assert_eq!(row, Some((5, 1)), "{engine:?}");
        assert!(c.app.check_phone_code("13700001111", &code).await.is_err(), "the right one comes too late");
        // A right code is spent by the first of those who type it.
        c.app.start_phone_code("13700002222", str::to_owned).await.unwrap();
        let code = messages.sent()[1].1.clone();
        let tries: Vec<_> = (0..6)
            .map(|_| {
                let (app, code) = (c.app.clone(), code.clone());
                tokio::spawn(async move { app.check_phone_code("13700002222", &code).await.is_ok() })
            })
            .collect();
        let mut good = 0;
        for one in tries {
            good += usize::from(one.await.unwrap());
        }
        assert_eq!(good, 1, "{engine:?}");
        c.app.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_units_administrator_does_not_end_who_holds_more_than_he() {
    for engine in Engine::ALL {
        let c = Company::new(engine).await;
        let part = c.person(1, id(401), "administrator", id(401)).await;
        let above = c.person(2, id(401), "administrator", c.root).await;
        let below = c.person(3, id(401), "viewer", id(401)).await;
        let actor = c.app.actor(part).await.unwrap();
        let denied =
            |done: Result<(), AppError>| assert!(matches!(done, Err(AppError::Denied(_))), "{engine:?}: {done:?}");
        // Ending his time, in whatever way, ends what he holds.
        denied(c.run(&actor, person(2, id(401), json!(null), Some("2018-01-01"))).await);
        denied(c.run(&actor, person(2, id(401), json!(null), Some("2019-01-01"))).await);
        let mut later = person(2, id(401), json!(null), None);
        later["from"] = json!("2019-01-01");
        denied(c.run(&actor, later).await);
        denied(c.run(&actor, person(2, id(401), json!([]), None)).await);
        c.run(&Actor::System, json!({ "do": "put_unit", "unit": id(402), "code": "CY1", "name": "站", "kind": "station", "parent": id(401) })).await.unwrap();
        denied(c.run(&actor, person(2, id(402), json!(null), None)).await);
        // What ends nothing he may do, and with those he has.
        let mut renamed = person(2, id(401), json!(null), None);
        renamed["name"] = json!("新名");
        c.run(&actor, renamed).await.unwrap();
        c.run(&actor, person(3, id(402), json!(null), Some("2018-01-01"))).await.unwrap();
        assert!(matches!(c.app.actor(below).await.unwrap(), Actor::Anonymous));
        assert!(matches!(c.app.actor(above).await.unwrap(), Actor::Person { .. }));
        c.app.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_company_keeps_an_administrator() {
    for engine in Engine::ALL {
        let c = Company::new(engine).await;
        let body = |roles: serde_json::Value, to: Option<&str>, from: Option<&str>| {
            let mut body = person(0, c.root, roles, to);
            body["person"] = json!(c.boss);
            body["code"] = json!("boss");
            if let Some(from) = from {
                body["from"] = json!(from);
            }
            body
        };
        let ways = [
            body(json!([]), None, None),
            body(json!([{ "role": "administrator", "unit": id(401) }]), None, None),
            body(json!([{ "role": "coordinator", "unit": c.root }]), None, None),
            body(json!(null), Some("2018-01-01"), None),
            body(json!(null), Some("2018-12-31"), None),
            body(json!(null), None, Some("2018-12-31")),
        ];
        let boss = c.app.actor(c.boss).await.unwrap();
        for way in &ways {
            for actor in [&boss, &Actor::System] {
                let done = c.run(actor, way.clone()).await;
                assert!(
                    matches!(done, Err(AppError::Refused(Refusal::LastAdministrator))),
                    "{engine:?} {way}: {done:?}"
                );
            }
        }
        // One whose last day is known does not stay; one who stays does.
        let other = c.person(1, id(401), "administrator", c.root).await;
        c.run(&Actor::System, person(1, id(401), json!(null), Some("2018-12-31"))).await.unwrap();
        assert!(matches!(c.run(&boss, ways[4].clone()).await, Err(AppError::Refused(_))));
        c.run(&Actor::System, person(1, id(401), json!(null), None)).await.unwrap();
        c.run(&boss, ways[0].clone()).await.unwrap();
        let last = c.app.actor(other).await.unwrap();
        assert!(matches!(
            c.run(&last, person(1, id(401), json!([]), None)).await,
            Err(AppError::Refused(Refusal::LastAdministrator))
        ));
        c.app.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_sign_ins_are_told_and_do_not_fill_the_ledger() {
    for engine in Engine::ALL {
        let c = Company::new(engine).await;
        let whence = Whence { network: Some("192.0.2.7".into()), ..Whence::default() };
        for n in 0..12 {
            let code = if n % 2 == 0 { "boss".to_owned() } else { format!("nobody-{n}") };
            assert!(c.app.sign_in(&code, "x".repeat(20), &whence).await.is_err());
        }
        let told = c.log(Some(c.boss)).await;
        assert!((3..=6).contains(&told["sign_in_failed"]), "{engine:?}: {told:?}");
        let all = c.log(None).await;
        assert!((6..=12).contains(&all["sign_in_failed"]), "{engine:?}: {all:?}");
        // The network is a keyed hash in it, and no address is anywhere in the ledger.
        let bodies = row!(
            &mut c.app.store().read().await.unwrap(),
            (i64,),
            "SELECT COUNT(*) FROM event WHERE body LIKE '%192.0.2%' OR body LIKE '%nobody-%'"
        );
        assert_eq!(bodies.unwrap(), Some((0,)));
        assert_eq!(c.faults().await, Vec::<String>::new(), "{engine:?}");
        c.app.close().await;
    }
}
