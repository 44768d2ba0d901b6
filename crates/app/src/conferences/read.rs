//! Joint conferences as pages read them. Nothing here writes.

use super::known;
use crate::App;
use crate::frame::error::AppError;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, ConferenceFacts, may};
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::conference::*;
use yixian_domain::ids::*;
use yixian_domain::matter::{Matter, MatterKind};
use yixian_domain::part::Part;
use yixian_domain::partner::Partner;
use yixian_domain::time::Date;
use yixian_store::matter::Numbered;
use yixian_store::{Conn, conference as table, matter, org, register, words};

/// How a member is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberName {
    /// Its code in its register.
    pub code: String,
    /// In the company's language.
    pub name: String,
    /// English, where there is one.
    pub name_en: Option<String>,
}

/// A conference in the list.
#[derive(Debug)]
pub struct Entry {
    /// The conference.
    pub conference: Conference,
    /// Its newest meeting.
    pub last: Option<Meeting>,
    /// How many of its resolutions are open.
    pub open: usize,
}

/// Names and words of a conference, for whoever shows something of it.
#[derive(Debug, Default)]
pub struct Stands {
    /// Names of members, also of those that left.
    pub names: HashMap<Member, MemberName>,
    /// Words, by their id; what was erased is missing.
    pub words: HashMap<WordsId, String>,
}

impl Stands {
    /// Words that may be missing.
    pub fn say(&self, w: Option<&Words>) -> Option<&str> {
        self.words.get(&w?.id).map(String::as_str)
    }
}

/// A seat with who sits there.
#[derive(Debug)]
pub struct SeatLine {
    /// The seat.
    pub seat: Seat,
    /// Resolutions it owns that are open.
    pub open: Vec<Numbered>,
}

/// A conference with what belongs to it.
#[derive(Debug)]
pub struct ConferencePage {
    /// The conference.
    pub conference: Conference,
    /// The reader keeps its books.
    pub keeps: bool,
    /// Names and words.
    pub stands: Stands,
    /// Its seats, those that are held first.
    pub seats: Vec<SeatLine>,
    /// Its meetings, the last first.
    pub meetings: Vec<Meeting>,
    /// When it meets next, where that follows from its rule.
    pub next: Option<MeetingDay>,
    /// Its resolutions that are open, oldest first.
    pub open: Vec<Numbered>,
    /// How many there are in all.
    pub resolutions: usize,
    /// Those that the reader may open.
    pub seen: HashSet<MatterId>,
}

/// A topic with what was resolved about it.
#[derive(Debug)]
pub struct TopicLine {
    /// The topic.
    pub topic: Topic,
    /// The topic it comes up from again, and at which meeting that was.
    pub earlier: Option<(Topic, u32)>,
    /// What was resolved.
    pub resolutions: Vec<Numbered>,
}

/// A version of the minutes with those whose word is missing.
#[derive(Debug)]
pub struct VersionLine {
    /// From one.
    pub n: usize,
    /// The version.
    pub minutes: Minutes,
}

/// A meeting with what belongs to it.
#[derive(Debug)]
pub struct MeetingPage {
    /// The conference.
    pub conference: Conference,
    /// The meeting.
    pub meeting: Meeting,
    /// The reader keeps its books.
    pub keeps: bool,
    /// Names and words.
    pub stands: Stands,
    /// What the meetings before resolved and is open, or was put right since: 回头看.
    pub before: Vec<Numbered>,
    /// Topics, with what was resolved about each.
    pub topics: Vec<TopicLine>,
    /// Topics of earlier meetings, for choosing the one that comes up again.
    pub earlier: Vec<Topic>,
    /// Versions of the minutes, newest first.
    pub versions: Vec<VersionLine>,
    /// Members whose word is missing on the newest one.
    pub missing: Vec<Member>,
    /// Matters that the reader may open.
    pub seen: HashSet<MatterId>,
}

/// The resolution that a matter carries.
pub(crate) fn resolution(m: &Matter) -> Option<&yixian_domain::part::Resolution> {
    m.part.as_deref().and_then(Part::resolution)
}

