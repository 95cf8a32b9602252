use serde_yaml::Value;

use super::problem::Problem;
use super::source::Source;

/// Folds `<<` into the mapping that it stands in, innermost first, so that chains of them work. What a mapping says itself
/// wins; of several merged ones, the first.
pub(super) fn merge(value: &mut Value, path: &mut Vec<String>, source: &Source, problems: &mut Vec<Problem>) {
    match value {
        Value::Sequence(list) => {
            for (index, value) in list.iter_mut().enumerate() {
                path.push(index.to_string());
                merge(value, path, source, problems);
                path.pop();
            }
        }
        Value::Mapping(mapping) => {
            for (key, value) in mapping.iter_mut() {
                path.push(key.as_str().unwrap_or_default().to_owned());
                merge(value, path, source, problems);
                path.pop();
            }
            let layers = match mapping.remove("<<") {
                Some(Value::Sequence(list)) => list,
                Some(one) => vec![one],
                None => return,
            };
            for layer in layers {
                let Value::Mapping(layer) = layer else {
                    path.push("<<".to_owned());
                    let help = "write `<<: *name`, where `&name` stands before a mapping";
                    problems.push(source.at(path, "`<<` merges mappings, and this is none", Some(help.to_owned())));
                    path.pop();
                    continue;
                };
                for (key, value) in layer {
                    mapping.entry(key).or_insert(value);
                }
            }
        }
        _ => {}
    }
}
