//! The law of the loop: what may happen to a matter, and when. Every method consumes the matter
//! and gives a new one with the events that made it, or a refusal in the field's words.
//!
//! - every solution, also one on the spot, is verified by someone other than the doer;
//! - no close without an answer that the raiser confirms, or silence, or recorded attempts;
//! - a "not solved" goes to another handler; a merged matter keeps its raiser; nothing is deleted.
//!
//! It does not ask whether the person is allowed to act at all: that is [`crate::access`].

use super::action::MatterAction;
use super::event::{LinkGiven, MatterEvent};
use super::law::{Law, TargetChoice};
use super::personal::{DisclosurePurpose, ErasureGround, PersonalData};
use super::record::Matter;
use super::stage::{Closing, Origin, Raised, Solution, Stage, StageName, Verdict};
use crate::base::about::About;
use crate::base::actor::Voice;
use crate::base::history::Happened;
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::time::Instant;
use crate::law::kind::MatterKind;
use crate::part::{Part, PartEvent};

/// A matter after a transition, with what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The matter now.
    pub matter: Matter,
    /// What made it so, in order.
    pub events: Vec<Happened<MatterEvent>>,
}

impl Moved {
    pub(crate) fn start(matter: Matter) -> Self {
        Moved { matter, events: Vec::new() }
    }
    pub(crate) fn then(mut self, at: Instant, by: &By, event: MatterEvent) -> Self {
        let h = Happened { at, by: by.clone(), event };
        self.matter.apply(&h);
        self.events.push(h);
        self
    }
    /// Goes on with another transition; its events follow these.
    pub fn and(self, step: impl FnOnce(Matter) -> Result<Moved, Refusal>) -> Result<Moved, Refusal> {
        let Moved { matter, mut events } = self;
        let next = step(matter)?;
        events.extend(next.events);
        Ok(Moved { matter: next.matter, events })
    }
}

/// What is needed to raise a matter.
#[derive(Clone, Debug)]
pub struct Raise {
    /// Identity, minted by whoever raises it.
    pub id: MatterId,
    /// Kind.
    pub kind: MatterKind,
    /// How it came.
    pub origin: Origin,
    /// Who, when, what.
    pub raised: Raised,
    /// Where it waits to be assigned.
    pub unit: UnitId,
    /// What its kind carries.
    pub part: Option<Box<Part>>,
    /// What it is about.
    pub about: Option<About>,
}

impl Matter {
    /// Whether the law allows the action at this stage, whoever asks. Pages show the refusal as
    /// the reason why an action is missing.
    pub fn allows(&self, action: MatterAction) -> Result<(), Refusal> {
        use MatterAction as A;
        use StageName as S;
        let stage = self.stage.name();
        let at_stage = match action {
            A::Assign => matches!(stage, S::Raised | S::Reopened),
            A::Transfer => matches!(stage, S::Assigned | S::Accepted | S::InHand | S::Returned),
            A::Merge | A::Refuse => {
                matches!(stage, S::Raised | S::Assigned | S::Accepted | S::InHand | S::Returned | S::Reopened)
            }
            A::Separate => stage == S::Merged,
            A::Accept => stage == S::Assigned,
            A::AskExtension | A::AskPause => matches!(stage, S::Accepted | S::InHand | S::Returned),
            A::Decide => return if self.request.is_some() { Ok(()) } else { Err(Refusal::NoRequest) },
            A::Resume => return if self.paused().is_some() { Ok(()) } else { Err(Refusal::NotPaused) },
            A::Advance => matches!(stage, S::Accepted | S::InHand),
            A::Submit => matches!(stage, S::Accepted | S::InHand | S::Returned),
            A::Verify | A::Return => matches!(stage, S::Submitted | S::SolvedOnTheSpot),
            A::Answer => matches!(stage, S::Verified | S::Refused),
            A::RecordAttempt | A::Rate => stage == S::Answered,
            A::Comment | A::Relate => true,
        };
        if !at_stage {
            return Err(Refusal::NotAtThisStage { action: action.into(), stage: stage.into() });
        }
        if self.paused().is_some()
            && matches!(action, A::Submit | A::Advance | A::AskPause | A::AskExtension | A::Transfer)
        {
            return Err(Refusal::Paused);
        }
        if self.request.is_some() && matches!(action, A::AskExtension | A::AskPause) {
            return Err(Refusal::RequestPending);
        }
        Ok(())
    }

