//! A small company behind its doors, and hands that knock at them.
#![allow(dead_code, missing_docs, unreachable_pub)] // not every test uses all of it

use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tower::ServiceExt;
use uuid::Uuid;
use yixian_app::accounts::Whence;
use yixian_app::clock::Clock;
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::{App, Opening};
use yixian_domain::access::Actor;
use yixian_domain::ids::{CommandId, ContactId, MatterId, PartnerId, PersonId, SessionId};
use yixian_domain::time::Instant;
use yixian_testkit::{Engine, Fresh};
use yixian_web::{Options, Web};

/// The company's instant: 2018-05-02 09:00 +08:00.
pub const NOW: Instant = Instant(1_525_222_800_000);
/// A password that may be set.
pub const PASSWORD: &str = "correct horse 电池";

/// Units, in the order they are made: the company, two district companies, a station of the first.
pub const ROOT: usize = 0;
pub const OWN: usize = 1;
pub const SIBLING: usize = 2;
pub const CHILD: usize = 3;
/// Where a record lies, seen from somebody with roles over the first district company.
pub const RELATIONS: [(&str, usize); 4] = [("own", OWN), ("child", CHILD), ("sibling", SIBLING), ("parent", ROOT)];
/// Roles over the first district company; the last is the whole company's coordinator.
pub const ROLES: [&str; 6] = ["viewer", "leader", "handler", "verifier", "coordinator", "administrator"];

pub struct Company {
    pub app: App,
    pub web: Web,
    pub units: Vec<Uuid>,
    pub people: Vec<PersonId>,
    /// The whole company's administrator and coordinator.
    pub chief: PersonId,
    /// A leader of the whole company, who goes on visits everywhere.
    pub guide: PersonId,
    pub places: Vec<Uuid>,
    fresh: Fresh,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }
    pub fn cookie(&self) -> Option<String> {
        self.headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|v| v.to_str().ok())
            .find(|c| c.starts_with("yx_s=") || c.starts_with("__Host-s="))
            .and_then(|c| c.split(';').next())
            .map(str::to_owned)
    }
    /// The value of a hidden or text field of a page.
    pub fn field(&self, name: &str) -> Option<String> {
        let text = self.text();
        let at = text.find(&format!("name=\"{name}\""))?;
        let tag = &text[text[..at].rfind('<')?..at + text[at..].find('>')?];
        let value = tag.split_once("value=\"")?.1;
        Some(value.split('"').next()?.to_owned())
    }
}

/// A request in the making.
#[derive(Clone, Debug)]
pub struct Knock {
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Bytes,
    from: IpAddr,
}

impl Knock {
    pub fn new(method: Method, path: impl Into<String>) -> Knock {
        Knock {
            method,
            path: path.into(),
            headers: vec![("host".into(), "yixian.test".into())],
            body: Bytes::new(),
            from: IpAddr::V4(Ipv4Addr::LOCALHOST),
        }
    }
    pub fn get(path: impl Into<String>) -> Knock {
        Knock::new(Method::GET, path)
    }
    pub fn put(path: impl Into<String>, body: &Value) -> Knock {
        Knock::new(Method::PUT, path).with("content-type", "application/json").bytes(body.to_string())
    }
    /// A form of our own page.
    pub fn post(path: impl Into<String>, fields: &[(&str, &str)]) -> Knock {
        Knock::new(Method::POST, path).with("sec-fetch-site", "same-origin").fields(fields)
    }
    pub fn fields(self, fields: &[(&str, &str)]) -> Knock {
        let text = fields.iter().map(|(k, v)| format!("{}={}", enc(k), enc(v))).collect::<Vec<_>>().join("&");
        self.with("content-type", "application/x-www-form-urlencoded").bytes(text)
    }
    /// A form with files: fields, then (field, file name, bytes).
    pub fn upload(path: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Knock {
        let mut body = Vec::new();
        for (k, v) in fields {
            body.extend_from_slice(
                format!("--edge\r\nContent-Disposition: form-data; name=\"{k}\"\r\n\r\n{v}\r\n").as_bytes(),
            );
        }
        for (k, name, bytes) in files {
            body.extend_from_slice(format!("--edge\r\nContent-Disposition: form-data; name=\"{k}\"; filename=\"{name}\"\r\nContent-Type: image/jpeg\r\n\r\n").as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--edge--\r\n");
        Knock::new(Method::POST, path)
            .with("sec-fetch-site", "same-origin")
            .with("content-type", "multipart/form-data; boundary=edge")
            .bytes(body)
    }
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Knock {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
    pub fn without(mut self, name: &str) -> Knock {
        self.headers.retain(|(k, _)| k != name);
        self
    }
    pub fn bytes(mut self, body: impl Into<Bytes>) -> Knock {
        self.body = body.into();
        self
    }
    pub fn cookie(self, cookie: &str) -> Knock {
        if cookie.is_empty() { self } else { self.with("cookie", cookie) }
    }
    pub fn token(self, token: &str) -> Knock {
        self.with("authorization", format!("Bearer {token}"))
    }
    pub fn from(mut self, last: u8) -> Knock {
        self.from = IpAddr::V4(Ipv4Addr::new(192, 0, 2, last));
        self
    }
    pub async fn at(self, web: &Web) -> Answer {
        let mut request = Request::builder().method(self.method).uri(&self.path);
        for (k, v) in &self.headers {
            request = request.header(k, v);
        }
        let mut request = request.body(Body::from(self.body)).expect("a request");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(self.from, 40_000)));
        let response = web.router().oneshot(request).await.expect("never fails");
        let (parts, body) = response.into_parts();
        Answer { status: parts.status, headers: parts.headers, body: body.collect().await.expect("a body").to_bytes() }
    }
}

/// A text as it stands in forms and addresses.
pub fn enc(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { (b as char).to_string() } else { format!("%{b:02X}") })
        .collect()
}

impl Company {
    pub async fn new() -> Company {
        Company::with(Options::default()).await
    }

