//! How often somebody may try: guesses and uploads are counted by address, account or link. It knows no page; whoever
//! takes a try asks here first.

use governor::clock::DefaultClock;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

type Keyed<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock>;

fn per_minute<K: Hash + Eq + Clone>(n: u32, burst: u32) -> Keyed<K> {
    let some = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
    RateLimiter::keyed(Quota::per_minute(some(n)).allow_burst(some(burst)))
}

/// So many at once, then one each period.
fn one_each<K: Hash + Eq + Clone>(period: Duration, burst: u32) -> Keyed<K> {
    let quota = Quota::with_period(period).unwrap_or_else(|| Quota::per_hour(NonZeroU32::MIN));
    RateLimiter::keyed(quota.allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN)))
}

/// Rate limits: sign-in by address and by account, unknown links by address, last digits by link, codes and
/// photos of people without an account by address. Codes to one phone are counted where they are kept.
pub struct Limits {
    address: Keyed<IpAddr>,
    account: Keyed<String>,
    link: Keyed<IpAddr>,
    digits: Keyed<String>,
    digits_from: Keyed<IpAddr>,
    codes: Keyed<IpAddr>,
    upload: Keyed<IpAddr>,
    apply: Keyed<IpAddr>,
}

/// Too many tries; come back after so many seconds.
#[derive(Clone, Copy, Debug)]
pub struct TooMany;

impl Limits {
    pub(crate) fn new() -> Limits {
        Limits {
            address: per_minute(30, 60),
            account: per_minute(5, 10),
            link: per_minute(20, 40),
            digits: one_each(Duration::from_mins(5), 5),
            digits_from: per_minute(10, 20),
            codes: per_minute(10, 20),
            upload: per_minute(12, 24),
            apply: per_minute(30, 60),
        }
    }
    /// A try to sign in. The address's limit is wide, for many people behind one; the account's is
    /// narrow, and does not tell whether the account exists.
    pub fn sign_in(&self, from: IpAddr, account: &str) -> Result<(), TooMany> {
        let key = account.trim().to_lowercase().chars().take(64).collect::<String>();
        if self.address.check_key(&from).is_err() || self.account.check_key(&key).is_err() {
            Err(TooMany)
        } else {
            Ok(())
        }
    }
    /// A try of the last digits of a phone: five, then one in five minutes; ten thousand take a month.
    /// Right ones count too: a limit that lets the right one through would be no limit.
    pub fn digits_try(&self, from: IpAddr, link: &str) -> Result<(), TooMany> {
        if self.digits_from.check_key(&from).is_err() || self.digits.check_key(&link.to_owned()).is_err() {
            Err(TooMany)
        } else {
            Ok(())
        }
    }
    /// A code to be sent, not too many for one address.
    pub fn code(&self, from: IpAddr) -> Result<(), TooMany> {
        self.codes.check_key(&from).map_err(|_| TooMany)
    }
    /// A form with photos by somebody without an account.
    pub fn upload(&self, from: IpAddr) -> Result<(), TooMany> {
        self.upload.check_key(&from).map_err(|_| TooMany)
    }
    /// An application by somebody without an account.
    pub fn apply(&self, from: IpAddr) -> Result<(), TooMany> {
        self.apply.check_key(&from).map_err(|_| TooMany)
    }
    /// A link that was not known: guessing is slow. A known one is never asked, whoever shares the address.
    pub fn unknown_link(&self, from: IpAddr) -> Result<(), TooMany> {
        self.link.check_key(&from).map_err(|_| TooMany)
    }
}
