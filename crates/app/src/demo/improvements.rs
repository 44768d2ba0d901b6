//! What halls propose to serve better 差异化服务: each answers something that was asked at a counter there, is decided by somebody
//! else, tried, measured and taken over by other companies; its proposer is answered and thanked. The special window of 朝阳 is the
//! first of them. Measures of works are told elsewhere.

use super::lives::{Birth, Life, Step, World};
use super::topics::{self, Finding};
use super::{NOW, Size, day, faulty, texts};
use crate::frame::error::AppError;
use crate::matters::act::Owed;
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::ids::*;
use yixian_domain::matter::*;
use yixian_domain::org::{Role, UnitKind};
use yixian_domain::part::{Measure, MeasureClass, Part, Verdict as Decided};
use yixian_domain::time::{HOUR_MS, Instant, Time};

const DAY_MS: i64 = 24 * HOUR_MS;

/// Steps of one that is told to its end: accepted, decided, tried, measured, spread and judged.
const ALL: usize = 5;

/// One that will be proposed, and how far it comes.
pub(super) struct Improvement {
    finding: Finding,
    unit: UnitId,
    steps: usize,
    /// Companies that take it over once it is measured.
    spread: Vec<UnitId>,
}

/// Of which class something is, by what it is about.
fn class(category: &str) -> MeasureClass {
    match category {
        "special_window" => MeasureClass::Standard,
        "connection_process" => MeasureClass::Method,
        _ => MeasureClass::Labour,
    }
}

