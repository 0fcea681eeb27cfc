//! Keys: what the keys page shows, and the server functions behind its forms.
//!
//! Each function that writes ends in a redirect to the page, which shows the outcome by a fixed code.

use chrono::{DateTime, Utc};
use domain::{access::CallerKind, id::KeyId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::codec::GetUrl;

#[cfg(feature = "ssr")]
use super::{keys_notice as notices, notice::show, port::ServerContext};
use crate::{error::ApiError, wire::Answer};

/// A key as its list shows it.
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyView {
    pub id: KeyId,
    /// For an agent's key the agent's name.
    pub name: String,
    /// Whom it acts for.
    pub kind: CallerKind,
    /// The name of the agent or person that it acts for.
    pub owner: String,
    pub made_by: String,
    /// How the secret begins.
    pub hint: String,
    pub read_only: bool,
    pub status: KeyStatus,
    pub created_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
    /// `None` for never.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Whether a key works.
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyStatus {
    Active,
    Expired,
    Revoked,
    /// Its person is disabled; it works again when they are enabled.
    Stopped,
}

/// What a key is to be.
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// 1 to 100 characters; for an agent's key the agent's name.
    pub name: String,
    pub kind: CallerKind,
    #[serde(default)]
    pub read_only: bool,
    /// `None` for never.
    #[serde(default)]
    pub expires_in_days: Option<u32>,
}

/// A key that was made right before, with the secret that is shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeKey {
    pub key: KeyView,
    pub secret: String,
}

impl std::fmt::Debug for MadeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MadeKey").field("key", &self.key).finish_non_exhaustive()
    }
}

/// The keys page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyList {
    pub keys: Vec<KeyView>,
    pub fresh: Option<MadeKey>,
    pub now: DateTime<Utc>,
}

/// The caller's keys, or everybody's for an admin, and the one that was made right before.
#[server(prefix = "/ui", endpoint = "load_keys", input = GetUrl, output = Answer)]
pub async fn load_keys() -> Result<KeyList, ApiError> {
    let (context, caller) = ServerContext::authenticated()?;
    let keys = context.accounts.keys(&caller).await?;
    let fresh = super::fresh_key::take(&context, &caller).await;
    Ok(KeyList { keys, fresh, now: context.now })
}

/// `kind` is `person` or `agent`; `expires` is a number of days, or empty for never.
#[server(prefix = "/ui", endpoint = "make_key", output = Answer)]
pub async fn make_key(
    #[server(default)] name: String,
    #[server(default)] kind: String,
    #[server(default)] read_only: String,
    #[server(default)] expires: String,
) -> Result<(), ApiError> {
    let made = async {
        let (context, caller) = ServerContext::authenticated()?;
        let kind = match kind.as_str() {
            "person" => CallerKind::Person,
            "agent" => CallerKind::Agent,
            other => return Err(ApiError::BadRequest(format!("there is no kind `{other}`"))),
        };
        let days = Some(expires).filter(|days| !days.is_empty()).map(|days| days.parse());
        let expires_in_days = days.transpose().map_err(|_| {
            ApiError::BadRequest("`expires` must be a number of days, or empty".to_owned())
        })?;
        let new = NewKey { name, kind, read_only: !read_only.is_empty(), expires_in_days };
        let made = context.accounts.make_key(&caller, new, None).await?;
        super::fresh_key::hand_over(&context, &made.answer);
        Ok(notices::MADE)
    };
    show("/keys", made.await);
    Ok(())
}

#[server(prefix = "/ui", endpoint = "revoke_key", output = Answer)]
pub async fn revoke_key(#[server(default)] key: String) -> Result<(), ApiError> {
    let revoked = async {
        let (context, caller) = ServerContext::authenticated()?;
        let key = key.parse().map_err(|_| ApiError::NotFound("key".to_owned()))?;
        context.accounts.revoke_key(&caller, key).await?;
        Ok(notices::REVOKED)
    };
    show("/keys", revoked.await);
    Ok(())
}
