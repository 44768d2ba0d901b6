//! A household: its orders, what was done, what was promised, who lives there for those who serve it.

use super::shown::{items, materials, title, vulnerable};
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::telling::unit_name;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::record::{Block, Body, Line, RecordPage, Way};
use crate::matters::matter::who;
use crate::partners::list::name;
use crate::partners::partner::matter_lines;
use axum::extract::{Path, State};
use yixian_domain::ids::MatterId;
use yixian_domain::matter::StageName;

/// `GET /households/{id}`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let p = web.app().household_page(&v.actor, &at).await?;
    let say = &v.say;
    let h = &p.row.household;
    let directory = web.app().directory().await?;
    let here = format!("/households/{}", h.id);
    let orders: Vec<_> = p.orders.iter().map(|o| o.matter.clone()).collect();
    let done = p.sheets.iter().map(|s| {
        let told = [materials(say, s)];
        let line = Line::of(items(say, &s.details.items)).muted(told.join(" · ")).end(say.day(s.details.day));
        let line = match &s.confirmed {
            Some(c) => line.mark("due-done", say.of("confirmed-how", c.how.as_str())),
            None if p.serves => line.way(Way::to(say.t("sheet-confirm"), format!("/sheets/{}/confirm", s.id))),
            None => line.mark("", say.t("sheet-unconfirmed")),
        };
        if p.orders.iter().any(|o| o.matter.matter.id == s.matter) {
            line.way(Way::to(say.t("sheet-order"), format!("/matters/{}", s.matter)))
        } else {
            line
        }
    });
    let promised =
        p.sheets.iter().filter_map(|s| Some(Line::of(say.day(s.details.next_visit?)).end(say.day(s.details.day))));
    let photos = p.sheets.iter().filter(|s| p.serves && !s.erased).flat_map(|s| {
        let before = s.details.before.iter().map(|f| (f.as_str().to_owned(), say.t("sheet-before")));
        let after = s.details.after.iter().map(|f| (f.as_str().to_owned(), say.t("sheet-after")));
        let signature = s.confirmed.iter().filter_map(|c| c.signature.as_ref());
        before.chain(after).chain(signature.map(|f| (f.as_str().to_owned(), say.of("confirmed-how", "signature"))))
    });
    let story = p.story.iter().rev().map(|(_, event)| {
        Line::of(say.of("event", event.event.code())).muted(who(say, &directory, &event.by)).end(say.moment(event.at))
    });
    let done: Vec<Line> = done.collect();
    let promised: Vec<Line> = promised.collect();
    let photos: Vec<_> = photos.collect();
    let story: Vec<Line> = story.collect();
    let mut facts = Vec::new();
    if let Some(resident) = &p.row.resident {
        facts.push((say.t("household-address"), resident.address.clone(), None));
        if !resident.phone.is_empty() {
            facts.push((say.t("household-phone"), resident.phone.clone(), None));
        }
        if !resident.vulnerable.is_empty() {
            facts.push((say.t("household-vulnerable"), vulnerable(say, &p.row), None));
        }
    }
    facts.extend(directory.unit(h.details.unit).map(|u| (say.t("household-unit"), unit_name(say, u), None)));
    if let Some(community) = h.details.community
        && let Some(partner) = web.app().partner_names(&[community.0]).await?.remove(&community.0)
    {
        facts.push((say.t("household-community"), name(say, &partner), Some(format!("/partners/{community}"))));
    }
    let consent = if h.may_leave() { "household-agreed" } else { "household-not-agreed" };
    facts.push((say.t("household-consent"), say.t(consent), None));
    let mut ways = Vec::new();
    if p.serves && !h.is_erased() {
        ways.push(Way::first(say.t("order-new"), format!("{here}/order")));
        ways.push(Way::to(say.t("edit"), format!("{here}/edit")));
    }
    if p.serves {
        let in_hand = |o: &&yixian_app::households::Order| {
            matches!(o.matter.matter.stage.name(), StageName::Assigned | StageName::InHand)
        };
        ways.extend(
            p.orders
                .iter()
                .filter(in_hand)
                .map(|o| Way::to(say.t("sheet-fill-in"), format!("/orders/{}/sheet", o.matter.matter.id))),
        );
    }
    if p.erases {
        ways.push(Way::to(say.t("household-erase"), format!("{here}/erase")));
    }
    show(&RecordPage {
        crumbs: vec![(say.t("households-title"), "/households".into())],
        sub: vec![h.code.clone()],
        ways,
        blocks: vec![
            Block::new(
                "orders",
                say.t("household-orders"),
                Body::Lines(matter_lines(say, &orders, |m: MatterId| format!("/matters/{m}"))),
            )
            .none(say.t("household-orders-none")),
            Block::new("done", say.t("household-done"), Body::Lines(done)).none(say.t("household-done-none")),
            Block::new("promised", say.t("household-promised"), Body::Lines(promised)),
            Block::new("photos", say.t("household-photos"), Body::Photos("/files/".into(), photos)),
            Block::new("story", say.t("document-story"), Body::Lines(story)),
        ],
        facts_title: say.t("household-facts"),
        facts,
        ..RecordPage::new(Frame::of(&web, &v, "households").await?, title(say, &p.row))
    })
}
