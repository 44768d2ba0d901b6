//! What happens to programmes and sections, and how it changes them.

use super::milestone::{Actual, Baseline, Forecast, Milestone, Wanted, milestone_id};
use super::*;
use crate::base::history::{Happened, Recorded};

/// What happens to a programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the programme's own
pub enum ProgrammeEvent {
    Registered { code: String, details: ProgrammeDetails },
    Changed { details: ProgrammeDetails },
}

impl ProgrammeEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            ProgrammeEvent::Registered { .. } => "programme_registered",
            ProgrammeEvent::Changed { .. } => "programme_changed",
        }
    }
}

impl Recorded for Programme {
    type Event = ProgrammeEvent;

    fn begin(id: Uuid, first: &Happened<ProgrammeEvent>) -> Option<Programme> {
        let ProgrammeEvent::Registered { code, details } = &first.event else { return None };
        Some(Programme { id, code: code.clone(), details: details.clone(), last_at: first.at, rev: 1 })
    }

    fn apply(&mut self, h: &Happened<ProgrammeEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            ProgrammeEvent::Registered { .. } => {}
            ProgrammeEvent::Changed { details } => self.details = details.clone(),
        }
    }
}

/// What a new section begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Code.
    pub code: String,
    /// Programme.
    pub programme: Uuid,
    /// The road it counts as.
    pub road: Uuid,
    /// What it is.
    pub details: SectionDetails,
    /// Lengths.
    pub lengths: Vec<Length>,
    /// Counted parts.
    pub items: Vec<Item>,
    /// Its milestones in order, with what is known of them.
    pub milestones: Vec<Milestone>,
    /// It begins as approved: a part of one that was.
    pub approved: bool,
}

/// What happens to a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the section's own
pub enum SectionEvent {
    Drafted {
        draft: Box<Draft>,
    },
    Changed {
        details: SectionDetails,
    },
    Planned {
        days: Vec<(String, Date)>,
    },
    Approved,
    BaselineWanted {
        milestone: String,
        day: Date,
        reason: Words,
    },
    BaselineApproved {
        milestone: String,
    },
    BaselineRefused {
        milestone: String,
        reason: Words,
    },
    Forecast {
        milestone: String,
        day: Date,
    },
    ForecastApproved {
        milestone: String,
    },
    Reported {
        milestone: String,
        day: Date,
        photos: Vec<FileRef>,
        point: Option<crate::organisation::place::Point>,
        visit: Option<VisitId>,
        without_permit: Option<Words>,
    },
    Confirmed {
        milestone: String,
    },
    ReportRefused {
        milestone: String,
        reason: Words,
    },
    Surveyed {
        length: Length,
    },
    PermitPut {
        permit: Permit,
    },
    ItemsDone {
        kind: ItemKind,
        day: Date,
        n: u32,
    },
    Suspended {
        reason: Words,
    },
    Resumed,
    Cancelled {
        reason: Words,
    },
    Split {
        into: Vec<Uuid>,
    },
    Merged {
        into: Uuid,
    },
    /// A baseline passed and a problem was raised.
    Slipped {
        milestone: String,
        matter: MatterId,
    },
    /// A permit ends soon and its manager was told.
    PermitEnds {
        kind: PermitKind,
    },
}

impl SectionEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            SectionEvent::Drafted { .. } => "section_drafted",
            SectionEvent::Changed { .. } => "section_changed",
            SectionEvent::Planned { .. } => "section_planned",
            SectionEvent::Approved => "section_approved",
            SectionEvent::BaselineWanted { .. } => "baseline_wanted",
            SectionEvent::BaselineApproved { .. } => "baseline_approved",
            SectionEvent::BaselineRefused { .. } => "baseline_refused",
            SectionEvent::Forecast { .. } => "milestone_forecast",
            SectionEvent::ForecastApproved { .. } => "forecast_approved",
            SectionEvent::Reported { .. } => "milestone_reported",
            SectionEvent::Confirmed { .. } => "milestone_confirmed",
            SectionEvent::ReportRefused { .. } => "report_refused",
            SectionEvent::Surveyed { .. } => "section_surveyed",
            SectionEvent::PermitPut { .. } => "permit_put",
            SectionEvent::ItemsDone { .. } => "items_done",
            SectionEvent::Suspended { .. } => "section_suspended",
            SectionEvent::Resumed => "section_resumed",
            SectionEvent::Cancelled { .. } => "section_cancelled",
            SectionEvent::Split { .. } => "section_split",
            SectionEvent::Merged { .. } => "section_merged",
            SectionEvent::Slipped { .. } => "milestone_slipped",
            SectionEvent::PermitEnds { .. } => "permit_ends",
        }
    }

    /// The milestone it is about.
    pub fn milestone(&self) -> Option<&str> {
        match self {
            SectionEvent::BaselineWanted { milestone, .. }
            | SectionEvent::BaselineApproved { milestone }
            | SectionEvent::BaselineRefused { milestone, .. }
            | SectionEvent::Forecast { milestone, .. }
            | SectionEvent::ForecastApproved { milestone }
            | SectionEvent::Reported { milestone, .. }
            | SectionEvent::Confirmed { milestone }
            | SectionEvent::ReportRefused { milestone, .. }
            | SectionEvent::Slipped { milestone, .. } => Some(milestone),
            SectionEvent::Drafted { .. }
            | SectionEvent::Changed { .. }
            | SectionEvent::Planned { .. }
            | SectionEvent::Approved
            | SectionEvent::Surveyed { .. }
            | SectionEvent::PermitPut { .. }
            | SectionEvent::ItemsDone { .. }
            | SectionEvent::Suspended { .. }
            | SectionEvent::Resumed
            | SectionEvent::Cancelled { .. }
            | SectionEvent::Split { .. }
            | SectionEvent::Merged { .. }
            | SectionEvent::PermitEnds { .. } => None,
        }
    }
}

