//! The wizard's state machine: pure, so that its tests run on the host.
//!
//! Each variant of [`Wizard`] holds what is proven at that step and nothing else. Moves consume the state and return the
//! next one with the [`Effect`]s to carry out. Answers carry the attempt that asked for them: those of an attempt that is
//! no longer on screen change nothing. No state holds an admin key: it goes from the field into one request, and from
//! then on the draft's id stands for it.

use std::sync::atomic::{AtomicU32, Ordering};

use api::connection::{ConnectionRef, Organization};
use api::connection_draft::{Check, ConnectionDraft, Progress};
use api::{ConnectionDraftId, ConnectionId};

use crate::route::ConnectStep;

/// Where the wizard is.
#[derive(Clone, Debug, PartialEq)]
pub enum Wizard {
    /// Step 1: how to create an admin key. A key that is kept already stays so.
    CreateKey(Option<Kept>),
    /// Step 2: the field for it.
    AdminKey(Option<Kept>),
    /// A draft was named by the address; the server is asked how far it is.
    Opening(ConnectionDraftId, Attempt),
    /// Step 3: the test runs.
    Testing(Kept, Attempt, Vec<Check>),
    /// The test is over: step 3 when something required has failed, step 4 when Finish is possible.
    Tested(Tested),
    /// Step 4: Finish was pressed.
    Finishing(Tested, Attempt),
    /// There is an account.
    Finished(ConnectionId),
    /// The draft has expired or was discarded.
    Gone,
    /// The server could not be asked, and the words why.
    Stuck(ConnectionDraftId, String),
}

/// A key that the server keeps, by its draft.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The draft.
    pub draft: ConnectionDraftId,
    /// The key's last four characters.
    pub tail: String,
    /// The account whose key it is to replace.
    pub renews: Option<ConnectionRef>,
}

/// A test that is over.
#[derive(Clone, Debug, PartialEq)]
pub struct Tested {
    /// The key that was tested.
    pub kept: Kept,
    /// What came out, line by line.
    pub checks: Vec<Check>,
    /// Whether Finish is possible.
    pub ready: bool,
    /// Whose key it is.
    pub organization: Option<Organization>,
    /// The name to offer for the account.
    pub suggested_name: String,
    /// Why Finish was refused, when it was.
    pub refusal: Option<FinishRefusal>,
}

/// Why Finish was refused, in the words of the server.
#[derive(Clone, Debug, PartialEq)]
pub enum FinishRefusal {
    /// The name does not fit.
    Name(String),
    /// The organization was connected in the meantime.
    AlreadyConnected(ConnectionRef),
    /// Anything else.
    Other(String),
}

/// Tells a question from the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt(u32);

/// What the view carries out after a move.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Ask how far a draft is, and answer with [`Answer::Opened`].
    Open(ConnectionDraftId, Attempt),
    /// Start its test, and answer with [`Answer::Tested`]; look at it meanwhile, and answer with [`Answer::Watched`].
    Test(ConnectionDraftId, Attempt),
    /// Make the account, and answer with [`Answer::Finished`].
    Finish(ConnectionDraftId, String, Attempt),
    /// Show the Lens, in place of the wizard's address.
    ShowLens(ConnectionId),
    /// Show the account that has another key now, in place of the wizard's address.
    ShowAccount(ConnectionId),
}

/// What comes back from the server.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// How far a draft is.
    Opened(Reply),
    /// A look at a running test.
    Watched(ConnectionDraft),
    /// The end of a test.
    Tested(Reply),
    /// The end of Finish.
    Finished(Result<ConnectionId, FinishFailure>),
}

/// An answer about a draft.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// How far it is.
    Draft(Box<ConnectionDraft>),
    /// There is none.
    Gone,
    /// There was no answer, and the words why.
    Failed(String),
}

/// Why Finish made no account.
#[derive(Clone, Debug, PartialEq)]
pub enum FinishFailure {
    /// The draft is gone.
    Gone,
    /// Refused.
    Refused(FinishRefusal),
}

/// A state and what to do about it.
pub type Move = (Wizard, Vec<Effect>);

impl Wizard {
    /// The wizard at an address that was opened.
    pub fn at(step: &ConnectStep) -> Move {
        Self::CreateKey(None).arrive(step)
    }

    /// The wizard after the address has changed: by a button, by Back and Forward, or by hand.
    pub fn arrive(self, step: &ConnectStep) -> Move {
        match step {
            ConnectStep::CreateKey => (Self::CreateKey(self.into_kept()), Vec::new()),
            ConnectStep::AdminKey => (Self::AdminKey(self.into_kept()), Vec::new()),
            ConnectStep::Draft(draft) if self.on_screen() == Some(draft) => (self, Vec::new()),
            ConnectStep::Draft(draft) => {
                let attempt = Attempt::new();
                (Self::Opening(draft.clone(), attempt), vec![Effect::Open(draft.clone(), attempt)])
            }
        }
    }

    /// Tests the draft on screen once more.
    pub fn test_again(self) -> Move {
        let attempt = Attempt::new();
        match self {
            Self::Tested(tested) => testing(tested.kept, attempt, Vec::new()),
            Self::Stuck(draft, _) => {
                (Self::Opening(draft.clone(), attempt), vec![Effect::Open(draft, attempt)])
            }
            other => (other, Vec::new()),
        }
    }

    /// Finishes, where the test has passed; any number of times is once.
    pub fn finish(self, name: String) -> Move {
        let attempt = Attempt::new();
        match self {
            Self::Tested(tested) if tested.ready => {
                let effect = Effect::Finish(tested.kept.draft.clone(), name, attempt);
                (Self::Finishing(Tested { refusal: None, ..tested }, attempt), vec![effect])
            }
            other => (other, Vec::new()),
        }
    }

