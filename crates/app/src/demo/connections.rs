//! Connections of the demo company: three-zero customers whose power came on, with the mean that the company reports;
//! the football park and the Mentougou case of the press; residents, high voltage and temporary supply; pauses,
//! withdrawals, returns, customers nobody reached, and cases that lie at every step this morning. Durations are drawn so
//! that their sum is the plan's; everything else, and every number, follows from living the cases under the law.

use super::careers::Career;
use super::lives::{Life, Put, Step, World};
use super::places::{DISTRICTS, by_customers};
use super::topics::{self, Finding};
use super::{NOW, Size, day, faulty, names, texts};
use crate::frame::error::AppError;
use crate::frame::mint::hash_secret;
use crate::matters::act as matters;
use crate::matters::rungs::next_look;
use yixian_domain::connection::law::Apply;
use yixian_domain::connection::*;
use yixian_domain::ids::*;
use yixian_domain::matter::*;
use yixian_domain::org::Role;
use yixian_domain::procedure::Needs;
use yixian_domain::time::{Date, HOUR_MS, Instant, Time};

const DAY_MS: i64 = 24 * HOUR_MS;

/// What becomes of a case.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Power on so many calendar days after the application.
    On(i64),
    /// As fast as it goes; open still, where that is later than today.
    Goes,
    /// On its way this morning, whatever chance would have.
    Open,
    /// The customer withdraws on the way.
    Withdrawn,
}

/// A case of the press, told as it was reported.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    FootballPark,
    Mentougou,
}

/// A connection about to be lived.
pub(super) struct Wanted {
    district: usize,
    asked: Application,
    name: String,
    origin: Origin,
    flags: Vec<Flag>,
    works: bool,
    fate: Fate,
    known: Option<Known>,
    /// Another application at the same address by the same party comes with it.
    split_of: Option<u32>,
}

/// Mean of elapsed days that the company reports for three-zero cases, hundredths.
const MEAN_HUNDREDTHS: i64 = 509;

/// Transformers of customers of one source and of two, kVA.
const KVA_SINGLE: [i64; 10] = [500, 630, 800, 1_000, 1_250, 1_600, 2_000, 2_500, 3_150, 4_000];
const KVA_DUAL: [i64; 7] = [2_500, 3_200, 4_000, 5_000, 6_300, 8_000, 12_600];

const FIRMS: [&str; 8] =
    ["便利店", "餐饮有限公司", "汽车修理部", "服装店", "印刷厂", "果蔬专业合作社", "理发店", "培训中心"];
const SURVEYED: [&str; 3] = ["表前线路满足接入", "需新敷低压电缆{n}0米", "变压器负载率{n}%，可直接接入"];
const STEP_DONE: [&str; 3] = ["已取得批复", "配套工程竣工，试验合格", "检查合格，可进入下一环节"];
const POWERED: [&str; 3] = ["装表{n}块，送电成功", "表箱安装到位，客户确认电压正常", "装表接电完成，现场讲解安全用电"];
const ANSWERED: [&str; 2] =
    ["您申请的用电已接通。感谢您的信任，用电有问题请随时联系我们。", "已为您装表接电，客户经理会在近日回访。"];
const CALLED: [&str; 3] = ["客户表示流程清楚，用电正常", "客户对速度表示肯定", "客户建议增加线上查询"];
const WITHDRAWN: [&str; 3] = ["店铺转租，不再需要", "客户经营计划调整", "改由物业统一申请"];
const HELD: [(PauseGround, &str); 4] = [
    (PauseGround::CustomerRequest, "客户装修未完，要求延后装表"),
    (PauseGround::IncompleteMaterial, "产权证明待补，已一次性告知"),
    (PauseGround::GovernmentPermit, "占掘路许可办理中"),
    (PauseGround::CustomerWorks, "客户侧线路未完工"),
];

/// Calendar days of `n` cases that add up to `total`.
fn durations(w: &mut World<'_>, n: usize, total: i64) -> Vec<i64> {
    let mut all: Vec<i64> = (0..n)
        .map(|_| match w.chance.weighted(&[70, 22, 8]) {
            0 => w.chance.between(1, 5),
            1 => w.chance.between(5, 9),
            _ => w.chance.between(9, 17),
        })
        .collect();
    let mut sum: i64 = all.iter().sum();
    while sum != total && n > 0 {
        let i = w.chance.below(n);
        let step = if sum < total { 1 } else { -1 };
        if (2..=16).contains(&all[i]) {
            all[i] += step;
            sum += step;
        }
    }
    all
}

