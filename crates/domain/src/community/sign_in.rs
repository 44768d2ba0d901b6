//! A sign-in 签到: a member came to a session, or somebody who is not on the roster did. Who is at one place is not at another at the
//! same time; a day has room for two, one after the other. It does not know how the member was found.

use super::{CommunityRule, Member, Session};
use crate::base::codes::codes;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::refusal::Refusal;
use crate::base::time::{HOUR_MS, Instant, Zone};
use crate::organisation::place::Point;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// How somebody signed in.
    SignedHow {
        /// Himself, by the session's code.
        Link = "link",
        /// Somebody of ours wrote it down.
        Staff = "staff",
        /// On a sheet of paper that was photographed.
        Sheet = "sheet",
    }
}

/// What was recorded later than this is shown apart.
const LATE_MS: i64 = 24 * HOUR_MS;

/// A sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// Identity.
    pub id: Uuid,
    /// At which session.
    pub session: SessionId,
    /// Who; a guest is nobody of the roster and never counted.
    pub member: Option<MemberId>,
    /// When he came.
    pub came: Instant,
    /// When that was recorded.
    pub entered: Instant,
    /// When he left, where he said so.
    pub left: Option<Instant>,
    /// How.
    pub how: SignedHow,
    /// Where his phone was, where he let it be known.
    pub point: Option<Point>,
    /// The sheet.
    pub sheet: Option<FileRef>,
    /// Why it does not count, where it was recorded by mistake.
    pub voided: Option<Words>,
    /// Number of events so far.
    pub rev: u32,
}

/// How somebody signed in, with what shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// How.
    pub how: SignedHow,
    /// Where his phone was.
    pub point: Option<Point>,
    /// The sheet.
    pub sheet: Option<FileRef>,
}

/// What happens to a sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the sign-in's own
pub enum SignInEvent {
    SignedIn { session: SessionId, member: Option<MemberId>, entered: Instant, shown: Shown },
    SignedOut,
    Voided { reason: Words },
}

impl SignInEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            SignInEvent::SignedIn { .. } => "signed_in",
            SignInEvent::SignedOut => "signed_out",
            SignInEvent::Voided { .. } => "sign_in_voided",
        }
    }
}

impl Recorded for SignIn {
    type Event = SignInEvent;

    fn begin(id: Uuid, first: &Happened<SignInEvent>) -> Option<SignIn> {
        let SignInEvent::SignedIn { session, member, entered, shown } = &first.event else { return None };
        Some(SignIn {
            id,
            session: *session,
            member: *member,
            came: first.at,
            entered: *entered,
            left: None,
            how: shown.how,
            point: shown.point,
            sheet: shown.sheet.clone(),
            voided: None,
            rev: 1,
        })
    }

    fn apply(&mut self, h: &Happened<SignInEvent>) {
        self.rev += 1;
        match &h.event {
            SignInEvent::SignedIn { .. } => {}
            SignInEvent::SignedOut => self.left = Some(h.at),
            SignInEvent::Voided { reason } => self.voided = Some(reason.clone()),
        }
    }
}

/// Where somebody is from when to when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    /// At which session.
    pub session: SessionId,
    /// From.
    pub from: Instant,
    /// Until; then he is there no more.
    pub until: Instant,
}

impl Stay {
    /// Whether both are at one time.
    pub fn crosses(&self, other: &Stay) -> bool {
        self.from < other.until && other.from < self.until
    }
}

/// A sign-in after a transition, with what happened.
pub type SignInMoved = (SignIn, Happened<SignInEvent>);

