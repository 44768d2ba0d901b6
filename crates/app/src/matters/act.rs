//! Use cases of matters: load, ask access, let the law decide, write. Fan-out of a master's answer
//! and notices to those concerned happen in the same transaction.

use super::command::{DueIn, MatterCommand, Needs};
use super::rungs::next_look;
use crate::frame::error::AppError;
use crate::frame::input::ContactIn;
use crate::frame::work::{Ctx, Done};
use uuid::Uuid;
use yixian_domain::access::{Ask, Denial, MatterFacts};
use yixian_domain::base::about::About;
use yixian_domain::base::fold::blank;
use yixian_domain::deadline::Promise;
use yixian_domain::ids::*;
use yixian_domain::limit::Limit;
use yixian_domain::matter::*;
use yixian_domain::org::{Role, Unit};
use yixian_domain::organisation::work;
use yixian_domain::part::Part;
use yixian_domain::place::Place;
use yixian_domain::refusal::Refusal;
use yixian_store::matter::Stored;
use yixian_store::{Conn, matter as table, org, place, retention};

/// Longest subject kept for lists, characters.
pub(crate) const SUBJECT: usize = 80;

/// What a new matter is made of.
pub(crate) struct NewMatter {
    pub id: MatterId,
    pub kind: MatterKind,
    pub origin: Origin,
    pub category: String,
    pub words: String,
    pub place: Option<PlaceId>,
    pub unit: Option<UnitId>,
    pub visit: Option<VisitId>,
    pub photos: Vec<String>,
    pub raiser: Option<ContactIn>,
    pub about: Option<About>,
    pub owed: Owed,
}

/// What a kind of matter of which there are few adds to what is raised.
#[derive(Default)]
pub(crate) struct Owed {
    /// Who is owed the answer, where it is neither somebody named by a contact nor whoever asks.
    pub raiser: Option<By>,
    /// The body outside that is to put it right.
    pub owner: Option<PartnerId>,
    /// What the kind carries.
    pub part: Option<Part>,
}

/// Raises a matter; gives it with the text search finds it by. Not yet written.
pub(crate) async fn raise(
    ctx: &mut Ctx<'_>,
    new: NewMatter,
    choice: &TargetChoice,
) -> Result<(Moved, String), AppError> {
    if table::matter(ctx.tx.conn(), new.id).await?.is_some() {
        return Err(AppError::IdReused);
    }
    if new.kind.needs_part() && new.owed.part.is_none() {
        return Err(AppError::field("kind", "kind_needs_part"));
    }
    let day = ctx.policies.zone.date_of(ctx.at);
    let known = ctx
        .policies
        .procedures
        .for_category(new.kind, &new.category, day)
        .is_some_and(|p| p.category(&new.category).is_some());
    if !known {
        return Err(AppError::field("category", "category"));
    }
    let at_place = match new.place {
        Some(id) => Some(place::place(ctx.tx.conn(), id).await?.ok_or_else(|| AppError::field("place", "place"))?),
        None => None,
    };
    let unit = home(ctx, new.unit, at_place.as_ref()).await?;
    let words = ctx.needed_words("words", new.id.0, &new.words)?;
    let photos = ctx.photos(new.id.0, &new.photos).await?;
    let by = match &new.raiser {
        _ if new.owed.raiser.is_some() => new.owed.raiser.unwrap_or_else(|| ctx.by()),
        Some(ContactIn { person: Some(person), name, phone }) => {
            if !blank(name) || !blank(phone) {
                return Err(AppError::field("raiser", "raiser_one_of"));
            }
            colleague(ctx, *person).await?
        }
        Some(c) if !(blank(&c.name) && blank(&c.phone)) => By::Raiser(ctx.contact(new.id, c).await?),
        _ => ctx.by(),
    };
    let raised = Raised {
        by,
        recorded_by: ctx.by(),
        at: ctx.at,
        words,
        category: new.category,
        place: new.place,
        visit: new.visit,
        photos,
        owner: new.owed.owner,
    };
    let text = yixian_store::search::text(&new.words, at_place.as_ref().map(|p| p.name.as_str()));
    let moved = Matter::raise(
        &ctx.law(),
        Raise {
            id: new.id,
            kind: new.kind,
            origin: new.origin,
            raised,
            unit: unit.id,
            part: new.owed.part.map(Box::new),
            about: new.about,
        },
        choice,
    )?;
    Ok((moved, text))
}

