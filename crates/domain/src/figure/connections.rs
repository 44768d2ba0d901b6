//! Figures of connections: how many, how fast by each clock, on time by archive date, what customers said, what was
//! saved. The clocks are never mixed: each [`ClockKind`] has its own distribution over the same records. Withdrawn cases
//! have no power and are in none of them.

use super::definition::{Basis, Definition, Distinct, Exclusion, Family, Unit};
use super::{Figure, FigureCode, Frame, Keys, Value, sorted_by_id};
use crate::base::actor::Voice;
use crate::base::codes::codes;
use crate::base::ids::{MatterId, UnitId};
use crate::base::stats::Distribution;
use crate::base::time::Instant;
use crate::connection::{Class, Satisfaction};
use crate::duty::Month;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

const fn connections(code: FigureCode, numerator: &'static str) -> Definition {
    Definition::count(code, Family::Connections, Distinct::Matter, Basis::EnergizedAt, Unit::Customers, numerator)
        .version(2)
}

/// Definitions of the figures of connections.
pub const FIGURES: &[Definition] = &[
    connections(FigureCode::Connected, "connections of any class whose power was switched on in the period"),
    connections(FigureCode::ThreeZeroConnected, "three-zero connections whose power was switched on in the period"),
    connections(FigureCode::ThreeZeroDaysMean, "three-zero connections; mean of elapsed calendar days (D1)")
        .measured_in(Unit::Days),
    connections(FigureCode::ThreeZeroDaysMedian, "three-zero connections; median of elapsed calendar days (D1)")
        .measured_in(Unit::Days),
    connections(FigureCode::ThreeZeroDaysP90, "three-zero connections; ninth decile of elapsed calendar days (D1)")
        .measured_in(Unit::Days),
    connections(
        FigureCode::ThreeZeroHandledMean,
        "three-zero connections; mean of working days in the utility's hands (D5)",
    )
    .measured_in(Unit::WorkingDays),
    connections(FigureCode::ThreeZeroSatisfied, "those of the denominator who said: satisfied")
        .out_of("three-zero connections whose customers answered")
        .without(&[Exclusion::NoAnswer]),
    connections(FigureCode::ThreeZeroByPhone, "those of the denominator who proved their phone by a code")
        .out_of("three-zero connections whose customers answered")
        .without(&[Exclusion::NoAnswer]),
    connections(FigureCode::ThreeZeroByLink, "those of the denominator who answered by their link alone")
        .out_of("three-zero connections whose customers answered")
        .without(&[Exclusion::NoAnswer]),
    connections(FigureCode::ThreeZeroByCall, "those of the denominator who answered when they were called")
        .out_of("three-zero connections whose customers answered")
        .without(&[Exclusion::NoAnswer]),
    connections(FigureCode::ThreeZeroResponse, "those of the denominator whose customers answered")
        .out_of("three-zero connections"),
    Definition {
        basis: Basis::ArchivedAt,
        ..connections(FigureCode::ConnectedOnTime, "those of the denominator of which every node was within its limit")
            .out_of("connections archived in the period for which a limit was in force")
            .without(&[Exclusion::NoRule])
    },
    connections(FigureCode::ConnectedStepsMean, "connections; mean of the steps the customer saw")
        .measured_in(Unit::Steps),
    connections(
        FigureCode::ConnectionSaving,
        "connections; sum of counterfactual less paid, where the baseline has a source",
    )
    .measured_in(Unit::Yuan)
    .without(&[Exclusion::Claims]),
];

/// A connection, cut down to what counting needs. The clocks are those written beside the case at power on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // named as in the case
pub struct ConnectionFact {
    pub id: MatterId,
    pub class: Class,
    pub district: Arc<str>,
    pub unit: UnitId,
    pub applied_at: Instant,
    pub energized_at: Option<Instant>,
    pub archived_at: Option<Instant>,
    /// D1.
    pub elapsed_days: Option<i32>,
    /// D3.
    pub working_days: Option<i32>,
    /// D4.
    pub net_days: Option<i32>,
    /// D5.
    pub handled_days: Option<i32>,
    pub handled_minutes: Option<i32>,
    pub whole_minutes: Option<i32>,
    pub visible_steps: Option<i32>,
    /// None where no rule was in force.
    pub on_time: Option<bool>,
    /// Fen.
    pub saving: Option<i64>,
    /// The baseline has no source.
    pub claim: bool,
    pub satisfaction: Option<Satisfaction>,
    pub rated_at: Option<Instant>,
    /// How it is known that the answer is the customer's own.
    pub voice: Option<Voice>,
    /// A call was made.
    pub called: bool,
}

