//! The search box: what somebody may see is found by all it is known by, and nobody finds, or has counted, what he may not see.

use crate::support::*;
use serde_json::json;
use yixian_domain::ids::MatterId;
use yixian_domain::matter::PersonalData;
use yixian_domain::matter::privacy::Sight;

/// The part of a page that shows a group.
fn part(text: &str, group: &str) -> String {
    let from = text.find(&format!("aria-labelledby=\"h-{group}\"")).map(|at| &text[at..]).unwrap_or_default();
    from[..from.find("</section>").unwrap_or(from.len())].to_owned()
}

/// How many a group says there are.
fn counted(part: &str) -> usize {
    let told = part.split("class=\"muted\">").nth(1).unwrap_or_default();
    told.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0)
}

#[tokio::test]
async fn what_may_not_be_seen_is_neither_found_nor_counted() {
    let c = Company::new().await;
    let units = [ROOT, OWN, SIBLING, CHILD];
    let (mut matters, mut visits) = (Vec::new(), Vec::new());
    for unit in units {
        let (matter, _) = c.raise(unit, &[]).await;
        c.run(&json!({ "do": "comment", "matter": matter, "words": "独角兽 线索" })).await;
        let (connection, _) = c.apply(unit, &[]).await;
        c.run(&json!({ "do": "comment", "matter": connection, "words": "独角兽 线索" })).await;
        matters.extend([("matters", matter), ("connections", connection)]);
        visits.extend([c.visit(unit, true).await, c.visit(unit, false).await]);
    }
    let everybody: Vec<_> = c.people.iter().copied().chain([c.chief, c.guide]).collect();
    let (mut found, mut hidden, mut by_name) = (0, 0, 0);
    for person in everybody {
        let cookie = c.enter(person).await;
        let actor = c.actor(person).await;
        let search = async |text: &str| {
            let path = format!("/search?text={}", enc(text));
            c.knock(Knock::get(path).cookie(&cookie).with("accept-language", "en")).await.text()
        };
        let (by_words, by_caller, by_phone) =
            (search("独角兽").await, search("隐名").await, search("１３９ 1234 5678").await);
        let mut seen = [0, 0];
        for (group, id) in &matters {
            let path = format!("/matters/{id}");
            let sees = c.knock(Knock::get(&path).cookie(&cookie)).await.status.as_u16() < 400;
            let listed = |text: &str| part(text, group).contains(&path);
            assert_eq!(listed(&by_words), sees, "{group} {id} by a remark");
            seen[usize::from(*group == "connections")] += usize::from(sees);
            // By the caller only where his name and phone may be shown.
            let open = sees && {
                let (_, sights) = c.app.personal_data(&actor, MatterId(*id)).await.expect("a matter that he sees");
                [PersonalData::Name, PersonalData::Phone].iter().all(|d| sights.see(*d) >= Sight::OnPurpose)
            };
            assert_eq!((listed(&by_caller), listed(&by_phone)), (open, open), "{group} {id} by its caller");
            by_name += usize::from(open);
            let page =
                c.app.matter_page(&yixian_domain::access::Actor::System, MatterId(*id)).await.expect("it is there");
            let by_number = search(&format!("2018-{:04}", page.n)).await;
            assert_eq!(part(&by_number, group).contains(&path), sees, "{group} {id} by its number");
            if sees { found += 1 } else { hidden += 1 }
        }
        for (group, n) in ["matters", "connections"].iter().zip(seen) {
            assert_eq!(counted(&part(&by_words, group)), n, "{group} are counted as they are shown");
        }
        // Visits by the name and by the code of their place; those without notice only by who goes.
        for text in ["工地", "p-", "人员guide"] {
            let text = search(text).await;
            for id in &visits {
                let path = format!("/visits/{id}");
                let sees = c.knock(Knock::get(&path).cookie(&cookie)).await.status.as_u16() < 400;
                assert!(sees || !text.contains(&path), "a visit that he may not see: {id}");
                assert!(!sees || text.contains("人员guide") || text.contains(&path), "a visit that he may see: {id}");
            }
        }
    }
    assert!(found > 0 && hidden > 0 && by_name > 0, "{found} {hidden} {by_name}");
}

#[tokio::test]
async fn groups_are_short_and_say_that_there_is_more() {
    let c = Company::new().await;
    for _ in 0..12 {
        c.raise(OWN, &[]).await;
    }
    let cookie = c.enter(c.people[0]).await;
    let get = async |path: &str| c.knock(Knock::get(path).cookie(&cookie).with("accept-language", "en")).await.text();
    let text = get(&format!("/search?text={}", enc("私语"))).await;
    let shown = part(&text, "matters");
    assert_eq!((shown.matches("class=\"matter-title\"").count(), counted(&shown)), (10, 12));
    let more = shown.split("class=\"card-foot\"><a href=\"").nth(1).and_then(|t| t.split('"').next()).expect("more");
    let all = get(&more.replace("&#38;", "&").replace("&amp;", "&")).await;
    assert_eq!(part(&all, "matters").matches("class=\"matter-title\"").count(), 12);
    // Signs alone name nothing, and neither does what nobody wrote.
    for text in ["，。", "无此一词"] {
        let text = get(&format!("/search?text={}", enc(text))).await;
        assert!(text.contains("Nothing was found") && !text.contains("aria-labelledby=\"h-"), "{text}");
    }
    // Who has left is found by nothing; who serves is, by name and by code in any case.
    let found = get(&format!("/search?text={}", enc("Ｐ2"))).await;
    assert!(part(&found, "people").contains("人员p2"), "{found}");
}

/// Records of registers: whoever may open one's page finds it by its name and by its code, and nobody else does.
#[tokio::test]
async fn registers_are_found_by_whoever_may_open_them() {
    let c = Company::new().await;
    let mut records = Vec::new();
    for unit in [OWN, SIBLING] {
        let n = c.names(unit).await;
        records.extend([
            format!("/partners/{}", n.partner),
            format!("/programmes/{}", n.works),
            format!("/sections/{}", n.section),
            format!("/agreements/{}", n.agreement),
            format!("/conferences/{}", n.conference),
            format!("/documents/{}", n.document),
        ]);
    }
    // What a page of each is called, as somebody who sees all of them reads it.
    let chief = c.enter(c.chief).await;
    let called = async |path: &str| {
        let page = c.knock(Knock::get(path).cookie(&chief)).await.text();
        let title = page.split("<h1>").nth(1).and_then(|t| t.split("</h1>").next()).expect("a title").trim().to_owned();
        assert!(!title.is_empty(), "{path}");
        title
    };
    let (mut found, mut hidden) = (0, 0);
    for path in &records {
        let title = called(path).await;
        for person in c.people.iter().copied().chain([c.chief, c.guide]) {
            let cookie = c.enter(person).await;
            let opens = c.knock(Knock::get(path).cookie(&cookie)).await.status.is_success();
            let page = format!("/search?show=registers&text={}", enc(&title));
            let page = c.knock(Knock::get(page).cookie(&cookie)).await.text();
            let shown = part(&page, "registers");
            assert_eq!(shown.contains(&format!("\"{path}\"")), opens, "{title} {path}: {shown}");
            if opens { found += 1 } else { hidden += 1 }
        }
    }
    assert!(found > 20 && hidden > 5, "{found} found, {hidden} hidden");
}
