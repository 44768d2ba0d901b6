//! What is erased because it was kept long enough: a preview of what the rules make due, and carrying out what a preview
//! showed. Each record goes by the ordinary command that erases it, so each is an event of its own; a record that is not as
//! the preview showed it is left. It does not know how long anything is kept, nor what an erasure reaches, and never starts
//! by itself.

use crate::App;
use crate::command::{Command, Envelope, MatterCommand, OrganisationCommand};
use crate::frame::error::{AppError, FieldError};
use crate::frame::policy;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::str::FromStr;
use uuid::{Builder, Uuid};
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::ids::*;
use yixian_domain::matter::ErasureGround;
use yixian_domain::org::{Role, UnitPath};
use yixian_domain::retention::{Hold, Judgement, KeptKind, Retention, Ties};
use yixian_domain::time::{Date, Instant, Zone};
use yixian_store::ledger::sha256;
use yixian_store::retention as ends;
use yixian_store::{Conn, org, writer};

/// Records that are carried out at once: so many stand on a page, and so many lie between two moments at which it may stop.
pub const BATCH: usize = 200;
/// Records read at once.
const READ: i64 = 1_000;

/// How people call a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Called {
    /// A matter by its running number and when it was raised.
    Matter(i64, Instant),
    /// A person by his code.
    Person(String),
}

/// A record as a preview showed it: what is confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Seen {
    /// Its kind.
    pub of: KeptKind,
    /// Its id.
    pub id: Uuid,
    /// Its revision.
    pub rev: u32,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.of.as_str(), self.id, self.rev)
    }
}

impl FromStr for Seen {
    type Err = AppError;
    fn from_str(text: &str) -> Result<Seen, AppError> {
        let bad = || AppError::field("seen", "retention_seen");
        let [of, id, rev] = text.split(':').collect::<Vec<_>>()[..] else { return Err(bad()) };
        let of = KeptKind::parse(of).ok_or_else(bad)?;
        Ok(Seen { of, id: id.parse().map_err(|_| bad())?, rev: rev.parse().map_err(|_| bad())? })
    }
}

/// A record that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRecord {
    /// What is confirmed of it.
    pub seen: Seen,
    /// How people call it.
    pub called: Called,
    /// The day on which it ended.
    pub ended: Date,
    /// The last day on which it had to be kept.
    pub last: Date,
}

/// What a rule makes due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfKind {
    /// Days that records are kept.
    pub days: u32,
    /// How many are due.
    pub due: usize,
    /// The first and the last day on which any of them ended.
    pub ended: Option<(Date, Date)>,
    /// How many would be due, and are kept because something is open.
    pub held: BTreeMap<Hold, usize>,
}

/// What would be erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The day it is asked on.
    pub today: Date,
    /// Version of the rules.
    pub version: i64,
    /// By kind, those with a rule.
    pub kinds: Vec<(KeptKind, OfKind)>,
    /// Every record that is due, kind by kind, in the order of their numbers.
    pub due: Vec<DueRecord>,
}

impl Preview {
    /// A hash of what is due: another one, and something else would be erased.
    pub fn sha256(&self) -> String {
        let mut text = format!("retention {}\n", self.version);
        for d in &self.due {
            let _ = writeln!(text, "{}", d.seen);
        }
        sha256(text.as_bytes())
    }
}

/// Why a record was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftBecause {
    /// There is none, or none that he administers.
    Missing,
    /// Something was recorded of it since the preview.
    Changed,
    /// It was erased before.
    Erased,
    /// It is not due, or not any more.
    NotDue(Judgement),
}

/// What was carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CarriedOut {
    /// How many records were erased, by this request or when it was sent first.
    pub erased: usize,
    /// What was left, and why.
    pub left: Vec<(Seen, Option<Called>, LeftBecause)>,
}

/// How a record stands.
struct Standing {
    called: Called,
    unit: UnitPath,
    rev: u32,
    erased: bool,
    ended: Option<Date>,
    ties: Ties,
}

