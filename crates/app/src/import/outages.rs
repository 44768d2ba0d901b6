//! Outages from a file of any size. It is read twice: first every line is judged and nothing is written, then, where nothing
//! was wrong, they are written a thousand at a time. Of a file so much is in memory: the lines of a few batches, and a number of
//! each line, by which one that stands twice is found. A line whose outage is there as the line has it changes nothing, so that a
//! file may be sent again, also one that was cut off; one whose outage lasted and now has an end ends it; any other
//! difference is refused, for a correction needs a reason.

use super::decode::{Encoding, Source};
use super::table::{CsvKind, Difference, FieldChange, Made};
use super::wording;
use super::{Cell, ImportError, Refused, Why, table};
use crate::App;
use crate::frame::error::AppError;
use crate::outages::act::{MAX_SERVED, cause, districts, to_the_second, told};
use serde::Serialize;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use tokio::sync::mpsc;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, Denial, may};
use yixian_domain::ids::*;
use yixian_domain::org::{Role, valid_code};
use yixian_domain::outage::law::faults;
use yixian_domain::outage::served::ServedBase;
use yixian_domain::outage::{NetworkLevel, Outage, OutageFacts, OutageFileEvent, OutageKind};
use yixian_domain::time::{Instant, Zone};
use yixian_store::outage as stored;
use yixian_store::{Tx, register};

/// Lines that are judged together, and written under one commit.
const BATCH: usize = 1_000;
/// Faults that are listed; all of them are counted.
pub const MOST_FAULTS: usize = 1_000;

/// What came of a file, or would come of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OutagesTaken {
    /// Lines read.
    pub rows: u64,
    /// Outages made.
    pub new: u64,
    /// Outages that lasted and are ended now.
    pub ended: u64,
    /// Outages that were there as the file has them.
    pub unchanged: u64,
    /// Faults found. With any of them nothing is written.
    pub faults: u64,
    /// The first of them, by line.
    pub refused: Vec<Refused>,
}

impl OutagesTaken {
    fn refuse(&mut self, line: u64, why: Why) {
        self.faults += 1;
        if self.refused.len() < MOST_FAULTS {
            self.refused.push(Refused::new(line, why));
        }
    }
}

/// A line as its cells say it.
struct Said {
    line: u64,
    code: String,
    facts: OutageFacts,
}

/// Lines of a file, those that say something and those that cannot be read.
#[derive(Default)]
struct Batch {
    rows: u64,
    said: Vec<Said>,
    refused: Vec<(u64, Why)>,
}

/// What a line does.
enum Step {
    New(Outage),
    End(Outage, Instant),
    Same,
}

/// What lines are judged by: the same for every line of a file.
struct Judge {
    now: Instant,
    zone: Zone,
    districts: HashSet<String>,
    /// What may stand in a line, for whoever wrote something else there.
    allowed: Vec<String>,
    units: HashMap<String, UnitId>,
    /// Units that whoever sends the file keeps.
    kept: HashSet<UnitId>,
    bases: HashMap<(UnitId, String), ServedBase>,
}

fn wrong(column: &'static str, value: &str, code: &'static str, allowed: Vec<String>) -> Why {
    let value = value.to_owned();
    Why::Cell(Box::new(Cell { column, value, code, detail: String::new(), allowed, refusal: None }))
}

impl Judge {
    async fn of(app: &App, actor: &Actor) -> Result<Judge, AppError> {
        let directory = app.directory().await?;
        let kept = directory.units().filter(|u| may(actor, &Ask::KeepOutages(&u.path)).is_ok()).map(|u| u.id).collect();
        let units = directory.units().map(|u| (u.code.clone(), u.id)).collect();
        let mut conn = app.store().read().await?;
        let allowed = districts(app, &mut conn).await?;
        let bases: Vec<ServedBase> = register::all(&mut conn).await?;
        Ok(Judge {
            now: app.clock().now(),
            zone: app.policies().zone.clone(),
            districts: allowed.iter().cloned().collect(),
            allowed,
            units,
            kept,
            bases: bases.into_iter().map(|b| ((b.unit, b.district.clone()), b)).collect(),
        })
    }

