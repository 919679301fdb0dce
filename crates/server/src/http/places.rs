//! How many connections there are, and how many of each network: one network does not take the places of all others.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::peer;

/// The connections of each network.
#[derive(Debug)]
pub(super) struct Places {
    most: usize,
    taken: Mutex<HashMap<IpAddr, usize>>,
}

/// A network's place, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    network: Option<IpAddr>,
}

impl Places {
    /// So many of each network.
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, taken: Mutex::default() })
    }

    /// A place for an address; none when its network has all that it gets. Whoever comes from this machine, such as a
    /// proxy, comes for many.
    pub(super) fn take(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let network = peer::network(address);
        if network.is_loopback() {
            return Some(Place { places: Arc::clone(self), network: None });
        }
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(network).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Place { places: Arc::clone(self), network: Some(network) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(network) = self.network else { return };
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&network) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                taken.remove(&network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_gets_its_places_and_no_more() {
        let places = Places::new(2);
        let take = |address: &str| places.take(address.parse().unwrap());
        let (one, other) = (take("192.0.2.1"), take("192.0.2.1"));
        assert!(one.is_some() && other.is_some() && take("192.0.2.1").is_none());
        assert!(take("192.0.2.2").is_some(), "another network");
        drop(one);
        assert!(take("::ffff:192.0.2.1").is_some(), "the same, written otherwise");
        assert_eq!(places.taken.lock().unwrap().len(), 1, "nothing is kept of who has gone");
        let local: Vec<_> = (0..9).map(|_| take("127.0.0.1")).collect();
        assert!(local.iter().all(Option::is_some));
    }
}