    pub async fn with(options: Options) -> Company {
        let (fresh, app) = empty().await;
        let web = Web::new(app.clone(), options);
        let mut c = Company {
            units: Vec::new(),
            people: Vec::new(),
            places: Vec::new(),
            chief: PersonId(Uuid::nil()),
            guide: PersonId(Uuid::nil()),
            app,
            web,
            fresh,
        };
        for (code, kind, parent) in [
            ("BJ", "company", None),
            ("CP", "district_company", Some(ROOT)),
            ("HD", "district_company", Some(ROOT)),
            ("CP-01", "station", Some(OWN)),
        ] {
            let unit = c.id();
            let parent = parent.map(|p| c.units[p]);
            c.run(&json!({ "do": "put_unit", "unit": unit, "code": code, "name": format!("{code} 公司"), "kind": kind, "parent": parent })).await;
            c.units.push(unit);
        }
        for (i, role) in ROLES.iter().enumerate() {
            let p = c.person(&format!("p{i}"), OWN, &[role]).await;
            c.people.push(p);
        }
        c.chief = c.person("chief", ROOT, &["administrator", "coordinator"]).await;
        c.guide = c.person("guide", ROOT, &["leader"]).await;
        for i in 0..c.units.len() {
            let place = c.id();
            c.run(&json!({ "do": "put_place", "place": place, "code": format!("P-{i}"), "name": format!("工地{i}"), "kind": "construction_site", "district": "昌平区", "area": "suburban", "unit": c.units[i] })).await;
            c.places.push(place);
        }
        c
    }

    pub fn folder(&self) -> &std::path::Path {
        self.fresh.folder()
    }

    pub fn id(&self) -> Uuid {
        self.app.mint().uuid(self.app.clock().now())
    }

    async fn person(&self, code: &str, unit: usize, roles: &[&str]) -> PersonId {
        let id = self.id();
        let roles: Vec<Value> = roles.iter().map(|r| json!({ "role": r, "unit": self.units[unit] })).collect();
        self.run(&json!({ "do": "put_person", "person": id, "code": code, "name": format!("人员{code}"), "unit": self.units[unit], "level": "staff", "specialty": "operations", "duty": true, "roles": roles })).await;
        PersonId(id)
    }

    /// Somebody without a role of note in a unit.
    pub async fn person_in(&self, code: &str, unit: usize) -> PersonId {
        self.person(code, unit, &["viewer"]).await
    }

    /// Carries a command out as the system.
    pub async fn run(&self, command: &Value) {
        self.run_as(&Actor::System, command).await;
    }

    pub async fn run_as(&self, actor: &Actor, command: &Value) {
        let envelope = serde_json::from_value(command.clone()).unwrap_or_else(|e| panic!("{command}: {e}"));
        self.app
            .execute(actor, CommandId(self.id()), envelope, None)
            .await
            .unwrap_or_else(|e| panic!("{command}: {e}"));
    }

    pub async fn actor(&self, p: PersonId) -> Actor {
        self.app.actor(p).await.expect("an actor")
    }

    /// A citizen's matter held by a unit, with his link.
    pub async fn raise(&self, unit: usize, photos: &[String]) -> (Uuid, String) {
        let matter = self.id();
        self.run(&json!({ "do": "raise_matter", "matter": matter, "kind": "problem", "origin": "counter", "category": "service", "words": format!("私语{unit} private words"),
            "unit": self.units[unit], "photos": photos, "raiser": { "name": "隐名", "phone": "13912345678" } })).await;
        let page = self.app.matter_page(&Actor::System, MatterId(matter)).await.expect("a matter");
        let contact: ContactId = match page.matter.raised.by {
            yixian_domain::ids::By::Raiser(c) => c,
            other => panic!("{other:?}"),
        };
        (matter, self.app.raiser_token(MatterId(matter), contact))
    }

