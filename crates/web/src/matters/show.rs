//! Personal data shown for a purpose: a form that asks what and why, and the page that shows it once. Who may is access's.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind, choice};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::matters::rows::number;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::command::MatterCommand;
use yixian_app::read::MatterPage;
use yixian_app::{AppError, FieldError};
use yixian_domain::access::Denial;
use yixian_domain::ids::{By, MatterId};
use yixian_domain::matter::privacy::Sight;
use yixian_domain::matter::{DisclosurePurpose, PersonalData};
use yixian_domain::org::Role;
use yixian_domain::time::Instant;

#[derive(Template)]
#[template(path = "matters/show.html")]
struct Shown {
    f: Frame,
    id: Uuid,
    number: String,
    facts: Vec<(String, String)>,
    /// Name of the paper and address of its photo.
    papers: Vec<(String, String)>,
}

/// Whether some of what a page masks may be shown to its reader for a purpose.
pub(crate) fn may_show(p: &MatterPage) -> bool {
    let there = |d: &PersonalData| match d {
        PersonalData::Name | PersonalData::Phone => matches!(p.matter.raised.by, By::Raiser(_)),
        PersonalData::Address | PersonalData::Papers => p.matter.case.is_some(),
    };
    PersonalData::ALL.iter().filter(|d| there(d)).any(|d| p.sights.see(*d) == Sight::OnPurpose)
}

/// What was shown and why, in words.
pub(crate) fn disclosed_words(say: &Say, data: &[PersonalData], purpose: DisclosurePurpose) -> String {
    let what: Vec<String> = data.iter().map(|d| say.of("personal", d.as_str())).collect();
    say.t2(
        "event-disclosed",
        ("what", what.join(&say.t("list-separator"))),
        ("why", say.of("purpose", purpose.as_str())),
    )
}

async fn form_page(web: &Web, v: &Visitor, id: MatterId, mut form: Form, faults: Faults, status: StatusCode) -> Page {
    let say = &v.say;
    let (there, sights) = web.app().personal_data(&v.actor, id).await?;
    let open: Vec<PersonalData> = there.iter().copied().filter(|d| sights.see(*d) >= Sight::OnPurpose).collect();
    if open.is_empty() && !PersonalData::ALL.iter().any(|d| sights.see(*d) >= Sight::OnPurpose) {
        return Err(AppError::Denied(Denial::NeedsRole { role: Role::Coordinator }).into());
    }
    let p = web.app().matter_page(&v.actor, id).await?;
    let called = number(say, p.matter.raised.at, p.n);
    form.mint(web, &["command_id"]);
    let page = FormPage {
        sub: Some(called.clone()),
        hint: Some(say.t("show-hint")),
        nothing: open.is_empty().then(|| say.t("show-nothing")),
        crumbs: vec![(say.t("nav-matters"), "/matters".into()), (called, format!("/matters/{id}"))],
        button: say.t("show"),
        action: format!("/matters/{id}/show"),
        back: format!("/matters/{id}"),
        fields: vec![
            Field::new("data", say.t("show-what"), Kind::Many(choice(say, "personal", &open, PersonalData::as_str))),
            Field::new(
                "purpose",
                say.t("show-why"),
                Kind::Choice(choice(say, "purpose", DisclosurePurpose::ALL, DisclosurePurpose::as_str)),
            ),
        ],
        ..FormPage::new(Frame::of(web, v, "matters").await?, say.t("show-title"), form, faults)
    };
    page.shown(status)
}

/// `GET /matters/{id}/show`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<String>) -> Page {
    let id = id.parse::<Uuid>().map(MatterId).map_err(|_| AppError::NotFound("matter"))?;
    form_page(&web, &v, id, Form::default(), Faults::none(), StatusCode::OK).await
}

fn command(form: &Form, id: MatterId) -> Result<(Vec<PersonalData>, MatterCommand), AppError> {
    let mut r = Reading::default();
    let data: Vec<PersonalData> = form.all("data").filter_map(PersonalData::parse).collect();
    if data.is_empty() {
        r.faults.push(FieldError::new("data", "data_needed"));
    }
    let purpose = r.take(form.needed::<DisclosurePurpose>("purpose", "purpose"));
    r.done()?;
    let purpose = purpose.ok_or_else(|| AppError::field("purpose", "purpose"))?;
    Ok((data.clone(), MatterCommand::Disclose { matter: id.0, data, purpose }))
}

/// `POST /matters/{id}/show`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<String>,
    form: Form,
) -> Page {
    let id = id.parse::<Uuid>().map(MatterId).map_err(|_| AppError::NotFound("matter"))?;
    // Out of sight before anything is said of the form.
    let p = web.app().matter_page(&v.actor, id).await?;
    let (data, read) = match command(&form, id) {
        Ok((data, command)) => (data, Ok(Read::now(command))),
        Err(e) => (Vec::new(), Err(e)),
    };
    let say = &v.say;
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(receipt) => {
            let shown = web.app().disclosed(&v.actor, id, Instant(receipt.recorded_at), &data).await?;
            let lines = [
                ("name", shown.name),
                ("credit-code", shown.credit_code),
                ("phone", shown.phone),
                ("address", shown.address),
            ];
            let page = Shown {
                f: Frame::of(&web, &v, "matters").await?,
                id: id.0,
                number: number(say, p.matter.raised.at, p.n),
                facts: lines.into_iter().filter_map(|(key, text)| Some((say.of("personal", key), text?))).collect(),
                papers: shown
                    .papers
                    .into_iter()
                    .map(|(kind, photo, pass)| {
                        (say.of("paper", kind.as_str()), format!("/files/{}?pass={pass}", photo.as_str()))
                    })
                    .collect(),
            };
            show(&page)
        }
        Posted::Again(Again { form, faults, status }) => form_page(&web, &v, id, form, faults, status).await,
    }
}
