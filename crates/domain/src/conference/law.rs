//! What may happen to a conference, its meetings and its minutes. Who may is [`super::access`]; whether a unit, a person or a
//! partner exists, whoever asks finds out from the registers.

use super::meeting::{Attendance, Attended, Meeting, MeetingEvent, Resolved, Setting};
use super::minutes::MinutesState;
use super::{Conference, ConferenceDetails, ConferenceEvent, Member, Seat};
use crate::base::codes::codes;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::time::{Date, Instant};

codes! {
    /// Why not.
    ConferenceRule {
        /// A seat ends before it begins.
        SeatEndsBefore = "seat_ends_before",
        /// A seat begins before the conference does.
        SeatBeforeConference = "seat_before_conference",
        /// One member twice over the same days.
        SeatTwice = "seat_twice",
        /// It has no seat that ends with that day.
        NoSuchSeat = "no_such_seat",
        /// The conference is dissolved.
        Dissolved = "conference_dissolved",
        /// It would end before it was set up.
        EndsBeforeSetUp = "conference_ends_before",
        /// Resolutions are open.
        ResolutionsOpen = "resolutions_open",
        /// It is no member on that day.
        NoMember = "no_member",
        /// One member takes the chair.
        OneChair = "one_chair",
        /// The meeting has not begun.
        BeforeTheMeeting = "before_the_meeting",
        /// The meeting took place; it is planned no more.
        MeetingBegun = "meeting_begun",
        /// Who stays away says why.
        AbsenceReason = "absence_reason",
        /// Nobody came yet.
        NoAttendance = "no_attendance",
        /// Minutes that were issued never change.
        MinutesIssued = "minutes_issued",
        /// There are no minutes yet.
        NoMinutes = "no_minutes",
        /// They are not where this can be done.
        MinutesNotThere = "minutes_not_there",
        /// Members have not countersigned.
        CountersignMissing = "countersign_missing",
        /// A topic comes up again from the same conference.
        RecursFromElsewhere = "recurs_from_elsewhere",
    }
}

/// A conference after a transition, with what happened.
pub type ConferenceMoved = (Conference, Happened<ConferenceEvent>);
/// A meeting after a transition, with what happened.
pub type MeetingMoved = (Meeting, Happened<MeetingEvent>);

fn no<T>(rule: ConferenceRule, about: impl ToString) -> Result<T, Refusal> {
    Err(Refusal::rule(rule, about.to_string()))
}

impl Conference {
    /// Sets one up.
    pub fn found(
        id: ConferenceId,
        at: Instant,
        by: &By,
        code: String,
        details: ConferenceDetails,
    ) -> Result<ConferenceMoved, Refusal> {
        let h = Happened { at, by: by.clone(), event: ConferenceEvent::Founded { code, details } };
        let conference = Conference::begin(id.0, &h).ok_or(Refusal::SameAsBefore)?;
        Ok((conference, h))
    }

    fn then(mut self, at: Instant, by: &By, event: ConferenceEvent) -> ConferenceMoved {
        let h = Happened { at, by: by.clone(), event };
        self.apply(&h);
        (self, h)
    }

    fn stands(&self) -> Result<(), Refusal> {
        match self.dissolved {
            Some(on) => no(ConferenceRule::Dissolved, on),
            None => Ok(()),
        }
    }

    /// Changes what it is.
    pub fn change(self, at: Instant, by: &By, details: ConferenceDetails) -> Result<ConferenceMoved, Refusal> {
        self.stands()?;
        if self.details == details {
            return Err(Refusal::SameAsBefore);
        }
        if let Some(early) = self.seats.iter().find(|s| s.from < details.set_up) {
            return no(ConferenceRule::SeatBeforeConference, early.from);
        }
        Ok(self.then(at, by, ConferenceEvent::Changed { details }))
    }

