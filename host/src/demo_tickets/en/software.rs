//! Software & Licences, in English.

use crate::demo_tickets::scenario::{CUSTOMER, Kind::*, Level::*, STAFF, Scenario};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        kind: Incident,
        tags: &["licence"],
        weights: [0, 4, 12, 2],
        subjects: &[
            "{app} licence expired",
            "{app} says: trial period over",
            "Licence server not found",
            "{app} only opens read-only",
        ],
        openings: &[
            "{app} tells me that the licence has run out and lets me only read.",
            "When I start {app} it asks for a serial number all of a sudden.",
            "According to {app} all {n} licences are taken, though there are only three of us.",
        ],
        details: &[
            "The message has the number {err}.",
            "I have restarted it, and the computer as well.",
            "As far as I know {first} renewed the contract in {month}.",
        ],
        stakes: &[
            (High, "I have a drawing to hand in tomorrow and can't save it."),
            (Urgent, "The whole design office is idle because of it."),
            (Medium, "I can get by with the viewer for a day or two."),
        ],
        log: "{app} {ver}: licence check failed\n{err}: lease expired {date}\nserver lic01.fennmark.example:27100",
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["licence", "software"],
        weights: [5, 12, 1, 0],
        subjects: &[
            "Licence for {app}",
            "Request: {app} for {person}",
            "May I have {app}?",
            "{n} more seats of {app}",
        ],
        openings: &[
            "I'd like to ask for a licence of {app}.",
            "For the new project {in_dept} we need {n} more seats of {app}.",
            "Do we still have a free licence of {app} lying around?",
        ],
        details: &[
            "{person} has approved it, cost centre {ext}.",
            "The free version lacks the export.",
            "I would use it about twice a month.",
        ],
        stakes: &[
            (Low, "It's not pressing, I'm planning ahead."),
            (Medium, "The project begins on {date}."),
            (
                High,
                "The course starts tomorrow at {time} and I have nothing to practise with.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["software"],
        weights: [1, 5, 10, 1],
        subjects: &[
            "{app} crashes when exporting",
            "{app} {ver}: {err}",
            "{app} closes without a word",
            "crash on save",
        ],
        openings: &[
            "{app} crashes each time I export {file}.",
            "As soon as I save, {app} disappears without any message.",
            "Since this morning {app} stops with {err} while loading {file}.",
        ],
        details: &[
            "Smaller files go through.",
            "I'm on version {ver}.",
            "Reinstalling it changed nothing.",
        ],
        stakes: &[
            (Medium, "I can send it through a colleague's computer for now."),
            (High, "Two days of work are in that file and I can't get at them."),
            (
                Urgent,
                "The figures have to be with the bank by {time}, and there is no other way to produce them.",
            ),
            (Low, "Happens once a week perhaps, just so you know."),
        ],
        log: "{app} {ver} unhandled exception {err}\n  at Export.Writer.Flush(row 4097)\n  at Export.Job.Run({file})\nhost {host}",
        ..STAFF
    },
    Scenario {
        kind: Problem,
        tags: &["software"],
        weights: [2, 12, 4, 0],
        apart: true,
        subjects: &[
            "Macro broken since the update",
            "{app} update has ruined our templates",
            "All settings gone after the update",
            "please roll back {app}",
            "Trouble with {app} {ver}",
        ],
        openings: &[
            "Since the update to {ver} our macro for the price list no longer runs.",
            "The new version of {app} shows all our templates with the wrong fonts.",
            "After last night's update {app} has forgotten all my settings.",
        ],
        details: &[
            "Everybody {in_dept} is affected.",
            "It worked perfectly until {day}.",
            "Can the previous version be put back?",
        ],
        stakes: &[
            (Low, "Ugly, but it does no harm."),
            (Medium, "We now do by hand what used to take a click."),
            (High, "The price list has to go out tomorrow morning."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Problem,
        tags: &["software"],
        weights: [3, 12, 3, 0],
        apart: true,
        subjects: &[
            "Fennmark Fleet: machine appears offline",
            "Fleet app shows wrong cup counts",
            "fleet app {ver} stuck on loading",
            "Trouble with the Fleet dashboard",
        ],
        openings: &[
            "The Fleet app reports our {product} as offline although it brews away happily.",
            "The cup counter in Fennmark Fleet has been stuck at the same figure since {date}.",
            "Since app version {ver} the dashboard only shows a spinning wheel.",
        ],
        details: &[
            "We have {n} machines in it and all of them show the same.",
            "I logged out, deleted the app and installed it again.",
            "The display on the machine itself gives the right figures.",
        ],
        stakes: &[
            (Low, "We write the figures down by hand once a month anyway."),
            (
                Medium,
                "We use the counts for charging our tenants, so they ought to be right.",
            ),
            (
                High,
                "The service alarms go through it and a machine has already run dry unnoticed.",
            ),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Question,
        tags: &["software", "permissions"],
        weights: [5, 12, 1, 0],
        subjects: &[
            "Please install {app} on {asset}",
            "Installation needs administrator rights",
            "How do I install {app}?",
            "setup asks for admin password",
        ],
        openings: &[
            "I want to install {app}, but the setup asks for an administrator.",
            "Could somebody put {app} on my {laptop}?",
            "Where do I find {app} in the software centre? The search finds nothing.",
        ],
        details: &[
            "{first} has had it for ages.",
            "It is free of charge, so no purchase is needed.",
            "The computer is {asset}, you can dial in at any time.",
        ],
        stakes: &[
            (Low, "When you have a quiet minute."),
            (Medium, "I'd need it for a meeting on {day}."),
            (High, "The webinar starts in an hour and it only runs in that program."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Problem,
        tags: &["software"],
        weights: [2, 12, 3, 0],
        apart: true,
        subjects: &[
            "postil freezes all the time",
            "Search in the mail program finds nothing",
            "Calendar in Postil shows the wrong hours",
            "Trouble with Postil {ver}",
        ],
        openings: &[
            "Postil freezes for a minute whenever I open an attachment.",
            "The search in Postil has stopped finding mails older than {month}.",
            "My calendar shows every appointment an hour late.",
        ],
        details: &[
            "I haven't changed any setting.",
            "In the web version everything is right.",
            "Postil is version {ver}.",
        ],
        stakes: &[
            (Low, "The web version does me for now."),
            (Medium, "It costs me a quarter of an hour every day."),
            (High, "I'm organising a customer event this week and depend on it."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["software", "outage"],
        weights: [0, 0, 3, 14],
        subjects: &[
            "Korbel is down",
            "ERP: no postings possible",
            "Korbel shows database error {err}",
            "korbel dead for everybody",
        ],
        openings: &[
            "Korbel has been giving everybody an error since {time}.",
            "Nothing can be posted in the ERP, every mask answers {err}.",
            "Korbel hangs on the start page, for the whole of {dept}.",
        ],
        details: &[
            "It began right after the nightly maintenance.",
            "Reading works here and there, saving never.",
            "{place} reports the same.",
        ],
        stakes: &[
            (
                Urgent,
                "No orders, no picking, no invoices: the business is at a standstill.",
            ),
            (Urgent, "Each hour costs us a lorry load."),
            (
                High,
                "Orders are piling up on paper, this afternoon it becomes critical.",
            ),
        ],
        log: "korbel-app: {err} could not obtain connection from pool\nkorbel-app: waited 30000 ms, active=200 idle=0\nkorbel-db {ip}: tablespace KRB_DATA 100 % used",
        ..STAFF
    },
    Scenario {
        kind: Feature,
        tags: &["software"],
        weights: [14, 4, 0, 0],
        apart: true,
        subjects: &[
            "Fleet app: export as a table",
            "Dark mode, please!",
            "app idea: descaling calendar",
            "Feature wish for Fennmark Fleet",
        ],
        openings: &[
            "Could the Fleet app export the cup counts as a table?",
            "I'd love a dark mode in Fennmark Fleet, our machines stand in a dim bar.",
            "Suggestion for your app: let it remind us when a {product} is due for descaling.",
        ],
        details: &[
            "Some of your competitors have that.",
            "We look after {n}0 machines, so it would be used every day.",
            "A filter by branch would be the icing on the cake.",
        ],
        stakes: &[
            (Low, "Apart from that we are very happy with it."),
            (
                Medium,
                "We are choosing between you and another maker in {month}, and this would weigh.",
            ),
        ],
        ..CUSTOMER
    },
];
