//! Praise, publications and the briefing on both engines: what is refused and told at once, what is erased and what stays, quoted figures that
//! hold, that changed by an event, that were wrong, and lines that tell what figures tell with the same arguments. No figure reads praise.

use super::house::House;
use serde_json::{Value, json};
use yixian_app::App;
use yixian_app::figures::Narrow;
use yixian_app::figures::checked::Checked;
use yixian_domain::access::Actor;
use yixian_domain::figure::{Dimension, FigureCode as F, Told};
use yixian_domain::praise::Verdict::{self, Agrees, Changed, Wrong};
use yixian_domain::time::{Date, Instant};
use yixian_testkit::{Engine, id};

/// 2018-05-02 10:00 in Beijing.
const MAY_2: Instant = Instant(1_525_226_400_000);

const UNIT: u64 = 401;
const HEAD: u64 = 501;
const STRANGER: u64 = 502;
const ADMIN: u64 = 503;
const BODY: u64 = 600;
const THANKS: u64 = 700;
const ARTICLE: u64 = 701;
const MATTER: u64 = 900;

async fn company(engine: Engine) -> House {
    let people = [(HEAD, UNIT, "coordinator"), (STRANGER, 402, "coordinator"), (ADMIN, UNIT, "administrator")];
    let c = House::new(engine, MAY_2, &[(UNIT, "CQ"), (402, "CP")], &people).await;
    c.system(json!({ "do": "put_partner", "partner": id(BODY), "code": "ZF-1", "name": "街道办事处",
        "roles": [{ "role": "subdistrict", "from": "2018-01-01" }] }))
        .await;
    raise(&c, MATTER).await;
    c
}

async fn raise(c: &House, n: u64) {
    c.by(HEAD, json!({ "do": "raise_matter", "matter": id(n), "kind": "problem", "origin": "staff", "category": "safety", "words": "路灯不亮",
        "unit": id(UNIT) })).await;
}

fn praise(code: &str) -> Value {
    json!({ "do": "put_praise", "praise": id(THANKS), "code": code, "name": "居民", "channel": "banner", "day": "2018-05-02",
        "words": "有事有回音", "unit": id(UNIT), "about": [{ "kind": "matter", "id": id(MATTER) }] })
}

fn with(mut body: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else { panic!("an object") };
    for (name, value) in changes {
        body[name] = value;
    }
    body
}

/// Every refusal, and all faults of one form at once.
async fn recorded(c: &House) {
    let file = "ab".repeat(32);
    for (changes, code) in [
        (json!({ "about": [] }), "praise_without_record"),
        (json!({ "file": file, "shows_person": true }), "praise_person_without_consent"),
        (json!({ "partner": id(BODY) }), "praise_from_one"),
        (json!({ "name": " " }), "praise_from"),
        (json!({ "name": null, "partner": id(601) }), "partner"),
        (json!({ "day": "2018-05-03" }), "praise_day"),
        (json!({ "photos": ["cd".repeat(32)] }), "photo_unknown"),
        (
            json!({ "code": "D 1", "words": " ", "about": [], "file": file, "shows_person": true }),
            "code words_needed praise_without_record praise_person_without_consent",
        ),
        (json!({ "about": [{ "kind": "matter", "id": id(999) }] }), "not_found"),
    ] {
        assert_eq!(c.told(HEAD, with(praise("DZ-1"), changes.clone())).await, code, "{changes}");
    }
    assert_eq!(c.told(STRANGER, praise("DZ-1")).await, "about", "he may not see the matter");
    let of_body = json!({ "name": null, "partner": id(BODY), "about": [{ "kind": "partner", "id": id(BODY) }] });
    assert_eq!(c.told(STRANGER, with(praise("DZ-1"), of_body.clone())).await, "needs_role");
    c.by(HEAD, praise("DZ-1")).await;
    // Whoever thanked is told to those who keep, until he agreed.
    let name = async |who: u64| c.app.praise_page(&c.actor(who).await, "DZ-1").await.expect("a praise").name;
    assert_eq!((name(HEAD).await.as_deref(), name(STRANGER).await), (Some("居民"), None));
    c.by(
        HEAD,
        with(
            praise("DZ-1"),
            json!({ "name": null, "words": null, "consent": true, "shows_person": true, "file": file }),
        ),
    )
    .await;
    assert_eq!(name(STRANGER).await.as_deref(), Some("居民"), "what is not said anew stays");
    assert_eq!(c.told(HEAD, with(praise("DZ-2"), json!({}))).await, "code_stays");
    c.by(HEAD, with(with(praise("DZ-2"), of_body), json!({ "praise": id(702) }))).await;
    assert_eq!(c.app.praises(&c.actor(STRANGER).await).await.expect("praise").len(), 2);
}

