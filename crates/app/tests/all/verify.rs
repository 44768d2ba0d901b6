//! A row that somebody edits with SQL is found, whichever table it is in: one change of each kind to each table that is held
//! against the ledger, on both engines, each named with its table and its record.

use super::backup::picture;
use super::golden::{DISTRICT, open, tell_the_loop};
use serde_json::json;
use std::collections::BTreeSet;
use yixian_app::App;
use yixian_app::backup::restore;
use yixian_app::domain::ids::{CommandId, MatterId, PersonId};
use yixian_app::store::import::Claim;
use yixian_app::store::row;
use yixian_app::store::slices;
use yixian_testkit::{Engine, Fresh, id};

/// A change: the table, what is done to it, a query for the id that has to be named, and what else has to be said.
type Tamper = (&'static str, &'static str, &'static str, &'static str);

const NEW: &str = "'01900000-0000-7000-8000-0000000fffff'";

const TAMPERS: &[Tamper] = &[
    ("conference", "UPDATE conference SET name = '别名'", "SELECT id FROM conference", "name"),
    ("conference", "UPDATE conference SET dissolved = '2018-05-01'", "SELECT id FROM conference", "dissolved"),
    ("meeting", "UPDATE meeting SET starts_at = starts_at + 1", "SELECT id FROM meeting", "starts_at"),
    ("meeting", "UPDATE meeting SET body = REPLACE(body, '会议室', '别处')", "SELECT id FROM meeting", "body"),
    ("topic", "UPDATE topic SET recurs_id = {new}", "SELECT id FROM topic", "recurs_id"),
    ("topic", "DELETE FROM topic", "", "missing"),
    ("indicator", "UPDATE indicator SET name = '别名'", "SELECT id FROM indicator", "name"),
    ("indicator", "UPDATE indicator SET body = REPLACE(body, '34000', '33000')", "SELECT id FROM indicator", "body"),
    ("breakdown", "UPDATE breakdown SET effective = '2018-01-01'", "SELECT id FROM breakdown", "effective"),
    ("breakdown", "DELETE FROM breakdown", "", "missing"),
    ("campaign", "UPDATE campaign SET to_day = '2018-06-30'", "SELECT id FROM campaign", "to_day"),
    ("unit", "UPDATE unit SET name = '别名' WHERE code = 'CY'", "SELECT id FROM unit WHERE code = 'CY'", "name"),
    (
        "unit",
        "UPDATE unit SET to_day = '2018-01-01' WHERE code = 'CY'",
        "SELECT id FROM unit WHERE code = 'CY'",
        "to_day",
    ),
    (
        "person",
        "UPDATE person SET to_day = '2018-01-01' WHERE code = 'P502'",
        "SELECT id FROM person WHERE code = 'P502'",
        "to_day",
    ),
    (
        "person",
        "UPDATE person SET name = '别人' WHERE code = 'P502'",
        "SELECT id FROM person WHERE code = 'P502'",
        "name",
    ),
    (
        "person",
        "UPDATE person SET unit_id = (SELECT id FROM unit WHERE parent IS NULL) WHERE code = 'P502'",
        "SELECT id FROM person WHERE code = 'P502'",
        "unit_id",
    ),
    (
        "role_grant",
        "INSERT INTO role_grant SELECT p.id, 'administrator', u.id FROM person p CROSS JOIN unit u WHERE p.code = 'P504' AND u.parent IS NULL",
        "SELECT id FROM person WHERE code = 'P504'",
        "administrator",
    ),
    (
        "role_grant",
        "UPDATE role_grant SET role = 'administrator' WHERE role = 'verifier'",
        "SELECT id FROM person WHERE code = 'P503'",
        "administrator",
    ),
    (
        "role_grant",
        "DELETE FROM role_grant WHERE role = 'verifier'",
        "SELECT id FROM person WHERE code = 'P503'",
        "missing",
    ),
    ("exemption", "UPDATE exemption SET to_day = '2018-05-31'", "SELECT id FROM exemption", "not what its event says"),
    ("exemption", "UPDATE exemption SET reason = 'anders'", "SELECT id FROM exemption", "not what its event says"),
    (
        "exemption",
        "INSERT INTO exemption SELECT {new}, id, '2018-05-01', '2018-05-31', 'leave', 0 FROM person WHERE code = 'P501'",
        "SELECT id FROM person WHERE code = 'P501'",
        "never recorded",
    ),
    ("exemption", "UPDATE exemption SET known_from = 0", "SELECT id FROM exemption", "not what its event says"),
    ("exemption", "DELETE FROM exemption", "SELECT id FROM person WHERE code = 'P505'", "missing"),
    (
        "place",
        "UPDATE place SET lat = 1, lon = 1 WHERE code = 'P01'",
        "SELECT id FROM place WHERE code = 'P01'",
        "lat, lon",
    ),
    (
        "place",
        "UPDATE place SET unit_id = (SELECT id FROM unit WHERE parent IS NULL) WHERE code = 'P01'",
        "SELECT id FROM place WHERE code = 'P01'",
        "unit_id",
    ),
    (
        "credential",
        "UPDATE credential SET ended_at = NULL, why = NULL WHERE token_hash = (SELECT MIN(token_hash) FROM credential WHERE ended_at IS NOT NULL)",
        "",
        "is not what its event says",
    ),
    ("credential", "UPDATE credential SET until = until + 1 WHERE ended_at IS NULL", "", "is not what its event says"),
    (
        "credential",
        "UPDATE credential SET person_id = (SELECT id FROM person WHERE code = 'P504')",
        "",
        "is not what its event says",
    ),
    (
        "credential",
        "INSERT INTO credential SELECT 'ffff', kind, person_id, label, made_at, until, seen_at, ended_at, why FROM credential WHERE ended_at IS NULL",
        "",
        "no event knows the row of credential ffff",
    ),
    ("credential", "DELETE FROM credential WHERE ended_at IS NOT NULL", "", "is missing"),
    ("programme", "UPDATE programme SET year = 2019", "SELECT id FROM programme", "year"),
    ("programme", "UPDATE programme SET body = replace(body, 'UG-1', 'UG-2')", "SELECT id FROM programme", "body"),
    ("section", "UPDATE section SET route_metres = 1", "SELECT id FROM section", "route_metres"),
    ("section", "UPDATE section SET body = replace(body, '900', '901')", "SELECT id FROM section", "body"),
    (
        "milestone",
        "UPDATE milestone SET confirmed = NOT confirmed",
        "SELECT section_id FROM milestone",
        "not what the section says",
    ),
    ("milestone", "DELETE FROM milestone", "SELECT id FROM section", "not what the section says"),
    (
        "partner",
        "UPDATE partner SET name = '别的公司' WHERE code = 'GC-1'",
        "SELECT id FROM partner WHERE code = 'GC-1'",
        "name",
    ),
    (
        "partner",
        "UPDATE partner SET body = replace(body, 'GC-1', 'GC-2') WHERE code = 'GC-1'",
        "SELECT id FROM partner WHERE code = 'GC-1'",
        "body",
    ),
    (
        "agreement",
        "UPDATE agreement SET valid_to = '2030-01-01' WHERE code = 'XY-1'",
        "SELECT id FROM agreement WHERE code = 'XY-1'",
        "valid_to",
    ),
    (
        "agreement",
        "UPDATE agreement SET body = replace(body, 'XY-1', 'XY-2') WHERE code = 'XY-1'",
        "SELECT id FROM agreement WHERE code = 'XY-1'",
        "body",
    ),
    ("team", "UPDATE team SET last_day = '2019-12-31'", "SELECT id FROM team", "last_day"),
    ("team", "UPDATE team SET body = replace(body, 'commando', 'joint_branch')", "SELECT id FROM team", "body"),
    (
        "document",
        "UPDATE document SET number_folded = '示范2号' WHERE code = 'PT-1'",
        "SELECT id FROM document WHERE code = 'PT-1'",
        "number_folded",
    ),
    (
        "document",
        "UPDATE document SET body = replace(body, 'v1', 'v2') WHERE code = 'PT-1'",
        "SELECT id FROM document WHERE code = 'PT-1'",
        "body",
    ),
    ("citation", "UPDATE citation SET citing_key = 'R6-handled-lv'", "SELECT id FROM citation", "citing_key"),
    (
        "citation",
        "UPDATE citation SET body = replace(body, 'R5-whole-30', 'R6-handled-lv')",
        "SELECT id FROM citation",
        "body",
    ),
    ("household", "UPDATE household SET community_id = unit_id", "SELECT id FROM household", "community_id"),
    ("household", "UPDATE household SET body = replace(body, 'JT-1', 'JT-2')", "SELECT id FROM household", "body"),
    ("done_sheet", "UPDATE done_sheet SET next_visit = '2018-07-01'", "SELECT id FROM done_sheet", "next_visit"),
    (
        "done_sheet",
        "UPDATE done_sheet SET body = replace(body, 'line_check', 'advice')",
        "SELECT id FROM done_sheet",
        "body",
    ),
    ("praise", "UPDATE praise SET channel = 'letter'", "SELECT id FROM praise", "channel"),
    ("praise", "UPDATE praise SET body = replace(body, 'DZ-1', 'DZ-2')", "SELECT id FROM praise", "body"),
    ("publication", "UPDATE publication SET day = '2018-05-03'", "SELECT id FROM publication", "day"),
    (
        "publication",
        "UPDATE publication SET body = replace(body, '3,600', '3,700')",
        "SELECT id FROM publication",
        "body",
    ),
    ("recognition", "UPDATE recognition SET day = '2018-05-03'", "SELECT id FROM recognition", "day"),
    (
        "recognition",
        "UPDATE recognition SET body = replace(body, 'DX-1', 'DX-2')",
        "SELECT id FROM recognition",
        "body",
    ),
    ("service_day", "UPDATE service_day SET day = '2018-05-03'", "SELECT id FROM service_day", "day"),
    (
        "service_day",
        "UPDATE service_day SET body = replace(body, '服务日', '别的日')",
        "SELECT id FROM service_day",
        "body",
    ),
    ("member", "UPDATE member SET person_id = NULL", "SELECT id FROM member", "person_id"),
    ("member", "UPDATE member SET body = replace(body, '一支部', '二支部')", "SELECT id FROM member", "body"),
    ("pairing", "UPDATE pairing SET rev = 9", "SELECT id FROM pairing", "rev"),
    (
        "pairing",
        "UPDATE pairing SET body = replace(body, '2018-03-01', '2018-04-01')",
        "SELECT id FROM pairing",
        "body",
    ),
    ("service_session", "UPDATE service_session SET day = '2018-05-03'", "SELECT id FROM service_session", "day"),
    (
        "service_session",
        "UPDATE service_session SET body = replace(body, '\"reached\":40', '\"reached\":400')",
        "SELECT id FROM service_session",
        "body",
    ),
    ("sign_in", "UPDATE sign_in SET member_id = NULL", "SELECT id FROM sign_in", "member_id"),
    ("sign_in", "UPDATE sign_in SET body = replace(body, 'staff', 'sheet')", "SELECT id FROM sign_in", "body"),
    ("served_base", "UPDATE served_base SET district = '海淀区'", "SELECT id FROM served_base", "district"),
    (
        "served_base",
        "UPDATE served_base SET body = replace(body, '10000', '20000')",
        "SELECT id FROM served_base",
        "body",
    ),
    ("outage", "UPDATE outage SET customers = customers - 1", "SELECT id FROM outage", "not what its event says"),
    ("outage", "UPDATE outage SET voided = NOT voided", "SELECT id FROM outage", "not what its event says"),
    ("outage", "DELETE FROM outage", "", "missing"),
    (
        "outage_sum",
        "UPDATE outage_sum SET interruptions = interruptions + 1 WHERE grain = 'month'",
        "",
        "of month 2018-05-01",
    ),
    ("outage_sum", "DELETE FROM outage_sum WHERE grain = 'total'", "", "of total 2018-05-01 is missing"),
    ("visit", "UPDATE visit SET restricted = TRUE WHERE n = 1", "SELECT id FROM visit WHERE n = 1", "restricted"),
    ("visit", "UPDATE visit SET day = '2018-05-04' WHERE n = 1", "SELECT id FROM visit WHERE n = 1", "day"),
    ("visit", "UPDATE visit SET n = 99 WHERE n = 1", "SELECT id FROM visit WHERE n = 99", "visit.n"),
    (
        "visit_party",
        "UPDATE visit_party SET duty = NOT duty",
        "SELECT visit_id FROM visit_party",
        "not what the visit says",
    ),
    ("visit_party", "DELETE FROM visit_party", "SELECT id FROM visit WHERE n = 1", "not what the visit says"),
    (
        "visit_party",
        "INSERT INTO visit_party SELECT v.id, p.id, duty FROM visit v CROSS JOIN person p WHERE v.n = 1 AND p.code = 'P503'",
        "SELECT id FROM visit WHERE n = 1",
        "not what the visit says",
    ),
    ("matter", "UPDATE matter SET handler = NULL WHERE n = 1", "SELECT id FROM matter WHERE n = 1", "handler"),
    ("matter", "UPDATE matter SET n = 99 WHERE n = 1", "SELECT id FROM matter WHERE n = 99", "matter.n"),
    ("matter", "UPDATE matter SET known_from = 1 WHERE n = 1", "SELECT id FROM matter WHERE n = 1", "known_from"),
    ("matter_past", "UPDATE matter_past SET due_at = 1", "", "matter_past of matter"),
    ("matter_past", "DELETE FROM matter_past", "", "matter_past of matter"),
    (
        "visit_past",
        "UPDATE visit_past SET day = '2018-05-30'",
        "SELECT id FROM visit WHERE n = 1",
        "visit_past of visit",
    ),
    ("visit_past", "DELETE FROM visit_past", "SELECT id FROM visit WHERE n = 1", "visit_past of visit"),
    (
        "connection_past",
        "UPDATE connection_past SET district = '别处'",
        "SELECT id FROM connection",
        "connection_past of",
    ),
    ("connection_past", "DELETE FROM connection_past", "SELECT id FROM connection", "connection_past of"),
    (
        "place_version",
        "UPDATE place_version SET area = 'mountain' WHERE place_id = (SELECT id FROM place WHERE code = 'P01')",
        "SELECT id FROM place WHERE code = 'P01'",
        "not what its event says",
    ),
    ("place_version", "DELETE FROM place_version", "SELECT id FROM place WHERE code = 'P01'", "missing"),
    (
        "place_version",
        "INSERT INTO place_version SELECT place_id, 7777, 7, 7, kind, district, area, unit_id FROM place_version LIMIT 1",
        "",
        "no event knows it",
    ),
    (
        "person_version",
        "UPDATE person_version SET level = 'leadership' WHERE person_id = (SELECT id FROM person WHERE code = 'P502')",
        "SELECT id FROM person WHERE code = 'P502'",
        "not what its event says",
    ),
    ("person_version", "DELETE FROM person_version", "SELECT id FROM person WHERE code = 'P502'", "missing"),
    ("connection", "UPDATE connection SET capacity = 1", "SELECT id FROM connection", "capacity"),
    ("connection", "UPDATE connection SET n = 99", "SELECT id FROM connection", ": n"),
    (
        "words",
        "UPDATE words SET body = 'anders' WHERE body = '看现场'",
        "SELECT id FROM words WHERE body = 'anders'",
        "altered",
    ),
    ("words", "DELETE FROM words WHERE body = '看现场'", "", "are missing"),
    (
        "contact",
        "UPDATE contact SET phone = '10099999999' WHERE name = '赵师傅'",
        "SELECT id FROM contact WHERE phone = '10099999999'",
        "not what its words say",
    ),
    (
        "contact",
        "UPDATE contact SET credit_code = 'X' WHERE name = '临水咖啡店'",
        "SELECT id FROM contact WHERE credit_code = 'X'",
        "credit code",
    ),
    (
        "contact",
        "INSERT INTO contact SELECT {new}, id, '谁', '1', NULL, NULL FROM matter WHERE n = 1",
        "SELECT id FROM contact WHERE name = '谁'",
        "no event knows",
    ),
    ("matter_link", "UPDATE matter_link SET created_at = created_at + 1", "", "not what its event says"),
    (
        "matter_link",
        "INSERT INTO matter_link SELECT 'stranger', matter_id, contact_id, created_at FROM matter_link LIMIT 1",
        "",
        "no event knows the row of matter_link stranger",
    ),
    ("matter_link", "DELETE FROM matter_link", "", "missing"),
    ("file", "UPDATE file SET bytes = bytes + 1", "", "is not what its file says: bytes"),
    ("file", "UPDATE file SET mime = 'text/html', width = 1", "", "is not what its file says: mime, width"),
    ("file_use", "DELETE FROM file_use", "SELECT id FROM matter WHERE subject = '有照片'", "missing"),
    (
        "file_use",
        "INSERT INTO file_use SELECT f.sha, m.id FROM file f CROSS JOIN matter m WHERE m.n = 1",
        "SELECT id FROM matter WHERE n = 1",
        "no event knows",
    ),
    (
        "command",
        "UPDATE command SET actor = 'import' WHERE receipt LIKE '%\"number\":1}%' OR receipt LIKE '%\"number\":1,%'",
        "SELECT id FROM command WHERE actor = 'import'",
        "not what its event says",
    ),
    ("command", "UPDATE command SET receipt = '{}'", "", "not what its event says"),
    (
        "command",
        "INSERT INTO command SELECT {new}, 'sha', actor, recorded_at, receipt FROM command LIMIT 1",
        "",
        "no event knows the row of command 01900000-0000-7000-8000-0000000fffff",
    ),
    ("command", "DELETE FROM command", "", "missing"),
    (
        "policy",
        "UPDATE policy SET body = replace(body, 'wd', 'cd') WHERE kind = 'limits'",
        "",
        "policy limits 1 is not what was put in force",
    ),
    (
        "policy",
        "UPDATE policy SET body = replace(body, 'silent_days = 7', 'silent_days = 1') WHERE kind = 'settings'",
        "",
        "policy settings 1 is not",
    ),
    ("policy", "UPDATE policy SET label = 'x' WHERE kind = 'settings'", "", "policy settings 1 has another label"),
    (
        "policy",
        "INSERT INTO policy SELECT kind, 2, label, body FROM policy WHERE kind = 'settings'",
        "",
        "policy settings 2 was never put in force",
    ),
    ("policy", "DELETE FROM policy WHERE kind = 'streets'", "", "policy streets 1 is missing"),
    (
        "notice",
        "UPDATE notice SET code = 'other' WHERE id = (SELECT id FROM notice ORDER BY id LIMIT 1)",
        "SELECT id FROM notice WHERE code = 'other'",
        "not what its event says",
    ),
    ("notice", "DELETE FROM notice WHERE code = 'plan_adopted'", "", "missing"),
    (
        "notice",
        "INSERT INTO notice SELECT {new}, person_id, 'other', record_kind, record_id, at, NULL FROM notice WHERE at = (SELECT MAX(at) FROM notice) LIMIT 1",
        "SELECT id FROM notice WHERE code = 'other'",
        "no event knows",
    ),
    ("second_factor", "UPDATE second_factor SET nonce = 'x'", "", "not what its event says"),
    ("second_factor", "DELETE FROM second_factor", "", "missing"),
    (
        "second_factor",
        "INSERT INTO second_factor SELECT p.id, nonce, s.made_at, s.off_at, 0 FROM second_factor s, person p WHERE p.id <> s.person_id LIMIT 1",
        "",
        "no event knows",
    ),
    ("plan", "UPDATE plan SET body = '{}'", "SELECT id FROM plan", "body"),
    ("plan", "UPDATE plan SET summary = '{}'", "SELECT id FROM plan", "summary"),
    ("plan", "UPDATE plan SET adoptions = 7, n = 8", "SELECT id FROM plan", "n"),
    ("plan_adoption", "UPDATE plan_adoption SET made = made + 1", "SELECT id FROM plan", "not what its event says"),
    ("plan_adoption", "DELETE FROM plan_adoption", "SELECT id FROM plan", "missing"),
    ("plan_visit", "DELETE FROM plan_visit", "SELECT id FROM plan", "not what its event says"),
    (
        "import_row",
        "UPDATE import_row SET matter_id = (SELECT id FROM matter WHERE n = 1)",
        "",
        "not what its event says",
    ),
    ("import_row", "DELETE FROM import_row", "", "missing"),
    (
        "import_row",
        "INSERT INTO import_row SELECT 'another', row_key, sha, matter_id FROM import_row",
        "",
        "no event knows",
    ),
];

