//! Administration: units as a tree, people with their roles, places, exemptions, the ledger. Each
//! form is one command; a record made here carries the id minted when its form was shown, so that a
//! double submit makes one record.

use crate::door::frame::Frame;
use crate::door::page::{Page, cut, show};
use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::page::Choice;
use crate::organisation::choices::{administers, own_units};
use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_app::code_of;
use yixian_domain::access::{Ask, may};
use yixian_domain::ids::{PersonId, UnitId};
use yixian_domain::org::Unit;

/// People and events on a page.
pub(super) const PAGE: usize = 50;

struct UnitLine {
    id: Uuid,
    name: String,
    code: String,
    kind: String,
    people: usize,
    deep: usize,
}

struct Group {
    head: UnitLine,
    below: Vec<UnitLine>,
}

struct PersonLine {
    id: Uuid,
    name: String,
    code: String,
    unit: String,
    what: String,
    roles: String,
    duty: bool,
}

#[derive(Template)]
#[template(path = "organisation/overview.html")]
struct AdminPage {
    f: Frame,
    form: Form,
    root: Option<UnitLine>,
    groups: Vec<Group>,
    unit_count: usize,
    people: Vec<PersonLine>,
    people_count: usize,
    units: Vec<Choice>,
    next: Option<String>,
    exempt: Vec<(Uuid, String, String, String)>,
}

/// A reason in words; what somebody wrote himself stays as he wrote it.
pub(super) fn exempt_reason(say: &Say, reason: &str) -> String {
    if matches!(reason, "leave" | "business_trip") { say.of("exempt", reason) } else { reason.to_owned() }
}

/// `GET /admin`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    may(&v.actor, &Ask::Audit)?;
    let form = query(uri.query());
    let directory = web.app().directory().await?;
    let say = &v.say;
    let own: Vec<&Unit> = directory.units().filter(|u| administers(&v, u)).collect();
    let count = |u: &Unit| {
        directory.people().filter(|p| directory.unit(p.unit).is_some_and(|of| u.path.contains(&of.path))).count()
    };
    let top = own.iter().map(|u| u.path.depth()).min().unwrap_or(1);
    let line = |u: &Unit| UnitLine {
        id: u.id.0,
        name: unit_name(say, u),
        code: u.code.clone(),
        kind: say.of("unit-kind", &code_of(u.kind)),
        people: count(u),
        deep: u.path.depth().saturating_sub(top).min(5),
    };
    // The highest unit stands alone when there is one; those below it, or the highest ones, are groups.
    let tops = own.iter().filter(|u| u.path.depth() == top).count();
    let root = own.iter().find(|u| tops == 1 && u.path.depth() == top);
    let level = if root.is_some() { top + 1 } else { top };
    let mut groups: Vec<Group> = Vec::new();
    for u in own.iter().filter(|u| root.is_none_or(|r| r.id != u.id)) {
        match groups.last_mut() {
            Some(g) if u.path.depth() > level => g.below.push(line(u)),
            _ => groups.push(Group { head: line(u), below: Vec::new() }),
        }
    }

    let mut roles: HashMap<PersonId, Vec<String>> = HashMap::new();
    for (who, role, over) in web.app().roles(&v.actor).await? {
        let over = directory.unit(over).map(|u| unit_name(say, u)).unwrap_or_default();
        roles.entry(who).or_default().push(say.t2(
            "role-over",
            ("role", say.of("role", &code_of(role))),
            ("unit", over),
        ));
    }
    let chosen = form.get("unit").parse::<UnitId>().ok().and_then(|u| directory.unit(u));
    let q = form.get("q").to_lowercase();
    let mut people: Vec<_> = directory
        .people()
        .filter(|p| {
            let Some(of) = directory.unit(p.unit) else { return false };
            administers(&v, of)
                && chosen.is_none_or(|u| u.path.contains(&of.path))
                && (q.is_empty() || p.name.to_lowercase().contains(&q) || p.code.to_lowercase().contains(&q))
        })
        .collect();
    people.sort_by(|a, b| a.code.cmp(&b.code));
    let people_count = people.len();
    people.retain(|p| p.code.as_str() > form.get("after"));
    let more = cut(&mut people, PAGE);
    let next =
        people.last().filter(|_| more).map(|p| format!("/admin?{}#people", form.query_with(&[("after", &p.code)])));
    let today = say.today();
    let exempt = web
        .app()
        .exemptions(&v.actor, today, today)
        .await?
        .into_iter()
        .filter_map(|(who, from, to, why)| {
            let p = directory.person(who)?;
            directory.unit(p.unit).filter(|u| administers(&v, u))?;
            let days = say.t2("period-days", ("from", say.day(from)), ("to", say.day(to)));
            Some((who.0, p.name.clone(), days, exempt_reason(say, &why)))
        })
        .collect();
    let page = AdminPage {
        root: root.map(|u| line(u)),
        groups,
        unit_count: own.len(),
        people: people
            .into_iter()
            .map(|p| PersonLine {
                id: p.id.0,
                name: p.name.clone(),
                code: p.code.clone(),
                unit: directory.unit(p.unit).map(|u| unit_name(say, u)).unwrap_or_default(),
                what: format!(
                    "{} · {}",
                    say.of("level", &code_of(p.level)),
                    say.of("specialty", &code_of(p.specialty))
                ),
                roles: roles.get(&p.id).map(|r| r.join(&say.t("list-separator"))).unwrap_or_default(),
                duty: p.duty,
            })
            .collect(),
        people_count,
        units: own_units(&v, &directory),
        next,
        exempt,
        form,
        f: Frame::of(&web, &v, "admin").await?,
    };
    show(&page)
}
