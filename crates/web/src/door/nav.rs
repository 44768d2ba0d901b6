//! Navigation: what a slice puts into it, and what of it somebody sees. It knows no slice; [`crate::slices`] lists what
//! there is, in order.

use crate::door::say::Say;
use yixian_domain::access::Actor;
use yixian_domain::org::Role;

/// Where an entry stands on a phone; at a desk all stand in the column beside the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phone {
    /// In the bar below the page.
    Bar,
    /// At the foot of the page, under this name.
    Foot(&'static str),
    /// Nowhere: its page is reached from another.
    Not,
}

/// What a slice puts into the navigation.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Where it leads.
    pub href: &'static str,
    /// What pages of it say they are in.
    pub section: &'static str,
    /// Its picture.
    pub icon: &'static str,
    /// Its name, as a message.
    pub name: &'static str,
    /// Only for those who have this role somewhere.
    pub role: Option<Role>,
    /// On a phone.
    pub phone: Phone,
    /// A heading that stands before it, as a message.
    pub head: Option<&'static str>,
}

impl Entry {
    /// An entry for everybody, at the foot of a phone's page.
    pub const fn new(href: &'static str, section: &'static str, icon: &'static str, name: &'static str) -> Entry {
        Entry { href, section, icon, name, role: None, phone: Phone::Foot(name), head: None }
    }
    /// In the bar of a phone.
    #[must_use]
    pub const fn in_bar(self) -> Entry {
        Entry { phone: Phone::Bar, ..self }
    }
    /// For a role.
    #[must_use]
    pub const fn of(self, role: Role) -> Entry {
        Entry { role: Some(role), ..self }
    }
}

/// An entry as somebody sees it.
#[derive(Clone, Debug)]
pub struct Item {
    /// Where it leads.
    pub href: &'static str,
    /// Its picture.
    pub icon: &'static str,
    /// Its name.
    pub name: String,
    /// What it is called at the foot of a phone's page, where it stands there.
    pub foot: Option<String>,
    /// In the bar of a phone.
    pub bar: bool,
    /// The page is one of its.
    pub here: bool,
    /// A heading before it.
    pub head: Option<String>,
}

/// The entries that somebody sees, on a page of a section.
pub fn items(entries: &[Entry], say: &Say, actor: &Actor, section: &str) -> Vec<Item> {
    let has = |role: Role| matches!(actor, Actor::Person { grants, .. } if grants.iter().any(|g| g.role == role));
    let seen = entries.iter().filter(|e| e.role.is_none_or(has));
    seen.map(|e| Item {
        href: e.href,
        icon: e.icon,
        name: say.t(e.name),
        foot: match e.phone {
            Phone::Foot(name) => Some(say.t(name)),
            Phone::Bar | Phone::Not => None,
        },
        bar: e.phone == Phone::Bar,
        here: e.section == section,
        head: e.head.map(|h| say.t(h)),
    })
    .collect()
}
