//! What real systems said, held against the simulator: the same calls in the same order, and the same answers but for
//! times.
//!
//! All captures are replayed where they are at hand; a core of them lies beside this file, so that the test never falls
//! silent.

use std::path::{Path, PathBuf};

use otai_sim::{Flavour, Running};
use serde_json::{Map, Value, json};

use crate::client::{Got, KEY, bytes, control, request, seeded};

/// Captures that are left out, and why.
const LEFT_OUT: [(Flavour, &str, &str); 4] = [
    (
        Flavour::Znuny6515,
        "session_get",
        "an agent's preferences are not simulated",
    ),
    (
        Flavour::Znuny651,
        "session_get",
        "an agent's preferences are not simulated",
    ),
    (
        Flavour::Otobo11,
        "session_get",
        "an agent's preferences are not simulated",
    ),
    (
        Flavour::Otobo11,
        "transport_by_id",
        "the number of a service is the installation's own",
    ),
];
/// Values that no two installations share.
const OWN: [&str; 9] = [
    "Age",
    "ChangeTime",
    "Changed",
    "CreateTime",
    "Created",
    "GroupID",
    "IncomingTime",
    "SessionID",
    "TicketNumber",
];
/// Stamps of which only counts whether they are there.
const STAMPS: [&str; 3] = ["RealTillTimeNotUsed", "UnlockTimeout", "UntilTime"];

struct Recorded {
    flavour: Flavour,
    folder: &'static str,
    /// How many tickets lay there, and with which id each second of their making began.
    seeds: u64,
    seconds: &'static [u64],
}

const RECORDED: [Recorded; 3] = [
    Recorded {
        flavour: Flavour::Znuny6515,
        folder: "znuny",
        seeds: 25,
        seconds: &[2, 4, 10, 17, 25],
    },
    Recorded {
        flavour: Flavour::Znuny651,
        folder: "znuny-6.5.1",
        seeds: 25,
        seconds: &[2, 4, 7, 10, 14, 17, 22, 24],
    },
    Recorded {
        flavour: Flavour::Otobo11,
        folder: "otobo",
        seeds: 10,
        seconds: &[2, 3, 8],
    },
];

#[tokio::test(flavor = "multi_thread")]
async fn the_core_of_the_captures_is_answered_as_the_real_systems_did() {
    for recorded in &RECORDED {
        let file = format!("tests/znuny/fixtures/{}.jsonl", recorded.folder);
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        let captures: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(captures.len() >= 10, "{}: {}", recorded.folder, captures.len());
        replay(recorded, &captures).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_capture_is_answered_as_the_real_systems_did() {
    for recorded in &RECORDED {
        let Some(captures) = captures(recorded.folder) else {
            println!("skipped {}: ../shared/captures is not here", recorded.folder);
            continue;
        };
        replay(recorded, &captures).await;
    }
}

/// All captures of a system in the order in which they were taken.
fn captures(folder: &str) -> Option<Vec<Value>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3)?;
    let folder: PathBuf = root.join("shared/captures").join(folder);
    let index = std::fs::read_to_string(folder.join("INDEX.md")).ok()?;
    let names = index
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    let read = |name: &str| std::fs::read_to_string(folder.join(format!("{name}.json"))).ok();
    let list: Vec<Value> = names
        .filter_map(read)
        .map(|text| serde_json::from_str(&text).unwrap())
        .collect();
    (!list.is_empty()).then_some(list)
}

async fn replay(recorded: &Recorded, captures: &[Value]) {
    let sim = seeded(recorded.flavour, recorded.seeds, recorded.seconds).await;
    let mut own = Own::default();
    let mut wrong = Vec::new();
    for capture in captures {
        let name = capture["name"].as_str().unwrap();
        if let Some((.., why)) = LEFT_OUT.iter().find(|(f, n, _)| *f == recorded.flavour && *n == name) {
            println!("{} {name} is left out: {why}", recorded.folder);
            continue;
        }
        if name == "session_idle_expired" && recorded.flavour == Flavour::Znuny6515 {
            // Recorded after two hours.
            control(&sim, "DELETE", "/sessions", Value::Null);
        }
        let got = send(&sim, capture, &own);
        if name.starts_with("session_") {
            own.session = got.of("SessionID").unwrap_or(own.session);
        }
        if name == "create_ok" {
            own.number = got.of("TicketNumber").unwrap_or_default();
        }
        if name.starts_with("create_ok") {
            // No two tickets were made within one second.
            control(&sim, "POST", "/clock", json!({ "advance_seconds": 1 }));
        }
        let before = wrong.len();
        compare(name, &capture["response"], &got.bytes, &mut wrong);
        for line in &mut wrong[before..] {
            *line = format!("{} {name}: {line}", recorded.folder);
        }
    }
    println!("{}: {} captures replayed", recorded.folder, captures.len());
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    sim.stop().await;
}

/// What this run has of its own where the captures have another's.
#[derive(Default)]
struct Own {
    session: String,
    number: String,
}

struct Sent {
    bytes: Vec<u8>,
}

impl Sent {
    /// A text of the answer.
    fn of(&self, key: &str) -> Option<String> {
        let body: Value = serde_json::from_slice(&Got::read(&self.bytes)?.body).ok()?;
        Some(body[key].as_str()?.to_owned())
    }
}

