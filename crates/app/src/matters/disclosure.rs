//! Personal data shown for a purpose: what is shown to whoever put on record why, for a few minutes, and the list of who
//! looked. Who may is the domain's; the event is written by the command.

use super::act::load_from;
use crate::App;
use crate::frame::clock::real_now;
use crate::frame::error::AppError;
use crate::frame::mint::same;
use crate::frame::timeline::{TimelineRow, read_events};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, MatterFacts, may};
use yixian_domain::connection::PaperKind;
use yixian_domain::ids::*;
use yixian_domain::matter::privacy::{Sights, masked_address, masked_name, masked_phone};
use yixian_domain::matter::{DisclosurePurpose, ErasureGround, Matter, MatterEvent, PersonalData};
use yixian_domain::time::{Instant, MINUTE_MS};
use yixian_store::{file, ledger, matter, org, words};

/// How long what is shown stays to be seen: its photos, and a page that is sent again.
const SHOWN_MS: i64 = 5 * MINUTE_MS;

/// Name and phone of a raiser outside the company.
pub type Contact = (Option<String>, Option<String>);

/// Personal data as they are.
#[derive(Clone, Debug, Default)]
pub struct Disclosed {
    /// Name.
    pub name: Option<String>,
    /// Credit code of a firm.
    pub credit_code: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// Photos of papers, each with the pass that opens it for a few minutes.
    pub papers: Vec<(PaperKind, FileRef, String)>,
}

/// What an erasure would reach.
#[derive(Clone, Copy, Debug)]
pub struct WouldErase {
    /// Running number of the matter.
    pub n: i64,
    /// When it was raised.
    pub raised: Instant,
    /// Texts.
    pub words: usize,
    /// Name and phone of somebody outside the company.
    pub contact: bool,
    /// Photos that nothing else uses.
    pub photos: usize,
    /// Photos that stay, because other records use them.
    pub photos_kept: usize,
}

/// Whose personal data.
#[derive(Clone, Copy, Debug)]
pub enum DataOf {
    /// Whoever raised a matter: the matter, its running number, when it was raised.
    Matter(MatterId, i64, Instant),
    /// Somebody who worked here.
    Person(PersonId),
}

/// What was done with personal data.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum DoneWith {
    /// Shown.
    Disclosed {
        /// Which.
        data: Vec<PersonalData>,
        /// What for.
        purpose: DisclosurePurpose,
    },
    /// Erased.
    Erased {
        /// Why.
        ground: ErasureGround,
        /// Photos whose bytes went too.
        #[serde(default)]
        photos: Vec<FileRef>,
    },
}

/// Somebody had personal data shown, or erased them.
#[derive(Clone, Debug)]
pub struct PrivacyEvent {
    /// Whose.
    pub of: DataOf,
    /// What happened, by whom and when.
    pub row: TimelineRow<DoneWith>,
}

/// Masks a contact by how it is seen.
pub(crate) fn masked(contact: Contact, sights: Sights) -> Contact {
    let (name, phone) = contact;
    let by = |text: Option<String>, data, mask: fn(&str) -> String| {
        text.map(|t| if sights.clear(data) { t } else { mask(&t) })
    };
    (by(name, PersonalData::Name, masked_name), by(phone, PersonalData::Phone, masked_phone))
}

/// Takes out of a matter, its events and its words what is gone, and what is not to be seen as it is.
pub(crate) fn hide(
    m: &mut Matter,
    timeline: &mut [TimelineRow<MatterEvent>],
    words: &mut HashMap<WordsId, String>,
    sights: Sights,
) {
    let gone: HashSet<FileRef> = timeline
        .iter()
        .filter_map(|t| if let MatterEvent::Erased { photos, .. } = &t.event { Some(photos.clone()) } else { None })
        .flatten()
        .collect();
    if !gone.is_empty() {
        m.forget_photos(&|p| gone.contains(p));
        for t in timeline.iter_mut() {
            t.event.forget_photos(&|p| gone.contains(p));
        }
    }
    let Some(case) = m.case.as_deref_mut() else { return };
    if !sights.clear(PersonalData::Address)
        && let Some(text) = case.asked.address.as_ref().and_then(|w| words.get_mut(&w.id))
    {
        *text = masked_address(text);
    }
    if !sights.clear(PersonalData::Papers) {
        case.hide_papers();
        for t in timeline.iter_mut() {
            t.event.hide_papers();
        }
    }
}

