//! Every command × everybody, at the API's write door. The list of commands comes from the code: one without a row fails.
//! Whoever may not is refused and leaves nothing behind; at least one of those who may carries the command out.

use crate::support::*;
use Record::*;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::Command;
use yixian_domain::access::{Actor, Denial, Voice};
use yixian_domain::ids::{By, CommandId, MatterId, MemberId, PersonId, SessionId};
use yixian_testkit::Engine;

/// What a command acts on, at a point of its life where the law allows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Record {
    /// A problem at a stage.
    Matter(&'static str),
    /// An application after so many steps of [`CASE`].
    Case(usize),
    /// A visit: planned, or going on.
    Visit(bool),
    /// A plan.
    Plan,
    /// A partner with a link.
    Partner,
    /// An agreement.
    Agreement,
    /// An indicator.
    Indicator,
    /// The draft of how one is taken apart.
    Breakdown,
    /// A campaign.
    Campaign,
    /// A document, on which nothing rests that would keep it from ending.
    Document,
    /// What cites a clause of one.
    Citation,
    /// A praise.
    Praise,
    /// A team.
    Team,
    /// A household.
    Household,
    /// An order of a household that is in hand.
    Order,
    /// What was done on an order.
    Sheet,
    /// An outage that lasts.
    Outage,
    /// A service day.
    ServiceDay,
    /// A session of one, that goes on.
    Session,
    /// Somebody who signed in there.
    SignIn,
    /// A member of the roster.
    Member,
    /// Organisations registered with each other.
    Pairing,
    /// A section of works: a draft, or one that is approved, whose start passed its baseline and on which something waits for
    /// every decision.
    Section(bool),
    /// A measure that was adopted.
    Measure,
    /// Nothing, or a part of the organisation.
    Nothing,
}

/// Who tries, in this order: nobody; the customer by his link; somebody of the company without a role; the roles of
/// [`ROLES`] over the unit; whoever is concerned without a role over it: who raised the matter himself, who took down the
/// application, who leads the visit, who administers the company.
const WHO: [&str; 10] = [
    "nobody",
    "customer",
    "no role",
    "viewer",
    "leader",
    "handler",
    "verifier",
    "coordinator",
    "administrator",
    "concerned",
];

