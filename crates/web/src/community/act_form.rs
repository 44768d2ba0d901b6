//! Forms of a session: each of the five acts, somebody signs in, a sheet of many, the session itself, its end, what was a mistake.

use super::day_form::{plan_command, plan_fields, planned};
use super::shown::{ids_after, sheet};
use crate::door::frame::Frame;
use crate::door::keeping;
use crate::door::page::{Page, to};
use crate::door::say::{Lang, Say};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::page::{Field, FormPage, Kind};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::partners::list::name as community_name;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use uuid::Uuid;
use yixian_app::command::{CommunityCommand, DidIn, OpinionIn, QuantityIn};
use yixian_app::community::SessionPage;
use yixian_app::{AppError, FieldError};
use yixian_domain::base::fold;
use yixian_domain::base::service::ServiceItem;
use yixian_domain::community::{ActKind, Member};
use yixian_domain::ids::SessionId;
use yixian_domain::matter::MatterKind;

const NUMBER: &str = r#"inputmode="numeric" maxlength="6" autocomplete="off""#;
/// What an opinion may be.
const OPINIONS: [MatterKind; 3] = [MatterKind::Wish, MatterKind::Enquiry, MatterKind::Problem];

/// What a form does to a session.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Do {
    Act(ActKind),
    SignIn,
    Sheet,
    SignOut,
    VoidAct,
    VoidSignIn,
    Edit,
    Cancel,
    Link,
    EraseWords,
}

impl Do {
    fn parse(text: &str) -> Result<Do, AppError> {
        Ok(match text {
            "sign-in" => Do::SignIn,
            "sheet" => Do::Sheet,
            "sign-out" => Do::SignOut,
            "void-act" => Do::VoidAct,
            "void-sign-in" => Do::VoidSignIn,
            "edit" => Do::Edit,
            "cancel" => Do::Cancel,
            "link" => Do::Link,
            "erase-words" => Do::EraseWords,
            kind => Do::Act(ActKind::parse(kind).ok_or(AppError::NotFound("page"))?),
        })
    }

    /// The session, for whoever may do this to it.
    async fn of(self, web: &Web, v: &Visitor, id: Uuid) -> Result<SessionPage, AppError> {
        let p = web.app().session_page(&v.actor, SessionId(id)).await?;
        let may = match self {
            Do::Edit | Do::Cancel | Do::Link | Do::EraseWords => p.keeps,
            Do::Act(_) | Do::SignIn | Do::Sheet | Do::SignOut | Do::VoidAct | Do::VoidSignIn => p.runs,
        };
        if may { Ok(p) } else { Err(keeping::denied()) }
    }
}

/// Kinds of opinions with their categories, as one list to choose from: `wish/lighting`.
fn opinion_kinds(web: &Web, say: &Say) -> Vec<(String, String)> {
    let policies = web.app().policies();
    let mut all = Vec::new();
    for kind in OPINIONS {
        let named = say.of("kind", kind.as_str());
        for (_, c) in policies.procedures.categories(kind, say.today()) {
            let category = if say.lang() == Lang::Zh { &c.name } else { &c.name_en };
            all.push((format!("{}/{}", kind.as_str(), c.code), format!("{named} · {category}")));
        }
    }
    all
}

async fn act_fields(web: &Web, v: &Visitor, kind: ActKind) -> Result<Vec<Field>, AppError> {
    let say = &v.say;
    let note = || Field::new("note", say.t("act-note"), Kind::Text).optional();
    Ok(match kind {
        ActKind::Works => {
            let known = web.app().section_choices(&v.actor).await?;
            let known = known.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
            vec![Field::new("section", say.t("act-section"), Kind::Select(known)), note()]
        }
        ActKind::Household => {
            vec![Field::new("household", say.t("act-household"), Kind::Text).hint(say.t("act-household-hint"))]
        }
        ActKind::Publicity => vec![Field::line("reached", say.t("act-reached")).with(NUMBER), note()],
        ActKind::Repairs => {
            let item =
                |i: &ServiceItem| Field::line(i.as_str(), say.of("service-item", i.as_str())).with(NUMBER).optional();
            let mut fields: Vec<Field> = ServiceItem::ALL.iter().map(item).collect();
            fields.push(note());
            fields
        }
        ActKind::Opinions => vec![
            Field::new("kind", say.t("act-opinion-kind"), Kind::Select(opinion_kinds(web, say))).tells("category"),
            Field::new("words", say.t("act-opinion-words"), Kind::Text).hint(say.t("act-opinion-words-hint")),
        ],
    })
}

