//! Use cases of joint conferences: keep their books, plan meetings, resolve, and bring minutes from the draft to the archive.

use super::command::{AttendanceIn, CadenceIn, ConferenceCommand, MemberIn, Needs};
use super::known::{facts, path, unit_of};
use crate::frame::error::{AppError, FieldError, fail};
use crate::frame::work::{Ctx, Done};
use crate::matters::act::{NewMatter, Owed, insert, raise, unit_to_do};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;
use yixian_domain::access::Ask;
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::base::fold::blank;
use yixian_domain::conference::*;
use yixian_domain::deadline::Promise;
use yixian_domain::ids::*;
use yixian_domain::matter::{MatterKind, Origin, TargetChoice};
use yixian_domain::org::valid_code;
use yixian_domain::part::{Part, Resolution};
use yixian_domain::partner::Partner;
use yixian_domain::time::{Date, Time};
use yixian_store::{conference as table, matter, org};

/// Category of what a conference resolves, where none is named.
const CATEGORY: &str = "coordination";
/// When a meeting begins where neither the rule nor whoever plans it says.
const MORNING: Time = Time::constant(9, 0, 0, 0);

/// Whether whoever asks may, and which partners sit in it. For a member he speaks only where it says which.
async fn admit(
    ctx: &mut Ctx<'_>,
    c: &Conference,
    needs: Needs,
    member: Option<Member>,
) -> Result<HashMap<Uuid, Partner>, AppError> {
    let (facts, partners) = facts(ctx.tx.conn(), c).await?;
    match needs {
        Needs::Keep => ctx.ask(&Ask::KeepConference(&facts))?,
        Needs::Sign => {
            ctx.ask(&Ask::SeeConference(&facts))?;
            let member = member.ok_or_else(|| AppError::field("member", "member"))?;
            let unit = match unit_of(member, &partners) {
                Some(unit) => path(ctx.tx.conn(), unit).await?,
                None => None,
            };
            ctx.ask(&Ask::Countersign(&facts, member, unit.as_ref()))?;
        }
    }
    Ok(partners)
}

async fn conference(ctx: &mut Ctx<'_>, id: Uuid, needs: Needs) -> Result<Conference, AppError> {
    let c: Conference = ctx.record(id, "conference").await?;
    admit(ctx, &c, needs, None).await?;
    Ok(c)
}

/// The conference of a meeting; whether whoever asks changed it meanwhile is asked of the meeting.
async fn of(ctx: &mut Ctx<'_>, id: ConferenceId) -> Result<Conference, AppError> {
    let c = yixian_store::register::one(ctx.tx.conn(), id.0).await?;
    c.ok_or(AppError::NotFound("conference"))
}

async fn meeting(ctx: &mut Ctx<'_>, id: Uuid, needs: Needs) -> Result<(Meeting, Conference), AppError> {
    let m: Meeting = ctx.record(id, "meeting").await?;
    let c = of(ctx, m.conference).await?;
    admit(ctx, &c, needs, None).await?;
    Ok((m, c))
}

/// Whether a member is in its register.
async fn there(ctx: &mut Ctx<'_>, field: &'static str, member: Member) -> Result<(), AppError> {
    let known = match member {
        Member::Partner(id) => ctx.known::<Partner>(id.0).await?,
        Member::Unit(id) => org::unit(ctx.tx.conn(), id).await?.is_some(),
    };
    if known { Ok(()) } else { Err(AppError::field(field, "member")) }
}

/// What is said of a conference; every fault at once.
struct Said {
    code: String,
    name: String,
    name_en: Option<String>,
    basis: String,
    convener: Uuid,
    secretary: Uuid,
    cadence: Option<CadenceIn>,
    set_up: Date,
}

async fn put(ctx: &mut Ctx<'_>, id: ConferenceId, needs: Needs, s: Said) -> Result<Done, AppError> {
    let known = ctx.known::<Conference>(id.0).await?;
    let before = if known { Some(conference(ctx, id.0, needs).await?) } else { None };
    let convener = path(ctx.tx.conn(), UnitId(s.convener)).await?;
    let Some(convener) = convener else { return Err(AppError::field("convener", "unit")) };
    if before.as_ref().is_none_or(|b| b.details.convener.0 != s.convener) {
        ctx.ask(&Ask::FoundConference(&convener))?;
    }
    let mut faults = Vec::new();
    let mut fault = |wrong: bool, field: &'static str, code: &'static str| {
        if wrong {
            faults.push(FieldError::new(field, code));
        }
    };
    fault(!valid_code(&s.code), "code", "code");
    let other = table::by_code(ctx.tx.conn(), &s.code).await?;
    fault(other.is_some_and(|c| c.id != id), "code", "code_taken");
    fault(before.as_ref().is_some_and(|b| b.code != s.code), "code", "code_stays");
    fault(blank(&s.name), "name", "name_needed");
    fault(blank(&s.basis), "basis", "basis_needed");
    fault(org::person(ctx.tx.conn(), PersonId(s.secretary)).await?.is_none(), "secretary", "person");
    fail(faults)?;
    let details = ConferenceDetails {
        name: s.name.trim().to_owned(),
        name_en: s.name_en.map(|n| n.trim().to_owned()).filter(|n| !n.is_empty()),
        basis: s.basis.trim().to_owned(),
        convener: UnitId(s.convener),
        secretary: PersonId(s.secretary),
        cadence: s.cadence.map(|c| Cadence { weekday: c.weekday, time: c.time }),
        set_up: s.set_up,
    };
    let (at, by) = (ctx.at, ctx.by());
    match before {
        Some(before) => ctx.keep(before.change(at, &by, details)?, false).await,
        None => ctx.keep(Conference::found(id, at, &by, s.code, details)?, true).await,
    }
}

