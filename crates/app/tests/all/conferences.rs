//! A joint conference from its founding to minutes that were issued, on both engines: who may, what is refused, a resolution
//! that lives as a matter, the link of one firm that shows nothing of another, figures, and rows that follow from their
//! events after all of it. Then the demo's conference, counted.

use serde_json::{Value, json};
use uuid::Uuid;
use yixian_app::clock::Clock;
use yixian_app::command::Envelope;
use yixian_app::demo::{NOW as DEMO, Size};
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::{App, AppError, Opening, Receipt};
use yixian_domain::access::{Actor, Denial};
use yixian_domain::conference::{Member, MinutesState};
use yixian_domain::figure::{Dimension, FigureCode, Value as Number, find};
use yixian_domain::ids::*;
use yixian_domain::matter::StageName;
use yixian_domain::time::{Date, Instant};
use yixian_testkit::{Engine, Fresh, id};

/// 2018-03-02 14:00 in Beijing, a Friday.
const NOW: Instant = Instant(1_519_970_400_000);

const ROOT: u64 = 400;
const TZ: u64 = 401;
const EC: u64 = 402;
const CT: u64 = 403;
/// Firms: with a unit, without one, none of the members; a government.
const FIRM: u64 = 600;
const OTHER: u64 = 601;
const STRANGER: u64 = 602;
const CITY: u64 = 603;
const LX: u64 = 700;

struct Company {
    app: App,
    _fresh: Fresh,
}

fn partner(n: u64) -> Actor {
    Actor::Partner { id: PartnerId(id(n)) }
}

impl Company {
    async fn new(engine: Engine) -> Company {
        let fresh = Fresh::new(engine).await;
        let opening = Opening {
            db: fresh.db().await,
            folder: fresh.folder(),
            clock: Clock::At(NOW),
            mint: Mint::random(),
            policies: PolicySource::Embedded,
        };
        let c = Company { app: App::open(opening).await.expect("it opens"), _fresh: fresh };
        for (unit, code, kind, parent) in [
            (ROOT, "DP", "company", None),
            (TZ, "TZ", "district_company", Some(ROOT)),
            (EC, "EC", "professional_company", Some(ROOT)),
            (CT, "CT-01", "contractor", Some(EC)),
        ] {
            c.system(json!({ "do": "put_unit", "unit": id(unit), "code": code, "name": format!("{code} 单位"), "kind": kind, "parent": parent.map(id) })).await;
        }
        for (person, code, roles) in [
            (500, "S1", json!([{ "role": "coordinator", "unit": id(TZ) }])),
            (501, "H1", json!([{ "role": "handler", "unit": id(CT) }])),
            (502, "V1", json!([{ "role": "verifier", "unit": id(CT) }])),
            (503, "V2", json!([{ "role": "verifier", "unit": id(ROOT) }])),
            (504, "W1", json!([{ "role": "viewer", "unit": id(TZ) }])),
        ] {
            c.system(json!({ "do": "put_person", "person": id(person), "code": code, "name": format!("人{code}"), "unit": id(TZ), "level": "staff", "specialty": "construction", "roles": roles })).await;
        }
        for (n, code, unit) in
            [(FIRM, "GC-01", Some(CT)), (OTHER, "GC-02", None), (STRANGER, "GC-03", None), (CITY, "ZF-01", None)]
        {
            let role = if n == CITY { "government_city" } else { "construction_unit" };
            c.system(json!({ "do": "put_partner", "partner": id(n), "code": code, "name": format!("{code} 公司"), "roles": [{ "role": role, "from": "2018-01-02" }], "unit": unit.map(id) })).await;
        }
        c
    }
    async fn actor(&self, n: u64) -> Actor {
        self.app.actor(PersonId(id(n))).await.expect("an actor")
    }
    async fn run(&self, actor: &Actor, body: Value) -> Result<Receipt, AppError> {
        let envelope: Envelope = serde_json::from_value(body).expect("a command");
        self.app.execute(actor, CommandId(self.app.mint().uuid(NOW)), envelope, None).await
    }
    async fn ok(&self, actor: &Actor, body: Value) {
        let said = body.to_string();
        self.run(actor, body).await.unwrap_or_else(|e| panic!("{said}: {e}"));
    }
    async fn system(&self, body: Value) {
        self.ok(&Actor::System, body).await;
    }
    /// Why it is not done: the code of the refusal, or of each fault with its field.
    async fn no(&self, actor: &Actor, body: Value) -> String {
        let said = body.to_string();
        match self.run(actor, body).await {
            Ok(_) => panic!("{said} was done"),
            Err(AppError::Refused(r)) => r.code().to_owned(),
            Err(AppError::Invalid(all)) => {
                all.iter().map(|f| format!("{} {}", f.field, f.code)).collect::<Vec<_>>().join(", ")
            }
            Err(AppError::Denied(d)) => d.code().to_owned(),
            Err(e) => e.code().to_owned(),
        }
    }
    async fn stage(&self, matter: Uuid) -> StageName {
        self.app.matter_page(&Actor::System, MatterId(matter)).await.expect("a matter").matter.stage.name()
    }
}