    /// A customer's application waiting in a unit, with his link; his phone is 13912345678.
    pub async fn apply(&self, unit: usize, photos: &[String]) -> (Uuid, String) {
        let connection = self.id();
        self.run(&json!({ "do": "apply_connection", "connection": connection, "application": {
            "origin": "counter", "applicant": "person", "name": "隐名", "phone": "13912345678", "district": "昌平区", "address": format!("private words {unit} 号"),
            "use": "shop", "capacity": "15", "unit": self.units[unit], "papers": [{ "kind": "identity", "photos": photos }, { "kind": "premises" }] } })).await;
        let page = self.app.matter_page(&Actor::System, MatterId(connection)).await.expect("a connection");
        let contact: ContactId = match page.matter.raised.by {
            yixian_domain::ids::By::Raiser(c) => c,
            other => panic!("{other:?}"),
        };
        (connection, self.app.raiser_token(MatterId(connection), contact))
    }

    /// Brings a matter to a stage.
    pub async fn bring(&self, matter: Uuid, unit: usize, to: &str) {
        for (stage, command) in [
            (
                "assigned",
                json!({ "do": "assign", "matter": matter, "unit": self.units[unit], "due": { "limit": "5wd" } }),
            ),
            ("accepted", json!({ "do": "accept", "matter": matter })),
            ("submitted", json!({ "do": "submit", "matter": matter, "how": "已整改" })),
            ("verified", json!({ "do": "verify", "matter": matter })),
            ("answered", json!({ "do": "answer", "matter": matter, "words": "您好，已整改" })),
        ] {
            let actor = if stage == "verified" { self.actor(self.chief_verifier().await).await } else { Actor::System };
            self.run_as(&actor, &command).await;
            if stage == to {
                return;
            }
        }
    }

    /// A verifier over the whole company; the system put right, so somebody else judges.
    pub async fn chief_verifier(&self) -> PersonId {
        let d = self.app.directory().await.expect("a directory");
        if let Some(p) = d.people().find(|p| p.code == "judge") {
            return p.id;
        }
        self.person("judge", ROOT, &["verifier"]).await
    }

    /// A visit of the guide, hosted by a unit, today.
    pub async fn visit(&self, unit: usize, announced: bool) -> Uuid {
        let visit = self.id();
        self.run(&json!({ "do": "plan_visit", "visit": visit, "kind": "site", "place": self.places[unit], "host": self.units[unit],
            "leader": self.guide, "day": "2018-05-02", "announced": announced, "purpose": "看现场" })).await;
        visit
    }

    /// A contractor with its link.
    pub async fn partner(&self) -> (Uuid, String) {
        let partner = self.id();
        let code = format!("C-{}", partner.as_u128() % 1_000_000_000);
        self.run(&json!({ "do": "put_partner", "partner": partner, "code": code, "name": format!("施工单位{code}"), "contacts": "王经理 13912345678",
            "roles": [{ "role": "construction_unit", "from": "2018-01-02" }] })).await;
        self.run(&json!({ "do": "give_partner_link", "partner": partner })).await;
        let token = self.app.partner_token(&Actor::System, PartnerId(partner)).await.expect("a partner");
        (partner, token.expect("a link"))
    }

    /// A programme of a unit's with a section: a draft, or one that is approved and waits for every decision.
    pub async fn section(&self, unit: usize, approved: bool) -> Uuid {
        let programme = self.id();
        let code = format!("W-{}", programme.as_u128() % 1_000_000_000);
        self.run(&json!({ "do": "put_programme", "programme": programme, "code": code, "name": format!("工程{unit}"), "year": 2018,
            "kind": "undergrounding", "owner": self.units[unit], "manager": self.chief, "from": "2018-01-02" })).await;
        let section = self.section_of(programme).await;
        if approved {
            let chief = self.actor(self.chief).await;
            self.run_as(&chief, &json!({ "do": "approve_section", "section": section })).await;
            for command in [
                json!({ "do": "want_baseline", "section": section, "milestone": "duct", "day": "2018-06-02", "reason": "审批" }),
                json!({ "do": "forecast_milestone", "section": section, "milestone": "substation", "day": "2018-06-02" }),
                json!({ "do": "report_milestone", "section": section, "milestone": "permit", "day": "2018-04-19", "point": { "lat": 39.9, "lon": 116.3 } }),
            ] {
                self.run(&command).await;
            }
        }
        section
    }

    /// A section of a programme: a draft whose start was planned for March.
    pub async fn section_of(&self, programme: Uuid) -> Uuid {
        let section = self.id();
        let code = format!("S-{}", section.as_u128() % 1_000_000_000);
        self.run(&json!({ "do": "put_section", "section": section, "programme": programme, "code": code, "name": format!("路{code}"), "district": "昌平区",
            "batch": 1, "metres": 900, "items": [{ "kind": "well", "planned": 100 }], "baselines": [{ "milestone": "start", "day": "2018-03-31" }] })).await;
        section
    }

