//! Keys, each with the button that revokes it.

use chrono::{DateTime, Utc};
use domain::{access::CallerKind, id::KeyId};
use leptos::prelude::*;

use crate::{
    api::keys::{KeyStatus, KeyView},
    components::{Badge, HiddenCharText, TimeAgo},
};

/// One row a key; those that are revoked have no button.
#[component]
pub fn KeysTable(keys: Vec<KeyView>, now: DateTime<Utc>) -> impl IntoView {
    view! {
        <section class="panel" aria-label="Keys">
            <div class="table-wrap">
                <table class="table" data-stack>
                    <thead>
                        <tr>
                            <th scope="col">"Key"</th>
                            <th scope="col">"Acts for"</th>
                            <th scope="col">"Made"</th>
                            <th scope="col">"Last used"</th>
                            <th scope="col">"Works until"</th>
                            <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody>{keys.into_iter().map(|key| view! { <Row key_view=key now /> }).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

#[component]
fn Row(key_view: KeyView, now: DateTime<Utc>) -> impl IntoView {
    let key = key_view;
    let ended = match key.status {
        KeyStatus::Active => None,
        KeyStatus::Expired => Some("Expired"),
        KeyStatus::Revoked => Some("Revoked"),
        KeyStatus::Stopped => Some("Stopped: its person is disabled"),
    };
    let kind = match key.kind {
        CallerKind::Agent => view! { <Badge tone="info">"Agent"</Badge> }.into_any(),
        CallerKind::Person => view! { <HiddenCharText text=key.owner /> }.into_any(),
    };
    let time = |at: Option<DateTime<Utc>>, never: &'static str| match at {
        Some(at) => view! { <TimeAgo at now /> }.into_any(),
        None => never.into_any(),
    };
    let revoke = (key.status != KeyStatus::Revoked)
        .then(|| view! { <Revoke id=key.id name=key.name.clone() /> });

    view! {
        <tr>
            <th scope="row">
                <HiddenCharText text=key.name />
                <span class="cell-sub">
                    <code>{key.hint} "…"</code>
                    {key.read_only.then_some(" · read only")}
                </span>
            </th>
            <td data-label="Acts for">{kind}</td>
            <td class="quiet" data-label="Made">
                <TimeAgo at=key.created_at now /> " by " <HiddenCharText text=key.made_by />
            </td>
            <td class="quiet" data-label="Last used">{time(key.last_used_at, "never")}</td>
            <td data-label="Works until">
                {match ended {
                    Some(word) => view! { <Badge tone="bad">{word}</Badge> }.into_any(),
                    None => time(key.expires_at, "revoked"),
                }}
            </td>
            <td class="table-end">{revoke}</td>
        </tr>
    }
}

#[component]
fn Revoke(id: KeyId, name: String) -> impl IntoView {
    view! {
        <form method="post" action="/ui/revoke_key">
            <input type="hidden" name="key" value=id.to_string() />
            <button class="button" data-kind="quiet" data-size="small" aria-label=format!("Revoke: {name}")>
                "Revoke"
            </button>
        </form>
    }
}