impl Standing {
    fn of_matter(zone: &Zone, m: ends::MatterEnd) -> Standing {
        let ended = m.closed.map(|at| zone.date_of(at));
        let called = Called::Matter(m.n, m.raised);
        Standing { called, unit: m.unit, rev: m.rev, erased: m.erased, ended, ties: m.ties }
    }
    fn of_person(p: ends::PersonEnd) -> Standing {
        let called = Called::Person(p.code);
        Standing { called, unit: p.unit, rev: p.rev, erased: p.erased, ended: p.left, ties: p.ties }
    }
}

/// The id of the command that erases one record of a batch: the same whenever the batch is sent again.
fn command_of(batch: CommandId, record: Uuid) -> CommandId {
    let hash = sha256(format!("retention {batch} {record}").as_bytes());
    let mixed = Uuid::parse_str(&hash[..32]).unwrap_or(record);
    let (mut chance, mut ms) = ([0; 10], 0u64);
    chance.copy_from_slice(&mixed.as_bytes()[..10]);
    for byte in &batch.0.as_bytes()[..6] {
        ms = ms << 8 | u64::from(*byte);
    }
    CommandId(Builder::from_unix_timestamp_millis(ms, &chance).into_uuid())
}

fn erasing(seen: Seen) -> Command {
    let ground = ErasureGround::Retention;
    match seen.of {
        KeptKind::Matter(_) => {
            MatterCommand::EraseWords { matter: seen.id, ground: Some(ground), note: String::new() }.into()
        }
        KeptKind::Person => OrganisationCommand::ErasePerson { person: seen.id, ground, note: String::new() }.into(),
    }
}

impl App {
    /// How long personal data are kept, and the version that says so, for whoever administers anything.
    pub async fn retention(&self, actor: &Actor) -> Result<(i64, Retention), AppError> {
        may(actor, &Ask::Audit)?;
        policy::retention(&mut self.store().read().await?).await
    }

    /// The units that somebody administers, none inside another.
    async fn administered(&self, actor: &Actor) -> Result<Vec<UnitPath>, AppError> {
        let mut units: Vec<UnitPath> = match actor {
            Actor::System => org::root(&mut self.store().read().await?).await?.map(|u| u.path).into_iter().collect(),
            Actor::Person { grants, .. } => {
                grants.iter().filter(|g| g.role == Role::Administrator).map(|g| g.over.clone()).collect()
            }
            Actor::Raiser { .. } | Actor::Partner { .. } | Actor::Anonymous => Vec::new(),
        };
        units.sort();
        units.dedup_by(|b, a| a.contains(b));
        Ok(units)
    }

    /// What the rules make due today of all that the actor administers. Writes nothing.
    pub async fn retention_preview(&self, actor: &Actor) -> Result<Preview, AppError> {
        let (version, rules) = self.retention(actor).await?;
        let units = self.administered(actor).await?;
        let today = self.policies().zone.date_of(self.clock().now());
        let (mut kinds, mut due) = (Vec::new(), Vec::new());
        for (of, days) in rules.rows() {
            let mut told = OfKind { days, ..OfKind::default() };
            let from = due.len();
            for unit in &units {
                for (id, s) in self.ended_of(of, &rules, today, unit).await? {
                    match rules.judge(of, s.ended, s.ties, today) {
                        Judgement::Due { ended, last, .. } => {
                            due.push(DueRecord { seen: Seen { of, id, rev: s.rev }, called: s.called, ended, last });
                            let (first, end) = told.ended.unwrap_or((ended, ended));
                            told.ended = Some((first.min(ended), end.max(ended)));
                        }
                        Judgement::Held(hold) => *told.held.entry(hold).or_default() += 1,
                        Judgement::NoRule | Judgement::KeptUntil(_) => {}
                    }
                }
            }
            told.due = due.len() - from;
            kinds.push((of, told));
        }
        Ok(Preview { today, version, kinds, due })
    }

