//! The tree of a version: a line for each aspect that opens to its tasks. It stays readable at any width, because it is a list;
//! folded it has as many lines as there are aspects.

use super::shown::{State, Tally, share, unit};
use crate::door::say::Say;
use crate::programmes::bars::escaped;
use std::collections::HashMap;
use std::fmt::Write;
use yixian_app::indicators::{IndicatorPage, TaskLine};
use yixian_domain::ids::AspectId;
use yixian_domain::indicator::{Aspect, Method};
use yixian_domain::time::Instant;

/// Tasks that a page carries folded; of a larger tree only the aspect that is asked for is opened.
const MOST: usize = 400;

/// What of a tree is shown.
pub(super) struct Shown<'a> {
    pub say: &'a Say,
    pub page: &'a IndicatorPage,
    /// The aspect that stands open, by its code.
    pub open: &'a str,
    /// The tasks that are wanted.
    pub wanted: &'a (dyn Fn(&TaskLine) -> bool + Sync),
    /// The other filters, to keep when an aspect is opened.
    pub query: String,
}

/// A component by its code.
pub(super) fn component(say: &Say, method: &Method, code: &str) -> String {
    method.component(code).map_or_else(|| code.to_owned(), |c| say.named(&c.name, Some(&c.name_en)))
}

fn pill(class: &str, text: &str) -> String {
    format!(r#"<span class="due {class}">{}</span>"#, escaped(text))
}

impl Shown<'_> {
    fn task(&self, out: &mut String, t: &TaskLine, at: Instant) {
        let say = self.say;
        let (class, word) = State::of(&t.fact, at).mark(say);
        let title = escaped(&format!("{} {}", t.leaf.code, t.leaf.title));
        let title = if t.seen {
            format!(r#"<a href="/matters/{}">{title}</a>"#, t.leaf.task)
        } else {
            format!("<span>{title}</span>")
        };
        let due = t.fact.due.map_or(t.leaf.due, |due| say.zone().date_of(due.plus_millis(-1)));
        let muted = [
            unit(say, &self.page.directory, t.leaf.owner),
            say.t1("task-due-on", "day", say.day(due)),
            say.t1("task-weighs", "share", format!("{:.2} %", t.fact.weight)),
        ];
        let _ = write!(
            out,
            r#"<li class="line">{}{title}<span class="muted">{}</span></li>"#,
            pill(class, &word),
            escaped(&muted.join(" · "))
        );
    }

    fn aspect(
        &self,
        out: &mut String,
        a: &Aspect,
        under: &HashMap<Option<AspectId>, Vec<&Aspect>>,
        tasks: &HashMap<AspectId, Vec<&TaskLine>>,
    ) {
        let (say, at) = (self.say, self.page.at);
        let mut below: Vec<&TaskLine> = Vec::new();
        let mut stack = vec![a.id];
        // As many aspects as there are, at most: a version in force goes in no circle.
        while let Some(id) = stack.pop() {
            below.extend(tasks.get(&id).into_iter().flatten());
            stack.extend(under.get(&Some(id)).into_iter().flatten().map(|a| a.id));
        }
        if below.is_empty() {
            return;
        }
        let tally = Tally::of(below.iter().copied(), at);
        let name = escaped(&format!("{} {}", a.code, say.named(&a.name, a.name_en.as_deref())));
        let muted = [
            component(say, self.page.indicator.method(), &a.component),
            say.t1("task-weighs", "share", format!("{:.2} %", tally.weight)),
            say.t1("task-by-weight", "share", share(tally.weight_done, tally.weight)),
        ];
        let head = format!(
            r#"{}<span class="aspect-name">{name}</span><span class="muted">{}</span>"#,
            pill(tally.class(), &tally.told()),
            escaped(&muted.join(" · "))
        );
        let open = self.open == a.code;
        let folded = self.page.tasks.len() > MOST && !open && !under.contains_key(&Some(a.id));
        if folded {
            let code: String = form_urlencoded::byte_serialize(a.code.as_bytes()).collect();
            let _ = write!(
                out,
                r#"<li class="aspect-far"><a href="?{}open={code}#tree">{head}</a></li>"#,
                escaped(&self.query)
            );
            return;
        }
        let _ = write!(out, "<li><details{}><summary>{head}</summary>", if open { " open" } else { "" });
        if let Some(children) = under.get(&Some(a.id)) {
            let _ = write!(out, r#"<ul class="aspects">"#);
            for c in children {
                self.aspect(out, c, under, tasks);
            }
            let _ = write!(out, "</ul>");
        }
        if let Some(own) = tasks.get(&a.id) {
            let _ = write!(out, r#"<ul class="rows">"#);
            for t in own {
                self.task(out, t, at);
            }
            let _ = write!(out, "</ul>");
        }
        let _ = write!(out, "</details></li>");
    }

    /// The tree; nothing where no task is wanted.
    pub(super) fn html(&self) -> String {
        let Some(version) = &self.page.version else { return String::new() };
        let mut under: HashMap<Option<AspectId>, Vec<&Aspect>> = HashMap::new();
        for a in &version.tree.aspects {
            under.entry(a.parent).or_default().push(a);
        }
        let mut tasks: HashMap<AspectId, Vec<&TaskLine>> = HashMap::new();
        for t in self.page.tasks.iter().filter(|t| (self.wanted)(t)) {
            tasks.entry(t.leaf.aspect).or_default().push(t);
        }
        if tasks.is_empty() {
            return String::new();
        }
        let mut out = String::from(r#"<ul class="aspects">"#);
        for a in under.get(&None).into_iter().flatten() {
            self.aspect(&mut out, a, &under, &tasks);
        }
        out.push_str("</ul>");
        out
    }
}
