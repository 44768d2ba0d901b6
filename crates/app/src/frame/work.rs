//! What a use case works with: the transaction, the rules in force, who asks and when; asking access, keeping words and
//! photos of a command; and what it tells for the receipt. Names no slice.

use super::error::{AppError, FieldError};
use super::input::ContactIn;
use super::mint;
use super::policy::Policies;
use crate::App;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::base::fold::{blank, dialled};
use yixian_domain::ids::*;
use yixian_domain::matter::Law;
use yixian_domain::time::{Date, Instant};
use yixian_store::Tx;

/// What a use case works with.
pub(crate) struct Ctx<'a> {
    pub tx: &'a mut Tx,
    pub app: &'a App,
    pub policies: &'a Policies,
    pub actor: &'a Actor,
    /// When it happened.
    pub at: Instant,
    /// When it is recorded.
    pub now: Instant,
    /// What the caller last saw of the record.
    pub if_match: Option<u32>,
}

/// What a use case tells for the receipt.
pub(crate) struct Done {
    pub rev: Option<u32>,
    pub number: Option<i64>,
    /// The record, where it is another than the command's: a doubled application.
    pub record: Option<Uuid>,
}

impl Ctx<'_> {
    pub fn law(&self) -> Law<'_> {
        self.policies.law()
    }
    pub fn by(&self) -> By {
        self.actor.by()
    }
    /// The day on which it happened, in the company's zone.
    pub fn day(&self) -> Date {
        self.policies.zone.date_of(self.at)
    }
    pub fn ask(&self, ask: &Ask<'_>) -> Result<(), AppError> {
        Ok(may(self.actor, ask)?)
    }

    /// Keeps words of a record; blank ones are none.
    pub fn words(&mut self, record: Uuid, text: &str) -> Result<Option<Words>, AppError> {
        // PostgreSQL keeps no NUL in a text, and nobody types one.
        let text = text.replace('\0', "");
        let text = text.trim();
        if blank(text) {
            return Ok(None);
        }
        if text.chars().count() > MAX_WORDS {
            return Err(AppError::Invalid(vec![FieldError::with("words", "words_too_long", MAX_WORDS)]));
        }
        let (id, salt) = self.new_words();
        Ok(Some(self.tx.keep_words(record, id, salt, text.to_owned())))
    }

    /// Keeps a free text of a record as words; a blank one is nothing.
    pub fn said(&mut self, record: Uuid, text: &str) -> Result<Said, AppError> {
        Ok(self.words(record, text)?.map_or_else(Said::default, Said::Kept))
    }

    /// Id and salt of words that are about to be kept.
    pub fn new_words(&self) -> (WordsId, String) {
        (WordsId(self.app.mint().uuid(self.now)), self.app.mint().salt())
    }

    /// Keeps words that must not be missing.
    pub fn needed_words(&mut self, field: &'static str, record: Uuid, text: &str) -> Result<Words, AppError> {
        self.words(record, text)?.ok_or_else(|| AppError::field(field, "words_needed"))
    }

    /// Checks content addresses and notes that the record uses them.
    pub async fn photos(&mut self, record: Uuid, photos: &[String]) -> Result<Vec<FileRef>, AppError> {
        if photos.len() > MAX_PHOTOS {
            return Err(AppError::Invalid(vec![FieldError::with("photos", "too_many_photos", MAX_PHOTOS)]));
        }
        let mut out = Vec::new();
        for p in photos {
            let file: FileRef =
                p.parse().map_err(|_| AppError::Invalid(vec![FieldError::with("photos", "photo_unknown", p)]))?;
            // Whoever knows the address of a photo does not get at it by naming it in a record of his own.
            let may_name = self.app.may_name_photo(self.tx.conn(), self.actor, p, record).await?;
            if !may_name || !self.tx.use_file(&file, record).await? {
                return Err(AppError::Invalid(vec![FieldError::with("photos", "photo_unknown", p)]));
            }
            if !out.contains(&file) {
                out.push(file);
            }
        }
        Ok(out)
    }

    /// Keeps the contact of an outside raiser and makes his link findable.
    pub async fn contact(&mut self, matter: MatterId, c: &ContactIn) -> Result<ContactId, AppError> {
        let mut faults = Vec::new();
        if blank(&c.name) && blank(&c.phone) {
            faults.push(FieldError::new("raiser", "contact_needed"));
        }
        let phone = dialled(&c.phone);
        let callable =
            (7..=15).contains(&phone.len()) && phone.trim_start_matches('+').bytes().all(|b| b.is_ascii_digit());
        if !phone.is_empty() && !callable {
            faults.push(FieldError::new("phone", "phone"));
        }
        if !faults.is_empty() {
            return Err(AppError::Invalid(faults));
        }
        let id = ContactId(self.app.mint().uuid(self.now));
        let text = |s: &str| Some(s.trim().to_owned()).filter(|s| !s.is_empty());
        let words = self.new_words();
        self.tx.put_contact(id, matter, text(&c.name).as_deref(), text(&phone).as_deref(), words).await?;
        let token = self.app.raiser_token(matter, id);
        self.tx.put_link(&mint::hash_secret(&token), matter, id).await?;
        self.tx.put_link(&mint::hash_secret(&self.app.sent_token(matter, id)), matter, id).await?;
        Ok(id)
    }
}

/// Longest text a person may write in one field, characters.
pub const MAX_WORDS: usize = 10_000;
/// Photos one command may carry.
pub const MAX_PHOTOS: usize = 12;
