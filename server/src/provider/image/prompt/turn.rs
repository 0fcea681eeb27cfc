//! Turning and mirroring.

use super::{
    found::Found,
    token::{Token, skip, whole, word, word_before},
    vocabulary::FILLERS,
};

/// What makes "right" and "left" a part of something, or of time.
const PARTS: [&str; 11] =
    ["side", "corner", "half", "edge", "part", "way", "now", "away", "up", "angle", "hand"];

pub(super) fn read(clause: &[Token], found: &mut Found) {
    let all = 0..clause.len();
    let flips = all.clone().any(|at| matches!(word(clause, at), "flip" | "mirror"));
    for at in all {
        match word(clause, at) {
            "rotate" | "turn" => rotate(clause, at, found),
            "degrees" => degrees(clause, at, found),
            // "Flip it upside down" may mean turning it or mirroring it.
            "upside" if word(clause, at + 1) == "down" && !flips => {
                found.number("rotate", "180");
            }
            "flip" | "mirror" => flip(clause, at, found),
            _ => {}
        }
    }
}

/// Left or right at a place, and the place behind it.
fn is_left(clause: &[Token], at: usize) -> Option<bool> {
    let at = skip(clause, at, &["to", "the", "in", "a", "direction", "turn"]);
    let left = match word(clause, at) {
        "left" => true,
        "right" | "clockwise" => false,
        "counter" => {
            let next = skip(clause, at + 1, &["the"]);
            return (word(clause, next) == "clockwise").then_some(true);
        }
        _ => return None,
    };
    (!PARTS.contains(&word(clause, at + 1))).then_some(left)
}

fn rotate(clause: &[Token], at: usize, found: &mut Found) {
    let next = skip(clause, at + 1, &FILLERS);
    if let Some(digits) = whole(clause, next) {
        let unit = skip(clause, next + 1, &["degrees"]);
        if !matches!(word(clause, unit), "px" | "x" | "percent" | "wide" | "high" | "picture") {
            angle(digits, is_left(clause, unit), found);
        }
        return;
    }
    // "nach rechts drehen"
    let before = if (0..at).any(|place| word(clause, place) == "degrees") {
        None
    } else {
        match word_before(clause, at, 2) {
            "the" if word_before(clause, at, 3) == "counter" => is_left(clause, at - 3),
            "to" | "in" | "the" => is_left(clause, at - 1),
            _ => None,
        }
    };
    let Some(left) = is_left(clause, next).or(before) else {
        if word(clause, next) == "half" && word(clause, next + 1) == "turn" {
            found.number("rotate", "180");
        }
        return;
    };
    found.number("rotate", if left { "270" } else { "90" });
}

/// "90 degrees clockwise", "by 90 degrees to the left", "um 90 Grad drehen": without a verb in front.
fn degrees(clause: &[Token], at: usize, found: &mut Found) {
    let Some(digits) = at.checked_sub(1).and_then(|at| whole(clause, at)) else { return };
    let left = is_left(clause, at + 1);
    let verb = matches!(word(clause, at + 1), "rotate" | "turn");
    if left.is_some() || verb {
        angle(digits, left.or_else(|| is_left(clause, at + 2)), found);
    }
}

/// Right angles are turned into clockwise ones; any other is kept as it was said.
fn angle(digits: &str, left: Option<bool>, found: &mut Found) {
    let (size, negative) = digits.strip_prefix('-').map_or((digits, false), |size| (size, true));
    let left = left.unwrap_or(false) != negative;
    let clockwise = match (size, left) {
        ("90", true) => "270",
        ("270", true) => "90",
        ("90" | "180" | "270", _) => size,
        _ => digits,
    };
    found.number("rotate", clockwise);
}

fn flip(clause: &[Token], at: usize, found: &mut Found) {
    if !is_verb(clause, at) {
        return;
    }
    let mut ways = (at + 1..clause.len()).filter_map(|place| match word(clause, place) {
        "horizontal" => Some("horizontal"),
        "vertical" => Some("vertical"),
        _ => None,
    });
    let way = ways.next();
    let before = match word_before(clause, at, 1) {
        "horizontal" => Some("horizontal"),
        "vertical" => Some("vertical"),
        _ => None,
    };
    let axis = (at..clause.len())
        .any(|place| matches!(word(clause, place), "axis" | "achse" | "upside" | "diagonal"));
    if axis || ways.next().is_some_and(|other| Some(other) != way) {
        return found.unsure("flip");
    }
    let across = word(clause, at) == "flip"
        && (at..clause.len()).any(|place| {
            [0, 1, 2].map(|ahead| word(clause, place + ahead)) == ["left", "to", "right"]
        });
    if across && way.or(before).is_none() {
        return found.text("flip", "horizontal");
    }
    match (way.or(before), word(clause, at)) {
        (Some(way), _) => found.text("flip", way),
        (None, "mirror") => found.text("flip", "horizontal"),
        _ => {}
    }
}

/// "Mirror it", "make it mirrored", but not "the mirror on the wall".
fn is_verb(clause: &[Token], at: usize) -> bool {
    let before = [
        "",
        "and",
        "please",
        "also",
        "just",
        "now",
        "to",
        "horizontal",
        "vertical",
        "it",
        "picture",
        "a",
        "you",
        "or",
        "should",
        "be",
        "must",
    ];
    let behind = skip(clause, at + 1, &["it", "the", "picture", "this", "that", "them", "please"]);
    let after = [
        "",
        "and",
        "horizontal",
        "vertical",
        "along",
        "as",
        "with",
        "left",
        "to",
        "or",
        "upside",
        "then",
        "at",
        "in",
    ];
    let object = clause.get(behind).is_none_or(|token| matches!(token, Token::Word(_)));
    before.contains(&word_before(clause, at, 1))
        && object
        && after.contains(&word(clause, behind))
        && !(word_before(clause, at, 1) == "a" && word(clause, at + 1) != "picture")
}
