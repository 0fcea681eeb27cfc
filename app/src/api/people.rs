//! Server functions for accounts: the people page and the one-time links.
//!
//! Each function that writes ends in a redirect to a page that shows the outcome by a fixed code: an
//! error as the answer would put its text into an address.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::codec::GetUrl;

use super::access::{OneTimeLink, PersonView, Welcome};
#[cfg(feature = "ssr")]
use super::{notice::show, people_notice as notices, port::ServerContext};
use crate::{error::ApiError, wire::Answer};

/// The people page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleList {
    pub people: Vec<PersonView>,
    /// A link that was made right before.
    pub fresh: Option<FreshLink>,
    pub now: DateTime<Utc>,
}

/// A one-time link that is shown this once, and who it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreshLink {
    pub link: OneTimeLink,
    pub welcome: Welcome,
}

/// Everybody with an account, and the link that was made right before.
#[server(prefix = "/ui", endpoint = "load_people", input = GetUrl, output = Answer)]
pub async fn load_people() -> Result<PeopleList, ApiError> {
    let (context, caller) = ServerContext::authenticated()?;
    let people = context.accounts.people(&caller).await?;
    let fresh = super::fresh_link::take(&context, &people).await;
    Ok(PeopleList { people, fresh, now: context.now })
}

/// Who a one-time link is for. Not a GET: the token would stand in the address.
#[server(prefix = "/ui", endpoint = "load_welcome", output = Answer)]
pub async fn load_welcome(#[server(default)] token: String) -> Result<Welcome, ApiError> {
    ServerContext::current().accounts.welcome(&token).await
}

#[server(prefix = "/ui", endpoint = "invite", output = Answer)]
pub async fn invite(
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] role: String,
) -> Result<(), ApiError> {
    let made = async {
        let (context, caller) = ServerContext::authenticated()?;
        let link = context.accounts.invite(&caller, &name, &email, role_of(&role)?, None).await?;
        super::fresh_link::hand_over(&link.answer);
        Ok(notices::INVITED)
    };
    show("/people", made.await);
    Ok(())
}

#[server(prefix = "/ui", endpoint = "set_role", output = Answer)]
pub async fn set_role(
    #[server(default)] person: String,
    #[server(default)] role: String,
) -> Result<(), ApiError> {
    let changed = async {
        let (context, caller) = ServerContext::authenticated()?;
        context.accounts.set_role(&caller, person_of(&person)?, role_of(&role)?).await?;
        Ok(notices::ROLE_CHANGED)
    };
    show("/people", changed.await);
    Ok(())
}

/// `disabled` is `true` or `false`.
#[server(prefix = "/ui", endpoint = "set_disabled", output = Answer)]
pub async fn set_disabled(
    #[server(default)] person: String,
    #[server(default)] disabled: String,
) -> Result<(), ApiError> {
    let changed = async {
        let (context, caller) = ServerContext::authenticated()?;
        let disabled = disabled != "false";
        context.accounts.set_disabled(&caller, person_of(&person)?, disabled).await?;
        Ok(if disabled { notices::DISABLED } else { notices::ENABLED })
    };
    show("/people", changed.await);
    Ok(())
}

/// Ends a person's sessions and makes a link for a new password.
#[server(prefix = "/ui", endpoint = "reset_person", output = Answer)]
pub async fn reset_person(#[server(default)] person: String) -> Result<(), ApiError> {
    let made = async {
        let (context, caller) = ServerContext::authenticated()?;
        let link = context.accounts.reset(&caller, person_of(&person)?, None).await?;
        super::fresh_link::hand_over(&link.answer);
        Ok(notices::LINK_MADE)
    };
    show("/people", made.await);
    Ok(())
}

#[cfg(feature = "ssr")]
fn role_of(name: &str) -> Result<domain::access::Role, ApiError> {
    domain::access::Role::from_name(name)
        .ok_or_else(|| ApiError::BadRequest(format!("there is no role “{name}”")))
}

#[cfg(feature = "ssr")]
fn person_of(id: &str) -> Result<domain::id::PersonId, ApiError> {
    id.parse().map_err(|_| ApiError::NotFound("person".to_owned()))
}
