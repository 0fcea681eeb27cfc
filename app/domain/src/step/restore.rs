//! After a restore from a backup: what was on its way may have happened since, so nothing is sent by itself, and
//! nobody is called back.

use super::{call, decide, transition::Transition};
use crate::{audit::EntryKind, decision::Actor, state::RunState};

/// Whatever would go on to a call without a person waits for one. A run that waits or is over stays as it is but for
/// its callback, so it does no harm to say this twice.
pub(super) fn restored(t: &mut Transition) {
    match t.run.state.clone() {
        RunState::Calling(call) if t.run.action.is_none() => {
            let why =
                "The server was restored from a backup, and the call may have happened since.";
            call::lost(t, &call, why.to_owned(), false);
        }
        RunState::Queued | RunState::Preparing { .. } => decide::pause(t, Actor::System),
        RunState::AwaitingHuman(open) if open.ticket.auto_approve_at.is_some() => {
            t.change_ticket(|ticket| ticket.auto_approve_at = None);
            let facts = [("ticket", open.ticket.id.to_string())];
            let message = "The server was restored from a backup: the countdown was stopped.";
            t.log_with(EntryKind::TicketChanged, Actor::System, message, &facts);
        }
        // An agent's own action the server never calls, and the agent may still say what became of it.
        RunState::Calling(_) | RunState::AwaitingHuman(_) | RunState::Ended(_) => {}
    }
    call_nobody_back(t);
}

/// The server that the backup is of may go on, and an agent must not act on the answers of both.
fn call_nobody_back(t: &mut Transition) {
    let Some(ticket) = t.run.state.ticket().map(|ticket| ticket.id.to_string()) else { return };
    let callback = t.run.action.as_mut().and_then(|action| action.callback.take());
    if callback.is_some() {
        let message = "The server was restored from a backup: the agent isn't called back, and has to ask what \
                       became of its ticket.";
        t.log_with(EntryKind::TicketChanged, Actor::System, message, &[("ticket", ticket)]);
    }
}
