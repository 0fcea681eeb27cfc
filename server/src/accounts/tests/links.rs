use app::{api::port::AccountService as _, error::ApiError};
use chrono::TimeDelta;

use super::*;
use crate::ports::AccountStore as _;

#[tokio::test]
async fn the_first_admin_takes_over_with_the_link_and_chooses_name_and_address() {
    let fixture = Fixture::empty();
    let link = fixture.accounts.first_admin_link().await.unwrap().unwrap();

    let welcome = fixture.accounts.welcome(secret(&link)).await.unwrap();
    let token =
        fixture.accounts.accept(secret(&link), "Ana", "Ana@Example.org", PASSWORD).await.unwrap();

    assert!(welcome.first);
    assert_eq!((welcome.name.as_str(), welcome.email.as_str()), ("", ""));
    let caller = fixture.caller(&token).await.unwrap();
    assert_eq!((caller.name.as_str(), caller.email.as_str()), ("Ana", "ana@example.org"));
    assert_eq!(caller.role, Role::Admin);
    assert_eq!(fixture.accounts.first_admin_link().await.unwrap(), None);
}

#[tokio::test]
async fn each_start_prints_a_fresh_first_link_and_the_earlier_one_is_dead() {
    let fixture = Fixture::empty();

    let first = fixture.accounts.first_admin_link().await.unwrap().unwrap();
    let second = fixture.accounts.first_admin_link().await.unwrap().unwrap();

    assert_ne!(first, second);
    assert_gone(fixture.accounts.welcome(secret(&first)).await);
    assert!(fixture.accounts.welcome(secret(&second)).await.is_ok());
    assert_eq!(fixture.store.people().await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_first_link_is_valid_for_half_an_hour_and_an_invitation_for_three_days() {
    let fixture = Fixture::empty();
    let first = fixture.accounts.first_admin_link().await.unwrap().unwrap();
    fixture.clock.advance(TimeDelta::minutes(30));
    assert_gone(fixture.accounts.accept(secret(&first), "Ana", "a@b.org", PASSWORD).await);
    let (fixture, admin, _) = Fixture::with_admin().await;
    let link =
        fixture.accounts.invite(&admin, "Bo", "bo@b.org", Role::Viewer, None).await.unwrap().answer;

    fixture.clock.advance(TimeDelta::hours(72) - TimeDelta::seconds(1));
    assert!(fixture.accounts.welcome(secret(&link.url)).await.is_ok());
    fixture.clock.advance(TimeDelta::seconds(1));

    assert_gone(fixture.accounts.welcome(secret(&link.url)).await);
    assert_gone(fixture.accounts.accept(secret(&link.url), "Bo", "", PASSWORD).await);
}

#[tokio::test]
async fn looking_at_a_link_changes_nothing_and_using_it_uses_it_up() {
    let (fixture, admin, _) = Fixture::with_admin().await;
    let link = fixture
        .accounts
        .invite(&admin, "Bo", "bo@b.org", Role::Reviewer, None)
        .await
        .unwrap()
        .answer;
    let link = secret(&link.url);

    for _ in 0..5 {
        assert_eq!(fixture.accounts.welcome(link).await.unwrap().email, "bo@b.org");
    }
    let token = fixture.accounts.accept(link, "Bo B.", "other@b.org", PASSWORD).await.unwrap();

    let caller = fixture.caller(&token).await.unwrap();
    assert_eq!((caller.name.as_str(), caller.role), ("Bo B.", Role::Reviewer));
    assert_eq!(caller.email, "bo@b.org", "only the very first account chooses its address");
    assert_gone(fixture.accounts.welcome(link).await);
    assert_gone(fixture.accounts.accept(link, "Bo", "", PASSWORD).await);
}

#[tokio::test]
async fn of_many_who_use_one_link_at_once_one_comes_in() {
    let (fixture, admin, _) = Fixture::with_admin().await;
    let link =
        fixture.accounts.invite(&admin, "Bo", "bo@b.org", Role::Viewer, None).await.unwrap().answer;

    let uses = (0..8).map(|_| fixture.accounts.accept(secret(&link.url), "Bo", "", PASSWORD));
    let outcomes = futures::future::join_all(uses).await;

    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
}

#[tokio::test]
async fn a_refused_password_leaves_the_link_usable_and_names_every_fault() {
    let fixture = Fixture::empty();
    let link = fixture.accounts.first_admin_link().await.unwrap().unwrap();

    let refusal = refused(fixture.accounts.accept(secret(&link), " ", "ana", "11 letters.").await);

    let ApiError::Invalid(issues) = refusal else { panic!("{refusal:?}") };
    let fields: Vec<&str> = issues.iter().map(|issue| issue.field.as_str()).collect();
    assert_eq!(fields, ["/name", "/email", "/password"]);
    assert!(issues[2].issue.contains("take 12 or more"));
    assert!(fixture.accounts.welcome(secret(&link)).await.is_ok());
}

#[tokio::test]
async fn a_password_has_12_to_200_characters() {
    let (fixture, admin, _) = Fixture::with_admin().await;
    let link =
        fixture.accounts.invite(&admin, "Bo", "bo@b.org", Role::Viewer, None).await.unwrap().answer;
    let accept = |password: String| {
        let (accounts, link) = (&fixture.accounts, secret(&link.url));
        async move { accounts.accept(link, "Bo", "", &password).await }
    };

    for wrong in [0, 11, 201] {
        assert!(matches!(refused(accept("é".repeat(wrong)).await), ApiError::Invalid(_)));
    }
    assert!(accept("é".repeat(200)).await.is_ok());
}

#[tokio::test]
async fn a_link_that_is_no_secret_of_ours_is_unknown() {
    let (fixture, _, token) = Fixture::with_admin().await;

    for wrong in ["", "x", "../../etc", &token.0] {
        assert_gone(fixture.accounts.welcome(wrong).await);
    }
}

#[tokio::test]
async fn a_role_that_is_changed_while_the_link_is_used_is_kept_and_so_is_the_password() {
    let (fixture, admin, _) = Fixture::with_admin().await;
    let link =
        fixture.accounts.invite(&admin, "Bo", "bo@b.org", Role::Viewer, None).await.unwrap().answer;

    let (accepted, changed) = futures::future::join(
        fixture.accounts.accept(secret(&link.url), "Bo", "", PASSWORD),
        fixture.accounts.set_role(&admin, link.person, Role::Reviewer),
    )
    .await;

    changed.unwrap();
    let caller = fixture.caller(&accepted.ok().unwrap()).await.unwrap();
    assert_eq!(caller.role, Role::Reviewer);
    assert!(fixture.sign_in("bo@b.org", PASSWORD).await.is_ok());
}

fn assert_gone<T>(outcome: Result<T, ApiError>) {
    assert!(matches!(refused(outcome), ApiError::NotFound(_)));
}
