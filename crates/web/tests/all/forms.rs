//! Forms that cannot be taken: sent twice, late, with another's token, too large, with pictures that
//! are none. A clear answer in the reader's language, nothing typed is lost, nothing is doubled.

use crate::support::*;
use axum::http::{Method, StatusCode};
use image::ImageFormat;
use yixian_app::accounts::IDLE_MS;
use yixian_app::accounts::Whence;
use yixian_app::clock::real_now;
use yixian_app::mint::hash_secret;
use yixian_app::store::row;

const WORDS: &str = "站房门口的灯不亮 <b>夜间</b> & 看不清";

async fn matters(c: &Company) -> i64 {
    let mut conn = c.app.store().read().await.expect("a connection");
    let found = row!(&mut conn, (i64,), "SELECT COUNT(*) FROM event WHERE kind <> 'security'");
    found.expect("a count").expect("a row").0
}

fn fields<'a>(id: &'a str, matter: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("command_id", id),
        ("matter", matter),
        ("category", "problem/service"),
        ("origin", "counter"),
        ("words", WORDS),
        ("raiser_name", "王某"),
        ("raiser_phone", "13900001111"),
    ]
}

fn kept(a: &Answer) {
    let text = a.text();
    assert!(
        text.contains("站房门口的灯不亮 &#60;b&#62;夜间&#60;/b&#62; &#38; 看不清")
            || text.contains("站房门口的灯不亮 &lt;b&gt;夜间&lt;/b&gt; &amp; 看不清"),
        "the words are kept and escaped: {text}"
    );
    assert!(text.contains("王某") && text.contains("13900001111"), "name and phone are kept");
    assert!(!text.contains('⟨'), "a message is missing");
}

#[tokio::test]
async fn a_form_sent_twice_is_one_record() {
    let c = Company::new().await;
    let cookie = c.enter(c.chief).await;
    let (id, matter) = (c.id().to_string(), c.id().to_string());
    let before = matters(&c).await;
    let f = fields(&id, &matter);
    let send = || c.knock(Knock::post("/matters/new", &f).cookie(&cookie));
    // Each in a task of its own, as a server has it.
    let (web, knock) = (c.web.clone(), Knock::post("/matters/new", &f).cookie(&cookie));
    let other = tokio::spawn(async move { knock.at(&web).await });
    let (one, two) = (send().await, other.await.expect("it is answered"));
    let three = send().await;
    for a in [&one, &two, &three] {
        assert_eq!(
            (a.status, a.header("location")),
            (StatusCode::SEE_OTHER, format!("/matters/{matter}?registered=1").as_str())
        );
    }
    assert_eq!(matters(&c).await, before + 1);
    // Going back, changing the words and sending the same page again is told, and nothing is lost.
    let mut changed = f.clone();
    changed[4].1 = "别的事情";
    let a = c.knock(Knock::post("/matters/new", &changed).cookie(&cookie)).await;
    assert_eq!(a.status, StatusCode::CONFLICT);
    assert!(a.text().contains("别的事情"));
    assert_eq!(matters(&c).await, before + 1);
}

