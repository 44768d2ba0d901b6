//! The accept loop on real sockets: who is slow is left, who is many waits outside, who smuggles is
//! refused, and a request that runs may end.

use axum::Router;
use axum::body::Bytes;
use axum::routing::{get, post};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use yixian_web::serve::{Bounds, listen, serve};

const SHORT: Duration = Duration::from_millis(300);

fn bounds() -> Bounds {
    Bounds {
        connections: 16,
        per_address: 8,
        head: SHORT,
        chunk: SHORT,
        body: Duration::from_secs(2),
        drain: Duration::from_secs(3),
    }
}

struct Doors {
    at: SocketAddr,
    stop: watch::Sender<bool>,
    ended: JoinHandle<()>,
}

async fn open(bounds: Bounds, tls: Option<std::sync::Arc<rustls::ServerConfig>>) -> Doors {
    let router = Router::new()
        .route("/", get(|| async { "here" }))
        .route(
            "/slow",
            get(|| async {
                sleep(Duration::from_millis(600)).await;
                "done"
            }),
        )
        .route("/large", get(|| async { vec![b'x'; 64 * 1024 * 1024] }))
        .route(
            "/take",
            post(|body: Result<Bytes, axum::extract::rejection::BytesRejection>| async move {
                body.map(|b| b.len().to_string())
            }),
        );
    let listener = listen("127.0.0.1:0".parse().expect("an address")).await.expect("a listener");
    let at = listener.local_addr().expect("an address");
    let (stop, stopped) = watch::channel(false);
    Doors { at, stop, ended: tokio::spawn(serve(listener, router, tls, bounds, stopped)) }
}

async fn say(at: SocketAddr, text: &str) -> TcpStream {
    let mut s = TcpStream::connect(at).await.expect("a connection");
    s.write_all(text.as_bytes()).await.expect("sent");
    s
}

/// Everything until the other side closes; none when it does not within five seconds.
async fn rest(s: &mut TcpStream) -> Option<String> {
    let mut out = Vec::new();
    match timeout(Duration::from_secs(5), s.read_to_end(&mut out)).await {
        Ok(_) => Some(String::from_utf8_lossy(&out).into_owned()),
        Err(_) => None,
    }
}

async fn get_page(at: SocketAddr, path: &str) -> Option<String> {
    rest(&mut say(at, &format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).await).await
}

