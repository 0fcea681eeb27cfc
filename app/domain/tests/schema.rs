//! Forms and documents are two views of one thing, and an example gives its shape and nothing else.
#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::collections::BTreeMap;

use domain::{
    digest::Digest,
    information::{Known, Source, file_value},
    json::Json,
    payload,
    run::RunInput,
    schema::{Field, FieldKind, Schema},
};
use proptest::{
    prelude::*,
    sample::{select, subsequence},
    test_runner::RngAlgorithm,
};

/// A schema, two documents that fit it, and one value of any type for each field.
#[derive(Debug, Clone)]
struct Case {
    schema: Schema,
    one: Json,
    other: Json,
    any: Vec<Json>,
}

/// A property of a JSON Schema with two values that fit it.
type Property = (Json, [Json; 2]);

fn parse(text: &str) -> Json {
    Json::parse(text).unwrap()
}

fn object<'a>(entries: impl IntoIterator<Item = (&'a str, Json)>) -> Json {
    Json::Object(entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn twice<T: Strategy<Value = Json> + Clone>(values: T) -> impl Strategy<Value = [Json; 2]> {
    (values.clone(), values).prop_map(Into::into)
}

fn of_type(
    schema: &'static [&'static str],
    values: impl Strategy<Value = Json> + Clone,
) -> impl Strategy<Value = Property> {
    (select(schema), twice(values)).prop_map(|(schema, values)| (parse(schema), values))
}

fn numbers() -> impl Strategy<Value = Json> + Clone {
    "-?(0|[1-9][0-9]{0,18})(\\.[0-9]{1,12})?([eE][+-]?[0-9])?".prop_map(Json::Number)
}

fn leaves() -> impl Strategy<Value = Json> + Clone {
    prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        numbers(),
        "[a-c \"é😀\t\r\n]{0,6}".prop_map(Json::Text),
    ]
}

fn lists(items: impl Strategy<Value = Json> + Clone) -> impl Strategy<Value = Json> + Clone {
    prop::collection::vec(items, 0..4).prop_map(Json::List)
}

fn objects(values: impl Strategy<Value = Json> + Clone) -> impl Strategy<Value = Json> + Clone {
    prop::collection::btree_map("[a-c/~]{0,3}", values, 0..4)
        .prop_map(|entries| Json::Object(entries.into_iter().rev().collect()))
}

fn choices() -> impl Strategy<Value = Property> {
    let all =
        r#"["a", "A", "", "a\r\nb", "true", true, null, 1, 1.0, 1.10, "1", [1.10], {"a": 1}]"#;
    let all = parse(all).as_list().unwrap().to_vec();
    subsequence(all, 1..5).prop_flat_map(|options| {
        let property = object([("enum", Json::List(options.clone()))]);
        (Just(property), twice(select(options)))
    })
}

