//! What a demo company must hold to be believed by those who do such work: where people can be at which time, what can lie
//! where, who sees what, whose trade what is. The rules read the company that was made and know nothing of how it is made;
//! they hold for companies of every size and seed. What counting gives is in `demo`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use yixian_app::clock::Clock;
use yixian_app::demo::{DemoKey, DemoMade, DemoRole, Making, NOW, Size};
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::store::{Db, org, place, rows};
use yixian_app::{App, Opening};
use yixian_domain::access::Actor;
use yixian_domain::figure::FigureCode;
use yixian_domain::ids::*;
use yixian_domain::matter::{Matter, MatterEvent, MatterKind};
use yixian_domain::org::{Specialty, Unit, UnitKind};
use yixian_domain::place::{Place, PlaceKind};
use yixian_domain::time::{HOUR_MS, Instant, MINUTE_MS};
use yixian_domain::visit::{Visit, VisitState};

/// A made company, as it lies in the store.
struct Told {
    visits: Vec<Visit>,
    matters: Vec<Matter>,
    places: BTreeMap<PlaceId, Place>,
    specialty: BTreeMap<PersonId, Specialty>,
    given_names: BTreeSet<String>,
    units: BTreeMap<UnitId, Unit>,
    words: HashMap<WordsId, String>,
    /// What was done, by matter.
    done: BTreeMap<MatterId, Vec<WordsId>>,
    full: bool,
}

/// Hours and minutes of the day in the unit's zone, in minutes; the demo's city has one offset.
fn minute_of_day(at: Instant) -> i64 {
    (at.0 / MINUTE_MS + 8 * 60).rem_euclid(24 * 60)
}

/// Whether a time lies between 22:00 and 05:00.
fn nightly(at: Instant) -> bool {
    let m = minute_of_day(at);
    !(5 * 60 + 1..22 * 60).contains(&m)
}

impl Told {
    async fn of(app: &App, full: bool) -> Told {
        let mut conn = app.store().read().await.expect("a connection");
        let json = |t: String| serde_json::from_str::<serde_json::Value>(&t).expect("json");
        let bodies = |all: Vec<(String,)>| all.into_iter().map(move |(b,)| json(b));
        let visits = bodies(rows!(&mut conn, (String,), "SELECT body FROM visit ORDER BY n").expect("visits"))
            .map(|v| serde_json::from_value(v).expect("a visit"))
            .collect();
        let matters = bodies(rows!(&mut conn, (String,), "SELECT body FROM matter ORDER BY n").expect("matters"))
            .map(|v| serde_json::from_value(v).expect("a matter"))
            .collect();
        let places = place::list(&mut conn, "", "", "", 10_000).await.expect("places");
        let people =
            rows!(&mut conn, (uuid::Uuid, String, String), "SELECT id, name, specialty FROM person ORDER BY code")
                .expect("people");
        let words =
            rows!(&mut conn, (uuid::Uuid, String), "SELECT id, body FROM words WHERE body IS NOT NULL").expect("words");
        let events = rows!(
            &mut conn,
            (uuid::Uuid, String),
            "SELECT record_id, body FROM event WHERE code IN ('submitted', 'solved_on_the_spot') ORDER BY seq"
        )
        .expect("events");
        let mut done: BTreeMap<MatterId, Vec<WordsId>> = BTreeMap::new();
        for (record, body) in events {
            match serde_json::from_str(&body).expect("an event") {
                MatterEvent::Submitted { solution } | MatterEvent::SolvedOnTheSpot { solution } => {
                    done.entry(MatterId(record)).or_default().push(solution.how.id);
                }
                other => panic!("{other:?}"),
            }
        }
        Told {
            visits,
            matters,
            places: places.into_iter().map(|p| (p.id, p)).collect(),
            specialty: people
                .iter()
                .map(|(id, _, s)| (PersonId(*id), s.parse().unwrap_or_else(|_| panic!("{s}"))))
                .collect(),
            given_names: people.iter().map(|(_, name, _)| name.chars().skip(1).collect()).collect(),
            units: org::units(&mut conn).await.expect("units").into_iter().map(|u| (u.id, u)).collect(),
            words: words.into_iter().map(|(id, body)| (WordsId(id), body)).collect(),
            done,
            full,
        }
    }