#[tokio::test]
async fn who_is_slow_is_left() {
    let d = open(bounds(), None).await;
    for (what, text) in [
        ("silent", ""),
        ("a slow head", "GET / HTTP/1.1\r\nHost: x\r\nX-A: "),
        ("a slow line", "GE"),
        ("a body that stops", "POST /take HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"),
        ("a chunk that stops", "POST /take HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf"),
        ("nothing after an answer", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    ] {
        let began = Instant::now();
        let got = rest(&mut say(d.at, text).await).await;
        assert!(
            got.is_some() && began.elapsed() < Duration::from_secs(2),
            "{what}: {:?} after {:?}",
            got,
            began.elapsed()
        );
        assert!(
            !got.as_deref().unwrap_or_default().starts_with("HTTP/1.1 200") || what.starts_with("nothing"),
            "{what}: {got:?}"
        );
    }
    // A drop now and then keeps a head or body open only so long.
    for (what, first, most) in [
        ("a head", "GET / HTTP/1.1\r\nHost: x\r\nX: ", 1_500),
        ("a body", "POST /take HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", 3_500),
    ] {
        let began = Instant::now();
        let mut s = say(d.at, first).await;
        while began.elapsed() < Duration::from_secs(5) {
            sleep(Duration::from_millis(100)).await;
            let mut one = [0; 512];
            if s.write_all(b"a").await.is_err()
                || matches!(timeout(Duration::from_millis(1), s.read(&mut one)).await, Ok(Ok(_) | Err(_)))
            {
                break;
            }
        }
        assert!(began.elapsed() < Duration::from_millis(most), "{what}: {:?}", began.elapsed());
    }
    assert!(get_page(d.at, "/").await.expect("an end").ends_with("here"));
}

#[tokio::test]
async fn who_does_not_take_the_answer_is_left() {
    let d = open(Bounds { per_address: 1, ..bounds() }, None).await;
    let stuck = say(d.at, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let began = Instant::now();
    // The only place of this address is free again once the stuck one is given up.
    loop {
        if get_page(d.at, "/").await.is_some_and(|t| t.ends_with("here")) {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(4), "still held");
        sleep(Duration::from_millis(50)).await;
    }
    drop(stuck);
}

#[tokio::test]
async fn a_silent_handshake_is_left() {
    let d = open(bounds(), Some(std::sync::Arc::new(config()))).await;
    for text in ["", "\u{16}\u{3}\u{1}", "GET / HTTP/1.1\r\n\r\n"] {
        let began = Instant::now();
        let got = rest(&mut say(d.at, text).await).await.expect("an end");
        assert!(began.elapsed() < Duration::from_secs(2) && !got.contains("HTTP/1.1 200"), "{text:?}: {got:?}");
    }
}

fn config() -> rustls::ServerConfig {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).expect("a certificate");
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
    rustls::ServerConfig::builder_with_provider(std::sync::Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("a configuration")
}

#[tokio::test]
async fn one_address_does_not_take_all_the_places() {
    let d = open(Bounds { head: Duration::from_secs(3), ..bounds() }, None).await;
    let mut held = Vec::new();
    for _ in 0..8 {
        held.push(TcpStream::connect(d.at).await.expect("a connection"));
    }
    sleep(Duration::from_millis(100)).await;
    let mut ninth = TcpStream::connect(d.at).await.expect("a connection");
    assert_eq!(rest(&mut ninth).await.as_deref(), Some(""), "the ninth is sent away");
    // Somebody at another address is served.
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.2:0".parse().expect("an address")).expect("bound");
    let mut other = socket.connect(d.at).await.expect("a connection");
    other.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.expect("sent");
    assert!(rest(&mut other).await.expect("an end").ends_with("here"));
    // A place that is left is free again.
    held.pop();
    sleep(Duration::from_millis(100)).await;
    assert!(get_page(d.at, "/").await.expect("an end").ends_with("here"));
}

#[tokio::test]
async fn smuggling_is_refused() {
    let d = open(bounds(), None).await;
    for (what, text) in [
        ("two lengths", "POST /take HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
        ("a signed length", "POST /take HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello"),
        ("a coding nobody knows", "POST /take HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        ("chunked not last", "POST /take HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
        ("a folded header", "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n"),
        ("a space before the colon", "POST /take HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\nhello"),
        ("a NUL", "GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n"),
        ("a bad chunk", "POST /take HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n"),
        ("a huge head", &format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "a".repeat(200_000))),
    ] {
        let mut s = TcpStream::connect(d.at).await.expect("a connection");
        s.write_all(text.as_bytes()).await.ok();
        let got = rest(&mut s).await.expect("an end");
        assert!(!got.contains(" 200 "), "{what}: {got}");
    }
    // Both framings at once: chunked wins, the connection is not used again for what follows.
    let both = "POST /take HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /slow HTTP/1.1\r\nHost: x\r\n\r\n";
    let got = rest(&mut say(d.at, both).await).await.expect("an end");
    assert!(!got.contains("done"), "the hidden request was answered: {got}");
}

#[tokio::test]
async fn a_running_request_may_end() {
    let d = open(bounds(), None).await;
    let running = tokio::spawn({
        let at = d.at;
        async move { get_page(at, "/slow").await }
    });
    let idle = say(d.at, "").await;
    sleep(Duration::from_millis(200)).await;
    let began = Instant::now();
    d.stop.send(true).expect("heard");
    assert!(running.await.expect("joined").expect("an end").ends_with("done"));
    d.ended.await.expect("ended");
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    assert!(TcpStream::connect(d.at).await.is_err(), "the door is shut");
    drop(idle);
}

#[tokio::test]
async fn a_request_that_does_not_end_does_not_hold_the_stop() {
    let d = open(Bounds { drain: SHORT, head: Duration::from_secs(30), ..bounds() }, None).await;
    let running = tokio::spawn({
        let at = d.at;
        async move { get_page(at, "/slow").await }
    });
    sleep(Duration::from_millis(100)).await;
    let began = Instant::now();
    d.stop.send(true).expect("heard");
    d.ended.await.expect("ended");
    assert!(began.elapsed() < Duration::from_millis(550), "{:?}", began.elapsed());
    running.abort();
}
