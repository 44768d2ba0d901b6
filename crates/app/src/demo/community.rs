//! 2018-05-26, 双报到: the company goes into the communities. A session in each of the communities that the leaders visit that day, the
//! roster, who came where, what was done, and what became of the opinions. Planned here is the shape; every number is counted by
//! the product. It is told with a chance of its own.

use super::chance::{Chance, key};
use super::kept::Kept;
use super::lives::{Birth, Put, Step, World};
use super::outing::{Fate, Outing};
use super::pictures::Scene;
use super::places::Places;
use super::{FOUNDED, NOW, day, faulty, names};
use crate::community::Personal;
use crate::frame::error::AppError;
use crate::matters::act::Owed;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::base::service::ServiceItem;
use yixian_domain::community::sign_in::Shown;
use yixian_domain::community::{
    ActKind, DayDetails, Did, Member, MemberDetails, Pairing, Quantity, ServiceDay, Session, SessionDetails, SignIn,
    SignedHow,
};
use yixian_domain::ids::*;
use yixian_domain::matter::{MatterAction, MatterKind, Origin, TargetChoice};
use yixian_domain::org::Role;
use yixian_domain::partner::{Partner, PartnerDetails, PartnerName, PartnerRole, PartnerRoleHeld};
use yixian_domain::programme::Section;
use yixian_domain::time::{Date, Instant, MINUTE_MS, Time};
use yixian_domain::visit::VisitType;

const DAY: Date = Date::constant(2018, 5, 26);
/// The register begins.
const BEGINS: Date = Date::constant(2018, 1, 2);
/// Of so many communities.
const COMMUNITIES: usize = 106;
/// Members on the roster, those who came, and those who came to a second community later that day.
const ROSTER: usize = 2_300;
const CAME: usize = 2_137;
const TWICE: usize = 14;
/// Opinions.
const OPINIONS: usize = 412;
/// Sessions that lacked an act, and which.
const LACKED: [(usize, ActKind); 2] = [(40, ActKind::Household), (77, ActKind::Works)];

/// What was said, as what, and what was answered.
const SAID: [(MatterKind, &str, &str, &str); 8] = [
    (MatterKind::Wish, "wish", "希望小区楼道灯更换为声控灯，老人晚上上下楼方便。", "已会同物业更换楼道灯具。"),
    (MatterKind::Enquiry, "bill", "阶梯电价怎么算，合租户能不能增加基数？", "已上门讲解阶梯电价政策，并发放办理指南。"),
    (MatterKind::Wish, "service", "希望营业厅能定期到社区办理缴费和过户。", "已安排每月第二周周三到社区现场办公。"),
    (
        MatterKind::Enquiry,
        "meter",
        "电表箱上锁后自己查不了读数，怎么办？",
        "已教会用手机查询每日电量，并登记需要协助的住户。",
    ),
    (
        MatterKind::Problem,
        "service",
        "停电通知贴得太晚，有的楼门没有贴到。",
        "已与居委会建立通知群，停电信息提前七日送达。",
    ),
    (MatterKind::Enquiry, "outage", "夏天用电高峰会不会拉闸？", "已说明度夏方案，小区所带线路已完成改造。"),
    (MatterKind::Problem, "safety", "楼下有人飞线充电，担心着火。", "已联合社区清理飞线，并协助选址建设充电设施。"),
    (MatterKind::Wish, "wish", "独居老人希望有人定期检查家里的线路。", "已列入结对服务，每季度上门检查一次。"),
];

const BRANCHES: [&str; 6] =
    ["机关第一党支部", "营销党支部", "运检党支部", "调控党支部", "建设党支部", "供电所联合党支部"];

fn put(kept: Kept) -> Put {
    Put::Community(Box::new(kept))
}

/// When communities were registered as partners.
fn registered() -> Instant {
    FOUNDED.plus_minutes(152)
}

/// The code and the key of a community as a partner, by its place among communities.
fn partner_of(n: usize) -> (String, PartnerId) {
    let code = format!("SQ-{:04}", n + 1);
    let id = PartnerId(key(&format!("partner {code}"), registered()));
    (code, id)
}

