//! The two levels through the router, without JavaScript, in both languages: the board, the matrix with its gaps, the burden with one
//! tap that makes two visits one, the records behind their figures, and the API.

use crate::support::*;
use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

/// A head who has been at a site that a station keeps, for as long as asked.
async fn been(c: &Company) -> Uuid {
    let head = c.id();
    c.run(&json!({ "do": "put_person", "person": head, "code": "AJ-1", "name": "安主任", "unit": c.units[ROOT], "level": "leadership_team",
        "specialty": "safety", "duty": true, "roles": [{ "role": "leader", "unit": c.units[ROOT] }] })).await;
    let visit = c.id();
    c.run(&json!({ "do": "plan_visit", "visit": visit, "kind": "site", "place": c.places[CHILD], "host": c.units[CHILD], "leader": head, "day": "2018-05-01" })).await;
    let actor = c.actor(yixian_domain::ids::PersonId(head)).await;
    for (what, at) in [("start_visit", "2018-05-01T09:00:00+08:00"), ("finish_visit", "2018-05-01T11:00:00+08:00")] {
        let mut body = json!({ "do": what, "visit": visit, "happened_at": at });
        if what == "start_visit" {
            body["point"] = json!({ "lat": 40.2, "lon": 116.2, "accuracy_m": 10.0 });
        }
        c.run_as(&actor, &body).await;
    }
    visit
}

/// Two visits of the guide that are planned at one place in one week.
async fn twice(c: &Company) -> (Uuid, Uuid) {
    let plan = async |day: &str| {
        let visit = c.id();
        c.run(&json!({ "do": "plan_visit", "visit": visit, "kind": "site", "place": c.places[OWN], "host": c.units[OWN], "leader": c.guide, "day": day })).await;
        visit
    };
    (plan("2018-05-09").await, plan("2018-05-10").await)
}

#[tokio::test]
async fn the_pages_tell_tiers_gaps_and_burden_in_both_languages() {
    let c = Company::new().await;
    been(&c).await;
    let cookie = c.enter(c.chief).await;
    let see = async |path: &str, lang: &str| {
        let a = c.knock(Knock::get(path).cookie(&format!("{cookie}; yx_lang={lang}"))).await;
        assert_eq!(a.status, StatusCode::OK, "{path}");
        let text = a.text();
        assert!(!text.contains('⟨'), "{path}: {text}");
        text
    };
    for (lang, tiers, gap) in [
        ("zh-CN", ["市公司本部", "二级单位机关", "工作月目标完成"], "缺"),
        ("en", ["Headquarters", "Unit offices", "Quotas of the campaign month"], "gap"),
    ] {
        let text = see("/two-levels?period=2018-05", lang).await;
        for word in tiers {
            assert!(text.contains(word), "{lang}: {word}: {text}");
        }
        // Every number leads to its records, and that page tells the same.
        let link = "/figures/activities?period=2018-05&#38;as_of=";
        assert!(text.contains(link) && text.contains("by=tier&#38;key=headquarters"), "{text}");
        let text = see("/two-levels/matrix?period=2018-05", lang).await;
        assert!(text.contains(gap) && text.contains("CP 公司"), "{text}");
        for path in [
            "/two-levels/burden?period=2018-05",
            "/two-levels?period=2018",
            "/two-levels/matrix?period=2018-04..2018-05",
            "/two-levels?period=2018-05&unit=CP",
            "/figures/activities?period=2018-05&by=tier",
            "/figures/persons_owing?period=2018-05&by=tier&key=unit",
            "/figures/person_visits_median?period=2018-05",
            "/figures/quota_met?period=2018-05&part=denominator",
            "/figures/cells_missing?period=2018-05&by=tier",
            "/figures/units_unseen?period=2018-05",
            "/figures/stations_overburdened?period=2018-05&part=denominator",
            "/figures/visits_put_right?period=2018-05",
        ] {
            see(path, lang).await;
        }
    }
    // The visits of a cell are a tap away.
    let text = see("/two-levels/matrix?period=2018-05", "zh-CN").await;
    let cell = text.split("cell=").nth(1).and_then(|rest| rest.split('#').next()).expect("a cell with visits");
    let text = see(&format!("/two-levels/matrix?period=2018-05&cell={cell}"), "zh-CN").await;
    assert!(text.contains("/visits/") && text.contains("安主任"), "{text}");
    for path in ["/two-levels?period=20018", "/two-levels/matrix?unit=XX", "/two-levels/burden?as_of=gestern"] {
        let odd = c.knock(Knock::get(path).cookie(&cookie)).await;
        assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    }
}

