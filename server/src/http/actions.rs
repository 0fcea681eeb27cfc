//! Agents' own actions: `POST /approvals`, waiting for the decision, and the outcome.

use app::{
    api::{
        asked::{Asked, NewAction, Report},
        port::Once,
    },
    error::ApiError,
};
use axum::{
    Json, Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use domain::{
    id::TicketId,
    issue::Issue,
    json,
    patch::to_json_patch,
    policy::{HitlConfig, PolicyKind},
    state::{EndReason, Status},
};
use http::{HeaderMap, HeaderValue, StatusCode, header::LOCATION};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{
    Doors, JsonBody, PathId, Problem, Signed,
    api::{Approval, entity_tag, idempotency_key, once, tagged},
    body, limits,
    prefer::Wait,
};

pub fn routes() -> Router<Doors> {
    let waiting = Router::new().route("/api/hitl/approvals/{approval}", get(one));
    let ordinary = Router::new()
        .route("/api/hitl/approvals", post(ask))
        .route("/api/hitl/approvals/{approval}/outcome", post(outcome));
    limits::ordinary(ordinary).merge(limits::waiting(waiting))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Ask {
    /// One line of 1 to 200 characters.
    action: String,
    #[schema(value_type = Object)]
    arguments: Box<RawValue>,
    /// What the agent says about it: shown as its words.
    #[schema(value_type = Option<Value>)]
    context: Option<Box<RawValue>>,
    /// A JSON Schema of the arguments.
    #[schema(value_type = Option<Object>)]
    schema: Option<Box<RawValue>>,
    /// Where the server posts what became of the ticket; `GET /api/hitl/callbacks/secret` says how. An https address on
    /// the public Internet, or one that the operator allowed.
    #[schema(max_length = 2000)]
    callback_url: Option<String>,
    /// As for a run; without a policy it is `require_human`.
    #[schema(value_type = Option<HitlConfig>)]
    hitl_config: Option<Box<RawValue>>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Outcome {
    status: Became,
    #[schema(value_type = Option<Value>)]
    result: Option<Box<RawValue>>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Became {
    Completed,
    Failed,
}

/// A ticket, and what the agent that asked needs to go on.
#[derive(Serialize, ToSchema)]
#[schema(as = AskedApproval)]
pub(super) struct Answer {
    #[serde(flatten)]
    approval: Approval,
    run_status: Status,
    end_reason: Option<EndReason>,
    /// The name of the agent's action; `null` for other tickets.
    action: Option<String>,
    /// What the agent said about it.
    #[schema(value_type = Value)]
    action_context: Option<Box<RawValue>>,
    /// What the agent may run the action with: the exact bytes that were approved; `null` while it may not.
    #[schema(value_type = Value)]
    final_arguments: Option<Box<RawValue>>,
    /// The arguments as a person left them who answered instead.
    #[schema(value_type = Value)]
    answer: Option<Box<RawValue>>,
    /// What was edited (RFC 6902).
    #[schema(value_type = Value)]
    patch: Option<Box<RawValue>>,
    /// What the person said.
    reason: Option<String>,
    /// What the agent reported.
    #[schema(value_type = Value)]
    result: Option<Box<RawValue>>,
}

/// Ask about an action of the agent's own
#[utoipa::path(post, path = "/api/hitl/approvals", tag = "Approvals", request_body = Ask,
    responses((status = 201, body = Answer)))]
pub(super) async fn ask(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Ask>,
) -> Result<Response, Problem> {
    let new = body.new_action()?;
    let asked = doors.runs.ask(&caller, new, idempotency_key(&headers)).await?;
    let Once { answer: asked, replayed } = asked;
    let location = format!("/api/hitl/approvals/{}", asked.view.ticket.id);
    let location = HeaderValue::from_str(&location).expect("an id is plain ASCII");
    Ok(once(replayed, (StatusCode::CREATED, [(LOCATION, location)], Json(answer(asked)))))
}

/// Read a ticket, whatever became of it
///
/// `Prefer: wait=N`, of at most 60 seconds, holds the answer until the ticket is decided. Its `ETag` can be
/// sent back as `If-Match` with the decision.
#[utoipa::path(get, path = "/api/hitl/approvals/{approval}", tag = "Approvals",
    params(
        ("approval" = TicketId, Path),
        ("Prefer" = Option<String>, Header, description = "`wait=60`"),
    ),
    responses((status = 200, body = Answer)))]
pub(super) async fn one(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathId(ticket): PathId<TicketId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let wait = Wait::of(&headers);
    let asked = doors.runs.asked(&caller, ticket, wait.time()).await?;
    let tag = entity_tag(&asked.view.ticket);
    Ok(wait.applied(tagged(&tag, answer(asked))))
}

/// Say what became of an action
///
/// Only who asked can; the same report again changes nothing.
#[utoipa::path(post, path = "/api/hitl/approvals/{approval}/outcome", tag = "Approvals",
    params(("approval" = TicketId, Path)), request_body = Outcome,
    responses((status = 200, body = Answer)))]
pub(super) async fn outcome(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    PathId(ticket): PathId<TicketId>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Outcome>,
) -> Result<Response, Problem> {
    let report = Report {
        ticket,
        succeeded: matches!(body.status, Became::Completed),
        result: body.result.map_or_else(|| "null".to_owned(), |raw| raw.get().to_owned()),
    };
    let told = doors.runs.report(&caller, report, idempotency_key(&headers)).await?;
    Ok(once(told.replayed, Json(answer(told.answer))))
}

impl Ask {
    fn new_action(self) -> Result<NewAction, ApiError> {
        let text = |raw: Box<RawValue>| raw.get().to_owned();
        Ok(NewAction {
            name: self.action,
            arguments: text(self.arguments),
            context: self.context.map(text).filter(|text| text != "null"),
            schema: self.schema.map(text).filter(|text| text != "null"),
            callback: self.callback_url,
            config: config(self.hitl_config.as_deref())?,
        })
    }
}

/// An action asks a person unless its configuration names another policy.
fn config(given: Option<&RawValue>) -> Result<HitlConfig, ApiError> {
    let text = given.map_or("{}", RawValue::get);
    let config: HitlConfig = body::read(text).map_err(|error| match error {
        ApiError::Invalid(issues) => ApiError::Invalid(
            issues
                .into_iter()
                .map(|issue| Issue { field: format!("/hitl_config{}", issue.field), ..issue })
                .collect(),
        ),
        error => error,
    })?;
    let names_policy = json::Json::parse(text).is_ok_and(|json| json.get("policy").is_some());
    let policy = if names_policy { config.policy } else { PolicyKind::RequireHuman };
    Ok(HitlConfig { policy, ..config })
}

fn answer(asked: Asked) -> Answer {
    let raw = |text: String| RawValue::from_string(text).ok();
    let approval = Approval::of(asked.run, asked.view);
    let decision = approval.decision();
    Answer {
        run_status: asked.status,
        end_reason: asked.end_reason,
        action: asked.action,
        action_context: asked.context.and_then(raw),
        final_arguments: asked.arguments.and_then(raw),
        answer: asked.answer.and_then(raw),
        patch: decision.map(|record| to_json_patch(&record.changes)).and_then(raw),
        reason: decision.and_then(|record| record.reason.clone()),
        result: asked.result.and_then(raw),
        approval,
    }
}
