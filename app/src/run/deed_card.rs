//! The deed: what would happen, read from the exact bytes that the digest covers.

use domain::checkpoint::CheckpointType;
use leptos::prelude::*;

use super::words::shorten;
use crate::{
    api::tickets::{Deed, DeedLine},
    components::HiddenCharText,
};

/// Values of more characters than this are folded.
const LONG: usize = 2_000;

/// Comes first on the page. `checkpoint` chooses its words.
#[component]
pub fn DeedCard(deed: Deed, checkpoint: CheckpointType) -> impl IntoView {
    let (title, note) = heading(checkpoint);
    view! {
        <section class="panel deed" aria-labelledby="deed-title">
            <header class="panel-head">
                <h2 id="deed-title">{title}</h2>
                <p class="panel-note">{note}</p>
            </header>
            <p class="deed-call">
                <strong>
                    <HiddenCharText text=deed.title/>
                </strong>
            </p>
            <dl class="deed-list">{deed.lines.into_iter().map(line).collect_view()}</dl>
            {deed.cost.map(|cost| view! { <p class="panel-foot">"Estimated cost: " {cost}</p> })}
            <details class="disclosure panel-foot">
                <summary>
                    "Exact bytes "
                    <span class="digest" title=format!("sha256 {}", deed.digest)>
                        "sha256 "
                        <code>{deed.digest.short()}</code>
                        {format!("… · {} bytes", deed.exact.len())}
                    </span>
                </summary>
                <div class="disclosure-body">
                    <pre class="raw" tabindex="0">
                        <HiddenCharText text=deed.exact/>
                    </pre>
                    <p class="hint">"sha256 " <code>{deed.digest.to_string()}</code></p>
                </div>
            </details>
        </section>
    }
    .into_any()
}

const fn heading(checkpoint: CheckpointType) -> (&'static str, &'static str) {
    match checkpoint {
        CheckpointType::InformationReview => ("What is known", "the payload is built from this"),
        CheckpointType::FormRequirements => ("What is known so far", "something is missing"),
        CheckpointType::PayloadReview => {
            ("What will happen", "exactly these values are sent, once")
        }
        CheckpointType::ResponseReview => ("What came back", "exactly what the provider answered"),
        CheckpointType::ErrorRecovery => ("What was tried", "the provider refused it"),
        CheckpointType::UnknownOutcome => ("What was sent", "no answer came back"),
        CheckpointType::Action => {
            ("What will happen", "the agent does it itself, with exactly these values")
        }
        CheckpointType::ManualPause => ("What is paused", "nothing happens until you go on"),
    }
}

fn line(line: DeedLine) -> impl IntoView {
    let value = match line.value.chars().count() {
        _ if line.meaning.is_some() && line.value.starts_with("\"sha256:") => {
            return file_line(line).into_any();
        }
        long if long > LONG => folded(line.value, long).into_any(),
        _ => view! { <code><HiddenCharText text=line.value/></code> }.into_any(),
    };
    view! {
        <div class="deed-row">
            <dt title=line.field>
                <HiddenCharText text=line.label/>
            </dt>
            <dd>
                {value}
                {line.meaning.map(|text| view! { " " <span class="meaning"><HiddenCharText text/></span> })}
                {line.source.map(|text| view! { " " <span class="source"><HiddenCharText text/></span> })}
            </dd>
        </div>
    }
    .into_any()
}

/// A file: its name first, and enough of its digest to compare. The whole value is among the exact bytes.
fn file_line(line: DeedLine) -> impl IntoView {
    let digest =
        format!("{}…", line.value.trim_start_matches('"').chars().take(15).collect::<String>());
    view! {
        <div class="deed-row">
            <dt title=line.field>
                <HiddenCharText text=line.label/>
            </dt>
            <dd>
                <code>
                    <HiddenCharText text=line.meaning.unwrap_or_default()/>
                </code>
                " "
                <span class="meaning" title=line.value>
                    {digest}
                </span>
                {line.source.map(|text| view! { " " <span class="source"><HiddenCharText text/></span> })}
            </dd>
        </div>
    }
}

fn folded(value: String, length: usize) -> impl IntoView {
    let start = shorten(&value, 200);
    view! {
        <code>
            <HiddenCharText text=start/>
        </code>
        <details class="disclosure">
            <summary>{format!("Show all {length} characters")}</summary>
            <div class="disclosure-body">
                <pre class="raw" tabindex="0">
                    <HiddenCharText text=value/>
                </pre>
            </div>
        </details>
    }
    .into_any()
}