    /// Small differences between clocks are not contradictions: up to five minutes earlier than
    /// the last event counts as the same moment.
    pub(crate) fn moment(&self, at: Instant) -> Result<Instant, Refusal> {
        if at >= self.last_at {
            Ok(at)
        } else if self.last_at.0 - at.0 <= 5 * 60_000 {
            Ok(self.last_at)
        } else {
            Err(Refusal::BeforeItsCause { at, after: self.last_at })
        }
    }

    /// Raises a matter.
    pub fn raise(law: &Law, r: Raise, choice: &TargetChoice) -> Result<Moved, Refusal> {
        let at = r.raised.at;
        let day = law.zone.date_of(at);
        if r.part.as_ref().is_some_and(|part| part.kind() != r.kind) {
            return Err(Refusal::NotOfThisKind);
        }
        let procedure =
            law.procedures.for_category(r.kind, &r.raised.category, day).ok_or(Refusal::NoRule)?.reference();
        let target = law.target(r.kind, &r.raised.category, at, choice)?;
        let due = target.as_ref().map(|t| law.due(t, &[], &[])).transpose()?.flatten();
        let h = Happened {
            at,
            by: r.raised.recorded_by.clone(),
            event: MatterEvent::Raised {
                kind: r.kind,
                origin: r.origin,
                raised: r.raised,
                unit: r.unit,
                procedure,
                target,
                due,
                part: r.part,
                about: r.about,
            },
        };
        let matter = Matter::begin(r.id, &h).ok_or(Refusal::NoRule)?;
        Ok(Moved { matter, events: vec![h] })
    }

    /// Says what it is about, with the reason; a thing of its own may become a part of a larger one at any stage.
    pub fn relate(self, at: Instant, by: &By, about: Option<About>, reason: Words) -> Result<Moved, Refusal> {
        self.allows(MatterAction::Relate)?;
        if self.about == about {
            return Err(Refusal::SameAsBefore);
        }
        let at = self.moment(at)?;
        Ok(Moved::start(self).then(at, by, MatterEvent::Related { about, reason }))
    }

    /// Something that happens to what its kind carries; whether it may is the slice's law.
    pub(crate) fn part_happens(self, at: Instant, by: &By, event: PartEvent) -> Result<Moved, Refusal> {
        let at = self.moment(at)?;
        Ok(Moved::start(self).then(at, by, MatterEvent::Part { event }))
    }

    /// Solved where it was found (当场解决): only while it is just raised, on a visit.
    pub fn solve_on_the_spot(self, at: Instant, by: &By, how: Words, photos: Vec<FileRef>) -> Result<Moved, Refusal> {
        if !matches!(self.stage, Stage::Raised) || self.raised.visit.is_none() {
            return Err(Refusal::NotAtThisStage {
                action: MatterAction::Submit.into(),
                stage: self.stage.name().into(),
            });
        }
        let at = self.moment(at)?;
        let solution = Solution { by: by.clone(), at, how, photos, on_the_spot: true };
        Ok(Moved::start(self).then(at, by, MatterEvent::SolvedOnTheSpot { solution }))
    }

