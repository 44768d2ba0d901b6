//! What a partner sees by its link, without an account: its own matters and nothing of anybody else's; what it can do to each.
//! The guard slows down whoever guesses links.

use crate::door::frame::Frame;
use crate::door::page::{Page, show_as, to};
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind, choice};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::form::record::{Block, Body, Line, RecordPage, Way, blocks_html};
use crate::matters::matter::{answer_of, clock_of, timeline};
use crate::matters::rows::{number, pill};
use crate::partners::list::name;
use crate::partners::partner::matter_lines;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::MatterCommand;
use yixian_app::read::MatterPage;
use yixian_domain::access::Actor;
use yixian_domain::ids::*;
use yixian_domain::matter::{MatterAction, Verdict};
use yixian_domain::partner::Partner;

/// Where a link lies.
pub(crate) fn at(id: PartnerId, secret: &str) -> String {
    format!("/p/{id}/{secret}")
}

/// Who comes by a link.
pub(crate) async fn opened(web: &Web, id: Uuid, secret: &str) -> Result<(Actor, Partner), AppError> {
    web.app().by_partner_link(PartnerId(id), secret).await
}

/// `GET /p/{id}/{secret}`
pub async fn page(State(web): State<Web>, v: Visitor, Path((id, secret)): Path<(Uuid, String)>) -> Page {
    let (actor, partner) = opened(&web, id, &secret).await?;
    let p = web.app().partner_page(&actor, partner.id).await?;
    let say = &v.say;
    let own = at(partner.id, &secret);
    let to_matter = |m: MatterId| format!("{own}/matters/{m}");
    let page = RecordPage {
        sub: vec![say.t("partner-own-hint")],
        ways: vec![Way::to(say.t("partner-own-minutes"), format!("{own}/minutes"))],
        blocks: vec![
            Block::new("owed", say.t("partner-own-owed"), Body::Lines(matter_lines(say, &p.owed, to_matter)))
                .none(say.t("partner-own-owed-none")),
            Block::new("raised", say.t("partner-own-raised"), Body::Lines(matter_lines(say, &p.raised, to_matter)))
                .none(say.t("partner-own-raised-none")),
        ],
        ..RecordPage::new(Frame { person: None, ..Frame::plain(&web, &v) }, name(say, &partner))
    };
    show_as(StatusCode::OK, &page)
}

/// What a partner may do to a matter now, of what it may do at all.
fn offered(p: &MatterPage) -> Vec<MatterAction> {
    use MatterAction as A;
    let own = [A::Accept, A::Submit, A::Rate, A::AskExtension, A::Comment];
    let may = |a: &A| p.offers.iter().any(|o| o.action == *a && o.missing.is_none());
    own.into_iter().filter(may).collect()
}

