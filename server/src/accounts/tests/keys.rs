use app::api::{
    keys::{KeyStatus, MadeKey, NewKey},
    port::KeyService as _,
};
use chrono::TimeDelta;
use domain::{
    access::{CallerKind, Right, authorize},
    id::KeyId,
};

use super::*;
use crate::ports::Clock as _;

const SOURCE: &str = "192.0.2.1";

fn own(name: &str) -> NewKey {
    let name = name.to_owned();
    NewKey { name, kind: CallerKind::Person, read_only: false, expires_in_days: None }
}

fn agents(name: &str) -> NewKey {
    NewKey { kind: CallerKind::Agent, ..own(name) }
}

impl Fixture {
    async fn made(&self, by: &Caller, new: NewKey) -> MadeKey {
        self.accounts.make_key(by, new, None).await.unwrap().answer
    }

    async fn by_key(&self, made: &MadeKey) -> Result<Caller, ApiError> {
        self.accounts.key_caller(&made.secret, SOURCE).await
    }
}

#[tokio::test]
async fn a_persons_key_has_the_persons_rights_of_this_moment() {
    let (fixture, admin, _) = Fixture::with_admin().await;
    let (otto, _) = fixture.joined(&admin, "Otto", Role::Reviewer).await;
    let made = fixture.made(&otto, own("relay")).await;

    let caller = fixture.by_key(&made).await.unwrap();
    assert_eq!((caller.person, caller.role), (otto.person, Role::Reviewer));
    assert_eq!(caller.key.as_ref().unwrap().name, "relay");

    fixture.accounts.set_role(&admin, otto.person, Role::Viewer).await.unwrap();
    assert_eq!(fixture.by_key(&made).await.unwrap().role, Role::Viewer);
    fixture.accounts.set_disabled(&admin, otto.person, true).await.unwrap();
    assert_eq!(refused(fixture.by_key(&made).await), ApiError::KeyRefused);
    assert_eq!(fixture.accounts.keys(&admin).await.unwrap()[0].status, KeyStatus::Stopped);
    fixture.accounts.set_disabled(&admin, otto.person, false).await.unwrap();
    assert!(fixture.by_key(&made).await.is_ok());
}

#[tokio::test]
async fn two_keys_of_one_agent_are_the_same_agent() {
    let (fixture, admin, _) = Fixture::with_admin().await;
    let first = fixture.made(&admin, agents("mailer")).await;
    let second = fixture.made(&admin, agents("mailer")).await;
    let other = fixture.made(&admin, agents("crawler")).await;

    let [a, b, c] = [&first, &second, &other].map(|made| fixture.by_key(made));
    let (a, b, c) = (a.await.unwrap(), b.await.unwrap(), c.await.unwrap());

    assert_eq!((a.kind, a.name.as_str(), a.email.as_str()), (CallerKind::Agent, "mailer", ""));
    assert_eq!(a.person, b.person);
    assert_ne!(a.person, c.person);
    assert!(authorize(&a, Right::Decide).is_err());
}

#[tokio::test]
async fn a_key_stops_when_it_is_revoked_and_when_its_time_is_over() {
    let (fixture, admin, _) = Fixture::with_admin().await;
    let made = fixture.made(&admin, agents("mailer")).await;
    let short = NewKey { expires_in_days: Some(1), ..own("short") };
    let short = fixture.made(&admin, short).await;

    fixture.accounts.revoke_key(&admin, made.key.id).await.unwrap();
    fixture.accounts.revoke_key(&admin, made.key.id).await.unwrap();
    assert_eq!(refused(fixture.by_key(&made).await), ApiError::KeyRefused);

    fixture.clock.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
    assert!(fixture.by_key(&short).await.is_ok());
    fixture.clock.advance(TimeDelta::seconds(1));
    assert_eq!(refused(fixture.by_key(&short).await), ApiError::KeyRefused);
    let listed = fixture.accounts.keys(&admin).await.unwrap();
    let status = |id| listed.iter().find(|key| key.id == id).unwrap().status;
    assert_eq!(status(made.key.id), KeyStatus::Revoked);
    assert_eq!(status(short.key.id), KeyStatus::Expired);
}

