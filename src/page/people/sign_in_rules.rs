//! What is asked of those who sign in with a password.

use ::api::Nothing;
use ::api::sign_in_rule::{NewSignInRules, SecondFactorRule, SignInRules, Update, View};
use leptos::prelude::*;

use crate::api;
use crate::form::submission::Submission;
use crate::layout::announcer::announce;
use crate::load::arrived::Arrived;
use crate::load::load_once;
use crate::ui::select::Select;

/// The rules, each a menu that changes it at once.
#[component]
pub fn SignInRulesSection() -> impl IntoView {
    let rules = load_once(async || api::get::<View>(&()).await.map_err(|error| error.trouble()));
    let again = rules.clone();
    let retry = Callback::new(move |()| again.reload());
    let submission = Submission::default();
    // What is chosen stands in the menu until the server has answered.
    let chosen = RwSignal::new(None::<SecondFactorRule>);
    let after = rules.clone();
    let choose = Callback::new(move |slug: String| {
        let Some(second_factor) = SecondFactorRule::from_slug(&slug) else { return };
        let after = after.clone();
        chosen.set(Some(second_factor));
        submission.run_each(async move {
            let outcome = api::call::<Update>(&(), &Nothing {}, &NewSignInRules { second_factor }).await;
            if outcome.is_err() {
                chosen.try_set(None);
            }
            outcome?;
            announce("Saved");
            after.reload();
            Ok(())
        });
    });
    let show = move |rules: Memo<SignInRules>| {
        let choices: Vec<_> = SecondFactorRule::ALL
            .iter()
            .map(|rule| (rule.slug().to_owned(), name(*rule).to_owned()))
            .collect();
        let value = Signal::derive(move || {
            chosen.get().unwrap_or_else(|| rules.get().second_factor).slug().to_owned()
        });
        view! {
            <Select
                label="Who must use a second factor"
                choices=Signal::stored(choices)
                value
                on_choose=choose
            />
            <p class="hint">
                "Anyone without one has to set it up before they can do anything else. People who sign in with "
                "your company's sign-in service have theirs there."
            </p>
        }
        .into_any()
    };
    view! {
        <section class="people" aria-labelledby="people-rules">
            <h2 id="people-rules">"Signing in"</h2>
            {submission.notice()}
            <div class="card pad narrow-form">
                <Arrived data=rules label="Loading the rules…" retry show=Box::new(show) />
            </div>
        </section>
    }
}

const fn name(rule: SecondFactorRule) -> &'static str {
    match rule {
        SecondFactorRule::Nobody => "Nobody",
        SecondFactorRule::BillingProfilesAdmins => "Billing Profiles Admins",
        SecondFactorRule::Everybody => "Everybody",
    }
}
