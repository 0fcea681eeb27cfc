//! The routes that older clients start runs with.

use axum::{extract::State, response::Response};
use domain::{
    policy::{HitlConfig, PolicyKind},
    run::RunInput,
};
use http::HeaderMap;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    run::{StartedRun, start_legacy},
    wire::invalid,
};
use crate::http::{Doors, JsonBody, Problem, Signed, StrictQuery, body::object};

/// How a run of `/api/teams/run` is started.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Query {
    /// Whether people are asked at every review; `true` by default.
    enable_hitl: Option<bool>,
    /// Another name of `enable_hitl`.
    use_hitl: Option<bool>,
    /// Has to agree with the body.
    user_id: Option<String>,
    /// Has to agree with the body.
    session_id: Option<String>,
}

impl Query {
    fn enabled(&self) -> Result<bool, Problem> {
        match (self.enable_hitl, self.use_hitl) {
            (Some(one), Some(other)) if one != other => {
                Err(invalid("/use_hitl", "contradicts `enable_hitl`"))
            }
            (one, other) => Ok(one.or(other).unwrap_or(true)),
        }
    }

    fn agrees(&self, input: &RunInput) -> Result<(), Problem> {
        let differs = |said: &Option<String>, is: &str| said.as_ref().is_some_and(|one| one != is);
        if differs(&self.user_id, &input.user_id) {
            return Err(invalid("/user_id", "is another one in the address"));
        }
        if differs(&self.session_id, &input.session_id) {
            return Err(invalid("/session_id", "is another one in the address"));
        }
        Ok(())
    }
}

fn asking(people: bool) -> HitlConfig {
    let policy = if people { PolicyKind::RequireHuman } else { PolicyKind::Auto };
    HitlConfig { policy, ..HitlConfig::default() }
}

/// Start a run, as older clients do
#[utoipa::path(post, path = "/api/teams/run", tag = "Older clients", params(Query),
    request_body = RunInput, responses((status = 202, body = StartedRun)))]
pub(super) async fn run(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    StrictQuery(query): StrictQuery<Query>,
    headers: HeaderMap,
    JsonBody(input): JsonBody<RunInput>,
) -> Result<Response, Problem> {
    query.agrees(&input)?;
    start_legacy(&doors, &caller, input, asking(query.enabled()?), &headers).await
}

/// What a run of `/api/teams/run-hitl` is started with. Without `hitl_config`, people are asked at every review.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TeamRun {
    #[serde(deserialize_with = "object")]
    run_input: RunInput,
    hitl_config: Option<HitlConfig>,
}

/// Start a run that asks people, as older clients do
#[utoipa::path(post, path = "/api/teams/run-hitl", tag = "Older clients", request_body = TeamRun,
    responses((status = 202, body = StartedRun)))]
pub(super) async fn run_hitl(
    State(doors): State<Doors>,
    Signed(caller): Signed,
    headers: HeaderMap,
    JsonBody(body): JsonBody<TeamRun>,
) -> Result<Response, Problem> {
    let config = body.hitl_config.unwrap_or_else(|| asking(true));
    start_legacy(&doors, &caller, body.run_input, config, &headers).await
}
