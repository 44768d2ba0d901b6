//! Indicators, their versions and campaigns as pages read them. Nothing here writes.

use super::figures::task_facts;
use super::kept::Known;
use crate::App;
use crate::frame::error::AppError;
use crate::organisation::Directory;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, Scope, may, scope};
use yixian_domain::figure::tasks::TaskFact;
use yixian_domain::figure::{self, Figure, FigureCode, Frame, Period};
use yixian_domain::ids::*;
use yixian_domain::indicator::breakdown::in_force;
use yixian_domain::indicator::reading::Moved;
use yixian_domain::indicator::*;
use yixian_domain::org::UnitPath;
use yixian_domain::time::{Date, Instant};
use yixian_store::{indicator as table, register};

/// An indicator in the list.
#[derive(Debug)]
pub struct Entry {
    /// The indicator.
    pub indicator: Indicator,
    /// The score that the company counted last.
    pub score: Option<f64>,
    /// Its target, where there is one.
    pub target: Option<f64>,
    /// Tasks that are done, of how many.
    pub tasks: (usize, usize),
}

/// A version in the list of versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionLine {
    /// Its number.
    pub no: u32,
    /// First day in force; none of a draft.
    pub effective: Option<Date>,
    /// Why there is one.
    pub reason: String,
    /// Who approved it.
    pub approved_by: Option<By>,
    /// Aspects that carry tasks.
    pub aspects: usize,
    /// Tasks.
    pub tasks: usize,
}

/// A task of the version that is shown.
#[derive(Clone, Debug)]
pub struct TaskLine {
    /// Its place in the breakdown.
    pub leaf: Leaf,
    /// How it stands.
    pub fact: TaskFact,
    /// The reader may open the matter that it is.
    pub seen: bool,
}

/// What came between two counts of the company's own.
#[derive(Clone, Debug)]
pub struct Between {
    /// The day of the earlier one.
    pub from: Date,
    /// The day of the later one.
    pub to: Date,
    /// What each component did to the score.
    pub moved: Vec<Moved>,
    /// Tasks that were closed between the two days, by component.
    pub closed: BTreeMap<String, Vec<(MatterId, String, String)>>,
}

/// An indicator with what belongs to it.
#[derive(Debug)]
pub struct IndicatorPage {
    /// The indicator.
    pub indicator: Indicator,
    /// The reader keeps it.
    pub keeps: bool,
    /// He approves how it is taken apart.
    pub approves: bool,
    /// The instant of which the page speaks.
    pub at: Instant,
    /// The version in force then.
    pub version: Option<Breakdown>,
    /// Its tasks, in the order of codes.
    pub tasks: Vec<TaskLine>,
    /// The draft of the next one, for whoever keeps or approves it.
    pub draft: Option<Breakdown>,
    /// Every version, the newest first.
    pub versions: Vec<VersionLine>,
    /// What moved the score, the newest first.
    pub between: Vec<Between>,
    /// Units and people by name.
    pub directory: Arc<Directory>,
}

/// What a member's visits come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignVisits {
    /// Who.
    pub person: PersonId,
    /// How many he led.
    pub visits: usize,
}

/// A campaign with what was done in it.
#[derive(Debug)]
pub struct CampaignPage {
    /// The campaign.
    pub campaign: Campaign,
    /// The reader keeps its books.
    pub keeps: bool,
    /// Visits that members led in its period, by member, most first.
    pub visits: Vec<CampaignVisits>,
    /// Figures of those visits.
    pub figures: Vec<Figure>,
    /// The indicator that it works for.
    pub indicator: Option<Indicator>,
    /// Units and people by name.
    pub directory: Arc<Directory>,
}

fn lines(known: &Known, i: &Indicator, version: &Breakdown, actor: &Actor, directory: &Directory) -> Vec<TaskLine> {
    let scope = scope(actor);
    let within = |path: &UnitPath| match &scope {
        Scope::All => true,
        Scope::Of { units, .. } => units.iter().any(|u| u.contains(path)),
        Scope::Nothing => false,
    };
    let sees = |task: MatterId| {
        let Some(m) = known.tasks.get(&task) else { return false };
        let path = directory.unit(m.unit).map(|u| &u.path);
        path.is_some_and(within) || actor.person().is_some_and(|me| m.raiser == Some(me.0))
    };
    let facts = task_facts(known, i, version);
    let all = version.tree.tasks.iter().zip(facts);
    all.map(|(leaf, fact)| TaskLine { leaf: leaf.clone(), seen: sees(leaf.task), fact }).collect()
}

