//! Money, days and counts in the browser's locale, by its own `Intl`.

use std::cell::RefCell;
use std::collections::HashMap;

use ::api::report::{Figure, Metric};
use ::api::{Day, Timestamp};
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use money::{Amount, Currency};
use wasm_bindgen::JsValue;

thread_local! {
    /// Making a format takes longer than using it a hundred times, and a table needs one for each of its cells.
    static FORMATS: RefCell<HashMap<(Style, Option<Currency>), Format>> = RefCell::default();
    /// The same for dates, by the parts that are written.
    static DATES: RefCell<HashMap<&'static [Part], Function>> = RefCell::default();
}

/// A part of a date, and how it is written.
type Part = (&'static str, &'static str);

/// What writes a number, and how many digits after the point it writes at most.
type Format = (Function, u32);

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Style {
    Money,
    /// Every digit that is known.
    MoneyExact,
    /// For the axis of a chart: `$1.2K`.
    MoneyCompact,
    /// A price, of which the digits after cents count.
    Price,
    Share,
    /// A share with its sign.
    Change,
    Count,
    Compact,
    /// A whole number of hundredths.
    Percent,
}

/// A figure of a report. What there is none of is a dash.
pub fn figure(figure: Option<Figure>, metric: Metric, currency: Currency) -> String {
    let Some(figure) = figure else { return "–".to_owned() };
    if metric == Metric::Cost
        && let Ok(amount) = Amount::from_pico(figure.pico())
    {
        return money(amount, currency);
    }
    let style = match metric {
        Metric::Cost => Style::Money,
        Metric::CostPerMillionTokens | Metric::CostPerRequest => Style::Price,
        Metric::CachedShare | Metric::BatchShare => Style::Share,
        _ => Style::Count,
    };
    written(style, currency, &figure.to_string())
}

/// A figure for the axis of a chart: `1.2M`.
pub fn figure_compact(figure: Figure, metric: Metric, currency: Currency) -> String {
    match metric {
        Metric::CachedShare | Metric::BatchShare => written(Style::Share, currency, &figure.to_string()),
        _ if metric.is_money() => {
            let compact = [("notation", "compact".into()), ("maximumSignificantDigits", 3.into())];
            print(&currency_format(currency, &compact).format(), &figure.to_string().into())
        }
        _ => written(Style::Compact, currency, &figure.to_string()),
    }
}

fn written(style: Style, currency: Currency, number: &str) -> String {
    // As text: a number would go through floating point.
    print(&format_of(style, currency).0, &number.into())
}

/// The format of a style.
fn format_of(style: Style, currency: Currency) -> Format {
    let is_money = matches!(style, Style::Money | Style::MoneyExact | Style::MoneyCompact | Style::Price);
    let key = (style, is_money.then_some(currency));
    if let Some(format) = FORMATS.with_borrow(|formats| formats.get(&key).cloned()) {
        return format;
    }
    let number = |pairs: &[(&str, JsValue)]| Intl::NumberFormat::new(&Array::new(), &options(pairs));
    let format = match style {
        Style::Money => currency_format(currency, &[]),
        Style::MoneyExact => currency_format(currency, &[("maximumFractionDigits", 12.into())]),
        Style::MoneyCompact => {
            currency_format(currency, &[("notation", "compact".into()), ("maximumFractionDigits", 1.into())])
        }
        Style::Price => currency_format(currency, &[("maximumFractionDigits", 6.into())]),
        Style::Share => number(&[("style", "percent".into()), ("maximumFractionDigits", 1.into())]),
        Style::Change => number(&[
            ("style", "percent".into()),
            ("maximumFractionDigits", 1.into()),
            ("signDisplay", "exceptZero".into()),
        ]),
        Style::Count => number(&[("maximumFractionDigits", 3.into())]),
        Style::Compact => number(&[("notation", "compact".into()), ("maximumFractionDigits", 2.into())]),
        Style::Percent => number(&[("style", "percent".into())]),
    };
    let format = (format.format(), fraction_digits(&format));
    FORMATS.with_borrow_mut(|formats| formats.insert(key, format.clone()));
    format
}

/// An amount with its currency, rounded to the currency's usual digits: `$18,204.37`. What rounds to nothing and is
/// not nothing says so: `< $0.01`.
pub fn money(amount: Amount, currency: Currency) -> String {
    let (format, digits) = format_of(Style::Money, currency);
    let unit = 10_i128.pow(12_u32.saturating_sub(digits));
    let pico = amount.pico();
    let smallest = |pico: i128| Amount::saturating(pico);
    if pico > 0 && pico * 2 < unit {
        format!("< {}", print(&format, &smallest(unit).to_string().into()))
    } else if pico < 0 && pico * 2 > -unit {
        format!("> {}", print(&format, &smallest(-unit).to_string().into()))
    } else {
        // As text: a number would go through floating point.
        print(&format, &amount.to_string().into())
    }
}

/// An amount with every digit that is known, for tooltips and tables of detail.
pub fn money_exact(amount: Amount, currency: Currency) -> String {
    written(Style::MoneyExact, currency, &amount.to_string())
}

/// An amount for the axis of a chart: `$1.2K`.
pub fn money_compact(amount: Amount, currency: Currency) -> String {
    written(Style::MoneyCompact, currency, &amount.to_string())
}

/// A count: `1,204`.
pub fn number(number: u64) -> String {
    written(Style::Count, Currency::USD, &number.to_string())
}

