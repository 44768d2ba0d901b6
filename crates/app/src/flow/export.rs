//! Our own ledger as a log for other tools: one course per record (XES, tables), or objects with links (OCEL 2.0).
//!
//! Every event has exactly one `subject`, the record it happened to; unit, place and the visit a matter was found on are
//! its context. A deadline is a value with the time from which on it stood. Values are texts. Nobody's name is in it: people
//! are the ids that the ledger has. What was written is compared with what was handed over, and with what the ledger has.

use super::{BATCH, Chosen, Of, View};
use crate::App;
use crate::exchange::{Content, ExchangeError, new_file, write};
use crate::frame::error::AppError;
use crate::organisation::Directory;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use uuid::Uuid;
use yixian_domain::access::Actor;
use yixian_domain::ids::UnitId;
use yixian_domain::matter::MatterEvent;
use yixian_domain::time::Instant;
use yixian_mining::log::{Log, Phase};
use yixian_mining::ocel::{Kind, Ocel, SUBJECT, Written};
use yixian_store::StoreError;
use yixian_store::flow::{self, About};

/// Qualifier of an object that an event only touches.
const CONTEXT: &str = "context";

/// When each matter was due: from when on (microseconds), and the instant; empty for none.
type Dues = BTreeMap<Uuid, Vec<(i64, String)>>;

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A use case said no.
    #[error(transparent)]
    App(#[from] AppError),
    /// The file could not be written.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// An event has no subject, or several: a fault of this program.
    #[error("{0} events without exactly one subject")]
    Subject(usize),
}

/// The unit's code as other tools are to see it; its id when it has none any more.
fn unit_code(directory: &Directory, id: &str) -> String {
    id.parse().ok().and_then(|u| directory.unit(UnitId(u))).map_or_else(|| id.to_owned(), |u| u.code.clone())
}

/// The chosen cases alone, each with what it is about.
fn flat(view: &View<'_>, directory: &Directory) -> Log {
    let (from, mut log) = (&view.columns.log, Log::new());
    let codes: Vec<String> = from.units.iter().map(|id| unit_code(directory, id)).collect();
    for trace in view.all.iter() {
        for row in trace.rows {
            let event = from.event(*row);
            // Every event of the ledger says that something is done.
            log.push(&yixian_mining::log::Event {
                unit: from.unit(*row).map(|u| codes[u as usize].as_str()),
                phase: Phase::Complete,
                ..event
            });
        }
        let Some(case) = log.cases.find(from.cases.get(trace.case)) else { continue };
        let due = view.columns.about[trace.case as usize]
            .promise
            .and_then(|p| p.due)
            .map(|at| ("deadline", Instant(at).to_string()));
        for (name, value) in facts(view, trace.case, directory).into_iter().chain(due) {
            let value = log.text(&value);
            log.describe(case, name, value);
        }
        log.set_open(case, from.is_open(trace.case));
    }
    log
}

/// What a case is about, empty words left out.
fn facts(view: &View<'_>, case: u32, directory: &Directory) -> Vec<(&'static str, String)> {
    let (about, words) = (&view.columns.about[case as usize], &view.columns.words);
    let mut all = vec![
        ("kind", words.get(about.kind).to_owned()),
        ("category", words.get(about.category).to_owned()),
        ("origin", words.get(about.origin).to_owned()),
    ];
    all.extend([
        ("district", words.get(about.district).to_owned()),
        ("unit", unit_code(directory, &about.unit.0.to_string())),
    ]);
    all.retain(|(_, value)| !value.is_empty());
    all
}

fn object_type(of: Of, kind: &str) -> &'static str {
    match (of, kind) {
        (Of::Visits, _) => "visit",
        (Of::Matters, "connection") => "connection",
        (Of::Matters, _) => "matter",
    }
}

/// Adds the chosen records of one kind and their events; notes the places, units and visits they point at.
fn add(
    ocel: &mut Ocel,
    of: Of,
    view: &View<'_>,
    (links, dues): (&BTreeMap<Uuid, About>, &Dues),
    seen: &mut Pointed,
    directory: &Directory,
) {
    let log = &view.columns.log;
    for trace in view.all.iter() {
        let about = &view.columns.about[trace.case as usize];
        let id = log.cases.get(trace.case);
        let link = links.get(&about.id);
        let mut context = Vec::new();
        if let Some(place) = link.and_then(|l| l.place) {
            seen.places.insert(place);
            context.push((place.to_string(), "at"));
        }
        if let Some(visit) = link.and_then(|l| l.visit).filter(|v| seen.visits.contains(v)) {
            context.push((visit.to_string(), "found_on"));
        }
        let objects = context.iter().map(|(o, q)| ocel.link(o, q)).collect();
        let mut values: Vec<_> =
            facts(view, trace.case, directory).into_iter().map(|(name, value)| (name, 0, value)).collect();
        values.extend(dues.get(&about.id).into_iter().flatten().map(|(at, due)| ("deadline", *at, due.clone())));
        ocel.add_object(id, object_type(of, view.columns.words.get(about.kind)), values, objects);
        for row in trace.rows {
            let event = log.event(*row);
            let mut touched = vec![ocel.link(id, SUBJECT)];
            touched.extend(
                context
                    .iter()
                    .map(|(o, _)| o.clone())
                    .chain(event.unit.map(|u| format!("unit:{}", unit_code(directory, u))))
                    .map(|o| ocel.link(&o, CONTEXT)),
            );
            if let Some(unit) = event.unit {
                seen.units.insert(unit_code(directory, unit));
            }
            let values = event.actor.map(|a| ("actor", a.to_owned()));
            ocel.add_event(&format!("e{}", view.columns.seq[*row as usize]), event.activity, event.at, values, touched);
        }
    }
}

