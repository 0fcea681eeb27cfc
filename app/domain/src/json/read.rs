//! Reading, with the limits that each document has to keep. RFC 8259, and nothing that it leaves open.
//!
//! A reader of our own because each digit of a number has to stay as it was written, and the page reads as well.

use std::collections::HashSet;

use super::{Json, pointer};
use crate::issue::Issue;

/// The largest document, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;
const MAX_DEPTH: usize = 64;
const MAX_NODES: usize = 10_000;
const MAX_KEYS: usize = 1_000;
const MAX_TEXT: usize = 256 * 1024;
const MAX_DIGITS: usize = 40;
const MAX_EXPONENT: i32 = 308;

/// Why a text isn't acceptable JSON, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct JsonFault {
    /// JSON Pointer to the value at fault.
    pub pointer: String,
    pub message: String,
}

impl From<JsonFault> for Issue {
    fn from(fault: JsonFault) -> Self {
        Self::error(fault.pointer, fault.message)
    }
}

impl Json {
    /// Reads a document of at most [`MAX_BYTES`].
    ///
    /// # Errors
    ///
    /// A [`JsonFault`] for text that isn't JSON, keys that stand twice, NUL and other control
    /// characters, lone surrogates, and anything over the limits of depth, size or digits.
    pub fn parse(text: &str) -> Result<Self, JsonFault> {
        if text.len() > MAX_BYTES {
            return Err(fault("", format!("is larger than {MAX_BYTES} bytes")));
        }
        Reader { text, at: 0, nodes: 0, any_text: false }.document()
    }

    /// As [`Self::parse`], for what this program wrote itself: whatever texts are in it.
    ///
    /// # Errors
    ///
    /// A [`JsonFault`] for text that isn't JSON or is too deep or has too many values.
    pub fn parse_own(text: &str) -> Result<Self, JsonFault> {
        Reader { text, at: 0, nodes: 0, any_text: true }.document()
    }
}

fn fault(at: &str, message: impl Into<String>) -> JsonFault {
    JsonFault { pointer: at.to_owned(), message: message.into() }
}

/// What isn't read yet begins at a byte of the text.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    nodes: usize,
    /// Texts may be of any length and have any characters.
    any_text: bool,
}

