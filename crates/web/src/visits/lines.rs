//! Visits as lines of a list, as figures, places and the flow name them. It decides nothing about who sees them.

use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::visits::VisitRow;
use yixian_domain::ids::VisitId;

/// A visit in a list.
pub struct VisitLine {
    /// Id.
    pub id: Uuid,
    /// Where to.
    pub place: String,
    /// Type in words.
    pub leg: String,
    /// Who leads.
    pub leader: String,
    /// Host.
    pub host: String,
    /// When, check-in or planned day.
    pub when: String,
    /// State in words.
    pub state: String,
}

/// Visits ready to be shown as lines.
pub async fn visit_lines(web: &Web, say: &Say, list: &[VisitRow]) -> Result<Vec<VisitLine>, AppError> {
    let directory = web.app().directory().await?;
    let mut ids: Vec<Uuid> = list.iter().map(|r| r.place.0).collect();
    ids.sort();
    ids.dedup();
    let places = web.app().place_names(&ids).await?;
    Ok(list
        .iter()
        .map(|r| VisitLine {
            id: r.id.0,
            place: places.get(&r.place.0).cloned().unwrap_or_default(),
            leg: say.of("leg", r.kind.as_str()),
            leader: directory.person(r.leader).map(|p| p.name.clone()).unwrap_or_default(),
            host: directory.unit(r.host).map(|u| unit_name(say, u)).unwrap_or_default(),
            when: r.started.map_or_else(|| say.day(r.day), |t| say.moment(t)),
            state: say.of("visit-is", r.stage.as_str()),
        })
        .collect())
}

/// Visits by id, ready to be shown as lines: those of them that the visitor may see, in the order of the ids.
pub async fn of_ids(web: &Web, v: &Visitor, ids: &[Uuid]) -> Result<Vec<VisitLine>, AppError> {
    let ids: Vec<VisitId> = ids.iter().copied().map(VisitId).collect();
    visit_lines(web, &v.say, &web.app().visit_rows(&v.actor, &ids).await?).await
}
