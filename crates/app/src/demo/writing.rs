//! Writing the story down: steps wait in a heap until nothing earlier can come, then go into the
//! store in the order in which they were recorded, some hundreds in one transaction. Each
//! transaction notes how far the story is told, so that an interrupted making goes on from there.

use super::lives::{Put, Step};
use super::{DemoAccount, META, NOW, Progress, Size, faulty};
use crate::App;
use crate::frame::error::AppError;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;
use yixian_domain::ids::*;
use yixian_domain::time::{Instant, Zone};
use yixian_store::ledger::{NewEvent, RecordKind, canonical};
use yixian_store::words::{ContactRow, ContactWords};
use yixian_store::{StoreError, Tx, org, place};

/// Takes steps in any order, writes them in theirs.
pub(super) struct Writer<'a> {
    app: &'a App,
    progress: Progress,
    /// Steps of one transaction.
    batch: usize,
    /// Batches that were written in an earlier run.
    skip: usize,
    waiting: BTreeMap<(Instant, u64), Step>,
    pushed: u64,
    ready: Vec<Step>,
    /// Files that are kept already.
    kept: HashSet<FileRef>,
    running: Option<tokio::task::JoinHandle<Result<(), AppError>>>,
}

impl<'a> Writer<'a> {
    /// A writer that leaves out the first batches.
    pub fn new(app: &'a App, seed: u64, size: &Size, skip: usize) -> Writer<'a> {
        let progress = Progress { seed, part: size.part.is_some(), ..Progress::default() };
        Writer {
            app,
            progress,
            batch: size.batch,
            skip,
            waiting: BTreeMap::new(),
            pushed: 0,
            ready: Vec::new(),
            kept: HashSet::new(),
            running: None,
        }
    }

    /// A step to be written in its time.
    pub fn push(&mut self, step: Step) {
        self.pushed += 1;
        self.waiting.insert((step.recorded, self.pushed), step);
    }

    /// Nothing earlier than this comes any more.
    pub async fn up_to(&mut self, at: Instant) -> Result<(), AppError> {
        while let Some(first) = self.waiting.first_entry().filter(|e| e.key().0 < at) {
            self.ready.push(first.remove());
            if self.ready.len() >= self.batch {
                self.flush().await?;
            }
        }
        Ok(())
    }

    /// Writes the rest and notes that the story is told.
    pub async fn finish(mut self, accounts: Vec<DemoAccount>) -> Result<(), AppError> {
        self.up_to(NOW.plus_minutes(1)).await?;
        if let Some(((at, _), _)) = self.waiting.first_key_value() {
            return Err(faulty(&format!("a step of the future: {at}")));
        }
        self.progress.done = true;
        self.progress.accounts = accounts;
        self.flush().await?;
        self.wait().await?;
        // Matters are found by what was said of them later, too.
        let renew = async |tx: &mut Tx| yixian_store::search::renew(tx.conn()).await;
        self.app.store().write::<_, StoreError, _>(renew).await?;
        // Rows were written as they end up; what was known on the way is made from the events.
        self.app.refill_past().await
    }

    async fn wait(&mut self) -> Result<(), AppError> {
        match self.running.take() {
            Some(running) => running.await.map_err(|e| faulty(&e))?,
            None => Ok(()),
        }
    }

    async fn flush(&mut self) -> Result<(), AppError> {
        let mut steps = std::mem::take(&mut self.ready);
        self.progress.batches += 1;
        if self.progress.batches <= self.skip {
            return Ok(());
        }
        // Files before the rows that know them, many at once, while the batch before is written.
        let mut keeping = tokio::task::JoinSet::new();
        for put in steps.iter().flat_map(|s| &s.puts) {
            if let Put::File { photo, .. } = put
                && self.kept.insert(photo.file.clone())
            {
                let (photos, photo) = (self.app.photos().clone(), photo.clone());
                keeping.spawn(async move { photos.keep(&photo).await });
            }
        }
        // One batch is written while the next is thought up.
        self.wait().await?;
        while let Some(kept) = keeping.join_next().await {
            kept.map_err(|e| faulty(&e))??;
        }
        let note = serde_json::to_string(&self.progress).map_err(|e| faulty(&e))?;
        // All words and contacts at once: their rows refer to nothing, and one by one they cost most.
        let (mut words, mut contacts) = (Vec::new(), Vec::new());
        for step in &mut steps {
            let at = step.recorded;
            for put in &mut step.puts {
                match put {
                    Put::Words { record, id, salt, text } => {
                        words.push((*id, *record, std::mem::take(salt), std::mem::take(text)))
                    }
                    Put::Contact { id, matter, name, phone, credit_code, link } => contacts.push(ContactRow {
                        id: *id,
                        matter: *matter,
                        name: std::mem::take(name),
                        phone: std::mem::take(phone),
                        credit_code: credit_code.take(),
                        link: std::mem::take(link),
                        words: ["contact", "credit code"].map(|what| beside(id.0, what)),
                        at,
                    }),
                    _ => {}
                }
            }
            // Files before the records that speak of them.
            step.puts.sort_by_key(|p| Reverse(matches!(p, Put::File { .. })));
        }
        let app = self.app.clone();
        let zone = app.policies().zone.clone();
        self.running = Some(tokio::spawn(async move {
            app.store()
                .write(async move |tx| {
                    if let Some(first) = steps.first() {
                        tx.under(first.command, first.recorded);
                    }
                    tx.put_many_words(&words).await?;
                    let held = tx.put_many_contacts(&contacts).await?;
                    for step in &steps {
                        write(tx, step, &held, &zone).await?;
                    }
                    tx.set_meta(META, &note).await?;
                    Ok::<_, AppError>(())
                })
                .await
        }));
        Ok(())
    }
}

/// Id and salt of the words that hold what a row says, made of its id: the demo's chance is asked for nothing more.
fn beside(row: Uuid, what: &str) -> (WordsId, String) {
    let hash = |of: &str| yixian_store::ledger::sha256(format!("{of} of {what} {row}").as_bytes());
    let id = u128::from_str_radix(&hash("words")[..32], 16).unwrap_or_default();
    (WordsId(Uuid::from_u128(id)), hash("salt")[..32].to_owned())
}

async fn write(
    tx: &mut Tx,
    step: &Step,
    held: &HashMap<ContactId, ContactWords>,
    zone: &Zone,
) -> Result<(), StoreError> {
    tx.under(step.command, step.recorded);
    for put in &step.puts {
        match put {
            // Kept before, all at once.
            Put::Words { .. } => {}
            Put::Contact { id, .. } => {
                if let Some(words) = held.get(id) {
                    tx.tell_contact(*id, words);
                }
            }
            Put::File { photo, record } => {
                tx.put_file(&photo.file, &photo.row).await?;
                tx.use_file(&photo.file, *record).await?;
            }
            Put::Notice { id, person, code, kind, record, at } => {
                tx.put_notice(*id, *person, code, kind, *record, *at).await?
            }
            Put::NewVisit { visit, events } => drop(tx.insert_visit(visit, events).await?),
            Put::Visit { id, events } => tx.append_visit(*id, events).await?,
            Put::NewMatter { matter, events, subject, next, keys } => {
                if let Some(keys) = keys {
                    tx.with_connection_keys(matter.id, keys.clone());
                }
                // By what it is found is written for all at the end.
                tx.insert_matter(matter, events, subject, "", *next).await?;
            }
            Put::Matter { id, events } => tx.append_matter(*id, events).await?,
            Put::Unit(u) => {
                tx.put_unit(u).await?;
                register(tx, RecordKind::Unit, u.id.0, "unit_made", &step.by, step.recorded, org::unit_told(u)).await?;
            }
            Put::Person { person: p, roles, new } => {
                tx.put_person(p, step.recorded).await?;
                tx.put_grants(p.id, roles).await?;
                let (said, salt) = beside(p.id.0, if *new { "name" } else { "new name" });
                let words = tx.keep_words(p.id.0, said, salt, p.name.clone());
                let code = if *new { "person_made" } else { "person_changed" };
                register(
                    tx,
                    RecordKind::Person,
                    p.id.0,
                    code,
                    &step.by,
                    step.recorded,
                    org::person_told(p, &words, Some(&roles[..])),
                )
                .await?;
            }
            Put::Place { place: p, new } => {
                tx.put_place(p, step.recorded).await?;
                let code = if *new { "place_made" } else { "place_changed" };
                register(tx, RecordKind::Place, p.id.0, code, &step.by, step.recorded, place::told(p)).await?;
            }
            Put::Partner { partner, events, new } => tx.put_record(&**partner, events, *new).await?,
            Put::Programme { programme, event, new } => {
                tx.put_record(&**programme, std::slice::from_ref(&**event), *new).await?;
            }
            Put::Section { section, before, event } => {
                tx.put_section(section, before.as_deref(), std::slice::from_ref(&**event)).await?;
            }
            Put::Conference { conference, events, new } => tx.put_record(&**conference, events, *new).await?,
            Put::Meeting { meeting, events, new } => tx.put_record(&**meeting, events, *new).await?,
            Put::Topic { topic, events } => tx.put_record(&**topic, events, true).await?,
            Put::Indicator { indicator, events, new } => tx.put_record(&**indicator, events, *new).await?,
            Put::Breakdown { breakdown, events, new } => tx.put_record(&**breakdown, events, *new).await?,
            Put::Campaign { campaign, event } => {
                tx.put_record(&**campaign, std::slice::from_ref(&**event), true).await?;
            }
            Put::Document { document, event, new } => {
                tx.put_record(&**document, std::slice::from_ref(&**event), *new).await?;
            }
            Put::Citation { citation, event } => {
                tx.put_record(&**citation, std::slice::from_ref(&**event), true).await?;
            }
            Put::Praise { praise, event } => {
                tx.put_record(&**praise, std::slice::from_ref(&**event), true).await?;
            }
            Put::Publication { publication, event } => {
                tx.put_record(&**publication, std::slice::from_ref(&**event), true).await?;
            }
            Put::Team { team, events } => tx.put_record(&**team, events, true).await?,
            Put::Recognition { recognition, event } => {
                tx.put_record(&**recognition, std::slice::from_ref(&**event), true).await?;
            }
            Put::Agreement { agreement, event, new } => {
                tx.put_record(&**agreement, std::slice::from_ref(&**event), *new).await?;
            }
            Put::Served { base, events } => tx.put_record(&**base, events, true).await?,
            Put::Outage { outage, change: None } => {
                tx.record_outage(outage, step.recorded, &step.by, zone).await?;
            }
            Put::Outage { outage, change: Some(change) } => {
                tx.change_outage(&change.0, (&**outage, &change.1), step.recorded, &step.by, zone).await?;
            }
            Put::Outages { file, all, event } => {
                tx.take_outages(*file, all, event, step.recorded, &step.by, zone).await?;
            }
            Put::Community(kept) => kept.put(tx).await?,
            Put::Exempt { id, person, from, to, reason } => {
                tx.put_exemption(*id, *person, *from, *to, reason).await?;
                let (said, salt) = beside(*id, "reason");
                let words = tx.keep_words(person.0, said, salt, reason.to_string());
                register(
                    tx,
                    RecordKind::Person,
                    person.0,
                    "exempted",
                    &step.by,
                    step.recorded,
                    org::exemption_told(*id, *from, *to, &words),
                )
                .await?;
            }
        }
    }
    Ok(())
}

async fn register(
    tx: &mut Tx,
    kind: RecordKind,
    record: Uuid,
    code: &'static str,
    by: &By,
    at: Instant,
    body: serde_json::Value,
) -> Result<(), StoreError> {
    tx.append(NewEvent { kind, record, code, happened_at: at, by: by.clone(), body: canonical(&body)?, version: None })
        .await
}
