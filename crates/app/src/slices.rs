//! The one list of slices: whose commands there are, who carries them out, what of each is swept. Only this file and
//! `execute` know all of them; a slice knows none above it.

pub use crate::connections::command::{ApplicationIn, CallIn, ConnectionCommand, PaperIn, SchemeIn, SupplyPlanIn};
pub use crate::frame::input::{ContactIn, PointIn};
pub use crate::matters::command::{DueIn, MatterCommand};
pub use crate::organisation::command::{KeepIn, OrganisationCommand, RoleIn, keep_field, keep_rules};
pub use crate::planning::command::{ChangeIn, PlanCommand, PlanIn, WeightsIn};
pub use crate::visits::command::{CompanionIn, FindingIn, VisitCommand};

use crate::App;
use crate::frame::commands::commands;
use crate::frame::error::AppError;
use crate::frame::work::{Ctx, Done};
use crate::matters::RaiserTold;
use crate::{connections, matters, organisation, planning, visits};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::{Map, Value};
use uuid::Uuid;
use yixian_domain::access::Actor;
use yixian_domain::ids::MatterId;

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
}

/// What is made before the writer is troubled: that takes seconds, writing it does not.
pub(crate) enum Ready {
    /// A plan that was searched for.
    Plan(planning::Made),
}

/// Whether a command has something to be made ready for it.
pub(crate) fn prepares(command: &Command) -> bool {
    matches!(command, Command::Plan(PlanCommand::MakePlan(_)))
}

/// Whether a command erases: afterwards nothing of it may be left in files.
pub(crate) fn erases(command: &Command) -> bool {
    matches!(
        command,
        Command::Matter(MatterCommand::EraseWords { .. })
            | Command::Organisation(OrganisationCommand::ErasePerson { .. })
    )
}

/// Makes ready what a command needs.
pub(crate) async fn prepare(app: &App, actor: &Actor, command: &Command) -> Result<Option<Ready>, AppError> {
    Ok(match command {
        Command::Plan(PlanCommand::MakePlan(asked)) => Some(Ready::Plan(planning::make(app, actor, asked).await?)),
        Command::Plan(PlanCommand::AdoptPlan { .. })
        | Command::Visit(_)
        | Command::Matter(_)
        | Command::Connection(_)
        | Command::Organisation(_) => None,
    })
}

/// Carries a command out, by the slice whose it is.
pub(crate) async fn run(ctx: &mut Ctx<'_>, command: Command, ready: Option<&Ready>) -> Result<Done, AppError> {
    match command {
        Command::Visit(c) => visits::act::run(ctx, c).await,
        Command::Plan(c) => planning::act::run(ctx, c, ready.map(|Ready::Plan(made)| made)).await,
        // Of a matter that is a connection some of the matter's own commands mean what the case makes of them.
        Command::Matter(c) => match connections::act::instead(ctx, &c).await? {
            Some(done) => Ok(done),
            None => matters::act::run(ctx, c).await,
        },
        Command::Connection(c) => connections::act::run(ctx, c).await,
        Command::Organisation(c) => organisation::act::run(ctx, c).await,
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
