//! The JSON API: a command is carried out once, the law's and the readers' refusals have their own
//! statuses, lists can be walked, and the document describes what is there.

use crate::support::*;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;
use yixian_web::openapi::openapi;
use yixian_web::routes::{Who, table};

async fn put(c: &Company, token: &str, id: Uuid, body: &Value) -> Answer {
    c.knock(Knock::put(format!("/api/v1/commands/{id}"), body).token(token)).await
}

fn is_problem(a: &Answer, status: StatusCode) -> Value {
    assert_eq!(a.status, status, "{}", a.text());
    assert_eq!(a.header("content-type"), "application/problem+json");
    let body = a.json();
    assert_eq!(body["status"], status.as_u16());
    assert!(body["title"].as_str().is_some_and(|t| !t.is_empty() && !t.contains('⟨')), "{body}");
    assert!(body["type"].is_string());
    body
}

fn raise(matter: Uuid) -> Value {
    json!({ "do": "raise_matter", "matter": matter, "kind": "problem", "origin": "staff", "category": "service", "words": "灯不亮" })
}

#[tokio::test]
async fn a_command_is_carried_out_once() {
    let c = Company::new().await;
    let (chief, other) = (c.token(c.chief).await, c.token(c.people[4]).await);
    let (id, matter) = (c.id(), c.id());
    let first = put(&c, &chief, id, &raise(matter)).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    assert_eq!(first.json()["record"], json!(matter));
    assert_eq!(first.header("etag"), "\"1\"");
    let head = c.head().await;
    // The same again, written differently: the same receipt, and nothing new.
    let again = c.knock(Knock::put(format!("/api/v1/commands/{id}"), &Value::Null).token(&chief)
        .bytes(format!("{{ \"words\":\"灯不亮\",\"category\":\"service\", \"origin\":\"staff\",\"kind\":\"problem\",\"do\":\"raise_matter\",\"matter\":\"{matter}\" }}"))).await;
    assert_eq!((again.status, again.json()), (StatusCode::OK, first.json()));
    // At the same moment, many times.
    let (id2, matter2) = (c.id(), c.id());
    let mut receipts = Vec::new();
    // Each in a task of its own, as a server has it.
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (web, knock) =
            (c.web.clone(), Knock::put(format!("/api/v1/commands/{id2}"), &raise(matter2)).token(&chief));
        senders.spawn(async move { knock.at(&web).await });
    }
    for a in senders.join_all().await {
        assert_eq!(a.status, StatusCode::OK);
        receipts.push(a.json());
    }
    assert!(receipts.windows(2).all(|w| w[0] == w[1]));
    assert_eq!(c.head().await.0, head.0 + 1);
    // Other content, or another person: the id is taken.
    let mut changed = raise(matter);
    changed["words"] = json!("别的");
    assert_eq!(is_problem(&put(&c, &chief, id, &changed).await, StatusCode::CONFLICT)["code"], "id_reused");
    assert_eq!(is_problem(&put(&c, &other, id, &raise(matter)).await, StatusCode::CONFLICT)["code"], "id_reused");
    // A record's id is taken too.
    assert_eq!(is_problem(&put(&c, &chief, c.id(), &raise(matter)).await, StatusCode::CONFLICT)["code"], "id_reused");
}

/// A photo whose file is not what it was is answered with a reason, in the reader's language, and without a byte of it.
#[tokio::test]
async fn a_damaged_photo_is_not_served() {
    let c = Company::new().await;
    let chief = c.token(c.chief).await;
    let image = image::RgbImage::from_pixel(40, 30, image::Rgb([9, 200, 7]));
    let mut png = Vec::new();
    image.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).expect("a picture");
    let sha = c.app.take_photo(png.clone().into()).await.expect("a photo").as_str().to_owned();
    let mut command = raise(c.id());
    command["photos"] = json!([sha]);
    assert_eq!(put(&c, &chief, c.id(), &command).await.status, StatusCode::OK);
    let ask = || async { c.knock(Knock::get(format!("/files/{sha}")).token(&chief)).await };
    let whole = ask().await;
    assert_eq!((whole.status, whole.header("content-type")), (StatusCode::OK, "image/jpeg"));
    let file = c.folder().join("files").join(&sha[..2]).join(&sha);
    let mut bytes = std::fs::read(&file).expect("a file");
    bytes[100] ^= 1;
    std::fs::write(&file, &bytes).expect("written");
    for (change, words) in [("damaged", ["文件已损坏", "is damaged"]), ("missing", ["文件不见了", "is missing"])]
    {
        if change == "missing" {
            std::fs::remove_file(&file).expect("removed");
        }
        let a = ask().await;
        assert_eq!(a.status, StatusCode::INTERNAL_SERVER_ERROR, "{change}");
        assert!(!a.header("content-type").starts_with("image/") && !a.header("cache-control").contains("immutable"));
        assert!(words.iter().any(|w| a.text().contains(w)), "{}", a.text());
    }
    c.app.take_photo(png.into()).await.expect("put back");
    assert_eq!(ask().await.body, whole.body);
}

