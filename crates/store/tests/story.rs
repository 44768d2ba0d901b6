//! One story of the whole store, told to both engines; what they answer must be the same text.

#![allow(clippy::many_single_char_names)] // in a story of 200 steps short names read better

use uuid::Uuid;
use yixian_domain::access::{Actor, Scope, scope};
use yixian_domain::figure::{self, Frame, Period};
use yixian_domain::ids::*;
use yixian_domain::matter::*;
use yixian_domain::org::{Grant, Role, UnitKind, UnitPath};
use yixian_domain::settings::SettingsKnown;
use yixian_domain::tier::Tier;
use yixian_domain::time::{Date, Instant};
use yixian_domain::visit::{CheckIn, Companion, Plan, Visit, VisitType};
use yixian_store::account::{Credential, CredentialKind};
use yixian_store::{
    Conn, Store, StoreError, account, facts, file, import, ledger, matter, notice, org, place, policy, search, visit,
    words, writer,
};
use yixian_testkit::{Engine, Fresh, World, at, id};

type Told = Vec<String>;

/// Writes in a job of its own, under a command.
macro_rules! write {
    ($store:expr, $minute:expr, |$tx:ident| $body:expr) => {{
        let when = at($minute);
        let command = CommandId(id(50_000 + $minute as u64));
        $store
            .write(async move |$tx| {
                $tx.under(command, when);
                $body
            })
            .await
    }};
}

struct Story<'a> {
    store: &'a Store,
    world: std::sync::Arc<World>,
    told: Told,
}

