//! Forms of a programme and of a section.

use crate::door::frame::Frame;
use crate::door::keeping;
use crate::door::page::{Page, to};
use crate::door::telling::unit_name;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind, beside, choice, or_none};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::organisation::choices::{offered_people, typed_person};
use crate::programmes::list::name;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::command::{BaselineIn, ProgrammeCommand, ServesIn};
use yixian_app::{AppError, FieldError};
use yixian_domain::access::{Ask, Denial, may};
use yixian_domain::org::Role;
use yixian_domain::partner::PartnerRole;
use yixian_domain::programme::{LengthKind, Programme, ProgrammeKind, Section, Terrain};

const NAME: &str = r#"maxlength="120" autocomplete="off""#;
const NUMBER: &str = r#"inputmode="numeric""#;

async fn programme_form(
    web: &Web,
    v: &Visitor,
    before: Option<&Programme>,
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    let directory = web.app().directory().await?;
    form.mint(web, &["command_id", "id"]);
    let units: Vec<_> = directory
        .units()
        .filter(|u| may(&v.actor, &Ask::PlanVisits(&u.path)).is_ok())
        .map(|u| (u.id.to_string(), unit_name(say, u)))
        .collect();
    let others = web.app().programmes(&v.actor).await?;
    let others: Vec<_> = others
        .iter()
        .filter(|o| before.is_none_or(|b| b.id != o.id))
        .map(|o| (o.id.to_string(), format!("{} ({})", name(say, o), o.code)))
        .collect();
    let people = offered_people(say, &directory, directory.root());
    let [label, code] =
        beside(Field::line("name", say.t("works-name")).with(NAME), Field::code(say.t("code"), before.is_some()));
    let [year, kind] = beside(
        Field::line("year", say.t("works-year")).with(NUMBER),
        Field::new(
            "kind",
            say.t("works-kind"),
            Kind::Select(choice(say, "works-kind", ProgrammeKind::ALL, ProgrammeKind::as_str)),
        ),
    );
    let title = before.map_or_else(|| say.t("works-new"), |p| name(say, p));
    let at = before.map(|p| format!("/programmes/{}", p.code));
    Ok(FormPage {
        button: say.t("save"),
        crumbs: vec![(say.t("programmes-title"), "/programmes".into())],
        action: at.as_ref().map_or_else(|| "/programmes/new".to_owned(), |at| format!("{at}/edit")),
        back: at.unwrap_or_else(|| "/programmes".into()),
        hidden: vec!["id", "rev"],
        fields: vec![
            label,
            code,
            Field::line("name_en", say.t("works-name-en")).with(NAME).optional(),
            year,
            kind,
            Field::new("owner", say.t("works-owner"), Kind::Select(units)),
            Field::new("manager", say.t("works-manager"), Kind::Typed(people)),
            Field::new("from", say.t("works-from"), Kind::Line("date")),
            Field::new(
                "compare_with",
                say.t("works-compare"),
                Kind::Select(or_none(say.t("works-compare-none"), others)),
            )
            .optional(),
            Field::new("key_project", say.t("works-key-project"), Kind::Tick),
            Field::new("taken_over", say.t("works-taken-over"), Kind::Tick).hint(say.t("works-taken-over-hint")),
        ],
        ..FormPage::new(Frame::of(web, v, "programmes").await?, title, form, faults)
    })
}

async fn programme_read(web: &Web, before: Option<&Programme>, form: &Form) -> Result<ProgrammeCommand, AppError> {
    let mut r = Reading::default();
    let directory = web.app().directory().await?;
    let id = r.take(form.id("id", "uuid_v7"));
    let year = r.take(form.needed::<i16>("year", "works_year"));
    let kind = r.take(form.needed::<ProgrammeKind>("kind", "kind"));
    let owner = r.take(form.id("owner", "unit"));
    let from = r.take(form.day("from"));
    let compare_with = r.take(form.optional::<Uuid>("compare_with", "programme")).flatten();
    let manager = r.take(typed_person(&directory, form, "manager")).flatten();
    if manager.is_none() && !r.faults.iter().any(|f| f.field == "manager") {
        r.faults.push(FieldError::new("manager", "person"));
    }
    r.done()?;
    Ok(ProgrammeCommand::PutProgramme {
        programme: before.map_or(id.unwrap_or_default(), |p| p.id),
        code: before.map_or_else(|| form.get("code").to_owned(), |p| p.code.clone()),
        name: form.get("name").to_owned(),
        name_en: Some(form.get("name_en").to_owned()),
        year: year.unwrap_or_default(),
        kind: kind.unwrap_or(ProgrammeKind::Undergrounding),
        owner: owner.unwrap_or_default(),
        manager: manager.map(|m| m.0).unwrap_or_default(),
        key_project: form.ticked("key_project"),
        compare_with,
        from: from.unwrap_or_default(),
        taken_over: form.ticked("taken_over"),
    })
}

