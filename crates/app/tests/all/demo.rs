//! The demo company on `SQLite`: what counting gives, what the ledger says, that nothing is left to
//! sweep, that a seed tells one story, and that an interrupted making goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;
use yixian_app::clock::Clock;
use yixian_app::command::{Envelope, PlanCommand};
use yixian_app::demo::{DemoKey, DemoRole, NOW, Size};
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::store::{Db, ledger, matter, org, rows, visit};
use yixian_app::{App, Opening};
use yixian_domain::access::{Actor, Ask, MatterFacts, Scope, Voice, may, scope};
use yixian_domain::duty::IsoWeek;
use yixian_domain::figure::FigureCode;
use yixian_domain::ids::{By, CommandId, MatterId, PersonId, UnitId, VisitId};
use yixian_domain::matter::{Happened, Matter, MatterEvent, StageName};
use yixian_domain::org::{Grant, Role, UnitKind};
use yixian_domain::time::{Date, Instant};
use yixian_domain::visit::{Visit, VisitEvent};

async fn open(folder: &Path) -> App {
    let db = Db::open_folder(folder).await.expect("a database");
    App::open(Opening { db, folder, clock: Clock::At(NOW), mint: Mint::seeded(1), policies: PolicySource::Embedded })
        .await
        .expect("an app")
}

async fn events(app: &App) -> Vec<ledger::EventRow> {
    let mut conn = app.store().read().await.expect("a connection");
    let (mut all, mut seq) = (Vec::new(), 0);
    loop {
        let page = ledger::page(&mut conn, seq, 5_000).await.expect("events");
        let Some(last) = page.last() else { return all };
        seq = last.seq;
        all.extend(page);
    }
}

fn happened<E: serde::de::DeserializeOwned>(row: &ledger::EventRow) -> Happened<E> {
    let by = ledger::actor_from(&row.actor).expect("an actor");
    Happened { at: Instant(row.happened_at), by, event: serde_json::from_str(&row.body).expect("an event") }
}

/// Replays every record's events and compares with its row; gives how many are at which stage.
async fn replayed(app: &App) -> BTreeMap<&'static str, usize> {
    let mut matters: BTreeMap<MatterId, Vec<Happened<MatterEvent>>> = BTreeMap::new();
    let mut visits: BTreeMap<VisitId, Vec<Happened<VisitEvent>>> = BTreeMap::new();
    let mut last = 0;
    for row in events(app).await {
        if row.kind != "policy" {
            assert!(row.recorded_at >= last, "event {} was recorded before the one before it", row.seq);
            assert!(row.recorded_at >= row.happened_at && row.recorded_at <= NOW.0, "event {}", row.seq);
            last = row.recorded_at;
        }
        match row.kind.as_str() {
            "matter" => matters.entry(MatterId(row.record_id)).or_default().push(happened(&row)),
            "visit" => visits.entry(VisitId(row.record_id)).or_default().push(happened(&row)),
            _ => {}
        }
    }
    let mut conn = app.store().read().await.expect("a connection");
    let mut stages = BTreeMap::new();
    for (id, history) in &matters {
        let stored = matter::matter(&mut conn, *id).await.expect("a row").expect("a matter").matter;
        assert_eq!(Matter::replay(*id, history).as_ref(), Some(&stored), "matter {id}");
        *stages.entry(stored.stage.name().as_str()).or_default() += 1;
    }
    for (id, history) in &visits {
        let stored = visit::visit(&mut conn, *id).await.expect("a row").expect("a visit").visit;
        assert_eq!(Visit::replay(*id, history).as_ref(), Some(&stored), "visit {id}");
    }
    println!("{} matters, {} visits, stages {stages:?}", matters.len(), visits.len());
    stages
}

fn present(stages: &BTreeMap<&str, usize>) {
    // Signing for a matter begins its first step, so none rests at "accepted".
    let rests = |s: &&StageName| **s != StageName::Accepted;
    let missing: Vec<_> =
        StageName::ALL.iter().filter(rests).map(|s| s.as_str()).filter(|s| !stages.contains_key(s)).collect();
    assert!(missing.is_empty(), "nothing is {missing:?}");
}

