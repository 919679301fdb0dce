//! The list of a test's checks, live: each with its cause, its remedy and OpenAI's id of the request.

use ::api::connection::ConnectionRef;
use ::api::connection_draft::{Cause, Check, CheckKind, Finding, Verdict};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::copy;
use crate::layout::announcer::announce;
use crate::route::Route;
use crate::ui::chip::{Chip, Tone};
use crate::ui::icon::{Icon, IconName, Spinner};

/// The list.
#[component]
pub fn CheckList(
    /// The checks that there are.
    checks: Memo<Vec<Check>>,
    /// Whether the test is over.
    over: Memo<bool>,
    /// A link to an account is followed.
    opened: Callback<()>,
) -> impl IntoView {
    view! {
        <ul class="checks" aria-busy=move || (!over.get()).to_string()>
            {CheckKind::ALL
                .iter()
                .map(|kind| {
                    let check = Memo::new(move |_| checks.get().into_iter().find(|check| check.kind == *kind));
                    view! { <Line kind=*kind check opened /> }
                })
                .collect_view()}
        </ul>
    }
}

/// How a test went that did not pass, in one sentence. What was not asked because of it is not named.
pub fn failure(checks: &[Check]) -> String {
    let failed: Vec<_> = checks
        .iter()
        .filter(|check| check.blocks() && matches!(check.verdict, Verdict::Failed { .. }))
        .map(|check| check.kind.name())
        .collect();
    if failed.is_empty() {
        "The test failed.".into()
    } else {
        format!("The test failed at: {}.", failed.join(", "))
    }
}

/// A line of the list.
#[component]
fn Line(kind: CheckKind, check: Memo<Option<Check>>, opened: Callback<()>) -> impl IntoView {
    let took = move || {
        let milliseconds = check.get()?.took_ms?;
        Some(match milliseconds / 100 {
            0 => "< 0.1 s".to_owned(),
            tenths => format!("{}.{} s", tenths / 10, tenths % 10),
        })
    };
    view! {
        <li class="check">
            {move || mark(check.get().as_ref())}
            <strong>{kind.name()} {move || state_words(check.get().as_ref())}</strong>
            <span class="check-aside">
                {(!kind.is_required()).then(|| view! { <Chip tone=Tone::Neutral text="optional" /> })}
                <span class="muted">{took}</span>
            </span>
            <div class="check-words">{move || words(kind, check.get(), opened)}</div>
        </li>
    }
}

fn mark(check: Option<&Check>) -> AnyView {
    let icon = |class: &'static str, name| {
        view! { <span class=format!("check-mark {class}")><Icon name /></span> }.into_any()
    };
    match check.map(|check| &check.verdict) {
        None | Some(Verdict::Running) => view! { <span class="check-mark"><Spinner /></span> }.into_any(),
        Some(Verdict::Passed { .. }) => icon("good", IconName::Check),
        Some(Verdict::Warned { .. }) => icon("warning", IconName::Warning),
        Some(Verdict::Failed { .. }) => icon("bad", IconName::Cross),
        Some(Verdict::Skipped) => icon("neutral", IconName::Info),
    }
}

/// The verdict for those who do not see the mark.
fn state_words(check: Option<&Check>) -> impl IntoView + use<> {
    let words = match check.map(|check| &check.verdict) {
        None | Some(Verdict::Running) => ": running",
        Some(Verdict::Passed { .. }) => ": passed",
        Some(Verdict::Warned { .. }) => ": warning",
        Some(Verdict::Failed { .. }) => ": failed",
        Some(Verdict::Skipped) => ": skipped",
    };
    view! { <span class="hidden-text">{words}</span> }
}

fn words(kind: CheckKind, check: Option<Check>, opened: Callback<()>) -> AnyView {
    match check.map(|check| check.verdict) {
        None | Some(Verdict::Running) => view! { <span>"Asking OpenAI…"</span> }.into_any(),
        Some(Verdict::Passed { note }) => note.map(|note| view! { <span>{note}</span> }).into_any(),
        Some(Verdict::Warned { finding } | Verdict::Failed { finding }) => {
            view! { <FindingWords finding opened /> }.into_any()
        }
        Some(Verdict::Skipped) if kind.is_required() => {
            view! { <span>"Not known: OpenAI's answers do not say."</span> }.into_any()
        }
        Some(Verdict::Skipped) => view! { <span>"Skipped: optional."</span> }.into_any(),
    }
}

/// Leads to an account that there is already.
#[component]
pub fn AccountLink(
    /// The account.
    connection: ConnectionRef,
    /// The link is followed.
    opened: Callback<()>,
) -> impl IntoView {
    let address = Route::Account(connection.id).to_string();
    view! {
        <a href=address on:click=move |_| opened.run(())>
            "Open " {connection.name.to_string()}
        </a>
    }
}

/// A cause with its remedy, and OpenAI's id of the request.
#[component]
fn FindingWords(finding: Finding, opened: Callback<()>) -> impl IntoView {
    let connected = match &finding.cause {
        Cause::AlreadyConnected { connection } => Some(connection.clone()),
        _ => None,
    };
    view! {
        <p>{finding.detail}</p>
        <p>{finding.remedy}</p>
        {connected.map(|connection| view! { <p><AccountLink connection opened /></p> })}
        {finding.upstream_request_id.map(|id| view! { <RequestId id /> })}
    }
}

#[component]
fn RequestId(id: String) -> impl IntoView {
    let said = RwSignal::new("copy");
    let text = id.clone();
    let press = move |_| {
        let text = text.clone();
        spawn_local(async move {
            let (words, aloud) = match copy(&text).await {
                true => ("copied", "Copied"),
                false => ("the browser refused to copy", "The browser refused to copy"),
            };
            said.try_set(words);
            announce(aloud);
        });
    };
    view! {
        <p class="reference">
            "OpenAI request id " <code>{id}</code> " "
            <button type="button" class="link-button" aria-label="Copy the request id" on:click=press>
                {said}
            </button>
        </p>
    }
}
