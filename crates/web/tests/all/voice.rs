//! The raiser's voice: his link is not for the company's people to read, whoever is shown it is known to have seen it, and
//! a verdict says how it is known to be his own.

use crate::support::*;
use axum::http::StatusCode;
use serde_json::json;
use uuid::Uuid;
use yixian_app::message::Messages;
use yixian_domain::access::{Actor, Voice};
use yixian_domain::ids::MatterId;

/// A matter of a raiser outside, answered and waiting for his word; messages stay in memory.
async fn answered() -> (Company, Messages, Uuid) {
    let c = Company::new().await;
    let messages = Messages::memory();
    c.app.send_messages_to(messages.clone());
    let (matter, _) = c.raise(OWN, &[]).await;
    c.bring(matter, OWN, "answered").await;
    (c, messages, matter)
}

async fn give(c: &Company, matter: Uuid, how: &str) -> Answer {
    let cookie = c.enter(c.chief).await;
    let id = c.id().to_string();
    c.knock(Knock::post(format!("/matters/{matter}/link"), &[("command_id", &id), ("how", how)]).cookie(&cookie)).await
}

fn links(text: &str) -> Vec<String> {
    text.split("/r/")
        .skip(1)
        .map(|rest| {
            rest.split(|c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c)).next().unwrap_or_default().to_owned()
        })
        .filter(|l| l.len() > 20)
        .collect()
}

async fn rate(c: &Company, secret: &str, more: &[(&str, &str)]) -> Answer {
    let id = c.id().to_string();
    let fields: Vec<(&str, &str)> =
        [("command_id", id.as_str()), ("verdict", "solved")].into_iter().chain(more.iter().copied()).collect();
    c.knock(Knock::post(format!("/r/{secret}/rate"), &fields)).await
}

async fn voice(c: &Company, matter: Uuid) -> Option<Voice> {
    c.app.matter_page(&Actor::System, MatterId(matter)).await.expect("a matter").matter.voice
}

#[tokio::test]
async fn the_answerers_page_holds_no_link() {
    let (c, _, matter) = answered().await;
    let page = c.knock(Knock::get(format!("/matters/{matter}")).cookie(&c.enter(c.chief).await)).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(links(&page.text()).is_empty(), "{:?}", links(&page.text()));
}

#[tokio::test]
async fn a_link_is_shown_once_and_what_comes_by_it_says_so() {
    let (c, _, matter) = answered().await;
    let page = give(&c, matter, "shown").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let shown = links(&page.text()).pop().expect("a link");
    assert!(page.text().contains("<svg"), "and a picture of it");
    assert_eq!(give(&c, matter, "shown").await.status, StatusCode::CONFLICT);
    let told = c.app.matter_page(&Actor::System, MatterId(matter)).await.expect("a matter");
    assert!(told.timeline.iter().any(|row| row.code == "link_shown"), "the event stands in its course");
    assert_eq!(rate(&c, &shown, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(voice(&c, matter).await, Some(Voice::ShownLink));
}

#[tokio::test]
async fn a_link_that_was_sent_is_another_and_a_code_proves_the_phone() {
    for (code, known_by) in [(false, Voice::SentLink), (true, Voice::Phone)] {
        let (c, messages, matter) = answered().await;
        assert_eq!(give(&c, matter, "sent").await.status, StatusCode::SEE_OTHER);
        let (to, text) = messages.sent().pop().expect("a message");
        assert_eq!(to, "13912345678");
        let sent = links(&text).pop().expect("a link");
        let shown = links(&give(&c, matter, "shown").await.text()).pop().expect("a link");
        assert_ne!(sent, shown, "whoever was shown one does not know the other");
        if code {
            let a = rate(&c, &sent, &[("go", "code")]).await;
            assert_eq!(a.status, StatusCode::OK, "{}", a.text());
            let text = messages.sent().pop().expect("a message").1;
            let right = text.split(|x: char| !x.is_ascii_digit()).find(|d| d.len() == 6).expect("a code").to_owned();
            let wrong = if right == "000000" { "000001" } else { "000000" };
            assert_eq!(rate(&c, &sent, &[("code", wrong)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(voice(&c, matter).await, None, "a wrong code gives no verdict");
            assert_eq!(rate(&c, &sent, &[("code", &right)]).await.status, StatusCode::SEE_OTHER);
        } else {
            assert_eq!(rate(&c, &sent, &[]).await.status, StatusCode::SEE_OTHER);
        }
        assert_eq!(voice(&c, matter).await, Some(known_by));
    }
}

#[tokio::test]
async fn who_neither_registered_nor_answers_gives_no_link() {
    let (c, messages, matter) = answered().await;
    for who in c.people.iter().take(2) {
        let cookie = c.enter(*who).await;
        let id = c.id().to_string();
        for how in ["sent", "shown"] {
            let knock = Knock::post(format!("/matters/{matter}/link"), &[("command_id", &id), ("how", how)]);
            let a = c.knock(knock.cookie(&cookie)).await;
            assert!(a.status.is_client_error(), "{how}: {}", a.status);
        }
    }
    assert!(messages.sent().is_empty());
    // Nor does a program say how it knows.
    let token = c.token(c.chief).await;
    let body = json!({ "do": "rate", "matter": matter, "verdict": "solved", "voice": "phone" });
    let a = c.knock(Knock::put(format!("/api/v1/commands/{}", c.id()), &body).token(&token)).await;
    assert!(a.status.is_client_error(), "{}", a.text());
}

#[tokio::test]
async fn a_link_is_sent_once_however_often_the_button_is_pressed_and_by_programs_too() {
    let (c, messages, matter) = answered().await;
    let (cookie, id) = (c.enter(c.chief).await, c.id().to_string());
    let press = || {
        c.knock(Knock::post(format!("/matters/{matter}/link"), &[("command_id", &id), ("how", "sent")]).cookie(&cookie))
    };
    let (a, b, d) = tokio::join!(press(), press(), press());
    let all = [a, b, d];
    assert!(
        all.iter().all(|a| a.status == StatusCode::SEE_OTHER),
        "{:?}",
        all.iter().map(|a| a.status).collect::<Vec<_>>()
    );
    assert_eq!(messages.sent().len(), 1);
    let token = c.token(c.chief).await;
    let body = json!({ "do": "give_link", "matter": matter, "how": "sent" });
    for command in [c.id(), c.id()] {
        for _ in 0..2 {
            let a = c.knock(Knock::put(format!("/api/v1/commands/{command}"), &body).token(&token)).await;
            assert_eq!(a.status, StatusCode::OK, "{}", a.text());
        }
    }
    assert_eq!(messages.sent().len(), 3, "what is on record as sent was sent, once for each command");
}
