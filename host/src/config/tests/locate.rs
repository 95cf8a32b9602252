use super::*;

fn at(map: &SourceMap, path: &[&str]) -> ((usize, usize), (usize, usize), bool) {
    let (place, complete) = map.find(path);
    let place = place.expect("place");
    (
        (place.key().line, place.key().column),
        (place.value.line, place.value.column),
        complete,
    )
}

fn one_fault(text: &str) -> ((usize, usize), String) {
    let faults = locate(text).expect_err(text);
    assert_eq!(faults.len(), 1, "{faults:?}");
    ((faults[0].at.line, faults[0].at.column), faults[0].message.clone())
}

#[test]
fn finds_keys_and_values() {
    let map = locate("a:\n  b: 1\n  ü: { x: [p, 'q'] }\nc:\n- d: |\n    text\n-  e\n").expect("map");
    assert_eq!(at(&map, &[]), ((1, 1), (1, 1), true));
    assert_eq!(at(&map, &["a"]), ((1, 1), (2, 3), true));
    assert_eq!(at(&map, &["a", "b"]), ((2, 3), (2, 6), true));
    assert_eq!(at(&map, &["a", "ü", "x"]), ((3, 8), (3, 11), true));
    assert_eq!(at(&map, &["a", "ü", "x", "1"]), ((3, 15), (3, 15), true));
    // The text of a block starts below its `|`.
    assert_eq!(at(&map, &["c", "0", "d"]), ((5, 3), (6, 5), true));
    assert_eq!(at(&map, &["c", "1"]), ((7, 4), (7, 4), true));
    assert_eq!(at(&map, &["a", "nope", "x"]), ((1, 1), (2, 3), false));
}

#[test]
fn empty_values_are_known_by_their_key() {
    let map = locate("a:\n  b:\n  c: ''\nd: ~\n").expect("map");
    let best = |path: &[&str]| map.find(path).0.expect("place").best();
    assert_eq!(best(&["a"]), Position { line: 1, column: 1 });
    assert_eq!(best(&["a", "b"]), Position { line: 2, column: 3 });
    assert_eq!(best(&["a", "c"]), Position { line: 3, column: 6 });
    assert_eq!(best(&["d"]), Position { line: 4, column: 4 });
}

#[test]
fn an_alias_stands_where_it_is_written() {
    let map = locate("x: &x { k: 1 }\ny: *x\nz:\n  <<: *x\n  own: 2\nw: { <<: { in: 1 } }\n").expect("map");
    assert_eq!(at(&map, &["x", "k"]), ((1, 9), (1, 12), true));
    assert_eq!(at(&map, &["y", "k"]), ((2, 1), (2, 4), false));
    assert_eq!(at(&map, &["z", "k"]), ((4, 3), (4, 7), true));
    assert_eq!(at(&map, &["z", "own"]), ((5, 3), (5, 8), true));
    assert_eq!(at(&map, &["w", "in"]), ((6, 12), (6, 16), true));
}

#[test]
fn refuses_what_is_no_config() {
    assert_eq!(
        one_fault("a: 1\na: 2\n"),
        ((2, 1), "key `a` is there twice; the first is in line 1".into())
    );
    assert_eq!(one_fault("a: 1\n---\nb: 2\n").0, (2, 1));
    assert_eq!(one_fault("a: &a [*a]\n").0, (1, 8));
    assert_eq!(one_fault("t: {{ x }}\n").0, (1, 5));
    assert_eq!(one_fault("").1, "holds no YAML document");
    assert!(one_fault(&"[".repeat(200)).1.contains("nested"));
}

#[test]
fn aliases_are_counted_before_they_unfold() {
    let mut bomb = "a0: &a0 [x]\n".to_owned();
    for level in 1..60 {
        bomb.push_str(&format!("a{level}: &a{level} [*a{0}, *a{0}]\n", level - 1));
    }
    let (at, message) = one_fault(&bomb);
    assert!(message.contains("too large"), "{message}");
    assert!((15..25).contains(&at.0), "{at:?}");
    // One long text, many times.
    let wide = format!("a: &a {}\nb: [{}]\n", "x".repeat(1000), "*a, ".repeat(5000));
    assert!(one_fault(&wide).1.contains("too large"));
}
