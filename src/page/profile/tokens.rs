//! API tokens: those that there are, and a new one.

pub mod new;

use ::api::ApiTokenId;
use ::api::api_token::{ApiToken, Delete, List};
use leptos::prelude::*;

use crate::api;
use crate::browser::now;
use crate::form::submission::Submission;
use crate::format::ago;
use crate::format::locale::moment;
use crate::layout::announcer::announce;
use crate::load::arrived::Arrived;
use crate::load::load_once;
use crate::ui::button::Button;
use crate::ui::focus::focus_after_rows;
use new::NewTokenDialog;

/// The tokens, with a button that revokes each.
#[component]
pub fn Tokens() -> impl IntoView {
    let tokens = load_once(async || {
        let own = api::get::<List>(&()).await.map_err(|error| error.trouble())?;
        Ok(own.items)
    });
    let open = RwSignal::new(false);
    let submission = Submission::default();
    let after = tokens.clone();
    let revoke = Callback::new(move |id: ApiTokenId| {
        let after = after.clone();
        submission.run_each(async move {
            api::get::<Delete>(&id).await?;
            announce("The token is revoked");
            after.reload();
            Ok(())
        });
    });
    let (again, made) = (tokens.clone(), tokens.clone());
    let retry = Callback::new(move |()| again.reload());
    let changed = Callback::new(move |()| made.reload());
    let show = move |own: Memo<Vec<ApiToken>>| {
        focus_after_rows(own, "#tokens");
        view! {
            {move || {
                let own = own.get();
                if own.is_empty() {
                    return view! { <p class="muted">"No tokens yet. Programs use them to sign in."</p> }.into_any();
                }
                let lines = own.into_iter().map(|token| view! { <Line token revoke /> });
                view! { <ul class="card requests">{lines.collect_view()}</ul> }.into_any()
            }}
        }
        .into_any()
    };
    view! {
        <section class="people" aria-labelledby="tokens">
            <div class="section-head">
                <h2 id="tokens" tabindex="-1">"API tokens"</h2>
                <Button on_press=Callback::new(move |()| open.set(true))>"New token"</Button>
            </div>
            {submission.notice()}
            <Arrived data=tokens label="Loading the tokens…" retry show=Box::new(show) />
        </section>
        {move || {
            open.get().then(|| view! { <NewTokenDialog close=Callback::new(move |()| open.set(false)) changed /> })
        }}
    }
}

#[component]
fn Line(token: ApiToken, revoke: Callback<ApiTokenId>) -> impl IntoView {
    let ApiToken { id, name, start, permissions, read_only, expires_at, last_used_at, .. } = token;
    let label = format!("Revoke {name}");
    let permissions: Vec<_> = permissions.iter().map(|permission| permission.name()).collect();
    let until = if expires_at > now() { "valid until" } else { "expired" };
    let words = format!(
        "{start}… · {} · {} · {until} {} · {}",
        permissions.join(", "),
        if read_only { "reads only" } else { "reads and changes" },
        moment(expires_at),
        last_used_at.map_or_else(|| "never used".into(), |used| format!("last used {}", ago(used, now()))),
    );
    view! {
        <li>
            <span class="breakable">
                {name.to_string()} <small class="muted line-detail">{words}</small>
            </span>
            <button type="button" class="button" aria-label=label on:click=move |_| revoke.run(id.clone())>
                "Revoke"
            </button>
        </li>
    }
}