    fn said(&self, id: WordsId) -> &str {
        self.words.get(&id).map_or("", String::as_str)
    }

    fn place(&self, id: PlaceId) -> &Place {
        self.places.get(&id).expect("a place")
    }

    /// Visits that somebody made or is making: from when to when.
    fn made(&self) -> impl Iterator<Item = (&Visit, Instant, Instant)> {
        self.visits.iter().filter_map(|v| {
            let from = v.check_in()?.at;
            let to = if let VisitState::Finished { at, .. } = v.state { at } else { from };
            Some((v, from, to))
        })
    }

    /// What was found on visits, with where and by whom.
    fn found(&self) -> impl Iterator<Item = (&Matter, &Visit, &Place, &str)> {
        let visits: HashMap<VisitId, &Visit> = self.visits.iter().map(|v| (v.id, v)).collect();
        self.matters.iter().filter_map(move |m| {
            let v = *visits.get(&m.raised.visit?)?;
            Some((m, v, self.place(v.plan.place), self.said(m.raised.words.id)))
        })
    }
}

/// Everything that breaks a rule, told at once.
#[derive(Default)]
struct Broken(Vec<String>);

impl Broken {
    fn unless(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.0.push(what());
        }
    }
}

/// Nobody is in two places at one time, nobody flies between them, nobody stays for days.
fn people_are_in_one_place(t: &Told, b: &mut Broken) {
    let mut stays: BTreeMap<PersonId, Vec<(Instant, Instant, PlaceId)>> = BTreeMap::new();
    for (v, from, to) in t.made() {
        b.unless(to.since(from) <= 12 * HOUR_MS, || format!("visit {} lasts {} min", v.id, to.since(from) / MINUTE_MS));
        for who in std::iter::once(v.plan.leader).chain(v.plan.companions.iter().map(|c| c.person)) {
            stays.entry(who).or_default().push((from, to, v.plan.place));
        }
    }
    let mut pairs = 0;
    for (who, own) in &mut stays {
        own.sort();
        for two in own.windows(2) {
            let gap = two[1].0.since(two[0].1);
            pairs += usize::from(two[1].0.since(two[0].0) < 24 * HOUR_MS);
            b.unless(gap >= 0, || format!("{who} is in two places at {}", two[1].0));
            let (a, z) = (t.place(two[0].2).point.expect("a point"), t.place(two[1].2).point.expect("a point"));
            let kmh = a.metres_to(z) / 1_000.0 / (gap.max(1) as f64 / HOUR_MS as f64);
            b.unless(kmh <= 60.0, || format!("{who} travels at {kmh:.0} km/h to {}", two[1].0));
        }
    }
    assert!(!t.full || pairs > 200, "{pairs} times somebody makes two visits within a day");
}

/// A night check lies in the night, most of them where lines go underground, and not all before midnight.
fn nights_are_nights(t: &Told, b: &mut Broken) {
    let (mut nights, mut roads, mut early) = (0, 0, 0);
    for (v, from, to) in t.made() {
        let dark = !(6 * 60..21 * 60).contains(&minute_of_day(from)) || !(6 * 60..21 * 60).contains(&minute_of_day(to));
        if dark {
            nights += 1;
            early += usize::from(minute_of_day(from) < 6 * 60);
            roads += usize::from(t.place(v.plan.place).name.contains("架空线入地"));
            b.unless(nightly(from) && nightly(to), || format!("visit {} goes from {from} to {to}", v.id));
        }
        let VisitState::Finished { summary: Some(said), .. } = &v.state else { continue };
        let said = t.said(said.id);
        b.unless(dark || !said.contains("夜间"), || format!("by day: {said}"));
    }
    println!("{nights} nights, {roads} of them on roads, {early} after midnight");
    assert!(!t.full || nights > 60, "{nights} nights");
    b.unless(nights < 20 || roads * 2 > nights, || format!("{roads} of {nights} nights on roads"));
    b.unless(nights < 20 || (nights / 5..nights).contains(&early), || format!("{early} of {nights} after midnight"));
}