/// What only the product can tell: what a case makes of a connection's columns, what a record
/// was on its way, and what kind of picture a photo is.
const OF_THE_LAW: [(&str, &str); 34] = [
    ("household", "community_id"),
    ("done_sheet", "next_visit"),
    ("service_day", "day"),
    ("member", "person_id"),
    ("pairing", "rev"),
    ("service_session", "day"),
    ("sign_in", "member_id"),
    ("praise", "channel"),
    ("publication", "day"),
    ("served_base", "district"),
    ("indicator", "name"),
    ("breakdown", "effective"),
    ("campaign", "to_day"),
    ("team", "last_day"),
    ("document", "number_folded"),
    ("citation", "citing_key"),
    ("recognition", "day"),
    ("conference", "name"),
    ("conference", "dissolved"),
    ("meeting", "starts_at"),
    ("topic", "recurs_id"),
    ("connection", "capacity"),
    ("connection", ": n"),
    ("file", "is not what its file says: mime, width"),
    ("partner", "name"),
    ("agreement", "valid_to"),
    ("visit", "restricted"),
    ("programme", "year"),
    ("section", "route_metres"),
    ("milestone", "not what the section says"),
    ("matter", "known_from"),
    ("matter_past", "matter_past of matter"),
    ("visit_past", "visit_past of visit"),
    ("connection_past", "connection_past of"),
];

