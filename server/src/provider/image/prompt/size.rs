//! Sizes: width, height, squares, ratios, and how the picture fits into them.

use super::{
    found::Found,
    token::{Token, skip, whole, word, word_before},
    vocabulary::is_pause,
};

/// Between a cue and its number.
pub(super) const TO_NUMBER: [&str; 18] = [
    "of", "to", "be", "should", "must", "a", "the", "it", "picture", "exactly", "about", "max",
    "down", "with", "at", "is", "only", "this",
];
pub(super) const RESIZERS: [&str; 5] = ["resize", "scale", "shrink", "enlarge", "reduce"];
/// What may stand behind a size.
pub(super) const BEHIND: [&str; 34] = [
    "",
    "and",
    "please",
    "as",
    "with",
    "at",
    "for",
    "to",
    "in",
    "picture",
    "or",
    "max",
    "square",
    "grayscale",
    "black",
    "png",
    "jpeg",
    "webp",
    "size",
    "resolution",
    "wide",
    "high",
    "big",
    "large",
    "now",
    "also",
    "by",
    "crop",
    "stretch",
    "scale",
    "resize",
    "shrink",
    "enlarge",
    "on",
];

/// What a sentence says about the size beside plain numbers.
#[derive(Debug, Default)]
pub(super) struct Size {
    ratio: Option<(u64, u64)>,
}

struct How {
    crop: bool,
    max: bool,
    fit: Option<&'static str>,
}

impl How {
    fn of(clause: &[Token]) -> Self {
        let says = |words: &[&str]| (0..clause.len()).any(|at| words.contains(&word(clause, at)));
        let crop = says(&["crop"]);
        let max = says(&["max"]);
        let fits = [
            (says(&["stretch", "distort", "stretched", "verzerren"]), "stretch"),
            (crop || says(&["cover", "fill", "square"]), "cover"),
            (max || says(&["fit", "contain"]), "contain"),
        ];
        let mut said = fits.iter().filter(|(said, _)| *said).map(|(_, fit)| *fit);
        // Two ways at once: it stays open.
        let fit = said.next().filter(|_| said.next().is_none());
        Self { crop, max, fit }
    }
}

impl Size {
    pub(super) fn read(&mut self, clause: &[Token], found: &mut Found) {
        let how = How::of(clause);
        let mut at = 0;
        while at < clause.len() {
            if matches!(word(clause, at), "square" | "widescreen") {
                self.shape(clause, at);
            }
            at = match whole(clause, at) {
                Some(digits) => self.number(clause, at, digits, &how, found),
                None => at + 1,
            };
        }
    }

    fn shape(&mut self, clause: &[Token], at: usize) {
        let before = word_before(clause, at, 1);
        if word(clause, at) == "widescreen" {
            self.ratio = Some((16, 9));
        } else if matches!(before, "" | "a" | "to" | "be" | "it" | "picture" | "crop" | "as") {
            self.ratio = Some((1, 1));
        }
    }

    /// Reads the number at a place; the result is the next place to look at.
    fn number(
        &mut self,
        clause: &[Token],
        at: usize,
        digits: &str,
        how: &How,
        found: &mut Found,
    ) -> usize {
        let unit = skip_px(clause, at + 1);
        let px = unit > at + 1;
        let colon = clause.get(at + 1) == Some(&Token::Colon);
        let second = if colon { at + 2 } else { unit + 1 };
        if let Some(other) = whole(clause, second)
            && (colon || matches!(word(clause, unit), "x" | "by" | "mal"))
        {
            let end = skip_px(clause, second + 1);
            let ratio = ratio(digits, other).filter(|_| !px && end == second + 1);
            if ratio.is_some() {
                self.ratio = ratio;
            } else if !colon
                && is_size_end(clause, end)
                && word_before(clause, at, 1) != "from"
                && !is_bound(clause, at)
            {
                pair(digits, other, how.fit, found);
            }
            return end;
        }
        one(clause, at, digits, how, found);
        at + 1
    }

