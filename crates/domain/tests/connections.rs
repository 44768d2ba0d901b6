//! Connections under the repository's own rules and procedures: classes and steps, limits kept from the day of the
//! application, whose time it is, what is refused; and that replaying a case's events gives the case, however it lived.

use proptest::prelude::*;
use serde::Deserialize;
use uuid::Uuid;
use yixian_domain::calendar::{CalendarBook, WorkingCalendar, WorkingHours};
use yixian_domain::connection::clock::Holder;
use yixian_domain::connection::eligible::{EligibilityBook, EligibilityComplete, EligibilityRow};
use yixian_domain::connection::law::Apply;
use yixian_domain::connection::*;
use yixian_domain::ids::*;
use yixian_domain::matter::*;
use yixian_domain::procedure::{Procedure, Procedures};
use yixian_domain::refusal::Refusal;
use yixian_domain::rules::{Complete, RuleBook, RuleRow, Within};
use yixian_domain::settings::Settings;
use yixian_domain::time::{Instant, Zone};

struct Rules {
    calendar: WorkingCalendar,
    zone: Zone,
    limits: RuleBook,
    procedures: Procedures,
    eligibility: EligibilityBook,
    settings: Settings,
}

#[derive(Deserialize)]
struct ProceduresFile {
    procedure: Vec<Procedure>,
}
#[derive(Deserialize)]
struct LimitsFile {
    limit: Vec<RuleRow>,
    #[serde(default)]
    within: Vec<Within>,
    #[serde(default)]
    complete: Vec<Complete>,
}
#[derive(Deserialize)]
struct EligibilityFile {
    split_months: u32,
    #[serde(default)]
    complete: Vec<EligibilityComplete>,
    eligibility: Vec<EligibilityRow>,
}

impl Rules {
    fn read() -> Rules {
        let book: CalendarBook = toml::from_str(include_str!("../../../calendars/cn.toml")).expect("calendar");
        let files = [
            include_str!("../../../procedures/problems.toml"),
            include_str!("../../../procedures/improvement.toml"),
            include_str!("../../../procedures/resident.toml"),
            include_str!("../../../procedures/non-resident.toml"),
            include_str!("../../../procedures/three-zero.toml"),
            include_str!("../../../procedures/temporary.toml"),
            include_str!("../../../procedures/high-voltage-single.toml"),
            include_str!("../../../procedures/high-voltage-dual.toml"),
        ];
        let all = files
            .into_iter()
            .flat_map(|f| toml::from_str::<ProceduresFile>(f).expect("procedures").procedure)
            .collect();
        let l: LimitsFile = toml::from_str(include_str!("../../../rules/connections.toml")).expect("limits");
        let e: EligibilityFile = toml::from_str(include_str!("../../../rules/eligibility.toml")).expect("eligibility");
        Rules {
            calendar: book.latest().expect("a calendar"),
            zone: Zone::parse("Asia/Shanghai").expect("a zone"),
            procedures: Procedures::new(all).expect("procedures"),
            limits: RuleBook::new(l.limit, l.within, &l.complete).expect("limits"),
            eligibility: EligibilityBook::new(e.eligibility, e.split_months, &e.complete).expect("eligibility"),
            settings: Settings::default(),
        }
    }
    fn law(&self) -> Law<'_> {
        Law {
            calendar: &self.calendar,
            zone: &self.zone,
            rules: &self.limits,
            eligibility: &self.eligibility,
            procedures: &self.procedures,
            hours: WorkingHours::default(),
            settings: &self.settings,
        }
    }
}

fn at(text: &str) -> Instant {
    Instant::parse(&format!("{text}:00+08:00")).expect("an instant")
}
fn person(n: u128) -> By {
    By::Person(PersonId(Uuid::from_u128(n)))
}
fn words(n: u128) -> Words {
    Words { id: WordsId(Uuid::from_u128(n)), hash: "h".into() }
}

