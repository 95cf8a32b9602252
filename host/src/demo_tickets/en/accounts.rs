//! Accounts & Access, in English: passwords, second factors, rights and people coming and going.

use crate::demo_tickets::scenario::{CUSTOMER, Kind::*, Level::*, STAFF, Scenario};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        kind: Incident,
        tags: &["password", "account"],
        weights: [0, 3, 12, 2],
        apart: true,
        subjects: &[
            "Locked out after my holiday",
            "Account {user} locked",
            "Password expired at the weekend",
            "password reset pls",
            "Can't log in",
        ],
        openings: &[
            "After two weeks of holiday I can't remember my password.",
            "I typed my password wrong too often and now the account is locked.",
            "My password ran out over the weekend and the page for changing it wants the old one, which it refuses.",
        ],
        details: &[
            "You can reach me on extension {ext2}.",
            "My user name is {user}.",
            "The self-service asks for a security question I never set.",
        ],
        stakes: &[
            (High, "I can't log in to anything, so I'm twiddling my thumbs."),
            (
                Urgent,
                "I have to release the payment run before {time} and can't get in.",
            ),
            (Medium, "I'm in meetings until noon, after that I'll need it."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["account", "permissions"],
        weights: [2, 12, 3, 1],
        subjects: &[
            "New colleague {person} starts on {date}",
            "Account for new joiner {in_dept}",
            "New starter: {person}",
            "intern needs a login",
        ],
        openings: &[
            "{person} joins us {in_dept} on {date} and will need an account and a mailbox.",
            "We have a new intern, {person}, who has no login yet.",
            "Please set up a user for {person}, who starts with us in {place}.",
        ],
        details: &[
            "The same rights as {first} has would be right.",
            "Korbel, mail and the team drive are all that is needed.",
            "The contract is signed and the form is attached.",
        ],
        stakes: &[
            (Low, "There are still several weeks to go."),
            (Medium, "It should be ready on the first morning."),
            (High, "The start has been brought forward to tomorrow."),
            (
                Urgent,
                "The first day turns out to be today, and at the front desk nobody can unlock the screen.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["mfa", "phone"],
        weights: [0, 5, 10, 1],
        apart: true,
        subjects: &[
            "New phone, no login codes",
            "MFA codes not accepted",
            "Old mobile handed back, no second factor",
            "2nd factor: please reset for me",
            "Authenticator trouble",
        ],
        openings: &[
            "I have a new phone and the authenticator app on it is empty.",
            "The six-digit codes for the second factor are rejected, every single one.",
            "I handed back my old mobile and now I can't confirm any login.",
        ],
        details: &[
            "The backup codes are, of course, on the old device.",
            "The clock on the phone is right, I checked that.",
            "I've restarted phone and computer, to no avail.",
        ],
        stakes: &[
            (High, "I'm shut out of everything until this is reset."),
            (
                Medium,
                "On this laptop I am still signed in, that should hold for a few days.",
            ),
            (
                Urgent,
                "I'm the only one on duty for the machines tonight and have no access.",
            ),
        ],
        log: "{clock} sign-in {user} step=otp result=DENIED code={err}\n{clock} sign-in {user} step=otp result=DENIED code={err}",
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["permissions"],
        weights: [4, 12, 2, 0],
        apart: true,
        subjects: &[
            "Access to {share}",
            "No permission for {dept}'s folder",
            "Please let {person} write in our folder",
            "access denied on team drive",
        ],
        openings: &[
            "Could I please have access to {share}?",
            "I've moved to {dept} and still see only the folders of my old team.",
            "{person} needs write permission in our folder for offers.",
        ],
        details: &[
            "{first} as owner of the folder has agreed.",
            "At present it says \"access denied\".",
            "It's the folder the whole team works in.",
        ],
        stakes: &[
            (Low, "There's no rush, I can ask colleagues for the files."),
            (Medium, "I'm taking over the project next week."),
            (High, "The auditor sits here and we can't show him the documents."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["password", "account"],
        weights: [2, 12, 3, 0],
        subjects: &[
            "Customer portal: reset mail never arrives",
            "Can't log in to my Fennmark account",
            "Portal login for {customer}",
            "your website doesn't know me",
        ],
        openings: &[
            "I can't log in to the customer portal and the mail for resetting the password never arrives.",
            "Your portal says my e-mail address is unknown, though you send me your newsletter there.",
            "My login for the portal has stopped working since you redesigned it.",
        ],
        details: &[
            "I looked in the junk folder too.",
            "The address in question is {mail}.",
            "Our customer number is {customer}.",
        ],
        stakes: &[
            (Low, "I only wanted to have a look round, so it can wait."),
            (Medium, "I'd like to place an order this week."),
            (High, "We have to order today for our {n} cafés and can't get in."),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Question,
        tags: &["account"],
        weights: [14, 4, 0, 0],
        apart: true,
        subjects: &[
            "I got married - new surname",
            "My name is spelt wrong",
            "New e-mail address because of new name",
            "Change of name",
        ],
        openings: &[
            "I have married and would like my account to carry the new name.",
            "My name is spelt wrongly in the address book.",
            "Can my e-mail address be changed? My surname is different since {date}.",
        ],
        details: &[
            "The old address should go on working for a while, please.",
            "The user name itself may stay as it is.",
            "I have already told everybody I write to regularly.",
        ],
        stakes: &[
            (Low, "Whenever it suits you, I've got used to it."),
            (Medium, "The business cards go to print at the end of the week."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["account", "permissions"],
        weights: [2, 10, 4, 1],
        apart: true,
        subjects: &[
            "{person} leaves on {date}",
            "ex-colleague can still log in?",
            "{person} has resigned",
            "Leaver {in_dept}",
            "Please close account of {person}",
        ],
        openings: &[
            "{person} leaves the company on {date}, please close the account that evening.",
            "I noticed that {person}, gone since {month}, is still shown as active.",
            "{person} has handed in notice, please see to the account and the mailbox.",
        ],
        details: &[
            "Mails should be passed on to me for three months.",
            "The files on the personal drive can go to {first}.",
            "The project folders have been handed over already.",
        ],
        stakes: &[
            (Low, "It's only for good order, no harm done so far."),
            (Medium, "It should be done by {day}."),
            (High, "It wasn't a friendly parting, so please do it today."),
            (
                Urgent,
                "There has been a row and files are being copied off as I write, please lock it this minute.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Problem,
        tags: &["password", "account"],
        weights: [1, 5, 10, 0],
        subjects: &[
            "My account locks itself every morning",
            "Locked again - {nth} time",
            "Keep getting locked out",
            "account lock loop",
        ],
        openings: &[
            "My account locks itself several times a day although I don't mistype anything.",
            "It's the {nth} time this week that I need somebody to unlock me.",
            "Every morning at {time} my login is locked, no matter what I do.",
        ],
        details: &[
            "It began when I changed my password on {date}.",
            "Perhaps my phone still tries the old one.",
            "{first} at the desk says the attempts come from {host}.",
        ],
        stakes: &[
            (
                Medium,
                "Please find the cause for once, instead of unlocking me each time.",
            ),
            (High, "I spend more time waiting for you than working."),
            (Low, "After a minute it opens again by itself, so it's only odd."),
        ],
        log: "{clock} lockout user={user} source={ip} attempts=5\n{clock} unlock by helpdesk\n{clock} lockout user={user} source={ip} attempts=5",
        ..STAFF
    },
    Scenario {
        kind: Feature,
        tags: &["account", "password"],
        weights: [14, 4, 0, 0],
        apart: true,
        subjects: &[
            "One login for everything?",
            "Wish: log in to {app} with the normal account",
            "Folder rights by form",
            "An idea about logins and rights",
        ],
        openings: &[
            "I count {n} different passwords that I need in a day. Could there be one login for all of it?",
            "It would be nice if {app} took the normal company account.",
            "Could the rights for shared folders be requested through a form, with the owner approving by click?",
        ],
        details: &[
            "As it is, everybody finds their own way round, which can't be what you want.",
            "At my last employer that worked well.",
            "The makers of it do support that, I read their page.",
        ],
        stakes: &[
            (Low, "Not pressing, I just wanted to have said it."),
            (Medium, "Perhaps it fits in with the renewal planned for {month}."),
        ],
        ..STAFF
    },
];