/// A person of the company who raised something that another records.
async fn colleague(ctx: &mut Ctx<'_>, id: Uuid) -> Result<By, AppError> {
    let person = ctx.tx.person(PersonId(id)).await?.ok_or_else(|| AppError::field("raiser", "person"))?;
    work::serves(&person, ctx.policies.zone.date_of(ctx.at)).map_err(|e| AppError::field("raiser", e.as_str()))?;
    Ok(By::Person(person.id))
}

/// Where a matter waits: the unit named, the place's unit, that of whoever of the company registers it, else the root.
pub(crate) async fn home(ctx: &mut Ctx<'_>, named: Option<UnitId>, at: Option<&Place>) -> Result<Unit, AppError> {
    if let Some(id) = named.or(at.and_then(|p| p.unit)) {
        return ctx.tx.unit(id).await?.ok_or_else(|| AppError::field("unit", "unit"));
    }
    if let Some(registrar) = ctx.actor.person()
        && let Some(person) = ctx.tx.person(registrar).await?
        && let Some(own) = ctx.tx.unit(person.unit).await?
    {
        return Ok(own);
    }
    org::root(ctx.tx.conn()).await?.ok_or_else(|| AppError::field("unit", "no_unit_yet"))
}

/// What lists show of a matter: the beginning of its first line.
pub(crate) fn subject(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(SUBJECT).collect()
}

/// Writes a new matter and tells its unit's coordinators or handlers.
pub(crate) async fn insert(ctx: &mut Ctx<'_>, moved: Moved, text: &str) -> Result<Done, AppError> {
    let next = next_look(ctx.policies, &moved.matter)?;
    let number = ctx.tx.insert_matter(&moved.matter, &moved.events, &subject(text), text, next).await?;
    notify(ctx, &moved).await?;
    Ok(Done { rev: Some(moved.matter.rev), number: Some(number), record: None })
}

/// A matter with what access needs to know of it.
pub(crate) async fn load_from(conn: &mut Conn, id: MatterId) -> Result<(Matter, MatterFacts), AppError> {
    let stored = table::matter(conn, id).await?.ok_or(AppError::NotFound("matter"))?;
    let facts = MatterFacts::of(&stored.matter, stored.unit_path);
    Ok((stored.matter, facts))
}

pub(crate) async fn load(ctx: &mut Ctx<'_>, id: MatterId) -> Result<(Stored, MatterFacts), AppError> {
    let stored = table::matter(ctx.tx.conn(), id).await?.ok_or(AppError::NotFound("matter"))?;
    let facts = MatterFacts::of(&stored.matter, stored.unit_path.clone());
    Ok((stored, facts))
}

/// The unit that is to do something, where it may be given work, and its handler where one is named.
async fn charged(ctx: &mut Ctx<'_>, to: Uuid, handler: Option<Uuid>) -> Result<(Unit, Option<PersonId>), AppError> {
    let unit = unit_to_do(ctx, UnitId(to), "unit").await?;
    let Some(handler) = handler.map(PersonId) else { return Ok((unit, None)) };
    let day = ctx.day();
    let person = ctx.tx.person(handler).await?.ok_or_else(|| AppError::field("handler", "person"))?;
    let grants = org::grants(ctx.tx.conn(), handler).await?;
    work::may_hold(&person, &grants, Role::Handler, &unit.path, day)
        .map_err(|e| AppError::field("handler", e.as_str()))?;
    Ok((unit, Some(handler)))
}

/// A unit that may be given work; what keeps it is told of a field.
pub(crate) async fn unit_to_do(ctx: &mut Ctx<'_>, id: UnitId, field: &'static str) -> Result<Unit, AppError> {
    let unit = ctx.tx.unit(id).await?.ok_or_else(|| AppError::field(field, "unit"))?;
    work::stands(&unit, ctx.day()).map_err(|e| AppError::field(field, e.as_str()))?;
    Ok(unit)
}

