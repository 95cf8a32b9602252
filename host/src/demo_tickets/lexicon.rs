//! The words that go into slots. All firms, products and programs are invented.

use super::scenario::Language::{self, English, German};

/// The words of a sort that is a plain list.
pub(super) fn words(language: Language, sort: &str) -> Option<&'static [&'static str]> {
    Some(match (sort, language) {
        ("month", _) => months(language),
        ("laptop", _) => &[
            "Ardent 14",
            "Ardent 15 Pro",
            "Ridge X3",
            "Ridge T5",
            "Novum 13",
            "Novum 16",
        ],
        ("printer", _) => &["Pressa M40", "Pressa C210", "Inkwell 9", "Inkwell 12 Duo", "Etira 300"],
        ("app", _) => &["Tabelio", "Sketchbay", "Kompendo", "Drawmill", "Planaro", "Signavit"],
        ("carrier", _) => &["Hurtig", "Tramline", "Pfeilpost", "GoBundle"],
        ("badurl", _) => &[
            "fennmark-login.example",
            "parcel-check.example",
            "secure-docs.example",
            "mailbox-full.example",
            "fenmark.example",
        ],
        ("room", _) => &["Arabica", "Robusta", "Crema", "Filter", "Liberica", "Lungo"],
        ("share", English) => &[
            "S:\\Sales\\Offers",
            "P:\\Projects",
            "T:\\Drawings\\2024",
            "Q:\\Quality",
            "S:\\Contracts",
        ],
        ("share", German) => &[
            "S:\\Vertrieb\\Angebote",
            "P:\\Projekte",
            "T:\\Zeichnungen",
            "Q:\\Prüfung",
            "S:\\Verträge",
        ],
        ("product", English) => &[
            "Solva 300",
            "Solva Duo",
            "Solva 500 espresso machine",
            "Brisk filter machine",
            "Brisk 12",
            "Cimbra lever machine",
            "Solva Office",
        ],
        // All feminine, so that the sentences around them need only one article.
        ("product", German) => &[
            "Solva 300",
            "Solva Duo",
            "Espressomaschine Solva 500",
            "Filtermaschine Brisk",
            "Brisk 12",
            "Handhebelmaschine Cimbra",
            "Solva Office",
        ],
        ("day", English) => &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"],
        ("day", German) => &["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag"],
        ("nth", English) => &["third", "fourth", "fifth", "sixth"],
        ("nth", German) => &["dritten", "vierten", "fünften", "sechsten"],
        ("place", English) => &["Leeds", "Norwich", "Cork", "Bremen", "Dundee", "Exeter"],
        ("place", German) => &["Bremen", "Graz", "Verden", "Leeds", "Erfurt", "Zürich"],
        ("dept", English) => &[
            "Purchasing",
            "Sales",
            "Accounting",
            "Logistics",
            "Marketing",
            "Customer Service",
            "Product Development",
            "Quality",
        ],
        ("dept", German) => &[
            "Einkauf",
            "Vertrieb",
            "Buchhaltung",
            "Logistik",
            "Marketing",
            "Kundendienst",
            "Entwicklung",
            "Qualitätssicherung",
        ],
        ("in_dept", English) => &[
            "in Purchasing",
            "in Sales",
            "in Accounting",
            "in the warehouse",
            "in Marketing",
            "in Customer Service",
            "in the workshop",
            "in Quality",
        ],
        ("in_dept", German) => &[
            "im Einkauf",
            "im Vertrieb",
            "in der Buchhaltung",
            "im Lager",
            "im Marketing",
            "im Kundendienst",
            "in der Werkstatt",
            "in der Entwicklung",
        ],
        ("company", English) => &[
            "Hollis & Vane",
            "Café Meridian",
            "The Copper Ladle",
            "Oakhurst Dental",
            "Bramley Architects",
            "Larkfield Hotels",
            "Pemberly Print",
            "Quayside Offices",
            "Thistle & Rowe",
        ],
        ("company", German) => &[
            "Café Morgenrot",
            "Hotel Lindenau",
            "Ahrens & Tochter",
            "Kanzlei Wittlau",
            "Bäckerei Sommerfeld",
            "Praxis am Weiher",
            "Druckerei Kolbental",
            "Studio Fernblick",
            "Möbelhaus Ottensen",
        ],
        ("supplier", English) => &["Ventix Pumps", "Marlow Gaskets", "Kessling Parts", "Ondula Filters"],
        ("supplier", German) => &["Pumpen-Rohde", "Dichtungen Marlow", "Kessling", "Ondula Filtertechnik"],
        ("mail", English) => &[
            "office@oakhurst.example",
            "accounts@larkfield.example",
            "hello@copperladle.example",
            "frontdesk@quayside.example",
            "j.rowe@thistle-rowe.example",
        ],
        ("mail", German) => &[
            "buero@wittlau.example",
            "buchhaltung@lindenau.example",
            "hallo@morgenrot.example",
            "empfang@weiher.example",
            "a.ahrens@ahrens-tochter.example",
        ],
        _ => return None,
    })
}

