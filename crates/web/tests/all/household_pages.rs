//! Household service through the router: what is wrong with a done-sheet is told all at once with nothing lost, an order is submitted
//! with its sheet, names are for those who serve, and only those that agreed are in the table for outside.

use crate::support::*;
use axum::http::StatusCode;
use yixian_domain::ids::UnitId;

#[tokio::test]
async fn an_order_is_done_on_the_phone_and_names_stay_with_those_who_serve() {
    let c = Company::new().await;
    let (household, order) = c.order(OWN).await;
    let (handler, stranger) = (c.people[2], c.people[0]);
    let cookie = c.enter(handler).await;
    let round = c.knock(Knock::get("/households/round").cookie(&cookie)).await;
    assert!(
        round.text().contains("槐荫胡同 12 号") && round.text().contains(&format!("/orders/{order}/sheet")),
        "{}",
        round.text()
    );

    let form = format!("/orders/{order}/sheet");
    let page = c.knock(Knock::get(form.as_str()).cookie(&cookie)).await;
    let (command, id) = (page.field("command_id").expect("an id"), page.field("id").expect("an id"));
    let bad = [
        ("command_id", &*command),
        ("id", &*id),
        ("lamp", "501"),
        ("materials", "LED灯 3 12"),
        ("next_visit", "2001-01-01"),
    ];
    let a = c.knock(Knock::post(form.as_str(), &bad).cookie(&cookie)).await;
    assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["501", "LED灯", "要写明原因", "请拍做之前和做之后的照片", "要在今天之后"] {
        assert!(a.text().contains(said), "{said}: {}", a.text());
    }
    let good = [("command_id", &*command), ("id", &*id), ("line_check", "1"), ("advice", "２")];
    let a = c.knock(Knock::post(form.as_str(), &good).cookie(&cookie)).await;
    assert_eq!(a.status, StatusCode::SEE_OTHER, "{}", a.text());
    let page = c.knock(Knock::get(format!("/households/{household}")).cookie(&cookie)).await;
    assert!(
        page.text().contains("住户甲") && page.text().contains("线路检查 × 1") && page.text().contains("讲解 × 2"),
        "{}",
        page.text()
    );

    // Another's own page of it has the code and no name; nor has what programs read.
    let cookie = c.enter(stranger).await;
    for path in [format!("/households/{household}"), "/households".into(), format!("/api/v1/households/{household}")] {
        let page = c.knock(Knock::get(path.as_str()).cookie(&cookie)).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.text().contains("住户甲") && !page.text().contains("槐荫"), "{path}: {}", page.text());
    }
}

#[tokio::test]
async fn a_table_of_homes_is_taken_whole_or_not_at_all_and_tells_nobody_who_lives_there() {
    let c = Company::new().await;
    let cookie = c.enter(c.people[2]).await;
    let upload = async |table: &str| {
        let files: Vec<(&str, &str, &[u8])> = vec![("file", "table.csv", table.as_bytes())];
        c.knock(Knock::upload("/households/import", &[], &files).cookie(&cookie)).await
    };
    let directory = c.app.directory().await.expect("a directory");
    let own = directory.unit(UnitId(c.units[OWN])).expect("a unit").code.clone();
    let header = "编号,住户,地址,电话,特殊情况,服务队,同意\n";
    let bad = upload(&format!("{header}J-1,,柳巷 1 号,12,会飞,{own},也许\nJ 2,李四,,,,XX,是\n")).await;
    for fault in ["要写姓名", "没有这种特殊情况", "“是”或“否”", "要写地址", "没有这个单位代码"]
    {
        assert!(bad.text().contains(fault), "{fault}: {}", bad.text());
    }
    assert!(bad.field("carried").is_none() && !bad.text().contains("柳巷"), "{}", bad.text());
    let table =
        format!("{header}J-1,张三,柳巷 1 号,13800138000,高龄、老旧线路,{own},是\nJ-2,李四,柳巷 2 号,,,{own},\n");
    let good = upload(&table).await;
    assert!(!good.text().contains("张三") && !good.text().contains("柳巷"), "{}", good.text());
    let carried = good.field("carried").expect("the table is carried along");
    let fields = [("carried", &*carried), ("name", "table.csv"), ("apply", "1")];
    let done = c.knock(Knock::upload("/households/import", &fields, &[]).cookie(&cookie)).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    let handler = c.app.actor(c.people[2]).await.expect("an actor");
    let all = c.app.households(&handler, "", 50).await.expect("households");
    let told: Vec<_> = all
        .iter()
        .filter(|r| r.household.code.starts_with("J-"))
        .filter_map(|r| Some((r.resident.clone()?, r.household.details.consent)))
        .map(|(r, consent)| (r.name, r.address, r.vulnerable.len(), consent))
        .collect();
    assert_eq!(
        told,
        [("张三".to_owned(), "柳巷 1 号".to_owned(), 2, true), ("李四".to_owned(), "柳巷 2 号".to_owned(), 0, false)]
    );
    let again = upload(&table).await;
    assert!(again.text().contains("表格和现有内容一致"), "a second time nothing changes: {}", again.text());
}
