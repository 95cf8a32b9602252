//! Human Resources, in German.

use crate::demo_tickets::scenario::{Kind::*, Level::*, STAFF, Scenario};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        kind: Incident,
        tags: &["payroll"],
        weights: [1, 12, 3, 0],
        apart: true,
        subjects: &[
            "Überstunden fehlen auf der Abrechnung",
            "Nachtzuschlag nicht ausgezahlt",
            "falsche steuerklasse",
            "Gehaltsabrechnung {month} falsch",
            "Fehler in der Abrechnung",
        ],
        openings: &[
            "Auf meiner Abrechnung für {month} fehlen {n} Überstunden.",
            "Der Nachtzuschlag für {month} ist nicht ausgezahlt worden.",
            "Seit {month} werde ich in der falschen Steuerklasse abgerechnet.",
        ],
        details: &[
            "{person} hat mit mir draufgeschaut.",
            "Nach meiner Rechnung macht das {amount} aus.",
            "Personalnummer {ext}.",
        ],
        stakes: &[
            (Low, "Wenn es mit der nächsten Abrechnung kommt, bin ich zufrieden."),
            (Medium, "Könnt ihr vor dem nächsten Lauf einmal draufschauen?"),
            (High, "Mit dem Geld hatte ich für die Miete am Ersten fest gerechnet."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["holiday"],
        weights: [12, 4, 1, 0],
        apart: true,
        subjects: &[
            "Wie viele Urlaubstage habe ich noch?",
            "Urlaub ins neue Jahr mitnehmen",
            "urlaubskonto stimmt nicht?",
            "Resturlaub",
        ],
        openings: &[
            "Wie viele Urlaubstage stehen mir dieses Jahr noch zu?",
            "Darf ich {n} Tage Urlaub mit ins nächste Jahr nehmen?",
            "Mein Konto zeigt {n} Tage, nach meiner Rechnung müssten es mehr sein.",
        ],
        details: &[
            "Seit {month} arbeite ich in Teilzeit, vielleicht liegt es daran.",
            "{first} als Teamleitung wusste es auch nicht.",
            "Zwei Tage war ich im Urlaub krank, mit Attest.",
        ],
        stakes: &[
            (Low, "Nur damit ich planen kann, nichts Dringendes."),
            (Medium, "Am Wochenende wollten wir die Flüge buchen."),
            (High, "Das Reisebüro hält die Buchung nur noch bis heute Abend."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["sick-leave"],
        weights: [3, 12, 2, 0],
        apart: true,
        subjects: &[
            "Krankmeldung, wohin damit?",
            "kind krank",
            "Wiedereingliederung",
            "Krankmeldung",
        ],
        openings: &[
            "Ich bin seit {day} krank, wohin schicke ich die Bescheinigung?",
            "Meine Tochter ist krank und ich muss zu Hause bleiben, wie melde ich das?",
            "Nach langer Krankheit steige ich stufenweise wieder ein, was muss ich dafür einreichen?",
        ],
        details: &[
            "Bis {date} wird es wohl dauern.",
            "{first} aus der Teamleitung weiß Bescheid.",
            "Die Bescheinigung habe ich nur auf Papier.",
        ],
        stakes: &[
            (Low, "Nächste Woche bin ich ohnehin wieder da."),
            (Medium, "Ich möchte nur keine Frist versäumen."),
            (High, "Wenn ich es recht verstehe, muss sie heute noch bei euch sein."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["holiday", "documents"],
        weights: [4, 12, 1, 0],
        apart: true,
        subjects: &[
            "Elternzeit ab {month}",
            "Sabbatical - wen frage ich?",
            "Teilzeit nach der Elternzeit",
            "Auszeit",
        ],
        openings: &[
            "Wir erwarten unser zweites Kind und ich möchte ab {month} in Elternzeit gehen.",
            "Ich würde gern mit jemandem über eine Auszeit von {n} Monaten sprechen.",
            "Nach der Elternzeit will ich mit weniger Stunden zurückkommen, wie geht das?",
        ],
        details: &[
            "{first} aus der Abteilungsleitung ist dafür.",
            "Gibt es dafür ein Formular?",
            "Was bedeutet das für die Betriebsrente?",
        ],
        stakes: &[
            (Low, "Bis dahin ist noch ein halbes Jahr Zeit."),
            (Medium, "Soweit ich weiß, gilt eine Frist von mehreren Wochen."),
            (High, "Die Antragsfrist endet morgen, ich habe es erst heute erfahren."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["payroll"],
        weights: [0, 0, 12, 5],
        apart: true,
        subjects: &[
            "Kein Gehalt für {month}",
            "Niemand {in_dept} hat Lohn bekommen",
            "Gehalt nicht überwiesen",
            "lohn fehlt",
        ],
        openings: &[
            "Mein Gehalt für {month} ist nicht eingegangen.",
            "Mehrere Leute {in_dept} haben keinen Lohn auf dem Konto.",
            "Der Erste ist längst vorbei und mein Gehalt ist immer noch nicht da.",
        ],
        details: &[
            "Die Kontonummer auf der Abrechnung ist richtig.",
            "Der Zettel selbst kam pünktlich.",
            "Bei anderen war das Geld schon am {day} da.",
        ],
        stakes: &[
            (High, "Morgen geht bei mir die Miete ab."),
            (
                Urgent,
                "Mir platzt gerade jede Lastschrift, sogar der Strom, das Geld muss heute kommen.",
            ),
            (Urgent, "Mein Konto ist gesperrt, ich kann nicht einmal mehr einkaufen."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["documents"],
        weights: [4, 12, 2, 0],
        apart: true,
        subjects: &[
            "Bescheinigung für den Vermieter",
            "Zwischenzeugnis",
            "brauche nachweis fürs amt",
            "Bescheinigung für {user}",
            "Ich brauche ein Schriftstück",
        ],
        openings: &[
            "Für meinen Vermieter brauche ich eine Arbeitsbescheinigung.",
            "Ich hätte gern ein Zwischenzeugnis, weil im {month} meine Vorgesetzte wechselt.",
            "Das Amt verlangt einen Nachweis, dass ich bei Fennmark beschäftigt bin.",
        ],
        details: &[
            "Meine Personalnummer ist {ext}.",
            "Ich bin seit {n} Jahren im Haus.",
            "Ein Scan reicht.",
        ],
        stakes: &[
            (Low, "Irgendwann in diesem Monat genügt."),
            (Medium, "Den Termin habe ich nächste Woche."),
            (High, "Morgen muss ich es abgeben, sonst war alles umsonst."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Problem,
        tags: &["payroll"],
        weights: [3, 12, 1, 0],
        apart: true,
        subjects: &[
            "Stechuhr zieht Pause doppelt ab",
            "Gleitzeit kann nicht stimmen",
            "terminal verliert buchungen",
            "Zeitkonto jede Woche falsch",
        ],
        openings: &[
            "Die Stechuhr zieht mir Woche für Woche die Mittagspause doppelt ab.",
            "Mein Gleitzeitkonto steht auf minus {n} Stunden, das kann nicht sein.",
            "Immer wieder wird mein Ausstempeln in {place} nicht gezählt.",
        ],
        details: &[
            "Für {month} habe ich die Zeiten von Hand notiert.",
            "{first} hat es schon mehrmals nachgetragen.",
            "Die anderen in meiner Schicht klagen über das Gleiche.",
        ],
        stakes: &[
            (Low, "Es geht um Minuten, aber es läppert sich."),
            (Medium, "Bitte vor dem Monatsabschluss berichtigen."),
            (High, "Am {day} wird abgeschlossen, dann sind die {n} Stunden weg."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["training"],
        weights: [14, 4, 1, 0],
        apart: true,
        subjects: &[
            "Zahlt die Firma Sprachkurse?",
            "Staplerschein",
            "Ersthelferkurs am {date}",
            "Fortbildung",
        ],
        openings: &[
            "Übernimmt die Firma die Kosten für einen Sprachkurs?",
            "Ich würde gern den Staplerschein machen, wen muss ich fragen?",
            "Ist im Ersthelferkurs am {date} noch ein Platz frei?",
        ],
        details: &[
            "Der Anbieter verlangt {amount} dafür.",
            "{person} hält das für eine gute Idee.",
            "Abends würde es mir gut passen.",
        ],
        stakes: &[
            (Low, "Den Kurs gibt es jedes Quartal, das kann also warten."),
            (Medium, "Anmeldeschluss ist Ende nächster Woche."),
            (
                High,
                "Es gibt nur noch einen Platz, den halten sie mir bis heute Mittag frei.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Feature,
        tags: &["holiday", "payroll"],
        weights: [16, 3, 0, 0],
        apart: true,
        subjects: &[
            "Abrechnung digital statt auf Papier",
            "Idee: gemeinsamer Urlaubskalender",
            "Jobrad für alle?",
            "Vorschlag aus der Belegschaft",
        ],
        openings: &[
            "Könnten wir die Gehaltsabrechnung elektronisch bekommen?",
            "Ein gemeinsamer Kalender, wer wann im Urlaub ist, würde viel Herumfragen ersparen.",
            "Hat schon jemand über Fahrradleasing für die Belegschaft nachgedacht?",
        ],
        details: &[
            "Alle, die ich {in_dept} gefragt habe, wären dafür.",
            "Der Betriebsrat unterstützt das, sagt {first}.",
            "In {place} gibt es das anscheinend schon.",
        ],
        stakes: &[
            (Low, "Nur eine Idee, schönes Wochenende."),
            (
                Medium,
                "Wir würden das gern auf der Betriebsversammlung im {month} ansprechen.",
            ),
        ],
        ..STAFF
    },
];
