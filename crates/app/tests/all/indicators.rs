//! An indicator taken apart, on both engines: readings with every fault at once, a draft that somebody else approves, tasks that are
//! matters of their departments and judged by whoever commands, a second version that splits one, figures that the second
//! version and what was closed since do not change, tables that are taken whole or not at all.

use super::house::{House, said};
use serde_json::{Value, json};
use std::ops::Deref;
use uuid::Uuid;
use yixian_app::import::table::CsvKind;
use yixian_domain::access::Actor;
use yixian_domain::figure::{Dimension, FigureCode as F, Value as Number};
use yixian_domain::ids::MatterId;
use yixian_domain::matter::StageName;
use yixian_domain::time::Instant;
use yixian_testkit::{Engine, id};

/// 2018-01-08 10:00 in Beijing.
const JAN_8: Instant = Instant(1_515_376_800_000);
const MKT: u64 = 401;
const OPS: u64 = 402;
const KEEPER: u64 = 500;
const CHIEF: u64 = 501;
const HANDLER: u64 = 502;
const JUDGE: u64 = 503;
const HEAD: u64 = 504;
const STRANGER: u64 = 505;
const INDICATOR: u64 = 700;
const DRAFT: u64 = 701;
const SECOND: u64 = 702;

struct Company(House);

impl Deref for Company {
    type Target = House;
    fn deref(&self) -> &House {
        &self.0
    }
}

fn aspect(n: u64, code: &str, weight: &str, component: &str) -> Value {
    json!({ "aspect": id(n), "code": code, "name": format!("方面{code}"), "weight": weight, "component": component })
}
fn task(n: u64, code: &str, under: u64, weight: &str, owners: &[u64], due: &str) -> Value {
    let owners: Vec<Uuid> = owners.iter().map(|o| id(*o)).collect();
    json!({ "task": id(n), "code": code, "aspect": id(under), "title": format!("任务{code}"), "weight": weight, "owners": owners,
        "due": due, "deliverable": "报告", "evidence": n == 803 })
}

impl Company {
    async fn new(engine: Engine) -> Company {
        let people = [
            (KEEPER, MKT, "coordinator"),
            (CHIEF, MKT, "viewer"),
            (HANDLER, MKT, "handler"),
            (JUDGE, MKT, "verifier"),
            (HEAD, OPS, "handler"),
            (STRANGER, OPS, "coordinator"),
        ];
        let c = Company(House::new(engine, JAN_8, &[(MKT, "MKT"), (OPS, "OPS")], &people).await);
        c.by(KEEPER, json!({ "do": "put_indicator", "indicator": id(INDICATOR), "code": "HDDL", "name": "获得电力", "owner": id(MKT),
            "commander": id(CHIEF) })).await;
        c
    }
    async fn later(&mut self, days: i64) {
        self.0.later(days).await;
        self.app.sweep().await.expect("swept");
    }
    fn reading(kind: &str, label: &str, source: &str, values: [&str; 4]) -> Value {
        json!({ "do": "record_reading", "indicator": id(INDICATOR), "kind": kind, "day": "2018-01-01", "label": label, "source": source,
            "cities": [{ "name": "北京", "values": values }] })
    }
    async fn first_version(&self) {
        self.by(KEEPER, json!({ "do": "begin_breakdown", "breakdown": id(DRAFT), "indicator": id(INDICATOR) })).await;
        self.by(KEEPER, json!({ "do": "write_breakdown", "breakdown": id(DRAFT),
            "aspects": [aspect(710, "A1", "60", "procedures"), aspect(711, "A2", "40", "time")],
            "tasks": [task(801, "T1", 710, "50", &[MKT], "2018-01-31"), task(802, "T2", 710, "50", &[OPS], "2018-03-31"),
                task(803, "T3", 711, "100", &[MKT], "2018-03-31")] })).await;
        self.by(CHIEF, json!({ "do": "approve_breakdown", "breakdown": id(DRAFT), "effective": "2018-01-08" })).await;
    }
    /// Aspects, tasks, departments, done of, by weight, overdue; as of so many days after the beginning.
    async fn counted(&self, as_of: Instant) -> String {
        let report =
            self.app.report(&Actor::System, "2018".parse().expect("a period"), None, as_of).await.expect("figures");
        let n = |code| report.get(code).expect("a figure").number().map_or_else(|| "–".into(), |n| format!("{n:.1}"));
        let done = match report.get(F::TasksDone).expect("a figure").value {
            Number::Share { numerator, denominator } => format!("{numerator}/{denominator}"),
            other => format!("{other:?}"),
        };
        let rest = [F::TasksDoneWeight, F::TasksOverdue, F::IndicatorScore].map(n).join(" ");
        format!("{} {} {} {done} {rest}", n(F::Aspects), n(F::Tasks), n(F::TaskDepartments))
    }
    async fn stage(&self, n: u64) -> StageName {
        self.app.matter_page(&Actor::System, MatterId(id(n))).await.expect("a matter").matter.stage.name()
    }
}

