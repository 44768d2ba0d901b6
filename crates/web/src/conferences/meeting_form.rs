//! Forms of a meeting: its day and chair, who stayed away, a topic, a resolution, the minutes and a member's word on them; and
//! the taps that need no form.

use super::shown::{key, member, name, read, read_or_none, seated, title};
use crate::door::frame::Frame;
use crate::door::page::{Page, to};
use crate::door::say::Say;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::page::{Choice, Field, FormPage, Kind, beside, or_none};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use uuid::Uuid;
use yixian_app::command::{AboutIn, AttendanceIn, ConferenceCommand};
use yixian_app::conferences::MeetingPage;
use yixian_app::{AppError, FieldError};
use yixian_domain::base::about::AboutKind;
use yixian_domain::conference::Attendance;
use yixian_domain::ids::*;

const NAME: &str = r#"maxlength="120" autocomplete="off""#;

/// The meeting a path names, for whoever keeps its books.
async fn opened(web: &Web, v: &Visitor, id: Uuid) -> Result<MeetingPage, AppError> {
    let p = web.app().meeting_page(&v.actor, MeetingId(id)).await?;
    web.app().kept_conference(&v.actor, p.conference.id).await?;
    Ok(p)
}

fn those_seated(say: &Say, p: &MeetingPage) -> Vec<Choice> {
    seated(say, &p.conference, &p.stands, p.meeting.setting.day.day)
}

/// What is asked of a resolution: text, owner and due; with the rest where it is asked on a page of its own.
pub(crate) fn resolve_fields(say: &Say, p: &MeetingPage, short: bool) -> Vec<Field> {
    let title = |t: &yixian_app::conferences::TopicLine| {
        p.stands.say(Some(&t.topic.said.title)).map_or_else(|| say.t("erased"), str::to_owned)
    };
    let topics = p.topics.iter().map(|t| (t.topic.id.to_string(), title(t))).collect();
    let [owner, due] = beside(
        Field::new("owner", say.t("resolution-owner"), Kind::Select(or_none(say.t("choose"), those_seated(say, p)))),
        Field::new("due", say.t("resolution-due"), Kind::Line("date")),
    );
    let mut all = Vec::new();
    if !short || p.topics.len() > 1 {
        all.push(Field::new("topic", say.t("resolution-topic"), Kind::Select(topics)));
    }
    all.extend([Field::new("words", say.t("resolution-words"), Kind::Text), owner, due]);
    if !short {
        all.push(Field::line("person", say.t("resolution-person")).hint(say.t("resolution-person-hint")).optional());
        all.push(Field::new("helpers", say.t("resolution-helpers"), Kind::Many(those_seated(say, p))).optional());
        all.push(Field::new("test", say.t("resolution-test"), Kind::Text).optional());
    }
    all
}

/// Label and fields of what is asked.
async fn fields(web: &Web, v: &Visitor, p: &MeetingPage, action: &str) -> Result<(String, Vec<Field>), AppError> {
    let say = &v.say;
    let label = || say.of("minutes-do", action);
    Ok(match action {
        "plan" => {
            let [day, time] = beside(
                Field::new("day", say.t("meeting-day"), Kind::Line("date")).hint(say.t("meeting-day-hint")),
                Field::new("time", say.t("meeting-time"), Kind::Line("time")).optional(),
            );
            let fields = vec![
                day,
                time,
                Field::line("place", say.t("meeting-place")).with(NAME),
                Field::new("chair", say.t("meeting-chair"), Kind::Select(those_seated(say, p))),
                Field::new("agenda", say.t("meeting-agenda"), Kind::Text).optional(),
            ];
            (say.t("meeting-change"), fields)
        }
        "absent" => (
            say.t("meeting-absent"),
            vec![
                Field::new("member", say.t("seat-member"), Kind::Select(those_seated(say, p))),
                Field::line("reason", say.t("meeting-absence-reason")),
            ],
        ),
        "topic" => {
            let earlier = p.earlier.iter().map(|t| {
                let words = p.stands.say(Some(&t.said.title)).map_or_else(|| say.t("erased"), str::to_owned);
                (t.id.to_string(), words)
            });
            let about = web.app().about_choices(&v.actor, say.is_english()).await?;
            let fields = vec![
                Field::new("title", say.t("topic-title"), Kind::Text),
                Field::new("raised_by", say.t("topic-by"), Kind::Select(those_seated(say, p))),
                Field::new(
                    "recurs",
                    say.t("topic-recurs"),
                    Kind::Select(or_none(say.t("topic-new-one"), earlier.collect())),
                )
                .hint(say.t("topic-recurs-hint"))
                .optional(),
                Field::new("about", say.t("topic-about"), Kind::Select(or_none(say.t("topic-about-none"), about)))
                    .optional(),
            ];
            (say.t("topic-new"), fields)
        }
        "resolve" => (say.t("meeting-resolve"), resolve_fields(say, p, false)),
        "draft" => {
            (label(), vec![Field::new("text", say.t("minutes-text"), Kind::Text).hint(say.t("minutes-text-hint"))])
        }
        "amend" => (
            label(),
            vec![
                Field::line("reason", say.t("minutes-reason")),
                Field::new("text", say.t("minutes-text"), Kind::Text).hint(say.t("minutes-text-hint")),
            ],
        ),
        "countersign" => {
            let list = p.missing.iter().map(|m| (key(*m), member(say, &p.stands, *m))).collect();
            let fields = vec![
                Field::new("member", say.t("seat-member"), Kind::Select(list)),
                Field::new("objection", say.t("minutes-objection"), Kind::Text)
                    .hint(say.t("minutes-objection-hint"))
                    .optional(),
            ];
            (say.t("minutes-record-word"), fields)
        }
        _ => return Err(AppError::NotFound("page")),
    })
}

