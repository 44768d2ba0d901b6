//! What every page has around its own content: language, navigation, who I am, the demo's clock.

use crate::door::assets;
use crate::door::nav::{self, Item};
use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use yixian_app::AppError;
use yixian_domain::access::Actor;
use yixian_domain::org::Role;

/// The frame of a page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Voice.
    pub say: Say,
    /// `light`, `dark` or none.
    pub theme: Option<&'static str>,
    /// Large text.
    pub large: bool,
    /// Name of who is signed in.
    pub person: Option<String>,
    /// His id: drafts of this browser are kept under it.
    pub person_id: Option<String>,
    /// Name of his unit.
    pub unit: String,
    /// Unread notices.
    pub unread: i64,
    /// May administer.
    pub administrator: bool,
    /// Where else to go.
    pub navigation: Vec<Item>,
    /// The demo's clock, when the business clock is not the real one.
    pub demo_clock: Option<String>,
    /// What forms carry.
    pub form_token: String,
    /// Where the reader is, to come back to after setting language or appearance.
    pub path: String,
    /// That what was asked for is done, on the page that follows it.
    pub done: Option<String>,
    /// Draft to forget, after a successful submit.
    pub draft_done: Option<String>,
    /// URLs of the browser files.
    pub css: String,
    /// Script.
    pub js: String,
    /// Icon.
    pub icon: String,
}

/// What was done, `matters.assign`, in a line. It comes from the browser: what is not known there is done all the same.
fn done(say: &Say, what: &str) -> String {
    let what = what.replace('_', "-");
    let (of, action) = what.split_once('.').unwrap_or((&what, ""));
    let own = format!("done-{of}-{action}");
    if say.has(&own) {
        return say.t(&own);
    }
    let label = match of {
        "matters" => format!("action-{action}"),
        "connections" => format!("case-action-{action}"),
        _ => String::new(),
    };
    if say.has(&label) { say.t1("done-what", "what", say.t(&label)) } else { say.t("done") }
}

impl Frame {
    /// A frame without navigation: sign-in, raiser's page, errors.
    pub fn plain(web: &Web, v: &Visitor) -> Frame {
        let clock = web.app().clock();
        Frame {
            say: v.say.clone(),
            theme: v.theme,
            large: v.large,
            person: None,
            person_id: None,
            unit: String::new(),
            unread: 0,
            administrator: false,
            navigation: Vec::new(),
            demo_clock: clock.is_shifted().then(|| v.say.moment(clock.now())),
            form_token: v.form_token.clone(),
            path: v.path.clone(),
            done: None,
            draft_done: None,
            css: assets::url("app.css"),
            js: assets::url("page.js"),
            icon: assets::url("favicon.svg"),
        }
    }

    /// The frame of a signed-in person's page.
    pub async fn of(web: &Web, v: &Visitor, section: &'static str) -> Result<Frame, AppError> {
        let mut f = Frame::plain(web, v);
        f.navigation = nav::items(&web.inner.navigation, &v.say, &v.actor, section);
        let Some(id) = v.person else { return Ok(f) };
        f.person_id = Some(id.to_string());
        let directory = web.app().directory().await?;
        if let Some(p) = directory.person(id) {
            f.person = Some(p.name.clone());
            f.unit = directory.unit(p.unit).map(|u| unit_name(&v.say, u)).unwrap_or_default();
        }
        f.done = v.done.as_deref().map(|what| done(&v.say, what));
        f.unread = web.app().unread(id).await?;
        f.administrator =
            matches!(&v.actor, Actor::Person { grants, .. } if grants.iter().any(|g| g.role == Role::Administrator));
        Ok(f)
    }

    /// A message; short for templates.
    pub fn t(&self, key: &str) -> String {
        self.say.t(key)
    }
    /// A message with a number; short for templates.
    pub fn n(&self, key: &str, n: &i64) -> String {
        self.say.t1(key, "n", *n)
    }
    /// A message of a family; short for templates.
    pub fn of_(&self, family: &str, name: &str) -> String {
        self.say.of_or(family, name)
    }
    /// The language's tag.
    pub fn lang(&self) -> &'static str {
        self.say.lang().tag()
    }
}
