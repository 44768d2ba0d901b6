//! A service day on both engines: the roster, sessions, who signs in and who cannot, the five acts, opinions that are answered, what is
//! counted of it as it was known at any instant, and that erasing keeps counts and chain.

use super::house::House;
use serde_json::{Value, json};
use std::ops::{Deref, DerefMut};
use yixian_app::AppError;
use yixian_app::command::Envelope;
use yixian_domain::access::Actor;
use yixian_domain::figure::{Dimension, FigureCode as F, Value as Number};
use yixian_domain::ids::{MemberId, PartnerId, SessionId};
use yixian_domain::refusal::Refusal;
use yixian_domain::time::Instant;
use yixian_testkit::{Engine, id};

/// 2018-05-26 10:00 in Beijing.
const MAY_26: Instant = Instant(1_527_300_000_000);

const UNIT: u64 = 401;
const HEAD: u64 = 501;
const STRANGER: u64 = 502;
const LEADER: u64 = 503;
const VIEWER: u64 = 504;
const DAY: u64 = 700;
const COMMUNITY: u64 = 710;
const SESSION: u64 = 720;
const MEMBER: u64 = 730;

struct Company(House);

impl Deref for Company {
    type Target = House;
    fn deref(&self) -> &House {
        &self.0
    }
}

impl DerefMut for Company {
    fn deref_mut(&mut self) -> &mut House {
        &mut self.0
    }
}

fn session(n: u64, from: &str, until: &str) -> Value {
    json!({ "do": "put_session", "session": id(SESSION + n), "service_day": id(DAY), "code": format!("S-{n}"),
        "community": id(COMMUNITY + n), "host": id(UNIT), "lead": id(MEMBER),
        "starts": format!("2018-05-{from}:00+08:00"), "ends": format!("2018-05-{until}:00+08:00") })
}

fn member(n: u64, name: &str, last_four: &str, staff_number: &str) -> Value {
    let person = (n == 0).then(|| id(LEADER));
    json!({ "do": "list_member", "member": id(MEMBER + n), "code": format!("DY-{n}"), "branch": "营销党支部", "unit": id(UNIT),
        "person": person, "community": id(COMMUNITY),
        "personal": { "name": name, "last_four": last_four, "staff_number": staff_number } })
}

fn sign_in(n: u64, at: u64, who: Option<u64>) -> Value {
    json!({ "do": "sign_in", "sign_in": id(800 + n), "session": id(SESSION + at), "member": who.map(|m| id(MEMBER + m)) })
}

fn act(n: u64, at: u64, did: &Value) -> Value {
    json!({ "do": "record_act", "session": id(SESSION + at), "act": id(900 + n), "did": did })
}

impl Company {
    async fn new(engine: Engine) -> Company {
        let people = [
            (HEAD, UNIT, "coordinator"),
            (STRANGER, 402, "coordinator"),
            (LEADER, UNIT, "viewer"),
            (VIEWER, UNIT, "viewer"),
        ];
        let c = Company(House::new(engine, MAY_26, &[(UNIT, "CP"), (402, "CY")], &people).await);
        for (n, role) in [(0, "community"), (1, "community"), (2, "community"), (3, "media")] {
            let roles = json!([{ "role": role, "from": "2018-01-02" }]);
            c.system(json!({ "do": "put_partner", "partner": id(COMMUNITY + n), "code": format!("SQ-{n}"), "name": format!("回龙观第{n}社区"),
                "roles": roles })).await;
        }
        c
    }

    async fn figure(&self, code: F, as_of: Instant) -> (u64, u64) {
        let period = "2018-05-26".parse().expect("a period");
        let report = self.app.report(&Actor::System, period, None, as_of).await.expect("figures");
        match report.get(code).expect("a figure").value {
            Number::Count { n } => (n, 0),
            Number::Share { numerator, denominator } => (numerator, denominator),
            other => panic!("{other:?}"),
        }
    }

    async fn counted(&self, code: F) -> (u64, u64) {
        self.figure(code, self.now).await
    }
}

