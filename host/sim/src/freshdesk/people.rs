//! Contacts and companies: those who write tickets.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use crate::time;

#[derive(Debug, Clone)]
pub(crate) struct Contact {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) unique_external_id: Option<String>,
    pub(crate) company_id: Option<u64>,
    pub(crate) language: String,
    pub(crate) deleted: bool,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    /// Further attributes a client has set.
    pub(crate) more: Map<String, Value>,
}

#[derive(Debug, Clone)]
pub(crate) struct Company {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) created_at: i64,
    pub(crate) more: Map<String, Value>,
}

#[derive(Debug, Default)]
pub(crate) struct People {
    base: u64,
    pub(crate) contacts: BTreeMap<u64, Contact>,
    by_email: HashMap<String, u64>,
    by_external: HashMap<String, u64>,
    pub(crate) companies: BTreeMap<u64, Company>,
    last_contact: u64,
    last_company: u64,
}

impl People {
    pub(crate) fn new(base: u64) -> Self {
        Self {
            base,
            ..Self::default()
        }
    }

    pub(crate) fn by_email(&self, email: &str) -> Option<u64> {
        self.by_email.get(&email.to_lowercase()).copied()
    }

    pub(crate) fn by_external(&self, id: &str) -> Option<u64> {
        self.by_external.get(id).copied()
    }

    pub(crate) fn add(&mut self, name: &str, email: Option<&str>, now: i64) -> u64 {
        self.last_contact += 1;
        let id = self.base + 9_983_000 + self.last_contact;
        self.put(Contact {
            id,
            name: name.to_owned(),
            email: email.map(str::to_owned),
            phone: None,
            unique_external_id: None,
            company_id: None,
            language: "en".to_owned(),
            deleted: false,
            created_at: now,
            updated_at: now,
            more: Map::new(),
        });
        id
    }

    /// Stores a contact under its id and its addresses.
    pub(crate) fn put(&mut self, contact: Contact) {
        if let Some(email) = self.contacts.get(&contact.id).and_then(|old| old.email.as_ref()) {
            self.by_email.remove(&email.to_lowercase());
        }
        if let Some(email) = &contact.email {
            self.by_email.insert(email.to_lowercase(), contact.id);
        }
        if let Some(external) = &contact.unique_external_id {
            self.by_external.insert(external.clone(), contact.id);
        }
        self.contacts.insert(contact.id, contact);
    }

    pub(crate) fn remove(&mut self, id: u64) {
        if let Some(contact) = self.contacts.remove(&id) {
            if let Some(email) = contact.email {
                self.by_email.remove(&email.to_lowercase());
            }
            if let Some(external) = contact.unique_external_id {
                self.by_external.remove(&external);
            }
        }
    }

    /// The contact with this address, made if there is none.
    pub(crate) fn find_or_add(&mut self, email: &str, name: Option<&str>, now: i64) -> u64 {
        if let Some(id) = self.by_email(email) {
            return id;
        }
        let local = email.split('@').next().unwrap_or(email);
        self.add(name.unwrap_or(local), Some(email), now)
    }

    pub(crate) fn add_company(&mut self, name: &str, now: i64) -> u64 {
        self.last_company += 1;
        let id = self.base + 5_100_000 + self.last_company;
        self.companies.insert(
            id,
            Company {
                id,
                name: name.to_owned(),
                created_at: now,
                more: Map::new(),
            },
        );
        id
    }

    /// The short form inside a ticket; a view knows more than a list row.
    pub(crate) fn show_requester(&self, id: u64, view: bool) -> Value {
        let Some(contact) = self.contacts.get(&id) else {
            return json!({ "id": id, "name": null, "email": null, "phone": null, "mobile": null });
        };
        let mut shown = json!({
            "id": id, "name": contact.name, "email": contact.email, "phone": contact.phone, "mobile": null,
        });
        if view {
            for key in ["contact_type", "ip_address", "first_seen", "last_seen"] {
                shown[key] = Value::Null;
            }
        }
        shown
    }

    pub(crate) fn show_company_short(&self, id: Option<u64>) -> Value {
        match id.and_then(|id| self.companies.get(&id)) {
            Some(company) => json!({ "id": company.id, "name": company.name }),
            None => Value::Null,
        }
    }
}

impl Contact {
    pub(crate) fn show(&self, single: bool) -> Value {
        // Beyond 2^53 on purpose: real ids are, and clients that read them as floats are wrong.
        let organisation = 2_090_099_566_920_853_504 + self.id % 1000;
        let mut shown = json!({
            "active": true, "address": null, "description": null, "email": self.email, "id": self.id,
            "job_title": null, "language": self.language, "mobile": null, "name": self.name, "phone": self.phone,
            "time_zone": "Berlin", "twitter_id": null, "facebook_id": null, "visitor_id": null, "csat_rating": null,
            "preferred_source": null, "company_id": self.company_id, "view_all_tickets": null, "first_name": self.name,
            "last_name": "", "unique_external_id": self.unique_external_id, "custom_fields": {}, "tags": [],
            "other_emails": [], "org_contact_id": organisation, "org_contact_id_str": organisation.to_string(),
            "created_at": time::show(self.created_at), "updated_at": time::show(self.updated_at),
        });
        if single {
            shown["avatar"] = Value::Null;
        }
        if self.deleted {
            shown["deleted"] = json!(true);
        }
        overlay(&mut shown, &self.more);
        shown
    }
}

impl Company {
    pub(crate) fn show(&self) -> Value {
        let at = time::show(self.created_at);
        let mut shown = json!({
            "id": self.id, "name": self.name, "description": null, "note": null, "domains": [], "health_score": null,
            "account_tier": null, "renewal_date": null, "industry": null, "custom_fields": {},
            "org_company_id": format!("20900995669{:08}", self.id % 100_000_000), "created_at": at, "updated_at": at,
        });
        overlay(&mut shown, &self.more);
        shown
    }
}

/// Lays the keys of `more` over an object.
pub(crate) fn overlay(shown: &mut Value, more: &Map<String, Value>) {
    if let Value::Object(shown) = shown {
        for (key, value) in more {
            shown.insert(key.clone(), value.clone());
        }
    }
}