fn member(n: u64) -> Value {
    json!({ "partner": id(n) })
}
fn convener() -> Value {
    json!({ "unit": id(TZ) })
}
fn seat(who: Value, role: &str) -> Value {
    json!({ "do": "put_member", "conference": id(LX), "member": who, "role": role, "holder": "项目经理", "from": "2018-02-26" })
}

async fn story(engine: Engine) {
    let c = Company::new(engine).await;
    let secretary = c.actor(500).await;
    let viewer = c.actor(504).await;

    // It is set up by whoever coordinates for its convener; every fault at once.
    let found = |basis: &str| {
        json!({
            "do": "put_conference", "conference": id(LX), "code": "LX-1", "name": "行政办公区电力建设联席会议", "basis": basis, "convener": id(TZ),
            "secretary": id(500), "cadence": { "weekday": "friday", "time": "09:00:00" }, "set_up": "2018-02-26",
        })
    };
    assert_eq!(c.no(&viewer, found("示范8号")).await, "needs_role");
    assert_eq!(c.no(&secretary, found(" ")).await, "basis basis_needed");
    c.ok(&secretary, found("示范8号")).await;
    assert_eq!(c.no(&viewer, seat(member(FIRM), "construction_unit")).await, "needs_role");
    for (who, role) in [
        (convener(), "lead"),
        (member(CITY), "government"),
        (member(FIRM), "construction_unit"),
        (member(OTHER), "construction_unit"),
    ] {
        c.ok(&secretary, seat(who, role)).await;
    }
    let again = json!({ "do": "put_member", "conference": id(LX), "member": member(FIRM), "role": "supervisor", "from": "2018-03-01" });
    assert_eq!(c.no(&secretary, again).await, "seat_twice");

    // The next Friday is today; two chairs are one too many.
    let (today, next) = (id(710), id(711));
    let plan = |meeting: Uuid, chair: Value| json!({ "do": "plan_meeting", "meeting": meeting, "conference": id(LX), "place": "三楼会议室", "chair": chair, "agenda": "回头看" });
    assert_eq!(c.no(&secretary, plan(today, json!([convener(), member(CITY)]))).await, "one_chair");
    assert_eq!(c.no(&secretary, plan(today, json!([member(STRANGER)]))).await, "no_member");
    c.ok(&secretary, plan(today, json!([convener()]))).await;
    c.ok(&secretary, plan(next, json!([convener()]))).await;
    let page = c.app.conference_page(&viewer, ConferenceId(id(LX))).await.expect("a page");
    let days: Vec<(u32, Date)> = page.meetings.iter().map(|m| (m.no, m.setting.day.day)).collect();
    assert_eq!(days, [(2, Date::constant(2018, 3, 9)), (1, Date::constant(2018, 3, 2))]);
    assert!(!page.keeps);

    let came = |meeting: Uuid, how: &str| json!({ "do": "record_attendance", "meeting": meeting, "attendance": [{ "member": member(FIRM), "how": "present" }, { "member": member(OTHER), "how": how }] });
    assert_eq!(c.no(&secretary, came(next, "present")).await, "before_the_meeting");
    assert_eq!(c.no(&secretary, came(today, "absent")).await, "absence_reason");
    c.ok(&secretary, came(today, "proxy")).await;

    // A topic is raised by a member, and may be about the conference itself.
    let topic = id(720);
    let put = |by: Value| json!({ "do": "put_topic", "topic": topic, "meeting": today, "raised_by": by, "title": "电力舱移交", "about": { "kind": "conference", "id": id(LX) } });
    assert_eq!(c.no(&secretary, put(member(STRANGER))).await, "no_member");
    c.ok(&secretary, put(member(CITY))).await;

    // Resolved: an owner who sits in it, a due day; with both it is a matter that lies with the owner's unit.
    let (first, second) = (id(730), id(731));
    let resolve = |matter: Uuid, more: Value| {
        let mut all =
            json!({ "do": "resolve", "matter": matter, "topic": topic, "words": "月底前移交电力舱", "test": "照片" });
        for (k, v) in more.as_object().expect("fields") {
            all[k] = v.clone();
        }
        all
    };
    assert_eq!(c.no(&secretary, resolve(first, json!({}))).await, "owner owner_needed, due due_needed");
    let stranger = json!({ "owner": member(STRANGER), "due": "2018-03-09" });
    assert_eq!(c.no(&secretary, resolve(first, stranger)).await, "no_member");
    let own = json!({ "owner": member(FIRM), "due": "2018-03-09", "person": "项目经理" });
    assert_eq!(c.no(&viewer, resolve(first, own.clone())).await, "needs_role");
    c.ok(&secretary, resolve(first, own)).await;
    c.ok(
        &secretary,
        resolve(second, json!({ "owner": member(OTHER), "due": "2018-03-08", "helpers": [member(FIRM)] })),
    )
    .await;
    let page = c.app.matter_page(&secretary, MatterId(first)).await.expect("a matter");
    let m = &page.matter;
    assert_eq!(
        (m.unit, m.raised.owner, &m.raised.by),
        (UnitId(id(CT)), Some(PartnerId(id(FIRM))), &By::Partner(PartnerId(id(CITY))))
    );
    assert_eq!(
        (m.stage.name(), m.due.as_ref().map(|d| d.day)),
        (StageName::Assigned, Some(Date::constant(2018, 3, 9)))
    );
    let other = c.app.matter_page(&Actor::System, MatterId(second)).await.expect("a matter").matter;
    assert_eq!(other.unit, UnitId(id(TZ)));

    // Carried out by the owner's people, never judged by them: in the field's words, and not for lack of a role.
    let (handler, own_judge) = (c.actor(501).await, c.actor(502).await);
    c.ok(&handler, json!({ "do": "accept", "matter": first })).await;
    c.ok(&handler, json!({ "do": "advance", "matter": first, "step": "resolved" })).await;
    c.ok(&handler, json!({ "do": "submit", "matter": first, "how": "已移交" })).await;
    let verify = |matter: Uuid| json!({ "do": "verify", "matter": matter });
    for who in [&handler, &own_judge, &partner(FIRM)] {
        assert_eq!(c.no(who, verify(first)).await, "owners_work");
    }
    assert_eq!(c.no(&partner(OTHER), verify(first)).await, "out_of_sight");
    c.ok(&secretary, verify(first)).await;
    c.ok(&secretary, json!({ "do": "answer", "matter": first, "words": "已落实" })).await;
    assert_eq!(c.no(&partner(FIRM), json!({ "do": "rate", "matter": first, "verdict": "solved" })).await, "sign_in");
    c.ok(&partner(CITY), json!({ "do": "rate", "matter": first, "verdict": "solved" })).await;
    assert_eq!(c.stage(first).await, StageName::Closed);
    // A firm without a unit does all of it by its link, and asks for more time there; the secretary decides.
    let outside = partner(OTHER);
    c.ok(&outside, json!({ "do": "accept", "matter": second })).await;
    c.ok(&outside, json!({ "do": "ask_extension", "matter": second, "until": "2018-03-16", "reason": "雨" })).await;
    c.ok(&secretary, json!({ "do": "decide", "matter": second, "approve": true })).await;
    assert!(matches!(
        c.app.matter_page(&partner(FIRM), MatterId(second)).await,
        Err(AppError::NotFound(_) | AppError::Denied(Denial::OutOfSight))
    ));
    let dissolve = json!({ "do": "dissolve_conference", "conference": id(LX), "on": "2018-03-31" });
    assert_eq!(c.no(&secretary, dissolve.clone()).await, "resolutions_open");

    // Minutes: to everybody, with a word of each; a firm speaks for itself and reads nothing of others'.
    let step = |what: &str| json!({ "do": what, "meeting": today });
    assert_eq!(c.no(&secretary, step("circulate_minutes")).await, "no_minutes");
    let draft = |text: &str| json!({ "do": "draft_minutes", "meeting": today, "text": text });
    c.ok(&secretary, draft("会议议定两项。")).await;
    assert_eq!(c.app.minutes_for(PartnerId(id(FIRM))).await.expect("minutes").len(), 0);
    c.ok(&secretary, step("circulate_minutes")).await;
    assert_eq!(c.no(&secretary, step("issue_minutes")).await, "countersign_missing");
    let sign = |who: Option<Value>, objection: &str| json!({ "do": "countersign", "meeting": today, "member": who, "objection": objection });
    assert_eq!(c.no(&partner(FIRM), sign(Some(member(OTHER)), "")).await, "out_of_sight");
    assert_eq!(c.no(&partner(STRANGER), sign(None, "")).await, "out_of_sight");
    assert_eq!(c.no(&viewer, sign(Some(member(FIRM)), "")).await, "needs_role");
    c.ok(&partner(FIRM), sign(None, "")).await;
    c.ok(&partner(OTHER), sign(None, "第二项期限太短")).await;
    c.ok(&secretary, sign(Some(member(CITY)), "")).await;
    let (_, _, text) = c.app.minutes_of(PartnerId(id(FIRM)), MeetingId(today)).await.expect("minutes");
    assert_eq!(text.as_deref(), Some("会议议定两项。"));
    assert!(matches!(c.app.minutes_of(PartnerId(id(STRANGER)), MeetingId(today)).await, Err(AppError::NotFound(_))));
    assert!(matches!(c.app.meeting_page(&partner(FIRM), MeetingId(today)).await, Err(AppError::NotFound(_))));
    c.ok(&secretary, step("issue_minutes")).await;
    for body in [draft("改一改"), came(today, "present"), put(member(FIRM)), sign(Some(member(FIRM)), "又想了想")]
    {
        assert_eq!(c.no(&secretary, body).await, "minutes_issued");
    }
    c.ok(&secretary, step("archive_minutes")).await;
    c.ok(
        &secretary,
        json!({ "do": "amend_minutes", "meeting": today, "text": "会议议定两项。更正一处。", "reason": "错字" }),
    )
    .await;
    let page = c.app.meeting_page(&viewer, MeetingId(today)).await.expect("a meeting");
    let states: Vec<MinutesState> = page.meeting.minutes.iter().map(|v| v.state).collect();
    assert_eq!(states, [MinutesState::Archived, MinutesState::Draft]);
    assert_eq!(
        page.meeting.minutes[0].signature(Member::Partner(PartnerId(id(OTHER)))).map(|s| s.objection.is_some()),
        Some(true)
    );
    // The next meeting looks back at what is open.
    let page = c.app.meeting_page(&secretary, MeetingId(next)).await.expect("a meeting");
    assert_eq!(page.before.len(), 2);

    // A new name changes no number; whoever leaves stays countable until that day.
    let members = async |c: &Company| {
        let report = c.app.report(&Actor::System, "2018".parse().expect("a year"), None, NOW).await.expect("figures");
        report.get(FigureCode::ConferenceMembers).and_then(yixian_domain::figure::Figure::number)
    };
    assert_eq!(members(&c).await, Some(2.0));
    c.system(json!({ "do": "rename_partner", "partner": id(FIRM), "name": "新名建设集团", "from": "2018-03-01" }))
        .await;
    assert_eq!(members(&c).await, Some(2.0));
    c.ok(&secretary, json!({ "do": "end_member", "conference": id(LX), "member": member(OTHER), "to": "2018-03-01" }))
        .await;
    assert_eq!(members(&c).await, Some(1.0));
    let report = c.app.report(&Actor::System, "2018-03".parse().expect("a month"), None, NOW).await.expect("figures");
    let number = |code| report.get(code).map(|f| f.value);
    assert_eq!(number(FigureCode::Raised), Some(Number::Count { n: 0 }));
    assert_eq!(number(FigureCode::ResolutionsOpen), Some(Number::Count { n: 1 }));
    assert_eq!(number(FigureCode::ResolutionsOnTime), Some(Number::Share { numerator: 1, denominator: 1 }));

    let whole = c.app.verify().await.expect("verified");
    assert!(whole.ok, "{engine:?}: {:?}", whole.faults);
}

