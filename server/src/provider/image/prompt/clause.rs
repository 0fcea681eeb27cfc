//! Clauses: the parts of a sentence that each say one thing, and what they are about.

use super::{
    token::{Token, word, word_before},
    vocabulary::{OWN_NOUNS, VERBS},
};

pub(super) fn clauses(sentence: &[Token]) -> Vec<&[Token]> {
    let mut clauses = Vec::new();
    let mut from = 0;
    for at in 0..sentence.len() {
        let parts = match &sentence[at] {
            Token::Comma => true,
            Token::Word(word) => matches!(word.as_str(), "then" | "but") || starts(sentence, at),
            _ => false,
        };
        if parts {
            clauses.push(&sentence[from..at]);
            from = at + 1;
        }
    }
    clauses.push(&sentence[from..]);
    clauses
}

fn starts(sentence: &[Token], at: usize) -> bool {
    word(sentence, at) == "and" && VERBS.contains(&word(sentence, at + 1))
}

/// The clause leaves a choice open.
pub(super) fn has_choice(clause: &[Token]) -> bool {
    (0..clause.len()).any(|at| word(clause, at) == "or")
}

/// The clause speaks of something in the picture ("blur the faces"), which can't be changed alone.
///
/// A later "it" means the same thing, until the picture is named again.
pub(super) fn is_elsewhere(clause: &[Token], before: bool) -> bool {
    let parts = ["background", "foreground", "face", "faces", "sky", "half", "part", "area"];
    let mut picture = false;
    for at in 0..clause.len() {
        let said = word(clause, at);
        picture |= said == "picture";
        if parts.contains(&said) {
            return true;
        }
        let aside = matches!(word_before(clause, at, 1), "for" | "from");
        let next = word(clause, at + 1);
        let thing = matches!(said, "the" | "my") && !next.is_empty() && !OWN_NOUNS.contains(&next);
        if thing && !aside {
            return true;
        }
    }
    before && !picture
}
