//! The milestones of a programme as a calendar for other programs: what is planned and not reached, each on its day.

use crate::door::page::Page;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::programmes::list::name;
use crate::programmes::section::called;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use yixian_app::planning::calendar::{Entry, When, calendar};
use yixian_domain::programme::milestone::milestone_id;

/// `GET /programmes/{id}/calendar`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let works = web.app().works(&v.actor, &at, None).await?;
    let (say, p) = (&v.say, &works.programme);
    let policies = web.app().policies();
    let kinds = policies.milestones.of(p.details.kind);
    let mut entries = Vec::new();
    for s in works.sections.iter().filter(|s| s.counts()) {
        for (i, m) in s.milestones.iter().enumerate() {
            let Some(day) = m.expected().filter(|_| m.reached().is_none()) else { continue };
            entries.push(Entry {
                uid: format!("{}@yixian", milestone_id(s.id, i)),
                sequence: s.rev,
                stamp: s.last_at,
                when: When::Day(day),
                summary: format!("{} · {}", s.details.name, called(say, kinds, &m.code)),
                description: String::new(),
                location: s.details.district.clone(),
                point: None,
                url: format!("{}/sections/{}", web.options().public_url, s.id),
                cancelled: false,
                confidential: false,
            });
        }
    }
    let body = calendar(&name(say, p), &entries);
    let file = format!("attachment; filename=\"{}.ics\"", p.code);
    let headers =
        [(header::CONTENT_TYPE, "text/calendar; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, file)];
    Ok((headers, body).into_response())
}
