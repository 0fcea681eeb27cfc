//! Cuts a prompt into words, exact numbers, quotes and signs.

use std::ops::Range;

use super::{
    quote::quote,
    vocabulary::{FILE_TYPES, UNITS, canonical},
};

/// What is read of a prompt, in characters: no instruction about a picture is longer.
const MAX_CHARS: usize = 16_384;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// In lower case, with British spellings and the common German words turned into one form.
    Word(String),
    /// The number as JSON text.
    Number(String),
    /// `#rrggbb`.
    Color(String),
    /// What stands between quotes, as it is written.
    Quote(String),
    /// A file name with this ending.
    File(String),
    /// A comma, a bracket or a dash.
    Comma,
    /// A colon or an equals sign.
    Colon,
    /// The end of a sentence; `true` for a question.
    Stop(bool),
    /// Something that isn't read.
    Gap,
    /// What the picture is, and not what it shall be.
    Aside,
}

/// The word at a place; empty if there is no word there.
pub(super) fn word(tokens: &[Token], at: usize) -> &str {
    if let Some(Token::Word(word)) = tokens.get(at) { word } else { "" }
}

/// The word `by` places before one.
pub(super) fn word_before(tokens: &[Token], at: usize, by: usize) -> &str {
    at.checked_sub(by).map_or("", |at| word(tokens, at))
}

pub(super) fn number(tokens: &[Token], at: usize) -> Option<&str> {
    if let Some(Token::Number(digits)) = tokens.get(at) { Some(digits) } else { None }
}

/// A number without decimals.
pub(super) fn whole(tokens: &[Token], at: usize) -> Option<&str> {
    number(tokens, at).filter(|digits| !digits.contains('.'))
}

/// The first place from `at` on that holds none of `words` and no colon.
pub(super) fn skip(tokens: &[Token], mut at: usize, words: &[&str]) -> usize {
    while words.contains(&word(tokens, at)) || tokens.get(at) == Some(&Token::Colon) {
        at += 1;
    }
    at
}

/// The tokens of a prompt, each with its place among the prompt's characters.
pub(super) fn tokens(prompt: &str) -> Vec<(Token, Range<usize>)> {
    let chars: Vec<char> = prompt.chars().take(MAX_CHARS).collect();
    let mut lexer = Lexer { chars: &chars, at: 0, tokens: Vec::new() };
    let mut places: Vec<Range<usize>> = Vec::new();
    while lexer.at < chars.len() {
        let from = lexer.at;
        lexer.step();
        places.resize(lexer.tokens.len(), from..lexer.at);
    }
    let mut placed: Vec<(Token, Range<usize>)> = lexer.tokens.into_iter().zip(places).collect();
    let rest = MAX_CHARS..prompt.chars().count();
    if !rest.is_empty() {
        placed.push((Token::Stop(false), MAX_CHARS..MAX_CHARS));
        placed.push((Token::Gap, rest));
    }
    placed
}

