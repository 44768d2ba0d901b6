//! Figures of temporary branches and commando teams: how many there are on the last day, who belonged to them and for how many
//! days, whether what was given to them was put right in time, and which party organisations their members went to. A person
//! counts once, in however many teams he is; so does a body, however often and by whomever it was visited.

use super::conferences::Called;
use super::definition::{Basis, Definition, Distinct, Exclusion, Family, Unit};
use super::facts::MatterFact;
use super::group::{Dimension, Group};
use super::{Figure, FigureCode, Frame, sorted_by_id};
use crate::base::ids::{PartnerId, PersonId, UnitId};
use crate::base::time::{Date, Instant};
use crate::partner::{Partner, PartnerRole};
use crate::team::Team;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use uuid::Uuid;

/// Definitions of the figures of teams.
pub const FIGURES: &[Definition] = &[
    teams(FigureCode::TeamsActive, Distinct::Team, Basis::EndDay, Unit::Teams, "teams that are there on the last day"),
    teams(
        FigureCode::TeamMembers,
        Distinct::Person,
        Basis::MemberDay,
        Unit::People,
        "people who belonged to a team on a day of the period",
    ),
    teams(
        FigureCode::MemberDays,
        Distinct::Person,
        Basis::MemberDay,
        Unit::PersonDays,
        "days on which somebody belonged to a team, each once for each person, up to as of",
    )
    .measured_in(Unit::PersonDays),
    teams(
        FigureCode::TeamMattersOnTime,
        Distinct::Matter,
        Basis::DueAt,
        Unit::Matters,
        "those of the denominator that were put right by their due instant",
    )
    .out_of("matters given to a team, due in the period, put right or overdue; overdue ones still open count as late")
    .without(&[Exclusion::Connections, Exclusion::NoTarget, Exclusion::Withdrawn, Exclusion::NotYetDue]),
    teams(
        FigureCode::BodiesVisited,
        Distinct::Partner,
        Basis::LastDay,
        Unit::Organisations,
        "party organisations to which a member went on a day of his membership, up to the last day of the period",
    )
    .without(&[Exclusion::Cancelled, Exclusion::MergedVisits, Exclusion::NotStarted]),
];

const fn teams(code: FigureCode, distinct: Distinct, basis: Basis, unit: Unit, numerator: &'static str) -> Definition {
    Definition::count(code, Family::Teams, distinct, basis, unit, numerator)
}

/// A team as it was known at an instant.
#[derive(Clone, Debug)]
pub struct TeamFact {
    /// As it was known.
    pub team: Arc<Team>,
    /// How its unit is called.
    pub called: Called,
    /// The code of the programme it is for.
    pub programme: Arc<str>,
}

/// A visit to a partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WentTo {
    /// The partner, as it was named.
    pub partner: PartnerId,
    /// On which day.
    pub day: Date,
    /// Who led, and who went along with a duty.
    pub bearers: Vec<PersonId>,
}

/// What figures read of teams, as they were known at an instant.
#[derive(Clone, Debug, Default)]
pub struct TeamFacts {
    /// Teams.
    pub teams: Vec<TeamFact>,
    /// Visits to partners since the first of them was there, those that took place and count.
    pub went: Arc<Vec<WentTo>>,
}

impl TeamFacts {
    /// Whether there is nothing to count.
    pub fn is_empty(&self) -> bool {
        self.teams.is_empty()
    }

    /// Whether a unit is one of the teams.
    fn holds(&self, unit: UnitId) -> bool {
        self.teams.iter().any(|f| f.team.unit == unit)
    }

    /// The same by a dimension, with the matters that lie with the teams of each group.
    pub(super) fn by(
        &self,
        dimension: Dimension,
        matters: &[MatterFact],
    ) -> BTreeMap<Group, (TeamFacts, Vec<MatterFact>)> {
        let mut groups: BTreeMap<Group, TeamFacts> = BTreeMap::new();
        for fact in &self.teams {
            let group = match dimension {
                Dimension::Programme => Group::Text(fact.programme.clone()),
                Dimension::Team => Group::Called(fact.called.clone()),
                _ => break,
            };
            let own = groups.entry(group).or_default();
            own.went = self.went.clone();
            own.teams.push(fact.clone());
        }
        let with = |own: TeamFacts| {
            let held = matters.iter().filter(|m| own.holds(m.unit)).cloned().collect();
            (own, held)
        };
        groups.into_iter().map(|(group, own)| (group, with(own))).collect()
    }
}

/// The days of each person in any of the teams, from one day to another.
fn days(facts: &TeamFacts, from: Date, to: Date) -> BTreeMap<PersonId, BTreeSet<Date>> {
    let mut days: BTreeMap<PersonId, BTreeSet<Date>> = BTreeMap::new();
    for fact in &facts.teams {
        for m in &fact.team.members {
            let (first, last) = fact.team.days_of(m);
            let (first, last) = (first.max(from), last.min(to));
            if first <= last {
                let all = first.series(jiff::Span::new().days(1)).take_while(|d| *d <= last);
                days.entry(m.person).or_default().extend(all);
            }
        }
    }
    days
}

