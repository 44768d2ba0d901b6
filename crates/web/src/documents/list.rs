//! The register of documents as it stands on a day: those in force first, and how many they are.

use super::shown::line;
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::form::page::choice;
use crate::form::record::{Asked, ListPage, Way};
use axum::extract::State;
use axum::http::Uri;
use yixian_domain::access::{Ask, may};
use yixian_domain::document::{Document, DocumentKind};

/// `GET /documents`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let say = &v.say;
    let form = query(uri.query());
    let mut notes = Vec::new();
    // A day that cannot be read is said, and what was typed stays.
    let day = match form.optional_day("on") {
        Ok(day) => day.unwrap_or_else(|| say.today()),
        Err(fault) => {
            notes.push(("banner-warn", say.invalid(&fault)));
            say.today()
        }
    };
    let kind = DocumentKind::parse(form.get("kind"));
    let only = form.get("show") == "in_force";
    let all = web.app().documents(&v.actor, day).await?;
    let of_kind = all.iter().filter(|d| kind.is_none_or(|k| d.details.kind == k));
    let shown: Vec<&Document> = of_kind.filter(|d| !only || d.in_force(day)).collect();
    let in_force = shown.iter().filter(|d| d.in_force(day)).count();
    let directory = web.app().directory().await?;
    let keeps = directory.units().any(|u| may(&v.actor, &Ask::KeepDocument(&u.path)).is_ok());
    let mut ways = vec![Way::to(say.t("recognitions-title"), "/recognitions")];
    if keeps {
        ways.insert(0, Way::first(say.t("document-new"), "/documents/new"));
    }
    show(&ListPage {
        lines: shown.iter().map(|d| line(say, d, day)).collect(),
        title: say.t("documents-title"),
        hint: say.t2("documents-in-force-on", ("day", say.day(day)), ("n", in_force)),
        ways,
        at: "/documents",
        asked: vec![
            Asked { name: "on", label: say.t("documents-on"), list: Vec::new() },
            Asked {
                name: "kind",
                label: say.t("document-kind"),
                list: choice(say, "document-kind", DocumentKind::ALL, DocumentKind::as_str),
            },
            Asked {
                name: "show",
                label: say.t("documents-show"),
                list: vec![("in_force".into(), say.t("documents-only-in-force"))],
            },
        ],
        form,
        notes,
        none: say.t("documents-none"),
        next: None,
        first: None,
        f: Frame::of(&web, &v, "documents").await?,
    })
}
