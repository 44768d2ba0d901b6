//! What the API answers, in a company with everything in it: each answer fits the schema that the document gives it, and
//! nobody who reads it today loses a field tomorrow.

use crate::support::*;
use axum::http::Method;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use yixian_app::demo::{NOW, Size};
use yixian_app::{App, Opening};
use yixian_domain::access::Actor;
use yixian_domain::ids::{CommandId, PersonId};
use yixian_web::openapi::openapi;
use yixian_web::routes::table;
use yixian_web::{Options, Web};

/// Answers as they were once agreed: fields may come, none may go or change.
const AGREED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots/answers.json");

/// A company that has lived for a month, and its coordinator's token.
async fn company() -> (yixian_testkit::Fresh, Web, String) {
    let fresh = yixian_testkit::Fresh::new(yixian_testkit::Engine::Sqlite).await;
    let app = App::open(Opening {
        db: fresh.db().await,
        folder: fresh.folder(),
        clock: yixian_app::clock::Clock::At(NOW),
        mint: yixian_app::mint::Mint::seeded(1),
        policies: yixian_app::policy::PolicySource::Embedded,
    })
    .await
    .expect("an app");
    app.make_demo_of(1, Size::SMALL).await.expect("a company");
    let directory = app.directory().await.expect("a directory");
    let root = directory.root().expect("a company").id;
    let unit = directory.units().find(|u| u.code == "CY").expect("a unit").id;
    let away = directory.people().filter(|p| p.unit == unit && p.duty).map(|p| p.id).min().expect("a leader");
    let run = async |command: Value| {
        let envelope = serde_json::from_value(command.clone()).unwrap_or_else(|e| panic!("{command}: {e}"));
        app.execute(&Actor::System, CommandId(app.mint().uuid(NOW)), envelope, None)
            .await
            .unwrap_or_else(|e| panic!("{command}: {e}"));
    };
    let reader = app.mint().uuid(NOW);
    let roles = ["administrator", "coordinator", "verifier"].map(|role| json!({ "role": role, "unit": root }));
    run(
        json!({ "do": "put_person", "person": reader, "code": "reader", "name": "读者", "unit": root, "level": "staff",
        "specialty": "operations", "duty": false, "roles": roles }),
    )
    .await;
    for seed in 1..=2 {
        run(json!({ "do": "make_plan", "plan": plan(seed), "unit": unit, "month": "2018-10", "iterations": 50 * seed, "seed": seed,
            "changes": [{ "change": "away", "leader": away, "from": "2018-10-15", "to": "2018-10-16" }] }))
        .await;
    }
    let token = app.make_token(PersonId(reader), "answers".into(), 365).await.expect("a token");
    let web = Web::new(app, Options::default());
    (fresh, web, token)
}

fn plan(seed: u64) -> String {
    format!("01800000-0000-7000-8000-00000000000{seed}")
}

async fn answer(web: &Web, token: &str, path: &str) -> Value {
    let a = Knock::get(path).token(token).at(web).await;
    assert!(a.status.is_success(), "{path}: {}", a.text());
    a.json()
}

