//! What a person typed and hasn't decided, or what didn't count: it is kept.

use app::{
    api::tickets::{DecisionRequest, Draft, Edits},
    error::ApiError,
};
use domain::{access::Caller, id::TicketId, issue::Issue};

use super::told;
use crate::orchestrator::Orchestrator;

/// In characters, far beyond the longest reason that counts.
const LONGEST_KEPT: usize = 100_000;

impl Orchestrator {
    pub(super) async fn keep_draft(
        &self,
        caller: &Caller,
        ticket: TicketId,
        draft: &Draft,
    ) -> Result<(), ApiError> {
        if let Some(field) = with_control(draft) {
            let issue = Issue::error(field, "has control characters; take them out");
            return Err(ApiError::Invalid(vec![issue]));
        }
        let text = serde_json::to_string(draft).map_err(|_| ApiError::Internal)?;
        let now = self.clock.now();
        self.store.save_draft(ticket, caller.person, &text, now).await.map_err(told)
    }

    pub(super) async fn keep_typed(
        &self,
        caller: &Caller,
        request: &DecisionRequest,
        issues: Vec<Issue>,
    ) {
        let reason = kept_reason(request.reason.as_deref().unwrap_or_default());
        let draft = Draft { edits: request.edits.clone(), reason, issues };
        if let Err(error) = self.keep_draft(caller, request.ticket, &draft).await {
            tracing::warn!(%error, ticket = %request.ticket, "a draft could not be kept");
        }
    }
}

/// What can be kept of a reason that was refused, so that nobody has to type it again.
fn kept_reason(reason: &str) -> String {
    reason.chars().filter(|c| !is_control(*c)).take(LONGEST_KEPT).collect()
}

/// What no text may hold: not every database can keep it, and no person can see it.
pub(super) const fn is_control(c: char) -> bool {
    c < ' ' && !matches!(c, '\t' | '\n' | '\r')
}

/// The part of a draft that holds a control character.
fn with_control(draft: &Draft) -> Option<&'static str> {
    let typed = match &draft.edits {
        Edits::None => false,
        Edits::Document(text) | Edits::Merge(text) => text.contains(is_control),
        Edits::Form(fields) => {
            fields.iter().any(|(name, text)| name.contains(is_control) || text.contains(is_control))
        }
    };
    if typed { Some("/edits") } else { draft.reason.contains(is_control).then_some("/reason") }
}
