//! Household service 党员服务队: the homes of 西城 that one team looks after from May to September, what was ordered, what was done there,
//! how it was confirmed, and one old neighbour who said thank you. Lanes and people are invented. Planned here is the shape; every
//! number is counted by the product. Its chance is its own, so that nothing else is told otherwise.

use super::chance::{Chance, key};
use super::community::share;
use super::kept::Kept;
use super::lives::{Birth, Life, Put, Step, World};
use super::organisation::SERVICE_TEAM;
use super::pictures::Scene;
use super::{NOW, faulty, names};
use crate::frame::error::AppError;
use crate::households::Resident;
use crate::matters::act::Owed;
use uuid::Uuid;
use yixian_domain::access::{Ask, Voice, may};
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::base::service::{Quantity, ServiceItem};
use yixian_domain::base::values::Money;
use yixian_domain::household::{
    ConfirmedHow, DoneSheet, Household, HouseholdDetails, Material, SheetDetails, Vulnerability,
};
use yixian_domain::ids::*;
use yixian_domain::matter::{MatterAction, MatterKind, Origin, TargetChoice, Verdict};
use yixian_domain::org::Role;
use yixian_domain::praise::{Channel, Praise, PraiseDetails, PraisedBy};
use yixian_domain::time::{Date, HOUR_MS, Instant, Time};

/// Makes the stream of what is told here out of the story's seed.
const STREAM: u64 = 0x5eed_0020;
/// Homes, and lamps that were replaced in them.
const HOMES: usize = 640;
const LAMPS: usize = 1_150;
/// Homes that had the same done again within ninety days.
const AGAIN: usize = 16;
/// The days on which homes were first called at.
const FIRST: Date = Date::constant(2018, 5, 2);
const DAYS: usize = 134;
/// The home whose old lady said thank you.
const THANKED: usize = 3;
/// One home of so many called in the last days, and nobody was there yet; to one of so many the team promised to come by today.
const WAITS: usize = 128;
const PROMISED: usize = 150;

const LANES: [&str; 8] = ["槐荫胡同", "柳巷", "石榴院", "东井胡同", "砖塔里", "菊儿小院", "南铃铛胡同", "青果巷"];

/// What was ordered, and what it needs besides lamps.
const ORDERED: [(&str, Option<ServiceItem>); 6] = [
    ("屋里的灯一闪一闪的，想请师傅来看看。", None),
    ("老房子线路旧了，希望检查一下，顺便换两盏灯。", Some(ServiceItem::LineCheck)),
    ("厨房的灯坏了，开关也不灵。", Some(ServiceItem::Switch)),
    ("老人不会用漏电保护器，请上门讲讲，过道灯也不亮。", Some(ServiceItem::Advice)),
    ("想给家里装个漏电保护器，再把灯换成省电的。", Some(ServiceItem::LeakageProtector)),
    ("阳台电线外皮老化，怕出事。", Some(ServiceItem::Wire)),
];

fn put(kept: Kept) -> Put {
    Put::Community(Box::new(kept))
}

/// Who serves, and the homes' own company.
#[derive(Clone, Copy)]
struct Hands {
    team: UnitId,
    coordinator: PersonId,
    handler: PersonId,
    verifier: PersonId,
}

