//! Whether a quoted number holds: against what the house knew when it was quoted, and against what it knows now. Only the first says that
//! it was wrong; that more became known since is nobody's fault and is told with the events that made the difference.

use crate::base::codes::codes;
use crate::figure::{Printed, Told};

codes! {
    /// How a quoted number stands.
    Verdict {
        /// 一致: it was right, and still is.
        Agrees = "agrees",
        /// 已变化: it was right; what was recorded since makes another number of it.
        Changed = "changed",
        /// 不符: what was known then gives another number.
        Wrong = "wrong",
    }
}

/// Judges what was printed by what was known `then`, at the instant it was quoted as of, and is known `now` of the same period.
pub fn judge(printed: Printed, then: Option<Told>, now: Option<Told>) -> Verdict {
    match (printed.agrees(then), printed.agrees(now)) {
        (false, _) => Verdict::Wrong,
        (true, false) => Verdict::Changed,
        (true, true) => Verdict::Agrees,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_wrong_by_what_was_known_then_and_changed_by_what_is_known_now() {
        let of = |text: &str, then: f64, now: f64| {
            judge(Printed::parse(text).expect(text), Some(Told::Number(then)), Some(Told::Number(now)))
        };
        assert_eq!(of("3,600", 3600.0, 3600.0), Verdict::Agrees);
        assert_eq!(of("3,600", 3600.0, 3599.0), Verdict::Changed);
        assert_eq!(of("3,600", 3599.0, 3599.0), Verdict::Wrong);
        assert_eq!(of("3,600", 3599.0, 3600.0), Verdict::Wrong, "that it came true later does not make it right");
        assert_eq!(of("5.09", 5.0901, 5.0899), Verdict::Agrees, "to the decimals that were printed");
        assert_eq!(of("30+", 33.0, 32.0), Verdict::Agrees);
        assert_eq!(of("30+", 33.0, 29.0), Verdict::Changed);
        let printed = Printed::parse("1").expect("a number");
        assert_eq!(judge(printed, None, Some(Told::Number(1.0))), Verdict::Wrong);
        assert_eq!(judge(printed, Some(Told::Number(1.0)), None), Verdict::Changed);
    }
}
