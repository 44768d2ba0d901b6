//! 获得电力: the indicator taken apart into 24 aspects and 103 tasks in January, 25 and 104 from the end of February on, with owners in
//! all eighteen departments; what was read of it; and the campaigns of the year. Planned here is the shape: who owns what and
//! when it is closed; every number is counted by the product. It is told with a chance of its own.

use super::chance::Chance;
use super::lives::{Birth, Life, Put, Step, World};
use super::outing::{Fate, Outing};
use super::pictures::Scene;
use super::{FOUNDED, day, faulty};
use crate::frame::error::AppError;
use crate::indicators::templates;
use crate::matters::act::Owed;
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::deadline::Promise;
use yixian_domain::ids::*;
use yixian_domain::indicator::method::WHOLE;
use yixian_domain::indicator::*;
use yixian_domain::matter::Happened;
use yixian_domain::matter::{MatterAction, MatterKind, Origin, TargetChoice, Verdict};
use yixian_domain::org::{Level, Role};
use yixian_domain::part::{Part, Task};
use yixian_domain::place::PlaceKind;
use yixian_domain::time::{Date, HOUR_MS, Instant, Time};
use yixian_domain::visit::VisitType;

/// Departments with how many tasks each owns of the 104.
const OWNERS: [(&str, usize); 18] = [
    ("MKT", 22),
    ("OPS", 14),
    ("DEV", 9),
    ("CON", 8),
    ("DSP", 7),
    ("FIN", 6),
    ("SUP", 6),
    ("SCI", 6),
    ("SAF", 4),
    ("LAW", 4),
    ("HRD", 3),
    ("OFF", 3),
    ("AUD", 3),
    ("PTY", 3),
    ("DIS", 2),
    ("LOG", 2),
    ("UNI", 1),
    ("RET", 1),
];

/// Aspects: component, name, English name, tasks. The last one came with the second version, out of the one before it.
const ASPECTS: [(&str, &str, &str, usize); 25] = [
    ("procedures", "精简办电环节", "Fewer procedures", 5),
    ("procedures", "压减申请材料", "Fewer papers", 4),
    ("procedures", "线上办电渠道", "Applying online", 4),
    ("procedures", "业扩一站式服务", "One-stop connection", 4),
    ("procedures", "外线工程行政审批", "Permits for lines", 4),
    ("procedures", "设计审查与中间检查取消", "Reviews dropped", 4),
    ("procedures", "客户经理负责制", "One account manager", 3),
    ("time", "低压接电时限", "Time at low voltage", 4),
    ("time", "高压接电时限", "Time at high voltage", 4),
    ("time", "配套电网工程提速", "Faster grid works", 5),
    ("time", "物资供应保障", "Supplies in time", 4),
    ("time", "施工力量保障", "Hands in time", 4),
    ("time", "全过程时限监控", "Time watched throughout", 4),
    ("cost", "小微企业零投资", "No cost for small firms", 5),
    ("cost", "投资界面延伸", "Where the customer’s cost begins", 5),
    ("cost", "典型设计与标准物料", "Standard designs", 4),
    ("cost", "收费公开与清理", "Charges published", 4),
    ("reliability", "停电时间压降", "Shorter outages", 4),
    ("reliability", "停电次数压降", "Fewer outages", 4),
    ("reliability", "配电自动化", "Automation of distribution", 4),
    ("reliability", "停电信息主动告知", "Outages told in advance", 4),
    ("reliability", "电价政策透明", "Tariffs made plain", 4),
    ("reliability", "可靠性数据管理", "Data of reliability", 4),
    ("time", "内部协同与考核", "Departments together", 5),
    ("time", "客户回访与监督", "Customers called back", 4),
];
/// The aspect that was two in one, and the one that came out of it.
const PARTED: (usize, usize) = (23, 24);
/// The task that was split with the second version: the first of the first aspect is two since.
const SPLIT: usize = 0;

const DOES: [(&str, &str); 5] = [
    ("制定实施细则并印发", "实施细则（正式文件）"),
    ("完成系统功能改造并上线", "上线报告"),
    ("组织专题培训和现场交底", "培训记录"),
    ("开展现场督导，逐户核对", "督导记录"),
    ("建立月度通报和问题销号机制", "月度通报"),
];

