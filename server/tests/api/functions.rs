//! The functions behind the pages, posted by browsers with and without script.

use app::error::ApiError;
use http::StatusCode;

use crate::{
    house::{Ask, House},
    support::asking,
};

const UNKNOWN: &str = "0197a000-0000-7000-8000-000000000001";

/// As a browser posts a form of a page, having come from there.
fn from_page<'a>(ask: Ask<'a>, page: &str) -> Ask<'a> {
    ask.header("accept", "text/html,application/xhtml+xml").header("referer", page)
}

#[tokio::test]
async fn another_site_cant_post() {
    let house = House::open().await;
    let ada = house.admin().await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let ticket = house.ticket(&ada, &run, "payload_review").await;
    let form = format!(
        "run={run}&ticket={}&version=1&digest={}&action=approve",
        ticket["approval_id"].as_str().unwrap(),
        ticket["proposal_digest"].as_str().unwrap()
    );
    let post = async |headers: &[(&str, &str)], body_type: &str| {
        let mut ask = house.ask(http::Method::POST, "/ui/decide").by(&ada);
        for (name, value) in headers {
            ask = ask.header(name, value);
        }
        ask.header("content-type", body_type).body(form.as_str()).send().await
    };
    let plain = "application/x-www-form-urlencoded";
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[],
    ] {
        let refused = post(headers, plain).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{headers:?}");
        assert_eq!(post(headers, "text/plain").await.status, StatusCode::FORBIDDEN);
    }
    // A link can't do it either.
    let link = house.get(&format!("/ui/decide?{form}")).by(&ada).send().await;
    assert!(link.status.is_client_error(), "{}", link.status);
    assert_eq!(house.status(&ada, &run).await["approval"], ticket, "nothing was decided");

    let own = post(&[("sec-fetch-site", "same-origin")], plain).await;
    assert_eq!(own.status, StatusCode::OK, "{}", own.text());
    house.until(&ada, &run, "completed").await;
}

#[tokio::test]
async fn a_form_that_fails_tells_nothing_in_an_address_and_leads_nowhere_else() {
    let house = House::open().await;
    let ada = house.admin().await;
    for page in ["https://evil.example/x?__err=a", "http://127.0.0.1:3000/runs", "//evil.example"] {
        for (function, form) in [
            ("decide", "run=x".to_owned()),
            (
                "decide",
                format!(
                    "run={UNKNOWN}&ticket={UNKNOWN}&version=1&digest={}&action=approve",
                    "0".repeat(64)
                ),
            ),
            ("pause_run", format!("run={UNKNOWN}")),
            ("cancel_run", String::new()),
            ("keep_draft", format!("ticket={UNKNOWN}")),
            ("load_welcome", "token=secret".to_owned()),
            ("invite", "name=&email=&role=king".to_owned()),
            ("set_theme", "theme=x&back=https://evil.example/".to_owned()),
        ] {
            let ask = from_page(house.post(&format!("/ui/{function}")).by(&ada), page);
            let answer = ask.fields(&form).await;
            assert!(answer.status.is_redirection(), "{function}: {}", answer.status);
            let to = answer.header("location");
            assert!(to.starts_with('/') && !to.starts_with("//"), "{function}: {to}");
            assert!(
                !to.contains("err=") && !to.contains("evil") && !to.contains("secret"),
                "{function}: {to}"
            );
        }
    }
}

#[tokio::test]
async fn a_page_that_is_alive_gets_the_status_that_fits_and_no_internals() {
    let house = House::open().await;
    let ada = house.admin().await;
    for (function, form, status) in [
        ("decide", "run=x".to_owned(), 400),
        (
            "decide",
            format!(
                "run={UNKNOWN}&ticket={UNKNOWN}&version=1&digest={}&action=approve",
                "0".repeat(64)
            ),
            404,
        ),
        ("pause_run", format!("run={UNKNOWN}"), 404),
        ("keep_draft", format!("ticket={UNKNOWN}&reason=x"), 404),
        ("load_welcome", "token=secret".to_owned(), 404),
    ] {
        let answer = house.post(&format!("/ui/{function}")).by(&ada).fields(&form).await;
        assert_eq!(answer.status.as_u16(), status, "{function}: {}", answer.text());
        assert!(answer.wire::<ApiError>()["code"].is_string(), "{function}: {}", answer.text());
        let text = answer.text().to_lowercase();
        for inside in ["sql", "select ", "/tmp", "panicked", "secret", "src/"] {
            assert!(!text.contains(inside), "{function}: {text}");
        }
    }
    for path in ["/ui/load_run?run=x", "/ui/load_runs?cursor=x", "/ui/load_runs?status=x"] {
        let answer = house.get(path).by(&ada).send().await;
        assert_eq!(answer.status.as_u16(), 400, "{path}: {}", answer.text());
    }
}
