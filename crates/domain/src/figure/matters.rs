//! Figures of matters: how many, how fast, on time or not, answered or not.
//!
//! All but one select the matters *raised* in the period; [`FigureCode::OnTimeDue`] selects those *due* in it. On time
//! is judged by the instant at which a matter was put right, not by its closing: the days in which the raiser's
//! silence is awaited are not the handler's. Exactly at the due instant is on time. Refused and merged matters have
//! no target of their own to keep (see [`MatterFact::withdrawn`]).

use super::definition::{Basis, Definition, Distinct, Exclusion, Family, Unit};
use super::facts::MatterFact;
use super::{Figure, FigureCode, Frame, sorted_by_id};
use crate::base::actor::Voice;
use crate::base::stats::Distribution;
use crate::base::time::HOUR_MS;
use crate::matter::{Origin, Verdict};

const fn matters(code: FigureCode, numerator: &'static str) -> Definition {
    Definition::count(code, Family::Matters, Distinct::Matter, Basis::RaisedAt, Unit::Matters, numerator)
        .without(&[Exclusion::Connections, Exclusion::Undertakings])
        .version(3)
}

/// Definitions of the figures of matters.
pub const FIGURES: &[Definition] = &[
    matters(FigureCode::Raised, "matters raised in the period"),
    matters(FigureCode::Closed, "matters raised in the period and closed as of"),
    matters(FigureCode::Open, "matters raised in the period and not closed as of"),
    matters(FigureCode::OnTimeClosed, "those of the denominator that were put right by their due instant")
        .out_of("matters raised in the period and closed with a target")
        .without(&[Exclusion::Connections, Exclusion::Undertakings, Exclusion::NoTarget, Exclusion::Withdrawn]),
    matters(FigureCode::ClosedLate, "matters raised in the period, closed, put right after their due instant")
        .without(&[Exclusion::Connections, Exclusion::Undertakings, Exclusion::NoTarget, Exclusion::Withdrawn]),
    Definition {
        basis: Basis::DueAt,
        ..matters(FigureCode::OnTimeDue, "those of the denominator that were put right by their due instant")
            .out_of("matters due in the period that are put right or overdue; overdue ones still open count as late")
            .without(&[
                Exclusion::Connections,
                Exclusion::Undertakings,
                Exclusion::NoTarget,
                Exclusion::Withdrawn,
                Exclusion::NotYetDue,
            ])
    },
    matters(FigureCode::OnTheSpotRate, "those of the denominator that were solved on the spot")
        .out_of("matters found on visits and raised in the period"),
    matters(FigureCode::AnswerRate, "those of the denominator that were answered")
        .out_of("matters raised in the period")
        .without(&[Exclusion::Connections, Exclusion::Undertakings, Exclusion::Imported]),
    matters(FigureCode::ReopenRate, "those of the denominator that were reopened at least once")
        .out_of("matters raised in the period and answered")
        .without(&[Exclusion::Connections, Exclusion::Undertakings, Exclusion::Imported]),
    matters(FigureCode::SatisfiedRate, "those of the denominator whose raiser's last verdict is: solved")
        .out_of("matters raised in the period, answered, on which the raiser gave a verdict")
        .without(&[Exclusion::Connections, Exclusion::Undertakings, Exclusion::Imported]),
    matters(FigureCode::VerdictsByPhone, "those of the denominator whose raiser proved his phone by a code")
        .out_of("matters raised in the period, answered, on which the raiser gave a verdict")
        .without(&[Exclusion::Connections, Exclusion::Undertakings, Exclusion::Imported]),
    matters(
        FigureCode::VerdictsByLink,
        "those of the denominator that came by the raiser's link alone, which somebody of the company may have seen",
    )
    .out_of("matters raised in the period, answered, on which the raiser gave a verdict")
    .without(&[Exclusion::Connections, Exclusion::Undertakings, Exclusion::Imported]),
    matters(FigureCode::OpenAgeMedian, "matters raised in the period and not closed as of; median of age")
        .measured_in(Unit::Days),
    matters(FigureCode::OpenAgeP90, "matters raised in the period and not closed as of; ninth decile of age")
        .measured_in(Unit::Days),
    matters(
        FigureCode::HoursToCloseMedian,
        "matters raised in the period and closed as of; median from raising to closing",
    )
    .measured_in(Unit::Hours)
    .without(&[Exclusion::Connections, Exclusion::Undertakings, Exclusion::NegativeTime]),
];

const DAY_MS: i64 = 24 * HOUR_MS;

/// Every figure of matters, in the order of [`FigureCode::ALL`]. One pass. Kinds with figures of their own are left out.
pub fn figures(matters: &[MatterFact], frame: &Frame<'_>) -> Vec<Figure> {
    figures_of(matters, frame, |m| m.kind.in_loop())
}

/// The same of matters of whatever kind: those of one kind are counted as such.
pub(super) fn figures_of(
    matters: &[MatterFact],
    frame: &Frame<'_>,
    counts: impl Fn(&MatterFact) -> bool,
) -> Vec<Figure> {
    let concerns = |m: &MatterFact| {
        counts(m)
            && m.raised_at <= frame.as_of
            && (frame.saw(m.raised_at) || m.due_at.is_some_and(|due| frame.expects(due)))
    };
    let mut sums = Sums::default();
    for matter in sorted_by_id(matters, concerns, |m| m.id.0) {
        sums.add_due(matter, frame);
        if frame.saw(matter.raised_at) {
            sums.add_raised(matter, frame);
        }
    }
    sums.into_figures(frame)
}