    /// Gives a member a seat, or changes the one that begins on that day. A member sits once on a day.
    pub fn seat(self, at: Instant, by: &By, seat: Seat) -> Result<ConferenceMoved, Refusal> {
        self.stands()?;
        if seat.from < self.details.set_up {
            return no(ConferenceRule::SeatBeforeConference, self.details.set_up);
        }
        if seat.to.is_some_and(|to| to < seat.from) {
            return no(ConferenceRule::SeatEndsBefore, seat.from);
        }
        let other = |s: &&Seat| s.member == seat.member && s.from != seat.from;
        if let Some(s) = self.seats.iter().filter(other).find(|s| s.covers(seat.from) || seat.covers(s.from)) {
            return no(ConferenceRule::SeatTwice, s.from);
        }
        if self.seats.contains(&seat) {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, by, ConferenceEvent::Seated { seat }))
    }

    /// Ends a member's seat with a day.
    pub fn leave(self, at: Instant, by: &By, member: Member, to: Date) -> Result<ConferenceMoved, Refusal> {
        self.stands()?;
        match self.seats.iter().find(|s| s.member == member && s.to.is_none()) {
            None => no(ConferenceRule::NoSuchSeat, to),
            Some(s) if to < s.from => no(ConferenceRule::SeatEndsBefore, s.from),
            Some(_) => Ok(self.then(at, by, ConferenceEvent::Left { member, to })),
        }
    }

    /// Its task is done. What was resolved is closed first.
    pub fn dissolve(self, at: Instant, by: &By, on: Date, open: usize) -> Result<ConferenceMoved, Refusal> {
        self.stands()?;
        if on < self.details.set_up {
            return no(ConferenceRule::EndsBeforeSetUp, self.details.set_up);
        }
        if open > 0 {
            return no(ConferenceRule::ResolutionsOpen, open);
        }
        Ok(self.then(at, by, ConferenceEvent::Dissolved { on }))
    }

    /// Whoever takes the chair: one, and a member on the day.
    pub fn chair(&self, chairs: &[Member], day: Date) -> Result<Member, Refusal> {
        let [chair] = chairs else { return no(ConferenceRule::OneChair, chairs.len()) };
        self.sits(*chair, day)?;
        Ok(*chair)
    }

    /// Whether a member sits in it on a day.
    pub fn sits(&self, member: Member, day: Date) -> Result<(), Refusal> {
        match self.seat_of(member, day) {
            Some(_) => Ok(()),
            None => no(ConferenceRule::NoMember, day),
        }
    }
}

impl Meeting {
    /// Plans the next one.
    pub fn plan(
        id: MeetingId,
        at: Instant,
        by: &By,
        conference: &Conference,
        number: u32,
        setting: Setting,
    ) -> Result<MeetingMoved, Refusal> {
        conference.stands()?;
        conference.sits(setting.chair, setting.day.day)?;
        let event = MeetingEvent::Planned { conference: conference.id, no: number, setting };
        let h = Happened { at, by: by.clone(), event };
        let meeting = Meeting::begin(id.0, &h).ok_or(Refusal::SameAsBefore)?;
        Ok((meeting, h))
    }

    fn then(mut self, at: Instant, by: &By, event: MeetingEvent) -> MeetingMoved {
        let h = Happened { at, by: by.clone(), event };
        self.apply(&h);
        (self, h)
    }

    fn took_place(&self, at: Instant) -> Result<(), Refusal> {
        if self.begun(at) { Ok(()) } else { no(ConferenceRule::BeforeTheMeeting, self.setting.day.day) }
    }

    /// What was issued is not changed any more, nor what it tells of.
    pub fn unissued(&self) -> Result<(), Refusal> {
        match self.newest() {
            Some(m) if m.is_issued() => no(ConferenceRule::MinutesIssued, self.no),
            Some(_) | None => Ok(()),
        }
    }

    /// Moves it, or gives it another chair, before it takes place.
    pub fn change(
        self,
        at: Instant,
        by: &By,
        conference: &Conference,
        setting: Setting,
    ) -> Result<MeetingMoved, Refusal> {
        if self.begun(at) && !self.attendance.is_empty() {
            return no(ConferenceRule::MeetingBegun, self.no);
        }
        conference.sits(setting.chair, setting.day.day)?;
        if self.setting == setting {
            return Err(Refusal::SameAsBefore);
        }
        Ok(self.then(at, by, MeetingEvent::Changed { setting }))
    }

    /// Records who came; what is not named stays as it was.
    pub fn attend(
        self,
        at: Instant,
        by: &By,
        conference: &Conference,
        attendance: Vec<Attended>,
    ) -> Result<MeetingMoved, Refusal> {
        self.took_place(at)?;
        self.unissued()?;
        if attendance.is_empty() {
            return no(ConferenceRule::NoAttendance, self.no);
        }
        for a in &attendance {
            conference.sits(a.member, self.setting.day.day)?;
            if a.how == Attendance::Absent && a.reason.is_none() {
                return no(ConferenceRule::AbsenceReason, self.no);
            }
        }
        Ok(self.then(at, by, MeetingEvent::Attended { attendance }))
    }

