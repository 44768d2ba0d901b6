//! Service days as pages see them. Who a member is, only those read who run the session or keep the roster. Nothing here writes.

use super::personal::Personal;
use super::whose::{host, lead};
use crate::App;
use crate::frame::error::AppError;
use crate::organisation::Directory;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::community::{Act, Member, Pairing, ServiceDay, Session, SignIn};
use yixian_domain::figure::community::{CommunityFacts, figures};
use yixian_domain::figure::{Figure, Frame, Period};
use yixian_domain::ids::*;
use yixian_domain::matter::StageName;
use yixian_domain::partner::Partner;
use yixian_domain::programme::Section;
use yixian_domain::time::Date;
use yixian_store::matter::Numbered;
use yixian_store::{Conn, community as table, matter, programme, register, words};

/// A session on the board of its day.
#[derive(Clone, Debug)]
pub struct Tile {
    /// The session.
    pub session: Session,
    /// The community.
    pub community: Partner,
    /// Members who came.
    pub members: usize,
    /// Sign-ins that were entered late.
    pub late: usize,
}

/// The board of a service day.
#[derive(Debug)]
pub struct Board {
    /// The day.
    pub day: ServiceDay,
    /// Its sessions by district, then by code.
    pub tiles: Vec<Tile>,
    /// Its figures, as they are now.
    pub figures: Vec<Figure>,
    /// The reader keeps it.
    pub keeps: bool,
}

/// Somebody who signed in.
#[derive(Clone, Debug)]
pub struct Present {
    /// The sign-in.
    pub sign_in: SignIn,
    /// The member; none for a guest.
    pub member: Option<Member>,
    /// His name; none for a guest, one who was erased, and a reader who may not know.
    pub name: Option<String>,
}

/// A session with what belongs to it.
#[derive(Debug)]
pub struct SessionPage {
    /// The session.
    pub session: Session,
    /// Its day.
    pub day: ServiceDay,
    /// The community.
    pub community: Partner,
    /// Who leads.
    pub lead: Option<Leading>,
    /// Who signed in, in the order in which it was recorded.
    pub present: Vec<Present>,
    /// Words of acts.
    pub words: HashMap<WordsId, String>,
    /// Opinions that the reader may see.
    pub opinions: Vec<Numbered>,
    /// The reader may run it.
    pub runs: bool,
    /// The reader may change it and call it off.
    pub keeps: bool,
}

/// A member with his name, where the reader may know it.
pub type Leading = (Member, Option<String>);

/// A session as its community sees it.
#[derive(Debug)]
pub struct CommunitySession {
    /// The session.
    pub session: Session,
    /// Its day.
    pub day: ServiceDay,
    /// Members who came.
    pub members: usize,
    /// Opinions that are answered or closed.
    pub answered: usize,
    /// Opinions.
    pub opinions: usize,
}

async fn names(conn: &mut Conn, members: impl Iterator<Item = &Member>) -> Result<HashMap<Uuid, Personal>, AppError> {
    let of: HashMap<Uuid, Uuid> = members.filter_map(|m| Some((m.details.personal.as_ref()?.id.0, m.id.0))).collect();
    let ids: Vec<Uuid> = of.keys().copied().collect();
    let kept = words::among(conn, &ids).await?;
    Ok(kept.iter().filter_map(|(w, text)| Some((*of.get(&w.0)?, Personal::of(text)))).collect())
}

fn keeps_days(actor: &Actor, directory: &Directory, unit: Option<UnitId>) -> bool {
    let keeps = |path| may(actor, &Ask::KeepServiceDays(path)).is_ok();
    match unit {
        Some(unit) => directory.unit(unit).is_some_and(|u| keeps(&u.path)),
        None => directory.units().any(|u| keeps(&u.path)),
    }
}

impl App {
    /// Service days, the newest first, each with how many sessions it has.
    pub async fn service_days(&self, actor: &Actor) -> Result<Vec<(ServiceDay, usize)>, AppError> {
        may(actor, &Ask::SeeServiceDays)?;
        let mut conn = self.store().read().await?;
        let mut all = Vec::new();
        for day in table::days(&mut conn).await? {
            let held = table::sessions_of(&mut conn, day.id).await?.iter().filter(|s| s.cancelled.is_none()).count();
            all.push((day, held));
        }
        Ok(all)
    }

    /// One service day, by its id or its code.
    pub async fn service_day(&self, actor: &Actor, key: &str) -> Result<ServiceDay, AppError> {
        may(actor, &Ask::SeeServiceDays)?;
        let mut conn = self.store().read().await?;
        let found = match key.parse::<Uuid>() {
            Ok(id) => register::one(&mut conn, id).await?,
            Err(_) => table::day_by_code(&mut conn, key).await?,
        };
        found.ok_or(AppError::NotFound("service_day"))
    }

