//! Household service on both engines: a household is registered, an order for it raised and given to the team, its done-sheet filled in
//! and the order submitted with it, confirmed, answered; who lives there is told to those who serve it alone, leaves the team with
//! consent alone, and is erased, after which what was done still counts and the ledger verifies.

use super::backup::picture;
use super::house::House;
use serde_json::{Value, json};
use std::collections::HashSet;
use yixian_domain::access::{Actor, Voice};
use yixian_domain::base::service::ServiceItem;
use yixian_domain::figure::{Dimension, FigureCode, Keys, Period, Value as Worth};
use yixian_domain::household::{ConfirmedHow, DoneSheet};
use yixian_domain::ids::*;
use yixian_domain::matter::StageName;
use yixian_domain::time::Instant;
use yixian_store::register;
use yixian_testkit::{Engine, id};

/// 2018-06-01 10:00 in Beijing.
const JUNE_1: Instant = Instant(1_527_818_400_000);

const UNIT: u64 = 401;
const OTHER: u64 = 402;
const HEAD: u64 = 501;
const STRANGER: u64 = 502;
const HANDLER: u64 = 503;
const VERIFIER: u64 = 504;
const ADMIN: u64 = 505;
const HOME: u64 = 600;
const SECOND: u64 = 601;
const ORDER: u64 = 700;
const SHEET: u64 = 800;

fn household(n: u64, code: &str, consent: bool) -> Value {
    json!({ "do": "put_household", "household": id(n), "code": code, "unit": id(UNIT), "consent": consent,
        "resident": { "name": format!("住户{n}"), "address": format!("槐荫胡同 {n} 号"), "phone": "13800138000",
            "vulnerable": ["elderly", "old_wiring"] } })
}

fn order(n: u64, home: u64) -> Value {
    json!({ "do": "raise_matter", "matter": id(n), "kind": "wish", "origin": "staff", "category": "wish",
        "words": "灯不亮，线老了", "unit": id(UNIT), "about": { "kind": "household", "id": id(home) } })
}

fn sheet(n: u64, of: u64, before: &[&str], after: &[&str]) -> Value {
    json!({ "do": "put_done_sheet", "sheet": id(n), "matter": id(of), "how": "查了线路，换了三盏灯",
        "items": [{ "item": "line_check", "n": 1 }, { "item": "lamp", "n": 3 }],
        "materials": [{ "item": "LED 灯", "n": 3 }], "before": before, "after": after, "next_visit": "2018-06-20" })
}

/// Lamps on all sheets, how many households have one: by the register's own rows.
async fn counted(c: &House) -> (u32, usize) {
    let mut conn = c.app.store().read().await.expect("a reader");
    let all = register::all::<DoneSheet>(&mut conn).await.expect("sheets");
    let mut homes: Vec<_> = all.iter().map(|s| s.household).collect();
    homes.sort_unstable();
    homes.dedup();
    (all.iter().map(|s| s.done(ServiceItem::Lamp)).sum(), homes.len())
}

type Told = (usize, Option<usize>, Option<f64>);

/// The five figures of June: how many, out of how many, how much.
async fn figures(c: &House, as_of: Instant) -> Vec<Told> {
    use FigureCode as F;
    let report = c.app.report_by(&Actor::System, "2018-06".parse().expect("a month"), None, as_of, None).await;
    let report = report.expect("a report");
    let one = |code: F| {
        let f = report.get(code).expect("a figure");
        let worth = match f.value {
            Worth::Measure { value } => value,
            _ => None,
        };
        (f.ids().len(), f.denominator_ids().map(Keys::len), worth)
    };
    [F::HouseholdsServed, F::ServiceItems, F::LampsReplaced, F::RepeatWithin90, F::WishesAnswered].map(one).to_vec()
}

