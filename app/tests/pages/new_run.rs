//! The form that starts a run.

use app::pages::SentForm;
use domain::access::Role;

use crate::{
    browser::{refused, visit},
    fake::{Fake, file, provider},
};

#[tokio::test]
async fn one_plain_form_carries_everything() {
    let fake = Fake { providers: vec![provider("image")], ..Fake::default() };

    let answer = visit(&fake, Some(Role::Reviewer), "/runs/new", "").await;

    let body = answer.body();
    let form = &body[body.find("action=\"/runs/new\"").unwrap() - 60..];
    assert!(form.contains("enctype=\"multipart/form-data\"") && form.contains("method=\"post\""));
    answer
        .has("name=\"prompt\"")
        .has("accept=\"image/png,image/jpeg\"")
        .has("name=\"deadline\"")
        .has("name=\"field.width\"")
        .has("1 to 8000")
        .has("name=\"field.format\"")
        .has("value=\"&quot;webp&quot;\"")
        .has("Crop to a square")
        .lacks("name=\"field.image\"")
        .lacks("name=\"provider\"")
        .has("name=\"key\" value=\"00000000-0000-0000-0000-000000000005\"")
        .has("name=\"session\" value=\"00000000-0000-0000-0000-000000000005\"");
    for policy in ["require_human", "auto_with_thresholds", "auto"] {
        answer.has(&format!("value=\"{policy}\""));
    }
    assert_eq!(body.matches(" checked").count(), 1, "{body}");
    let checked = body.find(" checked").unwrap();
    let start = body[..checked].rfind("<input").unwrap();
    let end = checked + body[checked..].find('>').unwrap();
    assert!(body[start..end].contains("require_human"), "{}", &body[start..end]);
}

#[tokio::test]
async fn a_provider_is_chosen_only_where_there_are_several() {
    let fake = Fake { providers: vec![provider("image"), provider("remote")], ..Fake::default() };

    let answer = visit(&fake, Some(Role::Reviewer), "/runs/new?provider=remote", "").await;

    answer.has("name=\"provider\"").has("Pictures with image").has("Fields of ");
    let body = answer.body();
    let selected = body.find(" selected").unwrap();
    let start = body[..selected].rfind("<option").unwrap();
    let end = selected + body[selected..].find('>').unwrap();
    assert!(body[start..end].contains("remote"), "{}", &body[start..end]);
}

#[tokio::test]
async fn what_did_not_get_through_is_still_there() {
    let fake = Fake {
        providers: vec![provider("image")],
        files: vec![file("garden\u{200b}.png")],
        ..Fake::default()
    };

    let fields = [("session", "s1"), ("prompt", "</textarea><b> square"), ("field.width", "wide")];
    let mut sent = sent("too_large", &fields);
    sent.issues = vec![("file".to_owned(), "a file may have 25 MiB".to_owned())];
    let answer = refused(&fake, sent).await;

    answer
        .has("A file is too large")
        .has("href=\"#file\"")
        .has("a file may have 25 MiB")
        .has("value=\"wide\"")
        .has("&lt;/textarea&gt;&lt;b&gt; square")
        .has("name=\"session\"")
        .has("value=\"s1\"")
        .has("3.1 MB")
        .has("U+200B")
        .has("/api/hitl/attachments/00000000-0000-0000-0000-000000000007/preview");
    assert!(!answer.body().contains("</textarea><b>"), "{}", answer.body());
}

#[tokio::test]
async fn a_code_that_is_not_known_shows_fixed_words() {
    let fake = Fake { providers: vec![provider("image")], ..Fake::default() };

    let answer = refused(&fake, sent("call-555-0100", &[])).await;

    let (_, main) = answer.body().split_once("<main").unwrap();
    assert!(main.contains("The run could not be started"), "{main}");
    assert!(!main.contains("555-0100"), "{main}");
}

#[tokio::test]
async fn an_address_fills_in_the_request_and_says_nothing_of_a_refusal() {
    let fake = Fake { providers: vec![provider("image")], ..Fake::default() };

    let address = "/runs/new?error=too_large&prompt=%3C/textarea%3E%3Cb%3E%20square";
    let answer = visit(&fake, Some(Role::Reviewer), address, "").await;

    answer.has("&lt;/textarea&gt;&lt;b&gt; square").lacks("error-summary").lacks("too large");
}

fn sent(code: &str, fields: &[(&str, &str)]) -> SentForm {
    let fields = fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    SentForm { fields: fields.collect(), code: code.to_owned(), issues: Vec::new() }
}

#[tokio::test]
async fn a_viewer_gets_no_form() {
    let fake = Fake { providers: vec![provider("image")], ..Fake::default() };

    let answer = visit(&fake, Some(Role::Viewer), "/runs/new", "").await;

    answer.has("your role is viewer").lacks("name=\"prompt\"");
}