pub(crate) fn choice(due: &DueIn) -> Result<TargetChoice, AppError> {
    Ok(match due {
        DueIn::Rule => TargetChoice::Rule,
        DueIn::RuleIfAny => TargetChoice::RuleIfAny,
        DueIn::Limit(text) => {
            let limit: Limit = text.parse().map_err(|_| AppError::field("due", "limit"))?;
            TargetChoice::Promise(Promise::Limit(limit))
        }
        DueIn::Day(day) => TargetChoice::Promise(Promise::Day(*day)),
    })
}

/// The matter a command acts on, once access has said yes and nothing newer was seen.
pub(crate) async fn open(ctx: &mut Ctx<'_>, id: Uuid, needs: Needs) -> Result<Matter, AppError> {
    let (stored, facts) = load(ctx, MatterId(id)).await?;
    admit(ctx, needs, &facts)?;
    match ctx.if_match {
        Some(seen) if seen != stored.matter.rev => Err(AppError::Stale { current: stored.matter.rev }),
        _ => Ok(stored.matter),
    }
}

fn admit(ctx: &Ctx<'_>, needs: Needs, facts: &MatterFacts) -> Result<(), AppError> {
    match needs {
        Needs::Raise => ctx.ask(&Ask::RaiseMatter),
        Needs::Act(action) => ctx.ask(&Ask::ActOnMatter(action, facts)),
        Needs::GiveLink => ctx.ask(&Ask::GiveLink(facts)),
        // Of which data, the command says.
        Needs::Disclose => ctx.ask(&Ask::SeeMatter(facts)),
        Needs::Erase => {
            ctx.ask(&Ask::SeeMatter(facts))?;
            ctx.ask(&Ask::Administer(&facts.unit)).map_err(|e| match e {
                AppError::Denied(Denial::OutOfSight) => AppError::NotFound("matter"),
                e => e,
            })
        }
    }
}

