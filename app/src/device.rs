//! What a browser keeps for the person who is signed in: what they typed or pressed and the server hasn't got yet.
//!
//! Small texts in `localStorage`, under a name with the person in it. Signing out takes all of it away, and so does
//! somebody else who signs in.

use domain::id::PersonId;
use web_sys::Storage;

use crate::api::session::Session;

const PREFIX: &str = "countersign:";
/// A setting of the device, not of a person.
const KEYS_OFF: &str = "countersign-keys-off";

/// One person's part of the browser's storage.
#[derive(Debug, Clone, Copy)]
pub struct Device(Option<PersonId>);

impl Device {
    /// That of the person who looks at the page.
    #[must_use]
    pub fn current() -> Self {
        Self(Session::current().caller.map(|caller| caller.person))
    }

    /// Keeps a text. A full or forbidden storage keeps nothing: the server remains.
    pub fn keep(self, kind: &str, id: &str, text: &str) {
        if let (Some(storage), Some(name)) = (storage(), self.name(kind, id)) {
            let _ = storage.set_item(&name, text);
        }
    }

    #[must_use]
    pub fn read(self, kind: &str, id: &str) -> Option<String> {
        storage()?.get_item(&self.name(kind, id)?).ok().flatten()
    }

    pub fn forget(self, kind: &str, id: &str) {
        if let (Some(storage), Some(name)) = (storage(), self.name(kind, id)) {
            let _ = storage.remove_item(&name);
        }
    }

    /// All texts of a kind.
    #[must_use]
    pub fn all(self, kind: &str) -> Vec<String> {
        let (Some(storage), Some(start)) = (storage(), self.name(kind, "")) else {
            return Vec::new();
        };
        let names = names(&storage).into_iter().filter(|name| name.starts_with(&start));
        names.filter_map(|name| storage.get_item(&name).ok().flatten()).collect()
    }

    /// Takes away what somebody else left behind.
    pub fn claim(self) {
        let (Some(storage), Some(own)) = (storage(), self.name("", "")) else { return };
        let own = own.trim_end_matches(':');
        for name in names(&storage) {
            if name.starts_with(PREFIX) && !name.starts_with(own) {
                let _ = storage.remove_item(&name);
            }
        }
    }

    fn name(self, kind: &str, id: &str) -> Option<String> {
        Some(format!("{PREFIX}{}:{kind}:{id}", self.0?))
    }
}

/// Single keys are switched off on this device.
#[must_use]
pub fn keys_are_off() -> bool {
    storage().and_then(|storage| storage.get_item(KEYS_OFF).ok().flatten()).is_some()
}

pub fn switch_keys(on: bool) {
    let Some(storage) = storage() else { return };
    let _ = if on { storage.remove_item(KEYS_OFF) } else { storage.set_item(KEYS_OFF, "1") };
}

fn storage() -> Option<Storage> {
    leptos::prelude::window().local_storage().ok().flatten()
}

fn names(storage: &Storage) -> Vec<String> {
    let length = storage.length().unwrap_or_default();
    (0..length).filter_map(|at| storage.key(at).ok().flatten()).collect()
}
