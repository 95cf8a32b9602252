//! Shipping & Returns, in German.

use crate::demo_tickets::scenario::{CUSTOMER, Kind::*, Level::*, Scenario};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        kind: Question,
        tags: &["delivery"],
        weights: [3, 12, 3, 1],
        subjects: &[
            "Wo bleibt {order}?",
            "Lieferung überfällig",
            "Paket {track} bewegt sich nicht",
            "{product} noch nicht da",
        ],
        openings: &[
            "Meine Bestellung {order} sollte am {date} hier sein, bisher ist nichts gekommen.",
            "Wo steckt die {product}, die ich vor {n} Wochen bestellt habe?",
            "In der Sendungsverfolgung zu {track} steht seit {n} Tagen „im Sortierzentrum“.",
        ],
        details: &[
            "{carrier} schickt mich nur im Kreis herum.",
            "In der Bestätigung standen drei Werktage.",
            "Es ist den ganzen Tag jemand zu Hause.",
        ],
        stakes: &[
            (
                Low,
                "Ich brauche sie nicht sofort, will nur wissen, ob sie verloren ist.",
            ),
            (Medium, "Ein neuer Termin würde mir beim Planen helfen."),
            (High, "Das ist ein Hochzeitsgeschenk und am Samstag wird gefeiert."),
            (
                Urgent,
                "Morgen früh eröffnen wir unser Café, und ohne die Lieferung gibt es keinen Kaffee.",
            ),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Incident,
        tags: &["damaged", "delivery"],
        weights: [1, 10, 4, 1],
        subjects: &[
            "{product} kam kaputt an",
            "Transportschaden {order}",
            "Karton zerdrückt, Glas gesprungen",
            "ware beschädigt",
        ],
        openings: &[
            "Die {product} kam heute mit einem Riss quer durchs Gehäuse an.",
            "{carrier} hat einen Karton gebracht, der aussieht, als wäre ein Laster darübergefahren.",
            "Beim Auspacken von Paket {track} lag der Wassertank in Scherben.",
        ],
        details: &[
            "Fotos hängen an.",
            "Der Fahrer war weg, ehe ich etwas sagen konnte.",
            "Die Verpackung habe ich aufgehoben.",
        ],
        stakes: &[
            (
                Medium,
                "Bitte schicken Sie Ersatz und sagen Sie mir, was mit dieser hier geschehen soll.",
            ),
            (
                High,
                "Ab {day} haben wir Gäste und brauchen eine funktionierende Maschine.",
            ),
            (
                Urgent,
                "Es liegen blanke Kabel frei, eine Kollegin hat schon einen Schlag bekommen.",
            ),
            (
                Low,
                "Es ist nur ein Kratzer, mit einem kleinen Nachlass wäre ich zufrieden.",
            ),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Incident,
        tags: &["delivery", "return"],
        weights: [1, 12, 3, 0],
        apart: true,
        subjects: &[
            "{product} bestellt, Milchkännchen bekommen",
            "Fremde Lieferung erhalten",
            "falsche farbe",
            "Falscher Artikel geliefert",
            "Nicht das, was ich bestellt habe ({order})",
        ],
        openings: &[
            "Bestellt war eine {product}, im Karton liegt ein Milchkännchen.",
            "Die Lieferung zu {order} gehört jemand anderem, auf dem Schein steht {company}.",
            "Wir haben die {product} in Rot statt in Schwarz bekommen.",
        ],
        details: &[
            "Der Aufkleber außen stimmt, nur der Inhalt nicht.",
            "Die innere Verpackung ist noch zu.",
            "Bitte lassen Sie das Ding abholen, zur Post schleppen kann ich es nicht.",
        ],
        stakes: &[
            (Medium, "Die richtige hätte ich gern in den nächsten Tagen."),
            (High, "Am {day} kommt der Monteur und soll die richtige anschließen."),
            (Low, "Wenn der Umtausch zu aufwendig ist, behalte ich es eben so."),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Question,
        tags: &["return"],
        weights: [12, 5, 1, 0],
        subjects: &[
            "Rückgabe {product}",
            "Teil von {order} zurückschicken",
            "Umtausch nach 30 Tagen?",
            "wie geht eine retoure",
        ],
        openings: &[
            "Ich würde die {product} gern zurückgeben, sie ist zu groß für unsere Küche.",
            "Wie läuft bei Ihnen eine Rücksendung ab?",
            "Kann ich die Bestellung vom {date} noch zurückschicken?",
        ],
        details: &[
            "Sie wurde einmal benutzt und ist gereinigt.",
            "Den Originalkarton habe ich nicht mehr.",
            "Muss ich das Porto selbst tragen?",
        ],
        stakes: &[
            (Low, "Sie steht gut im Keller, es eilt nicht."),
            (Medium, "Die Frist läuft in ein paar Tagen ab, soweit ich sehe."),
            (High, "Nach Ihren Bedingungen ist morgen der letzte Tag."),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Incident,
        tags: &["return"],
        weights: [3, 12, 2, 0],
        apart: true,
        subjects: &[
            "{carrier} nimmt das Paket nicht an",
            "Rücksendeetikett {order}: leere Seite",
            "Kein Retourenschein im Karton",
            "Ärger mit der Rücksendung",
        ],
        openings: &[
            "Im Paketshop von {carrier} heißt es, Ihr Retourenschein sei ungültig.",
            "Der Link zum Rücksendeetikett für {order} führt auf eine leere Seite.",
            "Im Karton lag kein Retourenschein, obwohl es so im Beileger steht.",
        ],
        details: &[
            "Bestellnummer {order}, Kundennummer {customer}.",
            "Zweimal habe ich den Karton jetzt hin- und hergetragen.",
            "Ein neues PDF würde genügen.",
        ],
        stakes: &[
            (Low, "Am Laden komme ich nur freitags vorbei, bis dahin reicht es."),
            (Medium, "Diese Woche würde ich den Karton gern loswerden."),
            (
                High,
                "Am {day} verreise ich für drei Monate, bis dahin muss er weg sein.",
            ),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Question,
        tags: &["delivery"],
        weights: [2, 10, 4, 2],
        apart: true,
        subjects: &[
            "Bitte an andere Anschrift liefern",
            "hausnummer falsch",
            "Wir sind umgezogen",
            "Lieferadresse {order} ändern",
        ],
        openings: &[
            "Kann die Bestellung {order} an eine andere Anschrift gehen, nämlich {street}?",
            "Ich habe mich bei der Hausnummer vertan, richtig ist {street}.",
            "Unser Büro ist umgezogen, die {product} würde vor einem leeren Haus landen.",
        ],
        details: &[
            "Im Portal lässt sich das nicht mehr bearbeiten.",
            "Erdgeschoss, an der Klingel steht {company}.",
            "Falls das etwas kostet, geben Sie mir Bescheid.",
        ],
        stakes: &[
            (Low, "Verschickt wird laut Ihrer Mail erst nächsten Monat."),
            (Medium, "Hoffentlich ist noch nichts unterwegs."),
            (High, "Laut Verfolgung geht sie heute Abend raus."),
            (Urgent, "Der Wagen ist gerade unterwegs, bitte anhalten!"),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Incident,
        tags: &["delivery"],
        weights: [0, 5, 10, 1],
        apart: true,
        subjects: &[
            "Als zugestellt markiert, nichts da",
            "Welcher Nachbar hat mein Paket?",
            "Unbekannte Unterschrift",
            "Paket {track} gestohlen?",
            "{carrier} behauptet, geliefert zu haben",
        ],
        openings: &[
            "Laut {carrier} wurde mein Paket am {date} zugestellt, hier hat es aber niemand.",
            "In der Verfolgung steht „an Nachbarn übergeben“, nur weiß kein Nachbar davon.",
            "Das Paket {track} hat angeblich ein Herr {last} angenommen, den hier keiner kennt.",
        ],
        details: &[
            "Im ganzen Haus und beim Bäcker nebenan habe ich gefragt.",
            "Die Bestellnummer ist {order}.",
            "Bitte stellen Sie beim Paketdienst einen Nachforschungsauftrag.",
        ],
        stakes: &[
            (High, "Es geht immerhin um Ware für {amount}."),
            (Medium, "Was brauchen Sie für die Nachforschung noch von mir?"),
            (
                Urgent,
                "Darin war das Ersatzteil für die Krankenhausküche, dort gibt es jetzt nichts Warmes zu trinken.",
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
            "zum {nth} mal verspätet",
            "Jede Lieferung unvollständig",
            "{carrier} stellt alles auf den Gehweg",
            "Ärger mit jeder Lieferung",
        ],
        openings: &[
            "Zum {nth} Mal in Folge kamen unsere Bohnen später als vereinbart.",
            "In jeder Ihrer Lieferungen fehlt etwas, diesmal die Filterpatronen aus {order}.",
            "{carrier} stellt unsere Paletten regelmäßig auf dem Gehweg ab statt an der Rampe.",
        ],
        details: &[
            "Dem Fahrer und Ihrer Hotline haben wir es gesagt, ohne Erfolg.",
            "Seit {month} führe ich eine Liste mit den Terminen.",
            "Ich möchte bitte mit jemandem sprechen, der dafür zuständig ist.",
        ],
        stakes: &[
            (Medium, "Bitte schauen Sie, was da grundsätzlich schiefläuft."),
            (
                High,
                "Beim nächsten Mal bestelle ich woanders, das sind {amount} im Monat.",
            ),
            (Low, "Dramatisch ist es nicht, bisher kommen wir zurecht."),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Feature,
        tags: &["delivery"],
        weights: [14, 3, 0, 0],
        apart: true,
        subjects: &[
            "Wunsch: Zustellzeit wählen",
            "Mehrwegkisten für Bohnen",
            "Lieferung am Samstag?",
            "Anregung zum Versand",
        ],
        openings: &[
            "Es wäre gut, wenn man eine Uhrzeit für die Zustellung wählen könnte.",
            "Haben Sie schon einmal über Mehrwegkisten für die Bohnen nachgedacht?",
            "Könnten Sie auch samstags oder an einen Paketshop liefern?",
        ],
        details: &[
            "Ich habe herumgefragt, andere fänden das auch gut.",
            "Dafür würden wir sogar ein wenig mehr bezahlen.",
            "Es müsste ja nicht bei jeder Bestellung sein.",
        ],
        stakes: &[
            (Low, "Nur so ein Gedanke, machen Sie weiter so."),
            (
                Medium,
                "Im {month} verlängern wir den Vertrag, bis dahin wüssten wir es gern.",
            ),
        ],
        ..CUSTOMER
    },
];
