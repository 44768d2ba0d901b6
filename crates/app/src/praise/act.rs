//! Use cases of praise and publications: record, change, erase. What the quoted figures were counted from is read before the writer is
//! troubled ([`hashes`]); here it is only kept.

use super::command::{Needs, PraiseCommand};
use crate::App;
use crate::documents::command::QuotedIn;
use crate::documents::keeper::some;
use crate::documents::quoting::quoted;
use crate::frame::error::{AppError, FieldError, fail};
use crate::frame::work::{Ctx, Done};
use crate::matters::command::AboutIn;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::base::about::About;
use yixian_domain::base::fold::blank;
use yixian_domain::base::quoted::Quoted;
use yixian_domain::figure::Question;
use yixian_domain::ids::*;
use yixian_domain::org::{Unit, valid_code};
use yixian_domain::partner::Partner;
use yixian_domain::praise::{Channel, Praise, PraiseDetails, PraiseRule, PraisedBy, Publication, PublicationDetails};
use yixian_domain::time::Date;
use yixian_store::{org, praise as table};

/// The unit that is thanked, or that keeps a publication, for whoever may.
async fn keeper(ctx: &mut Ctx<'_>, needs: Needs, unit: UnitId) -> Result<Unit, AppError> {
    let unit = org::unit(ctx.tx.conn(), unit).await?.ok_or_else(|| AppError::field("unit", "unit"))?;
    ctx.ask(&match needs {
        Needs::Keep => Ask::KeepPraise(&unit.path),
        Needs::Erase => Ask::ErasePraise(&unit.path),
    })?;
    Ok(unit)
}

/// Records, each once.
fn abouts(said: Vec<AboutIn>) -> Vec<About> {
    let mut all: Vec<About> = Vec::new();
    for a in said.into_iter().map(About::from) {
        if !all.contains(&a) {
            all.push(a);
        }
    }
    all
}

/// The hash of a file as it is said; what stood there where nothing is said.
fn file(said: Option<String>, before: Option<FileRef>, faults: &mut Vec<FieldError>) -> Option<FileRef> {
    match some(said) {
        None => before,
        Some(hash) => {
            let read = hash.parse::<FileRef>().ok();
            if read.is_none() {
                faults.push(FieldError::new("file", "document_file"));
            }
            read
        }
    }
}

/// What a form says of a praise.
struct Said {
    code: String,
    partner: Option<Uuid>,
    name: Option<String>,
    channel: Channel,
    day: Date,
    words: Option<String>,
    file: Option<String>,
    photos: Vec<String>,
    shows_person: bool,
    consent: bool,
    unit: Uuid,
    about: Vec<AboutIn>,
}

