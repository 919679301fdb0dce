//! Lists in parts: the query's `after` and `limit`, and the answer's `next`.

use std::str::FromStr;

use api::PageQuery;

/// Most items in a part, and how many there are when the query does not say.
const LIMITS: (u8, u8) = (100, 50);

/// Which part is asked for.
pub(crate) struct Part<Id> {
    /// The last item of the part before.
    pub(crate) after: Option<Id>,
    /// Most items.
    pub(crate) limit: u8,
}

/// Reads a query; none when `after` is no id or `limit` is out of its range.
pub(crate) fn part<Id: FromStr>(query: &PageQuery) -> Option<Part<Id>> {
    let (most, usual) = LIMITS;
    let limit = query.limit.unwrap_or(usual);
    let after = query.after.as_deref().map(Id::from_str).transpose().ok()?;
    (1..=most).contains(&limit).then_some(Part { after, limit })
}

impl<Id> Part<Id> {
    /// Cuts what was read, one item more than the limit, to the part, and says where the next part begins.
    pub(crate) fn cut<T>(&self, mut items: Vec<T>, id: impl Fn(&T) -> String) -> (Vec<T>, Option<String>) {
        let limit = usize::from(self.limit);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().map(id).filter(|_| more);
        (items, next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(after: Option<&str>, limit: Option<u8>) -> PageQuery {
        PageQuery { after: after.map(str::to_owned), limit }
    }

    #[test]
    fn a_part_ends_where_the_next_begins() {
        let part = part::<u32>(&query(Some("7"), Some(2))).unwrap();
        assert_eq!((part.after, part.limit), (Some(7), 2));
        assert_eq!(part.cut(vec![8, 9, 10], ToString::to_string), (vec![8, 9], Some("9".to_owned())));
        assert_eq!(part.cut(vec![8, 9], ToString::to_string), (vec![8, 9], None));
        assert_eq!(part.cut(Vec::<u32>::new(), ToString::to_string), (vec![], None));
    }

    #[test]
    fn what_is_no_part() {
        assert!(part::<u32>(&query(Some("x"), None)).is_none());
        assert!(part::<u32>(&query(None, Some(0))).is_none());
        assert!(part::<u32>(&query(None, Some(101))).is_none());
        assert_eq!(part::<u32>(&query(None, None)).unwrap().limit, 50);
    }
}
