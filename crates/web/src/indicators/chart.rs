//! The run of an indicator's score, drawn by the server as SVG: what the company counted as a line with filled marks, what others
//! claim as hollow ones, targets as dashed lines. Each mark says its name and its number; the table below it says the same.

use super::shown::{name, points, reading};
use crate::door::say::Say;
use crate::programmes::bars::escaped;
use std::fmt::Write;
use yixian_domain::indicator::{Indicator, Reading, ReadingKind};
use yixian_domain::time::Date;

const WIDTH: i32 = 720;
const HEIGHT: i32 = 200;
const LEFT: i32 = 40;
const BOTTOM: i32 = 24;

/// The chart; nothing where nothing was read.
pub(super) fn drawn(say: &Say, i: &Indicator) -> String {
    let scored: Vec<(&Reading, f64)> = i.readings.iter().map(|r| (r, i.score(r).total)).collect();
    let days = || scored.iter().filter(|(r, _)| r.kind != ReadingKind::Target).map(|(r, _)| r.day);
    let (Some(first), Some(last)) = (days().min(), days().max()) else { return String::new() };
    let lowest = scored.iter().map(|(_, s)| *s).fold(100.0, f64::min);
    // A chart of scores begins at zero only where they do: tens below the lowest.
    let floor = ((lowest / 10.0).floor() * 10.0 - 10.0).max(0.0);
    let whole = (last - first).get_days().max(1);
    let x = |d: Date| LEFT + 24 + (d - first).get_days() * (WIDTH - LEFT - 48) / whole;
    let y = |s: f64| HEIGHT - BOTTOM - ((s - floor) * f64::from(HEIGHT - BOTTOM - 12) / (100.0 - floor)) as i32;
    let title = format!("{} · {}", name(say, i), say.t("indicator-run"));
    let mut out = format!(
        r#"<figure class="run"><svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{}">"#,
        escaped(&title)
    );
    let mut step = floor;
    while step <= 100.0 {
        let at = y(step);
        let _ = write!(
            out,
            r#"<line class="run-grid" x1="{LEFT}" x2="{WIDTH}" y1="{at}" y2="{at}"/><text class="run-axis" x="{}" y="{}" text-anchor="end">{step:.0}</text>"#,
            LEFT - 6,
            at + 4
        );
        step += if 100.0 - floor > 50.0 { 20.0 } else { 10.0 };
    }
    for (r, s) in scored.iter().filter(|(r, _)| r.kind == ReadingKind::Target) {
        let at = y(*s);
        let _ = write!(
            out,
            r#"<line class="run-target" x1="{LEFT}" x2="{WIDTH}" y1="{at}" y2="{at}"><title>{}</title></line>"#,
            escaped(&format!("{} {}", reading(say, r), points(*s)))
        );
    }
    let mut counted: Vec<(Date, f64)> =
        scored.iter().filter(|(r, _)| r.kind == ReadingKind::Counted).map(|(r, s)| (r.day, *s)).collect();
    counted.sort_by_key(|(day, _)| *day);
    if counted.len() > 1 {
        let line: Vec<String> = counted.iter().map(|(d, s)| format!("{},{}", x(*d), y(*s))).collect();
        let _ = write!(out, r#"<polyline class="run-line" points="{}"/>"#, line.join(" "));
    }
    for (r, s) in scored.iter().filter(|(r, _)| r.kind != ReadingKind::Target) {
        let class = if r.kind == ReadingKind::Counted { "run-counted" } else { "run-claimed" };
        let (cx, cy) = (x(r.day), y(*s));
        let _ = write!(
            out,
            r#"<circle class="{class}" cx="{cx}" cy="{cy}" r="5"><title>{}</title></circle><text class="run-value" x="{cx}" y="{}" text-anchor="middle">{}</text>"#,
            escaped(&format!("{} {}", reading(say, r), points(*s))),
            if cy < 30 { cy + 20 } else { cy - 10 },
            points(*s)
        );
    }
    let _ = write!(
        out,
        r#"<text class="run-axis" x="{}" y="{}" text-anchor="middle">{}</text>"#,
        x(first),
        HEIGHT - 6,
        say.day(first)
    );
    if first != last {
        let _ = write!(
            out,
            r#"<text class="run-axis" x="{}" y="{}" text-anchor="middle">{}</text>"#,
            x(last),
            HEIGHT - 6,
            say.day(last)
        );
    }
    let _ =
        write!(out, "</svg><figcaption class=\"muted small\">{}</figcaption></figure>", say.t("indicator-run-legend"));
    out
}
