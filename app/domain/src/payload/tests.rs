//! Parts of a prompt that came to nothing.

use super::*;
use crate::policy::HitlConfig;

fn schema() -> Schema {
    let text = r#"{"properties": {"image": {"type": "string", "format": "attachment"},
        "width": {"type": "integer"}}}"#;
    Schema::from_json_schema(&Json::parse(text).unwrap())
}

fn known(field: &str, value: &str, source: Source) -> Known {
    Known { field: field.to_owned(), value: value.to_owned(), source }
}

fn warnings(given: &[Known]) -> Vec<Issue> {
    let parts = ["remove the dog", "nicer"].map(str::to_owned);
    not_understood(&schema(), given, &parts)
}

#[test]
fn each_part_that_came_to_nothing_is_a_warning_that_blocks_nothing() {
    let warnings = warnings(&[]);
    let said: Vec<&str> = warnings.iter().map(|issue| issue.issue.as_str()).collect();
    assert_eq!(said, ["Not understood: “remove the dog”.", "Not understood: “nicer”."]);
    assert!(warnings.iter().all(|issue| !issue.blocks() && issue.suggested_fix.is_some()));
}

#[test]
fn the_less_was_understood_the_less_sure_it_is() {
    let picture = [known("image", "\"sha256:0\"", Source::Attachment("the only one".to_owned()))];
    assert_eq!(confidence(&picture, &warnings(&[])[..1]), 0.85);
    assert_eq!(confidence(&picture, &warnings(&[])), 0.75);
}

#[test]
fn a_prompt_that_was_understood_is_sure_enough_to_pass_and_one_that_was_not_is_not() {
    let picture = known("image", "\"sha256:0\"", Source::Attachment("the only one".to_owned()));
    let read = [picture, known("width", "8", Source::Prompt)];
    let limit = HitlConfig::default().auto_approve_confidence_threshold;
    assert!(confidence(&read, &[]) >= limit && confidence(&read[1..], &[]) >= limit);
    assert!(confidence(&read, &warnings(&[])[..1]) < limit);
}

#[test]
fn a_value_that_was_given_makes_the_prompt_a_comment_and_a_file_does_not() {
    let picture = known("image", "\"sha256:0\"", Source::Request);
    assert_eq!(warnings(std::slice::from_ref(&picture)).len(), 2);
    assert_eq!(warnings(&[known("width", "8", Source::Prompt)]).len(), 2);
    for source in [Source::Request, Source::Form] {
        assert_eq!(warnings(&[picture.clone(), known("width", "8", source)]), []);
    }
}
