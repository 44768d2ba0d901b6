//! The demo's outages: those of 2017 taken over from a file when the register begins, those of 2018 recorded by the company whose
//! customers they are, some late, one corrected, one voided, three that last this morning. Each year a customer is without power
//! for 0.78 hours and 0.19 times, as Beijing published; the storm of July 2018 is a major event day. It plans shapes and counts
//! nothing, with a stream of chance of its own.

use super::chance::{Chance, key};
use super::lives::{Put, Step};
use super::organisation::Company;
use super::places::DISTRICTS;
use super::{FOUNDED, NOW, Size, day, faulty};
use crate::frame::error::AppError;
use yixian_domain::base::history::{Happened, Recorded};
use yixian_domain::ids::*;
use yixian_domain::org::Role;
use yixian_domain::outage::law::faults;
use yixian_domain::outage::served::{ServedBase, ServedEvent};
use yixian_domain::outage::{NetworkLevel, Outage, OutageEvent, OutageFacts, OutageFileEvent, OutageKind};
use yixian_domain::time::{Date, HOUR_MS, Instant, MINUTE_MS, Time, Zone};
use yixian_store::words;

/// Makes the stream of what is told here out of the story's seed.
const STREAM: u64 = 0x5eed_0024;

/// Customers for one of a district's share.
const CUSTOMERS: u32 = 4_000;
/// Minutes without power, and interruptions, of a customer in a year.
const SAIDI_MIN: f64 = 46.8;
const SAIFI: f64 = 0.19;
/// The day of the storm, and its minutes for a customer.
const STORM: Date = Date::constant(2018, 7, 16);
const STORM_MIN: f64 = 4.4;
/// Districts that the storm hit: those along the mountains.
const HIT: [&str; 4] = ["MY", "HR", "YQ", "CP"];

const PLANNED: [&str; 5] = ["配网改造", "设备检修", "业扩接火", "线路迁改", "变压器增容"];
const UNPLANNED: [&str; 6] = ["外力破坏", "设备老化", "用户设备故障", "树障", "电缆故障", "鸟害"];
const OF_STORM: [&str; 3] = ["雷击", "大风刮倒树木", "暴雨积水"];
const SHEDDING: &str = "负荷紧张，有序用电";

/// An outage before its customers are known: what it takes from them is a part of its year.
struct Sketch {
    start: Instant,
    minutes: i64,
    district: usize,
    level: NetworkLevel,
    kind: OutageKind,
    cause: &'static str,
    /// Its part of the minutes of its day, and the day's of its year.
    part: f64,
}

fn days(from: Date, to: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(from), |d| d.tomorrow().ok()).take_while(move |d| *d <= to)
}

