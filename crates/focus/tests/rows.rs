//! What becomes of a fact.

#![expect(clippy::unwrap_used, reason = "the helpers of tests")]

use std::collections::BTreeMap;

use facts::{Dictionary, Dimension, Fact, Names, UserName};
use focus::{Account, Charge, CsvWriter, Mapping, Version};
use money::{Amount, Currency, Decimal};

/// 2026-03-31T23:00:00Z: the last hour of a month.
const START: i64 = 1_774_998_000;

/// The columns that have a value, as `name: value`, of the one row of this fact.
fn row(amount: &str, quantity: &str, texts: &[(Dimension, &str)], is_correction: bool) -> Vec<String> {
    let mut dictionary = Dictionary::default();
    let number = |text| Decimal::parse(text).unwrap().amount;
    let mut fact = Fact {
        start: START,
        dimensions: Default::default(),
        amount: number(amount),
        quantity: number(quantity),
        requests: 12,
    };
    for (dimension, text) in texts {
        fact.put(*dimension, dictionary.intern(text));
    }
    let owned = |id: &str, name: &str| BTreeMap::from([(id.to_owned(), name.to_owned())]);
    let ada = UserName { name: Some("Ada".to_owned()), email: Some("ada@example.com".to_owned()) };
    let names = Names {
        projects: owned("proj_1", "Search, \"core\""),
        api_keys: owned("key_1", "=ci"),
        users: BTreeMap::from([("user-1".to_owned(), ada)]),
        ..Names::default()
    };
    let account = Account { id: "org-1", name: Some("Acme"), currency: Currency::USD };
    let mapping = Mapping { account, dictionary: &dictionary, names: &names };
    let charge = Charge { fact: &fact, is_correction, tags: &[("team", "search")] };
    let mut csv = CsvWriter::new(Vec::new(), Version::V1_2).unwrap();
    csv.write(&mapping.row(&charge).unwrap()).unwrap();
    let text = csv.finish().unwrap();
    let mut reader = csv::Reader::from_reader(text.as_slice());
    let header = reader.headers().unwrap().clone();
    let record = reader.records().next().unwrap().unwrap();
    let present = header.iter().zip(&record).filter(|(_, value)| !value.is_empty());
    present.map(|(name, value)| format!("{name}: {value}")).collect()
}

/// The row's values in some columns; none where it has none.
fn values<'a>(row: &'a [String], columns: &[&str]) -> Vec<Option<&'a str>> {
    columns
        .iter()
        .map(|column| row.iter().find_map(|line| line.strip_prefix(column)?.strip_prefix(": ")))
        .collect()
}

/// The row's values in columns that must have one.
fn present<'a>(row: &'a [String], columns: &[&str]) -> Vec<&'a str> {
    values(row, columns).into_iter().map(Option::unwrap).collect()
}

#[test]
fn attributed_usage_is_a_row_of_its_day_with_all_that_is_known() {
    let texts = [
        (Dimension::Project, "proj_1"),
        (Dimension::ApiKey, "key_1"),
        (Dimension::User, "user-1"),
        (Dimension::Service, "Completions"),
        (Dimension::Model, "gpt-4.1-2025-04-14"),
        (Dimension::Sku, "gpt-4.1-2025-04-14, cached input"),
        (Dimension::Operation, "cached input"),
        (Dimension::Unit, "tokens"),
        (Dimension::CostType, "batch"),
        (Dimension::ServiceTier, "default"),
        (Dimension::Cached, "cached"),
        (Dimension::MediaFormat, "text"),
        (Dimension::LineItem, "batch | gpt-4.1-2025-04-14, cached input"),
        (Dimension::Basis, "attributed"),
    ];
    let expected = [
        "BilledCost: 2.100000000001",
        "BillingAccountId: org-1",
        "BillingAccountName: Acme",
        "BillingAccountType: Organization",
        "BillingCurrency: USD",
        "BillingPeriodEnd: 2026-04-01T00:00:00Z",
        "BillingPeriodStart: 2026-03-01T00:00:00Z",
        "ChargeCategory: Usage",
        "ChargeDescription: batch | gpt-4.1-2025-04-14, cached input",
        "ChargeFrequency: Usage-Based",
        "ChargePeriodEnd: 2026-04-01T00:00:00Z",
        "ChargePeriodStart: 2026-03-31T00:00:00Z",
        "ConsumedQuantity: 8400000.0",
        "ConsumedUnit: Tokens",
        "ContractedCost: 2.100000000001",
        "EffectiveCost: 2.100000000001",
        "InvoiceIssuerName: OpenAI",
        "ListCost: 2.100000000001",
        "PricingCategory: Standard",
        "PricingCurrency: USD",
        "PricingCurrencyEffectiveCost: 2.100000000001",
        "PricingQuantity: 8.4",
        "PricingUnit: 1000000 Tokens",
        "ProviderName: OpenAI",
        "PublisherName: OpenAI",
        "ServiceCategory: AI and Machine Learning",
        "ServiceName: OpenAI API",
        "ServiceSubcategory: Generative AI",
        "SkuId: gpt-4.1-2025-04-14/cached-input-tokens",
        "SkuMeter: Cached Input Tokens",
        "SkuPriceDetails: {\"x_CacheAction\":\"Read\",\"x_ModelDeveloper\":\"OpenAI\",\
         \"x_ModelFamily\":\"gpt-4.1\",\"x_ModelId\":\"gpt-4.1-2025-04-14\",\"x_ServiceTier\":\"batch\",\
         \"x_TokenDirection\":\"Input\"}",
        "SkuPriceId: gpt-4.1-2025-04-14/cached-input-tokens/batch",
        "SubAccountId: proj_1",
        "SubAccountName: Search, \"core\"",
        "SubAccountType: Project",
        "Tags: {\"team\":\"search\"}",
        "x_ApiKeyId: key_1",
        "x_ApiKeyName: =ci",
        "x_UserId: user-1",
        "x_UserEmail: ada@example.com",
        "x_Service: Completions",
        "x_ServiceTier: batch",
        "x_LineItem: batch | gpt-4.1-2025-04-14, cached input",
        "x_CostBasis: attributed",
        "x_Requests: 12",
    ];
    assert_eq!(row("2.100000000001", "8400000", &texts, false), expected);
}

