//! A form is sent: carried out once, or shown again with everything that was typed. The rule when a command's id may be
//! used again stands here and nowhere else. It knows no command and no page.

use crate::door::problem::Failure;
use crate::door::say::Say;
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::reading::Faults;
use axum::http::StatusCode;
use yixian_app::command::{Command, Envelope};
use yixian_app::{AppError, Receipt};
use yixian_domain::access::Actor;

/// How an error is told beside the fields of a form.
pub type Told = fn(&Say, AppError) -> Result<(StatusCode, Faults), Failure>;

/// What a form was read into.
#[derive(Debug)]
pub struct Read {
    /// The command, and when it really happened.
    pub envelope: Envelope,
    /// The revision that was seen, where the form shows one.
    pub seen: Option<u32>,
}

impl Read {
    /// A command of now.
    pub fn now(command: impl Into<Command>) -> Read {
        Read::at(None, command)
    }
    /// A command that happened then.
    pub fn at(happened_at: Option<String>, command: impl Into<Command>) -> Read {
        Read { envelope: Envelope { happened_at, command: command.into() }, seen: None }
    }
}

/// A form to be shown again, with what is wrong.
#[derive(Debug)]
pub struct Again {
    /// Everything typed, and the ids that still hold; those that do not are empty and are minted anew.
    pub form: Form,
    /// What is wrong.
    pub faults: Faults,
    /// Status of the answer.
    pub status: StatusCode,
}

/// What became of a form.
#[derive(Debug)]
pub enum Posted {
    /// Carried out, now or when it was sent first.
    Done(Receipt),
    /// Not taken.
    Again(Again),
}

/// The rule: a command that was refused is not carried out under its id later, so the next try is another one. An id
/// that stands for something else already is spent, and with it the ids of the records that it made: what is typed
/// now becomes a record of its own. After every other error (a fault in a field, a full disk, a writer that stopped)
/// the id stays, so that sending again cannot do it twice.
pub fn again(say: &Say, mut form: Form, minted: &[&str], told: Told, e: AppError) -> Result<Again, Failure> {
    if matches!(e, AppError::Refused(_) | AppError::IdReused) {
        form.set("command_id", "");
    }
    if matches!(e, AppError::IdReused) {
        for name in minted {
            form.set(name, "");
        }
    }
    let (status, faults) = told(say, e)?;
    Ok(Again { form, faults, status })
}

/// A form on its way.
#[derive(Clone, Copy, Debug)]
pub struct Post<'a> {
    web: &'a Web,
    say: &'a Say,
    actor: &'a Actor,
    minted: &'a [&'a str],
    told: Told,
}

impl<'a> Post<'a> {
    /// By who is at the door.
    pub fn by(web: &'a Web, v: &'a Visitor) -> Post<'a> {
        Post { web, say: &v.say, actor: &v.actor, minted: &[], told: Faults::from_error }
    }
    /// By somebody else: the holder of a link.
    #[must_use]
    pub fn of(self, actor: &'a Actor) -> Post<'a> {
        Post { actor, ..self }
    }
    /// Fields with ids of records that the form makes.
    #[must_use]
    pub fn minted(self, minted: &'a [&'a str]) -> Post<'a> {
        Post { minted, ..self }
    }
    /// With another way to tell errors.
    #[must_use]
    pub fn told(self, told: Told) -> Post<'a> {
        Post { told, ..self }
    }
    /// Carries out what was read, once; what was wrong with photos is told with the rest.
    pub async fn send(self, form: Form, read: Result<Read, AppError>) -> Result<Posted, Failure> {
        let done = match (read, form.faults.is_empty()) {
            (Ok(_), false) => Err(AppError::Invalid(form.faults.clone())),
            (Err(AppError::Invalid(mut all)), false) => {
                all.extend(form.faults.iter().filter(|f| !all.contains(f)).cloned().collect::<Vec<_>>());
                Err(AppError::Invalid(all))
            }
            (Err(e), _) => Err(e),
            (Ok(read), true) => match form.command_id() {
                Ok(id) => self.web.execute(self.actor, id, read.envelope, read.seen).await,
                Err(e) => Err(e),
            },
        };
        Ok(match done {
            Ok(receipt) => Posted::Done(receipt),
            Err(e) => Posted::Again(again(self.say, form, self.minted, self.told, e)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door::say::{Catalogues, Lang};
    use yixian_domain::refusal::Refusal;
    use yixian_domain::time::{Instant, Zone};

    #[test]
    fn an_id_may_be_used_again_unless_it_was_refused_or_is_spent() {
        let zone = Zone::parse("Asia/Shanghai").expect("a zone");
        let say = Catalogues::of(crate::door::WORDS).say(Lang::En, zone, Instant(0));
        for (e, left) in [
            (AppError::field("day", "day"), ("1", "2")),
            (AppError::Stale { current: 3 }, ("1", "2")),
            (AppError::Refused(Refusal::NoRule), ("", "2")),
            (AppError::IdReused, ("", "")),
        ] {
            let form = Form::of([("command_id", "1"), ("matter", "2"), ("words", "kept")]);
            let told = again(&say, form, &["matter"], Faults::from_error, e).expect("a form to be shown");
            assert_eq!((told.form.get("command_id"), told.form.get("matter")), left);
            assert_eq!(told.form.get("words"), "kept");
            assert!(told.faults.any() && told.status.is_client_error());
        }
    }
}
