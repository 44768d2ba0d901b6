//! Use cases. Each loads what it needs, lets the domain decide, and writes rows and events in one
//! transaction. HTML forms, the JSON API and the command line all come through
//! [`App::execute`] with the same [`command::Command`]; there is no second way to change anything.
//! Reading for pages is in [`read`]. This crate does not know HTTP, HTML or SQL.

pub mod account;
pub mod accounts;
pub mod agreements;
pub mod backup;
pub mod briefing;
pub mod community;
pub mod conferences;
pub mod connections;
pub mod credentials;
pub mod demo;
pub mod devices;
pub mod documents;
pub mod exchange;
mod execute;
pub mod export;
pub mod figures;
pub mod files;
pub mod flow;
pub mod foreign;
mod frame;
pub mod households;
pub mod import;
pub mod indicators;
pub mod ledger;
pub mod links;
pub mod matters;
pub mod measures;
pub mod message;
mod organisation;
pub mod outages;
pub mod partners;
pub mod planning;
pub mod praise;
pub mod programmes;
pub mod read;
pub mod records;
pub mod retention;
pub mod seals;
pub mod search;
pub mod second_factor;
mod slices;
pub mod teams;
pub mod verify;
pub mod visits;

pub use execute::Receipt;
pub use frame::codes::code_of;
pub use frame::error::{AppError, FieldError, PhotoFault, PolicyFault, Trouble};
pub use frame::{clock, error, mint, photos, policy};
pub use slices::Swept;
pub use yixian_domain as domain;
pub use yixian_mining as mining;
pub use yixian_planner as planner;
pub use yixian_store as store;
pub use yixian_store::Db;

use frame::clock::Clock;
use frame::mint::Mint;
use frame::photos::Photos;
use frame::policy::{Policies, PolicySource};
use frame::secret;
use std::path::Path;
use std::sync::{Arc, RwLock};
use yixian_store::{Store, StoreError};

/// Commands: everything that can be asked of the product, as plain data. The browser's forms, the JSON API and the command
/// line all make these; an id minted by whoever issues it makes sending one twice harmless. Words are plain text here;
/// `execute` puts them where they can be erased and gives the ledger a hash.
pub mod command {
    pub use crate::community::command::{CommunityCommand, DidIn, OpinionIn, PersonalIn, QuantityIn, SheetLineIn};
    pub use crate::documents::command::{CitingIn, ClauseIn, DocumentCommand, QuotedIn};
    pub use crate::households::command::{HouseholdCommand, MaterialIn, ResidentIn};
    pub use crate::measures::command::{BaselineOfIn, MeasureCommand};
    pub use crate::outages::command::{OutageCommand, OutageIn};
    pub use crate::praise::command::PraiseCommand;
    pub use crate::programmes::command::{BaselineIn, ItemIn, SectionPartIn, ServesIn};
    pub use crate::slices::{
        AboutIn, AgreementCommand, ApplicationIn, AspectIn, AttendanceIn, CadenceIn, CallIn, ChangeIn, CityIn, Command,
        CompanionIn, ConferenceCommand, ConnectionCommand, ContactIn, DueIn, Envelope, FindingIn, IndicatorCommand,
        KeepIn, MatterCommand, MemberIn, OrganisationCommand, PaperIn, PartnerCommand, PartnerRoleIn, PlanCommand,
        PlanIn, PointIn, ProgrammeCommand, RoleIn, SchemeIn, SupplyPlanIn, TaskIn, VisitCommand, WeightsIn, keep_field,
        keep_rules,
    };
    pub use crate::teams::command::TeamCommand;
}

/// The running product: store, rules, clock, chance, files.
#[derive(Clone, Debug)]
pub struct App {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    store: Store,
    policies: RwLock<Arc<Policies>>,
    directory: RwLock<Option<(std::time::Instant, Arc<organisation::Directory>)>>,
    flow: flow::Kept,
    clock: Clock,
    mint: Mint,
    photos: Photos,
    messages: RwLock<message::Messages>,
    connected: tokio::sync::Mutex<connections::Connected>,
    kept_facts: figures::kept::KeptFacts,
    kept_visits: figures::kept_visits::KeptVisits,
    kept_readings: figures::reading::KeptReadings,
    kept_works: programmes::kept::KeptWorks,
    kept_indicators: indicators::kept::KeptIndicators,
    public_url: std::sync::OnceLock<String>,
    folder: std::path::PathBuf,
    secret: [u8; 32],
    runs: planning::runs::Runs,
    hashing: frame::lanes::Lanes,
    failures: std::sync::Mutex<accounts::Failures>,
    sending: frame::turns::Turns,
    decoding: tokio::sync::Semaphore,
    strangers_decoding: tokio::sync::Semaphore,
    analysing: Arc<tokio::sync::Semaphore>,
}

/// What an [`App`] is opened with.
#[derive(Debug)]
pub struct Opening<'a> {
    /// Database.
    pub db: Db,
    /// Folder for files and the secret that raisers' links are derived from.
    pub folder: &'a Path,
    /// The clock of the business: real, or the demo company's.
    pub clock: Clock,
    /// Chance: the machine's, or seeded.
    pub mint: Mint,
    /// Where rules come from when the database has none yet.
    pub policies: PolicySource,
}

