//! What can be read with one admin key.

use std::time::Duration;

use admin_key::AdminKey;
use futures::Stream;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use crate::admin_api_key::AdminApiKey;
use crate::answer::Answer;
use crate::called::Observer;
use crate::client::Client;
use crate::client::call::{self, Caller};
use crate::cost::CostResult;
use crate::error::Error;
use crate::list::List;
use crate::operation::{Operation, ResourceId};
use crate::page::Page;
use crate::paging::{self, Plan};
use crate::pause::Pause;
use crate::project::Project;
use crate::project_api_key::ProjectApiKey;
use crate::query::{CostQuery, UsageQuery};
use crate::retry::{self, Retry};
use crate::usage::UsageEndpoint;
use crate::user::User;

/// Items per page of a management list: upstream's maximum.
const LIST_LIMIT: u32 = 100;
/// Pages of a management list at most: a million items, which no organization has.
const MOST_LIST_PAGES: u64 = 10_000;

/// A key and the client to use it with. Every method gives a stream of pages, which ends after the last page or after
/// the first error; nothing is sent before it is polled.
#[derive(Clone, Copy)]
pub struct Account<'a> {
    pub(crate) client: &'a Client,
    pub(crate) key: &'a AdminKey,
    pub(crate) retry: Retry,
    pub(crate) attempt_timeout: Duration,
    pub(crate) longest_answer: usize,
    pub(crate) turns: Option<&'a Semaphore>,
    pub(crate) parser: Option<&'a Handle>,
    pub(crate) observer: Option<&'a Observer<'a>>,
    pub(crate) pause: Option<&'a Pause>,
}

impl<'a> Account<'a> {
    /// Repeats failed calls so, instead of as the client's settings say.
    #[must_use]
    pub fn with_retry(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }

    /// Waits so long for each answer, instead of as the client's settings say.
    #[must_use]
    pub fn with_attempt_timeout(self, attempt_timeout: Duration) -> Self {
        Self { attempt_timeout, ..self }
    }

    /// Reads answers of at most so many bytes, instead of 16 MiB: a longer one is an error of the kind
    /// [`crate::error::NotUnderstood::TooLong`].
    #[must_use]
    pub fn with_longest_answer(self, longest_answer: usize) -> Self {
        Self { longest_answer, ..self }
    }

    /// Reads the rest of a long answer, beyond 128 KiB, only with a permit of these, which it has until it is parsed:
    /// however many calls are under way, so many long answers are in memory.
    #[must_use]
    pub fn with_turns_for_long_answers(self, turns: &'a Semaphore) -> Self {
        Self { turns: Some(turns), ..self }
    }

    /// Parses long answers on the threads for long work of another runtime than the caller's.
    #[must_use]
    pub fn parsing_on(self, parser: &'a Handle) -> Self {
        Self { parser: Some(parser), ..self }
    }

    /// Tells `observer` of each attempt at a call.
    #[must_use]
    pub fn with_observer(self, observer: &'a Observer<'a>) -> Self {
        Self { observer: Some(observer), ..self }
    }

    /// Calls nobody while this pause lasts, and makes it last as long as upstream asks for.
    #[must_use]
    pub fn with_pause(self, pause: &'a Pause) -> Self {
        Self { pause: Some(pause), ..self }
    }

    /// Billed costs per UTC day.
    pub fn costs(
        self,
        query: &CostQuery,
    ) -> impl Stream<Item = Result<Answer<Page<CostResult>>, Error>> + Send + use<'a> {
        let most_pages = paging::most_pages(query.buckets());
        let plan = Plan { operation: Operation::Costs, pairs: query.pairs(), cursor: "page", most_pages };
        paging::pages(self, plan, (Page::cursor, Page::is_empty))
    }

    /// Usage at the endpoint whose rows are `R`, such as [`crate::usage::Completions`].
    pub fn usage<R: UsageEndpoint>(
        self,
        query: &UsageQuery<R>,
    ) -> impl Stream<Item = Result<Answer<Page<R>>, Error>> + Send + use<'a, R> {
        let most_pages = paging::most_pages(query.buckets());
        let operation = Operation::Usage(R::NAME);
        let plan = Plan { operation, pairs: query.pairs(), cursor: "page", most_pages };
        paging::pages(self, plan, (Page::cursor, Page::is_empty))
    }

    /// The projects, archived ones too if wanted: their past costs have no name otherwise.
    pub fn projects(
        self,
        include_archived: bool,
    ) -> impl Stream<Item = Result<Answer<List<Project>>, Error>> + Send + use<'a> {
        let mut plan = list_plan(Operation::Projects);
        plan.pairs.push(("include_archived", include_archived.to_string()));
        paging::pages(self, plan, (List::cursor, List::is_empty))
    }

    /// The API keys of one project. Deleted keys are not among them.
    pub fn project_api_keys(
        self,
        project: &ResourceId,
    ) -> impl Stream<Item = Result<Answer<List<ProjectApiKey>>, Error>> + Send + use<'a> {
        paging::pages(
            self,
            list_plan(Operation::ProjectApiKeys(project.clone())),
            (List::cursor, List::is_empty),
        )
    }

    /// The members of the organization.
    pub fn users(self) -> impl Stream<Item = Result<Answer<List<User>>, Error>> + Send + use<'a> {
        paging::pages(self, list_plan(Operation::Users), (List::cursor, List::is_empty))
    }

    /// The admin keys of the organization. Their cursor is the id of the last one, whatever `last_id` says: so do the
    /// official clients.
    pub fn admin_api_keys(
        self,
    ) -> impl Stream<Item = Result<Answer<List<AdminApiKey>>, Error>> + Send + use<'a> {
        paging::pages(self, list_plan(Operation::AdminApiKeys), (List::cursor_of_last, List::is_empty))
    }

    /// One page, with retries.
    pub(crate) async fn read<T: serde::de::DeserializeOwned + Send + 'static>(
        self,
        operation: &Operation,
        pairs: &[(&'static str, String)],
    ) -> Result<Answer<T>, Error> {
        let mut url = self.client.base_url.join(&operation.path());
        url.query_pairs_mut().extend_pairs(pairs);
        let caller = Caller {
            http: &self.client.http,
            key: self.key,
            timeout: self.attempt_timeout,
            longest_answer: self.longest_answer,
            turns: self.turns,
            parser: self.parser,
            observer: self.observer,
        };
        retry::run((self.retry, self.pause), &self.client.jitter, |attempt| {
            call::call(caller, url.clone(), attempt)
        })
        .await
    }
}

fn list_plan(operation: Operation) -> Plan {
    let pairs = vec![("limit", LIST_LIMIT.to_string())];
    Plan { operation, pairs, cursor: "after", most_pages: MOST_LIST_PAGES }
}
