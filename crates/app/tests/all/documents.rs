//! Supporting documents on both engines: versions one after the other, clauses that are followed by who cites them, what keeps a clause
//! from ending, recognitions, and the figures as they were known on any day.

use super::house::House;
use serde_json::{Value, json};
use std::ops::{Deref, DerefMut};
use yixian_app::App;
use yixian_app::documents::Citer;
use yixian_domain::access::Actor;
use yixian_domain::figure::{Dimension, FigureCode as F, Group, Value as Number};
use yixian_domain::ids::{ClauseId, MatterId, UnitId};
use yixian_domain::time::{Date, Instant};
use yixian_testkit::{Engine, id};

/// 2018-05-02 10:00 in Beijing.
const MAY_2: Instant = Instant(1_525_226_400_000);

const UNIT: u64 = 401;
const HEAD: u64 = 501;
const STRANGER: u64 = 502;
const HANDLER: u64 = 503;
const VERIFIER: u64 = 504;
const MANUAL: u64 = 700;
const STANDARD: u64 = 701;
const RULE: &str = "R5-whole-30";
const STEP: &str = "connect-three-zero/survey";

struct Company(House);

impl Deref for Company {
    type Target = House;
    fn deref(&self) -> &House {
        &self.0
    }
}

impl DerefMut for Company {
    fn deref_mut(&mut self) -> &mut House {
        &mut self.0
    }
}

fn document(n: u64, code: &str, number: Option<&str>) -> Value {
    json!({ "do": "put_document", "document": id(n), "code": code, "title": "操作指导手册", "number": number, "issuer": "国网公司", "kind": "manual",
        "unit": id(UNIT) })
}

fn version(n: u64, label: &str, from: &str, to: Option<&str>, clauses: &[(&str, &str)]) -> Value {
    let clauses: Vec<Value> = clauses.iter().map(|(no, text)| json!({ "no": no, "text": text })).collect();
    json!({ "do": "put_version", "document": id(n), "label": label, "from": from, "to": to, "clauses": clauses })
}

fn cite(n: u64, of: u64, clause: &str, kind: &str, key: &str, since: Option<&str>) -> Value {
    json!({ "do": "cite", "citation": id(n), "document": id(of), "clause": clause, "citing": { "kind": kind, "key": key }, "since": since })
}

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

impl Company {
    async fn new(engine: Engine) -> Company {
        let people = [
            (HEAD, UNIT, "coordinator"),
            (STRANGER, 402, "coordinator"),
            (HANDLER, UNIT, "handler"),
            (VERIFIER, UNIT, "verifier"),
        ];
        Company(House::new(engine, MAY_2, &[(UNIT, "CQ"), (402, "CP")], &people).await)
    }

    async fn figure(&self, code: F, period: &str, as_of: Instant) -> u64 {
        let period = period.parse().expect("a period");
        let report = self.app.report(&Actor::System, period, None, as_of).await.expect("figures");
        match report.get(code).expect("a figure").value {
            Number::Count { n } => n,
            other => panic!("{other:?}"),
        }
    }

    /// What a refusal says it is about.
    async fn about(&self, body: Value) -> String {
        match self.run(&self.actor(HEAD).await, body).await {
            Err(yixian_app::AppError::Refused(yixian_domain::refusal::Refusal::Rule { rule, about })) => {
                format!("{}: {about}", rule.as_str())
            }
            other => panic!("{other:?}"),
        }
    }

    async fn clause(&self, of: u64, no: &str) -> ClauseId {
        let document = self.app.document(&Actor::System, &id(of).to_string()).await.expect("a document");
        document.clauses_by_number()[no]
    }
}

/// Every fault at once, and one number of an issuer once, in whatever width it is typed.
async fn registered(c: &Company) {
    c.by(HEAD, document(MANUAL, "PT-01", Some("公司〔2018〕1号"))).await;
    let mut bad = document(STANDARD, "P 2", Some("公司〔２０１８〕1号"));
    bad["title"] = json!(" ");
    assert_eq!(c.told(HEAD, bad).await, "code name_needed document_number_taken");
    let mut bad = document(STANDARD, "PT-01", None);
    bad["issuer"] = json!("");
    assert_eq!(c.told(HEAD, bad).await, "code_taken document_issuer");
    assert_eq!(c.told(STRANGER, document(STANDARD, "PT-02", None)).await, "needs_role");
    // Two whose numbers are to be checked do not collide.
    c.by(HEAD, document(STANDARD, "PT-02", None)).await;
    c.by(HEAD, document(702, "PT-03", None)).await;
    assert_eq!(c.figure(F::DocumentsInForce, "2018-05", c.now).await, 0, "none has a version yet");
}

