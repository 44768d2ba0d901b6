//! Pages of teams through the router, without JavaScript: setting one up, its members, what keeps it from being dissolved, figures
//! that lead to it. What is wrong is told at once, and nothing typed is lost.

use crate::support::*;
use axum::http::StatusCode;
use serde_json::json;
use yixian_domain::access::Actor;

struct Desk {
    c: Company,
    cookie: String,
}

impl Desk {
    async fn get(&self, path: &str) -> String {
        let page = self.c.knock(Knock::get(path).cookie(&self.cookie)).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text());
        page.text()
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
        self.c.knock(Knock::post(page, &all).cookie(&self.cookie)).await
    }
    async fn refused(&self, page: &str, fields: &[(&str, &str)], told: &[&str]) {
        let bad = self.send(page, fields).await;
        // What was typed wrong, or what the rules do not allow.
        let refused = [StatusCode::UNPROCESSABLE_ENTITY, StatusCode::CONFLICT].contains(&bad.status);
        assert!(refused, "{}: {}", bad.status, bad.text());
        let text = bad.text();
        for words in told {
            assert!(text.contains(words), "{words}: {text}");
        }
    }
}

#[tokio::test]
async fn a_team_is_set_up_staffed_and_dissolved_once_nothing_lies_with_it() {
    let c = Company::new().await;
    let cookie = c.enter(c.people[4]).await;
    let d = Desk { c, cookie };
    let (unit, section) = (d.c.temporary(OWN).await, d.c.section(OWN, false).await);
    let works = d.c.app.section_page(&Actor::System, section).await.expect("a section").programme.id.to_string();
    let (temporary, parent) = (unit.to_string(), d.c.units[OWN].to_string());
    assert!(d.get("/teams").await.contains("还没有登记临时组织"));

    let mut fields = vec![
        ("unit", temporary.as_str()),
        ("kind", "joint_branch"),
        ("from", "2018-04-02"),
        ("to", "x"),
        ("section", "没有的路"),
        ("parent_1", parent.as_str()),
        ("document", "示范电党〔2018〕6号"),
    ];
    d.refused("/teams/new", &fields, &["没有这个路段", "示范电党〔2018〕6号", "没有的路"]).await;
    fields[3].1 = "2018-12-31";
    fields[4].1 = "";
    d.refused("/teams/new", &fields, &["临时组织要有所属项目群"]).await;
    fields.push(("programme", works.as_str()));
    d.refused("/teams/new", &fields, &["组成单位至少要有 2 个"]).await;
    fields[1].1 = "commando";
    let done = d.send("/teams/new", &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let here = done.header("location").to_owned();
    let page = d.get(&here).await;
    for words in ["党员突击队", "还没有登记成员", "手上没有未了结的事项", "示范电党〔2018〕6号"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    let english = d.c.knock(Knock::get(&here).cookie(&d.cookie).with("accept-language", "en")).await.text();
    assert!(english.contains("Commando team") && english.contains("Nothing is open."), "{english}");

    // Members: a day that is not the team's, then one that is; typed as the list offers it.
    let people = d.c.app.directory().await.expect("a directory");
    let person = people.person(d.c.chief).expect("the chief").clone();
    let join = format!("{here}/members/new");
    let typed = format!("{} ({})", person.name, person.code);
    let member = [("person", typed.as_str()), ("post", "captain"), ("from", "2018-04-01")];
    d.refused(&join, &member, &["成员的日期不在组织的起止日期", &typed]).await;
    d.refused(&join, &[("person", ""), ("post", "captain"), ("from", "")], &["日期"]).await;
    let done = d.send(&join, &[member[0], member[1], ("from", "2018-04-02")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let page = d.get(&here).await;
    assert!(page.contains(&person.name) && page.contains("队长"), "{page}");

    // What lies with it is named where it is to be dissolved, and keeps it.
    let (matter, _) = d.c.raise(OWN, &[]).await;
    d.c.run(&json!({ "do": "assign", "matter": matter, "unit": unit, "due": { "day": "2018-06-20" } })).await;
    let dissolve = format!("{here}/dissolve");
    assert!(d.get(&dissolve).await.contains("先移交这 1 件未了结的事项"));
    let end = [("on", "2018-05-31"), ("reason", "工程已移交")];
    d.refused(&dissolve, &end, &["请先移交：2018-0", "工程已移交"]).await;
    d.c.run(&json!({ "do": "transfer", "matter": matter, "unit": d.c.units[OWN], "reason": "撤销前移交" })).await;
    let done = d.send(&dissolve, &end).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    assert!(d.get(&here).await.contains("5月31日（周四）撤销：工程已移交"));

    // The figure leads to it, and so does the person behind it.
    let figures = "/figures/teams_active?from=2018-05-01&to=2018-05-31";
    assert!(d.get(figures).await.contains(&here), "the figure leads to the team");
    let members = d.get("/figures/team_members?from=2018-05-01&to=2018-05-31&by=team").await;
    assert!(members.contains(&person.name), "{members}");
}
