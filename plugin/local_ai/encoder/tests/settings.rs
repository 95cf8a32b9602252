//! Whatever `config.json` says, it makes sense or is refused with one sentence.

#![allow(clippy::unwrap_used)]

mod tiny;

use serde_json::{Value, json};
use tiny::refused::{says, with};
use tiny::{Family, Tiny};

#[test]
fn unknown_architectures_are_named() {
    says(
        &with(Family::Bert, "model_type", json!("gpt2")),
        &["\"gpt2\"", "bert, distilbert, roberta"],
    );
    says(
        &with(Family::Bert, "model_type", Value::Null),
        &["config.json", "supported"],
    );
    says(
        &with(Family::Bert, "hidden_act", json!("swish")),
        &["hidden_act", "swish", "not supported"],
    );
    says(
        &with(Family::Mpnet, "relative_attention_num_buckets", json!(64)),
        &["relative_attention_num_buckets 64"],
    );
    says(
        &with(Family::Bert, "position_embedding_type", json!("relative_key")),
        &["relative_key", "not supported"],
    );
    let tiny = Tiny::new(Family::Bert);
    tiny.write(
        "modules.json",
        &json!([{"path": "2_Dense", "type": "sentence_transformers.models.Dense"}]),
    );
    says(&tiny, &["Dense", "not supported"]);
    tiny.write("modules.json", &json!([{"path": "../x", "type": "a.Transformer"}]));
    says(&tiny, &["leads out of the folder"]);
    tiny.write("modules.json", &json!([{"path": "1_Pooling", "type": "a.Pooling"}]));
    tiny.write(
        "1_Pooling/config.json",
        &json!({"pooling_mode_mean_tokens": true, "pooling_mode_max_tokens": true}),
    );
    says(&tiny, &["1_Pooling", "mean", "max", "not supported"]);
}

#[test]
fn settings_without_sense_are_refused() {
    let strange = [
        json!(0),
        json!(-1),
        json!(1e300),
        json!("x"),
        json!([]),
        json!(u64::MAX),
        json!(1.5),
    ];
    for value in strange {
        for family in [Family::Bert, Family::DistilBert] {
            let keys: &[&str] = match family {
                Family::DistilBert => &["dim", "n_layers", "n_heads", "hidden_dim"],
                _ => &[
                    "hidden_size",
                    "num_hidden_layers",
                    "num_attention_heads",
                    "intermediate_size",
                    "type_vocab_size",
                ],
            };
            for key in keys {
                says(&with(family, key, value.clone()), &["config.json", key]);
            }
        }
    }
    says(&with(Family::Bert, "num_attention_heads", json!(5)), &["5 heads", "24"]);
    says(&with(Family::Bert, "layer_norm_eps", json!(-1)), &["layer_norm_eps"]);
    says(
        &with(Family::Roberta, "pad_token_id", json!(39)),
        &["max_position_embeddings"],
    );
    says(&with(Family::Roberta, "pad_token_id", json!(-3)), &["pad_token_id"]);
    says(
        &with(Family::Bert, "num_hidden_layers", json!(60_000)),
        &["no tensor", "encoder.layer."],
    );
}

#[test]
fn what_only_deberta_is_told_must_make_sense() {
    let refuses = |name: &str, value: Value, words: &[&str]| says(&with(Family::Deberta, name, value), words);
    refuses(
        "relative_attention",
        json!(false),
        &["relative_attention false", "not supported"],
    );
    refuses("embedding_size", json!(128), &["embedding_size 128", "not supported"]);
    refuses("conv_kernel_size", json!(3), &["conv_kernel_size 3", "not supported"]);
    refuses("pooler_hidden_act", json!("tanh"), &["pooler_hidden_act \"tanh\""]);
    refuses("pos_att_type", json!("p2c|p2p"), &["pos_att_type \"p2c|p2p\""]);
    refuses("position_buckets", json!("many"), &["position_buckets is \"many\""]);
    refuses("position_buckets", json!(1), &["position_buckets 1", "40"]);
    refuses("max_relative_positions", json!(5), &["position_buckets 8", "5"]);
    refuses("max_relative_positions", json!(1.5), &["max_relative_positions is 1.5"]);
    refuses("position_buckets", json!(100_000), &["position_buckets 100000"]);
    refuses("share_att_key", json!(false), &["no tensor", "pos_key_proj"]);
    refuses(
        "position_biased_input",
        json!(true),
        &["no tensor", "position_embeddings"],
    );
    refuses("model_type", json!("deberta"), &["\"deberta\"", "deberta-v2"]);
}

#[test]
fn what_only_modern_bert_is_told_must_make_sense() {
    let refuses = |name: &str, value: Value, words: &[&str]| says(&with(Family::ModernBert, name, value), words);
    refuses(
        "layer_types",
        json!(["full_attention"]),
        &["layer_types", "full_attention"],
    );
    refuses(
        "layer_types",
        json!(["full_attention", "linear"]),
        &["layer_types", "linear"],
    );
    refuses("local_attention", json!(0), &["local_attention is 0"]);
    refuses(
        "global_attn_every_n_layers",
        json!(0),
        &["global_attn_every_n_layers is 0"],
    );
    refuses("global_rope_theta", json!("much"), &["global_rope_theta is \"much\""]);
    refuses("rope_scaling", json!({"type": "yarn"}), &["not supported", "yarn"]);
    let yarn = json!({"sliding_attention": {"rope_type": "yarn"}});
    refuses("rope_parameters", yarn, &["not supported", "yarn"]);
    refuses("classifier_pooling", json!("max"), &["classifier_pooling \"max\""]);
    refuses(
        "classifier_activation",
        json!("relu"),
        &["classifier_activation \"relu\""],
    );
    refuses("hidden_activation", json!("swish"), &["hidden_activation \"swish\""]);
    refuses("norm_eps", json!(-1), &["norm_eps"]);
    refuses("num_attention_heads", json!(8), &["heads of 3 numbers"]);
}
