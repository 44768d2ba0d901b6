//! The roster, for whoever keeps it: who is on it, somebody put on it or taken off, who he is erased. Strangers never see it.

use crate::door::frame::Frame;
use crate::door::keeping;
use crate::door::page::{Page, cut, show, to};
use crate::door::telling::unit_name;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::page::{Field, FormPage, Kind, beside};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::form::record::{Line, ListPage, Way};
use crate::organisation::choices::{offered_people, typed_person};
use crate::partners::list::{offered, typed};
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::{CommunityCommand, PersonalIn};
use yixian_app::community::Personal;
use yixian_domain::access::Ask;
use yixian_domain::community::Member;
use yixian_domain::ids::MemberId;
use yixian_domain::partner::PartnerRole;

/// Members on a page.
const PAGE: usize = 50;
const NAME: &str = r#"maxlength="60" autocomplete="off""#;
const DIGITS: &str = r#"inputmode="numeric" maxlength="4" autocomplete="off""#;

async fn units(web: &Web, v: &Visitor) -> Result<Vec<(String, String)>, AppError> {
    keeping::units(web, v, |path| Ask::KeepServiceDays(path)).await
}

/// `GET /service-days/members`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    units(&web, &v).await?;
    let say = &v.say;
    let form = query(uri.query());
    let mut all = web.app().roster(&v.actor, form.get("after"), PAGE as i64 + 1).await?;
    let more = cut(&mut all, PAGE);
    let next = all.last().filter(|_| more);
    let next = next.map(|(m, _)| format!("/service-days/members?{}", form.query_with(&[("after", &m.code)])));
    let directory = web.app().directory().await?;
    let lines = all.iter().map(|(m, who)| {
        let unit = directory.unit(m.details.unit).map(|u| unit_name(say, u)).unwrap_or_default();
        let name = who.as_ref().map_or_else(|| say.t("erased"), |p| p.name.clone());
        let line = Line::to(format!("/service-days/members/{}/edit", m.id), name)
            .muted(format!("{} · {unit}", m.details.branch))
            .end(m.code.clone());
        match m.left {
            Some(left) => line.mark("", say.t1("member-left-on", "day", say.day(left))),
            None => line,
        }
    });
    show(&ListPage {
        lines: lines.collect(),
        title: say.t("roster-title"),
        hint: say.t("roster-hint"),
        ways: vec![
            Way::first(say.t("member-new"), "/service-days/members/new/edit"),
            Way::to(say.t("import"), "/service-days/members/import"),
        ],
        at: "/service-days/members",
        asked: Vec::new(),
        notes: Vec::new(),
        none: say.t("roster-none"),
        next,
        first: (!form.get("after").is_empty()).then(|| "/service-days/members".to_owned()),
        form,
        f: Frame::of(&web, &v, "service-days").await?,
    })
}

/// The member of an address; none for `new`.
async fn known(web: &Web, v: &Visitor, at: &str, action: &str) -> Result<Option<(Member, Option<Personal>)>, AppError> {
    if !matches!(action, "edit" | "end" | "erase") || (at == "new" && action != "edit") {
        return Err(AppError::NotFound("page"));
    }
    units(web, v).await?;
    if at == "new" {
        return Ok(None);
    }
    let id = at.parse().map_err(|_| AppError::NotFound("member"))?;
    web.app().member(&v.actor, MemberId(id)).await.map(Some)
}

async fn filled(web: &Web, v: &Visitor, m: &Member, who: Option<&Personal>) -> Result<Form, AppError> {
    let directory = web.app().directory().await?;
    let person = m.details.person.and_then(|id| directory.person(id));
    let community = match m.details.community {
        Some(id) => web.app().partner(&v.actor, id).await.ok(),
        None => None,
    };
    let who = who.cloned().unwrap_or_default();
    Ok(Form::of([
        ("id", m.id.to_string()),
        ("rev", m.rev.to_string()),
        ("code", m.code.clone()),
        ("name", who.name),
        ("last_four", who.last_four),
        ("staff_number", who.staff_number),
        ("branch", m.details.branch.clone()),
        ("unit", m.details.unit.to_string()),
        ("person", person.map(|p| format!("{} ({})", p.name, p.code)).unwrap_or_default()),
        (
            "community",
            community.map(|p| format!("{} ({})", crate::partners::list::name(&v.say, &p), p.code)).unwrap_or_default(),
        ),
    ]))
}

