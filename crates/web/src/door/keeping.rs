//! Who keeps a register, as its forms ask: the units that somebody keeps it for, and what whoever keeps none is told. It names
//! no register; each asks its own question of the rules.

use crate::door::telling::unit_name;
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use yixian_app::AppError;
use yixian_domain::access::{Ask, Denial, may};
use yixian_domain::org::{Role, UnitPath};

/// What somebody is told who sees a record and does not keep it.
pub(crate) fn denied() -> AppError {
    AppError::Denied(Denial::NeedsRole { role: Role::Coordinator })
}

/// Units for which somebody may do what is asked, to choose from.
///
/// # Errors
/// Denied to whoever may do it for none.
pub(crate) async fn units(
    web: &Web,
    v: &Visitor,
    ask: impl Fn(&UnitPath) -> Ask<'_>,
) -> Result<Vec<(String, String)>, AppError> {
    let directory = web.app().directory().await?;
    let own = directory.units().filter(|u| may(&v.actor, &ask(&u.path)).is_ok());
    let all: Vec<_> = own.map(|u| (u.id.to_string(), unit_name(&v.say, u))).collect();
    if all.is_empty() { Err(denied()) } else { Ok(all) }
}
