//! Forms of an indicator: what it is, what was read of it, and all that is done to a draft.

use super::shown::name;
use super::task_form::*;
use crate::door::frame::Frame;
use crate::door::keeping;
use crate::door::page::{Page, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::page::{Field, FormPage, Kind, beside, choice};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::organisation::choices::{offered_people, typed_person};
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use uuid::Uuid;
use yixian_app::command::{CityIn, IndicatorCommand};
use yixian_app::indicators::{IndicatorPage, templates};
use yixian_app::{AppError, FieldError};
use yixian_domain::ids::{AspectId, MatterId};
use yixian_domain::indicator::{Breakdown, Leaf, ReadingKind};

const NAME: &str = r#"maxlength="120" autocomplete="off""#;

/// The page of an address for whoever may do something to it; none of what is to be new.
async fn of(web: &Web, v: &Visitor, at: &str, action: &str) -> Result<Option<IndicatorPage>, AppError> {
    if at == "new" {
        let may = !web.app().indicator_units(&v.actor).await?.is_empty();
        return if may { Ok(None) } else { Err(keeping::denied()) };
    }
    let p = web.app().indicator(&v.actor, at, None).await?;
    let may = if action == "approve" { p.approves } else { p.keeps };
    if may { Ok(Some(p)) } else { Err(keeping::denied()) }
}

fn draft(p: &IndicatorPage) -> Result<&Breakdown, AppError> {
    p.draft.as_ref().ok_or(AppError::NotFound("breakdown"))
}

fn leaf<'a>(b: &'a Breakdown, form: &Form) -> Result<&'a Leaf, AppError> {
    let id = form.get("task").parse::<Uuid>().ok().map(MatterId);
    id.and_then(|id| b.tree.task(id)).ok_or(AppError::NotFound("task"))
}

async fn edit_fields(web: &Web, v: &Visitor, p: Option<&IndicatorPage>) -> Result<Vec<Field>, AppError> {
    let (say, directory) = (&v.say, web.app().directory().await?);
    let own = web.app().indicator_units(&v.actor).await?;
    let mine = |id: &str| p.is_some() || own.iter().any(|u| u.to_string() == id);
    let units = units(say, &directory).into_iter().filter(|(id, _)| mine(id)).collect();
    let methods = templates().iter().map(|m| (m.code.clone(), say.named(&m.name, Some(&m.name_en)))).collect();
    let people = offered_people(say, &directory, directory.root());
    let [name, code] =
        beside(Field::line("name", say.t("indicator-name")).with(NAME), Field::code(say.t("code"), p.is_some()));
    Ok(vec![
        name,
        code,
        Field::line("name_en", say.t("indicator-name-en")).with(NAME).optional(),
        Field::new("owner", say.t("indicator-owner"), Kind::Select(units)),
        Field::new("commander", say.t("indicator-commander"), Kind::Typed(people))
            .hint(say.t("indicator-commander-hint")),
        Field::new("method", say.t("indicator-method"), Kind::Select(methods)).hint(say.t("indicator-method-hint")),
    ])
}

fn reading_fields(v: &Visitor, p: &IndicatorPage) -> Vec<Field> {
    let say = &v.say;
    let kinds = choice(say, "reading", ReadingKind::ALL, ReadingKind::as_str);
    let names: Vec<String> = p
        .indicator
        .method()
        .components
        .iter()
        .map(|c| format!("{} ({})", say.named(&c.name, Some(&c.name_en)), say.named(&c.unit, Some(&c.unit_en))))
        .collect();
    let [label, day] = beside(
        Field::line("label", say.t("reading-label")).with(NAME),
        Field::new("day", say.t("reading-day"), Kind::Line("date")),
    );
    vec![
        Field::new("kind", say.t("reading-kind"), Kind::Choice(kinds)),
        label,
        day,
        Field::line("source", say.t("reading-source")).hint(say.t("reading-source-hint")).optional(),
        Field::new("cities", say.t("reading-cities"), Kind::Text).hint(say.t1(
            "reading-cities-hint",
            "components",
            names.join(" · "),
        )),
    ]
}

