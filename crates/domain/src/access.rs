//! Who may do what: one pure function, deny by default, with the reason. Permission is a role
//! held over a unit's subtree, or a relation to the record (its raiser, its leader). Each slice's own
//! rules stand in its `access.rs`; here they are put together. SQL scopes
//! of lists come from [`scope`] and a property test holds them equal to [`may`]. This module
//! does not know whether the law allows the action at this stage ([`crate::matter::Matter::allows`]).

pub use crate::base::actor::{Actor, Denial, Voice};
pub use crate::conference::access::ConferenceFacts;
pub use crate::matter::access::MatterFacts;
pub use crate::programme::access::WorksFacts;
pub use crate::visit::access::VisitFacts;

use crate::base::actor::{Role, UnitPath};
use crate::base::ids::{PartnerId, PersonId};
use crate::matter::{MatterAction, PersonalData};
use crate::part::resolution::Member;
use crate::{
    agreement, community, conference, connection, document, figure, household, indicator, matter, measure,
    organisation, outage, partner, plan, praise, programme, team, visit,
};

/// What is asked, of what.
#[derive(Clone, Debug)]
pub enum Ask<'a> {
    /// See a matter.
    SeeMatter(&'a MatterFacts),
    /// Act on a matter.
    ActOnMatter(MatterAction, &'a MatterFacts),
    /// Have personal data of a matter shown.
    Disclose(&'a [PersonalData], &'a MatterFacts),
    /// Give the raiser's link away.
    GiveLink(&'a MatterFacts),
    /// Raise a matter.
    RaiseMatter,
    /// Apply for a connection.
    Apply,
    /// See a visit.
    SeeVisit(&'a VisitFacts),
    /// Plan a visit hosted by a unit and led by a person.
    PlanVisit {
        /// Hosting unit.
        host: &'a UnitPath,
        /// Leader.
        leader: PersonId,
    },
    /// Start, record on, finish a visit.
    GoOnVisit(&'a VisitFacts),
    /// Call a visit off or merge it.
    CancelVisit(&'a VisitFacts),
    /// Note what was spoken of on a visit and what was promised there.
    NoteMeeting(&'a VisitFacts),
    /// Read the register of agreements.
    SeeAgreements,
    /// Keep the agreements of a unit, and what is promised in them.
    KeepAgreement(&'a UnitPath),
    /// Read outages and what they add up to.
    SeeOutages,
    /// Record, correct and void outages of a unit.
    KeepOutages(&'a UnitPath),
    /// See, make and adopt plans of a unit's visits.
    PlanVisits(&'a UnitPath),
    /// Change units, people, roles, places below a unit.
    Administer(&'a UnitPath),
    /// Find a person of the unit at `unit` by name or code.
    FindPerson {
        /// Who.
        person: PersonId,
        /// His unit.
        unit: &'a UnitPath,
    },
    /// See figures of a unit.
    SeeFigures(&'a UnitPath),
    /// Read the register of partners; one of them.
    SeePartner(Option<PartnerId>),
    /// Keep the register of partners, read contacts, give links.
    KeepPartners,
    /// Let one partner count as another, erase contacts.
    MergePartners,
    /// See works.
    SeeWorks(&'a WorksFacts),
    /// Plan, change, approve and call off works.
    KeepWorks(&'a WorksFacts),
    /// Report what was reached.
    ReportWorks(&'a WorksFacts),
    /// Confirm what another reported.
    ConfirmWorks(&'a WorksFacts),
    /// Decide a measure.
    DecideMeasure(&'a MatterFacts),
    /// Apply a measure to sections.
    ApplyMeasure(&'a MatterFacts),
    /// Take a measure over for the unit at this path.
    TakeOverMeasure(&'a UnitPath),
    /// Read the board of measures.
    ReadMeasures,
    /// See a joint conference.
    SeeConference(&'a ConferenceFacts),
    /// Set one up that a unit convenes.
    FoundConference(&'a UnitPath),
    /// Keep its books.
    KeepConference(&'a ConferenceFacts),
    /// Countersign its minutes for a member, with its unit where it has one.
    Countersign(&'a ConferenceFacts, Member, Option<&'a UnitPath>),
    /// Read indicators, how they are taken apart, campaigns.
    ReadIndicators,
    /// Keep one that this unit keeps and this person commands.
    KeepIndicator(&'a UnitPath, Option<PersonId>),
    /// Approve how it is taken apart.
    ApproveBreakdown(&'a UnitPath, PersonId),
    /// Read documents, who cites them, and recognitions.
    SeeDocuments,
    /// Keep the documents and recognitions of a unit.
    KeepDocument(&'a UnitPath),
    /// Read service days, sessions and how many came.
    SeeServiceDays,
    /// Keep the service days, members and pairings of a unit.
    KeepServiceDays(&'a UnitPath),
    /// Run a session that a unit hosts and this person leads.
    RunSession(&'a UnitPath, Option<PersonId>),
    /// Sign in by the code of a session.
    SignInByCode,
    /// Read praise and publications.
    SeePraise,
    /// Keep the praise and publications of a unit.
    KeepPraise(&'a UnitPath),
    /// Erase who praised a unit and what was said.
    ErasePraise(&'a UnitPath),
    /// Read the register of teams.
    SeeTeams,
    /// Keep the team that a unit is.
    KeepTeam(&'a UnitPath),
    /// Read the register of households, without who lives there.
    SeeHouseholds,
    /// Register and serve the households of a unit, read who lives there.
    ServeHouseholds(&'a UnitPath),
    /// Erase who lives in a household of a unit.
    EraseHousehold(&'a UnitPath),
    /// Read the ledger's own pages, exports and health.
    Audit,
}

/// Whether `actor` may do what is asked.
pub fn may(actor: &Actor, ask: &Ask<'_>) -> Result<(), Denial> {
    if *actor == Actor::System {
        return Ok(());
    }
    match ask {
        Ask::SeeMatter(m) => matter::access::see(actor, m),
        Ask::ActOnMatter(action, m) => matter::access::may_act(actor, *action, m),
        Ask::Disclose(data, m) => matter::privacy::disclose(actor, m, data),
        Ask::GiveLink(m) => matter::access::give_link(actor, m),
        Ask::RaiseMatter => matter::access::raise(actor),
        Ask::Apply => connection::access::apply(actor),
        Ask::SeeVisit(v) => visit::access::see(actor, v),
        Ask::PlanVisit { host, leader } => visit::access::plan(actor, host, *leader),
        Ask::GoOnVisit(v) => visit::access::go_on(actor, v),
        Ask::CancelVisit(v) => visit::access::cancel(actor, v),
        Ask::NoteMeeting(v) => visit::access::note(actor, v),
        Ask::SeeAgreements => agreement::access::see(actor),
        Ask::KeepAgreement(unit) => agreement::access::keep(actor, unit),
        Ask::SeeOutages => outage::access::see(actor),
        Ask::KeepOutages(unit) => outage::access::keep(actor, unit),
        Ask::PlanVisits(unit) => plan::access::plan(actor, unit),
        Ask::Administer(unit) => organisation::access::administer(actor, unit),
        Ask::FindPerson { person, unit } => organisation::access::find_person(actor, *person, unit),
        Ask::SeeFigures(unit) => figure::access::see(actor, unit),
        Ask::SeePartner(id) => partner::access::see(actor, *id),
        Ask::KeepPartners => partner::access::keep(actor),
        Ask::MergePartners => partner::access::merge(actor),
        Ask::SeeWorks(w) => programme::access::see(actor, w),
        Ask::KeepWorks(w) => programme::access::keep(actor, w),
        Ask::ReportWorks(w) => programme::access::report(actor, w),
        Ask::ConfirmWorks(w) => programme::access::confirm(actor, w),
        Ask::DecideMeasure(m) => measure::access::decide(actor, m),
        Ask::ApplyMeasure(m) => measure::access::apply(actor, m),
        Ask::TakeOverMeasure(unit) => measure::access::take_over(actor, unit),
        Ask::ReadMeasures => measure::access::read(actor),
        Ask::SeeConference(c) => conference::access::see(actor, c),
        Ask::FoundConference(unit) => conference::access::found(actor, unit),
        Ask::KeepConference(c) => conference::access::keep(actor, c),
        Ask::Countersign(c, member, unit) => conference::access::countersign(actor, c, *member, *unit),
        Ask::ReadIndicators => indicator::access::read(actor),
        Ask::KeepIndicator(unit, commander) => indicator::access::keep(actor, unit, *commander),
        Ask::ApproveBreakdown(unit, commander) => indicator::access::approve(actor, unit, *commander),
        Ask::SeeDocuments => document::access::see(actor),
        Ask::KeepDocument(unit) => document::access::keep(actor, unit),
        Ask::SeeServiceDays => community::access::see(actor),
        Ask::KeepServiceDays(unit) => community::access::keep(actor, unit),
        Ask::RunSession(host, lead) => community::access::run(actor, host, *lead),
        Ask::SignInByCode => community::access::by_code(actor),
        Ask::SeePraise => praise::access::see(actor),
        Ask::KeepPraise(unit) => praise::access::keep(actor, unit),
        Ask::ErasePraise(unit) => praise::access::erase(actor, unit),
        Ask::SeeTeams => team::access::see(actor),
        Ask::KeepTeam(unit) => team::access::keep(actor, unit),
        Ask::SeeHouseholds => household::access::see(actor),
        Ask::ServeHouseholds(unit) => household::access::serve(actor, unit),
        Ask::EraseHousehold(unit) => household::access::erase(actor, unit),
        Ask::Audit => organisation::access::audit(actor),
    }
}

/// What a list may show: the SQL side of [`may`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything.
    All,
    /// Records of these subtrees, and the person's own.
    Of {
        /// Subtrees, none inside another.
        units: Vec<UnitPath>,
        /// Himself.
        person: PersonId,
        /// Subtrees he coordinates: there he sees what is restricted, too.
        coordinates: Vec<UnitPath>,
    },
    /// Nothing.
    Nothing,
}

/// The scope of an actor's lists.
pub fn scope(actor: &Actor) -> Scope {
    match actor {
        Actor::System => Scope::All,
        Actor::Person { id, grants } => {
            let whole = |mut units: Vec<UnitPath>| {
                units.sort();
                units.dedup_by(|b, a| a.contains(b));
                units
            };
            let coordinates = grants.iter().filter(|g| g.role == Role::Coordinator).map(|g| g.over.clone()).collect();
            let units = grants.iter().map(|g| g.over.clone()).collect();
            Scope::Of { units: whole(units), person: *id, coordinates: whole(coordinates) }
        }
        Actor::Raiser { .. } | Actor::Partner { .. } | Actor::Anonymous => Scope::Nothing,
    }
}
