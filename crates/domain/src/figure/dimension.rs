//! Dimensions 维度: one code is one number, and any figure may be taken apart by those that its definition names. A group
//! is counted by the same functions over its own facts, so that what adds up adds up, and what does not is marked.
//!
//! Whoever calls gives the posts; words for groups are none of its business.

use super::commitments::{self, PartnerFacts};
use super::community::{self, CommunityFacts};
use super::conferences::{self, Sittings};
use super::connections::{self, ConnectionFact};
use super::definition::{Definition, Distinct, Family, FigureCode, Shape};
use super::documents::{self, DocumentFacts};
use super::facts::{MatterFact, PlaceFact, Places, VisitFact};
use super::group::{Dimension, Group, tier};
use super::households::{self, HouseholdFacts};
use super::levels::{self, Led, LevelFacts};
use super::measures::{self, MeasureFacts};
use super::supply::{self, SupplyFacts};
use super::tasks::{self, IndicatorFacts, TaskFact};
use super::teams::{self, TeamFacts};
use super::works::{self, SectionFact, WorksFacts};
use super::{Figure, Frame, Period, duty, matters, visits};
use crate::base::ids::UnitId;
use crate::base::service::ServiceItem;
use crate::base::time::{HOUR_MS, Zone};
use crate::community::ActKind;
use crate::conference::Seating;
use crate::duty::{Month, PersonWeek};
use crate::law::settings::SettingsKnown;
use crate::matter::Origin;
use crate::organisation::org::Level;
use crate::organisation::tier::Tier;
use crate::outage::NetworkLevel;
use crate::partner::PartnerRole;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use uuid::Uuid;

impl Definition {
    /// The dimensions by which it may be taken apart.
    pub fn dimensions(&self) -> &'static [Dimension] {
        use Dimension as D;
        match self.family {
            Family::Visits => &[D::Month, D::District, D::Host, D::Led, D::Level, D::Tier, D::Kind],
            Family::Duty => &[D::Month, D::Led, D::Level, D::Tier],
            Family::Matters if self.code == FigureCode::OnTheSpotRate => {
                &[D::Month, D::District, D::Host, D::Tier, D::Kind, D::Category]
            }
            Family::Matters => &[D::Month, D::District, D::Host, D::Kind, D::Category],
            Family::Connections => &[D::Month, D::District, D::Host, D::Class],
            Family::Measures => &[D::Month, D::Host, D::Class],
            Family::Works => &[D::District, D::Host, D::Programme, D::Batch],
            Family::Conferences => match self.code {
                FigureCode::ConferenceMembers => &[D::Role],
                FigureCode::RepeatTopics | FigureCode::DaysToIssue => &[D::Month],
                _ => &[D::Month, D::Organisation],
            },
            Family::Levels => levels::dimensions(self.code),
            Family::Teams => &[D::Month, D::Programme, D::Team],
            Family::Supply => &[D::Month, D::District, D::Host, D::Level],
            Family::Community => match self.code {
                FigureCode::CommunityActs => &[D::Month, D::District, D::Host, D::Act],
                _ => &[D::Month, D::District, D::Host],
            },
            Family::Households => match self.code {
                FigureCode::WishesAnswered => &[D::Month, D::Host],
                _ => &[D::Month, D::Host, D::Item],
            },
            Family::Partners => match self.code {
                FigureCode::PartnerVisits => &[D::Month, D::District, D::Host, D::Led, D::Level, D::Role],
                FigureCode::PartnersUnseen => &[D::Month, D::Role],
                FigureCode::AgreementsInForce => &[D::Month, D::Host],
                _ => &[D::Month, D::District, D::Host, D::Role],
            },
            Family::Indicators => match self.code {
                FigureCode::IndicatorScore => &[D::Month],
                _ => &[D::Month, D::Aspect, D::Component, D::Department],
            },
            Family::Documents => match self.code {
                FigureCode::Recognitions => &[D::Month, D::Host],
                _ => &[D::Month, D::Host, D::Kind],
            },
        }
    }

    /// Whether the groups of a dimension add up to the whole: counts of what lies in one group only. A place that was
    /// reached by two units is one place; of shares and medians there is no sum.
    pub fn is_additive(&self) -> bool {
        // A body to which two teams went is one body.
        self.shape == Shape::Count
            && self.code != FigureCode::BodiesVisited
            && matches!(
                self.distinct,
                Distinct::Visit
                    | Distinct::Matter
                    | Distinct::Road
                    | Distinct::Section
                    | Distinct::Partner
                    | Distinct::Agreement
                    | Distinct::Aspect
                    | Distinct::Document
                    | Distinct::Clause
                    | Distinct::Recognition
                    | Distinct::Act
                    | Distinct::SignIn
                    | Distinct::Team
            )
    }
}

