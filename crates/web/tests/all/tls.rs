//! TLS as a phone sees it: who trusts the local authority gets an answer over TLS 1.3 and 1.2, who
//! does not gets none; given certificates work; the helper page holds the certificate and nothing else.

use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use yixian_app::clock::Clock;
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::store::Db;
use yixian_app::{App, Opening};
use yixian_web::serve::{Bounds, listen, serve};
use yixian_web::tls::{LocalCa, given, hosts};
use yixian_web::{Options, Web, install};

async fn web(dir: &std::path::Path) -> Web {
    let db = Db::open_folder(dir).await.expect("a database");
    let app = App::open(Opening {
        db,
        folder: dir,
        clock: Clock::Real,
        mint: Mint::seeded(1),
        policies: PolicySource::Embedded,
    })
    .await
    .expect("it opens");
    Web::new(app, Options { tls: true, ..Options::default() })
}

async fn start(router: axum::Router, tls: Option<Arc<rustls::ServerConfig>>) -> (SocketAddr, watch::Sender<bool>) {
    let listener = listen("127.0.0.1:0".parse().expect("an address")).await.expect("a port");
    let at = listener.local_addr().expect("bound");
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(serve(listener, router, tls, Bounds::default(), stopped));
    (at, stop)
}

const GET: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

async fn ask(
    at: SocketAddr,
    trust: &[CertificateDer<'static>],
    versions: &[&'static SupportedProtocolVersion],
    name: &str,
) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    for t in trust {
        roots.add(t.clone()).expect("a root");
    }
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(versions)
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(at).await?;
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    let mut tls = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    tls.write_all(GET).await?;
    let mut text = String::new();
    tls.read_to_string(&mut text).await?;
    Ok(text)
}

#[tokio::test]
async fn whoever_trusts_the_authority_gets_an_answer_over_both_versions() {
    let dir = tempfile::tempdir().expect("a folder");
    let web = web(dir.path()).await;
    let ca = Arc::new(LocalCa::in_folder(dir.path(), yixian_app::clock::real_now()).expect("an authority"));
    let (at, _stop) = start(web.router(), Some(ca.serve(hosts(&[])).expect("TLS"))).await;
    // From the file a phone would get, not from memory.
    let pem = std::fs::read(dir.path().join("ca.pem")).expect("ca.pem");
    let root = CertificateDer::from_pem_slice(&pem).expect("a certificate");
    for version in [&rustls::version::TLS13, &rustls::version::TLS12] {
        for name in ["localhost", "127.0.0.1"] {
            let answer = ask(at, std::slice::from_ref(&root), &[version], name)
                .await
                .unwrap_or_else(|e| panic!("{version:?} {name}: {e}"));
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
            assert!(answer.contains("strict-transport-security: max-age=31536000"), "{answer}");
            assert!(answer.contains("\"ok\":true"), "{answer}");
        }
    }
    assert!(ask(at, &[], &[&rustls::version::TLS13], "localhost").await.is_err(), "nobody trusts it unasked");
    assert!(
        ask(at, &[root], &[&rustls::version::TLS13], "elsewhere.example").await.is_err(),
        "it speaks for its own names only"
    );
}

#[tokio::test]
async fn a_given_certificate_is_used() {
    let dir = tempfile::tempdir().expect("a folder");
    let own = rcgen::generate_simple_self_signed(vec!["front.example".to_owned()]).expect("a certificate");
    let (cert, key) = (dir.path().join("c.pem"), dir.path().join("k.pem"));
    std::fs::write(&cert, own.cert.pem()).expect("written");
    std::fs::write(&key, own.signing_key.serialize_pem()).expect("written");
    let web = web(dir.path()).await;
    let (at, _stop) = start(web.router(), Some(given(&cert, &key).expect("TLS"))).await;
    let answer =
        ask(at, &[own.cert.der().clone()], &[&rustls::version::TLS13], "front.example").await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn plain_http_to_the_tls_port_ends_without_an_answer() {
    let dir = tempfile::tempdir().expect("a folder");
    let web = web(dir.path()).await;
    let ca = Arc::new(LocalCa::in_folder(dir.path(), yixian_app::clock::real_now()).expect("an authority"));
    let (at, _stop) = start(web.router(), Some(ca.serve(hosts(&[])).expect("TLS"))).await;
    let mut plain = TcpStream::connect(at).await.expect("connects");
    plain.write_all(GET).await.expect("sent");
    let mut answer = Vec::new();
    plain.read_to_end(&mut answer).await.ok();
    assert!(!String::from_utf8_lossy(&answer).contains("HTTP/1.1"), "no word in the clear");
}

#[tokio::test]
async fn the_helper_page_holds_the_certificate_and_nothing_else() {
    let dir = tempfile::tempdir().expect("a folder");
    let ca = Arc::new(LocalCa::in_folder(dir.path(), yixian_app::clock::real_now()).expect("an authority"));
    let router = install::router(&ca, "http://192.0.2.7:8081/", "https://192.0.2.7:8443").expect("a router");
    let (at, _stop) = start(router, None).await;
    let get = async |path: &str| {
        let mut stream = TcpStream::connect(at).await.expect("connects");
        stream
            .write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes())
            .await
            .expect("sent");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.expect("an answer");
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let page = get("/").await;
    assert!(
        page.contains(&ca.fingerprint())
            && page.contains("<img src=\"/qr.svg\"")
            && page.contains("https://192.0.2.7:8443"),
        "{page}"
    );
    assert!(page.contains("content-security-policy: default-src 'none'; img-src 'self'"), "{page}");
    assert!(
        !page.contains("style=") && !page.contains("<style") && !page.contains("<script"),
        "the policy allows nothing inline"
    );
    assert!(get("/qr.svg").await.contains("image/svg+xml"));
    assert!(get("/ca.pem").await.contains(ca.pem().trim()));
    assert!(get("/ca.crt").await.contains("application/x-x509-ca-cert"));
    for other in ["/ca.key", "/healthz", "/sign-in", "/../ca.key"] {
        assert!(get(other).await.starts_with("HTTP/1.1 404"), "{other}");
    }
}