/// Communities of a district, as partners.
pub(super) fn partners_in(places: &Places, district: &str) -> Vec<PartnerId> {
    let there = |i: &usize| places.all.get(*i).is_some_and(|p| p.district == district);
    places.communities.iter().enumerate().filter(|(_, i)| there(i)).map(|(n, _)| partner_of(n).1).collect()
}

/// A share of something that the whole company has so much of.
pub(super) fn share(of: usize, communities: usize) -> usize {
    of * communities / COMMUNITIES
}

/// A session with who leads it.
struct Held {
    session: Session,
    by: By,
    handlers: [PersonId; 3],
}

impl World<'_> {
    /// Everything of the day: the communities, the roster, the sessions, who came, what was done and said.
    pub fn community_day(
        &mut self,
        outings: &[Outing],
        sections: &[Section],
        seed: u64,
    ) -> Result<Vec<Step>, AppError> {
        let own = Chance::new(seed ^ 0x0063_6f6d_6d75);
        let before = std::mem::replace(&mut self.chance, own);
        let steps = self.serve(outings, sections);
        self.chance = before;
        steps
    }

    fn serve(&mut self, outings: &[Outing], sections: &[Section]) -> Result<Vec<Step>, AppError> {
        let mut steps = Vec::new();
        let communities = self.communities(&mut steps)?;
        let n = communities.len();
        if n == 0 {
            return Ok(steps);
        }
        let visits = self.visits_of_the_day(outings);
        let roster = self.roster(&communities, &visits, &mut steps)?;
        let held = self.sessions(&communities, &visits, &roster, &mut steps)?;
        self.come(&held, &roster, &mut steps)?;
        let opinions = share(OPINIONS, n);
        for (k, of) in held.into_iter().enumerate() {
            // As evenly as whole ones can be.
            let said = opinions / n + usize::from(k < opinions % n);
            self.act_there(k, of, said, sections, &mut steps)?;
        }
        Ok(steps)
    }

    /// The leaders' visits of that day, by the community.
    fn visits_of_the_day<'o>(&self, outings: &'o [Outing]) -> HashMap<usize, &'o Outing> {
        let zone = &self.policies.zone;
        let of_the_day =
            |o: &&Outing| o.kind == VisitType::Community && o.fate == Fate::Made && zone.date_of(o.start) == DAY;
        outings.iter().filter(of_the_day).map(|o| (o.place, o)).collect()
    }

    /// Each community is a partner, with a link; party organisations of ours have registered with all of them.
    fn communities(&mut self, steps: &mut Vec<Step>) -> Result<Vec<(usize, Partner)>, AppError> {
        let by = By::Person(self.company.administrator);
        let at = registered();
        let (mut all, mut puts) = (Vec::new(), Vec::new());
        let mut ours: HashMap<UnitId, Partner> = HashMap::new();
        let details = |role, district, unit| PartnerDetails {
            roles: vec![PartnerRoleHeld { role, from: BEGINS, to: None }],
            district,
            credit_code: None,
            liaison: None,
            contacts: None,
            unit,
        };
        let name = |name: String| PartnerName { name, name_en: None, from: BEGINS };
        let mut pairings = Vec::new();
        for (n, i) in self.places.communities.iter().enumerate() {
            let Some(place) = self.places.all.get(*i) else { continue };
            let company = self.company.company_of(place.unit.unwrap_or_else(|| self.company.root()));
            if !ours.contains_key(&company) {
                let code = format!("DZZ-{:02}", ours.len() + 1);
                let id = PartnerId(key(&format!("partner {code}"), at));
                let called = name(format!("{}党委", self.unit_name(company)));
                let of = details(PartnerRole::PartyOrganisation, None, Some(company));
                let (p, h) = Partner::register(id, at, &by, code, called, of)?;
                puts.push(Put::Partner { partner: Box::new(p.clone()), events: vec![h], new: true });
                ours.insert(company, p);
            }
            let (code, id) = partner_of(n);
            let of = details(PartnerRole::Community, Some(place.district.clone()), None);
            let (p, registered) = Partner::register(id, at, &by, code, name(place.name.clone()), of)?;
            let (p, link) = p.give_link(at, &by)?;
            puts.push(Put::Partner { partner: Box::new(p.clone()), events: vec![registered, link], new: true });
            if let Some(own) = ours.get(&company) {
                let id = key(&format!("pairing {}", p.code), at);
                let (pairing, h) = Pairing::register(id, at, &by, own.id, p.id, day(2018, 3, 1))?;
                pairings.push(put(Kept::Pairing(pairing, h)));
            }
            all.push((*i, p));
        }
        puts.extend(pairings);
        steps.push(self.step(at, by, puts));
        Ok(all)
    }

    /// The roster: first who leads a session, then everybody else.
    fn roster(
        &mut self,
        communities: &[(usize, Partner)],
        visits: &HashMap<usize, &Outing>,
        steps: &mut Vec<Step>,
    ) -> Result<Vec<Member>, AppError> {
        let by = By::Person(self.company.administrator);
        let at = self.policies.zone.at(day(2018, 5, 14), Time::constant(10, 0, 0, 0));
        let n = share(ROSTER, communities.len());
        let (mut all, mut puts) = (Vec::new(), Vec::new());
        for i in 0..n {
            let (place, community) = &communities[i % communities.len()];
            let host = self.places.all.get(*place).and_then(|p| p.unit).unwrap_or_else(|| self.company.root());
            let leader = (i < communities.len()).then(|| visits.get(place).map(|o| o.leader)).flatten();
            let of_ours = leader.and_then(|id| self.company.member(id)).map(|m| m.person.clone());
            let id = MemberId(self.chance.uuid(at));
            let personal = Personal {
                name: of_ours.as_ref().map_or_else(|| names::outsider(&mut self.chance), |p| p.name.clone()),
                last_four: format!("{:04}", self.chance.below(10_000)),
                staff_number: of_ours.as_ref().map_or_else(|| format!("G{:05}", 10_000 + i), |p| p.code.clone()),
            };
            let words = self.say(&mut puts, id.0, at, &personal.text());
            let details = MemberDetails {
                branch: BRANCHES[i % BRANCHES.len()].to_owned(),
                unit: of_ours.as_ref().map_or_else(|| self.company.company_of(host), |p| p.unit),
                person: of_ours.as_ref().map(|p| p.id),
                community: Some(community.id),
                personal: Some(words),
            };
            let (member, h) = Member::list(id, at, &by, format!("DY-{:04}", i + 1), details)?;
            puts.push(put(Kept::Member(member.clone(), h)));
            all.push(member);
            if puts.len() >= 500 || i + 1 == n {
                let recorded = at.plus_millis(1_000 + i as i64);
                let taken = std::mem::take(&mut puts);
                steps.push(self.step(recorded, by.clone(), taken));
            }
        }
        Ok(all)
    }

    /// The day is called, and on its eve each session stands.
    fn sessions(
        &mut self,
        communities: &[(usize, Partner)],
        visits: &HashMap<usize, &Outing>,
        roster: &[Member],
        steps: &mut Vec<Step>,
    ) -> Result<Vec<Held>, AppError> {
        let zone = &self.policies.zone;
        let organiser = self.company.unit_by_code("PTY");
        let caller = self.company.nearest(Role::Coordinator, organiser).first().copied();
        let by = By::Person(caller.ok_or_else(|| faulty(&"nobody calls the service day"))?);
        let at = zone.at(day(2018, 5, 18), Time::constant(10, 0, 0, 0));
        let eve = zone.at(day(2018, 5, 25), Time::constant(19, 0, 0, 0));
        let nine = zone.at(DAY, Time::constant(9, 0, 0, 0));
        let details = DayDetails {
            name: "“双报到”社区服务日".into(),
            name_en: Some("Community service day".into()),
            day: DAY,
            organiser,
        };
        let id = ServiceDayId(self.chance.uuid(at));
        let (of_day, h) = ServiceDay::call(id, at, &by, "FW-20180526".into(), details)?;
        steps.push(self.step(at.plus_millis(2_000), by.clone(), vec![put(Kept::Day(of_day.clone(), h))]));
        let mut all = Vec::new();
        let mut puts = Vec::new();
        for (k, (place, community)) in communities.iter().enumerate() {
            let host = self.places.all.get(*place).and_then(|p| p.unit).unwrap_or_else(|| self.company.root());
            let visit = visits.get(place);
            let starts = visit.map_or(nine, |o| Instant(o.start.0 - o.start.0.rem_euclid(30 * MINUTE_MS)));
            let least = visit.map_or(0, |o| o.minutes + 30);
            let details = SessionDetails {
                community: community.id,
                host,
                lead: roster.get(k).map(|m| m.id),
                starts,
                ends: starts.plus_minutes(least.max(150)),
                visit: visit.map(|o| o.id),
            };
            let id = SessionId(self.chance.uuid(eve));
            let code = format!("FW-{:03}", k + 1);
            let zone = &self.policies.zone;
            let (session, h) = Session::plan(id, eve, &by, code, &of_day, details, zone)?;
            puts.push(put(Kept::Session { session: session.clone(), events: vec![h], new: true }));
            let role = |role| self.company.nearest(role, host).first().copied();
            let found = (role(Role::Coordinator), role(Role::Handler), role(Role::Verifier));
            let (Some(coordinator), Some(handler), Some(verifier)) = found else {
                return Err(faulty(&"a host without people"));
            };
            let lead = roster.get(k).and_then(|m| m.details.person).unwrap_or(coordinator);
            all.push(Held { session, by: By::Person(lead), handlers: [coordinator, handler, verifier] });
        }
        steps.push(self.step(eve.plus_millis(3_000), by, puts));
        Ok(all)
    }

    /// Who came: everybody to one community, some to a second one later that day.
    fn come(&mut self, held: &[Held], roster: &[Member], steps: &mut Vec<Step>) -> Result<(), AppError> {
        let n = held.len();
        let came = share(CAME, n).min(roster.len());
        for (i, member) in roster.iter().take(came).enumerate() {
            let s = &held[i % n].session;
            let at = s.details.starts.plus_millis(self.chance.between(-18 * MINUTE_MS, 25 * MINUTE_MS));
            self.sign(s, member, at, &held[i % n].by, steps)?;
        }
        let noon = self.policies.zone.at(DAY, Time::constant(13, 0, 0, 0));
        let later: Vec<usize> = (0..n).filter(|k| held[*k].session.details.starts >= noon).collect();
        let early: Vec<usize> = (0..n).filter(|k| held[*k].session.details.ends <= noon).collect();
        let again = share(TWICE, n).min(early.len());
        for (j, k) in early.into_iter().take(again).enumerate() {
            let Some(to) = later.get(j % later.len().max(1)) else { break };
            // The second of those who were there in the morning.
            let Some(member) = roster.get(k + n) else { break };
            let s = &held[*to].session;
            let at = s.details.starts.plus_millis(self.chance.between(0, 15 * MINUTE_MS));
            self.sign(s, member, at, &held[*to].by, steps)?;
        }
        Ok(())
    }

    fn sign(
        &mut self,
        s: &Session,
        member: &Member,
        at: Instant,
        lead: &By,
        steps: &mut Vec<Step>,
    ) -> Result<(), AppError> {
        let id = self.chance.uuid(at);
        let by_staff = self.chance.percent(8);
        let (how, by) = if by_staff { (SignedHow::Staff, lead.clone()) } else { (SignedHow::Link, By::Rule) };
        let entered = at.plus_millis(self.chance.between(300, 1_500));
        let shown = Shown { how, point: None, sheet: None };
        let zone = &self.policies.zone;
        let (sign_in, h) = SignIn::enter(id, (at, entered), &by, s, Some(member), shown, &[], zone)?;
        steps.push(self.step(entered, by, vec![put(Kept::SignIn(sign_in, h))]));
        Ok(())
    }

    /// What was done at a session, and what was said there.
    fn act_there(
        &mut self,
        k: usize,
        held: Held,
        said: usize,
        sections: &[Section],
        steps: &mut Vec<Step>,
    ) -> Result<(), AppError> {
        let Held { mut session, by, handlers } = held;
        for (j, kind) in ActKind::ALL.into_iter().enumerate() {
            if LACKED.contains(&(k, kind)) {
                continue;
            }
            let at = session.details.starts.plus_minutes(25 + 22 * j as i64);
            let id = session.id.0;
            let mut puts = Vec::new();
            let did = match kind {
                ActKind::Works => {
                    let section = sections.get(k % sections.len().max(1)).map(|s| s.id);
                    let section = section.ok_or_else(|| faulty(&"no works to take on"))?;
                    Did::Works {
                        section,
                        note: Some(self.say(&mut puts, id, at, "与居委会议定施工时间和临时停放车辆的办法")),
                    }
                }
                ActKind::Household => {
                    let family = format!("{}老人，独居，需要定期检查线路、代购电", names::outsider(&mut self.chance));
                    Did::Household { place: None, household: self.say(&mut puts, id, at, &family) }
                }
                ActKind::Publicity => Did::Publicity { reached: self.chance.between(40, 180) as u32, note: None },
                ActKind::Repairs => {
                    let items = [ServiceItem::Lamp, ServiceItem::LineCheck, ServiceItem::Switch];
                    let items = items.map(|item| Quantity { item, n: self.chance.between(1, 9) as u32 });
                    Did::Repairs { items: items.to_vec(), note: None }
                }
                ActKind::Opinions => {
                    let mut matters = Vec::new();
                    for m in 0..said {
                        let at = at.plus_minutes(m as i64);
                        matters.push(self.opinion(&session, (k, m), at, &by, handlers, steps)?);
                    }
                    Did::Opinions { matters }
                }
            };
            let at = if kind == ActKind::Opinions { at.plus_minutes(said as i64) } else { at };
            let act = self.chance.uuid(at);
            let (next, h) = session.act(at, &by, act, did)?;
            session = next;
            puts.push(put(Kept::Session { session: session.clone(), events: vec![h], new: false }));
            let recorded = at.plus_millis(self.chance.between(900, 9_000));
            steps.push(self.step(recorded, by.clone(), puts));
        }
        Ok(())
    }

    /// What somebody said, from the session to the answer; a month has time for all of them.
    fn opinion(
        &mut self,
        session: &Session,
        (k, m): (usize, usize),
        at: Instant,
        by: &By,
        [coordinator, handler, verifier]: [PersonId; 3],
        steps: &mut Vec<Step>,
    ) -> Result<MatterId, AppError> {
        let (kind, category, words, answer) = SAID[(k * 3 + m) % SAID.len()];
        let unit = session.details.host;
        let birth = Birth {
            kind,
            origin: Origin::Staff,
            category,
            scene: Scene::Meter,
            words: words.to_owned(),
            place: None,
            unit,
            visit: None,
            recorded_by: by.clone(),
            contact: None,
            about: Some(About { kind: AboutKind::Session, id: session.id.0 }),
            owed: Owed { raiser: Some(By::Partner(session.details.community)), owner: None, part: None },
            at,
            recorded: at.plus_millis(700),
        };
        let mut life = self.raise(birth)?;
        let id: Uuid = life.matter.id.0;
        let law = self.policies.law();
        let coordinator = By::Person(coordinator);
        let handler = By::Person(handler);
        let verifier = By::Person(verifier);
        let t = self.work(at, 600, 1_900);
        self.act(&mut life, &coordinator, t, MatterAction::Assign, Vec::new(), |m| {
            m.assign(&law, t, &coordinator, unit, handler.person(), &TargetChoice::RuleIfAny, None)
        })?;
        let t = self.work(t, 30, 600);
        self.act(&mut life, &handler, t, MatterAction::Accept, Vec::new(), |m| m.accept(&law, t, &handler))?;
        let t = self.work(t, 240, 4_000);
        let mut puts = Vec::new();
        let how = self.say(&mut puts, id, t, answer);
        self.act(&mut life, &handler, t, MatterAction::Submit, puts, |m| m.submit(&law, t, &handler, how, Vec::new()))?;
        let t = self.work(t, 30, 900);
        self.act(&mut life, &verifier, t, MatterAction::Verify, Vec::new(), |m| m.verify(t, &verifier, None))?;
        let t = self.work(t, 30, 900);
        let mut puts = Vec::new();
        let words = self.say(&mut puts, id, t, &format!("社区反映的“{words}”，{answer}"));
        self.act(&mut life, &coordinator, t, MatterAction::Answer, puts, |m| m.answer(t, &coordinator, words))?;
        debug_assert!(t < NOW);
        steps.extend(self.end(&mut life)?);
        Ok(MatterId(id))
    }
}
