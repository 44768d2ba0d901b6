//! The demo's improvement measures of 昌平: proposed on the front line, decided by somebody else, one of them applied to mountain
//! villages and taken over by two neighbours. Numbers are the product's to count.

use super::chance::Chance;
use super::lives::{Put, Step};
use super::organisation::Company;
use super::{NOW, day, faulty};
use crate::frame::error::AppError;
use crate::frame::policy::Policies;
use crate::matters::act::subject;
use crate::matters::rungs::next_look;
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::ids::*;
use yixian_domain::matter::*;
use yixian_domain::org::Role;
use yixian_domain::part::{Baseline, Measure, MeasureClass, Part, Verdict as Decided};
use yixian_domain::programme::{Section, Terrain};
use yixian_domain::refusal::Refusal;
use yixian_domain::time::{Date, Instant, Time};

/// What is proposed, class by class; the first ones are adopted, in the order of the days.
const LABOUR: [&str; 8] = [
    "两支施工队错时进村，白天立杆、晚上放线",
    "每村设一名村民联络员，提前一天通知停电",
    "山区路段配两名持证登高人员轮换",
    "项目经理驻村办公，当天问题当天协调",
    "抽调检修班支援投产前的并网操作",
    "施工队按村分组，一组包到投产",
    "夜间施工配专职安全员",
    "增设一名专职资料员，随工整理竣工资料",
];
const MATERIAL: [&str; 9] = [
    "电杆、变压器按村打包，一次配送到位",
    "在南口设前置仓，提前三天备齐当周物资",
    "金具和绝缘子按杆型配成套包",
    "导线盘到货前核对长度，避免现场接续",
    "电表和表箱由物资部直送村口",
    "缺料清单每日十六点前上报，次日早上送达",
    "与厂家约定备用变压器两台，当日可调",
    "小件物资由施工队领用车随车携带",
    "电缆终端头集中预制，减少现场制作",
];
const METHOD: [&str; 11] = [
    "山区混凝土杆分段运输、现场法兰连接",
    "台架变采用整体吊装",
    "接户线采用预制集束导线",
    "带电接火，村民不停电",
    "狭窄胡同使用履带式小型立杆机",
    "沟道顶管代替明挖过路",
    "杆坑采用机械螺旋钻孔",
    "低压电缆分支箱工厂化预制",
    "无人机展放引绳跨越沟谷",
    "投产前一次完成全部保护传动",
    "表箱进线采用快速插接",
];
const STANDARD: [&str; 8] = [
    "编制山区台区典型设计图集",
    "统一采用 9 千瓦户均容量配置标准",
    "杆号牌、警示牌随立杆同步安装",
    "竣工资料一村一册，电子归档",
    "户内隐患排查表与装表同步填写",
    "分支箱安装高度统一按 1.2 米",
    "施工占道公示牌统一样式",
    "接地电阻复测标准写入工序卡",
];

struct Teller<'a> {
    policies: &'a Policies,
    company: &'a Company,
    chance: Chance,
    steps: Vec<Step>,
}

/// A measure on its way, with what is to be written of it.
struct Life {
    matter: Matter,
    told: Vec<(Instant, By, Vec<Happened<MatterEvent>>, Vec<Put>)>,
}