/// The second home has an order of its own, done and answered; whoever ordered calls it solved over his link.
async fn served_again(c: &House) {
    let mut photos = Vec::new();
    for n in [6, 7] {
        photos.push(c.app.take_photo(picture(n).into()).await.expect("a photo").as_str().to_owned());
    }
    let [before, after] = &*photos else { panic!("two photos") };
    let (next, done) = (ORDER + 2, SHEET + 3);
    let mut asked = order(next, SECOND);
    asked["raiser"] = json!({ "name": "住户601", "phone": "13800138001" });
    c.by(HEAD, asked).await;
    let assign =
        json!({ "do": "assign", "matter": id(next), "unit": id(UNIT), "handler": id(HANDLER), "due": "rule_if_any" });
    c.by(HEAD, assign).await;
    c.by(HANDLER, json!({ "do": "accept", "matter": id(next) })).await;
    let mut of = sheet(done, next, &[before], &[after]);
    of["items"] = json!([{ "item": "lamp", "n": 2 }]);
    c.by(HANDLER, of).await;
    c.by(VERIFIER, json!({ "do": "verify", "matter": id(next) })).await;
    c.by(HEAD, json!({ "do": "answer", "matter": id(next), "words": "换好了两盏灯" })).await;
    let mut conn = c.app.store().read().await.expect("a reader");
    let raised = yixian_store::matter::matter(&mut conn, MatterId(id(next))).await.expect("read").expect("an order");
    drop(conn);
    let By::Raiser(contact) = raised.matter.raised.by else { panic!("a raiser") };
    let actor = Actor::Raiser { contact, matter: MatterId(id(next)), voice: Voice::SentLink };
    c.run(&actor, json!({ "do": "rate", "matter": id(next), "verdict": "solved" })).await.expect("rated");
    let sheet: DoneSheet = register::one(&mut c.app.store().read().await.expect("a reader"), id(done))
        .await
        .expect("read")
        .expect("a sheet");
    assert_eq!(sheet.confirmed.map(|c| (c.how, c.by)), Some((ConfirmedHow::Link, By::Raiser(contact))));
}

