//! Figures, computed from what was recorded: rows become facts, the domain counts. Nothing here is
//! stored, so no figure can go stale or be typed.

pub mod checked;
pub(crate) mod kept;
pub(crate) mod kept_visits;
pub mod levels;
pub mod reading;

use crate::App;
use crate::frame::error::AppError;
use crate::indicators::indicator_facts;
use std::collections::HashMap;
use yixian_domain::access::{Actor, Ask, Scope, may};
use yixian_domain::calendar::WorkingCalendar;
use yixian_domain::duty::{
    self, Campaign, Exemption, FinishedVisit, Inputs, IsoWeek, Month, PersonWeek, Post, Reason, Recorded, specialty_on,
};
use yixian_domain::figure::{self, Dimension, Facts, Figure, FigureCode, Frame, Group, Period, Ties};
use yixian_domain::ids::{PersonId, UnitId};
use yixian_domain::org::{Level, UnitKind, UnitPath};
use yixian_domain::settings::SettingsKnown;
use yixian_domain::tier::Tier;
use yixian_domain::time::{Date, Instant, MINUTE_MS, Zone};
use yixian_store::facts::Held;
use yixian_store::{Conn, StoreError, facts, org, visit};

/// Figures of a unit over a period, as of an instant.
#[derive(Clone, Debug)]
pub struct Report {
    /// The unit; the whole company when none.
    pub unit: Option<UnitId>,
    /// Period.
    pub period: Period,
    /// As of.
    pub as_of: Instant,
    /// Every figure, in the order of [`FigureCode::ALL`].
    pub figures: Vec<Figure>,
    /// By category: closed with a target, on time, hours.
    pub categories: Vec<figure::category::CategoryRow>,
    /// The same by the groups of a dimension, where one was asked for.
    pub groups: Vec<(Group, Vec<Figure>)>,
    /// What they were counted from.
    pub facts: Facts,
    /// Campaign months in the period.
    pub campaigns: Vec<duty::Campaign>,
}

/// What figures are narrowed to; nothing is the whole company.
#[derive(Clone, Copy, Debug, Default)]
pub struct Narrow {
    /// A unit and what lies below it.
    pub unit: Option<UnitId>,
    /// A works programme: figures of works are its alone.
    pub programme: Option<uuid::Uuid>,
}

impl Report {
    /// The figure of one group.
    pub fn of_group(&self, code: FigureCode, group: &Group) -> Option<&Figure> {
        let (_, figures) = self.groups.iter().find(|(g, _)| g == group)?;
        figure::find(figures, code)
    }
    /// What each record adds to a measure, in its unit; nothing for counts and shares.
    pub fn values(&self, code: FigureCode, zone: &Zone) -> HashMap<uuid::Uuid, f64> {
        self.facts.values(code, &Frame::new(self.period, self.as_of, zone))
    }
    /// One figure.
    pub fn get(&self, code: FigureCode) -> Option<&Figure> {
        figure::find(&self.figures, code)
    }
}

fn reason(text: &str) -> Reason {
    match text {
        "leave" => Reason::Leave,
        "business_trip" => Reason::BusinessTrip,
        _ => Reason::Other,
    }
}

/// The posts a person held, one after the other, of what is known of him.
fn posts_of(person: PersonId, recorded: &HashMap<PersonId, Vec<Recorded>>) -> Vec<Post> {
    recorded.get(&person).map(|records| duty::posts(person, records)).unwrap_or_default()
}

/// How one person stands now.
#[derive(Clone, Debug, Default)]
pub struct DutyNow {
    /// With this week; none where nothing is owed.
    pub week: Option<PersonWeek>,
    /// With this month, where it is a campaign month.
    pub campaign: Option<Campaign>,
}

/// Days between the plan and the check-in that still find the visit, whichever came first.
const MOVED_DAYS: i64 = 35;

fn days_from(zone: &Zone, day: Date, n: i64) -> Date {
    zone.date_of(zone.at(day, yixian_domain::time::Time::midnight()).plus_minutes(n * 24 * 60))
}