/// A count for a figure: `2.19B`.
pub fn number_compact(number: u64) -> String {
    written(Style::Compact, Currency::USD, &number.to_string())
}

/// A size of a file: `320 kB`, in powers of a thousand.
pub fn bytes(bytes: u64) -> String {
    let (unit, per) = match bytes {
        ..1_000 => ("byte", 1),
        1_000..1_000_000 => ("kilobyte", 1_000),
        1_000_000..1_000_000_000 => ("megabyte", 1_000_000),
        _ => ("gigabyte", 1_000_000_000),
    };
    let style =
        options(&[("style", "unit".into()), ("unit", unit.into()), ("maximumFractionDigits", 1.into())]);
    // A tenth is written, so that a hundredth is enough.
    let hundredths = bytes.saturating_mul(100) / per;
    let number = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    print(&Intl::NumberFormat::new(&Array::new(), &style).format(), &number.into())
}

/// A percentage of 0 to 100: `62%`, in the locale's spelling.
pub fn percent(percent: u8) -> String {
    print(&format_of(Style::Percent, Currency::USD).0, &JsValue::from_f64(f64::from(percent) / 100.0))
}

/// A UTC day: `21 Nov 2026`. Say UTC beside it.
pub fn day(day: Day) -> String {
    print_date(day.start(), &[("day", "numeric"), ("month", "short"), ("year", "numeric")])
}

/// A UTC day without its year: `21 Nov`.
pub fn day_short(day: Day) -> String {
    print_date(day.start(), &[("day", "numeric"), ("month", "short")])
}

/// A UTC day with its weekday: `Sat, 21 Nov 2026`.
pub fn day_long(day: Day) -> String {
    print_date(
        day.start(),
        &[("weekday", "short"), ("day", "numeric"), ("month", "short"), ("year", "numeric")],
    )
}

/// A calendar month: `Nov 2026`.
pub fn month(day: Day) -> String {
    print_date(day.start(), &[("month", "short"), ("year", "numeric")])
}

/// An hour in UTC, without its year: `21 Nov, 16:00`.
pub fn hour(moment: Timestamp) -> String {
    print_date(moment, &[("day", "numeric"), ("month", "short"), ("hour", "2-digit"), ("minute", "2-digit")])
}

/// By how much a figure differs from an earlier one: `+12.4%`. There is none to nothing.
pub fn change(now: Option<Figure>, before: Option<Figure>) -> String {
    let (Some(now), Some(before)) = (now, before) else { return "–".to_owned() };
    let difference = now.pico().saturating_sub(before.pico());
    match difference.saturating_mul(10_000).checked_div(before.pico().saturating_abs()) {
        // In hundredths of a percent, which is more than is written.
        Some(share) => {
            let share = Figure::from_pico(share.saturating_mul(100_000_000));
            print(&format_of(Style::Change, Currency::USD).0, &share.to_string().into())
        }
        None if difference == 0 => "–".to_owned(),
        None => "new".to_owned(),
    }
}

/// A moment in UTC: `21 Nov 2026, 16:40 UTC`.
pub fn moment(moment: Timestamp) -> String {
    let words = print_date(
        moment,
        &[
            ("day", "numeric"),
            ("month", "short"),
            ("year", "numeric"),
            ("hour", "2-digit"),
            ("minute", "2-digit"),
        ],
    );
    format!("{words} UTC")
}

/// A moment in UTC to the second: `21 Nov 2026, 16:40:07`.
pub fn moment_exact(moment: Timestamp) -> String {
    print_date(
        moment,
        &[
            ("day", "numeric"),
            ("month", "short"),
            ("year", "numeric"),
            ("hour", "2-digit"),
            ("minute", "2-digit"),
            ("second", "2-digit"),
        ],
    )
}

fn currency_format(currency: Currency, more: &[(&str, JsValue)]) -> Intl::NumberFormat {
    let options = options(&[("style", "currency".into()), ("currency", currency.as_str().into())]);
    for (name, value) in more {
        set(&options, name, value);
    }
    Intl::NumberFormat::new(&Array::new(), &options)
}

fn fraction_digits(format: &Intl::NumberFormat) -> u32 {
    let digits = Reflect::get(&format.resolved_options(), &"maximumFractionDigits".into());
    let digits = digits.ok().and_then(|digits| digits.as_f64()).unwrap_or(2.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "Intl gives 0 to 20")]
    let digits = digits as u32;
    digits.min(12)
}

fn print_date(moment: Timestamp, parts: &'static [Part]) -> String {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of our calendar are far below 2^53")]
    let milliseconds = moment.unix_seconds() as f64 * 1000.0;
    let date = Date::new(&JsValue::from_f64(milliseconds));
    print(&date_format(parts), &date)
}

fn date_format(parts: &'static [Part]) -> Function {
    if let Some(format) = DATES.with_borrow(|formats| formats.get(parts).cloned()) {
        return format;
    }
    let options = options(&[("timeZone", "UTC".into())]);
    for (name, value) in parts {
        set(&options, name, &(*value).into());
    }
    let format = Intl::DateTimeFormat::new(&Array::new(), &options).format();
    DATES.with_borrow_mut(|formats| formats.insert(parts, format.clone()));
    format
}

fn options(pairs: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in pairs {
        set(&object, name, value);
    }
    object
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // Setting a property of a plain object cannot fail.
    let _ = Reflect::set(object, &name.into(), value);
}

fn print(format: &Function, value: &JsValue) -> String {
    format.call1(&JsValue::UNDEFINED, value).ok().and_then(|text| text.as_string()).unwrap_or_default()
}
