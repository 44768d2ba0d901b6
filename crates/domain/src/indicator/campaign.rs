//! A campaign 专项行动: a period with a theme, a commander and members. The campaign months of the front line (一线工作月) are campaigns
//! like any other; their floors are the duty's to judge ([`crate::duty`]). Its visits are those that its members led in its
//! period: they are found, never typed.

use crate::base::codes::codes;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::time::{Date, Instant};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// Why not.
    CampaignRule {
        /// It ends before it begins.
        EndsBefore = "campaign_ends_before",
        /// It has nobody.
        NoMember = "campaign_no_member",
    }
}

/// Who takes part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Members {
    /// Persons.
    pub people: Vec<PersonId>,
    /// Units whose people take part.
    pub units: Vec<UnitId>,
}

/// What a campaign is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignDetails {
    /// In the company's language.
    pub name: String,
    /// English, where there is one.
    pub name_en: Option<String>,
    /// What it is about.
    pub theme: String,
    /// Its principles, as the four of a campaign month: 安全为本, 突出重点, 问题导向, 干部带头.
    pub principles: Vec<String>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Who leads it.
    pub commander: PersonId,
    /// The unit that keeps its books.
    pub owner: UnitId,
    /// Who takes part.
    pub members: Members,
    /// The indicator that it works for, where there is one.
    pub indicator: Option<IndicatorId>,
}

/// A campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// Identity.
    pub id: CampaignId,
    /// Short stable code.
    pub code: String,
    /// The rest.
    #[serde(flatten)]
    pub details: CampaignDetails,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What happens to a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the campaign's own
pub enum CampaignEvent {
    Called { code: String, details: CampaignDetails },
    Changed { details: CampaignDetails },
}

impl CampaignEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            CampaignEvent::Called { .. } => "campaign_called",
            CampaignEvent::Changed { .. } => "campaign_changed",
        }
    }
}

impl Recorded for Campaign {
    type Event = CampaignEvent;

    fn begin(id: Uuid, first: &Happened<CampaignEvent>) -> Option<Campaign> {
        let CampaignEvent::Called { code, details } = &first.event else { return None };
        Some(Campaign { id: CampaignId(id), code: code.clone(), details: details.clone(), last_at: first.at, rev: 1 })
    }

    fn apply(&mut self, h: &Happened<CampaignEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            CampaignEvent::Called { .. } => {}
            CampaignEvent::Changed { details } => self.details = details.clone(),
        }
    }
}

/// A campaign after a transition, with what happened.
pub type CampaignMoved = (Campaign, Happened<CampaignEvent>);

fn stands(d: &CampaignDetails) -> Result<(), Refusal> {
    if d.to < d.from {
        return Err(Refusal::rule(CampaignRule::EndsBefore, d.from.to_string()));
    }
    if d.members.people.is_empty() && d.members.units.is_empty() {
        return Err(Refusal::rule(CampaignRule::NoMember, ""));
    }
    Ok(())
}

impl Campaign {
    /// Calls one.
    pub fn call(
        id: CampaignId,
        at: Instant,
        by: &By,
        code: String,
        details: CampaignDetails,
    ) -> Result<CampaignMoved, Refusal> {
        stands(&details)?;
        let h = Happened { at, by: by.clone(), event: CampaignEvent::Called { code, details } };
        let campaign = Campaign::begin(id.0, &h).ok_or(Refusal::SameAsBefore)?;
        Ok((campaign, h))
    }

    /// Changes what it is.
    pub fn change(mut self, at: Instant, by: &By, details: CampaignDetails) -> Result<CampaignMoved, Refusal> {
        stands(&details)?;
        if self.details == details {
            return Err(Refusal::SameAsBefore);
        }
        let h = Happened { at, by: by.clone(), event: CampaignEvent::Changed { details } };
        self.apply(&h);
        Ok((self, h))
    }

    /// Whether a day lies in it.
    pub fn covers(&self, day: Date) -> bool {
        self.details.from <= day && day <= self.details.to
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn it_has_days_and_people() {
        let details = |to, people: Vec<PersonId>| CampaignDetails {
            name: "一线工作月".into(),
            name_en: None,
            theme: "求实效".into(),
            principles: vec!["安全为本".into()],
            from: date(2018, 5, 1),
            to,
            commander: PersonId(Uuid::nil()),
            owner: UnitId(Uuid::nil()),
            members: Members { people, units: Vec::new() },
            indicator: None,
        };
        let call = |d| Campaign::call(CampaignId(Uuid::nil()), Instant(0), &By::Rule, "M05".into(), d);
        let one = vec![PersonId(Uuid::nil())];
        assert!(call(details(date(2018, 4, 30), one.clone())).is_err());
        assert!(call(details(date(2018, 5, 31), Vec::new())).is_err());
        let (campaign, _) = call(details(date(2018, 5, 31), one)).expect("called");
        assert!(campaign.covers(date(2018, 5, 31)) && !campaign.covers(date(2018, 6, 1)));
    }
}
