//! The description of the API (OpenAPI 3.1), made from the endpoints themselves.

mod headers;
mod links;
mod security;

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        self, Content, Ref, RefOr, Required,
        path::{Operation, ParameterBuilder, ParameterIn, PathItem},
        response::ResponseBuilder,
        schema::{ObjectBuilder, Type},
    },
};

pub(super) use self::security::{KEY, SESSION};
use super::{
    accounts, approvals, approve, attachments, docs, jobs, run, runs, sessions, state, status,
    teams,
};
use crate::http::{actions, callbacks, keys, live, problem, router, sign_in};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Countersign",
        description = "Runs pause for people here, and go on with what people decided. Errors are \
            problem documents (RFC 9457). Fields that are not known are refused. Lists are read in \
            pages: send `next_cursor` back as `cursor`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "Runs", description = "What agents ask for."),
        (name = "Approvals", description = "What people are asked, and what they answer."),
        (name = "Sessions", description = "Threads and histories."),
        (name = "Files", description = "Uploads and results."),
        (name = "Live", description = "What happens, as it happens."),
        (name = "Providers", description = "What runs can call."),
        (name = "Accounts", description = "Sessions, and the people who have them."),
        (name = "Older clients", description = "The same runs by their older names."),
        (name = "Forms", description = "What the pages' own forms post."),
        (name = "Health", description = "For the machine that watches this one."),
    ),
    paths(
        run::start, run::pause, run::resume, run::cancel, status::status, state::state,
        state::state_of, runs::all, runs::active, jobs::job, approve::approve, approvals::pending,
        actions::ask, actions::one, actions::outcome, approvals::hold, approvals::draft, approvals::save_draft,
        approvals::drop_draft, approvals::seen, sessions::active, sessions::messages,
        sessions::post, sessions::history, attachments::upload, attachments::download,
        attachments::preview, jobs::providers, accounts::sign_in, accounts::who,
        accounts::sign_out, accounts::people, accounts::invite, accounts::set_role,
        accounts::set_disabled, accounts::reset, teams::run, teams::run_hitl, document, docs::page,
        sign_in::sign_in, sign_in::sign_out, sign_in::welcome, keys::list, keys::make, keys::revoke,
        callbacks::secret, router::alive, router::ready, live::socket, live::events, live::message,
    ),
    components(schemas(problem::Document<'_>)),
    modifiers(&Everywhere),
)]
struct Described;

/// The description.
pub(super) static DOCUMENT: LazyLock<openapi::OpenApi> = LazyLock::new(Described::openapi);

static TEXT: LazyLock<String> = LazyLock::new(|| {
    let text = DOCUMENT.to_json().expect("the description is made of plain values");
    links::named(&text)
});

/// Read this description
#[utoipa::path(get, path = "/api/openapi.json", tag = "Health", security(()),
    responses((status = 200, body = Object)))]
pub(super) async fn document() -> Response {
    ([(CONTENT_TYPE, "application/json")], TEXT.as_str()).into_response()
}

/// What holds for every endpoint, so that none has to say it.
struct Everywhere;

impl Modify for Everywhere {
    fn modify(&self, document: &mut openapi::OpenApi) {
        env!("CARGO_PKG_VERSION").clone_into(&mut document.info.version);
        let components = document.components.get_or_insert_default();
        security::schemes(components);
        for refusal in &REFUSALS {
            let response = RefOr::T(refusal.response());
            components.responses.insert(refusal.name.to_owned(), response);
        }
        for (path, item) in &mut document.paths.paths {
            for (method, operation) in operations(item) {
                complete(path, method, operation);
            }
        }
    }
}

/// The operations of an address, by method.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("get", item.get.as_mut()),
        ("put", item.put.as_mut()),
        ("post", item.post.as_mut()),
        ("delete", item.delete.as_mut()),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation?)))
}

