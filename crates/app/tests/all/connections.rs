//! A connection from the phone to the call-back, on both engines: the code, two applications at once, split
//! applications found, values refused all at once, the customer's page, the hall's queue, the three clocks explained,
//! figures, and rows that follow from their events after all of it.

use serde_json::{Value, json};
use uuid::Uuid;
use yixian_app::clock::Clock;
use yixian_app::command::Envelope;
use yixian_app::connections::{CaseAction, ConnectionFilter, ConnectionOrder, Lead, StepState};
use yixian_app::flow::{Chosen, Of};
use yixian_app::matters::MatterFilter;
use yixian_app::message::Messages;
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::store::matter::{Connections, Filter, Order};
use yixian_app::store::replay;
use yixian_app::{App, AppError, Opening, Receipt};
use yixian_domain::access::{Actor, Voice};
use yixian_domain::connection::{Capacity, Class};
use yixian_domain::figure::connections::ClockKind;
use yixian_domain::ids::*;
use yixian_domain::matter::{Closing, MatterKind, Stage, StageName};
use yixian_domain::time::Instant;
use yixian_testkit::{Engine, Fresh, id};

/// 2018-05-15 10:00 in Beijing.
const NOW: Instant = Instant(1_526_349_600_000);

struct Company {
    app: App,
    messages: Messages,
    people: Vec<Uuid>,
    fresh: Fresh,
}

impl Company {
    async fn new(engine: Engine) -> Company {
        let fresh = Fresh::new(engine).await;
        let opening = Opening {
            db: fresh.db().await,
            folder: fresh.folder(),
            clock: Clock::At(NOW),
            mint: Mint::random(),
            policies: PolicySource::Embedded,
        };
        let app = App::open(opening).await.expect("it opens");
        let messages = Messages::memory();
        app.send_messages_to(messages.clone());
        let c = Company { app, messages, people: (0..5).map(|n| id(500 + n)).collect(), fresh };
        let (root, cy) = (id(400), id(401));
        c.ok(
            &Actor::System,
            json!({ "do": "put_unit", "unit": root, "code": "DP", "name": "示范公司", "kind": "company" }),
        )
        .await;
        c.ok(&Actor::System, json!({ "do": "put_unit", "unit": cy, "code": "CY", "name": "朝阳供电公司", "kind": "district_company", "parent": root })).await;
        for (n, role) in ["handler", "verifier", "coordinator", "handler", "viewer"].into_iter().enumerate() {
            let person = c.people[n];
            c.ok(&Actor::System, json!({
                "do": "put_person", "person": person, "code": format!("P{n}"), "name": format!("人{n}"), "unit": cy, "level": "staff", "specialty": "marketing",
                "roles": [{ "role": role, "unit": cy }],
            })).await;
        }
        c
    }
    async fn actor(&self, n: usize) -> Actor {
        self.app.actor(PersonId(self.people[n])).await.expect("an actor")
    }
    async fn run(&self, actor: &Actor, command: Uuid, body: Value) -> Result<Receipt, AppError> {
        let envelope: Envelope = serde_json::from_value(body).expect("a command");
        self.app.execute(actor, CommandId(command), envelope, None).await
    }
    async fn ok(&self, actor: &Actor, body: Value) -> Receipt {
        let command = self.app.mint().uuid(NOW);
        let said = body.to_string();
        self.run(actor, command, body).await.unwrap_or_else(|e| panic!("{said}: {e}"))
    }
    async fn refused(&self, actor: &Actor, body: Value) -> (String, Vec<String>) {
        let command = self.app.mint().uuid(NOW);
        let e = self.run(actor, command, body).await.expect_err("a refusal");
        let fields = match &e {
            AppError::Invalid(all) => all.iter().map(|f| format!("{} {}", f.field, f.code)).collect(),
            _ => vec![],
        };
        (e.code().to_owned(), fields)
    }
    fn code(&self) -> String {
        self.messages.sent().last().expect("a message").1.clone()
    }
}