/// A day, its roster and its sessions; every fault at once.
async fn called(c: &Company) {
    let day = json!({ "do": "put_service_day", "service_day": id(DAY), "code": "FW-1", "name": "服务日", "day": "2018-05-26", "organiser": id(UNIT) });
    assert_eq!(c.told(STRANGER, day.clone()).await, "needs_role");
    let mut bad = day.clone();
    (bad["code"], bad["name"]) = (json!("F 1"), json!(" "));
    assert_eq!(c.told(HEAD, bad).await, "code name_needed");
    c.by(HEAD, day.clone()).await;
    let mut moved = day;
    moved["day"] = json!("2018-05-27");
    assert_eq!(c.told(HEAD, moved).await, "service_day_stays");

    let mut bad = member(0, " ", "12", "");
    bad["branch"] = json!("");
    assert_eq!(c.told(HEAD, bad).await, "branch_needed name_needed last_four");
    assert_eq!(c.told(STRANGER, member(0, "王小明", "0427", "P-1")).await, "needs_role");
    for (n, name, digits, number) in
        [(0, "王小明", "0427", "P-1"), (1, "李四", "1111", ""), (2, "李四", "1111", "P-3"), (3, "赵六", "2222", "")]
    {
        c.by(HEAD, member(n, name, digits, number)).await;
    }

    for (n, from, until, code) in [
        (0, "25T09:00", "25T11:00", "session_outside_day"),
        (0, "26T11:00", "26T09:00", "session_ends_before"),
        (3, "26T09:00", "26T11:00", "community"),
    ] {
        assert_eq!(c.told(HEAD, session(n, from, until)).await, code, "{n} {from}");
    }
    c.by(HEAD, session(0, "26T09:00", "26T11:30")).await;
    c.by(HEAD, session(1, "26T09:30", "26T12:00")).await;
    c.by(HEAD, session(2, "26T09:30", "26T12:00")).await;
    assert_eq!(c.counted(F::FiveActs).await, (0, 3));
}

/// Who signs in, and who cannot.
async fn came(c: &Company) {
    assert_eq!(c.told(VIEWER, sign_in(0, 0, Some(0))).await, "needs_role");
    assert_eq!(c.told(HEAD, sign_in(0, 0, Some(99))).await, "not_on_roster");
    // Who leads the session runs it, whatever his role.
    c.by(LEADER, sign_in(0, 0, Some(0))).await;
    c.by(HEAD, sign_in(1, 0, Some(1))).await;
    c.by(HEAD, sign_in(2, 0, None)).await;
    assert_eq!(c.counted(F::MembersPresent).await.0, 2, "a guest is never counted");
    c.by(HEAD, sign_in(3, 0, Some(1))).await;
    let page = c.app.session_page(&c.actor(HEAD).await, SessionId(id(SESSION))).await.expect("a session");
    assert_eq!(page.present.len(), 3, "he who signs in again is there already");

    // At two places at one time: refused, both are named.
    match c.run(&c.actor(HEAD).await, sign_in(4, 1, Some(1))).await {
        Err(AppError::Refused(Refusal::Rule { rule, about })) => {
            assert_eq!(rule.as_str(), "sign_in_two_places");
            assert!(about.contains("回龙观第0社区 (S-0)") && about.contains("回龙观第1社区 (S-1)"), "{about}");
        }
        other => panic!("{other:?}"),
    }
    let before = c.counted(F::MembersPresent).await;
    c.by(HEAD, json!({ "do": "sign_out", "sign_in": id(801) })).await;
    c.by(HEAD, sign_in(4, 1, Some(1))).await;
    assert_eq!(c.counted(F::MembersPresent).await, before, "in a second session he is the same member");
    assert_eq!(c.counted(F::CommunitiesReached).await.0, 2);
    c.by(HEAD, json!({ "do": "void_sign_in", "sign_in": id(804), "reason": "记错了" })).await;
    assert_eq!(c.counted(F::CommunitiesReached).await.0, 1);

    // By the code: exactly one of the roster is meant, else he is a guest.
    let s = page.session;
    let secret = c.app.session_token(&c.actor(HEAD).await, &s).await.expect("a token").expect("a link");
    let by_code = |n: u64, name: &str, key: &str, guest: bool| {
        json!({ "do": "sign_in_by_code", "sign_in": id(820 + n), "session": id(SESSION), "secret": secret, "name": name, "key": key,
            "guest": guest })
    };
    let anonymous = |body| c.run(&Actor::Anonymous, body);
    for (name, key) in [("赵六", "2223"), ("赵七", "2222"), ("李四", "1111")] {
        let told = anonymous(by_code(0, name, key, false)).await;
        assert!(matches!(&told, Err(AppError::Invalid(f)) if f[0].code == "not_on_roster"), "{name} {key}: {told:?}");
    }
    let mut foreign = by_code(0, "赵六", "2222", false);
    foreign["secret"] = json!("guessed");
    assert!(matches!(anonymous(foreign).await, Err(AppError::NotFound("link"))));
    assert_eq!(c.told(HEAD, by_code(0, "赵六", "2222", false)).await, "out_of_sight", "who has an account uses it");
    anonymous(by_code(1, "李四", "P-3", false)).await.expect("his staff number tells the two apart");
    anonymous(by_code(2, "李四", "1111", true)).await.expect("a guest");
    anonymous(by_code(3, "赵六", "2222", false)).await.expect("a member");
    assert_eq!(c.counted(F::MembersPresent).await.0, 4);
    anonymous(json!({ "do": "sign_out_by_code", "sign_in": id(823), "secret": secret })).await.expect("he leaves");
    // Another link ends the one before.
    c.by(HEAD, json!({ "do": "give_session_link", "session": id(SESSION) })).await;
    assert!(matches!(anonymous(by_code(9, "王小明", "0427", false)).await, Err(AppError::NotFound("link"))));
}

