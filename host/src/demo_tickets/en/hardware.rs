//! Hardware, in English: what stands on desks, in meeting rooms and in the warehouse.

use crate::demo_tickets::scenario::{Kind::*, Level::*, STAFF, Scenario};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        kind: Incident,
        tags: &["laptop"],
        weights: [0, 1, 10, 4],
        subjects: &[
            "Battery of my {laptop} is swelling",
            "Laptop {asset} has a bulge",
            "trackpad lifting, battery?",
            "{laptop} case is coming apart",
        ],
        openings: &[
            "The bottom of my {laptop} is bulging and it no longer sits flat on the desk.",
            "I think the battery of {asset} is blowing up like a balloon, the trackpad is already being pushed out.",
            "The lid of my laptop won't close any more because something inside has swollen.",
        ],
        details: &[
            "It gets rather warm on the left-hand side.",
            "The machine is {n} years old and has always been on the charger.",
            "I have unplugged it and put it on the window sill for now.",
        ],
        stakes: &[
            (Urgent, "It smells of solvent and hisses, I have carried it outside."),
            (High, "I don't dare to switch it on again, so I am without a computer."),
            (Medium, "I have a spare machine for the time being."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["laptop"],
        weights: [0, 3, 12, 3],
        subjects: &[
            "{laptop} does not start",
            "Black screen on {asset}",
            "My laptop is dead",
            "Laptop beeps {n} times and stays dark",
        ],
        openings: &[
            "My {laptop} shows nothing but a black screen since this morning.",
            "I press the power button, the fan spins for a second and then it goes off again.",
            "Laptop {asset} gets as far as the maker's logo and freezes there.",
        ],
        details: &[
            "Holding the button for thirty seconds did not help, nor did another charger.",
            "It was fine when I packed it on {day} evening.",
            "The little light next to the socket blinks orange.",
        ],
        stakes: &[
            (
                Urgent,
                "The offer for {company} is on that disk and has to be out by {time}.",
            ),
            (High, "I can't do any work apart from reading mail on my phone."),
            (Medium, "I can borrow {first}'s computer this week."),
        ],
        log: "POST {err} - no bootable device\nSMART status: BAD, back up and replace\nasset {asset}",
        ..STAFF
    },
    Scenario {
        kind: Problem,
        tags: &["printer"],
        weights: [2, 4, 8, 3],
        apart: true,
        subjects: &[
            "Paper jam in the {printer} again",
            "Label printer {in_dept} on strike",
            "{printer} pulls in too much paper",
            "printer, as usual",
            "Printer trouble {in_dept}",
        ],
        openings: &[
            "The {printer} {in_dept} jams on every third page.",
            "Our label printer prints the barcodes so faintly that nobody can read them.",
            "The {printer} pulls in several sheets at once and then complains about a jam in tray {n}.",
        ],
        details: &[
            "We have replaced the toner and cleaned the rollers, it helped for an hour.",
            "The service man was here in {month} for the very same thing.",
            "On the display it says {err}.",
        ],
        stakes: &[
            (
                Urgent,
                "No papers, no labels, no lorries: the whole warehouse stands still.",
            ),
            (High, "There are {n}0 pallets waiting for their papers."),
            (Low, "There's another one down the corridor, so it's only a nuisance."),
            (
                Medium,
                "We print on the second floor for now, which means a lot of walking.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Problem,
        tags: &["accessories", "laptop"],
        weights: [4, 12, 2, 0],
        apart: true,
        subjects: &[
            "monitor goes black every few minutes",
            "Second display not recognised by {laptop}",
            "External screen keeps flickering",
            "Docking station and monitor",
        ],
        openings: &[
            "My external monitor goes black for a few seconds, several times an hour.",
            "Since I got the new docking station my {laptop} sees only one of the two screens.",
            "The left-hand monitor flickers as soon as I plug anything into the dock.",
        ],
        details: &[
            "I have swapped the cable with {first}'s and it is the same.",
            "When I pull the plug and put it back in, it works for about {n} minutes.",
            "Without the dock, straight at the laptop, the picture is stable.",
        ],
        stakes: &[
            (Low, "I can live with one screen for a while."),
            (Medium, "It gives me a headache after half a day."),
            (High, "I'm doing the year-end drawings and can't see half of them."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["accessories"],
        weights: [14, 4, 0, 0],
        apart: true,
        subjects: &[
            "Could I get a new headset?",
            "Second charger for {laptop}",
            "Ergonomic mouse?",
            "Request for accessories",
        ],
        openings: &[
            "Would it be possible to get a new headset? The foam on mine is falling off.",
            "I'd like to ask for a second charger for my {laptop}, so I needn't carry one to and fro.",
            "Is there an ergonomic mouse I could try out?",
        ],
        details: &[
            "{person} has already agreed to the cost.",
            "I'm in the {place} office on Tuesdays and Thursdays and could collect it.",
            "It needn't be a new one.",
        ],
        stakes: &[
            (Low, "Whenever you next place an order."),
            (
                Medium,
                "I'm back at my desk on {day} and would like to have it by then.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["phone"],
        weights: [2, 10, 3, 1],
        apart: true,
        subjects: &[
            "Company phone: screen broken",
            "phone doesn't charge any more",
            "Microphone of my work mobile is dead",
            "Company mobile broken",
        ],
        openings: &[
            "I dropped my company phone on the car park and the glass is shattered.",
            "My work mobile no longer charges, whatever cable I use.",
            "The microphone of my company phone is dead, people can't hear me.",
        ],
        details: &[
            "It is the model you gave out in {month}.",
            "The number ends in {ext}.",
            "I've saved the photos and contacts.",
        ],
        stakes: &[
            (Medium, "I can use my landline in the meantime."),
            (High, "I'm on the road all week and can't be reached."),
            (Urgent, "I am on call for the plant tonight and nobody can ring me."),
            (Low, "I have an old one in the drawer and can use that."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Problem,
        tags: &["laptop"],
        weights: [3, 12, 2, 0],
        apart: true,
        subjects: &[
            "{laptop} terribly slow",
            "Fan of {asset} never stops",
            "laptop hot enough to fry an egg",
            "Trouble with my {laptop}",
        ],
        openings: &[
            "My {laptop} has become so slow that I can make tea while a folder opens.",
            "The fan of my laptop runs at full speed all day, even with nothing open.",
            "{asset} gets so hot that it switches itself off in the middle of a meeting.",
        ],
        details: &[
            "It has been getting worse for about {n} weeks.",
            "I restart it every morning and have plenty of free disk space.",
            "The colleague opposite has the same model and no trouble at all.",
        ],
        stakes: &[
            (Low, "I suppose it is due for exchange next year anyway."),
            (Medium, "It costs me time and nerves every day."),
            (High, "It let me down twice during the presentation for {company}."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["accessories"],
        weights: [0, 3, 10, 4],
        apart: true,
        subjects: &[
            "scanner dead at gate {n}",
            "{n} scanners down {in_dept}",
            "Trigger of our scanner broken",
            "Barcode scanner out of order",
        ],
        openings: &[
            "The handheld scanner at gate {n} does not read any barcode since the shift began.",
            "{n} of our scanners {in_dept} only beep and show {err}.",
            "Our barcode scanner's trigger has broken off.",
        ],
        details: &[
            "The spare one is broken too.",
            "It has been in for repair once already.",
            "The serial number ends in {ext}.",
        ],
        stakes: &[
            (
                Urgent,
                "Goods in has stopped completely and three lorries are waiting in the yard.",
            ),
            (
                High,
                "We write everything down on paper, at a third of the usual speed.",
            ),
            (Medium, "We share the remaining ones between two gates for now."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Feature,
        tags: &["printer", "accessories"],
        weights: [16, 3, 0, 0],
        apart: true,
        subjects: &[
            "Idea: a printer on the third floor",
            "Could we have bigger screens {in_dept}?",
            "Wish: loan laptops at reception",
            "Proposal for the meeting room {room}",
        ],
        openings: &[
            "It would be lovely to have a printer on our floor too, we walk down two flights of stairs for every page.",
            "Could {dept} get wider monitors? We work with very long tables.",
            "How about a small pool of loan laptops and chargers at reception in {place}?",
            "Might meeting room {room} get a proper camera and a second display?",
        ],
        details: &[
            "About {n}0 people would profit from it.",
            "{person} says there is still some money in this year's budget.",
            "We could start with a trial of a few weeks.",
        ],
        stakes: &[
            (Low, "It's only a suggestion, nothing depends on it."),
            (Medium, "It would be good to know before the budget round in {month}."),
        ],
        ..STAFF
    },
];
