//! The text that is written on the picture: the words in quotes, their place, size and colour.

use super::{
    found::Found,
    token::{Token, number, skip, whole, word, word_before},
    vocabulary::VERBS,
};

pub(super) const CUES: [&str; 16] = [
    "write",
    "text",
    "caption",
    "label",
    "words",
    "word",
    "title",
    "watermark",
    "saying",
    "says",
    "say",
    "stamp",
    "put",
    "add",
    "reading",
    "overlay",
];
/// Cues behind which words without quotes are text as well.
pub(super) const NOUNS: [&str; 6] = ["text", "caption", "words", "title", "watermark", "word"];
pub(super) const FILLERS: [&str; 35] = [
    "the", "a", "an", "in", "at", "to", "of", "it", "picture", "this", "with", "as", "corner",
    "side", "edge", "be", "should", "must", "is", "read", "large", "big", "bold", "small",
    "please", "font", "letters", "color", "my", "that", "over", "onto", "hinzu", "by", "position",
];
pub(super) const COLORS: [(&str, &str); 11] = [
    ("white", "#ffffff"),
    ("black", "#000000"),
    ("red", "#ff0000"),
    ("green", "#008000"),
    ("blue", "#0000ff"),
    ("yellow", "#ffff00"),
    ("orange", "#ffa500"),
    ("purple", "#800080"),
    ("pink", "#ffc0cb"),
    ("gray", "#808080"),
    ("gold", "#ffd700"),
];

/// Where and how the text stands, as far as a phrase says it.
#[derive(Debug, Default, Clone)]
struct Look {
    vertical: Vec<&'static str>,
    horizontal: Vec<&'static str>,
    center: bool,
    colors: Vec<String>,
    size: Option<String>,
}

impl Look {
    /// Takes the word at a place, if it is about the look of text.
    fn take(&mut self, tokens: &[Token], at: usize) -> bool {
        match &tokens[at] {
            Token::Color(color) => self.colors.push(color.clone()),
            Token::Word(word) => match word.as_str() {
                "top" | "upper" => self.vertical.push("top"),
                "bottom" | "lower" => self.vertical.push("bottom"),
                "left" => self.horizontal.push("left"),
                "right" => self.horizontal.push("right"),
                "center" => self.center = true,
                name => match COLORS.iter().find(|(known, _)| *known == name) {
                    Some((_, color)) => self.colors.push((*color).to_owned()),
                    None => return false,
                },
            },
            _ => return false,
        }
        true
    }

    fn is_placed(&self) -> bool {
        self.center || !self.vertical.is_empty() || !self.horizontal.is_empty()
    }

    fn position(&self) -> Option<&'static str> {
        let one = |sides: &[&'static str]| match sides {
            [] => Some(""),
            [first, rest @ ..] => rest.iter().all(|side| side == first).then_some(*first),
        };
        match (one(&self.vertical)?, one(&self.horizontal)?) {
            ("", "") => self.center.then_some("center"),
            ("top", "left") => Some("top_left"),
            ("top", "right") => Some("top_right"),
            ("bottom", "left") => Some("bottom_left"),
            ("bottom", "right") => Some("bottom_right"),
            ("", side) | (side, _) => Some(side),
        }
    }

    fn tell(&self, found: &mut Found) {
        if let Some(position) = self.position() {
            found.text("text_position", position);
        }
        if let [color] = &self.colors[..] {
            found.text("text_color", color);
        }
        if let Some(size) = &self.size {
            found.number("text_size", size);
        }
    }
}

/// Reads what is said about text and takes it out of the sentence.
pub(super) fn read(tokens: &mut [Token], found: &mut Found) {
    let mut written = 0;
    let mut quotes = 0;
    for at in 0..tokens.len() {
        let Token::Quote(text) = &tokens[at] else { continue };
        let text = text.clone();
        quotes += 1;
        let Some((from, mut look)) = before(tokens, at) else {
            continue;
        };
        written += 1;
        let to = behind(tokens, at + 1, &mut look);
        tokens[from..to].fill(Token::Gap);
        if !text.trim().is_empty() {
            found.text("text", &text);
            look.tell(found);
        }
    }
    // "Write “A” and “B”": there is room for one.
    if written > 0 && quotes > written {
        found.unsure("text");
    }
    settings(tokens, found);
    unquoted(tokens);
}

/// What leads to a quote: a word such as "write", with the place and colour around it.
fn before(tokens: &[Token], quote: usize) -> Option<(usize, Look)> {
    let mut look = Look::default();
    let mut from = quote;
    let mut cue = None;
    let mut sure = (quote, Look::default());
    while from > 0 && quote - from < 24 {
        let at = from - 1;
        let said = word(tokens, at);
        if CUES.contains(&said) {
            cue = Some(at);
            sure = (at, look.clone());
        } else if tokens[at] == Token::Comma && cue.is_none()
            || !(look.take(tokens, at)
                || FILLERS.contains(&said)
                || matches!(tokens[at], Token::Colon | Token::Comma))
        {
            break;
        }
        from = at;
    }
    cue?;
    // "In the lower right corner, write …": a place in front counts if nothing else is in that part.
    let starts = from == 0 || matches!(word(tokens, from - 1), "and" | "then" | "but");
    if matches!(word_before(tokens, from, 1), "replace" | "change") {
        return None;
    }
    Some(if starts { (from, look) } else { sure })
}