#[tokio::test]
async fn the_laws_refusals_say_where_the_record_is() {
    let c = Company::new().await;
    let chief = c.token(c.chief).await;
    let (matter, _) = c.raise(OWN, &[]).await;
    let body = is_problem(
        &put(&c, &chief, c.id(), &json!({ "do": "answer", "matter": matter, "words": "好" })).await,
        StatusCode::CONFLICT,
    );
    assert_eq!(body["refusal"], json!({ "code": "not_at_this_stage", "action": "answer", "stage": "raised" }));
    // A refused id may be used again once it is right.
    let id = c.id();
    is_problem(
        &put(&c, &chief, id, &json!({ "do": "answer", "matter": matter, "words": "好" })).await,
        StatusCode::CONFLICT,
    );
    assert_eq!(
        put(&c, &chief, id, &json!({ "do": "comment", "matter": matter, "words": "好" })).await.status,
        StatusCode::OK
    );
    // What I saw has moved on.
    for (seen, status) in [
        ("\"1\"", StatusCode::PRECONDITION_FAILED),
        ("\"2\"", StatusCode::OK),
        ("*", StatusCode::OK),
        ("soon", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let k = Knock::put(
            format!("/api/v1/commands/{}", c.id()),
            &json!({ "do": "comment", "matter": matter, "words": "见过" }),
        )
        .token(&chief)
        .with("if-match", seen);
        let a = c.knock(k).await;
        assert_eq!(a.status, status, "{seen}: {}", a.text());
        if status == StatusCode::PRECONDITION_FAILED {
            assert_eq!(is_problem(&a, status)["current"], 2);
        }
    }
    // Rights: what I may not see is not there; what I see and may not do is forbidden.
    let viewer = c.token(c.people[0]).await;
    let (far, _) = c.raise(SIBLING, &[]).await;
    is_problem(
        &put(&c, &viewer, c.id(), &json!({ "do": "comment", "matter": far, "words": "?" })).await,
        StatusCode::NOT_FOUND,
    );
    assert_eq!(
        is_problem(
            &put(&c, &viewer, c.id(), &json!({ "do": "refuse", "matter": matter, "reason": "?" })).await,
            StatusCode::FORBIDDEN
        )["code"],
        "needs_role"
    );
    let unknown = is_problem(
        &put(&c, &viewer, c.id(), &json!({ "do": "comment", "matter": c.id(), "words": "?" })).await,
        StatusCode::NOT_FOUND,
    );
    let unseen = is_problem(
        &put(&c, &viewer, c.id(), &json!({ "do": "comment", "matter": far, "words": "?" })).await,
        StatusCode::NOT_FOUND,
    );
    assert_eq!(unknown["title"], unseen["title"]);
}

#[tokio::test]
async fn a_check_in_from_the_future_or_long_ago_is_refused() {
    let c = Company::new().await;
    let guide = c.token(c.guide).await;
    let visit = c.visit(OWN, true).await;
    for (at, code) in [
        ("2018-05-02T10:00:00+08:00", "in_the_future"),
        ("2017-03-28T09:00:00+08:00", "too_long_ago"),
        ("2999-12-31T23:59:59Z", "in_the_future"),
        ("1000-01-01T00:00:00Z", "too_long_ago"),
    ] {
        let body = is_problem(
            &put(&c, &guide, c.id(), &json!({ "do": "start_visit", "visit": visit, "happened_at": at })).await,
            StatusCode::CONFLICT,
        );
        assert_eq!(body["code"], code, "{at}");
    }
    for at in ["yesterday", "2018-02-30T00:00:00Z", "", "2018-05-02"] {
        let body = is_problem(
            &put(&c, &guide, c.id(), &json!({ "do": "start_visit", "visit": visit, "happened_at": at })).await,
            StatusCode::UNPROCESSABLE_ENTITY,
        );
        assert_eq!(body["errors"][0]["field"], "happened_at");
    }
    for point in [json!({ "lat": 91, "lon": 0 }), json!({ "lat": 0, "lon": 181 })] {
        is_problem(
            &put(&c, &guide, c.id(), &json!({ "do": "start_visit", "visit": visit, "point": point })).await,
            StatusCode::UNPROCESSABLE_ENTITY,
        );
    }
    let started = put(
        &c,
        &guide,
        c.id(),
        &json!({ "do": "start_visit", "visit": visit, "happened_at": "2018-05-02T08:30:00+08:00" }),
    )
    .await;
    assert_eq!(started.status, StatusCode::OK, "{}", started.text());
}

#[tokio::test]
async fn what_cannot_be_read_is_told_field_by_field() {
    let c = Company::new().await;
    let chief = c.token(c.chief).await;
    let matter = c.id();
    let head = c.head().await;
    for body in [
        "",
        "{",
        "[]",
        "null",
        "\"raise\"",
        "{}",
        r#"{"do":"fly"}"#,
        r#"{"do":"accept"}"#,
        r#"{"do":"accept","matter":7}"#,
        r#"{"do":"accept","matter":"x"}"#,
        &format!(r#"{{"do":"accept","matter":"{matter}","colour":"red"}}"#),
        &format!(
            r#"{{"do":"raise_matter","matter":"{matter}","kind":"thing","origin":"staff","category":"service","words":"w"}}"#
        ),
        &format!(
            r#"{{"do":"raise_matter","matter":"{matter}","kind":"problem","origin":"staff","category":"none-such","words":"w"}}"#
        ),
        &format!(
            r#"{{"do":"raise_matter","matter":"{matter}","kind":"problem","origin":"staff","category":"service","words":"  "}}"#
        ),
        &format!(
            r#"{{"do":"raise_matter","matter":"{matter}","kind":"problem","origin":"staff","category":"service","words":"w","photos":["{}"]}}"#,
            "0".repeat(64)
        ),
        &format!(
            r#"{{"do":"raise_matter","matter":"{matter}","kind":"problem","origin":"staff","category":"service","words":"{}"}}"#,
            "字".repeat(10_001)
        ),
        &"[".repeat(10_000),
    ] {
        let a = c
            .knock(
                Knock::put(format!("/api/v1/commands/{}", c.id()), &Value::Null).token(&chief).bytes(body.to_owned()),
            )
            .await;
        let problem = is_problem(&a, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(problem["errors"].as_array().is_some_and(|e| !e.is_empty() && e.iter().all(|e| e["detail"].as_str().is_some_and(|d| !d.is_empty()))), "{problem}");
    }
    for id in ["1", "not-a-uuid", "936da01f-9abd-4d9d-80c7-02af85c822a8"] {
        is_problem(
            &c.knock(Knock::put(format!("/api/v1/commands/{id}"), &raise(matter)).token(&chief)).await,
            StatusCode::UNPROCESSABLE_ENTITY,
        );
    }
    let big = Knock::put(format!("/api/v1/commands/{}", c.id()), &Value::Null)
        .token(&chief)
        .bytes(vec![b' '; 2 * 1024 * 1024]);
    is_problem(&c.knock(big).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(c.head().await, head);
    // Nobody types a NUL and PostgreSQL keeps none.
    let mut nul = raise(matter);
    nul["words"] = json!("灯\u{0}不亮");
    assert_eq!(put(&c, &chief, c.id(), &nul).await.status, StatusCode::OK);
}

#[tokio::test]
async fn problems_speak_the_readers_language() {
    let c = Company::new().await;
    for (lang, words) in [
        ("zh-CN,zh;q=0.9", "请先登录"),
        ("en-GB,en;q=0.8,zh;q=0.2", "Sign in first"),
        ("fr,zh;q=0.3,en;q=0.9", "Sign in first"),
        ("fr", "请先登录"),
    ] {
        let a = c.knock(Knock::get("/api/v1/matters").with("accept-language", lang)).await;
        let body = is_problem(&a, StatusCode::UNAUTHORIZED);
        assert!(body["title"].as_str().is_some_and(|t| t.contains(words)), "{lang}: {body}");
    }
    let token = c.token(c.chief).await;
    for (path, status) in [
        ("/api/v1/nowhere".to_owned(), StatusCode::NOT_FOUND),
        (format!("/api/v1/matters/{}", c.id()), StatusCode::NOT_FOUND),
        ("/api/v1/matters/x".into(), StatusCode::NOT_FOUND),
        ("/api/v1/visits/x".into(), StatusCode::NOT_FOUND),
        ("/api/v1/matters?limit=0".into(), StatusCode::UNPROCESSABLE_ENTITY),
        ("/api/v1/matters?limit=999".into(), StatusCode::UNPROCESSABLE_ENTITY),
        ("/api/v1/matters?stage=flying".into(), StatusCode::UNPROCESSABLE_ENTITY),
        ("/api/v1/visits?from=tomorrow".into(), StatusCode::UNPROCESSABLE_ENTITY),
        ("/api/v1/figures?period=2018-13".into(), StatusCode::UNPROCESSABLE_ENTITY),
        ("/api/v1/figures/none_such".into(), StatusCode::NOT_FOUND),
        ("/api/v1/commands/x".into(), StatusCode::METHOD_NOT_ALLOWED),
    ] {
        is_problem(&c.knock(Knock::get(&path).token(&token).with("accept-language", "en")).await, status);
    }
}

#[tokio::test]
async fn a_cursor_walks_every_row_once() {
    let c = Company::new().await;
    let mut raised = BTreeSet::new();
    for n in 0..23 {
        raised.insert(c.raise([OWN, CHILD, SIBLING][n % 3], &[]).await.0.to_string());
    }
    let mut planned = BTreeSet::new();
    for n in 0..11 {
        planned.insert(c.visit([OWN, CHILD][n % 2], true).await.to_string());
    }
    let chief = c.token(c.chief).await;
    for (list, expected) in [("matters", &raised), ("visits", &planned)] {
        for limit in [1, 4, 23, 200] {
            let (mut found, mut after, mut pages) = (Vec::new(), String::new(), 0);
            loop {
                let a = c.knock(Knock::get(format!("/api/v1/{list}?limit={limit}&after={after}")).token(&chief)).await;
                assert_eq!(a.status, StatusCode::OK, "{}", a.text());
                let body = a.json();
                let items = body["items"].as_array().expect("items");
                assert!(items.len() <= limit);
                found.extend(items.iter().map(|i| i["id"].as_str().expect("an id").to_owned()));
                pages += 1;
                assert!(pages <= 40, "{list} does not end");
                match body["next"].as_str() {
                    Some(next) => after = next.to_owned(),
                    None => break,
                }
            }
            assert_eq!(found.len(), expected.len(), "{list} by {limit}");
            assert_eq!(&found.into_iter().collect::<BTreeSet<_>>(), expected, "{list} by {limit}");
        }
    }
    for list in ["places", "units"] {
        let (mut found, mut after) = (BTreeSet::new(), String::new());
        for _ in 0..10 {
            let body = c.knock(Knock::get(format!("/api/v1/{list}?limit=1&after={after}")).token(&chief)).await.json();
            for i in body["items"].as_array().expect("items") {
                assert!(found.insert(i["id"].to_string()), "{list} twice");
            }
            match body["next"].as_str() {
                Some(next) => after = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(found.len(), 4, "{list}");
    }
}

#[tokio::test]
async fn a_masters_words_stay_with_those_who_see_it() {
    let c = Company::new().await;
    let (mine, _) = c.raise(OWN, &[]).await;
    let (master, _) = c.raise(SIBLING, &[]).await;
    c.run(&json!({ "do": "comment", "matter": master, "words": "only for the other unit" })).await;
    c.run(&json!({ "do": "merge", "matter": mine, "into": master })).await;
    c.bring(master, SIBLING, "answered").await;
    let viewer = c.token(c.people[0]).await;
    let text = c.knock(Knock::get(format!("/api/v1/matters/{mine}")).token(&viewer)).await.text();
    assert!(text.contains("您好，已整改"), "the answer fans out: {text}");
    assert!(!text.contains("only for the other unit") && !text.contains("私语2"), "{text}");
    assert_eq!(
        c.knock(Knock::get(format!("/api/v1/matters/{master}")).token(&viewer)).await.status,
        StatusCode::NOT_FOUND
    );
}

fn references(v: &Value, out: &mut Vec<String>) {
    match v {
        Value::Object(o) => {
            for (k, v) in o {
                match v.as_str() {
                    Some(r) if k == "$ref" => out.push(r.to_owned()),
                    _ => references(v, out),
                }
            }
        }
        Value::Array(a) => a.iter().for_each(|v| references(v, out)),
        _ => {}
    }
}

#[tokio::test]
async fn the_document_describes_what_is_there() {
    let c = Company::new().await;
    let served = c.knock(Knock::get("/api/v1/openapi.json")).await.json();
    assert_eq!(served, openapi(&table()));
    assert!(served["openapi"].as_str().is_some_and(|v| v.starts_with("3.1.")));
    let mut operations = BTreeSet::new();
    for r in table().iter().filter(|r| r.path.starts_with("/api/")) {
        let operation = &served["paths"][r.path][r.method.as_str().to_lowercase()];
        assert!(operation["summary"].is_string() && operation["responses"]["200"].is_object(), "{r:?}");
        assert!(operations.insert(operation["operationId"].to_string()), "{r:?}: its operationId stands twice");
        for name in r.path.split('/').filter_map(|p| p.strip_prefix('{')?.strip_suffix('}')) {
            assert!(
                operation["parameters"]
                    .as_array()
                    .expect("parameters")
                    .iter()
                    .any(|p| p["name"] == name && p["in"] == "path" && p["required"] == true),
                "{r:?}"
            );
        }
        assert_eq!(operation["security"] == json!([]), r.who == Who::Anyone, "{r:?}");
        let content = &operation["responses"]["200"]["content"];
        if r.path.ends_with("/csv") {
            assert_eq!(content["text/csv"]["schema"]["type"], "string", "{r:?}");
            continue;
        }
        let good = &content["application/json"]["schema"];
        assert!(good["$ref"].is_string() || r.path.ends_with("openapi.json"), "{r:?}: {good} has no name");
    }
    let described: usize = served["paths"]
        .as_object()
        .expect("paths")
        .values()
        .map(|p| p.as_object().map_or(0, serde_json::Map::len))
        .sum();
    assert_eq!(described, operations.len(), "something is described that is not there");
    let mut all = Vec::new();
    references(&served, &mut all);
    assert!(!all.is_empty());
    for r in all {
        let pointer = r.strip_prefix('#').unwrap_or_else(|| panic!("{r} leads outside"));
        assert!(served.pointer(pointer).is_some(), "{r} leads nowhere");
    }
    // Every command the product knows is in the schema.
    let text = served["components"]["schemas"].to_string();
    for name in ["raise_matter", "plan_visit", "start_visit", "record_finding", "put_person", "erase_words"] {
        assert!(text.contains(name), "{name}");
    }
}

/// The document as it was last agreed: a change of the API shows here and is read by whoever reviews it.
const AGREED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots/openapi.json");

#[test]
fn the_document_is_the_one_that_was_agreed() {
    let text = serde_json::to_string_pretty(&openapi(&table())).expect("JSON") + "\n";
    if std::env::var_os("YIXIAN_RENEW_SNAPSHOTS").is_some() {
        std::fs::write(AGREED, &text).expect("the snapshot can be written");
    }
    let agreed = std::fs::read_to_string(AGREED).unwrap_or_default();
    let first = agreed.lines().zip(text.lines()).enumerate().find(|(_, (a, b))| a != b);
    assert!(
        agreed == text,
        "the OpenAPI document has changed, at first {first:?}; if it is meant to, run the test once with YIXIAN_RENEW_SNAPSHOTS=1 and commit {AGREED}"
    );
}

crate::on_postgres!(
    a_command_is_carried_out_once,
    the_laws_refusals_say_where_the_record_is,
    a_check_in_from_the_future_or_long_ago_is_refused,
    what_cannot_be_read_is_told_field_by_field,
    a_cursor_walks_every_row_once,
    a_masters_words_stay_with_those_who_see_it,
);
