//! Use cases of registers have one shape: load the record, see that nobody has changed it since, let the law decide, write it
//! with what happened. Names no slice.

use super::error::AppError;
use super::work::{Ctx, Done};
use uuid::Uuid;
use yixian_domain::base::history::Happened;
use yixian_store::register::{self, Registered};

impl Ctx<'_> {
    /// A record of a register, as whoever asks last saw it.
    pub async fn record<R: Registered>(&mut self, id: Uuid, what: &'static str) -> Result<R, AppError> {
        let record = register::one::<R>(self.tx.conn(), id).await?.ok_or(AppError::NotFound(what))?;
        if let Some(seen) = self.if_match {
            let current = self.tx.rev_of(id).await?;
            if seen != current {
                return Err(AppError::Stale { current });
            }
        }
        Ok(record)
    }

    /// A record of a register that a field names.
    pub async fn named<R: Registered>(
        &mut self,
        field: &'static str,
        id: Uuid,
        code: &'static str,
    ) -> Result<R, AppError> {
        register::one::<R>(self.tx.conn(), id).await?.ok_or_else(|| AppError::field(field, code))
    }

    /// Whether a record of a register is there, whoever changed it since.
    pub async fn known<R: Registered>(&mut self, id: Uuid) -> Result<bool, AppError> {
        Ok(register::one::<R>(self.tx.conn(), id).await?.is_some())
    }

    /// Writes a record with what made it so.
    pub async fn keep<R: Registered>(
        &mut self,
        (record, event): (R, Happened<R::Event>),
        new: bool,
    ) -> Result<Done, AppError> {
        self.tx.put_record(&record, &[event], new).await?;
        let rev = Some(self.tx.rev_of(record.id()).await?);
        Ok(Done { rev, number: None, record: Some(record.id()) })
    }
}
