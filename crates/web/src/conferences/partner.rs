//! A partner's page as staff see it: all that is between it and us, with the meetings at which it had a seat.

use super::shown::{name, title};
use crate::agreements::partner::between;
use crate::door::page::{Page, show};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::record::{Block, Body, Line};
use axum::extract::{Path, State};
use uuid::Uuid;
use yixian_domain::conference::Member;
use yixian_domain::ids::PartnerId;

/// Meetings shown.
const MEETINGS: usize = 20;

/// `GET /partners/{id}`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<Uuid>) -> Page {
    let say = &v.say;
    let mut page = between(&web, &v, id).await?;
    let meetings = web.app().meetings_of_partner(&v.actor, PartnerId(id)).await?;
    let lines = meetings.iter().take(MEETINGS).map(|(c, m)| {
        let line = Line::to(format!("/meetings/{}", m.id), title(say, m)).muted(name(say, c));
        match m.attendance_of(Member::Partner(PartnerId(id))) {
            Some(a) => line.end(say.of("attendance", a.how.as_str())),
            None => line,
        }
    });
    let meetings = Block::new("meetings", say.t("partner-meetings"), Body::Lines(lines.collect()));
    // Above what happened to the record itself.
    let at = page.blocks.len().saturating_sub(1);
    page.blocks.insert(at, meetings);
    show(&page)
}