#[tokio::test]
async fn what_was_read_is_scored_and_every_fault_is_told() {
    for engine in Engine::ALL {
        let c = Company::new(engine).await;
        assert_eq!(
            c.told(STRANGER, Company::reading("counted", "x", "自测", ["3", "34", "0", "6"])).await,
            "needs_role"
        );
        let told = c.told(KEEPER, Company::reading("claimed", " ", "", ["3", "34", "-1", "9"])).await;
        assert_eq!(told, "reading_no_label reading_no_source reading_out_of_range reading_out_of_range", "{engine:?}");
        assert_eq!(c.told(KEEPER, Company::reading("counted", "x", "自测", ["3", "many", "0", "6"])).await, "decimal");
        let mut short = Company::reading("counted", "x", "自测", ["3", "34", "0", "6"]);
        short["cities"][0]["values"] = json!(["3"]);
        short["cities"][0]["share"] = json!("45");
        short["day"] = json!("2019-01-01");
        assert_eq!(c.told(KEEPER, short).await, "reading_in_future reading_shares reading_values");
        c.by(KEEPER, Company::reading("claimed", "DB2018", "世界银行", ["6", "141", "356.2", "5"])).await;
        c.by(KEEPER, Company::reading("target", "DB2020", "", ["2", "32", "0", "7"])).await;
        c.by(CHIEF, Company::reading("counted", "2018-01", "自测", ["3", "34", "0", "6"])).await;
        assert_eq!(
            c.told(CHIEF, Company::reading("counted", "2018-01", "自测", ["3", "34", "0", "6"])).await,
            "same_as_before"
        );
        let p = c.app.indicator(&c.actor(STRANGER).await, "HDDL", None).await.expect("everybody reads it");
        let scores: Vec<String> =
            p.indicator.readings.iter().map(|r| format!("{:.3}", p.indicator.score(r).total)).collect();
        assert_eq!(scores, ["63.656", "95.353", "92.011"]);
        assert!(c.counted(c.now).await.ends_with(" 92.0"), "claims and targets never count");
    }
}

