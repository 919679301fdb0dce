//! Money, days and counts in the browser's locale, by its own `Intl`.

use ::api::{Day, Timestamp};
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use money::{Amount, Currency};
use wasm_bindgen::JsValue;

/// An amount with its currency, rounded to the currency's usual digits: `$18,204.37`. What rounds to nothing and is
/// not nothing says so: `< $0.01`.
pub fn money(amount: Amount, currency: Currency) -> String {
    let format = currency_format(currency, &[]);
    let digits = fraction_digits(&format);
    let unit = 10_i128.pow(12_u32.saturating_sub(digits));
    let pico = amount.pico();
    let smallest = |pico: i128| Amount::from_pico(pico).unwrap_or_default();
    if pico > 0 && pico * 2 < unit {
        format!("< {}", print(&format.format(), &smallest(unit).to_string().into()))
    } else if pico < 0 && pico * 2 > -unit {
        format!("> {}", print(&format.format(), &smallest(-unit).to_string().into()))
    } else {
        // As text: a number would go through floating point.
        print(&format.format(), &amount.to_string().into())
    }
}

/// An amount with every digit that is known, for tooltips and tables of detail.
pub fn money_exact(amount: Amount, currency: Currency) -> String {
    let format = currency_format(currency, &[("maximumFractionDigits", 12.into())]);
    print(&format.format(), &amount.to_string().into())
}

/// An amount for the axis of a chart: `$1.2K`.
pub fn money_compact(amount: Amount, currency: Currency) -> String {
    let compact = [("notation", "compact".into()), ("maximumFractionDigits", 1.into())];
    print(&currency_format(currency, &compact).format(), &amount.to_string().into())
}

/// A count: `1,204`.
pub fn number(number: u64) -> String {
    let format = Intl::NumberFormat::new(&Array::new(), &Object::new());
    print(&format.format(), &number.to_string().into())
}

/// A count for a figure: `2.19B`.
pub fn number_compact(number: u64) -> String {
    let compact = options(&[("notation", "compact".into()), ("maximumFractionDigits", 2.into())]);
    print(&Intl::NumberFormat::new(&Array::new(), &compact).format(), &number.to_string().into())
}

/// A percentage of 0 to 100: `62%`, in the locale's spelling.
pub fn percent(percent: u8) -> String {
    let format = Intl::NumberFormat::new(&Array::new(), &options(&[("style", "percent".into())]));
    print(&format.format(), &JsValue::from_f64(f64::from(percent) / 100.0))
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

/// A moment in UTC: `21 Nov 2026, 16:40 UTC`.
pub fn moment(moment: Timestamp) -> String {
    let parts = [
        ("day", "numeric"),
        ("month", "short"),
        ("year", "numeric"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
    ];
    format!("{} UTC", print_date(moment, &parts))
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

fn print_date(moment: Timestamp, parts: &[(&str, &str)]) -> String {
    let options = options(&[("timeZone", "UTC".into())]);
    for (name, value) in parts {
        set(&options, name, &(*value).into());
    }
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of our calendar are far below 2^53")]
    let milliseconds = moment.unix_seconds() as f64 * 1000.0;
    let date = Date::new(&JsValue::from_f64(milliseconds));
    print(&Intl::DateTimeFormat::new(&Array::new(), &options).format(), &date)
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
