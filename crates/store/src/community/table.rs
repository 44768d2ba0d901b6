//! Service days, sessions, sign-ins, members and pairings, each a register. Acts stand in the body of their session. Who a member is
//! lies with the words; it is read here for whoever has to find one of all.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Column,
    Kind::{self, Bool, Id, Int, Text},
    Table, live, once, once_beside, plain, table,
};
use crate::engine::value::Value;
use crate::journal::event::RecordKind;
use crate::journal::register::{Get, Registered, bodies, known_some, some};
use crate::journal::rows::Hashed;
use uuid::Uuid;
use yixian_domain::community::{
    DayEvent, Member, MemberEvent, Pairing, PairingEvent, ServiceDay, Session, SessionEvent, SignIn, SignInEvent,
};
use yixian_domain::ids::{MemberId, PartnerId, ServiceDayId, SessionId};
use yixian_domain::time::{Date, Instant};

impl RecordKind {
    /// Service days.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const ServiceDay: RecordKind = RecordKind::stored_as("service_day");
    /// Members on the roster.
    #[allow(non_upper_case_globals)]
    pub const Member: RecordKind = RecordKind::stored_as("member");
    /// Party organisations that registered with those of communities.
    #[allow(non_upper_case_globals)]
    pub const Pairing: RecordKind = RecordKind::stored_as("pairing");
    /// Sessions with their acts.
    #[allow(non_upper_case_globals)]
    pub const ServiceSession: RecordKind = RecordKind::stored_as("service_session");
    /// Sign-ins.
    #[allow(non_upper_case_globals)]
    pub const SignIn: RecordKind = RecordKind::stored_as("sign_in");
}

