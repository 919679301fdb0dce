//! Rows of `GET /organization/costs`.

use money::{Currency, Decimal};
use serde::{Deserialize, Serialize, Serializer};

use crate::exact::ExactNumber;
use crate::page::ResultRow;

/// What one UTC day cost, for one combination of what was grouped by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "object", rename = "organization.costs.result", default)]
pub struct CostResult {
    /// The billed amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<CostAmount>,
    /// Opaque text such as `gpt-5.5-2026-04-23, cached input`, when grouped by it.
    pub line_item: Option<String>,
    /// The project, when grouped by it. Charges of the organization itself have none even then.
    pub project_id: Option<String>,
    /// The API key, when grouped by it.
    pub api_key_id: Option<String>,
    /// How much was billed, in [`CostResult::quantity_unit`], when grouped by line item.
    pub quantity: Option<ExactNumber>,
    /// An open set: `tokens`, `1000_tokens`, `duration_seconds`, `gibibyte_hours`, `images`, `characters`, ...
    pub quantity_unit: Option<String>,
    /// Undocumented, seen on live organizations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
    /// Undocumented, seen on live organizations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_name: Option<String>,
    /// Undocumented, seen on live organizations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_name: Option<String>,
    /// Documented by the newer clients only: the user, when grouped by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Undocumented, seen on live organizations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_email: Option<String>,
}

/// Money as the Costs API writes it: in units of the currency, not in cents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostAmount {
    /// The value.
    #[serde(default)]
    pub value: Option<ExactNumber>,
    /// The currency, which the wire has in lower case.
    #[serde(default, serialize_with = "lower_case")]
    pub currency: Option<Currency>,
}

impl CostAmount {
    /// That much, in that currency.
    pub fn new(value: ExactNumber, currency: Currency) -> Self {
        Self { value: Some(value), currency: Some(currency) }
    }
}

impl CostResult {
    /// The billed amount and its currency. None when the row lacks either: it can then not be added to anything.
    pub fn billed(&self) -> Option<(Decimal, Currency)> {
        let amount = self.amount.as_ref()?;
        Some((amount.value?.decimal, amount.currency?))
    }
}

impl ResultRow for CostResult {
    const OBJECT: &'static str = "organization.costs.result";
}

fn lower_case<S: Serializer>(currency: &Option<Currency>, serializer: S) -> Result<S::Ok, S::Error> {
    currency.map(|currency| currency.as_str().to_ascii_lowercase()).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use money::Amount;

    use super::*;
    use crate::exact::Written;

    #[test]
    fn a_row_is_written_as_documented() {
        let value = ExactNumber::new(Amount::from_pico(60_000_000_000).unwrap(), Written::Number);
        let row = CostResult { amount: Some(CostAmount::new(value, Currency::USD)), ..CostResult::default() };
        assert_eq!(
            serde_json::to_string(&row).unwrap(),
            r#"{"object":"organization.costs.result","amount":{"value":0.06,"currency":"usd"},"line_item":null,"project_id":null,"api_key_id":null,"quantity":null,"quantity_unit":null}"#
        );
    }

    #[test]
    fn nulls_and_missing_fields_are_tolerated() {
        for json in [
            r"{}",
            r#"{"amount":null,"project_id":null}"#,
            r#"{"amount":{}}"#,
            r#"{"amount":{"value":null}}"#,
        ] {
            let row: CostResult = serde_json::from_str(json).unwrap();
            assert_eq!(row.billed(), None, "{json}");
        }
        let row: CostResult = serde_json::from_str(
            r#"{"amount":{"value":"12.50","currency":"usd"},"quantity":1e3,"extra":{}}"#,
        )
        .unwrap();
        let (billed, currency) = row.billed().unwrap();
        assert_eq!((billed.amount.to_string().as_str(), currency), ("12.5", Currency::USD));
        assert_eq!(row.quantity.unwrap().decimal.amount.to_string(), "1000");
    }
}
