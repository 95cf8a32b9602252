//! Network & VPN, in English.

use crate::demo_tickets::scenario::{Kind::*, Level::*, STAFF, Scenario};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        kind: Problem,
        tags: &["vpn"],
        weights: [1, 10, 4, 1],
        subjects: &[
            "VPN drops every hour",
            "Tunnel breaks down during calls",
            "VPN disconnects at home ({err})",
            "vpn unstable since {day}",
        ],
        openings: &[
            "Working from home, my VPN connection drops about once an hour.",
            "The VPN throws me out every {n}0 minutes, always without any warning.",
            "Since {day} the tunnel to the office breaks down whenever I am in a call.",
        ],
        details: &[
            "My line at home is fine, streaming works all evening.",
            "Reconnecting takes several attempts.",
            "{first} in the next village has the same provider and the same trouble.",
        ],
        stakes: &[
            (Medium, "I lose what I have typed, but I have learnt to save often."),
            (
                High,
                "I was cut off in the middle of a pitch to {company}, that must not happen again.",
            ),
            (
                Urgent,
                "None of the {n}0 people on late shift at home can take calls any more.",
            ),
            (Low, "On my days in the office it doesn't matter of course."),
        ],
        log: "{clock} tunnel0: peer {ip} not responding, retry 3/3\n{clock} tunnel0: dead peer detected, reason {err}\n{clock} tunnel0: down\n{clock} tunnel0: reconnect in 30 s",
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["vpn"],
        weights: [0, 3, 12, 3],
        apart: true,
        subjects: &[
            "VPN: certificate expired",
            "{err} when dialling into the company network",
            "VPN gateway doesn't answer",
            "Cannot connect to the VPN",
            "No VPN from the hotel",
        ],
        openings: &[
            "The VPN refuses to connect and says my certificate is no longer valid.",
            "I can't get into the company network from here, the VPN stops at \"negotiating\".",
            "Since the change of {date} the VPN gateway does not answer at all.",
        ],
        details: &[
            "I tried it through my phone's hotspot as well.",
            "The error reads {err}.",
            "{person} sits next to me and gets in without any trouble.",
        ],
        stakes: &[
            (
                Urgent,
                "The whole field team is locked out, {n} customers are waiting at their machines.",
            ),
            (High, "Without it I can't reach a single file I need today."),
            (
                Medium,
                "I'll be in the office on {day}, until then I can manage with e-mail.",
            ),
        ],
        log: "{clock} connect gw.fennmark.example ({ip})\n{clock} TLS handshake failed: {err}\n{clock} certificate CN={host} notAfter={date}",
        ..STAFF
    },
    Scenario {
        kind: Problem,
        tags: &["wifi"],
        weights: [4, 10, 3, 1],
        apart: true,
        subjects: &[
            "No Wi-Fi in room {room}",
            "Wireless {in_dept} is awful",
            "wifi useless on the 2nd floor",
            "Wi-Fi trouble in {place}",
        ],
        openings: &[
            "In meeting room {room} the Wi-Fi is so weak that every video call freezes.",
            "The wireless network {in_dept} comes and goes all day long.",
            "On the second floor in {place} my laptop shows full bars, yet no page opens.",
        ],
        details: &[
            "A few steps further on everything is fine.",
            "It affects phones and computers alike.",
            "I believe it began when the access point was moved in {month}.",
        ],
        stakes: &[
            (Low, "We simply sit somewhere else for the moment."),
            (Medium, "We have calls with customers there almost every day."),
            (High, "The supervisory board meets in there tomorrow at {time}."),
            (
                Urgent,
                "The forklift terminals hang on that network and nothing is being picked at the moment.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["outage"],
        weights: [0, 0, 2, 16],
        subjects: &[
            "{place} completely offline",
            "No network in the whole building",
            "Internet down in {place}",
            "nothing works here, no connection",
        ],
        openings: &[
            "The {place} site has had no connection to anything since {time}.",
            "Nobody in our building can reach the internet or the servers.",
            "The line to {place} is down, telephones included.",
        ],
        details: &[
            "The router in the basement shows a red light.",
            "There are roadworks outside, perhaps they have hit the cable.",
            "I am writing this from my private mobile.",
        ],
        stakes: &[
            (Urgent, "{n}0 people are sitting about and cannot do a thing."),
            (Urgent, "The tills and the dispatch are at a standstill."),
            (
                High,
                "The backup line has kicked in but it is so slow that hardly anything gets through.",
            ),
        ],
        log: "ping {ip}: request timed out\nping {ip}: request timed out\ntraceroute: 1 10.20.0.1 2 ms, 2 * * *, 3 * * *",
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["wifi"],
        weights: [12, 5, 1, 0],
        subjects: &[
            "Guest Wi-Fi for visitors on {date}",
            "Internet for the auditors",
            "How do guests get online?",
            "wifi voucher for {n} people",
        ],
        openings: &[
            "We are expecting {n} visitors from {company} on {date} and they need internet access.",
            "How can a guest get onto our Wi-Fi?",
            "I'm organising the training in {place} and need guest access for {n}0 people.",
        ],
        details: &[
            "They only need a browser and e-mail.",
            "They will be sitting in room {room}.",
            "Last time the vouchers ran out after two hours, can they last longer?",
        ],
        stakes: &[
            (Low, "It's still weeks away."),
            (Medium, "I'd like to print the slips a day before."),
            (High, "They are already sitting here waiting."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Problem,
        tags: &["vpn"],
        weights: [3, 12, 2, 0],
        subjects: &[
            "Network drive extremely slow from home",
            "Opening files on {share} takes forever",
            "Transfer speed over VPN is a joke",
            "S drive crawls",
        ],
        openings: &[
            "Opening a drawing from {share} takes {n} minutes when I'm at home.",
            "The network drive is unusably slow over the VPN.",
            "Copying anything from the file server to my machine crawls along at a few kilobytes.",
        ],
        details: &[
            "In the office the same file opens at once.",
            "A speed test of my line gives excellent figures.",
            "Mornings are worst, after {time} it gets better.",
        ],
        stakes: &[
            (Low, "I copy everything to my desk on Fridays, so I get by."),
            (Medium, "Half of {dept} grumbles about it every day."),
            (
                High,
                "The tender has to be uploaded tomorrow, and at this speed it won't be.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["network"],
        weights: [2, 12, 3, 0],
        subjects: &[
            "Network socket at my new desk is dead",
            "No LAN after the office move",
            "Socket {ext} has no link",
            "wall port doesn't work",
        ],
        openings: &[
            "After the move to the third floor the network socket at my desk is dead.",
            "The wall port with the number {ext} doesn't give any connection.",
            "We have put a desk by the window {in_dept} and there the cable has no link.",
        ],
        details: &[
            "With the same cable the port next to it works.",
            "I suppose somebody has to patch it in the server room.",
            "The little green lamp stays off.",
        ],
        stakes: &[
            (Medium, "The wireless will do for a day or two."),
            (
                High,
                "The desktop computer there has no Wi-Fi, so {first} can't start work.",
            ),
            (Low, "It's only needed from next month."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["network"],
        weights: [4, 10, 2, 0],
        apart: true,
        subjects: &[
            "Website blocked by the proxy",
            "Firewall rule for test machine {host}",
            "can't reach the supplier's page",
            "Please unblock",
        ],
        openings: &[
            "The portal of {supplier} is blocked by our proxy, could you allow it?",
            "For the new coffee machine test rig we need an opening in the firewall towards {ip}.",
            "When I open the supplier's page I only see \"blocked by policy {err}\".",
        ],
        details: &[
            "It is nothing dubious, {person} knows about it.",
            "From the guest network it works all right.",
            "The colleagues in {place} get through.",
        ],
        stakes: &[
            (Low, "Until then I manage without."),
            (Medium, "We'd like to start testing next week."),
            (
                High,
                "The fitters of {supplier} are in the house today and can't finish without it.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Feature,
        tags: &["vpn", "phone"],
        weights: [14, 4, 0, 0],
        apart: true,
        subjects: &[
            "VPN on the tablet?",
            "Wish: VPN that starts by itself",
            "Idea: split tunnel for video calls",
            "A wish for the VPN",
        ],
        openings: &[
            "It would be great if the VPN also ran on our tablets.",
            "Could the VPN connect by itself when the laptop is not in the office?",
            "Would it be possible to leave video calls out of the tunnel?",
        ],
        details: &[
            "It would spare us a good many calls to you.",
            "I gather {company} does it that way.",
            "Nearly everybody {in_dept} has asked me about it.",
        ],
        stakes: &[
            (Low, "Something for the long winter evenings, no more."),
            (Medium, "If there is a pilot in {month} we would gladly take part."),
        ],
        ..STAFF
    },
];
