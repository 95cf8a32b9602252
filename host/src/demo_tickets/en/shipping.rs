//! Shipping & Returns, in English.

use crate::demo_tickets::scenario::{CUSTOMER, Kind::*, Level::*, Scenario};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        kind: Question,
        tags: &["delivery"],
        weights: [3, 12, 3, 1],
        subjects: &[
            "Where is my order {order}?",
            "Delivery overdue: {product}",
            "Parcel {track} has not moved",
            "any news on {order}",
        ],
        openings: &[
            "My order {order} should have been here on {date} and there is no sign of it.",
            "Could you tell me where the {product} is that I ordered {n} weeks ago?",
            "The tracking of parcel {track} has said \"in the sorting centre\" for {n} days.",
        ],
        details: &[
            "{carrier} only sends me in circles.",
            "The confirmation promised three working days.",
            "Somebody is at home all day.",
        ],
        stakes: &[
            (Low, "I'm in no hurry for it, I only want to know it isn't lost."),
            (Medium, "A new date would help me with planning."),
            (High, "It is a wedding present and the wedding is on Saturday."),
            (
                Urgent,
                "We open our café tomorrow morning and without it there is no coffee.",
            ),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Incident,
        tags: &["damaged", "delivery"],
        weights: [1, 10, 4, 1],
        subjects: &[
            "{product} arrived broken",
            "Parcel damaged in transit, {order}",
            "Dented box and broken glass",
            "delivery smashed",
        ],
        openings: &[
            "The {product} arrived today with a crack right across the housing.",
            "{carrier} has delivered a box that looks as if a lorry had driven over it.",
            "When I opened parcel {track} the water tank lay in it in pieces.",
        ],
        details: &[
            "Photos are attached.",
            "The driver was gone before I could say anything.",
            "I have kept the packaging.",
        ],
        stakes: &[
            (Medium, "Please send a new one and tell me what to do with this one."),
            (High, "We have guests from {day} on and need a machine that works."),
            (
                Urgent,
                "Live wires are showing and a colleague has had a shock from it.",
            ),
            (Low, "It's only a scratch, a small discount would settle it for me."),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Incident,
        tags: &["delivery", "return"],
        weights: [1, 12, 3, 0],
        apart: true,
        subjects: &[
            "Ordered {product}, got something else",
            "We have somebody else's parcel",
            "wrong colour",
            "Wrong item delivered",
            "{order}: not what I ordered",
        ],
        openings: &[
            "I ordered a {product} and in the box there is a milk jug.",
            "The delivery for {order} belongs to somebody else, the note says {company}.",
            "We received the {product} in red instead of black.",
        ],
        details: &[
            "The label on the outside is right, only the contents are not.",
            "I haven't opened the inner wrapping.",
            "Please arrange for it to be collected, it is too heavy to carry to the post office.",
        ],
        stakes: &[
            (Medium, "I should like to have the right one in the next few days."),
            (High, "The fitter comes on {day} and has to connect the right one."),
            (Low, "If exchanging it is too much trouble I'll just keep it."),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Question,
        tags: &["return"],
        weights: [12, 5, 1, 0],
        subjects: &[
            "How do I return the {product}?",
            "Sending back part of {order}",
            "Return after 30 days?",
            "I'd like to give it back",
        ],
        openings: &[
            "I'd like to return the {product}, it is too big for our kitchen.",
            "How does sending something back work with you?",
            "Is it still possible to return an order from {date}?",
        ],
        details: &[
            "It has been used once and cleaned.",
            "I no longer have the original box.",
            "Do I have to pay the postage?",
        ],
        stakes: &[
            (Low, "It's standing safely in the cellar, so no rush."),
            (Medium, "The period ends in a few days, as far as I can see."),
            (High, "The last day for it is tomorrow according to your terms."),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Incident,
        tags: &["return"],
        weights: [3, 12, 2, 0],
        apart: true,
        subjects: &[
            "{carrier} refuses the return parcel",
            "Return label for {order}: empty page",
            "No return slip in the box",
            "Trouble with my return",
        ],
        openings: &[
            "The shop counter of {carrier} says the return label you sent is invalid.",
            "The link to the return label for {order} leads to an empty page.",
            "There was no return slip in the parcel, although your leaflet says so.",
        ],
        details: &[
            "The order number is {order}, customer {customer}.",
            "I've carried that box there and back twice now.",
            "A new PDF would be enough.",
        ],
        stakes: &[
            (Low, "I go past the shop only on Fridays, so that's when I'd need it."),
            (Medium, "I'd like to be rid of the box this week."),
            (High, "I leave for three months on {day} and by then it must be gone."),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Question,
        tags: &["delivery"],
        weights: [2, 10, 4, 2],
        apart: true,
        subjects: &[
            "Please deliver to a different address",
            "wrong house number",
            "We have moved - {order}",
            "Change delivery address of {order}",
        ],
        openings: &[
            "Can order {order} go to {street} instead?",
            "I have mistyped the house number, it should be {street}.",
            "Our office has moved, and the {product} would end up in front of an empty building.",
        ],
        details: &[
            "The portal doesn't let me edit it any more.",
            "The ground floor, the bell says {company}.",
            "If there are extra costs, let me know.",
        ],
        stakes: &[
            (Low, "It is only sent next month according to your mail."),
            (Medium, "I hope it has not left you yet."),
            (High, "According to the tracking it goes out tonight."),
            (Urgent, "The van is on its way right now, please stop it!"),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Incident,
        tags: &["delivery"],
        weights: [0, 5, 10, 1],
        apart: true,
        subjects: &[
            "Marked as delivered, nothing here",
            "Which neighbour has my parcel?",
            "Signed for by somebody unknown",
            "Parcel {track} stolen?",
            "{carrier} claims to have delivered",
        ],
        openings: &[
            "According to {carrier} my parcel was delivered on {date}, but nobody here has it.",
            "The tracking says \"handed to a neighbour\", and none of them know anything about it.",
            "Parcel {track} was supposedly signed for by a Mr {last}, whom nobody here has heard of.",
        ],
        details: &[
            "I've asked in the whole house and at the bakery next door.",
            "The order number is {order}.",
            "Please start a search with the carrier.",
        ],
        stakes: &[
            (High, "We are talking about goods worth {amount}, after all."),
            (Medium, "Tell me what you need from me for the search."),
            (
                Urgent,
                "It held the spare part for the hospital canteen and they are without hot drinks.",
            ),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Problem,
        tags: &["delivery"],
        weights: [1, 5, 10, 0],
        apart: true,
        subjects: &[
            "{nth} late delivery in a row",
            "Every delivery is incomplete",
            "{carrier} never uses the ramp",
            "Trouble with every single delivery",
        ],
        openings: &[
            "For the {nth} time in a row our beans came later than agreed.",
            "There is something missing in every delivery of yours; this time it's the filter cartridges of {order}.",
            "{carrier} regularly drops our pallets on the pavement instead of using the ramp.",
        ],
        details: &[
            "We have told your driver and your hotline, to no effect.",
            "I have made a list of the dates since {month}.",
            "I'd like to speak to whoever is responsible for it.",
        ],
        stakes: &[
            (Medium, "Please look at what goes wrong there in general."),
            (High, "Next time I shall order elsewhere, that is {amount} a month."),
            (Low, "It's not dramatic, so far we manage."),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Feature,
        tags: &["delivery"],
        weights: [14, 3, 0, 0],
        apart: true,
        subjects: &[
            "Wish: choose a delivery time",
            "reusable boxes for beans",
            "Saturday delivery?",
            "Suggestion about your deliveries",
        ],
        openings: &[
            "It would be good if one could choose a time of day for deliveries.",
            "Have you ever thought of reusable boxes for the beans?",
            "Could you offer delivery on Saturdays, or to a pick-up shop?",
        ],
        details: &[
            "I've asked around, others here would like it too.",
            "We'd even pay a little extra for that.",
            "It needn't be for every order.",
        ],
        stakes: &[
            (Low, "Only a thought, keep up the good work."),
            (
                Medium,
                "We renew our contract in {month}, so it would be good to know by then.",
            ),
        ],
        ..CUSTOMER
    },
];
