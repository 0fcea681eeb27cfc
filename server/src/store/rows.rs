//! Rows, read back into the words of the domain.

use app::api::threads::MessageRole;
use chrono::{DateTime, Utc};
use domain::{
    access::Role,
    audit::Entry,
    checkpoint::CheckpointType,
    digest::Digest,
    id::{AttachmentId, PersonId, RunId, TicketId},
    state::{EndReason, Status, Step},
};
use serde::de::{DeserializeOwned, IntoDeserializer, value::StrDeserializer};
use uuid::Uuid;

use super::value::{Fields, unreadable};
use crate::ports::{
    AttachmentRow, ClaimedEffect, DecisionRow, FeedEntry, FeedItem, MessageRow, PersonRow, RunRow,
    StoreError, StoredRun, StoredTicket, TicketRow, TicketStatus, TokenRow, Told, UsedKey,
};

type Read<T> = Result<T, StoreError>;

pub(super) fn stored_run(row: &impl Fields) -> Read<StoredRun> {
    Ok(StoredRun { run: row.json("state")?, version: row.int("version")? })
}

pub(super) fn run_row(row: &impl Fields) -> Read<RunRow> {
    Ok(RunRow {
        run: RunId::from_uuid(row.id("run_id")?),
        session: row.text("session_id")?,
        owner: PersonId::from_uuid(row.id("owner")?),
        owner_name: row.text("owner_name")?,
        user: row.text("user_id")?,
        agent: row.text("agent")?,
        provider: row.text("provider_name")?,
        prompt: row.text("prompt")?,
        status: row.named("status", Status::from_name)?,
        step: row.named("current_step", Step::from_name)?,
        end_reason: match row.opt_text("end_reason")? {
            None => None,
            Some(name) => {
                Some(EndReason::from_name(&name).ok_or_else(|| unreadable("end_reason"))?)
            }
        },
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

pub(super) fn stored_ticket(row: &impl Fields) -> Read<StoredTicket> {
    Ok(StoredTicket {
        run: RunId::from_uuid(row.id("run_id")?),
        session: row.text("session_id")?,
        ticket: row.json("context")?,
        status: row.named("status", ticket_status)?,
        closed_at: row.opt_time("closed_at")?,
        closed_reason: row.opt_text("closed_reason")?,
        decision: match row.opt_text("record")? {
            None => None,
            Some(_) => Some(row.json("record")?),
        },
    })
}

fn ticket_status(name: &str) -> Option<TicketStatus> {
    use TicketStatus::{Cancelled, Decided, Expired, Pending};
    [Pending, Decided, Expired, Cancelled].into_iter().find(|status| status.name() == name)
}

pub(super) fn ticket_row(row: &impl Fields) -> Read<TicketRow> {
    Ok(TicketRow {
        ticket: TicketId::from_uuid(row.id("approval_id")?),
        run: RunId::from_uuid(row.id("run_id")?),
        session: row.text("session_id")?,
        user: row.text("user_id")?,
        checkpoint: row.named("checkpoint_type", checkpoint)?,
        message: row.text("message")?,
        prompt: row.text("prompt")?,
        provider: row.text("provider_name")?,
        agent: row.text("agent")?,
        owner_name: row.text("owner_name")?,
        blocking: row.count("blocking")?,
        created_at: row.time("created_at")?,
        expires_at: row.opt_time("expires_at")?,
        auto_approve_at: row.opt_time("auto_approve_at")?,
        overdue: row.flag("overdue")?,
    })
}

fn checkpoint(name: &str) -> Option<CheckpointType> {
    CheckpointType::ALL.into_iter().find(|checkpoint| checkpoint.name() == name)
}

pub(super) fn message(row: &impl Fields) -> Read<MessageRow> {
    Ok(MessageRow {
        id: row.id("message_id")?,
        owner: PersonId::from_uuid(row.id("owner")?),
        session: row.text("session_id")?,
        run: row.opt_id("run_id")?.map(RunId::from_uuid),
        ticket: row.opt_id("approval_id")?.map(TicketId::from_uuid),
        role: row.named("role", MessageRole::from_name)?,
        author: row.text("author")?,
        text: row.text("text")?,
        props: row.text("props")?,
        attachments: row.json("attachments")?,
        created_at: row.time("created_at")?,
    })
}

pub(super) fn decision(row: &impl Fields) -> Read<DecisionRow> {
    Ok(DecisionRow {
        run: RunId::from_uuid(row.id("run_id")?),
        checkpoint: row.named("checkpoint_type", checkpoint)?,
        record: row.json("record")?,
    })
}

pub(super) fn feed_entry(row: &impl Fields) -> Read<FeedEntry> {
    Ok(FeedEntry {
        number: row.int("number")?,
        run: RunId::from_uuid(row.id("run_id")?),
        session: row.text("session_id")?,
        sequence: row.int("sequence")?,
        entry: Entry {
            kind: row.named("kind", word)?,
            step: row.named("step", Step::from_name)?,
            status: row.named("status", Status::from_name)?,
            at: row.time("at")?,
            actor: row.json("actor")?,
            message: row.text("message")?,
            facts: row.json("metadata")?,
        },
    })
}

pub(super) fn feed_item(row: &impl Fields) -> Read<FeedItem> {
    Ok(FeedItem {
        number: row.int("number")?,
        owner: PersonId::from_uuid(row.id("owner")?),
        what: match row.opt_id("message_id")? {
            None => Told::Happened(feed_entry(row)?),
            Some(_) => Told::Said(message(row)?),
        },
    })
}

/// A unit variant by its name on the wire.
fn word<T: DeserializeOwned>(name: &str) -> Option<T> {
    let name: StrDeserializer<'_, serde::de::value::Error> = name.into_deserializer();
    T::deserialize(name).ok()
}

pub(super) fn claimed(row: &impl Fields, lease: Uuid) -> Read<ClaimedEffect> {
    Ok(ClaimedEffect {
        id: row.int("effect_id")?,
        run: RunId::from_uuid(row.id("run_id")?),
        effect: row.json("effect")?,
        lease,
        claims: row.count("claims")?,
    })
}

pub(super) fn used_key(row: &impl Fields) -> Read<UsedKey> {
    Ok(UsedKey {
        request: row.digest("request")?,
        answer: row.id("answer")?,
        reply: row.text("reply")?,
    })
}

pub(super) fn attachment(row: &impl Fields) -> Read<AttachmentRow> {
    Ok(AttachmentRow {
        id: AttachmentId::from_uuid(row.id("attachment_id")?),
        session: row.text("session_id")?,
        owner: PersonId::from_uuid(row.id("owner")?),
        uploaded_by: PersonId::from_uuid(row.id("uploaded_by")?),
        digest: row.digest("digest")?,
        name: row.text("name")?,
        media_type: row.text("media_type")?,
        size: row.int("size")?.unsigned_abs(),
        made_by: row.opt_id("made_by")?.map(RunId::from_uuid),
        created_at: row.time("created_at")?,
    })
}

pub(super) fn person(row: &impl Fields) -> Read<PersonRow> {
    Ok(PersonRow {
        id: PersonId::from_uuid(row.id("person_id")?),
        name: row.text("name")?,
        email: row.text("email")?,
        role: row.named("role", Role::from_name)?,
        password: row.opt_text("password")?,
        disabled: row.flag("disabled")?,
        created_at: row.time("created_at")?,
        last_seen_at: row.opt_time("last_seen_at")?,
    })
}

pub(super) fn token(row: &impl Fields, hash: &Digest) -> Read<TokenRow> {
    let (created_at, last_used_at): (DateTime<Utc>, _) =
        (row.time("created_at")?, row.time("last_used_at")?);
    Ok(TokenRow {
        hash: *hash,
        person: PersonId::from_uuid(row.id("person_id")?),
        created_at,
        last_used_at,
        expires_at: row.time("expires_at")?,
    })
}
