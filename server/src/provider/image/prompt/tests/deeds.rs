//! Headings of payloads.

use domain::json::Json;

use crate::provider::image::prompt::deed;

fn of(payload: &str) -> String {
    deed(&Json::parse(payload).unwrap())
}

#[test]
fn the_heading_says_what_is_done() {
    for (payload, heading) in [
        ("{}", "Edit a picture"),
        (
            r#"{"format":"jpeg","width":800,"grayscale":true}"#,
            "Edit a picture: resize to 800 px wide, grayscale, save as JPEG",
        ),
        (
            r#"{"width":6,"height":6,"fit":"cover","rotate":90,"flip":"none","text":"Hi","quality":80}"#,
            "Edit a picture: fill 6 × 6 px, turn right, write “Hi”",
        ),
        (
            r#"{"rotate":0,"blur":0,"brightness":-5,"contrast":7,"flip":"vertical","format":"webp"}"#,
            "Edit a picture: mirror top and bottom, darken by 5 %, 7 % more contrast and 1 more",
        ),
        (r#"{"width":"<b>","grayscale":"yes","rotate":[90],"text":" "}"#, "Edit a picture"),
    ] {
        assert_eq!(of(payload), heading);
    }
}

#[test]
fn the_heading_shows_only_the_start_of_a_long_text_and_nothing_hidden() {
    let long = of(&Json::Object(vec![("text".into(), Json::text("word ".repeat(60)))]).to_text());
    assert!(long.chars().count() < 70 && long.ends_with("…”"), "{long}");
    let text = "a\u{202e}b\u{200b}\nc” \"d\u{e0041}";
    let hidden = deed(&Json::Object(vec![("text".into(), Json::text(text))]));
    assert_eq!(hidden, "Edit a picture: write “ab c' 'd”");
}

#[test]
fn a_payload_that_is_no_object_has_a_heading_too() {
    assert_eq!(deed(&Json::Null), "Edit a picture");
}