impl Story<'_> {
    fn tell(&mut self, what: &str, value: impl std::fmt::Debug) {
        self.told.push(format!("{what}: {value:?}"));
    }
    fn by(&self, n: usize) -> By {
        By::Person(self.world.people[n].id)
    }

    async fn conn(&self) -> Conn {
        self.store.read().await.unwrap()
    }

    async fn raise(&mut self, matter: u64, unit: usize, text: &'static str, minute: i64) {
        let world = self.world.clone();
        let (m, n) =
            write!(self.store, minute, |tx| world.raise(tx, id(matter), unit, text, when_of(minute)).await).unwrap();
        self.tell("raised", (n, serde_json::to_string(&m).unwrap()));
    }

    /// Moves a matter by the law and writes what happened.
    async fn step(
        &mut self,
        matter: u64,
        minute: i64,
        words: &'static str,
        f: impl Fn(Matter, &Law, Words, Instant) -> Result<Moved, yixian_domain::refusal::Refusal> + Send + 'static,
    ) {
        let world = self.world.clone();
        let done = write!(self.store, minute, |tx| {
            let m = matter::matter(tx.conn(), MatterId(id(matter))).await?.unwrap().matter;
            let w = tx.put_words(id(matter), WordsId(id(70_000 + minute as u64)), "salt", words).await?;
            let moved = f(m, &world.rules.law(), w, when_of(minute)).map_err(|e| StoreError::corrupt("law", e))?;
            tx.update_matter(&moved.matter, &moved.events, moved.matter.due.as_ref().map(|d| d.at)).await?;
            Ok::<_, StoreError>(moved.matter.stage.name())
        });
        self.tell("step", done.map_err(|e| e.to_string()));
    }

    async fn organisation(&mut self) {
        self.world.write(self.store).await;
        let person = self.world.people[2].id;
        write!(self.store, 1, |tx| tx
            .put_exemption(id(1), person, Date::constant(2018, 5, 1), Date::constant(2018, 5, 7), "leave")
            .await)
        .unwrap();
        let mut c = self.conn().await;
        let told = format!(
            "{:?}",
            (
                org::units(&mut c).await.unwrap(),
                org::people(&mut c).await.unwrap(),
                org::all_grants(&mut c).await.unwrap().len(),
                org::unit_by_code(&mut c, "CP-01").await.unwrap().map(|u| u.path),
                org::grants(&mut c, person).await.unwrap(),
                org::nearest_holders(&mut c, Role::Handler, &self.world.units[3].path).await.unwrap(),
                org::nearest_holders(&mut c, Role::Coordinator, &self.world.units[3].path).await.unwrap(),
                org::exemptions(&mut c, Date::constant(2018, 5, 7), Date::constant(2018, 5, 9), at(100_000))
                    .await
                    .unwrap(),
            )
        );
        self.tell("organisation", told);
        for text in ["", "工地", "SITE", "p-00", "_1%", "%", "无"] {
            let found: Vec<String> =
                place::list(&mut c, "", text, "", 3).await.unwrap().into_iter().map(|p| p.code).collect();
            self.tell("places", (text, found));
        }
        let some = (
            place::list(&mut c, "P-001", "", "昌平区", 9).await.unwrap(),
            place::districts(&mut c).await.unwrap(),
            place::by_code(&mut c, "P-002").await.unwrap(),
        );
        self.tell("places", some);
    }

    async fn visits(&mut self) {
        for (n, (day, unit, announced, companion)) in
            [(2, 1, true, 3), (3, 2, false, 2), (4, 4, false, 3), (5, 0, true, 4)].into_iter().enumerate()
        {
            let w = self.world.clone();
            write!(self.store, 10 + n as i64, |tx| {
                let plan = Plan {
                    kind: VisitType::ALL[n],
                    place: w.places[unit].id,
                    host: w.units[unit].id,
                    leader: w.people[1].id,
                    companions: vec![Companion { person: w.people[companion].id, duty: n % 2 == 0 }],
                    day: Date::constant(2018, 5, day),
                    from: None,
                    purpose: None,
                    announced,
                    partner: None,
                    sensitivity: None,
                };
                let (v, h) = Visit::plan(VisitId(id(500 + n as u64)), when_of(10), &By::Person(w.people[0].id), plan);
                tx.insert_visit(&v, &[h]).await
            })
            .unwrap();
        }
        let w = self.world.clone();
        write!(self.store, 20, |tx| {
            let by = By::Person(w.people[1].id);
            let v = visit::visit(tx.conn(), VisitId(id(500))).await?.unwrap().visit;
            let check_in = CheckIn { at: when_of(20), point: w.places[1].point, accuracy_m: Some(12), announced: true };
            let (v, a) = v.start(&w.rules.law(), when_of(20), &by, check_in, vec![]).unwrap();
            let (v, b) = v.record_finding(when_of(21), &by, MatterId(id(900))).unwrap();
            let (v, c) = v.finish(when_of(90), &by, None).unwrap();
            tx.update_visit(&v, &[a, b, c]).await
        })
        .unwrap();
        let mut c = self.conn().await;
        let full = visit::visit(&mut c, VisitId(id(500)))
            .await
            .unwrap()
            .map(|v| (v.n, v.host_path, serde_json::to_string(&v.visit).unwrap()));
        self.tell("visit", full);
        let filters = [
            visit::Filter::default(),
            visit::Filter { newest: true, ..Default::default() },
            visit::Filter {
                days: Some((Date::constant(2018, 5, 3), Date::constant(2018, 5, 4))),
                ..Default::default()
            },
            visit::Filter { person: Some(self.world.people[3].id), ..Default::default() },
            visit::Filter { host: Some(self.world.units[1].path.clone()), ..Default::default() },
            visit::Filter { kind: Some(VisitType::Government), ..Default::default() },
            visit::Filter { state: Some("finished"), ..Default::default() },
            visit::Filter { place: Some(self.world.places[4].id), ..Default::default() },
            visit::Filter { after: Some(("2018-05-03".into(), 2)), ..Default::default() },
        ];
        for s in self.scopes() {
            for f in &filters {
                let rows = visit::list(&mut c, &s, f, 50).await.unwrap();
                self.tell("visits", rows);
            }
        }
    }

    fn scopes(&self) -> Vec<Scope> {
        let person = |n: usize, over: &[usize]| {
            scope(&Actor::Person {
                id: self.world.people[n].id,
                grants: over
                    .iter()
                    .map(|u| Grant { role: Role::Viewer, over: self.world.units[*u].path.clone() })
                    .collect(),
            })
        };
        vec![
            Scope::All,
            Scope::Nothing,
            person(0, &[0]),
            person(2, &[1]),
            person(4, &[4]),
            person(4, &[2, 4]),
            person(3, &[]),
        ]
    }

    async fn loop_of_matters(&mut self) {
        self.raise(900, 2, "电表漏油，墙上有裂缝 Oil leak at meter 10kV", 100).await;
        self.raise(901, 1, "路灯不亮 street light broken", 101).await;
        self.raise(902, 4, "电表箱门坏 meter box", 102).await;
        self.raise(903, 3, "停电时间太长 Outage", 103).await;
        self.raise(904, 2, "漏油 again, the same leak", 104).await;
        let (coordinator, handler, verifier, leader) = (self.by(0), self.by(2), self.by(3), self.by(1));
        let unit = self.world.units[2].id;
        let (c, h, v, l) = (coordinator.clone(), handler.clone(), verifier.clone(), leader.clone());
        self.step(900, 110, "请处理", move |m, law, w, t| {
            m.assign(law, t, &c, unit, None, &TargetChoice::Rule, Some(w))
        })
        .await;
        let hh = h.clone();
        self.step(900, 120, "", move |m, law, _, t| m.accept(law, t, &hh)).await;
        let hh = h.clone();
        self.step(900, 125, "等配件", move |m, _, w, t| {
            m.ask_extension(t, &hh, Date::constant(2018, 6, 20), w, vec![])
        })
        .await;
        let hh = h.clone();
        self.step(900, 126, "自己批", move |m, law, w, t| m.decide(law, t, &hh, true, Some(w))).await;
        let c = coordinator.clone();
        self.step(900, 127, "可以", move |m, law, w, t| m.decide(law, t, &c, true, Some(w))).await;
        let hh = h.clone();
        self.step(900, 130, "换了密封圈", move |m, law, w, t| m.submit(law, t, &hh, w, vec![])).await;
        let hh = h.clone();
        self.step(900, 131, "自己验", move |m, _, w, t| m.verify(t, &hh, Some(w))).await;
        let vv = v.clone();
        self.step(900, 140, "不行，还漏", move |m, _, w, t| m.send_back(t, &vv, w)).await;
        let hh = h.clone();
        self.step(900, 150, "又换了一次", move |m, law, w, t| m.submit(law, t, &hh, w, vec![])).await;
        let vv = v.clone();
        self.step(900, 160, "好了", move |m, _, w, t| m.verify(t, &vv, Some(w))).await;
        // Another one is merged into it and gets its answer.
        let c = coordinator.clone();
        let store = self.store;
        let master = matter::matter(&mut store.read().await.unwrap(), MatterId(id(901))).await.unwrap().unwrap().matter;
        self.step(904, 161, "同一件", move |m, _, w, t| m.merge(t, &c, &master, Some(w))).await;
        let c = coordinator.clone();
        self.step(900, 170, "已修好，谢谢", move |m, _, w, t| m.answer(t, &c, w)).await;
        let ll = l.clone();
        self.step(900, 180, "没有解决", move |m, law, w, t| m.rate(law, t, &ll, Verdict::Not, Some(w), None)).await;
        // A second answer, so that the first one is told from the last.
        let c = coordinator.clone();
        self.step(900, 190, "是物业的管道", move |m, _, w, t| m.refuse(t, &c, w)).await;
        let c = coordinator.clone();
        self.step(900, 191, "请找物业", move |m, _, w, t| m.answer(t, &c, w)).await;
        let c = coordinator.clone();
        self.step(903, 181, "不归我们", move |m, _, w, t| m.refuse(t, &c, w)).await;
        let c = coordinator.clone();
        self.step(903, 182, "请找物业", move |m, _, w, t| m.answer(t, &c, w)).await;
        self.step(903, 183, "满意", move |m, law, w, t| m.rate(law, t, &l, Verdict::Solved, Some(w), None)).await;
        let c = coordinator;
        self.step(902, 184, "请处理", move |m, law, w, t| {
            m.assign(law, t, &c, unit, None, &TargetChoice::Rule, Some(w))
        })
        .await;
        self.step(902, 185, "", move |m, law, _, t| m.accept(law, t, &h)).await;
        self.step(902, 186, "等停电窗口", move |m, _, w, t| m.ask_pause(t, &handler, None, w, vec![])).await;
        self.step(902, 187, "同意", move |m, law, w, t| m.decide(law, t, &verifier, true, Some(w))).await;
        let mut c = self.conn().await;
        for n in 900..905 {
            let m = matter::matter(&mut c, MatterId(id(n)))
                .await
                .unwrap()
                .map(|s| (s.n, s.subject, s.unit_path, serde_json::to_string(&s.matter).unwrap()));
            let t = ledger::timeline(&mut c, id(n)).await.unwrap();
            let mut kept: Vec<_> = words::of_record(&mut c, id(n)).await.unwrap().into_iter().collect();
            kept.sort();
            self.tell("matter", (m, t, kept));
        }
        let some = (
            matter::id_of_number(&mut c, 3).await.unwrap(),
            matter::followers(&mut c, MatterId(id(901))).await.unwrap(),
            matter::on_visit(&mut c, VisitId(id(500))).await.unwrap(),
            matter::due_for_sweep(&mut c, at(60 * 24 * 365), 3).await.unwrap(),
        );
        self.tell("ids", some);
    }

    async fn lists(&mut self) {
        let w = self.world.clone();
        let mut filters = vec![matter::Filter::default()];
        let mut with = |f: matter::Filter| filters.push(f);
        with(matter::Filter { stages: vec![StageName::InHand], ..Default::default() });
        with(matter::Filter { stages: vec![StageName::Raised, StageName::Closed], ..Default::default() });
        with(matter::Filter { kind: Some(MatterKind::Problem), open: true, ..Default::default() });
        with(matter::Filter { origin: Some(Origin::Web), ..Default::default() });
        with(matter::Filter { unit: Some(w.units[1].path.clone()), ..Default::default() });
        with(matter::Filter { place: Some(w.places[2].id), ..Default::default() });
        with(matter::Filter { visit: Some(VisitId(id(500))), ..Default::default() });
        with(matter::Filter { handler: Some(w.people[2].id), ..Default::default() });
        with(matter::Filter { mine: Some(w.people[1].id), ..Default::default() });
        with(matter::Filter { due_before: Some(at(60 * 24 * 30)), ..Default::default() });
        with(matter::Filter { overdue_at: Some(at(60 * 24 * 30)), ..Default::default() });
        with(matter::Filter { requested: true, ..Default::default() });
        with(matter::Filter { raised: Some((at(101), at(103))), ..Default::default() });
        with(matter::Filter { order: matter::Order::Due, ..Default::default() });
        with(matter::Filter { after: Some((0, 4)), ..Default::default() });
        for text in [
            "漏油",
            "电表",
            "油",
            "LEAK",
            "leak 漏油",
            "meter",
            "met",
            "表漏油",
            "油漏",
            "10kV",
            "10",
            "，",
            "!?",
            "街道",
            "'; DROP",
            "\"",
            "海淀",
        ] {
            with(matter::Filter { text: text.into(), ..Default::default() });
        }
        let mut c = self.conn().await;
        for s in self.scopes() {
            for f in &filters {
                let (rows, total) = matter::list(&mut c, &s, f, 2).await.unwrap();
                // Keyset: the second page begins where the first ended.
                let next = rows.get(1).map(|r| (r.due_sort, r.n));
                let second = match next {
                    Some(after) if f.after.is_none() => {
                        matter::list(&mut c, &s, &matter::Filter { after: Some(after), ..f.clone() }, 2)
                            .await
                            .unwrap()
                            .0
                    }
                    _ => vec![],
                };
                self.tell("list", (&f.text, rows, second, total));
            }
        }
        let found =
            |told: &Told, text: &str| told.iter().rfind(|t| t.starts_with(&format!("list: ({text:?}"))).cloned();
        assert!(found(&self.told, "漏油").is_some());
    }

    async fn around_it(&mut self) {
        let people: Vec<PersonId> = self.world.people.iter().map(|p| p.id).collect();
        let (a, b) = (people[0], people[1]);
        write!(self.store, 200, |tx| {
            tx.put_notice(id(1), a, "raised", "matter", id(900), at(100)).await?;
            tx.put_notice(id(2), a, "raised", "matter", id(900), at(100)).await?;
            tx.put_notice(id(3), a, "assigned", "matter", id(901), at(101)).await?;
            tx.put_notice(id(4), b, "answered", "matter", id(900), at(102)).await?;
            tx.read_notices(b, at(103)).await?;
            tx.set_password(a, "$argon2id$…", at(0)).await?;
            for (hash, person, kind, label, until) in [
                ("s1", a, CredentialKind::Session, None, Some(at(10))),
                ("s2", b, CredentialKind::Session, None, Some(at(90))),
                ("t1", a, CredentialKind::Token, Some("一号"), None),
                ("t2", a, CredentialKind::Token, Some("二号"), Some(at(500))),
                ("c1", a, CredentialKind::Calendar, None, None),
            ] {
                let (token_hash, label) = (hash.to_owned(), label.map(str::to_owned));
                let (made_at, until) = (at(0).0, until.map(|u| u.0));
                tx.put_credential(&Credential { token_hash, kind, person, label, made_at, until, seen_at: None })
                    .await?;
            }
            tx.touch_credential("s2", at(21)).await?;
            tx.set_locale(a, "en").await?;
            let other = tx.end_credential("t1", CredentialKind::Session, at(2), "owner").await?;
            let own = tx.end_credential("t1", CredentialKind::Token, at(2), "owner").await?;
            let again = tx.end_credential("t1", CredentialKind::Token, at(2), "owner").await?;
            assert!(other.is_none() && own.is_some_and(|c| c.person == a) && again.is_none());
            let late = tx.end_credential("s1", CredentialKind::Session, at(11), "owner").await?;
            assert!(late.is_none(), "it had run out");
            let ended = tx.end_credentials_of(a, at(3), "password", |c| c.token_hash != "t2").await?;
            assert_eq!(ended, [CredentialKind::Calendar, CredentialKind::Session]);
            tx.import_put("boston", "r1", "sha1", MatterId(id(900))).await?;
            tx.import_put("boston", "r1", "sha2", MatterId(id(900))).await?;
            tx.put_contact(
                ContactId(id(7)),
                MatterId(id(900)),
                Some("张三"),
                None,
                (WordsId(id(70_007)), "salt".into()),
            )
            .await?;
            tx.put_link("link", MatterId(id(900)), ContactId(id(7))).await?;
            tx.set_meta("k", "v1").await?;
            tx.set_meta("k", "v2").await?;
            tx.put_policy("settings", id(8), "l", "text", By::Rule, at(200)).await?;
            tx.put_policy("settings", id(8), "l", "text 2", By::Rule, at(200)).await?;
            let photo: FileRef = ledger::sha256(b"photo").parse().unwrap();
            assert!(!tx.use_file(&photo, id(900)).await?);
            tx.put_file(
                &photo,
                &file::FileRow { mime: "image/jpeg".into(), bytes: 5, width: 1, height: 1, erased_at: None },
            )
            .await?;
            assert!(tx.use_file(&photo, id(900)).await? && tx.use_file(&photo, id(900)).await?);
            tx.carried_out("sha", "rule", "{}").await
        })
        .unwrap();
        let mut c = self.conn().await;
        let sha = ledger::sha256(b"photo");
        let told = format!(
            "{:?}",
            (
                (
                    notice::list(&mut c, a, 9).await.unwrap(),
                    notice::unread(&mut c, a).await.unwrap(),
                    notice::unread(&mut c, b).await.unwrap()
                ),
                (
                    account::password(&mut c, "c1").await.unwrap(),
                    account::anybody(&mut c).await.unwrap(),
                    account::locale(&mut c, a).await.unwrap()
                ),
                (
                    account::credential(&mut c, "s1", CredentialKind::Session, at(5)).await.unwrap(),
                    account::credential(&mut c, "s2", CredentialKind::Session, at(30)).await.unwrap(),
                    account::credential(&mut c, "t1", CredentialKind::Token, at(5)).await.unwrap()
                ),
                (
                    account::credential(&mut c, "t2", CredentialKind::Token, at(5)).await.unwrap(),
                    account::credentials_of(&mut c, a).await.unwrap(),
                    import::known(&mut c, "boston").await.unwrap()
                ),
                (
                    words::contact(&mut c, ContactId(id(7))).await.unwrap(),
                    words::link(&mut c, "link").await.unwrap(),
                    writer::meta(&mut c, "k").await.unwrap()
                ),
                (
                    policy::newest(&mut c, "settings").await.unwrap(),
                    policy::fingerprint(&mut c).await.unwrap(),
                    writer::receipt(&mut c, CommandId(id(50_200))).await.unwrap()
                ),
                (
                    file::file(&mut c, &sha).await.unwrap(),
                    file::users(&mut c, &sha).await.unwrap(),
                    file::addresses(&mut c, "").await.unwrap()
                ),
            )
        );
        self.tell("around", told);
        let n = write!(self.store, 210, |tx| {
            let n = tx.erase(id(900), at(210)).await?;
            tx.erase_subject(MatterId(id(900)), 1).await?;
            Ok::<_, StoreError>(n)
        })
        .unwrap();
        let gone = matter::list(&mut c, &Scope::All, &matter::Filter { text: "墙上".into(), ..Default::default() }, 9)
            .await
            .unwrap();
        let rest =
            (words::of_record(&mut c, id(900)).await.unwrap(), words::contact(&mut c, ContactId(id(7))).await.unwrap());
        assert!(gone.0.is_empty() && rest.0.is_empty() && rest.1 == Some((None, None)));
        self.tell("erased", (n, gone, rest));
    }

    async fn figures(&mut self) {
        let w = self.world.clone();
        let period = Period::new(Date::constant(2018, 5, 1), Date::constant(2018, 5, 31)).unwrap();
        let frame = Frame::new(period, at(60 * 24 * 60), &w.rules.zone);
        let mut c = self.conn().await;
        for unit in ["", "/BJ/", "/BJ/CP/", "/BJ/CP/CP-01/", "/BJ/HD/"] {
            let mut matters = facts::matters(&mut c, unit, &frame).await.unwrap();
            let known = facts::places(&mut c, frame.as_of).await.unwrap();
            let posts = facts::recorded(&mut c, None, frame.as_of, &w.rules.zone).await.unwrap();
            let post = |p: PersonId, _| {
                let r = posts.get(&p)?.first()?;
                let tier = Tier::of(r.level, UnitKind::DistrictCompany);
                Some(facts::Held { level: r.level, unit: r.unit, tier, specialty: r.specialty })
            };
            let mut visits = facts::visits(&mut c, unit, &frame, &known, post).await.unwrap();
            let below = |id| w.units.iter().any(|u| u.id == id && u.path.as_str().starts_with(unit));
            let mut places = known.register(frame.as_of, |kept_by| unit.is_empty() || kept_by.is_some_and(below));
            if unit.is_empty() {
                let turned = matters.iter().find(|m| m.id == MatterId(id(900))).unwrap();
                assert_eq!((turned.answered_at, turned.reopened), (Some(at(170)), 1), "first answered");
            }
            matters.sort_by_key(|m| m.id);
            visits.sort_by_key(|v| v.id);
            places.sort_by_key(|p| p.id);
            let figures: Vec<_> =
                figure::visits::figures(&visits, &places, &SettingsKnown::always(&w.rules.settings), &frame)
                    .into_iter()
                    .chain(figure::matters::figures(&matters, &frame))
                    .collect();
            self.tell("figures", (unit, matters, visits, places, figures));
        }
    }
}

