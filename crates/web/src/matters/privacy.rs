//! Who had personal data shown, what for, and who erased them: the list of an administrator, of what he administers.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::matters::erase::erased_words;
use crate::matters::matter::who;
use crate::matters::rows::number;
use crate::matters::show::disclosed_words;
use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use yixian_app::matters::{DataOf, DoneWith};

/// Rows of a page.
const PAGE: i64 = 50;

struct Line {
    when: String,
    who: String,
    what: String,
    record: String,
    href: String,
}

#[derive(Template)]
#[template(path = "matters/privacy.html")]
struct PrivacyPage {
    f: Frame,
    lines: Vec<Line>,
    next: Option<i64>,
    first: bool,
}

/// `GET /admin/privacy`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let before = query(uri.query()).get("before").parse::<i64>().ok();
    let (found, next) = web.app().privacy_events(&v.actor, before, PAGE).await?;
    let directory = web.app().directory().await?;
    let say = &v.say;
    let lines = found
        .iter()
        .map(|e| {
            let (record, href) = match e.of {
                DataOf::Matter(id, n, raised) => (number(say, raised, n), format!("/matters/{id}")),
                DataOf::Person(id) => {
                    let code = directory.person(id).map(|p| p.code.clone()).unwrap_or_default();
                    (say.t1("privacy-person", "code", code), format!("/admin/people/{id}"))
                }
            };
            Line {
                when: say.moment(e.row.happened),
                who: who(say, &directory, &e.row.by),
                what: match &e.row.event {
                    DoneWith::Disclosed { data, purpose } => disclosed_words(say, data, *purpose),
                    DoneWith::Erased { ground, photos } => erased_words(say, *ground, photos.len()),
                },
                record,
                href,
            }
        })
        .collect();
    show(&PrivacyPage { f: Frame::of(&web, &v, "privacy").await?, lines, next, first: before.is_none() })
}
