//! `tomllib`: TOML as values of Python.

use toml::Spanned;
use toml::de::{DeArray, DeString, DeTable, DeValue};

use crate::domain::{Abstract, Evaluated};
use crate::libraries::Maker;

/// Texts nested deeper than this are not read.
const DEEPEST: u32 = 24;

/// What `tomllib.loads` makes of a text; `None` where it is no TOML, or holds what is not followed: dates,
/// large numbers.
pub(crate) fn read(text: &str, make: &mut Maker<'_>) -> Option<Abstract> {
    let table = DeTable::parse(text).ok()?;
    self::table(table.get_ref(), make, DEEPEST)
}

fn table(table: &DeTable<'_>, make: &mut Maker<'_>, depth: u32) -> Option<Abstract> {
    let depth = depth.checked_sub(1)?;
    // In the order of the text, as a dict has them.
    let mut pairs: Vec<(&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>)> = table.iter().collect();
    pairs.sort_by_key(|(key, _)| key.span().start);
    let mut entries: Vec<(String, Evaluated)> = Vec::with_capacity(pairs.len());
    for (key, value) in pairs {
        let value = self::value(value.get_ref(), make, depth)?;
        entries.push((key.get_ref().to_string(), make.value(value)));
    }
    Some(make.dict(entries))
}

fn value(value: &DeValue<'_>, make: &mut Maker<'_>, depth: u32) -> Option<Abstract> {
    Some(match value {
        DeValue::String(text) => Abstract::str(&**text),
        DeValue::Integer(number) => {
            let digits = number.as_str();
            Abstract::int(i64::from_str_radix(digits, number.radix()).ok()?)
        }
        DeValue::Float(number) => Abstract::float(number.as_str().parse().ok()?),
        DeValue::Boolean(truth) => Abstract::bool(*truth),
        DeValue::Datetime(_) => return None,
        DeValue::Array(array) => self::array(array, make, depth)?,
        DeValue::Table(inner) => table(inner, make, depth)?,
    })
}

fn array(array: &DeArray<'_>, make: &mut Maker<'_>, depth: u32) -> Option<Abstract> {
    let depth = depth.checked_sub(1)?;
    let mut items = Vec::with_capacity(array.len());
    for item in array.iter() {
        let item = value(item.get_ref(), make, depth)?;
        items.push(make.value(item));
    }
    Some(make.list(items))
}
