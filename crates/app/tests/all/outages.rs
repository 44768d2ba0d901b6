//! Outages on both engines: recorded, ended, corrected and voided, each of which re-sums its month; a file of many, whose faults
//! are told all at once and which changes nothing the second time; what was known at an instant; and a sum that somebody edits,
//! which `verify` names.

use super::house::{House, said};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::ops::Deref;
use yixian_app::AppError;
use yixian_app::import::ImportError;
use yixian_app::import::decode::Source;
use yixian_app::import::outages::{MOST_FAULTS, OutagesTaken};
use yixian_app::outages::{OutageFilter, Reliability};
use yixian_app::store::value::Value as Cell;
use yixian_domain::access::Actor;
use yixian_domain::figure::{Dimension, FigureCode as F, Group};
use yixian_domain::outage::sums::Sums;
use yixian_domain::time::Instant;
use yixian_testkit::{Engine, id};

/// 2018-05-02 10:00 in Beijing.
const NOW: Instant = Instant(1_525_226_400_000);
const UNIT: u64 = 401;
const OTHER: u64 = 402;
const HEAD: u64 = 501;
const STRANGER: u64 = 502;
const VIEWER: u64 = 503;

/// A company that serves 10,000 customers in 西城区 and 20,000 in 昌平区.
struct Company(House);

impl Deref for Company {
    type Target = House;
    fn deref(&self) -> &House {
        &self.0
    }
}

fn facts(start: &str, end: Option<&str>, customers: i64) -> Value {
    json!({ "start": format!("2018-{start}:00+08:00"), "end": end.map(|e| format!("2018-{e}:00+08:00")), "district": "西城区",
        "unit": id(UNIT), "level": "medium", "kind": "unplanned", "customers": customers, "cause": "树障" })
}

impl Company {
    async fn new(engine: Engine) -> Company {
        let people = [(HEAD, UNIT, "coordinator"), (STRANGER, OTHER, "coordinator"), (VIEWER, UNIT, "viewer")];
        let c = Company(House::new(engine, NOW, &[(UNIT, "CQ"), (OTHER, "CP")], &people).await);
        for (n, head, unit, district, customers) in
            [(600, HEAD, UNIT, "西城区", 10_000), (601, STRANGER, OTHER, "昌平区", 20_000)]
        {
            c.by(
                head,
                json!({ "do": "put_served", "served": id(n), "unit": id(unit), "district": district, "from": "2017-01-01", "customers": customers }),
            )
            .await;
        }
        c
    }
    async fn record(&self, n: u64, code: &str, facts: Value) {
        self.by(HEAD, json!({ "do": "record_outage", "outage": id(n), "code": code, "facts": facts })).await;
    }
    async fn year(&self, as_of: Option<Instant>) -> Reliability {
        self.app.reliability(&Actor::System, 2018, None, as_of).await.expect("a year")
    }
    /// The sums of a month of the year.
    async fn month(&self, n: usize) -> Sums {
        self.year(None).await.year.months[n - 1].1.all.sums
    }
    async fn import(&self, n: u64, text: &str) -> Result<OutagesTaken, ImportError> {
        let source = Source::Bytes(text.as_bytes().to_vec());
        self.app.import_outages(&self.actor(n).await, &source, "停电.csv").await
    }
    async fn whole(&self) {
        let found = self.app.verify().await.expect("verified");
        assert!(found.ok, "{:?}", found.faults);
    }
}

