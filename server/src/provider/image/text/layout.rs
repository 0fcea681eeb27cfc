//! Where each line of text goes.

use ab_glyph::{Font, PxScale, PxScaleFont, ScaleFont};

use crate::provider::image::job::TextPosition;

/// Text broken into lines that fit a picture.
pub(super) struct Block {
    pub lines: Vec<String>,
    pub scale: PxScale,
    /// Width of the outline around the letters.
    pub outline: u8,
    widths: Vec<f32>,
    ascent: f32,
    line_height: f32,
    margin: u32,
}

/// The block on its picture; `origins` are relative to (`x`, `y`).
pub(super) struct Place {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
    pub origins: Vec<(f32, f32)>,
}

impl Block {
    /// `None` where it would leave the picture.
    pub(super) fn fit(font: &impl Font, text: &str, size: u32, area: (u32, u32)) -> Option<Self> {
        let scale = PxScale::from(size as f32);
        let scaled = font.as_scaled(scale);
        let outline = u8::try_from(size / 14).unwrap_or(u8::MAX).max(1);
        let margin = size / 4 + u32::from(outline);
        let room = area.0.checked_sub(2 * margin).filter(|room| *room > 0)?;
        let lines = wrap(&scaled, text, room as f32)?;
        let widths = lines.iter().map(|line| width(&scaled, line)).collect();
        let line_height = scaled.height() + scaled.line_gap();
        let tall = (line_height * lines.len() as f32).ceil() as u32;
        if tall > area.1.checked_sub(2 * margin)? {
            return None;
        }
        Some(Self { lines, scale, outline, widths, ascent: scaled.ascent(), line_height, margin })
    }

    pub(super) fn place(&self, position: TextPosition, area: (u32, u32)) -> Place {
        let (across, down) = shares(position);
        let widest = self.widths.iter().copied().fold(0.0, f32::max);
        // Letters may lean out of their advance by a little; the pad holds that and the outline.
        let pad = self.margin;
        let width = (widest.ceil() as u32 + 2 * pad).min(area.0);
        let height =
            ((self.line_height * self.lines.len() as f32).ceil() as u32 + 2 * pad).min(area.1);
        let share = |free: u32, share: f32| (free as f32 * share).round() as u32;
        let line = |(n, line_width): (usize, &f32)| {
            let x = pad as f32 + (widest - line_width) * across;
            (x, pad as f32 + self.ascent + self.line_height * n as f32)
        };
        Place {
            x: share(area.0 - width, across),
            y: share(area.1 - height, down),
            width,
            height,
            origins: self.widths.iter().enumerate().map(line).collect(),
        }
    }
}

/// How much of the free space is left of and above the block.
fn shares(position: TextPosition) -> (f32, f32) {
    use TextPosition as P;
    let across = match position {
        P::TopLeft | P::Left | P::BottomLeft => 0.0,
        P::Top | P::Center | P::Bottom => 0.5,
        P::TopRight | P::Right | P::BottomRight => 1.0,
    };
    let down = match position {
        P::TopLeft | P::Top | P::TopRight => 0.0,
        P::Left | P::Center | P::Right => 0.5,
        P::BottomLeft | P::Bottom | P::BottomRight => 1.0,
    };
    (across, down)
}

fn width<F: Font>(font: &PxScaleFont<&F>, text: &str) -> f32 {
    let mut previous = None;
    text.chars().fold(0.0, |x, c| {
        let id = font.glyph_id(c);
        let kern = previous.map_or(0.0, |p| font.kern(p, id));
        previous = Some(id);
        x + kern + font.h_advance(id)
    })
}

/// Breaks at spaces, and inside a word only where the word alone is wider than the picture.
fn wrap<F: Font>(font: &PxScaleFont<&F>, text: &str, room: f32) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    for paragraph in text.trim().lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if width(font, &longer) <= room {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for c in word.chars() {
                line.push(c);
                if width(font, &line) > room {
                    line.pop();
                    if line.is_empty() {
                        return None;
                    }
                    lines.push(std::mem::replace(&mut line, c.to_string()));
                }
            }
        }
        lines.push(line);
    }
    (width_of_all(font, &lines) <= room).then_some(lines)
}

fn width_of_all<F: Font>(font: &PxScaleFont<&F>, lines: &[String]) -> f32 {
    lines.iter().map(|line| width(font, line)).fold(0.0, f32::max)
}
