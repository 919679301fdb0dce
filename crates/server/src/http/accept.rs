//! The accept loop. It is our own because axum's has no deadline for a request's header, so that a few hundred silent
//! sockets would stop the server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt;

use super::Limits;
use super::peer::Socket;
use super::places::{Place, Places};
use super::progress::Progress;

/// Serves until `stop` is ready, then lets the requests that run come to their end.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    let networks = Places::new(limits.connections_of_network);
    let mut stop = std::pin::pin!(stop);
    loop {
        let next = async {
            // A place first: whoever finds none waits in the kernel's queue and costs nothing here.
            let place = places.clone().acquire_owned().await.ok()?;
            Some((place, accept(&listener).await))
        };
        tokio::select! {
            () = &mut stop => break,
            next = next => match next {
                // Whose network has its places is hung up on: waiting here, it would keep others waiting.
                Some((place, (socket, address))) => if let Some(of_network) = networks.take(address.ip()) {
                    connection(socket, address, &router, limits, &graceful, (place, of_network));
                },
                None => break,
            },
        }
    }
    drop(listener);
    if tokio::time::timeout(limits.shutdown, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not come to their end in time");
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                // Out of file descriptors, or the client has gone: both pass.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

fn connection(
    socket: TcpStream,
    address: SocketAddr,
    router: &Router,
    limits: Limits,
    graceful: &GracefulShutdown,
    place: (OwnedSemaphorePermit, Place),
) {
    let router = router.clone();
    let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(Socket(address));
        router.clone().oneshot(request)
    });
    // Answers are written at once: without this the last part of each waits for the client's acknowledgement.
    let _ = socket.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .serve_connection(TokioIo::new(Progress::new(socket, limits.write)), service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        let _place = place;
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended early");
        }
    });
}
