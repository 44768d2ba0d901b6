//! The records behind figures of indicators, as lines: aspects, departments that own tasks, indicators.

use super::shown::{name, unit};
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use crate::form::record::Line;
use std::collections::BTreeMap;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_domain::figure::Distinct;
use yixian_domain::figure::tasks::{IndicatorFacts, TaskFact};
use yixian_domain::ids::UnitId;
use yixian_domain::indicator::Indicator;

/// A line for each key of a figure, in the order of the keys.
pub(crate) async fn lines(
    web: &Web,
    v: &Visitor,
    known: &IndicatorFacts,
    distinct: Distinct,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Line)>, AppError> {
    let say = &v.say;
    if distinct == Distinct::Indicator {
        let all = web.app().indicators(&v.actor).await?;
        let own = all.iter().map(|e| &e.indicator).filter(|i| ids.contains(&i.id.0));
        let line = |i: &Indicator| Line::to(format!("/indicators/{}", i.code), name(say, i)).end(i.code.clone());
        return Ok(own.map(|i| (i.id.0, line(i))).collect());
    }
    let directory = web.app().directory().await?;
    let key = |t: &TaskFact| if distinct == Distinct::Aspect { t.aspect.0 } else { t.owner.0 };
    let mut groups: BTreeMap<Uuid, Vec<&TaskFact>> = BTreeMap::new();
    for t in known.tasks.iter() {
        groups.entry(key(t)).or_default().push(t);
    }
    let line = |id: &Uuid| {
        let own = groups.get(id)?;
        let called = &own.first()?.aspect_called;
        let (text, code) = if distinct == Distinct::Aspect {
            (say.named(&called.name, called.name_en.as_deref()), called.code.to_string())
        } else {
            let code = directory.unit(UnitId(*id)).map(|u| u.code.clone());
            (unit(say, &directory, UnitId(*id)), code.unwrap_or_default())
        };
        Some((*id, Line::of(text).muted(say.t1("indicator-tasks-n", "n", own.len() as i64)).end(code)))
    };
    Ok(ids.iter().filter_map(line).collect())
}
