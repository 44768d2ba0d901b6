//! A campaign: what it is about, who leads it and takes part, and what its members' visits in its period come to.

use super::shown::{campaign_name, name, person, unit};
use super::task_form::units;
use crate::door::frame::Frame;
use crate::door::keeping;
use crate::door::page::{Page, show, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind, beside, or_none};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::form::record::{Block, Body, Line, RecordPage, Way};
use crate::organisation::choices::{offered_people, typed_person};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::command::IndicatorCommand;
use yixian_app::indicators::CampaignPage;
use yixian_app::{AppError, FieldError};

const NAME: &str = r#"maxlength="120" autocomplete="off""#;
/// Members that a page lists.
const LISTED: usize = 60;

/// `GET /campaigns/{id}`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let say = &v.say;
    let p = web.app().campaign(&v.actor, &at).await?;
    let (c, d) = (&p.campaign, &p.campaign.details);
    let period = format!("{}..{}", d.from, d.to);
    let mut facts = vec![
        (say.t("campaign-days"), format!("{} – {}", say.day(d.from), say.day(d.to)), None),
        (say.t("indicator-commander"), person(say, &p.directory, d.commander), None),
        (say.t("campaign-owner"), unit(say, &p.directory, d.owner), None),
    ];
    facts.extend(
        p.indicator
            .as_ref()
            .map(|i| (say.t("campaign-indicator"), name(say, i), Some(format!("/indicators/{}", i.code)))),
    );
    for f in &p.figures {
        let label = say.t(&f.definition().label_key());
        let n = f.number().map(|n| format!("{n:.0}")).unwrap_or_default();
        facts.push((label, n, Some(format!("/figures?period={period}"))));
    }
    let members = p.visits.iter().take(LISTED).map(|m| {
        let of = p.directory.person(m.person).map(|x| unit(say, &p.directory, x.unit)).unwrap_or_default();
        Line::of(person(say, &p.directory, m.person)).muted(of).end(say.t1("campaign-visits-n", "n", m.visits as i64))
    });
    let of_units = d.members.units.iter().map(|u| Line::of(unit(say, &p.directory, *u)));
    let mut notes = Vec::new();
    if p.visits.len() > LISTED {
        notes.push(("", say.t1("campaign-more", "n", (p.visits.len() - LISTED) as i64)));
    }
    let ways = if p.keeps { vec![Way::to(say.t("edit"), format!("/campaigns/{}/edit", c.code))] } else { Vec::new() };
    show(&RecordPage {
        crumbs: vec![(say.t("indicators-title"), "/indicators".into())],
        sub: vec![c.code.clone()],
        ways,
        notes,
        blocks: vec![
            Block::new("theme", say.t("campaign-theme"), Body::Text(vec![d.theme.clone()])),
            Block::new(
                "principles",
                say.t("campaign-principles"),
                Body::Lines(d.principles.iter().cloned().map(Line::of).collect()),
            ),
            Block::new("members", say.t("campaign-visits"), Body::Lines(members.collect())),
            Block::new("units", say.t("campaign-units"), Body::Lines(of_units.collect())),
        ],
        facts_title: say.t("campaign-facts"),
        facts,
        ..RecordPage::new(Frame::of(&web, &v, "indicators").await?, campaign_name(say, c))
    })
}

async fn of(web: &Web, v: &Visitor, at: &str) -> Result<Option<CampaignPage>, AppError> {
    if at == "new" {
        let may = !web.app().indicator_units(&v.actor).await?.is_empty();
        return if may { Ok(None) } else { Err(keeping::denied()) };
    }
    let p = web.app().campaign(&v.actor, at).await?;
    if p.keeps { Ok(Some(p)) } else { Err(keeping::denied()) }
}

async fn asked(
    web: &Web,
    v: &Visitor,
    at: &str,
    p: Option<&CampaignPage>,
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let (say, directory) = (&v.say, web.app().directory().await?);
    form.mint(web, &["command_id", "id"]);
    let own = web.app().indicator_units(&v.actor).await?;
    let mine = |id: &str| p.is_some() || own.iter().any(|u| u.to_string() == id);
    let owners = units(say, &directory).into_iter().filter(|(id, _)| mine(id)).collect();
    let people = offered_people(say, &directory, directory.root());
    let all = web.app().indicators(&v.actor).await?;
    let indicators = all.iter().map(|e| (e.indicator.id.to_string(), name(say, &e.indicator))).collect();
    let [label, code] =
        beside(Field::line("name", say.t("campaign-name")).with(NAME), Field::code(say.t("code"), p.is_some()));
    let [from, until] = beside(
        Field::new("from", say.t("campaign-from"), Kind::Line("date")),
        Field::new("to", say.t("campaign-to"), Kind::Line("date")),
    );
    let fields = vec![
        label,
        code,
        Field::line("name_en", say.t("campaign-name-en")).with(NAME).optional(),
        Field::line("theme", say.t("campaign-theme")),
        Field::new("principles", say.t("campaign-principles"), Kind::Text)
            .hint(say.t("campaign-a-line-each"))
            .optional(),
        from,
        until,
        Field::new("commander", say.t("indicator-commander"), Kind::Typed(people)),
        Field::new("owner", say.t("campaign-owner"), Kind::Select(owners)),
        Field::new("people", say.t("campaign-people"), Kind::Text).hint(say.t("campaign-people-hint")).optional(),
        Field::new("units", say.t("campaign-units"), Kind::Text).hint(say.t("campaign-units-hint")).optional(),
        Field::new(
            "indicator",
            say.t("campaign-indicator"),
            Kind::Select(or_none(say.t("campaign-no-indicator"), indicators)),
        )
        .optional(),
    ];
    let mut crumbs = vec![(say.t("indicators-title"), "/indicators".to_owned())];
    let here = p.map(|p| format!("/campaigns/{}", p.campaign.code));
    crumbs.extend(p.zip(here.clone()).map(|(p, at)| (campaign_name(say, &p.campaign), at)));
    Ok(FormPage {
        button: say.t("save"),
        crumbs,
        action: format!("/campaigns/{at}/edit"),
        back: here.unwrap_or_else(|| "/indicators".into()),
        hidden: vec!["id", "rev"],
        fields,
        ..FormPage::new(
            Frame::of(web, v, "indicators").await?,
            say.t(if p.is_some() { "edit" } else { "campaign-new" }),
            form,
            faults,
        )
    })
}

