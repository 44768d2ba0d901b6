//! The form of a finding on a visit and the command read from it. The visit itself is shown elsewhere.

use crate::door::say::Lang;
use crate::door::telling::unit_name;
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::reading::{Faults, Reading};
use crate::visits::about::{due, limit_words, minted};
use crate::visits::list as visits;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_app::command::{ContactIn, DueIn, FindingIn, VisitCommand};
use yixian_app::matters::MatterFilter;
use yixian_app::read::{Directory, VisitPage};
use yixian_app::{AppError, FieldError};
use yixian_domain::deadline::Promise;
use yixian_domain::ids::UnitId;
use yixian_domain::limit::{Limit, LimitUnit};
use yixian_domain::matter::{MatterKind, TargetChoice};

/// Days offered as a deadline, working days.
const DAYS: [u32; 3] = [3, 7, 15];

/// Matters of the host looked at to put the most used categories first.
const LOOKED_AT: i64 = 200;

/// Open matters of the place shown; the rest is a link away.
pub(super) const OPEN_HERE: usize = 6;

pub(super) struct Category {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) on: bool,
}

/// The form of a finding, ready to be shown.
pub(super) struct FindingForm {
    pub(super) matter: String,
    pub(super) command_id: String,
    pub(super) categories: Vec<Category>,
    pub(super) rules: Vec<String>,
    pub(super) kinds: Vec<(String, String, bool)>,
    pub(super) near: Vec<(Uuid, String, bool)>,
    pub(super) units: Vec<(Uuid, String, bool)>,
    pub(super) unit: String,
    pub(super) days: Vec<(String, String, bool)>,
    pub(super) draft: String,
    pub(super) open_how: bool,
    pub(super) open_later: bool,
    pub(super) open_more: bool,
    pub(super) people: Vec<String>,
}

pub(super) async fn finding_form(
    web: &Web,
    v: &Visitor,
    p: &VisitPage,
    form: &Form,
    faults: &Faults,
) -> Result<FindingForm, AppError> {
    let (say, app) = (&v.say, web.app());
    let directory = app.directory().await?;
    let policies = app.policies();
    let host = p.visit.plan.host;
    let procedure = policies.procedures.in_force(MatterKind::Problem, say.today());
    let zh = say.lang() == Lang::Zh;

    let here = MatterFilter {
        unit: directory.unit(host).map(|u| u.path.clone()),
        kind: Some(MatterKind::Problem),
        ..MatterFilter::default()
    };
    let mut used: HashMap<String, usize> = HashMap::new();
    for m in app.matter_list(&v.actor, &here, LOOKED_AT).await?.0 {
        *used.entry(m.category).or_default() += 1;
    }
    let mut categories: Vec<Category> = procedure
        .map(|pr| pr.categories.as_slice())
        .unwrap_or_default()
        .iter()
        .map(|c| Category {
            code: c.code.clone(),
            name: if zh { c.name.clone() } else { c.name_en.clone() },
            on: form.get("category") == c.code,
        })
        .collect();
    categories.sort_by_key(|c| std::cmp::Reverse(used.get(&c.code).copied().unwrap_or(0)));

    let rules = categories
        .iter()
        .map(|c| {
            let due = match due(say, &policies, MatterKind::Problem, &c.code, &TargetChoice::Rule) {
                Some((day, Some(limit))) => {
                    say.t2("visit-due-rule", ("limit", limit_words(say, limit)), ("day", say.day(day)))
                }
                _ => say.t("visit-due-no-rule"),
            };
            say.t2("visit-rule-line", ("name", c.name.clone()), ("due", due))
        })
        .collect();
    let mut days = vec![("rule".to_owned(), say.t("visit-due-by-rule"), matches!(form.get("due"), "" | "rule"))];
    for n in DAYS {
        let Ok(limit) = Limit::new(n, LimitUnit::WorkingDays) else { continue };
        if let Some((day, _)) =
            due(say, &policies, MatterKind::Problem, "", &TargetChoice::Promise(Promise::Limit(limit)))
        {
            let code = limit.to_string();
            let on = form.get("due") == code;
            days.push((code, say.t2("visit-due-rule", ("limit", limit_words(say, limit)), ("day", say.day(day))), on));
        }
    }
    days.push(("day".to_owned(), say.t("visit-due-other"), form.get("due") == "day"));

    // Near: the place's own unit, its host, what stands below it, what stands above it.
    let suggested = p.place.unit.filter(|u| directory.unit(*u).is_some()).unwrap_or(host);
    let wanted = form.optional::<Uuid>("unit", "unit").ok().flatten().unwrap_or(suggested.0);
    let mut near = vec![suggested];
    let path = directory.unit(suggested).map(|u| u.path.clone());
    near.push(host);
    near.extend(directory.units().filter(|u| u.parent == Some(suggested)).map(|u| u.id));
    near.extend(
        directory
            .units()
            .filter(|u| path.as_ref().is_some_and(|p| u.path.contains(p) && u.id != suggested))
            .map(|u| u.id),
    );
    let mut known: Vec<UnitId> = Vec::new();
    near.retain(|u| {
        let fresh = !known.contains(u);
        known.push(*u);
        fresh
    });
    let name = |u: UnitId| directory.unit(u).map(|u| unit_name(say, u)).unwrap_or_default();
    let kinds = procedure
        .map(|pr| pr.kinds.as_slice())
        .unwrap_or_default()
        .iter()
        .map(|k| {
            let n = yixian_app::code_of(*k);
            let on = form.get("kind") == n || form.get("kind").is_empty() && *k == MatterKind::Problem;
            (n.clone(), say.of("kind", &n), on)
        })
        .collect();
    let any = |fields: &[&str]| fields.iter().any(|k| !form.get(k).is_empty() || faults.bad(k));
    Ok(FindingForm {
        matter: minted(web, say, form, "matter"),
        command_id: minted(web, say, form, "command_id"),
        people: crate::organisation::choices::offered_people(say, &directory, directory.unit(host)),
        rules,
        categories,
        kinds,
        days,
        near: near.iter().map(|u| (u.0, name(*u), u.0 == wanted)).collect(),
        units: visits::indented(say, &directory)
            .into_iter()
            .filter(|(id, _, _)| !near.contains(id))
            .map(|(id, _, n)| (id.0, n, id.0 == wanted))
            .collect(),
        unit: name(UnitId(wanted)),
        draft: format!("visit-{}-{}", p.visit.id, p.findings.len()),
        open_how: any(&["how"]) || form.photos("after").iter().any(|s| !s.is_empty()),
        open_later: !matches!(form.get("due"), "" | "rule") || faults.bad("unit") || faults.bad("due"),
        open_more: any(&["raiser_person", "raiser_name", "raiser_phone", "phone", "happened_at", "from_partner"]),
    })
}

