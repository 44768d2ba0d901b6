//! Forms: what a person typed, kept whole so that nothing is lost when it cannot be taken. Photos
//! are taken as they arrive and come back as content addresses, so that a second try need not
//! upload them again. A form of another session is refused and still keeps its words.

use crate::door::guard::{self, Origin, origin};
use crate::door::route::{MAX_TEXT, Photos, Terms, Who};
use crate::door::visitor::{Visitor, session_secret};
use crate::door::web::Web;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use std::str::FromStr;
use std::sync::Arc;
use uuid::Uuid;
use yixian_app::photos::MAX_BYTES;
use yixian_app::{AppError, FieldError};
use yixian_domain::base::fold;
use yixian_domain::ids::{CommandId, PersonId};
use yixian_domain::time::{Date, Time};

/// Fields a form may have.
const MAX_FIELDS: usize = 400;
/// Fields that photos come in, and where their content addresses are kept.
pub(crate) const PHOTOS: [(&str, &str); 6] = [
    ("photo", "photos"),
    ("before_photo", "before"),
    ("after_photo", "after"),
    ("photo_identity", "kept_identity"),
    ("photo_licence", "kept_licence"),
    ("photo_premises", "kept_premises"),
];

/// A form as it arrived.
#[derive(Clone, Debug, Default)]
pub struct Form {
    fields: Vec<(String, String)>,
    /// Uploaded files by field name.
    pub files: Vec<(String, Upload)>,
    /// What was wrong with photos, to be shown with the rest.
    pub faults: Vec<FieldError>,
    /// Came with a valid token of this session, or from a browser that vouches for its origin.
    pub ours: bool,
    /// Whose it is; nobody's where he has no account.
    pub sender: Option<PersonId>,
}

/// A form that was sent late or with another session's token: where it was going and what was typed. Whoever knows the
/// sign-in form shows it ([`crate::router`]); here it is only kept.
#[derive(Clone, Debug)]
pub struct Late {
    /// Where it was going.
    pub path: String,
    /// What was typed, photos as content addresses.
    pub fields: Vec<(String, String)>,
}

impl Late {
    fn answer(path: String, form: &Form) -> Response {
        let mut response = StatusCode::UNAUTHORIZED.into_response();
        response.extensions_mut().insert(Arc::new(Late { path, fields: form.fields.clone() }));
        response
    }
}

/// An uploaded file.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Name on the sender's machine.
    pub name: String,
    /// Bytes.
    pub bytes: Bytes,
}

