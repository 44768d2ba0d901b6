//! A connection as pages, the API and the command line read it: the preview of an application, the customer's own page, the
//! case page of the hall. Nothing here writes.

use super::command::ApplicationIn;
use super::leads::{Lead, contradiction, leads_of};
use super::phone::months_from;
use super::typed::{ReadApplication, read};
use crate::App;
use crate::frame::error::AppError;
use crate::frame::timeline::TimelineRow;
use crate::matters::{MatterPage, Missing};
use serde::Serialize;
use std::collections::HashMap;
use yixian_domain::access::{self, Actor, Ask, MatterFacts, may};
use yixian_domain::connection::actions::CaseAction;
use yixian_domain::connection::clock::{self, Clocks, Node};
use yixian_domain::connection::eligible::{Eligibility, Split};
use yixian_domain::connection::*;
use yixian_domain::deadline::Deadline;
use yixian_domain::ids::*;
use yixian_domain::matter::privacy::masked_phone;
use yixian_domain::matter::*;
use yixian_domain::org::UnitPath;
use yixian_domain::procedure::{Condition, Step};
use yixian_domain::time::Instant;
use yixian_store::{connection as table, matter as matters_table, org, words};

/// What an application would be, before it is made.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Class by the rules.
    pub class: Class,
    /// Whether it is a 三零 case, and why not.
    pub eligibility: Eligibility,
    /// The steps the customer will see.
    pub visible: Vec<Step>,
    /// When it would be due; none where no rule is in force.
    pub due: Option<Due>,
    /// Limits that would hold, with their rows.
    pub limits: Vec<CaseLimit>,
    /// Procedure and version that would hold.
    pub procedure: ProcedureRef,
    /// What it costs the customer by rule: 0 for 三零 (零投资); none = not known before the scheme.
    pub cost: Option<Money>,
    /// Papers that come later.
    pub later: Vec<PaperKind>,
    /// Other applications of the party or at the address; shown, not refused. Empty for customers.
    pub splits: Vec<Split>,
}

/// Where a step of the customer's page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Over.
    Done,
    /// In hand.
    Current,
    /// Still to come.
    Ahead,
    /// Not gone through in this case.
    Skipped,
}

/// A step with where it stands.
#[derive(Clone, Debug)]
pub struct Station {
    /// The step.
    pub step: Step,
    /// Where it stands.
    pub state: StepState,
    /// When it began.
    pub from: Option<Instant>,
    /// When it ended.
    pub to: Option<Instant>,
}

/// Everything the customer's page shows.
#[derive(Clone, Debug)]
pub struct CustomerPage {
    /// The matter with its case.
    pub matter: Matter,
    /// Running number.
    pub n: i64,
    /// The two, three or four big stations.
    pub stations: Vec<Station>,
    /// Unit that has it now.
    pub unit: UnitId,
    /// Person who has it now.
    pub person: Option<PersonId>,
    /// The customer has it now: his works, his papers.
    pub with_customer: bool,
    /// The phone to call.
    pub hotline: String,
    /// Promised date with its explanation; none where no rule is in force.
    pub deadline: Option<Deadline>,
    /// The utility's and the customer's time apart.
    pub clocks: Clocks,
    /// What happened, as far as it concerns him.
    pub timeline: Vec<TimelineRow<MatterEvent>>,
    /// His own words and those said to him.
    pub words: HashMap<WordsId, String>,
    /// He may rate now.
    pub may_rate: bool,
    /// He may withdraw now.
    pub may_withdraw: bool,
    /// He may hand in papers.
    pub may_add_paper: bool,
}

/// An action with the reason why it is missing, if it is.
#[derive(Clone, Debug)]
pub struct CaseOffer {
    /// Which.
    pub action: CaseAction,
    /// Open to me now, or why not.
    pub missing: Option<Missing>,
}

/// Everything the case page of the hall shows.
#[derive(Clone, Debug)]
pub struct ConnectionPage {
    /// The matter's page: words, timeline, deadline, offers of the matter's own actions, contact, link.
    pub page: MatterPage,
    /// Credit code of a firm, for those who may act on it.
    pub credit_code: Option<String>,
    /// Steps with where they stand; skipped ones too.
    pub stations: Vec<Station>,
    /// The step that would follow.
    pub next: Option<Step>,
    /// The three clocks.
    pub clocks: Clocks,
    /// Nodes: what was taken of each limit; from power on.
    pub nodes: Vec<Node>,
    /// Other applications of the party or at the address.
    pub splits: Vec<Split>,
    /// Off-system handling.
    pub leads: Vec<Lead>,
    /// Actions of the case.
    pub offers: Vec<CaseOffer>,
}

impl ConnectionPage {
    /// The case; every connection has one.
    pub fn case(&self) -> Option<&Case> {
        self.page.matter.case.as_deref()
    }
}