impl Recorded for Section {
    type Event = SectionEvent;

    fn begin(id: Uuid, first: &Happened<SectionEvent>) -> Option<Section> {
        let SectionEvent::Drafted { draft } = &first.event else { return None };
        Some(Section {
            id,
            code: draft.code.clone(),
            programme: draft.programme,
            road: draft.road,
            details: draft.details.clone(),
            lengths: draft.lengths.clone(),
            items: draft.items.clone(),
            permits: Vec::new(),
            milestones: draft.milestones.clone(),
            state: if draft.approved { SectionState::Approved } else { SectionState::Draft },
            suspended: None,
            drafted_by: first.by.clone(),
            slipped: Vec::new(),
            warned: Vec::new(),
            last_at: first.at,
            rev: 1,
        })
    }

    fn apply(&mut self, h: &Happened<SectionEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        if let Some(code) = h.event.milestone()
            && let Some(m) = self.milestones.iter_mut().find(|m| m.code == code)
        {
            m.happens(h);
        }
        match &h.event {
            SectionEvent::Changed { details } => self.details = details.clone(),
            SectionEvent::Planned { days } => {
                for (code, day) in days {
                    if let Some(m) = self.milestones.iter_mut().find(|m| m.code == *code) {
                        m.baselines = vec![Baseline { day: *day, at: h.at, reason: None }];
                    }
                }
            }
            SectionEvent::Approved => self.state = SectionState::Approved,
            SectionEvent::Surveyed { length } => {
                self.lengths.push(length.clone());
                self.lengths.sort_by_key(|l| l.from);
            }
            SectionEvent::PermitPut { permit } => {
                self.permits.retain(|p| p.kind != permit.kind);
                self.permits.push(permit.clone());
                self.warned.retain(|k| *k != permit.kind);
            }
            SectionEvent::ItemsDone { kind, day, n } => {
                if let Some(item) = self.items.iter_mut().find(|i| i.kind == *kind) {
                    item.done.push((*day, *n));
                }
            }
            SectionEvent::Suspended { reason } => self.suspended = Some(reason.clone()),
            SectionEvent::Resumed => self.suspended = None,
            SectionEvent::Cancelled { reason } => self.state = SectionState::Cancelled { reason: reason.clone() },
            SectionEvent::Split { into } => self.state = SectionState::Split { into: into.clone() },
            SectionEvent::Merged { into } => self.state = SectionState::Merged { into: *into },
            SectionEvent::Slipped { milestone, matter } => self.slipped.push((milestone.clone(), *matter)),
            SectionEvent::PermitEnds { kind } => self.warned.push(*kind),
            SectionEvent::Drafted { .. }
            | SectionEvent::BaselineWanted { .. }
            | SectionEvent::BaselineApproved { .. }
            | SectionEvent::BaselineRefused { .. }
            | SectionEvent::Forecast { .. }
            | SectionEvent::ForecastApproved { .. }
            | SectionEvent::Reported { .. }
            | SectionEvent::Confirmed { .. }
            | SectionEvent::ReportRefused { .. } => {}
        }
    }
}

impl Milestone {
    /// Changes it as an event of its section says.
    fn happens(&mut self, h: &Happened<SectionEvent>) {
        match &h.event {
            SectionEvent::BaselineWanted { day, reason, .. } => {
                self.wanted = Some(Wanted { day: *day, by: h.by.clone(), reason: reason.clone() });
            }
            SectionEvent::BaselineApproved { .. } => {
                if let Some(w) = self.wanted.take() {
                    self.baselines.push(Baseline { day: w.day, at: h.at, reason: Some(w.reason) });
                }
            }
            SectionEvent::BaselineRefused { .. } => self.wanted = None,
            SectionEvent::Forecast { day, .. } => {
                self.forecast = Some(Forecast { day: *day, by: h.by.clone(), approved_by: None });
            }
            SectionEvent::ForecastApproved { .. } => {
                if let Some(f) = &mut self.forecast {
                    f.approved_by = Some(h.by.clone());
                }
            }
            SectionEvent::Reported { day, photos, point, visit, without_permit, .. } => {
                self.actual = Some(Actual {
                    day: *day,
                    by: h.by.clone(),
                    at: h.at,
                    photos: photos.clone(),
                    point: *point,
                    visit: *visit,
                    confirmed: None,
                    without_permit: without_permit.clone(),
                });
            }
            SectionEvent::Confirmed { .. } => {
                if let Some(a) = &mut self.actual {
                    a.confirmed = Some((h.by.clone(), h.at));
                }
            }
            SectionEvent::ReportRefused { .. } => self.actual = None,
            SectionEvent::Drafted { .. }
            | SectionEvent::Changed { .. }
            | SectionEvent::Planned { .. }
            | SectionEvent::Approved
            | SectionEvent::Surveyed { .. }
            | SectionEvent::PermitPut { .. }
            | SectionEvent::ItemsDone { .. }
            | SectionEvent::Suspended { .. }
            | SectionEvent::Resumed
            | SectionEvent::Cancelled { .. }
            | SectionEvent::Split { .. }
            | SectionEvent::Merged { .. }
            | SectionEvent::Slipped { .. }
            | SectionEvent::PermitEnds { .. } => {}
        }
    }
}

impl Section {
    /// The key of each milestone among all.
    pub fn milestone_ids(&self) -> impl Iterator<Item = (Uuid, &Milestone)> {
        self.milestones.iter().enumerate().map(|(i, m)| (milestone_id(self.id, i), m))
    }
}
