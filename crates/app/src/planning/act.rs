//! Carrying out commands on plans: keep one that was searched for, adopt one. Access is asked here, before either.

use super::adopt;
use super::command::PlanCommand;
use super::make::{self, Made};
use crate::frame::error::AppError;
use crate::frame::work::{Ctx, Done};

/// Carries out a command; both ask for the right to plan the unit's visits. `ready`: what was searched for before writing.
pub(crate) async fn run(ctx: &mut Ctx<'_>, command: PlanCommand, ready: Option<&Made>) -> Result<Done, AppError> {
    match command {
        PlanCommand::MakePlan(_) => make::keep(ctx, ready.ok_or(AppError::NotFound("plan"))?).await,
        PlanCommand::AdoptPlan { plan } => adopt::adopt(ctx, plan).await,
    }
}