async fn versions(c: &Company) {
    let bad = json!({ "do": "put_version", "document": id(MANUAL), "label": "", "from": "2018-04-01", "to": "2018-03-31", "file": "abc",
        "clauses": [{ "no": "", "text": "一次受理" }, { "no": "1", "text": "受理" }, { "no": "1", "text": "勘查" }, { "no": "2", "text": " " }] });
    let told = "document_label document_file clause_no clause_text document_version_ends_before document_clause_twice";
    assert_eq!(c.told(HEAD, bad).await, told);
    c.by(HEAD, version(MANUAL, "v1", "2018-02-01", None, &[("1", "一次受理"), ("2", "一次勘查"), ("3", "当日接电")]))
        .await;
    for (label, from, to) in [("v2", "2018-02-01", None), ("v0", "2018-01-01", Some("2018-02-01"))] {
        assert_eq!(c.told(HEAD, version(MANUAL, label, from, to, &[])).await, "document_versions_overlap");
    }
    c.by(HEAD, version(STANDARD, "2018", "2018-04-01", Some("2018-12-31"), &[("3.1", "就近接入")])).await;
    let in_force = [("2018-01", 0), ("2018-02", 1), ("2018-03-15", 1), ("2018-04", 2)];
    for (period, n) in in_force {
        assert_eq!(c.figure(F::DocumentsInForce, period, c.now).await, n, "{period}");
    }
    assert_eq!(c.figure(F::DocumentsInForce, "2018-04", Instant(MAY_2.0 - 1)).await, 0, "nobody knew of them yet");
}

async fn cited(c: &Company) {
    for (n, of, clause, kind, key, since, code) in [
        (800, MANUAL, "1", "rule", RULE, Some("2018-01-31"), "clause_not_in_force"),
        (800, MANUAL, "9", "rule", "no-such-row", None, "clause citing"),
        (800, MANUAL, "1", "step", "connect-three-zero/fly", None, "citing"),
        (800, MANUAL, "1", "step", "survey", None, "citing"),
        (800, MANUAL, "1", "figure", "made_up", None, "citing"),
        (800, 799, "1", "rule", RULE, None, "document"),
    ] {
        assert_eq!(c.told(HEAD, cite(n, of, clause, kind, key, since)).await, code, "{clause} {key}");
    }
    c.by(HEAD, cite(800, MANUAL, "1", "rule", RULE, Some("2018-03-01"))).await;
    c.by(HEAD, cite(801, MANUAL, "2", "step", STEP, None)).await;
    c.by(HEAD, cite(802, MANUAL, "2", "figure", "connected_on_time", None)).await;
    c.by(HEAD, cite(803, MANUAL, "3", "figure", "raised", None)).await;
    assert_eq!(c.told(HEAD, cite(804, MANUAL, "1", "rule", RULE, None)).await, "clause_cited_already");
    assert_eq!(c.told(STRANGER, cite(804, MANUAL, "3", "rule", RULE, None)).await, "needs_role");
    assert_eq!(c.figure(F::ClausesCited, "2018-05", c.now).await, 3, "two rest on one of them");
    assert_eq!(c.figure(F::ClausesCited, "2018-03", c.now).await, 1, "the others cite since today");

    // A matter cites since the day on which it was raised, for whoever sees it and may say what it is about.
    c.by(HEAD, json!({ "do": "raise_matter", "matter": id(900), "kind": "violation", "origin": "staff", "category": "safety", "words": "未一次勘查",
        "unit": id(UNIT) })).await;
    // A task comes with the breakdown of its indicator.
    c.by(HEAD, json!({ "do": "put_indicator", "indicator": id(960), "code": "HDDL", "name": "获得电力", "owner": id(UNIT), "commander": id(VERIFIER) })).await;
    c.by(HEAD, json!({ "do": "begin_breakdown", "breakdown": id(961), "indicator": id(960) })).await;
    c.by(HEAD, json!({ "do": "write_breakdown", "breakdown": id(961),
        "aspects": [{ "aspect": id(962), "code": "A1", "name": "勘查", "weight": "100", "component": "time" }],
        "tasks": [{ "task": id(901), "code": "T1", "aspect": id(962), "title": "一次勘查", "weight": "100", "owners": [id(UNIT)], "due": "2018-05-31" }] })).await;
    c.by(VERIFIER, json!({ "do": "approve_breakdown", "breakdown": id(961), "effective": "2018-05-02" })).await;
    let matter = |n: u64| id(n).to_string();
    c.by(HEAD, version(702, "v1", "2018-05-03", None, &[("1", "明天起")])).await;
    for (body, code) in [
        (cite(810, 702, "1", "violation", &matter(900), Some("2018-05-09")), "clause_not_in_force"),
        (cite(810, MANUAL, "2", "task", &matter(900), None), "citing_kind"),
        (cite(810, MANUAL, "2", "violation", &matter(999), None), "citing"),
    ] {
        assert_eq!(c.told(HEAD, body).await, code);
    }
    assert_eq!(c.told(STRANGER, cite(810, MANUAL, "2", "violation", &matter(900), None)).await, "citing");
    c.by(HEAD, cite(810, MANUAL, "2", "violation", &matter(900), None)).await;
    c.by(HEAD, cite(811, MANUAL, "2", "task", &matter(901), None)).await;
    let clauses = c.app.clauses_of_matter(&c.actor(HEAD).await, MatterId(id(900))).await.expect("clauses");
    assert_eq!(clauses.iter().map(|c| c.reference.as_str()).collect::<Vec<_>>(), ["PT-01/2@v1"]);

    // Everything that cites a clause, those that hold it first; a matter that is out of sight is told of and not named.
    let clause = c.clause(MANUAL, "2").await;
    let page = c.app.clause_page(&c.actor(HEAD).await, "PT-01", clause).await.expect("a clause");
    let told: Vec<_> = page.page.citing(clause).map(|by| (by.citation.citing.kind().as_str(), by.holds)).collect();
    assert_eq!(told, [("step", true), ("task", true), ("violation", false), ("figure", false)]);
    let page = c.app.clause_page(&c.actor(STRANGER).await, "PT-01", clause).await.expect("a clause");
    assert!(page.page.citing(clause).all(|by| !matches!(by.citer, Citer::Matter(Some(_)))) && !page.page.keeps);
}

