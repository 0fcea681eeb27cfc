//! Colours and sharpness: black and white, brightness, contrast, blur.

use domain::json::Json;

use super::{
    found::Found,
    token::{Token, number, skip, whole, word, word_before},
    vocabulary::is_pause,
};

/// Between a word and its amount.
pub(super) const TO_AMOUNT: [&str; 18] = [
    "it", "the", "picture", "this", "them", "by", "to", "of", "a", "radius", "level", "strength",
    "amount", "value", "is", "be", "should", "at",
];

pub(super) fn read(clause: &[Token], found: &mut Found) {
    for at in 0..clause.len() {
        match word(clause, at) {
            // "From grayscale to color": what it is, not what it shall be.
            _ if word_before(clause, at, 1) == "from" => {}
            "black" => black_and_white(clause, at, found),
            "grayscale" => gray(clause, at + 1, found),
            "b" | "s" if matches!(word(clause, at + 1), "w") => gray(clause, at + 2, found),
            "b" if word(clause, at + 1) == "and" && word(clause, at + 2) == "w" => {
                gray(clause, at + 3, found);
            }
            "gray" if word(clause, at + 1) == "scale" => gray(clause, at + 2, found),
            "remove" | "take" => without_colors(clause, at, found),
            "blur" => blur(clause, at, found),
            "brighter" | "brighten" => level(clause, at, "brightness", false, found),
            "darker" | "darken" => level(clause, at, "brightness", true, found),
            name @ ("brightness" | "contrast") => setting(clause, at, name, found),
            _ => {}
        }
    }
}

fn black_and_white(clause: &[Token], at: usize, found: &mut Found) {
    let white = skip(clause, at + 1, &["and"]);
    if word(clause, white) == "white" {
        gray(clause, white + 1, found);
    }
}

/// `behind` is what follows: "a black and white border" is about a border.
fn gray(clause: &[Token], behind: usize, found: &mut Found) {
    // "Grayscale 50 %": there is no half of it.
    if is_pause(word(clause, behind)) && word(clause, behind + 1) != "percent" {
        found.set("grayscale", Json::Bool(true));
    }
}

fn without_colors(clause: &[Token], at: usize, found: &mut Found) {
    let next = skip(clause, at + 1, &["all", "the", "of", "its"]);
    let out = if word(clause, at) == "take" { "out" } else { "" };
    let fits = word(clause, next + 1) == out || out.is_empty() && word(clause, next + 1) == "and";
    if matches!(word(clause, next), "color" | "colors") && fits {
        found.set("grayscale", Json::Bool(true));
    }
}

/// How much, in words: the middle amount unless it is said to be more or less.
fn measure<'a>(clause: &[Token], at: usize, amounts: [&'a str; 3]) -> &'a str {
    let behind = skip(clause, at + 1, &["it", "the", "picture", "this", "a"]);
    let near = [
        word_before(clause, at, 1),
        word_before(clause, at, 2),
        word_before(clause, at, 3),
        word(clause, behind),
    ];
    // "A very little": the smaller one.
    let bit = near[..3].contains(&"bit") || word(clause, behind) == "bit";
    let [few, some, many] = amounts;
    match (bit || near.contains(&"slightly"), near.contains(&"strongly")) {
        (true, _) => few,
        (_, true) => many,
        _ => some,
    }
}

/// The number that belongs to a word: behind it, or right before it with a percent sign.
fn amount(clause: &[Token], at: usize) -> Option<String> {
    let behind = skip(clause, at + 1, &TO_AMOUNT);
    if let Some(digits) = number(clause, behind) {
        let next = word(clause, skip(clause, behind + 1, &["percent", "px"]));
        return is_pause(next).then(|| digits.to_owned());
    }
    let before = at.checked_sub(2).filter(|_| word_before(clause, at, 1) == "percent");
    before.and_then(|place| whole(clause, place)).map(str::to_owned)
}

fn has_number(clause: &[Token], at: usize) -> bool {
    number(clause, skip(clause, at + 1, &TO_AMOUNT)).is_some()
}

fn blur(clause: &[Token], at: usize, found: &mut Found) {
    // "Reduce the blur", "take out the blur".
    let back = if word_before(clause, at, 1) == "the" { 2 } else { 1 };
    let before = word_before(clause, at, back);
    let object = word(clause, skip(clause, at + 1, &TO_AMOUNT));
    if matches!(before, "less" | "motion" | "reduce" | "lower" | "out") || !is_pause(object) {
        return;
    }
    if let Some(digits) = amount(clause, at) {
        let percent = word(clause, skip(clause, at + 1, &TO_AMOUNT) + 1) == "percent";
        if !percent && word_before(clause, at, 1) != "percent" {
            found.number("blur", &digits);
        }
    } else if !has_number(clause, at) {
        found.number("blur", measure(clause, at, ["2", "5", "12"]));
    }
}

/// "Brighter", "darken by 15 %".
fn level(clause: &[Token], at: usize, field: &'static str, down: bool, found: &mut Found) {
    let object = word(clause, skip(clause, at + 1, &TO_AMOUNT));
    if matches!(word_before(clause, at, 1), "less" | "reduce") || !is_pause(object) {
        return;
    }
    let digits = amount(clause, at);
    if digits.is_none() && has_number(clause, at) {
        return;
    }
    change(measure(clause, at, ["10", "20", "40"]), digits, down, field, found);
}

/// "More contrast", "contrast +20", "reduce the brightness by 20 %".
fn setting(clause: &[Token], at: usize, name: &str, found: &mut Found) {
    let field = if name == "contrast" { "contrast" } else { "brightness" };
    let verb = (1..=4).map(|back| word_before(clause, at, back)).find(|said| {
        matches!(*said, "more" | "less" | "increase" | "reduce" | "lower" | "and" | "with")
    });
    // "Reduce brightness and contrast by 10": which of the words goes with which is unclear.
    let other = |word: &str| matches!(word, "brightness" | "contrast");
    let and = |word: &str| word == "and";
    if and(word(clause, at + 1)) && other(word(clause, at + 2))
        || and(word_before(clause, at, 1)) && other(word_before(clause, at, 2))
    {
        return;
    }
    let before = at.checked_sub(1).map(|place| &clause[place]);
    let direction = match verb {
        Some("more" | "increase") => Some(false),
        Some("less" | "reduce" | "lower") => Some(true),
        _ => None,
    };
    // "Lower the contrast to 20" and "contrast of the text" leave open what is meant.
    let to = (at + 1..=at + 2).any(|place| word(clause, place) == "to");
    let object = word(clause, skip(clause, at + 1, &TO_AMOUNT));
    if direction.is_some() && to || !is_pause(object) && object != "percent" {
        return;
    }
    let digits = amount(clause, at).or_else(|| {
        // "+20 contrast"
        let Some(Token::Number(digits)) = before else { return None };
        Some(digits.clone())
    });
    match (direction, digits) {
        (None, Some(digits)) => change("0", Some(digits), false, field, found),
        (Some(down), digits) if digits.is_some() || !has_number(clause, at) => {
            change(measure(clause, at, ["10", "20", "40"]), digits, down, field, found);
        }
        _ => {}
    }
}

fn change(usual: &str, said: Option<String>, down: bool, field: &'static str, found: &mut Found) {
    let digits = said.unwrap_or_else(|| usual.to_owned());
    let whole = !digits.contains('.');
    let signed = if down && !digits.starts_with('-') { format!("-{digits}") } else { digits };
    if whole {
        found.number(field, &signed);
    }
}
