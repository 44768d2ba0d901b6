//! What other people's pages send is refused, for every route that changes something; and nothing
//! changes by looking.

use crate::support::*;
use axum::http::{Method, StatusCode};
use yixian_web::routes::table;

async fn names(c: &Company) -> Names {
    Names { person: c.people[0].0, ..c.names(OWN).await }
}

/// What it is called, the headers, which token, and whether it passes.
type Case = (&'static str, &'static [(&'static str, &'static str)], &'static str, bool);

/// How a request vouches for where it comes from, and whether it gets past the guard.
const FROM: [Case; 13] = [
    ("same origin", &[("sec-fetch-site", "same-origin")], "good", true),
    ("same origin, no token", &[("sec-fetch-site", "same-origin")], "", true),
    ("same origin, another session's token", &[("sec-fetch-site", "same-origin")], "bad", false),
    ("typed by the person", &[("sec-fetch-site", "none")], "good", true),
    ("a sibling host", &[("sec-fetch-site", "same-site")], "good", false),
    ("another site", &[("sec-fetch-site", "cross-site")], "good", false),
    (
        "another site that says it is ours",
        &[("sec-fetch-site", "cross-site"), ("origin", "http://yixian.test")],
        "good",
        false,
    ),
    ("nothing said, good token", &[], "good", true),
    ("nothing said, bad token", &[], "bad", false),
    ("nothing said, no token", &[], "", false),
    ("our origin", &[("origin", "http://yixian.test")], "good", true),
    ("another origin", &[("origin", "http://elsewhere.test")], "good", false),
    ("a hidden origin", &[("origin", "null")], "good", false),
];

#[tokio::test]
async fn only_our_own_pages_change_anything() {
    let c = Company::new().await;
    let n = names(&c).await;
    for r in table().into_iter().filter(|r| r.method != Method::GET && !r.path.starts_with("/api/")) {
        for (what, headers, token, passes) in FROM {
            let cookie = c.enter(c.chief).await;
            let good = yixian_web::visitor::form_token(cookie.split_once('=').map(|(_, s)| s));
            let token = match token {
                "good" => good.as_str(),
                "bad" => "0123456789abcdef0123456789abcdef",
                _ => "",
            };
            let head = c.head().await;
            let path = n.path(&c, r.path);
            let mut k = Knock::new(r.method.clone(), &path)
                .cookie(&cookie)
                .from(7)
                .fields(&[("csrf", token), ("words", "打字")]);
            for (name, value) in headers {
                k = k.with(name, *value);
            }
            let a = c.knock(k).await;
            let stopped = a.text().contains("来自别的网站") || a.text().contains("您填写的内容还在");
            if !passes {
                assert!(
                    matches!(a.status, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND),
                    "{} {what}: {}",
                    r.path,
                    a.status
                );
                assert_eq!(c.head().await, head, "{} {what}", r.path);
                assert_eq!(a.cookie(), None, "{} {what}", r.path);
            }
            assert!(
                passes != stopped || a.status == StatusCode::NOT_FOUND || r.path.contains("/{action}"),
                "{} {what}: {}",
                r.path,
                a.status
            );
        }
    }
}

#[tokio::test]
async fn the_api_with_a_cookie_needs_the_browsers_word() {
    let c = Company::new().await;
    for r in table().into_iter().filter(|r| r.method != Method::GET && r.path.starts_with("/api/")) {
        for (what, headers, passes) in [
            ("same origin", Some(("sec-fetch-site", "same-origin")), true),
            ("a sibling host", Some(("sec-fetch-site", "same-site")), false),
            ("another site", Some(("sec-fetch-site", "cross-site")), false),
            ("another origin", Some(("origin", "http://elsewhere.test")), false),
            ("nothing said", None, false),
        ] {
            let path = r.path.replace("{id}", &c.id().to_string());
            let mut k = Knock::new(r.method.clone(), &path).cookie(&c.enter(c.chief).await);
            if let Some((name, value)) = headers {
                k = k.with(name, value);
            }
            let a = c.knock(k).await;
            assert_eq!(a.status != StatusCode::FORBIDDEN, passes, "{} {what}: {}", r.path, a.status);
            if !passes {
                assert_eq!(a.header("content-type"), "application/problem+json", "{} {what}", r.path);
            }
            // A token is sent by a program on purpose: no page of another site can.
            let token = c.token(c.chief).await;
            let a = c.knock(Knock::new(r.method.clone(), &path).token(&token)).await;
            assert_ne!(a.status, StatusCode::FORBIDDEN, "{} by token", r.path);
        }
    }
}

#[tokio::test]
async fn a_refusal_is_a_page_in_the_readers_language() {
    let c = Company::new().await;
    for (lang, words) in [("zh-CN", "来自别的网站"), ("en", "came from another site")] {
        let a = c
            .knock(
                Knock::new(Method::POST, "/matters/new")
                    .with("sec-fetch-site", "cross-site")
                    .with("accept-language", lang),
            )
            .await;
        assert_eq!(a.status, StatusCode::FORBIDDEN);
        assert!(a.header("content-type").starts_with("text/html"), "{}", a.header("content-type"));
        assert!(a.text().contains(words), "{}", a.text());
    }
}

#[tokio::test]
async fn looking_changes_nothing() {
    let c = Company::new().await;
    let n = names(&c).await;
    let links = [
        c.web.link(yixian_web::Entry::Person(c.chief), yixian_domain::ids::By::Rule).await.expect("a link"),
        c.web.link(yixian_web::Entry::Setup, yixian_domain::ids::By::Rule).await.expect("a link"),
    ];
    for who in std::iter::once(None).chain(c.people.iter().copied().chain([c.chief, c.guide]).map(Some)) {
        let cookie = match who {
            Some(p) => c.enter(p).await,
            None => String::new(),
        };
        let head = c.head().await;
        for r in table().into_iter().filter(|r| r.method == Method::GET) {
            let path = n.path(&c, r.path);
            let a = c.knock(Knock::get(&path).cookie(&cookie)).await;
            assert!(!a.status.is_server_error(), "{path}: {}", a.status);
            assert_eq!(a.cookie(), None, "{path}");
            assert_eq!(c.head().await, head, "{path}");
        }
        for link in &links {
            let a = c.knock(Knock::get(link).cookie(&cookie)).await;
            assert_eq!((a.status, a.cookie()), (StatusCode::OK, None), "{link}");
        }
        assert_eq!(c.head().await, head);
    }
}