async fn story(engine: Engine) {
    let people = [
        (HEAD, UNIT, "coordinator"),
        (STRANGER, OTHER, "coordinator"),
        (HANDLER, UNIT, "handler"),
        (VERIFIER, UNIT, "verifier"),
        (ADMIN, UNIT, "administrator"),
    ];
    let c = House::new(engine, JUNE_1, &[(UNIT, "CQ"), (OTHER, "CP")], &people).await;
    assert_eq!(c.told(STRANGER, household(HOME, "JT-1", true)).await, "needs_role");
    let nobody = json!({ "do": "put_household", "household": id(HOME), "code": "J T", "unit": id(UNIT),
        "community": id(999), "resident": { "name": "", "address": "", "phone": "12" } });
    assert_eq!(c.told(HANDLER, nobody).await, "code community name_needed household_address phone");
    c.by(HANDLER, household(HOME, "JT-1", true)).await;
    c.by(HANDLER, household(SECOND, "JT-2", false)).await;
    assert_eq!(c.told(HANDLER, household(602, "JT-1", true)).await, "code_taken");

    // An order is given to the team like any matter; it is submitted with its sheet alone.
    c.by(HEAD, order(ORDER, HOME)).await;
    c.by(
        HEAD,
        json!({ "do": "assign", "matter": id(ORDER), "unit": id(UNIT), "handler": id(HANDLER), "due": "rule_if_any" }),
    )
    .await;
    c.by(HANDLER, json!({ "do": "accept", "matter": id(ORDER) })).await;
    let plain = json!({ "do": "submit", "matter": id(ORDER), "how": "好了" });
    assert_eq!(c.told(HANDLER, plain).await, "done_sheet_needed");
    let handler = c.actor(HANDLER).await;
    let today = "2018-06-01".parse().expect("a day");
    let round = c.app.household_round(&handler, today).await.expect("a round");
    assert_eq!(round.iter().map(|s| (s.row.household.id, s.orders.len())).collect::<Vec<_>>(), [(id(HOME), 1)]);
    assert!(c.app.household_round(&c.actor(STRANGER).await, today).await.expect("a round").is_empty());

    assert_eq!(c.told(HANDLER, sheet(SHEET, ORDER, &[], &[])).await, "sheet_photo_missing");
    let mut wrong = sheet(SHEET, ORDER, &[], &[]);
    wrong["items"] = json!([{ "item": "line_check", "n": 501 }]);
    wrong["materials"] = json!([{ "item": "开关", "n": 0, "charge": "12" }]);
    wrong["next_visit"] = json!("2018-06-01");
    let all = "sheet_quantity sheet_quantity sheet_charge_without_reason sheet_next_visit_before";
    assert_eq!(c.told(HANDLER, wrong).await, all);
    let mut photos = Vec::new();
    for n in [3, 4, 5] {
        photos.push(c.app.take_photo(picture(n).into()).await.expect("a photo").as_str().to_owned());
    }
    let [before, after, signature] = &*photos else { panic!("three photos") };
    assert_eq!(c.told(STRANGER, sheet(SHEET, ORDER, &[before], &[after])).await, "out_of_sight");
    c.by(HANDLER, sheet(SHEET, ORDER, &[before], &[after])).await;
    assert_eq!(counted(&c).await, (3, 1));
    let (done, row) = c.app.order(&handler, MatterId(id(ORDER))).await.expect("an order");
    assert_eq!(done.matter.matter.stage.name(), StageName::Submitted);
    assert_eq!(row.resident.map(|r| r.name), Some(format!("住户{HOME}")));

    // Sent back, it is filled in again; another sheet of the same order is not.
    c.by(VERIFIER, json!({ "do": "return", "matter": id(ORDER), "reason": "差一盏" })).await;
    assert_eq!(c.told(HANDLER, sheet(SHEET + 1, ORDER, &[before], &[after])).await, "sheet_other");
    let mut again = sheet(SHEET, ORDER, &[], &[after]);
    again["items"] = json!([{ "item": "lamp", "n": 4 }]);
    c.by(HANDLER, again).await;
    assert_eq!(counted(&c).await, (4, 1));
    let confirm = |how: &str, signature: Option<&str>| json!({ "do": "confirm_sheet", "sheet": id(SHEET), "how": how, "signature": signature });
    assert_eq!(c.told(HANDLER, confirm("signature", None)).await, "sheet_signature_missing");
    assert_eq!(c.told(STRANGER, confirm("phone", None)).await, "needs_role");
    c.by(HANDLER, confirm("signature", Some(signature))).await;
    assert_eq!(c.told(HANDLER, confirm("phone", None)).await, "sheet_confirmed_already");

    // Promised for the twentieth: on that day's round, and on no earlier one.
    for (day, there) in [("2018-06-19", 0), ("2018-06-20", 1)] {
        let round = c.app.household_round(&handler, day.parse().expect("a day")).await.expect("a round");
        assert_eq!(round.iter().filter(|s| s.promised.is_some()).count(), there, "{day}");
    }
    // Only what is about a household is an order.
    let other = json!({ "do": "raise_matter", "matter": id(701), "kind": "wish", "origin": "staff", "category": "wish",
        "words": "路灯", "unit": id(UNIT) });
    c.by(HEAD, other).await;
    c.by(HEAD, json!({ "do": "assign", "matter": id(701), "unit": id(UNIT), "due": "rule_if_any" })).await;
    c.by(HANDLER, json!({ "do": "accept", "matter": id(701) })).await;
    assert_eq!(c.told(HANDLER, sheet(SHEET + 2, 701, &[before], &[after])).await, "sheet_not_an_order");

    // Figures tell what the sheets tell, as of any day; another order answered over the link is confirmed by it.
    served_again(&c).await;
    let later = figures(&c, c.now).await;
    assert_eq!(
        later,
        [(2, None, None), (2, None, Some(6.0)), (2, None, Some(6.0)), (0, Some(2), None), (1, Some(2), None)]
    );
    let before_any = figures(&c, JUNE_1.plus_minutes(-1)).await;
    assert!(before_any.iter().all(|(n, ..)| *n == 0), "{before_any:?}");

    // Names are for those who serve; outside the team go those that agreed, the others are counted.
    let seen = c.app.households(&c.actor(STRANGER).await, "", 10).await.expect("households");
    assert!(seen.len() == 2 && seen.iter().all(|r| r.resident.is_none()), "{seen:?}");
    assert!(c.app.photo(&c.actor(STRANGER).await, before, None).await.is_err());
    assert!(c.app.photo(&handler, before, None).await.is_ok());
    let out = c.app.export_households(&handler).await.expect("an export");
    assert_eq!(out.rows.iter().map(|r| r.household.code.as_str()).collect::<Vec<_>>(), ["JT-1"]);
    assert_eq!(out.left_out, 1);

    // Erased, nobody lives there any more; what was done still counts.
    let erase = json!({ "do": "erase_household", "household": id(HOME) });
    assert_eq!(c.told(HEAD, erase.clone()).await, "needs_role");
    c.by(ADMIN, erase.clone()).await;
    assert_eq!(c.told(ADMIN, erase).await, "household_erased_already");
    assert_eq!(counted(&c).await, (6, 2));
    let page = c.app.household_page(&handler, "JT-1").await.expect("a page");
    assert!(page.row.resident.is_none() && page.row.household.is_erased());
    assert!(page.sheets.iter().all(|s| s.erased));
    for photo in &photos {
        assert!(c.app.photo(&handler, photo, None).await.is_err(), "{photo}");
    }
    let out = c.app.export_households(&handler).await.expect("an export");
    assert_eq!((out.rows.len(), out.left_out), (0, 2));
    assert_eq!(c.told(HANDLER, household(HOME, "JT-1", true)).await, "household_erased_already");
    let verified = c.app.verify().await.expect("verified");
    assert!(verified.ok, "{:?}", verified.faults);
    c.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_household_is_served_and_forgotten_and_what_was_done_there_counts() {
    for engine in Engine::ALL {
        story(engine).await;
    }
}

/// The demo's homes: what figures tell is what the sheets add up to, by item as in all, and one old neighbour's thanks.
pub(super) async fn of_the_demo(app: &yixian_app::App) {
    use FigureCode as F;
    let period: Period = "2018-05..2018-09".parse().expect("a period");
    let now = app.clock().now();
    let report = app.report_by(&Actor::System, period, None, now, Some(Dimension::Item)).await.expect("figures");
    let mut conn = app.store().read().await.expect("a reader");
    let sheets = register::all::<DoneSheet>(&mut conn).await.expect("sheets");
    drop(conn);
    let homes: HashSet<_> = sheets.iter().map(|s| s.household).collect();
    let sum = |of: &dyn Fn(&DoneSheet) -> u32| sheets.iter().map(of).sum::<u32>();
    let lamps = sum(&|s| s.done(ServiceItem::Lamp));
    let items = sum(&|s| s.details.items.iter().map(|q| q.n).sum());
    assert_eq!((homes.len(), lamps), (640, 1_150));
    let worth = |code| report.get(code).and_then(yixian_domain::figure::Figure::number);
    assert_eq!(worth(F::HouseholdsServed), Some(640.0));
    assert_eq!(worth(F::LampsReplaced), Some(1_150.0));
    assert_eq!(worth(F::ServiceItems), Some(f64::from(items)));
    let by_item: f64 =
        report.groups.iter().filter_map(|(_, own)| own.iter().find(|f| f.code == F::ServiceItems)?.number()).sum();
    assert_eq!(Some(by_item), worth(F::ServiceItems), "items add up over their kinds");
    let again = report.get(F::RepeatWithin90).expect("a figure");
    assert_eq!((again.ids().len(), again.denominator_ids().map(Keys::len)), (16, Some(640)));
    let answered = report.get(F::WishesAnswered).expect("a figure");
    let asked = answered.denominator_ids().map(Keys::len);
    assert_eq!((answered.ids().len(), asked), (656, Some(661)), "five called in the last days");
    let confirmed = sheets.iter().filter(|s| s.confirmed.is_some()).count();
    println!("households: {} sheets, {confirmed} confirmed, {} answered", sheets.len(), answered.ids().len());
    assert!(sheets.iter().all(|s| s.details.before.len() == 1 && s.details.after.len() == 1));
}