/// What every figure is counted from.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Visits.
    pub visits: Vec<VisitFact>,
    /// The registry that coverage is measured against.
    pub places: Vec<PlaceFact>,
    /// Weeks of persons with a duty.
    pub weeks: Vec<PersonWeek>,
    /// Matters, connections left out.
    pub matters: Vec<MatterFact>,
    /// They are of one kind and count whatever it is.
    pub every_kind: bool,
    /// Connections with power on.
    pub connections: Arc<Vec<ConnectionFact>>,
    /// Sections of works.
    pub works: WorksFacts,
    /// Improvement measures.
    pub measures: MeasureFacts,
    /// Joint conferences.
    pub sittings: Sittings,
    /// Partners and agreements.
    pub partners: PartnerFacts,
    /// Indicators taken apart.
    pub indicators: IndicatorFacts,
    /// Supporting documents and recognitions.
    pub documents: DocumentFacts,
    /// Temporary branches and commando teams.
    pub teams: TeamFacts,
    /// Outages and customers served.
    pub supply: SupplyFacts,
    /// Who went in which tier, what was found, who receives.
    pub levels: LevelFacts,
    /// Service days.
    pub community: CommunityFacts,
    /// Household service.
    pub households: HouseholdFacts,
}

/// What facts alone do not tell of their groups.
#[allow(missing_debug_implementations)] // it holds a function
pub struct Ties<'a> {
    /// What places were.
    pub places: &'a Places,
    /// Unit and level of whoever owes a week.
    pub owes: &'a dyn Fn(&PersonWeek) -> Option<(UnitId, Level)>,
    /// Tier of a level in a unit; none where there is no such unit.
    pub tier: &'a dyn Fn(UnitId, Level) -> Option<Tier>,
    /// Where days begin.
    pub zone: &'a Zone,
}