    /// A measure of a unit's that answers a section and was adopted on 1 May.
    pub async fn measure(&self, unit: usize) -> Uuid {
        let (measure, section) = (self.id(), self.section(unit, false).await);
        self.run(&json!({ "do": "propose_measure", "matter": measure, "class": "method", "category": "works", "words": format!("办法{unit}"),
            "unit": self.units[unit], "answers": [{ "kind": "section", "id": section }] })).await;
        let chief = self.actor(self.chief).await;
        self.run_as(
            &chief,
            &json!({ "do": "decide_measure", "matter": measure, "verdict": "adopted", "day": "2018-05-01" }),
        )
        .await;
        measure
    }

    /// A temporary unit below a unit.
    pub async fn temporary(&self, unit: usize) -> Uuid {
        let temporary = self.id();
        let code = format!("TMP-{}", temporary.as_u128() % 1_000_000_000);
        self.run(&json!({ "do": "put_unit", "unit": temporary, "code": code, "name": format!("突击队{code}"), "kind": "temporary",
            "parent": self.units[unit], "from": "2018-04-01", "to": "2018-12-31" }))
            .await;
        temporary
    }

    /// A team of a unit, to which the chief belongs.
    pub async fn team(&self, unit: usize) -> Uuid {
        let (team, temporary, section) = (self.id(), self.temporary(unit).await, self.section(unit, false).await);
        let works = self.app.section_page(&Actor::System, section).await.expect("a section").programme.id;
        self.run(&json!({ "do": "put_team", "team": team, "unit": temporary, "kind": "commando", "programme": works,
            "parents": [self.units[unit]], "from": "2018-04-02", "to": "2018-12-31" }))
            .await;
        self.run(
            &json!({ "do": "join_team", "team": team, "person": self.chief, "post": "captain", "from": "2018-04-02" }),
        )
        .await;
        team
    }

    /// A household of a unit's team.
    pub async fn household(&self, unit: usize) -> Uuid {
        let household = self.id();
        let code = format!("H-{}", household.as_u128() % 1_000_000_000);
        self.run(&json!({ "do": "put_household", "household": household, "code": code, "unit": self.units[unit], "consent": true,
            "resident": { "name": "住户甲", "address": "槐荫胡同 12 号", "vulnerable": ["elderly"] } }))
            .await;
        household
    }

    /// A household, and an order for it that is in hand.
    pub async fn order(&self, unit: usize) -> (Uuid, Uuid) {
        let (household, order) = (self.household(unit).await, self.id());
        for command in [
            json!({ "do": "raise_matter", "matter": order, "kind": "wish", "origin": "staff", "category": "wish", "words": "灯不亮",
                "unit": self.units[unit], "about": { "kind": "household", "id": household } }),
            json!({ "do": "assign", "matter": order, "unit": self.units[unit], "due": { "limit": "5wd" } }),
            json!({ "do": "accept", "matter": order }),
        ] {
            self.run(&command).await;
        }
        (household, order)
    }

    /// What was done on an order.
    pub async fn sheet(&self, unit: usize) -> Uuid {
        let ((_, order), sheet) = (self.order(unit).await, self.id());
        self.run(&json!({ "do": "put_done_sheet", "sheet": sheet, "matter": order, "how": "查了线路",
            "items": [{ "item": "line_check", "n": 1 }] }))
            .await;
        sheet
    }

    /// An agreement that a unit keeps.
    pub async fn agreement(&self, unit: usize, partner: Uuid) -> Uuid {
        let agreement = self.id();
        let code = format!("A-{}", agreement.as_u128() % 1_000_000_000);
        self.run(&json!({ "do": "put_agreement", "agreement": agreement, "code": code, "title": format!("协议{code}"), "parties": [partner],
            "unit": self.units[unit], "signed": "2018-01-02", "valid_to": "2019-01-01", "scope": "会商" })).await;
        agreement
    }

    /// An indicator that a unit keeps, with the whole draft of its first version, commanded by somebody; and the draft.
    pub async fn indicator(&self, unit: usize, commander: PersonId) -> (Uuid, Uuid) {
        let (indicator, draft) = (self.id(), self.id());
        let code = format!("I-{}", indicator.as_u128() % 1_000_000_000);
        let own = self.units[unit];
        self.run(&json!({ "do": "put_indicator", "indicator": indicator, "code": code, "name": format!("指标{code}"), "owner": own,
            "commander": commander })).await;
        self.run(&json!({ "do": "begin_breakdown", "breakdown": draft, "indicator": indicator })).await;
        let aspect = self.id();
        let task = |task: Uuid, n: u32| {
            json!({ "task": task, "code": format!("T{n}"), "aspect": aspect, "title": format!("任务{n}"),
            "weight": "50", "owners": [own], "due": "2018-12-31" })
        };
        self.run(&json!({ "do": "write_breakdown", "breakdown": draft, "reason": "第一版",
            "aspects": [{ "aspect": aspect, "code": "A1", "name": "环节", "weight": "100", "component": "procedures" }],
            "tasks": [task(self.id(), 1), task(self.id(), 2)] }))
            .await;
        (indicator, draft)
    }