impl Reader<'_> {
    fn document(mut self) -> Result<Json, JsonFault> {
        let value = self.value("", 0)?;
        match self.next() {
            None => Ok(value),
            Some(_) => Err(self.broken("the end")),
        }
    }

    fn allow(&self, text: &str, place: &str) -> Result<(), JsonFault> {
        if self.any_text { Ok(()) } else { allowed_text(text, place) }
    }

    fn value(&mut self, place: &str, depth: usize) -> Result<Json, JsonFault> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(fault(place, format!("has more than {MAX_NODES} values")));
        }
        if depth > MAX_DEPTH {
            return Err(fault(place, format!("is nested deeper than {MAX_DEPTH} levels")));
        }
        match self.next() {
            Some(b'{') => self.object(place, depth),
            Some(b'[') => self.list(place, depth),
            Some(b'"') => {
                let text = self.text(place)?;
                self.allow(&text, place)?;
                Ok(Json::Text(text))
            }
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(b'-' | b'0'..=b'9') => self.number(place),
            _ => Err(self.broken("a value")),
        }
    }

    fn object(&mut self, place: &str, depth: usize) -> Result<Json, JsonFault> {
        let mut entries: Vec<(String, Json)> = Vec::new();
        let mut seen = HashSet::new();
        self.at += 1;
        if self.takes(b'}') {
            return Ok(Json::Object(entries));
        }
        loop {
            if self.next() != Some(b'"') {
                return Err(self.broken("a key in quotes"));
            }
            if entries.len() == MAX_KEYS {
                return Err(fault(place, format!("has more than {MAX_KEYS} keys")));
            }
            let key = self.text(place)?;
            let below = pointer(place, &key);
            self.allow(&key, &below)?;
            if !seen.insert(key.clone()) {
                return Err(fault(&below, "stands twice; each key may stand once"));
            }
            if !self.takes(b':') {
                return Err(self.broken("`:`"));
            }
            entries.push((key, self.value(&below, depth + 1)?));
            if self.takes(b'}') {
                return Ok(Json::Object(entries));
            }
            if !self.takes(b',') {
                return Err(self.broken("`,` or `}`"));
            }
        }
    }

    fn list(&mut self, place: &str, depth: usize) -> Result<Json, JsonFault> {
        let mut items = Vec::new();
        self.at += 1;
        if self.takes(b']') {
            return Ok(Json::List(items));
        }
        loop {
            let below = pointer(place, &items.len().to_string());
            items.push(self.value(&below, depth + 1)?);
            if self.takes(b']') {
                return Ok(Json::List(items));
            }
            if !self.takes(b',') {
                return Err(self.broken("`,` or `]`"));
            }
        }
    }

    fn text(&mut self, place: &str) -> Result<String, JsonFault> {
        let mut text = String::new();
        self.at += 1;
        loop {
            let plain = self.at;
            self.pass(|byte| byte >= b' ' && !matches!(byte, b'"' | b'\\'));
            text.push_str(&self.text[plain..self.at]);
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => text.push(self.escape(place)?),
                Some(_) => return Err(self.broken("an escape, as control characters need one")),
                None => return Err(self.broken("`\"`")),
            }
        }
        self.at += 1;
        Ok(text)
    }

    fn escape(&mut self, place: &str) -> Result<char, JsonFault> {
        self.at += 1;
        let letter = self.peek();
        self.at += 1;
        Ok(match letter {
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(same @ (b'"' | b'\\' | b'/')) => char::from(same),
            Some(b'u') => return self.code_unit(place),
            _ => {
                self.at -= 1;
                return Err(self.broken("an escape of JSON"));
            }
        })
    }

    /// What stands in four hexadecimal digits: a character, or the first half of a pair that makes one.
    fn code_unit(&mut self, place: &str) -> Result<char, JsonFault> {
        let half = || {
            let message =
                "has an escape that is no character (half of a surrogate pair, for instance)";
            fault(place, message)
        };
        let first = self.hex()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first).ok_or_else(half);
        }
        if !self.text[self.at..].starts_with("\\u") {
            return Err(half());
        }
        self.at += 2;
        let second = self.hex()?;
        let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400).ok_or_else(half)?;
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + low).ok_or_else(half)
    }

    fn hex(&mut self) -> Result<u32, JsonFault> {
        let digits = self.text.get(self.at..self.at + 4);
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let Some(digits) = digits else { return Err(self.broken("four hexadecimal digits")) };
        self.at += 4;
        Ok(u32::from_str_radix(digits, 16).unwrap_or_default())
    }

    fn number(&mut self, place: &str) -> Result<Json, JsonFault> {
        let start = self.at;
        self.passes(b"-");
        if !self.passes(b"0") {
            self.digits()?;
        }
        if self.passes(b".") {
            self.digits()?;
        }
        let mut power = "0";
        if self.passes(b"eE") {
            let start = self.at;
            self.passes(b"+-");
            self.digits()?;
            power = &self.text[start..self.at];
        }
        let raw = &self.text[start..self.at];
        if raw.len() > MAX_DIGITS {
            let message = format!("is a number of more than {MAX_DIGITS} characters");
            return Err(fault(place, message));
        }
        match power.parse::<i32>() {
            Ok(power) if power.abs() <= MAX_EXPONENT => Ok(Json::Number(raw.to_owned())),
            _ => Err(fault(place, format!("has an exponent beyond {MAX_EXPONENT}"))),
        }
    }

    fn digits(&mut self) -> Result<(), JsonFault> {
        let start = self.at;
        self.pass(|byte| byte.is_ascii_digit());
        if self.at == start { Err(self.broken("a digit")) } else { Ok(()) }
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, JsonFault> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.broken("a value"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that isn't white space.
    fn next(&mut self) -> Option<u8> {
        self.pass(|byte| matches!(byte, b' ' | b'\n' | b'\t' | b'\r'));
        self.peek()
    }

    /// Goes past a sign if it comes next.
    fn takes(&mut self, sign: u8) -> bool {
        let is_next = self.next() == Some(sign);
        self.at += usize::from(is_next);
        is_next
    }

    /// Goes past one of these if it comes at once.
    fn passes(&mut self, any: &[u8]) -> bool {
        let is_here = self.peek().is_some_and(|byte| any.contains(&byte));
        self.at += usize::from(is_here);
        is_here
    }

    fn pass(&mut self, belongs: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&belongs) {
            self.at += 1;
        }
    }

    /// Something else should stand here.
    fn broken(&self, expected: &str) -> JsonFault {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let place = format!("at line {line} column {column}");
        fault("", format!("is not valid JSON: expected {expected} {place}"))
    }
}

fn allowed_text(text: &str, at: &str) -> Result<(), JsonFault> {
    if text.len() > MAX_TEXT {
        return Err(fault(at, format!("is longer than {MAX_TEXT} bytes")));
    }
    match text.chars().find(|c| *c < ' ' && !matches!(c, '\t' | '\n' | '\r')) {
        Some(control) => Err(fault(
            at,
            format!("has the control character U+{:04X}; take it out", u32::from(control)),
        )),
        None => Ok(()),
    }
}
