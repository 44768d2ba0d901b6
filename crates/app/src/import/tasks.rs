//! Tasks of an indicator: what a line drafts, by the law that a form is judged by. A table is a draft of the next version: a line
//! is a task with its aspect, what it says of an aspect counts for all lines of that aspect, and nothing is given to anybody
//! before the draft is approved. Tasks that the table does not name stay as they are.

use super::partners::Codes;
use super::table::{Cells, Fields, Line, Plan, Step, parts};
use super::wording;
use super::{Refused, Why};
use crate::App;
use crate::command::{AspectIn, IndicatorCommand, TaskIn};
use crate::frame::error::{AppError, FieldError};
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, Denial, may};
use yixian_domain::ids::*;
use yixian_domain::indicator::method::hundredths;
use yixian_domain::indicator::reading::percent;
use yixian_domain::indicator::*;
use yixian_domain::org::{Role, Unit};
use yixian_domain::organisation::work;
use yixian_domain::refusal::Refusal;
use yixian_domain::time::Date;
use yixian_store::{Conn, indicator as table, org};

/// Whether somebody keeps any indicator.
pub(super) async fn may_keep_any(app: &App, actor: &Actor) -> Result<(), AppError> {
    if *actor == Actor::System {
        return Ok(());
    }
    may(actor, &Ask::ReadIndicators)?;
    let directory = app.directory().await?;
    let all = table::list(&mut app.store().read().await?).await?;
    let keeps = |i: &Indicator| {
        let path = directory.unit(i.details.owner).map(|u| &u.path);
        path.is_some_and(|p| may(actor, &Ask::KeepIndicator(p, Some(i.details.commander))).is_ok())
    };
    if all.iter().any(keeps) { Ok(()) } else { Err(Denial::NeedsRole { role: Role::Coordinator }.into()) }
}

/// An indicator with the draft that lines change.
struct Book {
    kept: bool,
    indicator: Indicator,
    /// The draft there is, or the id of the one to begin.
    draft: Result<BreakdownId, BreakdownId>,
    /// What is in force or was last drafted, before the table.
    was: Tree,
    /// Approved before: a task of it keeps its due day.
    before: Tree,
    /// With the lines taken.
    tree: Tree,
    /// The first line that speaks of a code.
    lines: HashMap<String, u64>,
}

struct Planner<'a> {
    app: &'a App,
    today: Date,
    books: HashMap<String, Book>,
    units: Codes<UnitId>,
    stands: HashMap<UnitId, Unit>,
}

/// What the lines of a table of tasks do.
pub(super) async fn plan(app: &App, actor: &Actor, conn: &mut Conn, lines: Vec<Line>) -> Result<Plan, AppError> {
    let all = org::units(conn).await?;
    let stands: HashMap<UnitId, Unit> = all.iter().map(|u| (u.id, u.clone())).collect();
    let mut books = HashMap::new();
    for indicator in table::list(conn).await? {
        if !lines.iter().any(|l| l.cell("indicator") == indicator.code) {
            continue;
        }
        let d = &indicator.details;
        let owner = stands.get(&d.owner).map(|u| &u.path);
        let kept = *actor == Actor::System
            || owner.is_some_and(|p| may(actor, &Ask::KeepIndicator(p, Some(d.commander))).is_ok());
        let newest = table::newest(conn, indicator.id).await?;
        let new = BreakdownId(app.mint().uuid(app.clock().now()));
        let (draft, was, before) = match newest {
            Some(b) if b.state == BreakdownState::Draft => {
                let before = match b.no.checked_sub(1) {
                    Some(no) => table::version(conn, indicator.id, no).await?,
                    None => None,
                };
                (Ok(b.id), b.tree, before.map(|b| b.tree).unwrap_or_default())
            }
            Some(b) => (Err(new), b.tree.clone(), b.tree),
            None => (Err(new), Tree::default(), Tree::default()),
        };
        let book = Book { kept, draft, tree: was.clone(), was, before, lines: HashMap::new(), indicator };
        books.insert(book.indicator.code.clone(), book);
    }
    let mut planner = Planner {
        app,
        today: app.policies().zone.date_of(app.clock().now()),
        books,
        units: Codes::of(all.into_iter().map(|u| (u.code, u.id))),
        stands,
    };
    let mut plan = Plan::of(&lines, |c| planner.line(c));
    for book in planner.books.into_values() {
        book.end(&mut plan);
    }
    Ok(plan)
}

