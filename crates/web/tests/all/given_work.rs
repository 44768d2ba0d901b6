//! Who may be given work: every door that names a unit or a person refuses whom the rule refuses, and pages offer nobody else.

use crate::support::*;
use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;
use yixian_app::AppError;
use yixian_domain::access::Actor;
use yixian_domain::ids::{CommandId, PersonId};

/// The code of what is wrong with a field; nothing where the command is carried out.
async fn fault(c: &Company, command: &Value) -> Option<(&'static str, String)> {
    let envelope = serde_json::from_value(command.clone()).expect("a command");
    match c.app.execute(&Actor::System, CommandId(c.id()), envelope, None).await {
        Ok(_) => None,
        Err(AppError::Invalid(all)) => all.first().map(|f| (f.field, f.code.to_string())),
        Err(e) => panic!("{command}: {e}"),
    }
}

/// Somebody with a role, from and to a day, and a unit that ended.
struct Unfit {
    left: Uuid,
    later: Uuid,
    viewer: PersonId,
    handler: PersonId,
    ended: Uuid,
}

async fn unfit(c: &Company) -> Unfit {
    let [left, later, ended] = [c.id(), c.id(), c.id()];
    for (id, code, from, to) in [(left, "left", None, Some("2018-05-01")), (later, "later", Some("2018-05-03"), None)] {
        c.run(&json!({ "do": "put_person", "person": id, "code": code, "name": format!("{code}其人"), "unit": c.units[OWN], "level": "staff",
            "specialty": "operations", "duty": true, "from": from, "to": to,
            "roles": [{ "role": "handler", "unit": c.units[OWN] }, { "role": "leader", "unit": c.units[OWN] }] }))
            .await;
    }
    c.run(&json!({ "do": "put_unit", "unit": ended, "code": "OLD", "name": "撤销的班组", "kind": "team", "parent": c.units[OWN], "to": "2018-04-30" }))
        .await;
    Unfit { left, later, viewer: c.people[0], handler: c.people[2], ended }
}

#[tokio::test]
async fn nobody_is_given_what_he_cannot_do() {
    let c = Company::new().await;
    let u = unfit(&c).await;
    let (matter, _) = c.raise(OWN, &[]).await;
    let assign = |unit: Uuid, handler: Uuid| json!({ "do": "assign", "matter": matter, "unit": unit, "handler": handler, "due": { "limit": "5wd" } });
    let own = c.units[OWN];
    let told = |field, code: &str| Some((field, code.to_owned()));
    for (command, want) in [
        (assign(own, Uuid::from_u128(7)), told("handler", "person")),
        (assign(own, u.left), told("handler", "person_left")),
        (assign(own, u.later), told("handler", "person_not_yet")),
        (assign(own, u.viewer.0), told("handler", "person_no_role")),
        (assign(c.units[SIBLING], u.handler.0), told("handler", "person_no_role")),
        (assign(u.ended, u.handler.0), told("unit", "unit_ended")),
        (assign(Uuid::from_u128(8), u.handler.0), told("unit", "unit")),
    ] {
        assert_eq!(fault(&c, &command).await, want, "{command}");
    }
    assert_eq!(fault(&c, &assign(own, u.handler.0)).await, None);
    let transfer = |unit: Uuid, handler: Uuid| json!({ "do": "transfer", "matter": matter, "unit": unit, "handler": handler, "reason": "换人" });
    for (command, want) in [
        (transfer(own, u.left), told("handler", "person_left")),
        (transfer(u.ended, u.handler.0), told("unit", "unit_ended")),
        (transfer(c.units[CHILD], u.viewer.0), told("handler", "person_no_role")),
        (transfer(c.units[CHILD], u.handler.0), None),
    ] {
        assert_eq!(fault(&c, &command).await, want, "{command}");
    }
    let visit = |leader: Uuid, companion: Uuid, host: Uuid, day: &str| {
        json!({ "do": "plan_visit", "visit": c.id(), "kind": "site", "place": c.places[OWN], "host": host, "leader": leader,
            "companions": [{ "person": companion, "duty": false }], "day": day, "announced": true, "purpose": "看现场" })
    };
    let (guide, mate) = (c.guide.0, u.handler.0);
    for (command, want) in [
        (visit(u.left, mate, own, "2018-05-02"), told("leader", "person_left")),
        (visit(guide, u.left, own, "2018-05-02"), told("companions", "person_left")),
        (visit(u.later, mate, own, "2018-05-02"), told("leader", "person_not_yet")),
        (visit(guide, mate, u.ended, "2018-05-02"), told("host", "unit_ended")),
        // On the day he begins he goes.
        (visit(u.later, mate, own, "2018-05-03"), None),
    ] {
        assert_eq!(fault(&c, &command).await, want, "{command}");
    }
    let visit = c.visit(OWN, true).await;
    let reschedule = json!({ "do": "reschedule_visit", "visit": visit, "leader": u.left });
    assert_eq!(fault(&c, &reschedule).await, told("leader", "person_left"));
    c.run(&json!({ "do": "start_visit", "visit": visit })).await;
    let found = json!({ "do": "record_finding", "visit": visit, "matter": c.id(), "kind": "problem", "category": "service", "words": "漏",
        "finding": { "put_right": { "unit": u.ended, "due": { "limit": "5wd" } } } });
    assert_eq!(fault(&c, &found).await, told("unit", "unit_ended"));
}

#[tokio::test]
async fn pages_offer_those_who_can() {
    let c = Company::new().await;
    let u = unfit(&c).await;
    let (matter, _) = c.raise(OWN, &[]).await;
    let page = c.knock(Knock::get(format!("/matters/{matter}/assign")).cookie(&c.enter(c.chief).await)).await;
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text();
    let offered = |id: Uuid| text.contains(&format!("value=\"{id}\""));
    assert!(offered(u.handler.0) && offered(c.units[OWN]), "{text}");
    for who in [u.left, u.later, u.viewer.0, u.ended] {
        assert!(!offered(who), "{who}");
    }
}
