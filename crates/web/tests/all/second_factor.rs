//! The second factor at the door: setting it, the step of sign-in that asks for it, recovery codes, who is made to have one.

use crate::support::*;
use axum::http::StatusCode;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use yixian_app::accounts::Whence;
use yixian_app::clock::real_now;
use yixian_domain::ids::PersonId;

/// The code an authenticator shows for a secret as it stands on the page, so many steps from now: RFC 6238 written a second time.
fn shown(secret: &str, from_now: i64) -> String {
    let bits: String = secret
        .chars()
        .map(|c| format!("{:05b}", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c).expect("base 32")))
        .collect();
    let key: Vec<u8> = bits.as_bytes().chunks_exact(8).map(|b| b.iter().fold(0, |n, d| n << 1 | (d & 1))).collect();
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).expect("a key");
    mac.update(&(real_now().0 / 30_000 + from_now).to_be_bytes());
    let h = mac.finalize().into_bytes();
    let at = usize::from(h[19] & 15);
    let n = h[at..at + 4].iter().fold(0_u32, |n, b| n << 8 | u32::from(*b)) & 0x7fff_ffff;
    format!("{:06}", n % 1_000_000)
}

async fn company(wanted: &str) -> Company {
    let c = Company::new().await;
    let settings = include_str!("../../../../rules/settings.toml")
        .replace("second_factor = \"off\"", &format!("second_factor = \"{wanted}\""));
    c.app.put_policy("settings", "settings.toml", settings).await.expect("settings");
    for who in [c.chief, c.guide] {
        c.app.set_password(who, PASSWORD.into(), &Whence::default()).await.expect("a password");
    }
    c
}

async fn first_step(c: &Company, code: &str) -> Answer {
    c.knock(Knock::post("/sign-in", &[("code", code), ("password", PASSWORD), ("next", "/matters")])).await
}

async fn second_step(c: &Company, asked: &Answer, typed: &str) -> Answer {
    let half = asked.field("half").expect("what is carried along");
    assert!(asked.text().contains("name=\"next\" value=\"/matters\""), "where he was going");
    c.knock(Knock::post("/sign-in/second", &[("half", &half), ("next", "/matters"), ("factor", typed)])).await
}

