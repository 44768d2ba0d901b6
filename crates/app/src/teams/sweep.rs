//! What time alone brings about in teams: once the works of one are handed over, whoever leads it, and whoever manages the works, is
//! told that it should be dissolved. Dissolving is somebody's decision.

use crate::App;
use crate::frame::error::AppError;
use yixian_domain::ids::{CommandId, PersonId};
use yixian_domain::programme::Programme;
use yixian_domain::team::Team;
use yixian_store::{register, team as table};

impl App {
    /// Looks at teams whose works are handed over.
    pub(crate) async fn sweep_teams(&self) -> Result<(), AppError> {
        let found = table::handed_over(&mut self.store().read().await?).await?;
        let (now, app) = (self.clock().now(), self.clone());
        let today = self.policies().zone.date_of(now);
        for t in found {
            let (id, app) = (t.id, app.clone());
            let command = CommandId(self.mint().uuid(now));
            self.store()
                .write(async move |tx| {
                    tx.under(command, now);
                    // Loaded again inside the transaction: another node may have been faster.
                    let Some(t) = register::one::<Team>(tx.conn(), id).await? else { return Ok(()) };
                    let Ok((t, event)) = t.propose_dissolution(now, today) else { return Ok(()) };
                    let mut told: Vec<PersonId> =
                        t.members_on(today).filter(|m| m.post.leads()).map(|m| m.person).collect();
                    if let Some(programme) = t.details.programme
                        && let Some(p) = register::one::<Programme>(tx.conn(), programme).await?
                        && !told.contains(&p.details.manager)
                    {
                        told.push(p.details.manager);
                    }
                    tx.put_record(&t, &[event], false).await?;
                    for person in told {
                        tx.put_notice(app.mint().uuid(now), person, "team_dissolution_proposed", "team", id, now)
                            .await?;
                    }
                    Ok::<_, AppError>(())
                })
                .await?;
        }
        Ok(())
    }
}
