//! What requests are made of: the documents and forms that the tests send.

use serde_json::{Value, json};

/// The body of a form with files, by hand: what a test wants to break must not be repaired for it.
pub struct Multipart(Vec<u8>);

pub const BOUNDARY: &str = "----countersign-test";

impl Multipart {
    pub fn new() -> Self {
        Self(Vec::new())
    }

    pub fn text(self, name: &str, value: &str) -> Self {
        self.part(&format!("name=\"{name}\""), None, value.as_bytes())
    }

    pub fn file(self, file_name: &str, media_type: &str, bytes: &[u8]) -> Self {
        self.part(&format!("name=\"file\"; filename=\"{file_name}\""), Some(media_type), bytes)
    }

    fn part(mut self, disposition: &str, media_type: Option<&str>, bytes: &[u8]) -> Self {
        let mut head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n");
        if let Some(media_type) = media_type {
            head.push_str(&format!("Content-Type: {media_type}\r\n"));
        }
        self.0.extend_from_slice(head.as_bytes());
        self.0.extend_from_slice(b"\r\n");
        self.0.extend_from_slice(bytes);
        self.0.extend_from_slice(b"\r\n");
        self
    }

    pub fn end(mut self) -> Vec<u8> {
        self.0.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        self.0
    }

    pub fn content_type() -> String {
        format!("multipart/form-data; boundary={BOUNDARY}")
    }
}

/// `run_input` of a run that a program starts.
pub fn run_input(session: &str, prompt: &str) -> Value {
    json!({
        "prompt": prompt,
        "user_email": "client@example.org",
        "user_id": "client-7",
        "agent_email": "agent@example.org",
        "session_id": session,
        "message_type": "user",
    })
}

/// A policy that stops at these reviews and no other.
pub fn asking(steps: &[&str]) -> Value {
    json!({"policy": "require_human", "allowed_steps": steps})
}

/// A run of the provider `scripted`. `values` is JSON text, so that its digits stay as written.
pub fn scripted_run(session: &str, config: &Value, values: &str) -> String {
    let input = run_input(session, "hello");
    format!(
        r#"{{"run_input":{input},"provider":"scripted","hitl_config":{config},"original_input":{values}}}"#
    )
}

/// A PNG with something to see in it.
pub fn picture(width: u32, height: u32) -> Vec<u8> {
    let picture = image::RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([(x % 256) as u8, (y % 256) as u8, ((x ^ y) % 256) as u8])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).expect("written to memory");
    bytes.into_inner()
}