fn near(a: Option<f64>, b: f64) {
    assert!(a.is_some_and(|a| (a - b).abs() < 1e-9), "{a:?} and {b}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_to_an_outage_its_month_is_summed_anew() {
    for engine in Engine::ALL {
        let mut c = Company::new(engine).await;
        c.record(700, "T-1", facts("04-30 23:30".replace(' ', "T").as_str(), Some("05-01T00:30"), 300)).await;
        c.record(701, "T-2", facts("05-01T08:00", None, 600)).await;
        // An outage belongs to the day on which it begins; one that lasts is an outage and nothing more.
        let of = |events, open, sustained, interruptions, minutes: i64| Sums {
            events,
            open,
            sustained,
            interruptions,
            customer_seconds: minutes * 60,
        };
        assert_eq!((c.month(4).await, c.month(5).await), (of(1, 0, 1, 300, 18_000), of(1, 1, 0, 0, 0)));
        let before = c.now;
        c.0.later(1).await;
        c.by(HEAD, json!({ "do": "end_outage", "outage": id(701), "end": "2018-05-01T10:00:00+08:00" })).await;
        assert_eq!(c.month(5).await, of(1, 0, 1, 600, 72_000));
        assert_eq!(
            c.told(HEAD, json!({ "do": "end_outage", "outage": id(701), "end": "2018-05-01T11:00:00+08:00" })).await,
            "outage_not_open"
        );
        // A late record, a correction and a void; five minutes are momentary.
        c.record(702, "T-3", facts("04-02T08:00", Some("04-02T08:05"), 900)).await;
        c.record(703, "T-4", facts("04-03T08:00", Some("04-03T09:00"), 900)).await;
        assert_eq!(c.month(4).await, of(3, 0, 2, 1_200, 72_000));
        let fix = json!({ "do": "correct_outage", "outage": id(700), "facts": facts("05-02T08:00", Some("05-02T08:10"), 100), "reason": "时间登记有误" });
        c.by(HEAD, fix.clone()).await;
        assert_eq!(c.told(HEAD, fix).await, "same_as_before");
        assert_eq!((c.month(4).await, c.month(5).await), (of(2, 0, 1, 900, 54_000), of(2, 0, 2, 700, 73_000)));
        c.by(HEAD, json!({ "do": "void_outage", "outage": id(703), "reason": "重复" })).await;
        assert_eq!(
            c.told(HEAD, json!({ "do": "void_outage", "outage": id(703), "reason": "重复" })).await,
            "outage_is_voided"
        );
        assert_eq!(c.month(4).await, of(1, 0, 0, 0, 0));
        c.whole().await;

        // What was known then is what was known then.
        let then = c.year(Some(before)).await;
        let months: Vec<Sums> = then.year.months.iter().map(|m| m.1.all.sums).collect();
        assert_eq!((months[3], months[4]), (of(1, 0, 1, 300, 18_000), of(1, 1, 0, 0, 0)));
        let report = async |period: &str, as_of: Instant, by: Option<Dimension>| {
            c.app.report_by(&Actor::System, period.parse().expect("a period"), None, as_of, by).await.expect("figures")
        };
        let now = report("2018-05", c.now, Some(Dimension::District)).await;
        near(now.get(F::Saidi).and_then(yixian_domain::figure::Figure::number), 73_000.0 / 30_000.0);
        near(now.get(F::Saifi).and_then(yixian_domain::figure::Figure::number), 700.0 / 30_000.0);
        near(now.get(F::Caidi).and_then(yixian_domain::figure::Figure::number), 73_000.0 / 700.0);
        assert_eq!(now.get(F::Saidi).map(|f| f.ids().len()), Some(2));
        let own = now.of_group(F::Saidi, &Group::Text("西城区".into())).and_then(yixian_domain::figure::Figure::number);
        near(own, 7.3);
        near(
            now.of_group(F::Saidi, &Group::Text("昌平区".into())).and_then(yixian_domain::figure::Figure::number),
            0.0,
        );
        let april = report("2018-04", before, None).await;
        near(april.get(F::Saidi).and_then(yixian_domain::figure::Figure::number), 0.6);
        assert_eq!(april.get(F::Saidi).map(|f| f.ids().len()), Some(1));
        near(report("2018-04", c.now, None).await.get(F::Saidi).and_then(yixian_domain::figure::Figure::number), 0.0);
        let levels = report("2018", c.now, Some(Dimension::Level)).await;
        let sum: f64 = levels.groups.iter().filter_map(|(_, f)| f.iter().find(|f| f.code == F::Saidi)?.number()).sum();
        near(levels.get(F::Saidi).and_then(yixian_domain::figure::Figure::number), sum);
        c.app.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_an_outage_is_told_at_once_and_nothing_is_written() {
    let c = Company::new(Engine::Sqlite).await;
    let wrong = json!({ "start": "2018-05-01T10:00:00+08:00", "end": "2018-05-01T09:00:00+08:00", "district": "西城区", "unit": id(UNIT),
        "level": "medium", "kind": "planned", "customers": 10_001 });
    let record = |facts: Value| json!({ "do": "record_outage", "outage": id(700), "code": "T-1", "facts": facts });
    assert_eq!(c.told(HEAD, record(wrong)).await, "outage_ends_before outage_more_than_served");
    let wrong = json!({ "start": "2018-05-03T10:00:00+08:00", "district": "仙游区", "unit": id(UNIT), "level": "low", "kind": "planned", "customers": -1 });
    assert_eq!(c.told(HEAD, record(wrong)).await, "whole_number_upto district_unknown outage_starts_in_future");
    assert_eq!(c.told(HEAD, record(json!({ "start": "gestern", "district": "西城区", "unit": id(UNIT), "level": "low", "kind": "planned", "customers": 1 }))).await, "moment");
    // Of a day before anybody said how many are served, and in a district that the unit does not serve.
    assert_eq!(
        c.told(
            HEAD,
            record(
                facts("05-01T10:00", None, 1)
                    .as_object()
                    .map(|f| {
                        let mut f = f.clone();
                        f.insert("start".into(), json!("2016-05-01T10:00:00+08:00"));
                        Value::Object(f)
                    })
                    .expect("facts")
            )
        )
        .await,
        "outage_nobody_served"
    );
    // Another's customers, and somebody who only looks.
    for who in [STRANGER, VIEWER] {
        assert_eq!(c.told(who, record(facts("05-01T10:00", None, 1))).await, "needs_role");
    }
    assert!(c.app.outages(&Actor::System, &OutageFilter::default(), 10).await.expect("a list").is_empty());
    c.record(700, "T-1", facts("05-01T10:00", None, 1)).await;
    assert_eq!(
        c.told(
            HEAD,
            json!({ "do": "record_outage", "outage": id(701), "code": "T-1", "facts": facts("05-01T10:00", None, 1) })
        )
        .await,
        "code_taken"
    );
    let short = json!({ "do": "correct_outage", "outage": id(700), "facts": facts("05-01T10:00", Some("05-01T09:00"), 1), "reason": " " });
    assert_eq!(c.told(HEAD, short).await, "outage_ends_before words_needed");
    c.whole().await;
    c.app.close().await;
}

const HEADER: &str = "停电编号,停电开始时间,恢复送电时间,区,单位,电压等级,停电性质,停电户数,原因\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_taken_whole_or_not_at_all_and_a_second_time_changes_nothing() {
    for engine in Engine::ALL {
        let mut c = Company::new(engine).await;
        let good = format!(
            "{HEADER}A-1,2018-04-01 08:00,2018-04-01 09:00,西城区,CQ,10kV,故障,500,大风\nA-2,2018/4/2 8:30:15,,西城区,CQ,低压,计划停电,20,\n"
        );
        let bad = format!(
            "{HEADER}B-1,2018-04-01 08:00,2018-04-01 07:00,西城区,CQ,10kV,故障,10001,\nB-2,gestern,,仙游区,XX,中等,停,-4,\nB-1,2018-04-01 08:00,,昌平区,CP,高压,限电,1,\nB-3,2018-06-01 08:00,,西城区,CQ,10kV,故障,1,\nB-4,2018-04-01 08:00,,西城区,CQ,10kV,故障\nB-1,2018-04-01 08:00,,西城区,CQ,10kV,故障,1,\n"
        );
        let told = c.import(HEAD, &bad).await.expect("read");
        let faults: Vec<(u64, &str, &str)> = told.refused.iter().map(|r| (r.line, r.column.as_str(), r.code)).collect();
        assert_eq!(
            faults,
            [
                (2, "end", "outage_ends_before"),
                (2, "customers", "outage_more_than_served"),
                (3, "start", "moment"),
                (3, "district", "district_unknown"),
                (3, "unit", "unit"),
                (3, "level", "network_level"),
                (3, "kind", "outage_kind"),
                (3, "customers", "number"),
                (4, "", "not_yours"),
                (5, "start", "outage_starts_in_future"),
                (6, "", "columns"),
            ]
        );
        assert_eq!((told.rows, told.faults, told.new), (6, 11, 0));
        assert!(
            told.refused[5].allowed.iter().any(|a| a == "medium")
                || told.refused[5].allowed.iter().any(|a| a == "high")
        );
        assert_eq!(c.month(4).await, Sums::default());

        let check = c
            .app
            .check_outages(&c.actor(HEAD).await, &Source::Bytes(good.clone().into_bytes()))
            .await
            .expect("looked at");
        assert_eq!((check.new, check.faults), (2, 0));
        assert_eq!(c.month(4).await, Sums::default(), "a look writes nothing");
        let taken = c.import(HEAD, &good).await.expect("taken");
        assert_eq!((taken.new, taken.unchanged), (2, 0));
        let sums = c.month(4).await;
        assert_eq!((sums.events, sums.open, sums.interruptions, sums.customer_seconds), (2, 1, 500, 500 * 3_600));
        let again = c.import(HEAD, &good).await.expect("taken");
        assert_eq!((again.new, again.ended, again.unchanged), (0, 0, 2));
        // Power is back, says the next file; anything else needs a reason.
        c.0.later(1).await;
        let ended = good.replace("8:30:15,,", "8:30:15,2018-04-02 9:30:15,");
        let done = c.import(HEAD, &ended).await.expect("taken");
        assert_eq!((done.new, done.ended, done.unchanged), (0, 1, 1));
        assert_eq!(c.month(4).await.customer_seconds, 520 * 3_600);
        let other = c.import(HEAD, &ended.replace(",500,", ",501,")).await.expect("read");
        assert_eq!((other.faults, other.refused[0].code), (1, "outage_differs"));
        // What a file brought has a history like what somebody recorded.
        let page = c.app.outage_page(&c.actor(HEAD).await, "A-2").await.expect("a page");
        assert_eq!(
            (page.file.as_ref().map(|f| (f.name.as_str(), f.line)), page.story.len()),
            (Some(("停电.csv", 3)), 1)
        );
        c.whole().await;
        let none = c.import(VIEWER, &good).await;
        assert!(matches!(none, Err(ImportError::App(AppError::Denied(_)))), "{none:?}");
        let missing = c.import(HEAD, "编号,区\n1,西城区\n").await;
        assert!(matches!(missing, Err(ImportError::ColumnsMissing(ref m)) if m.len() == 5), "{missing:?}");
        c.app.close().await;
    }
}

/// A table of so many outages from the beginning of 2017 on.
fn many(n: usize) -> String {
    let mut text = HEADER.to_owned();
    for i in 0..n {
        let (district, unit) = if i % 3 == 0 { ("西城区", "CQ") } else { ("昌平区", "CP") };
        let (day, hour) = (i % 28 + 1, i % 22);
        let (year, month) = (2017 + i / 12 % 2, if i / 12 % 2 == 1 { i % 4 + 1 } else { i % 12 + 1 });
        let level = ["低压", "中压", "高压"][i % 3];
        let kind = ["计划停电", "故障停电", "限电"][i % 3];
        let _ = writeln!(
            text,
            "N-{i},{year}-{month}-{day} {hour}:05,{year}-{month}-{day} {}:{:02},{district},{unit},{level},{kind},{},",
            hour + 1,
            i % 60,
            i % 90
        );
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_lines_are_streamed_and_their_sums_are_what_their_outages_give() {
    for engine in Engine::ALL {
        let c = Company::new(engine).await;
        let source = Source::Bytes(many(20_000).into_bytes());
        let taken = c.app.import_outages(&Actor::System, &source, "many.csv").await.expect("taken");
        assert_eq!((taken.rows, taken.new, taken.faults), (20_000, 20_000, 0));
        let year = c.year(None).await.year;
        // Recomputed from the lines of the file.
        let (mut events, mut interruptions, mut minutes) = (0, 0, 0);
        for i in (0..20_000_i64).filter(|i| i / 12 % 2 == 1) {
            let lasted = 55 + i % 60;
            events += 1;
            if lasted > 5 {
                interruptions += i % 90;
                minutes += lasted * (i % 90);
            }
        }
        let sums = year.total.all.sums;
        assert_eq!((sums.events, sums.interruptions, sums.customer_seconds), (events, interruptions, minutes * 60));
        assert_eq!(year.months.iter().map(|m| m.1.all.sums).sum::<Sums>(), sums);
        let again = c.app.import_outages(&Actor::System, &source, "many.csv").await.expect("taken");
        assert_eq!((again.new, again.unchanged), (0, 20_000));
        let bad = many(3_000).replace("高压", "?");
        let told = c.app.check_outages(&Actor::System, &Source::Bytes(bad.into_bytes())).await.expect("read");
        assert_eq!((told.faults, told.refused.len()), (1_000, MOST_FAULTS));
        // Pages of a list, by the place where the one before ended.
        let (mut seen, mut after) = (0, None);
        loop {
            let filter = OutageFilter { district: Some("西城区".into()), after, ..OutageFilter::default() };
            let page = c.app.outages(&Actor::System, &filter, 500).await.expect("a page");
            let Some(last) = page.last() else { break };
            assert!(page.is_sorted_by(|a, b| (a.facts.start, a.id) >= (b.facts.start, b.id)));
            after = Some((last.facts.start, last.id));
            seen += page.len();
        }
        assert_eq!(seen, 20_000_usize.div_ceil(3));
        c.whole().await;
        // A sum that somebody edits, one that is taken away, an outage that is made smaller.
        for (sql, told) in [
            (
                "UPDATE outage_sum SET interruptions = interruptions + 1 WHERE grain = 'month' AND first_day = '2018-03-01' AND district = '西城区' AND level = 'low' AND kind = 'planned'",
                "outage_sum of month 2018-03-01 西城区",
            ),
            (
                "DELETE FROM outage_sum WHERE grain = 'total' AND first_day = '2017-01-01'",
                "outage_sum of total 2017-01-01 is missing",
            ),
            ("UPDATE outage SET customers = customers - 1 WHERE code = 'N-18'", "the row of outage"),
        ] {
            c.app
                .store()
                .write::<_, yixian_app::store::StoreError, _>(async move |tx| {
                    tx.conn().execute(sql, &[] as &[Cell<'_>]).await.map(drop)
                })
                .await
                .expect("edited");
            let found = c.app.verify().await.expect("verified");
            assert!(found.faults.iter().any(|f| f.what.contains(told)), "{told}: {:?}", found.faults);
        }
        c.app.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_else_has_changed_is_not_overwritten() {
    let c = Company::new(Engine::Sqlite).await;
    c.record(700, "T-1", facts("05-01T10:00", None, 1)).await;
    c.by(HEAD, json!({ "do": "end_outage", "outage": id(700), "end": "2018-05-01T11:00:00+08:00" })).await;
    let void =
        serde_json::from_value(json!({ "do": "void_outage", "outage": id(700), "reason": "重复" })).expect("a command");
    let command = yixian_domain::ids::CommandId(c.app.mint().uuid(c.now));
    let stale = c.app.execute(&c.actor(HEAD).await, command, void, Some(1)).await.map(drop);
    assert_eq!(said(stale), "stale");
    c.app.close().await;
}

/// The demo's two years look like those that Beijing published, and the storm of July 2018 is their only major event day.
pub(super) async fn of_the_demo(app: &yixian_app::App) {
    let now = app.clock().now();
    let year = async |y: i16| app.reliability(&Actor::System, y, None, None).await.expect("a year").year;
    let (before, this) = (year(2017).await, year(2018).await);
    let hours = |y: &yixian_domain::outage::year::Year| y.total.all.saidi_min().expect("customers") / 60.0;
    let times = |y: &yixian_domain::outage::year::Year| y.total.all.saifi().expect("customers");
    println!(
        "outages: {:.3} h, {:.4} in 2017; {:.3} h, {:.4} in 2018",
        hours(&before),
        times(&before),
        hours(&this),
        times(&this)
    );
    assert!((hours(&before) - 0.78).abs() < 0.03 && (times(&before) - 0.19).abs() < 0.01);
    // Nine months of it.
    assert!((hours(&this) - 0.78 * 272.0 / 365.0).abs() < 0.03 && (times(&this) - 0.19 * 272.0 / 365.0).abs() < 0.01);
    let days: Vec<String> = before.major.iter().chain(&this.major).map(|m| m.day.to_string()).collect();
    assert_eq!(days, ["2018-07-16"]);
    assert!(before.total.all.sums.events + this.total.all.sums.events > 1_900);
    assert_eq!(this.total.all.sums.open, 3);
    // What was taken over was not known before the register began; what is known now was not all known in May.
    let may = Instant(1_527_782_400_000);
    let then = app.reliability(&Actor::System, 2018, None, Some(may)).await.expect("a year").year;
    assert_eq!(then.months.len(), 5);
    assert!(then.total.all.sums.events < this.total.all.sums.events && now > may);
}
