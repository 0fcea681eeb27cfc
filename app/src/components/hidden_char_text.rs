//! Text from outside, with the characters that can't be seen made visible.
//!
//! An agent can turn text around (U+202E), hide words in it (zero-width and tag characters), or push the end out of sight
//! (hundreds of blanks). A reviewer must see that, so each such character becomes a mark, and long blank runs a count.
use leptos::prelude::*;

/// More blanks than this in a row are collapsed.
const BLANKS: usize = 16;
/// More line ends than this in a row are collapsed.
const LINES: usize = 3;
/// More combining marks than this on one letter are collapsed.
const COMBINING: usize = 4;

/// A stretch of text as it is, or a mark that stands for something unseen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Shown as it is.
    Plain(String),
    /// What is written in its place, and what it stands for.
    Mark { label: String, meaning: &'static str },
}

/// Cuts a text into what can be shown and what must be marked. Two plain pieces never stand side by side.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut out = Pieces::default();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let taken = if is_blank(c) || is_line_end(rest) {
            let run = rest.char_indices().find(|(i, c)| !is_blank(*c) && !is_line_end(&rest[*i..]));
            let len = run.map_or(rest.len(), |(i, _)| i);
            out.white(&rest[..len]);
            len
        } else if is_combining(c) {
            let len = rest.find(|c| !is_combining(c)).unwrap_or(rest.len());
            out.combining(&rest[..len]);
            len
        } else {
            match meaning(c).filter(|_| !belongs_to_emoji(out.last, c, &rest[c.len_utf8()..])) {
                Some(meaning) => out.mark(format!("⟦U+{:04X}⟧", u32::from(c)), meaning),
                None => out.plain(c),
            }
            out.last = Some(c);
            c.len_utf8()
        };
        rest = &rest[taken..];
    }
    out.done()
}

#[derive(Default)]
struct Pieces {
    done: Vec<Piece>,
    plain: String,
    /// The last character that was not white space.
    last: Option<char>,
}

impl Pieces {
    fn plain(&mut self, c: char) {
        self.plain.push(c);
    }

    fn mark(&mut self, label: String, meaning: &'static str) {
        if !self.plain.is_empty() {
            self.done.push(Piece::Plain(std::mem::take(&mut self.plain)));
        }
        self.done.push(Piece::Mark { label, meaning });
    }

    /// White space: many line ends become a count, and so do many blanks in one line.
    fn white(&mut self, run: &str) {
        let lines: Vec<&str> = run.split('\n').map(|line| line.trim_end_matches('\r')).collect();
        let ends = lines.len() - 1;
        let (first, last) = (lines[0], lines[ends]);
        if ends > LINES {
            self.blanks(first);
            self.plain('\n');
            self.mark(format!("⟦{} empty lines⟧", ends - 1), "many empty lines");
            self.plain('\n');
            self.blanks(last);
        } else {
            for (i, line) in lines.iter().enumerate() {
                if i > 0 {
                    self.plain('\n');
                }
                self.blanks(line);
            }
        }
        self.last = None;
    }

    fn blanks(&mut self, run: &str) {
        let count = run.chars().count();
        if count > BLANKS {
            self.mark(format!("⟦{count} blanks⟧"), "a long run of blanks");
        } else {
            self.plain.push_str(run);
        }
    }

    fn combining(&mut self, run: &str) {
        let count = run.chars().count();
        if count > COMBINING {
            self.mark(format!("⟦{count} combining marks⟧"), "a pile of combining marks");
        } else {
            self.plain.push_str(run);
        }
        self.last = run.chars().last();
    }

    fn done(mut self) -> Vec<Piece> {
        if !self.plain.is_empty() {
            self.done.push(Piece::Plain(self.plain));
        }
        self.done
    }
}

fn is_blank(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

fn is_line_end(rest: &str) -> bool {
    rest.starts_with('\n') || rest.starts_with("\r\n")
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{34e}' | '\u{350}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Why a character must be marked, or `None` for one that can be seen.
fn meaning(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{61c}' | '\u{200e}' | '\u{200f}' => "turns the direction of text",
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "turns the direction of text around",
        '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{feff}' => "has no width",
        '\u{ad}' => "soft hyphen",
        '\u{34f}' | '\u{180b}'..='\u{180f}' | '\u{206a}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' => {
            "can't be seen"
        }
        '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{2800}' | '\u{3164}'
        | '\u{ffa0}' => "looks like a blank",
        '\u{1d173}'..='\u{1d17a}' => "can't be seen",
        '\u{fe00}'..='\u{fe0f}' => "changes the look of a character",
        '\u{2028}' | '\u{2029}' => "ends a line",
        '\u{e0000}'..='\u{e0fff}' => "hidden tag or selector",
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => "has no agreed meaning",
        '\r' => "carriage return",
        '\0' => "NUL",
        c if c.is_control() => "control character",
        _ => return None,
    })
}

