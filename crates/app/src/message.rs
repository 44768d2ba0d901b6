//! The message port: short texts to phones. One enum with what there is: a folder (trials and the demo; one file per
//! message), memory (tests), an SMS gateway that takes a webhook. It knows no words and no limits.

use crate::frame::error::AppError;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tokio::io::AsyncWriteExt as _;
use yixian_store::StoreError;

/// Where short messages go.
#[derive(Clone, Debug)]
pub enum Messages {
    /// Into files of this folder, named by the instant: `1538269200000-8000.txt` (the last four digits of the phone).
    Folder(PathBuf),
    /// Into memory.
    Memory(Arc<Mutex<Vec<(String, String)>>>),
    /// To a gateway: `POST` of `{"phone", "text"}` as JSON with an HMAC-SHA-256 of the body in `X-Yixian-Signature`.
    Gateway(Gateway),
}

/// An SMS gateway reached over plain HTTP on the company's own network, as gateways behind the firewall are; whoever
/// needs TLS puts a proxy before it. The address is configuration, never a person's input.
#[derive(Clone)]
pub struct Gateway {
    /// `host:port`.
    pub address: String,
    /// Path of the webhook.
    pub path: String,
    /// Key of the signature.
    pub key: Arc<[u8]>,
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway").field("address", &self.address).field("path", &self.path).finish_non_exhaustive()
    }
}

/// Longest wait for the gateway.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

impl Messages {
    /// Messages kept in memory.
    pub fn memory() -> Messages {
        Messages::Memory(Arc::default())
    }

    /// What memory holds: phone and text.
    pub fn sent(&self) -> Vec<(String, String)> {
        match self {
            Messages::Memory(all) => all.lock().map_or_else(|e| e.into_inner().clone(), |a| a.clone()),
            _ => Vec::new(),
        }
    }

    /// Sends a text.
    pub async fn send(&self, phone: &str, text: &str, at_ms: i64) -> Result<(), AppError> {
        match self {
            Messages::Folder(folder) => {
                std::fs::create_dir_all(folder).map_err(StoreError::from)?;
                let tail: String = phone.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
                let file = folder.join(format!("{at_ms}-{tail}.txt"));
                // Codes and links stand in it.
                let mut options = tokio::fs::OpenOptions::new();
                options.write(true).create(true).truncate(true);
                #[cfg(unix)]
                options.mode(0o600);
                let mut file = options.open(file).await.map_err(StoreError::from)?;
                file.write_all(text.as_bytes()).await.map_err(StoreError::from)?;
                Ok(file.flush().await.map_err(StoreError::from)?)
            }
            Messages::Memory(all) => {
                match all.lock() {
                    Ok(mut a) => a.push((phone.to_owned(), text.to_owned())),
                    Err(e) => e.into_inner().push((phone.to_owned(), text.to_owned())),
                }
                Ok(())
            }
            Messages::Gateway(g) => tokio::time::timeout(PATIENCE, g.post(phone, text))
                .await
                .unwrap_or_else(|_| Err("no answer in time".into()))
                .map_err(AppError::MessageNotSent),
        }
    }
}

/// `http://host[:port]/path`.
impl std::str::FromStr for Gateway {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Gateway, Self::Err> {
        let rest = text
            .strip_prefix("http://")
            .ok_or("a gateway is http://HOST:PORT/PATH; put a proxy before one that needs TLS")?;
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let plain = |s: &str| s.chars().all(|c| c.is_ascii_graphic());
        if host.is_empty() || host.contains('@') || !plain(host) || !plain(path) {
            return Err("a gateway is http://HOST:PORT/PATH");
        }
        let address = if host.rsplit(']').next().is_some_and(|tail| tail.contains(':')) {
            host.to_owned()
        } else {
            format!("{host}:80")
        };
        Ok(Gateway { address, path: if path.is_empty() { "/".into() } else { path.to_owned() }, key: Arc::from([]) })
    }
}

impl Gateway {
    /// With the key of the signature.
    #[must_use]
    pub fn signing_with(self, key: &[u8]) -> Gateway {
        Gateway { key: Arc::from(key), ..self }
    }

    async fn post(&self, phone: &str, text: &str) -> Result<(), String> {
        use tokio::io::AsyncReadExt as _;
        let body = serde_json::json!({ "phone": phone, "text": text }).to_string();
        let signature = crate::frame::mint::hmac(&self.key, body.as_bytes());
        let mut stream = tokio::net::TcpStream::connect(&self.address).await.map_err(|e| e.to_string())?;
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nX-Yixian-Signature: {signature}\r\nConnection: close\r\n\r\n",
            self.path,
            self.address,
            body.len(),
        );
        stream.write_all(format!("{head}{body}").as_bytes()).await.map_err(|e| e.to_string())?;
        let mut answer = Vec::new();
        stream.take(64 * 1024).read_to_end(&mut answer).await.map_err(|e| e.to_string())?;
        let line = String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned();
        // HTTP/1.1 2xx
        if line.split_whitespace().nth(1).is_some_and(|code| code.starts_with('2')) {
            Ok(())
        } else {
            Err(format!("the gateway said: {line}"))
        }
    }
}
