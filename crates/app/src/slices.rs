//! The one list of slices: whose commands there are, who carries them out, what of each is swept. Only this file and
//! `execute` know all of them; a slice knows none above it.

pub use crate::agreements::command::AgreementCommand;
pub use crate::community::command::CommunityCommand;
pub use crate::conferences::command::{AttendanceIn, CadenceIn, ConferenceCommand, MemberIn};
pub use crate::connections::command::{ApplicationIn, CallIn, ConnectionCommand, PaperIn, SchemeIn, SupplyPlanIn};
pub use crate::documents::command::DocumentCommand;
pub use crate::frame::input::{ContactIn, PointIn};
pub use crate::households::command::HouseholdCommand;
pub use crate::indicators::command::{AspectIn, CityIn, IndicatorCommand, TaskIn};
pub use crate::matters::command::{AboutIn, DueIn, MatterCommand};
pub use crate::measures::command::MeasureCommand;
pub use crate::organisation::command::{KeepIn, OrganisationCommand, RoleIn, keep_field, keep_rules};
pub use crate::outages::command::OutageCommand;
pub use crate::partners::command::{PartnerCommand, PartnerRoleIn};
pub use crate::planning::command::{ChangeIn, PlanCommand, PlanIn, WeightsIn};
pub use crate::praise::command::PraiseCommand;
pub use crate::programmes::command::ProgrammeCommand;
pub use crate::teams::command::TeamCommand;
pub use crate::visits::command::{CompanionIn, FindingIn, VisitCommand};

use crate::App;
use crate::frame::commands::commands;
use crate::frame::error::AppError;
use crate::frame::work::{Ctx, Done};
use crate::matters::RaiserTold;
use crate::{
    agreements, community, conferences, connections, documents, households, indicators, matters, measures,
    organisation, outages, partners, planning, praise, programmes, teams, visits,
};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::{Map, Value};
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask};
use yixian_domain::agreement::Agreement;
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::community::Session;
use yixian_domain::document::Document;
use yixian_domain::household::Household;
use yixian_domain::ids::{AspectId, CommandId, ConferenceId, MatterId, PartnerId, SessionId, TopicId, VisitId};
use yixian_domain::partner::Partner;
use yixian_domain::programme::{Programme, Section};
use yixian_domain::team::Team;

/// A command as it arrives, with when it happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Envelope {
    /// When it happened, RFC 3339; now when missing. May lie in the past within the configured days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened_at: Option<String>,
    /// What is asked.
    #[serde(flatten)]
    pub command: Command,
}

commands! {
    /// Visits.
    Visit(VisitCommand),
    /// Plans of visits.
    Plan(PlanCommand),
    /// Matters.
    Matter(MatterCommand),
    /// Connections.
    Connection(ConnectionCommand),
    /// The organisation.
    Organisation(OrganisationCommand),
    /// Partners.
    Partner(PartnerCommand),
    /// Works.
    Programme(ProgrammeCommand),
    /// Improvement measures.
    Measure(MeasureCommand),
    /// Joint conferences.
    Conference(ConferenceCommand),
    /// Agreements, and what was promised.
    Agreement(AgreementCommand),
    /// Indicators, how they are taken apart, campaigns.
    Indicator(IndicatorCommand),
    /// Supporting documents, who cites them, recognitions.
    Document(DocumentCommand),
    /// Temporary branches and commando teams.
    Team(TeamCommand),
    /// Households, and what was done there.
    Household(HouseholdCommand),
    /// Outages, and customers served.
    Outage(OutageCommand),
    /// Service days.
    Community(CommunityCommand),
    /// Praise, and what was printed about us.
    Praise(PraiseCommand),
}

/// What is made before the writer is troubled: that takes seconds, writing it does not.
pub(crate) enum Ready {
    /// A plan that was searched for.
    Plan(planning::Made),
    /// What the figures that a publication quotes are counted from.
    Counted(Vec<Option<String>>),
}

