//! What a member outside reads and signs by its partner's link: the text of the minutes and its own word on them. Of another
//! member it shows nothing.

use super::shown::{name, state_class, title};
use crate::door::frame::Frame;
use crate::door::page::{Page, show_as, to};
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::form::record::{Block, Body, Line, RecordPage, blocks_html};
use crate::partners::link::{at, opened};
use crate::partners::list::name as partner_name;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::ConferenceCommand;
use yixian_domain::conference::{Meeting, Member, Minutes, MinutesState};
use yixian_domain::ids::*;

/// The newest version that was sent out.
fn sent(m: &Meeting) -> Option<&Minutes> {
    m.minutes.iter().rev().find(|v| v.circulated_at.is_some())
}

/// `GET /p/{id}/{secret}/minutes`
pub async fn list(State(web): State<Web>, v: Visitor, Path((id, secret)): Path<(Uuid, String)>) -> Page {
    let (_, partner) = opened(&web, id, &secret).await?;
    let all = web.app().minutes_for(partner.id).await?;
    let say = &v.say;
    let own = at(partner.id, &secret);
    let lines = all.iter().map(|(c, m)| {
        let line = Line::to(format!("{own}/minutes/{}", m.id), title(say, m)).muted(name(say, c));
        let newest = sent(m);
        let waits = newest
            .is_some_and(|v| v.state == MinutesState::Circulated && v.signature(Member::Partner(partner.id)).is_none());
        if waits {
            line.mark("due-soon", say.t("minutes-waits-for-you"))
        } else {
            line.mark(state_class(newest), newest.map(|v| say.of("minutes", v.state.as_str())).unwrap_or_default())
        }
    });
    let page = RecordPage {
        crumbs: vec![(partner_name(say, &partner), own.clone())],
        blocks: vec![
            Block::new("minutes", say.t("minutes-yours"), Body::Lines(lines.collect()))
                .none(say.t("minutes-yours-none")),
        ],
        ..RecordPage::new(Frame { person: None, ..Frame::plain(&web, &v) }, say.t("minutes-title"))
    };
    show_as(StatusCode::OK, &page)
}

async fn shown(
    web: &Web,
    v: &Visitor,
    (id, secret, meeting): (Uuid, &str, Uuid),
    mut form: Form,
    faults: Faults,
    status: StatusCode,
) -> Page {
    let (_, partner) = opened(web, id, secret).await?;
    let (c, m, text) = web.app().minutes_of(partner.id, MeetingId(meeting)).await?;
    let (say, who) = (&v.say, Member::Partner(partner.id));
    form.mint(web, &["command_id"]);
    let f = Frame { person: None, ..Frame::plain(web, v) };
    let text = text.unwrap_or_else(|| say.t("erased"));
    let lines = text.lines().filter(|l| !l.trim().is_empty()).map(str::to_owned).collect();
    let mut blocks = vec![Block::new("text", say.t("minutes-text"), Body::Text(lines))];
    let newest = sent(&m);
    if let Some(own) = newest.and_then(|v| v.signature(who)) {
        let said = if own.objection.is_some() { "minutes-objects" } else { "minutes-agrees" };
        blocks.push(Block::new(
            "own",
            say.t("minutes-your-word"),
            Body::Lines(vec![Line::of(say.t(said)).end(say.moment(own.at))]),
        ));
    }
    let below = blocks_html(&f, &blocks)?;
    // A draft that follows what was sent is written at the moment: there is nothing to sign.
    let open = m.newest().is_some_and(|v| v.state == MinutesState::Circulated);
    if form.get("word").is_empty() {
        form.set("word", "agree");
    }
    let own = at(partner.id, secret);
    let list = ["agree", "object"].map(|w| (w.to_owned(), say.of("minutes-word", w))).to_vec();
    let state = newest.map(|v| say.of("minutes", v.state.as_str())).unwrap_or_default();
    let page = FormPage {
        sub: Some(format!("{} · {state}", name(say, &c))),
        crumbs: vec![(partner_name(say, &partner), own.clone()), (say.t("minutes-title"), format!("{own}/minutes"))],
        action: format!("{own}/minutes/{meeting}"),
        back: format!("{own}/minutes"),
        nothing: (!open).then(|| say.t("minutes-nothing-to-sign")),
        button: say.t("minutes-sign"),
        fields: vec![
            Field::new("word", say.t("minutes-word"), Kind::Choice(list)),
            Field::new("objection", say.t("minutes-objection"), Kind::Text).optional(),
        ],
        below,
        ..FormPage::new(f, title(say, &m), form, faults)
    };
    page.shown(status)
}

/// `GET /p/{id}/{secret}/minutes/{meeting}`
pub async fn page(State(web): State<Web>, v: Visitor, Path((id, secret, meeting)): Path<(Uuid, String, Uuid)>) -> Page {
    shown(&web, &v, (id, &secret, meeting), Form::default(), Faults::none(), StatusCode::OK).await
}

fn read(meeting: Uuid, form: &Form) -> Result<ConferenceCommand, AppError> {
    let mut r = Reading::default();
    let objects = match form.get("word") {
        "agree" => Some(false),
        "object" => Some(true),
        _ => r.take(Err(yixian_app::FieldError::new("word", "word_needed"))),
    };
    let words = form.get("objection").to_owned();
    if objects == Some(true) && words.trim().is_empty() {
        r.faults.push(yixian_app::FieldError::new("objection", "words_needed"));
    }
    r.done()?;
    let objection = if objects == Some(true) { words } else { String::new() };
    Ok(ConferenceCommand::Countersign { meeting, member: None, objection })
}

/// `POST /p/{id}/{secret}/minutes/{meeting}`
pub async fn sign(
    State(web): State<Web>,
    v: Visitor,
    Path((id, secret, meeting)): Path<(Uuid, String, Uuid)>,
    form: Form,
) -> Page {
    let (actor, partner) = opened(&web, id, &secret).await?;
    web.app().minutes_of(partner.id, MeetingId(meeting)).await?;
    let read = read(meeting, &form).map(Read::now);
    match Post::by(&web, &v).of(&actor).send(form, read).await? {
        Posted::Done(_) => to(&format!("{}/minutes/{meeting}", at(partner.id, &secret))),
        Posted::Again(Again { form, faults, status }) => {
            shown(&web, &v, (id, &secret, meeting), form, faults, status).await
        }
    }
}