/// Sets somebody's second factor as he does on his page; gives secret and recovery codes.
async fn enrol(c: &Company, who: PersonId) -> (String, Vec<String>) {
    let cookie = c.enter(who).await;
    let page = c.knock(Knock::get("/me/second-factor").cookie(&cookie)).await;
    let text = page.text();
    assert!(text.contains("<svg") && !text.contains("otpauth"), "the address is in the picture alone");
    let secret = text.split("<code>").nth(1).and_then(|t| t.split('<').next()).expect("a secret").to_owned();
    let nonce = page.field("nonce").expect("what it is made from");
    let set = async |code: &str| {
        c.knock(Knock::post("/me/second-factor", &[("nonce", &nonce), ("code", code)]).cookie(&cookie)).await
    };
    assert_eq!(set("000000x").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The one before: the present one is kept for signing in.
    let done = set(&shown(&secret, -1)).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    let codes: Vec<String> =
        done.text().split("<li><code>").skip(1).filter_map(|t| Some(t.split('<').next()?.to_owned())).collect();
    assert_eq!(codes.len(), 8);
    let again = c.knock(Knock::get("/me/second-factor").cookie(&cookie)).await.text();
    assert!(!again.contains(&codes[0]) && !again.contains(&secret), "shown once");
    (secret, codes)
}

#[tokio::test]
async fn a_password_alone_opens_nothing_where_there_is_a_second_factor() {
    let c = company("off").await;
    let (secret, _) = enrol(&c, c.chief).await;
    let asked = first_step(&c, "chief").await;
    assert_eq!((asked.status, asked.cookie()), (StatusCode::OK, None), "{}", asked.text());
    for wrong in ["", "123", "no code at all", &shown(&secret, 40), &shown(&secret, -1), "1", "2", "3", "4", "5"] {
        let refused = second_step(&c, &asked, wrong).await;
        let told = (refused.status, refused.cookie());
        assert!(
            matches!(told, (StatusCode::UNPROCESSABLE_ENTITY | StatusCode::TOO_MANY_REQUESTS, None)),
            "{wrong}: {told:?}"
        );
    }
    // Ten tries at once, then five a minute, whoever guesses; somebody else is not held up by it.
    assert_eq!(second_step(&c, &asked, &shown(&secret, 0)).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(first_step(&c, "guide").await.header("location"), "/matters");
}

#[tokio::test]
async fn each_code_and_each_recovery_code_works_once() {
    let c = company("off").await;
    let (secret, codes) = enrol(&c, c.chief).await;
    let code = shown(&secret, 0);
    let asked = first_step(&c, "chief").await;
    let good = second_step(&c, &asked, &code).await;
    assert_eq!((good.status, good.header("location")), (StatusCode::SEE_OTHER, "/matters"));
    assert!(good.cookie().is_some());
    assert_eq!(
        second_step(&c, &asked, &code).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "looked over the shoulder"
    );
    // A recovery code, as somebody writes it down.
    let typed = codes[3].to_lowercase().replace('-', " ");
    assert_eq!(second_step(&c, &asked, &typed).await.status, StatusCode::SEE_OTHER);
    assert_eq!(second_step(&c, &asked, &typed).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let log = c.knock(Knock::get("/admin/security").cookie(&c.enter(c.chief).await)).await.text();
    assert!(log.contains("启用了两步验证") && log.contains("用了恢复码"), "{log}");
    // What is carried between the steps is nobody else's, and cannot be made up.
    let half = asked.field("half").expect("half").replacen(&c.chief.to_string(), &c.guide.to_string(), 1);
    let forged = c.knock(Knock::post("/sign-in/second", &[("half", &half), ("factor", &codes[4])])).await;
    assert_eq!((forged.status, forged.cookie()), (StatusCode::UNAUTHORIZED, None));
}

#[tokio::test]
async fn who_has_to_have_one_does_nothing_else_before() {
    for (wanted, chief, guide) in [("off", false, false), ("administrators", true, false), ("everybody", true, true)] {
        let c = company(wanted).await;
        for (who, made) in [(c.chief, chief), (c.guide, guide)] {
            let cookie = c.enter(who).await;
            let led = c.knock(Knock::get("/matters").cookie(&cookie)).await;
            let want = if made { (StatusCode::SEE_OTHER, "/me/second-factor") } else { (StatusCode::OK, "") };
            assert_eq!((led.status, led.header("location")), want, "{wanted}");
            let read = c.knock(Knock::get("/api/v1/matters").cookie(&cookie)).await.status;
            assert_eq!(read == StatusCode::UNAUTHORIZED, made, "{wanted}: {read}");
            if made {
                enrol(&c, who).await;
                assert_eq!(c.knock(Knock::get("/matters").cookie(&cookie)).await.status, StatusCode::OK);
            }
        }
    }
}

#[tokio::test]
async fn an_administrator_helps_who_lost_his_phone_and_nobody_else_does() {
    let c = company("off").await;
    enrol(&c, c.guide).await;
    let off = async |as_: PersonId| {
        let cookie = c.enter(as_).await;
        let path = format!("/admin/people/{}/second-factor/off", c.guide);
        c.knock(Knock::post(path, &[]).cookie(&cookie)).await.status
    };
    assert_eq!(off(c.people[5]).await, StatusCode::FORBIDDEN, "an administrator of another unit");
    assert!(c.app.has_second_factor(c.guide).await.expect("known"));
    assert_eq!(off(c.chief).await, StatusCode::SEE_OTHER);
    assert!(!c.app.has_second_factor(c.guide).await.expect("known"));
    assert_eq!(first_step(&c, "guide").await.header("location"), "/matters");
    let rows = c.app.verify().await.expect("verified");
    assert!(rows.ok, "{rows:?}");
}
