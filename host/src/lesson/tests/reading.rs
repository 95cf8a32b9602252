use otai_interface::model::Example;

use super::super::Columns;
use super::{read, words};

fn example(text: &str, labels: &[(&str, &[&str])]) -> Example {
    let labels = labels
        .iter()
        .map(|(field, labels)| ((*field).to_owned(), words(labels)))
        .collect();
    Example {
        text: text.into(),
        labels,
        ..Example::default()
    }
}

#[test]
fn the_usual_columns_in_any_order() {
    let csv = "tags,body,type,subject,queue,priority\n\
               VPN|Outage,\"It is \"\"down\"\",\r\nreally\",Incident,No VPN,IT,high\n\
               ,Only a body,,, Sales ,\n";
    let lesson = read(csv, &[], &[]).unwrap();
    let first: &[(&str, &[&str])] = &[
        ("queue", &["IT"]),
        ("priority", &["high"]),
        ("type", &["Incident"]),
        ("tags", &["VPN", "Outage"]),
    ];
    let wanted = [
        example("No VPN\nIt is \"down\",\r\nreally", first),
        example("Only a body", &[("queue", &["Sales"]), ("tags", &[])]),
    ];
    assert_eq!(lesson.examples, wanted);
    assert_eq!(lesson.fields, words(&["queue", "priority", "type", "tags"]));
    assert_eq!(lesson.multi_label, words(&["tags"]));
    assert_eq!(lesson.text_columns, words(&["subject", "body"]));
    assert_eq!((lesson.rows, lesson.skipped), (2, 0));
}

#[test]
fn a_lone_text_column_only_if_there_is_no_other() {
    assert_eq!(
        read("text,queue\na,b\n", &[], &[]).unwrap().text_columns,
        words(&["text"])
    );
    assert_eq!(
        read("text,body,queue\na,b,c\n", &[], &[]).unwrap().text_columns,
        words(&["body"])
    );
}

#[test]
fn columns_and_fields_by_option() {
    let csv = "Betreff,Text,Gruppe,cf_a,A,B\ns,t,g,x,one,two\n";
    let targets = ["queue=Gruppe", "custom_fields.cf_a=cf_a", "intent=A,B", "tags=B"];
    let lesson = read(csv, &["Text", "Betreff"], &targets).unwrap();
    let labels: &[(&str, &[&str])] = &[
        ("queue", &["g"]),
        ("custom_fields.cf_a", &["x"]),
        ("intent", &["one", "two"]),
        ("tags", &["two"]),
    ];
    assert_eq!(lesson.examples, [example("t\ns", labels)]);
    assert_eq!(lesson.multi_label, words(&["intent", "tags"]));
    assert_eq!(lesson.text_columns, words(&["Text", "Betreff"]));
    // One option alone leaves the other at its default.
    let lesson = read("text,category,queue\na,b,c\n", &[], &["intent=category"]).unwrap();
    assert_eq!(lesson.examples, [example("a", &[("intent", &["b"])])]);
    let lesson = read("Betreff,queue\na,b\n", &["Betreff"], &[]).unwrap();
    assert_eq!(lesson.examples, [example("a", &[("queue", &["b"])])]);
}

#[test]
fn options_are_parsed() {
    assert_eq!(Columns::parse(&[], &[]).unwrap(), None);
    let parsed = Columns::parse(&words(&["a"]), &words(&[" queue = Group name ", "tags=x, y", "f=a=b"]))
        .unwrap()
        .unwrap();
    let targets = [
        ("queue", vec!["Group name"]),
        ("tags", vec!["x", "y"]),
        ("f", vec!["a=b"]),
    ];
    assert_eq!(
        parsed.targets,
        targets.map(|(field, columns)| (field.to_owned(), words(&columns)))
    );
    assert_eq!(parsed.text, words(&["a"]));
}

#[test]
fn names_match_exactly_before_they_match_in_any_case() {
    let lesson = read("QUEUE,queue,Text\nwrong,right,t\n", &[], &[]).unwrap();
    assert_eq!(lesson.examples, [example("t", &[("queue", &["right"])])]);
    assert_eq!(lesson.text_columns, words(&["Text"]), "as the file spells it");
    let lesson = read("\u{feff}\"text\",queue\na,b\n", &[], &[]).unwrap();
    assert_eq!(
        lesson.examples,
        [example("a", &[("queue", &["b"])])],
        "a mark before a quote"
    );
    let lesson = read("\u{feff}\u{feff}text,queue\na,b\n", &[], &[]).unwrap();
    assert_eq!(lesson.text_columns, words(&["text"]), "two marks");
    let lesson = read("\u{feff} text ,Queue\na,b\n", &[" TEXT "], &["queue=QUEUE"]).unwrap();
    assert_eq!(lesson.examples, [example("a", &[("queue", &["b"])])]);
}

#[test]
fn bars_part_tags_and_nothing_else() {
    let lesson = read(
        "text,tags,queue,a,b\nt, x | y|x||,p|q,m|n,m|n\n",
        &[],
        &["tags=tags", "queue=queue", "both=a,b"],
    )
    .unwrap();
    let labels: &[(&str, &[&str])] = &[("tags", &["x", "y"]), ("queue", &["p|q"]), ("both", &["m|n"])];
    assert_eq!(lesson.examples, [example("t", labels)]);
}

#[test]
fn semicolons_and_tabs() {
    for csv in [
        "text;queue\na, b;c\n",
        "text\tqueue\r\na, b\tc\r\n",
        "text;queue\ra, b;c\r",
    ] {
        assert_eq!(
            read(csv, &[], &[]).unwrap().examples,
            [example("a, b", &[("queue", &["c"])])],
            "{csv:?}"
        );
    }
}

#[test]
fn rows_that_teach_nothing_are_counted() {
    let lesson = read("text,queue\n a ,x\n,y\n  ,\nb, \n\n   \nc,z", &[], &[]).unwrap();
    assert_eq!(
        lesson.examples,
        [example("a", &[("queue", &["x"])]), example("c", &[("queue", &["z"])])]
    );
    assert_eq!((lesson.rows, lesson.skipped), (5, 3));
}
