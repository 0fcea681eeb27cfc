//! The real program, killed at each boundary and at any moment, and started again on what it left.

#![expect(clippy::unwrap_used, reason = "a test that unwraps fails where it should")]

mod boundaries;
mod client;
#[path = "../support/postgres.rs"]
mod databases;
mod kills;
mod lifecycle;
mod operator;
mod pair;
mod process;
#[path = "../support/redis_server.rs"]
mod redis;
#[path = "../support/postgres_server.rs"]
mod servers;
mod story;
#[path = "../support/mod.rs"]
mod support;
mod turns;

/// Turns each promise into a test of each database.
macro_rules! on_both {
    ($($module:ident { $($promise:ident),+ $(,)? })+) => {
        mod on_sqlite {
            $(mod $module {$(
                #[test]
                fn $promise() {
                    crate::$module::$promise(crate::process::On::Sqlite);
                }
            )+})+
        }
        mod on_postgres {
            $(mod $module {$(
                #[test]
                fn $promise() {
                    crate::$module::$promise(crate::process::On::Postgres);
                }
            )+})+
        }
    };
}

on_both! {
    boundaries {
        a_run_that_a_person_approves_survives_a_death_at_each_boundary,
        a_run_whose_answer_a_person_reviews_survives_too,
        a_call_that_may_be_repeated_is_repeated_and_makes_the_same_picture,
        a_payload_with_a_file_is_built_though_it_dies_before_or_after,
        a_call_that_was_put_off_is_made_once_though_it_dies_before_or_after,
    }
    turns {
        what_the_policy_lets_pass_is_called_once_though_it_dies_before_or_after,
        a_deadline_passes_once_though_it_dies_before_or_after,
        a_ticket_is_escalated_once_and_can_be_decided_though_it_dies_before_or_after,
        a_pause_that_was_asked_for_comes_though_it_dies_before_or_after,
        a_run_that_is_cancelled_is_over_once_though_it_dies_before_or_after,
    }
    kills {
        whenever_it_is_killed_nothing_acknowledged_is_lost_and_nothing_happens_twice,
        half_an_upload_is_none,
    }
    lifecycle {
        a_run_that_waits_can_be_decided_right_after_the_start,
        a_deadline_passes_while_the_server_is_down,
        it_stops_within_seconds_also_during_a_call,
    }
    operator {
        a_backup_in_the_middle_of_a_call_comes_back_elsewhere_and_sends_nothing_again,
        an_agent_that_asked_before_a_backup_is_not_called_back_by_the_copy_and_a_new_one_is,
        a_restore_refuses_what_is_damaged_and_a_place_that_is_not_empty,
        the_doctor_finds_all_well_beside_a_server_and_without_one,
    }
}
