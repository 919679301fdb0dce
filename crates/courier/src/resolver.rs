//! Names become addresses once, in the client that connects to them: what is looked at is what is called, so that a name
//! that means something else a moment later leads nowhere.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::target::Reach;

/// The addresses of a name, on their way.
pub type Addresses = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// Looks names up.
pub trait Lookup: Send + Sync + 'static {
    /// The addresses of a name.
    fn addresses(&self, name: &str) -> Addresses;
}

/// Looks names up as the machine does.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn addresses(&self, name: &str) -> Addresses {
        let name = name.to_owned();
        Box::pin(async move { Ok(tokio::net::lookup_host((name.as_str(), 0)).await?.collect()) })
    }
}

/// A name leads into a network that is not reached.
#[derive(Debug, thiserror::Error)]
#[error("the name leads into a network that is not reached")]
pub(crate) struct NotPublic;

/// The resolver of the client.
pub(crate) struct Guard {
    pub(crate) lookup: Arc<dyn Lookup>,
    pub(crate) reach: Reach,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (asked, reach) = (self.lookup.addresses(name.as_str()), self.reach);
        Box::pin(async move {
            let addresses = asked.await?;
            // A name with one address inside is no name of the internet: none of its addresses is tried.
            if addresses.is_empty() || addresses.iter().any(|address| !reach.includes(address.ip())) {
                return Err(NotPublic.into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}
