//! Every door, and what somebody gets there who isn't signed in.

mod docs;

use std::{collections::BTreeSet, fs, path::Path};

use http::Method;
use leptos_axum::generate_route_list;

use crate::house::House;

/// What a caller without a session gets.
#[derive(Debug, Clone, Copy)]
enum Gets {
    /// 401, and nothing else.
    Refused,
    /// A redirect to the sign-in page.
    SignIn,
    /// The door is for everybody; this is its answer to the example.
    Open(u16),
}
use Gets::{Open, Refused, SignIn};

const RUN: &str = "run=0197a000-0000-7000-8000-000000000001";
const FORM: &str = "run=0197a000-0000-7000-8000-000000000001&ticket=0197a000-0000-7000-8000-000000000002\
    &version=1&digest=0000000000000000000000000000000000000000000000000000000000000000&action=approve";

/// Method, path as the router has it, the form or query of the example, the answer.
const DOORS: &[(&str, &str, &str, Gets)] = &[
    ("GET", "/healthz", "", Open(200)),
    ("GET", "/readyz", "", Open(200)),
    // A site that wasn't built has no style.
    ("GET", "/pkg/countersign.css", "", Open(404)),
    ("GET", "/metrics", "", Refused),
    ("GET", "/api/openapi.json", "", Open(200)),
    ("GET", "/api/docs", "", Open(200)),
    ("POST", "/api/hitl/run", "", Refused),
    ("DELETE", "/api/hitl/run/{run}", "", Refused),
    ("GET", "/api/hitl/run/{run}/status", "", Refused),
    ("GET", "/api/hitl/run/{run}/state", "", Refused),
    ("GET", "/api/hitl/runs/{run}/state", "", Refused),
    ("POST", "/api/hitl/run/{run}/approve", "", Refused),
    ("POST", "/api/hitl/run/{run}/pause", "", Refused),
    ("POST", "/api/hitl/approvals", "", Refused),
    ("POST", "/api/hitl/approvals/{approval}/outcome", "", Refused),
    ("POST", "/api/hitl/run/{run}/resume", "", Refused),
    ("GET", "/api/hitl/runs", "", Refused),
    ("GET", "/api/hitl/runs/active", "", Refused),
    ("GET", "/api/hitl/sessions/{session}/active", "", Refused),
    ("GET", "/api/hitl/sessions/{session}/messages", "", Refused),
    ("POST", "/api/hitl/sessions/{session}/messages", "", Refused),
    ("GET", "/api/hitl/sessions/{session}/history", "", Refused),
    ("GET", "/api/hitl/approvals/pending", "", Refused),
    ("GET", "/api/hitl/approvals/{approval}", "", Refused),
    ("POST", "/api/hitl/approvals/{approval}/hold", "", Refused),
    ("GET", "/api/hitl/approvals/{approval}/draft", "", Refused),
    ("PUT", "/api/hitl/approvals/{approval}/draft", "", Refused),
    ("DELETE", "/api/hitl/approvals/{approval}/draft", "", Refused),
    ("POST", "/api/hitl/approvals/{approval}/seen", "", Refused),
    ("GET", "/api/hitl/ws", "", Refused),
    ("GET", "/api/hitl/events", "", Refused),
    ("POST", "/api/hitl/websocket/message", "", Refused),
    ("GET", "/api/hitl/callbacks/secret", "", Refused),
    ("GET", "/api/hitl/jobs/{job}", "", Refused),
    ("GET", "/api/hitl/providers", "", Refused),
    ("POST", "/api/teams/run", "", Refused),
    ("POST", "/api/teams/run-hitl", "", Refused),
    ("GET", "/api/auth/session", "", Refused),
    // Takes JSON, not the form of the example.
    ("POST", "/api/auth/session", "", Open(415)),
    ("DELETE", "/api/auth/session", "", Refused),
    ("GET", "/api/auth/people", "", Refused),
    ("POST", "/api/auth/people", "", Refused),
    ("PUT", "/api/auth/people/{person}/role", "", Refused),
    ("PUT", "/api/auth/people/{person}/disabled", "", Refused),
    ("POST", "/api/auth/people/{person}/reset", "", Refused),
    ("POST", "/api/hitl/attachments", "", Refused),
    ("GET", "/api/hitl/attachments/{attachment}", "", Refused),
    ("GET", "/api/hitl/attachments/{attachment}/preview", "", Refused),
    ("POST", "/api/auth/sign-in", "email=a@b.example&password=x", Open(303)),
    ("POST", "/api/auth/sign-out", "", Open(303)),
    ("POST", "/api/auth/welcome/{token}", "name=A&email=a@b.example&password=x", Open(303)),
    ("GET", "/api/auth/keys", "", Refused),
    ("POST", "/api/auth/keys", "", Refused),
    ("DELETE", "/api/auth/keys/{key}", "", Refused),
    ("POST", "/runs/new", "", SignIn),
    ("POST", "/runs/{run}/files", "", SignIn),
    ("POST", "/sessions/{owner}", "", SignIn),
    ("ANY", "/ui/{*function}", "", Open(404)),
    ("GET", "/", "", SignIn),
    ("GET", "/sign-in", "", Open(200)),
    ("GET", "/welcome/{token}", "", Open(404)),
    ("GET", "/inbox", "", SignIn),
    ("GET", "/sessions", "", SignIn),
    ("GET", "/sessions/{owner}", "", SignIn),
    ("GET", "/runs", "", SignIn),
    ("GET", "/runs/new", "", SignIn),
    ("GET", "/runs/{id}", "", SignIn),
    ("GET", "/people", "", SignIn),
    ("GET", "/keys", "", SignIn),
    ("GET", "/ui/load_inbox", "", Refused),
    ("GET", "/ui/count_inbox", "", Refused),
    ("GET", "/ui/load_runs", "", Refused),
    ("GET", "/ui/load_run", RUN, Refused),
    ("GET", "/ui/load_providers", "", Refused),
    ("GET", "/ui/load_session_files", "session=a", Refused),
    ("GET", "/ui/load_sessions", "", Refused),
    ("GET", "/ui/load_thread", "owner=0197a000-0000-7000-8000-000000000001&session=a", Refused),
    ("GET", "/ui/load_people", "", Refused),
    ("GET", "/ui/load_keys", "", Refused),
    // A one-time link is the right to look at it.
    ("POST", "/ui/load_welcome", "token=a", Open(404)),
    ("POST", "/ui/decide", FORM, Refused),
    ("POST", "/ui/keep_draft", FORM, Refused),
    ("POST", "/ui/pause_run", RUN, Refused),
    ("POST", "/ui/cancel_run", RUN, Refused),
    ("POST", "/ui/hold_countdown", FORM, Refused),
    ("POST", "/ui/invite", "name=A&email=a@b.example&role=admin", SignIn),
    ("POST", "/ui/set_role", "person=0197a000-0000-7000-8000-000000000001&role=admin", SignIn),
    (
        "POST",
        "/ui/set_disabled",
        "person=0197a000-0000-7000-8000-000000000001&disabled=true",
        SignIn,
    ),
    ("POST", "/ui/reset_person", "person=0197a000-0000-7000-8000-000000000001", SignIn),
    ("POST", "/ui/make_key", "name=a&kind=person", SignIn),
    ("POST", "/ui/revoke_key", "key=0197a000-0000-7000-8000-000000000001", SignIn),
    ("POST", "/ui/set_theme", "theme=dark&back=/inbox", Open(200)),
];

