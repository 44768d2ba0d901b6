//! TLS for phones on a LAN: certificates that are given, or an own local authority made once in the
//! company's folder. Phones install the authority's certificate (`ca.pem`) once; its key
//! (`ca.key`) is readable by its owner only. The server's certificate is made when the server
//! starts and again when it nears its end, and never touches the disk. It does not know what is
//! served. TLS lives by real time: the demo company's clock does not touch it.

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
pub use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use yixian_app::clock::real_now;
use yixian_domain::time::{Date, Instant, Zone};

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file.
    #[error("{path}: {why}", path = .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// Certificates that cannot be made.
    #[error("the certificate cannot be made: {0}")]
    Make(#[from] rcgen::Error),
    /// Certificates that cannot be used.
    #[error("the certificate cannot be used: {0}")]
    Use(#[from] rustls::Error),
}

fn file(path: &Path, why: impl std::fmt::Display) -> TlsError {
    TlsError::File { path: path.to_owned(), why: why.to_string() }
}

/// Makes ring the process's cryptography. Explicit, so that no second library decides it.
pub fn install_provider() {
    // An error only says that one is installed already.
    ring::default_provider().install_default().ok();
}

fn builder() -> Result<rustls::ConfigBuilder<ServerConfig, rustls::server::WantsServerCert>, TlsError> {
    let versions = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?;
    Ok(versions.with_no_client_auth())
}

fn finish(mut config: ServerConfig) -> Arc<ServerConfig> {
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Arc::new(config)
}

/// TLS with a given certificate chain and key, PEM.
pub fn given(cert: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let chain = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|e| file(cert, e))?;
    if chain.is_empty() {
        return Err(file(cert, "holds no certificate in PEM"));
    }
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|e| file(key, e))?;
    Ok(finish(builder()?.with_single_cert(chain, secret)?))
}

/// A server's certificate lives so long; phones refuse more than 398 days.
const LEAF_DAYS: i64 = 90;
/// It is made anew when fewer days are left.
const RENEW_DAYS: i64 = 30;
const DAY_MS: i64 = 86_400_000;

/// The company's own authority.
pub struct LocalCa {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    der: CertificateDer<'static>,
}

impl std::fmt::Debug for LocalCa {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LocalCa").finish_non_exhaustive()
    }
}

fn day(at: Instant) -> Date {
    // In UTC: the bounds have days to spare.
    Zone::parse("fixed:+00:00").map_or(Date::constant(1970, 1, 1), |z| z.date_of(at))
}

fn valid(params: &mut CertificateParams, from: Date, to: Date) {
    params.not_before = date_time_ymd(i32::from(from.year()), from.month() as u8, from.day() as u8);
    params.not_after = date_time_ymd(i32::from(to.year()), to.month() as u8, to.day() as u8);
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut f = options.open(path)?;
    std::io::Write::write_all(&mut f, text.as_bytes())?;
    f.sync_all()
}

