//! Mistakes in `classify:`, and choices that are left open.

use super::bad::check;

#[test]
fn rules() {
    check(
        "ticket_systems: { fd: { use: a:B } }\nclassifiers: { local: { use: a:C } }\npipelines:\n  p:\n    classify:\n",
        &[
            (
                "",
                "5:5",
                "`classify` should be a mapping of fields to rules; found nothing",
                "",
            ),
            ("      {}\n", "5:5", "`classify` names no field", "remove the line"),
            (
                "      queues: {}\n",
                "6:7",
                "unknown field `queues` in classify",
                "did you mean `queue`?",
            ),
            (
                "      cf_x: {}\n",
                "6:7",
                "unknown field `cf_x`",
                "a custom field is `custom_fields.NAME`",
            ),
            (
                "      custom_fields.: {}\n",
                "6:7",
                "unknown field `custom_fields.`",
                "did you mean `custom_fields`?",
            ),
            (
                "      custom_fields: [a]\n",
                "6:7",
                "should be a mapping of custom fields to rules; found a list",
                "without the `-`",
            ),
            (
                "      custom_fields.a: {}\n      custom_fields: { a: {} }\n",
                "7:24",
                "field `custom_fields.a` is there twice",
                "remove one",
            ),
            (
                "      queue: local\n",
                "6:14",
                "the rule for `queue` should be a mapping",
                "{ classifier: local }",
            ),
            (
                "      queue: { min_confidance: 0.5 }\n",
                "6:16",
                "unknown key `min_confidance` in classify.queue",
                "did you mean `min_confidence`?",
            ),
            (
                "      queue: { threshold: 0.5 }\n",
                "6:16",
                "unknown key `threshold` in classify.queue",
                "`classifier`, `min_confidence`, `min_precision`, `otherwise`, `add` and `labels`",
            ),
            (
                "      queue: { classifier: lokal }\n",
                "6:28",
                "there is no classifier `lokal`",
                "did you mean `local`?",
            ),
            (
                "      queue: { min_confidence: 85 }\n",
                "6:32",
                "a number from 0 to 1; found the number `85`",
                "did you mean `0.85`?",
            ),
            (
                "      queue: { min_confidence: -0.1 }\n",
                "6:32",
                "from 0 to 1; found the number `-0.1`",
                "",
            ),
            ("      queue: { min_confidence: .nan }\n", "6:32", "from 0 to 1", ""),
            (
                "      queue: { min_confidence: 85% }\n",
                "6:32",
                "found the text `85%`",
                "write `0.85`",
            ),
            (
                "      queue: { min_confidence: '0.5' }\n",
                "6:32",
                "found the text `0.5`",
                "without quotes",
            ),
            (
                "      queue: { min_precission: 0.5 }\n",
                "6:16",
                "unknown key `min_precission` in classify.queue",
                "did you mean `min_precision`?",
            ),
            (
                "      queue: { min_precision: 95 }\n",
                "6:31",
                "`min_precision` should be a number from 0 to 1; found the number `95`",
                "did you mean `0.95`?",
            ),
            ("      tags: { min_precision: .inf }\n", "6:30", "from 0 to 1", ""),
            (
                "      queue: { min_precision: }\n",
                "6:16",
                "from 0 to 1; found nothing",
                "",
            ),
            (
                "      queue: { min_precision: 0.9, min_confidence: 0.8 }\n",
                "6:16",
                "`min_confidence` and `min_precision` exclude each other",
                "keep `min_precision` if",
            ),
            (
                "      queue: { otherwise: no, min_confidence: high }\n",
                "6:47",
                "found the text `high`",
                "",
            ),
            (
                "      queue: { otherwise: false }\n",
                "6:27",
                "`otherwise` should be a text; found `false`",
                "\"false\"",
            ),
            (
                "      queue: { add: true }\n",
                "6:16",
                "`add` is for tags; `queue` holds one value",
                "remove the line",
            ),
            (
                "      tags: { add: false }\n",
                "6:20",
                "tags are only ever added",
                "remove the line",
            ),
            (
                "      type: { labels: [a] }\n",
                "6:15",
                "should be a mapping of labels to values",
                "without the `-`",
            ),
            (
                "      type: { labels: { a: 5 } }\n",
                "6:28",
                "`a` should be a text; found the number `5`",
                "\"5\"",
            ),
            (
                "      type: { labels: { 1: x } }\n",
                "6:25",
                "a key should be a text; found the number `1`",
                "\"1\"",
            ),
        ],
    );
}

#[test]
fn which_one_is_meant() {
    let two =
        "ticket_systems: { a: { use: a:B }, b: { use: a:B } }\nclassifiers: { c: { use: a:C }, d: { use: a:C } }\n";
    check(
        two,
        &[
            (
                "",
                "2:1",
                "without `pipelines` none is chosen",
                "call one of them `default`",
            ),
            (
                "pipelines: { p: { ticket_system: a } }\n",
                "3:14",
                "several classifiers, and `p` names none",
                "name one of `c` and `d`",
            ),
            (
                "pipelines:\n  p: { ticket_system: a, classify: { type: } }\n",
                "4:38",
                "several classifiers, and `type` names none",
                "name one of `c` and `d`",
            ),
            (
                "pipelines:\n  p: { classify: { type: { classifier: c } } }\n",
                "4:3",
                "several ticket systems, and `p` names none",
                "with one of `a` and `b`",
            ),
        ],
    );
}

#[test]
fn several_classifiers_for_a_field() {
    check(
        "ticket_systems: { fd: { use: a:B } }\nclassifiers: { c: { use: a:C, languages: [de] }, d: { use: a:C } }\n\
         pipelines:\n  p:\n    classify:\n",
        &[
            (
                "      queue: { classifier: [] }\n",
                "6:16",
                "`classifier` is an empty list",
                "name at least one",
            ),
            (
                "      queue: { classifier: [c, e] }\n",
                "6:32",
                "there is no classifier `e`",
                "classifiers: `c` and `d`",
            ),
            (
                "      queue: { classifier: [c, d, c] }\n",
                "6:35",
                "classifier `c` is there twice",
                "remove one",
            ),
            (
                "      queue: { classifier: [c, 5] }\n",
                "6:32",
                "should be a text; found the number `5`",
                "\"5\"",
            ),
            (
                "      queue: { classifier: { c: d } }\n",
                "6:16",
                "`classifier` should be a text; found a mapping",
                "",
            ),
        ],
    );
}