impl Form {
    /// A form from pairs, for tests and for pages that show an empty one.
    pub fn of(fields: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>) -> Form {
        Form { fields: fields.into_iter().map(|(k, v)| (k.into(), v.into())).collect(), ours: true, ..Form::default() }
    }
    /// A field's text, trimmed; empty when missing.
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v.trim())
    }
    /// A field's text as it was typed: a password may begin or end with a space.
    pub fn raw(&self, name: &str) -> String {
        self.fields.iter().find(|(k, _)| k == name).map(|(_, v)| v.clone()).unwrap_or_default()
    }
    /// All texts of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(k, _)| k == name).map(|(_, v)| v.trim())
    }
    /// Whether one of a field's texts is this one.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.fields.iter().any(|(k, v)| k == name && v.trim() == value)
    }
    /// Whether a tick is set.
    pub fn ticked(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }
    /// A switch of a query, as programs write one; nothing is off.
    pub fn switch(&self, name: &'static str) -> Result<bool, FieldError> {
        match self.get(name) {
            "" | "0" | "false" | "no" | "off" => Ok(false),
            "1" | "true" | "yes" | "on" => Ok(true),
            other => Err(FieldError::with(name, "filter", other)),
        }
    }
    /// Every field, to be kept in a page.
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }
    /// The fields as a query string, some replaced and empty ones left out, for links that change one thing.
    pub fn query_with(&self, replace: &[(&str, &str)]) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        let kept = self
            .fields
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .filter(|(k, _)| !replace.iter().any(|(r, _)| r == k));
        for (k, v) in kept.chain(replace.iter().copied()).filter(|(_, v)| !v.is_empty()) {
            out.append_pair(k, v);
        }
        out.finish()
    }
    /// The same without a field.
    pub fn query_without(&self, field: &str) -> String {
        self.query_with(&[(field, "")])
    }
    /// Sets a field.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.fields.retain(|(k, _)| k != name);
        self.fields.push((name.to_owned(), value.into()));
    }
    /// Adds a text to a field that may have several.
    pub fn add(&mut self, name: &str, value: impl Into<String>) {
        self.fields.push((name.to_owned(), value.into()));
    }
    /// Ids for a command and the records it makes, where the form has none yet or those it had are spent.
    pub fn mint(&mut self, web: &Web, names: &[&str]) {
        for name in names {
            if self.get(name).is_empty() {
                self.set(name, web.app().mint().uuid(web.app().clock().now()).to_string());
            }
        }
    }
    /// The command's id; forms carry one from the page, so that a double submit is harmless.
    pub fn command_id(&self) -> Result<CommandId, AppError> {
        self.get("command_id").parse().map(CommandId).map_err(|_| AppError::field("command_id", "uuid_v7"))
    }
    /// A value of a type; empty is none.
    pub fn optional<T: FromStr>(&self, name: &'static str, code: &'static str) -> Result<Option<T>, FieldError> {
        match self.get(name) {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| FieldError::with(name, code, text)),
        }
    }
    /// A value that must be there.
    pub fn needed<T: FromStr>(&self, name: &'static str, code: &'static str) -> Result<T, FieldError> {
        self.optional(name, code)?.ok_or_else(|| FieldError::new(name, code))
    }
    /// An id that must be there.
    pub fn id(&self, name: &'static str, code: &'static str) -> Result<Uuid, FieldError> {
        self.needed(name, code)
    }
    /// A day that must be there.
    pub fn day(&self, name: &'static str) -> Result<Date, FieldError> {
        self.optional_day(name)?.ok_or_else(|| FieldError::new(name, "day"))
    }
    /// A day, where there is one, as people write it.
    pub fn optional_day(&self, name: &'static str) -> Result<Option<Date>, FieldError> {
        match self.get(name) {
            "" => Ok(None),
            text => fold::day(text).map(Some).ok_or_else(|| FieldError::with(name, "day", text)),
        }
    }
    /// A time of day, where there is one, as people write it.
    pub fn optional_time(&self, name: &'static str) -> Result<Option<Time>, FieldError> {
        match self.get(name) {
            "" => Ok(None),
            text => fold::time(text).map(Some).ok_or_else(|| FieldError::with(name, "time", text)),
        }
    }
    /// A word of an enum that must be there.
    pub fn word<T: serde::de::DeserializeOwned>(
        &self,
        name: &'static str,
        code: &'static str,
    ) -> Result<T, FieldError> {
        serde_json::from_value(serde_json::Value::String(self.get(name).to_owned()))
            .map_err(|_| FieldError::new(name, code))
    }
    /// Content addresses of photos taken with this form or with an earlier try of it.
    pub fn photos(&self, name: &str) -> Vec<String> {
        self.all(name).filter(|s| !s.is_empty()).map(str::to_owned).collect()
    }

    /// Takes the uploaded photos; addresses go where [`Form::photos`] finds them, faults to `faults`
    /// so that the rest of the form is still read.
    pub async fn take_photos(&mut self, web: &Web) {
        let mut rest = Vec::new();
        for (field, file) in std::mem::take(&mut self.files) {
            let Some((upload, name)) = PHOTOS.into_iter().find(|(upload, _)| *upload == field) else {
                rest.push((field, file));
                continue;
            };
            // A browser sends an empty part when nothing was chosen.
            if file.bytes.is_empty() && file.name.is_empty() {
                continue;
            }
            let taken = match self.sender {
                Some(person) => web.app().take_photo_of(person, file.bytes).await,
                None => web.app().take_strangers_photo(file.bytes).await,
            };
            match taken {
                Ok(sha) => self.fields.push((name.to_owned(), sha.as_str().to_owned())),
                Err(AppError::Invalid(faults)) => {
                    self.faults.extend(faults.into_iter().map(|f| FieldError { field: upload, ..f }))
                }
                Err(e) => {
                    tracing::warn!(error = %e, "a photo was not taken");
                    self.faults.push(FieldError::new(upload, "photo_not_kept"));
                }
            }
        }
        self.files = rest;
    }
}

/// PostgreSQL keeps no NUL in a text, and nobody types one.
fn typed(text: &str) -> String {
    text.replace('\0', "")
}