/// What the company reports of its connections, counted from the cases.
async fn connections(app: &App) {
    use yixian_domain::connection::CallOutcome;
    use yixian_domain::figure::connections::ClockKind;
    let all = "2018-01..2018-09".parse().expect("a period");
    let b = app.connection_figures(&Actor::System, all, None, NOW).await.expect("figures");
    for (class, g) in &b.by_class {
        println!(
            "{class:?}: {} connected, {:?} days, {} of {} on time",
            g.connected.len(),
            g.clock(ClockKind::Elapsed).map(|d| d.mean),
            g.on_time.len(),
            g.judged.len()
        );
    }
    let (_, three) =
        b.by_class.iter().find(|(c, _)| *c == yixian_domain::connection::Class::ThreeZero).expect("three-zero cases");
    let mean = three.clock(ClockKind::Elapsed).expect("durations").mean;
    assert_eq!(three.connected.len(), 9_598);
    assert!((5.085..5.095).contains(&mean), "{mean}");
    let share = three.satisfied.len() as f64 / three.answered.len() as f64;
    println!("mean {mean}, satisfied {share} of {} answers", three.answered.len());
    assert!(share >= 0.96 && three.answered.len() > 8_000, "{share} of {}", three.answered.len());
    assert_eq!(three.steps_mean, Some(2.0));
    // The football park and Mentougou, as the press told them.
    let [football, mentougou] =
        ["通州区", "门头沟区"].map(|district| (district, if district == "通州区" { 11 } else { 18 }));
    let mut conn = app.store().read().await.expect("a connection");
    let mut seen = 0;
    for id in &three.connected {
        let m = matter::matter(&mut conn, MatterId(*id)).await.expect("a row").expect("a case").matter;
        let case = m.case.as_deref().expect("a case");
        let days = case.measured.as_ref().expect("measured").days;
        let (applied, cost) = (m.raised.at.to_string(), case.cost.as_ref());
        if let Some(cost) =
            cost.filter(|_| case.asked.district == football.0 && applied.starts_with("2018-05-08T01:12"))
        {
            assert_eq!(
                (
                    days.d1_elapsed,
                    cost.saving().to_string(),
                    cost.paid.0,
                    case.measured.as_ref().map(|x| x.visible_steps)
                ),
                (football.1, "500000".into(), 0, Some(2))
            );
            seen += 1;
        }
        if case.asked.district == mentougou.0 && applied.starts_with("2018-04-17T01:40") {
            assert_eq!((days.d1_elapsed, days.d2_inclusive, days.d3_working), (mentougou.1, 19, 12));
            seen += 1;
        }
        if let Some((_, CallOutcome::Reached { .. })) = &case.calls.ended {
            assert!(m.answered_at.is_some());
        }
    }
    assert_eq!(seen, 2);
}

