//! Human Resources, in English.

use crate::demo_tickets::scenario::{Kind::*, Level::*, STAFF, Scenario};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        kind: Incident,
        tags: &["payroll"],
        weights: [1, 12, 3, 0],
        apart: true,
        subjects: &[
            "Overtime missing on my payslip",
            "Night shift bonus not paid",
            "wrong tax class on pay slip",
            "{month} payslip wrong",
            "Mistake on my payslip",
        ],
        openings: &[
            "On my {month} payslip {n} hours of overtime are missing.",
            "The night shift allowance for {month} has not been paid.",
            "I've been put in the wrong tax class since {month}.",
        ],
        details: &[
            "{person} has looked at it with me.",
            "By my reckoning the difference is {amount}.",
            "My personnel number is {ext}.",
        ],
        stakes: &[
            (Low, "If it's put right with the next run I'm content."),
            (Medium, "Could you look at it before the next pay day?"),
            (High, "I really count on that money for the rent on the first."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["holiday"],
        weights: [12, 4, 1, 0],
        apart: true,
        subjects: &[
            "How many days of holiday have I left?",
            "Carry over leave into next year",
            "Holiday balance wrong?",
            "Question about my leave",
        ],
        openings: &[
            "How many days of leave do I still have this year?",
            "Can I take {n} days of holiday over into next year?",
            "My balance shows {n} days, by my count it should be more.",
        ],
        details: &[
            "I changed to part time in {month}, perhaps that is why.",
            "My team leader {first} did not know either.",
            "I was ill for two days during my last leave, with a doctor's note.",
        ],
        stakes: &[
            (Low, "Just so that I can plan, it's not pressing."),
            (Medium, "I'd like to book the flights at the weekend."),
            (High, "The travel agent holds the booking only until tonight."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["sick-leave"],
        weights: [3, 12, 2, 0],
        apart: true,
        subjects: &[
            "Sick note - where to send it?",
            "child is ill, what now",
            "Coming back after a long illness",
            "Sick leave",
        ],
        openings: &[
            "I have been ill since {day}; where do I send the certificate?",
            "My child is ill and I have to stay at home, how do I report that?",
            "I'm coming back gradually after a long illness and would like to know what I have to hand in.",
        ],
        details: &[
            "It will take until {date}, I think.",
            "My line manager {first} knows about it.",
            "The doctor's letter I have only on paper.",
        ],
        stakes: &[
            (Low, "I'll be back next week in any case."),
            (Medium, "I don't want to miss any deadline."),
            (
                High,
                "It has to be with you today by the rules, if I understand them rightly.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["holiday", "documents"],
        weights: [4, 12, 1, 0],
        apart: true,
        subjects: &[
            "Parental leave from {month}",
            "Sabbatical - whom do I ask?",
            "Fewer hours after parental leave",
            "Leave of absence",
        ],
        openings: &[
            "We are expecting our second child and I would like to take parental leave from {month}.",
            "I'd like to talk to somebody about a sabbatical of {n} months.",
            "After my parental leave I want to come back with fewer hours, how does that work?",
        ],
        details: &[
            "{first} as my manager is in favour of it.",
            "Is there a form for it?",
            "What does it mean for the pension scheme?",
        ],
        stakes: &[
            (Low, "There's half a year to go, so no pressure."),
            (Medium, "As far as I know there is a notice period of several weeks."),
            (
                High,
                "The period for applying ends tomorrow, I only learnt of it today.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["payroll"],
        weights: [0, 0, 12, 5],
        apart: true,
        subjects: &[
            "No salary for {month}",
            "Nobody {in_dept} has been paid",
            "Salary has not arrived",
            "wages missing",
        ],
        openings: &[
            "My salary for {month} has not arrived.",
            "Several people {in_dept} have no wages on their accounts.",
            "The first of the month is long past and I still haven't been paid.",
        ],
        details: &[
            "The bank details on the payslip are the right ones.",
            "The payslip itself came on time.",
            "Colleagues of mine got theirs on {day}.",
        ],
        stakes: &[
            (High, "My rent is debited tomorrow."),
            (
                Urgent,
                "Everything is bouncing, the electricity too, the money has to come today.",
            ),
            (Urgent, "My account is blocked and I can't even buy food."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["documents"],
        weights: [4, 12, 2, 0],
        apart: true,
        subjects: &[
            "Letter for my landlord",
            "Interim reference please",
            "proof of employment needed",
            "Certificate for {user}",
            "I need a document from you",
        ],
        openings: &[
            "I need a certificate of employment for my landlord.",
            "Could you write me an interim reference? My manager changes in {month}.",
            "The authorities want proof that I work for Fennmark.",
        ],
        details: &[
            "My personnel number is {ext}.",
            "I've been in the firm for {n} years.",
            "A scan is enough.",
        ],
        stakes: &[
            (Low, "Some time this month is early enough."),
            (Medium, "I have the appointment next week."),
            (High, "I have to hand it in tomorrow, otherwise it was all for nothing."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Problem,
        tags: &["payroll"],
        weights: [3, 12, 1, 0],
        apart: true,
        subjects: &[
            "Time clock deducts breaks twice",
            "Flexitime account can't be right",
            "clocking terminal loses my bookings",
            "My hours are wrong every week",
        ],
        openings: &[
            "The time clock takes off my lunch break twice, week after week.",
            "My flexitime account shows minus {n} hours, which can't be.",
            "Again and again my clocking-out in {place} isn't counted.",
        ],
        details: &[
            "I have noted the times for {month} by hand.",
            "{first} has corrected it for me several times already.",
            "The others on my shift have the same complaint.",
        ],
        stakes: &[
            (Low, "It's a matter of minutes, but it adds up."),
            (Medium, "Please correct it before the month is closed."),
            (High, "On {day} the accounts are closed and then {n} hours are gone."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["training"],
        weights: [14, 4, 1, 0],
        apart: true,
        subjects: &[
            "Language course paid by the company?",
            "Forklift licence course",
            "First aid on {date}",
            "Training",
        ],
        openings: &[
            "Does the company pay for language courses?",
            "I'd like to do the forklift training, whom do I have to ask?",
            "Is there still a place in the first-aid course on {date}?",
        ],
        details: &[
            "The provider wants {amount} for it.",
            "{person} thinks it's a good idea.",
            "I could do it in the evenings.",
        ],
        stakes: &[
            (Low, "There's a new course every quarter, so it can wait."),
            (Medium, "Registration closes at the end of next week."),
            (High, "Only one place is left and they keep it until noon today."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Feature,
        tags: &["holiday", "payroll"],
        weights: [16, 3, 0, 0],
        apart: true,
        subjects: &[
            "Payslips online instead of on paper",
            "Idea: shared holiday calendar",
            "Bike leasing for staff?",
            "Suggestion from {dept}",
        ],
        openings: &[
            "Could we get our payslips electronically?",
            "A shared calendar of who is on holiday would spare us a lot of asking around.",
            "Has anybody thought about bicycle leasing for employees?",
        ],
        details: &[
            "Everybody I asked {in_dept} would like it.",
            "The works council is in favour, says {first}.",
            "In {place} they seem to have that already.",
        ],
        stakes: &[
            (Low, "It's just an idea, have a good weekend."),
            (Medium, "We would like to bring it up in the staff meeting in {month}."),
        ],
        ..STAFF
    },
];