const DAY: [Column<Get<ServiceDay>>; 6] = [
    once_beside("id", Id, |r| r.it.id.0.into()),
    once("code", Text, |r| r.it.code.as_str().into()),
    once("day", Text, |r| r.it.details.day.to_string().into()),
    live("organiser_id", Id, |r| r.it.details.organiser.0.into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const DAY_PLAIN: [(&str, Kind); 6] = plain(&DAY);
const DAY_TEXT: Hashed = bodies("service_day.body", "service_day");

impl Registered for ServiceDay {
    const KIND: RecordKind = RecordKind::ServiceDay;
    const TABLE: Table = table("service_day", "id", &DAY_PLAIN);
    const COLUMNS: &'static [Column<Get<ServiceDay>>] = &DAY;
    const TEXT: &'static Hashed = &DAY_TEXT;

    fn id(&self) -> Uuid {
        self.id.0
    }
    fn code_of(event: &DayEvent) -> &'static str {
        event.code()
    }
}

const MEMBER: [Column<Get<Member>>; 7] = [
    once_beside("id", Id, |r| r.it.id.0.into()),
    once("code", Text, |r| r.it.code.as_str().into()),
    live("unit_id", Id, |r| r.it.details.unit.0.into()),
    live("person_id", Id, |r| r.it.details.person.map(|p| p.0).into()),
    live("personal_id", Id, |r| r.it.details.personal.as_ref().map(|w| w.id.0).into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const MEMBER_PLAIN: [(&str, Kind); 7] = plain(&MEMBER);
const MEMBER_TEXT: Hashed = bodies("member.body", "member");

impl Registered for Member {
    const KIND: RecordKind = RecordKind::Member;
    const TABLE: Table = table("member", "id", &MEMBER_PLAIN);
    const COLUMNS: &'static [Column<Get<Member>>] = &MEMBER;
    const TEXT: &'static Hashed = &MEMBER_TEXT;

    fn id(&self) -> Uuid {
        self.id.0
    }
    fn code_of(event: &MemberEvent) -> &'static str {
        event.code()
    }
}

const PAIRING: [Column<Get<Pairing>>; 5] = [
    once_beside("id", Id, |r| r.it.id.into()),
    once("ours_id", Id, |r| r.it.ours.0.into()),
    once("theirs_id", Id, |r| r.it.theirs.0.into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const PAIRING_PLAIN: [(&str, Kind); 5] = plain(&PAIRING);
const PAIRING_TEXT: Hashed = bodies("pairing.body", "pairing");

impl Registered for Pairing {
    const KIND: RecordKind = RecordKind::Pairing;
    const TABLE: Table = table("pairing", "id", &PAIRING_PLAIN);
    const COLUMNS: &'static [Column<Get<Pairing>>] = &PAIRING;
    const TEXT: &'static Hashed = &PAIRING_TEXT;

    fn id(&self) -> Uuid {
        self.id
    }
    fn code_of(event: &PairingEvent) -> &'static str {
        event.code()
    }
}

const SESSION: [Column<Get<Session>>; 8] = [
    once_beside("id", Id, |r| r.it.id.0.into()),
    once("code", Text, |r| r.it.code.as_str().into()),
    once("service_day_id", Id, |r| r.it.service_day.0.into()),
    once("day", Text, |r| r.it.day.to_string().into()),
    live("community_id", Id, |r| r.it.details.community.0.into()),
    live("host_id", Id, |r| r.it.details.host.0.into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const SESSION_PLAIN: [(&str, Kind); 8] = plain(&SESSION);
const SESSION_TEXT: Hashed = bodies("service_session.body", "service_session");

impl Registered for Session {
    const KIND: RecordKind = RecordKind::ServiceSession;
    const TABLE: Table = table("service_session", "id", &SESSION_PLAIN);
    const COLUMNS: &'static [Column<Get<Session>>] = &SESSION;
    const TEXT: &'static Hashed = &SESSION_TEXT;

    fn id(&self) -> Uuid {
        self.id.0
    }
    fn code_of(event: &SessionEvent) -> &'static str {
        event.code()
    }
}

const SIGN_IN: [Column<Get<SignIn>>; 6] = [
    once_beside("id", Id, |r| r.it.id.into()),
    once("session_id", Id, |r| r.it.session.0.into()),
    once("member_id", Id, |r| r.it.member.map(|m| m.0).into()),
    live("voided", Bool, |r| r.it.voided.is_some().into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const SIGN_IN_PLAIN: [(&str, Kind); 6] = plain(&SIGN_IN);
const SIGN_IN_TEXT: Hashed = bodies("sign_in.body", "sign_in");

impl Registered for SignIn {
    const KIND: RecordKind = RecordKind::SignIn;
    const TABLE: Table = table("sign_in", "id", &SIGN_IN_PLAIN);
    const COLUMNS: &'static [Column<Get<SignIn>>] = &SIGN_IN;
    const TEXT: &'static Hashed = &SIGN_IN_TEXT;

    fn id(&self) -> Uuid {
        self.id
    }
    fn code_of(event: &SignInEvent) -> &'static str {
        event.code()
    }
}

statements! {
    WHO = "SELECT m.id, w.body FROM member m JOIN words w ON w.id = m.personal_id WHERE w.body IS NOT NULL ORDER BY m.id";
}

/// Who each member of the roster is, as it was written down; those that were erased are missing.
pub async fn who(conn: &mut Conn) -> Result<Vec<(Uuid, String)>, StoreError> {
    Ok(rows!(conn, (Uuid, String), WHO)?)
}

/// One service day by its code.
pub async fn day_by_code(conn: &mut Conn, code: &str) -> Result<Option<ServiceDay>, StoreError> {
    Ok(some(conn, "WHERE code = $1", &values![code]).await?.pop())
}

/// Service days, the newest first.
pub async fn days(conn: &mut Conn) -> Result<Vec<ServiceDay>, StoreError> {
    some(conn, "ORDER BY day DESC, code", &[]).await
}

/// One member by his code.
pub async fn member_by_code(conn: &mut Conn, code: &str) -> Result<Option<Member>, StoreError> {
    Ok(some(conn, "WHERE code = $1", &values![code]).await?.pop())
}

/// Members after a code.
pub async fn members(conn: &mut Conn, after: &str, limit: i64) -> Result<Vec<Member>, StoreError> {
    some(conn, "WHERE code > $1 ORDER BY code LIMIT $2", &values![after, limit]).await
}

/// One session by its code.
pub async fn session_by_code(conn: &mut Conn, code: &str) -> Result<Option<Session>, StoreError> {
    Ok(some(conn, "WHERE code = $1", &values![code]).await?.pop())
}

/// Sessions of a service day.
pub async fn sessions_of(conn: &mut Conn, day: ServiceDayId) -> Result<Vec<Session>, StoreError> {
    some(conn, "WHERE service_day_id = $1 ORDER BY code", &values![day.0]).await
}

/// Sessions of a day.
pub async fn sessions_on(conn: &mut Conn, day: Date) -> Result<Vec<Session>, StoreError> {
    some(conn, "WHERE day = $1 ORDER BY code", &values![day.to_string()]).await
}

/// Sessions in a community, the newest first.
pub async fn sessions_in(conn: &mut Conn, community: PartnerId) -> Result<Vec<Session>, StoreError> {
    some(conn, "WHERE community_id = $1 ORDER BY day DESC, code", &values![community.0]).await
}

/// Sessions on the days of a span, as they were known at an instant. A session's day stays.
pub async fn sessions_known(
    conn: &mut Conn,
    (first, last): (Date, Date),
    at: Instant,
) -> Result<Vec<Session>, StoreError> {
    let days = [first.to_string(), last.to_string()];
    known_some(conn, "WHERE day >= $1 AND day <= $2 ORDER BY id", &values![&days[0], &days[1]], at).await
}

/// Sign-ins at some sessions, as they were known at an instant.
pub async fn sign_ins_known(conn: &mut Conn, sessions: &[Uuid], at: Instant) -> Result<Vec<SignIn>, StoreError> {
    let mut all = Vec::new();
    for ids in sessions.chunks(AT_ONCE) {
        let rest = format!("WHERE session_id IN {} ORDER BY id", crate::engine::table::places(ids.len(), 1));
        let values: Vec<Value<'_>> = ids.iter().map(|id| Value::Id(Some(*id))).collect();
        all.extend(known_some(conn, &rest, &values, at).await?);
    }
    Ok(all)
}

/// Sessions in one statement.
const AT_ONCE: usize = 500;

/// Sign-ins at a session, in the order in which they were recorded.
pub async fn sign_ins_at(conn: &mut Conn, session: SessionId) -> Result<Vec<SignIn>, StoreError> {
    some(conn, "WHERE session_id = $1 ORDER BY id", &values![session.0]).await
}

/// Sign-ins of a member that stand.
pub async fn sign_ins_of(conn: &mut Conn, member: MemberId) -> Result<Vec<SignIn>, StoreError> {
    some(conn, "WHERE member_id = $1 AND NOT voided ORDER BY id", &values![member.0]).await
}

/// Pairings with a body of a community.
pub async fn pairings_with(conn: &mut Conn, theirs: PartnerId) -> Result<Vec<Pairing>, StoreError> {
    some(conn, "WHERE theirs_id = $1 ORDER BY id", &values![theirs.0]).await
}

/// Every pairing.
pub async fn pairings(conn: &mut Conn) -> Result<Vec<Pairing>, StoreError> {
    some(conn, "ORDER BY id", &[]).await
}