/// Whether a command has something to be made ready for it.
pub(crate) fn prepares(command: &Command) -> bool {
    let counts = |c: &Command| matches!(c, Command::Praise(PraiseCommand::PutPublication { figures, .. }) if !figures.is_empty());
    matches!(command, Command::Plan(PlanCommand::MakePlan(_))) || counts(command)
}

/// Whether a command erases: afterwards nothing of it may be left in files.
pub(crate) fn erases(command: &Command) -> bool {
    matches!(
        command,
        Command::Matter(MatterCommand::EraseWords { .. })
            | Command::Organisation(OrganisationCommand::ErasePerson { .. })
            | Command::Partner(PartnerCommand::ErasePartnerContacts { .. })
            | Command::Visit(VisitCommand::EraseVisitWords { .. })
            | Command::Praise(PraiseCommand::ErasePraise { .. })
            | Command::Household(HouseholdCommand::EraseHousehold { .. })
    ) || matches!(command, Command::Community(c) if c.erases())
}

/// Makes ready what a command needs.
pub(crate) async fn prepare(app: &App, actor: &Actor, command: &Command) -> Result<Option<Ready>, AppError> {
    Ok(match command {
        Command::Plan(PlanCommand::MakePlan(asked)) => Some(Ready::Plan(planning::make(app, actor, asked).await?)),
        Command::Praise(c) => Some(Ready::Counted(praise::act::hashes(app, actor, c).await?)),
        Command::Plan(PlanCommand::AdoptPlan { .. })
        | Command::Visit(_)
        | Command::Matter(_)
        | Command::Connection(_)
        | Command::Organisation(_)
        | Command::Partner(_)
        | Command::Programme(_)
        | Command::Measure(_)
        | Command::Agreement(_)
        | Command::Indicator(_)
        | Command::Conference(_)
        | Command::Team(_)
        | Command::Household(_)
        | Command::Outage(_)
        | Command::Community(_)
        | Command::Document(_) => None,
    })
}

/// Carries a command out, by the slice whose it is.
pub(crate) async fn run(ctx: &mut Ctx<'_>, command: Command, ready: Option<&Ready>) -> Result<Done, AppError> {
    match command {
        Command::Visit(c) => visits::act::run(ctx, c).await,
        Command::Plan(c) => {
            let made = match ready {
                Some(Ready::Plan(made)) => Some(made),
                Some(Ready::Counted(_)) | None => None,
            };
            planning::act::run(ctx, c, made).await
        }
        // Of a matter that is a connection some of the matter's own commands mean what the case makes of them.
        Command::Matter(c) => {
            if let Some(about) = c.about() {
                matters::act::admitted(ctx, &c).await?;
                see_about(ctx, about).await?;
            }
            households::act::needs_sheet(ctx, &c).await?;
            let solved = c.solved();
            let done = match connections::act::instead(ctx, &c).await? {
                Some(done) => done,
                None => matters::act::run(ctx, c).await?,
            };
            if let Some(matter) = solved {
                households::act::confirmed_by_link(ctx, matter).await?;
            }
            Ok(done)
        }
        Command::Connection(c) => connections::act::run(ctx, c).await,
        Command::Organisation(c) => organisation::act::run(ctx, c).await,
        Command::Partner(c) => partners::act::run(ctx, c).await,
        Command::Programme(c) => programmes::act::run(ctx, c).await,
        Command::Measure(c) => measures::act::run(ctx, c).await,
        Command::Conference(c) => {
            if let Some(about) = c.about() {
                see_about(ctx, about.into()).await?;
            }
            conferences::act::run(ctx, c).await
        }
        Command::Agreement(c) => agreements::act::run(ctx, c).await,
        Command::Indicator(c) => indicators::act::run(ctx, c).await,
        Command::Document(c) => {
            for about in c.abouts() {
                see_about(ctx, (*about).into()).await?;
            }
            documents::act::run(ctx, c).await
        }
        Command::Team(c) => teams::act::run(ctx, c).await,
        Command::Household(c) => households::act::run(ctx, c).await,
        Command::Outage(c) => outages::act::run(ctx, c).await,
        Command::Community(c) => community::act::run(ctx, c).await,
        Command::Praise(c) => {
            for about in c.abouts() {
                see_about(ctx, (*about).into()).await?;
            }
            let counted = match ready {
                Some(Ready::Counted(hashes)) => hashes.as_slice(),
                Some(Ready::Plan(_)) | None => &[],
            };
            praise::act::run(ctx, c, counted).await
        }
    }
}