    /// A campaign whose books a unit keeps.
    pub async fn campaign(&self, unit: usize) -> Uuid {
        let campaign = self.id();
        let code = format!("M-{}", campaign.as_u128() % 1_000_000_000);
        self.run(&json!({ "do": "put_campaign", "campaign": campaign, "code": code, "name": "工作月", "theme": "求实效", "from": "2018-05-01",
            "to": "2018-05-31", "commander": self.chief, "owner": self.units[unit], "units": [self.units[unit]] })).await;
        campaign
    }

    /// A document that a unit keeps, in force since 1 February, with two clauses; a figure rests on the first, which keeps nothing from
    /// ending. Gives the document and the citation.
    pub async fn document(&self, unit: usize) -> (Uuid, Uuid) {
        let (document, citation) = (self.id(), self.id());
        let code = format!("D-{}", document.as_u128() % 1_000_000_000);
        self.run(&json!({ "do": "put_document", "document": document, "code": code, "title": format!("手册{code}"), "issuer": "公司", "kind": "manual",
            "unit": self.units[unit] })).await;
        self.run(&json!({ "do": "put_version", "document": document, "label": "v1", "from": "2018-02-01",
            "clauses": [{ "no": "1", "text": "一次受理" }, { "no": "2", "text": "一次勘查" }] }))
            .await;
        self.run(
            &json!({ "do": "cite", "citation": citation, "document": document, "clause": "1", "since": "2018-03-01",
            "citing": { "kind": "figure", "key": "connected_on_time" } }),
        )
        .await;
        (document, citation)
    }

    /// The clause of a document by its number.
    pub async fn clause(&self, document: Uuid, no: &str) -> Uuid {
        let found = self.app.document(&Actor::System, &document.to_string()).await.expect("a document");
        found.clauses_by_number()[no].0
    }

    /// A praise of a unit, for the matter of somebody who is not there any more.
    pub async fn praise(&self, unit: usize) -> Uuid {
        let praise = self.id();
        let (partner, _) = self.partner().await;
        let code = format!("P-{}", praise.as_u128() % 1_000_000_000);
        self.run(&json!({ "do": "put_praise", "praise": praise, "code": code, "name": "居民", "channel": "letter", "day": "2018-04-20",
            "words": "谢谢", "unit": self.units[unit], "about": [{ "kind": "partner", "id": partner }] }))
            .await;
        praise
    }

    /// What was printed about a unit.
    pub async fn publication(&self, unit: usize) -> Uuid {
        let publication = self.id();
        let code = format!("B-{}", publication.as_u128() % 1_000_000_000);
        self.run(&json!({ "do": "put_publication", "publication": publication, "code": code, "outlet": "日报", "title": "一线", "day": "2018-04-20",
            "url": "https://example.org/1", "unit": self.units[unit] })).await;
        publication
    }

    /// What somebody wrote of a unit's practice.
    pub async fn recognition(&self, unit: usize) -> Uuid {
        let recognition = self.id();
        let code = format!("R-{}", recognition.as_u128() % 1_000_000_000);
        self.run(&json!({ "do": "put_recognition", "recognition": recognition, "code": code, "title": "典型做法的通报", "issuer": "国务院办公厅",
            "day": "2018-04-20", "practice": "零上门", "unit": self.units[unit] })).await;
        recognition
    }
    /// An outage among the customers of a unit, which lasts.
    pub async fn outage(&self, unit: usize) -> Uuid {
        self.served(unit).await;
        let outage = self.id();
        let code = format!("T-{}", outage.as_u128() % 1_000_000_000);
        self.run(&json!({ "do": "record_outage", "outage": outage, "code": code, "facts": {
            "start": "2018-05-01T08:00:00+08:00", "district": "昌平区", "unit": self.units[unit],
            "level": "medium", "kind": "unplanned", "customers": 120, "cause": "大风" } }))
            .await;
        outage
    }

    /// A unit serves customers in a district.
    pub async fn served(&self, unit: usize) {
        let known = self.app.served_bases(&Actor::System).await.expect("bases");
        if known.iter().all(|b| b.unit.0 != self.units[unit]) {
            self.run(&json!({ "do": "put_served", "served": self.id(), "unit": self.units[unit], "district": "昌平区",
                "from": "2017-01-01", "customers": 100_000 }))
                .await;
        }
    }

