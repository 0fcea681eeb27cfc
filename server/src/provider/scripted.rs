//! For tests only: a provider that does what its payload tells it to.

use std::{
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use domain::{
    event::Failure,
    information::{Known, Reading, Source},
    issue::Issue,
    json::Json,
};

use super::{Call, Capabilities, Made, Provider};
use crate::files::Files;

const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "required": ["message"],
  "properties": {
    "message": {"type": "string", "title": "Message", "maxLength": 4000, "x-category": "CONTENT"},
    "behaviour": {
      "enum": ["answer", "invalid", "busy", "busy_once", "refused", "unreachable", "reset"],
      "title": "Behaviour", "default": "answer", "x-category": "CONFIG"
    },
    "cost": {"type": "number", "title": "Cost", "minimum": 0, "x-category": "CONFIG"},
    "data": {"type": "object", "title": "Data", "x-category": "CONFIG"},
    "delay_ms": {"type": "integer", "title": "Delay", "minimum": 0, "maximum": 600000, "default": 0,
      "x-category": "CONFIG"},
    "flag": {"type": "string", "title": "Safety flag", "maxLength": 20, "x-category": "CONFIG"},
    "quality": {"type": "number", "title": "Quality", "minimum": 0, "maximum": 1, "x-category": "CONFIG"}
  }
}"#;

/// Answers, fails or hangs as the payload says, and counts its effects in a file.
pub struct Scripted {
    capabilities: Capabilities,
    /// One line is added for each call that had its effect: the attempt's idempotency key. `None` if calls have none.
    effects: Option<PathBuf>,
    busy_before: AtomicU32,
    write: Mutex<()>,
}

impl Scripted {
    /// A provider whose effects are written to this file.
    #[must_use]
    pub fn new(effects: PathBuf) -> Self {
        Self::named("scripted", "Scripted", Some(effects))
    }

    /// A provider whose calls have no effect, so that a benchmark measures the server and not what it calls.
    #[must_use]
    pub fn pure() -> Self {
        Self::named("pure", "Pure", None)
    }

    fn named(name: &'static str, title: &'static str, effects: Option<PathBuf>) -> Self {
        let capabilities = Capabilities {
            name,
            title,
            description: "does what its payload says, for tests",
            version: "1",
            json_schema: SCHEMA,
            examples: &["say hello"],
            repeat_safe: effects.is_none(),
            limit: Duration::from_secs(600),
        };
        Self { capabilities, effects, busy_before: AtomicU32::new(0), write: Mutex::new(()) }
    }

    fn take_effect(&self, key: &str) -> std::io::Result<()> {
        use std::io::Write;
        let Some(file) = &self.effects else { return Ok(()) };
        let _one_at_a_time = self.write.lock().expect("no writer panics");
        let mut file = std::fs::File::options().append(true).create(true).open(file)?;
        writeln!(file, "{key}")?;
        file.sync_all()
    }
}

#[async_trait]
impl Provider for Scripted {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn read_prompt(&self, prompt: &str) -> Reading {
        let value = Json::text(prompt).to_text();
        let message = Known { field: "message".to_owned(), value, source: Source::Prompt };
        Reading { known: vec![message], unread: Vec::new() }
    }

    async fn validate(&self, _payload: &Json, _files: &dyn Files) -> Vec<Issue> {
        Vec::new()
    }

    fn estimate_cost(&self, payload: &Json) -> Option<f64> {
        payload.get("cost")?.as_f64()
    }

    fn deed(&self, _payload: &Json) -> String {
        "Say something".to_owned()
    }

    async fn execute(&self, call: Call) -> Result<Made, Failure> {
        let payload = Json::parse(&call.payload).unwrap_or_default();
        let text = |key: &str| payload.get(key).and_then(Json::as_str).unwrap_or_default();
        let number = |key: &str| payload.get(key).and_then(Json::as_f64);
        let failed = |message: &str| message.to_owned();
        let delay = Duration::from_millis(number("delay_ms").unwrap_or_default() as u64);
        match text("behaviour") {
            "invalid" => {
                let issue = Issue::error("/message", "must be one of \"hello\", \"goodbye\"")
                    .suggesting("Use “hello”.")
                    .fixed_by("\"hello\"");
                return Err(Failure::Invalid { issues: vec![issue] });
            }
            "busy" => {
                let message = failed("the provider is busy");
                let seconds = delay.as_secs().max(1) as u32;
                return Err(Failure::Busy { message, retry_after_seconds: Some(seconds) });
            }
            "busy_once" if self.busy_before.fetch_add(1, Ordering::SeqCst) == 0 => {
                let message = failed("the provider is busy");
                return Err(Failure::Busy { message, retry_after_seconds: Some(1) });
            }
            "refused" => {
                return Err(Failure::Refused { message: failed("the provider refused") });
            }
            "unreachable" => {
                return Err(Failure::Unreachable { message: failed("no connection was made") });
            }
            _ => {}
        }
        // Half of the delay before the effect and half after it, so that a test can stop on both sides.
        tokio::time::sleep(delay / 2).await;
        self.take_effect(&call.idempotency_key)
            .map_err(|error| Failure::Unknown { message: error.to_string(), repeat_safe: false })?;
        tokio::time::sleep(delay / 2).await;
        if text("behaviour") == "reset" {
            let message = failed("the connection was reset before an answer came");
            return Err(Failure::Unknown { message, repeat_safe: false });
        }
        let said = payload.get("message").cloned().unwrap_or_default();
        let mut answer = vec![("said".to_owned(), said)];
        answer.extend(payload.get("data").map(|data| ("data".to_owned(), data.clone())));
        Ok(Made {
            text: Json::Object(answer).to_text(),
            files: Vec::new(),
            summary: format!("Said “{}”.", text("message")),
            quality: number("quality"),
            flags: Some(text("flag").to_owned())
                .filter(|flag| !flag.is_empty())
                .into_iter()
                .collect(),
        })
    }
}
