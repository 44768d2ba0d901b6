//! What every handler has: the use cases, how the doors are opened, the words, the limits on guessing. It knows no
//! route; [`crate::router`] puts one around it.

use crate::door::limits::Limits;
use crate::door::nav::Entry;
use crate::door::say::Catalogues;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use yixian_app::command::Envelope;
use yixian_app::links;
use yixian_app::{App, AppError, Receipt};
use yixian_domain::access::Actor;
use yixian_domain::ids::{By, CommandId};

/// What every handler has.
#[derive(Clone)]
pub struct Web {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub app: App,
    pub options: Options,
    pub says: Catalogues,
    pub navigation: Vec<Entry>,
    pub limits: Limits,
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
    /// Commands a minute of one person, by whatever door and with however many tokens; none is no limit.
    pub commands_a_minute: Option<NonZeroU32>,
    /// How many nodes serve the company; each allows its share of what somebody may try.
    pub nodes: NonZeroU32,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            tls: false,
            trusted_proxies: Vec::new(),
            public_url: String::new(),
            password_link_days: 7,
            commands_a_minute: None,
            nodes: NonZeroU32::MIN,
        }
    }
}

impl std::fmt::Debug for Web {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Web").field("options", &self.inner.options).finish_non_exhaustive()
    }
}

impl Web {
    /// The doors of a company, with the words they speak and what stands in their navigation.
    pub fn speaking(app: App, options: Options, says: Catalogues, navigation: Vec<Entry>) -> Web {
        let limits = Limits::new(options.commands_a_minute, options.nodes);
        Web { inner: Arc::new(Inner { app, options, says, navigation, limits }) }
    }
    /// The use cases.
    pub fn app(&self) -> &App {
        &self.inner.app
    }
    /// How the doors are opened.
    pub fn options(&self) -> &Options {
        &self.inner.options
    }
    /// Carries out a command, once, unless whoever sends it has sent too many.
    pub async fn execute(
        &self,
        actor: &Actor,
        id: CommandId,
        envelope: Envelope,
        seen: Option<u32>,
    ) -> Result<Receipt, AppError> {
        if let Actor::Person { id, .. } = actor
            && self.inner.limits.command(*id).is_err()
        {
            return Err(AppError::TooMany { seconds: 60 });
        }
        self.app().execute(actor, id, envelope, seen).await
    }
    /// Forgets whom no try is held against any more; asked for every minute.
    pub fn forget_tries(&self) {
        self.inner.limits.forget();
    }
    /// Makes a link that lets somebody in, and says who made it; gives its path.
    pub async fn link(&self, entry: links::Entry, by: By) -> Result<String, AppError> {
        let secret = self.app().make_link(entry, self.options().password_link_days, by).await?;
        Ok(match entry {
            links::Entry::Person(_) => format!("/enter/{secret}"),
            links::Entry::Password(_) => format!("/password/{secret}"),
            links::Entry::Setup => format!("/setup/{secret}"),
        })
    }
}