/// A matter whose target can be judged once it is closed.
pub(super) struct Judged {
    pub(super) on_time: bool,
}

/// Of a matter closed with a target and put right: whether in time.
pub(super) fn judge_closed(matter: &MatterFact, frame: &Frame<'_>) -> Option<Judged> {
    frame.knows(matter.closed_at)?;
    let (due, right) = (matter.due_at?, matter.put_right()?);
    Some(Judged { on_time: right <= due })
}

/// Milliseconds from raising to closing; none while open, or where the clocks contradict each other.
pub(super) fn time_to_close(matter: &MatterFact, frame: &Frame<'_>) -> Option<i64> {
    frame.knows(matter.closed_at).map(|closed| closed.since(matter.raised_at)).filter(|ms| *ms >= 0)
}

type Ids = Vec<uuid::Uuid>;

#[derive(Default)]
struct Sums {
    raised: Ids,
    closed: Ids,
    open: Ids,
    with_target: Ids,
    on_time: Ids,
    late: Ids,
    due: Ids,
    due_on_time: Ids,
    found: Ids,
    on_the_spot: Ids,
    own: Ids,
    answered: Ids,
    reopened: Ids,
    judged: Ids,
    satisfied: Ids,
    by_phone: Ids,
    by_link: Ids,
    timed: Ids,
    ages: Vec<i64>,
    times: Vec<i64>,
}

impl Sums {
    fn add_due(&mut self, matter: &MatterFact, frame: &Frame<'_>) {
        let Some(due) = matter.due_at.filter(|due| frame.expects(*due)) else { return };
        if matter.withdrawn() {
            return;
        }
        let id = matter.id.0;
        match frame.knows(matter.put_right()) {
            Some(right) => {
                self.due.push(id);
                if right <= due {
                    self.due_on_time.push(id);
                }
            }
            // Not put right and overdue: late. Not yet due: not yet counted.
            None if due < frame.as_of => self.due.push(id),
            None => {}
        }
    }

    fn add_raised(&mut self, matter: &MatterFact, frame: &Frame<'_>) {
        let id = matter.id.0;
        self.raised.push(id);
        if frame.knows(matter.closed_at).is_some() {
            self.closed.push(id);
        } else {
            self.open.push(id);
            self.ages.push(frame.as_of.since(matter.raised_at));
        }
        if let Some(judged) = judge_closed(matter, frame) {
            self.with_target.push(id);
            if judged.on_time { self.on_time.push(id) } else { self.late.push(id) }
        }
        if let Some(ms) = time_to_close(matter, frame) {
            self.timed.push(id);
            self.times.push(ms);
        }
        if matter.origin == Origin::Visit {
            self.found.push(id);
            if matter.on_the_spot && frame.knows(matter.solved_at).is_some() {
                self.on_the_spot.push(id);
            }
        }
        if !matter.imported {
            self.own.push(id);
            if frame.knows(matter.answered_at).is_some() {
                self.add_answered(matter);
            }
        }
    }

    fn add_answered(&mut self, matter: &MatterFact) {
        let id = matter.id.0;
        self.answered.push(id);
        if matter.reopened > 0 {
            self.reopened.push(id);
        }
        if let Some(verdict) = matter.verdict {
            self.judged.push(id);
            if verdict == Verdict::Solved {
                self.satisfied.push(id);
            }
            match matter.voice {
                Some(Voice::Phone) => self.by_phone.push(id),
                // Of older verdicts it is only known that they came by a link.
                Some(Voice::SentLink | Voice::ShownLink) | None => self.by_link.push(id),
                Some(Voice::CallBack) => {}
            }
        }
    }

    fn into_figures(mut self, frame: &Frame<'_>) -> Vec<Figure> {
        use FigureCode as C;
        let age = Distribution::of(&mut self.ages, DAY_MS);
        let hours = Distribution::of(&mut self.times, HOUR_MS);
        vec![
            Figure::count(C::Raised, frame, self.raised),
            Figure::count(C::Closed, frame, self.closed),
            Figure::count(C::Open, frame, self.open.clone()),
            Figure::rate(C::OnTimeClosed, frame, self.on_time, self.with_target),
            Figure::count(C::ClosedLate, frame, self.late),
            Figure::rate(C::OnTimeDue, frame, self.due_on_time, self.due),
            Figure::rate(C::OnTheSpotRate, frame, self.on_the_spot, self.found),
            Figure::rate(C::AnswerRate, frame, self.answered.clone(), self.own),
            Figure::rate(C::ReopenRate, frame, self.reopened, self.answered),
            Figure::rate(C::SatisfiedRate, frame, self.satisfied, self.judged.clone()),
            Figure::rate(C::VerdictsByPhone, frame, self.by_phone, self.judged.clone()),
            Figure::rate(C::VerdictsByLink, frame, self.by_link, self.judged),
            Figure::measure(C::OpenAgeMedian, frame, self.open.clone(), age.map(|d| d.median)),
            Figure::measure(C::OpenAgeP90, frame, self.open, age.map(|d| d.p90)),
            Figure::measure(C::HoursToCloseMedian, frame, self.timed, hours.map(|d| d.median)),
        ]
    }
}
