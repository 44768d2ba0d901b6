//! Figures of joint conferences: who sits in them, who came, what was delivered in time, what comes up again, how long minutes
//! take. An organisation counts once whatever it is called; one that counts as another counts as that one. On time is
//! judged as for every matter ([`super::matters`]): exactly at the due instant is on time, what is open and overdue is late.

use super::definition::{Basis, Definition, Distinct, Exclusion, Family, Unit};
use super::facts::MatterFact;
use super::{Figure, FigureCode, Frame, Keys, sorted_by_id};
use crate::base::ids::{MatterId, UnitId};
use crate::base::stats::Distribution;
use crate::base::time::{Date, HOUR_MS, Instant};
use crate::conference::{Attendance, Conference, Meeting, Member, Seating, Topic};
use crate::partner::Partner;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use uuid::Uuid;

const fn of(code: FigureCode, distinct: Distinct, basis: Basis, unit: Unit, numerator: &'static str) -> Definition {
    Definition::count(code, Family::Conferences, distinct, basis, unit, numerator)
}

/// Definitions of the figures of joint conferences.
pub const FIGURES: &[Definition] = &[
    of(
        FigureCode::ConferenceMembers,
        Distinct::Organisation,
        Basis::LastDay,
        Unit::Organisations,
        "organisations that sit in a conference as construction units on the last day known of the period",
    ),
    of(
        FigureCode::Attendance,
        Distinct::MemberMeeting,
        Basis::MeetingDay,
        Unit::Times,
        "those of the denominator that came, or were represented",
    )
    .out_of("members that sat in a conference on the day of each of its meetings in the period")
    .without(&[Exclusion::NotRecorded]),
    of(
        FigureCode::ResolutionsOnTime,
        Distinct::Matter,
        Basis::DueAt,
        Unit::Matters,
        "those of the denominator that were delivered by their due instant",
    )
    .out_of("resolutions due in the period that are delivered or overdue; overdue ones still open count as late")
    .without(&[Exclusion::NoTarget, Exclusion::Withdrawn, Exclusion::NotYetDue]),
    of(
        FigureCode::ResolutionsOpen,
        Distinct::Matter,
        Basis::RaisedAt,
        Unit::Matters,
        "resolutions made in the period and neither delivered nor closed as of",
    )
    .without(&[Exclusion::Withdrawn]),
    of(
        FigureCode::RepeatTopics,
        Distinct::Topic,
        Basis::MeetingDay,
        Unit::Topics,
        "those of the denominator that were raised at two meetings at least",
    )
    .out_of("topics that were before a meeting in the period; one that comes up again is one topic"),
    of(
        FigureCode::DaysToIssue,
        Distinct::Meeting,
        Basis::MeetingDay,
        Unit::Times,
        "meetings in the period whose minutes were issued as of; median from the beginning to the first issue",
    )
    .measured_in(Unit::Days),
];

/// How an organisation is called, as of the frame's instant.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Called {
    /// Its code in its register.
    pub code: Arc<str>,
    /// In the company's language.
    pub name: Arc<str>,
    /// English, where there is one.
    pub name_en: Option<Arc<str>>,
}

/// A seat that is held on the last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeatFact {
    /// Who.
    pub organisation: Uuid,
    /// As what.
    pub role: Seating,
}

/// Somebody invited to a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvitedFact {
    /// To which.
    pub meeting: Uuid,
    /// Who.
    pub organisation: Uuid,
    /// When it began.
    pub starts: Instant,
    /// It came, or was represented.
    pub came: bool,
}

/// Something that was resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolutionFact {
    /// The matter.
    pub matter: MatterFact,
    /// Who owns it.
    pub organisation: Uuid,
}

/// A topic at a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopicFact {
    /// The topic it first was.
    pub first: Uuid,
    /// At which meeting.
    pub meeting: Uuid,
    /// When that began.
    pub starts: Instant,
}

/// A meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetingFact {
    /// Which.
    pub id: Uuid,
    /// Of the conference with this name.
    pub conference: Arc<str>,
    /// Its number.
    pub no: u32,
    /// When it began.
    pub starts: Instant,
    /// When its minutes were first issued.
    pub issued: Option<Instant>,
}

