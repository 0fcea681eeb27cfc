//! JSON that keeps every digit, its limits, merge patches and differences.
#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use domain::{
    json::{Json, MAX_BYTES, pointer, top_key},
    patch::{Change, Op, diff, to_json_patch},
};
use proptest::{prelude::*, test_runner::RngAlgorithm};

fn parse(text: &str) -> Json {
    Json::parse(text).unwrap()
}

fn fault(text: &str) -> (String, String) {
    let fault = Json::parse(text).unwrap_err();
    (fault.pointer, fault.message)
}

#[test]
fn every_digit_and_the_order_of_keys_are_kept() {
    let exact = [
        "1.10",
        "1e5",
        "1E+05",
        "-0",
        "-0.0",
        "0.1000",
        "12345678901234567890",
        "123456789012345678901234567890.123456789",
        r#"{"b":1.0,"a":[1,1.0,1e0]}"#,
        r#"{"z":null,"":true,"a/b~c":"\"\\\n\té😀\u2028"}"#.replace("\\u2028", "\u{2028}").leak(),
    ];
    for text in exact {
        assert_eq!(parse(text).to_text(), text);
    }
    assert_eq!(parse(" { \"a\" : [ 1.10 , { } ] } ").to_text(), r#"{"a":[1.10,{}]}"#);
    assert_eq!(parse(r#"{"a":[1.10,{}]}"#).to_pretty(), "{\n  \"a\": [\n    1.10,\n    {}\n  ]\n}");
}

#[test]
fn what_is_refused_is_refused_where_it_stands() {
    let digits = "1".repeat(41);
    let wide = format!("[{}]", vec!["[1]"; 5001].join(","));
    let keys: Vec<_> = (0..1001).map(|n| format!("\"{n}\":1")).collect();
    let cases = [
        (r#"{"a":{"b":1,"b":2}}"#.to_owned(), "/a/b", "twice"),
        (r#"{"a":1,"\u0061":2}"#.to_owned(), "/a", "twice"),
        (r#"{"a":["x\u0000"]}"#.to_owned(), "/a/0", "U+0000"),
        (r#"{"x\u001b":1}"#.to_owned(), "/x\u{1b}", "U+001B"),
        (r#"{"a":"\ud800"}"#.to_owned(), "/a", "surrogate"),
        (r#"["\udc00\ud800"]"#.to_owned(), "/0", "surrogate"),
        (format!("{{\"a/b\":{digits}}}"), "/a~1b", "40"),
        ("[1e309]".to_owned(), "/0", "exponent"),
        ("[1e99999999999]".to_owned(), "/0", "exponent"),
        ("[1E-400]".to_owned(), "/0", "exponent"),
        (format!("{}1{}", "[".repeat(65), "]".repeat(65)), &*"/0".repeat(65), "deeper"),
        (format!("\"{}\"", "x".repeat(256 * 1024 + 1)), "", "longer"),
        (format!("\"{}\"", "x".repeat(MAX_BYTES)), "", "larger"),
        (wide, "/4999/0", "10000 values"),
        (format!("{{\"a\":{{{}}}}}", keys.join(",")), "/a", "1000 keys"),
    ];
    for (text, at, why) in cases {
        let (pointer, message) = fault(&text);
        assert_eq!(pointer, at, "{message}");
        assert!(message.contains(why), "{message}");
    }
}

#[test]
fn what_is_no_json_is_refused() {
    let wrong = [
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "'a'",
        "{a:1}",
        "01",
        "+1",
        ".5",
        "1.",
        "NaN",
        "Infinity",
        "-",
        "nul",
        "\"\u{1}\"",
        "\"\\x41\"",
        "1 2",
        "{}[]",
        "// x\n1",
        "\u{feff}1",
    ];
    for text in wrong {
        assert!(Json::parse(text).is_err(), "{text:?}");
    }
    assert!(Json::parse(&"[".repeat(100_000)).is_err());
    assert_eq!(parse(&format!("{}{}", "[".repeat(64), "]".repeat(64))).type_name(), "array");
}

#[test]
fn a_lone_surrogate_in_a_key_is_refused() {
    assert!(Json::parse(r#"{"\ud800":1}"#).is_err());
}

#[test]
fn merge_patches_agree_with_the_examples_of_rfc_7396() {
    let examples = [
        (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"a":null}"#, "{}"),
        (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
        (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
        (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#),
        (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
        (r#"["a","b"]"#, r#"["c","d"]"#, r#"["c","d"]"#),
        (r#"{"a":"b"}"#, r#"["c"]"#, r#"["c"]"#),
        (r#"{"a":"foo"}"#, "null", "null"),
        (r#"{"a":"foo"}"#, r#""bar""#, r#""bar""#),
        (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#),
        ("[1,2]", r#"{"a":"b","c":null}"#, r#"{"a":"b"}"#),
        ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
    ];
    for (target, patch, result) in examples {
        assert_eq!(parse(target).merged(&parse(patch)).to_text(), result, "{target} + {patch}");
    }
}

#[test]
fn a_difference_tells_numbers_apart_that_are_written_differently() {
    let changes = diff(&parse(r#"{"a":1.10,"b":1}"#), &parse(r#"{"b":"1","a":1.1}"#));

    assert_eq!(changes.len(), 2);
    assert_eq!(
        (changes[0].before.as_deref(), changes[0].after.as_deref()),
        (Some("1.10"), Some("1.1"))
    );
    assert_eq!(changes.iter().map(Change::changes_type).collect::<Vec<_>>(), [false, true]);
    assert_eq!(
        to_json_patch(&changes),
        r#"[{"op":"replace","path":"/a","value":1.1},{"op":"replace","path":"/b","value":"1"}]"#
    );
}

#[test]
fn a_pointers_first_key_is_found_whatever_is_in_it() {
    for key in ["a", "", "/", "~", "~1", "a/b", "/a", "//", "~01"] {
        assert_eq!(top_key(&pointer("", key)), key);
        assert_eq!(top_key(&pointer(&pointer("", key), "x")), key);
    }
    assert_eq!(top_key(""), "");
}

fn documents() -> impl Strategy<Value = Json> {
    let digits = proptest::sample::select(vec![
        "0",
        "-1",
        "1.10",
        "1.1",
        "1e5",
        "12345678901234567890",
        "0.10000000000000000001",
    ]);
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        digits.prop_map(|digits| Json::Number(digits.to_owned())),
        "[a-c/~\"\\\\\n é😀]{0,4}".prop_map(Json::Text),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        let keys = "[a-c/~]{0,2}";
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::List),
            prop::collection::btree_map(keys, inner, 0..5)
                .prop_map(|entries| Json::Object(entries.into_iter().rev().collect())),
        ]
    })
}

fn quick() -> ProptestConfig {
    let rng_algorithm = RngAlgorithm::XorShift;
    ProptestConfig { cases: 512, failure_persistence: None, rng_algorithm, ..Default::default() }
}

proptest! {
    #![proptest_config(quick())]

    #[test]
    fn what_is_written_is_read_back_as_it_was(json in documents()) {
        prop_assert_eq!(&parse(&json.to_text()), &json);
        prop_assert_eq!(&parse(&json.to_pretty()), &json);
    }

    #[test]
    fn reading_any_text_never_panics_and_writes_what_it_accepts(text in "[\\[\\]{}:,\"\\\\a-f0-9.eEu+ -]{0,24}") {
        if let Ok(json) = Json::parse(&text) {
            prop_assert_eq!(parse(&json.to_text()), json);
            prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
        }
    }

    #[test]
    fn applying_a_difference_leads_from_one_to_the_other(a in documents(), b in documents()) {
        let changes = diff(&a, &b);

        let mut result = a.clone();
        for operation in parse(&to_json_patch(&changes)).as_list().unwrap() {
            apply(&mut result, operation);
        }

        prop_assert!(diff(&result, &b).is_empty());
        prop_assert_eq!(sorted(&result), sorted(&b));
        prop_assert_eq!(diff(&a, &a), vec![]);
        for Change { op, before, after, .. } in changes {
            prop_assert_eq!((before.is_some(), after.is_some()), (op != Op::Add, op != Op::Remove));
        }
    }

    #[test]
    fn a_merge_patch_is_idempotent_and_leaves_no_null_behind(a in documents(), patch in documents()) {
        let once = a.merged(&patch);
        prop_assert_eq!(&once.merged(&patch), &once);
        for (key, value) in patch.entries() {
            prop_assert_eq!(once.get(key).is_none(), *value == Json::Null);
        }
    }
}

/// The smallest JSON Patch that does what a difference needs.
fn apply(target: &mut Json, operation: &Json) {
    let path = operation.get("path").and_then(Json::as_str).unwrap();
    let value = operation.get("value");
    let Some(path) = path.strip_prefix('/') else {
        *target = value.unwrap().clone();
        return;
    };
    let keys: Vec<_> =
        path.split('/').map(|key| key.replace("~1", "/").replace("~0", "~")).collect();
    let (last, above) = keys.split_last().unwrap();
    let parent = above.iter().fold(target, |at, key| {
        let Json::Object(entries) = at else { panic!("no object at {key}") };
        &mut entries.iter_mut().find(|(name, _)| name == key).unwrap().1
    });
    let there = parent.get(last).is_some();
    match (operation.get("op").and_then(Json::as_str).unwrap(), value) {
        ("add", Some(value)) if !there => parent.set(last, value.clone()),
        ("replace", Some(value)) if there => parent.set(last, value.clone()),
        ("remove", None) if there => parent.remove(last),
        other => panic!("{other:?} at {path}"),
    }
}

/// With the keys of the objects that are compared key by key in one order.
fn sorted(json: &Json) -> Json {
    let Json::Object(entries) = json else { return json.clone() };
    let mut entries: Vec<_> =
        entries.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    Json::Object(entries)
}

proptest! {
    /// Another reader is the measure of what JSON is; what is refused beyond that has a reason of its own.
    #[test]
    fn whatever_serde_json_refuses_is_refused_and_the_rest_is_read_the_same(
        text in r#"[\[\]{}",:\\u0-9eE.+\-truefalsn \n]{0,24}|\{"[a-c\\nu0-9]{0,6}": ?[\[\]0-9.eE+\-truefalsn"a,]{1,12}\}"#
    ) {
        let other = serde_json::from_str::<serde_json::Value>(&text);
        match (Json::parse(&text), other) {
            (Ok(read), Ok(other)) => {
                let written = serde_json::from_str::<serde_json::Value>(&read.to_text());
                prop_assert_eq!(written.unwrap(), other);
            }
            // A number that is infinite for others, or half of a pair.
            (Ok(_), Err(error)) => prop_assert!(error.to_string().contains("out of range"), "{}", error),
            (Err(fault), Ok(_)) => prop_assert!(!fault.message.contains("not valid JSON"), "{}", fault),
            (Err(_), Err(_)) => {}
        }
    }
}