    /// Takes a resolution into the minutes to come. Its owner and helpers sit in the conference on the day.
    pub fn resolve(
        self,
        at: Instant,
        by: &By,
        conference: &Conference,
        resolved: Resolved,
        helpers: &[Member],
    ) -> Result<MeetingMoved, Refusal> {
        self.took_place(at)?;
        self.unissued()?;
        for member in std::iter::once(&resolved.owner).chain(helpers) {
            conference.sits(*member, self.setting.day.day)?;
        }
        Ok(self.then(at, by, MeetingEvent::Resolved { resolved }))
    }

    /// Writes the minutes, or writes a draft over; what was circulated stays and is followed by another version.
    pub fn draft(self, at: Instant, by: &By, text: Words) -> Result<MeetingMoved, Refusal> {
        self.took_place(at)?;
        self.unissued()?;
        Ok(self.then(at, by, MeetingEvent::Drafted { text, reason: None }))
    }

    /// Begins another version of minutes that were issued.
    pub fn amend(self, at: Instant, by: &By, text: Words, reason: Words) -> Result<MeetingMoved, Refusal> {
        match self.newest() {
            None => return no(ConferenceRule::NoMinutes, self.no),
            Some(m) if !m.is_issued() => return no(ConferenceRule::MinutesNotThere, self.no),
            Some(_) => {}
        }
        Ok(self.then(at, by, MeetingEvent::Drafted { text, reason: Some(reason) }))
    }

    fn minutes_at(&self, states: &[MinutesState]) -> Result<(), Refusal> {
        match self.newest() {
            None => no(ConferenceRule::NoMinutes, self.no),
            Some(m) if states.contains(&m.state) => Ok(()),
            Some(m) if m.is_issued() => no(ConferenceRule::MinutesIssued, self.no),
            Some(_) => no(ConferenceRule::MinutesNotThere, self.no),
        }
    }

    /// Sends the draft to the members.
    pub fn circulate(self, at: Instant, by: &By) -> Result<MeetingMoved, Refusal> {
        self.minutes_at(&[MinutesState::Draft])?;
        Ok(self.then(at, by, MeetingEvent::Circulated))
    }

    /// A member agrees, or objects with words; until they are issued it may think better of it.
    pub fn countersign(
        self,
        at: Instant,
        by: &By,
        conference: &Conference,
        member: Member,
        objection: Option<Words>,
    ) -> Result<MeetingMoved, Refusal> {
        self.minutes_at(&[MinutesState::Circulated])?;
        if !self.signers(conference).contains(&member) {
            return no(ConferenceRule::NoMember, self.setting.day.day);
        }
        Ok(self.then(at, by, MeetingEvent::Countersigned { member, objection }))
    }

    /// Issues them in the conference's name, when everybody has signed or objected.
    pub fn issue(self, at: Instant, by: &By, conference: &Conference) -> Result<MeetingMoved, Refusal> {
        self.minutes_at(&[MinutesState::Circulated])?;
        let missing = self.missing(conference).len();
        if missing > 0 {
            return no(ConferenceRule::CountersignMissing, missing);
        }
        Ok(self.then(at, by, MeetingEvent::Issued))
    }

    /// Puts them away.
    pub fn archive(self, at: Instant, by: &By) -> Result<MeetingMoved, Refusal> {
        match self.newest() {
            Some(m) if m.state == MinutesState::Issued => Ok(self.then(at, by, MeetingEvent::Archived)),
            Some(_) => no(ConferenceRule::MinutesNotThere, self.no),
            None => no(ConferenceRule::NoMinutes, self.no),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Cadence, MeetingDay, Seating, Topic, TopicSaid, Weekday};
    use super::*;
    use crate::base::time::{Time, Zone};
    use crate::law::calendar::{CalendarBook, DayKind};
    use jiff::civil::date;
    use uuid::Uuid;

    fn firm(n: u128) -> Member {
        Member::Partner(PartnerId(Uuid::from_u128(n)))
    }
    const OURS: UnitId = UnitId(Uuid::from_u128(1));
    fn words(n: u128) -> Words {
        Words { id: WordsId(Uuid::from_u128(n)), hash: String::new() }
    }
    fn code<T>(r: Result<T, Refusal>) -> &'static str {
        r.err().map_or("", |r| r.code())
    }
    fn at(day: Date, hour: i8) -> Instant {
        Zone::parse("Asia/Shanghai").expect("a zone").at(day, Time::constant(hour, 0, 0, 0))
    }
    fn details() -> ConferenceDetails {
        ConferenceDetails {
            name: "行政办公区电力建设联席会议".into(),
            name_en: None,
            basis: "示范〔2018〕12号".into(),
            convener: OURS,
            secretary: PersonId(Uuid::from_u128(9)),
            cadence: Some(Cadence { weekday: Weekday::Friday, time: Time::constant(9, 0, 0, 0) }),
            set_up: date(2018, 2, 26),
        }
    }
    fn seat(member: Member, role: Seating, from: Date) -> Seat {
        Seat { member, role, holder: None, deputy: None, from, to: None }
    }
    const FROM: Date = date(2018, 2, 26);
    const DAY: Date = date(2018, 3, 2);

