//! Many questions of the same kind, asked by all processors at once. The answers come in the order of the questions, whoever asked.

/// So few questions are not worth a thread.
const ALONE: u32 = 32;

/// Asks questions 0 to `n`; each thread has a room of its own to work in.
pub(super) fn ask<R: Default, T: Send>(n: u32, question: impl Fn(&mut R, u32) -> T + Sync) -> Vec<T> {
    let some = |from: u32, to: u32| {
        let mut room = R::default();
        (from..to).map(|i| question(&mut room, i)).collect::<Vec<T>>()
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u32;
    let part = n.div_ceil(threads).max(ALONE);
    if part >= n {
        return some(0, n);
    }
    std::thread::scope(|scope| {
        let some = &some;
        let parts: Vec<_> = (0..n).step_by(part as usize).map(|from| scope.spawn(move || some(from, n.min(from + part)))).collect();
        parts.into_iter().flat_map(|p| p.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}
