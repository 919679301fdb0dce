//! Which certificates are trusted by those who call others.

use std::sync::Arc;

use rustls::{ClientConfig, Error, RootCertStore, crypto};

/// Whether the machine has certificates of its own. A bare container has none.
pub fn has_own_roots() -> bool {
    !rustls_native_certs::load_native_certs().certs.is_empty()
}

/// The machine's certificates, so that an operator's own authority works; where the machine has none, as in a bare
/// container, the ones that browsers trust. Plain HTTP to this machine needs none at all.
pub fn config(needed: bool) -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    if needed {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
