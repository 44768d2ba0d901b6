//! Travel guessed from where places lie: great-circle distance × a detour, at a speed, plus the time to park. A guess is labelled as one.

use super::Model;
use crate::fault::{At, Fault, Wrong};
use crate::ticks::Ticks;

/// What kind of country a place lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// Core and inner city.
    City,
    /// The plain outside.
    Plain,
    /// Mountains.
    Mountain,
}

/// How one drives in an area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Road ÷ straight line.
    pub detour: f64,
    /// Kilometres per hour.
    pub kmh: f64,
}

/// How one drives. The defaults are those that made the sample month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pattern {
    /// In the city.
    pub city: Pace,
    /// On the plain.
    pub plain: Pace,
    /// In the mountains.
    pub mountain: Pace,
    /// Minutes to park and walk, on each arrival at another place.
    pub parking: f64,
    /// Ticks in a minute.
    pub ticks_per_minute: f64,
}

impl Default for Pattern {
    fn default() -> Self {
        let pace = |detour, kmh| Pace { detour, kmh };
        Pattern {
            city: pace(1.35, 22.0),
            plain: pace(1.35, 36.0),
            mountain: pace(1.55, 42.0),
            parking: 6.0,
            ticks_per_minute: 1.0,
        }
    }
}

/// A point on Earth and the kind of country around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// Latitude, degrees.
    pub lat: f64,
    /// Longitude, degrees.
    pub lon: f64,
    /// The country.
    pub area: Area,
}

/// Guessed travel between spots, computed when asked for: three numbers a place, however many there are.
#[derive(Clone, Debug)]
pub struct Guess {
    places: Vec<Site>,
    parking: f64,
}

#[derive(Clone, Copy, Debug)]
struct Site {
    lat: f64,
    lon: f64,
    cos: f64,
    /// Ticks per metre of straight line.
    slow: f64,
}

/// Mean radius of Earth in metres.
const EARTH: f64 = 6_371_008.8;

impl Guess {
    /// A guess for the spots; every spot off Earth and every pace that is none is a fault.
    pub fn new(spots: &[Spot], pattern: &Pattern) -> Result<Guess, Vec<Fault>> {
        let mut faults = Vec::new();
        for (field, value) in [
            ("city.detour", pattern.city.detour),
            ("city.kmh", pattern.city.kmh),
            ("plain.detour", pattern.plain.detour),
            ("plain.kmh", pattern.plain.kmh),
            ("mountain.detour", pattern.mountain.detour),
            ("mountain.kmh", pattern.mountain.kmh),
            ("ticks_per_minute", pattern.ticks_per_minute),
        ] {
            if !(value.is_finite() && value > 0.0) {
                faults.push(Fault { at: At::Request, what: Wrong::NotANumber { field, text: value.to_string() } });
            }
        }
        if !(pattern.parking.is_finite() && pattern.parking >= 0.0) {
            faults.push(Fault {
                at: At::Request,
                what: Wrong::NotANumber { field: "parking", text: pattern.parking.to_string() },
            });
        }
        for (index, spot) in (0u32..).zip(spots) {
            for (field, value, most) in [("lat", spot.lat, 90.0), ("lon", spot.lon, 180.0)] {
                if value.is_nan() || value.abs() > most {
                    faults.push(Fault {
                        at: At::Place { index },
                        what: Wrong::NotANumber { field, text: value.to_string() },
                    });
                }
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let places = spots.iter().map(|s| {
            let pace = match s.area {
                Area::City => pattern.city,
                Area::Plain => pattern.plain,
                Area::Mountain => pattern.mountain,
            };
            let lat = s.lat.to_radians();
            Site {
                lat,
                lon: s.lon.to_radians(),
                cos: lat.cos(),
                slow: pace.detour * 60.0 / (pace.kmh * 1000.0) * pattern.ticks_per_minute,
            }
        });
        Ok(Guess { places: places.collect(), parking: pattern.parking * pattern.ticks_per_minute })
    }
}

impl Model for Guess {
    fn places(&self) -> usize {
        self.places.len()
    }

    /// Half of the way is driven as at its beginning, half as at its end; part of a tick counts as one.
    fn ticks(&self, from: u32, to: u32) -> Ticks {
        let (a, b) = (self.places[from as usize], self.places[to as usize]);
        let h = ((b.lat - a.lat) / 2.0).sin().powi(2) + a.cos * b.cos * ((b.lon - a.lon) / 2.0).sin().powi(2);
        let metres = 2.0 * EARTH * h.sqrt().min(1.0).asin();
        if metres == 0.0 {
            return 0;
        }
        (metres * f64::midpoint(a.slow, b.slow) + self.parking).ceil().min(f64::from(crate::validate::LIMIT)) as Ticks
    }
}
