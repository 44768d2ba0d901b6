//! Planning through the doors: a form begins a plan, its page shows it, it is adopted, a leader's week and
//! calendar follow what happens to the visits; the same by JSON; what cannot be is said and loses nothing.

use crate::support::*;
use axum::http::StatusCode;
use icalendar::parser::{read_calendar, unfold};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;
use yixian_domain::ids::PersonId;

/// A company whose own unit has places that lie somewhere, and leaders who owe visits.
async fn company() -> Company {
    let c = Company::new().await;
    for i in 0..24_u32 {
        let kind = ["construction_site", "customer", "village"][i as usize % 3];
        c.run(&json!({ "do": "put_place", "place": c.id(), "code": format!("Q{i:02}"), "name": format!("工地 <{i}> & 村"), "kind": kind, "district": "昌平区", "area": "suburban",
            "point": { "lat": 40.2 + f64::from(i % 6) * 0.01, "lon": 116.2 + f64::from(i % 5) * 0.01 }, "unit": c.units[OWN] })).await;
    }
    c
}

fn coordinator(c: &Company) -> PersonId {
    c.people[ROLES.iter().position(|r| *r == "coordinator").expect("a coordinator")]
}

/// Waits until a plan's page is the plan.
async fn settled(c: &Company, path: &str, cookie: &str) -> Answer {
    for _ in 0..300 {
        let page = c.knock(Knock::get(path).cookie(cookie)).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        if page.text().contains("id=\"grid\"") {
            return page;
        }
        assert!(page.text().contains("<progress"), "neither a plan nor a search: {}", page.text());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the search does not end");
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_form_to_the_calendar() {
    let c = company().await;
    let cookie = c.enter(coordinator(&c)).await;
    let form = c.knock(Knock::get("/planning/new").cookie(&cookie)).await;
    let (command, plan) = (form.field("command_id").expect("an id"), form.field("plan").expect("a plan"));

    // What cannot be comes back with everything that was typed and says what to do.
    let wrong = [
        ("command_id", command.as_str()),
        ("plan", &plan),
        ("unit", "CP"),
        ("month", "2018-05"),
        ("seconds", "0"),
        ("duty", "7000"),
        ("travel", "55"),
    ];
    let again = c.knock(Knock::post("/planning/new", &wrong).cookie(&cookie)).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        (again.field("travel").as_deref(), again.field("duty").as_deref(), again.field("plan").as_deref()),
        (Some("55"), Some("7000"), Some(plan.as_str()))
    );
    assert!(
        again.text().contains("href=\"#seconds\"") && again.text().contains("href=\"#weights\""),
        "{}",
        again.text()
    );

    // Sent twice, one plan comes of it.
    let good =
        [("command_id", command.as_str()), ("plan", &plan), ("unit", "CP"), ("month", "2018-05"), ("seconds", "1")];
    let path = format!("/planning/plans/{plan}");
    for _ in 0..2 {
        let sent = c.knock(Knock::post("/planning/new", &good).cookie(&cookie)).await;
        assert_eq!((sent.status, sent.header("location")), (StatusCode::SEE_OTHER, path.as_str()));
    }
    let page = settled(&c, &path, &cookie).await;
    let list = c.knock(Knock::get("/planning").cookie(&cookie)).await.text();
    assert_eq!(list.matches(&path).count(), 1);
    assert!(page.text().contains("估算"), "a guess of minutes says that it is one");

    // Whoever polls for the end is sent to the whole page.
    let polled = c.knock(Knock::get(&path).cookie(&cookie).with("hx-request", "true")).await;
    assert_eq!(polled.header("hx-redirect"), path);

    // Adopted once; a second time is refused in words.
    let adopt = page.field("command_id").expect("an id");
    let done = c.knock(Knock::post(format!("{path}/adopt"), &[("command_id", &adopt)]).cookie(&cookie)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let twice =
        c.knock(Knock::post(format!("{path}/adopt"), &[("command_id", &c.id().to_string())]).cookie(&cookie)).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    assert!(twice.text().contains("已经采用过了"));

    // A leader's week and his calendar.
    let rows = c
        .app
        .visit_list(&yixian_domain::access::Actor::System, &yixian_app::visits::VisitFilter::default(), 500)
        .await
        .expect("visits");
    let first = rows.first().expect("a visit").clone();
    let leader = first.leader;
    let own: Vec<_> = rows.iter().filter(|r| r.leader == first.leader).collect();
    let mine = c.enter(leader).await;
    let week = yixian_domain::duty::IsoWeek::of(first.day);
    let page = c.knock(Knock::get(format!("/planning/week?week={week}")).cookie(&mine)).await.text();
    assert!(
        page.contains(&format!("/visits/{}", first.id)) && (page.contains("工地 &#60;") || page.contains("工地 &lt;"))
    );
    let made = c.knock(Knock::post("/planning/calendar", &[]).cookie(&mine)).await.text();
    let secret = made.split("/calendar/").nth(1).and_then(|s| s.split(['"', '<']).next()).expect("a link").to_owned();
    let link = format!("/calendar/{secret}");
    let feed = c.knock(Knock::get(&link)).await;
    assert_eq!((feed.status, feed.header("content-type")), (StatusCode::OK, "text/calendar; charset=utf-8"));
    let before = entries(&feed.text());
    assert_eq!(before.len(), own.len());
    let uid = format!("{}@yixian", first.id);
    assert_eq!(before[&uid]["STATUS"], "CONFIRMED");
    assert!(before.values().all(|e| e["DTSTART"].ends_with('Z') && e["DTSTART"].len() == 16), "instants in UTC");

    // What a visit is for stands in its entry.
    let (own, why) = (c.id(), "看 <临时用电>; 三相");
    c.run(&json!({ "do": "plan_visit", "visit": own, "kind": "site", "place": first.place, "host": c.units[OWN], "leader": leader,
        "day": "2018-05-30", "from": "10:00:00", "purpose": why, "announced": true })).await;
    let planned = entries(&c.knock(Knock::get(&link)).await.text());
    let about = &planned[&format!("{own}@yixian")]["DESCRIPTION"];
    assert!(about.contains(why), "{about}");

    // Moved and called off: the same UID, a higher SEQUENCE.
    c.run(&json!({ "do": "reschedule_visit", "visit": first.id, "day": "2018-05-31", "from": "14:00:00" })).await;
    let moved = entries(&c.knock(Knock::get(&link)).await.text());
    assert_eq!((moved[&uid]["SEQUENCE"].as_str(), moved[&uid]["DTSTART"].as_str()), ("1", "20180531T060000Z"));
    c.run(&json!({ "do": "cancel_visit", "visit": first.id, "reason": "停工" })).await;
    let off = entries(&c.knock(Knock::get(&link)).await.text());
    assert_eq!((off[&uid]["SEQUENCE"].as_str(), off[&uid]["STATUS"].as_str()), ("2", "CANCELLED"));
    assert!(!off[&uid].values().any(|v| v.contains("停工")), "the reason stays inside");

    // Another link ends the first; a revoked one opens nothing.
    c.knock(Knock::post("/planning/calendar", &[]).cookie(&mine)).await;
    assert_eq!(c.knock(Knock::get(&link)).await.status, StatusCode::NOT_FOUND);
    // Another leader's week is not for a leader's eyes.
    let other = c.people.iter().find(|p| **p != leader).expect("somebody else");
    if leader != coordinator(&c) {
        assert_eq!(
            c.knock(Knock::get(format!("/planning/week?leader={other}")).cookie(&mine)).await.status,
            StatusCode::NOT_FOUND
        );
    }
}

/// The events of a calendar by UID, read by a parser that is not ours.
fn entries(text: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    assert!(text.split("\r\n").all(|l| l.len() <= 75 && !l.contains('\n')), "lines are folded");
    let unfolded = unfold(text);
    let calendar = read_calendar(&unfolded).expect("a calendar");
    calendar
        .components
        .iter()
        .filter(|x| x.name == "VEVENT")
        .map(|x| {
            let of: BTreeMap<String, String> =
                x.properties.iter().map(|p| (p.name.to_string(), p.val.to_string())).collect();
            (of["UID"].clone(), of)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_by_json() {
    let c = company().await;
    let token = c.token(coordinator(&c)).await;
    let put =
        async |id: Uuid, body: Value| c.knock(Knock::put(format!("/api/v1/commands/{id}"), &body).token(&token)).await;
    let (id, plan) = (c.id(), c.id());
    let asked = json!({ "do": "make_plan", "plan": plan, "unit": c.units[OWN], "month": "2018-05", "iterations": 500, "changes": [{ "change": "urgent", "place": c.places[OWN], "points": 40 }] });
    let made = put(id, asked.clone()).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text());
    assert_eq!(put(id, asked).await.text(), made.text(), "the same receipt again");
    let read = async |path: String| {
        serde_json::from_str::<Value>(&c.knock(Knock::get(path).token(&token)).await.text()).expect("json")
    };
    let got = read(format!("/api/v1/plans/{plan}")).await;
    let stops: usize = got["plan"]["routes"]
        .as_array()
        .expect("routes")
        .iter()
        .map(|r| r["stops"].as_array().map_or(0, Vec::len))
        .sum();
    assert_eq!(got["summary"]["visits"].as_u64(), Some(stops as u64));
    assert!(stops > 0 && got["adoption"].is_null());
    let ranked = read("/api/v1/priorities?unit=CP&month=2018-05&limit=5".into()).await;
    let points: Vec<u64> =
        ranked["items"].as_array().expect("items").iter().filter_map(|i| i["points"].as_u64()).collect();
    assert!(points.len() == 5 && points.is_sorted_by(|a, b| a >= b), "{points:?}");
    assert_eq!(put(c.id(), json!({ "do": "adopt_plan", "plan": plan })).await.status, StatusCode::OK);
    let twice = put(c.id(), json!({ "do": "adopt_plan", "plan": plan })).await;
    assert_eq!(
        (twice.status, serde_json::from_str::<Value>(&twice.text()).expect("json")["code"].as_str().map(str::to_owned)),
        (StatusCode::CONFLICT, Some("plan_adopted".into()))
    );
    let bad = put(c.id(), json!({ "do": "make_plan", "plan": c.id(), "unit": c.units[OWN], "month": "2018-05", "seconds": 9999, "changes": [{ "change": "pin", "place": c.places[OWN] }] })).await;
    let errors = serde_json::from_str::<Value>(&bad.text()).expect("json")["errors"].as_array().map_or(0, Vec::len);
    assert_eq!((bad.status, errors), (StatusCode::UNPROCESSABLE_ENTITY, 2));
}
