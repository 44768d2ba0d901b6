//! The programmes, the newest year first.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::record::{Line, ListPage, Way};
use axum::extract::State;
use yixian_app::import::table::CsvKind;
use yixian_domain::programme::Programme;

/// A programme's name in the reader's language.
pub(crate) fn name(say: &Say, p: &Programme) -> String {
    say.named(&p.details.name, p.details.name_en.as_deref())
}

/// `GET /programmes`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    let say = &v.say;
    let directory = web.app().directory().await?;
    let all = web.app().programmes(&v.actor).await?;
    let lines = all.iter().map(|p| {
        let unit = directory.unit(p.details.owner).map(|u| unit_name(say, u)).unwrap_or_default();
        let kind = say.of("works-kind", p.details.kind.as_str());
        let line = Line::to(format!("/programmes/{}", p.code), name(say, p))
            .muted(format!("{} · {kind} · {unit}", p.details.year))
            .end(p.code.clone());
        if p.details.taken_over {
            line.mark("", say.t("works-taken-over"))
        } else if p.details.key_project {
            line.mark("due-wait", say.t("works-key-project"))
        } else {
            line
        }
    });
    let mut ways = Vec::new();
    if web.app().may_register_works(&v.actor) {
        ways.push(Way::first(say.t("works-new"), "/programmes/new"));
    }
    for (kind, key) in [(CsvKind::Sections, "import-sections"), (CsvKind::Milestones, "import-milestones")] {
        if web.app().may_import(&v.actor, kind).await.is_ok() {
            ways.push(Way::to(say.t(key), format!("/programmes/import/{}", kind.name())));
        }
    }
    show(&ListPage {
        lines: lines.collect(),
        title: say.t("programmes-title"),
        hint: say.t("programmes-hint"),
        ways,
        at: "/programmes",
        form: Form::default(),
        asked: Vec::new(),
        notes: Vec::new(),
        none: say.t("programmes-none"),
        next: None,
        first: None,
        f: Frame::of(&web, &v, "programmes").await?,
    })
}
