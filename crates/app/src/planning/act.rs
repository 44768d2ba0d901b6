//! Carrying out commands on plans: keep one that was searched for, adopt one. Access is asked here, once for each command;
//! how a plan is searched for or becomes visits is not known here.

use super::adopt;
use super::command::{Needs, PlanCommand};
use super::make::{self, Made};
use crate::frame::error::AppError;
use crate::frame::work::{Ctx, Done};
use yixian_domain::access::Ask;
use yixian_domain::ids::UnitId;
use yixian_store::{org, plan as table};

/// Asks for the right to plan the visits of the unit a plan is for.
async fn admit(ctx: &mut Ctx<'_>, needs: Needs) -> Result<(), AppError> {
    let path = match needs {
        Needs::PlanOfUnit(id) => {
            org::unit(ctx.tx.conn(), UnitId(id)).await?.ok_or_else(|| AppError::field("unit", "unit"))?.path
        }
        Needs::PlanMade(id) => table::plan(ctx.tx.conn(), id).await?.ok_or(AppError::NotFound("plan"))?.path,
    };
    ctx.ask(&Ask::PlanVisits(&path))
}

/// Carries out a command. `ready`: what was searched for before writing.
pub(crate) async fn run(ctx: &mut Ctx<'_>, command: PlanCommand, ready: Option<&Made>) -> Result<Done, AppError> {
    admit(ctx, command.needs()).await?;
    match command {
        PlanCommand::MakePlan(_) => make::keep(ctx, ready.ok_or(AppError::NotFound("plan"))?).await,
        PlanCommand::AdoptPlan { plan } => adopt::adopt(ctx, plan).await,
    }
}
