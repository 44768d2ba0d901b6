//! The ledger verified, page by page. It trusts nothing it shows: the store counts the chain again.

use crate::door::frame::Frame;
use crate::door::page::{Page, show_as};
use crate::door::say::Say;
use crate::door::telling::digits;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::organisation::overview::PAGE;
use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use uuid::Uuid;
use yixian_app::ledger::{Checked, LedgerHead};
use yixian_domain::ids::By;

struct EventLine {
    seq: i64,
    what: String,
    kind: String,
    href: Option<String>,
    who: String,
    happened: String,
    recorded: String,
    late: bool,
    hash: String,
}

#[derive(Template)]
#[template(path = "organisation/ledger.html")]
struct LedgerPage {
    f: Frame,
    head: LedgerHead,
    events_n: String,
    sealed_n: String,
    sealed_at: Option<String>,
    checked: Option<Checked>,
    events: Vec<EventLine>,
    before: Option<i64>,
    first: bool,
}

/// What happened, in words: as the ledger says it, else as a step of the flow, else as the record's own page says it.
pub(crate) fn happened(say: &Say, code: &str) -> String {
    let keys = ["happened", "step", "event"].map(|family| format!("{family}-{}", code.replace('_', "-")));
    keys.iter().find(|key| say.has(key)).map_or_else(|| code.to_owned(), |key| say.t(key))
}

/// The page of a record by the kind that the ledger gives it, where it has one.
pub(crate) fn record_at(kind: &str, record: Uuid) -> Option<String> {
    let page = match kind {
        "matter" => "matters",
        "visit" => "visits",
        "unit" => "admin/units",
        "person" => "admin/people",
        "place" => "places",
        "partner" => "partners",
        "section" => "sections",
        "document" => "documents",
        "recognition" => "recognitions",
        "agreement" => "agreements",
        "praise" => "praise",
        "publication" => "publications",
        "household" => "households",
        _ => return None,
    };
    Some(format!("/{page}/{record}"))
}

/// `GET /admin/ledger`; with `verify=1` everything is recomputed.
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let q = query(uri.query());
    let before = q.get("before").parse::<i64>().ok();
    let found = web.app().ledger_list(&v.actor, before, PAGE as i64).await?;
    let checked = if q.ticked("verify") { Some(web.app().ledger_check(&v.actor).await?) } else { None };
    let directory = web.app().directory().await?;
    let say = &v.say;
    let who = |by: Option<&By>| match by {
        Some(By::Person(p)) => directory.person(*p).map_or_else(|| say.t("erased"), |p| p.name.clone()),
        Some(By::Raiser(_)) => say.t("by-raiser"),
        Some(By::Partner(_)) => say.t("by-partner"),
        Some(By::Import) => say.t("by-import"),
        Some(By::Rule) | None => say.t("by-rule"),
    };
    let events: Vec<EventLine> = found
        .events
        .iter()
        .map(|e| EventLine {
            seq: e.seq,
            what: happened(say, &e.code),
            kind: say.of_or("record", &e.kind),
            href: record_at(&e.kind, e.record),
            who: who(e.by.as_ref()),
            happened: say.moment(e.happened),
            recorded: say.moment(e.recorded),
            late: e.late,
            hash: e.hash.chars().take(12).collect(),
        })
        .collect();
    let page = LedgerPage {
        sealed_at: found
            .head
            .sealed_at
            .map(|at| say.t2("ledger-sealed-when", ("at", say.moment(at)), ("n", found.head.seal))),
        events_n: digits(found.head.events as u64),
        sealed_n: digits(found.head.sealed_to as u64),
        before: events.last().map(|e| e.seq).filter(|n| *n > 1),
        head: found.head,
        checked,
        events,
        first: before.is_none(),
        f: Frame::of(&web, &v, "ledger").await?,
    };
    show_as(StatusCode::OK, &page)
}
