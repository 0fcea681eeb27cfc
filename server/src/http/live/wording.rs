//! Puts the feed into words: one message for each of its places.

use app::{
    api::{threads::MessageView, tickets::TicketOf},
    error::ApiError,
    live::{
        Raw,
        message::{
            ApprovalClosed, ApprovalRequest, Decision, Message, Outcome, Passing, StatusUpdate,
            StepCompletion, ThreadMessage,
        },
    },
};
use async_trait::async_trait;
use domain::{
    audit::{Entry, EntryKind},
    decision::{Action, Via},
    id::TicketId,
    state::{Status, Step},
};

use crate::{
    bridge::{MOST_OUT, Wording, is_a_step},
    http::{
        Doors,
        api::{self, Context},
    },
    ports::{FeedEntry, FeedItem, MessageRow, Told},
};

/// Characters of a sentence; the whole of it is in the run's history.
const LONGEST_SENTENCE: usize = 1_000;

#[async_trait]
impl Wording for Doors {
    async fn frame(&self, item: &FeedItem) -> Result<String, ApiError> {
        let of = match &item.what {
            Told::Said(message) => return Ok(said(item.number, message.clone())),
            Told::Happened(of) => of,
        };
        if let Some(ticket) = asks(&of.entry) {
            match self.announcer.announced(ticket).await {
                Ok(ticket) => return Ok(request(item.number, ticket)),
                Err(error @ (ApiError::Unavailable | ApiError::Full)) => return Err(error),
                // It is gone, or can't be read and never will be: the rest of the feed has to go on.
                Err(error) => tracing::warn!(%ticket, %error, "a ticket is told of in short"),
            }
        }
        let closed = closed(of).map(Message::ApprovalClosed);
        Ok(closed.unwrap_or_else(|| went_on(of)).to_text())
    }

    fn passing(&self, item: &FeedItem) -> Option<String> {
        let Told::Happened(of) = &item.what else { return None };
        passing(of).map(|message| message.to_text())
    }
}

/// A payload is prepared, or a provider called: it begins, or is done.
fn passing(of: &FeedEntry) -> Option<Message> {
    use EntryKind::{CallAnswered, CallFailed, CallStarted, Prepared, Started, TicketDecided};
    let Entry { kind, step, status, .. } = &of.entry;
    let about = |step| Passing { run_id: of.run, step, text: None };
    let prepares = (*step, *status) == (Step::InformationReview, Status::Running);
    Some(match kind {
        Started | TicketDecided if prepares => Message::Thinking(about(*step)),
        Prepared => Message::DoneThinking(about(Step::InformationReview)),
        CallStarted => Message::Thinking(about(Step::ApiCall)),
        CallAnswered | CallFailed => Message::DoneThinking(about(Step::ApiCall)),
        _ => return None,
    })
}

/// The ticket that was opened or changed.
fn asks(entry: &Entry) -> Option<TicketId> {
    matches!(entry.kind, EntryKind::TicketOpened | EntryKind::TicketChanged)
        .then(|| fact(entry, "ticket")?.parse().ok())
        .flatten()
}

fn fact<'a>(entry: &'a Entry, name: &str) -> Option<&'a str> {
    entry.facts.get(name).map(String::as_str)
}

fn request(seq: i64, of: TicketOf) -> String {
    let TicketOf { run: run_id, session: session_id, user: user_id, view } = of;
    let ticket = view.ticket.clone();
    let attachments = Raw::of(&view.files);
    let mut request = ApprovalRequest {
        seq,
        approval_id: ticket.id,
        version: ticket.version,
        proposal_digest: ticket.proposal.digest,
        run_id,
        session_id,
        user_id,
        checkpoint_type: ticket.checkpoint,
        context: Raw::of(&Context::of(view)).unwrap_or_else(nothing),
        allowed_actions: ticket.allowed,
        attachments: attachments.unwrap_or_else(nothing),
        auto_approve_at: ticket.auto_approve_at,
        expires_at: ticket.expires_at,
        created_at: ticket.created_at,
    };
    let text = Message::ApprovalRequest(request.clone()).to_text();
    if text.len() <= MOST_OUT {
        return text;
    }
    (request.context, request.attachments) = (nothing(), nothing());
    Message::ApprovalRequest(request).to_text()
}

/// What is too large for a message.
fn nothing() -> Raw {
    Raw::of(&()).expect("null is JSON")
}

fn said(seq: i64, row: MessageRow) -> String {
    let session_id = row.session.clone();
    let message = Raw::of(&api::Message::from(MessageView::from(row))).unwrap_or_else(nothing);
    let text = |message| {
        let session_id = session_id.clone();
        Message::ThreadMessage(ThreadMessage { seq, session_id, message }).to_text()
    };
    let whole = text(message);
    if whole.len() <= MOST_OUT { whole } else { text(nothing()) }
}

fn closed(of: &FeedEntry) -> Option<ApprovalClosed> {
    let entry = &of.entry;
    let outcome = match entry.kind {
        EntryKind::TicketDecided => Outcome::Decided,
        EntryKind::TicketExpired => Outcome::Expired,
        EntryKind::TicketClosed => Outcome::Cancelled,
        _ => return None,
    };
    Some(ApprovalClosed {
        seq: of.number,
        approval_id: fact(entry, "ticket")?.parse().ok()?,
        run_id: of.run,
        session_id: of.session.clone(),
        outcome,
        decision: if outcome == Outcome::Decided { decision(entry) } else { None },
    })
}

fn decision(entry: &Entry) -> Option<Decision> {
    Some(Decision {
        action: Action::from_name(fact(entry, "action")?)?,
        by: entry.actor.clone(),
        at: entry.at,
        via: Via::try_from(fact(entry, "via")?.to_owned()).ok()?,
    })
}

fn went_on(of: &FeedEntry) -> Message {
    let FeedEntry { number: seq, run: run_id, session, entry, .. } = of;
    let (session_id, at, sentence) = (session.clone(), entry.at, in_short(&entry.message));
    if is_a_step(entry.kind) {
        let passed = match entry.kind {
            EntryKind::CallAnswered => Some(Step::ApiCall),
            _ => fact(entry, "checkpoint").and_then(Step::from_name),
        };
        return Message::StepCompletion(StepCompletion {
            seq: *seq,
            run_id: *run_id,
            session_id,
            step: passed.unwrap_or(entry.step),
            summary: sentence,
            at,
        });
    }
    Message::StatusUpdate(StatusUpdate {
        seq: *seq,
        run_id: *run_id,
        session_id,
        status: entry.status,
        current_step: entry.step,
        message: sentence,
        at,
    })
}

fn in_short(sentence: &str) -> String {
    match sentence.char_indices().nth(LONGEST_SENTENCE) {
        Some((end, _)) => format!("{}…", &sentence[..end]),
        None => sentence.to_owned(),
    }
}
