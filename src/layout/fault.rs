//! What happens when the app panics.

use ::api::client_report::ClientFault;

use crate::browser::report_fault;

/// From now on a panic shows the overlay with Reload, and is reported with its place in the source and nothing else: a
/// panic's message could contain what the user entered.
pub fn install() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |place| {
            format!("{}:{}:{}", place.file(), place.line(), place.column())
        });
        report_fault(ClientFault::Panic, &place);
    }));
}