impl Facts {
    /// What the two levels that lead are counted from.
    pub fn led(&self) -> Led<'_> {
        Led { visits: &self.visits, places: &self.places, weeks: &self.weeks, levels: &self.levels }
    }

    /// Every figure, in the order of [`FigureCode::ALL`].
    pub fn figures(&self, settings: &SettingsKnown<'_>, frame: &Frame<'_>) -> Vec<Figure> {
        let mut all = visits::figures(&self.visits, &self.places, settings, frame);
        all.push(duty::figure(&self.weeks, frame));
        all.extend(matters::figures_of(&self.matters, frame, |m| self.every_kind || m.kind.in_loop()));
        all.extend(connections::figures(&self.connections, frame));
        all.extend(works::figures(&self.works, frame));
        all.extend(measures::figures(&self.measures, frame));
        all.extend(conferences::figures(&self.sittings, frame));
        all.extend(commitments::figures(&self.visits, &self.matters, &self.partners, settings, frame));
        all.extend(tasks::figures(&self.indicators, frame));
        all.extend(documents::figures(&self.documents, frame));
        all.extend(teams::figures(&self.teams, &self.matters, &self.partners.known, frame));
        all.extend(supply::figures(&self.supply, frame));
        all.extend(levels::figures(self.led(), settings, frame));
        all.extend(community::figures(&self.community, frame));
        all.extend(households::figures(&self.households, frame));
        all.sort_by_key(|f| f.code as usize);
        all.into_iter().map(|f| f.in_force(settings.newest())).collect()
    }

    /// Every figure that may be taken apart by a dimension, group by group. A group in which nothing lies is not there.
    pub fn by(
        self,
        dimension: Dimension,
        ties: &Ties<'_>,
        settings: &SettingsKnown<'_>,
        frame: &Frame<'_>,
    ) -> Vec<(Group, Vec<Figure>)> {
        let figures = |facts: &Facts, frame: &Frame<'_>| -> Vec<Figure> {
            let wanted = |d: &Definition| {
                d.dimensions().contains(&dimension) && (dimension == Dimension::Month || facts.has(d.family))
            };
            facts.figures(settings, frame).into_iter().filter(|f| wanted(f.definition())).collect()
        };
        if dimension == Dimension::Month {
            let part = |month: Month| {
                let (first, last) = (month.first().max(frame.period.first()), month.last().min(frame.period.last()));
                Period::new(first, last).ok().map(|period| Frame::new(period, frame.as_of, frame.zone))
            };
            let months = frame.period.months().into_iter();
            return months.filter_map(|m| Some((Group::Month(m), figures(&self, &part(m)?)))).collect();
        }
        self.split(dimension, ties).into_iter().map(|(group, facts)| (group, figures(&facts, frame))).collect()
    }

    /// The facts of each group of a dimension; a month has none of its own, it is a frame.
    pub fn parts(self, dimension: Dimension, ties: &Ties<'_>) -> Vec<(Group, Facts)> {
        self.split(dimension, ties).into_iter().collect()
    }

    fn has(&self, family: Family) -> bool {
        match family {
            Family::Visits => !self.visits.is_empty() || !self.places.is_empty(),
            Family::Duty => !self.weeks.is_empty(),
            Family::Matters => !self.matters.is_empty(),
            Family::Connections => !self.connections.is_empty(),
            Family::Works => !self.works.is_empty(),
            Family::Measures => !self.measures.is_empty(),
            Family::Conferences => !self.sittings.is_empty(),
            Family::Teams => !self.teams.is_empty(),
            Family::Supply => !self.supply.is_empty(),
            Family::Partners => {
                !self.partners.is_empty()
                    || self.visits.iter().any(|v| v.partner.is_some())
                    || self.matters.iter().any(|m| self.partners.of(m).is_some())
            }
            Family::Indicators => !self.indicators.is_empty(),
            Family::Documents => !self.documents.is_empty(),
            Family::Levels => !self.visits.is_empty() || !self.weeks.is_empty() || !self.levels.is_empty(),
            Family::Community => !self.community.is_empty(),
            Family::Households => !self.households.is_empty(),
        }
    }

    fn split(self, dimension: Dimension, ties: &Ties<'_>) -> BTreeMap<Group, Facts> {
        use Dimension as D;
        let mut groups: BTreeMap<Group, Facts> = BTreeMap::new();
        let partners = self.partners;
        let role = |role: Option<PartnerRole>| role.map_or(Group::Unsaid, |r| Group::Code(r as usize, r.as_str()));
        // A seat that partners have too is the same group; the others come after.
        let seated = |seat: Seating| match PartnerRole::parse(seat.as_str()) {
            Some(same) => role(Some(same)),
            None => Group::Code(PartnerRole::ALL.len() + seat as usize, seat.as_str()),
        };
        for fact in self.visits {
            let group = match dimension {
                D::District => text(&fact.district),
                D::Host => Group::Unit(fact.host),
                D::Led => Group::Unit(fact.led),
                D::Level => Group::Code(fact.leader_level as usize, fact.leader_level.as_str()),
                D::Tier => tier(fact.tier),
                D::Kind => Group::Code(fact.kind as usize, fact.kind.as_str()),
                D::Role => match fact.partner {
                    Some(partner) => role(partners.role(partner, fact.planned_day)),
                    None => continue,
                },
                D::Month
                | D::Category
                | D::Class
                | D::Programme
                | D::Batch
                | D::Team
                | D::Organisation
                | D::Aspect
                | D::Component
                | D::Act
                | D::Item
                | D::Department => continue,
            };
            groups.entry(group).or_default().visits.push(fact);
        }
        for week in self.weeks {
            let owes = (ties.owes)(&week);
            let group = match dimension {
                D::Led => owes.map_or(Group::Unsaid, |(unit, _)| Group::Unit(unit)),
                D::Level => owes.map_or(Group::Unsaid, |(_, level)| Group::Code(level as usize, level.as_str())),
                D::Tier => owes.and_then(|(unit, level)| (ties.tier)(unit, level)).map_or(Group::Unsaid, tier),
                D::Month
                | D::District
                | D::Host
                | D::Kind
                | D::Category
                | D::Class
                | D::Programme
                | D::Batch
                | D::Team
                | D::Role
                | D::Organisation
                | D::Aspect
                | D::Component
                | D::Act
                | D::Item
                | D::Department => {
                    continue;
                }
            };
            groups.entry(group).or_default().weeks.push(week);
        }
        for (group, (own, held)) in self.teams.by(dimension, &self.matters) {
            let facts = groups.entry(group).or_default();
            facts.matters.extend(held);
            facts.teams = own;
        }
        for fact in self.matters {
            let group = match dimension {
                D::District => fact
                    .place
                    .and_then(|place| ties.places.held(place, fact.raised_at))
                    .map_or(Group::Unsaid, |held| text(&held.district)),
                D::Host => Group::Unit(fact.unit),
                D::Kind => Group::Code(fact.kind as usize, fact.kind.as_str()),
                D::Tier => match fact.visit.and_then(|visit| self.levels.tier_of(visit)) {
                    Some(of) => tier(of),
                    None if fact.origin == Origin::Visit => Group::Unsaid,
                    None => continue,
                },
                D::Category => text(&fact.category),
                D::Role => match partners.of(&fact) {
                    Some(partner) => role(partners.role(partner, ties.zone.date_of(fact.raised_at))),
                    None => continue,
                },
                D::Month
                | D::Led
                | D::Level
                | D::Class
                | D::Programme
                | D::Batch
                | D::Team
                | D::Organisation
                | D::Aspect
                | D::Component
                | D::Act
                | D::Item
                | D::Department => continue,
            };
            let own = groups.entry(group).or_default();
            own.every_kind = dimension == D::Kind;
            own.matters.push(fact);
        }
        let mut connections: BTreeMap<Group, Vec<ConnectionFact>> = BTreeMap::new();
        for fact in self.connections.iter() {
            let group = match dimension {
                D::District => text(&fact.district),
                D::Host => Group::Unit(fact.unit),
                D::Class => Group::Code(fact.class as usize, fact.class.as_str()),
                D::Month
                | D::Led
                | D::Level
                | D::Kind
                | D::Category
                | D::Programme
                | D::Batch
                | D::Team
                | D::Role
                | D::Organisation
                | D::Aspect
                | D::Component
                | D::Act
                | D::Item
                | D::Department
                | D::Tier => continue,
            };
            connections.entry(group).or_default().push(fact.clone());
        }
        for (group, facts) in connections {
            groups.entry(group).or_default().connections = Arc::new(facts);
        }
        for fact in self.measures.measures {
            let group = match dimension {
                D::Host => Group::Unit(fact.unit),
                D::Class => Group::Code(fact.class as usize, fact.class.as_str()),
                D::Month
                | D::District
                | D::Led
                | D::Level
                | D::Kind
                | D::Category
                | D::Programme
                | D::Batch
                | D::Team
                | D::Role
                | D::Organisation
                | D::Aspect
                | D::Component
                | D::Act
                | D::Item
                | D::Department
                | D::Tier => {
                    continue;
                }
            };
            let own = &mut groups.entry(group).or_default().measures;
            own.sections = self.measures.sections.clone();
            own.measures.push(fact);
        }
        for visit in self.measures.visits.into_iter().filter(|_| dimension == D::Host) {
            groups.entry(Group::Unit(visit.led)).or_default().measures.visits.push(visit);
        }
        let works = |f: &SectionFact| {
            Some(match dimension {
                D::District => text(&f.section.details.district.as_str().into()),
                D::Host => Group::Unit(works::owner(f)),
                D::Programme => Group::Text(f.programme.code.as_str().into()),
                D::Batch => Group::Text(f.section.details.batch.to_string().into()),
                D::Month
                | D::Led
                | D::Level
                | D::Kind
                | D::Category
                | D::Class
                | D::Team
                | D::Role
                | D::Organisation
                | D::Aspect
                | D::Component
                | D::Act
                | D::Item
                | D::Department
                | D::Tier => {
                    return None;
                }
            })
        };
        for fact in self.works.sections {
            let Some(group) = works(&fact) else { continue };
            let own = &mut groups.entry(group).or_default().works;
            own.finish.clone_from(&self.works.finish);
            own.calendar.clone_from(&self.works.calendar);
            own.sections.push(fact);
        }
        // Last year's sections are compared with those of the programmes that are compared with theirs.
        // A district is not compared with a whole city.
        let whole = matches!(dimension, D::Programme | D::Host);
        for fact in self.works.compared.into_iter().filter(|_| whole) {
            for own in groups.values_mut() {
                let compares =
                    own.works.sections.iter().any(|s| s.programme.details.compare_with == Some(fact.programme.id));
                if compares {
                    own.works.compared.push(fact.clone());
                }
            }
        }
        match dimension {
            D::Role => {
                for (role, own) in self.sittings.by_role() {
                    groups.entry(seated(role)).or_default().sittings = own;
                }
            }
            D::Organisation => {
                for (id, own) in self.sittings.by_organisation() {
                    groups.entry(Group::Called(self.sittings.name(id))).or_default().sittings = own;
                }
            }
            D::Month
            | D::District
            | D::Host
            | D::Led
            | D::Level
            | D::Kind
            | D::Category
            | D::Class
            | D::Programme
            | D::Batch
            | D::Team
            | D::Aspect
            | D::Component
            | D::Act
            | D::Item
            | D::Department
            | D::Tier => {}
        }
        match dimension {
            D::Host => {
                for (unit, own) in self.documents.by_unit() {
                    groups.entry(Group::Unit(unit)).or_default().documents = own;
                }
            }
            D::Kind => {
                for (kind, own) in self.documents.by_kind() {
                    groups.entry(Group::Code(kind as usize, kind.as_str())).or_default().documents = own;
                }
            }
            D::Month
            | D::District
            | D::Led
            | D::Level
            | D::Category
            | D::Class
            | D::Programme
            | D::Batch
            | D::Team
            | D::Role
            | D::Organisation
            | D::Aspect
            | D::Component
            | D::Act
            | D::Item
            | D::Department
            | D::Tier => {}
        }
        for (group, own) in split_supply(&self.supply, dimension) {
            groups.entry(group).or_default().supply = own;
        }
        for (group, own) in split_community(&self.community, dimension) {
            groups.entry(group).or_default().community = own;
        }
        for (group, own) in split_households(&self.households, dimension) {
            groups.entry(group).or_default().households = own;
        }
        for fact in partners.counted {
            let group = match dimension {
                D::Role => role(fact.partner.details.roles.first().map(|r| r.role)),
                D::Month
                | D::District
                | D::Host
                | D::Led
                | D::Level
                | D::Kind
                | D::Category
                | D::Class
                | D::Programme
                | D::Batch
                | D::Team
                | D::Organisation
                | D::Aspect
                | D::Component
                | D::Act
                | D::Item
                | D::Department
                | D::Tier => continue,
            };
            groups.entry(group).or_default().partners.counted.push(fact);
        }
        for agreement in partners.agreements {
            let group = match dimension {
                D::Host => Group::Unit(agreement.details.unit),
                D::Month
                | D::District
                | D::Led
                | D::Level
                | D::Kind
                | D::Category
                | D::Class
                | D::Programme
                | D::Batch
                | D::Team
                | D::Role
                | D::Organisation
                | D::Aspect
                | D::Component
                | D::Act
                | D::Item
                | D::Department
                | D::Tier => continue,
            };
            groups.entry(group).or_default().partners.agreements.push(agreement);
        }
        for (group, own) in split_tasks(&self.indicators, dimension) {
            groups.entry(group).or_default().indicators = own;
        }
        for (group, own) in self.levels.split(dimension) {
            groups.entry(group).or_default().levels = own;
        }
        for facts in groups.values_mut() {
            facts.partners.known = partners.known.clone();
            facts.levels.shared = self.levels.shared.clone();
        }
        // A place of the registry that nobody reached is missing in its own group, and in each where it has none.
        for place in self.places {
            let own = match dimension {
                D::District => Some(text(&place.district)),
                D::Host => Some(place.unit.map_or(Group::Unsaid, Group::Unit)),
                D::Month
                | D::Led
                | D::Level
                | D::Kind
                | D::Category
                | D::Class
                | D::Programme
                | D::Batch
                | D::Team
                | D::Role
                | D::Organisation
                | D::Aspect
                | D::Component
                | D::Act
                | D::Item
                | D::Department
                | D::Tier => None,
            };
            match own {
                Some(group) => groups.entry(group).or_default().places.push(place),
                None => {
                    let reached = groups.values_mut().filter(|facts| !facts.visits.is_empty());
                    reached.for_each(|facts| facts.places.push(place.clone()));
                }
            }
        }
        groups
    }

    /// What each record adds to a mean, a median or a sum, in the unit of the definition; nothing for counts and shares.
    pub fn values(&self, code: FigureCode, frame: &Frame<'_>) -> HashMap<Uuid, f64> {
        use FigureCode as C;
        let matters = |value: &dyn Fn(&MatterFact) -> Option<f64>| {
            self.matters.iter().filter_map(|m| Some((m.id.0, value(m)?))).collect()
        };
        let connections = |value: &dyn Fn(&ConnectionFact) -> Option<f64>| {
            self.connections.iter().filter_map(|c| Some((c.id.0, value(c)?))).collect()
        };
        match code {
            C::OpenAgeMedian | C::OpenAgeP90 => {
                matters(&|m| Some(frame.as_of.since(m.raised_at) as f64 / (24 * HOUR_MS) as f64))
            }
            C::HoursToCloseMedian => {
                matters(&|m| matters::time_to_close(m, frame).map(|ms| ms as f64 / HOUR_MS as f64))
            }
            C::ThreeZeroDaysMean | C::ThreeZeroDaysMedian | C::ThreeZeroDaysP90 => {
                connections(&|c| c.elapsed_days.map(f64::from))
            }
            C::ThreeZeroHandledMean => connections(&|c| c.handled_days.map(f64::from)),
            C::ConnectedStepsMean => connections(&|c| c.visible_steps.map(f64::from)),
            C::MeasuresEffect => measures::saved(&self.measures, frame),
            C::DaysToIssue => {
                let day = (24 * HOUR_MS) as f64;
                let worth =
                    |m: &conferences::MeetingFact| Some((m.id, conferences::time_to_issue(m, frame)? as f64 / day));
                self.sittings.meetings.iter().filter_map(worth).collect()
            }
            C::WorksLength | C::WorksStartedKmRate | C::WorksDaysAhead | C::WorksLeadCivil => {
                works::values(&self.works, code, frame)
            }
            C::TasksDoneWeight => self.indicators.tasks.iter().map(|t| (t.task.0, t.weight)).collect(),
            C::MemberDays => teams::values(&self.teams, frame),
            C::Saidi | C::Saifi | C::Caidi => supply::values(&self.supply, code, frame),
            C::PersonVisitsMedian | C::FindingsPerVisit | C::QuotaMet => levels::values(self.led(), code, frame),
            C::ServiceHours => community::hours(&self.community, frame),
            C::ServiceItems | C::LampsReplaced => households::quantities(&self.households, code, frame),
            C::ConnectionSaving => connections(&|c| c.saving.map(|fen| fen as f64 / 100.0)),
            _ => HashMap::new(),
        }
    }
}

