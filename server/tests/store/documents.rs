//! What is read is what was written, to the last digit; the columns say what the document says.

use app::api::page::PageRequest;
use chrono::DateTime;
use domain::{
    decision::{Actor, Answer, Edited},
    event::Event,
    id::{AttachmentId, TicketId},
    information::{FileRef, Known, Source},
    issue::Issue,
    policy::Review,
    run::Run,
    state::{Call, EndReason, Ending, Next, Open, Phase, RunState, Step, Warrant},
    step::{At, start},
};
use proptest::{
    collection::vec,
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngSeed, TestRunner},
};
use serde_json::{Value, json};
use server::ports::{RunFilter, TicketFilter};

use crate::{
    Backend,
    make::{Story, change, draft, edited, fresh, person, prepared, response, run},
};

pub async fn every_state_of_a_run_reads_back_equal(backend: &impl Backend) {
    let store = backend.store();
    let mut run = run(person(), "s");
    run.config.allowed_steps = vec![Review::PayloadReview, Review::ResponseReview];
    let mut story = Story::queue(&store, run).await.unwrap();
    story.assert_stored().await;
    let by = Actor::Person { id: person(), name: "Otto".to_owned() };
    let events = [Event::TurnCame, Event::PauseRequested { by }, prepared()];
    for event in events {
        story.go(event).await.unwrap();
        story.assert_stored().await;
    }
    for answer in [Answer::Approve, Answer::Approve] {
        story.decide(answer).await.unwrap();
        story.assert_stored().await;
    }
    story.go(Event::CallStarted { attempt: 1 }).await.unwrap();
    story.assert_stored().await;
    let answered = Event::Answered { attempt: 1, response: Box::new(response()) };
    story.go(answered).await.unwrap();
    story.assert_stored().await;
    story.decide(Answer::Approve).await.unwrap();
    story.assert_stored().await;
    assert!(story.run.state.is_over());
    assert_eq!(store.load(domain::id::RunId::from_uuid(fresh())).await.unwrap(), None);
}

/// What a run is filled with: odd texts, any float, any time.
#[derive(Debug)]
struct Odd {
    texts: Vec<String>,
    float: f64,
    micros: i64,
    number: u32,
    state: usize,
}

fn odd() -> impl Strategy<Value = Odd> {
    let texts = vec(vec(any::<char>(), 0..30).prop_map(String::from_iter), 8);
    let float = proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL;
    let micros = 0..253_402_300_799_999_999_i64;
    (texts, float, micros, any::<u32>(), 0..5_usize).prop_map(
        |(texts, float, micros, number, state)| Odd { texts, float, micros, number, state },
    )
}

fn odd_run(odd: &Odd, session: &str) -> Run {
    let text = |number: usize| odd.texts[number].clone();
    let now = DateTime::from_timestamp_micros(odd.micros).unwrap();
    let mut run = run(person(), session);
    (run.created_at, run.updated_at) = (now, now);
    (run.owner_name, run.input.prompt, run.provider) = (text(0), text(1), text(2));
    run.input.user_id = text(3);
    run.input.agent_tool_config = Some(
        json!({ "a": text(4), "f": odd.float, "n": u64::MAX, "i": i64::MIN, "l": [null, 1.0] }),
    );
    run.config.review_thresholds.cost_max = Some(odd.float);
    run.given.push(Known { field: text(5), value: "1.10".to_owned(), source: Source::Form });
    let mut draft = draft();
    draft.confidence = odd.float;
    draft.payload = format!("{{\"exact\": 1.10e+2 , \"text\": {:?}}}", text(6));
    draft.issues.push(Issue::error("/exact", text(7)));
    let source = Source::Attachment(text(7));
    draft.information.push(Known { field: text(1), value: text(2), source });
    run.draft = Some(draft);
    let mut response = response();
    response.files.push(FileRef {
        id: AttachmentId::from_uuid(fresh()),
        digest: domain::digest::Digest::of(text(1).as_bytes()),
        name: text(0),
        media_type: "image/png".to_owned(),
        size: u64::MAX,
    });
    run.response = Some(response);
    (run.rounds, run.attempts) = (odd.number, u32::MAX);
    run.state = odd_state(odd, &run);
    run
}

fn odd_state(odd: &Odd, run: &Run) -> RunState {
    let since = run.created_at;
    let digest = run.payload_digest().unwrap();
    match odd.state {
        0 => RunState::Queued,
        1 => RunState::Preparing { round: odd.number, settled: true, since },
        2 => {
            RunState::AwaitingHuman(Box::new(Open { ticket: ticket(run), then: Next::Call, since }))
        }
        3 => RunState::Calling(Call {
            attempt: odd.number,
            automatic: 2,
            digest,
            warrant: Warrant::Policy { name: odd.texts[0].clone(), version: odd.number },
            phase: Phase::Sending,
            since,
        }),
        _ => RunState::Ended(Ending {
            reason: EndReason::ProviderError,
            message: odd.texts[3].clone(),
            at: since,
            step: Step::ApiCall,
        }),
    }
}

