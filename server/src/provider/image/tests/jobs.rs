use image::ImageFormat;
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::pictures::{file, invalid, job, payload, plain, png};
use crate::provider::image::{Fit, ImageJob, SCHEMA, TextPosition, edit::ignores_quality};

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
}

fn fault(fields: Value) -> (String, String) {
    invalid(ImageJob::parse(&payload(fields)))
}

#[test]
fn the_schema_is_a_valid_schema_that_a_person_can_read() {
    assert!(jsonschema::draft202012::meta::is_valid(&schema()));
    for (name, property) in schema()["properties"].as_object().unwrap() {
        let text = |key: &str| property[key].as_str().unwrap_or_default().to_owned();
        assert!(!text("title").is_empty() && text("description").len() > 10, "{name}");
        assert!(["CONTENT", "CONFIG", "HYBRID"].contains(&text("x-category").as_str()), "{name}");
    }
}

#[test]
fn nothing_gets_into_a_payload_that_was_not_asked_for() {
    let properties = schema()["properties"].clone();
    for (name, property) in properties.as_object().unwrap() {
        assert_eq!(property.get("default"), None, "{name}");
    }
}

#[test]
fn all_fields_are_read() {
    let job = ImageJob::parse(&payload(json!({
        "crop_x": 1, "crop_y": 2, "crop_width": 3, "crop_height": 4, "width": 800.0, "height": 600, "fit": "cover",
        "rotate": 270, "flip": "vertical", "grayscale": true, "brightness": -5, "contrast": 7, "blur": 1.5,
        "text": "Hi", "text_size": 20, "text_position": "top_left", "text_color": "#FFcc00", "format": "webp",
        "quality": 70
    })))
    .unwrap();
    assert_eq!((job.width, job.height, job.fit), (Some(800), Some(600), Fit::Cover));
    assert_eq!(job.text_position, TextPosition::TopLeft);
    assert_eq!(job.text_color(), [0xff, 0xcc, 0x00]);
}

#[test]
fn a_quality_counts_only_where_the_result_is_a_jpeg() {
    let (png, jpeg) = (png(plain(2, 2, [9; 3])), file(plain(2, 2, [9; 3]), ImageFormat::Jpeg));
    for (source, fields, ignored) in [
        (&png, json!({ "quality": 80 }), true),
        (&png, json!({ "quality": 80, "format": "jpeg" }), false),
        (&png, json!({}), false),
        (&jpeg, json!({ "quality": 80 }), false),
        (&jpeg, json!({ "quality": 80, "format": "webp" }), true),
    ] {
        assert_eq!(ignores_quality(source, &job(fields.clone())), ignored, "{fields}");
    }
    assert!(!ignores_quality(b"no picture", &job(json!({ "quality": 80 }))));
}

#[test]
fn each_fault_names_its_field_and_what_is_allowed() {
    assert_eq!(fault(json!({ "width": 0 })), ("width".into(), "1 to 8000".into()));
    assert_eq!(fault(json!({ "height": 8001 })), ("height".into(), "1 to 8000".into()));
    assert_eq!(fault(json!({ "width": "80" })), ("width".into(), "1 to 8000".into()));
    assert_eq!(fault(json!({ "width": 1.5 })), ("width".into(), "1 to 8000".into()));
    assert_eq!(fault(json!({ "width": null })), ("width".into(), "1 to 8000".into()));
    assert_eq!(fault(json!({ "rotate": 45 })), ("rotate".into(), "0, 90, 180, 270".into()));
    assert_eq!(fault(json!({ "fit": "fill" })), ("fit".into(), "contain, cover, stretch".into()));
    assert_eq!(fault(json!({ "blur": 50.1 })), ("blur".into(), "0 to 50".into()));
    assert_eq!(fault(json!({ "blur": 1e300 })), ("blur".into(), "0 to 50".into()));
    assert_eq!(fault(json!({ "brightness": -101 })), ("brightness".into(), "-100 to 100".into()));
    assert_eq!(fault(json!({ "text": "x".repeat(201) })).1, "up to 200 characters");
    assert_eq!(fault(json!({ "text_color": "red" })).0, "text_color");
    assert_eq!(fault(json!({ "image": "photo.png" })).0, "image");
    assert_eq!(fault(json!({ "sharpen": 3 })).0, "sharpen");
    assert_eq!(fault(json!({ "grayscale": 1 })).0, "grayscale");
    assert_eq!(fault(json!({ "crop_x": 1 })).0, "crop_y");
    let three = json!({ "crop_x": 1, "crop_y": 1, "crop_width": 5 });
    assert_eq!(fault(three), ("crop_height".into(), "1 to 40000000".into()));
}

#[test]
fn what_is_no_job_is_refused() {
    for text in ["", "null", "[]", "\"x\"", "{", "{}", "{\"image\": 1}"] {
        assert!(ImageJob::parse(text).is_err(), "{text}");
    }
    let twice = payload(json!({ "width": 5 })).replace('{', "{\"width\": 6, ");
    assert_eq!(invalid(ImageJob::parse(&twice)).0, "width");
    assert!(ImageJob::parse(&payload(json!({ "width": 5 })).replace('5', "1e999")).is_err());
}

#[test]
fn two_hundred_characters_are_counted_as_characters() {
    assert!(ImageJob::parse(&payload(json!({ "text": "ü".repeat(200) }))).is_ok());
}

/// Near the edges of every range, and things that are no value at all.
fn any_value() -> impl Strategy<Value = Value> {
    let words =
        ["contain", "none", "vertical", "center", "jpeg", "png", "#00ff00", "#0f0", "hello", ""];
    prop_oneof![
        (-3_i64..110).prop_map(Value::from),
        proptest::sample::select(vec![-100, -101, 180, 270, 400, 401, 8000, 8001])
            .prop_map(Value::from),
        (-2.0..60.0_f64).prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        proptest::sample::select(words.to_vec()).prop_map(Value::from),
        Just(Value::Null),
        Just(json!([])),
    ]
}

proptest! {
    #[test]
    fn a_field_is_taken_exactly_when_the_schema_takes_it(
        index in 0..22_usize, value in any_value(),
    ) {
        let properties = schema()["properties"].as_object().unwrap().clone();
        let unknown = "unknown".to_owned();
        let name = properties.keys().nth(index).unwrap_or(&unknown);
        // A crop is whole, so that only the one value decides.
        let mut fields = if name.starts_with("crop_") {
            json!({ "crop_x": 1, "crop_y": 1, "crop_width": 1, "crop_height": 1 })
        } else {
            json!({})
        };
        fields[name.as_str()] = value;
        let text = payload(fields);
        let by_schema = validator().is_valid(&serde_json::from_str(&text).unwrap());
        prop_assert_eq!(ImageJob::parse(&text).is_ok(), by_schema, "{}", text);
    }
}
