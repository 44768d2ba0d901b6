//! Personal data behind the doors: masked by role and stage on every page and in every answer, shown for a purpose that is put
//! on record, and erased with a trace.

use crate::support::*;
use axum::http::StatusCode;
use image::ImageFormat;
use serde_json::json;
use uuid::Uuid;
use yixian_domain::ids::PersonId;

const PHONE: &str = "13912345678";
const NAME: &str = "隐名";
const ADDRESS: &str = "private words 1 号";

/// A company with a matter and a connection of the first district company; and the picture of its identity card.
async fn company() -> (Company, Uuid, Uuid, String) {
    let c = Company::new().await;
    let sha = c.app.take_photo(picture(ImageFormat::Jpeg, 40).into()).await.expect("a photo").as_str().to_owned();
    let (matter, _) = c.raise(OWN, &[]).await;
    let (connection, _) = c.apply(OWN, std::slice::from_ref(&sha)).await;
    (c, matter, connection, sha)
}

fn role(c: &Company, name: &str) -> PersonId {
    c.people[ROLES.iter().position(|r| *r == name).expect("a role")]
}

/// Which of name, phone, address and the photo's address a text gives away.
fn leaks(text: &str, sha: &str) -> String {
    let all = [('n', NAME), ('p', PHONE), ('a', ADDRESS), ('i', sha)];
    all.into_iter().filter(|(_, canary)| text.contains(canary)).map(|(letter, _)| letter).collect()
}

/// Every page and answer on which a matter or a connection stands.
fn doors(matter: Uuid, connection: Uuid) -> Vec<String> {
    vec![
        format!("/matters/{matter}"),
        format!("/matters/{matter}/comment"),
        format!("/connections/{connection}"),
        format!("/connections/{connection}/paper"),
        format!("/api/v1/matters/{matter}"),
        format!("/api/v1/matters/{connection}"),
        format!("/api/v1/connections/{connection}"),
        "/matters".into(),
        "/connections?show=all".into(),
        "/matters?text=private".into(),
        "/api/v1/matters?text=private".into(),
        "/matters/csv".into(),
        "/api/v1/matters/csv".into(),
    ]
}

#[tokio::test]
async fn only_who_handles_it_sees_whose_it_is() {
    let (c, matter, connection, sha) = company().await;
    for (name, expected) in [
        ("viewer", ""),
        ("leader", ""),
        ("verifier", ""),
        ("administrator", ""),
        ("handler", "npai"),
        ("coordinator", "npai"),
    ] {
        let cookie = c.enter(role(&c, name)).await;
        let mut seen = std::collections::BTreeSet::new();
        for path in doors(matter, connection) {
            let knock = if path.ends_with("/csv") { Knock::post(&path, &[]) } else { Knock::get(&path) };
            let a = c.knock(knock.cookie(&cookie)).await;
            let told = leaks(&a.text(), &sha);
            assert!(told.chars().all(|l| expected.contains(l)), "{name} reads {told} on {path}");
            seen.extend(told.chars());
        }
        let all: std::collections::BTreeSet<char> = expected.chars().collect();
        assert_eq!(seen, all, "{name}");
        let photo = c.knock(Knock::get(format!("/files/{sha}")).cookie(&cookie)).await;
        let may = expected.contains('i');
        assert_eq!(photo.status, if may { StatusCode::OK } else { StatusCode::NOT_FOUND }, "{name}");
        if may {
            assert_eq!(photo.header("cache-control"), "no-store", "an identity card is kept nowhere on the way");
        } else {
            let page = c.knock(Knock::get(format!("/matters/{matter}")).cookie(&cookie)).await.text();
            assert!(page.contains("139****5678") && page.contains("隐*"), "{name}: {page}");
        }
    }
}

#[tokio::test]
async fn what_is_over_is_masked_for_those_who_handled_it_too() {
    let (c, matter, _, sha) = company().await;
    c.bring(matter, OWN, "answered").await;
    c.run_as(&customer(&c, matter).await, &json!({ "do": "rate", "matter": matter, "verdict": "solved" })).await;
    let cookie = c.enter(role(&c, "coordinator")).await;
    for path in [format!("/matters/{matter}"), format!("/api/v1/matters/{matter}")] {
        let text = c.knock(Knock::get(&path).cookie(&cookie)).await.text();
        assert_eq!(leaks(&text, &sha), "", "{path}");
    }
}

