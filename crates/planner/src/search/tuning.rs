//! The numbers that were found by measuring. It does not know how they are used.

/// What was found by measuring; a caller has no reason to change it.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    /// Temperatures at the ends of a schedule, in usual gains of a visit.
    pub hot: f64,
    pub cold: f64,
    pub hot_large: f64,
    pub cold_large: f64,
    /// How often whole shifts, scattered and worst visits are taken out; strings otherwise.
    pub shift_share: f64,
    pub scattered_share: f64,
    pub worst_share: f64,
    pub scattered: u32,
    pub worst: u32,
    pub strings: f64,
    /// How often a shift of a leader who owes visits is refilled.
    pub refill_share: f64,
    pub idle_seed: f64,
    pub push_share: f64,
    pub push: f64,
    pub price: f64,
    pub blink: f64,
    pub skip: f64,
    /// Shares of the orders: chance, worth, ratio, closing, near, greedy.
    pub orders: [u32; 6],
}

impl Default for Tuning {
    fn default() -> Self {
        Tuning {
            hot: 0.8,
            cold: 0.08,
            hot_large: 0.1,
            cold_large: 0.005,
            shift_share: 0.05,
            scattered_share: 0.4,
            worst_share: 0.1,
            scattered: 6,
            worst: 6,
            strings: 10.0,
            refill_share: 0.01,
            idle_seed: 0.3,
            push_share: 0.5,
            push: 1.0,
            price: 1.0,
            blink: 0.01,
            skip: 1.0,
            orders: [4, 4, 4, 2, 1, 1],
        }
    }
}
