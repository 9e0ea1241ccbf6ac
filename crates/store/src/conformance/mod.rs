//! The behaviour that every engine must show. Each case is given a fresh, empty store and panics where the engine
//! does not behave. An engine's tests call them through [`for_each_store_case`](crate::for_each_store_case) and
//! [`for_each_key_store_case`](crate::for_each_key_store_case), so that a new case is a new test of every engine.

#![expect(clippy::unwrap_used, reason = "a case that fails panics, as a test does")]

pub mod access_log;
pub mod accounts;
pub mod backup;
pub mod cases;
pub mod choices;
pub mod erasures;
pub mod events;
pub mod expects;
pub mod groups;
pub mod holdings;
pub mod incidents;
pub mod key_store;
pub mod leases;
pub mod log;
pub mod metadata;
pub mod records;
pub mod retention;
pub mod sample;
pub mod subjects;
pub mod visits;
pub mod webhooks;

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
};

use crate::{Change, CommitError, Committed, Conflict, Expect, PendingEntry, Store, Unit};

/// Passes every case for a data store to the macro `$run`, as `group::case, …`.
#[macro_export]
macro_rules! for_each_store_case {
    ($run:ident) => {
        $run! {
            accounts::accounts_read_back,
            accounts::account_keys_are_replaced_by_version,
            accounts::api_keys_read_back_and_are_revoked_once,
            accounts::installation_values_are_replaced,
            accounts::policy_versions_read_back_in_order,
            accounts::the_registry_counts_its_changes,
            groups::a_failing_expectation_leaves_nothing,
            groups::a_failing_change_leaves_nothing,
            groups::a_policy_taken_back_binds_nobody,
            groups::units_that_arrive_together_fail_alone,
            groups::of_two_that_publish_one_wins,
            expects::policy,
            expects::registry,
            expects::subject,
            expects::record,
            expects::key,
            expects::class_empty,
            expects::record_count,
            expects::log,
            expects::all_must_hold,
            choices::what_stands_is_read_with_the_subject,
            choices::a_choice_raises_the_version_and_names_its_entry,
            choices::choices_come_newest_first,
            choices::choices_go_with_the_person,
            cases::a_case_reads_back_with_its_entry,
            cases::a_case_moves_on_a_version_at_a_time,
            cases::the_queue_is_in_the_order_of_what_is_due,
            cases::cases_about_a_person_are_found,
            cases::the_clock_finds_whom_it_must_wake,
            cases::a_case_is_forgotten_as_it_was_read,
            cases::a_freeze_is_read_with_the_subject_and_binds,
            cases::what_is_frozen_does_not_expire,
            visits::hits_read_back,
            visits::no_visit_grows_without_end,
            visits::visits_come_in_place_of_their_hits,
            visits::a_day_is_added_up_as_it_is,
            visits::a_visitor_goes_with_all_visits,
            visits::visits_go_and_their_figures_stay,
            visits::visitors_are_counted_through,
            visits::a_stretch_is_added_up_as_its_days_are,
            visits::a_whole_day_is_added_once,
            visits::what_is_not_counted_is_counted,
            access_log::lines_are_found_by_their_tag,
            access_log::lines_go_with_their_day,
            access_log::what_stands_out_is_counted_and_kept,
            subjects::subjects_read_back,
            subjects::a_subject_is_added_once,
            subjects::states_raise_the_version,
            subjects::an_age_that_is_said_binds,
            subjects::subjects_are_listed_by_account_and_cursor,
            subjects::inactive_subjects_are_walked_in_order,
            subjects::a_class_has_one_binding,
            subjects::bindings_move_and_go,
            subjects::key_bindings_are_walked_in_order,
            subjects::condemned_slots_are_remembered_until_released,
            retention::endings_are_counted_by_day_account_and_type,
            retention::what_has_no_end_is_counted_apart,
            retention::endings_of_people_of_whom_something_is_kept_are_told_apart,
            retention::what_happened_is_read_with_the_subject_and_binds,
            retention::ends_that_settle_follow_and_an_earlier_end_stays,
            retention::nothing_of_whom_is_settling_expires,
            retention::nothing_of_whom_was_merged_expires,
            retention::an_emptied_class_is_condemned_and_no_other,
            records::records_read_back_with_whose_they_are,
            records::a_record_is_added_once,
            records::records_are_replaced_and_removed,
            records::a_replacement_keeps_what_a_record_is_of,
            records::a_replacement_leaves_the_metadata,
            records::records_are_listed_by_cursor,
            records::records_of_all_subjects_are_walked,
            metadata::records_are_found_by_purpose,
            metadata::records_are_found_by_subject,
            metadata::records_are_found_by_what_was_found_in_them,
            metadata::metadata_is_read_in_pages,
            metadata::what_is_not_to_be_touched_does_not_match,
            metadata::a_field_is_set_on_every_match,
            metadata::every_field_is_set_as_the_domain_says,
            metadata::nothing_is_set_when_others_match,
            metadata::an_end_brought_forward_comes,
            metadata::metadata_is_expected_by_its_version,
            metadata::metadata_goes_with_its_record,
            records::expired_records_come_oldest_first,
            records::index_rows_are_found_within_an_account,
            records::index_rows_go_alone_and_with_their_record,
            records::replays_are_unique_and_tied_to_their_entry,
            records::a_replay_of_a_unit_without_entries_has_none,
            records::old_replays_are_forgotten,
            holdings::counts_follow_additions_and_removals,
            holdings::the_last_expiry_covers_every_record,
            holdings::one_record_without_end_has_no_last_expiry,
            holdings::a_type_that_was_empty_begins_anew,
            holdings::purged_types_are_not_counted,
            erasures::an_erasure_goes_through_its_states,
            erasures::a_subject_is_erased_once,
            erasures::a_certificate_is_written_once,
            erasures::only_shredded_erasures_are_purged,
            erasures::an_erasure_is_purged_once,
            erasures::unfinished_erasures_are_listed,
            erasures::the_latest_erasures_come_newest_first,
            erasures::a_purge_takes_all_in_steps,
            erasures::a_purge_keeps_what_is_kept,
            erasures::a_purge_leaves_others_alone,
            log::entries_are_named_and_kept,
            log::a_unit_without_entries_names_none,
            log::concurrent_entries_are_there_exactly_once,
            log::entries_of_a_subject_come_newest_first,
            log::bundles_wait_until_they_are_placed,
            log::leaves_are_read_across_bundles,
            log::entries_and_places_name_each_other,
            log::tiles_are_replaced,
            log::the_log_moves_on_once_an_epoch,
            log::a_bundle_is_placed_once,
            log::checkpoints_are_replaced,
            log::bundles_are_read_with_whom_they_are_about,
            incidents::incidents_read_back_with_their_entry,
            incidents::an_incident_is_added_once,
            incidents::an_incident_moves_on_from_its_version,
            incidents::incidents_come_newest_first_and_by_account,
            incidents::what_is_closed_is_not_walked,
            events::events_are_seen_once_their_entry_has_its_place,
            events::events_come_in_the_order_of_the_log,
            events::an_event_without_an_entry_is_refused,
            events::old_events_are_forgotten,
            webhooks::webhooks_read_back,
            webhooks::a_webhook_moves_on_a_version_at_a_time,
            webhooks::who_is_due_is_found,
            leases::a_lease_keeps_others_out_until_it_ends,
            leases::a_lease_that_is_over_is_taken_before_its_end,
            leases::a_lease_is_given_back_by_its_holder_alone,
            leases::only_the_holder_commits_under_a_lease,
            leases::of_many_who_take_at_once_one_holds,
        }
    };
}

