//! Rules as data: settings, calendar, procedures, limit rules, rules of conformance. The repository's files are embedded
//! as seed; a folder may override them; once in the database, the database's newest version is law
//! on every node, and putting one in force is an event.

use crate::App;
use crate::frame::error::{AppError, PolicyFault};
use crate::frame::mint::Mint;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::path::PathBuf;
use std::sync::Arc;
use uuid::Uuid;
use yixian_domain::calendar::{CalendarBook, WorkingCalendar, WorkingHours};
use yixian_domain::connection::area::{Areas, District};
use yixian_domain::connection::eligible::{EligibilityBook, EligibilityComplete, EligibilityRow};
use yixian_domain::ids::{By, CommandId};
use yixian_domain::matter::Law;
use yixian_domain::planning::PlanningRules;
use yixian_domain::procedure::{Procedure, Procedures};
use yixian_domain::programme::{MilestoneSet, MilestoneSets};
use yixian_domain::retention::{KeepRow, Retention};
use yixian_domain::rules::{Complete, RuleBook, RuleRow, Within};
use yixian_domain::settings::{Settings, SettingsBook, SettingsVersion};
use yixian_domain::time::{Instant, Zone};
use yixian_mining::conformance::{self, Rules};
use yixian_store::{Conn, Store, StoreError, policy as table};

/// The kinds of policy and the files they are seeded from.
const KINDS: [(&str, &str, &str); 21] = [
    ("settings", "rules/settings.toml", include_str!("../../../../rules/settings.toml")),
    ("calendar", "calendars/cn.toml", include_str!("../../../../calendars/cn.toml")),
    ("procedures", "procedures/problems.toml", include_str!("../../../../procedures/problems.toml")),
    ("limits", "rules/limits.toml", include_str!("../../../../rules/limits.toml")),
    ("planning", "rules/planning.toml", include_str!("../../../../rules/planning.toml")),
    ("procedures-improvement", "procedures/improvement.toml", include_str!("../../../../procedures/improvement.toml")),
    ("procedures-commitments", "procedures/commitments.toml", include_str!("../../../../procedures/commitments.toml")),
    ("procedures-resident", "procedures/resident.toml", include_str!("../../../../procedures/resident.toml")),
    (
        "procedures-non-resident",
        "procedures/non-resident.toml",
        include_str!("../../../../procedures/non-resident.toml"),
    ),
    ("procedures-three-zero", "procedures/three-zero.toml", include_str!("../../../../procedures/three-zero.toml")),
    (
        "procedures-hv-single",
        "procedures/high-voltage-single.toml",
        include_str!("../../../../procedures/high-voltage-single.toml"),
    ),
    (
        "procedures-hv-dual",
        "procedures/high-voltage-dual.toml",
        include_str!("../../../../procedures/high-voltage-dual.toml"),
    ),
    ("procedures-temporary", "procedures/temporary.toml", include_str!("../../../../procedures/temporary.toml")),
    ("limits-connections", "rules/connections.toml", include_str!("../../../../rules/connections.toml")),
    ("eligibility", "rules/eligibility.toml", include_str!("../../../../rules/eligibility.toml")),
    ("streets", "rules/streets.toml", include_str!("../../../../rules/streets.toml")),
    ("conformance", "rules/conformance.toml", include_str!("../../../../rules/conformance.toml")),
    ("milestones", "milestones/undergrounding.toml", include_str!("../../../../milestones/undergrounding.toml")),
    (
        "milestones-coal",
        "milestones/coal-to-electricity.toml",
        include_str!("../../../../milestones/coal-to-electricity.toml"),
    ),
    ("milestones-grid", "milestones/supporting-grid.toml", include_str!("../../../../milestones/supporting-grid.toml")),
    (RETENTION, "rules/retention.toml", include_str!("../../../../rules/retention.toml")),
];

/// How long personal data are kept.
pub(crate) const RETENTION: &str = "retention";
/// Where a version comes from that somebody made with a form.
pub(crate) const BY_FORM: &str = "form";