codes! {
    /// Which clock a distribution is of.
    ClockKind[6] {
        /// D1 elapsed calendar days.
        Elapsed = "elapsed",
        /// D3 working days of the whole process.
        Working = "working",
        /// D4 the same less approved pauses.
        Net = "net",
        /// D5 working days in the utility's hands.
        Handled = "handled",
        /// Working hours in the utility's hands.
        HandledHours = "handled_hours",
        /// Working hours of the whole process.
        WholeHours = "whole_hours",
    }
}

impl ClockKind {
    /// The value in sixtieths of its unit.
    fn sixtieths(self, f: &ConnectionFact) -> Option<i32> {
        match self {
            Self::Elapsed => f.elapsed_days.map(|d| d.saturating_mul(60)),
            Self::Working => f.working_days.map(|d| d.saturating_mul(60)),
            Self::Net => f.net_days.map(|d| d.saturating_mul(60)),
            Self::Handled => f.handled_days.map(|d| d.saturating_mul(60)),
            Self::HandledHours => f.handled_minutes,
            Self::WholeHours => f.whole_minutes,
        }
    }
}

/// Figures of a set of connections. Every count is the length of its list of ids.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// Power on in the period.
    pub connected: Vec<Uuid>,
    /// By clock; none over nothing.
    pub clocks: Vec<(ClockKind, Option<Distribution>)>,
    /// Archived in the period with a limit in force.
    pub judged: Vec<Uuid>,
    /// Of those, every node within its limit.
    pub on_time: Vec<Uuid>,
    /// Of the connected, those whose customers answered.
    pub answered: Vec<Uuid>,
    /// Of the answered, by a code to the phone.
    pub by_phone: Vec<Uuid>,
    /// Of the answered, by the customer's link alone.
    pub by_link: Vec<Uuid>,
    /// Of the answered, in a call-back.
    pub by_call: Vec<Uuid>,
    /// Of the answered, satisfied.
    pub satisfied: Vec<Uuid>,
    /// Of the answered, basically satisfied.
    pub basically: Vec<Uuid>,
    /// Of the answered, not satisfied.
    pub dissatisfied: Vec<Uuid>,
    /// Mean of the steps the customer saw.
    pub steps_mean: Option<f64>,
    /// Connected with a saving whose baseline has a source.
    pub saved: Vec<Uuid>,
    /// Sum of those savings, fen.
    pub saving: i64,
    /// Connected with a saving that is only claimed.
    pub claimed: Vec<Uuid>,
    /// Sum of the claims, fen.
    pub claim: i64,
}

impl Group {
    /// The distribution of one clock.
    pub fn clock(&self, kind: ClockKind) -> Option<&Distribution> {
        self.clocks.iter().find(|(k, _)| *k == kind).and_then(|(_, d)| d.as_ref())
    }
}

/// Connections of a period: all, and by class, district and month.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Breakdown {
    /// All.
    pub all: Group,
    /// By class, in the order of classes.
    pub by_class: Vec<(Class, Group)>,
    /// By district, in the order of names.
    pub by_district: Vec<(Arc<str>, Group)>,
    /// By month: of power on, and of the archive for what is judged.
    pub by_month: Vec<(Month, Group)>,
}

/// A group on its way.
#[derive(Default)]
struct Builder {
    group: Group,
    times: [Vec<i64>; ClockKind::ALL.len()],
    steps: i64,
    with_steps: u32,
}

impl Builder {
    fn judge(&mut self, f: &ConnectionFact, on_time: bool) {
        self.group.judged.push(f.id.0);
        if on_time {
            self.group.on_time.push(f.id.0);
        }
    }

    fn connect(&mut self, f: &ConnectionFact, frame: &Frame<'_>) {
        let (g, id) = (&mut self.group, f.id.0);
        g.connected.push(id);
        if let Some(n) = f.visible_steps {
            self.steps += i64::from(n);
            self.with_steps += 1;
        }
        if let Some(said) = f.satisfaction.filter(|_| frame.knows(f.rated_at).is_some()) {
            g.answered.push(id);
            match f.voice {
                Some(Voice::Phone) => g.by_phone.push(id),
                Some(Voice::CallBack) => g.by_call.push(id),
                Some(Voice::SentLink | Voice::ShownLink) | None => g.by_link.push(id),
            }
            match said {
                Satisfaction::Satisfied => g.satisfied.push(id),
                Satisfaction::Basically => g.basically.push(id),
                Satisfaction::Not => g.dissatisfied.push(id),
            }
        }
        if let Some(fen) = f.saving {
            let (ids, sum) = if f.claim { (&mut g.claimed, &mut g.claim) } else { (&mut g.saved, &mut g.saving) };
            ids.push(id);
            *sum += fen;
        }
    }