/// A new version changes nothing in the count; citations follow the number, and the rest is left behind.
async fn followed(c: &Company) {
    let before = c.figure(F::DocumentsInForce, "2018-05", c.now).await;
    let clause = c.clause(MANUAL, "2").await;
    c.by(
        HEAD,
        version(MANUAL, "v2", "2018-04-01", None, &[("1", "线上受理"), ("2", "一个工作日内勘查"), ("4", "回访")]),
    )
    .await;
    assert_eq!(c.figure(F::DocumentsInForce, "2018-05", c.now).await, before);
    assert_eq!(c.clause(MANUAL, "2").await, clause, "the same clause");
    let page = c.app.document_page(&c.actor(HEAD).await, "PT-01").await.expect("a document");
    let reference = page.citing(clause).next().and_then(|by| by.reference.clone());
    assert_eq!(reference.as_deref(), Some("PT-01/2@v2"));
    let left: Vec<_> = page.left_behind(day("2018-05-02")).iter().map(|by| by.citation.id).collect();
    assert_eq!(left, [id(803)], "clause 3 is cited and not in v2");
    assert_eq!(page.document.last_day(&page.document.versions[0]), Some(day("2018-03-31")));
    assert_eq!(c.figure(F::ClausesCited, "2018-05", c.now).await, 2);
    // What is to come does not hold yet.
    assert_eq!(c.figure(F::DocumentsInForce, "2018-05-02", c.now).await, 2);
}

