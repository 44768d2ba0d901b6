//! Partners, sections, milestones and resolutions from tables, on both engines: a preview writes nothing, every fault of every line
//! is told at once, nothing is written where there is one, applying twice changes nothing, and what is another's is refused.

use super::house::{House, said};
use serde_json::json;
use std::ops::Deref;
use std::time::{Duration, Instant as Moment};
use yixian_app::AppError;
use yixian_app::import::Refused;
use yixian_app::import::run::Applied;
use yixian_app::import::table::{CsvKind, Difference};
use yixian_domain::access::Actor;
use yixian_domain::ids::*;
use yixian_domain::matter::MatterKind;
use yixian_domain::partner::Partner;
use yixian_domain::programme::Section;
use yixian_domain::time::Instant;
use yixian_testkit::{Engine, id};

/// 2018-05-02 10:00 in Beijing.
const NOW: Instant = Instant(1_525_226_400_000);
const UNIT: u64 = 401;
const OTHER: u64 = 402;
/// Manager of the programme, coordinator of its owner, coordinator of another unit, who only looks, secretary of the conference.
const MANAGER: u64 = 500;
const HEAD: u64 = 501;
const STRANGER: u64 = 502;
const VIEWER: u64 = 503;
const SECRETARY: u64 = 504;
const PROGRAMME: u64 = 700;
const FOREIGN: u64 = 701;
const CONFERENCE: u64 = 710;

const PARTNERS: &str = "代码,名称,英文名,角色,区,信用代码,联络人,单位,联系人
GC-01,京北电力建设,Jingbei,施工单位@2018-01-02..2018-12-31；企业@2018-03-01,,91110000MA0000001A,P501,CQ,王经理 13912345678
GC-02,华诚电气安装,,construction_unit@2018/1/2,西城区,,,,
JL-01,示范监理,,监理@2018-01-02..,,,,,
";
const SECTIONS: &str =
    "programme,code,name,name_en,district,batch,terrain,place,contractor,supervisor,households,capacity_kw,metres,items
UG-2018,UG-1,一号胡同,First lane,西城区,1,平原,,GC-01,JL-01,120,800,1000,工作井:12；电杆:30
UG-2018,UG-2,二号胡同,,西城区,,,,GC-02,,,,900,
";

/// A company with two owners of works, a programme of each, and a conference that meets today.
struct Company(House);

impl Deref for Company {
    type Target = House;
    fn deref(&self) -> &House {
        &self.0
    }
}

fn faults(all: &[Refused]) -> Vec<(u64, &str, &str)> {
    let mut told: Vec<_> = all.iter().map(|r| (r.line, r.column.as_str(), r.code)).collect();
    told.sort_unstable();
    told
}

fn allowed<'r>(all: &'r [Refused], line: u64, column: &str) -> &'r [String] {
    &all.iter().find(|r| r.line == line && r.column == column).expect("a fault there").allowed
}

