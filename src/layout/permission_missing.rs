//! What stands in place of something that somebody may not see or do: which permission it takes, and the way to ask for it.

use ::api::Permission;
use leptos::prelude::*;

use crate::layout::request_access::RequestAccess;
use crate::ui::chip::Tone;
use crate::ui::notice::Notice;

/// Says which permission is missing.
#[component]
pub fn PermissionMissing(
    /// What needs it, as the beginning of the sentence.
    #[prop(default = "This")]
    what: &'static str,
    /// Those of which one would do.
    needs: &'static [Permission],
    /// The one to ask for: where several would do, the one that opens least besides.
    offer: Permission,
) -> impl IntoView {
    view! {
        <Notice tone=Tone::Warning title="A permission is missing">
            <p>
                {what} " needs the permission " <strong>{Permission::any_of(needs)}</strong>
                ". A Users Manager of your company can grant it."
            </p>
            <p class="actions">
                <RequestAccess permission=offer />
            </p>
        </Notice>
    }
}
