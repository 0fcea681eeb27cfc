//! What a run can call: the trait, and the providers that the product comes with.

pub mod image;
mod registry;
pub mod scripted;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use domain::{
    digest::Digest, event::Failure, id::RunId, information::Reading, issue::Issue, json::Json,
    schema::Schema,
};

pub use registry::{Registered, Registry};

use crate::files::Files;

/// What a provider is and what it promises.
#[derive(Debug, Clone)]
pub struct Capabilities {
    /// The name that a run asks for it with.
    pub name: &'static str,
    pub title: &'static str,
    /// What it does, in one sentence that fits behind "It …".
    pub description: &'static str,
    pub version: &'static str,
    /// JSON Schema of the payload, draft 2020-12.
    pub json_schema: &'static str,
    /// Prompts that show what it can do.
    pub examples: &'static [&'static str],
    /// A call whose outcome is unknown may be repeated: it has no effect outside this server.
    pub repeat_safe: bool,
    /// The longest that a call may take.
    pub limit: Duration,
}

impl Capabilities {
    /// The fields of the payload.
    ///
    /// # Panics
    ///
    /// If the provider's own schema isn't JSON: a fault of the build.
    #[must_use]
    pub fn schema(&self) -> Schema {
        let json = Json::parse(self.json_schema).expect("a provider's schema is JSON");
        Schema::from_json_schema(&json)
    }
}

/// One approved call.
#[derive(Clone)]
pub struct Call {
    pub run: RunId,
    pub attempt: u32,
    /// The same for each attempt that the server makes by itself after the first one.
    pub idempotency_key: String,
    /// The exact text that was approved.
    pub payload: String,
    pub files: Arc<dyn Files>,
}

/// What a call brought.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// The answer as JSON text. It names each file by its content: `sha256:…`.
    pub text: String,
    pub files: Vec<MadeFile>,
    /// One sentence for people.
    pub summary: String,
    /// The provider's own judgement of the answer, 0 to 1.
    pub quality: Option<f64>,
    /// What a detector found: `nsfw`, `pii`, `copyright`.
    pub flags: Vec<String>,
}

/// A file that a provider made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeFile {
    pub name: String,
    pub media_type: String,
    pub bytes: Bytes,
}

impl MadeFile {
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes)
    }
}

/// Something that a run can call.
#[async_trait]
pub trait Provider: Send + Sync {
    fn capabilities(&self) -> &Capabilities;

    /// What the prompt says about fields of the payload, in plain words, and which parts of it came to nothing.
    /// Files are matched elsewhere.
    fn read_prompt(&self, prompt: &str) -> Reading;

    /// What is wrong with a payload beyond its schema; it may look into the files.
    async fn validate(&self, payload: &Json, files: &dyn Files) -> Vec<Issue>;

    /// What the call would cost; `None` if it costs nothing.
    fn estimate_cost(&self, _payload: &Json) -> Option<f64> {
        None
    }

    /// What the call does, as the heading of its card: "Edit a picture".
    fn deed(&self, payload: &Json) -> String;

    /// Whether calls can work here and now; it makes none.
    ///
    /// # Errors
    ///
    /// What is wrong and what to do, in words for the operator.
    async fn check(&self) -> Result<(), String> {
        Ok(())
    }

    /// Carries out a call. Dropping the future stops it where that is possible.
    ///
    /// # Errors
    ///
    /// A [`Failure`] that says what is known about the outcome. Only a failure that proves that
    /// nothing was executed may be anything but `Unknown`.
    async fn execute(&self, call: Call) -> Result<Made, Failure>;
}
