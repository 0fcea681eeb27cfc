//! Quotes: what stands inside is content, never an instruction.

use super::token::Token;

/// Longer than any text a picture takes; beyond it the closing mark is not searched for.
const MAX_CHARS: usize = 4_000;

/// The quote that starts at a place, and its length with its marks.
///
/// Without a closing mark it can't be told where the quote ends, so nothing behind is read; an apostrophe
/// is no mark.
pub(super) fn quote(chars: &[char], at: usize) -> Option<(Token, usize)> {
    let opening = chars[at];
    let closing: &[char] = match opening {
        '"' => &['"'],
        '“' => &['”', '"', '“'],
        '”' => &['”'],
        '„' => &['“', '”', '"'],
        '«' => &['»'],
        '»' => &['«'],
        '‘' => &['’'],
        '‚' => &['‘', '’'],
        '\'' => &['\''],
        '`' => &['`'],
        _ => return None,
    };
    let single = matches!(opening, '\'' | '‘' | '`');
    if single && at > 0 && chars[at - 1].is_alphanumeric() {
        return None;
    }
    let mut text = String::new();
    let mut escaped = false;
    for (length, c) in chars[at + 1..].iter().take(MAX_CHARS).enumerate() {
        // Inside single quotes, the mark between two letters is an apostrophe.
        let behind = chars.get(at + length + 2).is_some_and(|next| next.is_alphanumeric());
        if !escaped && closing.contains(c) && !(single && behind) {
            return Some((Token::Quote(text), length + 2));
        }
        escaped = *c == '\\' && !escaped && chars.get(at + length + 2) == Some(&'"');
        if !escaped {
            text.push(*c);
        }
    }
    (!single).then(|| (Token::Gap, chars.len() - at))
}