impl Company {
    async fn new(engine: Engine) -> Company {
        let people = [
            (MANAGER, UNIT, "leader"),
            (HEAD, UNIT, "coordinator"),
            (STRANGER, OTHER, "coordinator"),
            (VIEWER, UNIT, "viewer"),
            (SECRETARY, UNIT, "leader"),
        ];
        let c = Company(House::new(engine, NOW, &[(UNIT, "CQ"), (OTHER, "CP")], &people).await);
        for (n, code, owner, manager) in [(PROGRAMME, "UG-2018", UNIT, MANAGER), (FOREIGN, "UG-CP", OTHER, STRANGER)] {
            c.system(json!({ "do": "put_programme", "programme": id(n), "code": code, "name": "入地", "year": 2018,
                "kind": "undergrounding", "owner": id(owner), "manager": id(manager), "from": "2018-01-02" }))
                .await;
        }
        c
    }
    async fn look(&self, n: u64, kind: CsvKind, text: &str) -> Difference {
        self.app.preview_csv(&self.actor(n).await, kind, text.as_bytes().to_vec()).await.expect("a preview")
    }
    async fn apply(&self, n: u64, kind: CsvKind, text: &str) -> Applied {
        self.app.apply_csv(&self.actor(n).await, kind, text.as_bytes().to_vec()).await.expect("applied")
    }
    /// Records made, changed, and as they were; nothing is refused.
    async fn applied(&self, n: u64, kind: CsvKind, text: &str) -> (u64, u64, u64) {
        let a = self.apply(n, kind, text).await;
        assert!(a.refused.is_empty(), "{:?}", a.refused);
        (a.new, a.changed, a.unchanged)
    }
    /// What is told of a table with faults, which is the same before and at applying, and writes nothing.
    async fn refused(&self, n: u64, kind: CsvKind, text: &str) -> Vec<Refused> {
        let before = self.events().await;
        let d = self.look(n, kind, text).await;
        assert!(!d.writes());
        let a = self.apply(n, kind, text).await;
        assert_eq!((a.new, a.changed, &a.refused), (0, 0, &d.refused));
        assert_eq!(self.events().await, before, "nothing is written where there is a fault");
        d.refused
    }
    /// What somebody is told who may not import such tables at all.
    async fn denied(&self, n: u64, kind: CsvKind) -> String {
        let actor = self.actor(n).await;
        let text = format!("{}\n", kind.template().join(",")).into_bytes();
        let applied = self.app.apply_csv(&actor, kind, text.clone()).await.map(drop);
        let looked = self.app.preview_csv(&actor, kind, text).await.map(drop);
        let (looked, applied) = (said(looked), said(applied));
        assert_eq!(looked, applied);
        looked
    }
    async fn events(&self) -> i64 {
        self.app.verify().await.expect("verified").events
    }
    async fn partner(&self, code: &str) -> Partner {
        let all = self.app.all_partners(&Actor::System).await.expect("partners");
        all.into_iter().find(|p| p.code == code).expect("a partner")
    }
    async fn section(&self, code: &str) -> Section {
        let id = self.app.section_of_code(code).await.expect("asked").expect("a section");
        self.app.section_page(&Actor::System, id).await.expect("a section").section
    }
}