#[test]
fn what_is_billed_to_the_organization_has_no_sub_account() {
    let texts = [(Dimension::LineItem, "Scale Tier | gpt-4.1 units"), (Dimension::Basis, "billed")];
    let row = row("110", "0", &texts, false);
    let columns = ["SubAccountId", "SubAccountName", "SubAccountType", "ConsumedQuantity", "ConsumedUnit"];
    assert_eq!(values(&row, &columns), [None; 5]);
    let columns =
        ["ChargeCategory", "ChargeFrequency", "EffectiveCost", "PricingQuantity", "PricingUnit", "SkuId"];
    assert_eq!(
        present(&row, &columns),
        ["Purchase", "Recurring", "110.0", "1.0", "Units", "Scale Tier | gpt-4.1 units/units"]
    );
}

#[test]
fn prepaid_credit_costs_when_it_is_used() {
    let row = row("500", "0", &[(Dimension::LineItem, "Prepaid credit")], false);
    let columns = ["ChargeCategory", "ChargeFrequency", "BilledCost", "EffectiveCost"];
    assert_eq!(present(&row, &columns), ["Purchase", "One-Time", "500.0", "0.0"]);
}

#[test]
fn credits_taxes_and_roundings_have_neither_sku_nor_quantity() {
    for (line_item, amount, category) in
        [("Promotional credit", "-5", "Credit"), ("VAT", "19", "Tax"), ("Rounding", "0.01", "Adjustment")]
    {
        let row = row(amount, "0", &[(Dimension::LineItem, line_item)], false);
        assert_eq!(present(&row, &["ChargeCategory", "ChargeFrequency"]), [category, "One-Time"]);
        let columns =
            ["SkuId", "SkuPriceId", "SkuMeter", "SkuPriceDetails", "PricingQuantity", "PricingCategory"];
        assert_eq!(values(&row, &columns), [None; 6], "{line_item}");
    }
}

#[test]
fn a_restated_month_is_corrected() {
    let row = row("1", "1", &[(Dimension::Unit, "images")], true);
    assert_eq!(present(&row, &["ChargeClass"]), ["Correction"]);
}

#[test]
fn an_amount_without_a_counted_quantity_is_one_unit() {
    let uncounted = row("0.5", "0", &[(Dimension::Unit, "calls")], false);
    assert_eq!(present(&uncounted, &["ConsumedQuantity", "ConsumedUnit"]), ["1.0", "Units"]);
    let free = row("0", "0", &[(Dimension::Unit, "calls")], false);
    assert_eq!(present(&free, &["ConsumedQuantity", "ConsumedUnit"]), ["0.0", "Requests"]);
}

#[test]
fn usage_that_is_on_no_bill_is_described_in_openais_way() {
    let texts = [(Dimension::Model, "omni-moderation"), (Dimension::Operation, "input")];
    let row = row("0", "7", &texts, false);
    assert_eq!(present(&row, &["ChargeDescription"]), ["omni-moderation, input"]);
    assert_eq!(values(&row, &["x_LineItem"]), [None]);
}

#[test]
fn a_fact_of_no_calendar_day_is_refused() {
    let (dictionary, names) = (Dictionary::default(), Names::default());
    let account = Account { id: "org-1", name: None, currency: Currency::USD };
    let mapping = Mapping { account, dictionary: &dictionary, names: &names };
    let fact = Fact {
        start: i64::MAX,
        dimensions: Default::default(),
        amount: Amount::ZERO,
        quantity: Amount::ZERO,
        requests: 0,
    };
    let error = mapping.row(&Charge { fact: &fact, is_correction: false, tags: &[] }).unwrap_err();
    assert_eq!(error.to_string(), "the instant 9223372036854775807 is beyond the calendar");
}

#[test]
fn names_stay_as_they_are_in_focus() {
    let row = row("1", "0", &[(Dimension::ApiKey, "key_1")], false);
    assert_eq!(present(&row, &["x_ApiKeyName"]), ["=ci"], "programs compare values to the byte");
}

#[test]
fn batches_that_a_regular_line_bills_have_its_price() {
    let of = |line_item, basis: &str| {
        let texts = [
            (Dimension::Model, "gpt-5.4"),
            (Dimension::Operation, "input"),
            (Dimension::Unit, "tokens"),
            (Dimension::CostType, "batch"),
            (Dimension::LineItem, line_item),
            (Dimension::Basis, basis),
        ];
        let row = row("1", "10", &texts, false);
        present(&row, &["x_ServiceTier", "SkuPriceId"]).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(of("gpt-5.4, input", "attributed"), ["batch", "gpt-5.4/input-tokens/regular"]);
    for line_item in ["Batch | gpt-5.4, input", "gpt-5.4, input, batch", "batch api"] {
        assert_eq!(of(line_item, "attributed"), ["batch", "gpt-5.4/input-tokens/batch"]);
    }
    assert_eq!(of("", ""), ["batch", "gpt-5.4/input-tokens/batch"], "usage that is not billed yet");
}
