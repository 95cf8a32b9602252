//! Security, in German.

use crate::demo_tickets::scenario::{CUSTOMER, Kind::*, Level::*, STAFF, Scenario};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        kind: Incident,
        tags: &["phishing"],
        weights: [3, 12, 3, 0],
        apart: true,
        subjects: &[
            "Phishing? „Ihr Postfach ist voll“",
            "Falsche Mail von {carrier}",
            "Merkwürdige Mail im Namen von {first}",
            "Verdächtige E-Mail",
            "ist die hier echt?",
        ],
        openings: &[
            "Ich habe eine Mail bekommen, in der ich auf {badurl} mein Passwort bestätigen soll.",
            "Angeblich schreibt {carrier} und ich soll einen Anhang öffnen.",
            "Jemand schreibt mir im Namen von {first} und will, dass ich Gutscheinkarten kaufe.",
        ],
        details: &[
            "Geklickt habe ich nirgends.",
            "Die Absenderadresse hat mit uns nichts zu tun.",
            "Das Deutsch ist holprig und das Logo verwaschen.",
        ],
        stakes: &[
            (Low, "Ich habe sie gelöscht, nur zur Info."),
            (Medium, "Sagt mir bitte, ob ich noch etwas tun soll."),
            (
                High,
                "Mindestens {n} Leute {in_dept} haben sie auch, irgendwer klickt bestimmt.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["phishing", "password"],
        weights: [0, 0, 3, 16],
        subjects: &[
            "Auf Phishing-Link geklickt",
            "Passwort auf falscher Seite eingegeben",
            "Ich glaube, ich wurde gehackt",
            "habe mist gebaut",
        ],
        openings: &[
            "Ich fürchte, ich habe mein Passwort auf einer gefälschten Seite eingetippt ({badurl}).",
            "Ich habe in der Paket-Mail den Link geöffnet und dann meine Kennung eingegeben.",
            "Heute früh bin ich auf eine Phishing-Mail hereingefallen und habe es erst jetzt gemerkt.",
        ],
        details: &[
            "Seither gehen aus meinem Postfach Mails raus, die ich nie geschrieben habe.",
            "Das war so gegen {time}.",
            "Das Kennwort habe ich geändert, allerdings am selben Rechner.",
        ],
        stakes: &[
            (
                Urgent,
                "Ich habe Zugriff auf alle Firmenkonten, bitte sperrt mich sofort.",
            ),
            (
                Urgent,
                "Es rufen schon Kunden an, weil sie komische Mails von mir bekommen.",
            ),
            (High, "Der Rechner bleibt aus, bis ich von euch höre."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["lost-device", "laptop"],
        weights: [0, 1, 5, 10],
        apart: true,
        subjects: &[
            "Notebook im Zug liegen lassen",
            "Rucksack mit Diensthandy und Notebook gestohlen",
            "einbruch ins auto, laptop fehlt",
            "{asset} ist weg",
        ],
        openings: &[
            "Ich habe mein {laptop} im Zug nach {place} liegen lassen.",
            "Mein Rucksack mit Diensthandy und {asset} ist gestohlen worden.",
            "Letzte Nacht wurde mein Auto aufgebrochen und das Notebook mitgenommen.",
        ],
        details: &[
            "Anzeige bei der Polizei ist erstattet.",
            "Ich meine, es war heruntergefahren, sicher bin ich nicht.",
            "Abgegeben wurde bisher nichts.",
        ],
        stakes: &[
            (
                Urgent,
                "Es war offen und angemeldet, die komplette Kundenliste liegt darauf.",
            ),
            (High, "Bitte löscht es aus der Ferne, wenn das geht."),
            (
                Medium,
                "Die Platte ist verschlüsselt und es war aus, viel kann nicht passieren.",
            ),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["malware"],
        weights: [0, 3, 4, 8],
        apart: true,
        subjects: &[
            "Scanner meldet Fund in {file}",
            "Dateien haben komische Endung",
            "angeblich ist mein pc infiziert",
            "Virus auf {host}?",
        ],
        openings: &[
            "Der Virenscanner meldet etwas in {file} und bekommt es nicht weg.",
            "Alle Dateien in meinem Ordner enden plötzlich auf .locked, dazu eine Geldforderung.",
            "Ständig gehen Fenster auf, die sagen, ich solle eine Nummer anrufen.",
        ],
        details: &[
            "Das Netzwerkkabel habe ich gezogen.",
            "Vorher hatte ich einen Anhang von {supplier} geöffnet.",
            "Der Rechner heißt {host}.",
        ],
        stakes: &[
            (Urgent, "Es breitet sich aus, beim Kollegen nebenan ist es jetzt auch."),
            (High, "Ich rühre nichts an und warte auf euch."),
            (Medium, "Solange ihr es euch anseht, habe ich ein zweites Gerät."),
        ],
        log: "{clock} guard: threat Gen.Dropper.{ext} in {file}\n{clock} guard: quarantine FAILED ({err})\n{clock} guard: host {host} user notified",
        ..STAFF
    },
    Scenario {
        kind: Problem,
        tags: &["phishing"],
        weights: [4, 12, 1, 0],
        apart: true,
        subjects: &[
            "Spamfilter lässt alles durch",
            "info-postfach voller müll",
            "Jede Nacht derselbe Fake-Newsletter",
            "Spamflut seit {day}",
        ],
        openings: &[
            "Seit {day} schläft offenbar der Spamfilter, ich bekomme {n}0 Werbemails am Tag.",
            "Unser Gruppenpostfach ersäuft in falschen Paketbenachrichtigungen.",
            "Jede Nacht kommt derselbe Fake-Newsletter, immer von einem anderen Absender.",
        ],
        details: &[
            "Als Spam markieren hilft nicht.",
            "Die Links führen zu {badurl} und Ähnlichem.",
            "Es trifft alle, deren Adresse auf der Website steht.",
        ],
        stakes: &[
            (Low, "Ich lösche es beim ersten Kaffee, ist bloß lästig."),
            (Medium, "Echte Bestellungen gehen darin unter."),
            (High, "Zwei Leute wären diese Woche fast darauf hereingefallen."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Incident,
        tags: &["phishing", "invoice"],
        weights: [0, 2, 10, 4],
        apart: true,
        subjects: &[
            "Neue Kontodaten von {supplier}?",
            "Chef-Masche?",
            "Gefälschte Rechnungen im Umlauf",
            "Betrugsversuch",
        ],
        openings: &[
            "Ein angeblicher Mitarbeiter von {supplier} will, dass wir ab sofort auf ein neues Konto zahlen.",
            "Ich habe eine Mail von unserem Geschäftsführer, der diskret {amount} überwiesen haben möchte.",
            "Jemand verschickt gefälschte Rechnungen mit unserem Briefkopf an Kunden.",
        ],
        details: &[
            "Aufgehoben habe ich alles, geantwortet habe ich nicht.",
            "In der Absenderadresse ist ein Buchstabe vertauscht.",
            "Das ist leider richtig gut gemacht.",
        ],
        stakes: &[
            (Urgent, "Vor einer Stunde ist bereits Geld überwiesen worden."),
            (High, "Die rufen ständig an und machen Druck."),
            (Medium, "Gezahlt wurde nichts, wir haben es rechtzeitig gemerkt."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["data-protection"],
        weights: [3, 14, 1, 0],
        apart: true,
        subjects: &[
            "Auskunft über meine Daten",
            "Bitte löschen Sie meine Daten",
            "woher haben die meine adresse?",
            "Anfrage nach Datenschutzrecht",
        ],
        openings: &[
            "Ich wüsste gern, welche Daten Sie über mich gespeichert haben.",
            "Bitte löschen Sie mein Kundenkonto mit allen Daten darin.",
            "Ich bekomme Werbung von einer Firma, die meine Anschrift nur von Ihnen haben kann.",
        ],
        details: &[
            "Gekauft habe ich bei Ihnen im {month} eine {product}.",
            "Dafür haben Sie nach dem Gesetz einen Monat Zeit.",
            "Meine Adresse ist {mail}.",
        ],
        stakes: &[
            (Low, "Eine Antwort innerhalb der gesetzlichen Frist ist in Ordnung."),
            (Medium, "Ich erwarte eine schriftliche Bestätigung."),
            (
                High,
                "Höre ich bis zum {date} nichts, wende ich mich an die Aufsichtsbehörde.",
            ),
        ],
        ..CUSTOMER
    },
    Scenario {
        kind: Incident,
        tags: &["badge"],
        weights: [1, 10, 4, 1],
        apart: true,
        subjects: &[
            "Türchip verloren",
            "Seitentür in {place} rastet nicht ein",
            "Fremde Person im Haus",
            "Wer kümmert sich um Türen und Ausweise?",
        ],
        openings: &[
            "Ich habe meinen Türchip verloren, wahrscheinlich am {day} in der Stadt.",
            "Die Seitentür in {place} rastet seit {n} Tagen nicht mehr richtig ein.",
            "Jemand ohne Ausweis ist hinter mir hereingekommen und hat sich {in_dept} umgesehen.",
        ],
        details: &[
            "Am Empfang habe ich es auch gemeldet.",
            "Ich wusste nicht, wem ich es sonst sagen soll.",
            "{person} kann das bestätigen.",
        ],
        stakes: &[
            (Medium, "Bitte in den nächsten Tagen darum kümmern."),
            (High, "Mir ist unwohl bei dem Gedanken, wer heute Nacht hereinspaziert."),
            (Urgent, "In diesem Moment kommt jeder bis an den Tresor."),
            (Low, "Vermutlich harmlos, ich wollte es nur melden."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Question,
        tags: &["data-protection"],
        weights: [12, 5, 1, 0],
        apart: true,
        subjects: &[
            "Darf ich einen Online-Übersetzer nehmen?",
            "USB-Stick auf dem Parkplatz gefunden",
            "Kundendaten in der Cloud teilen",
            "Ist das erlaubt?",
        ],
        openings: &[
            "Dürfen wir Verträge durch einen Online-Übersetzer jagen?",
            "Auf dem Parkplatz lag ein USB-Stick, eingesteckt habe ich ihn nicht. Was mache ich damit?",
            "{company} will uns Dateien über einen Cloud-Dienst schicken, ist das erlaubt?",
        ],
        details: &[
            "{person} war sich auch nicht sicher.",
            "In der Richtlinie steht nichts zu so einem Fall.",
            "{first} meinte, ich solle vorher euch fragen.",
        ],
        stakes: &[
            (Low, "Eine Frist gibt es nicht, ich will es nur richtig machen."),
            (Medium, "Bis {day} wüsste ich es gern."),
            (High, "In den nächsten zwei Stunden brauche ich ein Ja oder Nein."),
        ],
        ..STAFF
    },
    Scenario {
        kind: Feature,
        tags: &["phishing", "password"],
        weights: [12, 4, 0, 0],
        apart: true,
        subjects: &[
            "Knopf zum Melden von Phishing",
            "Passwortsafe fürs Team",
            "Wunsch: Warnhinweis bei externen Mails",
            "Vorschlag für mehr Sicherheit",
        ],
        openings: &[
            "Ein Knopf im Mailprogramm, um dubiose Nachrichten zu melden, wäre nützlich.",
            "Könnten wir einen Passwortsafe bekommen, den ein Team gemeinsam nutzt?",
            "Wie wäre es mit einem farbigen Hinweis bei Mails von außen?",
        ],
        details: &[
            "Bislang macht das jeder, wie er will.",
            "Viel kosten dürfte es ja nicht.",
            "Bei {company} habe ich das so gesehen.",
        ],
        stakes: &[
            (Low, "Ohne Termin, nur ein Wunsch."),
            (Medium, "Im {month} fragt die Versicherung danach."),
        ],
        ..STAFF
    },
];