impl SignIn {
    /// Signs somebody in, who is elsewhere from when to when. One who comes early is there from then on.
    #[allow(clippy::too_many_arguments)] // who, where, when, how, and where he is besides
    pub fn enter(
        id: Uuid,
        (at, entered): (Instant, Instant),
        by: &By,
        session: &Session,
        member: Option<&Member>,
        shown: Shown,
        elsewhere: &[Stay],
        zone: &Zone,
    ) -> Result<SignInMoved, Refusal> {
        session.held()?;
        let day = zone.date_of(at);
        if day != session.day || at >= session.details.ends {
            return Err(Refusal::rule(CommunityRule::SignInElsewhen, session.day.to_string()));
        }
        if let Some(left) = member.and_then(|m| m.left).filter(|left| *left < day) {
            return Err(Refusal::rule(CommunityRule::LeftRoster, left.to_string()));
        }
        let event = SignInEvent::SignedIn { session: session.id, member: member.map(|m| m.id), entered, shown };
        let h = Happened { at, by: by.clone(), event };
        let signed = SignIn::begin(id, &h).ok_or(Refusal::SameAsBefore)?;
        let stay = signed.stay(session);
        if let Some(other) = elsewhere.iter().find(|other| other.crosses(&stay)) {
            return Err(Refusal::rule(CommunityRule::TwoPlaces, other.session.to_string()));
        }
        Ok((signed, h))
    }

    fn then(mut self, at: Instant, by: &By, event: SignInEvent) -> SignInMoved {
        let h = Happened { at, by: by.clone(), event };
        self.apply(&h);
        (self, h)
    }

    fn stands(&self) -> Result<(), Refusal> {
        if self.voided.is_some() { Err(Refusal::rule(CommunityRule::SignInVoided, "")) } else { Ok(()) }
    }

    /// Signs him out.
    pub fn sign_out(self, at: Instant, by: &By) -> Result<SignInMoved, Refusal> {
        self.stands()?;
        if self.left.is_some() {
            return Err(Refusal::rule(CommunityRule::LeftAlready, ""));
        }
        if at < self.came {
            return Err(Refusal::rule(CommunityRule::LeftBefore, ""));
        }
        Ok(self.then(at, by, SignInEvent::SignedOut))
    }

    /// Says that it was recorded by mistake.
    pub fn void(self, at: Instant, by: &By, reason: Words) -> Result<SignInMoved, Refusal> {
        self.stands()?;
        Ok(self.then(at, by, SignInEvent::Voided { reason }))
    }

    /// From when to when he is there: until he signs out, at the latest until its end.
    pub fn stay(&self, session: &Session) -> Stay {
        let ends = session.details.ends;
        Stay { session: session.id, from: self.came, until: self.left.map_or(ends, |left| left.min(ends)) }
    }

    /// Recorded so long after it happened that it is shown apart.
    pub fn is_late(&self) -> bool {
        self.entered.since(self.came) > LATE_MS
    }

    /// Whether a member was there by it.
    pub fn counts(&self) -> Option<MemberId> {
        self.member.filter(|_| self.voided.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DayDetails, MemberDetails, ServiceDay, SessionDetails};
    use super::*;
    use jiff::civil::date;

    fn at(text: &str) -> Instant {
        Instant::parse(&format!("2018-05-{text}:00+08:00")).expect("an instant")
    }

    fn session(n: u128, starts: &str, ends: &str) -> Session {
        let organiser = UnitId(Uuid::from_u128(1));
        let details = DayDetails { name: "服务日".into(), name_en: None, day: date(2018, 5, 26), organiser };
        let id = ServiceDayId(Uuid::from_u128(2));
        let day = ServiceDay::call(id, at("18T09:00"), &By::Rule, "D".into(), details).expect("called").0;
        let community = PartnerId(Uuid::from_u128(3));
        let (starts, ends) = (at(starts), at(ends));
        let details = SessionDetails { community, host: organiser, lead: None, starts, ends, visit: None };
        let id = SessionId(Uuid::from_u128(n));
        Session::plan(id, at("18T10:00"), &By::Rule, "S".into(), &day, details, &zone()).expect("planned").0
    }

    fn zone() -> Zone {
        Zone::parse("Asia/Shanghai").expect("a zone")
    }

    fn member() -> Member {
        let unit = UnitId(Uuid::from_u128(1));
        let details = MemberDetails { branch: "一支部".into(), unit, person: None, community: None, personal: None };
        let id = MemberId(Uuid::from_u128(5));
        Member::list(id, at("01T09:00"), &By::Rule, "M".into(), details).expect("listed").0
    }

    fn sign(s: &Session, m: &Member, when: &str, elsewhere: &[Stay]) -> Result<SignIn, Refusal> {
        let shown = Shown { how: SignedHow::Link, point: None, sheet: None };
        let at = at(when);
        SignIn::enter(Uuid::from_u128(7), (at, at), &By::Rule, s, Some(m), shown, elsewhere, &zone()).map(|m| m.0)
    }

    fn code<T>(r: Result<T, Refusal>) -> &'static str {
        r.err().map_or("", |r| r.code())
    }