impl App {
    /// Which personal data a matter has, and how the actor sees each.
    pub async fn personal_data(&self, actor: &Actor, id: MatterId) -> Result<(Vec<PersonalData>, Sights), AppError> {
        let mut conn = self.store().read().await?;
        let (m, facts) = load_from(&mut conn, id).await?;
        may(actor, &Ask::SeeMatter(&facts)).map_err(|_| AppError::NotFound("matter"))?;
        let sights = Sights::of(actor, &facts);
        let outside = matches!(m.raised.by, By::Raiser(_));
        let case = m.case.as_deref();
        let there = |d: &PersonalData| match d {
            PersonalData::Name | PersonalData::Phone => outside,
            PersonalData::Address => case.is_some_and(|c| c.asked.address.is_some()),
            PersonalData::Papers => case.is_some_and(|c| c.personal_photos().next().is_some()),
        };
        Ok((PersonalData::ALL.into_iter().filter(there).collect(), sights))
    }

    /// What was asked to be shown, after the command that put on record why; `recorded`: when that was. One that is sent again
    /// later shows nothing.
    pub async fn disclosed(
        &self,
        actor: &Actor,
        id: MatterId,
        recorded: Instant,
        data: &[PersonalData],
    ) -> Result<Disclosed, AppError> {
        if self.clock().now().since(recorded) > SHOWN_MS {
            return Err(AppError::IdReused);
        }
        let mut conn = self.store().read().await?;
        let (m, facts) = load_from(&mut conn, id).await?;
        may(actor, &Ask::Disclose(data, &facts))?;
        let wants = |d| data.contains(&d);
        let mut out = Disclosed::default();
        if let By::Raiser(c) = m.raised.by {
            let (name, phone) = words::contact(&mut conn, c).await?.unwrap_or_default();
            out.name = name.filter(|_| wants(PersonalData::Name));
            out.phone = phone.filter(|_| wants(PersonalData::Phone));
            if wants(PersonalData::Name) {
                out.credit_code = words::credit_code(&mut conn, c).await?;
            }
        }
        let Some(case) = m.case.as_deref() else { return Ok(out) };
        if let Some(address) = case.asked.address.as_ref().filter(|_| wants(PersonalData::Address)) {
            out.address = words::of_record(&mut conn, id.0).await?.remove(&address.id);
        }
        if wants(PersonalData::Papers) {
            for paper in case.papers.iter().filter(|p| p.kind.is_personal()) {
                for photo in &paper.photos {
                    out.papers.push((paper.kind, photo.clone(), self.photo_pass(actor, id.0, photo.as_str())));
                }
            }
        }
        Ok(out)
    }

    /// What somebody has had shown to him of a matter in the last few minutes, for a program that asks for it after the
    /// command. Nothing where he had nothing shown.
    pub async fn disclosed_to(&self, actor: &Actor, id: MatterId) -> Result<Disclosed, AppError> {
        let page = self.matter_page(actor, id).await?;
        let (me, since) = (actor.by(), self.clock().now().0 - SHOWN_MS);
        let mut recorded = None;
        let mut all = Vec::new();
        for row in page.timeline.iter().filter(|row| row.by == me && row.recorded.0 >= since) {
            if let MatterEvent::Disclosed { data, .. } = &row.event {
                recorded = Some(row.recorded);
                all.extend(data.iter().copied());
            }
        }
        match recorded {
            Some(recorded) => self.disclosed(actor, id, recorded, &all).await,
            None => Ok(Disclosed::default()),
        }
    }

