//! What the border costs: one page of 100 tickets, asked of the service as a Rust method and over the frozen border.
//!
//! Over the border means what the host pays: `Find` encoded, the call, the request and its answer through the host object, and
//! `Page` decoded. The object is the one that the library exports; the library adds nothing to it.
#![allow(missing_docs, reason = "criterion's macros")]

use std::{
    fmt::Write as _,
    hint::black_box,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use abi_stable::{
    sabi_trait::TD_Opaque,
    std_types::{RResult, RSlice, RStr, RString, RVec},
};
use async_ffi::{FfiFuture, FutureExt as _};
use criterion::{BatchSize, Criterion, Throughput};
use otai_freshdesk::{FreshdeskTicketsystemService, Params};
use otai_plugin::{
    Response, ScriptedHost, TicketSystemService as _, block_on, bridge,
    export::abi::{Host, Host_TO, HttpHeader, HttpRequest, HttpResponse, TicketSystemObject},
    model::{Find, Page},
    serde_json::{self, Value, json},
};

const FIELDS: &str = include_str!("../tests/fixtures/ticket_fields.json");
const ROWS: &str = include_str!("../tests/fixtures/ticket_list_row.json");
const PARAMS: &str = r#"{"domain": "acme", "api_key": "bench"}"#;
const TICKETS: u32 = 100;
/// Pairs of calls behind the last line: alternating, so that whatever else the machine does falls on both.
const PAIRS: usize = 1000;

/// A page as Freshdesk's list sends it with `include=description`: each body about 1 kB, once as HTML and once as text.
fn page() -> String {
    let mut rows: Vec<Value> = serde_json::from_str(ROWS).expect("the fixture is JSON");
    let row = rows.remove(0);
    let row = |n: u32| {
        let text = body(n);
        let mut row = row.clone();
        row["id"] = json!(4711 + n);
        row["subject"] = json!(format!("Rechnung {} doppelt abgebucht", 2291 + n));
        row["updated_at"] = json!(format!("2026-09-01T09:{:02}:{:02}Z", 12 + n / 60, n % 60));
        row["group_id"] = match n % 4 {
            0 => json!(151_000_201_001_u64),
            _ => Value::Null,
        };
        row["tags"] = json!(["vip", "rechnung"][..(n % 3) as usize]);
        row["custom_fields"]["cf_order_no"] = json!(format!("A-{n:05}"));
        row["description"] = json!(format!("<div>{}</div>", text.replace('\n', "<br>")));
        row["description_text"] = json!(text);
        row
    };
    Value::Array((0..TICKETS).map(row).collect()).to_string()
}

fn body(n: u32) -> String {
    let mut text = String::from("Hallo zusammen,\n\n");
    let mut line = 0;
    while text.len() < 950 {
        line += 1;
        let _ = writeln!(
            text,
            "die Rechnung {} wurde zweimal abgebucht, am {}. und am {}. September; bitte prüfen.",
            2291 + n + line,
            1 + line,
            3 + line
        );
    }
    text + "\nViele Grüße\nMara Lind"
}

fn find() -> Find {
    Find {
        since: Some("2026-09-01T00:00:00Z".to_owned()),
        ..Find::default()
    }
}

/// The service, called as a method. The answer lies ready.
struct Direct {
    script: ScriptedHost,
    service: FreshdeskTicketsystemService,
    page: String,
}

impl Direct {
    fn new(page: &str) -> Self {
        let script = ScriptedHost::new().answer("GET", "/ticket_fields", 200, FIELDS);
        let params: Params = serde_json::from_str(PARAMS).expect("parameters");
        let direct = Self {
            service: FreshdeskTicketsystemService::new(params, script.host()).expect("a service"),
            script,
            page: page.to_owned(),
        };
        direct.lay_ready();
        check(&direct.call());
        direct
    }

    fn lay_ready(&self) {
        let response = Response {
            status: 200,
            headers: vec![(TYPE.0.to_owned(), TYPE.1.to_owned())],
            body: self.page.clone().into_bytes(),
        };
        let _ = self.script.clone().respond("GET", "/tickets?", response);
    }

    fn call(&self) -> Page {
        block_on(self.service.find_tickets(find())).expect("a page")
    }
}

const TYPE: (&str, &str) = ("content-type", "application/json; charset=utf-8");

/// The host's side of the border. The answer lies ready.
#[derive(Clone)]
struct Desk(Arc<Mutex<Option<HttpResponse>>>);

impl Desk {
    fn lay_ready(&self, body: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(response(body));
    }
}

fn response(body: &str) -> HttpResponse {
    let header = HttpHeader {
        name: TYPE.0.into(),
        value: TYPE.1.into(),
    };
    HttpResponse {
        status: 200,
        headers: vec![header].into(),
        body: body.as_bytes().to_vec().into(),
        meta: RVec::new(),
    }
}

impl Host for Desk {
    fn http(&self, request: HttpRequest) -> FfiFuture<RResult<HttpResponse, RVec<u8>>> {
        let answer = match request.url.contains("/ticket_fields") {
            true => Some(response(FIELDS)),
            false => self.0.lock().unwrap_or_else(PoisonError::into_inner).take(),
        };
        async move { answer.map_or_else(|| RResult::RErr(RVec::new()), RResult::ROk) }.into_ffi()
    }
    fn log_enabled(&self, _: u32, _: RStr<'_>) -> bool {
        false
    }
    fn log(&self, _: RVec<u8>) {}
    fn invoke(&self, _: RString, _: RVec<u8>) -> FfiFuture<RResult<RVec<u8>, RVec<u8>>> {
        async { RResult::RErr(RVec::new()) }.into_ffi()
    }
}

/// The same service behind the border.
struct Border {
    desk: Desk,
    object: TicketSystemObject,
    page: String,
}

impl Border {
    fn new(page: &str) -> Self {
        let desk = Desk(Arc::default());
        let host = Host_TO::from_value(desk.clone(), TD_Opaque);
        let params = RSlice::from_slice(PARAMS.as_bytes());
        let object = match bridge::ticket_system::<FreshdeskTicketsystemService>("bench", params, host) {
            RResult::ROk(object) => object,
            RResult::RErr(failure) => panic!("no service: {}", String::from_utf8_lossy(&failure)),
        };
        let border = Self {
            desk,
            object,
            page: page.to_owned(),
        };
        border.lay_ready();
        check(&border.call());
        border
    }

    fn lay_ready(&self) {
        self.desk.lay_ready(&self.page);
    }

    fn call(&self) -> Page {
        let question = serde_json::to_vec(&find()).expect("JSON");
        match block_on(self.object.find_tickets(question.into())) {
            RResult::ROk(answer) => serde_json::from_slice(&answer).expect("a page"),
            RResult::RErr(failure) => panic!("no page: {}", String::from_utf8_lossy(&failure)),
        }
    }
}

fn check(page: &Page) {
    assert_eq!(page.tickets.len(), TICKETS as usize);
    assert!(page.tickets.iter().all(|t| (900..1200).contains(&t.body.len())));
}

fn timed(ready: impl Fn(), call: impl Fn() -> Page) -> Duration {
    ready();
    let start = Instant::now();
    drop(black_box(call()));
    start.elapsed()
}

/// Of the fastest quarter the slowest: near what a machine with nothing else to do takes.
fn per_ticket(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 4].as_secs_f64() * 1e6 / f64::from(TICKETS)
}

fn main() {
    let page = page();
    let (direct, border) = (Direct::new(&page), Border::new(&page));
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    let mut group = criterion.benchmark_group("page_of_100");
    group.throughput(Throughput::Elements(u64::from(TICKETS)));
    group.bench_function("direct", |b| {
        b.iter_batched(
            || direct.lay_ready(),
            |()| drop(black_box(direct.call())),
            BatchSize::PerIteration,
        );
    });
    group.bench_function("border", |b| {
        b.iter_batched(
            || border.lay_ready(),
            |()| drop(black_box(border.call())),
            BatchSize::PerIteration,
        );
    });
    group.finish();
    criterion.final_summary();

    let (mut straight, mut crossing) = (Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        straight.push(timed(|| direct.lay_ready(), || direct.call()));
        crossing.push(timed(|| border.lay_ready(), || border.call()));
    }
    let (x, y) = (per_ticket(straight), per_ticket(crossing));
    println!(
        "border: direct {x:.2} µs, border {y:.2} µs, difference {:.2} µs per ticket",
        y - x
    );
}
