//! Citizen or work requests of another system, taken over as matters with their history: raised and
//! assigned when the source says so, closed when it says so, recorded now. The file is read in a
//! thread of its own and written in batches, so memory stays small whatever its size (all but the
//! keys taken over before). A second run finds every row unchanged; a row whose content changed
//! moves its matter on by new events, and what no event can move is told in a remark.
//!
//! Nothing here is judged for timeliness: the past is what an import is about. What lies in the
//! future is refused.

use super::decode::Source;
use super::map::{Columns, RequestMap, Row};
use super::{ImportError, Refused, Why};
use crate::App;
use crate::command::{Envelope, OrganisationCommand};
use crate::frame::error::AppError;
use crate::frame::mint::Mint;
use crate::frame::policy::{Policies, put_zone};
use crate::matters::act::SUBJECT;
use crate::matters::rungs::next_look;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::mpsc;
use yixian_domain::access::{Actor, Ask, Denial, may};
use yixian_domain::deadline::Promise;
use yixian_domain::ids::*;
use yixian_domain::matter::{Closing, Matter, MatterEvent, Moved, Origin, Raise, Raised, Stage, TargetChoice};
use yixian_domain::org::{Unit, UnitKind};
use yixian_domain::place::Place;
use yixian_domain::refusal::Refusal;
use yixian_domain::time::Instant;
use yixian_store::import::Claim;
use yixian_store::ledger::{self, EventRow, sha256};
use yixian_store::words::WordsRow;
use yixian_store::{StoreError, Tx, import, matter as table, org, place, words};

/// Rows written under one commit.
const BATCH: usize = 500;
/// Clocks may differ by this much before something counts as lying in the future.
const SKEW_MS: i64 = 5 * 60_000;

/// What came of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Rows read, good and bad; `kept` + `unchanged` + refused ones.
    pub rows: u64,
    /// Rows taken over: new matters, and matters that moved on.
    pub kept: u64,
    /// Rows not taken, by line.
    pub refused: Vec<Refused>,
    /// Rows that were taken over before as they are.
    pub unchanged: u64,
}

/// What the reading thread hands over.
struct Batch {
    read: u64,
    rows: Vec<Row>,
    refused: Vec<Refused>,
}

/// A row with everything the transaction needs to know.
struct Job {
    row: Row,
    unit: UnitId,
    known: Option<MatterId>,
}

/// What came of a row.
enum Outcome {
    Kept,
    Unchanged,
    Refused(Why),
}

impl App {
    /// Takes over a file of requests. The actor administers the whole company; in a company without
    /// any unit only the command line may. There, the company takes the source's zone, so that its
    /// days and months are the source's.
    pub async fn import_requests(
        &self,
        actor: &Actor,
        source: Source,
        map: RequestMap,
    ) -> Result<Imported, ImportError> {
        let root = org::root(&mut self.store().read().await?).await?;
        match &root {
            Some(root) => may(actor, &Ask::Administer(&root.path)).map_err(AppError::from)?,
            None if *actor == Actor::System => {}
            None => return Err(AppError::Denied(Denial::SignIn).into()),
        }
        let map = Arc::new(map);
        let source = Arc::new(source);
        let said = {
            let (source, map, now) = (source.clone(), map.clone(), self.clock().now());
            tokio::task::spawn_blocking(move || look(&source, &map, now))
                .await
                .map_err(|e| ImportError::Unreadable(e.to_string()))??
        };
        let mut said = Some(said);
        let (sender, mut batches) = mpsc::channel::<Batch>(4);
        let reader = {
            let (map, now) = (map.clone(), self.clock().now());
            tokio::task::spawn_blocking(move || read(&source, &map, now, &sender))
        };
        let mut result = Imported::default();
        let mut work: Option<Work> = None;
        while let Some(batch) = batches.recv().await {
            // The first batch says that the header is good; before it nothing may be written.
            let work = match &mut work {
                Some(w) => w,
                None => {
                    let said = said.take().unwrap_or_default();
                    work.insert(Work::begin(self, actor, &map, root.clone(), said).await?)
                }
            };
            result.rows += batch.read;
            result.refused.extend(batch.refused);
            work.batch(batch.rows, &mut result).await?;
        }
        reader.await.map_err(|e| ImportError::Unreadable(e.to_string()))??;
        result.refused.sort_by_key(|r| r.line);
        if result.kept > 0 {
            self.store().write(async |tx| tx.count_anew().await).await.map_err(AppError::from)?;
        }
        Ok(result)
    }
}

