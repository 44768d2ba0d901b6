//! The demo's praise 点赞: two dozen thanks for visits that were made, by customers and communities under invented names; and one article that
//! quotes twelve figures with the day each was known on. What was printed is told here as an article tells it; whether it holds is the
//! product's to find out. Its chance is its own, so that nothing else is told otherwise.

use super::chance::{Chance, key};
use super::faulty;
use super::lives::{Put, Step, World};
use super::names::Names;
use super::outing::{Fate, Outing};
use super::partners::Partners;
use crate::frame::error::AppError;
use yixian_domain::access::{Ask, may};
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::base::quoted::Quoted;
use yixian_domain::figure::FigureCode as F;
use yixian_domain::ids::*;
use yixian_domain::org::Role;
use yixian_domain::praise::{Channel, Praise, PraiseDetails, PraisedBy, Publication, PublicationDetails};
use yixian_domain::time::{Date, HOUR_MS, Time};
use yixian_domain::visit::VisitType;

/// Makes the stream of what is told here out of the story's seed.
const STREAM: u64 = 0x5eed_0024;
/// How many thanked; one more is told with the household that did.
const THANKS: usize = 23;
/// Every so manieth is a body of the register.
const BODY: usize = 8;

const WAYS: [(Channel, u32); 6] = [
    (Channel::InPerson, 8),
    (Channel::Hotline, 5),
    (Channel::Banner, 4),
    (Channel::Letter, 4),
    (Channel::Online, 2),
    (Channel::Media, 1),
];

const SAID: [&str; 8] = [
    "带队的负责人当场把问题定下来，第二天就有人来办，谢谢你们。",
    "社区线路老化的事说了几次，这回真的换了新线，老人们都放心了。",
    "办电没跑一趟，也没花一分钱，经理把每一步都提前告诉了我们。",
    "夜里抢修的师傅饭都没顾上吃，天亮前送上了电，全楼的人都记着。",
    "开业前最担心用电，你们上门看现场、定方案，没有误一天。",
    "孩子写作业的灯不闪了，师傅还教了我们怎么看漏电保护器。",
    "有事说事，有回音，答复写得明明白白，我们服气。",
    "施工前先来听居民的意见，围挡留了口，出行没受影响。",
];

/// A figure as the article prints it: which, over what, narrowed to which unit or programme, known on which day, as what.
type Printed = (F, &'static str, Option<&'static str>, Option<&'static str>, Date, &'static str);

const fn on(month: i8, day: i8) -> Date {
    Date::constant(2018, month, day)
}

const PRINTED: [Printed; 12] = [
    (F::Activities, "2018-05", None, None, on(6, 30), "3,600"),
    (F::ConstructionSites, "2018-05", None, None, on(6, 30), "2,517"),
    (F::WorksStarted, "2018", None, Some("UG-2018"), on(5, 31), "80"),
    (F::WorksLength, "2018", None, Some("UG-2018"), on(5, 31), "84"),
    (F::WorksLeadYear, "2018", None, Some("UG-2018"), on(5, 31), "4"),
    (F::ProgrammeVisits, "2018-05..2018-08", Some("CP"), None, on(9, 15), "20余"),
    (F::MeasuresAdopted, "2018-05..2018-08", Some("CP"), None, on(9, 15), "30余"),
    (F::ThreeZeroConnected, "2018-01..2018-09", None, None, on(9, 29), "9,598"),
    (F::ThreeZeroDaysMean, "2018-01..2018-09", None, None, on(9, 29), "5.09"),
    (F::ThreeZeroSatisfied, "2018-01..2018-09", None, None, on(9, 29), "≥ 96"),
    (F::Tasks, "2018-05", None, None, on(5, 31), "104"),
    (F::DocumentsInForce, "2018-05-31", None, None, on(5, 31), "6"),
];

