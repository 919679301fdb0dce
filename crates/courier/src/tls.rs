//! Which certificates are trusted.

use std::sync::Arc;

use rustls::{ClientConfig, Error, RootCertStore, crypto};

/// Whether the machine has certificates of its own. A bare container has none.
pub(crate) fn has_own_roots() -> bool {
    !rustls_native_certs::load_native_certs().certs.is_empty()
}

/// The machine's certificates, and where it has none those that browsers trust.
pub(crate) fn config() -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    let provider = Arc::new(crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
