//! Hostile neighbours: whoever sends ids of other people's records, forms without measure, pictures made to be costly or
//! commands without end is refused by himself, quickly, and nobody beside him notices.

use crate::support::*;
use axum::http::StatusCode;
use image::ImageFormat;
use serde_json::{Value, json};
use std::num::NonZeroU32;
use tokio::task::JoinSet;
use uuid::Uuid;
use yixian_app::message::Messages;
use yixian_domain::access::Actor;
use yixian_domain::ids::CommandId;
use yixian_web::Options;
use yixian_web::routes::{Photos, table};

/// Every command that makes a record of an id the sender chose.
fn makers(c: &Company, id: Uuid) -> Vec<Value> {
    let (unit, place) = (c.units[OWN], c.places[OWN]);
    let application = json!({
        "origin": "counter", "applicant": "person", "name": "王", "phone": "13912345678", "district": "昌平区",
        "address": "7 号", "use": "shop", "capacity": "15", "unit": unit,
    });
    vec![
        json!({ "do": "raise_matter", "matter": id, "kind": "problem", "origin": "counter", "category": "service", "unit": unit, "words": "漏油" }),
        json!({ "do": "apply_connection", "connection": id, "application": application }),
        json!({ "do": "plan_visit", "visit": id, "kind": "site", "place": place, "host": unit, "leader": c.guide, "day": "2018-05-02", "announced": true, "purpose": "看现场" }),
        json!({ "do": "make_plan", "plan": id, "unit": unit, "month": "2018-05", "iterations": 50 }),
        json!({ "do": "put_unit", "unit": id, "code": "X-1", "name": "新班组", "kind": "team", "parent": unit }),
        json!({ "do": "put_person", "person": id, "code": "x1", "name": "新人", "unit": unit, "level": "staff", "specialty": "general", "duty": false, "roles": [] }),
        json!({ "do": "put_place", "place": id, "code": "X-1", "name": "新地", "kind": "street", "district": "昌平区", "area": "urban", "unit": unit }),
    ]
}

/// An id of every other kind of record, in every command that makes one, while honest people write: the sender alone is
/// refused, and never by a fault of ours.
#[tokio::test(flavor = "multi_thread")]
async fn ids_of_other_records_harm_nobody_else() {
    let c = Company::new().await;
    let names = c.names(OWN).await;
    let (evil, honest) = (c.token(c.chief).await, c.token(c.people[0]).await);
    // Of a policy: the same id in every company.
    let mut conn = c.app.store().read().await.expect("a connection");
    let events = yixian_app::store::ledger::page(&mut conn, 0, 5_000).await.expect("events");
    let policy = events.iter().find(|e| e.kind == "policy").expect("a policy").record_id;
    drop(conn);
    let taken =
        [names.matter, names.plan, names.connection, names.visit, names.place, names.unit, names.person, policy];
    let mut all = JoinSet::new();
    for id in taken {
        for body in makers(&c, id) {
            let (web, token) = (c.web.clone(), evil.clone());
            let command = c.id();
            all.spawn(async move {
                let a = Knock::put(format!("/api/v1/commands/{command}"), &body).token(&token).at(&web).await;
                (Some(body["do"].as_str().unwrap_or_default().to_owned()), a)
            });
            let (web, token, command, matter, unit) = (c.web.clone(), honest.clone(), c.id(), c.id(), c.units[OWN]);
            all.spawn(async move {
                let body = json!({ "do": "raise_matter", "matter": matter, "kind": "problem", "origin": "counter", "category": "service", "unit": unit, "words": "漏油" });
                (None, Knock::put(format!("/api/v1/commands/{command}"), &body).token(&token).at(&web).await)
            });
        }
    }
    let mut refused = 0;
    for (what, a) in all.join_all().await {
        match what {
            None => assert!(a.status.is_success(), "an honest writer: {} {}", a.status, a.text()),
            Some(what) => {
                assert!(!a.status.is_server_error(), "{what}: {} {}", a.status, a.text());
                refused += usize::from(a.status == StatusCode::CONFLICT);
            }
        }
    }
    // Of 56: what names its own kind of record changes it, or is refused for what it is.
    assert!(refused >= 45, "only {refused} of the hostile commands met somebody else's id");
    let mut conn = c.app.store().read().await.expect("a connection");
    let v = yixian_app::store::ledger::verify(&mut conn).await.expect("verified");
    assert!(v.ok, "{:?}", v.faults);
}