fn asked(class: Class) -> Application {
    let kw = match class {
        Class::ThreeZero => 100,
        Class::Resident => 8,
        Class::NonResident | Class::Temporary => 200,
        Class::HvSingle => 800,
        Class::HvDual => 4_000,
    };
    Application {
        applicant: ApplicantKind::Firm,
        size: if class == Class::ThreeZero { FirmSize::Small } else { FirmSize::Large },
        district: "朝阳区".into(),
        street: yixian_domain::ids::Said::default(),
        address: None,
        setting: Setting::Urban,
        purpose: if class == Class::Resident {
            Use::Home
        } else if class == Class::Temporary {
            Use::Building
        } else {
            Use::Shop
        },
        capacity: Capacity::kw(kw),
        voltage: if class.is_high_voltage() { Voltage::Kv10 } else { Voltage::Low },
        dual: class == Class::HvDual,
        temporary: class == Class::Temporary,
        important: false,
        exclusions: vec![],
        reference: None,
    }
}

fn apply(law: &Law<'_>, asked: Application, when: Instant) -> Moved {
    let contact = By::Raiser(ContactId(Uuid::from_u128(9)));
    let a = Apply {
        id: MatterId(Uuid::from_u128(1)),
        origin: Origin::Web,
        by: contact.clone(),
        recorded_by: contact,
        at: when,
        words: words(1),
        place: None,
        unit: UnitId(Uuid::from_u128(2)),
        asked,
        flags: vec![],
        papers: vec![Paper { kind: PaperKind::Premises, photos: vec![], at: None }],
        near: Capacity::watts(0),
    };
    Matter::apply_for(law, a).expect("an application")
}

/// Applies, signs, and goes through every step, one a day; the power comes on at the end.
fn through(law: &Law<'_>, asked: Application, start: Instant, works: bool) -> Moved {
    let by = person(7);
    let mut t = start.plus_minutes(30);
    let mut moved = apply(law, asked.clone(), start).and(|m| m.accept(law, t, &by)).expect("accepted");
    while let Stage::InHand { step, .. } = &moved.matter.stage {
        let (step, next) = (step.clone(), moved.matter.next_step(law).is_some());
        t = t.plus_minutes(24 * 60);
        let n = moved.events.len() as u128 * 10;
        let note = Some(words(100 + n));
        moved = match step.as_str() {
            _ if !next => moved.and(|m| m.energize(law, t, &by, words(101 + n), vec![])).expect("power on"),
            "survey" => moved
                .and(|m| m.survey(law, t, &by, works, None, vec![]))
                .and_then(|x| x.and(|m| m.advance(law, t, &by, &step, note, vec![])))
                .expect("surveyed"),
            "scheme" => {
                let scheme = Scheme {
                    voltage: asked.voltage,
                    capacity: asked.capacity,
                    dual: asked.dual,
                    works,
                    words: None,
                    at: t,
                };
                moved
                    .and(|m| m.reply_scheme(t, &by, scheme))
                    .and_then(|x| x.and(|m| m.advance(law, t, &by, &step, note, vec![])))
                    .expect("replied")
            }
            _ => moved.and(|m| m.advance(law, t, &by, &step, note, vec![])).expect("advanced"),
        };
    }
    moved
}

fn codes(m: &Matter) -> Vec<&str> {
    m.case.as_deref().expect("a case").steps.iter().map(|s| s.code.as_str()).collect()
}

#[test]
fn each_class_goes_through_its_own_steps_and_the_customer_sees_as_many_as_the_rule_says() {
    let rules = Rules::read();
    let law = rules.law();
    let important = |class| Application { important: true, ..asked(class) };
    for (a, works, class, visible, want) in [
        (asked(Class::ThreeZero), false, Class::ThreeZero, 2, "apply survey energize"),
        (asked(Class::ThreeZero), true, Class::ThreeZero, 2, "apply survey permits grid_works energize"),
        (asked(Class::Resident), false, Class::Resident, 3, "apply survey scheme energize"),
        (asked(Class::NonResident), true, Class::NonResident, 3, "apply survey scheme permits grid_works energize"),
        (asked(Class::Temporary), false, Class::Temporary, 3, "apply survey scheme energize"),
        (
            asked(Class::HvSingle),
            false,
            Class::HvSingle,
            4,
            "apply survey scheme customer_works completion_inspection contract energize",
        ),
        (
            important(Class::HvDual),
            true,
            Class::HvDual,
            4,
            "apply survey scheme design design_review works_to_mid mid_inspection permits grid_works customer_works completion_inspection contract energize",
        ),
    ] {
        let m = through(&law, a, at("2018-05-08T09:12"), works).matter;
        assert_eq!((m.case.as_deref().map(|c| c.class), m.visible_steps(&law)), (Some(class), visible));
        assert_eq!(codes(&m).join(" "), want);
        assert_eq!(m.stage.name(), StageName::Submitted);
    }
}