/// What the verifier in Python says of a data folder.
fn in_python(folder: &std::path::Path) -> (Option<i32>, String) {
    let out = std::process::Command::new("python3")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tools/verify_ledger.py"))
        .arg(folder)
        .output()
        .expect("the second verifier needs python3: install it (Debian: apt-get install python3)");
    (out.status.code(), String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr))
}

/// Keeps foreign keys out of the way until a table is whole again.
fn prelude(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "PRAGMA defer_foreign_keys = ON",
        Engine::Postgres => "SET LOCAL session_replication_role = replica",
    }
}

async fn run(app: &App, sql: String) {
    let done = app.store().write(async move |tx| {
        let sql: &'static str = sql.clone().leak();
        tx.conn().run(sql).await
    });
    done.await.unwrap_or_else(|e: yixian_app::store::StoreError| panic!("{e}"));
}

async fn named(app: &App, query: &'static str) -> String {
    let found = row!(&mut app.store().read().await.expect("a connection"), (uuid::Uuid,), query).expect("a query");
    found.expect(query).0.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_any_row_is_found_by_table_and_record() {
    let c = tell_the_loop().await;
    let sha = c.app.take_photo(picture(3).into()).await.expect("a photo").as_str().to_owned();
    c.by(500, json!({ "do": "raise_matter", "matter": id(790), "kind": "problem", "origin": "staff", "category": "service", "words": "有照片", "photos": [sha] })).await;
    c.by(500, json!({ "do": "put_partner", "partner": id(793), "code": "GC-1", "name": "京北电力建设", "roles": [{ "role": "construction_unit", "from": "2018-01-02" }] })).await;
    c.by(500, json!({ "do": "put_agreement", "agreement": id(796), "code": "XY-1", "title": "合作协议", "parties": [id(793)], "unit": id(401),
        "signed": "2018-05-01", "valid_to": "2019-04-30" })).await;
    c.by(500, json!({ "do": "put_served", "served": id(797), "unit": id(401), "district": "朝阳区", "from": "2018-01-01", "customers": 10_000 })).await;
    c.by(500, json!({ "do": "record_outage", "outage": id(798), "code": "TD-1", "facts": { "start": "2018-05-01T08:00:00+08:00",
        "end": "2018-05-01T09:00:00+08:00", "district": "朝阳区", "unit": id(401), "level": "medium", "kind": "planned", "customers": 50 } })).await;
    c.by(500, json!({ "do": "put_programme", "programme": id(794), "code": "UG-1", "name": "入地", "year": 2018, "kind": "undergrounding",
        "owner": id(401), "manager": id(501), "from": "2018-01-02" })).await;
    c.by(500, json!({ "do": "put_section", "section": id(795), "programme": id(794), "code": "UG-1-1", "name": "胡同", "district": "朝阳区",
        "metres": 900, "baselines": [{ "milestone": "start", "day": "2018-03-31" }] })).await;
    c.does(&yixian_app::domain::access::Actor::System, json!({ "do": "put_unit", "unit": id(894), "code": "TMP-1", "name": "突击队", "kind": "temporary", "parent": id(401) })).await;
    c.by(500, json!({ "do": "put_team", "team": id(893), "unit": id(894), "kind": "commando", "programme": id(794), "parents": [id(401)],
        "from": "2018-04-02", "to": "2018-12-31" })).await;
    for body in [
        json!({ "do": "put_document", "document": id(897), "code": "PT-1", "title": "手册", "number": "示范1号", "issuer": "公司",
            "kind": "manual", "unit": id(401) }),
        json!({ "do": "put_version", "document": id(897), "label": "v1", "from": "2018-03-01", "clauses": [{ "no": "1", "text": "一次受理" }] }),
        json!({ "do": "cite", "citation": id(898), "document": id(897), "clause": "1", "since": "2018-03-01",
            "citing": { "kind": "rule", "key": "R5-whole-30" } }),
        json!({ "do": "put_recognition", "recognition": id(899), "code": "DX-1", "title": "通报", "issuer": "国务院办公厅", "day": "2018-05-01",
            "practice": "零上门", "unit": id(401) }),
        json!({ "do": "put_praise", "praise": id(862), "code": "DZ-1", "name": "居民", "channel": "banner", "day": "2018-05-01", "words": "有回音",
            "unit": id(401), "about": [{ "kind": "document", "id": id(897) }] }),
        json!({ "do": "put_publication", "publication": id(863), "code": "BD-1", "outlet": "日报", "title": "一线", "day": "2018-05-01",
            "url": "https://example.org/1", "unit": id(401),
            "figures": [{ "figure": "activities", "period": "2018-04", "as_of": "2018-04-30", "value": "3,600" }] }),
    ] {
        c.by(500, body).await;
    }
    let today = c.app.policies().zone.date_of(c.now);
    for body in [
        json!({ "do": "put_partner", "partner": id(880), "code": "SQ-1", "name": "望京社区", "roles": [{ "role": "community", "from": "2018-01-02" }] }),
        json!({ "do": "put_partner", "partner": id(881), "code": "DZZ-1", "name": "公司党委", "unit": id(401),
            "roles": [{ "role": "party_organisation", "from": "2018-01-02" }] }),
        json!({ "do": "register_pairing", "pairing": id(882), "ours": id(881), "theirs": id(880), "from": "2018-03-01" }),
        json!({ "do": "put_service_day", "service_day": id(883), "code": "FW-1", "name": "服务日", "day": today, "organiser": id(401) }),
        json!({ "do": "put_session", "session": id(884), "service_day": id(883), "code": "FW-1-1", "community": id(880), "host": id(401),
            "starts": format!("{today}T00:00:00+08:00"), "ends": format!("{today}T23:59:00+08:00") }),
        json!({ "do": "list_member", "member": id(885), "code": "DY-1", "branch": "一支部", "unit": id(401), "person": id(501),
            "personal": { "name": "王小明", "last_four": "0427" } }),
        json!({ "do": "sign_in", "sign_in": id(886), "session": id(884), "member": id(885) }),
        json!({ "do": "record_act", "session": id(884), "act": id(887), "did": { "kind": "publicity", "reached": 40 } }),
    ] {
        c.by(500, body).await;
    }
    for body in [
        json!({ "do": "put_household", "household": id(864), "code": "JT-1", "unit": id(401),
            "resident": { "name": "住户", "address": "槐荫胡同 1 号" } }),
        json!({ "do": "raise_matter", "matter": id(865), "kind": "wish", "origin": "staff", "category": "wish", "words": "灯不亮",
            "unit": id(401), "about": { "kind": "household", "id": id(864) } }),
    ] {
        c.by(500, body).await;
    }
    c.by(500, json!({ "do": "assign", "matter": id(865), "unit": id(401), "due": { "limit": "5wd" } })).await;
    c.by(502, json!({ "do": "accept", "matter": id(865) })).await;
    c.by(
        502,
        json!({ "do": "put_done_sheet", "sheet": id(866), "matter": id(865), "how": "查了线路",
        "items": [{ "item": "line_check", "n": 1 }] }),
    )
    .await;
    for label in ["月报", "年报"] {
        c.app.make_token(PersonId(id(501)), label.into(), 365).await.expect("a token");
    }
    let ways = c.app.ways_in(PersonId(id(501))).await.expect("ways in");
    assert!(
        c.app
            .end_way(&c.app.actor(PersonId(id(501))).await.expect("he"), PersonId(id(501)), ways[0].hash.clone())
            .await
            .expect("ended")
    );
    let now = c.now;
    let taken = c.app.store().write(async move |tx| {
        tx.under(CommandId(id(791)), now);
        tx.import_take("elsewhere", &[Claim { key: "case 7", sha: "sha", matter: MatterId(id(790)) }]).await
    });
    assert_eq!(taken.await.map(|t: std::collections::HashSet<MatterId>| t.len()).expect("taken"), 1);
    let set = c.app.store().write(async move |tx| {
        tx.under(CommandId(id(792)), now);
        let who = PersonId(id(501));
        tx.put_second_factor(who, "nonce", now, 0).await?;
        let told = yixian_app::store::security::Security::default();
        tx.tell_security("second_factor_set", yixian_domain::ids::By::Person(who), now, told).await
    });
    set.await.unwrap_or_else(|e: yixian_app::store::StoreError| panic!("{e}"));
    for body in [
        json!({ "do": "put_partner", "partner": id(780), "code": "GC-01", "name": "京南电力建设", "roles": [{ "role": "construction_unit", "from": "2018-01-02" }] }),
        json!({ "do": "put_conference", "conference": id(781), "code": "LX", "name": "联席会议", "basis": "示范8号", "convener": id(DISTRICT), "secretary": id(500), "set_up": "2018-02-26" }),
        json!({ "do": "put_member", "conference": id(781), "member": { "partner": id(780) }, "role": "construction_unit", "holder": "项目经理", "from": "2018-02-26" }),
        json!({ "do": "plan_meeting", "meeting": id(782), "conference": id(781), "day": "2018-05-30", "place": "会议室", "chair": [{ "partner": id(780) }] }),
        json!({ "do": "put_indicator", "indicator": id(871), "code": "HDDL", "name": "获得电力", "owner": id(DISTRICT), "commander": id(500) }),
        json!({ "do": "record_reading", "indicator": id(871), "kind": "counted", "day": "2018-05-01", "label": "2018-05", "source": "自测",
            "cities": [{ "name": "北京", "values": ["3", "34", "0", "6"] }] }),
        json!({ "do": "begin_breakdown", "breakdown": id(872), "indicator": id(871) }),
        json!({ "do": "put_campaign", "campaign": id(873), "code": "M05", "name": "工作月", "theme": "求实效", "from": "2018-05-01",
            "to": "2018-05-31", "commander": id(500), "owner": id(DISTRICT), "people": [id(500)] }),
        json!({ "do": "put_topic", "topic": id(783), "meeting": id(782), "raised_by": { "partner": id(780) }, "title": "电力舱移交" }),
    ] {
        c.by(500, body).await;
    }
    let zip = c.fresh.folder().join("loop.zip");
    c.app.backup(&zip).await.expect("a backup");
    c.app.close().await;

    // Every table that is held has its tampers, and there is none for another.
    let held: BTreeSet<&str> = slices::held().into_iter().filter(|(_, how)| how.is_ok()).map(|h| h.0).collect();
    let tried: BTreeSet<&str> = TAMPERS.iter().map(|t| t.0).chain(["event", "seal"]).collect();
    assert_eq!(held, tried, "event and seal have theirs in the store's tests");

    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let db = fresh.db().await;
        restore(&zip, &db, fresh.folder()).await.expect("restored");
        db.close().await;
        let app = open(&fresh, now, 77).await;
        let whole = app.verify().await.expect("verified");
        assert!(whole.ok, "{engine:?}: {:?}", whole.faults);
        if engine == Engine::Sqlite {
            let (code, said) = in_python(fresh.folder());
            assert_eq!(code, Some(0), "{said}");
            run(&app, "DROP TRIGGER plan_no_update; DROP TRIGGER plan_no_delete".into()).await;
        }
        for (table, sql, query, what) in TAMPERS {
            let sql = sql
                .replace("{new}", if engine == Engine::Sqlite { "x'019000000000700080000000000fffff'" } else { NEW });
            run(&app, format!("{}; CREATE TABLE kept AS SELECT * FROM {table}; {sql}", prelude(engine))).await;
            let id = if query.is_empty() { String::new() } else { named(&app, query).await };
            let found = app.verify().await.expect("verified");
            assert!(
                found.faults.iter().any(|f| [*table, what, &id].iter().all(|part| f.what.contains(part))
                    || *table == "words" && f.what.contains(what) && f.what.contains(&id)
                    || *table == "file" && f.what.contains(what)),
                "{engine:?}: {table}: {sql}: {id} {what}: {:?}",
                found.faults
            );
            if engine == Engine::Sqlite && !OF_THE_LAW.contains(&(*table, *what)) {
                let (code, said) = in_python(fresh.folder());
                assert!(code == Some(1) && (said.contains(table) || said.contains(&id)), "{table}: {sql}: {said}");
            }
            let undo = format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept; DROP TABLE kept");
            run(&app, format!("{}; {undo}", prelude(engine))).await;
        }
        let whole = app.verify().await.expect("verified");
        assert!(whole.ok, "{engine:?}: {:?}", whole.faults);
        app.close().await;
    }
}

