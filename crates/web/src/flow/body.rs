//! What flow pages show of cases, whoever's they are: map, hops, ways, months, ages, days, handovers, effort. It decides
//! nothing and reads nothing; how a step is said and where a number leads is the page's.

use crate::door::say::Say;
use crate::door::telling::digits;
use std::fmt::Write as _;
use yixian_app::flow::report::{AGES, EffortShown, FlowReport, HopShown, Part};
use yixian_app::mining::map::STEP;
use yixian_domain::figure::Distribution;
use yixian_domain::time::Date;

/// Rows of a table.
const ROWS: usize = 40;
/// Months of a chart.
const MONTHS: usize = 24;
/// Days of a chart.
const DAYS: usize = 62;
/// Letters that fit into a step of the map; a Chinese character takes two.
const LETTERS: usize = 23;
/// Least share of all hops on the map, percent.
const LEAST_PATHS: u8 = 10;
/// Share of all hops on the map when none is asked for.
const USUAL_PATHS: u8 = 90;
/// Ways told.
pub(super) const WAYS: usize = 10;

/// What stands on the map's lines.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    Count,
    Median,
    Total,
}

impl Measure {
    pub fn parse(text: &str) -> Measure {
        match text {
            "median" => Measure::Median,
            "total" => Measure::Total,
            _ => Measure::Count,
        }
    }
    fn word(self) -> &'static str {
        match self {
            Measure::Count => "count",
            Measure::Median => "median",
            Measure::Total => "total",
        }
    }
    /// All of them as a form offers them.
    pub fn offered(self, say: &Say) -> Vec<(&'static str, String, bool)> {
        [Measure::Count, Measure::Median, Measure::Total]
            .map(|m| (m.word(), say.of("flow-show", m.word()), m == self))
            .to_vec()
    }
}

/// The share of hops that was asked for.
pub(super) fn paths(asked: &str) -> u8 {
    asked.parse().ok().filter(|p| (LEAST_PATHS..=100).contains(p)).unwrap_or(USUAL_PATHS)
}

/// How names are said, and where numbers lead.
pub(super) struct Telling<'a> {
    pub say: &'a Say,
    /// A step in words.
    pub step: &'a dyn Fn(&str) -> String,
    /// A unit in words.
    pub unit: &'a dyn Fn(&str) -> String,
    /// To the records of a part; nowhere when they are not ours.
    pub link: &'a dyn Fn(&Part) -> Option<String>,
    /// Key of what is said below the map.
    pub map_hint: &'static str,
}

/// A length of time; seconds in.
pub(super) fn span(say: &Say, seconds: f64) -> String {
    if seconds < 30.0 { say.t("flow-at-once") } else { say.span((seconds * 1_000.0) as i64) }
}

/// Days that cases spent in something, all together.
pub(super) fn days(seconds: f64) -> String {
    let days = seconds / 86_400.0;
    if days >= 10.0 { digits(days.round() as u64) } else { format!("{days:.1}") }
}

/// Median and ninth decile in words.
pub(super) fn lasted(say: &Say, d: Option<Distribution>) -> String {
    d.map_or_else(
        || "—".into(),
        |d| say.t2("flow-median-p90", ("median", span(say, d.median)), ("p90", span(say, d.p90))),
    )
}

/// A card of a length of time: its median, and below it within what nine in ten stay.
pub(super) fn lasted_card(say: &Say, label: &str, d: Option<Distribution>, hint: Option<&str>) -> Card {
    let nine = d.map(|d| say.t1("flow-median-and-nine", "p90", span(say, d.p90)));
    let below: Vec<String> = nine.into_iter().chain(hint.map(|key| say.t(key))).collect();
    (say.t(label), d.map_or_else(|| "—".into(), |d| span(say, d.median)), below.join(" · "), None)
}

/// A step of the picture.
pub(super) struct StepShown {
    pub x: i32,
    pub y: i32,
    pub name: String,
    pub full: String,
    pub count: String,
    pub tx: i32,
    pub ty: i32,
    pub ty2: i32,
}

/// A hop of the picture.
pub(super) struct LineShown {
    pub d: String,
    pub class: String,
    pub label: String,
    pub x: i32,
    pub y: i32,
    pub title: String,
    pub marker: &'static str,
}

pub(super) struct HopRow {
    pub from: String,
    pub to: String,
    pub count: String,
    pub cases: String,
    pub href: Option<String>,
    pub median: String,
    pub p90: String,
    pub days: String,
    pub share: u64,
}

