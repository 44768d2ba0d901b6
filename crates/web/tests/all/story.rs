//! One story at the doors, told on both engines: a visit, what was found on it, and its way through
//! every desk's form to the raiser's verdict and another handler; then lists, figures, a CSV table.

use crate::support::*;
use axum::http::StatusCode;
use image::ImageFormat;
use serde_json::json;
use uuid::Uuid;
use yixian_domain::access::Actor;
use yixian_domain::duty::IsoWeek;
use yixian_domain::figure::Period;
use yixian_domain::ids::{PersonId, UnitId};
use yixian_domain::time::Date;

/// Somebody at his desk.
struct Desk<'a> {
    c: &'a Company,
    cookie: String,
}

impl<'a> Desk<'a> {
    async fn of(c: &'a Company, p: PersonId) -> Desk<'a> {
        Desk { c, cookie: c.enter(p).await }
    }

    async fn see(&self, path: &str) -> String {
        let a = self.c.knock(Knock::get(path).cookie(&self.cookie)).await;
        assert_eq!(a.status, StatusCode::OK, "{path}: {}", a.text());
        a.text()
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)], photo: Option<&[u8]>) -> Answer {
        let id = self.c.id().to_string();
        let mut all = vec![("command_id", id.as_str())];
        all.extend_from_slice(fields);
        let files: Vec<(&str, &str, &[u8])> = photo.into_iter().map(|p| ("photo", "a.jpg", p)).collect();
        self.c.knock(Knock::upload(path, &all, &files).cookie(&self.cookie)).await
    }

    async fn does(&self, path: &str, fields: &[(&str, &str)], photo: Option<&[u8]>) {
        let a = self.post(path, fields, photo).await;
        assert_eq!(a.status, StatusCode::SEE_OTHER, "{path}: {}", a.text());
    }

    /// The form is shown again with a message.
    async fn refused(&self, path: &str, fields: &[(&str, &str)], words: &str) {
        let a = self.post(path, fields, None).await;
        assert!(
            matches!(a.status, StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY),
            "{path}: {} {}",
            a.status,
            a.text()
        );
        assert!(a.text().contains(words), "{path}: {}", a.text());
    }
}

