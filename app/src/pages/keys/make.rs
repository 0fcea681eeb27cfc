//! The form that makes a key.

use leptos::prelude::*;

use crate::components::{Field, Panel};

/// How long a key may live, in days and in words.
const LIVES: [(&str, &str); 4] =
    [("90", "90 days"), ("30", "30 days"), ("365", "A year"), ("", "Until it is revoked")];

/// The secret that it makes is shown once, on this page.
#[component]
pub fn MakeKey(
    /// May make keys for agents.
    admin: bool,
) -> impl IntoView {
    let kind = admin.then(|| {
        view! {
            <Field id="kind" label="For">
                <select class="input" id="kind" name="kind">
                    <option value="agent">"An agent: asks, never decides"</option>
                    <option value="person">"Myself: may do what I may do"</option>
                </select>
            </Field>
        }
    });
    let hint = if admin {
        "An agent's key has the agent's name; a second key of the same name is for the same agent."
    } else {
        "What will use it. Your key may do what you may do, and the record names it."
    };

    view! {
        <Panel id="make" title="Make a key">
            <form class="panel-body" method="post" action="/ui/make_key">
                {(!admin).then(|| view! { <input type="hidden" name="kind" value="person" /> })}
                <div class="fields">
                    {kind}
                    <Field id="key-name" label="Name" hint>
                        <input
                            class="input"
                            id="key-name"
                            name="name"
                            autocomplete="off"
                            maxlength="100"
                            aria-describedby="key-name-hint"
                            required
                        />
                    </Field>
                    <Field id="expires" label="Works for">
                        <select class="input" id="expires" name="expires">
                            {LIVES.map(|(days, words)| view! { <option value=days>{words}</option> }).collect_view()}
                        </select>
                    </Field>
                    <label class="check">
                        <input type="checkbox" name="read_only" value="yes" />
                        <span>"Read only"</span>
                    </label>
                </div>
                <div class="form-actions">
                    <button class="button" data-kind="primary">"Make the key"</button>
                </div>
            </form>
        </Panel>
    }
}
