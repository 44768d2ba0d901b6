//! Resolutions of joint conferences: what a line resolves, by the law that a form is judged by. What was resolved lives as a
//! matter and is changed there: a line that tells of one that stands says nothing new, or is refused. One of a table has an id
//! that follows from its topic and its words, so that it stands once even where its words were erased.

use super::partners::Codes;
use super::table::{Cells, Fields, GIVEN, Line, Plan, Step, parts};
use super::wording;
use crate::App;
use crate::command::{ConferenceCommand, MemberIn};
use crate::conferences::known;
use crate::frame::error::AppError;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use uuid::{Builder, Uuid};
use yixian_domain::access::{Actor, Ask, Denial, may};
use yixian_domain::conference::*;
use yixian_domain::deadline::Promise;
use yixian_domain::ids::*;
use yixian_domain::matter::{Matter, MatterKind};
use yixian_domain::org::{Role, Unit};
use yixian_domain::organisation::work;
use yixian_domain::part::{Part, Resolution};
use yixian_domain::partner::Partner;
use yixian_domain::refusal::Refusal;
use yixian_domain::time::{Date, Instant};
use yixian_store::{Conn, conference as table, matter, org, words};

/// Whether somebody keeps the books of any conference.
pub(super) async fn may_keep_any(app: &App, actor: &Actor) -> Result<(), AppError> {
    if *actor == Actor::System {
        return Ok(());
    }
    let mut conn = app.store().read().await?;
    for c in table::list(&mut conn).await? {
        let (facts, _) = known::facts(&mut conn, &c).await?;
        if may(actor, &Ask::KeepConference(&facts)).is_ok() {
            return Ok(());
        }
    }
    Err(match actor {
        Actor::Person { .. } => Denial::NeedsRole { role: Role::Coordinator }.into(),
        Actor::Raiser { .. } | Actor::Partner { .. } | Actor::System | Actor::Anonymous => Denial::SignIn.into(),
    })
}

/// The id of what is resolved about a topic in some words at a meeting.
fn id_of(meeting: &Meeting, topic: &Topic, text: &str) -> MatterId {
    let hash = Sha256::new().chain_update(topic.id.0.as_bytes()).chain_update(text.as_bytes()).finalize();
    let mut rest = [0; 10];
    rest.copy_from_slice(&hash[..10]);
    MatterId(Builder::from_unix_timestamp_millis(meeting.setting.starts.0.max(0).unsigned_abs(), &rest).into_uuid())
}

/// A resolution that stands.
struct Standing {
    matter: Matter,
    part: Resolution,
}

/// A conference that is seen, with what a line may name of it where its books are kept.
struct Book {
    /// Whoever asks keeps its books.
    kept: bool,
    conference: Conference,
    partners: HashMap<Uuid, Partner>,
    /// Codes of whoever ever sat in it.
    members: Codes<Member>,
    /// By number, each with its topics in the order in which they were put.
    meetings: Vec<(Meeting, Vec<Topic>)>,
}

struct Planner {
    at: Instant,
    by: By,
    today: Date,
    books: HashMap<String, Option<Book>>,
    units: HashMap<UnitId, Unit>,
    standing: HashMap<MatterId, Standing>,
    /// By topic and words, where those are known.
    by_text: HashMap<(TopicId, String), MatterId>,
    /// What lines before resolve, and which.
    resolved: HashMap<MatterId, u64>,
    titles: HashMap<WordsId, String>,
    words: HashMap<WordsId, String>,
}

async fn book(
    conn: &mut Conn,
    actor: &Actor,
    conference: Conference,
    units: &HashMap<UnitId, Unit>,
) -> Result<Option<Book>, AppError> {
    let (facts, partners) = known::facts(conn, &conference).await?;
    if may(actor, &Ask::KeepConference(&facts)).is_err() {
        // Whoever sees it is told that it is not his to keep.
        let seen = may(actor, &Ask::SeeConference(&facts)).is_ok();
        return Ok(seen.then(|| Book {
            kept: false,
            conference,
            partners,
            members: Codes::of([]),
            meetings: Vec::new(),
        }));
    }
    let code = |m: &Member| match m {
        Member::Partner(id) => partners.get(&id.0).map(|p| p.code.clone()),
        Member::Unit(id) => units.get(id).map(|u| u.code.clone()),
    };
    // Where a unit has a partner's code, the partner is meant.
    let mut ever = conference.ever();
    ever.sort_by_key(|m| matches!(m, Member::Partner(_)));
    let members = Codes::of(ever.iter().filter_map(|m| Some((code(m)?, *m))));
    let mut of: HashMap<MeetingId, Vec<Topic>> = HashMap::new();
    for t in table::topics_of(conn, conference.id).await?.into_iter().rev() {
        of.entry(t.meeting).or_default().push(t);
    }
    let meetings = table::meetings(conn, conference.id).await?;
    let meetings = meetings.into_iter().map(|m| (of.remove(&m.id).unwrap_or_default(), m)).map(|(t, m)| (m, t));
    let meetings = meetings.collect();
    Ok(Some(Book { kept: true, conference, partners, members, meetings }))
}

