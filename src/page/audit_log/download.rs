//! A log as a file.

use ::api::endpoint::File;
use ::api::{Endpoint, Nothing};

use crate::api::{self, Stop};
use crate::browser::keep;
use crate::form::submission::Submission;
use crate::layout::announcer::announce;

/// Downloads what a query asks for, and says when it is here.
pub fn download<E>(of: Submission, query: E::Query)
where
    E: Endpoint<Path = (), Body = Nothing, Response = File>,
    E::Query: 'static,
{
    of.run(async move {
        let file = api::download::<E>(&query, &Nothing {}, &Stop::default(), |_| {}).await?;
        keep(&file.blob, &file.name);
        announce(format!("Downloaded {}", file.name));
        Ok(())
    });
}