#[tokio::test]
async fn a_draft_gives_nobody_anything_before_another_approves_it() {
    for engine in Engine::ALL {
        let mut c = Company::new(engine).await;
        c.by(KEEPER, json!({ "do": "begin_breakdown", "breakdown": id(DRAFT), "indicator": id(INDICATOR) })).await;
        let write = |aspects: Value, tasks: Value| json!({ "do": "write_breakdown", "breakdown": id(DRAFT), "aspects": aspects, "tasks": tasks });
        // Two owners, none, a unit that is not there, no weight, no component: all at once.
        let mut bad = task(801, "T1", 710, "many", &[MKT, OPS], "2018-01-31");
        bad["helpers"] = json!([id(999)]);
        let told = c
            .told(
                KEEPER,
                write(
                    json!([aspect(710, "A1", "60", "speed")]),
                    json!([bad, task(802, "T2", 710, "50", &[], "2018-03-31")]),
                ),
            )
            .await;
        assert_eq!(told, "tree_no_component two_owners unit weight owner_needed", "{engine:?}");
        // What only the whole shows is told when it is approved.
        let mut round = aspect(711, "A2", "30", "time");
        round["parent"] = json!(id(712));
        let mut back = aspect(712, "A3", "100", "time");
        back["parent"] = json!(id(711));
        c.by(
            KEEPER,
            write(
                json!([aspect(710, "A1", "60", "procedures"), round, back]),
                json!([task(801, "T1", 710, "40", &[MKT], "2018-01-02")]),
            ),
        )
        .await;
        let approve = json!({ "do": "approve_breakdown", "breakdown": id(DRAFT), "effective": "2018-01-08" });
        let told = c.told(CHIEF, approve.clone()).await;
        for fault in ["tree_circle", "tree_weights", "due_before"] {
            assert!(told.contains(fault), "{told}");
        }
        assert!(c.app.matter_page(&Actor::System, MatterId(id(801))).await.is_err(), "nothing was given to anybody");
        c.by(
            KEEPER,
            write(
                json!([aspect(710, "A1", "60", "procedures"), aspect(711, "A2", "40", "time")]),
                json!([
                    task(801, "T1", 710, "50", &[MKT], "2018-01-31"),
                    task(802, "T2", 710, "50", &[OPS], "2018-03-31"),
                    task(803, "T3", 711, "100", &[MKT], "2018-03-31")
                ]),
            ),
        )
        .await;
        assert_eq!(c.told(KEEPER, approve.clone()).await, "needs_role", "who keeps it does not approve it");
        let past = json!({ "do": "approve_breakdown", "breakdown": id(DRAFT), "effective": "2018-01-07" });
        assert_eq!(c.told(CHIEF, past).await, "breakdown_backwards");
        assert_eq!(c.counted(c.now).await, "0.0 0.0 0.0 0/0 – 0.0 –");
        c.by(CHIEF, approve).await;
        assert_eq!(c.counted(c.now).await, "2.0 3.0 2.0 0/3 0.0 0.0 –");

        // It is a matter like any other: signed for, done, judged by whoever commands, answered to him.
        let m = c.app.matter_page(&Actor::System, MatterId(id(801))).await.expect("a task").matter;
        assert_eq!((m.unit.0, m.raised.by.person().map(|p| p.0)), (id(MKT), Some(id(CHIEF))));
        assert_eq!(m.due.as_ref().map(|d| d.day.to_string()).as_deref(), Some("2018-01-31"));
        for n in [801, 803] {
            c.by(HANDLER, json!({ "do": "accept", "matter": id(n) })).await;
        }
        assert_eq!(c.told(HANDLER, json!({ "do": "submit", "matter": id(803), "how": "已办" })).await, "task_evidence");
        c.by(HANDLER, json!({ "do": "submit", "matter": id(801), "how": "已办" })).await;
        assert_eq!(
            c.told(JUDGE, json!({ "do": "verify", "matter": id(801) })).await,
            "owners_work",
            "its own department does not judge it"
        );
        c.by(CHIEF, json!({ "do": "verify", "matter": id(801) })).await;
        c.by(KEEPER, json!({ "do": "answer", "matter": id(801), "words": "已完成" })).await;
        c.by(CHIEF, json!({ "do": "rate", "matter": id(801), "verdict": "solved" })).await;
        assert_eq!(c.counted(c.now).await, "2.0 3.0 2.0 1/3 30.0 0.0 –");
        c.later(90).await;
        assert_eq!(c.counted(c.now).await, "2.0 3.0 2.0 1/3 30.0 2.0 –", "what was due in March is overdue in April");
        assert!(c.app.verify().await.expect("verified").ok);
    }
}

