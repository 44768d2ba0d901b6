//! The matrix: every route of the table × who knocks × where the record lies. A route without a row
//! fails. Records outside sight are "not found", never "forbidden", so that guessing teaches nothing.

mod support;

use Expect::*;
use axum::http::{Method, StatusCode};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use support::*;
use yixian_web::Entry;
use yixian_web::routes::table;

/// What is expected of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    /// Shown, or done and sent on.
    Good,
    /// 401, or sent to sign in.
    SignIn,
    /// 403
    Forbidden,
    /// 404
    Missing,
    /// 422: allowed, but the empty form is not.
    Invalid,
    /// 422 at first, 429 for whoever goes on.
    Limited,
}

fn class(a: &Answer) -> Option<Expect> {
    Some(match a.status {
        StatusCode::SEE_OTHER if a.header("location").starts_with("/sign-in?next=") => SignIn,
        s if s.is_success() || s == StatusCode::SEE_OTHER => Good,
        StatusCode::UNAUTHORIZED => SignIn,
        StatusCode::FORBIDDEN => Forbidden,
        StatusCode::NOT_FOUND => Missing,
        StatusCode::UNPROCESSABLE_ENTITY => Invalid,
        _ => return None,
    })
}

/// A row: nobody; the six roles of [`ROLES`] on what lies in their sight (own unit, unit below); all
/// of them on what does not (sibling unit, unit above).
struct Row(&'static str, &'static str, Expect, [Expect; 6], [Expect; 6]);

const fn all(e: Expect) -> [Expect; 6] {
    [e; 6]
}
const ADMIN: [Expect; 6] = [Forbidden, Forbidden, Forbidden, Forbidden, Forbidden, Good];
const ADMIN_EMPTY: [Expect; 6] = [Forbidden, Forbidden, Forbidden, Forbidden, Forbidden, Invalid];
const ADMIN_ELSEWHERE: [Expect; 6] = [Forbidden, Forbidden, Forbidden, Forbidden, Forbidden, Missing];
const COORDINATOR: [Expect; 6] = [Forbidden, Forbidden, Forbidden, Forbidden, Good, Forbidden];
const COORDINATOR_EMPTY: [Expect; 6] = [Forbidden, Forbidden, Forbidden, Forbidden, Invalid, Forbidden];
const COORDINATOR_ELSEWHERE: [Expect; 6] = [Forbidden, Forbidden, Forbidden, Forbidden, Missing, Forbidden];
const PLANNER: [Expect; 6] = [Forbidden, Good, Forbidden, Forbidden, Good, Forbidden];
const PLANNER_EMPTY: [Expect; 6] = [Forbidden, Invalid, Forbidden, Forbidden, Invalid, Forbidden];