/// What is known of joint conferences.
#[derive(Clone, Debug, Default)]
pub struct Sittings {
    /// Seats held on the last day.
    pub seats: Vec<SeatFact>,
    /// As what a member sits that is counted; construction units where none is named.
    pub role: Option<Seating>,
    /// Who was invited and who came, of meetings at which it was recorded.
    pub invited: Vec<InvitedFact>,
    /// What was resolved.
    pub resolutions: Vec<ResolutionFact>,
    /// Topics.
    pub topics: Vec<TopicFact>,
    /// Meetings.
    pub meetings: Vec<MeetingFact>,
    /// How organisations are called.
    pub called: Arc<HashMap<Uuid, Called>>,
}

/// The registers as they were known at the frame's instant.
#[derive(Debug)]
pub struct Registers<'a> {
    /// Conferences that count.
    pub conferences: &'a [Conference],
    /// Every meeting.
    pub meetings: &'a [Meeting],
    /// Every topic.
    pub topics: &'a [Topic],
    /// Every partner.
    pub partners: &'a [Partner],
}

/// The last day that is known of a frame: that of its instant, or of the end of its period where that comes first. 24:00
/// belongs to the day that ends.
pub fn last_day(frame: &Frame<'_>) -> Date {
    frame.zone.date_of(frame.as_of.min(frame.until()).plus_millis(-1))
}

impl Sittings {
    /// What the registers tell, with the matters that resolutions are; `unit` says how a unit of ours is called.
    pub fn of(
        known: &Registers<'_>,
        matters: &[MatterFact],
        unit: impl Fn(UnitId) -> Option<Called>,
        frame: &Frame<'_>,
    ) -> Sittings {
        let partners: HashMap<Uuid, &Partner> = known.partners.iter().map(|p| (p.id.0, p)).collect();
        let day = last_day(frame);
        let organisation = |member: Member, day: Date| match member {
            Member::Unit(id) => id.0,
            Member::Partner(id) => partners.get(&id.0).map_or(id.0, |p| p.counts_as(day).0),
        };
        let mut all = Sittings::default();
        let mut called: HashMap<Uuid, Called> = HashMap::new();
        let resolved: HashMap<MatterId, &MatterFact> = matters.iter().map(|m| (m.id, m)).collect();
        let starts: HashMap<Uuid, Instant> = known.meetings.iter().map(|m| (m.id.0, m.setting.starts)).collect();
        for c in known.conferences {
            for member in c.ever() {
                let name = match member {
                    Member::Unit(id) => unit(id),
                    Member::Partner(_) => partners.get(&organisation(member, day)).map(|p| {
                        let name = p.name_on(day);
                        Called {
                            code: p.code.as_str().into(),
                            name: name.name.as_str().into(),
                            name_en: name.name_en.as_deref().map(Into::into),
                        }
                    }),
                };
                called.entry(organisation(member, day)).or_insert(name.unwrap_or_default());
            }
            all.seats
                .extend(c.seats_on(day).map(|s| SeatFact { organisation: organisation(s.member, day), role: s.role }));
            for m in known.meetings.iter().filter(|m| m.conference == c.id) {
                let (id, begins) = (m.id.0, m.setting.starts);
                all.meetings.push(MeetingFact {
                    id,
                    conference: c.details.name.as_str().into(),
                    no: m.no,
                    starts: begins,
                    issued: m.issued_at(),
                });
                let on = m.setting.day.day;
                if !m.attendance.is_empty() {
                    all.invited.extend(c.seats_on(on).map(|s| InvitedFact {
                        meeting: id,
                        organisation: organisation(s.member, on),
                        starts: begins,
                        came: m.attendance_of(s.member).is_some_and(|a| a.how != Attendance::Absent),
                    }));
                }
                all.resolutions.extend(m.resolved.iter().filter_map(|r| {
                    let matter = (*resolved.get(&r.matter)?).clone();
                    Some(ResolutionFact { matter, organisation: organisation(r.owner, day) })
                }));
            }
            let own: HashMap<Uuid, &Topic> =
                known.topics.iter().filter(|t| t.conference == c.id).map(|t| (t.id.0, t)).collect();
            for t in own.values() {
                let mut first = *t;
                // As often as there are topics, at most.
                for _ in 0..own.len() {
                    let Some(earlier) = first.said.recurs.and_then(|e| own.get(&e.0)) else { break };
                    first = *earlier;
                }
                if let Some(starts) = starts.get(&t.meeting.0) {
                    all.topics.push(TopicFact { first: first.id.0, meeting: t.meeting.0, starts: *starts });
                }
            }
        }
        all.called = Arc::new(called);
        all
    }