/// When and where a meeting is to be.
struct Wanted {
    day: Option<Date>,
    time: Option<Time>,
    place: String,
    chair: Vec<MemberIn>,
    agenda: String,
}

async fn plan(
    ctx: &mut Ctx<'_>,
    id: MeetingId,
    needs: Needs,
    of_conference: Uuid,
    w: Wanted,
) -> Result<Done, AppError> {
    let before = if ctx.known::<Meeting>(id.0).await? { Some(meeting(ctx, id.0, needs).await?) } else { None };
    if before.as_ref().is_some_and(|(m, _)| m.conference.0 != of_conference) {
        return Err(AppError::field("conference", "conference_stays"));
    }
    let (before, c) = match before {
        Some((m, c)) => (Some(m), c),
        None => {
            let c: Conference = ctx.named("conference", of_conference, "conference").await?;
            admit(ctx, &c, needs, None).await?;
            (None, c)
        }
    };
    let mut faults = Vec::new();
    if blank(&w.place) {
        faults.push(FieldError::new("place", "words_needed"));
    }
    let last = table::meeting_before(ctx.tx.conn(), c.id, u32::MAX).await?;
    let calendar = &ctx.policies.calendar;
    let day = match (w.day, &before) {
        (Some(day), Some(m)) if day == m.setting.day.day => Some(m.setting.day.clone()),
        (Some(day), _) => Some(MeetingDay::on(day, calendar)),
        (None, Some(m)) => Some(m.setting.day.clone()),
        (None, None) => {
            let before = ctx.day().yesterday().unwrap_or(ctx.day());
            let after = last.as_ref().map_or(before, |m| m.setting.day.regular().max(before));
            c.next_meeting(after, calendar)
        }
    };
    if day.is_none() {
        faults.push(FieldError::new("day", "day_needed"));
    }
    fail(faults)?;
    let Some(day) = day else { return Err(AppError::field("day", "day_needed")) };
    let chairs: Vec<Member> = w.chair.into_iter().map(Member::from).collect();
    let chair = c.chair(&chairs, day.day)?;
    let time = w.time.or(c.details.cadence.map(|c| c.time)).unwrap_or(MORNING);
    let starts = ctx.policies.zone.at(day.day, time);
    let agenda = ctx.words(id.0, &w.agenda)?;
    let setting = Setting { starts, day, place: w.place.trim().to_owned(), chair, agenda };
    let (at, by) = (ctx.at, ctx.by());
    match before {
        Some(m) => ctx.keep(m.change(at, &by, &c, setting)?, false).await,
        None => {
            let number = last.map_or(1, |m| m.no + 1);
            ctx.keep(Meeting::plan(id, at, &by, &c, number, setting)?, true).await
        }
    }
}

async fn attend(ctx: &mut Ctx<'_>, id: Uuid, needs: Needs, told: Vec<AttendanceIn>) -> Result<Done, AppError> {
    let (m, c) = meeting(ctx, id, needs).await?;
    let mut attendance = Vec::new();
    for a in told {
        attendance.push(Attended { member: a.member.into(), how: a.how, reason: ctx.words(id, &a.reason)? });
    }
    ctx.keep(m.attend(ctx.at, &ctx.by(), &c, attendance)?, false).await
}

/// What is said of a topic.
struct Put {
    by: MemberIn,
    person: Option<Uuid>,
    title: String,
    about: Option<About>,
    recurs: Option<Uuid>,
}

