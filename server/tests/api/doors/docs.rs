//! What the description and its page say about keys and gates.

use http::StatusCode;
use serde_json::{Value, json};

use super::{DOORS, Gets, filled};
use crate::{house::House, keys::make};

#[tokio::test]
async fn the_page_shows_each_gate_as_it_is_run_and_how_one_is_let_in() {
    let house = House::open().await;
    let html = house.get("/api/docs").send().await.text();
    for gate in [
        include_str!("../../../src/http/docs/gates/gate.sh"),
        include_str!("../../../src/http/docs/gates/gate.py"),
        include_str!("../../../src/http/docs/gates/gate.ts"),
    ] {
        let escaped = gate.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        assert!(html.contains(&escaped), "it isn't there: {gate}");
    }
    for place in ["gate", "authentication"] {
        let (link, section) = (format!("href=\"#{place}\""), format!("id=\"{place}\""));
        assert!(html.find(&link) < html.find(&section) && html.contains(&link), "{place}");
    }
    let operations = html.find("<details").unwrap();
    assert!(html.find("id=\"gate\"").unwrap() < operations, "before the operations");
    assert!(html.contains("<code>Authorization: Bearer …</code>"));
    for needed in ["Takes a key or a session.", "a key can't do it.", "For everybody."] {
        assert!(html.contains(needed), "{needed}");
    }
}

/// What a session alone can do, with a body that can be read.
const BY_SESSION: &[(&str, &str, &str)] = &[
    ("GET", "/api/auth/keys", ""),
    ("POST", "/api/auth/keys", r#"{"name":"a","kind":"person"}"#),
    ("DELETE", "/api/auth/keys/{key}", ""),
    ("GET", "/api/auth/people", ""),
    ("POST", "/api/auth/people", r#"{"name":"A","email":"a@b.example","role":"viewer"}"#),
    ("PUT", "/api/auth/people/{person}/role", r#"{"role":"viewer"}"#),
    ("PUT", "/api/auth/people/{person}/disabled", r#"{"disabled":true}"#),
    ("POST", "/api/auth/people/{person}/reset", ""),
];
/// A key has no session to end; whoever tries is told that none is left.
const SIGN_OUT: (&str, &str) = ("DELETE", "/api/auth/session");

#[tokio::test]
async fn the_description_has_a_key_wherever_one_is_accepted_and_nowhere_else() {
    let house = House::open().await;
    let ada = house.admin().await;
    let (key, _) = make(&house, &ada, json!({"name": "relay", "kind": "person"})).await;
    let described = house.get("/api/openapi.json").send().await.json();
    let scheme = &described["components"]["securitySchemes"]["key"];
    assert_eq!((&scheme["type"], &scheme["scheme"]), (&json!("http"), &json!("bearer")));

    for (method, path, _, gets) in DOORS {
        let operation = &described["paths"][path][method.to_lowercase()];
        if operation.is_null() || !matches!(gets, Gets::Refused) {
            continue;
        }
        let session_only = BY_SESSION.iter().find(|(m, p, _)| (m, p) == (method, path));
        let takes_key = session_only.is_none() && (*method, *path) != SIGN_OUT;
        let expected = if takes_key { vec!["key", "session"] } else { vec!["session"] };
        assert_eq!(ways(operation), expected, "{method} {path}");
        let body = session_only.map_or("", |(.., body)| *body);
        let asked = house.ask(method.parse().unwrap(), &filled(path)).with_key(&key);
        // Only how the answer begins: that of the events doesn't end.
        let answer = asked.header("content-type", "application/json").body(body).open().await;
        let refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&answer.status());
        assert_eq!(refused, session_only.is_some(), "{method} {path}: {}", answer.status());
    }
}

/// The names of what an operation takes, in order.
fn ways(operation: &Value) -> Vec<&str> {
    let all = operation["security"].as_array().unwrap().iter();
    let mut names: Vec<_> =
        all.flat_map(|way| way.as_object().unwrap().keys().map(String::as_str)).collect();
    names.sort_unstable();
    names
}