async fn asked(
    web: &Web,
    v: &Visitor,
    (at, action): (&str, &str),
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id", "id"]);
    let directory = web.app().directory().await?;
    let (label, hint, fields) = match action {
        "end" => (say.t("member-end"), None, vec![Field::new("on", say.t("member-last-day"), Kind::Line("date"))]),
        "erase" => (say.t("member-erase"), Some(say.t("member-erase-hint")), Vec::new()),
        _ => {
            let mut communities = web.app().all_partners(&v.actor).await?;
            communities.retain(|p| p.roles_on(say.today()).any(|r| r == PartnerRole::Community));
            let [name, code] =
                beside(Field::line("name", say.t("member-name")).with(NAME), Field::code(say.t("code"), at != "new"));
            let [digits, number] = beside(
                Field::line("last_four", say.t("member-last-four")).with(DIGITS).optional(),
                Field::line("staff_number", say.t("member-staff-number")).with(NAME).optional(),
            );
            let fields = vec![
                name,
                code,
                digits,
                number,
                Field::line("branch", say.t("member-branch")).with(NAME),
                Field::new("unit", say.t("member-unit"), Kind::Select(units(web, v).await?)),
                Field::new(
                    "person",
                    say.t("member-person"),
                    Kind::Typed(offered_people(say, &directory, directory.root())),
                )
                .optional(),
                Field::new("community", say.t("member-community"), Kind::Typed(offered(say, &communities))).optional(),
            ];
            (say.t(if at == "new" { "member-new" } else { "member-edit" }), Some(say.t("member-hint")), fields)
        }
    };
    let links = match (at, action) {
        ("new", _) | (_, "end" | "erase") => Vec::new(),
        (at, _) => ["end", "erase"].map(|a| (say.of("member", a), format!("/service-days/members/{at}/{a}"))).to_vec(),
    };
    let page = FormPage {
        button: if action == "edit" { say.t("save") } else { label.clone() },
        hint,
        links,
        crumbs: vec![
            (say.t("service-days-title"), "/service-days".into()),
            (say.t("roster-title"), "/service-days/members".into()),
        ],
        action: format!("/service-days/members/{at}/{action}"),
        back: "/service-days/members".into(),
        hidden: vec!["id", "rev"],
        fields,
        ..FormPage::new(Frame::of(web, v, "service-days").await?, label, form, faults)
    };
    Ok(if action == "edit" { page } else { page.grave() })
}

/// `GET /service-days/members/{id}/{action}`
pub async fn form(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((at, action)): Path<(String, String)>,
) -> Page {
    let member = known(&web, &v, &at, &action).await?;
    let mut form = match &member {
        Some((m, who)) => filled(&web, &v, m, who.as_ref()).await?,
        None => Form::default(),
    };
    form.set("on", v.say.today().to_string());
    asked(&web, &v, (&at, &action), form, Faults::none()).await?.shown(StatusCode::OK)
}

async fn read(
    web: &Web,
    v: &Visitor,
    action: &str,
    before: Option<&Member>,
    form: &Form,
) -> Result<CommunityCommand, AppError> {
    let mut r = Reading::default();
    let id = before.map(|m| m.id.0);
    let member = id.or_else(|| r.take(form.id("id", "uuid_v7"))).unwrap_or_default();
    let command = match action {
        "end" => r.take(form.day("on")).map(|on| CommunityCommand::UnlistMember { member, on }),
        "erase" => Some(CommunityCommand::EraseMember { member }),
        _ => {
            let directory = web.app().directory().await?;
            let person = r.take(typed_person(&directory, form, "person")).flatten();
            let partners = web.app().all_partners(&v.actor).await?;
            let community = r.take(typed(&partners, form, "community")).flatten();
            let unit: Option<Uuid> = r.take(form.id("unit", "unit"));
            let text = |name: &str| form.get(name).to_owned();
            Some(CommunityCommand::ListMember {
                member,
                code: before.map_or_else(|| text("code").trim().to_owned(), |m| m.code.clone()),
                branch: text("branch"),
                unit: unit.unwrap_or_default(),
                person: person.map(|p| p.0),
                community: community.map(|c| c.0),
                personal: Some(PersonalIn {
                    name: text("name"),
                    last_four: text("last_four"),
                    staff_number: text("staff_number"),
                }),
            })
        }
    };
    r.done()?;
    command.ok_or(AppError::NotFound("page"))
}

/// `POST /service-days/members/{id}/{action}`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((at, action)): Path<(String, String)>,
    form: Form,
) -> Page {
    let before = known(&web, &v, &at, &action).await?;
    let seen = form.optional::<u32>("rev", "event").ok().flatten().filter(|_| before.is_some());
    let command = read(&web, &v, &action, before.as_ref().map(|b| &b.0), &form).await;
    let command = command.map(|c| Read { seen, ..Read::now(c) });
    match Post::by(&web, &v).minted(&["id"]).send(form, command).await? {
        Posted::Done(_) => to("/service-days/members"),
        Posted::Again(Again { form, faults, status }) => {
            asked(&web, &v, (&at, &action), form, faults).await?.shown(status)
        }
    }
}
