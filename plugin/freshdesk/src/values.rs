//! Values of custom fields, as the host has them, in the JSON types that Freshdesk wants: a number sent as text is refused.

use otai_plugin::{
    Failure,
    serde_json::{Map, Value},
    values::{expects, fit, no_choice, no_field},
};

use crate::fields::{Custom, Fields};

/// The keys that write one custom field.
pub(crate) fn keys(fields: &Fields, name: &str, value: &Value) -> Result<Map<String, Value>, Failure> {
    let field = format!("custom_fields.{name}");
    let refuse = |message: String| Failure::rejected_field(&field, message);
    let Some(custom) = fields.custom(name) else {
        return Err(refuse(unknown(fields, name)));
    };
    let shown = custom.model();
    if let Some(nested) = &custom.nested {
        let path = match value {
            Value::Null => None,
            Value::String(path) => Some(path.as_str()),
            _ => return Err(refuse(expects(&shown, "a choice"))),
        };
        return nested
            .write(name, path)
            .ok_or_else(|| refuse(no_choice(&shown, path.unwrap_or_default())));
    }
    let value = fit(&shown, value).map_err(refuse)?;
    Ok([(name.to_owned(), value)].into_iter().collect())
}

fn unknown(fields: &Fields, name: &str) -> String {
    if let Some(owner) = fields.owner(name) {
        return format!(
            "is a level of `{}`: write that one, with the path \"A > B\"",
            owner.name
        );
    }
    let all: Vec<_> = fields.custom.iter().map(Custom::model).collect();
    no_field("Freshdesk", &all, name)
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
    fn a_value_gets_the_type_of_its_field() {
        assert_eq!(sent("cf_vip", json!("true"))["cf_vip"], true);
        assert_eq!(sent("cf_seats", json!("12"))["cf_seats"], 12);
        assert_eq!(sent("cf_seats", Value::Null)["cf_seats"], Value::Null);
        assert_eq!(sent("cf_team_lane", json!("First line"))["cf_team_lane"], "First line");
    }

    #[test]
    fn what_does_not_fit_is_refused_before_anything_is_sent() {
        for (name, value) in [
            ("cf_vip", json!("maybe")),
            ("cf_seats", json!(1.5)),
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