/// Lists show exactly the connections an actor may see, whether his units have few or many, and his own wherever they lie.
async fn connections_seen(app: &App) {
    let all = matter::Filter { connections: Some(matter::Connections::default()), ..matter::Filter::default() };
    let mut conn = app.store().read().await.expect("a connection");
    let rows = matter::connections(&mut conn, &Scope::All, &all, 100_000).await.expect("a list").0;
    let (mut facts, mut people): (Vec<(MatterId, MatterFacts)>, BTreeSet<PersonId>) = Default::default();
    for r in &rows {
        let m = matter::matter(&mut conn, MatterId(r.matter.id)).await.expect("a row").expect("a case");
        people.extend(m.matter.handler.into_iter().chain(match m.matter.raised.recorded_by {
            By::Person(p) => Some(p),
            _ => None,
        }));
        facts.push((m.matter.id, MatterFacts::of(&m.matter, m.unit_path)));
    }
    // What is asked of the app asks for connections of its own.
    drop(conn);
    leads(app, &facts).await;
    let mut actors: Vec<Actor> = Vec::new();
    for p in people.into_iter().step_by(7) {
        // As he is, and after his last post.
        actors.extend([app.actor(p).await.expect("an actor"), Actor::Person { id: p, grants: Vec::new() }]);
    }
    // Somebody whose part of the company has more cases than are counted, and who is not over all of it.
    let mut conn = app.store().read().await.expect("a connection");
    let half = org::units(&mut conn).await.expect("units").into_iter().filter(|u| u.path.depth() == 2).step_by(2);
    let over_half = Actor::Person {
        id: PersonId(uuid::Uuid::nil()),
        grants: half.map(|u| Grant { role: Role::Viewer, over: u.path }).collect(),
    };
    actors.push(over_half);
    let (mut few, mut many) = (0, 0);
    for actor in &actors {
        let may_see: Vec<_> =
            facts.iter().filter(|(_, f)| may(actor, &Ask::SeeMatter(f)).is_ok()).map(|(id, _)| id.0).collect();
        let (listed, total) = matter::connections(&mut conn, &scope(actor), &all, 100_000).await.expect("a list");
        assert_eq!(listed.iter().map(|r| r.matter.id).collect::<Vec<_>>(), may_see, "{actor:?}");
        assert_eq!(total, (may_see.len() as i64).min(matter::COUNT_LIMIT + 1));
        let all_of_it = may_see.len() == facts.len();
        *(if total > matter::COUNT_LIMIT { &mut many } else { &mut few }) +=
            usize::from(!may_see.is_empty() && !all_of_it);
    }
    assert!(few > 1 && many > 0, "{few} with few cases, {many} with many");
}

/// Rules of conformance speak of the cases they name, and tell which broke them.
async fn rules(app: &App) {
    use yixian_app::flow::{Chosen, Of};
    let report = app.flow_rules(&Actor::System, &Chosen::all(Of::Matters)).await.expect("a report");
    for r in &report.rules {
        println!("{}: {} judged, {} undecided, {} broken", r.id, r.judged, r.undecided, r.offences.len());
    }
    let answered = report.rules.iter().find(|r| r.id == "answered-after-verified").expect("the rule");
    assert!(
        answered.offences.is_empty(),
        "what was refused or merged is answered without anything to verify: {}",
        answered.offences.len()
    );
    let two = report.rules.iter().find(|r| r.id == "three-zero-two-steps").expect("the rule");
    assert!(two.judged >= 9_598 && two.offences.is_empty(), "{two:?}");
    let connections = Chosen { kind: Some("connection".into()), ..Chosen::all(Of::Matters) };
    let of_them = app.flow_rules(&Actor::System, &connections).await.expect("a report");
    assert_eq!(of_them.rules.iter().find(|r| r.id == two.id).map(|r| r.judged), Some(two.judged));
}

/// Working is told from waiting: what the utility had in hand, without the customer's own steps and without pauses.
async fn worked(app: &App) {
    use yixian_app::flow::{Chosen, Of};
    let step = |of: &yixian_app::flow::report::EffortShown, name: &str| {
        of.steps.iter().find(|s| s.step == name).map(|s| s.lasted)
    };
    let all = Chosen::all(Of::Matters);
    let of_all =
        app.flow_report(&Actor::System, &all, 100, 5).await.expect("a report").effort.expect("both ends are known");
    let (working, waiting) = (of_all.working.expect("working"), of_all.waiting.expect("waiting"));
    println!(
        "{} cases worked on for {:.0} s and waiting for {:.0} s (medians)",
        of_all.cases, working.median, waiting.median
    );
    assert!(
        of_all.cases > 9_000
            && working.min >= 0.0
            && waiting.min >= 0.0
            && working.median > 0.0
            && waiting.median > 0.0
    );
    assert!(
        step(&of_all, "step_started:put_right").is_some()
            && step(&of_all, "returned").is_some()
            && step(&of_all, "step_started:customer_works").is_none()
    );
    let connections = app
        .flow_report(&Actor::System, &Chosen { kind: Some("connection".into()), ..all.clone() }, 100, 5)
        .await
        .expect("a report")
        .effort
        .expect("known");
    let survey = connections.steps.iter().find(|s| s.step == "step_started:survey").expect("surveys");
    let part = yixian_app::flow::report::Part::Worked(survey.step.clone());
    let behind = app
        .flow_records(&Actor::System, &Chosen { kind: Some("connection".into()), ..all }, &part)
        .await
        .expect("records");
    assert!(survey.cases > 1_000 && behind.len() == survey.cases);
    let visits = app
        .flow_report(&Actor::System, &Chosen::all(Of::Visits), 100, 5)
        .await
        .expect("a report")
        .effort
        .expect("known");
    assert_eq!(visits.steps.iter().map(|s| s.step.as_str()).collect::<Vec<_>>(), ["visit_started"]);
}

