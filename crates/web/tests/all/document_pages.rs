//! Pages of documents through the router, without JavaScript: registering, versions as they are pasted, who cites a clause, what keeps it
//! from ending, the register as of a day, recognitions. What is wrong is told at once, and nothing typed is lost.

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
        for hidden in ["csrf", "command_id", "id", "rev", "citation"] {
            all.extend(form.field(hidden).map(|v| (hidden, v)));
        }
        all.extend(fields.iter().map(|(k, v)| (*k, (*v).to_owned())));
        let all: Vec<(&str, &str)> = all.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let path = page.split('?').next().expect("a path");
        self.c.knock(Knock::post(path, &all).cookie(&self.cookie)).await
    }
}

#[tokio::test]
async fn a_document_is_registered_cited_and_kept_from_ending() {
    let d = Desk::new().await;
    let unit = d.c.units[OWN].to_string();
    let bad = d
        .send(
            "/documents/new",
            &[
                ("title", " "),
                ("code", "P 1"),
                ("issuer", ""),
                ("number", "公司〔2018〕9号"),
                ("kind", "standard"),
                ("unit", &unit),
            ],
        )
        .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = bad.text();
    for told in ["请填写名称。", "代码只能用字母", "请填写发文单位。"] {
        assert!(text.contains(told), "{told}: {text}");
    }
    assert!(text.contains("公司〔2018〕9号"), "what was typed stays");
    let done = d
        .send(
            "/documents/new",
            &[
                ("title", "低压报装手册"),
                ("title_en", "Low-voltage manual"),
                ("code", "P-1"),
                ("issuer", "公司"),
                ("number", "公司〔2018〕9号"),
                ("kind", "manual"),
                ("unit", &unit),
            ],
        )
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let version = done.header("location").to_owned();
    let here = version.strip_suffix("/version").expect("the form of its first version").to_owned();
    assert!(d.get(&here).await.contains("还没有版本"));

    // A version: every fault at once, and the clauses that were pasted stay.
    let bad = d
        .send(
            &version,
            &[
                ("label", ""),
                ("from", "2018-02-01"),
                ("to", "2018-01-31"),
                ("file", "ff"),
                ("clauses", "第一条 一次受理\n第一条 又一次"),
            ],
        )
        .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = bad.text();
    for told in ["请填写版本", "早于生效日期", "64 位十六进制", "编号 第一条 出现了两次", "第一条 又一次"]
    {
        assert!(text.contains(told), "{told}: {text}");
    }
    let done = d
        .send(&version, &[("label", "v1"), ("from", "2018-02-01"), ("clauses", "第一条 一次受理\n第二条 一次勘查")])
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let bad = d
        .send(&version, &[("label", "v0"), ("from", "2018-01-01"), ("to", "2018-02-01"), ("clauses", "第一条 草稿")])
        .await;
    assert!(bad.text().contains("与版本 v1 的有效期重叠") && bad.text().contains("第一条 草稿"), "{}", bad.text());

    // Who cites: a rule, completed by its name; before the clause holds it is refused.
    let id = here.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id");
    let clause = format!("{here}/clauses/{}", d.c.clause(id, "第一条").await);
    let cite = format!("{clause}/cite");
    let key = "北京市三零服务 30 个工作日 (R5-whole-30)";
    let early = d.send(&cite, &[("kind", "rule"), ("key", key), ("since", "2018-01-01")]).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    assert!(
        early.text().contains("条款在那一天没有效力") && early.text().contains("(R5-whole-30)"),
        "{}",
        early.text()
    );
    let wrong = d.send(&cite, &[("kind", "task"), ("key", "2018-9999")]).await;
    assert!(wrong.text().contains("没有找到那件事项"), "{}", wrong.text());
    let done = d.send(&cite, &[("kind", "rule"), ("key", key), ("since", "2018-03-01")]).await;
    assert_eq!(done.header("location"), clause, "{}", done.text());
    let page = d.get(&clause).await;
    assert!(page.contains("P-1/第一条@v1") && page.contains("还有 1 项未了结") && page.contains("▲ 未了结"), "{page}");
    assert!(d.get(&here).await.contains("北京市三零服务"), "the document says who rests on it");

    // It does not end, and the page says by what it is held; what was typed stays.
    let end = format!("{clause}/end");
    assert!(d.get(&end).await.contains("北京市三零服务"));
    let refused = d.send(&end, &[("on", "2018-05-10"), ("reason", "并入第二条")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let text = refused.text();
    assert!(text.contains("还不能终止：R5-whole-30") && text.contains("并入第二条"), "{text}");
    let refused = d.send(&format!("{here}/end"), &[("on", "2018-05-10"), ("reason", "废止")]).await;
    assert!(refused.text().contains("还不能废止：R5-whole-30"), "{}", refused.text());

    // A new version without it: listed, before and after.
    assert!(d.get(&version).await.contains("正被引用的条款：第一条"));
    let done =
        d.send(&version, &[("label", "v2"), ("from", "2018-04-01"), ("clauses", "第二条 一个工作日内勘查")]).await;
    assert_eq!(done.header("location"), format!("{here}?version=v2"), "{}", done.text());
    let page = d.get(&here).await;
    assert!(page.contains("已不在有效版本里、仍被引用的条款"), "{page}");
    let citation = page.split("/citations/").nth(1).and_then(|t| t.split("/end").next()).expect("a way to end it");
    let done = d.send(&format!("/citations/{citation}/end"), &[("on", "2018-04-01")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    assert!(!d.get(&here).await.contains("已不在有效版本里、仍被引用的条款"));
    assert!(d.get(&format!("{here}?version=v1")).await.contains("一次受理"), "an older version stays readable");

    // The register as of a day, in both languages.
    let then = d.get("/documents?on=2018-01-31").await;
    assert!(then.contains("有效的文件共 0 项") && then.contains("尚未生效"), "{then}");
    let now = d.get("/documents?show=in_force&kind=manual").await;
    assert!(now.contains("有效的文件共 1 项") && now.contains("《低压报装手册》"), "{now}");
    assert!(d.get("/documents?on=soon").await.contains("value=\"soon\""), "what cannot be read stays");
    let english = d.english("/documents").await;
    assert!(english.contains("1 document is in force") && english.contains("“Low-voltage manual”"), "{english}");
    for path in [&here, &clause, &end, &cite, &version] {
        let page = d.english(path).await;
        assert!(!page.contains('⟨') && page.contains("Supporting documents"), "{path}: {page}");
    }
}

#[tokio::test]
async fn a_matter_says_on_what_it_rests() {
    let d = Desk::new().await;
    let (document, _) = d.c.document(OWN).await;
    let clause = d.c.clause(document, "2").await;
    let matter = d.c.id();
    d.c.run(&json!({ "do": "raise_matter", "matter": matter, "kind": "violation", "origin": "staff", "category": "safety", "words": "未勘查先施工",
        "unit": d.c.units[OWN] })).await;
    let page = d.get(&format!("/matters/{matter}")).await;
    let number = page.split("2018-").nth(1).map(|t| format!("2018-{}", &t[..4])).expect("a number");
    let at = format!("/documents/{document}/clauses/{clause}");
    let done = d.send(&format!("{at}/cite?kind=violation"), &[("kind", "violation"), ("key", &number)]).await;
    assert_eq!(done.header("location"), at, "{}", done.text());
    let page = d.get(&format!("/matters/{matter}")).await;
    assert!(page.contains("依据条款") && page.contains(&at), "{page}");
    assert!(d.get(&at).await.contains("未勘查先施工"));
}

#[tokio::test]
async fn a_recognition_waits_for_its_number() {
    let d = Desk::new().await;
    let (document, _) = d.c.document(OWN).await;
    let unit = d.c.units[OWN].to_string();
    let about = format!("document:{document}");
    let mut fields = vec![
        ("title", "典型做法的通报"),
        ("code", "DX-1"),
        ("issuer", "国务院办公厅"),
        ("day", "2018-04-20"),
        ("practice", "零上门、零审批、零投资"),
        ("unit", unit.as_str()),
        ("about_1", about.as_str()),
        ("figure_1", "three_zero_days_mean"),
        ("period_1", "四月"),
        ("as_of_1", "2018-04-30"),
        ("value_1", "5.09"),
    ];
    let bad = d.send("/recognitions/new", &fields).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.text().contains("“四月”") && bad.text().contains("零上门、零审批、零投资"), "{}", bad.text());
    fields[8].1 = "2018-04";
    let done = d.send("/recognitions/new", &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let here = done.header("location").to_owned();
    let page = d.get(&here).await;
    for told in [
        "待核",
        "零上门",
        &format!("/documents/{document}"),
        "文件写 5.09",
        "/figures/three_zero_days_mean?period=2018-04",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(d.get("/recognitions").await.contains("有 1 项文号待核"));
    let edit = format!("{here}/edit");
    let form = d.get(&edit).await;
    assert!(form.contains(&about), "what was chosen stays chosen: {form}");
    fields.push(("number", "国办函〔2018〕1号"));
    let done = d.send(&edit, &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    assert!(!d.get(&here).await.contains("待核"));
    let english = d.english(&here).await;
    assert!(english.contains("printed as 5.09") && !english.contains('⟨'), "{english}");
}
