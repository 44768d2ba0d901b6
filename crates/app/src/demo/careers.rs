//! The careers of matters: assigned, accepted, held up, put right, returned, answered, closed or
//! reopened. Chance decides how fast and by which way round; the law decides what is possible.

use super::lives::{Birth, Life, Put, Step, Stop, World};
use super::texts;
use super::topics::Finding;
use super::{NOW, faulty};
use crate::frame::error::AppError;
use crate::matters::act::Owed;
use yixian_domain::access::Voice;
use yixian_domain::deadline::Promise;
use yixian_domain::ids::*;
use yixian_domain::matter::*;
use yixian_domain::org::Role;
use yixian_domain::time::{Date, HOUR_MS, Instant, MINUTE_MS};

const DAY_MS: i64 = 24 * HOUR_MS;

/// How a matter found on a visit or raised elsewhere shall go.
#[derive(Clone)]
pub(super) struct Career {
    /// As far as this and no further.
    pub stop: Option<Stop>,
    /// The day a coordinator set instead of the rule's.
    pub due: Option<Date>,
    /// Stays where it was raised.
    pub unit: Option<UnitId>,
    /// Who is named for it.
    pub handler: Option<PersonId>,
    /// Put right in time.
    pub on_time: bool,
}

impl World<'_> {
    /// A career as chance has it.
    pub fn career(&mut self) -> Career {
        Career { stop: None, due: None, unit: None, handler: None, on_time: self.chance.percent(91) }
    }

    /// The life of a matter that was not found on a visit.
    #[allow(clippy::too_many_arguments)] // what somebody raises is made of so much
    pub fn raised(
        &mut self,
        finding: &Finding,
        origin: Origin,
        place: Option<usize>,
        unit: UnitId,
        at: Instant,
        english: bool,
        career: &Career,
    ) -> Result<Life, AppError> {
        let recorder =
            self.holder(Role::Coordinator, unit, None).ok_or_else(|| faulty(&"a unit without a coordinator"))?;
        let topic = finding.topic;
        let contact = (origin != Origin::Staff).then(|| self.outsider(english));
        let recorded = at.plus_millis(self.chance.between(20_000, 240_000)).min(NOW);
        let birth = Birth {
            kind: topic.kind,
            origin,
            category: topic.category,
            scene: topic.scene,
            words: finding.found(),
            place,
            unit,
            visit: None,
            recorded_by: By::Person(recorder),
            contact,
            about: None,
            owed: Owed::default(),
            at,
            recorded,
        };
        let mut life = self.raise(birth)?;
        life.stop = career.stop;
        self.go_on(&mut life, finding, at, career)?;
        Ok(life)
    }

    /// From wherever it is: given to a unit, then worked on.
    pub fn go_on(&mut self, life: &mut Life, finding: &Finding, at: Instant, career: &Career) -> Result<(), AppError> {
        let mut t = at;
        if life.matter.stage.name() == StageName::Raised || life.matter.stage.name() == StageName::Reopened {
            t = self.work(t, 8, 900);
            if self.chance.permille(28) || life.stop == Some(Stop::Stage(StageName::Refused)) {
                return self.refuse(life, t);
            }
            let Some(then) = self.assign(life, t, career)? else { return Ok(()) };
            t = then;
        }
        self.work_on(life, finding, t, career)
    }

    fn coordinator(&mut self, life: &Life, other_than: Option<PersonId>) -> Option<PersonId> {
        self.holder(Role::Coordinator, life.matter.unit, other_than)
    }

    fn refuse(&mut self, life: &mut Life, t: Instant) -> Result<(), AppError> {
        let Some(who) = self.coordinator(life, None) else { return Ok(()) };
        let by = By::Person(who);
        let mut puts = Vec::new();
        let reason = self.one(&mut puts, life.matter.id.0, t, texts::of(&texts::REFUSED, &life.matter.raised.category));
        let Some(t) = self.act(life, &by, t, MatterAction::Refuse, puts, |m| m.refuse(t, &by, reason))? else {
            return Ok(());
        };
        let t = self.work(t, 10, 600);
        let mut puts = Vec::new();
        let words = self.say(
            &mut puts,
            life.matter.id.0,
            t,
            "您反映的事项经核实不属于我公司办理范围，已将情况与联系方式告知，感谢理解。",
        );
        let Some(t) = self.act(life, &by, t, MatterAction::Answer, puts, |m| m.answer(t, &by, words))? else {
            return Ok(());
        };
        self.verdict(life, t, None)
    }

    /// A unit right for it: the company itself, or one below.
    fn assign(&mut self, life: &mut Life, t: Instant, career: &Career) -> Result<Option<Instant>, AppError> {
        let Some(who) = self.coordinator(life, None) else { return Ok(None) };
        let here = life.matter.unit;
        let again = life.matter.reopened > 0;
        let mut unit = career.unit.unwrap_or(here);
        if career.unit.is_none() && self.chance.percent(55) {
            let desks = self.company.desks(self.company.company_of(here), &life.matter.raised.category);
            unit = self.chance.any(&desks).copied().unwrap_or(here);
        }
        let by = By::Person(who);
        let doer = life.matter.doer.as_ref().and_then(By::person);
        let handler = if career.handler.is_some() && !again {
            career.handler
        } else if again || self.chance.percent(30) {
            self.holder(Role::Handler, unit, doer)
        } else {
            None
        };
        if again && life.matter.unsolved_by.contains(&unit) && handler.is_none() {
            unit = self.company.company_of(here);
        }
        let choice =
            career.due.filter(|_| !again).map_or(TargetChoice::RuleIfAny, |d| TargetChoice::Promise(Promise::Day(d)));
        let mut puts = Vec::new();
        let note =
            if self.chance.percent(25) { Some(self.one(&mut puts, life.matter.id.0, t, &texts::NOTES)) } else { None };
        let law = self.policies.law();
        let handler = handler.or_else(|| {
            again
                .then(|| self.company.nearest(Role::Handler, unit).iter().copied().find(|h| Some(*h) != doer))
                .flatten()
        });
        self.act(life, &by, t, MatterAction::Assign, puts, |m| m.assign(&law, t, &by, unit, handler, &choice, note))
    }

    /// From assigned to closed, as far as it gets.
    pub fn work_on(&mut self, life: &mut Life, finding: &Finding, t: Instant, career: &Career) -> Result<(), AppError> {
        let mut t = t;
        if career.unit.is_none() && self.chance.permille(45) && life.matter.reopened == 0 {
            let at = self.work(t, 30, 600);
            let company = self.company.company_of(life.matter.unit);
            let others: Vec<UnitId> = self
                .company
                .desks(company, &life.matter.raised.category)
                .into_iter()
                .filter(|u| *u != life.matter.unit)
                .collect();
            if let (Some(who), Some(to)) = (self.coordinator(life, None), self.chance.any(&others).copied()) {
                let by = By::Person(who);
                let mut puts = Vec::new();
                let reason = self.one(&mut puts, life.matter.id.0, at, &texts::TRANSFER);
                let Some(then) =
                    self.act(life, &by, at, MatterAction::Transfer, puts, |m| m.transfer(at, &by, to, None, reason))?
                else {
                    return Ok(());
                };
                t = then;
            }
        }
        let handler = match life.matter.handler {
            Some(h) => Some(h),
            None => self.holder(Role::Handler, life.matter.unit, life.matter.doer.as_ref().and_then(By::person)),
        };
        let Some(handler) = handler else { return Ok(()) };
        let by = By::Person(handler);
        t = self.work(t, 20, 1_200);
        let law = self.policies.law();
        let Some(then) = self.act(life, &by, t, MatterAction::Accept, Vec::new(), |m| m.accept(&law, t, &by))? else {
            return Ok(());
        };
        t = then;
        if self.chance.percent(9) {
            t = self.remark(life, &by, t)?;
        }
        let asks = if life.stop == Some(Stop::AsksExtension) {
            1
        } else if matches!(life.stop, Some(Stop::AsksPause | Stop::Paused)) {
            2
        } else {
            self.chance.weighted(&[84, 10, 6])
        };
        if asks > 0 {
            let Some(then) = self.ask(life, handler, t, asks == 1)? else { return Ok(()) };
            t = then;
        }
        let ready = self.ready(life, t, career.on_time);
        let Some(then) = self.submit(life, finding, &by, ready)? else { return Ok(()) };
        self.judge(life, finding, then)
    }

    /// When it is put right: before the due instant, or some days after.
    pub(super) fn ready(&mut self, life: &Life, t: Instant, on_time: bool) -> Instant {
        let Some(due) = &life.matter.due else { return self.work(t, 600, 12_000) };
        let left = due.at.since(t) / MINUTE_MS;
        if on_time && left > 60 {
            let ready = self.work(t, (left / 6).min(left - 30), left * 8 / 10);
            if ready < due.at { ready } else { t.plus_minutes(left / 2) }
        } else {
            let from = due.at.max(t);
            self.work(from, 120, 9 * 24 * 60)
        }
    }

    fn remark(&mut self, life: &mut Life, by: &By, t: Instant) -> Result<Instant, AppError> {
        let at = self.work(t, 20, 900);
        let mut puts = Vec::new();
        let corrects = self.chance.percent(20).then_some(1);
        let of: &[&'static str] = if corrects.is_some() {
            &texts::CORRECTIONS
        } else {
            texts::of(&texts::COMMENTS, &life.matter.raised.category)
        };
        let words = self.one(&mut puts, life.matter.id.0, at, of);
        let done = self
            .act(life, by, at, MatterAction::Comment, puts, |m| Ok(m.comment(at, by, words, Vec::new(), corrects)))?;
        Ok(done.unwrap_or(t))
    }

    /// A handler asks for more time or for a pause; a coordinator decides.
    fn ask(
        &mut self,
        life: &mut Life,
        handler: PersonId,
        t: Instant,
        extension: bool,
    ) -> Result<Option<Instant>, AppError> {
        let Some(due) = life.matter.due.clone() else { return Ok(Some(t)) };
        let (by, record, law) = (By::Person(handler), life.matter.id.0, self.policies.law());
        let half = due.at.since(t).max(0) / MINUTE_MS / 2;
        let at = self.work(t, 30, half.max(60));
        // It is asked for in time or not at all.
        if extension && at > due.at {
            return Ok(Some(t));
        }
        let mut puts = Vec::new();
        let done = if extension {
            let after = self.chance.between(3, 12) as i32;
            let until = due.day.saturating_add(jiff::Span::new().days(after));
            let reason = self.one(&mut puts, record, at, texts::of(&texts::EXTENSION, &life.matter.raised.category));
            self.act(life, &by, at, MatterAction::AskExtension, puts, |m| {
                m.ask_extension(at, &by, until, reason, Vec::new())
            })?
        } else {
            let reason = self.one(&mut puts, record, at, texts::of(&texts::PAUSE, &life.matter.raised.category));
            let evidence = self.photo(&mut puts, record, life.scene, false);
            self.act(life, &by, at, MatterAction::AskPause, puts, |m| m.ask_pause(at, &by, None, reason, evidence))?
        };
        let Some(t) = done else { return Ok(None) };
        let at = self.work(t, 30, 1_500);
        let Some(decider) = self.coordinator(life, Some(handler)) else { return Ok(None) };
        let decider = By::Person(decider);
        let approve = if extension {
            self.chance.percent(72)
        } else {
            life.stop == Some(Stop::Paused) || self.chance.percent(88)
        };
        let mut puts = Vec::new();
        let note = if approve { None } else { Some(self.one(&mut puts, record, at, &texts::REJECT)) };
        let Some(t) =
            self.act(life, &decider, at, MatterAction::Decide, puts, |m| m.decide(&law, at, &decider, approve, note))?
        else {
            return Ok(None);
        };
        if extension || !approve {
            return Ok(Some(t));
        }
        let at = self.work(t, 2_000, 16_000);
        let mut puts = Vec::new();
        let note = Some(self.one(&mut puts, record, at, &texts::RESUME));
        self.act(life, &by, at, MatterAction::Resume, puts, |m| m.resume(&law, at, &by, note))
    }

    pub fn submit(
        &mut self,
        life: &mut Life,
        finding: &Finding,
        by: &By,
        t: Instant,
    ) -> Result<Option<Instant>, AppError> {
        let mut puts = Vec::new();
        let (record, law) = (life.matter.id.0, self.policies.law());
        let how = self.say(&mut puts, record, t, &finding.done());
        let physical = matches!(finding.topic.category, "equipment" | "line");
        let photos = if physical || self.chance.percent(20) {
            self.photo(&mut puts, record, finding.topic.scene, true)
        } else {
            Vec::new()
        };
        self.act(life, by, t, MatterAction::Submit, puts, |m| m.submit(&law, t, by, how, photos))
    }

    /// Verified or sent back, then answered.
    pub fn judge(&mut self, life: &mut Life, finding: &Finding, t: Instant) -> Result<(), AppError> {
        let mut t = t;
        let mut returns = if life.stop == Some(Stop::Stage(StageName::Returned)) || self.chance.permille(85) {
            1 + usize::from(self.chance.percent(12))
        } else {
            0
        };
        let record = life.matter.id.0;
        loop {
            let doer = life.matter.doer.as_ref().and_then(By::person);
            let role =
                if life.matter.on_the_spot && self.chance.percent(60) { Role::Coordinator } else { Role::Verifier };
            let Some(judge) = self.holder(role, life.matter.unit, doer) else { return Ok(()) };
            let by = By::Person(judge);
            let at = self.work(t, 40, 1_600);
            let mut puts = Vec::new();
            if returns > 0 {
                returns -= 1;
                let reason = self.one(&mut puts, record, at, texts::of(&texts::RETURNED, &life.matter.raised.category));
                let Some(then) =
                    self.act(life, &by, at, MatterAction::Return, puts, |m| m.send_back(at, &by, reason))?
                else {
                    return Ok(());
                };
                let handler = match life.matter.handler {
                    Some(h) => Some(h),
                    None => self.holder(Role::Handler, life.matter.unit, None),
                };
                let Some(handler) = handler else { return Ok(()) };
                let at = self.work(then, 200, 3_600);
                let Some(then) = self.submit(life, finding, &By::Person(handler), at)? else { return Ok(()) };
                t = then;
                continue;
            }
            let note =
                if self.chance.percent(40) { Some(self.one(&mut puts, record, at, &texts::VERIFIED)) } else { None };
            let Some(then) = self.act(life, &by, at, MatterAction::Verify, puts, |m| m.verify(at, &by, note))? else {
                return Ok(());
            };
            t = then;
            break;
        }
        let Some(who) = self.coordinator(life, None) else { return Ok(()) };
        let by = By::Person(who);
        let at = self.work(t, 30, 1_500);
        let mut puts = Vec::new();
        let name = self.unit_name(life.matter.unit);
        let done = finding.done();
        let text = if done.is_ascii() {
            format!("Thank you for telling us. {done}")
        } else if life.matter.raised.by.person().is_some() {
            // To a colleague.
            format!("{name}已整改：{done}。")
        } else {
            format!("您反映的事项已由{name}办理：{done}。感谢您的监督。")
        };
        let words = self.say(&mut puts, record, at, &text);
        let Some(t) = self.act(life, &by, at, MatterAction::Answer, puts, |m| m.answer(at, &by, words))? else {
            return Ok(());
        };
        self.verdict(life, t, Some(finding))
    }

    /// What the raiser says, if he says anything.
    pub fn verdict(&mut self, life: &mut Life, t: Instant, finding: Option<&Finding>) -> Result<(), AppError> {
        let raiser = life.matter.raised.by.clone();
        let record = life.matter.id.0;
        let speaks = match raiser {
            By::Raiser(_) => self.chance.percent(58),
            _ => self.chance.percent(66),
        };
        if !speaks {
            if life.matter.raised.by.person().is_none() && self.chance.percent(35) {
                return self.attempts(life, t);
            }
            return Ok(());
        }
        let at = if self.chance.percent(70) {
            self.work(t, 30, 2_600)
        } else {
            t.plus_minutes(self.chance.between(60, 8_000))
        };
        if raiser.person().is_some_and(|p| !self.company.here(p, self.policies.zone.date_of(at))) {
            return Ok(());
        }
        let not = finding.is_some()
            && life.matter.reopened == 0
            && (life.stop == Some(Stop::Stage(StageName::Reopened)) || self.chance.permille(38));
        let verdict = if not {
            Verdict::Not
        } else if self.chance.percent(93) {
            Verdict::Solved
        } else {
            Verdict::Partly
        };
        let mut puts = Vec::new();
        let words = if not {
            let words = texts::of(&texts::SAID_NOT, &life.matter.raised.category);
            Some(self.one(&mut puts, record, at, words))
        } else if self.chance.percent(40) {
            Some(self.one(&mut puts, record, at, &texts::SAID_YES))
        } else {
            None
        };
        let law = self.policies.law();
        let Some(t) = self.act(life, &raiser, at, MatterAction::Rate, puts, |m| {
            m.rate(&law, at, &raiser, verdict, words, voice_of(&raiser))
        })?
        else {
            return Ok(());
        };
        if let (true, Some(finding)) = (not, finding) {
            let career = Career { stop: life.stop, due: None, unit: None, handler: None, on_time: true };
            return self.go_on(life, finding, t, &career);
        }
        Ok(())
    }

    fn attempts(&mut self, life: &mut Life, t: Instant) -> Result<(), AppError> {
        let law = self.policies.law();
        let mut at = t;
        for _ in 0..if self.chance.percent(75) { 3 } else { 2 } {
            at = self.work(at, 900, 1_900);
            let Some(who) = self.coordinator(life, None) else { return Ok(()) };
            let by = By::Person(who);
            let mut puts = Vec::new();
            let note = self.one(&mut puts, life.matter.id.0, at, &texts::ATTEMPT);
            let when = at;
            let Some(then) = self
                .act(life, &by, at, MatterAction::RecordAttempt, puts, |m| m.record_attempt(&law, when, &by, note))?
            else {
                return Ok(());
            };
            at = then;
        }
        Ok(())
    }

    /// A matter that goes with `master`, told until it too is closed.
    pub fn follower(
        &mut self,
        finding: &Finding,
        origin: Origin,
        place: Option<usize>,
        unit: UnitId,
        at: Instant,
        master: &Life,
    ) -> Result<Vec<Step>, AppError> {
        let stay =
            Career { stop: Some(Stop::Stage(StageName::Raised)), due: None, unit: None, handler: None, on_time: true };
        let mut life = self.raised(finding, origin, place, unit, at, false, &stay)?;
        life.stop = None;
        let t = self.work(at, 20, 500);
        let then = Matter::replay(master.matter.id, master.history.iter().filter(|h| h.at <= t));
        if let (Some(then), Some(who)) = (then, self.coordinator(&life, None)) {
            let by = By::Person(who);
            let mut puts = Vec::new();
            let reason = Some(self.one(&mut puts, life.matter.id.0, t, &texts::MERGE));
            // The master may have been answered meanwhile; then this one goes its own way.
            let open = !matches!(
                then.stage.name(),
                StageName::Merged | StageName::Answered | StageName::Closed | StageName::Refused
            );
            if open
                && self.act(&mut life, &by, t, MatterAction::Merge, puts, |m| m.merge(t, &by, &then, reason))?.is_some()
            {
                let answer = master.history.iter().find_map(|h| {
                    let MatterEvent::Answered { words, .. } = &h.event else { return None };
                    (h.at > t).then(|| (h.at, h.by.clone(), words.clone()))
                });
                if let Some((at, by, words)) = answer {
                    self.sweep(&mut life, at)?;
                    let moved = life.matter.clone().answer_through(at, &by, words, master.matter.id)?;
                    let recorded = at.plus_millis(25_000).min(NOW);
                    self.take(&mut life, moved, recorded, &by, Vec::<Put>::new(), false)?;
                    self.verdict(&mut life, at.plus_millis(DAY_MS / 8), None)?;
                }
            } else {
                self.go_on(&mut life, finding, t, &stay)?;
            }
        }
        self.end(&mut life)
    }
}

/// How a raiser is known: two of three speak by the link that was sent to them, one proves his phone too.
pub(super) fn voice_of(raiser: &By) -> Option<Voice> {
    let By::Raiser(contact) = raiser else { return None };
    Some(if contact.0.as_u128() % 3 == 0 { Voice::Phone } else { Voice::SentLink })
}
