//! Pages of an indicator through the router: what is typed badly is told and kept, a draft with its faults, approved by somebody
//! else, the tree with its tasks, aspects by departments, the bulletin, the index from its parts, a campaign, a table.

use crate::support::*;
use axum::http::StatusCode;
use yixian_domain::access::Actor;

struct Desk {
    c: Company,
    /// Whoever keeps the indicator: a coordinator of the unit.
    keeper: String,
    /// Whoever commands.
    chief: String,
}

impl Desk {
    async fn new() -> Desk {
        let c = Company::new().await;
        let (keeper, chief) = (c.enter(c.people[4]).await, c.enter(c.chief).await);
        Desk { c, keeper, chief }
    }
    async fn get(&self, path: &str, cookie: &str) -> Answer {
        let page = self.c.knock(Knock::get(path).cookie(cookie)).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text());
        page
    }
    /// Sends the form of a page with what it carries along.
    async fn send(&self, page: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
        let form = self.get(page, cookie).await;
        let mut all: Vec<(&str, String)> = Vec::new();
        for hidden in ["csrf", "command_id", "id", "rev", "aspect", "task"] {
            all.extend(form.field(hidden).map(|v| (hidden, v)));
        }
        all.extend(fields.iter().map(|(k, v)| (*k, (*v).to_owned())));
        let all: Vec<(&str, &str)> = all.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let to = page.split('?').next().expect("an address");
        self.c.knock(Knock::post(to, &all).cookie(cookie)).await
    }
    async fn done(&self, page: &str, cookie: &str, fields: &[(&str, &str)]) {
        let sent = self.send(page, cookie, fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{page}: {}", sent.text());
    }
    async fn draft(&self, code: &str) -> yixian_domain::indicator::Breakdown {
        let page = self.c.app.indicator(&Actor::System, code, None).await.expect("an indicator");
        page.draft.expect("a draft")
    }
}

