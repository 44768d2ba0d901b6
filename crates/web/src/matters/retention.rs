//! How long personal data are kept: the rules in words, what they make due, and carrying out what the page showed; and the
//! form of the rules. What is due, what is left and who may are decided elsewhere.

use crate::door::frame::Frame;
use crate::door::page::{Page, show_as, to};
use crate::door::say::Say;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::matters::rows::number;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::command::{Envelope, KeepIn, OrganisationCommand, keep_field, keep_rules};
use yixian_app::retention::{BATCH, Called, CarriedOut, DueRecord, LeftBecause, Preview, Seen};
use yixian_app::{AppError, FieldError};
use yixian_domain::access::{Ask, may};
use yixian_domain::retention::{Judgement, KeptKind, Retention};

const PAGE: &str = "/admin/privacy/retention";
const RULES: &str = "/admin/privacy/retention/rules";
/// How many days may be written.
const DAYS: &str = r#"min="30" max="36500" step="1" inputmode="numeric" autocomplete="off""#;

/// What a rule makes due.
struct OfKind {
    kind: String,
    due: usize,
    ended: String,
    held: Vec<String>,
}

/// A record.
struct Line {
    kind: String,
    name: String,
    href: String,
    ended: String,
    last: String,
}

/// A record that was left.
struct Left {
    name: String,
    href: Option<String>,
    why: String,
}

#[derive(Template)]
#[template(path = "matters/retention.html")]
struct RetentionPage {
    f: Frame,
    faults: Faults,
    command_id: String,
    version: i64,
    rules: Vec<String>,
    may_change: bool,
    today: String,
    kinds: Vec<OfKind>,
    records: Vec<Line>,
    seen: Vec<String>,
    total: i64,
    done: Option<(usize, Vec<Left>)>,
}

/// The rules, a sentence each.
fn sentences(say: &Say, rules: &Retention) -> Vec<String> {
    let sentence = |(of, days): (KeptKind, u32)| {
        let key = match of {
            KeptKind::Matter(_) => "retention-rule-matter",
            KeptKind::Person => "retention-rule-person",
        };
        say.t2(key, ("kind", say.kept(of)), ("n", i64::from(days)))
    };
    rules.rows().map(sentence).collect()
}

/// How people call a record, and where it stands.
fn named(say: &Say, called: &Called, id: Uuid) -> (String, String) {
    match called {
        Called::Matter(n, raised) => (number(say, *raised, *n), format!("/matters/{id}")),
        Called::Person(code) => (say.t1("privacy-person", "code", code.clone()), format!("/admin/people/{id}")),
    }
}

fn left(say: &Say, (seen, called, why): &(Seen, Option<Called>, LeftBecause)) -> Left {
    let why = match why {
        LeftBecause::Missing => say.t("left-missing"),
        LeftBecause::Changed | LeftBecause::NotDue(Judgement::Due { .. }) => say.t("left-changed"),
        LeftBecause::Erased => say.t("left-erased"),
        LeftBecause::NotDue(Judgement::NoRule) => say.t("left-no-rule"),
        LeftBecause::NotDue(Judgement::Held(hold)) => say.of("hold", hold.as_str()),
        LeftBecause::NotDue(Judgement::KeptUntil(last)) => say.t1("left-kept-until", "day", say.day(*last)),
    };
    match called.as_ref().map(|c| named(say, c, seen.id)) {
        Some((name, href)) => Left { name, href: Some(href), why },
        None => Left { name: seen.id.to_string(), href: None, why },
    }
}

fn of_kind(say: &Say, of: KeptKind, told: &yixian_app::retention::OfKind) -> OfKind {
    OfKind {
        kind: say.kept(of),
        due: told.due,
        ended: told.ended.map_or_else(String::new, |(first, last)| {
            if first == last { say.day(first) } else { format!("{} – {}", say.day(first), say.day(last)) }
        }),
        held: told
            .held
            .iter()
            .map(|(hold, n)| say.t2("retention-held-of", ("why", say.of("hold", hold.as_str())), ("n", *n as i64)))
            .collect(),
    }
}

fn line(say: &Say, d: &DueRecord) -> Line {
    let (name, href) = named(say, &d.called, d.seen.id);
    Line { kind: say.kept(d.seen.of), name, href, ended: say.day(d.ended), last: say.day(d.last) }
}

/// Whether he may change rules that hold for the whole company.
async fn may_change(web: &Web, v: &Visitor) -> Result<(), AppError> {
    let directory = web.app().directory().await?;
    let root = directory.root().ok_or(AppError::NotFound("unit"))?;
    Ok(may(&v.actor, &Ask::Administer(&root.path))?)
}