/// The ticket that the rules would open for a run like this.
fn ticket(like: &Run) -> domain::checkpoint::Ticket {
    let at = At { now: like.created_at, fresh: TicketId::from_uuid(fresh()) };
    let started = start(run(person(), "s"), false, at).run;
    let mut ticket = domain::step::step(&started, prepared(), at).unwrap().opened.unwrap();
    ticket.message.clone_from(&like.input.prompt);
    ticket.confidence = like.draft.as_ref().unwrap().confidence;
    ticket
}

pub async fn any_document_reads_back_equal(backend: &impl Backend) {
    let store = backend.store();
    let mut runner = TestRunner::new(Config { rng_seed: RngSeed::Random, ..Config::default() });
    for number in 0..120 {
        let odd = odd().new_tree(&mut runner).unwrap().current();
        let run = odd_run(&odd, &format!("session {number}"));
        let at = At { now: run.created_at, fresh: TicketId::from_uuid(fresh()) };
        let mut outcome = domain::step::step(&run, Event::Tick, at).unwrap();
        outcome.run = run.clone();
        (outcome.closed, outcome.changed) = (None, None);
        outcome.entries.clear();
        outcome.effects.clear();
        store.commit(&change(outcome, None)).await.unwrap();
        let stored = store.load(run.id).await.unwrap().unwrap();
        assert_eq!(stored.run, run, "{odd:?}");
    }
}

/// The columns, each with the place in the document that it has to equal.
const COLUMNS: [(&str, &str); 21] = [
    ("run_id", "/id"),
    ("owner", "/owner"),
    ("owner_name", "/owner_name"),
    ("user_id", "/input/user_id"),
    ("session_id", "/input/session_id"),
    ("agent", "/input/agent_email"),
    ("provider_name", "/provider"),
    ("prompt", "/input/prompt"),
    ("suggested_payload", "/draft/payload"),
    ("raw_response", "/response/text"),
    ("original_input", "/input"),
    ("hitl_config", "/config"),
    ("validation_issues", "/draft/issues"),
    ("last_approval", "/last_decision"),
    ("human_edits", "/edits"),
    ("human_review_time_ms", "/timing/waiting_ms"),
    ("provider_execution_time_ms", "/timing/calling_ms"),
    ("processed_response", "/response"),
    ("form_data", "/given"),
    ("conversation_history", "/input/conversation"),
    ("capabilities", "/capabilities"),
];

pub async fn the_columns_of_a_run_equal_its_document(backend: &impl Backend) {
    let mut run = run(person(), "s");
    run.input.conversation = Some(json!([{ "role": "user", "text": "smaller, please" }]));
    run.given.push(Known { field: "width".into(), value: "1.10".into(), source: Source::Form });
    run.config.approval_timeout_seconds = Some(60);
    let mut story = Story::queue(&backend.store(), run).await.unwrap();
    assert_columns(backend, &story, "queued", "created", None).await;
    story.go(Event::TurnCame).await.unwrap();
    assert_columns(backend, &story, "running", "information_review", None).await;
    story.go(prepared()).await.unwrap();
    story.now += chrono::TimeDelta::seconds(7);
    assert_columns(backend, &story, "awaiting_human", "payload_review", None).await;
    story.decide(Answer::Approve).await.unwrap();
    assert_columns(backend, &story, "running", "api_call", None).await;
    story.go(Event::CallStarted { attempt: 1 }).await.unwrap();
    let answered = Event::Answered { attempt: 1, response: Box::new(response()) };
    story.go(answered).await.unwrap();
    assert_columns(backend, &story, "completed", "completed", Some("done")).await;
    assert_eq!(story.run.timing.waiting_ms, 7000);
}

