//! Tables of registers through the router, without JavaScript, in both languages: the header that a page tells is the one it reads,
//! every fault is told with what is allowed, a table with one is not offered for writing, and what was looked at is applied once.

use crate::support::*;
use axum::http::StatusCode;
use yixian_app::import::table::CsvKind;

/// Where the table of a kind is imported, and the list that leads there.
fn doors() -> [(CsvKind, &'static str, &'static str); 8] {
    [
        (CsvKind::Partners, "/partners/import", "/partners"),
        (CsvKind::Sections, "/programmes/import/sections", "/programmes"),
        (CsvKind::Milestones, "/programmes/import/milestones", "/programmes"),
        (CsvKind::Resolutions, "/conferences/import", "/conferences"),
        (CsvKind::Members, "/service-days/members/import", "/service-days/members"),
        (CsvKind::Households, "/households/import", "/households"),
        (CsvKind::Outages, "/outages/import", "/outages"),
        (CsvKind::Tasks, "/indicators/import", "/indicators"),
    ]
}

struct Desk<'a> {
    c: &'a Company,
    cookie: String,
}

impl Desk<'_> {
    async fn see(&self, path: &str) -> Answer {
        self.c.knock(Knock::get(path).cookie(&self.cookie)).await
    }
    async fn send(&self, path: &str, fields: &[(&str, &str)], table: Option<&str>) -> Answer {
        let files: Vec<(&str, &str, &[u8])> = table.iter().map(|t| ("file", "table.csv", t.as_bytes())).collect();
        self.c.knock(Knock::upload(path, fields, &files).cookie(&self.cookie)).await
    }
    async fn look(&self, path: &str, table: &str) -> Answer {
        let a = self.send(path, &[], Some(table)).await;
        assert_eq!(a.status, StatusCode::OK, "{}", a.text());
        a
    }
    /// Applies what a preview carries along.
    async fn apply(&self, path: &str, preview: &Answer) -> Answer {
        let carried = preview.field("carried").expect("the table is carried along");
        let a = self.send(path, &[("carried", &carried), ("name", "table.csv"), ("apply", "1")], None).await;
        assert_eq!(a.status, StatusCode::OK, "{}", a.text());
        a
    }
}

fn header(a: &Answer) -> String {
    let text = a.text();
    let header = text.split_once("<p><code>").and_then(|(_, rest)| rest.split_once("</code>")).expect("a header").0;
    header.replace("&#38;", "&")
}

#[tokio::test]
async fn the_header_that_a_page_tells_is_read_in_both_languages() {
    let c = Company::new().await;
    c.section(OWN, false).await;
    c.conference(OWN, None).await;
    c.indicator(OWN, c.chief).await;
    for lang in ["zh-CN", "en"] {
        let cookie = format!("{}; yx_lang={lang}", c.enter(c.people[4]).await);
        let desk = Desk { c: &c, cookie };
        for (kind, at, list) in doors() {
            let form = desk.see(at).await;
            assert_eq!(form.status, StatusCode::OK, "{at}");
            assert!(desk.see(list).await.text().contains(&format!("href=\"{at}\"")), "{list} leads to {at}");
            let header = header(&form);
            assert_eq!(header.split(',').count(), kind.template().len());
            // A line of nothing at all: it is the line that is refused, not the header.
            let empty = ",".repeat(kind.template().len() - 1);
            let told = desk.look(at, &format!("{header}\n{empty}x\n")).await.text();
            assert!(told.contains("id=\"refused\"") && !told.contains('⟨'), "{lang} {at}: {told}");
        }
    }
    // Whoever may not is not led there.
    let cookie = c.enter(c.people[0]).await;
    for (_, at, list) in doors() {
        let list = c.knock(Knock::get(list).cookie(&cookie)).await.text();
        assert!(!list.contains(at), "{at}");
    }
}

