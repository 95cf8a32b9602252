//! What comes out is what a slow and plain computation gives, for every family, any text, any batch and any number of threads.

#![allow(clippy::unwrap_used)]

mod tiny;

use otai_encoder::{Encoder, Options, Pooling, Precision, SequenceClassifier};
use serde_json::json;
use tiny::{FAMILIES, Family, LABELS, Tiny, WIDTH};

const F32: Options = Options {
    precision: Precision::F32,
    threads: 1,
};

fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "a",
        "My printer is on fire.",
        "the invoice is missing, my invoices missing",
        "🙂 🙃 👩‍👩‍👧",
        "nul \0 in a text",
        "مرحبا بالعالم",
        "\u{202e}abc",
        "Ünïcödé é e\u{301}",
        "[CLS] [SEP] <s> </s>",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.extend([5, 17, 30, 36, 38, 60, 500].map(|n| "fire on the printer, missing ".repeat(n / 5 + 1)));
    texts.push("x".repeat(300));
    texts
}

fn most(found: &[f32], want: &[f64]) -> f64 {
    assert_eq!(found.len(), want.len());
    found
        .iter()
        .zip(want)
        .map(|(x, y)| (f64::from(*x) - y).abs())
        .fold(0.0, f64::max)
}

#[test]
fn scores_are_those_of_plain_loops() {
    for family in FAMILIES {
        let tiny = Tiny::new(family);
        let classifier = SequenceClassifier::open(tiny.path(), &F32).unwrap();
        assert_eq!(classifier.labels(), ["billing", "hardware", "other"]);
        assert_eq!(classifier.max_tokens(), tiny.limit());
        assert!(!classifier.multi_label());
        for text in texts() {
            let difference = most(&classifier.logits(&[&text]), &tiny.scores(&text));
            assert!(difference < 1e-4, "{family:?} {text:?}: {difference}");
        }
    }
}

#[test]
fn modern_bert_follows_its_config() {
    let tiny = Tiny::new(Family::ModernBert);
    let want: Vec<Vec<f64>> = texts().iter().map(|text| tiny.scores(text)).collect();
    let mut config = tiny.config();
    // What transformers writes since version 5, in place of the names of before.
    for name in ["global_attn_every_n_layers", "global_rope_theta", "local_rope_theta"] {
        config.as_object_mut().unwrap().remove(name);
    }
    config["layer_types"] = json!(["full_attention", "sliding_attention"]);
    config["position_embedding_type"] = json!("sans_pos");
    config["rope_parameters"] = json!({
        "full_attention": {"rope_type": "default", "rope_theta": 160_000.0},
        "sliding_attention": {"rope_type": "default", "rope_theta": 10_000.0},
    });
    tiny.write("config.json", &config);
    let classifier = SequenceClassifier::open(tiny.path(), &F32).unwrap();
    for (text, want) in texts().iter().zip(&want) {
        assert!(most(&classifier.logits(&[text]), want) < 1e-4, "{text:?}");
    }
    config["classifier_pooling"] = json!("mean");
    tiny.write("config.json", &config);
    let classifier = SequenceClassifier::open(tiny.path(), &F32).unwrap();
    for text in texts() {
        assert!(
            most(&classifier.logits(&[&text]), &tiny.scores_of_mean(&text)) < 1e-4,
            "{text:?}"
        );
    }
    config["rope_parameters"]["full_attention"]["rope_theta"] = json!(10.0);
    tiny.write("config.json", &config);
    let other = SequenceClassifier::open(tiny.path(), &F32).unwrap();
    assert_ne!(
        other.logits(&["My printer is on fire"]),
        classifier.logits(&["My printer is on fire"])
    );
}

#[test]
fn embeddings_are_those_of_plain_loops() {
    for family in FAMILIES {
        let tiny = Tiny::new(family);
        let encoder = Encoder::open(tiny.path(), &F32).unwrap();
        assert_eq!(
            (encoder.dim(), encoder.pooling(), encoder.normalised()),
            (WIDTH, Pooling::Mean, false)
        );
        for text in texts() {
            let difference = most(encoder.embed(&[&text]).values(), &tiny.mean(&text));
            assert!(difference < 1e-4, "{family:?} {text:?}: {difference}");
        }
    }
}

