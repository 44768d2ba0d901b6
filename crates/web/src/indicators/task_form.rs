//! The fields of aspects and tasks of a draft, and how they are read. It sends nothing.

use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::form::fields::Form;
use crate::form::page::{Choice, Field, Kind, beside, or_none};
use crate::form::reading::Reading;
use crate::indicators::tree::component;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::{AspectIn, TaskIn};
use yixian_app::read::Directory;
use yixian_domain::ids::{AspectId, MatterId};
use yixian_domain::indicator::reading::percent;
use yixian_domain::indicator::{Aspect, Breakdown, Indicator, Leaf};

const NAME: &str = r#"maxlength="120" autocomplete="off""#;
const NUMBER: &str = r#"inputmode="decimal" autocomplete="off" maxlength="7""#;

/// Every unit, to choose an owner from.
pub(super) fn units(say: &Say, directory: &Directory) -> Vec<Choice> {
    directory.units().map(|u| (u.id.to_string(), format!("{} ({})", unit_name(say, u), u.code))).collect()
}

fn aspects(say: &Say, b: &Breakdown, but: Option<AspectId>) -> Vec<Choice> {
    let all = b.tree.aspects.iter().filter(|a| Some(a.id) != but);
    all.map(|a| (a.id.to_string(), format!("{} {}", a.code, say.named(&a.name, a.name_en.as_deref())))).collect()
}

/// Fields of an aspect.
pub(super) fn aspect_fields(say: &Say, i: &Indicator, b: &Breakdown, own: Option<AspectId>) -> Vec<Field> {
    let components = i.method().components.iter().map(|c| (c.code.clone(), component(say, i.method(), &c.code)));
    let [name, code] = beside(Field::line("name", say.t("aspect-name")).with(NAME), Field::code(say.t("code"), false));
    let parents = or_none(say.t("aspect-at-the-top"), aspects(say, b, own));
    let [weight, of] = beside(
        Field::line("weight", say.t("aspect-weight")).with(NUMBER).hint(say.t("aspect-weight-hint")),
        Field::new("component", say.t("indicator-component"), Kind::Select(components.collect())),
    );
    vec![
        name,
        code,
        Field::line("name_en", say.t("aspect-name-en")).with(NAME).optional(),
        Field::new("parent", say.t("aspect-parent"), Kind::Select(parents)).optional(),
        weight,
        of,
    ]
}

/// What the form of an aspect begins with.
pub(super) fn aspect_filled(a: Option<&Aspect>) -> Form {
    let Some(a) = a else { return Form::default() };
    Form::of([
        ("aspect", a.id.to_string()),
        ("code", a.code.clone()),
        ("name", a.name.clone()),
        ("name_en", a.name_en.clone().unwrap_or_default()),
        ("parent", a.parent.map(|p| p.to_string()).unwrap_or_default()),
        ("weight", percent(u64::from(a.weight))),
        ("component", a.component.clone()),
    ])
}

/// The aspect of a form.
pub(super) fn aspect_of(form: &Form) -> Result<AspectIn, AppError> {
    let mut r = Reading::default();
    let id = r.take(form.id("aspect", "uuid_v7"));
    let parent = r.take(form.optional::<Uuid>("parent", "about")).flatten();
    r.done()?;
    Ok(AspectIn {
        aspect: id.unwrap_or_default(),
        code: form.get("code").to_owned(),
        parent,
        name: form.get("name").to_owned(),
        name_en: Some(form.get("name_en").to_owned()).filter(|t| !t.is_empty()),
        weight: form.get("weight").to_owned(),
        component: form.get("component").to_owned(),
    })
}

/// Fields of a task.
pub(super) fn task_fields(say: &Say, b: &Breakdown, directory: &Directory) -> Vec<Field> {
    let [title, code] = beside(Field::line("title", say.t("task-title")), Field::code(say.t("code"), false));
    let [owner, due] = beside(
        Field::new("owners", say.t("task-owner"), Kind::Select(units(say, directory))).hint(say.t("task-owner-hint")),
        Field::new("due", say.t("task-due"), Kind::Line("date")),
    );
    vec![
        title,
        code,
        Field::new("under", say.t("indicator-aspect"), Kind::Select(aspects(say, b, None))).tells("aspect"),
        Field::line("weight", say.t("task-weight")).with(NUMBER).hint(say.t("task-weight-hint")),
        owner,
        due,
        Field::new("helpers", say.t("task-helpers"), Kind::Line("text")).hint(say.t("task-helpers-hint")).optional(),
        Field::line("deliverable", say.t("task-deliverable")).optional(),
        Field::new("evidence", say.t("task-needs-evidence"), Kind::Tick).hint(say.t("task-needs-evidence-hint")),
    ]
}