    /// What the cells of a line say, or every fault of them.
    fn read(&self, line: u64, cell: &dyn Fn(&'static str) -> String) -> Result<Said, Vec<Why>> {
        let mut bad = Vec::new();
        let needed = |bad: &mut Vec<Why>, column: &'static str| {
            let text = cell(column);
            if text.is_empty() {
                bad.push(Why::Blank(column.to_owned()));
            }
            text
        };
        let code = needed(&mut bad, "code");
        if !code.is_empty() && !valid_code(&code) {
            bad.push(wrong("code", &code, "code", vec!["TD-2018-0001".into()]));
        }
        let moment = |bad: &mut Vec<Why>, column: &'static str, text: &str| -> Option<Instant> {
            let at = wording::moment(text, &self.zone).map(to_the_second);
            if at.is_none() && !text.is_empty() {
                bad.push(wrong(column, text, "moment", vec!["2018-05-01 08:30".into()]));
            }
            at
        };
        let text = needed(&mut bad, "start");
        let start = moment(&mut bad, "start", &text);
        let end_text = cell("end");
        let end = moment(&mut bad, "end", &end_text);
        let district = needed(&mut bad, "district");
        let known = self.districts.contains(&district);
        if !known && !district.is_empty() {
            bad.push(wrong("district", &district, "district_unknown", self.allowed.clone()));
        }
        let unit_code = needed(&mut bad, "unit");
        let unit = self.units.get(&unit_code).copied();
        match unit {
            None if !unit_code.is_empty() => bad.push(wrong("unit", &unit_code, "unit", Vec::new())),
            Some(id) if !self.kept.contains(&id) => bad.push(Why::NotYours(unit_code.clone())),
            Some(_) | None => {}
        }
        let codes = |all: &mut dyn Iterator<Item = &'static str>| all.map(str::to_owned).collect::<Vec<_>>();
        let level_text = needed(&mut bad, "level");
        let level = wording::network_level(&level_text);
        if level.is_none() && !level_text.is_empty() {
            let allowed = codes(&mut NetworkLevel::ALL.iter().map(|l| l.as_str()));
            bad.push(wrong("level", &level_text, "network_level", allowed));
        }
        let kind_text = needed(&mut bad, "kind");
        let kind = wording::outage_kind(&kind_text);
        if kind.is_none() && !kind_text.is_empty() {
            let allowed = codes(&mut OutageKind::ALL.iter().map(|k| k.as_str()));
            bad.push(wrong("kind", &kind_text, "outage_kind", allowed));
        }
        let customers_text = needed(&mut bad, "customers");
        let customers = customers_text.parse::<u32>().ok().filter(|n| *n <= MAX_SERVED);
        if customers.is_none() && !customers_text.is_empty() {
            bad.push(wrong("customers", &customers_text, "number", vec![format!("0–{MAX_SERVED}")]));
        }
        let (Some(start), Some(unit), true) = (start, unit, known) else { return Err(bad) };
        let facts = OutageFacts {
            start,
            end,
            district,
            unit,
            level: level.unwrap_or(NetworkLevel::Low),
            kind: kind.unwrap_or(OutageKind::Unplanned),
            customers: customers.unwrap_or_default(),
            cause: cause(Some(&cell("cause"))),
        };
        let base = self.bases.get(&(facts.unit, facts.district.clone()));
        let served = base.and_then(|b| b.on(facts.day(&self.zone)));
        for fault in faults(&facts, served, self.now) {
            let f = told(fault, served);
            let (column, value, detail) = (f.field, cell(f.field), f.detail);
            bad.push(Why::Cell(Box::new(Cell {
                column,
                value,
                code: f.code,
                detail,
                allowed: Vec::new(),
                refusal: None,
            })));
        }
        if bad.is_empty() { Ok(Said { line, code, facts }) } else { Err(bad) }
    }

    /// What a line does, beside the outage that has its number.
    fn step(&self, said: &Said, known: Option<&Outage>, mint: &dyn Fn() -> Uuid, file: Uuid) -> Result<Step, Why> {
        let Some(known) = known else {
            return Ok(Step::New(Outage {
                id: mint(),
                code: said.code.clone(),
                facts: said.facts.clone(),
                voided: false,
                source: Some((file, said.line)),
                recorded_at: self.now,
                changed_at: self.now,
                rev: 0,
            }));
        };
        let f = &said.facts;
        if known.voided {
            return Err(wrong("code", &said.code, "outage_is_voided", Vec::new()));
        }
        if known.facts == *f {
            return Ok(Step::Same);
        }
        let still = OutageFacts { end: None, ..f.clone() };
        match f.end {
            Some(end) if known.facts == still => Ok(Step::End(known.clone(), end)),
            Some(_) | None => Err(wrong("code", &said.code, "outage_differs", Vec::new())),
        }
    }
}

/// Reads a file off the runtime's threads, a batch at a time.
fn reading(
    source: &Source,
    judge: &Arc<Judge>,
    sender: mpsc::Sender<Batch>,
) -> tokio::task::JoinHandle<Result<(), ImportError>> {
    let (source, judge) = (source.clone(), judge.clone());
    tokio::task::spawn_blocking(move || read(&source, &judge, &sender))
}