impl App {
    /// What an application would be, for the confirmation. Splits are told to people of the company only.
    pub async fn connection_preview(&self, actor: &Actor, a: &ApplicationIn) -> Result<Preview, AppError> {
        may(actor, &Ask::Apply)?;
        let policies = self.policies();
        let r = read(a, &policies.areas)?;
        let now = self.clock().now();
        let splits = self.near(&r, now).await?;
        let near = splits.iter().fold(Capacity::watts(0), |sum, s| sum.plus(s.capacity));
        let p = policies.law().preview(&r.asked, now, near)?;
        let visible = p
            .procedure
            .steps
            .iter()
            .filter(|s| s.visible && (s.only != Some(Condition::Important) || r.asked.important))
            .cloned()
            .collect();
        let later = a.papers.iter().filter(|p| p.photos.is_empty()).map(|p| p.kind).collect();
        let cost = p.class.is_free().then_some(Money(0));
        let splits = if actor.person().is_some() { splits } else { Vec::new() };
        Ok(Preview {
            class: p.class,
            eligibility: p.eligibility,
            visible,
            due: p.due,
            limits: p.limits,
            procedure: p.procedure.reference(),
            cost,
            later,
            splits,
        })
    }

    async fn near(&self, r: &ReadApplication, at: Instant) -> Result<Vec<Split>, AppError> {
        let (party, address) = self.connection_keys(r);
        let policies = self.policies();
        let since = months_from(&policies.zone, at, -i64::from(policies.eligibility.split_months()));
        Ok(table::near(&mut self.store().read().await?, &party, &address, since, at).await?)
    }

    /// The customer's page of the one case his link is for.
    pub async fn customer_page(&self, actor: &Actor) -> Result<CustomerPage, AppError> {
        let Actor::Raiser { matter: id, .. } = actor else { return Err(AppError::NotFound("matter")) };
        let page = self.matter_page(actor, *id).await?;
        let policies = self.policies();
        let law = policies.law();
        let m = page.matter;
        m.connection()?;
        let now = self.clock().now();
        let stations: Vec<Station> =
            stations(&m, &law).into_iter().filter(|s| s.step.visible && s.state != StepState::Skipped).collect();
        let clocks = m.clocks(&law, now).map_err(contradiction)?;
        let with_customer =
            m.holdings(&law).last().is_some_and(|h| h.holder == clock::Holder::Customer && h.to.is_none());
        let timeline: Vec<_> = page.timeline.into_iter().filter(|t| concerns_customer(&t.event, &stations)).collect();
        let may_rate = m.allows(MatterAction::Rate).is_ok();
        let may_withdraw =
            m.allows(MatterAction::Refuse).is_ok() && m.case.as_ref().is_some_and(|c| c.energized.is_none());
        let may_add_paper = m.is_open() && m.case.as_ref().is_some_and(|c| c.missing().next().is_some());
        Ok(CustomerPage {
            n: page.n,
            unit: m.unit,
            person: m.handler,
            with_customer,
            hotline: policies.settings.hotline.clone(),
            deadline: page.deadline,
            clocks,
            timeline,
            words: page.words,
            may_rate,
            may_withdraw,
            may_add_paper,
            stations,
            matter: m,
        })
    }

    /// The hall's page of a case.
    pub async fn connection_page(&self, actor: &Actor, id: MatterId) -> Result<ConnectionPage, AppError> {
        let page = self.matter_page(actor, id).await?;
        let policies = self.policies();
        let law = policies.law();
        let m = &page.matter;
        let case = m.connection()?;
        let mut conn = self.store().read().await?;
        let splits = match table::keys(&mut conn, id).await? {
            Some((party, address)) if actor.person().is_some() => {
                let months = i64::from(policies.eligibility.split_months());
                let (from, to) = (
                    months_from(&policies.zone, m.raised.at, -months),
                    months_from(&policies.zone, m.raised.at, months),
                );
                table::near(&mut conn, &party, &address, from, to).await?.into_iter().filter(|s| s.case != id).collect()
            }
            _ => Vec::new(),
        };
        let credit_code = match (&m.raised.by, page.contact.is_some()) {
            (By::Raiser(c), true) => words::credit_code(&mut conn, *c)
                .await?
                .map(|code| if page.sights.clear(PersonalData::Name) { code } else { masked_phone(&code) }),
            _ => None,
        };
        let unit = org::unit(&mut conn, m.unit).await?.map_or_else(|| UnitPath::from_stored("/"), |u| u.path);
        let facts = MatterFacts::of(m, unit);
        let offers = CaseAction::ALL
            .into_iter()
            .map(|action| CaseOffer { action, missing: missing(actor, action, m, case, &facts) })
            .collect();
        let clocks = m.clocks(&law, self.clock().now()).map_err(contradiction)?;
        let leads = leads_of(m, &page.timeline, &law);
        let nodes = case.measured.as_ref().map(|x| x.nodes.clone()).unwrap_or_default();
        let (stations, next) = (stations(m, &law), m.next_step(&law).cloned());
        Ok(ConnectionPage { page, credit_code, stations, next, clocks, nodes, splits, leads, offers })
    }