async fn asked(
    web: &Web,
    v: &Visitor,
    (what, action): (Do, &str),
    p: &SessionPage,
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id", "id"]);
    let reason = || vec![Field::new("reason", say.t("act-void-reason"), Kind::Text)];
    let (label, hint, fields) = match what {
        Do::Act(kind) => (say.of("act-kind", kind.as_str()), None, act_fields(web, v, kind).await?),
        Do::SignIn => (
            say.t("session-sign-in"),
            Some(say.t("session-sign-in-hint")),
            vec![
                Field::line("who", say.t("session-who")).with(r#"maxlength="80" autocomplete="off""#).optional(),
                Field::new("guest", say.t("sign-in-as-guest"), Kind::Tick),
            ],
        ),
        Do::Sheet => (
            say.t("session-sheet"),
            Some(say.t("session-sheet-hint")),
            vec![
                Field::new("photos", say.t("session-sheet-photo"), Kind::Photos),
                Field::new("signed", say.t("session-sheet-signed"), Kind::Text),
            ],
        ),
        Do::SignOut => return Err(AppError::NotFound("page")),
        Do::VoidAct | Do::VoidSignIn => (say.t("act-void"), Some(say.t("act-void-hint")), reason()),
        Do::Edit => (say.t("session-edit"), None, plan_fields(web, v, true).await?),
        Do::Cancel => (say.t("session-cancel"), Some(say.t("session-cancel-hint")), reason()),
        Do::Link => (say.t("session-new-link"), Some(say.t("session-new-link-hint")), Vec::new()),
        Do::EraseWords => (say.t("session-erase-words"), Some(say.t("session-erase-words-hint")), Vec::new()),
    };
    let grave = matches!(what, Do::Cancel | Do::EraseWords | Do::VoidAct | Do::VoidSignIn);
    let back = format!("/sessions/{}", p.session.id);
    let page = FormPage {
        sub: Some(format!("{} · {}", community_name(say, &p.community), say.day(p.session.day))),
        hint,
        nothing: p
            .session
            .cancelled
            .is_some()
            .then(|| say.t("session-is-cancelled"))
            .filter(|_| what != Do::EraseWords),
        crumbs: vec![
            (say.t("service-days-title"), "/service-days".into()),
            (community_name(say, &p.community), back.clone()),
        ],
        action: format!("{back}/{action}"),
        back,
        hidden: vec!["id", "record", "rev"],
        fields,
        ..FormPage::new(Frame::of(web, v, "service-days").await?, label, form, faults)
    };
    Ok(if grave { page.grave() } else { page })
}

/// `GET /sessions/{id}/{action}`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((id, action)): Path<(Uuid, String)>,
    uri: Uri,
) -> Page {
    let what = Do::parse(&action)?;
    let p = what.of(&web, &v, id).await?;
    let mut form = query(uri.query());
    if what == Do::Edit {
        form = planned(&v, &p);
    }
    asked(&web, &v, (what, &action), &p, form, Faults::none()).await?.shown(StatusCode::OK)
}

/// A whole number as people write it; what is none is a fault of its field.
fn number(form: &Form, name: &'static str) -> Result<u32, FieldError> {
    let plain = fold::plain(form.get(name)).replace([',', ' '], "");
    if plain.is_empty() {
        Ok(0)
    } else {
        plain.parse().map_err(|_| FieldError::with(name, "act_number", form.get(name)))
    }
}

fn did(kind: ActKind, form: &Form, base: Uuid) -> Result<DidIn, AppError> {
    let mut r = Reading::default();
    let note = form.get("note").to_owned();
    let did = match kind {
        ActKind::Works => DidIn::Works { section: r.take(form.id("section", "section")).unwrap_or_default(), note },
        ActKind::Household => DidIn::Household { place: None, household: form.get("household").to_owned() },
        ActKind::Publicity => DidIn::Publicity { reached: r.take(number(form, "reached")).unwrap_or_default(), note },
        ActKind::Repairs => {
            let one =
                |i: &ServiceItem| QuantityIn { item: *i, n: r.take(number(form, i.as_str())).unwrap_or_default() };
            DidIn::Repairs { items: ServiceItem::ALL.iter().map(one).collect(), note }
        }
        ActKind::Opinions => {
            let (kind, category) = form.get("kind").split_once('/').unwrap_or_default();
            let kind = OPINIONS.into_iter().find(|k| k.as_str() == kind);
            if kind.is_none() {
                r.faults.push(FieldError::with("kind", "opinion_kind", form.get("kind")));
            }
            let said = form.get("words").lines().map(str::trim).filter(|l| !l.is_empty());
            let opinion = |(matter, words): (Uuid, &str)| OpinionIn {
                matter,
                kind: kind.unwrap_or(MatterKind::Wish),
                category: category.to_owned(),
                words: words.to_owned(),
            };
            // The first id is the act's own.
            DidIn::Opinions { opinions: ids_after(base).skip(1).zip(said).map(opinion).collect() }
        }
    };
    r.done()?;
    Ok(did)
}