/// Label and fields of what is asked.
async fn fields(
    web: &Web,
    v: &Visitor,
    p: Option<&IndicatorPage>,
    action: &str,
    form: &Form,
) -> Result<(String, Vec<Field>), AppError> {
    let say = &v.say;
    let Some(p) = p else {
        return match action {
            "edit" => Ok((say.t("indicator-new"), edit_fields(web, v, None).await?)),
            _ => Err(AppError::NotFound("page")),
        };
    };
    let why = || Field::new("reason", say.t("breakdown-why"), Kind::Text);
    let directory = &p.directory;
    Ok(match action {
        "edit" => (say.t("edit"), edit_fields(web, v, Some(p)).await?),
        "reading" => (say.t("reading-new"), reading_fields(v, p)),
        "begin" => {
            let first = p.versions.is_empty();
            (say.t("breakdown-begin"), vec![if first { why().optional() } else { why() }])
        }
        "aspect" => {
            let b = draft(p)?;
            let own = form.get("aspect").parse::<Uuid>().ok().map(AspectId);
            let label = if own.is_some_and(|a| b.tree.aspect(a).is_some()) { "edit" } else { "aspect-new" };
            (say.t(label), aspect_fields(say, &p.indicator, b, own))
        }
        "remove-aspect" => {
            draft(p)?;
            (say.t("aspect-remove"), Vec::new())
        }
        "task" => {
            let b = draft(p)?;
            let label = if leaf(b, form).is_ok() { "edit" } else { "task-new" };
            (say.t(label), task_fields(say, b, directory))
        }
        "split" => {
            let own = leaf(draft(p)?, form)?;
            let weight = yixian_domain::indicator::reading::percent(u64::from(own.weight));
            let parts = Field::new("parts", say.t("task-parts"), Kind::Text)
                .hint(say.t1("task-parts-hint", "weight", weight))
                .tells("weight");
            (say.t("task-split"), vec![parts, why()])
        }
        "merge" => {
            let b = draft(p)?;
            let own = leaf(b, form)?;
            let into = Field::new("into", say.t("task-merge-into"), Kind::Select(siblings(b, own.task)));
            (say.t("task-merge"), vec![into, why()])
        }
        "drop" => {
            leaf(draft(p)?, form)?;
            (say.t("task-drop"), vec![why()])
        }
        "approve" => {
            draft(p)?;
            let day = Field::new("effective", say.t("breakdown-effective"), Kind::Line("date"));
            (say.t("breakdown-approve"), vec![day.tells("tree")])
        }
        _ => return Err(AppError::NotFound("page")),
    })
}

async fn asked(
    web: &Web,
    v: &Visitor,
    p: Option<&IndicatorPage>,
    (at, action): (&str, &str),
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    let (label, fields) = fields(web, v, p, action, &form).await?;
    let minted: &[&str] = match action {
        "aspect" => &["command_id", "aspect"],
        "task" => &["command_id", "task"],
        _ => &["command_id", "id"],
    };
    form.mint(web, minted);
    let base = p.map(|p| format!("/indicators/{}", p.indicator.code));
    let mut crumbs = vec![(say.t("indicators-title"), "/indicators".into())];
    crumbs.extend(p.zip(base.clone()).map(|(p, at)| (name(say, &p.indicator), at)));
    let in_draft = matches!(action, "aspect" | "remove-aspect" | "task" | "split" | "merge" | "drop" | "approve");
    let back = match &base {
        Some(base) if in_draft => format!("{base}/draft"),
        Some(base) => base.clone(),
        None => "/indicators".into(),
    };
    let mut links = Vec::new();
    if let Some((b, base)) = p.and_then(|p| p.draft.as_ref()).zip(base.as_ref()) {
        let task = form.get("task").to_owned();
        if action == "task" && leaf(b, &form).is_ok() {
            for (word, to) in [("task-split", "split"), ("task-merge", "merge"), ("task-drop", "drop")] {
                links.push((say.t(word), format!("{base}/{to}?task={task}")));
            }
        }
        let aspect = form.get("aspect").parse::<Uuid>().ok().map(AspectId);
        if let Some(a) = aspect.filter(|a| action == "aspect" && b.tree.aspect(*a).is_some()) {
            links.push((say.t("aspect-remove"), format!("{base}/remove-aspect?aspect={a}")));
        }
    }
    let named = match (action, p.and_then(|p| p.draft.as_ref())) {
        ("split" | "merge" | "drop", Some(b)) => leaf(b, &form).ok().map(|t| format!("{} {}", t.code, t.title)),
        ("remove-aspect", Some(b)) => {
            let id = form.get("aspect").parse::<Uuid>().ok().map(AspectId);
            id.and_then(|id| b.tree.aspect(id)).map(|a| format!("{} {}", a.code, a.name))
        }
        _ => p.map(|p| name(say, &p.indicator)),
    };
    let page = FormPage {
        button: if matches!(action, "edit" | "aspect" | "task" | "reading") { say.t("save") } else { label.clone() },
        sub: named,
        hint: (action == "approve").then(|| say.t("breakdown-approve-hint")),
        links,
        crumbs,
        action: format!("/indicators/{at}/{action}"),
        back,
        hidden: vec!["id", "rev", "aspect", "task"],
        fields,
        ..FormPage::new(Frame::of(web, v, "indicators").await?, label, form, faults)
    };
    Ok(if matches!(action, "drop" | "remove-aspect") { page.grave() } else { page })
}