    /// A list of connections the actor may see: filter and order as for matters ([`matters_table::Order::Queue`] is the hall's).
    pub async fn connections(
        &self,
        actor: &Actor,
        filter: &matters_table::Filter,
        limit: i64,
    ) -> Result<(Vec<matters_table::ConnectionRow>, i64), AppError> {
        let mut conn = self.store().read().await?;
        Ok(matters_table::connections(&mut conn, &access::scope(actor), filter, limit).await?)
    }
}

/// The steps of a case with where they stand.
fn stations(m: &Matter, law: &Law<'_>) -> Vec<Station> {
    let (Some(case), Some(procedure)) = (m.case.as_deref(), law.procedures.get(&m.procedure)) else {
        return Vec::new();
    };
    let over = case.energized.is_some() || case.withdrawn.is_some();
    let reached = case.steps.last().and_then(|r| procedure.steps.iter().position(|s| s.code == r.code));
    procedure
        .steps
        .iter()
        .enumerate()
        .map(|(i, step)| {
            let run = case.steps.iter().rev().find(|r| r.code == step.code);
            let state = match run {
                Some(r) if r.to.is_none() && !over => StepState::Current,
                Some(_) => StepState::Done,
                None if over || reached.is_some_and(|at| i < at) => StepState::Skipped,
                None if step.only == Some(Condition::Works) && case.works == Some(false)
                    || step.only == Some(Condition::Important) && !case.asked.important =>
                {
                    StepState::Skipped
                }
                None => StepState::Ahead,
            };
            let from = case.steps.iter().find(|r| r.code == step.code).map(|r| r.from);
            Station { step: step.clone(), state, from, to: run.and_then(|r| r.to) }
        })
        .collect()
}

/// What the customer's history shows: nothing of the company's own affairs.
fn concerns_customer(event: &MatterEvent, stations: &[Station]) -> bool {
    match event {
        MatterEvent::StepStarted { step, .. } => stations.iter().any(|s| s.step.code == *step),
        // Named one by one: an event of tomorrow is not shown because nobody thought of it.
        MatterEvent::Case { event } => match event {
            CaseEvent::SchemeReplied { .. }
            | CaseEvent::Costed { .. }
            | CaseEvent::PaperAdded { .. }
            | CaseEvent::Energized { .. }
            | CaseEvent::Withdrawn { .. }
            | CaseEvent::Called { .. }
            | CaseEvent::Satisfied { .. }
            | CaseEvent::ProblemOpened { .. } => true,
            CaseEvent::Applied { .. }
            | CaseEvent::Surveyed { .. }
            | CaseEvent::Overridden { .. }
            | CaseEvent::Corrected { .. }
            | CaseEvent::Flagged { .. } => false,
        },
        MatterEvent::Raised { .. }
        | MatterEvent::Accepted
        | MatterEvent::PauseApproved { .. }
        | MatterEvent::Resumed { .. }
        | MatterEvent::ExtensionApproved { .. }
        | MatterEvent::Refused { .. }
        | MatterEvent::Answered { .. }
        | MatterEvent::Closed { .. } => true,
        MatterEvent::Part { .. }
        | MatterEvent::Related { .. }
        | MatterEvent::SolvedOnTheSpot { .. }
        | MatterEvent::Assigned { .. }
        | MatterEvent::Transferred { .. }
        | MatterEvent::Merged { .. }
        | MatterEvent::Separated { .. }
        | MatterEvent::Requested { .. }
        | MatterEvent::RequestRejected { .. }
        | MatterEvent::Submitted { .. }
        | MatterEvent::Verified { .. }
        | MatterEvent::Returned { .. }
        | MatterEvent::Attempted { .. }
        | MatterEvent::Rated { .. }
        | MatterEvent::LinkGiven { .. }
        | MatterEvent::Reopened { .. }
        | MatterEvent::Reminded { .. }
        | MatterEvent::Escalated { .. }
        | MatterEvent::Commented { .. }
        | MatterEvent::Disclosed { .. }
        | MatterEvent::Erased { .. } => false,
    }
}

fn missing(actor: &Actor, action: CaseAction, m: &Matter, case: &Case, facts: &MatterFacts) -> Option<Missing> {
    if let Err(refusal) = action.allowed(m, case) {
        return Some(Missing::Refused(refusal));
    }
    action.needs().asked(actor, facts).err().map(Missing::Denied)
}