/// Reads place, colour and size behind a quote; the result is the first place that isn't about the text.
fn behind(tokens: &[Token], quote: usize, look: &mut Look) -> usize {
    let mut at = quote;
    let mut end = quote;
    let mut own = Look::default();
    while at < tokens.len() {
        let said = word(tokens, at);
        if own.take(tokens, at) {
            at += 1;
            end = at;
        } else if let Some((size, next)) = size(tokens, at) {
            own.size = Some(size);
            at = next;
            end = at;
        } else if said == "textcolor" || FILLERS.contains(&said) || tokens[at] == Token::Colon {
            at += 1;
        } else if said == "and" || matches!(tokens[at], Token::Comma) {
            if !goes_on(tokens, at + 1) {
                break;
            }
            at += 1;
        } else {
            // "To the right of the tree": the place is another one.
            let of = at >= 2 && matches!(word(tokens, at - 1), "the" | "of" | "my") && end < at;
            if of && (end..at).any(|place| word(tokens, place) == "of") {
                own.vertical.clear();
                own.horizontal.clear();
                own.center = false;
            }
            break;
        }
    }
    if own.is_placed() {
        look.vertical = own.vertical;
        look.horizontal = own.horizontal;
        look.center = own.center;
    }
    if !own.colors.is_empty() {
        look.colors = own.colors;
    }
    look.size = own.size;
    end
}

/// Behind "and" or a comma, only what can't be meant for the picture still belongs to the text.
fn goes_on(tokens: &[Token], at: usize) -> bool {
    let start =
        skip(tokens, at, &["in", "at", "to", "the", "with", "a", "of", "position", "color"]);
    let mut look = Look::default();
    if start == tokens.len() || word(tokens, start) == "black" && word(tokens, start + 1) == "and" {
        return false;
    }
    let part = look.take(tokens, start);
    let direction = matches!(word(tokens, start), "left" | "right") && start == at;
    part && !direction || word(tokens, start) == "textcolor" || is_size_word(tokens, start)
}

fn is_size_word(tokens: &[Token], at: usize) -> bool {
    word(tokens, at) == "textsize"
        || matches!(word(tokens, at), "text" | "font" | "letter")
            && matches!(word(tokens, at + 1), "size" | "height")
}

/// "Text size 60", "size 60", "60 px letters": the size and the place behind it.
fn size(tokens: &[Token], at: usize) -> Option<(String, usize)> {
    let to_number = ["of", "to", "in", "at", "is", "be", "should"];
    let start = match word(tokens, at) {
        "size" => at + 1,
        _ if is_size_word(tokens, at) => at + if word(tokens, at) == "textsize" { 1 } else { 2 },
        _ => {
            let digits = whole(tokens, at)?;
            let unit = skip(tokens, at + 1, &["px", "high"]);
            let noun = matches!(word(tokens, unit), "letters" | "font" | "text");
            return noun.then(|| (digits.to_owned(), unit + 1));
        }
    };
    let place = skip(tokens, start, &to_number);
    let digits = whole(tokens, place)?;
    let end = skip(tokens, place + 1, &["px"]);
    (!matches!(word(tokens, end), "x" | "percent")).then(|| (digits.to_owned(), end))
}

/// Size, colour and place of text whose words come from elsewhere: "text size 60", "the text in red".
fn settings(tokens: &mut [Token], found: &mut Found) {
    let mut at = 0;
    while at < tokens.len() {
        let start = at;
        at += 1;
        let numbered = number(tokens, start).is_some();
        if (is_size_word(tokens, start) || numbered)
            && let Some((digits, end)) = size(tokens, start)
        {
            found.number("text_size", &digits);
            tokens[start..end].fill(Token::Gap);
            at = end;
            continue;
        }
        let color = word(tokens, start) == "text" && word(tokens, start + 1) == "color";
        if color || matches!(word(tokens, start), "text" | "textcolor" | "caption") {
            let mut look = Look::default();
            let end = behind(tokens, start + 1 + usize::from(color), &mut look);
            look.tell(found);
            if end > start + 1 {
                tokens[start..end].fill(Token::Gap);
                at = end;
            }
        }
    }
}

/// Words that are to be written but stand in no quotes: where they end can't be told, so the rest of the
/// sentence isn't read.
fn unquoted(tokens: &mut [Token]) {
    let is_open = |at: usize| {
        let said = word(tokens, at);
        let next = tokens.get(at + 1);
        let colon = next == Some(&Token::Colon);
        let noun = NOUNS.contains(&said)
            && (colon || is_new(word(tokens, at + 1)))
            && !matches!(word_before(tokens, at, 1), "the" if is_new(word(tokens, at + 1)) && at < 2);
        let verb =
            matches!(said, "write" | "label" | "caption" | "stamp" | "say" | "says" | "saying")
                && !matches!(next, None | Some(Token::Gap | Token::Comma));
        noun || verb
    };
    if let Some(at) = (0..tokens.len()).find(|at| is_open(*at)) {
        tokens[at..].fill(Token::Gap);
    }
}

/// A word that neither goes on with the sentence nor says how text looks.
fn is_new(word: &str) -> bool {
    let known = ["", "and", "or", "but", "then", "please", "size", "color", "larger", "smaller"];
    !known.contains(&word) && !FILLERS.contains(&word) && !VERBS.contains(&word)
}