    /// A service day of a unit's today, with a session, a member who signed in there, and one act; organisations of the unit's
    /// and the community's registered with each other.
    pub async fn service_day(&self, unit: usize) -> Service {
        let s = Service {
            day: self.id(),
            session: self.id(),
            community: self.id(),
            member: self.id(),
            sign_in: self.id(),
            act: self.id(),
            pairing: self.id(),
        };
        let code = |of: &str, id: Uuid| format!("{of}{:012x}", id.as_u128() & 0xffff_ffff_ffff);
        let (own, organisation) = (self.units[unit], self.id());
        self.run(
            &json!({ "do": "put_partner", "partner": s.community, "code": code("Q", s.community), "name": "回龙观社区",
            "district": "昌平区", "roles": [{ "role": "community", "from": "2018-01-02" }] }),
        )
        .await;
        self.run(&json!({ "do": "put_partner", "partner": organisation, "code": code("Z", organisation), "name": "公司党委", "unit": own,
            "roles": [{ "role": "party_organisation", "from": "2018-01-02" }] }))
            .await;
        self.run(&json!({ "do": "register_pairing", "pairing": s.pairing, "ours": organisation, "theirs": s.community,
            "from": "2018-03-01" }))
            .await;
        self.run(&json!({ "do": "put_service_day", "service_day": s.day, "code": code("D", s.day), "name": "服务日", "day": "2018-05-02",
            "organiser": own }))
            .await;
        self.run(&json!({ "do": "put_session", "session": s.session, "service_day": s.day, "code": code("S", s.session),
            "community": s.community, "host": own, "starts": "2018-05-02T08:00:00+08:00", "ends": "2018-05-02T20:00:00+08:00" }))
            .await;
        self.run(&json!({ "do": "list_member", "member": s.member, "code": code("M", s.member), "branch": "营销党支部", "unit": own,
            "personal": { "name": "王小明", "last_four": "0427", "staff_number": code("G", s.member) } }))
            .await;
        self.run(&json!({ "do": "sign_in", "sign_in": s.sign_in, "session": s.session, "member": s.member })).await;
        self.run(&json!({ "do": "record_act", "session": s.session, "act": s.act, "did": { "kind": "publicity", "reached": 40 } })).await;
        s
    }

    /// The secret part of a session's link.
    pub async fn session_secret(&self, session: Uuid) -> String {
        let page = self.app.session_page(&Actor::System, SessionId(session)).await.expect("a session");
        self.app.session_token(&Actor::System, &page.session).await.expect("a token").expect("a link")
    }

    /// A plan of a unit's visits, made by the system.
    pub async fn plan(&self, unit: usize) -> Uuid {
        let plan = self.id();
        self.run(&json!({ "do": "make_plan", "plan": plan, "unit": self.units[unit], "month": "2018-05", "iterations": 200 })).await;
        plan
    }

    /// A record of every kind in a unit.
    pub async fn names(&self, unit: usize) -> Names {
        // A picture of its own for each unit: the same one would be seen through another record.
        let sha = self
            .app
            .take_photo(picture(image::ImageFormat::Png, 32 + unit as u32).into())
            .await
            .expect("a photo")
            .as_str()
            .to_owned();
        let (matter, link) = self.raise(unit, std::slice::from_ref(&sha)).await;
        let d = self.app.directory().await.expect("a directory");
        let person =
            d.people().find(|p| p.unit.0 == self.units[unit] && p.code != "chief").map_or(self.chief, |p| p.id).0;
        let plan = self.plan(unit).await;
        // Of somebody who makes no link himself: another one would end this.
        let reader = self.person_in(&format!("k{unit}"), unit).await;
        let calendar = self.app.make_calendar_link(reader).await.expect("a link");
        let (connection, customer) = self.apply(unit, std::slice::from_ref(&sha)).await;
        let section = self.section(unit, true).await;
        let works = self.app.section_page(&Actor::System, section).await.expect("a section").programme.id;
        let measure = self.measure(unit).await;
        let conference = self.conference(unit, Some("circulated")).await;
        let (_, partner_link) = self.partner_link(conference.partner).await;
        let agreement = self.agreement(unit, conference.partner).await;
        let (indicator, _) = self.indicator(unit, self.chief).await;
        let page = self.app.indicator(&Actor::System, &indicator.to_string(), None).await.expect("an indicator");
        let (document, citation) = self.document(unit).await;
        let service = self.service_day(unit).await;
        Names {
            session_link: self.session_secret(service.session).await,
            service,
            team: self.team(unit).await,
            member: self.chief.0,
            indicator: page.indicator.code,
            campaign: self.campaign(unit).await,
            document,
            clause: self.clause(document, "1").await,
            citation,
            recognition: self.recognition(unit).await,
            praise: self.praise(unit).await,
            publication: self.publication(unit).await,
            household: self.household(unit).await,
            order: self.order(unit).await.1,
            sheet: self.sheet(unit).await,
            agreement,
            outage: self.outage(unit).await,
            measure,
            partner: conference.partner,
            partner_link,
            section,
            works,
            conference: conference.id,
            meeting: conference.meeting,
            plan,
            calendar,
            connection,
            customer,
            matter,
            visit: self.visit(unit, true).await,
            place: self.places[unit],
            unit: self.units[unit],
            person,
            link,
            sha,
        }
    }

    /// The link of a partner: where it leads, and its secret.
    pub async fn partner_link(&self, partner: Uuid) -> (String, String) {
        let token = self.app.partner_token(&Actor::System, PartnerId(partner)).await.expect("a link").expect("open");
        (format!("/p/{partner}/{token}"), token)
    }

