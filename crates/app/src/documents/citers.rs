//! What cites a clause: whether it is there, whether it is still open, how it is called. The law of documents is told the list of
//! those that hold a clause; here it is made.

use crate::App;
use crate::frame::error::AppError;
use crate::frame::policy::Policies;
use crate::frame::work::Ctx;
use crate::matters::MatterRow;
use crate::matters::act as matters;
use yixian_domain::access::{Actor, Ask};
use yixian_domain::document::{Citation, Citing, Document};
use yixian_domain::figure::FigureCode;
use yixian_domain::ids::*;
use yixian_domain::matter::{Matter, MatterAction, MatterKind, Stage};
use yixian_domain::procedure::Step;
use yixian_domain::rules::RuleRow;
use yixian_domain::time::Date;
use yixian_store::{Conn, matter as table};

/// What cites, as pages name it.
#[derive(Clone, Debug)]
pub enum Citer {
    /// A limit rule; none where no version in force has it any more.
    Rule(Option<Box<RuleRow>>),
    /// A step of a procedure.
    Step(Option<Box<Step>>),
    /// A matter; none where the reader may not see it.
    Matter(Option<Box<MatterRow>>),
    /// A figure.
    Figure(Option<FigureCode>),
}

/// A citation with what cites.
#[derive(Clone, Debug)]
pub struct CitedBy {
    /// The citation.
    pub citation: Citation,
    /// What cites.
    pub citer: Citer,
    /// It cites today, is open, and holds the clause: it keeps it from ending.
    pub holds: bool,
    /// `document/clause@version` as of today; none where the clause holds no more.
    pub reference: Option<String>,
}

fn rule<'p>(policies: &'p Policies, row: &str) -> Option<&'p RuleRow> {
    policies.rules.all().iter().find(|r| r.id == row)
}

/// A step in the newest version of its procedure that has it.
fn step<'p>(policies: &'p Policies, procedure: &str, step: &str) -> Option<&'p Step> {
    let of = policies.procedures.all().iter().filter(|p| p.id == procedure);
    of.max_by_key(|p| p.version).and_then(|p| p.step(step))
}

/// Whether a matter of ours is still to be put right by somebody.
fn open(m: &Matter) -> bool {
    m.is_open() && !matches!(m.stage, Stage::Refused { .. } | Stage::Merged { .. })
}

/// Whether a rule, a step or a matter goes on being open on a day, and how a refusal names it.
async fn open_on(conn: &mut Conn, policies: &Policies, citing: &Citing, day: Date) -> Result<Option<String>, AppError> {
    let is = match citing {
        Citing::Rule { row } => rule(policies, row).is_some_and(|r| r.open_on(day)),
        Citing::Step { procedure, step } => policies
            .procedures
            .all()
            .iter()
            .any(|p| p.id == *procedure && p.step(step).is_some() && p.to.is_none_or(|to| day <= to)),
        Citing::Task { matter } | Citing::Violation { matter } => {
            let found = table::matter(conn, *matter).await?.filter(|s| open(&s.matter));
            let zone = &policies.zone;
            return Ok(found.map(|s| format!("{}-{:04}", zone.date_of(s.matter.raised.at).year(), s.n)));
        }
        Citing::Figure { code } => FigureCode::parse(code).is_some(),
    };
    Ok(is.then(|| citing.key()))
}

/// Those that keep a clause from ending on a day: cited then, open, and resting on what holds.
pub(super) async fn holding(ctx: &mut Ctx<'_>, citations: &[Citation], day: Date) -> Result<Vec<String>, AppError> {
    let mut all = Vec::new();
    for c in citations.iter().filter(|c| c.ended.is_none_or(|on| day < on) && c.citing.kind().holds()) {
        all.extend(open_on(ctx.tx.conn(), ctx.policies, &c.citing, day).await?);
    }
    all.sort();
    all.dedup();
    Ok(all)
}

/// A matter that is to cite, for whoever may say what it is about: its kind, and the day on which it was raised.
pub(super) async fn citing_matter(ctx: &mut Ctx<'_>, id: MatterId) -> Result<(MatterKind, Date), AppError> {
    let (stored, facts) = matters::load(ctx, id).await.map_err(|e| match e {
        AppError::NotFound(_) => AppError::field("citing", "citing"),
        e => e,
    })?;
    // Who may not see it is told the same as where there is none.
    ctx.ask(&Ask::SeeMatter(&facts)).map_err(|_| AppError::field("citing", "citing"))?;
    ctx.ask(&Ask::ActOnMatter(MatterAction::Relate, &facts))?;
    Ok((stored.matter.kind, ctx.policies.zone.date_of(stored.matter.raised.at)))
}

/// Whether a rule, a step or a figure that is to cite is there.
pub(super) fn is_there(policies: &Policies, citing: &Citing) -> bool {
    match citing {
        Citing::Rule { row } => rule(policies, row).is_some(),
        Citing::Step { procedure, step: of } => step(policies, procedure, of).is_some(),
        Citing::Figure { code } => FigureCode::parse(code).is_some(),
        // A matter is asked for with who may see it.
        Citing::Task { .. } | Citing::Violation { .. } => true,
    }
}

impl App {
    /// Citations with what cites, as far as a reader sees it: those that hold the clause first.
    pub(super) async fn cited_by(
        &self,
        actor: &Actor,
        document: &Document,
        citations: Vec<Citation>,
        today: Date,
    ) -> Result<Vec<CitedBy>, AppError> {
        let policies = self.policies();
        let ids: Vec<MatterId> = citations.iter().filter_map(|c| c.citing.matter()).collect();
        let rows = self.matter_rows(actor, &ids).await?;
        let mut conn = self.store().read().await?;
        let mut all = Vec::new();
        for citation in citations {
            let citer = match &citation.citing {
                Citing::Rule { row } => Citer::Rule(rule(&policies, row).cloned().map(Box::new)),
                Citing::Step { procedure, step: of } => {
                    Citer::Step(step(&policies, procedure, of).cloned().map(Box::new))
                }
                Citing::Task { matter } | Citing::Violation { matter } => {
                    Citer::Matter(rows.iter().find(|r| r.id == *matter).cloned().map(Box::new))
                }
                Citing::Figure { code } => Citer::Figure(FigureCode::parse(code)),
            };
            let holds = citation.cites(today)
                && citation.citing.kind().holds()
                && open_on(&mut conn, &policies, &citation.citing, today).await?.is_some();
            let reference = document.clause_on(citation.clause, today).map(|(v, c)| document.reference(v, c));
            all.push(CitedBy { citation, citer, holds, reference });
        }
        all.sort_by_key(|c| (!c.citation.cites(today), !c.holds, c.citation.citing.kind(), c.citation.since));
        Ok(all)
    }
}
