//! What goes through the pipes to the child process and back: a JSON header and a body, each with its length.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

use super::ImageFault;
use super::decode::{BROUGHT, Bounds, SHOWN};

const MAX_HEADER: u64 = 1024 * 1024;

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "task", content = "detail", rename_all = "snake_case")]
pub(super) enum Task {
    /// The payload's text.
    Edit(String),
    /// The longest side.
    Preview(u32),
}

impl Task {
    pub fn bounds(&self) -> Bounds {
        match self {
            Self::Edit(_) => BROUGHT,
            Self::Preview(_) => SHOWN,
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "answer", content = "detail", rename_all = "snake_case")]
pub(super) enum Answer {
    Edited { media_type: String, width: u32, height: u32 },
    Fault(ImageFault),
}

/// Only the lengths and the header; the body follows as it is.
pub(super) fn head(header: &impl Serialize, body: usize) -> Vec<u8> {
    let header = serde_json::to_vec(header).expect("a header is plain data");
    let mut bytes = Vec::with_capacity(header.len() + 16);
    bytes.extend((header.len() as u64).to_le_bytes());
    bytes.extend((body as u64).to_le_bytes());
    bytes.extend(header);
    bytes
}

pub(super) fn write(to: &mut impl Write, header: &impl Serialize, body: &[u8]) -> io::Result<()> {
    to.write_all(&head(header, body.len()))?;
    to.write_all(body)?;
    to.flush()
}

pub(super) fn read<H: for<'a> Deserialize<'a>>(
    from: &mut impl Read,
    max_body: usize,
) -> io::Result<(H, Vec<u8>)> {
    let header_length = length(from, MAX_HEADER)?;
    let body_length = length(from, max_body as u64)?;
    let header = exactly(from, header_length)?;
    let body = exactly(from, body_length)?;
    Ok((serde_json::from_slice(&header)?, body))
}

fn length(from: &mut impl Read, most: u64) -> io::Result<u64> {
    let mut bytes = [0; 8];
    from.read_exact(&mut bytes)?;
    let length = u64::from_le_bytes(bytes);
    if length > most { Err(io::ErrorKind::InvalidData.into()) } else { Ok(length) }
}

fn exactly(from: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}
