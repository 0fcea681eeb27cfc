use app::{
    error::ApiError,
    live::{Scope, Subscribe},
};
use domain::audit::EntryKind;

use super::make::{agent, frame, id, inbox, person, run};
use crate::bridge::{About, Topics, is_a_step};

#[test]
fn a_frame_goes_to_those_who_follow_the_inbox_its_session_or_its_run() {
    let about = frame(1).about;
    let session = |name: &str| Topics { session: Some(name.to_owned()), ..Topics::default() };
    let of_run = |number| Topics { run: Some(run(number)), ..Topics::default() };
    for (topics, gets) in [
        (inbox(), true),
        (session("s"), true),
        (session("other"), false),
        (of_run(1), true),
        (of_run(2), false),
        (Topics::default(), false),
        (Topics { session: Some("other".to_owned()), ..inbox() }, true),
    ] {
        assert_eq!(topics.cover(&about, &person()), gets, "{topics:?}");
    }
}

#[test]
fn the_inbox_is_spared_the_steps_that_a_run_passes() {
    let step = About { inbox: false, ..frame(1).about };
    assert!(!inbox().cover(&step, &person()));
    assert!(Topics { run: Some(run(1)), ..inbox() }.cover(&step, &person()));

    assert!(is_a_step(EntryKind::CallAnswered) && is_a_step(EntryKind::PolicyPassed));
    assert!(!is_a_step(EntryKind::TicketOpened) && !is_a_step(EntryKind::Ended));
}

#[test]
fn an_agent_gets_only_what_is_its_own_whatever_it_follows() {
    let about = frame(1).about;
    let everything = Topics { inbox: true, session: Some("s".to_owned()), run: Some(run(1)) };

    assert!(everything.cover(&about, &agent(1)));
    assert!(!everything.cover(&about, &agent(2)));
    assert!(!everything.cover(&About { owner: id(2), ..about }, &agent(1)));
}

#[test]
fn a_scope_needs_what_it_names_and_takes_nothing_else() {
    let wanted = |scope, session: Option<&str>, of_run: Option<u128>| Subscribe {
        id: "1".to_owned(),
        scope,
        session_id: session.map(str::to_owned),
        run_id: of_run.map(run),
        after: None,
    };
    for (scope, session, of_run, wrong) in [
        (Scope::Inbox, None, None, None),
        (Scope::Inbox, Some("s"), Some(1), None),
        (Scope::Session, Some("s"), None, None),
        (Scope::Session, None, None, Some("/session_id")),
        (Scope::Session, Some("s"), Some(1), Some("/run_id")),
        (Scope::Run, None, Some(1), None),
        (Scope::Run, None, None, Some("/run_id")),
        (Scope::Run, Some("s"), Some(1), Some("/session_id")),
    ] {
        let found = match Topics::of(&wanted(scope, session, of_run)) {
            Ok(topics) => {
                assert_eq!(topics.inbox, scope == Scope::Inbox);
                None
            }
            Err(ApiError::Invalid(issues)) => Some(issues[0].field.clone()),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(found.as_deref(), wrong, "{scope:?} {session:?} {of_run:?}");
    }
}