/// In a log for other tools a deadline stands with the time from which on it held; the last one told is the one that stands.
async fn deadlines_go_out(app: &App) {
    use yixian_app::exchange::{Form, open_ocel};
    use yixian_app::flow::{Chosen, Of};
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("all.json");
    app.export_flow(&Actor::System, &[Chosen::all(Of::Matters)], &file).await.expect("exported");
    let of = open_ocel(&file, Form::of(&file).expect("a form")).expect("a log").of;
    let mut told: BTreeMap<String, String> = BTreeMap::new();
    let mut moved = 0;
    for object in
        of.objects.iter().filter(|o| ["matter", "connection"].contains(&of.object_types.get(o.of).name.as_str()))
    {
        let due: Vec<_> = object
            .values
            .iter()
            .filter(|h| of.object_types.get(object.of).attributes.get(h.attribute) == "deadline")
            .collect();
        assert!(due.is_sorted_by_key(|h| h.since) && due.iter().all(|h| h.since > 0), "{due:?}");
        moved += usize::from(due.len() > 1);
        told.extend(
            due.last().filter(|h| !h.value.is_empty()).map(|h| (of.ids.get(object.id).to_owned(), h.value.clone())),
        );
    }
    let stands = rows!(
        &mut app.store().read().await.expect("a connection"),
        (uuid::Uuid, i64),
        "SELECT id, due_at FROM matter WHERE due_at IS NOT NULL"
    )
    .expect("rows");
    assert!(!stands.is_empty() && moved > 100, "{} deadlines, {moved} moved", stands.len());
    assert_eq!(told, stands.into_iter().map(|(id, at)| (id.to_string(), Instant(at).to_string())).collect());
}

/// Audit leads are all that the histories show, whoever looks, and the same as the pages of the cases tell.
async fn leads(app: &App, facts: &[(MatterId, MatterFacts)]) {
    use yixian_app::connections::Lead;
    let whole: BTreeSet<MatterId> =
        app.connection_leads(&Actor::System, 100_000).await.expect("leads").iter().map(|l| l.id).collect();
    let (mut late, mut other_day) = (0, 0);
    // Every lead, and every fifth of all cases.
    for (id, _) in facts.iter().enumerate().filter(|(i, f)| i % 5 == 0 || whole.contains(&f.0)).map(|(_, f)| f) {
        let leads = app.explain_connection(&Actor::System, *id).await.expect("explained").leads;
        let is_late = leads.iter().any(|l| matches!(l, Lead::LateEntry { .. }));
        let differs = leads.iter().any(|l| matches!(l, Lead::DateDiffers { .. }));
        late += usize::from(is_late);
        other_day += usize::from(differs);
        assert_eq!(whole.contains(id), is_late || differs, "{id}");
    }
    println!("{late} entered late, {other_day} remember another day");
    assert!(late > 10 && other_day > 10, "{late}, {other_day}");
    let few = app.connection_leads(&Actor::System, 5).await.expect("leads");
    assert_eq!((few.iter().filter(|l| l.late_ms > 0).count(), few.iter().filter(|l| l.said.is_some()).count()), (5, 5));
    assert!(few[..5].windows(2).all(|w| w[0].late_ms >= w[1].late_ms));
    for company in ["CY", "TZ"] {
        let unit =
            app.directory().await.expect("units").units().find(|u| u.code == company).expect("a company").path.clone();
        let viewer = Actor::Person {
            id: PersonId(uuid::Uuid::nil()),
            grants: vec![Grant { role: Role::Coordinator, over: unit.clone() }],
        };
        let his: BTreeSet<MatterId> =
            app.connection_leads(&viewer, 100_000).await.expect("leads").iter().map(|l| l.id).collect();
        let want: BTreeSet<MatterId> =
            facts.iter().filter(|(id, f)| whole.contains(id) && unit.contains(&f.unit)).map(|(id, _)| *id).collect();
        assert!(!want.is_empty() && his == want, "{company}: {} of {}", his.len(), want.len());
    }
}