pub(super) struct WayRow {
    pub steps: String,
    pub cases: String,
    pub href: Option<String>,
    pub share: String,
    pub width: u64,
    pub median: String,
}

pub(super) struct AgeRow {
    pub label: String,
    pub n: String,
    pub href: Option<String>,
    pub width: u64,
    pub y: u64,
}

pub(super) struct MonthBar {
    pub label: String,
    pub n: String,
    pub href: Option<String>,
    pub median: String,
    pub p90: String,
    pub height: u64,
    pub x: u64,
    pub w: u64,
}

pub(super) struct AgainRow {
    pub step: String,
    pub n: String,
    pub href: Option<String>,
}

pub(super) struct HandoverRow {
    pub from: String,
    pub to: String,
    pub count: String,
    pub cases: String,
    pub href: Option<String>,
    pub median: String,
    pub days: String,
}

pub(super) struct DayBar {
    pub label: String,
    pub arrived: String,
    pub arrived_href: Option<String>,
    pub arrived_high: u64,
    pub completed: String,
    pub completed_href: Option<String>,
    pub x: u64,
    pub w: u64,
}

pub(super) struct EffortRow {
    pub name: String,
    pub n: String,
    pub cases: String,
    pub href: Option<String>,
    pub median: String,
    pub p90: String,
}

pub(super) struct Effort {
    pub note: String,
    pub rows: Vec<EffortRow>,
}

/// A card: label, value, hint, where it leads.
pub(super) type Card = (String, String, String, Option<String>);

/// All of it, ready for the template.
pub(super) struct Body {
    pub cards: Vec<Card>,
    pub width: i32,
    pub height: i32,
    pub boxes: Vec<StepShown>,
    pub lines: Vec<LineShown>,
    pub map_hint: String,
    pub left_out: Option<String>,
    pub hops: Vec<HopRow>,
    pub ways: Vec<WayRow>,
    pub ways_note: String,
    pub ages: Vec<AgeRow>,
    pub ages_alt: String,
    pub months: Vec<MonthBar>,
    pub months_alt: String,
    pub days: Vec<DayBar>,
    pub days_line: String,
    pub days_alt: String,
    pub days_note: String,
    pub again: Vec<AgainRow>,
    pub handovers: Vec<HandoverRow>,
    pub effort: Option<Effort>,
}

fn alt<'a>(pairs: impl Iterator<Item = (&'a String, &'a String)>) -> String {
    pairs.map(|(label, n)| format!("{label} {n}")).collect::<Vec<_>>().join(", ")
}

