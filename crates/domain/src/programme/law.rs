//! What may happen to a section. Baselines are frozen at approval: another version needs a reason and somebody else's yes. What
//! was reached one reports and another confirms. Whether a day is one in the future is told from `today`.

use super::event::{Draft, ProgrammeEvent, SectionEvent};
use super::milestone::{ENERGIZE, START};
use super::*;
use crate::base::codes::codes;
use crate::base::history::{Happened, Recorded};
use crate::base::refusal::Refusal;
use crate::organisation::place::Point;

/// Longest route of a section, metres.
pub const LONGEST: u32 = 20_000;

codes! {
    /// Why not.
    WorksRule {
        /// The length is none, or longer than a section can be.
        LengthBeyond = "length_beyond",
        /// The day lies ahead.
        ActualInFuture = "actual_in_future",
        /// The day lies before the year before the programme's.
        ActualTooEarly = "actual_too_early",
        /// It cannot be energized before it was started.
        EnergizedBeforeStart = "energized_before_start",
        /// No permit was granted, and no reason was given to start without.
        PermitNeeded = "permit_needed",
        /// Parts do not add up to the whole.
        PartsDoNotAddUp = "parts_do_not_add_up",
        /// A split needs two parts at least.
        PartsNeeded = "parts_needed",
        /// The baseline is frozen.
        BaselineFrozen = "baseline_frozen",
        /// A baseline is missing.
        BaselineNeeded = "baseline_needed",
        /// Somebody else approves.
        OwnBaseline = "own_baseline",
        /// Somebody else confirms.
        OwnReport = "own_report",
        /// Nothing waits for that.
        NothingWaits = "nothing_waits",
        /// It was reached already.
        ReachedAlready = "reached_already",
        /// There is no such milestone.
        NoSuchMilestone = "no_such_milestone",
        /// It is not at a point where this can be done.
        NotNow = "section_not_now",
        /// More parts than there are to be.
        ItemsBeyond = "items_beyond",
        /// Its photo, point or visit is missing.
        EvidenceMissing = "milestone_evidence",
    }
}

fn no(rule: WorksRule, about: impl Into<String>) -> Refusal {
    Refusal::rule(rule, about)
}

/// A programme after a transition, with what happened.
pub type ProgrammeMoved = (Programme, Happened<ProgrammeEvent>);

/// A section after a transition, with what happened.
pub type SectionMoved = (Section, Happened<SectionEvent>);

impl Programme {
    /// Registers one.
    pub fn register(id: Uuid, at: Instant, by: &By, code: String, details: ProgrammeDetails) -> Option<ProgrammeMoved> {
        let h = Happened { at, by: by.clone(), event: ProgrammeEvent::Registered { code, details } };
        Some((Programme::begin(id, &h)?, h))
    }

    /// Changes it.
    pub fn change(mut self, at: Instant, by: &By, details: ProgrammeDetails) -> Result<ProgrammeMoved, Refusal> {
        if self.details == details {
            return Err(Refusal::SameAsBefore);
        }
        let h = Happened { at, by: by.clone(), event: ProgrammeEvent::Changed { details } };
        self.apply(&h);
        Ok((self, h))
    }
}

/// What shows that a milestone was reached.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// Photos.
    pub photos: Vec<FileRef>,
    /// Where the phone was.
    pub point: Option<Point>,
    /// The visit on which it was seen.
    pub visit: Option<VisitId>,
}

/// A length that a section may have.
pub fn length_stands(length: &Length) -> Result<(), Refusal> {
    if length.metres == 0 || length.metres > LONGEST {
        return Err(no(WorksRule::LengthBeyond, format!("{}", LONGEST / 1000)));
    }
    Ok(())
}

impl Section {
    /// Drafts one.
    pub fn draft(id: Uuid, at: Instant, by: &By, draft: Draft) -> Result<SectionMoved, Refusal> {
        draft.lengths.iter().try_for_each(length_stands)?;
        let h = Happened { at, by: by.clone(), event: SectionEvent::Drafted { draft: Box::new(draft) } };
        let section = Section::begin(id, &h).ok_or(Refusal::SameAsBefore)?;
        Ok((section, h))
    }

