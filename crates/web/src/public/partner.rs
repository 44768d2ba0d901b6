//! What a body outside sees first by its link: the works it has in hand, what it owes, what it asked for. Only its own.

use crate::agreements::list::line as agreement;
use crate::community::shown::own_line;
use crate::door::frame::Frame;
use crate::door::page::{Page, show_as};
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use crate::form::record::{Block, Body, Line, RecordPage, Way};
use crate::partners::link::{at, opened};
use crate::partners::list::name;
use crate::partners::partner::matter_lines;
use crate::programmes::programme::line;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_domain::ids::MatterId;

/// `GET /p/{id}/{secret}`
pub async fn page(State(web): State<Web>, v: Visitor, Path((id, secret)): Path<(Uuid, String)>) -> Page {
    let (actor, partner) = opened(&web, id, &secret).await?;
    let p = web.app().partner_page(&actor, partner.id).await?;
    let say = &v.say;
    let own = at(partner.id, &secret);
    let to_matter = |m: MatterId| format!("{own}/matters/{m}");
    let mut sections = web.app().sections_of_partner(&actor, partner.id).await?;
    sections.sort_by_key(|s| (std::cmp::Reverse(s.stands(say.today())), s.code.clone()));
    let works = sections.iter().map(|s| line(say, s, say.today(), format!("{own}/works/{}", s.id)));
    let agreements = web.app().agreements_of(&actor, partner.id).await?;
    let in_force = agreements.iter().filter(|a| a.in_force(say.today())).map(|a| Line {
        // It opens nothing: the page of an agreement is for staff.
        href: None,
        ..agreement(say, a)
    });
    let sessions = web.app().community_sessions(&actor, partner.id).await?;
    let sessions = sessions.iter().map(|s| own_line(say, s));
    let page = RecordPage {
        sub: vec![say.t("partner-own-hint")],
        ways: vec![Way::to(say.t("partner-own-minutes"), format!("{own}/minutes"))],
        blocks: vec![
            Block::new("works", say.t("works-own"), Body::Lines(works.collect())),
            Block::new("owed", say.t("partner-own-owed"), Body::Lines(matter_lines(say, &p.owed, to_matter)))
                .none(say.t("partner-own-owed-none")),
            Block::new("raised", say.t("partner-own-raised"), Body::Lines(matter_lines(say, &p.raised, to_matter)))
                .none(say.t("partner-own-raised-none")),
            Block::new("sessions", say.t("community-own"), Body::Lines(sessions.collect())),
            Block::new("agreements", say.t("sheet-agreements"), Body::Lines(in_force.collect())),
        ],
        ..RecordPage::new(Frame { person: None, ..Frame::plain(&web, &v) }, name(say, &partner))
    };
    show_as(StatusCode::OK, &page)
}