/// Passes every case for a key store to the macro `$run`, as `case, …`.
#[macro_export]
macro_rules! for_each_key_store_case {
    ($run:ident) => {
        $run! {
            reserved_slots_do_not_overlap,
            keys_read_back,
            slots_never_used_are_empty,
            a_slot_is_filled_once,
            a_destroyed_slot_is_never_filled_again,
            only_reserved_slots_are_written,
            destroying_again_adds_no_entry,
            the_journal_tells_of_records_and_of_what_became_of_keys,
            the_keys_that_live_are_listed_in_order,
            two_destroying_at_once_leave_one_entry,
            the_journal_chains_and_reads_from_any_entry,
            fills_at_once_keep_their_slots,
            a_salt_is_kept_until_its_day_is_over,
            a_salt_without_a_day_goes_when_it_is_told_to,
        }
    };
}

/// What a unit without surprises led to.
async fn commit(store: &dyn Store, unit: Unit) -> Committed {
    store.commit(unit).await.unwrap()
}

/// Commits changes alone.
async fn change(store: &dyn Store, changes: Vec<Change>) -> Committed {
    commit(store, Unit { changes, ..Unit::default() }).await
}

/// Commits entries alone.
async fn append(store: &dyn Store, entries: Vec<PendingEntry>) -> Committed {
    commit(store, Unit { entries, ..Unit::default() }).await
}

/// Asserts that changes are refused for `conflict`.
async fn refused(store: &dyn Store, changes: Vec<Change>, conflict: Conflict) {
    let outcome = store.commit(Unit { changes, ..Unit::default() }).await;
    assert_eq!(outcome, Err(CommitError::Conflict(conflict)));
}

/// Asserts that an expectation is met, or refused for `conflict`.
async fn expect(store: &dyn Store, expect: Expect, met: Result<(), Conflict>) {
    let unit = Unit { expects: vec![expect.clone()], ..Unit::default() };
    let outcome = store.commit(unit).await.map(drop);
    assert_eq!(outcome, met.map_err(CommitError::Conflict), "{expect:?}");
}

/// Commits units at once; their outcomes in order.
async fn commit_together(store: &dyn Store, units: Vec<Unit>) -> Vec<Result<Committed, CommitError>> {
    together(units.into_iter().map(|unit| store.commit(unit)).collect()).await
}

/// Runs futures at once; their outcomes in order.
async fn together<F: Future + Unpin>(futures: Vec<F>) -> Vec<F::Output> {
    let mut running: Vec<(F, Option<F::Output>)> = futures.into_iter().map(|future| (future, None)).collect();
    poll_fn(|context| poll_all(&mut running, context)).await;
    running.into_iter().filter_map(|(_, output)| output).collect()
}

fn poll_all<F: Future + Unpin>(
    running: &mut [(F, Option<F::Output>)],
    context: &mut Context<'_>,
) -> Poll<()> {
    let mut waiting = false;
    for (future, output) in running.iter_mut().filter(|(_, output)| output.is_none()) {
        match Pin::new(future).poll(context) {
            Poll::Ready(ready) => *output = Some(ready),
            Poll::Pending => waiting = true,
        }
    }
    if waiting { Poll::Pending } else { Poll::Ready(()) }
}
