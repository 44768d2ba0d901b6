//! Leaders' calendars: the visits in one. It does not know how a feed is written.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::planning::read::{Known, KnownRow};
use yixian_domain::ids::*;
use yixian_domain::time::Date;

statements! {
    FEED = "SELECT v.n, v.body, u.path, CASE WHEN EXISTS (SELECT 1 FROM plan_visit y WHERE y.visit_id = v.id) THEN 1 ELSE 0 END AS adopted FROM visit v JOIN unit u ON u.id = v.host_id WHERE v.day >= $2 AND v.day <= $3 AND (v.leader_id = $1 OR v.id IN (SELECT visit_id FROM visit_party WHERE person_id = $1)) ORDER BY v.day, v.n";
}

/// A person's visits of some days, called-off ones too.
pub async fn feed(conn: &mut Conn, person: PersonId, from: Date, to: Date) -> Result<Vec<Known>, StoreError> {
    rows!(conn, KnownRow, FEED, person.0, from.to_string(), to.to_string())?.into_iter().map(Known::try_from).collect()
}
