use otai_plugin::serde_json;

use super::*;
use crate::params::tests::with;

fn plan(change: Value, there: &[&str]) -> Result<Plan, Failure> {
    let settings = with(json!({"tags_field": "OtaiTags"})).unwrap();
    let there: Vec<String> = there.iter().map(|t| (*t).to_owned()).collect();
    Plan::new(&settings, &serde_json::from_value(change).unwrap(), &there)
}

#[test]
fn one_body_holds_names_only() {
    let plan = plan(
        json!({
            "queue": "A::B", "priority": "4 high", "type": "Incident", "add_tags": ["ai", "VIP"],
            "custom_fields": {"OtaiLabel": "x", "OtaiReviewed": true, "OtaiSummary": null},
        }),
        &["vip"],
    )
    .unwrap();
    assert_eq!(
        Value::Object(plan.body()),
        json!({
            "Ticket": {"Queue": "A::B", "Priority": "4 high", "Type": "Incident"},
            "DynamicField": [
                {"Name": "OtaiLabel", "Value": "x"}, {"Name": "OtaiReviewed", "Value": 1}, {"Name": "OtaiSummary", "Value": ""},
                {"Name": "OtaiTags", "Value": ["vip", "ai"]},
            ],
        })
    );
}

#[test]
fn an_empty_ticket_is_left_out() {
    let fields = plan(json!({"custom_fields": {"OtaiLabel": "x"}}), &[]).unwrap();
    assert!(!fields.body().contains_key("Ticket"));
    assert!(plan(json!({"add_tags": ["VIP", " "]}), &["vip"]).unwrap().is_empty());
    let without = with(json!({})).unwrap();
    let change = serde_json::from_value(json!({"add_tags": ["x"]})).unwrap();
    assert!(
        Plan::new(&without, &change, &[])
            .unwrap_err()
            .to_string()
            .contains("tags_field")
    );
    assert!(plan(json!({"custom_fields": {"OtaiTags": "x"}}), &[]).is_err());
}

#[test]
fn what_is_missing_after_a_fault_is_told_in_the_order_of_writing() {
    let plan = plan(
        json!({"queue": "B", "priority": "4", "type": "T", "custom_fields": {"F": "x"}, "add_tags": ["t"]}),
        &[],
    );
    let plan = plan.unwrap();
    let fields = |now: &Ticket| plan.missing(now).iter().map(|s| s.field.clone()).collect::<Vec<_>>();
    assert_eq!(
        fields(&Ticket::default()),
        ["queue", "type", "priority", "custom_fields.F", "tags"]
    );
    let now = Ticket {
        queue: Some("B".into()),
        kind: Some("T".into()),
        tags: vec!["T".into(), "other".into()],
        ..Ticket::default()
    };
    assert_eq!(fields(&now), ["priority", "custom_fields.F"]);
}