#[tokio::test]
async fn two_planned_visits_become_one_with_a_tap_by_whoever_may() {
    let c = Company::new().await;
    let (first, second) = twice(&c).await;
    let action = format!("/visits/{second}/merge");
    let see = async |p| {
        let cookie = c.enter(p).await;
        (c.knock(Knock::get("/two-levels/burden").cookie(&cookie)).await.text(), cookie)
    };
    // Who only looks sees them and cannot join them.
    let (text, _) = see(c.people[0]).await;
    assert!(text.contains(&format!("/visits/{second}")) && !text.contains(&action), "{text}");
    let (text, cookie) = see(c.chief).await;
    assert!(text.contains(&action) && text.contains("合并这两次"), "{text}");
    let page = c.knock(Knock::get("/two-levels/burden").cookie(&cookie)).await;
    let (command, csrf) = (page.field("command_id").expect("a command"), page.field("csrf").expect("a mark"));
    let fields = [("command_id", command.as_str()), ("csrf", csrf.as_str()), ("into", &first.to_string())];
    let done = c.knock(Knock::post(&action, &fields).cookie(&cookie)).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, format!("/visits/{second}").as_str()));
    let (text, _) = see(c.chief).await;
    assert!(!text.contains(&action) && text.contains("计划中没有同一周"), "{text}");
    // What goes unannounced is offered to nobody who may not know of it.
    for day in ["2018-05-15", "2018-05-16"] {
        c.run(&json!({ "do": "plan_visit", "visit": c.id(), "kind": "site", "place": c.places[OWN], "host": c.units[OWN], "leader": c.guide, "day": day, "announced": false })).await;
    }
    assert!(see(c.chief).await.0.contains("计划中没有同一周"));
}

#[tokio::test]
async fn programs_read_the_same_and_the_tiers_add_up() {
    let c = Company::new().await;
    been(&c).await;
    let token = c.token(c.chief).await;
    let get = async |path: &str| -> Value {
        let a = c.knock(Knock::get(path).token(&token)).await;
        assert_eq!(a.status, StatusCode::OK, "{path}: {}", a.text());
        a.json()
    };
    let board = get("/api/v1/two-levels?period=2018-05").await;
    let activities = |row: &Value| -> u64 {
        let all = row["figures"].as_array().expect("figures");
        all.iter().find(|f| f["figure"] == "activities").expect("activities")["numerator"].as_u64().expect("a number")
    };
    let rows = board["items"].as_array().expect("rows");
    let (whole, tiers): (Vec<_>, Vec<_>) = rows.iter().partition(|r| r["tier"].is_null());
    assert_eq!(whole.iter().map(|r| activities(r)).collect::<Vec<_>>(), [1]);
    assert_eq!(tiers.iter().map(|r| activities(r)).sum::<u64>(), 1);
    assert_eq!(board["led"], json!([{ "unit": "BJ", "activities": 1 }]));
    let matrix = get("/api/v1/two-levels/matrix?period=2018-05").await;
    let items = matrix["items"].as_array().expect("cells");
    let missing = items.iter().filter(|i| i["visits"] == 0).count();
    assert_eq!(json!(missing), matrix["missing"]["numerator"]);
    assert!(items.iter().filter(|i| i["visits"] == 0).all(|i| i["expected"] == true && i["first"].is_null()));
    let seen = items.iter().find(|i| i["visits"] == 1).expect("a cell with a visit");
    assert_eq!(
        (&seen["unit"], &seen["tier"], &seen["specialty"], &seen["first"]),
        (&json!("CP"), &json!("headquarters"), &json!("safety"), &json!("2018-05-01"))
    );
    let burden = get("/api/v1/two-levels/burden?period=2018-05").await;
    assert_eq!((burden["items"].clone(), burden["overburdened"]["denominator"].clone()), (json!([]), json!(1)));
}
