//! What a text finds, in groups of ten; one group alone shows more of it. Which of it somebody may see is decided by those
//! who find it.

use crate::door::frame::Frame;
use crate::door::page::{Page, cut, show};
use crate::door::telling::{count, unit_name};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::matters::rows::{self, Row, about_at};
use crate::visits::list::{self, Line};
use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use yixian_app::code_of;
use yixian_app::search::{Found, Group};
use yixian_domain::access::{Ask, may};

/// Rows of a group, and of a group alone.
const FEW: usize = 10;
const MANY: usize = 100;

/// A place, a person or a record of a register.
struct Known {
    href: String,
    name: String,
    what: String,
    code: String,
}

enum Rows {
    Matters(Vec<Row>),
    Visits(Vec<Line>),
    Known(Vec<Known>),
}

struct Part {
    name: &'static str,
    title: String,
    /// How many there are, where that is known.
    total: Option<String>,
    rows: Rows,
    more: Option<String>,
}

#[derive(Template)]
#[template(path = "search/page.html")]
struct SearchPage {
    f: Frame,
    text: String,
    parts: Vec<Part>,
    /// Where all groups are shown, on the page of one.
    all: Option<String>,
}

/// `GET /search`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let q = query(uri.query());
    let say = &v.say;
    let text: String = q.get("text").trim().chars().take(100).collect();
    let alone = Group::ALL.into_iter().find(|g| g.as_str() == q.get("show"));
    let directory = web.app().directory().await?;
    let mut parts = Vec::new();
    for group in Group::ALL.into_iter().filter(|g| alone.is_none_or(|a| a == *g)) {
        let limit = if alone.is_some() { MANY } else { FEW };
        let mut total = None;
        let (rows, more) = match web.app().search(&v.actor, &text, group, limit).await? {
            Found::Matters(mut found, n) => {
                let more = cut(&mut found, limit);
                total = Some(say.t1("search-total", "n", count(say, n)));
                (Rows::Matters(rows::rows(&web, say, &found).await?), more)
            }
            Found::Visits(mut found) => {
                let more = cut(&mut found, limit);
                (Rows::Visits(list::lines(&web, say, &found).await?), more)
            }
            Found::Registers(mut found) => {
                let more = cut(&mut found, limit);
                let known = found.into_iter().map(|e| Known {
                    href: about_at(e.about.kind, e.about.id),
                    what: say.of("about-kind", e.about.kind.as_str()),
                    name: say.named(&e.name, e.name_en.as_deref()),
                    code: e.code,
                });
                (Rows::Known(known.collect()), more)
            }
            Found::Places(mut found) => {
                let more = cut(&mut found, limit);
                let known = found.into_iter().map(|p| Known {
                    href: format!("/places/{}", p.id),
                    what: format!("{} · {}", say.of("place-kind", &code_of(p.kind)), p.district),
                    name: p.name,
                    code: p.code,
                });
                (Rows::Known(known.collect()), more)
            }
            Found::People(mut found) => {
                let more = cut(&mut found, limit);
                let known = found.into_iter().map(|p| {
                    let unit = directory.unit(p.unit);
                    let administers = unit.is_some_and(|u| may(&v.actor, &Ask::Administer(&u.path)).is_ok());
                    Known {
                        href: if administers { format!("/admin/people/{}", p.id) } else { visits_of(&p.name) },
                        what: format!(
                            "{} · {}",
                            unit.map(|u| unit_name(say, u)).unwrap_or_default(),
                            say.of("level", &code_of(p.level))
                        ),
                        name: p.name,
                        code: p.code,
                    }
                });
                (Rows::Known(known.collect()), more)
            }
        };
        let empty = match &rows {
            Rows::Matters(r) => r.is_empty(),
            Rows::Visits(r) => r.is_empty(),
            Rows::Known(r) => r.is_empty(),
        };
        if empty && alone.is_none() {
            continue;
        }
        parts.push(Part {
            name: group.as_str(),
            title: say.of("search-group", group.as_str()),
            total,
            rows,
            more: more.then(|| more_of(group, &text, alone.is_some())).flatten(),
        });
    }
    show(&SearchPage {
        f: Frame::of(&web, &v, "search").await?,
        all: alone.map(|_| address("/search", &[("text", &text)])),
        text,
        parts,
    })
}

fn visits_of(name: &str) -> String {
    address("/search", &[("text", name), ("show", Group::Visits.as_str())])
}

/// Where more of a group is shown: alone on this page, then on the page of its lists, where it has one that is looked
/// through by the same text.
fn more_of(group: Group, text: &str, alone: bool) -> Option<String> {
    match (group, alone) {
        (_, false) => Some(address("/search", &[("text", text), ("show", group.as_str())])),
        (Group::Matters, true) => Some(address("/matters", &[("text", text)])),
        (Group::Connections, true) => Some(address("/matters", &[("text", text), ("kind", "connection")])),
        (Group::Places, true) => Some(address("/places", &[("text", text)])),
        (Group::Visits | Group::Registers | Group::People, true) => None,
    }
}

fn address(path: &str, fields: &[(&str, &str)]) -> String {
    format!("{path}?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish())
}