    /// Whether somebody keeps service days of a unit, or of any where none is named.
    pub async fn keeps_service_days(&self, actor: &Actor, unit: Option<UnitId>) -> Result<bool, AppError> {
        let directory = self.directory().await?;
        Ok(keeps_days(actor, &directory, unit))
    }

    /// The board of a service day.
    pub async fn day_board(&self, actor: &Actor, key: &str) -> Result<Board, AppError> {
        let day = self.service_day(actor, key).await?;
        let policies = self.policies();
        let period = Period::new(day.details.day, day.details.day).map_err(|_| AppError::NotFound("service_day"))?;
        let frame = Frame::new(period, self.clock().now(), &policies.zone);
        let mut conn = self.store().read().await?;
        let sessions = table::sessions_of(&mut conn, day.id).await?;
        let own: HashSet<Uuid> = sessions.iter().map(|s| s.id.0).collect();
        let facts: CommunityFacts = self.community_facts(&mut conn, &frame, |_| true).await?;
        let facts = facts.only(|s| own.contains(&s.id));
        let ids: Vec<Uuid> = sessions.iter().map(|s| s.details.community.0).collect();
        let communities: HashMap<Uuid, Partner> = register::among(&mut conn, &ids).await?;
        drop(conn);
        let mut tiles = Vec::new();
        for session in sessions {
            let community = communities.get(&session.details.community.0);
            let community = community.cloned().ok_or(AppError::NotFound("partner"))?;
            let here = || facts.present.iter().filter(|p| p.session == session.id.0);
            let members = here().map(|p| p.member).collect::<HashSet<_>>().len();
            let late = here().filter(|p| p.late).count();
            tiles.push(Tile { session, community, members, late });
        }
        tiles.sort_by(|a, b| {
            let key = |t: &Tile| (t.community.details.district.clone(), t.session.code.clone());
            key(a).cmp(&key(b))
        });
        let keeps = self.keeps_service_days(actor, Some(day.details.organiser)).await?;
        Ok(Board { figures: figures(&facts, &frame), day, tiles, keeps })
    }

    /// One session with what belongs to it.
    pub async fn session_page(&self, actor: &Actor, id: SessionId) -> Result<SessionPage, AppError> {
        may(actor, &Ask::SeeServiceDays)?;
        let directory = self.directory().await?;
        let mut conn = self.store().read().await?;
        let session: Session = register::one(&mut conn, id.0).await?.ok_or(AppError::NotFound("session"))?;
        let day: ServiceDay =
            register::one(&mut conn, session.service_day.0).await?.ok_or(AppError::NotFound("service_day"))?;
        let community: Partner =
            register::one(&mut conn, session.details.community.0).await?.ok_or(AppError::NotFound("partner"))?;
        let path = host(&mut conn, &session).await?;
        let leads = lead(&mut conn, &session).await?;
        let runs = may(actor, &Ask::RunSession(&path, leads)).is_ok();
        let keeps = may(actor, &Ask::KeepServiceDays(&path)).is_ok()
            || keeps_days(actor, &directory, Some(day.details.organiser));
        let knows = runs || keeps;
        let sign_ins = table::sign_ins_at(&mut conn, id).await?;
        let lead = session.details.lead.map(|m| m.0);
        let ids: Vec<Uuid> = sign_ins.iter().filter_map(|i| i.member).map(|m| m.0).chain(lead).collect();
        let members: HashMap<Uuid, Member> = register::among(&mut conn, &ids).await?;
        let known = if knows { names(&mut conn, members.values()).await? } else { HashMap::new() };
        let name = |m: &Member| known.get(&m.id.0).map(|p| p.name.clone());
        let present = sign_ins.into_iter().map(|sign_in| {
            let member = sign_in.member.and_then(|m| members.get(&m.0)).cloned();
            Present { name: member.as_ref().and_then(name), member, sign_in }
        });
        let present = present.collect();
        let lead = lead.and_then(|id| members.get(&id)).map(|m| (m.clone(), name(m)));
        // Of a household only those read who go there.
        let words = if knows { words::of_record(&mut conn, id.0).await? } else { HashMap::new() };
        let own: HashSet<MatterId> = session.opinions().collect();
        let mut opinions = matter::about(&mut conn, id.0).await?;
        drop(conn);
        opinions.retain(|o| own.contains(&o.matter.id));
        let opinions = self.seen_of(actor, opinions).await?;
        Ok(SessionPage { session, day, community, lead, present, words, opinions, runs, keeps })
    }

