//! What may happen to a team. Whether units, works and people are in the register, whoever asks finds out, and which teams are
//! part of it, and which matters lie with it: they are given.

use super::{Membership, Team, TeamDetails, TeamEvent, TeamKind};
use crate::base::codes::codes;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::time::{Date, Instant};
use uuid::Uuid;

codes! {
    /// Why not.
    TeamRule {
        /// It is for no works.
        WithoutWorks = "team_without_works",
        /// It ends before it begins.
        EndsBeforeItBegins = "team_ends_before_it_begins",
        /// Its days are not among its unit's.
        OutsideUnit = "team_outside_unit",
        /// Fewer units than its type asks for.
        TooFewParents = "team_too_few_parents",
        /// What it is to be part of is no general branch.
        NotWithinThat = "team_not_within_that",
        /// Its days are not among those of the team it is part of.
        OutlastsParent = "team_outlasts_parent",
        /// A team that is part of it has other days.
        OutlastedByPart = "team_outlasted_by_part",
        /// Somebody's membership would have days that are not the team's.
        OutlastedByMember = "team_outlasted_by_member",
        /// A membership's days are not the team's.
        MemberOutside = "team_member_outside",
        /// He belongs to it on some of these days already.
        MemberTwice = "team_member_twice",
        /// No membership of his begins on that day.
        NoSuchMember = "team_no_such_member",
        /// It was dissolved.
        Dissolved = "team_dissolved_already",
        /// It is dissolved on a day that is not its own.
        DissolvedOutside = "team_dissolved_outside",
        /// Matters lie with it that somebody else has to take over first.
        HoldsMatters = "team_holds_matters",
    }
}

/// A team after a transition, with what happened.
pub type TeamMoved = (Team, Happened<TeamEvent>);

/// What a team's days are held against.
#[derive(Clone, Copy, Debug, Default)]
pub struct Around<'a> {
    /// The days of its unit, as far as they are set.
    pub unit: (Option<Date>, Option<Date>),
    /// The team it is part of.
    pub within: Option<&'a Team>,
    /// Teams that are part of it.
    pub parts: &'a [Team],
}

fn no(rule: TeamRule, about: impl ToString) -> Refusal {
    Refusal::rule(rule, about.to_string())
}

/// What is refused of a team whatever was before, its days among them.
fn stands(d: &TeamDetails, around: &Around<'_>) -> Result<(), Refusal> {
    if d.programme.is_none() {
        return Err(no(TeamRule::WithoutWorks, ""));
    }
    if d.to < d.from {
        return Err(no(TeamRule::EndsBeforeItBegins, d.to));
    }
    let least = if d.kind == TeamKind::JointBranch { 2 } else { 1 };
    let distinct = d.parents.iter().enumerate().filter(|(i, p)| !d.parents[..*i].contains(p)).count();
    if distinct < least || distinct < d.parents.len() {
        return Err(no(TeamRule::TooFewParents, least));
    }
    let (from, to) = around.unit;
    if from.is_some_and(|from| d.from < from) || to.is_some_and(|to| to < d.to) {
        return Err(no(TeamRule::OutsideUnit, ""));
    }
    if let Some(whole) = around.within {
        if whole.details.kind != TeamKind::GeneralBranch || d.kind == TeamKind::GeneralBranch {
            return Err(no(TeamRule::NotWithinThat, ""));
        }
        if d.from < whole.details.from || whole.last_day() < d.to {
            return Err(no(TeamRule::OutlastsParent, whole.last_day()));
        }
    }
    match around.parts.iter().find(|p| p.details.from < d.from || d.to < p.last_day()) {
        Some(part) => Err(no(TeamRule::OutlastedByPart, part.last_day())),
        None if !around.parts.is_empty() && d.kind != TeamKind::GeneralBranch => Err(no(TeamRule::NotWithinThat, "")),
        None => Ok(()),
    }
}

