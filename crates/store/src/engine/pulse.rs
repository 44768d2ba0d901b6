//! Whether PostgreSQL still answers. A connection of its own asks it next to nothing, again and again: a statement that
//! runs long is no fault, a server that does not answer *that* has frozen or cannot be reached, and whoever waits for it
//! is let go. It does not know what anybody waits for; a server that refuses does answer, and says so by itself.

use crate::engine::error::{AWAY, StoreError};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

/// Between two questions. With [`PATIENCE`] it makes what counts as away.
const BEAT: Duration = Duration::from_millis(500);
/// For one answer.
const PATIENCE: Duration = AWAY.saturating_sub(BEAT);

/// Whether a server answers; it is asked for as long as anybody holds one of these.
#[derive(Clone, Debug)]
pub struct Pulse {
    away: watch::Receiver<bool>,
    asking: Arc<Asking>,
}

#[derive(Debug)]
struct Asking(AbortHandle);

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Pulse {
    /// Begins to ask the server of these options.
    pub(crate) fn of(options: PgConnectOptions) -> Pulse {
        let (tell, away) = watch::channel(false);
        let asking = tokio::spawn(async move {
            let mut connection = None;
            loop {
                sleep(BEAT).await;
                let silent = timeout(PATIENCE, beat(&mut connection, &options)).await.is_err();
                if silent {
                    connection = None;
                }
                if tell.send_replace(silent) != silent {
                    tracing::warn!(
                        away = silent,
                        "PostgreSQL {}",
                        if silent { "does not answer" } else { "answers again" }
                    );
                }
            }
        });
        Pulse { away, asking: Arc::new(Asking(asking.abort_handle())) }
    }

    /// Asks no more.
    pub(crate) fn stop(&self) {
        self.asking.0.abort();
    }

    /// What is waited for, or that the server does not answer. What was sent to it may have been done or not.
    pub(crate) async fn or_away<T, E>(&self, waited: impl Future<Output = Result<T, E>>) -> Result<T, StoreError>
    where
        StoreError: From<E>,
    {
        let mut away = self.away.clone();
        tokio::select! {
            biased;
            done = waited => Ok(done?),
            Ok(_) = away.wait_for(|away| *away) => Err(StoreError::Lost("PostgreSQL does not answer".to_owned())),
        }
    }
}

/// One question. An error is an answer too; the next question goes by a new connection.
async fn beat(connection: &mut Option<PgConnection>, options: &PgConnectOptions) {
    let asked = match connection {
        Some(open) => open.ping().await,
        None => match options.connect().await {
            Ok(open) => {
                *connection = Some(open);
                Ok(())
            }
            Err(e) => Err(e),
        },
    };
    if asked.is_err() {
        *connection = None;
    }
}
