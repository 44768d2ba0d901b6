//! API: temporary branches and commando teams, who belongs to them, whom they visited.

use crate::door::answer::{Coded, Day, choices, told};
use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::paging::Listed;
use axum::Json;
use axum::extract::{Path, State};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;
use yixian_app::teams::{TeamPage, TeamRow};
use yixian_domain::team::{Membership, Team, TeamKind, TeamPost};
use yixian_domain::time::Date;

choices! {
    "TeamKind" TeamKind,
    "TeamPost" TeamPost,
}

/// A team.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TeamItem {
    /// Identity.
    id: Uuid,
    /// The temporary unit that it is.
    unit: Uuid,
    /// The unit's code.
    code: String,
    /// The unit's name.
    name: String,
    /// Type.
    kind: Coded<TeamKind>,
    /// The programme of works it is for.
    programme: Option<Uuid>,
    /// The section it is for.
    section: Option<Uuid>,
    /// The general branch it is part of.
    within: Option<Uuid>,
    /// The units that send people.
    parents: Vec<Uuid>,
    /// The document that sets it up.
    document: Option<String>,
    /// First day.
    from: Day,
    /// Last day.
    to: Day,
    /// Its works are handed over: proposed to be dissolved on.
    proposed: Option<Day>,
    /// Dissolved: its last day.
    dissolved: Option<Day>,
    /// Whether it is there today.
    active: bool,
    /// How many belong to it today.
    members: usize,
    /// Revision, for `If-Match`.
    rev: u32,
}

fn item(r: &TeamRow, today: Date) -> TeamItem {
    let (t, d) = (&r.team, &r.team.details);
    TeamItem {
        id: t.id,
        unit: t.unit.0,
        code: r.unit.code.clone(),
        name: r.unit.name.clone(),
        kind: told(&d.kind),
        programme: d.programme,
        section: d.section,
        within: d.within,
        parents: d.parents.iter().map(|u| u.0).collect(),
        document: d.document.clone(),
        from: told(&d.from),
        to: told(&d.to),
        proposed: told(&t.proposed),
        dissolved: told(&t.dissolved.as_ref().map(|(on, _)| *on)),
        active: t.is_active(today),
        members: t.members_on(today).count(),
        rev: t.rev,
    }
}

/// Somebody's time in a team.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MembershipItem {
    /// Who.
    person: Uuid,
    /// As what.
    post: Coded<TeamPost>,
    /// First day.
    from: Day,
    /// Last day.
    to: Day,
}

fn membership(t: &Team, m: &Membership) -> MembershipItem {
    let (from, to) = t.days_of(m);
    MembershipItem { person: m.person.0, post: told(&m.post), from: told(&from), to: told(&to) }
}

/// A party organisation to which members went.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VisitedItem {
    /// Which partner.
    partner: Uuid,
    /// When somebody was there last.
    last: Day,
    /// How often.
    times: usize,
}

/// A team with what belongs to it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TeamAnswer {
    /// The team.
    team: TeamItem,
    /// Who belonged to it, in the order in which they came.
    members: Vec<MembershipItem>,
    /// Teams that are part of it.
    parts: Vec<TeamItem>,
    /// Matters that lie open with it, of what the reader may see.
    open: Vec<Uuid>,
    /// Party organisations visited, the latest first.
    visited: Vec<VisitedItem>,
}

fn answer(p: &TeamPage, today: Date) -> TeamAnswer {
    let t = &p.row.team;
    let visited = p.bodies.iter().map(|b| VisitedItem { partner: b.partner.id.0, last: told(&b.last), times: b.times });
    TeamAnswer {
        team: item(&p.row, today),
        members: t.members.iter().map(|m| membership(t, m)).collect(),
        parts: p.parts.iter().map(|r| item(r, today)).collect(),
        open: p.open.iter().map(|m| m.matter.id.0).collect(),
        visited: visited.collect(),
    }
}

/// `GET /api/v1/teams`
pub async fn teams(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
) -> Result<Json<Listed<TeamItem>>, Failure> {
    let all = web.app().teams(&v.actor).await?;
    let items = all.iter().map(|r| item(r, v.say.today())).collect();
    Ok(Json(Listed { items, next: None, total: None, total_is_exact: None }))
}

/// `GET /api/v1/teams/{id}`
pub async fn team(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
) -> Result<Json<TeamAnswer>, Failure> {
    let p = web.app().team_page(&v.actor, &at).await?;
    Ok(Json(answer(&p, v.say.today())))
}
