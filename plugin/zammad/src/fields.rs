//! What the desk consists of: every name that otai can write, as far as the credentials may list it.
//!
//! An agent lists states and priorities. Groups need `admin.group` and attributes `admin.object` (documentation of the API,
//! "Group" and "Object"); without them the account's own groups stand for all, and what is on a ticket for its attributes.

use otai_plugin::{
    Failure, Kept, Response, names, rows,
    serde::{Deserialize, de::DeserializeOwned},
    tracing,
};

use crate::{
    account::Account,
    attributes::{Attribute, Raw, is_own},
    client::{self, Client},
    errors::Asked,
};

/// Rows that are asked for at a time; the most that every version gives.
const PER_PAGE: usize = 500;
/// Pages that are read of one list.
const PAGES: usize = 20;

/// The form of a desk.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Fields {
    /// Name and id of every group, whether in use or not.
    pub(crate) groups: Vec<(String, i64)>,
    /// Names of the groups in use. Where groups are not listed: those that the account has of its own.
    pub(crate) open_groups: Vec<String>,
    /// The groups above are all that there are.
    pub(crate) groups_listed: bool,
    /// Name and id, lowest id first.
    pub(crate) priorities: Vec<(String, i64)>,
    /// What a ticket has when nobody chose.
    pub(crate) default_priority: Option<String>,
    pub(crate) states: Vec<State>,
    /// The attribute `type`, where the desk uses it.
    pub(crate) kind: Option<Attribute>,
    pub(crate) custom: Vec<Attribute>,
    /// The attributes above are all that there are.
    pub(crate) attributes_listed: bool,
}

/// One state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) name: String,
    id: i64,
    pub(crate) step: Step,
    pub(crate) active: bool,
}

/// How far a ticket has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    New,
    Open,
    Pending,
    Closed,
    Merged,
    Removed,
    Unknown,
}

impl Step {
    /// By the type of the state, or by its name where the type is not told.
    fn of(name: &str) -> Self {
        match name {
            "new" => Self::New,
            "open" => Self::Open,
            "closed" => Self::Closed,
            "merged" => Self::Merged,
            "removed" => Self::Removed,
            name if name.starts_with("pending") => Self::Pending,
            _ => Self::Unknown,
        }
    }

    /// Why nothing may be written any more.
    pub(crate) fn settled(self) -> Option<&'static str> {
        match self {
            Self::Closed => Some("closed"),
            Self::Merged => Some("merged"),
            Self::Removed => Some("removed"),
            _ => None,
        }
    }
}

/// A row of `/groups`, `/ticket_priorities` or `/ticket_states`.
#[derive(Debug, Default, Deserialize)]
#[serde(crate = "otai_plugin::serde", default)]
struct Named {
    id: i64,
    name: String,
    active: Option<bool>,
    default_create: Option<bool>,
    state_type: Option<String>,
}

impl Fields {
    /// Asks for everything.
    pub(crate) async fn read(client: &Client) -> Result<Self, Failure> {
        let mut fields = Self::default();
        fields.add_priorities(all(client, "/ticket_priorities", "a priority").await?);
        let states = all(client, "/ticket_states", "a state").await?;
        fields.states = states.into_iter().map(State::new).collect();
        match allowed(all(client, "/groups", "a group").await)? {
            Some(groups) => fields.add_groups(groups),
            None => {
                let me = client.fetch(Asked::Account, "/users/me?expand=true").await?;
                fields.open_groups = client::json::<Account>(&me)?.groups.into_keys().collect();
            }
        }
        match allowed(client.fetch(Asked::Form, "/object_manager_attributes").await)? {
            Some(response) => fields.add_attributes(list(&response, "an attribute")?),
            None => tracing::debug!("the credentials may not list the attributes of tickets"),
        }
        Ok(fields)
    }