async fn partners(c: &Company) {
    assert_eq!(c.denied(VIEWER, CsvKind::Partners).await, "needs_role");
    let bad = "代码,名称,角色,区,信用代码,联络人,单位,联系人
GC 01, ,银行@2018-01-02,天上区,911,P999,NOWHERE,秘密电话
GC-02,华诚,施工单位@2018-05-01..2018-04-01,,,,,
GC-03,华诚,施工单位,,,,,
GC-04,华诚,,,,,,
GC-05,华诚,企业@2018-01-02,,91110000MA0000001A,,,
GC-06,华诚,企业@2018-01-02,,91110000MA0000001A,,,
GC-05,又一个,企业@2018-01-02,,,,,
";
    let told = c.refused(HEAD, CsvKind::Partners, bad).await;
    assert_eq!(
        faults(&told),
        [
            (2, "code", "code"),
            (2, "credit_code", "credit_code"),
            (2, "district", "district_unknown"),
            (2, "liaison", "person"),
            (2, "name", "name_needed"),
            (2, "roles", "partner_role"),
            (2, "unit", "unit"),
            (3, "roles", "role_ends_before"),
            (4, "roles", "role_days"),
            (5, "roles", "partner_role_needed"),
            (7, "credit_code", "credit_code_taken"),
            (8, "", "twice"),
        ]
    );
    assert!(allowed(&told, 2, "district").contains(&"西城区".to_owned()));
    assert!(allowed(&told, 2, "roles").contains(&"enterprise".to_owned()));
    assert!(!serde_json::to_string(&told).expect("JSON").contains("秘密电话"), "contacts are quoted nowhere");

    let before = c.events().await;
    let d = c.look(HEAD, CsvKind::Partners, PARTNERS).await;
    assert_eq!((d.new.len(), d.changed.len(), d.unchanged, d.refused.len()), (3, 0, 0, 0));
    let shown = serde_json::to_string(&d).expect("JSON");
    assert!(!shown.contains("王经理") && !shown.contains("13912345678") && shown.contains("\"given\""), "{shown}");
    assert_eq!(c.events().await, before, "a look writes nothing");
    assert_eq!(c.applied(HEAD, CsvKind::Partners, PARTNERS).await, (3, 0, 0));
    let written = c.events().await;
    assert_eq!(c.applied(HEAD, CsvKind::Partners, PARTNERS).await, (0, 0, 3));
    assert_eq!(c.events().await, written, "a second time writes nothing");
    let first = c.partner("GC-01").await;
    let page = c.app.partner_page(&c.actor(HEAD).await, first.id).await.expect("a page");
    assert_eq!(page.contacts.as_deref(), Some("王经理 13912345678"));
    assert_eq!((first.details.liaison, first.details.unit), (Some(PersonId(id(HEAD))), Some(UnitId(id(UNIT)))));
    assert_eq!(first.details.roles.iter().map(|r| r.to.is_some()).collect::<Vec<_>>(), [true, false]);

    // A column that is not there leaves what is; an empty cell takes it away; roles in another order are the same.
    let changed = "code,name,roles,district\nGC-01,京北电力建设集团,企业@2018-03-01；施工单位@2018-01-02..2018-12-31,\nGC-02,华诚电气安装,construction_unit@2018-01-02,\n";
    let d = c.look(HEAD, CsvKind::Partners, changed).await;
    let fields: Vec<_> =
        d.changed.iter().map(|x| (x.code.as_str(), x.fields.iter().map(|f| f.field).collect::<Vec<_>>())).collect();
    assert_eq!(fields, [("GC-01", vec!["name"]), ("GC-02", vec!["district"])]);
    assert_eq!(c.applied(HEAD, CsvKind::Partners, changed).await, (0, 2, 0));
    let now = c.partner("GC-01").await;
    assert_eq!((now.id, now.name().name.as_str(), &now.details), (first.id, "京北电力建设集团", &first.details));
    // Contacts given anew are told as such.
    let anew = "code,name,contacts\nGC-01,京北电力建设集团,李经理\n";
    let d = c.look(HEAD, CsvKind::Partners, anew).await;
    assert_eq!(
        (d.changed[0].fields[0].before.as_str(), d.changed[0].fields[0].after.as_str()),
        ("given", "given_anew")
    );
    assert_eq!(c.applied(HEAD, CsvKind::Partners, anew).await, (0, 1, 0));
    assert_eq!(c.applied(HEAD, CsvKind::Partners, anew).await, (0, 0, 1));
    // One that counts as another is changed no more.
    c.system(json!({ "do": "put_partner", "partner": id(610), "code": "GC-09", "name": "旧", "roles": [{ "role": "media", "from": "2018-01-02" }] })).await;
    c.system(json!({ "do": "merge_partner", "partner": id(610), "into": now.id, "from": "2018-05-01" })).await;
    let told = c.refused(HEAD, CsvKind::Partners, "code,name\nGC-09,新\nGC-10,好\n").await;
    assert_eq!(faults(&told), [(2, "code", "merged_already"), (3, "roles", "partner_role_needed")]);
}