/// The tasks of each group of a dimension.
pub(super) fn split_tasks(facts: &IndicatorFacts, dimension: Dimension) -> BTreeMap<Group, IndicatorFacts> {
    use Dimension as D;
    let mut groups: BTreeMap<Group, Vec<TaskFact>> = BTreeMap::new();
    for task in facts.tasks.iter() {
        let group = match dimension {
            D::Aspect => Group::Called(task.aspect_called.clone()),
            D::Component => Group::Called(task.component.clone()),
            D::Department => Group::Unit(task.owner),
            D::Month
            | D::District
            | D::Host
            | D::Led
            | D::Level
            | D::Kind
            | D::Category
            | D::Class
            | D::Programme
            | D::Batch
            | D::Team
            | D::Role
            | D::Organisation
            | D::Act
            | D::Item
            | D::Tier => break,
        };
        groups.entry(group).or_default().push(task.clone());
    }
    let facts = |tasks| IndicatorFacts { tasks: Arc::new(tasks), scores: Vec::new() };
    groups.into_iter().map(|(group, tasks)| (group, facts(tasks))).collect()
}

/// Supply by a dimension. A district and a unit have customers of their own, with or without an outage; a level is measured by
/// all customers, so that levels add up.
fn split_supply(facts: &SupplyFacts, dimension: Dimension) -> Vec<(Group, SupplyFacts)> {
    use Dimension as D;
    match dimension {
        D::District => {
            let names: BTreeSet<&str> = facts.bases.iter().map(|b| b.district.as_str()).collect();
            let of = |name: &str| (text(&name.into()), facts.only(|c| c.district == name, |b| b.district == name));
            names.into_iter().map(of).collect()
        }
        D::Host => {
            let units: BTreeSet<UnitId> = facts.bases.iter().map(|b| b.unit).collect();
            units.into_iter().map(|u| (Group::Unit(u), facts.only(|c| c.unit == u, |b| b.unit == u))).collect()
        }
        D::Level => {
            // After the levels of people.
            let group = |l: NetworkLevel| Group::Code(Level::ALL.len() + l as usize, l.as_str());
            let levels = NetworkLevel::ALL.iter().filter(|_| !facts.is_empty());
            levels.map(|l| (group(*l), facts.only(|c| c.level == *l, |_| true))).collect()
        }
        D::Month
        | D::Led
        | D::Kind
        | D::Category
        | D::Class
        | D::Programme
        | D::Batch
        | D::Team
        | D::Role
        | D::Organisation
        | D::Aspect
        | D::Component
        | D::Act
        | D::Item
        | D::Department
        | D::Tier => Vec::new(),
    }
}

