//! Household service through the router: what is wrong with a done-sheet is told all at once with nothing lost, an order is submitted
//! with its sheet, names are for those who serve, and only those that agreed are in the table for outside.

use crate::support::*;
use axum::http::StatusCode;

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
