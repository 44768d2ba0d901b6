//! Service days through the router, without JavaScript, in both languages: the board, a session with its forms, signing in by a
//! session's code, fifty phones at once, the roster that no stranger sees, what a community sees by its link.

use crate::support::*;
use axum::http::StatusCode;
use serde_json::json;
use std::collections::BTreeSet;
use yixian_domain::access::Actor;
use yixian_domain::figure::FigureCode;
use yixian_domain::ids::SessionId;

/// So many members of the roster beside the one there is, each with digits of his own.
async fn roster(c: &Company, n: usize) {
    for i in 0..n {
        c.run(&json!({ "do": "list_member", "member": c.id(), "code": format!("DY-{i}"), "branch": "机关党支部", "unit": c.units[OWN],
            "personal": { "name": format!("党员{i}"), "last_four": format!("{:04}", 5_000 + i), "staff_number": "" } })).await;
    }
}

async fn present(c: &Company) -> u64 {
    let day = "2018-05-02".parse().expect("a day");
    let report = c.app.report(&Actor::System, day, None, c.app.clock().now()).await.expect("figures");
    report.get(FigureCode::MembersPresent).expect("a figure").ids().len() as u64
}

/// A phone: the page of a session's code, and what is sent from it.
struct Phone<'a> {
    c: &'a Company,
    at: String,
    cookie: String,
    page: Answer,
}

impl<'a> Phone<'a> {
    async fn of(c: &'a Company, at: &str) -> Phone<'a> {
        let page = c.knock(Knock::get(at)).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        let cookie = page.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
        Phone { c, at: at.to_owned(), cookie, page }
    }
    fn knock(&self, name: &str, key: &str, go: &str) -> Knock {
        let field = |name: &str| self.page.field(name).unwrap_or_default();
        let (command, id) = (field("command_id"), field("id"));
        let fields = [("command_id", &*command), ("id", &*id), ("name", name), ("key", key), ("go", go)];
        Knock::post(self.at.clone(), &fields).cookie(&self.cookie)
    }
    async fn send(&self, name: &str, key: &str, go: &str) -> Answer {
        self.c.knock(self.knock(name, key, go)).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_phones_sign_in_at_once_without_a_double_or_a_loss() {
    let c = Company::new().await;
    let s = c.service_day(OWN).await;
    roster(&c, 50).await;
    let at = format!("/s/{}/{}", s.session, c.session_secret(s.session).await);
    let mut phones = Vec::new();
    for _ in 0..50 {
        phones.push(Phone::of(&c, &at).await);
    }
    // Each is sent twice, as by a finger that slipped.
    let mut sent = tokio::task::JoinSet::new();
    for (i, p) in phones.iter().enumerate() {
        for _ in 0..2 {
            let (knock, web) = (p.knock(&format!("党员{i}"), &format!("{:04}", 5_000 + i), "member"), c.web.clone());
            sent.spawn(async move { knock.at(&web).await });
        }
    }
    let answers = sent.join_all().await;
    let places: BTreeSet<String> = answers
        .iter()
        .map(|a| {
            assert_eq!(a.status, StatusCode::SEE_OTHER, "{}", a.text());
            a.header("location").to_owned()
        })
        .collect();
    assert_eq!((places.len(), present(&c).await), (50, 51), "fifty, and the one who was there");
    let page = c.app.session_page(&Actor::System, SessionId(s.session)).await.expect("a session");
    assert_eq!(page.present.len(), 51);
    assert!(c.app.verify().await.expect("verified").ok);
}

#[tokio::test]
async fn somebody_signs_in_by_the_code_or_comes_as_a_guest_and_the_roster_is_no_strangers() {
    let c = Company::new().await;
    let s = c.service_day(OWN).await;
    roster(&c, 2).await;
    let at = format!("/s/{}/{}", s.session, c.session_secret(s.session).await);
    for lang in ["zh-CN", "en"] {
        let text = c.knock(Knock::get(&at).cookie(&format!("yx_lang={lang}"))).await.text();
        assert!(text.contains("回龙观社区") && !text.contains('⟨') && !text.contains("党员0"), "{text}");
    }
    assert_eq!(c.knock(Knock::get(format!("/s/{}/guessed", s.session))).await.status, StatusCode::NOT_FOUND);

    let phone = Phone::of(&c, &at).await;
    let empty = phone.send("", "", "member").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let unknown = phone.send("党员0", "9999", "member").await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = unknown.text();
    assert!(
        text.contains("value=\"党员0\"") && text.contains("value=\"guest\""),
        "typed is kept, a guest may come: {text}"
    );
    let before = present(&c).await;
    let guest = Phone { page: unknown, ..Phone::of(&c, &at).await }.send("党员0", "9999", "guest").await;
    assert_eq!((guest.status, present(&c).await), (StatusCode::SEE_OTHER, before), "{}", guest.text());

    let member = Phone::of(&c, &at).await.send("党员0", "5000", "member").await;
    assert_eq!((member.status, present(&c).await), (StatusCode::SEE_OTHER, before + 1), "{}", member.text());
    let done = c.knock(Knock::get(member.header("location"))).await;
    assert!(done.text().contains("已签到"), "{}", done.text());
    // He who signs in on another phone is there already.
    let again = Phone::of(&c, &at).await.send("党员0", "5000", "member").await;
    assert_eq!((again.header("location"), present(&c).await), (member.header("location"), before + 1));
    let command = done.field("command_id").expect("an id");
    let out = c.knock(Knock::post(member.header("location"), &[("command_id", &command)])).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER, "{}", out.text());
    assert!(c.knock(Knock::get(member.header("location"))).await.text().contains("已签退"));
}

#[tokio::test]
async fn five_tries_for_a_phone_and_five_for_a_name() {
    let c = Company::new().await;
    let s = c.service_day(OWN).await;
    let at = format!("/s/{}/{}", s.session, c.session_secret(s.session).await);
    let phone = Phone::of(&c, &at).await;
    for i in 0..5 {
        let a = phone.send(&format!("甲{i}"), "0000", "member").await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY, "{i}");
    }
    let sixth = phone.send("王小明", "0427", "member").await;
    assert_eq!(sixth.status, StatusCode::TOO_MANY_REQUESTS, "the right one counts too");
    assert!(sixth.text().contains("value=\"王小明\""), "nothing typed is lost");
    for i in 0..5 {
        let a = Phone::of(&c, &at).await.send("赵六", &format!("{i:04}"), "member").await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY, "{i}");
    }
    let a = Phone::of(&c, &at).await.send("赵六", "0006", "member").await;
    assert_eq!(a.status, StatusCode::TOO_MANY_REQUESTS, "who guesses the digits of one may have any number of phones");
    let other = Phone::of(&c, &at).await.send("王小明", "0427", "member").await;
    assert_eq!(other.status, StatusCode::SEE_OTHER, "somebody else signs in");
}