    fn finish(mut self) -> Group {
        self.group.steps_mean = (self.with_steps > 0).then(|| self.steps as f64 / f64::from(self.with_steps));
        self.group.clocks = ClockKind::ALL
            .into_iter()
            .zip(self.times)
            .map(|(kind, mut times)| (kind, Distribution::of(&mut times, 60)))
            .collect();
        self.group
    }
}

/// The months from the first to the last of these instants, each with its end. Nothing of them is asked one by one.
fn months(seen: impl Iterator<Item = Instant>, frame: &Frame<'_>) -> Vec<(Month, Instant)> {
    let span = seen.fold(None, |span: Option<(Instant, Instant)>, at| {
        Some(span.map_or((at, at), |(a, b)| (a.min(at), b.max(at))))
    });
    let Some((first, last)) = span else { return Vec::new() };
    let (mut month, last) = (Month::of(frame.zone.date_of(first)), Month::of(frame.zone.date_of(last)));
    let mut out = Vec::new();
    loop {
        out.push((month, frame.zone.end_of_day(month.last())));
        let next = month.next();
        if month >= last || next <= month {
            return out;
        }
        month = next;
    }
}

/// Connections of a frame's period, broken down. Each clock is sorted once and dealt out in that order, so that no
/// group sorts again.
pub fn breakdown(facts: &[ConnectionFact], frame: &Frame<'_>) -> Breakdown {
    let saw = |at: Option<Instant>| at.is_some_and(|at| frame.saw(at));
    let facts = sorted_by_id(facts, |f| saw(f.energized_at) || saw(f.archived_at), |f| f.id.0);
    let months =
        months(facts.iter().flat_map(|f| [f.energized_at, f.archived_at]).flatten().filter(|at| frame.saw(*at)), frame);
    let month_of = |at: Instant| months.partition_point(|(_, end)| *end <= at).min(months.len().saturating_sub(1));
    let distinct: HashMap<&str, &Arc<str>> = facts.iter().map(|f| (&*f.district, &f.district)).collect();
    let mut names: Vec<Arc<str>> = distinct.into_values().cloned().collect();
    names.sort_unstable();
    let places: HashMap<&str, usize> = names.iter().enumerate().map(|(i, name)| (&**name, i)).collect();

    // All, then classes, districts, months, in one row.
    let (classes, districts) = (1, 1 + Class::ALL.len());
    let first_month = districts + names.len();
    let mut groups: Vec<Builder> = (0..first_month + months.len()).map(|_| Builder::default()).collect();
    let mut connected: Vec<([usize; 4], &ConnectionFact)> = Vec::with_capacity(facts.len());
    for f in facts {
        let (class, district) =
            (classes + f.class as usize, districts + places.get(&*f.district).copied().unwrap_or(0));
        if let (Some(at), Some(on_time)) = (f.archived_at.filter(|at| frame.saw(*at)), f.on_time) {
            for g in [0, class, district, first_month + month_of(at)] {
                groups[g].judge(f, on_time);
            }
        }
        if let Some(at) = f.energized_at.filter(|at| frame.saw(*at)) {
            let of = [0, class, district, first_month + month_of(at)];
            for g in of {
                groups[g].connect(f, frame);
            }
            connected.push((of, f));
        }
    }
    for (at, kind) in ClockKind::ALL.into_iter().enumerate() {
        let mut values: Vec<(i32, u32)> =
            connected.iter().enumerate().filter_map(|(i, (_, f))| Some((kind.sixtieths(f)?, i as u32))).collect();
        // Few different values, each of many: a sort that profits from that.
        values.sort_unstable_by_key(|(value, _)| *value);
        for g in &mut groups {
            g.times[at].reserve_exact(g.group.connected.len());
        }
        for (value, i) in values {
            for g in connected[i as usize].0 {
                groups[g].times[at].push(i64::from(value));
            }
        }
    }
    let mut done = groups.into_iter().map(Builder::finish);
    let seen = |g: &Group| !g.connected.is_empty() || !g.judged.is_empty();
    Breakdown {
        all: done.next().unwrap_or_default(),
        by_class: Class::ALL.iter().copied().zip(done.by_ref()).filter(|(_, g)| seen(g)).collect(),
        by_district: names.iter().cloned().zip(done.by_ref()).collect(),
        by_month: months.into_iter().map(|(m, _)| m).zip(done.by_ref()).filter(|(_, g)| seen(g)).collect(),
    }
}

