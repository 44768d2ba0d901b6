//! The demo company: an invented utility in a real city, from the campaign month of May 2018 to the
//! morning of 2018-09-30. Everything follows from a seed: no clock, no chance but the seeded one.
//! Records live under the domain's own law (`lives`, `careers`, `happenings`) and are written
//! in the order in which they would have been recorded (`writing`). The product knows none of
//! the numbers given here; it counts what it finds. Making it is resumed where it was interrupted,
//! because the same seed tells the same story again.

mod careers;
mod chance;
mod community;
mod conference;
mod connections;
mod diary;
mod documents;
mod ground;
mod happenings;
mod households;
mod improvements;
mod indicators;
mod kept;
mod lives;
mod many;
mod measures;
mod names;
mod organisation;
mod outages;
mod outing;
mod partners;
mod pictures;
mod places;
mod praise;
mod promises;
mod quotas;
mod story;
mod teams;
mod texts;
mod topics;
mod visits;
mod works;
mod writing;

use crate::App;
use crate::command::{Envelope, PlanCommand, PlanIn, WeightsIn};
use crate::frame::error::AppError;
use serde::{Deserialize, Serialize};
use yixian_domain::duty::Month;
use yixian_domain::ids::{CommandId, ContactId, MatterId, PersonId};
use yixian_domain::time::{Date, Instant};
use yixian_store::{StoreError, org, writer};

pub use many::Many;

/// The demo's instant: 2018-09-30 09:00 +08:00, a make-up working Sunday.
pub const NOW: Instant = Instant(1_538_269_200_000);
/// When the register was set up: 2018-01-02 09:00 +08:00.
const FOUNDED: Instant = Instant(1_514_854_800_000);
/// Since when matters are raised by others than those who meet: 2018-04-03 09:00 +08:00.
const RAISED: Instant = Instant(1_522_717_200_000);
/// The company whose October is planned, and for how long the search goes on: a second or two.
const PLANNED: &str = "CY";
const ITERATIONS: u64 = 20_000;
/// The same for one district, whose places are few.
const FEW_ITERATIONS: u64 = 2_000;
/// Where the database keeps what was made.
const META: &str = "demo";

/// How large the demo company's story is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Led activities that took place in May 2018.
    pub activities: usize,
    /// Building sites that were visited in May 2018.
    pub sites: usize,
    /// Building sites that nobody visited then.
    pub spare_sites: usize,
    /// Communities of the community day.
    pub communities: usize,
    /// Of a thousand weekly visits of June to September so many are told.
    pub weekly_permille: i64,
    /// Matters that were not found on visits.
    pub raised: usize,
    /// Three-zero connections whose power is on by the demo's instant.
    pub three_zero: usize,
    /// Commands written in one transaction; large ones cost less, because most records live within few.
    pub batch: usize,
    /// Of the whole company only so much is told; everything when missing.
    pub part: Option<Part>,
}

/// A part of the company's story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Code of the only district, which is that of its company too. The accounts work there.
    pub district: &'static str,
    /// The first day on which something happens; a Monday.
    pub first: Date,
}

impl Size {
    /// The demo company.
    pub const FULL: Size = Size {
        activities: 3_600,
        sites: 2_517,
        spare_sites: 48,
        communities: 106,
        weekly_permille: 1_000,
        raised: 1_100,
        three_zero: 9_598,
        batch: 4_000,
        part: None,
    };
    /// A small one for tests.
    pub const SMALL: Size = Size {
        activities: 320,
        sites: 180,
        spare_sites: 6,
        communities: 20,
        weekly_permille: 80,
        raised: 120,
        three_zero: 100,
        batch: 300,
        part: None,
    };
    /// One district in September 2018: a company within a second or two, for whatever needs any company.
    pub const MONTH: Size = Size {
        activities: 0,
        sites: 24,
        spare_sites: 2,
        communities: 6,
        weekly_permille: 1_000,
        raised: 24,
        three_zero: 12,
        batch: 200,
        part: Some(Part { district: PLANNED, first: Date::constant(2018, 9, 3) }),
    };