async fn put_topic(ctx: &mut Ctx<'_>, id: TopicId, needs: Needs, at_meeting: Uuid, p: Put) -> Result<Done, AppError> {
    let before: Option<Topic> =
        if ctx.known::<Topic>(id.0).await? { Some(ctx.record(id.0, "topic").await?) } else { None };
    let m: Meeting = ctx.named("meeting", at_meeting, "meeting").await?;
    if before.as_ref().is_some_and(|t| t.meeting != m.id) {
        return Err(AppError::field("meeting", "meeting_stays"));
    }
    let c = of(ctx, m.conference).await?;
    admit(ctx, &c, needs, None).await?;
    m.unissued()?;
    let earlier: Option<Topic> = match p.recurs {
        Some(id) => Some(ctx.named("recurs", id, "topic").await?),
        None => None,
    };
    let by: Member = p.by.into();
    let person = match (by, p.person) {
        (Member::Partner(_), _) => None,
        (Member::Unit(_), Some(id)) => {
            let person = org::person(ctx.tx.conn(), PersonId(id)).await?;
            Some(person.ok_or_else(|| AppError::field("person", "person"))?.id)
        }
        (Member::Unit(_), None) => Some(ctx.actor.person().unwrap_or(c.details.secretary)),
    };
    let title = ctx.needed_words("title", id.0, &p.title)?;
    let said = TopicSaid { by, person, title, about: p.about, recurs: p.recurs.map(TopicId) };
    let (at, actor, day) = (ctx.at, ctx.by(), m.setting.day.day);
    match before {
        Some(t) => ctx.keep(t.change(at, &actor, &c, day, said, earlier.as_ref())?, false).await,
        None => ctx.keep(Topic::put(id, at, &actor, &c, (m.id, day), said, earlier.as_ref())?, true).await,
    }
}

/// What is resolved.
struct Wish {
    words: String,
    owner: Option<MemberIn>,
    person: String,
    helpers: Vec<MemberIn>,
    due: Option<Date>,
    test: String,
    category: Option<String>,
}

async fn resolve(ctx: &mut Ctx<'_>, id: MatterId, needs: Needs, about: Uuid, w: Wish) -> Result<Done, AppError> {
    let topic: Topic = ctx.named("topic", about, "topic").await?;
    let m: Meeting = ctx.named("topic", topic.meeting.0, "topic").await?;
    let c = of(ctx, m.conference).await?;
    let partners = admit(ctx, &c, needs, None).await?;
    let mut faults = Vec::new();
    let owner: Option<Member> = w.owner.map(Member::from);
    if owner.is_none() {
        faults.push(FieldError::new("owner", "owner_needed"));
    }
    if w.due.is_none() {
        faults.push(FieldError::new("due", "due_needed"));
    }
    if blank(&w.words) {
        faults.push(FieldError::new("words", "words_needed"));
    }
    fail(faults)?;
    let (Some(owner), Some(due)) = (owner, w.due) else { return Err(AppError::field("owner", "owner_needed")) };
    let helpers: Vec<Member> = w.helpers.into_iter().map(Member::from).filter(|h| *h != owner).collect();
    let (at, by) = (ctx.at, ctx.by());
    // The meeting takes it first: whoever sits in it and when it may is its law.
    let resolved = Resolved { matter: id, topic: topic.id, owner };
    let meeting = m.resolve(at, &by, &c, resolved, &helpers)?;
    let unit = unit_of(owner, &partners).unwrap_or(c.details.convener);
    let unit = unit_to_do(ctx, unit, "owner").await?.id;
    let part = Resolution {
        meeting: meeting.0.id.0,
        topic: topic.id.0,
        owner,
        person: ctx.words(id.0, &w.person)?,
        helpers,
        test: ctx.words(id.0, &w.test)?,
    };
    let raiser = match (topic.said.by, topic.said.person) {
        (Member::Partner(id), _) => By::Partner(id),
        (Member::Unit(_), Some(person)) => By::Person(person),
        (Member::Unit(_), None) => By::Person(c.details.secretary),
    };
    let owner = match owner {
        Member::Partner(id) => Some(id),
        Member::Unit(_) => None,
    };
    let new = NewMatter {
        id,
        kind: MatterKind::Resolution,
        origin: Origin::Staff,
        category: w.category.unwrap_or_else(|| CATEGORY.to_owned()),
        words: w.words,
        place: None,
        unit: Some(c.details.convener),
        visit: None,
        photos: Vec::new(),
        raiser: None,
        about: Some(About { kind: AboutKind::Topic, id: topic.id.0 }),
        owed: Owed { raiser: Some(raiser), owner, part: Some(Part::Resolution(part)) },
    };
    let (moved, text) = raise(ctx, new, &TargetChoice::RuleIfAny).await?;
    let law = ctx.policies.law();
    let until = TargetChoice::Promise(Promise::Day(due));
    let moved = moved.and(|m| m.assign(&law, at, &by, unit, None, &until, None))?;
    ctx.keep(meeting, false).await?;
    insert(ctx, moved, &text).await
}