#[tokio::test]
async fn another_version_changes_nothing_that_was() {
    for engine in Engine::ALL {
        let mut c = Company::new(engine).await;
        c.first_version().await;
        c.by(HANDLER, json!({ "do": "accept", "matter": id(801) })).await;
        let before = c.now.plus_millis(3_600_000);
        let told = c.counted(before).await;
        c.later(49).await;
        c.by(
            KEEPER,
            json!({ "do": "begin_breakdown", "breakdown": id(SECOND), "indicator": id(INDICATOR), "reason": "拆分" }),
        )
        .await;
        let again =
            json!({ "do": "begin_breakdown", "breakdown": id(703), "indicator": id(INDICATOR), "reason": "再来" });
        assert_eq!(c.told(KEEPER, again).await, "breakdown_draft_open");
        let half = |n, code: &str, weight: &str| {
            let mut t = task(n, code, 710, weight, &[MKT], "2018-03-31");
            t["title"] = json!(format!("一半{code}"));
            t
        };
        let split = |weights: [&str; 2]| {
            json!({ "do": "split_task", "breakdown": id(SECOND), "task": id(801), "reason": "两件事",
            "into": [half(811, "T1a", weights[0]), half(812, "T1b", weights[1])] })
        };
        assert_eq!(c.told(KEEPER, split(["20", "20"])).await, "split_weights");
        c.by(KEEPER, split(["20", "30"])).await;
        let later = task(802, "T2", 710, "50", &[OPS], "2018-09-30");
        assert_eq!(
            c.told(KEEPER, json!({ "do": "put_task", "breakdown": id(SECOND), "task": later })).await,
            "task_due_stays"
        );
        // Another department takes one over, an aspect of its own comes above two.
        c.by(KEEPER, json!({ "do": "put_task", "breakdown": id(SECOND), "task": task(803, "T3", 711, "100", &[OPS], "2018-03-31") })).await;
        c.by(
            KEEPER,
            json!({ "do": "put_aspect", "breakdown": id(SECOND), "aspect": aspect(715, "A0", "100", "time") }),
        )
        .await;
        for (n, code, weight, component) in [(710, "A1", "60", "procedures"), (711, "A2", "40", "time")] {
            let mut a = aspect(n, code, weight, component);
            a["parent"] = json!(id(715));
            c.by(KEEPER, json!({ "do": "put_aspect", "breakdown": id(SECOND), "aspect": a })).await;
        }
        assert_eq!(c.counted(c.now).await, "2.0 3.0 2.0 0/3 0.0 1.0 –", "a draft counts nothing");
        c.by(CHIEF, json!({ "do": "approve_breakdown", "breakdown": id(SECOND), "effective": "2018-02-26" })).await;
        assert_eq!(c.counted(c.now).await, "2.0 4.0 2.0 0/4 0.0 0.0 –", "{engine:?}");
        assert_eq!(c.counted(before).await, told, "what was counted before stays");
        // What was split goes with its first part; what another owns now lies with him.
        assert_eq!(c.stage(801).await, StageName::Merged);
        let taken = c.app.matter_page(&Actor::System, MatterId(id(803))).await.expect("a task").matter;
        assert_eq!(taken.unit.0, id(OPS));
        let report = c
            .app
            .report_by(
                &Actor::System,
                "2018-01..2018-03".parse().expect("a period"),
                None,
                c.now,
                Some(Dimension::Department),
            )
            .await
            .expect("figures");
        let leaves: f64 = report
            .groups
            .iter()
            .filter_map(|(_, all)| {
                yixian_domain::figure::find(all, F::Tasks).and_then(yixian_domain::figure::Figure::number)
            })
            .sum();
        assert!((leaves - 4.0).abs() < 1e-9, "leaves of the departments make all of them");
        let now = c.counted(c.now).await;
        // Kept in memory or read anew is the same.
        c.later(0).await;
        assert_eq!(c.counted(c.now).await, now);
        assert_eq!(c.counted(before).await, told);
        assert!(c.app.verify().await.expect("verified").ok);
    }
}

const TABLE: &str = "指标,方面,方面名称,方面权重,分项,任务编码,任务,权重,责任部门,配合部门,时限,交付物,佐证
HDDL,A1,精简环节,60,环节,T1,合并受理与签约,50,MKT,OPS,2018-03-31,细则,是
HDDL,A1,,,,T2,取消中间检查,50,OPS,,2018/3/31,,
HDDL,A2,压缩时间,40,time,T3,配套工程提速,100,OPS,,2018-06-30,,
";

