//! What may happen to a case, and when: the transitions of a connection on top of the matter's own
//! ([`crate::matter::Law`]). Power on is the matter's *submitted*, the archive its *verified*, the customer's word
//! closes it; "not satisfied" goes on as a problem of its own. Limits are those of the application's day.

use crate::base::actor::Voice;
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::time::{Date, Instant};
use crate::base::values::Capacity;
use crate::case::clock::{self, ClockFault, Clocks, Holding, Measured};
pub use crate::case::course::INTAKE;
use crate::case::eligible::class_of;
use crate::case::verdict::{Eligibility, Override};
use crate::case::{
    Application, CallOutcome, Calls, Case, CaseEvent, CaseLimit, Class, Complaint, Correction, Cost, Flag, Paper,
    PaperKind, Rating, Satisfaction, Scheme, Voltage,
};
use crate::law::deadline::Promise;
use crate::law::procedure::{Procedure, Step};
use crate::law::rules::{Circumstances, HANDLED, WHOLE};
use crate::matter::*;

/// What is needed to apply.
#[derive(Clone, Debug)]
pub struct Apply {
    /// Identity.
    pub id: MatterId,
    /// How it came.
    pub origin: Origin,
    /// Who is owed the answer.
    pub by: By,
    /// Who wrote it down.
    pub recorded_by: By,
    /// When.
    pub at: Instant,
    /// His words.
    pub words: Words,
    /// Where it lies, if the register knows it.
    pub place: Option<PlaceId>,
    /// Where it waits.
    pub unit: UnitId,
    /// What is asked for.
    pub asked: Application,
    /// What the hall takes care of.
    pub flags: Vec<Flag>,
    /// Papers, missing ones too.
    pub papers: Vec<Paper>,
    /// Capacity of other applications at the address or of the party.
    pub near: Capacity,
}

/// What the rules say of an application before it is made.
#[derive(Clone, Debug)]
pub struct Preview<'a> {
    /// Class.
    pub class: Class,
    /// Whether it is a 三零 case.
    pub eligibility: Eligibility,
    /// Procedure.
    pub procedure: &'a Procedure,
    /// Limits in force.
    pub limits: Vec<CaseLimit>,
    /// What it would promise.
    pub target: Option<Target>,
    /// When it would be due.
    pub due: Option<Due>,
}

impl<'a> Law<'a> {
    /// What the rules say of an application at an instant.
    pub fn preview(&self, asked: &Application, at: Instant, near: Capacity) -> Result<Preview<'a>, Refusal> {
        let day = self.zone.date_of(at);
        let verdict = self.eligibility.judge(&self.jurisdictions(), asked, day, near);
        let class = class_of(asked, &verdict);
        let procedure = self
            .procedures
            .for_category(MatterKind::Connection, class.as_str(), day)
            .ok_or(Refusal::NoProcedure { day })?;
        let limits = self.case_limits(class, day, asked, None, procedure);
        let target = overall(&limits, at);
        let due = target.as_ref().map(|t| self.due(t, &[], &[])).transpose()?.flatten();
        Ok(Preview { class, eligibility: verdict, procedure, limits, target, due })
    }

    /// The company's own jurisdiction and the wider ones around it.
    pub fn jurisdictions(&self) -> Vec<String> {
        self.rules.jurisdictions(&self.settings.jurisdiction)
    }

    /// Every limit of a class in force on a day, for the steps of a procedure. While nobody knows whether works are needed,
    /// the row with works holds.
    fn case_limits(
        &self,
        class: Class,
        day: Date,
        asked: &Application,
        works: Option<bool>,
        procedure: &Procedure,
    ) -> Vec<CaseLimit> {
        let steps = [WHOLE, HANDLED].into_iter().chain(procedure.steps.iter().map(Step::limit_key));
        let at = Circumstances { works: works.unwrap_or(true), high_voltage: asked.voltage != Voltage::Low };
        let mut out: Vec<CaseLimit> = Vec::new();
        for step in steps {
            if out.iter().any(|l| l.step == step) {
                continue;
            }
            let row = self.rules.step_in_force(
                &self.settings.jurisdiction,
                MatterKind::Connection,
                class.as_str(),
                step,
                at,
                day,
            );
            out.extend(row.map(|r| CaseLimit {
                step: step.to_owned(),
                limit: r.limit,
                start: r.start,
                rule: r.reference(),
            }));
        }
        out
    }
}