/// A clause that something open rests on does not end, and whoever asks is told by what.
async fn ended(c: &mut Company) {
    let end = |no: &str, on: &str| json!({ "do": "end_clause", "document": id(MANUAL), "clause": no, "on": on, "reason": "并入第四条" });
    assert_eq!(c.about(end("1", "2018-05-10")).await, format!("clause_held: {RULE}"));
    assert_eq!(c.about(end("2", "2018-05-10")).await, format!("clause_held: 2018-0002, {STEP}"));
    let repeal = |on: &str| json!({ "do": "end_document", "document": id(MANUAL), "on": on, "reason": "废止" });
    assert_eq!(c.about(repeal("2018-05-10")).await, format!("document_held: 2018-0002, {RULE}, {STEP}"));
    for (body, code) in [
        (end("3", "2018-05-10"), "clause_not_in_force"),
        (end("4", "2018-04-01"), "clause_ends_before"),
        (end("9", "2018-05-10"), "clause"),
        (repeal("2018-04-01"), "document_ends_before"),
    ] {
        assert_eq!(c.told(HEAD, body).await, code);
    }
    let cites_no_more = |n: u64, on: &str| json!({ "do": "end_citation", "citation": id(n), "on": on });
    assert_eq!(c.told(HEAD, cites_no_more(800, "2018-02-01")).await, "citation_ends_before");
    assert_eq!(c.told(STRANGER, cites_no_more(800, "2018-05-03")).await, "needs_role");
    c.by(HEAD, cites_no_more(800, "2018-05-03")).await;
    assert_eq!(c.told(HEAD, cites_no_more(800, "2018-05-04")).await, "citation_ended_already");
    assert_eq!(c.told(HEAD, end("1", "2018-05-03")).await, "done", "nothing cites it from then on");
    let before = c.now;
    c.later(1).await;
    assert_eq!(c.figure(F::ClausesCited, "2018-05", c.now).await, 1);
    assert_eq!(c.figure(F::ClausesCited, "2018-05", before).await, 2, "as it was known on the 2nd");

    // A task that is closed holds nothing.
    let task = id(901);
    c.by(HANDLER, json!({ "do": "accept", "matter": task })).await;
    c.by(HANDLER, json!({ "do": "submit", "matter": task, "how": "已办" })).await;
    c.by(VERIFIER, json!({ "do": "verify", "matter": task })).await;
    c.by(HEAD, json!({ "do": "answer", "matter": task, "words": "已落实" })).await;
    c.by(VERIFIER, json!({ "do": "rate", "matter": task, "verdict": "solved" })).await;
    assert_eq!(c.about(end("2", "2018-05-10")).await, format!("clause_held: {STEP}"));
    c.by(HEAD, cites_no_more(801, "2018-05-04")).await;
    assert_eq!(c.about(repeal("2018-05-03")).await, format!("document_held: {STEP}"), "on that day it still cites");
    c.by(HEAD, repeal("2018-05-10")).await;
    assert_eq!(c.told(HEAD, repeal("2018-05-11")).await, "document_ended_already");
    for (as_of, n) in [(c.now, 3), (before, 2)] {
        assert_eq!(c.figure(F::DocumentsInForce, "2018-05-03", as_of).await, n);
    }
    c.later(8).await;
    for (period, n) in [("2018-05-09", 3), ("2018-05", 2)] {
        assert_eq!(c.figure(F::DocumentsInForce, period, c.now).await, n, "{period}");
    }
}

async fn recognised(c: &Company) {
    let put = |code: &str, number: Option<&str>, figure: Value| {
        json!({ "do": "put_recognition", "recognition": id(850), "code": code, "title": "典型做法的通报", "issuer": "国务院办公厅", "number": number,
            "day": "2018-05-08", "clause": "第一批", "practice": "零上门", "unit": id(UNIT), "about": [{ "kind": "document", "id": id(MANUAL) }],
            "figures": [figure] })
    };
    let figure =
        json!({ "figure": "three_zero_days_mean", "period": "2018-04", "as_of": "2018-04-30", "value": "5.09" });
    let bad = json!({ "figure": "made_up", "period": "May", "as_of": "soon", "value": "five" });
    let told = "code quoted_figure quoted_period quoted_as_of quoted_value";
    assert_eq!(c.told(HEAD, put("D 1", None, bad)).await, told);
    let mut bad = put("DX-1", None, figure.clone());
    bad["about"] = json!([{ "kind": "document", "id": id(799) }]);
    assert_eq!(c.told(HEAD, bad).await, "about");
    assert_eq!(c.told(STRANGER, put("DX-1", None, figure.clone())).await, "needs_role");
    c.by(HEAD, put("DX-1", None, figure.clone())).await;
    assert_eq!(c.told(HEAD, put("DX-2", None, figure.clone())).await, "code_stays");
    c.by(HEAD, put("DX-1", Some("国办函〔2018〕1号"), figure)).await;
    let page = c.app.recognition_page(&c.actor(STRANGER).await, "DX-1").await.expect("a page");
    let d = &page.recognition.details;
    assert_eq!((d.number.as_deref(), page.keeps, page.story.len()), (Some("国办函〔2018〕1号"), false, 2));
    assert_eq!(d.figures[0].as_of.to_string(), "2018-04-30T16:00:00.000Z", "the end of the day");
    assert_eq!(c.figure(F::Recognitions, "2018-05", c.now).await, 1);
    assert_eq!(c.figure(F::Recognitions, "2018-04", c.now).await, 0, "it counts by its date");
}

