use std::{
    io,
    sync::{Arc, Mutex},
};

use app::api::port::AccountService as _;
use tracing_subscriber::fmt::MakeWriter;

use super::*;

#[tokio::test]
async fn each_act_leaves_one_line_with_ids_and_no_secret_gets_into_the_log() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let (fixture, admin, first) = Fixture::with_admin().await;
    let invited =
        fixture.accounts.invite(&admin, "Bo", "bo@b.org", Role::Viewer, None).await.unwrap().answer;
    let second = fixture.accounts.accept(secret(&invited.url), "Bo", "", PASSWORD).await.unwrap();
    let third = fixture.sign_in("bo@b.org", PASSWORD).await.unwrap();
    refused(fixture.sign_in("bo@b.org", "an utterly wrong one").await);
    fixture.accounts.set_role(&admin, invited.person, Role::Reviewer).await.unwrap();
    let reset = fixture.accounts.reset(&admin, invited.person, None).await.unwrap().answer;
    fixture.accounts.set_disabled(&admin, invited.person, true).await.unwrap();
    fixture.accounts.set_disabled(&admin, invited.person, false).await.unwrap();
    fixture.accounts.sign_out(&first).await.unwrap();

    let text = log.text();
    let acts: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split_once("\"audit\":\"")?.1.split('"').next())
        .collect();
    assert_eq!(
        acts,
        [
            "first_admin_link",
            "link_used",
            "invited",
            "link_used",
            "signed_in",
            "sign_in_failed",
            "role_changed",
            "reset",
            "disabled",
            "enabled",
            "signed_out",
        ]
    );
    assert!(text.contains(&admin.person.to_string()));
    assert!(text.contains(&invited.person.to_string()));
    for canary in [
        PASSWORD,
        "an utterly wrong one",
        &first.0,
        &second.0,
        &third.0,
        secret(&invited.url),
        secret(&reset.url),
        "$argon2",
    ] {
        assert!(!text.contains(canary), "{canary}");
    }
}

/// What was logged.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
