//! A section as a body outside sees it by its link: what was planned and reached, what it may report, or confirm where it
//! supervises. Nothing of anybody else's.

use crate::door::frame::Frame;
use crate::door::page::{Page, to};
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::form::record::{Block, Body, blocks_html};
use crate::partners::link::{at, opened};
use crate::programmes::act::report;
use crate::programmes::section::{called, milestone_table};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::ProgrammeCommand as C;

/// What may be done, as `report start`, `confirm start`.
fn split(what: &str) -> Option<(&str, &str)> {
    what.split_once(' ')
}

async fn shown(
    web: &Web,
    v: &Visitor,
    (id, secret, section): (Uuid, &str, Uuid),
    mut form: Form,
    faults: Faults,
    status: StatusCode,
) -> Page {
    let (actor, partner) = opened(web, id, secret).await?;
    let p = web.app().section_page(&actor, section).await?;
    let (say, s) = (&v.say, &p.section);
    let policies = web.app().policies();
    let kinds = policies.milestones.of(p.programme.details.kind);
    let directory = web.app().directory().await?;
    form.mint(web, &["command_id"]);
    let mut list = Vec::new();
    for m in &s.milestones {
        match &m.actual {
            None if p.reports => {
                list.push((
                    format!("report {}", m.code),
                    say.t1("works-report-of", "name", called(say, kinds, &m.code)),
                ));
            }
            Some(a) if a.confirmed.is_none() && p.confirms => {
                list.push((
                    format!("confirm {}", m.code),
                    say.t1("works-confirm-of", "name", called(say, kinds, &m.code)),
                ));
            }
            Some(_) | None => {}
        }
    }
    if let ("", Some(first)) = (form.get("what"), list.first()) {
        let first = first.0.clone();
        form.set("what", first);
    }
    if form.get("day").is_empty() {
        form.set("day", say.today().to_string());
    }
    let names = HashMap::from([(partner.id.0, partner.clone())]);
    let table = milestone_table(say, &directory, &names, s, kinds);
    let f = Frame { person: None, ..Frame::plain(web, v) };
    let below = blocks_html(&f, &[Block::new("milestones", say.t("works-milestones"), Body::Table(table))])?;
    let own = at(partner.id, secret);
    let mut fields = vec![Field::new("what", say.t("partner-do"), Kind::Choice(list.clone()))];
    if p.reports {
        fields.push(Field::new("day", say.t("works-reached-on"), Kind::Line("date")));
        fields.push(Field::new("photos", say.t("works-photo"), Kind::Photos));
        fields.push(Field::new("without_permit", say.t("works-without-permit-why"), Kind::Text).optional());
    }
    let label = say.named(&s.details.name, s.details.name_en.as_deref());
    FormPage {
        sub: Some(format!("{} · {}", s.code, say.of("section", s.progress().as_str()))),
        crumbs: vec![(crate::partners::list::name(say, &partner), own.clone())],
        action: format!("{own}/works/{section}"),
        back: own,
        nothing: list.is_empty().then(|| say.t("partner-nothing")),
        button: say.t("send"),
        fields,
        below,
        ..FormPage::new(f, label, form, faults)
    }
    .shown(status)
}

/// `GET /p/{id}/{secret}/works/{section}`
pub async fn page(State(web): State<Web>, v: Visitor, Path((id, secret, section)): Path<(Uuid, String, Uuid)>) -> Page {
    shown(&web, &v, (id, &secret, section), Form::default(), Faults::none(), StatusCode::OK).await
}

/// `POST /p/{id}/{secret}/works/{section}`
pub async fn submit(
    State(web): State<Web>,
    v: Visitor,
    Path((id, secret, section)): Path<(Uuid, String, Uuid)>,
    mut form: Form,
) -> Page {
    let (actor, partner) = opened(&web, id, &secret).await?;
    // Whose section it is not is told nothing of it.
    web.app().section_page(&actor, section).await?;
    form.take_photos(&web).await;
    let read = {
        let mut r = Reading::default();
        let command = match split(form.get("what")) {
            Some(("report", milestone)) => report(section, milestone.to_owned(), &form, &mut r),
            Some(("confirm", milestone)) => Some(C::ConfirmMilestone { section, milestone: milestone.to_owned() }),
            Some(_) | None => None,
        };
        r.done().and_then(|()| command.ok_or_else(|| AppError::field("what", "partner_do")))
    };
    match Post::by(&web, &v).of(&actor).send(form, read.map(Read::now)).await? {
        Posted::Done(_) => to(&format!("{}/works/{section}", at(partner.id, &secret))),
        Posted::Again(Again { form, faults, status }) => {
            shown(&web, &v, (id, &secret, section), form, faults, status).await
        }
    }
}
