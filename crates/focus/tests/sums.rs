//! Whatever the facts are, the rows sum to them, in every file.

#![expect(clippy::unwrap_used, clippy::panic, reason = "the helpers of tests")]

#[path = "../examples/sample/charges.rs"]
mod charges;

use bytes::Bytes;
use charges::Sample;
use facts::{Dictionary, Dimension, Fact, Names};
use focus::{Account, Charge, CsvWriter, Mapping, ParquetWriter, Row, Version};
use money::{Amount, Currency, Decimal};
use parquet::data_type::AsBytes;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use proptest::prelude::*;

fn csv<'a>(version: Version, rows: impl Iterator<Item = Row<'a>>) -> Vec<u8> {
    let mut writer = CsvWriter::new(Vec::new(), version).unwrap();
    rows.for_each(|row| writer.write(&row).unwrap());
    writer.finish().unwrap()
}

fn parquet<'a>(version: Version, rows: impl Iterator<Item = Row<'a>>) -> SerializedFileReader<Bytes> {
    let mut writer = ParquetWriter::new(Vec::new(), version).unwrap();
    rows.for_each(|row| writer.write(&row).unwrap());
    SerializedFileReader::new(writer.finish().unwrap().into()).unwrap()
}

/// The sum of a column of a CSV file.
fn sum_of_csv(file: &[u8], column: &str) -> Amount {
    let mut reader = csv::Reader::from_reader(file);
    let index = reader.headers().unwrap().iter().position(|name| name == column).unwrap();
    let records = reader.records().map(|record| {
        let number = Decimal::parse(record.unwrap().get(index).unwrap()).unwrap();
        assert!(!number.rounded);
        number.amount
    });
    records.sum()
}

/// The sum of a column of a Parquet file.
fn sum_of_parquet(file: &SerializedFileReader<Bytes>, column: &str) -> Amount {
    let rows = file.get_row_iter(None).unwrap().map(|row| {
        let row = row.unwrap();
        let (_, field) = row.get_column_iter().find(|(name, _)| *name == column).unwrap();
        let Field::Decimal(number) = field else { panic!("{column} is {field}") };
        assert_eq!((number.precision(), number.scale()), (38, 12));
        Amount::from_pico(i128::from_be_bytes(number.data().as_bytes().try_into().unwrap())).unwrap()
    });
    rows.sum()
}

#[test]
fn a_bill_of_every_kind_of_charge_sums_in_each_file() {
    let sample = Sample::new();
    let rows = || sample.rows().map(Result::unwrap);
    let prepaid: Amount = rows().map(|row| row.billed_cost - row.effective_cost).sum();
    assert!(prepaid > Amount::ZERO, "the sample has a prepayment");
    for version in Version::ALL {
        let (csv, parquet) = (csv(version, rows()), parquet(version, rows()));
        for (column, expected) in [
            ("BilledCost", sample.billed()),
            ("ListCost", sample.billed()),
            ("ContractedCost", sample.billed()),
            ("EffectiveCost", sample.billed() - prepaid),
        ] {
            assert_eq!(sum_of_csv(&csv, column), expected, "{column}");
            assert_eq!(sum_of_parquet(&parquet, column), expected, "{column}");
        }
    }
}

#[test]
fn a_bill_without_charges_is_a_header() {
    for version in Version::ALL {
        let names: Vec<&str> = version.columns().map(|column| column.name).collect();
        assert_eq!(csv(version, std::iter::empty()), format!("{}\r\n", names.join(",")).into_bytes());
        let file = parquet(version, std::iter::empty());
        let fields = file.metadata().file_metadata().schema().get_fields();
        assert_eq!(fields.iter().map(|field| field.name()).collect::<Vec<_>>(), names);
        assert_eq!(file.metadata().num_row_groups(), 0);
    }
}

/// A text that says `name` in a dimension, or none.
fn label() -> impl Strategy<Value = Option<(usize, String)>> {
    proptest::option::of((0..Dimension::COUNT, "[a-z ,\"\n=é|]{0,12}"))
}

proptest! {
    #[test]
    fn any_facts_sum(
        facts in proptest::collection::vec(
            (0..4_000_000_000_i64, any::<i64>(), any::<i64>(), any::<u64>(), label(), label()),
            0..30,
        ),
    ) {
        let mut dictionary = Dictionary::default();
        let facts: Vec<Fact> = facts.into_iter().map(|(start, pico, quantity, requests, one, other)| {
            let mut fact = Fact {
                start,
                dimensions: Default::default(),
                amount: Amount::from_pico(pico.into()).unwrap(),
                quantity: Amount::from_pico(quantity.into()).unwrap(),
                requests,
            };
            for (dimension, text) in one.into_iter().chain(other) {
                fact.put(Dimension::ALL[dimension], dictionary.intern(&text));
            }
            fact
        }).collect();
        let names = Names::default();
        let account = Account { id: "org-1", name: None, currency: Currency::USD };
        let mapping = Mapping { account, dictionary: &dictionary, names: &names };
        let rows = || facts.iter().map(|fact| {
            mapping.row(&Charge { fact, is_correction: false, tags: &[] }).unwrap()
        });
        let billed: Amount = facts.iter().map(|fact| fact.amount).sum();
        for version in Version::ALL {
            prop_assert_eq!(sum_of_csv(&csv(version, rows()), "BilledCost"), billed);
            prop_assert_eq!(sum_of_parquet(&parquet(version, rows()), "BilledCost"), billed);
        }
    }
}
