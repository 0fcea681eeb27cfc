//! Answers what clients ask over their sockets, in the words of the API.

use app::{
    api::{
        page::{MAX_LIMIT, PageRequest},
        port::Once,
        runs::InboxFilter,
        tickets::{DecisionRequest, Edits, TicketState, TicketView},
    },
    error::ApiError,
    live::{ApprovalResponse, Ask, CancelApproval, ListPending, Raw, message::Snapshot},
};
use async_trait::async_trait;
use domain::{
    access::{Caller, CallerKind, Right, authorize},
    decision::{Action, DecisionRecord, Via},
    id::{RunId, TicketId},
};
use serde::Serialize;

use super::read::{self, Unread};
use crate::{
    bridge::{Answer, Desk, MOST_OUT, Read, Topics},
    http::{
        Doors, Problem,
        api::{
            ACTIVE, Decided, PendingApproval, PendingList, RunItem, current, merge_patch, not_over,
        },
        query,
    },
};

/// Room for each of a snapshot's two lists.
const ROOM: usize = MOST_OUT / 2 - 1024;

#[async_trait]
impl Desk for Doors {
    fn read(&self, text: &str) -> Result<Ask, Read> {
        read::ask(text)
            .map_err(|Unread { id, error }| Read { id, problem: Problem(error).to_raw(None) })
    }

    async fn answer(&self, caller: &Caller, ask: Ask) -> Answer {
        self.once(caller, ask).await.map(|result| result.answer)
    }

    async fn snapshot(&self, caller: &Caller, topics: &Topics) -> Result<Snapshot, ApiError> {
        self.may_follow(caller, topics).await?;
        let (approvals, runs) = match (topics.inbox, topics.run) {
            (false, Some(run)) => self.one(caller, run).await?,
            _ => self.all(caller, topics).await?,
        };
        Ok(Snapshot {
            seq: 0,
            approvals: approvals.items,
            total_approvals: approvals.total,
            runs: runs.items,
            total_runs: runs.total,
        })
    }

    async fn may_follow(&self, caller: &Caller, topics: &Topics) -> Result<(), ApiError> {
        authorize(caller, Right::Read)?;
        match topics.run {
            Some(run) => self.runs.run(caller, run).await.map(drop),
            None => Ok(()),
        }
    }

    fn problem(&self, error: ApiError) -> Raw {
        Problem(error).to_raw(None)
    }
}

/// As many items of a list as there is room for, and how many there are.
struct Listed {
    items: Raw,
    total: u64,
}

impl Listed {
    fn of<T: Serialize>(items: impl IntoIterator<Item = T>, total: u64) -> Result<Self, ApiError> {
        let mut text = String::from("[");
        for item in items {
            let item = serde_json::to_string(&item).map_err(|_| ApiError::Internal)?;
            if text.len() + item.len() > ROOM {
                break;
            }
            if text.len() > 1 {
                text.push(',');
            }
            text.push_str(&item);
        }
        text.push(']');
        let items = serde_json::value::RawValue::from_string(text);
        Ok(Self { items: Raw(items.map_err(|_| ApiError::Internal)?), total })
    }
}

/// In the shape of a decision's answer, but nobody decided.
#[derive(Serialize)]
struct Withdrawn {
    success: bool,
    message: &'static str,
    run_id: RunId,
    approval_id: TicketId,
    decision: Option<DecisionRecord>,
}

impl Withdrawn {
    const fn of(run_id: RunId, approval_id: TicketId) -> Self {
        let message = "The run is cancelled.";
        Self { success: true, message, run_id, approval_id, decision: None }
    }
}

/// The ticket is open, and no other than the caller saw.
fn is_as_seen(view: TicketView, cancel: &CancelApproval) -> Result<(), ApiError> {
    let TicketView { ticket, state, .. } = view;
    match state {
        TicketState::Open => {}
        TicketState::Decided(record) => return Err(ApiError::AlreadyDecided(Box::new(record))),
        TicketState::Expired { .. } => {
            let message = "the deadline is over; it was not approved";
            return Err(ApiError::Gone(message.to_owned()));
        }
        TicketState::Cancelled { reason } => {
            return Err(ApiError::Gone(format!("this ticket is closed: {reason}")));
        }
    }
    let other_version = cancel.version.is_some_and(|seen| seen != ticket.version);
    let other_digest = cancel.proposal_digest.is_some_and(|seen| seen != ticket.proposal.digest);
    if other_version || other_digest { Err(ApiError::Changed(Box::new(ticket))) } else { Ok(()) }
}

impl Doors {
    /// What came of a message, and whether it was answered before under its key.
    pub(super) async fn once(&self, caller: &Caller, ask: Ask) -> Result<Once<Raw>, Raw> {
        match ask {
            Ask::ApprovalResponse(response) => self.decide(caller, response).await,
            Ask::CancelApproval(cancel) if caller.kind == CallerKind::Agent => {
                self.withdraw(caller, &cancel).await
            }
            Ask::CancelApproval(cancel) => self.decide(caller, response_of(cancel)).await,
            Ask::ListPending(wanted) => {
                let listed = self.list(caller, wanted).await;
                listed.map(Once::first).map_err(|error| self.problem(error))
            }
            Ask::Subscribe(_) | Ask::Ping(_) => {
                let message = "this takes a connection that lasts".to_owned();
                Err(self.problem(ApiError::NotPossible(message)))
            }
        }
    }