/// Every figure of connections, in the order of [`FigureCode::ALL`].
pub fn figures(facts: &[ConnectionFact], frame: &Frame<'_>) -> Vec<Figure> {
    use FigureCode as C;
    let Breakdown { all, by_class, .. } = breakdown(facts, frame);
    let three = by_class.into_iter().find(|(c, _)| *c == Class::ThreeZero).map(|(_, g)| g).unwrap_or_default();
    let elapsed = three.clock(ClockKind::Elapsed).copied();
    let measure = |code, ids: &Vec<Uuid>, value| Figure::measure(code, frame, ids.clone(), value);
    let yuan = (!all.saved.is_empty()).then_some(all.saving as f64 / 100.0);
    vec![
        Figure::count(C::Connected, frame, all.connected.clone()),
        Figure::count(C::ThreeZeroConnected, frame, three.connected.clone()),
        measure(C::ThreeZeroDaysMean, &three.connected, elapsed.map(|d| d.mean)),
        measure(C::ThreeZeroDaysMedian, &three.connected, elapsed.map(|d| d.median)),
        measure(C::ThreeZeroDaysP90, &three.connected, elapsed.map(|d| d.p90)),
        measure(C::ThreeZeroHandledMean, &three.connected, three.clock(ClockKind::Handled).map(|d| d.mean)),
        Figure::rate(C::ThreeZeroSatisfied, frame, three.satisfied, three.answered.clone()),
        Figure::rate(C::ThreeZeroByPhone, frame, three.by_phone, three.answered.clone()),
        Figure::rate(C::ThreeZeroByLink, frame, three.by_link, three.answered.clone()),
        Figure::rate(C::ThreeZeroByCall, frame, three.by_call, three.answered.clone()),
        Figure::rate(C::ThreeZeroResponse, frame, three.answered, three.connected),
        Figure::rate(C::ConnectedOnTime, frame, all.on_time, all.judged),
        measure(C::ConnectedStepsMean, &all.connected, all.steps_mean),
        Figure::with(C::ConnectionSaving, frame, Keys::Records(all.saved), None, Value::Measure { value: yuan }),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::Zone;
    use crate::figure::Period;
    use proptest::prelude::*;

    fn zone() -> Zone {
        Zone::parse("Asia/Shanghai").expect("a zone")
    }

    fn fact(n: u128) -> ConnectionFact {
        ConnectionFact {
            id: MatterId(Uuid::from_u128(n)),
            class: Class::ThreeZero,
            district: "朝阳区".into(),
            unit: UnitId(Uuid::nil()),
            applied_at: at("2018-05-02"),
            energized_at: Some(at("2018-05-07")),
            archived_at: Some(at("2018-05-08")),
            elapsed_days: Some(5),
            working_days: Some(3),
            net_days: Some(3),
            handled_days: Some(3),
            handled_minutes: Some(1_500),
            whole_minutes: Some(1_600),
            visible_steps: Some(2),
            on_time: Some(true),
            saving: None,
            claim: false,
            satisfaction: None,
            rated_at: None,
            voice: None,
            called: false,
        }
    }

    fn at(day: &str) -> Instant {
        Instant::parse(&format!("{day}T10:00:00+08:00")).expect("an instant")
    }

    #[test]
    fn each_figure_counts_its_own() {
        let (zone, period) = (zone(), "2018-05".parse::<Period>().expect("a period"));
        let frame = Frame::new(period, at("2018-06-30"), &zone);
        let rated =
            |n, said, day: &str| ConnectionFact { satisfaction: Some(said), rated_at: Some(at(day)), ..fact(n) };
        let facts = [
            rated(1, Satisfaction::Satisfied, "2018-05-20"),
            rated(2, Satisfaction::Not, "2018-05-20"),
            // Said after the as-of: not yet known.
            rated(3, Satisfaction::Not, "2018-07-02"),
            ConnectionFact { elapsed_days: Some(11), saving: Some(50_000_000), ..fact(4) },
            ConnectionFact { saving: Some(90_000_000), claim: true, ..fact(5) },
            // Energized in April, archived in May: on-time is by archive date.
            ConnectionFact { energized_at: Some(at("2018-04-27")), on_time: Some(false), ..fact(6) },
            // Withdrawn.
            ConnectionFact { energized_at: None, archived_at: None, on_time: None, ..fact(7) },
            ConnectionFact { class: Class::HvSingle, on_time: None, visible_steps: Some(4), ..fact(8) },
            fact(1),
        ];
        let all = figures(&facts, &frame);
        let number = |code| crate::figure::find(&all, code).and_then(Figure::number);
        assert_eq!(number(FigureCode::Connected), Some(6.0));
        assert_eq!(number(FigureCode::ThreeZeroConnected), Some(5.0));
        assert_eq!(number(FigureCode::ThreeZeroDaysMean), Some(f64::from(4 * 5 + 11) / 5.0));
        assert_eq!(number(FigureCode::ThreeZeroSatisfied), Some(50.0));
        assert_eq!(number(FigureCode::ThreeZeroResponse), Some(40.0));
        assert_eq!(number(FigureCode::ConnectedOnTime).map(|p| (p * 100.0).round()), Some(8_333.0));
        assert_eq!(number(FigureCode::ConnectionSaving), Some(500_000.0));
        assert_eq!(number(FigureCode::ConnectedStepsMean), Some(f64::from(5 * 2 + 4) / 6.0));
        let b = breakdown(&facts, &frame);
        assert_eq!((b.all.claimed.len(), b.all.claim), (1, 90_000_000));
        assert_eq!((b.by_month.len(), b.by_month[0].1.judged.len(), b.by_month[0].1.connected.len()), (1, 6, 6));
    }

    proptest! {
        #[test]
        fn parts_add_up_and_ids_are_as_many_as_the_numbers(n in 1usize..60, seed in any::<u64>()) {
            let (zone, period) = (zone(), "2018-05".parse::<Period>().expect("a period"));
            let frame = Frame::new(period, at("2018-12-31"), &zone);
            let mut x = seed;
            let mut next = |m: u64| { x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407); (x >> 33) % m };
            let facts: Vec<ConnectionFact> = (0..n).map(|i| ConnectionFact {
                class: Class::ALL[next(6) as usize],
                district: ["东城区", "西城区", "密云区"][next(3) as usize].into(),
                energized_at: (next(5) > 0).then(|| at(&format!("2018-0{}-{:02}", 4 + next(3), 1 + next(28)))),
                elapsed_days: Some(next(40) as i32),
                satisfaction: Satisfaction::ALL.get(next(4) as usize).copied(),
                rated_at: Some(at("2018-06-20")),
                voice: None,
                ..fact(i as u128)
            }).collect();
            let b = breakdown(&facts, &frame);
            let sum = |of: &dyn Fn(&Group) -> usize, groups: Vec<&Group>| groups.into_iter().map(of).sum::<usize>();
            for of in [&(|g: &Group| g.connected.len()) as &dyn Fn(&Group) -> usize, &|g| g.answered.len(), &|g| g.judged.len()] {
                let whole = of(&b.all);
                prop_assert_eq!(sum(of, b.by_class.iter().map(|x| &x.1).collect()), whole);
                prop_assert_eq!(sum(of, b.by_district.iter().map(|x| &x.1).collect()), whole);
                prop_assert_eq!(sum(of, b.by_month.iter().map(|x| &x.1).collect()), whole);
            }
            for g in b.by_class.iter().map(|x| &x.1).chain(b.by_district.iter().map(|x| &x.1)).chain(b.by_month.iter().map(|x| &x.1)) {
                let days: Vec<_> = facts.iter().filter(|f| g.connected.contains(&f.id.0)).filter_map(|f| f.elapsed_days).collect();
                let mean = days.iter().map(|d| f64::from(*d)).sum::<f64>() / days.len() as f64;
                let told = g.clock(ClockKind::Elapsed).map(|d| d.mean);
                prop_assert!(days.is_empty() && told.is_none() || told.is_some_and(|m| (m - mean).abs() < 1e-9));
            }
            for f in figures(&facts, &frame) {
                prop_assert!(f.ids().iter().collect::<Vec<_>>().is_sorted());
                if let Some(d) = f.denominator_ids() {
                    prop_assert!(f.ids().iter().all(|k| d.iter().any(|x| x == k)));
                }
            }
        }
    }
}