#[tokio::test]
async fn a_table_with_a_fault_is_told_whole_and_not_written() {
    let c = Company::new().await;
    let at = "/partners/import";
    for (lang, words) in [
        ("zh-CN", ["“银行@2018-01-02”", "没有这个角色", "可以是：", "施工单位", "没有这个区", "昌平区", "都没有写入"]),
        (
            "en",
            [
                "“银行@2018-01-02”",
                "There is no such role",
                "Allowed: ",
                "Contractor",
                "no such district",
                "昌平区",
                "nothing of the table",
            ],
        ),
    ] {
        let desk = Desk { c: &c, cookie: format!("{}; yx_lang={lang}", c.enter(c.people[4]).await) };
        let head = c.head().await;
        let bad = "code,name,roles,district,contacts\nA-1,甲,银行@2018-01-02,天上区,隐名 13900000000\nA-2,乙,企业@2018-01-02,,\n";
        let a = desk.look(at, bad).await;
        let text = a.text();
        for word in words {
            assert!(text.contains(word), "{lang}: {word} in {text}");
        }
        assert!(
            !text.contains("name=\"carried\"") && !text.contains("name=\"apply\""),
            "it is not offered for writing"
        );
        assert!(!text.contains("13900000000"), "contacts are not shown");
        // Applied all the same it is refused whole.
        let pressed = desk.send(at, &[("apply", "1")], Some(bad)).await;
        assert!(
            pressed.text().contains("id=\"refused\"") && pressed.text().contains("banner-bad"),
            "{}",
            pressed.text()
        );
        assert_eq!(c.head().await, head);
    }
    // The words that a message allows are taken.
    let desk = Desk { c: &c, cookie: c.enter(c.people[4]).await };
    let good = "代码,名称,角色,联系人\nA-1,甲,市级政府部门@2018-01-02；街道、乡镇@2018-01-02；监理单位@2018-01-02；党组织@2018-01-02,隐名 13900000000\n";
    let preview = desk.look(at, good).await;
    assert!(preview.text().contains("市级政府部门@2018-01-02..") && !preview.text().contains("13900000000"));
    assert!(desk.apply(at, &preview).await.text().contains("banner-ok"));
    let head = c.head().await;
    let again = desk.look(at, good).await;
    assert!(again.text().contains("note-ok") && again.field("carried").is_none(), "{}", again.text());
    assert_eq!(c.head().await, head);
}

#[tokio::test]
async fn sections_and_their_milestones_come_one_after_the_other() {
    let c = Company::new().await;
    let known = c.section(OWN, false).await;
    let others = c.section(SIBLING, false).await;
    let of = async |section| {
        let page = c.app.section_page(&yixian_domain::access::Actor::System, section).await.expect("a section");
        page.programme.code
    };
    let (own, other) = (of(known).await, of(others).await);
    let desk = Desk { c: &c, cookie: c.enter(c.people[4]).await };
    let at = "/programmes/import/sections";
    let table = |programme: &str| {
        format!("项目群,编码,名称,区,长度（米）,计数部件\n{programme},N-1,新路,昌平区,800,工作井:3\n")
    };
    let told = desk.look(at, &table(&other)).await.text();
    assert!(told.contains("没有这个项目群编码"), "another's programme is none: {told}");
    let preview = desk.look(at, &table(&own)).await;
    assert!(preview.text().contains("工作井（口）:3"), "{}", preview.text());
    desk.apply(at, &preview).await;
    let at = "/programmes/import/milestones";
    let table = "路段,里程碑,计划\nN-1,开工,2018-06-01\nN-1,投产,2018-09-01\n";
    let preview = desk.look(at, table).await;
    assert!(preview.text().contains("N-1 开工") && preview.text().contains("2018-09-01"), "{}", preview.text());
    desk.apply(at, &preview).await;
    let id = c.app.section_of_code("N-1").await.expect("asked").expect("a section");
    let page = c.app.section_page(&yixian_domain::access::Actor::System, id).await.expect("a section");
    let day = |code: &str| {
        page.section.milestone(code).and_then(yixian_domain::programme::Milestone::baseline).map(|d| d.to_string())
    };
    assert_eq!((day("start").as_deref(), day("energize").as_deref()), (Some("2018-06-01"), Some("2018-09-01")));
}

crate::on_postgres!(a_table_with_a_fault_is_told_whole_and_not_written);