pub(super) fn months(language: Language) -> &'static [&'static str] {
    match language {
        English => &[
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        German => &[
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ],
    }
}

pub(super) fn firsts(language: Language) -> &'static [&'static str] {
    match language {
        English => &[
            "Tom", "Priya", "Alice", "Gareth", "Moira", "Sanjay", "Hannah", "Owen", "Leila", "Duncan", "Ruth",
            "Marcus", "Fiona", "Kofi", "Beth", "Ewan", "Nadia", "Colin", "Imogen", "Patrick",
        ],
        German => &[
            "Jürgen", "Sabine", "Anke", "Mehmet", "Tobias", "Ute", "Lena", "Björn", "Katrin", "Wolfgang", "Jana",
            "Dario", "Svenja", "Malte", "Käthe", "Florian", "Ayşe", "Rüdiger", "Nele", "Kemal",
        ],
    }
}

pub(super) fn lasts(language: Language) -> &'static [&'static str] {
    match language {
        English => &[
            "Harlow",
            "Nair",
            "Pembrook",
            "Tilling",
            "Okafor",
            "Brandt",
            "Whitlock",
            "Sefton",
            "Quill",
            "Ashdown",
            "Marchetti",
            "Doyle",
            "Penhale",
            "Rashid",
            "Lowry",
            "Kestle",
            "Fairburn",
            "Nowak",
            "Threlfall",
            "Gill",
        ],
        German => &[
            "Brückner",
            "Yılmaz",
            "Holtkamp",
            "Wessel",
            "Ostermann",
            "Kröger",
            "Lindhorst",
            "Pfaff",
            "Schüttler",
            "Novak",
            "Dressler",
            "Weiß",
            "Behnke",
            "Grothe",
            "Vogelsang",
            "Rösner",
            "Tiedemann",
            "Marquardt",
            "Aydın",
            "Köhnke",
        ],
    }
}

pub(super) fn file_stems(language: Language) -> &'static [&'static str] {
    match language {
        English => &[
            "forecast",
            "offer",
            "pricelist",
            "stock",
            "layout",
            "screenshot",
            "minutes",
        ],
        German => &[
            "Planung",
            "Angebot",
            "Preisliste",
            "Bestand",
            "Zeichnung",
            "Bildschirmfoto",
            "Protokoll",
        ],
    }
}

pub(super) const STREETS_EN: &[&str] = &[
    "Mill Lane",
    "Harbour Street",
    "Quarry Road",
    "St Agnes Row",
    "Weaver's Yard",
    "Station Parade",
    "Elm Grove",
];

pub(super) const STREETS_DE: &[&str] = &[
    "Lindenstraße",
    "Mühlgasse",
    "Hafenstraße",
    "Schulstraße",
    "Ringstraße",
    "Weberallee",
    "Kastanienallee",
];
