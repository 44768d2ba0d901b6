//! Forms of a membership: somebody joins, somebody leaves.

use super::form::kept;
use super::shown::name;
use crate::door::frame::Frame;
use crate::door::page::{Page, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind, beside, choice};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::organisation::choices::{offered_people, typed_person};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use yixian_app::command::TeamCommand;
use yixian_app::teams::TeamRow;
use yixian_app::{AppError, FieldError};
use yixian_domain::ids::PersonId;
use yixian_domain::team::{Membership, TeamPost};

async fn asked(web: &Web, v: &Visitor, row: &TeamRow, mut form: Form, faults: Faults) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id"]);
    let here = format!("/teams/{}", row.team.id);
    let directory = web.app().directory().await?;
    let people = offered_people(say, &directory, None);
    let posts = choice(say, "team-post", TeamPost::ALL, TeamPost::as_str);
    let mut fields = vec![
        Field::new("person", say.t("team-person"), Kind::Typed(people)).hint(say.t("team-person-hint")),
        Field::new("post", say.t("team-post"), Kind::Choice(posts)),
    ];
    fields.extend(beside(
        Field::new("from", say.t("team-from"), Kind::Line("date")),
        Field::new("to", say.t("team-to"), Kind::Line("date")).hint(say.t("team-member-to-hint")).optional(),
    ));
    Ok(FormPage {
        button: say.t("team-join"),
        crumbs: vec![(say.t("teams-title"), "/teams".into()), (name(say, row), here.clone())],
        action: format!("{here}/members/new"),
        back: here,
        fields,
        ..FormPage::new(Frame::of(web, v, "teams").await?, say.t("team-join"), form, faults)
    })
}

/// `GET /teams/{id}/members/new`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let row = kept(&web, &v, &at).await?;
    let day = v.say.today().clamp(row.team.details.from, row.team.last_day());
    let form = Form::of([("from", day.to_string()), ("post", TeamPost::Member.as_str().to_owned())]);
    asked(&web, &v, &row, form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /teams/{id}/members/new`
pub async fn join(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    let row = kept(&web, &v, &at).await?;
    let directory = web.app().directory().await?;
    let mut r = Reading::default();
    let person = r.take(typed_person(&directory, &form, "person"));
    if person == Some(None) {
        r.faults.push(FieldError::new("person", "person"));
    }
    let post = r.take(form.needed::<TeamPost>("post", "team_post"));
    let from = r.take(form.day("from"));
    let until = r.take(form.optional_day("to")).flatten();
    let read = r.done().map(|()| {
        Read::now(TeamCommand::JoinTeam {
            team: row.team.id,
            person: person.flatten().map(|p| p.0).unwrap_or_default(),
            post: post.unwrap_or(TeamPost::Member),
            from: from.unwrap_or_default(),
            to: until,
        })
    });
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/teams/{}", row.team.id)),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, &row, form, faults).await?.shown(status),
    }
}

/// The newest membership of somebody.
fn newest(row: &TeamRow, person: PersonId) -> Result<Membership, AppError> {
    let own = row.team.members.iter().filter(|m| m.person == person);
    own.max_by_key(|m| m.from).copied().ok_or(AppError::NotFound("person"))
}

async fn leaving(
    web: &Web,
    v: &Visitor,
    (row, member): (&TeamRow, &Membership),
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id"]);
    let here = format!("/teams/{}", row.team.id);
    let directory = web.app().directory().await?;
    let called = directory.person(member.person).map(|p| p.name.clone()).unwrap_or_default();
    Ok(FormPage {
        button: say.t("team-leave"),
        crumbs: vec![(say.t("teams-title"), "/teams".into()), (name(say, row), here.clone())],
        action: format!("{here}/members/{}/end", member.person),
        back: here,
        fields: vec![
            Field::new("person", say.t("team-person"), Kind::Fixed(called)),
            Field::new("to", say.t("team-to"), Kind::Line("date")),
        ],
        ..FormPage::new(Frame::of(web, v, "teams").await?, say.t("team-leave"), form, faults)
    })
}

/// `GET /teams/{id}/members/{person}/end`
pub async fn leave_page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((at, person)): Path<(String, PersonId)>,
) -> Page {
    let row = kept(&web, &v, &at).await?;
    let member = newest(&row, person)?;
    let form = Form::of([("to", v.say.today().clamp(member.from, row.team.last_day().max(member.from)).to_string())]);
    leaving(&web, &v, (&row, &member), form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /teams/{id}/members/{person}/end`
pub async fn leave(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((at, person)): Path<(String, PersonId)>,
    form: Form,
) -> Page {
    let row = kept(&web, &v, &at).await?;
    let member = newest(&row, person)?;
    let mut r = Reading::default();
    let until = r.take(form.day("to"));
    let (team, from) = (row.team.id, member.from);
    let read = r
        .done()
        .map(|()| Read::now(TeamCommand::LeaveTeam { team, person: person.0, from, to: until.unwrap_or_default() }));
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/teams/{team}")),
        Posted::Again(Again { form, faults, status }) => {
            leaving(&web, &v, (&row, &member), form, faults).await?.shown(status)
        }
    }
}