/// What moved the score from each count of the company's own to the next.
fn between(i: &Indicator, tasks: &[TaskLine], day_of: impl Fn(Instant) -> Date) -> Vec<Between> {
    let own = i.counted();
    let mut all = Vec::new();
    for pair in own.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let mut closed: BTreeMap<String, Vec<(MatterId, String, String)>> = BTreeMap::new();
        for t in tasks {
            let within = t.fact.closed.map(&day_of).is_some_and(|day| from.day < day && day <= to.day);
            if within {
                let told = (t.leaf.task, t.leaf.code.clone(), t.leaf.title.clone());
                closed.entry(t.fact.component.code.to_string()).or_default().push(told);
            }
        }
        all.push(Between { from: from.day, to: to.day, moved: i.moved(from, to), closed });
    }
    all.reverse();
    all
}

fn line_of(b: &Breakdown) -> VersionLine {
    let approved_by = match &b.state {
        BreakdownState::Approved { by, .. } => Some(by.clone()),
        BreakdownState::Draft => None,
    };
    VersionLine {
        no: b.no,
        effective: b.effective(),
        reason: b.reason.clone(),
        approved_by,
        aspects: b.tree.carrying().count(),
        tasks: b.tree.tasks.len(),
    }
}

impl App {
    fn keeps(actor: &Actor, directory: &Directory, owner: UnitId, commander: PersonId) -> (bool, bool) {
        let Some(path) = directory.unit(owner).map(|u| &u.path) else { return (false, false) };
        let may = |ask: &Ask<'_>| may(actor, ask).is_ok();
        (may(&Ask::KeepIndicator(path, Some(commander))), may(&Ask::ApproveBreakdown(path, commander)))
    }

    /// The units for which somebody may take an indicator or a campaign into the register.
    pub async fn indicator_units(&self, actor: &Actor) -> Result<Vec<UnitId>, AppError> {
        let directory = self.directory().await?;
        let own = directory.units().filter(|u| may(actor, &Ask::KeepIndicator(&u.path, None)).is_ok());
        Ok(own.map(|u| u.id).collect())
    }

    /// Every indicator, with how it stands now.
    pub async fn indicators(&self, actor: &Actor) -> Result<Vec<Entry>, AppError> {
        may(actor, &Ask::ReadIndicators)?;
        let known = self.inner.kept_indicators.now(&mut self.store().read().await?).await?;
        let now = self.clock().now();
        let today = self.policies().zone.date_of(now);
        let entry = |i: &Indicator| {
            let facts = in_force(&known.breakdowns, i.id, today).map(|v| task_facts(&known, i, v)).unwrap_or_default();
            let done = facts.iter().filter(|t| t.is_done(now)).count();
            let target = i.readings.iter().rfind(|r| r.kind == ReadingKind::Target);
            Entry {
                score: i.counted_on(today).map(|r| i.score(r).total),
                target: target.map(|r| i.score(r).total),
                tasks: (done, facts.len()),
                indicator: i.clone(),
            }
        };
        Ok(known.indicators.iter().map(entry).collect())
    }

    /// One indicator by its code or id, as it is known at an instant; now where none is named.
    pub async fn indicator(&self, actor: &Actor, key: &str, as_of: Option<Instant>) -> Result<IndicatorPage, AppError> {
        may(actor, &Ask::ReadIndicators)?;
        let directory = self.directory().await?;
        let at = as_of.unwrap_or_else(|| self.clock().now());
        let known = {
            let mut conn = self.store().read().await?;
            match as_of {
                Some(at) => self.inner.kept_indicators.known(&mut conn, at).await?,
                None => self.inner.kept_indicators.now(&mut conn).await?,
            }
        };
        let id = key.parse::<Uuid>().ok().map(IndicatorId);
        let indicator = known.indicators.iter().find(|i| i.code == key || Some(i.id) == id);
        let indicator = indicator.ok_or(AppError::NotFound("indicator"))?.clone();
        let (keeps, approves) = App::keeps(actor, &directory, indicator.details.owner, indicator.details.commander);
        let policies = self.policies();
        let zone = &policies.zone;
        // 24:00 belongs to the day that ends.
        let day = zone.date_of(at.plus_millis(-1));
        let version = in_force(&known.breakdowns, indicator.id, day).cloned();
        let tasks = version.as_ref().map(|v| lines(&known, &indicator, v, actor, &directory)).unwrap_or_default();
        let mut own: Vec<&Breakdown> = known.breakdowns.iter().filter(|b| b.indicator == indicator.id).collect();
        own.sort_by_key(|b| std::cmp::Reverse(b.no));
        let draft = own.first().filter(|b| b.state == BreakdownState::Draft && (keeps || approves));
        let draft = draft.map(|b| (*b).clone());
        let shown = own.iter().filter(|b| b.state != BreakdownState::Draft || keeps || approves);
        let versions = shown.map(|b| line_of(b)).collect();
        let between = between(&indicator, &tasks, |at| zone.date_of(at));
        Ok(IndicatorPage { indicator, keeps, approves, at, version, tasks, draft, versions, between, directory })
    }