/// The last day of the period, or the day of as of where that is earlier.
fn up_to(frame: &Frame<'_>) -> Date {
    frame.period.last().min(frame.zone.date_of(Instant(frame.as_of.0 - 1)))
}

/// The party organisations to which members went.
fn bodies(facts: &TeamFacts, partners: &HashMap<Uuid, Arc<Partner>>, by: Date) -> BTreeSet<Uuid> {
    let member = |person: PersonId, day: Date| {
        facts.teams.iter().any(|f| f.team.is_active(day) && f.team.members_on(day).any(|m| m.person == person))
    };
    let party = |w: &&WentTo| {
        let named = partners.get(&w.partner.0);
        named.is_some_and(|p| p.roles_on(w.day).any(|r| r == PartnerRole::PartyOrganisation))
    };
    let counted = |w: &&WentTo| w.day <= by && w.bearers.iter().any(|p| member(*p, w.day));
    let counts_as = |w: &WentTo| partners.get(&w.partner.0).map_or(w.partner, |p| p.counts_as(by)).0;
    facts.went.iter().filter(party).filter(counted).map(counts_as).collect()
}

/// Every figure of teams, in the order of [`FigureCode::ALL`].
pub(super) fn figures(
    facts: &TeamFacts,
    matters: &[MatterFact],
    partners: &HashMap<Uuid, Arc<Partner>>,
    frame: &Frame<'_>,
) -> Vec<Figure> {
    use FigureCode as C;
    let last = frame.period.last();
    let active: BTreeSet<Uuid> = facts.teams.iter().filter(|f| f.team.is_active(last)).map(|f| f.team.id).collect();
    let members = days(facts, frame.period.first(), last);
    let served = days(facts, frame.period.first(), up_to(frame));
    let sum = served.values().map(|d| d.len() as f64).sum();
    let given = |m: &MatterFact| {
        facts.holds(m.unit)
            && m.kind != crate::matter::MatterKind::Connection
            && m.raised_at <= frame.as_of
            && !m.withdrawn()
            && m.due_at.is_some_and(|due| frame.expects(due))
    };
    let (mut on_time, mut due) = (Vec::new(), Vec::new());
    for m in sorted_by_id(matters, given, |m| m.id.0) {
        let by = m.due_at.unwrap_or(frame.as_of);
        match frame.knows(m.put_right()) {
            Some(right) => {
                due.push(m.id.0);
                if right <= by {
                    on_time.push(m.id.0);
                }
            }
            None if by < frame.as_of => due.push(m.id.0),
            None => {}
        }
    }
    let bodies = bodies(facts, partners, up_to(frame)).into_iter().collect();
    let people = |days: &BTreeMap<PersonId, BTreeSet<Date>>| days.keys().map(|p| p.0).collect::<Vec<_>>();
    vec![
        Figure::count(C::TeamsActive, frame, active.into_iter().collect()),
        Figure::count(C::TeamMembers, frame, people(&members)),
        Figure::measure(C::MemberDays, frame, people(&served), (!served.is_empty()).then_some(sum)),
        Figure::rate(C::TeamMattersOnTime, frame, on_time, due),
        Figure::count(C::BodiesVisited, frame, bodies),
    ]
}

