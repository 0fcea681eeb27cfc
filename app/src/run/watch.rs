//! What a reader must be told when the run on the screen is another one than before, and they didn't do it.

use domain::{
    decision::{Actor, DecisionRecord},
    id::{PersonId, TicketId},
};

use super::{Notice, words};
use crate::{
    api::{
        runs::RunView,
        tickets::{TicketState, TicketView},
    },
    components::BannerKind,
};

/// Something happened under the reader's eyes.
#[derive(Debug, Clone, PartialEq)]
pub struct Surprise {
    pub notice: Notice,
    /// Another proposal stands where the reader was about to decide: it has to be looked at first.
    pub locks: bool,
}

/// What happened between two looks at a run. `me` is the reader; what they decide on this page is none of it.
#[must_use]
pub fn surprise(before: &RunView, after: &RunView, me: Option<PersonId>) -> Option<Surprise> {
    let was = &before.ticket.as_ref()?.ticket;
    let open = after.ticket.as_ref().map(|open| &open.ticket);
    if let Some(open) = open.filter(|open| open.id == was.id) {
        let notice = same_ticket(was.version, was.auto_approve_at.is_some(), open)?;
        return Some(Surprise { notice, locks: was.proposal.digest != open.proposal.digest });
    }
    let closed = closed(after, was.id)?;
    let notice = match &closed.state {
        TicketState::Open => return None,
        TicketState::Decided(record) => decided(record, me),
        TicketState::Expired { at } => Notice::new(
            BannerKind::Expired,
            "Time ran out",
            format!("The deadline was {}. It was not approved.", words::clock(*at)),
        ),
        TicketState::Cancelled { .. } if open.is_some() => Notice::new(
            BannerKind::Changed,
            "This ticket changed",
            "Another proposal replaced it while you were reading. Nothing was approved.",
        ),
        TicketState::Cancelled { reason } => Notice::new(
            BannerKind::Info,
            "It was withdrawn",
            format!("{} Nobody has to decide it.", words::sentence(reason)),
        ),
    };
    Some(Surprise { notice, locks: open.is_some() })
}

fn closed(view: &RunView, ticket: TicketId) -> Option<&TicketView> {
    view.closed.iter().find(|closed| closed.ticket.id == ticket)
}

fn same_ticket(version: u32, counted: bool, open: &domain::checkpoint::Ticket) -> Option<Notice> {
    if version == open.version {
        None
    } else if counted && open.auto_approve_at.is_none() {
        Some(Notice::new(BannerKind::Info, "The countdown is stopped", "It waits for a person."))
    } else {
        Some(Notice::new(
            BannerKind::Info,
            "This ticket changed",
            "Its deadline or its files are others. Nothing was decided.",
        ))
    }
}

fn decided(record: &DecisionRecord, me: Option<PersonId>) -> Notice {
    let (past, at) = (record.action.past(), words::clock(record.at));
    let own = matches!(&record.by, Actor::Person { id, .. } if Some(*id) == me);
    match &record.by {
        Actor::Policy => Notice::new(
            BannerKind::Decided,
            "The policy decided",
            format!("It was {past} at {at}: the countdown ran out."),
        ),
        _ if own => Notice::new(
            BannerKind::Saved,
            "You decided it elsewhere",
            format!("It was {past} at {at}, in another window or on another device."),
        ),
        by => {
            let name = words::visible(by.name());
            let reason = record.reason.as_deref().map(|text| format!(" Reason: “{text}”"));
            let text = format!(
                "At {at}.{} What you typed is kept.",
                words::visible(&reason.unwrap_or_default())
            );
            Notice::new(BannerKind::Decided, &format!("{name} decided first: {past}"), text)
        }
    }
}

#[cfg(test)]
#[cfg(feature = "ssr")]
mod tests {
    use domain::{
        checkpoint::CheckpointType::PayloadReview,
        decision::{Action, Via},
        digest::Digest,
    };
    use uuid::Uuid;

    use super::*;
    use crate::run::fixtures::*;

    #[test]
    fn nothing_is_said_as_long_as_the_same_ticket_is_open_or_none_was() {
        let open = waiting(ticket(PayloadReview, &plain), &plain);
        let idle = RunView { ticket: None, ..open.clone() };

        assert_eq!(surprise(&open, &open, None), None);
        assert_eq!(surprise(&idle, &open, None), None);
    }

    #[test]
    fn who_decided_first_is_named_with_time_and_reason() {
        let said = became(TicketState::Decided(record(Action::Reject)), false);

        assert_eq!(said.notice.kind, BannerKind::Decided);
        assert!(said.notice.title.ends_with("decided first: rejected"), "{said:?}");
        assert!(said.notice.text.contains("Reason: “"), "{said:?}");
        assert!(!said.locks, "there is nothing to decide");
    }

    #[test]
    fn the_same_person_on_another_device_reads_no_name() {
        let mara = PersonId::from_uuid(Uuid::from_u128(5));
        let by = Actor::Person { id: mara, name: "Mara".into() };
        let record = DecisionRecord { by, ..record(Action::Approve) };

        let said = decided(&record, Some(mara));

        assert_eq!((said.kind, &said.title[..]), (BannerKind::Saved, "You decided it elsewhere"));
    }

    #[test]
    fn another_proposal_has_to_be_looked_at_before_it_is_decided() {
        let superseded = TicketState::Cancelled { reason: "superseded".into() };
        for state in [superseded, TicketState::Decided(record(Action::Edit))] {
            assert!(became(state, true).locks);
        }
    }

    #[test]
    fn a_policy_that_approved_and_a_deadline_that_passed_are_told_apart() {
        let policy =
            DecisionRecord { by: Actor::Policy, via: Via::Policy, ..record(Action::Approve) };
        let title = |state| became(state, false).notice.title;

        assert_eq!(title(TicketState::Decided(policy)), "The policy decided");
        assert_eq!(title(TicketState::Expired { at: record(Action::Edit).at }), "Time ran out");
        let withdrawn = TicketState::Cancelled { reason: "the run was cancelled".into() };
        assert_eq!(title(withdrawn), "It was withdrawn");
    }

    #[test]
    fn another_version_is_told_and_locks_only_with_another_proposal() {
        let before = waiting(ticket(PayloadReview, &plain), &plain);
        let mut after = before.clone();
        let open = &mut after.ticket.as_mut().unwrap().ticket;
        open.version += 1;
        assert!(!surprise(&before, &after, None).unwrap().locks);

        let open = &mut after.ticket.as_mut().unwrap().ticket;
        open.proposal.digest = Digest::of(b"another");
        assert!(surprise(&before, &after, None).unwrap().locks);
    }

    fn record(action: Action) -> DecisionRecord {
        decision(action, &plain)
    }

    /// The open ticket was closed like this, and another one is open or none.
    fn became(state: TicketState, next: bool) -> Surprise {
        let before = waiting(ticket(PayloadReview, &plain), &plain);
        let mut after = before.clone();
        let mut old = after.ticket.take().unwrap();
        old.state = state;
        if next {
            let mut new = old.clone();
            new.ticket.id = TicketId::from_uuid(Uuid::from_u128(99));
            new.state = TicketState::Open;
            after.ticket = Some(new);
        }
        after.closed.push(old);
        surprise(&before, &after, None).unwrap()
    }
}