    /// A joint conference that a unit convenes, with one member outside, a meeting of this morning with a topic, and its
    /// minutes as far as they are wanted: `draft`, `circulated`, `signed`, `issued`. The guide keeps its books.
    pub async fn conference(&self, unit: usize, minutes: Option<&str>) -> Held {
        let h = Held { id: self.id(), partner: self.id(), meeting: self.id(), topic: self.id() };
        let code = |of: &str, id: Uuid| format!("{of}{:012x}", id.as_u128() & 0xffff_ffff_ffff);
        let (convener, member) = (json!({ "unit": self.units[unit] }), json!({ "partner": h.partner }));
        self.run(
            &json!({ "do": "put_partner", "partner": h.partner, "code": code("F", h.partner), "name": "京北电力建设",
            "roles": [{ "role": "construction_unit", "from": "2018-01-02" }] }),
        )
        .await;
        self.run(&json!({ "do": "give_partner_link", "partner": h.partner })).await;
        self.run(&json!({ "do": "put_conference", "conference": h.id, "code": code("L", h.id), "name": "联席会议", "basis": "示范8号",
            "convener": self.units[unit], "secretary": self.guide, "set_up": "2018-02-26" })).await;
        for (who, role) in [(&convener, "lead"), (&member, "construction_unit")] {
            self.run(
                &json!({ "do": "put_member", "conference": h.id, "member": who, "role": role, "from": "2018-02-26" }),
            )
            .await;
        }
        self.run(&json!({ "do": "plan_meeting", "meeting": h.meeting, "conference": h.id, "day": "2018-05-02", "time": "08:00:00",
            "place": "会议室", "chair": [convener] })).await;
        self.run(&json!({ "do": "put_topic", "topic": h.topic, "meeting": h.meeting, "raised_by": member, "title": "private words" })).await;
        for (state, command) in [
            ("draft", json!({ "do": "draft_minutes", "meeting": h.meeting, "text": "private words" })),
            ("circulated", json!({ "do": "circulate_minutes", "meeting": h.meeting })),
            ("signed", json!({ "do": "countersign", "meeting": h.meeting, "member": member })),
            ("issued", json!({ "do": "issue_minutes", "meeting": h.meeting })),
        ] {
            let Some(wanted) = minutes else { break };
            self.run(&command).await;
            if state == wanted {
                break;
            }
        }
        h
    }

    /// Signs in without the form; gives the cookie.
    pub async fn enter(&self, p: PersonId) -> String {
        let secret = self.app.begin_session(p, &Whence::default()).await.expect("a session");
        if self.web.options().tls { format!("__Host-s={secret}") } else { format!("yx_s={secret}") }
    }

    pub async fn token(&self, p: PersonId) -> String {
        self.app.make_token(p, "test".into(), 365).await.expect("a token")
    }

    /// The ledger's newest sequence number and hash.
    pub async fn head(&self) -> (i64, String) {
        let mut conn = self.app.store().read().await.expect("a connection");
        let (mut seq, mut hash) = (0, String::new());
        loop {
            let page = yixian_app::store::ledger::page(&mut conn, seq, 5_000).await.expect("events");
            let Some(last) = page.last() else { return (seq, hash) };
            (seq, hash) = (last.seq, last.hash.clone());
        }
    }

    pub async fn knock(&self, k: Knock) -> Answer {
        k.at(&self.web).await
    }
}

/// A joint conference and what belongs to it.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    pub id: Uuid,
    pub partner: Uuid,
    pub meeting: Uuid,
    pub topic: Uuid,
}

/// A service day and what belongs to it.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    pub day: Uuid,
    pub session: Uuid,
    pub community: Uuid,
    pub member: Uuid,
    pub sign_in: Uuid,
    pub act: Uuid,
    pub pairing: Uuid,
}

thread_local! {
    /// The engine that companies of this test are made on.
    pub static ENGINE: Cell<Engine> = const { Cell::new(Engine::Sqlite) };
    /// Connections that PostgreSQL gives such a company, the writer's among them.
    pub static CONNECTIONS: Cell<u32> = const { Cell::new(16) };
}

/// Runs tests of this file on PostgreSQL too.
#[macro_export]
macro_rules! on_postgres {
    ($($test:ident),+ $(,)?) => {
        mod on_postgres {
            $(#[test]
            fn $test() {
                $crate::support::ENGINE.set(yixian_testkit::Engine::Postgres);
                super::$test();
            })+
        }
    };
}

/// An app over a database that holds nothing but the rules.
pub async fn empty() -> (Fresh, App) {
    let fresh = Fresh::new(ENGINE.get()).await;
    let db = fresh.db_of(CONNECTIONS.get()).await;
    let app = App::open(Opening {
        db,
        folder: fresh.folder(),
        clock: Clock::At(NOW),
        mint: Mint::random(),
        policies: PolicySource::Embedded,
    })
    .await
    .expect("an app");
    (fresh, app)
}