    /// Whether there is anything to be counted.
    pub fn is_empty(&self) -> bool {
        self.seats.is_empty()
            && self.invited.is_empty()
            && self.resolutions.is_empty()
            && self.topics.is_empty()
            && self.meetings.is_empty()
    }

    /// How an organisation is called.
    pub fn name(&self, organisation: Uuid) -> Called {
        self.called.get(&organisation).cloned().unwrap_or_default()
    }

    /// Those of one role; nothing else is told apart by it.
    pub(super) fn by_role(&self) -> BTreeMap<Seating, Sittings> {
        let mut groups: BTreeMap<Seating, Sittings> = BTreeMap::new();
        for seat in &self.seats {
            let own = groups.entry(seat.role).or_default();
            (own.role, own.called) = (Some(seat.role), self.called.clone());
            own.seats.push(*seat);
        }
        groups
    }

    /// What is one organisation's.
    pub(super) fn by_organisation(&self) -> BTreeMap<Uuid, Sittings> {
        let mut groups: BTreeMap<Uuid, Sittings> = BTreeMap::new();
        let mut own = |id: Uuid, put: &dyn Fn(&mut Sittings)| {
            let own = groups.entry(id).or_default();
            own.called = self.called.clone();
            put(own);
        };
        for i in &self.invited {
            own(i.organisation, &|s| s.invited.push(*i));
        }
        for r in &self.resolutions {
            own(r.organisation, &|s| s.resolutions.push(r.clone()));
        }
        groups
    }
}

const DAY_MS: i64 = 24 * HOUR_MS;

/// Milliseconds from the beginning of a meeting to the first issue of its minutes, as far as that is known.
pub(super) fn time_to_issue(m: &MeetingFact, frame: &Frame<'_>) -> Option<i64> {
    frame.knows(m.issued).map(|at| at.since(m.starts)).filter(|ms| *ms >= 0)
}

