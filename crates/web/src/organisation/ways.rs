//! What somebody can get in with, as its owner and administrators see it, with a button to end each. It does not know how
//! any of it is made.

use crate::door::say::Say;
use yixian_app::credentials::Way;

/// A way in, ready to be shown.
#[derive(Clone, Debug)]
pub(crate) struct WayLine {
    pub hash: String,
    pub kind: String,
    pub label: Option<String>,
    pub when: String,
    /// The session in which the page is shown.
    pub own: bool,
}

/// Lines of ways in; the one whose hash is the reader's own is marked.
pub(crate) fn lines(say: &Say, ways: Vec<Way>, own: Option<&str>) -> Vec<WayLine> {
    ways.into_iter()
        .map(|w| {
            let mut when = vec![say.t1("way-made", "at", say.moment(w.made))];
            when.extend(w.seen.map(|at| say.t1("way-seen", "at", say.moment(at))));
            when.extend(w.until.map(|at| say.t1("way-until", "at", say.moment(at))));
            WayLine {
                kind: say.of("way", w.kind.as_str()),
                label: w.label,
                when: when.join(" · "),
                own: Some(w.hash.as_str()) == own,
                hash: w.hash,
            }
        })
        .collect()
}
