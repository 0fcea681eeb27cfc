//! HTTP by hand: a server that dies in the middle of an answer must be seen as just that.

use std::{
    io::{Error, ErrorKind, Read, Result, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(20);

pub struct Request<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub headers: Vec<(&'a str, String)>,
    pub body: Vec<u8>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Request<'_> {
    /// Everything up to the body.
    pub fn head(&self) -> String {
        // Version 1.0: the body of an answer ends with the connection.
        let mut head = format!("{} {} HTTP/1.0\r\nHost: localhost\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n", self.body.len()));
        head
    }

    /// An error if the server went away before its answer was whole.
    pub fn send(&self, to: SocketAddr) -> Result<Answer> {
        let mut connection = TcpStream::connect(to)?;
        connection.set_read_timeout(Some(PATIENCE))?;
        connection.write_all(self.head().as_bytes())?;
        connection.write_all(&self.body)?;
        let mut bytes = Vec::new();
        connection.read_to_end(&mut bytes)?;
        read(&bytes).ok_or_else(|| Error::from(ErrorKind::UnexpectedEof))
    }
}

fn read(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let answer = Answer { status, head, body: bytes[end + 4..].to_vec() };
    let whole = answer
        .header("content-length")
        .is_none_or(|length| length == answer.body.len().to_string());
    whole.then_some(answer)
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| {
            panic!("no JSON: {} {}", self.head, String::from_utf8_lossy(&self.body))
        })
    }
}
