//! Erases the personal data of a matter: what would go and what stays, why, and then it is gone. Who may is access's.

use crate::door::frame::Frame;
use crate::door::page::{Page, to};
use crate::door::say::Say;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind, choice};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::Faults;
use crate::matters::rows::number;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::MatterCommand;
use yixian_app::read::Directory;
use yixian_domain::access::{Ask, may};
use yixian_domain::ids::MatterId;
use yixian_domain::matter::{ErasureGround, Matter};

/// What would go, below the form.
#[derive(Template)]
#[template(path = "matters/erase.html")]
struct Preview<'a> {
    f: &'a Frame,
    lines: Vec<(String, String)>,
}

/// What was erased and why, in words.
pub(crate) fn erased_words(say: &Say, ground: ErasureGround, photos: usize) -> String {
    say.t2("event-erased", ("why", say.of("erasure", ground.as_str())), ("n", photos as i64))
}

/// Whether he administers the unit of a matter.
pub(crate) fn may_erase(v: &Visitor, d: &Directory, m: &Matter) -> bool {
    d.unit(m.unit).is_some_and(|u| may(&v.actor, &Ask::Administer(&u.path)).is_ok())
}

async fn form_page(web: &Web, v: &Visitor, id: MatterId, mut form: Form, faults: Faults, status: StatusCode) -> Page {
    let say = &v.say;
    let would = web.app().would_erase(&v.actor, id).await?;
    let called = number(say, would.raised, would.n);
    form.mint(web, &["command_id"]);
    let f = Frame::of(web, v, "matters").await?;
    let yes = |is: bool| say.t(if is { "yes" } else { "no" });
    let preview = Preview {
        f: &f,
        lines: vec![
            (say.t("erase-words"), would.words.to_string()),
            (say.t("erase-contact"), yes(would.contact)),
            (say.t("erase-photos"), would.photos.to_string()),
            (say.t("erase-photos-kept"), would.photos_kept.to_string()),
        ],
    };
    let below = preview.render().map_err(|e| AppError::broken("template", e))?;
    let page = FormPage {
        sub: Some(called.clone()),
        hint: Some(say.t("erase-hint")),
        crumbs: vec![(say.t("nav-matters"), "/matters".into()), (called, format!("/matters/{id}"))],
        action: format!("/matters/{id}/erase"),
        back: format!("/matters/{id}"),
        fields: vec![
            Field::new(
                "ground",
                say.t("erase-why"),
                Kind::Choice(choice(say, "erasure", ErasureGround::ALL, ErasureGround::as_str)),
            ),
            Field::new("note", say.t("erase-note"), Kind::Text).optional(),
        ],
        below,
        ..FormPage::new(f, say.t("erase-title"), form, faults).grave()
    };
    page.shown(status)
}

fn id_of(id: &str) -> Result<MatterId, AppError> {
    id.parse::<Uuid>().map(MatterId).map_err(|_| AppError::NotFound("matter"))
}

/// `GET /matters/{id}/erase`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<String>) -> Page {
    form_page(&web, &v, id_of(&id)?, Form::default(), Faults::none(), StatusCode::OK).await
}

/// `POST /matters/{id}/erase`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<String>,
    form: Form,
) -> Page {
    let id = id_of(&id)?;
    let ground = form.optional::<ErasureGround>("ground", "ground_needed");
    let read = ground
        .map_err(|e| AppError::Invalid(vec![e]))
        .map(|ground| Read::now(MatterCommand::EraseWords { matter: id.0, ground, note: form.get("note").to_owned() }));
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/matters/{id}")),
        Posted::Again(Again { form, faults, status }) => form_page(&web, &v, id, form, faults, status).await,
    }
}