#[test]
fn a_case_keeps_the_limits_of_its_applications_day() {
    let rules = Rules::read();
    let law = rules.law();
    let limits = |class, day: &str| -> Vec<String> {
        let m = apply(&law, asked(class), at(&format!("{day}T10:00"))).matter;
        m.case.expect("a case").limits.iter().map(|l| format!("{} {} {}", l.step, l.limit, l.rule.rule_set)).collect()
    };
    assert_eq!(limits(Class::ThreeZero, "2018-05-08"), ["whole 30wd R5"]);
    assert_eq!(limits(Class::ThreeZero, "2021-05-08"), ["whole 20wd R6", "permits 5wd R6"]);
    assert_eq!(
        limits(Class::HvSingle, "2018-05-08"),
        [
            "scheme 15wd R4",
            "design_review 10wd R4",
            "mid_inspection 5wd R4",
            "completion_inspection 5wd R4",
            "energize 5wd R4"
        ]
    );
    assert_eq!(
        limits(Class::HvSingle, "2022-05-09"),
        [
            "handled 22wd R7",
            "scheme 20wd R2",
            "design_review 20wd R2",
            "mid_inspection 5wd R2",
            "permits 10wd R6",
            "completion_inspection 7wd R2",
            "energize 7wd R2"
        ]
    );
    assert_eq!(limits(Class::Temporary, "2018-05-08"), Vec::<String>::new(), "no rule in force, and no default");
    // Applied on the last day of a rule, powered after it: the old limit judges.
    let m = through(&law, asked(Class::ThreeZero), at("2020-09-24T09:00"), true).matter;
    assert_eq!(m.case.expect("a case").measured.expect("measured").nodes[0].limit.to_string(), "30wd");
}

#[test]
fn the_survey_moves_the_promise_where_works_decide() {
    let rules = Rules::read();
    let law = rules.law();
    let by = person(7);
    let start = at("2025-06-10T10:00");
    let m = apply(&law, asked(Class::ThreeZero), start)
        .and(|m| m.accept(&law, start, &by))
        .and_then(|x| x.and(|m| m.advance(&law, start, &by, "apply", None, vec![])))
        .expect("in survey")
        .matter;
    let due = |m: &Matter| m.due.as_ref().map(|d| d.day.to_string());
    assert_eq!(due(&m).as_deref(), Some("2025-07-01"), "fifteen working days while nobody knows");
    let without = m.clone().survey(&law, start, &by, false, None, vec![]).expect("surveyed").matter;
    assert_eq!(due(&without).as_deref(), Some("2025-06-17"), "five without works");
    assert_eq!(
        due(&m.survey(&law, start, &by, true, None, vec![]).expect("surveyed").matter).as_deref(),
        Some("2025-07-01")
    );
}

#[test]
fn the_customers_own_works_are_not_the_utilitys_time() {
    let rules = Rules::read();
    let law = rules.law();
    let moved = through(&law, asked(Class::HvSingle), at("2022-05-09T09:00"), false);
    let m = &moved.matter;
    let customer: Vec<_> =
        m.holdings(&law).into_iter().filter(|h| h.holder == Holder::Customer).map(|h| h.step).collect();
    assert_eq!(customer, ["customer_works"]);
    let c = m.clocks(&law, m.last_at).expect("clocks");
    assert!(c.handled_minutes < c.whole_minutes && c.days.d5_handled < c.days.d4_net_working, "{:?}", c.days);
    // While he has it nothing is due; when it comes back, what is left of the utility's time is.
    let with_him = moved
        .events
        .iter()
        .position(|h| matches!(&h.event, MatterEvent::StepStarted { step, .. } if step == "customer_works"))
        .expect("his step");
    let then = Matter::replay(m.id, &moved.events[..=with_him]).expect("a matter");
    assert_eq!(then.due, None);
    let back = Matter::replay(m.id, &moved.events[..=with_him + 1]).expect("a matter");
    assert!(
        back.due.is_some() && back.target.as_ref().is_some_and(|t| t.promise.to_string() != "22wd"),
        "{:?}",
        back.target
    );
}