/// The promise of the whole: the whole process, else the utility's own time.
fn overall(limits: &[CaseLimit], start: Instant) -> Option<Target> {
    let l = [WHOLE, HANDLED].iter().find_map(|step| limits.iter().find(|l| l.step == *step))?;
    Some(Target { start, rule: l.rule.clone(), promise: Promise::Limit(l.limit) })
}

impl Matter {
    /// Applies for a connection: raised, with its case, and with the unit that serves the district.
    pub fn apply_for(law: &Law<'_>, a: Apply) -> Result<Moved, Refusal> {
        let day = law.zone.date_of(a.at);
        let p = law.preview(&a.asked, a.at, a.near)?;
        let (target, due) = (p.target, p.due);
        let (by, unit) = (a.recorded_by.clone(), a.unit);
        let raised = Raised {
            by: a.by,
            recorded_by: a.recorded_by,
            at: a.at,
            words: a.words,
            category: p.class.as_str().to_owned(),
            place: a.place,
            visit: None,
            photos: vec![],
            owner: None,
        };
        let h = Happened {
            at: a.at,
            by: by.clone(),
            event: MatterEvent::Raised {
                kind: MatterKind::Connection,
                origin: a.origin,
                raised,
                unit,
                procedure: p.procedure.reference(),
                target: target.clone(),
                due: due.clone(),
                part: None,
                about: None,
            },
        };
        let matter = Matter::begin(a.id, &h).ok_or(Refusal::NoProcedure { day })?;
        let case = Box::new(Case {
            class: p.class,
            asked: a.asked,
            flags: a.flags,
            papers: a.papers,
            eligibility: p.eligibility,
            limits: p.limits,
            works: None,
            steps: vec![],
            scheme: None,
            cost: None,
            accepted: None,
            energized: None,
            archived: None,
            withdrawn: None,
            measured: None,
            calls: Calls::default(),
            rating: None,
            problem: None,
        });
        let moved = Moved { matter, events: vec![h] };
        Ok(moved.then(a.at, &by, MatterEvent::Case { event: CaseEvent::Applied { case } }).then(
            a.at,
            &by,
            MatterEvent::Assigned { unit, handler: None, target, due, note: None },
        ))
    }

    /// The case, or the refusal that it is none.
    pub fn connection(&self) -> Result<&Case, Refusal> {
        self.case.as_deref().ok_or(Refusal::NotAConnection)
    }

    fn happens(self, at: Instant, by: &By, event: CaseEvent) -> Moved {
        Moved::start(self).then(at, by, MatterEvent::Case { event })
    }

    /// What the survey found: whether works on the grid are needed.
    pub fn survey(
        self,
        law: &Law<'_>,
        at: Instant,
        by: &By,
        works: bool,
        words: Option<Words>,
        photos: Vec<FileRef>,
    ) -> Result<Moved, Refusal> {
        self.allows(MatterAction::Advance)?;
        let at = self.moment(at)?;
        let case = self.connection()?;
        let day = law.zone.date_of(self.raised.at);
        let procedure = law.procedures.get(&self.procedure).ok_or(Refusal::NoProcedure { day })?;
        let limits = law.case_limits(case.class, day, &case.asked, Some(works), procedure);
        let retarget = if limits == case.limits {
            None
        } else {
            let target = overall(&limits, self.raised.at);
            let due = target.as_ref().map(|t| law.due(t, &self.pauses, &self.extensions)).transpose()?.flatten();
            Some(StepDeadline { target, due })
        };
        let event = CaseEvent::Surveyed {
            works,
            words,
            photos,
            limits: (limits != case.limits).then_some(limits),
            deadline: retarget,
        };
        Ok(self.happens(at, by, event))
    }

    /// Gives the customer the supply scheme.
    pub fn reply_scheme(self, at: Instant, by: &By, mut scheme: Scheme) -> Result<Moved, Refusal> {
        self.allows(MatterAction::Advance)?;
        let at = self.moment(at)?;
        self.connection()?;
        scheme.at = at;
        Ok(self.happens(at, by, CaseEvent::SchemeReplied { scheme }))
    }

    /// Records what would have been, what was chosen, what was paid.
    pub fn cost(self, at: Instant, by: &By, cost: Cost) -> Result<Moved, Refusal> {
        self.connection()?;
        let at = at.max(self.last_at);
        Ok(self.happens(at, by, CaseEvent::Costed { cost }))
    }

