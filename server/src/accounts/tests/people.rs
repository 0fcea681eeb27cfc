use app::{
    api::{access::PersonStatus, port::AccountService as _},
    error::ApiError,
};

use super::*;
use crate::ports::AccountStore as _;

#[tokio::test]
async fn a_role_counts_from_the_next_request_on_in_sessions_that_are_open() {
    let (fixture, admin, _) = Fixture::with_admin().await;
    let (bo, token) = fixture.joined(&admin, "Bo", Role::Reviewer).await;

    fixture.accounts.set_role(&admin, bo.person, Role::Viewer).await.unwrap();

    assert_eq!(fixture.caller(&token).await.unwrap().role, Role::Viewer);
}

#[tokio::test]
async fn disabling_ends_every_session_and_link_and_enabling_brings_none_back() {
    let (fixture, admin, _) = Fixture::with_admin().await;
    let (bo, token) = fixture.joined(&admin, "Bo", Role::Reviewer).await;

    fixture.accounts.set_disabled(&admin, bo.person, true).await.unwrap();
    let while_disabled = fixture.caller(&token).await;
    let reset = fixture.accounts.reset(&admin, bo.person, None).await;
    fixture.accounts.set_disabled(&admin, bo.person, false).await.unwrap();

    assert_eq!(while_disabled, None);
    assert!(matches!(refused(reset), ApiError::NotPossible(_)));
    assert_eq!(fixture.caller(&token).await, None);
    assert!(fixture.sign_in("bo@example.org", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn a_disabled_person_cannot_use_an_invitation() {
    let (fixture, admin, _) = Fixture::with_admin().await;
    let link =
        fixture.accounts.invite(&admin, "Bo", "bo@b.org", Role::Viewer, None).await.unwrap().answer;

    fixture.accounts.set_disabled(&admin, link.person, true).await.unwrap();

    let used = fixture.accounts.accept(secret(&link.url), "Bo", "", PASSWORD).await;
    assert!(matches!(refused(used), ApiError::NotFound(_)));
}

#[tokio::test]
async fn a_reset_ends_sessions_and_the_old_password_and_the_link_sets_another() {
    let (fixture, admin, _) = Fixture::with_admin().await;
    let (bo, token) = fixture.joined(&admin, "Bo", Role::Reviewer).await;

    let link = fixture.accounts.reset(&admin, bo.person, None).await.unwrap().answer;
    let old = fixture.sign_in("bo@example.org", PASSWORD).await;
    let other = "another long password";
    fixture.accounts.accept(secret(&link.url), "Bo", "", other).await.unwrap();

    assert_eq!(fixture.caller(&token).await, None);
    assert!(matches!(refused(old), ApiError::Forbidden(_)));
    assert!(fixture.sign_in("bo@example.org", other).await.is_ok());
}

#[tokio::test]
async fn the_last_active_admin_stays_admin_and_active() {
    let (fixture, admin, token) = Fixture::with_admin().await;
    // An admin who never took up the invitation doesn't count.
    fixture.accounts.invite(&admin, "Bo", "bo@b.org", Role::Admin, None).await.unwrap();

    let demoted = fixture.accounts.set_role(&admin, admin.person, Role::Viewer).await;
    let disabled = fixture.accounts.set_disabled(&admin, admin.person, true).await;

    for refusal in [refused(demoted), refused(disabled)] {
        assert!(refusal.to_string().contains("last active admin"), "{refusal}");
    }
    assert_eq!(fixture.caller(&token).await, Some(admin));
}

#[tokio::test]
async fn with_a_second_admin_the_first_may_go() {
    let (fixture, admin, token) = Fixture::with_admin().await;
    let (bo, _) = fixture.joined(&admin, "Bo", Role::Admin).await;

    fixture.accounts.set_disabled(&bo, admin.person, true).await.unwrap();

    assert_eq!(fixture.caller(&token).await, None);
    let refusal = refused(fixture.accounts.set_role(&bo, bo.person, Role::Reviewer).await);
    assert!(matches!(refusal, ApiError::NotPossible(_)));
}

#[tokio::test]
async fn the_last_admin_who_resets_their_own_password_is_not_locked_out() {
    let (fixture, admin, token) = Fixture::with_admin().await;

    fixture.accounts.reset(&admin, admin.person, None).await.unwrap();

    assert_eq!(fixture.caller(&token).await, None);
    assert!(fixture.sign_in("ana@example.org", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn only_admins_manage_people_and_a_refused_try_changes_nothing() {
    let (fixture, admin, _) = Fixture::with_admin().await;
    let (viewer, _) = fixture.joined(&admin, "Vi", Role::Viewer).await;
    let (reviewer, _) = fixture.joined(&admin, "Re", Role::Reviewer).await;
    let before = fixture.store.people().await.unwrap();

    for caller in [&viewer, &reviewer] {
        let accounts = &fixture.accounts;
        let refusals = [
            refused(accounts.people(caller).await),
            refused(accounts.invite(caller, "Xi", "xi@b.org", Role::Admin, None).await),
            refused(accounts.set_role(caller, caller.person, Role::Admin).await),
            refused(accounts.set_disabled(caller, admin.person, true).await),
            refused(accounts.reset(caller, admin.person, None).await),
        ];
        assert!(refusals.iter().all(|refusal| matches!(refusal, ApiError::Forbidden(_))));
    }

    assert_eq!(fixture.store.people().await.unwrap(), before);
}

#[tokio::test]
async fn an_address_belongs_to_one_account() {
    let (fixture, admin, _) = Fixture::with_admin().await;

    let again = fixture.accounts.invite(&admin, "Bo", "ANA@example.org", Role::Viewer, None).await;

    assert!(matches!(refused(again), ApiError::NotPossible(_)));
    assert_eq!(fixture.store.people().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_person_who_is_not_there_is_not_found() {
    let (fixture, admin, _) = Fixture::with_admin().await;
    let nobody = domain::id::PersonId::from_uuid(uuid::Uuid::nil());

    let refusals = [
        refused(fixture.accounts.set_role(&admin, nobody, Role::Admin).await),
        refused(fixture.accounts.set_disabled(&admin, nobody, true).await),
        refused(fixture.accounts.reset(&admin, nobody, None).await),
    ];

    assert!(refusals.iter().all(|r| *r == ApiError::NotFound("person".to_owned())));
}

#[tokio::test]
async fn the_list_says_who_is_invited_active_and_disabled() {
    let (fixture, admin, _) = Fixture::with_admin().await;
    fixture.accounts.invite(&admin, "Bo", "bo@b.org", Role::Viewer, None).await.unwrap();
    let (cy, _) = fixture.joined(&admin, "Cy", Role::Viewer).await;
    fixture.accounts.set_disabled(&admin, cy.person, true).await.unwrap();

    let people = fixture.accounts.people(&admin).await.unwrap();

    let listed: Vec<_> = people.iter().map(|p| (p.name.as_str(), p.status)).collect();
    assert_eq!(
        listed,
        [
            ("Ana", PersonStatus::Active),
            ("Bo", PersonStatus::Invited),
            ("Cy", PersonStatus::Disabled)
        ]
    );
}
