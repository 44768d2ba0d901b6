//! Units, people and places from tables: the preview tells the difference and writes nothing,
//! applying does it once, and what cannot be taken is told line by line.

use yixian_app::clock::Clock;
use yixian_app::command::{Envelope, OrganisationCommand};
use yixian_app::import::table::{CsvKind, Difference};
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::store::{Db, ledger, org, place};
use yixian_app::{App, AppError, Opening};
use yixian_domain::access::Actor;
use yixian_domain::ids::{CommandId, PersonId};
use yixian_domain::org::{Grant, Level, Role, Specialty, UnitKind};
use yixian_domain::time::Instant;

const UNITS: &str = "代码,名称,英文名,类别,上级\nCP-01,城北供电所,,供电所,CP\nCP,昌平供电公司,Changping,区供电公司,BJ\nBJ,北京公司,Beijing,公司,\nPK,平谷供电公司,,district_company,BJ\n";
const PEOPLE: &str = "工号,姓名,单位,级别,专业,走访任务,角色,起,止\n001,王一,CP,单位负责人,营销,是,协调员@CP；handler@CP-01,2018/5/1,\n002,李二,CP-01,staff,operations,否,viewer,,\n";
const PLACES: &str = "code,name,kind,district,area,lat,lon,unit\nP1,一号工地,工地,昌平,城区,40.22,116.23,CP\nP2,Lane,street,昌平,remote,,,\n";

async fn company() -> (tempfile::TempDir, App) {
    let dir = tempfile::tempdir().expect("a folder");
    let app = App::open(Opening {
        db: Db::open_folder(dir.path()).await.expect("a database"),
        folder: dir.path(),
        clock: Clock::At(Instant::parse("2018-09-30T01:00:00Z").expect("an instant")),
        mint: Mint::seeded(1),
        policies: PolicySource::Embedded,
    })
    .await
    .expect("it opens");
    (dir, app)
}

async fn preview(app: &App, kind: CsvKind, text: &str) -> Difference {
    app.preview_csv(&Actor::System, kind, text.as_bytes().to_vec()).await.expect("a preview")
}

async fn apply(app: &App, kind: CsvKind, text: &str) -> (u64, u64, u64, Vec<(u64, String)>) {
    let a = app.apply_csv(&Actor::System, kind, text.as_bytes().to_vec()).await.expect("applied");
    (a.new, a.changed, a.unchanged, a.refused.into_iter().map(|r| (r.line, r.reason)).collect())
}

async fn events(app: &App) -> i64 {
    app.verify().await.expect("verified").events
}

#[tokio::test]
async fn a_preview_writes_nothing_and_applying_twice_changes_nothing() {
    let (_dir, app) = company().await;
    let before = events(&app).await;
    let d = preview(&app, CsvKind::Units, UNITS).await;
    assert_eq!((d.new.len(), d.changed.len(), d.unchanged, d.refused.len()), (4, 0, 0, 0));
    assert_eq!(
        d.new.iter().map(|n| (n.line, n.code.as_str())).collect::<Vec<_>>(),
        [(2, "CP-01"), (3, "CP"), (4, "BJ"), (5, "PK")]
    );
    assert_eq!(events(&app).await, before);

    for (kind, text, n) in [(CsvKind::Units, UNITS, 4), (CsvKind::People, PEOPLE, 2), (CsvKind::Places, PLACES, 2)] {
        assert_eq!(apply(&app, kind, text).await, (n, 0, 0, vec![]));
        let now = events(&app).await;
        assert_eq!(apply(&app, kind, text).await, (0, 0, n, vec![]));
        let d = preview(&app, kind, text).await;
        assert_eq!((d.new.len(), d.changed.len(), d.unchanged), (0, 0, n));
        assert_eq!(events(&app).await, now);
    }
    let mut conn = app.store().read().await.expect("a connection");
    let units = org::units(&mut conn).await.expect("units");
    assert_eq!(
        units.iter().map(|u| (u.path.as_str(), u.kind)).collect::<Vec<_>>(),
        [
            ("/BJ/", UnitKind::Company),
            ("/BJ/CP/", UnitKind::DistrictCompany),
            ("/BJ/CP/CP-01/", UnitKind::Station),
            ("/BJ/PK/", UnitKind::DistrictCompany),
        ]
    );
    let p = org::person_by_code(&mut conn, "001").await.expect("a query").expect("a person");
    assert_eq!(
        (p.name.as_str(), p.level, p.duty, p.from.map(|d| d.to_string())),
        ("王一", Level::UnitHead, true, Some("2018-05-01".into()))
    );
    let mut roles: Vec<_> =
        org::grants(&mut conn, p.id).await.expect("grants").into_iter().map(|g| (g.role, g.over.to_string())).collect();
    roles.sort();
    assert_eq!(roles, [(Role::Coordinator, "/BJ/CP/".into()), (Role::Handler, "/BJ/CP/CP-01/".into())]);
    assert!(place::by_code(&mut conn, "P1").await.expect("a query").expect("a place").point.is_some());
    assert!(ledger::verify(&mut conn).await.expect("verified").ok);
}

