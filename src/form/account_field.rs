//! Which account a page is about: one, or all of them.

use ::api::ConnectionId;
use ::api::connection::Connection;
use leptos::prelude::*;

use crate::ui::select::{Choice, Select};

/// The menu. An account that is not connected any more is shown by its id.
#[component]
pub fn AccountField(
    /// The connected accounts.
    #[prop(into)]
    connections: Signal<Vec<Connection>>,
    /// The account; none for all of them.
    #[prop(into)]
    value: Signal<Option<ConnectionId>>,
    /// Another one was chosen.
    #[prop(into)]
    on_choose: Callback<Option<ConnectionId>>,
) -> impl IntoView {
    let choices = Signal::derive(move || {
        let mut known: Vec<Choice> = connections.with(|list| {
            list.iter().map(|account| (account.id.to_string(), account.name.to_string())).collect()
        });
        if let Some(id) = value.get().map(|id| id.to_string())
            && known.iter().all(|(known, _)| *known != id)
        {
            known.push((id.clone(), id));
        }
        known.insert(0, (String::new(), "All accounts".to_owned()));
        known
    });
    let chosen = Signal::derive(move || value.get().map(|id| id.to_string()).unwrap_or_default());
    let choose = move |id: String| on_choose.run(ConnectionId::parse(&id).ok());
    view! { <Select label="Account" choices value=chosen on_choose=choose /> }
}