impl Teller<'_> {
    fn at(&self, on: Date, hour: i8, minute: i8) -> Instant {
        self.policies.zone.at(on, Time::constant(hour, minute, 0, 0))
    }

    fn say(&mut self, puts: &mut Vec<Put>, record: MatterId, at: Instant, text: &str) -> Words {
        let (id, salt) = (WordsId(self.chance.uuid(at)), self.chance.salt());
        let hash = yixian_store::words::hash(&salt, text);
        puts.push(Put::Words { record: record.0, id, salt, text: text.to_owned() });
        Words { id, hash }
    }

    fn go(
        life: &mut Life,
        at: Instant,
        by: &By,
        puts: Vec<Put>,
        how: impl FnOnce(Matter) -> Result<Moved, Refusal>,
    ) -> Result<(), AppError> {
        if at > NOW.plus_minutes(-20) {
            return Ok(());
        }
        let moved = how(life.matter.clone()).map_err(|e| faulty(&format!("a measure: {e}")))?;
        life.matter = moved.matter;
        life.told.push((at, by.clone(), moved.events, puts));
        Ok(())
    }

    /// One measure from its proposal to what became of it.
    fn one(
        &mut self,
        n: usize,
        (class, text): (MeasureClass, &str),
        section: Option<&Section>,
        decided: (Decided, Date),
    ) -> Result<Life, AppError> {
        let (policies, company) = (self.policies, self.company);
        let law = policies.law();
        let cp = company.unit_by_code("CP");
        let people: Vec<PersonId> =
            company.members.iter().filter(|m| company.company_of(m.person.unit) == cp).map(|m| m.person.id).collect();
        let coordinator = company.nearest(Role::Coordinator, cp).first().copied().unwrap_or(company.administrator);
        let handler = company.nearest(Role::Handler, cp).first().copied().unwrap_or(company.administrator);
        let others: Vec<PersonId> = people.into_iter().filter(|p| *p != coordinator && *p != handler).collect();
        let proposer = By::Person(others.get(n * 7 % others.len().max(1)).copied().unwrap_or(handler));
        let raised_on = decided.1 - jiff::Span::new().days(6 + n as i64 % 5);
        let at = self.at(raised_on, 9 + (n % 8) as i8, (n * 7 % 60) as i8);
        let id = MatterId(self.chance.uuid(at));
        let mut puts = Vec::new();
        let words = self.say(&mut puts, id, at, text);
        let gain = self.say(&mut puts, id, at, "缩短开工到投产的天数");
        let answers = section.map(|s| About { kind: AboutKind::Section, id: s.id }).into_iter().collect::<Vec<_>>();
        let about = answers.first().copied();
        let baseline =
            Baseline {
                name: "开工到投产".into(), thousandths: 41_000, unit: "天".into(), source: "同类村台账".into()
            };
        let measure = Measure {
            class,
            answers,
            baseline: Some(baseline),
            gain: Some(gain),
            decision: None,
            applied: Vec::new(),
            taken_over: Vec::new(),
        };
        let raised = Raised {
            by: proposer.clone(),
            recorded_by: proposer.clone(),
            at,
            words,
            category: "works".into(),
            place: None,
            visit: None,
            photos: Vec::new(),
            owner: None,
        };
        let raise = Raise {
            id,
            kind: MatterKind::Measure,
            origin: Origin::Staff,
            raised,
            unit: cp,
            part: Some(Box::new(Part::Measure(measure))),
            about,
        };
        let moved = Matter::raise(&law, raise, &TargetChoice::RuleIfAny).map_err(|e| faulty(&e))?;
        let mut life = Life { matter: moved.matter, told: vec![(at, proposer, moved.events, puts)] };
        let by = By::Person(coordinator);
        let assigned = self.at(raised_on + jiff::Span::new().days(1), 9, 30);
        Self::go(&mut life, assigned, &by, Vec::new(), |m| {
            m.assign(&law, assigned, &by, cp, Some(handler), &TargetChoice::RuleIfAny, None)
        })?;
        let accepted = self.at(raised_on + jiff::Span::new().days(1), 11, 0);
        let his = By::Person(handler);
        Self::go(&mut life, accepted, &his, Vec::new(), |m| m.accept(&law, accepted, &his))?;
        let at = self.at(decided.1, 15, (n % 50) as i8);
        let mut puts = Vec::new();
        let reason = match decided.0 {
            Decided::Rejected => Some(self.say(&mut puts, id, at, "现有机具已能满足，投入大、收益小")),
            Decided::Adopted => None,
        };
        Self::go(&mut life, at, &by, puts, |m| m.decide_measure(at, &by, decided.0, decided.1, reason))?;
        if decided.0 == Decided::Rejected {
            let (at, mut puts) = (at.plus_minutes(20), Vec::new());
            let why = self.say(&mut puts, id, at, "本次不采纳，感谢建议");
            Self::go(&mut life, at, &by, puts, |m| m.refuse(at, &by, why))?;
        } else {
            let at = at.plus_minutes(30);
            let mut puts = Vec::new();
            let note = self.say(&mut puts, id, at, "同意采纳，先在本单位试点");
            Self::go(&mut life, at, &his, puts, |m| m.advance(&law, at, &his, "decide", Some(note), Vec::new()))?;
        }
        Ok(life)
    }

    /// Writes a life: the row as it ends up, its events as they were recorded.
    fn put(&mut self, life: Life, text: &str) -> Result<(), AppError> {
        let next = next_look(self.policies, &life.matter)?;
        let mut first = true;
        for (at, by, events, mut puts) in life.told {
            let id = life.matter.id;
            if std::mem::take(&mut first) {
                let matter = Box::new(life.matter.clone());
                puts.push(Put::NewMatter { matter, events, subject: subject(text), next, keys: None });
            } else {
                puts.push(Put::Matter { id, events });
            }
            let command = CommandId(self.chance.uuid(at));
            self.steps.push(Step { recorded: at, command, by, puts });
        }
        Ok(())
    }
}