/// A member says what it has to say to the minutes.
async fn countersign(
    ctx: &mut Ctx<'_>,
    id: Uuid,
    needs: Needs,
    who: Option<MemberIn>,
    objection: &str,
) -> Result<Done, AppError> {
    let m: Meeting = ctx.record(id, "meeting").await?;
    let c = of(ctx, m.conference).await?;
    let member = who.map(Member::from).or(ctx.by().partner().map(Member::Partner));
    admit(ctx, &c, needs, member).await?;
    let member = member.ok_or_else(|| AppError::field("member", "member"))?;
    let objection = ctx.words(id, objection)?;
    ctx.keep(m.countersign(ctx.at, &ctx.by(), &c, member, objection)?, false).await
}

/// Resolutions of a conference that somebody is still owed something of.
async fn open_of(ctx: &mut Ctx<'_>, c: &Conference) -> Result<usize, AppError> {
    let topics: HashSet<Uuid> = table::topics_of(ctx.tx.conn(), c.id).await?.into_iter().map(|t| t.id.0).collect();
    let all = matter::of_kind(ctx.tx.conn(), MatterKind::Resolution).await?;
    let own = |m: &yixian_domain::matter::Matter| {
        m.part.as_deref().and_then(Part::resolution).is_some_and(|r| topics.contains(&r.topic))
    };
    Ok(all.iter().filter(|r| r.matter.is_open() && own(&r.matter)).count())
}

pub(crate) async fn run(ctx: &mut Ctx<'_>, command: ConferenceCommand) -> Result<Done, AppError> {
    use ConferenceCommand as C;
    let needs = command.needs();
    let (at, by) = (ctx.at, ctx.by());
    match command {
        C::PutConference { conference, code, name, name_en, basis, convener, secretary, cadence, set_up } => {
            let said = Said { code, name, name_en, basis, convener, secretary, cadence, set_up };
            put(ctx, ConferenceId(conference), needs, said).await
        }
        C::PutMember { conference: id, member, role, holder, deputy, from, to } => {
            let c = conference(ctx, id, needs).await?;
            let member = member.into();
            there(ctx, "member", member).await?;
            let (holder, deputy) = (ctx.words(id, &holder)?, ctx.words(id, &deputy)?);
            ctx.keep(c.seat(at, &by, Seat { member, role, holder, deputy, from, to })?, false).await
        }
        C::EndMember { conference: id, member, to } => {
            let c = conference(ctx, id, needs).await?;
            ctx.keep(c.leave(at, &by, member.into(), to)?, false).await
        }
        C::DissolveConference { conference: id, on } => {
            let c = conference(ctx, id, needs).await?;
            let open = open_of(ctx, &c).await?;
            ctx.keep(c.dissolve(at, &by, on, open)?, false).await
        }
        C::PlanMeeting { meeting, conference, day, time, place, chair, agenda } => {
            plan(ctx, MeetingId(meeting), needs, conference, Wanted { day, time, place, chair, agenda }).await
        }
        C::RecordAttendance { meeting, attendance } => attend(ctx, meeting, needs, attendance).await,
        C::PutTopic { topic, meeting, raised_by, person, title, about, recurs } => {
            let about = about.map(About::from);
            put_topic(ctx, TopicId(topic), needs, meeting, Put { by: raised_by, person, title, about, recurs }).await
        }
        C::Resolve { matter, topic, words, owner, person, helpers, due, test, category } => {
            let wish = Wish { words, owner, person, helpers, due, test, category };
            resolve(ctx, MatterId(matter), needs, topic, wish).await
        }
        C::DraftMinutes { meeting: id, text } => {
            let (m, _) = meeting(ctx, id, needs).await?;
            let text = ctx.needed_words("text", id, &text)?;
            ctx.keep(m.draft(at, &by, text)?, false).await
        }
        C::CirculateMinutes { meeting: id } => {
            let (m, _) = meeting(ctx, id, needs).await?;
            ctx.keep(m.circulate(at, &by)?, false).await
        }
        C::Countersign { meeting, member, objection } => countersign(ctx, meeting, needs, member, &objection).await,
        C::IssueMinutes { meeting: id } => {
            let (m, c) = meeting(ctx, id, needs).await?;
            ctx.keep(m.issue(at, &by, &c)?, false).await
        }
        C::ArchiveMinutes { meeting: id } => {
            let (m, _) = meeting(ctx, id, needs).await?;
            ctx.keep(m.archive(at, &by)?, false).await
        }
        C::AmendMinutes { meeting: id, text, reason } => {
            let (m, _) = meeting(ctx, id, needs).await?;
            let text = ctx.needed_words("text", id, &text)?;
            let reason = ctx.needed_words("reason", id, &reason)?;
            ctx.keep(m.amend(at, &by, text, reason)?, false).await
        }
    }
}
