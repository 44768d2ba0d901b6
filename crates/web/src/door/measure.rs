//! Metrics: what is counted, in words, and the listener of its own that hands them out, never on
//! the public port. Labels are routes and statuses; no path, no name, no id ever becomes one.

use crate::door::problem::UNSHOWN_PHOTOS;
use crate::door::serve::{Bounds, serve};
use crate::door::web::Web;
use axum::Router;
use axum::http::header;
use axum::routing::get;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio::sync::watch;
use yixian_app::PhotoFault;

/// Seconds; the promises are at 1, 3 and 5 ms.
const BUCKETS: [f64; 12] = [0.001, 0.003, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// Makes the process count; once per process.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full("yixian_request_seconds".into()), &BUCKETS)?
        .install_recorder()?;
    metrics::describe_counter!("yixian_requests_total", "Requests answered, by route and status");
    metrics::describe_histogram!(
        "yixian_request_seconds",
        metrics::Unit::Seconds,
        "Time from a request's head to its answer's head, by route"
    );
    metrics::describe_counter!("yixian_connections_refused_total", "Connections refused because too many were open");
    metrics::describe_counter!(UNSHOWN_PHOTOS, "Photos that were asked for and are missing or damaged");
    metrics::describe_gauge!("yixian_writer_waiting", "Jobs that wait for the writer");
    metrics::describe_gauge!("yixian_writer_halted", "1 when writing has stopped after a failed flush to disk");
    metrics::describe_gauge!("yixian_build_info", "1, labelled with the version");
    metrics::counter!("yixian_connections_refused_total").absolute(0);
    for fault in [PhotoFault::Missing, PhotoFault::Damaged] {
        metrics::counter!(UNSHOWN_PHOTOS, "fault" => fault.as_str()).absolute(0);
    }
    metrics::gauge!("yixian_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(handle)
}

/// Serves `GET /metrics` until `stop` turns true.
pub async fn serve_metrics(listener: TcpListener, handle: PrometheusHandle, web: Web, stop: watch::Receiver<bool>) {
    let text = move || {
        let app = web.app();
        metrics::gauge!("yixian_writer_waiting").set(app.waiting() as f64);
        metrics::gauge!("yixian_writer_halted").set(if app.writes() { 0.0 } else { 1.0 });
        handle.run_upkeep();
        let body = handle.render();
        async move { ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], body) }
    };
    let router = Router::new().route("/metrics", get(text));
    serve(listener, router, None, Bounds { connections: 64, per_address: 16, ..Bounds::default() }, stop).await;
}