/// Who thanked and what was said are gone for good; that we were thanked, and for what, stays.
async fn erased(c: &House) {
    let erase = json!({ "do": "erase_praise", "praise": id(THANKS) });
    assert_eq!(c.told(HEAD, erase.clone()).await, "needs_role");
    c.by(ADMIN, erase.clone()).await;
    let page = c.app.praise_page(&c.actor(HEAD).await, "DZ-1").await.expect("a praise");
    assert_eq!((page.name, page.words, page.praise.details.about.len(), page.keeps), (None, None, 1, false));
    assert_eq!(c.told(ADMIN, erase).await, "praise_erased_already");
    assert_eq!(c.told(HEAD, praise("DZ-1")).await, "praise_erased_already");
}

fn quote(figure: &str, value: &str) -> Value {
    json!({ "figure": figure, "period": "2018-05", "as_of": "2018-05-02T02:00:00Z", "value": value })
}

fn article(figures: &[Value]) -> Value {
    json!({ "do": "put_publication", "publication": id(ARTICLE), "code": "BD-1", "outlet": "日报", "title": "一线", "day": "2018-05-02",
        "url": "https://example.org/1", "unit": id(UNIT), "figures": figures })
}

async fn checked(c: &House) -> Vec<Checked> {
    let p = c.app.publication_page(&Actor::System, "BD-1").await.expect("a publication").publication;
    c.app.check_quoted(&Actor::System, &p.details.figures).await.expect("checked")
}

/// A later change of a record turns exactly the figure that reads it, and is named.
async fn quoted(c: &mut House) {
    for (changes, code) in [
        (json!({ "url": "", "outlet": " " }), "publication_outlet publication_without_source"),
        (json!({ "url": "ftp://example.org" }), "publication_url"),
        (json!({ "figures": [quote("made_up", "1")] }), "quoted_figure"),
        (json!({ "figures": [quote("raised", "")] }), "quoted_value_needed"),
        (json!({ "figures": [quote("raised", "several")] }), "quoted_value"),
        (json!({ "figures": [with(quote("raised", "1"), json!({ "as_of": "2018-05-31" }))] }), "quoted_future"),
        (json!({ "figures": [with(quote("raised", "1"), json!({ "unit": "XX" }))] }), "quoted_unit"),
        (json!({ "figures": [with(quote("raised", "1"), json!({ "programme": "XX" }))] }), "quoted_programme"),
        (
            json!({ "figures": [with(quote("raised", "1"), json!({ "by": "class", "key": "three_zero" }))] }),
            "quoted_dimension",
        ),
    ] {
        assert_eq!(c.told(HEAD, with(article(&[]), changes.clone())).await, code, "{changes}");
    }
    assert_eq!(c.told(STRANGER, article(&[])).await, "needs_role");
    let of_unit = with(quote("raised", "1"), json!({ "unit": "CP" }));
    let by_kind = with(quote("raised", "1"), json!({ "by": "kind", "key": "problem" }));
    let quotes = [quote("raised", "1"), quote("documents_in_force", "0"), quote("closed", "5"), of_unit, by_kind];
    // Nobody who may not see a figure learns it by quoting it, and the page tells the others all the same.
    c.by(HEAD, article(&quotes)).await;
    let verdicts = |all: &[Checked]| all.iter().map(|c| c.verdict).collect::<Vec<_>>();
    let before = checked(c).await;
    assert_eq!(verdicts(&before), [Some(Agrees), Some(Agrees), Some(Wrong), Some(Wrong), Some(Agrees)]);
    assert!(before.iter().all(|c| c.since.is_empty()));
    let own = c.app.check_quoted(&c.actor(HEAD).await, &[before[0].quoted.clone()]).await.expect("checked");
    assert_eq!((own[0].verdict, own[0].missing.is_some()), (None, true), "he sees his unit's figures alone");

    c.later(1).await;
    // Something else happens first, which makes no difference to a figure of the article.
    c.by(HEAD, with(with(praise("DZ-3"), json!({ "praise": id(703) })), json!({ "day": "2018-05-03" }))).await;
    raise(c, 901).await;
    c.by(HEAD, json!({ "do": "put_publication", "publication": id(704), "code": "BD-2", "outlet": "日报", "title": "二", "day": "2018-05-03",
        "url": "https://example.org/2", "unit": id(UNIT) })).await;
    let after = checked(c).await;
    assert_eq!(verdicts(&after), [Some(Changed), Some(Agrees), Some(Wrong), Some(Wrong), Some(Changed)]);
    for changed in [&after[0], &after[4]] {
        assert_eq!((changed.then, changed.now), (Some(Told::Number(1.0)), Some(Told::Number(2.0))));
        let made: Vec<_> = changed.since.iter().map(|e| (e.record, e.code.as_str())).collect();
        assert_eq!(made, [(id(901), "raised")], "the one event that made the difference");
        assert!(!changed.more);
    }
    // Kept when it was recorded by somebody who sees the whole company's figures.
    c.system(with(article(&[quote("raised", "1")]), json!({ "publication": id(705), "code": "BD-3" }))).await;
    let p = c.app.publication_page(&Actor::System, "BD-3").await.expect("a publication").publication;
    let kept = c.app.check_quoted(&Actor::System, &p.details.figures).await.expect("checked");
    assert_eq!((kept[0].sealed, kept[0].verdict), (Some(true), Some(Changed)));
}

