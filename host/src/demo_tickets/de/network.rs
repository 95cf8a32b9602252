//! Network & VPN, in German.

use crate::demo_tickets::scenario::{Kind::*, Level::*, STAFF, Scenario};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        kind: Problem,
        tags: &["vpn"],
        weights: [1, 10, 4, 1],
        subjects: &[
            "VPN bricht stündlich ab",
            "Verbindungsabbrüche im Homeoffice",
            "VPN instabil seit {day}",
            "vpn fliegt dauernd raus",
        ],
        openings: &[
            "Im Homeoffice bricht mein VPN ungefähr einmal in der Stunde ab.",
            "Das VPN wirft mich alle {n}0 Minuten hinaus, ganz ohne Vorwarnung.",
            "Seit {day} reißt der Tunnel ab, sobald ich in einer Videokonferenz bin.",
        ],
        details: &[
            "Meine Leitung zu Hause ist stabil, Filme laufen den ganzen Abend durch.",
            "Neu verbinden klappt erst beim dritten oder vierten Mal.",
            "{first} hat denselben Anbieter und dasselbe Theater.",
        ],
        stakes: &[
            (
                Medium,
                "Was ich gerade getippt habe, ist dann weg, ich speichere inzwischen ständig.",
            ),
            (
                High,
                "Gestern war ich mitten im Gespräch mit {company} weg, das darf nicht nochmal passieren.",
            ),
            (
                Urgent,
                "Keiner der {n}0 Leute in der Spätschicht kann noch Anrufe annehmen.",
            ),
            (Low, "An Bürotagen stört es mich natürlich nicht."),
        ],
        log: "{clock} tunnel0: peer {ip} not responding, retry 3/3\n{clock} tunnel0: dead peer detected, reason {err}\n{clock} tunnel0: down",
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["vpn"],
        weights: [0, 3, 12, 3],
        apart: true,
        subjects: &[
            "VPN: Zertifikat abgelaufen",
            "komme nicht ins Firmennetz",
            "VPN-Gateway antwortet nicht",
            "Keine Einwahl ins VPN möglich",
            "{err} bei der Einwahl",
        ],
        openings: &[
            "Das VPN verbindet nicht mehr und behauptet, mein Zertifikat sei ungültig.",
            "Ich komme von hier nicht ins Firmennetz, die Einwahl bleibt bei „Aushandlung“ stehen.",
            "Seit der Umstellung am {date} antwortet das VPN-Gateway überhaupt nicht mehr.",
        ],
        details: &[
            "Über den Hotspot vom Handy ist es dasselbe.",
            "Fehlermeldung: {err}.",
            "{person} sitzt neben mir und kommt problemlos rein.",
        ],
        stakes: &[
            (
                Urgent,
                "Der komplette Außendienst ist ausgesperrt, {n} Kunden warten vor stehenden Maschinen.",
            ),
            (High, "Ohne komme ich an keine einzige Datei, die ich heute brauche."),
            (
                Medium,
                "Am {day} bin ich im Büro, bis dahin behelfe ich mir mit E-Mail.",
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
            "Kein WLAN im Raum {room}",
            "WLAN {in_dept} katastrophal",
            "Funkloch im zweiten Stock",
            "wlan weg, mal wieder",
        ],
        openings: &[
            "Im Besprechungsraum {room} ist das WLAN so schwach, dass jedes Video einfriert.",
            "Das WLAN {in_dept} kommt und geht den lieben langen Tag.",
            "In {place} zeigt mein Rechner im zweiten Stock volle Balken, aber keine Seite lädt.",
        ],
        details: &[
            "Ein paar Schritte weiter ist alles bestens.",
            "Handys sind genauso betroffen wie Notebooks.",
            "Angefangen hat es wohl, als im {month} der Accesspoint umgehängt wurde.",
        ],
        stakes: &[
            (Low, "Wir setzen uns einstweilen woandershin."),
            (Medium, "Wir haben dort fast täglich Kundentermine."),
            (High, "Morgen um {time} tagt da drin der Aufsichtsrat."),
            (
                Urgent,
                "Die Staplerterminals hängen an diesem Netz, es wird gerade gar nichts kommissioniert.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["outage"],
        weights: [0, 0, 2, 16],
        subjects: &[
            "Standort {place} komplett offline",
            "Kein Netz im ganzen Haus",
            "Internet ausgefallen",
            "hier geht gar nichts mehr",
        ],
        openings: &[
            "Der Standort {place} hat seit {time} keinerlei Verbindung mehr.",
            "Im ganzen Gebäude kommt niemand mehr ins Internet oder auf die Server.",
            "Bei uns ist die Leitung tot, das Telefon auch.",
        ],
        details: &[
            "Am Router im Keller leuchtet es rot.",
            "Vor der Tür wird gebaggert, vielleicht haben sie das Kabel erwischt.",
            "Ich schreibe vom privaten Handy.",
        ],
        stakes: &[
            (Urgent, "{n}0 Leute sitzen herum und können nichts tun."),
            (Urgent, "Kassen und Versand stehen still."),
            (
                High,
                "Die Ersatzleitung läuft, ist aber so langsam, dass kaum etwas durchgeht.",
            ),
        ],
        log: "ping {ip}: Zeitüberschreitung der Anforderung\nping {ip}: Zeitüberschreitung der Anforderung\n4 Pakete gesendet, 0 empfangen",
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["wifi"],
        weights: [12, 5, 1, 0],
        subjects: &[
            "Gäste-WLAN am {date}",
            "Internetzugang für Besucher",
            "WLAN-Gutscheine für {n} Personen",
            "Wie kommen Gäste ins Netz?",
        ],
        openings: &[
            "Am {date} haben wir {n} Gäste von {company} im Haus, die Internet brauchen.",
            "Wie bekomme ich für einen Besucher einen Zugang zum WLAN?",
            "Für die Schulung in {place} bräuchte ich Gastzugänge für {n}0 Leute.",
        ],
        details: &[
            "Browser und Mail reichen ihnen.",
            "Sie sitzen im Raum {room}.",
            "Letztes Mal waren die Codes nach zwei Stunden abgelaufen, geht das auch länger?",
        ],
        stakes: &[
            (Low, "Sind noch ein paar Wochen hin."),
            (Medium, "Am Vortag würde ich die Zettel gern ausdrucken."),
            (High, "Die Herrschaften sitzen schon hier und warten."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Problem,
        tags: &["vpn"],
        weights: [3, 12, 2, 0],
        subjects: &[
            "Netzlaufwerk von zu Hause extrem langsam",
            "{share} braucht ewig",
            "Datenübertragung übers VPN ein Witz",
            "laufwerk s lahm",
        ],
        openings: &[
            "Eine Zeichnung von {share} zu öffnen dauert im Homeoffice {n} Minuten.",
            "Über das VPN ist das Netzlaufwerk praktisch nicht zu gebrauchen.",
            "Wenn ich etwas vom Dateiserver kopiere, tröpfelt es mit ein paar Kilobyte.",
        ],
        details: &[
            "Im Büro ist dieselbe Datei sofort offen.",
            "Der Geschwindigkeitstest daheim ist tadellos.",
            "Morgens ist es am schlimmsten, ab {time} wird es besser.",
        ],
        stakes: &[
            (Low, "Freitags ziehe ich mir alles auf die Platte, so geht es auch."),
            (Medium, "Die halbe Abteilung schimpft täglich darüber."),
            (
                High,
                "Morgen muss die Ausschreibung hochgeladen sein, in dem Tempo wird das nichts.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["network"],
        weights: [2, 12, 3, 0],
        subjects: &[
            "Netzwerkdose am neuen Platz tot",
            "Kein LAN nach dem Umzug",
            "Dose {ext} ohne Verbindung",
            "lan dose geht nicht",
        ],
        openings: &[
            "Nach dem Umzug in den dritten Stock ist die Netzwerkdose an meinem Platz tot.",
            "Die Wanddose mit der Nummer {ext} liefert keine Verbindung.",
            "Wir haben {in_dept} einen Tisch ans Fenster gestellt, dort hat das Kabel kein Netz.",
        ],
        details: &[
            "Mit demselben Kabel geht die Dose daneben.",
            "Vermutlich muss im Serverraum nur jemand patchen.",
            "Das grüne Lämpchen bleibt aus.",
        ],
        stakes: &[
            (Medium, "Ein, zwei Tage tut es auch das WLAN."),
            (High, "Der PC dort kann kein WLAN, {first} kann also nicht anfangen."),
            (Low, "Gebraucht wird es erst nächsten Monat."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["network"],
        weights: [4, 10, 2, 0],
        apart: true,
        subjects: &[
            "Seite von {supplier} gesperrt",
            "Firewall-Regel für {host}",
            "ersatzteilkatalog blockiert",
            "Bitte um Freischaltung",
        ],
        openings: &[
            "Das Portal von {supplier} wird bei uns blockiert, könnt ihr das freigeben?",
            "Für den Prüfstand der neuen Maschine brauchen wir eine Freischaltung in der Firewall nach {ip}.",
            "Beim Aufruf des Ersatzteilkatalogs erscheint nur „gesperrt durch Richtlinie {err}“.",
        ],
        details: &[
            "Ist nichts Anrüchiges, {person} weiß davon.",
            "Aus dem Gästenetz klappt es.",
            "Die Kollegen in {place} kommen durch.",
        ],
        stakes: &[
            (Low, "Solange geht es auch ohne."),
            (Medium, "Nächste Woche wollen wir mit den Tests loslegen."),
            (
                High,
                "Die Monteure von {supplier} sind heute da und kommen ohne nicht weiter.",
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
            "VPN auch auf dem Tablet?",
            "Wunsch: VPN automatisch starten",
            "Idee: Video am Tunnel vorbei",
            "Vorschlag zum VPN",
        ],
        openings: &[
            "Schön wäre, wenn das VPN auch auf unseren Tablets liefe.",
            "Könnte sich das VPN von selbst verbinden, wenn man nicht im Büro ist?",
            "Ließen sich Videokonferenzen am Tunnel vorbeileiten?",
        ],
        details: &[
            "Das würde euch etliche Anrufe von uns ersparen.",
            "{company} macht das wohl so.",
            "Fast jeder {in_dept} hat mich schon danach gefragt.",
        ],
        stakes: &[
            (Low, "Eher etwas für ruhige Wintertage."),
            (
                Medium,
                "Falls es im {month} einen Pilotversuch gibt, machen wir gern mit.",
            ),
        ],
        ..STAFF
    },
];
