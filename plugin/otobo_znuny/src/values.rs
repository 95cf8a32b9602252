//! Values of dynamic fields. The API tells no field's kind; what it gives does: text, a number (checkbox), a list (multiselect).

use otai_plugin::{
    model::FieldKind,
    serde_json::{Value, json},
};

use crate::params::Kind;

/// True for what an unset field holds, in all the forms that the helpdesks give.
pub(crate) fn is_unset(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(all) => all.iter().all(is_unset),
        _ => false,
    }
}

/// All texts of a value.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(all) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// What a field that holds this value is, as far as it shows.
pub(crate) fn kind_of(value: &Value) -> FieldKind {
    match value {
        Value::String(_) => FieldKind::Text,
        Value::Bool(_) => FieldKind::Checkbox,
        Value::Number(n) if n.as_i64().is_some_and(|n| n == 0 || n == 1) => FieldKind::Checkbox,
        Value::Number(n) if n.is_i64() => FieldKind::Integer,
        Value::Number(_) => FieldKind::Decimal,
        _ => FieldKind::Other,
    }
}

/// As the host has it: a checkbox is true or false. `declared`: what the config says of the field.
pub(crate) fn read(declared: Option<Kind>, value: &Value) -> Value {
    match (declared, value) {
        // Some database drivers give numbers as text.
        (Some(Kind::Checkbox), value) => {
            json!(matches!(value.as_str(), Some("1")) || value.as_i64() == Some(1) || value == true)
        }
        (Some(Kind::Text), Value::Number(number)) => json!(number.to_string()),
        (None, value) if kind_of(value) == FieldKind::Checkbox => json!(value.as_i64() == Some(1) || value == true),
        (_, value) => value.clone(),
    }
}

/// As the helpdesk takes it. `null` is refused there; an empty text empties a field.
pub(crate) fn write(value: &Value) -> Value {
    match value {
        Value::Null => json!(""),
        Value::Bool(yes) => json!(i64::from(*yes)),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkbox_is_true_or_false_whatever_the_driver_makes_of_it() {
        assert_eq!(read(None, &json!(1)), json!(true));
        assert_eq!(read(None, &json!(0)), json!(false));
        assert_eq!(read(Some(Kind::Checkbox), &json!("1")), json!(true));
        assert_eq!(read(Some(Kind::Checkbox), &json!("0")), json!(false));
        assert_eq!(read(Some(Kind::Text), &json!(1)), json!("1"));
        assert_eq!(read(None, &json!("1")), json!("1"));
        assert_eq!(
            (write(&json!(true)), write(&json!(false)), write(&Value::Null)),
            (json!(1), json!(0), json!(""))
        );
    }

    #[test]
    fn kinds_show_in_values() {
        for (value, kind) in [
            (json!("0.93"), FieldKind::Text),
            (json!(1), FieldKind::Checkbox),
            (json!(7), FieldKind::Integer),
            (json!(0.5), FieldKind::Decimal),
            (json!(["vip"]), FieldKind::Other),
            (json!({"a": 1}), FieldKind::Other),
        ] {
            assert_eq!(kind_of(&value), kind, "{value}");
        }
        assert!([json!(null), json!(""), json!([]), json!([""])].iter().all(is_unset));
        assert!(![json!(0), json!("0"), json!(["a"]), json!(false)].iter().any(is_unset));
        assert_eq!(texts(&json!(["a", "b"])), ["a", "b"]);
    }
}