    /// How a session is called, in both languages: its community and its day.
    pub(crate) async fn session_named(
        &self,
        actor: &Actor,
        id: SessionId,
    ) -> Result<Option<(String, Option<String>, Uuid)>, AppError> {
        may(actor, &Ask::SeeServiceDays)?;
        let mut conn = self.store().read().await?;
        let Some(s) = register::one::<Session>(&mut conn, id.0).await? else { return Ok(None) };
        let Some(p) = register::one::<Partner>(&mut conn, s.details.community.0).await? else { return Ok(None) };
        let name = p.name_on(s.day);
        let called = |name: &str| format!("{name} {}", s.day);
        Ok(Some((called(&name.name), name.name_en.as_deref().map(called), s.id.0)))
    }

    /// Sessions by their ids, with their communities.
    pub async fn sessions_by_id(&self, actor: &Actor, ids: &[Uuid]) -> Result<Vec<(Session, Partner)>, AppError> {
        may(actor, &Ask::SeeServiceDays)?;
        let mut conn = self.store().read().await?;
        let sessions: HashMap<Uuid, Session> = register::among(&mut conn, ids).await?;
        let of: Vec<Uuid> = sessions.values().map(|s| s.details.community.0).collect();
        let communities: HashMap<Uuid, Partner> = register::among(&mut conn, &of).await?;
        let both = |id: &Uuid| {
            let s = sessions.get(id)?;
            Some((s.clone(), communities.get(&s.details.community.0)?.clone()))
        };
        Ok(ids.iter().filter_map(both).collect())
    }

    /// The session to which a visit of a day went along, with its community.
    pub async fn session_of_visit(
        &self,
        actor: &Actor,
        visit: VisitId,
        day: Date,
    ) -> Result<Option<(Session, Partner)>, AppError> {
        if may(actor, &Ask::SeeServiceDays).is_err() {
            return Ok(None);
        }
        let sessions = table::sessions_on(&mut self.store().read().await?, day).await?;
        match sessions.into_iter().find(|s| s.details.visit == Some(visit)) {
            Some(s) => Ok(self.sessions_by_id(actor, &[s.id.0]).await?.pop()),
            None => Ok(None),
        }
    }

    /// A session by its code, with its community.
    pub async fn session_by_code(&self, actor: &Actor, code: &str) -> Result<Option<(Session, Partner)>, AppError> {
        let found = table::session_by_code(&mut self.store().read().await?, code).await?;
        let id: Vec<Uuid> = found.iter().map(|s| s.id.0).collect();
        Ok(if id.is_empty() { None } else { self.sessions_by_id(actor, &id).await?.pop() })
    }

