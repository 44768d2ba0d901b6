//! The raiser is heard and told, and what people type is read as they meant it: messages, notices, merging, numbers, callers, two tabs
//! of one record, what is sent twice.

use crate::support::*;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_domain::access::Actor;
use yixian_domain::ids::{CommandId, MatterId};
use yixian_domain::matter::StageName;
use yixian_web::Options;

const URL: &str = "https://yixian.test";

async fn company() -> Company {
    Company::with(Options { public_url: URL.into(), ..Options::default() }).await
}

async fn try_run(c: &Company, command: &Value) -> Result<yixian_app::Receipt, AppError> {
    let envelope = serde_json::from_value(command.clone()).expect("a command");
    c.app.execute(&Actor::System, CommandId(c.id()), envelope, None).await
}

/// Every message that was sent, once there are so many; they are sent beside the answer.
async fn messages(c: &Company, n: usize) -> Vec<String> {
    for _ in 0..100 {
        let folder = c.folder().join("messages");
        let sent: Vec<String> = std::fs::read_dir(folder)
            .map(|all| all.filter_map(|e| std::fs::read_to_string(e.ok()?.path()).ok()).collect())
            .unwrap_or_default();
        if sent.len() >= n {
            return sent;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("fewer than {n} messages were sent");
}

async fn told_at(c: &Company, matter: Uuid) -> Option<yixian_domain::time::Instant> {
    for _ in 0..100 {
        let m = c.app.matter_page(&Actor::System, MatterId(matter)).await.expect("a page").matter;
        if m.told_at.is_some() {
            return m.told_at;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    None
}

/// A message that goes out today is no cause of what was done yesterday and is written down today.
#[tokio::test]
async fn what_was_done_before_the_message_went_out_is_still_entered() {
    let c = company().await;
    let (matter, now) = (c.id(), c.app.clock().now());
    let at = |hours: i64| now.plus_minutes(-hours * 60).to_string();
    let raise = json!({ "do": "raise_matter", "matter": matter, "kind": "enquiry", "origin": "counter", "category": "meter",
        "words": "电表不走字", "unit": c.units[OWN], "raiser": { "name": "张三", "phone": "13912345678" }, "happened_at": at(48) });
    let token = c.token(c.people[ROLES.iter().position(|r| *r == "coordinator").expect("a coordinator")]).await;
    let a = c.knock(Knock::put(format!("/api/v1/commands/{}", c.id()), &raise).token(&token)).await;
    assert_eq!(a.status, StatusCode::OK, "{}", a.text());
    messages(&c, 1).await;
    c.run(&json!({ "do": "give_link", "matter": matter, "how": "sent" })).await;
    c.run(&json!({ "do": "assign", "matter": matter, "unit": c.units[OWN], "happened_at": at(47) })).await;
    let m = c.app.matter_page(&Actor::System, MatterId(matter)).await.expect("a page").matter;
    assert_eq!((m.stage.name(), m.last_at), (StageName::Assigned, now.plus_minutes(-47 * 60)));
    assert!(c.app.verify().await.expect("verified").ok);
}

/// A remark that is not taken, because it is too long or came from a page that was sent before, stays in its box and can be sent.
#[tokio::test]
async fn a_remark_that_is_not_taken_is_not_lost() {
    let c = company().await;
    let (_, link) = c.raise(OWN, &[]).await;
    let at = format!("/r/{link}/comment");
    let page = c.knock(Knock::get(format!("/r/{link}"))).await;
    let used = page.field("command_id").expect("an id");
    let say = async |id: &str, words: &str| c.knock(Knock::post(&at, &[("command_id", id), ("words", words)])).await;
    assert_eq!(say(&used, "又断了一根").await.status, StatusCode::SEE_OTHER);
    let again = say(&used, "返回后写的 <第二条>").await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let long = format!("唯一标记{}", "很".repeat(10_001));
    let next = again.field("command_id").expect("another id");
    assert_ne!(next, used);
    let refused = say(&next, &long).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (page, typed) in [(again, "返回后写的 &#60;第二条&#62;"), (refused, "唯一标记很很")] {
        assert!(
            page.text().contains(&format!("required>{typed}")) && page.text().contains("<details class=\"card\" open>")
        );
    }
    assert_eq!(say(&next, "返回后写的 <第二条>").await.status, StatusCode::SEE_OTHER);
}

async fn found(c: &Company, who: &str, text: &str) -> Vec<String> {
    let page = c.knock(Knock::get(format!("/api/v1/matters?text={}", enc(text))).token(who)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let items = page.json()["items"].as_array().expect("items").clone();
    items.iter().filter_map(|i| i["id"].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn the_answer_goes_to_the_raisers_phone_and_silence_counts_from_there() {
    let c = company().await;
    let (matter, link) = c.raise(OWN, &[]).await;
    let sent = messages(&c, 1).await;
    assert!(sent[0].contains("已登记") && sent[0].contains(&format!("{URL}/r/")), "{sent:?}");
    assert!(!sent[0].contains(&link), "his link by message is another than the one that may be shown");
    c.bring(matter, OWN, "answered").await;
    let sent = messages(&c, 2).await;
    assert!(sent.iter().any(|m| m.contains("已答复")), "{sent:?}");
    let at = told_at(&c, matter).await.expect("that he was told is an event");
    let (app, policies) = (&c.app, c.app.policies());
    let m = app.matter_page(&Actor::System, MatterId(matter)).await.expect("a page").matter;
    let days = i64::from(policies.settings.silent_days);
    assert_eq!(m.silent_at(&policies.law()), Some(at.plus_minutes(days * 24 * 60)));
    // Sent again, the command tells nobody again; and who was never told is never silent.
    let never = yixian_domain::matter::Matter { told_at: None, ..m };
    assert_eq!(never.silent_at(&policies.law()), None);
}

#[tokio::test]
async fn what_the_raiser_adds_is_heard_also_where_it_was_merged() {
    let c = company().await;
    let handler = c.people[2];
    let ((first, _), (second, link)) = (c.raise(OWN, &[]).await, c.raise(OWN, &[]).await);
    let assign = |m: Uuid| json!({ "do": "assign", "matter": m, "unit": c.units[OWN], "handler": handler, "due": { "limit": "5wd" } });
    c.run(&assign(first)).await;
    let before = c.app.unread(handler).await.expect("notices");
    c.run(&json!({ "do": "merge", "matter": second, "into": first, "reason": "同一件" })).await;
    assert_eq!(c.app.unread(handler).await.expect("notices"), before + 1, "the master's handler hears of it");
    let page = c.knock(Knock::get(format!("/r/{link}"))).await;
    let command = page.field("command_id").expect("an id");
    let path = format!("/r/{link}/comment");
    let said = c.knock(Knock::post(&path, &[("command_id", &command), ("words", "还漏电，危险")])).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text());
    assert_eq!(c.app.unread(handler).await.expect("notices"), before + 2, "and of what he adds");
    let master = c.knock(Knock::get(format!("/matters/{first}")).cookie(&c.enter(handler).await)).await.text();
    assert!(master.contains(&second.to_string()) && master.contains("还漏电"), "{master}");
    // Of another law: refused in the field's words.
    let (case, _) = c.apply(OWN, &[]).await;
    for (matter, into) in [(first, case), (case, first)] {
        let refused = try_run(&c, &json!({ "do": "merge", "matter": matter, "into": into, "reason": "x" })).await;
        assert_eq!(refused.expect_err("another law").code(), "merge_across_laws");
    }
    let stage = c.app.matter_page(&Actor::System, MatterId(second)).await.expect("a page").matter.stage.name();
    assert_eq!(stage, StageName::Merged);
}

#[tokio::test]
async fn a_matter_is_found_by_number_and_caller_by_those_who_may() {
    let c = Company::new().await;
    let (matter, _) = c.raise(OWN, &[]).await;
    let id = matter.to_string();
    let coordinator = c.token(c.people[4]).await;
    let viewer = c.token(c.people[0]).await;
    for text in ["2018-0001", "２０１８－０００１", "#1", "隐名", "13912345678", "139 1234 5678", "priv", "私语"]
    {
        assert!(found(&c, &coordinator, text).await.contains(&id), "{text}");
    }
    for text in ["2017-0001", "…", "13912345679"] {
        assert!(found(&c, &coordinator, text).await.is_empty(), "{text}");
    }
    assert!(found(&c, &viewer, "私语").await.contains(&id), "words are everybody's who sees it");
    for text in ["隐名", "13912345678"] {
        assert!(found(&c, &viewer, text).await.is_empty(), "{text}: nobody learns who raised it by looking for him");
    }
}

#[tokio::test]
async fn the_api_tells_what_it_did_not_understand() {
    let c = Company::new().await;
    c.raise(OWN, &[]).await;
    let token = c.token(c.chief).await;
    let ask = async |q: &str| c.knock(Knock::get(format!("/api/v1/matters?{q}")).token(&token)).await;
    for q in ["overdue=false", "overdue=0", "mine=no", "open=true", "open=1"] {
        let a = ask(q).await;
        assert_eq!(a.status, StatusCode::OK, "{q}: {}", a.text());
        assert_eq!(a.json()["items"].as_array().map(Vec::len), Some(1), "{q}");
    }
    for q in ["overdue=maybe", "after=garbage", "no_such=1"] {
        assert_eq!(ask(q).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{q}");
    }
}

#[tokio::test]
async fn of_two_tabs_the_later_is_told_what_has_changed() {
    let c = Company::new().await;
    let cookie = c.enter(c.chief).await;
    let place = c.places[OWN];
    for (path, first, second) in [
        (format!("/admin/places/{place}"), ("name", "新名字"), ("district", "海淀区")),
        (format!("/admin/units/{}", c.units[OWN]), ("name", "新单位名"), ("name_en", "New name")),
        (format!("/admin/people/{}", c.people[2]), ("name", "新姓名"), ("specialty", "marketing")),
    ] {
        let page = c.knock(Knock::get(&path).cookie(&cookie)).await;
        let rev = page.field("rev").expect("the revision that is seen");
        let fields = |change: (&str, &str)| {
            let mut all: Vec<(String, String)> =
                ["id", "rev", "kind", "area", "district", "unit", "level", "specialty"]
                    .iter()
                    .map(|n| ((*n).to_owned(), selected(&page, n)))
                    .collect();
            all.push(("name".into(), "原名".into()));
            all.push(("command_id".into(), c.id().to_string()));
            all.retain(|(n, _)| n != change.0);
            all.push((change.0.to_owned(), change.1.to_owned()));
            all
        };
        let post = async |all: Vec<(String, String)>| {
            let all: Vec<(&str, &str)> = all.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            c.knock(Knock::post(&path, &all).cookie(&cookie)).await
        };
        let saved = post(fields(first)).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{path}: {}", saved.text());
        let late = post(fields(second)).await;
        assert_eq!(late.status, StatusCode::PRECONDITION_FAILED, "{path}");
        assert!(late.text().contains(first.1) && late.text().contains("刚被别人改"), "{path}: both values are shown");
        assert_ne!(late.field("rev"), Some(rev), "saving again is meant");
        let now = c.knock(Knock::get(&path).cookie(&cookie)).await;
        assert_eq!(now.field("name").as_deref(), Some(first.1), "{path}: what was saved first stands");
    }
}

/// What a page's field holds: of an input its value, of a choice the chosen one.
fn selected(page: &Answer, name: &str) -> String {
    let text = page.text();
    if let Some(at) = text.find(&format!("<select id=\"{name}\"")).or_else(|| text.find(&format!("name=\"{name}\"")))
        && text[at..].split('>').next().is_some_and(|tag| !tag.contains("value="))
    {
        let list = text[at..].split("</select>").next().unwrap_or_default();
        let chosen = list.split("<option").find(|o| o.contains(" selected"));
        return chosen.and_then(|o| o.split("value=\"").nth(1)?.split('"').next()).unwrap_or_default().to_owned();
    }
    let radios =
        text.split("<input").filter(|i| i.contains(&format!("name=\"{name}\"")) && i.contains("type=\"radio\""));
    for radio in radios {
        if radio.split('>').next().is_some_and(|tag| tag.contains(" checked")) {
            return radio.split("value=\"").nth(1).and_then(|v| v.split('"').next()).unwrap_or_default().to_owned();
        }
    }
    page.field(name).unwrap_or_default()
}

#[tokio::test]
async fn what_is_sent_twice_is_one() {
    let c = Company::new().await;
    let application = |phone: &str, address: &str, capacity: &str| {
        json!({ "do": "apply_connection", "connection": c.id(), "application": {
            "origin": "counter", "applicant": "person", "name": "赵六", "phone": phone, "district": "昌平区", "address": address,
            "use": "home", "capacity": capacity, "unit": c.units[OWN] } })
    };
    let first = try_run(&c, &application("13900000000", "某街1号", "5")).await.expect("taken");
    for again in [application("139-0000-0000", "某街1号 ", "5.0"), application("13900000000", "某街１号", "5")] {
        assert_eq!(try_run(&c, &again).await.expect("taken").number, first.number, "{again}");
    }
    let other = try_run(&c, &application("13900000000", "某街2号", "5")).await.expect("another house");
    assert_ne!(other.number, first.number);
    let visit = |from: &str| {
        json!({ "do": "plan_visit", "visit": c.id(), "kind": "site", "place": c.places[OWN], "host": c.units[OWN], "leader": c.guide,
            "day": "2018-05-04", "from": from, "announced": true, "purpose": "看现场" })
    };
    try_run(&c, &visit("09:00")).await.expect("planned");
    let twice = try_run(&c, &visit("09:00")).await.expect_err("twice at one hour");
    assert!(matches!(&twice, AppError::Invalid(all) if all[0].code == "visit_twice"), "{twice:?}");
    try_run(&c, &visit("14:00")).await.expect("in the afternoon again");
}

crate::on_postgres!(
    the_answer_goes_to_the_raisers_phone_and_silence_counts_from_there,
    what_the_raiser_adds_is_heard_also_where_it_was_merged,
    a_matter_is_found_by_number_and_caller_by_those_who_may,
    what_is_sent_twice_is_one
);

#[tokio::test]
async fn a_colleague_who_raised_it_is_the_one_who_is_answered() {
    let c = company().await;
    let (leader, worker) = (c.guide, c.people[1]);
    let visit = c.visit(OWN, true).await;
    c.run_as(&c.actor(leader).await, &json!({ "do": "start_visit", "visit": visit })).await;
    let cookie = c.enter(leader).await;
    let (id, matter) = (c.id().to_string(), c.id());
    let (as_text, own) = (matter.to_string(), c.units[OWN].to_string());
    let send = async |raiser: &[(&'static str, &str)]| {
        let mut fields = vec![
            ("command_id", id.as_str()),
            ("matter", as_text.as_str()),
            ("category", "service"),
            ("words", "箱变渗油"),
            ("decision", "put_right"),
            ("unit", own.as_str()),
        ];
        fields.extend_from_slice(raiser);
        c.knock(Knock::post(format!("/visits/{visit}/findings"), &fields).cookie(&cookie)).await
    };
    for (typed, words) in [("谁也不是", "没有找到“谁也不是”"), ("p1 和别人", "没有找到")] {
        let a = send(&[("raiser_person", typed)]).await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", a.text());
        assert!(a.text().contains(words) && a.text().contains("箱变渗油"), "{}", a.text());
    }
    let both = send(&[("raiser_person", "p1"), ("raiser_name", "张三")]).await;
    assert_eq!(both.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", both.text());
    // As the list offers him, in full-width signs.
    let a = send(&[("raiser_person", "人员p1（Ｐ１）")]).await;
    assert_eq!(a.status, StatusCode::SEE_OTHER, "{}", a.text());
    let page = async || c.app.matter_page(&Actor::System, MatterId(matter)).await.expect("a page");
    let raised = page().await.matter.raised;
    assert_eq!((raised.by.person(), raised.recorded_by.person()), (Some(worker), Some(leader)));
    let judge = c.actor(c.chief_verifier().await).await;
    for (command, actor) in [
        (json!({ "do": "accept", "matter": matter }), Actor::System),
        (json!({ "do": "submit", "matter": matter, "how": "已整改" }), Actor::System),
        (json!({ "do": "verify", "matter": matter }), judge),
        (json!({ "do": "answer", "matter": matter, "words": "您好，已整改" }), Actor::System),
    ] {
        c.run_as(&actor, &command).await;
    }
    let notices = c.knock(Knock::get("/me").cookie(&c.enter(worker).await)).await.text();
    assert!(notices.contains(&as_text), "he is told: {notices}");
    // He says whether it is solved; the leader who wrote it down does not.
    let rate = json!({ "do": "rate", "matter": matter, "verdict": "solved" });
    let token = c.token(leader).await;
    let a = c.knock(Knock::put(format!("/api/v1/commands/{}", c.id()), &rate).token(&token)).await;
    assert!(a.status.is_client_error(), "{}", a.text());
    let token = c.token(worker).await;
    let a = c.knock(Knock::put(format!("/api/v1/commands/{}", c.id()), &rate).token(&token)).await;
    assert_eq!(a.status, StatusCode::OK, "{}", a.text());
    assert_eq!(page().await.matter.stage.name(), StageName::Closed);
}

#[tokio::test]
async fn who_waits_in_vain_is_told_once_that_we_are_sorry() {
    let c = company().await;
    let (matter, now) = (c.id(), c.app.clock().now());
    let at = |hours: i64| now.plus_minutes(-hours * 60).to_string();
    let run = async |command: Value, hours: i64| {
        let mut command = command;
        command["happened_at"] = json!(at(hours));
        c.run(&command).await;
    };
    let raiser = json!({ "name": "张三", "phone": "13912345678" });
    let raise = json!({ "do": "raise_matter", "matter": matter, "kind": "enquiry", "origin": "hotline95598", "category": "meter",
        "words": "电表不走字", "unit": c.units[OWN], "raiser": raiser });
    run(raise, 24 * 6).await;
    run(json!({ "do": "assign", "matter": matter, "unit": c.units[OWN], "due": { "limit": "1cd" } }), 24 * 6 - 1).await;
    messages(&c, 1).await;
    for _ in 0..2 {
        c.app.sweep().await.expect("swept");
    }
    let sent = messages(&c, 2).await;
    assert_eq!(sent.iter().filter(|m| m.contains("致歉")).count(), 1, "{sent:?}");
    assert!(told_at(&c, matter).await.is_some(), "that he was told stands in its course");
    let registered =
        c.knock(Knock::get(format!("/matters/{matter}?registered=1")).cookie(&c.enter(c.chief).await)).await;
    assert!(registered.text().contains("已登记，编号") && registered.text().contains("已向反映人手机发送"));
}

#[tokio::test]
async fn a_merging_is_taken_back_while_the_master_is_open() {
    let c = company().await;
    let (matter, _) = c.raise(OWN, &[]).await;
    let (master, _) = c.raise(OWN, &[]).await;
    c.run(&json!({ "do": "assign", "matter": matter, "unit": c.units[OWN], "due": { "limit": "5wd" } })).await;
    let page = async || c.app.matter_page(&Actor::System, MatterId(matter)).await.expect("a page").matter;
    let due = page().await.due.expect("a deadline");
    let separate = json!({ "do": "separate", "matter": matter, "reason": "不是同一件" });
    assert!(matches!(try_run(&c, &separate).await, Err(AppError::Refused(_))), "it is merged into nothing");
    c.run(&json!({ "do": "merge", "matter": matter, "into": master })).await;
    // Through the page, with a reason.
    let cookie = c.enter(c.chief).await;
    let form = c.knock(Knock::get(format!("/matters/{matter}/separate")).cookie(&cookie)).await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.text());
    let id = c.id().to_string();
    let bare =
        c.knock(Knock::post(format!("/matters/{matter}/separate"), &[("command_id", &id)]).cookie(&cookie)).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", bare.text());
    let fields = [("command_id", id.as_str()), ("reason", "不是同一件")];
    let done = c.knock(Knock::post(format!("/matters/{matter}/separate"), &fields).cookie(&cookie)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let own = page().await;
    assert_eq!(
        (own.stage.name(), own.handler, own.due),
        (StageName::Raised, None, Some(due)),
        "its promise is as it was"
    );
    c.bring(master, OWN, "answered").await;
    assert_eq!(page().await.stage.name(), StageName::Raised, "the master's answer is not its own any more");
    // Once the master is answered there is nothing to take back.
    let (late, _) = c.raise(OWN, &[]).await;
    let (answered, _) = c.raise(OWN, &[]).await;
    c.run(&json!({ "do": "merge", "matter": late, "into": answered })).await;
    c.bring(answered, OWN, "answered").await;
    let late = json!({ "do": "separate", "matter": late, "reason": "不是同一件" });
    assert!(matches!(try_run(&c, &late).await, Err(AppError::Refused(_))));
}