/// What the lines of a table of resolutions do.
pub(super) async fn plan(app: &App, actor: &Actor, conn: &mut Conn, lines: Vec<Line>) -> Result<Plan, AppError> {
    let at = app.clock().now();
    let units: HashMap<UnitId, Unit> = org::units(conn).await?.into_iter().map(|u| (u.id, u)).collect();
    let mut books = HashMap::new();
    for c in table::list(conn).await? {
        if lines.iter().any(|l| l.cell("conference") == c.code) {
            books.insert(c.code.clone(), book(conn, actor, c, &units).await?);
        }
    }
    let topics = || books.values().flatten().flat_map(|b| &b.meetings).flat_map(|(_, topics)| topics);
    let ids: Vec<Uuid> = topics().map(|t| t.said.title.id.0).collect();
    let titles = words::among(conn, &ids).await?;
    let own: std::collections::HashSet<TopicId> = topics().map(|t| t.id).collect();
    let of = |m: Matter| {
        let part = m.part.as_deref().and_then(Part::resolution)?.clone();
        own.contains(&TopicId(part.topic)).then_some(Standing { matter: m, part })
    };
    let all: Vec<Standing> =
        matter::of_kind(conn, MatterKind::Resolution).await?.into_iter().filter_map(|r| of(r.matter)).collect();
    let said = |s: &Standing| {
        let more = [s.part.test.as_ref(), s.part.person.as_ref()];
        std::iter::once(&s.matter.raised.words).chain(more.into_iter().flatten()).map(|w| w.id.0).collect::<Vec<_>>()
    };
    let ids: Vec<Uuid> = all.iter().flat_map(said).collect();
    let mut planner = Planner {
        at,
        by: actor.by(),
        today: app.policies().zone.date_of(at),
        books,
        units,
        standing: HashMap::new(),
        by_text: HashMap::new(),
        resolved: HashMap::new(),
        titles,
        words: words::among(conn, &ids).await?,
    };
    for s in all {
        if let Some(text) = planner.words.get(&s.matter.raised.words.id) {
            planner.by_text.insert((TopicId(s.part.topic), text.trim().to_owned()), s.matter.id);
        }
        planner.standing.insert(s.matter.id, s);
    }
    Ok(Plan::of(&lines, |c| planner.line(c)))
}

