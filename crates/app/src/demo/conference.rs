//! 行政办公区电力建设联席会议: every Friday from March to May the power company of Tongzhou meets the firms and governments that
//! build the administrative office area. Planned here is the shape; every number is counted by the product.

use super::chance::Chance;
use super::lives::{Life, Put, Step, World};
use super::partners::Partners;
use super::{NOW, faulty};
use crate::frame::error::AppError;
use crate::matters::act as matters;
use crate::matters::rungs::next_look;
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::conference::*;
use yixian_domain::deadline::Promise;
use yixian_domain::ids::*;
use yixian_domain::matter::{
    Matter, MatterAction, MatterKind, Origin, Raise, Raised, StageName, TargetChoice, Verdict,
};
use yixian_domain::org::Role;
use yixian_domain::part::{Part, Resolution};
use yixian_domain::partner::Partner;
use yixian_domain::time::{Date, HOUR_MS, Instant, MINUTE_MS, Time};

const DAY_MS: i64 = 24 * HOUR_MS;
const NINE: Time = Time::constant(9, 0, 0, 0);
const SET_UP: Date = Date::constant(2018, 2, 26);
/// The firm that leaves, the one that comes later, by their place, with the day.
const LEAVES: (usize, Date) = (14, Date::constant(2018, 4, 30));
const COMES: (usize, Date) = (15, Date::constant(2018, 6, 4));
/// How many resolutions each meeting makes: 61 in thirteen meetings.
const RESOLVED: [usize; 13] = [5, 5, 5, 5, 5, 4, 5, 5, 5, 5, 5, 5, 2];
/// Delivered too late: the seventeenth and the thirty-third.
const LATE: [usize; 2] = [16, 32];
/// Open and overdue on the last day of May; delivered days later.
const OVERDUE: usize = 50;
/// The last of all is due in June.
const NOT_YET_DUE: usize = 60;

const TOPICS: [&str; 14] = [
    "综合管廊电力舱移交和进场条件",
    "临时用电向正式用电切换的次序",
    "站外电源通道与市政道路同步实施",
    "电缆沟与雨污水管线交叉处理",
    "设备进场道路与塔吊作业冲突",
    "开闭站土建移交时间",
    "夜间施工与交通导改",
    "双路电源投运前的联合验收",
    "景观照明与路灯电源预留",
    "充电设施接入位置和容量",
    "重要用户自备电源配置",
    "施工临时围挡占压电力井口",
    "地下车库配电室防水",
    "竣工资料移交和图纸会签",
];

const RESOLUTIONS: [&str; 12] = [
    "完成电力舱照明、排水整改并办理移交手续",
    "提交临时用电拆除计划，分三批切换到正式电源",
    "让出电缆敷设作业面，清理管沟内积水和杂物",
    "调整雨水支管标高，保证电缆沟净空",
    "塔吊限位重新设定，设备进场时段停止回转",
    "开闭站土建完成面层施工，具备设备安装条件",
    "办理夜间施工手续，完成交通导改方案",
    "组织双路电源联合验收，逐项销号",
    "明确预留回路和管孔，出具确认图",
    "迁移占压井口的围挡并恢复井盖",
    "完成配电室防水处理，出具闭水试验记录",
    "移交竣工图和试验报告，补齐签章",
];

