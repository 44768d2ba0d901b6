//! The time between places: a matrix, or a model that computes it. Never copied per chain.

use crate::model::Ticks;
use std::fmt;
use std::sync::Arc;

/// Where travel times come from.
#[derive(Clone)]
pub enum Travel {
    /// Row by row, from × to.
    Matrix(Matrix),
    /// Computed when asked for.
    Computed(Arc<dyn Model>),
}

/// A model of travel that computes times from places.
pub trait Model: Send + Sync {
    /// How many places it knows.
    fn places(&self) -> usize;
    /// Ticks from one place to another.
    fn ticks(&self, from: u32, to: u32) -> Ticks;
}

/// A square of travel times that is shared, not copied.
#[derive(Clone)]
pub struct Matrix {
    places: usize,
    ticks: Arc<Vec<u16>>,
}

impl Matrix {
    /// A matrix of `places` × `places` ticks, row by row; none when the length is another.
    pub fn new(places: usize, ticks: Vec<u16>) -> Option<Matrix> {
        (places.checked_mul(places) == Some(ticks.len())).then(|| Matrix { places, ticks: Arc::new(ticks) })
    }

    /// The whole square, row by row.
    pub fn ticks(&self) -> &[u16] { &self.ticks }
}

impl Travel {
    /// How many places there are.
    pub fn places(&self) -> usize {
        match self {
            Travel::Matrix(m) => m.places,
            Travel::Computed(m) => m.places(),
        }
    }

    /// Ticks from one place to another.
    #[inline]
    pub fn ticks(&self, from: u32, to: u32) -> Ticks {
        match self {
            Travel::Matrix(m) => Ticks::from(m.ticks[from as usize * m.places + to as usize]),
            Travel::Computed(m) => m.ticks(from, to),
        }
    }
}

impl Default for Travel {
    fn default() -> Self { Travel::Matrix(Matrix { places: 0, ticks: Arc::default() }) }
}

impl fmt::Debug for Travel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self { Travel::Matrix(_) => "matrix", Travel::Computed(_) => "computed" };
        write!(f, "Travel({kind} of {} places)", self.places())
    }
}
