//! The description of the API as a page: plain HTML in the site's own style, made from the same document.

mod access;
mod gates;
mod schema;

use app::api::session::Theme;
use axum::response::Html;
use http::HeaderMap;
use leptos::prelude::*;
use serde_json::Value;

use self::schema::{kind, properties};
use super::openapi::DOCUMENT;

/// Read this description as a page
#[utoipa::path(get, path = "/api/docs", tag = "Health", security(()),
    responses((status = 200, body = String, content_type = "text/html")))]
pub(super) async fn page(headers: HeaderMap) -> Html<String> {
    let document = serde_json::to_value(&*DOCUMENT).unwrap_or_default();
    let page = Owner::new().with(|| whole(&document, theme(&headers)).to_html());
    Html(format!("<!DOCTYPE html>{page}"))
}

/// The colours that the reader chose on the other pages.
fn theme(headers: &HeaderMap) -> Theme {
    let lines = headers.get_all(http::header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).map(str::trim);
    let name = pairs.find_map(|pair| pair.strip_prefix("theme="));
    name.and_then(Theme::from_name).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn whole(document: &Value, theme: Theme) -> impl IntoView + use<> {
    let tags = document["tags"].as_array().cloned().unwrap_or_default();
    let sections = tags.iter().map(|tag| section(document, tag)).collect_view();
    let contents = tags
        .iter()
        .map(|tag| {
            let name = text(&tag["name"]);
            let href = format!("#{}", anchor(&name));
            view! { <li><a href=href>{name}</a></li> }
        })
        .collect_view();
    view! {
        <html lang="en" data-theme=theme.attribute()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content=theme.color_scheme() />
                <title>"API · Countersign"</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href="/pkg/countersign.css" />
            </head>
            <body>
                <main class="api-docs">
                    <header>
                        <h1>"API"</h1>
                        <p>{text(&document["info"]["description"])}</p>
                        <p><a href="/api/openapi.json">"OpenAPI 3.1 as JSON"</a>" · "<a href="/inbox">"Inbox"</a></p>
                    </header>
                    <nav aria-label="Contents">
                        <ul>
                            <li><a href=format!("#{}", access::PLACE)>"Authentication"</a></li>
                            <li><a href=format!("#{}", gates::PLACE)>"A human gate"</a></li>
                            {contents}
                            <li><a href="#schemas">"Schemas"</a></li>
                        </ul>
                    </nav>
                    {access::section()}
                    {gates::section()}
                    {sections}
                    {schemas(document)}
                </main>
            </body>
        </html>
    }
}

fn anchor(name: &str) -> String {
    name.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-")
}

fn section(document: &Value, tag: &Value) -> impl IntoView + use<> {
    let name = text(&tag["name"]);
    let id = anchor(&name);
    let paths = document["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| (path, method, operation))
    });
    let of_tag = operations.filter(|(.., operation)| operation["tags"][0] == tag["name"]);
    let operations =
        of_tag.map(|(path, method, of)| operation(document, path, method, of)).collect_view();
    view! {
        <section aria-labelledby=id.clone()>
            <h2 id=id.clone()>{name}</h2>
            <p>{text(&tag["description"])}</p>
            {operations}
        </section>
    }
}

fn operation(document: &Value, path: &str, method: &str, of: &Value) -> impl IntoView + use<> {
    let description = of["description"].as_str().map(|text| view! { <p>{text.to_owned()}</p> });
    let parameters = of["parameters"].as_array().filter(|all| !all.is_empty());
    let parameters = parameters.map(|all| {
        let rows = all.iter().map(parameter).collect_view();
        table("Parameters", rows)
    });
    let body = of["requestBody"]["content"].as_object().and_then(|all| all.iter().next());
    let body = body.map(|(media_type, content)| {
        view! { <p>"Body: "<code>{media_type.clone()}</code>" "{kind(&content["schema"])}</p> }
    });
    let responses = of["responses"].as_object().into_iter().flatten();
    let common = &document["components"]["responses"];
    let responses = responses.map(|(status, of)| {
        let name = of["$ref"].as_str().and_then(|place| place.rsplit('/').next());
        response(status, name.map_or(of, |name| &common[name]))
    });
    let responses = responses.collect_view();
    view! {
        <details class="panel disclosure">
            <summary>
                <span class="api-method" data-method=method.to_owned()>{method.to_uppercase()}</span>
                <code>{path.to_owned()}</code>
                <span class="api-summary">{text(&of["summary"])}</span>
            </summary>
            <div class="disclosure-body">
                {description}
                <p>{access::needed(of)}</p>
                {parameters}
                {body}
                {table("Answers", responses)}
            </div>
        </details>
    }
}

fn table(caption: &'static str, rows: impl IntoView + 'static) -> impl IntoView {
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=caption>
            <table class="table"><caption>{caption}</caption><tbody>{rows}</tbody></table>
        </div>
    }
}

fn parameter(of: &Value) -> impl IntoView + use<> {
    let needed = if of["required"] == true { "required" } else { "optional" };
    view! {
        <tr>
            <th scope="row"><code>{text(&of["name"])}</code></th>
            <td>{text(&of["in"])}", "{needed}</td>
            <td>{kind(&of["schema"])}" "{text(&of["description"])}</td>
        </tr>
    }
}

fn response(status: &str, of: &Value) -> impl IntoView + use<> {
    let content = of["content"].as_object().and_then(|all| all.iter().next());
    let content = content.map(|(media_type, content)| {
        // Nearly all is JSON: only what isn't is worth a word.
        let other = (!media_type.ends_with("json")).then(|| media_type.clone());
        view! { {other.map(|kind| view! { <code>{kind}</code>" " })}{kind(&content["schema"])} }
    });
    view! {
        <tr>
            <th scope="row">{status.to_owned()}</th>
            <td>{text(&of["description"])}</td>
            <td>{content}</td>
        </tr>
    }
}

fn schemas(document: &Value) -> impl IntoView + use<> {
    let all = document["components"]["schemas"].as_object().into_iter().flatten();
    let all = all
        .map(|(name, of)| {
            view! {
                <details class="panel disclosure" id=format!("schema-{name}")>
                    <summary><code>{name.clone()}</code></summary>
                    <div class="disclosure-body">
                        <p>{text(&of["description"])}</p>
                        {properties(of)}
                    </div>
                </details>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="schemas">
            <h2 id="schemas">"Schemas"</h2>
            {all}
        </section>
    }
}
