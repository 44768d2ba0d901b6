//! One request over plain HTTP with a deadline, for services on the company's own network. It follows no
//! redirects, sends no cookies and takes at most a few megabytes.

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper::{Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use std::time::Duration;

/// Largest answer, bytes.
const MOST: usize = 16 * 1024 * 1024;

/// Host and port of an address.
pub(crate) fn host(url: &str) -> Option<String> {
    url.parse::<Uri>().ok()?.authority().map(ToString::to_string)
}

/// The body of a good answer, or what went wrong: a GET, or a POST of JSON.
pub(crate) async fn ask(url: &str, body: Option<String>, patience: Duration) -> Result<Bytes, String> {
    tokio::time::timeout(patience, send(url, body))
        .await
        .map_err(|_| format!("no answer within {} s", patience.as_secs()))?
}

async fn send(url: &str, body: Option<String>) -> Result<Bytes, String> {
    let uri: Uri = url.parse().map_err(|e| format!("not an address: {e}"))?;
    if uri.scheme_str() != Some("http") {
        return Err("only http:// is spoken here".into());
    }
    let authority = uri.authority().ok_or("no host")?.clone();
    let stream = tokio::net::TcpStream::connect((authority.host(), authority.port_u16().unwrap_or(80)))
        .await
        .map_err(|e| e.to_string())?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|e| e.to_string())?;
    let driver = tokio::spawn(connection);
    let path = uri.path_and_query().map_or("/", |p| p.as_str());
    let request = if body.is_some() {
        Request::post(path).header("content-type", "application/json")
    } else {
        Request::get(path)
    };
    let body = Full::new(Bytes::from(body.unwrap_or_default()));
    let request = request
        .header("host", authority.as_str())
        .header("accept", "application/json")
        .body(body)
        .map_err(|e| e.to_string())?;
    let answer = sender.send_request(request).await.map_err(|e| e.to_string())?;
    let status = answer.status();
    let body = Limited::new(answer.into_body(), MOST).collect().await.map_err(|e| e.to_string())?.to_bytes();
    driver.abort();
    if status == StatusCode::OK { Ok(body) } else { Err(format!("status {status}")) }
}