/// The five acts; one that is voided takes its mark.
async fn acted(c: &mut Company) {
    assert_eq!(c.told(VIEWER, act(0, 0, &json!({ "kind": "publicity", "reached": 3 }))).await, "needs_role");
    let sixth = json!({ "happened_at": null, "do": "record_act", "session": id(SESSION), "act": id(900), "did": { "kind": "songs" } });
    assert!(serde_json::from_value::<Envelope>(sixth).is_err(), "there is no sixth kind");
    for (did, code) in [
        (json!({ "kind": "publicity", "reached": 0 }), "act_nobody_reached"),
        (json!({ "kind": "repairs", "items": [{ "item": "lamp", "n": 0 }] }), "act_no_items"),
        (json!({ "kind": "opinions", "opinions": [] }), "act_no_opinions"),
        (json!({ "kind": "works", "section": id(999) }), "section"),
        (json!({ "kind": "household", "household": " " }), "words_needed"),
    ] {
        assert_eq!(c.told(HEAD, act(0, 0, &did)).await, code);
    }
    let odd = json!({ "kind": "opinions", "opinions": [{ "matter": id(950), "kind": "hazard", "category": "safety", "words": "飞线" }] });
    assert_eq!(c.told(HEAD, act(0, 0, &odd)).await, "opinion_kind");
    c.by(HEAD, json!({ "do": "put_programme", "programme": id(1000), "code": "UG", "kind": "undergrounding", "name": "架空线入地", "from": "2018-01-02",
        "owner": id(UNIT), "manager": id(HEAD), "year": 2018 })).await;
    c.by(
        HEAD,
        json!({ "do": "put_section", "section": id(1001), "programme": id(1000), "code": "UG-1", "name": "回龙观西大街",
        "district": "昌平区", "batch": 1 }),
    )
    .await;
    let asked = json!({ "kind": "opinions", "opinions": [
        { "matter": id(950), "kind": "wish", "category": "wish", "words": "楼道灯" },
        { "matter": id(951), "kind": "enquiry", "category": "bill", "words": "阶梯电价" }] });
    for (n, did) in [
        json!({ "kind": "works", "section": id(1001), "note": "议定施工时间" }),
        json!({ "kind": "household", "household": "独居老人" }),
        json!({ "kind": "publicity", "reached": 40 }),
        json!({ "kind": "repairs", "items": [{ "item": "lamp", "n": 3 }] }),
        asked,
    ]
    .iter()
    .enumerate()
    {
        c.by(HEAD, act(n as u64, 0, did)).await;
    }
    assert_eq!((c.counted(F::FiveActs).await, c.counted(F::CommunityActs).await.0), ((1, 3), 5));
    let report =
        c.app.report_by(&Actor::System, "2018-05-26".parse().expect("a day"), None, c.now, Some(Dimension::Act));
    let groups = report.await.expect("figures").groups;
    assert_eq!(groups.len(), 5, "an act of each kind");

    // What was said is owed to the community and answered by the ordinary loop.
    assert_eq!(c.counted(F::OpinionsAnswered).await, (0, 2));
    let asked_at = c.now;
    c.later(1).await;
    c.by(HEAD, json!({ "do": "refuse", "matter": id(951), "reason": "政策已公开" })).await;
    c.by(HEAD, json!({ "do": "answer", "matter": id(951), "words": "已上门讲解" })).await;
    assert_eq!(c.counted(F::OpinionsAnswered).await, (1, 2));
    assert_eq!(c.figure(F::OpinionsAnswered, asked_at).await, (0, 2), "as it was known then");
    let own = Actor::Partner { id: PartnerId(id(COMMUNITY)) };
    let told = c.app.community_sessions(&own, PartnerId(id(COMMUNITY))).await.expect("its sessions");
    assert_eq!((told[0].members, told[0].answered, told[0].opinions), (4, 1, 2));
    let other = c.app.community_sessions(&own, PartnerId(id(COMMUNITY + 1))).await;
    assert!(matches!(other, Err(AppError::Denied(_))), "another's are not its own");

    let void = json!({ "do": "void_act", "session": id(SESSION), "act": id(902), "reason": "人数记错" });
    c.by(HEAD, void.clone()).await;
    assert_eq!(c.told(HEAD, void).await, "act_voided_already");
    assert_eq!(c.counted(F::FiveActs).await, (0, 3));
    assert_eq!(c.figure(F::FiveActs, asked_at).await, (1, 3), "as it was known then");
    c.by(HEAD, json!({ "do": "cancel_session", "session": id(SESSION + 2), "reason": "下雨" })).await;
    let late = act(9, 2, &json!({ "kind": "publicity", "reached": 3 }));
    assert_eq!((c.told(HEAD, late).await.as_str(), c.counted(F::FiveActs).await), ("session_cancelled", (0, 2)));
}