fn send(sim: &Running, capture: &Value, own: &Own) -> Sent {
    let sent = &capture["request"];
    let fill = |text: &str| {
        let text = text.replace("<password>", KEY);
        let text = text
            .replace("<session-id-2>", &own.session)
            .replace("<session-id>", &own.session);
        match text.split_once("\"TicketNumber\":\"") {
            Some((before, after)) => format!("{before}\"TicketNumber\":\"{}{}", own.number, &after[16..]),
            None => text,
        }
    };
    let headers: Vec<(String, String)> = sent["headers"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, value)| (key.clone(), fill(value.as_str().unwrap())))
        .collect();
    let body = match &sent["body"] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => {
            let text = fill(&other.to_string());
            // A long body was recorded by its length.
            match text.split_once("x...(5000 characters)") {
                Some((before, after)) => format!("{before}{}{after}", "x".repeat(5000)),
                None => text,
            }
        }
    };
    let path = fill(sent["path"].as_str().unwrap());
    let request = request(sent["method"].as_str().unwrap(), &path, &headers, body.as_bytes());
    Sent {
        bytes: bytes(sim, &request).unwrap(),
    }
}

fn compare(name: &str, real: &Value, got: &[u8], wrong: &mut Vec<String>) {
    if let Some(error) = real["transport_error"].as_str() {
        let as_recorded = match error.contains("BadStatusLine") {
            true => got.starts_with(b"<!DOCTYPE"),
            false => got.is_empty(),
        };
        if !as_recorded {
            wrong.push(format!("{error}, here {:?}", String::from_utf8_lossy(got)));
        }
        return;
    }
    let Some(got) = Got::read(got) else {
        wrong.push(format!("no HTTP: {:?}", String::from_utf8_lossy(got)));
        return;
    };
    let mut same = |what: &str, real: &str, here: &str| {
        if real != here {
            wrong.push(format!("{what} {real:?}, here {here:?}"));
        }
    };
    same("status", &real["status"].to_string(), &got.status.to_string());
    let kind = real["headers"]["Content-Type"].as_str().unwrap_or_default();
    same("content type", kind, got.header("content-type").unwrap_or_default());
    if let Some(text) = real["body_text"].as_str() {
        // A page is the web server's own; what it says is in its title.
        let title = |text: &str| text.split("title>").nth(1).map(str::to_owned);
        if let Some(said) = title(text).filter(|_| kind.starts_with("text/html")) {
            same("title", &said, &title(&got.text()).unwrap_or_default());
            return;
        }
        same("body", text, &got.text());
        return;
    }
    match &real["body"] {
        Value::Null => same("body", "", &got.text()),
        body if name == "history" => lines(body, &got.json(), wrong),
        body => equal("", body, &got.json(), wrong),
    }
}

/// Histories differ in what the background of a real system adds, so each line is held against the next one of its kind.
fn lines(real: &Value, here: &Value, wrong: &mut Vec<String>) {
    let list = |body: &Value| {
        body["TicketHistory"][0]["History"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    };
    let mut here = list(here);
    for mut line in list(real) {
        let kind = line["HistoryType"].clone();
        // Mails to agents are not simulated, and the unlock time starts anew only in a new second.
        if kind == "SendAgentNotification" || kind == "Misc" {
            continue;
        }
        // The number of the ticket and the minute of a time are the installation's own.
        let loose = |name: &Value| {
            let name = name.as_str().unwrap_or_default();
            if name.starts_with("%%20") {
                "own".to_owned()
            } else {
                name.to_owned()
            }
        };
        let name = loose(&line["Name"]);
        let same = |other: &Value| other["HistoryType"] == kind && loose(&other["Name"]) == name;
        match here.iter().position(same) {
            Some(at) => {
                let found = here.remove(at);
                line["Name"] = found["Name"].clone();
                equal("History", &line, &found, wrong);
            }
            None => wrong.push(format!("no line {kind} {name}")),
        }
    }
}

fn equal(at: &str, real: &Value, here: &Value, wrong: &mut Vec<String>) {
    let key = at.rsplit('.').next().unwrap_or_default();
    let kind = |v: &Value| std::mem::discriminant(v);
    if OWN.contains(&key) && kind(real) == kind(here) {
        return;
    }
    if STAMPS.contains(&key) && real.is_number() && here.is_number() {
        if (real == 0) != (here == 0) {
            wrong.push(format!("{at} {real}, here {here}"));
        }
        return;
    }
    match (real, here) {
        (Value::Object(a), Value::Object(b)) => {
            let missing = |a: &Map<String, Value>, b: &Map<String, Value>| -> Vec<String> {
                a.keys().filter(|k| !b.contains_key(*k)).cloned().collect()
            };
            for (keys, what) in [(missing(a, b), "lacks"), (missing(b, a), "should not have")] {
                if !keys.is_empty() {
                    wrong.push(format!("{at} {what} {}", keys.join(", ")));
                }
            }
            for (key, value) in a {
                if let Some(other) = b.get(key) {
                    equal(&format!("{at}.{key}"), value, other, wrong);
                }
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            if a.len() != b.len() {
                wrong.push(format!("{at} {real}, here {here}"));
            }
            for (n, (a, b)) in a.iter().zip(b).enumerate() {
                equal(&format!("{at}[{n}]"), a, b, wrong);
            }
        }
        _ if real != here => wrong.push(format!("{at} {real}, here {here}")),
        _ => {}
    }
}