impl App {
    /// How a person stands with this week and this month, without computing everybody's.
    pub async fn duty_now(&self, person: PersonId) -> Result<DutyNow, AppError> {
        let directory = self.directory().await?;
        if !directory.person(person).is_some_and(|p| p.duty) {
            return Ok(DutyNow::default());
        }
        let policies = self.policies();
        let (zone, now) = (&policies.zone, self.clock().now());
        let today = zone.date_of(now);
        let (week, month) = (IsoWeek::of(today), Month::of(today));
        let (first, last) = (week.monday().min(month.first()), week.sunday().max(month.last()));
        let mut conn = self.store().read().await?;
        let posts = posts_of(person, &facts::recorded(&mut conn, Some(person), now, zone).await?);
        let exemptions: Vec<Exemption> = org::exemptions(&mut conn, first, last, now)
            .await?
            .into_iter()
            .filter(|e| e.0 == person)
            .map(|(person, from, to, why)| Exemption { person, from, to, reason: reason(&why) })
            .collect();
        let filter = visit::Filter {
            person: Some(person),
            state: Some("finished"),
            days: Some((days_from(zone, first, -MOVED_DAYS), days_from(zone, last, MOVED_DAYS))),
            ..visit::Filter::default()
        };
        let mut visits = Vec::new();
        for row in visit::list(&mut conn, &Scope::All, &filter, 500).await? {
            let Some((started, finished)) = row.started_at.zip(row.finished_at) else { continue };
            let day = zone.date_of(Instant(started));
            if day < first || day > last {
                continue;
            }
            let id = yixian_domain::ids::VisitId(row.id);
            let Some(stored) = visit::visit(&mut conn, id).await? else { continue };
            let minutes = u32::try_from((finished - started) / MINUTE_MS).unwrap_or(0);
            visits.push(FinishedVisit {
                id,
                day,
                finished: Instant(finished),
                minutes,
                evident: stored.visit.is_evident(),
                bearers: stored.visit.duty_bearers().collect(),
            });
        }
        let inputs = Inputs { posts: &posts, exemptions: &exemptions, visits: &visits };
        let settings = policies.settings_book.known(now);
        let weeks = duty::weekly(&inputs, |d| policies.calendar.is_working(d), &settings, &[week], now, zone);
        let campaigns = duty::campaigns(&inputs, &settings, &[month], now, zone);
        Ok(DutyNow { week: weeks.into_iter().next(), campaign: campaigns.into_iter().next() })
    }

    /// Computes every figure of a unit's subtree (the whole company when none).
    pub async fn report(
        &self,
        actor: &Actor,
        period: Period,
        unit: Option<UnitId>,
        as_of: Instant,
    ) -> Result<Report, AppError> {
        self.report_by(actor, period, unit, as_of, None).await
    }

    /// The same, and again for each group of a dimension.
    pub async fn report_by(
        &self,
        actor: &Actor,
        period: Period,
        unit: Option<UnitId>,
        as_of: Instant,
        by: Option<Dimension>,
    ) -> Result<Report, AppError> {
        self.report_of(actor, period, Narrow { unit, programme: None }, as_of, by).await
    }

