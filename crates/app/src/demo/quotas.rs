//! The quotas of the campaign month, as the story has them: every head of a department reaches his, and so many heads of units do
//! not. Visits change hands between heads and those of whom nothing is asked, where the day, the way and the week allow it; how many
//! there are, where they go and what is found on them stays as it was. It draws on no chance.

use super::diary::{Diary, Stay};
use super::outing::{Fate, Outing};
use std::collections::HashMap;
use yixian_domain::duty::IsoWeek;
use yixian_domain::ids::PersonId;
use yixian_domain::org::Level;
use yixian_domain::time::{Date, Zone};

/// The floor of heads.
const FLOOR: usize = 20;
/// Heads of units who stay below it.
const BELOW: usize = 8;

/// Who may change hands with whom.
pub(super) struct Hands<'a> {
    pub zone: &'a Zone,
    /// What somebody is on a day.
    pub level: &'a dyn Fn(PersonId, Date) -> Level,
    /// The month's last day.
    pub last: Date,
    /// Whether he goes anywhere on a day.
    pub free: &'a dyn Fn(PersonId, Date) -> bool,
    /// Whether a visit may be led by anybody: no programme and no partner counts on its leader.
    pub anybodys: &'a dyn Fn(&Outing) -> bool,
    /// Where a visit takes how long.
    pub stay: &'a dyn Fn(&Outing) -> Stay,
}

impl Hands<'_> {
    fn week(&self, o: &Outing) -> IsoWeek {
        IsoWeek::of(self.zone.date_of(o.start))
    }

    /// What somebody is at the month's end.
    fn role(&self, who: PersonId) -> Level {
        (self.level)(who, self.last)
    }

    /// Visits that count for somebody: those made in a role with a floor.
    fn counts(&self, out: &[Outing]) -> HashMap<PersonId, usize> {
        let mut all = HashMap::new();
        for o in out.iter().filter(|o| o.fate == Fate::Made) {
            let day = self.zone.date_of(o.start);
            let asked = |who: &PersonId| !matches!((self.level)(*who, day), Level::StationHead | Level::Staff);
            let with = o.companions.iter().filter(|c| c.duty).map(|c| c.person);
            for person in std::iter::once(o.leader).chain(with).filter(asked) {
                *all.entry(person).or_default() += 1;
            }
        }
        all
    }

    /// Whether somebody keeps a visit of the week when he gives one away.
    fn keeps_week(&self, out: &[Outing], at: usize) -> bool {
        let Some(given) = out.get(at) else { return false };
        let (who, week) = (given.leader, self.week(given));
        let other =
            |(i, o): (usize, &Outing)| i != at && o.fate == Fate::Made && o.leader == who && self.week(o) == week;
        out.iter().enumerate().any(other)
    }

    /// One visit from somebody to one of others, if there is one that both and their weeks allow.
    fn hand_over(
        &self,
        out: &mut [Outing],
        diary: &mut Diary,
        from: impl Fn(PersonId) -> bool,
        to: &[PersonId],
    ) -> bool {
        for at in 0..out.len() {
            let Some(o) = out.get(at) else { continue };
            if o.fate != Fate::Made || o.merged.is_some() || !from(o.leader) || !(self.anybodys)(o) {
                continue;
            }
            let (day, stay) = (self.zone.date_of(o.start), (self.stay)(o));
            let can = |who: PersonId| {
                (self.free)(who, day) && o.companions.iter().all(|c| c.person != who) && diary.free(&[who], &stay)
            };
            let Some(to) = to.iter().copied().find(|who| can(*who)) else { continue };
            if self.keeps_week(out, at) {
                diary.keep(&[to], stay);
                if let Some(o) = out.get_mut(at) {
                    o.leader = to;
                }
                return true;
            }
        }
        false
    }

    /// Lets visits change hands until the quotas are as the story has them.
    pub fn settle(&self, leaders: &[PersonId], out: &mut [Outing], diary: &mut Diary) {
        let of = |level: Level| leaders.iter().copied().filter(move |who| self.role(*who) == level);
        let nothing_asked = |who: PersonId| self.role(who) == Level::StationHead;
        let lift = |who: PersonId, out: &mut [Outing], diary: &mut Diary| {
            while self.counts(out).get(&who).is_none_or(|n| *n < FLOOR) {
                if !self.hand_over(out, diary, nothing_asked, &[who]) {
                    break;
                }
            }
        };
        for who in of(Level::DepartmentHead) {
            lift(who, out, diary);
        }
        let made = self.counts(out);
        let mut heads: Vec<(usize, PersonId)> =
            of(Level::UnitHead).map(|who| (made.get(&who).copied().unwrap_or(0), who)).collect();
        heads.sort_unstable();
        let (below, above) = heads.split_at(BELOW.min(heads.len()));
        let stations: Vec<PersonId> = of(Level::StationHead).collect();
        for (n, who) in below {
            for _ in FLOOR..=*n {
                if !self.hand_over(out, diary, |from| from == *who, &stations) {
                    break;
                }
            }
        }
        for (_, who) in above.iter().filter(|(n, _)| *n < FLOOR) {
            lift(*who, out, diary);
        }
    }
}
