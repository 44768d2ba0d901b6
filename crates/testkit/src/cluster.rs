//! One throw-away PostgreSQL cluster per test process: made on first use, on a free port of
//! 127.0.0.1, in the default language collation of a real installation where that can be had, and
//! taken down by a guard process as soon as the test process is gone, however it went.
//! `YIXIAN_TEST_POSTGRES=postgres://…` uses a server that is already there.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The server of this test process.
#[derive(Debug)]
pub struct Cluster {
    url: String,
    /// Where it lies and what runs it; none for a server that was already there.
    own: Option<Own>,
}

#[derive(Debug)]
struct Own {
    bin: PathBuf,
    data: PathBuf,
    port: u16,
    /// Holds the guard's standard input open: when this process ends, the guard reads its end.
    _guard: Child,
}

static SHARED: OnceLock<Cluster> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(0);

fn newest_bin() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|e| Some((e.file_name().to_str()?.parse().ok()?, e.path().join("bin"))))
        .collect();
    found.sort();
    let on_path = std::env::var_os("PATH").into_iter().flat_map(|p| std::env::split_paths(&p).collect::<Vec<_>>());
    found.into_iter().rev().map(|f| f.1).chain(on_path).find(|d| d.join("initdb").exists() && d.join("pg_ctl").exists())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout.trim_ascii() == b"0")
}

/// A shell line run as a user the server accepts: it refuses root.
fn shell(line: &str) -> Command {
    let mut c = if is_root() {
        let mut c = Command::new("runuser");
        c.args(["-u", "postgres", "--", "sh", "-c", line]);
        c
    } else {
        let mut c = Command::new("sh");
        c.args(["-c", line]);
        c
    };
    c.current_dir("/");
    c
}

fn run(line: &str) -> Result<(), String> {
    let out = shell(line).stdin(Stdio::null()).output().map_err(|e| e.to_string())?;
    if out.status.success() {
        Ok(())
    } else {
        Err(format!("{line}: {}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr)))
    }
}

impl Own {
    fn make() -> Own {
        let bin = newest_bin().expect("no PostgreSQL server found: install it (Debian: apt-get install postgresql) or set YIXIAN_TEST_POSTGRES=postgres://…");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        // Made by the user that runs the server, and short: the path of a socket has 107 bytes.
        let out = shell("mktemp -d /tmp/yixian-pg.XXXXXXXX").output().expect("mktemp runs");
        let folder = PathBuf::from(String::from_utf8_lossy(&out.stdout).trim());
        assert!(folder.is_dir(), "PostgreSQL needs a user to run as: {}", String::from_utf8_lossy(&out.stderr));
        let data = folder.join("data");
        let (b, d) = (bin.display(), data.display());
        let initdb = |extra: &str| run(&format!("{b}/initdb -D {d} -U yixian -A trust -E UTF8 -N {extra}"));
        // A language's collation, as real servers have, brings out what relies on byte order.
        if initdb("--locale=C --locale-provider=icu --icu-locale=en").is_err() {
            run(&format!("rm -rf {d}")).and_then(|()| initdb("")).unwrap_or_else(|e| panic!("initdb: {e}"));
        }
        // The guard outlives this process by one breath, whatever kills it.
        let guard = shell(&format!(
            "cat >/dev/null; {b}/pg_ctl -D {d} -m immediate -w stop >/dev/null 2>&1; rm -rf {}",
            folder.display()
        ))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("the guard starts");
        let own = Own { bin, data, port, _guard: guard };
        own.start();
        own
    }

    fn start(&self) {
        let (b, d, folder) =
            (self.bin.display(), self.data.display(), self.data.parent().unwrap_or(Path::new("/")).display());
        // Processes are killed here, machines are not: the system keeps what was written.
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off -c max_connections=200 -c shared_buffers=64MB",
            self.port
        );
        run(&format!("{b}/pg_ctl -D {d} -l {folder}/log -w -o '{options}' start >/dev/null"))
            .unwrap_or_else(|e| panic!("PostgreSQL does not start: {e}"));
    }

    /// Stops the server in its tracks, and every process of it. The one that makes the others comes first: one made while
    /// they were being counted would go on answering.
    fn freeze(&self) {
        let pid = format!("$(head -n 1 {}/postmaster.pid)", self.data.display());
        run(&format!(
            "p={pid}; kill -STOP $p && until ps -o state= -p $p | grep -q T; do sleep 0.01; done; \
             kill -STOP $(ps -o pid= --ppid $p); for c in $(ps -o pid= --ppid $p); do \
             while ps -o state= -p $c | grep -q '[^TZ]'; do sleep 0.01; done; done"
        ))
        .unwrap_or_else(|e| panic!("{e}"));
    }

    /// Lets all of it go on, the one that makes the others last.
    fn thaw(&self) {
        let pid = format!("$(head -n 1 {}/postmaster.pid)", self.data.display());
        run(&format!("p={pid}; kill -CONT $(ps -o pid= --ppid $p) $p")).unwrap_or_else(|e| panic!("{e}"));
    }

    fn stop(&self) {
        run(&format!("{}/pg_ctl -D {} -m immediate -w stop", self.bin.display(), self.data.display()))
            .unwrap_or_else(|e| panic!("PostgreSQL does not stop: {e}"));
    }
}

impl Cluster {
    fn make() -> Cluster {
        if let Ok(url) = std::env::var("YIXIAN_TEST_POSTGRES") {
            return Cluster { url: url.trim_end_matches('/').to_owned(), own: None };
        }
        let own = Own::make();
        Cluster { url: format!("postgres://yixian@127.0.0.1:{}", own.port), own: Some(own) }
    }

    /// The address of a database in it.
    pub fn url_of(&self, database: &str) -> String {
        match self.url.split_once("://").and_then(|(_, rest)| rest.find('/')) {
            None => format!("{}/{database}", self.url),
            Some(_) => format!("{}/{database}", self.url.rsplit_once('/').map_or("", |u| u.0)),
        }
    }
}

/// The server of this test process, started on first use.
pub fn postgres() -> &'static Cluster {
    SHARED.get_or_init(Cluster::make)
}

