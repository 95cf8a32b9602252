//! Hardware, in German.

use crate::demo_tickets::scenario::{Kind::*, Level::*, STAFF, Scenario};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        kind: Incident,
        tags: &["laptop"],
        weights: [0, 1, 10, 4],
        subjects: &[
            "Akku bläht sich auf",
            "{laptop} hat einen Buckel",
            "Notebook {asset}: Gehäuse verformt",
            "Akku dick, Touchpad klemmt",
        ],
        openings: &[
            "Der Akku von meinem {laptop} hat sich aufgebläht, das Gehäuse steht schon offen.",
            "Mein Notebook kippelt auf dem Tisch, weil sich der Boden nach außen wölbt.",
            "Ich bekomme den Deckel von {asset} nicht mehr zu, innen drückt etwas dagegen.",
        ],
        details: &[
            "Links unten wird es ziemlich warm.",
            "Das Gerät ist {n} Jahre alt und hing immer am Netzteil.",
            "Ich habe es ausgesteckt und auf die Fensterbank gelegt.",
        ],
        stakes: &[
            (
                Urgent,
                "Es riecht beißend und zischt, ich habe es nach draußen getragen.",
            ),
            (
                High,
                "Einschalten traue ich mich nicht mehr, also habe ich keinen Rechner.",
            ),
            (Medium, "Fürs Erste habe ich ein Leihgerät."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["laptop"],
        weights: [0, 3, 12, 3],
        subjects: &[
            "Notebook startet nicht",
            "{laptop} bleibt schwarz",
            "Rechner {asset} tot",
            "pc geht nicht an",
        ],
        openings: &[
            "Mein {laptop} geht seit heute früh nicht mehr an.",
            "Beim Einschalten läuft kurz der Lüfter, dann ist alles wieder aus.",
            "{asset} bleibt beim Herstellerlogo hängen.",
        ],
        details: &[
            "Langes Drücken und ein anderes Netzteil haben nichts gebracht.",
            "Am {day} Abend lief er noch ganz normal.",
            "Neben der Buchse blinkt es orange.",
        ],
        stakes: &[
            (
                Urgent,
                "Auf der Platte liegt das Angebot für {company}, das bis {time} raus muss.",
            ),
            (High, "Außer Mails auf dem Handy kann ich gerade nichts machen."),
            (Medium, "Diese Woche kann ich den Rechner von {first} mitbenutzen."),
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
            "Papierstau {printer}",
            "Etikettendrucker {in_dept} spinnt",
            "Drucker zieht mehrere Blätter ein",
            "Drucker schon wieder",
            "Ärger mit dem Drucker",
        ],
        openings: &[
            "Der {printer} {in_dept} hat bei jeder dritten Seite Papierstau.",
            "Unser Etikettendrucker druckt die Strichcodes so blass, dass kein Mensch sie lesen kann.",
            "Der Drucker zieht mehrere Blätter auf einmal ein und meldet dann Stau in Fach {n}.",
        ],
        details: &[
            "Toner gewechselt, Walzen geputzt, hielt genau eine Stunde.",
            "Im {month} war wegen derselben Sache schon der Techniker da.",
            "Im Display steht {err}.",
        ],
        stakes: &[
            (
                Urgent,
                "Ohne Papiere und Etiketten fährt kein LKW vom Hof, das ganze Lager steht.",
            ),
            (High, "Hier warten {n}0 Paletten auf ihre Papiere."),
            (Low, "Auf dem Flur steht noch einer, ist also nur lästig."),
            (Medium, "Wir laufen solange in den zweiten Stock."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Problem,
        tags: &["accessories", "laptop"],
        weights: [4, 12, 2, 0],
        apart: true,
        subjects: &[
            "Monitor wird ständig schwarz",
            "Dockingstation erkennt zweiten Monitor nicht",
            "Bildschirm flackert",
            "externer Bildschirm am {laptop}",
        ],
        openings: &[
            "Mein externer Bildschirm wird mehrmals in der Stunde für ein paar Sekunden schwarz.",
            "Seit ich die neue Dockingstation habe, wird nur einer der beiden Monitore erkannt.",
            "Sobald ich etwas ins Dock stecke, flackert der linke Monitor.",
        ],
        details: &[
            "Mit dem Kabel von {first} ist es genauso.",
            "Stecker raus, Stecker rein, dann geht es wieder etwa {n} Minuten.",
            "Direkt am Notebook ist das Bild ruhig.",
        ],
        stakes: &[
            (Low, "Mit einem Bildschirm komme ich eine Weile aus."),
            (Medium, "Nach einem halben Tag bekommt man davon Kopfweh."),
            (High, "Ich sitze am Jahresabschluss und sehe nur die halbe Tabelle."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["accessories"],
        weights: [14, 4, 0, 0],
        apart: true,
        subjects: &[
            "Neues Headset?",
            "Zweites Netzteil für {laptop}",
            "Ergonomische Maus",
            "Zubehör",
        ],
        openings: &[
            "Könnte ich bitte ein neues Headset bekommen? Beim alten bröselt der Schaumstoff.",
            "Ich hätte gern ein zweites Netzteil fürs Homeoffice, Gerät ist ein {laptop}.",
            "Gibt es bei uns eine senkrechte Maus zum Ausprobieren?",
        ],
        details: &[
            "{person} hat die Kosten schon abgenickt.",
            "Dienstags bin ich in {place} und könnte es abholen.",
            "Es darf auch etwas Gebrauchtes sein.",
        ],
        stakes: &[
            (Low, "Einfach bei der nächsten Sammelbestellung mit dazu."),
            (Medium, "Ab {day} sitze ich wieder am Platz, bis dahin wäre gut."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["phone"],
        weights: [2, 10, 3, 1],
        apart: true,
        subjects: &[
            "Diensthandy: Display gesprungen",
            "Handy lädt nicht mehr",
            "Mikrofon am Diensthandy tot",
            "Firmenhandy kaputt",
        ],
        openings: &[
            "Mir ist das Diensthandy auf dem Parkplatz heruntergefallen, das Glas ist hin.",
            "Mein Firmenhandy lädt nicht mehr, egal mit welchem Kabel.",
            "Am Diensthandy geht das Mikrofon nicht, keiner hört mich.",
        ],
        details: &[
            "Ausgegeben wurde es im {month}.",
            "Die Nummer endet auf {ext}.",
            "Fotos und Kontakte habe ich gesichert.",
        ],
        stakes: &[
            (Medium, "Übers Festnetz bin ich solange erreichbar."),
            (High, "Ich bin die ganze Woche im Außendienst und nicht erreichbar."),
            (
                Urgent,
                "Ich habe heute Nacht Bereitschaft fürs Werk und niemand kann mich anrufen.",
            ),
            (Low, "Ich habe noch ein altes in der Schublade, das tut es so lange."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Problem,
        tags: &["laptop"],
        weights: [3, 12, 2, 0],
        apart: true,
        subjects: &[
            "{laptop} quälend langsam",
            "Lüfter dreht dauernd hoch",
            "Notebook wird heiß und geht aus",
            "Ärger mit meinem {laptop}",
        ],
        openings: &[
            "Mein {laptop} ist so langsam geworden, dass ich beim Öffnen eines Ordners Kaffee holen kann.",
            "Der Lüfter von meinem Notebook heult den ganzen Tag, auch wenn gar nichts offen ist.",
            "{asset} wird so heiß, dass es sich mitten in der Besprechung abschaltet.",
        ],
        details: &[
            "Das geht jetzt seit etwa {n} Wochen so und wird immer schlimmer.",
            "Platz auf der Festplatte ist genug, neu gestartet wird täglich.",
            "Die Kollegin gegenüber hat das gleiche Modell und keinerlei Ärger.",
        ],
        stakes: &[
            (Low, "Nächstes Jahr wird es vermutlich ohnehin getauscht."),
            (Medium, "Das kostet mich jeden Tag Zeit und Nerven."),
            (
                High,
                "Beim Termin mit {company} hat es mich zweimal im Stich gelassen, das war peinlich.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["accessories"],
        weights: [0, 3, 10, 4],
        apart: true,
        subjects: &[
            "Scanner Tor {n} ohne Funktion",
            "{n} Scanner ausgefallen",
            "Abzug am Scanner abgebrochen",
            "Handscanner defekt",
        ],
        openings: &[
            "Der Handscanner an Tor {n} liest seit Schichtbeginn keinen einzigen Code.",
            "{n} unserer Scanner piepen nur noch und zeigen {err}.",
            "Am Barcodescanner {in_dept} ist der Abzug abgebrochen.",
        ],
        details: &[
            "Das Ersatzgerät ist auch hinüber.",
            "Zur Reparatur war er schon einmal.",
            "Die Seriennummer endet auf {ext}.",
        ],
        stakes: &[
            (Urgent, "Der Wareneingang steht komplett, auf dem Hof warten drei LKW."),
            (
                High,
                "Wir schreiben alles auf Zettel und schaffen höchstens ein Drittel.",
            ),
            (
                Medium,
                "Zwei Tore teilen sich jetzt die übrigen Geräte, das geht so halbwegs.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Feature,
        tags: &["printer", "accessories"],
        weights: [16, 3, 0, 0],
        apart: true,
        subjects: &[
            "Anregung: Drucker für den dritten Stock",
            "Größere Bildschirme {in_dept}?",
            "Leihgeräte am Empfang",
            "Ausstattung Raum {room}",
        ],
        openings: &[
            "Ein Drucker auf unserer Etage wäre toll, wir laufen für jedes Blatt zwei Treppen.",
            "Könnten wir {in_dept} breitere Monitore bekommen? Unsere Tabellen sind sehr lang.",
            "Wie wäre es mit ein paar Leihnotebooks und Netzteilen am Empfang in {place}?",
            "Der Besprechungsraum {room} könnte eine ordentliche Kamera vertragen.",
        ],
        details: &[
            "Davon hätten rund {n}0 Leute etwas.",
            "Laut {person} ist im Budget noch Luft.",
            "Man könnte ja erst einmal ein paar Wochen probieren.",
        ],
        stakes: &[
            (Low, "Nur ein Vorschlag, davon hängt nichts ab."),
            (Medium, "Vor der Budgetrunde im {month} wüssten wir gern Bescheid."),
        ],
        ..STAFF
    },
];
