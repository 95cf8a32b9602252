//! `OpenAICompatibleClassificationService` against a scripted engine that refuses, fails or talks nonsense.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{chat::*, *};
use otai_plugin::{ClassificationService as _, Failure, Response, ScriptedHost, block_on, serde_json::json};

#[test]
fn one_bad_answer_costs_its_own_text_only() {
    let script = ScriptedHost::new()
        .answer("POST", "/chat", 200, &sure().to_string())
        .answer("POST", "/chat", 200, &completion("hm", &[]).to_string())
        .answer("POST", "/chat", 200, &sure().to_string());
    let got = block_on(service(&script, json!({})).classify(batch(&["a", "b", "c"], &["queue"]))).unwrap();
    assert_eq!(labels(&got.predictions[0], "queue")[0].name, "Billing");
    assert!(reason(&got.predictions[1]).contains("JSON"));
    assert_eq!(labels(&got.predictions[2], "queue")[0].name, "Billing");
}

#[test]
fn what_was_answered_before_a_failure_is_not_asked_again() {
    let busy = Response::of(429, &[("retry-after", "3")], "{}");
    let script = ScriptedHost::new()
        .answer("POST", "/chat", 200, &sure().to_string())
        .respond("POST", "/chat", busy)
        .answer("POST", "/chat", 200, &completion("hm", &[]).to_string());
    let service = service(&script, json!({}));
    let failure = failed(block_on(service.classify(batch(&["a", "b"], &["queue"]))));
    assert!(
        matches!(
            failure,
            Failure::Retry {
                after_ms: Some(3000),
                ..
            }
        ),
        "{failure:?}"
    );
    let got = block_on(service.classify(batch(&["a", "b"], &["queue"]))).unwrap();
    assert_eq!(labels(&got.predictions[0], "queue")[0].name, "Billing");
    assert_eq!((script.calls().len(), script.left()), (3, 0));
}

#[test]
fn refusals_name_the_param_that_helps() {
    let vllm =
        |message: &str| json!({ "error": { "message": message, "type": "BadRequestError", "code": 400 } }).to_string();
    let lm_studio = json!({ "error": "'response_format.type' must be 'json_schema' or 'text'" }).to_string();
    let missing = vllm("The model `qwen3:8b` does not exist.");
    for (status, body, param) in [
        (401, "{}".to_owned(), "`api_key`"),
        (403, "{}".to_owned(), "`api_key`"),
        (404, missing, "`model`"),
        (404, r#"{"detail":"Not Found"}"#.to_owned(), "`base_url`"),
        (400, lm_studio, "`structured`"),
        (
            500,
            vllm("response_format type must be one of \"text\" or \"json_object\""),
            "`structured`",
        ),
        (400, vllm("logprobs is not supported"), "`logprobs: off`"),
        (301, String::new(), "`base_url`"),
    ] {
        let failure = failed(one(status, &body, json!({})));
        assert!(
            failure.is_for_every_ticket() && failure.to_string().contains(param),
            "{status} {body}: {failure}"
        );
    }
    let failure = failed(block_on(async {
        let script = ScriptedHost::new().answer("POST", "/chat/completions", 404, "404 page not found");
        service(&script, json!({ "base_url": "https://gpu.example" }))
            .classify(batch(&["x"], &["queue"]))
            .await
    }));
    assert!(failure.to_string().contains("`/v1`"), "{failure}");
    let long = vllm("This model's maximum context length is 4096 tokens. However, you requested 9999 tokens");
    assert!(left(one(400, &long, json!({}))).contains("`max_text_chars`"));
}

#[test]
fn words_of_a_customer_in_an_engines_message_stop_nobody_else() {
    let echo =
        json!({ "error": { "message": format!("cannot parse: logprobs response_format model not found {WORD}") } });
    let script = ScriptedHost::new().answer("POST", "/chat", 400, &echo.to_string());
    let text = "LOGPROBS response_format json_schema model not found";
    let failure = failed(block_on(
        service(&script, json!({})).classify(batch(&[text], &["queue"])),
    ));
    assert!(
        matches!(
            failure,
            Failure::Rejected {
                every_ticket: false,
                ..
            }
        ),
        "{failure:?}"
    );
}

#[test]
fn answers_that_are_no_answers_are_for_later_and_say_what_came() {
    let whole = sure().to_string();
    for (body, words) in [
        (&whole[..40], "ends in the middle"),
        ("<html>Login</html>", "web page"),
        ("{\"x\":1}", "another shape"),
    ] {
        let failure = failed(one(200, body, json!({})));
        assert!(
            matches!(failure, Failure::Retry { .. }) && failure.to_string().contains(words),
            "{failure}"
        );
    }
    assert!(matches!(
        failed(one(502, "<html>", json!({}))),
        Failure::Retry { after_ms: None, .. }
    ));
}

#[test]
fn check_proves_address_and_key_and_tells_of_a_missing_model() {
    let card = |body: &str| {
        let script = ScriptedHost::new().answer("GET", "/v1/models", 200, body);
        block_on(service(&script, json!({})).model())
    };
    let known = card(r#"{"object":"list","data":[{"id":"llama3"},{"id":"qwen3:8b"}]}"#).unwrap();
    assert_eq!(
        known.fields["queue"].labels.keys().collect::<Vec<_>>(),
        ["Billing", "Network"]
    );
    assert!(known.remarks.is_empty() && known.fields["tags"].multi_label && !known.fields["queue"].multi_label);
    let unknown = card(r#"{"data":[{"id":"llama3"}]}"#).unwrap();
    assert!(
        unknown.remarks[0].contains("`qwen3:8b`") && unknown.remarks[0].contains("llama3"),
        "{unknown:?}"
    );
    for (status, param) in [(401, "api_key"), (404, "base_url")] {
        let script = ScriptedHost::new().answer("GET", "/v1/models", status, "{}");
        let failure = block_on(service(&script, json!({})).model()).unwrap_err();
        assert!(
            failure.is_for_every_ticket() && failure.to_string().contains(param),
            "{failure}"
        );
    }
    let down = ScriptedHost::new().fail("GET", "/v1/models", Failure::retry("cannot connect"));
    assert!(matches!(
        block_on(service(&down, json!({})).model()),
        Err(Failure::Retry { .. })
    ));
}
