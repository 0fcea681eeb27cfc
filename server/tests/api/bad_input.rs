//! Bad input: each kind gets its status and a problem that names the place, and nothing is stored.

use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    house::{House, Person, pointer},
    support::{asking, run_input, scripted_run},
};

/// A body, the status, and the JSON Pointer where there is one.
type Case = (&'static str, Vec<u8>, u16, Option<&'static str>);

/// A good body, with this text as the value of `original_input`.
fn values(text: &str) -> Vec<u8> {
    scripted_run("s", &asking(&["payload_review"]), text).into_bytes()
}

/// A good body after a change.
fn changed(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut body = json!({
        "run_input": run_input("s", "hello"),
        "provider": "scripted",
        "hitl_config": asking(&["payload_review"]),
    });
    change(&mut body);
    body.to_string().into_bytes()
}

fn nested(depth: usize) -> String {
    format!(r#"{{"data":{}1{}}}"#, r#"{"a":"#.repeat(depth), "}".repeat(depth))
}

fn documents() -> Vec<Case> {
    let keys: Vec<String> = (0..1_001).map(|n| format!("\"k{n}\":1")).collect();
    vec![
        ("empty", vec![], 422, Some("")),
        ("null", b"null".to_vec(), 422, Some("")),
        ("a list", b"[]".to_vec(), 422, Some("")),
        ("a text", b"\"hello\"".to_vec(), 422, Some("")),
        ("a number", b"1".to_vec(), 422, Some("")),
        ("half a document", br#"{"run_input":"#.to_vec(), 422, Some("")),
        ("two documents", b"{} {}".to_vec(), 422, Some("")),
        ("a comment", b"{/* */}".to_vec(), 422, Some("")),
        ("a comma too many", br#"{"a":1,}"#.to_vec(), 422, Some("")),
        ("not UTF-8", b"{\"run_input\":\"\xff\xfe\"}".to_vec(), 422, Some("")),
        ("overlong UTF-8", b"{\"a\":\"\xc0\x80\"}".to_vec(), 422, Some("")),
        ("a byte order mark", b"\xef\xbb\xbf{}".to_vec(), 422, Some("")),
        ("NaN", values(r#"{"quality":NaN}"#), 422, Some("")),
        ("depth 66", values(&nested(64)), 422, None),
        ("depth 20,000", values(&nested(20_000)), 422, None),
        (
            "10,001 values",
            values(&format!(r#"{{"data":{{"a":[{}1]}}}}"#, "1,".repeat(10_000))),
            422,
            None,
        ),
        ("1,001 keys", values(&format!("{{{}}}", keys.join(","))), 422, Some("/original_input")),
        (
            "a key twice",
            values(r#"{"message":"a","message":"b"}"#),
            422,
            Some("/original_input/message"),
        ),
        (
            "a key twice, escaped",
            values(r#"{"message":"a","m\u0065ssage":"b"}"#),
            422,
            Some("/original_input/message"),
        ),
        ("NUL", values("{\"message\":\"a\0b\"}"), 422, Some("")),
        ("NUL, escaped", values(r#"{"message":"a\u0000b"}"#), 422, Some("/original_input/message")),
        ("a bell", values(r#"{"message":"a\u0007b"}"#), 422, Some("/original_input/message")),
        ("NUL in a key", values(r#"{"a\u0000":1}"#), 422, None),
        ("half a pair", values(r#"{"message":"\ud800"}"#), 422, Some("/original_input/message")),
        (
            "the other half",
            values(r#"{"message":"\udc00x"}"#),
            422,
            Some("/original_input/message"),
        ),
        (
            "a pair the wrong way round",
            values(r#"{"message":"\udc00\ud800"}"#),
            422,
            Some("/original_input/message"),
        ),
        ("1e400", values(r#"{"data":{"n":1e400}}"#), 422, Some("/original_input/data/n")),
        ("1e100000", values(r#"{"data":{"n":1e100000}}"#), 422, Some("/original_input/data/n")),
        (
            "41 digits",
            values(&format!(r#"{{"data":{{"n":1{}}}}}"#, "0".repeat(40))),
            422,
            Some("/original_input/data/n"),
        ),
        (
            "a text of 256 KiB and one",
            values(&format!(r#"{{"message":"{}"}}"#, "x".repeat(256 * 1024 + 1))),
            422,
            Some("/original_input/message"),
        ),
        ("1 MiB and one", changed(|b| b["x"] = json!("x".repeat(1024 * 1024))), 413, None),
        (
            "a field that the provider doesn't have",
            values(r#"{"message":"a","mesage":"b"}"#),
            422,
            Some("/original_input/mesage"),
        ),
        (
            "a field of no value that the provider doesn't have",
            values(r#"{"nonsense":null}"#),
            422,
            Some("/original_input/nonsense"),
        ),
        (
            "a field whose name is like a path",
            values(r#"{"a/b~c":1}"#),
            422,
            Some("/original_input/a~1b~0c"),
        ),
        ("no run_input", b"{}".to_vec(), 422, Some("")),
        ("an unknown field", changed(|b| b["decision"] = json!("approve")), 422, Some("/decision")),
        (
            "an unknown field of the input",
            changed(|b| b["run_input"]["role"] = json!("admin")),
            422,
            Some("/run_input/role"),
        ),
        (
            "an unknown field of the policy",
            changed(|b| b["hitl_config"]["polcy"] = json!("auto")),
            422,
            Some("/hitl_config/polcy"),
        ),
        (
            "a missing field",
            changed(|b| {
                b["run_input"].as_object_mut().unwrap().remove("user_id");
            }),
            422,
            Some("/run_input"),
        ),
        (
            "a number as a text",
            changed(|b| b["run_input"]["prompt"] = json!(5)),
            422,
            Some("/run_input/prompt"),
        ),
        (
            "a text as a number",
            changed(|b| b["hitl_config"]["timeout_seconds"] = json!("5")),
            422,
            Some("/hitl_config/timeout_seconds"),
        ),
        (
            "a negative number",
            changed(|b| b["hitl_config"]["timeout_seconds"] = json!(-5)),
            422,
            Some("/hitl_config/timeout_seconds"),
        ),
        (
            "a policy in capitals",
            changed(|b| b["hitl_config"]["policy"] = json!("AUTO")),
            422,
            Some("/hitl_config/policy"),
        ),
        (
            "a list for an object",
            changed(|b| b["run_input"] = json!(["p", "e", "u", "a", "s", "m"])),
            422,
            Some("/run_input"),
        ),
        (
            "a list for a policy",
            changed(|b| b["hitl_config"] = json!(["auto"])),
            422,
            Some("/hitl_config"),
        ),
        (
            "a list for the values",
            changed(|b| b["original_input"] = json!([])),
            422,
            Some("/original_input"),
        ),
        (
            "an empty prompt",
            changed(|b| b["run_input"]["prompt"] = json!(" ")),
            422,
            Some("/run_input/prompt"),
        ),
        (
            "a long prompt",
            changed(|b| b["run_input"]["prompt"] = json!("x".repeat(20_001))),
            422,
            Some("/run_input/prompt"),
        ),
        (
            "an empty session",
            changed(|b| b["run_input"]["session_id"] = json!("")),
            422,
            Some("/run_input/session_id"),
        ),
        (
            "a long session",
            changed(|b| b["run_input"]["session_id"] = json!("é".repeat(201))),
            422,
            Some("/run_input/session_id"),
        ),
        (
            "a countdown without thresholds",
            changed(|b| b["hitl_config"]["auto_approve_after_seconds"] = json!(10)),
            422,
            Some("/hitl_config/auto_approve_after_seconds"),
        ),
        (
            "an upload that isn't there",
            changed(|b| {
                b["run_input"]["attachments"] = json!(["0197a000-0000-7000-8000-000000000001"])
            }),
            422,
            Some("/run_input/attachments/0"),
        ),
        (
            "an upload that is a path",
            changed(|b| b["run_input"]["attachments"] = json!(["../../etc/passwd"])),
            422,
            Some("/run_input/attachments/0"),
        ),
    ]
}

#[tokio::test]
async fn a_body_that_isnt_good_starts_nothing() {
    let house = House::open().await;
    let ada = house.admin().await;
    let mut wrong = Vec::new();
    for (name, body, status, at) in documents() {
        let answer = house.post("/api/hitl/run").by(&ada).json(body).await;
        let place = if answer.bytes.is_empty() { Value::Null } else { answer.json() };
        let fits = answer.status.as_u16() == status
            && answer.header("content-type") == "application/problem+json"
            && at.is_none_or(|at| pointer(&place) == at)
            && answer.bytes.len() < 10_000;
        if !fits {
            wrong.push(format!(
                "{name}: {} {:.300}, not {status} at {at:?}",
                answer.status,
                answer.text()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(house.count(&ada).await, 0, "nothing is stored");
}

#[tokio::test]
async fn fields_that_no_provider_was_named_for_are_those_of_the_one_that_is_taken() {
    let house = House::open().await;
    let ada = house.admin().await;
    let body = changed(|body| {
        body.as_object_mut().unwrap().remove("provider");
        body["hitl_config"] = json!({"policy": "auto"});
        body["original_input"] =
            json!({"grayscal": true, "width": 20, "widht": 20, "message": "a"});
    });

    let problem = house.post("/api/hitl/run").by(&ada).json(body).await.problem(422);

    let errors = problem["errors"].as_array().unwrap();
    let told = |name: &str| {
        let at = format!("/original_input/{name}");
        let error = errors.iter().find(|error| error["path"] == at);
        error.unwrap_or_else(|| panic!("nothing about {name}: {problem:#}"))["message"].clone()
    };
    let meant = |name: &str| format!("is not a field of this provider; is `{name}` meant?");
    assert_eq!(told("grayscal"), meant("grayscale"));
    assert_eq!(told("widht"), meant("width"));
    assert!(told("message").is_string(), "it is the other provider's");
    assert_eq!((errors.len(), house.count(&ada).await), (3, 0));
}

#[tokio::test]
async fn what_is_at_the_limits_is_taken_as_it_is() {
    let house = House::open().await;
    let ada = house.admin().await;
    for (number, text) in [
        // `original_input`, `data` and their document are three levels of the 64.
        nested(61),
        format!(r#"{{"data":{{"n":{}}}}}"#, "9".repeat(40)),
        r#"{"data":{"n":-0,"m":1.0,"o":1e308,"__proto__":{"a":1},"constructor":1,"$ref":"x","":2}}"#.to_owned(),
        format!(r#"{{"data":{{"a":"{}"}}}}"#, "x".repeat(256 * 1024)),
        r#"{"data":{"a":"👩‍👩‍👧 \ud83d\ude00 é é \u202e \ufeff","b":"</textarea><script>"}}"#.to_owned(),
    ]
    .into_iter()
    .enumerate()
    {
        let values = text.replacen('{', r#"{"message":"m","#, 1);
        let config = asking(&["payload_review"]);
        let run = house.start(&ada, &format!("s{number}"), &config, &values).await;
        let ticket = house.ticket(&ada, &run, "payload_review").await;
        let kept: Value = serde_json::from_str(ticket["context"]["proposal"].as_str().unwrap()).unwrap();
        let given: Value = serde_json::from_str(&values).unwrap();
        assert_eq!(kept["data"], given["data"], "{number}");
    }
}

#[tokio::test]
async fn only_plain_json_in_utf_8_is_read() {
    let house = House::open().await;
    let ada = house.admin().await;
    let post = async |headers: &[(&str, &str)]| {
        let mut request = house.post("/api/hitl/run").by(&ada);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.body(changed(|_| {})).send().await
    };
    for headers in [
        &[][..],
        &[("content-type", "text/plain")],
        &[("content-type", "application/x-www-form-urlencoded")],
        &[("content-type", "multipart/form-data; boundary=x")],
        &[("content-type", "application/jsonp")],
        &[("content-type", "application/json; charset=latin1")],
        &[("content-type", "application/json"), ("content-encoding", "gzip")],
        &[("content-type", "application/json"), ("content-encoding", "br")],
    ] {
        post(headers).await.problem(415);
    }
    assert_eq!(house.count(&ada).await, 0);
    let read = post(&[("content-type", "Application/JSON; charset=UTF-8")]).await;
    assert_eq!(read.status, StatusCode::ACCEPTED, "{}", read.text());
}

#[tokio::test]
async fn a_decision_that_cant_be_read_decides_nothing() {
    let house = House::open().await;
    let ada = house.admin().await;
    let run = house.start(&ada, "s", &asking(&["payload_review"]), r#"{"message":"a"}"#).await;
    let ticket = house.ticket(&ada, &run, "payload_review").await;
    let by_position = r#"[null,null,"approve",null,null,null,null,[],null,null,null]"#;
    for (body, status) in [
        ("", 422),
        ("null", 422),
        ("[]", 422),
        (by_position, 422),
        ("true", 422),
        (r#"{"action":"approve","action":"reject"}"#, 422),
        (r#"{"action":"approve","edits":{"a":1e400}}"#, 422),
        (r#"{"action":"edit","edits":{"message":"\u0000"}}"#, 422),
        (r#"{"action":"approve","attachments":["x"]}"#, 422),
        (r#"{"action":"approve","attachments":{}}"#, 422),
        (r#"{"action":"approve","attachments":["0197a000-0000-7000-8000-000000000001"]}"#, 422),
        (r#"{"action":"reject","reason":"a\u0000b"}"#, 422),
    ] {
        house.approve(&ada, &run, body).await.problem(status);
    }
    let big = format!(r#"{{"action":"reject","reason":"{}"}}"#, "x".repeat(1024 * 1024));
    house.approve(&ada, &run, big).await.problem(413);
    assert_eq!(house.status(&ada, &run).await["approval"], ticket);
}

#[tokio::test]
async fn methods_and_addresses_beyond_the_limits_are_refused() {
    let house = House::open().await;
    let ada: Person = house.admin().await;
    let long = format!("/api/hitl/run/{}/status", "a".repeat(9_000));
    house.get(&long).by(&ada).send().await.problem(414);
    let stuffed = house.get("/api/hitl/run/x/status").by(&ada).header("x-a", &"a".repeat(17_000));
    stuffed.send().await.problem(431);
    let overridden = house.get("/api/hitl/run").by(&ada).header("x-http-method-override", "POST");
    overridden.send().await.problem(405);
}
