//! The facts of some days, as one answer of the server, and the same of one of those days.

use std::sync::Arc;

use ::api::cube::{CubeAnswer, CubeQuery, Show};
use ::api::{ConnectionId, Day, Span};
use facts::group::{Filter, Grouping, Groups, Sum};
use facts::{Cube, Label};

use crate::api::{self, CallError};
use crate::ui::notice::Trouble;

/// The facts of some days.
#[derive(Debug)]
pub struct Facts {
    /// What is said about them.
    pub answer: CubeAnswer,
    /// The facts.
    pub cube: Cube,
    bytes: Arc<Vec<u8>>,
}

impl PartialEq for Facts {
    /// The same days of the same answer.
    fn eq(&self, other: &Self) -> bool {
        self.span() == other.span() && self.bytes == other.bytes
    }
}

impl Facts {
    /// The days.
    pub fn span(&self) -> Span {
        Span { start: self.answer.start, end: self.answer.end }
    }

    /// Groups the facts over all days.
    pub fn whole(&self, labels: &[Label], filters: &[Filter], limit: usize) -> Groups {
        let bounds = [self.answer.start.start().unix_seconds(), self.answer.end.start().unix_seconds()];
        Grouping { labels, filters, bounds: &bounds, order: Sum::Cost, limit }
            .of(&self.cube, &self.answer.names)
    }

    /// What each value of each label costs over all days, a list for each label, largest first: quicker than all sums.
    pub fn costs(&self, labels: &[Label], filters: &[Filter]) -> Vec<Vec<(Arc<str>, i128)>> {
        let bounds = [self.answer.start.start().unix_seconds(), self.answer.end.start().unix_seconds()];
        Grouping { labels, filters, bounds: &bounds, order: Sum::Cost, limit: usize::MAX }
            .worths(&self.cube, &self.answer.names)
    }

    /// Groups the facts by day.
    pub fn by_day(&self, labels: &[Label], filters: &[Filter], limit: usize) -> Groups {
        Grouping { labels, filters, bounds: &self.bounds(), order: Sum::Cost, limit }
            .of(&self.cube, &self.answer.names)
    }

    /// What the same groups cost by day, and nothing else of them: quicker than all sums.
    pub fn costs_by_day(&self, labels: &[Label], filters: &[Filter], limit: usize) -> Groups {
        Grouping { labels, filters, bounds: &self.bounds(), order: Sum::Cost, limit }
            .split(&self.cube, &self.answer.names)
    }

    /// Where the days begin, and last where they end, in Unix seconds.
    fn bounds(&self) -> Vec<i64> {
        let days = (self.answer.start.number()..=self.answer.end.number()).map(Day::from_number);
        days.map(|day| day.start().unix_seconds()).collect()
    }

    /// The facts of one of the days.
    pub fn of_day(&self, day: Day) -> Option<Self> {
        let at = usize::try_from(day.number() - self.answer.start.number()).ok()?;
        let known = *self.answer.days.get(at)?;
        let span = Span { start: day, end: day.plus(1) };
        let answer =
            CubeAnswer { start: span.start, end: span.end, days: vec![known], ..self.answer.clone() };
        let cube = self.cube.within(&(span.start.start().unix_seconds()..span.end.start().unix_seconds()));
        Some(Self { answer, cube, bytes: Arc::clone(&self.bytes) })
    }
}

/// Asks for the facts of some days, of one account or of all.
pub async fn ask(days: Span, connection: Option<ConnectionId>) -> Result<Arc<Facts>, Trouble> {
    let query = CubeQuery { start: days.start, end: days.end, connection, fold: None };
    let bytes = api::file::<Show>(&(), &query).await.map_err(|error| error.trouble())?;
    match CubeAnswer::decode(&bytes) {
        Ok((answer, cube)) => Ok(Arc::new(Facts { answer, cube, bytes: Arc::new(bytes) })),
        Err(_) => {
            let error: CallError<_> = api::garbled_file::<Show>();
            Err(error.trouble())
        }
    }
}
