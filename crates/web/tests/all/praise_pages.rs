//! Pages of praise, of publications and of the briefing through the router, without JavaScript: a matter's thanks become praise, what is wrong is
//! told at once and nothing typed is lost, each quoted number says how it stands, the briefing stands as a table and as a workbook.

use crate::support::*;
use axum::http::StatusCode;
use serde_json::json;

struct Desk {
    c: Company,
    cookie: String,
}

impl Desk {
    async fn new() -> Desk {
        let c = Company::new().await;
        let cookie = c.enter(c.people[4]).await;
        Desk { c, cookie }
    }
    async fn get(&self, path: &str) -> String {
        let page = self.c.knock(Knock::get(path).cookie(&self.cookie)).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text());
        page.text()
    }
    async fn english(&self, path: &str) -> String {
        self.c.knock(Knock::get(path).cookie(&self.cookie).with("accept-language", "en")).await.text()
    }
    /// Sends the form of a page with what it carries along.
    async fn send(&self, page: &str, fields: &[(&str, &str)]) -> Answer {
        let form = self.c.knock(Knock::get(page).cookie(&self.cookie)).await;
        assert_eq!(form.status, StatusCode::OK, "{page}: {}", form.text());
        let mut all: Vec<(&str, String)> = Vec::new();
        for hidden in ["csrf", "command_id", "id", "rev"] {
            all.extend(form.field(hidden).map(|v| (hidden, v)));
        }
        all.extend(fields.iter().map(|(k, v)| (*k, (*v).to_owned())));
        let all: Vec<(&str, &str)> = all.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let path = page.split('?').next().expect("a path");
        self.c.knock(Knock::post(path, &all).cookie(&self.cookie)).await
    }
}

#[tokio::test]
async fn thanks_for_a_matter_become_praise() {
    let d = Desk::new().await;
    let unit = d.c.units[OWN].to_string();
    let matter = d.c.id();
    d.c.run(&json!({ "do": "raise_matter", "matter": matter, "kind": "problem", "origin": "staff", "category": "safety", "words": "路灯不亮",
        "unit": d.c.units[OWN] }))
        .await;
    let way = format!("/praise/new?about=matter:{matter}&#38;unit={unit}");
    assert!(d.get(&format!("/matters/{matter}")).await.contains(&way), "the matter's page leads there");
    let page = format!("/praise/new?about=matter:{matter}&unit={unit}");
    let chosen = format!("value=\"matter:{matter}\" selected");
    assert!(d.get(&page).await.contains(&chosen), "what it is for is chosen already");

    let bad = [
        ("name", "王居民"),
        ("channel", "banner"),
        ("day", "2018-05-01"),
        ("code", "D 1"),
        ("words", " "),
        ("unit", &unit),
    ];
    let told = d.send(&page, &bad).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", told.text());
    for said in ["王居民", "请至少选一条", "D 1"] {
        assert!(told.text().contains(said), "{said}: {}", told.text());
    }
    let about = format!("matter:{matter}");
    let good = [
        ("name", "王居民"),
        ("channel", "banner"),
        ("day", "2018-05-01"),
        ("code", "DZ-1"),
        ("words", "有事有回音"),
        ("unit", &unit),
        ("about_1", about.as_str()),
    ];
    let done = d.send(&page, &good).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let here = done.header("location").to_owned();
    let shown = d.get(&here).await;
    for said in ["有事有回音", "王居民", "锦旗", "仅供内部", &format!("/matters/{matter}")] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    assert!(d.get("/praise?channel=banner").await.contains("有事有回音"));
    assert!(!d.get("/praise?channel=letter").await.contains("有事有回音"));
    let english = d.english(&here).await;
    assert!(english.contains("Banner") && !english.contains('⟨'), "{english}");
}

#[tokio::test]
async fn each_quoted_number_says_how_it_stands() {
    let d = Desk::new().await;
    let unit = d.c.units[OWN].to_string();
    let fields = [
        ("title", "一线工作日"),
        ("code", "BD-1"),
        ("outlet", ""),
        ("day", "2018-05-01"),
        ("unit", unit.as_str()),
        ("figure_1", "recognitions"),
        ("period_1", "2018-04"),
        ("as_of_1", "2018-04-30"),
        ("value_1", "zero"),
    ];
    let told = d.send("/publications/new", &fields).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", told.text());
    for said in ["请写明是哪家媒体", "请填网址", "不是数字：“zero”", "一线工作日"] {
        assert!(told.text().contains(said), "{said}: {}", told.text());
    }
    let quotes: Vec<_> = ["0", "5"]
        .map(|value| json!({ "figure": "recognitions", "period": "2018-04", "as_of": "2018-04-30", "value": value }))
        .to_vec();
    let publication = d.c.id();
    d.c.run(&json!({ "do": "put_publication", "publication": publication, "code": "BD-2", "outlet": "日报", "title": "一线", "day": "2018-05-01",
        "url": "https://example.org/1", "unit": d.c.units[OWN], "figures": quotes }))
        .await;
    let path = format!("/publications/{publication}");
    let whole = d.c.enter(d.c.chief).await;
    let shown = d.c.knock(Knock::get(&path).cookie(&whole)).await.text();
    for said in ["● 一致", "■ 不符", "当时所知 0", "/figures/recognitions?period=2018-04"] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    // Recorded later of a day of April: it makes the difference, and is named.
    d.c.recognition(OWN).await;
    let shown = d.c.knock(Knock::get(&path).cookie(&whole)).await.text();
    for said in ["▲ 已变化", "■ 不符", "今天所知 1", "登记典型做法"] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    let english = d.c.knock(Knock::get(&path).cookie(&whole).with("accept-language", "en")).await.text();
    assert!(english.contains("Changed since") && !english.contains('⟨'), "{english}");
}

#[tokio::test]
async fn the_briefing_stands_as_a_table_and_as_a_workbook() {
    let d = Desk::new().await;
    let shown = d.get("/briefing?period=2018&as_of=2018-05-01").await;
    for said in ["走访施工现场", "三零服务", "▲ 自述", "data-print", "/briefing/xlsx?period=2018&#38;as_of=2018-05-01"]
    {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    let english = d.english("/briefing").await;
    assert!(english.contains("Construction sites reached") && !english.contains('⟨'), "{english}");
    let told = d.c.knock(Knock::get("/briefing?period=May&as_of=soon").cookie(&d.cookie)).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.text().contains("“May”") && told.text().contains("value=\"soon\""), "{}", told.text());
    let file = d.c.knock(Knock::get("/briefing/xlsx?period=2018").cookie(&d.cookie)).await;
    assert!(file.status.is_success() && file.header("content-disposition").contains("briefing-2018.xlsx"));
    let whole = d.c.enter(d.c.chief).await;
    let told = d.c.knock(Knock::get("/api/v1/briefing").cookie(&whole)).await.json();
    let first = &told["lines"][0];
    assert_eq!((&first["figure"], &first["period"]), (&json!("activities"), &json!("2018-05")), "{first}");
}
