//! Chance that repeats: one seeded stream for everything the demo company is made of. It does not
//! know what it decides about, and it never asks the machine for randomness or the time.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::rngs::StdRng;
use rand::{Rng, RngCore, SeedableRng};
use uuid::{Builder, Uuid};
use yixian_domain::time::Instant;

/// A key that follows from a code, made like any other (UUID of version 7).
pub(super) fn key(of: &str, at: Instant) -> Uuid {
    let hash = yixian_store::ledger::sha256(of.as_bytes());
    let mut bytes = [0u8; 10];
    for (i, b) in bytes.iter_mut().enumerate() {
        *b = u8::from_str_radix(&hash[2 * i..2 * i + 2], 16).unwrap_or_default();
    }
    uuid::Builder::from_unix_timestamp_millis(at.0.max(0) as u64, &bytes).into_uuid()
}

/// A seeded stream.
pub(super) struct Chance(StdRng);

impl Chance {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Chance {
        Chance(StdRng::seed_from_u64(seed))
    }
    /// A whole number below `n`; 0 when `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { self.0.random_range(0..n) }
    }
    /// A whole number from `a` to `b`, both included.
    pub fn between(&mut self, a: i64, b: i64) -> i64 {
        if a >= b { a } else { self.0.random_range(a..=b) }
    }
    /// True in `n` of a hundred cases.
    pub fn percent(&mut self, n: i64) -> bool {
        self.between(1, 100) <= n
    }
    /// True in `n` of a thousand cases.
    pub fn permille(&mut self, n: i64) -> bool {
        self.between(1, 1000) <= n
    }
    /// One of them, if there is one.
    pub fn any<'t, T>(&mut self, of: &'t [T]) -> Option<&'t T> {
        of.get(self.below(of.len()))
    }
    /// One of several words.
    pub fn word(&mut self, of: &[&'static str]) -> &'static str {
        self.any(of).copied().unwrap_or_default()
    }
    /// The position of one weight, likelier the heavier it is.
    pub fn weighted(&mut self, weights: &[u32]) -> usize {
        let total: u32 = weights.iter().sum();
        let mut left = self.below(total as usize) as u32;
        for (i, w) in weights.iter().enumerate() {
            if left < *w {
                return i;
            }
            left -= w;
        }
        0
    }
    /// Puts them into another order.
    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for i in (1..all.len()).rev() {
            let j = self.below(i + 1);
            all.swap(i, j);
        }
    }
    /// Some of them, in their order.
    pub fn some<T: Clone>(&mut self, of: &[T], n: usize) -> Vec<T> {
        let mut left = n.min(of.len());
        let mut out = Vec::with_capacity(left);
        for (i, item) in of.iter().enumerate() {
            if left > 0 && self.below(of.len() - i) < left {
                out.push(item.clone());
                left -= 1;
            }
        }
        out
    }
    /// An id (UUID of version 7) for something made at an instant.
    pub fn uuid(&mut self, at: Instant) -> Uuid {
        let mut bytes = [0u8; 10];
        self.0.fill_bytes(&mut bytes);
        Builder::from_unix_timestamp_millis(at.0.max(0) as u64, &bytes).into_uuid()
    }
    /// A salt for words, as [`crate::frame::mint::Mint::salt`] makes them.
    pub fn salt(&mut self) -> String {
        let mut bytes = [0u8; 16];
        self.0.fill_bytes(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }
}