/// The minutes as a meeting's records suggest them.
fn suggested(say: &Say, p: &MeetingPage) -> String {
    let m = &p.meeting;
    let came: Vec<String> =
        m.attendance.iter().filter(|a| a.how != Attendance::Absent).map(|a| member(say, &p.stands, a.member)).collect();
    let mut lines = vec![say.t2(
        "minutes-opening",
        ("when", say.moment(m.setting.starts)),
        ("who", member(say, &p.stands, m.setting.chair)),
    )];
    if !came.is_empty() {
        lines.push(say.t1("minutes-came", "who", came.join(&say.t("list-separator"))));
    }
    for (i, t) in p.topics.iter().enumerate() {
        let title = p.stands.say(Some(&t.topic.said.title)).unwrap_or_default();
        lines.push(say.t2("minutes-topic", ("n", i + 1), ("title", title)));
        for r in &t.resolutions {
            let part = r.matter.part.as_deref().and_then(yixian_domain::part::Part::resolution);
            let owner = part.map(|p2| member(say, &p.stands, p2.owner)).unwrap_or_default();
            let due = r.matter.due.as_ref().map(|d| say.day(d.day)).unwrap_or_default();
            let words = p.stands.say(Some(&r.matter.raised.words)).unwrap_or_default();
            lines.push(format!("{words}{}", say.t2("minutes-owned", ("owner", owner), ("day", due))));
        }
    }
    lines.join("\n")
}

fn filled(say: &Say, p: &MeetingPage, action: &str, uri: &Uri) -> Form {
    let (q, m) = (query(uri.query()), &p.meeting);
    let mut form = Form::default();
    match action {
        "plan" => {
            let local = say.zone().local(m.setting.starts);
            form.set("day", m.setting.day.day.to_string());
            form.set("time", format!("{:02}:{:02}", local.hour(), local.minute()));
            form.set("place", m.setting.place.clone());
            form.set("chair", key(m.setting.chair));
            form.set("agenda", p.stands.say(m.setting.agenda.as_ref()).unwrap_or_default());
        }
        "absent" | "countersign" => form.set("member", q.get("member").to_owned()),
        "topic" => {
            if let Some(t) = p.topics.iter().find(|t| t.topic.id.to_string() == q.get("topic")) {
                let said = &t.topic.said;
                let about = said.about.map(|a| format!("{}:{}", a.kind.as_str(), a.id));
                form = Form::of([
                    ("id", t.topic.id.to_string()),
                    ("title", p.stands.say(Some(&said.title)).unwrap_or_default().to_owned()),
                    ("raised_by", key(said.by)),
                    ("recurs", said.recurs.map(|r| r.to_string()).unwrap_or_default()),
                    ("about", about.unwrap_or_default()),
                ]);
            }
        }
        "resolve" => form.set("topic", p.topics.last().map(|t| t.topic.id.to_string()).unwrap_or_default()),
        "draft" | "amend" => {
            let written = m.newest().and_then(|v| p.stands.say(Some(&v.text)));
            form.set("text", written.map_or_else(|| suggested(say, p), str::to_owned));
        }
        _ => {}
    }
    form
}

async fn asked(
    web: &Web,
    v: &Visitor,
    p: &MeetingPage,
    action: &str,
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    let (label, fields) = fields(web, v, p, action).await?;
    form.mint(web, &["command_id", "id"]);
    let at = format!("/meetings/{}", p.meeting.id);
    Ok(FormPage {
        sub: Some(title(say, &p.meeting)),
        crumbs: vec![
            (name(say, &p.conference), format!("/conferences/{}", p.conference.id)),
            (title(say, &p.meeting), at.clone()),
        ],
        action: format!("{at}/{action}"),
        back: at,
        hidden: vec!["id"],
        fields,
        ..FormPage::new(Frame::of(web, v, "conferences").await?, label, form, faults)
    })
}

/// `GET /meetings/{id}/{action}`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((id, action)): Path<(Uuid, String)>,
    uri: Uri,
) -> Page {
    let p = opened(&web, &v, id).await?;
    let form = filled(&v.say, &p, &action, &uri);
    asked(&web, &v, &p, &action, form, Faults::none()).await?.shown(StatusCode::OK)
}