async fn customer(c: &Company, matter: Uuid) -> yixian_domain::access::Actor {
    use yixian_domain::access::{Actor, Voice};
    use yixian_domain::ids::{By, MatterId};
    let page = c.app.matter_page(&Actor::System, MatterId(matter)).await.expect("a matter");
    match page.matter.raised.by {
        By::Raiser(contact) => Actor::Raiser { contact, matter: MatterId(matter), voice: Voice::SentLink },
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn showing_asks_what_for_and_stands_on_record() {
    let (c, _, connection, sha) = company().await;
    let verifier = c.enter(role(&c, "verifier")).await;
    let path = format!("/matters/{connection}/show");
    let form = c.knock(Knock::get(&path).cookie(&verifier)).await;
    assert_eq!((form.status, leaks(&form.text(), &sha)), (StatusCode::OK, String::new()));
    // Without a purpose nothing is shown, and nothing is put on record.
    let (before, _) = c.head().await;
    let id = c.id().to_string();
    let bare = c.knock(Knock::post(&path, &[("command_id", &id), ("data", "phone")]).cookie(&verifier)).await;
    assert_eq!((bare.status, leaks(&bare.text(), &sha)), (StatusCode::UNPROCESSABLE_ENTITY, String::new()));
    assert_eq!(c.head().await.0, before);
    // With one, what was asked for and no more.
    let fields = [("command_id", id.as_str()), ("data", "phone"), ("data", "papers"), ("purpose", "check")];
    let shown = c.knock(Knock::post(&path, &fields).cookie(&verifier)).await;
    assert_eq!((shown.status, leaks(&shown.text(), &sha)), (StatusCode::OK, "pi".to_owned()), "{}", shown.text());
    assert_eq!(shown.header("cache-control"), "no-store");
    let text = shown.text();
    let photo =
        text.split("src=\"").filter_map(|t| t.split('"').next()).find(|s| s.contains("?pass=")).expect("a photo");
    assert_eq!(c.knock(Knock::get(photo).cookie(&verifier)).await.status, StatusCode::OK);
    assert_eq!(c.knock(Knock::get(format!("/files/{sha}")).cookie(&verifier)).await.status, StatusCode::NOT_FOUND);
    // The pass is his alone, and of this photo.
    let viewer = c.enter(role(&c, "viewer")).await;
    assert_eq!(c.knock(Knock::get(photo).cookie(&viewer)).await.status, StatusCode::NOT_FOUND);
    let forged = photo.replace("?pass=", "?pass=9");
    assert_eq!(c.knock(Knock::get(forged).cookie(&verifier)).await.status, StatusCode::NOT_FOUND);
    // A program asks for it after its command, as long as the page shows it; nobody else is told anything.
    let told = async |cookie: &str| {
        c.knock(Knock::get(format!("/api/v1/matters/{connection}/disclosed")).cookie(cookie)).await
    };
    let mine = told(&verifier).await;
    assert_eq!((mine.status, leaks(&mine.text(), &sha)), (StatusCode::OK, "pi".to_owned()), "{}", mine.text());
    let url = mine.json()["papers"][0]["url"].as_str().expect("a photo").to_owned();
    assert_eq!(c.knock(Knock::get(url).cookie(&verifier)).await.status, StatusCode::OK);
    let others = told(&viewer).await;
    assert_eq!((others.status, others.json()["phone"].clone()), (StatusCode::OK, json!(null)), "{}", others.text());
    // Sent again, it is one look.
    let (after, _) = c.head().await;
    let again = c.knock(Knock::post(&path, &fields).cookie(&verifier)).await;
    assert_eq!((again.status, c.head().await.0), (StatusCode::OK, after));
    // The record's timeline and the administrator's list tell it, and hold none of it.
    let api = c.knock(Knock::get(format!("/api/v1/matters/{connection}")).cookie(&verifier)).await.json();
    let last = api["timeline"].as_array().and_then(|t| t.last()).cloned().expect("an event");
    assert_eq!(last["event"], json!({ "type": "disclosed", "data": ["phone", "papers"], "purpose": "check" }));
    assert_eq!(last["actor"], format!("person:{}", role(&c, "verifier")));
    let page = c.knock(Knock::get(format!("/connections/{connection}")).cookie(&verifier)).await.text();
    assert!(page.contains("查看了电话"), "{page}");
    let administrator = c.enter(role(&c, "administrator")).await;
    let list = c.knock(Knock::get("/admin/privacy").cookie(&administrator)).await.text();
    assert!(list.contains("人员p3") && list.contains("核对身份和资料") && leaks(&list, &sha).is_empty(), "{list}");
    // The customer does not read who of the company looked.
    let told = c.knock(Knock::get("/admin/privacy").cookie(&viewer)).await;
    assert_eq!(told.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_administrator_reads_the_looks_of_his_units_only() {
    let c = Company::new().await;
    let (own, _) = c.raise(OWN, &[]).await;
    let (other, _) = c.raise(SIBLING, &[]).await;
    for id in [own, other] {
        c.run_as(
            &c.actor(c.chief).await,
            &json!({ "do": "disclose", "matter": id, "data": ["phone"], "purpose": "audit" }),
        )
        .await;
    }
    let list = async |p: PersonId| {
        let cookie = c.enter(p).await;
        c.knock(Knock::get("/admin/privacy").cookie(&cookie)).await.text()
    };
    let (his, chiefs) = (list(role(&c, "administrator")).await, list(c.chief).await);
    assert!(his.contains(&own.to_string()) && !his.contains(&other.to_string()));
    assert!(chiefs.contains(&own.to_string()) && chiefs.contains(&other.to_string()));
}

/// Whether a text lies in a file of the database, as bytes.
fn in_files(folder: &std::path::Path, text: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").filter_map(Result::ok);
    entries
        .filter(|e| e.file_name().to_string_lossy().contains(".db"))
        .filter(|e| {
            let bytes = std::fs::read(e.path()).expect("a file");
            bytes.windows(text.len()).any(|w| w == text.as_bytes())
        })
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect()
}

#[tokio::test]
async fn what_is_erased_lies_in_no_event_no_row_and_no_file() {
    const CANARIES: [&str; 8] =
        ["zqnamezq", "13955558888", "zqaddrzq", "zqstreetzq", "zqrefzq", "zqwordszq", "zqlinezq", "zqsrczq"];
    let c = Company::new().await;
    let id = c.id();
    c.run(&json!({ "do": "apply_connection", "connection": id, "application": {
        "origin": "hotline12345", "reference": "zqrefzq", "applicant": "person", "name": "zqnamezq", "phone": "13955558888",
        "district": "昌平区", "street": "zqstreetzq", "address": "zqaddrzq", "use": "shop", "capacity": "15",
        "words": "zqwordszq", "unit": c.units[OWN], "papers": [{ "kind": "identity" }] } }))
    .await;
    let plan = |lines: serde_json::Value, source: &str| json!({ "voltage": "0.4kV", "capacity": "15", "lines": lines, "source": source });
    c.run(&json!({ "do": "set_connection_cost", "connection": id, "paid": "0",
        "counterfactual": plan(json!([["zqlinezq", "100"]]), "zqsrczq"), "chosen": plan(json!([]), "") }))
        .await;
    let coordinator = c.enter(role(&c, "coordinator")).await;
    let page = c.knock(Knock::get(format!("/connections/{id}")).cookie(&coordinator)).await.text();
    for canary in &CANARIES[..5] {
        assert!(page.contains(canary), "{canary} is shown to the hall before");
    }
    assert!(page.contains("zqlinezq") && page.contains("zqsrczq"));

    // The preview counts, the form wants a reason, and then it is gone.
    let administrator = c.enter(role(&c, "administrator")).await;
    let path = format!("/matters/{id}/erase");
    let form = c.knock(Knock::get(&path).cookie(&administrator)).await;
    assert!(form.status == StatusCode::OK && form.text().contains("将删除"), "{}", form.text());
    assert_eq!(c.knock(Knock::get(&path).cookie(&coordinator)).await.status, StatusCode::FORBIDDEN);
    let command = c.id().to_string();
    let bare = c.knock(Knock::post(&path, &[("command_id", &command)]).cookie(&administrator)).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("command_id", command.as_str()), ("ground", "request"), ("note", "来信要求")];
    let done = c.knock(Knock::post(&path, &fields).cookie(&administrator)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());

    let page = c.knock(Knock::get(format!("/connections/{id}")).cookie(&coordinator)).await.text();
    let api = c.knock(Knock::get(format!("/api/v1/matters/{id}")).cookie(&coordinator)).await;
    assert!(
        page.contains("删除了个人信息（本人要求") && page.contains("来信要求"),
        "who, when and why stands in the history"
    );
    for canary in CANARIES {
        assert!(!page.contains(canary) && !api.text().contains(canary), "{canary}");
        assert_eq!(in_files(c.folder(), canary), Vec::<String>::new(), "{canary} in a file while it runs");
    }
    let list = c.knock(Knock::get("/admin/privacy").cookie(&administrator)).await.text();
    assert!(list.contains("删除了个人信息"), "{list}");
    let mut conn = c.app.store().read().await.expect("a connection");
    for e in yixian_app::store::ledger::page(&mut conn, 0, 5_000).await.expect("events") {
        assert!(CANARIES.iter().all(|canary| !e.body.contains(canary)), "{}", e.body);
    }
    drop(conn);
    let verified = c.app.verify().await.expect("a verdict");
    assert!(verified.ok, "{:?}", verified.faults);
    c.app.close().await;
    for canary in CANARIES {
        assert_eq!(in_files(c.folder(), canary), Vec::<String>::new(), "{canary} in a file after a stop");
    }
}

#[tokio::test]
async fn drafts_have_a_person_to_be_kept_under() {
    let c = Company::new().await;
    let leader = role(&c, "leader");
    let cookie = c.enter(leader).await;
    let tag = format!("<meta name=\"yx-person\" content=\"{leader}\">");
    assert!(c.knock(Knock::get("/matters/new").cookie(&cookie)).await.text().contains(&tag));
    assert!(!c.knock(Knock::get("/apply")).await.text().contains("yx-person"));
}

/// A matter of the first district company that was closed on 29 March, entered within the days that the house allows.
async fn closed_in_march(c: &Company) -> Uuid {
    let at = |time: &str, mut command: serde_json::Value| {
        command["happened_at"] = json!(format!("2018-03-29T{time}:00+08:00"));
        command
    };
    let matter = c.id();
    let judge = c.actor(c.chief_verifier().await).await;
    c.run(&at(
        "12:00",
        json!({ "do": "raise_matter", "matter": matter, "kind": "problem", "origin": "counter", "category": "service",
        "words": "private words", "unit": c.units[OWN], "raiser": { "name": NAME, "phone": PHONE } }),
    ))
    .await;
    c.run(&at("12:10", json!({ "do": "assign", "matter": matter, "unit": c.units[OWN], "due": { "limit": "5wd" } })))
        .await;
    c.run(&at("12:20", json!({ "do": "accept", "matter": matter }))).await;
    c.run(&at("12:30", json!({ "do": "submit", "matter": matter, "how": "已整改" }))).await;
    c.run_as(&judge, &at("12:40", json!({ "do": "verify", "matter": matter }))).await;
    c.run(&at("12:50", json!({ "do": "answer", "matter": matter, "words": "已整改" }))).await;
    c.run_as(&customer(c, matter).await, &at("13:00", json!({ "do": "rate", "matter": matter, "verdict": "solved" })))
        .await;
    matter
}

/// Every value of the hidden fields of that name.
fn hidden(text: &str, name: &str) -> Vec<String> {
    let begin = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
    text.split(&begin).skip(1).filter_map(|t| t.split('"').next()).map(str::to_owned).collect()
}

#[tokio::test]
async fn what_is_due_is_shown_and_goes_as_it_was_shown() {
    const PAGE: &str = "/admin/privacy/retention";
    const RULES: &str = "/admin/privacy/retention/rules";
    let c = Company::new().await;
    let (first, second) = (closed_in_march(&c).await, closed_in_march(&c).await);
    let (open, _) = c.raise(OWN, &[]).await;
    let (administrator, chief) = (c.enter(role(&c, "administrator")).await, c.enter(c.chief).await);
    let get = async |path: &str, cookie: &str| c.knock(Knock::get(path).cookie(cookie)).await;

    // It is found from the list of looks, and erases nothing before somebody made a rule.
    assert!(get("/admin/privacy", &administrator).await.text().contains(&format!("href=\"{PAGE}\"")));
    let off = get(PAGE, &administrator).await.text();
    assert!(off.contains("不按期限删除任何个人信息") && off.contains("由公司的管理员修改"), "{off}");
    assert!(!off.contains(RULES) && hidden(&off, "seen").is_empty());

    // The rules: bad ones are told all at once, each at its field, and what was typed stays.
    let form = get(RULES, &chief).await;
    assert_eq!((form.status, form.field("version").as_deref()), (StatusCode::OK, Some("0")));
    let command = c.id().to_string();
    let typed = |more: &[(&'static str, &'static str)]| {
        let all: Vec<(String, String)> = [("command_id", command.as_str()), ("version", "0")]
            .iter()
            .chain(more)
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        all
    };
    let post = async |path: &str, cookie: &str, fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        c.knock(Knock::post(path, &fields).cookie(cookie)).await
    };
    let bad = typed(&[("keep_problem", "29"), ("keep_wish", "三年"), ("keep_person", "0"), ("keep_task", "99999")]);
    let bad = post(RULES, &chief, bad).await;
    let text = bad.text();
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["最短 30 天（您填了 29）", "“三年”不是天数", "最短 30 天（您填了 0）", "最长 36500 天（您填了 99999）"]
    {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert_eq!(bad.field("keep_problem").as_deref(), Some("29"));
    let refused = post(RULES, &administrator, typed(&[("keep_problem", "30")])).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "he administers a part of the company");
    let put = post(RULES, &chief, typed(&[("keep_problem", "30"), ("keep_person", "365")])).await;
    assert_eq!((put.status, put.header("location")), (StatusCode::SEE_OTHER, PAGE), "{}", put.text());
    let late = [("command_id".to_owned(), c.id().to_string()), ("version".to_owned(), "0".to_owned())].to_vec();
    assert!(post(RULES, &chief, late).await.status.is_client_error(), "somebody changed them meanwhile");
    assert!(get("/admin/ledger", &chief).await.text().contains("人员chief"), "who changed them stands in the ledger");

    // The preview says it in words, counts, and leads to each record; it holds no personal data, and writes nothing.
    let before = c.head().await.0;
    let shown = get(PAGE, &administrator).await.text();
    assert!(shown.contains("问题：办结满 30 天后") && shown.contains("离职人员：离职满 365 天后"), "{shown}");
    for id in [first, second] {
        assert!(shown.contains(&format!("href=\"/matters/{id}\"")), "{shown}");
    }
    assert!(!shown.contains(&open.to_string()) && shown.contains("删除这 2 条记录的个人信息"));
    assert_eq!((leaks(&shown, "no photo"), c.head().await.0), (String::new(), before));
    let english = c.knock(Knock::get(PAGE).cookie(&administrator).with("accept-language", "en")).await.text();
    assert!(english.contains("30 days after closing"), "{english}");

    // One changes before it is carried out: that one is left, the other goes; sent again it is the same.
    c.run(&json!({ "do": "comment", "matter": second, "words": "又来电" })).await;
    let mut fields = vec![
        ("command_id".to_owned(), hidden(&shown, "command_id").last().expect("an id").clone()),
        ("version".to_owned(), hidden(&shown, "version").last().expect("a version").clone()),
    ];
    fields.extend(hidden(&shown, "seen").into_iter().map(|s| ("seen".to_owned(), s)));
    assert_eq!(fields.len(), 4);
    let viewer = c.enter(role(&c, "viewer")).await;
    assert_eq!(post(PAGE, &viewer, fields.clone()).await.status, StatusCode::FORBIDDEN);
    let done = post(PAGE, &administrator, fields.clone()).await;
    let text = done.text();
    assert_eq!(done.status, StatusCode::OK, "{text}");
    assert!(text.contains("已删除 1 条记录的个人信息") && text.contains("打开清单之后有变动"), "{text}");
    let after = c.head().await.0;
    let again = post(PAGE, &administrator, fields).await.text();
    assert!(again.contains("已删除 1 条记录的个人信息") && c.head().await.0 == after, "{again}");
    let page = get(&format!("/matters/{first}"), &administrator).await.text();
    assert!(page.contains("保存期满") && !page.contains("139****5678"), "{page}");
    assert!(get(&format!("/matters/{second}"), &administrator).await.text().contains("139****5678"));
    let list = get("/admin/privacy", &administrator).await.text();
    assert!(list.contains("保存期满"), "{list}");

    // What cannot be read is refused.
    let nonsense = [("command_id", c.id().to_string()), ("version", "1".into()), ("seen", "problem:x:1".into())];
    let nonsense = nonsense.map(|(k, v)| (k.to_owned(), v)).to_vec();
    let nonsense = post(PAGE, &administrator, nonsense).await;
    assert!(nonsense.status == StatusCode::UNPROCESSABLE_ENTITY && nonsense.text().contains("清单已失效"));
    let verified = c.app.verify().await.expect("a verdict");
    assert!(verified.ok, "{:?}", verified.faults);
}

/// The lines of a table after its header: running numbers, and whether a word stands in each.
fn lines(text: &str) -> (String, Vec<String>) {
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::to_owned);
    (lines.next().unwrap_or_default(), lines.collect())
}

#[tokio::test]
async fn a_table_holds_what_the_list_shows_and_stands_on_record() {
    let (c, _, _, _) = company().await;
    for unit in [ROOT, SIBLING, CHILD] {
        c.raise(unit, &[]).await;
        c.apply(unit, &[]).await;
    }
    let viewer = role(&c, "viewer");
    let today = c.app.policies().zone.date_of(c.app.clock().now());
    let on_record = async |person| {
        let all = c.app.security_log(&yixian_domain::access::Actor::System, person, today, today).await.expect("a log");
        all.iter().filter(|l| l.code == "exported" && l.what.as_deref() == Some("matters")).count()
    };
    for person in [viewer, c.chief] {
        let (cookie, token) = (c.enter(person).await, c.token(person).await);
        for query in ["", "kind=connection", "text=private", "text=2", "order=due", "stage=closed"] {
            let list = c.knock(Knock::get(format!("/api/v1/matters?limit=200&{query}")).token(&token)).await.json();
            let mut listed: Vec<String> =
                list["items"].as_array().expect("items").iter().map(|i| i["number"].to_string()).collect();
            listed.sort_by_key(|n| std::cmp::Reverse(n.parse::<i64>().expect("a number")));
            let table = c.knock(Knock::post(format!("/api/v1/matters/csv?{query}"), &[]).token(&token)).await;
            let (head, rows) = lines(&table.text());
            assert!(head.starts_with("number,kind,"), "{head}");
            let numbers: Vec<&str> = rows.iter().filter_map(|r| r.split(',').next()).collect();
            assert_eq!(numbers, listed, "{query}");
            let page = c.knock(Knock::post(format!("/matters/csv?{query}"), &[]).cookie(&cookie)).await;
            assert_eq!(page.header("content-type"), "text/csv; charset=utf-8");
            let (head, worded) = lines(&page.text());
            assert!(head.starts_with("编号,种类,"), "{head}");
            assert!(!page.text().contains('⟨'), "{}", page.text());
            assert_eq!(worded.len(), rows.len(), "{query}");
        }
        assert_eq!(on_record(Some(person)).await, 12, "each taking of a table");
    }
    let refused = c.knock(Knock::post("/api/v1/matters/csv?stage=nonsense", &[]).cookie(&c.enter(viewer).await)).await;
    assert!(refused.status.is_client_error(), "{}", refused.status);
    assert_eq!(on_record(Some(viewer)).await, 12, "a table that was refused was not taken");
}