/// What a file says of keys that stand in it more than once: the content of each of their rows, in their order.
#[derive(Default)]
struct Said {
    rows: HashMap<u128, Vec<u128>>,
    /// Which of a key's rows comes next.
    next: HashMap<u128, usize>,
}

/// What becomes of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// It is taken.
    Take,
    /// It is known as it is, or the file says something later of its key.
    Passed,
}

impl Said {
    /// `known`: what was taken over of this key before this file. A key that comes again is compared with what the file
    /// said last of it, not with the row before: the same file once more would turn its matter to and fro.
    fn turn(&mut self, key: &str, sha: u128, known: Option<u128>) -> Turn {
        let Some(known) = known else { return Turn::Take };
        let key = short(&sha256(key.as_bytes()));
        let Some(all) = self.rows.get(&key) else {
            return if known == sha { Turn::Passed } else { Turn::Take };
        };
        let next = self.next.entry(key).or_default();
        let this = std::mem::replace(next, *next + 1);
        // As far as the row that is known the file was read before; where none of them is, only the last is news.
        let read = all.iter().rposition(|said| *said == known).unwrap_or(all.len().saturating_sub(2));
        if this > read { Turn::Take } else { Turn::Passed }
    }
}

/// Looks through the whole file before anything of it is written: a heading without a column, a quotation mark that
/// swallows rows, and what is said of keys that stand in it twice.
fn look(source: &Source, map: &RequestMap, now: Instant) -> Result<Said, ImportError> {
    source.rows(map.encoding, map.delimiter, |rows| {
        let bound = map.bind(rows)?;
        let mut said = Said::default();
        while rows.step()? {
            if let Ok(row) = bound.row(rows).and_then(|row| past(row, map, now)) {
                said.rows.entry(short(&sha256(row.key.as_bytes()))).or_default().push(short(&row.sha));
            }
        }
        said.rows.retain(|_, all| all.len() > 1);
        said.rows.shrink_to_fit();
        Ok(said)
    })
}

/// Reads the file and sends its rows on; ends early when nobody listens any more.
fn read(source: &Source, map: &RequestMap, now: Instant, to: &mpsc::Sender<Batch>) -> Result<(), ImportError> {
    source.rows(map.encoding, map.delimiter, |rows| {
        let bound = map.bind(rows)?;
        let empty = || Batch { read: 0, rows: Vec::with_capacity(BATCH), refused: Vec::new() };
        let mut batch = empty();
        while rows.step()? {
            if rows.is_blank() {
                continue;
            }
            batch.read += 1;
            match bound.row(rows).and_then(|row| past(row, map, now)) {
                Ok(row) => batch.rows.push(row),
                Err(why) => batch.refused.push(Refused::new(rows.line(), why)),
            }
            if batch.read as usize >= BATCH && to.blocking_send(std::mem::replace(&mut batch, empty())).is_err() {
                return Ok(());
            }
        }
        // Also when it is empty: it says that the heading was good.
        to.blocking_send(batch).ok();
        Ok(())
    })
}

fn past(row: Row, map: &RequestMap, now: Instant) -> Result<Row, Why> {
    let latest = now.plus_millis(SKEW_MS);
    if row.opened > latest {
        return Err(Why::Future(map.columns.opened.clone()));
    }
    if row.closed.is_some_and(|c| c > latest) {
        return Err(Why::Future(map.columns.closed.clone().unwrap_or_default()));
    }
    Ok(row)
}