/// Every figure there is, with its ids, before and after.
async fn read_by_no_figure(c: &House) {
    let all = async || {
        let year = "2018".parse().expect("a year");
        let whole = c.app.report(&Actor::System, year, None, c.now).await.expect("figures").figures;
        let by_host = c.app.report_by(&Actor::System, year, None, c.now, Some(Dimension::Host)).await.expect("figures");
        (whole, by_host.groups)
    };
    let before = all().await;
    c.by(HEAD, with(praise("DZ-9"), json!({ "praise": id(790) }))).await;
    c.by(HEAD, with(article(&[quote("raised", "1")]), json!({ "publication": id(791), "code": "BD-9" }))).await;
    assert_eq!(all().await, before);
}

/// Every line of the briefing is what the figure tells with the line's own arguments.
async fn lines_are_figures(app: &App, upper: Option<Instant>) -> Vec<(F, Option<Told>)> {
    let found = app.briefing(&Actor::System, None, upper).await.expect("a briefing");
    let directory = app.directory().await.expect("units");
    let mut told = Vec::new();
    for l in &found.lines {
        let reading = l.reading.as_ref().expect("every line of the article asks a figure");
        let q = &reading.question;
        let own = l.line.question.as_ref().expect("a question").as_of;
        assert_eq!(q.as_of, upper.unwrap_or(app.clock().now()).min(own), "the earlier of its own day and the bound");
        told.push((q.figure, reading.told()));
        if reading.figure.is_err() {
            continue;
        }
        let unit = q.unit.as_ref().and_then(|code| directory.units().find(|u| u.code == *code)).map(|u| u.id);
        let programme = match &q.programme {
            Some(code) => app.programme_of_code(code).await.expect("a programme"),
            None => None,
        };
        let by = q.by.as_ref().map(|(by, _)| *by);
        let report =
            app.report_of(&Actor::System, q.period, Narrow { unit, programme }, q.as_of, by).await.expect("figures");
        let figure = match &q.by {
            None => report.get(q.figure),
            Some((_, key)) => {
                let group = |(g, _): &&(yixian_domain::figure::Group, _)| {
                    yixian_app::figures::reading::group_key(&directory, g) == *key
                };
                report.groups.iter().find(group).and_then(|(g, _)| report.of_group(q.figure, g))
            }
        };
        assert_eq!(reading.told(), figure.and_then(|f| q.told(f)), "{}", l.line.label.zh);
    }
    told
}

