//! SAIDI month by month, drawn by the server as SVG: there without JavaScript and on paper. What major event days took stands
//! hatched on top of the other days, with a diamond, so that shape tells what colour repeats; a dashed line is the median of the
//! months without them, against which a run of good or bad months is read.

use crate::door::say::Say;
use crate::programmes::bars::escaped;
use std::fmt::Write;
use yixian_domain::outage::year::Indexed;
use yixian_domain::time::Date;

const WIDTH: f64 = 376.0;
const HEIGHT: f64 = 206.0;
/// Where the bars begin and end.
const LEFT: f64 = 34.0;
const TOP: f64 = 18.0;
const BOTTOM: f64 = 182.0;

/// A round number at or above one.
fn round_up(x: f64) -> f64 {
    let power = 10_f64.powf(x.max(1e-6).log10().floor());
    [1.0, 2.0, 4.0, 5.0, 10.0].into_iter().map(|s| s * power).find(|top| *top >= x).unwrap_or(10.0 * power)
}

fn median(mut all: Vec<f64>) -> Option<f64> {
    all.sort_by(f64::total_cmp);
    let n = all.len();
    if n == 0 { None } else { Some(f64::midpoint(all[(n - 1) / 2], all[n / 2])) }
}

/// A number as it stands above a bar.
fn short(x: f64) -> String {
    if x >= 100.0 { format!("{x:.0}") } else { format!("{x:.1}") }
}

/// The chart of a year's months; nothing where nobody is served.
pub(super) fn drawn(say: &Say, year: i16, months: &[(Date, Indexed)]) -> String {
    let told: Vec<(i8, f64, f64)> =
        months.iter().filter_map(|(m, i)| Some((m.month(), i.all.saidi_min()?, i.without.saidi_min()?))).collect();
    let most = told.iter().map(|t| t.1).fold(0.0, f64::max);
    if told.is_empty() || most <= 0.0 {
        return String::new();
    }
    let top = round_up(most);
    let y = |v: f64| BOTTOM - (BOTTOM - TOP) * v / top;
    let step = (WIDTH - LEFT) / 12.0;
    let middle = median(told.iter().map(|t| t.2).collect());
    let title = say.t1("reliability-chart-title", "year", year.to_string());
    let desc: Vec<String> = told
        .iter()
        .map(|(m, all, without)| {
            let month = say.t(&format!("month-{m}"));
            let minutes = say.t2("reliability-chart-month", ("month", month), ("n", format!("{all:.2}")));
            match all - without {
                apart if apart > 0.0 => {
                    format!("{minutes}{}", say.t1("reliability-chart-major", "n", format!("{apart:.2}")))
                }
                _ => minutes,
            }
        })
        .collect();
    let mut out = String::new();
    let _ = write!(
        out,
        r#"<figure class="run"><svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="run-t run-d"><title id="run-t">{}</title><desc id="run-d">{}</desc><defs><pattern id="run-h" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="run-apart-ground" width="5" height="5"/><rect class="run-apart-line" width="2" height="5"/></pattern></defs>"#,
        escaped(&title),
        escaped(&desc.join("；")),
    );
    for part in [0.0, 0.5, 1.0] {
        let at = y(top * part);
        let _ = write!(
            out,
            r#"<line class="c-grid" x1="{LEFT}" x2="{WIDTH}" y1="{at:.1}" y2="{at:.1}"/><text class="c-label" x="{:.1}" y="{:.1}" text-anchor="end">{}</text>"#,
            LEFT - 4.0,
            at + 4.0,
            short(top * part)
        );
    }
    for (m, all, without) in &told {
        let (x, wide) = (LEFT + step * (f64::from(*m) - 1.0) + 4.0, step - 8.0);
        let centre = x + wide / 2.0;
        let _ = write!(
            out,
            r#"<rect class="c-bar" x="{x:.1}" y="{:.1}" width="{wide:.1}" height="{:.1}"/>"#,
            y(*without),
            BOTTOM - y(*without)
        );
        if all > without {
            let (from, to) = (y(*all), y(*without));
            let _ = write!(
                out,
                r#"<rect class="run-apart" fill="url(#run-h)" x="{x:.1}" y="{from:.1}" width="{wide:.1}" height="{:.1}"/><path class="run-mark" d="M{centre:.1} {:.1}l4 4-4 4-4-4z"/>"#,
                to - from,
                f64::midpoint(from, to) - 4.0
            );
        }
        let _ = write!(
            out,
            r#"<text class="c-value" x="{centre:.1}" y="{:.1}" text-anchor="middle">{}</text>"#,
            y(*all) - 4.0,
            short(*all)
        );
    }
    for m in 1..=12_i32 {
        let _ = write!(
            out,
            r#"<text class="c-label" x="{:.1}" y="{:.1}" text-anchor="middle">{m}</text>"#,
            LEFT + step * (f64::from(m) - 0.5),
            BOTTOM + 14.0
        );
    }
    if let Some(middle) = middle {
        let at = y(middle);
        let _ = write!(out, r#"<line class="c-target" x1="{LEFT}" x2="{WIDTH}" y1="{at:.1}" y2="{at:.1}"/>"#);
    }
    let _ = write!(
        out,
        r#"<line class="c-axis" x1="{LEFT}" x2="{WIDTH}" y1="{BOTTOM}" y2="{BOTTOM}"/></svg><figcaption class="muted small">{}</figcaption></figure>"#,
        escaped(&say.t1("reliability-chart-legend", "n", middle.map_or_else(|| "–".to_owned(), |m| format!("{m:.2}"))))
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_is_round_and_the_median_is_in_the_middle() {
        for (x, top) in [(0.07, 0.1), (3.9, 4.0), (4.3, 5.0), (8.3, 10.0), (10.0, 10.0), (120.0, 200.0)] {
            assert!((round_up(x) - top).abs() < 1e-9, "{x}: {}", round_up(x));
        }
        assert_eq!((median(vec![]), median(vec![3.0, 1.0]), median(vec![5.0, 1.0, 2.0])), (None, Some(2.0), Some(2.0)));
    }
}