    fn add_priorities(&mut self, mut all: Vec<Named>) {
        all.sort_by_key(|one| one.id);
        self.default_priority = all
            .iter()
            .find(|one| one.default_create == Some(true))
            .map(|one| one.name.clone());
        let used = all.into_iter().filter(|one| one.active != Some(false));
        self.priorities = used.map(|one| (one.name, one.id)).collect();
        if self.default_priority.is_none() {
            // The name that Zammad comes with (`db/seeds/ticket_priorities.rb`).
            let normal = self
                .priorities
                .iter()
                .map(|(name, _)| name)
                .find(|name| *name == "2 normal");
            self.default_priority = normal.cloned();
        }
    }

    fn add_groups(&mut self, all: Vec<Named>) {
        self.groups_listed = true;
        let used = all.iter().filter(|one| one.active != Some(false));
        self.open_groups = used.map(|one| one.name.clone()).collect();
        self.groups = all.into_iter().map(|one| (one.name, one.id)).collect();
    }

    fn add_attributes(&mut self, all: Vec<Raw>) {
        self.attributes_listed = true;
        for raw in all.into_iter().filter(Raw::counts) {
            match raw.name.as_deref() {
                Some("type") => self.kind = raw.attribute(),
                Some(name) if !is_own(name) => self.custom.extend(raw.attribute()),
                _ => {}
            }
        }
    }

    /// Names of the types.
    pub(crate) fn types(&self) -> &[String] {
        self.kind.as_ref().map_or(&[], |kind| &kind.field.choices)
    }

    pub(crate) fn custom(&self, name: &str) -> Option<&Attribute> {
        self.custom.iter().find(|one| one.field.name == name)
    }

    /// The step of a ticket whose state has this name or number.
    pub(crate) fn step(&self, name: Option<&str>, id: Option<i64>) -> Step {
        let known = self
            .states
            .iter()
            .find(|state| Some(state.name.as_str()) == name || (name.is_none() && Some(state.id) == id));
        match (known, name) {
            (Some(state), _) => state.step,
            (None, Some(name)) => Step::of(name),
            (None, None) => Step::Unknown,
        }
    }

    /// The name of a state's number.
    pub(crate) fn state_name(&self, id: i64) -> String {
        let known = self.states.iter().find(|state| state.id == id);
        known.map_or_else(|| format!("state {id}"), |state| state.name.clone())
    }

    /// True if a state of this name or number is known.
    pub(crate) fn knows_state(&self, name: Option<&str>, id: Option<i64>) -> bool {
        let known = |state: &State| name.map_or(Some(state.id) == id, |name| state.name == name);
        (name.is_none() && id.is_none()) || self.states.iter().any(known)
    }

    /// The name of a group's number.
    pub(crate) fn group_name(&self, id: i64) -> String {
        names::of_number(&self.groups, "group", id)
    }
}

impl State {
    fn new(named: Named) -> Self {
        let step = named.state_type.as_deref().map_or(Step::Unknown, Step::of);
        Self {
            step: if step == Step::Unknown {
                Step::of(&named.name)
            } else {
                step
            },
            name: named.name,
            id: named.id,
            active: named.active != Some(false),
        }
    }
}

