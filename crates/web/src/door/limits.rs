//! How often somebody may try: guesses and uploads are counted by address, account or link. It knows no page; whoever
//! takes a try asks here first.

use governor::clock::DefaultClock;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;
use tokio::sync::Semaphore;
use yixian_app::AppError;
use yixian_app::devices::spelled;
use yixian_domain::ids::PersonId;

type Keyed<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock>;

/// A node's share of what all may take together.
#[derive(Clone, Copy)]
struct Share(NonZeroU32);

impl Share {
    fn of(self, n: u32) -> NonZeroU32 {
        NonZeroU32::new(n / self.0).unwrap_or(NonZeroU32::MIN)
    }
}

fn per_minute<K: Hash + Eq + Clone>(share: Share, n: u32, burst: u32) -> Keyed<K> {
    let some = |n| share.of(n);
    RateLimiter::keyed(Quota::per_minute(some(n)).allow_burst(some(burst)))
}

/// So many at once, then one each period.
fn one_each<K: Hash + Eq + Clone>(share: Share, period: Duration, burst: u32) -> Keyed<K> {
    let quota = Quota::with_period(period * share.0.get()).unwrap_or_else(|| Quota::per_hour(NonZeroU32::MIN));
    RateLimiter::keyed(quota.allow_burst(share.of(burst)))
}

