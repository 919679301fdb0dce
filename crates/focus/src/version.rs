//! The versions of FOCUS.

use crate::column::{self, Column};

/// A version of FOCUS, which says which columns are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// FOCUS 1.2 of May 2025, which most tools read.
    V1_2,
    /// FOCUS 1.4 of June 2026.
    V1_4,
}

impl Version {
    /// Both.
    pub const ALL: [Self; 2] = [Self::V1_2, Self::V1_4];

    /// Its number, `1.2`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1_2 => "1.2",
            Self::V1_4 => "1.4",
        }
    }

    /// The version of a number.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.as_str() == text)
    }

    /// The columns in the order they are written: FOCUS' own by name, then ours (attribute ColumnHandling).
    pub fn columns(self) -> impl Iterator<Item = &'static Column> {
        column::ALL.iter().filter(move |column| column.is_in(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mandatory columns that both versions have; each has two more.
    const MANDATORY: [&str; 19] = [
        "BilledCost",
        "BillingAccountId",
        "BillingAccountName",
        "BillingCurrency",
        "BillingPeriodEnd",
        "BillingPeriodStart",
        "ChargeCategory",
        "ChargeClass",
        "ChargeDescription",
        "ChargePeriodEnd",
        "ChargePeriodStart",
        "ContractedCost",
        "EffectiveCost",
        "InvoiceIssuerName",
        "ListCost",
        "PricingQuantity",
        "PricingUnit",
        "ServiceCategory",
        "ServiceName",
    ];

    #[test]
    fn mandatory_columns_are_there_and_those_of_the_other_version_are_not() {
        let of_1_2 = ["ProviderName", "PublisherName"];
        let of_1_4 = ["HostProviderName", "ServiceProviderName"];
        for (version, own, foreign) in [(Version::V1_2, of_1_2, of_1_4), (Version::V1_4, of_1_4, of_1_2)] {
            let names: Vec<&str> = version.columns().map(|column| column.name).collect();
            for name in MANDATORY.into_iter().chain(own) {
                assert!(names.contains(&name), "{name} is mandatory in {}", version.as_str());
            }
            assert!(foreign.iter().all(|name| !names.contains(name)));
        }
    }

    #[test]
    fn focus_columns_stand_by_name_and_ours_after_them() {
        for version in Version::ALL {
            let names: Vec<&str> = version.columns().map(|column| column.name).collect();
            let (ours, theirs): (Vec<&str>, Vec<&str>) =
                names.iter().partition(|name| name.starts_with("x_"));
            assert!(theirs.is_sorted(), "{theirs:?}");
            assert_eq!(names, [theirs, ours].concat());
        }
    }

    #[test]
    fn a_version_has_its_number() {
        assert_eq!(Version::parse("1.4"), Some(Version::V1_4));
        assert_eq!(Version::parse("1.3"), None);
    }
}
