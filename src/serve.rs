//! `yixian serve` and `yixian demo`: opens the company, catches up on what time brought about, opens
//! the doors, prints how to get in, and ends gracefully.

use crate::Company;
use crate::company::{demo_clock, open, take};
use crate::console::said;
use anyhow::Context as _;
use clap::Args;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use yixian_app::App;
use yixian_app::clock::{Clock, real_now};
use yixian_app::demo::{DemoKey, DemoRole, Making, Size};
use yixian_app::domain::ids::By;
use yixian_app::domain::time::Instant;
use yixian_app::message::{Gateway, Messages};
use yixian_app::mint::Mint;
use yixian_web::serve::{Bounds, listen, serve as accept};
use yixian_web::{Entry, Options, Web, install, measure, tls};

/// How the doors are opened.
#[derive(Args, Clone, Debug)]
pub(crate) struct Doors {
    /// Address and port to listen on [default: 127.0.0.1:8080; with --tls 0.0.0.0:8443].
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// Serves over TLS: phones need it. Without --cert an own authority is made in the data folder.
    #[arg(long)]
    tls: bool,
    /// Certificate chain, PEM.
    #[arg(long, requires = "key", requires = "tls")]
    cert: Option<PathBuf>,
    /// The certificate's key, PEM.
    #[arg(long, requires = "cert")]
    key: Option<PathBuf>,
    /// Name or address the own authority's certificate speaks for, beside those found here.
    #[arg(long, requires = "tls", conflicts_with = "cert")]
    host: Vec<String>,
    /// Port of a plain helper page on which a phone finds the authority's certificate.
    #[arg(long, requires = "tls", conflicts_with = "cert")]
    ca_port: Option<u16>,
    /// Address and port for metrics; none when missing.
    #[arg(long)]
    metrics: Option<SocketAddr>,
    /// Proxies whose `X-Forwarded-For` is believed.
    #[arg(long)]
    trusted_proxy: Vec<IpAddr>,
    /// Address at which people reach the pages, for printed links.
    #[arg(long)]
    public_url: Option<String>,
    /// Days for which a link to set a password works.
    #[arg(long, default_value_t = 7)]
    password_link_days: u16,
    /// Commands a minute that one person may send, by forms and programs together; 0 for as many as he likes.
    #[arg(long, default_value_t = 6_000)]
    commands_a_minute: u32,
    /// How many nodes serve the company on one PostgreSQL; each allows its share of what somebody may try.
    #[arg(long, default_value_t = NonZeroU32::MIN)]
    nodes: NonZeroU32,
    /// SMS gateway, `http://HOST:PORT/PATH` on the company's own network; without one, messages lie as files in the data
    /// folder.
    #[arg(long, requires = "sms_key")]
    sms_gateway: Option<Gateway>,
    /// File with the key that signs what goes to the gateway.
    #[arg(long, requires = "sms_gateway")]
    sms_key: Option<PathBuf>,
    /// Logs as JSON lines.
    #[arg(long)]
    log_json: bool,
}

/// The demo company's clock starts here: 2018-09-30 09:00 +08:00, a make-up working Sunday.
const DEMO_START: Instant = Instant(1_538_269_200_000);

/// Ports taken before anything else: a port in use is told at once and nothing was made for nothing.
struct Ports {
    main: TcpListener,
    metrics: Option<TcpListener>,
    helper: Option<TcpListener>,
}

async fn port(at: SocketAddr) -> anyhow::Result<TcpListener> {
    listen(at).await.with_context(|| format!("cannot listen on {at}"))
}

impl Ports {
    async fn take(doors: &Doors) -> anyhow::Result<Ports> {
        let usual = if doors.tls { (Ipv4Addr::UNSPECIFIED, 8443) } else { (Ipv4Addr::LOCALHOST, 8080) };
        let at = doors.listen.unwrap_or_else(|| SocketAddr::from(usual));
        let main = port(at).await?;
        let metrics = match doors.metrics {
            Some(m) => Some(port(m).await?),
            None => None,
        };
        let helper = match doors.ca_port {
            Some(p) => Some(port(SocketAddr::new(at.ip(), p)).await?),
            None => None,
        };
        Ok(Ports { main, metrics, helper })
    }
}

/// An address as others reach it: the first that was named, else this machine's own.
fn reached(at: SocketAddr, doors: &Doors) -> String {
    if let Some(host) = doors.host.first() {
        return if host.contains(':') { format!("[{host}]:{}", at.port()) } else { format!("{host}:{}", at.port()) };
    }
    if !at.ip().is_unspecified() {
        return at.to_string();
    }
    let ip = tls::local_addresses().into_iter().next().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    SocketAddr::new(ip, at.port()).to_string()
}