fn properties() -> impl Strategy<Value = Property> {
    let text = |pattern: &'static str| pattern.prop_map(Json::Text);
    let files = any::<u8>().prop_map(|byte| Json::text(file_value(&Digest::of(&[byte]))));
    let whole = "-?(0|[1-9][0-9]{0,24})(\\.0{1,3})?".prop_map(Json::Number);
    let some = prop_oneof![leaves(), lists(leaves()), objects(lists(leaves()))];
    prop_oneof![
        of_type(
            &[r#"{"type": "string", "maxLength": 6}"#, r#"{"type": "string", "pattern": "."}"#],
            text("[a-c \"é😀]{0,6}")
        ),
        of_type(
            &[r#"{"type": "string", "format": "multiline"}"#, r#"{"type": "string"}"#],
            text("[a-c é\t\r\n]{0,6}")
        ),
        of_type(
            &[r#"{"type": "number", "minimum": -1e40, "maximum": 1e40}"#, r#"{"type": "number"}"#],
            numbers()
        ),
        of_type(&[r#"{"type": "integer", "minimum": -1e40}"#, r#"{"type": "integer"}"#], whole),
        of_type(&[r#"{"type": "boolean"}"#], any::<bool>().prop_map(Json::Bool)),
        choices(),
        of_type(
            &[r#"{"type": "string", "format": "attachment", "x-media-types": ["image/png"]}"#],
            files
        ),
        of_type(&[r#"{"type": "array"}"#], lists(objects(leaves()))),
        of_type(&[r#"{"type": "object"}"#], objects(lists(leaves()))),
        of_type(&["{}", r#"{"type": ["string", "null"]}"#], some),
    ]
}

fn cases() -> impl Strategy<Value = Case> {
    let field = (properties(), any::<bool>(), any::<[bool; 2]>(), leaves());
    let fields = prop::collection::btree_map("[a-c/~ é]{0,3}", field, 1..7);
    (fields, leaves()).prop_map(|(fields, beside)| {
        let (mut properties, mut required, mut any) = (Vec::new(), Vec::new(), Vec::new());
        let mut documents = [vec![("beside".to_owned(), beside)], Vec::new()];
        for (name, ((property, values), needed, left_out, stranger)) in fields {
            for ((document, value), out) in documents.iter_mut().zip(values).zip(left_out) {
                if needed || !out {
                    document.push((name.clone(), value));
                }
            }
            if needed {
                required.push(Json::text(name.clone()));
            }
            properties.push((name, property));
            any.push(stranger);
        }
        let schema =
            object([("required", Json::List(required)), ("properties", Json::Object(properties))]);
        let [one, other] = documents.map(Json::Object);
        Case { schema: Schema::from_json_schema(&schema), one, other, any }
    })
}

/// What a browser posts of a form that shows this document: every control, its line ends as CR LF.
fn posted(schema: &Schema, document: &Json) -> BTreeMap<String, String> {
    let text = |field: &Field| {
        let shown = document.get(&field.name).and_then(|value| field.show(value));
        line_feeds(&shown.unwrap_or_default()).replace('\n', "\r\n")
    };
    schema.fields.iter().map(|field| (field.name.clone(), text(field))).collect()
}

fn line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// A value as somebody can type it: a control for text has no line ends but one, and empty is nothing.
fn typed(field: &Field, document: &Json) -> Option<Json> {
    match (&field.kind, document.get(&field.name)?) {
        (FieldKind::Text { .. }, Json::Text(text)) if text.is_empty() => None,
        (FieldKind::Text { .. }, Json::Text(text)) => Some(Json::Text(line_feeds(text))),
        (_, value) => Some(value.clone()),
    }
}

/// Example documents, whose texts and numbers are like nothing that a schema has words for itself.
fn examples() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        "[1-9][0-9]{6}(\\.[0-9]{2})?".prop_map(Json::Number),
        "[Q-Z]{5,9}".prop_map(Json::Text),
    ];
    let value =
        leaf.prop_recursive(3, 16, 3, |inner| prop_oneof![lists(inner.clone()), objects(inner)]);
    let names = "image|mask_file|prompt|seed|negative_prompt|[a-c]{1,2}";
    prop::collection::btree_map(names, value, 1..8)
        .prop_map(|entries| Json::Object(entries.into_iter().collect()))
}

/// What a request tells of a tool that was called like this once, flat or under `data`.
fn told_of_a_tool(example: &Json, under_data: bool) -> RunInput {
    let of_tool = object([
        ("name", Json::text("PAINTER")),
        ("description", Json::text("PAINTS")),
        ("example_input", example.clone()),
        ("latest_version", Json::text("VERSION")),
    ]);
    let of_tool = if under_data { object([("data", of_tool)]) } else { of_tool };
    let tools = serde_json::from_str(&object([("painter", of_tool)]).to_text()).unwrap();
    RunInput { agent_tool_config: Some(tools), ..RunInput::default() }
}

fn leaves_of(json: &Json) -> Vec<&Json> {
    match json {
        Json::List(items) => items.iter().flat_map(leaves_of).collect(),
        Json::Object(entries) => entries.iter().flat_map(|(_, value)| leaves_of(value)).collect(),
        leaf => vec![leaf],
    }
}

fn quick() -> ProptestConfig {
    let rng_algorithm = RngAlgorithm::XorShift;
    ProptestConfig { cases: 512, failure_persistence: None, rng_algorithm, ..Default::default() }
}

proptest! {
    #![proptest_config(quick())]

    #[test]
    fn any_instance_of_a_schema_survives_the_form_with_its_types_and_digits(case in cases()) {
        let Case { schema, one, .. } = case;
        prop_assert_eq!(schema.check(&one), vec![]);

        let back = schema.apply_form(&one, &posted(&schema, &one));

        prop_assert_eq!(back.map(|back| back.to_text()), Ok(one.to_text()));
    }

    #[test]
    fn an_instance_that_is_typed_over_another_takes_its_place(case in cases()) {
        let Case { schema, one, other, .. } = case;

        let result = schema.apply_form(&one, &posted(&schema, &other)).unwrap();

        for field in &schema.fields {
            let wanted = typed(field, &other);
            // What is the same but for its line ends keeps those that it had.
            let same = typed(field, &one) == wanted;
            let expected = if same { one.get(&field.name).cloned() } else { wanted };
            prop_assert_eq!(result.get(&field.name), expected.as_ref(), "{}", &field.name);
        }
        prop_assert_eq!(result.get("beside"), one.get("beside"));
    }

    #[test]
    fn what_fits_no_control_survives_the_form_as_well(case in cases()) {
        let Case { schema, any, .. } = case;
        let strange = object(schema.fields.iter().map(|field| field.name.as_str()).zip(any));

        let back = schema.apply_form(&strange, &posted(&schema, &strange));

        prop_assert_eq!(back.map(|back| back.to_text()), Ok(strange.to_text()));
    }

    #[test]
    fn no_value_of_an_example_reaches_a_payload(example in examples()) {
        let schema = Schema::from_example(&example);
        prop_assert_eq!(schema.fields.len(), example.entries().len());

        let payload = parse(&payload::build(&payload::gather(&schema, &[])));

        let taken = leaves_of(&example);
        prop_assert!(leaves_of(&payload).iter().all(|leaf| !taken.contains(leaf)), "{payload:?}");
        let (form, asks) = (serde_json::to_string(&schema).unwrap(), format!("{:?}", schema.check(&payload)));
        for leaf in taken.iter().filter(|leaf| matches!(leaf, Json::Number(_) | Json::Text(_))) {
            let text = leaf.to_text();
            let text = text.trim_matches('"');
            prop_assert!(!form.contains(text) && !asks.contains(text), "{text} in {form} {asks}");
        }
    }

    #[test]
    fn no_value_that_a_request_tells_of_its_tools_reaches_a_payload(
        example in examples(), under_data in any::<bool>(),
        which in any::<prop::sample::Index>(), said in "[d-p]{5,9}",
    ) {
        let input = told_of_a_tool(&example, under_data);
        let tools = parse(&input.agent_tool_config.unwrap().to_string());
        let tool = tools.get("painter").unwrap();
        let tool = if under_data { tool.get("data").unwrap() } else { tool };
        let schema = Schema::from_example(tool.get("example_input").unwrap());
        let field = schema.fields[which.index(schema.fields.len())].name.clone();
        let value = Json::text(said).to_text();

        let known = Known { field, value, source: Source::Request };
        let payload = parse(&payload::build(&payload::gather(&schema, &[known])));

        prop_assert_eq!(leaves_of(&payload).len(), 1);
        let taken = leaves_of(&tools);
        prop_assert!(leaves_of(&payload).iter().all(|leaf| !taken.contains(leaf)), "{payload:?}");
    }

    #[test]
    fn a_payload_after_an_example_has_what_is_known_and_nothing_else(
        example in examples(), value in numbers(), which in any::<prop::sample::Index>()
    ) {
        let schema = Schema::from_example(&example);
        let field = schema.fields[which.index(schema.fields.len())].name.clone();
        let known = Known { field: field.clone(), value: value.to_text(), source: Source::Form };

        let payload = payload::build(&payload::gather(&schema, &[known]));

        prop_assert_eq!(parse(&payload), object([(field.as_str(), value)]));
    }
}