    /// The same, narrowed to a unit, to a works programme.
    pub async fn report_of(
        &self,
        actor: &Actor,
        period: Period,
        narrow: Narrow,
        as_of: Instant,
        by: Option<Dimension>,
    ) -> Result<Report, AppError> {
        let Narrow { unit, programme } = narrow;
        let directory = self.directory().await?;
        let path = match unit {
            Some(id) => directory.unit(id).ok_or(AppError::NotFound("unit"))?.path.clone(),
            None => directory.root().map_or_else(|| UnitPath::from_stored("/"), |u| u.path.clone()),
        };
        may(actor, &Ask::SeeFigures(&path))?;
        let scope = if unit.is_some() { path.as_str() } else { "" };
        let policies = self.policies();
        let frame = Frame::new(period, as_of, &policies.zone);
        let mut conn = self.store().read().await?;
        let zone = &policies.zone;
        let in_scope = |unit: UnitId| directory.unit(unit).is_some_and(|u| path.contains(&u.path));
        let wanted = |f: &figure::MatterFact| unit.is_none() || in_scope(f.unit);
        let matters = match self.inner.kept_facts.matters(&mut conn, &frame, wanted).await? {
            Some(kept) => kept,
            None => facts::matters(&mut conn, scope, &frame).await?,
        };
        let known = facts::places(&mut conn, as_of).await?;
        // At the end of the period, or at the instant where that comes first.
        let places =
            known.register(period.bounds(zone).1.min(as_of), |kept_by| unit.is_none() || kept_by.is_some_and(in_scope));
        let careers = Careers::read(&mut conn, as_of, zone).await?;
        let post = |leader: PersonId, day: Date| careers.on(leader, day);
        let visits = facts::visits(&mut conn, scope, &frame, &known, post).await?;

        // Duty is a person's, wherever he goes: all visits count, people of the subtree owe.
        let everywhere =
            if scope.is_empty() { Vec::new() } else { facts::visits(&mut conn, "", &frame, &known, post).await? };
        let gone = if scope.is_empty() { &visits } else { &everywhere };
        let settings = policies.settings_book.known(as_of);
        // Days off are those that had been announced by then.
        let announced = policies.calendar_book.as_known_on(zone.date_of(as_of)).ok();
        let calendar = announced.as_ref().unwrap_or(&policies.calendar);
        let exempt = exempted(&mut conn, period, as_of).await?;
        let duties = Duties::of(gone, &careers, &exempt, &in_scope, &settings, calendar, &frame);
        let found = match unit {
            None => matters.iter().filter(|m| m.visit.is_some()).cloned().collect(),
            // What was found there may be for others to put right.
            Some(_) => match self.inner.kept_facts.matters(&mut conn, &frame, |m| m.visit.is_some()).await? {
                Some(kept) => kept,
                None => facts::matters(&mut conn, "", &frame).await?,
            },
        };
        let ground = levels::Ground { gone, careers: &careers, directory: &directory, in_scope: &in_scope };
        let levels = ground.facts(found, &duties, &settings, calendar, &frame);
        let wanted = |u| unit.is_none() || in_scope(u);
        let known_works = self.inner.kept_works.known(&mut conn, as_of).await?;
        let works = self.counted_works(&known_works, period, programme, wanted, calendar);
        let measures = self.measure_facts(&mut conn, &known_works, as_of, wanted, gone, zone).await?;
        let days = settings.on(period.last()).partner_unseen_days;
        let serves = |person: PersonId, day: Date| post(person, day).map(|held| held.unit);
        let partners = self.partner_facts(&mut conn, &frame, days, unit.is_none(), in_scope, serves).await?;
        let connections = self.connection_facts(&mut conn, &directory, actor, unit, as_of).await?;
        let sittings = self.sittings(&mut conn, &directory, unit.map(|_| &path), &matters, &frame).await?;
        let known_indicators = self.inner.kept_indicators.known(&mut conn, as_of).await?;
        let last = figure::conferences::last_day(&frame);
        let indicators = indicator_facts(&known_indicators, last, wanted);
        let documents = self.document_facts(&mut conn, as_of, wanted).await?;
        let teams = self.team_facts(&mut conn, &frame, (&directory, &known_works), programme, wanted).await?;
        let supply = self.supply_facts(&mut conn, &frame, wanted).await?;
        let community = self.community_facts(&mut conn, &frame, wanted).await?;
        let households = self.household_facts(&mut conn, &frame, &matters, wanted).await?;
        drop(conn);

        let facts = Facts {
            visits,
            places,
            weeks: duties.weeks,
            matters,
            every_kind: false,
            connections,
            works,
            measures,
            sittings,
            partners,
            indicators,
            documents,
            teams,
            supply,
            levels,
            community,
            households,
        };
        let (posts, campaigns) = (duties.posts, duties.campaigns);
        let owes = |week: &PersonWeek| owed_as(&posts, &careers, week);
        let figures = facts.figures(&settings, &frame);
        let mut groups = match by {
            Some(by) => {
                let tier = |unit, level| careers.tier(unit, level);
                let ties = Ties { places: &known, owes: &owes, tier: &tier, zone };
                facts.clone().by(by, &ties, &settings, &frame)
            }
            None => Vec::new(),
        };
        // Units as they stand below one another, not by their ids.
        groups.sort_by_key(|(group, _)| match group {
            Group::Unit(id) => directory.unit(*id).map(|u| u.path.clone()),
            Group::Month(_) | Group::Code(..) | Group::Text(_) | Group::Called(_) | Group::Unsaid => None,
        });
        let categories = figure::category::by_category(&facts.matters, &frame);
        Ok(Report { unit, period, as_of, figures, categories, groups, facts, campaigns })
    }
}

/// Exemptions on the days of a period's weeks.
async fn exempted(conn: &mut Conn, period: Period, as_of: Instant) -> Result<Vec<Exemption>, AppError> {
    let weeks = period.weeks();
    let first = weeks.first().map_or(period.first(), |w| w.monday());
    let last = weeks.last().map_or(period.last(), |w| w.sunday());
    let all = org::exemptions(conn, first, last, as_of).await?.into_iter();
    Ok(all.map(|(person, from, to, why)| Exemption { person, from, to, reason: reason(&why) }).collect())
}