    /// Gives it to a unit, with a deadline.
    pub fn assign(
        self,
        law: &Law,
        at: Instant,
        by: &By,
        unit: UnitId,
        handler: Option<PersonId>,
        choice: &TargetChoice,
        note: Option<Words>,
    ) -> Result<Moved, Refusal> {
        self.allows(MatterAction::Assign)?;
        let at = self.moment(at)?;
        if matches!(self.stage, Stage::Reopened { .. })
            && self.unsolved_by.contains(&unit)
            && (handler.is_none() || handler == self.doer.as_ref().and_then(By::person))
        {
            return Err(Refusal::SameHandler);
        }
        let start = match &self.stage {
            Stage::Reopened { at } => *at,
            _ => self.raised.at,
        };
        let target = law.target(self.kind, &self.raised.category, start, choice)?;
        let due = target.as_ref().map(|t| law.due(t, &self.pauses, &self.extensions)).transpose()?.flatten();
        Ok(Moved::start(self).then(at, by, MatterEvent::Assigned { unit, handler, target, due, note }))
    }

    /// Moves it to another unit; the deadline stays.
    pub fn transfer(
        self,
        at: Instant,
        by: &By,
        unit: UnitId,
        handler: Option<PersonId>,
        reason: Words,
    ) -> Result<Moved, Refusal> {
        self.allows(MatterAction::Transfer)?;
        if unit == self.unit && (handler.is_none() || handler == self.handler) {
            return Err(Refusal::SameUnit);
        }
        if self.unsolved_by.contains(&unit) && (handler.is_none() || handler == self.doer.as_ref().and_then(By::person))
        {
            return Err(Refusal::SameHandler);
        }
        let at = self.moment(at)?;
        let from = self.unit;
        Ok(Moved::start(self).then(at, by, MatterEvent::Transferred { from, unit, handler, reason }))
    }

    /// Lets it go with `master`; it keeps its raiser.
    pub fn merge(self, at: Instant, by: &By, master: &Matter, reason: Option<Words>) -> Result<Moved, Refusal> {
        self.allows(MatterAction::Merge)?;
        if master.id == self.id {
            return Err(Refusal::MergeIntoItself);
        }
        // What another law rules, or another system runs, is closed by others and answers nobody here.
        let connection = |m: &Matter| m.kind == MatterKind::Connection;
        if connection(&self) != connection(master) || master.origin == Origin::Import {
            return Err(Refusal::MergeAcrossLaws);
        }
        match master.stage.name() {
            StageName::Merged => return Err(Refusal::MergeIntoMerged),
            StageName::Answered | StageName::Closed | StageName::Refused => return Err(Refusal::MergeIntoAnswered),
            StageName::Raised
            | StageName::Assigned
            | StageName::Accepted
            | StageName::InHand
            | StageName::Submitted
            | StageName::SolvedOnTheSpot
            | StageName::Returned
            | StageName::Verified
            | StageName::Reopened => {}
        }
        let at = self.moment(at)?;
        Ok(Moved::start(self).then(at, by, MatterEvent::Merged { into: master.id, reason }))
    }

    /// Takes a merging back: it is a matter of its own again and waits for a coordinator, its promise as it was. Once the
    /// master is answered so is this one, and there is nothing to take back.
    pub fn separate(self, at: Instant, by: &By, reason: Words) -> Result<Moved, Refusal> {
        self.allows(MatterAction::Separate)?;
        let at = self.moment(at)?;
        Ok(Moved::start(self).then(at, by, MatterEvent::Separated { reason }))
    }

    /// Does not take it on; the raiser is still owed the answer.
    pub fn refuse(self, at: Instant, by: &By, reason: Words) -> Result<Moved, Refusal> {
        self.allows(MatterAction::Refuse)?;
        let at = self.moment(at)?;
        Ok(Moved::start(self).then(at, by, MatterEvent::Refused { reason }))
    }

    /// Signs for it and begins the first step.
    pub fn accept(self, law: &Law, at: Instant, by: &By) -> Result<Moved, Refusal> {
        self.allows(MatterAction::Accept)?;
        let at = self.moment(at)?;
        let first = law.procedures.get(&self.procedure).and_then(|p| p.first());
        // Who takes it over from another unit goes on where that unit was.
        let current = self.part_step();
        let moved = Moved::start(self).then(at, by, MatterEvent::Accepted);
        let step = match current {
            Some(code) => law.procedures.get(&moved.matter.procedure).and_then(|p| p.step(&code)),
            None => first,
        };
        let Some(step) = step else { return Ok(moved) };
        let deadline = moved.matter.part_deadline(law, step, at)?;
        Ok(moved.then(
            at,
            by,
            MatterEvent::StepStarted { step: step.code.clone(), note: None, photos: vec![], deadline },
        ))
    }

