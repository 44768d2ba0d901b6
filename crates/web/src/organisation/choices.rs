//! What the forms of the organisation share: words to choose from, days in order, where one goes once saved. It knows
//! no page.

use crate::door::frame::Frame;
use crate::door::page::{Page, to};
use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Choice, Field, FormPage, Kind, beside};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use axum::http::StatusCode;
use std::collections::BTreeSet;
use std::str::FromStr;
use uuid::Uuid;
use yixian_app::command::OrganisationCommand;
use yixian_app::read::Directory;
use yixian_app::{AppError, FieldError, code_of};
use yixian_domain::access::{Ask, may};
use yixian_domain::base::fold::plain;
use yixian_domain::ids::PersonId;
use yixian_domain::org::{Level, Person, Specialty, Unit, UnitKind};
use yixian_domain::organisation::work::serves;
use yixian_domain::place::{Area, PlaceKind};
use yixian_domain::time::Date;

/// Most people offered in a list; who is not among them is typed.
const OFFERED: usize = 300;

/// How long a name may be.
pub(super) const NAME: &str = r#"maxlength="120" autocomplete="off""#;

pub(super) const UNIT_KINDS: [UnitKind; 8] = [
    UnitKind::Company,
    UnitKind::Department,
    UnitKind::DistrictCompany,
    UnitKind::ProfessionalCompany,
    UnitKind::Station,
    UnitKind::Team,
    UnitKind::Temporary,
    UnitKind::Contractor,
];

pub(super) const LEVELS: [Level; 5] =
    [Level::LeadershipTeam, Level::DepartmentHead, Level::UnitHead, Level::StationHead, Level::Staff];

pub(super) const SPECIALTIES: [Specialty; 8] = [
    Specialty::Dispatch,
    Specialty::Operations,
    Specialty::Marketing,
    Specialty::Construction,
    Specialty::Safety,
    Specialty::Supplies,
    Specialty::Party,
    Specialty::General,
];

pub(super) const PLACE_KINDS: [PlaceKind; 8] = [
    PlaceKind::ConstructionSite,
    PlaceKind::Installation,
    PlaceKind::Station,
    PlaceKind::Street,
    PlaceKind::Village,
    PlaceKind::Community,
    PlaceKind::Government,
    PlaceKind::Customer,
];

pub(super) const AREAS: [Area; 3] = [Area::Urban, Area::Suburban, Area::Remote];

pub(super) fn words<T: serde::Serialize + Copy>(say: &Say, family: &str, all: &[T]) -> Vec<Choice> {
    all.iter()
        .map(|x| {
            let n = code_of(x);
            let w = say.of(family, &n);
            (n, w)
        })
        .collect()
}

pub(super) fn administers(v: &Visitor, u: &Unit) -> bool {
    may(&v.actor, &Ask::Administer(&u.path)).is_ok()
}

pub(super) fn choice(say: &Say, u: &Unit, top: usize) -> Choice {
    (u.id.to_string(), format!("{}{}", "　".repeat(u.path.depth().saturating_sub(top)), unit_name(say, u)))
}

/// Units the reader administers, indented below the highest of them.
pub(super) fn own_units(v: &Visitor, directory: &Directory) -> Vec<Choice> {
    let own: Vec<&Unit> = directory.units().filter(|u| administers(v, u)).collect();
    let top = own.iter().map(|u| u.path.depth()).min().unwrap_or(1);
    own.into_iter().map(|u| choice(&v.say, u, top)).collect()
}

/// The record a path names; none for `new`.
pub(super) fn record<T: FromStr>(text: &str, what: &'static str) -> Result<Option<T>, AppError> {
    if text == "new" { Ok(None) } else { text.parse().map(Some).map_err(|_| AppError::NotFound(what)) }
}

pub(super) fn day_text(d: Option<Date>) -> String {
    d.map(|d| d.to_string()).unwrap_or_default()
}

/// Two days in their order.
pub(super) fn days(form: &Form, r: &mut Reading) -> (Option<Date>, Option<Date>) {
    let from = r.take(form.optional_day("from")).flatten();
    let to = r.take(form.optional_day("to")).flatten();
    if from.zip(to).is_some_and(|(a, b): (Date, Date)| b < a) {
        r.faults.push(FieldError::new("to", "ends_before_it_begins"));
    }
    (from, to)
}

pub(super) fn id_of(form: &Form, at: &str, what: &'static str) -> Result<Uuid, AppError> {
    match record::<Uuid>(at, what)? {
        Some(id) => Ok(id),
        None => form.get("id").parse().map_err(|_| AppError::field("command_id", "command_id")),
    }
}

