//! What a use case answers when it does not do what was asked. Everything a person can cause has
//! its own variant with a stable code; the doors put it into the reader's language.

use serde::{Deserialize, Serialize};
use yixian_domain::access::Denial;
use yixian_domain::connection::ValueFault;
use yixian_domain::connection::eligible::EligibilityFault;
use yixian_domain::refusal::Refusal;
use yixian_domain::retention::RetentionFault;
use yixian_domain::rules::RuleFault;
use yixian_store::StoreError;

/// One field that cannot be taken as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Name of the field, as in the form and in the command.
    pub field: &'static str,
    /// Stable code; the catalogue key is `invalid-` + code with `-` for `_`.
    pub code: &'static str,
    /// What a message may quote: a limit, an example, the line.
    pub detail: String,
}

/// Nothing, or every fault at once.
pub(crate) fn fail(faults: Vec<FieldError>) -> Result<(), AppError> {
    if faults.is_empty() { Ok(()) } else { Err(AppError::Invalid(faults)) }
}

impl FieldError {
    /// A field error without detail.
    pub fn new(field: &'static str, code: &'static str) -> Self {
        FieldError { field, code, detail: String::new() }
    }
    /// A field error with detail.
    pub fn with(field: &'static str, code: &'static str, detail: impl ToString) -> Self {
        FieldError { field, code, detail: detail.to_string() }
    }
}

/// Why a use case did not happen.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The law says no.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// Access says no.
    #[error("{0}")]
    Denied(#[from] Denial),
    /// No such record, or none the actor may know of.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// Fields that cannot be taken; all of them, not the first only.
    #[error("not valid: {}", .0.iter().map(|f| format!("{}: {}", f.field, f.code)).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<FieldError>),
    /// The id of the command, or one that was given for a new record, was used for something else.
    #[error("this id was already used for something else")]
    IdReused,
    /// The record has moved on since the caller saw it.
    #[error("the record is now at revision {current}")]
    Stale {
        /// The present revision.
        current: u32,
    },
    /// Sign-in refused: wrong name, password, link or token.
    #[error("sign-in refused")]
    SignInRefused,
    /// Too many codes or tries; wait.
    #[error("too many: wait {seconds} s")]
    TooMany {
        /// How long.
        seconds: i64,
    },
    /// The password was right; the code of the second factor is asked for.
    #[error("a second factor is asked for")]
    SecondStep {
        /// What whoever answers carries along.
        half: String,
    },
    /// Too much of the same is going on; the same, sent again a little later, is taken.
    #[error("busy")]
    Busy,
    /// A message did not go out.
    #[error("the message could not be sent: {0}")]
    MessageNotSent(String),
    /// A rule file cannot be read.
    #[error("{file}: {}", why.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    BadPolicy {
        /// Which file.
        file: String,
        /// All that is wrong with it.
        why: Vec<PolicyFault>,
    },
    /// The data folder's secret is not the company's, or the company has one and the folder none.
    #[error("{path} is {}", if *missing { "missing, and the company has one" } else { "not the company's" })]
    ForeignSecret {
        /// The file.
        path: String,
        /// There is no file.
        missing: bool,
    },
    /// A photo that a record uses cannot be shown: its file is gone, or is not what it was.
    #[error("photo {file} is {}", .fault.as_str())]
    Photo {
        /// Content address.
        file: String,
        /// What is wrong with it.
        fault: PhotoFault,
    },
    /// The folder of photos is not the company's: its photos lie in another.
    #[error("{path} does not say that this is the company's folder of photos")]
    ForeignPhotos {
        /// The file that says so.
        path: String,
    },
    /// The store.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for AppError {
    fn from(e: StoreError) -> AppError {
        match e {
            // Whether an id was given for a command or for a record, whoever sent it has to choose another.
            StoreError::IdTaken(_) => AppError::IdReused,
            e => AppError::Store(e),
        }
    }
}

/// What is wrong with the file of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoFault {
    /// There is no file.
    Missing,
    /// Its bytes are not what its address says.
    Damaged,
}

impl PhotoFault {
    /// Stable code.
    pub fn as_str(self) -> &'static str {
        match self {
            PhotoFault::Missing => "missing",
            PhotoFault::Damaged => "damaged",
        }
    }
}

/// What keeps the store from writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The disk is full.
    DiskFull,
    /// Writing has stopped for good.
    Halted,
    /// The store is away or has too much to do: the same, sent again, is likely to be taken.
    Away,
}

/// What is wrong with a rule file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// Rows of limits.
    #[error(transparent)]
    Limit(#[from] RuleFault),
    /// Rows of eligibility.
    #[error(transparent)]
    Eligibility(#[from] EligibilityFault),
    /// Rows of retention.
    #[error(transparent)]
    Retention(#[from] RetentionFault),
    /// Something else, in the words of whoever read the file.
    #[error("{0}")]
    Other(String),
}

impl FieldError {
    /// What cannot be read in a field.
    pub(crate) fn value(field: &'static str, fault: &ValueFault) -> Self {
        FieldError::with(field, fault.code(), fault.detail())
    }
}

impl AppError {
    /// One invalid field.
    pub fn field(field: &'static str, code: &'static str) -> Self {
        AppError::Invalid(vec![FieldError::new(field, code)])
    }
    /// What a page could not be made of: a fault of ours, never of whoever asked.
    pub fn broken(what: &'static str, why: impl std::fmt::Display) -> Self {
        AppError::Store(StoreError::corrupt(what, why))
    }
    /// Nothing can be written now, and why: what an operator has to see to.
    pub fn trouble(&self) -> Option<Trouble> {
        match self {
            AppError::Store(StoreError::DiskFull) => Some(Trouble::DiskFull),
            AppError::Store(StoreError::Halted(_)) => Some(Trouble::Halted),
            AppError::Store(e) if e.is_passing() => Some(Trouble::Away),
            _ => None,
        }
    }
    /// Stable code of the kind of error.
    pub fn code(&self) -> &'static str {
        match self {
            AppError::Refused(r) => r.code(),
            AppError::Denied(d) => d.code(),
            AppError::NotFound(_) => "not_found",
            AppError::Invalid(_) => "invalid",
            AppError::IdReused => "id_reused",
            AppError::Stale { .. } => "stale",
            AppError::SignInRefused => "sign_in_refused",
            AppError::TooMany { .. } => "too_many",
            AppError::SecondStep { .. } => "second_step",
            AppError::Busy => "busy",
            AppError::MessageNotSent(_) => "message_not_sent",
            AppError::BadPolicy { .. } => "bad_policy",
            AppError::ForeignSecret { .. } => "foreign_secret",
            AppError::ForeignPhotos { .. } => "foreign_photos",
            AppError::Photo { fault: PhotoFault::Missing, .. } => "photo_missing",
            AppError::Photo { fault: PhotoFault::Damaged, .. } => "photo_damaged",
            AppError::Store(StoreError::DiskFull) => "disk_full",
            AppError::Store(e) if e.is_passing() => "store_away",
            AppError::Store(_) => "store",
        }
    }
}
