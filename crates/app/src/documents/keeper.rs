//! Who keeps a document or a recognition, and how optional texts of theirs are read.

use super::command::Needs;
use crate::frame::error::AppError;
use crate::frame::work::Ctx;
use yixian_domain::access::Ask;
use yixian_domain::base::fold::blank;
use yixian_domain::ids::UnitId;
use yixian_domain::org::Unit;
use yixian_store::org;

/// Nothing, or the text without blanks around it.
pub(crate) fn some(text: Option<String>) -> Option<String> {
    text.filter(|t| !blank(t)).map(|t| t.trim().to_owned())
}

/// The unit that keeps a document or whose practice it is, for whoever coordinates for it.
pub(super) async fn keeper(ctx: &mut Ctx<'_>, needs: Needs, unit: UnitId) -> Result<Unit, AppError> {
    let unit = org::unit(ctx.tx.conn(), unit).await?.ok_or_else(|| AppError::field("unit", "unit"))?;
    ctx.ask(&match needs {
        Needs::Keep | Needs::Cite => Ask::KeepDocument(&unit.path),
    })?;
    Ok(unit)
}