/// Joiners and selectors that are an ordinary part of an emoji: one selector after it, one joiner between two.
fn belongs_to_emoji(before: Option<char>, c: char, after: &str) -> bool {
    let Some(before) = before else { return false };
    match c {
        '\u{fe0e}' | '\u{fe0f}' => is_pictograph(before) || matches!(before, '0'..='9' | '#' | '*'),
        '\u{200d}' => {
            (is_pictograph(before) || before == '\u{fe0f}')
                && after.chars().next().is_some_and(is_pictograph)
        }
        _ => false,
    }
}

fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{21ff}'
        | '\u{2300}'..='\u{27bf}' | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}'
        | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// Text from outside, isolated in its direction, with marks. Use it for every text that an agent or a provider chose.
#[component]
pub fn HiddenCharText(#[prop(into)] text: String) -> impl IntoView {
    // The element also keeps a leading line feed from being the first thing in a `<pre>`, where the parser drops it.
    view! { <bdi class="outside-text">{pieces(&text).into_iter().map(show).collect_view()}</bdi> }
}

fn show(piece: Piece) -> AnyView {
    match piece {
        Piece::Plain(text) => text.into_any(),
        Piece::Mark { label, meaning } => {
            view! { <span class="hidden-char" title=meaning>{label}</span> }.into_any()
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::components::markup::Markup as _;

    /// The pieces as one line.
    fn shown(text: &str) -> String {
        pieces(text)
            .into_iter()
            .map(|piece| match piece {
                Piece::Plain(text) => text,
                Piece::Mark { label, .. } => label,
            })
            .collect()
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in [
            "",
            "Grüße, 3 × 4 = 12 …",
            "עברית and العربية",
            "one\n\ntwo\n\tthree",
            "👩‍👩‍👧 ❤️ 1️⃣ 👍🏽",
            "e\u{301}a\u{30a}",
            "{\n        \"deep\": 1\n}",
            "line\r\nline",
        ] {
            let plain = pieces(text).iter().all(|piece| matches!(piece, Piece::Plain(_)));
            assert!(plain, "{text:?} became {:?}", pieces(text));
            assert_eq!(shown(text), text.replace("\r\n", "\n"));
        }
    }

    #[test]
    fn what_can_not_be_seen_is_marked() {
        for (text, marked) in [
            ("pay \u{202e}001", "pay ⟦U+202E⟧001"),
            ("ad\u{200b}min", "ad⟦U+200B⟧min"),
            ("so\u{ad}ft", "so⟦U+00AD⟧ft"),
            ("x\u{e0041}", "x⟦U+E0041⟧"),
            ("a\0b\u{1b}[31m", "a⟦U+0000⟧b⟦U+001B⟧[31m"),
            ("over\rwritten", "over⟦U+000D⟧written"),
            ("\u{feff}bom", "⟦U+FEFF⟧bom"),
            ("a\u{200d}b", "a⟦U+200D⟧b"),
            ("❤\u{fe0f}\u{fe0f}", "❤\u{fe0f}⟦U+FE0F⟧"),
            ("\u{2066}x\u{2069}", "⟦U+2066⟧x⟦U+2069⟧"),
            ("blank\u{3164}", "blank⟦U+3164⟧"),
        ] {
            assert_eq!(shown(text), marked, "{text:?}");
        }
    }

    #[test]
    fn nothing_hides_behind_blanks_or_piles() {
        assert_eq!(shown(&format!("ok{}rm -rf", " ".repeat(400))), "ok⟦400 blanks⟧rm -rf");
        assert_eq!(shown(&format!("ok{}end", "\n".repeat(90))), "ok\n⟦89 empty lines⟧\nend");
        assert_eq!(shown(&format!("ok{}end", " \r\n".repeat(90))), "ok \n⟦89 empty lines⟧\nend");
        assert_eq!(shown(&format!("a{}b", "\u{301}".repeat(500))), "a⟦500 combining marks⟧b");
        assert_eq!(shown(&format!("ok{}end", "\u{3000}".repeat(17))), "ok⟦17 blanks⟧end");
        assert_eq!(shown(&format!("ok{}end", " ".repeat(16))), format!("ok{}end", " ".repeat(16)));
    }

    #[test]
    fn plain_pieces_never_stand_side_by_side() {
        let found = pieces("a \u{200b}\u{200b} b\n\n\n\n\nc");
        let neighbours = found.windows(2).any(|w| matches!(w, [Piece::Plain(_), Piece::Plain(_)]));
        assert!(!neighbours, "{found:?}");
    }

    #[test]
    fn rendered_text_is_escaped_and_isolated() {
        let html = view! { <HiddenCharText text="<b>\u{202e}"/> }.markup();
        assert!(html.starts_with(r#"<bdi class="outside-text">&lt;b&gt;"#), "{html}");
        assert!(html.contains(r#"class="hidden-char">⟦U+202E⟧</span>"#), "{html}");
        assert!(!html.contains('\u{202e}'), "{html}");
    }
}
