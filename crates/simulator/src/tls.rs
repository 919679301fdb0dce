//! HTTPS, as OpenAI speaks it.

use std::io::{Error, Result};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::serve::Listener;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Connections whose handshake is done and that nobody has taken yet.
const WAITING: usize = 64;

/// What to prove who one is with.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The certificate and those that it follows from, as PEM.
    pub certificate: PathBuf,
    /// Its private key, as PEM.
    pub private_key: PathBuf,
}

/// Takes connections once their handshake is done: a client that never ends its own keeps nobody else out.
pub(crate) struct TlsListener {
    address: SocketAddr,
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
}

impl TlsListener {
    /// Fails where a file cannot be read or holds nothing of its kind.
    pub(crate) fn new(listener: TcpListener, identity: &Identity) -> Result<Self> {
        let address = listener.local_addr()?;
        let certificates = CertificateDer::pem_file_iter(&identity.certificate).and_then(Iterator::collect);
        let key = PrivateKeyDer::from_pem_file(&identity.private_key).map_err(Error::other)?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(Error::other)?
            .with_no_client_auth()
            .with_single_cert(certificates.map_err(Error::other)?, key)
            .map_err(Error::other)?;
        let (taken, ready) = mpsc::channel(WAITING);
        tokio::spawn(take(listener, TlsAcceptor::from(Arc::new(config)), taken));
        Ok(Self { address, ready })
    }
}

async fn take(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    taken: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    loop {
        let accepted = tokio::select! {
            () = taken.closed() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, from)) = accepted else { continue };
        let (acceptor, taken) = (acceptor.clone(), taken.clone());
        tokio::spawn(async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                // Nobody takes it any more: the simulator ends.
                let _ = taken.send((stream, from)).await;
            }
        });
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            // The task that takes connections ends after this is dropped, and not before.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> Result<SocketAddr> {
        Ok(self.address)
    }
}
