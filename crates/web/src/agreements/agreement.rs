//! An agreement's page: who signed it, what it is about, what was promised in it.

use super::list::{standing, title};
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::telling::unit_name;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::record::{Block, Body, Line, Mark, RecordPage, Way};
use crate::matters::matter::who;
use crate::partners::list::{line as partner_line, name};
use crate::partners::partner::matter_lines;
use axum::extract::{Path, State};
use uuid::Uuid;
use yixian_domain::agreement::AgreementEvent;
use yixian_domain::ids::MatterId;
use yixian_domain::part::Direction;

/// `GET /agreements/{id}`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let p = web.app().agreement_page(&v.actor, &at).await?;
    let say = &v.say;
    let (a, d) = (&p.agreement, &p.agreement.details);
    let directory = web.app().directory().await?;
    let ids: Vec<Uuid> = d.parties.iter().map(|b| b.0).collect();
    let partners = web.app().partner_names(&ids).await?;
    let mut signed: Vec<Line> = ids.iter().filter_map(|id| partners.get(id)).map(|b| partner_line(say, b)).collect();
    if d.ours {
        let root = directory.root().map(|u| unit_name(say, u)).unwrap_or_default();
        signed.insert(0, Line::of(root).muted(say.t("agreement-us")));
    }
    let words = |key: Option<&yixian_domain::ids::Words>| {
        key.map(|w| p.words.get(&w.id).cloned().unwrap_or_else(|| say.t("words-erased")))
    };
    let scope: Vec<String> =
        words(d.scope.as_ref()).map(|t| t.lines().map(str::to_owned).collect()).unwrap_or_default();
    let of = |direction: Direction| -> Vec<_> {
        let own = |m: &&yixian_app::partners::Numbered| {
            m.matter.part.as_deref().and_then(yixian_domain::part::Part::commitment).map(|c| c.direction)
                == Some(direction)
        };
        p.commitments.iter().filter(own).cloned().collect()
    };
    let at = |m: MatterId| format!("/matters/{m}");
    let mut notes = Vec::new();
    if let Some((on, reason)) = &a.ended {
        let why = words(Some(reason)).unwrap_or_default();
        notes.push(("banner-warn", say.t2("agreement-ended-on", ("day", say.day(*on)), ("why", why))));
    }
    let here = format!("/agreements/{}", a.id);
    let mut ways = Vec::new();
    if p.keeps {
        ways.push(Way::first(say.t("commitment-new"), format!("{here}/commitment")));
        if a.ended.is_none() {
            ways.push(Way::to(say.t("edit"), format!("{here}/edit")));
            ways.push(Way::to(say.t("agreement-end"), format!("{here}/end")));
        }
    }
    let mut facts = vec![
        (say.t("agreement-signed"), say.day(d.signed), None),
        (say.t("agreement-valid-to"), d.valid_to.map_or_else(|| say.t("agreement-open-end"), |to| say.day(to)), None),
    ];
    facts.extend(directory.unit(d.unit).map(|u| (say.t("agreement-unit"), unit_name(say, u), None)));
    let story = p.story.iter().rev().map(|(_, h)| {
        let what = match &h.event {
            AgreementEvent::Registered { .. } | AgreementEvent::Changed { .. } | AgreementEvent::Ended { .. } => {
                say.of("event", h.event.code())
            }
        };
        Line::of(what).muted(who(say, &directory, &h.by)).end(say.moment(h.at))
    });
    let photos = d.photos.iter().map(|f| (f.as_str().to_owned(), say.t("agreement-file"))).collect();
    show(&RecordPage {
        crumbs: vec![(say.t("agreements-title"), "/agreements".into())],
        sub: vec![a.code.clone()],
        mark: standing(say, a).map(|(class, text)| Mark { class, text }),
        ways,
        notes,
        blocks: vec![
            Block::new("parties", say.t("agreement-parties"), Body::Lines(signed)),
            Block::new("scope", say.t("agreement-scope"), Body::Text(scope)),
            Block::new("ours", say.t("commitments-ours"), Body::Lines(matter_lines(say, &of(Direction::Ours), at)))
                .none(say.t("commitments-ours-none")),
            Block::new(
                "theirs",
                say.t("commitments-theirs"),
                Body::Lines(matter_lines(say, &of(Direction::Theirs), at)),
            )
            .none(say.t("commitments-theirs-none")),
            Block::new("file", say.t("agreement-file"), Body::Photos("/files/".into(), photos)),
            Block::new("story", say.t("agreement-story"), Body::Lines(story.collect())),
        ],
        facts_title: say.t("agreement-facts"),
        facts,
        ..RecordPage::new(Frame::of(&web, &v, "agreements").await?, title(say, a))
    })
}

/// The names of some partners, in the order of a list.
pub(crate) async fn names(
    web: &Web,
    say: &crate::door::say::Say,
    ids: &[yixian_domain::ids::PartnerId],
) -> Result<Vec<(String, String)>, yixian_app::AppError> {
    let ids: Vec<Uuid> = ids.iter().map(|p| p.0).collect();
    let all = web.app().partner_names(&ids).await?;
    Ok(ids.iter().filter_map(|id| all.get(id)).map(|p| (p.id.to_string(), name(say, p))).collect())
}