/// What a form begins with.
fn filled(v: &Visitor, p: Option<&IndicatorPage>, action: &str, q: &Form) -> Result<Form, AppError> {
    let today = v.say.today().to_string();
    let Some(p) = p else { return Ok(Form::of([("method", templates()[0].code.clone())])) };
    let i = &p.indicator;
    Ok(match action {
        "edit" => {
            let commander = p.directory.person(i.details.commander);
            Form::of([
                ("id", i.id.to_string()),
                ("rev", i.rev.to_string()),
                ("code", i.code.clone()),
                ("name", i.details.name.clone()),
                ("name_en", i.details.name_en.clone().unwrap_or_default()),
                ("owner", i.details.owner.to_string()),
                ("commander", commander.map(|p| format!("{} ({})", p.name, p.code)).unwrap_or_default()),
                ("method", i.method().code.clone()),
            ])
        }
        "reading" => Form::of([("day", today), ("kind", ReadingKind::Counted.as_str().to_owned())]),
        "aspect" => {
            let own = q.get("aspect").parse::<Uuid>().ok().map(AspectId);
            aspect_filled(own.and_then(|id| p.draft.as_ref()?.tree.aspect(id)))
        }
        "remove-aspect" => Form::of([("aspect", q.get("aspect").to_owned())]),
        "task" => task_filled(leaf(draft(p)?, q).ok(), q.get("under"), &p.directory),
        "split" | "merge" | "drop" => Form::of([("task", q.get("task").to_owned())]),
        "approve" => Form::of([("effective", today)]),
        _ => Form::default(),
    })
}

/// `GET /indicators/{id}/{action}`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((at, action)): Path<(String, String)>,
    uri: Uri,
) -> Page {
    let p = of(&web, &v, &at, &action).await?;
    let form = filled(&v, p.as_ref(), &action, &query(uri.query()))?;
    asked(&web, &v, p.as_ref(), (&at, &action), form, Faults::none()).await?.shown(StatusCode::OK)
}

/// A line each city: *name share values…*; one line without a share is all of it.
fn cities(text: &str) -> Result<Vec<CityIn>, FieldError> {
    let mut all = Vec::new();
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let words: Vec<&str> = line.split([' ', '\t', ',', '，', '、', ';', '；']).filter(|w| !w.is_empty()).collect();
        let [name, rest @ ..] = words.as_slice() else { continue };
        let share = rest.first().filter(|w| w.ends_with(['%', '％']));
        let values = if share.is_some() { &rest[1..] } else { rest };
        if values.is_empty() {
            return Err(FieldError::with("cities", "reading_line", line));
        }
        all.push(CityIn {
            name: (*name).to_owned(),
            share: share.map_or_else(|| "100".to_owned(), |s| (*s).to_owned()),
            values: values.iter().map(|v| (*v).to_owned()).collect(),
        });
    }
    Ok(all)
}

/// The id in a field that must have one.
fn named(form: &Form, field: &'static str) -> Result<Uuid, AppError> {
    form.id(field, "about").map_err(|f| AppError::Invalid(vec![f]))
}

