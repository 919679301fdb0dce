//! What the browser does by itself: facts regrouped and filtered, and a large table scrolled.

use super::{EMAIL, Figures, PASSWORD, fill, node, server};
use crate::installation;
use crate::step::{Outcome, say};

/// Days of the large organization that make 100,000 facts, and as many before them to compare with.
const DAYS: [&str; 2] = ["45", "90"];

pub(super) fn measure(figures: &mut Figures) -> Outcome {
    say("Keeping 90 days of a large organization");
    let data = installation::empty_folder("bench-browser")?;
    let [shown, kept] = DAYS;
    fill(&mut Figures::new(), &data, kept, None)?;
    let (_server, url) = server(&data, "http://127.0.0.1:9")?;
    say("Regrouping and filtering in Chromium");
    node(figures, &["bench/regroup.mjs", &url, EMAIL, PASSWORD, shown])?;
    say("Scrolling a table of 100,000 rows");
    node(figures, &["bench/table.mjs", &url, EMAIL, PASSWORD])
}
