//! What storage promises: each promise once, and each database against all of them.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

mod accounts;
mod attachments;
mod caps;
mod commits;
#[path = "../support/postgres.rs"]
mod databases;
mod documents;
mod feed;
mod keys;
mod lists;
mod make;
mod many;
mod outbox;
mod postgres;
#[path = "../support/redis_server.rs"]
mod redis;
mod relay;
#[path = "../support/postgres_server.rs"]
mod servers;
mod sessions;
mod sqlite;
mod tickets;
mod upkeep;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use server::ports::Store;

/// An empty database under test, and what a test may do to it from outside.
#[async_trait]
trait Backend: Send + Sync {
    fn store(&self) -> Arc<dyn Store>;

    /// Moves the database's own clock.
    fn move_clock(&self, by: TimeDelta);

    /// Reads tables past the store; every value as text.
    async fn look(&self, sql: &'static str) -> Vec<Vec<Option<String>>>;
}

/// Turns each promise into a test of each database.
macro_rules! tests {
    ($on:ident $backend:ident: $($module:ident { $($promise:ident),+ $(,)? })+) => {
        mod $on {
            $(mod $module {$(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $promise() {
                    let backend = crate::$backend::open().await;
                    crate::$module::$promise(&backend).await;
                }
            )+})+
        }
    };
}

/// All promises; a function that is missing here is unused, which the compiler says.
macro_rules! conformance {
    ($on:ident: $backend:ident) => {
        tests! { $on $backend:
            accounts {
                an_email_address_is_taken_once,
                a_changed_account_reads_back_as_it_was_written,
                the_last_admin_can_be_neither_demoted_nor_disabled,
                sessions_end,
                using_a_session_is_noted_with_its_holder,
                a_link_works_once,
                a_newer_link_replaces_the_older_one,
                a_link_over_its_time_or_of_a_disabled_account_is_refused_whole,
            }
            attachments {
                an_attachment_reads_back_and_its_session_lists_the_newest_first,
                what_runs_made_does_not_count_as_uploaded,
            }
            caps {
                an_agent_never_starts_more_than_it_may_however_many_try_at_once,
                an_hour_after_its_start_a_run_counts_no_longer,
                what_an_agent_was_allowed_to_do_itself_does_not_wait_for_people,
            }
            commits {
                a_refused_change_leaves_nothing_behind,
                a_change_from_an_old_version_is_refused,
                a_run_is_created_once,
                a_second_active_run_of_a_session_is_refused_until_the_first_has_ended,
                the_same_session_name_of_somebody_else_is_another_session,
                a_used_key_is_answered_with_what_it_was_used_for_before_anything_else,
                a_key_of_a_refused_change_stays_free,
                one_refused_change_does_not_harm_its_neighbours,
                every_attempt_is_recorded_with_what_became_of_it,
                a_call_that_begins_as_it_is_called_for_is_one_attempt_that_is_sending,
            }
            documents {
                every_state_of_a_run_reads_back_equal,
                any_document_reads_back_equal,
                the_columns_of_a_run_equal_its_document,
                an_edited_answer_stands_beside_the_one_that_was_given,
                a_result_entered_by_hand_stands_beside_no_answer,
            }
            feed {
                a_history_counts_from_one_and_reads_back_equal,
                a_reader_that_follows_by_number_misses_nothing_of_twenty_writers,
                the_head_goes_as_far_as_the_feed_and_no_further,
                what_is_said_has_its_place_in_the_feed,
            }
            lists {
                pages_of_runs_hold_each_run_once_while_others_are_added,
                runs_are_listed_by_session_and_status,
                pages_of_open_tickets_hold_each_ticket_once_in_the_order_of_urgency,
                a_cursor_made_elsewhere_is_refused,
                the_oldest_queued_run_of_a_session_is_next,
                runs_whose_time_has_come_are_due,
            }
            keys {
                a_key_reads_back_as_it_was_written_and_is_found_by_its_hash,
                an_agent_is_known_by_its_name_and_made_once,
                a_person_lists_and_revokes_their_own_keys_only,
            }
            outbox {
                effects_are_claimed_by_one_worker_only,
                an_effect_is_not_claimed_before_its_time,
                an_expired_lease_is_taken_over_and_its_old_holder_can_do_nothing,
                a_change_takes_the_effect_it_carries_out_out_of_the_outbox,
                a_turn_is_over_at_once_unless_a_run_of_its_session_is_queued,
                the_next_wake_is_the_soonest_of_effects_and_runs,
                an_effect_written_under_a_lease_is_its_holders_until_the_lease_ends,
                what_is_put_off_is_left_alone_until_its_time,
                a_restored_instance_calls_nobody_back,
                a_secret_is_made_once,
            }
            sessions {
                a_thread_reads_back_equal_the_oldest_first_page_by_page,
                sessions_are_listed_by_owner_and_name_with_the_newest_message_first,
                a_session_is_found_by_its_name_and_by_what_was_said_in_it,
                a_thread_is_read_from_its_end_with_the_tickets_that_it_asks_about,
                decisions_of_a_session_are_told_in_order,
                lists_are_filtered_by_every_label,
                a_used_key_lets_nothing_else_in,
                an_invitation_and_a_reset_are_whole,
            }
            tickets {
                a_thousand_tickets_raced_by_forty_clients_have_one_winner_each,
                a_decision_after_the_deadline_is_too_late_though_the_rules_allowed_it,
                a_decision_may_come_late_where_the_deadline_only_escalates,
                the_server_closes_tickets_after_their_deadline,
                a_decision_is_kept_with_what_was_proposed_changed_and_decided,
                a_changed_ticket_is_stored_with_its_new_version,
                looking_again_at_a_ticket_adds_to_the_time,
            }
            upkeep {
                a_run_that_is_over_goes_with_all_its_rows_and_its_decision_stays_as_digests,
                where_decisions_are_not_kept_nothing_of_a_run_stays,
                a_run_that_is_not_over_is_never_taken_away_nor_is_what_was_to_go_with_it,
                what_was_said_in_a_session_goes_with_its_thread_when_no_run_is_left,
                files_of_a_session_with_a_run_under_way_stay_whatever_their_age,
                keys_are_forgotten_after_their_time,
                a_sweep_takes_what_is_too_old_and_what_nobody_refers_to,
                a_sweep_without_limits_takes_nothing,
            }
        }
    };
}

conformance!(on_sqlite: sqlite);
conformance!(on_postgres: postgres);