async fn put_praise(ctx: &mut Ctx<'_>, needs: Needs, id: Uuid, s: Said) -> Result<Done, AppError> {
    let known = ctx.known::<Praise>(id).await?;
    let before = if known { Some(ctx.record::<Praise>(id, "praise").await?) } else { None };
    if let Some(b) = &before {
        keeper(ctx, needs, b.details.unit).await?;
    }
    let unit = keeper(ctx, needs, UnitId(s.unit)).await?;
    let mut faults = Vec::new();
    let mut fault = |wrong: bool, field: &'static str, code: &'static str| {
        if wrong {
            faults.push(FieldError::new(field, code));
        }
    };
    fault(!valid_code(&s.code), "code", "code");
    let other = table::by_code(ctx.tx.conn(), &s.code).await?;
    fault(other.is_some_and(|p| p.id != id), "code", "code_taken");
    fault(before.as_ref().is_some_and(|b| b.code != s.code), "code", "code_stays");
    let name = some(s.name);
    let partner = match s.partner {
        Some(partner) => Some(ctx.known::<Partner>(partner).await?.then_some(PartnerId(partner))),
        None => None,
    };
    fault(partner == Some(None), "partner", "partner");
    fault(partner.is_some() && name.is_some(), "name", "praise_from_one");
    fault(partner.is_none() && name.is_none() && before.is_none(), "name", "praise_from");
    fault(s.words.as_deref().map_or(before.is_none(), blank), "words", "words_needed");
    fault(s.day > ctx.day(), "day", "praise_day");
    let about = abouts(s.about);
    let file = file(s.file, before.as_ref().and_then(|b| b.details.file.clone()), &mut faults);
    let mut photos = before.as_ref().map(|b| b.details.photos.clone()).unwrap_or_default();
    for photo in ctx.photos(id, &s.photos).await? {
        if !photos.contains(&photo) {
            photos.push(photo);
        }
    }
    // What stands there until new words are kept, so that everything is judged at once.
    let unsaid = || Words { id: WordsId(Uuid::nil()), hash: String::new() };
    let from = match (partner.flatten(), &before) {
        (Some(partner), _) => PraisedBy::Partner { partner },
        (None, Some(b)) if name.is_none() => b.details.from.clone(),
        (None, _) => PraisedBy::Contact { name: unsaid() },
    };
    let mut details = PraiseDetails {
        from,
        channel: s.channel,
        day: s.day,
        words: before.as_ref().map_or_else(unsaid, |b| b.details.words.clone()),
        file,
        photos,
        shows_person: s.shows_person,
        consent: s.consent,
        unit: unit.id,
        about,
    };
    for rule in details.faults() {
        let field = match rule {
            PraiseRule::NoRecord => "about",
            PraiseRule::PersonWithoutConsent => "consent",
            PraiseRule::Erased | PraiseRule::NoSource => "code",
        };
        faults.push(FieldError::new(field, rule.as_str()));
    }
    fail(faults)?;
    if let Some(name) = &name {
        details.from = PraisedBy::Contact { name: ctx.needed_words("name", id, name)? };
    }
    if let Some(text) = s.words.as_deref() {
        details.words = ctx.needed_words("words", id, text)?;
    }
    let (at, by) = (ctx.at, ctx.by());
    match before {
        Some(b) => ctx.keep(b.change(at, &by, details)?, false).await,
        None => ctx.keep(Praise::record(id, at, &by, s.code, details)?, true).await,
    }
}

/// What a form says of a publication.
struct PublicationSaid {
    code: String,
    outlet: String,
    title: String,
    title_en: Option<String>,
    day: Date,
    url: Option<String>,
    file: Option<String>,
    unit: Uuid,
    about: Vec<AboutIn>,
    figures: Vec<QuotedIn>,
}

