//! What figures are asked of: period, unit and instant, read from an address. It counts nothing.

use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use crate::form::fields::Form;
use uuid::Uuid;
use yixian_app::figures::Narrow;
use yixian_app::read::Directory;
use yixian_app::{AppError, FieldError};
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::duty::Month;
use yixian_domain::figure::Period;
use yixian_domain::ids::UnitId;
use yixian_domain::org::{Unit, UnitPath};
use yixian_domain::time::{Date, Instant};

/// Longest period, years: beyond it nobody reads weeks, and counting them costs.
const MOST_YEARS: i16 = 20;

/// What figures are asked of.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Period.
    pub period: Period,
    /// Unit; the whole company when none.
    pub unit: Option<UnitId>,
    /// Its code, empty for the whole company.
    pub code: String,
    /// A works programme: figures of works are its alone.
    pub programme: Option<Uuid>,
    /// Its code, empty for none.
    pub programme_code: String,
    /// As of.
    pub as_of: Instant,
    /// The reader chose the instant; else it is now.
    pub chosen: bool,
}

impl Asked {
    /// What figures are narrowed to.
    pub fn narrow(&self) -> Narrow {
        Narrow { unit: self.unit, programme: self.programme }
    }

    /// As a query string. With `at`, the instant is named, so that a list of records is the one the
    /// number was counted from.
    pub fn query(&self, at: bool) -> String {
        let mut q = form_urlencoded::Serializer::new(String::new());
        q.append_pair("period", &self.period.to_string());
        if !self.code.is_empty() {
            q.append_pair("unit", &self.code);
        }
        if !self.programme_code.is_empty() {
            q.append_pair("programme", &self.programme_code);
        }
        if at || self.chosen {
            q.append_pair("as_of", &self.as_of.to_string());
        }
        q.finish()
    }
}

pub(super) fn whole_sight(actor: &Actor, root: Option<&Unit>) -> bool {
    let path = root.map_or_else(|| UnitPath::from_stored("/"), |u| u.path.clone());
    may(actor, &Ask::SeeFigures(&path)).is_ok()
}

/// An instant as people and programs write it: RFC 3339, a local date and time, or a day, whose end
/// is meant.
pub(crate) fn instant(say: &Say, text: &str) -> Option<Instant> {
    let zone = say.zone();
    Instant::parse(text)
        .ok()
        .or_else(|| text.parse::<Date>().ok().filter(|_| text.len() == 10).map(|d| zone.end_of_day(d)))
        .or_else(|| text.parse::<jiff::civil::DateTime>().ok().map(|t| zone.at(t.date(), t.time())))
}

/// Reads what is asked. Without a period it is this month; without a unit the whole company, or for
/// somebody who does not see it his own unit.
pub async fn asked(web: &Web, v: &Visitor, q: &Form) -> Result<Asked, AppError> {
    let directory = web.app().directory().await?;
    let today = v.say.today();
    let day = |name: &'static str| q.optional_day(name).map_err(|e| AppError::Invalid(vec![e]));
    let wrong = || AppError::Invalid(vec![FieldError::with("period", "period", q.get("period"))]);
    let period = match (q.get("period"), day("from")?, day("to")?) {
        ("", None, None) => Period::month(Month::of(today)),
        ("", from, to) => {
            let from = from.unwrap_or_else(|| to.unwrap_or(today).first_of_month());
            let to = to.unwrap_or_else(|| from.last_of_month());
            Period::new(from, to).map_err(|_| AppError::field("to", "ends_before_it_begins"))?
        }
        (text, _, _) => text.parse().map_err(|_| wrong())?,
    };
    if period.last().year() - period.first().year() > MOST_YEARS || period.first().year() < 1900 {
        return Err(AppError::Invalid(vec![FieldError::with("period", "period_long", MOST_YEARS)]));
    }
    let unit = match q.get("unit") {
        "" if whole_sight(&v.actor, directory.root()) => None,
        "" => {
            let own = v.person.and_then(|p| directory.person(p)).map(|p| p.unit);
            let seen = |u: &&Unit| may(&v.actor, &Ask::SeeFigures(&u.path)).is_ok();
            let found = own.and_then(|u| directory.unit(u)).filter(seen).or_else(|| directory.units().find(seen));
            Some(found.ok_or(AppError::NotFound("unit"))?)
        }
        code => Some(directory.units().find(|u| u.code == code).ok_or_else(|| AppError::field("unit", "unit"))?)
            .filter(|u| u.parent.is_some()),
    };
    let (as_of, chosen) = match q.get("as_of") {
        "" => (v.say.now(), false),
        text => (instant(&v.say, text).ok_or_else(|| AppError::field("as_of", "instant"))?, true),
    };
    let programme = match q.get("programme") {
        "" => None,
        code => {
            Some(web.app().programme_of_code(code).await?.ok_or_else(|| AppError::field("programme", "programme"))?)
        }
    };
    let as_of = as_of.min(v.say.now());
    Ok(Asked {
        period,
        programme,
        programme_code: q.get("programme").to_owned(),
        unit: unit.map(|u| u.id),
        code: unit.map_or_else(String::new, |u| u.code.clone()),
        as_of,
        chosen,
    })
}

/// Units the reader may choose, indented; the root is not among them.
pub fn unit_options(v: &Visitor, directory: &Directory) -> Vec<(String, String)> {
    directory
        .units()
        .filter(|u| u.parent.is_some() && may(&v.actor, &Ask::SeeFigures(&u.path)).is_ok())
        .map(|u| (u.code.clone(), format!("{}{}", "　".repeat(u.path.depth().saturating_sub(2)), unit_name(&v.say, u))))
        .collect()
}