/// Tasks by the place of their closing: closed by the end of March, later, never in the story.
const DONE: usize = 83;
const LATE: usize = 6;
const CLOSED: usize = 102;

fn after(from: Date, n: usize) -> Date {
    from.saturating_add(jiff::Span::new().days(n as i64))
}

/// Hundredths of a per cent shared as evenly as whole ones can be.
fn even(n: usize) -> Vec<u32> {
    let n = n.max(1) as u32;
    (0..n).map(|i| WHOLE / n + u32::from(i < WHOLE % n)).collect()
}

/// What becomes of a task: its last day, and the day on which it is closed.
fn fate(i: usize) -> (Date, Option<Date>) {
    if i < DONE {
        // From the third week of January to the last Thursday of March.
        let closed = after(day(2018, 1, 22), i * 66 / (DONE - 1));
        (after(closed, 2).min(day(2018, 3, 30)).max(closed), Some(closed))
    } else if i < DONE + LATE {
        let n = i - DONE;
        (after(day(2018, 3, 16), n * 2), Some(after(day(2018, 4, 10), n * 6)))
    } else if i < CLOSED {
        let n = i - DONE - LATE;
        (after(day(2018, 6, 29), n * 7), Some(after(day(2018, 6, 20), n * 7)))
    } else {
        (day(2018, 12, 28), None)
    }
}

/// A task as it is planned.
#[derive(Clone)]
struct Planned {
    aspect: usize,
    code: String,
    title: String,
    deliverable: &'static str,
    owner: &'static str,
    fate: usize,
}

/// The 104 tasks of the second version.
fn planned(chance: &mut Chance) -> Vec<Planned> {
    let mut owners: Vec<&'static str> = OWNERS.iter().flat_map(|(code, n)| std::iter::repeat_n(*code, *n)).collect();
    chance.shuffle(&mut owners);
    // The two that one was split into stay with its department.
    if let Some(twin) = (2..owners.len()).find(|i| owners[*i] == owners[0]) {
        owners.swap(1, twin);
    }
    let mut fates: Vec<usize> = (0..owners.len()).collect();
    chance.shuffle(&mut fates);
    // What begins at the end of February is done at the end of March.
    for (i, late) in [(SPLIT, DONE - 6), (SPLIT + 1, DONE - 4)] {
        if let Some(at) = fates.iter().position(|f| *f == late) {
            fates.swap(i, at);
        }
    }
    let mut all = Vec::new();
    for (a, (_, name, _, n)) in ASPECTS.iter().enumerate() {
        for t in 0..*n {
            let (does, deliverable) = DOES[t % DOES.len()];
            let i = all.len();
            all.push(Planned {
                aspect: a,
                code: format!("A{:02}-{:02}", a + 1, t + 1),
                title: format!("{name}：{does}"),
                deliverable,
                owner: owners[i],
                fate: fates[i],
            });
        }
    }
    all
}

fn aspect(id: AspectId, a: usize, weight: u32) -> Aspect {
    let (component, name, name_en, _) = ASPECTS[a];
    Aspect {
        id,
        code: format!("A{:02}", a + 1),
        parent: None,
        name: name.into(),
        name_en: Some(name_en.into()),
        weight,
        component: component.into(),
    }
}

