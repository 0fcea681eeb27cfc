//! The position in a text, and the pieces of JSON that have no type.

use std::borrow::Cow;

use super::Unreadable;

/// How deep values may lie in each other, so that a text can't exhaust the stack.
const MAX_DEPTH: u8 = 120;

pub struct Scan<'a> {
    text: &'a str,
    at: usize,
    depth: u8,
}

impl<'a> Scan<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// The byte that comes next, behind white space; 0 at the end.
    pub fn peek(&mut self) -> u8 {
        let rest = &self.text.as_bytes()[self.at..];
        let blank = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t'));
        self.at += blank.count();
        self.text.as_bytes().get(self.at).copied().unwrap_or_default()
    }

    /// Takes one byte that must come next.
    pub fn take(&mut self, wanted: u8) -> Result<(), Unreadable> {
        if self.peek() != wanted {
            return Err(Unreadable);
        }
        self.at += 1;
        Ok(())
    }

    pub fn open(&mut self, bracket: u8) -> Result<(), Unreadable> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(Unreadable) } else { self.take(bracket) }
    }

    pub fn close(&mut self, bracket: u8) -> Result<(), Unreadable> {
        self.depth -= 1;
        self.take(bracket)
    }

    pub fn end(&mut self) -> Result<(), Unreadable> {
        if self.peek() == 0 && self.at == self.text.len() { Ok(()) } else { Err(Unreadable) }
    }

    pub fn word(&mut self, word: &str) -> Result<(), Unreadable> {
        self.peek();
        if !self.text[self.at..].starts_with(word) {
            return Err(Unreadable);
        }
        self.at += word.len();
        Ok(())
    }

    pub fn truth(&mut self) -> Result<bool, Unreadable> {
        let truth = self.peek() == b't';
        self.word(if truth { "true" } else { "false" })?;
        Ok(truth)
    }

    /// The text of a number, not interpreted.
    pub fn number(&mut self) -> Result<&'a str, Unreadable> {
        self.peek();
        let rest = &self.text[self.at..];
        let digits = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
        let length = rest.bytes().take_while(digits).count();
        self.at += length;
        if length == 0 { Err(Unreadable) } else { Ok(&rest[..length]) }
    }

    /// A text between quotes, with its escapes resolved.
    pub fn text(&mut self) -> Result<Cow<'a, str>, Unreadable> {
        self.take(b'"')?;
        let rest = &self.text[self.at..];
        let plain = rest.find(['"', '\\']).ok_or(Unreadable)?;
        self.at += plain + 1;
        if rest.as_bytes()[plain] == b'"' {
            return Ok(Cow::Borrowed(&rest[..plain]));
        }
        let mut text = rest[..plain].to_owned();
        loop {
            text.push(self.escaped()?);
            let rest = &self.text[self.at..];
            let plain = rest.find(['"', '\\']).ok_or(Unreadable)?;
            text.push_str(&rest[..plain]);
            self.at += plain + 1;
            if rest.as_bytes()[plain] == b'"' {
                return Ok(Cow::Owned(text));
            }
        }
    }

    /// What stands behind a backslash.
    fn escaped(&mut self) -> Result<char, Unreadable> {
        let kind = *self.text.as_bytes().get(self.at).ok_or(Unreadable)?;
        self.at += 1;
        Ok(match kind {
            b'"' | b'\\' | b'/' => char::from(kind),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.code_point(),
            _ => return Err(Unreadable),
        })
    }

    fn code_point(&mut self) -> Result<char, Unreadable> {
        let first = self.four_digits()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first).ok_or(Unreadable);
        }
        if !self.text[self.at..].starts_with("\\u") {
            return Err(Unreadable);
        }
        self.at += 2;
        let second = self.four_digits()?;
        let low = second.checked_sub(0xDC00).filter(|low| *low < 0x400).ok_or(Unreadable)?;
        char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + low).ok_or(Unreadable)
    }

    fn four_digits(&mut self) -> Result<u32, Unreadable> {
        let digits = self.text.get(self.at..self.at + 4).ok_or(Unreadable)?;
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| Unreadable)
    }

    /// Passes over a value of any kind.
    pub fn skip(&mut self) -> Result<(), Unreadable> {
        match self.peek() {
            b'"' => self.text().map(drop),
            b't' | b'f' => self.truth().map(drop),
            b'n' => self.word("null"),
            b'[' => self.skip_all(b'[', b']'),
            b'{' => self.skip_all(b'{', b'}'),
            _ => self.number().map(drop),
        }
    }

    fn skip_all(&mut self, open: u8, close: u8) -> Result<(), Unreadable> {
        self.open(open)?;
        let mut first = true;
        while self.another(&mut first)? {
            if open == b'{' {
                self.text()?;
                self.take(b':')?;
            }
            self.skip()?;
        }
        self.close(close)
    }

    /// Whether a list or an object goes on; takes the comma.
    pub fn another(&mut self, first: &mut bool) -> Result<bool, Unreadable> {
        if matches!(self.peek(), b']' | b'}') {
            return Ok(false);
        }
        if !std::mem::take(first) {
            self.take(b',')?;
        }
        Ok(true)
    }
}
