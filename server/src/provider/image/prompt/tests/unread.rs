//! What a person is told of: the parts of a prompt that came to nothing, and that they make a policy ask.

use std::path::PathBuf;

use domain::{
    information::{Known, Reading, Source},
    json::Json,
    payload,
    policy::{Facts, HitlConfig, PolicyKind, Review, reasons_to_ask},
    schema::Schema,
};

use crate::provider::{
    Provider,
    image::{ImageProvider, SCHEMA, prompt::read_prompt},
};

/// Each prompt whose unread parts are others.
fn expect(table: &[(&str, &str)]) {
    let differs = |(prompt, parts): &(&str, &str)| {
        let got = read_prompt(prompt).unread.join(" | ");
        (got != *parts).then(|| format!("{prompt}\n  leaves {got}\n  and not {parts}"))
    };
    let wrong: Vec<String> = table.iter().filter_map(differs).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), table.len(), wrong.join("\n"));
}

/// Why the policy asks about a prompt that came with a picture and with values.
fn reasons(prompt: &str, values: &[Known]) -> Vec<String> {
    let schema = Schema::from_json_schema(&Json::parse(SCHEMA).unwrap());
    let Reading { known, unread } = read_prompt(prompt);
    let picture = Known {
        field: "image".to_owned(),
        value: Json::text(format!("sha256:{}", "0".repeat(64))).to_text(),
        source: Source::Attachment("the only picture".to_owned()),
    };
    let found: Vec<Known> = values.iter().cloned().chain([picture]).chain(known).collect();
    let information = payload::gather(&schema, &found);
    let issues = payload::not_understood(&schema, values, &unread);
    let facts = Facts {
        issues: &issues,
        confidence: payload::confidence(&information, &issues),
        payload_changes: payload::changes(&information),
        ..Facts::default()
    };
    let config = HitlConfig { policy: PolicyKind::AutoWithThresholds, ..HitlConfig::default() };
    reasons_to_ask(&config, Review::InformationReview, &facts)
}

const NOT_UNDERSTOOD: [&str; 6] = [
    "remove the background",
    "blur the faces",
    "mach es schöner",
    "do not make it grayscale",
    "make it nicer",
    "remove the people in it and make it 100 px wide",
];

#[test]
fn a_prompt_that_came_to_nothing_is_told_whole() {
    expect(&NOT_UNDERSTOOD.map(|prompt| (prompt, prompt)));
    expect(&[
        ("png or jpeg", "png or jpeg"),
        ("brighter and darker", "brighter and darker"),
        ("the picture is too dark", "the picture is too dark"),
        ("why is it black and white?", "why is it black and white"),
        ("convert it from grayscale to color", "convert it from grayscale to color"),
        ("write SALE on it, 800 wide", "write SALE on it, 800 wide"),
    ]);
}

#[test]
fn of_a_prompt_that_is_understood_in_part_the_rest_is_told() {
    expect(&[
        ("make it grayscale and remove the background", "remove the background"),
        ("Make it 800 px wide for the web", "for the web"),
        ("800 px wide without blur", "without blur"),
        ("blur the faces, and the dog; save as png", "blur the faces, and the dog"),
        ("make it nicer, 800 px wide, and sharper", "make it nicer | sharper"),
        ("resize to 640 instead of 800", "instead of 800"),
        ("write \"A\" at the top. Write \"B\" here.", "write 'A' at the top | Write 'B' here"),
    ]);
}

#[test]
fn words_that_ask_for_nothing_are_not_told() {
    expect(&[
        ("", ""),
        ("Hello! Please, thanks.", ""),
        ("my black and white photo", ""),
        ("Keep the aspect ratio, 800 wide", ""),
        ("Make it 640 pixels wide, and grayscale", ""),
        ("make this grayscale: https://example.org/a?b", ""),
        ("Could you please make the photo 800 px wide and then turn it left?", ""),
        ("turn it to the left and make it brighter", ""),
        ("make it 320 pixels wide and black and white", ""),
    ]);
}

#[test]
fn only_a_few_short_parts_are_told() {
    expect(&[("nicer. prettier. cooler. warmer", "nicer | prettier | cooler")]);
    let long = read_prompt(&format!("make it {}", "very nice ".repeat(40))).unread;
    assert!(long.len() == 1 && long[0].chars().count() <= 60 && long[0].ends_with('…'), "{long:?}");
}

#[test]
fn what_stands_behind_the_longest_instruction_is_told() {
    let far = format!("grayscale. {}remove the dog", "a ".repeat(8_200));
    assert_eq!(read_prompt(&far).unread.len(), 1);
}

#[test]
fn what_was_not_understood_makes_the_policy_ask() {
    for prompt in NOT_UNDERSTOOD {
        assert_eq!(reasons(prompt, &[]).len(), 1, "{prompt}");
    }
}

#[test]
fn a_prompt_that_is_understood_passes_and_one_that_is_understood_in_part_is_asked_about() {
    assert_eq!(reasons("make it grayscale", &[]), [""; 0]);
    let asked = reasons("make it grayscale and remove the background", &[]);
    assert_eq!(asked, ["The confidence is 0.84, below 0.90."]);
}

#[test]
fn the_examples_that_people_are_shown_are_sure_enough() {
    for example in ImageProvider::new(PathBuf::new()).capabilities().examples {
        assert_eq!(reasons(example, &[]), [""; 0], "{example}");
    }
}

#[test]
fn where_a_value_was_given_the_prompt_only_speaks_about_it() {
    let width =
        Known { field: "width".to_owned(), value: "800".to_owned(), source: Source::Request };
    assert_eq!(reasons("make it nicer", &[width]), [""; 0]);
}