    /// A pass that opens one photo of one record for one person, for a few minutes.
    fn photo_pass(&self, actor: &Actor, record: Uuid, sha: &str) -> String {
        self.pass_until(actor, record, sha, real_now().0 + SHOWN_MS)
    }

    fn pass_until(&self, actor: &Actor, record: Uuid, sha: &str, until: i64) -> String {
        let who = ledger::actor_text(&actor.by());
        format!("{until}.{}", self.keyed("shown", &format!("{who} {record} {sha} {until}")))
    }

    /// Whether a pass opens a photo of a record for him at this moment.
    pub(crate) fn photo_passes(&self, actor: &Actor, record: Uuid, sha: &str, pass: &str) -> bool {
        let Some(until) = pass.split_once('.').and_then(|(until, _)| until.parse::<i64>().ok()) else { return false };
        actor.person().is_some() && real_now().0 <= until && same(pass, &self.pass_until(actor, record, sha, until))
    }

    /// Who had personal data of whom shown or erased, newest first, of the matters that the actor administers; and where the
    /// list goes on.
    pub async fn privacy_events(
        &self,
        actor: &Actor,
        before: Option<i64>,
        limit: i64,
    ) -> Result<(Vec<PrivacyEvent>, Option<i64>), AppError> {
        may(actor, &Ask::Audit)?;
        let mut conn = self.store().read().await?;
        let rows = matter::privacy_events(&mut conn, before.unwrap_or(i64::MAX), limit + 1).await?;
        let more = rows.len() as i64 > limit;
        let mut out = Vec::new();
        let mut last = None;
        for row in rows.into_iter().take(usize::try_from(limit).unwrap_or(0)) {
            last = Some(row.seq);
            let (of, unit) = match matter::matter(&mut conn, MatterId(row.record_id)).await? {
                Some(s) => (DataOf::Matter(s.matter.id, s.n, s.matter.raised.at), Some(s.unit_path)),
                None => match org::person(&mut conn, PersonId(row.record_id)).await? {
                    Some(p) => (DataOf::Person(p.id), org::unit(&mut conn, p.unit).await?.map(|u| u.path)),
                    None => continue,
                },
            };
            if unit.is_none_or(|unit| may(actor, &Ask::Administer(&unit)).is_err()) {
                continue;
            }
            if let Some(row) = read_events(vec![row])?.pop() {
                out.push(PrivacyEvent { of, row });
            }
        }
        Ok((out, last.filter(|_| more)))
    }

    /// What erasing a matter's personal data would reach, for those who may.
    pub async fn would_erase(&self, actor: &Actor, id: MatterId) -> Result<WouldErase, AppError> {
        let mut conn = self.store().read().await?;
        let stored = matter::matter(&mut conn, id).await?.ok_or(AppError::NotFound("matter"))?;
        let facts = MatterFacts::of(&stored.matter, stored.unit_path);
        may(actor, &Ask::SeeMatter(&facts)).map_err(|_| AppError::NotFound("matter"))?;
        may(actor, &Ask::Administer(&facts.unit))?;
        let contact = match stored.matter.raised.by {
            By::Raiser(c) => words::contact(&mut conn, c).await?.is_some_and(|(name, phone)| name.or(phone).is_some()),
            _ => false,
        };
        let (own, all) = (file::own(&mut conn, id.0).await?, file::uses(&mut conn, id.0).await?);
        Ok(WouldErase {
            n: stored.n,
            raised: stored.matter.raised.at,
            words: words::of_record(&mut conn, id.0).await?.len(),
            contact,
            photos: own.len(),
            photos_kept: all.len().saturating_sub(own.len()),
        })
    }

    /// Whether the actor may have a photo of a record's personal papers.
    pub(crate) fn sees_papers(&self, actor: &Actor, facts: &MatterFacts, sha: &str, pass: Option<&str>) -> bool {
        Sights::of(actor, facts).clear(PersonalData::Papers)
            || pass.is_some_and(|pass| self.photo_passes(actor, facts.id.0, sha, pass))
    }
}