/// A refusal for want of a right is "no"; other failures are failures.
fn allowed<T>(outcome: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match outcome {
        Ok(one) => Ok(Some(one)),
        // What else could refuse everything would have refused the priorities before.
        Err(failure) if failure.is_for_every_ticket() => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// All pages of a list.
async fn all(client: &Client, path: &str, what: &str) -> Result<Vec<Named>, Failure> {
    let mut rows: Vec<Named> = Vec::new();
    for page in 1..=PAGES {
        let path = format!("{path}?expand=true&per_page={PER_PAGE}&page={page}");
        let response = client.fetch(Asked::Form, &path).await?;
        let more: Vec<Named> = list(&response, what)?;
        let full = more.len() >= PER_PAGE;
        rows.extend(more.into_iter().filter(|one| one.id > 0 && !one.name.is_empty()));
        if !full {
            break;
        }
    }
    Ok(rows)
}

fn list<T: DeserializeOwned>(response: &Response, what: &str) -> Result<Vec<T>, Failure> {
    rows::readable(&response.body, what).ok_or_else(|| client::no_list(response))
}

/// Keeps [`Fields`].
#[derive(Debug, Default)]
pub(crate) struct Cache(Kept<Fields>);

impl Cache {
    /// The form, from memory if it is there.
    pub(crate) async fn fields(&self, client: &Client) -> Result<std::sync::Arc<Fields>, Failure> {
        self.0.get(Fields::read(client)).await
    }

    /// The form as it is now.
    pub(crate) async fn load(&self, client: &Client) -> Result<std::sync::Arc<Fields>, Failure> {
        Ok(self.0.put(Fields::read(client).await?))
    }

    /// Reads the form again, unless that was just done. `None`: nothing new.
    pub(crate) async fn reload(&self, client: &Client) -> Option<std::sync::Arc<Fields>> {
        self.0
            .renew("groups, states and attributes", Fields::read(client))
            .await
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use otai_plugin::serde_json;

    use super::*;

    fn of<T: DeserializeOwned>(text: &str) -> T {
        serde_json::from_str(text).unwrap()
    }

    /// The desk of the fixtures, as an administrator sees it.
    pub(crate) fn own() -> Fields {
        let mut fields = Fields::default();
        fields.add_priorities(of(include_str!("../tests/fixtures/ticket_priorities.json")));
        fields.add_groups(of(include_str!("../tests/fixtures/groups.json")));
        fields.add_attributes(of(include_str!("../tests/fixtures/object_manager_attributes.json")));
        let states: Vec<Named> = of(include_str!("../tests/fixtures/ticket_states.json"));
        fields.states = states.into_iter().map(State::new).collect();
        fields
    }

    #[test]
    fn the_fixtures_are_read() {
        let fields = own();
        assert_eq!(
            fields.open_groups,
            ["Users", "Billing", "Hardware", "Support::2nd Level"]
        );
        assert_eq!(
            fields.group_name(5),
            "Alte Gruppe",
            "a group that is not used any more still has its name"
        );
        assert_eq!(fields.group_name(99), "group 99");
        let names: Vec<&str> = fields.priorities.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["1 low", "2 normal", "3 high"]);
        assert_eq!(fields.default_priority.as_deref(), Some("2 normal"));
        assert_eq!(fields.types(), ["Incident", "Problem", "Request for Change"]);
        let custom: Vec<&str> = fields.custom.iter().map(|one| one.field.name.as_str()).collect();
        assert_eq!(
            custom,
            ["product", "topic", "vip_case", "seats", "due_day", "areas", "order_no"]
        );
    }

    #[test]
    fn a_state_is_judged_by_its_type_and_without_one_by_its_name() {
        let fields = own();
        assert_eq!(fields.step(Some("in Arbeit"), None), Step::Open);
        assert_eq!(fields.step(Some("erledigt"), None), Step::Closed);
        assert_eq!(fields.step(None, Some(5)), Step::Merged);
        assert_eq!(fields.step(Some("pending close"), Some(7)), Step::Pending);
        assert_eq!(fields.step(None, Some(77)), Step::Unknown);
        let bare = Fields::default();
        for (name, step) in [
            ("closed", Step::Closed),
            ("merged", Step::Merged),
            ("removed", Step::Removed),
            ("new", Step::New),
            ("erledigt", Step::Unknown),
        ] {
            assert_eq!(bare.step(Some(name), None), step);
        }
        assert!(fields.knows_state(Some("open"), None) && !fields.knows_state(Some("neu"), Some(1)));
        assert!(fields.knows_state(None, Some(1)) && !fields.knows_state(None, Some(77)));
        assert_eq!(fields.state_name(2), "open");
    }

    #[test]
    fn without_a_marked_default_the_name_that_zammad_comes_with_is_it() {
        let mut fields = Fields::default();
        fields.add_priorities(of(
            r#"[{"id":2,"name":"2 normal"},{"id":1,"name":"1 low"},{"id":3,"name":"x","active":false}]"#,
        ));
        assert_eq!(fields.default_priority.as_deref(), Some("2 normal"));
        assert_eq!(fields.priorities.len(), 2);
        fields.add_priorities(of(r#"[{"id":1,"name":"niedrig"}]"#));
        assert_eq!(fields.default_priority, None);
    }
}