/// What the form of a task begins with.
pub(super) fn task_filled(t: Option<&Leaf>, under: &str, directory: &Directory) -> Form {
    let Some(t) = t else { return Form::of([("under", under.to_owned()), ("evidence", "1".to_owned())]) };
    let code = |id| directory.unit(id).map(|u| u.code.clone()).unwrap_or_default();
    let helpers: Vec<String> = t.helpers.iter().map(|h| code(*h)).collect();
    Form::of([
        ("task", t.task.to_string()),
        ("code", t.code.clone()),
        ("title", t.title.clone()),
        ("under", t.aspect.to_string()),
        ("weight", percent(u64::from(t.weight))),
        ("owners", t.owner.to_string()),
        ("helpers", helpers.join(" ")),
        ("due", t.due.to_string()),
        ("deliverable", t.deliverable.clone()),
        ("evidence", if t.evidence { "1".to_owned() } else { String::new() }),
    ])
}

/// The task of a form.
pub(super) fn task_of(form: &Form, directory: &Directory) -> Result<TaskIn, AppError> {
    let mut r = Reading::default();
    let id = r.take(form.id("task", "uuid_v7"));
    let aspect = r.take(form.id("under", "about"));
    let due = r.take(form.optional_day("due")).flatten();
    let mut helpers = Vec::new();
    for code in form.get("helpers").split([' ', ',', '，', '、', ';', '；']).filter(|c| !c.is_empty()) {
        let found = directory.units().find(|u| u.code == code).map(|u| u.id.0);
        helpers.extend(r.take(found.ok_or_else(|| yixian_app::FieldError::with("helpers", "unit", code))));
    }
    let owners = form.all("owners").filter_map(|o| o.parse().ok()).collect();
    r.done()?;
    Ok(TaskIn {
        task: id.unwrap_or_default(),
        code: form.get("code").to_owned(),
        aspect: aspect.unwrap_or_default(),
        title: form.get("title").to_owned(),
        weight: form.get("weight").to_owned(),
        owners,
        helpers,
        due,
        deliverable: form.get("deliverable").to_owned(),
        evidence: form.ticked("evidence"),
    })
}

/// The parts of a task that is split: a line each, *code weight title*.
pub(super) fn parts_of(web: &crate::door::web::Web, form: &Form, own: &Leaf) -> Result<Vec<TaskIn>, AppError> {
    let mut parts = Vec::new();
    for line in form.raw("parts").lines().map(str::trim).filter(|l| !l.is_empty()) {
        let mut words = line.splitn(3, char::is_whitespace);
        let (Some(code), Some(weight), Some(title)) = (words.next(), words.next(), words.next()) else {
            return Err(AppError::Invalid(vec![yixian_app::FieldError::with("parts", "task_part", line)]));
        };
        parts.push(TaskIn {
            task: web.app().mint().uuid(web.app().clock().now()),
            code: code.to_owned(),
            aspect: own.aspect.0,
            title: title.trim().to_owned(),
            weight: weight.to_owned(),
            owners: vec![own.owner.0],
            helpers: own.helpers.iter().map(|h| h.0).collect(),
            due: Some(own.due),
            deliverable: own.deliverable.clone(),
            evidence: own.evidence,
        });
    }
    Ok(parts)
}

/// Tasks of the same aspect, to merge into.
pub(super) fn siblings(b: &Breakdown, of: MatterId) -> Vec<Choice> {
    let Some(own) = b.tree.task(of) else { return Vec::new() };
    let all = b.tree.tasks.iter().filter(|t| t.aspect == own.aspect && t.task != of);
    all.map(|t| (t.task.to_string(), format!("{} {}", t.code, t.title))).collect()
}
