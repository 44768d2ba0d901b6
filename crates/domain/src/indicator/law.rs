//! What may happen to a breakdown, and what makes a tree whole. Who may is [`super::access`]; whether units and tasks are there,
//! whoever asks finds out.

use super::breakdown::*;
use super::method::{Method, WHOLE};
use super::reading::percent;
use crate::base::codes::codes;
use crate::base::fold::blank;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::time::{Date, Instant};
use std::collections::{BTreeMap, HashMap, HashSet};

codes! {
    /// Why not.
    BreakdownRule {
        /// It is approved; a new version is begun.
        Approved = "breakdown_approved_already",
        /// Whoever drafted it does not approve it.
        OwnDraft = "breakdown_own_draft",
        /// It would be in force before today, or before the version before it.
        Backwards = "breakdown_backwards",
        /// Another draft of the indicator is being written.
        DraftOpen = "breakdown_draft_open",
        /// There is no such aspect or task in it.
        NotInTree = "not_in_tree",
        /// Something hangs below it.
        AspectInUse = "aspect_in_use",
        /// A task is split into two at least.
        SplitInTwo = "split_in_two",
        /// The parts weigh what the whole weighed.
        SplitWeights = "split_weights",
        /// Tasks of one aspect are merged, into one of them.
        MergeWithin = "merge_within",
        /// A task that runs keeps its due day here; it is put off as every matter is.
        DueStays = "task_due_stays",
        /// A task that runs and has gone on cannot be taken out.
        TaskGoesOn = "task_goes_on",
    }
}

codes! {
    /// What keeps a tree from being whole.
    TreeFault {
        /// It has no aspect.
        Empty = "tree_empty",
        /// A code twice.
        CodeTwice = "tree_code_twice",
        /// The weights of siblings do not make a whole.
        Weights = "tree_weights",
        /// An aspect lies below itself.
        Circle = "tree_circle",
        /// An aspect that is not there.
        NoAspect = "tree_no_aspect",
        /// An aspect has tasks and aspects below it.
        LeafWithChildren = "tree_leaf_with_children",
        /// An aspect has nothing below it.
        Bare = "tree_bare_aspect",
        /// The indicator has no such component.
        NoComponent = "tree_no_component",
        /// It has no name.
        NoName = "tree_no_name",
    }
}

/// What is wrong, with the code of what it is about and a number where there is one.
pub type TreeFaultAt = (TreeFault, String);

impl Tree {
    /// All that is wrong with it; nothing is left out because something else is wrong too.
    pub fn faults(&self, method: &Method) -> Vec<TreeFaultAt> {
        use TreeFault as F;
        let mut found: Vec<TreeFaultAt> = Vec::new();
        if self.aspects.is_empty() {
            found.push((F::Empty, String::new()));
        }
        let mut codes = HashSet::new();
        let all = self.aspects.iter().map(|a| &a.code).chain(self.tasks.iter().map(|t| &t.code));
        found.extend(all.filter(|c| !codes.insert(*c)).map(|c| (F::CodeTwice, c.clone())));
        let by_id: HashMap<AspectId, &Aspect> = self.aspects.iter().map(|a| (a.id, a)).collect();
        let with_tasks: HashSet<AspectId> = self.tasks.iter().map(|t| t.aspect).collect();
        let with_aspects: HashSet<AspectId> = self.aspects.iter().filter_map(|a| a.parent).collect();
        for a in &self.aspects {
            let mut fault = |wrong: bool, what: TreeFault| {
                if wrong {
                    found.push((what, a.code.clone()));
                }
            };
            fault(blank(&a.name), F::NoName);
            fault(method.component(&a.component).is_none(), F::NoComponent);
            fault(a.parent.is_some_and(|p| !by_id.contains_key(&p)), F::NoAspect);
            fault(in_circle(a, &by_id), F::Circle);
            let (tasks, aspects) = (with_tasks.contains(&a.id), with_aspects.contains(&a.id));
            fault(tasks && aspects, F::LeafWithChildren);
            fault(!tasks && !aspects, F::Bare);
        }
        found.extend(self.tasks.iter().filter(|t| blank(&t.title)).map(|t| (F::NoName, t.code.clone())));
        let lost = self.tasks.iter().filter(|t| !by_id.contains_key(&t.aspect));
        found.extend(lost.map(|t| (F::NoAspect, t.code.clone())));
        let under = |parent: Option<AspectId>| parent.and_then(|p| by_id.get(&p)).map_or("", |a| a.code.as_str());
        let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
        for a in &self.aspects {
            *sums.entry(under(a.parent)).or_default() += u64::from(a.weight);
        }
        let mut of_tasks: BTreeMap<&str, u64> = BTreeMap::new();
        for t in &self.tasks {
            *of_tasks.entry(under(Some(t.aspect))).or_default() += u64::from(t.weight);
        }
        let wrong = sums.into_iter().chain(of_tasks).filter(|(_, sum)| *sum != u64::from(WHOLE));
        found.extend(wrong.map(|(code, sum)| (F::Weights, format!("{code} {}", percent(sum)).trim().to_owned())));
        found
    }
}