impl World<'_> {
    /// Praise and the article, each recorded after what it is about.
    pub fn praised(&mut self, outings: &[Outing], partners: &Partners, seed: u64) -> Result<Vec<Step>, AppError> {
        let before = std::mem::replace(&mut self.chance, Chance::new(seed ^ STREAM));
        let steps = self.thanks(outings, partners);
        self.chance = before;
        steps
    }

    fn thanks(&mut self, outings: &[Outing], partners: &Partners) -> Result<Vec<Step>, AppError> {
        let met = |o: &&Outing| {
            o.fate == Fate::Made && matches!(o.kind, VisitType::Customer | VisitType::Community) && o.late_ms == 0
        };
        let last = self.policies.zone.at(on(9, 20), Time::midnight());
        let kept = |o: &&Outing| {
            let unit = self.company.member(o.leader).map(|m| self.company.company_of(m.person.unit));
            unit.is_some_and(|unit| self.keeper_of_praise(unit).is_ok())
        };
        let visits: Vec<&Outing> = outings.iter().filter(met).filter(|o| o.start < last).filter(kept).collect();
        let apart = (visits.len() / THANKS).max(1);
        let mut named = Names::default();
        let mut steps = Vec::new();
        for (i, visit) in visits.iter().step_by(apart).take(THANKS).enumerate() {
            steps.push(self.thank(i, visit, partners, &mut named)?);
        }
        steps.push(self.printed()?);
        Ok(steps)
    }

    /// Who keeps the praise of a unit.
    fn keeper_of_praise(&self, unit: UnitId) -> Result<By, AppError> {
        let found = self.company.nearest(Role::Coordinator, unit).first().copied();
        let who = found.ok_or_else(|| faulty(&"nobody keeps praise"))?;
        let path = self.company.unit(unit).map(|u| u.path.clone()).ok_or_else(|| faulty(&"a unit"))?;
        may(&self.company.actor(who), &Ask::KeepPraise(&path))?;
        Ok(By::Person(who))
    }

    fn thank(&mut self, i: usize, visit: &Outing, partners: &Partners, named: &mut Names) -> Result<Step, AppError> {
        let leader = self.company.member(visit.leader).ok_or_else(|| faulty(&"a leader"))?;
        let unit = self.company.company_of(leader.person.unit);
        let by = self.keeper_of_praise(unit)?;
        let zone = self.policies.zone.clone();
        // Some days later, in the morning.
        let day = zone.date_of(visit.start.plus_millis(self.chance.between(1, 6) * 24 * HOUR_MS));
        let at = zone.at(day, Time::constant(9, 30, 0, 0)).plus_minutes(self.chance.between(0, 360));
        let code = format!("DZ-2018-{:03}", i + 1);
        let id = key(&code, at);
        let mut puts = Vec::new();
        let governments = &partners.governments;
        let from = match governments.get(i / BODY % governments.len().max(1)) {
            Some(body) if i % BODY == BODY - 1 => PraisedBy::Partner { partner: body.id },
            _ => {
                let name = named.person(&mut self.chance);
                PraisedBy::Contact { name: self.say(&mut puts, id, at, &name) }
            }
        };
        let weights: Vec<u32> = WAYS.iter().map(|w| w.1).collect();
        let channel = WAYS[self.chance.weighted(&weights)].0;
        let said = SAID[self.chance.below(SAID.len())];
        let details = PraiseDetails {
            from,
            channel,
            day,
            words: self.say(&mut puts, id, at, said),
            file: None,
            photos: Vec::new(),
            shows_person: false,
            consent: self.chance.percent(60),
            unit,
            about: vec![About { kind: AboutKind::Visit, id: visit.id.0 }],
        };
        let (praise, event) = Praise::record(id, at, &by, code, details)?;
        puts.push(Put::Praise { praise: Box::new(praise), event: Box::new(event) });
        Ok(self.step(at, by, puts))
    }

    fn printed(&mut self) -> Result<Step, AppError> {
        let unit = self.company.unit_by_code("MKT");
        let by = self.keeper_of_praise(unit)?;
        let zone = self.policies.zone.clone();
        let at = zone.at(on(9, 30), Time::constant(8, 40, 0, 0));
        let code = "BD-2018-01";
        let id = key(code, at);
        let figures = PRINTED.iter().map(|(figure, period, unit, programme, known, value)| Quoted {
            unit: unit.map(str::to_owned),
            programme: programme.map(str::to_owned),
            ..Quoted::whole(figure.as_str(), period, zone.end_of_day(*known), Some((*value).to_owned()))
        });
        let details = PublicationDetails {
            outlet: "示范日报".into(),
            title: "以“一线工作日”为载体，推动管理重心下移".into(),
            title_en: Some("The front-line work-day: managing where the work is".into()),
            day: on(9, 30),
            url: Some("https://example.org/front-line-work-day".into()),
            file: None,
            unit,
            about: Vec::new(),
            figures: figures.collect(),
        };
        let (publication, event) = Publication::register(id, at, &by, code.to_owned(), details)?;
        let put = Put::Publication { publication: Box::new(publication), event: Box::new(event) };
        Ok(self.step(at, by, vec![put]))
    }
}