/// Outages of a day: a few on every day, many where the storm came.
fn sketches(chance: &mut Chance, on: Date, size: &Size, zone: &Zone) -> Vec<Sketch> {
    let storm = on == STORM;
    let whole = size.activities >= Size::FULL.activities;
    let n = match (storm, whole) {
        (true, true) => 46,
        (true, false) => 8,
        (false, true) => 3 + usize::from(chance.percent(10)),
        (false, false) => usize::from(chance.percent(40)),
    };
    // Days differ, but none so much that it would be a major event.
    let spread = (0..3).map(|_| chance.between(-1_000, 1_000)).sum::<i64>() as f64 / 1_000.0;
    let of_day = (0.5 * spread.clamp(-2.0, 2.0)).exp();
    let weights: Vec<u32> = DISTRICTS.iter().map(|d| d.customers).collect();
    let mut all: Vec<Sketch> = (0..n)
        .map(|_| {
            let hit = HIT[chance.below(HIT.len())];
            let district = match DISTRICTS.iter().position(|d| d.code == hit) {
                Some(at) if storm => at,
                _ => chance.weighted(&weights),
            };
            let (level, heavy) = match chance.weighted(&[44, 50, 6]) {
                0 => (NetworkLevel::Low, 0.05),
                1 => (NetworkLevel::Medium, 1.0),
                _ => (NetworkLevel::High, 1.8),
            };
            let hot = on.month() == 8 && chance.percent(8);
            let (kind, cause) = match (storm, hot) {
                (true, _) => (OutageKind::Unplanned, chance.word(&OF_STORM)),
                (false, true) => (OutageKind::LoadShedding, SHEDDING),
                (false, false) if chance.percent(56) => (OutageKind::Planned, chance.word(&PLANNED)),
                (false, false) => (OutageKind::Unplanned, chance.word(&UNPLANNED)),
            };
            let (hour, minutes) = match kind {
                OutageKind::Planned => (chance.between(8 * 60 + 30, 10 * 60), chance.between(180, 420)),
                OutageKind::Unplanned if storm => (chance.between(2 * 60, 20 * 60), chance.between(240, 700)),
                OutageKind::Unplanned => (chance.between(0, 24 * 60 - 1), chance.between(40, 260)),
                OutageKind::LoadShedding => (chance.between(13 * 60, 16 * 60), chance.between(60, 180)),
            };
            let start = zone.at(on, Time::midnight()).plus_millis(hour * MINUTE_MS);
            let part = heavy * chance.between(50, 150) as f64;
            Sketch { start, minutes, district, level, kind, cause, part }
        })
        .collect();
    let sum: f64 = all.iter().map(|s| s.part).sum();
    for s in &mut all {
        s.part *= of_day / sum.max(1.0);
    }
    all
}

/// Gives a year's outages their customers and their length, so that together they take what the year took.
fn measured(sketches: Vec<Sketch>, (saidi, saifi): (f64, f64), company: &Company) -> Vec<OutageFacts> {
    let everybody: f64 = DISTRICTS.iter().map(|d| f64::from(d.customers * CUSTOMERS)).sum();
    let parts: f64 = sketches.iter().map(|s| s.part).sum();
    let minutes = |s: &Sketch| everybody * saidi * s.part / parts.max(f64::MIN_POSITIVE);
    // With all of them longer by this, those minutes are so many interruptions.
    let hit: f64 = sketches.iter().map(|s| minutes(s) / s.minutes as f64).sum();
    let longer = hit / (everybody * saifi);
    let of = |s: Sketch| {
        let lasted = (s.minutes as f64 * longer).round().max(6.0);
        let d = &DISTRICTS[s.district];
        let customers = (minutes(&s) / lasted).round().clamp(1.0, f64::from(d.customers * CUSTOMERS / 2));
        OutageFacts {
            start: s.start,
            end: Some(s.start.plus_millis(lasted as i64 * MINUTE_MS)),
            district: d.name.to_owned(),
            unit: company.unit_by_code(d.company),
            level: s.level,
            kind: s.kind,
            customers: customers as u32,
            cause: Some(s.cause.to_owned()),
        }
    };
    sketches.into_iter().map(of).collect()
}

struct Teller<'a> {
    chance: Chance,
    company: &'a Company,
    zone: &'a Zone,
    steps: Vec<Step>,
}