    /// The day on which the story begins; for the whole company the given one.
    fn first(&self, whole: Date) -> Date {
        self.part.map_or(whole, |p| p.first)
    }
}

/// What somebody signs in as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemoRole {
    /// Sees the whole company.
    Chairman,
    /// Heads a department and sees the whole company.
    DepartmentHead,
    /// Goes on a visit today.
    Leader,
    /// Keeps the inbox of a district company.
    Coordinator,
    /// Puts matters right.
    Handler,
    /// Accepts or returns.
    Verifier,
    /// A citizen whose matter is answered and who has not said yet whether it is solved.
    Raiser,
    /// Units, people, places.
    Administrator,
    /// A customer whose connection is on its way.
    Customer,
    /// Goes to the homes that the service team looks after.
    ServiceTeam,
}

impl DemoRole {
    /// The role's name in Chinese.
    pub fn zh(self) -> &'static str {
        match self {
            DemoRole::Chairman => "董事长",
            DemoRole::DepartmentHead => "部门主任",
            DemoRole::Leader => "带队干部",
            DemoRole::Coordinator => "协调员",
            DemoRole::Handler => "承办人",
            DemoRole::Verifier => "验收人",
            DemoRole::Raiser => "反映人",
            DemoRole::Administrator => "管理员",
            DemoRole::Customer => "报装客户",
            DemoRole::ServiceTeam => "服务队员",
        }
    }
    /// The role's name in English.
    pub fn en(self) -> &'static str {
        match self {
            DemoRole::Chairman => "Chairman",
            DemoRole::DepartmentHead => "Department head",
            DemoRole::Leader => "Leader",
            DemoRole::Coordinator => "Coordinator",
            DemoRole::Handler => "Handler",
            DemoRole::Verifier => "Verifier",
            DemoRole::Raiser => "Raiser",
            DemoRole::Administrator => "Administrator",
            DemoRole::Customer => "Customer",
            DemoRole::ServiceTeam => "Service team",
        }
    }
}

/// Who a sign-in link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemoKey {
    /// A person of the company.
    Person(PersonId),
    /// The raiser of one matter; [`App::raiser_token`] gives his link.
    Raiser(MatterId, ContactId),
}

/// Somebody to sign in as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoAccount {
    /// As what.
    pub role: DemoRole,
    /// His name.
    pub name: String,
    /// Who he is.
    pub key: DemoKey,
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoMade {
    /// False when the company was there already.
    pub made: bool,
    /// Whom to sign in as; none when the company is not the demo's.
    pub accounts: Vec<DemoAccount>,
}

/// How far the making is, for whoever waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Making {
    /// Units, people and places are there.
    Register {
        /// How many people.
        people: usize,
        /// How many places.
        places: usize,
    },
    /// A month is being told.
    Month {
        /// Which.
        month: Month,
        /// How much of the story was told before it.
        percent: usize,
    },
    /// What was known when is being counted.
    Figures,
    /// The next month is being planned.
    Plan,
}

/// What the database remembers of the making.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Progress {
    seed: u64,
    /// Whether only a part is told.
    #[serde(default)]
    part: bool,
    batches: usize,
    done: bool,
    accounts: Vec<DemoAccount>,
}

/// Something that the plan of the demo company did not foresee.
fn faulty(why: &impl std::fmt::Display) -> AppError {
    AppError::Store(StoreError::corrupt("demo company", why))
}

/// A day that exists; the epoch for one that does not.
fn day(year: i16, month: i8, day: i8) -> Date {
    Date::new(year, month, day).unwrap_or(Date::constant(1970, 1, 1))
}

impl App {
    /// Makes the demo company; does nothing when there is a company already.
    pub async fn make_demo(&self, seed: u64) -> Result<DemoMade, AppError> {
        self.make_demo_of(seed, Size::FULL).await
    }