async fn stage(c: &Company, matter: Uuid) -> String {
    let token = c.token(c.chief).await;
    c.knock(Knock::get(format!("/api/v1/matters/{matter}")).token(&token)).await.json()["matter"]["stage"]["stage"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn from_a_planned_visit_to_another_handler() {
    let c = Company::new().await;
    let (leader, handler, verifier, coordinator) = (
        Desk::of(&c, c.guide).await,
        Desk::of(&c, c.people[2]).await,
        Desk::of(&c, c.people[3]).await,
        Desk::of(&c, c.people[4]).await,
    );
    let (visit, matter) = (c.id(), c.id());
    let (visit_text, matter_text, place, unit) =
        (visit.to_string(), matter.to_string(), c.places[OWN].to_string(), c.units[OWN].to_string());
    let (photo, after) = (picture(ImageFormat::Jpeg, 40), picture(ImageFormat::Jpeg, 41));

    // Plan, go, find, finish.
    leader
        .does(
            "/visits/new",
            &[
                ("visit", &visit_text),
                ("place", &place),
                ("day", "2018-05-02"),
                ("announced", "0"),
                ("purpose", "看现场"),
            ],
            None,
        )
        .await;
    let at = |what: &str| format!("/visits/{visit}/{what}");
    leader.does(&at("start"), &[], None).await;
    leader
        .refused(&at("findings"), &[("matter", &matter_text), ("decision", "put_right"), ("unit", &unit)], "有 2 处")
        .await;
    let finding = [
        ("matter", matter_text.as_str()),
        ("decision", "put_right"),
        ("unit", &unit),
        ("words", "变压器漏油 Oil leak"),
        ("category", "equipment"),
        ("due", "5wd"),
        ("raiser_name", "赵师傅"),
        ("raiser_phone", "138 0013 8000"),
    ];
    leader.does(&at("findings"), &finding, Some(&photo)).await;
    leader.does(&at("finish"), &[("summary", "查了一处")], None).await;
    assert_eq!(stage(&c, matter).await, "assigned");

    // Accept, ask for time, be given it; put right, with the photo that is needed; verify; answer.
    let to = |what: &str| format!("/matters/{matter}/{what}");
    assert!(handler.see("/tasks").await.contains(&matter_text));
    handler.does(&to("accept"), &[], None).await;
    handler.does(&to("ask_extension"), &[("until", "2018-05-25"), ("reason", "等配件")], None).await;
    assert!(coordinator.see("/inbox").await.contains(&matter_text));
    coordinator.does(&to("decide"), &[("approve", "yes")], None).await;
    let page = handler.see(&format!("/matters/{matter}")).await;
    assert!(page.contains("5月25日") && page.contains("等配件"), "{page}");
    handler.refused(&to("submit"), &[("how", "换了密封圈")], "换了密封圈").await;
    handler.does(&to("submit"), &[("how", "换了密封圈")], Some(&after)).await;
    verifier.does(&to("return"), &[("reason", "还在渗")], None).await;
    handler.does(&to("submit"), &[("how", "又换了一次")], Some(&after)).await;
    verifier.does(&to("verify"), &[], None).await;
    coordinator.does(&to("answer"), &[("words", "赵师傅您好，已修好")], None).await;

    // The raiser by his link; "not" opens it again, for another one.
    let id = c.id().to_string();
    let show = Knock::post(to("link"), &[("command_id", id.as_str()), ("how", "shown")]).cookie(&coordinator.cookie);
    let page = c.knock(show).await.text();
    let link = page
        .split("/r/")
        .nth(1)
        .and_then(|t| t.split('"').next())
        .map(|s| format!("/r/{s}"))
        .expect("the raiser's link");
    let raiser = Desk { c: &c, cookie: String::new() };
    let page = raiser.see(&link).await;
    assert!(page.contains("变压器漏油 Oil leak") && page.contains("已修好") && !page.contains("13800138000"));
    raiser.refused(&format!("{link}/rate"), &[], "解决").await;
    raiser.does(&format!("{link}/rate"), &[("verdict", "not"), ("words", "还漏")], None).await;
    assert_eq!(stage(&c, matter).await, "reopened");
    let again = [("unit", unit.as_str()), ("due", "3wd")];
    coordinator.refused(&to("assign"), &again, "另一个单位").await;
    let other = c.units[CHILD].to_string();
    coordinator.does(&to("assign"), &[("unit", &other), ("due", "3wd")], None).await;
    assert_eq!(stage(&c, matter).await, "assigned");

    // Found by its words, in the lists, behind the numbers.
    for text in ["漏油", "oil"] {
        assert!(coordinator.see(&format!("/matters?text={}", enc(text))).await.contains(&matter_text), "{text}");
    }
    assert!(!coordinator.see("/matters?text=zzz").await.contains(&matter_text));
    assert!(coordinator.see("/matters?stage=assigned&open=1&order=due").await.contains(&matter_text));
    let chief = Desk::of(&c, c.chief).await;
    for (figure, record) in [("activities", &visit_text), ("raised", &matter_text), ("reopen_rate", &matter_text)] {
        assert!(
            chief.see(&format!("/figures/{figure}?from=2018-05-01&to=2018-05-31")).await.contains(record.as_str()),
            "{figure}"
        );
    }
    assert!(chief.see("/admin/ledger?verify=1").await.contains("banner-ok"));
}

#[tokio::test]
async fn a_table_of_units_is_looked_at_and_then_applied() {
    let c = Company::new().await;
    let chief = Desk::of(&c, c.chief).await;
    let table =
        "代码,名称,类别,上级\nCP-02,昌平二所,供电所,CP\nCP-01,昌平一所,供电所,CP\nXX,无处,供电所,NOWHERE\n".as_bytes();
    let send = |fields: Vec<(&'static str, String)>, file: Option<&'static [u8]>| {
        let cookie = chief.cookie.clone();
        let c = &c;
        async move {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
            let files: Vec<(&str, &str, &[u8])> = file.into_iter().map(|f| ("file", "units.csv", f)).collect();
            c.knock(Knock::upload("/admin/import/units", &fields, &files).cookie(&cookie)).await
        }
    };
    let head = c.head().await;
    let preview = send(vec![], Some(table)).await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.text());
    let text = preview.text();
    assert!(text.contains("昌平二所") && text.contains("CP-01 公司") && text.contains("NOWHERE"), "{text}");
    assert_eq!(c.head().await, head, "a look changes nothing");
    let carried = preview.field("carried").expect("the table is carried along");
    let done = send(vec![("carried", carried), ("name", "units.csv".into()), ("apply", "1".into())], None).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    let d = c.app.directory().await.expect("a directory");
    let name = |code: &str| d.units().find(|u| u.code == code).map(|u| u.name.clone());
    assert_eq!(
        (name("CP-02").as_deref(), name("CP-01").as_deref(), name("XX")),
        (Some("昌平二所"), Some("昌平一所"), None)
    );
}

#[tokio::test]
async fn who_moves_owes_what_his_posts_owed() {
    let c = Company::new().await;
    let period = Period::new(Date::constant(2018, 5, 1), Date::constant(2018, 5, 31)).expect("a period");
    let weeks = async |unit: Option<UnitId>| -> Vec<IsoWeek> {
        let report = c.app.report(&Actor::System, period, unit, NOW).await.expect("a report");
        report.facts.weeks.iter().filter(|w| w.person == c.people[1]).map(|w| w.week).collect()
    };
    let all = weeks(None).await;
    assert_eq!(all.len(), 5, "May 2018 reaches into five weeks");
    // From Monday the 14th on he is elsewhere; from the 21st on his post owes nothing.
    for (unit, duty, from) in [(SIBLING, true, "2018-05-14"), (SIBLING, false, "2018-05-21")] {
        c.run(&json!({ "do": "put_person", "person": c.people[1], "code": "p1", "name": "人员p1", "unit": c.units[unit], "level": "staff", "specialty": "operations", "duty": duty, "from": from })).await;
    }
    assert_eq!(weeks(None).await, all[..3]);
    assert_eq!(weeks(Some(UnitId(c.units[OWN]))).await, all[..2]);
    assert_eq!(weeks(Some(UnitId(c.units[SIBLING]))).await, all[2..3]);
}

crate::on_postgres!(
    who_moves_owes_what_his_posts_owed,
    from_a_planned_visit_to_another_handler,
    a_table_of_units_is_looked_at_and_then_applied
);