/// All measures, as steps in no particular order.
pub(super) fn make(
    policies: &Policies,
    company: &Company,
    sections: &[Section],
    seed: u64,
) -> Result<Vec<Step>, AppError> {
    let mut t = Teller { policies, company, chance: Chance::new(seed ^ 0x006d_6561_7375), steps: Vec::new() };
    let own: Vec<&Section> = sections.iter().filter(|s| s.details.district == "昌平区").collect();
    let mut all: Vec<(MeasureClass, &str, Decided, Date)> = Vec::new();
    for (class, texts, adopted) in [
        (MeasureClass::Labour, LABOUR.as_slice(), 7),
        (MeasureClass::Material, MATERIAL.as_slice(), 9),
        (MeasureClass::Method, METHOD.as_slice(), 10),
        (MeasureClass::Standard, STANDARD.as_slice(), 7),
    ] {
        for (i, text) in texts.iter().enumerate() {
            let on = match (class, i) {
                (MeasureClass::Method, 0) => day(2018, 5, 3),
                (MeasureClass::Method, 10) => day(2018, 9, 3),
                _ => day(2018, 5, 8) + jiff::Span::new().days((i * 13 + class as usize * 4) as i64 % 112),
            };
            let verdict =
                if i < adopted || class == MeasureClass::Method { Decided::Adopted } else { Decided::Rejected };
            all.push((class, *text, verdict, on));
        }
    }
    for (n, (class, text, verdict, on)) in all.into_iter().enumerate() {
        let section = own.get(n % own.len().max(1)).copied();
        let mut life = t.one(n, (class, text), section, (verdict, on))?;
        if (class, on) == (MeasureClass::Method, day(2018, 5, 3)) {
            spread(&mut t, &mut life, sections)?;
        }
        t.put(life, text)?;
    }
    Ok(t.steps)
}

/// The measure that carries poles in pieces: applied to the mountain villages of three districts, taken over by two companies.
fn spread(t: &mut Teller<'_>, life: &mut Life, sections: &[Section]) -> Result<(), AppError> {
    let mountain = |district: &str| -> Vec<uuid::Uuid> {
        let of = sections.iter().filter(|s| s.details.terrain == Terrain::Mountain && s.details.district == district);
        of.map(|s| s.id).collect()
    };
    let company = t.company;
    let coordinator = |code: &str| {
        let unit = company.unit_by_code(code);
        (unit, By::Person(company.nearest(Role::Coordinator, unit).first().copied().unwrap_or(company.administrator)))
    };
    let (_, own) = coordinator("CP");
    let (from, at) = (day(2018, 5, 4), t.at(day(2018, 5, 4), 10, 0));
    let of_cp = mountain("昌平区");
    if !of_cp.is_empty() {
        Teller::go(life, at, &own, Vec::new(), |m| m.apply_measure(at, &own, of_cp, from))?;
    }
    for (i, (code, district)) in [("HR", "怀柔区"), ("MY", "密云区")].into_iter().enumerate() {
        let (unit, by) = coordinator(code);
        let on = day(2018, 5, 14 + i as i8);
        let at = t.at(on, 14, 0);
        Teller::go(life, at, &by, Vec::new(), |m| m.take_over_measure(at, &by, unit, on))?;
        let (sections, at) = (mountain(district), at.plus_minutes(15));
        if !sections.is_empty() {
            Teller::go(life, at, &own, Vec::new(), |m| m.apply_measure(at, &own, sections, on))?;
        }
    }
    Ok(())
}
