//! Pages of a joint conference through the router: the meeting on one screen without JavaScript, a resolution in three fields,
//! what a member outside sees and signs by its link, and that the link of one firm shows nothing of another.

use crate::support::*;
use axum::http::StatusCode;
use serde_json::json;
use uuid::Uuid;
use yixian_domain::ids::{MatterId, PartnerId};

/// Two firms in one conference of the first district company, with a meeting of this morning.
struct Sitting {
    c: Company,
    h: Held,
    other: Uuid,
    secretary: String,
}

async fn sitting() -> Sitting {
    let c = Company::new().await;
    let h = c.conference(OWN, None).await;
    let other = c.id();
    c.run(&json!({ "do": "put_partner", "partner": other, "code": "GC-99", "name": "华诚电气安装",
        "roles": [{ "role": "construction_unit", "from": "2018-01-02" }] }))
        .await;
    c.run(&json!({ "do": "give_partner_link", "partner": other })).await;
    c.run(&json!({ "do": "put_member", "conference": h.id, "member": { "partner": other }, "role": "construction_unit", "from": "2018-02-26" }))
        .await;
    let secretary = c.enter(c.people[4]).await;
    Sitting { c, h, other, secretary }
}

impl Sitting {
    async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.c.knock(Knock::get(path).cookie(cookie)).await
    }
    /// Sends the form of a page with what it carries along.
    async fn send(&self, page: &str, to: &str, fields: &[(&str, &str)]) -> Answer {
        let form = self.get(page, &self.secretary).await;
        assert_eq!(form.status, StatusCode::OK, "{page}: {}", form.text());
        let mut all: Vec<(&str, String)> = Vec::new();
        for hidden in ["csrf", "command_id", "id", "rev"] {
            all.extend(form.field(hidden).map(|v| (hidden, v)));
        }
        all.extend(fields.iter().map(|(k, v)| (*k, (*v).to_owned())));
        let all: Vec<(&str, &str)> = all.iter().map(|(k, v)| (*k, v.as_str())).collect();
        self.c.knock(Knock::post(to, &all).cookie(&self.secretary)).await
    }
}

