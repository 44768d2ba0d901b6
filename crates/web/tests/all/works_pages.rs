//! A section's page through the router: who was there, what it looked like before and after; and what a matter about it says.

use crate::support::*;
use serde_json::json;

#[tokio::test]
async fn a_section_shows_who_was_there_and_what_it_looked_like_before_and_after() {
    let c = Company::new().await;
    let other = c.section(OWN, true).await;
    let works = c.app.section_page(&yixian_domain::access::Actor::System, other).await.expect("a section").programme.id;
    let mut pictures = Vec::new();
    for side in [41, 42, 43] {
        let sha = c.app.take_photo(picture(image::ImageFormat::Png, side).into()).await.expect("a photo");
        pictures.push(sha.as_str().to_owned());
    }
    let section = c.id();
    let chief = c.actor(c.chief).await;
    c.run(&json!({ "do": "put_section", "section": section, "programme": works, "code": "S-77", "name": "丰峪胡同", "district": "东城区",
        "place": c.places[OWN], "metres": 900, "baselines": [{ "milestone": "start", "day": "2018-04-20" }] })).await;
    c.run_as(&chief, &json!({ "do": "approve_section", "section": section })).await;
    let cookie = c.enter(c.chief).await;
    let page = async || c.knock(Knock::get(format!("/sections/{section}")).cookie(&cookie)).await.text();
    let before = page().await;
    assert!(before.contains("还没有走访过") && !before.contains("施工前后对比"), "{before}");
    for (milestone, day, photo) in [
        ("survey", "2018-04-10", &pictures[0]),
        ("start", "2018-04-20", &pictures[1]),
        ("duct", "2018-05-01", &pictures[2]),
    ] {
        c.run(&json!({ "do": "report_milestone", "section": section, "milestone": milestone, "day": day, "photos": [photo],
            "without_permit": "抢工" })).await;
    }
    let visit = c.visit(OWN, true).await;
    c.run_as(
        &c.actor(c.guide).await,
        &json!({ "do": "start_visit", "visit": visit, "point": { "lat": 39.9, "lon": 116.3 } }),
    )
    .await;
    let after = page().await;
    let pair = after.split("施工前后对比").nth(1).and_then(|t| t.split("现场照片").next()).expect("a pair");
    for (shown, sha) in [(true, &pictures[0]), (false, &pictures[1]), (true, &pictures[2])] {
        assert_eq!(pair.contains(sha.as_str()), shown, "{pair}");
    }
    assert!(pair.find(&pictures[0]) < pair.find(&pictures[2]), "the first stands before the last: {pair}");
    assert!(after.contains(&format!("/visits/{visit}")) && after.contains("1 次，其中夜查 0 次"), "{after}");

    // A matter about it says so, to whoever sees the works.
    let (matter, partner) = (c.id(), c.partner().await.0);
    c.run(&json!({ "do": "raise_matter", "matter": matter, "kind": "problem", "origin": "staff", "category": "safety", "words": "围挡缺失",
        "unit": c.units[OWN], "about": { "kind": "section", "id": section } })).await;
    let told = c.knock(Knock::get(format!("/matters/{matter}")).cookie(&cookie)).await.text();
    assert!(told.contains(&format!("/sections/{section}")) && told.contains("项目（路段） · 丰峪胡同"), "{told}");
    c.run_as(&chief, &json!({ "do": "relate", "matter": matter, "about": { "kind": "partner", "id": partner }, "reason": "应由施工单位整改" })).await;
    let told =
        c.knock(Knock::get(format!("/matters/{matter}")).cookie(&cookie).with("accept-language", "en")).await.text();
    assert!(told.contains(&format!("/partners/{partner}")) && told.contains("Partner · 施工单位"), "{told}");
}