    /// Decides otherwise than the eligibility rule, with a reason; before the survey is over, while class and
    /// procedure can still change.
    pub fn override_eligibility(
        self,
        law: &Law<'_>,
        at: Instant,
        by: &By,
        eligible: bool,
        reason: Words,
    ) -> Result<Moved, Refusal> {
        self.allows(MatterAction::Refuse)?;
        let at = self.moment(at)?;
        let case = self.connection()?;
        if case.class_is_settled() {
            return Err(Refusal::ClassIsSettled);
        }
        let mut verdict = case.eligibility.clone();
        if verdict.stands() == eligible {
            return Err(Refusal::NothingToOverride);
        }
        let decision = Override { by: by.clone(), at, eligible, reason };
        verdict.overridden = Some(decision.clone());
        let (class, procedure, limits, deadline) = self.classed(law, &case.asked, &verdict)?;
        Ok(self.happens(at, by, CaseEvent::Overridden { decision, class, procedure, limits, deadline }))
    }

    /// Corrects what the application says and judges it again by the rules of its own day; while class and procedure can
    /// still change. What somebody decided otherwise stays decided. `near` as in [`Law::preview`].
    pub fn correct(
        self,
        law: &Law<'_>,
        at: Instant,
        by: &By,
        correction: Correction,
        near: Capacity,
        reason: Words,
    ) -> Result<Moved, Refusal> {
        self.allows(MatterAction::Refuse)?;
        let at = self.moment(at)?;
        let case = self.connection()?;
        if case.class_is_settled() {
            return Err(Refusal::ClassIsSettled);
        }
        let asked = case.asked.corrected(&correction);
        if asked == case.asked {
            return Err(Refusal::NothingToCorrect);
        }
        let mut verdict = law.eligibility.judge(&law.jurisdictions(), &asked, law.zone.date_of(self.raised.at), near);
        verdict.overridden.clone_from(&case.eligibility.overridden);
        let (class, procedure, limits, deadline) = self.classed(law, &asked, &verdict)?;
        Ok(self.happens(
            at,
            by,
            CaseEvent::Corrected { correction, reason, verdict, class, procedure, limits, deadline },
        ))
    }

    /// What class, procedure, limits and deadline an application gets by a verdict, as of its own day.
    fn classed(
        &self,
        law: &Law<'_>,
        asked: &Application,
        verdict: &Eligibility,
    ) -> Result<(Class, ProcedureRef, Vec<CaseLimit>, StepDeadline), Refusal> {
        let class = class_of(asked, verdict);
        let day = law.zone.date_of(self.raised.at);
        let procedure = law
            .procedures
            .for_category(MatterKind::Connection, class.as_str(), day)
            .ok_or(Refusal::NoProcedure { day })?;
        let limits = law.case_limits(class, day, asked, self.case.as_deref().and_then(|c| c.works), procedure);
        let target = overall(&limits, self.raised.at);
        let due = target.as_ref().map(|t| law.due(t, &self.pauses, &self.extensions)).transpose()?.flatten();
        Ok((class, procedure.reference(), limits, StepDeadline { target, due }))
    }

    /// Marks what the hall takes care of.
    pub fn flag(self, at: Instant, by: &By, flags: Vec<Flag>) -> Result<Moved, Refusal> {
        self.connection()?;
        let at = at.max(self.last_at);
        Ok(self.happens(at, by, CaseEvent::Flagged { flags }))
    }

    /// Takes in a paper that was missing.
    pub fn add_paper(self, at: Instant, by: &By, kind: PaperKind, photos: Vec<FileRef>) -> Result<Moved, Refusal> {
        self.connection()?;
        if photos.is_empty() {
            return Err(Refusal::PaperNeedsPhoto);
        }
        let at = at.max(self.last_at);
        Ok(self.happens(at, by, CaseEvent::PaperAdded { kind, photos }))
    }

    /// Meter in, power on: the last step ends and the file waits for its archive. A file that was sent back keeps the
    /// instant at which the power came on.
    pub fn energize(
        self,
        law: &Law<'_>,
        at: Instant,
        by: &By,
        how: Words,
        photos: Vec<FileRef>,
    ) -> Result<Moved, Refusal> {
        self.connection()?;
        self.submit(law, at, by, how, photos)
    }

    /// The customer withdraws; he is still owed an answer.
    pub fn withdraw(self, at: Instant, by: &By, reason: Words) -> Result<Moved, Refusal> {
        self.allows(MatterAction::Refuse)?;
        let at = self.moment(at)?;
        if self.connection()?.energized.is_some() {
            return Err(Refusal::AlreadyEnergized);
        }
        Ok(self.happens(at, by, CaseEvent::Withdrawn { reason: reason.clone() }).then(
            at,
            by,
            MatterEvent::Refused { reason },
        ))
    }

