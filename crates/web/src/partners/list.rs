//! The register of partners.

use crate::door::frame::Frame;
use crate::door::page::cut;
use crate::door::say::Say;
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::page::choice;
use crate::form::record::{Asked, Line, ListPage, Way};
use axum::http::Uri;
use yixian_app::partners::PartnerFilter;
use yixian_app::{AppError, FieldError};
use yixian_domain::access::{Ask, may};
use yixian_domain::ids::PartnerId;
use yixian_domain::partner::{Partner, PartnerRole};

/// Partners on a page.
const PAGE: usize = 50;

/// A partner's name in the reader's language.
pub(crate) fn name(say: &Say, p: &Partner) -> String {
    say.named(&p.name().name, p.name().name_en.as_deref())
}

/// Its roles of today, in words.
pub(crate) fn roles(say: &Say, p: &Partner) -> String {
    let all: Vec<String> = p.roles_on(say.today()).map(|r| say.of("partner-role", r.as_str())).collect();
    all.join(&say.t("list-separator"))
}

/// A partner as a line.
pub(crate) fn line(say: &Say, p: &Partner) -> Line {
    let district = p.details.district.clone().unwrap_or_default();
    let muted: Vec<String> = [roles(say, p), district].into_iter().filter(|s| !s.is_empty()).collect();
    let line = Line::to(format!("/partners/{}", p.id), name(say, p)).muted(muted.join(" · ")).end(p.code.clone());
    if p.is_active(say.today()) { line } else { line.mark("", say.t("partner-inactive")) }
}

/// What a list offers for [`typed`]: those that count as themselves today.
pub(crate) fn offered(say: &Say, all: &[Partner]) -> Vec<String> {
    let own = all.iter().filter(|p| p.counts_as(say.today()) == p.id);
    own.map(|p| format!("{} ({})", name(say, p), p.code)).collect()
}

/// The partner that somebody typed: its code, behind its name or alone, or its whole name; nobody where nothing was typed.
pub(crate) fn typed(all: &[Partner], form: &Form, field: &'static str) -> Result<Option<PartnerId>, FieldError> {
    let text = form.get(field).trim();
    if text.is_empty() {
        return Ok(None);
    }
    let code = text.rsplit_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(text).trim();
    let named = |p: &&Partner| p.name().name == text || p.name().name_en.as_deref() == Some(text);
    let found = all.iter().find(|p| p.code.eq_ignore_ascii_case(code)).or_else(|| all.iter().find(named));
    found.map(|p| Some(p.id)).ok_or_else(|| FieldError::with(field, "partner", text))
}

/// The register as it was asked for; a slice above says of each when it was seen last.
pub(crate) async fn register(web: &Web, v: &Visitor, uri: &Uri) -> Result<(ListPage, Vec<Partner>), AppError> {
    let form = query(uri.query());
    let text: String = form.get("text").chars().take(100).collect();
    let filter = PartnerFilter {
        after: form.get("after"),
        text: &text,
        role: PartnerRole::parse(form.get("role")),
        district: form.get("district"),
    };
    let mut all = web.app().partners(&v.actor, &filter, PAGE as i64 + 1).await?;
    let more = cut(&mut all, PAGE);
    let next = all.last().filter(|_| more).map(|p| format!("/partners?{}", form.query_with(&[("after", &p.code)])));
    let say = &v.say;
    let keeps = may(&v.actor, &Ask::KeepPartners).is_ok();
    let ways = if keeps {
        vec![Way::first(say.t("partner-new"), "/partners/new/edit"), Way::to(say.t("import"), "/partners/import")]
    } else {
        Vec::new()
    };
    let districts = web.app().districts().await?.into_iter().map(|d| (d.clone(), d)).collect();
    let lines = all.iter().map(|p| line(say, p));
    let page = ListPage {
        lines: lines.collect(),
        title: say.t("partners-title"),
        hint: say.t("partners-hint"),
        ways,
        at: "/partners",
        asked: vec![
            Asked { name: "text", label: say.t("partners-text"), list: Vec::new() },
            Asked {
                name: "role",
                label: say.t("partner-roles"),
                list: choice(say, "partner-role", PartnerRole::ALL, PartnerRole::as_str),
            },
            Asked { name: "district", label: say.t("place-district"), list: districts },
        ],
        notes: Vec::new(),
        none: say.t("partners-none"),
        first: (!form.get("after").is_empty()).then(|| format!("/partners?{}", form.query_without("after"))),
        next,
        form,
        f: Frame::of(web, v, "partners").await?,
    };
    Ok((page, all))
}
