//! What is between the demo's company and its partners: whom each visit to a government or a customer goes to, what they asked
//! for, what either side promised, what they signed. It plans shapes and counts nothing; it is told with a stream of chance of
//! its own, so that the rest of the story stays as it is.

use super::chance::key;
use super::lives::{Birth, Life, Put, Step, World};
use super::outing::{Fate, Outing};
use super::pictures::Scene;
use super::{FOUNDED, NOW, day, faulty};
use crate::frame::error::AppError;
use crate::matters::act::Owed;
use std::collections::HashMap;
use yixian_domain::agreement::{Agreement, AgreementDetails};
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::deadline::Promise;
use yixian_domain::ids::*;
use yixian_domain::matter::*;
use yixian_domain::org::Role;
use yixian_domain::part::{Commitment, Direction, Part};
use yixian_domain::partner::{Partner, PartnerRole};
use yixian_domain::place::PlaceKind;
use yixian_domain::time::{Date, HOUR_MS, Instant, Time};
use yixian_domain::visit::VisitType;

/// Makes the stream of what is told here out of the story's seed.
pub(super) const STREAM: u64 = 0x5eed_0004;

/// Demands of partners on visits of May.
const DEMANDS: usize = 63;
/// What we promised for May, and how many of it were late and are still open.
const OURS: usize = 48;
const LATE: [usize; 2] = [17, 33];
const OPEN: usize = 46;
/// What partners promised.
const THEIRS: usize = 12;
/// Visits of the second half of April, on which the first promises were made.
const EARLY: usize = 10;

const WE_DO: [(&str, &str, &str); 6] = [
    ("supply", "承诺在约定日期前完成双电源方案比选并书面答复", "已完成双电源方案比选并书面答复"),
    ("works", "承诺配合道路改造，按期迁移影响施工的电杆", "影响施工的电杆已全部迁移"),
    ("service", "承诺派专人上门开展一次安全用电检查", "已上门检查，隐患清单已交用户"),
    ("coordination", "承诺协调表计轮换时间，避开生产高峰", "表计轮换已安排在检修日完成"),
    ("supply", "承诺迎峰度夏前完成公用变压器增容", "公用变压器已增容投运"),
    ("works", "承诺提供电力管线图，配合前期设计", "电力管线图已提供"),
];
const THEY_DO: [(&str, &str, &str); 3] = [
    ("works", "对方承诺协助办理占掘路许可", "占掘路许可已办妥"),
    ("coordination", "对方承诺提供开闭站用地红线图", "用地红线图已提供"),
    ("supply", "对方承诺完成配电室土建整修", "配电室土建已整修完成"),
];

/// A promise as it is told.
struct Told<'a> {
    direction: Direction,
    partner: &'a Partner,
    about: About,
    visit: Option<VisitId>,
    place: Option<usize>,
    unit: UnitId,
    by: PersonId,
    at: Instant,
    recorded: Instant,
    due: Date,
    /// Put right in time, late, or not at all.
    kept: Option<bool>,
    words: (&'static str, &'static str, &'static str),
}

fn days_after(from: Date, n: usize) -> Date {
    from.saturating_add(jiff::Span::new().days(n as i64))
}

