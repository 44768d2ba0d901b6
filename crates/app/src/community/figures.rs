//! What figures read of service days, as it was known at an instant. It counts nothing.

use crate::App;
use crate::frame::error::AppError;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;
use yixian_domain::community::Session;
use yixian_domain::figure::Frame;
use yixian_domain::figure::community::CommunityFacts;
use yixian_domain::ids::UnitId;
use yixian_domain::matter::StageName;
use yixian_domain::partner::Partner;
use yixian_store::{Conn, community as table, facts, register};

impl App {
    /// Sessions of a frame that units host, who came, and what became of the opinions.
    pub(crate) async fn community_facts(
        &self,
        conn: &mut Conn,
        frame: &Frame<'_>,
        wanted: impl Fn(UnitId) -> bool,
    ) -> Result<CommunityFacts, AppError> {
        let days = (frame.period.first(), frame.period.last());
        let mut sessions = table::sessions_known(conn, days, frame.as_of).await?;
        sessions.retain(|s| wanted(s.details.host));
        if sessions.is_empty() {
            return Ok(CommunityFacts::default());
        }
        let ids: Vec<Uuid> = sessions.iter().map(|s| s.id.0).collect();
        let sign_ins = table::sign_ins_known(conn, &ids, frame.as_of).await?;
        let ids: Vec<Uuid> = sessions.iter().map(|s| s.details.community.0).collect();
        let mut communities: HashMap<Uuid, Partner> = HashMap::new();
        for p in register::known_among::<Partner>(conn, &ids, frame.as_of).await? {
            communities.insert(p.id.0, p);
        }
        let merged: Vec<Uuid> = communities.values().filter_map(|p| p.merged.map(|(into, _)| into.0)).collect();
        for p in register::known_among::<Partner>(conn, &merged, frame.as_of).await? {
            communities.insert(p.id.0, p);
        }
        let opinions: Vec<Uuid> = sessions.iter().flat_map(Session::opinions).map(|m| m.0).collect();
        let stages = facts::stages(conn, &opinions, frame.as_of).await?;
        let answered = |stage: &StageName| matches!(stage, StageName::Answered | StageName::Closed);
        let answered: HashSet<_> = stages.into_iter().filter(|(_, stage)| answered(stage)).map(|(id, _)| id).collect();
        Ok(CommunityFacts::of(&sessions, &sign_ins, &answered, |s| {
            let own = s.details.community;
            let id = communities.get(&own.0).map_or(own, |p| p.counts_as(s.day));
            let district = communities.get(&id.0).and_then(|p| p.details.district.as_deref()).unwrap_or_default();
            (id.0, Arc::from(district))
        }))
    }
}
