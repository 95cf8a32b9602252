//! `TextEmbeddingsInferenceService` against a scripted engine; the answers are those of text-embeddings-inference's
//! `router/src/http` and `router/tests`.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::*;
use otai_plugin::{
    ClassificationService as _, Failure, Response, ScriptedHost, block_on, merged,
    serde_json::{self, Value, json},
};
use otai_remote_ai::TextEmbeddingsInferenceService;

fn service(script: &ScriptedHost, more: Value) -> TextEmbeddingsInferenceService {
    let all = json!({ "base_url": "https://gpu.example/tei", "api_key": KEY, "concurrency": 1 });
    script
        .service(TextEmbeddingsInferenceService::new, merged(all, more))
        .unwrap()
}

fn info(batch: usize) -> String {
    json!({
        "model_id": "acme/tickets", "model_sha": null, "model_dtype": "float16",
        "model_type": { "classifier": { "id2label": { "0": "Billing", "1": "Network" }, "label2id": { "Billing": 0, "Network": 1 } } },
        "max_concurrent_requests": 512, "max_input_length": 512, "max_batch_tokens": 16384, "max_batch_requests": null,
        "max_client_batch_size": batch, "auto_truncate": false, "tokenization_workers": 8, "version": "1.8.0",
    })
    .to_string()
}

fn embedding_info() -> String {
    json!({ "model_id": "e5", "model_type": { "embedding": { "pooling": "mean" } }, "max_client_batch_size": 32 })
        .to_string()
}

fn zero_shot() -> Value {
    json!({ "zero_shot": { "temperature": 0.1, "labels": {
        "Billing": { "description": "invoices", "examples": ["a refund please"] },
        "Network": { "description": "vpn and wifi" },
    } } })
}

fn with_info(batch: usize) -> ScriptedHost {
    ScriptedHost::new().answer("GET", "/tei/info", 200, &info(batch))
}

const ONE: &str = r#"[[{"score":0.9,"label":"Billing"},{"score":0.1,"label":"Network"}]]"#;

/// What becomes of one text when `/predict` answers so.
fn one(status: u16, body: &str) -> Result<otai_plugin::model::Classified, Failure> {
    let script = with_info(32).answer("POST", "/predict", status, body);
    block_on(service(&script, json!({})).classify(batch(&["x"], &["queue"])))
}

#[test]
fn a_batch_is_asked_as_lists_of_one_and_read_in_order() {
    let second = r#"[[{"score":0.2,"label":"Billing"},{"score":0.8,"label":"Network"}],[{"score":1.0004,"label":"Billing"},{"score":0,"label":"Network"}]]"#;
    let script = with_info(2)
        .answer("POST", "/tei/predict", 200, second)
        .answer("POST", "/tei/predict", 200, ONE);
    let service = service(&script, json!({}));
    let got = block_on(service.classify(batch(&["a", "b", "c"], &["queue", "type"]))).unwrap();
    let first: Vec<(&str, f32)> = got
        .predictions
        .iter()
        .map(|p| &labels(p, "queue")[0])
        .map(|l| (l.name.as_str(), l.confidence))
        .collect();
    assert_eq!(first, [("Network", 0.8), ("Billing", 1.0), ("Billing", 0.9)]);
    let call = &script.calls()[1];
    let wanted =
        json!({ "inputs": [[format!("a {WORD}")], [format!("b {WORD}")]], "raw_scores": false, "truncate": true });
    assert_eq!(script.body(1), wanted);
    assert!(
        call.headers
            .contains(&("authorization".into(), format!("Bearer {KEY}")))
    );
    assert_eq!(call.timeout, Some(std::time::Duration::from_secs(20)));
    assert_eq!(script.left(), 0);
}

#[test]
fn the_card_names_the_models_labels_and_the_field_of_the_config() {
    let card = block_on(service(&with_info(8), json!({ "field": "tags" })).model()).unwrap();
    assert_eq!(card.name, "acme/tickets");
    assert_eq!(
        card.fields["tags"].labels.keys().collect::<Vec<_>>(),
        ["Billing", "Network"]
    );
    assert!(card.fields["tags"].multi_label && card.remarks.iter().any(|r| r.contains("512 tokens")));
}

#[test]
fn an_engine_that_serves_the_wrong_kind_of_model_is_told_apart() {
    let embedding = ScriptedHost::new().answer("GET", "/info", 200, &embedding_info());
    let failure = block_on(service(&embedding, json!({})).model()).unwrap_err();
    assert!(
        failure.is_for_every_ticket() && failure.to_string().contains("`zero_shot`"),
        "{failure}"
    );
    let failure = block_on(service(&with_info(8), zero_shot()).model()).unwrap_err();
    assert!(
        failure.is_for_every_ticket() && failure.to_string().contains("remove `zero_shot`"),
        "{failure}"
    );
}