    fn then(mut self, at: Instant, by: &By, event: SectionEvent) -> SectionMoved {
        let h = Happened { at, by: by.clone(), event };
        self.apply(&h);
        (self, h)
    }

    fn at_all(&self) -> Result<(), Refusal> {
        if self.counts() { Ok(()) } else { Err(no(WorksRule::NotNow, self.progress().as_str())) }
    }

    fn goes(&self) -> Result<(), Refusal> {
        match self.state {
            SectionState::Approved => Ok(()),
            SectionState::Draft
            | SectionState::Cancelled { .. }
            | SectionState::Split { .. }
            | SectionState::Merged { .. } => Err(no(WorksRule::NotNow, self.progress().as_str())),
        }
    }

    fn named(&self, code: &str) -> Result<&Milestone, Refusal> {
        self.milestone(code).ok_or_else(|| no(WorksRule::NoSuchMilestone, code))
    }

    /// Changes what it is.
    pub fn change(self, at: Instant, by: &By, details: SectionDetails) -> Result<SectionMoved, Refusal> {
        self.at_all()?;
        if self.details == details {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, by, SectionEvent::Changed { details }))
    }

    /// Sets baselines while it is a draft.
    pub fn plan(self, at: Instant, by: &By, days: Vec<(String, Date)>) -> Result<SectionMoved, Refusal> {
        if self.state != SectionState::Draft {
            return Err(no(WorksRule::BaselineFrozen, ""));
        }
        for (code, _) in &days {
            self.named(code)?;
        }
        Ok(self.then(at, by, SectionEvent::Planned { days }))
    }

    /// Approves it and freezes its baselines; never whoever drafted it.
    pub fn approve(self, at: Instant, by: &By) -> Result<SectionMoved, Refusal> {
        if self.state != SectionState::Draft {
            return Err(no(WorksRule::NotNow, self.progress().as_str()));
        }
        if self.milestone(START).is_none_or(|m| m.baseline().is_none()) {
            return Err(no(WorksRule::BaselineNeeded, START));
        }
        if self.drafted_by == *by {
            return Err(no(WorksRule::OwnBaseline, ""));
        }
        Ok(self.then(at, by, SectionEvent::Approved))
    }

    /// Wants another baseline, with the reason.
    pub fn want_baseline(
        self,
        at: Instant,
        by: &By,
        code: &str,
        day: Date,
        reason: Words,
    ) -> Result<SectionMoved, Refusal> {
        self.goes()?;
        let m = self.named(code)?;
        if m.reached().is_some() {
            return Err(no(WorksRule::ReachedAlready, code));
        }
        if m.baseline() == Some(day) {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, by, SectionEvent::BaselineWanted { milestone: code.to_owned(), day, reason }))
    }

    /// Decides another baseline; never one's own.
    pub fn decide_baseline(
        self,
        at: Instant,
        by: &By,
        code: &str,
        refused: Option<Words>,
    ) -> Result<SectionMoved, Refusal> {
        self.goes()?;
        let wanted = self.named(code)?.wanted.as_ref().ok_or_else(|| no(WorksRule::NothingWaits, code))?;
        if wanted.by == *by {
            return Err(no(WorksRule::OwnBaseline, ""));
        }
        let milestone = code.to_owned();
        Ok(self.then(
            at,
            by,
            match refused {
                None => SectionEvent::BaselineApproved { milestone },
                Some(reason) => SectionEvent::BaselineRefused { milestone, reason },
            },
        ))
    }

    /// Says when it will be reached.
    pub fn forecast(self, at: Instant, by: &By, code: &str, day: Date) -> Result<SectionMoved, Refusal> {
        self.goes()?;
        if self.named(code)?.reached().is_some() {
            return Err(no(WorksRule::ReachedAlready, code));
        }
        Ok(self.then(at, by, SectionEvent::Forecast { milestone: code.to_owned(), day }))
    }

    /// Approves a forecast; never one's own.
    pub fn approve_forecast(self, at: Instant, by: &By, code: &str) -> Result<SectionMoved, Refusal> {
        self.goes()?;
        match &self.named(code)?.forecast {
            Some(f) if f.approved_by.is_none() && f.by == *by => Err(no(WorksRule::OwnBaseline, "")),
            Some(f) if f.approved_by.is_none() => {
                Ok(self.then(at, by, SectionEvent::ForecastApproved { milestone: code.to_owned() }))
            }
            Some(_) | None => Err(no(WorksRule::NothingWaits, code)),
        }
    }

    /// Reports that a milestone was reached. `year`: of the programme. A start without a granted permit needs a reason, and is
    /// flagged. One who reports again before it was confirmed puts his first report right.
    pub fn report(
        self,
        at: Instant,
        by: &By,
        code: &str,
        day: Date,
        (today, year): (Date, i16),
        shown: Evidence,
        without_permit: Option<Words>,
    ) -> Result<SectionMoved, Refusal> {
        self.goes()?;
        let m = self.named(code)?;
        if m.reached().is_some() {
            return Err(no(WorksRule::ReachedAlready, code));
        }
        if day > today {
            return Err(no(WorksRule::ActualInFuture, day.to_string()));
        }
        if day.year() < year - 1 {
            return Err(no(WorksRule::ActualTooEarly, format!("{}", year - 1)));
        }
        let start = self.milestone(START).and_then(|m| m.actual.as_ref()).map(|a| a.day);
        if code == ENERGIZE && start.is_none_or(|start| day < start) {
            return Err(no(WorksRule::EnergizedBeforeStart, start.map(|d| d.to_string()).unwrap_or_default()));
        }
        if shown.photos.is_empty() && shown.point.is_none() && shown.visit.is_none() {
            return Err(no(WorksRule::EvidenceMissing, ""));
        }
        let permitted = self
            .permits
            .iter()
            .any(|p| p.granted.is_some_and(|granted| granted <= day) && p.valid_to.is_none_or(|last| day <= last));
        if code == START && !permitted && without_permit.is_none() {
            return Err(no(WorksRule::PermitNeeded, ""));
        }
        let flagged = without_permit.filter(|_| code == START && !permitted);
        let Evidence { photos, point, visit } = shown;
        let milestone = code.to_owned();
        Ok(self.then(at, by, SectionEvent::Reported { milestone, day, photos, point, visit, without_permit: flagged }))
    }

    /// Confirms or refuses what another reported.
    pub fn judge(self, at: Instant, by: &By, code: &str, refused: Option<Words>) -> Result<SectionMoved, Refusal> {
        self.goes()?;
        let waits = self.named(code)?.actual.as_ref().filter(|a| a.confirmed.is_none());
        let actual = waits.ok_or_else(|| no(WorksRule::NothingWaits, code))?;
        if actual.by == *by {
            return Err(no(WorksRule::OwnReport, ""));
        }
        let milestone = code.to_owned();
        Ok(self.then(
            at,
            by,
            match refused {
                None => SectionEvent::Confirmed { milestone },
                Some(reason) => SectionEvent::ReportRefused { milestone, reason },
            },
        ))
    }

    /// Measures it anew, valid from a day.
    pub fn survey(self, at: Instant, by: &By, length: Length) -> Result<SectionMoved, Refusal> {
        self.at_all()?;
        length_stands(&length)?;
        Ok(self.then(at, by, SectionEvent::Surveyed { length }))
    }

    /// A permit was applied for or granted, or has another end.
    pub fn put_permit(self, at: Instant, by: &By, permit: Permit) -> Result<SectionMoved, Refusal> {
        self.at_all()?;
        Ok(self.then(at, by, SectionEvent::PermitPut { permit }))
    }

    /// Counts parts that were done on a day.
    pub fn count_items(self, at: Instant, by: &By, kind: ItemKind, day: Date, n: u32) -> Result<SectionMoved, Refusal> {
        self.goes()?;
        match self.items.iter().find(|i| i.kind == kind) {
            Some(item) if n > 0 && item.done().saturating_add(n) <= item.planned => {
                Ok(self.then(at, by, SectionEvent::ItemsDone { kind, day, n }))
            }
            Some(item) => Err(no(WorksRule::ItemsBeyond, (item.planned - item.done()).to_string())),
            None => Err(no(WorksRule::ItemsBeyond, "0")),
        }
    }

    /// Lets the works rest.
    pub fn suspend(self, at: Instant, by: &By, reason: Words) -> Result<SectionMoved, Refusal> {
        self.goes()?;
        if self.suspended.is_some() {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, by, SectionEvent::Suspended { reason }))
    }

    /// Goes on.
    pub fn resume(self, at: Instant, by: &By) -> Result<SectionMoved, Refusal> {
        if self.suspended.is_none() {
            return Err(no(WorksRule::NothingWaits, ""));
        }
        Ok(self.then(at, by, SectionEvent::Resumed))
    }

    /// Calls it off.
    pub fn cancel(self, at: Instant, by: &By, reason: Words) -> Result<SectionMoved, Refusal> {
        self.at_all()?;
        Ok(self.then(at, by, SectionEvent::Cancelled { reason }))
    }

    /// Takes it apart. Parts keep the road they count as, and what was reached; their routes add up to the whole, but for a
    /// metre. Gives the whole and the drafts of its parts.
    pub fn split(
        self,
        at: Instant,
        by: &By,
        parts: Vec<(Uuid, String, String, u32)>,
        day: Date,
    ) -> Result<(SectionMoved, Vec<(Uuid, Draft)>), Refusal> {
        self.at_all()?;
        if parts.len() < 2 {
            return Err(no(WorksRule::PartsNeeded, ""));
        }
        let whole = self.metres(LengthKind::Route, day).unwrap_or(0);
        let sum: u32 = parts.iter().map(|p| p.3).fold(0, u32::saturating_add);
        if sum.abs_diff(whole) > 1 {
            return Err(no(WorksRule::PartsDoNotAddUp, format!("{sum} ≠ {whole}")));
        }
        let drafts = parts.iter().map(|(id, code, name, metres)| {
            let length = Length { metres: *metres, kind: LengthKind::Route, from: day, surveyed_by: self.code.clone() };
            let draft = Draft {
                code: code.clone(),
                programme: self.programme,
                road: self.road,
                details: SectionDetails { name: name.clone(), name_en: None, ..self.details.clone() },
                // What it was before the day it was measured as parts stays with the first part.
                lengths: vec![length],
                items: Vec::new(),
                milestones: self.milestones.clone(),
                approved: matches!(self.state, SectionState::Approved),
            };
            (*id, draft)
        });
        let drafts: Vec<_> = drafts.collect();
        drafts.iter().flat_map(|(_, d)| &d.lengths).try_for_each(length_stands)?;
        let into = parts.iter().map(|p| p.0).collect();
        Ok((self.then(at, by, SectionEvent::Split { into }), drafts))
    }

    /// Puts it together with another of its programme, which counts from now on.
    pub fn merge(self, at: Instant, by: &By, into: &Section) -> Result<SectionMoved, Refusal> {
        self.at_all()?;
        into.at_all()?;
        if into.id == self.id || into.programme != self.programme {
            return Err(no(WorksRule::NotNow, "merged"));
        }
        let into = into.id;
        Ok(self.then(at, by, SectionEvent::Merged { into }))
    }

    /// Notes that a baseline passed and a problem was raised.
    pub fn slip(self, at: Instant, code: &str, matter: MatterId) -> SectionMoved {
        self.then(at, &By::Rule, SectionEvent::Slipped { milestone: code.to_owned(), matter })
    }

    /// Notes that the end of a permit was told.
    pub fn warn_permit(self, at: Instant, kind: PermitKind) -> SectionMoved {
        self.then(at, &By::Rule, SectionEvent::PermitEnds { kind })
    }

    /// The milestones whose baseline passed before a day without being reached, without an approved forecast that has not
    /// passed, and of which nothing was told yet.
    pub fn slipping(&self, before: Date) -> impl Iterator<Item = &Milestone> {
        let open = matches!(self.state, SectionState::Approved) && self.suspended.is_none();
        self.milestones.iter().filter(move |m| {
            let promised = m.forecast.as_ref().filter(|f| f.approved_by.is_some()).map(|f| f.day);
            let due = m.baseline().max(promised);
            open && m.reached().is_none()
                && due.is_some_and(|d| d < before)
                && !self.slipped.iter().any(|(code, _)| *code == m.code)
        })
    }
}
