//! What a handler asks for and somebody else decides: more time, or a pause of the clock. A deadline moves only by an
//! approved extension; nobody approves his own request. It does not know who that somebody is: that is [`crate::access`].

use super::action::MatterAction;
use super::event::MatterEvent;
use super::law::Law;
use super::moves::Moved;
use super::pause::{Extension, Pause, PauseGround, Request, Wanted};
use super::record::Matter;
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::time::{Date, Instant};

impl Matter {
    /// Asks for more time.
    pub fn ask_extension(
        self,
        at: Instant,
        by: &By,
        until: Date,
        reason: Words,
        evidence: Vec<FileRef>,
    ) -> Result<Moved, Refusal> {
        self.allows(MatterAction::AskExtension)?;
        let at = self.moment(at)?;
        match &self.due {
            // Asked for afterwards, it would wash the delay (contract, law of the loop).
            Some(due) if at > due.at => return Err(Refusal::ExtensionTooLate { due: due.day }),
            Some(due) if until <= due.day => return Err(Refusal::ExtensionNotLater { due: due.day }),
            Some(_) => {}
            None => return Err(Refusal::NoRule),
        }
        let request =
            Request { wanted: Wanted::Extension { until }, by: by.clone(), at, reason, evidence, ground: None };
        Ok(Moved::start(self).then(at, by, MatterEvent::Requested { request }))
    }

    /// Asks to stop the clock.
    pub fn ask_pause(
        self,
        at: Instant,
        by: &By,
        ground: Option<PauseGround>,
        reason: Words,
        evidence: Vec<FileRef>,
    ) -> Result<Moved, Refusal> {
        if let Some(until) = self.pauses.last().and_then(|p| p.to).filter(|to| at < *to) {
            return Err(Refusal::PauseOverlaps { until });
        }
        self.allows(MatterAction::AskPause)?;
        if self.part_names_grounds() && ground.is_none() {
            return Err(Refusal::PauseGroundNeeded);
        }
        let at = self.moment(at)?;
        let request = Request { wanted: Wanted::Pause, by: by.clone(), at, reason, evidence, ground };
        Ok(Moved::start(self).then(at, by, MatterEvent::Requested { request }))
    }

    /// Decides the waiting request; never one's own.
    pub fn decide(self, law: &Law, at: Instant, by: &By, approve: bool, note: Option<Words>) -> Result<Moved, Refusal> {
        let request = self.request.clone().ok_or(Refusal::NoRequest)?;
        if request.by == *by {
            return Err(Refusal::OwnRequest);
        }
        let at = self.moment(at)?;
        let event = match request.wanted {
            _ if !approve => MatterEvent::RequestRejected { note },
            Wanted::Pause => {
                let mut pauses = self.pauses.clone();
                pauses.push(Pause {
                    from: request.at,
                    to: None,
                    reason: request.reason,
                    evidence: request.evidence,
                    asked_by: request.by,
                    approved_by: by.clone(),
                    ground: request.ground,
                });
                let due = self.target.as_ref().map(|t| law.due(t, &pauses, &self.extensions)).transpose()?.flatten();
                MatterEvent::PauseApproved { due, note }
            }
            Wanted::Extension { until } => {
                let target = self.target.as_ref().ok_or(Refusal::NoRule)?;
                let mut extensions = self.extensions.clone();
                extensions.push(Extension {
                    until,
                    was: self.due.as_ref().map(|d| d.day),
                    at,
                    reason: request.reason,
                    asked_by: request.by,
                    approved_by: by.clone(),
                });
                let due = law.due(target, &self.pauses, &extensions)?.ok_or(Refusal::Paused)?;
                MatterEvent::ExtensionApproved { until, due, note }
            }
        };
        Ok(Moved::start(self).then(at, by, event))
    }

    /// Starts the clock again.
    pub fn resume(self, law: &Law, at: Instant, by: &By, note: Option<Words>) -> Result<Moved, Refusal> {
        self.allows(MatterAction::Resume)?;
        let at = self.moment(at)?;
        let mut pauses = self.pauses.clone();
        if let Some(last) = pauses.last_mut() {
            last.to = Some(at);
        }
        let due = self.target.as_ref().map(|t| law.due(t, &pauses, &self.extensions)).transpose()?.flatten();
        Ok(Moved::start(self).then(at, by, MatterEvent::Resumed { due, note }))
    }
}
