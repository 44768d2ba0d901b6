//! Forms of a conference: what it is, a member's seat and its end, the next meeting, the end of its task.

use super::conference::kept;
use super::shown::{key, name, read, seated};
use crate::door::frame::Frame;
use crate::door::page::{Page, to};
use crate::door::telling::unit_name;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::page::{Choice, Field, FormPage, Kind, beside, choice, or_none};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::organisation::choices::{offered_people, typed_person};
use crate::partners::list::name as partner_name;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::{CadenceIn, ConferenceCommand};
use yixian_domain::conference::{Conference, Member, Seating, Weekday};
use yixian_domain::org::Role;

const NAME: &str = r#"maxlength="120" autocomplete="off""#;

/// Every partner and unit, to choose a member from.
async fn everybody(web: &Web, v: &Visitor) -> Result<Vec<Choice>, AppError> {
    let directory = web.app().directory().await?;
    let partners = web.app().all_partners(&v.actor).await?;
    let partners = partners.iter().filter(|p| p.merged.is_none());
    let mut all: Vec<Choice> =
        partners.map(|p| (key(Member::Partner(p.id)), format!("{} ({})", partner_name(&v.say, p), p.code))).collect();
    all.extend(directory.units().map(|u| (key(Member::Unit(u.id)), format!("{} ({})", unit_name(&v.say, u), u.code))));
    Ok(all)
}

async fn edit_fields(web: &Web, v: &Visitor, is_new: bool) -> Result<Vec<Field>, AppError> {
    let (say, directory) = (&v.say, web.app().directory().await?);
    let mine = |u: &&yixian_domain::org::Unit| !is_new || v.actor.holds(Role::Coordinator, &u.path);
    let units = directory.units().filter(mine).map(|u| (u.id.to_string(), unit_name(say, u))).collect();
    let people = offered_people(say, &directory, directory.root());
    let [name, code] =
        beside(Field::line("name", say.t("conference-name")).with(NAME), Field::code(say.t("code"), !is_new));
    let weekdays = or_none(say.t("conference-no-cadence"), choice(say, "weekday", &Weekday::ALL, Weekday::as_str));
    let [weekday, time] = beside(
        Field::new("weekday", say.t("conference-weekday"), Kind::Select(weekdays)).optional(),
        Field::new("time", say.t("conference-time"), Kind::Line("time")).optional(),
    );
    Ok(vec![
        name,
        code,
        Field::line("name_en", say.t("conference-name-en")).with(NAME).optional(),
        Field::line("basis", say.t("conference-basis")).hint(say.t("conference-basis-hint")),
        Field::new("convener", say.t("conference-convener"), Kind::Select(units)),
        Field::new("secretary", say.t("conference-secretary"), Kind::Typed(people))
            .hint(say.t("conference-secretary-hint")),
        weekday,
        time,
        Field::new("set_up", say.t("conference-set-up"), Kind::Line("date")),
    ])
}

/// Label and fields of what is asked.
async fn fields(
    web: &Web,
    v: &Visitor,
    c: Option<&Conference>,
    action: &str,
) -> Result<(String, Vec<Field>), AppError> {
    let say = &v.say;
    let day = |field, label: String| Field::new(field, label, Kind::Line("date"));
    let Some(c) = c else {
        return match action {
            "edit" => Ok((say.t("conference-new"), edit_fields(web, v, true).await?)),
            _ => Err(AppError::NotFound("page")),
        };
    };
    Ok(match action {
        "edit" => (say.t("edit"), edit_fields(web, v, false).await?),
        "member" => {
            let list = choice(say, "seating", Seating::ALL, Seating::as_str);
            let [from, until] = beside(day("from", say.t("seat-from")), day("to", say.t("seat-to")).optional());
            (
                say.t("seat-new"),
                vec![
                    Field::new("member", say.t("seat-member"), Kind::Select(everybody(web, v).await?)),
                    Field::new("role", say.t("seat-role"), Kind::Choice(list)),
                    Field::line("holder", say.t("seat-holder")).hint(say.t("seat-holder-hint")).optional(),
                    Field::line("deputy", say.t("seat-deputy")).optional(),
                    from,
                    until,
                ],
            )
        }
        "end-member" => {
            let p = web.app().conference_page(&v.actor, c.id).await?;
            let open: Vec<Choice> = seated(say, c, &p.stands, say.today()).into_iter().collect();
            (
                say.t("seat-end"),
                vec![Field::new("member", say.t("seat-member"), Kind::Select(open)), day("to", say.t("seat-to"))],
            )
        }
        "meeting" => {
            let p = web.app().conference_page(&v.actor, c.id).await?;
            let on = p.next.as_ref().map_or(say.today(), |n| n.day);
            let [day, time] = beside(
                day("day", say.t("meeting-day")).optional().hint(say.t("meeting-day-hint")),
                Field::new("time", say.t("meeting-time"), Kind::Line("time")).optional(),
            );
            (
                say.t("meeting-plan"),
                vec![
                    day,
                    time,
                    Field::line("place", say.t("meeting-place")).with(NAME),
                    Field::new("chair", say.t("meeting-chair"), Kind::Select(seated(say, c, &p.stands, on))),
                    Field::new("agenda", say.t("meeting-agenda"), Kind::Text).optional(),
                ],
            )
        }
        "dissolve" => (say.t("conference-dissolve"), vec![day("on", say.t("conference-last-day"))]),
        _ => return Err(AppError::NotFound("page")),
    })
}

