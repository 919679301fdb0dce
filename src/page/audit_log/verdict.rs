//! Whether a log is as it was written.

use std::future::Future;
use std::pin::Pin;

use ::api::audit_event::{self, ChainFault};
use ::api::upstream_call;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::format::locale::number;
use crate::ui::button::Button;
use crate::ui::chip::Tone;
use crate::ui::notice::{Notice, Trouble, TroubleNotice};

/// What was found: a heading, a sentence, and whether it is good.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    tone: Tone,
    title: String,
    text: String,
}

type Found = Pin<Box<dyn Future<Output = Result<Verdict, Trouble>>>>;

/// The button that has a log checked, and what was found.
#[component]
pub fn Check(
    /// Asks for the verdict.
    ask: fn() -> Found,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let found = RwSignal::new(None::<Result<Verdict, Trouble>>);
    let check = Callback::new(move |()| {
        busy.set(true);
        found.set(None);
        spawn_local(async move {
            let outcome = ask().await;
            busy.try_set(false);
            found.try_set(Some(outcome));
        });
    });
    view! {
        <p class="log-check">
            <Button busy on_press=check>
                "Verify integrity"
            </Button>
        </p>
        <div class="verdict" aria-live="polite">
            {move || match found.get() {
                None => ().into_any(),
                Some(Err(trouble)) => view! { <TroubleNotice trouble on_retry=check /> }.into_any(),
                Some(Ok(Verdict { tone, title, text })) => {
                    view! {
                        <Notice tone title>
                            <p>{text}</p>
                        </Notice>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

/// Of the events.
pub fn of_events() -> Found {
    Box::pin(async {
        let found = api::get::<audit_event::Verify>(&()).await.map_err(|error| error.trouble())?;
        Ok(match found {
            audit_event::Verification::Whole { events } => whole(number(events), "events"),
            audit_event::Verification::Broken { seq, fault } => {
                broken(format!("Event {}", number(seq)), fault)
            }
        })
    })
}

/// Of the calls.
pub fn of_calls() -> Found {
    Box::pin(async {
        let found = api::get::<upstream_call::Verify>(&()).await.map_err(|error| error.trouble())?;
        Ok(match found {
            upstream_call::Verification::Whole { calls } => whole(number(calls), "calls"),
            upstream_call::Verification::Broken { connection, seq, fault } => {
                broken(format!("Call {} with the key of {connection}", number(seq)), fault)
            }
        })
    })
}

fn whole(count: String, what: &str) -> Verdict {
    Verdict {
        tone: Tone::Good,
        title: "The log is intact".into(),
        text: format!("All {count} {what} are present, as they were written."),
    }
}

fn broken(what: String, fault: ChainFault) -> Verdict {
    let how = match fault {
        ChainFault::Missing => "is missing",
        ChainFault::Changed => "is not what was written there",
        ChainFault::End => "marks where the end of the log was changed",
    };
    Verdict {
        tone: Tone::Bad,
        title: "The log has been tampered with".into(),
        text: format!("{what} {how}. Keep the database as it is, and compare it with a backup."),
    }
}