/// As what somebody owes a week: the unit and level of the last of its days in a post.
fn owed_as(posts: &[Post], careers: &Careers, week: &PersonWeek) -> Option<(UnitId, Level)> {
    let own = || posts.iter().filter(|p| p.person == week.person);
    let last = week.week.days().filter(|day| own().any(|p| p.covers(*day))).last()?;
    careers.on(week.person, last).map(|held| (held.unit, held.level))
}

/// How people of some units stand with their duties.
struct Duties {
    posts: Vec<Post>,
    weeks: Vec<PersonWeek>,
    campaigns: Vec<Campaign>,
}

impl Duties {
    /// Duty is a person's, wherever he goes: all visits count, people of the units owe.
    fn of(
        gone: &[figure::VisitFact],
        careers: &Careers,
        exemptions: &[Exemption],
        in_scope: &impl Fn(UnitId) -> bool,
        settings: &SettingsKnown<'_>,
        calendar: &WorkingCalendar,
        frame: &Frame<'_>,
    ) -> Duties {
        let finished: Vec<_> = gone.iter().filter_map(|v| v.finished_visit(frame.zone)).collect();
        let posts: Vec<Post> = careers.held.values().flatten().filter(|p| in_scope(p.unit)).copied().collect();
        let inputs = Inputs { posts: &posts, exemptions, visits: &finished };
        let working = |day| calendar.is_working(day);
        let weeks = duty::weekly(&inputs, working, settings, &frame.period.weeks(), frame.as_of, frame.zone);
        let campaigns = duty::campaigns(&inputs, settings, &frame.period.months(), frame.as_of, frame.zone);
        Duties { posts, weeks, campaigns }
    }
}

/// What people were recorded as, the posts that follow, and what kind of unit each is in.
#[derive(Debug, Default)]
struct Careers {
    recorded: HashMap<PersonId, Vec<Recorded>>,
    held: HashMap<PersonId, Vec<Post>>,
    kinds: HashMap<UnitId, UnitKind>,
}

impl Careers {
    /// As they were known at an instant. What kind a unit is, is told once.
    async fn read(conn: &mut Conn, known: Instant, zone: &Zone) -> Result<Careers, StoreError> {
        let recorded = facts::recorded(conn, None, known, zone).await?;
        let kinds = org::units(conn).await?.into_iter().map(|u| (u.id, u.kind)).collect();
        let held = recorded.keys().map(|p| (*p, posts_of(*p, &recorded))).collect();
        Ok(Careers { recorded, held, kinds })
    }

    fn tier(&self, unit: UnitId, level: Level) -> Option<Tier> {
        self.kinds.get(&unit).map(|kind| Tier::of(level, *kind))
    }

    /// What somebody was on a day; where he held no post then, as what he was recorded first.
    fn on(&self, person: PersonId, day: Date) -> Option<Held> {
        let recorded = self.recorded.get(&person)?;
        let post = self.held.get(&person).and_then(|posts| posts.iter().find(|p| p.covers(day)));
        let (level, unit) = match post {
            Some(p) => (p.level, p.unit),
            None => recorded.first().map(|r| (r.level, r.unit))?,
        };
        Some(Held { level, unit, tier: self.tier(unit, level)?, specialty: specialty_on(recorded, day)? })
    }

    /// The same, where he owed visits on that day.
    fn owing_on(&self, person: PersonId, day: Date) -> Option<Held> {
        let posts = self.held.get(&person)?;
        posts.iter().find(|p| p.covers(day)).filter(|p| p.duty)?;
        self.on(person, day)
    }
}

impl App {
    /// Every visit of a frame, as figures count them.
    pub(crate) async fn visits_of(&self, frame: &figure::Frame<'_>) -> Result<Vec<figure::VisitFact>, AppError> {
        let mut conn = self.store().read().await?;
        let known = facts::places(&mut conn, frame.as_of).await?;
        let careers = Careers::read(&mut conn, frame.as_of, frame.zone).await?;
        Ok(facts::visits(&mut conn, "", frame, &known, |leader, day| careers.on(leader, day)).await?)
    }
}

/// A person's name for a key of the duty figure.
pub fn person_of(key: &figure::Key) -> Option<PersonId> {
    match key {
        figure::Key::PersonWeek(p, _) | figure::Key::PersonMonth(p, _) => Some(*p),
        figure::Key::Record(_) | figure::Key::Pair(..) | figure::Key::Cell(_) => None,
    }
}