    /// A ratio and one side give the other side.
    pub(super) fn finish(&self, found: &mut Found) {
        let Some((wide, high)) = self.ratio else { return };
        let side = |field| found.get(field).and_then(|value| value.to_text().parse::<u64>().ok());
        let scaled = |side: u64, by: u64, of: u64| {
            Some(side.checked_mul(by)?.checked_add(of / 2)? / of).map(|n| n.max(1).to_string())
        };
        let (field, other) = match (side("width"), side("height")) {
            (Some(width), None) => ("height", scaled(width, high, wide)),
            (None, Some(height)) => ("width", scaled(height, wide, high)),
            _ => return,
        };
        if let Some(other) = other {
            found.number(field, &other);
            // "At most" and "stretch" have said how already.
            if found.get("fit").is_none() {
                found.text("fit", "cover");
            }
        }
    }
}

fn skip_px(clause: &[Token], at: usize) -> usize {
    if word(clause, at) == "px" { at + 1 } else { at }
}

/// "16:9", "4x3": numbers too small for a picture.
fn ratio(wide: &str, high: &str) -> Option<(u64, u64)> {
    let part = |digits: &str| digits.parse::<u64>().ok().filter(|n| (1..=32).contains(n));
    Some((part(wide)?, part(high)?))
}

fn pair(width: &str, height: &str, fit: Option<&'static str>, found: &mut Found) {
    found.number("width", width);
    found.number("height", height);
    if let Some(fit) = fit {
        found.text("fit", fit);
    }
}

/// One number that is a width, a height or both.
fn one(clause: &[Token], at: usize, digits: &str, how: &How, found: &mut Found) {
    let behind = skip_px(clause, at + 1);
    let px = behind > at + 1;
    if word(clause, behind) == "percent" || is_bound(clause, at) {
        return;
    }
    let next = word(clause, skip(clause, behind, &["in", "the", "at"]));
    let cue = if next == "longest" || next == "shortest" { next } else { cue(clause, at) };
    // "Resize 3 pictures" counts them.
    let alone = is_size_end(clause, behind) && word(clause, behind) != "picture";
    let (field, both) = match (next, cue) {
        (_, "from") => return,
        ("wide" | "high", _) if !is_whole_size(clause, behind + 1) => return,
        ("wide" | "width", _) => ("width", false),
        ("high" | "height", _) => ("height", false),
        ("square", _) | (_, "square" | "longest") => ("width", true),
        (_, "width" | "wide") => ("width", false),
        (_, "height" | "high") => ("height", false),
        (_, "shortest") => return,
        (_, verb) if RESIZERS.contains(&verb) && alone => ("width", false),
        (_, "make") if px && alone => ("width", false),
        _ if how.max && px && alone && follows_max(clause, at, behind) => ("width", false),
        _ => return,
    };
    if both {
        let usual = if cue == "longest" || how.max { "contain" } else { "cover" };
        let fit = how.fit.filter(|fit| *fit == "stretch").unwrap_or(usual);
        return pair(digits, digits, Some(fit), found);
    }
    // A crop to one side alone leaves open what is cut off.
    if how.crop {
        return;
    }
    found.number(field, digits);
    if how.max {
        found.text("fit", "contain");
    }
}

fn follows_max(clause: &[Token], at: usize, behind: usize) -> bool {
    word_before(clause, at, 1) == "max"
        || word_before(clause, at, 2) == "max"
        || word(clause, behind) == "max"
}

/// The word that says what a number is for.
fn cue(clause: &[Token], at: usize) -> &str {
    let mut from = at;
    while from > 0
        && (TO_NUMBER.contains(&word(clause, from - 1)) || clause[from - 1] == Token::Colon)
    {
        from -= 1;
    }
    let cue = word_before(clause, from, 1);
    if matches!(cue, "side" | "edge") {
        return word_before(clause, from, 2);
    }
    cue
}

/// "At least 800", "more than 800": no size is named.
fn is_bound(clause: &[Token], at: usize) -> bool {
    let bounds = ["than", "least", "under", "over", "below", "above", "minus", "plus"];
    bounds.contains(&word_before(clause, at, 1))
}

/// "800 px wide", but not "a 20 px wide border".
fn is_whole_size(clause: &[Token], at: usize) -> bool {
    is_size_end(clause, at) || is_pause(word(clause, at))
}

/// Nothing behind makes the numbers something else than a size.
fn is_size_end(clause: &[Token], at: usize) -> bool {
    BEHIND.contains(&word(clause, at))
}