    /// The convener and two firms.
    fn conference() -> Conference {
        let c = Conference::found(ConferenceId(Uuid::from_u128(7)), Instant(0), &By::Rule, "LX".into(), details());
        let seats = [
            seat(Member::Unit(OURS), Seating::Lead, FROM),
            seat(firm(1), Seating::ConstructionUnit, FROM),
            seat(firm(2), Seating::ConstructionUnit, FROM),
        ];
        let put = |c: Conference, s| c.seat(Instant(1), &By::Rule, s).expect("seated").0;
        seats.into_iter().fold(c.expect("set up").0, put)
    }
    fn setting() -> Setting {
        Setting {
            starts: at(DAY, 9),
            day: MeetingDay { day: DAY, moved: None },
            place: "三楼会议室".into(),
            chair: Member::Unit(OURS),
            agenda: None,
        }
    }
    fn meeting() -> Meeting {
        let id = MeetingId(Uuid::from_u128(20));
        Meeting::plan(id, Instant(2), &By::Rule, &conference(), 1, setting()).expect("planned").0
    }
    fn circulated() -> Meeting {
        let m = meeting().draft(at(DAY, 11), &By::Rule, words(1)).expect("drafted").0;
        m.circulate(at(DAY, 12), &By::Rule).expect("circulated").0
    }
    fn issued() -> Meeting {
        let sign =
            |m: Meeting, n| m.countersign(at(DAY, 13), &By::Rule, &conference(), firm(n), None).expect("signed").0;
        let m = [1, 2].into_iter().fold(circulated(), sign);
        m.issue(at(DAY, 14), &By::Rule, &conference()).expect("issued").0
    }

    #[test]
    fn a_member_sits_once_on_a_day_and_leaves_after_it_came() {
        let put = |s| code(conference().seat(Instant(3), &By::Rule, s));
        let june = date(2018, 6, 4);
        for (case, s, expected) in [
            ("another firm", seat(firm(3), Seating::Designer, june), ""),
            ("again, as something else", seat(firm(1), Seating::Supervisor, june), "seat_twice"),
            ("before the conference", seat(firm(3), Seating::Designer, date(2018, 2, 25)), "seat_before_conference"),
            (
                "ends before",
                Seat { to: Some(date(2018, 6, 3)), ..seat(firm(3), Seating::Designer, june) },
                "seat_ends_before",
            ),
            ("nothing new", seat(firm(1), Seating::ConstructionUnit, FROM), "same_as_before"),
            ("with its holder", Seat { holder: Some(words(5)), ..seat(firm(1), Seating::ConstructionUnit, FROM) }, ""),
        ] {
            assert_eq!(put(s), expected, "{case}");
        }
        let leave = |m, to| conference().leave(Instant(3), &By::Rule, m, to);
        assert_eq!(code(leave(firm(3), june)), "no_such_seat");
        assert_eq!(code(leave(firm(1), date(2018, 2, 1))), "seat_ends_before");
        let (left, _) = leave(firm(1), date(2018, 4, 30)).expect("left");
        let sits = |d| left.seat_of(firm(1), d).is_some();
        assert_eq!((sits(date(2018, 4, 30)), sits(date(2018, 5, 1))), (true, false));
        // It may come back later, and counts then.
        let back =
            left.clone().seat(Instant(4), &By::Rule, seat(firm(1), Seating::ConstructionUnit, june)).expect("back");
        assert!(back.0.seat_of(firm(1), june).is_some() && back.0.seat_of(firm(1), date(2018, 5, 2)).is_none());
        assert_eq!(
            code(left.seat(Instant(4), &By::Rule, seat(firm(1), Seating::Lead, date(2018, 4, 30)))),
            "seat_twice"
        );
    }