/// The kinds that together are one thing: every file of procedures, every file of limits.
fn kinds_of(what: &'static str) -> impl Iterator<Item = &'static str> {
    KINDS
        .iter()
        .map(|k| k.0)
        .filter(move |k| k.strip_prefix(what).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
}

/// Where seed rules come from.
#[derive(Clone, Debug)]
pub enum PolicySource {
    /// The files built in.
    Embedded,
    /// The files built in, each replaced by the file of the same name in this folder.
    Folder(PathBuf),
}

/// The texts of all policies, checked.
#[derive(Clone, Debug)]
pub struct Seed {
    texts: Vec<(&'static str, String, String)>,
    /// The settings among them.
    pub settings: Settings,
}

/// All rules in force, read and checked.
#[derive(Clone, Debug)]
pub struct Policies {
    /// Configured numbers, newest.
    pub settings: Settings,
    /// Configured numbers of every day.
    pub settings_book: SettingsBook,
    /// When seals leave the database, and where to.
    pub seals: SealTimetable,
    /// The company's zone.
    pub zone: Zone,
    /// Office hours, for reminders.
    pub hours: WorkingHours,
    /// Working calendar, final form.
    pub calendar: WorkingCalendar,
    /// The calendar with all its notices, for "as known on".
    pub calendar_book: CalendarBook,
    /// Procedures.
    pub procedures: Procedures,
    /// Limit rules.
    pub rules: RuleBook,
    /// What plans of visits are made from.
    pub planning: PlanningRules,
    /// Who is a 三零 customer.
    pub eligibility: EligibilityBook,
    /// Districts with their streets, urban and rural.
    pub areas: Areas,
    /// Rules of conformance, as the flow pages judge them.
    pub conformance: Rules,
    /// Milestones of each kind of works.
    pub milestones: MilestoneSets,
    /// Changes when any policy does.
    pub fingerprint: i64,
}

impl Policies {
    /// The law as the domain reads it.
    pub fn law(&self) -> Law<'_> {
        Law {
            calendar: &self.calendar,
            zone: &self.zone,
            rules: &self.rules,
            eligibility: &self.eligibility,
            procedures: &self.procedures,
            hours: self.hours,
            settings: &self.settings,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsFile {
    zone: Zone,
    hours: WorkingHours,
    settings: Settings,
    /// Companies from before there was a timetable have the usual one.
    #[serde(default)]
    seals: SealTimetable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MilestonesFile {
    set: Vec<MilestoneSet>,
}

/// When the newest seal of the ledger leaves the database, and where to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealTimetable {
    /// Hours from one export to the next.
    pub every_hours: u16,
    /// Where it goes.
    pub sinks: Vec<SealSink>,
}

impl Default for SealTimetable {
    fn default() -> Self {
        SealTimetable { every_hours: 24, sinks: vec![SealSink::File] }
    }
}

/// Where a seal goes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case", deny_unknown_fields)]
pub enum SealSink {
    /// The file of seals in the data folder.
    File,
    /// A short message.
    Message {
        /// To this phone.
        phone: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProceduresFile {
    procedure: Vec<Procedure>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitsFile {
    #[serde(default)]
    limit: Vec<RuleRow>,
    #[serde(default)]
    within: Vec<Within>,
    #[serde(default)]
    complete: Vec<Complete>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EligibilityFile {
    split_months: u32,
    #[serde(default)]
    complete: Vec<EligibilityComplete>,
    eligibility: Vec<EligibilityRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StreetsFile {
    district: Vec<District>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RetentionFile {
    #[serde(default)]
    keep: Vec<KeepRow>,
}

fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, AppError> {
    toml::from_str(text).map_err(|e| bad(file, &e))
}

fn faults<E: std::fmt::Display>(file: &str, all: &[E]) -> AppError {
    AppError::BadPolicy { file: file.to_owned(), why: all.iter().map(|e| PolicyFault::Other(e.to_string())).collect() }
}

/// Faults that are told in the reader's language.
fn told<E: Into<PolicyFault>>(file: &str, all: Vec<E>) -> AppError {
    AppError::BadPolicy { file: file.to_owned(), why: all.into_iter().map(Into::into).collect() }
}

fn bad(file: &str, why: &impl std::fmt::Display) -> AppError {
    faults(file, &[why])
}

impl PolicySource {
    /// Reads and checks every file.
    pub fn read(&self) -> Result<Seed, AppError> {
        let mut texts = Vec::new();
        for (kind, file, embedded) in KINDS {
            let own = match self {
                PolicySource::Folder(f) => Some(f.join(file)).filter(|p| p.exists()),
                PolicySource::Embedded => None,
            };
            let text = match &own {
                Some(path) => std::fs::read_to_string(path).map_err(|e| bad(&path.display().to_string(), &e))?,
                None => embedded.to_owned(),
            };
            texts.push((kind, file.to_owned(), text));
        }
        let read = build(
            |kind| texts.iter().find(|t| t.0 == kind).map(|t| (t.1.clone(), t.2.clone())).ok_or_else(|| missing(kind)),
            0,
        )?;
        Ok(Seed { texts, settings: read.settings })
    }
}

impl Seed {
    /// The files it was read from or stands for.
    pub fn files(&self) -> Vec<&str> {
        self.texts.iter().map(|t| t.1.as_str()).collect()
    }
}

/// A version in force.
#[derive(Clone, Debug)]
pub struct InForce {
    /// Kind, as commands name it.
    pub kind: &'static str,
    /// Version.
    pub version: i64,
    /// The file it came from.
    pub label: String,
}

fn missing(kind: &str) -> AppError {
    bad(kind, &"no version in force")
}

fn build(
    mut text: impl FnMut(&str) -> Result<(String, String), AppError>,
    fingerprint: i64,
) -> Result<Policies, AppError> {
    let (file, body) = text("settings")?;
    let SettingsFile { zone, hours, settings, seals } = parse(&file, &body)?;
    if seals.every_hours == 0 {
        return Err(bad(&file, &"seals.every_hours is 0"));
    }
    let (file, body) = text("calendar")?;
    let calendar_book: CalendarBook = parse(&file, &body)?;
    let calendar = calendar_book.latest().map_err(|e| faults(&file, &[e]))?;
    let (mut all, mut files) = (Vec::new(), Vec::new());
    for kind in kinds_of("procedures") {
        let (file, body) = text(kind)?;
        all.extend(parse::<ProceduresFile>(&file, &body)?.procedure);
        files.push(file);
    }
    let procedures = Procedures::new(all).map_err(|e| faults(&files.join(", "), &e))?;
    let (mut limits, mut files) = (LimitsFile { limit: vec![], within: vec![], complete: vec![] }, Vec::new());
    for kind in kinds_of("limits") {
        let (file, body) = text(kind)?;
        let LimitsFile { limit, within, complete } = parse(&file, &body)?;
        limits.limit.extend(limit);
        limits.within.extend(within);
        limits.complete.extend(complete);
        files.push(file);
    }
    let rules = RuleBook::new(limits.limit, limits.within, &limits.complete).map_err(|e| told(&files.join(", "), e))?;
    let (file, body) = text("eligibility")?;
    let EligibilityFile { split_months, complete, eligibility } = parse(&file, &body)?;
    let eligibility = EligibilityBook::new(eligibility, split_months, &complete).map_err(|e| told(&file, e))?;
    let (file, body) = text("streets")?;
    let areas = Areas::new(parse::<StreetsFile>(&file, &body)?.district).map_err(|e| faults(&file, &e))?;
    let (file, body) = text("planning")?;
    let planning: PlanningRules = parse(&file, &body)?;
    let wrong = planning.faults();
    if !wrong.is_empty() {
        return Err(faults(&file, &wrong));
    }
    let (file, body) = text("conformance")?;
    let conformance = conformance::parse(&body).map_err(|e| faults(&file, &e))?;
    let (mut sets, mut files) = (Vec::new(), Vec::new());
    for kind in kinds_of("milestones") {
        let (file, body) = text(kind)?;
        sets.extend(parse::<MilestonesFile>(&file, &body)?.set);
        files.push(file);
    }
    let milestones = MilestoneSets::new(sets).map_err(|e| faults(&files.join(", "), &e))?;
    let (file, body) = text(RETENTION)?;
    retention_of(&file, &body)?;
    Ok(Policies {
        settings_book: SettingsBook::new(settings.clone(), Vec::new()),
        settings,
        seals,
        zone,
        hours,
        calendar,
        calendar_book,
        procedures,
        rules,
        planning,
        eligibility,
        areas,
        conformance,
        milestones,
        fingerprint,
    })
}

fn retention_of(file: &str, body: &str) -> Result<Retention, AppError> {
    Retention::new(&parse::<RetentionFile>(file, body)?.keep).map_err(|e| told(file, e))
}

/// What stands for rules that nobody made yet.
fn never(file: &str) -> table::PolicyRow {
    table::PolicyRow { version: 0, label: file.to_owned(), body: String::new() }
}

/// How long personal data are kept, as in force at this moment, and the version that says so; 0 where nobody made rules. Read where it is needed and
/// not held with the rest: what is erased by it does not come back, so no node goes by an older version.
pub(crate) async fn retention(conn: &mut Conn) -> Result<(i64, Retention), AppError> {
    match table::newest(conn, RETENTION).await? {
        Some(row) => Ok((row.version, retention_of(&row.label, &row.body)?)),
        None => Ok((0, Retention::default())),
    }
}

/// The text of a version, as the file would have it.
pub(crate) fn retention_text(rules: &Retention) -> String {
    let rows = rules.rows().map(|(of, days)| format!("[[keep]]\nof = \"{}\"\ndays = {days}\n", of.as_str()));
    let rows: Vec<String> = rows.collect();
    if rows.is_empty() { "# Nothing is erased by age.\n".to_owned() } else { rows.join("\n") }
}

/// The stable record id of a kind of policy: the same on every node and in every company.
pub(crate) fn record(kind: &str) -> Uuid {
    let hash = yixian_store::ledger::sha256(format!("yixian policy {kind}").as_bytes());
    Uuid::parse_str(&hash[..32]).unwrap_or(Uuid::nil())
}

/// Puts the seed in force where the database has no version of a kind.
pub(crate) async fn seed(store: &Store, seed: &Seed, mint: &Mint, now: Instant) -> Result<(), AppError> {
    let mut missing = Vec::new();
    {
        let mut conn = store.read().await?;
        for (kind, file, body) in &seed.texts {
            // Without rows there is nothing to put in force: a company that had no such rules has its ledger as it was.
            if *kind == RETENTION && retention_of(file, body)?.is_off() {
                continue;
            }
            if table::newest(&mut conn, kind).await?.is_none() {
                missing.push((*kind, file.clone(), body.clone()));
            }
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let command = CommandId(mint.uuid(now));
    store
        .write(async move |tx| {
            tx.under(command, now);
            for (kind, file, body) in &missing {
                tx.put_policy(kind, record(kind), file, body, By::Rule, now).await?;
            }
            Ok::<_, StoreError>(())
        })
        .await?;
    Ok(())
}

/// Puts the settings in force with another zone, all else as it is.
pub(crate) async fn put_zone(app: &App, zone: &Zone) -> Result<(), AppError> {
    let row = table::newest(&mut app.store().read().await?, "settings").await?.ok_or_else(|| missing("settings"))?;
    let is_zone =
        |line: &str| line.trim_start().strip_prefix("zone").is_some_and(|rest| rest.trim_start().starts_with('='));
    let lines: Vec<String> =
        row.body.lines().map(|l| if is_zone(l) { format!("zone = \"{zone}\"") } else { l.to_owned() }).collect();
    let body = lines.join("\n") + "\n";
    let read: SettingsFile = parse(&row.label, &body)?;
    if read.zone != *zone {
        return Err(bad(&row.label, &"zone is not on a line of its own"));
    }
    app.put_policy("settings", &row.label, body).await.map(drop)
}

/// Puts the settings in force with more lines among them, as if it had been done at an instant; once.
pub(crate) async fn put_settings_since(app: &App, lines: &[String], at: Instant) -> Result<(), AppError> {
    let row = table::newest(&mut app.store().read().await?, "settings").await?.ok_or_else(|| missing("settings"))?;
    if lines.iter().all(|line| row.body.lines().any(|l| l == line)) {
        return Ok(());
    }
    let body = row.body.replacen("[settings]\n", &format!("[settings]\n{}\n", lines.join("\n")), 1);
    parse::<SettingsFile>(&row.label, &body)?;
    let command = CommandId(app.mint().uuid(at));
    app.store()
        .write(async move |tx| {
            tx.under(command, at);
            tx.put_policy("settings", record("settings"), &row.label, &body, By::Import, at).await
        })
        .await?;
    app.refresh_policies().await
}

/// The newest version of every kind.
async fn newest(conn: &mut Conn) -> Result<Vec<(&'static str, table::PolicyRow)>, AppError> {
    let mut rows = Vec::new();
    for (kind, file, _) in KINDS {
        let row = match table::newest(conn, kind).await? {
            Some(row) => row,
            None if kind == RETENTION => never(file),
            None => return Err(missing(kind)),
        };
        rows.push((kind, row));
    }
    Ok(rows)
}

fn read_rows(rows: &[(&'static str, table::PolicyRow)], fingerprint: i64) -> Result<Policies, AppError> {
    build(
        |kind| {
            let (_, row) = rows.iter().find(|r| r.0 == kind).ok_or_else(|| missing(kind))?;
            Ok((format!("{} v{}", row.label, row.version), row.body.clone()))
        },
        fingerprint,
    )
}

/// Reads the versions in force.
pub async fn load(conn: &mut Conn) -> Result<Policies, AppError> {
    let rows = newest(conn).await?;
    let mut policies = read_rows(&rows, table::fingerprint(conn).await?)?;
    let versions = table::versions(conn, "settings", record("settings")).await?;
    policies.settings_book = settings_book(&policies, &versions);
    Ok(policies)
}

/// All versions that can still be read. One that was written for a much older program has no say about earlier days.
fn settings_book(policies: &Policies, versions: &[(table::PolicyRow, Instant)]) -> SettingsBook {
    let read = versions.iter().filter_map(|(row, at)| match parse::<SettingsFile>(&row.label, &row.body) {
        Ok(file) => {
            Some(SettingsVersion { known_from: *at, known_on: policies.zone.date_of(*at), settings: file.settings })
        }
        Err(e) => {
            tracing::warn!(error = %e, version = row.version, "earlier settings are not read");
            None
        }
    });
    let mut read: Vec<SettingsVersion> = read.collect();
    if read.is_empty() {
        return SettingsBook::new(policies.settings.clone(), Vec::new());
    }
    let first = read.remove(0).settings;
    SettingsBook::new(first, read)
}

/// The working calendar that is built in, without a company.
pub fn built_in_calendar() -> Result<WorkingCalendar, AppError> {
    let (_, file, text) = KINDS[1];
    parse::<CalendarBook>(file, text)?.latest().map_err(|e| faults(file, &[e]))
}

impl crate::App {
    /// The versions in force.
    pub async fn policies_in_force(&self) -> Result<Vec<InForce>, AppError> {
        let rows = newest(&mut self.store().read().await?).await?;
        let in_force = rows.into_iter().filter(|(_, r)| r.version > 0);
        Ok(in_force.map(|(kind, r)| InForce { kind, version: r.version, label: r.label }).collect())
    }

    /// Puts another version of a kind in force once it was read together with all others; gives its number. Cases and
    /// matters keep what was in force when they began.
    pub async fn put_policy(&self, kind: &str, label: &str, body: String) -> Result<i64, AppError> {
        let mut rows = newest(&mut self.store().read().await?).await?;
        let Some((kind, row)) = rows.iter_mut().find(|r| r.0 == kind) else { return Err(AppError::NotFound("policy")) };
        let kind = *kind;
        (row.label, row.body) = (label.to_owned(), body.clone());
        row.version += 1;
        read_rows(&rows, 0)?;
        let now = self.clock().now();
        let (command, label) = (CommandId(self.mint().uuid(now)), label.to_owned());
        let version = self
            .store()
            .write(async move |tx| {
                tx.under(command, now);
                tx.put_policy(kind, record(kind), &label, &body, By::Import, now).await
            })
            .await?;
        self.refresh_policies().await?;
        Ok(version)
    }

    /// Takes up versions that another node put in force. Nodes never differ for longer than a sweep.
    pub async fn refresh_policies(&self) -> Result<(), AppError> {
        let mut conn = self.store().read().await?;
        if table::fingerprint(&mut conn).await? != self.policies().fingerprint {
            let fresh = Arc::new(load(&mut conn).await?);
            match self.inner.policies.write() {
                Ok(mut held) => *held = fresh,
                Err(poisoned) => *poisoned.into_inner() = fresh,
            }
        }
        Ok(())
    }
}
