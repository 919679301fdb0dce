//! What stands in place of figures for those who may not see them.

use ::api::Permission;
use leptos::prelude::*;

use crate::layout::request_access::RequestAccess;
use crate::session;
use crate::ui::chip::Tone;
use crate::ui::notice::Notice;

/// What only those see who may see costs, and for the others which permission is missing.
#[component]
pub fn WhoSeesCosts(
    /// The page's heading in place of its own, where that is part of what is not shown.
    #[prop(default = "")]
    heading: &'static str,
    /// Shows it.
    show: Box<dyn Fn() -> AnyView + Send>,
) -> impl IntoView {
    let may = Memo::new(|_| session::can_see_costs());
    move || {
        if may.get() {
            return show();
        }
        let names: Vec<_> = Permission::SEES_COSTS.iter().map(|permission| permission.name()).collect();
        view! {
            {(!heading.is_empty()).then(|| view! { <h1 tabindex="-1">{heading}</h1> })}
            <Notice tone=Tone::Warning title="A permission is missing">
                <p>
                    "Seeing costs needs the permission "
                    <strong>{names.join(" or ")}</strong>
                    ". A Users Manager of your company grants it."
                </p>
                <p class="actions">
                    <RequestAccess permission=Permission::CloudAnalyticsUser />
                </p>
            </Notice>
        }
        .into_any()
    }
}
