//! The machine, without a browser.

use api::Timestamp;
use api::connection_draft::{CheckKind, Verdict};

use super::*;

fn id() -> ConnectionDraftId {
    ConnectionDraftId::parse("draft_1").unwrap()
}

fn draft(progress: Progress) -> Reply {
    Reply::Draft(Box::new(ConnectionDraft {
        id: id(),
        key_tail: "VuSa".into(),
        expires_at: Timestamp::from_unix_seconds(0),
        progress,
        renews: None,
        organization: None,
        suggested_name: "Acme".into(),
    }))
}

fn checks() -> Vec<Check> {
    vec![Check { kind: CheckKind::KeyAccepted, verdict: Verdict::Running, took_ms: None }]
}

/// Opens the draft and answers with this progress.
fn opened_at(progress: Progress) -> Move {
    let (wizard, effects) = Wizard::at(&ConnectStep::Draft(id()));
    let [Effect::Open(_, attempt)] = effects[..] else { panic!("{effects:?}") };
    wizard.answer(attempt, Answer::Opened(draft(progress)))
}

fn tested(ready: bool) -> Wizard {
    opened_at(Progress::Tested { checks: checks(), ready }).0
}

#[test]
fn the_step_follows_from_the_draft() {
    let (wizard, effects) = opened_at(Progress::Untested);
    assert!(matches!((wizard, &effects[..]), (Wizard::Testing(..), [Effect::Test(..)])));
    let (wizard, effects) = opened_at(Progress::Testing { checks: checks() });
    assert!(
        matches!((wizard, &effects[..]), (Wizard::Testing(_, _, checks), [Effect::Test(..)]) if checks.len() == 1)
    );
    assert!(matches!(tested(true), Wizard::Tested(Tested { ready: true, .. })));
    let connection =
        ConnectionRef { id: ConnectionId::parse("conn_1").unwrap(), name: "Acme".parse().unwrap() };
    let (_, effects) = opened_at(Progress::Finished { connection });
    assert!(matches!(effects[..], [Effect::ShowLens(_)]));
}

#[test]
fn finish_is_a_step_of_its_own_once_the_test_has_passed() {
    assert_eq!([tested(false).step(), tested(true).step()], [3, 4]);
    assert_eq!(tested(true).finish("Acme".into()).0.step(), 4);
    assert_eq!(tested(true).arrive(&ConnectStep::AdminKey(None)).0.step(), 2);
}

#[test]
fn late_answers_change_nothing() {
    let (opening, effects) = Wizard::at(&ConnectStep::Draft(id()));
    let [Effect::Open(_, early)] = effects[..] else { panic!("{effects:?}") };
    let (testing, _) = opening.answer(early, Answer::Opened(draft(Progress::Untested)));
    let (after, effects) = testing.clone().answer(early, Answer::Opened(Reply::Gone));
    assert_eq!((after, effects), (testing, Vec::new()));
}

#[test]
fn finish_is_asked_for_once_and_only_when_ready() {
    assert_eq!(tested(false).finish("Acme".into()), (tested(false), Vec::new()));
    let (finishing, effects) = tested(true).finish("Acme".into());
    let [Effect::Finish(_, _, attempt)] = &effects[..] else { panic!("{effects:?}") };
    let (again, nothing) = finishing.clone().finish("Acme".into());
    assert_eq!((again, nothing), (finishing.clone(), Vec::new()));
    let refusal = FinishRefusal::Name("Enter a name.".into());
    let (back, _) =
        finishing.answer(*attempt, Answer::Finished(Err(FinishFailure::Refused(refusal.clone()))));
    assert!(matches!(back, Wizard::Tested(Tested { refusal: Some(found), .. }) if found == refusal));
}

#[test]
fn going_back_keeps_the_key_and_going_on_returns_to_its_test() {
    let (back, effects) = tested(true).arrive(&ConnectStep::AdminKey(None));
    assert_eq!(effects, Vec::new());
    assert_eq!(back.kept().map(|kept| kept.tail.as_str()), Some("VuSa"));
    let (further_back, _) = back.arrive(&ConnectStep::CreateKey(None));
    assert_eq!(further_back.kept().map(|kept| kept.tail.as_str()), Some("VuSa"));
    let (_, effects) = further_back.arrive(&ConnectStep::Draft(id()));
    assert!(matches!(effects[..], [Effect::Open(..)]));
}

#[test]
fn a_gone_draft_and_a_silent_server_are_told_apart() {
    let (wizard, effects) = Wizard::at(&ConnectStep::Draft(id()));
    let [Effect::Open(_, attempt)] = effects[..] else { panic!("{effects:?}") };
    assert_eq!(wizard.clone().answer(attempt, Answer::Opened(Reply::Gone)).0, Wizard::Gone);
    let (stuck, _) = wizard.answer(attempt, Answer::Opened(Reply::Failed("No connection".into())));
    let (again, effects) = stuck.test_again();
    assert!(matches!((again, &effects[..]), (Wizard::Opening(..), [Effect::Open(..)])));
}

#[test]
fn a_draft_in_the_address_is_opened_where_no_key_is_known() {
    let (wizard, effects) = Wizard::at(&ConnectStep::AdminKey(Some(id())));
    let [Effect::Open(_, attempt)] = effects[..] else { panic!("{effects:?}") };
    assert_eq!((wizard.draft(), wizard.kept()), (Some(&id()), None));
    let (found, effects) = wizard.clone().answer(attempt, Answer::Opened(draft(Progress::Untested)));
    assert_eq!((found.step(), effects), (2, Vec::new()));
    assert_eq!(found.kept().map(|kept| kept.tail.as_str()), Some("VuSa"));
    // It is asked for once, and what is known is not exchanged for what an older address names.
    let (stays, effects) = found.arrive(&ConnectStep::CreateKey(ConnectionDraftId::parse("draft_0").ok()));
    assert_eq!((stays.draft(), effects), (Some(&id()), Vec::new()));
    let (silent, _) = wizard.clone().answer(attempt, Answer::Opened(Reply::Failed("No connection".into())));
    assert_eq!(silent.draft(), Some(&id()));
    let (gone, _) = wizard.answer(attempt, Answer::Opened(Reply::Gone));
    assert_eq!(gone, Wizard::AdminKey(Held::Nothing));
}

#[test]
fn a_server_that_fails_takes_no_key_with_it() {
    let (testing, effects) = tested(false).test_again();
    let [Effect::Test(_, attempt)] = effects[..] else { panic!("{effects:?}") };
    let (stuck, _) = testing.answer(attempt, Answer::Tested(Reply::Failed("No connection".into())));
    let (back, effects) = stuck.arrive(&ConnectStep::AdminKey(None));
    assert_eq!(effects, Vec::new());
    assert_eq!(back.kept().map(|kept| kept.tail.as_str()), Some("VuSa"));
}
