//! English tickets that two queues could claim with equal right.

use crate::demo_tickets::scenario::{CUSTOMER, Kind::*, Level::*, Mixed, STAFF, Scenario};

pub(in crate::demo_tickets) const MIXED: &[Mixed] = &[
    Mixed {
        queues: ["Hardware", "Accounts & Access"],
        scenario: Scenario {
            tags: &["laptop", "account"],
            weights: [1, 12, 3, 0],
            subjects: &[
                "Everything for {person}, starting {date}",
                "New starter: laptop and login",
            ],
            openings: &["{person} starts {in_dept} on {date} and needs a laptop, a phone and an account."],
            details: &[
                "The desk in {place} is ready.",
                "Same equipment and same rights as {first}, please.",
            ],
            stakes: &[
                (Medium, "Everything should be there on the first day."),
                (High, "That is the day after tomorrow!"),
            ],
            ..STAFF
        },
    },
    Mixed {
        queues: ["Hardware", "Network & VPN"],
        scenario: Scenario {
            kind: Incident,
            tags: &["laptop", "wifi"],
            weights: [1, 10, 4, 0],
            subjects: &["New laptop doesn't get online", "{laptop}: no network"],
            openings: &["Since the swap to the {laptop} I get no connection, neither by cable nor by Wi-Fi."],
            details: &[
                "The old one worked at the same desk.",
                "The network symbol has a red cross.",
            ],
            stakes: &[
                (High, "I can't do anything with it like this."),
                (Medium, "I still have the old one until {day}."),
            ],
            ..STAFF
        },
    },
    Mixed {
        queues: ["Billing", "Shipping & Returns"],
        scenario: Scenario {
            kind: Incident,
            tags: &["return", "refund"],
            weights: [1, 12, 3, 0],
            subjects: &["Return received, money not", "Sent back {product}, what now?"],
            openings: &["I sent back the {product} on {date} and have neither a confirmation nor my {amount}."],
            details: &[
                "According to {carrier} the parcel reached you.",
                "The order was {order}.",
            ],
            stakes: &[
                (Medium, "Please check where it has got stuck."),
                (High, "I want to see this settled by {day}."),
            ],
            ..CUSTOMER
        },
    },
    Mixed {
        queues: ["Billing", "Shipping & Returns"],
        scenario: Scenario {
            kind: Incident,
            tags: &["delivery", "invoice"],
            weights: [1, 12, 3, 0],
            subjects: &[
                "Billed for more than we received",
                "{order}: delivery and invoice don't match",
            ],
            openings: &["The invoice for {order} lists {n} bags of beans more than the parcel held."],
            details: &[
                "The delivery note has the right number.",
                "We are talking about {amount}.",
            ],
            stakes: &[
                (Medium, "Send the rest or correct the bill, either is fine."),
                (Low, "It's not much."),
            ],
            ..CUSTOMER
        },
    },
    Mixed {
        queues: ["Security", "Accounts & Access"],
        scenario: Scenario {
            kind: Incident,
            tags: &["account", "mfa"],
            weights: [0, 2, 10, 3],
            subjects: &["Login request I did not make", "My account is being used by somebody?"],
            openings: &["My phone keeps asking me to confirm a login that isn't mine."],
            details: &[
                "I pressed deny each time.",
                "My user name is {user}.",
                "Now the account is locked.",
            ],
            stakes: &[
                (High, "I'm rather worried."),
                (Urgent, "Once I may have pressed accept by mistake."),
            ],
            ..STAFF
        },
    },
    Mixed {
        queues: ["Software & Licences", "Accounts & Access"],
        scenario: Scenario {
            kind: Incident,
            tags: &["software", "permissions"],
            weights: [2, 12, 3, 0],
            subjects: &["{app}: not authorised", "No rights in Korbel mask {ext}"],
            openings: &["When I start {app} it says that I am not authorised."],
            details: &[
                "I could use it until {day}.",
                "{first} can open it on the same computer.",
            ],
            stakes: &[
                (Medium, "{first} does it for me for now."),
                (High, "The month-end hangs on it."),
            ],
            ..STAFF
        },
    },
    Mixed {
        queues: ["Billing", "Software & Licences"],
        scenario: Scenario {
            tags: &["invoice", "licence"],
            weights: [3, 12, 1, 0],
            subjects: &[
                "Bill for {n} licences we don't use",
                "Fleet licence on invoice {invoice}",
            ],
            openings: &["Invoice {invoice} charges for {n} Fleet licences, but only two people use the app."],
            details: &["Can one reduce that?", "The customer number is {customer}."],
            stakes: &[
                (Low, "From next year is fine."),
                (Medium, "The renewal comes up in {month}."),
            ],
            ..CUSTOMER
        },
    },
    Mixed {
        queues: ["Human Resources", "Software & Licences"],
        scenario: Scenario {
            kind: Problem,
            tags: &["payroll", "software"],
            weights: [2, 12, 2, 0],
            subjects: &["Time sheet program loses my hours", "Can't enter leave: {err}"],
            openings: &["When I enter my hours or a day's leave the program answers {err} and everything is gone."],
            details: &["It concerns the whole of {dept}.", "I'm on version {ver}."],
            stakes: &[
                (Medium, "By the end of the month it must be in."),
                (Low, "I keep a list on paper."),
            ],
            ..STAFF
        },
    },
    Mixed {
        queues: ["Network & VPN", "Accounts & Access"],
        scenario: Scenario {
            kind: Incident,
            tags: &["vpn", "password"],
            weights: [0, 5, 10, 1],
            subjects: &[
                "VPN doesn't accept my new password",
                "Changed password, locked out from home",
            ],
            openings: &["Since I changed my password the VPN rejects my login."],
            details: &["In the office it works with the new one.", "The code is {err}."],
            stakes: &[
                (High, "I can't work from home like this."),
                (Medium, "I'm in the office until {day} anyway."),
            ],
            ..STAFF
        },
    },
];
