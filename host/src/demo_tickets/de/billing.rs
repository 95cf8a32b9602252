//! Billing, in German.

use crate::demo_tickets::scenario::{CUSTOMER, Kind::*, Level::*, Scenario};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        kind: Incident,
        tags: &["invoice", "payment", "refund"],
        weights: [1, 10, 4, 1],
        subjects: &[
            "Doppelte Abbuchung {amount}",
            "Rechnung {invoice} zweimal eingezogen",
            "Sie haben doppelt kassiert",
            "zweimal belastet, Bestellung {order}",
        ],
        openings: &[
            "Am {date} wurden von unserem Konto gleich zwei Mal {amount} abgebucht.",
            "Die Rechnung {invoice} ist doppelt eingezogen worden.",
            "Ich habe die {product} einmal gekauft und zweimal bezahlt, zumindest sagt das mein Konto.",
        ],
        details: &[
            "Bestellt haben wir nur ein einziges Mal, Nummer {order}.",
            "Beide Buchungen tragen denselben Verwendungszweck.",
            "Zurückgeben lassen möchte ich die Lastschrift ungern, das kostet Sie ja auch Gebühren.",
        ],
        stakes: &[
            (High, "Unser Konto ist dadurch überzogen und die Miete ist geplatzt."),
            (Medium, "Bitte erstatten Sie den zu viel gezahlten Betrag."),
            (Urgent, "Heute Abend laufen die Löhne, und das Geld fehlt genau dafür."),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Question,
        tags: &["invoice"],
        weights: [12, 4, 1, 0],
        apart: true,
        subjects: &[
            "Rechnung zu {order} fehlt",
            "Rechnungskopie {invoice}",
            "Wo finde ich ältere Rechnungen?",
            "Bitte Rechnung nochmal schicken",
            "Fehlende Rechnung",
        ],
        openings: &[
            "Mir fehlt die Rechnung zur Bestellung {order}, im Paket lag nur ein Lieferschein.",
            "Könnten Sie mir die Rechnung {invoice} noch einmal zukommen lassen?",
            "Im Kundenportal sehe ich nur die Rechnungen ab {month}, ich bräuchte aber auch die älteren.",
        ],
        details: &[
            "Als PDF an diese Adresse genügt völlig.",
            "Unsere Kundennummer lautet {customer}.",
            "Vermutlich ging sie noch an {person}, inzwischen nicht mehr bei uns.",
        ],
        stakes: &[
            (Low, "Ist nur für die Ablage, hat also Zeit."),
            (Medium, "Unser Steuerbüro hätte sie gern bis Ende der Woche."),
            (High, "Die Betriebsprüfung ist im Haus und fragt morgen früh danach."),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Incident,
        tags: &["invoice"],
        weights: [3, 12, 2, 0],
        apart: true,
        subjects: &[
            "Rechnung {invoice} auf falsche Firma ausgestellt",
            "{invoice}: Mehrwertsteuer stimmt nicht",
            "Falsche Rechnungsanschrift",
            "bitte Rechnung korrigieren",
        ],
        openings: &[
            "Die Rechnung {invoice} lautet auf {company}, damit haben wir nichts zu tun.",
            "Auf Ihrer letzten Rechnung ist die Mehrwertsteuer falsch ausgewiesen.",
            "Sie schreiben uns immer noch unter der alten Anschrift, obwohl wir seit {month} in der {street} sitzen.",
        ],
        details: &[
            "So bekommen wir die Vorsteuer nicht zurück.",
            "Es betrifft die Kundennummer {customer}.",
            "Die Änderung hatte ich schon am {date} gemeldet.",
        ],
        stakes: &[
            (Low, "Es reicht, wenn es ab der nächsten Rechnung passt."),
            (Medium, "Sobald die Korrektur da ist, überweisen wir."),
            (
                High,
                "Morgen müssen wir die Voranmeldung abgeben, bis dahin muss das Papier stimmen.",
            ),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Incident,
        tags: &["refund", "payment"],
        weights: [1, 10, 4, 1],
        subjects: &[
            "Gutschrift über {amount} nicht angekommen",
            "Wo bleibt mein Geld?",
            "Erstattung zu {order}",
            "warte seit {n} Wochen auf Rückzahlung",
        ],
        openings: &[
            "Seit dem {date} warte ich auf die Erstattung von {amount}.",
            "Eine Gutschrift habe ich bekommen, das Geld dazu leider nicht.",
            "Für die stornierte {product} ist bis heute nichts auf meinem Konto eingegangen.",
        ],
        details: &[
            "Am Telefon hieß es, das dauere höchstens fünf Werktage.",
            "Bezahlt hatte ich mit Karte.",
            "Meine Bankverbindung hat sich nicht geändert.",
        ],
        stakes: &[
            (
                High,
                "Sollte bis {day} nichts da sein, gebe ich die Sache an meinen Anwalt.",
            ),
            (Medium, "Wann darf ich damit rechnen?"),
            (Low, "Sie dürfen es auch gern mit der nächsten Bestellung verrechnen."),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Incident,
        tags: &["invoice", "payment"],
        weights: [1, 4, 10, 1],
        subjects: &[
            "Mahnung trotz Zahlung",
            "Zahlungserinnerung {invoice} unberechtigt",
            "2. Mahnung - längst bezahlt!!",
            "Ihre Mahnung vom {date}",
        ],
        openings: &[
            "Heute kam eine Mahnung zur Rechnung {invoice}, die wir am {date} überwiesen haben.",
            "Sie mahnen {amount} an, die seit {n} Wochen bei Ihnen auf dem Konto liegen.",
            "Wir erhalten fortlaufend Mahnungen für etwas, das längst beglichen ist.",
        ],
        details: &[
            "Möglicherweise ist der Betrag bei einem anderen Kunden gelandet.",
            "Den Kontoauszug hänge ich an.",
            "Die Mahngebühr bitte ebenfalls ausbuchen.",
        ],
        stakes: &[
            (
                High,
                "Sie drohen für {day} mit dem Inkasso, das muss vorher gestoppt werden.",
            ),
            (
                Medium,
                "Eine kurze Bestätigung, dass das Konto ausgeglichen ist, wäre schön.",
            ),
            (
                Urgent,
                "Unser Kundenkonto ist deswegen gesperrt und heute gehen uns die Bohnen aus.",
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
            "Neue Bankverbindung",
            "Kann ich auf Rechnung zahlen?",
            "Andere Karte fürs Bohnen-Abo",
            "Zahlungsart ändern, Kunde {customer}",
        ],
        openings: &[
            "Wir haben die Bank gewechselt, bitte buchen Sie künftig vom neuen Konto ab.",
            "Wäre es möglich, künftig auf Rechnung statt per Kreditkarte zu bezahlen?",
            "Wie hinterlege ich für unser Bohnen-Abo eine andere Karte?",
        ],
        details: &[
            "Im Portal ist das Feld leider ausgegraut.",
            "Gelten soll es ab {month}.",
            "Brauchen Sie dafür etwas mit Unterschrift?",
        ],
        stakes: &[
            (Low, "Bis zum nächsten Quartal ist noch Zeit."),
            (Medium, "Es sollte vor dem nächsten Einzug geändert sein."),
            (High, "Der nächste Einzug steht am {day} an und würde platzen."),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Incident,
        tags: &["subscription", "refund"],
        weights: [2, 12, 3, 0],
        subjects: &[
            "Abo gekündigt, trotzdem abgebucht",
            "Kaffee-Abo {customer} beendet?",
            "Kündigung wird ignoriert",
            "schon wieder {amount} fürs Abo",
        ],
        openings: &[
            "Unser Bohnen-Abo ist seit dem {date} gekündigt, heute gingen trotzdem {amount} ab.",
            "Trotz bestätigter Kündigung berechnen Sie das Abo fröhlich weiter.",
            "Ich hatte das Kaffee-Abo nur pausiert, berechnet wird es aber jeden Monat.",
        ],
        details: &[
            "Die Bestätigung von Ihnen liegt mir vor.",
            "Das sind inzwischen {n} Monate zu viel.",
            "Kaffee ist in der Zeit übrigens auch keiner gekommen.",
        ],
        stakes: &[
            (Medium, "Bitte beenden und das Geld gutschreiben."),
            (
                High,
                "Wenn ich bis morgen nichts höre, lasse ich alles zurückbuchen und Sie sperren.",
            ),
            (Low, "Die Welt geht davon nicht unter, aber richtig ist es auch nicht."),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Problem,
        tags: &["payment"],
        weights: [1, 4, 10, 2],
        subjects: &[
            "Zahlung im Shop schlägt immer fehl",
            "Karte abgelehnt, {err}",
            "Kasse im Online-Shop kaputt",
            "kann nicht bezahlen",
        ],
        openings: &[
            "Ich versuche seit {n} Tagen, die {product} zu bezahlen, und jedes Mal kommt „Zahlung abgelehnt“.",
            "Ihr Bezahlvorgang bricht nach der Freigabe durch die Bank einfach ab.",
            "Unsere Firmenkarte wird in Ihrem Shop nicht mehr angenommen.",
        ],
        details: &[
            "Laut Bank ist alles in Ordnung.",
            "Andere Karte, anderer Browser, gleiches Ergebnis.",
            "Es geht um {amount}, das Limit liegt weit darüber.",
        ],
        stakes: &[
            (High, "Der Aktionspreis gilt nur noch heute."),
            (
                Urgent,
                "Alle {n} Filialen können nicht bestellen, die Regale sind leer.",
            ),
            (Medium, "Notfalls überweise ich, wenn Sie mir die Daten schicken."),
        ],
        log: "{clock} POST /checkout/pay order={order}\n{clock} gateway answered 402 code={err}\n{clock} status=REFUSED retry=false",
        ..CUSTOMER
    },
    Scenario {
        kind: Feature,
        tags: &["invoice"],
        weights: [12, 4, 1, 0],
        apart: true,
        subjects: &[
            "Bestellnummer auf die Rechnung",
            "Wunsch: Sammelrechnung",
            "Elektronische Rechnung möglich?",
            "Anregung zur Rechnungsstellung",
        ],
        openings: &[
            "Könnten Sie unsere Bestellnummer mit auf Ihre Rechnungen drucken?",
            "Eine Sammelrechnung pro Monat statt {n}0 einzelner Belege wäre für uns ein Segen.",
            "Bieten Sie demnächst E-Rechnungen an, die unser System direkt einlesen kann?",
        ],
        details: &[
            "Zurzeit tippen wir alles von Hand ab.",
            "Bei anderen Lieferanten lässt sich das im Portal ankreuzen.",
            "Am besten direkt an {mail}.",
        ],
        stakes: &[
            (Low, "Nur eine Anregung für die Wunschliste."),
            (Medium, "Ab {month} nimmt unsere Zentrale nur noch diese Form an."),
            (
                High,
                "Ab dem Ersten dürfen wir ohne diese Angabe gar nichts mehr bezahlen.",
            ),
        ],
        ..CUSTOMER
    },
];
