//! The log of security for administrators: who signed in, and what became of passwords, tokens and links. Whom it is about
//! and on which days may be chosen.

use crate::door::frame::Frame;
use crate::door::page::{Page, show_as};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use yixian_app::AppError;
use yixian_domain::ids::{By, PersonId};

struct Line {
    seq: i64,
    what: String,
    about: String,
    whom: String,
    href: Option<String>,
    who: String,
    when: String,
    network: String,
}

#[derive(Template)]
#[template(path = "organisation/security.html")]
struct SecurityPage {
    f: Frame,
    people: Vec<(String, String, bool)>,
    from: String,
    to: String,
    lines: Vec<Line>,
}

/// Days that are shown where none are chosen.
const DAYS: i32 = 7;

/// `GET /admin/security?person=&from=&to=`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let q = query(uri.query());
    let say = &v.say;
    let bad = |e| AppError::Invalid(vec![e]);
    let person = q.optional::<PersonId>("person", "person").map_err(bad)?;
    let day = |name| match q.get(name) {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| AppError::field("from", "filter")),
    };
    let to = day("to")?.unwrap_or_else(|| say.today());
    let from = day("from")?.unwrap_or_else(|| to.saturating_sub(jiff::Span::new().days(DAYS)));
    let found = web.app().security_log(&v.actor, person, from, to).await?;
    let directory = web.app().directory().await?;
    let name = |p: PersonId| directory.person(p).map_or_else(|| say.t("erased"), |p| p.name.clone());
    let mut people: Vec<_> = directory
        .people()
        .filter(|p| directory.unit(p.unit).is_some_and(|u| crate::organisation::choices::administers(&v, u)))
        .map(|p| (p.id.to_string(), format!("{} {}", p.name, p.code), person == Some(p.id)))
        .collect();
    people.sort_by(|a, b| a.1.cmp(&b.1));
    let lines = found
        .into_iter()
        .map(|l| {
            let what = l.what.as_deref().map(|w| say.of_or("way", w));
            let why = l.why.as_deref().map(|w| say.of_or("way-why", w));
            Line {
                seq: l.seq,
                what: say.of_or("happened", &l.code),
                about: what.into_iter().chain(why).collect::<Vec<_>>().join(" · "),
                whom: l.person.map_or_else(|| say.t("security-nobody"), name),
                href: l.person.map(|p| format!("/admin/people/{p}")),
                who: match l.by {
                    Some(By::Person(p)) if Some(p) == l.person => say.t("security-own"),
                    Some(By::Person(p)) => name(p),
                    _ => say.t("by-rule"),
                },
                when: say.moment(l.at),
                network: l.network.unwrap_or_default(),
            }
        })
        .collect();
    let (from, to) = (from.to_string(), to.to_string());
    show_as(StatusCode::OK, &SecurityPage { people, from, to, lines, f: Frame::of(&web, &v, "ledger").await? })
}