    /// Records of a kind in a unit that ended long enough ago.
    async fn ended_of(
        &self,
        of: KeptKind,
        rules: &Retention,
        today: Date,
        unit: &UnitPath,
    ) -> Result<Vec<(Uuid, Standing)>, AppError> {
        let zone = self.policies().zone.clone();
        let Some(before) = rules.ended_before(of, today) else { return Ok(Vec::new()) };
        let KeptKind::Matter(kind) = of else {
            let left = ends::left(&mut self.store().read().await?, before, unit).await?;
            return Ok(left.into_iter().map(|p| (p.id.0, Standing::of_person(p))).collect());
        };
        // Midnight before that day: what closed earlier ended on a day before it.
        let (mut all, mut after) = (Vec::new(), i64::MIN);
        let before = zone.end_of_day(before.yesterday().unwrap_or(before));
        loop {
            let some = ends::closed(&mut self.store().read().await?, kind, after, before, unit, READ).await?;
            let Some(last) = some.last() else { return Ok(all) };
            after = last.n;
            all.extend(some.into_iter().map(|m| (m.id.0, Standing::of_matter(&zone, m))));
        }
    }

    async fn standing(&self, conn: &mut Conn, seen: Seen) -> Result<Option<Standing>, AppError> {
        Ok(match seen.of {
            KeptKind::Matter(kind) => {
                let found = ends::matter(conn, MatterId(seen.id)).await?.filter(|m| m.kind == kind);
                found.map(|m| Standing::of_matter(&self.policies().zone, m))
            }
            KeptKind::Person => ends::person(conn, PersonId(seen.id)).await?.map(Standing::of_person),
        })
    }

    /// Erases what a preview showed, one record after the other, at most [`BATCH`] of them. `version`: of the rules it went
    /// by; others in force, and nothing is erased. Sent again under the same id it erases nothing twice, and goes on where it
    /// was cut off.
    pub async fn carry_out_retention(
        &self,
        actor: &Actor,
        batch: CommandId,
        version: i64,
        seen: &[Seen],
    ) -> Result<CarriedOut, AppError> {
        let (current, rules) = self.retention(actor).await?;
        if current != version {
            return Err(AppError::Stale { current: u32::try_from(current).unwrap_or(u32::MAX) });
        }
        if seen.is_empty() {
            return Err(AppError::field("seen", "retention_nothing"));
        }
        if seen.len() > BATCH {
            return Err(AppError::Invalid(vec![FieldError::with("seen", "retention_batch", BATCH)]));
        }
        let mut out = CarriedOut::default();
        let mut failed = None;
        for one in seen {
            match self.erase_by_age(actor, batch, &rules, *one).await {
                Ok(None) => out.erased += 1,
                Ok(Some((called, why))) => out.left.push((*one, called, why)),
                Err(e) => {
                    failed = Some(e);
                    break;
                }
            }
        }
        // Also after a fault: what was erased before it is to leave no bytes.
        if out.erased > 0 {
            self.scrub().await?;
        }
        failed.map_or(Ok(out), Err)
    }

    /// Erases one record, or says why not.
    async fn erase_by_age(
        &self,
        actor: &Actor,
        batch: CommandId,
        rules: &Retention,
        seen: Seen,
    ) -> Result<Option<(Option<Called>, LeftBecause)>, AppError> {
        let id = command_of(batch, seen.id);
        let mut conn = self.store().read().await?;
        if writer::receipt(&mut conn, id).await?.is_some() {
            return Ok(None);
        }
        let found = self.standing(&mut conn, seen).await?;
        drop(conn);
        // Whoever does not administer it learns nothing of it.
        let Some(s) = found.filter(|s| may(actor, &Ask::Administer(&s.unit)).is_ok()) else {
            return Ok(Some((None, LeftBecause::Missing)));
        };
        let today = self.policies().zone.date_of(self.clock().now());
        let why = match rules.judge(seen.of, s.ended, s.ties, today) {
            _ if s.erased => LeftBecause::Erased,
            Judgement::Due { .. } if s.rev == seen.rev => {
                let envelope = Envelope { happened_at: None, command: erasing(seen) };
                match self.write_once(actor, id, envelope, Some(seen.rev)).await {
                    Ok(_) => return Ok(None),
                    // Somebody was faster than the command.
                    Err(AppError::Stale { .. } | AppError::Refused(_)) => LeftBecause::Changed,
                    Err(e) => return Err(e),
                }
            }
            Judgement::Due { .. } => LeftBecause::Changed,
            not => LeftBecause::NotDue(not),
        };
        Ok(Some((Some(s.called), why)))
    }
}