/// A visit that fulfils a week lasts two hours, and a point or a photo says where it was.
fn visits_count(t: &Told, b: &mut Broken) {
    for (v, from, to) in t.made().filter(|(v, ..)| matches!(v.state, VisitState::Finished { .. })) {
        b.unless(to.since(from) >= 120 * MINUTE_MS, || format!("visit {} lasts {}", v.id, to.since(from) / MINUTE_MS));
        let shown = v.check_in().is_some_and(|c| c.point.is_some()) || !v.photos.is_empty();
        b.unless(shown, || format!("visit {} shows nothing of where it was", v.id));
    }
}

const INNER: [&str; 6] = ["东城区", "西城区", "朝阳区", "海淀区", "丰台区", "石景山区"];

/// Lines go underground in the inner city, stoves are replaced where there are villages.
fn sections_lie_where_they_can(t: &Told, b: &mut Broken) {
    let mut core: BTreeMap<&str, usize> = BTreeMap::new();
    let mut villages = 0;
    for p in t.places.values() {
        let inner = INNER.contains(&p.district.as_str());
        if p.name.contains("架空线入地") {
            *core.entry(p.district.as_str()).or_default() += 1;
            b.unless(inner, || format!("{} in {}", p.name, p.district));
        }
        if p.name.contains("煤改电") || p.kind == PlaceKind::Village {
            villages += 1;
            b.unless(!inner, || format!("{} in {}", p.name, p.district));
        }
        b.unless(!(inner && p.name.contains("35千伏")), || format!("{} in {}", p.name, p.district));
    }
    println!("roads {core:?}, {villages} villages");
    if t.full {
        assert_eq!((core.get("东城区"), core.get("西城区")), (Some(&35), Some(&45)));
        assert!(villages > 200, "{villages}");
    }
}

/// What is found can be there.
fn findings_fit_their_places(t: &Told, b: &mut Broken) {
    let mut found = 0;
    for m in &t.matters {
        // What was promised is kept elsewhere.
        let of_place = m.raised.place.filter(|_| m.kind != MatterKind::Commitment);
        let Some(p) = of_place.map(|p| t.place(p)) else { continue };
        let words = t.said(m.raised.words.id);
        found += 1;
        let site = p.kind == PlaceKind::ConstructionSite;
        let named = |names: &[&str]| names.iter().any(|n| p.name.contains(n));
        let can = [
            ("架空线入地", named(&["架空线入地"])),
            ("煤改电", named(&["煤改电"]) || p.kind == PlaceKind::Village),
            ("村民", named(&["煤改电"]) || p.kind == PlaceKind::Village),
            ("变电站", named(&["变电站"])),
            ("直流系统", named(&["变电站"])),
            ("叫号机", named(&["营业厅"])),
            ("意见簿", p.kind == PlaceKind::Station),
            ("电缆隧道", named(&["沟道"])),
            ("电杆", named(&["线路", "煤改电"])),
            ("塔吊", named(&["线路", "输变电"])),
            ("围挡缺失", site),
            ("安全帽", site),
            ("工作票", site),
            ("分包", site),
            ("吊车", site),
            ("占掘路", named(&["入地", "沟道"])),
            ("小区", matches!(p.kind, PlaceKind::Community | PlaceKind::Street | PlaceKind::Government)),
            ("重要用户", p.kind == PlaceKind::Customer),
            ("区里", p.kind == PlaceKind::Government),
        ];
        for (word, here) in can {
            b.unless(here || !words.contains(word), || format!("{words} at {} {}", p.kind.as_str(), p.name));
        }
    }
    assert!(found > 20, "{found}");
}