#[test]
fn high_voltage_is_on_time_only_if_every_node_is() {
    let rules = Rules::read();
    let law = rules.law();
    let good = through(&law, asked(Class::HvSingle), at("2018-05-08T09:00"), false)
        .matter
        .case
        .expect("a case")
        .measured
        .expect("measured");
    assert_eq!(good.on_time(), Some(true));
    // The completion inspection alone takes seven working days.
    let by = person(7);
    let (mut t, mut late) = (at("2018-05-08T09:00"), apply(&law, asked(Class::HvSingle), at("2018-05-08T09:00")));
    late = late.and(|m| m.accept(&law, t, &by)).expect("accepted");
    while let Stage::InHand { step, .. } = late.matter.stage.clone() {
        t = t.plus_minutes(24 * 60 * if step == "completion_inspection" { 9 } else { 1 });
        let note = Some(words(5));
        late = match step.as_str() {
            "energize" => late.and(|m| m.energize(&law, t, &by, words(6), vec![])).expect("power on"),
            "survey" => late
                .and(|m| m.survey(&law, t, &by, false, None, vec![]))
                .and_then(|x| x.and(|m| m.advance(&law, t, &by, "survey", note, vec![])))
                .expect("surveyed"),
            "scheme" => {
                let s = Scheme {
                    voltage: Voltage::Kv10,
                    capacity: Capacity::kw(800),
                    dual: false,
                    works: false,
                    words: None,
                    at: t,
                };
                late.and(|m| m.reply_scheme(t, &by, s))
                    .and_then(|x| x.and(|m| m.advance(&law, t, &by, "scheme", note, vec![])))
                    .expect("replied")
            }
            step => late.and(|m| m.advance(&law, t, &by, step, note, vec![])).expect("advanced"),
        };
    }
    let measured = late.matter.case.expect("a case").measured.expect("measured");
    let failed: Vec<_> = measured.nodes.iter().filter(|n| !n.on_time).map(|n| n.step.as_str()).collect();
    assert_eq!((measured.on_time(), failed), (Some(false), vec!["completion_inspection"]));
}

#[test]
fn what_cannot_be_is_refused_in_words() {
    let rules = Rules::read();
    let law = rules.law();
    let (by, boss) = (person(7), person(8));
    let start = at("2018-05-08T09:00");
    let fresh = apply(&law, asked(Class::ThreeZero), start).matter;
    let code = |r: Result<Moved, Refusal>| r.expect_err("a refusal").code();
    assert_eq!(code(fresh.clone().energize(&law, start, &by, words(3), vec![])), "not_at_this_stage");
    let accepted = fresh.clone().accept(&law, start.plus_minutes(60), &by).expect("accepted").matter;
    assert_eq!(
        code(accepted.clone().energize(&law, start.plus_minutes(10), &by, words(3), vec![])),
        "energized_before_accepted"
    );
    assert_eq!(code(accepted.clone().energize(&law, start.plus_minutes(90), &by, words(3), vec![])), "steps_left");
    let survey = accepted.advance(&law, start.plus_minutes(70), &by, "apply", None, vec![]).expect("survey").matter;
    assert_eq!(
        code(survey.clone().advance(&law, start.plus_minutes(80), &by, "survey", None, vec![])),
        "evidence_needed"
    );
    assert_eq!(
        code(survey.clone().ask_pause(start.plus_minutes(80), &by, None, words(3), vec![])),
        "pause_ground_needed"
    );
    let ground = Some(PauseGround::CustomerRequest);
    let asked_for = survey.clone().ask_pause(start.plus_minutes(100), &by, ground, words(3), vec![]).expect("asked");
    assert_eq!(code(asked_for.matter.clone().decide(&law, start.plus_minutes(110), &by, true, None)), "own_request");
    let paused = asked_for.and(|m| m.decide(&law, start.plus_minutes(110), &boss, true, None)).expect("paused").matter;
    assert_eq!(
        (paused.due.clone(), code(paused.clone().ask_pause(start.plus_minutes(120), &by, ground, words(4), vec![]))),
        (None, "paused")
    );
    let again = paused.resume(&law, start.plus_minutes(3_000), &by, None).expect("resumed").matter;
    assert_eq!(
        code(again.clone().ask_pause(start.plus_minutes(2_000), &by, ground, words(4), vec![])),
        "pause_overlaps"
    );
    assert_eq!(code(again.add_paper(start.plus_minutes(3_100), &by, PaperKind::Premises, vec![])), "paper_needs_photo");
}

