//! The fields of the ticket form: Freshdesk's own and the account's.

use serde_json::{Map, Value, json};

use crate::freshdesk::account::Account;
use crate::time;

/// A custom field of the account.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) kind: FieldKind,
    pub(crate) required_for_agents: bool,
    pub(crate) required_for_closure: bool,
}

/// What a custom field holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum FieldKind {
    Text,
    Paragraph,
    Number,
    Decimal,
    Checkbox,
    Date,
    Dropdown(Vec<String>),
    /// Two or three levels; the choices below the first have fields of their own.
    Nested {
        tree: Vec<Branch>,
        level2: String,
        level3: String,
    },
}

/// A choice of a nested field with the choices below it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Branch {
    pub(crate) label: String,
    pub(crate) below: Vec<Branch>,
}

impl Branch {
    fn new(label: &str, below: Vec<Branch>) -> Self {
        Self {
            label: label.to_owned(),
            below,
        }
    }

    fn leaf(label: &str) -> Self {
        Self::new(label, Vec::new())
    }

    /// `{parent: [{child: [grandchild, …]}, …]}`
    fn show(&self, level: u8) -> Value {
        if level == 3 {
            return json!(self.label);
        }
        let below: Vec<Value> = self.below.iter().map(|b| b.show(level + 1)).collect();
        json!({ self.label.as_str(): below })
    }
}

impl FieldKind {
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Text => "custom_text",
            Self::Paragraph => "custom_paragraph",
            Self::Number => "custom_number",
            Self::Decimal => "custom_decimal",
            Self::Checkbox => "custom_checkbox",
            Self::Date => "custom_date",
            Self::Dropdown(_) => "custom_dropdown",
            Self::Nested { .. } => "nested_field",
        }
    }
}

/// The custom fields every simulated account has.
pub(crate) fn custom(base: u64) -> Vec<Field> {
    let tree = vec![
        Branch::new(
            "Billing",
            vec![
                Branch::new("Invoice", vec![Branch::leaf("Duplicate"), Branch::leaf("Wrong amount")]),
                Branch::leaf("Refund"),
            ],
        ),
        Branch::new(
            "Technical",
            vec![Branch::new(
                "Login",
                vec![Branch::leaf("Password reset"), Branch::leaf("MFA")],
            )],
        ),
    ];
    let nested = FieldKind::Nested {
        tree,
        level2: "cf_subcategory".into(),
        level3: "cf_item".into(),
    };
    let lanes = FieldKind::Dropdown(vec!["First line".into(), "Second line".into()]);
    [
        ("cf_category", "Category", nested),
        ("cf_team_lane", "Team lane", lanes),
        ("cf_order_no", "Order no", FieldKind::Text),
        ("cf_vip", "VIP", FieldKind::Checkbox),
        ("cf_ai_triaged", "AI triaged", FieldKind::Checkbox),
        ("cf_score", "Score", FieldKind::Decimal),
        ("cf_seats", "Seats", FieldKind::Number),
        ("cf_purchased_on", "Purchased on", FieldKind::Date),
        ("cf_history", "History", FieldKind::Paragraph),
    ]
    .into_iter()
    .enumerate()
    .map(|(i, (name, label, kind))| Field {
        id: base + 300_012 + i as u64,
        name: name.into(),
        label: label.into(),
        kind,
        required_for_agents: false,
        required_for_closure: false,
    })
    .collect()
}

/// The answer of `GET /ticket_fields`.
pub(crate) fn show_all(account: &Account) -> Vec<Value> {
    let names = |things: &mut dyn Iterator<Item = (String, u64)>| -> Value {
        Value::Object(things.map(|(name, id)| (name, json!(id))).collect::<Map<_, _>>())
    };
    let groups = names(&mut account.groups.iter().map(|g| (g.name.clone(), g.id)));
    let agents = names(&mut account.agents.iter().map(|a| (a.name.clone(), a.id)));
    let statuses: Map<String, Value> = account
        .statuses
        .iter()
        .map(|s| (s.id.to_string(), json!([s.label, s.label_for_customers])))
        .collect();
    let sources = json!({
        "Email": 1, "Portal": 2, "Phone": 3, "Forum": 4, "MobiHelp": 8, "Feedback Widget": 9, "Outbound Email": 10,
        "Ecommerce": 11, "Whatsapp": 13, "Web Chat": 15, "Web Form": 16,
    });
    let own: [(&str, &str, &str, bool, Option<Value>); 11] = [
        ("requester", "Search a requester", "default_requester", true, None),
        ("subject", "Subject", "default_subject", true, None),
        (
            "ticket_type",
            "Type",
            "default_ticket_type",
            false,
            Some(json!(account.types)),
        ),
        ("source", "Source", "default_source", false, Some(sources)),
        (
            "status",
            "Status",
            "default_status",
            true,
            Some(Value::Object(statuses)),
        ),
        (
            "priority",
            "Priority",
            "default_priority",
            true,
            Some(json!({"Low": 1, "Medium": 2, "High": 3, "Urgent": 4})),
        ),
        ("group", "Group", "default_group", false, Some(groups)),
        ("agent", "Agent", "default_agent", false, Some(agents)),
        (
            "product",
            "Product",
            "default_product",
            false,
            Some(json!({ account.product_name.as_str(): account.product_id() })),
        ),
        ("description", "Description", "default_description", true, None),
        ("company", "Company", "default_company", true, None),
    ];
    let mut all = Vec::new();
    for (i, (name, label, kind, agents, choices)) in own.into_iter().enumerate() {
        let mut shown = common(account, account.base + 300_001 + i as u64, i + 1, name, label, kind);
        shown["default"] = json!(true);
        shown["required_for_agents"] = json!(agents);
        if let Some(choices) = choices {
            shown["choices"] = choices;
        }
        if name == "requester" {
            shown["portal_cc"] = json!(false);
            shown["portal_cc_to"] = json!("company");
        }
        all.push(shown);
    }
    for field in &account.fields {
        let position = all.len() + 1;
        all.push(show(account, field, position));
    }
    all
}

fn show(account: &Account, field: &Field, position: usize) -> Value {
    let mut shown = common(
        account,
        field.id,
        position,
        &field.name,
        &field.label,
        field.kind.type_name(),
    );
    shown["required_for_agents"] = json!(field.required_for_agents);
    shown["required_for_closure"] = json!(field.required_for_closure);
    match &field.kind {
        FieldKind::Dropdown(choices) => shown["choices"] = json!(choices),
        FieldKind::Nested { tree, level2, level3 } => {
            shown["choices"] = tree.iter().map(|b| b.show(1)).collect();
            let at = time::show(account.founded);
            let levels = [(level2, "Subcategory", 2), (level3, "Item", 3)];
            shown["nested_ticket_fields"] = levels
                .iter()
                .map(|(name, label, level)| {
                    json!({
                        "id": field.id + 100 + level, "name": name, "label": label, "description": null,
                        "label_in_portal": label, "level": level, "ticket_field_id": field.id,
                        "created_at": at, "updated_at": at,
                    })
                })
                .collect();
        }
        _ => {}
    }
    shown
}

fn common(account: &Account, id: u64, position: usize, name: &str, label: &str, kind: &str) -> Value {
    let at = time::show(account.founded);
    json!({
        "id": id, "name": name, "label": label, "description": null, "position": position,
        "required_for_closure": false, "required_for_agents": false, "type": kind, "default": false,
        "customers_can_edit": false, "customers_can_filter": false, "label_for_customers": label,
        "required_for_customers": false, "displayed_to_customers": false, "created_at": at, "updated_at": at,
    })
}