pub(crate) async fn serve(company: Company, doors: Doors) -> anyhow::Result<ExitCode> {
    crate::log::begin(doors.log_json);
    let ports = Ports::take(&doors).await?;
    // Nodes on PostgreSQL share the folder.
    let _serving = if company.database.is_none() { Some(take(&company)?) } else { None };
    let app = open(&company, Clock::Real, Mint::random()).await?;
    let fresh = !app.is_set_up().await?;
    run(app, doors, ports, &company.data, async |web, url| {
        println!("{}: {url}", said("address"));
        if fresh {
            println!("{}\n  {url}{}", said("set_up"), web.link(Entry::Setup, By::Rule).await?);
        }
        Ok(())
    })
    .await
}

pub(crate) async fn demo(data: Option<PathBuf>, seed: u64, small: bool, doors: Doors) -> anyhow::Result<ExitCode> {
    crate::log::begin(doors.log_json);
    let ports = Ports::take(&doors).await?;
    let data = data.unwrap_or_else(|| PathBuf::from("data").join("demo"));
    let company = Company { data, database: None, rules: None };
    let _serving = take(&company)?;
    let app = open(&company, demo_clock(&company, DEMO_START)?, Mint::random()).await?;
    let began = std::time::Instant::now();
    let size = if small { Size::MONTH } else { Size::FULL };
    let made = app.make_demo_telling(seed, size, &mut |m| println!("{}", making(m))).await?;
    if made.made {
        println!("The demo company was made in {:.1} s in {}", began.elapsed().as_secs_f64(), company.data.display());
    }
    run(app, doors, ports, &company.data, async |web, url| {
        println!("{}: {url}", said("address"));
        println!("{}", said("sign_in"));
        for a in &made.accounts {
            let path = match a.key {
                DemoKey::Person(p) => web.link(Entry::Person(p), By::Rule).await?,
                // A connection has a page of its own, which asks for more than the link.
                DemoKey::Raiser(m, c) => format!(
                    "/{}/{}",
                    if a.role == DemoRole::Customer { "c" } else { "r" },
                    web.app().raiser_token(m, c)
                ),
            };
            println!("  {} / {} · {}\n    {url}{path}", a.role.zh(), a.role.en(), a.name);
        }
        Ok(())
    })
    .await
}

/// How far the making of the demo is, in words.
fn making(m: Making) -> String {
    match m {
        Making::Register { people, places } => {
            format!("  登记人员 {people} 名、地点 {places} 个 / {people} people and {places} places")
        }
        Making::Month { month, percent } => format!("  {month} · {percent} %"),
        Making::Figures => "  汇总历史指标 / counting what was known when".into(),
        Making::Plan => "  编制十月计划 / planning October".into(),
    }
}

async fn run(
    app: App,
    doors: Doors,
    ports: Ports,
    folder: &Path,
    greet: impl AsyncFnOnce(&Web, &str) -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    // What fell due while we were away is written before the first request is served.
    app.sweep().await?;
    // Links that sign in live while the process that printed them runs.
    app.end_enter_links().await?;
    if let (Some(gateway), Some(file)) = (&doors.sms_gateway, &doors.sms_key) {
        app.send_messages_to(Messages::Gateway(gateway.clone().signing_with(&key_in(file)?)));
    }
    let at = reached(ports.main.local_addr()?, &doors);
    let url =
        doors.public_url.clone().unwrap_or_else(|| format!("{}://{at}", if doors.tls { "https" } else { "http" }));
    let web = Web::new(
        app.clone(),
        Options {
            tls: doors.tls,
            trusted_proxies: doors.trusted_proxy.clone(),
            public_url: url.clone(),
            password_link_days: doors.password_link_days,
            commands_a_minute: NonZeroU32::new(doors.commands_a_minute),
            nodes: doors.nodes,
        },
    );
    let (stop, stopped) = watch::channel(false);
    let mut beside = vec![
        tokio::spawn(sweep_every_minute(app.clone(), web.clone(), stopped.clone())),
        tokio::spawn(read_ledger(app.clone(), stopped.clone())),
        tokio::spawn(tidy_every_day(app.clone(), stopped.clone())),
        tokio::spawn(export_seals(app.clone(), stopped.clone())),
    ];
    let secure =
        if doors.tls { Some(secure(&doors, folder, ports.helper, &url, &stopped, &mut beside)?) } else { None };
    if let Some(listener) = ports.metrics {
        let at = listener.local_addr()?;
        beside.push(tokio::spawn(measure::serve_metrics(listener, measure::install()?, web.clone(), stopped.clone())));
        println!("Metrics: http://{at}/metrics");
    }
    let ended = ended().context("cannot hear the signals that ask to stop")?;
    greet(&web, &url).await?;
    tokio::spawn(async move {
        ended.await;
        stop.send(true).ok();
    });
    accept(ports.main, web.router(), secure, Bounds::default(), stopped).await;
    for task in beside {
        task.await.ok();
    }
    app.close().await;
    Ok(ExitCode::SUCCESS)
}

