//! Step 3: the live list of checks, and what to do about each.

use std::time::Duration;

use ::api::connection::ConnectionRef;
use ::api::connection_draft::{Cause, Check, CheckKind, Finding, Verdict};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::finish::FinishForm;
use super::flow::Flow;
use super::state::{Tested, Wizard};
use super::view::TITLE;
use crate::browser::{copy, sleep};
use crate::format::short_id;
use crate::layout::announcer::announce;
use crate::route::{ConnectStep, LensView, Route};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::{Chip, Tone};
use crate::ui::icon::{Icon, IconName, Spinner};

/// After this long a test says that it is slow: a good one takes a second or two.
const SLOW: Duration = Duration::from_millis(2_500);

/// The checks, live; then Finish, or what else to do.
#[component]
pub fn TestConnectionStep(
    /// The wizard.
    flow: Flow,
) -> impl IntoView {
    let tested = Memo::new(move |_| match flow.state() {
        Wizard::Tested(tested) | Wizard::Finishing(tested, _) => Some(tested),
        _ => None,
    });
    let over = Memo::new(move |_| tested.get().is_some());
    let ready = Memo::new(move |_| tested.get().is_some_and(|tested| tested.ready));
    let slow = RwSignal::new(false);
    let rounds = StoredValue::new(0_u32);
    Effect::new(move |_| {
        slow.set(false);
        rounds.update_value(|round| *round += 1);
        if let Some(tested) = tested.get_untracked().filter(|_| over.get()) {
            announce(summary(&tested));
        } else {
            let mine = rounds.get_value();
            spawn_local(async move {
                sleep(SLOW).await;
                if rounds.try_get_value() == Some(mine) {
                    slow.try_set(true);
                }
            });
        }
    });
    let checks = Memo::new(move |_| match flow.state() {
        Wizard::Testing(_, _, checks) => checks,
        Wizard::Tested(tested) | Wizard::Finishing(tested, _) => tested.checks,
        _ => Vec::new(),
    });
    let subject = move || {
        let organization = tested.get().and_then(|tested| tested.organization);
        match organization {
            Some(organization) => {
                let id = short_id(&organization.id);
                organization.name.map_or_else(|| id.clone(), |name| format!("{name} · {id}"))
            }
            None => {
                flow.state().kept().map(|kept| format!("Key ending in {}", kept.tail)).unwrap_or_default()
            }
        }
    };
    view! {
        <h2 id=TITLE tabindex="-1">"Test connection"</h2>
        <p class="muted">{subject}</p>
        <ul class="checks" aria-busy=move || (!over.get()).to_string()>
            {CheckKind::ALL
                .iter()
                .map(|kind| {
                    let check = Memo::new(move |_| checks.get().into_iter().find(|check| check.kind == *kind));
                    view! { <Line flow kind=*kind check /> }
                })
                .collect_view()}
        </ul>
        <p class="wizard-status" role="status">
            {move || (!over.get() && slow.get()).then_some("Still waiting for OpenAI. It gives up by itself after some seconds.")}
        </p>
        {move || {
            if ready.get() {
                view! { <FinishForm flow /> }.into_any()
            } else {
                view! { <NotReady flow over /> }.into_any()
            }
        }}
    }
}

/// What can be done while Finish cannot: with the reason why it cannot.
#[component]
fn NotReady(flow: Flow, over: Memo<bool>) -> impl IntoView {
    let reason = Signal::derive(move || {
        Some(
            if over.get() { "A required check has failed." } else { "Waiting for the last check." }
                .to_owned(),
        )
    });
    let support = move || {
        let draft = flow.state().kept().map(|kept| kept.draft.clone());
        Route::SupportNew { draft }.to_string()
    };
    view! {
        {move || {
            over.get()
                .then(|| {
                    view! {
                        <div class="notice info">
                            <Icon name=IconName::Info />
                            <div class="notice-body remedies">
                                <span>"Something wrong?"</span>
                                <button type="button" class="link-button" on:click=move |_| flow.test_again()>
                                    "Try again"
                                </button>
                                <button type="button" class="link-button" on:click=move |_| flow.go(ConnectStep::AdminKey)>
                                    "Replace the key"
                                </button>
                                <a href=support>"Open a support request"</a>
                            </div>
                        </div>
                    }
                })
        }}
        <div class="wizard-actions">
            <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| flow.go(ConnectStep::AdminKey))>"Back"</Button>
            <Button kind=ButtonKind::Primary reason>"Finish"</Button>
        </div>
    }
}