/// What a leader sees with his own eyes is of his trade, or of what everybody looks at.
fn findings_fit_their_finders(t: &Told, b: &mut Broken) {
    use Specialty as S;
    let mut seen: BTreeSet<(S, String)> = BTreeSet::new();
    for (m, v, p, words) in t.found() {
        let sites = [PlaceKind::ConstructionSite, PlaceKind::Installation, PlaceKind::Station];
        if m.raised.by.person() != Some(v.plan.leader) || !sites.contains(&p.kind) {
            continue;
        }
        let s = t.specialty[&v.plan.leader];
        let trade = match m.raised.category.as_str() {
            "line" => matches!(s, S::Operations | S::Dispatch | S::Construction | S::Safety),
            "equipment" if words.contains("电表") || words.contains("电能表") => {
                matches!(s, S::Operations | S::Dispatch | S::Marketing)
            }
            "equipment" => matches!(s, S::Operations | S::Dispatch | S::Construction | S::Safety),
            "supplies" => matches!(s, S::Supplies | S::Construction),
            "coordination" => matches!(s, S::Construction | S::General),
            "service" if p.kind != PlaceKind::Station => matches!(s, S::Marketing | S::Party | S::General),
            _ => true,
        };
        seen.insert((s, m.raised.category.clone()));
        b.unless(trade, || format!("{} finds {words}", s.as_str()));
    }
    assert!(!t.full || seen.len() > 20, "{seen:?}");
}

fn without_numbers(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii_digit() { '#' } else { c })
        .collect::<String>()
        .replace("##", "#")
        .replace("##", "#")
}

/// What was done is what that finding asks for: one kind of finding has one kind of solution.
fn solutions_belong(t: &Told, b: &mut Broken) {
    let mut by_finding: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for m in t.matters.iter().filter(|m| m.kind != MatterKind::Connection) {
        // An area's name is chance, as numbers are.
        let mut found = without_numbers(t.said(m.raised.words.id));
        let mut done: BTreeSet<String> =
            t.done.get(&m.id).into_iter().flatten().map(|id| without_numbers(t.said(*id))).collect();
        for area in ["城", "东", "河", "园", "北"].map(|a| format!("{a}#台区")) {
            found = found.replace(&area, "#台区");
            done = done.into_iter().map(|d| d.replace(&area, "#台区")).collect();
        }
        by_finding.entry(found).or_default().extend(done);
    }
    for (found, done) in &by_finding {
        b.unless(done.len() <= 1, || format!("{found} is put right by {done:?}"));
    }
    assert!(by_finding.values().filter(|d| d.len() == 1).count() > 5, "{by_finding:?}");
}

/// A team gets what is its trade; a firm gets what lies on the sites where it builds.
fn units_fit_categories(t: &Told, b: &mut Broken) {
    let mut teams = 0;
    // What a conference resolved lies with whoever owns it, whatever it is about.
    let elsewhere = |m: &&Matter| !matches!(m.kind, MatterKind::Connection | MatterKind::Resolution);
    for m in t.matters.iter().filter(elsewhere) {
        let (u, category) = (&t.units[&m.unit], m.raised.category.as_str());
        let fits = match u.kind {
            UnitKind::Team if u.name.ends_with("营业电费班") => {
                matches!(category, "service" | "meter" | "bill" | "wish")
            }
            UnitKind::Team if u.name.ends_with("配电运维班") => {
                matches!(category, "equipment" | "line" | "safety")
            }
            UnitKind::Team if u.name.ends_with("配电抢修班") => {
                matches!(category, "equipment" | "line" | "outage" | "wish")
            }
            UnitKind::Team if u.name.ends_with("业扩班") => category == "service",
            UnitKind::Team if u.name.ends_with("服务队") => category == "wish",
            UnitKind::Contractor => {
                matches!(category, "safety" | "management" | "equipment" | "line")
                    && m.raised.place.is_some_and(|p| t.place(p).kind == PlaceKind::ConstructionSite)
            }
            // A team of works puts right what was found on building sites.
            UnitKind::Temporary => m.raised.place.is_some_and(|p| t.place(p).kind == PlaceKind::ConstructionSite),
            UnitKind::Team => false,
            _ => true,
        };
        teams += usize::from(matches!(u.kind, UnitKind::Team | UnitKind::Contractor));
        b.unless(fits, || format!("{category} is put right by {}", u.name));
    }
    assert!(teams > 0, "{teams}");
    for u in t.units.values().filter(|u| u.kind == UnitKind::Contractor) {
        let called = t.given_names.iter().find(|g| u.name.starts_with(g.as_str()));
        b.unless(called.is_none(), || format!("{} is called {called:?}", u.name));
    }
}