#[tokio::test]
async fn a_table_is_a_draft_or_nothing() {
    for engine in Engine::ALL {
        let c = Company::new(engine).await;
        let keeper = c.actor(KEEPER).await;
        let stranger = said(c.app.preview_csv(&c.actor(HEAD).await, CsvKind::Tasks, TABLE.into()).await.map(drop));
        assert_eq!(stranger, "needs_role");
        let look = c.app.preview_csv(&keeper, CsvKind::Tasks, TABLE.into()).await.expect("a preview");
        assert_eq!((look.new.len(), look.refused.len(), look.writes()), (3, 0, true), "{:?}", look.refused);
        let done = c.app.apply_csv(&keeper, CsvKind::Tasks, TABLE.into()).await.expect("applied");
        assert_eq!((done.new, done.changed, done.refused.len()), (3, 0, 0), "{:?}", done.refused);
        let again = c.app.apply_csv(&keeper, CsvKind::Tasks, TABLE.into()).await.expect("applied");
        assert_eq!((again.new, again.changed, again.unchanged), (0, 0, 3), "{engine:?}");
        let p = c.app.indicator(&keeper, "HDDL", None).await.expect("an indicator");
        let draft = p.draft.expect("a draft");
        assert_eq!((draft.tree.aspects.len(), draft.tree.tasks.len(), draft.no), (2, 3, 1));
        assert!(draft.tree.tasks[0].evidence && !draft.tree.tasks[1].evidence);

        let bad = TABLE
            .replace("50,MKT", "50,MKT、OPS")
            .replace("2018/3/31", "soon")
            .replace("压缩时间,40,time", "压缩时间,40,speed")
            + "HDDL,A9,,,,T9,没有名称,100,XX,,2018-06-30,,\n没有,A1,,,,T8,无,1,MKT,,2018-06-30,,\n";
        let look = c.app.preview_csv(&keeper, CsvKind::Tasks, bad.clone().into()).await.expect("a preview");
        let mut told: Vec<_> = look.refused.iter().map(|r| (r.line, r.column.as_str(), r.code)).collect();
        told.sort_unstable();
        assert_eq!(
            told,
            [
                (2, "owner", "two_owners"),
                (3, "due", "date"),
                (4, "component", "tree_no_component"),
                (5, "aspect_name", "name_needed"),
                (5, "aspect_weight", "weight"),
                (5, "component", "tree_no_component"),
                (5, "owner", "unit"),
                (6, "indicator", "indicator"),
            ]
        );
        let uneven = TABLE.replace("60,环节", "50,环节").replace("取消中间检查,50", "取消中间检查,40");
        let look = c.app.preview_csv(&keeper, CsvKind::Tasks, uneven.clone().into()).await.expect("a preview");
        let told: Vec<_> = look.refused.iter().map(|r| (r.line, r.code, r.detail.as_str())).collect();
        assert_eq!(told.iter().map(|t| t.1).collect::<Vec<_>>(), ["tree_weights", "tree_weights"], "{told:?}");
        for table in [bad, uneven] {
            let done = c.app.apply_csv(&keeper, CsvKind::Tasks, table.into()).await.expect("told");
            assert!(done.new + done.changed == 0 && !done.refused.is_empty());
        }
        let p = c.app.indicator(&keeper, "HDDL", None).await.expect("an indicator");
        assert_eq!(p.draft.map(|d| d.tree), Some(draft.tree), "nothing was written");
    }
}

#[tokio::test]
async fn a_campaign_has_the_visits_of_its_members() {
    for engine in Engine::ALL {
        let c = Company::new(engine).await;
        let put = |to: &str, people: Value| {
            json!({ "do": "put_campaign", "campaign": id(720), "code": "Q1", "name": "主题", "theme": "获得电力",
            "principles": ["安全为本"], "from": "2018-01-01", "to": to, "commander": id(CHIEF), "owner": id(MKT), "people": people,
            "indicator": id(INDICATOR) })
        };
        assert_eq!(c.told(STRANGER, put("2018-03-31", json!([id(KEEPER)]))).await, "needs_role");
        assert_eq!(c.told(KEEPER, put("2017-12-31", json!([id(KEEPER)]))).await, "campaign_ends_before");
        assert_eq!(c.told(KEEPER, put("2018-03-31", json!([]))).await, "campaign_no_member");
        c.by(KEEPER, put("2018-03-31", json!([id(KEEPER)]))).await;
        c.system(json!({ "do": "put_place", "place": id(900), "code": "S-1", "name": "营业厅", "kind": "station", "district": "西城区", "area": "urban",
            "unit": id(MKT) })).await;
        for (n, leader) in [(910, KEEPER), (911, STRANGER)] {
            c.by(leader, json!({ "do": "plan_visit", "visit": id(n), "kind": "site", "place": id(900), "leader": id(leader), "day": "2018-01-08",
                "host": id(if leader == KEEPER { MKT } else { OPS }) })).await;
            c.by(leader, json!({ "do": "start_visit", "visit": id(n) })).await;
        }
        let p = c.app.campaign(&c.actor(STRANGER).await, "Q1").await.expect("everybody reads it");
        let visits: Vec<(Uuid, usize)> = p.visits.iter().map(|v| (v.person.0, v.visits)).collect();
        assert_eq!(visits, [(id(KEEPER), 1)], "{engine:?}");
        assert_eq!(p.figures.first().and_then(yixian_domain::figure::Figure::number), Some(1.0));
        assert_eq!(p.indicator.map(|i| i.code).as_deref(), Some("HDDL"));
    }
}