/// The parts of a form as a query string has them.
fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).take(MAX_FIELDS).map(|(k, v)| (k.into_owned(), typed(&v))).collect()
}

/// Fields of a query string.
pub fn query(text: Option<&str>) -> Form {
    Form { fields: pairs(text.unwrap_or_default().as_bytes()), ours: true, ..Form::default() }
}

fn says_multipart(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|t| t.starts_with("multipart/form-data"))
}

async fn multipart(mut parts: Multipart, form: &mut Form, known: bool, terms: Terms) -> Result<(), StatusCode> {
    let (public, most) = (terms.photos == Photos::OfAnybody, terms.limit);
    let mut text = 0;
    while let Some(mut field) = parts.next_field().await.map_err(|e| e.status())? {
        let name = field.name().unwrap_or_default().to_owned();
        let file = field.file_name().map(str::to_owned);
        let limit = if file.is_some() { most } else { terms.text - text };
        let mut bytes = Vec::new();
        let mut over = false;
        while let Some(chunk) = field.chunk().await.map_err(|e| e.status())? {
            // What is over the limit is read and dropped, so that the rest of the form survives; so
            // are files of somebody who may not make us hold them.
            if file.is_some() && (!known || form.files.len() >= terms.files()) {
                over = true;
                continue;
            }
            if bytes.len() + chunk.len() > limit {
                over = true;
            } else if !over {
                bytes.extend_from_slice(&chunk);
            }
        }
        if form.fields.len() + form.files.len() >= MAX_FIELDS {
            continue;
        }
        match file {
            Some(_) if !known && public && over => form.faults.push(FieldError::new("photo", "photo_not_now")),
            Some(_) if !known => {}
            Some(_) if form.files.len() >= terms.files() => {
                if over {
                    form.faults.push(FieldError::with("photo", "too_many_photos", terms.files()));
                }
            }
            Some(_) if over => form.faults.push(FieldError::with("photo", "photo_too_large", most / 1024 / 1024)),
            Some(file) => form.files.push((name, Upload { name: file, bytes: bytes.into() })),
            None if over => return Err(StatusCode::PAYLOAD_TOO_LARGE),
            None => {
                text += bytes.len();
                form.fields.push((name, typed(&String::from_utf8_lossy(&bytes))));
            }
        }
    }
    Ok(())
}

/// Whether the request's session was ours and ran out; one that was ended is not known any more.
async fn lapsed(web: &Web, headers: &HeaderMap) -> bool {
    match session_secret(web, headers) {
        Some(secret) => web.app().had_session(secret).await.unwrap_or(false),
        None => false,
    }
}

impl FromRequest<Web> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Form, Response> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, web).await.map_err(IntoResponse::into_response)?;
        let judged = origin(&parts.headers);
        let path = parts.uri.path().to_owned();
        let terms = parts.extensions.get::<Terms>().copied().unwrap_or(Terms {
            who: Who::Anyone,
            limit: MAX_BYTES,
            text: MAX_TEXT,
            photos: Photos::OfNobody,
        });
        let public = terms.photos == Photos::OfAnybody;
        let from = parts.extensions.get::<guard::From>().map(|f| f.0);
        // Whose session ran out while he wrote is still known by it, as far as keeping his photos goes.
        let known = visitor.person.is_some()
            || lapsed(web, &parts.headers).await
            || (public && says_multipart(&parts.headers) && from.is_none_or(|f| web.inner.limits.upload(f).is_ok()));
        let mut form = Form { sender: visitor.person, ..Form::default() };
        if says_multipart(&parts.headers) {
            let request = Request::from_parts(parts, body);
            let m = Multipart::from_request(request, web).await.map_err(|e: MultipartRejection| e.into_response())?;
            multipart(m, &mut form, known, terms).await.map_err(IntoResponse::into_response)?;
        } else {
            let bytes = Limited::new(body, terms.text)
                .collect()
                .await
                .map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?
                .to_bytes();
            form.fields = pairs(&bytes);
        }
        let token = form.get("csrf");
        let good = token == visitor.form_token;
        form.ours = match judged {
            Origin::Ours => token.is_empty() || good,
            Origin::Unsaid => good,
            Origin::Foreign => false,
        };
        if !form.ours {
            // Sent late, or with another session's form: sign in again, and nothing typed is lost.
            form.take_photos(web).await;
            return Err(Late::answer(path, &form));
        }
        Ok(form)
    }
}