#[tokio::test]
async fn a_meeting_is_held_on_one_screen() {
    let s = sitting().await;
    let (h, c) = (s.h, &s.c);
    let at = format!("/meetings/{}", h.meeting);
    let page = s.get(&at, &s.secretary).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let text = page.text();
    // Last time's first, then the rest; no code is shown raw.
    let order = ["回头看", "议题", "到会情况", "议定内容", "会议纪要"]
        .map(|w| text.find(&format!("{w}</h2>")).or(text.find(w)));
    assert!(order.iter().all(Option::is_some), "{order:?}");
    for raw in ["construction_unit", "⟨", "conference_"] {
        assert!(!text.contains(raw), "{raw} is shown");
    }
    // Everybody came, but for one with a reason.
    let tap = |form: &Answer| form.field("command_id").expect("a command");
    let fields = |id: &str| {
        vec![
            ("command_id".to_owned(), id.to_owned()),
            ("member".into(), "all".into()),
            ("how".into(), "present".into()),
        ]
    };
    let all = fields(&tap(&page));
    let all: Vec<(&str, &str)> = all.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let done = c.knock(Knock::post(format!("{at}/attendance"), &all).cookie(&s.secretary)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let absent = format!("{at}/absent");
    let who = format!("partner:{}", s.other);
    let bad = s.send(&absent, &absent, &[("member", &who), ("reason", "")]).await;
    assert_eq!((bad.status, bad.text().contains("缺席要写明原因")), (StatusCode::CONFLICT, true), "{}", bad.text());
    let good = s.send(&absent, &absent, &[("member", &who), ("reason", "出差")]).await;
    assert_eq!(good.status, StatusCode::SEE_OTHER);

    // A resolution in three fields; without owner and due both are told at once.
    let resolve = format!("{at}/resolve");
    let bad = s.send(&resolve, &resolve, &[("topic", &h.topic.to_string()), ("words", "移交电力舱")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.text().contains("请选落实单位") && bad.text().contains("请写完成期限"), "{}", bad.text());
    let topic = h.topic.to_string();
    let owner = format!("partner:{}", h.partner);
    let fields = [("topic", topic.as_str()), ("words", "移交电力舱"), ("owner", owner.as_str()), ("due", "2018-05-09")];
    let good = s.send(&resolve, &resolve, &fields).await;
    assert_eq!(good.status, StatusCode::SEE_OTHER, "{}", good.text());
    let page = s.get(&at, &s.secretary).await.text();
    assert!(page.contains("移交电力舱") && page.contains("出差"), "{page}");
    let conference = s.get(&format!("/conferences/{}", h.id), &s.secretary).await.text();
    assert!(conference.contains("移交电力舱") && conference.contains("各单位未办结"), "{conference}");
    // Whoever only sees it is offered nothing.
    let viewer = c.enter(c.people[0]).await;
    let seen = s.get(&at, &viewer).await;
    assert!(seen.status == StatusCode::OK && !seen.text().contains("/resolve\""), "{}", seen.text());
    // Minutes are suggested from what was recorded, and printed as a document.
    let draft = format!("{at}/draft");
    let form = s.get(&draft, &s.secretary).await;
    assert!(form.text().contains("移交电力舱"), "{}", form.text());
    let written = s.send(&draft, &draft, &[("text", "会议议定一项。")]).await;
    assert_eq!(written.status, StatusCode::SEE_OTHER);
    let print = s.get(&format!("{at}/minutes"), &s.secretary).await.text();
    assert!(print.contains("class=\"doc\"") && print.contains("会议议定一项。"), "{print}");
    // In English too.
    let english = c.knock(Knock::get(&at).cookie(&s.secretary).with("accept-language", "en")).await;
    assert_eq!(english.status, StatusCode::OK);
}

#[tokio::test]
async fn the_link_of_a_firm_shows_its_own_and_nothing_of_another() {
    let s = sitting().await;
    let (h, c) = (s.h, &s.c);
    let (mine, theirs) = (c.id(), c.id());
    // Of somebody else's topic: whoever raised it is answered, and sees what became of it.
    let topic = c.id();
    c.run(&json!({ "do": "put_topic", "topic": topic, "meeting": h.meeting, "raised_by": { "unit": c.units[OWN] }, "person": c.chief, "title": "管线" }))
        .await;
    for (matter, owner, words) in [(mine, h.partner, "自家的事"), (theirs, s.other, "别家的事")] {
        c.run_as(&c.actor(c.people[4]).await, &json!({ "do": "resolve", "matter": matter, "topic": topic, "words": words, "owner": { "partner": owner }, "due": "2018-05-09" })).await;
    }
    c.run(&json!({ "do": "draft_minutes", "meeting": h.meeting, "text": "会议议定两项。" })).await;
    let (own, _) = c.partner_link(h.partner).await;
    let (other, _) = c.partner_link(s.other).await;
    let minutes = format!("{own}/minutes/{}", h.meeting);
    // A draft is nobody's outside.
    assert_eq!(s.get(&minutes, "").await.status, StatusCode::NOT_FOUND);
    c.run(&json!({ "do": "circulate_minutes", "meeting": h.meeting })).await;
    let front = s.get(&own, "").await.text();
    assert!(front.contains("自家的事") && !front.contains("别家的事"), "{front}");
    for path in [format!("{own}/minutes"), minutes.clone()] {
        let page = s.get(&path, "").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        let text = page.text();
        assert!(!text.contains("华诚") && !text.contains("别家的事") && !text.contains("⟨"), "{path}: {text}");
    }
    assert_eq!(s.get(&format!("{own}/matters/{theirs}"), "").await.status, StatusCode::NOT_FOUND);
    // It objects with words; agreement of another shows nowhere on its page.
    let sign = async |at: &str, fields: &[(&str, &str)]| {
        let form = s.get(at, "").await;
        let (csrf, id) = (form.field("csrf").unwrap_or_default(), form.field("command_id").expect("a command"));
        let all: Vec<(&str, &str)> =
            [("csrf", csrf.as_str()), ("command_id", id.as_str())].into_iter().chain(fields.iter().copied()).collect();
        c.knock(Knock::post(at, &all)).await
    };
    let bad = sign(&minutes, &[("word", "object"), ("objection", "")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", bad.text());
    let good = sign(&minutes, &[("word", "object"), ("objection", "第二项期限太短")]).await;
    assert_eq!(good.status, StatusCode::SEE_OTHER, "{}", good.text());
    let theirs_at = format!("{other}/minutes/{}", h.meeting);
    assert!(!s.get(&theirs_at, "").await.text().contains("期限太短"));
    let good = sign(&theirs_at, &[("word", "agree")]).await;
    assert_eq!(good.status, StatusCode::SEE_OTHER, "{}", good.text());
    let page = s.get(&format!("/meetings/{}", h.meeting), &s.secretary).await.text();
    assert!(page.contains("第二项期限太短") && page.contains("印发"), "{page}");

    // Whoever owns it is told in the field's words that he does not judge it.
    let partner = yixian_domain::access::Actor::Partner { id: PartnerId(h.partner) };
    c.run_as(&partner, &json!({ "do": "accept", "matter": mine })).await;
    c.run_as(&partner, &json!({ "do": "submit", "matter": mine, "how": "已移交" })).await;
    let verify = json!({ "do": "verify", "matter": mine });
    let token = c.token(c.people[3]).await;
    let told = c.knock(Knock::put(format!("/api/v1/commands/{}", c.id()), &verify).token(&token)).await;
    assert_eq!(told.status, StatusCode::CONFLICT, "{}", told.text());
    assert!(told.text().contains("落实单位不能自己验收"), "{}", told.text());
    let token = c.token(c.people[4]).await;
    let done = c.knock(Knock::put(format!("/api/v1/commands/{}", c.id()), &verify).token(&token)).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    let page = c.app.matter_page(&partner, MatterId(mine)).await.expect("its own");
    assert_eq!(page.matter.stage.name().as_str(), "verified");
}