/// A line of the list.
#[component]
fn Line(flow: Flow, kind: CheckKind, check: Memo<Option<Check>>) -> impl IntoView {
    let took = move || {
        let milliseconds = check.get()?.took_ms?;
        Some(format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100))
    };
    view! {
        <li class="check">
            {move || mark(check.get().as_ref())}
            <strong>{kind.name()} {move || state_words(check.get().as_ref())}</strong>
            <span class="check-aside">
                {(!kind.is_required()).then(|| view! { <Chip tone=Tone::Neutral text="optional" /> })}
                <span class="muted">{took}</span>
            </span>
            <div class="check-words">{move || words(flow, kind, check.get())}</div>
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
        Some(Verdict::Skipped) => icon("neutral", IconName::Right),
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

fn words(flow: Flow, kind: CheckKind, check: Option<Check>) -> AnyView {
    match check.map(|check| check.verdict) {
        None | Some(Verdict::Running) => view! { <span>"Asking OpenAI…"</span> }.into_any(),
        Some(Verdict::Passed { note }) => note.map(|note| view! { <span>{note}</span> }).into_any(),
        Some(Verdict::Warned { finding } | Verdict::Failed { finding }) => {
            view! { <FindingWords flow finding /> }.into_any()
        }
        Some(Verdict::Skipped) if kind.is_required() => {
            view! { <span>"Skipped: another check answers it."</span> }.into_any()
        }
        Some(Verdict::Skipped) => view! { <span>"Skipped: optional."</span> }.into_any(),
    }
}

/// Leads to the account as which the organization is connected already; the key that is not needed then is destroyed.
#[component]
pub fn AccountLink(
    /// The wizard.
    flow: Flow,
    /// The account.
    connection: ConnectionRef,
) -> impl IntoView {
    let address = Route::Lens(LensView { account: Some(connection.id), ..LensView::default() }).to_string();
    view! {
        <a href=address on:click=move |_| flow.discard()>
            "Open " {connection.name.to_string()}
        </a>
    }
}

/// A cause with its remedy, and OpenAI's id of the request.
#[component]
fn FindingWords(flow: Flow, finding: Finding) -> impl IntoView {
    let connected = match &finding.cause {
        Cause::AlreadyConnected { connection } => Some(connection.clone()),
        _ => None,
    };
    view! {
        <p>{finding.detail}</p>
        <p>{finding.remedy}</p>
        {connected.map(|connection| view! { <p><AccountLink flow connection /></p> })}
        {finding.upstream_request_id.map(|id| view! { <RequestId id /> })}
    }
}

#[component]
fn RequestId(id: String) -> impl IntoView {
    let copied = RwSignal::new(false);
    let text = id.clone();
    let press = move |_| {
        let text = text.clone();
        spawn_local(async move {
            let done = copy(&text).await;
            copied.try_set(done);
            announce(if done { "Copied" } else { "The browser did not allow copying" });
        });
    };
    view! {
        <p class="reference">
            "OpenAI request id " <code>{id}</code> " "
            <button type="button" class="link-button" aria-label="Copy the request id" on:click=press>
                {move || if copied.get() { "copied" } else { "copy" }}
            </button>
        </p>
    }
}

/// How the test went, in one sentence for a screen reader.
fn summary(tested: &Tested) -> String {
    let failed: Vec<_> =
        tested.checks.iter().filter(|check| check.blocks()).map(|check| check.kind.name()).collect();
    if tested.ready {
        "The connection works. Name the account and select Finish.".into()
    } else {
        format!("The test failed: {}.", failed.join(", "))
    }
}
