//! Help: the loop, five minutes per role, keys, what works without JavaScript, how days are counted.
//! One page for everybody, also before signing in.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use askama::Template;
use axum::extract::State;

/// The roles that have a tour, with the number of steps in it.
const TOURS: [(&str, usize); 6] =
    [("leader", 5), ("coordinator", 5), ("handler", 4), ("verifier", 3), ("raiser", 3), ("administrator", 5)];
/// The keys there are.
const KEYS: [&str; 4] = ["J", "K", "Enter", "Tab"];

struct Tour {
    name: &'static str,
    title: String,
    steps: Vec<String>,
}

#[derive(Template)]
#[template(path = "account/help.html")]
struct HelpPage {
    f: Frame,
    loop_: Vec<(String, String)>,
    tours: Vec<Tour>,
    keys: Vec<(&'static str, String)>,
    plain: Vec<String>,
    days: Vec<String>,
    words: Vec<(String, String)>,
}

/// `GET /help`
pub async fn page(State(web): State<Web>, v: Visitor) -> Page {
    let say = &v.say;
    let several = |key: &str, n: usize| (1..=n).map(|i| say.t(&format!("{key}-{i}"))).collect::<Vec<_>>();
    let pairs = |key: &str, n: usize| {
        (1..=n).map(|i| (say.t(&format!("{key}-{i}")), say.t(&format!("{key}-{i}-text")))).collect::<Vec<_>>()
    };
    let page = HelpPage {
        loop_: pairs("help-loop", 5),
        tours: TOURS
            .iter()
            .map(|(name, n)| Tour {
                name,
                title: say.t(&format!("help-tour-{name}")),
                steps: several(&format!("help-tour-{name}"), *n),
            })
            .collect(),
        keys: KEYS.iter().map(|k| (*k, say.t(&format!("help-key-{}", k.to_lowercase())))).collect(),
        plain: several("help-plain", 4),
        days: several("help-days", 7),
        words: pairs("help-word", 6),
        f: Frame::of(&web, &v, "help").await?,
    };
    show(&page)
}