async fn asked(
    web: &Web,
    v: &Visitor,
    c: Option<&Conference>,
    (at, action): (&str, &str),
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    let (label, fields) = fields(web, v, c, action).await?;
    form.mint(web, &["command_id", "id"]);
    let mut crumbs = vec![(say.t("conferences-title"), "/conferences".into())];
    crumbs.extend(c.map(|c| (name(say, c), format!("/conferences/{at}"))));
    let page = FormPage {
        button: if matches!(action, "edit" | "member") { say.t("save") } else { label.clone() },
        sub: c.map(|c| name(say, c)),
        hint: (action == "dissolve").then(|| say.t("conference-dissolve-hint")),
        crumbs,
        action: format!("/conferences/{at}/{action}"),
        back: if c.is_some() { format!("/conferences/{at}") } else { "/conferences".into() },
        hidden: vec!["id", "rev"],
        fields,
        ..FormPage::new(Frame::of(web, v, "conferences").await?, label, form, faults)
    };
    Ok(if action == "dissolve" { page.grave() } else { page })
}

fn clock(time: yixian_domain::time::Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// What a form begins with.
async fn filled(web: &Web, v: &Visitor, c: Option<&Conference>, action: &str, uri: &Uri) -> Result<Form, AppError> {
    let today = v.say.today();
    let mut form = Form::default();
    let Some(c) = c else {
        form.set("set_up", today.to_string());
        return Ok(form);
    };
    match action {
        "edit" => {
            let directory = web.app().directory().await?;
            let secretary = directory.person(c.details.secretary);
            form = Form::of([
                ("id", c.id.to_string()),
                ("rev", c.rev.to_string()),
                ("code", c.code.clone()),
                ("name", c.details.name.clone()),
                ("name_en", c.details.name_en.clone().unwrap_or_default()),
                ("basis", c.details.basis.clone()),
                ("convener", c.details.convener.to_string()),
                ("secretary", secretary.map(|p| format!("{} ({})", p.name, p.code)).unwrap_or_default()),
                ("weekday", c.details.cadence.map(|c| c.weekday.as_str()).unwrap_or_default().to_owned()),
                ("time", c.details.cadence.map(|c| clock(c.time)).unwrap_or_default()),
                ("set_up", c.details.set_up.to_string()),
            ]);
        }
        "member" => {
            let who = query(uri.query()).get("member").to_owned();
            form.set("from", today.to_string());
            let p = web.app().conference_page(&v.actor, c.id).await?;
            if let Some(s) = p.seats.iter().find(|s| key(s.seat.member) == who && s.seat.to.is_none()) {
                let seat = &s.seat;
                form = Form::of([
                    ("member", who),
                    ("role", seat.role.as_str().to_owned()),
                    ("holder", p.stands.say(seat.holder.as_ref()).unwrap_or_default().to_owned()),
                    ("deputy", p.stands.say(seat.deputy.as_ref()).unwrap_or_default().to_owned()),
                    ("from", seat.from.to_string()),
                ]);
            }
        }
        "end-member" => {
            form.set("member", query(uri.query()).get("member").to_owned());
            form.set("to", today.to_string());
        }
        "meeting" => {
            let p = web.app().conference_page(&v.actor, c.id).await?;
            form.set("chair", key(Member::Unit(c.details.convener)));
            if let Some(last) = p.meetings.first() {
                form.set("place", last.setting.place.clone());
                form.set("chair", key(last.setting.chair));
            }
            if let Some(next) = &p.next {
                form.set("day", next.regular().to_string());
            }
            form.set("time", c.details.cadence.map(|c| clock(c.time)).unwrap_or_default());
        }
        "dissolve" => form.set("on", today.to_string()),
        _ => {}
    }
    Ok(form)
}

/// `GET /conferences/{id}/{action}`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((at, action)): Path<(String, String)>,
    uri: Uri,
) -> Page {
    let c = kept(&web, &v, &at).await?;
    let form = filled(&web, &v, c.as_ref(), &action, &uri).await?;
    asked(&web, &v, c.as_ref(), (&at, &action), form, Faults::none()).await?.shown(StatusCode::OK)
}