impl Teller<'_> {
    fn step(&mut self, recorded: Instant, by: By, puts: Vec<Put>) {
        let command = CommandId(self.chance.uuid(recorded));
        self.steps.push(Step { recorded, command, by, puts });
    }

    /// Customers of each district, a little more each year.
    fn served(&mut self) -> Result<Vec<ServedBase>, AppError> {
        let by = By::Person(self.company.administrator);
        let (mut bases, mut puts) = (Vec::new(), Vec::new());
        let at = FOUNDED.plus_minutes(160);
        for d in &DISTRICTS {
            let unit = self.company.unit_by_code(d.company);
            let now = d.customers * CUSTOMERS;
            let of = |from: Date, customers: u32| Happened {
                at,
                by: by.clone(),
                event: ServedEvent::Set { unit, district: d.name.to_owned(), from, customers },
            };
            let events = vec![of(day(2017, 1, 1), now / 100 * 98), of(day(2018, 1, 1), now)];
            let id = key(&format!("served {}", d.code), FOUNDED);
            let base = ServedBase::replay(id, &events).ok_or_else(|| faulty(&"nobody is served"))?;
            puts.push(Put::Served { base: Box::new(base.clone()), events });
            bases.push(base);
        }
        self.step(at, by, puts);
        Ok(bases)
    }

    fn outage(&mut self, n: usize, facts: OutageFacts, recorded: Instant) -> Outage {
        let code = format!("TD-{}-{n:04}", facts.day(self.zone).year());
        let id = self.chance.uuid(recorded);
        Outage { id, code, facts, voided: false, source: None, recorded_at: recorded, changed_at: recorded, rev: 1 }
    }

    /// What was kept elsewhere before the register began.
    fn taken_over(&mut self, all: Vec<OutageFacts>) {
        let at = FOUNDED.plus_minutes(170);
        let by = By::Person(self.company.administrator);
        let file = self.chance.uuid(at);
        let outages: Vec<Outage> = all
            .into_iter()
            .enumerate()
            .map(|(i, f)| Outage { source: Some((file, i as u64 + 2)), rev: 0, ..self.outage(i + 1, f, at) })
            .collect();
        let name = "停电台账2017.csv";
        let mut line = 2;
        for piece in outages.chunks(500) {
            let n = piece.len() as u64;
            let event = OutageFileEvent::Taken { file: name.to_owned(), first: line, last: line + n - 1, outages: n };
            line += n;
            self.step(at, by.clone(), vec![Put::Outages { file, all: piece.to_vec(), event: Box::new(event) }]);
        }
    }

    /// One that the company of its district recorded: the next morning, or late, or while it lasted.
    fn recorded(&mut self, n: usize, facts: OutageFacts) {
        let by = match self.company.nearest(Role::Coordinator, facts.unit).first() {
            Some(person) => By::Person(*person),
            None => By::Person(self.company.administrator),
        };
        let Some(end) = facts.end else { return };
        let live = n.is_multiple_of(9);
        let late = if n.is_multiple_of(97) { 9 } else { 1 };
        let morning = self.zone.at(self.zone.date_of(end), Time::constant(8, 0, 0, 0));
        let after = morning.plus_millis(late * 24 * HOUR_MS + self.chance.between(0, 90 * MINUTE_MS));
        let first = if live { facts.start.plus_millis(20 * MINUTE_MS) } else { after };
        let begins = FOUNDED.plus_minutes(180);
        let first = first.max(begins);
        if first > NOW {
            return;
        }
        if !live || first >= end {
            let o = self.outage(n, facts, first);
            self.step(first, by, vec![Put::Outage { outage: Box::new(o), change: None }]);
            return;
        }
        let open = self.outage(n, OutageFacts { end: None, ..facts }, first);
        self.step(first, by.clone(), vec![Put::Outage { outage: Box::new(open.clone()), change: None }]);
        let told = end.plus_millis(self.chance.between(5, 50) * MINUTE_MS);
        if told <= NOW
            && let Ok((ended, event)) = open.clone().end(told, end)
        {
            let change = Some(Box::new((open, event)));
            self.step(told, by, vec![Put::Outage { outage: Box::new(ended), change }]);
        }
    }

    /// One was recorded twice, and of one the customers were wrong at first.
    fn mended(&mut self, n: usize, like: &OutageFacts) -> Result<(), AppError> {
        let Some(end) = like.end else { return Ok(()) };
        let by = By::Person(self.company.administrator);
        let (at, then) = (end.plus_millis(30 * HOUR_MS), end.plus_millis(54 * HOUR_MS));
        let mut tell =
            |n: usize, facts: OutageFacts, why: &str, mend: &dyn Fn(Outage, Words) -> Option<(Outage, OutageEvent)>| {
                let wrong = self.outage(n, facts, at);
                self.step(at, by.clone(), vec![Put::Outage { outage: Box::new(wrong.clone()), change: None }]);
                let (id, salt) = (WordsId(self.chance.uuid(then)), self.chance.salt());
                let reason = Words { id, hash: words::hash(&salt, why) };
                let said = Put::Words { record: wrong.id, id, salt, text: why.to_owned() };
                let (mended, event) = mend(wrong.clone(), reason).ok_or_else(|| faulty(&"nothing to mend"))?;
                let change = Some(Box::new((wrong, event)));
                self.step(then, by.clone(), vec![said, Put::Outage { outage: Box::new(mended), change }]);
                Ok::<(), AppError>(())
            };
        let fewer = OutageFacts { customers: like.customers / 10, start: like.start.plus_minutes(7), ..like.clone() };
        let right = OutageFacts { customers: fewer.customers + 12, ..fewer.clone() };
        tell(n, fewer, "漏统计一台箱变的用户", &|o, reason| o.correct(then, right.clone(), reason).ok())?;
        tell(n + 1, like.clone(), "与前一条为同一次停电，重复登记", &|o, reason| {
            o.void(then, reason).ok()
        })
    }
}