fn weight(c: &mut Cells<'_>, column: &'static str, was: Option<u32>) -> Option<u32> {
    c.optional(column, was, |c, text| {
        let read = hundredths(text);
        if read.is_none() {
            c.not_of(column, "weight", vec!["4.17".into()]);
        }
        read
    })
}

impl Planner<'_> {
    fn aspect(&mut self, c: &mut Cells<'_>) -> Option<AspectId> {
        let (app, now) = (self.app, self.app.clock().now());
        let book = self.books.get_mut(c.cell("indicator"))?;
        let code = c.cell("aspect");
        let was = book.tree.aspects.iter().find(|a| a.code == code).cloned();
        let name = c.text("aspect_name", None).or_else(|| was.as_ref().map(|a| a.name.clone()));
        let name_en = c.text("aspect_name_en", None).or_else(|| was.as_ref().and_then(|a| a.name_en.clone()));
        let parent = match c.cell("aspect_parent") {
            "" => was.as_ref().and_then(|a| a.parent),
            code => {
                let found = book.tree.aspects.iter().find(|a| a.code == code).map(|a| a.id);
                if found.is_none() {
                    c.fault("aspect_parent", "tree_no_aspect");
                }
                found
            }
        };
        let of_aspect = weight(c, "aspect_weight", None).or_else(|| was.as_ref().map(|a| a.weight));
        let component = match c.cell("component") {
            "" => was.as_ref().map(|a| a.component.clone()),
            text => {
                let method = book.indicator.method();
                let found = method.components.iter().find(|m| m.code == text || m.name == text || m.name_en == text);
                if found.is_none() {
                    let allowed = method.components.iter().map(|m| m.code.clone()).collect();
                    c.not_of("component", "tree_no_component", allowed);
                }
                found.map(|m| m.code.clone())
            }
        };
        for (missing, column, fault) in [
            (code.is_empty(), "aspect", "code"),
            (name.is_none(), "aspect_name", "name_needed"),
            (of_aspect.is_none() && c.cell("aspect_weight").is_empty(), "aspect_weight", "weight"),
            (component.is_none() && c.cell("component").is_empty(), "component", "tree_no_component"),
        ] {
            if missing {
                c.fault(column, fault);
            }
        }
        let aspect = Aspect {
            id: was.as_ref().map_or_else(|| AspectId(app.mint().uuid(now)), |a| a.id),
            code: code.to_owned(),
            parent,
            name: name?,
            name_en,
            weight: of_aspect?,
            component: component?,
        };
        let id = aspect.id;
        book.lines.entry(code.to_owned()).or_insert(c.line.n);
        book.tree.aspects.retain(|a| a.id != id);
        book.tree.aspects.push(aspect);
        Some(id)
    }

    fn owner(&mut self, c: &mut Cells<'_>, column: &'static str, code: &str) -> Option<UnitId> {
        let found = self.units.by_code.get(code).copied();
        let stands = found.and_then(|id| self.stands.get(&id)).map(|u| work::stands(u, self.today));
        match stands {
            Some(Ok(())) => found,
            Some(Err(e)) => {
                c.fault(column, e.as_str());
                None
            }
            None => {
                c.fault(column, "unit");
                None
            }
        }
    }

    fn line(&mut self, c: &mut Cells<'_>) -> Option<Step> {
        let Some(book) = self.books.get(c.cell("indicator")) else {
            c.fault("indicator", "indicator");
            return None;
        };
        if !book.kept {
            c.fault("indicator", "not_yours");
            return None;
        }
        let code = c.cell("code").to_owned();
        let was = book.was.tasks.iter().find(|t| t.code == code).cloned();
        let running = was.as_ref().and_then(|w| book.before.task(w.task)).cloned();
        let method = book.indicator.method().clone();
        let aspects_before = book.was.aspects.clone();
        let aspect = self.aspect(c);
        let due = c.day("due").or_else(|| was.as_ref().map(|w| w.due));
        if due.is_none() && c.cell("due").is_empty() {
            c.fault("due", "due_needed");
        }
        if let Some(r) = running.filter(|r| due.is_some_and(|d| d != r.due)) {
            c.law("due", Refusal::rule(BreakdownRule::DueStays, code.as_str()), vec![r.due.to_string()]);
        }
        if !yixian_domain::org::valid_code(&code) {
            c.fault("code", "code");
        }
        if c.cell("title").is_empty() && was.is_none() {
            c.fault("title", "name_needed");
        }
        let of_task = weight(c, "weight", was.as_ref().map(|w| w.weight));
        if of_task.is_none() && c.cell("weight").is_empty() {
            c.fault("weight", "weight");
        }
        let owners: Vec<&str> = parts(c.cell("owner")).collect();
        let owner = match owners.as_slice() {
            [] if was.is_some() => was.as_ref().map(|w| w.owner),
            [] => {
                c.fault("owner", "owner_needed");
                None
            }
            [one] => self.owner(c, "owner", one),
            _ => {
                c.fault("owner", "two_owners");
                None
            }
        };
        let mut helpers = was.as_ref().map(|w| w.helpers.clone()).unwrap_or_default();
        if c.line.has("helpers") {
            helpers.clear();
            for code in parts(c.cell("helpers")) {
                let found = self.owner(c, "helpers", code);
                helpers.extend(found.filter(|h| Some(*h) != owner && !helpers.contains(h)));
            }
        }
        let evidence = c.optional("evidence", was.as_ref().map(|w| w.evidence), |c, text| {
            let read = wording::yes(text);
            if read.is_none() {
                c.not_of("evidence", "yes", vec!["yes".into(), "no".into()]);
            }
            read
        });
        let title = c.text("title", was.as_ref().map(|w| w.title.clone()));
        let deliverable = c.text("deliverable", was.as_ref().map(|w| w.deliverable.clone()));
        if !c.is_good() {
            return None;
        }
        let now = self.app.clock().now();
        let leaf = Leaf {
            task: was.as_ref().map_or_else(|| MatterId(self.app.mint().uuid(now)), |w| w.task),
            code: code.clone(),
            aspect: aspect?,
            title: title.or_else(|| was.as_ref().map(|w| w.title.clone()))?,
            weight: of_task?,
            owner: owner?,
            helpers,
            due: due?,
            deliverable: deliverable.unwrap_or_default(),
            evidence: evidence.unwrap_or_default(),
        };
        let book = self.books.get_mut(c.cell("indicator"))?;
        book.lines.entry(code.clone()).or_insert(c.line.n);
        let aspects_now = book.tree.aspects.clone();
        book.tree.tasks.retain(|t| t.task != leaf.task);
        book.tree.tasks.push(leaf.clone());
        let before = was.as_ref().map(|w| self.fields(&method, &aspects_before, w));
        Some(Step {
            line: c.line.n,
            name: was.as_ref().map_or_else(|| leaf.title.clone(), |w| w.title.clone()),
            code,
            before,
            after: self.fields(&method, &aspects_now, &leaf),
            commands: Vec::new(),
        })
    }

    fn fields(&self, method: &Method, aspects: &[Aspect], t: &Leaf) -> Fields {
        let aspect = aspects.iter().find(|a| a.id == t.aspect);
        let of = |read: &dyn Fn(&Aspect) -> String| aspect.map(read).unwrap_or_default();
        let parent = |a: &Aspect| a.parent.and_then(|p| aspects.iter().find(|x| x.id == p)).map(|x| x.code.clone());
        let mut helpers: Vec<String> = t.helpers.iter().map(|h| self.units.code(Some(*h))).collect();
        helpers.sort();
        vec![
            ("aspect", of(&|a| a.code.clone())),
            ("aspect_name", of(&|a| a.name.clone())),
            ("aspect_name_en", of(&|a| a.name_en.clone().unwrap_or_default())),
            ("aspect_parent", of(&|a| parent(a).unwrap_or_default())),
            ("aspect_weight", of(&|a| percent(u64::from(a.weight)))),
            ("component", of(&|a| method.component(&a.component).map_or(a.component.clone(), |c| c.code.clone()))),
            ("title", t.title.clone()),
            ("weight", percent(u64::from(t.weight))),
            ("owner", self.units.code(Some(t.owner))),
            ("helpers", helpers.join(";")),
            ("due", t.due.to_string()),
            ("deliverable", t.deliverable.clone()),
            ("evidence", if t.evidence { "yes".to_owned() } else { "no".to_owned() }),
        ]
    }
}

