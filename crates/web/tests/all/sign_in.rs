//! Signing in: what guessing costs and teaches, when sessions and tokens end, links that work once.

use crate::support::*;
use axum::http::StatusCode;
use std::time::{Duration, Instant};
use yixian_app::accounts::{IDLE_MS, SESSION_MS, Whence};
use yixian_app::clock::real_now;
use yixian_app::mint::hash_secret;
use yixian_app::store::account::{Credential, CredentialKind};
use yixian_domain::ids::By;
use yixian_domain::ids::CommandId;
use yixian_web::{Entry, Options, Web};

async fn company() -> Company {
    let c = Company::new().await;
    c.app.set_password(c.chief, PASSWORD.into(), &Whence::default()).await.expect("a password");
    c
}

async fn sign_in(c: &Company, code: &str, password: &str, from: u8) -> Answer {
    c.knock(Knock::post("/sign-in", &[("code", code), ("password", password)]).from(from)).await
}

async fn is_in(c: &Company, cookie: &str) -> bool {
    c.knock(Knock::get("/matters").cookie(cookie)).await.status == StatusCode::OK
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_person_look_alike() {
    let c = company().await;
    let good = sign_in(&c, "chief", PASSWORD, 1).await;
    assert_eq!((good.status, good.header("location")), (StatusCode::SEE_OTHER, "/"));
    assert!(is_in(&c, &good.cookie().expect("a cookie")).await);
    let mut took = Vec::new();
    let mut pages = Vec::new();
    // Known with a password, known without one, unknown.
    for code in ["chief", "guide", "nobody-here"] {
        let mut best = Duration::MAX;
        for n in 0..3 {
            let began = Instant::now();
            let a = sign_in(&c, code, "not the password at all", 2 + n).await;
            best = best.min(began.elapsed());
            assert_eq!((a.status, a.cookie()), (StatusCode::UNAUTHORIZED, None), "{code}");
            let id = a.header("x-request-id").to_owned();
            pages.push(a.text().replace(code, "").replace(&id, ""));
        }
        took.push(best);
    }
    assert!(pages.windows(2).all(|w| w[0] == w[1]), "the pages differ");
    let (least, most) = (took.iter().min().expect("some"), took.iter().max().expect("some"));
    assert!(*most < *least * 3 + Duration::from_millis(50), "{took:?}");
    // A password is compared whole, spaces and case included.
    for near in [PASSWORD.to_uppercase(), format!(" {PASSWORD}"), PASSWORD[..PASSWORD.len() - 3].to_owned()] {
        assert_eq!(sign_in(&c, "chief", &near, 9).await.status, StatusCode::UNAUTHORIZED, "{near}");
    }
    assert_eq!(sign_in(&c, "chief", &"x".repeat(5_000), 9).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(&c, "chief\0", PASSWORD, 9).await.status, StatusCode::SEE_OTHER, "a NUL is nobody's code");
}

#[tokio::test]
async fn guessing_is_slowed_and_colleagues_are_not() {
    let c = company().await;
    let mut statuses = Vec::new();
    for _ in 0..12 {
        let a = sign_in(&c, "p0", "not the password at all", 50).await;
        if a.status == StatusCode::TOO_MANY_REQUESTS {
            assert!(a.header("retry-after").parse::<u32>().is_ok_and(|s| s > 0), "{}", a.header("retry-after"));
            assert!(a.text().contains("value=\"p0\""), "the code typed is still there");
        }
        statuses.push(a.status);
    }
    assert_eq!(statuses[0], StatusCode::UNAUTHORIZED);
    assert_eq!(statuses[11], StatusCode::TOO_MANY_REQUESTS);
    // Also with the case or a space changed: the account is what is guessed at.
    assert_eq!(sign_in(&c, " P0 ", "not the password at all", 50).await.status, StatusCode::TOO_MANY_REQUESTS);
    // Somebody else behind the same address still gets in.
    assert_eq!(sign_in(&c, "chief", PASSWORD, 50).await.status, StatusCode::SEE_OTHER);
    // What a client says of himself does not give him a new address.
    let mut last = StatusCode::OK;
    for n in 0..70 {
        let k = Knock::post("/sign-in", &[("code", &format!("guess-{n}")), ("password", &"x".repeat(300))])
            .from(60)
            .with("x-forwarded-for", format!("10.0.0.{n}"));
        last = c.knock(k).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_trusted_proxys_word_names_the_client() {
    let proxy = "192.0.2.70".parse().expect("an address");
    let c = Company::with(Options { trusted_proxies: vec![proxy], ..Options::default() }).await;
    let long = "x".repeat(300);
    let guess = |n: usize, forwarded: &str| {
        Knock::post("/sign-in", &[("code", &format!("g{n}")), ("password", &long)])
            .from(70)
            .with("x-forwarded-for", forwarded)
    };
    // The proxy adds the true address at the end; what stands before it is the client's invention.
    let mut last = StatusCode::OK;
    for n in 0..70 {
        last = c.knock(guess(n, &format!("10.0.0.{n}, 203.0.113.5"))).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(c.knock(guess(100, "203.0.113.6")).await.status, StatusCode::UNAUTHORIZED);
    // On a line of its own, or through two proxies of ours: the same client.
    assert_eq!(
        c.knock(guess(101, "10.9.9.9").with("x-forwarded-for", "203.0.113.5")).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    assert_eq!(c.knock(guess(102, "203.0.113.5, 192.0.2.70")).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn sessions_end() {
    let c = company().await;
    // By signing out: this one and no other.
    let (one, two) = (c.enter(c.chief).await, c.enter(c.chief).await);
    c.knock(Knock::post("/sign-out", &[]).cookie(&one)).await;
    assert!(!is_in(&c, &one).await && is_in(&c, &two).await);
    // By a new password: all.
    c.app.set_password(c.chief, format!("{PASSWORD} neu"), &Whence::default()).await.expect("a password");
    assert!(!is_in(&c, &two).await);
    // By age and by idleness.
    for (began, seen, lives) in [
        (SESSION_MS - 60_000, 1_000, true),
        (SESSION_MS + 1_000, 1_000, false),
        (IDLE_MS + 120_000, IDLE_MS + 1_000, false),
        (IDLE_MS, IDLE_MS - 60_000, true),
    ] {
        let (secret, now) = (c.app.mint().secret(), real_now().0);
        let (hash, person) = (hash_secret(&secret), c.chief);
        let at = |ago: i64| yixian_domain::time::Instant(now - ago);
        let (from, to, used) = (at(began), at(began - SESSION_MS), at(seen));
        let now = c.app.clock().now();
        let command = CommandId(c.app.mint().uuid(now));
        c.app
            .store()
            .write(async move |tx| {
                tx.under(command, now);
                let (token_hash, kind) = (hash.clone(), CredentialKind::Session);
                let (made_at, until) = (from.0, Some(to.0));
                let session = Credential { token_hash, kind, person, label: None, made_at, until, seen_at: None };
                tx.put_credential(&session).await?;
                tx.touch_credential(&hash, used).await
            })
            .await
            .expect("a session");
        assert_eq!(is_in(&c, &format!("yx_s={secret}")).await, lives, "begun {began} ms ago, seen {seen} ms ago");
    }
    // When the person's time in the company is over.
    let cookie = c.enter(c.people[0]).await;
    let token = c.token(c.people[0]).await;
    assert!(is_in(&c, &cookie).await);
    c.run(&serde_json::json!({ "do": "put_person", "person": c.people[0], "code": "p0", "name": "走了", "unit": c.units[OWN], "level": "staff", "specialty": "operations", "to": "2018-05-01" })).await;
    assert!(!is_in(&c, &cookie).await);
    assert_eq!(c.knock(Knock::get("/api/v1/matters").token(&token)).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_new_id_at_every_sign_in_and_what_is_offered_is_not_taken() {
    let c = company().await;
    let planted = "yx_s=planted-by-somebody-else";
    let a = c.knock(Knock::post("/sign-in", &[("code", "chief"), ("password", PASSWORD)]).cookie(planted)).await;
    let cookie = a.cookie().expect("a cookie");
    assert_ne!(cookie, planted);
    assert!(!is_in(&c, planted).await);
    assert!(cookie.len() > 40, "256 bits: {cookie}");
}

#[tokio::test]
async fn a_copy_of_the_database_opens_nothing() {
    let c = company().await;
    let (cookie, token) = (c.enter(c.chief).await, c.token(c.chief).await);
    let (_, link) = c.raise(OWN, &[]).await;
    let secret = cookie.split_once('=').expect("a cookie").1;
    let hashes = [hash_secret(secret), hash_secret(&token)];
    assert_eq!(c.app.ways_in(c.chief).await.expect("ways in")[1].hash, hashes[1]);
    // What is stored is not a way in.
    assert!(!is_in(&c, &format!("yx_s={}", hashes[0])).await);
    assert_eq!(c.knock(Knock::get("/api/v1/matters").token(&hashes[1])).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(c.knock(Knock::get(format!("/r/{}", hash_secret(&link)))).await.status, StatusCode::NOT_FOUND);
    c.app.close().await;
    for entry in std::fs::read_dir(c.folder()).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() || path.extension().is_some_and(|e| e == "key") {
            continue;
        }
        let bytes = std::fs::read(&path).expect("bytes");
        for plain in [secret, token.as_str(), link.as_str(), PASSWORD] {
            assert!(!bytes.windows(plain.len()).any(|w| w == plain.as_bytes()), "{} holds a secret", path.display());
        }
    }
}

#[tokio::test]
async fn a_revoked_token_opens_nothing() {
    let c = company().await;
    let (token, other) = (c.token(c.chief).await, c.token(c.people[0]).await);
    let get = |t: &str| Knock::get("/api/v1/matters").token(t);
    assert_eq!(c.knock(get(&token)).await.status, StatusCode::OK);
    // Only one's own.
    let cookie = c.enter(c.people[0]).await;
    c.knock(Knock::post(format!("/me/credentials/{}/end", hash_secret(&token)), &[]).cookie(&cookie)).await;
    assert_eq!(c.knock(get(&token)).await.status, StatusCode::OK);
    let cookie = c.enter(c.chief).await;
    c.knock(Knock::post(format!("/me/credentials/{}/end", hash_secret(&token)), &[]).cookie(&cookie)).await;
    let a = c.knock(get(&token)).await;
    assert_eq!((a.status, a.header("content-type")), (StatusCode::UNAUTHORIZED, "application/problem+json"));
    assert_eq!(c.knock(get(&other)).await.status, StatusCode::OK);
    // A bad token is not made good by a good cookie.
    assert_eq!(c.knock(get(&token).cookie(&cookie)).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_empty_company_is_set_up_once() {
    let (_fresh, app) = empty().await;
    let web = Web::new(app.clone(), Options::default());
    let (link, second) = (
        web.link(Entry::Setup, By::Rule).await.expect("a link"),
        web.link(Entry::Setup, By::Rule).await.expect("a link"),
    );
    let fields = |password: &'static str, again: &'static str| {
        [
            ("company", "市公司"),
            ("company_code", "BJ"),
            ("name", "管理员"),
            ("code", "admin"),
            ("password", password),
            ("again", again),
        ]
    };
    for (password, again) in [("short", "short"), (PASSWORD, "another password"), ("administrator", "administrator")] {
        let a = Knock::post(&link, &fields(password, again)).at(&web).await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY, "{password}");
        assert_eq!(a.field("company").as_deref(), Some("市公司"), "what was typed is kept");
        assert!(!a.text().contains(&format!("value=\"{password}\"")), "but no password");
    }
    assert!(!app.is_set_up().await.expect("an answer"));
    let a = Knock::post(&link, &fields(PASSWORD, PASSWORD)).at(&web).await;
    assert_eq!((a.status, a.header("location")), (StatusCode::SEE_OTHER, "/admin"));
    let cookie = a.cookie().expect("a cookie");
    assert_eq!(Knock::get("/admin").cookie(&cookie).at(&web).await.status, StatusCode::OK);
    assert_eq!(Knock::get(&link).at(&web).await.status, StatusCode::NOT_FOUND);
    assert_eq!(Knock::post(&link, &fields(PASSWORD, PASSWORD)).at(&web).await.status, StatusCode::NOT_FOUND);
    let a = Knock::post(&second, &fields(PASSWORD, PASSWORD)).at(&web).await;
    assert_eq!((a.status, a.cookie()), (StatusCode::NOT_FOUND, None), "a company is set up once, whatever the link");
}

#[tokio::test]
async fn the_demos_link_signs_in_by_its_button_and_a_password_link_works_once() {
    let c = Company::new().await;
    let demo = c.web.link(Entry::Person(c.people[1]), By::Rule).await.expect("a link");
    for _ in 0..2 {
        let a = c.knock(Knock::get(&demo)).await;
        assert_eq!((a.status, a.cookie()), (StatusCode::OK, None));
        let a = c.knock(Knock::post(&demo, &[])).await;
        assert!(is_in(&c, &a.cookie().expect("a cookie")).await);
    }
    let link = c.web.link(Entry::Password(c.people[1]), By::Rule).await.expect("a link");
    let a = c.knock(Knock::post(&link, &[("password", "p1p1p1p1p1p1p1"), ("again", "other")])).await;
    assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
    let a = c.knock(Knock::post(&link, &[("password", PASSWORD), ("again", PASSWORD)])).await;
    assert!(is_in(&c, &a.cookie().expect("a cookie")).await);
    assert_eq!(c.knock(Knock::get(&link)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(sign_in(&c, "p1", PASSWORD, 1).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_password_link_posted_five_times_at_once_opens_once() {
    let c = Company::new().await;
    let link = c.web.link(Entry::Password(c.people[1]), By::Rule).await.expect("a link");
    let tries: Vec<_> = (0..5)
        .map(|_| {
            let (web, post) = (c.web.clone(), Knock::post(&link, &[("password", PASSWORD), ("again", PASSWORD)]));
            tokio::spawn(async move { post.at(&web).await.status })
        })
        .collect();
    let mut statuses = Vec::new();
    for t in tries {
        statuses.push(t.await.expect("an answer"));
    }
    statuses.sort();
    assert_eq!(
        statuses,
        [
            StatusCode::SEE_OTHER,
            StatusCode::NOT_FOUND,
            StatusCode::NOT_FOUND,
            StatusCode::NOT_FOUND,
            StatusCode::NOT_FOUND
        ]
    );
}

#[tokio::test]
async fn an_administrators_second_link_ends_the_first() {
    let c = Company::new().await;
    let cookie = c.enter(c.chief).await;
    let mut links = Vec::new();
    for _ in 0..2 {
        let text =
            c.knock(Knock::post(format!("/admin/people/{}/link", c.people[0]), &[]).cookie(&cookie)).await.text();
        let secret = text
            .split("/password/")
            .nth(1)
            .and_then(|s| s.split(|ch: char| !ch.is_ascii_alphanumeric() && ch != '-' && ch != '_').next())
            .expect("a link");
        links.push(format!("/password/{secret}"));
    }
    for (link, status) in links.iter().zip([StatusCode::NOT_FOUND, StatusCode::OK]) {
        assert_eq!(c.knock(Knock::get(link)).await.status, status);
    }
}

#[tokio::test]
async fn a_password_link_ends_after_its_days() {
    let c = Company::with(Options { password_link_days: 0, ..Options::default() }).await;
    let (set, enter) = (
        c.web.link(Entry::Password(c.chief), By::Rule).await.expect("a link"),
        c.web.link(Entry::Person(c.chief), By::Rule).await.expect("a link"),
    );
    for (link, status) in [(&set, StatusCode::NOT_FOUND), (&enter, StatusCode::OK)] {
        assert_eq!(c.knock(Knock::get(link)).await.status, status);
    }
    let a = c.knock(Knock::post(&set, &[("password", PASSWORD), ("again", PASSWORD)])).await;
    assert_eq!((a.status, a.cookie()), (StatusCode::NOT_FOUND, None));
    assert_eq!(sign_in(&c, "chief", PASSWORD, 1).await.status, StatusCode::UNAUTHORIZED);
    // Who makes one is told how long it lives.
    let c = Company::new().await;
    let a =
        c.knock(Knock::post(format!("/admin/people/{}/link", c.people[0]), &[]).cookie(&c.enter(c.chief).await)).await;
    assert!(a.text().contains("7 天"), "{}", a.text());
}

#[tokio::test]
async fn guessing_links_is_slowed_and_a_known_link_is_not() {
    let c = Company::new().await;
    let (_, link) = c.raise(OWN, &[]).await;
    let known = Knock::get(format!("/r/{link}")).from(80);
    let mut statuses = Vec::new();
    for n in 0..60 {
        let path = [
            format!("/r/guess-{n}"),
            format!("/r/guess-{n}/files/{:064}", 0),
            format!("/password/guess-{n}"),
            format!("/enter/guess-{n}"),
        ][n % 4]
            .clone();
        let a = c.knock(Knock::get(path).from(80)).await;
        if a.status == StatusCode::TOO_MANY_REQUESTS {
            assert!(a.header("retry-after").parse::<u32>().is_ok_and(|s| s > 0));
            assert!(a.text().contains("尝试次数太多"), "{}", a.text());
        }
        statuses.push(a.status);
        // Whoever has a link shares the guesser's address without harm.
        assert_eq!(c.knock(known.clone()).await.status, StatusCode::OK);
    }
    assert_eq!((statuses[0], statuses[59]), (StatusCode::NOT_FOUND, StatusCode::TOO_MANY_REQUESTS));
    assert_eq!(c.knock(Knock::get("/r/guess").from(81)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_token_opens_the_api_and_its_photos_and_no_page() {
    let c = company().await;
    let token = c.token(c.chief).await;
    let sha = c.app.take_photo(picture(image::ImageFormat::Png, 20).into()).await.expect("a photo").as_str().to_owned();
    let (matter, _) = c.raise(OWN, std::slice::from_ref(&sha)).await;
    let get = |path: String| c.knock(Knock::get(path).token(&token));
    for path in [format!("/api/v1/matters/{matter}"), format!("/files/{sha}")] {
        assert_eq!(get(path.clone()).await.status, StatusCode::OK, "{path}");
    }
    for path in ["/".to_owned(), format!("/matters/{matter}"), "/admin".to_owned(), "/figures".to_owned()] {
        let a = get(path.clone()).await;
        assert!(a.header("location").starts_with("/sign-in"), "{path}: {}", a.status);
    }
    let head = c.head().await;
    let a = c
        .knock(
            Knock::post(format!("/matters/{matter}/comment"), &[("words", "x"), ("command_id", &c.id().to_string())])
                .token(&token),
        )
        .await;
    assert_eq!((a.status, c.head().await), (StatusCode::SEE_OTHER, head), "{}", a.header("location"));
}

#[tokio::test]
async fn nobody_is_sent_elsewhere() {
    let c = company().await;
    for next in [
        "//evil.test",
        "/\\evil.test",
        "/\t/evil.test",
        "https://evil.test",
        "/\r\nx: y",
        "javascript:alert(1)",
        "",
        "/\u{85}/evil.test",
    ] {
        let a = c.knock(Knock::post("/sign-in", &[("code", "chief"), ("password", PASSWORD), ("next", next)])).await;
        if a.status == StatusCode::TOO_MANY_REQUESTS {
            continue;
        }
        assert_eq!((a.status, a.header("location")), (StatusCode::SEE_OTHER, "/"), "{next:?}");
        let a =
            c.knock(Knock::get(format!("/sign-in?next={}", enc(next))).cookie(&a.cookie().expect("a cookie"))).await;
        assert_eq!(a.header("location"), "/", "{next:?}");
    }
    let a = c.knock(Knock::get("/matters/new")).await;
    assert_eq!(a.header("location"), "/sign-in?next=%2Fmatters%2Fnew");
}

#[tokio::test]
async fn a_stranger_locks_nobody_out() {
    let c = company().await;
    let first = sign_in(&c, "chief", PASSWORD, 1).await;
    let device = first
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .find_map(|v| v.strip_prefix("yx_d="))
        .and_then(|v| v.split(';').next())
        .map(|v| format!("yx_d={v}"))
        .expect("the device is remembered");
    // From one network: it is limited, and nobody else is.
    for _ in 0..12 {
        sign_in(&c, "chief", "not the password at all", 100).await;
    }
    let from_there = |password: &str| Knock::post("/sign-in", &[("code", "chief"), ("password", password)]).from(100);
    assert_eq!(c.knock(from_there(PASSWORD)).await.status, StatusCode::TOO_MANY_REQUESTS);
    let began = Instant::now();
    assert_eq!(sign_in(&c, "chief", PASSWORD, 2).await.status, StatusCode::SEE_OTHER);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    // The owner's own device passes, from that very network; a mark that somebody made up or that is of another account does not.
    assert_eq!(c.knock(from_there(PASSWORD).cookie(&device)).await.status, StatusCode::SEE_OTHER);
    let forged = format!("{}{}", &device[..device.len() - 1], if device.ends_with('0') { '1' } else { '0' });
    assert_eq!(c.knock(from_there(PASSWORD).cookie(&forged)).await.status, StatusCode::TOO_MANY_REQUESTS);
    let other = Knock::post("/sign-in", &[("code", "p0"), ("password", "x")]).from(101);
    for _ in 0..12 {
        c.knock(other.clone()).await;
    }
    assert_eq!(c.knock(other.cookie(&device)).await.status, StatusCode::TOO_MANY_REQUESTS);
    // From many networks: tries wait, and the right password still opens.
    let many: Vec<_> = (0..25)
        .map(|n| {
            let knock = Knock::post("/sign-in", &[("code", "chief"), ("password", "x")]).from(110 + n);
            let web = c.web.clone();
            tokio::spawn(async move { knock.at(&web).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let began = Instant::now();
    assert_eq!(sign_in(&c, "chief", PASSWORD, 3).await.status, StatusCode::SEE_OTHER);
    assert!(began.elapsed() >= Duration::from_secs(1), "an account under attack is slow: {:?}", began.elapsed());
    let began = Instant::now();
    assert_eq!(c.knock(from_there(PASSWORD).cookie(&device)).await.status, StatusCode::SEE_OTHER);
    assert!(began.elapsed() < Duration::from_secs(1), "and its owner's device is not: {:?}", began.elapsed());
    for one in many {
        one.await.expect("an answer");
    }
    // A device has few tries, too.
    let mut last = StatusCode::OK;
    for _ in 0..12 {
        last = c.knock(from_there("not the password at all").cookie(&device)).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_sign_ins_is_told_to_come_back() {
    let c = company().await;
    let flood: Vec<_> = (0..50)
        .map(|n| {
            let knock =
                Knock::post("/sign-in", &[("code", &format!("f{n}")), ("password", "not the password")]).from(7);
            let web = c.web.clone();
            tokio::spawn(async move { knock.at(&web).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let began = Instant::now();
    assert_eq!(sign_in(&c, "chief", PASSWORD, 8).await.status, StatusCode::SEE_OTHER);
    let took = began.elapsed();
    let mut busy = 0;
    for f in flood {
        let a = f.await.expect("an answer");
        if a.status == StatusCode::SERVICE_UNAVAILABLE {
            busy += 1;
            assert!(a.header("retry-after").parse::<u32>().is_ok_and(|s| s > 0));
        } else {
            assert_eq!(a.status, StatusCode::UNAUTHORIZED);
        }
    }
    assert!(busy >= 20, "only {busy} of 50 were told to come back");
    assert!(took < Duration::from_secs(5), "an honest sign-in took {took:?}");
}

#[tokio::test]
async fn signing_in_again_ends_the_session_of_this_browser_and_leavers_stay_out() {
    let c = company().await;
    let one = sign_in(&c, "chief", PASSWORD, 1).await.cookie().expect("a cookie");
    let elsewhere = sign_in(&c, "chief", PASSWORD, 2).await.cookie().expect("a cookie");
    let again = Knock::post("/sign-in", &[("code", "chief"), ("password", PASSWORD)]).from(1).cookie(&one);
    let two = c.knock(again).await.cookie().expect("a cookie");
    assert!(!is_in(&c, &one).await && is_in(&c, &two).await && is_in(&c, &elsewhere).await);
    c.app.set_password(c.people[0], PASSWORD.into(), &Whence::default()).await.expect("a password");
    let link = c.web.link(Entry::Person(c.people[0]), By::Rule).await.expect("a link");
    let feed = c.app.make_calendar_link(c.people[0]).await.expect("a link");
    assert_eq!(c.knock(Knock::get(format!("/calendar/{feed}"))).await.status, StatusCode::OK);
    c.run(&serde_json::json!({ "do": "put_person", "person": c.people[0], "code": "p0", "name": "走了", "unit": c.units[OWN], "level": "staff", "specialty": "operations", "to": "2018-05-01" })).await;
    assert_eq!(sign_in(&c, "p0", PASSWORD, 3).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(c.knock(Knock::post(&link, &[])).await.status, StatusCode::NOT_FOUND);
    assert_eq!(c.knock(Knock::get(format!("/calendar/{feed}"))).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_somebody_gets_in_with_is_listed_and_ended_by_him_and_by_administrators() {
    let c = company().await;
    let (me, leader) = (c.people[1], c.people[1]);
    let (mine, other) = (c.enter(me).await, c.enter(me).await);
    let (token, feed) = (c.token(me).await, c.app.make_calendar_link(me).await.expect("a link"));
    let page = c.knock(Knock::get("/me").cookie(&mine)).await.text();
    for word in ["登录与凭证", "本次登录", "接口令牌 · test", "日历订阅", "到期"] {
        assert!(page.contains(word), "{word}");
    }
    assert!(!page.contains(&token) && !page.contains(&feed), "no secrets");
    let hash = hash_secret(other.split_once('=').expect("a cookie").1);
    let a = c.knock(Knock::post(format!("/me/credentials/{hash}/end"), &[]).cookie(&mine)).await;
    assert_eq!(a.header("location"), "/me?done=ended");
    assert!(!is_in(&c, &other).await && is_in(&c, &mine).await);
    c.knock(Knock::post("/me/credentials/end", &[]).cookie(&mine)).await;
    assert!(is_in(&c, &mine).await, "but this one");
    assert_eq!(c.knock(Knock::get("/api/v1/matters").token(&token)).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(c.knock(Knock::get(format!("/calendar/{feed}"))).await.status, StatusCode::NOT_FOUND);
    // An administrator sees the same without the secrets, and ends it; one of a part does not, of those above him.
    let (chief, part) = (c.enter(c.chief).await, c.enter(c.people[5]).await);
    let at = format!("/admin/people/{leader}");
    assert!(c.knock(Knock::get(&at).cookie(&part)).await.text().contains("终止此人的全部登录"));
    assert!(c.knock(Knock::get("/admin/people/new").cookie(&part)).await.status.is_success());
    assert!(is_in(&c, &mine).await);
    c.knock(Knock::post(format!("{at}/credentials/end"), &[]).cookie(&part)).await;
    assert!(!is_in(&c, &mine).await);
    let a = c.knock(Knock::post(format!("/admin/people/{}/credentials/end", c.chief), &[]).cookie(&part)).await;
    assert!(!a.status.is_success() && is_in(&c, &chief).await, "{}", a.status);
    // All of it stands in the log: who may not administer does not read it, and a part's administrator reads of his own.
    let log = c.knock(Knock::get("/admin/security").cookie(&chief)).await;
    assert_eq!(log.status, StatusCode::OK);
    let log = log.text();
    for word in ["登录", "新建了凭证", "接口令牌", "终止了凭证", "管理员终止", "本人终止"] {
        assert!(log.contains(word), "{word}: {log}");
    }
    assert!(!log.contains("192.0.2") && !log.contains("127.0.0"), "no address");
    let own = c.knock(Knock::get("/admin/security").cookie(&part)).await.text();
    assert!(!own.contains("人员chief"), "{own}");
    let of_one =
        c.knock(Knock::get(format!("/admin/security?person={me}&from=2018-05-02")).cookie(&chief)).await.text();
    assert!(of_one.contains("人员p1"));
    let none = c.knock(Knock::get("/admin/security?from=2018-04-01&to=2018-04-02").cookie(&chief)).await.text();
    assert!(none.contains("这几天没有记录"));
    assert_eq!(c.knock(Knock::get("/admin/security").cookie(&c.enter(me).await)).await.status, StatusCode::FORBIDDEN);
    assert!(c.app.verify_database().await.expect("it reads").ok);
}

crate::on_postgres!(
    signing_in_again_ends_the_session_of_this_browser_and_leavers_stay_out,
    what_somebody_gets_in_with_is_listed_and_ended_by_him_and_by_administrators,
    sessions_end,
    a_password_link_posted_five_times_at_once_opens_once,
    a_revoked_token_opens_nothing,
    an_empty_company_is_set_up_once,
    a_token_opens_the_api_and_its_photos_and_no_page
);

#[tokio::test]
async fn after_sign_in_the_whole_address_is_there() {
    let c = Company::new().await;
    let a = c.knock(Knock::get("/matters?overdue=1&order=due")).await;
    assert_eq!(a.status, StatusCode::SEE_OTHER);
    assert_eq!(a.header("location"), "/sign-in?next=%2Fmatters%3Foverdue%3D1%26order%3Ddue");
    let page = c.knock(Knock::get(a.header("location").to_owned())).await;
    let text = page.text().replace("&#38;", "&").replace("&amp;", "&");
    assert!(text.contains("name=\"next\" value=\"/matters?overdue=1&order=due\""), "{text}");
}

/// The page that follows says it once, in the reader's language; what comes from the browser is never shown as it is.
#[tokio::test]
async fn what_was_done_is_said_on_the_next_page() {
    let c = Company::new().await;
    let (matter, _) = c.raise(ROOT, &[]).await;
    let cookie = c.enter(c.chief).await;
    let form = c.knock(Knock::get(format!("/matters/{matter}/comment")).cookie(&cookie)).await;
    let command = form.field("command_id").expect("a command");
    let path = format!("/matters/{matter}/comment");
    let sent = c.knock(Knock::post(&path, &[("command_id", &command), ("words", "等配件")]).cookie(&cookie)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let told = |a: &Answer| {
        let all = a.headers.get_all("set-cookie").iter().filter_map(|v| v.to_str().ok());
        all.filter(|v| v.starts_with("yx_done=")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(told(&sent)[0].starts_with("yx_done=matters.comment; Path=/; Max-Age=60; HttpOnly"), "{:?}", told(&sent));
    let follow = async |done: &str, lang: &str| {
        let knock = Knock::get(format!("/matters/{matter}")).cookie(&cookie).cookie(&format!("yx_done={done}"));
        c.knock(knock.with("accept-language", lang)).await
    };
    for (lang, words) in [("zh-CN", "“备注”已完成。"), ("en", "Done: Comment.")] {
        let page = follow("matters.comment", lang).await;
        assert!(page.text().contains(words), "{lang}: {}", page.text());
        assert!(told(&page)[0].contains("Max-Age=0"), "said once");
    }
    assert!(follow("matters.<b>x", "en").await.text().contains("Saved."), "what is not known is not shown");
    // A form that is refused did nothing.
    let refused = c.knock(Knock::post(&path, &[("command_id", &command), ("words", "")]).cookie(&cookie)).await;
    assert!(refused.status.is_client_error() && told(&refused).is_empty(), "{}", refused.status);
}
