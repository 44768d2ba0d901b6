//! Outages through the router, without JavaScript, in both languages: a year at a glance, the list and its pages, a form that tells
//! every fault and loses nothing that was typed, the history of an outage, a file looked at and applied, and the API.

use crate::support::*;
use axum::http::StatusCode;
use serde_json::json;

/// Outages of a unit, an hour each, from the first of March on, and a storm.
async fn outages(c: &Company, n: usize) {
    c.served(OWN).await;
    for i in 0..n {
        let (month, day) = (i / 28 % 2 + 3, i % 28 + 1);
        let customers = if i == 5 { 60_000 } else { 100 + i };
        c.run(&json!({ "do": "record_outage", "outage": c.id(), "code": format!("P-{i:03}"), "facts": {
            "start": format!("2018-{month:02}-{day:02}T08:00:00+08:00"), "end": format!("2018-{month:02}-{day:02}T09:00:00+08:00"),
            "district": "昌平区", "unit": c.units[OWN], "level": "medium", "kind": if i % 2 == 0 { "planned" } else { "unplanned" },
            "customers": customers } })).await;
    }
}

#[tokio::test]
async fn a_year_is_read_at_a_glance_in_both_languages() {
    let c = Company::new().await;
    let cookie = c.enter(c.people[4]).await;
    let see = async |path: &str, lang: &str| {
        let a = c.knock(Knock::get(path).cookie(&format!("{cookie}; yx_lang={lang}"))).await;
        assert_eq!(a.status, StatusCode::OK, "{path}");
        let text = a.text();
        assert!(!text.contains('⟨'), "{path}: {text}");
        text
    };
    // Before anybody is served there is no index, and the page says so.
    assert!(see("/reliability", "zh-CN").await.contains("没有登记这一年的供电户数"));
    outages(&c, 56).await;
    let before = c.head().await;
    for (lang, words) in [("zh-CN", ["重大事件日", "供电可靠率", "昌平区"]), ("en", ["Major event", "ASAI", "昌平区"])]
    {
        let text = see("/reliability?year=2018", lang).await;
        for word in words {
            assert!(text.contains(word), "{lang}: {word}: {text}");
        }
        // Sixty thousand customer hours of a hundred thousand customers, apart from the rest.
        assert!(text.contains("36.00") && text.contains("role=\"img\"") && text.contains("url(#run-h)"), "{text}");
        assert!(text.contains("/outages?period=2018-03-06"), "the day leads to its outages: {text}");
        assert!(see("/reliability?year=2017", lang).await.contains("0.00"));
        for path in [
            "/outages",
            "/outages?period=2018-03&district=%E6%98%8C%E5%B9%B3%E5%8C%BA&kind=planned",
            "/outages/served",
            "/figures/saidi?period=2018&by=level",
        ] {
            see(path, lang).await;
        }
    }
    let odd = c.knock(Knock::get("/reliability?year=20018").cookie(&cookie)).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    let list = see("/outages", "zh-CN").await;
    let next =
        list.split("rel=\"next\"").next().and_then(|t| t.rsplit("href=\"").next()).and_then(|t| t.split('"').next());
    let next = next.expect("a second page").replace("&#38;", "&");
    let rest = see(&next, "zh-CN").await;
    assert!(list.contains("P-055") && !list.contains("P-005<") && rest.contains("P-005"), "{rest}");
    assert!(see("/outages?period=letztes", "zh-CN").await.contains("banner-bad"));
    assert_eq!(before, c.head().await, "looking changes nothing");
}

