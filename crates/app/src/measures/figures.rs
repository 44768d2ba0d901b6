//! What figures read of measures, as they were known at an instant. It counts nothing.

use crate::App;
use crate::frame::error::AppError;
use crate::programmes::kept::Known;
use std::collections::HashSet;
use uuid::Uuid;
use yixian_domain::figure::VisitFact;
use yixian_domain::figure::measures::{MeasureFact, MeasureFacts, ProgrammeVisit};
use yixian_domain::ids::UnitId;
use yixian_domain::matter::{Matter, MatterKind, Stage};
use yixian_domain::part::Part;
use yixian_domain::time::{Instant, Zone};
use yixian_store::{Conn, matter};

/// A measure as figures read it; one that was refused or merged was not adopted.
fn fact(m: &Matter) -> Option<MeasureFact> {
    let measure = m.part.as_deref().and_then(Part::measure)?;
    let withdrawn = matches!(m.stage, Stage::Refused { .. } | Stage::Merged { .. });
    let adopted = measure.decision.as_ref().filter(|_| measure.is_adopted() && !withdrawn).map(|d| d.day);
    Some(MeasureFact {
        id: m.id,
        unit: m.unit,
        class: measure.class,
        adopted,
        applied: measure.applied.iter().map(|a| a.section).collect(),
    })
}

impl App {
    /// Measures of units that are wanted, and the visits their people led to places of programmes.
    pub(crate) async fn measure_facts(
        &self,
        conn: &mut Conn,
        works: &Known,
        as_of: Instant,
        wanted: impl Fn(UnitId) -> bool,
        visits: &[VisitFact],
        zone: &Zone,
    ) -> Result<MeasureFacts, AppError> {
        let matters = matter::known(conn, MatterKind::Measure, as_of).await?;
        let measures: Vec<MeasureFact> = matters.iter().filter_map(fact).filter(|f| wanted(f.unit)).collect();
        let sections = works.sections.clone();
        let places: HashSet<Uuid> =
            sections.iter().filter(|s| s.counts()).filter_map(|s| s.details.place).map(|p| p.0).collect();
        let took_place = |v: &&VisitFact| !v.cancelled && !v.merged && places.contains(&v.place.0) && wanted(v.led);
        let of = |v: &VisitFact| {
            let at = v.started.filter(|at| *at <= as_of)?;
            Some(ProgrammeVisit { id: v.id.0, led: v.led, day: zone.date_of(at) })
        };
        let visits = visits.iter().filter(took_place).filter_map(of).collect();
        Ok(MeasureFacts { measures, sections, visits })
    }
}
