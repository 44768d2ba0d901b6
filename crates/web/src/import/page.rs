//! A table of one of our registers: upload, see what would change, apply. The page carries the file along, so that nobody has to
//! find it twice; what is applied is decided again from the same bytes, by the same commands a form sends.

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
use fluent_bundle::FluentArgs;
use std::collections::BTreeSet;
use yixian_app::import::Refused;
use yixian_app::import::decode::Source;
use yixian_app::import::run::Applied;
use yixian_app::import::table::{CsvKind, Difference, Taking};
use yixian_app::{AppError, FieldError};
use yixian_domain::programme::{MilestoneKind, ProgrammeKind};

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
    /// Nothing is, for some line cannot be taken.
    kept_back: bool,
}

struct Done {
    new: i64,
    changed: i64,
    unchanged: i64,
    refused: Vec<Bad>,
    refused_count: i64,
    /// Nothing was written, for some line could not be taken.
    kept_back: bool,
}

/// Where the table of a kind belongs: its register's page and what that is called, its own address, its place in the navigation.
struct Home {
    register: &'static str,
    back: &'static str,
    title: &'static str,
    at: &'static str,
    nav: &'static str,
}

fn home(kind: CsvKind) -> Home {
    let admin = |at, back| Home { register: "/admin", back, title: "admin-title", at, nav: "admin" };
    let of = |register, title, at, nav| Home { register, back: register, title, at, nav };
    match kind {
        CsvKind::Units => admin("/admin/import/units", "/admin"),
        CsvKind::People => admin("/admin/import/people", "/admin"),
        CsvKind::Places => admin("/admin/import/places", "/places"),
        CsvKind::Partners => of("/partners", "partners-title", "/partners/import", "partners"),
        CsvKind::Sections => of("/programmes", "programmes-title", "/programmes/import/sections", "programmes"),
        CsvKind::Milestones => of("/programmes", "programmes-title", "/programmes/import/milestones", "programmes"),
        CsvKind::Resolutions => of("/conferences", "conferences-title", "/conferences/import", "conferences"),
        CsvKind::Tasks => of("/indicators", "indicators-title", "/indicators/import", "indicators"),
        CsvKind::Members => {
            let (register, at) = ("/service-days/members", "/service-days/members/import");
            of(register, "roster-title", at, "service-days")
        }
        CsvKind::Households => of("/households", "households-title", "/households/import", "households"),
        CsvKind::Outages => of("/outages", "outages-title", "/outages/import", "reliability"),
    }
}

#[derive(Template)]
#[template(path = "import/page.html")]
struct ImportPage {
    f: Frame,
    faults: Faults,
    home: Home,
    /// All of its lines are taken or none.
    whole: bool,
    title: String,
    header: String,
    columns: Vec<(String, String)>,
    name: String,
    gbk: bool,
    pieces: Vec<String>,
    preview: Option<Preview>,
    done: Option<Done>,
}

impl ImportPage {
    /// Carries the file along in the page.
    fn carry(&mut self, bytes: &[u8]) {
        let text = STANDARD.encode(bytes);
        self.pieces = text.as_bytes().chunks(PIECE).map(|c| String::from_utf8_lossy(c).into_owned()).collect();
    }
}

/// The name of a column as the reader's tables have it; a person's name is called otherwise than a
/// unit's.
fn column(say: &Say, kind: CsvKind, name: &str) -> String {
    if kind == CsvKind::People && matches!(name, "code" | "name") {
        say.of("column-person", name)
    } else if kind == CsvKind::Members && matches!(name, "name" | "person") {
        say.of("column-member", name)
    } else if kind == CsvKind::Households {
        say.of("column-household", name)
    } else if kind == CsvKind::Outages {
        say.of("column-outage", name)
    } else {
        say.of_or("column", name)
    }
}

/// Who reads, and what the words of milestones are.
struct Reader<'a> {
    say: &'a Say,
    kind: CsvKind,
    milestones: &'a [MilestoneKind],
}

