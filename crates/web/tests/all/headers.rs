//! What every route answers with, whoever knocks: the security headers, cookies that scripts and
//! other sites do not get, no personal data in addresses.

use crate::support::*;
use axum::http::Method;
use yixian_domain::ids::By;
use yixian_web::routes::table;
use yixian_web::{Entry, Options};

async fn names(c: &Company) -> Names {
    // A picture of the matter's alone: one of an application is kept nowhere.
    let sha = c.app.take_photo(picture(image::ImageFormat::Png, 32).into()).await.expect("a photo").as_str().to_owned();
    let (matter, link) = c.raise(OWN, std::slice::from_ref(&sha)).await;
    Names { person: c.people[0].0, matter, link, sha, ..c.names(OWN).await }
}

fn check(a: &Answer, what: &str, tls: bool, file: bool) {
    let csp = a.header("content-security-policy");
    assert!(csp.contains("default-src 'none'"), "{what}: {csp}");
    if a.status.is_success() && file {
        assert!(csp.contains("sandbox") && !csp.contains("'self'"), "{what}: {csp}");
        assert_eq!(a.header("content-type"), "image/jpeg", "{what}");
        assert!(a.header("cache-control").starts_with("private"), "{what}");
    } else {
        assert!(
            csp.contains("frame-ancestors 'none'")
                && csp.contains("base-uri 'none'")
                && csp.contains("object-src 'none'")
                && csp.contains("form-action 'self'"),
            "{what}: {csp}"
        );
        assert!(!csp.contains("unsafe"), "{what}: {csp}");
        assert_eq!(a.header("cache-control"), "no-store", "{what}");
    }
    assert_eq!(a.header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(a.header("referrer-policy"), "no-referrer", "{what}");
    assert_eq!(a.header("cross-origin-opener-policy"), "same-origin", "{what}");
    assert_eq!(a.header("cross-origin-resource-policy"), "same-origin", "{what}");
    assert!(a.header("permissions-policy").contains("camera=(self), geolocation=(self)"), "{what}");
    assert!(!a.header("x-request-id").is_empty(), "{what}");
    let hsts = a.header("strict-transport-security");
    assert_eq!(hsts, if tls { "max-age=31536000; includeSubDomains" } else { "" }, "{what}");
    for cookie in a.headers.get_all("set-cookie").iter().filter_map(|v| v.to_str().ok()) {
        let session = cookie.starts_with("yx_s=") || cookie.starts_with("__Host-");
        assert!(cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{what}: {cookie}");
        assert!(!session || cookie.contains("HttpOnly"), "{what}: {cookie}");
        if tls && session {
            assert!(
                cookie.starts_with("__Host-s=")
                    && cookie.contains("; Secure")
                    && !cookie.to_lowercase().contains("domain="),
                "{what}: {cookie}"
            );
        }
    }
}

async fn every_route(tls: bool) {
    let c = Company::with(Options { tls, ..Options::default() }).await;
    let n = names(&c).await;
    for r in table() {
        for signed_in in [false, true] {
            // Each on a session of its own: signing out is among the routes.
            let cookie = if signed_in { c.enter(c.chief).await } else { String::new() };
            let path = n.path(&c, r.path);
            let a = c
                .knock(Knock::new(r.method.clone(), &path).with("sec-fetch-site", "same-origin").cookie(&cookie))
                .await;
            let what = format!("{} {path} {}", r.method, a.status);
            check(&a, &what, tls, r.path.contains("{sha}"));
            assert!(!a.status.is_server_error(), "{what}");
        }
    }
    for k in [
        Knock::get("/nowhere"),
        Knock::new(Method::DELETE, "/sign-in"),
        Knock::new(Method::TRACE, "/sign-in"),
        Knock::get("/api/v1/nowhere"),
        Knock::new(Method::POST, "/sign-in").with("sec-fetch-site", "cross-site"),
    ] {
        let a = c.knock(k.clone()).await;
        assert!(a.status.is_client_error());
        check(&a, &format!("{k:?}"), tls, false);
    }
}

#[tokio::test]
async fn every_route_sends_the_headers() {
    every_route(false).await;
}

#[tokio::test]
async fn over_tls_cookies_are_bound_to_the_host() {
    every_route(true).await;
}

#[tokio::test]
async fn browser_files_may_be_kept() {
    let c = Company::new().await;
    for asset in yixian_web::assets::ASSETS {
        let a = c.knock(Knock::get(format!("/assets/{}", asset.path))).await;
        assert!(a.header("cache-control").contains("immutable"), "{}", asset.path);
        assert_eq!(a.header("x-content-type-options"), "nosniff");
        assert_eq!(a.header("content-type"), asset.mime);
    }
}

#[tokio::test]
async fn every_way_in_sets_the_cookie_and_sign_out_takes_it() {
    for tls in [false, true] {
        let c = Company::with(Options { tls, ..Options::default() }).await;
        let link = c.web.link(Entry::Person(c.chief), By::Rule).await.expect("a link");
        let a = c.knock(Knock::post(&link, &[])).await;
        let cookie = a.cookie().expect("a cookie");
        check(&a, &link, tls, false);
        let a = c.knock(Knock::post("/sign-out", &[]).cookie(&cookie)).await;
        check(&a, "sign-out", tls, false);
        let set = a.header("set-cookie");
        assert!(set.contains("Max-Age=0"), "{set}");
        assert!(a.header("clear-site-data").contains("storage"));
    }
}

/// Names, phones and words never stand in an address: of the table, of links in pages, of redirects.
#[tokio::test]
async fn addresses_carry_no_personal_data() {
    let c = Company::new().await;
    let n = names(&c).await;
    for word in ["name", "phone", "token}", "password}"] {
        assert!(table().iter().all(|r| !r.path.contains(&format!("{{{word}"))), "{word}");
    }
    for r in table() {
        let cookie = c.enter(c.chief).await;
        let path = n.path(&c, r.path);
        let a =
            c.knock(Knock::new(r.method.clone(), &path).with("sec-fetch-site", "same-origin").cookie(&cookie)).await;
        let text = a.text();
        let links =
            text.split("href=\"").skip(1).chain(text.split("action=\"").skip(1)).filter_map(|l| l.split('"').next());
        for address in links.chain([a.header("location")]) {
            for canary in ["13912345678", "隐名", "%E9%9A%90%E5%90%8D", "私语", "%E7%A7%81%E8%AF%AD"] {
                assert!(!address.contains(canary), "{path}: {address}");
            }
        }
    }
}
