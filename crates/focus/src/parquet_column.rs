//! A column of a Parquet file while a group of rows is collected.

use std::sync::Arc;

use facts::{Dictionary, Symbol};
use parquet::basic::{ConvertedType, LogicalType, Repetition, TimeUnit, Type as PhysicalType};
use parquet::data_type::{
    ByteArray, ByteArrayType, DataType, FixedLenByteArray, FixedLenByteArrayType, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedColumnWriter;
use parquet::schema::types::{Type, TypePtr};

use crate::{Column, Kind, Value};

/// Digits of a decimal, the most that readers take, of which [`SCALE`] stand after the point.
const PRECISION: i32 = 38;
/// Digits after the point: those of an amount.
const SCALE: i32 = 12;
/// Microseconds of a second.
const MICROS: i64 = 1_000_000;

/// The values that are collected for a column. Texts are kept once each: most repeat.
pub(crate) enum Collected {
    Text { dictionary: Dictionary, symbols: Vec<Symbol> },
    Decimal(Vec<Option<i128>>),
    Integer(Vec<Option<i64>>),
    Instant(Vec<Option<i64>>),
}

/// A column of the file's schema. Every column may be null for Parquet; FOCUS says which may not.
pub(crate) fn schema(column: &Column) -> Result<TypePtr, ParquetError> {
    let (physical, logical) = match column.kind {
        Kind::Text => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Decimal => (PhysicalType::FIXED_LEN_BYTE_ARRAY, Some(LogicalType::decimal(SCALE, PRECISION))),
        Kind::Integer => (PhysicalType::INT64, None),
        Kind::Instant => (PhysicalType::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS))),
    };
    let builder = Type::primitive_type_builder(column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_converted_type(ConvertedType::NONE)
        .with_logical_type(logical);
    let builder = match column.kind {
        Kind::Decimal => {
            builder.with_length(i32::try_from(size_of::<i128>())?).with_precision(PRECISION).with_scale(SCALE)
        }
        _ => builder,
    };
    builder.build().map(Arc::new)
}

impl Collected {
    /// None yet.
    pub(crate) fn new(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text { dictionary: Dictionary::default(), symbols: Vec::new() },
            Kind::Decimal => Self::Decimal(Vec::new()),
            Kind::Integer => Self::Integer(Vec::new()),
            Kind::Instant => Self::Instant(Vec::new()),
        }
    }

    /// One more value. One of another kind is null.
    pub(crate) fn push(&mut self, value: Value<'_>) {
        match self {
            Self::Text { dictionary, symbols } => {
                symbols.push(dictionary.intern_optional(if let Value::Text(text) = value {
                    Some(text)
                } else {
                    None
                }));
            }
            Self::Decimal(numbers) => {
                numbers.push(if let Value::Decimal(number) = value { Some(number.pico()) } else { None });
            }
            Self::Integer(numbers) => {
                numbers.push(if let Value::Integer(number) = value { Some(number) } else { None });
            }
            Self::Instant(instants) => {
                let instant =
                    if let Value::Instant(instant) = value { instant.checked_mul(MICROS) } else { None };
                instants.push(instant);
            }
        }
    }

    /// Writes the values to the column of a row group, and forgets them.
    pub(crate) fn drain_to(&mut self, mut writer: SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        match self {
            Self::Text { dictionary, symbols } => {
                let texts = (1..=dictionary.len()).map(|number| {
                    let symbol = Symbol(u32::try_from(number).unwrap_or_default());
                    ByteArray::from(dictionary.text(symbol).unwrap_or_default())
                });
                let texts: Vec<ByteArray> = texts.collect();
                let values = symbols.drain(..).map(|symbol| {
                    let index = usize::try_from(symbol.0).unwrap_or_default().checked_sub(1)?;
                    texts.get(index).cloned()
                });
                write_all::<ByteArrayType>(&mut writer, values)?;
                *dictionary = Dictionary::default();
            }
            Self::Decimal(numbers) => {
                let values = numbers.drain(..).map(|number| {
                    number.map(|number| FixedLenByteArray::from(number.to_be_bytes().to_vec()))
                });
                write_all::<FixedLenByteArrayType>(&mut writer, values)?;
            }
            Self::Integer(numbers) | Self::Instant(numbers) => {
                write_all::<Int64Type>(&mut writer, numbers.drain(..))?;
            }
        }
        writer.close()
    }
}

/// Parquet takes what is there, and beside it a level for each row: 1 where it is there, 0 where it is not.
fn write_all<T: DataType>(
    writer: &mut SerializedColumnWriter<'_>,
    values: impl Iterator<Item = Option<T::T>>,
) -> Result<(), ParquetError> {
    let mut present = Vec::with_capacity(values.size_hint().0);
    let mut levels = Vec::with_capacity(values.size_hint().0);
    for value in values {
        levels.push(i16::from(value.is_some()));
        present.extend(value);
    }
    writer.typed::<T>().write_batch(&present, Some(&levels), None)?;
    Ok(())
}