const ROWS: &[Row] = &[
    Row("GET", "/", SignIn, all(Good), all(Good)),
    Row("GET", "/sign-in", Good, all(Good), all(Good)),
    Row("POST", "/sign-in", SignIn, all(SignIn), all(SignIn)),
    Row("POST", "/sign-in/again", SignIn, all(SignIn), all(SignIn)),
    Row("POST", "/sign-out", Good, all(Good), all(Good)),
    Row("GET", "/enter/{secret}", Good, all(Good), all(Good)),
    Row("POST", "/enter/{secret}", Good, all(Good), all(Good)),
    Row("GET", "/setup/{secret}", Good, all(Good), all(Good)),
    Row("POST", "/setup/{secret}", Invalid, all(Invalid), all(Invalid)),
    Row("GET", "/password/{secret}", Good, all(Good), all(Good)),
    Row("POST", "/password/{secret}", Invalid, all(Invalid), all(Invalid)),
    Row("GET", "/matters", SignIn, all(Good), all(Good)),
    Row("GET", "/matters/new", SignIn, all(Good), all(Good)),
    Row("POST", "/matters/new", SignIn, all(Invalid), all(Invalid)),
    Row("GET", "/matters/{id}", SignIn, all(Good), all(Missing)),
    // Each action has a row of its own below; here the one that everybody in sight may do.
    Row("GET", "/matters/{id}/{action}", SignIn, all(Good), all(Missing)),
    Row("POST", "/matters/{id}/{action}", SignIn, all(Invalid), all(Missing)),
    Row("GET", "/inbox", SignIn, all(Good), all(Good)),
    Row("GET", "/tasks", SignIn, all(Good), all(Good)),
    Row("GET", "/visits", SignIn, all(Good), all(Good)),
    Row("GET", "/visits/new", SignIn, PLANNER, PLANNER),
    Row("POST", "/visits/new", SignIn, PLANNER_EMPTY, PLANNER_EMPTY),
    Row("GET", "/visits/{id}", SignIn, all(Good), all(Missing)),
    Row("POST", "/visits/{id}/start", SignIn, all(Forbidden), all(Missing)),
    Row("POST", "/visits/{id}/findings", SignIn, all(Forbidden), all(Missing)),
    Row("GET", "/visits/{id}/finish", SignIn, all(Forbidden), all(Missing)),
    Row("POST", "/visits/{id}/finish", SignIn, all(Forbidden), all(Missing)),
    Row("GET", "/visits/{id}/cancel", SignIn, COORDINATOR, all(Missing)),
    Row("POST", "/visits/{id}/cancel", SignIn, COORDINATOR_EMPTY, all(Missing)),
    Row("GET", "/visits/{id}/merge", SignIn, COORDINATOR, all(Missing)),
    Row("POST", "/visits/{id}/merge", SignIn, COORDINATOR_EMPTY, all(Missing)),
    // The register of places is everybody's of the company.
    Row("GET", "/places", SignIn, all(Good), all(Good)),
    Row("GET", "/places/{id}", SignIn, all(Good), all(Good)),
    // A plan holds visits without notice: only who plans for its unit sees it.
    Row("GET", "/planning", SignIn, COORDINATOR, COORDINATOR),
    Row("GET", "/planning/priorities", SignIn, COORDINATOR, COORDINATOR),
    Row("GET", "/planning/new", SignIn, COORDINATOR, COORDINATOR),
    Row("POST", "/planning/new", SignIn, COORDINATOR_EMPTY, COORDINATOR_EMPTY),
    Row("GET", "/planning/plans/{id}", SignIn, COORDINATOR, COORDINATOR_ELSEWHERE),
    Row("POST", "/planning/plans/{id}/stop", SignIn, COORDINATOR, COORDINATOR_ELSEWHERE),
    Row("GET", "/planning/plans/{id}/day", SignIn, COORDINATOR, COORDINATOR_ELSEWHERE),
    Row("GET", "/planning/plans/{id}/place", SignIn, COORDINATOR, COORDINATOR_ELSEWHERE),
    Row("GET", "/planning/plans/{id}/change", SignIn, COORDINATOR, COORDINATOR_ELSEWHERE),
    Row("POST", "/planning/plans/{id}/change", SignIn, COORDINATOR_EMPTY, COORDINATOR_ELSEWHERE),
    Row("GET", "/planning/plans/{id}/compare", SignIn, COORDINATOR, COORDINATOR_ELSEWHERE),
    Row("POST", "/planning/plans/{id}/adopt", SignIn, COORDINATOR_EMPTY, COORDINATOR_ELSEWHERE),
    Row("GET", "/planning/week", SignIn, all(Good), all(Good)),
    Row("POST", "/planning/calendar", SignIn, all(Good), all(Good)),
    Row("POST", "/planning/calendar/revoke", SignIn, all(Good), all(Good)),
    Row("GET", "/calendar/{secret}", Good, all(Good), all(Good)),
    Row("GET", "/figures", SignIn, all(Good), all(Good)),
    Row("GET", "/figures/{code}", SignIn, all(Good), all(Good)),
    Row("GET", "/flow", SignIn, all(Good), all(Good)),
    Row("GET", "/flow/cases", SignIn, all(Good), all(Good)),
    Row("GET", "/flow/rules", SignIn, all(Good), all(Good)),
    Row("GET", "/flow/warning", SignIn, all(Good), all(Good)),
    Row("GET", "/flow/warning/test", SignIn, all(Good), all(Good)),
    Row("GET", "/flow/compare", SignIn, all(Good), all(Good)),
    // A foreign log is the sender's own; without one there is nothing to analyse.
    Row("GET", "/flow/foreign", SignIn, all(Good), all(Good)),
    Row("POST", "/flow/foreign", SignIn, all(Invalid), all(Invalid)),
    Row("GET", "/me", SignIn, all(Good), all(Good)),
    Row("POST", "/me/locale", Good, all(Good), all(Good)),
    Row("POST", "/me/appearance", Good, all(Good), all(Good)),
    Row("POST", "/me/password", SignIn, all(Invalid), all(Invalid)),
    Row("POST", "/me/notices", SignIn, all(Good), all(Good)),
    Row("POST", "/me/tokens", SignIn, all(Invalid), all(Invalid)),
    Row("POST", "/me/tokens/{hash}/revoke", SignIn, all(Good), all(Good)),
    Row("GET", "/admin", SignIn, ADMIN, ADMIN),
    Row("GET", "/admin/units/{id}", SignIn, ADMIN, ADMIN_ELSEWHERE),
    Row("POST", "/admin/units/{id}", SignIn, ADMIN_EMPTY, ADMIN_EMPTY),
    Row("GET", "/admin/people/{id}", SignIn, ADMIN, ADMIN_ELSEWHERE),
    Row("POST", "/admin/people/{id}", SignIn, ADMIN_EMPTY, ADMIN_EMPTY),
    Row("POST", "/admin/people/{id}/link", SignIn, ADMIN, all(Forbidden)),
    Row("POST", "/admin/people/{id}/exempt", SignIn, ADMIN_EMPTY, ADMIN_ELSEWHERE),
    Row("GET", "/admin/places/{id}", SignIn, ADMIN, ADMIN),
    Row("POST", "/admin/places/{id}", SignIn, ADMIN_EMPTY, ADMIN_EMPTY),
    Row("GET", "/admin/import/{kind}", SignIn, ADMIN, ADMIN),
    Row("POST", "/admin/import/{kind}", SignIn, ADMIN_EMPTY, ADMIN_EMPTY),
    Row("GET", "/admin/ledger", SignIn, ADMIN, ADMIN),
    // Whoever has the link; who else he is makes no difference.
    Row("GET", "/r/{secret}", Good, all(Good), all(Good)),
    Row("POST", "/r/{secret}/rate", Invalid, all(Invalid), all(Invalid)),
    Row("POST", "/r/{secret}/comment", Invalid, all(Invalid), all(Invalid)),
    Row("GET", "/r/{secret}/files/{sha}", Good, all(Good), all(Good)),
    // An applicant has no account. A customer's link asks for the last digits of his phone first.
    Row("GET", "/apply", Good, all(Good), all(Good)),
    Row("POST", "/apply", Invalid, all(Invalid), all(Invalid)),
    Row("GET", "/c/{secret}", Good, all(Good), all(Good)),
    Row("POST", "/c/{secret}", Limited, all(Limited), all(Limited)),
    Row("POST", "/c/{secret}/rate", SignIn, all(SignIn), all(SignIn)),
    Row("POST", "/c/{secret}/papers", SignIn, all(SignIn), all(SignIn)),
    Row("GET", "/c/{secret}/files/{sha}", Missing, all(Missing), all(Missing)),
    Row("GET", "/connections", SignIn, all(Good), all(Good)),
    Row("GET", "/connections/new", SignIn, all(Good), all(Good)),
    Row("POST", "/connections/new", SignIn, all(Invalid), all(Invalid)),
    Row("GET", "/connections/figures", SignIn, all(Good), all(Good)),
    Row("GET", "/connections/figures/{part}", SignIn, all(Good), all(Good)),
    Row("GET", "/connections/leads", SignIn, all(Good), all(Good)),
    Row("GET", "/connections/{id}", SignIn, all(Good), all(Missing)),
    // A remark is everybody's in sight, and so is a paper; without its kind it is not taken.
    Row("GET", "/connections/{id}/{action}", SignIn, all(Good), all(Missing)),
    Row("POST", "/connections/{id}/{action}", SignIn, all(Invalid), all(Missing)),
    Row("GET", "/proposals", SignIn, all(Good), all(Good)),
    Row("GET", "/proposals/new", SignIn, all(Good), all(Good)),
    Row("POST", "/proposals/new", SignIn, all(Invalid), all(Invalid)),
    Row("GET", "/files/{sha}", SignIn, all(Good), all(Missing)),
    Row("GET", "/assets/{path}", Missing, all(Missing), all(Missing)),
    Row("GET", "/help", Good, all(Good), all(Good)),
    Row("GET", "/healthz", Good, all(Good), all(Good)),
    Row("GET", "/api/v1/openapi.json", Good, all(Good), all(Good)),
    Row("PUT", "/api/v1/commands/{id}", SignIn, all(Invalid), all(Invalid)),
    Row("GET", "/api/v1/matters", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/matters/{id}", SignIn, all(Good), all(Missing)),
    Row("GET", "/api/v1/connections", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/connections/{id}", SignIn, all(Good), all(Missing)),
    Row("GET", "/api/v1/visits", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/visits/{id}", SignIn, all(Good), all(Missing)),
    Row("GET", "/api/v1/places", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/units", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/figures", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/figures/{code}", SignIn, all(Good), all(Good)),
    Row("GET", "/api/v1/plans", SignIn, COORDINATOR, COORDINATOR),
    Row("GET", "/api/v1/plans/{id}", SignIn, COORDINATOR, COORDINATOR_ELSEWHERE),
    Row("GET", "/api/v1/priorities", SignIn, COORDINATOR, COORDINATOR),
    Row("POST", "/api/v1/files", SignIn, all(Invalid), all(Invalid)),
];

/// An action, the stage at which the law allows it, and the roles that may do it in their units.
const ACTIONS: &[(&str, &str, &[&str])] = &[
    ("assign", "raised", &["coordinator"]),
    ("merge", "raised", &["coordinator"]),
    ("refuse", "raised", &["coordinator"]),
    ("transfer", "assigned", &["coordinator"]),
    ("accept", "assigned", &["handler"]),
    ("ask_extension", "accepted", &["handler"]),
    ("ask_pause", "accepted", &["handler"]),
    ("advance", "accepted", &["handler"]),
    ("submit", "accepted", &["handler"]),
    ("decide", "asked", &["coordinator"]),
    ("resume", "paused", &["handler"]),
    ("verify", "submitted", &["verifier"]),
    ("return", "submitted", &["verifier"]),
    ("answer", "verified", &["coordinator"]),
    ("record_attempt", "answered", &["coordinator"]),
    ("rate", "answered", &[]),
    ("comment", "raised", &ROLES),
];

async fn real_path(c: &Company, n: &Names, path: &str) -> String {
    match path.split('/').nth(1) {
        Some("enter") => c.web.link(Entry::Person(c.people[0])).await.expect("a link"),
        Some("setup") => c.web.link(Entry::Setup).await.expect("a link"),
        Some("password") => c.web.link(Entry::Password(c.people[0])).await.expect("a link"),
        _ => n.path(c, path),
    }
}

static NEXT: AtomicUsize = AtomicUsize::new(0);

fn knock(method: &Method, path: &str, cookie: &str) -> Knock {
    // Another account each time: the limit on guessing is not what is asked here.
    let code =
        if path.starts_with("/sign-in") { NEXT.fetch_add(1, Ordering::Relaxed).to_string() } else { String::new() };
    let k = Knock::new(method.clone(), path).with("sec-fetch-site", "same-origin").cookie(cookie);
    match *method {
        Method::POST if path.starts_with("/api/") => k,
        Method::POST => k.fields(&[("code", &code)]),
        Method::PUT => k.bytes("{}"),
        _ => k,
    }
}

#[tokio::test]
async fn every_route_for_everybody_everywhere() {
    let c = Company::new().await;
    for unit in [SIBLING, CHILD] {
        c.person_in(&format!("s{unit}"), unit).await;
    }
    let mut names = Vec::new();
    for (relation, unit) in RELATIONS {
        names.push((relation, unit, c.names(unit).await));
    }
    let mut wrong = Vec::new();
    let mut seen = 0;
    for r in table() {
        let Some(Row(_, _, nobody, sight, beyond)) =
            ROWS.iter().find(|row| row.0 == r.method.as_str() && row.1 == r.path)
        else {
            wrong.push(format!("{} {} has no row", r.method, r.path));
            continue;
        };
        // What names no record is the same wherever records lie.
        let of_record = ["{id}", "{sha}"].iter().any(|name| r.path.contains(name));
        for (relation, unit, n) in names.iter().take(if of_record { names.len() } else { 1 }) {
            let mut cases = vec![("nobody", None, *nobody)];
            let expected = if matches!(*unit, OWN | CHILD) { sight } else { beyond };
            cases.extend(ROLES.iter().enumerate().map(|(i, role)| (*role, Some(c.people[i]), expected[i])));
            for (who, person, expected) in cases {
                let cookie = match person {
                    Some(p) => c.enter(p).await,
                    None => String::new(),
                };
                let path = real_path(&c, n, r.path).await;
                let from = (seen % 250) as u8;
                seen += 1;
                let a = c.knock(knock(&r.method, &path, &cookie).from(from)).await;
                let good = match expected {
                    Limited => {
                        a.status == StatusCode::UNPROCESSABLE_ENTITY || a.status == StatusCode::TOO_MANY_REQUESTS
                    }
                    e => class(&a) == Some(e),
                };
                if !good {
                    wrong.push(format!(
                        "{} {} by {who} on {relation}: {} {}, not {expected:?}",
                        r.method,
                        r.path,
                        a.status,
                        a.header("location")
                    ));
                }
                if expected == Missing || expected == Forbidden || expected == SignIn {
                    assert!(
                        !a.text().contains("private words") && !a.text().contains("13912345678"),
                        "{} tells {who} of {relation}",
                        r.path
                    );
                }
            }
        }
    }
    for row in ROWS {
        assert!(
            table().iter().any(|r| r.method.as_str() == row.0 && r.path == row.1),
            "{} {} is a row without a route",
            row.0,
            row.1
        );
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn every_action_for_every_role_everywhere() {
    let c = Company::new().await;
    let mut wrong = Vec::new();
    for action in yixian_domain::matter::MatterAction::ALL {
        let Some((name, stage, roles)) = ACTIONS.iter().find(|a| a.0 == action.as_str()) else {
            wrong.push(format!("{} has no row", action.as_str()));
            continue;
        };
        for (relation, unit) in RELATIONS {
            let (matter, _) = c.raise(unit, &[]).await;
            match *stage {
                "raised" => {}
                "asked" | "paused" => {
                    c.bring(matter, unit, "accepted").await;
                    c.run(&json!({ "do": "ask_pause", "matter": matter, "reason": "等料" })).await;
                    if *stage == "paused" {
                        c.run_as(
                            &c.actor(c.chief).await,
                            &json!({ "do": "decide", "matter": matter, "approve": true }),
                        )
                        .await;
                    }
                }
                s => c.bring(matter, unit, s).await,
            }
            for (i, role) in ROLES.iter().enumerate() {
                let cookie = c.enter(c.people[i]).await;
                for method in [Method::GET, Method::POST] {
                    let a = c.knock(knock(&method, &format!("/matters/{matter}/{name}"), &cookie)).await;
                    let expected = match (unit, roles.contains(role)) {
                        (SIBLING | ROOT, _) => Missing,
                        (_, false) => Forbidden,
                        _ if method == Method::GET => Good,
                        _ => Invalid,
                    };
                    if class(&a) != Some(expected) {
                        wrong.push(format!("{method} {name} by {role} on {relation}: {}, not {expected:?}", a.status));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn an_unannounced_visit_is_known_to_those_who_go_only() {
    let c = Company::new().await;
    let visit = c.visit(OWN, false).await;
    for p in c.people.iter().copied().chain([c.chief]) {
        let cookie = c.enter(p).await;
        for path in [format!("/visits/{visit}"), format!("/api/v1/visits/{visit}"), format!("/visits/{visit}/cancel")] {
            assert_eq!(c.knock(Knock::get(&path).cookie(&cookie)).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        for list in ["/visits?day=2018-05-02", "/api/v1/visits", "/", "/figures"] {
            let text = c.knock(Knock::get(list).cookie(&cookie)).await.text();
            assert!(!text.contains(&visit.to_string()), "{list}");
        }
    }
    let cookie = c.enter(c.guide).await;
    assert_eq!(c.knock(Knock::get(format!("/visits/{visit}")).cookie(&cookie)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_raisers_link_opens_his_matter_only() {
    let c = Company::new().await;
    let mine = c.names(OWN).await;
    let other = c.names(SIBLING).await;
    let page = c.knock(Knock::get(format!("/r/{}", mine.link))).await.text();
    assert!(page.contains("私语1") && !page.contains("私语2"));
    for (path, status) in [
        (format!("/r/{}/files/{}", mine.link, mine.sha), StatusCode::OK),
        (format!("/r/{}/files/{}", mine.link, other.sha), StatusCode::NOT_FOUND),
        (format!("/r/{}x", mine.link), StatusCode::NOT_FOUND),
        (format!("/r/{}", mine.matter), StatusCode::NOT_FOUND),
        (format!("/enter/{}", mine.link), StatusCode::NOT_FOUND),
        (format!("/password/{}", mine.link), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(c.knock(Knock::get(&path)).await.status, status, "{path}");
    }
    // The link is nobody's sign-in: pages of the company stay closed to whoever holds it.
    let a = c
        .knock(Knock::get(format!("/matters/{}", mine.matter)).cookie(&format!("yx_s={}", mine.link)).token(&mine.link))
        .await;
    assert_eq!(class(&a), Some(SignIn));
    // Verdict before an answer, and a staff action by link: neither.
    let a = c
        .knock(Knock::post(
            format!("/r/{}/rate", mine.link),
            &[("verdict", "solved"), ("command_id", &c.id().to_string())],
        ))
        .await;
    assert_eq!(a.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn links_do_only_what_they_are_for() {
    let c = Company::new().await;
    let secret = |path: String| path.rsplit('/').next().unwrap_or_default().to_owned();
    let (enter, set) = (
        secret(c.web.link(Entry::Person(c.chief)).await.expect("a link")),
        secret(c.web.link(Entry::Password(c.chief)).await.expect("a link")),
    );
    for (path, status) in [
        (format!("/enter/{enter}"), StatusCode::OK),
        (format!("/password/{enter}"), StatusCode::NOT_FOUND),
        (format!("/setup/{enter}"), StatusCode::NOT_FOUND),
        (format!("/enter/{set}"), StatusCode::NOT_FOUND),
        (format!("/password/{set}"), StatusCode::OK),
        (format!("/setup/{set}"), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(c.knock(Knock::get(&path)).await.status, status, "{path}");
        let posted = c.knock(Knock::post(&path, &[])).await;
        assert_eq!(posted.status == StatusCode::NOT_FOUND, status == StatusCode::NOT_FOUND, "{path}");
    }
}

on_postgres!(
    every_route_for_everybody_everywhere,
    an_unannounced_visit_is_known_to_those_who_go_only,
    a_raisers_link_opens_his_matter_only
);
