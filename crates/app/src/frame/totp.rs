//! Codes that change every half minute (RFC 6238 with SHA-1, six digits, as every authenticator has them), and the spelling of
//! their secrets (base 32, RFC 4648). It knows no person and no clock.

use hmac::{Hmac, Mac};
use sha1::Sha1;
use yixian_domain::time::Instant;

/// A step, milliseconds.
const STEP_MS: i64 = 30_000;

/// HMAC-SHA-1. A key shorter than a block is followed by zeros (RFC 2104, 2).
fn hmac_sha1(key: &[u8; 20], text: &[u8]) -> [u8; 20] {
    let block: [u8; 64] = std::array::from_fn(|i| key.get(i).copied().unwrap_or_default());
    Hmac::<Sha1>::new(&block.into()).chain_update(text).finalize().into_bytes().into()
}

/// The step of an instant.
pub(crate) fn step_of(at: Instant) -> i64 {
    at.0.div_euclid(STEP_MS)
}

/// The code of a step.
pub(crate) fn code(secret: &[u8; 20], step: i64) -> String {
    let hash = hmac_sha1(secret, &step.to_be_bytes());
    let at = usize::from(hash[19] & 15);
    let cut = u32::from_be_bytes([hash[at], hash[at + 1], hash[at + 2], hash[at + 3]]) & 0x7fff_ffff;
    format!("{:06}", cut % 1_000_000)
}

/// Bytes in base 32, without padding.
pub(crate) fn base32(bytes: &[u8]) -> String {
    let mut out = String::new();
    for five in bytes.chunks(5) {
        let bits = five.iter().fold(0_u64, |bits, b| bits << 8 | u64::from(*b)) << (8 * (5 - five.len()));
        let digits = (five.len() * 8).div_ceil(5);
        out.extend(
            (0..digits).map(|n| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[(bits >> (35 - 5 * n)) as usize & 31])),
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = b"12345678901234567890";
        for (seconds, want) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(secret, step_of(Instant(seconds * 1_000))), want, "{seconds}");
        }
    }

    #[test]
    fn secrets_are_spelled_as_the_rfc_does() {
        for (bytes, want) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), want);
        }
    }
}