impl World<'_> {
    /// Everything that happens to it, in steps of their own. Its chance is its own too, so that nothing else is told otherwise.
    pub fn conference(&mut self, partners: &Partners, seed: u64) -> Result<Vec<Step>, AppError> {
        let own = Chance::new(seed ^ 0x5e55_0041);
        let before = std::mem::replace(&mut self.chance, own);
        let steps = self.meet(partners);
        self.chance = before;
        steps
    }

    fn meet(&mut self, bodies: &Partners) -> Result<Vec<Step>, AppError> {
        let mut steps = Vec::new();
        let convener = self.company.unit_by_code("TZ");
        let secretary = self.company.nearest(Role::Coordinator, convener).first().copied();
        let secretary = secretary.ok_or_else(|| faulty(&"nobody keeps the books of the conference"))?;
        let by = By::Person(secretary);
        let at = self.policies.zone.at(SET_UP, Time::constant(10, 0, 0, 0));
        let details = ConferenceDetails {
            name: "行政办公区电力建设联席会议".into(),
            name_en: Some("Joint conference on power for the administrative office area".into()),
            basis: "示范电办〔2018〕8号《关于建立行政办公区电力建设联席会议制度的通知》".into(),
            convener,
            secretary,
            cadence: Some(Cadence { weekday: Weekday::Friday, time: NINE }),
            set_up: SET_UP,
        };
        let id = ConferenceId(self.chance.uuid(at));
        let (mut c, founded) = Conference::found(id, at, &by, "LX-TZ".into(), details)?;
        let (mut puts, mut events) = (Vec::new(), vec![founded]);
        let mut seat = |w: &mut Self, c: Conference, member, role, from, holder: &str, deputy: &str| {
            let holder = Some(w.say(&mut puts, id.0, at, holder));
            let deputy = Some(w.say(&mut puts, id.0, at, deputy));
            let (c, h) = c.seat(at, &by, Seat { member, role, holder, deputy, from, to: None })?;
            events.push(h);
            Ok::<_, AppError>(c)
        };
        c = seat(self, c, Member::Unit(convener), Seating::Lead, SET_UP, "分管副总经理", "建设部主任")?;
        for g in &bodies.governments {
            c = seat(self, c, Member::Partner(g.id), Seating::Government, SET_UP, "分管处长", "主管科长")?;
        }
        for (i, f) in bodies.contractors.iter().enumerate().filter(|(i, _)| *i != COMES.0) {
            debug_assert!(i < COMES.0);
            c = seat(self, c, Member::Partner(f.id), Seating::ConstructionUnit, SET_UP, "项目经理", "项目总工")?;
        }
        puts.push(Put::Conference { conference: Box::new(c.clone()), events, new: true });
        steps.push(self.step(at.plus_millis(4_000), by.clone(), puts));

        // Who leaves is told in the week before, who comes on the Friday before.
        let firm =
            |i: usize| bodies.contractors.get(i).map(|f| Member::Partner(f.id)).ok_or_else(|| faulty(&"too few firms"));
        let told = self.policies.zone.at(Date::constant(2018, 4, 27), Time::constant(14, 0, 0, 0));
        let (left, h) = c.clone().leave(told, &by, firm(LEAVES.0)?, LEAVES.1)?;
        let put = Put::Conference { conference: Box::new(left.clone()), events: vec![h], new: false };
        steps.push(self.step(told.plus_millis(2_000), by.clone(), vec![put]));
        let told = self.policies.zone.at(Date::constant(2018, 6, 1), Time::constant(14, 0, 0, 0));
        let mut puts = Vec::new();
        let seat = Seat {
            member: firm(COMES.0)?,
            role: Seating::ConstructionUnit,
            holder: Some(self.say(&mut puts, id.0, told, "项目经理")),
            deputy: None,
            from: COMES.1,
            to: None,
        };
        let (joined, h) = left.clone().seat(told, &by, seat)?;
        puts.push(Put::Conference { conference: Box::new(joined), events: vec![h], new: false });
        steps.push(self.step(told.plus_millis(2_000), by.clone(), puts));

        let mut friday = Date::constant(2018, 3, 2);
        let (mut n, mut last): (usize, Option<Topic>) = (0, None);
        for (i, resolutions) in RESOLVED.into_iter().enumerate() {
            let day = MeetingDay::on(friday, &self.policies.calendar);
            let known = if day.day > LEAVES.1 { &left } else { &c };
            let meeting = Sitting { conference: known, day, i, first: n, resolutions, bodies, by: &by };
            last = self.sit(&meeting, last, &mut steps)?;
            n += resolutions;
            friday = Cadence { weekday: Weekday::Friday, time: NINE }.after(friday);
        }
        Ok(steps)
    }
}

/// A meeting to come.
struct Sitting<'a> {
    conference: &'a Conference,
    day: MeetingDay,
    /// From zero.
    i: usize,
    /// How many were resolved before.
    first: usize,
    resolutions: usize,
    bodies: &'a Partners,
    by: &'a By,
}

impl Sitting<'_> {
    fn partner(&self, member: Member) -> Option<&Partner> {
        let Member::Partner(id) = member else { return None };
        self.bodies.contractors.iter().chain(&self.bodies.governments).find(|p| p.id == id)
    }
    /// Who sits in it on the day, the convener aside.
    fn members(&self) -> Vec<Member> {
        self.conference.seats_on(self.day.day).map(|s| s.member).filter(|m| matches!(m, Member::Partner(_))).collect()
    }
    fn firms(&self) -> Vec<Member> {
        let firm = |s: &&Seat| s.role == Seating::ConstructionUnit;
        self.conference.seats_on(self.day.day).filter(firm).map(|s| s.member).collect()
    }
}

