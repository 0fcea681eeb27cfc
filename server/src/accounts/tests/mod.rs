mod keys;
mod links;
mod logs;
mod people;
mod sessions;

use std::sync::Arc;

use app::{
    api::port::{AccountService as _, SessionToken},
    error::ApiError,
};
use chrono::DateTime;
use domain::access::{Caller, Role};

use super::{Accounts, Cost, Passwords, memory::Memory};
use crate::{clock::SetClock, ids::CountingIds};

const PASSWORD: &str = "correct horse battery";

struct Fixture {
    accounts: Accounts,
    store: Arc<Memory>,
    clock: Arc<SetClock>,
}

impl Fixture {
    fn empty() -> Self {
        let store = Arc::new(Memory::default());
        let clock = Arc::new(SetClock::at(DateTime::from_timestamp(1_700_000_000, 0).unwrap()));
        let ids = Arc::new(CountingIds::default());
        let passwords = Passwords::new(Cost::TINY, &*ids);
        let url = "https://sign.example.org".parse().unwrap();
        let accounts = Accounts::new(store.clone(), clock.clone(), ids, passwords, url);
        Self { accounts, store, clock }
    }

    /// With one admin, who is signed in.
    async fn with_admin() -> (Self, Caller, SessionToken) {
        let fixture = Self::empty();
        let link = fixture.accounts.first_admin_link().await.unwrap().unwrap();
        let accepted = fixture.accounts.accept(secret(&link), "Ana", "ana@example.org", PASSWORD);
        let token = accepted.await.unwrap();
        let caller = fixture.caller(&token).await.unwrap();
        (fixture, caller, token)
    }

    /// Another person, invited by `admin`, who has taken up the invitation.
    async fn joined(&self, admin: &Caller, name: &str, role: Role) -> (Caller, SessionToken) {
        let email = format!("{}@example.org", name.to_lowercase());
        let link = self.accounts.invite(admin, name, &email, role, None).await.unwrap().answer;
        let token = self.accounts.accept(secret(&link.url), name, "", PASSWORD).await.unwrap();
        (self.caller(&token).await.unwrap(), token)
    }

    async fn caller(&self, token: &SessionToken) -> Option<Caller> {
        self.accounts.caller(token).await.unwrap()
    }

    async fn sign_in(&self, email: &str, password: &str) -> Result<SessionToken, ApiError> {
        self.accounts.sign_in(email, password, "192.0.2.1").await
    }
}

/// The last part of a link.
fn secret(url: &str) -> &str {
    url.strip_prefix("https://sign.example.org/welcome/").expect("a link to the welcome page")
}

/// The error of something that must fail, whatever it would have given.
fn refused<T>(outcome: Result<T, ApiError>) -> ApiError {
    outcome.err().expect("a refusal")
}