/// A name cut to what fits into a step of the map.
fn cut(name: &str) -> String {
    let wide = |c: char| if c.is_ascii() { 1 } else { 2 };
    if name.chars().map(wide).sum::<usize>() <= LETTERS {
        return name.to_owned();
    }
    let mut left = LETTERS - 1;
    let mut out: String = name
        .chars()
        .take_while(|c| {
            let fits = wide(*c) <= left;
            left = left.saturating_sub(wide(*c));
            fits
        })
        .collect();
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// A smooth line through points, from top to bottom or back.
fn curve(points: &[(i32, i32)]) -> String {
    let mut d = points.first().map(|(x, y)| format!("M{x} {y}")).unwrap_or_default();
    for pair in points.windows(2) {
        let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
        let middle = i32::midpoint(y1, y2);
        let _ = write!(d, " C{x1} {middle} {x2} {middle} {x2} {y2}");
    }
    d
}

fn picture(t: &Telling<'_>, report: &FlowReport, measure: Measure) -> (Vec<StepShown>, Vec<LineShown>) {
    let say = t.say;
    let boxes = report
        .map
        .steps
        .iter()
        .map(|s| {
            let ((x, y), (w, h)) = (s.at, STEP);
            let full = (t.step)(&report.steps[s.activity as usize]);
            StepShown {
                x: x - w / 2,
                y: y - h / 2,
                name: cut(&full),
                full,
                count: digits(s.count as u64),
                tx: x,
                ty: y - 2,
                ty2: y + 13,
            }
        })
        .collect();
    let weight = |h: &HopShown| match measure {
        Measure::Count => h.count as f64,
        Measure::Median => h.median,
        Measure::Total => h.total,
    };
    let most = report.map.lines.iter().map(|l| weight(&report.hops[l.hop])).fold(0.0, f64::max);
    let lines = report
        .map
        .lines
        .iter()
        .map(|l| {
            let hop = &report.hops[l.hop];
            let label = match measure {
                Measure::Count => digits(hop.count as u64),
                Measure::Median => span(say, hop.median),
                Measure::Total => say.t1("flow-days", "n", days(hop.total)),
            };
            // Five widths: more cannot be told apart.
            let heavy = if most > 0.0 { (weight(hop) / most * 4.0).round() as u8 } else { 0 };
            let middle = l.points.len() / 2;
            let (a, b) = (l.points[middle - 1], l.points[middle]);
            LineShown {
                d: curve(&l.points),
                class: format!("flow-line flow-w{heavy}{}", if l.back { " flow-back" } else { "" }),
                x: i32::midpoint(a.0, b.0),
                y: i32::midpoint(a.1, b.1) + 4,
                title: format!("{} → {}: {}", (t.step)(&hop.from), (t.step)(&hop.to), label),
                label,
                marker: if l.back { "flow-tip-back" } else { "flow-tip" },
            }
        })
        .collect();
    (boxes, lines)
}

fn high(n: f64, most: f64) -> u64 {
    if most > 0.0 { (n / most * 84.0).round() as u64 } else { 0 }
}

fn ages(t: &Telling<'_>, counts: &[usize]) -> Vec<AgeRow> {
    let most = counts.iter().max().copied().unwrap_or(0).max(1) as u64;
    counts
        .iter()
        .enumerate()
        .map(|(i, n)| AgeRow {
            label: match (i.checked_sub(1).map(|b| AGES[b]), AGES.get(i)) {
                (None, Some(to)) => t.say.t1("flow-age-under", "to", *to),
                (Some(from), Some(to)) => t.say.t2("flow-age-between", ("from", from), ("to", *to)),
                (from, None) => t.say.t1("flow-age-over", "from", from.unwrap_or_default()),
            },
            n: digits(*n as u64),
            href: (t.link)(&Part::Age(i)),
            width: *n as u64 * 180 / most,
            y: 4 + i as u64 * 24,
        })
        .collect()
}

fn months(t: &Telling<'_>, report: &FlowReport) -> Vec<MonthBar> {
    let months = &report.months[report.months.len().saturating_sub(MONTHS)..];
    let tallest = months.iter().map(|m| m.median).fold(0.0, f64::max);
    let wide = (320 / months.len().max(1) as u64).max(1);
    months
        .iter()
        .enumerate()
        .map(|(i, m)| MonthBar {
            label: m.month.clone(),
            n: digits(m.cases as u64),
            href: (t.link)(&Part::Month(m.month.clone())),
            median: span(t.say, m.median),
            p90: span(t.say, m.p90),
            height: high(m.median, tallest),
            x: i as u64 * wide + wide / 8,
            w: (wide * 3 / 4).clamp(1, 48),
        })
        .collect()
}

fn by_day(t: &Telling<'_>, report: &FlowReport) -> (Vec<DayBar>, String) {
    let shown = &report.days[report.days.len().saturating_sub(DAYS)..];
    let most = shown.iter().map(|d| d.arrived.max(d.completed)).max().unwrap_or(0) as f64;
    let wide = (320 / shown.len().max(1) as u64).max(1);
    let mut line = String::new();
    let bars = shown
        .iter()
        .enumerate()
        .map(|(i, d)| {
            let x = i as u64 * wide;
            let _ = write!(line, "{},{} ", x + wide / 2, 84 - high(d.completed as f64, most));
            let link = |n: usize, part: fn(Date) -> Part| if n > 0 { (t.link)(&part(d.day)) } else { None };
            DayBar {
                label: d.day.to_string(),
                arrived: digits(d.arrived as u64),
                arrived_href: link(d.arrived, Part::Arrived),
                arrived_high: high(d.arrived as f64, most),
                completed: digits(d.completed as u64),
                completed_href: link(d.completed, Part::Completed),
                x,
                w: wide.saturating_sub(1).max(1),
            }
        })
        .collect();
    (bars, line)
}

fn effort(t: &Telling<'_>, e: &EffortShown) -> Effort {
    let mut args = fluent_bundle::FluentArgs::new();
    args.set("cases", digits(e.cases as u64));
    args.set("working", lasted(t.say, e.working));
    args.set("waiting", lasted(t.say, e.waiting));
    args.set("unpaired", digits(e.unpaired as u64));
    Effort {
        note: t.say.with("flow-effort-note", &args),
        rows: e
            .steps
            .iter()
            .take(ROWS)
            .map(|s| EffortRow {
                name: (t.step)(&s.step),
                n: digits(s.lasted.n),
                cases: digits(s.cases as u64),
                href: (t.link)(&Part::Worked(s.step.clone())),
                median: span(t.say, s.lasted.median),
                p90: span(t.say, s.lasted.p90),
            })
            .collect(),
    }
}

impl Body {
    /// A report in words.
    pub fn of(t: &Telling<'_>, report: &FlowReport, measure: Measure, cards: Vec<Card>) -> Body {
        let say = t.say;
        let (boxes, lines) = picture(t, report, measure);
        let total: f64 = report.hops.iter().map(|h| h.total).sum();
        let share = |n: usize| if report.finished == 0 { 0.0 } else { n as f64 * 100.0 / report.finished as f64 };
        let ages = if report.open > 0 { ages(t, &report.ages) } else { Vec::new() };
        let months = months(t, report);
        let (days_shown, days_line) = by_day(t, report);
        Body {
            cards,
            boxes,
            lines,
            width: report.map.size.0,
            height: report.map.size.1,
            map_hint: say.t(t.map_hint),
            left_out: (report.map.steps_left_out + report.map.hops_left_out > 0).then(|| {
                say.t2(
                    "flow-left-out",
                    ("steps", report.map.steps_left_out as i64),
                    ("hops", report.map.hops_left_out as i64),
                )
            }),
            hops: report
                .worst
                .iter()
                .take(ROWS)
                .map(|i| &report.hops[*i])
                .map(|h| HopRow {
                    from: (t.step)(&h.from),
                    to: (t.step)(&h.to),
                    count: digits(h.count as u64),
                    cases: digits(h.cases as u64),
                    href: (t.link)(&Part::Hop(h.from.clone(), h.to.clone())),
                    median: span(say, h.median),
                    p90: span(say, h.p90),
                    days: days(h.total),
                    share: if total > 0.0 { (h.total / total * 100.0).round() as u64 } else { 0 },
                })
                .collect(),
            ways: report
                .ways
                .iter()
                .map(|w| WayRow {
                    steps: w.path.iter().map(|s| (t.step)(s)).collect::<Vec<_>>().join(" → "),
                    cases: digits(w.cases as u64),
                    href: (t.link)(&Part::Way(w.path.clone())),
                    share: format!("{:.1} %", share(w.cases)),
                    width: share(w.cases).round() as u64,
                    median: span(say, w.median),
                })
                .collect(),
            ways_note: say.t2(
                "flow-ways-note",
                ("shown", report.ways.len() as i64),
                ("all", report.ways_in_all as i64),
            ),
            ages_alt: alt(ages.iter().map(|a| (&a.label, &a.n))),
            ages,
            months_alt: alt(months.iter().map(|m| (&m.label, &m.median))),
            months,
            days_alt: alt(days_shown.iter().map(|d| (&d.label, &d.arrived))),
            days_note: say.t2("flow-days-note", ("shown", days_shown.len() as i64), ("all", report.days.len() as i64)),
            days: days_shown,
            days_line,
            again: report
                .again
                .iter()
                .take(ROWS)
                .map(|(s, n)| AgainRow {
                    step: (t.step)(s),
                    n: digits(*n as u64),
                    href: (t.link)(&Part::Again(s.clone())),
                })
                .collect(),
            handovers: report
                .handovers
                .iter()
                .take(ROWS)
                .map(|h| HandoverRow {
                    from: (t.unit)(&h.from),
                    to: (t.unit)(&h.to),
                    count: digits(h.count as u64),
                    cases: digits(h.cases as u64),
                    href: (t.link)(&Part::Handover(h.from.clone(), h.to.clone())),
                    median: span(say, h.median),
                    days: days(h.total),
                })
                .collect(),
            effort: report.effort.as_ref().map(|e| effort(t, e)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_where_they_stop_fitting() {
        for (name, shown) in [
            ("Raised", "Raised"),
            ("exactly twenty-three ok", "exactly twenty-three ok"),
            ("Confirmation of receipt of the request", "Confirmation of receip…"),
            ("进入环节现场勘查供电方案", "进入环节现场勘查供电方…"),
            ("受理", "受理"),
            ("twenty-one characters and", "twenty-one characters…"),
        ] {
            assert_eq!(cut(name), shown);
        }
    }
}
