//! Forms to end a clause and a document. Below each stands everything that cites what is to end, those that keep it from ending first.

use super::form::kept;
use super::shown::{citing_line, clause_at, title};
use crate::door::frame::Frame;
use crate::door::page::{Page, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::form::record::{Block, Body, Line, blocks_html};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::DocumentCommand;
use yixian_app::documents::{CitedBy, DocumentPage};
use yixian_domain::ids::ClauseId;
use yixian_domain::time::Date;

/// What is to end: a document, or one clause of it.
struct Ending {
    page: DocumentPage,
    clause: Option<ClauseId>,
}

impl Ending {
    async fn of(web: &Web, v: &Visitor, at: &str, clause: Option<Uuid>) -> Result<Ending, AppError> {
        kept(web, v, at).await?;
        let clause = clause.map(ClauseId);
        let page = match clause {
            Some(clause) => web.app().clause_page(&v.actor, at, clause).await?.page,
            None => web.app().document_page(&v.actor, at).await?,
        };
        Ok(Ending { page, clause })
    }

    /// Where it is shown.
    fn at(&self) -> String {
        match self.clause {
            Some(clause) => clause_at(&self.page.document, clause),
            None => format!("/documents/{}", self.page.document.id),
        }
    }

    fn cites(&self, c: &CitedBy, today: Date) -> bool {
        c.citation.cites(today) && self.clause.is_none_or(|clause| c.citation.clause == clause)
    }

    async fn asked(&self, web: &Web, v: &Visitor, mut form: Form, faults: Faults) -> Result<FormPage, AppError> {
        let (say, d) = (&v.say, &self.page.document);
        form.mint(web, &["command_id"]);
        let frame = Frame::of(web, v, "documents").await?;
        let citing: Vec<&CitedBy> = self.page.citations.iter().filter(|c| self.cites(c, say.today())).collect();
        let holding = citing.iter().filter(|c| c.holds).count();
        let lines: Vec<Line> = citing.iter().map(|c| citing_line(say, c)).collect();
        let cited = Block::new("cited", say.t("clause-cited"), Body::Lines(lines)).none(say.t("clause-cited-none"));
        let below = blocks_html(&frame, &[cited])?;
        let mut crumbs =
            vec![(say.t("documents-title"), "/documents".into()), (title(say, d), format!("/documents/{}", d.id))];
        let no = self.clause.and_then(|c| d.clause(c)).map(|(_, c)| say.t1("clause-no", "no", c.no.clone()));
        crumbs.extend(no.map(|no| (no, self.at())));
        let key = if self.clause.is_some() { "clause-end" } else { "document-end" };
        Ok(FormPage {
            crumbs,
            action: format!("{}/end", self.at()),
            back: self.at(),
            hint: (holding > 0).then(|| say.t1("clause-held-n", "n", holding)),
            fields: vec![
                Field::new("on", say.t("document-end-on"), Kind::Line("date")).hint(say.t("document-end-hint")),
                Field::new("reason", say.t("document-end-why"), Kind::Text),
            ],
            below,
            ..FormPage::new(frame, say.t(key), form, faults).grave()
        })
    }

    fn read(&self, form: &Form) -> Result<DocumentCommand, AppError> {
        let mut r = Reading::default();
        let on = r.take(form.day("on")).unwrap_or_default();
        r.done()?;
        let (document, reason) = (self.page.document.id.0, form.get("reason").to_owned());
        Ok(match self.clause.and_then(|c| self.page.document.clause(c)) {
            Some((_, clause)) => DocumentCommand::EndClause { document, clause: clause.no.clone(), on, reason },
            None => DocumentCommand::EndDocument { document, on, reason },
        })
    }

    async fn shown(&self, web: &Web, v: &Visitor) -> Page {
        let form = Form::of([("on", v.say.today().to_string())]);
        self.asked(web, v, form, Faults::none()).await?.shown(StatusCode::OK)
    }

    async fn sent(&self, web: &Web, v: &Visitor, form: Form) -> Page {
        let read = self.read(&form).map(Read::now);
        match Post::by(web, v).send(form, read).await? {
            Posted::Done(_) => to(&self.at()),
            Posted::Again(Again { form, faults, status }) => self.asked(web, v, form, faults).await?.shown(status),
        }
    }
}

/// `GET /documents/{id}/end`
pub async fn document_page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
) -> Page {
    Ending::of(&web, &v, &at, None).await?.shown(&web, &v).await
}

/// `POST /documents/{id}/end`
pub async fn document(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    Ending::of(&web, &v, &at, None).await?.sent(&web, &v, form).await
}

/// `GET /documents/{id}/clauses/{clause}/end`
pub async fn clause_page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((at, clause)): Path<(String, Uuid)>,
) -> Page {
    Ending::of(&web, &v, &at, Some(clause)).await?.shown(&web, &v).await
}

/// `POST /documents/{id}/clauses/{clause}/end`
pub async fn clause(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((at, clause)): Path<(String, Uuid)>,
    form: Form,
) -> Page {
    Ending::of(&web, &v, &at, Some(clause)).await?.sent(&web, &v, form).await
}
