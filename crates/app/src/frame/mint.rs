//! The only place that takes chance: ids, salts, secrets. Seeded, everything made is the same
//! again, which the demo company and tests rely on.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use sha2::{Digest, Sha256};
use std::sync::Mutex;
use uuid::{Builder, Uuid};
use yixian_domain::time::Instant;

/// A source of chance.
#[derive(Debug)]
pub struct Mint(Mutex<StdRng>);

impl Mint {
    /// The machine's chance.
    pub fn random() -> Mint {
        Mint(Mutex::new(StdRng::from_os_rng()))
    }
    /// Chance that repeats.
    pub fn seeded(seed: u64) -> Mint {
        Mint(Mutex::new(StdRng::seed_from_u64(seed)))
    }
    /// Random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        match self.0.lock() {
            Ok(mut rng) => rng.fill_bytes(&mut out),
            Err(poisoned) => poisoned.into_inner().fill_bytes(&mut out),
        }
        out
    }
    /// A UUIDv7 for something made at `at`.
    pub fn uuid(&self, at: Instant) -> Uuid {
        Builder::from_unix_timestamp_millis(at.0.max(0) as u64, &self.bytes::<10>()).into_uuid()
    }
    /// A salt for words, 16 bytes as text.
    pub fn salt(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<16>())
    }
    /// A secret for a session, a token or a link, 32 bytes as text.
    pub fn secret(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }
}

/// How a secret is stored.
pub fn hash_secret(secret: &str) -> String {
    yixian_store::ledger::sha256(secret.as_bytes())
}

/// A text derived from the installation's secret: same input, same text; without the secret nobody
/// can make it (SHA-256 over secret ‖ purpose ‖ subject ‖ secret, all of fixed length but the last).
pub(crate) fn derived(secret: &[u8; 32], purpose: &str, subject: Uuid) -> String {
    let mut h = Sha256::new();
    h.update(secret);
    h.update(subject.as_bytes());
    h.update(purpose.as_bytes());
    h.update(secret);
    URL_SAFE_NO_PAD.encode(h.finalize())
}

/// Whether two texts are equal, in a time that does not depend on where they differ.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |d, (x, y)| d | (x ^ y)) == 0
}

/// HMAC-SHA-256. A key shorter than a block is followed by zeros (RFC 2104, 2).
pub(crate) fn hmac_bytes(key: &[u8; 32], text: &[u8]) -> [u8; 32] {
    use hmac::{Hmac, Mac};
    let block: [u8; 64] = std::array::from_fn(|i| key.get(i).copied().unwrap_or_default());
    Hmac::<Sha256>::new(&block.into()).chain_update(text).finalize().into_bytes().into()
}

/// HMAC-SHA-256, as hex.
pub(crate) fn hmac(key: &[u8], text: &[u8]) -> String {
    use hmac::{Hmac, Mac};
    use std::fmt::Write as _;
    // Any length of key is taken; without one there would be no tag to compare with.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(text);
    mac.finalize().into_bytes().iter().fold(String::with_capacity(64), |mut s, b| {
        let _ = write!(s, "{b:02x}");
        s
    })
}