impl World<'_> {
    /// Homes, orders, done-sheets.
    pub fn household_service(&mut self, communities: &[PartnerId], seed: u64) -> Result<Vec<Step>, AppError> {
        let before = std::mem::replace(&mut self.chance, Chance::new(seed ^ STREAM));
        let steps = self.homes(communities);
        self.chance = before;
        steps
    }

    fn homes(&mut self, communities: &[PartnerId]) -> Result<Vec<Step>, AppError> {
        let team = self.company.unit_by_code(SERVICE_TEAM);
        let role = |role| self.company.nearest(role, team).first().copied();
        let found = (role(Role::Coordinator), role(Role::Handler), role(Role::Verifier));
        let (Some(coordinator), Some(handler), Some(verifier)) = found else {
            return Err(faulty(&"a service team without hands"));
        };
        let hands = Hands { team, coordinator, handler, verifier };
        let mut steps = Vec::new();
        let all = self.places.communities.len();
        let (homes, twice) = (share(HOMES, all), share(AGAIN, all));
        let mut left = share(LAMPS, all) as u32;
        for n in 0..homes {
            // As evenly as whole ones can be, over first calls and calls again.
            let calls = (homes - n + twice.saturating_sub(n)) as u32;
            let repeats = n < twice;
            let lamps = self.lamps(left, calls);
            left -= lamps;
            let again = if repeats { self.lamps(left, calls - 1) } else { 0 };
            left -= again;
            let on = FIRST.saturating_add(jiff::Span::new().days((n * DAYS / homes) as i64));
            self.home(n, on, (lamps, again), communities, hands, &mut steps)?;
        }
        Ok(steps)
    }

    /// Lamps of one call: one to three, so that what is left goes into the calls that are left.
    fn lamps(&mut self, left: u32, calls: u32) -> u32 {
        let spread = self.chance.between(1, 3) as u32;
        let rest = calls.saturating_sub(1);
        spread.clamp(left.saturating_sub(3 * rest).max(1), left.saturating_sub(rest).clamp(1, 3))
    }

    fn home(
        &mut self,
        n: usize,
        on: Date,
        (lamps, again): (u32, u32),
        communities: &[PartnerId],
        hands: Hands,
        steps: &mut Vec<Step>,
    ) -> Result<(), AppError> {
        let zone = self.policies.zone.clone();
        let at = zone.at(on, Time::constant(8, 40, 0, 0)).plus_minutes(self.chance.between(0, 420));
        let code = format!("JT-{:04}", n + 1);
        let id = key(&format!("household {code}"), at);
        let mut flags = Vec::new();
        if n == THANKED || self.chance.percent(55) {
            flags.push(Vulnerability::Elderly);
        }
        let others = [Vulnerability::Disabled, Vulnerability::LowIncome, Vulnerability::OldWiring];
        if self.chance.percent(35) {
            flags.push(others[self.chance.below(others.len())]);
        }
        let resident = Resident {
            name: names::outsider(&mut self.chance),
            address: format!("{} {} 号", LANES[n % LANES.len()], 1 + n / LANES.len()),
            phone: names::phone(&mut self.chance),
            vulnerable: flags,
        };
        let by = By::Person(hands.coordinator);
        let mut puts = Vec::new();
        let details = HouseholdDetails {
            unit: hands.team,
            community: communities.get(n % communities.len().max(1)).copied(),
            consent: self.chance.percent(60),
            personal: Some(self.say(&mut puts, id, at, &resident.text())),
        };
        let (home, h) = Household::register(id, at, &by, code, details)?;
        puts.push(put(Kept::Household(home, h)));
        steps.push(self.step(at.plus_millis(900), by, puts));
        let (words, besides) = if n == THANKED { ORDERED[1] } else { ORDERED[self.chance.below(ORDERED.len())] };
        let t = self.order(id, &resident, (words, besides, lamps), at.plus_minutes(4), hands, steps)?;
        if n == THANKED {
            self.thanked_for_light(&resident, t, hands, steps)?;
        }
        if again > 0 {
            let days = self.chance.between(21, 75);
            let later = zone.at(on.saturating_add(jiff::Span::new().days(days)), Time::constant(9, 30, 0, 0));
            let called = self.work(later, 0, 200);
            self.order(id, &resident, ("上次换的灯又坏了一盏，麻烦再来一趟。", None, again), called, hands, steps)?;
        }
        if n % WAITS == WAITS / 2 {
            let called = zone.at(Date::constant(2018, 9, 28), Time::constant(9, 10, 0, 0)).plus_minutes(n as i64 / 4);
            let (mut life, _) = self.called(id, &resident, "楼道灯不亮了，晚上出门不方便。", called, hands)?;
            steps.extend(self.end(&mut life)?);
        }
        Ok(())
    }

    /// An order from the call until somebody has it in hand.
    fn called(
        &mut self,
        home: Uuid,
        resident: &Resident,
        words: &str,
        at: Instant,
        hands: Hands,
    ) -> Result<(Life, Instant), AppError> {
        let (coordinator, handler) = (By::Person(hands.coordinator), By::Person(hands.handler));
        let birth = Birth {
            kind: MatterKind::Wish,
            origin: Origin::Staff,
            category: "wish",
            scene: Scene::Meter,
            words: words.to_owned(),
            place: None,
            unit: hands.team,
            visit: None,
            recorded_by: coordinator.clone(),
            contact: Some((resident.name.clone(), resident.phone.clone())),
            about: Some(About { kind: AboutKind::Household, id: home }),
            owed: Owed::default(),
            at,
            recorded: at.plus_millis(700),
        };
        let mut life = self.raise(birth)?;
        let law = self.policies.law();
        let t = self.work(at, 5, 60);
        self.act(&mut life, &coordinator, t, MatterAction::Assign, Vec::new(), |m| {
            m.assign(&law, t, &coordinator, hands.team, handler.person(), &TargetChoice::RuleIfAny, None)
        })?;
        let t = self.work(t, 5, 90);
        self.act(&mut life, &handler, t, MatterAction::Accept, Vec::new(), |m| m.accept(&law, t, &handler))?;
        Ok((life, t))
    }

    /// An order from the call to the answer. Which matter it is, and when its work was done.
    fn order(
        &mut self,
        home: Uuid,
        resident: &Resident,
        (words, besides, lamps): (&str, Option<ServiceItem>, u32),
        at: Instant,
        hands: Hands,
        steps: &mut Vec<Step>,
    ) -> Result<(MatterId, Instant), AppError> {
        let (coordinator, handler) = (By::Person(hands.coordinator), By::Person(hands.handler));
        let verifier = By::Person(hands.verifier);
        let (mut life, t) = self.called(home, resident, words, at, hands)?;
        let id = life.matter.id;
        let law = self.policies.law();
        let done = self.work(t, 90, 2_400);
        let sheet = self.fill_in(&mut life, home, (besides, lamps), done, &handler)?;
        let t = self.work(done, 20, 400);
        self.act(&mut life, &verifier, t, MatterAction::Verify, Vec::new(), |m| m.verify(t, &verifier, None))?;
        let t = self.work(t, 20, 400);
        let mut puts = Vec::new();
        let answer = format!("师傅已上门，换灯 {lamps} 盏，全部免费，试亮正常。");
        let words = self.say(&mut puts, id.0, t, &answer);
        let by = &coordinator;
        self.act(&mut life, by, t, MatterAction::Answer, puts, |m| m.answer(t, by, words))?;
        let (how, who, t) = match life.matter.raised.by.clone() {
            raiser @ By::Raiser(_) if self.chance.percent(45) => {
                let t = t.plus_minutes(self.chance.between(20, 2_000));
                let said = Some(Voice::SentLink);
                self.act(&mut life, &raiser, t, MatterAction::Rate, Vec::new(), |m| {
                    m.rate(&law, t, &raiser, Verdict::Solved, None, said)
                })?;
                (ConfirmedHow::Link, raiser, t)
            }
            _ => (ConfirmedHow::Phone, handler.clone(), self.work(t, 30, 900)),
        };
        steps.extend(self.end(&mut life)?);
        // Three of ten were not yet reached.
        if t < NOW && (how == ConfirmedHow::Link || self.chance.percent(70)) {
            let (sheet, h) = sheet.confirm(t, &who, how, None)?;
            let kept = Kept::Sheet { sheet: Box::new(sheet), events: vec![h], new: false };
            steps.push(self.step(t.plus_millis(400), who, vec![put(kept)]));
        }
        Ok((id, done))
    }

    /// The done-sheet, with which the order is submitted.
    fn fill_in(
        &mut self,
        life: &mut Life,
        home: Uuid,
        (besides, lamps): (Option<ServiceItem>, u32),
        at: Instant,
        by: &By,
    ) -> Result<DoneSheet, AppError> {
        let id = self.chance.uuid(at);
        let mut puts = Vec::new();
        let mut items = vec![Quantity { item: ServiceItem::Lamp, n: lamps }];
        items.extend(besides.map(|item| Quantity { item, n: 1 }));
        items.sort_by_key(|q| q.item as usize);
        let details = SheetDetails {
            day: self.policies.zone.date_of(at),
            items,
            materials: vec![Material { item: "LED 灯".into(), n: lamps, charge: Money::default(), reason: None }],
            before: self.photo(&mut puts, id, Scene::Meter, false),
            after: self.photo(&mut puts, id, Scene::Meter, true),
            next_visit: (self.chance.below(PROMISED) == 0).then(|| self.policies.zone.date_of(NOW)),
        };
        let of = (life.matter.id, home, life.matter.unit);
        let (sheet, h) = DoneSheet::fill_in(id, at, by, of, details)?;
        puts.push(put(Kept::Sheet { sheet: Box::new(sheet.clone()), events: vec![h], new: true }));
        let law = self.policies.law();
        let how = self.say(&mut puts, life.matter.id.0, at, &format!("上门检查，换灯 {lamps} 盏，材料免费。"));
        self.act(life, by, at, MatterAction::Submit, puts, |m| m.submit(&law, at, by, how, Vec::new()))?;
        Ok(sheet)
    }

    /// The old neighbour says thank you, three days later.
    fn thanked_for_light(
        &mut self,
        resident: &Resident,
        (order, done): (MatterId, Instant),
        hands: Hands,
        steps: &mut Vec<Step>,
    ) -> Result<(), AppError> {
        let by = By::Person(hands.coordinator);
        let at = self.work(done.plus_millis(72 * HOUR_MS), 0, 60);
        let unit = self.company.unit(hands.team).ok_or_else(|| faulty(&"a unit"))?;
        may(&self.company.actor(hands.coordinator), &Ask::KeepPraise(&unit.path))?;
        let code = "DZ-2018-024";
        let id = key(code, at);
        let mut puts = Vec::new();
        let details = PraiseDetails {
            from: PraisedBy::Contact { name: self.say(&mut puts, id, at, &resident.name) },
            channel: Channel::InPerson,
            day: self.policies.zone.date_of(at),
            words: self.say(&mut puts, id, at, "屋里亮堂了，线也查过了，晚上起夜不怕摔了。谢谢孩子们。"),
            file: None,
            photos: Vec::new(),
            shows_person: false,
            consent: true,
            unit: hands.team,
            about: vec![About { kind: AboutKind::Matter, id: order.0 }],
        };
        let (praise, event) = Praise::record(id, at, &by, code.to_owned(), details)?;
        puts.push(Put::Praise { praise: Box::new(praise), event: Box::new(event) });
        steps.push(self.step(at, by, puts));
        Ok(())
    }
}