async fn shown(
    web: &Web,
    v: &Visitor,
    (id, secret, matter): (Uuid, &str, Uuid),
    mut form: Form,
    faults: Faults,
    status: StatusCode,
) -> Page {
    let (actor, partner) = opened(web, id, secret).await?;
    let p = web.app().matter_page(&actor, MatterId(matter)).await?;
    let (say, directory) = (&v.say, web.app().directory().await?);
    let m = &p.matter;
    form.mint(web, &["command_id"]);
    let mut blocks = Vec::new();
    let words = p.words.get(&m.raised.words.id).cloned().unwrap_or_else(|| say.t("erased"));
    blocks.push(Block::new("words", say.of("kind", m.kind.as_str()), Body::Text(vec![words])));
    if let Some((text, when)) = answer_of(say, &p) {
        blocks.push(Block::new("answer", say.t("matter-answer"), Body::Text(vec![text, when])));
    }
    let photos = m.raised.photos.iter().map(|s| (s.as_str().to_owned(), say.t("matter-photos-before"))).collect();
    let own = at(partner.id, secret);
    blocks.push(Block::new("photos", say.t("matter-photos"), Body::Photos(format!("{own}/files/"), photos)));
    let story = timeline(say, &directory, &p, true).into_iter();
    let story = story.map(|e| Line::of(e.what).muted(e.words.unwrap_or_default()).end(e.when)).collect();
    blocks.push(Block::new("story", say.t("matter-story"), Body::Lines(story)));
    let f = Frame { person: None, ..Frame::plain(web, v) };
    let below = blocks_html(&f, &blocks)?;
    let offers = offered(&p);
    let mut fields = Vec::new();
    if form.get("do").is_empty()
        && let Some(first) = offers.first()
    {
        form.set("do", first.as_str());
    }
    let list: Vec<(String, String)> =
        offers.iter().map(|a| (a.as_str().to_owned(), say.of("partner-do", a.as_str()))).collect();
    fields.push(Field::new("do", say.t("partner-do"), Kind::Choice(list)));
    fields.push(Field::new("words", say.t("partner-words"), Kind::Text).optional());
    if offers.contains(&MatterAction::Rate) {
        let list = choice(say, "verdict", Verdict::ALL, Verdict::as_str);
        fields.push(Field::new("verdict", say.t("raiser-question"), Kind::Choice(list)).optional());
    }
    if offers.contains(&MatterAction::AskExtension) {
        fields.push(Field::new("until", say.t("partner-until"), Kind::Line("date")).optional());
    }
    if offers.contains(&MatterAction::Submit) {
        fields.push(Field::new("photos", say.t("partner-photos"), Kind::Photos));
    }
    let due = pill(say, clock_of(m)).map(|p| format!(" · {}", p.text)).unwrap_or_default();
    let page = FormPage {
        sub: Some(format!("{}{due}", say.of("stage", m.stage.name().as_str()))),
        crumbs: vec![(name(say, &partner), own.clone())],
        action: format!("{own}/matters/{matter}"),
        back: own,
        nothing: offers.is_empty().then(|| say.t("partner-nothing")),
        button: say.t("send"),
        fields,
        below,
        ..FormPage::new(f, number(say, m.raised.at, p.n), form, faults)
    };
    page.shown(status)
}

/// `GET /p/{id}/{secret}/matters/{matter}`
pub async fn matter(
    State(web): State<Web>,
    v: Visitor,
    Path((id, secret, matter)): Path<(Uuid, String, Uuid)>,
) -> Page {
    shown(&web, &v, (id, &secret, matter), Form::default(), Faults::none(), StatusCode::OK).await
}

fn read(matter: Uuid, form: &Form) -> Result<MatterCommand, AppError> {
    let mut r = Reading::default();
    let words = form.get("words").to_owned();
    let command = match r.take(form.needed::<MatterAction>("do", "partner_do")) {
        Some(MatterAction::Accept) => Some(MatterCommand::Accept { matter }),
        Some(MatterAction::Submit) => Some(MatterCommand::Submit { matter, how: words, photos: form.photos("photos") }),
        Some(MatterAction::Rate) => {
            let verdict = r.take(form.word::<Verdict>("verdict", "verdict"));
            verdict.map(|verdict| MatterCommand::Rate { matter, verdict, words })
        }
        Some(MatterAction::AskExtension) => {
            let until = r.take(form.day("until"));
            until.map(|until| MatterCommand::AskExtension { matter, until, reason: words, photos: Vec::new() })
        }
        Some(MatterAction::Comment) => {
            Some(MatterCommand::Comment { matter, words, photos: form.photos("photos"), corrects: None })
        }
        Some(_) => return Err(AppError::field("do", "partner_do")),
        None => None,
    };
    r.done()?;
    command.ok_or_else(|| AppError::field("do", "partner_do"))
}

/// `POST /p/{id}/{secret}/matters/{matter}`
pub async fn act(
    State(web): State<Web>,
    v: Visitor,
    Path((id, secret, matter)): Path<(Uuid, String, Uuid)>,
    mut form: Form,
) -> Page {
    let (actor, partner) = opened(&web, id, &secret).await?;
    form.take_photos(&web).await;
    let read = read(matter, &form).map(Read::now);
    match Post::by(&web, &v).of(&actor).send(form, read).await? {
        Posted::Done(_) => to(&format!("{}/matters/{matter}", at(partner.id, &secret))),
        Posted::Again(Again { form, faults, status }) => {
            shown(&web, &v, (id, &secret, matter), form, faults, status).await
        }
    }
}

/// `GET /p/{id}/{secret}/files/{sha}`
pub async fn file(State(web): State<Web>, Path((id, secret, sha)): Path<(Uuid, String, String)>) -> Page {
    let (actor, _) = opened(&web, id, &secret).await?;
    crate::door::files::serve(&web, &actor, &sha).await
}
