//! The form of a version: when it begins, and its clauses as they are pasted, one a line. It says which numbers are cited, before
//! they are left out.

use super::form::kept;
use super::shown::{text_of, title};
use crate::door::frame::Frame;
use crate::door::page::{Page, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::page::{Field, FormPage, Kind, beside};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use std::collections::BTreeSet;
use yixian_app::command::{ClauseIn, DocumentCommand};
use yixian_app::documents::DocumentPage;
use yixian_app::{AppError, FieldError};
use yixian_domain::document::Version;

/// Clauses as they are pasted: the number, a blank, what it says; a line that begins with a blank goes on with the one before.
fn pasted(text: &str) -> Result<Vec<ClauseIn>, FieldError> {
    let mut all: Vec<ClauseIn> = Vec::new();
    for line in text.lines().filter(|l| !l.trim().is_empty()) {
        if let Some(before) = all.last_mut().filter(|_| line.starts_with(char::is_whitespace)) {
            before.text = format!("{}\n{}", before.text, line.trim());
            continue;
        }
        let line = line.trim();
        let Some((no, text)) = line.split_once(char::is_whitespace) else {
            return Err(FieldError::with("clauses", "clause_text", line));
        };
        all.push(ClauseIn { no: no.to_owned(), text: text.trim().to_owned() });
    }
    Ok(all)
}

/// Clauses as they would be pasted.
fn as_pasted(v: &Visitor, p: &DocumentPage, version: &Version) -> String {
    let said = version.clauses.iter().map(|c| {
        let text = text_of(&v.say, &p.words, c).lines().collect::<Vec<_>>().join("\n  ");
        format!("{} {text}", c.no)
    });
    said.collect::<Vec<_>>().join("\n")
}

async fn asked(web: &Web, v: &Visitor, p: &DocumentPage, mut form: Form, faults: Faults) -> Result<FormPage, AppError> {
    let (say, d) = (&v.say, &p.document);
    form.mint(web, &["command_id"]);
    let cites = p.citations.iter().filter(|c| c.citation.cites(say.today()));
    let cited: BTreeSet<&str> = cites.filter_map(|c| d.clause(c.citation.clause)).map(|(_, c)| c.no.as_str()).collect();
    let cited = cited.into_iter().collect::<Vec<_>>().join(&say.t("list-separator"));
    let hint = if cited.is_empty() { None } else { Some(say.t1("version-cited-hint", "list", cited)) };
    let here = format!("/documents/{}", d.id);
    let mut fields =
        vec![Field::line("label", say.t("version-label")).with(super::form::NAME).hint(say.t("version-label-hint"))];
    fields.extend(beside(
        Field::new("from", say.t("version-from"), Kind::Line("date")).hint(say.t("version-from-hint")),
        Field::new("to", say.t("version-to"), Kind::Line("date")).optional(),
    ));
    fields.push(Field::new("clauses", say.t("clauses"), Kind::Text).hint(say.t("clauses-hint")).optional());
    fields.push(Field::line("file", say.t("version-file")).hint(say.t("version-file-hint")).optional());
    fields.push(Field::new("photos", say.t("version-pages"), Kind::Photos).optional());
    Ok(FormPage {
        button: say.t("save"),
        crumbs: vec![(say.t("documents-title"), "/documents".into()), (title(say, d), here.clone())],
        action: format!("{here}/version"),
        back: here,
        hint,
        fields,
        ..FormPage::new(Frame::of(web, v, "documents").await?, say.t("version-new"), form, faults)
    })
}

fn read(d: &DocumentPage, form: &Form) -> Result<DocumentCommand, AppError> {
    let mut r = Reading { faults: form.faults.clone() };
    let from = r.take(form.day("from"));
    let to = r.take(form.optional_day("to")).flatten();
    let clauses = r.take(pasted(form.get("clauses")));
    r.done()?;
    Ok(DocumentCommand::PutVersion {
        document: d.document.id.0,
        label: form.get("label").to_owned(),
        from: from.unwrap_or_default(),
        to,
        file: Some(form.get("file").to_owned()),
        photos: form.photos("photos"),
        clauses: clauses.unwrap_or_default(),
    })
}

/// The document of an address with its words, for whoever keeps it.
async fn looked_at(web: &Web, v: &Visitor, at: &str) -> Result<DocumentPage, AppError> {
    kept(web, v, at).await?;
    web.app().document_page(&v.actor, at).await
}

/// `GET /documents/{id}/version`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    uri: Uri,
) -> Page {
    let p = looked_at(&web, &v, &at).await?;
    let label = query(uri.query()).get("label").to_owned();
    let again = p.document.versions.iter().find(|version| version.label == label);
    // A new version begins with what the last one says.
    let model = again.or(p.document.versions.last());
    let mut form = Form::of([("from", again.map_or(v.say.today(), |a| a.from).to_string())]);
    form.set("clauses", model.map(|m| as_pasted(&v, &p, m)).unwrap_or_default());
    if let Some(a) = again {
        form.set("label", a.label.clone());
        form.set("to", a.to.map(|to| to.to_string()).unwrap_or_default());
        form.set("file", a.file.as_ref().map(|f| f.as_str().to_owned()).unwrap_or_default());
    }
    asked(&web, &v, &p, form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /documents/{id}/version`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    mut form: Form,
) -> Page {
    let p = looked_at(&web, &v, &at).await?;
    form.take_photos(&web).await;
    let read = read(&p, &form).map(Read::now);
    let shown = query(None).query_with(&[("version", form.get("label"))]);
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/documents/{}?{shown}", p.document.id)),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, &p, form, faults).await?.shown(status),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_read_as_they_are_pasted() {
        let text = "第一条 受理后一个工作日内联系客户\n\n3.2\t装表接电\n  当日归档\n第三条　其他";
        let all = pasted(text).expect("clauses");
        let told: Vec<_> = all.iter().map(|c| (c.no.as_str(), c.text.as_str())).collect();
        assert_eq!(told, [("第一条", "受理后一个工作日内联系客户"), ("3.2", "装表接电\n当日归档"), ("第三条", "其他")]);
        assert_eq!(pasted("第一条 有\n第二条").expect_err("no text").detail, "第二条");
        assert!(pasted("").expect("nothing").is_empty());
    }
}