/// Whether an aspect lies below itself.
fn in_circle(a: &Aspect, by_id: &HashMap<AspectId, &Aspect>) -> bool {
    let mut at = a.parent;
    for _ in 0..by_id.len() {
        let Some(parent) = at.and_then(|p| by_id.get(&p)) else { return false };
        if parent.id == a.id {
            return true;
        }
        at = parent.parent;
    }
    false
}

/// A breakdown after a transition, with what happened.
pub type BreakdownMoved = (Breakdown, Happened<BreakdownEvent>);

fn no<T>(rule: BreakdownRule, about: impl ToString) -> Result<T, Refusal> {
    Err(Refusal::rule(rule, about.to_string()))
}

impl Breakdown {
    /// Begins a version as a copy of the newest one; there is one draft at a time.
    pub fn begin_version(
        id: BreakdownId,
        at: Instant,
        by: &By,
        indicator: IndicatorId,
        newest: Option<&Breakdown>,
        reason: String,
    ) -> Result<BreakdownMoved, Refusal> {
        if let Some(open) = newest.filter(|n| n.state == BreakdownState::Draft) {
            return no(BreakdownRule::DraftOpen, open.no);
        }
        let (no, tree) = newest.map_or_else(|| (1, Tree::default()), |n| (n.no + 1, n.tree.clone()));
        let h = Happened { at, by: by.clone(), event: BreakdownEvent::Begun { indicator, no, reason, tree } };
        let breakdown = Breakdown::begin(id.0, &h).ok_or(Refusal::SameAsBefore)?;
        Ok((breakdown, h))
    }

    fn then(mut self, at: Instant, by: &By, event: BreakdownEvent) -> BreakdownMoved {
        let h = Happened { at, by: by.clone(), event };
        self.apply(&h);
        (self, h)
    }

    fn draft(&self) -> Result<(), Refusal> {
        match &self.state {
            BreakdownState::Draft => Ok(()),
            BreakdownState::Approved { effective, .. } => no(BreakdownRule::Approved, effective),
        }
    }

    fn leaf(&self, task: MatterId) -> Result<&Leaf, Refusal> {
        self.tree.task(task).map_or_else(|| no(BreakdownRule::NotInTree, ""), Ok)
    }