#[tokio::test]
async fn an_indicator_from_its_form_to_its_bulletin() {
    let d = Desk::new().await;
    let (k, unit) = (d.keeper.as_str(), d.c.units[OWN].to_string());
    let bad = d
        .send(
            "/indicators/new/edit",
            k,
            &[
                ("code", "?"),
                ("name", " "),
                ("owner", &unit),
                ("commander", "没有此人"),
                ("method", "getting-electricity"),
            ],
        )
        .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.text().contains("没有此人"), "what was typed stays");
    d.done(
        "/indicators/new/edit",
        k,
        &[
            ("code", "HDDL"),
            ("name", "获得电力"),
            ("name_en", "Getting electricity"),
            ("owner", &unit),
            ("commander", "chief"),
            ("method", "getting-electricity"),
        ],
    )
    .await;

    // Every fault of a reading at once, in the reader's language; what was typed stays.
    let reading = "/indicators/HDDL/reading";
    let bad = d
        .send(
            reading,
            k,
            &[("kind", "counted"), ("label", ""), ("day", "2018-04-30"), ("source", ""), ("cities", "北京 3 34 -1 9")],
        )
        .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = bad.text();
    for told in ["请写名称", "要写出处", "不可能的数值", "北京 3 34 -1 9"] {
        assert!(text.contains(told), "{told}: {text}");
    }
    d.done(
        reading,
        k,
        &[
            ("kind", "counted"),
            ("label", "2018-04"),
            ("day", "2018-04-30"),
            ("source", "自测"),
            ("cities", "北京 3 34 0 6"),
        ],
    )
    .await;
    d.done(
        reading,
        k,
        &[
            ("kind", "target"),
            ("label", "DB2020"),
            ("day", "2019-05-01"),
            ("source", ""),
            ("cities", "北京 45% 2 32 0 7\n上海 55% 2 32 0 7"),
        ],
    )
    .await;

    d.done("/indicators/HDDL/begin", k, &[("reason", "")]).await;
    let aspect = "/indicators/HDDL/aspect";
    d.done(aspect, k, &[("code", "A1"), ("name", "精简环节"), ("weight", "60"), ("component", "procedures")]).await;
    let page = d.get("/indicators/HDDL/draft", k).await.text();
    for told in ["权重合计不是 100：60", "A1 下面没有任务"] {
        assert!(page.contains(told), "{told}");
    }
    let under = d.draft("HDDL").await.tree.aspects[0].id.to_string();
    d.done(
        &format!("{aspect}?aspect={under}"),
        k,
        &[("code", "A1"), ("name", "精简环节"), ("weight", "100"), ("component", "procedures")],
    )
    .await;
    let task = format!("/indicators/HDDL/task?under={under}");
    let bad = d
        .send(
            &task,
            k,
            &[
                ("under", &under),
                ("code", "T1"),
                ("title", "合并受理"),
                ("weight", "x"),
                ("owners", &unit),
                ("due", "2018-12-31"),
                ("helpers", "NO"),
            ],
        )
        .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.text().contains("合并受理"), "what was typed stays");
    for (code, weight) in [("T1", "50"), ("T2", "50")] {
        d.done(
            &task,
            k,
            &[
                ("under", &under),
                ("code", code),
                ("title", "合并受理"),
                ("weight", weight),
                ("owners", &unit),
                ("due", "2018-12-31"),
                ("deliverable", "细则"),
            ],
        )
        .await;
    }
    let first = d.draft("HDDL").await.tree.tasks[0].task;
    d.done(
        &format!("/indicators/HDDL/split?task={first}"),
        k,
        &[("parts", "T1a 20 细则\nT1b 30 系统"), ("reason", "两件事")],
    )
    .await;
    let third = d.draft("HDDL").await.tree.tasks.iter().find(|t| t.code == "T1b").expect("a part").task;
    let second = d.draft("HDDL").await.tree.tasks.iter().find(|t| t.code == "T2").expect("a task").task.to_string();
    d.done(&format!("/indicators/HDDL/merge?task={third}"), k, &[("into", &second), ("reason", "同一件事")]).await;
    let refused = d.c.knock(Knock::get("/indicators/HDDL/approve").cookie(k)).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "who drafts it does not approve it");
    d.done("/indicators/HDDL/approve", &d.chief, &[("effective", "2018-05-02")]).await;

    let page = d.get("/indicators/HDDL", k).await.text();
    for told in ["获得电力", "92.011", "95.353", "T1a", "80.00", "● 0/2", "<svg", "分解方案"] {
        assert!(page.contains(told), "{told}");
    }
    for raw in ["⟨", "indicator_", "breakdown_", "getting-electricity<"] {
        assert!(!page.contains(raw), "{raw} is shown");
    }
    let english = d.c.knock(Knock::get("/indicators/HDDL").cookie(k).with("accept-language", "en")).await.text();
    assert!(english.contains("Getting electricity") && english.contains("Aspects and tasks") && !english.contains('⟨'));
    let matrix = d.get("/indicators/HDDL/matrix", k).await.text();
    assert!(matrix.contains("● 0/2") && matrix.contains("A1 精简环节"));
    let bulletin = d.get("/indicators/HDDL/bulletin?month=2018-05", k).await.text();
    assert!(bulletin.contains("1 个方面、2 项任务") && bulletin.contains("92.011"), "{bulletin}");
    let before = d.c.knock(Knock::get("/indicators/HDDL?as_of=2018-04-30").cookie(k)).await;
    assert_eq!(before.status, StatusCode::NOT_FOUND, "before it was registered nobody knew of it");
    assert!(
        d.get("/indicators/HDDL/versions/1", k).await.text().contains("变为 T1a"),
        "what became of a task stays readable"
    );
    assert!(d.get("/indicators", k).await.text().contains("92.011"));

    let index = "/indicators/reliability-index?saidi=0.78&saifi=0.19&records=1&monitors=1&restores=1&regulator=1";
    assert!(d.get(index, k).await.text().contains("6 / 8"));
    assert!(d.get(&index.replace("0.78", "468"), k).await.text().contains("像是分钟"));
}

#[tokio::test]
async fn a_campaign_and_a_table_of_tasks() {
    let d = Desk::new().await;
    let (k, unit) = (d.keeper.as_str(), d.c.units[OWN].to_string());
    let campaign = [
        ("code", "M05"),
        ("name", "五月一线工作月"),
        ("theme", "求实效"),
        ("principles", "安全为本\n突出重点"),
        ("from", "2018-05-01"),
        ("commander", "chief"),
        ("owner", unit.as_str()),
    ];
    let with = |more: &[(&'static str, &'static str)]| {
        let mut all: Vec<(&str, &str)> = campaign.to_vec();
        all.extend(more.iter().copied());
        all
    };
    let bad = d.send("/campaigns/new/edit", k, &with(&[("to", "2018-05-31"), ("people", "NOBODY")])).await;
    assert!(bad.status == StatusCode::UNPROCESSABLE_ENTITY && bad.text().contains("突出重点"), "{}", bad.text());
    let bad = d.send("/campaigns/new/edit", k, &with(&[("to", "2018-04-30"), ("people", "chief")])).await;
    assert!(bad.status == StatusCode::CONFLICT && bad.text().contains("不能早于"), "{}", bad.text());
    d.done("/campaigns/new/edit", k, &with(&[("to", "2018-05-31"), ("people", "chief")])).await;
    let page = d.get("/campaigns/M05", k).await.text();
    assert!(page.contains("突出重点") && page.contains("求实效"));

    let (indicator, _) = d.c.indicator(OWN, d.c.chief).await;
    let page = d.c.app.indicator(&Actor::System, &indicator.to_string(), None).await.expect("an indicator");
    let code = page.indicator.code;
    let form = d.get("/indicators/import", k).await.text();
    assert!(form.contains("责任部门") || form.contains("owner"), "the columns are told");
    assert!(!code.is_empty());
}