/// Every address that is asked: each list with a few rows and with many, and each record of the lists.
async fn asked(web: &Web, token: &str) -> Vec<String> {
    let mut out = vec![
        "/api/v1/openapi.json".to_owned(),
        "/api/v1/figures".into(),
        "/api/v1/figures?period=2018".into(),
        "/api/v1/figures?period=2018&by=district".into(),
        "/api/v1/figures?period=2018&by=led".into(),
        "/api/v1/figures/raised?period=2018&by=month&key=2018-09&limit=3".into(),
        "/api/v1/figures?period=2017".into(),
        "/api/v1/two-levels?period=2018-05".into(),
        "/api/v1/two-levels/matrix?period=2018-05&unit=CY".into(),
        "/api/v1/two-levels/burden?period=2018-05".into(),
        "/api/v1/briefing".into(),
        "/api/v1/briefing?period=2018&as_of=2018-06-15".into(),
        "/api/v1/reliability?year=2018".into(),
        "/api/v1/reliability?year=2018&by=district".into(),
        "/api/v1/reliability?year=2017&by=level".into(),
        "/api/v1/priorities?unit=CY&month=2018-10&limit=20".into(),
        format!("/api/v1/plans/{}", plan(1)),
        format!("/api/v1/plans/{}?with={}", plan(2), plan(1)),
    ];
    let figures = answer(web, token, "/api/v1/figures?period=2018").await;
    out.extend(
        figures["items"]
            .as_array()
            .expect("figures")
            .iter()
            .map(|f| format!("/api/v1/figures/{}?period=2018&limit=3", f["figure"].as_str().expect("a name"))),
    );
    for list in [
        "matters",
        "matters?kind=connection",
        "connections?show=all",
        "visits",
        "plans",
        "places",
        "units",
        "partners",
        "programmes",
        "measures",
        "conferences",
        "agreements",
        "indicators",
        "campaigns",
        "documents",
        "recognitions",
        "praise",
        "publications",
        "service-days",
        "teams",
        "households",
        "outages",
    ] {
        let path = format!("/api/v1/{list}{}", if list.contains('?') { "&" } else { "?" });
        let kind = list.split('?').next().expect("a list");
        // Some registers are so small that they have one page.
        let whole = [
            "programmes",
            "measures",
            "agreements",
            "indicators",
            "campaigns",
            "documents",
            "recognitions",
            "praise",
            "publications",
            "service-days",
            "teams",
        ]
        .contains(&kind);
        out.push(if whole { format!("/api/v1/{list}") } else { format!("{path}limit=3") });
        let mut after = String::new();
        for _ in 0..10 {
            let asked = if whole { format!("/api/v1/{list}") } else { format!("{path}limit=200&after={after}") };
            let page = answer(web, token, &asked).await;
            let read = [
                "matters",
                "connections",
                "visits",
                "partners",
                "programmes",
                "agreements",
                "conferences",
                "documents",
                "publications",
                "recognitions",
                "service-days",
                "teams",
                "households",
                "outages",
                "indicators",
            ]
            .contains(&kind);
            if read {
                let ids = page["items"].as_array().expect("items").iter();
                out.extend(ids.map(|i| format!("/api/v1/{kind}/{}", i["id"].as_str().expect("an id"))));
                if kind == "indicators" {
                    let last = out.last().expect("an indicator").clone();
                    out.push(format!("{last}/tasks"));
                }
                if kind == "conferences" {
                    let last = out.last().expect("a conference").clone();
                    out.push(format!("{last}/meetings"));
                }
                if kind == "programmes"
                    && let Some(last) = out.last().cloned()
                {
                    out.push(format!("{last}/sections?reached=start"));
                }
                if kind == "matters" && after.is_empty() {
                    let last = out.last().expect("a matter");
                    out.push(format!("{last}/disclosed"));
                }
            }
            match page["next"].as_str() {
                Some(next) => next.clone_into(&mut after),
                None => break,
            }
        }
    }
    out
}

/// The places of an answer with what is a code there, whatever the row: `items/stage=closed`.
fn places(v: &Value, at: &str, out: &mut BTreeSet<String>) {
    match v {
        Value::Object(o) => o.iter().for_each(|(k, v)| {
            let k = if k.len() == 36 { "*" } else { k };
            places(v, &format!("{at}/{k}"), out);
        }),
        Value::Array(a) => a.iter().for_each(|v| places(v, at, out)),
        Value::String(s) if s.len() < 24 && s.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') => {
            out.insert(format!("{at}={s}"));
        }
        Value::Null => {
            out.insert(format!("{at} none"));
        }
        _ => {
            out.insert(at.to_owned());
        }
    }
}

/// What of the old answer is missing or different in the new one.
fn lost(old: &Value, new: &Value, at: &str, out: &mut Vec<String>) {
    match (old, new) {
        (Value::Object(o), Value::Object(n)) => o.iter().for_each(|(k, v)| match n.get(k) {
            Some(now) => lost(v, now, &format!("{at}/{k}"), out),
            None => out.push(format!("{at}/{k} is gone")),
        }),
        (Value::Array(o), Value::Array(n)) if o.len() == n.len() => {
            o.iter().zip(n).enumerate().for_each(|(i, (o, n))| lost(o, n, &format!("{at}/{i}"), out));
        }
        _ if old == new => {}
        _ => out.push(format!("{at} was {old} and is {new}")),
    }
}

