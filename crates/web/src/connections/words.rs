//! Words of the connection service that several pages say: pictures of use and capacity, kilowatts,
//! yuan, spans of time as a strip.

use crate::door::say::Say;
use crate::form::page::Picture;
use yixian_app::connections::Lead;
use yixian_domain::connection::clock::{Clocks, Tile};
use yixian_domain::connection::eligible::Reason;
use yixian_domain::matter::StageName;

/// Uses with their picture; the code is the command's.
pub(crate) const USES: [(&str, &str); 7] = [
    ("home", "home"),
    ("shop", "shop"),
    ("workshop", "workshop"),
    ("farm", "farm"),
    ("charging", "charger"),
    ("building", "site"),
    ("other", "office"),
];

/// Capacities to choose by, kilowatts, with their picture.
pub(crate) const CAPACITIES: [(&str, &str); 6] =
    [("8", "lamp"), ("15", "cooler"), ("50", "oven"), ("100", "lathe"), ("160", "line"), ("250", "station")];

/// The uses as pictures.
pub(crate) fn uses(say: &Say) -> Vec<Picture> {
    USES.into_iter()
        .map(|(code, art)| Picture { code, art, label: say.of("use", code), hint: say.of("use-hint", code) })
        .collect()
}

/// The capacities as pictures.
pub(crate) fn capacities(say: &Say) -> Vec<Picture> {
    CAPACITIES
        .into_iter()
        .map(|(code, art)| Picture {
            code,
            art,
            label: say.t(&format!("capacity-{code}")),
            hint: say.t(&format!("capacity-hint-{code}")),
        })
        .collect()
}

/// Kilowatts in words.
pub(crate) fn kilowatts(say: &Say, n: &str) -> String {
    say.t1("kw", "n", n.to_owned())
}

/// Why it is not a 三零 case, one line a reason.
pub(crate) fn eligible_reasons(say: &Say, all: &[Reason]) -> Vec<String> {
    all.iter()
        .map(|r| {
            let key = format!("reason-{}", r.code().replace('_', "-"));
            match r {
                Reason::Capacity { cap } => say.t1(&key, "cap", cap.to_string()),
                Reason::Aggregate { cap, total } => {
                    say.t2(&key, ("cap", cap.to_string()), ("total", total.to_string()))
                }
                _ => say.t(&key),
            }
        })
        .collect()
}

/// A part of the strip of time: whose it was, in thousandths of the whole.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub by: &'static str,
    pub x: i64,
    pub w: i64,
}

/// Whose an interval is.
pub(crate) fn by(tile: &Tile) -> &'static str {
    match tile {
        Tile::Utility { .. } => "utility",
        Tile::Customer { .. } => "customer",
        Tile::Paused { .. } => "paused",
        Tile::Nobody => "nobody",
    }
}

/// The intervals of a case as a strip of a thousand units.
pub(crate) fn strip(c: &Clocks) -> Vec<Span> {
    let whole = (c.to.0 - c.from.0).max(1);
    let at = |t: i64| (t - c.from.0) * 1000 / whole;
    c.intervals
        .iter()
        .map(|i| Span { by: by(&i.tile), x: at(i.from.0), w: (at(i.to.0) - at(i.from.0)).max(1) })
        .collect()
}

/// How long each held the case, calendar time, longest names only: who, words, span.
pub(crate) fn shares(say: &Say, c: &Clocks) -> Vec<(&'static str, String, String)> {
    ["utility", "customer", "paused"]
        .into_iter()
        .filter_map(|who| {
            let ms: i64 = c.intervals.iter().filter(|i| by(&i.tile) == who).map(|i| i.to.0 - i.from.0).sum();
            (ms > 0 || who == "utility").then(|| (who, say.of("span-by", who), say.span(ms)))
        })
        .collect()
}

/// An audit lead in words.
pub(crate) fn lead(say: &Say, l: &Lead) -> String {
    match l {
        Lead::LateEntry { event, happened_at, recorded_at } => {
            let mut args = fluent_bundle::FluentArgs::new();
            args.set("event", say.of_or("happened", event));
            args.set("at", say.moment(*happened_at));
            args.set("recorded", say.moment(*recorded_at));
            say.with("lead-late-entry", &args)
        }
        Lead::DateDiffers { said, recorded } => {
            say.t2("lead-date-differs", ("said", say.day(*said)), ("recorded", say.day(*recorded)))
        }
        Lead::StepsDiffer { said, recorded } => {
            say.t2("lead-steps-differ", ("said", i64::from(*said)), ("recorded", i64::from(*recorded)))
        }
        Lead::Paid { said } => say.t1("lead-paid", "n", said.to_string()),
        Lead::Designated => say.t("lead-designated"),
    }
}

/// A stage as the hall says it of a connection.
pub(crate) fn stage(say: &Say, stage: StageName) -> String {
    let name = stage.as_str();
    let key = format!("case-stage-{}", name.replace('_', "-"));
    if say.has(&key) { say.t(&key) } else { say.of("stage", name) }
}
