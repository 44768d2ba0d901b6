//! `yixian serve` and `yixian demo`: opens the company, catches up on what time brought about, opens
//! the doors, prints how to get in, and ends gracefully.

use crate::Company;
use crate::company::{demo_clock, open};
use anyhow::Context as _;
use clap::Args;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tokio::sync::watch;
use yixian_app::App;
use yixian_app::clock::Clock;
use yixian_app::demo::DemoKey;
use yixian_app::mint::Mint;
use yixian_app::domain::time::Instant;
use yixian_web::serve::{Bounds, listen, serve as accept};
use yixian_web::{Entry, Options, Web};

/// How the doors are opened.
#[derive(Args, Clone, Debug)]
pub(crate) struct Doors {
    /// Address and port to listen on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Address and port for metrics; none when missing.
    #[arg(long)]
    metrics: Option<SocketAddr>,
    /// Proxies whose `X-Forwarded-For` is believed.
    #[arg(long)]
    trusted_proxy: Vec<IpAddr>,
    /// Address at which people reach the pages, for printed links.
    #[arg(long)]
    public_url: Option<String>,
    /// Logs as JSON lines.
    #[arg(long)]
    log_json: bool,
}

/// The demo company's clock starts here: 2018-09-30 09:00 +08:00, a make-up working Sunday.
const DEMO_START: Instant = Instant(1_538_269_200_000);

fn log(doors: &Doors) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("YIXIAN_LOG").unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,yixian=info"));
    let base = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if doors.log_json { base.json().init() } else { base.init() }
}

pub(crate) async fn serve(company: Company, doors: Doors) -> anyhow::Result<ExitCode> {
    log(&doors);
    let app = open(&company, Clock::Real, Mint::random()).await?;
    let fresh = !app.is_set_up().await?;
    run(app, doors, |web, url| {
        println!("一线 Yixian: {url}");
        if fresh {
            println!("Nobody can sign in yet. Set the company up here, once / 首次设置：\n  {url}{}", web.link(Entry::Setup));
        }
    }).await
}

pub(crate) async fn demo(data: Option<PathBuf>, seed: u64, doors: Doors) -> anyhow::Result<ExitCode> {
    log(&doors);
    let data = data.unwrap_or_else(|| PathBuf::from("data").join("demo"));
    let company = Company { data, database: None, rules: None };
    let app = open(&company, demo_clock(&company, DEMO_START)?, Mint::random()).await?;
    let began = std::time::Instant::now();
    let made = app.make_demo(seed).await?;
    if made.made {
        println!("The demo company was made in {:.1} s in {}", began.elapsed().as_secs_f64(), company.data.display());
    }
    run(app, doors, |web, url| {
        println!("一线 Yixian: {url}");
        println!("Sign in with one of these links; they work while this process runs / 登录链接（本进程运行期间有效）：");
        for a in &made.accounts {
            let path = match a.key {
                DemoKey::Person(p) => web.link(Entry::Person(p)),
                DemoKey::Raiser(m, c) => format!("/r/{}", web.app().raiser_token(m, c)),
            };
            println!("  {} / {} · {}\n    {url}{path}", a.role.zh(), a.role.en(), a.name);
        }
    }).await
}

async fn run(app: App, doors: Doors, greet: impl FnOnce(&Web, &str)) -> anyhow::Result<ExitCode> {
    // What fell due while we were away is written before the first request is served.
    app.sweep().await?;
    let listener = listen(doors.listen).await.with_context(|| format!("cannot listen on {}", doors.listen))?;
    let at = listener.local_addr()?;
    let url = doors.public_url.clone().unwrap_or_else(|| format!("http://{at}"));
    let web = Web::new(app.clone(), Options { tls: false, trusted_proxies: doors.trusted_proxy.clone(), public_url: url.clone() });
    let (stop, stopped) = watch::channel(false);
    greet(&web, &url);
    let sweeping = tokio::spawn(sweep_every_minute(app.clone(), stopped.clone()));
    tokio::spawn(async move {
        ended().await;
        stop.send(true).ok();
    });
    accept(listener, web.router(), None, Bounds::default(), stopped).await;
    sweeping.await.ok();
    app.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn sweep_every_minute(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(60)) => {}
            _ = stop.wait_for(|s| *s) => return,
        }
        if let Err(e) = app.sweep().await {
            tracing::error!(error = %e, "the sweep failed; it tries again in a minute");
        }
    }
}

/// Until somebody asks us to stop: Ctrl-C or SIGTERM.
async fn ended() {
    #[cfg(unix)]
    {
        let mut term = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(t) => t,
            Err(e) => {
                tracing::error!(error = %e, "SIGTERM cannot be heard");
                return std::future::pending().await;
            }
        };
        tokio::select! { _ = tokio::signal::ctrl_c() => {}, _ = term.recv() => {} }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.ok();
}