/// Every table of the schema is held against the ledger, or stands in writing with the reason why not.
#[tokio::test(flavor = "multi_thread")]
async fn every_table_of_the_schema_is_declared() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let app = open(&fresh, yixian_app::domain::time::Instant(1_525_222_800_000), 5).await;
        let query = match engine {
            Engine::Sqlite => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
            }
            Engine::Postgres => {
                "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = current_schema()"
            }
        };
        let mut conn = app.store().read().await.expect("a connection");
        let there = yixian_app::store::rows!(&mut conn, (String,), query).expect("tables");
        drop(conn);
        let declared = slices::held();
        assert!(there.len() > 25, "{there:?}");
        for (table,) in &there {
            // SQLite keeps a full-text index in tables of its own.
            let of_index = engine == Engine::Sqlite && table.starts_with("matter_search_");
            assert!(
                of_index || declared.iter().any(|(name, _)| name == table),
                "{engine:?}: {table} stands in no list: say in slices.rs how it is held against the ledger, or why not"
            );
        }
        for (name, how) in declared {
            assert!(there.iter().any(|(t,)| t == name), "{engine:?}: there is no table {name}");
            assert!(how.map_or_else(|why| why.len() > 20, |_| true), "{name}: why?");
        }
        app.close().await;
    }
}