/// Of a list in one cell each part in the reader's words: `role@CP;well:12`.
fn listed(say: &Say, family: &str, text: &str, between: char) -> String {
    let part = |part: &str| match part.split_once(between) {
        Some((word, rest)) => format!("{}{between}{rest}", say.of_or(family, word)),
        None => say.of_or(family, part),
    };
    text.split(';').filter(|p| !p.is_empty()).map(part).collect::<Vec<_>>().join(&say.t("list-separator"))
}

impl Reader<'_> {
    /// A stored value in the reader's words, where it is a word at all.
    fn value(&self, field: &str, text: &str) -> String {
        let say = self.say;
        let family = match (self.kind, field) {
            (CsvKind::Units, "kind") => "unit-kind",
            (CsvKind::Places, "kind") => "place-kind",
            (CsvKind::Outages, "kind") => "outage-kind",
            (CsvKind::Outages, "level") => "network-level",
            (_, "level") => "level",
            (_, "specialty") => "specialty",
            (_, "area") => "area",
            (_, "duty") => "answer",
            (_, "terrain") => "terrain",
            (CsvKind::Partners, "contacts") | (CsvKind::Resolutions, "person") => "given",
            (CsvKind::Partners, "roles") => return listed(say, "partner-role", text, '@'),
            (_, "roles") => return listed(say, "role", text, '@'),
            (_, "items") => return listed(say, "item", text, ':'),
            (_, "milestone") => {
                let kind = self.milestones.iter().find(|k| k.code == text);
                return kind.map_or_else(|| text.to_owned(), |k| say.named(&k.name, Some(&k.name_en)));
            }
            _ => return text.to_owned(),
        };
        if text.is_empty() { String::new() } else { say.of_or(family, text) }
    }

    /// The code of a record as pages show it: of a milestone, its section's with the milestone's name.
    fn code(&self, code: &str) -> String {
        match code.rsplit_once(' ') {
            Some((section, milestone)) if self.kind == CsvKind::Milestones => {
                format!("{section} {}", self.value("milestone", milestone))
            }
            Some(_) | None => code.to_owned(),
        }
    }

    /// Why a cell is not taken, in the reader's words.
    fn cell(&self, r: &Refused) -> String {
        let (say, code) = (self.say, r.code.replace('_', "-"));
        let (own, invalid) = (format!("cell-{code}"), format!("invalid-{code}"));
        let why = match &r.refusal {
            Some(refusal) => say.refusal(refusal),
            None if say.has(&own) => say.t(&own),
            None if say.has(&invalid) => say.t1(&invalid, "detail", r.detail.clone()),
            None => r.reason.clone(),
        };
        let column = column(say, self.kind, &r.column);
        let mut args = FluentArgs::new();
        args.set("column", column);
        args.set("why", why);
        args.set("value", r.value.clone());
        let mut told = say.with(if r.value.is_empty() { "cell-empty-at" } else { "cell-at" }, &args);
        if !r.allowed.is_empty() {
            let all: Vec<String> = r.allowed.iter().map(|a| self.value(&r.column, a)).collect();
            told.push(' ');
            told.push_str(&say.t1("cell-allowed", "list", all.join(&say.t("list-separator"))));
        }
        told
    }

    /// Why a line is not taken, in the reader's words.
    fn refused(&self, r: &Refused) -> Bad {
        let (say, kind) = (self.say, self.kind);
        if !r.column.is_empty() {
            return Bad { line: r.line, why: self.cell(r) };
        }
        let code = r.code.replace('_', "-");
        // A detail begins with the column it speaks of.
        let detail = match r.detail.split_once(": ") {
            Some((c, rest)) => say.t2("row-column-value", ("column", column(say, kind, c)), ("value", rest.to_owned())),
            None => {
                r.detail.split(", ").map(|c| column(say, kind, c)).collect::<Vec<_>>().join(&say.t("list-separator"))
            }
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

    fn all_refused(&self, all: &[Refused]) -> (Vec<Bad>, i64) {
        let lines: BTreeSet<u64> = all.iter().map(|r| r.line).collect();
        (all.iter().take(SHOWN).map(|r| self.refused(r)).collect(), lines.len() as i64)
    }

    fn preview(&self, d: &Difference) -> Preview {
        let say = self.say;
        let or_none = |t: String| if t.is_empty() { say.t("import-empty-value") } else { t };
        let (refused, refused_count) = self.all_refused(&d.refused);
        Preview {
            new_count: d.new.len() as i64,
            changed_count: d.changed.len() as i64,
            refused_count,
            unchanged: d.unchanged as i64,
            any: d.writes(),
            kept_back: d.kind.taking() == Taking::Whole && refused_count > 0,
            new: d
                .new
                .iter()
                .take(SHOWN)
                .map(|m| Made {
                    line: m.line,
                    code: self.code(&m.code),
                    fields: m.fields.iter().map(|g| self.value(g.field, &g.value)).collect::<Vec<_>>().join(" · "),
                })
                .collect(),
            changed: d
                .changed
                .iter()
                .take(SHOWN)
                .map(|c| Changed {
                    line: c.line,
                    code: self.code(&c.code),
                    name: c.name.clone(),
                    fields: c
                        .fields
                        .iter()
                        .map(|x| Change {
                            field: column(say, d.kind, x.field),
                            before: or_none(self.value(x.field, &x.before)),
                            after: or_none(self.value(x.field, &x.after)),
                        })
                        .collect(),
                })
                .collect(),
            refused,
        }
    }

    fn applied(&self, a: &Applied) -> Done {
        let (refused, refused_count) = self.all_refused(&a.refused);
        let kept_back = self.kind.taking() == Taking::Whole && refused_count > 0;
        Done {
            new: a.new as i64,
            changed: a.changed as i64,
            unchanged: a.unchanged as i64,
            refused_count,
            refused,
            kept_back,
        }
    }
}

async fn blank(web: &Web, v: &Visitor, kind: CsvKind) -> Result<ImportPage, AppError> {
    web.app().may_import(&v.actor, kind).await?;
    let (template, name, home) = (kind.template(), kind.name(), home(kind));
    Ok(ImportPage {
        faults: Faults::none(),
        title: v.say.of("import", name),
        header: template.iter().map(|c| column(&v.say, kind, c)).collect::<Vec<_>>().join(","),
        columns: template.iter().map(|c| (column(&v.say, kind, c), v.say.of(&format!("column-{name}"), c))).collect(),
        whole: kind.taking() == Taking::Whole,
        name: String::new(),
        gbk: false,
        pieces: Vec::new(),
        preview: None,
        done: None,
        f: Frame::of(web, v, home.nav).await?,
        home,
    })
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

/// The empty form.
async fn form(web: &Web, v: &Visitor, kind: CsvKind) -> Page {
    show_as(StatusCode::OK, &blank(web, v, kind).await?)
}

/// Shows the difference, or with `apply` makes it so.
async fn submit(web: &Web, v: &Visitor, kind: CsvKind, form: &Form) -> Page {
    let mut page = blank(web, v, kind).await?;
    let fail = |mut page: ImportPage, e: AppError| {
        let (status, faults) = told(&v.say, kind, e)?;
        page.faults = faults;
        show_as(status, &page)
    };
    let (file_name, bytes) = match file(form) {
        Ok(f) => f,
        Err(e) => return fail(page, e),
    };
    page.name = file_name;
    page.gbk = std::str::from_utf8(&bytes).is_err();
    let policies = web.app().policies();
    let milestones: Vec<MilestoneKind> =
        ProgrammeKind::ALL.iter().flat_map(|k| policies.milestones.of(*k)).cloned().collect();
    let reader = Reader { say: &v.say, kind, milestones: &milestones };
    if kind == CsvKind::Outages {
        return match outages(web, v, &reader, form.ticked("apply"), &bytes, &mut page).await {
            Ok(()) => show_as(StatusCode::OK, &page),
            Err(e) => fail(page, e),
        };
    }
    if form.ticked("apply") {
        return match web.app().apply_csv(&v.actor, kind, bytes).await {
            Ok(a) => {
                page.done = Some(reader.applied(&a));
                show_as(StatusCode::OK, &page)
            }
            Err(e) => fail(page, e),
        };
    }
    match web.app().preview_csv(&v.actor, kind, bytes.clone()).await {
        Ok(d) => {
            let p = reader.preview(&d);
            if p.any {
                page.carry(&bytes);
            }
            page.preview = Some(p);
            show_as(StatusCode::OK, &page)
        }
        Err(e) => fail(page, e),
    }
}

/// The same of outages, of which there may be very many: all faults are counted, the first of them shown.
async fn outages(
    web: &Web,
    v: &Visitor,
    reader: &Reader<'_>,
    apply: bool,
    bytes: &[u8],
    page: &mut ImportPage,
) -> Result<(), AppError> {
    let source = Source::Bytes(bytes.to_vec());
    if apply {
        let t = web.app().import_outages(&v.actor, &source, &page.name).await?;
        let a = Applied { new: t.new, changed: t.ended, unchanged: t.unchanged, refused: t.refused };
        page.done = Some(Done { refused_count: t.faults as i64, ..reader.applied(&a) });
        return Ok(());
    }
    let (d, t) = web.app().preview_outages(&v.actor, &source).await?;
    let p = Preview { refused_count: t.faults as i64, ..reader.preview(&d) };
    if p.any {
        page.carry(bytes);
    }
    page.preview = Some(p);
    Ok(())
}

/// A table of the organisation, by its name.
fn of_organisation(name: &str) -> Result<CsvKind, AppError> {
    let kind = CsvKind::parse(name).ok_or(AppError::NotFound("page"))?;
    match kind {
        CsvKind::Units | CsvKind::People | CsvKind::Places => Ok(kind),
        CsvKind::Partners
        | CsvKind::Sections
        | CsvKind::Milestones
        | CsvKind::Resolutions
        | CsvKind::Tasks
        | CsvKind::Members
        | CsvKind::Households
        | CsvKind::Outages => Err(AppError::NotFound("page")),
    }
}

/// `GET /admin/import/{kind}`
pub async fn organisation(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(name): Path<String>,
) -> Page {
    form(&web, &v, of_organisation(&name)?).await
}

/// `POST /admin/import/{kind}`
pub async fn organisation_submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(name): Path<String>,
    sent: Form,
) -> Page {
    submit(&web, &v, of_organisation(&name)?, &sent).await
}

/// `GET /partners/import`
pub async fn partners(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    form(&web, &v, CsvKind::Partners).await
}

/// `POST /partners/import`
pub async fn partners_submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, sent: Form) -> Page {
    submit(&web, &v, CsvKind::Partners, &sent).await
}

