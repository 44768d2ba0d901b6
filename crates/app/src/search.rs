//! One search over everything that has a number, a name or words: matters, applications for power, visits, registers (partners,
//! works, agreements, conferences, documents), places, people.
//! What somebody may not see is neither found nor counted: each group asks the list or the rule that its own pages ask.

use crate::App;
use crate::frame::error::AppError;
use crate::matters::{MatterFilter, MatterRow};
use crate::partners::PartnerFilter;
use crate::visits::{VisitFilter, VisitRow};
use std::collections::HashSet;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::base::fold::{folded, plain};
use yixian_domain::matter::MatterKind;
use yixian_domain::org::Person;
use yixian_domain::place::Place;

/// Places and people whose visits are looked for.
const ABOUT: usize = 8;

/// Sections called so that are looked at.
const SECTIONS: usize = 200;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Matters, applications for power aside.
    Matters,
    /// Applications for power.
    Connections,
    /// Visits.
    Visits,
    /// Partners, works, agreements, conferences and documents.
    Registers,
    /// Places.
    Places,
    /// People.
    People,
}

impl Group {
    /// All, in the order in which they are shown.
    pub const ALL: [Group; 6] =
        [Group::Matters, Group::Connections, Group::Visits, Group::Registers, Group::Places, Group::People];

    /// As in addresses and catalogues.
    pub fn as_str(self) -> &'static str {
        match self {
            Group::Matters => "matters",
            Group::Connections => "connections",
            Group::Visits => "visits",
            Group::Registers => "registers",
            Group::Places => "places",
            Group::People => "people",
        }
    }
}

/// A record of a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which it is.
    pub about: About,
    /// How it is called.
    pub name: String,
    /// In English, where there is such a name.
    pub name_en: Option<String>,
    /// Its code.
    pub code: String,
}

/// What was found of a group; one more than was asked for says that there is more.
#[derive(Clone, Debug)]
pub enum Found {
    /// Matters or applications, newest first, and how many there are (exact up to the limit of lists).
    Matters(Vec<MatterRow>, i64),
    /// Visits, the latest first.
    Visits(Vec<VisitRow>),
    /// Records of registers, kind by kind.
    Registers(Vec<Entry>),
    /// Places, by code.
    Places(Vec<Place>),
    /// People, by name.
    People(Vec<Person>),
}

/// What is not for the actor to see is as if there were none.
fn shown<T>(found: Result<Vec<T>, AppError>) -> Result<Vec<T>, AppError> {
    match found {
        Err(AppError::Denied(_)) => Ok(Vec::new()),
        found => found,
    }
}

impl App {
    /// What a text finds in a group, of what the actor may see.
    pub async fn search(&self, actor: &Actor, text: &str, group: Group, limit: usize) -> Result<Found, AppError> {
        let typed = plain(text);
        if !typed.chars().any(char::is_alphanumeric) {
            return Ok(match group {
                Group::Matters | Group::Connections => Found::Matters(Vec::new(), 0),
                Group::Visits => Found::Visits(Vec::new()),
                Group::Registers => Found::Registers(Vec::new()),
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
            Group::Registers => Found::Registers(self.registered(actor, &typed, limit + 1).await?),
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

    /// Records of registers by name or code, of those whose pages the actor may open.
    async fn registered(&self, actor: &Actor, text: &str, limit: usize) -> Result<Vec<Entry>, AppError> {
        // A title is pasted with the marks around it.
        let folded_text = folded(text);
        let wanted = Some(folded_text.trim_matches(['《', '》', '“', '”'])).filter(|w| !w.is_empty());
        let wanted = wanted.unwrap_or(&folded_text);
        let fits = |name: &str, name_en: Option<&String>, code: &str| {
            let called = |name: &str| folded(name).contains(wanted);
            called(name) || name_en.is_some_and(|n| called(n)) || folded(code).starts_with(wanted)
        };
        let entry = |kind, id, name: &str, name_en: Option<&String>, code: &str| Entry {
            about: About { kind, id },
            name: name.to_owned(),
            name_en: name_en.cloned(),
            code: code.to_owned(),
        };
        let filter = PartnerFilter { text, ..PartnerFilter::default() };
        let mut found = Vec::new();
        for p in shown(self.partners(actor, &filter, limit as i64).await)? {
            let n = p.name();
            found.push(entry(AboutKind::Partner, p.id.0, &n.name, n.name_en.as_ref(), &p.code));
        }
        for p in shown(self.programmes(actor).await)? {
            let d = &p.details;
            if fits(&d.name, d.name_en.as_ref(), &p.code) {
                found.push(entry(AboutKind::Programme, p.id, &d.name, d.name_en.as_ref(), &p.code));
            }
        }
        let works = self.inner.kept_works.now(&mut self.store().read().await?).await?;
        let called = works.sections.iter().filter(|s| fits(&s.details.name, s.details.name_en.as_ref(), &s.code));
        let sections: Vec<_> = called.map(|s| s.id).take(SECTIONS).collect();
        for s in self.works_by_key(actor, &sections).await?.into_iter().map(|k| k.section) {
            found.push(entry(AboutKind::Section, s.id, &s.details.name, s.details.name_en.as_ref(), &s.code));
        }
        for a in shown(self.agreements(actor).await)? {
            let d = &a.details;
            if fits(&d.title, d.title_en.as_ref(), &a.code) {
                found.push(entry(AboutKind::Agreement, a.id, &d.title, d.title_en.as_ref(), &a.code));
            }
        }
        for c in shown(self.conferences(actor).await)?.into_iter().map(|e| e.conference) {
            let d = &c.details;
            if fits(&d.name, d.name_en.as_ref(), &c.code) {
                found.push(entry(AboutKind::Conference, c.id.0, &d.name, d.name_en.as_ref(), &c.code));
            }
        }
        let today = self.policies().zone.date_of(self.clock().now());
        for d in shown(self.documents(actor, today).await)? {
            let said = &d.details;
            let numbered = said.number.as_deref().is_some_and(|n| folded(n).contains(wanted));
            if numbered || fits(&said.title, said.title_en.as_ref(), &d.code) {
                found.push(entry(AboutKind::Document, d.id.0, &said.title, said.title_en.as_ref(), &d.code));
            }
        }
        for t in shown(self.teams(actor).await)? {
            if fits(&t.unit.name, t.unit.name_en.as_ref(), &t.unit.code) {
                found.push(entry(AboutKind::Team, t.team.id, &t.unit.name, t.unit.name_en.as_ref(), &t.unit.code));
            }
        }
        found.extend(self.numbered(actor, text.trim()).await?);
        found.truncate(limit);
        Ok(found)
    }

    /// A session and a household by the whole of their code: who lives in one is found by nobody.
    async fn numbered(&self, actor: &Actor, code: &str) -> Result<Vec<Entry>, AppError> {
        let mut found = Vec::new();
        let session = self.session_by_code(actor, code).await.map(Vec::from_iter);
        for (s, community) in shown(session)? {
            let name = community.name();
            let about = About { kind: AboutKind::Session, id: s.id.0 };
            found.push(Entry { about, name: name.name.clone(), name_en: name.name_en.clone(), code: s.code });
        }
        let household = match self.household(actor, code).await {
            Err(AppError::NotFound(_)) => Ok(Vec::new()),
            found => found.map(|h| vec![h]),
        };
        for h in shown(household)? {
            let about = About { kind: AboutKind::Household, id: h.id };
            found.push(Entry { about, name: h.code.clone(), name_en: None, code: h.code });
        }
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