/// What the demo's records give, as of the days that are told of.
pub(super) async fn of_the_demo(app: &yixian_app::App) {
    let zone = app.policies().zone.clone();
    let end = |on: &str| zone.end_of_day(on.parse().expect("a day"));
    let quarter = "2018-01..2018-03".parse().expect("a period");
    let told = async |period, on: &str| {
        let report = app.report(&Actor::System, period, None, end(on)).await.expect("figures");
        let n = |code| report.get(code).expect("a figure").number();
        let done = report.get(F::TasksDone).expect("a figure").numerator.len();
        let counts =
            [F::Aspects, F::Tasks, F::TaskDepartments, F::TasksOverdue].map(n).map(|n| n.map_or(-1, |n| n as i64));
        (counts, done, n(F::IndicatorScore).map(|s| format!("{s:.3}")))
    };
    let ([aspects, tasks, ..], ..) = told(quarter, "2018-02-01").await;
    assert_eq!((aspects, tasks), (24, 103));
    let (counts, done, _) = told(quarter, "2018-03-31").await;
    assert_eq!((counts, done), ([25, 104, 18, 6], 83));
    // Nothing of the 83 is closed within the last day of the quarter.
    assert_eq!(told(quarter, "2018-03-30").await.1, 83);
    let whole = "2018".parse().expect("a year");
    assert_eq!(told(whole, "2018-09-29").await.1, 102);
    assert_eq!(told(whole, "2018-06-30").await.2.as_deref(), Some("92.011"));

    let by = async |dimension| {
        let report =
            app.report_by(&Actor::System, quarter, None, end("2018-03-31"), Some(dimension)).await.expect("figures");
        let tasks = |all: &[yixian_domain::figure::Figure]| {
            yixian_domain::figure::find(all, F::Tasks)
                .and_then(yixian_domain::figure::Figure::number)
                .unwrap_or_default() as i64
        };
        let mut all: Vec<i64> = report.groups.iter().map(|(_, figures)| tasks(figures)).filter(|n| *n > 0).collect();
        all.sort_unstable();
        all
    };
    assert_eq!(by(Dimension::Component).await, [18, 24, 28, 34]);
    assert_eq!(by(Dimension::Department).await, [1, 1, 2, 2, 3, 3, 3, 3, 4, 4, 6, 6, 6, 7, 8, 9, 14, 22]);
    assert_eq!(by(Dimension::Aspect).await.iter().sum::<i64>(), 104);

    let p = app.indicator(&Actor::System, "HDDL", None).await.expect("the indicator");
    let mut scores: Vec<(&str, String)> =
        p.indicator.readings.iter().map(|r| (r.label.as_str(), format!("{:.3}", p.indicator.score(r).total))).collect();
    scores.retain(|(label, _)| *label != "2017-12");
    assert_eq!(scores.iter().map(|s| s.1.as_str()).collect::<Vec<_>>(), ["63.656", "95.353", "92.011"]);
    assert!(p.version.as_ref().is_some_and(|v| v.tree.faults(p.indicator.method()).is_empty()));
    assert_eq!(p.between.len(), 1, "what moved the score from one count to the next");
    let campaigns = app.campaigns(&Actor::System).await.expect("campaigns");
    assert_eq!(
        campaigns.iter().map(|c| c.code.as_str()).collect::<Vec<_>>(),
        ["GZY-2018-10", "GZY-2018-05", "ZT-2018-Q1"]
    );
    let first = app.campaign(&Actor::System, "ZT-2018-Q1").await.expect("the first quarter's");
    assert!(first.visits.iter().map(|v| v.visits).sum::<usize>() > 20, "the leadership and the heads went");
}