/// `GET /programmes/import/sections`
pub async fn sections(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    form(&web, &v, CsvKind::Sections).await
}

/// `POST /programmes/import/sections`
pub async fn sections_submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, sent: Form) -> Page {
    submit(&web, &v, CsvKind::Sections, &sent).await
}

/// `GET /programmes/import/milestones`
pub async fn milestones(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    form(&web, &v, CsvKind::Milestones).await
}

/// `POST /programmes/import/milestones`
pub async fn milestones_submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, sent: Form) -> Page {
    submit(&web, &v, CsvKind::Milestones, &sent).await
}

/// `GET /conferences/import`
pub async fn resolutions(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    form(&web, &v, CsvKind::Resolutions).await
}

/// `POST /conferences/import`
pub async fn resolutions_submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, sent: Form) -> Page {
    submit(&web, &v, CsvKind::Resolutions, &sent).await
}

/// `GET /indicators/import`
pub async fn tasks(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    form(&web, &v, CsvKind::Tasks).await
}

/// `POST /indicators/import`
pub async fn tasks_submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, sent: Form) -> Page {
    submit(&web, &v, CsvKind::Tasks, &sent).await
}
/// `GET /outages/import`
pub async fn of_outages(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    form(&web, &v, CsvKind::Outages).await
}

/// `POST /outages/import`
pub async fn of_outages_submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, sent: Form) -> Page {
    submit(&web, &v, CsvKind::Outages, &sent).await
}

/// `GET /service-days/members/import`
pub async fn members(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    form(&web, &v, CsvKind::Members).await
}

/// `POST /service-days/members/import`
pub async fn members_submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, sent: Form) -> Page {
    submit(&web, &v, CsvKind::Members, &sent).await
}

/// `GET /households/import`
pub async fn households(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    form(&web, &v, CsvKind::Households).await
}

/// `POST /households/import`
pub async fn households_submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, sent: Form) -> Page {
    submit(&web, &v, CsvKind::Households, &sent).await
}