/// Every figure of conferences, in the order of [`FigureCode::ALL`].
pub fn figures(s: &Sittings, frame: &Frame<'_>) -> Vec<Figure> {
    use FigureCode as C;
    let role = s.role.unwrap_or(Seating::ConstructionUnit);
    let members: BTreeSet<Uuid> = s.seats.iter().filter(|m| m.role == role).map(|m| m.organisation).collect();
    let pairs = |came: bool| -> Vec<(Uuid, Uuid)> {
        let counts = s.invited.iter().filter(|i| frame.saw(i.starts) && (i.came || !came));
        counts.map(|i| (i.organisation, i.meeting)).collect::<BTreeSet<_>>().into_iter().collect()
    };
    let (mut on_time, mut due, mut open) = (Vec::new(), Vec::new(), Vec::new());
    let stands = |r: &ResolutionFact| r.matter.raised_at <= frame.as_of && !r.matter.withdrawn();
    for r in sorted_by_id(&s.resolutions, stands, |r| r.matter.id.0) {
        let (m, id) = (&r.matter, r.matter.id.0);
        let right = frame.knows(m.put_right());
        if frame.saw(m.raised_at) && right.is_none() && frame.knows(m.closed_at).is_none() {
            open.push(id);
        }
        let Some(until) = m.due_at.filter(|due| frame.expects(*due)) else { continue };
        match right {
            Some(right) => {
                due.push(id);
                if right <= until {
                    on_time.push(id);
                }
            }
            None if until < frame.as_of => due.push(id),
            None => {}
        }
    }
    let mut raised: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
    let mut before: BTreeSet<Uuid> = BTreeSet::new();
    // What comes up after the period does not tell of it.
    for t in s.topics.iter().filter(|t| t.starts < frame.until() && t.starts <= frame.as_of) {
        raised.entry(t.first).or_default().insert(t.meeting);
        if frame.saw(t.starts) {
            before.insert(t.first);
        }
    }
    let repeated = before.iter().copied().filter(|t| raised.get(t).is_some_and(|at| at.len() > 1)).collect();
    let issued = |m: &MeetingFact| frame.saw(m.starts) && time_to_issue(m, frame).is_some();
    let issued = sorted_by_id(&s.meetings, issued, |m| m.id);
    let mut times: Vec<i64> = issued.iter().filter_map(|m| time_to_issue(m, frame)).collect();
    let median = Distribution::of(&mut times, DAY_MS).map(|d| d.median);
    vec![
        Figure::count(C::ConferenceMembers, frame, members.into_iter().collect()),
        Figure::share(C::Attendance, frame, Keys::Pairs(pairs(true)), Keys::Pairs(pairs(false))),
        Figure::rate(C::ResolutionsOnTime, frame, on_time, due),
        Figure::count(C::ResolutionsOpen, frame, open),
        Figure::rate(C::RepeatTopics, frame, repeated, before.into_iter().collect()),
        Figure::measure(C::DaysToIssue, frame, issued.iter().map(|m| m.id).collect(), median),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::period::Period;
    use super::super::{Dimension, Facts, Group, Places, Ties, Value};
    use super::*;
    use crate::base::history::{Happened, Recorded};
    use crate::base::ids::*;
    use crate::base::time::{Time, Zone};
    use crate::conference::*;
    use crate::law::kind::MatterKind;
    use crate::law::settings::{Settings, SettingsKnown};
    use crate::matter::{Origin, StageName};
    use crate::partner::{PartnerDetails, PartnerEvent, PartnerName};
    use jiff::civil::date;

    fn zone() -> Zone {
        Zone::parse("Asia/Shanghai").expect("a zone")
    }
    fn at(day: Date, hour: i8) -> Instant {
        zone().at(day, Time::constant(hour, 0, 0, 0))
    }
    fn pid(n: u128) -> PartnerId {
        PartnerId(Uuid::from_u128(n))
    }
    fn words() -> Words {
        Words { id: WordsId(Uuid::nil()), hash: String::new() }
    }
    /// A firm by its number.
    fn firm(n: u128) -> Partner {
        let name = PartnerName { name: format!("第{n}建设"), name_en: None, from: date(2017, 1, 1) };
        let details = PartnerDetails {
            roles: Vec::new(),
            district: None,
            credit_code: None,
            liaison: None,
            contacts: None,
            unit: None,
        };
        let event = PartnerEvent::Registered { code: format!("F{n:02}"), name, details };
        Partner::begin(pid(n).0, &Happened { at: Instant(0), by: By::Rule, event }).expect("registered")
    }
    fn seat(n: u128, role: Seating, from: Date, to: Option<Date>) -> Seat {
        Seat { member: Member::Partner(pid(n)), role, holder: None, deputy: None, from, to }
    }
    const FEB: Date = date(2018, 2, 26);
    /// Sixteen building firms, one of which leaves with April and one of which comes in June, and a government.
    fn conference() -> Conference {
        let mut seats: Vec<Seat> = (1..=14).map(|n| seat(n, Seating::ConstructionUnit, FEB, None)).collect();
        seats.push(seat(15, Seating::ConstructionUnit, FEB, Some(date(2018, 4, 30))));
        seats.push(seat(16, Seating::ConstructionUnit, date(2018, 6, 4), None));
        seats.push(seat(20, Seating::Government, FEB, None));
        Conference {
            id: ConferenceId(Uuid::from_u128(900)),
            code: "LX".into(),
            details: ConferenceDetails {
                name: "联席会议".into(),
                name_en: None,
                basis: "示范".into(),
                convener: UnitId(Uuid::from_u128(1)),
                secretary: PersonId(Uuid::from_u128(2)),
                cadence: None,
                set_up: FEB,
            },
            seats,
            dissolved: None,
            last_at: Instant(0),
            rev: 1,
        }
    }
    fn sittings(partners: &[Partner], as_of: Instant) -> Sittings {
        let conferences = [conference()];
        let known = Registers { conferences: &conferences, meetings: &[], topics: &[], partners };
        let zone = zone();
        let frame = Frame::new("2018".parse::<Period>().expect("a year"), as_of, &zone);
        Sittings::of(&known, &[], |_| None, &frame)
    }
    fn number(s: &Sittings, code: FigureCode, period: &str, as_of: Instant) -> Option<f64> {
        let zone = zone();
        let frame = Frame::new(period.parse().expect("a period"), as_of, &zone);
        figures(s, &frame).into_iter().find(|f| f.code == code).and_then(|f| f.number())
    }

    #[test]
    fn organisations_count_once_on_the_last_day_that_is_known() {
        let firms: Vec<Partner> = (1..=20).map(firm).collect();
        let members = |partners: &[Partner], as_of| {
            number(&sittings(partners, as_of), FigureCode::ConferenceMembers, "2018", as_of)
        };
        for (day, expected) in
            [(date(2018, 4, 15), 15.0), (date(2018, 5, 23), 14.0), (date(2018, 6, 5), 15.0), (date(2018, 6, 3), 14.0)]
        {
            assert_eq!(members(&firms, at(day, 18)), Some(expected), "{day}");
        }
        // 24:00 of the last day of April is April's.
        assert_eq!(members(&firms, zone().end_of_day(date(2018, 4, 30))), Some(15.0));
        // A new name changes nothing; two that count as one do.
        let may = at(date(2018, 5, 23), 18);
        let mut other = firms.clone();
        other[2].names.push(PartnerName { name: "新名".into(), name_en: None, from: date(2018, 5, 2) });
        assert_eq!(members(&other, may), Some(14.0));
        assert_eq!(sittings(&other, may).name(pid(3).0).name.as_ref(), "新名");
        other[3].merged = Some((pid(3), date(2018, 5, 20)));
        assert_eq!((members(&other, may), members(&other, at(date(2018, 5, 19), 18))), (Some(13.0), Some(14.0)));
        // By role, each of them.
        let facts = Facts { sittings: sittings(&firms, may), ..Facts::default() };
        let (settings, zone, places) = (Settings::default(), zone(), Places::default());
        let frame = Frame::new("2018".parse().expect("a year"), may, &zone);
        let ties = Ties { places: &places, owes: &|_| None, tier: &|_, _| None, zone: &zone };
        let groups = facts.by(Dimension::Role, &ties, &SettingsKnown::always(&settings), &frame);
        let told: Vec<(&str, f64)> = groups
            .iter()
            .filter_map(|(g, all)| match g {
                Group::Code(_, code) => Some((*code, all[0].number()?)),
                _ => None,
            })
            .collect();
        assert_eq!(told, [("construction_unit", 14.0), ("government", 1.0)]);
    }

    fn resolution(n: u128, due: Date, solved: Option<Instant>) -> ResolutionFact {
        let matter = MatterFact {
            id: MatterId(Uuid::from_u128(n)),
            kind: MatterKind::Resolution,
            category: "coordination".into(),
            origin: Origin::Staff,
            visit: None,
            unit: UnitId(Uuid::nil()),
            place: None,
            raiser: None,
            owner: None,
            raised_at: at(date(2018, 3, 2), 10),
            due_at: Some(zone().end_of_day(due)),
            solved_at: solved,
            answered_at: None,
            closed_at: None,
            on_the_spot: false,
            reopened: 0,
            verdict: None,
            voice: None,
            imported: false,
            stage: if solved.is_some() { StageName::Submitted } else { StageName::InHand },
        };
        ResolutionFact { matter, organisation: pid(1 + n % 2).0 }
    }

    #[test]
    fn what_is_open_and_overdue_is_late_and_what_is_not_yet_due_is_left_out() {
        let due = date(2018, 3, 16);
        let mut withdrawn = resolution(6, due, None);
        withdrawn.matter.stage = StageName::Refused;
        let s = Sittings {
            resolutions: vec![
                resolution(1, due, Some(at(due, 9))),
                resolution(2, due, Some(zone().end_of_day(due))),
                resolution(3, due, Some(zone().end_of_day(due).plus_millis(1))),
                resolution(4, due, None),
                resolution(5, date(2018, 6, 8), None),
                withdrawn,
            ],
            ..Sittings::default()
        };
        let as_of = zone().end_of_day(date(2018, 5, 31));
        let zone = zone();
        let frame = Frame::new("2018-03..2018-05".parse().expect("a period"), as_of, &zone);
        let all = figures(&s, &frame);
        let of = |code| all.iter().find(|f| f.code == code).expect("a figure");
        assert_eq!(of(FigureCode::ResolutionsOnTime).value, Value::Share { numerator: 2, denominator: 4 });
        assert_eq!(of(FigureCode::ResolutionsOpen).value, Value::Count { n: 2 });
        // Before it was due, nothing is late.
        let early = Frame::new("2018-03".parse().expect("a period"), at(date(2018, 3, 10), 9), &zone);
        let early = figures(&s, &early);
        assert_eq!(early[2].value, Value::Share { numerator: 0, denominator: 0 });
        assert_eq!(s.by_organisation().len(), 2);
    }

    fn meeting(n: u128, day: Date, came: &[(u128, Attendance)], issued: Option<Instant>) -> Meeting {
        let attended =
            |(n, how): &(u128, Attendance)| Attended { member: Member::Partner(pid(*n)), how: *how, reason: None };
        let minutes = Minutes {
            text: words(),
            reason: None,
            state: MinutesState::Issued,
            circulated_at: issued,
            signatures: Vec::new(),
            issued_at: issued,
            archived_at: None,
        };
        Meeting {
            id: MeetingId(Uuid::from_u128(800 + n)),
            conference: conference().id,
            no: n as u32,
            setting: Setting {
                starts: at(day, 9),
                day: MeetingDay { day, moved: None },
                place: "会议室".into(),
                chair: Member::Partner(pid(1)),
                agenda: None,
            },
            attendance: came.iter().map(attended).collect(),
            resolved: Vec::new(),
            minutes: issued.map(|_| minutes).into_iter().collect(),
            last_at: Instant(0),
            rev: 1,
        }
    }
    fn topic(n: u128, at: u128, recurs: Option<u128>) -> Topic {
        Topic {
            id: TopicId(Uuid::from_u128(n)),
            conference: conference().id,
            meeting: MeetingId(Uuid::from_u128(800 + at)),
            said: TopicSaid {
                by: Member::Partner(pid(1)),
                person: None,
                title: words(),
                about: None,
                recurs: recurs.map(|r| TopicId(Uuid::from_u128(r))),
            },
            last_at: Instant(0),
            rev: 1,
        }
    }

    #[test]
    fn attendance_topics_and_days_are_of_the_meetings_of_the_period() {
        use Attendance as A;
        let (second, ninth) = (date(2018, 3, 2), date(2018, 3, 9));
        let meetings = [
            meeting(1, second, &[(1, A::Present), (2, A::Proxy), (3, A::Absent)], Some(at(date(2018, 3, 4), 9))),
            meeting(2, ninth, &[], Some(at(date(2018, 3, 13), 9))),
            meeting(3, date(2018, 4, 8), &[(1, A::Present)], None),
        ];
        let topics =
            [topic(1, 1, None), topic(2, 1, None), topic(3, 2, Some(1)), topic(4, 3, Some(3)), topic(5, 3, None)];
        let conferences = [conference()];
        let partners: Vec<Partner> = (1..=20).map(firm).collect();
        let known = Registers { conferences: &conferences, meetings: &meetings, topics: &topics, partners: &partners };
        let (zone, as_of) = (zone(), at(date(2018, 5, 1), 9));
        let told = |period: &str| {
            let frame = Frame::new(period.parse().expect("a period"), as_of, &zone);
            let s = Sittings::of(&known, &[], |_| None, &frame);
            let all = figures(&s, &frame);
            (all[1].value, all[4].value, all[5].number())
        };
        // Fifteen firms and a government were invited; at the second nobody wrote down who came.
        let share = |numerator, denominator| Value::Share { numerator, denominator };
        assert_eq!(told("2018-03"), (share(2, 16), share(1, 2), Some(3.0)));
        assert_eq!(told("2018-04"), (share(1, 16), share(1, 2), None));
        assert_eq!(told("2018-03..2018-04"), (share(3, 32), share(1, 3), Some(3.0)));
    }
}
