//! Which files of a model are read by otai. Everything else stays where it is: other formats of the same weights are as large as
//! these, and a pickle can run code when it is opened.

/// True for a file that an encoder in the form of Hugging Face needs; `path` with `/`, relative to its folder.
#[must_use]
pub fn wanted(path: &str) -> bool {
    let good = |part: &str| {
        let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        !part.is_empty() && !part.starts_with('.') && part.chars().all(letters)
    };
    // A hub names its files itself: nothing that could lead out of the folder is let in.
    if !path.split('/').all(good) {
        return false;
    }
    match path.split_once('/') {
        None => at_the_top(path),
        Some((folder, file)) => (folder == "1_Pooling" || folder.starts_with("2_")) && inside(file),
    }
}

/// True for a file of a model that otai trained: the model, its card, and the encoder that it was trained with.
pub(super) fn of_trained(path: &str) -> bool {
    let encoder =
        |(folder, file): (&str, &str)| folder.starts_with("encoder-") && !folder.contains('.') && wanted(file);
    matches!(path, "model.bin" | "card.json") || path.split_once('/').is_some_and(encoder)
}

fn at_the_top(name: &str) -> bool {
    let exact = [
        "config.json",
        "merges.txt",
        "special_tokens_map.json",
        "sentence_bert_config.json",
        "config_sentence_transformers.json",
        "modules.json",
    ];
    exact.contains(&name)
        || (name.starts_with("tokenizer") && name.ends_with(".json"))
        || (name.starts_with("vocab") && (name.ends_with(".txt") || name.ends_with(".json")))
        || is_weights(name)
        || name.ends_with(".safetensors.index.json")
}

fn inside(name: &str) -> bool {
    !name.contains('/') && (name == "config.json" || is_weights(name))
}

fn is_weights(name: &str) -> bool {
    name.ends_with(".safetensors")
}

/// Why these files make no model, in one clause; `None` if they do. `all`: every file of the source, wanted or not.
pub(super) fn lacking(all: &[String]) -> Option<String> {
    let has = |fits: &dyn Fn(&str) -> bool| all.iter().any(|path| fits(path));
    if !has(&|path| path == "config.json") {
        return Some("it has no config.json at its top: name the folder or repository of one model".to_owned());
    }
    if has(&|path| !path.contains('/') && is_weights(path)) {
        let tokenizer = has(&|path| path == "tokenizer.json");
        return (!tokenizer).then(|| {
            "it has no tokenizer.json: in a copy of it, `AutoTokenizer.from_pretrained(DIR).save_pretrained(DIR)` in transformers \
             writes one"
                .to_owned()
        });
    }
    let pickle = |path: &str| {
        [".bin", ".pt", ".pth", ".ckpt", ".pkl"]
            .iter()
            .any(|end| path.ends_with(end))
    };
    Some(if has(&pickle) {
        "it has its weights as pickle files only, which can run code when they are opened: take a model with *.safetensors".to_owned()
    } else {
        "it has no weights (*.safetensors): take a model that has".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_and_nothing_else() {
        for good in [
            "config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "vocab.txt",
            "vocab.json",
            "merges.txt",
            "special_tokens_map.json",
            "sentence_bert_config.json",
            "modules.json",
            "1_Pooling/config.json",
            "2_Dense/config.json",
            "2_Dense/model.safetensors",
            "model.safetensors",
            "model-00001-of-00002.safetensors",
            "model.safetensors.index.json",
        ] {
            assert!(wanted(good), "{good}");
        }
        for bad in [
            "",
            "README.md",
            "pytorch_model.bin",
            "tf_model.h5",
            "onnx/model.onnx",
            "onnx/config.json",
            "1_Pooling/pytorch_model.bin",
            "1_Pooling/a/config.json",
            "../config.json",
            "1_Pooling/../../model.safetensors",
            "/etc/model.safetensors",
            "2_x/..\\model.safetensors",
            ".model.safetensors",
            "vocab",
            "config.json/",
            "a\nb.safetensors",
        ] {
            assert!(!wanted(bad), "{bad}");
        }
    }

    #[test]
    fn a_trained_model_takes_its_encoder_along() {
        for good in [
            "model.bin",
            "card.json",
            "encoder-00ff/config.json",
            "encoder-00ff/1_Pooling/config.json",
        ] {
            assert!(of_trained(good), "{good}");
        }
        for bad in [
            "config.json",
            "encoder-00ff.new-7/config.json",
            "encoder-00ff/README.md",
            "model.bin.tmp",
            "other/config.json",
        ] {
            assert!(!of_trained(bad), "{bad}");
        }
    }

    #[test]
    fn what_makes_no_model_says_why() {
        let lacking = |files: &[&str]| super::lacking(&files.iter().map(|f| (*f).to_owned()).collect::<Vec<_>>());
        assert_eq!(lacking(&["config.json", "model.safetensors", "tokenizer.json"]), None);
        assert!(
            lacking(&["config.json", "model.safetensors", "spm.model"])
                .unwrap()
                .contains("no tokenizer.json")
        );
        assert!(lacking(&["model.safetensors"]).unwrap().contains("no config.json"));
        assert!(
            lacking(&["config.json", "pytorch_model.bin"])
                .unwrap()
                .contains("pickle")
        );
        assert!(
            lacking(&["config.json", "onnx/model.safetensors"])
                .unwrap()
                .contains("no weights")
        );
    }
}