/// The demo's conference, as it was known on the days of the mission.
pub(super) async fn of_the_demo(app: &App) {
    let figures = async |period: &str, as_of: &str, by: Option<Dimension>| {
        let as_of = match as_of.parse::<Date>() {
            Ok(day) => app.policies().zone.end_of_day(day),
            Err(_) => Instant::parse(as_of).expect("an instant"),
        };
        app.report_by(&Actor::System, period.parse().expect("a period"), None, as_of, by).await.expect("figures")
    };
    for (as_of, expected) in
        [("2018-04-15", 15.0), ("2018-05-23T18:00:00+08:00", 14.0), ("2018-06-05", 15.0), ("2018-09-29", 15.0)]
    {
        let report = figures("2018", as_of, None).await;
        let members = report.get(FigureCode::ConferenceMembers).and_then(yixian_domain::figure::Figure::number);
        assert_eq!(members, Some(expected), "{as_of}");
    }
    let roles = figures("2018", "2018-05-23", Some(Dimension::Role)).await;
    // Firms, the convener, governments; partners who do not sit in it have no number.
    let by_role: Vec<f64> =
        roles.groups.iter().filter_map(|(_, all)| find(all, FigureCode::ConferenceMembers)?.number()).collect();
    assert_eq!(by_role, [14.0, 1.0, 4.0]);
    let may = figures("2018-03..2018-05", "2018-05-31", Some(Dimension::Organisation)).await;
    let on_time = may.get(FigureCode::ResolutionsOnTime).expect("a figure");
    assert_eq!((on_time.value, on_time.number()), (Number::Share { numerator: 57, denominator: 60 }, Some(95.0)));
    assert_eq!(may.get(FigureCode::ResolutionsOpen).map(|f| f.value), Some(Number::Count { n: 2 }));
    let open: usize =
        may.groups.iter().filter_map(|(_, all)| Some(find(all, FigureCode::ResolutionsOpen)?.ids().len())).sum();
    assert_eq!(open, 2);
    let share = |code: FigureCode| may.get(code).and_then(yixian_domain::figure::Figure::number).expect("a number");
    assert!((80.0..100.0).contains(&share(FigureCode::Attendance)), "{}", share(FigureCode::Attendance));
    assert!((10.0..60.0).contains(&share(FigureCode::RepeatTopics)), "{}", share(FigureCode::RepeatTopics));
    assert!((0.5..6.0).contains(&share(FigureCode::DaysToIssue)), "{}", share(FigureCode::DaysToIssue));
    let whole = figures("2018", "2018-09-29", None).await;
    assert_eq!(whole.facts.sittings.resolutions.len(), 61);
    assert_eq!(whole.get(FigureCode::ResolutionsOpen).map(|f| f.value), Some(Number::Count { n: 0 }));
    // Fridays; the one of the holiday on the Sunday that is worked for it.
    let all = app.conferences(&Actor::System).await.expect("conferences");
    let page = app.conference_page(&Actor::System, all[0].conference.id).await.expect("a page");
    let moved: Vec<(Date, Date)> =
        page.meetings.iter().filter_map(|m| Some((m.setting.day.moved.as_ref()?.0, m.setting.day.day))).collect();
    assert_eq!(moved, [(Date::constant(2018, 4, 6), Date::constant(2018, 4, 8))]);
    let days: Vec<Date> = page.meetings.iter().map(|m| m.setting.day.day).collect();
    let (first, last) = (Date::constant(2018, 3, 2), Date::constant(2018, 5, 25));
    assert_eq!((days.len(), days.last(), days.first()), (13, Some(&first), Some(&last)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_conference_is_what_counting_says() {
    let fresh = Fresh::new(Engine::Sqlite).await;
    let opening = Opening {
        db: fresh.db().await,
        folder: fresh.folder(),
        clock: Clock::At(DEMO),
        mint: Mint::seeded(1),
        policies: PolicySource::Embedded,
    };
    let app = App::open(opening).await.expect("it opens");
    app.make_demo_of(7, Size::SMALL).await.expect("a company");
    of_the_demo(&app).await;
    let whole = app.verify().await.expect("verified");
    assert!(whole.ok, "{:?}", whole.faults);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conference_on_both_engines() {
    for engine in Engine::ALL {
        story(engine).await;
    }
}