async fn story(engine: Engine) {
    let mut c = company(engine).await;
    recorded(&c).await;
    erased(&c).await;
    quoted(&mut c).await;
    read_by_no_figure(&c).await;
    let lines = lines_are_figures(&c.app, None).await;
    assert!(lines.len() > 20 && lines.iter().any(|(_, told)| told.is_none()), "nobody built a road here");
    let verified = c.app.verify().await.expect("verified");
    assert!(verified.ok, "{:?}", verified.faults);
    c.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn praise_publications_and_the_briefing_on_both_engines() {
    for engine in Engine::ALL {
        Box::pin(story(engine)).await;
    }
}

/// Two dozen thanks, each for a record; one article whose twelve figures hold; the article's numbers, each counted.
pub(super) async fn of_the_demo(app: &App) {
    let all = app.praises(&Actor::System).await.expect("praise");
    assert_eq!(all.len(), 24);
    for (p, words) in &all {
        assert!(words.is_some() && !p.details.about.is_empty());
        let named = app.about_named(&Actor::System, p.details.about[0], false).await.expect("a record");
        assert!(named.is_some(), "{}", p.code);
    }
    let article = app.publication_page(&Actor::System, "BD-2018-01").await.expect("the article").publication;
    let checked = app.check_quoted(&Actor::System, &article.details.figures).await.expect("checked");
    assert_eq!(checked.len(), 12);
    for c in &checked {
        assert_eq!(c.verdict, Some(Verdict::Agrees), "{}: {:?} {:?}", c.quoted.figure, c.then, c.now);
    }
    let lines = lines_are_figures(app, None).await;
    let told = |code: F| lines.iter().find(|(c, _)| *c == code).and_then(|(_, told)| *told);
    for (code, n) in [
        (F::Activities, 3_600.0),
        (F::ConstructionSites, 2_517.0),
        (F::WorksStarted, 80.0),
        (F::WorksLength, 84.0),
        (F::WorksLeadYear, 4.0),
        (F::ProgrammeVisits, 23.0),
        (F::MeasuresAdopted, 33.0),
        (F::QuotaFewest, 11.0),
        (F::QuotaMost, 19.0),
        (F::WorksDaysAhead, 38.0),
        (F::WorksWorkingDaysAhead, 26.0),
        (F::ConferenceMembers, 14.0),
        (F::ThreeZeroConnected, 9_598.0),
        (F::Aspects, 25.0),
        (F::Tasks, 104.0),
        (F::TaskDepartments, 18.0),
        (F::DocumentsInForce, 6.0),
        (F::ConnectedStepsMean, 2.0),
        (F::ConnectionSaving, 500_000.0),
    ] {
        assert_eq!(told(code), Some(Told::Number(n)), "{code:?}");
    }
    assert_eq!(told(F::WorksAllStartedOn), Some(Told::Day(Date::constant(2018, 5, 15))));
    let days: Vec<_> = lines.iter().filter(|(c, _)| *c == F::ThreeZeroDaysMean).map(|(_, told)| *told).collect();
    assert!(matches!(days[0], Some(Told::Number(n)) if (5.085..5.095).contains(&n)), "{days:?}");
    assert_eq!(days[1], Some(Told::Number(11.0)), "the football park");
    // An upper bound takes back what was not known then: the works of May, not yet the connections of September.
    let zone = app.policies().zone.clone();
    let june = lines_are_figures(app, Some(zone.end_of_day(Date::constant(2018, 6, 15)))).await;
    let then = |code: F| june.iter().find(|(c, _)| *c == code).and_then(|(_, told)| *told);
    assert_eq!((then(F::WorksStarted), told(F::WorksStarted)), (told(F::WorksStarted), Some(Told::Number(80.0))));
    assert_ne!(then(F::ThreeZeroConnected), told(F::ThreeZeroConnected));
}
