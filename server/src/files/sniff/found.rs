//! What the bytes alone say.

/// A finding, and how much room it leaves for a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub name: &'static str,
    pub family: Family,
    pub active: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// These bytes are this and nothing else.
    Exact,
    /// Readable text: which kind is a matter of the claim.
    Text,
    /// A ZIP: office files, books and programs are one inside.
    Zip,
    /// The container of old office files.
    Ole,
    /// Nothing that is known.
    Unknown,
}

pub(super) fn by_bytes(head: &[u8]) -> Found {
    if let Some(name) = still_or_film(head) {
        return Found { name, family: Family::Exact, active: false };
    }
    let text = as_text(head);
    // Two letters can be a magic number: a text that starts with "BM" is no bitmap.
    let may_be_both =
        [&b"%PDF-"[..], b"{\\rtf", b"%!PS"].iter().any(|magic| head.starts_with(magic));
    match text.filter(|_| !may_be_both) {
        Some(text) => by_text(&text),
        None => by_magic(head).unwrap_or(UNKNOWN),
    }
}

const UNKNOWN: Found =
    Found { name: "application/octet-stream", family: Family::Unknown, active: false };

/// ISO media: HEIC and AVIF are told from films by their brand.
fn still_or_film(head: &[u8]) -> Option<&'static str> {
    if head.get(4..8)? != b"ftyp" {
        return None;
    }
    match head.get(8..12)? {
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" => Some("image/heic"),
        b"mif1" | b"msf1" | b"heif" => Some("image/heif"),
        b"avif" | b"avis" => Some("image/avif"),
        b"qt  " => Some("video/quicktime"),
        b"M4A " | b"M4B " => Some("audio/mp4"),
        _ => Some("video/mp4"),
    }
}

fn by_magic(head: &[u8]) -> Option<Found> {
    // Some writers put a few bytes before it, and readers look in the first 1024.
    if head[..head.len().min(1024)].windows(5).any(|w| w == b"%PDF-") {
        return Some(Found { name: "application/pdf", family: Family::Exact, active: true });
    }
    let name = infer::get(head)?.mime_type();
    let family = match name {
        // It isn't text, so it can't be these.
        "text/html" | "text/xml" | "text/x-shellscript" => return None,
        "application/zip" => Family::Zip,
        "application/x-ole-storage"
        | "application/msword"
        | "application/vnd.ms-excel"
        | "application/vnd.ms-powerpoint" => Family::Ole,
        _ => Family::Exact,
    };
    let active = matches!(
        name,
        "application/x-executable"
            | "application/vnd.microsoft.portable-executable"
            | "application/x-mach-binary"
            | "application/x-shockwave-flash"
            | "application/x-google-chrome-extension"
            | "application/wasm"
            | "application/java"
            | "application/vnd.android.dex"
            | "application/vnd.android.dey"
            | "application/postscript"
            | "application/rtf"
    );
    Some(Found { name, family, active })
}

/// The head as characters, if it is text: no control characters but those of text files.
fn as_text(head: &[u8]) -> Option<String> {
    let text = match head {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes)?,
        // Old encodings too: bytes above 127 may be letters of any of them.
        _ => {
            String::from_utf8_lossy(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)).into_owned()
        }
    };
    let stray =
        |c: char| c < ' ' && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1b}') || c == '\u{7f}';
    (!text.contains(stray)).then_some(text)
}

fn wide(bytes: &[u8], join: fn([u8; 2]) -> u16) -> Option<String> {
    let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| join(*pair)).collect();
    // A pair may be cut at the end of the head.
    let whole = match units.last() {
        Some(0xd800..=0xdbff) => &units[..units.len() - 1],
        _ => &units[..],
    };
    String::from_utf16(whole).ok()
}

fn by_text(text: &str) -> Found {
    let start = text.trim_start().to_ascii_lowercase();
    let begins = |with: &[&str]| with.iter().any(|w| start.starts_with(w));
    let exact = |name, active| Found { name, family: Family::Exact, active };
    if begins(&["<svg"]) || (begins(&["<?xml", "<!doctype svg", "<!--"]) && start.contains("<svg"))
    {
        return exact("image/svg+xml", true);
    }
    if begins(&["<!doctype html", "<html", "<head", "<body", "<script", "<iframe"])
        || (begins(&["<?xml", "<!--"]) && start.contains("<html"))
    {
        return exact("text/html", true);
    }
    if begins(&["<?xml", "<!doctype"]) {
        return exact("application/xml", true);
    }
    if begins(&["#!"]) {
        return Found { name: "text/x-shellscript", family: Family::Text, active: true };
    }
    let active = HIDDEN_MARKUP.iter().any(|tag| start.contains(tag));
    let name = if is_json(text) { "application/json" } else { "text/plain" };
    Found { name, family: Family::Text, active }
}

/// In a text file these say that a browser which guesses could run it.
const HIDDEN_MARKUP: [&str; 7] =
    ["<script", "<iframe", "<svg", "<html", "<object", "<embed", "<?php"];

/// An object or array that is whole, or sound as far as the head goes.
fn is_json(text: &str) -> bool {
    if !text.trim_start().starts_with(['{', '[']) {
        return false;
    }
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => true,
        Err(error) => error.is_eof() && text.len() >= crate::files::HEAD_BYTES / 2,
    }
}