async fn command(
    web: &Web,
    p: Option<&IndicatorPage>,
    action: &str,
    form: &Form,
) -> Result<IndicatorCommand, AppError> {
    use IndicatorCommand as C;
    let text = |name: &str| form.get(name).to_owned();
    let mut r = Reading::default();
    if action == "edit" {
        let directory = web.app().directory().await?;
        let id = r.take(form.id("id", "uuid_v7"));
        let owner = r.take(form.id("owner", "unit"));
        let commander = r.take(
            typed_person(&directory, form, "commander")
                .and_then(|p| p.ok_or_else(|| FieldError::new("commander", "person"))),
        );
        r.done()?;
        return Ok(C::PutIndicator {
            indicator: p.map_or(id.unwrap_or_default(), |p| p.indicator.id.0),
            code: p.map_or_else(|| text("code"), |p| p.indicator.code.clone()),
            name: text("name"),
            name_en: Some(text("name_en")).filter(|t| !t.is_empty()),
            owner: owner.unwrap_or_default(),
            commander: commander.map(|p| p.0).unwrap_or_default(),
            method: text("method"),
        });
    }
    let Some(p) = p else { return Err(AppError::NotFound("page")) };
    let indicator = p.indicator.id.0;
    if action == "reading" {
        let kind = r.take(form.needed::<ReadingKind>("kind", "reading_kind"));
        let day = r.take(form.day("day"));
        let cities = r.take(cities(&form.raw("cities")));
        r.done()?;
        let kind = kind.unwrap_or(ReadingKind::Counted);
        let (day, cities) = (day.unwrap_or_default(), cities.unwrap_or_default());
        return Ok(C::RecordReading { indicator, kind, day, label: text("label"), source: text("source"), cities });
    }
    if action == "begin" {
        let id = r.take(form.id("id", "uuid_v7"));
        r.done()?;
        return Ok(C::BeginBreakdown { breakdown: id.unwrap_or_default(), indicator, reason: text("reason") });
    }
    let b = draft(p)?;
    let breakdown = b.id.0;
    Ok(match action {
        "aspect" => C::PutAspect { breakdown, aspect: aspect_of(form)? },
        "remove-aspect" => C::RemoveAspect { breakdown, aspect: named(form, "aspect")? },
        "task" => C::PutTask { breakdown, task: task_of(form, &p.directory)? },
        "split" => {
            let own = leaf(b, form)?;
            let into = parts_of(web, form, own)?;
            C::SplitTask { breakdown, task: own.task.0, into, reason: text("reason") }
        }
        "merge" => {
            let into = named(form, "into")?;
            C::MergeTasks { breakdown, tasks: vec![leaf(b, form)?.task.0], into, reason: text("reason") }
        }
        "drop" => C::DropTask { breakdown, task: leaf(b, form)?.task.0, reason: text("reason") },
        "approve" => {
            let effective = form.day("effective").map_err(|f| AppError::Invalid(vec![f]))?;
            C::ApproveBreakdown { breakdown, effective }
        }
        _ => return Err(AppError::NotFound("page")),
    })
}

/// `POST /indicators/{id}/{action}`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((at, action)): Path<(String, String)>,
    form: Form,
) -> Page {
    let p = of(&web, &v, &at, &action).await?;
    let changes = p.is_some() && action == "edit";
    let seen = form.optional::<u32>("rev", "event").ok().flatten().filter(|_| changes);
    let command = command(&web, p.as_ref(), &action, &form).await.map(|c| Read { seen, ..Read::now(c) });
    let minted: &[&str] = if matches!(action.as_str(), "edit" | "begin") { &["id"] } else { &[] };
    match Post::by(&web, &v).minted(minted).send(form, command).await? {
        Posted::Done(receipt) => {
            let base = p.as_ref().map_or_else(
                || format!("/indicators/{}", receipt.record),
                |p| format!("/indicators/{}", p.indicator.code),
            );
            let stays = matches!(action.as_str(), "edit" | "reading" | "approve");
            to(&if stays { base } else { format!("{base}/draft") })
        }
        Posted::Again(Again { form, faults, status }) => {
            asked(&web, &v, p.as_ref(), (&at, &action), form, faults).await?.shown(status)
        }
    }
}