/// A month of visits that people can bear: days not packed, lunch and mornings after a night free, what is owed done and not doubled.
async fn a_month_serves_people(app: &App) {
    let kept = app.plan_list(&Actor::System, None, 1).await.expect("plans").remove(0);
    let doc = app.plan(&Actor::System, kept.id).await.expect("the demo's plan").doc;
    let mut fewer = doc.asked.clone();
    fewer.plan = app.mint().uuid(NOW);
    fewer.fewer = true;
    let plan = fewer.plan;
    let command = Envelope { happened_at: None, command: PlanCommand::MakePlan(fewer).into() };
    app.execute(&Actor::System, CommandId(app.mint().uuid(NOW)), command, None)
        .await
        .expect("a plan with fewer visits");
    let less = app.plan(&Actor::System, plan).await.expect("the plan").doc;

    let limit = app.policies().planning.limit;
    let mut conn = app.store().read().await.expect("a connection");
    let places = yixian_app::store::place::list(&mut conn, "", "", "", 10_000).await.expect("places");
    drop(conn);
    let directory = app.directory().await.expect("units");
    let unit_of: BTreeMap<_, _> = places.iter().map(|p| (p.id, p.unit)).collect();
    for (doc, limit) in [(&doc, limit), (&less, limit.fewer())] {
        let (lunch_from, lunch_to) = limit.lunch().map(|(a, b)| (i32::from(a), i32::from(b))).expect("a lunch break");
        let mut weeks: BTreeMap<(PersonId, IsoWeek), usize> = BTreeMap::new();
        let mut stations: BTreeMap<(UnitId, IsoWeek), usize> = BTreeMap::new();
        let mut hours: BTreeMap<(PersonId, Date), (i32, i32)> = BTreeMap::new();
        for r in &doc.routes {
            let by_hand = r.stops.iter().filter(|s| s.visit.is_some()).count();
            let most = if r.rule == "night" { limit.night } else { limit.day };
            assert!(r.stops.len() <= usize::from(most).max(by_hand), "{} visits on {}", r.stops.len(), r.day);
            *weeks.entry((r.person, IsoWeek::of(r.day))).or_default() += r.stops.len();
            let mut now = r.leaves;
            for s in &r.stops {
                if by_hand == 0 {
                    assert!(s.ends <= lunch_from || lunch_to <= s.begins, "{}–{} is lunch", s.begins, s.ends);
                    let free = s.begins - now - (s.begins.min(lunch_to) - now.max(lunch_from)).max(0);
                    assert!(free >= s.drive, "nobody has to drive at lunch: {now}–{}", s.begins);
                }
                now = s.ends;
                let own = hours.entry((r.person, r.day)).or_insert((s.begins, s.begins));
                *own = (own.0.min(s.begins), own.1.max(s.begins));
                let unit = unit_of.get(&s.place).copied().flatten().and_then(|u| directory.unit(u));
                if let Some(unit) = unit.filter(|u| matches!(u.kind, UnitKind::Station | UnitKind::Team)) {
                    *stations.entry((unit.id, IsoWeek::of(r.day))).or_default() += 1;
                }
            }
        }
        assert!(weeks.values().all(|n| *n <= usize::from(limit.week)), "{weeks:?}");
        assert!(stations.values().all(|n| *n <= usize::from(limit.station_week)), "{stations:?}");
        for ((person, day), (_, last)) in &hours {
            let next = hours.get(&(*person, day.tomorrow().expect("a day")));
            assert!(*last < 22 * 60 || next.is_none_or(|h| h.0 >= 12 * 60), "a morning after the night of {day}");
        }
        for l in &doc.leaders {
            let made = doc.visits_of(l.person) as u32;
            assert!(made < 2 * l.owed.max(1), "{made} visits where {} are owed", l.owed);
        }
    }
    let (all, met) = (doc.leaders.len(), doc.summary().duties_met);
    println!("{} visits, {met} of {all} duties, fewer: {} visits", doc.summary().visits, less.summary().visits);
    assert_eq!(met, all, "every duty is met");
    assert!(less.summary().visits <= doc.summary().visits);
}