/// Whether a record that something is said to be about is there and may be seen by whoever says so: its slice answers.
pub(crate) async fn see_about(ctx: &mut Ctx<'_>, about: About) -> Result<(), AppError> {
    let there = match about.kind {
        AboutKind::Partner => {
            ctx.ask(&Ask::SeePartner(Some(PartnerId(about.id))))?;
            ctx.known::<Partner>(about.id).await?
        }
        AboutKind::Matter => {
            let (_, facts) = matters::act::load(ctx, MatterId(about.id)).await?;
            ctx.ask(&Ask::SeeMatter(&facts)).is_ok()
        }
        AboutKind::Section => {
            let s: Section = ctx.named("about", about.id, "about").await?;
            let p: Programme = ctx.named("about", s.programme, "about").await?;
            let facts = programmes::act::facts(ctx, &p, Some(&s)).await?;
            ctx.ask(&Ask::SeeWorks(&facts)).is_ok()
        }
        AboutKind::Programme => {
            let p: Programme = ctx.named("about", about.id, "about").await?;
            let facts = programmes::act::facts(ctx, &p, None).await?;
            ctx.ask(&Ask::SeeWorks(&facts)).is_ok()
        }
        AboutKind::Conference | AboutKind::Topic => conferences::known::see(ctx, about).await?,
        AboutKind::Visit => {
            let (_, facts) = visits::act::load(ctx, about.id).await?;
            ctx.ask(&Ask::SeeVisit(&facts)).is_ok()
        }
        AboutKind::Agreement => {
            ctx.ask(&Ask::SeeAgreements)?;
            ctx.known::<Agreement>(about.id).await?
        }
        AboutKind::Aspect => indicators::act::see_aspect(ctx, about.id).await?,
        AboutKind::Document => {
            ctx.ask(&Ask::SeeDocuments)?;
            ctx.known::<Document>(about.id).await?
        }
        AboutKind::Session => {
            ctx.ask(&Ask::SeeServiceDays)?;
            ctx.known::<Session>(about.id).await?
        }
        AboutKind::Team => {
            ctx.ask(&Ask::SeeTeams)?;
            ctx.known::<Team>(about.id).await?
        }
        AboutKind::Household => {
            ctx.ask(&Ask::SeeHouseholds)?;
            ctx.known::<Household>(about.id).await?
        }
    };
    if there { Ok(()) } else { Err(AppError::field("about", "about")) }
}

impl App {
    /// What a matter may be said to be about, as far as somebody sees it: `partner:…` and how it is called.
    pub async fn about_choices(&self, actor: &Actor, english: bool) -> Result<Vec<(String, String)>, AppError> {
        let mut all = Vec::new();
        for p in self.all_partners(actor).await? {
            let name = p.name();
            let name = name.name_en.as_ref().filter(|_| english).unwrap_or(&name.name);
            all.push((format!("{}:{}", AboutKind::Partner.as_str(), p.id), format!("{name} ({})", p.code)));
        }
        for (about, name) in self.conference_choices(actor, english).await? {
            all.push((format!("{}:{}", about.kind.as_str(), about.id), name));
        }
        Ok(all)
    }
}

/// A record that something is about, as pages name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AboutNamed {
    /// How it is called.
    pub name: String,
    /// The record whose page shows it: itself, and of a topic its meeting.
    pub shown_by: Uuid,
}

