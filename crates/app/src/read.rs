//! What pages and the API show: read models made of rows, the domain and access. Nothing here
//! writes. A record outside the actor's sight is "not found".

use crate::App;
use crate::frame::error::AppError;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant as Moment};
use uuid::Uuid;
use yixian_domain::access::{self, Actor, Ask, Denial, MatterFacts, VisitFacts, may};
use yixian_domain::deadline::Deadline;
use yixian_domain::ids::*;
use yixian_domain::matter::{Matter, MatterAction, MatterEvent, Stage};
use yixian_domain::org::{Person, Unit};
use yixian_domain::place::Place;
use yixian_domain::procedure::Step;
use yixian_domain::refusal::Refusal;
use yixian_domain::time::Instant;
use yixian_domain::visit::{Visit, VisitEvent};
use yixian_store::ledger::{self, EventRow};
use yixian_store::{StoreError, file, matter, org, place, visit, words};

/// Names of units and people; a snapshot of a few seconds.
#[derive(Debug, Default)]
pub struct Directory {
    units: HashMap<UnitId, Unit>,
    order: Vec<UnitId>,
    people: HashMap<PersonId, Person>,
}

/// How old a snapshot may be; another node may have changed a name.
const FRESH: Duration = Duration::from_secs(5);

impl Directory {
    /// A unit.
    pub fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.units.get(&id)
    }
    /// The root unit.
    pub fn root(&self) -> Option<&Unit> {
        self.units().find(|u| u.parent.is_none())
    }
    /// Every unit, parents before children.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.order.iter().filter_map(|id| self.units.get(id))
    }
    /// A person.
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.people.get(&id)
    }
    /// Everybody.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.values()
    }
}

/// An event of a timeline, read.
#[derive(Clone, Debug)]
pub struct TimelineRow<E> {
    /// As the ledger holds it.
    pub row: EventRow,
    /// Who.
    pub by: By,
    /// What.
    pub event: E,
}

/// An action with the reason why it is missing, if it is.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Which.
    pub action: MatterAction,
    /// Open to me now, or why not.
    pub missing: Option<Missing>,
}

/// Why an action is not offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Access.
    Denied(Denial),
    /// The law at this stage.
    Refused(Refusal),
}

/// Everything a matter's page shows.
#[derive(Clone, Debug)]
pub struct MatterPage {
    /// The matter.
    pub matter: Matter,
    /// Its running number.
    pub n: i64,
    /// First words.
    pub subject: String,
    /// Where it lies.
    pub place: Option<Place>,
    /// Its words by id.
    pub words: HashMap<WordsId, String>,
    /// What happened.
    pub timeline: Vec<TimelineRow<MatterEvent>>,
    /// The deadline with its explanation.
    pub deadline: Option<Deadline>,
    /// Every action, offered or with the reason why not.
    pub offers: Vec<Offer>,
    /// Raiser outside the company: name and phone, for those who may act on it.
    pub contact: Option<(Option<String>, Option<String>)>,
    /// Secret part of the raiser's link, for those who may answer.
    pub raiser_token: Option<String>,
    /// The steps of its procedure.
    pub steps: Vec<Step>,
    /// The step after the one in hand, if there is one.
    pub next_step: Option<Step>,
}

/// Everything a visit's page shows.
#[derive(Clone, Debug)]
pub struct VisitPage {
    /// The visit.
    pub visit: Visit,
    /// Its running number.
    pub n: i64,
    /// Where to.
    pub place: Place,
    /// Its words by id.
    pub words: HashMap<WordsId, String>,
    /// What happened.
    pub timeline: Vec<TimelineRow<VisitEvent>>,
    /// What was found.
    pub findings: Vec<matter::ListRow>,
    /// Open matters of the same place found before.
    pub open_here: Vec<matter::ListRow>,
    /// I go on it.
    pub mine: bool,
}