/// `GET /programmes/new`
pub async fn programme_page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    coordinates(&web, &v)?;
    let today = v.say.today();
    let form = Form::of([("year", today.year().to_string()), ("from", today.to_string())]);
    programme_form(&web, &v, None, form, Faults::none()).await?.shown(StatusCode::OK)
}

/// Whoever coordinates nowhere has no programme to register.
fn coordinates(web: &Web, v: &Visitor) -> Result<(), AppError> {
    if web.app().may_register_works(&v.actor) {
        return Ok(());
    }
    Err(AppError::Denied(Denial::NeedsRole { role: Role::Coordinator }))
}

/// `POST /programmes/new`
pub async fn programme_submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, form: Form) -> Page {
    coordinates(&web, &v)?;
    let read = programme_read(&web, None, &form).await.map(Read::now);
    match Post::by(&web, &v).minted(&["id"]).send(form, read).await? {
        Posted::Done(receipt) => to(&format!("/programmes/{}", receipt.record)),
        Posted::Again(Again { form, faults, status }) => {
            programme_form(&web, &v, None, form, faults).await?.shown(status)
        }
    }
}

/// The programme of an address, for whoever keeps it.
pub(crate) async fn kept(web: &Web, v: &Visitor, at: &str) -> Result<Programme, AppError> {
    let works = web.app().works(&v.actor, at, None).await?;
    if works.keeps { Ok(works.programme) } else { Err(keeping::denied()) }
}