#[tokio::test]
async fn a_session_is_run_from_its_page_in_both_languages() {
    let c = Company::new().await;
    let s = c.service_day(OWN).await;
    roster(&c, 2).await;
    let section = c.section(OWN, false).await;
    let cookie = c.enter(c.people[4]).await;
    let at = format!("/sessions/{}", s.session);
    for lang in ["zh-CN", "en"] {
        for path in [
            "/service-days".to_owned(),
            format!("/service-days/{}", s.day),
            at.clone(),
            format!("{at}/poster"),
            "/service-days/members".to_owned(),
            "/service-days/pairings".to_owned(),
            format!("/service-days/members/{}/edit", s.member),
            "/service-days/new/edit".to_owned(),
            "/figures/members_present?period=2018-05-02".to_owned(),
            "/figures/community_acts?period=2018-05-02&by=act".to_owned(),
            "/figures/districts_reached?period=2018-05-02".to_owned(),
            "/figures/service_hours?period=2018-05-02".to_owned(),
            "/figures/five_acts?period=2018-05-02&part=denominator".to_owned(),
        ] {
            let a = c.knock(Knock::get(&path).cookie(&format!("{cookie}; yx_lang={lang}"))).await;
            assert_eq!(a.status, StatusCode::OK, "{path}: {}", a.text());
            assert!(!a.text().contains('⟨'), "{lang} {path}: {}", a.text());
        }
    }
    let board = c.knock(Knock::get(format!("/service-days/{}", s.day)).cookie(&cookie)).await.text();
    assert!(board.contains("●○○○○ 1/5") && board.contains("昌平区") && board.contains("0 / 1"), "{board}");
    // A viewer sees what was done, and nobody's name.
    let viewer = c.enter(c.people[0]).await;
    let text = c.knock(Knock::get(&at).cookie(&viewer)).await.text();
    assert!(!text.contains("王小明") && !text.contains("/s/") && text.contains("营销党支部"), "{text}");

    let send = async |action: &str, fields: &[(&str, &str)]| {
        let page = c.knock(Knock::get(format!("{at}/{action}")).cookie(&cookie)).await;
        assert_eq!(page.status, StatusCode::OK, "{action}: {}", page.text());
        let hidden = ["command_id", "id"].map(|f| (f, page.field(f).unwrap_or_default()));
        let mut all: Vec<(&str, &str)> = hidden.iter().map(|(k, v)| (*k, v.as_str())).collect();
        all.extend(fields);
        c.knock(Knock::post(format!("{at}/{action}"), &all).cookie(&cookie)).await
    };
    let bad = send("publicity", &[("reached", "viele"), ("note", "夏季用电")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.text().contains("value=\"viele\"") && bad.text().contains("夏季用电"), "{}", bad.text());
    let section = section.to_string();
    for (action, fields) in [
        ("works", vec![("section", &*section), ("note", "议定施工时间")]),
        ("household", vec![("household", "独居老人")]),
        ("repairs", vec![("lamp", "3"), ("wire", ""), ("line_check", "２")]),
        ("opinions", vec![("kind", "wish/wish"), ("words", "楼道灯\n\n现场缴费")]),
        ("sign-in", vec![("who", "党员0 5000")]),
        ("sign-in", vec![("who", "DY-1")]),
        ("sign-in", vec![("guest", "1")]),
    ] {
        let a = send(action, &fields).await;
        assert_eq!(a.status, StatusCode::SEE_OTHER, "{action} {fields:?}: {}", a.text());
    }
    assert_eq!(send("sign-in", &[("who", "无此人 0000")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = c.knock(Knock::get(&at).cookie(&cookie)).await.text();
    assert!(text.contains("●●●●● 5/5") && text.contains("楼道灯") && text.contains("现场缴费"), "{text}");
    assert_eq!(present(&c).await, 3);

    // What its community sees by its link: what was done, and what it said; nothing of a household.
    c.run(&json!({ "do": "give_partner_link", "partner": s.community })).await;
    let (link, _) = c.partner_link(s.community).await;
    let own = c.knock(Knock::get(&link)).await.text();
    assert!(own.contains("●●●●● 5/5") && own.contains("楼道灯") && !own.contains("独居老人"), "{own}");
    let void = format!("{at}/void-act?record={}", s.act);
    let page = c.knock(Knock::get(&void).cookie(&cookie)).await;
    let (command, act) = (page.field("command_id").expect("an id"), s.act.to_string());
    let fields = [("command_id", &*command), ("record", &*act), ("reason", "人数记错")];
    let a = c.knock(Knock::post(format!("{at}/void-act"), &fields).cookie(&cookie)).await;
    assert_eq!(a.status, StatusCode::SEE_OTHER, "{}", a.text());
    let board = c.knock(Knock::get(format!("/service-days/{}", s.day)).cookie(&cookie)).await.text();
    assert!(board.contains("●●●●○ 4/5"), "{board}");
}

#[tokio::test]
async fn a_roster_is_taken_whole_or_not_at_all() {
    let c = Company::new().await;
    let cookie = c.enter(c.people[4]).await;
    let upload = async |table: &str| {
        let files: Vec<(&str, &str, &[u8])> = vec![("file", "table.csv", table.as_bytes())];
        c.knock(Knock::upload("/service-days/members/import", &[], &files).cookie(&cookie)).await
    };
    let header = "编号,姓名,手机后四位,工号,党支部,单位\n";
    let bad = upload(&format!("{header}D-1,张三,12,,一支部,CP\nD-2,,0001,,,XX\nD-3,王五,0002,,一支部,CP\n")).await;
    let text = bad.text();
    for fault in ["四位数字", "姓名", "党支部", "XX"] {
        assert!(text.contains(fault), "{fault}: {text}");
    }
    assert!(bad.field("carried").is_none(), "with a fault nothing is offered for writing");
    let good = upload(&format!("{header}D-1,张三,0427,,一支部,CP\nD-3,王五,,G7,一支部,CP\n")).await;
    assert!(!good.text().contains("张三"), "who somebody is, is not told again: {}", good.text());
    let carried = good.field("carried").expect("the table is carried along");
    let fields = [("carried", &*carried), ("name", "table.csv"), ("apply", "1")];
    let done = c.knock(Knock::upload("/service-days/members/import", &fields, &[]).cookie(&cookie)).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    let all = c.app.roster(&Actor::System, "", 10).await.expect("a roster");
    let names: Vec<_> = all.iter().filter_map(|(m, p)| Some((m.code.as_str(), p.as_ref()?.name.as_str()))).collect();
    assert_eq!(names, [("D-1", "张三"), ("D-3", "王五")]);
    let again = upload(&format!("{header}D-1,张三,0427,,一支部,CP\nD-3,王五,,G7,一支部,CP\n")).await;
    assert!(again.text().contains("表格和现有内容一致"), "a second time nothing changes: {}", again.text());
}