/// An import under way.
struct Work<'a> {
    app: &'a App,
    actor: &'a Actor,
    map: &'a Arc<RequestMap>,
    policies: Arc<Policies>,
    /// What was taken over before: key → the hash's first half and the matter.
    known: HashMap<String, (u128, MatterId)>,
    units: HashMap<String, UnitId>,
    own: UnitId,
    said: Said,
}

fn short(sha: &str) -> u128 {
    sha.get(..32).and_then(|h| u128::from_str_radix(h, 16).ok()).unwrap_or_default()
}

impl<'a> Work<'a> {
    async fn begin(
        app: &'a App,
        actor: &'a Actor,
        map: &'a Arc<RequestMap>,
        root: Option<Unit>,
        said: Said,
    ) -> Result<Work<'a>, ImportError> {
        if root.is_none() && app.policies().zone != map.zone {
            tracing::info!(zone = %map.zone, "the empty company takes the zone of its first source");
            put_zone(app, &map.zone).await?;
        }
        let mut conn = app.store().read().await?;
        let known = import::known(&mut conn, &map.source).await?;
        let units = org::units(&mut conn).await?;
        drop(conn);
        let mut work = Work {
            app,
            actor,
            map,
            policies: app.policies(),
            known: known.into_iter().map(|(key, sha, id)| (key, (short(&sha), id))).collect(),
            units: units.into_iter().map(|u| (u.code, u.id)).collect(),
            own: root.as_ref().map_or(UnitId(uuid::Uuid::nil()), |r| r.id),
            said,
        };
        if root.is_none() {
            work.own = work
                .make("company", &crate::frame::phrases::phrases().company, Some("Company"), UnitKind::Company, None)
                .await?;
        }
        let parent = work.own;
        work.own = match work.units.get(&map.unit) {
            Some(id) => *id,
            None => work.make(&map.unit, &map.name, None, UnitKind::Department, Some(parent)).await?,
        };
        Ok(work)
    }

    async fn make(
        &mut self,
        code: &str,
        name: &str,
        name_en: Option<&str>,
        kind: UnitKind,
        parent: Option<UnitId>,
    ) -> Result<UnitId, AppError> {
        let now = self.app.clock().now();
        let id = UnitId(self.app.mint().uuid(now));
        let name: String = name.chars().take(crate::organisation::act::MAX_NAME).collect();
        let command = OrganisationCommand::PutUnit {
            unit: id.0,
            code: code.to_owned(),
            name,
            name_en: name_en.map(str::to_owned),
            kind,
            parent: parent.map(|p| p.0),
            from: None,
            to: None,
        };
        self.app
            .execute(
                self.actor,
                CommandId(self.app.mint().uuid(now)),
                Envelope { happened_at: None, command: command.into() },
                None,
            )
            .await?;
        self.units.insert(code.to_owned(), id);
        Ok(id)
    }

    async fn batch(&mut self, rows: Vec<Row>, result: &mut Imported) -> Result<(), ImportError> {
        let mut jobs = Vec::with_capacity(rows.len());
        for row in rows {
            let known = self.known.get(&row.key);
            if self.said.turn(&row.key, short(&row.sha), known.map(|k| k.0)) == Turn::Passed {
                result.unchanged += 1;
                continue;
            }
            let known = known.map(|k| k.1);
            let unit = match &row.unit {
                None => self.own,
                Some((code, name)) => match self.units.get(code) {
                    Some(id) => *id,
                    None => self.make(code, name, None, UnitKind::Department, Some(self.own)).await?,
                },
            };
            jobs.push(Job { row, unit, known });
        }
        if jobs.is_empty() {
            return Ok(());
        }
        let now = self.app.clock().now();
        let command = CommandId(self.app.mint().uuid(now));
        let (app, map, policies) = (self.app.clone(), self.map.clone(), self.policies.clone());
        let outcomes = self
            .app
            .store()
            .write(async move |tx| {
                tx.under(command, now);
                Take { tx, mint: app.mint(), map: &map, policies: &policies, now }.all(&jobs).await
            })
            .await?;
        for (line, outcome) in outcomes {
            match outcome {
                Outcome::Kept => result.kept += 1,
                Outcome::Unchanged => result.unchanged += 1,
                Outcome::Refused(why) => result.refused.push(Refused::new(line, why)),
            }
        }
        Ok(())
    }
}