async fn shown(web: &Web, v: &Visitor, faults: Faults, done: Option<CarriedOut>, status: StatusCode) -> Page {
    let say = &v.say;
    let (_, rules) = web.app().retention(&v.actor).await?;
    let Preview { today, version, kinds, due } = web.app().retention_preview(&v.actor).await?;
    let mut form = Form::default();
    form.mint(web, &["command_id"]);
    let now = due.iter().take(BATCH);
    show_as(
        status,
        &RetentionPage {
            faults,
            command_id: form.get("command_id").to_owned(),
            version,
            rules: sentences(say, &rules),
            may_change: may_change(web, v).await.is_ok(),
            today: say.t1("retention-day", "day", say.day(today)),
            kinds: kinds.iter().map(|(of, told)| of_kind(say, *of, told)).collect(),
            records: now.clone().map(|d| line(say, d)).collect(),
            seen: now.map(|d| d.seen.to_string()).collect(),
            total: due.len() as i64,
            done: done.map(|d| (d.erased, d.left.iter().map(|l| left(say, l)).collect())),
            f: Frame::of(web, v, "privacy").await?,
        },
    )
}

/// `GET /admin/privacy/retention`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    shown(&web, &v, Faults::none(), None, StatusCode::OK).await
}

/// `POST /admin/privacy/retention`
pub async fn submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, form: Form) -> Page {
    may(&v.actor, &Ask::Audit)?;
    let done = async {
        let id = form.command_id()?;
        let version = form.needed::<i64>("version", "retention_seen").map_err(|e| AppError::Invalid(vec![e]))?;
        let seen = form.all("seen").map(str::parse).collect::<Result<Vec<Seen>, AppError>>()?;
        web.app().carry_out_retention(&v.actor, id, version, &seen).await
    };
    match done.await {
        Ok(done) => shown(&web, &v, Faults::none(), Some(done), StatusCode::OK).await,
        Err(e) => {
            let (status, faults) = Faults::from_error(&v.say, e)?;
            shown(&web, &v, faults, None, status).await
        }
    }
}

async fn rules_form(web: &Web, v: &Visitor, mut form: Form, faults: Faults, status: StatusCode) -> Page {
    let say = &v.say;
    form.mint(web, &["command_id"]);
    let field = |of: KeptKind| {
        let label = say.t1("retention-field", "kind", say.kept(of));
        Field::new(keep_field(of), label, Kind::Line("number")).with(DAYS).optional()
    };
    let page = FormPage {
        hint: Some(say.t("retention-change-hint")),
        crumbs: vec![(say.t("privacy-title"), "/admin/privacy".into()), (say.t("retention-title"), PAGE.into())],
        action: RULES.into(),
        back: PAGE.into(),
        hidden: vec!["version"],
        fields: KeptKind::all().map(field).collect(),
        ..FormPage::new(Frame::of(web, v, "privacy").await?, say.t("retention-change"), form, faults)
    };
    page.shown(status)
}

/// `GET /admin/privacy/retention/rules`
pub async fn rules_page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    may_change(&web, &v).await?;
    let (version, rules) = web.app().retention(&v.actor).await?;
    let mut form = Form::default();
    form.set("version", version.to_string());
    for (of, days) in rules.rows() {
        form.set(keep_field(of), days.to_string());
    }
    rules_form(&web, &v, form, Faults::none(), StatusCode::OK).await
}

/// The rows that were typed; what is left empty is no row.
fn typed(form: &Form) -> Result<Read, AppError> {
    let mut reading = Reading::default();
    let mut keep = Vec::new();
    for of in KeptKind::all() {
        let name = keep_field(of);
        match form.get(name) {
            "" => {}
            text => match text.parse() {
                Ok(days) => keep.push(KeepIn { of: of.as_str().to_owned(), days }),
                Err(_) => reading.faults.push(FieldError::with(name, "retention_number", text)),
            },
        }
    }
    reading.faults.extend(keep_rules(&keep).err().unwrap_or_default());
    let seen = reading.take(form.needed::<u32>("version", "retention_seen"));
    reading.done()?;
    let command = OrganisationCommand::PutRetention { keep }.into();
    Ok(Read { envelope: Envelope { happened_at: None, command }, seen })
}

/// `POST /admin/privacy/retention/rules`
pub async fn put_rules(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, form: Form) -> Page {
    may_change(&web, &v).await?;
    let read = typed(&form);
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(PAGE),
        Posted::Again(Again { form, faults, status }) => rules_form(&web, &v, form, faults, status).await,
    }
}
