//! What can happen to a key.

/// What happens to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Everything is answered.
    Fine,
    /// 401, as for an unknown, revoked or expired key.
    Refused,
    /// 401 whose text contains the whole key.
    RefusedWithEcho,
    /// 403, always: no admin key.
    OtherKind,
    /// 403 for costs and usage.
    NoUsageScope,
    /// 403 for projects, users and keys.
    NoManagementScope,
    /// 401 for projects, users and keys, with the words for a key that is not known.
    NamesRefused,
    /// 401 for the network address.
    IpRefused,
    /// 429, always.
    RateLimited {
        /// The header Retry-After, in seconds.
        retry_after: Option<u32>,
    },
    /// 429 with Retry-After: 1 for the first request of each path.
    RateLimitedOnce,
    /// 429 with Retry-After: 30 from the sixth request on.
    RateLimitedMidRun,
    /// 429 that no waiting helps: the organization has exceeded its quota.
    QuotaExceeded,
    /// A status of 5xx, always.
    Down {
        /// Which.
        status: u16,
    },
    /// 500 for every page but the first.
    DownOnPageTwo,
    /// 500 for every second request of each path, the first one included.
    DownHalfTheTime,
    /// Every answer takes 3 s.
    Slow,
    /// No answer, ever.
    Hanging,
    /// 200 with a page of HTML.
    Html,
    /// A body that ends too early.
    Truncated,
    /// A body of 100 MB.
    Endless,
    /// `has_more` without a cursor.
    NoCursor,
    /// Amounts as strings of 36 digits, and `0E-6176`.
    TextAmounts,
    /// Today's and yesterday's costs are not there yet.
    LateCosts,
    /// The day three days ago costs a tenth more from the second reading on.
    RestatedDay,
    /// The day three days ago costs nothing from the second reading on.
    VanishingDay,
    /// The costs of Mondays are not there before the fifth day after them.
    LateMondays,
    /// Each day has a negative line that is as much again on each of the five days after it.
    RestatedCredit,
    /// The bucket with 13:00 of a day is left out.
    Gap {
        /// How many days ago.
        days: i64,
    },
    /// The buckets of costs of today and the two days before are not there yet.
    AbsentCosts,
    /// 400 for costs by API key, whatever the day.
    NoKeyGrouping,
    /// 400 for usage by service tier.
    NoTierGrouping,
    /// 400 for usage by hours of more than ten days ago.
    NoOldHours,
    /// Usage by days, however it is asked for.
    DaysForHours,
    /// 404 for the usage of vector stores.
    NoVectorStores,
    /// 400 for costs of more than 200 days ago.
    NoOldCosts,
    /// 401 from the sixth request on.
    RevokedMidRun,
    /// Nobody has used anything for the last four days.
    UsageStopped,
    /// The same, and only rows of costs and usage tell whose key it is.
    QuietWithoutHeader,
    /// Days before nine days ago are left out: the organization was not there.
    Young,
    /// 403 for users and for the API keys of the first project.
    SomeNames,
    /// The list of admin keys says that it expires in nine days.
    Expiring,
    /// Line items, result objects and fields that nobody knows.
    UnknownRows,
    /// Costs tell no currency, and five days ago they have a row of one that nobody knows.
    OddRows,
    /// Costs by group lack a line of five days ago, which their total has.
    LostLine,
    /// A negative line on each day.
    Credit,
    /// A line of 10^9 USD on each day.
    Huge,
    /// No answer tells whose key it is.
    Unidentified,
    /// 302 to another host.
    Redirect,
}