struct Lexer<'a> {
    chars: &'a [char],
    at: usize,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or(' ')
    }

    fn before(&self) -> char {
        self.at.checked_sub(1).map_or(' ', |at| self.chars[at])
    }

    fn push(&mut self, token: Token, length: usize) {
        self.tokens.push(token);
        self.at += length;
    }

    fn word(&mut self, word: &str, length: usize) {
        self.push(Token::Word(word.to_owned()), length);
    }

    fn step(&mut self) {
        if let Some((token, length)) = quote(self.chars, self.at) {
            return self.push(token, length);
        }
        if (self.before().is_whitespace() || self.before() == '(') && self.opaque() {
            return;
        }
        match self.peek(0) {
            c if c.is_ascii_digit() => self.number(""),
            '-' | '−' | '+' if self.is_sign() => self.signed(),
            c if c.is_alphabetic() => self.letters(),
            '#' => self.color(),
            c => self.sign(c),
        }
    }

    /// Addresses and file names, whose parts are no instructions.
    fn opaque(&mut self) -> bool {
        let rest = &self.chars[self.at..];
        let end = rest.iter().position(|c| c.is_whitespace() || "\"“”„«»".contains(*c));
        let chunk: String = rest[..end.unwrap_or(rest.len())].iter().collect();
        let chunk = chunk.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
        let length = chunk.chars().count();
        let ending = chunk.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
        if let Some(ending) = ending.filter(|ending| FILE_TYPES.contains(&ending.as_str())) {
            self.push(Token::File(ending), length);
            return true;
        }
        let marks = ["://", "@", "\\", "_", "sha256:", "www."];
        let opaque = marks.iter().any(|mark| chunk.contains(mark));
        if opaque {
            self.push(Token::Gap, length);
        }
        opaque
    }

    fn is_sign(&self) -> bool {
        self.peek(1).is_ascii_digit() && !self.before().is_alphanumeric()
    }

    fn signed(&mut self) {
        let sign = if self.peek(0) == '+' { "" } else { "-" };
        self.at += 1;
        self.number(sign);
    }

    fn digits(&mut self) -> String {
        let digits: String =
            self.chars[self.at..].iter().take_while(|c| c.is_ascii_digit()).collect();
        self.at += digits.len();
        digits
    }

    fn number(&mut self, sign: &str) {
        let mut digits = self.digits();
        let mut clear = true;
        if matches!(self.peek(0), '.' | ',') && self.peek(1).is_ascii_digit() {
            let comma = self.peek(0) == ',';
            self.at += 1;
            let more = self.digits();
            if comma && more.len() == 3 && !digits.starts_with('0') {
                // "1,200" is a thousand; "800,600" may be two numbers.
                clear = digits.len() < 3;
                digits.push_str(&more);
            } else {
                digits = format!("{digits}.{more}");
            }
            clear &= !matches!(self.peek(0), '.' | ',') || !self.peek(1).is_ascii_digit();
        }
        let plain = digits.trim_start_matches('0');
        let zero = if plain.is_empty() || plain.starts_with('.') { "0" } else { "" };
        let text = format!("{sign}{zero}{plain}");
        self.tokens.push(if clear { Token::Number(text) } else { Token::Gap });
        self.unit();
    }

    /// What is glued to a number: a unit that is known, or the number isn't read.
    fn unit(&mut self) {
        let rest = &self.chars[self.at..];
        if self.peek(0) == '"' || self.peek(0) == '″' {
            self.unread();
            self.at += 1;
        } else if matches!(self.peek(0), '-' | '–') && self.peek(1).is_ascii_digit() {
            // "800-900": a range is a choice.
            self.word("or", 1);
        } else if self.peek(0).is_alphabetic() {
            let unit: String = rest.iter().take_while(|c| c.is_alphabetic()).collect();
            let length = unit.chars().count();
            match canonical(&unit.to_lowercase()) {
                "x" => self.word("x", length),
                known if UNITS.contains(&known) => self.word(known, length),
                _ => {
                    self.unread();
                    let alike = rest.iter().take_while(|c| c.is_alphanumeric()).count();
                    self.at += alike;
                }
            }
        }
    }

    fn unread(&mut self) {
        if let Some(last) = self.tokens.last_mut() {
            *last = Token::Gap;
        }
    }

    fn letters(&mut self) {
        let rest = &self.chars[self.at..];
        if self.peek(0).eq_ignore_ascii_case(&'x')
            && self.peek(1).is_ascii_digit()
            && matches!(self.tokens.last(), Some(Token::Number(_)))
        {
            return self.word("x", 1);
        }
        let inside = |(at, c): &(usize, &char)| {
            let apostrophe = matches!(c, '\'' | '’')
                && rest.get(at + 1).is_some_and(|next| next.is_alphabetic());
            c.is_alphanumeric() || apostrophe
        };
        let text: String = rest.iter().enumerate().take_while(inside).map(|(_, c)| *c).collect();
        let length = text.chars().count();
        let lower = text.to_lowercase().replace('’', "'");
        for part in canonical(&lower).split(' ') {
            self.tokens.push(Token::Word(part.to_owned()));
        }
        self.at += length;
    }

    fn color(&mut self) {
        let rest = &self.chars[self.at + 1..];
        let digits: String = rest.iter().take_while(|c| c.is_alphanumeric()).collect();
        let length = digits.chars().count() + 1;
        let lower = digits.to_ascii_lowercase();
        let hex = lower.bytes().all(|b| b.is_ascii_hexdigit());
        let token = match lower.len() {
            6 if hex => Token::Color(format!("#{lower}")),
            3 if hex => {
                Token::Color(lower.chars().fold("#".to_owned(), |all, c| format!("{all}{c}{c}")))
            }
            _ => Token::Gap,
        };
        self.push(token, length);
    }

    fn sign(&mut self, c: char) {
        let joined = self.before().is_alphanumeric() && self.peek(1).is_alphanumeric();
        match c {
            '-' | '/' if joined => self.at += 1,
            '.' if joined => self.push(Token::Gap, 1),
            // "max. 800 px"
            '.' if self.tokens.last() == Some(&Token::Word("max".to_owned())) => self.at += 1,
            '%' => self.word("percent", 1),
            '°' => self.word("degrees", 1),
            '×' | '*' => self.word("x", 1),
            '&' | '+' => self.word("and", 1),
            ':' | '=' => self.push(Token::Colon, 1),
            ',' | '(' | ')' | '-' | '–' | '—' => self.push(Token::Comma, 1),
            '.' | '!' | ';' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => {
                self.push(Token::Stop(false), 1);
            }
            '?' => self.push(Token::Stop(true), 1),
            c if c.is_whitespace() => self.at += 1,
            _ => self.push(Token::Gap, 1),
        }
    }
}