async fn story(engine: Engine) {
    let mut c = Company::new(engine).await;
    registered(&c).await;
    versions(&c).await;
    cited(&c).await;
    followed(&c).await;
    ended(&mut c).await;
    recognised(&c).await;
    let period = "2018-05".parse().expect("a period");
    let by = |d| c.app.report_by(&Actor::System, period, None, c.now, Some(d));
    let host = by(Dimension::Host).await.expect("figures");
    let own = host.of_group(F::DocumentsInForce, &Group::Unit(UnitId(id(UNIT)))).map(|f| f.ids().len());
    let kind = by(Dimension::Kind).await.expect("figures");
    let manuals = kind.of_group(F::DocumentsInForce, &Group::Code(1, "manual")).map(|f| f.ids().len());
    assert_eq!((own, manuals), (Some(2), Some(2)));
    let narrow = c.app.report(&Actor::System, period, Some(UnitId(id(402))), c.now).await.expect("figures");
    assert!(narrow.get(F::DocumentsInForce).expect("a figure").ids().is_empty(), "another unit keeps none");
    let verified = c.app.verify().await.expect("verified");
    assert!(verified.ok, "{:?}", verified.faults);
    c.0.app.close().await;
}

/// Six in force at the end of May, four in the middle of March; a second version of the manual adds none; what a rule rests on does not
/// end; two recognitions whose numbers are to be checked.
pub(super) async fn of_the_demo(app: &App) {
    let zone = app.policies().zone.clone();
    let figure = async |code: F, on: &str| {
        let period = on[..7].parse().expect("a month");
        let report = app.report(&Actor::System, period, None, zone.end_of_day(day(on))).await.expect("figures");
        report.get(code).and_then(yixian_domain::figure::Figure::number)
    };
    for (on, n) in [("2018-01-02", 0.0), ("2018-03-15", 4.0), ("2018-03-31", 4.0), ("2018-05-31", 6.0)] {
        assert_eq!(figure(F::DocumentsInForce, on).await, Some(n), "{on}");
    }
    assert_eq!(figure(F::ClausesCited, "2018-05-31").await, Some(9.0));
    assert_eq!(
        (figure(F::Recognitions, "2018-08-31").await, figure(F::Recognitions, "2018-09-29").await),
        (Some(1.0), Some(1.0))
    );
    let manual = app.document_page(&Actor::System, "PT-01").await.expect("the manual");
    let versions: Vec<_> = manual.document.versions.iter().map(|v| v.label.as_str()).collect();
    assert_eq!((versions, manual.left_behind(day("2018-09-30")).len()), (vec!["v1", "v2"], 0));
    let all = app.documents(&Actor::System, day("2018-05-31")).await.expect("documents");
    assert_eq!((all.len(), all.iter().filter(|d| d.details.demo).count()), (6, 4));
    let recognitions = app.recognitions(&Actor::System).await.expect("recognitions");
    assert!(recognitions.len() == 2 && recognitions.iter().all(|r| r.details.number.is_none()));

    let notice = all.iter().find(|d| d.code == "PT-05").expect("the notice");
    let end =
        json!({ "do": "end_clause", "document": notice.id.0, "clause": "二", "on": "2018-09-30", "reason": "到期" });
    let command = serde_json::from_value(end).expect("a command");
    let refused = app.execute(&Actor::System, yixian_domain::ids::CommandId(id(990_017)), command, None).await;
    let told = refused.expect_err("a rule rests on it").to_string();
    assert!(told.contains("ClauseHeld") && told.contains(RULE), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_clauses_and_who_cites_them_on_both_engines() {
    for engine in Engine::ALL {
        Box::pin(story(engine)).await;
    }
}
