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
    CreateKey(Held),
    /// Step 2: the field for it.
    AdminKey(Held),
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
    /// The server could not be asked, and the words why. The key stays kept, as far as it is known.
    Stuck(ConnectionDraftId, Option<Kept>, String),
}

/// The key that is kept while the user is at a step before its test.
#[derive(Clone, Debug, PartialEq)]
pub enum Held {
    /// None.
    Nothing,
    /// A draft was named by the address; the server is asked for it, or could not be.
    Asked(ConnectionDraftId, Attempt),
    /// This one.
    Known(Kept),
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
        Self::CreateKey(Held::Nothing).arrive(step)
    }

    /// The wizard after the address has changed: by a button, by Back and Forward, or by hand.
    pub fn arrive(self, step: &ConnectStep) -> Move {
        match step {
            ConnectStep::CreateKey(draft) => self.hold(draft.as_ref(), Self::CreateKey),
            ConnectStep::AdminKey(draft) => self.hold(draft.as_ref(), Self::AdminKey),
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
            Self::Stuck(draft, ..) => {
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
            (Self::CreateKey(held), Answer::Opened(reply)) => {
                (Self::CreateKey(held.found(reply)), Vec::new())
            }
            (Self::AdminKey(held), Answer::Opened(reply)) => (Self::AdminKey(held.found(reply)), Vec::new()),
            (Self::Opening(draft, _), Answer::Opened(reply)) => opened(draft, None, reply),
            (Self::Testing(kept, attempt, _), Answer::Watched(draft)) => match draft.progress {
                Progress::Testing { checks } => (Self::Testing(kept, attempt, checks), Vec::new()),
                // The end of the test is told by its own answer, and with it everything else.
                _ => (Self::Testing(kept, attempt, checks_of(&draft)), Vec::new()),
            },
            (Self::Testing(kept, ..), Answer::Tested(reply)) => opened(kept.draft.clone(), Some(kept), reply),
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

    /// The key that would be lost by leaving, where more than its draft is known of it.
    pub fn kept(&self) -> Option<&Kept> {
        match self {
            Self::CreateKey(Held::Known(kept)) | Self::AdminKey(Held::Known(kept)) => Some(kept),
            Self::Testing(kept, ..) => Some(kept),
            Self::Tested(tested) | Self::Finishing(tested, _) => Some(&tested.kept),
            Self::Stuck(_, kept, _) => kept.as_ref(),
            Self::CreateKey(_) | Self::AdminKey(_) | Self::Opening(..) | Self::Finished(_) | Self::Gone => {
                None
            }
        }
    }

    /// The draft whose key would be lost by leaving.
    pub fn draft(&self) -> Option<&ConnectionDraftId> {
        match self {
            Self::CreateKey(Held::Asked(draft, _)) | Self::AdminKey(Held::Asked(draft, _)) => Some(draft),
            Self::Stuck(draft, ..) => Some(draft),
            other => other.kept().map(|kept| &kept.draft),
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

    /// A step before the test, with the key that is kept: where none is known yet, that of the draft in the address.
    fn hold(self, named: Option<&ConnectionDraftId>, step: fn(Held) -> Self) -> Move {
        let held = match self {
            Self::CreateKey(held) | Self::AdminKey(held) => held,
            other => other.kept().map_or(Held::Nothing, |kept| Held::Known(kept.clone())),
        };
        match (held, named) {
            (Held::Nothing, Some(draft)) => {
                let attempt = Attempt::new();
                let effect = Effect::Open(draft.clone(), attempt);
                (step(Held::Asked(draft.clone(), attempt)), vec![effect])
            }
            (held, _) => (step(held), Vec::new()),
        }
    }

    fn on_screen(&self) -> Option<&ConnectionDraftId> {
        match self {
            Self::Opening(draft, _) | Self::Stuck(draft, ..) => Some(draft),
            Self::Testing(kept, ..) => Some(&kept.draft),
            Self::Tested(tested) | Self::Finishing(tested, _) => Some(&tested.kept.draft),
            Self::CreateKey(_) | Self::AdminKey(_) | Self::Finished(_) | Self::Gone => None,
        }
    }

    /// The attempt whose answer is waited for.
    const fn attempt(&self) -> Option<Attempt> {
        match self {
            Self::CreateKey(Held::Asked(_, attempt))
            | Self::AdminKey(Held::Asked(_, attempt))
            | Self::Opening(_, attempt)
            | Self::Testing(_, attempt, _)
            | Self::Finishing(_, attempt) => Some(*attempt),
            _ => None,
        }
    }
}

impl Held {
    /// What a draft is found to be. One that cannot be asked for stays what it is: the key may well be kept.
    fn found(self, reply: Reply) -> Self {
        match reply {
            Reply::Draft(draft) if !matches!(draft.progress, Progress::Finished { .. }) => {
                Self::Known(Kept { draft: draft.id, tail: draft.key_tail, renews: draft.renews })
            }
            Reply::Draft(_) | Reply::Gone => Self::Nothing,
            Reply::Failed(_) => self,
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

fn opened(id: ConnectionDraftId, kept: Option<Kept>, reply: Reply) -> Move {
    let draft = match reply {
        Reply::Draft(draft) => *draft,
        Reply::Gone => return (Wizard::Gone, Vec::new()),
        Reply::Failed(words) => return (Wizard::Stuck(id, kept, words), Vec::new()),
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
mod tests;
