//! Everybody with an account, and what an admin can do with it. Each action is a plain form.

use chrono::{DateTime, Utc};
use domain::{access::Role, id::PersonId};
use leptos::prelude::*;

use crate::{
    api::{
        access::{PersonStatus, PersonView},
        session::Session,
    },
    components::{Avatar, Badge, HiddenCharText, TimeAgo},
};

/// One row a person; the reader's own has no actions.
#[component]
pub fn PeopleTable(people: Vec<PersonView>, now: DateTime<Utc>) -> impl IntoView {
    let me = Session::current().caller.map(|caller| caller.person);
    let rows = people.into_iter().map(|person| {
        let own = Some(person.id) == me;
        view! { <Row person own now /> }
    });

    view! {
        <section class="panel" aria-label="People">
            <div class="table-wrap">
                <table class="table" data-stack>
                    <thead>
                        <tr>
                            <th scope="col">"Person"</th>
                            <th scope="col">"Role"</th>
                            <th scope="col">"Status"</th>
                            <th scope="col">"Last seen"</th>
                            <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

#[component]
fn Row(person: PersonView, own: bool, now: DateTime<Utc>) -> impl IntoView {
    let PersonView { id, name, email, role, status, last_seen_at, .. } = person;
    let (tone, word) = match status {
        PersonStatus::Active => (None, "Active"),
        PersonStatus::Invited => (Some("warn"), "Invited"),
        PersonStatus::Disabled => (Some("bad"), "Disabled"),
    };
    let actions = (!own).then(|| view! { <Actions id name=name.clone() status /> });

    view! {
        <tr>
            <th scope="row">
                <span class="person">
                    <Avatar name=name.clone() />
                    <span>
                        <HiddenCharText text=name.clone() />
                        <span class="cell-sub"><HiddenCharText text=email /> {own.then_some(" · you")}</span>
                    </span>
                </span>
            </th>
            <td data-label="Role">
                {if own {
                    view! { <Badge>{role_title(role)}</Badge> }.into_any()
                } else {
                    view! { <RoleForm id name role /> }.into_any()
                }}
            </td>
            <td data-label="Status">
                {match tone {
                    Some(tone) => view! { <Badge tone=tone>{word}</Badge> }.into_any(),
                    None => word.into_any(),
                }}
            </td>
            <td class="quiet" data-label="Last seen">
                {match last_seen_at {
                    Some(at) => view! { <TimeAgo at now /> }.into_any(),
                    None => "never".into_any(),
                }}
            </td>
            <td class="table-end">{actions}</td>
        </tr>
    }
}

#[component]
fn RoleForm(id: PersonId, name: String, role: Role) -> impl IntoView {
    let option = |one: Role| {
        view! { <option value=one.name() selected=one == role>{role_title(one)}</option> }
    };

    view! {
        <form class="control" method="post" action="/ui/set_role">
            <input type="hidden" name="person" value=id.to_string() />
            <select class="input" name="role" aria-label=format!("Role of {name}")>
                {Role::ALL.map(option).collect_view()}
            </select>
            <button class="button" data-kind="quiet" data-size="small" aria-label=format!("Change the role of {name}")>
                "Change"
            </button>
        </form>
    }
}

#[component]
fn Actions(id: PersonId, name: String, status: PersonStatus) -> impl IntoView {
    let (disable, word) = match status {
        PersonStatus::Disabled => ("false", "Enable"),
        PersonStatus::Invited => ("true", "Withdraw"),
        PersonStatus::Active => ("true", "Disable"),
    };
    let link = match status {
        PersonStatus::Disabled => None,
        PersonStatus::Invited => Some("New link"),
        PersonStatus::Active => Some("Reset password"),
    };
    let reset = link.map(|word| {
        let label = format!("{word}: {name}");
        view! { <Action address="/ui/reset_person" id disabled=None word label /> }
    });
    let label = format!("{word}: {name}");

    view! {
        <div class="buttons">
            {reset}
            <Action address="/ui/set_disabled" id disabled=Some(disable) word label />
        </div>
    }
}

#[component]
fn Action(
    address: &'static str,
    id: PersonId,
    /// Sent as well, if the action needs it.
    disabled: Option<&'static str>,
    word: &'static str,
    label: String,
) -> impl IntoView {
    view! {
        <form method="post" action=address>
            <input type="hidden" name="person" value=id.to_string() />
            {disabled.map(|value| view! { <input type="hidden" name="disabled" value=value /> })}
            <button class="button" data-kind="quiet" data-size="small" aria-label=label>{word}</button>
        </form>
    }
}

pub(super) const fn role_title(role: Role) -> &'static str {
    match role {
        Role::Viewer => "Viewer",
        Role::Reviewer => "Reviewer",
        Role::Admin => "Admin",
    }
}
