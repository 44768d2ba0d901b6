//! Applying for a connection: one that arrives twice within a second is one, others of the party or at the address are
//! found, the unit that serves the district gets it. What becomes of the case afterwards is not known here.

use super::command::ApplicationIn;
use super::phone::months_from;
use super::typed::{ReadApplication, once, read};
use crate::frame::error::AppError;
use crate::frame::input::ContactIn;
use crate::frame::phrases::{filled, phrases};
use crate::frame::work::{Ctx, Done};
use crate::matters::act::{self as matters, subject};
use yixian_domain::access::{Actor, Ask};
use yixian_domain::base::fold::folded;
use yixian_domain::connection::law::Apply;
use yixian_domain::connection::*;
use yixian_domain::ids::*;
use yixian_domain::matter::*;
use yixian_domain::org::UnitKind;
use yixian_domain::time::Instant;
use yixian_store::ledger::{canonical, sha256};
use yixian_store::{connection as table, org};

/// Applications of one content within so many milliseconds are one: a counter that was not answered takes it down again.
const TWIN_MS: i64 = 10 * 60_000;

/// What an application says, in one spelling of those that look alike.
fn content(a: &ApplicationIn, watts: i64) -> Result<String, AppError> {
    let said = canonical(&ApplicationIn { proof: None, capacity: watts.to_string(), ..a.clone() })?;
    Ok(folded(&said).chars().filter(|c| !c.is_whitespace() && *c != '-').collect())
}

impl crate::App {
    /// The keyed hashes of party and address, by which split applications are found.
    pub(crate) fn connection_keys(&self, r: &ReadApplication) -> (String, String) {
        let party = r.credit_code.as_ref().map_or(r.phone.as_str(), CreditCode::as_str);
        let plain: String = r.address.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        (self.keyed("party", party), self.keyed("address", &format!("{}\n{plain}", r.asked.district)))
    }
}

/// What the clerk or customer need not see on the list of matters: neither name nor address.
fn what(asked: &Application, said: &str) -> String {
    if said.trim().is_empty() {
        filled(&phrases().applied, &[("capacity", &asked.capacity.to_string()), ("district", &asked.district)])
    } else {
        said.to_owned()
    }
}

pub(super) async fn apply(ctx: &mut Ctx<'_>, id: MatterId, a: ApplicationIn) -> Result<Done, AppError> {
    ctx.ask(&Ask::Apply)?;
    let outside = *ctx.actor == Actor::Anonymous;
    if matches!(a.origin, Origin::Visit | Origin::Import) || outside && a.origin != Origin::Web {
        return Err(AppError::field("origin", "origin"));
    }
    let mut r = read(&a, &ctx.policies.areas)?;
    if outside && !a.proof.as_deref().is_some_and(|p| ctx.app.proves(p, r.phone.as_str())) {
        return Err(AppError::field("code", "code_needed"));
    }
    let (party, address) = ctx.app.connection_keys(&r);
    let content = sha256(content(&a, r.asked.capacity.in_watts())?.as_bytes());
    let content = ctx.app.keyed("content", &content);
    let (from, to) = (ctx.at.plus_millis(-TWIN_MS), ctx.at.plus_millis(TWIN_MS));
    if let Some((first, n)) = table::twin(ctx.tx.conn(), &party, &content, from, to).await? {
        let rev = yixian_store::matter::matter(ctx.tx.conn(), first).await?.map(|s| s.matter.rev);
        return Ok(Done { rev, number: Some(n), record: Some(first.0) });
    }
    if yixian_store::matter::matter(ctx.tx.conn(), id).await?.is_some() {
        return Err(AppError::IdReused);
    }
    let near = earlier(ctx, &party, &address, ctx.at, None).await?;
    let unit = match a.unit.map(UnitId) {
        Some(unit) => matters::home(ctx, Some(unit), None).await?.id,
        None => serving(ctx, &r.asked.district).await?,
    };
    let text = what(&r.asked, &a.words);
    let said = ctx.needed_words("words", id.0, &text)?;
    r.asked.address = ctx.words(id.0, &r.address)?;
    r.asked.street = ctx.said(id.0, &r.street)?;
    r.asked.reference = match &r.reference {
        Some(text) => Some(ctx.said(id.0, text)?),
        None => None,
    };
    let mut papers = Vec::new();
    for p in &a.papers {
        let photos = ctx.photos(id.0, &p.photos).await?;
        let at = (!photos.is_empty()).then_some(ctx.at);
        papers.push(Paper { kind: p.kind, photos, at });
    }
    let contact = ctx
        .contact(id, &ContactIn { name: a.name.clone(), phone: r.phone.as_str().to_owned(), ..ContactIn::default() })
        .await?;
    if let Some(code) = &r.credit_code {
        let words = ctx.new_words();
        ctx.tx.put_credit_code(contact, code.as_str(), words).await?;
    }
    let by = By::Raiser(contact);
    let recorded_by = if outside { by.clone() } else { ctx.by() };
    let place = a.place.map(PlaceId);
    if let Some(p) = place
        && yixian_store::place::place(ctx.tx.conn(), p).await?.is_none()
    {
        return Err(AppError::field("place", "place"));
    }
    let application = Apply {
        id,
        origin: a.origin,
        by,
        recorded_by,
        at: ctx.at,
        words: said,
        place,
        unit,
        asked: r.asked,
        flags: once(a.flags),
        papers,
        near,
    };
    let moved = Matter::apply_for(&ctx.law(), application)?;
    let text = yixian_store::search::text(&subject(&text), None);
    ctx.tx.with_connection_keys(id, [party, address, content]);
    matters::insert(ctx, moved, &text).await
}

/// Capacity of the other applications of the party or at the address in the months before `at`.
pub(super) async fn earlier(
    ctx: &mut Ctx<'_>,
    party: &str,
    address: &str,
    at: Instant,
    but: Option<MatterId>,
) -> Result<Capacity, AppError> {
    let since = months_from(&ctx.policies.zone, at, -i64::from(ctx.policies.eligibility.split_months()));
    let others = table::near(ctx.tx.conn(), party, address, since, at).await?;
    Ok(others.iter().filter(|s| Some(s.case) != but).fold(Capacity::watts(0), |sum, s| sum.plus(s.capacity)))
}

/// The unit that serves a district: the district company whose name bears it, else the root.
async fn serving(ctx: &mut Ctx<'_>, district: &str) -> Result<UnitId, AppError> {
    let name = district.trim_end_matches(|c| phrases().district_ends.contains(c));
    let units = org::units(ctx.tx.conn()).await?;
    let found = units.iter().find(|u| u.kind == UnitKind::DistrictCompany && !name.is_empty() && u.name.contains(name));
    found
        .or_else(|| units.iter().find(|u| u.parent.is_none()))
        .map(|u| u.id)
        .ok_or_else(|| AppError::field("unit", "no_unit_yet"))
}