    /// A version of an indicator by its number.
    pub async fn breakdown(&self, actor: &Actor, key: &str, no: u32) -> Result<(Indicator, Breakdown), AppError> {
        may(actor, &Ask::ReadIndicators)?;
        let known = self.inner.kept_indicators.now(&mut self.store().read().await?).await?;
        let indicator = known.indicators.iter().find(|i| i.code == key).ok_or(AppError::NotFound("indicator"))?;
        let version = known.breakdowns.iter().find(|b| b.indicator == indicator.id && b.no == no);
        let directory = self.directory().await?;
        let (keeps, approves) = App::keeps(actor, &directory, indicator.details.owner, indicator.details.commander);
        let shown = version.filter(|b| b.state != BreakdownState::Draft || keeps || approves);
        Ok((indicator.clone(), shown.ok_or(AppError::NotFound("breakdown"))?.clone()))
    }

    /// How an aspect is called, and the indicator whose page shows it.
    pub(crate) async fn aspect_named(
        &self,
        actor: &Actor,
        id: AspectId,
    ) -> Result<Option<(String, Option<String>, Uuid)>, AppError> {
        may(actor, &Ask::ReadIndicators)?;
        let known = self.inner.kept_indicators.now(&mut self.store().read().await?).await?;
        let found = known.breakdowns.iter().rev().find_map(|b| Some((b.tree.aspect(id)?, b.indicator)));
        Ok(found.map(|(a, i)| (format!("{} {}", a.code, a.name), a.name_en.clone(), i.0)))
    }

    /// Every campaign, the newest first.
    pub async fn campaigns(&self, actor: &Actor) -> Result<Vec<Campaign>, AppError> {
        may(actor, &Ask::ReadIndicators)?;
        Ok(table::campaigns(&mut self.store().read().await?).await?)
    }

    /// One campaign by its code or id, with the visits that its members led in its period.
    pub async fn campaign(&self, actor: &Actor, key: &str) -> Result<CampaignPage, AppError> {
        may(actor, &Ask::ReadIndicators)?;
        let directory = self.directory().await?;
        let (campaign, indicator) = {
            let mut conn = self.store().read().await?;
            let found = match key.parse::<Uuid>() {
                Ok(id) => register::one::<Campaign>(&mut conn, id).await?,
                Err(_) => table::campaign_by_code(&mut conn, key).await?,
            };
            let campaign = found.ok_or(AppError::NotFound("campaign"))?;
            let indicator = match campaign.details.indicator {
                Some(id) => register::one::<Indicator>(&mut conn, id.0).await?,
                None => None,
            };
            (campaign, indicator)
        };
        let d = &campaign.details;
        let policies = self.policies();
        let now = self.clock().now();
        let period = Period::new(d.from, d.to).map_err(|_| AppError::NotFound("campaign"))?;
        let frame = Frame::new(period, now, &policies.zone);
        let people: HashSet<PersonId> = d.members.people.iter().copied().collect();
        let paths: Vec<_> = d.members.units.iter().filter_map(|u| directory.unit(*u)).map(|u| &u.path).collect();
        let of_unit = |unit: UnitId| directory.unit(unit).is_some_and(|u| paths.iter().any(|p| p.contains(&u.path)));
        let mut own = self.visits_of(&frame).await?;
        own.retain(|v| people.contains(&v.leader) || of_unit(v.led));
        let settings = policies.settings_book.known(now);
        let wanted = [FigureCode::Activities, FigureCode::ConstructionSites, FigureCode::NightChecks];
        let mut figures = figure::visits::figures(&own, &[], &settings, &frame);
        figures.retain(|f| wanted.contains(&f.code));
        let counted: HashSet<Uuid> = figure::find(&figures, FigureCode::Activities)
            .map(|f| f.numerator.records().iter().copied().collect())
            .unwrap_or_default();
        let mut by: BTreeMap<PersonId, usize> = people.iter().map(|p| (*p, 0)).collect();
        for v in own.iter().filter(|v| counted.contains(&v.id.0)) {
            *by.entry(v.leader).or_default() += 1;
        }
        let mut visits: Vec<CampaignVisits> =
            by.into_iter().map(|(person, visits)| CampaignVisits { person, visits }).collect();
        let code = |p: PersonId| directory.person(p).map(|p| p.code.clone());
        visits.sort_by(|a, b| b.visits.cmp(&a.visits).then_with(|| code(a.person).cmp(&code(b.person))));
        let (keeps, _) = App::keeps(actor, &directory, d.owner, d.commander);
        Ok(CampaignPage { campaign, keeps, visits, figures, indicator, directory })
    }
}