/// Customers live where people live, stand at addresses of their own, and ask for kW or kVA, whichever it is.
async fn customers(app: &App, t: &Told, b: &mut Broken) {
    let mut conn = app.store().read().await.expect("a connection");
    let all = rows!(
        &mut conn,
        (uuid::Uuid, String, String, Option<String>, Option<String>),
        "SELECT id, class, district, party_key, address_key FROM connection ORDER BY n"
    )
    .expect("connections");
    let (mut at, mut districts): (HashMap<&str, BTreeSet<&str>>, BTreeMap<&str, usize>) = Default::default();
    for (_, _, district, party, address) in &all {
        *districts.entry(district).or_default() += 1;
        if let (Some(party), Some(address)) = (party, address) {
            at.entry(address).or_default().insert(party);
        }
    }
    let chance: usize = at.values().filter(|parties| parties.len() > 1).map(BTreeSet::len).sum();
    b.unless(chance * 200 <= all.len(), || format!("{chance} of {} share an address by chance", all.len()));
    let asked: HashMap<MatterId, WordsId> = t.matters.iter().map(|m| (m.id, m.raised.words.id)).collect();
    for (id, class, ..) in &all {
        let said = t.said(asked[&MatterId(*id)]);
        let high = class.starts_with("hv");
        b.unless(said.contains("千伏安") == high && said.contains("千瓦") != high, || {
            format!("{class} asks: {said}")
        });
    }
    if t.full {
        let mut most: Vec<_> = districts.iter().map(|(d, n)| (*n, *d)).collect();
        most.sort_unstable();
        println!("{most:?}");
        let names: Vec<&str> = most.iter().map(|(_, d)| *d).collect();
        assert_eq!(names.len(), 16);
        b.unless(names[14..].contains(&"朝阳区") && names[14..].contains(&"海淀区"), || format!("{most:?}"));
        b.unless(names[..4].contains(&"延庆区") && names[..4].contains(&"门头沟区"), || format!("{most:?}"));
        b.unless(most[15].0 > most[0].0 * 5, || format!("{most:?}"));
    }
    let mut premises: Vec<&Place> = t.places.values().filter(|p| p.kind == PlaceKind::Customer).collect();
    premises.sort_by_key(|p| &p.code);
    let first: Vec<String> = premises.iter().take(12).map(|p| p.name.chars().skip(2).collect()).collect();
    let most = first.iter().map(|n| first.iter().filter(|o| *o == n).count()).max();
    b.unless(most <= Some(2), || format!("{first:?}"));
    b.unless(premises.iter().filter(|p| p.name.contains("足球公园")).count() <= 1, || "football parks".into());
}

/// A photo stands in one record.
async fn photos(app: &App, b: &mut Broken) {
    let mut conn = app.store().read().await.expect("a connection");
    let uses = rows!(&mut conn, (String, i64), "SELECT sha, COUNT(*) FROM file_use GROUP BY sha").expect("files");
    println!("{} photos", uses.len());
    assert!(uses.len() > 10);
    for (sha, n) in uses {
        b.unless(n == 1, || format!("photo {sha} stands in {n} records"));
    }
}

/// The rules over a made company.
pub async fn hold(app: &App, made: &DemoMade, full: bool) {
    let t = Told::of(app, full).await;
    let mut broken: Vec<(&str, Vec<String>)> = Vec::new();
    let rules: [(&str, fn(&Told, &mut Broken)); 8] = [
        ("one place at a time", people_are_in_one_place),
        ("nights", nights_are_nights),
        ("visits count", visits_count),
        ("sections", sections_lie_where_they_can),
        ("findings at places", findings_fit_their_places),
        ("findings of finders", findings_fit_their_finders),
        ("solutions", solutions_belong),
        ("units", units_fit_categories),
    ];
    for (name, rule) in rules {
        let mut b = Broken::default();
        rule(&t, &mut b);
        broken.push((name, b.0));
    }
    let (mut c, mut p) = (Broken::default(), Broken::default());
    customers(app, &t, &mut c).await;
    photos(app, &mut p).await;
    broken.extend([("customers", c.0), ("photos", p.0)]);
    let raiser = made.accounts.iter().find(|a| a.role == DemoRole::Raiser).expect("a raiser");
    if raiser.name.is_ascii() {
        broken.push(("accounts", vec![format!("the first raiser is {}", raiser.name)]));
    }
    broken.retain(|(_, b)| !b.is_empty());
    for (name, b) in &broken {
        println!("{name}: broken {} times, as by {:?}", b.len(), &b[..b.len().min(6)]);
    }
    assert!(broken.is_empty(), "{:?}", broken.iter().map(|(n, b)| (*n, b.len())).collect::<Vec<_>>());
}