fn read_events<E: serde::de::DeserializeOwned>(rows: Vec<EventRow>) -> Result<Vec<TimelineRow<E>>, AppError> {
    rows.into_iter()
        .map(|row| {
            let event = row.read()?;
            let by = ledger::actor_from(&row.actor).ok_or_else(|| StoreError::corrupt("actor", &row.actor))?;
            Ok(TimelineRow { row, by, event })
        })
        .collect()
}

impl App {
    /// Units and people.
    pub async fn directory(&self) -> Result<Arc<Directory>, AppError> {
        if let Ok(cached) = self.inner.directory.read()
            && let Some((at, d)) = cached.as_ref()
            && at.elapsed() < FRESH
        {
            return Ok(d.clone());
        }
        let mut conn = self.store().read().await?;
        let units = org::units(&mut conn).await?;
        let people = org::people(&mut conn).await?;
        let d = Arc::new(Directory {
            order: units.iter().map(|u| u.id).collect(),
            units: units.into_iter().map(|u| (u.id, u)).collect(),
            people: people.into_iter().map(|p| (p.id, p)).collect(),
        });
        if let Ok(mut cached) = self.inner.directory.write() {
            *cached = Some((Moment::now(), d.clone()));
        }
        Ok(d)
    }

    pub(crate) fn forget_directory(&self) {
        if let Ok(mut cached) = self.inner.directory.write() {
            *cached = None;
        }
    }

    /// A matter's page.
    pub async fn matter_page(&self, actor: &Actor, id: MatterId) -> Result<MatterPage, AppError> {
        let mut conn = self.store().read().await?;
        let stored = matter::matter(&mut conn, id).await?.ok_or(AppError::NotFound("matter"))?;
        let facts = MatterFacts::of(&stored.matter, stored.unit_path.clone());
        may(actor, &Ask::SeeMatter(&facts)).map_err(|d| match d {
            Denial::OutOfSight => AppError::NotFound("matter"),
            d => AppError::Denied(d),
        })?;
        let m = stored.matter;
        let policies = self.policies();
        let deadline = m.target.as_ref().map(|t| policies.law().deadline(t, &m.pauses, &m.extensions)).transpose()?;
        let offers = MatterAction::ALL
            .into_iter()
            .map(|action| {
                let missing = m
                    .allows(action)
                    .err()
                    .map(Missing::Refused)
                    .or_else(|| may(actor, &Ask::ActOnMatter(action, &facts)).err().map(Missing::Denied));
                Offer { action, missing }
            })
            .collect();
        let at_place = match m.raised.place {
            Some(p) => place::place(&mut conn, p).await?,
            None => None,
        };
        let timeline = read_events(ledger::timeline(&mut conn, id.0).await?)?;
        let words_by_id = self.words_of(&mut conn, &m).await?;
        let outside = match &m.raised.by {
            By::Raiser(c) => Some(*c),
            _ => None,
        };
        let may_answer = may(actor, &Ask::ActOnMatter(MatterAction::Answer, &facts)).is_ok();
        let contact = match outside {
            Some(c) if actor.person().is_some() => words::contact(&mut conn, c).await?,
            _ => None,
        };
        let raiser_token = outside.filter(|_| may_answer).map(|c| self.raiser_token(id, c));
        let procedure = policies.procedures.get(&m.procedure);
        let steps = procedure.map(|p| p.steps.clone()).unwrap_or_default();
        let next_step = match &m.stage {
            Stage::InHand { step, .. } => procedure.and_then(|p| p.after(step)).cloned(),
            _ => None,
        };
        Ok(MatterPage {
            steps,
            next_step,
            matter: m,
            n: stored.n,
            subject: stored.subject,
            place: at_place,
            words: words_by_id,
            timeline,
            deadline,
            offers,
            contact,
            raiser_token,
        })
    }