pub(crate) async fn run(ctx: &mut Ctx<'_>, command: MatterCommand) -> Result<Done, AppError> {
    use MatterCommand as C;
    let needs = command.needs();
    let (at, by, law) = (ctx.at, ctx.by(), ctx.policies.law());
    let moved = match command {
        C::RaiseMatter { matter, kind, origin, category, words, place, unit, photos, raiser, about } => {
            ctx.ask(&Ask::RaiseMatter)?;
            if matches!(origin, Origin::Visit | Origin::Import) {
                return Err(AppError::field("origin", "origin"));
            }
            if kind == MatterKind::Connection {
                return Err(AppError::field("kind", "kind_apply"));
            }
            let new = NewMatter {
                id: MatterId(matter),
                kind,
                origin,
                category,
                words,
                place: place.map(PlaceId),
                unit: unit.map(UnitId),
                visit: None,
                photos,
                raiser,
                about: about.map(About::from),
                owed: Owed::default(),
            };
            let (moved, text) = raise(ctx, new, &TargetChoice::RuleIfAny).await?;
            return insert(ctx, moved, &text).await;
        }
        C::Disclose { matter, mut data, purpose } => {
            data.sort_unstable();
            data.dedup();
            if data.is_empty() {
                return Err(AppError::field("data", "data_needed"));
            }
            let (stored, facts) = load(ctx, MatterId(matter)).await?;
            ctx.ask(&Ask::Disclose(&data, &facts))?;
            stored.matter.disclose(at, &by, data, purpose)
        }
        C::EraseWords { matter, ground, note } => {
            let ground = ground.ok_or_else(|| AppError::field("ground", "ground_needed"))?;
            return erase(ctx, MatterId(matter), needs, ground, &note).await;
        }
        C::Relate { matter, about, reason } => {
            let m = open(ctx, matter, needs).await?;
            let reason = ctx.needed_words("reason", matter, &reason)?;
            m.relate(at, &by, about.map(About::from), reason)?
        }
        C::Assign { matter, unit: to, handler, due, note } => {
            let m = open(ctx, matter, needs).await?;
            let (to, handler) = charged(ctx, to, handler).await?;
            let note = ctx.words(matter, &note)?;
            m.assign(&law, at, &by, to.id, handler, &choice(&due)?, note)?
        }
        C::Transfer { matter, unit: to, handler, reason } => {
            let m = open(ctx, matter, needs).await?;
            let (to, handler) = charged(ctx, to, handler).await?;
            let reason = ctx.needed_words("reason", matter, &reason)?;
            m.transfer(at, &by, to.id, handler, reason)?
        }
        C::Merge { matter, into, reason } => {
            let m = open(ctx, matter, needs).await?;
            let (master, master_facts) =
                load(ctx, MatterId(into)).await.map_err(|_| AppError::field("into", "matter"))?;
            ctx.ask(&Ask::SeeMatter(&master_facts))?;
            let reason = ctx.words(matter, &reason)?;
            let handler = m.handler;
            let moved = m.merge(at, &by, &master.matter, reason)?;
            // Whoever has put work into it hears that it goes on elsewhere; the master's handler hears by the event.
            for p in handler.into_iter().filter(|p| By::Person(*p) != by) {
                let id = ctx.app.mint().uuid(ctx.now);
                ctx.tx.put_notice(id, p, "merged", "matter", matter, at).await?;
            }
            moved
        }
        C::Separate { matter, reason } => {
            let m = open(ctx, matter, needs).await?;
            let reason = ctx.needed_words("reason", matter, &reason)?;
            m.separate(at, &by, reason)?
        }
        C::Refuse { matter, reason } => {
            let m = open(ctx, matter, needs).await?;
            let reason = ctx.needed_words("reason", matter, &reason)?;
            m.refuse(at, &by, reason)?
        }
        C::Accept { matter } => {
            let m = open(ctx, matter, needs).await?;
            m.accept(&law, at, &by)?
        }
        C::AskExtension { matter, until, reason, photos } => {
            let m = open(ctx, matter, needs).await?;
            let reason = ctx.needed_words("reason", matter, &reason)?;
            let evidence = ctx.photos(matter, &photos).await?;
            m.ask_extension(at, &by, until, reason, evidence)?
        }
        C::AskPause { matter, reason, photos, ground } => {
            let m = open(ctx, matter, needs).await?;
            let reason = ctx.needed_words("reason", matter, &reason)?;
            let evidence = ctx.photos(matter, &photos).await?;
            m.ask_pause(at, &by, ground, reason, evidence)?
        }
        C::Decide { matter, approve, note } => {
            let m = open(ctx, matter, needs).await?;
            let note = ctx.words(matter, &note)?;
            m.decide(&law, at, &by, approve, note)?
        }
        C::Resume { matter, note } => {
            let m = open(ctx, matter, needs).await?;
            let note = ctx.words(matter, &note)?;
            m.resume(&law, at, &by, note)?
        }
        C::Advance { matter, step, note, photos } => {
            let m = open(ctx, matter, needs).await?;
            let note = ctx.words(matter, &note)?;
            let photos = ctx.photos(matter, &photos).await?;
            m.advance(&law, at, &by, &step, note, photos)?
        }
        C::Submit { matter, how, photos } => {
            let m = open(ctx, matter, needs).await?;
            let how = ctx.needed_words("how", matter, &how)?;
            let photos = ctx.photos(matter, &photos).await?;
            m.submit(&law, at, &by, how, photos)?
        }
        C::Verify { matter, note } => {
            let m = open(ctx, matter, needs).await?;
            let note = ctx.words(matter, &note)?;
            m.verify(at, &by, note)?
        }
        C::Return { matter, reason } => {
            let m = open(ctx, matter, needs).await?;
            let reason = ctx.needed_words("reason", matter, &reason)?;
            m.send_back(at, &by, reason)?
        }
        C::Answer { matter, words } => {
            let m = open(ctx, matter, needs).await?;
            let words = ctx.needed_words("words", matter, &words)?;
            let (id, moved) = (m.id, m.answer(at, &by, words.clone())?);
            fan_out(ctx, id, &words).await?;
            moved
        }
        C::RecordAttempt { matter, note } => {
            let m = open(ctx, matter, needs).await?;
            let note = ctx.needed_words("note", matter, &note)?;
            m.record_attempt(&law, at, &by, note)?
        }
        C::Rate { matter, verdict, words } => {
            let m = open(ctx, matter, needs).await?;
            let words = ctx.words(matter, &words)?;
            m.rate(&law, at, &by, verdict, words, ctx.actor.voice())?
        }
        C::GiveLink { matter, how } => {
            let m = open(ctx, matter, needs).await?;
            m.give_link(at, &by, how)?
        }
        C::Comment { matter, words, photos, corrects } => {
            let m = open(ctx, matter, needs).await?;
            let words = ctx.needed_words("words", matter, &words)?;
            let photos = ctx.photos(matter, &photos).await?;
            if corrects.is_some_and(|rev| rev == 0 || rev > m.rev) {
                return Err(AppError::field("corrects", "event"));
            }
            m.comment(at, &by, words, photos, corrects)
        }
    };
    update(ctx, moved).await
}