impl World<'_> {
    /// Everything that is told of the indicator, and the campaigns, in steps of their own.
    pub fn indicators(&mut self, seed: u64) -> Result<Vec<Step>, AppError> {
        let before = std::mem::replace(&mut self.chance, Chance::new(seed ^ 0x6e1e_0104));
        let steps = self.taken_apart();
        self.chance = before;
        steps
    }

    fn on(&self, month: i8, on: i8, hour: i8, minute: i8) -> Instant {
        self.policies.zone.at(day(2018, month, on), Time::constant(hour, minute, 0, 0))
    }

    fn put_breakdown(&mut self, (b, h): (Breakdown, Happened<BreakdownEvent>), new: bool) -> Step {
        let (at, by) = (h.at, h.by.clone());
        let put = Put::Breakdown { breakdown: Box::new(b), events: vec![h], new };
        self.step(at.plus_millis(4_000), by, vec![put])
    }

    fn taken_apart(&mut self) -> Result<Vec<Step>, AppError> {
        let none = || faulty(&"nobody leads the indicator");
        let owner = self.company.unit_by_code("MKT");
        let commander = self.company.heads("MKT")[0].ok_or_else(none)?;
        let drafter = self.company.nearest(Role::Coordinator, owner).first().copied().ok_or_else(none)?;
        let (keeper, chief) = (By::Person(drafter), By::Person(commander));
        let mut steps = Vec::new();

        let at = self.on(1, 5, 9, 30);
        let id = IndicatorId(self.chance.uuid(at));
        let details =
            IndicatorDetails {
                name: "获得电力".into(), name_en: Some("Getting electricity".into()), owner, commander
            };
        let method = templates()[0].clone();
        let (mut indicator, put) = Indicator::put(id, at, &keeper, "HDDL".into(), details, method)?;
        let mut events = vec![put];
        let claimed = (
            ReadingKind::Claimed,
            day(2017, 6, 1),
            "DB2018",
            "世界银行《营商环境报告2018》北京（修订值）",
            [6_000, 141_000, 356_200, 5_000],
        );
        let target = (ReadingKind::Target, day(2019, 5, 1), "DB2020", "", [2_000, 32_000, 0, 7_000]);
        let first = (
            ReadingKind::Counted,
            day(2017, 12, 31),
            "2017-12",
            "示范：2017年12月办结样本自测",
            [5_000, 98_000, 120_000, 5_000],
        );
        for reading in [claimed, target, first] {
            let (now, h) = indicator.read(at.plus_minutes(20), &keeper, reading_of(reading))?;
            indicator = now;
            events.push(h);
        }
        let put = Put::Indicator { indicator: Box::new(indicator.clone()), events, new: true };
        steps.push(self.step(at.plus_minutes(21), keeper.clone(), vec![put]));
        let may = (
            ReadingKind::Counted,
            day(2018, 5, 31),
            "2018-05",
            "2018年5月办结的标准情形样本自测",
            [3_000, 34_000, 0, 6_000],
        );
        let at = self.on(6, 4, 10, 10);
        let (now, h) = indicator.read(at, &keeper, reading_of(may))?;
        let put = Put::Indicator { indicator: Box::new(now), events: vec![h], new: false };
        steps.push(self.step(at.plus_millis(4_000), keeper.clone(), vec![put]));

        let versions = self.versions(id, &keeper, &chief)?;
        steps.extend(versions);
        steps.extend(self.campaigns(id, owner, commander, &keeper)?);
        Ok(steps)
    }

    /// The first version with its tasks, and the second one with what it changes.
    fn versions(&mut self, of: IndicatorId, keeper: &By, chief: &By) -> Result<Vec<Step>, AppError> {
        let plan = planned(&mut self.chance);
        let (begins, effective) = (self.on(1, 5, 14, 0), day(2018, 1, 8));
        let approved = self.on(1, 8, 9, 0);
        let mut steps = Vec::new();
        let aspects: Vec<AspectId> = ASPECTS.iter().map(|_| AspectId(self.chance.uuid(begins))).collect();
        // In the first version the split task is one, and the parted aspect too.
        let mut lives: Vec<(usize, Life)> = Vec::new();
        for (i, p) in plan.iter().enumerate().filter(|(i, _)| *i != SPLIT && *i != SPLIT + 1) {
            let under = if p.aspect == PARTED.1 { PARTED.0 } else { p.aspect };
            lives.push((i, self.task_born(of, p, aspects[under], chief, approved)?));
        }
        let whole = Planned {
            title: format!("{}，{}", plan[SPLIT].title, DOES[1].0),
            code: format!("{}a", plan[SPLIT].code),
            ..plan[SPLIT].clone()
        };
        let unsplit = self.task_born(of, &whole, aspects[whole.aspect], chief, approved)?;

        let of_aspect = |a: usize| if a == PARTED.1 { PARTED.0 } else { a };
        let mut tree = Tree::default();
        let weights = even(ASPECTS.len() - 1);
        for (a, weight) in weights.into_iter().enumerate() {
            tree.aspects.push(aspect(aspects[a], a, weight));
        }
        let own: Vec<(usize, &Planned, MatterId)> =
            std::iter::once((of_aspect(whole.aspect), &whole, unsplit.matter.id))
                .chain(lives.iter().map(|(i, l)| (of_aspect(plan[*i].aspect), &plan[*i], l.matter.id)))
                .collect();
        for (a, aspect) in aspects.iter().enumerate().take(ASPECTS.len() - 1) {
            let under: Vec<_> = own.iter().filter(|(of, ..)| *of == a).collect();
            for ((_, p, task), weight) in under.iter().zip(even(under.len())) {
                tree.tasks.push(self.leaf(p, *task, *aspect, weight));
            }
        }
        let id = BreakdownId(self.chance.uuid(begins));
        let reason = "2018 年第一季度一线工作日主题：提升“获得电力”水平";
        let (b, h) = Breakdown::begin_version(id, begins, keeper, of, None, reason.into())?;
        steps.push(self.put_breakdown((b.clone(), h), true));
        let (b, h) = b.write(begins.plus_minutes(90), keeper, None, tree, reason)?;
        steps.push(self.put_breakdown((b.clone(), h), false));
        let (v1, h) = b.approve(approved, chief, None, effective, effective)?;
        steps.push(self.put_breakdown((v1.clone(), h), false));
        let leaf = v1.tree.task(unsplit.matter.id).cloned();
        let mut unsplit = unsplit;
        self.hand_out(&mut unsplit, &whole, approved, chief)?;
        let hands = self
            .holder(Role::Handler, self.company.unit_by_code(whole.owner), None)
            .ok_or_else(|| faulty(&"no handler"))?;
        let (hands, at, law) = (By::Person(hands), self.work(unsplit.recorded, 30, 600), self.policies.law());
        self.act(&mut unsplit, &hands, at, MatterAction::Accept, Vec::new(), |m| m.accept(&law, at, &hands))?;
        for (i, life) in &mut lives {
            self.hand_out(life, &plan[*i], approved, chief)?;
        }

        // The second version: an aspect becomes two, a task becomes two.
        let (begins, approved, effective) = (self.on(2, 22, 10, 0), self.on(2, 26, 9, 0), day(2018, 2, 26));
        let id = BreakdownId(self.chance.uuid(begins));
        let reason = "“客户回访与监督”单列为一个方面；实施细则和系统改造分开考核";
        let (b, h) = Breakdown::begin_version(id, begins, keeper, of, Some(&v1), reason.into())?;
        steps.push(self.put_breakdown((b.clone(), h), true));
        let mut parts = Vec::new();
        for i in [SPLIT, SPLIT + 1] {
            parts.push((i, self.task_born(of, &plan[i], aspects[plan[i].aspect], chief, approved)?));
        }
        let was = leaf.ok_or_else(|| faulty(&"a task is not in its version"))?;
        let halves: Vec<Leaf> = parts
            .iter()
            .zip([was.weight / 2, was.weight - was.weight / 2])
            .map(|((i, life), weight)| self.leaf(&plan[*i], life.matter.id, was.aspect, weight))
            .collect();
        let mut at = begins.plus_minutes(20);
        let (mut b, h) = b.split_task(at, keeper, was.task, halves, "细则与系统改造由两组人分别完成".into())?;
        steps.push(self.put_breakdown((b.clone(), h), false));
        for (a, weight) in even(ASPECTS.len()).into_iter().enumerate() {
            at = at.plus_minutes(1);
            let (now, h) = b.put_aspect(at, keeper, aspect(aspects[a], a, weight))?;
            b = now;
            steps.push(self.put_breakdown((b.clone(), h), false));
        }
        for a in [PARTED.0, PARTED.1, plan[SPLIT].aspect] {
            let mut own: Vec<(&Planned, MatterId)> = lives
                .iter()
                .chain(&parts)
                .filter(|(i, _)| plan[*i].aspect == a)
                .map(|(i, l)| (&plan[*i], l.matter.id))
                .collect();
            own.sort_by(|x, y| x.0.code.cmp(&y.0.code));
            for ((p, task), weight) in own.iter().zip(even(own.len())) {
                at = at.plus_minutes(1);
                let leaf = self.leaf(p, *task, aspects[a], weight);
                if b.tree.task(*task) == Some(&leaf) {
                    continue;
                }
                let (now, h) = b.put_task(at, keeper, Some(&v1.tree), leaf)?;
                b = now;
                steps.push(self.put_breakdown((b.clone(), h), false));
            }
        }
        let (v2, h) = b.approve(approved, chief, Some(&v1), effective, effective)?;
        steps.push(self.put_breakdown((v2, h), false));
        for (i, life) in &mut parts {
            self.hand_out(life, &plan[*i], approved, chief)?;
        }
        // What was split goes with its first part.
        let master = parts.first().map(|(_, l)| l.matter.clone()).ok_or_else(|| faulty(&"nothing was split"))?;
        let mut puts = Vec::new();
        let text = self.say(&mut puts, unsplit.matter.id.0, approved, "第 2 版分解方案拆为两项");
        self.sweep(&mut unsplit, approved)?;
        let moved = unsplit.matter.clone().merge(approved.plus_millis(9_000), chief, &master, Some(text))?;
        self.take(&mut unsplit, moved, approved.plus_millis(9_000), chief, puts, false)?;
        steps.extend(self.end(&mut unsplit)?);
        for (i, mut life) in lives.into_iter().chain(parts) {
            self.see_through(&mut life, &plan[i], chief)?;
            steps.extend(self.end(&mut life)?);
        }
        Ok(steps)
    }

    fn leaf(&self, p: &Planned, task: MatterId, aspect: AspectId, weight: u32) -> Leaf {
        Leaf {
            task,
            code: p.code.clone(),
            aspect,
            title: p.title.clone(),
            weight,
            owner: self.company.unit_by_code(p.owner),
            helpers: self.helper(p).into_iter().collect(),
            due: fate(p.fate).0,
            deliverable: p.deliverable.into(),
            evidence: shows(p),
        }
    }

    /// Some tasks have a department that helps.
    fn helper(&self, p: &Planned) -> Option<UnitId> {
        (p.fate.is_multiple_of(3) && p.owner != "MKT").then(|| self.company.unit_by_code("MKT"))
    }

    /// A task as the matter that it is, raised by whoever commands.
    fn task_born(
        &mut self,
        of: IndicatorId,
        p: &Planned,
        aspect: AspectId,
        chief: &By,
        at: Instant,
    ) -> Result<Life, AppError> {
        let task = Task {
            indicator: of,
            code: p.code.clone(),
            deliverable: p.deliverable.into(),
            helpers: self.helper(p).into_iter().collect(),
            evidence: shows(p),
        };
        self.raise(Birth {
            kind: MatterKind::Task,
            origin: Origin::Staff,
            category: "indicator",
            scene: Scene::Hall,
            words: format!("{} {}", p.code, p.title),
            place: None,
            unit: self.company.unit_by_code(p.owner),
            visit: None,
            recorded_by: chief.clone(),
            contact: None,
            about: Some(About { kind: AboutKind::Aspect, id: aspect.0 }),
            owed: Owed { raiser: Some(chief.clone()), owner: None, part: Some(Part::Task(task)) },
            at,
            recorded: at.plus_millis(6_000),
        })
    }

    fn hand_out(&mut self, life: &mut Life, p: &Planned, at: Instant, chief: &By) -> Result<(), AppError> {
        let law = self.policies.law();
        let choice = TargetChoice::Promise(Promise::Day(fate(p.fate).0));
        let unit = self.company.unit_by_code(p.owner);
        let moved = life.matter.clone().assign(&law, at, chief, unit, None, &choice, None)?;
        self.take(life, moved, at.plus_millis(6_000), chief, Vec::new(), true)
    }

    /// Signed for, done, verified by whoever commands, answered, and taken by him.
    fn see_through(&mut self, life: &mut Life, p: &Planned, chief: &By) -> Result<(), AppError> {
        let law = self.policies.law();
        let (record, unit) = (life.matter.id.0, self.company.unit_by_code(p.owner));
        let hands = self.holder(Role::Handler, unit, None).ok_or_else(|| faulty(&"no handler"))?;
        let hands = By::Person(hands);
        let at = self.work(life.recorded, 30, 600);
        let accepted = self.act(life, &hands, at, MatterAction::Accept, Vec::new(), |m| m.accept(&law, at, &hands))?;
        let (Some(accepted), (_, Some(closed))) = (accepted, fate(p.fate)) else { return Ok(()) };
        let closed = if self.policies.calendar.is_working(closed) {
            closed
        } else {
            self.policies.calendar.nth_working_day_after(closed, 1).unwrap_or(closed)
        };
        let on = |w: &Self, hour: i8| w.policies.zone.at(closed, Time::constant(hour, 5, 0, 0));
        let at = on(self, 9).max(accepted.plus_minutes(5));
        let mut puts = Vec::new();
        let how = self.say(&mut puts, record, at, &format!("已完成：{}", p.deliverable));
        let photos = if shows(p) { self.photo(&mut puts, record, Scene::Hall, true) } else { Vec::new() };
        let done =
            self.act(life, &hands, at, MatterAction::Submit, puts, |m| m.submit(&law, at, &hands, how, photos))?;
        if done.is_none() {
            return Ok(());
        }
        let at = on(self, 11).max(at.plus_minutes(3));
        self.act(life, chief, at, MatterAction::Verify, Vec::new(), |m| m.verify(at, chief, None))?;
        let who = self.holder(Role::Coordinator, unit, None).ok_or_else(|| faulty(&"no coordinator"))?;
        let who = By::Person(who);
        let at = on(self, 14).max(at.plus_minutes(3));
        let mut puts = Vec::new();
        let words = self.say(&mut puts, record, at, &format!("{}已完成，交付物：{}。", p.code, p.deliverable));
        self.act(life, &who, at, MatterAction::Answer, puts, |m| m.answer(at, &who, words))?;
        let at = on(self, 16).max(at.plus_minutes(3));
        self.act(life, chief, at, MatterAction::Rate, Vec::new(), |m| {
            m.rate(&law, at, chief, Verdict::Solved, None, None)
        })?;
        Ok(())
    }

    /// The campaigns of the year: the first quarter's, and the front-line months of May and October.
    fn campaigns(
        &mut self,
        of: IndicatorId,
        owner: UnitId,
        commander: PersonId,
        by: &By,
    ) -> Result<Vec<Step>, AppError> {
        let heads = |level: &[Level]| -> Vec<PersonId> {
            let all = self.company.members.iter().filter(|m| level.contains(&m.person.level));
            all.map(|m| m.person.id).collect()
        };
        let leading = heads(&[Level::LeadershipTeam, Level::DepartmentHead]);
        let principles: Vec<String> = ["安全为本", "突出重点", "问题导向", "干部带头"].map(str::to_owned).to_vec();
        let called = [
            (
                self.on(1, 8, 9, 40),
                "ZT-2018-Q1",
                ("一线工作日主题：提升“获得电力”水平", "Front-line work-day theme: getting electricity"),
                "提升“获得电力”水平，优化营商环境",
                (day(2018, 1, 8), day(2018, 3, 31)),
                (leading, Vec::new()),
                Some(of),
            ),
            (
                self.on(4, 25, 15, 0),
                "GZY-2018-05",
                ("五月一线工作月", "Front-line work-month of May"),
                "求实效、摸实情、重实干：直接沟通、上下联动、解决问题",
                (day(2018, 5, 1), day(2018, 5, 31)),
                (Vec::new(), vec![self.company.root()]),
                None,
            ),
            (
                self.on(9, 26, 15, 0),
                "GZY-2018-10",
                ("十月一线工作月", "Front-line work-month of October"),
                "求实效、摸实情、重实干：迎峰度冬与煤改电",
                (day(2018, 10, 1), day(2018, 10, 31)),
                (Vec::new(), vec![self.company.root()]),
                None,
            ),
        ];
        let mut steps = Vec::new();
        for (at, code, (name, name_en), theme, (from, to), (people, units), indicator) in called {
            let details = CampaignDetails {
                name: name.into(),
                name_en: Some(name_en.into()),
                theme: theme.into(),
                principles: principles.clone(),
                from,
                to,
                commander,
                owner,
                members: Members { people, units },
                indicator,
            };
            let (campaign, h) = Campaign::call(CampaignId(self.chance.uuid(at)), at, by, code.into(), details)?;
            let put = Put::Campaign { campaign: Box::new(campaign), event: Box::new(h) };
            steps.push(self.step(at.plus_millis(3_000), by.clone(), vec![put]));
        }
        Ok(steps)
    }

    /// Visits of the first quarter's campaign: each of the leadership and each head goes once to a service hall or a station.
    pub fn first_quarter(&mut self, seed: u64) -> Result<Vec<Step>, AppError> {
        let before = std::mem::replace(&mut self.chance, Chance::new(seed ^ 0x6e1e_0105));
        let steps = self.quarter();
        self.chance = before;
        steps
    }

    fn quarter(&mut self) -> Result<Vec<Step>, AppError> {
        let leading: Vec<PersonId> = self
            .company
            .members
            .iter()
            .filter(|m| matches!(m.person.level, Level::LeadershipTeam | Level::DepartmentHead))
            .map(|m| m.person.id)
            .collect();
        let mut steps = Vec::new();
        for (i, leader) in leading.into_iter().enumerate() {
            let mut on = after(day(2018, 1, 10), i * 77 / 47);
            while !self.policies.calendar.is_working(on) {
                on = after(on, 1);
            }
            if !self.company.here(leader, on) || self.company.exempt(leader, on) || on > day(2018, 3, 30) {
                continue;
            }
            let stations = self.places.of(PlaceKind::Station).to_vec();
            let Some(place) = self.chance.any(&stations).copied() else { continue };
            let start = self.policies.zone.at(on, Time::constant(self.chance.between(9, 15) as i8, 0, 0, 0));
            let planned = start.plus_minutes(-24 * 60).max(FOUNDED.plus_millis(26 * HOUR_MS));
            let outing = Outing {
                id: VisitId(self.chance.uuid(planned)),
                leader,
                companions: Vec::new(),
                kind: VisitType::Site,
                place,
                planned,
                start,
                minutes: self.chance.between(120, 160),
                night: false,
                announced: true,
                fate: Fate::Made,
                late_ms: 0,
                findings: 0,
                partner: None,
                demand: false,
                merged: None,
            };
            steps.extend(self.go(&outing)?);
        }
        Ok(steps)
    }
}