/// A row: the command; what it acts on; what [`WHO`] is told in the unit; what he is told of a sibling unit, where nobody of
/// them is concerned. `x`: sign in; `-`: no such record; `f`: forbidden; `+`: allowed, whatever the law says; `.`: there is no such person.
struct Row(&'static str, Record, &'static str, &'static str);

// Written out by hand from the house's law of access, never computed from it.
const ROWS: &[Row] = &[
    Row("plan_visit", Nothing, "xxfffff+f+", "xxfffffff."),
    Row("start_visit", Visit(false), "xx-ffffff+", "xx-------."),
    Row("record_finding", Visit(true), "xx-ffffff+", "xx-------."),
    Row("finish_visit", Visit(true), "xx-ffffff+", "xx-------."),
    Row("reschedule_visit", Visit(false), "xx-ffff+f+", "xx-------."),
    Row("cancel_visit", Visit(false), "xx-ffff+f+", "xx-------."),
    Row("merge_visit", Visit(false), "xx-ffff+f+", "xx-------."),
    Row("note_meeting", Visit(false), "xx-ffff+f+", "xx-------."),
    Row("erase_visit_words", Visit(false), "xx-fffff+f", "xx-------."),
    // The register of agreements is the whole company's; who keeps one coordinates for its unit.
    Row("put_agreement", Nothing, "xxfffff+ff", "xxfffffff."),
    Row("end_agreement", Agreement, "xxfffff+ff", "xxfffffff."),
    // Teams are kept by whoever coordinates for the unit that each is.
    Row("put_team", Nothing, "xxfffff+ff", "xxfffffff."),
    Row("join_team", Team, "xxfffff+ff", "xxfffffff."),
    Row("leave_team", Team, "xxfffff+ff", "xxfffffff."),
    Row("dissolve_team", Team, "xxfffff+ff", "xxfffffff."),
    // Households are served by whoever has work in hand for their unit, or coordinates for it; who erases administers. The sheet
    // of an order is filled in by whoever may submit the order.
    Row("put_household", Nothing, "xxfff+f+ff", "xxfffffff."),
    Row("erase_household", Household, "xxffffff+f", "xxfffffff."),
    Row("put_done_sheet", Order, "x--ff+fff-", "x--------."),
    Row("confirm_sheet", Sheet, "xxfff+f+ff", "xxfffffff."),
    // Documents and recognitions are kept as agreements are.
    Row("put_document", Nothing, "xxfffff+ff", "xxfffffff."),
    Row("put_version", Document, "xxfffff+ff", "xxfffffff."),
    Row("end_clause", Document, "xxfffff+ff", "xxfffffff."),
    Row("end_document", Document, "xxfffff+ff", "xxfffffff."),
    Row("cite", Nothing, "xxfffff+ff", "xxfffffff."),
    Row("end_citation", Citation, "xxfffff+ff", "xxfffffff."),
    Row("put_recognition", Nothing, "xxfffff+ff", "xxfffffff."),
    // So are praise and publications; who erases administers.
    Row("put_praise", Nothing, "xx-ffff+f-", "xx-ffffff."),
    Row("erase_praise", Praise, "xxffffff+f", "xxfffffff."),
    Row("put_publication", Nothing, "xxfffff+ff", "xxfffffff."),
    // Outages are read by everybody; those of a unit are kept by who coordinates for it.
    Row("put_served", Nothing, "xxfffff+ff", "xxfffffff."),
    Row("record_outage", Nothing, "xxfffff+ff", "xxfffffff."),
    Row("end_outage", Outage, "xxfffff+ff", "xxfffffff."),
    Row("correct_outage", Outage, "xxfffff+ff", "xxfffffff."),
    Row("void_outage", Outage, "xxfffff+ff", "xxfffffff."),
    // Days, roster and pairings are kept by who coordinates for their unit; a session is run by its host's people. The code of a
    // session opens its own page, and nothing at this door.
    Row("put_service_day", ServiceDay, "xxfffff+ff", "xxfffffff."),
    Row("put_session", Session, "xxfffff+ff", "xxfffffff."),
    Row("give_session_link", Session, "xxfffff+ff", "xxfffffff."),
    Row("erase_session_words", Session, "xxfffff+ff", "xxfffffff."),
    Row("record_act", Session, "xxff++f+ff", "xxfffffff."),
    Row("void_act", Session, "xxff++f+ff", "xxfffffff."),
    Row("sign_in", Nothing, "xxff++f+ff", "xxfffffff."),
    Row("take_sheet", Session, "xxff++f+ff", "xxfffffff."),
    Row("sign_out", SignIn, "xxff++f+ff", "xxfffffff."),
    Row("void_sign_in", SignIn, "xxff++f+ff", "xxfffffff."),
    Row("cancel_session", Session, "xxfffff+ff", "xxfffffff."),
    Row("sign_in_by_code", Nothing, "x---------", "x--------."),
    Row("sign_out_by_code", SignIn, "x---------", "x--------."),
    Row("list_member", Member, "xxfffff+ff", "xxfffffff."),
    Row("unlist_member", Member, "xxfffff+ff", "xxfffffff."),
    Row("erase_member", Member, "xxfffff+ff", "xxfffffff."),
    Row("register_pairing", Nothing, "xxfffff+ff", "xxfffffff."),
    Row("end_pairing", Pairing, "xxfffff+ff", "xxfffffff."),
    Row("make_commitment", Visit(true), "xx-ffff+f+", "xx-------."),
    // Everybody reads indicators; who keeps one commands it or coordinates for the unit that keeps it. Who approves commands it, or
    // coordinates above that unit.
    Row("put_indicator", Nothing, "xxfffff+ff", "xxfffffff."),
    Row("record_reading", Indicator, "xxfffff+f+", "xxfffffff."),
    Row("begin_breakdown", Indicator, "xxfffff+f+", "xxfffffff."),
    Row("write_breakdown", Breakdown, "xxfffff+f+", "xxfffffff."),
    Row("put_aspect", Breakdown, "xxfffff+f+", "xxfffffff."),
    Row("remove_aspect", Breakdown, "xxfffff+f+", "xxfffffff."),
    Row("put_task", Breakdown, "xxfffff+f+", "xxfffffff."),
    Row("split_task", Breakdown, "xxfffff+f+", "xxfffffff."),
    Row("merge_tasks", Breakdown, "xxfffff+f+", "xxfffffff."),
    Row("drop_task", Breakdown, "xxfffff+f+", "xxfffffff."),
    Row("approve_breakdown", Breakdown, "xxfffffff+", "xxfffffff."),
    Row("put_campaign", Campaign, "xxfffff+ff", "xxfffffff."),
    // A plan has no viewers: who may not plan is told so, wherever the unit lies.
    Row("make_plan", Nothing, "xxfffff+f.", "xxfffffff."),
    Row("adopt_plan", Plan, "xxfffff+f.", "xxfffffff."),
    Row("raise_matter", Nothing, "xx++++++++", "xx+++++++."),
    Row("relate", Matter("raised"), "xx-ffff+ff", "x--------."),
    Row("assign", Matter("raised"), "xx-ffff+ff", "x--------."),
    Row("transfer", Matter("assigned"), "xx-ffff+ff", "x--------."),
    Row("merge", Matter("raised"), "xx-ffff+ff", "x--------."),
    Row("separate", Matter("merged"), "xx-ffff+ff", "x--------."),
    Row("refuse", Matter("raised"), "xx-ffff+ff", "x--------."),
    Row("accept", Matter("assigned"), "xx-ff+ffff", "x--------."),
    Row("ask_extension", Matter("accepted"), "xx-ff+ffff", "x--------."),
    Row("ask_pause", Matter("accepted"), "xx-ff+ffff", "x--------."),
    Row("decide", Matter("asked"), "xx-ffff+ff", "x--------."),
    Row("resume", Matter("paused"), "xx-ff+ffff", "x--------."),
    Row("advance", Case(1), "xx-ff+ffff", "x--------."),
    Row("submit", Matter("accepted"), "xx-ff+ffff", "x--------."),
    // The raiser may judge the solution himself.
    Row("verify", Matter("submitted"), "x+-fff+ff+", "x--------."),
    Row("return", Matter("submitted"), "x+-fff+ff+", "x--------."),
    Row("answer", Matter("verified"), "xx-ffff+ff", "x--------."),
    Row("record_attempt", Matter("answered"), "xx-ffff+ff", "x--------."),
    Row("rate", Matter("answered"), "x+-ffffff+", "x--------."),
    // Who wrote it down has spoken with the raiser, and who answers will.
    Row("give_link", Matter("raised"), "xx-ffff+f+", "x--------."),
    Row("comment", Matter("raised"), "x+-+++++++", "x--------."),
    // A leader is shown a phone for a purpose, a viewer nothing; the customer reads his own page.
    Row("disclose", Matter("raised"), "xx-f++++++", "x--------."),
    Row("erase_words", Matter("raised"), "xx-fffff+f", "x--------."),
    // A customer without an account applies on a page that asks for his phone; the API's door wants somebody known.
    Row("apply_connection", Nothing, "xx++++++++", "xx+++++++."),
    Row("survey_connection", Case(2), "xx-ff+ffff", "x--------."),
    Row("reply_scheme", Case(4), "xx-ff+ffff", "x--------."),
    Row("set_connection_cost", Case(4), "xx-ff+ffff", "x--------."),
    Row("override_eligibility", Case(1), "xx-ffff+ff", "x--------."),
    Row("correct_application", Case(1), "xx-ff+f+ff", "x--------."),
    Row("flag_connection", Case(1), "xx-ff+f+ff", "x--------."),
    Row("add_paper", Case(1), "x+-+++++++", "x--------."),
    Row("energize", Case(4), "xx-ff+ffff", "x--------."),
    Row("withdraw_connection", Case(1), "x+-ffff+ff", "x--------."),
    Row("call_back", Case(7), "xx-ffff+ff", "x--------."),
    Row("rate_connection", Case(7), "x+-fffffff", "x--------."),
    Row("put_unit", Nothing, "xxffffff+.", "xxfffffff."),
    Row("put_person", Nothing, "xxffffff+.", "xxfffffff."),
    Row("put_place", Nothing, "xxffffff+.", "xxfffffff."),
    Row("erase_person", Nothing, "xxffffff+.", "xxfffffff."),
    Row("exempt", Nothing, "xxffffff+.", "xxfffffff."),
    // Works are their owner's: who coordinates for it keeps them. Whoever sees nothing of it is told of no such record.
    Row("put_programme", Nothing, "xx-ffff+f-", "xx-------."),
    Row("put_section", Section(false), "xx-ffff+f-", "xx-------."),
    Row("approve_section", Section(false), "xx-ffff+f-", "xx-------."),
    Row("want_baseline", Section(true), "xx-ffff+f-", "xx-------."),
    Row("decide_baseline", Section(true), "xx-ffff+f-", "xx-------."),
    Row("forecast_milestone", Section(true), "xx-ffff+f-", "xx-------."),
    Row("approve_forecast", Section(true), "xx-ffff+f-", "xx-------."),
    Row("report_milestone", Section(true), "xx-ffff+f-", "xx-------."),
    Row("confirm_milestone", Section(true), "xx-ffff+f-", "xx-------."),
    Row("refuse_report", Section(true), "xx-ffff+f-", "xx-------."),
    Row("survey_section", Section(true), "xx-ffff+f-", "xx-------."),
    Row("put_permit", Section(true), "xx-ffff+f-", "xx-------."),
    Row("count_items", Section(true), "xx-ffff+f-", "xx-------."),
    Row("suspend_section", Section(true), "xx-ffff+f-", "xx-------."),
    Row("resume_section", Section(true), "xx-ffff+f-", "xx-------."),
    Row("cancel_section", Section(true), "xx-ffff+f-", "xx-------."),
    Row("split_section", Section(true), "xx-ffff+f-", "xx-------."),
    Row("merge_section", Section(true), "xx-ffff+f-", "xx-------."),
    Row("reconcile_section", Section(true), "xx-ffff+f-", "xx-------."),
    // Everybody proposes; the unit's coordinator or judge decides; what one unit found out any other may take over for itself.
    Row("propose_measure", Nothing, "xx++++++++", "xx+++++++."),
    Row("decide_measure", Measure, "x--fff++f-", "x--------."),
    Row("apply_measure", Measure, "x--ff+f+f-", "x--------."),
    Row("take_over_measure", Measure, "xxfffff+ff", "xxfffff+f."),
    Row("reclass_measure", Measure, "x--ff+f+f-", "x--------."),
    // The register of partners is the whole company's: whoever coordinates or administers anywhere keeps it.
    Row("put_partner", Nothing, "xxfffff++f", "xxfffff++."),
    Row("rename_partner", Partner, "xxfffff++f", "xxfffff++."),
    Row("end_partner_role", Partner, "xxfffff++f", "xxfffff++."),
    Row("merge_partner", Partner, "xxffffff+f", "xxffffff+."),
    Row("give_partner_link", Partner, "xxfffff++f", "xxfffff++."),
    Row("end_partner_link", Partner, "xxfffff++f", "xxfffff++."),
    Row("erase_partner_contacts", Partner, "xxffffff+f", "xxffffff+."),
    // The books of a conference are its convener's coordinators' and its secretary's, whoever he is.
    Row("put_conference", Nothing, "xxfffff+ff", "xxfffffff."),
    Row("put_member", Nothing, "xx-ffff+f+", "xx-------."),
    Row("end_member", Nothing, "xx-ffff+f+", "xx-------."),
    Row("dissolve_conference", Nothing, "xx-ffff+f+", "xx-------."),
    Row("plan_meeting", Nothing, "xx-ffff+f+", "xx-------."),
    Row("record_attendance", Nothing, "xx-ffff+f+", "xx-------."),
    Row("put_topic", Nothing, "xx-ffff+f+", "xx-------."),
    Row("resolve", Nothing, "xx-ffff+f+", "xx-------."),
    Row("draft_minutes", Nothing, "xx-ffff+f+", "xx-------."),
    Row("circulate_minutes", Nothing, "xx-ffff+f+", "xx-------."),
    Row("countersign", Nothing, "xx-ffff+f+", "xx-------."),
    Row("issue_minutes", Nothing, "xx-ffff+f+", "xx-------."),
    Row("archive_minutes", Nothing, "xx-ffff+f+", "xx-------."),
    Row("amend_minutes", Nothing, "xx-ffff+f+", "xx-------."),
    // It holds for the whole company: an administrator of a part may not, the one of the whole may.
    Row("put_retention", Nothing, "xxfffffff+", "xxfffffff."),
];

/// The life of an application up to the call-back.
fn case(id: Uuid) -> [Value; 7] {
    [
        json!({ "do": "accept", "matter": id }),
        json!({ "do": "advance", "matter": id, "step": "apply" }),
        json!({ "do": "survey_connection", "connection": id, "works": false }),
        json!({ "do": "advance", "matter": id, "step": "survey" }),
        json!({ "do": "energize", "connection": id, "how": "装表接电" }),
        json!({ "do": "verify", "matter": id }),
        json!({ "do": "answer", "matter": id, "words": "您好，已送电" }),
    ]
}

struct World {
    c: Company,
    unaided: PersonId,
    sha: String,
}

impl World {
    /// A matter raised by a customer, or by one of the company himself; with the one by his link.
    async fn matter(&self, unit: usize, stage: &str, himself: bool) -> (Uuid, Actor) {
        let c = &self.c;
        let matter = if himself {
            let matter = c.id();
            c.run_as(&c.actor(self.unaided).await, &self.body("raise_matter", unit, matter)).await;
            matter
        } else {
            c.raise(unit, &[]).await.0
        };
        match stage {
            "raised" => {}
            "merged" => {
                let into = c.raise(unit, &[]).await.0;
                c.run(&json!({ "do": "merge", "matter": matter, "into": into })).await;
            }
            "asked" | "paused" => {
                c.bring(matter, unit, "accepted").await;
                c.run(&json!({ "do": "ask_pause", "matter": matter, "reason": "等料" })).await;
                if stage == "paused" {
                    c.run_as(&c.actor(c.chief).await, &json!({ "do": "decide", "matter": matter, "approve": true }))
                        .await;
                }
            }
            s => c.bring(matter, unit, s).await,
        }
        (matter, self.customer(matter).await)
    }

    async fn customer(&self, matter: Uuid) -> Actor {
        let page = self.c.app.matter_page(&Actor::System, MatterId(matter)).await.expect("a matter");
        match page.matter.raised.by {
            By::Raiser(contact) => Actor::Raiser { contact, matter: MatterId(matter), voice: Voice::SentLink },
            _ => Actor::Anonymous,
        }
    }

    /// A draft by its id.
    async fn draft(&self, id: Uuid) -> yixian_domain::indicator::Breakdown {
        for e in self.c.app.indicators(&Actor::System).await.expect("indicators") {
            let page = self.c.app.indicator(&Actor::System, &e.indicator.code, None).await.expect("an indicator");
            if let Some(draft) = page.draft.filter(|d| d.id.0 == id) {
                return draft;
            }
        }
        panic!("no draft {id}")
    }

    /// The record of a row, and who may be its customer.
    async fn record(&self, record: Record, unit: usize, concerned: bool) -> (Uuid, Actor) {
        let c = &self.c;
        match record {
            Matter(stage) => self.matter(unit, stage, concerned).await,
            Case(steps) => {
                let id = c.id();
                c.run_as(&c.actor(self.unaided).await, &self.body("apply_connection", unit, id)).await;
                for command in &case(id)[..steps] {
                    // Whoever put it right does not judge it.
                    let by =
                        if command["do"] == "verify" { c.actor(c.chief_verifier().await).await } else { Actor::System };
                    c.run_as(&by, command).await;
                }
                (id, self.customer(id).await)
            }
            Visit(going) => {
                let visit = c.visit(unit, true).await;
                if going {
                    c.run_as(&c.actor(c.guide).await, &json!({ "do": "start_visit", "visit": visit })).await;
                }
                (visit, Actor::Anonymous)
            }
            Plan => (c.plan(unit).await, Actor::Anonymous),
            Partner => (c.partner().await.0, Actor::Anonymous),
            Measure => (c.measure(unit).await, Actor::Anonymous),
            Agreement => (c.agreement(unit, c.partner().await.0).await, Actor::Anonymous),
            Indicator => (c.indicator(unit, self.unaided).await.0, Actor::Anonymous),
            Breakdown => (c.indicator(unit, self.unaided).await.1, Actor::Anonymous),
            Campaign => (c.campaign(unit).await, Actor::Anonymous),
            Document => (c.document(unit).await.0, Actor::Anonymous),
            Citation => (c.document(unit).await.1, Actor::Anonymous),
            Praise => (c.praise(unit).await, Actor::Anonymous),
            Team => (c.team(unit).await, Actor::Anonymous),
            Household => (c.household(unit).await, Actor::Anonymous),
            Order => (c.order(unit).await.1, Actor::Anonymous),
            Sheet => (c.sheet(unit).await, Actor::Anonymous),
            Outage => (c.outage(unit).await, Actor::Anonymous),
            ServiceDay => (c.service_day(unit).await.day, Actor::Anonymous),
            Session => (c.service_day(unit).await.session, Actor::Anonymous),
            SignIn => (c.service_day(unit).await.sign_in, Actor::Anonymous),
            Member => (c.service_day(unit).await.member, Actor::Anonymous),
            Pairing => (c.service_day(unit).await.pairing, Actor::Anonymous),
            Section(approved) => (c.section(unit, approved).await, Actor::Anonymous),
            Nothing => (c.id(), Actor::Anonymous),
        }
    }

    /// A command that is right in every field; `id`: the record.
    fn body(&self, name: &str, unit: usize, id: Uuid) -> Value {
        let c = &self.c;
        let (over, place) = (c.units[unit], c.places[unit]);
        let code = ["BJ", "CP", "HD", "CP-01"][unit];
        let scheme = json!({ "voltage": "0.4kV", "capacity": "15", "lines": [["电缆", "100"]] });
        let mut body = match name {
            "plan_visit" => {
                json!({ "visit": id, "kind": "site", "place": place, "host": over, "leader": c.guide, "day": "2018-05-03" })
            }
            "start_visit" | "finish_visit" => json!({ "visit": id }),
            "record_finding" => {
                json!({ "visit": id, "matter": c.id(), "category": "service", "words": "灯不亮", "finding": { "on_the_spot": { "how": "已换" } } })
            }
            "reschedule_visit" => json!({ "visit": id, "day": "2018-05-04" }),
            "cancel_visit" => json!({ "visit": id, "reason": "雨" }),
            "note_meeting" => json!({ "visit": id, "met": "主任", "topics": "增容", "load_kw": 800 }),
            "erase_visit_words" => json!({ "visit": id }),
            "put_served" => {
                json!({ "served": id, "unit": over, "district": "昌平区", "from": "2018-01-01", "customers": 1_000_000 + id.as_u128() % 1_000_000 })
            }
            "give_session_link" | "erase_session_words" => json!({ "session": id }),
            "cancel_session" => json!({ "session": id, "reason": "下雨" }),
            "record_act" => {
                json!({ "session": id, "act": c.id(), "did": { "kind": "repairs", "items": [{ "item": "lamp", "n": 2 }] } })
            }
            "sign_out" => json!({ "sign_in": id }),
            "sign_out_by_code" => json!({ "sign_in": id, "secret": "guessed" }),
            "void_sign_in" => json!({ "sign_in": id, "reason": "记错了" }),
            "unlist_member" => json!({ "member": id, "on": "2018-05-31" }),
            "erase_member" => json!({ "member": id }),
            "end_pairing" => json!({ "pairing": id, "to": "2018-05-31" }),
            "end_outage" => json!({ "outage": id, "end": "2018-05-01T09:00:00+08:00" }),
            "correct_outage" => json!({ "outage": id, "reason": "户数有误", "facts": {
                "start": "2018-05-01T08:00:00+08:00", "end": "2018-05-01T09:00:00+08:00", "district": "昌平区", "unit": over,
                "level": "low", "kind": "unplanned", "customers": 100 } }),
            "void_outage" => json!({ "outage": id, "reason": "重复" }),
            "join_team" => json!({ "team": id, "person": c.guide, "post": "member", "from": "2018-04-02" }),
            "leave_team" => json!({ "team": id, "person": c.chief, "from": "2018-04-02", "to": "2018-06-01" }),
            "dissolve_team" => json!({ "team": id, "on": "2018-06-01", "reason": "工程已移交" }),
            "end_agreement" => json!({ "agreement": id, "on": "2018-06-01", "reason": "双方同意" }),
            "record_reading" => {
                json!({ "indicator": id, "kind": "counted", "day": "2018-04-30", "label": format!("{}", c.id()), "source": "自测",
                "cities": [{ "name": "北京", "values": ["3", "34", "0", "6"] }] })
            }
            "approve_breakdown" => json!({ "breakdown": id, "effective": "2018-06-01" }),
            "put_document" => {
                json!({ "document": id, "code": format!("D-{}", id.as_u128() % 100_000_000), "title": "手册", "issuer": "公司", "kind": "manual",
                    "unit": over })
            }
            "put_version" => {
                json!({ "document": id, "label": "v2", "from": "2018-04-01", "clauses": [{ "no": "1", "text": "线上受理" }] })
            }
            "end_clause" => json!({ "document": id, "clause": "2", "on": "2018-05-10", "reason": "并入" }),
            "end_document" => json!({ "document": id, "on": "2018-05-10", "reason": "废止" }),
            "end_citation" => json!({ "citation": id, "on": "2018-05-10" }),
            "put_recognition" => {
                json!({ "recognition": id, "code": format!("R-{}", id.as_u128() % 100_000_000), "title": "通报", "issuer": "国务院办公厅",
                    "day": "2018-04-20", "practice": "零上门", "unit": over })
            }
            "erase_praise" => json!({ "praise": id }),
            "put_household" => {
                json!({ "household": id, "code": format!("H-{}", id.as_u128() % 100_000_000), "unit": over,
                    "resident": { "name": "住户", "address": "槐荫胡同" } })
            }
            "erase_household" => json!({ "household": id }),
            "put_done_sheet" => {
                json!({ "sheet": c.id(), "matter": id, "items": [{ "item": "line_check", "n": 1 }], "how": "查了线路" })
            }
            "confirm_sheet" => json!({ "sheet": id, "how": "phone" }),
            "put_publication" => {
                json!({ "publication": id, "code": format!("B-{}", id.as_u128() % 100_000_000), "outlet": "日报", "title": "一线", "day": "2018-04-20",
                    "url": "https://example.org/1", "unit": over })
            }
            "make_plan" => json!({ "plan": id, "unit": over, "month": "2018-05", "iterations": 50 }),
            "adopt_plan" => json!({ "plan": id }),
            "raise_matter" => {
                json!({ "matter": id, "kind": "problem", "origin": "staff", "category": "service", "words": "灯不亮", "unit": over })
            }
            "assign" => json!({ "matter": id, "unit": over, "due": { "limit": "5wd" } }),
            "transfer" => json!({ "matter": id, "unit": c.units[CHILD], "reason": "属地" }),
            "refuse" | "return" => json!({ "matter": id, "reason": "无关" }),
            "accept" | "resume" | "verify" => json!({ "matter": id }),
            "erase_words" => json!({ "matter": id, "ground": "request" }),
            "disclose" => json!({ "matter": id, "data": ["phone"], "purpose": "contact" }),
            "ask_extension" => json!({ "matter": id, "until": "2018-05-30", "reason": "等料" }),
            "ask_pause" => json!({ "matter": id, "reason": "等料" }),
            "decide" => json!({ "matter": id, "approve": true }),
            "advance" => json!({ "matter": id, "step": "apply" }),
            "submit" => json!({ "matter": id, "how": "已整改" }),
            "answer" | "comment" => json!({ "matter": id, "words": "您好" }),
            "record_attempt" => json!({ "matter": id, "note": "未接" }),
            "rate" => json!({ "matter": id, "verdict": "solved" }),
            "give_link" => json!({ "matter": id, "how": "sent" }),
            "apply_connection" => json!({ "connection": id, "application": {
                "origin": "counter", "applicant": "person", "name": "隐名", "district": "昌平区", "address": format!("{id} 号"),
                // Each of somebody else: applications of one party are added up.
                "phone": format!("139{:08}", id.as_u128() % 100_000_000),
                "use": "shop", "capacity": "15", "unit": over, "papers": [{ "kind": "identity", "photos": [self.sha] }, { "kind": "premises" }] } }),
            "survey_connection" => json!({ "connection": id, "works": false }),
            "reply_scheme" => json!({ "connection": id, "scheme": { "voltage": "0.4kV", "capacity": "15" } }),
            "set_connection_cost" => {
                json!({ "connection": id, "counterfactual": scheme, "chosen": scheme, "paid": "0" })
            }
            "override_eligibility" => json!({ "connection": id, "eligible": false, "reason": "核实" }),
            "correct_application" => {
                json!({ "connection": id, "size": "unknown", "setting": "rural", "capacity": "20", "voltage": "0.4kV", "reason": "更正" })
            }
            "flag_connection" => json!({ "connection": id, "flags": ["elderly"] }),
            "add_paper" => json!({ "connection": id, "kind": "premises", "photos": [self.sha] }),
            "energize" => json!({ "connection": id, "how": "装表接电" }),
            "withdraw_connection" => json!({ "connection": id, "reason": "不办了" }),
            "call_back" => json!({ "connection": id, "call": { "outcome": "refused" } }),
            "rate_connection" => json!({ "connection": id, "satisfaction": "satisfied" }),
            "put_unit" => {
                json!({ "unit": over, "code": code, "name": "改名公司", "kind": "district_company", "parent": c.units[ROOT] })
            }
            "put_person" => {
                json!({ "person": id, "code": format!("n{}", id.as_u128() % 100_000_000), "name": "新人", "unit": over, "level": "staff", "specialty": "operations" })
            }
            "put_place" => {
                json!({ "place": place, "code": format!("P-{unit}"), "name": "改名工地", "kind": "construction_site", "district": "昌平区", "area": "suburban", "unit": over })
            }
            "put_partner" => {
                let code = format!("n{}", id.as_u128() % 100_000_000);
                json!({ "partner": id, "code": code, "name": "新单位", "roles": [{ "role": "media", "from": "2018-01-02" }] })
            }
            "rename_partner" => json!({ "partner": id, "name": format!("更名{}", c.id()), "from": "2018-05-01" }),
            "end_partner_role" => json!({ "partner": id, "role": "construction_unit", "to": "2018-05-01" }),
            "give_partner_link" | "end_partner_link" | "erase_partner_contacts" => json!({ "partner": id }),
            "put_programme" => {
                json!({ "programme": id, "code": format!("W-{}", id.as_u128() % 100_000_000), "name": "工程", "year": 2018,
                "kind": "undergrounding", "owner": over, "manager": c.chief, "from": "2018-01-02" })
            }
            "approve_section" | "resume_section" => json!({ "section": id }),
            "want_baseline" => json!({ "section": id, "milestone": "cable", "day": "2018-06-01", "reason": "审批" }),
            "decide_baseline" => json!({ "section": id, "milestone": "duct", "approve": true }),
            "forecast_milestone" => json!({ "section": id, "milestone": "cable", "day": "2018-06-01" }),
            "approve_forecast" => json!({ "section": id, "milestone": "substation" }),
            "report_milestone" => {
                json!({ "section": id, "milestone": "survey", "day": "2018-04-20", "point": { "lat": 39.9, "lon": 116.3 } })
            }
            "confirm_milestone" => json!({ "section": id, "milestone": "permit" }),
            "refuse_report" => json!({ "section": id, "milestone": "permit", "reason": "不清楚" }),
            "survey_section" => json!({ "section": id, "metres": 1000, "kind": "route", "from": "2018-05-01" }),
            "put_permit" => json!({ "section": id, "kind": "traffic", "granted": "2018-04-01" }),
            "count_items" => json!({ "section": id, "kind": "well", "day": "2018-05-01", "n": 1 }),
            "suspend_section" | "cancel_section" => json!({ "section": id, "reason": "雨" }),
            "split_section" => {
                let part = |metres: u32| json!({ "section": c.id(), "code": format!("S-{}", c.id().as_u128() % 1_000_000_000), "name": "段", "metres": metres });
                json!({ "section": id, "parts": [part(400), part(500)] })
            }
            "decide_measure" => json!({ "matter": id, "verdict": "rejected", "day": "2018-05-01", "reason": "重复" }),
            "take_over_measure" => json!({ "matter": id, "unit": c.units[CHILD], "day": "2018-05-02" }),
            "reclass_measure" => json!({ "matter": id, "class": "labour", "reason": "更正" }),
            "reconcile_section" => json!({ "section": id, "matter": c.id() }),
            "relate" => json!({ "matter": id, "about": { "kind": "matter", "id": id }, "reason": "同一处" }),
            "put_retention" => json!({ "keep": [{ "of": "problem", "days": 1095 }] }),
            other => panic!("{other} has no body"),
        };
        body["do"] = json!(name);
        body
    }

    /// A command of a conference whose secretary has no role, at a point where the law allows it.
    async fn of_conference(&self, name: &str, unit: usize, id: Uuid) -> Value {
        let minutes = match name {
            "circulate_minutes" => Some("draft"),
            "countersign" => Some("circulated"),
            "issue_minutes" => Some("signed"),
            "archive_minutes" | "amend_minutes" => Some("issued"),
            _ => None,
        };
        let h = self.c.conference(unit, minutes).await;
        let keeps = json!({ "do": "put_conference", "conference": h.id, "code": format!("L{:012x}", h.id.as_u128() & 0xffff_ffff_ffff),
            "name": "联席会议", "basis": "示范8号", "convener": self.c.units[unit], "secretary": self.unaided, "set_up": "2018-02-26" });
        self.c.run(&keeps).await;
        let member = json!({ "partner": h.partner });
        let mut body = match name {
            "put_member" => {
                json!({ "conference": h.id, "member": { "unit": self.c.units[CHILD] }, "role": "supervisor", "from": "2018-05-02" })
            }
            "end_member" => json!({ "conference": h.id, "member": member, "to": "2018-05-02" }),
            "dissolve_conference" => json!({ "conference": h.id, "on": "2018-05-02" }),
            "plan_meeting" => {
                json!({ "meeting": id, "conference": h.id, "day": "2018-05-04", "place": "会议室", "chair": [member] })
            }
            "record_attendance" => {
                json!({ "meeting": h.meeting, "attendance": [{ "member": member, "how": "present" }] })
            }
            "put_topic" => json!({ "topic": id, "meeting": h.meeting, "raised_by": member, "title": "电力舱移交" }),
            "resolve" => {
                json!({ "matter": id, "topic": h.topic, "words": "移交", "owner": member, "due": "2018-05-09" })
            }
            "draft_minutes" => json!({ "meeting": h.meeting, "text": "议定一项" }),
            "countersign" => json!({ "meeting": h.meeting, "member": member }),
            "amend_minutes" => json!({ "meeting": h.meeting, "text": "议定两项", "reason": "更正" }),
            _ => json!({ "meeting": h.meeting }),
        };
        body["do"] = json!(name);
        body
    }

    /// With the other record that some commands name.
    async fn whole(&self, name: &str, unit: usize, id: Uuid) -> Value {
        match name {
            "separate" => json!({ "do": name, "matter": id, "reason": "不是同一件" }),
            "merge" => json!({ "do": name, "matter": id, "into": self.c.raise(unit, &[]).await.0 }),
            "put_section" => {
                let page = self.c.app.section_page(&Actor::System, id).await.expect("a section");
                json!({ "do": name, "section": id, "programme": page.programme.id, "code": page.section.code, "name": format!("改名{}", self.c.id()),
                    "district": "昌平区", "batch": 1 })
            }
            "propose_measure" => {
                let section = self.c.section(unit, false).await;
                json!({ "do": name, "matter": id, "class": "method", "category": "works", "words": "分段运输", "unit": self.c.units[unit],
                    "answers": [{ "kind": "section", "id": section }] })
            }
            "apply_measure" => {
                let section = self.c.section(unit, false).await;
                json!({ "do": name, "matter": id, "sections": [section], "from": "2018-05-02" })
            }
            "resume_section" => {
                let suspend = serde_json::from_value(json!({ "do": "suspend_section", "section": id, "reason": "雨" }));
                // It is suspended already where somebody tried before.
                let _ =
                    self.c.app.execute(&Actor::System, CommandId(self.c.id()), suspend.expect("a command"), None).await;
                self.body(name, unit, id)
            }
            "merge_section" => {
                let page = self.c.app.section_page(&Actor::System, id).await.expect("a section");
                let into = self.c.section_of(page.programme.id).await;
                json!({ "do": name, "section": id, "into": into })
            }
            "merge_partner" => {
                json!({ "do": name, "partner": id, "into": self.c.partner().await.0, "from": "2018-05-01" })
            }
            "put_indicator" => {
                json!({ "do": name, "indicator": id, "code": format!("I-{}", id.as_u128() % 100_000_000), "name": "获得电力",
                    "owner": self.c.units[unit], "commander": self.c.chief })
            }
            "put_campaign" => {
                let p = self.c.app.campaign(&Actor::System, &id.to_string()).await.expect("a campaign").campaign;
                json!({ "do": name, "campaign": id, "code": p.code, "name": format!("工作月{}", self.c.id()), "theme": "求实效",
                    "from": "2018-05-01", "to": "2018-05-31", "commander": self.c.chief, "owner": self.c.units[unit],
                    "units": [self.c.units[unit]] })
            }
            "begin_breakdown" => {
                // The draft there is stands in the way.
                let p = self.c.app.indicator(&Actor::System, &id.to_string(), None).await.expect("an indicator");
                if let Some(draft) = p.draft {
                    let mut who = self.c.actor(self.c.chief).await;
                    if draft.drafted_by == who.by() {
                        who = Actor::System;
                    }
                    self.c
                        .run_as(
                            &who,
                            &json!({ "do": "approve_breakdown", "breakdown": draft.id, "effective": "2018-05-02" }),
                        )
                        .await;
                }
                json!({ "do": name, "breakdown": self.c.id(), "indicator": id, "reason": "第二版" })
            }
            "write_breakdown" | "put_aspect" | "remove_aspect" | "put_task" | "split_task" | "merge_tasks"
            | "drop_task" => {
                let b = self.draft(id).await;
                let (aspect, task) = (&b.tree.aspects[0], &b.tree.tasks[0]);
                let weight = |n: u32| yixian_domain::indicator::reading::percent(u64::from(n));
                let a = |id: Uuid, code: &str| {
                    json!({ "aspect": id, "code": code, "name": format!("方面{}", self.c.id()), "weight": "100",
                    "component": "time" })
                };
                let leaf = |id: Uuid, code: String, w: u32| {
                    json!({ "task": id, "code": code, "aspect": aspect.id, "title": "任务", "weight": weight(w),
                    "owners": [self.c.units[unit]], "due": "2018-12-31" })
                };
                let fresh = |n: u32| format!("N{n}-{}", self.c.id().as_u128() % 1_000_000);
                match name {
                    "write_breakdown" => json!({ "do": name, "breakdown": id, "aspects": [a(aspect.id.0, "A1")],
                        "tasks": [leaf(self.c.id(), fresh(1), 5_000), leaf(self.c.id(), fresh(2), 5_000)] }),
                    "put_aspect" => json!({ "do": name, "breakdown": id, "aspect": a(aspect.id.0, "A1") }),
                    "remove_aspect" => {
                        let bare = self.c.id();
                        self.c.run(&json!({ "do": "put_aspect", "breakdown": id, "aspect": a(bare, "A9") })).await;
                        json!({ "do": name, "breakdown": id, "aspect": bare })
                    }
                    "put_task" => json!({ "do": name, "breakdown": id, "task": leaf(self.c.id(), fresh(3), 100) }),
                    "split_task" => {
                        let half = task.weight / 2;
                        json!({ "do": name, "breakdown": id, "task": task.task, "reason": "两件事",
                            "into": [leaf(self.c.id(), fresh(4), half), leaf(self.c.id(), fresh(5), task.weight - half)] })
                    }
                    "merge_tasks" => {
                        let extra = self.c.id();
                        self.c
                            .run(&json!({ "do": "put_task", "breakdown": id, "task": leaf(extra, fresh(7), 1) }))
                            .await;
                        json!({ "do": name, "breakdown": id, "tasks": [extra], "into": task.task, "reason": "同一件事" })
                    }
                    _ => {
                        let extra = self.c.id();
                        self.c
                            .run(&json!({ "do": "put_task", "breakdown": id, "task": leaf(extra, fresh(6), 1) }))
                            .await;
                        json!({ "do": name, "breakdown": id, "task": extra, "reason": "不做了" })
                    }
                }
            }
            "put_team" => {
                let (own, section) = (self.c.temporary(unit).await, self.c.section(unit, false).await);
                let works = self.c.app.section_page(&Actor::System, section).await.expect("a section").programme.id;
                json!({ "do": name, "team": id, "unit": own, "kind": "temporary_branch", "programme": works,
                    "parents": [self.c.units[unit]], "from": "2018-04-02", "to": "2018-12-31" })
            }
            "put_agreement" => {
                json!({ "do": name, "agreement": id, "code": format!("A-{}", id.as_u128() % 100_000_000), "title": "协议",
                    "parties": [self.c.partner().await.0], "unit": self.c.units[unit], "signed": "2018-05-01" })
            }
            "cite" => {
                json!({ "do": name, "citation": id, "document": self.c.document(unit).await.0, "clause": "2",
                    "citing": { "kind": "rule", "key": "R5-whole-30" } })
            }
            "record_outage" => {
                self.c.served(unit).await;
                json!({ "do": name, "outage": id, "code": format!("R-{}", id.as_u128() % 1_000_000_000), "facts": {
                    "start": "2018-05-01T08:00:00+08:00", "district": "昌平区", "unit": self.c.units[unit],
                    "level": "medium", "kind": "planned", "customers": 10 } })
            }
            "make_commitment" => {
                json!({ "do": name, "matter": self.c.id(), "about": { "kind": "visit", "id": id }, "partner": self.c.partner().await.0,
                    "direction": "ours", "words": "协调停电时间", "due": "2018-06-20" })
            }
            "put_service_day" => {
                let d = self.c.app.service_day(&Actor::System, &id.to_string()).await.expect("a service day");
                json!({ "do": name, "service_day": id, "code": d.code, "name": format!("服务日{}", self.c.id()), "day": d.details.day.to_string(),
                    "organiser": self.c.units[unit] })
            }
            "put_session" => {
                let p = self.c.app.session_page(&Actor::System, SessionId(id)).await.expect("a session");
                json!({ "do": name, "session": id, "service_day": p.day.id, "code": p.session.code, "community": p.community.id,
                    "host": self.c.units[unit], "starts": "2018-05-02T07:30:00+08:00", "ends": "2018-05-02T20:00:00+08:00" })
            }
            "void_act" => {
                let p = self.c.app.session_page(&Actor::System, SessionId(id)).await.expect("a session");
                json!({ "do": name, "session": id, "act": p.session.acts[0].id, "reason": "记错了" })
            }
            "put_praise" => {
                let document = self.c.document(unit).await.0;
                json!({ "do": name, "praise": id, "code": format!("P-{}", id.as_u128() % 100_000_000), "name": "居民", "channel": "hotline",
                    "day": "2018-04-20", "words": "谢谢", "unit": self.c.units[unit], "about": [{ "kind": "document", "id": document }] })
            }
            "sign_in" => json!({ "do": name, "sign_in": id, "session": self.c.service_day(unit).await.session }),
            "take_sheet" => {
                let member = self.c.id();
                self.c
                    .run(&json!({ "do": "list_member", "member": member, "code": format!("DY-{}", member.as_u128() % 1_000_000_000),
                        "branch": "一支部", "unit": self.c.units[unit],
                        "personal": { "name": "王大明", "last_four": "0428", "staff_number": "" } }))
                    .await;
                let photo = picture(image::ImageFormat::Png, 60 + (id.as_u128() % 100) as u32).into();
                let photo = self.c.app.take_photo(photo).await.expect("a photo").as_str().to_owned();
                json!({ "do": name, "session": id, "photo": photo, "signed": [{ "sign_in": self.c.id(), "member": member }] })
            }
            "sign_in_by_code" => {
                let session = self.c.service_day(unit).await.session;
                json!({ "do": name, "sign_in": id, "session": session, "secret": self.c.session_secret(session).await,
                    "name": "王小明", "key": "0427" })
            }
            "list_member" => {
                let m = self.c.app.member(&Actor::System, MemberId(id)).await.expect("a member").0;
                json!({ "do": name, "member": id, "code": m.code, "branch": format!("支部{}", self.c.id()), "unit": self.c.units[unit] })
            }
            "register_pairing" => {
                let s = self.c.service_day(unit).await;
                let all = self.c.app.pairings(&Actor::System).await.expect("pairings");
                let (_, ours, _) = all.into_iter().find(|(p, ..)| p.id == s.pairing).expect("a pairing");
                let other = self.c.service_day(unit).await.community;
                json!({ "do": name, "pairing": id, "ours": ours.id, "theirs": other, "from": "2018-03-01" })
            }
            "merge_visit" => json!({ "do": name, "visit": id, "into": self.c.visit(unit, true).await }),
            "erase_person" => {
                let person = self.c.id();
                let unit = self.c.units[unit];
                let code = format!("g{}", person.as_u128() % 100_000_000);
                self.c
                    .run(&json!({ "do": "put_person", "person": person, "code": code, "name": "离职", "unit": unit,
                        "level": "staff", "specialty": "operations", "from": "2017-01-01", "to": "2018-01-01" }))
                    .await;
                json!({ "do": name, "person": person, "ground": "retention" })
            }
            "exempt" => {
                let d = self.c.app.directory().await.expect("a directory");
                let person = d.people().find(|p| p.unit.0 == self.c.units[unit]).expect("somebody").id;
                json!({ "do": name, "person": person, "from": "2018-05-07", "to": "2018-05-08", "reason": "病假" })
            }
            "put_conference" => {
                json!({ "do": name, "conference": id, "code": format!("C{:012x}", id.as_u128() & 0xffff_ffff_ffff),
                "name": "联席会议", "basis": "示范8号", "convener": self.c.units[unit], "secretary": self.unaided, "set_up": "2018-02-26" })
            }
            "put_member"
            | "end_member"
            | "dissolve_conference"
            | "plan_meeting"
            | "record_attendance"
            | "put_topic"
            | "resolve"
            | "draft_minutes"
            | "circulate_minutes"
            | "countersign"
            | "issue_minutes"
            | "archive_minutes"
            | "amend_minutes" => self.of_conference(name, unit, id).await,
            _ => self.body(name, unit, id),
        }
    }
}

fn told(status: StatusCode) -> char {
    match status {
        StatusCode::UNAUTHORIZED => 'x',
        StatusCode::NOT_FOUND => '-',
        StatusCode::FORBIDDEN => 'f',
        s if s.is_success() => 'd',
        // The law, or a field: access said yes.
        StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY => '+',
        _ => '?',
    }
}

fn told_by(e: &AppError) -> char {
    match e {
        AppError::Denied(Denial::SignIn) => 'x',
        AppError::Denied(Denial::OutOfSight) | AppError::NotFound(_) => '-',
        AppError::Denied(_) => 'f',
        AppError::Refused(_) | AppError::Invalid(_) | AppError::IdReused => '+',
        _ => '?',
    }
}

#[tokio::test]
async fn every_command_for_everybody() {
    let c = Company::new().await;
    let unaided = c.id();
    c.run(&json!({ "do": "put_person", "person": unaided, "code": "unaided", "name": "无角色", "unit": c.units[OWN], "level": "staff", "specialty": "operations", "roles": [] })).await;
    let none = c.id();
    c.run(&json!({ "do": "put_person", "person": none, "code": "none", "name": "旁人", "unit": c.units[OWN], "level": "staff", "specialty": "operations", "roles": [] })).await;
    c.person_in("sibling", SIBLING).await;
    // Somewhere to go, so that a plan is not empty.
    c.run(&json!({ "do": "put_place", "place": c.id(), "code": "Q-1", "name": "村", "kind": "village", "district": "昌平区", "area": "suburban",
        "point": { "lat": 40.2, "lon": 116.2 }, "unit": c.units[OWN] })).await;
    let sha = c.app.take_photo(picture(image::ImageFormat::Png, 32).into()).await.expect("a photo").as_str().to_owned();
    let mut tokens = BTreeMap::from([("no role", c.token(PersonId(none)).await)]);
    for (role, p) in ROLES.iter().zip(&c.people) {
        tokens.insert(role, c.token(*p).await);
    }
    let (guide, taker) = (c.token(c.guide).await, c.token(PersonId(unaided)).await);
    let chief = c.token(c.chief).await;
    let w = World { c, unaided: PersonId(unaided), sha };
    let mut wrong = Vec::new();
    for name in Command::names() {
        let Some(Row(_, record, own, elsewhere)) = ROWS.iter().find(|r| r.0 == *name) else {
            wrong.push(format!("{name} has no row"));
            continue;
        };
        let (mut carried_out, mut why) = (0, String::new());
        for (unit, expected) in [(OWN, own), (SIBLING, elsewhere)] {
            let expected: Vec<char> = expected.chars().collect();
            assert_eq!(expected.len(), WHO.len(), "{name}");
            let (common, customer) = w.record(*record, unit, false).await;
            // Those who may not come first: what they try must leave the record as it is.
            let mut order: Vec<usize> = (0..WHO.len()).filter(|i| expected[*i] != '.').collect();
            order.sort_by_key(|i| expected[*i] == '+');
            for i in order {
                let id = match record {
                    Nothing => w.c.id(),
                    Matter(_) if WHO[i] == "concerned" => w.record(*record, unit, true).await.0,
                    _ => common,
                };
                let body = w.whole(name, unit, id).await;
                let before = (expected[i] != '+').then_some(w.c.head().await);
                let got = if WHO[i] == "customer" {
                    // He comes by his link, which opens pages and no API; of another record, where it is not his own.
                    let who = match (unit, &customer) {
                        (_, Actor::Anonymous) | (SIBLING, _) => w.record(Matter("raised"), OWN, false).await.1,
                        (_, own) => own.clone(),
                    };
                    let before = (expected[i] != '+').then_some(w.c.head().await);
                    let envelope = serde_json::from_value(body.clone()).expect("a command");
                    let got =
                        w.c.app
                            .execute(&who, CommandId(w.c.id()), envelope, None)
                            .await
                            .map_or_else(|e| told_by(&e), |_| 'd');
                    assert!(
                        before.is_none() || before == Some(w.c.head().await),
                        "{name} by {} leaves something behind",
                        WHO[i]
                    );
                    got
                } else {
                    let knock = Knock::put(format!("/api/v1/commands/{}", w.c.id()), &body);
                    let knock = match WHO[i] {
                        "nobody" => knock,
                        "concerned" if matches!(record, Visit(_)) || *name == "plan_visit" => knock.token(&guide),
                        "concerned" if *name == "put_retention" => knock.token(&chief),
                        "concerned" => knock.token(&taker),
                        who => knock.token(&tokens[who]),
                    };
                    let a = w.c.knock(knock).await;
                    assert!(
                        before.is_none() || before == Some(w.c.head().await),
                        "{name} by {} leaves something behind: {}",
                        WHO[i],
                        a.text()
                    );
                    if told(a.status) == '+' {
                        why = a.text();
                    }
                    told(a.status)
                };
                carried_out += usize::from(got == 'd');
                if got != expected[i] && !(expected[i] == '+' && got == 'd') {
                    wrong.push(format!(
                        "{name} by {} in {}: {got}, not {}",
                        WHO[i],
                        if unit == OWN { "his unit" } else { "a sibling" },
                        expected[i]
                    ));
                }
            }
        }
        // What nobody may at this door is carried out by whoever has a session's code, on its page.
        if carried_out == 0 && own.contains('+') {
            wrong.push(format!("{name} is carried out by nobody: {why}"));
        }
    }
    for row in ROWS {
        assert!(Command::names().contains(&row.0), "{} is a row without a command", row.0);
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every flush fails, as on a disk that is full or breaks: the seal cannot be written, or the commit is refused.
async fn break_flush(c: &Company) {
    let broken: &[&str] = match ENGINE.get() {
        Engine::Sqlite => {
            &["CREATE TRIGGER broken BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'the disk broke'); END"]
        }
        Engine::Postgres => &[
            "CREATE FUNCTION broken() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'the disk broke'; END $$ LANGUAGE plpgsql",
            "CREATE CONSTRAINT TRIGGER broken AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION broken()",
        ],
    };
    for sql in broken {
        run_sql(c, sql).await;
    }
}

async fn mend_flush(c: &Company) {
    let mended: &[&str] = match ENGINE.get() {
        Engine::Sqlite => &["DROP TRIGGER broken"],
        Engine::Postgres => &["DROP TRIGGER broken ON event", "DROP FUNCTION broken"],
    };
    for sql in mended {
        run_sql(c, sql).await;
    }
}

async fn run_sql(c: &Company, sql: &'static str) {
    let done = c.app.store().write(async move |tx| tx.conn().run(sql).await).await;
    done.unwrap_or_else(|e: yixian_app::store::StoreError| panic!("{sql}: {e}"));
}

/// Whatever a command writes, a flush that fails leaves nothing of it; the same command, sent again, is carried out once.
#[tokio::test]
async fn a_command_whose_flush_fails_leaves_nothing_and_may_be_sent_again() {
    let c = Company::new().await;
    c.run(&json!({ "do": "put_place", "place": c.id(), "code": "Q-1", "name": "村", "kind": "village", "district": "昌平区", "area": "suburban",
        "point": { "lat": 40.2, "lon": 116.2 }, "unit": c.units[OWN] })).await;
    let sha = c.app.take_photo(picture(image::ImageFormat::Png, 32).into()).await.expect("a photo").as_str().to_owned();
    let unaided = c.chief;
    let w = World { c, unaided, sha };
    let (mut carried_out, mut not) = (0, Vec::new());
    for name in Command::names() {
        let record = ROWS.iter().find(|r| r.0 == *name).expect("a row").1;
        let (id, customer) = w.record(record, OWN, false).await;
        let body = w.whole(name, OWN, id).await;
        // What the system wrote down another decides.
        let actor = match (*name, record) {
            ("rate" | "rate_connection", _) => customer,
            (_, Section(_) | Measure) => w.c.actor(w.c.chief).await,
            _ => Actor::System,
        };
        let command = CommandId(w.c.id());
        let send = async || {
            w.c.app.execute(&actor, command, serde_json::from_value(body.clone()).expect("a command"), None).await
        };
        let before = w.c.head().await;
        break_flush(&w.c).await;
        let refused = send().await;
        assert!(refused.is_err(), "{name}: acknowledged though nothing could be written");
        mend_flush(&w.c).await;
        assert_eq!(before, w.c.head().await, "{name} left something behind");
        match send().await {
            Ok(first) => {
                carried_out += 1;
                let after = w.c.head().await;
                let again = send().await.unwrap_or_else(|e| panic!("{name} again: {e}"));
                assert_eq!((first.rev, after), (again.rev, w.c.head().await), "{name} was carried out twice");
            }
            Err(e) => not.push(format!("{name}: {e}")),
        }
    }
    // What the system itself may not do, and nobody's command is left out in silence.
    assert!(not.len() <= 6, "{} of {}: {}", not.len(), not.len() + carried_out, not.join("\n"));
    let held = w.c.app.verify().await.expect("verified");
    assert!(held.ok, "{held:?}");
}

crate::on_postgres!(a_command_whose_flush_fails_leaves_nothing_and_may_be_sent_again);