    /// What the customer says of the service. It closes the case; "not satisfied" goes on as the problem given.
    pub fn rate_service(
        self,
        at: Instant,
        by: &By,
        satisfaction: Satisfaction,
        reasons: Vec<Complaint>,
        words: Option<Words>,
        problem: Option<MatterId>,
        voice: Option<Voice>,
    ) -> Result<Moved, Refusal> {
        self.connection()?;
        self.allows(MatterAction::Rate)?;
        let at = self.moment(at)?;
        let verdict = match satisfaction {
            Satisfaction::Satisfied => Verdict::Solved,
            Satisfaction::Basically => Verdict::Partly,
            Satisfaction::Not => Verdict::Not,
        };
        let by_call = voice == Some(Voice::CallBack);
        let rating = Rating { at, satisfaction, reasons, by_call };
        let moved = self.happens(at, by, CaseEvent::Satisfied { rating, words: words.clone() }).then(
            at,
            by,
            MatterEvent::Rated { verdict, words, voice },
        );
        Ok(match (satisfaction, problem) {
            (Satisfaction::Not, Some(problem)) => moved
                .then(at, by, MatterEvent::Case { event: CaseEvent::ProblemOpened { problem } })
                .then(at, by, MatterEvent::Closed { closing: Closing::CarriedOn { problem } }),
            (Satisfaction::Not, None) => return Err(Refusal::ProblemNeeded),
            (Satisfaction::Satisfied | Satisfaction::Basically, _) => {
                moved.then(at, by, MatterEvent::Closed { closing: Closing::Confirmed { verdict } })
            }
        })
    }

    /// Records a call-back. Tries that reach nobody add up and close the case; whoever was reached, refused or has
    /// rated is not called again.
    pub fn call_back(
        self,
        law: &Law<'_>,
        at: Instant,
        by: &By,
        call: CallOutcome,
        words: Option<Words>,
        note: Words,
        problem: Option<MatterId>,
    ) -> Result<Moved, Refusal> {
        if !self.connection()?.may_call() {
            return Err(Refusal::AlreadyCalled);
        }
        self.allows(MatterAction::RecordAttempt)?;
        let at = self.moment(at)?;
        let recorded = law.zone.date_of(self.raised.at);
        let day_differs = matches!(&call, CallOutcome::Reached { applied_on: Some(day), .. } if *day != recorded);
        let moved = self.happens(at, by, CaseEvent::Called { call: call.clone(), words: words.clone(), day_differs });
        match call {
            CallOutcome::NotReached => moved.and(|m| m.record_attempt(law, at, by, note)),
            CallOutcome::Reached { satisfaction: Some(said), reasons, .. } => {
                moved.and(|m| m.rate_service(at, by, said, reasons, words, problem, Some(Voice::CallBack)))
            }
            CallOutcome::Reached { .. } | CallOutcome::Refused => Ok(moved),
        }
    }

    /// Who had the case, from when to when.
    pub fn holdings(&self, law: &Law<'_>) -> Vec<Holding> {
        self.case.as_deref().map_or_else(Vec::new, |case| case.holdings(&self.told(law)))
    }

    /// The three clocks, up to power on or to `now`.
    pub fn clocks(&self, law: &Law<'_>, now: Instant) -> Result<Clocks, ClockFault> {
        let told = self.told(law);
        match self.case.as_deref() {
            Some(case) => case.clocks(&told, now),
            None => {
                let visible = self.visible_steps(law);
                clock::clocks(&told.measure, told.raised_at, None, now, &[], &told.stops, visible)
            }
        }
    }

    /// How many steps the customer sees.
    pub fn visible_steps(&self, law: &Law<'_>) -> u32 {
        let steps = law.procedures.get(&self.procedure).map_or(&[][..], |p| &p.steps);
        steps.iter().filter(|s| s.visible && self.part_goes_through(s)).count() as u32
    }

    /// The clocks as they stand beside the case from power on at `at`.
    pub fn measured(&self, law: &Law<'_>, at: Instant) -> Result<Measured, Refusal> {
        let case = self.connection()?;
        case.measure(&self.told(law), at).map_err(|e| Refusal::NoDeadline { why: e.to_string() })
    }
}
