//! The doors: pages that do the whole job without JavaScript, the JSON API, the raiser's link. One
//! route table ([`routes::table`]) builds the router, the OpenAPI document and the authorisation
//! matrix. A request in one breath: route → visitor (who, language) → form or JSON parsed into a
//! [`yixian_app::command::Command`] → `App::execute` → page or redirect. This crate never names
//! SQL and decides nothing: access and law are the domain's.

pub mod api;
pub mod assets;
pub mod form;
pub mod frame;
pub mod guard;
pub mod install;
pub mod measure;
pub mod pages;
pub mod problem;
pub mod routes;
pub mod say;
pub mod serve;
pub mod tls;
pub mod visitor;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use yixian_app::App;
use yixian_app::clock::real_now;
use yixian_domain::ids::PersonId;
use yixian_domain::time::Instant;

/// What every handler has.
#[derive(Clone)]
pub struct Web {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub app: App,
    pub options: Options,
    pub says: say::Catalogues,
    pub limits: guard::Limits,
    /// One-click sign-in links of the demo company and the setup link; they live with the process.
    pub links: Mutex<HashMap<String, Link>>,
}

/// A one-click link, under the hash of its secret.
pub(crate) struct Link {
    entry: Entry,
    /// In real time; none for one that lives as long as the process.
    until: Option<Instant>,
}

/// What a one-click link opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Signs in as a person.
    Person(PersonId),
    /// Sets a person's password; works once.
    Password(PersonId),
    /// Sets an empty company up; works once.
    Setup,
}

/// How the doors are opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Served over TLS (or behind a proxy that is): cookies are `__Host-` and Secure, HSTS is sent.
    pub tls: bool,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Address at which people reach us, for links that are printed or sent.
    pub public_url: String,
    /// How long a link to set a password lives, days.
    pub password_link_days: u16,
}

impl Default for Options {
    fn default() -> Options { Options { tls: false, trusted_proxies: Vec::new(), public_url: String::new(), password_link_days: 7 } }
}

impl std::fmt::Debug for Web {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Web").field("options", &self.inner.options).finish_non_exhaustive()
    }
}

impl Web {
    /// The doors of a company.
    pub fn new(app: App, options: Options) -> Web {
        Web {
            inner: Arc::new(Inner {
                app,
                options,
                says: say::Catalogues::built_in(),
                limits: guard::Limits::new(),
                links: Mutex::new(HashMap::new()),
            }),
        }
    }
    /// The use cases.
    pub fn app(&self) -> &App { &self.inner.app }
    /// How the doors are opened.
    pub fn options(&self) -> &Options { &self.inner.options }
    /// Makes a one-click link that lives with the process, one to set a password only for its days;
    /// gives its path.
    pub fn link(&self, entry: Entry) -> String {
        let secret = self.app().mint().secret();
        let until = matches!(entry, Entry::Password(_)).then(|| real_now().plus_minutes(i64::from(self.options().password_link_days) * 24 * 60));
        let path = match entry {
            Entry::Person(_) => format!("/enter/{secret}"),
            Entry::Password(_) => format!("/password/{secret}"),
            Entry::Setup => format!("/setup/{secret}"),
        };
        if let Ok(mut links) = self.inner.links.lock() {
            links.insert(yixian_app::mint::hash_secret(&secret), Link { entry, until });
        }
        path
    }
    pub(crate) fn entry(&self, secret: &str) -> Option<Entry> {
        let links = self.inner.links.lock().ok()?;
        links.get(&yixian_app::mint::hash_secret(secret)).filter(|l| l.until.is_none_or(|until| real_now() < until)).map(|l| l.entry.clone())
    }
    pub(crate) fn spend(&self, secret: &str) {
        if let Ok(mut links) = self.inner.links.lock() {
            links.remove(&yixian_app::mint::hash_secret(secret));
        }
    }
    /// The router with every guard around it.
    pub fn router(&self) -> axum::Router { routes::router(self.clone()) }
}