#[tokio::test]
async fn nothing_that_was_answered_is_lost() {
    let (_fresh, web, token) = company().await;
    if std::env::var_os("YIXIAN_RENEW_SNAPSHOTS").is_some() {
        let (mut seen, mut kept) = (BTreeSet::new(), Map::new());
        for path in asked(&web, &token).await.into_iter().filter(|p| !p.ends_with("openapi.json")) {
            let kind = path.split('/').nth(3).and_then(|k| k.split('?').next()).unwrap_or_default().to_owned();
            let (body, mut here) = (answer(&web, &token, &path).await, BTreeSet::new());
            places(&body, &kind, &mut here);
            if !here.is_subset(&seen) {
                seen.append(&mut here);
                kept.insert(path, body);
            }
        }
        let lines: Vec<String> = kept.iter().map(|(path, body)| format!("{}: {body}", json!(path))).collect();
        std::fs::write(AGREED, format!("{{\n{}\n}}\n", lines.join(",\n"))).expect("the snapshot can be written");
    }
    let agreed: Map<String, Value> =
        serde_json::from_str(&std::fs::read_to_string(AGREED).expect("a snapshot")).expect("JSON");
    assert!(agreed.len() > 20);
    let mut faults = Vec::new();
    for (path, old) in &agreed {
        lost(old, &answer(&web, &token, path).await, path, &mut faults);
    }
    assert!(faults.is_empty(), "{:#?}", &faults[..faults.len().min(20)]);
}

/// The subset of JSON Schema that the document uses; a word that is none of these is a fault of its own.
struct Judge<'a> {
    document: &'a Value,
}

impl<'a> Judge<'a> {
    fn target(&self, reference: &str) -> &'a Value {
        let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} leads outside"));
        self.document.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"))
    }

    /// The fields that a schema names, in itself and in whatever it is put together from.
    fn names(&self, schema: &'a Value, out: &mut BTreeSet<&'a str>) {
        let Some(s) = schema.as_object() else { return };
        out.extend(s.get("properties").and_then(Value::as_object).into_iter().flatten().map(|(k, _)| k.as_str()));
        if let Some(r) = s.get("$ref").and_then(Value::as_str) {
            self.names(self.target(r), out);
        }
        for all in ["oneOf", "anyOf", "allOf"].iter().filter_map(|k| s.get(*k)?.as_array()) {
            for s in all {
                self.names(s, out);
            }
        }
    }

    /// What is wrong with a value; `whole`: the schema says everything of it, so that a field without a name is wrong too.
    fn faults(&self, schema: &'a Value, v: &Value, at: &str, whole: bool) -> Vec<String> {
        let mut out = Vec::new();
        let s = schema.as_object().unwrap_or_else(|| panic!("{at}: {schema} says nothing"));
        for (word, says) in s {
            let fault = |what: &str| vec![format!("{at}: {what} {says}, not {:.60}", v.to_string())];
            let many = || says.as_array().unwrap_or_else(|| panic!("{at}: {word} {says}"));
            let bound = |n: usize| says.as_u64().is_some_and(|b| b == n as u64);
            out.extend(match word.as_str() {
                "description" | "title" | "format" | "default" | "pattern" | "minimum" | "maximum" => Vec::new(),
                "$ref" => self.faults(self.target(says.as_str().expect("a reference")), v, at, false),
                "const" if v != says => fault("is"),
                "enum" if !many().contains(v) => fault("is one of"),
                "const" | "enum" => Vec::new(),
                "type" => {
                    let is = |t: &Value| match t.as_str().expect("a type") {
                        "object" => v.is_object(),
                        "array" => v.is_array(),
                        "string" => v.is_string(),
                        "boolean" => v.is_boolean(),
                        "null" => v.is_null(),
                        "integer" => v.is_i64() || v.is_u64(),
                        "number" => v.is_number(),
                        t => panic!("{at}: no type {t}"),
                    };
                    let fits = says.as_array().map_or_else(|| is(says), |all| all.iter().any(is));
                    if fits { Vec::new() } else { fault("is a") }
                }
                "required" => {
                    let missing = many().iter().filter(|k| v.get(k.as_str().expect("a name")).is_none());
                    missing.map(|k| format!("{at}: {k} is missing")).collect()
                }
                "properties" => {
                    let all = says.as_object().expect("properties").iter();
                    all.filter_map(|(k, s)| Some(self.faults(s, v.get(k)?, &format!("{at}/{k}"), true)))
                        .flatten()
                        .collect()
                }
                "items" => {
                    let all = v.as_array().into_iter().flatten().enumerate();
                    let skip = s.get("prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
                    all.skip(skip).flat_map(|(i, v)| self.faults(says, v, &format!("{at}/{i}"), true)).collect()
                }
                "prefixItems" => {
                    let all = many().iter().zip(v.as_array().into_iter().flatten()).enumerate();
                    all.flat_map(|(i, (s, v))| self.faults(s, v, &format!("{at}/{i}"), true)).collect()
                }
                "minItems" | "maxItems" if v.as_array().is_some_and(|a| !bound(a.len())) => fault("has so many"),
                "minItems" | "maxItems" => Vec::new(),
                "allOf" => many().iter().flat_map(|s| self.faults(s, v, at, false)).collect(),
                "oneOf" | "anyOf" => {
                    let tries: Vec<_> = many().iter().map(|s| self.faults(s, v, at, false)).collect();
                    let fit = tries.iter().filter(|t| t.is_empty()).count();
                    if fit == 1 || (fit > 1 && word == "anyOf") {
                        Vec::new()
                    } else {
                        // The branch that was meant is the one whose faults lie deepest.
                        let nearest = tries
                            .into_iter()
                            .max_by_key(|t| t.iter().map(|f| f.split(':').next().map_or(0, str::len)).max());
                        vec![format!("{at}: fits {fit} of the {word}: {nearest:?}")]
                    }
                }
                "additionalProperties" => {
                    let mut names = BTreeSet::new();
                    self.names(schema, &mut names);
                    let others = v.as_object().into_iter().flatten().filter(|(k, _)| !names.contains(k.as_str()));
                    match says {
                        Value::Bool(false) => others.map(|(k, _)| format!("{at}: {k} is too much")).collect(),
                        Value::Bool(true) => Vec::new(),
                        s => others.flat_map(|(k, v)| self.faults(s, v, &format!("{at}/{k}"), true)).collect(),
                    }
                }
                _ => panic!("{at}: the judge does not know {word}"),
            });
        }
        if whole && !self.is_open(schema) {
            let mut names = BTreeSet::new();
            self.names(schema, &mut names);
            let others = v.as_object().into_iter().flatten().filter(|(k, _)| !names.contains(k.as_str()));
            out.extend(others.map(|(k, _)| format!("{at}: {k} is not in the document")));
        }
        out
    }

    /// Whether a schema speaks of fields without naming them.
    fn is_open(&self, schema: &'a Value) -> bool {
        let more = schema.get("additionalProperties").is_some();
        more || schema.get("$ref").and_then(Value::as_str).is_some_and(|r| self.is_open(self.target(r)))
    }
}