/// One batch inside its transaction.
struct Take<'t> {
    tx: &'t mut Tx,
    mint: &'t Mint,
    map: &'t RequestMap,
    policies: &'t Policies,
    now: Instant,
}

/// Words of a matter that are not written yet.
struct Unwritten {
    salt: String,
    text: String,
    words: Words,
}

/// What remarks of the import say already, the oldest first: what a source says now is compared with what it said last, so
/// that it may take something back.
struct Told(Vec<String>);

impl Told {
    fn of(events: &[EventRow], kept: &HashMap<WordsId, String>) -> Result<Told, StoreError> {
        let mut remarks = Vec::new();
        for e in events.iter().filter(|e| ledger::actor_from(&e.actor) == Some(By::Import) && e.code == "commented") {
            if let MatterEvent::Commented { words, .. } = e.read()? {
                remarks.extend(kept.get(&words.id).cloned());
            }
        }
        Ok(Told(remarks))
    }

    /// What a column was told to hold at last.
    fn last(&self, label: &str) -> Option<&str> {
        let mut lines = self.0.iter().rev().flat_map(|r| r.lines().rev());
        let told = lines.find_map(|l| l.strip_prefix(label)?.strip_prefix(": "))?;
        told.rsplit(" → ").next()
    }

    /// What was asked, where a remark says so.
    fn words(&self, columns: &Columns) -> Option<String> {
        self.0.iter().rev().map(|r| only_words(r, columns)).find(|w| !w.is_empty())
    }
}

/// The lines of a remark that speak of no column.
fn only_words(text: &str, columns: &Columns) -> String {
    let labels = [
        Some(&columns.opened),
        columns.target.as_ref(),
        columns.category.as_ref(),
        columns.closed.as_ref(),
        columns.unit.as_ref(),
    ];
    let labels: Vec<&str> =
        labels.into_iter().flatten().map(String::as_str).chain(["target", "category", "closed", "unit"]).collect();
    let of_column =
        |l: &&str| labels.iter().any(|n| l.strip_prefix(n).is_some_and(|rest| rest.starts_with([':', ' '])));
    text.lines().filter(|l| !of_column(l)).collect::<Vec<_>>().join("\n")
}

/// A matter about to be written, with the words it refers to.
struct Prepared<'j> {
    job: &'j Job,
    moved: Moved,
    words: Vec<Unwritten>,
    place: Option<Place>,
}