/// Service days by a dimension. By kinds of acts only acts are told apart.
fn split_community(facts: &CommunityFacts, dimension: Dimension) -> Vec<(Group, CommunityFacts)> {
    use Dimension as D;
    match dimension {
        D::District => {
            let names: BTreeSet<&Arc<str>> = facts.sessions.iter().map(|s| &s.district).collect();
            names.into_iter().map(|n| (text(n), facts.only(|s| s.district == *n))).collect()
        }
        D::Host => {
            let units: BTreeSet<UnitId> = facts.sessions.iter().map(|s| s.host).collect();
            units.into_iter().map(|u| (Group::Unit(u), facts.only(|s| s.host == u))).collect()
        }
        D::Act => {
            let of = |kind: ActKind| {
                let mut own = facts.only(|s| s.acts.iter().any(|a| a.kind == kind));
                own.sessions.iter_mut().for_each(|s| s.acts.retain(|a| a.kind == kind));
                (Group::Code(kind as usize, kind.as_str()), own)
            };
            ActKind::ALL.into_iter().map(of).filter(|(_, own)| !own.is_empty()).collect()
        }
        D::Month
        | D::Led
        | D::Level
        | D::Kind
        | D::Category
        | D::Class
        | D::Programme
        | D::Batch
        | D::Role
        | D::Organisation
        | D::Aspect
        | D::Component
        | D::Department
        | D::Tier
        | D::Item
        | D::Team => Vec::new(),
    }
}

/// Household service by a dimension. By items only what was done is told apart: an order names none.
fn split_households(facts: &HouseholdFacts, dimension: Dimension) -> Vec<(Group, HouseholdFacts)> {
    use Dimension as D;
    match dimension {
        D::Host => facts.units().into_iter().map(|u| (Group::Unit(u), facts.of_unit(u))).collect(),
        D::Item => {
            let of = |item: &ServiceItem| (Group::Code(*item as usize, item.as_str()), facts.of_item(*item));
            ServiceItem::ALL.iter().map(of).filter(|(_, own)| !own.is_empty()).collect()
        }
        D::Month
        | D::District
        | D::Led
        | D::Level
        | D::Kind
        | D::Category
        | D::Class
        | D::Programme
        | D::Batch
        | D::Role
        | D::Organisation
        | D::Aspect
        | D::Component
        | D::Act
        | D::Department
        | D::Tier
        | D::Team => Vec::new(),
    }
}

fn text(name: &Arc<str>) -> Group {
    if name.is_empty() { Group::Unsaid } else { Group::Text(name.clone()) }
}
