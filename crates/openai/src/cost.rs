//! Rows of `GET /organization/costs`.

use money::{Currency, Decimal};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::exact::{self, ExactNumber};
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
    /// How much was billed, in [`CostResult::quantity_unit`], when grouped by line item. It tells how the money came
    /// about: one that cannot be read keeps no money away.
    #[serde(deserialize_with = "exact::where_readable")]
    pub quantity: Option<ExactNumber>,
    /// An open set: `tokens`, `1000_tokens`, `duration_seconds`, `gibibyte_hours`, `images`, `characters`, ...
    #[serde(deserialize_with = "exact::text_where_readable")]
    pub quantity_unit: Option<String>,
    /// Undocumented, seen on live organizations. Like all of these it may become something else: that keeps no money away.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "exact::text_where_readable")]
    pub organization_id: Option<String>,
    /// Undocumented, seen on live organizations.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "exact::text_where_readable")]
    pub organization_name: Option<String>,
    /// Undocumented, seen on live organizations.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "exact::text_where_readable")]
    pub project_name: Option<String>,
    /// Documented by the newer clients only: the user, when grouped by it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "exact::text_where_readable")]
    pub user_id: Option<String>,
    /// Undocumented, seen on live organizations.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "exact::text_where_readable")]
    pub user_email: Option<String>,
}

/// Money as the Costs API writes it: in units of the currency, not in cents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostAmount {
    /// The value.
    #[serde(default)]
    pub value: Option<ExactNumber>,
    /// The currency, which the wire has in lower case. Where it is not told it is the only one that costs were ever told
    /// in.
    #[serde(default = "dollars", deserialize_with = "told_or_dollars", serialize_with = "lower_case")]
    pub currency: Currency,
}

impl CostAmount {
    /// That much, in that currency.
    pub fn new(value: ExactNumber, currency: Currency) -> Self {
        Self { value: Some(value), currency }
    }
}

impl CostResult {
    /// The billed amount and its currency. None when the row has no amount: then it is about no money.
    pub fn billed(&self) -> Option<(Decimal, Currency)> {
        let amount = self.amount.as_ref()?;
        Some((amount.value?.decimal, amount.currency))
    }
}

impl ResultRow for CostResult {
    const OBJECT: &'static str = "organization.costs.result";
}

fn dollars() -> Currency {
    Currency::USD
}

fn told_or_dollars<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Currency, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_else(dollars))
}

fn lower_case<S: Serializer>(currency: &Currency, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&currency.as_str().to_ascii_lowercase())
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

    #[test]
    fn a_quantity_that_cannot_be_read_keeps_no_money_away() {
        for quantity in ["9300000000000", "1e40", r#""many""#, "{}", "null"] {
            let json = format!(r#"{{"amount":{{"value":1.5,"currency":"usd"}},"quantity":{quantity}}}"#);
            let row: CostResult = serde_json::from_str(&json).unwrap();
            assert_eq!(
                (row.quantity, row.billed().unwrap().0.amount.to_string()),
                (None, "1.5".into()),
                "{json}"
            );
        }
    }

    #[test]
    fn what_is_told_besides_keeps_no_money_away_whatever_it_is() {
        let json = r#"{"amount":{"value":1.5,"currency":"usd"},"organization_id":42,"organization_name":["Acme"],
            "project_name":{"en":"x"},"user_id":7,"user_email":false,"quantity_unit":1}"#;
        let row: CostResult = serde_json::from_str(json).unwrap();
        assert_eq!(row.billed().unwrap().0.amount.to_string(), "1.5");
        assert_eq!((row.organization_id, row.project_name, row.quantity_unit), (None, None, None));
    }

    #[test]
    fn costs_without_a_currency_are_dollars_and_those_of_none_that_is_known_are_refused() {
        for (json, expected) in [
            (r#"{"amount":{"value":1.5}}"#, Some(Currency::USD)),
            (r#"{"amount":{"value":1.5,"currency":null}}"#, Some(Currency::USD)),
            (r#"{"amount":{"value":1.5,"currency":"eur"}}"#, Currency::parse("EUR").ok()),
            (r#"{"amount":{"value":1.5,"currency":"gold"}}"#, None),
            (r#"{"amount":{"value":"NaN","currency":"usd"}}"#, None),
            (r#"{"amount":7}"#, None),
        ] {
            let row = serde_json::from_str::<CostResult>(json);
            assert_eq!(
                row.ok().and_then(|row| row.billed()).map(|(_, currency)| currency),
                expected,
                "{json}"
            );
        }
    }
}