/// An address that a browser opens and that holds nothing else.
fn readable(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://"))
        && url.len() <= 500
        && !url.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// The figures a publication quotes: each with what was printed, and asking of what is there and is known.
async fn figures(
    ctx: &mut Ctx<'_>,
    said: Vec<QuotedIn>,
    counted: &[Option<String>],
    faults: &mut Vec<FieldError>,
) -> Result<Vec<Quoted>, AppError> {
    let zone = ctx.policies.zone.clone();
    let units = org::units(ctx.tx.conn()).await?;
    let mut all = Vec::new();
    for (i, q) in said.into_iter().enumerate() {
        let Some(mut quoted) = quoted(q, &zone, faults) else { continue };
        let mut wrong = |code: &'static str, detail: &str| faults.push(FieldError::with("figures", code, detail));
        if quoted.value.is_none() {
            wrong("quoted_value_needed", &quoted.figure);
        }
        if quoted.as_of > ctx.now {
            wrong("quoted_future", &zone.date_of(quoted.as_of).to_string());
        }
        if let Some(code) = quoted.unit.as_deref().filter(|code| !units.iter().any(|u| u.code == **code)) {
            wrong("quoted_unit", code);
        }
        if let Some(code) = quoted.programme.as_deref()
            && yixian_store::programme::by_code(ctx.tx.conn(), code).await?.is_none()
        {
            wrong("quoted_programme", code);
        }
        quoted.hash = counted.get(i).cloned().flatten();
        all.push(quoted);
    }
    Ok(all)
}

async fn put_publication(
    ctx: &mut Ctx<'_>,
    needs: Needs,
    id: Uuid,
    s: PublicationSaid,
    counted: &[Option<String>],
) -> Result<Done, AppError> {
    let known = ctx.known::<Publication>(id).await?;
    let before = if known { Some(ctx.record::<Publication>(id, "publication").await?) } else { None };
    if let Some(b) = &before {
        keeper(ctx, needs, b.details.unit).await?;
    }
    let unit = keeper(ctx, needs, UnitId(s.unit)).await?;
    let mut faults = Vec::new();
    let mut fault = |wrong: bool, field: &'static str, code: &'static str| {
        if wrong {
            faults.push(FieldError::new(field, code));
        }
    };
    fault(!valid_code(&s.code), "code", "code");
    let other = table::publication_by_code(ctx.tx.conn(), &s.code).await?;
    fault(other.is_some_and(|p| p.id != id), "code", "code_taken");
    fault(before.as_ref().is_some_and(|b| b.code != s.code), "code", "code_stays");
    fault(blank(&s.title), "title", "name_needed");
    fault(blank(&s.outlet), "outlet", "publication_outlet");
    fault(s.day > ctx.day(), "day", "praise_day");
    let url = some(s.url);
    fault(url.as_deref().is_some_and(|url| !readable(url)), "url", "publication_url");
    let named = some(s.file.clone()).is_some();
    let file = file(s.file, before.as_ref().and_then(|b| b.details.file.clone()), &mut faults);
    if url.is_none() && file.is_none() && !named {
        faults.push(FieldError::new("url", PraiseRule::NoSource.as_str()));
    }
    let figures = figures(ctx, s.figures, counted, &mut faults).await?;
    fail(faults)?;
    let details = PublicationDetails {
        outlet: s.outlet.trim().to_owned(),
        title: s.title.trim().to_owned(),
        title_en: some(s.title_en),
        day: s.day,
        url,
        file,
        unit: unit.id,
        about: abouts(s.about),
        figures,
    };
    let (at, by) = (ctx.at, ctx.by());
    match before {
        Some(b) => ctx.keep(b.change(at, &by, details)?, false).await,
        None => ctx.keep(Publication::register(id, at, &by, s.code, details)?, true).await,
    }
}

async fn erase(ctx: &mut Ctx<'_>, needs: Needs, id: Uuid) -> Result<Done, AppError> {
    let praise: Praise = ctx.record(id, "praise").await?;
    keeper(ctx, needs, praise.details.unit).await?;
    ctx.tx.erase(id, ctx.now).await?;
    let photos = ctx.tx.erase_files(id, ctx.now).await?;
    let (at, by) = (ctx.at, ctx.by());
    ctx.keep(praise.erase(at, &by, photos)?, false).await
}

/// Hashes of what quoted figures are counted from, in their order: none where a figure cannot be read by whoever records it.
pub(crate) async fn hashes(app: &App, actor: &Actor, command: &PraiseCommand) -> Result<Vec<Option<String>>, AppError> {
    let PraiseCommand::PutPublication { figures, unit, .. } = command else { return Ok(Vec::new()) };
    let directory = app.directory().await?;
    let may_keep = directory.unit(UnitId(*unit)).is_some_and(|u| may(actor, &Ask::KeepPraise(&u.path)).is_ok());
    // Whoever may not is told so by the use case; nothing is computed for him.
    if !may_keep {
        return Ok(Vec::new());
    }
    let zone = app.policies().zone.clone();
    let mut all = Vec::new();
    for q in figures {
        let question = quoted(q.clone(), &zone, &mut Vec::new()).and_then(|q| Question::of(&q).ok());
        let known = question.filter(|q| q.as_of <= app.clock().now());
        all.push(match known {
            Some(question) => app.reading(actor, &question).await?.hash(),
            None => None,
        });
    }
    Ok(all)
}

pub(crate) async fn run(
    ctx: &mut Ctx<'_>,
    command: PraiseCommand,
    counted: &[Option<String>],
) -> Result<Done, AppError> {
    use PraiseCommand as C;
    let needs = command.needs();
    match command {
        C::PutPraise {
            praise,
            code,
            partner,
            name,
            channel,
            day,
            words,
            file,
            photos,
            shows_person,
            consent,
            unit,
            about,
        } => {
            let said =
                Said { code, partner, name, channel, day, words, file, photos, shows_person, consent, unit, about };
            put_praise(ctx, needs, praise, said).await
        }
        C::ErasePraise { praise } => erase(ctx, needs, praise).await,
        C::PutPublication { publication, code, outlet, title, title_en, day, url, file, unit, about, figures } => {
            let said = PublicationSaid { code, outlet, title, title_en, day, url, file, unit, about, figures };
            put_publication(ctx, needs, publication, said, counted).await
        }
    }
}
