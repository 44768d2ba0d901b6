//! The accept loop. `axum::serve` sets no timer and holds slow connections for ever, so this one is
//! ours: a bound on connections in all and per address, ten seconds for the TLS handshake and for a
//! request's head, a deadline between chunks of a body and for an answer that is not taken, and a
//! graceful end. An accept that fails
//! (too many files open) does not end the server.

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use rustls::ServerConfig;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, Sleep, sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

/// Bounds of the loop.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Connections in all.
    pub connections: usize,
    /// Connections of one address.
    pub per_address: usize,
    /// For the TLS handshake, and for a request's head.
    pub head: Duration,
    /// Between two chunks of a body, and while an answer is not taken.
    pub chunk: Duration,
    /// For a whole body.
    pub body: Duration,
    /// For running requests after a stop was asked for.
    pub drain: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds {
            connections: 20_000,
            per_address: 512,
            head: Duration::from_secs(10),
            chunk: Duration::from_secs(30),
            body: Duration::from_mins(10),
            drain: Duration::from_secs(20),
        }
    }
}

type PerAddress = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// Counts one connection of an address while it lives.
struct Place(PerAddress, IpAddr);

impl Place {
    fn take(all: &PerAddress, ip: IpAddr, most: usize) -> Option<Place> {
        let mut map = all.lock().ok()?;
        let n = map.entry(ip).or_insert(0);
        if *n >= most {
            return None;
        }
        *n += 1;
        Some(Place(all.clone(), ip))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Ok(mut map) = self.0.lock()
            && let Some(n) = map.get_mut(&self.1)
        {
            *n -= 1;
            if *n == 0 {
                map.remove(&self.1);
            }
        }
    }
}

/// A body that must keep coming.
struct Patient {
    inner: Incoming,
    chunk: Duration,
    next: Pin<Box<Sleep>>,
    end: Instant,
}

impl HttpBody for Patient {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        match Pin::new(&mut self.inner).poll_frame(cx) {
            Poll::Ready(frame) => {
                let next = (Instant::now() + self.chunk).min(self.end);
                self.next.as_mut().reset(next);
                Poll::Ready(frame.map(|f| f.map_err(std::io::Error::other)))
            }
            Poll::Pending => match self.next.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(Some(Err(std::io::ErrorKind::TimedOut.into()))),
                Poll::Pending => Poll::Pending,
            },
        }
    }
    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }
    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// A stream whose reader must keep reading: whoever asks and then does not take the answer is left.
struct Taken<S> {
    inner: S,
    bound: Duration,
    stuck: Option<Pin<Box<Sleep>>>,
}

impl<S> Taken<S> {
    fn judged<T>(&mut self, cx: &mut Context<'_>, wrote: Poll<std::io::Result<T>>) -> Poll<std::io::Result<T>> {
        if wrote.is_ready() {
            self.stuck = None;
            return wrote;
        }
        let bound = self.bound;
        match self.stuck.get_or_insert_with(|| Box::pin(sleep(bound))).as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(std::io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Taken<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Taken<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<std::io::Result<usize>> {
        let wrote = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.judged(cx, wrote)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        let wrote = Pin::new(&mut self.inner).poll_flush(cx);
        self.judged(cx, wrote)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        let wrote = Pin::new(&mut self.inner).poll_shutdown(cx);
        self.judged(cx, wrote)
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        let wrote = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        self.judged(cx, wrote)
    }
    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

/// Serves until `stop` turns true, then lets running requests end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<Arc<ServerConfig>>,
    bounds: Bounds,
    mut stop: watch::Receiver<bool>,
) {
    let all = Arc::new(Semaphore::new(bounds.connections));
    let per_address: PerAddress = Arc::default();
    let graceful = GracefulShutdown::new();
    let acceptor = tls.map(TlsAcceptor::from);
    loop {
        let accepted = tokio::select! {
            a = listener.accept() => a,
            _ = stop.wait_for(|s| *s) => break,
        };
        let Ok((stream, peer)) = accepted else {
            sleep(Duration::from_millis(20)).await;
            continue;
        };
        let (Ok(permit), Some(place)) =
            (all.clone().try_acquire_owned(), Place::take(&per_address, peer.ip(), bounds.per_address))
        else {
            metrics::counter!("yixian_connections_refused_total").increment(1);
            continue;
        };
        stream.set_nodelay(true).ok();
        let (router, watcher, acceptor) = (router.clone(), graceful.watcher(), acceptor.clone());
        tokio::spawn(async move {
            let _held = (permit, place);
            match acceptor {
                None => one(stream, peer, router, bounds, watcher).await,
                Some(acceptor) => {
                    if let Ok(Ok(secure)) = timeout(bounds.head, acceptor.accept(stream)).await {
                        one(secure, peer, router, bounds, watcher).await;
                    }
                }
            }
        });
    }
    drop(listener);
    if timeout(bounds.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
}

async fn one<S>(
    stream: S,
    peer: SocketAddr,
    router: Router,
    bounds: Bounds,
    watcher: hyper_util::server::graceful::Watcher,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request: Request<Incoming>| {
        let router = router.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = Patient {
                inner: body,
                chunk: bounds.chunk,
                next: Box::pin(sleep(bounds.chunk)),
                end: Instant::now() + bounds.body,
            };
            let mut request = Request::from_parts(parts, Body::new(body.map_err(axum::Error::new)));
            request.extensions_mut().insert(ConnectInfo(peer));
            let response: Response<Body> = router.oneshot(request).await.unwrap_or_else(|never| match never {});
            Ok::<_, std::convert::Infallible>(response)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(Taken { inner: stream, bound: bounds.chunk, stuck: None }), service);
    watcher.watch(connection).await.ok();
}

/// A plain TCP listener.
pub async fn listen(addr: SocketAddr) -> std::io::Result<TcpListener> {
    TcpListener::bind(addr).await
}