    #[test]
    fn one_signs_in_on_the_day_before_the_end() {
        let s = session(10, "26T09:00", "26T11:30");
        for (when, wanted) in [
            ("26T08:30", ""),
            ("26T11:29", ""),
            ("26T11:30", "sign_in_elsewhen"),
            ("25T23:59", "sign_in_elsewhen"),
            ("27T00:00", "sign_in_elsewhen"),
        ] {
            assert_eq!(code(sign(&s, &member(), when, &[])), wanted, "{when}");
        }
        let gone = member().leave(at("26T07:00"), &By::Rule, date(2018, 5, 25)).expect("left").0;
        assert_eq!(code(sign(&s, &gone, "26T09:00", &[])), "member_left_already");
        let words = Words { id: WordsId(Uuid::nil()), hash: String::new() };
        let off = s.cancel(at("26T08:00"), &By::Rule, words).expect("called off").0;
        assert_eq!(code(sign(&off, &member(), "26T09:00", &[])), "session_cancelled");
    }

    #[test]
    fn nobody_is_at_two_places_at_one_time_and_a_day_has_room_for_two() {
        let (first, overlaps, later) = (
            session(10, "26T09:00", "26T11:30"),
            session(11, "26T10:30", "26T12:00"),
            session(12, "26T11:30", "26T13:00"),
        );
        let there = sign(&first, &member(), "26T09:05", &[]).expect("signed in");
        let elsewhere = [there.stay(&first)];
        let refused = sign(&overlaps, &member(), "26T10:40", &elsewhere).expect_err("he is elsewhere");
        assert_eq!((refused.code(), refused.to_string().contains(&first.id.to_string())), ("sign_in_two_places", true));
        assert_eq!(code(sign(&later, &member(), "26T11:30", &elsewhere)), "");
        // On his way too early he still is at the first.
        assert_eq!(code(sign(&later, &member(), "26T11:20", &elsewhere)), "sign_in_two_places");
        let left = there.sign_out(at("26T10:30"), &By::Rule).expect("signed out").0;
        assert_eq!(code(sign(&overlaps, &member(), "26T10:40", &[left.stay(&first)])), "");
        // A sheet that is typed in the wrong order tells the same.
        let second = sign(&overlaps, &member(), "26T10:40", &[]).expect("signed in");
        assert_eq!(code(sign(&first, &member(), "26T09:05", &[second.stay(&overlaps)])), "sign_in_two_places");
    }

    #[test]
    fn one_leaves_once_and_after_he_came() {
        let s = session(10, "26T09:00", "26T11:30");
        let there = sign(&s, &member(), "26T09:05", &[]).expect("signed in");
        assert_eq!(code(there.clone().sign_out(at("26T09:04"), &By::Rule)), "sign_in_left_before");
        let left = there.clone().sign_out(at("26T12:00"), &By::Rule).expect("signed out").0;
        assert_eq!(left.stay(&s).until, s.details.ends, "he is there until its end at the latest");
        assert_eq!(code(left.sign_out(at("26T12:01"), &By::Rule)), "sign_in_left_already");
        let words = || Words { id: WordsId(Uuid::nil()), hash: String::new() };
        let voided = there.void(at("26T12:00"), &By::Rule, words()).expect("voided").0;
        assert_eq!(voided.counts(), None);
        assert_eq!(code(voided.void(at("26T12:00"), &By::Rule, words())), "sign_in_voided_already");
    }

    #[test]
    fn what_is_entered_a_day_later_is_late() {
        let s = session(10, "26T09:00", "26T11:30");
        let mut there = sign(&s, &member(), "26T09:00", &[]).expect("signed in");
        for (entered, late) in [("26T09:00", false), ("27T09:00", false), ("27T09:01", true)] {
            there.entered = at(entered);
            assert_eq!(there.is_late(), late, "{entered}");
        }
    }
}
