//! Turns what is stored into what pages and programs see.

mod run;
mod stages;
mod ticket;

use app::api::{
    attachments::AttachmentView,
    providers::ProviderView,
    runs::{InboxItem, RunSummary},
};
use domain::run::Run;

use crate::{
    ports::{AttachmentRow, RunRow, TicketRow},
    provider::Capabilities,
};

pub(super) fn run_summary(row: RunRow) -> RunSummary {
    RunSummary {
        id: row.run,
        prompt: row.prompt,
        session: row.session,
        provider: row.provider,
        agent: row.agent,
        owner_name: row.owner_name,
        user: row.user,
        status: row.status,
        step: row.step,
        end_reason: row.end_reason,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

fn summary_of(run: &Run) -> RunSummary {
    let end_reason = match &run.state {
        domain::state::RunState::Ended(ending) => Some(ending.reason),
        _ => None,
    };
    RunSummary {
        id: run.id,
        prompt: run.input.prompt.clone(),
        session: run.session().to_owned(),
        provider: run.provider.clone(),
        agent: run.input.agent_email.clone(),
        owner_name: run.owner_name.clone(),
        user: run.input.user_id.clone(),
        status: run.state.status(),
        step: run.state.step(),
        end_reason,
        created_at: run.created_at,
        updated_at: run.updated_at,
    }
}

pub(super) fn inbox_item(row: TicketRow) -> InboxItem {
    InboxItem {
        ticket: row.ticket,
        run: row.run,
        session: row.session,
        user: row.user,
        checkpoint: row.checkpoint,
        message: row.message,
        prompt: row.prompt,
        provider: row.provider,
        agent: row.agent,
        owner_name: row.owner_name,
        blocking: row.blocking,
        created_at: row.created_at,
        expires_at: row.expires_at,
        auto_approve_at: row.auto_approve_at,
        overdue: row.overdue,
    }
}

pub(super) fn attachment(row: &AttachmentRow) -> AttachmentView {
    AttachmentView {
        id: row.id,
        digest: row.digest,
        name: row.name.clone(),
        media_type: row.media_type.clone(),
        size: row.size,
        created_at: row.created_at,
        has_preview: has_preview(&row.media_type),
        made: row.made_by.is_some(),
    }
}

/// The types that the server can draw again.
pub(super) fn has_preview(media_type: &str) -> bool {
    matches!(media_type, "image/png" | "image/jpeg" | "image/webp")
}

pub(super) fn provider(capabilities: &Capabilities) -> ProviderView {
    ProviderView {
        name: capabilities.name.to_owned(),
        title: capabilities.title.to_owned(),
        description: capabilities.description.to_owned(),
        version: capabilities.version.to_owned(),
        schema: capabilities.schema(),
        json_schema: capabilities.json_schema.to_owned(),
        repeat_safe: capabilities.repeat_safe,
        examples: capabilities.examples.iter().map(|&one| one.to_owned()).collect(),
    }
}
