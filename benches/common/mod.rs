//! What benches of the served product share: a client on a socket, the product with its doors open, doors timed in turn, a median.
//! It does not know what is measured.

#![allow(dead_code, missing_docs)] // each bench uses its part

use serde_json::Value;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::watch;
use uuid::Uuid;
use yixian_app::accounts::Whence;
use yixian_app::clock::Clock;
use yixian_app::domain::access::Actor;
use yixian_app::domain::ids::{CommandId, PersonId};
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::store::Db;
use yixian_app::{App, Opening};
use yixian_web::serve::{Bounds, listen, serve};
use yixian_web::{Options, Web};

pub type Any<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// One keep-alive connection that speaks just enough HTTP/1.1.
pub struct Client {
    stream: BufReader<TcpStream>,
    /// The line of the head that says who asks.
    who: String,
}

impl Client {
    async fn to(at: SocketAddr, who: String) -> Any<Client> {
        let stream = TcpStream::connect(at).await?;
        stream.set_nodelay(true)?;
        Ok(Client { stream: BufReader::new(stream), who })
    }

    /// A program with its token.
    pub async fn bearer(at: SocketAddr, token: &str) -> Any<Client> {
        Client::to(at, format!("authorization: Bearer {token}")).await
    }

    /// A browser with its session.
    pub async fn session(at: SocketAddr, secret: &str) -> Any<Client> {
        Client::to(at, format!("cookie: yx_s={secret}")).await
    }

    /// Status and length of an answer.
    pub async fn ask(&mut self, method: &str, path: &str, body: &str) -> Any<(u16, usize)> {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: load\r\n{}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.who,
            body.len()
        );
        self.stream.get_mut().write_all(head.as_bytes()).await?;
        let head = self.line_or_head(b"\r\n\r\n").await?.to_lowercase();
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        if !head.contains("transfer-encoding: chunked") {
            let length =
                head.lines().find_map(|l| l.strip_prefix("content-length: ")?.trim().parse().ok()).unwrap_or(0);
            self.pass(length).await?;
            return Ok((status, length));
        }
        let mut length = 0;
        loop {
            let chunk = usize::from_str_radix(self.line_or_head(b"\r\n").await?.trim(), 16)?;
            self.pass(chunk + 2).await?;
            length += chunk;
            if chunk == 0 {
                break;
            }
        }
        Ok((status, length))
    }

    async fn line_or_head(&mut self, end: &[u8]) -> Any<String> {
        let mut read = Vec::with_capacity(1024);
        while !read.ends_with(end) {
            read.push(self.stream.read_u8().await?);
        }
        Ok(String::from_utf8_lossy(&read).into_owned())
    }

    async fn pass(&mut self, mut bytes: usize) -> Any<()> {
        let mut rest = vec![0; 16 << 10];
        while bytes > 0 {
            let some = bytes.min(rest.len());
            self.stream.read_exact(&mut rest[..some]).await?;
            bytes -= some;
        }
        Ok(())
    }
}

/// The product on a folder, with its doors open.
pub struct Running {
    pub app: App,
    pub at: SocketAddr,
    stop: watch::Sender<bool>,
    serving: tokio::task::JoinHandle<()>,
}

impl Running {
    /// Opens it: on the folder's own file, or on PostgreSQL where an address says so.
    pub async fn open(folder: &Path, clock: Clock, postgres: Option<&str>) -> Any<Running> {
        let db = match postgres {
            Some(url) => Db::open_postgres(url).await?,
            None => Db::open_folder(folder).await?,
        };
        let app =
            App::open(Opening { db, folder, clock, mint: Mint::random(), policies: PolicySource::Embedded }).await?;
        let listener = listen("127.0.0.1:0".parse()?).await?;
        let at = listener.local_addr()?;
        let web = Web::new(app.clone(), Options::default());
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(serve(listener, web.router(), None, Bounds::default(), stopped));
        Ok(Running { app, at, stop, serving })
    }

    /// Ends serving and closes the store.
    pub async fn close(self) -> Any<()> {
        self.stop.send(true)?;
        self.serving.await?;
        self.app.close().await;
        Ok(())
    }
}

/// What a page takes at most, milliseconds.
pub const PAGE_GOAL: f64 = 10.0;
/// What may take as long that reads all works, outages or tasks of a company at once.
pub const WHOLE_GOAL: f64 = 100.0;

/// An id that a number stands for.
pub const fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0163_0000_0000_7000_8000_0000_0000_0000 | n)
}

/// Carries out a command.
pub async fn run(app: &App, actor: &Actor, body: Value) -> Any<()> {
    let envelope = serde_json::from_value(body.clone())?;
    let id = CommandId(app.mint().uuid(app.clock().now()));
    app.execute(actor, id, envelope, None).await.map_err(|e| format!("{:.400}: {e}", body.to_string()))?;
    Ok(())
}

/// What is opened: its name in the table, where it is, and what it takes at most.
pub type Door<'a> = (&'static str, &'a str, f64);

/// What a door took, milliseconds, and the size of its answer.
pub struct Timed {
    pub name: &'static str,
    pub first: f64,
    pub middle: f64,
    pub kib: usize,
    pub goal: f64,
}

impl Timed {
    pub fn met(&self) -> bool {
        self.middle <= self.goal
    }

    /// What stands beside its goal.
    pub fn missed(&self) -> &'static str {
        if self.met() { "" } else { " missed" }
    }
}

/// Opens each door by one connection, in turn: 21 times or for five seconds, three times at least.
pub async fn time_doors(running: &Running, person: Uuid, doors: &[Door<'_>]) -> Any<Vec<Timed>> {
    let session = running.app.begin_session(PersonId(person), &Whence::default()).await?;
    let token = running.app.make_token(PersonId(person), "bench".into(), 1).await?;
    let mut rows = Vec::new();
    for &(name, path, goal) in doors {
        let mut client = if path.starts_with("/api/") {
            Client::bearer(running.at, &token).await?
        } else {
            Client::session(running.at, &session).await?
        };
        let (mut times, mut kib) = (Vec::new(), 0);
        while times.len() < 3 || times.len() < 21 && times.iter().sum::<f64>() < 5_000.0 {
            let began = Instant::now();
            let (status, length) = client.ask("GET", path, "").await?;
            if status != 200 {
                return Err(format!("{path}: {status}").into());
            }
            kib = length / 1024;
            times.push(began.elapsed().as_secs_f64() * 1e3);
        }
        let row = Timed { name, first: times[0], middle: median(times), kib, goal };
        eprintln!("  {name:<40} first {:>8.1}   p50 {:>8.2} ms   {kib:>6} KiB", row.first, row.middle);
        rows.push(row);
    }
    Ok(rows)
}

/// What the kernel says of this program's memory, MiB: `VmRSS` now, `VmHWM` at its most.
pub fn memory(which: &str) -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|l| l.strip_prefix(which)?.strip_prefix(':')).unwrap_or_default();
    line.split_whitespace().next().and_then(|n| n.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1_024.0
}

/// The middle one.
pub fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The page that tables of measurements are written into.
const PAGE: &str = "docs/performance.md";

/// Puts a table into the page of measurements, between two marks of its own.
pub fn write_between((from, to): (&str, &str), table: &str) -> Any<()> {
    let page = std::fs::read_to_string(PAGE)?;
    let (begin, end) = (page.find(from).ok_or("no mark")? + from.len(), page.find(to).ok_or("no mark")?);
    Ok(std::fs::write(PAGE, format!("{}\n{table}{}", &page[..begin], &page[end..]))?)
}
