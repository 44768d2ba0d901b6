//! The connection service behind its doors: what customers and halls type wrongly gets a clear answer in
//! their language and loses nothing; links and digits cannot be guessed; nothing personal leaks.

use crate::support::*;
use axum::http::StatusCode;
use image::ImageFormat;
use serde_json::json;
use yixian_app::connections::ConnectionFilter;
use yixian_app::message::Messages;
use yixian_domain::access::{Actor, Voice};
use yixian_domain::ids::MatterId;

const LANGS: [&str; 2] = ["zh-CN", "en"];
const NAME: &str = "金丝雀欧阳 <b>青</b>";
const PHONE: &str = "13987654321";
const ADDRESS: &str = "金丝雀大街 7 号";

/// A company whose messages stay in memory.
async fn company() -> (Company, Messages) {
    let c = Company::new().await;
    let messages = Messages::memory();
    c.app.send_messages_to(messages.clone());
    (c, messages)
}

fn code(messages: &Messages, phone: &str) -> String {
    let (_, text) = messages.sent().into_iter().rev().find(|(p, _)| p == phone).expect("a message");
    let digits: String = text.chars().map(|c| if c.is_ascii_digit() { c } else { ' ' }).collect();
    digits.split_whitespace().find(|d| d.len() == 6).expect("six digits").to_owned()
}

fn typed<'a>(id: &'a str, connection: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("command_id", id),
        ("connection", connection),
        ("applicant", "person"),
        ("name", NAME),
        ("phone", PHONE),
        ("district", "昌平区"),
        ("address", ADDRESS),
        ("use", "shop"),
        ("capacity", "15"),
    ]
}

fn with<'a>(fields: &[(&'static str, &'a str)], change: &[(&'static str, &'a str)]) -> Vec<(&'static str, &'a str)> {
    let mut out: Vec<_> = fields.iter().copied().filter(|(k, _)| !change.iter().any(|(c, _)| c == k)).collect();
    out.extend_from_slice(change);
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;")
}

fn kept(a: &Answer) {
    let text = a.text();
    assert!(text.contains(&escaped(NAME)) && text.contains(ADDRESS), "what was typed is kept and escaped: {text}");
    assert!(!text.contains('⟨'), "a message is missing: {}", text.split('⟨').nth(1).unwrap_or_default());
}

/// Applies; gives the id, the path of the customer's page and its cookie.
async fn apply(c: &Company, messages: &Messages) -> (String, String, String) {
    apply_with(c, messages, &[]).await
}