impl Team {
    /// Sets one up.
    pub fn set_up(
        id: Uuid,
        at: Instant,
        by: &By,
        unit: UnitId,
        details: TeamDetails,
        around: &Around<'_>,
    ) -> Result<TeamMoved, Refusal> {
        stands(&details, around)?;
        let h = Happened { at, by: by.clone(), event: TeamEvent::SetUp { unit, details } };
        let team = Team::begin(id, &h).ok_or(Refusal::SameAsBefore)?;
        Ok((team, h))
    }

    fn then(mut self, at: Instant, by: &By, event: TeamEvent) -> TeamMoved {
        let h = Happened { at, by: by.clone(), event };
        self.apply(&h);
        (self, h)
    }

    fn open(&self) -> Result<(), Refusal> {
        match &self.dissolved {
            Some((on, _)) => Err(no(TeamRule::Dissolved, on)),
            None => Ok(()),
        }
    }

    /// Changes what it is.
    pub fn change(self, at: Instant, by: &By, details: TeamDetails, around: &Around<'_>) -> Result<TeamMoved, Refusal> {
        self.open()?;
        stands(&details, around)?;
        if self.details == details {
            return Err(Refusal::SameAsBefore);
        }
        let outside = |m: &&Membership| m.from < details.from || details.to < m.to.unwrap_or(m.from);
        if let Some(m) = self.members.iter().find(outside) {
            return Err(no(TeamRule::OutlastedByMember, m.to.unwrap_or(m.from)));
        }
        Ok(self.then(at, by, TeamEvent::Changed { details }))
    }

    fn holds(&self, from: Date, to: Option<Date>) -> Result<(), Refusal> {
        let last = to.unwrap_or(from);
        if last < from || from < self.details.from || self.last_day() < last {
            let days = format!("{}–{}", self.details.from, self.last_day());
            return Err(no(TeamRule::MemberOutside, days));
        }
        Ok(())
    }

    /// Somebody joins. In other teams he may be at the same time, in this one once.
    pub fn join(self, at: Instant, by: &By, member: Membership) -> Result<TeamMoved, Refusal> {
        self.open()?;
        self.holds(member.from, member.to)?;
        let (from, to) = self.days_of(&member);
        let there = self.members.iter().filter(|m| m.person == member.person).map(|m| self.days_of(m));
        if there.into_iter().any(|(f, t)| f <= to && from <= t) {
            return Err(no(TeamRule::MemberTwice, ""));
        }
        Ok(self.then(at, by, TeamEvent::Joined { member }))
    }

    /// Somebody's membership has a last day.
    pub fn leave(self, at: Instant, by: &By, person: PersonId, from: Date, to: Date) -> Result<TeamMoved, Refusal> {
        self.open()?;
        let m = self.members.iter().find(|m| (m.person, m.from) == (person, from));
        let m = *m.ok_or_else(|| no(TeamRule::NoSuchMember, from))?;
        self.holds(from, Some(to))?;
        if m.to == Some(to) {
            return Err(Refusal::SameAsBefore);
        }
        let others = self.members.iter().filter(|o| o.person == person && o.from != from);
        let overlaps = others.map(|o| self.days_of(o)).any(|(f, t)| f <= to && from <= t);
        if overlaps {
            return Err(no(TeamRule::MemberTwice, ""));
        }
        Ok(self.then(at, by, TeamEvent::Left { person, from, to }))
    }