#[test]
fn an_overridden_case_changes_class_and_procedure_and_says_who() {
    let rules = Rules::read();
    let law = rules.law();
    let boss = person(8);
    let start = at("2018-05-08T09:00");
    let large = Application { size: FirmSize::Large, ..asked(Class::ThreeZero) };
    let m = apply(&law, large, start).matter;
    let case = m.case.as_deref().expect("a case");
    assert_eq!(
        (case.class, case.eligibility.reasons.iter().map(eligible::Reason::code).collect::<Vec<_>>()),
        (Class::NonResident, vec!["firm_size"])
    );
    let over = m.override_eligibility(&law, start.plus_minutes(30), &boss, true, words(3)).expect("overridden");
    let case = over.matter.case.as_deref().expect("a case");
    assert_eq!(
        (case.class, over.matter.procedure.id.as_str(), over.matter.raised.category.as_str()),
        (Class::ThreeZero, "connect-three-zero", "three_zero")
    );
    assert_eq!(case.eligibility.overridden.as_ref().map(|o| o.by.clone()), Some(boss.clone()));
    assert!(!case.eligibility.by_rule && case.eligibility.stands());
    assert_eq!(
        over.matter
            .override_eligibility(&law, start.plus_minutes(40), &boss, true, words(4))
            .expect_err("a refusal")
            .code(),
        "nothing_to_override"
    );
}

