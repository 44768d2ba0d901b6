//! What is mine: notices, roles, language, password, what I can get in with. Language and appearance can be set
//! by anybody, also without JavaScript; they live in cookies that only change how pages look.

use crate::door::frame::Frame;
use crate::door::guard::From;
use crate::door::page::{Page, show_as, to};
use crate::door::say::{Lang, Say};
use crate::door::session::{own_path, whence};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::reading::Faults;
use crate::organisation::ways::{WayLine, lines};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use std::collections::HashMap;
use uuid::Uuid;
use yixian_app::account::{About, NoticeRow};
use yixian_app::credentials::{TOKEN_DAYS, TOKEN_LIVES};
use yixian_app::{AppError, FieldError, code_of};
use yixian_domain::access::Actor;
use yixian_domain::ids::PersonId;
use yixian_domain::org::Role;

/// Notices shown.
const NOTICES: i64 = 50;

const YEAR_S: i64 = 365 * 24 * 3600;

struct NoticeLine {
    text: String,
    about: String,
    href: String,
    when: String,
    iso: String,
    unread: bool,
}

#[derive(Template)]
#[template(path = "account/me.html")]
struct MePage {
    f: Frame,
    faults: Faults,
    code: String,
    level: String,
    notices: Vec<NoticeLine>,
    roles: Vec<(String, String)>,
    ways: Vec<WayLine>,
    lives: Vec<(i64, bool)>,
    secret: Option<String>,
    label: String,
    has_password: bool,
    done: Option<String>,
}

fn line(say: &Say, row: &NoticeRow, subjects: &HashMap<Uuid, String>) -> NoticeLine {
    let (id, href) = match row.about {
        About::Matter(id) => (id.0, format!("/matters/{id}")),
        About::Visit(id) => (id.0, format!("/visits/{id}")),
        About::Plan(id) => (id, "/planning/week".to_owned()),
        About::Team(id) => (id, format!("/teams/{id}")),
        About::Other(id) => (id, "/".to_owned()),
    };
    NoticeLine {
        text: say.of("notice", &row.code),
        about: subjects.get(&id).cloned().unwrap_or_default(),
        href,
        when: say.moment(row.at),
        iso: say.iso(row.at),
        unread: row.read.is_none(),
    }
}

/// What happened before the page is shown.
#[derive(Default)]
struct After {
    status: StatusCode,
    faults: Faults,
    secret: Option<String>,
    label: String,
    days: Option<i64>,
    done: Option<String>,
}

async fn render(web: &Web, v: &Visitor, me: PersonId, after: After) -> Page {
    let app = web.app();
    let say = &v.say;
    let directory = app.directory().await?;
    let (notices, _) = app.notice_list(me, NOTICES).await?;
    let mut subjects: HashMap<Uuid, String> = HashMap::new();
    let (mut matters, mut visits, mut teams) = (Vec::new(), Vec::new(), Vec::new());
    for n in &notices {
        match n.about {
            About::Matter(id) => matters.push(id),
            About::Visit(id) => visits.push(id),
            About::Plan(id) => {
                subjects.insert(id, say.t("week-mine"));
            }
            About::Team(id) => teams.push(id),
            About::Other(_) => {}
        }
    }
    // Whoever has no role any more sees no register; his notices he still reads.
    if let Ok(known) = app.teams_by_id(&v.actor, &teams).await {
        subjects.extend(known.into_iter().map(|r| (r.team.id, crate::door::telling::unit_name(say, &r.unit))));
    }
    for m in app.matter_rows(&v.actor, &matters).await? {
        subjects.insert(m.id.0, m.subject);
    }
    let visits = app.visit_rows(&v.actor, &visits).await?;
    for line in crate::visits::lines::visit_lines(web, say, &visits).await? {
        subjects.insert(line.id, format!("{} · {}", line.place, line.when));
    }
    let mut roles: Vec<(Role, String)> = match &v.actor {
        Actor::Person { grants, .. } => grants
            .iter()
            .map(|g| {
                let over = directory
                    .units()
                    .find(|u| u.path == g.over)
                    .map_or_else(|| g.over.to_string(), |u| crate::door::telling::unit_name(say, u));
                (g.role, over)
            })
            .collect(),
        _ => Vec::new(),
    };
    roles.sort();
    let own = directory.person(me);
    let page = MePage {
        f: Frame::of(web, v, "me").await?,
        faults: after.faults,
        code: own.map(|p| p.code.clone()).unwrap_or_default(),
        level: own
            .map(|p| format!("{} · {}", say.of("level", &code_of(p.level)), say.of("specialty", &code_of(p.specialty))))
            .unwrap_or_default(),
        notices: notices.iter().map(|n| line(say, n, &subjects)).collect(),
        roles: roles.into_iter().map(|(r, over)| (say.of("role", &code_of(r)), over)).collect(),
        ways: lines(say, app.ways_in(me).await?, v.credential.as_deref()),
        lives: TOKEN_LIVES.map(|days| (days, days == after.days.unwrap_or(TOKEN_DAYS))).to_vec(),
        secret: after.secret,
        label: after.label,
        has_password: app.has_password(me).await?,
        done: after.done,
    };
    show_as(after.status, &page)
}

/// `GET /me`
pub async fn page(State(web): State<Web>, SignedIn { person: me, visitor: v }: SignedIn, uri: axum::http::Uri) -> Page {
    let done = match crate::form::fields::query(uri.query()).get("done") {
        "password" => Some(v.say.t("me-password-done")),
        "ended" => Some(v.say.t("way-ended")),
        _ => None,
    };
    render(&web, &v, me, After { done, ..After::default() }).await
}

