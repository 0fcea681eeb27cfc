//! What of a prompt came to nothing: the parts that a person should hear of.
//!
//! A part between commas and "and" came to something if the picture would be edited otherwise without it. In such a
//! part, the words that no rule knows came to nothing all the same.

use std::ops::Range;

use domain::{information::Known, json::Json};

use super::{
    deed::shown,
    known::{is_filler, is_known},
    mask::Sentence,
    read_sentence,
    token::{Token, word, word_before},
};

/// Who is told of this many looks at the whole prompt.
const MAX_PARTS: usize = 3;
/// What of a part is told, in characters.
const MAX_CHARS: usize = 60;
/// A longer sentence is no instruction about a picture, and isn't gone through.
const MAX_TOKENS: usize = 150;

/// The parts of the prompt that gave none of the values that are known in the end.
pub(super) fn parts(prompt: &str, sentences: &[Sentence], known: &[Known]) -> Vec<String> {
    let chars: Vec<char> = prompt.chars().collect();
    let mut parts: Vec<String> = Vec::new();
    for sentence in sentences {
        let look = Look { chars: &chars, sentence, known };
        for place in look.unread() {
            let part = shown(&chars[place].iter().collect::<String>(), MAX_CHARS);
            if !part.is_empty() {
                parts.push(part);
            }
        }
        if parts.len() >= MAX_PARTS {
            break;
        }
    }
    parts.truncate(MAX_PARTS);
    parts.dedup();
    parts
}

/// One sentence, and what became of the prompt.
struct Look<'a> {
    chars: &'a [char],
    sentence: &'a Sentence,
    known: &'a [Known],
}

impl Look<'_> {
    /// The places in the prompt; neighbours are one.
    fn unread(&self) -> Vec<Range<usize>> {
        let tokens = &self.sentence.tokens;
        let whole = self.values(tokens.clone());
        let mut places: Vec<Range<usize>> = Vec::new();
        let mut follows = false;
        for segment in segments(tokens) {
            if !segment.clone().any(|at| self.says(at)) {
                continue;
            }
            let used = self.is_used(&segment, &whole);
            let unread = if used { self.strange(segment) } else { Some(segment) };
            if let Some(place) = unread.map(|tokens| self.place(&tokens)) {
                match places.last_mut().filter(|_| follows && !used) {
                    Some(last) => last.end = place.end,
                    None => places.push(place),
                }
            }
            follows = !used;
        }
        places
    }

    /// Something that was read isn't read any more without it.
    fn is_used(&self, segment: &Range<usize>, whole: &[Known]) -> bool {
        if self.sentence.tokens.len() > MAX_TOKENS {
            return false;
        }
        let mut rest = self.sentence.tokens.clone();
        rest[segment.clone()].fill(Token::Gap);
        let rest = self.values(rest);
        whole.iter().any(|known| !rest.contains(known))
    }

    /// What the tokens are read as, as far as no other sentence contradicts it.
    fn values(&self, tokens: Vec<Token>) -> Vec<Known> {
        let mut values = read_sentence(tokens).known();
        values.retain(|value| self.known.iter().any(|known| known.field == value.field));
        values
    }

    /// From the first to the last token that no rule used, with the "for the" in front.
    fn strange(&self, segment: Range<usize>) -> Option<Range<usize>> {
        let start = segment.start;
        let mut strange = segment.filter(|at| self.is_strange(*at));
        let first = strange.next()?;
        let last = strange.next_back().unwrap_or(first);
        let led = (start..first).rev().take_while(|at| !self.says(*at)).last();
        Some(led.unwrap_or(first)..last + 1)
    }

    fn is_strange(&self, at: usize) -> bool {
        match &self.sentence.tokens[at] {
            Token::Word(word) => !is_known(word),
            Token::Quote(text) => !self.is_written(text),
            Token::Gap => self.is_cut(at),
            _ => false,
        }
    }

    /// It asks for something.
    fn says(&self, at: usize) -> bool {
        match &self.sentence.tokens[at] {
            Token::Word(word) => !is_filler(word),
            Token::Number(_) | Token::Color(_) | Token::Quote(_) => true,
            Token::Gap => self.is_cut(at),
            _ => false,
        }
    }

    fn is_written(&self, text: &str) -> bool {
        let text = Json::text(text).to_text();
        self.known.iter().any(|known| known.field == "text" && known.value == text)
    }

    /// Words in a gap; the address of a file is looked at elsewhere.
    fn is_cut(&self, at: usize) -> bool {
        let chars = &self.chars[self.sentence.places[at].clone()];
        let address = chars.windows(3).any(|three| three == [':', '/', '/']);
        !address && chars.iter().any(|c| c.is_alphanumeric())
    }

    /// Where tokens stand in the prompt; there is at least one.
    fn place(&self, tokens: &Range<usize>) -> Range<usize> {
        let places = &self.sentence.places;
        places[tokens.start].start..places[tokens.end - 1].end
    }
}

/// The parts between commas and joining words, in tokens.
fn segments(tokens: &[Token]) -> Vec<Range<usize>> {
    let mut segments = Vec::new();
    let mut from = 0;
    for at in 0..tokens.len() {
        if joins(tokens, at) {
            segments.push(from..at);
            from = at + 1;
        }
    }
    segments.push(from..tokens.len());
    segments
}

/// "Black and white" is one thing.
fn joins(tokens: &[Token], at: usize) -> bool {
    match &tokens[at] {
        Token::Comma => true,
        Token::Word(said) if said == "and" => !matches!(
            (word_before(tokens, at, 1), word(tokens, at + 1)),
            ("black", "white") | ("b", "w")
        ),
        Token::Word(said) => matches!(said.as_str(), "then" | "but"),
        _ => false,
    }
}
