//! Software & Licences, in German.

use crate::demo_tickets::scenario::{CUSTOMER, Kind::*, Level::*, STAFF, Scenario};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        kind: Incident,
        tags: &["licence"],
        weights: [0, 4, 12, 2],
        subjects: &[
            "Lizenz für {app} abgelaufen",
            "{app}: Testzeitraum beendet",
            "Lizenzserver nicht gefunden",
            "{app} nur noch lesend",
        ],
        openings: &[
            "{app} meldet, die Lizenz sei abgelaufen, und lässt mich nur noch lesen.",
            "Beim Start will {app} auf einmal eine Seriennummer haben.",
            "Angeblich sind alle {n} Lizenzen von {app} vergeben, dabei sind wir nur zu dritt.",
        ],
        details: &[
            "Die Meldung hat die Nummer {err}.",
            "Programm und Rechner habe ich schon neu gestartet.",
            "Meines Wissens hat {first} den Vertrag im {month} verlängert.",
        ],
        stakes: &[
            (High, "Morgen muss ich eine Zeichnung abgeben und kann nicht speichern."),
            (Urgent, "Die ganze Konstruktion sitzt deswegen untätig da."),
            (Medium, "Ein, zwei Tage komme ich mit dem Betrachter aus."),
        ],
        log: "{app} {ver}: licence check failed\n{err}: lease expired\nserver lic01.fennmark.example:27100",
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["licence", "software"],
        weights: [5, 12, 1, 0],
        subjects: &[
            "Lizenz {app}",
            "{app} für {person}",
            "Noch {n} Plätze {app} nötig",
            "haben wir noch eine lizenz frei?",
        ],
        openings: &[
            "Ich möchte eine Lizenz für {app} beantragen.",
            "Für das neue Projekt brauchen wir {in_dept} {n} weitere Plätze in {app}.",
            "Liegt bei uns noch eine freie Lizenz von {app} herum?",
        ],
        details: &[
            "{person} hat zugestimmt, Kostenstelle {ext}.",
            "In der Gratisversion fehlt der Export.",
            "Ich würde es etwa zweimal im Monat benutzen.",
        ],
        stakes: &[
            (Low, "Ich plane nur voraus, es drängt nicht."),
            (Medium, "Das Projekt beginnt am {date}."),
            (High, "Der Kurs fängt morgen um {time} an und ich habe nichts zum Üben."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["software"],
        weights: [1, 5, 10, 1],
        subjects: &[
            "{app} stürzt beim Export ab",
            "Absturz {app} {ver}",
            "{app}: {err}",
            "programm schließt sich einfach",
        ],
        openings: &[
            "{app} stürzt jedes Mal ab, wenn ich {file} exportiere.",
            "Sobald ich speichere, ist {app} ohne jede Meldung weg.",
            "Seit heute Morgen bricht {app} beim Laden von {file} mit {err} ab.",
        ],
        details: &[
            "Kleinere Dateien gehen durch.",
            "Meine Version ist {ver}.",
            "Neu installieren hat nichts geändert.",
        ],
        stakes: &[
            (Medium, "Vorerst exportiere ich am Rechner eines Kollegen."),
            (
                High,
                "In der Datei stecken zwei Tage Arbeit, an die ich nicht herankomme.",
            ),
            (
                Urgent,
                "Die Zahlen müssen bis {time} bei der Bank sein, anders bekommen wir sie nicht heraus.",
            ),
            (Low, "Passiert vielleicht einmal die Woche, nur zur Kenntnis."),
        ],
        log: "{app} {ver} unhandled exception {err}\n  at Export.Writer.Flush(row 4097)\n  at Export.Job.Run({file})\nhost {host}",
        ..STAFF
    },
    Scenario {
        kind: Problem,
        tags: &["software"],
        weights: [2, 12, 4, 0],
        apart: true,
        subjects: &[
            "Makro läuft seit dem Update nicht",
            "Update von {app} zerschießt Vorlagen",
            "Einstellungen nach dem Update weg",
            "bitte alte version zurück",
            "Ärger mit {app} {ver}",
        ],
        openings: &[
            "Seit dem Update auf {ver} läuft unser Makro für die Preisliste nicht mehr.",
            "Die neue Version von {app} zeigt alle Vorlagen in der falschen Schrift.",
            "Nach dem Update letzte Nacht hat {app} sämtliche Einstellungen vergessen.",
        ],
        details: &[
            "Betroffen sind alle {in_dept}.",
            "Bis {day} lief es tadellos.",
            "Lässt sich die vorige Version wieder aufspielen?",
        ],
        stakes: &[
            (Low, "Sieht scheußlich aus, schadet aber nicht."),
            (Medium, "Was früher ein Klick war, machen wir jetzt von Hand."),
            (High, "Morgen früh muss die Preisliste hinaus."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Problem,
        tags: &["software"],
        weights: [3, 12, 3, 0],
        apart: true,
        subjects: &[
            "Fennmark Fleet: Maschine offline",
            "Fleet-App zählt falsch",
            "app {ver} lädt und lädt",
            "Ärger mit dem Fleet-Dashboard",
        ],
        openings: &[
            "In der Fleet-App erscheint unsere {product} als offline, dabei brüht sie munter vor sich hin.",
            "Der Tassenzähler in Fennmark Fleet steht seit dem {date} auf demselben Wert.",
            "Seit der App-Version {ver} dreht sich nur noch das Rädchen.",
        ],
        details: &[
            "Wir haben {n} Maschinen darin, bei allen ist es gleich.",
            "Abmelden, App löschen, neu installieren: alles versucht.",
            "Am Gerät selbst wird richtig gezählt.",
        ],
        stakes: &[
            (Low, "Einmal im Monat schreiben wir die Werte sowieso von Hand auf."),
            (
                Medium,
                "Wir rechnen danach mit unseren Mietern ab, stimmen sollte es also.",
            ),
            (
                High,
                "Darüber laufen die Störmeldungen, eine Maschine stand schon unbemerkt trocken.",
            ),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Question,
        tags: &["software", "permissions"],
        weights: [5, 12, 1, 0],
        subjects: &[
            "Bitte {app} auf {asset} installieren",
            "Installation verlangt Administratorrechte",
            "Wie installiere ich {app}?",
            "setup will admin passwort",
        ],
        openings: &[
            "Ich möchte {app} installieren, das Setup verlangt aber einen Administrator.",
            "Könnte mir jemand {app} auf mein {laptop} spielen?",
            "Wo finde ich {app} im Softwarecenter? Die Suche liefert nichts.",
        ],
        details: &[
            "{first} hat das schon ewig.",
            "Das Programm ist kostenlos, zu kaufen ist also nichts.",
            "Rechner ist {asset}, ihr dürft euch jederzeit aufschalten.",
        ],
        stakes: &[
            (Low, "Wenn mal Luft ist."),
            (Medium, "Für den Termin am {day} bräuchte ich es."),
            (High, "In einer Stunde beginnt das Webinar und es läuft nur damit."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Problem,
        tags: &["software"],
        weights: [2, 12, 3, 0],
        apart: true,
        subjects: &[
            "postil hängt ständig",
            "Suche im Mailprogramm findet nichts",
            "Termine um eine Stunde verschoben",
            "Ärger mit Postil {ver}",
        ],
        openings: &[
            "Postil friert jedes Mal eine Minute ein, wenn ich einen Anhang öffne.",
            "Die Suche in Postil findet keine Mails mehr, die älter als {month} sind.",
            "In meinem Kalender stehen alle Termine eine Stunde zu spät.",
        ],
        details: &[
            "An den Einstellungen habe ich nichts geändert.",
            "In der Webversion ist alles richtig.",
            "Postil hat die Version {ver}.",
        ],
        stakes: &[
            (Low, "Vorerst tut es die Webversion."),
            (Medium, "Das kostet mich jeden Tag eine Viertelstunde."),
            (
                High,
                "Diese Woche organisiere ich eine Kundenveranstaltung und bin darauf angewiesen.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["software", "outage"],
        weights: [0, 0, 3, 14],
        subjects: &[
            "Korbel steht",
            "ERP: keine Buchung möglich",
            "Datenbankfehler {err} in Korbel",
            "korbel geht bei niemandem",
        ],
        openings: &[
            "Korbel wirft seit {time} bei allen einen Fehler.",
            "Im ERP lässt sich nichts mehr buchen, jede Maske antwortet mit {err}.",
            "Korbel hängt auf der Startseite fest, bei der ganzen Abteilung.",
        ],
        details: &[
            "Los ging es direkt nach der nächtlichen Wartung.",
            "Lesen klappt hier und da, Speichern nie.",
            "{place} meldet das Gleiche.",
        ],
        stakes: &[
            (
                Urgent,
                "Keine Aufträge, keine Kommissionierung, keine Belege: der Betrieb steht.",
            ),
            (Urgent, "Jede Stunde kostet uns eine LKW-Ladung."),
            (
                High,
                "Die Aufträge stapeln sich auf Papier, ab heute Nachmittag wird es kritisch.",
            ),
        ],
        log: "korbel-app: {err} could not obtain connection from pool\nkorbel-app: waited 30000 ms, active=200 idle=0\nkorbel-db {ip}: tablespace KRB_DATA 100 % used",
        ..STAFF
    },
    Scenario {
        kind: Feature,
        tags: &["software"],
        weights: [14, 4, 0, 0],
        apart: true,
        subjects: &[
            "Fleet-App: Export als Tabelle",
            "Dunkles Design, bitte!",
            "Vorschlag: Entkalkungskalender",
            "Wunsch für Fennmark Fleet",
        ],
        openings: &[
            "Könnte die Fleet-App die Tassenzahlen als Tabelle ausgeben?",
            "Ein dunkles Design in Fennmark Fleet wäre großartig, bei uns in der Bar ist es schummrig.",
            "Vorschlag für Ihre App: eine Erinnerung, wenn die {product} entkalkt werden muss.",
        ],
        details: &[
            "Manche Ihrer Mitbewerber haben das schon.",
            "Wir betreuen {n}0 Maschinen und würden es täglich benutzen.",
            "Ein Filter nach Filiale wäre das Sahnehäubchen.",
        ],
        stakes: &[
            (Low, "Ansonsten sind wir sehr zufrieden."),
            (
                Medium,
                "Im {month} entscheiden wir zwischen Ihnen und einem anderen Hersteller, da zählt so etwas.",
            ),
        ],
        ..CUSTOMER
    },
];
