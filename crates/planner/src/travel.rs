//! The time between places: a matrix, or a model that computes it. Never copied per chain.

pub mod guess;
pub mod table;

use crate::ticks::Ticks;
use serde::Serialize;
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

/// How far times can be trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// From distance, a detour and a speed.
    #[default]
    Guess,
    /// Measured or handed in by somebody who knows.
    Measured,
    /// From a router's road network.
    Routed,
}

/// A model of travel that computes times from places.
pub trait Model: Send + Sync {
    /// How many places it knows.
    fn places(&self) -> usize;
    /// Ticks from one place to another.
    fn ticks(&self, from: u32, to: u32) -> Ticks;
    /// How far the times can be trusted.
    fn source(&self) -> Source {
        Source::Guess
    }
}

/// A square of travel times that is shared, not copied.
#[derive(Clone)]
pub struct Matrix {
    places: usize,
    ticks: Arc<Vec<u16>>,
    source: Source,
}

impl Matrix {
    /// A matrix of `places` × `places` ticks, row by row; none when the length is another.
    pub fn new(places: usize, ticks: Vec<u16>) -> Option<Matrix> {
        (places.checked_mul(places) == Some(ticks.len())).then(|| Matrix {
            places,
            ticks: Arc::new(ticks),
            source: Source::Measured,
        })
    }

    /// The same times with another label; they are not copied.
    #[must_use]
    pub fn labelled(self, source: Source) -> Matrix {
        Matrix { source, ..self }
    }

    /// The whole square, row by row.
    pub fn ticks(&self) -> &[u16] {
        &self.ticks
    }
}

impl Travel {
    /// How many places there are.
    pub fn places(&self) -> usize {
        match self {
            Travel::Matrix(m) => m.places,
            Travel::Computed(m) => m.places(),
        }
    }

    /// How far the times can be trusted.
    pub fn source(&self) -> Source {
        match self {
            Travel::Matrix(m) => m.source,
            Travel::Computed(m) => m.source(),
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
    fn default() -> Self {
        Travel::Matrix(Matrix { places: 0, ticks: Arc::default(), source: Source::Guess })
    }
}

impl fmt::Debug for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Matrix({} places, {:?})", self.places, self.source)
    }
}

impl fmt::Debug for Travel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Travel::Matrix(_) => "matrix",
            Travel::Computed(_) => "computed",
        };
        write!(f, "Travel({kind} of {} places)", self.places())
    }
}
