//! The form that makes an invitation.

use domain::access::Role;
use leptos::prelude::*;

use super::table::role_title;
use crate::components::{Field, Panel};

/// The link that it makes is shown once, on this page.
#[component]
pub fn Invite() -> impl IntoView {
    let option = |role: Role| {
        let may = match role {
            Role::Viewer => "reads",
            Role::Reviewer => "starts and decides",
            Role::Admin => "everything, people as well",
        };
        view! {
            <option value=role.name() selected=role == Role::Reviewer>
                {format!("{}: {may}", role_title(role))}
            </option>
        }
    };

    view! {
        <Panel id="invite" title="Invite a person">
            <form class="panel-body" method="post" action="/ui/invite">
                <div class="fields">
                    <Field id="name" label="Name">
                        <input class="input" id="name" name="name" autocomplete="off" maxlength="100" required />
                    </Field>
                    <Field id="email" label="E-mail">
                        <input
                            class="input"
                            id="email"
                            name="email"
                            type="email"
                            autocomplete="off"
                            autocapitalize="none"
                            required
                        />
                    </Field>
                    <Field id="role" label="Role">
                        <select class="input" id="role" name="role">{Role::ALL.map(option).collect_view()}</select>
                    </Field>
                </div>
                <div class="form-actions">
                    <button class="button" data-kind="primary">"Make a link"</button>
                </div>
            </form>
        </Panel>
    }
}
