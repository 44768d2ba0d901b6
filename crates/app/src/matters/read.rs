//! A matter as pages and the API read it, with every action offered or the reason why not. Nothing here writes. A record
//! outside the actor's sight is "not found".

use super::disclosure::{self, Contact};
use super::link::LinkOffer;
use crate::App;
use crate::frame::error::AppError;
use crate::frame::timeline::{TimelineRow, read_events};
use std::collections::HashMap;
use yixian_domain::access::{self, Actor, Ask, Denial, MatterFacts, may};
use yixian_domain::base::fold::{dialled, plain};
use yixian_domain::deadline::Deadline;
use yixian_domain::ids::*;
use yixian_domain::matter::privacy::{self, Sight, Sights};
use yixian_domain::matter::{Matter, MatterAction, MatterEvent, PersonalData, Stage};
use yixian_domain::place::Place;
use yixian_domain::procedure::Step;
use yixian_domain::refusal::Refusal;
use yixian_domain::time::Instant;
use yixian_store::{ledger, matter, place, words};

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
    /// Raiser outside the company: name and phone, masked where he does not see them as they are.
    pub contact: Option<Contact>,
    /// How the reader sees its personal data.
    pub sights: Sights,
    /// How the raiser's link may be given away, for those who may do so.
    pub link: Option<LinkOffer>,
    /// What was merged into it.
    pub merged: Vec<MergedIn>,
    /// The steps of its procedure.
    pub steps: Vec<Step>,
    /// The step after the one in hand, if there is one.
    pub next_step: Option<Step>,
}

/// A matter that was merged into another, as the other's page shows it.
#[derive(Clone, Debug)]
pub struct MergedIn {
    /// Identity.
    pub id: MatterId,
    /// Running number.
    pub n: i64,
    /// When it was raised.
    pub raised_at: Instant,
    /// What was raised, and what was added to it since; erased words are none.
    pub words: Vec<String>,
    /// Its photos.
    pub photos: Vec<FileRef>,
}

impl App {
    /// Matters merged into one, of those the actor may see.
    async fn merged_into(
        &self,
        conn: &mut yixian_store::Conn,
        actor: &Actor,
        master: MatterId,
    ) -> Result<Vec<MergedIn>, AppError> {
        let mut all = Vec::new();
        for id in matter::merged_in(conn, master).await? {
            let Some(s) = matter::matter(conn, id).await? else { continue };
            if may(actor, &Ask::SeeMatter(&MatterFacts::of(&s.matter, s.unit_path.clone()))).is_err() {
                continue;
            }
            let kept = words::of_record(conn, id.0).await?;
            let mut photos = s.matter.raised.photos.clone();
            let mut said: Vec<WordsId> = vec![s.matter.raised.words.id];
            for row in read_events(ledger::timeline(conn, id.0).await?)? {
                if let MatterEvent::Commented { words, photos: more, .. } = row.event {
                    said.push(words.id);
                    photos.extend(more);
                }
            }
            let words = said.iter().filter_map(|w| kept.get(w).cloned()).collect();
            all.push(MergedIn { id, n: s.n, raised_at: s.matter.raised.at, words, photos });
        }
        Ok(all)
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
        let mut timeline = read_events(ledger::timeline(&mut conn, id.0).await?)?;
        let mut words_by_id = self.words_of(&mut conn, &m).await?;
        let sights = Sights::of(actor, &facts);
        let outside = match &m.raised.by {
            By::Raiser(c) => Some(*c),
            _ => None,
        };
        let contact = match outside {
            Some(c) if actor.person().is_some() => {
                words::contact(&mut conn, c).await?.map(|c| disclosure::masked(c, sights))
            }
            _ => None,
        };
        let link = outside.filter(|_| may(actor, &Ask::GiveLink(&facts)).is_ok()).map(|_| LinkOffer {
            to_phone: contact.as_ref().and_then(|c| c.1.as_ref()).is_some_and(|phone| !phone.is_empty()),
            to_show: !m.link_shown,
        });
        let procedure = policies.procedures.get(&m.procedure);
        let steps = procedure.map(|p| p.steps.clone()).unwrap_or_default();
        let next_step = match &m.stage {
            Stage::InHand { step, .. } => procedure.and_then(|p| p.after(step)).cloned(),
            _ => None,
        };
        let merged = self.merged_into(&mut conn, actor, id).await?;
        let mut m = m;
        disclosure::hide(&mut m, &mut timeline, &mut words_by_id, sights);
        Ok(MatterPage {
            sights,
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
            link,
            merged,
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

    /// The matter people call by this number (`2018-0731`, `#731`, `731`), if the actor may see it. Another year than its own names
    /// no matter.
    pub async fn matter_by_number(&self, actor: &Actor, text: &str) -> Result<Option<MatterId>, AppError> {
        let Some((year, n)) = number_typed(text) else { return Ok(None) };
        let mut conn = self.store().read().await?;
        let Some(id) = matter::id_of_number(&mut conn, n).await? else { return Ok(None) };
        let Some(s) = matter::matter(&mut conn, id).await? else { return Ok(None) };
        let own = self.policies().zone.date_of(s.matter.raised.at).year();
        let fits = year.is_none_or(|year| year == own);
        let sees = may(actor, &Ask::SeeMatter(&MatterFacts::of(&s.matter, s.unit_path.clone()))).is_ok();
        Ok((fits && sees).then_some(id))
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
        let also = self.found_otherwise(actor, &filter.text).await?;
        let filter = matter::Filter { also, ..filter.clone() };
        let mut conn = self.store().read().await?;
        Ok(matter::list(&mut conn, &access::scope(actor), &filter, limit).await?)
    }

    /// Running numbers of matters that a text names otherwise than by their words: by number, by the raiser's name or phone.
    /// Whoever may not have these shown does not find a matter by them.
    pub(crate) async fn found_otherwise(&self, actor: &Actor, text: &str) -> Result<Vec<i64>, AppError> {
        if plain(text).is_empty() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        if self.matter_by_number(actor, text).await?.is_some() {
            found.extend(number_typed(text).map(|(_, n)| n));
        }
        let mut conn = self.store().read().await?;
        for id in words::matters_of_caller(&mut conn, &plain(text), &dialled(text)).await? {
            let Some(s) = matter::matter(&mut conn, id).await? else { continue };
            let facts = MatterFacts::of(&s.matter, s.unit_path.clone());
            let open = |data| privacy::sight(actor, &facts, data) >= Sight::OnPurpose;
            if may(actor, &Ask::SeeMatter(&facts)).is_ok() && open(PersonalData::Name) && open(PersonalData::Phone) {
                found.push(s.n);
            }
        }
        Ok(found)
    }
}

/// A number as people type it: with its year or without, with a `#`, in any width.
fn number_typed(text: &str) -> Option<(Option<i16>, i64)> {
    let text = plain(text);
    let text = text.strip_prefix('#').unwrap_or(&text).trim();
    let (year, n) = match text.split_once('-') {
        Some((year, n)) => (Some(year.trim().parse().ok()?), n.trim()),
        None => (None, text),
    };
    let digits = !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| n.parse().ok()).flatten().map(|n| (year, n))
}
