//! A bar per section: planned, expected and reached, drawn by the server as SVG, so that it is there without JavaScript and on
//! paper. Shape tells what colour repeats: a hollow mark is planned, a filled one reached, a diamond expected.

use crate::door::say::Say;
use std::fmt::Write;
use yixian_domain::programme::{MilestoneKind, Section};
use yixian_domain::time::Date;

/// Width of the drawing, units.
const WIDTH: i32 = 1000;

/// Text in HTML.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The days a drawing spans: from the first to the last day that any section names, rounded to months.
fn span(sections: &[&Section], today: Date) -> (Date, Date) {
    let days = sections.iter().flat_map(|s| &s.milestones).flat_map(|m| [m.baseline(), m.expected(), m.reached()]);
    let days: Vec<Date> = days.flatten().chain([today]).collect();
    let first = days.iter().min().copied().unwrap_or(today).first_of_month();
    let last = days.iter().max().copied().unwrap_or(today).last_of_month();
    (first, last)
}

/// The bars of sections, each with a link to it.
pub(crate) fn drawn(say: &Say, sections: &[&Section], kinds: &[MilestoneKind], today: Date) -> String {
    if sections.is_empty() {
        return String::new();
    }
    let (first, last) = span(sections, today);
    let whole = (last - first).get_days().max(1);
    let at = |d: Date| (d - first).get_days() * WIDTH / whole;
    let mut out = String::from(r#"<ul class="bars">"#);
    for s in sections {
        let planned: Vec<Date> =
            s.milestones.iter().filter_map(yixian_domain::programme::Milestone::baseline).collect();
        let reached: Vec<Date> = s.milestones.iter().filter_map(yixian_domain::programme::Milestone::reached).collect();
        let stands = s.stands(today);
        let word = stands.map(|x| say.of("standing", x.as_str())).unwrap_or_default();
        let _ = write!(
            out,
            r#"<li><a href="/sections/{}">{}</a><svg viewBox="0 0 {WIDTH} 24" preserveAspectRatio="none" role="img" aria-label="{}">"#,
            s.id,
            escaped(&say.named(&s.details.name, s.details.name_en.as_deref())),
            escaped(&word),
        );
        if let (Some(a), Some(b)) = (planned.iter().min(), planned.iter().max()) {
            let _ = write!(
                out,
                r#"<rect class="bar-plan" x="{}" y="4" width="{}" height="6"/>"#,
                at(*a),
                (at(*b) - at(*a)).max(2)
            );
        }
        if let (Some(a), Some(b)) = (reached.iter().min(), reached.iter().max()) {
            let _ = write!(
                out,
                r#"<rect class="bar-done" x="{}" y="14" width="{}" height="6"/>"#,
                at(*a),
                (at(*b) - at(*a)).max(2)
            );
        }
        for (m, kind) in s.milestones.iter().filter_map(|m| Some((m, kinds.iter().find(|k| k.code == m.code)?))) {
            let title = |day: Date, what: &str| {
                let name = say.named(&kind.name, Some(&kind.name_en));
                escaped(&format!("{name} · {} · {}", say.t(what), say.day(day)))
            };
            if let Some(d) = m.baseline() {
                let _ = write!(
                    out,
                    r#"<circle class="bar-plan-mark" cx="{}" cy="7" r="3"><title>{}</title></circle>"#,
                    at(d),
                    title(d, "works-baseline")
                );
            }
            if let Some(d) = m.reached() {
                let _ = write!(
                    out,
                    r#"<circle class="bar-done-mark" cx="{}" cy="17" r="3"><title>{}</title></circle>"#,
                    at(d),
                    title(d, "works-actual")
                );
            } else if let Some(f) = &m.forecast {
                let x = at(f.day);
                let _ = write!(
                    out,
                    r#"<path class="bar-forecast" d="M{} 17l4-4 4 4-4 4z"><title>{}</title></path>"#,
                    x - 4,
                    title(f.day, "works-forecast")
                );
            }
        }
        let _ = write!(
            out,
            r#"<line class="bar-today" x1="{0}" x2="{0}" y1="0" y2="24"/></svg><small>{1}</small></li>"#,
            at(today),
            escaped(&word)
        );
    }
    let _ = write!(
        out,
        "</ul><p class=\"muted small\">{} – {} · {}</p>",
        say.day(first),
        say.day(last),
        say.t("works-bars-legend")
    );
    out
}
