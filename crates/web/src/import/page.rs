//! Units, people and places from a table: upload, see what would change, apply. The page carries
//! the file along, so that nobody has to find it twice; what is applied is decided again from the
//! same bytes, by the same commands a form sends.

use crate::door::frame::Frame;
use crate::door::page::{Page, show_as};
use crate::door::say::Say;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::reading::Faults;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use yixian_app::import::Refused;
use yixian_app::import::organisation::{Applied, CsvKind, Difference};
use yixian_app::{AppError, FieldError};
use yixian_domain::access::{Ask, may};

/// Lines shown of each part of a preview; the counts are of all.
const SHOWN: usize = 200;

/// Bytes of the file in one hidden field, below the limit of a form's text field.
const PIECE: usize = 180 * 1024;

/// Largest file that a page carries along, in hidden fields, bytes.
pub(super) const MAX_CARRIED: usize = 12 * 1024 * 1024;

/// A name that stands for a file carried along by the page.
const CARRIED: &str = "carried";

struct Made {
    line: u64,
    code: String,
    fields: String,
}

struct Change {
    field: String,
    before: String,
    after: String,
}

struct Changed {
    line: u64,
    code: String,
    name: String,
    fields: Vec<Change>,
}

struct Bad {
    line: u64,
    why: String,
}

struct Preview {
    new: Vec<Made>,
    new_count: i64,
    changed: Vec<Changed>,
    changed_count: i64,
    unchanged: i64,
    refused: Vec<Bad>,
    refused_count: i64,
    /// Something would be written.
    any: bool,
}

struct Done {
    new: i64,
    changed: i64,
    unchanged: i64,
    refused: Vec<Bad>,
    refused_count: i64,
}

#[derive(Template)]
#[template(path = "organisation/import.html")]
struct ImportPage {
    f: Frame,
    faults: Faults,
    kind: String,
    title: String,
    header: String,
    columns: Vec<(String, String)>,
    name: String,
    gbk: bool,
    pieces: Vec<String>,
    preview: Option<Preview>,
    done: Option<Done>,
}

/// The name of a column as the reader's tables have it; a person's name is called otherwise than a
/// unit's.
fn column(say: &Say, kind: CsvKind, name: &str) -> String {
    if kind == CsvKind::People && matches!(name, "code" | "name") {
        say.of("column-person", name)
    } else {
        say.of_or("column", name)
    }
}

/// A stored value in the reader's words, where it is a word at all.
fn value(say: &Say, kind: CsvKind, field: &str, text: &str) -> String {
    let family = match (kind, field) {
        (CsvKind::Units, "kind") => "unit-kind",
        (CsvKind::Places, "kind") => "place-kind",
        (_, "level") => "level",
        (_, "specialty") => "specialty",
        (_, "area") => "area",
        (_, "duty") => "answer",
        (_, "roles") => {
            return text
                .split(';')
                .filter(|p| !p.is_empty())
                .map(|part| match part.split_once('@') {
                    Some((role, unit)) => format!("{}@{unit}", say.of_or("role", role)),
                    None => part.to_owned(),
                })
                .collect::<Vec<_>>()
                .join(&say.t("list-separator"));
        }
        _ => return text.to_owned(),
    };
    if text.is_empty() { String::new() } else { say.of_or(family, text) }
}

/// Why a line is not taken, in the reader's words.
fn refused(say: &Say, kind: CsvKind, r: &Refused) -> Bad {
    let code = r.code.replace('_', "-");
    // A detail begins with the column it speaks of.
    let detail = match r.detail.split_once(": ") {
        Some((c, rest)) => say.t2("row-column-value", ("column", column(say, kind, c)), ("value", rest.to_owned())),
        None => r.detail.split(", ").map(|c| column(say, kind, c)).collect::<Vec<_>>().join(&say.t("list-separator")),
    };
    let (row, invalid) = (format!("row-{code}"), format!("invalid-{code}"));
    let why = if say.has(&row) {
        say.t1(&row, "detail", detail)
    } else if say.has(&invalid) {
        say.t1(&invalid, "detail", detail)
    } else {
        r.reason.clone()
    };
    Bad { line: r.line, why }
}

fn preview(say: &Say, d: &Difference) -> Preview {
    Preview {
        new_count: d.new.len() as i64,
        changed_count: d.changed.len() as i64,
        refused_count: d.refused.len() as i64,
        unchanged: d.unchanged as i64,
        any: !d.new.is_empty() || !d.changed.is_empty(),
        new: d
            .new
            .iter()
            .take(SHOWN)
            .map(|m| Made {
                line: m.line,
                code: m.code.clone(),
                fields: m.fields.iter().map(|g| value(say, d.kind, g.field, &g.value)).collect::<Vec<_>>().join(" · "),
            })
            .collect(),
        changed: d
            .changed
            .iter()
            .take(SHOWN)
            .map(|c| Changed {
                line: c.line,
                code: c.code.clone(),
                name: c.name.clone(),
                fields: c
                    .fields
                    .iter()
                    .map(|x| {
                        let or_none = |t: String| if t.is_empty() { say.t("import-empty-value") } else { t };
                        Change {
                            field: column(say, d.kind, x.field),
                            before: or_none(value(say, d.kind, x.field, &x.before)),
                            after: or_none(value(say, d.kind, x.field, &x.after)),
                        }
                    })
                    .collect(),
            })
            .collect(),
        refused: d.refused.iter().take(SHOWN).map(|r| refused(say, d.kind, r)).collect(),
    }
}

