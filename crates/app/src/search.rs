//! One search over everything that has a number, a name or words: matters, applications for power, visits, places, people.
//! What somebody may not see is neither found nor counted: each group asks the list or the rule that its own pages ask.

use crate::App;
use crate::frame::error::AppError;
use crate::matters::{MatterFilter, MatterRow};
use crate::visits::{VisitFilter, VisitRow};
use std::collections::HashSet;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::base::fold::{folded, plain};
use yixian_domain::matter::MatterKind;
use yixian_domain::org::Person;
use yixian_domain::place::Place;

/// Places and people whose visits are looked for.
const ABOUT: usize = 8;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Matters, applications for power aside.
    Matters,
    /// Applications for power.
    Connections,
    /// Visits.
    Visits,
    /// Places.
    Places,
    /// People.
    People,
}

impl Group {
    /// All, in the order in which they are shown.
    pub const ALL: [Group; 5] = [Group::Matters, Group::Connections, Group::Visits, Group::Places, Group::People];

    /// As in addresses and catalogues.
    pub fn as_str(self) -> &'static str {
        match self {
            Group::Matters => "matters",
            Group::Connections => "connections",
            Group::Visits => "visits",
            Group::Places => "places",
            Group::People => "people",
        }
    }
}

/// What was found of a group; one more than was asked for says that there is more.
#[derive(Clone, Debug)]
pub enum Found {
    /// Matters or applications, newest first, and how many there are (exact up to the limit of lists).
    Matters(Vec<MatterRow>, i64),
    /// Visits, the latest first.
    Visits(Vec<VisitRow>),
    /// Places, by code.
    Places(Vec<Place>),
    /// People, by name.
    People(Vec<Person>),
}

impl App {
    /// What a text finds in a group, of what the actor may see.
    pub async fn search(&self, actor: &Actor, text: &str, group: Group, limit: usize) -> Result<Found, AppError> {
        let typed = plain(text);
        if !typed.chars().any(char::is_alphanumeric) {
            return Ok(match group {
                Group::Matters | Group::Connections => Found::Matters(Vec::new(), 0),
                Group::Visits => Found::Visits(Vec::new()),
                Group::Places => Found::Places(Vec::new()),
                Group::People => Found::People(Vec::new()),
            });
        }
        let rows = limit as i64;
        Ok(match group {
            Group::Matters | Group::Connections => {
                let (kind, but) = match group {
                    Group::Connections => (Some(MatterKind::Connection), None),
                    _ => (None, Some(MatterKind::Connection)),
                };
                let filter = MatterFilter { text: text.to_owned(), kind, but, ..MatterFilter::default() };
                let (rows, total) = self.matter_list(actor, &filter, rows).await?;
                Found::Matters(rows, total)
            }
            Group::Visits => Found::Visits(self.visits_about(actor, &typed, limit).await?),
            Group::Places => Found::Places(self.places(actor, "", &typed, "", rows + 1).await?),
            Group::People => Found::People(self.people_called(actor, &typed, limit + 1).await?),
        })
    }

    /// People by name or code: of units whose records the actor sees, and himself. Who has left is found by nothing.
    async fn people_called(&self, actor: &Actor, text: &str, limit: usize) -> Result<Vec<Person>, AppError> {
        may(actor, &Ask::RaiseMatter)?;
        self.called(Some(actor), text, limit).await
    }

    /// People by name or code, of those whom somebody may find or of all.
    async fn called(&self, by: Option<&Actor>, text: &str, limit: usize) -> Result<Vec<Person>, AppError> {
        let directory = self.directory().await?;
        let (wanted, today) = (folded(text), self.policies().zone.date_of(self.clock().now()));
        let seen = |p: &&Person| {
            let unit = directory.unit(p.unit);
            let may_find =
                |by: &Actor| unit.is_some_and(|u| may(by, &Ask::FindPerson { person: p.id, unit: &u.path }).is_ok());
            by.is_none_or(may_find)
        };
        let called = |p: &&Person| folded(&p.name).contains(&wanted) || folded(&p.code).starts_with(&wanted);
        let serves = |p: &&Person| p.to.is_none_or(|last| last >= today);
        let mut found: Vec<Person> = directory.people().filter(seen).filter(serves).filter(called).cloned().collect();
        found.sort_by(|a, b| (&a.name, &a.code).cmp(&(&b.name, &b.code)));
        found.truncate(limit);
        Ok(found)
    }

    /// Visits to places and of people that are called so.
    async fn visits_about(&self, actor: &Actor, text: &str, limit: usize) -> Result<Vec<VisitRow>, AppError> {
        let places = self.places(actor, "", text, "", ABOUT as i64).await?;
        // A visit that he sees tells its leader's name, wherever the leader belongs.
        let people = self.called(None, text, ABOUT).await?;
        let of_places = places.iter().map(|p| VisitFilter { place: Some(p.id), ..VisitFilter::default() });
        let of_people = people.iter().map(|p| VisitFilter { person: Some(p.id), ..VisitFilter::default() });
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        for filter in of_places.chain(of_people) {
            let filter = VisitFilter { newest: true, ..filter };
            found
                .extend(self.visit_list(actor, &filter, limit as i64).await?.into_iter().filter(|v| seen.insert(v.id)));
        }
        found.sort_by_key(|v| std::cmp::Reverse((v.day, v.n)));
        found.truncate(limit + 1);
        Ok(found)
    }
}