/// The row of the table that answers an address.
fn route(path: &str) -> &'static str {
    let asked: Vec<&str> = path.split('?').next().unwrap_or_default().split('/').collect();
    let is = |path: &str| {
        let own: Vec<&str> = path.split('/').collect();
        own.len() == asked.len() && own.iter().zip(&asked).all(|(o, a)| o == a || o.starts_with('{'))
    };
    table().iter().filter(|r| r.method == Method::GET).map(|r| r.path).find(|p| is(p)).expect("a route")
}

#[tokio::test]
async fn every_answer_fits_its_schema() {
    let (_fresh, web, token) = company().await;
    let document = openapi(&table());
    let judge = Judge { document: &document };
    let (mut seen, mut faults) = (BTreeSet::new(), Vec::new());
    for path in asked(&web, &token).await {
        let own = route(&path);
        seen.insert(own);
        let good = format!("/paths/{}/get/responses/200", own.replace('/', "~1"));
        let schema = &document.pointer(&good).expect("described")["content"]["application/json"]["schema"];
        if own == "/api/v1/openapi.json" {
            continue;
        }
        assert!(schema["$ref"].is_string(), "{own} answers {schema}, which has no name");
        faults.extend(judge.faults(schema, &answer(&web, &token, &path).await, &path, true));
    }
    assert!(faults.is_empty(), "{} faults: {:#?}", faults.len(), &faults[..faults.len().min(20)]);
    let routes: BTreeSet<&str> =
        table().iter().filter(|r| r.method == Method::GET && r.path.starts_with("/api/")).map(|r| r.path).collect();
    assert_eq!(seen, routes, "an address of the API was not asked");
}

#[test]
fn the_judge_finds_what_is_wrong() {
    let document = json!({
        "a": { "type": "object", "properties": { "n": { "type": ["integer", "null"] } }, "required": ["n"] },
        "schema": { "$ref": "#/a" },
    });
    for (value, faults) in [
        (json!({ "n": 1 }), 0),
        (json!({ "n": null }), 0),
        (json!({ "n": "1" }), 1),
        (json!({}), 1),
        (json!({ "n": 1, "m": 2 }), 1),
        (json!([]), 2),
    ] {
        let found = Judge { document: &document }.faults(&document["schema"], &value, "", true);
        assert_eq!(found.len(), faults, "{value}: {found:?}");
    }
}
