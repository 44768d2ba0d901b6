//! Visits as lines of a list, as figures, places and the flow name them. It decides nothing about who sees them.

use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::web::Web;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::store::visit::ListRow as VisitRow;
use yixian_domain::ids::{PersonId, UnitId};

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
    let mut ids: Vec<Uuid> = list.iter().map(|r| r.place_id).collect();
    ids.sort();
    ids.dedup();
    let places = web.app().place_names(&ids).await?;
    Ok(list
        .iter()
        .map(|r| VisitLine {
            id: r.id,
            place: places.get(&r.place_id).cloned().unwrap_or_default(),
            leg: say.of("leg", &r.kind),
            leader: directory.person(PersonId(r.leader_id)).map(|p| p.name.clone()).unwrap_or_default(),
            host: directory.unit(UnitId(r.host_id)).map(|u| unit_name(say, u)).unwrap_or_default(),
            when: r
                .started_at
                .map_or_else(|| r.day.parse().map_or_else(|_| r.day.clone(), |d| say.day(d)), |t| say.moment_ms(t)),
            state: say.of("visit-is", &r.state),
        })
        .collect())
}