/// `POST /me/notices`
pub async fn notices(State(web): State<Web>, SignedIn { person: me, visitor: _v }: SignedIn, _form: Form) -> Page {
    web.app().read_notices(me).await?;
    to("/me")
}

/// `POST /me/password`: the old one is asked for; every other session ends.
pub async fn password(
    State(web): State<Web>,
    SignedIn { person: me, visitor: v }: SignedIn,
    Extension(from): Extension<From>,
    headers: HeaderMap,
    form: Form,
) -> Page {
    // Strangers who try this account keep nobody out who is signed in.
    let whence = whence(&web, &headers, from.0, true);
    let code = web.app().directory().await?.person(me).map(|p| p.code.clone()).unwrap_or_default();
    let done = if form.raw("password") != form.raw("again") {
        Err(AppError::Invalid(vec![FieldError::new("again", "passwords_differ")]))
    } else if web.inner.limits.sign_in(from.0, &code, Some(v.credential.as_deref().unwrap_or_default())).await.is_err()
    {
        let faults = Faults { list: vec![(String::new(), v.say.t("error-too-many"))] };
        return render(&web, &v, me, After { status: StatusCode::TOO_MANY_REQUESTS, faults, ..After::default() }).await;
    } else {
        match web.app().check_sign_in(&code, form.raw("old"), &whence).await {
            Ok(_) => web.app().set_password(me, form.raw("password"), &whence).await,
            Err(AppError::SignInRefused) => Err(AppError::field("old", "password_wrong")),
            Err(e) => Err(e),
        }
    };
    if let Err(e) = done {
        let (status, faults) = Faults::from_error(&v.say, e)?;
        return render(&web, &v, me, After { status, faults, ..After::default() }).await;
    }
    let session = web.app().begin_session(me, &whence).await?;
    Ok(crate::door::session::signed_in(&web, &session, "/me?done=password"))
}

/// `POST /me/tokens`: the secret is shown once.
pub async fn make_token(State(web): State<Web>, SignedIn { person: me, visitor: v }: SignedIn, form: Form) -> Page {
    let days = form.get("days").parse().ok().filter(|days| TOKEN_LIVES.contains(days));
    match web.app().make_token(me, form.get("label").to_owned(), days.unwrap_or(TOKEN_DAYS)).await {
        Ok(secret) => render(&web, &v, me, After { secret: Some(secret), ..After::default() }).await,
        Err(e) => {
            let (status, faults) = Faults::from_error(&v.say, e)?;
            let label = form.get("label").to_owned();
            render(&web, &v, me, After { status, faults, label, days, ..After::default() }).await
        }
    }
}

/// `POST /me/credentials/{hash}/end`
pub async fn end_one(
    State(web): State<Web>,
    SignedIn { person: me, visitor: v }: SignedIn,
    Path(hash): Path<String>,
    _form: Form,
) -> Page {
    // Somebody else's and one that was ended before are both simply not there to be ended.
    if web.app().end_way(&v.actor, me, hash).await? { to("/me?done=ended") } else { to("/me") }
}

/// `POST /me/credentials/end`: all but the session in which it is asked.
pub async fn end_others(State(web): State<Web>, SignedIn { person: me, visitor: v }: SignedIn, _form: Form) -> Page {
    web.app().end_ways(&v.actor, me, v.credential.clone()).await?;
    to("/me?done=ended")
}

fn back(web: &Web, form: &Form, cookies: &[(&str, &str)]) -> Response {
    let next = form.get("next");
    let mut response = Redirect::to(own_path(if next.is_empty() { "/" } else { next })).into_response();
    let secure = if web.options().tls { "; Secure" } else { "" };
    for (name, value) in cookies {
        let age = if value.is_empty() { 0 } else { YEAR_S };
        // Not HttpOnly: the browser's own script changes the look at once.
        if let Ok(c) = HeaderValue::from_str(&format!("{name}={value}; Path=/; Max-Age={age}; SameSite=Lax{secure}")) {
            response.headers_mut().append(header::SET_COOKIE, c);
        }
    }
    response
}

/// `POST /me/locale`
pub async fn locale(State(web): State<Web>, v: Visitor, form: Form) -> Page {
    let Some(lang) = Lang::parse(form.get("locale")) else { return Ok(back(&web, &form, &[])) };
    if let Some(me) = v.person {
        web.app().set_locale(me, lang.tag().to_owned()).await?;
    }
    Ok(back(&web, &form, &[("yx_lang", lang.tag())]))
}

/// `POST /me/appearance`
pub async fn appearance(State(web): State<Web>, v: Visitor, form: Form) -> Page {
    let mut cookies = Vec::new();
    match form.get("theme") {
        "light" => cookies.push(("yx_theme", "light")),
        "dark" => cookies.push(("yx_theme", "dark")),
        "auto" => cookies.push(("yx_theme", "")),
        // What the system has is not known here; the first touch is meant to change something.
        "toggle" => cookies.push(("yx_theme", if v.theme == Some("dark") { "light" } else { "dark" })),
        _ => {}
    }
    match form.get("text") {
        "large" => cookies.push(("yx_text", "large")),
        "normal" => cookies.push(("yx_text", "")),
        "toggle" => cookies.push(("yx_text", if v.large { "" } else { "large" })),
        _ => {}
    }
    Ok(back(&web, &form, &cookies))
}
