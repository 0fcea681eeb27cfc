//! The file that comes out: its type and quality.

use super::{
    found::Found,
    token::{Token, skip, whole, word, word_before},
};

/// The types that are made, and others that people ask for: the check tells them which there are.
pub(super) const TYPES: [&str; 10] =
    ["png", "jpeg", "webp", "gif", "tiff", "bmp", "avif", "heic", "svg", "pdf"];

pub(super) fn read(clause: &[Token], found: &mut Found) {
    for at in 0..clause.len() {
        match &clause[at] {
            Token::File(ending) if word_before(clause, at, 1) == "as" => {
                format(super::vocabulary::canonical(ending), found);
            }
            Token::Word(name) if TYPES.contains(&name.as_str()) && is_wanted(clause, at) => {
                format(name, found);
            }
            Token::Word(name) if name == "quality" => quality(clause, at, found),
            _ => {}
        }
    }
}

fn format(name: &str, found: &mut Found) {
    if TYPES.contains(&name) {
        found.text("format", name);
    }
}

fn is_wanted(clause: &[Token], at: usize) -> bool {
    let fillers = ["a", "an", "the", "file", "format", "type", "is", "be", "of", "should"];
    let mut from = at;
    while from > 0
        && (fillers.contains(&word(clause, from - 1)) || clause[from - 1] == Token::Colon)
    {
        from -= 1;
    }
    let passed = &clause[from..at];
    let named = (0..passed.len()).any(|at| matches!(word(passed, at), "format" | "type"));
    let the = (0..passed.len()).any(|at| word(passed, at) == "the");
    let cue = word_before(clause, from, 1);
    let pronoun = |back| matches!(word_before(clause, from, back), "it" | "this" | "picture");
    let made = pronoun(1) && matches!(word_before(clause, from, 2), "make" | "want" | "need");
    let behind = ["", "please", "format", "and", "quality", "with", "at", "in"];
    let alone = at == 0 && behind.contains(&word(clause, at + 1));
    // "1920x1080 webp"
    let sized = at > 0
        && (whole(clause, at - 1).is_some() || word(clause, at - 1) == "px")
        && at + 1 == clause.len();
    match cue {
        "as" | "to" | "in" | "output" | "export" | "save" => true,
        "from" => false,
        _ => named && !the || made || alone || sized,
    }
}

fn quality(clause: &[Token], at: usize, found: &mut Found) {
    let next = skip(clause, at + 1, &["of", "to", "at", "in", "is", "be", "should", "level"]);
    let back = if word_before(clause, at, 1) == "percent" { 2 } else { 1 };
    let before = at.checked_sub(back).and_then(|place| whole(clause, place));
    let behind = whole(clause, next).filter(|_| !matches!(word(clause, next + 1), "px" | "x"));
    if let Some(digits) = behind.or(before.filter(|_| back == 2)) {
        found.number("quality", digits);
    }
}