impl Planner {
    fn line(&mut self, c: &mut Cells<'_>) -> Option<Step> {
        let due = c.day("due");
        if c.cell("due").is_empty() {
            c.fault("due", "due_needed");
        }
        if c.cell("text").is_empty() {
            c.fault("text", "words_needed");
        }
        if c.cell("owner").is_empty() {
            c.fault("owner", "owner_needed");
        }
        let (text, test, person) = (c.words("text"), c.words("test"), c.words("person"));
        let Some(Some(book)) = self.books.get(c.cell("conference")) else {
            c.fault("conference", "conference");
            return None;
        };
        if !book.kept {
            c.fault("conference", "not_yours");
            return None;
        }
        let (meeting, topics) = meeting(c, book)?;
        let topic = self.topic(c, topics);
        let day = meeting.setting.day.day;
        let member = |c: &mut Cells<'_>, column: &'static str, code: &str| {
            let found = book.members.by_code.get(code).copied();
            if found.is_none() {
                let mut sit: Vec<String> =
                    book.conference.seats_on(day).map(|s| book.members.code(Some(s.member))).collect();
                sit.sort();
                c.not_of(column, "member", sit);
            }
            found
        };
        let owner = match c.cell("owner") {
            "" => None,
            code => member(c, "owner", code),
        };
        let mut helpers = Vec::new();
        for code in parts(c.cell("helpers")) {
            helpers.extend(member(c, "helpers", code).filter(|m| Some(*m) != owner && !helpers.contains(m)));
        }
        let (topic, owner, due) = (topic?, owner?, due?);
        if !c.is_good() {
            return None;
        }
        let members = |all: &[Member]| {
            let mut codes: Vec<String> = all.iter().map(|m| book.members.code(Some(*m))).collect();
            codes.sort();
            codes.join(";")
        };
        let id = id_of(meeting, &topic, text);
        let told = self.by_text.get(&(topic.id, text.to_owned()));
        let known = self.standing.get(told.unwrap_or(&id));
        // By another name of its meeting or topic.
        if let Some(first) = self.resolved.insert(told.copied().unwrap_or(id), c.line.n) {
            c.twice(first);
            return None;
        }
        let fields = |owner: Member, helpers: &[Member], due: Option<Date>, test: &str, person: bool| -> Fields {
            vec![
                ("text", text.to_owned()),
                ("owner", members(&[owner])),
                ("helpers", members(helpers)),
                ("due", due.map(|d| d.to_string()).unwrap_or_default()),
                ("test", test.to_owned()),
                ("person", if person { GIVEN.to_owned() } else { String::new() }),
            ]
        };
        let code = format!("{} {} {}", book.conference.code, meeting.no, topic_no(topics, topic.id));
        let name = text.lines().next().unwrap_or_default().chars().take(60).collect();
        if let Some(s) = known {
            // Where it was extended since, either day is its own.
            let stood = s.matter.due.as_ref().map(|d| d.day);
            let promised = match s.matter.target.as_ref().map(|t| &t.promise) {
                Some(Promise::Day(day)) => Some(*day),
                Some(_) | None => None,
            };
            if s.part.owner != owner {
                c.not_of("owner", "resolved_already", vec![members(&[s.part.owner])]);
            }
            if ![stood, promised].contains(&Some(due)) {
                let own = stood.or(promised).map(|d| d.to_string());
                c.not_of("due", "resolved_already", own.into_iter().collect());
            }
            if c.line.has("helpers") && members(&helpers) != members(&s.part.helpers) {
                c.not_of("helpers", "resolved_already", vec![members(&s.part.helpers)]);
            }
            for (column, text, kept) in [("test", test, &s.part.test), ("person", person, &s.part.person)] {
                let kept = kept.as_ref().map(|w| self.words.get(&w.id).map_or("", |t| t.trim()));
                // What was erased is not known, and says nothing.
                let differs = match kept {
                    Some("") => false,
                    kept => kept.unwrap_or_default() != text,
                };
                if c.line.has(column) && differs {
                    c.fault(column, "resolved_already");
                }
            }
            let after = fields(s.part.owner, &s.part.helpers, stood, test, s.part.person.is_some());
            return Some(Step { line: c.line.n, code, name, before: Some(after.clone()), after, commands: Vec::new() });
        }
        let resolved = Resolved { matter: id, topic: topic.id, owner };
        // Who sits in it on the day is told of each by itself.
        for (column, all) in [("owner", &[owner][..]), ("helpers", &helpers)] {
            for m in all.iter().filter(|m| book.conference.seat_of(**m, day).is_none()) {
                if let Err(r) = book.conference.sits(*m, day) {
                    let sit = book.conference.seats_on(day).map(|s| book.members.code(Some(s.member))).collect();
                    c.law(column, r, sit);
                }
            }
        }
        if c.is_good()
            && let Err(r) = meeting.clone().resolve(self.at, &self.by, &book.conference, resolved, &helpers)
        {
            c.law("meeting", r, Vec::new());
        }
        if due < self.today {
            c.law("due", Refusal::DueBeforeStart { start: self.today }, Vec::new());
        }
        let unit = known::unit_of(owner, &book.partners).unwrap_or(book.conference.details.convener);
        if let Some(Err(unfit)) = self.units.get(&unit).map(|u| work::stands(u, self.today)) {
            c.fault("owner", unfit.as_str());
        }
        let command = ConferenceCommand::Resolve {
            matter: id.0,
            topic: topic.id.0,
            words: text.to_owned(),
            owner: Some(MemberIn::from(owner)),
            person: person.to_owned(),
            helpers: helpers.iter().map(|h| MemberIn::from(*h)).collect(),
            due: Some(due),
            test: test.to_owned(),
            category: None,
        };
        let after = fields(owner, &helpers, Some(due), test, !person.is_empty());
        Some(Step { line: c.line.n, code, name, before: None, after, commands: vec![command.into()] })
    }

    /// The topic of a line: its number at the meeting, or its title.
    fn topic(&self, c: &mut Cells<'_>, topics: &[Topic]) -> Option<Topic> {
        let text = c.cell("topic");
        let by_no = text.parse::<usize>().ok().and_then(|n| topics.get(n.checked_sub(1)?));
        let title = |t: &&Topic| self.titles.get(&t.said.title.id).is_some_and(|title| title.trim() == text);
        let found = by_no.or_else(|| topics.iter().find(title));
        if found.is_none() {
            let titled = |(i, t): (usize, &Topic)| {
                format!("{} {}", i + 1, self.titles.get(&t.said.title.id).map_or("", String::as_str)).trim().to_owned()
            };
            c.not_of("topic", "topic", topics.iter().enumerate().map(titled).collect());
        }
        found.cloned()
    }
}

fn topic_no(topics: &[Topic], id: TopicId) -> usize {
    topics.iter().position(|t| t.id == id).map_or(0, |i| i + 1)
}

/// The meeting of a line: its number, or its day.
fn meeting<'b>(c: &mut Cells<'_>, book: &'b Book) -> Option<(&'b Meeting, &'b [Topic])> {
    let text = c.cell("meeting");
    let no = text.parse::<u32>().ok();
    let day = wording::day(text);
    let is = |m: &Meeting| Some(m.no) == no || Some(m.setting.day.day) == day;
    let found = book.meetings.iter().find(|(m, _)| is(m));
    if found.is_none() {
        let told = book.meetings.iter().rev().map(|(m, _)| format!("{} ({})", m.no, m.setting.day.day));
        c.not_of("meeting", "meeting", told.collect());
    }
    found.map(|(m, topics)| (m, topics.as_slice()))
}
