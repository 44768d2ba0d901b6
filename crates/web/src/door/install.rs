//! The page that brings a phone to the local authority: over plain HTTP, because the phone does not
//! trust us yet, and with nothing on it but the certificate, its fingerprint and the way on. It
//! knows no company, no session and no route of the product.

use crate::door::tls::LocalCa;
use axum::Router;
use axum::http::{HeaderName, header};
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use qrcode::render::{svg, unicode};
use qrcode::{QrCode, types::QrError};
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

fn page(fingerprint: &str, site: &str) -> String {
    let (fingerprint, site) = (escape(fingerprint), escape(site));
    format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
<title>一线 · 安装证书</title><link rel=\"stylesheet\" href=\"/style.css\"><h1>一线</h1>\
<ol><li><a class=\"main\" href=\"/ca.crt\">下载证书</a>\
<li>安卓：设置 → 安全 → 加密与凭据 → 安装 CA 证书。苹果：设置 → 已下载描述文件 → 安装，再到 通用 → 关于本机 → 证书信任设置 中打开。\
<li>核对 SHA-256 指纹与终端所示一致：<br><code>{fingerprint}</code>\
<li><a class=\"main\" href=\"{site}\">打开一线 {site}</a></ol>\
<div lang=\"en\"><h2>Yixian</h2><ol><li><a href=\"/ca.crt\">Download the certificate</a><li>Android: Settings, Security, Encryption and credentials, \
Install a CA certificate. iPhone: Settings, Profile downloaded, Install; then General, About, Certificate Trust Settings: switch it on.\
<li>The fingerprint above must be the one the terminal shows.<li><a href=\"{site}\">Open Yixian</a></ol></div>\
<p><img src=\"/qr.svg\" alt=\"QR\"></html>"
    )
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
