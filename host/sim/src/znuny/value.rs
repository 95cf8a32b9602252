//! JSON as the Perl behind the interface reads it: numbers, strings and booleans are all scalars, and an empty string
//! or a zero is no value.

use serde_json::{Map, Value};

/// A scalar as text; `None` for null, lists and objects.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(if *yes { "1" } else { "0" }.to_owned()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether a value counts as true: neither null nor `""` nor `0`.
pub(super) fn truthy(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::Array(_) | Value::Object(_)) => true,
        Some(other) => scalar(other).is_some_and(|text| !text.is_empty() && text != "0"),
    }
}

/// A key's scalar that counts as true.
pub(super) fn given(map: &Map<String, Value>, key: &str) -> Option<String> {
    let value = map.get(key)?;
    truthy(Some(value)).then(|| spelled(value))
}

/// A key's scalar that has text, `0` included.
pub(super) fn filled(map: &Map<String, Value>, key: &str) -> Option<String> {
    map.get(key).and_then(scalar).filter(|text| !text.is_empty())
}

/// A value where Perl wants a string: what is none is shown as a reference, which matches no name.
pub(super) fn spelled(value: &Value) -> String {
    match value {
        Value::Array(_) => "ARRAY(0x55d0c0de)".to_owned(),
        Value::Object(_) => "HASH(0x55d0c0de)".to_owned(),
        other => scalar(other).unwrap_or_default(),
    }
}

/// One value or a list of values; `None` when nothing is asked for.
pub(super) fn listed(map: &Map<String, Value>, key: &str) -> Option<Vec<String>> {
    match map.get(key)? {
        Value::Array(list) if !list.is_empty() => Some(list.iter().map(spelled).collect()),
        other => scalar(other).filter(|text| !text.is_empty()).map(|text| vec![text]),
    }
}

/// Whether something is an object or a list with content.
pub(super) fn structured(value: &Value) -> bool {
    match value {
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
        _ => false,
    }
}

/// Takes the blanks off both ends of every string in an object.
pub(super) fn trim(map: &mut Map<String, Value>) {
    for value in map.values_mut() {
        if let Value::String(text) = value {
            let trimmed = text.trim();
            if trimmed.len() != text.len() {
                *text = trimmed.to_owned();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn zero_and_nothing_are_no_values() {
        for value in [json!(0), json!("0"), json!(""), json!(false), Value::Null] {
            assert!(!truthy(Some(&value)), "{value}");
        }
        for value in [json!(1), json!("00"), json!(-1), json!([]), json!(true)] {
            assert!(truthy(Some(&value)), "{value}");
        }
    }

    #[test]
    fn one_value_is_a_list_of_one() {
        let map = json!({"a": "x", "b": ["x", 2], "c": [], "d": "", "e": 0});
        let map = map.as_object().unwrap();
        assert_eq!(listed(map, "a").unwrap(), ["x"]);
        assert_eq!(listed(map, "b").unwrap(), ["x", "2"]);
        assert_eq!(listed(map, "e").unwrap(), ["0"]);
        assert!(listed(map, "c").is_none() && listed(map, "d").is_none() && listed(map, "f").is_none());
    }
}
