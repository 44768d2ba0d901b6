//! A company that a story is told of: its units and people, who asks what, time that goes on. Each story has its own things beside.

use serde_json::{Value, json};
use yixian_app::clock::Clock;
use yixian_app::command::Envelope;
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::{App, AppError, Opening};
use yixian_domain::access::Actor;
use yixian_domain::ids::{CommandId, PersonId};
use yixian_domain::time::Instant;
use yixian_testkit::{Engine, Fresh, id};

const DAY: i64 = 86_400_000;
/// The company itself; what the units of a story lie below.
const ROOT: u64 = 400;

/// A company with two districts.
pub(super) struct House {
    pub app: App,
    pub fresh: Fresh,
    pub now: Instant,
}

async fn open(fresh: &Fresh, now: Instant) -> App {
    let opening = Opening {
        db: fresh.db().await,
        folder: fresh.folder(),
        clock: Clock::At(now),
        mint: Mint::random(),
        policies: PolicySource::Embedded,
    };
    App::open(opening).await.expect("it opens")
}

/// The code a refusal has, or `done`.
pub(super) fn said(r: Result<(), AppError>) -> String {
    match r {
        Ok(()) => "done".into(),
        Err(AppError::Refused(r)) => r.code().into(),
        Err(AppError::Denied(d)) => d.code().into(),
        Err(AppError::Invalid(faults)) => faults.iter().map(|f| f.code).collect::<Vec<_>>().join(" "),
        Err(e) => e.code().into(),
    }
}

impl House {
    /// Units by their codes, people with the unit they serve in and the role they hold over it.
    pub async fn new(engine: Engine, now: Instant, units: &[(u64, &str)], people: &[(u64, u64, &str)]) -> House {
        let fresh = Fresh::new(engine).await;
        let app = open(&fresh, now).await;
        let house = House { app, fresh, now };
        house
            .system(json!({ "do": "put_unit", "unit": id(ROOT), "code": "DP", "name": "示范公司", "kind": "company" }))
            .await;
        for (n, code) in units {
            house.system(json!({ "do": "put_unit", "unit": id(*n), "code": code, "name": code, "kind": "district_company", "parent": id(ROOT) })).await;
        }
        for (n, unit, role) in people {
            house.system(json!({ "do": "put_person", "person": id(*n), "code": format!("P{n}"), "name": format!("人{n}"), "unit": id(*unit),
                "level": "staff", "specialty": "construction", "roles": [{ "role": role, "unit": id(*unit) }] })).await;
        }
        house
    }
    /// So many days later, with everything opened anew.
    pub async fn later(&mut self, days: i64) {
        self.app.close().await;
        self.now = Instant(self.now.0 + days * DAY);
        self.app = open(&self.fresh, self.now).await;
    }
    pub async fn actor(&self, n: u64) -> Actor {
        self.app.actor(PersonId(id(n))).await.expect("an actor")
    }
    pub async fn run(&self, actor: &Actor, body: Value) -> Result<(), AppError> {
        let envelope: Envelope = serde_json::from_value(body).expect("a command");
        self.app.execute(actor, CommandId(self.app.mint().uuid(self.now)), envelope, None).await.map(drop)
    }
    /// Done by the system.
    pub async fn system(&self, body: Value) {
        let told = body.to_string();
        self.run(&Actor::System, body).await.unwrap_or_else(|e| panic!("{told}: {e}"));
    }
    /// Done by somebody of the company.
    pub async fn by(&self, n: u64, body: Value) {
        let told = body.to_string();
        self.run(&self.actor(n).await, body).await.unwrap_or_else(|e| panic!("{told}: {e}"));
    }
    /// What somebody of the company is told: the code of a refusal, or `done`.
    pub async fn told(&self, n: u64, body: Value) -> String {
        said(self.run(&self.actor(n).await, body).await)
    }
}