async fn names(
    conn: &mut Conn,
    members: &[Member],
    partners: &HashMap<Uuid, Partner>,
    day: Option<Date>,
) -> Result<HashMap<Member, MemberName>, AppError> {
    let mut all = HashMap::new();
    for member in members {
        let name = match member {
            Member::Partner(id) => partners.get(&id.0).map(|p| {
                let name = day.map_or_else(|| p.name(), |day| p.name_on(day));
                MemberName { code: p.code.clone(), name: name.name.clone(), name_en: name.name_en.clone() }
            }),
            Member::Unit(id) => {
                org::unit(conn, *id).await?.map(|u| MemberName { code: u.code, name: u.name, name_en: u.name_en })
            }
        };
        all.insert(*member, name.unwrap_or_default());
    }
    Ok(all)
}

async fn of(conn: &mut Conn, id: ConferenceId) -> Result<Conference, AppError> {
    register::one(conn, id.0).await?.ok_or(AppError::NotFound("conference"))
}

/// What a conference resolved, in the order of numbers.
async fn resolved(conn: &mut Conn, meetings: &[Meeting]) -> Result<Vec<Numbered>, AppError> {
    let own: HashSet<MatterId> = meetings.iter().flat_map(|m| &m.resolved).map(|r| r.matter).collect();
    let mut all = matter::of_kind(conn, MatterKind::Resolution).await?;
    all.retain(|r| own.contains(&r.matter.id));
    all.sort_by_key(|r| r.n);
    Ok(all)
}

impl App {
    async fn seen(&self, actor: &Actor, all: &[Numbered]) -> Result<HashSet<MatterId>, AppError> {
        Ok(self.seen_of(actor, all.to_vec()).await?.into_iter().map(|r| r.matter.id).collect())
    }

    /// The conferences that somebody sees, with how each stands.
    pub async fn conferences(&self, actor: &Actor) -> Result<Vec<Entry>, AppError> {
        let mut conn = self.store().read().await?;
        let mut all = Vec::new();
        for conference in table::list(&mut conn).await? {
            let (facts, _) = known::facts(&mut conn, &conference).await?;
            if may(actor, &Ask::SeeConference(&facts)).is_err() {
                continue;
            }
            let meetings = table::meetings(&mut conn, conference.id).await?;
            let open = resolved(&mut conn, &meetings).await?.iter().filter(|r| r.matter.is_open()).count();
            all.push(Entry { conference, last: meetings.into_iter().next(), open });
        }
        Ok(all)
    }

    /// Conferences that something may be about, as far as somebody sees them, and how each is called.
    pub(crate) async fn conference_choices(
        &self,
        actor: &Actor,
        english: bool,
    ) -> Result<Vec<(About, String)>, AppError> {
        let all = self.conferences(actor).await?.into_iter().map(|e| {
            let d = &e.conference.details;
            let name = d.name_en.as_ref().filter(|_| english).unwrap_or(&d.name);
            let about = About { kind: AboutKind::Conference, id: e.conference.id.0 };
            (about, format!("{name} ({})", e.conference.code))
        });
        Ok(all.collect())
    }

    /// A conference that somebody sees, with what access asks of it and its partners.
    async fn seen_conference(
        &self,
        conn: &mut Conn,
        actor: &Actor,
        id: ConferenceId,
    ) -> Result<(Conference, ConferenceFacts, HashMap<Uuid, Partner>), AppError> {
        let c = of(conn, id).await?;
        let (facts, partners) = known::facts(conn, &c).await?;
        may(actor, &Ask::SeeConference(&facts))?;
        Ok((c, facts, partners))
    }

    /// One conference, for whoever sees it.
    pub async fn conference(&self, actor: &Actor, id: ConferenceId) -> Result<Conference, AppError> {
        let mut conn = self.store().read().await?;
        Ok(self.seen_conference(&mut conn, actor, id).await?.0)
    }

