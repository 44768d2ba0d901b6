//! Minutes as an official document 公文, ready to be printed: in the conference's name, with number, text, who came, who
//! signed. It shows what was written and composes nothing.

use super::shown::{member, name};
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use fluent_bundle::FluentArgs;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_domain::conference::Attendance;
use yixian_domain::ids::*;
use yixian_domain::time::Date;

/// A line of the list of those who came or signed.
pub(crate) struct Row {
    pub who: String,
    pub what: String,
}

#[derive(Template)]
#[template(path = "conferences/minutes.html")]
struct MinutesPage {
    f: Frame,
    back: String,
    conference: String,
    number: String,
    sub: String,
    draft: Option<String>,
    paragraphs: Vec<String>,
    came: Vec<Row>,
    signed: Vec<Row>,
    sign: String,
    day: String,
}

/// A day as a document writes it: its year is told whenever it is read.
fn in_full(say: &Say, day: Date) -> String {
    let mut args = FluentArgs::new();
    // As text: a year is no count.
    for (name, n) in [("y", i64::from(day.year())), ("m", day.month().into()), ("d", day.day().into())] {
        args.set(name, n.to_string());
    }
    say.with("minutes-day", &args)
}

/// `GET /meetings/{id}/minutes`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    uri: Uri,
) -> Page {
    let p = web.app().meeting_page(&v.actor, MeetingId(id)).await?;
    let (say, m) = (&v.say, &p.meeting);
    let wanted: usize = query(uri.query()).get("version").parse().unwrap_or(m.minutes.len());
    let version = p.versions.iter().find(|version| version.n == wanted).ok_or(AppError::NotFound("minutes"))?;
    let minutes = &version.minutes;
    let text = p.stands.say(Some(&minutes.text)).map_or_else(|| say.t("erased"), str::to_owned);
    let rows = |how: fn(Attendance) -> bool| {
        m.attendance
            .iter()
            .filter(move |a| how(a.how))
            .map(|a| {
                let why = p.stands.say(a.reason.as_ref()).map(|r| format!("（{r}）")).unwrap_or_default();
                let what = format!("{}{why}", say.of("attendance", a.how.as_str()));
                Row { who: member(say, &p.stands, a.member), what }
            })
            .collect::<Vec<_>>()
    };
    let signed = minutes
        .signatures
        .iter()
        .map(|s| Row {
            who: member(say, &p.stands, s.member),
            what: match (&s.objection, p.stands.say(s.objection.as_ref())) {
                (Some(_), Some(words)) => format!("{}：{words}", say.t("minutes-objects")),
                (Some(_), None) => say.t("minutes-objects"),
                (None, _) => say.t("minutes-agrees"),
            },
        })
        .collect();
    let title = name(say, &p.conference);
    let page = MinutesPage {
        back: format!("/meetings/{id}"),
        number: say.t2("minutes-number", ("code", p.conference.code.clone()), ("no", i64::from(m.no))),
        sub: format!(
            "{} {} · {}",
            in_full(say, say.zone().date_of(m.setting.starts)),
            say.time(m.setting.starts),
            m.setting.place
        ),
        draft: (!minutes.is_issued()).then(|| say.of("minutes", minutes.state.as_str())),
        paragraphs: text.lines().filter(|l| !l.trim().is_empty()).map(str::to_owned).collect(),
        came: rows(|_| true),
        signed,
        sign: title.clone(),
        day: minutes.issued_at.map(|at| in_full(say, say.zone().date_of(at))).unwrap_or_default(),
        conference: title,
        f: Frame::of(&web, &v, "conferences").await?,
    };
    show(&page)
}