impl World<'_> {
    /// A meeting from its planning to the archive; gives the topic that may come up again.
    fn sit(&mut self, s: &Sitting<'_>, last: Option<Topic>, steps: &mut Vec<Step>) -> Result<Option<Topic>, AppError> {
        let (c, by) = (s.conference, s.by);
        let starts = self.policies.zone.at(s.day.day, NINE);
        // The first is planned when the conference is set up; each other after the one before.
        let planned = starts.plus_millis(-3 * DAY_MS).plus_minutes(70);
        let id = MeetingId(self.chance.uuid(planned));
        let mut puts = Vec::new();
        let agenda = self.say(
            &mut puts,
            id.0,
            planned,
            "一、上次会议议定事项回头看\n二、本周施工与送电配合\n三、需要协调的问题",
        );
        let setting = Setting {
            starts,
            day: s.day.clone(),
            place: "行政办公区建设现场三号会议室".into(),
            chair: Member::Unit(c.details.convener),
            agenda: Some(agenda),
        };
        let (mut m, h) = Meeting::plan(id, planned, by, c, s.i as u32 + 1, setting)?;
        puts.push(Put::Meeting { meeting: Box::new(m.clone()), events: vec![h], new: true });
        steps.push(self.step(planned.plus_millis(1_500), by.clone(), puts));

        let members = s.members();
        let mut topics: Vec<Topic> = Vec::new();
        for k in 0..3 {
            let at = starts.plus_minutes(-60 * 17 + 5 * k as i64);
            let id = TopicId(self.chance.uuid(at));
            let mut puts = Vec::new();
            // The first comes up again every second time.
            let again = last.as_ref().filter(|_| k == 0 && s.i % 2 == 1);
            let title = match again {
                Some(_) => TOPICS[((s.i - 1) * 2) % TOPICS.len()],
                None => TOPICS[(s.i * 2 + k) % TOPICS.len()],
            };
            let title = self.say(&mut puts, id.0, at, title);
            let raiser = members[(s.i * 5 + k * 7) % members.len()];
            let said = TopicSaid { by: raiser, person: None, title, about: None, recurs: again.map(|t| t.id) };
            let (topic, h) = Topic::put(id, at, by, c, (m.id, s.day.day), said, again)?;
            puts.push(Put::Topic { topic: Box::new(topic.clone()), events: vec![h] });
            steps.push(self.step(at.plus_millis(1_500), by.clone(), puts));
            topics.push(topic);
        }

        let at = starts.plus_minutes(8);
        let mut puts = Vec::new();
        let absent = self.chance.below(members.len() * 2);
        let mut attendance = vec![Attended { member: m.setting.chair, how: Attendance::Present, reason: None }];
        for (k, member) in members.iter().enumerate() {
            let (how, reason) = match k {
                k if k == absent => (Attendance::Absent, Some(self.say(&mut puts, m.id.0, at, "参加市里调度会"))),
                _ if self.chance.percent(12) => (Attendance::Proxy, None),
                _ => (Attendance::Present, None),
            };
            attendance.push(Attended { member: *member, how, reason });
        }
        m = self.told(steps, at, by, puts, |at, by| m.attend(at, by, c, attendance))?;
        let mut text = format!(
            "会议听取了各单位上周工作情况，对上次会议议定事项逐项回头看，议定{}项，由各责任单位按期落实，召集单位逐项验收。",
            s.resolutions
        );
        for k in 0..s.resolutions {
            let at = starts.plus_minutes(20 + 9 * k as i64);
            let told;
            (m, told) = self.resolve(s, m, &topics[k % topics.len()], at, s.first + k, steps)?;
            text += &format!("\n{}. {told}", k + 1);
        }
        self.minutes(s, m, &text, steps)?;
        Ok(topics.into_iter().next())
    }

    /// Something that happens to a meeting, as a step of its own.
    fn told(
        &mut self,
        steps: &mut Vec<Step>,
        at: Instant,
        by: &By,
        mut puts: Vec<Put>,
        how: impl FnOnce(Instant, &By) -> Result<law::MeetingMoved, yixian_domain::refusal::Refusal>,
    ) -> Result<Meeting, AppError> {
        let (m, h) = how(at, by)?;
        puts.push(Put::Meeting { meeting: Box::new(m.clone()), events: vec![h], new: false });
        let recorded = at.plus_millis(self.chance.between(600, 4_000));
        steps.push(self.step(recorded, by.clone(), puts));
        Ok(m)
    }

    /// Minutes are drafted in the afternoon, signed by everybody within days, issued and put away.
    fn minutes(&mut self, s: &Sitting<'_>, mut m: Meeting, text: &str, steps: &mut Vec<Step>) -> Result<(), AppError> {
        let (c, by, starts) = (s.conference, s.by, m.setting.starts);
        let mut puts = Vec::new();
        let at = starts.plus_minutes(6 * 60);
        let text = self.say(&mut puts, m.id.0, at, text);
        m = self.told(steps, at, by, puts, |at, by| m.draft(at, by, text))?;
        m = self.told(steps, at.plus_minutes(90), by, Vec::new(), |at, by| m.circulate(at, by))?;
        let first = self.policies.calendar.nth_working_day_after(s.day.day, 1).unwrap_or(s.day.day);
        let first = self.policies.zone.at(first, NINE);
        let mut end = first;
        for (k, member) in m.signers(c).into_iter().enumerate() {
            let at = first.plus_minutes(11 * k as i64 + self.chance.between(0, 9));
            end = end.max(at);
            let Member::Partner(id) = member else { continue };
            let mut puts = Vec::new();
            let objects = s.i == 2 && k == 3;
            let objection = objects.then(|| self.say(&mut puts, m.id.0, at, "第二项的完成时间应以移交作业面为准。"));
            m = self.told(steps, at, &By::Partner(id), puts, |at, by| m.countersign(at, by, c, member, objection))?;
        }
        let at = end.plus_minutes(60 + self.chance.between(0, 26) * 60);
        m = self.told(steps, at, by, Vec::new(), |at, by| m.issue(at, by, c))?;
        self.told(steps, at.plus_millis(5 * DAY_MS), by, Vec::new(), |at, by| m.archive(at, by))?;
        Ok(())
    }

    /// The n-th resolution of all, from the meeting to the raiser's verdict; with its line of the minutes.
    fn resolve(
        &mut self,
        s: &Sitting<'_>,
        m: Meeting,
        topic: &Topic,
        at: Instant,
        n: usize,
        steps: &mut Vec<Step>,
    ) -> Result<(Meeting, String), AppError> {
        let (c, by) = (s.conference, s.by.clone());
        let firms = s.firms();
        // Every ninth is a government's to carry out.
        let owner = match n % 9 {
            8 => s.bodies.governments.get(n % 4).map(|g| Member::Partner(g.id)),
            _ => firms.get((n * 3 + s.i) % firms.len()).copied(),
        };
        let owner = owner.ok_or_else(|| faulty(&"a resolution without an owner"))?;
        let partner = s.partner(owner).ok_or_else(|| faulty(&"an owner that is no partner"))?;
        let unit = partner.details.unit.unwrap_or(c.details.convener);
        let day = s.day.day;
        let due = match n {
            NOT_YET_DUE => Date::constant(2018, 6, 8),
            _ => {
                let days = self.chance.between(4, 12) as u32;
                self.policies.calendar.nth_working_day_after(day, days.min(8)).unwrap_or(day)
            }
        };
        // Whatever is resolved by May is due by its end, but for the one.
        let due = if n == NOT_YET_DUE { due } else { due.min(Date::constant(2018, 5, 31)) };

        let id = MatterId(self.chance.uuid(at));
        let mut puts = Vec::new();
        let told = RESOLUTIONS[(n * 5) % RESOLUTIONS.len()];
        let words = self.say(&mut puts, id.0, at, told);
        let person = self.say(&mut puts, id.0, at, "项目经理");
        let test = self.say(&mut puts, id.0, at, "现场照片和书面报告，由召集单位秘书核对");
        let resolved = Resolved { matter: id, topic: topic.id, owner };
        let (m, h) = m.resolve(at, &by, c, resolved, &[])?;
        let Member::Partner(raiser) = topic.said.by else { return Err(faulty(&"a topic that is nobody's")) };
        let raised = Raised {
            by: By::Partner(raiser),
            recorded_by: by.clone(),
            at,
            words,
            category: "coordination".into(),
            place: None,
            visit: None,
            photos: Vec::new(),
            owner: Some(partner.id),
        };
        let part = Part::Resolution(Resolution {
            meeting: m.id.0,
            topic: topic.id.0,
            owner,
            person: Some(person),
            helpers: Vec::new(),
            test: Some(test),
        });
        let raise = Raise {
            id,
            kind: MatterKind::Resolution,
            origin: Origin::Staff,
            raised,
            unit: c.details.convener,
            part: Some(Box::new(part)),
            about: Some(About { kind: AboutKind::Topic, id: topic.id.0 }),
        };
        let law = self.policies.law();
        let until = TargetChoice::Promise(Promise::Day(due));
        let moved = Matter::raise(&law, raise, &TargetChoice::RuleIfAny)?
            .and(|m| m.assign(&law, at, &by, unit, None, &until, None))?;
        puts.push(Put::Meeting { meeting: Box::new(m.clone()), events: vec![h], new: false });
        puts.push(Put::Matter { id, events: moved.events.clone() });
        let recorded = at.plus_millis(2_000);
        let step = self.step(recorded, by, puts);
        let next = next_look(self.policies, &moved.matter)?;
        let mut life = Life::of(moved, step, recorded, matters::subject(told), next);
        self.carry_out(&mut life, partner, due, n)?;
        steps.extend(self.end(&mut life)?);
        let called = &partner.name_on(day).name;
        Ok((m, format!("{told}（{called}负责，{}月{}日前完成）。", due.month(), due.day())))
    }

    /// Signed for, carried out, reported, verified by the secretary, answered, and judged by whoever raised the topic.
    fn carry_out(&mut self, life: &mut Life, owner: &Partner, due: Date, n: usize) -> Result<(), AppError> {
        let (zone, record) = (&self.policies.zone, life.matter.id.0);
        let noon = zone.at(due, Time::constant(11, 0, 0, 0));
        let end = zone.at(due, Time::constant(16, 0, 0, 0));
        let delivered = match n {
            n if LATE.contains(&n) => noon.plus_millis(2 * DAY_MS),
            // After the last day of May, whenever it was due.
            OVERDUE => zone.at(Date::constant(2018, 6, 5), Time::constant(15, 0, 0, 0)),
            NOT_YET_DUE => noon.plus_millis(-2 * DAY_MS),
            _ => end.plus_millis(-self.chance.between(0, 20) * HOUR_MS),
        };
        // A firm without a person in our tree, and some of the others, come by their link.
        let handler = owner.details.unit.and_then(|u| self.company.nearest(Role::Handler, u).first().copied());
        let doer = match handler.filter(|_| !n.is_multiple_of(3)) {
            Some(person) => By::Person(person),
            None => By::Partner(owner.id),
        };
        let secretary = life.matter.raised.recorded_by.clone();
        let raiser = life.matter.raised.by.clone();
        let accepted = self.work(life.recorded, 30, 300).min(delivered.plus_millis(-3 * HOUR_MS));
        let law = self.policies.law();
        self.act(life, &doer, accepted, MatterAction::Accept, Vec::new(), |m| m.accept(&law, accepted, &doer))?;
        let begun = accepted.plus_minutes(20);
        let law = self.policies.law();
        self.act(life, &doer, begun, MatterAction::Advance, Vec::new(), |m| {
            m.advance(&law, begun, &doer, "resolved", None, Vec::new())
        })?;
        let mut puts = Vec::new();
        let how = self.say(&mut puts, record, delivered, "已按会议要求完成，现场情况和资料已报召集单位。");
        let law = self.policies.law();
        let done = self.act(life, &doer, delivered, MatterAction::Submit, puts, |m| {
            m.submit(&law, delivered, &doer, how, Vec::new())
        })?;
        let Some(t) = done else { return Ok(()) };
        let t = self.work(t, 60, 500);
        let Some(t) =
            self.act(life, &secretary, t, MatterAction::Verify, Vec::new(), |m| m.verify(t, &secretary, None))?
        else {
            return Ok(());
        };
        let t = t.plus_millis(self.chance.between(5, 40) * MINUTE_MS);
        let mut puts = Vec::new();
        let words = self.say(&mut puts, record, t, "您单位在联席会议上提出的议题，议定事项已落实并经核对，特此答复。");
        let Some(t) = self.act(life, &secretary, t, MatterAction::Answer, puts, |m| m.answer(t, &secretary, words))?
        else {
            return Ok(());
        };
        let t = self.work(t, 60, 900);
        let law = self.policies.law();
        self.act(life, &raiser, t, MatterAction::Rate, Vec::new(), |m| {
            m.rate(&law, t, &raiser, Verdict::Solved, None, None)
        })?;
        debug_assert!(t > NOW || life.matter.stage.name() == StageName::Closed);
        Ok(())
    }
}