    /// Takes an answer, if it belongs to the attempt on screen.
    pub fn answer(self, attempt: Attempt, answer: Answer) -> Move {
        if self.attempt() != Some(attempt) {
            return (self, Vec::new());
        }
        match (self, answer) {
            (Self::Opening(draft, _), Answer::Opened(reply)) => opened(draft, reply),
            (Self::Testing(kept, attempt, _), Answer::Watched(draft)) => match draft.progress {
                Progress::Testing { checks } => (Self::Testing(kept, attempt, checks), Vec::new()),
                // The end of the test is told by its own answer, and with it everything else.
                _ => (Self::Testing(kept, attempt, checks_of(&draft)), Vec::new()),
            },
            (Self::Testing(kept, ..), Answer::Tested(reply)) => opened(kept.draft, reply),
            (Self::Finishing(tested, _), Answer::Finished(Ok(connection))) => {
                finished(tested.kept.renews.as_ref(), connection)
            }
            (Self::Finishing(..), Answer::Finished(Err(FinishFailure::Gone))) => (Self::Gone, Vec::new()),
            (Self::Finishing(tested, _), Answer::Finished(Err(FinishFailure::Refused(refusal)))) => {
                (Self::Tested(Tested { refusal: Some(refusal), ..tested }), Vec::new())
            }
            (state, _) => (state, Vec::new()),
        }
    }

    /// The draft whose key would be lost by leaving.
    pub fn kept(&self) -> Option<&Kept> {
        match self {
            Self::CreateKey(kept) | Self::AdminKey(kept) => kept.as_ref(),
            Self::Testing(kept, ..) => Some(kept),
            Self::Tested(tested) | Self::Finishing(tested, _) => Some(&tested.kept),
            Self::Opening(..) | Self::Finished(_) | Self::Gone | Self::Stuck(..) => None,
        }
    }

    /// The number of the step, from 1.
    pub const fn step(&self) -> usize {
        match self {
            Self::CreateKey(_) => 1,
            Self::AdminKey(_) => 2,
            Self::Tested(Tested { ready: true, .. }) | Self::Finishing(..) | Self::Finished(_) => 4,
            Self::Opening(..) | Self::Testing(..) | Self::Tested(_) | Self::Gone | Self::Stuck(..) => 3,
        }
    }

    fn into_kept(self) -> Option<Kept> {
        self.kept().cloned()
    }

    fn on_screen(&self) -> Option<&ConnectionDraftId> {
        match self {
            Self::Opening(draft, _) | Self::Stuck(draft, _) => Some(draft),
            Self::Testing(kept, ..) => Some(&kept.draft),
            Self::Tested(tested) | Self::Finishing(tested, _) => Some(&tested.kept.draft),
            Self::CreateKey(_) | Self::AdminKey(_) | Self::Finished(_) | Self::Gone => None,
        }
    }

    /// The attempt whose answer is waited for.
    const fn attempt(&self) -> Option<Attempt> {
        match self {
            Self::Opening(_, attempt) | Self::Testing(_, attempt, _) | Self::Finishing(_, attempt) => {
                Some(*attempt)
            }
            _ => None,
        }
    }
}

impl Attempt {
    /// Another one than every one before, in this page.
    fn new() -> Self {
        Self(LATEST.fetch_add(1, Ordering::Relaxed))
    }
}

static LATEST: AtomicU32 = AtomicU32::new(0);

fn opened(id: ConnectionDraftId, reply: Reply) -> Move {
    let draft = match reply {
        Reply::Draft(draft) => *draft,
        Reply::Gone => return (Wizard::Gone, Vec::new()),
        Reply::Failed(words) => return (Wizard::Stuck(id, words), Vec::new()),
    };
    let kept = Kept { draft: draft.id, tail: draft.key_tail, renews: draft.renews };
    match draft.progress {
        // A test that was interrupted starts again, and one that runs is joined.
        Progress::Untested => testing(kept, Attempt::new(), Vec::new()),
        Progress::Testing { checks } => testing(kept, Attempt::new(), checks),
        Progress::Tested { checks, ready } => {
            let (organization, suggested_name) = (draft.organization, draft.suggested_name);
            (
                Wizard::Tested(Tested { kept, checks, ready, organization, suggested_name, refusal: None }),
                Vec::new(),
            )
        }
        Progress::Finished { connection } => finished(kept.renews.as_ref(), connection.id),
    }
}

/// A new account is seen on the Lens, another key on the page of its account.
fn finished(renews: Option<&ConnectionRef>, connection: ConnectionId) -> Move {
    let show = if renews.is_some() { Effect::ShowAccount } else { Effect::ShowLens };
    (Wizard::Finished(connection.clone()), vec![show(connection)])
}

fn testing(kept: Kept, attempt: Attempt, checks: Vec<Check>) -> Move {
    let effect = Effect::Test(kept.draft.clone(), attempt);
    (Wizard::Testing(kept, attempt, checks), vec![effect])
}

fn checks_of(draft: &ConnectionDraft) -> Vec<Check> {
    match &draft.progress {
        Progress::Testing { checks } | Progress::Tested { checks, .. } => checks.clone(),
        Progress::Untested | Progress::Finished { .. } => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(tested(true).arrive(&ConnectStep::AdminKey).0.step(), 2);
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
        let (back, effects) = tested(true).arrive(&ConnectStep::AdminKey);
        assert_eq!(effects, Vec::new());
        assert_eq!(back.kept().map(|kept| kept.tail.as_str()), Some("VuSa"));
        let (further_back, _) = back.arrive(&ConnectStep::CreateKey);
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
}