/// Reads a file and sends what its lines say on; ends early when nobody listens any more.
fn read(source: &Source, judge: &Judge, to: &mpsc::Sender<Batch>) -> Result<(), ImportError> {
    source.rows(Encoding::Auto, None, |rows| {
        let at = table::bound(rows, CsvKind::Outages.name(), wording::OUTAGES)?;
        // A line that stands for what an earlier one stands for is found by a number of 64 bits: that two of a million have the
        // same by chance happens in one of forty million files, and refuses that file.
        let mut seen: HashMap<u64, u32> = HashMap::new();
        let mut batch = Batch::default();
        while rows.step()? {
            if rows.is_blank() {
                continue;
            }
            let line = rows.line();
            batch.rows += 1;
            if let Some(why) = table::unreadable(rows, &at) {
                batch.refused.push((line, why));
            } else {
                let cell = |name: &'static str| {
                    at.iter()
                        .find(|(n, _)| *n == name)
                        .map(|(_, i)| rows.text(*i).trim().to_owned())
                        .unwrap_or_default()
                };
                match judge.read(line, &cell) {
                    Ok(said) => {
                        let mut hasher = DefaultHasher::new();
                        said.code.hash(&mut hasher);
                        match seen.entry(hasher.finish()) {
                            Entry::Occupied(first) => batch.refused.push((line, Why::Twice(u64::from(*first.get())))),
                            Entry::Vacant(free) => {
                                free.insert(u32::try_from(line).unwrap_or(u32::MAX));
                                batch.said.push(said);
                            }
                        }
                    }
                    Err(all) => batch.refused.extend(all.into_iter().map(|why| (line, why))),
                }
            }
            if batch.rows as usize >= BATCH && to.blocking_send(std::mem::take(&mut batch)).is_err() {
                return Ok(());
            }
        }
        to.blocking_send(batch).ok();
        Ok(())
    })
}

/// The outages of the numbers that lines name.
async fn by_codes(conn: &mut yixian_store::Conn, said: &[Said]) -> Result<HashMap<String, Outage>, AppError> {
    let codes: Vec<&str> = said.iter().map(|s| s.code.as_str()).collect();
    Ok(stored::by_codes(conn, &codes).await?.into_iter().map(|o| (o.code.clone(), o)).collect())
}

impl App {
    /// What a file of outages would do; writes nothing.
    pub async fn check_outages(&self, actor: &Actor, source: &Source) -> Result<OutagesTaken, ImportError> {
        Ok(self.judged(actor, source, |_| ()).await?.1)
    }

    /// The same with every outage that it would make or end, of a file that fits into memory.
    pub async fn preview_outages(
        &self,
        actor: &Actor,
        source: &Source,
    ) -> Result<(Difference, OutagesTaken), ImportError> {
        let directory = self.directory().await?;
        let zone = self.policies().zone.clone();
        let unit = |id: UnitId| directory.unit(id).map(|u| u.code.clone()).unwrap_or_default();
        let local = |at: Instant| zone.local(at).strftime("%Y-%m-%d %H:%M:%S").to_string();
        let (mut new, mut changed) = (Vec::new(), Vec::new());
        let (_, taken) = self
            .judged(actor, source, |(line, step)| match step {
                Step::New(o) => {
                    let f = &o.facts;
                    let fields = [
                        ("start", local(f.start)),
                        ("end", f.end.map(local).unwrap_or_default()),
                        ("district", f.district.clone()),
                        ("unit", unit(f.unit)),
                        ("level", f.level.as_str().to_owned()),
                        ("kind", f.kind.as_str().to_owned()),
                        ("customers", f.customers.to_string()),
                        ("cause", f.cause.clone().unwrap_or_default()),
                    ];
                    let fields = fields.into_iter().filter(|f| !f.1.is_empty());
                    let fields = fields.map(|(field, value)| table::Given { field, value }).collect();
                    new.push(Made { line, code: o.code, fields });
                }
                Step::End(o, end) => changed.push(table::Changed {
                    line,
                    code: o.code,
                    name: o.facts.district,
                    fields: vec![FieldChange { field: "end", before: String::new(), after: local(end) }],
                }),
                Step::Same => {}
            })
            .await?;
        let difference = Difference {
            kind: CsvKind::Outages,
            new,
            changed,
            unchanged: taken.unchanged,
            refused: taken.refused.clone(),
        };
        Ok((difference, taken))
    }