fn when_of(minute: i64) -> Instant {
    at(minute)
}

async fn story(engine: Engine) -> Told {
    let fresh = Fresh::new(engine).await;
    let store = Store::open(fresh.db().await, 3_600_000).await.unwrap();
    let mut s = Story { store: &store, world: World::new().into(), told: Vec::new() };
    s.organisation().await;
    s.loop_of_matters().await;
    s.visits().await;
    s.lists().await;
    s.around_it().await;
    s.figures().await;
    let exempt = s.world.people[2].id.0;
    write!(s.store, 999, |tx| {
        let reason = tx.keep_words(exempt, WordsId(id(70_008)), "salt".into(), "leave".into());
        let (from, to) = (Date::constant(2018, 5, 1), Date::constant(2018, 5, 7));
        let body = ledger::canonical(&org::exemption_told(id(1), from, to, &reason))?;
        tx.append(ledger::NewEvent {
            kind: ledger::RecordKind::Person,
            record: exempt,
            code: "exempted",
            happened_at: when_of(999),
            by: By::Rule,
            body,
            version: None,
        })
        .await
    })
    .unwrap();
    s.world.tell(s.store).await;
    let mut c = s.conn().await;
    let verified = ledger::verify(&mut c).await.unwrap();
    assert!(verified.ok, "{:?}", verified.faults);
    let faults = yixian_store::replay::verify(&mut c).await.unwrap();
    assert!(faults.is_empty(), "{faults:?}");
    let seals = ledger::seals(&mut c, 0, 1_000).await.unwrap();
    s.tell("ledger", (verified, seals));
    let told = s.told;
    drop(c);
    store.close().await;
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_tell_the_same_story() {
    let sqlite = story(Engine::Sqlite).await;
    let postgres = story(Engine::Postgres).await;
    assert!(sqlite.len() > 250, "{}", sqlite.len());
    for (i, (a, b)) in sqlite.iter().zip(&postgres).enumerate() {
        assert_eq!(a, b, "sentence {i}");
    }
    assert_eq!(sqlite.len(), postgres.len());
}

/// Numbers worked out by hand, so that the engines cannot agree on something wrong.
#[tokio::test(flavor = "multi_thread")]
async fn search_finds_what_people_type() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let store = Store::open(fresh.db().await, 0).await.unwrap();
        let world = std::sync::Arc::new(World::new());
        world.write(&store).await;
        for (n, text) in ["电表漏油 Oil leak", "漏水", "油漏", "leak 漏油 漏油", "老 表", "油"].into_iter().enumerate()
        {
            let w = world.clone();
            store.write(async move |tx| w.raise(tx, id(600 + n as u64), 1, text, at(n as i64)).await).await.unwrap();
        }
        let mut c = store.read().await.unwrap();
        for (text, want) in [
            ("漏油", vec![4, 1]),
            ("漏", vec![4, 3, 2, 1]),
            ("油", vec![6, 4, 3, 1]),
            ("LEAK", vec![4, 1]),
            ("lea", vec![4, 1]),
            ("漏油 oil", vec![1]),
            ("电表漏油", vec![1]),
            ("老表", vec![]),
            ("表漏", vec![1]),
            ("…", vec![]),
        ] {
            let found: Vec<i64> =
                matter::list(&mut c, &Scope::All, &matter::Filter { text: text.into(), ..Default::default() }, 50)
                    .await
                    .unwrap()
                    .0
                    .iter()
                    .map(|r| r.n)
                    .collect();
            assert_eq!(found, want, "{engine:?} {text}");
        }
        assert_eq!(search::tokens("漏油"), "漏油 油");
        let _ = (UnitPath::root("x"), Uuid::nil());
    }
}