    /// Ends the step in hand and begins the next; the last step ends by [`Matter::submit`].
    pub fn advance(
        self,
        law: &Law,
        at: Instant,
        by: &By,
        finished: &str,
        note: Option<Words>,
        photos: Vec<FileRef>,
    ) -> Result<Moved, Refusal> {
        self.allows(MatterAction::Advance)?;
        let at = self.moment(at)?;
        match &self.stage {
            Stage::InHand { step, .. } if step == finished => {}
            _ => return Err(Refusal::NotThisStep { step: finished.to_owned() }),
        }
        let last = || Refusal::NotThisStep { step: finished.to_owned() };
        let procedure = law.procedures.get(&self.procedure).ok_or_else(last)?;
        if procedure.step(finished).is_some_and(|s| s.evidence) && photos.is_empty() && note.is_none() {
            return Err(Refusal::EvidenceNeeded { step: finished.to_owned() });
        }
        if procedure.step(finished).and_then(|s| s.needs).is_some_and(|needs| !self.part_has(needs)) {
            return Err(Refusal::EvidenceNeeded { step: finished.to_owned() });
        }
        let next = self.step_after(procedure, finished).ok_or_else(last)?;
        let deadline = self.part_deadline(law, next, at)?;
        Ok(Moved::start(self).then(
            at,
            by,
            MatterEvent::StepStarted { step: next.code.clone(), note, photos, deadline },
        ))
    }

    /// Put right, with evidence; a physical defect needs a photo taken afterwards.
    pub fn submit(self, law: &Law, at: Instant, by: &By, how: Words, photos: Vec<FileRef>) -> Result<Moved, Refusal> {
        self.part_may_end(at)?;
        self.allows(MatterAction::Submit)?;
        self.part_is_through(law)?;
        let at = self.moment(at)?;
        let physical = law
            .procedures
            .get(&self.procedure)
            .and_then(|p| p.category(&self.raised.category))
            .is_some_and(|c| c.physical);
        if physical && photos.is_empty() && !self.part_shows_the_end() {
            return Err(Refusal::AfterPhotoNeeded);
        }
        self.part_is_shown(&photos)?;
        let first = self.part_ends(law, at)?;
        let solution = Solution { by: by.clone(), at, how, photos, on_the_spot: false };
        let moved = first.into_iter().fold(Moved::start(self), |moved, event| moved.then(at, by, event));
        Ok(moved.then(at, by, MatterEvent::Submitted { solution }))
    }

    /// Accepts the solution; never one's own.
    pub fn verify(self, at: Instant, by: &By, note: Option<Words>) -> Result<Moved, Refusal> {
        self.allows(MatterAction::Verify)?;
        self.other_hand(by)?;
        let at = self.moment(at)?;
        Ok(Moved::start(self).then(at, by, MatterEvent::Verified { note }))
    }

    /// Sends the solution back, with the reason. One that was solved on the spot has no unit that
    /// signed for it and goes back to be assigned, which the handler's desk shows as Returned.
    pub fn send_back(self, at: Instant, by: &By, reason: Words) -> Result<Moved, Refusal> {
        self.allows(MatterAction::Return)?;
        self.other_hand(by)?;
        let at = self.moment(at)?;
        Ok(Moved::start(self).then(at, by, MatterEvent::Returned { reason }))
    }

    fn other_hand(&self, by: &By) -> Result<(), Refusal> {
        match self.stage.solution() {
            Some(s) if s.by == *by => Err(Refusal::OwnSolution),
            // A body outside that owes the work does not judge it, whoever of it or for it put it right.
            Some(_) if by.partner().is_some() && by.partner() == self.raised.owner => Err(Refusal::OwnSolution),
            _ => Ok(()),
        }
    }