async fn command(web: &Web, c: Option<&Conference>, action: &str, form: &Form) -> Result<ConferenceCommand, AppError> {
    let mut r = Reading::default();
    let text = |name: &str| form.get(name).to_owned();
    let told = match (c, action) {
        (before, "edit") => {
            let directory = web.app().directory().await?;
            let id = r.take(form.id("id", "uuid_v7"));
            let convener = r.take(form.id("convener", "unit"));
            let secretary = r.take(
                typed_person(&directory, form, "secretary")
                    .and_then(|p| p.ok_or_else(|| yixian_app::FieldError::new("secretary", "person"))),
            );
            let weekday = r.take(form.optional::<Weekday>("weekday", "weekday")).flatten();
            let time = r.take(form.optional_time("time")).flatten();
            let set_up = r.take(form.day("set_up"));
            r.done()?;
            let (Some(convener), Some(secretary), Some(set_up)) = (convener, secretary, set_up) else {
                return Err(AppError::NotFound("page"));
            };
            let nine = yixian_domain::time::Time::constant(9, 0, 0, 0);
            return Ok(ConferenceCommand::PutConference {
                conference: before.map_or(id.unwrap_or_default(), |c| c.id.0),
                code: before.map_or_else(|| text("code"), |c| c.code.clone()),
                name: text("name"),
                name_en: Some(text("name_en")).filter(|t| !t.is_empty()),
                basis: text("basis"),
                convener,
                secretary: secretary.0,
                cadence: weekday.map(|weekday| CadenceIn { weekday, time: time.unwrap_or(nine) }),
                set_up,
            });
        }
        (Some(c), "member") => {
            let member = r.take(read(form, "member"));
            let role = r.take(form.needed::<Seating>("role", "seating"));
            let from = r.take(form.day("from"));
            let until = r.take(form.optional_day("to")).flatten();
            member.zip(role).zip(from).map(|((member, role), from)| ConferenceCommand::PutMember {
                conference: c.id.0,
                member,
                role,
                holder: text("holder"),
                deputy: text("deputy"),
                from,
                to: until,
            })
        }
        (Some(c), "end-member") => {
            let member = r.take(read(form, "member"));
            let until = r.take(form.day("to"));
            let conference = c.id.0;
            member.zip(until).map(|(member, to)| ConferenceCommand::EndMember { conference, member, to })
        }
        (Some(c), "meeting") => {
            let meeting = r.take(form.id("id", "uuid_v7"));
            let day = r.take(form.optional_day("day")).flatten();
            let time = r.take(form.optional_time("time")).flatten();
            let chair = r.take(read(form, "chair"));
            meeting.zip(chair).map(|(meeting, chair)| ConferenceCommand::PlanMeeting {
                meeting,
                conference: c.id.0,
                day,
                time,
                place: text("place"),
                chair: vec![chair],
                agenda: text("agenda"),
            })
        }
        (Some(c), "dissolve") => {
            let conference = c.id.0;
            r.take(form.day("on")).map(|on| ConferenceCommand::DissolveConference { conference, on })
        }
        (Some(_) | None, _) => return Err(AppError::NotFound("page")),
    };
    r.done()?;
    told.ok_or(AppError::NotFound("page"))
}

/// `POST /conferences/{id}/{action}`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((at, action)): Path<(String, String)>,
    form: Form,
) -> Page {
    let c = kept(&web, &v, &at).await?;
    let changes = c.is_some() && action == "edit";
    let seen = form.optional::<u32>("rev", "event").ok().flatten().filter(|_| changes);
    let command = command(&web, c.as_ref(), &action, &form).await.map(|c| Read { seen, ..Read::now(c) });
    match Post::by(&web, &v).minted(&["id"]).send(form, command).await? {
        Posted::Done(receipt) if action == "meeting" => to(&format!("/meetings/{}", receipt.record)),
        Posted::Done(receipt) => {
            let id: Uuid = c.as_ref().map_or(receipt.record, |c| c.id.0);
            to(&format!("/conferences/{id}"))
        }
        Posted::Again(Again { form, faults, status }) => {
            asked(&web, &v, c.as_ref(), (&at, &action), form, faults).await?.shown(status)
        }
    }
}
