//! Accounts & Access, in German.

use crate::demo_tickets::scenario::{CUSTOMER, Kind::*, Level::*, STAFF, Scenario};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        kind: Incident,
        tags: &["password", "account"],
        weights: [0, 3, 12, 2],
        apart: true,
        subjects: &[
            "Nach dem Urlaub ausgesperrt",
            "Konto {user} gesperrt",
            "Kennwort abgelaufen",
            "bitte passwort zurücksetzen",
            "Anmeldung geht nicht",
        ],
        openings: &[
            "Nach drei Wochen Urlaub fällt mir mein Passwort beim besten Willen nicht mehr ein.",
            "Ich habe mich zu oft vertippt, jetzt ist mein Konto gesperrt.",
            "Mein Kennwort ist am Wochenende abgelaufen, und beim Ändern wird das alte nicht akzeptiert.",
        ],
        details: &[
            "Zu erreichen bin ich unter der {ext2}.",
            "Benutzername ist {user}.",
            "Das Selbstbedienungsportal fragt nach einer Sicherheitsfrage, die ich nie angelegt habe.",
        ],
        stakes: &[
            (High, "Ich komme nirgends rein und drehe Däumchen."),
            (
                Urgent,
                "Bis {time} muss ich den Zahllauf freigeben und komme nicht rein.",
            ),
            (Medium, "Bis Mittag sitze ich in Besprechungen, danach bräuchte ich es."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["account", "permissions"],
        weights: [2, 12, 3, 1],
        subjects: &[
            "Neuzugang {person} ab {date}",
            "Zugang für Auszubildende",
            "Neuanlage Benutzer {person}",
            "praktikant braucht login",
        ],
        openings: &[
            "Am {date} fängt {person} {in_dept} an und braucht Benutzerkonto und Postfach.",
            "{person} macht bei uns eine Ausbildung und hat noch keinen Zugang.",
            "Bitte {person} als neuen Benutzer am Standort {place} anlegen.",
        ],
        details: &[
            "Rechte bitte wie bei {first}.",
            "Korbel, Mail und das Teamlaufwerk reichen.",
            "Der Antrag liegt unterschrieben bei.",
        ],
        stakes: &[
            (Low, "Bis dahin sind es noch etliche Wochen."),
            (Medium, "Zum ersten Arbeitstag sollte alles da sein."),
            (High, "Der Start wurde auf morgen vorgezogen."),
            (
                Urgent,
                "Der erste Tag ist jetzt doch heute, und am Empfang lässt sich nicht mal der Bildschirm entsperren.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["mfa", "phone"],
        weights: [0, 5, 10, 1],
        apart: true,
        subjects: &[
            "Neues Handy, keine Codes mehr",
            "Codes werden abgelehnt",
            "Altes Handy abgegeben, kein zweiter Faktor",
            "mfa bitte zurücksetzen",
            "Authenticator",
        ],
        openings: &[
            "Ich habe ein neues Handy und die Authenticator-App ist leer.",
            "Die sechsstelligen Codes für den zweiten Faktor werden allesamt abgelehnt.",
            "Das alte Handy habe ich abgegeben und kann jetzt keine Anmeldung mehr bestätigen.",
        ],
        details: &[
            "Die Ersatzcodes liegen natürlich auf dem alten Gerät.",
            "Die Uhrzeit am Handy stimmt, das habe ich geprüft.",
            "Benutzer {user}.",
        ],
        stakes: &[
            (High, "Bis das zurückgesetzt ist, bin ich überall draußen."),
            (
                Medium,
                "An diesem Rechner bin ich noch angemeldet, das hält sicher ein paar Tage.",
            ),
            (
                Urgent,
                "Ich habe heute Nacht allein Bereitschaft und keinen Zugriff auf die Anlagen.",
            ),
        ],
        log: "{clock} sign-in {user} step=otp result=DENIED code={err}\n{clock} sign-in {user} step=otp result=DENIED code={err}",
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["permissions"],
        weights: [4, 12, 2, 0],
        apart: true,
        subjects: &[
            "Zugriff auf {share}",
            "Nach Abteilungswechsel falsche Ordner",
            "Schreibrechte für {person}",
            "Berechtigung fehlt",
        ],
        openings: &[
            "Könnte ich bitte Zugriff auf {share} bekommen?",
            "Ich bin in eine andere Abteilung gewechselt und sehe nur die Ordner meines alten Teams.",
            "{person} braucht Schreibrechte in unserem Angebotsordner.",
        ],
        details: &[
            "{first} ist für den Ordner zuständig und einverstanden.",
            "Zurzeit heißt es „Zugriff verweigert“.",
            "Es ist der Ordner, in dem das ganze Team arbeitet.",
        ],
        stakes: &[
            (Low, "Pressiert nicht, die Kollegen schicken mir die Dateien solange."),
            (Medium, "Nächste Woche übernehme ich das Projekt."),
            (
                High,
                "Der Prüfer sitzt hier und wir können ihm die Unterlagen nicht zeigen.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["password", "account"],
        weights: [2, 12, 3, 0],
        subjects: &[
            "Kundenportal: Mail zum Zurücksetzen kommt nicht",
            "Anmeldung im Portal unmöglich",
            "Zugang {customer}",
            "ihr portal kennt mich nicht",
        ],
        openings: &[
            "Ich kann mich im Kundenportal nicht anmelden, und die Mail zum Zurücksetzen kommt nie an.",
            "Angeblich ist meine E-Mail-Adresse bei Ihnen unbekannt, den Newsletter bekomme ich dort aber.",
            "Seit dem Umbau Ihrer Website funktioniert mein Portalzugang nicht mehr.",
        ],
        details: &[
            "Im Spamordner habe ich nachgesehen.",
            "Es geht um die Adresse {mail}.",
            "Kundennummer {customer}.",
        ],
        stakes: &[
            (Low, "Ich wollte mich nur umsehen, das kann warten."),
            (Medium, "Diese Woche würde ich gern bestellen."),
            (
                High,
                "Wir müssen heute für {n} Filialen bestellen und kommen nicht rein.",
            ),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Question,
        tags: &["account"],
        weights: [14, 4, 0, 0],
        apart: true,
        subjects: &[
            "Habe geheiratet",
            "Mein Name ist falsch geschrieben",
            "Neue Mailadresse wegen neuem Namen",
            "Namensänderung",
        ],
        openings: &[
            "Ich habe geheiratet und hätte gern, dass mein Konto den neuen Namen trägt.",
            "Im Adressbuch bin ich falsch geschrieben.",
            "Lässt sich meine Mailadresse ändern? Seit dem {date} heiße ich anders.",
        ],
        details: &[
            "Die alte Adresse sollte bitte noch eine Weile weiterlaufen.",
            "Der Benutzername darf ruhig bleiben.",
            "Wer mir regelmäßig schreibt, weiß schon Bescheid.",
        ],
        stakes: &[
            (Low, "Wann es euch passt, ich habe mich schon daran gewöhnt."),
            (Medium, "Ende der Woche gehen die Visitenkarten in Druck."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["account", "permissions"],
        weights: [2, 10, 4, 1],
        apart: true,
        subjects: &[
            "{person} scheidet am {date} aus",
            "ehemaliger noch aktiv?",
            "{person} hat gekündigt",
            "Konto von {person} schließen",
            "Austritt {in_dept}",
        ],
        openings: &[
            "{person} verlässt uns zum {date}, bitte das Konto an dem Abend stilllegen.",
            "Mir ist aufgefallen, dass {person} noch als aktiv geführt wird, obwohl seit {month} nicht mehr da.",
            "{person} hat gekündigt, bitte kümmert euch um Konto und Postfach.",
        ],
        details: &[
            "Mails bitte drei Monate lang an mich weiterleiten.",
            "Die persönlichen Dateien kann {first} übernehmen.",
            "Die Projektordner sind bereits übergeben.",
        ],
        stakes: &[
            (Low, "Nur der Ordnung halber, passiert ist bisher nichts."),
            (Medium, "Bis {day} sollte es erledigt sein."),
            (High, "Es war keine Trennung im Guten, bitte noch heute."),
            (
                Urgent,
                "Es gab Krach, und gerade werden noch Dateien abgezogen, bitte sofort sperren.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Problem,
        tags: &["password", "account"],
        weights: [1, 5, 10, 0],
        subjects: &[
            "Konto sperrt sich jeden Morgen",
            "Schon wieder gesperrt, zum {nth} Mal",
            "Ständige Kontosperrung",
            "konto gesperrt ohne grund",
        ],
        openings: &[
            "Mein Konto sperrt sich mehrmals am Tag, obwohl ich mich nicht vertippe.",
            "Schon {n}-mal musste mich diese Woche jemand entsperren.",
            "Jeden Morgen um {time} ist meine Anmeldung gesperrt, ganz gleich, was ich tue.",
        ],
        details: &[
            "Angefangen hat es mit der Passwortänderung am {date}.",
            "Vielleicht probiert mein Handy noch das alte.",
            "{first} meinte, die Versuche kämen von {host}.",
        ],
        stakes: &[
            (
                Medium,
                "Bitte sucht einmal die Ursache, statt mich jedes Mal nur zu entsperren.",
            ),
            (High, "Ich warte inzwischen länger auf euch, als ich arbeite."),
            (
                Low,
                "Nach einer Minute geht es von allein wieder, ist also nur merkwürdig.",
            ),
        ],
        log: "{clock} lockout user={user} source={ip} attempts=5\n{clock} unlock by helpdesk\n{clock} lockout user={user} source={ip} attempts=5",
        ..STAFF
    },
    Scenario {
        kind: Feature,
        tags: &["account", "password"],
        weights: [14, 4, 0, 0],
        apart: true,
        subjects: &[
            "Eine Anmeldung für alles?",
            "{app} mit dem normalen Konto",
            "Rechte per Formular beantragen",
            "Vorschlag zu Anmeldung und Rechten",
        ],
        openings: &[
            "Ich brauche am Tag {n} verschiedene Passwörter. Ginge das nicht mit einer einzigen Anmeldung?",
            "Praktisch wäre, wenn {app} das normale Firmenkonto annähme.",
            "Könnte man Ordnerrechte über ein Formular beantragen, und der Verantwortliche gibt sie per Klick frei?",
        ],
        details: &[
            "So sucht sich jeder seinen eigenen Weg, das kann ja nicht der Sinn sein.",
            "Bei meinem vorigen Arbeitgeber hat das gut geklappt.",
            "Der Hersteller unterstützt das laut seiner Seite.",
        ],
        stakes: &[
            (Low, "Drängt nicht, ich wollte es nur einmal gesagt haben."),
            (Medium, "Vielleicht passt es zu der Erneuerung im {month}."),
        ],
        ..STAFF
    },
];