impl Take<'_> {
    async fn all(&mut self, jobs: &[Job]) -> Result<Vec<(u64, Outcome)>, AppError> {
        let mut outcomes = Vec::with_capacity(jobs.len());
        let mut fresh = Vec::with_capacity(jobs.len());
        for job in jobs {
            match job.known {
                Some(id) => outcomes.push((job.row.line, self.move_on(id, &job.row, job.unit).await?)),
                None => match self.prepare(job).await? {
                    Ok(prepared) => fresh.push(prepared),
                    Err(why) => outcomes.push((job.row.line, Outcome::Refused(why))),
                },
            }
        }
        let claims: Vec<Claim> = fresh
            .iter()
            .map(|p| Claim { key: &p.job.row.key, sha: &p.job.row.sha, matter: p.moved.matter.id })
            .collect();
        let taken = self.tx.import_take(&self.map.source, &claims).await?;
        let (mut mine, others): (Vec<Prepared>, Vec<Prepared>) =
            fresh.into_iter().partition(|p| taken.contains(&p.moved.matter.id));
        let words: Vec<WordsRow> = mine
            .iter_mut()
            .flat_map(|p| {
                let record = p.moved.matter.id.0;
                p.words.drain(..).map(move |w| (w.words.id, record, w.salt, w.text))
            })
            .collect();
        self.tx.put_many_words(&words).await?;
        for p in mine {
            let row = &p.job.row;
            let subject: String = row.words.lines().next().unwrap_or_default().chars().take(SUBJECT).collect();
            let text = format!("{} {} {}", row.words, row.key, p.place.map_or(String::new(), |p| p.name));
            self.tx.insert_matter(&p.moved.matter, &p.moved.events, &subject, &text, None).await?;
            outcomes.push((row.line, Outcome::Kept));
        }
        for p in others {
            let row = &p.job.row;
            let outcome = match self.tx.import_known(&self.map.source, &row.key).await? {
                Some((sha, _)) if sha == row.sha => Outcome::Unchanged,
                Some((_, id)) => self.move_on(id, row, p.job.unit).await?,
                None => Outcome::Refused(Why::Other("taken over by somebody else".into())),
            };
            outcomes.push((row.line, outcome));
        }
        Ok(outcomes)
    }

    async fn prepare<'j>(&mut self, job: &'j Job) -> Result<Result<Prepared<'j>, Why>, AppError> {
        let day = self.policies.zone.date_of(job.row.opened);
        if self.policies.procedures.in_force(self.map.kind, day).is_none() {
            return Ok(Err(Why::Procedure(day.to_string())));
        }
        let place = match &job.row.place {
            Some(code) => place::by_code(self.tx.conn(), code).await?,
            None => None,
        };
        let id = MatterId(self.mint.uuid(self.now));
        Ok(match self.begin(id, &job.row, job.unit, place.as_ref().map(|p| p.id)) {
            Ok((moved, words)) => Ok(Prepared { job, moved, words, place }),
            Err(refusal) => Err(Why::Law(refusal.to_string())),
        })
    }

    fn words(&self, text: String) -> Unwritten {
        let salt = self.mint.salt();
        let words = Words { id: WordsId(self.mint.uuid(self.now)), hash: words::hash(&salt, &text) };
        Unwritten { salt, text, words }
    }

    async fn keep(&mut self, matter: MatterId, w: Unwritten) -> Result<Words, AppError> {
        Ok(self.tx.put_words(matter.0, w.words.id, &w.salt, &w.text).await?)
    }

    /// The matter of a row that was never seen before, with the words it refers to.
    fn begin(
        &self,
        id: MatterId,
        row: &Row,
        unit: UnitId,
        place: Option<PlaceId>,
    ) -> Result<(Moved, Vec<Unwritten>), Refusal> {
        let law = self.policies.law();
        let asked = self.words(row.words.clone());
        let remark = row.remark.clone().map(|text| self.words(text));
        let raised = Raised {
            by: By::Import,
            recorded_by: By::Import,
            at: row.opened,
            words: asked.words.clone(),
            category: row.category.clone(),
            place,
            visit: None,
            photos: Vec::new(),
            owner: None,
        };
        let choice = row.target.map_or(TargetChoice::Nothing, |t| TargetChoice::Promise(Promise::Instant(t)));
        let raise = Raise { id, kind: self.map.kind, origin: Origin::Import, raised, unit, part: None, about: None };
        let mut moved = Matter::raise(&law, raise, &choice)?
            .and(|m| m.assign(&law, row.opened, &By::Import, unit, None, &choice, None))?;
        if let Some(remark) = &remark {
            moved = moved.and(|m| Ok(m.comment(row.opened, &By::Import, remark.words.clone(), Vec::new(), None)))?;
        }
        if let Some(closed) = row.closed {
            moved = moved.and(|m| m.recorded_elsewhere(closed))?;
        }
        Ok((moved, std::iter::once(asked).chain(remark).collect()))
    }

    /// The source tells something else than before: the matter moves on, nothing is edited.
    async fn move_on(&mut self, id: MatterId, row: &Row, unit: UnitId) -> Result<Outcome, AppError> {
        let Some(stored) = table::matter(self.tx.conn(), id).await? else {
            return Ok(Outcome::Refused(Why::Other("its matter is missing".into())));
        };
        let columns = &self.map.columns;
        let before = stored.matter.clone();
        let mut moved = Moved { matter: stored.matter, events: Vec::new() };
        let mut remarks: Vec<String> = Vec::new();

        if unit != before.unit {
            let (was, is) = (self.code(before.unit).await?, self.code(unit).await?);
            let change = format!("{}: {was} → {is}", columns.unit.as_deref().unwrap_or("unit"));
            let reason = self.words(change.clone());
            match moved.matter.clone().transfer(self.now, &By::Import, unit, None, reason.words.clone()) {
                Ok(next) => {
                    moved = moved.and(|_| Ok(next))?;
                    self.keep(id, reason).await?;
                }
                Err(_) => remarks.push(change),
            }
        }
        let text = |at: Option<Instant>| at.map_or_else(|| "—".to_owned(), |t| t.to_string());
        self.tx.flush_words().await?;
        let kept = words::of_record(self.tx.conn(), id.0).await?;
        let told = Told::of(&ledger::timeline(self.tx.conn(), id.0).await?, &kept)?;
        let promised = before.target.as_ref().and_then(|t| match t.promise {
            Promise::Instant(at) => Some(at),
            _ => None,
        });
        for (label, raised, said) in [
            (columns.opened.as_str(), before.raised.at.to_string(), row.opened.to_string()),
            (columns.target.as_deref().unwrap_or("target"), text(promised), text(row.target)),
            (columns.category.as_deref().unwrap_or("category"), before.raised.category.clone(), row.category.clone()),
        ] {
            let last = told.last(label).map_or(raised, str::to_owned);
            if last != said {
                remarks.push(format!("{label}: {last} → {said}"));
            }
        }
        // Words that were erased here stay erased, whatever the source still tells.
        if let Some(asked) = kept.get(&before.raised.words.id)
            && told.words(columns).unwrap_or_else(|| only_words(asked, columns)) != only_words(&row.words, columns)
        {
            remarks.push(row.words.clone());
        }
        let tells_new = |r: &&String| !kept.values().any(|w| w.lines().any(|l| l == r.as_str()));
        remarks.extend(row.remark.as_ref().filter(tells_new).cloned());

        let elsewhere = matches!(before.stage, Stage::Closed { closing: Closing::RecordedElsewhere, .. });
        let mut closing = Ok(None);
        match (row.closed, before.closed_at) {
            (Some(now), Some(then)) if elsewhere && now != then => {
                closing = moved
                    .matter
                    .clone()
                    .reopened_elsewhere(then)
                    .and_then(|m| m.and(|m| m.recorded_elsewhere(now)))
                    .map(Some);
            }
            (None, Some(_)) if elsewhere => closing = moved.matter.clone().reopened_elsewhere(self.now).map(Some),
            (Some(now), _) if before.is_open() => closing = moved.matter.clone().recorded_elsewhere(now).map(Some),
            (now, then) if now != then && !before.is_open() => {
                let label = columns.closed.as_deref().unwrap_or("closed");
                if told.last(label) != Some(text(now).as_str()) {
                    remarks.push(format!("{label}: {}", text(now)));
                }
            }
            _ => {}
        }
        match closing {
            Ok(Some(next)) => moved = moved.and(|_| Ok(next))?,
            Ok(None) => {}
            // Closed before it was opened here, because the source moved its opening: told, not done.
            Err(_) => remarks.push(format!("{}: {}", columns.closed.as_deref().unwrap_or("closed"), text(row.closed))),
        }
        if !remarks.is_empty() {
            let remark = self.words(remarks.join("\n"));
            moved = moved.and(|m| Ok(m.comment(self.now, &By::Import, remark.words.clone(), Vec::new(), None)))?;
            self.keep(id, remark).await?;
        }
        self.tx.import_put(&self.map.source, &row.key, &row.sha, id).await?;
        if moved.events.is_empty() {
            return Ok(Outcome::Unchanged);
        }
        let next = next_look(self.policies, &moved.matter)?;
        self.tx.update_matter(&moved.matter, &moved.events, next).await?;
        Ok(Outcome::Kept)
    }

    async fn code(&mut self, unit: UnitId) -> Result<String, AppError> {
        Ok(org::unit(self.tx.conn(), unit).await?.map_or_else(|| unit.to_string(), |u| u.code))
    }
}
