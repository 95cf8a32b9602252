//! Services for tests that do everything wrong on demand. `how` says what, `on` for which text only.
#![allow(clippy::panic)]

use std::{collections::BTreeMap, future::pending, thread::sleep, time::Duration};

use otai_plugin::{
    ClassificationService, Failure, Host, TicketSystemService,
    model::*,
    schemars::{JsonSchema as _, Schema, SchemaGenerator},
    tracing,
};

otai_plugin::params! {
    /// What goes wrong.
    pub struct Params {
        /// The kind of misbehaviour; anything unknown is good behaviour.
        #[serde(default)]
        #[schemars(schema_with = "how")]
        pub how: String,
        /// Only for texts that contain this.
        #[serde(default)]
        pub on: String,
        /// Tickets in the desk.
        #[serde(default = "five")]
        pub tickets: usize,
    }
}

/// A plugin describes itself before it is given any parameters, so this one kind is chosen by the environment.
fn how(generator: &mut SchemaGenerator) -> Schema {
    if std::env::var_os("OTAI_TEST_MISBEHAVE").is_some_and(|how| how == "panic in describe") {
        panic!("the description panics");
    }
    String::json_schema(generator)
}

fn five() -> usize {
    5
}

fn forever() -> ! {
    loop {
        sleep(Duration::from_secs(3600));
    }
}

/// Puts every text into the queue `Billing`, unless it misbehaves.
pub struct MisbehavingClassificationService(Params);

impl ClassificationService for MisbehavingClassificationService {
    type Params = Params;

    fn new(params: Params, _: Host) -> Result<Self, Failure> {
        match params.how.as_str() {
            "panic in new" => panic!("the constructor panics"),
            "refuse in new" => Err(Failure::rejected_field("how", "this one is refused")),
            _ => Ok(Self(params)),
        }
    }

    async fn model(&self) -> Result<ModelCard, Failure> {
        if self.0.how == "panic in model" {
            panic!("the model panics");
        }
        let queue = FieldCard {
            labels: BTreeMap::from([("Billing".into(), 1)]),
            ..FieldCard::default()
        };
        Ok(ModelCard {
            fields: BTreeMap::from([("queue".into(), queue)]),
            ..ModelCard::default()
        })
    }

    async fn classify(&self, batch: Classify) -> Result<Classified, Failure> {
        let strikes = |text: &&Text| text.text.contains(&self.0.on);
        let struck = batch.texts.iter().any(|text| strikes(&text));
        let label = |name: &str, confidence| Label::new(name, confidence);
        let predict = |label: Label| Prediction::of(BTreeMap::from([("queue".into(), vec![label])]));
        let good = label("Billing", 1.0);
        let bad = match self.0.how.as_str() {
            "panic" if struck => panic!("it panics over a text"),
            "panic with a value that panics" if struck => std::panic::panic_any(Bomb),
            "reject" if struck => return Err(Failure::rejected("it does not like this text")),
            "nothing" if struck => return Ok(Classified::default()),
            "too many" if struck => {
                return Ok(Classified {
                    predictions: vec![predict(good); batch.texts.len() + 1],
                });
            }
            "block" if struck => forever(),
            "pend" if struck => pending().await,
            "not a number" => label("Billing", f32::NAN),
            "infinitely sure" => label("Billing", 1e30),
            "unknown label" => label("No Such Queue", 1.0),
            _ => good.clone(),
        };
        let one = |text: &Text| predict(if strikes(&text) { bad.clone() } else { good.clone() });
        Ok(Classified {
            predictions: batch.texts.iter().map(one).collect(),
        })
    }
}

/// A panic's payload that panics itself when it is thrown away.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("the payload panics as well");
    }
}

/// A desk in memory that forgets what is written to it, unless it misbehaves.
pub struct MisbehavingTicketsystemService(Params);

impl MisbehavingTicketsystemService {
    fn strike(&self, call: &str) {
        match self.0.how.split_once(" in ") {
            Some(("panic", wanted)) if wanted == call => panic!("{call} panics"),
            Some(("block", wanted)) if wanted == call => forever(),
            _ => {}
        }
    }

    fn ticket(&self, number: usize) -> Ticket {
        Ticket {
            id: number.to_string(),
            subject: format!("ticket {number}"),
            status: Some("Open".into()),
            revision: "1".into(),
            ..Ticket::default()
        }
    }
}

impl TicketSystemService for MisbehavingTicketsystemService {
    type Params = Params;

    fn new(params: Params, _: Host) -> Result<Self, Failure> {
        match params.how.as_str() {
            "panic in new" => panic!("the constructor panics"),
            _ => Ok(Self(params)),
        }
    }

    fn network(&self) -> Network {
        self.strike("network");
        let origins = match self.0.how.as_str() {
            "plain http" => vec!["http://desk.example".into()],
            _ => Vec::new(),
        };
        Network {
            origins,
            ..Network::default()
        }
    }

    async fn catalog(&self) -> Result<Catalog, Failure> {
        self.strike("catalog");
        let open = Status {
            name: "Open".into(),
            fresh: true,
            closed: false,
        };
        Ok(Catalog {
            account: "nobody".into(),
            queues: vec!["Billing".into()],
            statuses: vec![open],
            ..Catalog::default()
        })
    }

    async fn find_tickets(&self, find: Find) -> Result<Page, Failure> {
        self.strike("find_tickets");
        let first = find.cursor.is_none();
        let tickets = (1..=self.0.tickets).filter(|_| first).map(|n| self.ticket(n)).collect();
        Ok(Page {
            tickets,
            cursor: "1".into(),
            more: self.0.how == "more for ever",
        })
    }

    async fn get_ticket(&self, id: String) -> Result<Option<Ticket>, Failure> {
        self.strike("get_ticket");
        Ok(id.parse().ok().map(|n| self.ticket(n)))
    }

    async fn update_ticket(&self, update: Update) -> Result<Option<Ticket>, Failure> {
        tracing::info!(ticket = update.id, "an update");
        if self.0.on.is_empty() || self.0.on == update.id {
            self.strike("update_ticket");
        }
        let mut ticket = self.ticket(update.id.parse().unwrap_or_default());
        ticket.queue = update.change.queue;
        Ok(Some(ticket))
    }
}

otai_plugin::export_plugin!(MisbehavePlugin {
    ticket_system: MisbehavingTicketsystemService,
    classifier: MisbehavingClassificationService,
});