    /// The words of a matter; a merged one's answer lies with its master.
    async fn words_of(&self, conn: &mut yixian_store::Conn, m: &Matter) -> Result<HashMap<WordsId, String>, AppError> {
        let mut all = words::of_record(conn, m.id.0).await?;
        let (mut through, answer) = match &m.stage {
            Stage::Answered { answer } | Stage::Closed { answer: Some(answer), .. } => {
                (answer.through, Some(answer.words.id))
            }
            _ => (None, None),
        };
        // A chain of masters is as long as somebody merged masters; each step is another matter.
        while let Some(master) = through {
            // Only the answer: what else was said there is for those who see the master.
            all.extend(words::of_record(conn, master.0).await?.into_iter().filter(|(id, _)| Some(*id) == answer));
            through = matter::matter(conn, master).await?.and_then(|s| match s.matter.stage {
                Stage::Answered { answer } | Stage::Closed { answer: Some(answer), .. } => answer.through,
                _ => None,
            });
        }
        Ok(all)
    }

    /// The matter people call by this number (`2018-0731`, or `731`), if the actor may see it.
    pub async fn matter_by_number(&self, actor: &Actor, text: &str) -> Result<Option<MatterId>, AppError> {
        let Ok(n) = text.rsplit('-').next().unwrap_or_default().trim().parse::<i64>() else { return Ok(None) };
        let mut conn = self.store().read().await?;
        let Some(id) = matter::id_of_number(&mut conn, n).await? else { return Ok(None) };
        Ok(self.sees(&mut conn, actor, id.0).await?.then_some(id))
    }

    /// Whether the actor may act on a matter, the stage aside.
    pub async fn may_act(&self, actor: &Actor, action: MatterAction, id: MatterId) -> Result<bool, AppError> {
        let stored = matter::matter(&mut self.store().read().await?, id).await?.ok_or(AppError::NotFound("matter"))?;
        Ok(may(actor, &Ask::ActOnMatter(action, &MatterFacts::of(&stored.matter, stored.unit_path.clone()))).is_ok())
    }

    /// A list of matters the actor may see, with its count (exact up to a thousand).
    pub async fn matters(
        &self,
        actor: &Actor,
        filter: &matter::Filter,
        limit: i64,
    ) -> Result<(Vec<matter::ListRow>, i64), AppError> {
        let mut conn = self.store().read().await?;
        Ok(matter::list(&mut conn, &access::scope(actor), filter, limit).await?)
    }

    /// How many matters of a filter the actor may see (exact up to a thousand).
    pub async fn count_matters(&self, actor: &Actor, filter: &matter::Filter) -> Result<i64, AppError> {
        let mut conn = self.store().read().await?;
        Ok(matter::count(&mut conn, &access::scope(actor), filter).await?)
    }

    /// A visit's page.
    pub async fn visit_page(&self, actor: &Actor, id: VisitId) -> Result<VisitPage, AppError> {
        let mut conn = self.store().read().await?;
        let stored = visit::visit(&mut conn, id).await?.ok_or(AppError::NotFound("visit"))?;
        let facts = VisitFacts::of(&stored.visit, stored.host_path.clone());
        may(actor, &Ask::SeeVisit(&facts)).map_err(|d| match d {
            Denial::OutOfSight => AppError::NotFound("visit"),
            d => AppError::Denied(d),
        })?;
        let mine = may(actor, &Ask::GoOnVisit(&facts)).is_ok();
        let v = stored.visit;
        let at = place::place(&mut conn, v.plan.place)
            .await?
            .ok_or_else(|| StoreError::corrupt("visit", "its place is missing"))?;
        let timeline = read_events(ledger::timeline(&mut conn, id.0).await?)?;
        let words = words::of_record(&mut conn, id.0).await?;
        let scope = access::scope(actor);
        let (findings, _) =
            matter::list(&mut conn, &scope, &matter::Filter { visit: Some(id), ..Default::default() }, 200).await?;
        let here = matter::Filter { place: Some(v.plan.place), open: true, ..Default::default() };
        let (mut open_here, _) = matter::list(&mut conn, &scope, &here, 20).await?;
        open_here.retain(|m| !findings.iter().any(|f| f.id == m.id));
        Ok(VisitPage { visit: v, n: stored.n, place: at, words, timeline, findings, open_here, mine })
    }