#[tokio::test]
async fn a_late_form_is_kept_and_sent_after_signing_in_again() {
    let c = Company::new().await;
    c.app.set_password(c.chief, PASSWORD.into(), &Whence::default()).await.expect("a password");
    let cookie = c.enter(c.chief).await;
    let page = c.knock(Knock::get("/matters/new").cookie(&cookie)).await;
    let (token, id, matter) = (
        page.field("csrf").expect("a token"),
        page.field("command_id").expect("an id"),
        page.field("matter").expect("an id"),
    );
    let mut f = fields(&id, &matter);
    f.push(("csrf", &token));
    c.knock(Knock::post("/sign-out", &[]).cookie(&cookie)).await;
    let before = matters(&c).await;
    for (lang, words) in [("zh-CN", "您填写的内容还在"), ("en", "what you typed")] {
        let late = c.knock(Knock::post("/matters/new", &f).cookie(&cookie).with("accept-language", lang)).await;
        assert_eq!(late.status, StatusCode::UNAUTHORIZED);
        kept(&late);
        assert!(late.text().to_lowercase().contains(words), "{}", late.text());
        assert_eq!(late.field("late-action").as_deref(), Some("/matters/new"));
    }
    assert_eq!(matters(&c).await, before);
    // Signing in again, first wrongly: still kept.
    let again = |password: &'static str| {
        let mut g: Vec<(String, String)> =
            f.iter().filter(|(k, _)| *k != "csrf").map(|(k, v)| (format!("late.{k}"), (*v).to_owned())).collect();
        g.extend([
            ("late-action".to_owned(), "/matters/new".to_owned()),
            ("code".into(), "chief".into()),
            ("password".into(), password.into()),
        ]);
        let g: Vec<(&str, &str)> = g.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        Knock::post("/sign-in/again", &g)
    };
    let wrong = c.knock(again("wrong password")).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    kept(&wrong);
    let ready = c.knock(again(PASSWORD)).await;
    assert_eq!(ready.status, StatusCode::OK);
    kept(&ready);
    assert!(!ready.text().contains(PASSWORD));
    let (cookie, token) = (ready.cookie().expect("a cookie"), ready.field("csrf").expect("a token"));
    f.pop();
    f.push(("csrf", &token));
    let sent = c.knock(Knock::new(Method::POST, "/matters/new").fields(&f).cookie(&cookie)).await;
    assert_eq!(
        (sent.status, sent.header("location")),
        (StatusCode::SEE_OTHER, format!("/matters/{matter}?registered=1").as_str())
    );
    assert_eq!(matters(&c).await, before + 1);
    // A late form never leads elsewhere.
    let a = c
        .knock(Knock::post(
            "/sign-in/again",
            &[("late-action", "//evil.test"), ("code", "chief"), ("password", PASSWORD)],
        ))
        .await;
    assert!(!a.text().contains("evil.test"));
}

#[tokio::test]
async fn anothers_token_changes_nothing_and_loses_nothing() {
    let c = Company::new().await;
    let (mine, other) = (c.enter(c.chief).await, c.enter(c.people[4]).await);
    let token = c.knock(Knock::get("/matters/new").cookie(&other)).await.field("csrf").expect("a token");
    let (id, matter) = (c.id().to_string(), c.id().to_string());
    let mut f = fields(&id, &matter);
    f.push(("csrf", &token));
    let before = matters(&c).await;
    for origin in [Some("same-origin"), None] {
        let mut k = Knock::new(Method::POST, "/matters/new").fields(&f).cookie(&mine);
        if let Some(o) = origin {
            k = k.with("sec-fetch-site", o);
        }
        let a = c.knock(k).await;
        assert_eq!(a.status, StatusCode::UNAUTHORIZED);
        kept(&a);
    }
    assert_eq!(matters(&c).await, before);
}

#[tokio::test]
async fn a_form_too_large_is_told() {
    let c = Company::new().await;
    let cookie = c.enter(c.chief).await;
    let before = matters(&c).await;
    let long = "字".repeat(10_001);
    let (id, matter) = (c.id().to_string(), c.id().to_string());
    let mut f = fields(&id, &matter);
    f[4].1 = &long;
    let a = c.knock(Knock::post("/matters/new", &f).cookie(&cookie)).await;
    assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(a.text().contains(&long), "too long, and still there");
    let huge = "x".repeat(300 * 1024);
    f[4].1 = &huge;
    for (lang, words) in [("zh-CN", "太大"), ("en", "Too large")] {
        for k in [Knock::post("/matters/new", &f), Knock::upload("/matters/new", &f, &[])] {
            let a = c.knock(k.cookie(&cookie).with("accept-language", lang)).await;
            assert_eq!(a.status, StatusCode::PAYLOAD_TOO_LARGE);
            assert!(a.text().contains(words), "{}", a.text());
        }
    }
    // Broken multipart, and fields without end.
    let a = c.knock(Knock::upload("/matters/new", &f, &[]).bytes("--edge\r\nContent-Dis").cookie(&cookie)).await;
    assert_eq!(a.status, StatusCode::BAD_REQUEST);
    let many: Vec<(&str, &str)> = (0..20_000).map(|_| ("a", "b")).collect();
    assert_eq!(
        c.knock(Knock::post("/matters/new", &many).cookie(&cookie)).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(matters(&c).await, before);
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |c, b| {
        (0..8).fold(c ^ u32::from(*b), |c, _| if c & 1 == 1 { (c >> 1) ^ 0xEDB8_8320 } else { c >> 1 })
    })
}