impl App {
    /// What something is about, for whoever may see that; what is out of his sight is as if nothing were said.
    pub async fn about_named(
        &self,
        actor: &Actor,
        about: About,
        english: bool,
    ) -> Result<Option<AboutNamed>, AppError> {
        let found = match about.kind {
            AboutKind::Partner => self.partner(actor, PartnerId(about.id)).await.map(|p| {
                let n = p.name();
                Some((n.name.clone(), n.name_en.clone(), about.id))
            }),
            AboutKind::Matter => {
                let rows = self.matter_rows(actor, &[MatterId(about.id)]).await?;
                Ok(rows.into_iter().next().map(|r| (r.subject, None, about.id)))
            }
            AboutKind::Visit => match self.visit_rows(actor, &[VisitId(about.id)]).await?.into_iter().next() {
                Some(v) => {
                    let place = self.place_names(&[v.place.0]).await?.remove(&v.place.0).unwrap_or_default();
                    Ok(Some((format!("{place} {}", v.day), None, about.id)))
                }
                None => Ok(None),
            },
            AboutKind::Agreement => self
                .agreement(actor, &about.id.to_string())
                .await
                .map(|a| Some((a.details.title, a.details.title_en, about.id))),
            AboutKind::Programme => self
                .programmes(actor)
                .await
                .map(|all| all.into_iter().find(|p| p.id == about.id))
                .map(|p| p.map(|p| (p.details.name, p.details.name_en, about.id))),
            AboutKind::Section => self.works_by_key(actor, &[about.id]).await.map(|all| {
                let s = all.into_iter().next()?.section;
                Some((s.details.name, s.details.name_en, about.id))
            }),
            AboutKind::Conference => self
                .conference(actor, ConferenceId(about.id))
                .await
                .map(|c| Some((c.details.name, c.details.name_en, about.id))),
            AboutKind::Topic => {
                self.topic_named(actor, TopicId(about.id)).await.map(|(title, meeting)| Some((title, None, meeting.0)))
            }
            AboutKind::Aspect => self.aspect_named(actor, AspectId(about.id)).await,
            AboutKind::Document => self
                .document(actor, &about.id.to_string())
                .await
                .map(|d| Some((d.details.title, d.details.title_en, about.id))),
            AboutKind::Session => self.session_named(actor, SessionId(about.id)).await,
            AboutKind::Team => {
                self.team(actor, &about.id.to_string()).await.map(|t| Some((t.unit.name, t.unit.name_en, about.id)))
            }
            // By its code: who lives there is told on its own page alone.
            AboutKind::Household => {
                self.household(actor, &about.id.to_string()).await.map(|h| Some((h.code, None, about.id)))
            }
        };
        match found {
            Ok(found) => Ok(found.map(|(name, name_en, shown_by)| AboutNamed {
                name: name_en.filter(|_| english).unwrap_or(name),
                shown_by,
            })),
            Err(AppError::NotFound(_) | AppError::Denied(_)) => Ok(None),
            Err(e) => Err(e),
        }
    }
}

/// What one sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Matters looked at.
    pub matters: usize,
}

impl App {
    /// Sweeps until nothing is due. Called before the first request is served and every minute.
    pub async fn sweep(&self) -> Result<Swept, AppError> {
        self.refresh_policies().await?;
        self.end_ways_of_leavers().await?;
        for slipped in self.sweep_sections().await? {
            let id = CommandId(self.mint().uuid(self.clock().now()));
            let envelope = Envelope { happened_at: None, command: slipped.into() };
            match self.write_once(&Actor::System, id, envelope, None).await {
                // Another node was faster.
                Ok(_) | Err(AppError::Refused(_)) => {}
                Err(e) => return Err(e),
            }
        }
        self.sweep_teams().await?;
        Ok(Swept { matters: self.sweep_matters().await? })
    }
}

/// The matter whose raiser is sent his link by a command.
pub(crate) fn sends_link(command: &Command) -> Option<MatterId> {
    if let Command::Matter(command) = command { command.sends_link() } else { None }
}

/// What a command makes known to whoever raised a matter from outside.
pub(crate) fn told(command: &Command) -> Option<(MatterId, RaiserTold)> {
    if let Command::Matter(command) = command { command.tells_raiser() } else { None }
}
