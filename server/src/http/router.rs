//! Every route on one screen.

use std::sync::Arc;

use app::error::ApiError;
use axum::{
    Router,
    extract::State,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use http::{HeaderName, HeaderValue};
use leptos::config::LeptosOptions;
use leptos_axum::{LeptosRoutes, generate_route_list, handle_server_fns_with_context};

use tower_http::{
    CompressionLevel, compression::CompressionLayer, set_header::SetResponseHeaderLayer,
};

use super::{
    Doors, Problem, actions, api, build, callbacks, caller, functions, guarded, keys, limits, live,
    metrics, page, problem::not_ready, sign_in, site,
};
use crate::clock;

/// For pages: half of what the best would take off, at a fiftieth of the time.
const BROTLI: i32 = 4;

/// Tells the processes apart that answer under one address.
pub const INSTANCE: HeaderName = HeaderName::from_static("x-countersign-instance");

/// All doors. The site's files are served from `site_dir`.
pub fn router(doors: &Doors, options: &LeptosOptions) -> Router {
    let instance = HeaderValue::from_str(&doors.ids.uuid().to_string());
    let instance = instance.expect("a UUID is plain ASCII");
    let instance = SetResponseHeaderLayer::overriding(INSTANCE, instance);
    let ordinary = Router::new()
        .route("/healthz", get(alive).layer(instance))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics::show))
        .merge(api::routes())
        .merge(sign_in::routes())
        .merge(keys::routes())
        .merge(callbacks::routes())
        .merge(live::routes(doors));
    let uploads = api::uploads(doors.upload_mib).merge(site::routes(doors.upload_mib * 2, options));
    let routes = limits::ordinary(ordinary)
        .with_state(doors.clone())
        .merge(uploads.with_state(doors.clone()))
        .merge(actions::routes().merge(api::waiting()).with_state(doors.clone()))
        .merge(pages(doors, options));
    guarded(routes, doors)
}

/// Say that the server is alive
#[utoipa::path(get, path = "/healthz", tag = "Health", security(()),
    responses((status = 200, body = String, content_type = "text/plain")))]
pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// Say that the server can do its work
#[utoipa::path(get, path = "/readyz", tag = "Health", security(()),
    responses((status = 200, body = String, content_type = "text/plain")))]
pub(super) async fn ready(State(doors): State<Doors>) -> Result<Response, Problem> {
    doors.runs.ready().await?;
    let fault = clock::fault(&*doors.clock, &*doors.census).await;
    Ok(match fault.map_err(|_| ApiError::Unavailable)? {
        None => "ready\n".into_response(),
        Some(why) => not_ready(why),
    })
}

fn pages(doors: &Doors, options: &LeptosOptions) -> Router {
    let context = {
        let doors = doors.clone();
        move || page::provide(&doors)
    };
    let writing = {
        let context = context.clone();
        post(move |request: axum::extract::Request| {
            handle_server_fns_with_context(context.clone(), request)
        })
    };
    let reading = {
        let context = context.clone();
        get(move |request: axum::extract::Request| {
            handle_server_fns_with_context(context.clone(), request)
        })
    };
    let shell = {
        let options = options.clone();
        move || app::shell(options.clone())
    };
    let routes = style(options)
        .route("/ui/{*function}", writing.merge(reading))
        .leptos_routes_with_context(
            options,
            generate_route_list(app::App),
            context.clone(),
            shell.clone(),
        )
        .fallback(leptos_axum::file_and_error_handler_with_context::<LeptosOptions, _>(
            context,
            move |_| shell(),
        ))
        .layer(from_fn(functions::layer))
        .layer(from_fn_with_state(doors.clone(), caller::attach))
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(BROTLI)));
    limits::ordinary(routes).with_state(options.clone())
}

/// Where pages that Leptos doesn't make find the style of this build.
fn style(options: &LeptosOptions) -> Router<LeptosOptions> {
    let style = format!("/{}/countersign.css", options.site_pkg_dir);
    if style == build::STYLE {
        return Router::new();
    }
    let found = move || async move { Redirect::temporary(&style) };
    Router::new().route("/pkg/countersign.css", get(found))
}

/// The options that Leptos wants, without its own configuration file.
#[must_use]
pub fn leptos_options(site_dir: &std::path::Path) -> LeptosOptions {
    LeptosOptions::builder()
        .output_name("countersign")
        .site_root(Arc::<str>::from(site_dir.to_string_lossy()))
        .site_pkg_dir(build::pkg_dir(site_dir))
        .build()
}