#[test]
fn a_corrected_application_is_judged_again_by_the_rules_of_its_day() {
    let rules = Rules::read();
    let law = rules.law();
    let boss = person(8);
    let start = at("2018-05-08T09:00");
    let rural = Application { setting: Setting::Rural, capacity: Capacity::kw(120), ..asked(Class::ThreeZero) };
    let m = apply(&law, rural, start).matter;
    let codes = |m: &Matter| {
        m.case.as_deref().expect("a case").eligibility.reasons.iter().map(eligible::Reason::code).collect::<Vec<_>>()
    };
    assert_eq!((m.raised.category.as_str(), codes(&m)), ("non_resident", vec!["capacity"]));
    let as_it_is = |m: &Matter| {
        let a = &m.case.as_deref().expect("a case").asked;
        Correction {
            size: a.size,
            setting: a.setting,
            capacity: a.capacity,
            voltage: a.voltage,
            exclusions: a.exclusions.clone(),
        }
    };
    let zero = Capacity::watts(0);
    assert_eq!(
        m.clone()
            .correct(&law, start.plus_minutes(20), &boss, as_it_is(&m), zero, words(3))
            .expect_err("a refusal")
            .code(),
        "nothing_to_correct"
    );
    // Years later the rules have changed; those of the application's day hold.
    let late = start.plus_minutes(6 * 365 * 1_440);
    for (setting, near, want, class) in [
        (Setting::Urban, zero, vec![], "three_zero"),
        (Setting::Urban, Capacity::kw(50), vec!["aggregate"], "non_resident"),
    ] {
        let c = Correction { setting, ..as_it_is(&m) };
        let moved = m.clone().correct(&law, late, &boss, c, near, words(3)).expect("corrected");
        assert_eq!((codes(&moved.matter), moved.matter.raised.category.as_str()), (want, class));
        let all = [apply(&law, m.case.as_deref().expect("a case").asked.clone(), start).events, moved.events.clone()]
            .concat();
        assert_eq!(Matter::replay(moved.matter.id, &all).as_ref(), Some(&moved.matter));
    }
    let urban = m
        .clone()
        .correct(
            &law,
            start.plus_minutes(30),
            &boss,
            Correction { setting: Setting::Urban, ..as_it_is(&m) },
            zero,
            words(3),
        )
        .expect("corrected")
        .matter;
    assert_eq!(urban.procedure.id, "connect-three-zero");
    // What somebody decided stays decided; back to rural it is a three-zero case by his word.
    let decided =
        urban.override_eligibility(&law, start.plus_minutes(40), &boss, false, words(4)).expect("overridden").matter;
    let c = Correction { size: FirmSize::Large, ..as_it_is(&decided) };
    let again = decided.correct(&law, start.plus_minutes(50), &boss, c, zero, words(5)).expect("corrected").matter;
    assert_eq!(
        (
            codes(&again),
            again.raised.category.as_str(),
            again.case.as_deref().is_some_and(|c| c.eligibility.overridden.is_some())
        ),
        (vec!["firm_size"], "non_resident", true)
    );
    let done = through(&law, asked(Class::ThreeZero), start, false).matter;
    let c = Correction { size: FirmSize::Large, ..as_it_is(&done) };
    assert_eq!(
        done.clone().correct(&law, done.last_at, &boss, c, zero, words(6)).expect_err("a refusal").code(),
        "not_at_this_stage"
    );
}

#[test]
fn nobody_is_called_twice_and_dissatisfaction_goes_on() {
    let rules = Rules::read();
    let law = rules.law();
    let start = at("2018-05-08T09:00");
    let (verifier, caller) = (person(20), person(21));
    let done = through(&law, asked(Class::ThreeZero), start, false).matter;
    let t = done.last_at.plus_minutes(60);
    assert_eq!(done.clone().verify(t, &person(7), None).expect_err("a refusal").code(), "own_solution");
    let answered = done
        .verify(t, &verifier, None)
        .and_then(|x| x.and(|m| m.answer(t, &caller, words(50))))
        .expect("answered")
        .matter;
    assert_eq!(answered.case.as_ref().and_then(|c| c.archived), Some(t));
    let not_reached = |m: Matter, n| {
        m.call_back(&law, t.plus_minutes(n), &caller, CallOutcome::NotReached, None, words(60 + n as u128), None)
    };
    let once = not_reached(answered.clone(), 1).expect("a try").matter;
    let thrice = not_reached(once.clone(), 2).and_then(|x| x.and(|m| not_reached(m, 3))).expect("three tries").matter;
    assert!(matches!(thrice.stage, Stage::Closed { closing: Closing::NotReached { attempts: 3 }, .. }));
    let reached = |satisfaction| CallOutcome::Reached {
        applied_on: None,
        steps: Some(2),
        paid: None,
        designated: false,
        satisfaction: Some(satisfaction),
        reasons: vec![Complaint::Slow],
    };
    let problem = MatterId(Uuid::from_u128(77));
    let unhappy = once
        .clone()
        .call_back(&law, t.plus_minutes(5), &caller, reached(Satisfaction::Not), None, words(70), Some(problem))
        .expect("called")
        .matter;
    assert!(matches!(unhappy.stage, Stage::Closed { closing: Closing::CarriedOn { problem: p }, .. } if p == problem));
    assert_eq!(
        unhappy
            .call_back(&law, t.plus_minutes(9), &caller, reached(Satisfaction::Satisfied), None, words(71), None)
            .expect_err("a refusal")
            .code(),
        "already_called"
    );
    let refused = once
        .call_back(&law, t.plus_minutes(5), &caller, CallOutcome::Refused, None, words(72), None)
        .expect("called")
        .matter;
    assert_eq!(not_reached(refused, 8).expect_err("a refusal").code(), "already_called");
    assert_eq!(
        answered
            .rate_service(t, &By::Raiser(ContactId(Uuid::from_u128(9))), Satisfaction::Not, vec![], None, None, None)
            .expect_err("a refusal")
            .code(),
        "problem_needed"
    );
}

