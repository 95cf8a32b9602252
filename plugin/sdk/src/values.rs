//! Values of custom fields, as the host has them, in the JSON types that the field holds.

use jiff::civil::Date;
use serde_json::{Number, Value};

use crate::{
    model::{CustomField, FieldKind},
    names,
};

/// The value in the JSON type of the field; `null` empties any field.
///
/// # Errors
/// A sentence that says what the field takes; it names choices of the field and never repeats the value, which may be a
/// customer's words.
pub fn fit(field: &CustomField, value: &Value) -> Result<Value, String> {
    let text = match value {
        Value::Null => return Ok(Value::Null),
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(yes) => yes.to_string(),
        _ => return Err(expects(field, "one plain value")),
    };
    match field.kind {
        FieldKind::Text => Ok(value.as_str().map_or(text, str::to_owned).into()),
        FieldKind::Choice => {
            let exact = value.as_str().unwrap_or(&text);
            if field.choices.iter().any(|c| c == exact) {
                Ok(exact.into())
            } else {
                Err(no_choice(field, exact))
            }
        }
        FieldKind::Checkbox => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Ok(true.into()),
            "false" | "no" | "0" => Ok(false.into()),
            _ => Err(expects(field, "true or false")),
        },
        FieldKind::Integer => {
            let whole = text.strip_suffix(".0").unwrap_or(&text).parse::<i64>();
            whole.map(Value::from).map_err(|_| expects(field, "a whole number"))
        }
        FieldKind::Decimal => {
            if let Ok(whole) = text.parse::<i64>() {
                return Ok(whole.into());
            }
            let number = text.parse::<f64>().ok().and_then(Number::from_f64);
            number.map(Value::Number).ok_or_else(|| expects(field, "a number"))
        }
        FieldKind::Date => {
            // Only this form; the parser itself would also take others.
            let date = text.get(..10).filter(|d| text.len() == 10 && d.parse::<Date>().is_ok());
            date.map(Value::from)
                .ok_or_else(|| expects(field, "a day as YYYY-MM-DD"))
        }
        FieldKind::Other => Err(format!(
            "is a field of a kind that otai cannot write (\"{}\"): leave it out",
            field.label
        )),
    }
}

/// "The field takes …"
#[must_use]
pub fn expects(field: &CustomField, what: &str) -> String {
    format!("the field \"{}\" takes {what}", field.label)
}

/// The value is none of the field's choices.
#[must_use]
pub fn no_choice(field: &CustomField, wrong: &str) -> String {
    // What is no choice may be anything, also a customer's words: it is not repeated.
    let hint = names::hint(wrong, field.choices.iter().map(String::as_str));
    format!("the field \"{}\" has no such choice{hint}", field.label)
}

/// Why there is no custom field of that name; `helpdesk` is the product's name.
#[must_use]
pub fn no_field(helpdesk: &str, fields: &[CustomField], name: &str) -> String {
    if let Some(labelled) = fields.iter().find(|c| c.label.eq_ignore_ascii_case(name)) {
        return format!("is a label: the field's name is `{}`", labelled.name);
    }
    format!(
        "{helpdesk} has no such custom field{}",
        names::hint(name, fields.iter().map(|c| c.name.as_str()))
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(kind: FieldKind) -> CustomField {
        CustomField {
            name: "cf_x".into(),
            label: "X".into(),
            kind,
            choices: vec!["First line".into(), "Second line".into()],
        }
    }

    #[test]
    fn each_kind_gets_its_json_type() {
        for (kind, given, wanted) in [
            (FieldKind::Checkbox, json!("true"), json!(true)),
            (FieldKind::Checkbox, json!("No"), json!(false)),
            (FieldKind::Checkbox, json!(true), json!(true)),
            (FieldKind::Integer, json!("12"), json!(12)),
            (FieldKind::Integer, json!(12.0), json!(12)),
            (FieldKind::Decimal, json!("0.5"), json!(0.5)),
            (FieldKind::Decimal, json!(3), json!(3)),
            (FieldKind::Text, json!(17), json!("17")),
            (FieldKind::Text, json!(" x "), json!(" x ")),
            (FieldKind::Choice, json!("First line"), json!("First line")),
            (FieldKind::Date, json!("2026-02-28"), json!("2026-02-28")),
            (FieldKind::Integer, Value::Null, Value::Null),
        ] {
            assert_eq!(fit(&field(kind), &given).unwrap(), wanted);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (kind, value) in [
            (FieldKind::Checkbox, json!("maybe")),
            (FieldKind::Integer, json!("many")),
            (FieldKind::Integer, json!(1.5)),
            (FieldKind::Decimal, json!("NaN")),
            (FieldKind::Date, json!("2026-02-30")),
            (FieldKind::Date, json!("20260228")),
            (FieldKind::Text, json!(["a"])),
        ] {
            let why = fit(&field(kind), &value).unwrap_err();
            assert!(why.contains("takes"), "{why}");
        }
        let why = fit(&field(FieldKind::Choice), &json!("first line")).unwrap_err();
        assert!(why.contains("did you mean \"First line\""), "{why}");
        assert!(
            fit(&field(FieldKind::Other), &json!("x"))
                .unwrap_err()
                .contains("cannot write")
        );
        let fields = [field(FieldKind::Text)];
        assert!(no_field("Desk", &fields, "X").contains("name is `cf_x`"));
        assert!(no_field("Desk", &fields, "cf_y").contains("did you mean \"cf_x\""));
    }
}