    /// Writes all of it anew. `before` is the version before: what of it is gone is retired, under the reason given.
    pub fn write(
        self,
        at: Instant,
        by: &By,
        before: Option<&Tree>,
        tree: Tree,
        reason: &str,
    ) -> Result<BreakdownMoved, Refusal> {
        self.draft()?;
        let tree = tree.sorted();
        if let Some(before) = before {
            for t in &tree.tasks {
                kept_due(before, t)?;
            }
        }
        let kept: HashSet<MatterId> = tree.tasks.iter().map(|t| t.task).collect();
        let gone = before.iter().flat_map(|b| &b.tasks).filter(|t| !kept.contains(&t.task));
        let retired: Vec<Retired> =
            gone.map(|t| Retired { task: t.task, into: Vec::new(), reason: reason.to_owned() }).collect();
        if self.tree == tree && self.retired == retired {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, by, BreakdownEvent::Written { tree, retired }))
    }

    /// Puts an aspect, new or not, where it belongs; what hangs below it comes along.
    pub fn put_aspect(self, at: Instant, by: &By, aspect: Aspect) -> Result<BreakdownMoved, Refusal> {
        self.draft()?;
        if self.tree.aspect(aspect.id) == Some(&aspect) {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, by, BreakdownEvent::AspectPut { aspect }))
    }

    /// Takes out an aspect that has nothing below it any more.
    pub fn remove_aspect(self, at: Instant, by: &By, aspect: AspectId) -> Result<BreakdownMoved, Refusal> {
        self.draft()?;
        let Some(own) = self.tree.aspect(aspect) else { return no(BreakdownRule::NotInTree, "") };
        let used = self.tree.tasks.iter().any(|t| t.aspect == aspect)
            || self.tree.aspects.iter().any(|a| a.parent == Some(aspect));
        if used {
            return no(BreakdownRule::AspectInUse, &own.code);
        }
        Ok(self.then(at, by, BreakdownEvent::AspectRemoved { aspect }))
    }

    /// Puts a task, new or not, under an aspect. `before` is the tree of the version before.
    pub fn put_task(self, at: Instant, by: &By, before: Option<&Tree>, task: Leaf) -> Result<BreakdownMoved, Refusal> {
        self.draft()?;
        if self.tree.aspect(task.aspect).is_none() {
            return no(BreakdownRule::NotInTree, &task.code);
        }
        if let Some(before) = before {
            kept_due(before, &task)?;
        }
        if self.tree.task(task.task) == Some(&task) {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, by, BreakdownEvent::TaskPut { task }))
    }

    /// Splits a task into several that weigh as much together.
    pub fn split_task(
        self,
        at: Instant,
        by: &By,
        task: MatterId,
        parts: Vec<Leaf>,
        reason: String,
    ) -> Result<BreakdownMoved, Refusal> {
        self.draft()?;
        let own = self.leaf(task)?;
        if parts.len() < 2 {
            return no(BreakdownRule::SplitInTwo, &own.code);
        }
        if parts.iter().map(|p| u64::from(p.weight)).sum::<u64>() != u64::from(own.weight) {
            return no(BreakdownRule::SplitWeights, percent(u64::from(own.weight)));
        }
        if parts.iter().any(|p| p.aspect != own.aspect || self.tree.task(p.task).is_some()) {
            return no(BreakdownRule::NotInTree, &own.code);
        }
        let retired = Retired { task, into: parts.iter().map(|p| p.task).collect(), reason };
        Ok(self.then(at, by, BreakdownEvent::TaskSplit { retired, tasks: parts }))
    }

    /// Merges tasks of one aspect into one of them, which weighs what all weighed.
    pub fn merge_tasks(
        self,
        at: Instant,
        by: &By,
        tasks: &[MatterId],
        into: MatterId,
        reason: &str,
    ) -> Result<BreakdownMoved, Refusal> {
        self.draft()?;
        let kept = self.leaf(into)?;
        let mut weight = kept.weight;
        let mut retired = Vec::new();
        for id in tasks {
            let own = self.leaf(*id)?;
            if *id == into || own.aspect != kept.aspect || retired.iter().any(|r: &Retired| r.task == *id) {
                return no(BreakdownRule::MergeWithin, &own.code);
            }
            weight += own.weight;
            retired.push(Retired { task: *id, into: vec![into], reason: reason.to_owned() });
        }
        if retired.is_empty() {
            return no(BreakdownRule::MergeWithin, &kept.code);
        }
        Ok(self.then(at, by, BreakdownEvent::TasksMerged { retired, into, weight }))
    }

    /// Takes a task out.
    pub fn drop_task(self, at: Instant, by: &By, task: MatterId, reason: String) -> Result<BreakdownMoved, Refusal> {
        self.draft()?;
        self.leaf(task)?;
        let retired = Retired { task, into: Vec::new(), reason };
        Ok(self.then(at, by, BreakdownEvent::TaskDropped { retired }))
    }

    /// Puts it in force from a day on, today at the earliest: a version never changes the past. Whether its tree is whole was
    /// asked before ([`Tree::faults`]).
    pub fn approve(
        self,
        at: Instant,
        by: &By,
        before: Option<&Breakdown>,
        effective: Date,
        today: Date,
    ) -> Result<BreakdownMoved, Refusal> {
        self.draft()?;
        if self.drafted_by == *by {
            return no(BreakdownRule::OwnDraft, "");
        }
        let earliest = before.and_then(Breakdown::effective).map_or(today, |d| d.max(today));
        if effective < earliest {
            return no(BreakdownRule::Backwards, earliest);
        }
        Ok(self.then(at, by, BreakdownEvent::Approved { effective }))
    }
}