    /// Its works are handed over: it is proposed to dissolve it, once.
    pub fn propose_dissolution(self, at: Instant, on: Date) -> Result<TeamMoved, Refusal> {
        self.open()?;
        if self.proposed.is_some() {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, &By::Rule, TeamEvent::DissolutionProposed { on }))
    }

    /// Dissolves it on its last day. What still lies with it is named by numbers; teams that are part of it end no later.
    pub fn dissolve(
        self,
        at: Instant,
        by: &By,
        on: Date,
        reason: Words,
        open: &[String],
        parts: &[Team],
    ) -> Result<TeamMoved, Refusal> {
        self.open()?;
        if on < self.details.from || self.details.to < on {
            return Err(no(TeamRule::DissolvedOutside, format!("{}–{}", self.details.from, self.details.to)));
        }
        if let Some(part) = parts.iter().find(|p| on < p.last_day()) {
            return Err(no(TeamRule::OutlastedByPart, part.last_day()));
        }
        if !open.is_empty() {
            return Err(no(TeamRule::HoldsMatters, open.join("、")));
        }
        Ok(self.then(at, by, TeamEvent::Dissolved { on, reason }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::team::TeamPost;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }
    fn unit(n: u128) -> UnitId {
        UnitId(Uuid::from_u128(n))
    }
    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }
    fn details(kind: TeamKind, from: &str, to: &str) -> TeamDetails {
        TeamDetails {
            kind,
            programme: Some(Uuid::from_u128(7)),
            section: None,
            within: None,
            parents: vec![unit(1), unit(2)],
            document: None,
            from: day(from),
            to: day(to),
        }
    }
    fn made(d: TeamDetails, around: &Around<'_>) -> Result<Team, Refusal> {
        Team::set_up(Uuid::from_u128(1), Instant(1), &By::Rule, unit(9), d, around).map(|m| m.0)
    }
    fn refused<T: std::fmt::Debug>(done: Result<T, Refusal>, rule: TeamRule) {
        match done {
            Err(Refusal::Rule { rule: told, .. }) => assert_eq!(told.as_str(), rule.as_str()),
            other => panic!("{other:?} instead of {rule:?}"),
        }
    }
    fn member(n: u128, from: &str, to: Option<&str>) -> Membership {
        Membership { person: person(n), post: TeamPost::Member, from: day(from), to: to.map(day) }
    }
    fn words() -> Words {
        Words { id: WordsId(Uuid::from_u128(3)), hash: String::new() }
    }

    #[test]
    fn it_is_for_works_and_lies_within_its_unit_and_the_team_it_is_part_of() {
        use TeamKind as K;
        let alone = Around::default();
        let of = |kind| details(kind, "2018-04-02", "2018-12-31");
        refused(made(TeamDetails { programme: None, ..of(K::Commando) }, &alone), TeamRule::WithoutWorks);
        refused(made(details(K::Commando, "2018-04-02", "2018-04-01"), &alone), TeamRule::EndsBeforeItBegins);
        refused(made(TeamDetails { parents: vec![unit(1)], ..of(K::JointBranch) }, &alone), TeamRule::TooFewParents);
        refused(made(TeamDetails { parents: vec![], ..of(K::Commando) }, &alone), TeamRule::TooFewParents);
        let twice = TeamDetails { parents: vec![unit(1), unit(1)], ..of(K::JointBranch) };
        refused(made(twice, &alone), TeamRule::TooFewParents);
        let in_unit = |from: &str, to: &str| Around { unit: (Some(day(from)), Some(day(to))), ..alone };
        refused(made(of(K::Commando), &in_unit("2018-04-03", "2018-12-31")), TeamRule::OutsideUnit);
        refused(made(of(K::Commando), &in_unit("2018-04-02", "2018-12-30")), TeamRule::OutsideUnit);
        assert!(made(of(K::Commando), &in_unit("2018-04-02", "2018-12-31")).is_ok());
        let Ok(whole) = made(of(K::GeneralBranch), &alone) else { panic!("not set up") };
        let within = Around { within: Some(&whole), ..alone };
        refused(made(details(K::TemporaryBranch, "2018-04-02", "2019-01-01"), &within), TeamRule::OutlastsParent);
        refused(made(details(K::TemporaryBranch, "2018-04-01", "2018-12-31"), &within), TeamRule::OutlastsParent);
        refused(made(of(K::GeneralBranch), &within), TeamRule::NotWithinThat);
        let Ok(part) = made(of(K::TemporaryBranch), &within) else { panic!("not set up") };
        refused(made(of(K::TemporaryBranch), &Around { within: Some(&part), ..alone }), TeamRule::NotWithinThat);
        // The whole may not become shorter than its part, nor be dissolved before it.
        let parts = Around { parts: std::slice::from_ref(&part), ..alone };
        let shorter = details(K::GeneralBranch, "2018-04-02", "2018-12-30");
        refused(whole.clone().change(Instant(2), &By::Rule, shorter, &parts), TeamRule::OutlastedByPart);
        let gone = |parts| whole.clone().dissolve(Instant(2), &By::Rule, day("2018-09-01"), words(), &[], parts);
        refused(gone(std::slice::from_ref(&part)), TeamRule::OutlastedByPart);
        assert!(gone(&[]).is_ok());
    }

    #[test]
    fn a_membership_lies_within_the_teams_days_and_nobody_belongs_to_it_twice_at_once() {
        let Ok(t) = made(details(TeamKind::Commando, "2018-04-02", "2018-12-31"), &Around::default()) else {
            panic!("not set up")
        };
        let join = |t: &Team, m| t.clone().join(Instant(2), &By::Rule, m).map(|m| m.0);
        for (from, to) in [
            ("2018-04-01", None),
            ("2019-01-01", None),
            ("2018-04-02", Some("2019-01-01")),
            ("2018-05-02", Some("2018-05-01")),
        ] {
            refused(join(&t, member(1, from, to)), TeamRule::MemberOutside);
        }
        let Ok(t) = join(&t, member(1, "2018-04-02", Some("2018-05-31"))) else { panic!("not joined") };
        refused(join(&t, member(1, "2018-05-31", None)), TeamRule::MemberTwice);
        let Ok(t) = join(&t, member(1, "2018-06-01", None)) else { panic!("not joined") };
        assert!(join(&t, member(2, "2018-05-31", None)).is_ok());
        let there = |t: &Team, d: &str| t.members_on(day(d)).count();
        assert_eq!(["2018-04-01", "2018-04-02", "2018-12-31", "2019-01-01"].map(|d| there(&t, d)), [0, 1, 1, 0]);
        let leave =
            |from: &str, to: &str| t.clone().leave(Instant(3), &By::Rule, person(1), day(from), day(to)).map(|m| m.0);
        refused(leave("2018-07-01", "2018-07-02"), TeamRule::NoSuchMember);
        refused(leave("2018-04-02", "2018-06-01"), TeamRule::MemberTwice);
        let Ok(left) = leave("2018-06-01", "2018-06-30") else { panic!("not left") };
        assert_eq!(["2018-06-30", "2018-07-01"].map(|d| there(&left, d)), [1, 0]);
        // Days of members hold the team's days.
        let shorter = details(TeamKind::Commando, "2018-04-03", "2018-12-31");
        refused(t.change(Instant(3), &By::Rule, shorter, &Around::default()), TeamRule::OutlastedByMember);
    }

    #[test]
    fn it_is_dissolved_once_with_nothing_left_and_its_members_go_with_it() {
        let Ok(t) = made(details(TeamKind::Commando, "2018-04-02", "2018-12-31"), &Around::default()) else {
            panic!("not set up")
        };
        let Ok((t, _)) = t.join(Instant(2), &By::Rule, member(1, "2018-04-02", None)) else { panic!("not joined") };
        let Ok((t, _)) = t.propose_dissolution(Instant(3), day("2018-09-01")) else { panic!("not proposed") };
        assert!(t.clone().propose_dissolution(Instant(4), day("2018-09-02")).is_err());
        let end = |on: &str, open: &[String]| t.clone().dissolve(Instant(5), &By::Rule, day(on), words(), open, &[]);
        refused(end("2018-04-01", &[]), TeamRule::DissolvedOutside);
        refused(end("2019-01-01", &[]), TeamRule::DissolvedOutside);
        let open = ["2018-0001".to_owned(), "2018-0002".to_owned()];
        match end("2018-09-03", &open) {
            Err(Refusal::Rule { rule, about }) => {
                assert_eq!((rule.as_str(), &*about), ("team_holds_matters", "2018-0001、2018-0002"));
            }
            other => panic!("{other:?}"),
        }
        let Ok((t, _)) = end("2018-09-03", &[]) else { panic!("not dissolved") };
        assert_eq!(["2018-09-03", "2018-09-04"].map(|d| t.is_active(day(d))), [true, false]);
        assert_eq!(["2018-09-03", "2018-09-04"].map(|d| t.members_on(day(d)).count()), [1, 0]);
        refused(t.join(Instant(6), &By::Rule, member(2, "2018-09-01", None)), TeamRule::Dissolved);
    }
}