#[derive(Default)]
struct Pointed {
    places: HashSet<Uuid>,
    units: HashSet<String>,
    visits: HashSet<Uuid>,
}

impl Pointed {
    /// Everything that was pointed at becomes an object, so that no link leads nowhere.
    fn into_objects(self, ocel: &mut Ocel) {
        let mut places: Vec<Uuid> = self.places.into_iter().collect();
        places.sort_unstable();
        for place in places {
            ocel.add_object(&place.to_string(), "place", [], Vec::new());
        }
        let mut units: Vec<String> = self.units.into_iter().collect();
        units.sort_unstable();
        for code in units {
            ocel.add_object(&format!("unit:{code}"), "unit", [("code", 0, code.clone())], Vec::new());
        }
        for types in [&mut ocel.event_types, &mut ocel.object_types] {
            let declared: Vec<(String, Vec<String>)> =
                types.iter().map(|t| (t.name.clone(), t.iter().map(|a| a.0.to_owned()).collect())).collect();
            for (name, attributes) in declared {
                types.declare(&name, attributes.iter().map(|a| (a.as_str(), Kind::String)));
            }
        }
    }
}

impl App {
    /// Writes the chosen records into a new file, of the form that its name says. Object-centric forms take several
    /// choices together; a flat one takes the first.
    pub async fn export_flow(&self, actor: &Actor, chosen: &[Chosen], to: &Path) -> Result<Written, ExportError> {
        let form = new_file(to)?;
        let directory = self.directory().await?;
        let content = if form.is_flat() {
            let first = chosen.first().cloned().unwrap_or_else(|| Chosen::all(Of::Matters));
            Content::Flat(Box::new(self.flow(actor, &first, |view| flat(view, &directory)).await?))
        } else {
            let (mut ocel, mut seen) = (Ocel::default(), Pointed::default());
            // Visits first: a matter points at the visit it was found on only where that is exported too.
            let mut order: Vec<&Chosen> = chosen.iter().collect();
            order.sort_by_key(|c| c.of == Of::Matters);
            for one in order {
                let links = self.links(one.of).await?;
                let dues = if one.of == Of::Matters { self.dues().await? } else { Dues::new() };
                self.flow(actor, one, |view| {
                    add(&mut ocel, one.of, view, (&links, &dues), &mut seen, &directory);
                    if one.of == Of::Visits {
                        seen.visits.extend(view.all.iter().map(|t| view.columns.about[t.case as usize].id));
                    }
                })
                .await?;
            }
            seen.into_objects(&mut ocel);
            match ocel.without_one_subject().count() {
                0 => Content::Objects(Box::new(ocel)),
                n => return Err(ExportError::Subject(n)),
            }
        };
        Ok(write(&content, form, to)?)
    }

    /// When matters were due, as the ledger tells it.
    async fn dues(&self) -> Result<Dues, AppError> {
        let mut conn = self.store().read().await?;
        let (mut all, mut after) = (Dues::new(), 0);
        loop {
            let batch = flow::dues(&mut conn, after, BATCH).await?;
            let Some(last) = batch.last() else { return Ok(all) };
            after = last.0;
            for (_, record, at, body) in &batch {
                let event: MatterEvent = serde_json::from_str(body).map_err(|e| StoreError::corrupt("event", e))?;
                let Some(due) = event.says_due() else { continue };
                let due = due.map(|d| d.at.to_string()).unwrap_or_default();
                let moves = all.entry(*record).or_default();
                if moves.last().map_or("", |(_, was)| was) != due {
                    moves.push((at.saturating_mul(1_000), due));
                }
            }
        }
    }

    async fn links(&self, of: Of) -> Result<BTreeMap<Uuid, About>, AppError> {
        let mut conn = self.store().read().await?;
        let (mut all, mut after) = (BTreeMap::new(), 0);
        loop {
            let batch = flow::about(&mut conn, of, after, BATCH).await?;
            let Some(last) = batch.last() else { return Ok(all) };
            after = last.n;
            all.extend(batch.into_iter().map(|a| (a.id, a)));
        }
    }
}