/// Who a member is goes; that he was there stays.
async fn erased(c: &Company) {
    let before = (c.counted(F::MembersPresent).await, c.counted(F::CommunitiesReached).await);
    c.by(HEAD, json!({ "do": "erase_member", "member": id(MEMBER + 1) })).await;
    c.by(HEAD, json!({ "do": "erase_session_words", "session": id(SESSION) })).await;
    let (member, who) = c.app.member(&c.actor(HEAD).await, MemberId(id(MEMBER + 1))).await.expect("a member");
    assert!(member.details.personal.is_none() && who.is_none());
    let page = c.app.session_page(&c.actor(HEAD).await, SessionId(id(SESSION))).await.expect("a session");
    assert!(page.words.is_empty() && page.present.iter().filter(|p| p.name.is_some()).count() == 3);
    let after = (c.counted(F::MembersPresent).await, c.counted(F::CommunitiesReached).await);
    assert_eq!(after, before);
    assert!(c.app.verify().await.expect("verified").ok, "the chain holds");
}

/// Organisations register with each other.
async fn paired(c: &Company) {
    c.system(
        json!({ "do": "put_partner", "partner": id(760), "code": "DZZ-1", "name": "昌平公司党委", "unit": id(UNIT),
        "roles": [{ "role": "party_organisation", "from": "2018-01-02" }] }),
    )
    .await;
    let pair = |n: u64, ours: u64, theirs: u64| {
        json!({ "do": "register_pairing", "pairing": id(770 + n), "ours": id(ours), "theirs": id(theirs),
        "from": "2018-03-01" })
    };
    assert_eq!(c.told(HEAD, pair(0, COMMUNITY, 760)).await, "needs_role", "it is the whole company's to say");
    assert_eq!(c.told(HEAD, pair(0, 760, COMMUNITY + 3)).await, "party_organisation");
    assert_eq!(c.told(STRANGER, pair(0, 760, COMMUNITY)).await, "needs_role");
    c.by(HEAD, pair(0, 760, COMMUNITY)).await;
    assert_eq!(c.told(HEAD, pair(1, 760, COMMUNITY)).await, "paired_already");
    assert_eq!(c.told(HEAD, pair(1, 760, 760)).await, "paired_with_itself");
    let end = |to: &str| json!({ "do": "end_pairing", "pairing": id(770), "to": to });
    assert_eq!(c.told(HEAD, end("2018-02-28")).await, "pairing_ends_before");
    c.by(HEAD, end("2018-05-31")).await;
    assert_eq!(c.told(HEAD, end("2018-06-30")).await, "pairing_ended_already");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_day_its_sessions_and_who_came_on_both_engines() {
    for engine in Engine::ALL {
        let mut c = Company::new(engine).await;
        called(&c).await;
        came(&c).await;
        acted(&mut c).await;
        erased(&c).await;
        paired(&c).await;
        c.app.close().await;
    }
}

/// The demo's service day: what is told of it is what is counted, as of any instant, and each visit of the leadership stands by its
/// session.
pub(super) async fn of_the_demo(app: &yixian_app::App) {
    let figure = async |code: F, period: &str, as_of: Instant| {
        let report = app.report(&Actor::System, period.parse().expect("a period"), None, as_of).await.expect("figures");
        match report.get(code).expect("a figure").value {
            Number::Count { n } => (n, 0),
            Number::Share { numerator, denominator } => (numerator, denominator),
            other => panic!("{other:?}"),
        }
    };
    let now = app.clock().now();
    let day = async |code| figure(code, "2018-05-26", now).await;
    let all = [
        F::MembersPresent,
        F::CommunitiesReached,
        F::DistrictsReached,
        F::FiveActs,
        F::OpinionsAnswered,
        F::SignInsLate,
    ];
    let mut told = Vec::new();
    for code in all {
        told.push(day(code).await);
    }
    assert_eq!(told, [(2_137, 0), (106, 0), (16, 0), (104, 106), (412, 412), (0, 0)]);
    assert_eq!(figure(F::MembersPresent, "2018-05", now).await.0, 2_137);
    assert_eq!(figure(F::MembersPresent, "2018-05-27", now).await.0, 0);
    // On the eve nobody had come; at the end of June everybody was answered.
    assert_eq!(figure(F::MembersPresent, "2018-05-26", Instant(1_527_260_000_000)).await.0, 0);
    let june = Instant::parse("2018-07-01T00:00:00+08:00").expect("an instant");
    assert_eq!(figure(F::OpinionsAnswered, "2018-05-26", june).await, (412, 412));
    let board = app.day_board(&Actor::System, "FW-20180526").await.expect("a board");
    let signed: usize = board.tiles.iter().map(|t| t.members).sum();
    assert_eq!((board.tiles.len(), signed), (106, 2_151));
    let visits: Vec<_> = board.tiles.iter().filter_map(|t| t.session.details.visit).collect();
    println!("community day: {} of {} sessions with a visit of the leadership", visits.len(), board.tiles.len());
    let rows = app.visit_rows(&Actor::System, &visits).await.expect("visits");
    assert!(visits.len() > 90 && rows.iter().all(|v| v.day.to_string() == "2018-05-26"), "{}", visits.len());
    let roster = app.roster(&Actor::System, "", 5_000).await.expect("a roster");
    assert_eq!(roster.len(), 2_300);
}
