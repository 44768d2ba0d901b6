//! Many questions of the same kind, asked by several threads. The answers come in the order of the questions, whoever asked.

/// So few questions are not worth a thread.
const ALONE: u32 = 32;

/// Asks `n` questions, 0 onwards; each thread has a room of its own to work in.
pub(super) fn ask<R: Default, T: Send>(threads: usize, n: u32, question: impl Fn(&mut R, u32) -> T + Sync) -> Vec<T> {
    let some = |from: u32, to: u32| {
        let mut room = R::default();
        (from..to).map(|i| question(&mut room, i)).collect::<Vec<T>>()
    };
    let part = n.div_ceil(threads.max(1) as u32).max(ALONE);
    if part >= n {
        return some(0, n);
    }
    std::thread::scope(|scope| {
        let some = &some;
        let parts: Vec<_> =
            (0..n).step_by(part as usize).map(|from| scope.spawn(move || some(from, n.min(from + part)))).collect();
        parts.into_iter().flat_map(|p| p.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn answers_come_in_order_from_any_number_of_threads() {
        for n in [0, 1, 31, 32, 33, 100, 257] {
            let alone = super::ask(0, n, |(): &mut (), i| i * i);
            assert_eq!(alone, (0..n).map(|i| i * i).collect::<Vec<u32>>());
            for threads in 1..9 {
                assert_eq!(super::ask(threads, n, |(): &mut (), i| i * i), alone, "{threads} threads, {n} questions");
            }
        }
    }
}