/// A task of the version before keeps its due day.
fn kept_due(before: &Tree, task: &Leaf) -> Result<(), Refusal> {
    match before.task(task.task) {
        Some(was) if was.due != task.due => no(BreakdownRule::DueStays, &task.code),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::method::tests::electricity;
    use super::*;
    use jiff::civil::date;
    use uuid::Uuid;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }
    fn aspect(n: u128, parent: Option<u128>, weight: u32) -> Aspect {
        Aspect {
            id: AspectId(id(n)),
            code: format!("A{n:02}"),
            parent: parent.map(|p| AspectId(id(p))),
            name: "精简环节".into(),
            name_en: None,
            weight,
            component: "procedures".into(),
        }
    }
    fn leaf(n: u128, under: u128, weight: u32) -> Leaf {
        Leaf {
            task: MatterId(id(n)),
            code: format!("T{n:03}"),
            aspect: AspectId(id(under)),
            title: "合并受理与签约".into(),
            weight,
            owner: UnitId(id(900)),
            helpers: Vec::new(),
            due: date(2018, 3, 31),
            deliverable: String::new(),
            evidence: false,
        }
    }
    fn whole() -> Tree {
        Tree {
            aspects: vec![aspect(1, None, 6_000), aspect(2, None, 4_000), aspect(3, Some(2), 10_000)],
            tasks: vec![leaf(101, 1, 5_000), leaf(102, 1, 5_000), leaf(103, 3, 10_000)],
        }
    }
    fn who(n: u128) -> By {
        By::Person(PersonId(id(n)))
    }
    fn draft(tree: Tree) -> Breakdown {
        let at = Instant(0);
        let (b, _) = Breakdown::begin_version(BreakdownId(id(7)), at, &who(1), IndicatorId(id(8)), None, String::new())
            .expect("the first");
        b.write(at, &who(1), None, tree, "").expect("a draft").0
    }
    fn refused(r: Result<BreakdownMoved, Refusal>) -> String {
        match r.expect_err("refused") {
            Refusal::Rule { rule, .. } => rule.as_str().to_owned(),
            other => other.code().to_owned(),
        }
    }

    #[test]
    fn all_that_keeps_a_tree_from_being_whole_is_said() {
        let method = electricity();
        let told = |tree: &Tree| -> Vec<String> {
            tree.faults(&method).into_iter().map(|(f, at)| format!("{} {at}", f.as_str())).collect()
        };
        assert_eq!(told(&whole()), Vec::<String>::new());
        assert_eq!(told(&Tree::default()), ["tree_empty "]);
        let mut bad = whole();
        bad.aspects[0].weight = 5_900;
        bad.aspects[0].component = "speed".into();
        bad.aspects[1].parent = Some(AspectId(id(3)));
        bad.tasks[0].aspect = AspectId(id(2));
        bad.tasks[1].code = "A01".into();
        bad.tasks[2].title = " ".into();
        assert_eq!(
            told(&bad),
            [
                "tree_code_twice A01",
                "tree_no_component A01",
                "tree_circle A02",
                "tree_leaf_with_children A02",
                "tree_circle A03",
                "tree_leaf_with_children A03",
                "tree_no_name T103",
                "tree_weights 59",
                "tree_weights A03 40",
                "tree_weights A01 50",
                "tree_weights A02 50",
            ]
        );
        let mut lost = whole();
        lost.tasks[2].aspect = AspectId(id(99));
        assert!(told(&lost).contains(&"tree_no_aspect T103".to_owned()), "{:?}", told(&lost));
        assert!(told(&lost).contains(&"tree_bare_aspect A03".to_owned()));
    }

    #[test]
    fn a_version_is_another_persons_and_never_of_the_past() {
        let (today, at) = (date(2018, 1, 8), Instant(0));
        let b = draft(whole());
        assert_eq!(refused(b.clone().approve(at, &who(1), None, today, today)), "breakdown_own_draft");
        assert_eq!(refused(b.clone().approve(at, &who(2), None, date(2018, 1, 7), today)), "breakdown_backwards");
        let (first, _) = b.approve(at, &who(2), None, today, today).expect("approved");
        assert_eq!(
            refused(first.clone().drop_task(at, &who(1), MatterId(id(101)), String::new())),
            "breakdown_approved_already"
        );
        let next = |newest: &Breakdown| {
            Breakdown::begin_version(BreakdownId(id(9)), at, &who(1), first.indicator, Some(newest), "拆分".into())
        };
        let (second, _) = next(&first).expect("another");
        assert_eq!(refused(next(&second)), "breakdown_draft_open");
        assert_eq!((second.no, &second.tree), (2, &first.tree));
        let (second, _) = second.approve(at, &who(2), Some(&first), date(2018, 2, 26), today).expect("approved");
        let all = [first.clone(), second];
        let on = |day| in_force(&all, first.indicator, day).map(|v| v.no);
        let day = |month, day| on(date(2018, month, day));
        assert_eq!((day(1, 7), day(1, 8), day(2, 25), day(2, 26)), (None, Some(1), Some(1), Some(2)));
    }

    #[test]
    fn splitting_and_merging_keep_what_is_weighed() {
        let at = Instant(0);
        let b = draft(whole());
        let total = |b: &Breakdown| b.tree.weights().values().sum::<f64>();
        assert!((total(&b) - 100.0).abs() < 1e-9);
        let parts = |a: u32, c: u32| vec![leaf(111, 1, a), leaf(112, 1, c)];
        let task = MatterId(id(101));
        assert_eq!(
            refused(b.clone().split_task(at, &who(1), task, parts(2_000, 2_000), String::new())),
            "split_weights"
        );
        assert_eq!(
            refused(b.clone().split_task(at, &who(1), task, vec![leaf(111, 1, 5_000)], String::new())),
            "split_in_two"
        );
        let (split, h) = b.clone().split_task(at, &who(1), task, parts(2_000, 3_000), "两件事".into()).expect("split");
        assert_eq!((split.tree.tasks.len(), h.event.code()), (4, "task_split"));
        assert!((total(&split) - 100.0).abs() < 1e-9 && split.tree.faults(&electricity()).is_empty());
        let (merged, _) = split
            .clone()
            .merge_tasks(at, &who(1), &[MatterId(id(112)), MatterId(id(102))], MatterId(id(111)), "同一件事")
            .expect("merged");
        assert_eq!((merged.tree.tasks.len(), merged.tree.task(MatterId(id(111))).map(|t| t.weight)), (2, Some(10_000)));
        assert!((total(&merged) - 100.0).abs() < 1e-9 && merged.tree.faults(&electricity()).is_empty());
        let across = split.merge_tasks(at, &who(1), &[MatterId(id(103))], MatterId(id(111)), "");
        assert_eq!(refused(across), "merge_within");
    }

    #[test]
    fn moving_a_subtree_keeps_all_totals() {
        let at = Instant(0);
        let b = draft(whole());
        // What is heaviest moves below another heading, with all that hangs below it.
        let tree = Tree {
            aspects: vec![aspect(1, None, 10_000), aspect(2, Some(1), 10_000), aspect(3, Some(2), 10_000)],
            tasks: vec![leaf(101, 3, 5_000), leaf(102, 3, 5_000)],
        };
        let before = draft(tree);
        let (moved, _) = before.clone().put_aspect(at, &who(1), aspect(3, Some(1), 10_000)).expect("moved");
        let (moved, _) = moved.remove_aspect(at, &who(1), AspectId(id(2))).expect("what is empty may go");
        assert_eq!(moved.tree.tasks, before.tree.tasks);
        assert_eq!(moved.tree.weights(), before.tree.weights());
        assert_eq!(refused(b.remove_aspect(at, &who(1), AspectId(id(1)))), "aspect_in_use");
    }

    #[test]
    fn a_running_task_keeps_its_due_day() {
        let at = Instant(0);
        let before = whole();
        let b = draft(whole());
        let mut later = leaf(101, 1, 5_000);
        later.due = date(2018, 9, 30);
        assert_eq!(refused(b.clone().put_task(at, &who(1), Some(&before), later.clone())), "task_due_stays");
        assert!(b.put_task(at, &who(1), None, later).is_ok(), "what does not run yet may be planned otherwise");
    }
}