/// The days of each person.
pub fn values(facts: &TeamFacts, frame: &Frame<'_>) -> HashMap<Uuid, f64> {
    days(facts, frame.period.first(), up_to(frame)).into_iter().map(|(p, d)| (p.0, d.len() as f64)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::history::Recorded;
    use crate::base::ids::{By, UnitId};
    use crate::base::time::Zone;
    use crate::figure::{Period, Value, find};
    use crate::partner::{PartnerDetails, PartnerName, PartnerRoleHeld};
    use crate::team::law::Around;
    use crate::team::{Membership, TeamDetails, TeamKind, TeamPost};

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }
    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    /// A team with members: who, from when, to when.
    fn team(n: u128, programme: &str, members: &[(u128, &str, Option<&str>)]) -> TeamFact {
        let details = TeamDetails {
            kind: TeamKind::Commando,
            programme: Some(id(1)),
            section: None,
            within: None,
            parents: vec![UnitId(id(1))],
            document: None,
            from: day("2018-04-02"),
            to: day("2018-12-31"),
        };
        let made = Team::set_up(id(n), Instant(1), &By::Rule, UnitId(id(n)), details, &Around::default());
        let mut team = made.expect("set up").0;
        for (person, from, to) in members {
            let m =
                Membership { person: PersonId(id(*person)), post: TeamPost::Member, from: day(from), to: to.map(day) };
            team = team.join(Instant(2), &By::Rule, m).expect("joined").0;
        }
        TeamFact { team: Arc::new(team), called: Called::default(), programme: programme.into() }
    }

    fn body(n: u128, role: PartnerRole) -> (Uuid, Arc<Partner>) {
        let details = PartnerDetails {
            roles: vec![PartnerRoleHeld { role, from: day("2018-01-02"), to: None }],
            district: None,
            credit_code: None,
            liaison: None,
            contacts: None,
            unit: None,
        };
        let name = PartnerName { name: "社区党委".into(), name_en: None, from: day("2018-01-02") };
        let made = Partner::register(PartnerId(id(n)), Instant(1), &By::Rule, format!("P-{n}"), name, details);
        (id(n), Arc::new(made.expect("registered").0))
    }

    fn went(partner: u128, on: &str, who: &[u128]) -> WentTo {
        WentTo {
            partner: PartnerId(id(partner)),
            day: day(on),
            bearers: who.iter().map(|p| PersonId(id(*p))).collect(),
        }
    }

    fn of(facts: &TeamFacts, partners: &HashMap<Uuid, Arc<Partner>>, period: &str, as_of: &str) -> Vec<Figure> {
        let zone = Zone::parse("Asia/Shanghai").expect("a zone");
        let period: Period = period.parse().expect("a period");
        figures(facts, &[], partners, &Frame::new(period, Instant::parse(as_of).expect("an instant"), &zone))
    }

    const LATER: &str = "2019-06-01T00:00:00+08:00";

    #[test]
    fn a_person_in_two_teams_counts_once_and_so_do_his_days() {
        let facts = TeamFacts {
            teams: vec![
                team(11, "A", &[(1, "2018-05-01", Some("2018-05-10")), (2, "2018-05-31", None)]),
                team(12, "B", &[(1, "2018-05-06", Some("2018-05-15"))]),
            ],
            ..TeamFacts::default()
        };
        let none = HashMap::new();
        let n = |figures: &[Figure], code| find(figures, code).and_then(Figure::number);
        let may = of(&facts, &none, "2018-05", LATER);
        assert_eq!(n(&may, FigureCode::TeamsActive), Some(2.0));
        assert_eq!(n(&may, FigureCode::TeamMembers), Some(2.0));
        assert_eq!(n(&may, FigureCode::MemberDays), Some(15.0 + 1.0));
        // What is to come is not served yet.
        let on = of(&facts, &none, "2018-05", "2018-05-03T00:00:00+08:00");
        assert_eq!(n(&on, FigureCode::MemberDays), Some(2.0));
        let after = of(&facts, &none, "2019-01", LATER);
        assert_eq!(n(&after, FigureCode::TeamsActive), Some(0.0));
        assert_eq!(n(&after, FigureCode::TeamMembers), Some(0.0));
        // Where the last day is still to come, a team that will be gone by then is not counted.
        let ahead = of(&facts, &none, "2019-01", "2018-06-01T00:00:00+08:00");
        assert_eq!(n(&ahead, FigureCode::TeamsActive), Some(0.0));
        // The parts of a dimension have both.
        let by = facts.by(Dimension::Programme, &[]);
        assert_eq!(by.len(), 2);
        assert!(facts.by(Dimension::District, &[]).is_empty());
    }

    #[test]
    fn a_body_counts_once_where_a_member_went_on_a_day_of_his() {
        let partners = HashMap::from([
            body(21, PartnerRole::PartyOrganisation),
            body(22, PartnerRole::PartyOrganisation),
            body(23, PartnerRole::Subdistrict),
            body(24, PartnerRole::PartyOrganisation),
        ]);
        let facts = TeamFacts {
            teams: vec![team(11, "A", &[(1, "2018-04-10", Some("2018-05-10"))])],
            went: Arc::new(vec![
                went(21, "2018-04-10", &[9, 1]),
                went(21, "2018-04-11", &[1]),
                // The day before he came, another's visit, no party organisation, the day after he left.
                went(22, "2018-04-09", &[1]),
                went(22, "2018-04-12", &[9]),
                went(23, "2018-04-12", &[1]),
                went(24, "2018-05-11", &[1]),
                went(24, "2018-05-10", &[1]),
            ]),
        };
        let visited = |period: &str| {
            let all = of(&facts, &partners, period, LATER);
            let figure = find(&all, FigureCode::BodiesVisited).expect("a figure");
            assert_eq!(figure.value, Value::Count { n: figure.ids().len() as u64 });
            figure.ids().records().to_vec()
        };
        assert_eq!(visited("2018-04-09"), Vec::<Uuid>::new());
        assert_eq!(visited("2018-05-09"), [id(21)]);
        assert_eq!(visited("2018-05"), [id(21), id(24)]);
    }

    #[test]
    fn what_was_known_is_what_the_events_give() {
        let fact = team(11, "A", &[(1, "2018-05-01", None)]);
        let (again, h) = (*fact.team)
            .clone()
            .leave(Instant(3), &By::Rule, PersonId(id(1)), day("2018-05-01"), day("2018-05-31"))
            .expect("left");
        let mut replayed = (*fact.team).clone();
        replayed.apply(&h);
        assert_eq!(replayed, again);
    }
}
