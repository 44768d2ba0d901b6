//! Outages as a list, the newest beginning first, narrowed by time, district, level and kind.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::telling::digits;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::page::choice;
use crate::form::paging::limit;
use crate::form::reading::Reading;
use crate::form::record::{Asked, Line, ListPage, Way};
use axum::extract::State;
use axum::http::Uri;
use yixian_app::outages::OutageFilter;
use yixian_app::{AppError, FieldError};
use yixian_domain::figure::Period;
use yixian_domain::outage::{NetworkLevel, Outage, OutageKind};
use yixian_domain::time::Instant;

/// Outages on a page.
const PAGE: usize = 50;

/// How long an outage lasted, or that it lasts.
pub(crate) fn lasted(say: &Say, o: &Outage) -> String {
    match o.facts.lasted_ms() {
        Some(ms) if ms < 60_000 => say.t1("outage-seconds", "n", ms / 1_000),
        Some(ms) if ms < 3_600_000 => say.t1("outage-minutes", "n", ms / 60_000),
        Some(ms) => say.t2("outage-hours", ("h", ms / 3_600_000), ("m", ms / 60_000 % 60)),
        None => say.t("outage-lasts"),
    }
}

/// An outage as a line.
pub(crate) fn line(say: &Say, o: &Outage) -> Line {
    let f = &o.facts;
    let text = format!("{} · {}", say.moment(f.start), f.district);
    let muted = [
        lasted(say, o),
        say.t1("outage-customers-n", "n", digits(u64::from(f.customers))),
        say.of("network-level", f.level.as_str()),
        say.of("outage-kind", f.kind.as_str()),
        f.cause.clone().unwrap_or_default(),
    ];
    let muted: Vec<String> = muted.into_iter().filter(|t| !t.is_empty()).collect();
    let line = Line::to(format!("/outages/{}", o.id), text).muted(muted.join(" · ")).end(o.code.clone());
    match (o.voided, f.end) {
        (true, _) => line.mark("", say.t("outage-voided")),
        (false, None) => line.mark("due-over", format!("■ {}", say.t("outage-lasts"))),
        (false, Some(_)) => line,
    }
}

/// Where a list goes on: the beginning and the id of its last outage.
pub(crate) fn cursor(o: &Outage) -> String {
    format!("{}_{}", o.facts.start.0, o.id)
}

/// The filter of a query; what cannot be read is told.
pub(crate) fn filter(say: &Say, q: &Form) -> Result<OutageFilter, AppError> {
    let mut r = Reading::default();
    let bad = |name: &'static str| FieldError::with(name, "filter", q.get(name));
    let word = |name: &'static str| Some(q.get(name)).filter(|t| !t.is_empty());
    let level = r.take(word("level").map(|t| NetworkLevel::parse(t).ok_or_else(|| bad("level"))).transpose()).flatten();
    let kind = r.take(word("kind").map(|t| OutageKind::parse(t).ok_or_else(|| bad("kind"))).transpose()).flatten();
    let period = r.take(word("period").map(|t| t.parse::<Period>().map_err(|_| bad("period"))).transpose()).flatten();
    let open = r.take(q.switch("open")).unwrap_or_default();
    let place = |text: &str| {
        let (at, id) = text.split_once('_')?;
        Some((Instant(at.parse().ok()?), id.parse().ok()?))
    };
    let after = r.take(word("after").map(|t| place(t).ok_or_else(|| bad("after"))).transpose()).flatten();
    let unit = r.take(q.optional("unit", "filter")).flatten();
    r.done()?;
    Ok(OutageFilter {
        begun: period.map(|p| p.bounds(say.zone())),
        district: word("district").map(str::to_owned),
        unit,
        level,
        kind,
        open,
        after,
    })
}

/// A page of outages of a query, and where it goes on.
pub(crate) async fn asked(
    web: &Web,
    v: &Visitor,
    q: &Form,
    most: usize,
) -> Result<(Vec<Outage>, Option<String>), AppError> {
    let mut all = web.app().outages(&v.actor, &filter(&v.say, q)?, most as i64 + 1).await?;
    let more = all.len() > most;
    all.truncate(most);
    let next = all.last().filter(|_| more).map(cursor);
    Ok((all, next))
}

/// The same with as many as the query asks for.
pub(crate) async fn answered(web: &Web, v: &Visitor, q: &Form) -> Result<(Vec<Outage>, Option<String>), AppError> {
    asked(web, v, q, limit(q)?).await
}

/// `GET /outages`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let say = &v.say;
    let form = query(uri.query());
    // What somebody types into the filter and cannot be read is told above the whole list.
    let (all, next, notes) = match asked(&web, &v, &form, PAGE).await {
        Ok((all, next)) => (all, next, Vec::new()),
        Err(AppError::Invalid(faults)) => {
            (Vec::new(), None, faults.iter().map(|f| ("banner-bad", say.invalid(f))).collect())
        }
        Err(e) => return Err(e.into()),
    };
    let keeps = web.app().keeps_any_outages(&v.actor).await?;
    let mut ways =
        vec![Way::to(say.t("reliability-title"), "/reliability"), Way::to(say.t("served-title"), "/outages/served")];
    if keeps {
        ways.insert(0, Way::first(say.t("outage-new"), "/outages/new"));
        ways.push(Way::to(say.t("import"), "/outages/import"));
    }
    let districts = web.app().districts().await?.into_iter().map(|d| (d.clone(), d)).collect();
    let ask = |name, key: &str, list| Asked { name, label: say.t(key), list };
    show(&ListPage {
        lines: all.iter().map(|o| line(say, o)).collect(),
        title: say.t("outages-title"),
        hint: say.t("outages-hint"),
        ways,
        at: "/outages",
        asked: vec![
            ask("period", "outages-period", Vec::new()),
            ask("district", "outage-district", districts),
            ask("level", "outage-level", choice(say, "network-level", NetworkLevel::ALL, NetworkLevel::as_str)),
            ask("kind", "outage-kind-label", choice(say, "outage-kind", OutageKind::ALL, OutageKind::as_str)),
            ask("open", "outage-state", vec![("1".to_owned(), say.t("outage-lasts"))]),
        ],
        notes,
        none: say.t("outages-none"),
        first: (!form.get("after").is_empty()).then(|| format!("/outages?{}", form.query_without("after"))),
        next: next.map(|after| format!("/outages?{}", form.query_with(&[("after", &after)]))),
        form,
        f: Frame::of(&web, &v, "reliability").await?,
    })
}