/// `GET /programmes/{id}/edit`
pub async fn programme_edit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
) -> Page {
    let p = kept(&web, &v, &at).await?;
    let d = &p.details;
    let directory = web.app().directory().await?;
    let manager = directory.person(d.manager).map(|m| format!("{} ({})", m.name, m.code)).unwrap_or_default();
    let tick = |on: bool| if on { "1".to_owned() } else { String::new() };
    let form = Form::of([
        ("id", p.id.to_string()),
        ("rev", p.rev.to_string()),
        ("code", p.code.clone()),
        ("name", d.name.clone()),
        ("name_en", d.name_en.clone().unwrap_or_default()),
        ("year", d.year.to_string()),
        ("kind", d.kind.as_str().to_owned()),
        ("owner", d.owner.to_string()),
        ("manager", manager),
        ("from", d.from.to_string()),
        ("compare_with", d.compare_with.map(|c| c.to_string()).unwrap_or_default()),
        ("key_project", tick(d.key_project)),
        ("taken_over", tick(d.taken_over)),
    ]);
    programme_form(&web, &v, Some(&p), form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /programmes/{id}/edit`
pub async fn programme_change(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    let p = kept(&web, &v, &at).await?;
    let seen = form.optional::<u32>("rev", "event").ok().flatten();
    let read = programme_read(&web, Some(&p), &form).await.map(|c| Read { seen, ..Read::now(c) });
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/programmes/{}", p.code)),
        Posted::Again(Again { form, faults, status }) => {
            programme_form(&web, &v, Some(&p), form, faults).await?.shown(status)
        }
    }
}

/// The name of a field that asks for the baseline of a milestone.
fn field_of(position: usize) -> &'static str {
    const NAMES: [&str; 16] =
        ["m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9", "m10", "m11", "m12", "m13", "m14", "m15"];
    NAMES.get(position).copied().unwrap_or("m15")
}

async fn section_form(
    web: &Web,
    v: &Visitor,
    p: &Programme,
    before: Option<&Section>,
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id", "id"]);
    let districts = web.app().districts().await?;
    let partners = web.app().all_partners(&v.actor).await?;
    let bodies = |role: PartnerRole| -> Vec<(String, String)> {
        let of = partners.iter().filter(|b| b.details.roles.iter().any(|r| r.role == role) && b.merged.is_none());
        of.map(|b| (b.id.to_string(), crate::partners::list::name(say, b))).collect()
    };
    let [label, code] = beside(
        Field::line("name", say.t("works-section-name")).with(NAME),
        Field::code(say.t("code"), before.is_some()),
    );
    let [district, batch] = beside(
        Field::new("district", say.t("works-district"), Kind::Typed(districts)),
        Field::line("batch", say.t("works-batch")).with(NUMBER),
    );
    let terrain = Kind::Choice(choice(say, "terrain", Terrain::ALL, Terrain::as_str));
    let [contractor, supervisor] = beside(
        Field::new(
            "contractor",
            say.t("works-contractor"),
            Kind::Select(or_none(say.t("works-nobody"), bodies(PartnerRole::ConstructionUnit))),
        ),
        Field::new(
            "supervisor",
            say.t("works-supervisor"),
            Kind::Select(or_none(say.t("works-nobody"), bodies(PartnerRole::Supervisor))),
        ),
    );
    let [households, capacity] = beside(
        Field::line("households", say.t("works-households")).with(NUMBER).optional(),
        Field::line("capacity_kw", say.t("works-capacity")).with(NUMBER).optional(),
    );
    let [serves, serves_day] = beside(
        Field::line("serves", say.t("works-serves")).with(NAME).optional(),
        Field::new("serves_day", say.t("works-serves-day"), Kind::Line("date")).optional(),
    );
    let mut fields =
        vec![label, code, Field::line("name_en", say.t("works-name-en")).with(NAME).optional(), district, batch];
    fields.push(Field::new("terrain", say.t("works-terrain"), terrain));
    fields.extend([contractor, supervisor]);
    if before.is_none() {
        fields.push(Field::line("metres", say.t("works-metres")).with(NUMBER).optional());
    }
    fields.extend([households, capacity, serves, serves_day]);
    fields.push(Field::line("place", say.t("works-place-code")).with(NAME).hint(say.t("works-place-hint")).optional());
    // Baselines are set here while it is a draft; afterwards each change asks for a reason and somebody else's yes.
    if before.is_none_or(|s| s.state == yixian_domain::programme::SectionState::Draft) {
        let policies = web.app().policies();
        for (i, kind) in policies.milestones.of(p.details.kind).iter().enumerate().take(16) {
            let label = say.t1("works-baseline-of", "name", say.named(&kind.name, Some(&kind.name_en)));
            fields.push(Field::new(field_of(i), label, Kind::Line("date")).optional());
        }
    }
    let at = before.map_or_else(|| format!("/programmes/{}/section", p.code), |s| format!("/sections/{}/edit", s.id));
    let back = before.map_or_else(|| format!("/programmes/{}", p.code), |s| format!("/sections/{}", s.id));
    let title = before.map_or_else(|| say.t("works-section-new"), |s| s.details.name.clone());
    Ok(FormPage {
        button: say.t("save"),
        crumbs: vec![
            (say.t("programmes-title"), "/programmes".into()),
            (name(say, p), format!("/programmes/{}", p.code)),
        ],
        action: at,
        back,
        hidden: vec!["id", "rev"],
        fields,
        ..FormPage::new(Frame::of(web, v, "programmes").await?, title, form, faults)
    })
}

async fn section_read(
    web: &Web,
    v: &Visitor,
    p: &Programme,
    before: Option<&Section>,
    form: &Form,
) -> Result<ProgrammeCommand, AppError> {
    let mut r = Reading::default();
    let id = r.take(form.id("id", "uuid_v7"));
    let batch = r.take(form.needed::<u8>("batch", "batch"));
    let terrain = r.take(form.needed::<Terrain>("terrain", "terrain"));
    let contractor = r.take(form.optional::<Uuid>("contractor", "partner")).flatten();
    let supervisor = r.take(form.optional::<Uuid>("supervisor", "partner")).flatten();
    let metres = r.take(form.optional::<u32>("metres", "length")).flatten();
    let households = r.take(form.optional::<u32>("households", "households")).flatten();
    let capacity_kw = r.take(form.optional::<u32>("capacity_kw", "capacity_kw")).flatten();
    let serves_day = r.take(form.optional_day("serves_day")).flatten();
    let serves = match (form.get("serves"), serves_day) {
        ("", None) => None,
        ("", Some(_)) => {
            r.faults.push(FieldError::new("serves", "name_needed"));
            None
        }
        (_, None) => {
            r.faults.push(FieldError::new("serves_day", "day"));
            None
        }
        (name, Some(day)) => Some(ServesIn { name: name.to_owned(), day }),
    };
    let place = match form.get("place") {
        "" => None,
        code => {
            let found = web.app().places(&v.actor, "", code, "", 20).await?.into_iter().find(|p| p.code == code);
            if found.is_none() {
                r.faults.push(FieldError::with("place", "place", code));
            }
            found.map(|p| p.id.0)
        }
    };
    let mut baselines = Vec::new();
    let policies = web.app().policies();
    for (i, kind) in policies.milestones.of(p.details.kind).iter().enumerate().take(16) {
        let day = r.take(form.optional_day(field_of(i))).flatten();
        baselines.extend(day.map(|day| BaselineIn { milestone: kind.code.clone(), day }));
    }
    r.done()?;
    Ok(ProgrammeCommand::PutSection {
        section: before.map_or(id.unwrap_or_default(), |s| s.id),
        programme: p.id,
        code: before.map_or_else(|| form.get("code").to_owned(), |s| s.code.clone()),
        name: form.get("name").to_owned(),
        name_en: Some(form.get("name_en").to_owned()),
        place,
        district: form.get("district").to_owned(),
        batch: batch.unwrap_or(1),
        terrain: terrain.unwrap_or(Terrain::Plain),
        contractor,
        supervisor,
        households,
        capacity_kw,
        serves,
        metres,
        items: Vec::new(),
        baselines,
    })
}

/// `GET /programmes/{id}/section`
pub async fn section_page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
) -> Page {
    let p = kept(&web, &v, &at).await?;
    let form = Form::of([("batch", "1"), ("terrain", "plain")]);
    section_form(&web, &v, &p, None, form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /programmes/{id}/section`
pub async fn section_submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    let p = kept(&web, &v, &at).await?;
    let read = section_read(&web, &v, &p, None, &form).await.map(Read::now);
    match Post::by(&web, &v).minted(&["id"]).send(form, read).await? {
        Posted::Done(receipt) => to(&format!("/sections/{}", receipt.record)),
        Posted::Again(Again { form, faults, status }) => {
            section_form(&web, &v, &p, None, form, faults).await?.shown(status)
        }
    }
}

/// A section of an address, for whoever keeps it.
async fn kept_section(web: &Web, v: &Visitor, id: Uuid) -> Result<(Section, Programme), AppError> {
    let page = web.app().section_page(&v.actor, id).await?;
    if page.keeps { Ok((page.section, page.programme)) } else { Err(keeping::denied()) }
}

/// `GET /sections/{id}/edit`
pub async fn section_edit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<Uuid>) -> Page {
    let (s, p) = kept_section(&web, &v, id).await?;
    let d = &s.details;
    let text = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
    let body = |b: Option<yixian_domain::ids::PartnerId>| b.map(|b| b.to_string()).unwrap_or_default();
    let place = match d.place {
        Some(place) => web.app().place(&v.actor, place).await?.code,
        None => String::new(),
    };
    let mut form = Form::of([
        ("id", s.id.to_string()),
        ("rev", s.rev.to_string()),
        ("code", s.code.clone()),
        ("name", d.name.clone()),
        ("name_en", d.name_en.clone().unwrap_or_default()),
        ("district", d.district.clone()),
        ("batch", d.batch.to_string()),
        ("terrain", d.terrain.as_str().to_owned()),
        ("contractor", body(d.contractor)),
        ("supervisor", body(d.supervisor)),
        ("metres", text(s.metres(LengthKind::Route, v.say.today()))),
        ("households", text(d.households)),
        ("capacity_kw", text(d.capacity_kw)),
        ("serves", d.serves.as_ref().map(|c| c.name.clone()).unwrap_or_default()),
        ("serves_day", d.serves.as_ref().map(|c| c.day.to_string()).unwrap_or_default()),
        ("place", place),
    ]);
    for (i, m) in s.milestones.iter().enumerate().take(16) {
        form.set(field_of(i), m.baseline().map(|d| d.to_string()).unwrap_or_default());
    }
    section_form(&web, &v, &p, Some(&s), form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /sections/{id}/edit`
pub async fn section_change(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    form: Form,
) -> Page {
    let (s, p) = kept_section(&web, &v, id).await?;
    let seen = form.optional::<u32>("rev", "event").ok().flatten();
    let read = section_read(&web, &v, &p, Some(&s), &form).await.map(|c| Read { seen, ..Read::now(c) });
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/sections/{id}")),
        Posted::Again(Again { form, faults, status }) => {
            section_form(&web, &v, &p, Some(&s), form, faults).await?.shown(status)
        }
    }
}