#[tokio::test]
async fn a_form_tells_every_fault_and_loses_nothing_and_an_outage_has_its_history() {
    let c = Company::new().await;
    c.served(OWN).await;
    let cookie = c.enter(c.people[4]).await;
    let page = c.knock(Knock::get("/outages/new").cookie(&cookie)).await;
    let (command, id) = (page.field("command_id").expect("an id"), page.field("id").expect("an id"));
    let unit = c.units[OWN].to_string();
    let sent = async |start: &str, end: &str, customers: &str| {
        let fields = [
            ("command_id", command.as_str()),
            ("id", &id),
            ("code", "T-77"),
            ("start", start),
            ("end", end),
            ("district", "昌平区"),
            ("unit", &unit),
            ("level", "high"),
            ("kind", "planned"),
            ("customers", customers),
            ("cause", "检修 & 改造"),
        ];
        c.knock(Knock::post("/outages/new", &fields).cookie(&cookie)).await
    };
    let bad = sent("2018-05-01T10:00", "2018-05-01T09:00", "-3").await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = bad.text();
    for told in
        ["恢复送电早于停电开始", "到 100000000 的整数", "T-77", "2018-05-01T09:00", "value=\"-3\"", "检修 &#38; 改造"]
    {
        assert!(text.contains(told), "{told}: {text}");
    }
    let bad = sent("vorgestern", "", "100001").await.text();
    assert!(bad.contains("看不懂") && bad.contains("vorgestern") && bad.contains("100001"), "{bad}");
    let done = sent("2018-05-01 10:00", "", "1,200").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let at = done.header("location").to_owned();
    let shown = c.knock(Knock::get(&at).cookie(&cookie)).await.text();
    assert!(shown.contains("停电中") && shown.contains("1,200") && shown.contains("高压"), "{shown}");
    let form = c.knock(Knock::get(format!("{at}/end")).cookie(&cookie)).await;
    let ended = c
        .knock(
            Knock::post(
                format!("{at}/end"),
                &[
                    ("command_id", form.field("command_id").expect("an id").as_str()),
                    ("rev", "1"),
                    ("end", "2018-05-01T11:30"),
                ],
            )
            .cookie(&cookie),
        )
        .await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.text());
    let edit = c.knock(Knock::get(format!("{at}/edit")).cookie(&cookie)).await;
    let fields = [
        ("command_id", edit.field("command_id").expect("an id")),
        ("id", id.clone()),
        ("rev", "2".into()),
        ("code", "T-77".into()),
        ("start", "2018-05-01T10:00".into()),
        ("end", "2018-05-01T11:30".into()),
        ("district", "昌平区".into()),
        ("unit", unit.clone()),
        ("level", "medium".into()),
        ("kind", "planned".into()),
        ("customers", "1300".into()),
        ("cause", "检修".into()),
        ("reason", "漏了一台箱变".into()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let fixed = c.knock(Knock::post(format!("{at}/edit"), &fields).cookie(&cookie)).await;
    assert_eq!(fixed.status, StatusCode::SEE_OTHER, "{}", fixed.text());
    let story = c.knock(Knock::get(&at).cookie(&cookie)).await.text();
    for told in ["漏了一台箱变", "1,200 → 1,300", "登记停电", "恢复送电", "更正停电记录"] {
        assert!(story.contains(told), "{told}: {story}");
    }
    let void = c.knock(Knock::get(format!("{at}/void")).cookie(&cookie)).await;
    let command = void.field("command_id").expect("an id");
    let sent = [("command_id", command.as_str()), ("rev", "3"), ("reason", "演练")];
    let gone = c.knock(Knock::post(format!("{at}/void"), &sent).cookie(&cookie)).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.text());
    assert!(c.knock(Knock::get(&at).cookie(&cookie)).await.text().contains("已作废"));
}

#[tokio::test]
async fn a_file_is_looked_at_and_applied_and_programs_read_the_same() {
    let c = Company::new().await;
    c.served(OWN).await;
    let cookie = c.enter(c.people[4]).await;
    let unit = c
        .app
        .directory()
        .await
        .expect("a directory")
        .units()
        .find(|u| u.id.0 == c.units[OWN])
        .expect("it")
        .code
        .clone();
    let upload = async |fields: &[(&str, &str)], table: Option<&str>| {
        let files: Vec<(&str, &str, &[u8])> = table.iter().map(|t| ("file", "停电.csv", t.as_bytes())).collect();
        c.knock(Knock::upload("/outages/import", fields, &files).cookie(&cookie)).await
    };
    let head = "code,start,end,district,unit,level,kind,customers,cause";
    let bad =
        upload(&[], Some(&format!("{head}\nX-1,2018-04-01 08:00,2018-04-01 07:00,昌平区,{unit},10kV,故障,100001,\n")))
            .await
            .text();
    assert!(
        bad.contains("恢复送电早于停电开始") && bad.contains("超过当天的供电户数") && !bad.contains("name=\"apply\""),
        "{bad}"
    );
    let preview =
        upload(&[], Some(&format!("{head}\nX-1,2018-04-01 08:00,2018-04-01 09:00,昌平区,{unit},10kV,故障,500,大风\n")))
            .await;
    assert!(preview.text().contains("X-1") && preview.text().contains("中压"), "{}", preview.text());
    let carried = preview.field("carried").expect("it is carried along");
    let done = upload(&[("carried", &carried), ("name", "停电.csv"), ("apply", "1")], None).await;
    assert!(done.text().contains("导入完成"), "{}", done.text());

    let token = c.token(c.people[4]).await;
    let api = async |path: &str| {
        let a = c.knock(Knock::get(path).token(&token)).await;
        assert_eq!(a.status, StatusCode::OK, "{path}: {}", a.text());
        a.json()
    };
    let list = api("/api/v1/outages?period=2018-04&limit=10").await;
    assert_eq!(
        (list["items"][0]["code"].as_str(), list["items"][0]["line"].as_u64()),
        (Some("X-1"), Some(2)),
        "{list}"
    );
    let one = api("/api/v1/outages/X-1").await;
    assert_eq!(one["customers"], 500);
    let year = api("/api/v1/reliability?year=2018&by=district").await;
    let row = &year["rows"][0];
    assert_eq!((row["key"].as_str(), row["all"]["interruptions"].as_i64()), (Some("昌平区"), Some(500)), "{year}");
    assert!((row["all"]["saidi_min"].as_f64().unwrap_or_default() - 0.3).abs() < 1e-9, "{year}");
    assert_eq!(year["total"]["all"]["caidi_min"].as_f64(), Some(60.0));
    let odd = c.knock(Knock::get("/api/v1/reliability?by=moon").token(&token)).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    let shown = c.knock(Knock::get("/outages/X-1").cookie(&cookie)).await.text();
    assert!(shown.contains("由文件“停电.csv”第 2 行导入"), "{shown}");
}