pub(super) fn finding_command(form: &Form, directory: &Directory, id: Uuid) -> Result<VisitCommand, AppError> {
    let mut r = Reading { faults: form.faults.clone() };
    let matter = r.take(form.id("matter", "uuid_v7")).unwrap_or_default();
    let kind = if form.get("kind").is_empty() {
        MatterKind::Problem
    } else {
        r.take(form.word("kind", "kind")).unwrap_or(MatterKind::Problem)
    };
    if form.get("words").is_empty() {
        r.faults.push(FieldError::new("words", "words_needed"));
    }
    if form.get("category").is_empty() {
        r.faults.push(FieldError::new("category", "category"));
    }
    let finding = match form.get("decision") {
        "on_the_spot" => Some(FindingIn::OnTheSpot { how: form.get("how").to_owned(), photos: form.photos("after") }),
        "put_right" => {
            let unit = r.take(form.id("unit", "unit")).unwrap_or_default();
            let due = match form.get("due") {
                "" | "rule" => DueIn::Rule,
                "day" => r
                    .take(form.day("due_day").map_err(|e| FieldError { field: "due", ..e }))
                    .map_or(DueIn::Rule, DueIn::Day),
                limit => DueIn::Limit(limit.to_owned()),
            };
            Some(FindingIn::PutRight { unit, due })
        }
        _ => {
            r.faults.push(FieldError::new("decision", "decision"));
            None
        }
    };
    let person = r.take(crate::organisation::choices::typed_person(directory, form, "raiser_person")).flatten();
    let raiser = ContactIn {
        name: form.get("raiser_name").to_owned(),
        phone: form.get("raiser_phone").to_owned(),
        person: person.map(|p| p.0),
    };
    r.done()?;
    Ok(VisitCommand::RecordFinding {
        visit: id,
        matter,
        kind,
        category: form.get("category").to_owned(),
        words: form.get("words").to_owned(),
        photos: form.photos("photos"),
        raiser: Some(raiser).filter(|c| *c != ContactIn::default()),
        from_partner: form.ticked("from_partner"),
        finding: finding.unwrap_or(FindingIn::OnTheSpot { how: String::new(), photos: Vec::new() }),
    })
}