#[tokio::test]
async fn only_admins_make_agents_keys_and_see_those_of_others() {
    let (fixture, admin, _) = Fixture::with_admin().await;
    let (vera, _) = fixture.joined(&admin, "Vera", Role::Viewer).await;
    let admins = fixture.made(&admin, own("mine")).await;

    let of_agent = fixture.accounts.make_key(&vera, agents("mailer"), None).await;
    assert!(matches!(refused(of_agent), ApiError::Forbidden(_)));
    let veras = fixture.made(&vera, own("script")).await;
    let seen = fixture.accounts.keys(&vera).await.unwrap();
    assert_eq!(seen.iter().map(|key| key.id).collect::<Vec<_>>(), [veras.key.id]);
    assert_eq!(fixture.accounts.keys(&admin).await.unwrap().len(), 2);
    for unknown in [admins.key.id, KeyId::from_uuid(uuid::Uuid::nil())] {
        let revoked = fixture.accounts.revoke_key(&vera, unknown).await;
        assert!(matches!(refused(revoked), ApiError::NotFound(_)));
    }
    let shown = fixture.accounts.key_of_secret(&vera, &admins.secret).await.unwrap();
    assert_eq!(shown, None, "somebody else's secret is none of hers");
    fixture.accounts.revoke_key(&admin, veras.key.id).await.unwrap();
}

#[tokio::test]
async fn a_key_makes_no_keys_and_manages_nobody() {
    let (fixture, admin, _) = Fixture::with_admin().await;
    let made = fixture.made(&admin, own("relay")).await;
    let by_key = fixture.by_key(&made).await.unwrap();

    assert!(matches!(
        refused(fixture.accounts.make_key(&by_key, own("another"), None).await),
        ApiError::Forbidden(_)
    ));
    assert!(matches!(refused(fixture.accounts.keys(&by_key).await), ApiError::Forbidden(_)));
    assert!(matches!(refused(fixture.accounts.people(&by_key).await), ApiError::Forbidden(_)));
}

#[tokio::test]
async fn the_sixth_wrong_key_in_a_minute_has_to_wait_and_a_right_one_never() {
    let (fixture, admin, _) = Fixture::with_admin().await;
    let made = fixture.made(&admin, own("relay")).await;
    for _ in 0..5 {
        let wrong = fixture.accounts.key_caller("csk_wrong", SOURCE).await;
        assert_eq!(refused(wrong), ApiError::KeyRefused);
    }

    let sixth = fixture.accounts.key_caller("csk_wrong", SOURCE).await;
    let elsewhere = fixture.accounts.key_caller("csk_wrong", "192.0.2.2").await;

    assert_eq!(refused(sixth), ApiError::TooMany(61));
    assert_eq!(refused(elsewhere), ApiError::KeyRefused);
    assert!(fixture.by_key(&made).await.is_ok());
}

#[tokio::test]
async fn the_use_of_a_key_is_noted_once_a_minute() {
    let (fixture, admin, _) = Fixture::with_admin().await;
    let made = fixture.made(&admin, own("relay")).await;
    let last_used = async || fixture.accounts.keys(&admin).await.unwrap()[0].last_used_at;
    let start = fixture.clock.now();
    assert_eq!(last_used().await, None);

    fixture.by_key(&made).await.unwrap();
    fixture.clock.advance(TimeDelta::seconds(59));
    fixture.by_key(&made).await.unwrap();
    assert_eq!(last_used().await, Some(start));
    fixture.clock.advance(TimeDelta::seconds(1));
    fixture.by_key(&made).await.unwrap();
    assert_eq!(last_used().await, Some(start + TimeDelta::minutes(1)));
}

#[tokio::test]
async fn a_key_needs_a_name_a_life_within_limits_and_room() {
    let (fixture, admin, _) = Fixture::with_admin().await;
    let life = |days| NewKey { expires_in_days: Some(days), ..own("a") };
    for (wrong, field) in
        [(own(" "), "/name"), (life(0), "/expires_in_days"), (life(3651), "/expires_in_days")]
    {
        let ApiError::Invalid(issues) =
            refused(fixture.accounts.make_key(&admin, wrong, None).await)
        else {
            panic!("not refused as invalid")
        };
        assert_eq!(issues[0].field, field);
    }
    for number in 0..100 {
        fixture.made(&admin, own(&format!("key {number}"))).await;
    }
    let one_more = fixture.accounts.make_key(&admin, own("one more"), None).await;
    assert!(matches!(refused(one_more), ApiError::NotPossible(_)));
    fixture.made(&admin, agents("agents have room of their own")).await;
}