impl World<'_> {
    /// Improvements at every step from the proposal to its spread, in the company where the accounts work and elsewhere. 昌平
    /// proposes what its works need, and is told of there.
    pub fn improvements(&mut self, size: &Size) -> Vec<(Instant, Improvement)> {
        let zone = &self.policies.zone;
        let cy = self.company.unit_by_code("CY");
        let own = [cy, self.company.unit_by_code("CP")];
        let others: Vec<UnitId> =
            self.company.units.iter().filter(|u| u.kind == UnitKind::DistrictCompany).map(|u| u.id).collect();
        let others: Vec<UnitId> = others.into_iter().filter(|u| !own.contains(u)).collect();
        let elsewhere = if size.raised < 500 { 2 } else { 18 };
        let mut all = Vec::new();
        for i in 0..6 + elsewhere {
            let unit = if i < 6 { cy } else { self.chance.any(&others).copied().unwrap_or(cy) };
            let steps = if i == 0 { ALL } else { i % 6 };
            let at = NOW.plus_millis(-self.chance.between(8 + 12 * steps as i64, 20 + 16 * steps as i64) * DAY_MS);
            let at = if i == 0 { zone.at(day(2018, 5, 10), Time::constant(9, 40, 0, 0)) } else { at };
            // What would have been proposed before is proposed in the first days, and gets less far.
            let at = size
                .part
                .as_ref()
                .map_or(at, |p| at.max(zone.at(p.first, Time::constant(10, 0, 0, 0)).plus_minutes(40 * i as i64)));
            let spread = others.iter().copied().cycle().skip(i * 5).filter(|u| *u != unit).take(2).collect();
            let special = |t: &topics::Topic| i > 0 || t.category == "special_window";
            if let Some(finding) = Finding::among(&mut self.chance, topics::IMPROVEMENTS, None, special) {
                all.push((at, Improvement { finding, unit, steps, spread }));
            }
        }
        all
    }

    /// An improvement: decided, tried, measured, spread, as far as its steps; then it is judged. Where nobody asked for anything
    /// yet there is nothing to improve.
    pub fn improve(&mut self, i: &Improvement, at: Instant) -> Result<Vec<Step>, AppError> {
        let Some(asked) = self.asked.get(&i.unit).copied() else { return Ok(Vec::new()) };
        let topic = i.finding.topic;
        let coordinator = self.holder(Role::Coordinator, i.unit, None);
        let staff: Vec<PersonId> = {
            let of = self.company.members.iter().filter(|m| self.company.company_of(m.person.unit) == i.unit);
            of.map(|m| m.person.id).filter(|p| Some(*p) != coordinator).collect()
        };
        let proposer = self.chance.any(&staff).copied().ok_or_else(|| faulty(&"a company without people"))?;
        let about = About { kind: AboutKind::Matter, id: asked.0 };
        let measure = Measure {
            class: class(topic.category),
            answers: vec![about],
            baseline: None,
            gain: None,
            decision: None,
            applied: Vec::new(),
            taken_over: Vec::new(),
        };
        let recorded = at.plus_millis(self.chance.between(20_000, 240_000)).min(NOW);
        let mut life = self.raise(Birth {
            kind: topic.kind,
            origin: Origin::Staff,
            category: topic.category,
            scene: topic.scene,
            words: i.finding.found(),
            place: None,
            unit: i.unit,
            visit: None,
            recorded_by: By::Person(proposer),
            contact: None,
            about: Some(about),
            owed: Owed { part: Some(Part::Measure(measure)), ..Owed::default() },
            at,
            recorded,
        })?;
        self.improved(&mut life, i, proposer)?;
        self.end(&mut life)
    }

    fn improved(&mut self, life: &mut Life, i: &Improvement, proposer: PersonId) -> Result<(), AppError> {
        let law = self.policies.law();
        let (Some(coordinator), Some(handler)) = (
            self.holder(Role::Coordinator, i.unit, Some(proposer)),
            self.holder(Role::Handler, i.unit, Some(proposer)),
        ) else {
            return Ok(());
        };
        let (gives, by) = (By::Person(coordinator), By::Person(handler));
        let at = self.work(life.matter.last_at, 60, 900);
        let Some(t) = self.act(life, &gives, at, MatterAction::Assign, Vec::new(), |m| {
            m.assign(&law, at, &gives, i.unit, Some(handler), &TargetChoice::RuleIfAny, None)
        })?
        else {
            return Ok(());
        };
        if i.steps == 0 {
            return Ok(());
        }
        let at = self.work(t, 300, 2_000);
        let Some(mut t) = self.act(life, &by, at, MatterAction::Accept, Vec::new(), |m| m.accept(&law, at, &by))?
        else {
            return Ok(());
        };
        for notes in texts::IMPROVED.iter().take(i.steps - 1) {
            let Stage::InHand { step, .. } = life.matter.stage.clone() else { return Ok(()) };
            let at = self.work(t, 2_000, 6_000);
            if step == "decide" {
                let on = self.policies.zone.date_of(at);
                let decides = |m: Matter| m.decide_measure(at, &gives, Decided::Adopted, on, None);
                // Deciding is the coordinator's, who may say something to it too.
                let Some(_) = self.act(life, &gives, at, MatterAction::Comment, Vec::new(), decides)? else {
                    return Ok(());
                };
            }
            let (at, mut puts) = (at.plus_minutes(35), Vec::new());
            let note = Some(self.one(&mut puts, life.matter.id.0, at, notes));
            let how = |m: Matter| m.advance(&law, at, &by, &step, note, vec![]);
            let Some(then) = self.act(life, &by, at, MatterAction::Advance, puts, how)? else { return Ok(()) };
            t = then;
        }
        if i.steps < ALL {
            return Ok(());
        }
        for unit in &i.spread {
            let Some(there) = self.holder(Role::Coordinator, *unit, None) else { continue };
            let (at, there) = (self.work(t, 600, 2_400), By::Person(there));
            self.taken_over(life, &there, at, *unit)?;
            t = life.recorded;
        }
        let at = self.work(t, 2_000, 6_000);
        if let Some(t) = self.submit(life, &i.finding, &by, at)? {
            self.thanked(life, i, t)?;
        }
        Ok(())
    }

    /// Another company takes it over: whoever coordinates there says so.
    fn taken_over(&mut self, life: &mut Life, by: &By, at: Instant, unit: UnitId) -> Result<(), AppError> {
        if at > NOW {
            return Ok(());
        }
        self.sweep(life, at)?;
        let on = self.policies.zone.date_of(at);
        let moved = life.matter.clone().take_over_measure(at, by, unit, on)?;
        let recorded = at.plus_millis(12_000).max(life.recorded).min(NOW);
        self.take(life, moved, recorded, by, Vec::new(), false)
    }

    /// Verified by somebody else; the proposer is answered and thanked, and says whether it is solved.
    fn thanked(&mut self, life: &mut Life, i: &Improvement, t: Instant) -> Result<(), AppError> {
        let record = life.matter.id.0;
        let doer = life.matter.doer.as_ref().and_then(By::person);
        let Some(judge) = self.holder(Role::Verifier, i.unit, doer) else { return Ok(()) };
        let (at, judge) = (self.work(t, 40, 1_600), By::Person(judge));
        let verified = self.act(life, &judge, at, MatterAction::Verify, Vec::new(), |m| m.verify(at, &judge, None))?;
        let (Some(t), Some(answers)) = (verified, self.holder(Role::Coordinator, i.unit, None)) else { return Ok(()) };
        let (at, answers) = (self.work(t, 30, 1_500), By::Person(answers));
        let mut puts = Vec::new();
        let text = format!("您的建议已采纳：{}，并由两家单位接用。感谢您的建议。", i.finding.done());
        let words = self.say(&mut puts, record, at, &text);
        match self.act(life, &answers, at, MatterAction::Answer, puts, |m| m.answer(at, &answers, words))? {
            Some(t) => self.verdict(life, t, None),
            None => Ok(()),
        }
    }
}