impl LocalCa {
    /// The authority in a folder; made there when there is none.
    pub fn in_folder(folder: &Path, now: Instant) -> Result<LocalCa, TlsError> {
        let (cert_path, key_path) = (folder.join("ca.pem"), folder.join("ca.key"));
        if !key_path.exists() || !cert_path.exists() {
            let key = KeyPair::generate()?;
            let mut params = CertificateParams::default();
            let mut name = DistinguishedName::new();
            // A phone with two companies' authorities must be able to tell them apart.
            let mark: String =
                key.public_key_raw().iter().rev().take(3).fold(String::new(), |s, b| s + &format!("{b:02x}"));
            name.push(DnType::CommonName, format!("Yixian {mark}"));
            name.push(DnType::OrganizationName, "Yixian local authority");
            params.distinguished_name = name;
            params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
            params.key_usages =
                vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
            let today = day(now);
            valid(&mut params, day(Instant(now.0 - DAY_MS)), Date::constant(today.year() + 20, today.month(), 1));
            let cert = params.self_signed(&key)?;
            // Half of a pair is no use: what is left of an interrupted making goes.
            for old in [&cert_path, &key_path] {
                std::fs::remove_file(old).ok();
            }
            write_private(&key_path, &key.serialize_pem()).map_err(|e| file(&key_path, e))?;
            std::fs::write(&cert_path, cert.pem()).map_err(|e| file(&cert_path, e))?;
        }
        let pem = std::fs::read_to_string(&cert_path).map_err(|e| file(&cert_path, e))?;
        let key = std::fs::read_to_string(&key_path).map_err(|e| file(&key_path, e))?;
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|e| file(&cert_path, e))?;
        let key = KeyPair::from_pem(&key).map_err(|e| file(&key_path, e))?;
        Ok(LocalCa { issuer: Issuer::from_ca_cert_der(&der, key)?, pem, der })
    }

    /// The authority's certificate, which phones install.
    pub fn pem(&self) -> &str {
        &self.pem
    }
    /// The same in DER.
    pub fn der(&self) -> &CertificateDer<'static> {
        &self.der
    }
    /// Its SHA-256 in pairs of hex digits, as phones show it.
    pub fn fingerprint(&self) -> String {
        let hex = yixian_app::ledger::sha256(&self.der).to_uppercase();
        let pairs: Vec<&str> = (0..hex.len() / 2).filter_map(|i| hex.get(i * 2..i * 2 + 2)).collect();
        pairs.join(":")
    }

    /// A server's certificate for these names and addresses.
    fn leaf(&self, hosts: &[String], now: Instant) -> Result<CertifiedKey, TlsError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(hosts.to_vec())?;
        let mut name = DistinguishedName::new();
        name.push(DnType::CommonName, hosts.first().map_or("yixian", String::as_str));
        params.distinguished_name = name;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        valid(&mut params, day(Instant(now.0 - DAY_MS)), day(Instant(now.0 + LEAF_DAYS * DAY_MS)));
        let cert = params.signed_by(&key, &self.issuer)?;
        let secret = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let signing = ring::sign::any_supported_type(&secret)?;
        Ok(CertifiedKey::new(vec![cert.der().clone()], signing))
    }

    /// TLS with certificates of this authority.
    pub fn serve(self: &Arc<Self>, hosts: Vec<String>) -> Result<Arc<ServerConfig>, TlsError> {
        self.serve_at(hosts, real_now)
    }

    fn serve_at(self: &Arc<Self>, hosts: Vec<String>, clock: fn() -> Instant) -> Result<Arc<ServerConfig>, TlsError> {
        let now = clock();
        let leaf = Arc::new(self.leaf(&hosts, now)?);
        let renewing = Renewing { ca: self.clone(), hosts, clock, leaf: Mutex::new((now, leaf)) };
        Ok(finish(builder()?.with_cert_resolver(Arc::new(renewing))))
    }
}

/// Hands out the server's certificate and makes a new one when it nears its end.
struct Renewing {
    ca: Arc<LocalCa>,
    hosts: Vec<String>,
    clock: fn() -> Instant,
    leaf: Mutex<(Instant, Arc<CertifiedKey>)>,
}

impl std::fmt::Debug for Renewing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Renewing").field("hosts", &self.hosts).finish_non_exhaustive()
    }
}

impl Renewing {
    fn current(&self) -> Option<Arc<CertifiedKey>> {
        let now = (self.clock)();
        let mut leaf = self.leaf.lock().ok()?;
        if now.0 - leaf.0.0 > (LEAF_DAYS - RENEW_DAYS) * DAY_MS {
            match self.ca.leaf(&self.hosts, now) {
                Ok(new) => *leaf = (now, Arc::new(new)),
                Err(e) => tracing::error!(error = %e, "the server's certificate could not be renewed"),
            }
        }
        Some(leaf.1.clone())
    }
}

impl ResolvesServerCert for Renewing {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.current()
    }
}

