//! The matrix: every route of the table × who knocks × where the record lies. A route without a row
//! fails. Records outside sight are "not found", never "forbidden", so that guessing teaches nothing.

mod account;
mod agreements;
mod community;
mod conferences;
mod connections;
mod documents;
mod door;
mod figures;
mod flow;
mod households;
mod import;
mod indicators;
mod levels;
mod matters;
mod measures;
mod organisation;
mod outages;
mod partners;
mod planning;
mod praise;
mod programmes;
mod public;
mod search;
mod teams;
mod visits;

use crate::support::*;
use Expect::*;
use axum::http::{Method, StatusCode};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use yixian_domain::ids::By;
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
/// Who keeps what is the whole company's: whoever coordinates or administers anywhere.
const KEEPER: [Expect; 6] = [Forbidden, Forbidden, Forbidden, Forbidden, Good, Good];
const KEEPER_EMPTY: [Expect; 6] = [Forbidden, Forbidden, Forbidden, Forbidden, Invalid, Invalid];
const PLANNER: [Expect; 6] = [Forbidden, Good, Forbidden, Forbidden, Good, Forbidden];
const PLANNER_EMPTY: [Expect; 6] = [Forbidden, Invalid, Forbidden, Forbidden, Invalid, Forbidden];

/// The rows, slice by slice.
const ROWS: &[&[Row]] = &[
    account::ROWS,
    agreements::ROWS,
    matters::ROWS,
    visits::ROWS,
    planning::ROWS,
    programmes::ROWS,
    measures::ROWS,
    figures::ROWS,
    flow::ROWS,
    import::ROWS,
    indicators::ROWS,
    levels::ROWS,
    search::ROWS,
    organisation::ROWS,
    partners::ROWS,
    conferences::ROWS,
    documents::ROWS,
    community::ROWS,
    praise::ROWS,
    teams::ROWS,
    households::ROWS,
    outages::ROWS,
    public::ROWS,
    connections::ROWS,
    door::ROWS,
];

fn rows() -> impl Iterator<Item = &'static Row> {
    ROWS.iter().copied().flatten()
}

/// An action, the stage at which the law allows it, and the roles that may do it in their units.
const ACTIONS: &[(&str, &str, &[&str])] = &[
    ("relate", "raised", &["coordinator"]),
    ("assign", "raised", &["coordinator"]),
    ("merge", "raised", &["coordinator"]),
    ("separate", "merged", &["coordinator"]),
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
        Some("enter") => c.web.link(Entry::Person(c.people[0]), By::Rule).await.expect("a link"),
        Some("setup") => c.web.link(Entry::Setup, By::Rule).await.expect("a link"),
        Some("password") => c.web.link(Entry::Password(c.people[0]), By::Rule).await.expect("a link"),
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
        let Some(Row(_, _, nobody, sight, beyond)) = rows().find(|row| row.0 == r.method.as_str() && row.1 == r.path)
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
    for row in rows() {
        assert!(
            table().iter().any(|r| r.method.as_str() == row.0 && r.path == row.1),
            "{} {} is a row without a route",
            row.0,
            row.1
        );
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// A handler that asks for nobody, behind a route that asks for a person: only the layer stands before it.
#[tokio::test]
async fn a_stranger_is_answered_before_the_handler() {
    use tower::ServiceExt;
    use yixian_web::routes::{Route, Who, router};
    async fn careless() -> &'static str {
        "private words"
    }
    let c = Company::new().await;
    let cookie = c.enter(c.chief).await;
    let careless_table = || {
        let page = || axum::routing::get(careless).post(careless);
        vec![
            Route::new("get", "/careless", Who::Person, "A page", page),
            Route::new("get", "/api/v1/careless", Who::Person, "For programs", page),
            Route::new("get", "/open", Who::Anyone, "Open to all", page),
        ]
    };
    let ask = async |method: &str, path: &str, cookie: &str| {
        let request = axum::http::Request::builder()
            .method(method)
            .uri(path)
            .header("cookie", cookie)
            .header("sec-fetch-site", "same-origin")
            .body(axum::body::Body::empty())
            .expect("a request");
        let response = router(c.web.clone(), careless_table()).oneshot(request).await.expect("an answer");
        let to = response.headers().get("location").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        (response.status(), to)
    };
    let next = "/sign-in?next=%2Fcareless".to_owned();
    assert_eq!(ask("GET", "/careless", "").await, (StatusCode::SEE_OTHER, next.clone()));
    assert_eq!(ask("POST", "/careless", "").await, (StatusCode::SEE_OTHER, next));
    assert_eq!(ask("GET", "/api/v1/careless", "").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(ask("POST", "/api/v1/careless", "").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(ask("GET", "/open", "").await.0, StatusCode::OK);
    for path in ["/careless", "/api/v1/careless"] {
        assert_eq!(ask("GET", path, &cookie).await.0, StatusCode::OK, "{path}");
    }
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
                "merged" => {
                    let (into, _) = c.raise(unit, &[]).await;
                    c.run(&json!({ "do": "merge", "matter": matter, "into": into })).await;
                }
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
        secret(c.web.link(Entry::Person(c.chief), By::Rule).await.expect("a link")),
        secret(c.web.link(Entry::Password(c.chief), By::Rule).await.expect("a link")),
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

crate::on_postgres!(
    every_route_for_everybody_everywhere,
    an_unannounced_visit_is_known_to_those_who_go_only,
    a_raisers_link_opens_his_matter_only
);