    /// Acts by their ids, each with its session and community.
    pub async fn acts_by_id(&self, actor: &Actor, ids: &[Uuid]) -> Result<Vec<(Act, Session, Partner)>, AppError> {
        may(actor, &Ask::SeeServiceDays)?;
        let wanted: HashSet<Uuid> = ids.iter().copied().collect();
        let all: Vec<Session> = register::all(&mut self.store().read().await?).await?;
        let of: Vec<Uuid> =
            all.iter().filter(|s| s.acts.iter().any(|a| wanted.contains(&a.id))).map(|s| s.id.0).collect();
        let mut found: HashMap<Uuid, (Act, Session, Partner)> = HashMap::new();
        for (s, community) in self.sessions_by_id(actor, &of).await? {
            for a in s.acts.iter().filter(|a| wanted.contains(&a.id)) {
                found.insert(a.id, (a.clone(), s.clone(), community.clone()));
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// Sign-ins by their ids.
    pub async fn sign_ins_by_id(&self, actor: &Actor, ids: &[Uuid]) -> Result<Vec<SignIn>, AppError> {
        may(actor, &Ask::SeeServiceDays)?;
        let mut found: HashMap<Uuid, SignIn> = register::among(&mut self.store().read().await?, ids).await?;
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// Members by their ids, without who they are.
    pub async fn members_by_id(&self, actor: &Actor, ids: &[Uuid]) -> Result<Vec<Member>, AppError> {
        may(actor, &Ask::SeeServiceDays)?;
        let mut found: HashMap<Uuid, Member> = register::among(&mut self.store().read().await?, ids).await?;
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// Members of the roster that somebody keeps, after a code, with who they are.
    pub async fn roster(
        &self,
        actor: &Actor,
        after: &str,
        limit: i64,
    ) -> Result<Vec<(Member, Option<Personal>)>, AppError> {
        let directory = self.directory().await?;
        let keeps = |m: &Member| {
            directory.unit(m.details.unit).is_some_and(|u| may(actor, &Ask::KeepServiceDays(&u.path)).is_ok())
        };
        let mut conn = self.store().read().await?;
        let (mut after, mut own) = (after.to_owned(), Vec::new());
        while (own.len() as i64) < limit {
            let some = table::members(&mut conn, &after, limit).await?;
            let Some(last) = some.last() else { break };
            after.clone_from(&last.code);
            own.extend(some.into_iter().filter(keeps));
        }
        own.truncate(usize::try_from(limit).unwrap_or(0));
        let mut who = names(&mut conn, own.iter()).await?;
        Ok(own.into_iter().map(|m| (who.remove(&m.id.0), m)).map(|(who, m)| (m, who)).collect())
    }

    /// One member, for whoever keeps the roster of his unit.
    pub async fn member(&self, actor: &Actor, id: MemberId) -> Result<(Member, Option<Personal>), AppError> {
        may(actor, &Ask::SeeServiceDays)?;
        let directory = self.directory().await?;
        let mut conn = self.store().read().await?;
        let m: Member = register::one(&mut conn, id.0).await?.ok_or(AppError::NotFound("member"))?;
        let unit = directory.unit(m.details.unit).ok_or(AppError::NotFound("unit"))?;
        may(actor, &Ask::KeepServiceDays(&unit.path))?;
        let who = names(&mut conn, std::iter::once(&m)).await?.remove(&id.0);
        Ok((m, who))
    }

    /// A member by the code on the roster, for whoever runs a session.
    pub async fn member_of_code(&self, actor: &Actor, code: &str) -> Result<Option<Member>, AppError> {
        may(actor, &Ask::SeeServiceDays)?;
        Ok(table::member_by_code(&mut self.store().read().await?, code).await?)
    }

    /// The one member of a day's roster who is meant by a name and a key, for whoever runs a session.
    pub async fn member_meant(
        &self,
        actor: &Actor,
        session: &Session,
        (name, key): (&str, &str),
        day: Date,
    ) -> Result<Option<Member>, AppError> {
        let mut conn = self.store().read().await?;
        let path = host(&mut conn, session).await?;
        let leads = lead(&mut conn, session).await?;
        may(actor, &Ask::RunSession(&path, leads))?;
        super::roster::found(&mut conn, name, key, day).await
    }

    /// Sections that somebody sees, to choose from.
    pub async fn section_choices(&self, actor: &Actor) -> Result<Vec<(Uuid, String)>, AppError> {
        let mut all = Vec::new();
        for p in self.programmes(actor).await? {
            let sections = programme::sections(&mut self.store().read().await?, p.id).await?;
            let named = |s: Section| (s.id, format!("{} · {} ({})", p.details.name, s.details.name, s.code));
            all.extend(sections.into_iter().filter(Section::counts).map(named));
        }
        Ok(all)
    }

    /// A sign-in at the session that a link opens, for whoever has the link and knows which.
    pub async fn signed_in(&self, id: SessionId, secret: &str, sign_in: Uuid) -> Result<SignIn, AppError> {
        let (session, _) = self.by_session_link(id, secret).await?;
        let found: Option<SignIn> = register::one(&mut self.store().read().await?, sign_in).await?;
        found.filter(|i| i.session == session.id).ok_or(AppError::NotFound("sign_in"))
    }

    /// Every pairing, with both organisations.
    pub async fn pairings(&self, actor: &Actor) -> Result<Vec<(Pairing, Partner, Partner)>, AppError> {
        may(actor, &Ask::SeeServiceDays)?;
        let mut conn = self.store().read().await?;
        let all = table::pairings(&mut conn).await?;
        let ids: Vec<Uuid> = all.iter().flat_map(|p| [p.ours.0, p.theirs.0]).collect();
        let of: HashMap<Uuid, Partner> = register::among(&mut conn, &ids).await?;
        let both = |p: Pairing| {
            let (ours, theirs) = (of.get(&p.ours.0)?.clone(), of.get(&p.theirs.0)?.clone());
            Some((p, ours, theirs))
        };
        Ok(all.into_iter().filter_map(both).collect())
    }

    /// What was done in a community, for the community itself and for whoever reads service days.
    pub async fn community_sessions(&self, actor: &Actor, id: PartnerId) -> Result<Vec<CommunitySession>, AppError> {
        if !matches!(actor, Actor::Partner { id: own } if *own == id) {
            may(actor, &Ask::SeeServiceDays)?;
        }
        let mut conn = self.store().read().await?;
        let mut all = Vec::new();
        for session in table::sessions_in(&mut conn, id).await? {
            let Some(day) = register::one::<ServiceDay>(&mut conn, session.service_day.0).await? else { continue };
            let present = table::sign_ins_at(&mut conn, session.id).await?;
            let members = present.iter().filter_map(SignIn::counts).collect::<HashSet<_>>().len();
            let own: Vec<Uuid> = session.opinions().map(|m| m.0).collect();
            let stages = yixian_store::facts::stages(&mut conn, &own, yixian_domain::time::Instant(i64::MAX)).await?;
            let answered = stages.values().filter(|s| matches!(s, StageName::Answered | StageName::Closed)).count();
            all.push(CommunitySession { opinions: own.len(), session, day, members, answered });
        }
        Ok(all)
    }
}