impl World<'_> {
    /// Every connection of the story with the instant it begins.
    pub fn connections(&mut self, size: &Size) -> Vec<(Instant, Wanted)> {
        let mut out = Vec::new();
        let n = size.three_zero;
        // The two cases of the press are among them.
        let known = if size.part.is_none() { [11, 18].as_slice() } else { &[] };
        let total = (MEAN_HUNDREDTHS * n as i64 + 50) / 100 - known.iter().sum::<i64>();
        let days = durations(self, n.saturating_sub(known.len()), total);
        for d in days {
            let at = self.begin(d);
            let works = d >= 7 || self.chance.percent(6);
            let wanted = self.wanted(Class::ThreeZero, works, Fate::On(d));
            out.push((at, wanted));
        }
        if size.part.is_none() {
            self.press(&mut out);
        }
        let scale = |full: usize| (full * n).div_ceil(9_598).max(2);
        for (class, how_many, fate) in [
            (Class::ThreeZero, 190, Fate::Withdrawn),
            (Class::Resident, 420, Fate::Goes),
            (Class::NonResident, 240, Fate::Goes),
            (Class::HvSingle, 90, Fate::Goes),
            (Class::HvDual, 24, Fate::Goes),
            (Class::Temporary, 60, Fate::Goes),
            (Class::HvSingle, 8, Fate::Withdrawn),
        ] {
            for _ in 0..scale(how_many) {
                let at = self.opening(150);
                let works = class != Class::Resident && self.chance.percent(40);
                let wanted = self.wanted(class, works, fate);
                out.push((at, wanted));
            }
        }
        // Three-zero cases that have no power yet: begun in the last days.
        for _ in 0..scale(150) {
            let at = self.opening(6);
            let works = self.chance.percent(60);
            let wanted = self.wanted(Class::ThreeZero, works, Fate::Open);
            out.push((at, wanted));
        }
        // One party asks twice at one address within a month.
        for i in 0..scale(12) as u32 {
            for back in [40, 25] {
                let at = self.opening(back);
                let mut wanted = self.wanted(Class::NonResident, false, Fate::Goes);
                wanted.asked.capacity = Capacity::kw(90);
                wanted.split_of = Some(i);
                out.push((at, wanted));
            }
        }
        out
    }

    /// The two cases of the press.
    fn press(&mut self, out: &mut Vec<(Instant, Wanted)>) {
        let first = self.policies.zone.at(day(2018, 5, 8), Time::constant(9, 12, 0, 0));
        let mut football = self.wanted(Class::ThreeZero, false, Fate::On(11));
        football.name = "通州足球公园".into();
        football.district = DISTRICTS.iter().position(|d| d.name == "通州区").unwrap_or(0);
        football.known = Some(Known::FootballPark);
        football.asked = Application {
            applicant: ApplicantKind::Firm,
            district: "通州区".into(),
            capacity: Capacity::kw(100),
            purpose: Use::Other,
            street: "玉桥街道".into(),
            setting: Setting::Urban,
            ..football.asked
        };
        out.push((first, football));
        let second = self.policies.zone.at(day(2018, 4, 17), Time::constant(9, 40, 0, 0));
        let mut mentougou = self.wanted(Class::ThreeZero, true, Fate::On(18));
        mentougou.name = "门头沟民宿合作社".into();
        mentougou.district = DISTRICTS.iter().position(|d| d.name == "门头沟区").unwrap_or(0);
        mentougou.known = Some(Known::Mentougou);
        mentougou.asked = Application {
            district: "门头沟区".into(),
            street: "妙峰山镇".into(),
            setting: Setting::Rural,
            capacity: Capacity::kw(60),
            purpose: Use::Farm,
            ..mentougou.asked
        };
        out.push((second, mentougou));
    }

    /// When a case begins whose power comes on so many days later: both are working days.
    fn begin(&mut self, days: i64) -> Instant {
        let (first, last) = (self.size.first(day(2018, 3, 27)), day(2018, 9, 28));
        let span = last.since(first).map_or(0, |s| i64::from(s.get_days()));
        let mut on = first;
        for _ in 0..400 {
            let plus = |d: Date, n: i64| d.checked_add(jiff::Span::new().days(n)).unwrap_or(d);
            on = plus(first, self.chance.between(0, span - days));
            if self.policies.calendar.is_working(on) && self.policies.calendar.is_working(plus(on, days)) {
                break;
            }
        }
        self.policies.zone.at(on, Time::constant(8, 30, 0, 0)).plus_minutes(self.chance.between(0, 420))
    }

    /// A moment of a working day in the last `back` days.
    fn opening(&mut self, back: i64) -> Instant {
        let back = self
            .size
            .part
            .map_or(back, |p| back.min(NOW.since(self.policies.zone.at(p.first, Time::midnight())) / DAY_MS));
        let t = NOW.plus_millis(-self.chance.between(DAY_MS / 3, back * DAY_MS));
        self.work(t, 0, 30).min(NOW.plus_minutes(-20))
    }

    /// What somebody asks for.
    pub fn wanted(&mut self, class: Class, works: bool, fate: Fate) -> Wanted {
        let district = by_customers(&mut self.chance, self.size);
        let streets: Vec<&str> = self.policies.areas.streets(DISTRICTS[district].name).collect();
        let street = self.chance.any(&streets).copied().unwrap_or_default();
        let setting = self.policies.areas.setting(DISTRICTS[district].name, street);
        let rural = setting == Setting::Rural;
        let firm = !matches!(class, Class::Resident)
            && (class.is_high_voltage() || class == Class::NonResident || self.chance.percent(45));
        let kw = match class {
            Class::Resident => self.chance.between(4, 16),
            Class::ThreeZero => self.chance.between(3, if rural { 100 } else { 160 }),
            Class::NonResident => self.chance.between(161, 300),
            Class::Temporary => self.chance.between(50, 315),
            // What transformers are built for, at the power factor that is reckoned with.
            Class::HvSingle => KVA_SINGLE[self.chance.below(KVA_SINGLE.len())] * 4 / 5,
            Class::HvDual => KVA_DUAL[self.chance.below(KVA_DUAL.len())] * 4 / 5,
        };
        let purpose = match class {
            Class::Resident => Use::Home,
            Class::Temporary => Use::Building,
            _ => [Use::Shop, Use::Shop, Use::Workshop, Use::Farm, Use::Charging, Use::Other][self.chance.below(6)],
        };
        let dual = class == Class::HvDual;
        let asked = Application {
            applicant: if firm { ApplicantKind::Firm } else { ApplicantKind::Person },
            size: if class == Class::ThreeZero {
                FirmSize::Small
            } else if firm {
                FirmSize::Medium
            } else {
                FirmSize::Unknown
            },
            district: DISTRICTS[district].name.to_owned(),
            street: street.into(),
            address: None,
            setting,
            purpose,
            capacity: Capacity::kw(kw),
            voltage: if class.is_high_voltage() { Voltage::Kv10 } else { Voltage::Low },
            dual,
            temporary: class == Class::Temporary,
            important: dual || self.chance.percent(4),
            exclusions: vec![],
            reference: None,
        };
        let origin = [Origin::Web, Origin::Web, Origin::Counter, Origin::Hotline95598, Origin::Hotline12345]
            [self.chance.below(5)];
        let name = if firm { names::firm(&mut self.chance, &FIRMS) } else { names::outsider(&mut self.chance) };
        let flags = if self.chance.permille(24) { vec![Flag::ALL[self.chance.below(Flag::ALL.len())]] } else { vec![] };
        Wanted { district, asked, name, origin, flags, works, fate, known: None, split_of: None }
    }

    /// Lives a case; gives its steps, and those of the problem that "not satisfied" opened. `customer`: the first who can
    /// look at his page this morning.
    pub fn connect(
        &mut self,
        at: Instant,
        w: &Wanted,
        customer: &mut Option<(MatterId, ContactId, String)>,
    ) -> Result<Vec<Step>, AppError> {
        let unit = self.company.unit_by_code(DISTRICTS[w.district].company);
        let mut life = self.apply(at, w, unit)?;
        let end = match w.fate {
            Fate::On(days) => {
                let zone = &self.policies.zone;
                let last = zone.date_of(at).checked_add(jiff::Span::new().days(days)).unwrap_or(zone.date_of(at));
                let minute = self.chance.between(if w.known == Some(Known::Mentougou) { 300 } else { 60 }, 520);
                Some(zone.at(last, Time::constant(8, 30, 0, 0)).plus_minutes(minute))
            }
            Fate::Goes | Fate::Open | Fate::Withdrawn => None,
        };
        let mut others = Vec::new();
        if let Some(t) = self.walk(&mut life, w, at, end)? {
            others = self.settle(&mut life, w, t)?;
        }
        let mut steps = self.end(&mut life)?;
        if w.fate == Fate::Open
            && DISTRICTS[w.district].company == "CY"
            && life.matter.stage.name() == StageName::InHand
            && customer.is_none()
        {
            *customer = steps.iter().flat_map(|s| &s.puts).find_map(|p| match p {
                Put::Contact { id, name, phone, .. } => Some((
                    life.matter.id,
                    *id,
                    format!("{name}（手机尾号 {}）", phone.get(phone.len().saturating_sub(4)..).unwrap_or_default()),
                )),
                _ => None,
            });
        }
        steps.extend(others);
        Ok(steps)
    }

    fn apply(&mut self, at: Instant, w: &Wanted, unit: UnitId) -> Result<Life, AppError> {
        let id = MatterId(self.chance.uuid(at));
        let mut puts = Vec::new();
        let recorded = at.plus_millis(self.chance.between(1_000, 60_000)).min(NOW);
        let contact = ContactId(self.chance.uuid(recorded));
        let link = hash_secret(&self.app.raiser_token(id, contact));
        let phone = names::phone(&mut self.chance);
        let number = match w.split_of {
            Some(i) => 9_000_000 + i64::from(i),
            None => loop {
                let n = self.chance.between(1, 8_999_999);
                if self.taken.insert(n.to_string()) {
                    break n;
                }
            },
        };
        let code = CreditCode::complete(&format!("92110105MA{number:07}"));
        let party = match (&code, w.asked.applicant) {
            (Some(code), ApplicantKind::Firm) => code.as_str().to_owned(),
            _ => phone.clone(),
        };
        // Two who have nothing to do with each other do not live at one address: what the product says of applications
        // that were split is said of the few that were.
        let address = match w.split_of {
            Some(i) => format!("建设路{}号", 900 + i),
            None => loop {
                let address = names::address(&mut self.chance, w.asked.setting == Setting::Rural);
                if self.taken.insert(format!("{} {address}", w.asked.district)) {
                    break address;
                }
            },
        };
        let keys = [
            self.app.keyed("party", &party),
            self.app.keyed("address", &format!("{}\n{address}", w.asked.district)),
            self.app.keyed("content", &id.to_string()),
        ];
        let code = code.filter(|_| w.asked.applicant == ApplicantKind::Firm).map(|c| c.as_str().to_owned());
        puts.push(Put::Contact { id: contact, matter: id, name: w.name.clone(), phone, credit_code: code, link });
        // High voltage is asked for by the transformer, low voltage by what is used.
        let wanted = if w.asked.voltage == Voltage::Low {
            format!("{} 千瓦", w.asked.capacity)
        } else {
            format!("受电容量 {} 千伏安", w.asked.capacity.in_watts() / 800)
        };
        let subject = format!("用电申请 {wanted} {}", w.asked.district);
        let words = self.say(&mut puts, id.0, recorded, &subject);
        let mut asked = w.asked.clone();
        asked.address = Some(self.say(&mut puts, id.0, recorded, &address));
        let by = By::Raiser(contact);
        let recorded_by = match w.origin {
            Origin::Web => by.clone(),
            _ => By::Person(
                self.holder(Role::Coordinator, unit, None).ok_or_else(|| faulty(&"a unit without a coordinator"))?,
            ),
        };
        let papers = [PaperKind::Identity, PaperKind::Premises]
            .into_iter()
            .map(|kind| Paper { kind, photos: vec![], at: self.chance.percent(90).then_some(at) })
            .collect();
        let near = if w.split_of.is_some() { Capacity::kw(90) } else { Capacity::watts(0) };
        let a = Apply {
            id,
            origin: w.origin,
            by,
            recorded_by: recorded_by.clone(),
            at,
            words,
            place: None,
            unit,
            asked,
            flags: w.flags.clone(),
            papers,
            near,
        };
        let moved = Matter::apply_for(&self.policies.law(), a)?;
        let mut life = self.born(moved, recorded, &recorded_by, puts, &subject)?;
        life.keys = Some(keys);
        Ok(life)
    }

    /// From the signature to power on; gives when the power came on.
    fn walk(
        &mut self,
        life: &mut Life,
        w: &Wanted,
        at: Instant,
        end: Option<Instant>,
    ) -> Result<Option<Instant>, AppError> {
        let unit = life.matter.unit;
        let Some(handler) = self.holder(Role::Handler, unit, None) else { return Ok(None) };
        let by = By::Person(handler);
        let law = self.policies.law();
        let record = life.matter.id.0;
        let mut t = match end {
            Some(_) => at.plus_minutes(self.chance.between(4, 25)),
            None => self.work(at, 5, 240),
        };
        let Some(_) = self.act(life, &by, t, MatterAction::Accept, Vec::new(), |m| m.accept(&law, t, &by))? else {
            return Ok(None);
        };
        let mut pause = w.known.is_none()
            && self.chance.permille(if end.is_some_and(|e| e.since(at) > 4 * DAY_MS) {
                90
            } else if end.is_some() {
                0
            } else {
                120
            });
        // Every class has two steps before its last, so the customer always finds one to leave at.
        let leave = if w.fate == Fate::Withdrawn { self.chance.between(0, 1) } else { i64::MAX };
        let (mut done, total) = (0i64, 6);
        while let Stage::InHand { step, .. } = &life.matter.stage {
            let procedure = law.procedures.get(&life.matter.procedure).ok_or_else(|| faulty(&"no procedure"))?;
            let current = procedure.step(step).cloned().ok_or_else(|| faulty(&"no such step"))?;
            let Some(_next) = life.matter.next_step(&law).cloned() else { break };
            done += 1;
            t = self.moment_of(t, at, end, done, total, &current);
            if done > leave {
                let mut puts = Vec::new();
                let reason = self.one(&mut puts, record, t, &WITHDRAWN);
                let customer = life.matter.raised.by.clone();
                let now = t;
                let moved = life.matter.clone().withdraw(now, &customer, reason)?;
                if now <= NOW {
                    self.sweep(life, now)?;
                    let recorded = now.plus_millis(9_000).max(life.recorded).min(NOW);
                    self.take(life, moved, recorded, &customer, puts, false)?;
                    self.farewell(life, now)?;
                }
                return Ok(None);
            }
            match current.needs {
                Some(Needs::Survey) => {
                    let mut puts = Vec::new();
                    let words = Some(self.one(&mut puts, record, t, &SURVEYED));
                    let works = w.works;
                    let Some(_) = self.act(life, &by, t, MatterAction::Advance, puts, |m| {
                        m.survey(&law, t, &by, works, words, vec![])
                    })?
                    else {
                        return Ok(None);
                    };
                }
                Some(Needs::Scheme) => {
                    let scheme = Scheme {
                        voltage: w.asked.voltage,
                        capacity: w.asked.capacity,
                        dual: w.asked.dual,
                        works: w.works,
                        words: None,
                        at: t,
                    };
                    let Some(_) =
                        self.act(life, &by, t, MatterAction::Advance, Vec::new(), |m| m.reply_scheme(t, &by, scheme))?
                    else {
                        return Ok(None);
                    };
                }
                None => {}
            }
            let mut puts = Vec::new();
            let note = current.evidence.then(|| self.one(&mut puts, record, t, &STEP_DONE));
            let code = current.code.clone();
            let Some(_) =
                self.act(life, &by, t, MatterAction::Advance, puts, |m| m.advance(&law, t, &by, &code, note, vec![]))?
            else {
                return Ok(None);
            };
            if pause && done >= 2 {
                pause = false;
                t = self.held(life, &by, t, end)?;
                if life.matter.paused().is_some() || life.matter.request.is_some() {
                    return Ok(None);
                }
            }
        }
        if w.fate == Fate::Open || !matches!(life.matter.stage, Stage::InHand { .. }) {
            return Ok(None);
        }
        t = match end {
            Some(end) => end,
            None => self.work(t, 200, 2_800),
        };
        if w.known == Some(Known::FootballPark) {
            self.football(life, &by, t.plus_minutes(-30))?;
        } else if w.asked.capacity >= Capacity::kw(100) && w.known.is_none() && self.chance.permille(9) {
            self.claimed(life, w, &by, t.plus_minutes(-20))?;
        }
        self.power(life, &by, t)
    }

    /// When a step ends: spread over the time up to a given end, else as long as such a step takes.
    fn moment_of(
        &mut self,
        t: Instant,
        at: Instant,
        end: Option<Instant>,
        done: i64,
        total: i64,
        step: &yixian_domain::procedure::Step,
    ) -> Instant {
        let Some(end) = end else {
            let (least, most) = match (step.code.as_str(), step.holder) {
                ("apply", _) => (3, 40),
                (_, clock::Holder::Customer) => (4 * 1_440, 22 * 1_440),
                ("survey" | "contract", _) => (200, 1_600),
                // Some desks are slow, and then a node is late.
                _ if self.chance.permille(35) => (6_000, 26_000),
                _ => (300, 3_200),
            };
            return self.work(t, least, most);
        };
        if step.code == "apply" {
            return t.plus_minutes(self.chance.between(2, 9));
        }
        let zone = &self.policies.zone;
        let even = at.plus_millis(end.since(at) * done.min(total - 1) / total);
        // Within office hours of its day, after what was before and half an hour before the power.
        let local = zone.local(even);
        let (open, close) = (Time::constant(8, 30, 0, 0), Time::constant(17, 0, 0, 0));
        let even = if local.time() < open {
            zone.at(local.date(), open)
        } else if local.time() > close {
            zone.at(local.date(), close)
        } else {
            even
        };
        even.max(t.plus_minutes(3)).min(end.plus_minutes(-40 + done.min(6) * 5))
    }

    /// The clock is stopped for a while, with ground, reason and somebody else's approval.
    fn held(&mut self, life: &mut Life, by: &By, t: Instant, end: Option<Instant>) -> Result<Instant, AppError> {
        let law = self.policies.law();
        let (ground, reason) = HELD[self.chance.below(HELD.len())];
        let mut puts = Vec::new();
        let record = life.matter.id.0;
        let asked = t.plus_minutes(6);
        let reason = self.say(&mut puts, record, asked, reason);
        if self
            .act(life, by, asked, MatterAction::AskPause, puts, |m| {
                m.ask_pause(asked, by, Some(ground), reason, vec![])
            })?
            .is_none()
        {
            return Ok(t);
        }
        let Some(who) = self.holder(Role::Coordinator, life.matter.unit, by.person()) else { return Ok(t) };
        let approver = By::Person(who);
        let decided = asked.plus_minutes(self.chance.between(8, 60));
        if self
            .act(life, &approver, decided, MatterAction::Decide, Vec::new(), |m| {
                m.decide(&law, decided, &approver, true, None)
            })?
            .is_none()
        {
            return Ok(t);
        }
        let back = match end {
            Some(end) => decided.plus_millis(end.plus_minutes(-90).since(decided) / 2),
            None => self.work(decided, 1_440, 6 * 1_440),
        };
        let mut puts = Vec::new();
        let note = Some(self.one(&mut puts, record, back, &texts::RESUME));
        self.act(life, by, back, MatterAction::Resume, puts, |m| m.resume(&law, back, by, note))?;
        Ok(back.plus_minutes(5))
    }

    fn power(&mut self, life: &mut Life, by: &By, t: Instant) -> Result<Option<Instant>, AppError> {
        let law = self.policies.law();
        let mut puts = Vec::new();
        let how = self.one(&mut puts, life.matter.id.0, t, &POWERED);
        // A few are entered long after they happened: the audit finds them.
        if self.chance.permille(4)
            && t.plus_millis(2 * DAY_MS) < NOW
            && life.matter.allows(MatterAction::Submit).is_ok()
            && life.next.is_none_or(|n| n > t)
        {
            let moved = life.matter.clone().energize(&law, t, by, how, vec![])?;
            let recorded = t.plus_millis(self.chance.between(26, 47) * HOUR_MS);
            self.take(life, moved, recorded, by, puts, false)?;
            return Ok(Some(recorded));
        }
        self.act(life, by, t, MatterAction::Submit, puts, |m| m.energize(&law, t, by, how, vec![]))
    }

    /// The plan that was asked for, the one that was chosen, and what the customer paid (domain facts A18).
    fn football(&mut self, life: &mut Life, by: &By, t: Instant) -> Result<(), AppError> {
        let line = |name: &str, yuan: i64| LineItem { name: name.into(), amount: Money::yuan(yuan) };
        let counterfactual = Plan {
            voltage: Voltage::Kv10,
            // 200 kVA at the power factor that is reckoned with.
            capacity: Capacity::kw(160),
            lines: vec![
                line("200 千伏安箱式变压器", 186_000),
                line("高压电缆及敷设 420 米", 168_000),
                line("高压计量及保护", 62_000),
                line("土建与接地", 58_000),
                line("设计、试验与监理", 26_000),
            ],
            days: Some(80),
            source: "客户提供的施工单位报价单（示范数据）".into(),
        };
        let chosen = Plan {
            voltage: Voltage::Low,
            capacity: Capacity::kw(100),
            lines: vec![],
            days: None,
            source: "三零服务：表箱及以上由供电企业投资".into(),
        };
        let claimed = "客户称原方案需 80 天以上（未核实）";
        let cost = Cost { counterfactual, chosen, paid: Money(0) };
        let mut puts = Vec::new();
        let words = self.say(&mut puts, life.matter.id.0, t, claimed);
        self.act(life, by, t, MatterAction::Comment, Vec::new(), |m| m.cost(t, by, cost))?;
        self.act(life, by, t, MatterAction::Comment, puts, |m| Ok(m.comment(t, by, words, vec![], None)))?;
        Ok(())
    }

    /// What a customer says he would have paid elsewhere; some bring a quotation, most have nothing to show.
    fn claimed(&mut self, life: &mut Life, w: &Wanted, by: &By, t: Instant) -> Result<(), AppError> {
        let amount = Money::yuan(self.chance.between(60, 400) * 1_000);
        let source = if self.chance.percent(30) { "施工单位报价单（示范数据）" } else { "" };
        let counterfactual = Plan {
            voltage: Voltage::Kv10,
            capacity: w.asked.capacity,
            lines: vec![LineItem { name: "箱式变压器及高压电缆".into(), amount }],
            days: u32::try_from(self.chance.between(45, 90)).ok(),
            source: source.into(),
        };
        let chosen = Plan {
            voltage: w.asked.voltage,
            capacity: w.asked.capacity,
            lines: vec![],
            days: None,
            source: "三零服务：表箱及以上由供电企业投资".into(),
        };
        let cost = Cost { counterfactual, chosen, paid: Money(0) };
        self.act(life, by, t, MatterAction::Comment, Vec::new(), |m| m.cost(t, by, cost)).map(drop)
    }

    /// Archived by somebody else, answered, called back.
    fn settle(&mut self, life: &mut Life, w: &Wanted, t: Instant) -> Result<Vec<Step>, AppError> {
        let doer = life.matter.doer.as_ref().and_then(By::person);
        let record = life.matter.id.0;
        let Some(judge) = self.holder(Role::Verifier, life.matter.unit, doer) else { return Ok(Vec::new()) };
        let verifier = By::Person(judge);
        let mut t = self.work(t, 60, 1_500);
        if w.known.is_none() && self.chance.permille(12) {
            let mut puts = Vec::new();
            let at = t;
            let reason = self.say(&mut puts, record, at, "归档资料缺合同签字页，退回补齐");
            if self
                .act(life, &verifier, at, MatterAction::Return, puts, |m| m.send_back(at, &verifier, reason))?
                .is_none()
            {
                return Ok(Vec::new());
            }
            let Some(handler) = life.matter.handler.map(By::Person) else { return Ok(Vec::new()) };
            let again = self.work(t, 60, 1_200);
            if self.power(life, &handler, again)?.is_none() {
                return Ok(Vec::new());
            }
            t = self.work(again, 60, 900);
        }
        let at = t;
        if self.act(life, &verifier, at, MatterAction::Verify, Vec::new(), |m| m.verify(at, &verifier, None))?.is_none()
        {
            return Ok(Vec::new());
        }
        let Some(who) = self.holder(Role::Coordinator, life.matter.unit, None) else { return Ok(Vec::new()) };
        let caller = By::Person(who);
        let at = self.work(t, 5, 400);
        let mut puts = Vec::new();
        let words = self.one(&mut puts, record, at, &ANSWERED);
        if self.act(life, &caller, at, MatterAction::Answer, puts, |m| m.answer(at, &caller, words))?.is_none() {
            return Ok(Vec::new());
        }
        self.call(life, w, &caller, at)
    }

    fn farewell(&mut self, life: &mut Life, t: Instant) -> Result<(), AppError> {
        let Some(who) = self.holder(Role::Coordinator, life.matter.unit, None) else { return Ok(()) };
        let by = By::Person(who);
        let at = self.work(t, 10, 400);
        let mut puts = Vec::new();
        let words = self.say(&mut puts, life.matter.id.0, at, "已按您的要求撤销申请，需要时欢迎再来。");
        self.act(life, &by, at, MatterAction::Answer, puts, |m| m.answer(at, &by, words)).map(drop)
    }

    /// What customers say: of a thousand most are satisfied; some are not reached, few refuse to talk.
    fn call(&mut self, life: &mut Life, w: &Wanted, caller: &By, t: Instant) -> Result<Vec<Step>, AppError> {
        let law = self.policies.law();
        let record = life.matter.id.0;
        let raiser = life.matter.raised.by.clone();
        let said = match self.chance.weighted(&[973, 21, 6]) {
            0 => Satisfaction::Satisfied,
            1 => Satisfaction::Basically,
            _ => Satisfaction::Not,
        };
        let said = if w.known.is_some() { Satisfaction::Satisfied } else { said };
        let mut others = Vec::new();
        let reasons = if said == Satisfaction::Not {
            vec![[Complaint::Slow, Complaint::NoShow, Complaint::Attitude][self.chance.below(3)]]
        } else {
            vec![]
        };
        match if w.known.is_some() { 0 } else { self.chance.weighted(&[86, 7, 4, 1, 2]) } {
            0 => {
                let at = self.work(t, 300, 3_200);
                if at > NOW || life.matter.silent_at(&law).is_some_and(|s| s <= at) {
                    return Ok(others);
                }
                let problem = self.grievance(life, said, at, &mut others)?;
                let mut puts = Vec::new();
                let words = self.one(&mut puts, record, at, &CALLED);
                let applied = self.policies.zone.date_of(life.matter.raised.at);
                let remembered = if self.chance.permille(5) { applied.yesterday().unwrap_or(applied) } else { applied };
                let steps = u8::try_from(life.matter.visible_steps(&law)).ok();
                let call = CallOutcome::Reached {
                    applied_on: Some(remembered),
                    steps,
                    paid: None,
                    designated: false,
                    satisfaction: Some(said),
                    reasons,
                };
                self.act(life, caller, at, MatterAction::RecordAttempt, puts, |m| {
                    m.call_back(&law, at, caller, call, Some(words.clone()), words, problem)
                })?;
            }
            1 => {
                let at = t.plus_minutes(self.chance.between(60, 4_000));
                if at > NOW {
                    return Ok(others);
                }
                let problem = self.grievance(life, said, at, &mut others)?;
                self.act(life, &raiser, at, MatterAction::Rate, Vec::new(), |m| {
                    m.rate_service(at, &raiser, said, reasons, None, problem, crate::demo::careers::voice_of(&raiser))
                })?;
            }
            2 => {
                let mut at = t;
                for _ in 0..3 {
                    at = self.work(at, 300, 1_300);
                    let mut puts = Vec::new();
                    let note = self.one(&mut puts, record, at, &texts::ATTEMPT);
                    let now = at;
                    if self
                        .act(life, caller, now, MatterAction::RecordAttempt, puts, |m| {
                            m.call_back(&law, now, caller, CallOutcome::NotReached, None, note, None)
                        })?
                        .is_none()
                    {
                        break;
                    }
                }
            }
            3 => {
                let at = self.work(t, 300, 2_000);
                let mut puts = Vec::new();
                let note = self.say(&mut puts, record, at, "客户表示不便接听");
                self.act(life, caller, at, MatterAction::RecordAttempt, puts, |m| {
                    m.call_back(&law, at, caller, CallOutcome::Refused, None, note, None)
                })?;
            }
            _ => {}
        }
        Ok(others)
    }

    /// The problem of a customer who is not satisfied, lived by another handler.
    fn grievance(
        &mut self,
        life: &Life,
        said: Satisfaction,
        at: Instant,
        others: &mut Vec<Step>,
    ) -> Result<Option<MatterId>, AppError> {
        if said != Satisfaction::Not {
            return Ok(None);
        }
        let finding =
            Finding::among(&mut self.chance, topics::GRIEVANCES, None, |_| true).ok_or_else(|| faulty(&"no topic"))?;
        let was = life.matter.handler;
        let handler = self.holder(Role::Handler, life.matter.unit, was);
        let career = Career { stop: None, due: None, unit: Some(life.matter.unit), handler, on_time: true };
        let mut problem = self.raised(&finding, Origin::Counter, None, life.matter.unit, at, false, &career)?;
        let id = problem.matter.id;
        others.extend(self.end(&mut problem)?);
        Ok(Some(id))
    }

    /// A life that begins with what the law gave for it.
    fn born(
        &mut self,
        moved: Moved,
        recorded: Instant,
        by: &By,
        puts: Vec<Put>,
        words: &str,
    ) -> Result<Life, AppError> {
        let id = moved.matter.id;
        let text = yixian_store::search::text(words, None);
        let mut step = self.step(recorded, by.clone(), puts);
        step.puts.push(Put::Matter { id, events: moved.events.clone() });
        let next = next_look(self.policies, &moved.matter)?;
        Ok(Life::of(moved, step, recorded, matters::subject(&text), next))
    }
}
