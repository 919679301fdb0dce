//! What the rows of a file that the server wrote sum to, read as other people's programs read it.

use std::collections::BTreeMap;
use std::sync::Arc;

use api::endpoint::address;
use api::export::{Focus, FocusQuery};
use api::report::Figure;
use axum::body::Body;
use bytes::Bytes;
use http::Request;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::schema::types::Type;

use crate::harness::{Answer, Person};

/// What is billed, by account, in 10^-12.
pub type Bills = BTreeMap<String, i128>;

/// What the rows of a file say.
#[derive(Debug, PartialEq, Eq)]
pub struct Summed {
    /// How many there are.
    pub rows: usize,
    /// What they sum to.
    pub bills: Bills,
}

/// Sums by account.
pub fn bills<'a>(costs: impl Iterator<Item = (&'a str, i128)>) -> Bills {
    let mut bills = Bills::new();
    costs.for_each(|(account, cost)| *bills.entry(account.to_owned()).or_default() += cost);
    bills
}

/// A month in FOCUS.
pub async fn focus(person: &Person, query: &FocusQuery) -> Answer {
    person.send(Request::get(address::<Focus>(&(), query)).body(Body::empty()).unwrap()).await
}

/// The rows of a CSV file, whose columns of accounts and of costs these are.
pub fn csv(text: &[u8], account: &str, cost: &str) -> Summed {
    let mut reader = csv::Reader::from_reader(text);
    let head = reader.headers().unwrap().clone();
    let at = |name: &str| head.iter().position(|column| column == name).unwrap();
    let (account, cost) = (at(account), at(cost));
    let mut summed = Summed { rows: 0, bills: Bills::new() };
    for record in reader.records() {
        let record = record.unwrap();
        summed.add(&record[account], Figure::parse(&record[cost]).unwrap().pico());
    }
    summed
}

/// The rows of a Parquet file in FOCUS.
pub fn parquet(file: Bytes) -> Summed {
    const READ: [&str; 2] = ["BilledCost", "BillingAccountId"];
    let reader = SerializedFileReader::new(file).unwrap();
    let schema = reader.metadata().file_metadata().schema();
    let fields = schema.get_fields().iter().filter(|field| READ.contains(&field.name())).map(Arc::clone);
    let read = Type::group_type_builder(schema.name()).with_fields(fields.collect()).build().unwrap();
    let mut summed = Summed { rows: 0, bills: Bills::new() };
    for row in reader.get_row_iter(Some(read)).unwrap() {
        let row = row.unwrap();
        let [cost, account] =
            READ.map(|name| row.get_column_iter().find(|(column, _)| *column == name).unwrap().1);
        let (Field::Decimal(cost), Field::Str(account)) = (cost, account) else { panic!("{row:?}") };
        let bytes = cost.data();
        let sign = if bytes[0] & 0x80 == 0 { 0 } else { 0xff };
        let mut wide = [sign; 16];
        wide[16 - bytes.len()..].copy_from_slice(bytes);
        assert_eq!(cost.scale(), 12);
        summed.add(account, i128::from_be_bytes(wide));
    }
    summed
}

impl Summed {
    fn add(&mut self, account: &str, cost: i128) {
        self.rows += 1;
        // Nearly every row is of an account that is there.
        match self.bills.get_mut(account) {
            Some(bill) => *bill += cost,
            None => drop(self.bills.insert(account.to_owned(), cost)),
        }
    }
}