async fn apply_with(c: &Company, messages: &Messages, change: &[(&'static str, &str)]) -> (String, String, String) {
    let (id, connection) = (c.id().to_string(), c.id().to_string());
    let f = with(&typed(&id, &connection), change);
    let a = c.knock(Knock::post("/apply", &with(&f, &[("go", "code")]))).await;
    assert_eq!(a.status, StatusCode::OK, "{}", a.text());
    kept(&a);
    let sent = code(messages, PHONE);
    let a = c.knock(Knock::post("/apply", &with(&f, &[("go", "review"), ("code", &sent)]))).await;
    assert_eq!(a.status, StatusCode::OK, "{}", a.text());
    kept(&a);
    let proof = a.field("proof").expect("a proof");
    let a = c.knock(Knock::post("/apply", &with(&f, &[("go", "send"), ("proof", &proof)]))).await;
    assert_eq!(a.status, StatusCode::SEE_OTHER, "{}", a.text());
    let path = a.header("location").trim_end_matches("?fresh=1").to_owned();
    let cookie = a
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .find(|v| v.starts_with("yx_c="))
        .expect("a pass")
        .to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("Path=/c/") && cookie.contains("SameSite=Lax"), "{cookie}");
    (connection, path, cookie.split(';').next().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn what_cannot_be_taken_is_said_in_words_and_kept() {
    let (c, _) = company().await;
    let (id, connection) = (c.id().to_string(), c.id().to_string());
    let f = typed(&id, &connection);
    for (change, zh, en) in [
        (vec![("capacity_kw", "-5")], "要大于 0", "more than 0 kW"),
        (vec![("capacity_kw", "160.0001")], "最多三位小数", "at most three decimals"),
        (vec![("capacity_kw", "一百")], "“一百”不是千瓦数", "“一百” is not a number"),
        (vec![("capacity", "")], "请选一张容量图", "Choose a picture of capacity"),
        (vec![("phone", "1398765432")], "电话号码不对", "phone"),
        (vec![("applicant", "firm"), ("credit_code", "91110000100003963T")], "校验位", "check character"),
        (vec![("applicant", "firm"), ("credit_code", "12")], "18 位", "18 digits"),
        (vec![("use", "")], "请选一种用途", "Choose a use"),
        (vec![("district", "")], "区", "istrict"),
    ] {
        for (lang, words) in [("zh-CN", zh), ("en", en)] {
            for go in ["review", "send"] {
                let a = c
                    .knock(
                        Knock::post("/apply", &with(&f, &with(&change, &[("go", go)]))).with("accept-language", lang),
                    )
                    .await;
                assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY, "{change:?} {go}");
                assert!(a.text().contains(words), "{change:?} in {lang}: {}", a.text());
                kept(&a);
                for (name, value) in change
                    .iter()
                    .filter(|(k, v)| !v.is_empty() && matches!(*k, "capacity_kw" | "phone" | "credit_code"))
                {
                    assert_eq!(a.field(name).as_deref(), Some(*value), "{name} is kept");
                }
            }
        }
    }
    assert_eq!(c.app.connection_list(&Actor::System, &ConnectionFilter::default(), 10).await.expect("a list").1, 0);
}

#[tokio::test]
async fn without_the_code_of_the_phone_nothing_is_taken() {
    let (c, messages) = company().await;
    let (id, connection) = (c.id().to_string(), c.id().to_string());
    let f = typed(&id, &connection);
    let a = c.knock(Knock::post("/apply", &with(&f, &[("go", "send")]))).await;
    assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(a.text().contains("请先点“发验证码”"));
    assert_eq!(c.knock(Knock::post("/apply", &with(&f, &[("go", "code")]))).await.status, StatusCode::OK);
    // A second code within the minute is too soon, in words, and nothing is lost.
    for (lang, words) in [("zh-CN", "一分钟一次"), ("en", "one code a minute")] {
        let a = c.knock(Knock::post("/apply", &with(&f, &[("go", "code")])).with("accept-language", lang)).await;
        assert_eq!(a.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(a.text().contains(words), "{}", a.text());
        kept(&a);
    }
    assert_eq!(messages.sent().len(), 1);
    let right = code(&messages, PHONE);
    let wrong = if right == "000000" { "111111" } else { "000000" };
    let a = c.knock(Knock::post("/apply", &with(&f, &[("go", "review"), ("code", wrong)]))).await;
    assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(a.text().contains("验证码不对"));
    kept(&a);
    // The proof of one phone is none of another.
    let a = c.knock(Knock::post("/apply", &with(&f, &[("go", "review"), ("code", &right)]))).await;
    let proof = a.field("proof").expect("a proof");
    let a =
        c.knock(Knock::post("/apply", &with(&f, &[("go", "send"), ("proof", &proof), ("phone", "13911112222")]))).await;
    assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Six wrong tries and the code is worth nothing.
    for _ in 0..6 {
        c.knock(Knock::post("/apply", &with(&f, &[("go", "review"), ("code", wrong)]))).await;
    }
    let a = c.knock(Knock::post("/apply", &with(&f, &[("go", "review"), ("code", &right)]))).await;
    assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(a.text().contains("已过期"), "{}", a.text());
}

#[tokio::test]
async fn an_application_sent_twice_is_one() {
    let (c, messages) = company().await;
    let (connection, path, _) = apply(&c, &messages).await;
    // The same form again, and the same words from another tab within the second.
    let proof = {
        let mut taken = None;
        for (p, text) in messages.sent() {
            if p == PHONE && text.contains("/c/") {
                taken = Some(text);
            }
        }
        taken.expect("the link was sent")
    };
    assert!(proof.contains(&path), "{proof}");
    let a = c.app.connection_list(&Actor::System, &ConnectionFilter::default(), 10).await.expect("a list");
    assert_eq!((a.1, a.0[0].matter.id.to_string()), (1, connection));
    let cookie = c.enter(c.chief).await;
    let hall = |id: String, connection: String| {
        let f: Vec<(&'static str, String)> = vec![("command_id", id), ("connection", connection)];
        let rest = [
            ("origin", "counter"),
            ("applicant", "person"),
            ("name", "李四"),
            ("phone", "13900001111"),
            ("district", "昌平区"),
            ("address", "东街 1 号"),
            ("use", "shop"),
            ("capacity", "20"),
            ("voltage", "0.4kV"),
            ("setting", "urban"),
        ];
        let all: Vec<(&str, &str)> = f.iter().map(|(k, v)| (*k, v.as_str())).chain(rest).collect();
        Knock::post("/connections/new", &all).cookie(&cookie)
    };
    let one = c.knock(hall(c.id().to_string(), c.id().to_string())).await;
    let two = c.knock(hall(c.id().to_string(), c.id().to_string())).await;
    assert_eq!(one.status, StatusCode::SEE_OTHER, "{}", one.text());
    assert_eq!((two.status, two.header("location")), (StatusCode::SEE_OTHER, one.header("location")));
    assert_eq!(c.app.connection_list(&Actor::System, &ConnectionFilter::default(), 10).await.expect("a list").1, 2);
}

#[tokio::test]
async fn a_large_photo_is_told_and_the_rest_is_kept() {
    let (c, messages) = company().await;
    let (id, connection) = (c.id().to_string(), c.id().to_string());
    c.knock(Knock::post("/apply", &with(&typed(&id, &connection), &[("go", "code")]))).await;
    let sent = code(&messages, PHONE);
    let a = c.knock(Knock::post("/apply", &with(&typed(&id, &connection), &[("go", "review"), ("code", &sent)]))).await;
    let proof = a.field("proof").expect("a proof");
    let f = with(&typed(&id, &connection), &[("go", "review"), ("proof", &proof)]);
    let (huge, good) = (vec![0xff; 40 * 1024 * 1024], picture(ImageFormat::Jpeg, 40));
    for (lang, words) in [("zh-CN", "超过 8 MB"), ("en", "8 MB")] {
        let a = c
            .knock(
                Knock::upload(
                    "/apply",
                    &f,
                    &[("photo_identity", "id.jpg", &huge), ("photo_premises", "deed.jpg", &good)],
                )
                .with("accept-language", lang),
            )
            .await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(a.text().contains(words), "{}", a.text());
        kept(&a);
        assert_eq!(a.field("kept_premises").expect("the good one is kept").len(), 64);
    }
}

#[tokio::test]
async fn links_and_digits_cannot_be_guessed() {
    let (c, messages) = company().await;
    let (_, path, pass) = apply(&c, &messages).await;
    // The link alone shows nothing of the case.
    let a = c.knock(Knock::get(&path)).await;
    assert_eq!(a.status, StatusCode::OK);
    assert!(!a.text().contains("stations") && !a.text().contains(NAME) && !a.text().contains(ADDRESS));
    // Nor does the pass of another link, nor a made-up one.
    for cookie in ["yx_c=", "yx_c=0000", &format!("{pass}x")] {
        assert!(!c.knock(Knock::get(&path).cookie(cookie)).await.text().contains("stations"));
    }
    assert!(c.knock(Knock::get(&path).cookie(&pass)).await.text().contains("stations"));
    // Digits: some tries, then a clear word, also for the right ones.
    let mut limited = None;
    for i in 0..12 {
        let a = c.knock(Knock::post(&path, &[("last4", "0000")]).from(i)).await;
        if a.status == StatusCode::TOO_MANY_REQUESTS {
            limited = Some(a);
            break;
        }
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let limited = limited.expect("a limit");
    assert!(limited.text().contains("试得太多了") && !limited.header("retry-after").is_empty());
    let a = c.knock(Knock::post(&path, &[("last4", "4321")]).from(99).with("accept-language", "en")).await;
    assert_eq!(a.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(a.text().contains("Too many tries"));
    // Links: guessing gets slower for the guesser only, and is said in his language.
    let mut seen = Vec::new();
    for i in 0..1_000 {
        let a = c.knock(Knock::get(format!("/c/{i:043}")).from(7).with("accept-language", "en")).await;
        assert!(a.status == StatusCode::NOT_FOUND || a.text().contains("Too many"), "{}", a.text());
        seen.push(a.status);
    }
    assert_eq!((seen[0], seen[999]), (StatusCode::NOT_FOUND, StatusCode::TOO_MANY_REQUESTS));
    assert!(seen.iter().filter(|s| **s == StatusCode::NOT_FOUND).count() < 60, "guessing gets slow soon");
    assert_eq!(
        c.knock(Knock::get(&path).cookie(&pass).from(7)).await.status,
        StatusCode::OK,
        "who has the link is not shut out"
    );
    // The raiser's door does not open a customer's page without the digits.
    assert_eq!(c.knock(Knock::get(path.replace("/c/", "/r/"))).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_was_paid_is_told_only_where_it_is_known() {
    // Power at home is free by rule; what a large connection costs is not known before somebody writes it down.
    for (change, words) in
        [([("use", "home"), ("capacity", "8")], "0 元"), ([("use", "workshop"), ("capacity", "500")], "尚未登记")]
    {
        let (c, messages) = company().await;
        let (_, path, pass) = apply_with(&c, &messages, &change).await;
        let page = c.knock(Knock::get(&path).cookie(&pass)).await.text();
        let paid = page.split_once("您已付</h2><b>").and_then(|t| t.1.split_once("</b>")).expect("what was paid").0;
        assert_eq!(paid, words, "{change:?}");
    }
}

#[tokio::test]
async fn nothing_personal_stands_in_addresses_titles_or_caches() {
    let (c, messages) = company().await;
    let (connection, path, pass) = apply(&c, &messages).await;
    let cookie = c.enter(c.chief).await;
    for (path, cookie) in [
        (path.as_str(), pass.as_str()),
        (&format!("/connections/{connection}"), &cookie),
        ("/connections?show=all", &cookie),
        ("/apply", ""),
    ] {
        let a = c.knock(Knock::get(path).cookie(cookie)).await;
        assert_eq!(a.status, StatusCode::OK, "{path}");
        assert_eq!(a.header("cache-control"), "no-store", "{path}");
        let text = a.text();
        let title = text.split_once("<title>").and_then(|t| t.1.split_once("</title>")).expect("a title").0.to_owned();
        let mut leaks: Vec<String> = text
            .split("href=\"")
            .skip(1)
            .chain(text.split("action=\"").skip(1))
            .filter_map(|t| t.split('"').next())
            .map(str::to_owned)
            .collect();
        leaks.push(title);
        for canary in ["金丝雀", "%E9%87%91", PHONE, "87654321"] {
            assert!(!leaks.iter().any(|l| l.contains(canary)), "{canary} in an address or title of {path}");
        }
    }
    // The hall has to call; a list shows neither name nor address; the ledger neither.
    let page = c.knock(Knock::get(format!("/connections/{connection}")).cookie(&cookie)).await.text();
    assert!(page.contains(PHONE));
    let list = c.knock(Knock::get("/connections?show=all").cookie(&cookie)).await.text();
    let api = c.knock(Knock::get(format!("/api/v1/connections/{connection}")).cookie(&cookie)).await.text();
    for text in [list, api] {
        assert!(!text.contains("金丝雀") && !text.contains(PHONE));
    }
    let mut conn = c.app.store().read().await.expect("a connection");
    for e in yixian_app::store::ledger::page(&mut conn, 0, 5_000).await.expect("events") {
        assert!(!e.body.contains("金丝雀") && !e.body.contains(PHONE), "{}", e.body);
    }
}

/// Brings a connection of a unit to a step as the system.
async fn in_hand(c: &Company, unit: usize) -> String {
    let (id, _) = c.apply(unit, &[]).await;
    for command in [json!({ "do": "accept", "matter": id })] {
        c.run(&command).await;
    }
    id.to_string()
}

#[tokio::test]
async fn the_hall_is_told_why_not_and_keeps_its_words() {
    let c = Company::new().await;
    let id = in_hand(&c, OWN).await;
    let handler = c.people[ROLES.iter().position(|r| *r == "handler").expect("a handler")];
    let cookie = c.enter(handler).await;
    let page = c.app.matter_page(&Actor::System, MatterId(id.parse().expect("an id"))).await.expect("a page");
    assert_eq!(page.matter.stage.name().as_str(), "in_hand", "signed for, the first step begins");
    // Power on while steps are left, and before the acceptance.
    let ids = [c.id().to_string(), c.id().to_string(), c.id().to_string()];
    for (lang, words) in [("zh-CN", "后面还有环节"), ("en", "steps are left")] {
        let a = c
            .knock(
                Knock::post(format!("/connections/{id}/energize"), &[("command_id", &ids[0]), ("how", "金丝雀装表")])
                    .cookie(&cookie)
                    .with("accept-language", lang)
                    .with("cookie", format!("yx_lang={lang}")),
            )
            .await;
        assert_eq!(a.status, StatusCode::CONFLICT, "{}", a.text());
        assert!(a.text().contains(words) && a.text().contains("金丝雀装表"), "{}", a.text());
    }
    for (lang, words) in LANGS.into_iter().zip(["早于受理时间", "lies before the acceptance"]) {
        let a = c
            .knock(
                Knock::post(
                    format!("/connections/{id}/energize"),
                    &[("command_id", &ids[1]), ("how", "金丝雀装表"), ("at", "2018-05-01T08:00")],
                )
                .cookie(&cookie)
                .with("cookie", format!("yx_lang={lang}")),
            )
            .await;
        assert_eq!(a.status, StatusCode::CONFLICT);
        assert!(
            a.text().contains(words)
                && a.text().contains("金丝雀装表")
                && a.field("at").as_deref() == Some("2018-05-01T08:00"),
            "{}",
            a.text()
        );
    }
    // A pause without its ground is told; with one it waits to be approved; a second one meanwhile is told.
    let a = c
        .knock(
            Knock::post(format!("/connections/{id}/pause"), &[("command_id", &ids[2]), ("reason", "金丝雀缺材料")])
                .cookie(&cookie),
        )
        .await;
    assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(a.text().contains("请选暂停计时的理由") && a.text().contains("金丝雀缺材料"));
    let a = c
        .knock(
            Knock::post(
                format!("/connections/{id}/pause"),
                &[("command_id", &ids[2]), ("reason", "金丝雀缺材料"), ("ground", "incomplete_material")],
            )
            .cookie(&cookie),
        )
        .await;
    assert_eq!(a.status, StatusCode::SEE_OTHER, "{}", a.text());
    let again = c.id().to_string();
    let a = c
        .knock(
            Knock::post(
                format!("/connections/{id}/pause"),
                &[("command_id", &again), ("reason", "再停"), ("ground", "customer_request")],
            )
            .cookie(&cookie),
        )
        .await;
    assert_eq!(a.status, StatusCode::CONFLICT);
    assert!(a.text().contains("再停"));
    // Approved and over, the next stop cannot begin before the last one ended.
    let coordinator = c.actor(c.people[ROLES.iter().position(|r| *r == "coordinator").expect("a coordinator")]).await;
    c.run_as(&coordinator, &json!({ "do": "decide", "matter": id, "approve": true })).await;
    c.run(&json!({ "do": "resume", "matter": id })).await;
    for (lang, words) in LANGS.into_iter().zip(["新的暂停要在它之后", "the next begins after it"]) {
        let (one, f) = (
            c.id().to_string(),
            [("reason", "金丝雀又停"), ("ground", "customer_request"), ("at", "2018-05-02T08:00")],
        );
        let a = c
            .knock(
                Knock::post(format!("/connections/{id}/pause"), &with(&f, &[("command_id", &one)]))
                    .cookie(&cookie)
                    .with("cookie", format!("yx_lang={lang}")),
            )
            .await;
        assert_eq!(a.status, StatusCode::CONFLICT);
        assert!(a.text().contains(words) && a.text().contains("金丝雀又停"), "{}", a.text());
    }
    // What is typed for one case is no draft of another.
    assert!(
        c.knock(Knock::get(format!("/connections/{id}/pause")).cookie(&cookie))
            .await
            .text()
            .contains(&format!("data-draft=\"case-{id}-pause\""))
    );
    // The case page says why an action is missing.
    let page = c.knock(Knock::get(format!("/connections/{id}")).cookie(&cookie)).await.text();
    assert!(page.contains("matter-not-now") || page.contains("doing-no"), "{page}");
}

#[tokio::test]
async fn the_hall_corrects_an_application_and_it_is_judged_again() {
    let (c, messages) = company().await;
    // A street of another district is none of this one.
    let (other, _, _) = apply_with(&c, &messages, &[("street", "三里屯街道")]).await;
    let asked = c
        .app
        .matter_page(&Actor::System, MatterId(other.parse().expect("an id")))
        .await
        .expect("a page")
        .matter
        .case
        .expect("a case")
        .asked;
    assert_eq!((asked.street.is_nothing(), asked.setting.as_str()), (true, "urban"));
    // A town counts as rural by the table of streets; its cap is lower.
    let id = c.id();
    c.run(&json!({ "do": "apply_connection", "connection": id, "application": {
        "origin": "counter", "applicant": "person", "name": "隐名", "phone": "13912345678", "district": "昌平区", "street": "十三陵镇", "address": "东街 3 号", "use": "shop", "capacity": "120" } })).await;
    let cookie = c.enter(c.chief).await;
    let page = c.knock(Knock::get(format!("/connections/{id}")).cookie(&cookie)).await.text();
    assert!(page.contains("十三陵镇") && page.contains("低压非居民") && page.contains("乡村 100 千瓦"), "{page}");
    let form = c.knock(Knock::get(format!("/connections/{id}/correct")).cookie(&cookie)).await;
    assert_eq!((form.status, form.field("capacity").as_deref()), (StatusCode::OK, Some("120")));
    let (one, two) = (c.id().to_string(), c.id().to_string());
    let f = [
        ("size", "small"),
        ("setting", "urban"),
        ("capacity", "120"),
        ("voltage", "0.4kV"),
        ("reason", "金丝雀核实在镇区"),
    ];
    for (lang, words) in LANGS.into_iter().zip(["要大于 0", "more than 0 kW"]) {
        let a = c
            .knock(
                Knock::post(
                    format!("/connections/{id}/correct"),
                    &with(&f, &[("command_id", &one), ("capacity", "-5")]),
                )
                .cookie(&cookie)
                .with("cookie", format!("yx_lang={lang}")),
            )
            .await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(a.text().contains(words) && a.text().contains("金丝雀核实在镇区"), "{}", a.text());
    }
    let a = c
        .knock(Knock::post(format!("/connections/{id}/correct"), &with(&f, &[("command_id", &two)])).cookie(&cookie))
        .await;
    assert_eq!(a.status, StatusCode::SEE_OTHER, "{}", a.text());
    let page = c.knock(Knock::get(format!("/connections/{id}")).cookie(&cookie)).await.text();
    assert!(
        page.contains("提高到 160 千瓦") && page.contains("金丝雀核实在镇区") && page.contains("更正申请内容"),
        "{page}"
    );
    assert_eq!(
        c.app.matter_page(&Actor::System, MatterId(id)).await.expect("a page").matter.raised.category,
        "three_zero"
    );
}

#[tokio::test]
async fn days_of_a_plan_stay_a_claim_and_nodes_stand_beside_the_clocks() {
    let c = Company::new().await;
    let cookie = c.enter(c.chief).await;
    let id = in_hand(&c, OWN).await;
    let handler = c.enter(c.people[ROLES.iter().position(|r| *r == "handler").expect("a handler")]).await;
    let (one, two) = (c.id().to_string(), c.id().to_string());
    let f = [
        ("before_voltage", "10kV"),
        ("before_capacity", "200"),
        ("before_lines", "箱变 500000"),
        ("before_days", "80"),
        ("chosen_voltage", "0.4kV"),
        ("chosen_capacity", "100"),
        ("paid", "0"),
    ];
    let bad = c
        .knock(
            Knock::post(format!("/connections/{id}/cost"), &with(&f, &[("command_id", &one), ("before_days", "八十")]))
                .cookie(&handler),
        )
        .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.text().contains("天数填整数") && bad.text().contains("箱变 500000"), "{}", bad.text());
    let a = c
        .knock(Knock::post(format!("/connections/{id}/cost"), &with(&f, &[("command_id", &two)])).cookie(&handler))
        .await;
    assert_eq!(a.status, StatusCode::SEE_OTHER, "{}", a.text());
    let page = c.knock(Knock::get(format!("/connections/{id}")).cookie(&cookie)).await.text();
    assert!(page.contains("工期 80 天（自述）") && page.contains("仅为自述") && !page.contains("各节点用时"), "{page}");
    let (done, _) = c.apply(CHILD, &[]).await;
    answered(&c, &done.to_string()).await;
    let page = c.knock(Knock::get(format!("/connections/{done}")).cookie(&cookie)).await.text();
    let nodes = page.split_once("各节点用时").expect("the nodes").1.split_once("</table>").expect("a table").0;
    assert!(nodes.contains("30 个工作日") && nodes.contains("✓"), "{nodes}");
    // Who does not want to talk leaves the list of those who are still to be called.
    let list = || async {
        c.knock(Knock::get("/connections?show=callback").cookie(&cookie)).await.text().contains(&done.to_string())
    };
    assert!(list().await);
    c.run(&json!({ "do": "call_back", "connection": done, "call": { "outcome": "not_reached" } })).await;
    assert!(list().await);
    c.run(&json!({ "do": "call_back", "connection": done, "call": { "outcome": "refused" } })).await;
    assert!(!list().await);
}

#[tokio::test]
async fn a_window_that_a_hall_proposes_is_decided_tried_measured_spread_and_its_proposer_thanked() {
    let c = Company::new().await;
    let one = |role: &str| c.people[ROLES.iter().position(|r| *r == role).expect("a role")];
    let (proposer, handler) = (c.enter(one("leader")).await, c.enter(one("handler")).await);
    let (asked, _) = c.raise(OWN, &[]).await;
    let number = c.knock(Knock::get(format!("/api/v1/matters/{asked}")).token(&c.token(c.chief).await)).await.json();
    let number = number["number"].to_string().trim_matches('"').to_owned();
    let (id, command) = (c.id().to_string(), c.id().to_string());
    let f = [
        ("command_id", command.as_str()),
        ("matter", &id),
        ("class", "standard"),
        ("category", "special_window"),
        ("words", "设老年人优先窗口"),
        ("answers", &number),
    ];
    for (lang, words) in LANGS.into_iter().zip(["请选一个类别。", "Choose a category."]) {
        let a = c
            .knock(
                Knock::post("/measures/new", &with(&f, &[("category", "")]))
                    .cookie(&proposer)
                    .with("cookie", format!("yx_lang={lang}")),
            )
            .await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(a.text().contains("设老年人优先窗口") && a.text().contains(words), "{}", a.text());
    }
    let a = c.knock(Knock::post("/measures/new", &f).cookie(&proposer)).await;
    assert_eq!(a.status, StatusCode::SEE_OTHER, "{}", a.text());
    // Nothing of the kind is raised without saying what it answers.
    let raw = json!({ "do": "raise_matter", "matter": c.id(), "kind": "measure", "origin": "staff", "category": "special_window", "words": "设窗口" });
    let path = format!("/api/v1/commands/{}", c.id());
    let refused = c.knock(Knock::put(path, &raw).token(&c.token(one("leader")).await)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("kind_needs_part"), "{}", refused.text());
    // The coordinator of his own unit gives it to somebody, who takes it through its steps; whoever did not propose it decides.
    let run = async |role: &str, body: serde_json::Value| c.run_as(&c.actor(one(role)).await, &body).await;
    run("coordinator", json!({ "do": "assign", "matter": id, "unit": c.units[OWN], "handler": one("handler"), "due": { "limit": "60wd" } })).await;
    run("handler", json!({ "do": "accept", "matter": id })).await;
    let today = c.app.policies().zone.date_of(c.app.clock().now());
    run("coordinator", json!({ "do": "decide_measure", "matter": id, "verdict": "adopted", "day": today.to_string() }))
        .await;
    for step in ["decide", "pilot", "result"] {
        let none = c.id().to_string();
        let a = c
            .knock(
                Knock::post(format!("/matters/{id}/advance"), &[("command_id", &none), ("step", step)])
                    .cookie(&handler),
            )
            .await;
        assert!(a.status.is_client_error(), "a step without evidence: {}", a.status);
        run("handler", json!({ "do": "advance", "matter": id, "step": step, "note": format!("{step} 有依据") })).await;
    }
    // Two companies take it over.
    for unit in [SIBLING, CHILD] {
        c.run(&json!({ "do": "take_over_measure", "matter": id, "unit": c.units[unit], "day": today.to_string() }))
            .await;
    }
    run("handler", json!({ "do": "submit", "matter": id, "how": "已在各厅推广" })).await;
    run("verifier", json!({ "do": "verify", "matter": id })).await;
    run("coordinator", json!({ "do": "answer", "matter": id, "words": "已采纳并推广，感谢您的建议" })).await;
    let story = c.knock(Knock::get(format!("/matters/{id}")).cookie(&proposer)).await.text();
    for words in ["decide 有依据", "pilot 有依据", "result 有依据", "已在各厅推广", "感谢您的建议"]
    {
        assert!(story.contains(words), "{words}: {story}");
    }
    let page = c.knock(Knock::get(format!("/measures/{id}")).cookie(&proposer)).await.text();
    for words in ["已推广", "标准", "感谢您的建议", &format!("/matters/{asked}")] {
        assert!(page.contains(words), "{words}: {page}");
    }
    run("leader", json!({ "do": "rate", "matter": id, "verdict": "solved" })).await;
}

/// Brings a connection to where its customer is asked for his word.
async fn answered(c: &Company, id: &str) {
    for command in [
        json!({ "do": "accept", "matter": id }),
        json!({ "do": "advance", "matter": id, "step": "apply" }),
        json!({ "do": "survey_connection", "connection": id, "works": false }),
        json!({ "do": "advance", "matter": id, "step": "survey" }),
        json!({ "do": "energize", "connection": id, "how": "已装表接电" }),
    ] {
        c.run(&command).await;
    }
    c.run_as(&c.actor(c.chief_verifier().await).await, &json!({ "do": "verify", "matter": id })).await;
    c.run(&json!({ "do": "answer", "matter": id, "words": "您好，已送电" })).await;
}

#[tokio::test]
async fn a_dissatisfied_customer_says_why_and_opens_a_problem() {
    let (c, messages) = company().await;
    let (connection, path, pass) = apply(&c, &messages).await;
    // He may not rate before the power is on.
    let early = c.id().to_string();
    let a = c
        .knock(Knock::post(format!("{path}/rate"), &[("verdict", "satisfied"), ("command_id", &early)]).cookie(&pass))
        .await;
    assert_eq!(a.status, StatusCode::CONFLICT);
    let matter =
        c.app.matter_page(&Actor::System, MatterId(connection.parse().expect("an id"))).await.expect("a page").matter;
    assert_eq!(matter.raised.category, "three_zero");
    answered(&c, &connection).await;
    let page = c.knock(Knock::get(&path).cookie(&pass)).await;
    let (id, problem) = (page.field("command_id").expect("an id"), page.field("problem").expect("an id"));
    // Without a reason it is asked for, and his words stay.
    for (lang, words) in [("zh-CN", "请选至少一个原因"), ("en", "at least one reason")] {
        let a = c
            .knock(
                Knock::post(
                    format!("{path}/rate"),
                    &[("verdict", "not"), ("words", "金丝雀等了很久"), ("command_id", &id), ("problem", &problem)],
                )
                .cookie(&pass)
                .with("accept-language", lang),
            )
            .await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(a.text().contains(words) && a.text().contains("金丝雀等了很久"), "{}", a.text());
    }
    let send = || {
        c.knock(
            Knock::post(
                format!("{path}/rate"),
                &[
                    ("verdict", "not"),
                    ("reason", "slow"),
                    ("reason", "fee"),
                    ("words", "金丝雀等了很久"),
                    ("command_id", &id),
                    ("problem", &problem),
                ],
            )
            .cookie(&pass),
        )
    };
    for a in [send().await, send().await] {
        assert_eq!((a.status, a.header("location")), (StatusCode::SEE_OTHER, path.as_str()), "{}", a.text());
    }
    let opened = c
        .app
        .matter_page(&Actor::System, MatterId(problem.parse().expect("an id")))
        .await
        .expect("a problem was opened")
        .matter;
    assert!(opened.is_open() && opened.kind == yixian_domain::matter::MatterKind::Problem);
    let text = c.knock(Knock::get(&path).cookie(&pass)).await.text();
    assert!(text.contains("不满意、慢、收费"), "what he said stands on his page: {text}");
    // The hall sees the case closed, and calls nobody again.
    let cookie = c.enter(c.chief).await;
    let case = c.knock(Knock::get(format!("/connections/{connection}")).cookie(&cookie)).await.text();
    assert!(case.contains("已办结") && case.contains("不满意"), "{case}");
    // And every figure of the period leads to it.
    for part in ["connected", "answered", "dissatisfied", "judged"] {
        let a = c.knock(Knock::get(format!("/connections/figures/{part}?period=2018-05")).cookie(&cookie)).await;
        assert_eq!(a.status, StatusCode::OK);
        assert!(a.text().contains(&connection), "{part}: {}", a.text());
    }
    for (clock, words) in
        [("", "按月 · 日历天"), ("handled", "按月 · 供电公司办理工作日"), ("whole_hours", "按类别 · 全过程（工时）")]
    {
        let a = c.knock(Knock::get(format!("/connections/figures?period=2018-05&clock={clock}")).cookie(&cookie)).await;
        assert!(a.status == StatusCode::OK && a.text().contains(words), "{words}: {}", a.text());
    }
    assert_eq!(
        c.knock(Knock::get("/connections/figures?clock=sundial").cookie(&cookie)).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert!(
        !c.knock(Knock::get("/connections/figures/satisfied?period=2018-05").cookie(&cookie))
            .await
            .text()
            .contains(&connection)
    );
}

#[tokio::test]
async fn a_code_proves_that_the_customer_rates_himself() {
    for (with_code, known_by) in [(false, Voice::SentLink), (true, Voice::Phone)] {
        let (c, messages) = company().await;
        let (connection, path, pass) = apply(&c, &messages).await;
        answered(&c, &connection).await;
        let page = c.knock(Knock::get(&path).cookie(&pass)).await;
        assert!(page.text().contains("name=\"go\" value=\"code\""), "{}", page.text());
        let id = page.field("command_id").expect("an id");
        let rate = async |more: &[(&'static str, &str)]| {
            let fields = with(&[("verdict", "satisfied"), ("words", "很快"), ("command_id", &id)], more);
            c.knock(Knock::post(format!("{path}/rate"), &fields).cookie(&pass)).await
        };
        let voice = async || {
            let id = MatterId(connection.parse().expect("an id"));
            c.app.matter_page(&Actor::System, id).await.expect("a page").matter.voice
        };
        if with_code {
            // Not more than one a minute goes to a phone, and he has had one when he applied.
            let earlier = async |tx: &mut yixian_app::store::Tx| {
                tx.conn().run("UPDATE phone_code SET sent_at = sent_at - 120000").await
            };
            c.app.store().write(earlier).await.expect("a minute later");
            let a = rate(&[("go", "code")]).await;
            assert_eq!(a.status, StatusCode::OK, "{}", a.text());
            assert!(a.text().contains("很快"), "his words stay");
            let right = code(&messages, PHONE);
            let wrong = if right == "000000" { "000001" } else { "000000" };
            let a = rate(&[("code", wrong)]).await;
            assert_eq!((a.status, voice().await), (StatusCode::UNPROCESSABLE_ENTITY, None), "{}", a.text());
            assert_eq!(rate(&[("code", &right)]).await.status, StatusCode::SEE_OTHER);
        } else {
            assert_eq!(rate(&[]).await.status, StatusCode::SEE_OTHER);
        }
        assert_eq!(voice().await, Some(known_by));
    }
}