#[test]
fn a_field_that_is_not_wanted_and_an_empty_text_cost_no_request() {
    let script = ScriptedHost::new();
    let service = service(&script, json!({}));
    let got = block_on(service.classify(batch(&["a"], &["type"]))).unwrap();
    assert_eq!(got.predictions, [otai_plugin::model::Prediction::default()]);
    let mut empty = batch(&["a"], &["queue"]);
    empty.texts[0].text = " \n".into();
    assert!(left(block_on(service.classify(empty))).contains("empty"));
    assert_eq!(script.calls(), []);
}

#[test]
fn the_text_that_is_refused_is_found_and_the_others_are_kept() {
    let refusal = format!(r#"{{"error":"too long: {WORD}","error_type":"Validation"}}"#);
    let tokenizer = r#"{"error":"Tokenization error","error_type":"Tokenizer"}"#;
    let script = with_info(32)
        .answer("POST", "/predict", 413, &refusal)
        .answer("POST", "/predict", 200, ONE)
        .answer("POST", "/predict", 422, tokenizer);
    let got = block_on(service(&script, json!({})).classify(batch(&["a", "b"], &["queue"]))).unwrap();
    assert_eq!(labels(&got.predictions[0], "queue")[0].name, "Billing");
    assert!(reason(&got.predictions[1]).contains("tokens"));
    assert!(left(one(413, &refusal)).contains("max_text_chars"));
}

#[test]
fn scores_that_are_none_leave_the_text_to_a_human() {
    for (body, words) in [
        (r#"[[{"score":null,"label":"Billing"}]]"#, "no number"),
        (r#"[[{"score":7.5,"label":"Billing"}]]"#, "no probability"),
        ("[[]]", "no label"),
    ] {
        let why = left(one(200, body));
        assert!(why.contains(words), "{why}");
    }
    let single = r#"[{"score":0.7,"label":"Network"}]"#;
    assert_eq!(
        labels(&one(200, single).unwrap().predictions[0], "queue")[0].name,
        "Network"
    );
}

#[test]
fn another_number_of_answers_than_texts_is_an_error() {
    let two = format!("[{},{}]", &ONE[1..ONE.len() - 1], &ONE[1..ONE.len() - 1]);
    let failure = failed(one(200, &two));
    assert!(failure.to_string().contains("2 predictions for 1 texts"), "{failure}");
    let single = r#"[{"score":0.7,"label":"Network"}]"#;
    let script = with_info(32).answer("POST", "/predict", 200, single);
    let failure = failed(block_on(
        service(&script, json!({})).classify(batch(&["a", "b"], &["queue"])),
    ));
    assert!(failure.to_string().contains("single text where 2"), "{failure}");
}

#[test]
fn answers_that_are_no_answers_are_for_later_and_say_what_came() {
    let half = &ONE[..ONE.len() - 9];
    let echo = format!(r#"{{"{WORD}":1}}"#);
    for (body, words) in [
        (half, "ends in the middle"),
        ("<html>Login</html>", "web page"),
        (echo.as_str(), "another shape"),
    ] {
        let failure = failed(one(200, body));
        assert!(
            matches!(failure, Failure::Retry { .. }) && failure.to_string().contains(words),
            "{failure}"
        );
    }
    let sse = Response::of(200, &[("content-type", "text/event-stream")], "data: []");
    let script = with_info(32).respond("POST", "/predict", sse);
    let failure = failed(block_on(
        service(&script, json!({})).classify(batch(&["a"], &["queue"])),
    ));
    assert!(failure.to_string().contains("text/event-stream"), "{failure}");
}

#[test]
fn a_busy_engine_is_for_later_and_a_wrong_key_for_nobody() {
    let overloaded = r#"{"error":"Model is overloaded","error_type":"Overloaded"}"#;
    assert!(matches!(
        failed(one(429, overloaded)),
        Failure::Retry {
            after_ms: Some(60_000),
            ..
        }
    ));
    assert!(matches!(
        failed(one(424, r#"{"error":"x","error_type":"Backend"}"#)),
        Failure::Retry { after_ms: None, .. }
    ));
    let named = Response::of(
        503,
        &[("retry-after", "9")],
        r#"{"error":"unhealthy","error_type":"unhealthy"}"#,
    );
    let script = with_info(32).respond("POST", "/predict", named);
    let failure = failed(block_on(
        service(&script, json!({})).classify(batch(&["a"], &["queue"])),
    ));
    assert!(
        matches!(
            failure,
            Failure::Retry {
                after_ms: Some(9000),
                ..
            }
        ),
        "{failure:?}"
    );
    for (status, param) in [(401, "api_key"), (404, "base_url")] {
        let failure = failed(one(status, "{}"));
        assert!(
            failure.is_for_every_ticket() && failure.to_string().contains(param),
            "{failure}"
        );
    }
    assert!(matches!(failed(one(422, "Failed to deserialize")), Failure::Bug { .. }));
}

#[test]
fn labels_in_words_are_embedded_once_and_the_nearest_wins() {
    let info = embedding_info();
    let script = ScriptedHost::new()
        .answer("GET", "/info", 200, &info)
        .answer("POST", "/embed", 200, "[[1,0],[0.8,0.6]]")
        .answer("POST", "/embed", 200, "[[0,1]]")
        .answer("POST", "/embed", 200, "[[0.1,0.99],[0,0],[1,0]]")
        .answer("POST", "/embed", 200, "[[1,0]]");
    let service = service(&script, zero_shot());
    let got = block_on(service.classify(batch(&["a", "b", "c"], &["queue"]))).unwrap();
    let network = labels(&got.predictions[0], "queue");
    assert_eq!(network[0].name, "Network");
    assert!(
        network[0].confidence > 0.9 && network[0].confidence < 1.0 && network.len() == 2,
        "{network:?}"
    );
    assert!(
        reason(&got.predictions[1]).contains("embedding"),
        "a vector of zeros is none"
    );
    assert_eq!(labels(&got.predictions[2], "queue")[0].name, "Billing");
    block_on(service.classify(batch(&["d"], &["queue"]))).unwrap();
    let bodies: Vec<Value> = script.calls()[1..]
        .iter()
        .map(|c| serde_json::from_str(&c.body).unwrap())
        .collect();
    assert_eq!(
        bodies[0],
        json!({ "inputs": ["invoices", "a refund please"], "normalize": true, "truncate": true })
    );
    assert_eq!(
        bodies[3]["inputs"],
        json!([format!("d {WORD}")]),
        "the labels are known by now"
    );
}

#[test]
fn a_model_that_was_changed_meanwhile_is_noticed() {
    let script = ScriptedHost::new()
        .answer("GET", "/info", 200, &embedding_info())
        .answer("POST", "/embed", 200, "[[1,0],[1,0]]")
        .answer("POST", "/embed", 200, "[[0,1]]")
        .answer("POST", "/embed", 200, "[[1,0,0]]")
        .answer("POST", "/embed", 200, "[[1,0,0],[1,0,0]]")
        .answer("POST", "/embed", 200, "[[0,1,0]]")
        .answer("POST", "/embed", 200, "[[0,1,0]]");
    let service = service(&script, zero_shot());
    let failure = failed(block_on(service.classify(batch(&["a"], &["queue"]))));
    assert!(
        matches!(failure, Failure::Retry { .. }) && failure.to_string().contains("another length"),
        "{failure}"
    );
    let got = block_on(service.classify(batch(&["a"], &["queue"]))).unwrap();
    assert_eq!(
        labels(&got.predictions[0], "queue")[0].name,
        "Network",
        "the labels were embedded anew"
    );
}

#[test]
fn params_that_cannot_work_are_named() {
    let refused = |more: Value| {
        let all = merged(json!({ "base_url": "https://gpu.example" }), more);
        match ScriptedHost::new()
            .service(TextEmbeddingsInferenceService::new, all)
            .unwrap_err()
        {
            Failure::Rejected { field: Some(field), .. } => field,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused(json!({ "base_url": "http://gpu:80" })), "base_url");
    assert_eq!(refused(json!({ "field": " " })), "field");
    assert_eq!(refused(json!({ "max_text_chars": 3 })), "max_text_chars");
    assert_eq!(refused(json!({ "batch": 0 })), "batch");
    assert_eq!(
        refused(json!({ "zero_shot": { "labels": { "a": { "description": "b" } } } })),
        "zero_shot"
    );
    assert_eq!(
        refused(json!({ "zero_shot": { "labels": { "a": { "description": "b" }, "c": { "description": " " } } } })),
        "zero_shot"
    );
    let hot = json!({ "zero_shot": { "temperature": 0, "labels": { "a": { "description": "b" }, "c": { "description": "d" } } } });
    assert_eq!(refused(hot), "zero_shot.temperature");
}

#[test]
fn the_network_is_the_engine_and_nothing_else() {
    let script = ScriptedHost::new();
    let network = service(&script, json!({ "requests_per_minute": 90 })).network();
    assert_eq!(network.origins, ["https://gpu.example"]);
    assert_eq!(network.limits.requests_per_minute, Some(90.0));
    assert!(!network.plain_http);
    let plain = service(
        &script,
        json!({ "base_url": "http://10.1.2.3:8080", "allow_http": true }),
    )
    .network();
    assert!(plain.plain_http && plain.origins == ["http://10.1.2.3:8080"]);
}
