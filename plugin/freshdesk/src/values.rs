//! Values of custom fields, as the host has them, in the JSON types that Freshdesk wants: a number sent as text is refused.

use jiff::civil::Date;
use otai_plugin::{
    Failure,
    model::FieldKind,
    serde_json::{Map, Number, Value},
};

use crate::{
    fields::{Custom, Fields},
    nearest,
};

/// The keys that write one custom field.
pub(crate) fn keys(fields: &Fields, name: &str, value: &Value) -> Result<Map<String, Value>, Failure> {
    let field = format!("custom_fields.{name}");
    let refuse = |message: String| Failure::rejected_field(&field, message);
    let Some(custom) = fields.custom(name) else {
        return Err(refuse(unknown(fields, name)));
    };
    if let Some(nested) = &custom.nested {
        let path = match value {
            Value::Null => None,
            Value::String(path) => Some(path.as_str()),
            _ => return Err(refuse(expects(custom, "a choice"))),
        };
        return nested
            .write(name, path)
            .ok_or_else(|| refuse(no_choice(custom, path.unwrap_or_default())));
    }
    let value = if value.is_null() {
        Value::Null
    } else {
        converted(custom, value).map_err(refuse)?
    };
    Ok([(name.to_owned(), value)].into_iter().collect())
}

fn converted(custom: &Custom, value: &Value) -> Result<Value, String> {
    let text = match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
    };
    let Some(text) = text else {
        return Err(expects(custom, "one plain value"));
    };
    match custom.kind {
        FieldKind::Text => Ok(value.as_str().map_or(text, str::to_owned).into()),
        FieldKind::Choice => {
            let exact = value.as_str().unwrap_or(&text);
            if custom.choices.iter().any(|c| c == exact) {
                Ok(exact.into())
            } else {
                Err(no_choice(custom, exact))
            }
        }
        FieldKind::Checkbox => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Ok(true.into()),
            "false" | "no" | "0" => Ok(false.into()),
            _ => Err(expects(custom, "true or false")),
        },
        FieldKind::Integer => {
            let whole = text.strip_suffix(".0").unwrap_or(&text).parse::<i64>();
            whole.map(Value::from).map_err(|_| expects(custom, "a whole number"))
        }
        FieldKind::Decimal => {
            if let Ok(whole) = text.parse::<i64>() {
                return Ok(whole.into());
            }
            let number = text.parse::<f64>().ok().and_then(Number::from_f64);
            number.map(Value::Number).ok_or_else(|| expects(custom, "a number"))
        }
        FieldKind::Date => {
            // Only this form; the parser itself would also take others.
            let date = text.get(..10).filter(|d| text.len() == 10 && d.parse::<Date>().is_ok());
            date.map(Value::from)
                .ok_or_else(|| expects(custom, "a day as YYYY-MM-DD"))
        }
        FieldKind::Other => Err(format!(
            "is a field of a kind that otai cannot write (\"{}\"): leave it out",
            custom.label
        )),
    }
}

fn expects(custom: &Custom, what: &str) -> String {
    format!("the field \"{}\" takes {what}", custom.label)
}

fn no_choice(custom: &Custom, wrong: &str) -> String {
    // What is no choice may be anything, also a customer's words: it is not repeated.
    format!(
        "the field \"{}\" has no such choice{}",
        custom.label,
        nearest::hint(wrong, custom.all_choices())
    )
}

fn unknown(fields: &Fields, name: &str) -> String {
    if let Some(owner) = fields.owner(name) {
        return format!(
            "is a level of `{}`: write that one, with the path \"A > B\"",
            owner.name
        );
    }
    if let Some(labelled) = fields.custom.iter().find(|c| c.label.eq_ignore_ascii_case(name)) {
        return format!("is a label: the field's name is `{}`", labelled.name);
    }
    format!(
        "Freshdesk has no such custom field{}",
        nearest::hint(name, fields.custom.iter().map(|c| c.name.as_str()))
    )
}

#[cfg(test)]
mod tests {
    use otai_plugin::serde_json::json;

    use super::*;

    fn own() -> Fields {
        Fields::read(include_bytes!("../tests/fixtures/ticket_fields.json")).unwrap()
    }

    fn sent(name: &str, value: Value) -> Value {
        Value::Object(keys(&own(), name, &value).unwrap())
    }

    fn refused(name: &str, value: Value) -> String {
        match keys(&own(), name, &value).unwrap_err() {
            Failure::Rejected { message, field, .. } => {
                assert_eq!(field.unwrap(), format!("custom_fields.{name}"));
                message
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_kind_gets_its_json_type() {
        for (name, given, wanted) in [
            ("cf_vip", json!("true"), json!(true)),
            ("cf_vip", json!("No"), json!(false)),
            ("cf_vip", json!(true), json!(true)),
            ("cf_seats", json!("12"), json!(12)),
            ("cf_seats", json!(12.0), json!(12)),
            ("cf_score", json!("0.5"), json!(0.5)),
            ("cf_score", json!(3), json!(3)),
            ("cf_order_no", json!(17), json!("17")),
            ("cf_order_no", json!(" x "), json!(" x ")),
            ("cf_team_lane", json!("First line"), json!("First line")),
            ("cf_purchased_on", json!("2026-02-28"), json!("2026-02-28")),
            ("cf_seats", Value::Null, Value::Null),
        ] {
            assert_eq!(sent(name, given)[name], wanted);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_before_anything_is_sent() {
        for (name, value) in [
            ("cf_vip", json!("maybe")),
            ("cf_seats", json!("many")),
            ("cf_seats", json!(1.5)),
            ("cf_score", json!("NaN")),
            ("cf_purchased_on", json!("2026-02-30")),
            ("cf_purchased_on", json!("20260228")),
            ("cf_order_no", json!(["a"])),
            ("cf_category", json!(5)),
        ] {
            assert!(refused(name, value).contains("takes"));
        }
        assert!(refused("cf_team_lane", json!("first line")).contains("did you mean \"First line\""));
        assert!(refused("cf_category", json!("Billing > Refnd")).contains("did you mean \"Billing > Refund\""));
        assert!(refused("cf_category", json!("Technical > Refund")).contains("no such choice"));
        assert!(refused("cf_sub", json!("x")).contains("no such custom field"));
        assert!(refused("cf_vips", json!(true)).contains("did you mean \"cf_vip\""));
        assert!(refused("cf_subcategory", json!("Refund")).contains("level of `cf_category`"));
        assert!(refused("VIP", json!(true)).contains("name is `cf_vip`"));
    }

    #[test]
    fn a_nested_field_is_written_on_all_levels() {
        assert_eq!(
            sent("cf_category", json!("Billing > Refund")),
            json!({"cf_category": "Billing", "cf_subcategory": "Refund", "cf_item": null})
        );
        assert_eq!(
            sent("cf_category", Value::Null),
            json!({"cf_category": null, "cf_subcategory": null, "cf_item": null})
        );
    }
}
