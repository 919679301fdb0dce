//! What stands in place of figures for those who may not see them.

use ::api::Permission;
use leptos::prelude::*;

use crate::layout::permission_missing::PermissionMissing;
use crate::session;

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
        view! {
            {(!heading.is_empty())
                .then(|| {
                    view! {
                        <div class="page-head">
                            <h1 tabindex="-1">{heading}</h1>
                        </div>
                    }
                })}
            <PermissionMissing what="Seeing costs" needs=Permission::SEES_COSTS offer=Permission::CloudAnalyticsUser />
        }
        .into_any()
    }
}