    /// Takes a file of outages over: all of its lines, or none where one of them cannot be taken.
    pub async fn import_outages(
        &self,
        actor: &Actor,
        source: &Source,
        name: &str,
    ) -> Result<OutagesTaken, ImportError> {
        let (judge, looked) = self.judged(actor, source, |_| ()).await?;
        if looked.faults > 0 {
            return Ok(OutagesTaken { new: 0, ended: 0, ..looked });
        }
        let mut taken = OutagesTaken::default();
        let file = self.mint().uuid(judge.now);
        let name: Arc<str> = name.chars().take(120).collect::<String>().into();
        let (sender, mut batches) = mpsc::channel::<Batch>(2);
        let reader = reading(source, &judge, sender);
        while let Some(batch) = batches.recv().await {
            taken.rows += batch.rows;
            for (line, why) in batch.refused {
                taken.refuse(line, why);
            }
            if !batch.said.is_empty() {
                self.take(actor, &judge, (file, name.clone()), batch.said, &mut taken).await?;
            }
        }
        reader.await.map_err(|e| ImportError::Unreadable(e.to_string()))??;
        if taken.new > BATCH as u64 {
            self.store().write(async |tx| tx.count_anew().await).await.map_err(AppError::from)?;
        }
        Ok(taken)
    }

    /// Judges every line of a file, and shows what each good one would do.
    async fn judged(
        &self,
        actor: &Actor,
        source: &Source,
        mut shown: impl FnMut((u64, Step)) + Send,
    ) -> Result<(Arc<Judge>, OutagesTaken), ImportError> {
        if *actor != Actor::System && !self.keeps_any_outages(actor).await? {
            return Err(AppError::Denied(Denial::NeedsRole { role: Role::Coordinator }).into());
        }
        let judge = Arc::new(Judge::of(self, actor).await?);
        let mut taken = OutagesTaken::default();
        let (sender, mut batches) = mpsc::channel::<Batch>(2);
        let reader = reading(source, &judge, sender);
        while let Some(batch) = batches.recv().await {
            taken.rows += batch.rows;
            for (line, why) in batch.refused {
                taken.refuse(line, why);
            }
            let known = by_codes(&mut self.store().read().await.map_err(AppError::from)?, &batch.said).await?;
            for said in &batch.said {
                match judge.step(said, known.get(&said.code), &Uuid::nil, Uuid::nil()) {
                    Ok(step) => {
                        match step {
                            Step::New(_) => taken.new += 1,
                            Step::End(..) => taken.ended += 1,
                            Step::Same => taken.unchanged += 1,
                        }
                        shown((said.line, step));
                    }
                    Err(why) => taken.refuse(said.line, why),
                }
            }
        }
        reader.await.map_err(|e| ImportError::Unreadable(e.to_string()))??;
        taken.refused.sort_by_key(|r| r.line);
        Ok((judge, taken))
    }

    /// Writes what the lines of a batch do, under one commit. What others recorded meanwhile is looked at again.
    async fn take(
        &self,
        actor: &Actor,
        judge: &Arc<Judge>,
        (file, name): (Uuid, Arc<str>),
        said: Vec<Said>,
        taken: &mut OutagesTaken,
    ) -> Result<(), ImportError> {
        let (app, judge, by) = (self.clone(), judge.clone(), actor.by());
        let command = CommandId(self.mint().uuid(judge.now));
        let work = async move |tx: &mut Tx| -> Result<OutagesTaken, AppError> {
            tx.under(command, judge.now);
            let mut done = OutagesTaken::default();
            let known = by_codes(tx.conn(), &said).await?;
            let mut new = Vec::new();
            for s in &said {
                let mint = || app.mint().uuid(judge.now);
                match judge.step(s, known.get(&s.code), &mint, file) {
                    Ok(Step::New(o)) => new.push(o),
                    Ok(Step::End(o, end)) => {
                        let (after, event) = o.clone().end(judge.now, end)?;
                        tx.change_outage(&o, (&after, &event), judge.now, &by, &judge.zone).await?;
                        done.ended += 1;
                    }
                    Ok(Step::Same) => done.unchanged += 1,
                    Err(why) => done.refuse(s.line, why),
                }
            }
            if let (Some(first), Some(last)) = (new.first().and_then(|o| o.source), new.last().and_then(|o| o.source)) {
                let outages = new.len() as u64;
                let event = OutageFileEvent::Taken { file: name.to_string(), first: first.1, last: last.1, outages };
                tx.take_outages(file, &new, &event, judge.now, &by, &judge.zone).await?;
                done.new = outages;
            }
            Ok(done)
        };
        let done = self.store().write(work).await?;
        taken.new += done.new;
        taken.ended += done.ended;
        taken.unchanged += done.unchanged;
        taken.faults += done.faults;
        taken.refused.extend(done.refused);
        Ok(())
    }
}