/// A database of its own; gives its address.
pub(crate) async fn fresh_database() -> String {
    let cluster = tokio::task::spawn_blocking(postgres).await.expect("the cluster starts");
    let name = format!("yixian_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let admin = if cluster.own.is_some() { cluster.url_of("postgres") } else { cluster.url.clone() };
    let mut conn = PgConnection::connect(&admin).await.expect("the server answers");
    conn.execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name}"))).await.expect("DROP DATABASE");
    conn.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("CREATE DATABASE");
    conn.close().await.ok();
    cluster.url_of(&name)
}

/// A server of a test's own, which nobody else minds losing.
impl Cluster {
    /// A cluster apart from the shared one; never the one of `YIXIAN_TEST_POSTGRES`.
    pub fn of_my_own() -> Cluster {
        let own = Own::make();
        Cluster { url: format!("postgres://yixian@127.0.0.1:{}", own.port), own: Some(own) }
    }
    /// Kills it as a power cut would.
    pub fn stop(&self) {
        if let Some(own) = &self.own {
            own.stop();
        }
    }
    /// Stops all of it in its tracks, as a hung disk or a lost network does, until what this gives is dropped.
    pub fn freeze(&self) -> Frozen<'_> {
        if let Some(own) = &self.own {
            own.freeze();
        }
        Frozen(self)
    }
    /// Starts it again.
    pub fn start(&self) {
        if let Some(own) = &self.own {
            own.start();
        }
    }
}

/// A server that takes connections and answers nothing.
#[derive(Debug)]
pub struct Frozen<'a>(&'a Cluster);

impl Drop for Frozen<'_> {
    fn drop(&mut self) {
        if let Some(own) = &self.0.own {
            own.thaw();
        }
    }
}

/// Kills a server and starts it again.
pub fn stop_and_start(cluster: &Cluster) {
    cluster.stop();
    cluster.start();
}
