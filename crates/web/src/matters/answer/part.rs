//! What kinds of matters of which there are few carry beyond every matter: measures, commitments, resolutions. Words are told
//! by where they lie.

use crate::door::answer::{Author, Coded, Day, Millis, WordsRef, answers, choices};
use uuid::Uuid;
use yixian_domain::base::about as kept_about;
use yixian_domain::base::about::AboutKind;
use yixian_domain::part as kept;
use yixian_domain::part::measure as kept_measure;
use yixian_domain::part::resolution as kept_resolution;
use yixian_domain::part::{Direction, MeasureClass, Verdict};

choices!(
    "AboutKind" AboutKind,
    "Direction" Direction,
    "MeasureClass" MeasureClass,
    "MeasureVerdict" Verdict,
);

answers! {
    /// A record by kind and id.
    struct About of kept_about::About {
        /// Kind.
        kind: Coded<AboutKind>,
        /// Which.
        id: Uuid,
    }

    /// From what a measure starts.
    struct Baseline of kept_measure::Baseline {
        /// What is measured.
        name: String,
        /// The number × 1,000.
        thousandths: i64,
        /// In what.
        unit: String,
        /// Where it comes from, or the code of a figure.
        source: String,
    }

    /// The decision on a measure.
    struct Decision of kept_measure::Decision {
        /// What.
        verdict: Coded<Verdict>,
        /// From which day on.
        day: Day,
        /// Why.
        reason: Option<WordsRef>,
        /// Who; never the proposer.
        by: Author,
        /// When.
        at: Millis,
    }

    /// A section that a measure is applied to.
    struct Application of kept_measure::Application {
        /// Which.
        section: Uuid,
        /// From which day on.
        from: Day,
    }

    /// A unit that took a measure over.
    struct TakenOver of kept_measure::TakenOver {
        /// Which.
        unit: Uuid,
        /// On which day.
        day: Day,
    }

    /// An improvement measure.
    struct Measure of kept_measure::Measure {
        /// Class.
        class: Coded<MeasureClass>,
        /// The problems it answers.
        answers: Vec<About>,
        /// From what it starts.
        baseline: Option<Baseline>,
        /// What it is expected to gain.
        gain: Option<WordsRef>,
        /// What was decided.
        decision: Option<Decision>,
        /// Sections it is applied to.
        applied: Vec<Application>,
        /// Units that took it over.
        taken_over: Vec<TakenOver>,
    }

    /// A commitment.
    struct Commitment of kept::Commitment {
        /// Who promised.
        direction: Coded<Direction>,
    }

    /// A member of a conference.
    #[serde(rename_all = "snake_case", tag = "is", content = "id")]
    enum Member of kept_resolution::Member {
        /// A body outside.
        Partner(id: Uuid),
        /// A unit of the company.
        Unit(id: Uuid),
    }

    /// A resolution.
    struct Resolution of kept::Resolution {
        /// The meeting that resolved it.
        meeting: Uuid,
        /// The topic it is about.
        topic: Uuid,
        /// The member that owns it.
        owner: Member,
        /// The person there who answers for it.
        person: Option<WordsRef>,
        /// Members that help.
        helpers: Vec<Member>,
        /// By what it is judged.
        test: Option<WordsRef>,
    }

    /// A task of an indicator.
    struct Task of kept::Task {
        /// For which indicator.
        indicator: Uuid,
        /// Its code in the breakdown that it came with.
        code: String,
        /// What is handed over.
        deliverable: String,
        /// Departments that help.
        helpers: Vec<Uuid>,
        /// It is only done with a photo or a file that shows it.
        evidence: bool,
    }

    /// What a matter carries beyond every matter.
    #[serde(rename_all = "snake_case", tag = "of")]
    enum Part of kept::Part {
        Measure(measure: Measure),
        Commitment(commitment: Commitment),
        Resolution(resolution: Resolution),
        Task(task: Task),
    }

    /// What happens to a measure alone.
    #[serde(rename_all = "snake_case", tag = "type")]
    enum MeasureEvent of kept::MeasureEvent {
        Decided { verdict: Coded<Verdict>, day: Day, reason: Option<WordsRef> },
        Applied { sections: Vec<Uuid>, from: Day },
        TakenOver { unit: Uuid, day: Day },
        Reclassed { class: Coded<MeasureClass>, reason: WordsRef },
    }

    /// What happens to what a matter carries.
    #[serde(rename_all = "snake_case", tag = "of")]
    enum PartEvent of kept::PartEvent {
        Measure { what: MeasureEvent },
    }
}
