//! Reads plain instructions about a picture into field values, by rules: what is unsure is left to a person, who is
//! told of it.
//!
//! A prompt is cut into tokens, sentences and clauses. What isn't an instruction (negations, questions,
//! descriptions, quoted words) becomes a gap before any rule looks, so that a rule only has to know its own words.

mod clause;
mod deed;
mod found;
mod german;
mod known;
mod label;
mod mask;
mod output;
mod quote;
mod size;
#[cfg(test)]
mod tests;
mod token;
mod tone;
mod turn;
mod unread;
mod vocabulary;

use domain::information::Reading;

pub use deed::{changes_nothing, deed};
use found::Found;
use token::Token;

/// What the prompt says about fields of the payload, in the schema's order, and what of it came to nothing.
///
/// Numbers are kept as they were said, also those out of range: the check of the payload asks about them.
#[must_use]
pub fn read_prompt(prompt: &str) -> Reading {
    let mut found = Found::default();
    let sentences = mask::sentences(token::tokens(prompt));
    for sentence in &sentences {
        found.follow(read_sentence(sentence.tokens.clone()));
    }
    let known = found.known();
    let unread = unread::parts(prompt, &sentences, &known);
    Reading { known, unread }
}

fn read_sentence(mut tokens: Vec<Token>) -> Found {
    let mut found = Found::default();
    label::read(&mut tokens, &mut found);
    let mut size = size::Size::default();
    let mut unsure = Vec::new();
    let mut elsewhere = false;
    for clause in clause::clauses(&tokens) {
        let mut here = Found::default();
        size.read(clause, &mut here);
        output::read(clause, &mut here);
        elsewhere = clause::is_elsewhere(clause, elsewhere);
        if !elsewhere {
            turn::read(clause, &mut here);
            tone::read(clause, &mut here);
        }
        if clause::has_choice(clause) {
            unsure.extend(here.fields());
        }
        found.follow(here);
    }
    size.finish(&mut found);
    found.forget(&unsure);
    found
}
