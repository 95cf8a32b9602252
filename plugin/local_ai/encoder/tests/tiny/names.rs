//! What each family calls its tensors.

use super::Family;

/// What stands before the names of the encoder.
pub(super) fn prefix(family: Family) -> &'static str {
    match family {
        Family::Bert => "bert.",
        Family::DistilBert => "distilbert.",
        Family::Roberta | Family::XlmRoberta => "roberta.",
        Family::Mpnet => "mpnet.",
        Family::ModernBert => "model.",
        Family::Deberta => "deberta.",
    }
}

/// What stands before the scores, and the scores.
pub(super) fn head_names(family: Family) -> (&'static str, &'static str) {
    match family {
        Family::Bert => ("bert.pooler.dense", "classifier"),
        Family::DistilBert => ("pre_classifier", "classifier"),
        Family::Deberta => ("pooler.dense", "classifier"),
        _ => ("classifier.dense", "classifier.out_proj"),
    }
}

/// The stem, then query, key, value, output, LayerNorm, up, down and LayerNorm of a layer.
pub(super) fn layer_names(family: Family) -> (&'static str, [String; 8]) {
    let (stem, names) = match family {
        Family::DistilBert => (
            "transformer.layer",
            "attention.q_lin attention.k_lin attention.v_lin attention.out_lin sa_layer_norm ffn.lin1 ffn.lin2 output_layer_norm",
        ),
        Family::Mpnet => (
            "encoder.layer",
            "attention.attn.q attention.attn.k attention.attn.v attention.attn.o attention.LayerNorm intermediate.dense \
             output.dense output.LayerNorm",
        ),
        Family::Deberta => (
            "encoder.layer",
            "attention.self.query_proj attention.self.key_proj attention.self.value_proj attention.output.dense \
             attention.output.LayerNorm intermediate.dense output.dense output.LayerNorm",
        ),
        _ => (
            "encoder.layer",
            "attention.self.query attention.self.key attention.self.value attention.output.dense attention.output.LayerNorm \
             intermediate.dense output.dense output.LayerNorm",
        ),
    };
    let names: Vec<String> = names.split(' ').map(str::to_owned).collect();
    (stem, names.try_into().unwrap())
}