    #[test]
    fn it_ends_when_nothing_of_it_is_open() {
        let end = |on, open| conference().dissolve(Instant(5), &By::Rule, on, open);
        assert_eq!(code(end(date(2018, 9, 30), 1)), "resolutions_open");
        assert_eq!(code(end(date(2018, 1, 1), 0)), "conference_ends_before");
        let (done, _) = end(date(2018, 9, 30), 0).expect("dissolved");
        assert_eq!((done.seats_on(date(2018, 9, 30)).count(), done.seats_on(date(2018, 10, 1)).count()), (3, 0));
        assert_eq!(
            code(done.clone().seat(Instant(6), &By::Rule, seat(firm(4), Seating::Lead, FROM))),
            "conference_dissolved"
        );
        assert_eq!(
            code(Meeting::plan(MeetingId(Uuid::nil()), Instant(6), &By::Rule, &done, 2, setting())),
            "conference_dissolved"
        );
    }

    #[test]
    fn one_member_takes_the_chair() {
        let chair = |all: &[Member]| code(conference().chair(all, DAY));
        assert_eq!(chair(&[Member::Unit(OURS)]), "");
        assert_eq!(chair(&[]), "one_chair");
        assert_eq!(chair(&[Member::Unit(OURS), firm(1)]), "one_chair");
        assert_eq!(chair(&[firm(3)]), "no_member");
    }

    #[test]
    fn a_holiday_moves_a_meeting_and_says_why() {
        let book = include_str!("../../../../calendars/cn.toml");
        let calendar = toml::from_str::<CalendarBook>(book).expect("a book").latest().expect("a calendar");
        let next = |after| conference().next_meeting(after, &calendar).expect("a cadence");
        assert_eq!(next(date(2018, 3, 1)), MeetingDay { day: DAY, moved: None });
        assert_eq!(next(DAY).day, date(2018, 3, 9));
        // Friday of the Qingming holiday: to the Sunday that is worked for it.
        let moved = next(date(2018, 3, 30));
        assert_eq!((moved.day, moved.regular()), (date(2018, 4, 8), date(2018, 4, 6)));
        assert!(matches!(moved.moved, Some((_, DayKind::Holiday(_)))), "{moved:?}");
        assert_eq!(next(moved.regular()).day, date(2018, 4, 13));
    }

    #[test]
    fn attendance_is_of_members_and_after_the_beginning() {
        let came = |member, how, reason| Attended { member, how, reason };
        let attend = |when, a: Vec<Attended>| meeting().attend(when, &By::Rule, &conference(), a);
        let present = || vec![came(firm(1), Attendance::Present, None)];
        assert_eq!(code(attend(at(DAY, 8), present())), "before_the_meeting");
        assert_eq!(code(attend(at(DAY, 10), Vec::new())), "no_attendance");
        assert_eq!(code(attend(at(DAY, 10), vec![came(firm(3), Attendance::Present, None)])), "no_member");
        assert_eq!(code(attend(at(DAY, 10), vec![came(firm(1), Attendance::Absent, None)])), "absence_reason");
        let (m, _) = attend(at(DAY, 10), present()).expect("recorded");
        let (m, _) = m
            .attend(at(DAY, 11), &By::Rule, &conference(), vec![came(firm(1), Attendance::Absent, Some(words(8)))])
            .expect("corrected");
        assert_eq!((m.attendance.len(), m.attendance[0].how), (1, Attendance::Absent));
        let again = issued().attend(at(DAY, 15), &By::Rule, &conference(), present());
        assert_eq!(code(again), "minutes_issued");
    }

    #[test]
    fn an_owner_sits_in_it_on_that_day() {
        let resolve = |when, owner, helpers: &[Member]| {
            let r = Resolved { matter: MatterId(Uuid::nil()), topic: TopicId(Uuid::nil()), owner };
            code(meeting().resolve(when, &By::Rule, &conference(), r, helpers))
        };
        assert_eq!(resolve(at(DAY, 10), firm(1), &[firm(2)]), "");
        assert_eq!(resolve(at(DAY, 10), firm(3), &[]), "no_member");
        assert_eq!(resolve(at(DAY, 10), firm(1), &[firm(3)]), "no_member");
        assert_eq!(resolve(at(DAY, 8), firm(1), &[]), "before_the_meeting");
    }

