//! Billing, in English: invoices, payments, refunds and the coffee subscription.

use crate::demo_tickets::scenario::{CUSTOMER, Kind::*, Level::*, Scenario};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        kind: Incident,
        tags: &["invoice", "payment", "refund"],
        weights: [1, 10, 4, 1],
        subjects: &[
            "Charged twice for order {order}",
            "{amount} taken from our account twice",
            "Double debit, invoice {invoice}",
            "why did you bill me two times",
        ],
        openings: &[
            "Our bank statement shows two identical debits of {amount} on {date}, both with your name on them.",
            "Invoice {invoice} has been collected twice.",
            "You have taken {amount} from my card two times for the same {product}.",
        ],
        details: &[
            "We placed exactly one order, number {order}.",
            "The second booking came {n} days after the first and carries the same reference.",
            "My bank says it can reverse the debit, but I would rather have you do it properly.",
        ],
        stakes: &[
            (
                High,
                "The second debit has pushed our account into the red and other payments are bouncing.",
            ),
            (Medium, "Please send the surplus back within the usual two weeks."),
            (
                Urgent,
                "Wages go out tonight and because of this the account does not cover them.",
            ),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Question,
        tags: &["invoice"],
        weights: [12, 4, 1, 0],
        apart: true,
        subjects: &[
            "Copy of invoice {invoice}",
            "Invoice for order {order} never reached us",
            "Where do I find my old invoices?",
            "{month} invoice missing",
            "Missing invoice",
        ],
        openings: &[
            "Could you let me have a copy of invoice {invoice}, please?",
            "We never got an invoice for order {order}, only the delivery note.",
            "I am looking for last year's invoices and the portal only goes back to {month}.",
        ],
        details: &[
            "A PDF by e-mail is all I need.",
            "Our customer number is {customer}.",
            "It may have gone to {person}, who has left the company.",
        ],
        stakes: &[
            (Low, "It is only for our files, so take your time."),
            (Medium, "The bookkeeper wants to close {month} by the end of the week."),
            (
                High,
                "The tax inspector is in the house and wants to see that document tomorrow.",
            ),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Incident,
        tags: &["invoice"],
        weights: [3, 12, 2, 0],
        apart: true,
        subjects: &[
            "Wrong company name on {invoice}",
            "VAT on invoice {invoice} is wrong",
            "please correct our billing address",
            "Please correct {invoice}",
            "Mistake on your invoice",
        ],
        openings: &[
            "Invoice {invoice} is made out to {company}, which is not us.",
            "The VAT on {invoice} has been worked out at the wrong rate.",
            "You are still using our old billing address, although we moved to {street} in {month}.",
        ],
        details: &[
            "With the document as it stands we cannot claim the tax back.",
            "It concerns customer {customer}.",
            "I reported the change on {date} and got a confirmation.",
        ],
        stakes: &[
            (Low, "If it is right from the next one onwards that will do."),
            (Medium, "We will pay as soon as the corrected version is here."),
            (
                High,
                "Our quarterly VAT return has to be filed tomorrow and this one is holding it up.",
            ),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Incident,
        tags: &["refund", "payment"],
        weights: [1, 10, 4, 1],
        subjects: &[
            "Still waiting for {amount} back",
            "Where is my refund for {order}?",
            "Credit note came, money did not",
            "Refund overdue since {date}",
        ],
        openings: &[
            "On {date} you promised to refund {amount}, and nothing has arrived.",
            "I have had a credit note for the {product} since {month} but not a penny on my account.",
            "The money for order {order} has still not been paid back.",
        ],
        details: &[
            "Your colleague {first} told me it takes five working days; that was {n} weeks ago.",
            "I paid by card, so I would expect it on the same card.",
            "The bank details you have on file are correct, I checked.",
        ],
        stakes: &[
            (
                High,
                "If nothing has been credited by {day} I shall hand this to our solicitor.",
            ),
            (Medium, "Please tell me when I can expect it."),
            (
                Low,
                "You may also set it off against our next order if that is simpler.",
            ),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Incident,
        tags: &["invoice", "payment"],
        weights: [1, 4, 10, 1],
        subjects: &[
            "Payment reminder although we have paid",
            "Dunning letter for {invoice}",
            "2nd reminder - paid weeks ago!",
            "Reminder {invoice} not justified",
        ],
        openings: &[
            "Today's post brought a reminder for {invoice}, which we settled on {date}.",
            "You are chasing us for {amount} that left our account {n} weeks ago.",
            "We keep getting dunning letters for an invoice that has long been paid.",
        ],
        details: &[
            "The transfer reference was {order}, perhaps it was booked to a different customer.",
            "I attach the bank's confirmation.",
            "Please also take back the late fee.",
        ],
        stakes: &[
            (
                High,
                "Your letter threatens to hand us to a debt collector on {day}, so stop that first.",
            ),
            (Medium, "A short confirmation that the account is level would be good."),
            (
                Urgent,
                "Because of this you have frozen our account and our coffee runs out today.",
            ),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Question,
        tags: &["payment", "subscription"],
        weights: [12, 5, 1, 0],
        apart: true,
        subjects: &[
            "New bank details for {customer}",
            "Can we switch to paying by invoice?",
            "New card for the bean subscription",
            "Change of payment method",
            "How we pay you, {customer}",
        ],
        openings: &[
            "We have changed banks and would like you to debit the new account from now on.",
            "Is it possible to pay by invoice instead of by card?",
            "How do I replace the credit card that is stored for our bean subscription?",
        ],
        details: &[
            "In the portal the button for it is greyed out.",
            "The change should apply from {month} on.",
            "Do you need anything from us on paper, or is an e-mail enough?",
        ],
        stakes: &[
            (Low, "It can wait until the next quarter."),
            (Medium, "It should be changed before the next collection."),
            (High, "The next collection is due on {day} and would bounce."),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Incident,
        tags: &["subscription", "refund"],
        weights: [2, 12, 3, 0],
        subjects: &[
            "Cancelled the bean subscription, still being charged",
            "Subscription {customer} was cancelled in {month}",
            "Please stop billing us for coffee",
            "unsubscribed but {amount} debited again",
        ],
        openings: &[
            "I cancelled our coffee subscription on {date}, and today {amount} went off again.",
            "Our office has closed, the bean subscription was ended, and you go on billing us.",
            "The subscription shows as cancelled in the portal but the charges carry on.",
        ],
        details: &[
            "I have the confirmation of the cancellation in front of me.",
            "That makes {n} months too many by now.",
            "Nobody here has drunk any of that coffee.",
        ],
        stakes: &[
            (Medium, "Please end it and credit what was taken."),
            (
                High,
                "I have told the bank to block you unless I hear something by tomorrow.",
            ),
            (Low, "It isn't a fortune, so whenever somebody gets round to it."),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Problem,
        tags: &["payment"],
        weights: [1, 4, 10, 2],
        subjects: &[
            "Card declined at checkout every time",
            "Paying in the shop does not work ({err})",
            "Checkout refuses three different cards",
            "cannot pay for my basket",
        ],
        openings: &[
            "Every attempt to pay for the {product} ends with \"payment refused\".",
            "For {n} days now your checkout has been turning down our company card.",
            "Your payment page hangs after the bank's approval and then says the transaction failed.",
        ],
        details: &[
            "The bank confirms that nothing is wrong on their side.",
            "I tried {n} times with two cards and in two browsers.",
            "The amount, {amount}, is well below our limit.",
        ],
        stakes: &[
            (High, "The special price ends tonight and I do want it."),
            (
                Urgent,
                "None of our {n} branches can order anything, and the shelves are empty.",
            ),
            (Medium, "For now I could pay by transfer if you send me the details."),
        ],
        log: "{clock} POST /checkout/pay order={order}\n{clock} gateway answered 402 code={err}\n{clock} amount={amount} status=REFUSED retry=false",
        ..CUSTOMER
    },
    Scenario {
        kind: Feature,
        tags: &["invoice"],
        weights: [12, 4, 1, 0],
        apart: true,
        subjects: &[
            "Our PO number on your invoices",
            "Suggestion: one collective invoice a month",
            "Could you send e-invoices?",
            "A wish concerning your invoices",
        ],
        openings: &[
            "It would help us a lot if your invoices carried our purchase order number.",
            "Could you bundle all deliveries of a month into one collective invoice?",
            "Do you plan to offer electronic invoices that our system can read by itself?",
        ],
        details: &[
            "At the moment we type about {n}0 of them by hand every month.",
            "Other suppliers offer this as a tick box in the portal.",
            "Ideally they would go straight to {mail}.",
        ],
        stakes: &[
            (Low, "Just an idea for your wish list."),
            (Medium, "From {month} our head office will only accept that form."),
            (
                High,
                "From the first of next month we are no longer allowed to pay anything else.",
            ),
        ],
        ..CUSTOMER
    },
];