    /// Makes a demo company of a size.
    pub async fn make_demo_of(&self, seed: u64, size: Size) -> Result<DemoMade, AppError> {
        self.make_demo_telling(seed, size, &mut |_| {}).await
    }

    /// The same, saying how far it is.
    pub async fn make_demo_telling(
        &self,
        seed: u64,
        size: Size,
        says: &mut (dyn FnMut(Making) + Send),
    ) -> Result<DemoMade, AppError> {
        let found = self.progress().await?;
        let begun = match &found {
            Some(p) if p.done => return Ok(DemoMade { made: false, accounts: p.accounts.clone() }),
            Some(p) => p.batches,
            None if org::root(&mut self.store().read().await?).await?.is_none() => 0,
            None => return Ok(DemoMade { made: false, accounts: Vec::new() }),
        };
        // What was begun goes on as it was begun.
        let (seed, size) = match found {
            Some(p) if p.part != size.part.is_some() => (p.seed, if p.part { Size::MONTH } else { Size::FULL }),
            Some(p) => (p.seed, size),
            None => (seed, size),
        };
        if begun == 0 {
            self.demo_first_days(&size).await?;
        }
        let accounts = story::tell(self, seed, &size, begun, says).await?;
        self.forget_directory();
        says(Making::Plan);
        self.demo_plan(&accounts, if size.part.is_some() { FEW_ITERATIONS } else { ITERATIONS }).await?;
        Ok(DemoMade { made: true, accounts })
    }

    /// The register, the duty and the floors of campaign months have first days; what lies before has no figures.
    async fn demo_first_days(&self, size: &Size) -> Result<(), AppError> {
        let register = size.first(day(2018, 1, 2));
        let mut since = vec![
            ("register_since", register),
            ("duty_since", size.first(day(2018, 4, 30))),
            ("burden_since", size.first(day(2018, 4, 30))),
            ("campaign_since", size.first(day(2018, 5, 1)).first_of_month()),
        ];
        // The whole company has its partners registered, and whoever goes to one names it.
        if size.part.is_none() {
            since.push(("partner_since", register));
        }
        let lines: Vec<String> = since.iter().map(|(name, day)| format!("{name} = \"{day}\"")).collect();
        let at = self.policies().zone.at(register, yixian_domain::time::Time::midnight());
        crate::policy::put_settings_since(self, &lines, at).await
    }

    /// October for the coordinator's company, planned and not adopted: that is for whoever tries the demo.
    async fn demo_plan(&self, accounts: &[DemoAccount], iterations: u64) -> Result<(), AppError> {
        let Some(DemoKey::Person(who)) = accounts.iter().find(|a| a.role == DemoRole::Coordinator).map(|a| a.key)
        else {
            return Ok(());
        };
        let directory = self.directory().await?;
        let Some(unit) = directory.units().find(|u| u.code == PLANNED) else { return Ok(()) };
        let now = self.clock().now();
        let asked = PlanIn {
            plan: self.mint().uuid(now),
            unit: unit.id.0,
            month: Month::of(day(2018, 10, 1)),
            from: None,
            base: None,
            changes: Vec::new(),
            weights: WeightsIn::default(),
            fewer: false,
            seconds: None,
            iterations: Some(iterations),
            seed: 1,
        };
        let id = CommandId(self.mint().uuid(now));
        let actor = self.actor(who).await?;
        self.execute(&actor, id, Envelope { happened_at: None, command: PlanCommand::MakePlan(asked).into() }, None)
            .await?;
        Ok(())
    }

    /// Whom to sign in as in the demo company; nobody elsewhere.
    pub async fn demo_accounts(&self) -> Result<Vec<DemoAccount>, AppError> {
        Ok(self.progress().await?.map_or_else(Vec::new, |p| p.accounts))
    }

    async fn progress(&self) -> Result<Option<Progress>, AppError> {
        let text = writer::meta(&mut self.store().read().await?, META).await?;
        text.map(|t| serde_json::from_str(&t).map_err(|e| faulty(&e))).transpose()
    }
}