/// Whose tries are counted together: an address, and of IPv6 the network, for whoever has one address has them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Network {
    /// Bits of an IPv6 address that name the place; the rest is the household's own.
    const BITS: u32 = 64;

    /// The network of an address.
    pub fn of(address: IpAddr) -> Network {
        Network(match address.to_canonical() {
            IpAddr::V6(a) => IpAddr::V6(Ipv6Addr::from_bits(a.to_bits() >> Self::BITS << Self::BITS)),
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

/// How long a try waits that comes to an account under attack from many networks.
const SLOW: Duration = Duration::from_secs(2);
/// How many such tries wait at once.
const SLOWED: usize = 32;

/// Rate limits: sign-in by address, by account and address, and by account and device; unknown links by address, last digits by link, codes and
/// photos of people without an account by address. Codes to one phone are counted where they are kept.
pub struct Limits {
    address: Keyed<Network>,
    account_from: Keyed<(String, Network)>,
    account: Keyed<String>,
    device: Keyed<(String, String)>,
    second: Keyed<PersonId>,
    slowed: Semaphore,
    link: Keyed<Network>,
    digits: Keyed<String>,
    digits_from: Keyed<Network>,
    sign_in_phone: Keyed<(String, String)>,
    sign_in_name: Keyed<(String, String)>,
    codes: Keyed<Network>,
    upload: Keyed<Network>,
    apply: Keyed<Network>,
    commands: Option<Keyed<PersonId>>,
}

/// Too many tries; come back after so many seconds.
#[derive(Clone, Copy, Debug)]
pub struct TooMany;

impl Limits {
    /// With so many commands a minute for one person, or as many as he likes; each of several nodes allows its share.
    pub(crate) fn new(commands: Option<NonZeroU32>, nodes: NonZeroU32) -> Limits {
        let share = Share(nodes);
        Limits {
            address: per_minute(share, 30, 60),
            account_from: per_minute(share, 5, 10),
            account: per_minute(share, 10, 20),
            device: per_minute(share, 5, 10),
            second: per_minute(share, 5, 10),
            slowed: Semaphore::new(SLOWED),
            link: per_minute(share, 20, 40),
            digits: one_each(share, Duration::from_mins(5), 5),
            digits_from: per_minute(share, 10, 20),
            sign_in_phone: one_each(share, Duration::from_mins(5), 5),
            sign_in_name: one_each(share, Duration::from_mins(5), 5),
            codes: per_minute(share, 10, 20),
            upload: per_minute(share, 12, 24),
            apply: per_minute(share, 30, 60),
            commands: commands.map(|n| RateLimiter::keyed(Quota::per_minute(share.of(n.get())))),
        }
    }
    /// A try to sign in. The network's limit is wide, for many people behind one; that of account and network is narrow, and
    /// does not tell whether the account exists. Tries from many networks at one account wait, each some seconds, so that
    /// a stranger cannot keep its owner out. A device that signed in to it before has tries of its own.
    pub async fn sign_in(&self, from: IpAddr, account: &str, device: Option<&str>) -> Result<(), AppError> {
        let (account, network) = (spelled(account), Network::of(from));
        let too_many = Err(AppError::TooMany { seconds: 60 });
        if let Some(device) = device {
            return if self.device.check_key(&(account, device.to_owned())).is_ok() { Ok(()) } else { too_many };
        }
        if self.address.check_key(&network).is_err()
            || self.account_from.check_key(&(account.clone(), network)).is_err()
        {
            return too_many;
        }
        if self.account.check_key(&account).is_err() {
            let _waits = self.slowed.try_acquire().map_err(|_| AppError::Busy)?;
            tokio::time::sleep(SLOW).await;
        }
        Ok(())
    }
    /// A try of a code of a second factor, by somebody whose password was right.
    pub fn second(&self, person: PersonId) -> Result<(), AppError> {
        self.second.check_key(&person).map_err(|_| AppError::TooMany { seconds: 60 })
    }
    /// A try of the last digits of a phone: five, then one in five minutes; ten thousand take a month.
    /// Right ones count too: a limit that lets the right one through would be no limit.
    pub fn digits_try(&self, from: IpAddr, link: &str) -> Result<(), TooMany> {
        if self.digits_from.check_key(&Network::of(from)).is_err() || self.digits.check_key(&link.to_owned()).is_err() {
            Err(TooMany)
        } else {
            Ok(())
        }
    }
    /// A try to sign in at a session of a service day: five for a phone, then one in five minutes; and as many for a name, for
    /// who guesses the digits of one may have any number of phones.
    pub fn sign_in_try(&self, phone: &str, session: &str, name: &str) -> Result<(), TooMany> {
        let key = |what: String| (what, session.to_owned());
        if self.sign_in_phone.check_key(&key(phone.to_owned())).is_err()
            || self.sign_in_name.check_key(&key(spelled(name))).is_err()
        {
            Err(TooMany)
        } else {
            Ok(())
        }
    }
    /// A code to be sent, not too many for one address.
    pub fn code(&self, from: IpAddr) -> Result<(), TooMany> {
        self.codes.check_key(&Network::of(from)).map_err(|_| TooMany)
    }
    /// A form with photos by somebody without an account.
    pub fn upload(&self, from: IpAddr) -> Result<(), TooMany> {
        self.upload.check_key(&Network::of(from)).map_err(|_| TooMany)
    }
    /// An application by somebody without an account.
    pub fn apply(&self, from: IpAddr) -> Result<(), TooMany> {
        self.apply.check_key(&Network::of(from)).map_err(|_| TooMany)
    }
    /// A command of somebody who is signed in, or of a program in his name.
    pub fn command(&self, by: PersonId) -> Result<(), TooMany> {
        self.commands.as_ref().is_none_or(|all| all.check_key(&by).is_ok()).then_some(()).ok_or(TooMany)
    }
    /// Forgets whom nothing is held against any more, so that strangers cannot fill the memory with their addresses.
    pub fn forget(&self) {
        for of_networks in [&self.address, &self.link, &self.digits_from, &self.codes, &self.upload, &self.apply] {
            of_networks.retain_recent();
        }
        self.account_from.retain_recent();
        self.account.retain_recent();
        self.device.retain_recent();
        self.second.retain_recent();
        self.digits.retain_recent();
        self.sign_in_phone.retain_recent();
        self.sign_in_name.retain_recent();
        if let Some(commands) = &self.commands {
            commands.retain_recent();
        }
    }
    /// A link that was not known: guessing is slow. A known one is never asked, whoever shares the address.
    pub fn unknown_link(&self, from: IpAddr) -> Result<(), TooMany> {
        self.link.check_key(&Network::of(from)).map_err(|_| TooMany)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_is_one_network() {
        let network = |a: &str| Network::of(a.parse().expect("an address"));
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::7"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"), "the same machine, told in two ways");
    }

    #[test]
    fn seventy_addresses_of_a_network_are_one_guesser() {
        let limits = Limits::new(None, NonZeroU32::MIN);
        let tries = (0..70_u128).map(|n| IpAddr::V6(Ipv6Addr::from_bits(0x2001_0db8_u128 << 96 | n)));
        let refused = tries.filter(|from| limits.unknown_link(*from).is_err()).count();
        assert!(refused >= 29, "{refused} of 70 tries were refused, 40 are allowed at once");
        assert!(limits.unknown_link("2001:db8:ff::1".parse().expect("an address")).is_ok());
    }
}