/// A picture with something in it.
pub fn picture(format: image::ImageFormat, side: u32) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_fn(side, side, |x, y| image::Rgb([(x * 7) as u8, (y * 5) as u8, 90]))
        .write_to(&mut out, format)
        .expect("a picture");
    out.into_inner()
}

/// Everything a path of the table may name.
#[derive(Clone, Debug)]
pub struct Names {
    pub matter: Uuid,
    pub measure: Uuid,
    pub agreement: Uuid,
    pub team: Uuid,
    pub member: Uuid,
    pub indicator: String,
    pub campaign: Uuid,
    pub document: Uuid,
    pub clause: Uuid,
    pub citation: Uuid,
    pub recognition: Uuid,
    pub praise: Uuid,
    pub publication: Uuid,
    pub household: Uuid,
    pub order: Uuid,
    pub sheet: Uuid,
    pub outage: Uuid,
    pub service: Service,
    pub session_link: String,
    pub partner: Uuid,
    pub partner_link: String,
    pub section: Uuid,
    pub works: Uuid,
    pub conference: Uuid,
    pub meeting: Uuid,
    pub plan: Uuid,
    pub calendar: String,
    pub connection: Uuid,
    pub customer: String,
    pub visit: Uuid,
    pub place: Uuid,
    pub unit: Uuid,
    pub person: Uuid,
    pub link: String,
    pub sha: String,
}

impl Names {
    /// A path of the table with names in it.
    pub fn path(&self, c: &Company, path: &str) -> String {
        let id = match path {
            p if p.contains("/commands/") => c.id(),
            p if p.contains("/partners/") || p.starts_with("/p/") => self.partner,
            p if p.contains("/service-days/members/") => self.service.member,
            p if p.contains("/service-days/pairings/") => self.service.pairing,
            p if p.contains("/service-days/") => self.service.day,
            p if p.contains("/sessions/") || p.starts_with("/s/") => self.service.session,
            p if p.contains("/agreements/") => self.agreement,
            p if p.contains("/teams/") => self.team,
            p if p.contains("/campaigns/") => self.campaign,
            p if p.contains("/documents/") => self.document,
            p if p.contains("/citations/") => self.citation,
            p if p.contains("/recognitions/") => self.recognition,
            p if p.contains("/praise/") => self.praise,
            p if p.contains("/households/") => self.household,
            p if p.contains("/orders/") => self.order,
            p if p.contains("/sheets/") => self.sheet,
            p if p.contains("/publications/") => self.publication,
            p if p.contains("/outages/") => self.outage,
            p if p.contains("/programmes/") => self.works,
            p if p.contains("/sections/") => self.section,
            p if p.contains("/conferences/") => self.conference,
            p if p.contains("/meetings/") => self.meeting,
            p if p.contains("/plans/") => self.plan,
            p if p.contains("/matters/") => self.matter,
            p if p.contains("/measures/") => self.measure,
            p if p.contains("/connections/") => self.connection,
            p if p.contains("/visits/") => self.visit,
            p if p.contains("/places/") => self.place,
            p if p.contains("/units/") => self.unit,
            _ => self.person,
        };
        let action = match path {
            p if p.contains("/service-days/members/") => "edit",
            p if p.contains("/service-days/pairings/") => "end",
            p if p.contains("/service-days/") => "session",
            p if p.contains("/sessions/") => "publicity",
            p if p.contains("/connections/") => "paper",
            p if p.contains("/partners/") => "rename",
            p if p.contains("/sections/") => "forecast",
            p if p.contains("/measures/") => "decide",
            p if p.contains("/conferences/") => "dissolve",
            p if p.contains("/meetings/") => "absent",
            p if p.contains("/indicators/") => "begin",
            _ => "comment",
        };
        let link = if path.starts_with("/c/") {
            &self.customer
        } else if path.starts_with("/p/") {
            &self.partner_link
        } else if path.starts_with("/s/") {
            &self.session_link
        } else if path.starts_with("/calendar/") {
            &self.calendar
        } else {
            &self.link
        };
        let id = if path.contains("/indicators/") { self.indicator.clone() } else { id.to_string() };
        path.replace("{id}", &id)
            .replace("{sign_in}", &self.service.sign_in.to_string())
            .replace("{no}", "1")
            .replace("{person}", &self.member.to_string())
            .replace("{action}", action)
            .replace("{clause}", &self.clause.to_string())
            .replace("{meeting}", &self.meeting.to_string())
            .replace("{part}", "connected")
            .replace("{matter}", &self.matter.to_string())
            .replace("{section}", &self.section.to_string())
            .replace("{secret}", link)
            .replace("{sha}", &self.sha)
            .replace("{kind}", "places")
            .replace("{code}", "activities")
            .replace("{format}", "csv")
            .replace("{hash}", "0")
            .replace("{path}", "app.css")
    }
}
