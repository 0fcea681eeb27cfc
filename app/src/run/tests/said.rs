//! What is said beside the answers, of old records, and over the words that a run began with.

use super::*;

#[test]
fn where_nothing_can_be_approved_sending_is_off() {
    let html = render(waiting(blocked(ticket(C::FormRequirements, &plain)), &plain));

    assert!(html.contains("Sending is off: 1 thing must be fixed first."), "{html}");
    assert!(!html.contains("Approve is off"), "{html}");
}

#[test]
fn beside_the_answers_a_link_leads_to_what_was_warned_of() {
    let bar = |view| {
        let html = render(waiting(view, &plain));
        html.split_once(r#"id="actions""#).unwrap().1.to_owned()
    };
    let mut view = ticket(C::PayloadReview, &plain);
    let link = bar(view.clone());
    assert!(element(&link, "#why-title").contains(r#"rel="external""#), "{link}");
    assert!(link.contains("1 thing to look at</a>"), "{link}");

    view.ticket.issues.push(Issue::warning("/width", "is wide"));
    assert!(bar(view.clone()).contains("2 things to look at</a>"));
    let stopped = bar(blocked(view.clone()));
    assert!(!stopped.contains("to look at"), "what must be fixed comes first: {stopped}");
    view.ticket.issues.clear();
    assert!(!bar(view).contains("#why-title"), "nothing to look at");
}

#[test]
fn the_words_of_a_person_are_not_called_an_agents() {
    let mut view = waiting(ticket(C::PayloadReview, &plain), &plain);
    view.summary.agent.clear();

    let html = render(view);

    assert!(html.contains("Asked for") && !html.contains("Agent says"), "{html}");
}

#[test]
fn an_old_record_is_not_announced() {
    let expired = TicketState::Expired { at: at(0) };
    let expired = elsewhere(Status::Failed, Step::Failed, expired, &plain);
    for view in [ended(EndReason::Done, &plain), expired] {
        let html = render(view);
        let record = html.split_once("data-record=").unwrap().1;
        let banner = element(record, r#"class="banner""#);
        assert!(!banner.contains("role="), "{banner}");
    }
}
