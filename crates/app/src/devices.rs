//! Devices that signed in before: a mark in a cookie, made with the company's secret, by which a lock-out that strangers caused
//! lets the account's owner through. It opens nothing: the password is asked for all the same, and each device has few tries of its own.

use crate::App;
use crate::frame::clock::real_now;
use crate::frame::mint::same;

/// How long a device is remembered.
pub const DEVICE_MS: i64 = 365 * 86_400_000;
/// Accounts that one device remembers: people who share a machine.
const KEPT: usize = 4;

/// An account as it is typed, in one spelling.
pub fn spelled(code: &str) -> String {
    code.trim().to_lowercase().chars().take(64).collect()
}

/// The parts of a mark: a number of the device, until when it is good, and the proof.
fn parts(mark: &str) -> Option<(&str, i64, &str)> {
    let (device, rest) = mark.split_once('.')?;
    let (until, proof) = rest.split_once('.')?;
    Some((device, until.parse().ok()?, proof))
}

impl App {
    fn device_proof(&self, code: &str, device: &str, until: i64) -> String {
        self.keyed("device", &format!("{}\n{device}\n{until}", spelled(code)))
    }

    /// The device that a cookie's marks say signed in to this account before.
    pub fn device_of(&self, code: &str, marks: &str) -> Option<String> {
        let now = real_now().0;
        let mut good = marks.split('~').take(KEPT).filter_map(parts);
        let (device, ..) =
            good.find(|(device, until, proof)| now <= *until && same(proof, &self.device_proof(code, device, *until)))?;
        Some(device.to_owned())
    }

    /// The marks of a device that signs in to an account now: this one first, and those of others who use it.
    pub fn device_marks(&self, code: &str, marks: &str) -> String {
        let device = self.device_of(code, marks).unwrap_or_else(|| self.mint().salt());
        let until = real_now().0 + DEVICE_MS;
        let own = format!("{device}.{until}.{}", self.device_proof(code, &device, until));
        let others = marks.split('~').take(KEPT).filter(|m| {
            parts(m).is_some_and(|(d, until, proof)| {
                d != device && proof.len() == 64 && m.len() < 128 && until > real_now().0
            })
        });
        std::iter::once(own.as_str()).chain(others).take(KEPT).collect::<Vec<_>>().join("~")
    }
}