#[tokio::test]
async fn every_route_is_in_the_table_of_doors() {
    let _opened = House::open().await;
    let known: BTreeSet<_> =
        DOORS.iter().map(|(m, p, ..)| (m.to_string(), p.to_string())).collect();
    assert_eq!(known.len(), DOORS.len(), "a door stands twice");

    let mut real = BTreeSet::new();
    written_routes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http"), &mut real);
    for page in generate_route_list(app::App) {
        real.extend(
            page.methods()
                .map(|method| (format!("{method:?}").to_uppercase(), page.path().to_owned())),
        );
    }
    for (path, method) in leptos::server_fn::axum::server_fn_paths() {
        real.insert((method.to_string(), path.to_owned()));
    }

    assert_eq!(real.difference(&known).collect::<Vec<_>>(), Vec::<&_>::new(), "not in the table");
    assert_eq!(known.difference(&real).collect::<Vec<_>>(), Vec::<&_>::new(), "not in the router");
}

/// The `.route("…", …)` lines of the sources.
fn written_routes(folder: &Path, found: &mut BTreeSet<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "tests") {
            written_routes(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let source = fs::read_to_string(&path).unwrap();
            for written in source.split(".route(").skip(1) {
                found.extend(one_route(written));
            }
        }
    }
}

fn one_route(written: &str) -> Vec<(String, String)> {
    let written = written.trim_start().strip_prefix('"').expect("a route's path is written out");
    let (path, rest) = written.split_once('"').unwrap();
    let handlers = &rest[..closing(rest)];
    let methods = ["get", "post", "put", "patch", "delete", "any"];
    let named = methods.iter().filter(|method| {
        let call = format!("{method}(");
        let mut calls = handlers.match_indices(&call).map(|(at, _)| at);
        calls.any(|at| !handlers[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
    });
    let mut named: Vec<String> = named.map(|method| method.to_uppercase()).collect();
    if named.is_empty() {
        named.push("ANY".to_owned());
    }
    named.into_iter().map(|method| (method, path.to_owned())).collect()
}

/// Where the bracket is closed that was opened before the text.
fn closing(text: &str) -> usize {
    let mut open = 1;
    let end = text.find(|c| {
        open += i32::from(c == '(') - i32::from(c == ')');
        open == 0
    });
    end.expect("each bracket is closed")
}

#[tokio::test]
async fn without_a_session_each_door_gives_what_the_table_says() {
    let house = House::open().await;
    let mut wrong = Vec::new();
    for (method, path, example, gets) in DOORS {
        let path = filled(path);
        let method: Method = if *method == "ANY" { Method::POST } else { method.parse().unwrap() };
        let answer = if method == Method::GET {
            let path = if example.is_empty() { path.clone() } else { format!("{path}?{example}") };
            house.get(&path).send().await
        } else {
            let form = house.ask(method.clone(), &path).header("sec-fetch-site", "same-origin");
            form.fields(example).await
        };
        let status = answer.status.as_u16();
        // With script, Leptos answers with the address and 200.
        let to_sign_in =
            ["/sign-in", "/inbox"].iter().any(|page| answer.header("location").starts_with(page));
        let as_written = match gets {
            Refused => status == 401,
            SignIn => to_sign_in,
            Open(expected) => status == *expected,
        };
        if !as_written {
            let location = answer.header("location");
            wrong.push(format!(
                "{method} {path}: {status} {location}, not {gets:?}: {:.200}",
                answer.text()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn the_description_has_every_route_for_programs_and_no_other() {
    let house = House::open().await;
    let described = house.get("/api/openapi.json").send().await.json();
    assert_eq!(described["openapi"], "3.1.0");
    let mut written = BTreeSet::new();
    for (path, item) in described["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            written.insert((method.to_uppercase(), path.clone()));
        }
    }
    let for_programs = |path: &str| path.starts_with("/api/") || path.ends_with('z');
    let real: BTreeSet<_> = DOORS
        .iter()
        .filter(|(_, path, ..)| for_programs(path))
        .map(|(method, path, ..)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    assert_eq!(real.difference(&written).collect::<Vec<_>>(), Vec::<&_>::new(), "not described");
    assert_eq!(
        written.difference(&real).collect::<Vec<_>>(),
        Vec::<&_>::new(),
        "not in the router"
    );
}

#[tokio::test]
async fn every_link_of_the_description_leads_to_a_call_that_takes_it() {
    let house = House::open().await;
    let described = house.get("/api/openapi.json").send().await.json();
    let calls = || {
        let items = described["paths"].as_object().unwrap().values();
        items.flat_map(|item| item.as_object().unwrap().values())
    };
    let mut links = 0;
    for answer in calls().flat_map(|call| call["responses"].as_object().unwrap().values()) {
        for link in answer["links"].as_object().into_iter().flat_map(|links| links.values()) {
            let to = calls().find(|call| call["operationId"] == link["operationId"]);
            let to = to.unwrap_or_else(|| panic!("it leads nowhere: {link}"));
            for parameter in link["parameters"].as_object().unwrap().keys() {
                let taken = to["parameters"].as_array().unwrap().iter();
                assert!(taken.clone().any(|one| one["name"] == **parameter), "{link}");
            }
            links += 1;
        }
    }
    assert!(links > 50, "only {links} are there");
}

#[tokio::test]
async fn the_description_is_as_it_was_agreed() {
    let house = House::open().await;
    let mut described = house.get("/api/openapi.json").send().await.json();
    described["info"]["version"] = "of this build".into();
    insta::assert_json_snapshot!("openapi", described);
}

#[tokio::test]
async fn the_description_is_a_page_without_scripts_that_names_every_address() {
    let house = House::open().await;
    let page = house.get("/api/docs").send().await;
    assert!(page.header("content-type").starts_with("text/html"));
    let html = page.text();
    assert!(html.starts_with("<!DOCTYPE html>") && !html.contains("<script"));
    let described = house.get("/api/openapi.json").send().await.json();
    for path in described["paths"].as_object().unwrap().keys() {
        assert!(html.contains(&format!("<code>{path}")), "{path}");
    }
    for name in described["components"]["schemas"].as_object().unwrap().keys() {
        assert!(html.contains(&format!("id=\"schema-{name}\"")), "{name}");
    }
}

fn filled(path: &str) -> String {
    let id = "0197a000-0000-7000-8000-000000000001";
    let parts = path.split('/').map(|part| if part.starts_with('{') { id } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn what_looks_like_a_credential_is_none() {
    let house = House::open().await;
    let ada = house.admin().await;
    let token = &ada.token;
    for (name, value) in [
        ("authorization", "x".to_owned()),
        ("authorization", format!("Bearer {token}")),
        ("x-forwarded-for", "127.0.0.1".to_owned()),
        ("x-forwarded-user", "ada@example.org".to_owned()),
        ("x-tenant-id", "1".to_owned()),
        ("cookie", "countersign=".to_owned()),
        ("cookie", format!("other={token}")),
        ("cookie", format!("countersign={}", token.to_uppercase())),
        ("cookie", format!("countersign={}", "0".repeat(64))),
    ] {
        let answer = house.get("/ui/load_inbox").header(name, &value).send().await;
        assert_eq!(answer.status.as_u16(), 401, "{name}: {value}");
    }
    let answer =
        house.get(&format!("/ui/load_inbox?token={token}&countersign={token}")).send().await;
    assert_eq!(answer.status.as_u16(), 401);
    // With an `Authorization` header the cookie doesn't count.
    let both = house.get("/ui/load_inbox").by(&ada).header("authorization", "x").send().await;
    assert_eq!(both.status.as_u16(), 401);
    assert_eq!(house.get("/ui/load_inbox").by(&ada).send().await.status.as_u16(), 200);
}