async fn sections(c: &Company) {
    assert_eq!(c.denied(VIEWER, CsvKind::Sections).await, "needs_role");
    assert_eq!(c.denied(VIEWER, CsvKind::Milestones).await, "needs_role");
    c.system(json!({ "do": "put_place", "place": id(900), "code": "R-1", "name": "路", "kind": "street", "district": "西城区", "area": "urban", "unit": id(UNIT) })).await;
    c.system(json!({ "do": "put_section", "section": id(805), "programme": id(FOREIGN), "code": "CP-1", "name": "别人的", "district": "西城区", "place": id(900) })).await;
    let bad = "programme,code,name,district,batch,terrain,place,contractor,households,metres,items
UG-2018,U 1,,天上区,0,海洋,NOWHERE,GC-99,-3,30000,塔吊:2
UG-CP,UG-7,不是我的,西城区,,,,,,,
UG-2018,CP-1,占了别人的编码,西城区,,,,,,,
NO-SUCH,UG-8,没有项目群,西城区,,,,,,,
UG-2018,UG-9,同一条路,西城区,,,R-1,,,,
";
    let told = c.refused(MANAGER, CsvKind::Sections, bad).await;
    assert_eq!(
        faults(&told),
        [
            (2, "batch", "number"),
            (2, "code", "code"),
            (2, "contractor", "partner"),
            (2, "district", "district_unknown"),
            (2, "households", "number"),
            (2, "items", "items_form"),
            (2, "metres", "number"),
            (2, "name", "name_needed"),
            (2, "place", "place"),
            (2, "terrain", "word"),
            (3, "programme", "programme"),
            (4, "code", "code_taken"),
            (5, "programme", "programme"),
            (6, "place", "road_twice"),
        ]
    );
    assert_eq!(allowed(&told, 2, "metres"), ["1–20000"]);
    assert_eq!(allowed(&told, 2, "terrain"), ["plain", "mountain"]);

    let before = c.events().await;
    let d = c.look(MANAGER, CsvKind::Sections, SECTIONS).await;
    assert_eq!((d.new.len(), c.events().await), (2, before));
    assert_eq!(c.applied(MANAGER, CsvKind::Sections, SECTIONS).await, (2, 0, 0));
    let written = c.events().await;
    assert_eq!(c.applied(MANAGER, CsvKind::Sections, SECTIONS).await, (0, 0, 2));
    assert_eq!(c.events().await, written);
    let s = c.section("UG-1").await;
    assert_eq!(
        (s.items.len(), s.details.contractor, s.details.households),
        (2, Some(c.partner("GC-01").await.id), Some(120))
    );
    // What a survey measures and what is counted is not written over by a table.
    let told = c.refused(MANAGER, CsvKind::Sections, &SECTIONS.replace("1000", "1200").replace("12；", "13；")).await;
    assert_eq!(faults(&told), [(2, "items", "items_stay"), (2, "metres", "length_stays")]);
    let few = "programme,code,name,district,batch\nUG-2018,UG-1,一号胡同东段,西城区,2\n";
    assert_eq!(c.applied(MANAGER, CsvKind::Sections, few).await, (0, 1, 0));
    let now = c.section("UG-1").await;
    assert_eq!((now.id, now.details.batch, now.details.households, &now.lengths), (s.id, 2, Some(120), &s.lengths));
    // A stranger finds nothing of it, by its programme or by its code.
    let told = c.refused(STRANGER, CsvKind::Sections, few).await;
    assert_eq!(faults(&told), [(2, "code", "code_taken"), (2, "programme", "programme")]);
}