    /// A list of visits the actor may see.
    pub async fn visits(
        &self,
        actor: &Actor,
        filter: &visit::Filter,
        limit: i64,
    ) -> Result<Vec<visit::ListRow>, AppError> {
        let mut conn = self.store().read().await?;
        Ok(visit::list(&mut conn, &access::scope(actor), filter, limit).await?)
    }

    /// Places by code, name or district.
    pub async fn places(
        &self,
        actor: &Actor,
        after: &str,
        text: &str,
        district: &str,
        limit: i64,
    ) -> Result<Vec<Place>, AppError> {
        may(actor, &Ask::RaiseMatter)?;
        Ok(place::list(&mut self.store().read().await?, after, text, district, limit).await?)
    }

    /// Names of places, for lists the actor already may see.
    pub async fn place_names(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, AppError> {
        Ok(place::names(&mut self.store().read().await?, ids).await?)
    }

    /// One place.
    pub async fn place(&self, actor: &Actor, id: PlaceId) -> Result<Place, AppError> {
        may(actor, &Ask::RaiseMatter)?;
        place::place(&mut self.store().read().await?, id).await?.ok_or(AppError::NotFound("place"))
    }

    /// Districts in use.
    pub async fn districts(&self) -> Result<Vec<String>, AppError> {
        let known = place::districts(&mut self.store().read().await?).await?;
        // A company without places yet has the districts of its table of streets.
        Ok(if known.is_empty() { self.policies().areas.districts().map(str::to_owned).collect() } else { known })
    }

    /// The bytes of a photo, for those who may see a record that uses it.
    pub async fn photo(&self, actor: &Actor, sha: &str) -> Result<(String, bytes::Bytes), AppError> {
        let mut conn = self.store().read().await?;
        let known = file::file(&mut conn, sha).await?.ok_or(AppError::NotFound("file"))?;
        let mut seen = false;
        for record in file::users(&mut conn, sha).await? {
            seen = seen || self.sees(&mut conn, actor, record).await?;
        }
        if !seen {
            return Err(AppError::NotFound("file"));
        }
        Ok((known.mime, self.photos().bytes(sha).await?))
    }

    async fn sees(&self, conn: &mut yixian_store::Conn, actor: &Actor, record: Uuid) -> Result<bool, AppError> {
        if let Some(s) = matter::matter(conn, MatterId(record)).await? {
            return Ok(may(actor, &Ask::SeeMatter(&MatterFacts::of(&s.matter, s.unit_path.clone()))).is_ok());
        }
        if let Some(s) = visit::visit(conn, VisitId(record)).await? {
            return Ok(may(actor, &Ask::SeeVisit(&VisitFacts::of(&s.visit, s.host_path.clone()))).is_ok());
        }
        Ok(false)
    }

    /// A person's newest notices and how many are unread.
    pub async fn notices(
        &self,
        person: PersonId,
        limit: i64,
    ) -> Result<(Vec<yixian_store::notice::NoticeRow>, i64), AppError> {
        let mut conn = self.store().read().await?;
        Ok((
            yixian_store::notice::list(&mut conn, person, limit).await?,
            yixian_store::notice::unread(&mut conn, person).await?,
        ))
    }

    /// How many of a person's notices are unread.
    pub async fn unread(&self, person: PersonId) -> Result<i64, AppError> {
        Ok(yixian_store::notice::unread(&mut self.store().read().await?, person).await?)
    }

    /// Marks a person's notices as read.
    pub async fn read_notices(&self, person: PersonId) -> Result<(), AppError> {
        let now: Instant = self.clock().now();
        Ok(self.store().write(async move |tx| tx.read_notices(person, now).await).await?)
    }
}
