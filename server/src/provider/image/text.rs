//! Words on a picture: wrapped to its width, with an outline that keeps them readable on anything.

mod layout;

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, ScaleFont, point};
use image::{DynamicImage, GrayImage, Luma};
use imageproc::distance_transform::Norm;
use imageproc::morphology::dilate;

use super::ImageFault;
use super::job::ImageJob;
use layout::{Block, Place};

/// DejaVu Sans Bold: Latin, Greek, Cyrillic and many symbols, under the free Bitstream Vera licence.
static FONT: LazyLock<FontRef<'static>> = LazyLock::new(|| {
    FontRef::try_from_slice(dejavu::sans::bold()).expect("the embedded font can be read")
});

const DEFAULT_SIZE: u32 = 48;
const SCRIPTS: &str = "Latin, Greek and Cyrillic letters, digits, punctuation, common symbols";

/// Refuses what this font can't draw or what we would draw in the wrong order, rather than drawing boxes.
pub(super) fn drawable(text: &str) -> Result<(), ImageFault> {
    match text.chars().find(|&c| c != '\n' && !can_draw(c)) {
        None => Ok(()),
        Some(c) => {
            let shown = if c.is_control() { ' ' } else { c };
            let message =
                format!("The character “{shown}” (U+{:04X}) can't be drawn.", u32::from(c));
            Err(ImageFault::invalid("text", message, Some(SCRIPTS.to_owned())))
        }
    }
}

fn can_draw(c: char) -> bool {
    let right_to_left =
        matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}');
    let joined = matches!(c, '\u{900}'..='\u{109f}' | '\u{1780}'..='\u{17ff}');
    let invisible =
        matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    !(c.is_control() || right_to_left || joined || invisible) && FONT.glyph_id(c).0 != 0
}

pub(super) fn write(pixels: DynamicImage, job: &ImageJob) -> Result<DynamicImage, ImageFault> {
    if job.text.trim().is_empty() {
        return Ok(pixels);
    }
    drawable(&job.text)?;
    let size = job.text_size.unwrap_or(DEFAULT_SIZE);
    let area = (pixels.width(), pixels.height());
    let block =
        Block::fit(&*FONT, &job.text, size, area).ok_or_else(|| too_big(&job.text, size, area))?;
    let place = block.place(job.text_position, area);
    let letters = letters(&block, &place);
    let outline = outline(&letters, block.outline);
    let fill = job.text_color();
    let mut paper = coloured(pixels);
    paint(&mut paper, &outline, &place, contrasting(fill));
    paint(&mut paper, &letters, &place, fill);
    Ok(paper)
}

fn too_big(text: &str, size: u32, area: (u32, u32)) -> ImageFault {
    match (8..size).rev().find(|&s| Block::fit(&*FONT, text, s, area).is_some()) {
        Some(most) => {
            let allowed = Some(format!("8 to {most}"));
            ImageFault::invalid(
                "text_size",
                "The text doesn't fit on the picture at this size.",
                allowed,
            )
        }
        None => ImageFault::invalid("text", "The text is too long for a picture this small.", None),
    }
}

fn coloured(pixels: DynamicImage) -> DynamicImage {
    if pixels.color().has_alpha() { pixels.into_rgba8().into() } else { pixels.into_rgb8().into() }
}

/// How much each pixel of the block is covered by a letter.
fn letters(block: &Block, place: &Place) -> GrayImage {
    let mut mask = GrayImage::new(place.width, place.height);
    let font = FONT.as_scaled(block.scale);
    for (line, (x, baseline)) in block.lines.iter().zip(&place.origins) {
        let mut x = *x;
        let mut previous = None;
        for c in line.chars() {
            let id = font.glyph_id(c);
            x += previous.map_or(0.0, |p| font.kern(p, id));
            if let Some(outline) =
                font.outline_glyph(id.with_scale_and_position(block.scale, point(x, *baseline)))
            {
                let bounds = outline.px_bounds();
                outline.draw(|dx, dy, cover| {
                    let (px, py) =
                        (bounds.min.x as i64 + i64::from(dx), bounds.min.y as i64 + i64::from(dy));
                    let at = u32::try_from(px).ok().zip(u32::try_from(py).ok());
                    if let Some(Luma([old])) =
                        at.and_then(|(px, py)| mask.get_pixel_mut_checked(px, py))
                    {
                        *old = (*old).max((cover.clamp(0.0, 1.0) * 255.0).round() as u8);
                    }
                });
            }
            x += font.h_advance(id);
            previous = Some(id);
        }
    }
    mask
}

fn outline(letters: &GrayImage, radius: u8) -> GrayImage {
    let mut solid = letters.clone();
    solid.iter_mut().for_each(|p| *p = if *p >= 96 { 255 } else { 0 });
    // Slightly soft, or the edge would look like stairs.
    DynamicImage::from(dilate(&solid, Norm::L2, radius)).blur(0.6).into_luma8()
}

fn contrasting([red, green, blue]: [u8; 3]) -> [u8; 3] {
    let luma = 0.299 * f32::from(red) + 0.587 * f32::from(green) + 0.114 * f32::from(blue);
    if luma > 127.0 { [0, 0, 0] } else { [255, 255, 255] }
}

fn paint(paper: &mut DynamicImage, mask: &GrayImage, place: &Place, colour: [u8; 3]) {
    let covered = mask.enumerate_pixels().filter(|(_, _, cover)| cover.0[0] > 0);
    for (x, y, cover) in covered {
        let (x, y) = (x + place.x, y + place.y);
        let cover = f32::from(cover.0[0]) / 255.0;
        match paper {
            DynamicImage::ImageRgb8(p) => over(&mut p.get_pixel_mut(x, y).0, 1.0, cover, colour),
            DynamicImage::ImageRgba8(p) => {
                let [red, green, blue, alpha] = &mut p.get_pixel_mut(x, y).0;
                let below = f32::from(*alpha) / 255.0;
                let mut mixed = [*red, *green, *blue];
                over(&mut mixed, below, cover, colour);
                [*red, *green, *blue] = mixed;
                *alpha = ((cover + below * (1.0 - cover)) * 255.0).round() as u8;
            }
            _ => unreachable!("coloured() gives one of the two"),
        }
    }
}

fn over(pixel: &mut [u8; 3], below: f32, cover: f32, colour: [u8; 3]) {
    let total = cover + below * (1.0 - cover);
    for (old, new) in pixel.iter_mut().zip(colour) {
        let mixed = f32::from(new) * cover + f32::from(*old) * below * (1.0 - cover);
        *old = (mixed / total).round() as u8;
    }
}