fn application(more: Value) -> Value {
    let mut a = json!({
        "applicant": "firm", "name": "三里屯咖啡店", "phone": "138 0013 8000", "credit_code": "91350100M000100Y43", "size": "small", "district": "朝阳区",
        "street": "三里屯", "address": "工体北路 8 号", "use": "shop", "capacity": "60", "papers": [{ "kind": "premises" }],
    });
    for (k, v) in more.as_object().expect("fields") {
        a[k] = v.clone();
    }
    a
}

fn when(text: &str, mut body: Value) -> Value {
    body["happened_at"] = json!(format!("2018-05-{text}:00+08:00"));
    body
}

async fn story(engine: Engine) {
    let c = Company::new(engine).await;
    let anonymous = Actor::Anonymous;
    // The phone: a code, once a minute; wrong codes run out; the proof is for this phone only.
    assert!(
        matches!(c.app.start_phone_code("1380013800", str::to_owned).await, Err(AppError::Invalid(f)) if f[0].code == "phone" && f[0].detail == "10")
    );
    c.app.start_phone_code("13800138000", str::to_owned).await.expect("sent");
    assert!(matches!(
        c.app.start_phone_code("13800138000", str::to_owned).await,
        Err(AppError::TooMany { seconds: 1..=61 })
    ));
    let code = c.code();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert!(
        matches!(c.app.check_phone_code("13800138000", wrong).await, Err(AppError::Invalid(f)) if f[0].code == "code_wrong")
    );
    let proof = c.app.check_phone_code("13800138000", &code).await.expect("a proof");
    assert!(
        c.app.proves(&proof, "138-0013-8000")
            && !c.app.proves(&proof, "13800138001")
            && !c.app.proves(&format!("9{proof}"), "13800138000")
    );
    for _ in 0..4 {
        c.app.check_phone_code("13800138000", wrong).await.expect_err("wrong");
    }
    assert!(
        matches!(c.app.check_phone_code("13800138000", &code).await, Err(AppError::Invalid(f)) if f[0].code == "code_expired"),
        "tries run out"
    );

    // Bad input: every fault at once, in the field's words.
    let bad = application(
        json!({ "capacity": "一百", "phone": "1380013800", "credit_code": "91350100M000100Y42", "name": " ", "address": "" }),
    );
    let (_, faults) =
        c.refused(&anonymous, json!({ "do": "apply_connection", "connection": id(1), "application": bad })).await;
    assert_eq!(
        faults,
        [
            "name name_needed",
            "phone phone",
            "credit_code credit_code_check",
            "address address_needed",
            "capacity capacity_not_a_number"
        ]
    );
    for (kw, code) in [("-5", "capacity capacity_not_positive"), ("160.0001", "capacity capacity_too_fine")] {
        let bad = application(json!({ "capacity": kw, "proof": proof }));
        assert_eq!(
            c.refused(&anonymous, json!({ "do": "apply_connection", "connection": id(1), "application": bad })).await.1,
            [code]
        );
    }
    let unproved = application(json!({}));
    assert_eq!(
        c.refused(&anonymous, json!({ "do": "apply_connection", "connection": id(1), "application": unproved }))
            .await
            .1,
        ["code code_needed"]
    );
    assert_eq!(c.refused(&anonymous, json!({ "do": "raise_matter", "matter": id(1), "kind": "connection", "origin": "counter", "category": "three_zero", "words": "x" })).await.0, "sign_in");

    // Before it is made the rules say what it would be.
    let wanted = application(json!({ "proof": proof, "flags": ["elderly"] }));
    let p = c
        .app
        .connection_preview(&anonymous, &serde_json::from_value(wanted.clone()).expect("an application"))
        .await
        .expect("a preview");
    assert_eq!(
        (p.class, p.visible.len(), p.eligibility.stands(), p.cost.map(|m| m.0)),
        (Class::ThreeZero, 2, true, Some(0))
    );
    assert_eq!(p.due.map(|d| d.day.to_string()).as_deref(), Some("2018-06-27"), "thirty working days");

    // An impatient finger: two commands of one content within a second are one application.
    let first =
        c.ok(&anonymous, json!({ "do": "apply_connection", "connection": id(10), "application": wanted })).await;
    let second =
        c.ok(&anonymous, json!({ "do": "apply_connection", "connection": id(11), "application": wanted })).await;
    assert_eq!((second.record, second.number), (first.record, first.number));
    let case = MatterId(first.record);

    // Another one at the same address within the year is found and shown, not refused; together they pass the cap.
    let more = application(json!({ "capacity": "120", "proof": proof, "address": "工体北路8号" }));
    let split = c.ok(&anonymous, json!({ "do": "apply_connection", "connection": id(12), "application": more })).await;
    let boss = c.actor(2).await;
    let page = c.app.connection_page(&boss, MatterId(split.record)).await.expect("a page");
    assert_eq!(
        page.case().map(|k| (
            k.class,
            k.eligibility.reasons.iter().map(yixian_domain::connection::eligible::Reason::code).collect::<Vec<_>>()
        )),
        Some((Class::NonResident, vec!["aggregate"]))
    );
    assert_eq!(
        (page.splits.len(), page.splits[0].case, page.splits[0].same_address, page.splits[0].same_party),
        (1, case, true, true)
    );
    assert_eq!(page.credit_code.as_deref(), Some("91350100M000100Y43"));
    assert!(
        [CaseAction::OverrideEligibility, CaseAction::Correct]
            .iter()
            .all(|a| page.offers.iter().any(|o| o.action == *a && o.missing.is_none()))
    );
    // What the application says is corrected with a reason; the others at the address still count.
    let correct = |capacity: &str, reason: &str| json!({ "do": "correct_application", "connection": split.record, "size": "small", "setting": "urban", "capacity": capacity, "voltage": "0.4kV", "reason": reason });
    assert_eq!(c.refused(&boss, correct("-1", "核实")).await.1, ["capacity capacity_not_positive"]);
    assert_eq!(c.refused(&boss, correct("120", "核实")).await.0, "nothing_to_correct");
    c.ok(&boss, correct("90", "铭牌合计 90 千瓦")).await;
    let less = c.app.connection_page(&boss, MatterId(split.record)).await.expect("a page");
    assert_eq!(
        less.case().map(|k| (k.class, k.asked.capacity, k.eligibility.by_rule)),
        Some((Class::ThreeZero, Capacity::kw(90), true))
    );
    c.ok(&boss, correct("120", "另有烤箱 30 千瓦")).await;
    assert_eq!(
        c.app.connection_page(&boss, MatterId(split.record)).await.expect("a page").case().map(|k| k.class),
        Some(Class::NonResident)
    );
    let viewer = c.actor(4).await;
    let seen = c.app.connection_page(&viewer, case).await.expect("a page");
    assert!(seen.offers.iter().all(|o| o.missing.is_some() || o.action == CaseAction::AddPaper));

    // The hall: those with a special need come first.
    let queue = Filter { connections: Some(Connections::default()), order: Order::Queue, ..Filter::default() };
    let (rows, total) = c.app.connections(&boss, &queue, 50).await.expect("a list");
    assert_eq!((total, rows.iter().map(|r| r.matter.id).collect::<Vec<_>>()), (2, vec![case.0, split.record]));
    let typed = ConnectionFilter { order: ConnectionOrder::Queue, ..ConnectionFilter::default() };
    let (all, count) = c.app.connection_list(&boss, &typed, 50).await.expect("a list");
    assert_eq!((count, all.iter().map(|r| r.matter.id.0).collect::<Vec<_>>()), (2, vec![case.0, split.record]));
    assert_eq!(
        (all[1].class, all[1].capacity, all[1].matter.kind),
        (Class::NonResident, Capacity::kw(120), MatterKind::Connection)
    );
    assert_eq!((all[1].matter.raised, all[1].matter.stage.as_str()), (NOW, rows[1].matter.stage.as_str()));
    // A list goes on where its address says.
    let after = all[0].after(ConnectionOrder::Queue).to_string().parse().expect("an address");
    let rest = ConnectionFilter { matter: MatterFilter { after: Some(after), ..MatterFilter::default() }, ..typed };
    let (rest, _) = c.app.connection_list(&boss, &rest, 50).await.expect("a list");
    assert_eq!(rest, all[1..]);
    // Whoever administers nothing is told so, not which codes are taken.
    let taken =
        json!({ "do": "put_unit", "unit": id(499), "code": "CY", "name": "又一家", "kind": "team", "parent": id(400) });
    assert_eq!(c.refused(&viewer, taken.clone()).await.0, "needs_role");
    assert_eq!(c.refused(&Actor::System, taken).await.1, ["code code_taken"]);
    assert_eq!((rows[0].flags.as_str(), rows[0].class.as_str()), ("elderly", "three_zero"));
    assert!(
        !rows.iter().any(|r| r.matter.subject.contains("咖啡") || r.matter.subject.contains("工体")),
        "no personal data in a list"
    );

    // The work, entered late by some days: accepted, surveyed, powered.
    let worker = c.actor(0).await;
    let k = case.0;
    let (code, _) =
        c.refused(&worker, when("15T09:00", json!({ "do": "energize", "connection": k, "how": "送电" }))).await;
    assert_eq!(code, "not_at_this_stage");
    c.ok(&worker, json!({ "do": "accept", "matter": k })).await;
    assert_eq!(
        c.refused(&worker, when("15T09:00", json!({ "do": "energize", "connection": k, "how": "送电" }))).await.0,
        "energized_before_accepted"
    );
    c.ok(&worker, json!({ "do": "advance", "matter": k, "step": "apply" })).await;
    c.ok(&worker, json!({ "do": "survey_connection", "connection": k, "works": false, "words": "可直接接入" })).await;
    c.ok(&worker, json!({ "do": "advance", "matter": k, "step": "survey" })).await;
    assert_eq!(c.refused(&viewer, json!({ "do": "energize", "connection": k, "how": "送电" })).await.0, "needs_role");
    assert_eq!(c.refused(&worker, json!({ "do": "set_connection_cost", "connection": k, "counterfactual": { "voltage": "10kV", "capacity": "200", "lines": [["箱变", "many"]] }, "chosen": { "voltage": "0.4kV", "capacity": "60" }, "paid": "-1" })).await.1, ["counterfactual money", "paid money"]);
    c.ok(&worker, json!({ "do": "set_connection_cost", "connection": k, "counterfactual": { "voltage": "10kV", "capacity": "200", "lines": [["箱变", "512000"]] }, "chosen": { "voltage": "0.4kV", "capacity": "60", "source": "三零" }, "paid": "12000" })).await;
    c.ok(&worker, json!({ "do": "energize", "connection": k, "how": "装表送电" })).await;
    assert_eq!(c.refused(&worker, json!({ "do": "verify", "matter": k })).await.0, "own_work");
    let verifier = c.actor(1).await;
    c.ok(&verifier, json!({ "do": "verify", "matter": k })).await;
    c.ok(&boss, json!({ "do": "answer", "matter": k, "words": "已接通" })).await;

    // The customer: his link and four digits; his page has two stations and nothing of the company's affairs.
    let contact = match c.app.matter_page(&boss, case).await.expect("a page").matter.raised.by {
        By::Raiser(c) => c,
        other => panic!("{other:?}"),
    };
    let token = c.app.raiser_token(case, contact);
    assert_eq!(c.app.customer_pass(&token, "8001").await.expect("asked"), None);
    let pass = c.app.customer_pass(&token, "8000").await.expect("asked").expect("a pass");
    assert!(
        c.app.customer_pass_ok(&token, &pass).await.expect("asked")
            && !c.app.customer_pass_ok(&token, "x").await.expect("asked")
    );
    let customer = Actor::Raiser { contact, matter: case, voice: Voice::SentLink };
    let mine = c.app.customer_page(&customer).await.expect("his page");
    assert_eq!(
        mine.stations.iter().map(|s| (s.step.code.as_str(), s.state)).collect::<Vec<_>>(),
        [("apply", StepState::Done), ("energize", StepState::Done)]
    );
    assert!(
        mine.may_rate
            && mine.may_add_paper
            && !mine
                .timeline
                .iter()
                .any(|t| ["flagged", "surveyed", "assigned", "submitted"].contains(&t.code.as_str()))
    );
    assert!(matches!(
        c.app.customer_page(&Actor::Raiser { contact, matter: MatterId(split.record), voice: Voice::SentLink }).await,
        Err(AppError::NotFound(_))
    ));

    // Not reached once; then reached, not satisfied: a problem with another handler, and nobody calls again.
    c.ok(
        &boss,
        json!({ "do": "call_back", "connection": k, "call": { "outcome": "not_reached" }, "words": "无人接听" }),
    )
    .await;
    let problem = c.app.mint().uuid(NOW);
    let call = json!({ "outcome": "reached", "applied_on": "2018-05-10", "steps": 3, "paid": "500", "designated": true, "satisfaction": "not", "reasons": ["slow", "fee"] });
    c.ok(&boss, json!({ "do": "call_back", "connection": k, "call": call, "words": "说等了很久", "problem": problem }))
        .await;
    assert_eq!(
        c.refused(&boss, json!({ "do": "call_back", "connection": k, "call": { "outcome": "refused" } })).await.0,
        "already_called"
    );
    let opened = c.app.matter_page(&boss, MatterId(problem)).await.expect("the problem");
    assert_eq!((opened.matter.stage.name(), opened.matter.handler), (StageName::Assigned, Some(PersonId(c.people[3]))));
    let closed = c.app.connection_page(&boss, case).await.expect("a page");
    assert!(
        matches!(closed.page.matter.stage, Stage::Closed { closing: Closing::CarriedOn { problem: p }, .. } if p.0 == problem)
    );
    let kinds: Vec<&str> = closed
        .leads
        .iter()
        .map(|l| match l {
            Lead::LateEntry { .. } => "late",
            Lead::DateDiffers { .. } => "date",
            Lead::StepsDiffer { .. } => "steps",
            Lead::Paid { .. } => "paid",
            Lead::Designated => "designated",
        })
        .collect();
    assert_eq!(kinds, ["date", "steps", "paid", "designated"]);
    let leads = c.app.connection_leads(&boss, 50).await.expect("leads");
    assert_eq!((leads.len(), leads[0].id, leads[0].said.map(|d| d.to_string())), (1, case, Some("2018-05-10".into())));

    // The other customer withdraws by his own link, and is answered.
    let other = match c.app.matter_page(&boss, MatterId(split.record)).await.expect("a page").matter.raised.by {
        By::Raiser(c) => c,
        other => panic!("{other:?}"),
    };
    let he = Actor::Raiser { contact: other, matter: MatterId(split.record), voice: Voice::SentLink };
    c.ok(&he, json!({ "do": "withdraw_connection", "connection": split.record, "reason": "店铺转租" })).await;
    assert_eq!(
        c.app.matter_page(&boss, MatterId(split.record)).await.expect("a page").matter.stage.name(),
        StageName::Refused
    );

    // The clocks, the figures.
    let x = c.app.explain_connection(&Actor::System, case).await.expect("explained");
    let text = serde_json::to_value(&x).expect("JSON");
    assert_eq!(
        (text["class"].as_str(), text["on_time"].as_bool(), text["nodes"][0]["row"].as_str()),
        (Some("three_zero"), Some(true), Some("R5-whole-30"))
    );
    assert_eq!(x.clocks.intervals.first().map(|i| i.from), x.clocks.intervals.first().map(|_| x.applied));
    let b = c.app.connection_figures(&boss, "2018-05".parse().expect("a month"), None, NOW.plus_minutes(1)).await;
    assert!(b.is_err(), "the whole company is not his to see");
    let b = c
        .app
        .connection_figures(&boss, "2018-05".parse().expect("a month"), Some(UnitId(id(401))), NOW.plus_minutes(1))
        .await
        .expect("figures");
    assert_eq!((b.all.connected.clone(), b.all.dissatisfied.len(), b.all.on_time.len()), (vec![case.0], 1, 1));
    assert_eq!(
        (b.all.claimed.len(), b.all.claim, b.all.saved.len()),
        (1, 50_000_000, 0),
        "a baseline without source is a claim"
    );
    assert_eq!(b.all.clock(ClockKind::Elapsed).map(|d| d.mean), Some(0.0));

    // Its two steps, as the flow reads them from the ledger of either engine.
    let chosen = Chosen { kind: Some("connection".into()), ..Chosen::all(Of::Matters) };
    let rules = c.app.flow_rules(&Actor::System, &chosen).await.expect("rules").rules;
    assert_eq!(
        rules.iter().find(|r| r.id == "three-zero-two-steps").map(|r| (r.judged, r.offences.len())),
        Some((1, 0))
    );
    let steps: Vec<String> = c
        .app
        .flow(&Actor::System, &chosen, |v| v.columns.log.activities.iter().map(str::to_owned).collect())
        .await
        .expect("columns");
    assert!(
        ["step_started:apply", "step_started:survey", "step_started:energize"]
            .iter()
            .all(|s| steps.iter().any(|x| x == s)),
        "{steps:?}"
    );

    // Rows follow from their events; erasing takes the phone, the code and the hashes, and breaks nothing.
    assert_eq!(replay::verify(&mut c.app.store().read().await.expect("a connection")).await.expect("verified"), []);
    let admin = Actor::System;
    c.ok(&admin, json!({ "do": "erase_words", "matter": k, "ground": "request" })).await;
    let gone = c.app.connection_page(&boss, case).await.expect("a page");
    assert_eq!((gone.credit_code, gone.splits.len(), gone.page.contact), (None, 0, Some((None, None))));
    assert_eq!(c.app.customer_pass(&token, "8000").await.expect("asked"), None);
    assert!(c.app.verify().await.expect("verified").ok);
    let events = yixian_app::store::ledger::page(&mut c.app.store().read().await.expect("a connection"), 0, 10_000)
        .await
        .expect("events");
    for canary in ["13800138000", "91350100M000100Y43", "三里屯咖啡店", "工体北路"] {
        assert!(!events.iter().any(|e| e.body.contains(canary)), "{canary} is in the ledger");
    }
    drop(c.fresh);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_from_the_phone_to_the_call_back() {
    for engine in Engine::ALL {
        Box::pin(story(engine)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_gets_a_signed_message() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a listener");
    let address = listener.local_addr().expect("an address").to_string();
    let served = tokio::spawn(async move {
        let mut got = Vec::new();
        for answer in ["HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 500 No\r\n\r\n"] {
            let (mut stream, _) = listener.accept().await.expect("a call");
            let mut text = String::new();
            let mut part = [0; 1024];
            while !text.contains("\"text\"") {
                let n = stream.read(&mut part).await.expect("read");
                text.push_str(&String::from_utf8_lossy(&part[..n]));
            }
            stream.write_all(answer.as_bytes()).await.expect("written");
            got.push(text);
        }
        got
    });
    let gateway = Messages::Gateway(
        format!("http://{address}/sms")
            .parse::<yixian_app::message::Gateway>()
            .expect("a gateway")
            .signing_with(b"key"),
    );
    for (text, address) in [
        ("http://sms.local/", Some("sms.local:80")),
        ("http://[::1]:9/x", Some("[::1]:9")),
        ("http://[::1]/x", Some("[::1]:80")),
        ("https://sms.local/", None),
        ("http:///x", None),
        ("http://a b/", None),
        ("http://u@h/", None),
    ] {
        assert_eq!(text.parse::<yixian_app::message::Gateway>().ok().map(|g| g.address).as_deref(), address, "{text}");
    }
    gateway.send("13800138000", "验证码 1", 0).await.expect("sent");
    assert!(matches!(gateway.send("13800138000", "验证码 2", 0).await, Err(AppError::MessageNotSent(_))));
    let got = served.await.expect("served");
    // openssl dgst -sha256 -hmac key over the body.
    assert!(got[0].starts_with("POST /sms HTTP/1.1\r\n") && got[0].contains("X-Yixian-Signature: "), "{}", got[0]);
    let (head, body) = got[0].split_once("\r\n\r\n").expect("a body");
    let said: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!((said["phone"].as_str(), said["text"].as_str()), (Some("13800138000"), Some("验证码 1")));
    assert_eq!(head.lines().find_map(|l| l.strip_prefix("X-Yixian-Signature: ")).map(str::len), Some(64));
}
