//! The order of a table's rows, as an address says it.

use std::fmt;

/// An order by a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The column, as addresses call it.
    pub slug: String,
    /// Whether the smallest come first.
    pub ascending: bool,
}

impl Sort {
    /// Reads `billed`, or `-billed` for the largest first.
    pub fn parse(text: &str) -> Self {
        let (ascending, slug) = text.strip_prefix('-').map_or((true, text), |slug| (false, slug));
        Self { slug: slug.to_owned(), ascending }
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.ascending { "" } else { "-" }, self.slug)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_read_back() {
        for (text, slug, ascending) in [("day", "day", true), ("-billed", "billed", false)] {
            let sort = Sort::parse(text);
            assert_eq!(
                (sort.slug.as_str(), sort.ascending, sort.to_string().as_str()),
                (slug, ascending, text)
            );
        }
    }
}
