use std::sync::atomic::Ordering;

use app::{api::port::AccountService as _, error::ApiError};
use chrono::TimeDelta;
use domain::digest::Digest;

use super::*;
use crate::ports::AccountStore as _;

#[tokio::test]
async fn the_right_password_opens_a_session_whatever_the_case_of_the_address() {
    let (fixture, admin, _) = Fixture::with_admin().await;

    let token = fixture.sign_in(" ANA@example.org ", PASSWORD).await.unwrap();

    assert_eq!(fixture.caller(&token).await, Some(admin));
}

#[tokio::test]
async fn unknown_address_wrong_password_invited_and_disabled_get_one_answer_after_one_hash_each() {
    let (fixture, admin, _) = Fixture::with_admin().await;
    fixture.accounts.invite(&admin, "Bo", "bo@example.org", Role::Viewer, None).await.unwrap();
    let (cy, _) = fixture.joined(&admin, "Cy", Role::Viewer).await;
    fixture.accounts.set_disabled(&admin, cy.person, true).await.unwrap();
    let checks = || fixture.accounts.passwords.checks.load(Ordering::Relaxed);

    let mut answers = Vec::new();
    for (email, password) in [
        ("nobody@example.org", PASSWORD),
        ("ana@example.org", "a wrong password"),
        ("bo@example.org", PASSWORD),
        ("cy@example.org", PASSWORD),
        ("not an address", ""),
    ] {
        let before = checks();
        answers.push(refused(fixture.sign_in(email, password).await));
        assert_eq!(checks() - before, 1, "{email}");
    }

    assert!(matches!(answers[0], ApiError::Forbidden(_)));
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

#[tokio::test]
async fn after_five_failures_even_the_right_password_has_to_wait_but_only_from_there() {
    let (fixture, _, _) = Fixture::with_admin().await;
    for _ in 0..5 {
        refused(fixture.sign_in("ana@example.org", "a wrong password").await);
    }

    let held_up = refused(fixture.sign_in("ana@example.org", PASSWORD).await);
    let elsewhere = fixture.accounts.sign_in("ana@example.org", PASSWORD, "192.0.2.2").await;
    fixture.clock.advance(TimeDelta::seconds(62));
    let later = fixture.sign_in("ana@example.org", PASSWORD).await;

    assert_eq!(held_up, ApiError::TooMany(61));
    assert!(elsewhere.is_ok() && later.is_ok());
}

#[tokio::test]
async fn failures_are_counted_for_unknown_addresses_too() {
    let (fixture, _, _) = Fixture::with_admin().await;

    let mut answers = Vec::new();
    for _ in 0..6 {
        answers.push(refused(fixture.sign_in("nobody@example.org", "a wrong password").await));
    }

    assert!(matches!(answers[4], ApiError::Forbidden(_)));
    assert_eq!(answers[5], ApiError::TooMany(61));
}

#[tokio::test]
async fn many_tries_at_once_are_counted_before_any_of_them_has_failed() {
    let (fixture, _, _) = Fixture::with_admin().await;

    let tries = (0..20).map(|_| fixture.sign_in("ana@example.org", "a wrong password"));
    let answers = futures::future::join_all(tries).await;

    let checked = answers.iter().filter(|a| matches!(a, Err(ApiError::Forbidden(_)))).count();
    assert_eq!(checked, 5);
}

#[tokio::test]
async fn a_session_ends_after_twelve_idle_hours() {
    let (fixture, _, token) = Fixture::with_admin().await;

    fixture.clock.advance(TimeDelta::hours(12) - TimeDelta::seconds(1));
    let in_time = fixture.caller(&token).await;
    fixture.clock.advance(TimeDelta::hours(12));
    let too_late = fixture.caller(&token).await;

    assert!(in_time.is_some());
    assert_eq!(too_late, None);
}

#[tokio::test]
async fn a_session_ends_after_seven_days_however_busy_it_is() {
    let (fixture, _, token) = Fixture::with_admin().await;

    for _ in 0..27 {
        fixture.clock.advance(TimeDelta::hours(6));
        assert!(fixture.caller(&token).await.is_some());
    }
    fixture.clock.advance(TimeDelta::hours(6));

    assert_eq!(fixture.caller(&token).await, None);
}

#[tokio::test]
async fn the_use_of_a_session_is_noted_at_most_once_a_minute() {
    let (fixture, _, token) = Fixture::with_admin().await;

    for _ in 0..121 {
        fixture.clock.advance(TimeDelta::seconds(1));
        fixture.caller(&token).await.unwrap();
    }

    assert_eq!(fixture.store.touched.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_session_that_was_signed_out_is_over_and_others_go_on() {
    let (fixture, _, token) = Fixture::with_admin().await;
    let other = fixture.sign_in("ana@example.org", PASSWORD).await.unwrap();

    fixture.accounts.sign_out(&token).await.unwrap();

    assert_eq!(fixture.caller(&token).await, None);
    assert!(fixture.caller(&other).await.is_some());
    fixture.accounts.sign_out(&token).await.expect("signing out twice does no harm");
}

#[tokio::test]
async fn what_is_no_token_of_ours_belongs_to_nobody() {
    let (fixture, _, token) = Fixture::with_admin().await;
    let flipped = token.0.chars().rev().collect::<String>();

    for wrong in ["", "x", "../..", &token.0.to_uppercase(), &token.0[..63], &flipped] {
        let caller = fixture.caller(&SessionToken(wrong.to_owned())).await;
        assert_eq!(caller, None, "{wrong}");
    }
}

#[tokio::test]
async fn the_store_knows_only_the_hash_of_a_session() {
    let (fixture, admin, token) = Fixture::with_admin().await;

    let hashed = fixture.store.session(&Digest::of(token.0.as_bytes())).await.unwrap();
    let plain = fixture.store.session(&token.0.parse().unwrap()).await.unwrap();

    assert_eq!(hashed.unwrap().person, admin.person);
    assert_eq!(plain, None);
}

#[tokio::test]
async fn with_a_full_disk_who_is_signed_in_stays_so_and_nobody_new_comes_in() {
    let (fixture, _, token) = Fixture::with_admin().await;
    fixture.clock.advance(TimeDelta::minutes(5));
    fixture.store.full.store(true, Ordering::Relaxed);

    let caller = fixture.caller(&token).await;
    let new = fixture.sign_in("ana@example.org", PASSWORD).await;

    assert!(caller.is_some());
    assert_eq!(refused(new), ApiError::Full);
}

#[tokio::test]
async fn passwords_are_stored_as_argon2id_with_the_recommended_cost() {
    let ids = CountingIds::default();

    let hash = Passwords::new(Cost::FULL, &ids).hash(PASSWORD, &ids).await.unwrap();

    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    let passwords = Passwords::new(Cost::FULL, &ids);
    assert!(passwords.matches(PASSWORD, Some(hash.clone())).await.unwrap());
    assert!(!passwords.matches("correct horse batterz", Some(hash)).await.unwrap());
    assert!(!passwords.matches(PASSWORD, Some("no hash".to_owned())).await.unwrap());
}
