//! The page that brings a phone to the local authority: over plain HTTP, because the phone does not
//! trust us yet, and with nothing on it but the certificate, its fingerprint and the way on. It
//! knows no company, no session and no route of the product.

use crate::door::WORDS;
use crate::door::say::{Catalogues, Lang};
use crate::door::tls::LocalCa;
use axum::Router;
use axum::http::{HeaderName, header};
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use qrcode::render::{svg, unicode};
use qrcode::{QrCode, types::QrError};
use std::fmt::Write as _;
use std::sync::Arc;

const CSP: &str =
    "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";
const STYLE: &str = "body{font:1.0625rem/1.6 system-ui,sans-serif;max-width:34rem;margin:auto;padding:1rem}\
a.main{display:block;padding:.8rem;margin:1rem 0;text-align:center;background:#06603c;color:#fff;border-radius:.4rem}\
img{width:14rem;height:14rem;background:#fff}code{overflow-wrap:anywhere}";

/// A QR code for a terminal.
pub fn terminal_qr(text: &str) -> Result<String, QrError> {
    // Light on dark, as most terminals are; scanners take either.
    Ok(QrCode::new(text)?
        .render::<unicode::Dense1x2>()
        .dark_color(unicode::Dense1x2::Light)
        .light_color(unicode::Dense1x2::Dark)
        .build())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// One page in both languages: nobody who comes here has chosen one.
fn page(fingerprint: &str, site: &str) -> String {
    let (fingerprint, site) = (escape(fingerprint), escape(site));
    let words = Catalogues::of(WORDS);
    let zh = |key| escape(&words.t(Lang::Zh, key));
    let en = |key| escape(&words.t(Lang::En, key));
    let mut html = format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{}</title><link rel=\"stylesheet\" href=\"/style.css\">",
        zh("install-title")
    );
    let _ = write!(
        html,
        "<h1>{}</h1><ol><li><a class=\"main\" href=\"/ca.crt\">{}</a><li>{}<li>{}<br><code>{fingerprint}</code>\
         <li><a class=\"main\" href=\"{site}\">{} {site}</a></ol>",
        zh("product"),
        zh("install-download"),
        zh("install-steps"),
        zh("install-fingerprint"),
        zh("install-open")
    );
    let _ = write!(
        html,
        "<div lang=\"en\"><h2>{}</h2><ol><li><a href=\"/ca.crt\">{}</a><li>{}<li>{}<li><a href=\"{site}\">{}</a></ol></div>\
         <p><img src=\"/qr.svg\" alt=\"QR\"></html>",
        en("product"),
        en("install-download"),
        en("install-steps"),
        en("install-fingerprint"),
        en("install-open")
    );
    html
}

/// The helper's router: `/`, `/ca.crt`, `/ca.pem`, `/qr.svg`, `/style.css`. `here` is its own address, which
/// the QR code carries to the next phone; `site` is where the pages are.
pub fn router(ca: &Arc<LocalCa>, here: &str, site: &str) -> Result<Router, QrError> {
    let qr = QrCode::new(here)?.render::<svg::Color<'_>>().min_dimensions(240, 240).build();
    let (page, pem, der) = (page(&ca.fingerprint(), site), ca.pem().to_owned(), ca.der().to_vec());
    let file = |kind: &'static str, body: Vec<u8>| {
        get(move || {
            let body = body.clone();
            async move { ([(header::CONTENT_TYPE, kind)], body).into_response() }
        })
    };
    Ok(Router::new()
        .route(
            "/",
            get(move || {
                let page = page.clone();
                async move { Html(page) }
            }),
        )
        .route("/ca.crt", file("application/x-x509-ca-cert", der))
        .route("/ca.pem", file("application/x-pem-file", pem.into_bytes()))
        .route("/qr.svg", file("image/svg+xml", qr.into_bytes()))
        .route("/style.css", file("text/css", STYLE.as_bytes().to_vec()))
        .layer(axum::middleware::map_response(guard)))
}

async fn guard(mut response: axum::response::Response) -> axum::response::Response {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("x-frame-options"), "DENY"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        response.headers_mut().insert(name, axum::http::HeaderValue::from_static(value));
    }
    response
}