/// The form of a record of the organisation, before it asks anything.
pub(super) async fn record_form(
    web: &Web,
    v: &Visitor,
    (navigation, records, at): (&'static str, &str, &str),
    new: &str,
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    form.mint(web, &["command_id", "id"]);
    if let (Ok(id), "") = (at.parse(), form.get("rev")) {
        form.set("rev", web.app().rev_of(&v.actor, id).await?.to_string());
    }
    let label = if at == "new" { v.say.t(new) } else { form.get("name").to_owned() };
    Ok(FormPage {
        button: v.say.t("save"),
        crumbs: vec![(v.say.t("admin-title"), "/admin".into())],
        action: format!("/admin/{records}/{at}"),
        back: "/admin".into(),
        hidden: vec!["id", "rev"],
        ..FormPage::new(Frame::of(web, v, navigation).await?, label, form, faults)
    })
}

/// Name and code: how a record is known. A code that is given stays.
pub(super) fn known_by(say: &Say, name: String, code: String, hint: String, given: bool) -> [Field; 2] {
    let hint = if given { say.t("stays") } else { hint };
    beside(Field::line("name", name).with(NAME), Field::code(code, given).hint(hint))
}

/// The first and the last day of a record.
pub(super) fn from_to(from: String, to: String) -> [Field; 2] {
    let day = |name, label| Field::new(name, label, Kind::Line("date")).optional();
    beside(day("from", from), day("to", to))
}

/// To the record that was saved; else its form again, with everything typed and what is wrong. Where somebody else has changed
/// the record since, `stored` is what it holds now, told beside each field that differs; saving again is then meant.
pub(super) async fn saved_or_again(
    web: &Web,
    v: &Visitor,
    records: &str,
    form: Form,
    read: Result<OrganisationCommand, AppError>,
    stored: impl AsyncFnOnce() -> Result<Form, AppError>,
    again: impl AsyncFnOnce(Form, Faults) -> Result<FormPage, AppError>,
) -> Page {
    let seen = form.optional::<u32>("rev", "event").ok().flatten();
    let read = read.map(|command| Read { seen, ..Read::now(command) });
    match Post::by(web, v).minted(&["id"]).send(form, read).await? {
        Posted::Done(receipt) => to(&format!("/admin/{records}/{}?saved=1", receipt.record)),
        Posted::Again(Again { mut form, mut faults, status }) => {
            if status == StatusCode::PRECONDITION_FAILED {
                let stored = stored().await?;
                form.set("rev", "");
                let names: BTreeSet<&String> = stored.fields().iter().map(|(name, _)| name).collect();
                for name in names.into_iter().filter(|n| stored.get(n) != form.get(n)) {
                    faults.list.push((name.clone(), since(&v.say, name, stored.get(name))));
                }
            }
            again(form, faults).await?.shown(status)
        }
    }
}

/// What a field holds since somebody else has changed it: as it is typed, or that it is another choice.
fn since(say: &Say, name: &str, now: &str) -> String {
    let typed = matches!(name, "name" | "name_en" | "district" | "from" | "to" | "lat" | "lon");
    if typed && !now.is_empty() { say.t1("since-changed-to", "now", now.to_owned()) } else { say.t("since-changed") }
}

/// A person of the company as people type him: by code, by a name that only one has, or as a list offers him, `name (code)`.
/// None where nothing was typed.
///
/// # Errors
/// Nobody is meant, or it cannot be said who.
pub(crate) fn typed_person(
    directory: &Directory,
    form: &Form,
    field: &'static str,
) -> Result<Option<PersonId>, FieldError> {
    let typed = plain(form.get(field));
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let code = typed.rsplit_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(typed).trim();
    if let Some(p) = directory.people().find(|p| plain(&p.code).eq_ignore_ascii_case(code)) {
        return Ok(Some(p.id));
    }
    let mut named = directory.people().filter(|p| plain(&p.name) == typed);
    match (named.next(), named.next()) {
        (Some(p), None) => Ok(Some(p.id)),
        (None, _) => Err(FieldError::with(field, "person_typed", typed)),
        (Some(_), Some(_)) => Err(FieldError::with(field, "person_several", typed)),
    }
}

/// What a list offers for [`typed_person`]: those of a unit and below it who serve today.
pub(crate) fn offered_people(say: &Say, directory: &Directory, unit: Option<&Unit>) -> Vec<String> {
    let below = |p: &&Person| {
        unit.is_some_and(|u| directory.unit(p.unit).is_some_and(|own| u.path.contains(&own.path)))
            && serves(p, say.today()).is_ok()
    };
    directory.people().filter(below).take(OFFERED).map(|p| format!("{} ({})", p.name, p.code)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door::say::{Catalogues, Lang};
    use yixian_domain::ids::UnitId;
    use yixian_domain::org::Role;

    #[test]
    fn every_word_of_the_organisation_exists_in_every_language() {
        let zone = yixian_domain::time::Zone::parse("Asia/Shanghai").expect("a zone");
        let says = Catalogues::of(crate::door::WORDS.into_iter().chain([crate::organisation::WORDS]));
        for lang in Lang::ALL {
            let say = says.say(lang, zone.clone(), yixian_domain::time::Instant(0));
            let all = [
                words(&say, "unit-kind", &UNIT_KINDS),
                words(&say, "level", &LEVELS),
                words(&say, "specialty", &SPECIALTIES),
                words(&say, "place-kind", &PLACE_KINDS),
                words(&say, "area", &AREAS),
                words(&say, "role", &Role::ALL),
            ];
            for (name, word) in all.into_iter().flatten() {
                assert!(!word.contains('⟨'), "{name}: {word}");
            }
        }
    }

    #[test]
    fn a_path_names_a_record_or_a_new_one() {
        assert_eq!(record::<UnitId>("new", "unit").ok(), Some(None));
        assert!(matches!(record::<UnitId>("../etc", "unit"), Err(AppError::NotFound("unit"))));
    }
}