/// `GET /campaigns/{id}/edit`
pub async fn edit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let p = of(&web, &v, &at).await?;
    let mut form = Form::default();
    if let Some(p) = &p {
        let (c, d) = (&p.campaign, &p.campaign.details);
        let who = |id| p.directory.person(id).map(|p| p.code.clone()).unwrap_or_default();
        let commander = p.directory.person(d.commander);
        let unit_code = |id| p.directory.unit(id).map(|u| u.code.clone()).unwrap_or_default();
        form = Form::of([
            ("id", c.id.to_string()),
            ("rev", c.rev.to_string()),
            ("code", c.code.clone()),
            ("name", d.name.clone()),
            ("name_en", d.name_en.clone().unwrap_or_default()),
            ("theme", d.theme.clone()),
            ("principles", d.principles.join("\n")),
            ("from", d.from.to_string()),
            ("to", d.to.to_string()),
            ("commander", commander.map(|p| format!("{} ({})", p.name, p.code)).unwrap_or_default()),
            ("owner", d.owner.to_string()),
            ("people", d.members.people.iter().map(|id| who(*id)).collect::<Vec<_>>().join(" ")),
            ("units", d.members.units.iter().map(|id| unit_code(*id)).collect::<Vec<_>>().join(" ")),
            ("indicator", d.indicator.map(|i| i.to_string()).unwrap_or_default()),
        ]);
    }
    asked(&web, &v, &at, p.as_ref(), form, Faults::none()).await?.shown(StatusCode::OK)
}

async fn command(web: &Web, p: Option<&CampaignPage>, form: &Form) -> Result<IndicatorCommand, AppError> {
    let directory = web.app().directory().await?;
    let mut r = Reading::default();
    let id = r.take(form.id("id", "uuid_v7"));
    let from = r.take(form.day("from"));
    let until = r.take(form.day("to"));
    let owner = r.take(form.id("owner", "unit"));
    let commander = r.take(
        typed_person(&directory, form, "commander")
            .and_then(|p| p.ok_or_else(|| FieldError::new("commander", "person"))),
    );
    let indicator = r.take(form.optional::<Uuid>("indicator", "indicator")).flatten();
    let (typed_people, typed_units) = (form.raw("people"), form.raw("units"));
    let split = |t: &str| -> Vec<String> {
        t.split([' ', '\n', '\r', ',', '，', '、', ';', '；']).filter(|c| !c.is_empty()).map(str::to_owned).collect()
    };
    let (mut people, mut units) = (Vec::new(), Vec::new());
    for code in split(&typed_people) {
        let found = directory.people().find(|p| p.code == code).map(|p| p.id.0);
        people.extend(r.take(found.ok_or_else(|| FieldError::with("people", "person_typed", &code))));
    }
    for code in split(&typed_units) {
        let found = directory.units().find(|u| u.code == code).map(|u| u.id.0);
        units.extend(r.take(found.ok_or_else(|| FieldError::with("units", "unit", &code))));
    }
    r.done()?;
    Ok(IndicatorCommand::PutCampaign {
        campaign: p.map_or(id.unwrap_or_default(), |p| p.campaign.id.0),
        code: p.map_or_else(|| form.get("code").to_owned(), |p| p.campaign.code.clone()),
        name: form.get("name").to_owned(),
        name_en: Some(form.get("name_en").to_owned()).filter(|t| !t.is_empty()),
        theme: form.get("theme").to_owned(),
        principles: form.raw("principles").lines().map(str::to_owned).collect(),
        from: from.unwrap_or_default(),
        to: until.unwrap_or_default(),
        commander: commander.map(|p| p.0).unwrap_or_default(),
        owner: owner.unwrap_or_default(),
        people,
        units,
        indicator,
    })
}

/// `POST /campaigns/{id}/edit`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    let p = of(&web, &v, &at).await?;
    let seen = form.optional::<u32>("rev", "event").ok().flatten().filter(|_| p.is_some());
    let command = command(&web, p.as_ref(), &form).await.map(|c| Read { seen, ..Read::now(c) });
    match Post::by(&web, &v).minted(&["id"]).send(form, command).await? {
        Posted::Done(receipt) => to(&format!("/campaigns/{}", receipt.record)),
        Posted::Again(Again { form, faults, status }) => {
            asked(&web, &v, &at, p.as_ref(), form, faults).await?.shown(status)
        }
    }
}