pub(crate) async fn update(ctx: &mut Ctx<'_>, moved: Moved) -> Result<Done, AppError> {
    let next = next_look(ctx.policies, &moved.matter)?;
    ctx.tx.update_matter(&moved.matter, &moved.events, next).await?;
    notify(ctx, &moved).await?;
    Ok(Done { rev: Some(moved.matter.rev), number: None, record: None })
}

/// A master's answer goes to everything merged into it, and on to what was merged into that.
async fn fan_out(ctx: &mut Ctx<'_>, master: MatterId, words: &Words) -> Result<(), AppError> {
    let by = ctx.by();
    let mut masters = vec![master];
    while let Some(master) = masters.pop() {
        for id in table::followers(ctx.tx.conn(), master).await? {
            let (follower, _) = load(ctx, id).await?;
            let moved = follower.matter.answer_through(ctx.at, &by, words.clone(), master)?;
            update(ctx, moved).await?;
            masters.push(id);
        }
    }
    Ok(())
}

/// Tells people what became theirs. One notice per person, event and moment.
async fn notify(ctx: &mut Ctx<'_>, moved: &Moved) -> Result<(), AppError> {
    let m = &moved.matter;
    // What a colleague remarks is read where he wrote it; what the raiser adds is heard.
    let heard = |h: &&Happened<MatterEvent>| {
        tells(&h.event).is_some()
            && (!matches!(h.event, MatterEvent::Commented { .. }) || matches!(h.by, By::Raiser(_)))
    };
    let Some(last) = moved.events.iter().rev().find(heard) else { return Ok(()) };
    let Some(audience) = tells(&last.event) else { return Ok(()) };
    if matches!(audience, Audience::Concerned)
        && let Stage::Merged { into, .. } = m.stage
    {
        // It is the master's to answer now.
        return tell_concerned(ctx, into, last).await;
    }
    let code = last.event.code();
    let path = ctx.tx.unit(m.unit).await?.map(|u| u.path);
    let mut who: Vec<PersonId> = match (audience, path) {
        (Audience::Raiser, _) => m.raised.by.person().into_iter().collect(),
        (Audience::Handlers, Some(path)) => match m.handler {
            Some(h) => vec![h],
            None => near(ctx, Role::Handler, &path).await?,
        },
        (Audience::Concerned, Some(path)) => match m.handler {
            Some(h) => vec![h],
            None => near(ctx, Role::Coordinator, &path).await?,
        },
        (Audience::Coordinators, Some(path)) => near(ctx, Role::Coordinator, &path).await?,
        // What a conference resolved waits for its secretary, wherever it lies.
        (Audience::Verifiers, Some(_)) if m.part.as_deref().and_then(Part::resolution).is_some() => {
            m.raised.recorded_by.person().into_iter().collect()
        }
        (Audience::Verifiers, Some(path)) => near(ctx, Role::Verifier, &path).await?,
        (_, None) => Vec::new(),
    };
    who.retain(|p| By::Person(*p) != last.by);
    for p in who {
        let id = ctx.app.mint().uuid(ctx.now);
        ctx.tx.put_notice(id, p, code, "matter", m.id.0, last.at).await?;
    }
    Ok(())
}

/// Tells whoever has a matter in hand, its handler or the unit's coordinators, of something that happened to another.
async fn tell_concerned(ctx: &mut Ctx<'_>, of: MatterId, what: &Happened<MatterEvent>) -> Result<(), AppError> {
    let mut of = load(ctx, of).await?.0;
    while let Stage::Merged { into, .. } = of.matter.stage {
        of = load(ctx, into).await?.0;
    }
    let who = match of.matter.handler {
        Some(h) => vec![h],
        None => near(ctx, Role::Coordinator, &of.unit_path).await?,
    };
    for p in who.into_iter().filter(|p| By::Person(*p) != what.by) {
        let id = ctx.app.mint().uuid(ctx.now);
        ctx.tx.put_notice(id, p, what.event.code(), "matter", of.matter.id.0, what.at).await?;
    }
    Ok(())
}

