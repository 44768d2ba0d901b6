//! Aspects by departments: where tasks are, how many of them are done, and where something is overdue. On a narrow screen an empty
//! cell is not shown, so that each aspect is a card with its departments.

use super::indicator::as_of;
use super::shown::{Tally, name, unit};
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::form::record::{Block, Body, RecordPage};
use crate::programmes::bars::escaped;
use axum::extract::{Path, State};
use axum::http::Uri;
use std::collections::BTreeMap;
use std::fmt::Write;
use yixian_domain::ids::{AspectId, UnitId};

/// `GET /indicators/{id}/matrix`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    uri: Uri,
) -> Page {
    let (say, q) = (&v.say, query(uri.query()));
    let p = web.app().indicator(&v.actor, &at, as_of(say, &q)?).await?;
    let i = &p.indicator;
    let mut cells: BTreeMap<(AspectId, UnitId), Tally> = BTreeMap::new();
    let (mut aspects, mut units): (BTreeMap<AspectId, Tally>, BTreeMap<UnitId, Tally>) = Default::default();
    for t in &p.tasks {
        cells.entry((t.leaf.aspect, t.leaf.owner)).or_default().add(t, p.at);
        aspects.entry(t.leaf.aspect).or_default().add(t, p.at);
        units.entry(t.leaf.owner).or_default().add(t, p.at);
    }
    let mut columns: Vec<(UnitId, Tally)> = units.into_iter().collect();
    columns.sort_by_key(|(_, t)| std::cmp::Reverse(t.all));
    let code = |id: UnitId| p.directory.unit(id).map(|u| u.code.clone()).unwrap_or_default();
    let cell = |out: &mut String, t: Option<&Tally>, label: &str, href: String| {
        let _ = match t {
            Some(t) => write!(
                out,
                r#"<td data-label="{}"><a class="due {}" href="{}">{}</a></td>"#,
                escaped(label),
                t.class(),
                escaped(&href),
                t.told()
            ),
            None => write!(out, "<td></td>"),
        };
    };
    let mut out = String::new();
    if let Some(version) = p.version.as_ref().filter(|_| !p.tasks.is_empty()) {
        let _ = write!(
            out,
            r#"<div class="table-wrap" tabindex="0"><table class="table table-cards table-dense"><thead><tr><th scope="col">{}</th>"#,
            escaped(&say.t("indicator-aspect"))
        );
        for (id, _) in &columns {
            let _ = write!(out, r#"<th scope="col">{}</th>"#, escaped(&unit(say, &p.directory, *id)));
        }
        let _ = write!(out, r#"<th scope="col">{}</th></tr></thead><tbody>"#, escaped(&say.t("indicator-all")));
        let base = format!("/indicators/{}", i.code);
        for a in version.tree.carrying() {
            let called = format!("{} {}", a.code, say.named(&a.name, a.name_en.as_deref()));
            let _ = write!(out, r#"<tr><th scope="row">{}</th>"#, escaped(&called));
            let open: String = form_urlencoded::byte_serialize(a.code.as_bytes()).collect();
            for (id, _) in &columns {
                let href = format!("{base}?department={}&open={open}#tree", code(*id));
                cell(&mut out, cells.get(&(a.id, *id)), &unit(say, &p.directory, *id), href);
            }
            cell(&mut out, aspects.get(&a.id), &say.t("indicator-all"), format!("{base}?open={open}#tree"));
            out.push_str("</tr>");
        }
        let _ = write!(out, r#"</tbody><tfoot><tr><th scope="row">{}</th>"#, escaped(&say.t("indicator-all")));
        for (id, t) in &columns {
            cell(&mut out, Some(t), &unit(say, &p.directory, *id), format!("{base}?department={}#tree", code(*id)));
        }
        let all = Tally::of(&p.tasks, p.at);
        cell(&mut out, Some(&all), &say.t("indicator-all"), base);
        out.push_str("</tr></tfoot></table></div>");
    }
    show(&RecordPage {
        crumbs: vec![
            (say.t("indicators-title"), "/indicators".into()),
            (name(say, i), format!("/indicators/{}", i.code)),
        ],
        sub: vec![say.t("matrix-hint")],
        blocks: vec![Block::new("matrix", say.t("matrix-title"), Body::Html(out)).none(say.t("breakdown-none"))],
        ..RecordPage::new(Frame::of(&web, &v, "indicators").await?, say.t("matrix-title"))
    })
}