#[tokio::test]
async fn the_demo_company_is_what_counting_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = open(folder.path()).await;
    let begun = std::time::Instant::now();
    let made = app.make_demo(2018).await.expect("a company");
    println!("made in {:?}", begun.elapsed());
    assert!(made.made);

    let report = app.report(&Actor::System, "2018-05".parse().expect("a month"), None, NOW).await.expect("a report");
    for f in &report.figures {
        println!("{:?}: {:?}", f.code, f.number());
    }
    let figure = |code| report.get(code).and_then(yixian_domain::figure::Figure::number).expect("a number");
    assert_eq!((figure(FigureCode::Activities), figure(FigureCode::ConstructionSites)), (3600.0, 2517.0));
    assert!((80.0..99.5).contains(&figure(FigureCode::DutyMet)), "{}", figure(FigureCode::DutyMet));
    assert!((27.0..42.0).contains(&figure(FigureCode::OnTheSpotRate)), "{}", figure(FigureCode::OnTheSpotRate));
    for campaign in report.campaigns.iter().filter(|c| c.level == yixian_domain::org::Level::LeadershipTeam) {
        assert!((11..=19).contains(&campaign.count()), "{campaign:?}");
    }
    crate::conferences::of_the_demo(&app).await;
    crate::documents::of_the_demo(&app).await;
    crate::community::of_the_demo(&app).await;
    crate::praise::of_the_demo(&app).await;
    crate::households::of_the_demo(&app).await;
    crate::teams::of_the_demo(&app).await;
    crate::outages::of_the_demo(&app).await;
    crate::indicators::of_the_demo(&app).await;
    crate::levels::of_the_demo(&app).await;
    crate::demo_rules::hold(&app, &made, true).await;
    crate::demo_rules::heads_see_everything(&app, &made, 3600.0, 2517.0).await;
    crate::demo_rules::duty_is_done(&app).await;
    a_month_serves_people(&app).await;
    connections(&app).await;
    rules(&app).await;
    worked(&app).await;
    deadlines_go_out(&app).await;
    let begun = std::time::Instant::now();
    connections_seen(&app).await;
    println!("lists of connections seen in {:?}", begun.elapsed());
    let september = app.report(&Actor::System, "2018-09".parse().expect("a month"), None, NOW).await.expect("a report");
    println!("september duty {:?}", september.get(FigureCode::DutyMet).and_then(yixian_domain::figure::Figure::number));

    let mut conn = app.store().read().await.expect("a connection");
    let places = yixian_app::store::place::list(&mut conn, "", "", "", 10_000).await.expect("places");
    let districts: BTreeSet<_> = places.iter().map(|p| p.district.as_str()).collect();
    assert!(places.len() > 2_600 && districts.len() == 16, "{} places", places.len());
    for p in &places {
        let (lat, lon) = p.point.expect("a point").degrees();
        assert!((39.44..41.06).contains(&lat) && (115.42..117.51).contains(&lon), "{p:?}");
    }
    let overdue = matter::Filter { overdue_at: Some(NOW), ..matter::Filter::default() };
    println!("overdue {}", matter::count(&mut conn, &Scope::All, &overdue).await.expect("a count"));
    drop(conn);

    let stages = replayed(&app).await;
    present(&stages);
    assert!((14_500..17_500).contains(&stages.values().sum::<usize>()), "{stages:?}");
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    let mut late = 0;
    for e in events(&app).await {
        late += usize::from(e.late);
        *codes.entry(e.code).or_default() += 1;
    }
    println!("{late} late, {codes:?}");
    for code in [
        "withdrawn",
        "called",
        "service_rated",
        "problem_opened",
        "energized",
        "merged",
        "transferred",
        "extension_approved",
        "request_rejected",
        "pause_approved",
        "resumed",
        "escalated",
        "commented",
        "attempted",
        "place_changed",
        "visit_merged",
        "visit_cancelled",
    ] {
        assert!(codes.contains_key(code), "nothing was {code}");
    }
    assert!(late > 30);
    let verified = app.verify().await.expect("a verification");
    assert!(verified.ok, "{:?}", verified.faults);
    println!("{} events", verified.events);
    assert_eq!(app.sweep().await.expect("a sweep").matters, 0);

    assert_eq!(made.accounts.len(), 10);
    assert_eq!(app.demo_accounts().await.expect("accounts"), made.accounts);
    for account in &made.accounts {
        match account.key {
            DemoKey::Person(p) => assert!(matches!(app.actor(p).await.expect("an actor"), Actor::Person { .. })),
            DemoKey::Raiser(m, c) => {
                assert_eq!(app.raiser(&app.raiser_token(m, c)).await.expect("a link"), Some((m, c, Voice::ShownLink)));
                let page = app
                    .matter_page(&Actor::Raiser { contact: c, matter: m, voice: Voice::SentLink }, m)
                    .await
                    .expect("a page");
                let stage = if account.role == DemoRole::Raiser { StageName::Answered } else { StageName::InHand };
                assert_eq!(page.matter.stage.name(), stage, "{:?}", account.role);
            }
        }
    }
    let again = app.make_demo(2018).await.expect("nothing to do");
    assert!(!again.made && again.accounts == made.accounts);
}