/// Whom a line means: a code of the roster, or a name and a key behind it.
async fn meant(web: &Web, v: &Visitor, p: &SessionPage, line: &str) -> Result<Option<Member>, AppError> {
    let line = fold::plain(line);
    if let Some(m) = web.app().member_of_code(&v.actor, &line).await? {
        return Ok(Some(m));
    }
    let Some((name, key)) = line.rsplit_once(char::is_whitespace) else { return Ok(None) };
    web.app().member_meant(&v.actor, &p.session, (name, key), p.session.day).await
}

async fn read(web: &Web, v: &Visitor, what: Do, p: &SessionPage, form: &Form) -> Result<CommunityCommand, AppError> {
    use CommunityCommand as C;
    let session = p.session.id.0;
    let one = |f: Result<Uuid, FieldError>| f.map_err(|f| AppError::Invalid(vec![f]));
    let reason = form.get("reason").to_owned();
    Ok(match what {
        Do::Act(kind) => {
            let act = one(form.id("id", "uuid_v7"))?;
            C::RecordAct { session, act, did: did(kind, form, act)? }
        }
        Do::SignIn => {
            let member = match (form.get("who").trim(), form.ticked("guest")) {
                ("", true) => None,
                ("", false) => return Err(AppError::field("who", "needed")),
                (line, _) => match meant(web, v, p, line).await? {
                    Some(m) => Some(m.id.0),
                    None if form.ticked("guest") => None,
                    None => return Err(AppError::field("who", "not_on_roster")),
                },
            };
            C::SignIn { sign_in: one(form.id("id", "uuid_v7"))?, session, member }
        }
        Do::Sheet => {
            let base = one(form.id("id", "uuid_v7"))?;
            let (mut members, mut faults) = (Vec::new(), Vec::new());
            for line in form.get("signed").lines().map(str::trim).filter(|l| !l.is_empty()) {
                match meant(web, v, p, line).await? {
                    Some(m) => members.push(m),
                    None => faults.push(FieldError::with("signed", "sheet_line", line)),
                }
            }
            let photo = form.photos("photos").into_iter().next();
            if photo.is_none() {
                faults.push(FieldError::new("photo", "sheet_photo"));
            }
            if !faults.is_empty() {
                return Err(AppError::Invalid(faults));
            }
            C::TakeSheet { session, photo: photo.unwrap_or_default(), signed: sheet(base, &members) }
        }
        Do::SignOut => C::SignOut { sign_in: one(form.id("record", "sign_in"))? },
        Do::VoidAct => C::VoidAct { session, act: one(form.id("record", "act"))?, reason },
        Do::VoidSignIn => C::VoidSignIn { sign_in: one(form.id("record", "sign_in"))?, reason },
        Do::Edit => plan_command(web, v, &p.day, Some(&p.session), form).await?,
        Do::Cancel => C::CancelSession { session, reason },
        Do::Link => C::GiveSessionLink { session },
        Do::EraseWords => C::EraseSessionWords { session },
    })
}

/// `POST /sessions/{id}/{action}`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((id, action)): Path<(Uuid, String)>,
    mut form: Form,
) -> Page {
    let what = Do::parse(&action)?;
    let p = what.of(&web, &v, id).await?;
    form.take_photos(&web).await;
    let read = read(&web, &v, what, &p, &form).await.map(Read::now);
    match Post::by(&web, &v).minted(&["id"]).send(form, read).await? {
        Posted::Done(_) => to(&format!("/sessions/{id}")),
        // A tap has no form of its own: it is told on that of what was a mistake.
        Posted::Again(Again { form, faults, status }) => {
            let shown = if what == Do::SignOut { (Do::VoidSignIn, "void-sign-in") } else { (what, &*action) };
            asked(&web, &v, shown, &p, form, faults).await?.shown(status)
        }
    }
}