    /// One conference with what belongs to it.
    pub async fn conference_page(&self, actor: &Actor, id: ConferenceId) -> Result<ConferencePage, AppError> {
        let mut conn = self.store().read().await?;
        let (conference, facts, partners) = self.seen_conference(&mut conn, actor, id).await?;
        let policies = self.policies();
        let today = policies.zone.date_of(self.clock().now());
        let meetings = table::meetings(&mut conn, id).await?;
        let all = resolved(&mut conn, &meetings).await?;
        let names = names(&mut conn, &conference.ever(), &partners, None).await?;
        let words = words::of_record(&mut conn, id.0).await?;
        drop(conn);
        let resolutions = all.len();
        let open: Vec<Numbered> = all.into_iter().filter(|r| r.matter.is_open()).collect();
        let owns = |m: Member| {
            let own = open.iter().filter(move |r| resolution(&r.matter).is_some_and(|r| r.owner == m));
            own.cloned().collect::<Vec<_>>()
        };
        let mut seats: Vec<SeatLine> =
            conference.seats.iter().map(|s| SeatLine { open: owns(s.member), seat: s.clone() }).collect();
        seats.sort_by_key(|s| (!s.seat.covers(today), s.seat.role, s.seat.from));
        let before = today.yesterday().unwrap_or(today).max(conference.details.set_up.yesterday().unwrap_or(today));
        let after = meetings.first().map_or(before, |m| m.setting.day.regular().max(before));
        let next = conference.next_meeting(after, &policies.calendar).filter(|_| conference.dissolved.is_none());
        let seen = self.seen(actor, &open).await?;
        let keeps = may(actor, &Ask::KeepConference(&facts)).is_ok();
        let stands = Stands { names, words };
        Ok(ConferencePage { conference, keeps, stands, seats, meetings, next, open, resolutions, seen })
    }

    /// How a topic was put, and the meeting at which it was, for whoever sees its conference.
    pub(crate) async fn topic_named(&self, actor: &Actor, id: TopicId) -> Result<(String, MeetingId), AppError> {
        let mut conn = self.store().read().await?;
        let topic: Topic = register::one(&mut conn, id.0).await?.ok_or(AppError::NotFound("topic"))?;
        self.seen_conference(&mut conn, actor, topic.conference).await?;
        let title = words::of_record(&mut conn, id.0).await?.remove(&topic.said.title.id).unwrap_or_default();
        Ok((title, topic.meeting))
    }

    /// One meeting with what belongs to it.
    pub async fn meeting_page(&self, actor: &Actor, id: MeetingId) -> Result<MeetingPage, AppError> {
        let mut conn = self.store().read().await?;
        let meeting: Meeting = register::one(&mut conn, id.0).await?.ok_or(AppError::NotFound("meeting"))?;
        let (conference, facts, partners) = self.seen_conference(&mut conn, actor, meeting.conference).await?;
        if actor.person().is_none() && *actor != Actor::System {
            // A member outside reads its own part, by another door.
            return Err(AppError::NotFound("meeting"));
        }
        let meetings = table::meetings(&mut conn, conference.id).await?;
        let all = resolved(&mut conn, &meetings).await?;
        let topics = table::topics_of(&mut conn, conference.id).await?;
        let mut words = words::of_record(&mut conn, id.0).await?;
        for t in &topics {
            words.extend(words::of_record(&mut conn, t.id.0).await?);
        }
        let own: Vec<&Numbered> =
            all.iter().filter(|r| meeting.resolved.iter().any(|own| own.matter == r.matter.id)).collect();
        for r in &own {
            words.extend(words::of_record(&mut conn, r.matter.id.0).await?);
        }
        let day = Some(meeting.setting.day.day);
        let names = names(&mut conn, &conference.ever(), &partners, day).await?;
        drop(conn);
        let no_of = |m: MeetingId| meetings.iter().find(|own| own.id == m).map_or(0, |own| own.no);
        let earlier = |t: &Topic| {
            let from = topics.iter().find(|e| Some(e.id) == t.said.recurs)?;
            Some((from.clone(), no_of(from.meeting)))
        };
        let mut lines: Vec<TopicLine> = Vec::new();
        for t in topics.iter().rev().filter(|t| t.meeting == id) {
            let about = |r: &&&Numbered| resolution(&r.matter).is_some_and(|r| r.topic == t.id.0);
            let resolutions = own.iter().filter(about).map(|r| (**r).clone()).collect();
            lines.push(TopicLine { earlier: earlier(t), topic: t.clone(), resolutions });
        }
        let earlier = topics.iter().filter(|t| no_of(t.meeting) < meeting.no).cloned().collect();
        let seen = self.seen(actor, &all).await?;
        // Last time's, and what is open from before that.
        let last = meetings.iter().find(|m| m.no < meeting.no).map(|m| m.no);
        let made_at = |r: &Numbered| {
            meetings.iter().find(|m| m.resolved.iter().any(|own| own.matter == r.matter.id)).map_or(0, |m| m.no)
        };
        let back = |r: &&Numbered| {
            let no = made_at(r);
            no < meeting.no && (Some(no) == last || r.matter.is_open())
        };
        let before = all.iter().filter(back).cloned().collect();
        let versions = meeting.minutes.iter().enumerate().rev();
        let versions = versions.map(|(i, m)| VersionLine { n: i + 1, minutes: m.clone() }).collect();
        let missing = meeting.missing(&conference);
        let keeps = may(actor, &Ask::KeepConference(&facts)).is_ok();
        let stands = Stands { names, words };
        Ok(MeetingPage { conference, meeting, keeps, stands, before, topics: lines, earlier, versions, missing, seen })
    }