/// Whoever heads the company or a department sees all that is counted, by the link that is printed.
pub async fn heads_see_everything(app: &App, made: &DemoMade, activities: f64, sites: f64) {
    for role in [DemoRole::Chairman, DemoRole::DepartmentHead] {
        let DemoKey::Person(who) = made.accounts.iter().find(|a| a.role == role).expect("an account").key else {
            panic!("{role:?} is a person")
        };
        let actor = app.actor(who).await.expect("an actor");
        let report = app.report(&actor, "2018-05".parse().expect("a month"), None, NOW).await.expect("a report");
        let figure = |code| report.get(code).and_then(yixian_domain::figure::Figure::number).expect("a number");
        assert_eq!(
            (figure(FigureCode::Activities), figure(FigureCode::ConstructionSites)),
            (activities, sites),
            "{role:?}"
        );
    }
}

/// Of those who owe a visit in a week from May to September nearly everybody goes.
pub async fn duty_is_done(app: &App) {
    let mut months: Vec<f64> = Vec::new();
    for period in ["2018-05", "2018-06", "2018-07", "2018-08", "2018-09", "2018-05..2018-09"] {
        let report = app.report(&Actor::System, period.parse().expect("a period"), None, NOW).await.expect("a report");
        let met = report.get(FigureCode::DutyMet).and_then(yixian_domain::figure::Figure::number).expect("a number");
        println!("duty of {period}: {met:.2}");
        months.push(met);
    }
    let whole = months.pop().expect("the whole");
    assert!((94.0..97.0).contains(&whole), "{whole}");
    assert!(months.iter().all(|m| (92.0..99.0).contains(m)), "{months:?}");
}

async fn company(folder: &Path, seed: u64, size: Size) -> (App, DemoMade, Vec<Making>) {
    let db = Db::open_folder(folder).await.expect("a database");
    let app = App::open(Opening {
        db,
        folder,
        clock: Clock::At(NOW),
        mint: Mint::seeded(seed),
        policies: PolicySource::Embedded,
    })
    .await
    .expect("an app");
    let mut said = Vec::new();
    let made = app.make_demo_telling(seed, size, &mut |m| said.push(m)).await.expect("a company");
    (app, made, said)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_demo_is_believable() {
    for seed in [2, 3] {
        let folder = tempfile::tempdir().expect("a folder");
        let (app, made, said) = company(folder.path(), seed, Size::SMALL).await;
        println!("seed {seed}");
        hold(&app, &made, false).await;
        heads_see_everything(&app, &made, Size::SMALL.activities as f64, Size::SMALL.sites as f64).await;
        // Whoever waits is told how far it is, and it only goes on.
        assert!(matches!(said.first(), Some(Making::Register { people: 100.., places: 100.. })), "{said:?}");
        assert_eq!(said.last(), Some(&Making::Plan));
        let percents: Vec<usize> = said
            .iter()
            .filter_map(|m| if let Making::Month { percent, .. } = m { Some(*percent) } else { None })
            .collect();
        assert!(percents.len() > 5 && percents.is_sorted(), "{percents:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_district_in_september_is_believable() {
    for seed in 1..6 {
        let folder = tempfile::tempdir().expect("a folder");
        let (app, made, _) = company(folder.path(), seed, Size::MONTH).await;
        println!("seed {seed}");
        hold(&app, &made, false).await;
    }
}