crate::on_postgres!(ids_of_other_records_harm_nobody_else, ids_of_another_kind_are_told_at_every_route);

/// The most text of a form is of the form, not of a field.
#[tokio::test]
async fn a_form_is_bounded_as_a_whole() {
    let c = Company::new().await;
    let long = "x".repeat(60_000);
    let names: Vec<String> = (0..40).map(|n| format!("f{n}")).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|n| (n.as_str(), long.as_str())).collect();
    for k in [Knock::upload("/sign-in", &many, &[]), Knock::post("/sign-in", &many)] {
        assert_eq!(c.knock(k).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    }
    // What a form of four fields may say, it may say in forty.
    assert_ne!(c.knock(Knock::upload("/sign-in", &many[..4], &[])).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    // A route that takes no files is sent none.
    let file = vec![0_u8; 2 << 20];
    let a = c.knock(Knock::upload("/sign-in", &[], &[("photo", "a.jpg", &file)])).await;
    assert_eq!(a.status, StatusCode::PAYLOAD_TOO_LARGE);
    for r in table().iter().filter(|r| r.method == "POST") {
        let body = r.terms().body();
        let most = match r.photos {
            Photos::OfNobody => 1 << 20,
            Photos::OfAnybody => 50 << 20,
            Photos::OfKnown if r.path == "/flow/foreign" => 400 << 20,
            Photos::OfKnown => 110 << 20,
        };
        assert!(body <= most, "{r:?} takes {body} bytes");
    }
}

async fn photos_kept(c: &Company) -> i64 {
    let mut conn = c.app.store().read().await.expect("a connection");
    yixian_app::store::file::addresses(&mut conn, "").await.expect("addresses").len() as i64
}

/// Whoever has proven no phone leaves nothing on the disk, and afterwards no more than an application needs.
#[tokio::test]
async fn photos_of_strangers_are_kept_after_the_code_only() {
    let c = Company::new().await;
    let messages = Messages::memory();
    c.app.send_messages_to(messages.clone());
    let (id, connection) = (c.id().to_string(), c.id().to_string());
    let fields = vec![
        ("command_id", id.as_str()),
        ("connection", connection.as_str()),
        ("applicant", "person"),
        ("name", "王青"),
        ("phone", "13987654321"),
        ("district", "昌平区"),
        ("address", "7 号"),
        ("use", "shop"),
        ("capacity", "15"),
    ];
    let pictures: Vec<Vec<u8>> = (0..8).map(|n| picture(ImageFormat::Png, 40 + n)).collect();
    let files: Vec<(&str, &str, &[u8])> = pictures.iter().map(|p| ("photo_identity", "a.png", p.as_slice())).collect();
    let send = async |more: &[(&str, &str)], files: &[(&str, &str, &[u8])]| {
        let all: Vec<(&str, &str)> = fields.iter().copied().chain(more.iter().copied()).collect();
        c.knock(Knock::upload("/apply", &all, files)).await
    };
    for go in ["code", "edit", "review", "send"] {
        send(&[("go", go)], &files[..2]).await;
        assert_eq!(photos_kept(&c).await, 0, "{go}");
    }
    let a = send(&[("go", "review"), ("code", "000000")], &files[..2]).await;
    assert_eq!((a.status, photos_kept(&c).await), (StatusCode::UNPROCESSABLE_ENTITY, 0));
    assert!(a.text().contains("照片要在填对验证码之后再传"), "{}", a.text());
    let sent = messages.sent().pop().expect("a message").1;
    let code = sent.split(|x: char| !x.is_ascii_digit()).find(|d| d.len() == 6).expect("a code").to_owned();
    let a = send(&[("go", "review"), ("code", &code)], &files).await;
    assert!(a.text().contains("一次最多 6 张照片"), "{}", a.text());
    assert_eq!(photos_kept(&c).await, 6);
}

/// A stranger's picture of many points is refused before it is decoded, and waits in a lane of its own.
#[tokio::test]
async fn costly_pictures_of_strangers_are_refused() {
    let c = Company::new().await;
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::GrayImage::new(6_000, 5_000).write_to(&mut bytes, ImageFormat::Png).expect("a picture");
    let bytes = bytes.into_inner();
    let refused = c.app.take_strangers_photo(bytes.clone().into()).await.expect_err("30 million points");
    assert!(format!("{refused:?}").contains("photo_too_many_pixels"), "{refused:?}");
    c.app.take_photo(bytes.into()).await.expect("of a colleague it is taken");
}

/// However many tokens somebody has, his commands are counted together.
#[tokio::test]
async fn commands_of_one_person_have_a_measure() {
    let c = Company::with(Options { commands_a_minute: NonZeroU32::new(5), ..Options::default() }).await;
    let tokens = [c.token(c.people[0]).await, c.token(c.people[0]).await];
    let other = c.token(c.chief).await;
    let raise = async |token: &str| {
        let body = json!({ "do": "raise_matter", "matter": c.id(), "kind": "problem", "origin": "counter", "category": "service", "unit": c.units[OWN], "words": "漏油" });
        c.knock(Knock::put(format!("/api/v1/commands/{}", c.id()), &body).token(token)).await
    };
    for n in 0..5 {
        assert!(raise(&tokens[n % 2]).await.status.is_success(), "{n}");
    }
    let a = raise(&tokens[0]).await;
    assert_eq!((a.status, a.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "60"), "{}", a.text());
    assert!(raise(&other).await.status.is_success(), "somebody else");
}

#[tokio::test]
async fn the_address_of_a_photo_opens_no_photo() {
    let c = Company::new().await;
    let of_a = c.person_in("of-a", OWN).await;
    let of_b = c.person_in("of-b", SIBLING).await;
    let png = picture(ImageFormat::Png, 33);
    let (a, b) = (c.actor(of_a).await, c.actor(of_b).await);
    let sha = c.app.take_photo_of(of_a, png.clone().into()).await.expect("a photo").as_str().to_owned();
    let raise = async |actor: &Actor, unit: usize| {
        let command = json!({ "do": "raise_matter", "matter": c.id(), "kind": "problem", "origin": "staff", "category": "service",
            "words": "照片", "unit": c.units[unit], "photos": [sha] });
        c.app.execute(actor, CommandId(c.id()), serde_json::from_value(command).expect("a command"), None).await
    };
    raise(&a, OWN).await.expect("his own photo");
    let cookie = c.enter(of_b).await;
    let photo = || Knock::get(format!("/files/{sha}")).cookie(&cookie);
    assert_eq!(c.knock(photo()).await.status, StatusCode::NOT_FOUND);
    let refused = raise(&b, SIBLING).await.expect_err("another's photo");
    assert_eq!(refused.code(), "invalid", "{refused:?}");
    assert_eq!(c.knock(photo()).await.status, StatusCode::NOT_FOUND, "and nothing of it is kept");
    // Whoever has the picture himself names it, though another has it too.
    let again = c.app.take_photo_of(of_b, png.into()).await.expect("a photo");
    assert_eq!(again.as_str(), sha);
    raise(&b, SIBLING).await.expect("his own copy");
    assert_eq!(c.knock(photo()).await.status, StatusCode::OK);
}

/// Every route with the id of a record of another kind, with one that is no id, and with one that nobody gave: told in words, never a fault of ours.
#[tokio::test]
async fn ids_of_another_kind_are_told_at_every_route() {
    let c = Company::new().await;
    let cookie = c.enter(c.chief).await;
    let n = c.names(OWN).await;
    let ids = [n.matter, n.plan, n.connection, n.visit, n.place, n.unit, n.person, Uuid::nil()];
    let others = ids.iter().map(Uuid::to_string).chain(["0".into(), "%00".into(), "../x".into(), "一".repeat(300)]);
    let others: Vec<String> = others.map(|id| enc(&id)).collect();
    let mut wrong = Vec::new();
    for route in table() {
        if !route.path.contains('{') {
            continue;
        }
        for id in &others {
            let mut path = String::new();
            for part in route.path.split('/').skip(1) {
                path = format!("{path}/{}", if part.starts_with('{') { id } else { part });
            }
            let knock = Knock::new(route.method.clone(), &path).with("sec-fetch-site", "same-origin").cookie(&cookie);
            let knock = match route.method.as_str() {
                "POST" if !path.starts_with("/api/") => knock.fields(&[("photos", id), ("unit", id), ("handler", id)]),
                "PUT" => knock.bytes("{}"),
                _ => knock,
            };
            let a = c.knock(knock).await;
            if a.status.is_server_error() {
                wrong.push(format!("{} {path}: {}", route.method, a.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