impl Book {
    /// What is wrong with the whole is told of the line that speaks of it; what is right is one draft, written at once.
    fn end(self, plan: &mut Plan) {
        let (indicator, lines) = (self.indicator.id.0, &self.lines);
        let first = lines.values().min().copied().unwrap_or(1);
        if !lines.is_empty() && plan.refused.is_empty() {
            for (fault, about) in self.tree.faults(self.indicator.method()) {
                let code = about.split(' ').next().unwrap_or_default();
                let line = lines.get(code).copied().unwrap_or(first);
                let f = FieldError::with("weight", fault.as_str(), about);
                plan.refused
                    .push(Refused::new(line, Why::Field { field: f.field.to_owned(), code: f.code, detail: f.detail }));
            }
        }
        let own = |s: &&mut Step| lines.get(&s.code).is_some_and(|n| *n == s.line) && !s.is_same();
        let Some(step) = plan.steps.iter_mut().find(own) else { return };
        let tree = self.tree.sorted();
        let (draft, begin) = match self.draft {
            Ok(there) => (there.0, None),
            Err(new) => (new.0, Some(new.0)),
        };
        let reason = wording::reason_of_a_table().to_owned();
        step.commands.extend(
            begin.map(|breakdown| {
                IndicatorCommand::BeginBreakdown { breakdown, indicator, reason: reason.clone() }.into()
            }),
        );
        step.commands.push(
            IndicatorCommand::WriteBreakdown {
                breakdown: draft,
                aspects: tree.aspects.iter().map(aspect_in).collect(),
                tasks: tree.tasks.iter().map(task_in).collect(),
                reason: String::new(),
            }
            .into(),
        );
    }
}

fn aspect_in(a: &Aspect) -> AspectIn {
    AspectIn {
        aspect: a.id.0,
        code: a.code.clone(),
        parent: a.parent.map(|p| p.0),
        name: a.name.clone(),
        name_en: a.name_en.clone(),
        weight: percent(u64::from(a.weight)),
        component: a.component.clone(),
    }
}

fn task_in(t: &Leaf) -> TaskIn {
    TaskIn {
        task: t.task.0,
        code: t.code.clone(),
        aspect: t.aspect.0,
        title: t.title.clone(),
        weight: percent(u64::from(t.weight)),
        owners: vec![t.owner.0],
        helpers: t.helpers.iter().map(|h| h.0).collect::<Vec<Uuid>>(),
        due: Some(t.due),
        deliverable: t.deliverable.clone(),
        evidence: t.evidence,
    }
}
