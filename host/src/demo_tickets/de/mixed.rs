//! German tickets that two queues could claim with equal right.

use crate::demo_tickets::scenario::{CUSTOMER, Kind::*, Level::*, Mixed, STAFF, Scenario};

pub(in crate::demo_tickets) const MIXED: &[Mixed] = &[
    Mixed {
        queues: ["Hardware", "Accounts & Access"],
        scenario: Scenario {
            tags: &["laptop", "account"],
            weights: [1, 12, 3, 0],
            subjects: &["Ausstattung und Zugang für {person}", "Neuer Mitarbeiter zum {date}"],
            openings: &["{person} beginnt am {date} {in_dept} und braucht Notebook, Handy und Benutzerkonto."],
            details: &[
                "Der Schreibtisch in {place} ist frei.",
                "Geräte und Rechte bitte wie bei {first}.",
            ],
            stakes: &[
                (Medium, "Am ersten Tag sollte alles bereitliegen."),
                (High, "Das ist schon übermorgen!"),
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
            subjects: &["Neues Notebook kommt nicht ins Netz", "{laptop} ohne Verbindung"],
            openings: &["Seit dem Tausch auf das {laptop} habe ich weder über Kabel noch über WLAN eine Verbindung."],
            details: &[
                "Mit dem alten ging es am selben Platz.",
                "Am Netzwerksymbol ist ein rotes Kreuz.",
            ],
            stakes: &[
                (High, "So kann ich damit nichts anfangen."),
                (Medium, "Das alte habe ich noch bis {day}."),
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
            subjects: &["Retoure angekommen, Geld nicht", "{product} zurückgeschickt"],
            openings: &[
                "Am {date} habe ich die {product} zurückgeschickt und seither weder Nachricht noch meine {amount}.",
            ],
            details: &["Laut {carrier} ist das Paket bei Ihnen.", "Bestellung war {order}."],
            stakes: &[
                (Medium, "Wo hängt es denn?"),
                (High, "Bis {day} möchte ich das geklärt haben."),
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
                "Mehr berechnet als geliefert",
                "{order}: Lieferung und Rechnung passen nicht zusammen",
            ],
            openings: &["Auf der Rechnung zu {order} stehen {n} Beutel Bohnen mehr, als im Paket waren."],
            details: &["Auf dem Lieferschein stimmt die Zahl.", "Es geht um {amount}."],
            stakes: &[
                (Medium, "Nachliefern oder korrigieren, beides recht."),
                (Low, "Ist ja nicht viel."),
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
            subjects: &["Anmeldung, die nicht von mir ist", "Benutzt jemand mein Konto?"],
            openings: &["Mein Handy will ständig, dass ich eine Anmeldung bestätige, die gar nicht von mir kommt."],
            details: &[
                "Ich habe jedes Mal abgelehnt.",
                "Benutzer {user}.",
                "Inzwischen ist das Konto gesperrt.",
            ],
            stakes: &[
                (High, "Mir ist dabei nicht wohl."),
                (Urgent, "Einmal habe ich womöglich aus Versehen bestätigt."),
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
            subjects: &["{app}: keine Berechtigung", "Korbel-Maske {ext} gesperrt"],
            openings: &["Beim Start von {app} heißt es, ich sei nicht berechtigt."],
            details: &["Bis {day} ging es noch.", "{first} kann es am selben Rechner öffnen."],
            stakes: &[
                (Medium, "{first} erledigt es solange für mich."),
                (High, "Der Monatsabschluss hängt daran."),
            ],
            ..STAFF
        },
    },
    Mixed {
        queues: ["Billing", "Software & Licences"],
        scenario: Scenario {
            tags: &["invoice", "licence"],
            weights: [3, 12, 1, 0],
            subjects: &["{n} Lizenzen berechnet, die keiner nutzt", "Fleet-Lizenz auf {invoice}"],
            openings: &["Auf {invoice} berechnen Sie {n} Fleet-Lizenzen, benutzt wird die App aber nur von zweien."],
            details: &["Lässt sich das verringern?", "Kundennummer {customer}."],
            stakes: &[
                (Low, "Ab nächstem Jahr reicht."),
                (Medium, "Im {month} steht die Verlängerung an."),
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
            subjects: &[
                "Zeiterfassung verliert meine Stunden",
                "Urlaub lässt sich nicht eintragen ({err})",
            ],
            openings: &["Wenn ich Stunden oder Urlaub eintrage, meldet das Programm {err} und alles ist weg."],
            details: &["Es betrifft alle {in_dept}.", "Version ist {ver}."],
            stakes: &[
                (Medium, "Bis Monatsende muss das drin sein."),
                (Low, "Ich führe solange eine Liste auf Papier."),
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
                "VPN nimmt neues Passwort nicht",
                "Passwort geändert, von zu Hause ausgesperrt",
            ],
            openings: &["Seit ich mein Passwort geändert habe, lehnt das VPN meine Anmeldung ab."],
            details: &["Im Büro klappt es mit dem neuen.", "Der Code ist {err}."],
            stakes: &[
                (High, "So kann ich nicht im Homeoffice arbeiten."),
                (Medium, "Bis {day} bin ich ohnehin im Büro."),
            ],
            ..STAFF
        },
    },
];
