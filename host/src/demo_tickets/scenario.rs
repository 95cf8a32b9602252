//! What the hand-written data is made of: scenarios with their wordings, and the true values that go with them.

/// The language a ticket is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    English,
    German,
}

impl Language {
    pub(super) fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }
}

/// How pressing a ticket is; the order is that of a scenario's `weights`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Low,
    Medium,
    High,
    Urgent,
}

impl Level {
    pub(super) const ALL: [Level; 4] = [Level::Low, Level::Medium, Level::High, Level::Urgent];

    pub(super) fn name(self) -> &'static str {
        match self {
            Level::Low => "low",
            Level::Medium => "medium",
            Level::High => "high",
            Level::Urgent => "urgent",
        }
    }
}

/// The type of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Question,
    Incident,
    Problem,
    Feature,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Question => "Question",
            Kind::Incident => "Incident",
            Kind::Problem => "Problem",
            Kind::Feature => "Feature Request",
        }
    }
}

/// Who writes: it decides the greeting, the signature and the general sentences about urgency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Staff,
    Customer,
}

/// One intent in one language. Openings name the matter by themselves; details and stakes fit any opening of their
/// scenario and stand in any order. `{name}` marks a slot, see `slots`.
#[derive(Clone, Copy)]
pub(super) struct Scenario {
    pub(super) by: By,
    pub(super) kind: Kind,
    pub(super) tags: &'static [&'static str],
    /// How often the scenario is low, medium, high, urgent.
    pub(super) weights: [u8; 4],
    /// Whether the openings tell different stories: the subject at an opening's place then belongs to that opening, and
    /// only the subjects behind those fit any of them.
    pub(super) apart: bool,
    pub(super) subjects: &'static [&'static str],
    pub(super) openings: &'static [&'static str],
    pub(super) details: &'static [&'static str],
    /// Sentences that give the level away.
    pub(super) stakes: &'static [(Level, &'static str)],
    /// Something a person would paste below the message; empty when there is nothing to paste.
    pub(super) log: &'static str,
}

/// What a scenario written by an employee starts from.
pub(super) const STAFF: Scenario = Scenario {
    by: By::Staff,
    kind: Kind::Question,
    tags: &[],
    weights: [1, 1, 1, 1],
    apart: false,
    subjects: &[],
    openings: &[],
    details: &[],
    stakes: &[],
    log: "",
};

/// What a scenario written by a customer starts from.
pub(super) const CUSTOMER: Scenario = Scenario {
    by: By::Customer,
    ..STAFF
};

/// A queue's scenarios in one language.
pub(super) struct Queue {
    pub(super) name: &'static str,
    /// How much of the traffic the queue gets.
    pub(super) weight: u8,
    pub(super) scenarios: &'static [Scenario],
}

/// A ticket two queues could claim with equal right.
pub(super) struct Mixed {
    pub(super) queues: [&'static str; 2],
    pub(super) scenario: Scenario,
}

/// Everything that does not depend on the matter of a ticket.
pub(super) struct Phrases {
    /// Formal and casual greetings, each with its punctuation.
    pub(super) greetings: [&'static [&'static str]; 2],
    /// How a message ends, formal and casual.
    pub(super) sign_offs: [&'static [&'static str]; 2],
    /// Last sentences before the signature.
    pub(super) closings: &'static [&'static str],
    /// How somebody starts who needs a run-up.
    pub(super) prefaces: &'static [&'static str],
    /// What such a person also mentions.
    pub(super) asides: &'static [&'static str],
    /// First and last words of the annoyed.
    pub(super) angry: [&'static [&'static str]; 2],
    /// Complaints that name nothing.
    pub(super) vague: &'static [&'static str],
    /// Bodies of tickets that say everything in the subject.
    pub(super) see_subject: &'static [&'static str],
    /// Notes above a forwarded mail.
    pub(super) forward_notes: &'static [&'static str],
    /// Notes above an own earlier mail that got no useful answer.
    pub(super) chasers: &'static [&'static str],
    /// What the helpdesk answered to the earlier mail.
    pub(super) agent_replies: &'static [&'static str],
    /// Remarks about another queue's business.
    pub(super) red_herrings: &'static [&'static str],
    /// What urgent people put before a subject.
    pub(super) alarms: &'static [&'static str],
    /// Subjects that say nothing.
    pub(super) blank_subjects: &'static [&'static str],
    /// Device signatures.
    pub(super) phone_signatures: &'static [&'static str],
    /// General sentences about urgency by level: of employees, of customers.
    pub(super) stakes: [[&'static [&'static str]; 4]; 2],
    /// Line introducing a pasted log.
    pub(super) log_intros: &'static [&'static str],
    /// Header of a forwarded mail, with slots.
    pub(super) forward_head: &'static str,
    /// Header above a quoted mail, with slots.
    pub(super) quote_head: &'static str,
    /// Web-form lines of employees and of customers, with slots.
    pub(super) forms: [&'static [&'static str]; 2],
    /// Marks of a forwarded and of an answered mail in the subject.
    pub(super) marks: [&'static str; 2],
    /// Signature blocks of employees and of customers, with slots.
    pub(super) signatures: [&'static [&'static str]; 2],
}