    async fn decide(&self, caller: &Caller, response: ApprovalResponse) -> Result<Once<Raw>, Raw> {
        let ticket = response.approval_id;
        let problem = |error| Problem(error).to_raw(None);
        let run = self.runs.ticket(caller, ticket).await.map_err(problem)?.run;
        let request = request(run, response).map_err(problem)?;
        match self.runs.decide(caller, request).await {
            Ok(Once { answer, replayed }) => Raw::of(&Decided::of(ticket, answer))
                .map(|answer| Once { answer, replayed })
                .ok_or_else(|| problem(ApiError::Internal)),
            Err(error) => Err(self.refused(caller, run, error).await),
        }
    }

    /// An agent decides nothing. It takes its own question back, as it may cancel its own run.
    async fn withdraw(&self, caller: &Caller, cancel: &CancelApproval) -> Result<Once<Raw>, Raw> {
        let ticket = cancel.approval_id;
        let problem = |error| Problem(error).to_raw(None);
        let of = self.runs.ticket(caller, ticket).await.map_err(problem)?;
        let cancelled = match is_as_seen(of.view, cancel) {
            Ok(()) => self.runs.cancel(caller, of.run).await,
            Err(error) => Err(error),
        };
        match cancelled {
            Ok(()) => Raw::of(&Withdrawn::of(of.run, ticket))
                .map(Once::first)
                .ok_or_else(|| problem(ApiError::Internal)),
            Err(error) => Err(self.refused(caller, of.run, error).await),
        }
    }

    /// With the ticket as it is, where it changed.
    async fn refused(&self, caller: &Caller, run: RunId, error: ApiError) -> Raw {
        match current(self, caller, run, &error).await {
            Ok(now) => Problem(error).to_raw(now.as_deref()),
            Err(unread) => Problem(unread).to_raw(None),
        }
    }

    async fn list(&self, caller: &Caller, wanted: ListPending) -> Result<Raw, ApiError> {
        let ListPending { user_id, session_id, agent, checkpoint_type, cursor, limit, .. } = wanted;
        let checkpoint = checkpoint_type;
        let filter = InboxFilter { session: session_id, user: user_id, agent, checkpoint };
        let page = query::page(cursor, limit)?;
        let list = PendingList::read(self, caller, filter, page).await?;
        let raw = Raw::of(&list).ok_or(ApiError::Internal)?;
        if raw.text().len() > MOST_OUT - 1024 {
            let message = "the page is larger than a message may be; ask for fewer";
            return Err(ApiError::TooLarge(message.to_owned()));
        }
        Ok(raw)
    }

    /// The open ticket of a run, and the run if it isn't over.
    async fn one(&self, caller: &Caller, run: RunId) -> Result<(Listed, Listed), ApiError> {
        let view = self.runs.run(caller, run).await?;
        let active = Some(view.summary.clone()).filter(|run| ACTIVE.contains(&run.status));
        let (ticket, runs) = (PendingApproval::of(view), u64::from(active.is_some()));
        let tickets = u64::from(ticket.is_some());
        Ok((Listed::of(ticket, tickets)?, Listed::of(active.map(RunItem::from), runs)?))
    }

    /// The most urgent open tickets and newest active runs that the caller may know of, of one session or of all: a page
    /// of each. `HITL_LIST_PENDING` gives the tickets after it.
    async fn all(&self, caller: &Caller, topics: &Topics) -> Result<(Listed, Listed), ApiError> {
        let session = topics.session.clone().filter(|_| !topics.inbox);
        let page = PageRequest { cursor: None, limit: MAX_LIMIT };
        let runs = not_over(self, caller, session.clone()).await?;
        let filter = InboxFilter { session, ..InboxFilter::default() };
        let open = PendingList::read(self, caller, filter, page).await?;
        let tickets = Listed::of(open.approvals, open.total)?;
        let total = runs.total;
        Ok((tickets, Listed::of(runs.items.into_iter().map(RunItem::from), total)?))
    }
}

fn request(run: RunId, response: ApprovalResponse) -> Result<DecisionRequest, ApiError> {
    let edits = response.edits.as_ref().map(|edits| &*edits.0);
    let edits: Edits = merge_patch(response.action, edits)?;
    Ok(DecisionRequest {
        run,
        ticket: response.approval_id,
        action: response.action,
        version: response.version,
        digest: response.proposal_digest,
        edits,
        attachments: response.attachments,
        reason: response.reason,
        via: Via::Api,
        key: response.idempotency_key,
    })
}

fn response_of(cancel: CancelApproval) -> ApprovalResponse {
    let approval_id: TicketId = cancel.approval_id;
    ApprovalResponse {
        id: cancel.id,
        approval_id,
        action: Action::Cancel,
        version: cancel.version,
        proposal_digest: cancel.proposal_digest,
        idempotency_key: cancel.idempotency_key,
        edits: None,
        attachments: Vec::new(),
        reason: cancel.reason,
    }
}