async fn milestones(c: &Company) {
    let plan = "路段,里程碑,计划,预测,实际\nUG-1,投产,2018-07-31,,\nUG-2,start,2018-03-31,,\nUG-1,开工,2018/3/31,,\nUG-1,survey,,,\n";
    let rev = c.section("UG-1").await.rev;
    let d = c.look(MANAGER, CsvKind::Milestones, plan).await;
    assert_eq!((d.new.len(), d.changed.len(), d.unchanged), (0, 3, 1), "{:?}", d.refused);
    assert_eq!(c.applied(MANAGER, CsvKind::Milestones, plan).await, (0, 3, 1));
    assert_eq!(c.section("UG-1").await.rev, rev + 1, "baselines of a section go together");
    let written = c.events().await;
    assert_eq!(c.applied(MANAGER, CsvKind::Milestones, plan).await, (0, 0, 4));
    assert_eq!(c.events().await, written);
    // A draft is not forecast yet; a stranger is told of no such section.
    let told = c.refused(MANAGER, CsvKind::Milestones, "section,milestone,forecast\nUG-1,start,2018-06-01\n").await;
    assert_eq!(faults(&told), [(2, "forecast", "section_not_now")]);
    let told = c.refused(STRANGER, CsvKind::Milestones, plan).await;
    assert_eq!(faults(&told), (2..=5).map(|n| (n, "section", "section")).collect::<Vec<_>>());

    for code in ["UG-1", "UG-2"] {
        c.by(HEAD, json!({ "do": "approve_section", "section": c.section(code).await.id })).await;
    }
    let bad = "section,milestone,baseline,forecast,reached,lat,lon,without_permit
UG-1,start,2018-04-15,2018-13-01,2018-05-03,39.9,116.3,
UG-1,energize,,,2018-05-01,39.9,116.3,
UG-1,moon,2018-04-15,,,,,
UG-2,start,,,2018-05-01,,,
UG-2,survey,,,2018-05-01,99,,
UG-2,Start,,,,,,
NO,start,,,,,,
";
    let told = c.refused(MANAGER, CsvKind::Milestones, bad).await;
    assert_eq!(
        faults(&told),
        [
            (2, "baseline", "baseline_frozen"),
            (2, "forecast", "date"),
            (2, "reached", "actual_in_future"),
            (3, "reached", "energized_before_start"),
            (4, "milestone", "milestone"),
            (5, "lat", "milestone_evidence"),
            (6, "lat", "number"),
            (6, "lon", "blank"),
            (7, "", "twice"),
            (8, "section", "section"),
        ]
    );
    assert_eq!(allowed(&told, 2, "baseline"), ["2018-03-31"]);
    assert!(allowed(&told, 4, "milestone").contains(&"energize".to_owned()));
    let told = c
        .refused(MANAGER, CsvKind::Milestones, "section,milestone,reached,lat,lon\nUG-1,start,2018-05-01,39.9,116.3\n")
        .await;
    assert_eq!(faults(&told), [(2, "without_permit", "permit_needed")]);

    // Energizing stands before the start in the table; the works have their own order.
    let good = "section,milestone,baseline,forecast,reached,lat,lon,without_permit
UG-1,energize,2018-07-31,2018-07-20,2018-05-02,39.9,116.3,
UG-1,start,2018-03-31,,2018-05-01,39.9,116.3,抢险
UG-2,start,2018-03-31,2018-06-01,,,,
";
    assert_eq!(c.applied(MANAGER, CsvKind::Milestones, good).await, (0, 3, 0));
    let s = c.section("UG-1").await;
    let start = s.milestone("start").and_then(|m| m.actual.clone()).expect("reported");
    assert!(
        start.without_permit.is_some() && start.confirmed.is_none() && start.by == By::Person(PersonId(id(MANAGER)))
    );
    let written = c.events().await;
    assert_eq!(c.applied(MANAGER, CsvKind::Milestones, good).await, (0, 0, 3));
    assert_eq!(c.events().await, written);
    // Another person confirms, as ever; then it stays.
    c.by(HEAD, json!({ "do": "confirm_milestone", "section": s.id, "milestone": "start" })).await;
    let told = c.refused(MANAGER, CsvKind::Milestones, &good.replace("2018-05-01", "2018-04-30")).await;
    assert_eq!(faults(&told), [(3, "reached", "reached_already")]);
    // Who builds reports his own by the same law, and plans nothing.
    let firm = Actor::Partner { id: c.partner("GC-02").await.id };
    let plan = "section,milestone,baseline,forecast\nUG-2,duct,2018-06-30,\nUG-2,energize,,2018-07-30\nUG-1,duct,,2018-06-01\n";
    let told = c.app.preview_csv(&firm, CsvKind::Milestones, plan.into()).await.expect("a preview").refused;
    assert_eq!(faults(&told), [(2, "baseline", "not_yours"), (4, "section", "section")]);
}