/// The last hash of the ledger of a small company.
async fn small(seed: u64) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let app = open(folder.path()).await;
    app.make_demo_of(seed, Size::SMALL).await.expect("a company");
    told(&app).await
}

async fn told(app: &App) -> String {
    let report = app.report(&Actor::System, "2018-05".parse().expect("a month"), None, NOW).await.expect("a report");
    let counted =
        [FigureCode::Activities, FigureCode::ConstructionSites].map(|c| report.get(c).map_or(0, |f| f.ids().len()));
    assert_eq!(counted, [Size::SMALL.activities, Size::SMALL.sites]);
    replayed(app).await;
    assert!(app.verify().await.expect("a verification").ok);
    events(app).await.last().map(|e| e.hash.clone()).expect("a ledger")
}

#[tokio::test]
async fn a_seed_tells_one_story() {
    let one = small(7).await;
    assert_eq!(one, small(7).await);
    assert_ne!(one, small(8).await);
}

#[tokio::test]
async fn an_interrupted_making_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = open(folder.path()).await;
    let opened = events(&app).await.len();
    let mut half = opened;
    for steps in (1..40).map(|n| n * 12) {
        let cut_off = async {
            for _ in 0..steps {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::select! {
            biased;
            () = cut_off => {}
            made = app.make_demo_of(7, Size::SMALL) => { made.expect("a company"); }
        }
        // What was on its way when it was cut off comes to rest.
        app.store().write(async move |tx| tx.set_meta("rest", "").await).await.expect("writing");
        half = events(&app).await.len();
        if half > opened {
            break;
        }
    }
    println!("cut off at {half} events");
    app.make_demo_of(7, Size::SMALL).await.expect("the rest");
    assert_eq!(told(&app).await, small(7).await);
}
