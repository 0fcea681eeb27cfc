//! Cuts a prompt into sentences and takes out what isn't an instruction: questions, conditions, negations
//! and descriptions.

use std::ops::Range;

use super::{
    token::{Token, number, word, word_before},
    vocabulary::{NEGATORS, OTHER_UNITS},
};

/// The tokens of a sentence, and the place of each in the prompt.
#[derive(Debug, Default)]
pub(super) struct Sentence {
    pub(super) tokens: Vec<Token>,
    pub(super) places: Vec<Range<usize>>,
}

impl Sentence {
    fn push(&mut self, token: Token, place: Range<usize>) {
        self.tokens.push(token);
        self.places.push(place);
    }
}

/// The sentences, with gaps where there are no instructions.
pub(super) fn sentences(tokens: Vec<(Token, Range<usize>)>) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut sentence = Sentence::default();
    for (token, place) in tokens {
        let Token::Stop(question) = token else {
            sentence.push(token, place);
            continue;
        };
        sentences.push(masked(std::mem::take(&mut sentence), question));
    }
    sentences.push(masked(sentence, false));
    sentences
}

fn masked(sentence: Sentence, question: bool) -> Sentence {
    let unsure = is_unsure(&sentence.tokens) || question && is_inquiry(&sentence.tokens);
    let mut sentence = limits(&sentence);
    let tokens = &mut sentence.tokens;
    if unsure {
        gap(tokens);
        return sentence;
    }
    units(tokens);
    negations(tokens);
    descriptions(tokens);
    statements(tokens);
    sentence
}

fn gap(tokens: &mut [Token]) {
    tokens.fill(Token::Gap);
}

/// A question that asks for an answer and not for a deed ("can you …?").
fn is_inquiry(sentence: &[Token]) -> bool {
    let asking = [
        "why", "what", "how", "when", "where", "who", "which", "is", "does", "did", "has", "have",
        "do", "warum", "wie", "wann", "wo", "wer", "should",
    ];
    asking.contains(&word(sentence, 0))
}

/// A condition or a mere thought: whether it is to be done, nobody can tell.
fn is_unsure(sentence: &[Token]) -> bool {
    (0..sentence.len()).any(|at| match word(sentence, at) {
        "maybe" => true,
        "if" => !["possible", "necessary", "needed", "you"].contains(&word(sentence, at + 1)),
        _ => false,
    })
}

/// Turns "at most", "no larger than" and their like into one word, before "no" is read as a negation.
fn limits(sentence: &Sentence) -> Sentence {
    let Sentence { tokens, places } = sentence;
    let mut out = Sentence::default();
    let mut at = 0;
    while at < tokens.len() {
        let [a, b, c] = [0, 1, 2].map(|ahead| word(tokens, at + ahead));
        let than = matches!(c, "than" | "as");
        let (length, said): (usize, &[&str]) = match (a, b) {
            ("no" | "not" | "nicht", "more" | "larger" | "longest") if than => (3, &["max"]),
            ("no" | "not" | "nicht", "wider") if than => (3, &["max", "width"]),
            ("no" | "not" | "nicht", "taller" | "more high" | "higher") if than => {
                (3, &["max", "height"])
            }
            ("at", "most") | ("up", "to") | ("or", "less" | "smaller") => (2, &["max"]),
            ("within" | "inside", _) => (1, &["max"]),
            _ => (0, &[]),
        };
        if length == 0 {
            out.push(tokens[at].clone(), places[at].clone());
        }
        let next = at + length.max(1);
        for word in said {
            out.push(Token::Word((*word).to_owned()), places[at].start..places[next - 1].end);
        }
        at = next;
    }
    out
}

/// A number of centimetres or megabytes isn't one of pixels.
fn units(sentence: &mut [Token]) {
    for at in 0..sentence.len() {
        if number(sentence, at).is_some() && OTHER_UNITS.contains(&word(sentence, at + 1)) {
            gap(&mut sentence[at..at + 2]);
        }
    }
}

fn negations(sentence: &mut [Token]) {
    let last_or = (0..sentence.len()).rev().find(|at| word(sentence, *at) == "or").unwrap_or(0);
    let mut at = 0;
    while at < sentence.len() {
        let said = word(sentence, at);
        let instead =
            matches!(said, "instead" | "rather") && matches!(word(sentence, at + 1), "of" | "than");
        let takes_colors = said == "remove" && takes_colors_out(sentence, at + 1);
        let negates = NEGATORS.contains(&said) || said.ends_with("n't") || instead;
        if !negates || takes_colors {
            at += 1;
            continue;
        }
        // German puts the verb before "nicht".
        let behind = matches!(said, "nicht" | "nothing" | "none");
        let from = if behind { clause_start(sentence, at) } else { at };
        let to = scope_end(sentence, at, last_or);
        gap(&mut sentence[from..to]);
        at = to.max(at + 1);
    }
}

fn takes_colors_out(sentence: &[Token], at: usize) -> bool {
    let at = super::token::skip(sentence, at, &["all", "the", "of", "its"]);
    matches!(word(sentence, at), "color" | "colors")
        && (at + 1 == sentence.len()
            || sentence[at + 1] == Token::Comma
            || matches!(word(sentence, at + 1), "and" | "then" | "please"))
}

fn clause_start(sentence: &[Token], at: usize) -> usize {
    let parts = |at: &usize| {
        sentence[*at] == Token::Comma || matches!(word(sentence, *at), "and" | "but" | "then")
    };
    (0..at).rev().find(parts).map_or(0, |at| at + 1)
}

/// Where a negation ends: at a comma or a "but"; "and" may go on with it ("no blur and text"), and so does
/// a list that ends with "or".
fn scope_end(sentence: &[Token], at: usize, last_or: usize) -> usize {
    let ends = |place: &usize| match &sentence[*place] {
        Token::Comma => *place > last_or,
        Token::Word(word) => matches!(word.as_str(), "but" | "then" | "just" | "only"),
        _ => false,
    };
    (at + 1..sentence.len()).find(ends).unwrap_or(sentence.len())
}

/// "The 4000x3000 picture", "my black and white photo": what it is, not what it shall be.
fn descriptions(sentence: &mut [Token]) {
    for at in 0..sentence.len() {
        if word(sentence, at) != "picture" {
            continue;
        }
        let stops = |place: &usize| {
            matches!(
                word(sentence, *place),
                "the" | "my" | "this" | "that" | "a" | "an" | "of" | "in" | "to" | "as" | "at"
            ) || sentence[*place] == Token::Comma
        };
        let Some(from) = (at.saturating_sub(8)..at).rev().find(stops) else { continue };
        if matches!(word(sentence, from), "the" | "my" | "this" | "that") {
            sentence[from + 1..at].fill(Token::Aside);
        }
    }
}

/// "It is blurred": a clause that tells how the picture is.
fn statements(sentence: &mut [Token]) {
    for at in 0..sentence.len() {
        if word(sentence, at) != "is" {
            continue;
        }
        let from = clause_start(sentence, at);
        let wanted = ["sure", "ensure", "so", "until", "dass", "text", "want"];
        let asked = (from..at).any(|place| wanted.contains(&word(sentence, place)));
        if asked || word_before(sentence, at, 1) == "caption" {
            continue;
        }
        let to = (at..sentence.len()).find(|place| sentence[*place] == Token::Comma);
        let to = to.unwrap_or(sentence.len());
        gap(&mut sentence[from..to]);
    }
}