#[tokio::test]
async fn a_difference_is_told_field_by_field() {
    let (_dir, app) = company().await;
    apply(&app, CsvKind::Units, UNITS).await;
    apply(&app, CsvKind::People, PEOPLE).await;
    apply(&app, CsvKind::Places, PLACES).await;
    let d = preview(&app, CsvKind::People, "code,name,unit,level,specialty,duty\n001,王一,PK,部门负责人,营销,是\n002,李二,CP-01,staff,operations,否\n003,新,PK,staff,,\n").await;
    assert_eq!((d.new.len(), d.unchanged), (1, 1));
    let fields: Vec<_> = d.changed[0].fields.iter().map(|f| (f.field, f.before.as_str(), f.after.as_str())).collect();
    assert_eq!(fields, [("unit", "CP", "PK"), ("level", "unit_head", "department_head")]);
    let d = preview(&app, CsvKind::Places, &PLACES.replace("40.22", "40.5").replace("Lane", "巷")).await;
    let fields: Vec<_> =
        d.changed.iter().flat_map(|c| &c.fields).map(|f| (f.field, f.before.as_str(), f.after.as_str())).collect();
    assert_eq!(fields, [("point", "40.220000, 116.230000", "40.500000, 116.230000"), ("name", "Lane", "巷")]);

    // A table without the columns of roles and dates leaves them as they are.
    assert_eq!(
        apply(&app, CsvKind::People, "code,name,unit,level,specialty,duty\n001,王大,CP,unit_head,营销,是\n").await,
        (0, 1, 0, vec![])
    );
    let mut conn = app.store().read().await.expect("a connection");
    let p = org::person_by_code(&mut conn, "001").await.expect("a query").expect("a person");
    assert_eq!(
        (p.name.as_str(), p.from.is_some(), org::grants(&mut conn, p.id).await.expect("grants").len()),
        ("王大", true, 2)
    );
    drop(conn);
    let roles = preview(
        &app,
        CsvKind::People,
        "code,name,unit,level,specialty,duty,roles\n001,王大,CP,unit_head,营销,是,leader\n",
    )
    .await;
    assert_eq!(roles.changed[0].fields[0].before, "coordinator@CP;handler@CP-01");
    assert_eq!(roles.changed[0].fields[0].after, "leader@CP");
}

#[tokio::test]
async fn bad_lines_are_named_and_good_ones_kept() {
    let (_dir, app) = company().await;
    let units = "code,name,name_en,kind,parent\nBJ,北京,,company,\nA,Good,,team,BJ\nA,Twice,,team,BJ\nB,,,team,BJ\nC C,Code,,team,BJ\nD,Kind,,bank,BJ\nE,Parent,,team,XX\nF,Circle,,team,G\nG,Circle,,team,F\nR,Second root,,company,\nS,Short,,team\n,,,,\n";
    let (new, _, _, refused) = apply(&app, CsvKind::Units, units).await;
    assert_eq!(new, 2);
    assert_eq!(
        refused,
        [
            (4, "the code stands twice; first on line 3".to_owned()),
            (5, "nothing in column name".into()),
            (6, "code: code".into()),
            (7, "unknown word in column kind: bank".into()),
            (8, "no such unit in column parent: XX".into()),
            (9, "no such unit in column parent: G".into()),
            (10, "no such unit in column parent: F".into()),
            (11, "parent: one_root".into()),
            (12, "wrong number of columns: 4, the header has 5".into()),
        ]
    );
    assert_eq!(
        apply(&app, CsvKind::Units, "code,name,kind,parent\nA,Good,team,\n").await.3,
        [(2, "parent: unit_stays".to_owned())]
    );

    let people = "code,name,unit,level,specialty,duty,roles,from,to\n1,Good,A,staff,,,,,\n2,x,XX,staff,,,,,\n3,x,A,boss,,,,,\n4,x,A,staff,,perhaps,,,\n5,x,A,staff,,,king@A,,\n6,x,A,staff,,,viewer@XX,,\n7,x,A,staff,,,,May,\n8,x,A,staff,,,,2018-05-02,2018-05-01\n";
    let (new, _, _, refused) = apply(&app, CsvKind::People, people).await;
    assert_eq!(new, 1);
    assert_eq!(
        refused.into_iter().map(|r| r.1).collect::<Vec<_>>(),
        [
            "no such unit in column unit: XX",
            "unknown word in column level: boss",
            "unknown word in column duty: perhaps",
            "unknown word in column roles: king",
            "no such unit in column roles: XX",
            "unreadable date in column from: May",
            "to: ends_before_it_begins",
        ]
    );
    let places = "code,name,kind,district,area,lat,lon,unit\nP1,Good,street,X,urban,,,\nP2,x,street,X,urban,91,1,\nP3,x,street,X,urban,north,1,\nP4,x,street,X,urban,1,,\nP5,x,street,,urban,,,\n";
    let (new, _, _, refused) = apply(&app, CsvKind::Places, places).await;
    assert_eq!(new, 1);
    assert_eq!(
        refused.into_iter().map(|r| r.1).collect::<Vec<_>>(),
        [
            "not a number in column lat, lon: 91, 1",
            "not a number in column lat: north",
            "nothing in column lon",
            "nothing in column district",
        ]
    );
}

