//! What people said when they were asked at a session: each is a matter of the host's, owed to the community, which is answered
//! like any other.

use super::command::OpinionIn;
use crate::frame::error::{AppError, FieldError, fail};
use crate::frame::work::Ctx;
use crate::matters::act::{self as matters, NewMatter, Owed};
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::community::Session;
use yixian_domain::ids::*;
use yixian_domain::matter::{MatterKind, Origin, TargetChoice};

/// Kinds of matters that an opinion may be.
pub const KINDS: [MatterKind; 3] = [MatterKind::Wish, MatterKind::Enquiry, MatterKind::Problem];

pub(super) async fn raise(
    ctx: &mut Ctx<'_>,
    session: &Session,
    opinions: Vec<OpinionIn>,
) -> Result<Vec<MatterId>, AppError> {
    let odd = opinions.iter().filter(|o| !KINDS.contains(&o.kind));
    fail(odd.map(|o| FieldError::with("kind", "opinion_kind", o.kind.as_str())).collect())?;
    let mut raised = Vec::new();
    for o in opinions {
        let new = NewMatter {
            id: MatterId(o.matter),
            kind: o.kind,
            origin: Origin::Staff,
            category: o.category,
            words: o.words,
            place: None,
            unit: Some(session.details.host),
            visit: None,
            photos: Vec::new(),
            raiser: None,
            about: Some(About { kind: AboutKind::Session, id: session.id.0 }),
            owed: Owed { raiser: Some(By::Partner(session.details.community)), owner: None, part: None },
        };
        let (moved, text) = matters::raise(ctx, new, &TargetChoice::RuleIfAny).await?;
        matters::insert(ctx, moved, &text).await?;
        raised.push(MatterId(o.matter));
    }
    Ok(raised)
}
