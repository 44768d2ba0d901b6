//! The register of agreements: those that end within two months stand first and say so.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::record::{Line, ListPage, Way};
use axum::extract::State;
use yixian_domain::access::{Ask, may};
use yixian_domain::agreement::Agreement;

/// Days before its last day in which an agreement says so.
pub(crate) const SOON: i32 = 60;

/// An agreement's title in the reader's language.
pub(crate) fn title(say: &Say, a: &Agreement) -> String {
    say.named(&a.details.title, a.details.title_en.as_deref())
}

/// How it stands: ended, over, or so many days left where they are few.
pub(crate) fn standing(say: &Say, a: &Agreement) -> Option<(&'static str, String)> {
    let today = say.today();
    if a.ended.as_ref().is_some_and(|(on, _)| *on <= today) {
        return Some(("", say.t("agreement-ended")));
    }
    if a.details.valid_to.is_some_and(|to| to < today) {
        return Some(("", say.t("agreement-over")));
    }
    if !a.in_force(today) {
        return Some(("", say.t("agreement-to-come")));
    }
    let left = a.days_left(today).filter(|left| *left <= SOON)?;
    Some(("due-soon", say.t1("agreement-days-left", "n", i64::from(left))))
}

/// An agreement as a line.
pub(crate) fn line(say: &Say, a: &Agreement) -> Line {
    let until = match a.details.valid_to {
        Some(to) => format!("{} – {}", say.day(a.details.signed), say.day(to)),
        None => say.t1("since-day", "day", say.day(a.details.signed)),
    };
    let line = Line::to(format!("/agreements/{}", a.id), title(say, a)).muted(until).end(a.code.clone());
    match standing(say, a) {
        Some((class, text)) => line.mark(class, text),
        None => line,
    }
}

/// `GET /agreements`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    let say = &v.say;
    let all = web.app().agreements(&v.actor).await?;
    let directory = web.app().directory().await?;
    let keeps = directory.units().any(|u| may(&v.actor, &Ask::KeepAgreement(&u.path)).is_ok());
    let soon = all.iter().filter(|a| a.days_left(say.today()).is_some_and(|left| left <= SOON)).count();
    show(&ListPage {
        lines: all.iter().map(|a| line(say, a)).collect(),
        title: say.t("agreements-title"),
        hint: say.t("agreements-hint"),
        ways: if keeps { vec![Way::first(say.t("agreement-new"), "/agreements/new")] } else { Vec::new() },
        at: "/agreements",
        form: Form::default(),
        asked: Vec::new(),
        notes: if soon > 0 { vec![("banner-warn", say.t1("agreements-soon", "n", soon as i64))] } else { Vec::new() },
        none: say.t("agreements-none"),
        next: None,
        first: None,
        f: Frame::of(&web, &v, "agreements").await?,
    })
}