#[tokio::test]
async fn gbk_marks_and_missing_columns() {
    let (_dir, app) = company().await;
    for columns in ["name,name_en\nx,y\n", "代码\nx\n"] {
        let e = app.preview_csv(&Actor::System, CsvKind::Units, columns.into()).await.expect_err("refused");
        let AppError::Invalid(faults) = e else { panic!("not {e}") };
        assert_eq!((faults[0].field, faults[0].code), ("file", "columns_missing"));
        assert_eq!(faults[0].detail.split(", ").count(), 3, "{}", faults[0].detail);
    }
    assert!(
        matches!(app.apply_csv(&Actor::System, CsvKind::Units, Vec::new()).await, Err(AppError::Invalid(f)) if f[0].code == "file_empty")
    );
    let (gbk, _, _) = encoding_rs::GBK.encode(UNITS);
    let marked = format!("\u{feff}{}", UNITS.replace(',', ";"));
    for bytes in [gbk.to_vec(), marked.into_bytes()] {
        let d = app.preview_csv(&Actor::System, CsvKind::Units, bytes).await.expect("a preview");
        assert_eq!((d.new.len(), d.refused.len()), (4, 0));
        assert!(d.new[1].fields.iter().any(|f| f.field == "name" && f.value == "昌平供电公司"));
    }
}

#[tokio::test]
async fn nobody_reaches_beyond_his_units() {
    let (_dir, app) = company().await;
    apply(&app, CsvKind::Units, UNITS).await;
    apply(&app, CsvKind::People, PEOPLE).await;
    let units = org::units(&mut app.store().read().await.expect("a connection")).await.expect("units");
    let pk = units.iter().find(|u| u.code == "PK").expect("the unit").path.clone();
    let of_pk = Actor::Person {
        id: PersonId(app.mint().uuid(Instant(0))),
        grants: vec![Grant { role: Role::Administrator, over: pk }],
    };
    // Neither by making a person of CP his own, nor by giving roles there, nor by changing its units.
    let people = "code,name,unit,level,specialty,duty,roles\n001,王一,PK,staff,,,\n009,New,PK,staff,,,administrator@BJ\n010,New,PK,staff,,,viewer@PK\n";
    let d = app.preview_csv(&of_pk, CsvKind::People, people.into()).await.expect("a preview");
    assert_eq!(
        (d.new.len(), d.changed.len(), d.refused.iter().map(|r| r.code).collect::<Vec<_>>()),
        (1, 0, vec!["not_yours", "not_yours"])
    );
    let a = app.apply_csv(&of_pk, CsvKind::People, people.into()).await.expect("applied");
    assert_eq!((a.new, a.changed, a.refused.len()), (1, 0, 2));
    let a = app.apply_csv(&of_pk, CsvKind::Units, UNITS.replace("昌平", "平谷").into()).await.expect("applied");
    assert_eq!((a.new, a.changed, a.unchanged, a.refused.len()), (0, 0, 1, 3));
    assert!(matches!(app.preview_csv(&Actor::Anonymous, CsvKind::Units, UNITS.into()).await, Err(AppError::Denied(_))));

    // The write door itself refuses it too, whoever knocks.
    let (p, pk) = {
        let mut conn = app.store().read().await.expect("a connection");
        (
            org::person_by_code(&mut conn, "001").await.expect("a query").expect("a person"),
            org::unit_by_code(&mut conn, "PK").await.expect("a query").expect("a unit"),
        )
    };
    let command = OrganisationCommand::PutPerson {
        person: p.id.0,
        code: "001".into(),
        name: "王一".into(),
        unit: pk.id.0,
        level: Level::Staff,
        specialty: Specialty::General,
        duty: false,
        from: None,
        to: None,
        roles: None,
    };
    let taken = app
        .execute(
            &of_pk,
            CommandId(app.mint().uuid(Instant(0))),
            Envelope { happened_at: None, command: command.into() },
            None,
        )
        .await;
    assert!(matches!(taken, Err(AppError::Denied(_))), "{taken:?}");
}
