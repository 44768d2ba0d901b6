//! What figures read of works: programmes and sections as they were known at an instant. It counts nothing.

use super::kept::Known;
use crate::App;
use crate::frame::error::AppError;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;
use yixian_domain::calendar::WorkingCalendar;
use yixian_domain::figure::Period;
use yixian_domain::figure::works::{SectionFact, WorksFacts, is_plain};
use yixian_domain::ids::UnitId;
use yixian_domain::programme::{Programme, ProgrammeKind};
use yixian_store::programme as table;

impl App {
    /// The works of a period, or of the one programme that is asked for, of units that are wanted.
    pub(crate) fn counted_works(
        &self,
        known: &Known,
        period: Period,
        programme: Option<Uuid>,
        wanted: impl Fn(UnitId) -> bool,
        calendar: &WorkingCalendar,
    ) -> WorksFacts {
        let programmes = &known.programmes;
        let asked = |p: &Programme| match programme {
            Some(id) => p.id == id,
            None => is_plain(p, period.first(), period.last()),
        };
        let own: HashSet<Uuid> =
            programmes.values().filter(|p| asked(p) && wanted(p.details.owner)).map(|p| p.id).collect();
        if own.is_empty() {
            return WorksFacts::default();
        }
        let with: HashSet<Uuid> = own.iter().filter_map(|id| programmes[id].details.compare_with).collect();
        let mut facts = WorksFacts { calendar: Some(Arc::new(calendar.clone())), ..WorksFacts::default() };
        for s in known.sections.iter() {
            let Some(p) = programmes.get(&s.programme) else { continue };
            let fact = SectionFact { programme: p.clone(), section: s.clone() };
            if own.contains(&p.id) {
                facts.sections.push(fact);
            } else if with.contains(&p.id) {
                facts.compared.push(fact);
            }
        }
        facts.sections.sort_by_key(|f| f.section.id);
        facts.compared.sort_by_key(|f| f.section.id);
        let policies = self.policies();
        facts.finish = ProgrammeKind::ALL
            .iter()
            .filter_map(|k| Some((k.as_str(), policies.milestones.finish(*k)?.code.clone())))
            .collect::<BTreeMap<_, _>>();
        facts
    }

    /// The programme of a code, for whoever narrows figures to it.
    pub async fn programme_of_code(&self, code: &str) -> Result<Option<Uuid>, AppError> {
        Ok(table::by_code(&mut self.store().read().await?, code).await?.map(|p| p.id))
    }
}