/// A PNG of few bytes that says it is so large.
fn bomb(w: u32, h: u32) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut ihdr = b"IHDR".to_vec();
    ihdr.extend_from_slice(&w.to_be_bytes());
    ihdr.extend_from_slice(&h.to_be_bytes());
    ihdr.extend_from_slice(&[8, 6, 0, 0, 0]);
    for chunk in [ihdr, b"IDAT\x78\x9c\x63\x00\x00\x00\x01\x00\x01".to_vec(), b"IEND".to_vec()] {
        out.extend_from_slice(&(chunk.len() as u32 - 4).to_be_bytes());
        out.extend_from_slice(&chunk);
        out.extend_from_slice(&crc(&chunk).to_be_bytes());
    }
    out
}

/// A JPEG with an EXIF block that holds a place.
fn with_gps() -> Vec<u8> {
    let jpeg = picture(ImageFormat::Jpeg, 64);
    let mut tiff = b"Exif\0\0II*\0\x08\0\0\0".to_vec();
    // One entry in IFD0: the pointer to GPS; in it one: latitude reference N, and a canary after it.
    tiff.extend_from_slice(&[1, 0, 0x25, 0x88, 4, 0, 1, 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend_from_slice(&[1, 0, 1, 0, 2, 0, 2, 0, 0, 0, b'N', 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend_from_slice(b"GPS-CANARY 40.2207N 116.2312E");
    let mut out = jpeg[..2].to_vec();
    out.extend_from_slice(&[0xFF, 0xE1]);
    out.extend_from_slice(&(tiff.len() as u16 + 2).to_be_bytes());
    out.extend_from_slice(&tiff);
    out.extend_from_slice(&jpeg[2..]);
    out
}

#[tokio::test]
async fn pictures_that_are_none_are_told_and_the_rest_is_kept() {
    let c = Company::new().await;
    let cookie = c.enter(c.chief).await;
    let good = picture(ImageFormat::Jpeg, 48);
    let cut = picture(ImageFormat::Png, 64);
    let large = [picture(ImageFormat::Jpeg, 16), vec![0; 9 * 1024 * 1024]].concat();
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec();
    let html = b"<html><script>alert(1)</script></html>".to_vec();
    let gif = b"GIF89a\x01\0\x01\0\0\0\0;".to_vec();
    let before = matters(&c).await;
    for (what, bytes, zh, en) in [
        ("empty", Vec::new(), "照片是空文件", "empty file"),
        ("truncated", cut[..cut.len() / 2].to_vec(), "不完整或已损坏", "incomplete or damaged"),
        ("a header only", b"\xFF\xD8\xFF\xE0".to_vec(), "照片不完整", "ends half-way"),
        ("half a JPEG", good[..good.len() / 2].to_vec(), "照片不完整", "ends half-way"),
        ("nine tenths of a JPEG", good[..good.len() * 9 / 10].to_vec(), "照片不完整", "ends half-way"),
        ("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), "HEIC", "HEIC"),
        ("50 megapixels and one row", bomb(50_000, 1_001), "百万像素", "million pixels"),
        ("four thousand million pixels", bomb(65_535, 65_535), "百万像素", "million pixels"),
        ("as wide as a number can be", bomb(0x7FFF_FFFF, 1), "百万像素", "million pixels"),
        ("9 MB", large, "8 MB", "8 MB"),
        ("SVG named .jpg", svg, "这不是照片", "not a picture"),
        ("HTML", html, "这不是照片", "not a picture"),
        ("GIF", gif, "这不是照片", "not a picture"),
    ] {
        for (lang, words) in [("zh-CN", zh), ("en", en)] {
            let (id, matter) = (c.id().to_string(), c.id().to_string());
            let k = Knock::upload(
                "/matters/new",
                &fields(&id, &matter),
                &[("photo", "good.jpg", &good), ("photo", "bad.jpg", &bytes)],
            );
            let a = c.knock(k.cookie(&cookie).with("accept-language", lang)).await;
            assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
            assert!(a.text().contains(words), "{what} in {lang}: {}", a.text());
            kept(&a);
            // The good one need not be chosen again.
            let sha = a.field("photos").unwrap_or_else(|| panic!("{what}: the good photo is kept"));
            assert_eq!(sha.len(), 64);
            let mut f = fields(&id, &matter);
            f.push(("photos", &sha));
            if what == "empty" && lang == "en" {
                let a = c.knock(Knock::post("/matters/new", &f).cookie(&cookie)).await;
                assert_eq!(a.status, StatusCode::SEE_OTHER);
                let page = c.knock(Knock::get(a.header("location")).cookie(&cookie)).await;
                assert!(page.text().contains(&format!("/files/{sha}")));
            }
        }
    }
    assert_eq!(matters(&c).await, before + 1);
    // Nothing chosen is no fault.
    let (id, matter) = (c.id().to_string(), c.id().to_string());
    let a = c.knock(Knock::upload("/matters/new", &fields(&id, &matter), &[("photo", "", b"")]).cookie(&cookie)).await;
    assert_eq!(a.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_is_kept_of_a_photo_is_the_picture_only() {
    let c = Company::new().await;
    let polyglot =
        [picture(ImageFormat::Jpeg, 40), b"<html><script>alert('POLYGLOT-CANARY')</script>".to_vec()].concat();
    let cookie = c.enter(c.chief).await;
    let gps = with_gps();
    assert!(gps.windows(10).any(|w| w == b"GPS-CANARY"));
    for (what, upload, canary) in
        [("a place in EXIF", gps, "GPS-CANARY"), ("a page behind the picture", polyglot, "POLYGLOT-CANARY")]
    {
        let sha = c.app.take_photo(upload.clone().into()).await.expect("a photo");
        assert_eq!(c.app.take_photo(upload.into()).await.expect("a photo"), sha, "the same again is the same");
        let (matter, _) = c.raise(OWN, &[sha.as_str().to_owned()]).await;
        let a = c.knock(Knock::get(format!("/files/{}", sha.as_str())).cookie(&cookie)).await;
        assert_eq!(a.status, StatusCode::OK, "{what} of {matter}");
        for gone in [canary.as_bytes(), b"Exif", b"<script", b"<html"] {
            assert!(!a.body.windows(gone.len()).any(|w| w == gone), "{what}: something of it is left");
        }
        assert_eq!(image::guess_format(&a.body).expect("a picture"), ImageFormat::Jpeg);
        assert_eq!((a.header("content-type"), a.header("x-content-type-options")), ("image/jpeg", "nosniff"));
        assert_eq!(a.header("content-security-policy"), "default-src 'none'; sandbox");
    }
}

#[tokio::test]
async fn a_photo_is_for_those_who_see_a_record_that_uses_it() {
    let c = Company::new().await;
    let sha = c.app.take_photo(picture(ImageFormat::Png, 50).into()).await.expect("a photo").as_str().to_owned();
    let (near, far) = (c.enter(c.people[0]).await, c.enter(c.person_in("far", SIBLING).await).await);
    let get = |cookie: &str| Knock::get(format!("/files/{sha}")).cookie(cookie);
    // Nobody's yet, not even the chief's.
    assert_eq!(c.knock(get(&c.enter(c.chief).await)).await.status, StatusCode::NOT_FOUND);
    c.raise(OWN, std::slice::from_ref(&sha)).await;
    assert_eq!(c.knock(get(&near)).await.status, StatusCode::OK);
    assert_eq!(c.knock(get(&far)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(c.knock(get("")).await.header("location"), format!("/sign-in?next=%2Ffiles%2F{sha}"));
    for path in [
        "/files/x",
        "/files/..%2Fsecret.key",
        "/files/%2e%2e%2f%2e%2e%2fyixian.db",
        "/files/字字字字字字字字",
        "/assets/..%2Fapp.css",
    ] {
        let path = path.replace('字', "%E5%AD%97");
        assert_eq!(c.knock(Knock::get(&path).cookie(&near)).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn who_is_not_signed_in_uploads_nothing() {
    let c = Company::new().await;
    let good = picture(ImageFormat::Jpeg, 30);
    let (id, matter) = (c.id().to_string(), c.id().to_string());
    let a = c.knock(Knock::upload("/matters/new", &fields(&id, &matter), &[("photo", "a.jpg", &good)])).await;
    assert!(matches!(a.status, StatusCode::SEE_OTHER | StatusCode::UNAUTHORIZED), "{}", a.status);
    let folder = std::fs::read_dir(c.folder().join("files")).expect("a folder");
    // Photos lie in folders of their own.
    assert_eq!(folder.filter_map(Result::ok).filter(|e| e.path().is_dir()).count(), 0);
}

#[tokio::test]
async fn a_late_forms_photos_are_kept_for_whom_we_know() {
    let c = Company::new().await;
    c.app.set_password(c.chief, PASSWORD.into(), &Whence::default()).await.expect("a password");
    let good = picture(ImageFormat::Jpeg, 31);
    let send = |cookie: &str, token: &str, id: &str, matter: &str| {
        let mut f = fields(id, matter);
        f.push(("csrf", token));
        c.knock(
            Knock::upload("/matters/new", &f, &[("photo", "a.jpg", &good), ("photo", "none.jpg", b"")]).cookie(cookie),
        )
    };
    let files = || std::fs::read_dir(c.folder().join("files")).map_or(0, Iterator::count);
    // His session ran out while he wrote: the photo is kept with the words, and goes with them.
    let (id, matter) = (c.id().to_string(), c.id().to_string());
    let cookie = c.enter(c.chief).await;
    let token = c.knock(Knock::get("/matters/new").cookie(&cookie)).await.field("csrf").expect("a token");
    let hash = hash_secret(cookie.split_once('=').expect("a cookie").1);
    let long_ago = yixian_domain::time::Instant(real_now().0 - IDLE_MS - 1_000);
    c.app.store().write(async move |tx| tx.touch_credential(&hash, long_ago).await).await.expect("a session");
    let late = send(&cookie, &token, &id, &matter).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
    kept(&late);
    let sha = late.field("late.photos").expect("the photo's address");
    assert!(late.text().contains("内容和照片"), "{}", late.text());
    let mut again: Vec<(String, String)> =
        fields(&id, &matter).iter().map(|(k, v)| (format!("late.{k}"), (*v).to_owned())).collect();
    again.extend(
        [("late.photos", sha.as_str()), ("late-action", "/matters/new"), ("code", "chief"), ("password", PASSWORD)]
            .map(|(k, v)| (k.to_owned(), v.to_owned())),
    );
    let again: Vec<(&str, &str)> = again.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let ready = c.knock(Knock::post("/sign-in/again", &again)).await;
    assert_eq!(ready.field("photos").as_deref(), Some(sha.as_str()));
    assert!(
        ready.text().contains("发生了什么") || ready.text().contains("填写的内容"),
        "the words stand under a name: {}",
        ready.text()
    );
    let mut f = fields(&id, &matter);
    f.push(("photos", &sha));
    let sent = c.knock(Knock::post("/matters/new", &f).cookie(&ready.cookie().expect("a cookie"))).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let page = c.knock(Knock::get(sent.header("location")).cookie(&ready.cookie().expect("a cookie"))).await;
    assert!(page.text().contains(&format!("/files/{sha}")));
    // One that was ended is nobody's any more.
    let before = files();
    c.knock(Knock::post("/sign-out", &[]).cookie(&ready.cookie().expect("a cookie"))).await;
    let other = picture(ImageFormat::Jpeg, 33);
    let gone = c
        .knock(
            Knock::upload("/matters/new", &fields(&id, &matter), &[("photo", "b.jpg", &other)])
                .with("x", "y")
                .cookie(&ready.cookie().expect("a cookie")),
        )
        .await;
    assert!(matches!(gone.status, StatusCode::SEE_OTHER | StatusCode::UNAUTHORIZED), "{}", gone.status);
    assert_eq!((gone.field("late.photos"), files()), (None, before));
}

/// A form of the organisation keeps its ids while they hold, and has new ones where they are spent.
#[tokio::test]
async fn a_form_of_the_organisation_keeps_its_ids_while_they_hold() {
    let c = Company::new().await;
    let cookie = c.enter(c.chief).await;
    let page = c.knock(Knock::get("/admin/units/new").cookie(&cookie)).await;
    let (command, id) = (page.field("command_id").expect("an id"), page.field("id").expect("an id"));
    let parent = c.units[OWN].to_string();
    let send = |kind: &'static str, name: &'static str, code: &'static str| {
        let f = [
            ("command_id", command.as_str()),
            ("id", id.as_str()),
            ("kind", kind),
            ("name", name),
            ("code", code),
            ("parent", parent.as_str()),
        ];
        c.knock(Knock::post("/admin/units/new", &f).cookie(&cookie))
    };
    // What could not be read was not carried out: sending again must not do it twice.
    let a = send("nothing", "抢修二班", "repair-2").await;
    assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!((a.field("command_id"), a.field("id")), (Some(command.clone()), Some(id.clone())));
    assert!(a.text().contains("抢修二班"));
    for _ in 0..2 {
        let a = send("team", "抢修二班", "repair-2").await;
        assert_eq!(
            (a.status, a.header("location")),
            (StatusCode::SEE_OTHER, format!("/admin/units/{id}?saved=1").as_str())
        );
    }
    // Going back and typing another unit: it becomes one of its own.
    let a = send("team", "抢修三班", "repair-3").await;
    assert_eq!(a.status, StatusCode::CONFLICT);
    let (next_command, next) = (a.field("command_id").expect("an id"), a.field("id").expect("an id"));
    assert!(next_command != command && next != id);
    let f = [
        ("command_id", next_command.as_str()),
        ("id", next.as_str()),
        ("kind", "team"),
        ("name", "抢修三班"),
        ("code", "repair-3"),
        ("parent", parent.as_str()),
    ];
    assert_eq!(c.knock(Knock::post("/admin/units/new", &f).cookie(&cookie)).await.status, StatusCode::SEE_OTHER);
    let directory = c.app.directory().await.expect("units");
    for code in ["repair-2", "repair-3"] {
        assert_eq!(directory.units().filter(|u| u.code == code).count(), 1, "{code}");
    }
}

crate::on_postgres!(
    a_form_sent_twice_is_one_record,
    a_late_form_is_kept_and_sent_after_signing_in_again,
    anothers_token_changes_nothing_and_loses_nothing,
    a_form_too_large_is_told,
    a_photo_is_for_those_who_see_a_record_that_uses_it,
    a_late_forms_photos_are_kept_for_whom_we_know,
);