/// Notes that what was known before is kept; a database of an earlier schema has none of it.
const PAST: &str = "past";

/// By which rules the index of words was made.
const SEARCH: (&str, &str) = ("search", "3");

async fn fill_past(store: &Store) -> Result<(), AppError> {
    let fill = async |tx: &mut yixian_store::Tx| {
        yixian_store::replay::refill_past(tx.conn()).await?;
        tx.set_meta(PAST, "1").await
    };
    Ok(store.write::<_, StoreError, _>(fill).await?)
}

impl App {
    /// Opens the store, puts the seed rules in force where there are none, and loads them. Refused
    /// where the folder's secret is not the company's.
    pub async fn open(o: Opening<'_>) -> Result<App, AppError> {
        std::fs::create_dir_all(o.folder).map_err(StoreError::from)?;
        let seed = o.policies.read()?;
        let late_ms = i64::from(seed.settings.late_flag_hours) * 3_600_000;
        let store = Store::open(o.db, late_ms).await?;
        policy::seed(&store, &seed, &o.mint, o.clock.now()).await?;
        if yixian_store::writer::meta(&mut store.read().await?, PAST).await?.is_none() {
            fill_past(&store).await?;
        }
        // Numbered up whenever the rules by which words are found change.
        if yixian_store::writer::meta(&mut store.read().await?, SEARCH.0).await?.as_deref() != Some(SEARCH.1) {
            let renew = async |tx: &mut yixian_store::Tx| {
                yixian_store::search::renew(tx.conn()).await?;
                tx.set_meta(SEARCH.0, SEARCH.1).await
            };
            store.write::<_, StoreError, _>(renew).await?;
        }
        let policies = policy::load(&mut store.read().await?).await?;
        let secret = secret::of_company(&store, o.folder, &o.mint, false).await?;
        let photos = Photos::in_folder(&o.folder.join("files"))?;
        frame::photos::of_company(&store, &o.folder.join("files"), &o.mint, false).await?;
        Ok(App {
            inner: Arc::new(Inner {
                store,
                policies: RwLock::new(Arc::new(policies)),
                directory: RwLock::new(None),
                flow: flow::Kept::default(),
                clock: o.clock,
                mint: o.mint,
                photos,
                messages: RwLock::new(message::Messages::Folder(o.folder.join("messages"))),
                connected: tokio::sync::Mutex::default(),
                kept_facts: figures::kept::KeptFacts::default(),
                kept_visits: figures::kept_visits::KeptVisits::default(),
                kept_readings: figures::reading::KeptReadings::default(),
                kept_works: programmes::kept::KeptWorks::default(),
                kept_indicators: indicators::kept::KeptIndicators::default(),
                folder: o.folder.to_owned(),
                public_url: std::sync::OnceLock::new(),
                secret,
                runs: planning::runs::Runs::default(),
                hashing: frame::lanes::Lanes::new(),
                failures: std::sync::Mutex::default(),
                sending: frame::turns::Turns::new(),
                decoding: tokio::sync::Semaphore::new(2),
                strangers_decoding: tokio::sync::Semaphore::new(1),
                analysing: Arc::new(tokio::sync::Semaphore::new(flow::foreign::AT_ONCE)),
            }),
        })
    }

    /// Makes what was known before anew from the events, and notes that it is there.
    pub(crate) async fn refill_past(&self) -> Result<(), AppError> {
        fill_past(self.store()).await
    }

    /// The store, for reading.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }
    /// The rules in force.
    pub fn policies(&self) -> Arc<Policies> {
        self.inner.policies.read().map_or_else(|p| p.into_inner().clone(), |p| p.clone())
    }
    /// The business clock.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }
    /// Chance.
    pub fn mint(&self) -> &Mint {
        &self.inner.mint
    }
    /// Photos.
    pub fn photos(&self) -> &Photos {
        &self.inner.photos
    }
    /// Where short messages go: the folder `messages` beside the data, until told otherwise.
    pub fn messages(&self) -> message::Messages {
        self.inner.messages.read().map_or_else(|p| p.into_inner().clone(), |m| m.clone())
    }
    /// Where links in messages lead: the address of the doors, once they are open.
    pub fn answers_at(&self, url: &str) {
        if !url.is_empty() {
            drop(self.inner.public_url.set(url.trim_end_matches('/').to_owned()));
        }
    }
    pub(crate) fn public_url(&self) -> Option<&str> {
        self.inner.public_url.get().map(String::as_str)
    }
    /// Sends short messages elsewhere.
    pub fn send_messages_to(&self, messages: message::Messages) {
        match self.inner.messages.write() {
            Ok(mut m) => *m = messages,
            Err(p) => *p.into_inner() = messages,
        }
    }
    /// Stops writing and closes the database.
    pub async fn close(&self) {
        self.inner.store.close().await;
    }
}