/// The addresses of this machine that others reach it by. A UDP socket that is connected but sends
/// nothing tells which address the system would use; several targets find several networks.
pub fn local_addresses() -> Vec<IpAddr> {
    let mut found = Vec::new();
    for (from, to) in [
        ("0.0.0.0:0", "192.0.2.1:9"),
        ("0.0.0.0:0", "10.0.0.1:9"),
        ("0.0.0.0:0", "172.16.0.1:9"),
        ("0.0.0.0:0", "192.168.0.1:9"),
        ("0.0.0.0:0", "192.168.1.1:9"),
        ("[::]:0", "[2001:db8::1]:9"),
    ] {
        let Ok(socket) = UdpSocket::bind(from) else { continue };
        if socket.connect(to).is_err() {
            continue;
        }
        if let Ok(at) = socket.local_addr()
            && !at.ip().is_loopback()
            && !at.ip().is_unspecified()
            && !found.contains(&at.ip())
        {
            found.push(at.ip());
        }
    }
    found
}

/// What the server's certificate speaks for: what was asked for, this machine's name and addresses,
/// and the machine itself.
pub fn hosts(asked: &[String]) -> Vec<String> {
    let mut all: Vec<String> = asked.to_vec();
    all.extend(local_addresses().iter().map(ToString::to_string));
    if let Ok(name) = std::fs::read_to_string("/proc/sys/kernel/hostname") {
        let name = name.trim().to_lowercase();
        if !name.is_empty() && name.is_ascii() && name != "localhost" && name != "(none)" {
            if !name.contains('.') {
                all.push(format!("{name}.local"));
            }
            all.push(name);
        }
    }
    all.extend(["localhost", Ipv4Addr::LOCALHOST.to_string().as_str(), "::1"].map(str::to_owned));
    let mut seen = std::collections::HashSet::new();
    all.retain(|h| seen.insert(h.clone()));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    static NOW: AtomicI64 = AtomicI64::new(1_525_222_800_000);
    fn clock() -> Instant {
        Instant(NOW.load(Ordering::SeqCst))
    }

    #[test]
    fn an_authority_is_made_once_and_its_key_is_its_owners() {
        let dir = tempfile::tempdir().expect("a folder");
        let first = LocalCa::in_folder(dir.path(), clock()).expect("made");
        let again = LocalCa::in_folder(dir.path(), clock()).expect("read");
        assert_eq!(first.pem(), again.pem());
        assert_eq!(first.fingerprint().len(), 32 * 3 - 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(dir.path().join("ca.key")).expect("the key").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        // The certificate never holds the key.
        assert!(!first.pem().contains("PRIVATE"));
    }

    #[test]
    fn a_certificate_is_renewed_when_it_nears_its_end() {
        let dir = tempfile::tempdir().expect("a folder");
        let ca = Arc::new(LocalCa::in_folder(dir.path(), clock()).expect("made"));
        let hosts = vec!["localhost".to_owned()];
        let leaf = Arc::new(ca.leaf(&hosts, clock()).expect("made"));
        let renewing = Renewing { ca, hosts, clock, leaf: Mutex::new((clock(), leaf.clone())) };
        let current = || renewing.current().expect("a certificate").cert[0].clone();
        assert_eq!(current(), leaf.cert[0]);
        NOW.fetch_add(59 * DAY_MS, Ordering::SeqCst);
        assert_eq!(current(), leaf.cert[0], "31 days are left");
        NOW.fetch_add(2 * DAY_MS, Ordering::SeqCst);
        let new = current();
        assert_ne!(new, leaf.cert[0], "29 days are left");
        assert_eq!(current(), new, "and the new one stays");
    }

    #[test]
    fn hosts_hold_what_was_asked_for_and_the_machine_once_each() {
        let all = hosts(&["front.example".to_owned(), "localhost".to_owned()]);
        assert_eq!(all[0], "front.example");
        for h in ["localhost", "127.0.0.1", "::1"] {
            assert_eq!(all.iter().filter(|a| *a == h).count(), 1, "{h}");
        }
    }

    #[test]
    fn what_is_no_certificate_is_said_with_its_file() {
        let dir = tempfile::tempdir().expect("a folder");
        let (cert, key) = (dir.path().join("c.pem"), dir.path().join("k.pem"));
        assert!(given(&cert, &key).expect_err("no file").to_string().contains("c.pem"));
        std::fs::write(&cert, "nothing").expect("written");
        assert!(given(&cert, &key).expect_err("no certificate").to_string().contains("holds no certificate"));
    }
}