pub async fn an_edited_answer_stands_beside_the_one_that_was_given(backend: &impl Backend) {
    let mut run = run(person(), "s");
    run.config.allowed_steps = vec![Review::ResponseReview];
    let mut story = Story::begin(&backend.store(), run).await.unwrap();
    let answered = Event::Answered { attempt: 1, response: Box::new(response()) };
    for event in [prepared(), Event::CallStarted { attempt: 1 }, answered] {
        story.go(event).await.unwrap();
    }
    story.decide(edited(r#"{"files":2}"#)).await.unwrap();
    story.assert_stored().await;
    let found = backend.look("SELECT raw_response, final_result FROM hitl_runs").await.remove(0);
    let expected = [r#"{"files":1}"#, r#"{"files":2}"#];
    assert_eq!(found.iter().map(Option::as_deref).collect::<Vec<_>>(), expected.map(Some));
}

pub async fn a_result_entered_by_hand_stands_beside_no_answer(backend: &impl Backend) {
    let mut run = run(person(), "s");
    run.config.allowed_steps = vec![Review::ResponseReview];
    let mut story = Story::begin(&backend.store(), run).await.unwrap();
    let lost = Event::CallLost { attempt: 1, repeat_safe: false };
    for event in [prepared(), Event::CallStarted { attempt: 1 }, lost] {
        story.go(event).await.unwrap();
    }
    let result = Edited { text: r#"{"files":3}"#.to_owned(), ..Edited::default() };
    story.decide(Answer::Respond(result)).await.unwrap();
    story.assert_stored().await;
    let found = backend.look("SELECT raw_response, final_result FROM hitl_runs").await.remove(0);
    let found: Vec<_> = found.iter().map(Option::as_deref).collect();
    assert_eq!(found, [None, Some(r#"{"files":3}"#)]);
}

async fn assert_columns(
    backend: &impl Backend,
    story: &Story,
    status: &str,
    step: &str,
    end_reason: Option<&str>,
) {
    let found = backend
        .look(
            "SELECT run_id, owner, owner_name, user_id, session_id, agent, provider_name, prompt,
                suggested_payload, raw_response, original_input, hitl_config, validation_issues,
                last_approval, human_edits, human_review_time_ms, provider_execution_time_ms,
                processed_response, form_data, conversation_history, capabilities,
                state, version, status, current_step, end_reason, pending_actions, final_result
            FROM hitl_runs",
        )
        .await
        .remove(0);
    let document: Value = serde_json::from_str(found[21].as_deref().unwrap()).unwrap();
    assert_eq!(document, serde_json::to_value(&story.run).unwrap());
    for ((column, pointer), found) in COLUMNS.iter().zip(&found) {
        let expected = document.pointer(pointer).unwrap_or(&Value::Null);
        match (expected, found) {
            (Value::Null, None) => {}
            (Value::String(text), Some(found)) => assert_eq!(text, found, "{column}"),
            (expected, Some(found)) => {
                assert_eq!(*expected, serde_json::from_str::<Value>(found).unwrap(), "{column}");
            }
            (expected, None) => panic!("{column} is empty, not {expected}"),
        }
    }
    let tail: Vec<Option<&str>> = found[22..].iter().map(Option::as_deref).collect();
    let version = story.version.to_string();
    let waits = status == "awaiting_human";
    let actions = waits.then_some(r#"["approve","edit","reject","cancel"]"#);
    let result = (end_reason == Some("done")).then_some(r#"{"files":1}"#);
    assert_eq!(tail, [Some(&*version), Some(status), Some(step), end_reason, actions, result]);
    assert_summary(backend, story).await;
    assert_times(backend, story).await;
}

/// What stands in the document in more than one place.
async fn assert_summary(backend: &impl Backend, story: &Story) {
    let found = backend
        .look(
            "SELECT validation_summary, checkpoint_context, total_execution_time_ms FROM hitl_runs",
        )
        .await
        .remove(0);
    let run = &story.run;
    let read = |text: &Option<String>| -> Option<Value> {
        text.as_deref().map(|text| serde_json::from_str(text).unwrap())
    };
    let summary = run.draft.as_ref().map(|draft| {
        json!({ "issues": draft.issues.len(), "blocking": 0, "confidence": draft.confidence,
            "payload_changes": draft.payload_changes })
    });
    let context = run.state.ticket().map(|ticket| {
        json!({ "approval_id": ticket.id, "checkpoint_type": ticket.checkpoint.name(),
            "message": ticket.message, "reasons": ticket.reasons })
    });
    let timing = run.timing;
    let total = timing.working_ms + timing.waiting_ms + timing.calling_ms;
    assert_eq!((read(&found[0]), read(&found[1])), (summary, context));
    assert_eq!(found[2], Some(total.to_string()));
}

async fn assert_times(backend: &impl Backend, story: &Story) {
    let (store, run) = (backend.store(), &story.run);
    let page = || PageRequest { cursor: None, limit: 9 };
    let row = store.runs(&RunFilter::default(), page()).await.unwrap().items.remove(0);
    assert_eq!((row.created_at, row.updated_at), (run.created_at, run.updated_at));
    let deadline = run.state.ticket().and_then(|ticket| ticket.expires_at);
    let open = store.open_tickets(&TicketFilter::default(), page()).await.unwrap().items;
    assert_eq!(open.first().and_then(|row| row.expires_at), deadline);
    let late = backend.look("SELECT run_id FROM hitl_runs WHERE expires_at IS NOT NULL").await;
    assert_eq!(late.len(), usize::from(deadline.is_some()));
    let wakes = domain::step::wakes_at(run);
    let due = async |at| store.due(at, 9).await.unwrap();
    for (at, expected) in wakes.map(|at| (at, vec![run.id])).into_iter() {
        assert_eq!(due(at).await, expected);
        assert_eq!(due(at - chrono::TimeDelta::microseconds(1)).await, []);
    }
}