/// What it is about, as a choice carries it.
fn about(form: &Form) -> Result<Option<AboutIn>, FieldError> {
    let text = form.get("about");
    if text.is_empty() {
        return Ok(None);
    }
    let bad = || FieldError::new("about", "about");
    let (kind, id) = text.split_once(':').ok_or_else(bad)?;
    let kind = AboutKind::parse(kind).ok_or_else(bad)?;
    Ok(Some(AboutIn { kind, id: id.parse().map_err(|_| bad())? }))
}

fn command(p: &MeetingPage, action: &str, form: &Form) -> Result<ConferenceCommand, AppError> {
    let mut r = Reading::default();
    let text = |name: &str| form.get(name).to_owned();
    let meeting = p.meeting.id.0;
    let told = match action {
        "plan" => {
            let day = r.take(form.optional_day("day")).flatten();
            let time = r.take(form.optional_time("time")).flatten();
            let (place, agenda, conference) = (text("place"), text("agenda"), p.conference.id.0);
            r.take(read(form, "chair")).map(|chair| ConferenceCommand::PlanMeeting {
                meeting,
                conference,
                day,
                time,
                place,
                chair: vec![chair],
                agenda,
            })
        }
        "attendance" => {
            let how = r.take(form.needed::<Attendance>("how", "attendance"));
            let who: Vec<_> = if form.get("member") == "all" {
                p.conference.seats_on(p.meeting.setting.day.day).map(|s| s.member.into()).collect()
            } else {
                r.take(read(form, "member")).into_iter().collect()
            };
            how.map(|how| {
                let one = |member| AttendanceIn { member, how, reason: text("reason") };
                ConferenceCommand::RecordAttendance { meeting, attendance: who.into_iter().map(one).collect() }
            })
        }
        "absent" => r.take(read(form, "member")).map(|member| {
            let attendance = vec![AttendanceIn { member, how: Attendance::Absent, reason: text("reason") }];
            ConferenceCommand::RecordAttendance { meeting, attendance }
        }),
        "topic" => {
            let topic = r.take(form.id("id", "uuid_v7"));
            let by = r.take(read(form, "raised_by"));
            let recurs = r.take(form.optional::<Uuid>("recurs", "topic")).flatten();
            let about = r.take(about(form)).flatten();
            let title = text("title");
            topic.zip(by).map(|(topic, raised_by)| ConferenceCommand::PutTopic {
                topic,
                meeting,
                raised_by,
                person: None,
                title,
                about,
                recurs,
            })
        }
        "resolve" => {
            let matter = r.take(form.id("id", "uuid_v7"));
            // Where there is one topic, it is not asked for.
            let only = match p.topics.as_slice() {
                [one] if form.get("topic").is_empty() => Some(one.topic.id.0),
                _ => None,
            };
            let topic = only.or_else(|| r.take(form.id("topic", "topic")));
            let owner = r.take(read_or_none(form, "owner")).flatten();
            let due = r.take(form.optional_day("due")).flatten();
            let helpers = form.all("helpers").filter_map(super::shown::parse).collect();
            matter.zip(topic).map(|(matter, topic)| ConferenceCommand::Resolve {
                matter,
                topic,
                words: text("words"),
                owner,
                person: text("person"),
                helpers,
                due,
                test: text("test"),
                category: None,
            })
        }
        "draft" => Some(ConferenceCommand::DraftMinutes { meeting, text: text("text") }),
        "amend" => Some(ConferenceCommand::AmendMinutes { meeting, text: text("text"), reason: text("reason") }),
        "countersign" => {
            let member = r.take(read(form, "member"));
            member.map(|m| ConferenceCommand::Countersign { meeting, member: Some(m), objection: text("objection") })
        }
        "circulate" => Some(ConferenceCommand::CirculateMinutes { meeting }),
        "issue" => Some(ConferenceCommand::IssueMinutes { meeting }),
        "archive" => Some(ConferenceCommand::ArchiveMinutes { meeting }),
        _ => return Err(AppError::NotFound("page")),
    };
    r.done()?;
    told.ok_or(AppError::NotFound("page"))
}

/// The form that is shown again where a tap was refused.
fn form_of(action: &str) -> &str {
    match action {
        "attendance" => "absent",
        "circulate" | "issue" | "archive" => "draft",
        other => other,
    }
}

/// `POST /meetings/{id}/{action}`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((id, action)): Path<(Uuid, String)>,
    form: Form,
) -> Page {
    let p = opened(&web, &v, id).await?;
    let read = command(&p, &action, &form).map(Read::now);
    match Post::by(&web, &v).minted(&["id"]).send(form, read).await? {
        Posted::Done(_) => to(&format!("/meetings/{id}")),
        Posted::Again(Again { mut form, faults, status }) => {
            let again = form_of(&action);
            if again != action {
                form = Form::default();
                for (k, text) in filled(&v.say, &p, again, &Uri::default()).fields() {
                    form.set(k, text.clone());
                }
            }
            asked(&web, &v, &p, again, form, faults).await?.shown(status)
        }
    }
}