/// Whether a task is only done with a photo that shows it.
fn shows(p: &Planned) -> bool {
    p.fate.is_multiple_of(8)
}

fn reading_of((kind, day, label, source, values): (ReadingKind, Date, &str, &str, [i64; 4])) -> Reading {
    Reading {
        kind,
        day,
        label: label.into(),
        source: source.into(),
        cities: vec![City { name: "北京".into(), share: WHOLE, values: values.to_vec() }],
        definition: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_has_the_shape_of_the_year() {
        assert_eq!(ASPECTS.iter().map(|a| a.3).sum::<usize>(), 104);
        assert_eq!(OWNERS.iter().map(|o| o.1).sum::<usize>(), 104);
        let of = |component| ASPECTS.iter().filter(|a| a.0 == component).map(|a| a.3).sum::<usize>();
        assert_eq!(["procedures", "time", "cost", "reliability"].map(of), [28, 34, 18, 24]);
        let quarter = day(2018, 3, 31);
        let fates: Vec<_> = (0..104).map(fate).collect();
        let done = fates.iter().filter(|(_, c)| c.is_some_and(|c| c < quarter)).count();
        let overdue = fates.iter().filter(|(due, c)| *due < quarter && c.is_none_or(|c| c > quarter)).count();
        let by_autumn = fates.iter().filter(|(_, c)| c.is_some_and(|c| c < day(2018, 9, 30))).count();
        assert_eq!((done, overdue, by_autumn), (83, 6, 102));
        assert!(fates.iter().all(|(_, c)| *c != Some(quarter)), "nothing is closed on the last day of the quarter");
        for n in [3, 4, 5, 24, 25] {
            assert_eq!(even(n).iter().sum::<u32>(), WHOLE);
        }
        let plan = planned(&mut Chance::new(7));
        assert_eq!(plan[SPLIT].owner, plan[SPLIT + 1].owner);
    }
}