/// Those who hold a role nearest to the unit: its own, else the unit's above, up to the root.
pub(crate) async fn near(
    ctx: &mut Ctx<'_>,
    role: Role,
    path: &yixian_domain::org::UnitPath,
) -> Result<Vec<PersonId>, AppError> {
    Ok(ctx.tx.nearest_holders(role, path).await?)
}

/// Who is told of an event.
#[derive(Clone, Copy)]
pub(crate) enum Audience {
    Raiser,
    /// Its handler; where there is none, the coordinators.
    Concerned,
    Handlers,
    Coordinators,
    Verifiers,
}

/// Whom an event concerns.
pub(crate) fn tells(event: &MatterEvent) -> Option<Audience> {
    Some(match event {
        MatterEvent::Raised { .. }
        | MatterEvent::Separated { .. }
        | MatterEvent::Requested { .. }
        | MatterEvent::Verified { .. }
        | MatterEvent::Reopened { .. }
        | MatterEvent::Escalated { .. } => Audience::Coordinators,
        MatterEvent::Assigned { .. }
        | MatterEvent::Transferred { .. }
        | MatterEvent::Returned { .. }
        | MatterEvent::ExtensionApproved { .. }
        | MatterEvent::PauseApproved { .. }
        | MatterEvent::RequestRejected { .. }
        | MatterEvent::Reminded { .. } => Audience::Handlers,
        MatterEvent::Submitted { .. } | MatterEvent::SolvedOnTheSpot { .. } => Audience::Verifiers,
        MatterEvent::Answered { .. } => Audience::Raiser,
        MatterEvent::Commented { .. } | MatterEvent::Merged { .. } => Audience::Concerned,
        MatterEvent::Refused { .. }
        | MatterEvent::Accepted
        | MatterEvent::StepStarted { .. }
        | MatterEvent::Resumed { .. }
        | MatterEvent::Attempted { .. }
        | MatterEvent::Rated { .. }
        | MatterEvent::LinkGiven { .. }
        | MatterEvent::Closed { .. }
        | MatterEvent::Disclosed { .. }
        | MatterEvent::Erased { .. }
        | MatterEvent::Case { .. }
        | MatterEvent::Part { .. }
        | MatterEvent::Related { .. } => return None,
    })
}

/// Whether the matter a command names may be changed by it: asked before anything else is looked at that it names.
pub(crate) async fn admitted(ctx: &mut Ctx<'_>, command: &MatterCommand) -> Result<(), AppError> {
    let MatterCommand::Relate { matter, .. } = command else { return Ok(()) };
    open(ctx, *matter, command.needs()).await.map(drop)
}

async fn erase(
    ctx: &mut Ctx<'_>,
    id: MatterId,
    needs: Needs,
    ground: ErasureGround,
    note: &str,
) -> Result<Done, AppError> {
    let (stored, facts) = load(ctx, id).await?;
    admit(ctx, needs, &facts)?;
    if ctx.if_match.is_some_and(|seen| seen != stored.matter.rev) {
        return Err(AppError::Stale { current: stored.matter.rev });
    }
    // Whoever asks for his own data is not told to wait; what goes by age alone waits for whatever is open.
    if ground == ErasureGround::Retention
        && let Some(hold) = retention::matter(ctx.tx.conn(), id).await?.and_then(|m| m.ties.hold())
    {
        return Err(Refusal::StillNeeded { hold: hold.into() }.into());
    }
    ctx.tx.erase(id.0, ctx.now).await?;
    ctx.tx.erase_connection_keys(id).await?;
    ctx.tx.erase_subject(id, stored.n).await?;
    let photos = ctx.tx.erase_files(id.0, ctx.now).await?;
    // After what is erased, so that it stays.
    let note = ctx.words(id.0, note)?;
    let (at, by) = (ctx.at, ctx.by());
    let moved = stored.matter.erase(at, &by, ground, note, photos);
    update(ctx, moved).await
}