#[test]
fn saving_is_counterfactual_less_paid_and_a_claim_without_source() {
    let line = |yuan| LineItem { name: "箱变".into(), amount: Money::yuan(yuan) };
    let plan = |source: &str| Plan {
        voltage: Voltage::Kv10,
        capacity: Capacity::kw(200),
        lines: vec![line(300_000), line(212_000)],
        days: Some(80),
        source: source.into(),
    };
    let cost =
        Cost { counterfactual: plan(" "), chosen: Plan { lines: vec![], ..plan("三零") }, paid: Money::yuan(12_000) };
    assert_eq!(
        (cost.saving(), cost.counterfactual.is_claim(), cost.chosen.is_claim()),
        (Money::yuan(500_000), true, false)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    /// Whatever was allowed to happen: replaying the events gives the case, and its clocks are consistent.
    #[test]
    fn replay_gives_the_case(class in 0usize..6, seed in any::<u64>(), important in any::<bool>()) {
        let rules = Rules::read();
        let law = rules.law();
        let mut x = seed;
        let mut next = |n: u64| { x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407); (x >> 33) % n };
        let day = ["2018-05-08", "2021-03-01", "2022-07-04", "2025-07-01"][next(4) as usize];
        let mut t = at(&format!("{day}T09:30"));
        let mut moved = apply(&law, Application { important, ..asked(Class::ALL[class]) }, t);
        let (by, boss, raiser) = (person(7), person(8), By::Raiser(ContactId(Uuid::from_u128(9))));
        for i in 0..40u128 {
            t = t.plus_minutes(next(3_000) as i64);
            let m = moved.matter.clone();
            let step = m.case.as_deref().and_then(|c| c.step()).map(|s| s.code.clone()).unwrap_or_default();
            let w = || words(1_000 + i);
            let tried = match next(12) {
                0 => m.accept(&law, t, &by),
                1 => m.survey(&law, t, &by, next(2) == 0, None, vec![]),
                2 | 3 => m.advance(&law, t, &by, &step, Some(w()), vec![]),
                4 => m.reply_scheme(t, &by, Scheme { voltage: Voltage::Low, capacity: Capacity::kw(9), dual: false, works: next(2) == 0, words: None, at: t }),
                5 => m.ask_pause(t, &by, Some(PauseGround::ForceMajeure), w(), vec![]),
                6 => m.decide(&law, t, &boss, next(3) > 0, None),
                7 => m.resume(&law, t, &by, None),
                8 => m.energize(&law, t, &by, w(), vec![]),
                9 => m.verify(t, &boss, None),
                10 => m.answer(t, &boss, w()),
                _ => m.rate_service(t, &raiser, Satisfaction::ALL[next(2) as usize], vec![], None, None, None),
            };
            if let Ok(more) = tried {
                moved.events.extend(more.events);
                moved.matter = more.matter;
            }
        }
        let replayed = Matter::replay(moved.matter.id, &moved.events);
        prop_assert_eq!(replayed.as_ref(), Some(&moved.matter));
        let c = moved.matter.clocks(&law, t.plus_minutes(60)).expect("no contradiction");
        prop_assert!(c.handled_minutes + c.paused_minutes <= c.whole_minutes);
        prop_assert!(c.days.d5_handled <= c.days.d4_net_working && c.days.d4_net_working <= c.days.d3_working);
        prop_assert_eq!(c.intervals.first().map_or(c.from, |i| i.from), c.from);
        prop_assert_eq!(c.intervals.last().map_or(c.to, |i| i.to), c.to);
        // What was written beside the case is what its history gives.
        if let Some(case) = moved.matter.case.as_deref() && let (Some(measured), Some(on)) = (&case.measured, case.energized) {
            prop_assert_eq!(&moved.matter.measured(&law, on).expect("measured"), measured);
        }
    }
}