    #[test]
    fn minutes_are_issued_when_everybody_has_spoken_and_never_change_then() {
        let now = at(DAY, 15);
        assert_eq!(code(meeting().draft(at(DAY, 8), &By::Rule, words(1))), "before_the_meeting");
        assert_eq!(code(meeting().circulate(now, &By::Rule)), "no_minutes");
        assert_eq!(code(circulated().issue(now, &By::Rule, &conference())), "countersign_missing");
        let sign = |m: Meeting, who, objection| m.countersign(now, &By::Rule, &conference(), who, objection);
        assert_eq!(code(sign(circulated(), Member::Unit(OURS), None)), "no_member");
        assert_eq!(code(sign(meeting(), firm(1), None)), "no_minutes");
        // An objection is an answer too.
        let (m, _) = sign(circulated(), firm(1), Some(words(2))).expect("objected");
        assert_eq!(m.missing(&conference()), [firm(2)]);
        let (m, _) = sign(m, firm(2), None).expect("signed");
        let (m, _) = m.issue(now, &By::Rule, &conference()).expect("issued");
        assert_eq!(code(m.clone().draft(now, &By::Rule, words(3))), "minutes_issued");
        assert_eq!(code(sign(m.clone(), firm(1), None)), "minutes_issued");
        assert_eq!(code(m.clone().circulate(now, &By::Rule)), "minutes_issued");
        let (m, _) = m.archive(now, &By::Rule).expect("archived");
        assert_eq!(code(m.clone().archive(now, &By::Rule)), "minutes_not_there");
        // An amendment is another version, which has to be signed again.
        let (m, _) = m.amend(now, &By::Rule, words(4), words(5)).expect("amended");
        assert_eq!(
            (m.minutes.len(), m.minutes[0].state, m.minutes[0].text.id),
            (2, MinutesState::Archived, words(1).id)
        );
        let (m, _) = m.circulate(now, &By::Rule).expect("circulated");
        assert_eq!(m.missing(&conference()), [firm(1), firm(2)]);
        assert_eq!(code(meeting().amend(now, &By::Rule, words(4), words(5))), "no_minutes");
        assert_eq!(code(circulated().amend(now, &By::Rule, words(4), words(5))), "minutes_not_there");
    }

    #[test]
    fn what_was_circulated_is_not_written_over() {
        let (m, _) = circulated().draft(at(DAY, 13), &By::Rule, words(6)).expect("drafted");
        assert_eq!((m.minutes.len(), m.newest().map(|v| v.state)), (2, Some(MinutesState::Draft)));
        let (m, _) = m.draft(at(DAY, 13), &By::Rule, words(7)).expect("written over");
        assert_eq!((m.minutes.len(), m.newest().map(|v| v.text.id)), (2, Some(words(7).id)));
    }

    #[test]
    fn a_topic_is_a_members_and_comes_up_again_from_its_own_conference() {
        let said = |by, recurs| TopicSaid { by, person: None, title: words(1), about: None, recurs };
        let id = |n| TopicId(Uuid::from_u128(n));
        let put = |n, said, earlier: Option<&Topic>| {
            Topic::put(id(n), Instant(3), &By::Rule, &conference(), (meeting().id, DAY), said, earlier)
        };
        assert_eq!(code(put(1, said(firm(3), None), None)), "no_member");
        let (first, _) = put(1, said(firm(1), None), None).expect("put");
        assert_eq!(code(put(2, said(firm(2), Some(id(1))), Some(&first))), "");
        let other = Topic { conference: ConferenceId(Uuid::nil()), ..first.clone() };
        assert_eq!(code(put(2, said(firm(2), Some(id(1))), Some(&other))), "recurs_from_elsewhere");
        let itself =
            first.clone().change(Instant(4), &By::Rule, &conference(), DAY, said(firm(1), Some(id(1))), Some(&first));
        assert_eq!(code(itself), "recurs_from_elsewhere");
    }

    #[test]
    fn replaying_gives_what_happened() {
        let (c, h) = conference().leave(Instant(9), &By::Rule, firm(2), date(2018, 4, 30)).expect("left");
        assert_eq!((h.event.code(), c.rev), ("conference_left", 5));
        let mut events = vec![Happened {
            at: Instant(0),
            by: By::Rule,
            event: ConferenceEvent::Founded { code: "LX".into(), details: details() },
        }];
        let first = Conference::replay(c.id.0, &events).expect("begun");
        assert_eq!(first.seats.len(), 0);
        events.push(h);
        assert_eq!(Conference::replay(c.id.0, &events).map(|c| c.rev), Some(2));
        assert!(Conference::replay(c.id.0, &events[1..]).is_none());
    }
}
