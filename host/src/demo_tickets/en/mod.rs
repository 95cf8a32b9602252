//! The English half: scenarios by queue, tickets between two queues, and everyday phrases.

mod accounts;
mod billing;
mod hardware;
mod hr;
mod mixed;
mod network;
mod phrases;
mod security;
mod shipping;
mod software;

use super::scenario::Queue;

pub(super) use mixed::MIXED;
pub(super) use phrases::PHRASES;

pub(super) const QUEUES: &[Queue] = &[
    Queue {
        name: "Billing",
        weight: 14,
        scenarios: billing::SCENARIOS,
    },
    Queue {
        name: "Hardware",
        weight: 14,
        scenarios: hardware::SCENARIOS,
    },
    Queue {
        name: "Network & VPN",
        weight: 12,
        scenarios: network::SCENARIOS,
    },
    Queue {
        name: "Accounts & Access",
        weight: 15,
        scenarios: accounts::SCENARIOS,
    },
    Queue {
        name: "Software & Licences",
        weight: 14,
        scenarios: software::SCENARIOS,
    },
    Queue {
        name: "Shipping & Returns",
        weight: 14,
        scenarios: shipping::SCENARIOS,
    },
    Queue {
        name: "Human Resources",
        weight: 9,
        scenarios: hr::SCENARIOS,
    },
    Queue {
        name: "Security",
        weight: 9,
        scenarios: security::SCENARIOS,
    },
];