    /// Answers whoever raised it.
    pub fn answer(self, at: Instant, by: &By, words: Words) -> Result<Moved, Refusal> {
        self.allows(MatterAction::Answer)?;
        let at = self.moment(at)?;
        Ok(Moved::start(self).then(at, by, MatterEvent::Answered { words, through: None }))
    }

    /// Gives a merged matter its master's answer.
    pub fn answer_through(self, at: Instant, by: &By, words: Words, master: MatterId) -> Result<Moved, Refusal> {
        match &self.stage {
            Stage::Merged { into, .. } if *into == master => {
                let at = at.max(self.last_at);
                Ok(Moved::start(self).then(at, by, MatterEvent::Answered { words, through: Some(master) }))
            }
            stage => Err(Refusal::NotAtThisStage { action: MatterAction::Answer.into(), stage: stage.name().into() }),
        }
    }

    /// Records a try to reach the raiser; the configured number of them closes the matter.
    pub fn record_attempt(self, law: &Law, at: Instant, by: &By, note: Words) -> Result<Moved, Refusal> {
        self.allows(MatterAction::RecordAttempt)?;
        let at = self.moment(at)?;
        let moved = Moved::start(self).then(at, by, MatterEvent::Attempted { note });
        let attempts = moved.matter.attempts.len() as u16;
        Ok(if attempts >= law.settings.attempts_to_close {
            moved.then(at, &By::Rule, MatterEvent::Closed { closing: Closing::NotReached { attempts } })
        } else {
            moved
        })
    }

    /// The raiser's verdict: solved or partly closes, "not" reopens for another handler.
    pub fn rate(
        self,
        law: &Law,
        at: Instant,
        by: &By,
        verdict: Verdict,
        words: Option<Words>,
        voice: Option<Voice>,
    ) -> Result<Moved, Refusal> {
        self.allows(MatterAction::Rate)?;
        let at = self.moment(at)?;
        let moved = Moved::start(self).then(at, by, MatterEvent::Rated { verdict, words, voice });
        if verdict != Verdict::Not {
            return Ok(moved.then(at, by, MatterEvent::Closed { closing: Closing::Confirmed { verdict } }));
        }
        let m = &moved.matter;
        let by_rule = law.target(m.kind, &m.raised.category, at, &TargetChoice::RuleIfAny)?;
        // Where no rule promises anything, what was promised is promised anew: reopening does not lose a deadline.
        let target = match (by_rule, &m.target) {
            (None, Some(before)) => {
                let again = law.promised_again(before, at);
                law.target(m.kind, &m.raised.category, at, &TargetChoice::Promise(again))?
            }
            (by_rule, _) => by_rule,
        };
        let due = target.as_ref().map(|t| law.due(t, &[], &[])).transpose()?.flatten();
        Ok(moved.then(at, by, MatterEvent::Reopened { target, due }))
    }

    /// The raiser's link leaves the house: sent to his phone as often as he needs it, shown to somebody of the company
    /// once, to be handed on. Whoever has seen it could speak in the raiser's name, and it is known that he has.
    pub fn give_link(self, at: Instant, by: &By, how: LinkGiven) -> Result<Moved, Refusal> {
        if !matches!(self.raised.by, By::Raiser(_)) {
            return Err(Refusal::NoOutsideRaiser);
        }
        if how == LinkGiven::Shown && self.link_shown {
            return Err(Refusal::LinkShownAlready);
        }
        let at = at.max(self.last_at);
        Ok(Moved::start(self).then(at, by, MatterEvent::LinkGiven { how }))
    }