#[test]
fn pooling_and_length_of_sentence_transformers_are_followed() {
    let tiny = Tiny::new(Family::Bert);
    let modules = |normalise: bool| {
        let mut list = vec![
            json!({"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"}),
            json!({"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}),
        ];
        list.extend(
            normalise.then(|| json!({"idx": 2, "path": "2_N", "type": "sentence_transformers.models.Normalize"})),
        );
        json!(list)
    };
    let text = "My printer is on fire.";
    let hidden = tiny.hidden(text);
    let max: Vec<f64> = (0..WIDTH)
        .map(|i| hidden.iter().map(|row| row[i]).fold(f64::MIN, f64::max))
        .collect();
    for (config, want) in [
        (
            json!({"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}),
            hidden[0].clone(),
        ),
        (json!({"pooling_mode_mean_tokens": true}), tiny.mean(text)),
        (json!({"pooling_mode_max_tokens": true}), max),
        (json!({"pooling_mode": "cls"}), hidden[0].clone()),
    ] {
        tiny.write("1_Pooling/config.json", &config);
        tiny.write("modules.json", &modules(false));
        let encoder = Encoder::open(tiny.path(), &F32).unwrap();
        assert!(most(encoder.embed(&[text]).values(), &want) < 1e-4, "{config}");
        tiny.write("modules.json", &modules(true));
        let encoder = Encoder::open(tiny.path(), &F32).unwrap();
        let length = want.iter().map(|x| x * x).sum::<f64>().sqrt();
        let want: Vec<f64> = want.iter().map(|x| x / length).collect();
        assert!(most(encoder.embed(&[text]).values(), &want) < 1e-4, "{config}");
    }
    tiny.write("tokenizer_config.json", &json!({"model_max_length": 1e30}));
    assert_eq!(Encoder::open(tiny.path(), &F32).unwrap().max_tokens(), tiny::POSITIONS);
    tiny.write("tokenizer_config.json", &json!({"model_max_length": 30}));
    assert_eq!(Encoder::open(tiny.path(), &F32).unwrap().max_tokens(), 30);
    tiny.write(
        "sentence_bert_config.json",
        &json!({"max_seq_length": 12, "do_lower_case": false}),
    );
    let encoder = Encoder::open(tiny.path(), &F32).unwrap();
    assert_eq!(encoder.max_tokens(), 12);
    // Ten words fill the limit; what follows is not looked at.
    let ten = "fire ".repeat(10);
    assert_eq!(encoder.embed(&[&ten]), encoder.embed(&[&format!("{ten} printer")]));
}

#[test]
fn a_model_in_a_folder_below_is_found() {
    let tiny = Tiny::new(Family::DistilBert);
    let below = tiny.path().join("0_Transformer");
    std::fs::create_dir(&below).unwrap();
    for name in ["config.json", "tokenizer.json", "model.safetensors"] {
        std::fs::rename(tiny.path().join(name), below.join(name)).unwrap();
    }
    tiny.write(
        "modules.json",
        &json!([{"path": "0_Transformer", "type": "sentence_transformers.models.Transformer"}]),
    );
    assert_eq!(Encoder::open(tiny.path(), &F32).unwrap().dim(), WIDTH);
}

#[test]
fn batches_order_and_threads_change_nothing() {
    let texts = texts();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    for family in FAMILIES {
        let tiny = Tiny::new(family);
        for precision in [Precision::F32, Precision::Int8] {
            let one = SequenceClassifier::open(tiny.path(), &Options { precision, threads: 1 }).unwrap();
            let two = SequenceClassifier::open(tiny.path(), &Options { precision, threads: 2 }).unwrap();
            let alone: Vec<f32> = texts.iter().flat_map(|text| one.logits(&[text])).collect();
            assert_eq!(one.logits(&texts), alone);
            assert_eq!(two.logits(&texts), alone);
            let back: Vec<&str> = texts.iter().rev().copied().collect();
            let rows: Vec<f32> = two.logits(&back).chunks(LABELS).rev().flatten().copied().collect();
            assert_eq!(rows, alone);
            let encoder = Encoder::open(tiny.path(), &Options { precision, threads: 2 }).unwrap();
            let alone: Vec<f32> = texts
                .iter()
                .flat_map(|text| encoder.embed(&[text]).into_values())
                .collect();
            assert_eq!(encoder.embed(&texts).values(), alone);
            assert!(one.logits(&[]).is_empty());
        }
    }
}

#[test]
fn bytes_are_near_floats() {
    for family in FAMILIES {
        let tiny = Tiny::new(family);
        let int8 = Options {
            precision: Precision::Int8,
            threads: 1,
        };
        let exact = Encoder::open(tiny.path(), &F32).unwrap();
        let rough = Encoder::open(tiny.path(), &int8).unwrap();
        for text in texts() {
            let (a, b) = (exact.embed(&[&text]).into_values(), rough.embed(&[&text]).into_values());
            let dot = |a: &[f32], b: &[f32]| -> f32 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
            // Few and evenly spread weights are the worst case; see parity.rs for real ones.
            let cosine = dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt();
            let least = match family {
                // What it adds up is not normalised between its layers, so errors add up, too.
                Family::ModernBert => 0.85,
                // Each score is the sum of three products.
                Family::Deberta => 0.9,
                _ => 0.95,
            };
            assert!(cosine > least, "{family:?} {text:?}: {cosine}");
        }
    }
}

#[test]
fn a_long_text_gives_what_its_start_gives_in_little_time() {
    for family in FAMILIES {
        let tiny = Tiny::new(family);
        let classifier = SequenceClassifier::open(tiny.path(), &F32).unwrap();
        let start = "My printer is on fire, the invoice is missing. ".repeat(20);
        let want = classifier.logits(&[&start]);
        for more in ["printer is on ", "x", " ", "é", "🙂", ".", "\0"] {
            let long = format!("{start}{}", more.repeat(1_000_000 / more.len()));
            let begin = std::time::Instant::now();
            assert_eq!(classifier.logits(&[&long]), want, "{family:?} {more:?}");
            assert!(begin.elapsed().as_secs_f64() < 1.0, "{family:?} {more:?}");
        }
        // White space alone has no tokens, so all of it must be looked at.
        let blank = format!("{}fire", " ".repeat(100_000));
        assert_eq!(classifier.logits(&[&blank]).len(), LABELS);
    }
}

#[test]
fn the_fingerprint_follows_every_file() {
    let tiny = Tiny::new(Family::Bert);
    let print = || Encoder::open(tiny.path(), &F32).unwrap().fingerprint().unwrap();
    let first = print();
    assert_eq!((first.len(), &first), (64, &print()));
    tiny.write("sentence_bert_config.json", &json!({"max_seq_length": 20}));
    let second = print();
    assert_ne!(first, second);
    let mut tensors = tiny.tensors.clone();
    tensors.values_mut().next().unwrap().1[0] += 0.5;
    tiny.save(&tensors);
    assert_ne!(second, print());
}

#[test]
fn names_without_prefix_and_old_names_are_read() {
    let tiny = Tiny::new(Family::Bert);
    let want = Encoder::open(tiny.path(), &F32).unwrap().embed(&["fire"]);
    let rename = |name: &String| {
        let name = name.strip_prefix("bert.").unwrap_or(name);
        name.replace("LayerNorm.weight", "LayerNorm.gamma")
            .replace("LayerNorm.bias", "LayerNorm.beta")
    };
    tiny.save(&tiny.tensors.iter().map(|(name, x)| (rename(name), x.clone())).collect());
    assert_eq!(Encoder::open(tiny.path(), &F32).unwrap().embed(&["fire"]), want);
}