async fn resolutions(c: &Company) {
    let firm = c.partner("GC-01").await.id;
    let (convener, member) = (json!({ "unit": id(UNIT) }), json!({ "partner": firm }));
    c.system(json!({ "do": "put_conference", "conference": id(CONFERENCE), "code": "LX-1", "name": "联席会议", "basis": "示范8号",
        "convener": id(UNIT), "secretary": id(SECRETARY), "set_up": "2018-02-26" }))
        .await;
    for (who, role) in [(&convener, "lead"), (&member, "construction_unit")] {
        c.system(json!({ "do": "put_member", "conference": id(CONFERENCE), "member": who, "role": role, "from": "2018-02-26" })).await;
    }
    for (n, day) in [(720, "2018-05-02"), (721, "2018-05-09")] {
        c.system(json!({ "do": "plan_meeting", "meeting": id(n), "conference": id(CONFERENCE), "day": day, "time": "08:00:00", "place": "会议室", "chair": [convener] })).await;
    }
    for (n, meeting, title) in [(730, 720, "电力舱移交"), (731, 720, "占掘路许可"), (732, 721, "下次的")] {
        c.system(
            json!({ "do": "put_topic", "topic": id(n), "meeting": id(meeting), "raised_by": convener, "title": title }),
        )
        .await;
    }
    assert_eq!(c.denied(VIEWER, CsvKind::Resolutions).await, "needs_role");
    assert_eq!(c.denied(STRANGER, CsvKind::Resolutions).await, "needs_role");

    let bad = "联席会议,会次,议题,议定事项,落实单位,责任人,配合单位,完成时限,验收标准
LX-1,1,1,,,,NOBODY,,
LX-1,1,没有的议题,移交,GC-02,,,2018-05-20,
LX-1,9,1,移交,GC-01,,,五月,
NO,1,1,移交,GC-01,,,2018-05-20,
LX-1,1,2,补办,GC-01,隐名,,2018-05-01,
LX-1,2,1,还没开会,GC-01,,,2018-05-20,
LX-1,1,1,同一件事,GC-01,,,2018-05-20,
LX-1,2018-05-02,电力舱移交,同一件事,GC-01,,,2018-05-20,
";
    let told = c.refused(SECRETARY, CsvKind::Resolutions, bad).await;
    assert_eq!(
        faults(&told),
        [
            (2, "due", "due_needed"),
            (2, "helpers", "member"),
            (2, "owner", "owner_needed"),
            (2, "text", "words_needed"),
            (3, "owner", "member"),
            (3, "topic", "topic"),
            (4, "due", "date"),
            (4, "meeting", "meeting"),
            (5, "conference", "conference"),
            (6, "due", "due_before_start"),
            (7, "meeting", "before_the_meeting"),
            (9, "", "twice"),
        ]
    );
    assert_eq!(allowed(&told, 3, "owner"), ["CQ", "GC-01"]);
    assert_eq!(allowed(&told, 3, "topic"), ["1 电力舱移交", "2 占掘路许可"]);

    let good = "联席会议,会次,议题,议定事项,落实单位,责任人,配合单位,完成时限,验收标准
LX-1,1,1,月底前移交电力舱,GC-01,项目经理张某,CQ,2018-05-31,照片
LX-1,2018-05-02,占掘路许可,补办许可,CQ,,,2018-05-20,
";
    let before = c.events().await;
    let d = c.look(SECRETARY, CsvKind::Resolutions, good).await;
    assert_eq!((d.new.len(), c.events().await), (2, before));
    assert!(!serde_json::to_string(&d).expect("JSON").contains("张某"), "who it is is not shown");
    assert_eq!(c.applied(SECRETARY, CsvKind::Resolutions, good).await, (2, 0, 0));
    let written = c.events().await;
    assert_eq!(c.applied(SECRETARY, CsvKind::Resolutions, good).await, (0, 0, 2));
    // By the other names of meeting and topic they are the same.
    let other = good.replace("LX-1,1,1,", "LX-1,2018/5/2,电力舱移交,");
    assert_eq!(c.applied(SECRETARY, CsvKind::Resolutions, &other).await, (0, 0, 2));
    // Of a meeting whose minutes were issued too.
    c.system(json!({ "do": "draft_minutes", "meeting": id(720), "text": "纪要" })).await;
    c.system(json!({ "do": "circulate_minutes", "meeting": id(720) })).await;
    c.system(json!({ "do": "countersign", "meeting": id(720), "member": member })).await;
    c.system(json!({ "do": "issue_minutes", "meeting": id(720) })).await;
    assert!(c.events().await > written);
    assert_eq!(c.applied(SECRETARY, CsvKind::Resolutions, good).await, (0, 0, 2));
    let told =
        c.refused(SECRETARY, CsvKind::Resolutions, &format!("{good}LX-1,1,1,再加一条,GC-01,,,2018-05-31,\n")).await;
    assert_eq!(faults(&told), [(4, "meeting", "minutes_issued")]);
    // One that stands is changed as a matter, not by a table.
    let told = c
        .refused(
            SECRETARY,
            CsvKind::Resolutions,
            &good.replace("2018-05-31", "2018-06-30").replace("补办许可,CQ", "补办许可,GC-01"),
        )
        .await;
    assert_eq!(faults(&told), [(2, "due", "resolved_already"), (3, "owner", "resolved_already")]);
    let page = c.app.conference_page(&c.actor(SECRETARY).await, ConferenceId(id(CONFERENCE))).await.expect("a page");
    let mut open: Vec<_> =
        page.open.iter().map(|r| (r.matter.kind, r.matter.due.as_ref().map(|d| d.day.to_string()))).collect();
    open.sort_by_key(|o| o.1.clone());
    assert_eq!(open, ["2018-05-20", "2018-05-31"].map(|d| (MatterKind::Resolution, Some(d.to_owned()))));
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_of_registers_on_both_engines() {
    for engine in Engine::ALL {
        let c = Company::new(engine).await;
        partners(&c).await;
        sections(&c).await;
        milestones(&c).await;
        resolutions(&c).await;
        for kind in CsvKind::ALL {
            let text = format!("{}\n", kind.template().join(",")).into_bytes();
            for actor in [Actor::Anonymous, Actor::Partner { id: PartnerId(id(999)) }] {
                let looked = c.app.preview_csv(&actor, kind, text.clone()).await;
                assert!(matches!(looked, Err(AppError::Denied(_))), "{kind:?} {looked:?}");
            }
        }
        let verified = c.app.verify().await.expect("verified");
        assert!(verified.ok, "{:?}", verified.faults);
        c.app.close().await;
    }
}

/// What planning reads does not grow with the lines of new records, and ten thousand of them are planned in seconds.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_lines_are_planned_without_a_query_for_each() {
    let c = Company::new(Engine::Sqlite).await;
    c.applied(HEAD, CsvKind::Partners, PARTNERS).await;
    c.applied(MANAGER, CsvKind::Sections, SECTIONS).await;
    let table = |kind: CsvKind, n: usize| -> String {
        let head = match kind {
            CsvKind::Partners => "code,name,roles,contacts",
            CsvKind::Sections => "programme,code,name,district,contractor,metres",
            _ => "section,milestone,baseline",
        };
        let line = |i: usize| match kind {
            CsvKind::Partners => format!("N-{i},新{i},企业@2018-01-02,电话{i}"),
            CsvKind::Sections => format!("UG-2018,N-{i},路{i},西城区,GC-01,900"),
            _ => format!("N-{i},start,2018-05-01"),
        };
        std::iter::once(head.to_owned()).chain((0..n).map(line)).collect::<Vec<_>>().join("\n")
    };
    let actor = Actor::System;
    for kind in [CsvKind::Partners, CsvKind::Sections, CsvKind::Milestones] {
        let mut taken = Vec::new();
        for n in [100, 10_000] {
            let text = table(kind, n).into_bytes();
            // Once, so that what is kept in memory is there.
            c.app.preview_csv(&actor, kind, text.clone()).await.expect("a preview");
            let (before, began) = (c.app.store().db().steps(), Moment::now());
            let d = c.app.preview_csv(&actor, kind, text).await.expect("a preview");
            assert_eq!(d.new.len() + d.changed.len() + d.refused.len(), n, "{kind:?}");
            assert!(began.elapsed() < Duration::from_secs(20), "{kind:?}: {:?}", began.elapsed());
            taken.push(c.app.store().db().steps().zip(before).map(|(now, before)| now - before));
        }
        assert_eq!(taken[0], taken[1], "{kind:?}");
        if kind == CsvKind::Sections {
            // For the milestones: two thousand sections that stand, written together.
            assert_eq!(c.applied(MANAGER, kind, &table(kind, 2_000)).await, (2_000, 0, 0));
        }
    }
    let text = table(CsvKind::Milestones, 2_000);
    assert_eq!(c.applied(MANAGER, CsvKind::Milestones, &text).await, (0, 2_000, 0));
    assert_eq!(c.applied(MANAGER, CsvKind::Milestones, &text).await, (0, 0, 2_000));
    c.app.close().await;
}