fn applied(say: &Say, kind: CsvKind, a: &Applied) -> Done {
    Done {
        new: a.new as i64,
        changed: a.changed as i64,
        unchanged: a.unchanged as i64,
        refused_count: a.refused.len() as i64,
        refused: a.refused.iter().take(SHOWN).map(|r| refused(say, kind, r)).collect(),
    }
}

async fn blank(web: &Web, v: &Visitor, kind: CsvKind, name: &str) -> Result<ImportPage, AppError> {
    may(&v.actor, &Ask::Audit)?;
    let template = kind.template();
    Ok(ImportPage {
        faults: Faults::none(),
        title: v.say.of("import", name),
        header: template.iter().map(|c| column(&v.say, kind, c)).collect::<Vec<_>>().join(","),
        columns: template.iter().map(|c| (column(&v.say, kind, c), v.say.of(&format!("column-{name}"), c))).collect(),
        kind: name.to_owned(),
        name: String::new(),
        gbk: false,
        pieces: Vec::new(),
        preview: None,
        done: None,
        f: Frame::of(web, v, "admin").await?,
    })
}

/// `GET /admin/import/{kind}`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(name): Path<String>) -> Page {
    let kind = CsvKind::parse(&name).ok_or(AppError::NotFound("page"))?;
    show_as(StatusCode::OK, &blank(&web, &v, kind, &name).await?)
}

/// The file: uploaded now, or carried along by the page.
fn file(form: &Form) -> Result<(String, Vec<u8>), AppError> {
    if !form.faults.is_empty() {
        return Err(AppError::field("file", "file_too_large"));
    }
    if let Some((_, up)) =
        form.files.iter().find(|(field, up)| field == "file" && !(up.name.is_empty() && up.bytes.is_empty()))
    {
        return Ok((up.name.clone(), up.bytes.to_vec()));
    }
    let text: String = form.all(CARRIED).collect();
    if text.is_empty() {
        return Err(AppError::field("file", "file_needed"));
    }
    let bytes = STANDARD.decode(text).map_err(|_| AppError::field("file", "file_needed"))?;
    Ok((form.get("name").to_owned(), bytes))
}

/// Says missing columns by the names the reader knows.
fn told(say: &Say, kind: CsvKind, e: AppError) -> Result<(StatusCode, Faults), crate::door::problem::Failure> {
    match e {
        AppError::Invalid(fields) => {
            let list = fields
                .iter()
                .map(|f: &FieldError| {
                    let message = if f.code == "columns_missing" {
                        let names = f.detail.split(", ").map(|c| column(say, kind, c)).collect::<Vec<_>>();
                        say.t2(
                            "import-columns-missing",
                            ("n", names.len()),
                            ("list", names.join(&say.t("list-separator"))),
                        )
                    } else {
                        say.invalid(f)
                    };
                    (f.field.to_owned(), message)
                })
                .collect();
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Faults { list }))
        }
        e => Faults::from_error(say, e),
    }
}

/// `POST /admin/import/{kind}`: shows the difference, or with `apply` makes it so.
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(name): Path<String>,
    form: Form,
) -> Page {
    let kind = CsvKind::parse(&name).ok_or(AppError::NotFound("page"))?;
    let mut page = blank(&web, &v, kind, &name).await?;
    let fail = |mut page: ImportPage, e: AppError| {
        let (status, faults) = told(&v.say, kind, e)?;
        page.faults = faults;
        show_as(status, &page)
    };
    let (file_name, bytes) = match file(&form) {
        Ok(f) => f,
        Err(e) => return fail(page, e),
    };
    page.name = file_name;
    page.gbk = std::str::from_utf8(&bytes).is_err();
    if form.ticked("apply") {
        return match web.app().apply_csv(&v.actor, kind, bytes).await {
            Ok(a) => {
                page.done = Some(applied(&v.say, kind, &a));
                show_as(StatusCode::OK, &page)
            }
            Err(e) => fail(page, e),
        };
    }
    match web.app().preview_csv(&v.actor, kind, bytes.clone()).await {
        Ok(d) => {
            let p = preview(&v.say, &d);
            if p.any {
                let text = STANDARD.encode(&bytes);
                page.pieces = text.as_bytes().chunks(PIECE).map(|c| String::from_utf8_lossy(c).into_owned()).collect();
            }
            page.preview = Some(p);
            show_as(StatusCode::OK, &page)
        }
        Err(e) => fail(page, e),
    }
}