    /// When silence closes it, if nobody speaks: counted from when the raiser could know of the answer. Nobody is silent who
    /// was never told.
    pub fn silent_at(&self, law: &Law) -> Option<Instant> {
        match &self.stage {
            Stage::Answered { answer } => {
                let told = match self.raised.by {
                    // From outside: since the answer was on its way to him, or somebody tried to reach him.
                    By::Raiser(_) => {
                        let tried = self.attempts.last().map(|a| a.at);
                        self.told_at.max(tried).filter(|at| *at >= answer.at)?
                    }
                    _ => answer.at,
                };
                Some(Instant(told.0 + i64::from(law.settings.silent_days) * 86_400_000))
            }
            _ => None,
        }
    }

    /// Closes by silence, at the instant the silence was long enough.
    pub fn close_by_silence(self, law: &Law, now: Instant) -> Result<Moved, Refusal> {
        match self.silent_at(law) {
            Some(at) if at <= now => {
                let at = at.max(self.last_at);
                let days = law.settings.silent_days;
                Ok(Moved::start(self).then(at, &By::Rule, MatterEvent::Closed { closing: Closing::Silence { days } }))
            }
            _ => Err(Refusal::NotAtThisStage { action: MatterAction::Rate.into(), stage: self.stage.name().into() }),
        }
    }

    /// Takes over that another system closed it.
    pub fn recorded_elsewhere(self, at: Instant) -> Result<Moved, Refusal> {
        if self.origin != Origin::Import || !self.is_open() {
            return Err(Refusal::NotAtThisStage { action: MatterAction::Rate.into(), stage: self.stage.name().into() });
        }
        if at < self.raised.at {
            return Err(Refusal::BeforeItsCause { at, after: self.raised.at });
        }
        Ok(Moved::start(self).then(at, &By::Import, MatterEvent::Closed { closing: Closing::RecordedElsewhere }))
    }

    /// Takes over that the other system, which had closed it, has it open again. It stays with its
    /// unit, because nobody here has judged that unit's work; its target stays too.
    pub fn reopened_elsewhere(self, at: Instant) -> Result<Moved, Refusal> {
        if !matches!(self.stage, Stage::Closed { closing: Closing::RecordedElsewhere, .. }) {
            return Err(Refusal::NotAtThisStage { action: MatterAction::Rate.into(), stage: self.stage.name().into() });
        }
        let at = at.max(self.raised.at);
        let (target, due) = (self.target.clone(), self.due.clone());
        Ok(Moved::start(self).then(at, &By::Import, MatterEvent::Reopened { target, due }))
    }

    /// A rung of the ladder was reached: a reminder share (50, 80, 100 % of the working time) or
    /// an escalation. Written by the sweep with the instant it fell due.
    pub fn remind(self, at: Instant, share: u8) -> Moved {
        let at = at.max(self.last_at);
        Moved::start(self).then(at, &By::Rule, MatterEvent::Reminded { share })
    }

    /// Escalates to a rung of the ladder.
    pub fn escalate(self, at: Instant, rung: u8) -> Moved {
        let at = at.max(self.last_at);
        Moved::start(self).then(at, &By::Rule, MatterEvent::Escalated { rung })
    }

    /// A remark, also one that corrects an earlier event.
    pub fn comment(self, at: Instant, by: &By, words: Words, photos: Vec<FileRef>, corrects: Option<u32>) -> Moved {
        let at = at.max(self.last_at);
        Moved::start(self).then(at, by, MatterEvent::Commented { words, photos, corrects })
    }

    /// Its personal data were erased, at whatever stage.
    pub fn erase(
        self,
        at: Instant,
        by: &By,
        ground: ErasureGround,
        note: Option<Words>,
        photos: Vec<FileRef>,
    ) -> Moved {
        let at = at.max(self.last_at);
        Moved::start(self).then(at, by, MatterEvent::Erased { ground, note, photos })
    }

    /// Somebody had personal data shown. What a matter may not do at its stage does not matter: it changes nothing.
    pub fn disclose(self, at: Instant, by: &By, data: Vec<PersonalData>, purpose: DisclosurePurpose) -> Moved {
        let at = at.max(self.last_at);
        Moved::start(self).then(at, by, MatterEvent::Disclosed { data, purpose })
    }
}