impl World<'_> {
    /// Names the partner of each visit, says which of them ask for something, and tells early visits, promises and agreements.
    pub fn promises(
        &mut self,
        outings: &mut [Outing],
        partners: &HashMap<usize, Partner>,
    ) -> Result<Vec<Step>, AppError> {
        let zone = &self.policies.zone;
        for o in outings.iter_mut().filter(|o| matches!(o.kind, VisitType::Government | VisitType::Customer)) {
            o.partner = partners.get(&o.place).map(|p| p.id);
        }
        let may = (zone.at(day(2018, 5, 1), Time::midnight()), zone.at(day(2018, 6, 1), Time::midnight()));
        let in_may = |o: &Outing| {
            o.partner.is_some() && o.fate == Fate::Made && o.minutes >= 8 && may.0 <= o.start && o.start < may.1
        };
        let mut asking: Vec<usize> = (0..outings.len()).filter(|i| in_may(&outings[*i])).collect();
        self.chance.shuffle(&mut asking);
        for i in asking.iter().take(DEMANDS) {
            outings[*i].demand = true;
        }
        let mut steps = Vec::new();
        let mut went: Vec<Outing> = Vec::new();
        for o in self.early(partners)? {
            steps.extend(self.go(&o)?);
            went.push(o);
        }
        // What is entered late is not where somebody promises at once.
        went.extend(outings.iter().filter(|o| in_may(o) && o.late_ms == 0).cloned());
        went.sort_by_key(|o| o.start);
        for i in 0..OURS {
            let due = days_after(day(2018, 5, 2), i * 29 / (OURS - 1));
            let kept = if i == OPEN { None } else { Some(!LATE.contains(&i)) };
            let told = self.on_visit(&went, partners, due, Direction::Ours, kept)?;
            steps.extend(self.promise(&told)?);
        }
        for i in 0..THEIRS {
            let due = days_after(day(2018, 5, 12), i * 11);
            let kept = if i % 4 == 3 { None } else { Some(i % 5 != 2) };
            let told = self.on_visit(&went, partners, due, Direction::Theirs, kept)?;
            steps.extend(self.promise(&told)?);
        }
        steps.extend(self.agreements(partners)?);
        Ok(steps)
    }

    /// Visits of the second half of April.
    fn early(&mut self, partners: &HashMap<usize, Partner>) -> Result<Vec<Outing>, AppError> {
        let mut places: Vec<usize> = partners.keys().copied().collect();
        places.sort_unstable();
        let leaders: Vec<PersonId> =
            self.company.leaders.iter().filter_map(|i| self.company.members.get(*i)).map(|m| m.person.id).collect();
        let mut out = Vec::new();
        for i in 0..EARLY {
            let on = days_after(day(2018, 4, 16), i);
            let on = if self.policies.calendar.is_working(on) { on } else { days_after(on, 2) };
            let free = |p: &&PersonId| {
                self.company.here(**p, on)
                    && !self.company.exempt(**p, on)
                    && !out.iter().any(|o: &Outing| o.leader == **p)
            };
            let free: Vec<PersonId> = leaders.iter().filter(free).copied().collect();
            let leader = self.chance.any(&free).copied().ok_or_else(|| faulty(&"nobody goes in April"))?;
            let place = self.chance.any(&places).copied().ok_or_else(|| faulty(&"no partner has a place"))?;
            let hour = self.chance.between(9, 15) as i8;
            let start = self.policies.zone.at(on, Time::constant(hour, 10, 0, 0));
            let planned = start.plus_minutes(-26 * 60).max(FOUNDED.plus_millis(26 * HOUR_MS));
            let of_customer = self.places.all.get(place).is_some_and(|p| p.kind == PlaceKind::Customer);
            out.push(Outing {
                id: VisitId(self.chance.uuid(planned)),
                leader,
                companions: Vec::new(),
                kind: if of_customer { VisitType::Customer } else { VisitType::Government },
                place,
                planned,
                start,
                minutes: self.chance.between(120, 165),
                night: false,
                announced: true,
                fate: Fate::Made,
                late_ms: 0,
                findings: 0,
                partner: partners.get(&place).map(|p| p.id),
                demand: false,
                merged: None,
            });
        }
        Ok(out)
    }

    /// A promise made on a visit some days before it is due.
    fn on_visit<'p>(
        &mut self,
        went: &[Outing],
        partners: &'p HashMap<usize, Partner>,
        due: Date,
        direction: Direction,
        kept: Option<bool>,
    ) -> Result<Told<'p>, AppError> {
        let zone = &self.policies.zone;
        let last = zone.at(due, Time::midnight()).plus_millis(-30 * HOUR_MS);
        let before: Vec<&Outing> = went.iter().filter(|o| o.start < last).collect();
        // Of those some time before; the latest ones where there are few.
        let near = &before[before.len().saturating_sub(60)..];
        let o = self.chance.any(near).copied().ok_or_else(|| faulty(&"no visit before a promise is due"))?;
        let partner = partners.get(&o.place).ok_or_else(|| faulty(&"a visit without a partner"))?;
        let unit = self.places.all.get(o.place).and_then(|p| p.unit).unwrap_or_else(|| self.company.root());
        let words = match direction {
            Direction::Ours => self.chance.any(&WE_DO),
            Direction::Theirs => self.chance.any(&THEY_DO),
        };
        let at = o.start.plus_minutes(6);
        Ok(Told {
            direction,
            partner,
            about: About { kind: AboutKind::Visit, id: o.id.0 },
            visit: Some(o.id),
            place: Some(o.place),
            unit,
            by: o.leader,
            at,
            recorded: o.start.plus_minutes(o.minutes + 20),
            due,
            kept,
            words: words.copied().ok_or_else(|| faulty(&"no words"))?,
        })
    }

    /// A commitment from the day it was made to this morning.
    fn promise(&mut self, t: &Told<'_>) -> Result<Vec<Step>, AppError> {
        let by = By::Person(t.by);
        let coordinator = self.holder(Role::Coordinator, t.unit, None).ok_or_else(|| faulty(&"no coordinator"))?;
        let (raiser, owner) = match t.direction {
            Direction::Ours => (By::Partner(t.partner.id), None),
            Direction::Theirs => (By::Person(coordinator), Some(t.partner.id)),
        };
        let birth = Birth {
            kind: MatterKind::Commitment,
            origin: if t.visit.is_some() { Origin::Visit } else { Origin::Staff },
            category: t.words.0,
            scene: Scene::Meter,
            words: t.words.1.to_owned(),
            place: t.place,
            unit: t.unit,
            visit: t.visit,
            recorded_by: by.clone(),
            contact: None,
            about: Some(t.about),
            owed: Owed {
                raiser: Some(raiser),
                owner,
                part: Some(Part::Commitment(Commitment { direction: t.direction })),
            },
            at: t.at,
            recorded: t.recorded,
        };
        let mut life = self.raise(birth)?;
        let law = self.policies.law();
        let choice = TargetChoice::Promise(Promise::Day(t.due));
        let reminds = t.partner.details.liaison.filter(|_| t.direction == Direction::Theirs);
        let moved = life.matter.clone().assign(&law, t.at, &by, t.unit, reminds, &choice, None)?;
        self.take(&mut life, moved, t.recorded, &by, Vec::new(), true)?;
        self.keep_promise(&mut life, t, coordinator)?;
        self.end(&mut life)
    }

    /// Signed for, and where it is kept put right, verified, answered and confirmed.
    fn keep_promise(&mut self, life: &mut Life, t: &Told<'_>, coordinator: PersonId) -> Result<(), AppError> {
        let law = self.policies.law();
        let record = life.matter.id.0;
        let hands = match t.direction {
            Direction::Theirs => By::Partner(t.partner.id),
            Direction::Ours => {
                By::Person(self.holder(Role::Handler, t.unit, None).ok_or_else(|| faulty(&"no handler"))?)
            }
        };
        let at = life.recorded.plus_minutes(self.chance.between(15, 180));
        let accepted = self.act(life, &hands, at, MatterAction::Accept, Vec::new(), |m| m.accept(&law, at, &hands))?;
        let (Some(accepted), Some(in_time)) = (accepted, t.kept) else { return Ok(()) };
        let at = self.ready(life, accepted, in_time);
        let mut puts = Vec::new();
        let how = self.say(&mut puts, record, at, t.words.2);
        let done =
            self.act(life, &hands, at, MatterAction::Submit, puts, |m| m.submit(&law, at, &hands, how, Vec::new()))?;
        let Some(done) = done else { return Ok(()) };
        let judge = match t.direction {
            Direction::Theirs => Some(coordinator),
            Direction::Ours => self.holder(Role::Verifier, t.unit, hands.person()),
        };
        let Some(judge) = judge.map(By::Person) else { return Ok(()) };
        let at = self.work(done, 40, 900);
        let Some(verified) =
            self.act(life, &judge, at, MatterAction::Verify, Vec::new(), |m| m.verify(at, &judge, None))?
        else {
            return Ok(());
        };
        let who = By::Person(coordinator);
        let at = self.work(verified, 30, 900);
        let mut puts = Vec::new();
        let text = match t.direction {
            Direction::Ours => format!("我们承诺的事项已落实：{}。", t.words.2),
            Direction::Theirs => format!("对方承诺的事项已落实：{}。", t.words.2),
        };
        let words = self.say(&mut puts, record, at, &text);
        let Some(answered) = self.act(life, &who, at, MatterAction::Answer, puts, |m| m.answer(at, &who, words))?
        else {
            return Ok(());
        };
        // Most partners confirm through their link; what they leave silence closes.
        if self.chance.percent(80) {
            let raiser = life.matter.raised.by.clone();
            let at = self.work(answered, 60, 3_000);
            self.act(life, &raiser, at, MatterAction::Rate, Vec::new(), |m| {
                m.rate(&law, at, &raiser, Verdict::Solved, None, None)
            })?;
        }
        Ok(())
    }

    /// Five agreements, one of which ends within sixty days of this morning; two promises were made in one.
    fn agreements(&mut self, partners: &HashMap<usize, Partner>) -> Result<Vec<Step>, AppError> {
        let mut of: Vec<(&usize, &Partner)> = partners.iter().collect();
        of.sort_by_key(|(place, _)| **place);
        let takes = |role: PartnerRole, n: usize| -> Option<(usize, &Partner)> {
            let all = of.iter().filter(|(_, p)| p.details.roles.iter().any(|r| r.role == role));
            all.map(|(place, p)| (**place, *p)).nth(n)
        };
        let signed = [
            (
                "XY-2018-01",
                "电网建设战略合作协议",
                day(2018, 4, 20),
                Some(day(2020, 4, 19)),
                takes(PartnerRole::GovernmentDistrict, 0),
            ),
            (
                "XY-2018-02",
                "架空线入地工程合作协议",
                day(2018, 4, 26),
                Some(day(2018, 11, 15)),
                takes(PartnerRole::GovernmentDistrict, 3),
            ),
            (
                "XY-2018-03",
                "充电设施建设合作协议",
                day(2018, 5, 10),
                Some(day(2019, 5, 9)),
                takes(PartnerRole::Subdistrict, 1),
            ),
            ("XY-2018-04", "综合能源服务框架协议", day(2018, 6, 6), None, takes(PartnerRole::Enterprise, 2)),
            (
                "XY-2018-05",
                "重要客户供电保障协议",
                day(2018, 7, 3),
                Some(day(2019, 7, 2)),
                takes(PartnerRole::Enterprise, 5),
            ),
        ];
        let mut steps = Vec::new();
        for (i, (code, title, on, valid_to, with)) in signed.into_iter().enumerate() {
            let Some((place, partner)) = with else { continue };
            let unit = self.places.all.get(place).and_then(|p| p.unit).unwrap_or_else(|| self.company.root());
            let unit = self.company.company_of(unit);
            let who = self.holder(Role::Coordinator, unit, None).ok_or_else(|| faulty(&"no coordinator"))?;
            let by = By::Person(who);
            let at = self.policies.zone.at(on, Time::constant(16, 30, 0, 0));
            let id = key(code, at);
            let mut puts = Vec::new();
            let scope = self.say(&mut puts, id, at, "建立定期会商机制，明确双方在规划、建设、服务中的责任与时限。");
            let details = AgreementDetails {
                title: title.to_owned(),
                title_en: None,
                parties: vec![partner.id],
                ours: true,
                unit,
                scope: Some(scope),
                signed: on,
                valid_to,
                photos: Vec::new(),
            };
            let (agreement, event) = Agreement::register(id, at, &by, code.to_owned(), details)
                .map_err(|e| faulty(&format!("{code}: {e}")))?;
            puts.push(Put::Agreement { agreement: Box::new(agreement), event: Box::new(event), new: true });
            steps.push(self.step(at, by.clone(), puts));
            if i < 2 {
                let direction = if i == 0 { Direction::Ours } else { Direction::Theirs };
                let words = if i == 0 { WE_DO[5] } else { THEY_DO[1] };
                steps.extend(self.promise(&Told {
                    direction,
                    partner,
                    about: About { kind: AboutKind::Agreement, id },
                    visit: None,
                    place: None,
                    unit,
                    by: who,
                    at: at.plus_minutes(20),
                    recorded: at.plus_minutes(21),
                    due: day(2018, 7, 20),
                    kept: Some(true),
                    words,
                })?);
            }
        }
        debug_assert!(steps.iter().all(|s| s.recorded <= NOW));
        Ok(steps)
    }
}