    /// The conference, for whoever keeps its books.
    pub async fn kept_conference(&self, actor: &Actor, id: ConferenceId) -> Result<Conference, AppError> {
        let mut conn = self.store().read().await?;
        let (c, facts, _) = self.seen_conference(&mut conn, actor, id).await?;
        may(actor, &Ask::KeepConference(&facts))?;
        Ok(c)
    }

    /// Meetings at which a partner had a seat, the last first, of conferences that somebody sees.
    pub async fn meetings_of_partner(
        &self,
        actor: &Actor,
        partner: PartnerId,
    ) -> Result<Vec<(Conference, Meeting)>, AppError> {
        let mut conn = self.store().read().await?;
        let mut seen = Vec::new();
        for c in joined(&mut conn, partner).await? {
            let (facts, _) = known::facts(&mut conn, &c).await?;
            if may(actor, &Ask::SeeConference(&facts)).is_ok() {
                seen.push(c);
            }
        }
        sat_at(&mut conn, seen, partner).await
    }

    /// Meetings of which a partner was sent minutes, the last first, with their conferences: its own seat on the day, and
    /// nothing of another's.
    pub async fn minutes_for(&self, partner: PartnerId) -> Result<Vec<(Conference, Meeting)>, AppError> {
        let mut conn = self.store().read().await?;
        let conferences = joined(&mut conn, partner).await?;
        let mut all = sat_at(&mut conn, conferences, partner).await?;
        all.retain(|(_, m)| shown(m).is_some());
        Ok(all)
    }

    /// The minutes of one meeting as a partner reads them: the text that was circulated, and its own word.
    pub async fn minutes_of(
        &self,
        partner: PartnerId,
        id: MeetingId,
    ) -> Result<(Conference, Meeting, Option<String>), AppError> {
        let missing = AppError::NotFound("minutes");
        let mut conn = self.store().read().await?;
        let Some(m) = register::one::<Meeting>(&mut conn, id.0).await? else { return Err(missing) };
        let c = of(&mut conn, m.conference).await?;
        if !sent(&c, &m, partner) {
            return Err(missing);
        }
        let mut words = words::of_record(&mut conn, id.0).await?;
        let text = shown(&m).and_then(|v| words.remove(&v.text.id));
        Ok((c, m, text))
    }
}

/// The newest version that left the secretary's desk.
pub(crate) fn shown(m: &Meeting) -> Option<&Minutes> {
    m.minutes.iter().rev().find(|v| v.circulated_at.is_some())
}

fn sat(c: &Conference, m: &Meeting, partner: PartnerId) -> bool {
    c.seat_of(Member::Partner(partner), m.setting.day.day).is_some()
}

fn sent(c: &Conference, m: &Meeting, partner: PartnerId) -> bool {
    shown(m).is_some() && sat(c, m, partner)
}

/// Conferences in which a partner ever had a seat.
async fn joined(conn: &mut Conn, partner: PartnerId) -> Result<Vec<Conference>, AppError> {
    let mut all = table::list(conn).await?;
    all.retain(|c| c.ever().contains(&Member::Partner(partner)));
    Ok(all)
}

/// Meetings of some conferences at which a partner had a seat, the last first.
async fn sat_at(
    conn: &mut Conn,
    of: Vec<Conference>,
    partner: PartnerId,
) -> Result<Vec<(Conference, Meeting)>, AppError> {
    let mut all = Vec::new();
    for c in of {
        let meetings = table::meetings(conn, c.id).await?.into_iter().filter(|m| sat(&c, m, partner));
        all.extend(meetings.map(|m| (c.clone(), m)));
    }
    all.sort_by_key(|(_, m)| std::cmp::Reverse(m.setting.starts));
    Ok(all)
}