/// Everything of outages.
pub(super) fn make(company: &Company, seed: u64, size: &Size, zone: &Zone) -> Result<Vec<Step>, AppError> {
    let mut t = Teller { chance: Chance::new(seed ^ STREAM), company, zone, steps: Vec::new() };
    let bases = t.served()?;
    let mut sketch = |from: Date, to: Date| -> Vec<Sketch> {
        let all: Vec<Vec<Sketch>> = days(from, to).map(|d| sketches(&mut t.chance, d, size, zone)).collect();
        all.into_iter().flatten().collect()
    };
    let before = sketch(day(2017, 1, 1), day(2017, 12, 31));
    let (storm, year): (Vec<Sketch>, Vec<Sketch>) =
        sketch(day(2018, 1, 1), day(2018, 9, 29)).into_iter().partition(|s| zone.date_of(s.start) == STORM);
    let part = 272.0 / 365.0;
    let before = measured(before, (SAIDI_MIN * 0.98, SAIFI * 0.98), company);
    let mut year = measured(year, (SAIDI_MIN * part - STORM_MIN, SAIFI * part - STORM_MIN / 330.0), company);
    year.extend(measured(storm, (STORM_MIN, STORM_MIN / 330.0), company));
    year.sort_by_key(|f| f.start);
    for f in before.iter().chain(&year) {
        let base = bases.iter().find(|b| b.unit == f.unit && b.district == f.district);
        if let Some(fault) = faults(f, base.and_then(|b| b.on(f.day(zone))), NOW).first() {
            return Err(faulty(&format!("an outage that cannot be: {}", fault.as_str())));
        }
    }
    t.taken_over(before);
    let like = year.iter().find(|f| f.kind == OutageKind::Unplanned && f.level == NetworkLevel::Medium).cloned();
    let all = year.len();
    for (i, f) in year.into_iter().enumerate() {
        t.recorded(i + 1, f);
    }
    if let Some(like) = like {
        t.mended(all + 1, &like)?;
    }
    // This morning.
    for (i, (code, minutes)) in [("CY", 70), ("MY", 45), ("FS", 12)].into_iter().enumerate() {
        let Some(d) = DISTRICTS.iter().find(|d| d.code == code) else { continue };
        let facts = OutageFacts {
            start: NOW.plus_minutes(-minutes - 20),
            end: None,
            district: d.name.to_owned(),
            unit: company.unit_by_code(d.company),
            level: NetworkLevel::ALL[i],
            kind: OutageKind::Unplanned,
            customers: 60 + 140 * i as u32,
            cause: None,
        };
        let recorded = NOW.plus_minutes(-minutes);
        let by = company.nearest(Role::Coordinator, facts.unit).first().copied().unwrap_or(company.administrator);
        let o = t.outage(all + 3 + i, facts, recorded);
        t.step(recorded, By::Person(by), vec![Put::Outage { outage: Box::new(o), change: None }]);
    }
    Ok(t.steps)
}