fn complete(path: &str, method: &str, operation: &mut Operation) {
    let name = name(path, method);
    operation.operation_id = Some(name.clone());
    let open = operation.security.is_some();
    if !open {
        security::add(path, method, operation);
    }
    let has_key = method == "post" && !open;
    if has_key {
        operation.parameters.get_or_insert_default().push(idempotency_key());
    }
    links::add(&name, operation);
    headers::add(&name, operation, has_key);
    for (refusal, applies) in REFUSALS.iter().map(|one| (one, one.applies(path, method, open))) {
        let responses = &mut operation.responses.responses;
        if applies && !responses.contains_key(refusal.status) {
            let place = format!("#/components/responses/{}", refusal.name);
            responses.insert(refusal.status.to_owned(), RefOr::Ref(Ref::new(place)));
        }
    }
}

/// How a call can be refused, and which calls can.
struct Refusal {
    status: &'static str,
    name: &'static str,
    description: &'static str,
    of: Calls,
}

#[derive(Clone, Copy)]
enum Calls {
    All,
    /// Those that need somebody signed in.
    Signed,
    /// Those that change something, or need somebody signed in.
    Guarded,
    /// Those that change something.
    Writing,
    /// Those that change something of what is signed for: runs, tickets, files, accounts.
    Deciding,
    /// Those that answer tickets.
    Answering,
}

impl Refusal {
    const fn of(
        status: &'static str,
        name: &'static str,
        description: &'static str,
        of: Calls,
    ) -> Self {
        Self { status, name, description, of }
    }

    fn applies(&self, path: &str, method: &str, open: bool) -> bool {
        let (writes, signed) = (method != "get", !open);
        let of_tickets = || ["run/", "approvals/", "sessions/"].iter().any(|p| path.contains(p));
        match self.of {
            Calls::All => true,
            Calls::Signed => signed,
            Calls::Guarded => writes || signed,
            Calls::Writing => writes,
            Calls::Deciding => writes && signed,
            Calls::Answering => writes && signed && of_tickets(),
        }
    }

    fn response(&self) -> openapi::Response {
        let content = Content::new(Some(Ref::from_schema_name("Problem")));
        let mut response = ResponseBuilder::new()
            .description(self.description)
            .content("application/problem+json", content)
            .build();
        if matches!(self.status, "429" | "503") {
            headers::retry(&mut response);
        }
        response
    }
}

const REFUSALS: [Refusal; 14] = [
    Refusal::of("400", "NotReadable", "It can't be read", Calls::All),
    Refusal::of("401", "NotSignedIn", "Nobody is signed in", Calls::Signed),
    Refusal::of("403", "NotAllowed", "Not allowed, or from another site", Calls::Guarded),
    Refusal::of("404", "NotFound", "There is no such thing", Calls::All),
    Refusal::of(
        "409",
        "NotPossible",
        "Not possible now, or already decided: with the decision that won",
        Calls::Deciding,
    ),
    Refusal::of("410", "Over", "The deadline is over", Calls::Answering),
    Refusal::of(
        "412",
        "Changed",
        "Not what the caller saw: with the ticket as it is",
        Calls::Answering,
    ),
    Refusal::of("413", "TooLarge", "Too large", Calls::Writing),
    Refusal::of("415", "WrongKind", "The wrong kind of content", Calls::Writing),
    Refusal::of("422", "NotValid", "Not valid: each error with its place", Calls::All),
    Refusal::of("429", "TooOften", "Too often; see `Retry-After`", Calls::All),
    Refusal::of("500", "Broken", "Something went wrong on the server", Calls::All),
    Refusal::of("503", "NotNow", "Not available for the moment; see `Retry-After`", Calls::All),
    Refusal::of("507", "DiskFull", "The disk is full", Calls::Writing),
];

/// A name of its own for each operation: `post_run_by_run_approve` for `POST /api/hitl/run/{run}/approve`.
fn name(path: &str, method: &str) -> String {
    let path = path.trim_start_matches("/api").trim_start_matches("/hitl");
    let words = path.split('/').filter(|word| !word.is_empty());
    let words = words.map(|word| match word.strip_prefix('{') {
        Some(what) => format!("by_{}", what.trim_end_matches('}')),
        None => word.to_owned(),
    });
    words.fold(method.to_owned(), |name, word| format!("{name}_{word}"))
}

fn idempotency_key() -> openapi::path::Parameter {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(255))
        .pattern(Some("^[!-~]+$"));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "The same request under the same key is done once: it gets the same answer again, with \
             `Idempotent-Replayed: true`. Another request under it is refused with 422.",
        ))
        .schema(Some(text))
        .build()
}
