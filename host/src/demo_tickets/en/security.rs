//! Security, in English: fraud, losses, malware and data protection.

use crate::demo_tickets::scenario::{CUSTOMER, Kind::*, Level::*, STAFF, Scenario};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        kind: Incident,
        tags: &["phishing"],
        weights: [3, 12, 3, 0],
        apart: true,
        subjects: &[
            "Phishing? \"Your mailbox is full\"",
            "Fake mail from {carrier}",
            "Strange mail in {first}'s name",
            "Suspicious mail",
            "is this one genuine?",
        ],
        openings: &[
            "I have received a mail that wants me to confirm my password at {badurl}.",
            "A mail pretending to be from {carrier} asks me to open an attachment.",
            "Somebody writes to me in {first}'s name and asks me to buy gift cards.",
        ],
        details: &[
            "I didn't click on anything.",
            "The sender's address has nothing to do with us.",
            "The wording is oddly stiff and the logo is blurred.",
        ],
        stakes: &[
            (Low, "I deleted it, this is just for your information."),
            (Medium, "Tell me if I should do anything else."),
            (
                High,
                "At least {n} colleagues {in_dept} got it as well, somebody is bound to click.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["phishing", "password"],
        weights: [0, 0, 3, 16],
        subjects: &[
            "I clicked on a phishing link",
            "Entered my password on a fake page",
            "Think I've been hacked",
            "did something stupid",
        ],
        openings: &[
            "I'm afraid I have typed my password into a fake page at {badurl}.",
            "I opened the link in that parcel mail and then entered my user name.",
            "I fell for a phishing mail this morning and only now understood it.",
        ],
        details: &[
            "Since then mails I never wrote have been going out from my mailbox.",
            "It was at about {time}.",
            "I have changed the password, on the same computer though.",
        ],
        stakes: &[
            (
                Urgent,
                "I have access to all our bank accounts, please lock me out at once.",
            ),
            (Urgent, "Customers are ringing because they get strange mails from me."),
            (High, "I'm leaving the machine switched off until I hear from you."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["lost-device", "laptop"],
        weights: [0, 1, 5, 10],
        apart: true,
        subjects: &[
            "Laptop left on the train",
            "Rucksack with phone and laptop stolen",
            "break-in, notebook missing",
            "{asset} is gone",
        ],
        openings: &[
            "I left my {laptop} on the train to {place}.",
            "My rucksack with the company phone and {asset} in it has been stolen.",
            "Somebody broke my car window last night and took the notebook.",
        ],
        details: &[
            "I've reported it to the police.",
            "It was shut down, I think, but I'm not certain.",
            "Nobody has handed it in so far.",
        ],
        stakes: &[
            (Urgent, "It was open and logged in, with the whole customer list on it."),
            (High, "Please wipe it from a distance if that is possible."),
            (Medium, "The disk is encrypted and it was off, so not much can happen."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["malware"],
        weights: [0, 3, 4, 8],
        apart: true,
        subjects: &[
            "Scanner found something in {file}",
            "Files have a strange ending",
            "pop-up says my pc is infected",
            "Virus on {host}?",
        ],
        openings: &[
            "The virus scanner reports something in {file} and can't remove it.",
            "All files in my folder suddenly end in .locked and a note asks for money.",
            "Windows I have never seen keep popping up and telling me to ring a number.",
        ],
        details: &[
            "I have pulled out the network cable.",
            "Before that I'd opened an attachment from {supplier}.",
            "The computer's name is {host}.",
        ],
        stakes: &[
            (Urgent, "It is spreading, the colleague next to me has it now as well."),
            (High, "I haven't touched anything since and am waiting for you."),
            (Medium, "I have a second machine to work on until you've looked at it."),
        ],
        log: "{clock} guard: threat Gen.Dropper.{ext} in {file}\n{clock} guard: quarantine FAILED ({err})\n{clock} guard: host {host} user notified",
        ..STAFF
    },
    Scenario {
        kind: Problem,
        tags: &["phishing"],
        weights: [4, 12, 1, 0],
        apart: true,
        subjects: &[
            "Spam filter lets everything through",
            "info@ mailbox full of rubbish",
            "Same sham newsletter every night",
            "Flood of spam since {day}",
        ],
        openings: &[
            "Since {day} the spam filter seems to be asleep, I get {n}0 junk mails a day.",
            "Our shared mailbox is drowning in fake parcel notices.",
            "Every night the same sham newsletter arrives, each time from a new sender.",
        ],
        details: &[
            "Marking it as junk has no effect.",
            "The links lead to {badurl} and the like.",
            "It hits everyone whose address is on our website.",
        ],
        stakes: &[
            (Low, "I delete it over my first coffee, it's only annoying."),
            (Medium, "Genuine orders get overlooked in all that."),
            (High, "Two people have nearly fallen for it this week."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["phishing", "invoice"],
        weights: [0, 2, 10, 4],
        apart: true,
        subjects: &[
            "New bank details of {supplier}?",
            "CEO fraud?",
            "Forged invoices in circulation",
            "Fraud attempt",
        ],
        openings: &[
            "An alleged {person} of {supplier} wants us to pay to a new account from now on.",
            "I had a mail from our managing director, asking for a discreet transfer of {amount}.",
            "Someone sends forged invoices with our letterhead to customers.",
        ],
        details: &[
            "I've kept everything and answered nothing.",
            "The sender's domain is one letter off.",
            "It is very well made, I must say.",
        ],
        stakes: &[
            (Urgent, "Money has already been transferred, an hour ago."),
            (High, "They keep ringing us and building up pressure."),
            (Medium, "Nothing was paid, we noticed in time."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["data-protection"],
        weights: [3, 14, 1, 0],
        apart: true,
        subjects: &[
            "What data do you hold about me?",
            "Please delete my data",
            "who passed on my address?",
            "Request under data protection law",
        ],
        openings: &[
            "I would like to know which personal data you have stored about me.",
            "Please delete my customer account with all the data in it.",
            "I get advertising from a firm that can only have my address from you.",
        ],
        details: &[
            "I bought a {product} from you in {month}.",
            "The law gives you a month for that.",
            "My e-mail address is {mail}.",
        ],
        stakes: &[
            (Low, "A reply within the legal period is fine."),
            (Medium, "I expect a confirmation in writing."),
            (
                High,
                "If I hear nothing by {date} I'll turn to the supervisory authority.",
            ),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Incident,
        tags: &["badge"],
        weights: [1, 10, 4, 1],
        apart: true,
        subjects: &[
            "Lost my door badge",
            "Side door in {place} doesn't lock",
            "Stranger in the building",
            "Who looks after doors and badges?",
        ],
        openings: &[
            "I have lost my badge, probably on {day} in town.",
            "The side door of the {place} office has not locked properly for {n} days.",
            "Somebody without a badge walked in behind me and looked around {in_dept}.",
        ],
        details: &[
            "I told reception as well.",
            "I didn't know whom else to tell.",
            "{person} can confirm it.",
        ],
        stakes: &[
            (Medium, "Please see to it in the next few days."),
            (High, "I have an uneasy feeling about who might walk in tonight."),
            (Urgent, "At this moment anybody could walk right up to the safe."),
            (Low, "It's probably harmless, I just wanted to report it."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["data-protection"],
        weights: [12, 5, 1, 0],
        apart: true,
        subjects: &[
            "May I use an online translator?",
            "USB stick found in the car park",
            "Sharing customer files in the cloud",
            "Is this allowed?",
        ],
        openings: &[
            "Are we allowed to put contracts through an online translator?",
            "I found a USB stick in the car park and haven't plugged it in. What should I do with it?",
            "{company} wants to share files with us over a cloud service, is that allowed?",
        ],
        details: &[
            "{person} wasn't sure either.",
            "I read the policy but it doesn't mention such a case.",
            "{first} said to ask you before doing anything.",
        ],
        stakes: &[
            (Low, "There's no deadline, I just want to do it right."),
            (Medium, "I'd like to know by {day}."),
            (High, "I need a yes or no within the next two hours."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Feature,
        tags: &["phishing", "password"],
        weights: [12, 4, 0, 0],
        apart: true,
        subjects: &[
            "A button for reporting phishing",
            "Password safe for the team",
            "Wish: warning on external mails",
            "An idea for more security",
        ],
        openings: &[
            "A button in the mail program for reporting dubious mails would be useful.",
            "Could we get a password safe that a team can share?",
            "Might mails from outside carry a coloured warning?",
        ],
        details: &[
            "At present everybody does as they please.",
            "It surely needn't cost much.",
            "I've seen that at {company}.",
        ],
        stakes: &[
            (Low, "No date in mind, only a wish."),
            (Medium, "The insurer will ask about it in {month}."),
        ],
        ..STAFF
    },
];
