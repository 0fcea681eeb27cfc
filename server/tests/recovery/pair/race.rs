//! Forty clients at two processes, all of whom want to decide the same tickets.

use std::{collections::HashMap, sync::Barrier, thread};

use serde_json::Value;

use super::{Pair, approval};
use crate::{
    databases::Database,
    support::{asking, scripted_run},
};

const CLIENTS: usize = 40;
const TICKETS: usize = 25;

#[test]
fn of_forty_clients_at_two_processes_one_decides_and_all_are_told_who() {
    let pair = Pair::start(Database::fresh());
    let runs: Vec<(String, Value)> = (0..TICKETS)
        .map(|number| {
            let values = r#"{"message":"hello"}"#;
            let body = scripted_run(&format!("s{number}"), &asking(&["payload_review"]), values);
            let run = pair.start_run(number % 2, &format!("start-{number}"), &body);
            let ticket = pair.rest((number + 1) % 2, &run)["approval"].clone();
            (run, ticket)
        })
        .collect();
    let together = Barrier::new(CLIENTS);

    let won: Vec<Vec<usize>> = thread::scope(|scope| {
        let (pair, runs, together) = (&pair, &runs, &together);
        let client = |client: usize| {
            let decide = move |number: usize| {
                let (run, ticket) = &runs[number];
                together.wait();
                let path = format!("/api/hitl/run/{run}/approve");
                let key = format!("client-{client}-{number}");
                let answer =
                    pair.try_once(client % 2, &path, Some((&key, &approval(ticket)))).unwrap();
                match answer.status {
                    200 => true,
                    409 => {
                        let decided = answer.json()["decision"].clone();
                        assert_eq!(decided, pair.decision(client % 2, run), "the winner's");
                        false
                    }
                    other => panic!("{other}: {:?}", answer.json()),
                }
            };
            scope.spawn(move || (0..TICKETS).filter(|number| decide(*number)).collect())
        };
        let clients: Vec<_> = (0..CLIENTS).map(client).collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });

    let mut winners: HashMap<usize, u32> = HashMap::new();
    won.into_iter().flatten().for_each(|ticket| *winners.entry(ticket).or_default() += 1);
    assert_eq!(winners, (0..TICKETS).map(|ticket| (ticket, 1)).collect());
    for (run, _) in &runs {
        assert_eq!(pair.rest(0, run)["end_reason"], "done");
    }
    assert_eq!(pair.folder.effects().len(), TICKETS);
}