/// The key in a file, without the line's end that editors leave.
fn key_in(file: &Path) -> anyhow::Result<Vec<u8>> {
    let key = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the key of the SMS gateway in {}", file.display()))?;
    let key = key.trim().as_bytes().to_vec();
    anyhow::ensure!(!key.is_empty(), "the key of the SMS gateway in {} is empty", file.display());
    Ok(key)
}

type Beside = Vec<tokio::task::JoinHandle<()>>;

/// The server's TLS; with an own authority also the way a phone comes to trust it.
fn secure(
    doors: &Doors,
    folder: &Path,
    helper: Option<TcpListener>,
    url: &str,
    stop: &watch::Receiver<bool>,
    beside: &mut Beside,
) -> anyhow::Result<Arc<yixian_web::tls::ServerConfig>> {
    tls::install_provider();
    if let (Some(cert), Some(key)) = (&doors.cert, &doors.key) {
        return Ok(tls::given(cert, key)?);
    }
    let ca = Arc::new(tls::LocalCa::in_folder(folder, real_now())?);
    println!("{}: {}", said("authority"), folder.join("ca.pem").display());
    println!("  SHA-256 {}", ca.fingerprint());
    if let Some(listener) = helper {
        let here = format!("http://{}/", reached(listener.local_addr()?, doors));
        println!("{}: {here}\n{}", said("install"), install::terminal_qr(&here)?);
        let router = install::router(&ca, &here, url)?;
        beside.push(tokio::spawn(accept(
            listener,
            router,
            None,
            Bounds { connections: 256, per_address: 32, ..Bounds::default() },
            stop.clone(),
        )));
    }
    Ok(ca.serve(tls::hosts(&doors.host))?)
}

/// Reads the ledger into columns, so that the first who opens a page of the flow does not wait for it.
async fn read_ledger(app: App, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        read = app.catch_up_flow() => if let Err(e) = read {
            tracing::warn!(error = %e, "the ledger was not read into columns; the next page of the flow tries again");
        },
        _ = stop.wait_for(|s| *s) => {}
    }
}

async fn sweep_every_minute(app: App, web: Web, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_mins(1)) => {}
            _ = stop.wait_for(|s| *s) => return,
        }
        web.forget_tries();
        if let Err(e) = app.sweep().await {
            tracing::error!(error = %e, "the sweep failed; it tries again in a minute");
        }
    }
}

/// Lets the newest seal leave the database by the timetable of the settings.
async fn export_seals(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(e) = app.export_seals().await {
            tracing::error!(error = %e, "a seal of the ledger was not exported; it is tried again in ten minutes");
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_mins(10)) => {}
            _ = stop.wait_for(|s| *s) => return,
        }
    }
}

/// Clears away at the start and once a day what nobody needs.
async fn tidy_every_day(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        match app.clear_photos().await {
            Ok(0) => {}
            Ok(files) => tracing::info!(files, "files that no photo is kept in were removed"),
            Err(e) => tracing::warn!(error = %e, "the folder of photos was not cleared; tomorrow it is tried again"),
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_hours(24)) => {}
            _ = stop.wait_for(|s| *s) => return,
        }
    }
}

/// Hears from now on whoever asks us to stop, and resolves when somebody did: Ctrl-C or SIGTERM.
/// Listening begins with the call, not with the first poll, so that nobody who has read our address
/// can ask too early to be heard.
fn ended() -> anyhow::Result<impl Future<Output = ()> + Send> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut term, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        Ok(async move {
            tokio::select! { _ = term.recv() => {}, _ = interrupt.recv() => {} }
        })
    }
    #[cfg(not(unix))]
    Ok(async { tokio::signal::ctrl_c().await.unwrap_or(()) })
}
